//! How often signing in failed, by user name and by address, and until when the next try has to wait.
//!
//! In the store, so that all replicas count together. Not for: how long one waits (the server's `ops/sign_in.rs`).
//! Invariant: what is kept of a user name is its SHA-256: people type passwords into the wrong field.

use certctl_core::time::Ts;

use crate::{StoreError, Tx, args};

/// Counts one more failure; gives how many there are now, and until when the subject had to wait by those before. Who
/// comes at the same time waits here, so that none is counted for another.
///
/// # Errors
/// Those of the store.
pub fn add(tx: &mut Tx<'_>, subject: &str, since: Ts) -> Result<(i64, Ts), StoreError> {
    let now = tx.now();
    tx.one(
        "-- sign_in_failures.add
         INSERT INTO sign_in_failures (subject, failures, blocked_until, last_at) VALUES ($1, 1, $2, $2)
         ON CONFLICT (subject) DO UPDATE
         SET failures = CASE WHEN sign_in_failures.last_at > $3 THEN sign_in_failures.failures + 1 ELSE 1 END,
             last_at = excluded.last_at
         RETURNING failures, blocked_until",
        args![subject, now, since],
    )
}

/// Until when a subject has to wait, if it failed at all.
///
/// # Errors
/// Those of the store.
pub fn blocked_until(tx: &mut Tx<'_>, subject: &str) -> Result<Option<Ts>, StoreError> {
    let found: Option<(Ts,)> = tx.opt(
        "-- sign_in_failures.blocked_until
         SELECT blocked_until FROM sign_in_failures WHERE subject = $1",
        args![subject],
    )?;
    Ok(found.map(|(until,)| until))
}

/// Lets a subject wait.
///
/// # Errors
/// Those of the store.
pub fn block(tx: &mut Tx<'_>, subject: &str, until: Ts) -> Result<(), StoreError> {
    tx.exec(
        "-- sign_in_failures.block
         UPDATE sign_in_failures SET blocked_until = $1 WHERE subject = $2",
        args![until, subject],
    )?;
    Ok(())
}

/// Forgets the failures of a subject.
///
/// # Errors
/// Those of the store.
pub fn clear(tx: &mut Tx<'_>, subject: &str) -> Result<(), StoreError> {
    tx.exec("-- sign_in_failures.clear\nDELETE FROM sign_in_failures WHERE subject = $1", args![subject])?;
    Ok(())
}

/// Removes what no longer counts (bookkeeping).
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts) -> Result<u64, StoreError> {
    // Index: sign_in_failures_last_at.
    tx.exec("-- sign_in_failures.prune\nDELETE FROM sign_in_failures WHERE last_at <= $1", args![before])
}
