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

/// What a caller wants done, its types erased: all that is compiled once for each closure. What a transaction is held to, and
/// how it is told of, is the same for all ([`Job`]).
trait Work: Send {
    /// Runs the closure and keeps what it gave; whether it gave a value. A result of an earlier run is forgotten.
    fn call(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Puts an error in the place of what the closure gave.
    fn fail(&mut self, error: StoreError);
    /// Answers the caller, if there still is one.
    fn answer(self: Box<Self>);
}

struct Asked<F, T, E> {
    closure: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Work for Asked<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn call(&mut self, tx: &mut Tx<'_>) -> bool {
        self.result.insert((self.closure)(tx)).is_ok()
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(StoreError::Closed.into()));
        // The caller may have gone away; the transaction stands all the same.
        drop(self.reply.send(result));
    }
}

/// What travels in a queue.
pub(crate) enum Message {
    Job(Box<Job>),
    /// One per thread; jobs queued before it are still done.
    Stop,
}

/// A queued transaction.
pub(crate) struct Job {
    name: &'static str,
    rule: Rule,
    kind: Kind,
    work: Box<dyn Work>,
    /// Whether the last run gave a value, and nothing spoke against it.
    succeeded: bool,
    queued: Instant,
    /// On whose behalf it runs, for the rows it makes and for who records it.
    origin: Option<Origin>,
    /// What log lines of the closure are within.
    span: tracing::Span,
}

impl Job {
    pub(crate) fn new<F, T, E>(
        name: &'static str,
        rule: Rule,
        kind: Kind,
        closure: F,
        reply: oneshot::Sender<Result<T, E>>,
    ) -> Self
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        Self::of(name, rule, kind, Box::new(Asked { closure, result: None, reply }))
    }

    fn of(name: &'static str, rule: Rule, kind: Kind, work: Box<dyn Work>) -> Self {
        let (origin, span) = (trace::current(), tracing::Span::current());
        Self { name, rule, kind, work, succeeded: false, queued: Instant::now(), origin, span }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Runs the closure; may be called again when the transaction is tried again.
    pub(crate) fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        // A panicking closure leaves nothing half done that we would look at: its transaction is rolled back
        // and its result never read.
        let (origin, span, work) = (self.origin.clone(), &self.span, &mut self.work);
        let within = || span.in_scope(|| trace::in_scope(origin, || work.call(tx)));
        let objection = match catch_unwind(AssertUnwindSafe(within)) {
            Ok(true) => self.objection(tx).err(),
            Ok(false) => {
                self.succeeded = false;
                return Verdict::RollBack;
            }
            Err(_) => {
                tracing::error!(store.transaction = self.name, "The transaction {} panicked", self.name);
                tx.state().retry = false;
                Some(StoreError::Panicked(self.name))
            }
        };
        self.succeeded = objection.is_none();
        match objection {
            None => Verdict::Commit,
            Some(error) => {
                self.work.fail(error);
                Verdict::RollBack
            }
        }
    }

    /// What speaks against a transaction whose closure is content.
    fn objection(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.insert_now()?;
        let state = tx.state();
        if let Some(error) = &state.failed {
            return Err(error.clone());
        }
        if self.rule == Rule::Audited && state.changed && !state.audited {
            return Err(StoreError::Unaudited(self.name));
        }
        Ok(())
    }

    /// Answers the caller.
    pub(crate) fn finish(mut self, fate: Fate) {
        let seconds = self.queued.elapsed().as_secs_f64();
        if let Fate::Failed(error) = fate {
            self.succeeded = false;
            self.work.fail(error);
        }
        self.trace();
        match self.rule {
            Rule::Audited | Rule::Bookkeeping => metrics::wrote(self.name, seconds),
            Rule::ReadOnly => metrics::read(self.name, seconds),
        }
        self.work.answer();
    }

    fn trace(&self) {
        if let Some(Origin { context, sink: Some(sink), .. }) = &self.origin {
            let is_write = self.rule != Rule::ReadOnly;
            let (name, kind, queued, succeeded) = (self.name, self.kind, self.queued, self.succeeded);
            sink.transaction(*context, &Transaction { name, kind, is_write, queued, succeeded });
        }
    }
}
