//! A transaction on its way to the thread that runs it: the closure, the rule it is held to, and the caller
//! who waits.
//!
//! Kept: the caller gets an answer only after the transaction's fate is known, and a closure that panics, breaks
//! the audit rule or swallows a failed statement never commits.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use tokio::sync::oneshot;

use super::{Kind, metrics, tx::Tx};
use crate::{
    error::StoreError,
    trace::{self, Origin, Transaction},
};

/// What a transaction is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Changes need an audit event.
    Audited,
    /// Changes without an audit event: heartbeats, leases, last-seen times.
    Bookkeeping,
    /// No changes.
    ReadOnly,
}

/// What a closure decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Commit,
    RollBack,
}

/// What became of the transaction.
#[derive(Debug)]
pub(crate) enum Fate {
    /// As the closure decided: the caller gets what the closure gave.
    AsDecided,
    /// The database decided otherwise.
    Failed(StoreError),
}

/// A queued transaction, its types erased.
pub(crate) trait Job: Send {
    fn name(&self) -> &'static str;
    /// Runs the closure; may be called again when the transaction is tried again.
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict;
    /// Answers the caller.
    fn finish(self: Box<Self>, fate: Fate);
}

/// What travels in a queue.
pub(crate) enum Message {
    Job(Box<dyn Job>),
    /// One per thread; jobs queued before it are still done.
    Stop,
}

pub(crate) struct Task<F, T, E> {
    name: &'static str,
    rule: Rule,
    kind: Kind,
    closure: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    queued: Instant,
    /// On whose behalf it runs, for the rows it makes and for who records it.
    origin: Option<Origin>,
    /// What log lines of the closure are within.
    span: tracing::Span,
}

impl<F, T, E> Task<F, T, E> {
    pub(crate) fn new(
        name: &'static str,
        rule: Rule,
        kind: Kind,
        closure: F,
        reply: oneshot::Sender<Result<T, E>>,
    ) -> Self {
        let (origin, span) = (trace::current(), tracing::Span::current());
        Self { name, rule, kind, closure, result: None, reply, queued: Instant::now(), origin, span }
    }

    fn trace(&self, succeeded: bool) {
        if let Some(Origin { context, sink: Some(sink), .. }) = &self.origin {
            let is_write = self.rule != Rule::ReadOnly;
            let (name, kind, queued) = (self.name, self.kind, self.queued);
            sink.transaction(*context, &Transaction { name, kind, is_write, queued, succeeded });
        }
    }
}

impl<F, T, E> Job for Task<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        // A panicking closure leaves nothing half done that we would look at: its transaction is rolled back
        // and its result never read.
        let (origin, span, closure) = (self.origin.clone(), &self.span, &mut self.closure);
        let within = || span.in_scope(|| trace::in_scope(origin, || closure(tx)));
        let result = match catch_unwind(AssertUnwindSafe(within)) {
            Ok(result) => result,
            Err(_) => {
                tracing::error!(store.transaction = self.name, "The transaction {} panicked", self.name);
                tx.state().retry = false;
                Err(StoreError::Panicked(self.name).into())
            }
        };
        let result = result.and_then(|value| {
            tx.insert_now()?;
            Ok(value)
        });
        let state = tx.state();
        let result = result.and_then(|value| {
            if let Some(error) = &state.failed {
                return Err(error.clone().into());
            }
            if self.rule == Rule::Audited && state.changed && !state.audited {
                return Err(StoreError::Unaudited(self.name).into());
            }
            Ok(value)
        });
        let verdict = if result.is_ok() { Verdict::Commit } else { Verdict::RollBack };
        self.result = Some(result);
        verdict
    }

    fn finish(self: Box<Self>, fate: Fate) {
        let seconds = self.queued.elapsed().as_secs_f64();
        self.trace(matches!((&fate, &self.result), (Fate::AsDecided, Some(Ok(_)))));
        let result = match (fate, self.result) {
            (Fate::AsDecided, Some(result)) => result,
            (Fate::AsDecided, None) => Err(StoreError::Closed.into()),
            (Fate::Failed(error), _) => Err(error.into()),
        };
        match self.rule {
            Rule::Audited | Rule::Bookkeeping => metrics::wrote(self.name, seconds),
            Rule::ReadOnly => metrics::read(self.name, seconds),
        }
        // The caller may have gone away; the transaction stands all the same.
        drop(self.reply.send(result));
    }
}
