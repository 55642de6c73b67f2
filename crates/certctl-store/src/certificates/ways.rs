//! The two ways to rows of the list of certificates.
//!
//! When an index shows that few rows pass one of the filters, those rows are taken and sorted ([`chosen`]). Else the index
//! of the order is walked, and the filters test its rows as they come ([`walk`]): what passes is then so common that a page
//! is soon full. A walk of [`Reach::tries`] rows tells how common, and how far to go; it ends after [`Reach::walks`] rows.
//! If the page is not full by then, or will not be, a filter that leads to more rows than usual is tried, and after that the
//! page stays short and its cursor leads on. Where the order's index itself has all that is asked, it alone is read
//! ([`covered`]).
//!
//! Why not leave the choice to the databases: SQLite knows nothing of how common a value is, and PostgreSQL takes a page
//! of fifty for cheap when what passes lies at the other end of the order. Not for: lists that are joined of several
//! (`list.rs`). Invariant: both ways give the same rows in the same order.

use certctl_core::inventory::SortKey;

use super::filter::{Branch, Columns, Narrowed, Plan, Predicate};
use super::list::{KeyValue, Listed, Position};
use super::statement::{Statement, Way, rank};
use crate::{FromRow, Kind, StoreError, Tx};

/// How many rows each way goes for. The numbers decide how fast a list is, never what is in it.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// So few rows are taken and sorted: as many as a walk to a page of the rarest other filter reads.
    pub chosen: i64,
    /// The same where each row is read only to be counted.
    pub chosen_costly: i64,
    /// The same of a list by attention, which else takes a walk for each condition.
    pub chosen_by_attention: i64,
    /// So few rows are taken and sorted when a walk is long.
    pub chosen_late: i64,
    /// So many rows say whether a walk will be short.
    pub tries: i64,
    /// After so many rows a walk ends.
    pub walks: i64,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            chosen: 8_000,
            chosen_costly: 1_000,
            chosen_by_attention: 10_000,
            chosen_late: 30_000,
            tries: 1_500,
            walks: 12_000,
        }
    }
}

/// How many rows, up to a number, the branches of a predicate have before they are tested.
pub(super) fn probe(
    tx: &mut Tx<'_>,
    plan: &Plan,
    branches: &[Branch],
    limit: i64,
) -> Result<i64, StoreError> {
    let mut sql = Statement::new(tx, "certificates.probe");
    sql.push("SELECT COUNT(*) FROM (");
    for (i, branch) in branches.iter().enumerate() {
        if i > 0 {
            sql.push(" UNION ALL ");
        }
        match branch {
            Branch::Rows(piece) | Branch::Part(piece) | Branch::Word { way: piece, .. } => {
                sql.push("SELECT 1 AS one");
                sql.rows_of(plan, branch);
                sql.push(" AND ");
                sql.add(Columns::Free, piece);
            }
            Branch::Ids { select, narrowed, .. } => {
                sql.push("SELECT 1 AS one FROM (");
                sql.add(Columns::Free, select);
                if let Some(Narrowed::Environment(column)) = narrowed {
                    sql.in_environments(plan, column);
                }
                sql.push(") AS ids");
            }
        }
    }
    sql.push(" LIMIT ");
    sql.value(limit);
    sql.push(") AS probed");
    let (n,): (i64,) = tx.one(&sql.text, &sql.values)?;
    Ok(n)
}

/// How many rows PostgreSQL takes the branches of a predicate to have, by its statistics: nothing is counted.
pub(super) fn estimate(tx: &mut Tx<'_>, plan: &Plan, branches: &[Branch]) -> Result<i64, StoreError> {
    let mut rows = 0;
    for branch in branches {
        let mut sql = Statement::new(tx, "certificates.estimate");
        sql.push("EXPLAIN SELECT 1 AS one");
        sql.rows_of(plan, branch);
        sql.push(" AND ");
        sql.branch(plan, branch);
        // The first line is of the whole: `... (cost=0.42..8.44 rows=1 width=4)`.
        let lines: Vec<(String,)> = tx.all(&sql.text, &sql.values)?;
        let whole = lines.first().and_then(|(line,)| line.split_once("rows=")).map_or("", |(_, rest)| rest);
        let digits: String = whole.chars().take_while(char::is_ascii_digit).collect();
        rows += digits.parse().unwrap_or(0);
    }
    Ok(rows)
}

