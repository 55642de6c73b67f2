//! How many certificates match, and places all over the list of them.
//!
//! Not for: keeping a count that takes long (the server does). Invariant: a count and the places are of the same rows that
//! the list gives.

use certctl_core::certificate::CertificateStatus;
use certctl_core::inventory::{Order, SortKey};

use super::CertificateFilter;
use super::filter::{Branch, Columns, Plan, Predicate, Sql};
use super::list::{Position, conditions};
use super::statement::{Statement, Way};
use super::ways::{Nothing, chosen, leader, place, probe};
use super::words::status_test;
use crate::lists::{Anchors, MAX_COUNTED};
use crate::{StoreError, Tx};

/// How many match; of more than two million, two million and one.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &CertificateFilter) -> Result<i64, StoreError> {
    let plan = Plan::new(tx, filter)?;
    if plan.nothing { Ok(0) } else { counted(tx, &plan, None).map(|(n, _)| n) }
}

/// How many there are of each status; a status that none has is left out. It reads every certificate: ask it rarely.
///
/// # Errors
/// Those of the store.
pub fn count_by_status(tx: &mut Tx<'_>) -> Result<Vec<(CertificateStatus, i64)>, StoreError> {
    let now = tx.now();
    let mut sql = Statement::new(tx, "certificates.count_by_status");
    sql.push(&format!("SELECT CASE WHEN c.archived THEN '{}'", CertificateStatus::Archived));
    for status in CertificateStatus::ALL {
        if let Some(test) = status_test(*status, now) {
            sql.push(" WHEN ");
            sql.add(Columns::Free, &test);
            sql.push(&format!(" THEN '{status}'"));
        }
    }
    sql.push(" END AS status, COUNT(*) FROM certificates c GROUP BY 1");
    let rows: Vec<(String, i64)> = tx.all(&sql.text, &sql.values)?;
    // The texts are those of the statuses.
    Ok(rows.into_iter().filter_map(|(status, n)| Some((status.parse().ok()?, n))).collect())
}

/// How many match if an index shows that they are few; else none, and counting them takes longer than a request may.
///
/// # Errors
/// Those of the store.
pub fn count_few(tx: &mut Tx<'_>, filter: &CertificateFilter) -> Result<Option<i64>, StoreError> {
    let plan = Plan::new(tx, filter)?;
    if plan.nothing {
        return Ok(Some(0));
    }
    match leader(tx, &plan, plan.reach.chosen)? {
        Some(branches) => few(tx, &plan, branches).map(Some),
        // Few rows in all are few rows that match.
        None if probe(tx, &plan, &[Branch::Rows(Sql::new("TRUE", Vec::new()))], plan.reach.chosen + 1)?
            <= plan.reach.chosen =>
        {
            counted(tx, &plan, None).map(|(n, _)| Some(n))
        }
        None => Ok(None),
    }
}

fn few(tx: &mut Tx<'_>, plan: &Plan, branches: &[Branch]) -> Result<i64, StoreError> {
    let mut sql = Statement::new(tx, "certificates.count_chosen");
    sql.push("SELECT COUNT(*) FROM (");
    sql.by_way_of(plan, branches, &|sql| sql.push("c.id"));
    sql.push(") AS chosen");
    let (n,): (i64,) = tx.one(&sql.text, &sql.values)?;
    Ok(n)
}

/// How many rows match, behind a place of a way when there is one; and by what they were found if they are few.
fn counted<'p>(
    tx: &mut Tx<'_>,
    plan: &'p Plan,
    behind: Option<(Way, &Position)>,
) -> Result<(i64, Option<&'p [Branch]>), StoreError> {
    if behind.is_none()
        && let Some(branches) = leader(tx, plan, plan.reach.chosen)?
    {
        return Ok((few(tx, plan, branches)?, Some(branches)));
    }
    let mut sql = Statement::new(tx, "certificates.count");
    sql.push("SELECT COUNT(*) FROM (SELECT 1 AS one");
    match behind {
        Some((way, after)) => {
            sql.from(plan, Columns::Free);
            sql.behind(way, Some(after));
            sql.ranges(plan, way);
        }
        None => {
            sql.from(plan, Columns::Free);
            // One predicate may use its index, which for a single filter holds all that is asked.
            if let Some(test) = plan.predicates.iter().find(|one| one.branches.is_some()) {
                sql.push(" AND ");
                sql.add(Columns::Free, &test.test);
            }
        }
    }
    match plan.predicates.as_slice() {
        [Predicate { branches: Some(_), .. }] if behind.is_none() => {}
        _ => sql.tests(plan),
    }
    sql.push(" LIMIT ");
    sql.value(MAX_COUNTED + 1);
    sql.push(") AS counted");
    let (n,): (i64,) = tx.one(&sql.text, &sql.values)?;
    Ok((n, None))
}

/// Places all over a list, for going to any part of it at once.
///
/// # Errors
/// Those of the store.
pub fn anchors(
    tx: &mut Tx<'_>,
    filter: &CertificateFilter,
    order: Order,
) -> Result<Anchors<Position>, StoreError> {
    let plan = Plan::new(tx, filter)?;
    if plan.nothing {
        return Ok(Anchors::of(0));
    }
    let (total, branches) = counted(tx, &plan, None)?;
    let mut found = Anchors::of(total);
    let n_places = found.n_places();
    let descending = order.descending;
    let n_places = usize::try_from(n_places).unwrap_or(usize::MAX);
    if let Some(branches) = branches {
        let way = Way { key: order.key, descending, rank: 0 };
        let rows = chosen(tx, "c.id", &plan, branches, way, None, found.total)?;
        every_so_many(rows, found.every, found.every, n_places, &mut found.positions);
        return Ok(found);
    }
    let parts: Vec<(Plan, Way)> = match order.key {
        SortKey::Attention => conditions(&plan, descending, None)
            .into_iter()
            .map(|one| (plan.narrowed(one), Way { key: SortKey::Expires, descending, rank: one.rank() }))
            .collect(),
        key => vec![(plan, Way { key, descending, rank: 0 })],
    };
    let mut needed = found.every;
    for (plan, way) in parts {
        // What is rare is not looked for in the whole of the order.
        if let Some(branches) = leader(tx, &plan, plan.reach.chosen_late)? {
            let rows = chosen(tx, "c.id", &plan, branches, way, None, plan.reach.chosen_late)?;
            needed = every_so_many(rows, needed, found.every, n_places, &mut found.positions);
            continue;
        }
        let mut after: Option<Position> = None;
        while found.positions.len() < n_places
            && let Some(position) = place(tx, &plan, way, after.as_ref(), needed - 1, true)?
        {
            needed = found.every;
            found.positions.push(position.clone());
            after = Some(position);
        }
        if found.positions.len() >= n_places {
            break;
        }
        let behind = after.as_ref().map(|after| (way, after));
        needed -= counted(tx, &plan, behind)?.0;
    }
    Ok(found)
}

/// Adds the place of the `needed`th row and of each `every` rows behind it; how many more rows the next one takes.
fn every_so_many(
    rows: Vec<(Nothing, Position)>,
    mut needed: i64,
    every: i64,
    most: usize,
    positions: &mut Vec<Position>,
) -> i64 {
    for (_, position) in rows {
        needed -= 1;
        if needed == 0 && positions.len() < most {
            positions.push(position);
        }
        if needed == 0 {
            needed = every;
        }
    }
    needed
}
