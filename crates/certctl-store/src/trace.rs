//! On whose behalf a transaction runs: the request or job, its place in a trace, and who records what is done.
//!
//! A task-local that goes with a transaction to the thread that runs it, so that rows made there (jobs) and log lines
//! written there name the request, without an argument through every function. Not for: deciding what is recorded (the
//! server). Invariant: without an [`Origin`] nothing is recorded, and that costs nothing.

use std::{fmt, sync::Arc, time::Instant};

use certctl_core::trace::TraceContext;

use crate::Kind;

tokio::task_local! {
    static CURRENT: Origin;
}

/// A request or job.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The request's id; of a job, that of the request which asked for it. Empty when there was none.
    pub request_id: Arc<str>,
    /// Work is below this span.
    pub context: TraceContext,
    /// Who records it, when the trace is recorded.
    pub sink: Option<Arc<dyn Sink>>,
}

/// Records what was done.
pub trait Sink: Send + Sync + fmt::Debug {
    /// A transaction has ended. Called on the store's threads: it must not wait.
    fn transaction(&self, parent: TraceContext, done: &Transaction);
}

/// A transaction that has ended.
#[derive(Debug, Clone, Copy)]
pub struct Transaction {
    /// Its name.
    pub name: &'static str,
    /// Of which back end.
    pub kind: Kind,
    /// Whether it was to write.
    pub is_write: bool,
    /// When it was queued.
    pub queued: Instant,
    /// Whether it was carried out; false when the database or the closure decided otherwise.
    pub succeeded: bool,
}

/// Runs a future on behalf of an origin.
pub async fn scope<F: Future>(origin: Origin, future: F) -> F::Output {
    CURRENT.scope(origin, future).await
}

/// Runs a function on behalf of an origin, or of nobody.
pub fn in_scope<T>(origin: Option<Origin>, f: impl FnOnce() -> T) -> T {
    match origin {
        Some(origin) => CURRENT.sync_scope(origin, f),
        None => f(),
    }
}

/// On whose behalf this runs.
pub fn current() -> Option<Origin> {
    CURRENT.try_with(Clone::clone).ok()
}
