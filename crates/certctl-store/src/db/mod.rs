//! One `Store` over SQLite and PostgreSQL.
//!
//! Transactions are synchronous closures that travel to threads owning the connections. Why not an async pool:
//! a closure that cannot await cannot call the outside world with a transaction open; SQLite's one writer can
//! run many queued closures under one commit (one flush of the disk for all of them); and a caller that goes
//! away never leaves a connection in the middle of a transaction. Not for SQL: statements live in the noun
//! files. Kept: driver types do not leave this folder.

mod bell;
mod job;
mod metrics;
pub(crate) mod migrate;
mod postgres;
mod row;
mod sqlite;
mod text;
mod tx;
mod value;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use certctl_core::time::Clock;
use crossbeam_channel::Sender;
use tokio::sync::{broadcast, oneshot, watch};

pub use bell::RESYNC;
pub(crate) use migrate::MIGRATIONS;
pub use migrate::Migration;
pub(crate) use row::time;
pub use row::{Cell, FromRow, FromVal, Row};
pub use tx::Tx;
pub use value::Val;

use self::{
    bell::Bell,
    job::{Job, Message, Rule},
};
use crate::{
    dump::{DumpError, Summary},
    error::StoreError,
};

/// A back end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One file, one process.
    Sqlite,
    /// A server, any number of processes.
    Postgres,
}

/// What a store is opened with.
#[derive(Clone)]
pub struct OpenOptions {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    pub url: String,
    /// Where transactions read the time.
    pub clock: Arc<dyn Clock>,
    /// Threads (and connections) for writes on PostgreSQL; SQLite always has one.
    pub pg_writers: usize,
    /// Threads (and connections) for reads.
    pub readers: usize,
}

impl OpenOptions {
    /// Options with the usual number of threads: 6 writers on PostgreSQL, 3 readers there and 2 on SQLite.
    pub fn new(url: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        let url = url.into();
        let readers = if url.starts_with("sqlite:") { 2 } else { 3 };
        Self { url, clock, pg_writers: 6, readers }
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password: only its scheme is shown.
        f.debug_struct("OpenOptions")
            .field("url", &self.url.split(':').next().unwrap_or_default())
            .field("pg_writers", &self.pg_writers)
            .field("readers", &self.readers)
            .finish_non_exhaustive()
    }
}

/// The database. Cloning it is cheap and gives the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    kind: Kind,
    writers: Queue,
    readers: Queue,
    bell: Bell,
    /// Talks to other processes, on PostgreSQL.
    notifier: Mutex<Option<JoinHandle<()>>>,
    migrations: &'static [Migration],
}

/// The entrance to a group of threads.
struct Queue {
    sender: Sender<Message>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Queue {
    fn new(sender: Sender<Message>, threads: Vec<JoinHandle<()>>) -> Self {
        Self { sender, threads: Mutex::new(threads) }
    }

    /// Lets the threads finish what is queued, and waits for them. Gives how many had panicked.
    fn stop(&self) -> usize {
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for _ in &threads {
            // Fails when the threads are gone already.
            drop(self.sender.send(Message::Stop));
        }
        threads.into_iter().filter_map(|thread| thread.join().err()).count()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("kind", &self.inner.kind).finish_non_exhaustive()
    }
}

impl Store {
    /// Connects, and brings the schema up to this release.
    pub async fn open(options: OpenOptions) -> Result<Self, StoreError> {
        Self::open_with(options, migrate::MIGRATIONS).await
    }

    /// As `open`, with other migrations: for the tests of this crate.
    #[doc(hidden)]
    pub async fn open_with(
        options: OpenOptions,
        migrations: &'static [Migration],
    ) -> Result<Self, StoreError> {
        metrics::describe();
        // Connecting and migrating block, and the PostgreSQL side has runtimes of its own.
        let inner = tokio::task::spawn_blocking(move || match options.url.strip_prefix("sqlite:") {
            Some(path) => sqlite::open(path, &options, migrations),
            None => postgres::open(&options, migrations),
        })
        .await
        .map_err(|_| StoreError::Panicked("store.open"))??;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Connects to a database that is there and in use, beside the server that uses it, for reading only: writes get
    /// [`StoreError::Closed`], and the schema stays as it is.
    pub async fn open_to_read(options: OpenOptions) -> Result<Self, StoreError> {
        Self::open_to_read_with(options, MIGRATIONS).await
    }

    /// Runs one small transaction in a database that is there and may be in use, beside the server that uses it. The schema
    /// stays as it is, and nobody is woken: what is written is found when it is next looked for.
    pub async fn write_beside<F>(options: OpenOptions, f: F) -> Result<(), StoreError>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        let act = move || match options.url.strip_prefix("sqlite:") {
            Some(path) => sqlite::write_beside(path, &options, MIGRATIONS, Box::new(f)),
            None => postgres::write_beside(&options, MIGRATIONS, Box::new(f)),
        };
        tokio::task::spawn_blocking(act).await.map_err(|_| StoreError::Panicked("store.write_beside"))?
    }

