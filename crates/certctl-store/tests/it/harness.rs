//! What every test of the store starts from: an open store on a database of its own.
//!
//! Invariant: nothing is shared between tests but the PostgreSQL server itself.

use std::{
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use certctl_core::time::{ManualClock, Ts};
use certctl_store::{FromRow, Kind, Migration, OpenOptions, Store, StoreError, args};
use certctl_test_postgres::{DatabaseGuard, TestPostgres};
use tempfile::TempDir;

/// Tables for the tests of the layer itself; the schema of the product has its own tests.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "0001_test",
    text: "
CREATE TABLE note (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CONSTRAINT note_state CHECK (state IN ('open', 'done')),
    n BIGINT NOT NULL DEFAULT 0,
    alias TEXT
){STRICT};
CREATE UNIQUE INDEX note_by_name ON note (name);
CREATE UNIQUE INDEX note_by_lower_alias ON note (lower(alias));
CREATE TABLE line (
    id {SERIAL},
    note_id BIGINT NOT NULL REFERENCES note (id)
){STRICT};
CREATE TABLE value (
    id BIGINT PRIMARY KEY,
    b BOOLEAN,
    i BIGINT,
    f DOUBLE PRECISION,
    t TEXT,
    y {BYTES},
    ts {TS},
    j {JSON}
){STRICT};
",
}];

/// The time of every test.
pub(crate) fn start() -> Ts {
    Ts::from_microsecond(1_790_000_000_123_456)
}

pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) clock: ManualClock,
    pub(crate) database: Database,
}

pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres(DatabaseGuard),
}

impl Database {
    pub(crate) fn fresh(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::Sqlite(TempDir::new().unwrap()),
            Kind::Postgres => Self::Postgres(TestPostgres::database()),
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("data/test.db").display()),
            Self::Postgres(guard) => guard.url.clone(),
        }
    }

    pub(crate) async fn open(&self, migrations: &'static [Migration]) -> Result<Store, StoreError> {
        Store::open_with(options(self.url()), migrations).await
    }

    /// The SQLite file.
    pub(crate) fn file(&self) -> PathBuf {
        PathBuf::from(self.url().strip_prefix("sqlite:").unwrap())
    }

    pub(crate) fn postgres(&self) -> &DatabaseGuard {
        match self {
            Self::Postgres(guard) => guard,
            Self::Sqlite(_) => panic!("this test is for PostgreSQL"),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(folder) => folder.path(),
            Self::Postgres(_) => panic!("this test is for SQLite"),
        }
    }
}

pub(crate) fn options(url: String) -> OpenOptions {
    OpenOptions::new(url, Arc::new(ManualClock::new(start())))
}

impl Fixture {
    pub(crate) async fn new(kind: Kind) -> Self {
        let database = Database::fresh(kind);
        let clock = ManualClock::new(start());
        let options = OpenOptions::new(database.url(), Arc::new(clock.clone()));
        let store = Store::open_with(options, MIGRATIONS).await.unwrap();
        Self { store, clock, database }
    }

    /// Adds a note.
    pub(crate) async fn add(&self, id: i64, name: &'static str) -> Result<(), StoreError> {
        add(&self.store, id, name.to_owned()).await
    }

    /// The rows of a query.
    pub(crate) async fn rows<T: FromRow + Send + 'static>(&self, sql: &'static str) -> Vec<T> {
        self.store.read("test.rows", move |tx| tx.all::<T>(sql, &[])).await.unwrap()
    }

    /// The ids of all notes.
    pub(crate) async fn ids(&self) -> Vec<i64> {
        let rows = self.rows::<(i64,)>("SELECT id FROM note ORDER BY id").await;
        rows.into_iter().map(|(id,)| id).collect()
    }
}

pub(crate) const ADD: &str = "-- note.insert\nINSERT INTO note (id, name)\nVALUES ($1, $2)";

/// Adds a note without an audit event.
pub(crate) async fn add(store: &Store, id: i64, name: String) -> Result<(), StoreError> {
    store.bookkeeping("note.add", move |tx| tx.exec_one(ADD, args![id, &name], "note")).await
}

/// Waits for something that must come soon.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(20), future).await {
        Ok(output) => output,
        Err(_) => panic!("{what} did not come within 20 seconds"),
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    soon(what, async {
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        while !is_so() {
            ticks.tick().await;
        }
    })
    .await;
}

/// A future that has been polled once: a write is in the queue then.
pub(crate) struct Queued<F: Future> {
    future: Pin<Box<F>>,
    output: Option<F::Output>,
}

impl<F: Future> Queued<F> {
    pub(crate) fn new(future: F) -> Self {
        let mut future = Box::pin(future);
        let output = match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        };
        Self { future, output }
    }

    pub(crate) async fn output(self) -> F::Output {
        match self.output {
            Some(output) => output,
            None => self.future.await,
        }
    }
}

/// Runs each test on a fresh store of both kinds.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::harness::Fixture::new(certctl_store::Kind::Sqlite).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::harness::Fixture::new(certctl_store::Kind::Postgres).await).await;
            })+
        }
    };
}
pub(crate) use both;

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(certctl_store::Kind::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(certctl_store::Kind::Postgres).await;
            })+
        }
    };
}
pub(crate) use on_both;
