//! The threads that run SQLite transactions.
//!
//! Group commit: the writer opens one transaction, runs every queued closure until the queue is empty or the group is
//! full, commits once, and answers all. When one of them is to be undone after it has changed something, the group is
//! rolled back and run again with a savepoint for each: rare, and cheaper than a savepoint for everybody always, which
//! makes SQLite copy each page that changes. While the disk flushes, the next group
//! gathers. An alternative, one commit per closure, costs one flush each: a tenth of the rate on a busy disk.
//!
//! Kept: nobody of a group is answered before its commit, not even who failed, because the failure may rest on
//! what the others of the group have written.

use std::{
    fs::File,
    sync::Arc,
    time::{Duration, Instant},
};

use certctl_core::time::Clock;
use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{BUSY_TIMEOUT, session::SqliteSession};
use crate::{
    db::{
        bell::Bell,
        job::{Fate, Job, Message, Verdict},
        metrics,
        tx::{Committed, Tx},
    },
    error::StoreError,
};

/// The most transactions in one commit.
const MAX_GROUP: usize = 256;
/// How long a group keeps taking more; the first of it waits that long at most.
const GROUP_TIME: Duration = Duration::from_millis(2);
/// How long the writer is idle before it folds the log back into the file.
const IDLE: Duration = Duration::from_secs(1);

pub(crate) struct Writer {
    session: SqliteSession,
    clock: Arc<dyn Clock>,
    bell: Bell,
    /// Held as long as the connection is open.
    lock: File,
    dirty: bool,
}

/// A transaction of a group that has run and waits for the commit.
struct Waiting {
    job: Box<Job>,
    committed: Option<Committed>,
}

impl Writer {
    pub(crate) fn new(session: SqliteSession, clock: Arc<dyn Clock>, bell: Bell, lock: File) -> Self {
        Self { session, clock, bell, lock, dirty: true }
    }

