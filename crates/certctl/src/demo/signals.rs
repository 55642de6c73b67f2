//! The signals that end a demo: Ctrl-C, SIGTERM, and the terminal's end.
//!
//! Not for: stopping anything. Invariant: installed before anything is started, so that no signal finds the demo
//! without the means to clean up.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// Asked to stop.
pub(super) struct Signals([Signal; 3]);

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`Failure::Output`] when the system refuses.
    pub(super) fn install() -> Result<Self, Failure> {
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    /// Returns when one came.
    pub(super) async fn stop(&mut self) {
        let [interrupt, terminate, hang_up] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}
