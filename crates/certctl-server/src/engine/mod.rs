//! The engine: what happens by itself. Each task is one file with one function; this file drives them.
//!
//! To add a periodic task: one file, one line in [`start`]. Tasks act on what the store says, never on what woke
//! them; timer and signal both wake them; a task that fails is logged and runs again. Alternatives: a cron table in
//! the store (a second scheduler beside the due times that the rows carry) and one big loop (one slow task would hold
//! up the others).
//! Not for: HTTP. Invariant: a periodic task runs on one replica at a time, by its lease.

pub mod agent_records;
pub mod alerts;
pub mod audit_seal;
pub mod cas;
pub mod challenges;
pub mod confirmations;
pub mod crls;
pub mod deliver;
pub mod heartbeats;
pub mod hints;
pub mod issue;
pub mod operations;
pub mod orders;
pub mod policies;
pub mod renewal;
pub mod revocations;
pub mod stats;
pub mod upkeep;

use std::time::Duration;

use crate::app::App;
use crate::error::{Error, chain};
use crate::measures;
use certctl_store::{deliveries, instance};

/// How long a periodic task's lease lasts; it is taken anew at each run.
const TASK_LEASE_SECONDS: i64 = 20;

const RENEWAL_PERIOD: Duration =
    Duration::from_secs(crate::ops::issuance::RENEWAL_LOOK_SECONDS.unsigned_abs());

/// Starts every task; they end when the app shuts down.
pub fn start(app: &App) {
    let spawn = |name: &'static str, task: fn(App) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        tracing::debug!(task = name, "Task {name} starts");
        app.tracker.spawn(task(app.clone()));
    };
    spawn("issue", |app| Box::pin(issue::run(app)));
    spawn("deliver", |app| Box::pin(deliver::run(app)));
    spawn("heartbeats", |app| Box::pin(heartbeats::run(app)));
    spawn("renewal", |app| {
        Box::pin(periodic(app, "renewal", RENEWAL_PERIOD, |app| Box::pin(renewal::tick(app))))
    });
    spawn("challenges", |app| {
        Box::pin(periodic(app, "challenges", Duration::from_secs(5), |app| Box::pin(challenges::tick(app))))
    });
    spawn("hints", |app| {
        Box::pin(periodic(app, "hints", Duration::from_secs(60), |app| Box::pin(hints::tick(app))))
    });
    spawn("reap", |app| {
        Box::pin(periodic(app, "reap", Duration::from_secs(2), |app| Box::pin(upkeep::reap(app))))
    });
    spawn("health", |app| {
        Box::pin(periodic(app, "health", Duration::from_secs(5), |app| Box::pin(upkeep::agent_health(app))))
    });
    spawn("alerts", |app| {
        Box::pin(periodic(app, "alerts", Duration::from_secs(10), |app| Box::pin(alerts::tick(app))))
    });
    spawn("operations", |app| {
        Box::pin(periodic(app, "operations", Duration::from_secs(10), |app| Box::pin(operations::tick(app))))
    });
    spawn("confirmations", |app| {
        Box::pin(periodic(app, "confirmations", Duration::from_secs(10), |app| {
            Box::pin(confirmations::tick(app))
        }))
    });
    spawn("revocations", |app| {
        Box::pin(periodic(app, "revocations", Duration::from_secs(30), |app| {
            Box::pin(revocations::tick(app))
        }))
    });
    spawn("cas", |app| {
        Box::pin(periodic(app, "cas", Duration::from_secs(60), |app| Box::pin(cas::tick(app))))
    });
    spawn("crls", |app| {
        Box::pin(periodic(app, "crls", Duration::from_secs(60), |app| Box::pin(crls::tick(app))))
    });
    spawn("stats", |app| {
        Box::pin(periodic(app, "stats", Duration::from_secs(3_600), |app| Box::pin(stats::tick(app))))
    });
    spawn("policies", |app| {
        Box::pin(periodic(app, "policies", Duration::from_secs(10), |app| Box::pin(policies::tick(app))))
    });
    spawn("retention", |app| {
        Box::pin(periodic(app, "retention", Duration::from_secs(600), |app| Box::pin(upkeep::retention(app))))
    });
    spawn("audit_seal", |app| {
        Box::pin(periodic(app, "audit_seal", Duration::from_secs(5), |app| Box::pin(audit_seal::tick(app))))
    });
}

/// A run's answer: how soon to run again, if sooner than the period.
type Tick = std::pin::Pin<Box<dyn Future<Output = Result<Option<Duration>, Error>> + Send>>;

/// Runs a task at each period and whenever its topic is signalled, while this replica has its lease.
async fn periodic(app: App, task: &'static str, period: Duration, tick: fn(App) -> Tick) {
    let signal = app.signals.engine_wake(task);
    let mut wait = Duration::ZERO;
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            () = signal.notified() => {}
        }
        app.engine_beat.beat(app.now());
        let mut failed = true;
        wait = match lease(&app, task).await {
            Ok(false) => {
                failed = false;
                period
            }
            Ok(true) => {
                // In a task of its own, so that a panic is this run's and not the driver's.
                match app.tracker.spawn(tick(app.clone())).await {
                    Ok(Ok(soon)) => {
                        failed = false;
                        soon.unwrap_or(period).min(period)
                    }
                    // Somebody was quicker, and has what the task began with no more: it begins anew.
                    Ok(Err(error @ Error::Conflict { code: "changed_meanwhile", .. })) => {
                        failed = false;
                        tracing::debug!(task, "Task {task} begins anew: {}", chain(&error));
                        period.min(Duration::from_secs(1))
                    }
                    Ok(Err(error)) => {
                        tracing::error!(task, "Task {task} failed: {}", chain(&error));
                        period.min(Duration::from_secs(5))
                    }
                    Err(error) => {
                        tracing::error!(task, "Task {task} panicked: {error}");
                        period
                    }
                }
            }
            Err(error) => {
                tracing::error!(task, "The lease of task {task} could not be taken: {}", chain(&error));
                Duration::from_secs(1)
            }
        };
        measures::task_ran(task, failed);
    }
}

async fn lease(app: &App, task: &'static str) -> Result<bool, Error> {
    let owner = app.replica_id.clone();
    app.store
        .bookkeeping("engine.lease_task", move |tx| {
            let until = tx.now().plus_seconds(TASK_LEASE_SECONDS);
            instance::lease_task(tx, task, &owner, until).map_err(Error::from)
        })
        .await
}

/// Gives back what this replica holds; called when shutdown's grace period is over.
///
/// # Errors
/// Those of the store.
pub async fn release(app: &App) -> Result<(), Error> {
    let owner = app.replica_id.clone();
    let context = crate::ops::system(app, "shutdown");
    let jobs_owner = owner.clone();
    app.store
        .write("engine.release_jobs", move |tx| crate::ops::jobs::release(tx, &context, &jobs_owner))
        .await?;
    app.store
        .bookkeeping("engine.release_tasks", move |tx| {
            deliveries::release(tx, &owner)?;
            instance::release_tasks(tx, &owner).map_err(Error::from)
        })
        .await?;
    Ok(())
}
