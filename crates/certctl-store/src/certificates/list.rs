//! Pages, counts and anchors of the list of certificates.
//!
//! A page is found in one of two ways. When an index shows that few rows pass one of the filters, those rows are taken
//! and sorted ([`chosen`]). Else the index of the order is walked, and the filters test its rows as they come ([`walk`]):
//! what passes is then so common that a page is soon full. A walk ends after [`WALKS`] rows: if the page is not full by
//! then, a filter that leads to more rows than usual is tried, and after that the page stays short and its cursor leads on.
//!
//! Why not leave the choice to the databases: SQLite knows nothing of how common a value is, and PostgreSQL takes a page
//! of fifty for cheap when what passes lies at the other end of the order.
//!
//! Sorting by attention is not an index, because conditions change with the time: it is the lists of all conditions one
//! behind the other, each sorted by its end. Not for: what filters mean (`filter.rs`). Invariants: each row is in exactly
//! one page of a list that nobody changes meanwhile; a list only ends where there is no row more.

use certctl_core::certificate::CertificateStatus;
use certctl_core::condition::Condition;
use certctl_core::inventory::{Order, SortKey};
use certctl_core::time::Ts;

use super::filter::{Branch, Columns, Plan, Predicate, Sql, condition_test, render, status_test};
use super::{COLUMNS, CertificateFilter, CertificateRow};
use crate::lists::{Anchors, MAX_COUNTED};
use crate::{FromRow, Kind, StoreError, Tx, Val};

/// So few rows are taken and sorted: as many as a walk to a page of the rarest other filter reads.
const CHOSEN: i64 = 5_000;
/// After so many rows a walk ends.
const WALKS: i64 = 12_000;
/// So few rows are taken and sorted when a walk ended without a page.
const CHOSEN_LATE: i64 = 30_000;

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

/// The direction and the key of an order that an index has.
#[derive(Debug, Clone, Copy)]
struct Way {
    key: SortKey,
    descending: bool,
    /// The rank that its rows have in the list.
    rank: i64,
}

impl Way {
    const fn column(self) -> &'static str {
        match self.key {
            SortKey::Name => "name_key",
            SortKey::Expires | SortKey::Attention => "ends_at",
            SortKey::Renews => "renews_at",
            SortKey::Created => "created_at",
            SortKey::Updated => "updated_at",
        }
    }

    const fn behind(self) -> &'static str {
        if self.descending { "<" } else { ">" }
    }

    const fn direction(self) -> &'static str {
        if self.descending { " DESC" } else { "" }
    }
}

/// A statement under construction.
pub(super) struct Statement {
    kind: Kind,
    pub(super) text: String,
    pub(super) values: Vec<Val>,
}

