//! Targets: places to deploy to.
//!
//! Invariant: a change names the revision it was made from.

use certctl_core::choice::Choice;
use certctl_core::facet::Facet;
use certctl_core::id::{AgentId, CertificateId, TargetId, TargetTestId};
use certctl_core::target_test::TargetTestState;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::filter_text::{chosen, part};
use crate::lists::{Anchors, Facets, Rows};
use crate::{StoreError, Tx, Val, args, row, target_tests};

row! {
    /// A target.
    #[derive(Debug, Clone)]
    pub struct TargetRow {
        /// Id.
        pub id: TargetId,
        /// Column `name`.
        pub name: String,
        /// Column `kind`.
        pub kind: String,
        /// Column `config`.
        pub config: Value,
        /// Column `agent_id`.
        pub agent_id: AgentId,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
        /// The last test of its present configuration.
        pub last_test_id: Option<TargetTestId>,
        /// Where that is.
        pub last_test_state: Option<TargetTestState>,
        /// When it came there.
        pub last_test_at: Option<Ts>,
    }
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &TargetId) -> Result<Option<TargetRow>, StoreError> {
    tx.opt(
        "-- targets.by_id
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision, last_test_id, last_test_state,
             last_test_at
         FROM targets WHERE id = $1",
        args![id],
    )
}

/// Filters of the list; an empty one admits everything.
#[derive(Debug, Clone, Default)]
pub struct TargetFilter {
    /// What it is.
    pub kind: Choice<String>,
    /// Who deploys there.
    pub agent_id: Choice<AgentId>,
    /// What is deployed there.
    pub certificate_id: Choice<CertificateId>,
    /// The environment of its agent.
    pub environment: Choice<String>,
    /// Where the last test of its present configuration is.
    pub last_test: Choice<TargetTestState>,
    /// Part of the id, the name or the configuration.
    pub q: Option<String>,
}

/// What the list is ordered by, and then by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TargetSort {
    /// Nothing but the id.
    #[default]
    Id,
    /// The name, in any case.
    Name,
    /// When it was made.
    Created,
    /// When it was last changed.
    Updated,
    /// The kind.
    Kind,
}

impl TargetSort {
    /// The expression, the same as in its index.
    fn expression(self, tx: &Tx<'_>) -> Option<&'static str> {
        match self {
            Self::Id => None,
            Self::Name => Some(tx.pick("LOWER(name)", "LOWER(name) COLLATE \"C\"")),
            Self::Created => Some("created_at"),
            Self::Updated => Some("updated_at"),
            Self::Kind => Some("kind"),
        }
    }
}

/// The order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TargetOrder {
    /// By what.
    pub sort: TargetSort,
    /// The other way round.
    pub descending: bool,
}

/// A place in the list: behind the target that has this value and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetPlace {
    /// What it is sorted by, as text; empty when that is the id.
    pub value: String,
    /// Its id.
    pub id: TargetId,
}

impl TargetPlace {
    fn bound(&self, sort: TargetSort) -> Option<Val> {
        match sort {
            TargetSort::Id | TargetSort::Name | TargetSort::Kind => Some(self.value.clone().into()),
            TargetSort::Created | TargetSort::Updated => self.value.parse::<Ts>().ok().map(Into::into),
        }
    }

    /// Whether it can be a place in a list of this order.
    pub fn fits(&self, sort: TargetSort) -> bool {
        self.bound(sort).is_some()
    }
}

/// The targets with what is only known of their agents and certificates.
const JOINED: &str = "(SELECT t.id, t.name, t.kind, t.config, t.agent_id, t.created_at, t.updated_at, t.revision, \
     t.last_test_id, t.last_test_state, t.last_test_at, a.environment, c.certificate_id \
     FROM targets t JOIN agents a ON a.id = t.agent_id \
     LEFT JOIN certificate_targets c ON c.target_id = t.id) AS joined";

