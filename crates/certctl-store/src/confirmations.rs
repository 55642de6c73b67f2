//! Confirmations: what one person has asked for, and what a second person decided about it.
//!
//! Not for: who may decide, or the doing (the server's `ops/confirmations.rs`). Invariants: a change of state names the state
//! it comes from, so that of two who decide at once one wins; one thing is asked for once at a time ([`ONE_OPEN`]).

use certctl_core::confirmation::{ConfirmationState, HeldAction};
use certctl_core::id::{ConfirmationId, UserId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, Val, args, row};

row! {
    /// What was asked for.
    #[derive(Debug, Clone)]
    pub struct ConfirmationRow {
        /// Id.
        pub id: ConfirmationId,
        /// What is to be done.
        pub action: HeldAction,
        /// Where it is.
        pub state: ConfirmationState,
        /// What it is done to: the kind of object.
        pub object_kind: String,
        /// What it is done to.
        pub object_id: String,
        /// The action with all that it is run with.
        pub act: Value,
        /// In a sentence.
        pub summary: String,
        /// What follows from it, as it was shown.
        pub consequences: Value,
        /// The path of what came of it.
        pub result: String,
        /// Who asked: the kind of actor.
        pub asked_by_kind: String,
        /// Who asked.
        pub asked_by: String,
        /// The person that this stands for.
        pub asker_id: UserId,
        /// By which request.
        pub request_id: String,
        /// When.
        pub asked_at: Ts,
        /// Until when it can be decided.
        pub expires_at: Ts,
        /// Who decided: the kind of actor.
        pub decided_by_kind: Option<String>,
        /// Who decided.
        pub decided_by: Option<String>,
        /// When.
        pub decided_at: Option<Ts>,
        /// Why.
        pub reason: Option<String>,
        /// When it ended.
        pub ended_at: Option<Ts>,
        /// Why it could not be carried out.
        pub error: Option<String>,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, action, state, object_kind, object_id, act, summary, consequences, result, asked_by_kind, \
     asked_by, asker_id, request_id, asked_at, expires_at, decided_by_kind, decided_by, decided_at, reason, ended_at, error, \
     revision";

/// The unique index of those that are open.
pub const ONE_OPEN: &str = "confirmations_open";

/// Adds one.
///
/// # Errors
/// A violation of [`ONE_OPEN`] when the same is asked for already.
pub fn insert(tx: &mut Tx<'_>, row: &ConfirmationRow) -> Result<(), StoreError> {
    tx.note_change("confirmation", row.id.as_str(), Some(row.revision), &[]);
    tx.exec(
        "-- confirmations.insert
         INSERT INTO confirmations (id, action, state, object_kind, object_id, act, summary, consequences, result,
             asked_by_kind, asked_by, asker_id, request_id, asked_at, expires_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        args![
            &row.id,
            row.action,
            row.state,
            row.object_kind.clone(),
            row.object_id.clone(),
            row.act.clone(),
            row.summary.clone(),
            row.consequences.clone(),
            row.result.clone(),
            row.asked_by_kind.clone(),
            row.asked_by.clone(),
            &row.asker_id,
            row.request_id.clone(),
            row.asked_at,
            row.expires_at,
            row.revision
        ],
    )?;
    Ok(())
}

/// Writes state and decision over the state and revision that the row was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else was quicker.
pub fn update(tx: &mut Tx<'_>, row: &ConfirmationRow, from: ConfirmationState) -> Result<(), StoreError> {
    tx.note_change("confirmation", row.id.as_str(), Some(row.revision + 1), &["state"]);
    tx.exec_one(
        "-- confirmations.update
         UPDATE confirmations SET state = $1, decided_by_kind = $2, decided_by = $3, decided_at = $4, reason = $5,
             ended_at = $6, error = $7, revision = revision + 1
         WHERE id = $8 AND state = $9 AND revision = $10",
        args![
            row.state,
            row.decided_by_kind.clone(),
            row.decided_by.clone(),
            row.decided_at,
            row.reason.clone(),
            row.ended_at,
            row.error.clone(),
            &row.id,
            from,
            row.revision
        ],
        "confirmation",
    )
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &ConfirmationId) -> Result<Option<ConfirmationRow>, StoreError> {
    tx.opt(&format!("-- confirmations.by_id\nSELECT {COLUMNS} FROM confirmations WHERE id = $1"), args![id])
}

/// The open one for an action on an object.
///
/// # Errors
/// Those of the store.
pub fn open_of(
    tx: &mut Tx<'_>,
    action: HeldAction,
    object_id: &str,
) -> Result<Option<ConfirmationRow>, StoreError> {
    // confirmations_open
    tx.opt(
        &format!(
            "-- confirmations.open_of
             SELECT {COLUMNS} FROM confirmations
             WHERE action = $1 AND object_id = $2 AND state IN ('waiting', 'confirmed')"
        ),
        args![action, object_id],
    )
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct ConfirmationFilter {
    /// In one of these states; in any when empty.
    pub states: Vec<ConfirmationState>,
    /// That do this.
    pub action: Option<HeldAction>,
    /// Only those that this person asked for.
    pub asker_id: Option<UserId>,
    /// Ids before this one only (newest first).
    pub before: Option<ConfirmationId>,
}

fn filtered(wanted: &ConfirmationFilter, sql: &mut String, values: &mut Vec<Val>) {
    let states = wanted.states.iter().map(|state| (*state).into()).collect();
    crate::filter_text::any_of("state", states, sql, values);
    if let Some(action) = wanted.action {
        values.push(action.into());
        sql.push_str(&format!(" AND action = ${}", values.len()));
    }
    if let Some(asker) = &wanted.asker_id {
        values.push(asker.into());
        sql.push_str(&format!(" AND asker_id = ${}", values.len()));
    }
}

/// Newest first.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    wanted: &ConfirmationFilter,
    limit: i64,
) -> Result<Vec<ConfirmationRow>, StoreError> {
    // Ids sort by time: the primary key gives the order; confirmations_state and confirmations_asker narrow it.
    let mut sql = format!("-- confirmations.list\nSELECT {COLUMNS} FROM confirmations WHERE 1 = 1");
    let mut values = Vec::new();
    filtered(wanted, &mut sql, &mut values);
    if let Some(before) = &wanted.before {
        values.push(before.into());
        sql.push_str(&format!(" AND id < ${}", values.len()));
    }
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, wanted: &ConfirmationFilter) -> Result<i64, StoreError> {
    let mut sql = "-- confirmations.count\nSELECT COUNT(*) FROM confirmations WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    filtered(wanted, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// Those whose time is over, oldest first.
///
/// # Errors
/// Those of the store.
pub fn overdue(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<ConfirmationRow>, StoreError> {
    let now = tx.now();
    // confirmations_state: few wait at a time.
    tx.all(
        &format!(
            "-- confirmations.overdue
             SELECT {COLUMNS} FROM confirmations
             WHERE state = 'waiting' AND expires_at <= $1 ORDER BY id LIMIT $2"
        ),
        args![now, limit],
    )
}

/// Those that were confirmed and not carried out yet, oldest first.
///
/// # Errors
/// Those of the store.
pub fn confirmed(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<ConfirmationId>, StoreError> {
    // confirmations_state
    let rows: Vec<(ConfirmationId,)> = tx.all(
        "-- confirmations.confirmed
         SELECT id FROM confirmations WHERE state = 'confirmed' ORDER BY id LIMIT $1",
        args![limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Removes what ended before `before`, a part at a time; says how many went.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    // confirmations_ended
    tx.exec(
        "-- confirmations.prune
         DELETE FROM confirmations WHERE id IN (
             SELECT id FROM confirmations WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)",
        args![before, limit],
    )
}
