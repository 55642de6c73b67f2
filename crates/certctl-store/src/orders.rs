//! Orders: what an authority outside does for a job.
//!
//! Not for: when it is asked again (the job's `run_after`). Invariants: a job has one order; an order that has ended is asked
//! nothing any more; no secret is in a row here.

use certctl_core::id::{CertificateId, IssuerId, JobId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row, vals};

row! {
    /// An order.
    #[derive(Debug, Clone)]
    pub struct OrderRow {
        /// For which job.
        pub job_id: JobId,
        /// By whom.
        pub issuer_id: IssuerId,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// What the next step needs; none before the first step, and after an order that was lost.
        pub progress: Option<Value>,
        /// What it waits for, for people.
        pub doing: String,
        /// Whether its authority does not know of it: it waits for its turn, or for another try from the beginning.
        pub queued: bool,
        /// When it was begun.
        pub began_at: Ts,
        /// When it is given up.
        pub deadline_at: Ts,
        /// When it last moved.
        pub updated_at: Ts,
        /// When it ended.
        pub ended_at: Option<Ts>,
    }
}

const COLUMNS: &str =
    "job_id, issuer_id, certificate_id, progress, doing, queued, began_at, deadline_at, updated_at, ended_at";

/// The order of a job.
///
/// # Errors
/// Those of the store.
pub fn of_job(tx: &mut Tx<'_>, job: &JobId) -> Result<Option<OrderRow>, StoreError> {
    tx.opt(&format!("-- orders.of_job\nSELECT {COLUMNS} FROM orders WHERE job_id = $1"), args![job])
}

/// Keeps a job's order as it is until the transaction ends: of two proofs that come to stand at the same time, the second sees the
/// first.
///
/// # Errors
/// Those of the store.
pub fn hold(tx: &mut Tx<'_>, job: &JobId) -> Result<(), StoreError> {
    // SQLite has one writer at a time; PostgreSQL waits here for another who holds it.
    let sql = tx.pick(
        "-- orders.hold
         SELECT job_id FROM orders WHERE job_id = $1",
        "-- orders.hold
         SELECT job_id FROM orders WHERE job_id = $1 FOR UPDATE",
    );
    let _: Option<(JobId,)> = tx.opt(sql, args![job])?;
    Ok(())
}

/// Writes an order, new or again: the same job may be begun anew after its order was lost.
///
/// # Errors
/// Those of the store.
pub fn put(tx: &mut Tx<'_>, row: &OrderRow) -> Result<(), StoreError> {
    tx.exec_later(
        "-- orders.put
         INSERT INTO orders (job_id, issuer_id, certificate_id, progress, doing, queued, began_at, deadline_at,
             updated_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (job_id) DO UPDATE SET issuer_id = excluded.issuer_id, progress = excluded.progress,
             doing = excluded.doing, queued = excluded.queued, began_at = excluded.began_at, deadline_at = excluded.deadline_at,
             updated_at = excluded.updated_at, ended_at = excluded.ended_at",
        vals![
            &row.job_id,
            &row.issuer_id,
            &row.certificate_id,
            row.progress.clone(),
            row.doing.clone(),
            row.queued,
            row.began_at,
            row.deadline_at,
            row.updated_at,
            row.ended_at
        ],
    )
}

/// How many orders of an issuer are not queued, without that of one job.
///
/// # Errors
/// Those of the store.
pub fn in_hand(tx: &mut Tx<'_>, issuer: &IssuerId, but: &JobId) -> Result<i64, StoreError> {
    // orders_open
    let (n,): (i64,) = tx.one(
        "-- orders.in_hand
         SELECT COUNT(*) FROM orders
         WHERE issuer_id = $1 AND ended_at IS NULL AND NOT queued AND job_id <> $2",
        args![issuer, but],
    )?;
    Ok(n)
}

/// Lets the job that has waited longest for its turn at an issuer run now; says whether there was one. One whose last try
/// failed keeps its own time.
///
/// # Errors
/// Those of the store.
pub fn call_next(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<bool, StoreError> {
    let now = tx.now();
    // orders_open, then the primary key of jobs.
    let n = tx.exec(
        "-- orders.call_next
         UPDATE jobs SET run_after = $1
         WHERE id = (
             SELECT o.job_id FROM orders o JOIN jobs j ON j.id = o.job_id
             WHERE o.issuer_id = $2 AND o.ended_at IS NULL AND o.queued AND j.state = 'Pending' AND j.run_after > $1
                 AND j.error IS NULL
             ORDER BY o.job_id LIMIT 1)",
        args![now, issuer],
    )?;
    Ok(n == 1)
}

/// Whether there are orders whose jobs have ended in another way.
///
/// # Errors
/// Those of the store.
pub fn any_abandoned(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    // orders_open, then the primary key of jobs.
    let found: Option<(JobId,)> = tx.opt(
        "-- orders.any_abandoned
         SELECT job_id FROM orders
         WHERE ended_at IS NULL
             AND NOT EXISTS (
                 SELECT 1 FROM jobs j
                 WHERE j.id = orders.job_id AND j.state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running'))
         LIMIT 1",
        args![],
    )?;
    Ok(found.is_some())
}

/// Ends orders whose jobs have ended in another way; gives the issuers, one for each order.
///
/// # Errors
/// Those of the store.
pub fn end_abandoned(tx: &mut Tx<'_>) -> Result<Vec<IssuerId>, StoreError> {
    let now = tx.now();
    // orders_open, then the primary key of jobs.
    let ended: Vec<(IssuerId,)> = tx.all(
        "-- orders.end_abandoned
         UPDATE orders SET ended_at = $1, updated_at = $1
         WHERE ended_at IS NULL
             AND NOT EXISTS (
                 SELECT 1 FROM jobs j
                 WHERE j.id = orders.job_id AND j.state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running'))
         RETURNING issuer_id",
        args![now],
    )?;
    Ok(ended.into_iter().map(|(id,)| id).collect())
}