fn where_clause(filter: &TargetFilter, sql: &mut String, values: &mut Vec<Val>) {
    chosen("kind", &filter.kind, sql, values);
    chosen("agent_id", &filter.agent_id, sql, values);
    chosen("certificate_id", &filter.certificate_id, sql, values);
    chosen("environment", &filter.environment, sql, values);
    chosen("last_test_state", &filter.last_test, sql, values);
    if let Some(q) = &filter.q {
        values.push(part(q).into());
        let place = values.len();
        let columns = ["id", "LOWER(name)", "LOWER(CAST(config AS TEXT))"];
        let any: Vec<String> =
            columns.iter().map(|column| format!("{column} LIKE ${place} ESCAPE '\\'")).collect();
        sql.push_str(&format!(" AND ({})", any.join(" OR ")));
    }
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<TargetRow>, StoreError> {
    tx.all(
        "-- targets.list
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision, last_test_id, last_test_state,
             last_test_at
         FROM targets WHERE id > $1 ORDER BY id LIMIT $2",
        args![after, limit],
    )
}

/// A page of those that match, behind a place.
///
/// # Errors
/// Those of the store.
pub fn list_of(
    tx: &mut Tx<'_>,
    filter: &TargetFilter,
    order: TargetOrder,
    after: Option<&TargetPlace>,
    limit: i64,
) -> Result<Vec<TargetRow>, StoreError> {
    // The primary key gives the order of ids, targets_name, _created, _updated and _kind the others; targets_agent those of
    // an agent.
    let mut sql = format!(
        "-- targets.list_of
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision, last_test_id, last_test_state,
             last_test_at
         FROM {JOINED} WHERE 1 = 1"
    );
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    let expression = order.sort.expression(tx);
    let (beyond, way) = if order.descending { ("<", " DESC") } else { (">", "") };
    match (after, expression) {
        (None, _) => {}
        (Some(place), None) => {
            values.push((&place.id).into());
            sql.push_str(&format!(" AND id {beyond} ${}", values.len()));
        }
        (Some(place), Some(expression)) => {
            values.extend(place.bound(order.sort));
            values.push((&place.id).into());
            let n = values.len();
            sql.push_str(&format!(" AND ({expression}, id) {beyond} (${}, ${n})", n - 1));
        }
    }
    values.push(limit.into());
    let first = expression.map(|expression| format!("{expression}{way}, ")).unwrap_or_default();
    sql.push_str(&format!(" ORDER BY {first}id{way} LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// The place behind a target.
///
/// # Errors
/// Those of the store.
pub fn place_of(tx: &mut Tx<'_>, sort: TargetSort, id: &TargetId) -> Result<Option<TargetPlace>, StoreError> {
    let place = |value: String| TargetPlace { value, id: id.clone() };
    let sql =
        |expression: &str| format!("-- targets.place_of\nSELECT {expression} FROM targets WHERE id = $1");
    Ok(match sort.expression(tx) {
        None => Some(place(String::new())),
        Some(expression) if matches!(sort, TargetSort::Created | TargetSort::Updated) => {
            let at: Option<(Ts,)> = tx.opt(&sql(expression), args![id])?;
            at.map(|(at,)| place(at.to_string()))
        }
        Some(expression) => {
            let text: Option<(String,)> = tx.opt(&sql(expression), args![id])?;
            text.map(|(text,)| place(text))
        }
    })
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- targets.count\nSELECT COUNT(*) FROM targets", args![])?;
    Ok(n)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count_of(tx: &mut Tx<'_>, filter: &TargetFilter) -> Result<i64, StoreError> {
    let mut sql = format!("-- targets.count_of\nSELECT COUNT(*) FROM {JOINED} WHERE 1 = 1");
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

fn rows(tx: &Tx<'_>, filter: &TargetFilter, order: TargetOrder) -> Rows {
    let (mut conditions, mut values) = (String::new(), Vec::new());
    where_clause(filter, &mut conditions, &mut values);
    let before = order.sort.expression(tx);
    Rows {
        name: "targets",
        table: JOINED,
        before,
        key: "id",
        descending: order.descending,
        conditions,
        values,
        cut: false,
    }
}

/// Places all over the list.
///
/// # Errors
/// Those of the store.
pub fn anchors(
    tx: &mut Tx<'_>,
    filter: &TargetFilter,
    order: TargetOrder,
) -> Result<Anchors<TargetPlace>, StoreError> {
    let found: Anchors<TargetId> = rows(tx, filter, order).anchors(tx)?;
    let mut positions = Vec::with_capacity(found.positions.len());
    for id in &found.positions {
        positions.extend(place_of(tx, order.sort, id)?);
    }
    let Anchors { total, every, approximate, .. } = found;
    Ok(Anchors { total, every, positions, approximate })
}

/// Counts the list by kind, agent, environment and last test.
///
/// # Errors
/// Those of the store.
pub fn facets(tx: &mut Tx<'_>, filter: &TargetFilter) -> Result<Facets, StoreError> {
    let columns = [
        (Facet::Kind, "kind"),
        (Facet::Agent, "agent_id"),
        (Facet::Environment, "environment"),
        (Facet::LastTest, "last_test_state"),
    ];
    rows(tx, filter, TargetOrder::default()).facets(tx, &columns)
}

/// Adds one; says whether it was not there already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &TargetRow) -> Result<bool, StoreError> {
    tx.note_change("target", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- targets.insert
         INSERT INTO targets (id, name, kind, config, agent_id, created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO NOTHING",
        args![
            &row.id,
            row.name.clone(),
            row.kind.clone(),
            row.config.clone(),
            &row.agent_id,
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// Writes the changed columns over the revision it was read at. A changed configuration was not tested.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &TargetRow) -> Result<(), StoreError> {
    tx.note_change("target", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- targets.update
         UPDATE targets SET name = $1, config = $2, updated_at = $3, revision = revision + 1,
             last_test_id = CASE WHEN config = $2 THEN last_test_id END,
             last_test_state = CASE WHEN config = $2 THEN last_test_state END,
             last_test_at = CASE WHEN config = $2 THEN last_test_at END
         WHERE id = $4 AND revision = $5",
        args![row.name.clone(), row.config.clone(), now, &row.id, row.revision],
        "target",
    )
}

/// All targets of an agent, by id.
///
/// # Errors
/// Those of the store.
pub fn of_agent(tx: &mut Tx<'_>, agent: &AgentId) -> Result<Vec<TargetRow>, StoreError> {
    // targets_agent
    tx.all(
        "-- targets.of_agent
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision, last_test_id, last_test_state,
             last_test_at
         FROM targets WHERE agent_id = $1 ORDER BY id",
        args![agent],
    )
}

/// Whether the history names a target of this id.
///
/// # Errors
/// Those of the store.
pub fn has_history(tx: &mut Tx<'_>, id: &TargetId) -> Result<bool, StoreError> {
    // deployments_target
    let found: Option<(i64,)> = tx.opt(
        "-- targets.has_history
         SELECT CAST(1 AS BIGINT) FROM deployments WHERE target_id = $1 LIMIT 1",
        args![id],
    )?;
    Ok(found.is_some())
}

/// Removes one; says whether it was there. What refers to it stops it ([`StoreError::ForeignKeyViolation`]).
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &TargetId) -> Result<bool, StoreError> {
    set_addresses(tx, id, &[])?;
    target_tests::remove_of(tx, id)?;
    let n = tx.exec("-- targets.delete\nDELETE FROM targets WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// Sets where it is looked at, for the search.
///
/// # Errors
/// Those of the store.
pub fn set_addresses(tx: &mut Tx<'_>, id: &TargetId, addresses: &[String]) -> Result<(), StoreError> {
    tx.exec("-- target_addresses.delete\nDELETE FROM target_addresses WHERE target_id = $1", args![id])?;
    for address in addresses {
        tx.exec(
            "-- target_addresses.insert
             INSERT INTO target_addresses (target_id, address) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            args![id, address.clone()],
        )?;
    }
    Ok(())
}

/// Certificates that are deployed to it, at most `limit`.
///
/// # Errors
/// Those of the store.
pub fn certificates(tx: &mut Tx<'_>, id: &TargetId, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = tx.all(
        "-- targets.certificates
         SELECT certificate_id FROM certificate_targets WHERE target_id = $1 ORDER BY certificate_id LIMIT $2",
        args![id, limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
