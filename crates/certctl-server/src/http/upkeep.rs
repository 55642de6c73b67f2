//! What every replica does for its own callers from time to time: writes their last uses, the counts of refusals and
//! the agents' heartbeats, and removes sessions, failed sign-ins and kept answers that no longer count.
//!
//! Not for: the engine's tasks, which one replica does for all. Invariant: a failure is logged and costs one round.

use std::time::Duration;

use certctl_store::{StoreError, agents, idempotency, sessions, sign_in_failures};

use super::{auth::IDLE_SECONDS, idempotency::KEEP_SECONDS, identities::write_uses, refusals};
use crate::{app::App, error::chain, ops::sign_in::FORGOTTEN_SECONDS};

const HEARTBEATS: Duration = Duration::from_secs(2);
/// Uses and refusals at each fifth round, removal at each three-hundredth: every 10 minutes.
const USES_EVERY: u32 = 5;
const PRUNE_EVERY: u32 = 300;

/// Runs until shutdown, and once more then.
pub async fn run(app: App) {
    let mut round: u32 = 0;
    loop {
        let stopping = tokio::select! {
            () = app.shutdown.cancelled() => true,
            () = tokio::time::sleep(HEARTBEATS) => false,
        };
        report("The heartbeats of agents", write_heartbeats(&app).await);
        if stopping || round.is_multiple_of(USES_EVERY) {
            report("The last uses of keys", write_uses(&app).await);
            refusals::flush(&app, stopping).await;
            app.budgets.sweep(&app.config.limits);
        }
        if round.is_multiple_of(PRUNE_EVERY) {
            report("Ended sessions and kept answers", prune(&app).await);
        }
        if stopping {
            return;
        }
        round = round.wrapping_add(1);
    }
}

fn report(what: &str, result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::error!("{what} could not be written: {}", chain(&error));
    }
}

async fn write_heartbeats(app: &App) -> Result<(), StoreError> {
    let beats = app.heartbeats.take();
    if beats.is_empty() {
        return Ok(());
    }
    app.store
        .bookkeeping("upkeep.heartbeats", move |tx| {
            beats.iter().try_for_each(|beat| agents::heartbeat(tx, beat))
        })
        .await
}

async fn prune(app: &App) -> Result<(), StoreError> {
    app.store
        .bookkeeping("upkeep.prune", |tx| {
            let now = tx.now();
            sessions::prune(tx, now.plus_seconds(-IDLE_SECONDS))?;
            sign_in_failures::prune(tx, now.plus_seconds(-FORGOTTEN_SECONDS))?;
            idempotency::prune(tx, now.plus_seconds(-KEEP_SECONDS)).map(drop)
        })
        .await
}