    pub(crate) fn run(mut self, queue: &Receiver<Message>) {
        loop {
            let message = if self.dirty {
                match queue.recv_timeout(IDLE) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => {
                        self.fold_log();
                        self.dirty = false;
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            } else {
                match queue.recv() {
                    Ok(message) => message,
                    Err(_) => break,
                }
            };
            match message {
                Message::Job(job) => {
                    if self.group(job, queue) == Next::Stop {
                        break;
                    }
                }
                Message::Stop => break,
            }
        }
        self.close();
    }

    fn group(&mut self, first: Box<Job>, queue: &Receiver<Message>) -> Next {
        let started = Instant::now();
        let mut next = Next::Run;
        if let Err(error) = self.session.control("BEGIN IMMEDIATE") {
            first.finish(Fate::Failed(error));
            return next;
        }
        self.dirty = true;
        let mut group: Vec<Waiting> = Vec::new();
        let mut isolation = Isolation::None;
        let mut job = first;
        loop {
            let mut outcome = self.run_one(&mut job, isolation);
            if matches!(outcome, Ok(Ran::Entangled)) {
                // Its changes have to go, and only the whole transaction can be undone: everybody once more.
                isolation = Isolation::Savepoints;
                outcome = self.run_again(&mut group, &mut job);
            }
            match outcome {
                Ok(Ran::Stays(committed)) => group.push(Waiting { job, committed: Some(committed) }),
                Ok(Ran::Undone | Ran::Entangled) => group.push(Waiting { job, committed: None }),
                Err(error) => {
                    // SQLite gave up the whole transaction, and the work of the others with it.
                    job.finish(Fate::Failed(error.clone()));
                    fail(group, &error);
                    return next;
                }
            }
            if group.len() >= MAX_GROUP || started.elapsed() >= GROUP_TIME {
                break;
            }
            match queue.try_recv() {
                Ok(Message::Job(another)) => job = another,
                Ok(Message::Stop) => {
                    next = Next::Stop;
                    break;
                }
                Err(_) => break,
            }
        }
        metrics::group(group.len());
        match self.session.control("COMMIT") {
            Ok(()) => {
                for Waiting { job, committed } in group {
                    if let Some(committed) = committed {
                        committed.tell(&self.bell);
                    }
                    job.finish(Fate::AsDecided);
                }
            }
            Err(error) => {
                self.roll_back();
                fail(group, &error);
            }
        }
        next
    }

    /// Undoes the transaction and runs the group anew, each in a savepoint of its own, then the job that asked for it.
    fn run_again(&mut self, group: &mut [Waiting], last: &mut Job) -> Result<Ran, StoreError> {
        self.roll_back();
        self.session.control("BEGIN IMMEDIATE")?;
        for waiting in group {
            waiting.committed = match self.run_one(&mut waiting.job, Isolation::Savepoints)? {
                Ran::Stays(committed) => Some(committed),
                Ran::Undone | Ran::Entangled => None,
            };
        }
        self.run_one(last, Isolation::Savepoints)
    }

    /// Runs one transaction of a group; an error when the whole group is lost.
    fn run_one(&mut self, job: &mut Job, isolation: Isolation) -> Result<Ran, StoreError> {
        if isolation == Isolation::Savepoints
            && let Err(error) = self.session.control("SAVEPOINT one")
        {
            self.roll_back();
            return Err(error);
        }
        let now = self.clock.now();
        let mut tx = Tx::new(&mut self.session, now);
        let verdict = job.run(&mut tx);
        let state = tx.into_state();
        if self.session.connection.is_autocommit() {
            let lost =
                || StoreError::Commit { detail: "the transaction was ended by a statement".to_owned() };
            return Err(state.failed.unwrap_or_else(lost));
        }
        match (isolation, verdict) {
            (Isolation::None, Verdict::Commit) => return Ok(Ran::Stays(state.committed())),
            (Isolation::None, Verdict::RollBack) if state.changed => return Ok(Ran::Entangled),
            (Isolation::None, Verdict::RollBack) => return Ok(Ran::Undone),
            (Isolation::Savepoints, _) => {}
        }
        let ended = match verdict {
            Verdict::Commit => self.session.control("RELEASE one").map(|()| Ran::Stays(state.committed())),
            Verdict::RollBack => self
                .session
                .control("ROLLBACK TO one")
                .and_then(|()| self.session.control("RELEASE one"))
                .map(|()| Ran::Undone),
        };
        if ended.is_err() {
            self.roll_back();
        }
        ended
    }

    fn roll_back(&self) {
        if !self.session.connection.is_autocommit()
            && let Err(error) = self.session.control("ROLLBACK")
        {
            tracing::error!(error = %error, "A failed SQLite transaction could not be rolled back: {error}");
        }
    }

    /// Moves the log into the file and empties it, unless a reader is in the way.
    fn fold_log(&self) {
        let connection = &self.session.connection;
        let folded = connection
            .pragma_update(None, "busy_timeout", 0)
            .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        let restored = connection.pragma_update(None, "busy_timeout", BUSY_TIMEOUT);
        if let Err(error) = folded.and(restored) {
            tracing::debug!(error = %error, "The SQLite log was not folded back now: {error}");
        }
    }

    fn close(self) {
        let connection = self.session.connection;
        if let Err(error) = connection.execute_batch("PRAGMA optimize") {
            tracing::debug!(error = %error, "SQLite's statistics were not refreshed: {error}");
        }
        // The last connection to close folds the log back and removes it.
        connection.flush_prepared_statement_cache();
        if let Err((_, error)) = connection.close() {
            tracing::warn!(error = %error, "The SQLite connection did not close: {error}");
        }
        drop(self.lock);
    }
}

/// How the transactions of a group are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Isolation {
    /// Not at all: most transactions that are refused have changed nothing yet.
    None,
    /// Each in a savepoint, so that it can be undone alone. SQLite then copies every page that it changes.
    Savepoints,
}

/// What became of one transaction of a group.
enum Ran {
    /// It is to be committed; this follows from it.
    Stays(Committed),
    /// It left nothing.
    Undone,
    /// It is to be undone, but its changes are mixed with those of the others.
    Entangled,
}

#[derive(PartialEq, Eq)]
enum Next {
    Run,
    Stop,
}

fn fail(group: Vec<Waiting>, cause: &StoreError) {
    for Waiting { job, .. } in group {
        let error = match cause {
            StoreError::DiskFull { .. } => cause.clone(),
            other => StoreError::Commit { detail: other.to_string() },
        };
        job.finish(Fate::Failed(error));
    }
}

pub(crate) struct Reader {
    session: SqliteSession,
    clock: Arc<dyn Clock>,
}

impl Reader {
    pub(crate) fn new(session: SqliteSession, clock: Arc<dyn Clock>) -> Self {
        Self { session, clock }
    }

    pub(crate) fn run(mut self, queue: &Receiver<Message>) {
        while let Ok(Message::Job(mut job)) = queue.recv() {
            // Deferred: the snapshot is taken by the first statement and holds to the end.
            if let Err(error) = self.session.control("BEGIN DEFERRED") {
                job.finish(Fate::Failed(error));
                continue;
            }
            let now = self.clock.now();
            job.run(&mut Tx::new(&mut self.session, now));
            let ended = self.session.control("ROLLBACK");
            job.finish(ended.map_or_else(Fate::Failed, |()| Fate::AsDecided));
        }
    }
}
