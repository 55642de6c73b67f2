//! Small periodic duties: lost leases, passed deadlines, silent agents, retention.
//!
//! Invariant: each works page by page and does the same thing when run twice.

use std::time::Duration;

use certctl_store::{alerts, jobs, notifications, order_starts, outbox, target_tests, violations};

use crate::app::App;
use crate::error::Error;
use crate::ops::{agents, jobs as job_ops, target_tests as test_ops};

/// Rows handled in one transaction.
const PAGE: i64 = 200;
/// The event stream is kept for a week.
const OUTBOX_SECONDS: i64 = 7 * 86_400;
/// Finished jobs are kept for 90 days.
const JOB_SECONDS: i64 = 90 * 86_400;
/// Closed alerts are kept for 400 days: a version that could cross the same threshold again has ended by then.
const ALERT_SECONDS: i64 = 400 * 86_400;

/// Closed violations are kept for 400 days, as alerts are.
const VIOLATION_SECONDS: i64 = ALERT_SECONDS;
/// Notifications are kept for 90 days, and longer while one has still to be sent.
const NOTIFICATION_SECONDS: i64 = 90 * 86_400;

/// Begun orders are counted within a week at most.
const ORDER_START_SECONDS: i64 = 7 * 86_400;

/// Ended tests of targets are kept for a week.
const TARGET_TEST_SECONDS: i64 = 7 * 86_400;

/// Gives lost leases back, fails what waited too long, and ends tests of targets that nobody answered.
///
/// # Errors
/// Those of the store.
pub async fn reap(app: App) -> Result<Option<Duration>, Error> {
    let context = crate::ops::system(&app, "reap");
    let n = app
        .store
        .write("upkeep.reap", move |tx| {
            test_ops::expire(tx, &context, PAGE)?;
            Ok::<_, Error>(job_ops::reap(tx, &context, PAGE)? + job_ops::expire(tx, &context, PAGE)?)
        })
        .await?;
    if n > 0 {
        tracing::warn!(jobs = n, "Gave back or ended {n} jobs that nobody was at");
    }
    Ok(None)
}

/// Writes which agents are late or offline.
///
/// # Errors
/// Those of the store.
pub async fn agent_health(app: App) -> Result<Option<Duration>, Error> {
    let context = crate::ops::system(&app, "agent_health");
    app.store.write("upkeep.agent_health", move |tx| agents::sweep_health(tx, &context, PAGE)).await?;
    Ok(None)
}

/// Removes what is past its retention.
///
/// # Errors
/// Those of the store.
pub async fn retention(app: App) -> Result<Option<Duration>, Error> {
    loop {
        let n = app
            .store
            .bookkeeping("upkeep.retention", |tx| {
                let now = tx.now();
                let events = outbox::prune(tx, now.plus_seconds(-OUTBOX_SECONDS), 1_000)?;
                let jobs = jobs::prune(tx, now.plus_seconds(-JOB_SECONDS), PAGE)?;
                let alerts = alerts::prune(tx, now.plus_seconds(-ALERT_SECONDS), PAGE)?;
                let violations = violations::prune(tx, now.plus_seconds(-VIOLATION_SECONDS), PAGE)?;
                let told = notifications::prune(tx, now.plus_seconds(-NOTIFICATION_SECONDS), PAGE)?;
                let tests = target_tests::prune(tx, now.plus_seconds(-TARGET_TEST_SECONDS), PAGE)?;
                let starts = order_starts::prune(tx, now.plus_seconds(-ORDER_START_SECONDS), PAGE)?;
                Ok::<_, Error>(starts + events + jobs + alerts + violations + told + tests)
            })
            .await?;
        if n == 0 || app.shutdown.is_cancelled() {
            return Ok(None);
        }
    }
}
