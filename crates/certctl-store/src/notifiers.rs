//! Notifiers: the channels, and how they are doing.
//!
//! Not for: what is sent through them (`deliveries.rs`). Invariants: a change of a person's names the revision it was made
//! from; how a channel is doing is bookkeeping and leaves the revision alone; no secret is in a row here.

use certctl_core::id::NotifierId;
use certctl_core::notification::NotifierKind;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A channel.
    #[derive(Debug, Clone)]
    pub struct NotifierRow {
        /// Id.
        pub id: NotifierId,
        /// For people.
        pub name: String,
        /// What it is.
        pub kind: NotifierKind,
        /// Whether it is told of anything.
        pub enabled: bool,
        /// Without secrets.
        pub config: Value,
        /// The fields of the configuration that are sealed elsewhere.
        pub secret_names: Value,
        /// What it is told of.
        pub routing: Value,
        /// Whether, and when, what it is told is collected.
        pub digest: Option<Value>,
        /// Its own texts.
        pub template: Value,
        /// When what is collected is sent.
        pub digest_at: Option<Ts>,
        /// Its receiver asked to be left alone until then.
        pub hold_until: Option<Ts>,
        /// Since when every try failed.
        pub failing_since: Option<Ts>,
        /// When a delivery was given up since then.
        pub gave_up_at: Option<Ts>,
        /// What the last failure was.
        pub last_error: Option<String>,
        /// When its receiver last took something.
        pub last_sent_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, name, kind, enabled, config, secret_names, routing, digest, template, digest_at, hold_until, \
     failing_since, gave_up_at, last_error, last_sent_at, created_at, updated_at, revision";

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &NotifierId) -> Result<Option<NotifierRow>, StoreError> {
    tx.opt(&format!("-- notifiers.by_id\nSELECT {COLUMNS} FROM notifiers WHERE id = $1"), args![id])
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<NotifierRow>, StoreError> {
    tx.all(
        &format!("-- notifiers.list\nSELECT {COLUMNS} FROM notifiers WHERE id > $1 ORDER BY id LIMIT $2"),
        args![after, limit],
    )
}

/// All that are told of anything; their number is bounded when they are made.
///
/// # Errors
/// Those of the store.
pub fn enabled(tx: &mut Tx<'_>) -> Result<Vec<NotifierRow>, StoreError> {
    tx.all(&format!("-- notifiers.enabled\nSELECT {COLUMNS} FROM notifiers WHERE enabled ORDER BY id"), &[])
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- notifiers.count\nSELECT COUNT(*) FROM notifiers", args![])?;
    Ok(n)
}

/// Adds one; says whether its id was free.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &NotifierRow) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- notifiers.insert
         INSERT INTO notifiers (id, name, kind, enabled, config, secret_names, routing, digest, template, created_at,
             updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO NOTHING",
        args![
            &row.id,
            row.name.clone(),
            row.kind,
            row.enabled,
            row.config.clone(),
            row.secret_names.clone(),
            row.routing.clone(),
            row.digest.clone(),
            row.template.clone(),
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// Writes what people change, over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &NotifierRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- notifiers.update
         UPDATE notifiers
         SET name = $1, enabled = $2, config = $3, secret_names = $4, routing = $5, digest = $6, template = $7,
             digest_at = $8, updated_at = $9, revision = revision + 1
         WHERE id = $10 AND revision = $11",
        args![
            row.name.clone(),
            row.enabled,
            row.config.clone(),
            row.secret_names.clone(),
            row.routing.clone(),
            row.digest.clone(),
            row.template.clone(),
            row.digest_at,
            now,
            &row.id,
            row.revision
        ],
        "notifier",
    )
}

/// Removes one; says whether it was there.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &NotifierId) -> Result<bool, StoreError> {
    let n = tx.exec("-- notifiers.delete\nDELETE FROM notifiers WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// No certificate refers to a notifier.
///
/// # Errors
/// None.
pub fn certificates(_: &mut Tx<'_>, _: &NotifierId, _: i64) -> Result<Vec<String>, StoreError> {
    Ok(Vec::new())
}

/// Its receiver took something.
///
/// # Errors
/// Those of the store.
pub fn succeeded(tx: &mut Tx<'_>, id: &NotifierId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- notifiers.succeeded
         UPDATE notifiers
         SET last_sent_at = $1, failing_since = NULL, gave_up_at = NULL, last_error = NULL, hold_until = NULL
         WHERE id = $2",
        args![now, id],
    )?;
    Ok(())
}

/// A try failed.
///
/// # Errors
/// Those of the store.
pub fn failed(
    tx: &mut Tx<'_>,
    id: &NotifierId,
    error: &str,
    hold_until: Option<Ts>,
    gave_up: bool,
) -> Result<(), StoreError> {
    let now = tx.now();
    let gave_up_at = gave_up.then_some(now);
    tx.exec(
        "-- notifiers.failed
         UPDATE notifiers
         SET failing_since = COALESCE(failing_since, $1), last_error = $2, hold_until = COALESCE($3, hold_until),
             gave_up_at = COALESCE($4, gave_up_at)
         WHERE id = $5",
        args![now, error, hold_until, gave_up_at, id],
    )?;
    Ok(())
}

/// Begins to collect, unless it does already.
///
/// # Errors
/// Those of the store.
pub fn collect_until(tx: &mut Tx<'_>, id: &NotifierId, at: Ts) -> Result<(), StoreError> {
    tx.exec(
        "-- notifiers.collect_until
         UPDATE notifiers SET digest_at = $1 WHERE id = $2 AND digest_at IS NULL",
        args![at, id],
    )?;
    Ok(())
}

/// Ends the collecting that was due at `at`; false when another replica did.
///
/// # Errors
/// Those of the store.
pub fn collected(tx: &mut Tx<'_>, id: &NotifierId, at: Ts) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- notifiers.collected
         UPDATE notifiers SET digest_at = NULL WHERE id = $1 AND digest_at = $2",
        args![id, at],
    )?;
    Ok(n == 1)
}