/// The predicate that leads to the fewest rows, if they are not more than a number.
pub(super) fn leader<'p>(
    tx: &mut Tx<'_>,
    plan: &'p Plan,
    most: i64,
) -> Result<Option<&'p [Branch]>, StoreError> {
    let reach = plan.reach;
    let mut best: Option<(i64, &'p [Branch])> = None;
    for predicate in &plan.predicates {
        let Predicate { branches: Some(branches), .. } = predicate else { continue };
        let limit = best.map_or(most, |(n, _)| n - 1);
        // A walk comes first when it may be short.
        let is_early = most < reach.chosen_late;
        let limit = if predicate.is_costly && is_early { limit.min(reach.chosen_costly) } else { limit };
        let n = probe(tx, plan, branches, limit + 1)?;
        if n <= limit {
            best = Some((n, branches));
        }
        if n == 0 {
            break;
        }
    }
    Ok(best.map(|(_, branches)| branches))
}

/// The predicate that leads to few rows, if there is one.
pub(super) fn few_by<'p>(tx: &mut Tx<'_>, plan: &'p Plan) -> Result<Option<&'p [Branch]>, StoreError> {
    leader(tx, plan, plan.reach.chosen)
}

/// Reads rows with their places.
fn read<T: FromRow>(tx: &mut Tx<'_>, sql: &Statement, way: Way) -> Result<Vec<(T, Position)>, StoreError> {
    let mut rows = Vec::new();
    tx.each(&sql.text, &sql.values, &mut |row| {
        let key = match way.key {
            SortKey::Name => KeyValue::Text(row.get("sort_key")?),
            SortKey::Expires | SortKey::Renews | SortKey::Created | SortKey::Updated | SortKey::Attention => {
                KeyValue::At(row.get("sort_key")?)
            }
        };
        let position = Position { rank: row.get("sort_rank")?, key, id: row.get("sort_id")? };
        rows.push((T::from_row(row)?, position));
        Ok(())
    })?;
    Ok(rows)
}

/// Rows by way of one predicate, sorted.
pub(super) fn chosen<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    branches: &[Branch],
    way: Way,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<(T, Position)>, StoreError> {
    let mut sql = Statement::new(tx, "certificates.chosen");
    // The plus keeps SQLite from walking the order's index instead.
    let plus = if tx.kind() == Kind::Sqlite { "+" } else { "" };
    let keys = |sql: &mut Statement| {
        rank(sql, plan, way);
        sql.push(&format!(" AS sort_rank, {plus}c.{} AS sort_key, c.id AS sort_id", way.column()));
    };
    // What one branch gives needs no place of its own on SQLite: only the first rows of the order are kept.
    if tx.kind() == Kind::Sqlite && branches.len() == 1 {
        sql.push("WITH part AS MATERIALIZED (SELECT sort_rank, sort_key, sort_id FROM (");
        sql.by_way_of(plan, branches, &keys);
        sql.push(") AS chosen");
    } else {
        sql.push("WITH chosen AS MATERIALIZED (");
        sql.by_way_of(plan, branches, &keys);
        sql.push("), part AS MATERIALIZED (SELECT sort_rank, sort_key, sort_id FROM chosen");
    }
    if let Some(after) = after {
        sql.push(&format!(" WHERE (sort_rank, sort_key, sort_id) {} (", way.behind()));
        sql.value(after.rank);
        sql.push(", ");
        sql.key(&after.key);
        sql.push(", ");
        sql.value(after.id.clone());
        sql.push(")");
    }
    sql.places_in_order("", way);
    sql.push(" LIMIT ");
    sql.value(limit);
    sql.push(") ");
    sql.rows_of_part(columns, way);
    read(tx, &sql, way)
}

/// The place so many rows further on in an order's index, before any test but what the index itself says.
pub(super) fn place(
    tx: &mut Tx<'_>,
    plan: &Plan,
    way: Way,
    after: Option<&Position>,
    offset: i64,
    tested: bool,
) -> Result<Option<Position>, StoreError> {
    let mut sql = Statement::new(tx, "certificates.place");
    sql.push("SELECT ");
    sql.place(way);
    sql.from(plan, Columns::Free);
    sql.behind(way, after);
    sql.ranges(plan, way);
    if tested {
        sql.tests(plan);
    }
    sql.order(way);
    sql.push(" LIMIT 1 OFFSET ");
    sql.value(offset);
    Ok(read::<Nothing>(tx, &sql, way)?.pop().map(|(_, position)| position))
}

/// Rows of which only the place is wanted.
pub(super) struct Nothing;

impl FromRow for Nothing {
    fn from_row(_: &crate::Row<'_>) -> Result<Self, StoreError> {
        Ok(Self)
    }
}

