//! Pages of the list of certificates.
//!
//! Sorting by attention is not an index, because conditions change with the time: it is the lists of all conditions one
//! behind the other, each sorted by its end. Not for: what filters mean (`filter.rs`), or the ways to the rows (`ways.rs`).
//! Invariants: each row is in exactly one page of a list that nobody changes meanwhile; a list only ends where there is no
//! row more.

use certctl_core::condition::Condition;
use certctl_core::inventory::{Order, SortKey};
use certctl_core::time::Ts;

use super::filter::{Columns, Plan};
use super::statement::{Statement, Way};
use super::ways::{CHOSEN, CHOSEN_BY_ATTENTION, chosen, cut, leader, walk, walk_statement};
use super::words::condition_test;
use super::{COLUMNS, CertificateFilter, CertificateRow};
use crate::{FromRow, StoreError, Tx};

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateSort {
    /// By id: for going through all of them, page by page, to the end.
    Id,
    /// As people ask for it.
    By(Order),
}

/// A sort key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyValue {
    /// Of a list by id.
    Nothing,
    /// A name.
    Text(String),
    /// A moment.
    At(Ts),
}

/// A place in a list: behind the row that has these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The condition's rank, when sorted by attention; else 0.
    pub rank: i64,
    /// The sort key.
    pub key: KeyValue,
    /// The id.
    pub id: String,
}

impl Position {
    /// In a list by id, behind an id.
    pub fn behind_id(id: &str) -> Self {
        Self { rank: 0, key: KeyValue::Nothing, id: id.to_owned() }
    }
}

/// A part of a list.
#[derive(Debug)]
pub struct Listed<T> {
    /// Its rows, each with its place.
    pub rows: Vec<(T, Position)>,
    /// Where it goes on; absent at the end. It can go on behind fewer rows than asked for.
    pub next: Option<Position>,
}

/// A part of a list in an order that one index has.
fn part<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    way: Way,
    after: Option<&Position>,
    limit: i64,
) -> Result<Listed<T>, StoreError> {
    match leader(tx, plan, CHOSEN)? {
        Some(branches) => Ok(cut(chosen(tx, columns, plan, branches, way, after, limit + 1)?, limit)),
        None => walk(tx, columns, plan, way, after, limit),
    }
}

/// The conditions that a list has one behind the other, from one rank on.
pub(super) fn conditions(plan: &Plan, descending: bool, from: Option<i64>) -> Vec<Condition> {
    let mut all: Vec<Condition> = Condition::ALL
        .iter()
        .copied()
        .filter(|one| {
            if plan.archived { *one == Condition::Archived } else { condition_test(*one, plan.now).is_some() }
        })
        .collect();
    if descending {
        all.reverse();
    }
    all.retain(|one| {
        from.is_none_or(|from| if descending { one.rank() <= from } else { one.rank() >= from })
    });
    all
}

/// A list by attention: the lists of the conditions one behind the other.
fn by_attention<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    descending: bool,
    after: Option<&Position>,
    limit: i64,
) -> Result<Listed<T>, StoreError> {
    let way = Way { key: SortKey::Attention, descending, rank: 0 };
    if let Some(branches) = leader(tx, plan, CHOSEN_BY_ATTENTION)? {
        return Ok(cut(chosen(tx, columns, plan, branches, way, after, limit + 1)?, limit));
    }
    let mut rows: Vec<(T, Position)> = Vec::new();
    for condition in conditions(plan, descending, after.map(|after| after.rank)) {
        let rank = condition.rank();
        let way = Way { key: SortKey::Expires, descending, rank };
        let narrowed = plan.narrowed(condition);
        let within = after.filter(|after| after.rank == rank);
        // One row too many says that the list goes on.
        let left = limit + 1 - i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let found = part(tx, columns, &narrowed, way, within, left)?;
        rows.extend(found.rows);
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit {
            break;
        }
        if found.next.is_some() {
            return Ok(Listed { rows, next: found.next });
        }
    }
    Ok(cut(rows, limit))
}

