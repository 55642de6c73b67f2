//! Tests of targets: what is asked of an agent, and what came of each check.
//!
//! Not for: what a check means (core's `target_test`). Invariants: an agent has one open test of a configuration at most; a
//! change names the revision it was made from; a target's row names the last test of its present configuration.

use certctl_core::id::{AgentId, TargetId, TargetTestId};
use certctl_core::target_test::TargetTestState;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A test.
    #[derive(Debug, Clone)]
    pub struct TargetTestRow {
        /// Id.
        pub id: TargetTestId,
        /// Of which target; none when it is not saved.
        pub target_id: Option<TargetId>,
        /// Who carries it out.
        pub agent_id: AgentId,
        /// The kind of target.
        pub kind: String,
        /// The configuration that is tested.
        pub config: Value,
        /// Over kind and configuration.
        pub digest: String,
        /// Where it is.
        pub state: TargetTestState,
        /// What came of each check, in their order.
        pub checks: Value,
        /// Who asked: the kind of actor.
        pub requested_by_kind: String,
        /// Who asked.
        pub requested_by: String,
        /// When.
        pub created_at: Ts,
        /// Until when it has to be taken, or to end.
        pub deadline_at: Ts,
        /// When the agent took it.
        pub started_at: Option<Ts>,
        /// When it ended.
        pub ended_at: Option<Ts>,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, target_id, agent_id, kind, config, digest, state, checks, requested_by_kind, requested_by, \
     created_at, deadline_at, started_at, ended_at, revision";

/// The unique index of open tests.
pub const ONE_OPEN: &str = "target_tests_open";

/// Adds one.
///
/// # Errors
/// A violation of [`ONE_OPEN`] when the agent has an open test of the configuration.
pub fn insert(tx: &mut Tx<'_>, row: &TargetTestRow) -> Result<(), StoreError> {
    tx.note_change("target_test", row.id.as_str(), Some(row.revision), &[]);
    tx.exec(
        "-- target_tests.insert
         INSERT INTO target_tests (id, target_id, agent_id, kind, config, digest, state, checks, requested_by_kind,
             requested_by, created_at, deadline_at, started_at, ended_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        args![
            &row.id,
            row.target_id.as_ref(),
            &row.agent_id,
            row.kind.clone(),
            row.config.clone(),
            row.digest.clone(),
            row.state,
            row.checks.clone(),
            row.requested_by_kind.clone(),
            row.requested_by.clone(),
            row.created_at,
            row.deadline_at,
            row.started_at,
            row.ended_at,
            row.revision
        ],
    )?;
    note_last(tx, row)
}

/// Writes state, checks and times over the revision that the row was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &TargetTestRow, changed: &[&str]) -> Result<(), StoreError> {
    tx.note_change("target_test", row.id.as_str(), Some(row.revision + 1), changed);
    tx.exec_one(
        "-- target_tests.update
         UPDATE target_tests SET state = $1, checks = $2, deadline_at = $3, started_at = $4, ended_at = $5,
             revision = revision + 1
         WHERE id = $6 AND revision = $7",
        args![
            row.state,
            row.checks.clone(),
            row.deadline_at,
            row.started_at,
            row.ended_at,
            &row.id,
            row.revision
        ],
        "target test",
    )?;
    note_last(tx, row)
}

/// Keeps the state of a target's last test beside the target, while that has the configuration that is tested.
fn note_last(tx: &mut Tx<'_>, row: &TargetTestRow) -> Result<(), StoreError> {
    let Some(target) = &row.target_id else { return Ok(()) };
    tx.exec(
        "-- target_tests.note_last
         UPDATE targets SET last_test_id = $1, last_test_state = $2, last_test_at = $3
         WHERE id = $4 AND config = $5 AND (last_test_id IS NULL OR last_test_id <= $1)",
        args![
            &row.id,
            row.state,
            row.ended_at.or(row.started_at).unwrap_or(row.created_at),
            target,
            row.config.clone()
        ],
    )?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &TargetTestId) -> Result<Option<TargetTestRow>, StoreError> {
    tx.opt(&format!("-- target_tests.by_id\nSELECT {COLUMNS} FROM target_tests WHERE id = $1"), args![id])
}

/// The newest test of a configuration, whatever target it is of.
///
/// # Errors
/// Those of the store.
pub fn newest_of(
    tx: &mut Tx<'_>,
    agent: &AgentId,
    digest: &str,
) -> Result<Option<TargetTestRow>, StoreError> {
    // target_tests_same
    tx.opt(
        &format!(
            "-- target_tests.newest_of
             SELECT {COLUMNS} FROM target_tests WHERE agent_id = $1 AND digest = $2 ORDER BY id DESC LIMIT 1"
        ),
        args![agent, digest],
    )
}

/// The open test of a configuration.
///
/// # Errors
/// Those of the store.
pub fn open_of(tx: &mut Tx<'_>, agent: &AgentId, digest: &str) -> Result<Option<TargetTestId>, StoreError> {
    // target_tests_open
    let found: Option<(TargetTestId,)> = tx.opt(
        "-- target_tests.open_of
         SELECT id FROM target_tests WHERE agent_id = $1 AND digest = $2 AND state IN ('Pending', 'Running')",
        args![agent, digest],
    )?;
    Ok(found.map(|(id,)| id))
}

/// How many open tests an agent has.
///
/// # Errors
/// Those of the store.
pub fn count_open(tx: &mut Tx<'_>, agent: &AgentId) -> Result<i64, StoreError> {
    // target_tests_open
    let (n,): (i64,) = tx.one(
        "-- target_tests.count_open
         SELECT COUNT(*) FROM target_tests WHERE agent_id = $1 AND state IN ('Pending', 'Running')",
        args![agent],
    )?;
    Ok(n)
}

/// Whether a test waits for an agent.
///
/// # Errors
/// Those of the store.
pub fn any_pending(tx: &mut Tx<'_>, agent: &AgentId) -> Result<bool, StoreError> {
    // target_tests_pending
    let found: Option<(TargetTestId,)> = tx.opt(
        "-- target_tests.any_pending
         SELECT id FROM target_tests WHERE agent_id = $1 AND state = 'Pending' LIMIT 1",
        args![agent],
    )?;
    Ok(found.is_some())
}

/// What waits for an agent, the oldest first.
///
/// # Errors
/// Those of the store.
pub fn pending(tx: &mut Tx<'_>, agent: &AgentId, limit: i64) -> Result<Vec<TargetTestRow>, StoreError> {
    // target_tests_pending
    tx.all(
        &format!(
            "-- target_tests.pending
             SELECT {COLUMNS} FROM target_tests WHERE agent_id = $1 AND state = 'Pending' ORDER BY id LIMIT $2"
        ),
        args![agent, limit],
    )
}

/// Open tests whose time is over.
///
/// # Errors
/// Those of the store.
pub fn overdue(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<TargetTestRow>, StoreError> {
    // target_tests_deadline
    let now = tx.now();
    tx.all(
        &format!(
            "-- target_tests.overdue
             SELECT {COLUMNS} FROM target_tests WHERE state IN ('Pending', 'Running') AND deadline_at <= $1
             ORDER BY deadline_at LIMIT $2"
        ),
        args![now, limit],
    )
}

/// The tests of a target, the newest first.
///
/// # Errors
/// Those of the store.
pub fn of_target(tx: &mut Tx<'_>, target: &TargetId, limit: i64) -> Result<Vec<TargetTestRow>, StoreError> {
    // target_tests_target
    tx.all(
        &format!(
            "-- target_tests.of_target
             SELECT {COLUMNS} FROM target_tests WHERE target_id = $1 ORDER BY id DESC LIMIT $2"
        ),
        args![target, limit],
    )
}

/// Makes a test of a configuration that was not saved that of its target.
///
/// # Errors
/// [`StoreError::Stale`] when it is a target's already.
pub fn adopt(tx: &mut Tx<'_>, row: &TargetTestRow, target: &TargetId) -> Result<(), StoreError> {
    tx.exec_one(
        "-- target_tests.adopt
         UPDATE target_tests SET target_id = $1, revision = revision + 1 WHERE id = $2 AND target_id IS NULL",
        args![target, &row.id],
        "target test",
    )?;
    note_last(tx, &TargetTestRow { target_id: Some(target.clone()), ..row.clone() })
}

/// Removes all but the newest tests of a target, or of an agent's configurations that are not saved.
///
/// # Errors
/// Those of the store.
pub fn keep_newest(
    tx: &mut Tx<'_>,
    target: Option<&TargetId>,
    agent: &AgentId,
    kept: i64,
) -> Result<(), StoreError> {
    match target {
        // target_tests_target
        Some(target) => tx.exec(
            "-- target_tests.keep_newest
             DELETE FROM target_tests WHERE target_id = $1 AND ended_at IS NOT NULL AND id IN (
                 SELECT id FROM target_tests WHERE target_id = $1 ORDER BY id DESC LIMIT 100 OFFSET $2)",
            args![target, kept],
        ),
        // target_tests_draft
        None => tx.exec(
            "-- target_tests.keep_newest_drafts
             DELETE FROM target_tests WHERE target_id IS NULL AND agent_id = $1 AND ended_at IS NOT NULL AND id IN (
                 SELECT id FROM target_tests WHERE target_id IS NULL AND agent_id = $1
                 ORDER BY id DESC LIMIT 100 OFFSET $2)",
            args![agent, kept],
        ),
    }?;
    Ok(())
}

/// Removes the tests of a target that goes.
///
/// # Errors
/// Those of the store.
pub(crate) fn remove_of(tx: &mut Tx<'_>, target: &TargetId) -> Result<(), StoreError> {
    tx.exec("-- target_tests.remove_of\nDELETE FROM target_tests WHERE target_id = $1", args![target])?;
    Ok(())
}

/// Removes up to `limit` tests that ended before a time; says how many.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    // target_tests_ended
    tx.exec(
        "-- target_tests.prune
         DELETE FROM target_tests WHERE id IN (
             SELECT id FROM target_tests WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)",
        args![before, limit],
    )
}
