//! Targets: places to deploy to.
//!
//! Invariant: a change names the revision it was made from.

use certctl_core::id::{AgentId, TargetId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

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

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<TargetRow>, StoreError> {
    tx.all(
        "-- targets.list
         SELECT id, name, kind, config, agent_id, created_at, updated_at, revision
         FROM targets WHERE id > $1 ORDER BY id LIMIT $2",
        args![after, limit],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- targets.count\nSELECT COUNT(*) FROM targets", args![])?;
    Ok(n)
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
