//! The operations task: makes the steps of running bulk operations, each short, with room for others in between.
//!
//! Not for: what a step does (`ops/operations`). Invariants: every running operation gets its turn; on SQLite the task takes at
//! most half of the one writer's time, so that whoever else writes waits for one step at most; after a kill the next run goes
//! on where the last committed step ended.

use std::time::{Duration, Instant};

use certctl_core::id::OperationId;
use certctl_store::{Kind, operations};

use crate::app::App;
use crate::error::Error;
use crate::ops::operations::{KEEP_SECONDS, Stepped, step};

/// The size of a step is set so that it takes about this long.
const STEP: Duration = Duration::from_millis(15);
/// Bounds of a step's size.
const SIZES: (usize, usize) = (5, 100);
/// A run ends after this, so that the task's lease is taken anew well before its end.
const RUN: Duration = Duration::from_secs(5);
/// Operations under way at once; others wait for their turn.
const ABREAST: i64 = 8;
/// Rows removed in one transaction.
const PRUNE: i64 = 500;

/// Makes steps until nothing is left or the run is long enough.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let began = Instant::now();
    let mut size = 20;
    loop {
        let running: Vec<OperationId> = app
            .store
            .read("operations.running", |tx| {
                let rows = operations::running(tx, ABREAST)?;
                Ok::<_, Error>(rows.into_iter().map(|row| row.id).collect())
            })
            .await?;
        if running.is_empty() {
            return prune(&app).await;
        }
        for id in &running {
            if app.shutdown.is_cancelled() || began.elapsed() > RUN {
                return Ok(Some(Duration::ZERO));
            }
            let from = Instant::now();
            match step(&app, id, size).await {
                Ok(Stepped::On(_) | Stepped::Ended) => {}
                // A cancellation, or another replica, was quicker: the next look sees what is.
                Err(Error::Conflict { code: "changed_meanwhile", .. }) => {}
                Err(error) => return Err(error),
            }
            let took = from.elapsed();
            size = next_size(size, took);
            let rest = rest(app.store.kind(), took);
            tokio::select! {
                () = app.shutdown.cancelled() => return Ok(Some(Duration::ZERO)),
                () = tokio::time::sleep(rest) => {}
            }
        }
    }
}

/// As long as a step took, SQLite's one writer is free for everybody else; PostgreSQL has a writer for each.
fn rest(kind: Kind, took: Duration) -> Duration {
    match kind {
        Kind::Sqlite => took,
        Kind::Postgres => took / 4,
    }
}

/// Half as many after a slow step, a few more after a quick one.
fn next_size(size: usize, took: Duration) -> usize {
    let (least, most) = SIZES;
    if took > STEP * 2 {
        (size / 2).max(least)
    } else if took < STEP {
        (size + 5).min(most)
    } else {
        size
    }
}

/// Removes what is past its time; there is more when it was as much as one transaction may.
async fn prune(app: &App) -> Result<Option<Duration>, Error> {
    let before = app.now().plus_seconds(-KEEP_SECONDS);
    loop {
        let n = app
            .store
            .bookkeeping("operations.prune", move |tx| {
                operations::prune(tx, before, PRUNE).map_err(Error::from)
            })
            .await?;
        if n == 0 || app.shutdown.is_cancelled() {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow_slowly_and_shrink_quickly_within_their_bounds() {
        let quick = Duration::from_millis(1);
        let slow = Duration::from_millis(200);
        assert_eq!(next_size(20, quick), 25);
        assert_eq!(next_size(98, quick), 100);
        assert_eq!(next_size(40, slow), 20);
        assert_eq!(next_size(6, slow), 5);
        assert_eq!(next_size(40, Duration::from_millis(20)), 40);
    }
}