impl Statement {
    pub(super) fn new(tx: &Tx<'_>, name: &str) -> Self {
        Self { kind: tx.kind(), text: format!("-- {name}\n"), values: Vec::new() }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn value(&mut self, value: impl Into<Val>) {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
    }

    fn add(&mut self, columns: Columns, piece: &Sql) {
        render(self.kind, columns, piece, &mut self.text, &mut self.values);
    }

    /// ` FROM certificates c WHERE ..` down to what is archived or not.
    pub(super) fn from(&mut self, plan: &Plan, columns: Columns) {
        self.push(" FROM certificates c WHERE ");
        let archived = if plan.archived { "@archived = TRUE" } else { "@archived = FALSE" };
        self.add(columns, &Sql::new(archived, Vec::new()));
    }

    /// The same, for the rows of a branch.
    fn rows_of(&mut self, plan: &Plan, branch: &Branch) {
        let columns = if matches!(branch, Branch::Part(_)) { Columns::Held } else { Columns::Free };
        self.from(plan, columns);
    }

    /// Every test.
    pub(super) fn tests(&mut self, plan: &Plan) {
        for predicate in &plan.predicates {
            self.push(" AND ");
            self.add(Columns::Held, &predicate.test);
        }
    }

    /// What an order's own index says of the rows that pass.
    fn ranges(&mut self, plan: &Plan, way: Way) {
        // The indexes by end and by renewal have both.
        let has = |key: SortKey| match way.key {
            SortKey::Expires | SortKey::Attention | SortKey::Renews => {
                matches!(key, SortKey::Expires | SortKey::Renews)
            }
            other => other == key,
        };
        for (_, range) in plan.predicates.iter().flat_map(|one| &one.ranges).filter(|(key, _)| has(*key)) {
            self.push(" AND ");
            self.add(Columns::Free, range);
        }
    }

    fn behind(&mut self, way: Way, after: Option<&Position>) {
        let Some(after) = after else { return };
        self.push(&format!(" AND (c.{}, c.id) {} (", way.column(), way.behind()));
        self.key(&after.key);
        self.push(", ");
        self.value(after.id.clone());
        self.push(")");
    }

    fn key(&mut self, key: &KeyValue) {
        match key {
            KeyValue::Nothing => self.push("''"),
            KeyValue::Text(text) => self.value(text.clone()),
            KeyValue::At(at) => self.value(*at),
        }
    }

    fn order(&mut self, way: Way) {
        self.push(&format!(" ORDER BY c.{0}{1}, c.id{1}", way.column(), way.direction()));
    }

    /// One branch of a predicate, as a condition on the rows.
    fn branch(&mut self, branch: &Branch) {
        match branch {
            Branch::Rows(piece) | Branch::Part(piece) => self.add(Columns::Free, piece),
            Branch::Ids { column, select } => {
                self.push(&format!("c.{column} IN ("));
                self.add(Columns::Free, select);
                self.push(")");
            }
        }
    }

    /// The rows of a plan by way of one predicate: a select for each branch, `columns` of each row.
    pub(super) fn by_way_of(&mut self, plan: &Plan, branches: &[Branch], columns: &dyn Fn(&mut Self)) {
        for (i, branch) in branches.iter().enumerate() {
            // UNION, because a row may be in several branches.
            self.push(if i == 0 { "SELECT " } else { " UNION SELECT " });
            columns(self);
            self.rows_of(plan, branch);
            self.push(" AND ");
            self.branch(branch);
            self.tests(plan);
        }
    }
}

/// How many rows, up to a number, the branches of a predicate have before they are tested.
fn probe(tx: &mut Tx<'_>, plan: &Plan, branches: &[Branch], limit: i64) -> Result<i64, StoreError> {
    let mut sql = Statement::new(tx, "certificates.probe");
    sql.push("SELECT COUNT(*) FROM (");
    for (i, branch) in branches.iter().enumerate() {
        if i > 0 {
            sql.push(" UNION ALL ");
        }
        match branch {
            Branch::Rows(piece) | Branch::Part(piece) => {
                sql.push("SELECT 1 AS one");
                sql.rows_of(plan, branch);
                sql.push(" AND ");
                sql.add(Columns::Free, piece);
            }
            Branch::Ids { select, .. } => {
                sql.push("SELECT 1 AS one FROM (");
                sql.add(Columns::Free, select);
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

/// The predicate that leads to the fewest rows, if they are not more than a number.
fn leader<'p>(tx: &mut Tx<'_>, plan: &'p Plan, most: i64) -> Result<Option<&'p [Branch]>, StoreError> {
    let mut best: Option<(i64, &'p [Branch])> = None;
    for predicate in &plan.predicates {
        let Predicate { branches: Some(branches), .. } = predicate else { continue };
        let limit = best.map_or(most, |(n, _)| n - 1);
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
    leader(tx, plan, CHOSEN)
}

/// What gives a row its rank, as a number in SQL.
fn rank(sql: &mut Statement, plan: &Plan, way: Way) {
    if way.key != SortKey::Attention {
        sql.push(&format!("CAST({} AS BIGINT)", way.rank));
        return;
    }
    if plan.archived {
        sql.push(&format!("CAST({} AS BIGINT)", Condition::Archived.rank()));
        return;
    }
    sql.push("CAST(CASE");
    for condition in Condition::ALL {
        if let Some(test) = condition_test(*condition, plan.now) {
            sql.push(" WHEN ");
            sql.add(Columns::Held, &test);
            sql.push(&format!(" THEN {}", condition.rank()));
        }
    }
    sql.push(" END AS BIGINT)");
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
fn chosen<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    branches: &[Branch],
    way: Way,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<(T, Position)>, StoreError> {
    let mut sql = Statement::new(tx, "certificates.chosen");
    sql.push("WITH chosen AS MATERIALIZED (");
    sql.by_way_of(plan, branches, &|sql| {
        rank(sql, plan, way);
        sql.push(&format!(" AS sort_rank, c.{} AS sort_key, c.id AS sort_id", way.column()));
    });
    sql.push("), part AS MATERIALIZED (SELECT sort_rank, sort_key, sort_id FROM chosen");
    if let Some(after) = after {
        sql.push(&format!(" WHERE (sort_rank, sort_key, sort_id) {} (", way.behind()));
        sql.value(after.rank);
        sql.push(", ");
        sql.key(&after.key);
        sql.push(", ");
        sql.value(after.id.clone());
        sql.push(")");
    }
    let direction = way.direction();
    let order =
        |p: &str| format!(" ORDER BY {p}sort_rank{direction}, {p}sort_key{direction}, {p}sort_id{direction}");
    sql.push(&order(""));
    sql.push(" LIMIT ");
    sql.value(limit);
    // The part leads: its rows are few, and each is one look into the primary key.
    sql.push(&format!(
        ") SELECT {columns}, p.sort_rank, p.sort_key, p.sort_id FROM part p CROSS JOIN certificates c \
         WHERE c.id = p.sort_id"
    ));
    sql.push(&order("p."));
    read(tx, &sql, way)
}

/// The place so many rows further on in an order's index, before any test but what the index itself says.
fn place(
    tx: &mut Tx<'_>,
    plan: &Plan,
    way: Way,
    after: Option<&Position>,
    offset: i64,
    tested: bool,
) -> Result<Option<Position>, StoreError> {
    let mut sql = Statement::new(tx, "certificates.place");
    sql.push(&format!(
        "SELECT CAST({} AS BIGINT) AS sort_rank, c.{} AS sort_key, c.id AS sort_id",
        way.rank,
        way.column()
    ));
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
struct Nothing;

impl FromRow for Nothing {
    fn from_row(_: &crate::Row<'_>) -> Result<Self, StoreError> {
        Ok(Self)
    }
}

/// A walk between two places.
fn walk_statement(
    tx: &Tx<'_>,
    columns: &str,
    plan: &Plan,
    way: Way,
    (after, bound): (Option<&Position>, Option<&Position>),
    limit: i64,
) -> Statement {
    let mut sql = Statement::new(tx, "certificates.walk");
    sql.push(&format!(
        "SELECT {columns}, CAST({} AS BIGINT) AS sort_rank, c.{} AS sort_key, c.id AS sort_id",
        way.rank,
        way.column()
    ));
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
    sql.tests(plan);
    sql.order(way);
    sql.push(" LIMIT ");
    sql.value(limit);
    sql
}

/// Rows in the order of an index, tested as they come.
fn walk<T: FromRow>(
    tx: &mut Tx<'_>,
    columns: &str,
    plan: &Plan,
    way: Way,
    after: Option<&Position>,
    limit: i64,
) -> Result<Listed<T>, StoreError> {
    let bound = if plan.predicates.is_empty() { None } else { place(tx, plan, way, after, WALKS, false)? };
    let sql = walk_statement(tx, columns, plan, way, (after, bound.as_ref()), limit + 1);
    let rows = read(tx, &sql, way)?;
    if bound.is_none() || i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit {
        return Ok(cut(rows, limit));
    }
    if let Some(branches) = leader(tx, plan, CHOSEN_LATE)? {
        return Ok(cut(chosen(tx, columns, plan, branches, way, after, limit + 1)?, limit));
    }
    Ok(Listed { rows, next: bound })
}

/// Takes the row too many off, and says where the list goes on.
fn cut<T>(mut rows: Vec<(T, Position)>, limit: i64) -> Listed<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return Listed { rows, next: None };
    }
    rows.truncate(limit);
    let next = rows.last().map(|(_, position)| position.clone());
    Listed { rows, next }
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
fn conditions(plan: &Plan, descending: bool, from: Option<i64>) -> Vec<Condition> {
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
    if let Some(branches) = leader(tx, plan, CHOSEN)? {
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
    match leader(tx, &plan, CHOSEN)? {
        Some(branches) => few(tx, &plan, branches).map(Some),
        // Few rows in all are few rows that match.
        None if probe(tx, &plan, &[Branch::Rows(Sql::new("TRUE", Vec::new()))], CHOSEN + 1)? <= CHOSEN => {
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
        && let Some(branches) = leader(tx, plan, CHOSEN)?
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
        if let Some(branches) = leader(tx, &plan, CHOSEN_LATE)? {
            let rows = chosen(tx, "c.id", &plan, branches, way, None, CHOSEN_LATE)?;
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
