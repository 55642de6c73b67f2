//! Writes the heartbeats that polls have left in memory, in batches.
//!
//! Invariant: bookkeeping: no audit event, no stream event; a lost batch makes an agent look a few seconds older.

use std::time::Duration;

use crate::app::App;
use crate::error::{Error, chain};

/// How often.
const PERIOD: Duration = Duration::from_secs(3);

/// Runs until shutdown, and once more then.
pub async fn run(app: App) {
    loop {
        let stop = tokio::select! {
            () = app.shutdown.cancelled() => true,
            () = tokio::time::sleep(PERIOD) => false,
        };
        let beats = app.heartbeats.take();
        if !beats.is_empty() {
            let written = app.store.bookkeeping("heartbeats.write", move |tx| {
                for beat in &beats {
                    certctl_store::agents::heartbeat(tx, beat)?;
                }
                Ok::<_, Error>(())
            });
            if let Err(error) = written.await {
                tracing::warn!("Heartbeats could not be written: {}", chain(&error));
            }
        }
        if stop {
            return;
        }
    }
}
