//! The threads that run PostgreSQL transactions, each with a connection of its own, from one queue.
//!
//! | what fails | what happens |
//! |---|---|
//! | no connection | tried again after 50, 100, 200, 400, 800 and 1600 ms (3.2 s in all), then `Unavailable` |
//! | deadlock, serialization, connection lost before COMMIT | the closure runs again, 5 times in all |
//! | connection lost during COMMIT | `CommitUnknown`: only the caller can find out |
//!
//! Kept: a closure runs again only when it is certain that nothing of its last run was kept.

use std::{sync::Arc, thread, time::Duration};

use certctl_core::time::Clock;
use crossbeam_channel::Receiver;

use super::{
    connect::{Connector, NoConnection},
    session::{NoCommit, PgSession},
};
use crate::{
    db::{
        bell::Bell,
        job::{Fate, Job, Message, Verdict},
        metrics,
        tx::{Failure, State, Tx},
    },
    error::StoreError,
};

/// How often a transaction is run at most.
const MAX_RUNS: u32 = 5;
/// Pauses between attempts to connect.
const CONNECT_PAUSES: [u64; 6] = [50, 100, 200, 400, 800, 1_600];

/// What a worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Writer,
    Reader,
}

pub(crate) struct Worker {
    role: Role,
    /// Spreads the pauses of workers that met in a conflict.
    number: u32,
    connector: Arc<Connector>,
    session: Option<PgSession>,
    clock: Arc<dyn Clock>,
    bell: Bell,
}

/// How one run of a transaction ended.
enum Ended {
    Answer(Fate),
    Again(StoreError),
}

impl Worker {
    pub(crate) fn new(
        role: Role,
        number: u32,
        connector: Arc<Connector>,
        session: Option<PgSession>,
        clock: Arc<dyn Clock>,
        bell: Bell,
    ) -> Self {
        Self { role, number, connector, session, clock, bell }
    }

    pub(crate) fn run(mut self, queue: &Receiver<Message>) {
        while let Ok(Message::Job(job)) = queue.recv() {
            self.work(job);
        }
        if let Some(session) = self.session {
            session.close();
        }
    }

    fn work(&mut self, mut job: Box<Job>) {
        for run in 1.. {
            let ended = match self.role {
                Role::Writer => self.write(&mut job),
                Role::Reader => self.read(&mut job),
            };
            if self.session.as_ref().is_some_and(PgSession::is_lost) {
                self.session = None;
            }
            match ended {
                Ended::Answer(fate) => return job.finish(fate),
                Ended::Again(error) if run >= MAX_RUNS => return job.finish(Fate::Failed(error)),
                Ended::Again(error) => {
                    metrics::retried(job.name());
                    tracing::debug!(error = %error, "Running {} again: {error}", job.name());
                    thread::sleep(self.pause(run));
                }
            }
        }
    }

    fn write(&mut self, job: &mut Job) -> Ended {
        let now = self.clock.now();
        let session = match self.session() {
            Ok(session) => session,
            Err(error) => return Ended::Answer(Fate::Failed(error)),
        };
        if let Err(failure) = session.begin() {
            return again_or(failure);
        }
        let mut tx = Tx::new(session, now);
        let verdict = job.run(&mut tx);
        let mut state = tx.into_state();
        let (changed, failed, retry) = (state.changed, state.failed.take(), state.retry);
        match verdict {
            Verdict::RollBack => {
                // When it fails, the connection is lost, and the transaction with it.
                drop(session.roll_back());
                match failed {
                    Some(error) if retry => Ended::Again(error),
                    _ => Ended::Answer(Fate::AsDecided),
                }
            }
            Verdict::Commit => match session.commit() {
                Ok(()) => {
                    state.committed().tell(&self.bell);
                    Ended::Answer(Fate::AsDecided)
                }
                Err(NoCommit::Refused(failure)) => again_or(failure),
                Err(NoCommit::Unknown) if !changed => {
                    Ended::Again(StoreError::Unavailable { detail: "the connection was lost".to_owned() })
                }
                Err(NoCommit::Unknown) => Ended::Answer(Fate::Failed(StoreError::CommitUnknown(job.name()))),
            },
        }
    }

    fn read(&mut self, job: &mut Job) -> Ended {
        let now = self.clock.now();
        let session = match self.session() {
            Ok(session) => session,
            Err(error) => return Ended::Answer(Fate::Failed(error)),
        };
        session.begin_read();
        let mut tx = Tx::new(session, now);
        job.run(&mut tx);
        let State { failed, retry, .. } = tx.into_state();
        // A failure of the roll back shows when the session is used again.
        drop(session.roll_back());
        match failed {
            Some(error) if retry => Ended::Again(error),
            _ => Ended::Answer(Fate::AsDecided),
        }
    }

    /// The connection, made again when it is gone.
    fn session(&mut self) -> Result<&mut PgSession, StoreError> {
        let session = match self.session.take().filter(|session| !session.is_lost()) {
            Some(session) => session,
            None => {
                let mut session = connect(&self.connector)?;
                if self.role == Role::Reader {
                    session.read_only().map_err(Failure::into_error)?;
                }
                session
            }
        };
        Ok(self.session.insert(session))
    }

    /// 2, 4, 8, 16 ms, and up to half as much again by worker and process, so that two that met do not meet again.
    fn pause(&self, run: u32) -> Duration {
        let share = (self.number * 7 + std::process::id() * 13 + run * 5) % 16;
        Duration::from_micros((1_000 << run) + u64::from((500 << run) * share / 16))
    }
}

fn again_or(failure: Failure) -> Ended {
    match failure {
        Failure::Refused { error, retry: true } => Ended::Again(error),
        Failure::Refused { error, retry: false } | Failure::Unreadable { error, .. } => {
            Ended::Answer(Fate::Failed(error))
        }
    }
}

/// Connects, patiently: a server that restarts is back within seconds.
pub(crate) fn connect(connector: &Connector) -> Result<PgSession, StoreError> {
    for pause in CONNECT_PAUSES {
        match PgSession::connect(connector) {
            Ok(session) => return Ok(session),
            Err(NoConnection::Never(error)) => return Err(error),
            Err(NoConnection::Later(error)) => {
                tracing::debug!(error = %error, "No connection yet: {error}");
                thread::sleep(Duration::from_millis(pause));
            }
        }
    }
    PgSession::connect(connector).map_err(|no_connection| match no_connection {
        NoConnection::Never(error) | NoConnection::Later(error) => error,
    })
}