    /// As `open_to_read`, with other migrations: for the tests of this crate.
    #[doc(hidden)]
    pub async fn open_to_read_with(
        options: OpenOptions,
        migrations: &'static [Migration],
    ) -> Result<Self, StoreError> {
        metrics::describe();
        let inner = tokio::task::spawn_blocking(move || match options.url.strip_prefix("sqlite:") {
            Some(path) => sqlite::open_to_read(path, &options, migrations),
            None => postgres::open_to_read(&options, migrations),
        })
        .await
        .map_err(|_| StoreError::Panicked("store.open"))??;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs `f` in one transaction: committed when it is `Ok`, rolled back when `Err`; returns after the commit
    /// is durable. Rows changed without `Tx::note_audit` are refused. `f` may be run
    /// again (on PostgreSQL after a deadlock or a lost connection, on SQLite when another of its group has to be undone),
    /// so it must only touch the transaction and its own values. The transaction
    /// runs to its end even when the caller stops waiting.
    pub async fn write<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.queue(&self.inner.writers, name, Rule::Audited, f).await
    }

    /// As `write`, without the audit rule: for heartbeats, leases and last-seen times only.
    pub async fn bookkeeping<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.queue(&self.inner.writers, name, Rule::Bookkeeping, f).await
    }

    /// Runs `f` in a read-only transaction with one consistent view of the data.
    pub async fn read<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.queue(&self.inner.readers, name, Rule::ReadOnly, f).await
    }

    /// Which back end this is.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// A counter that rises after each commit of a write of this process; for waking what tails the store.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.inner.bell.commits()
    }

    /// The topics given to `Tx::notify`, after their commit: those of this process at once, those of other
    /// processes on the same PostgreSQL a few milliseconds later. [`RESYNC`] means that some may be missing.
    pub fn listen(&self) -> broadcast::Receiver<String> {
        self.inner.bell.listen()
    }

    /// The migrations that it was opened with.
    pub(crate) fn migrations(&self) -> &'static [Migration] {
        self.inner.migrations
    }

    /// Whether reads and writes get through.
    pub async fn check(&self) -> Result<(), StoreError> {
        let ask =
            |tx: &mut Tx<'_>| tx.one::<(i64,)>("-- store.check\nSELECT CAST(1 AS BIGINT)", &[]).map(drop);
        self.read("store.check", ask).await?;
        self.bookkeeping("store.check", ask).await
    }

    /// Finishes what is queued, then lets go of the database. Other clones of this store get
    /// [`StoreError::Closed`] from then on. Without it the threads end some time after the last clone is dropped.
    pub async fn close(self) {
        let inner = self.inner;
        let stopped = tokio::task::spawn_blocking(move || {
            // The readers first: SQLite folds its log back when the last connection, the writer's, closes.
            let mut n_panicked = inner.readers.stop() + inner.writers.stop();
            // The notifier last: the writers tell it what they have committed.
            inner.bell.stop();
            let notifier = inner.notifier.lock().unwrap_or_else(PoisonError::into_inner).take();
            n_panicked += notifier.map_or(0, |thread| usize::from(thread.join().is_err()));
            n_panicked
        })
        .await;
        if stopped.map_or(true, |n_panicked| n_panicked > 0) {
            tracing::error!("A thread of the store had ended by a panic");
        }
    }

    async fn queue<T, E, F>(&self, queue: &Queue, name: &'static str, rule: Rule, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Job::new(name, rule, self.inner.kind, f, reply);
        queue.sender.send(Message::Job(Box::new(job))).map_err(|_| StoreError::Closed)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }
}

/// What fills an empty database, inside its transaction; it is told what the place is called.
pub(crate) type Load<'l> = &'l mut dyn FnMut(&mut Tx<'_>, &str) -> Result<Summary, DumpError>;

/// What is done in a transaction beside a server.
pub(crate) type Beside = Box<dyn FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send>;

/// Makes a database and fills it, or leaves nothing.
pub(crate) fn fill(options: &OpenOptions, load: Load<'_>) -> Result<Summary, DumpError> {
    match options.url.strip_prefix("sqlite:") {
        Some(path) => sqlite::fill(path, options, load),
        None => postgres::fill(options, load),
    }
}
