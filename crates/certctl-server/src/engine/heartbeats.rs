//! Writes the heartbeats that polls have left in memory, in batches.
//!
//! Invariant: a heartbeat is bookkeeping, without audit event or stream event; that an agent runs another version than before is
//! a change, and has both. A lost batch makes an agent look a few seconds older.

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
            let context = crate::ops::system(&app, "heartbeats");
            let written = app.store.bookkeeping("heartbeats.write", move |tx| {
                crate::ops::agents::note_versions(tx, &context, &beats)?;
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