/// All rows by id, page by page: no page is short but the last.
fn by_id<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    after: &str,
    limit: i64,
) -> Result<Listed<T>, StoreError> {
    let lead = leader(tx, plan, CHOSEN)?;
    let mut sql = Statement::new(tx, "certificates.by_id_list");
    match lead {
        Some(branches) => {
            sql.push("WITH chosen AS MATERIALIZED (");
            sql.by_way_of(plan, branches, &|sql| sql.push("c.id AS sort_id"));
            sql.push("), part AS MATERIALIZED (SELECT sort_id FROM chosen WHERE sort_id > ");
            sql.value(after);
            sql.push(" ORDER BY sort_id LIMIT ");
            sql.value(limit + 1);
            sql.push(&format!(
                ") SELECT {columns}, p.sort_id FROM part p CROSS JOIN certificates c WHERE c.id = p.sort_id \
                 ORDER BY p.sort_id"
            ));
        }
        None => {
            // The primary key, or certificates_issuer or certificates_policy.
            let ordered = plan.predicates.iter().find(|one| one.by_id);
            sql.push(&format!("SELECT {columns}, c.id AS sort_id"));
            sql.from(plan, if ordered.is_some() { Columns::Free } else { Columns::Held });
            if let Some(ordered) = ordered {
                sql.push(" AND ");
                sql.add(Columns::Free, &ordered.test);
            }
            sql.tests(plan);
            sql.push(" AND c.id > ");
            sql.value(after);
            sql.push(" ORDER BY c.id LIMIT ");
            sql.value(limit + 1);
        }
    }
    let mut rows = Vec::new();
    tx.each(&sql.text, &sql.values, &mut |row| {
        let position = Position::behind_id(&row.get::<String>("sort_id")?);
        rows.push((T::from_row(row)?, position));
        Ok(())
    })?;
    Ok(cut(rows, limit))
}

/// A part of a list, with columns (of `c`) of the caller's.
///
/// # Errors
/// Those of the store.
pub(crate) fn listed<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    filter: &CertificateFilter,
    sort: CertificateSort,
    after: Option<&Position>,
    limit: i64,
) -> Result<Listed<T>, StoreError> {
    let plan = Plan::new(tx, filter)?;
    if plan.nothing {
        return Ok(Listed { rows: Vec::new(), next: None });
    }
    match sort {
        CertificateSort::Id => by_id(tx, columns, &plan, after.map_or("", |after| after.id.as_str()), limit),
        CertificateSort::By(Order { key: SortKey::Attention, descending }) => {
            by_attention(tx, columns, &plan, descending, after, limit)
        }
        CertificateSort::By(Order { key, descending }) => {
            part(tx, columns, &plan, Way { key, descending, rank: 0 }, after, limit)
        }
    }
}

/// A part of the list behind a place, of `limit` rows at most.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &CertificateFilter,
    sort: CertificateSort,
    after: Option<&Position>,
    limit: i64,
) -> Result<Listed<CertificateRow>, StoreError> {
    listed(tx, COLUMNS, filter, sort, after, limit)
}

/// How SQLite would walk a list from its beginning: the lines of its query plan, for the tests.
///
/// # Errors
/// Those of the store.
#[doc(hidden)]
pub fn explain_walk(
    tx: &mut Tx<'_>,
    filter: &CertificateFilter,
    order: Order,
) -> Result<Vec<String>, StoreError> {
    let plan = Plan::new(tx, filter)?;
    let way = Way { key: order.key, descending: order.descending, rank: 0 };
    let sql = walk_statement(tx, "c.id, c.why", &plan, way, (None, None), 50);
    let text = sql.text.replacen("SELECT", "EXPLAIN QUERY PLAN SELECT", 1);
    let mut lines = Vec::new();
    tx.each(&text, &sql.values, &mut |row| {
        lines.push(row.get("detail")?);
        Ok(())
    })?;
    Ok(lines)
}
