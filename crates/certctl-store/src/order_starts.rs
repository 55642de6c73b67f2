//! When orders were begun at issuers: what a limit of new orders is counted by.
//!
//! Not for: deciding whether one may begin (the server's `ops/budgets.rs`). Invariant: an order that was lost and is begun anew
//! counts twice, as it does at its authority.

use certctl_core::id::{IssuerId, JobId};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args};

/// Keeps others from counting until this transaction has ended, where transactions write at the same time (PostgreSQL).
///
/// # Errors
/// Those of the store.
pub fn lock(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<(), StoreError> {
    tx.exec("-- order_starts.lock\nUPDATE issuers SET revision = revision WHERE id = $1", args![issuer])?;
    Ok(())
}

/// An order begins now.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, issuer: &IssuerId, job: &JobId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- order_starts.insert
         INSERT INTO order_starts (issuer_id, at, job_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        args![issuer, now, job],
    )?;
    Ok(())
}

/// How many were begun after a moment.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, issuer: &IssuerId, since: Ts) -> Result<i64, StoreError> {
    // The primary key.
    let (n,): (i64,) = tx.one(
        "-- order_starts.count
         SELECT COUNT(*) FROM order_starts WHERE issuer_id = $1 AND at > $2",
        args![issuer, since],
    )?;
    Ok(n)
}

/// When the one was begun before which `n` were after a moment.
///
/// # Errors
/// Those of the store.
pub fn nth(tx: &mut Tx<'_>, issuer: &IssuerId, since: Ts, n: i64) -> Result<Option<Ts>, StoreError> {
    // The primary key.
    let found: Option<(Ts,)> = tx.opt(
        "-- order_starts.nth
         SELECT at FROM order_starts WHERE issuer_id = $1 AND at > $2 ORDER BY at, job_id LIMIT 1 OFFSET $3",
        args![issuer, since, n],
    )?;
    Ok(found.map(|(at,)| at))
}

/// How many queued orders of an issuer go before one: those whose certificates end before (`end`: of what it renews; none for a
/// first version), then the older ones; counted up to `limit`. What waits for another try after a failure is left out.
///
/// # Errors
/// Those of the store.
pub fn before(
    tx: &mut Tx<'_>,
    (issuer, job): (&IssuerId, &JobId),
    end: Option<Ts>,
    limit: i64,
) -> Result<i64, StoreError> {
    let now = tx.now();
    let from = "FROM orders o JOIN jobs j ON j.id = o.job_id
                 JOIN holders h ON h.certificate_id = j.certificate_id AND h.holder = j.holder
             WHERE o.issuer_id = $1 AND o.ended_at IS NULL AND o.queued AND o.job_id <> $2 AND j.state = 'Pending'
                 AND (j.error IS NULL OR j.run_after <= $3)";
    // orders_open, then the primary keys of jobs and holders.
    let (n,): (i64,) = match end {
        Some(end) => tx.one(
            &format!(
                "-- order_starts.before
                 SELECT COUNT(*) FROM (SELECT 1 AS one {from}
                     AND (h.not_after < $4 OR (h.not_after = $4 AND o.job_id < $2)) LIMIT $5) AS found"
            ),
            args![issuer, job, now, end, limit],
        )?,
        None => tx.one(
            &format!(
                "-- order_starts.before_first
                 SELECT COUNT(*) FROM (SELECT 1 AS one {from}
                     AND (h.not_after IS NOT NULL OR o.job_id < $2) LIMIT $4) AS found"
            ),
            args![issuer, job, now, limit],
        )?,
    };
    Ok(n)
}

/// Forgets what no limit counts any more; says how many.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    // order_starts_at
    tx.exec(
        "-- order_starts.prune
         DELETE FROM order_starts WHERE (issuer_id, at, job_id) IN (
             SELECT issuer_id, at, job_id FROM order_starts WHERE at < $1 ORDER BY at LIMIT $2)",
        args![before, limit],
    )
}
