//! What a person's dashboard remembers: one document for each caller.
//!
//! Not for: what is in it (the server's `http/preferences.rs`). Invariant: a change names the revision it was made from.

use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A caller's preferences.
    #[derive(Debug, Clone)]
    pub struct PreferencesRow {
        /// The caller's id: a user's, a key's, or `local`.
        pub caller: String,
        /// What is remembered.
        pub document: Value,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

/// A caller's, if anything was stored.
///
/// # Errors
/// Those of the store.
pub fn of(tx: &mut Tx<'_>, caller: &str) -> Result<Option<PreferencesRow>, StoreError> {
    tx.opt(
        "-- preferences.of
         SELECT caller, document, updated_at, revision FROM preferences WHERE caller = $1",
        args![caller],
    )
}

/// Writes a caller's document over the revision it was read at; 0 when there was none.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed meanwhile.
pub fn set(tx: &mut Tx<'_>, caller: &str, document: &Value, revision: i64) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- preferences.set
         INSERT INTO preferences (caller, document, updated_at, revision) VALUES ($1, $2, $3, 1)
         ON CONFLICT (caller) DO UPDATE
         SET document = excluded.document, updated_at = excluded.updated_at, revision = preferences.revision + 1
         WHERE preferences.revision = $4",
        args![caller, document.clone(), now, revision],
        "preferences",
    )
}

/// Forgets a caller's (a user who is removed).
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, caller: &str) -> Result<(), StoreError> {
    tx.exec("-- preferences.delete\nDELETE FROM preferences WHERE caller = $1", args![caller])?;
    Ok(())
}