/// A walk between two places.
pub(super) fn walk_statement(
    tx: &Tx<'_>,
    columns: &str,
    plan: &Plan,
    way: Way,
    (after, bound): (Option<&Position>, Option<&Position>),
    limit: i64,
) -> Statement {
    let mut sql = Statement::new(tx, "certificates.walk");
    sql.push(&format!("SELECT {columns}, "));
    sql.place(way);
    // PostgreSQL would go by an index of what is tested, and sort: an OFFSET keeps the tests out of the walk.
    let is_fenced = tx.kind() == Kind::Postgres && !plan.predicates.is_empty();
    if is_fenced {
        sql.push(" FROM (SELECT *");
    }
    sql.from(plan, Columns::Free);
    sql.behind(way, after);
    if let Some(bound) = bound {
        let until = if way.descending { ">=" } else { "<=" };
        sql.push(&format!(" AND (c.{}, c.id) {until} (", way.column()));
        sql.key(&bound.key);
        sql.push(", ");
        sql.value(bound.id.clone());
        sql.push(")");
    }
    sql.ranges(plan, way);
    if is_fenced {
        sql.order(way);
        sql.push(" OFFSET 0) AS c WHERE TRUE");
    }
    sql.tests(plan);
    sql.order(way);
    sql.push(" LIMIT ");
    sql.value(limit);
    sql
}

fn walk_to<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    way: Way,
    between: (Option<&Position>, Option<&Position>),
    limit: i64,
) -> Result<Vec<(T, Position)>, StoreError> {
    let sql = walk_statement(tx, columns, plan, way, between, limit + 1);
    read(tx, &sql, way)
}

/// Whether the order's index itself has all that is asked.
fn is_covered(plan: &Plan, way: Way) -> bool {
    let by_moment = matches!(way.key, SortKey::Expires | SortKey::Renews);
    by_moment && !plan.predicates.is_empty() && plan.predicates.iter().all(|one| one.is_covered)
}

/// Rows in the order of an index that has all that is asked: no row of the table is read but those of the page.
fn covered<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    way: Way,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<(T, Position)>, StoreError> {
    let mut sql = Statement::new(tx, "certificates.covered");
    sql.push("WITH part AS MATERIALIZED (SELECT ");
    sql.place(way);
    sql.from(plan, Columns::Free);
    sql.behind(way, after);
    sql.ranges(plan, way);
    sql.order(way);
    sql.push(" LIMIT ");
    sql.value(limit);
    sql.push(") ");
    sql.rows_of_part(columns, way);
    read(tx, &sql, way)
}

/// Rows in the order of an index, tested as they come: a few at first, and then as far as their rate lets expect a full page.
pub(super) fn walk<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    way: Way,
    after: Option<&Position>,
    limit: i64,
) -> Result<Listed<T>, StoreError> {
    if is_covered(plan, way) {
        let rows = match leader(tx, plan, plan.reach.chosen_late)? {
            Some(branches) => chosen(tx, columns, plan, branches, way, after, limit + 1)?,
            None => covered(tx, columns, plan, way, after, limit + 1)?,
        };
        return Ok(cut(rows, limit));
    }
    let Reach { tries, walks, .. } = plan.reach;
    let mut rows: Vec<(T, Position)> = Vec::new();
    let (mut from, mut walked, mut step) = (after.cloned(), 0, tries);
    // Whether it was seen that the page will not be full at the walk's end.
    let mut is_long = false;
    loop {
        let bound =
            if plan.predicates.is_empty() { None } else { place(tx, plan, way, from.as_ref(), step, false)? };
        let missing = limit - count(&rows);
        rows.extend(walk_to(tx, columns, plan, way, (from.as_ref(), bound.as_ref()), missing)?);
        if bound.is_none() || count(&rows) > limit {
            return Ok(cut(rows, limit));
        }
        walked += step;
        let is_first = walked == tries;
        is_long |= is_first && count(&rows) * (walks / tries) <= limit;
        let is_last = walked >= walks;
        if (is_first && is_long || is_last && !is_long)
            && let Some(branches) = leader(tx, plan, plan.reach.chosen_late)?
        {
            return Ok(cut(chosen(tx, columns, plan, branches, way, after, limit + 1)?, limit));
        }
        if is_last {
            return Ok(Listed { rows, next: bound });
        }
        // Half as many again as the rate has it.
        let enough = (limit + 1 - count(&rows)) * walked * 3 / (2 * count(&rows).max(1));
        step = enough.clamp(tries, walks).min(walks - walked).max(1);
        from = bound;
    }
}

fn count<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

/// Takes the row too many off, and says where the list goes on.
pub(super) fn cut<T>(mut rows: Vec<(T, Position)>, limit: i64) -> Listed<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return Listed { rows, next: None };
    }
    rows.truncate(limit);
    let next = rows.last().map(|(_, position)| position.clone());
    Listed { rows, next }
}
