//! Answers kept for a day under the caller's `Idempotency-Key`, so that a repeated POST is done once.
//!
//! Not for: hashing or sealing (the server's `http/idempotency.rs`). Invariant: of two requests with one key only
//! one gets [`Claim::Mine`], by the primary key.

use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row};

row! {
    /// A kept answer, or a request that is under way.
    #[derive(Debug, Clone)]
    pub struct IdempotencyRow {
        /// Hash of the request.
        pub request_hash: String,
        /// The answer's status; absent while the request is under way.
        pub status: Option<u16>,
        /// The answer, sealed.
        pub body: Option<Vec<u8>>,
        /// When the request came.
        pub created_at: Ts,
    }
}

/// Who carries a request out.
#[derive(Debug, Clone)]
pub enum Claim {
    /// The one who asked now.
    Mine,
    /// Somebody did or does it already.
    Taken(IdempotencyRow),
}

/// Takes a key for a request; takes it over from one that began before `abandoned_before` and never ended.
///
/// # Errors
/// Those of the store.
pub fn claim(
    tx: &mut Tx<'_>,
    caller: &str,
    key: &str,
    request_hash: &str,
    abandoned_before: Ts,
) -> Result<Claim, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- idempotency_keys.claim
         INSERT INTO idempotency_keys (caller, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (caller, key) DO UPDATE SET created_at = excluded.created_at
         WHERE idempotency_keys.status IS NULL AND idempotency_keys.created_at < $5
             AND idempotency_keys.request_hash = excluded.request_hash",
        args![caller, key, request_hash, now, abandoned_before],
    )?;
    if n == 1 {
        return Ok(Claim::Mine);
    }
    let row = tx.opt(
        "-- idempotency_keys.by_key
         SELECT request_hash, status, body, created_at FROM idempotency_keys WHERE caller = $1 AND key = $2",
        args![caller, key],
    )?;
    // Gone again: the other request ended this moment without a change.
    row.map(Claim::Taken).ok_or(StoreError::Stale { what: "request with this Idempotency-Key" })
}

/// Keeps the answer.
///
/// # Errors
/// Those of the store.
pub fn settle(tx: &mut Tx<'_>, caller: &str, key: &str, status: u16, body: &[u8]) -> Result<(), StoreError> {
    tx.exec(
        "-- idempotency_keys.settle
         UPDATE idempotency_keys SET status = $1, body = $2 WHERE caller = $3 AND key = $4 AND status IS NULL",
        args![status, body, caller, key],
    )?;
    Ok(())
}

/// Gives a key back, after a request that changed nothing.
///
/// # Errors
/// Those of the store.
pub fn release(tx: &mut Tx<'_>, caller: &str, key: &str) -> Result<(), StoreError> {
    tx.exec(
        "-- idempotency_keys.release
         DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND status IS NULL",
        args![caller, key],
    )?;
    Ok(())
}

/// Removes keys that came before a time (bookkeeping).
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts) -> Result<u64, StoreError> {
    // Index: idempotency_keys_created.
    tx.exec("-- idempotency_keys.prune\nDELETE FROM idempotency_keys WHERE created_at < $1", args![before])
}
