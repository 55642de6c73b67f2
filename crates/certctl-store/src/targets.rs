//! Targets: places to deploy to.
//!
//! Invariant: a change names the revision it was made from.

use certctl_core::choice::Choice;
use certctl_core::facet::Facet;
use certctl_core::id::{AgentId, TargetId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::filter_text::chosen;
use crate::lists::{Anchors, Facets, Rows};
use crate::{StoreError, Tx, Val, args, row, vals};

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
    }
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &TargetId) -> Result<Option<TargetRow>, StoreError> {
    tx.opt(
        "-- targets.by_id
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision
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
}

fn where_clause(filter: &TargetFilter, sql: &mut String, values: &mut Vec<Val>) {
    chosen("kind", &filter.kind, sql, values);
    chosen("agent_id", &filter.agent_id, sql, values);
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<TargetRow>, StoreError> {
    list_of(tx, &TargetFilter::default(), after, limit)
}

/// A page of those that match, by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list_of(
    tx: &mut Tx<'_>,
    filter: &TargetFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<TargetRow>, StoreError> {
    // The primary key gives the order; targets_agent those of an agent.
    let mut sql = "-- targets.list
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision
         FROM targets WHERE id > $1"
        .to_owned();
    let mut values = vals![after];
    where_clause(filter, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    count_of(tx, &TargetFilter::default())
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count_of(tx: &mut Tx<'_>, filter: &TargetFilter) -> Result<i64, StoreError> {
    let mut sql = "-- targets.count\nSELECT COUNT(*) FROM targets WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

fn rows(filter: &TargetFilter) -> Rows {
    let (mut conditions, mut values) = (String::new(), Vec::new());
    where_clause(filter, &mut conditions, &mut values);
    Rows { name: "targets", table: "targets", key: "id", descending: false, conditions, values, cut: false }
}

/// Places all over the list, each the id of the last target before it.
///
/// # Errors
/// Those of the store.
pub fn anchors(tx: &mut Tx<'_>, filter: &TargetFilter) -> Result<Anchors<TargetId>, StoreError> {
    rows(filter).anchors(tx)
}

/// Counts the list by kind and agent.
///
/// # Errors
/// Those of the store.
pub fn facets(tx: &mut Tx<'_>, filter: &TargetFilter) -> Result<Facets, StoreError> {
    rows(filter).facets(tx, &[(Facet::Kind, "kind"), (Facet::Agent, "agent_id")])
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

/// Writes the changed columns over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &TargetRow) -> Result<(), StoreError> {
    tx.note_change("target", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- targets.update
         UPDATE targets SET name = $1, config = $2,
             updated_at = $3, revision = revision + 1
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
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision
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
