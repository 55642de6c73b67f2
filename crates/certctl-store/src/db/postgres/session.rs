//! One connection to PostgreSQL: statements, and its errors in our words.
//!
//! The driver is asynchronous and runs on a small runtime of the thread that owns the session, so several
//! statements can travel at once: those given to `execute_later` go with the next one or with the commit. Why not
//! the driver's blocking form: it waits for each answer.
//!
//! Kept: every text is prepared once per connection; a session that lost its connection says so.

use std::{
    collections::HashMap,
    error::Error as _,
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};
use tokio_postgres::{
    Client, Error, Statement,
    error::{DbError, Severity, SqlState},
    types::ToSql,
};

use super::connect::{Background, Connector, NoConnection};
use crate::{
    db::{
        Kind, Val,
        row::Row,
        text::{self, Text},
        tx::{Done, Failure, Session, Sink},
    },
    error::StoreError,
};

/// How many different texts one connection keeps prepared.
const MAX_PREPARED: usize = 512;

pub(crate) struct PgSession {
    runtime: Runtime,
    client: Client,
    driver: Option<JoinHandle<()>>,
    statements: HashMap<String, Prepared>,
    /// A BEGIN that travels with the first statement.
    begin: Option<&'static str>,
    later: Vec<Later>,
    lost: bool,
}

#[derive(Clone)]
struct Prepared {
    statement: Statement,
    writes: bool,
}

struct Later {
    name: String,
    statement: Statement,
    args: Vec<Val>,
}

/// A commit that did not work.
pub(crate) enum NoCommit {
    /// Nothing was kept.
    Refused(Failure),
    /// The answer was lost.
    Unknown,
}

/// What one of the pieces of a flight answered.
enum Answer {
    Count(u64),
    Rows(Vec<tokio_postgres::Row>),
}

type Piece<'f> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + 'f>>;

/// What is wanted from a statement.
#[derive(Clone, Copy)]
enum Form {
    Count,
    Rows,
}

struct OnRuntime<'r> {
    runtime: &'r Runtime,
    driver: &'r mut Option<JoinHandle<()>>,
}

impl Background for OnRuntime<'_> {
    fn drive<S, T>(self, connection: tokio_postgres::Connection<S, T>)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        // Its error reaches whoever waits for an answer; here it would be told twice.
        *self.driver = Some(self.runtime.spawn(async move { drop(connection.await) }));
    }
}

impl PgSession {
    pub(crate) fn connect(connector: &Connector) -> Result<Self, NoConnection> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            NoConnection::Later(StoreError::Unavailable { detail: format!("no event loop: {error}") })
        })?;
        let mut driver = None;
        let background = OnRuntime { runtime: &runtime, driver: &mut driver };
        let client = runtime.block_on(connector.connect(background))?;
        Ok(Self {
            runtime,
            client,
            driver,
            statements: HashMap::new(),
            begin: None,
            later: Vec::new(),
            lost: false,
        })
    }

    /// Whether the connection is known to be gone.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost || self.client.is_closed()
    }

    /// Begins a transaction that may write. Not sent together with the first statement: should BEGIN be refused
    /// (a cancel request that came late, say), that statement would take effect on its own.
    pub(crate) fn begin(&mut self) -> Result<(), Failure> {
        self.batch("BEGIN")
    }

    /// Begins a reading transaction with the first statement; on a session made by `read_only` nothing can be
    /// written even if it did not begin.
    pub(crate) fn begin_read(&mut self) {
        self.begin = Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }

    pub(crate) fn read_only(&mut self) -> Result<(), Failure> {
        self.batch("SET default_transaction_read_only = on")
    }

    pub(crate) fn roll_back(&mut self) -> Result<(), Failure> {
        self.later.clear();
        if self.begin.take().is_some() {
            return Ok(());
        }
        self.batch("ROLLBACK")
    }

    /// Commits, together with what is left to be executed.
    pub(crate) fn commit(&mut self) -> Result<(), NoCommit> {
        let later = std::mem::take(&mut self.later);
        let client = &self.client;
        let mut flight: Vec<Piece<'_>> =
            later.iter().map(|one| execute(client, &one.statement, &one.args)).collect();
        flight.push(batch(client, "COMMIT"));
        let mut answers = self.runtime.block_on(all(flight));
        if let Some(Err(error)) = answers.pop() {
            let answered = error.as_db_error().is_some_and(|refused| !is_goodbye(refused));
            if !answered {
                self.lost = true;
                return Err(NoCommit::Unknown);
            }
            return Err(NoCommit::Refused(self.refused("COMMIT", &error)));
        }
        for (answer, one) in answers.iter().zip(&later) {
            // PostgreSQL has answered COMMIT with a roll back then.
            if let Err(error) = answer {
                return Err(NoCommit::Refused(self.refused(&one.name, error)));
            }
        }
        Ok(())
    }

    /// Says goodbye to the server instead of just going away.
    pub(crate) fn close(self) {
        drop(self.client);
        if let Some(driver) = self.driver {
            // When the server does not answer, the connection is just dropped.
            drop(self.runtime.block_on(async { tokio::time::timeout(Duration::from_secs(2), driver).await }));
        }
    }

    fn prepare(&mut self, sql: &str) -> Result<Prepared, Failure> {
        if let Some(prepared) = self.statements.get(sql) {
            return Ok(prepared.clone());
        }
        if self.statements.len() >= MAX_PREPARED {
            self.statements.clear();
        }
        let text = Text::new(Kind::Postgres, sql);
        let begin = self.begin.take();
        let client = &self.client;
        let statement = self.runtime.block_on(async {
            match begin {
                Some(begin) => {
                    let (began, prepared) =
                        tokio::join!(biased; client.batch_execute(begin), client.prepare(&text.sql));
                    began.and(prepared)
                }
                None => client.prepare(&text.sql).await,
            }
        });
        let statement = statement.map_err(|error| self.refused(sql, &error))?;
        let prepared = Prepared { statement, writes: text.writes };
        self.statements.insert(sql.to_owned(), prepared.clone());
        Ok(prepared)
    }

    fn checked(&mut self, sql: &str, args: &[Val]) -> Result<Prepared, Failure> {
        let prepared = self.prepare(sql)?;
        let n_wanted = prepared.statement.params().len();
        if n_wanted == args.len() {
            return Ok(prepared);
        }
        let detail = format!("it takes {n_wanted} values, {} were given", args.len());
        Err(Failure::Refused { error: StoreError::Sql { name: text::name(sql), detail }, retry: false })
    }

    /// Sends what waits and then this statement, all at once, and gives the last one's answer.
    fn run(&mut self, sql: &str, prepared: &Prepared, args: &[Val], form: Form) -> Result<Answer, Failure> {
        let later = std::mem::take(&mut self.later);
        let begin = self.begin.take();
        let client = &self.client;
        let mut flight: Vec<Piece<'_>> = Vec::with_capacity(later.len() + 2);
        if let Some(begin) = begin {
            flight.push(batch(client, begin));
        }
        flight.extend(later.iter().map(|one| execute(client, &one.statement, &one.args)));
        flight.push(match form {
            Form::Count => execute(client, &prepared.statement, args),
            Form::Rows => query(client, &prepared.statement, args),
        });
        let answers = self.runtime.block_on(all(flight));
        let names = begin.into_iter().chain(later.iter().map(|one| one.name.as_str())).chain([sql]);
        let mut last = Answer::Count(0);
        // The first refusal is the cause; those after it only say that the transaction is aborted.
        for (answer, name) in answers.into_iter().zip(names) {
            last = answer.map_err(|error| self.refused(name, &error))?;
        }
        Ok(last)
    }

    /// A failed statement in our words.
    fn refused(&mut self, sql: &str, error: &Error) -> Failure {
        let Some(refused) = error.as_db_error() else {
            let is_io = error.source().is_some_and(|source| source.is::<std::io::Error>());
            if error.is_closed() || is_io || self.client.is_closed() {
                self.lost = true;
                let detail = "the connection was lost".to_owned();
                return Failure::Refused { error: StoreError::Unavailable { detail }, retry: true };
            }
            let detail = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            return Failure::Refused {
                error: StoreError::Sql { name: text::name(sql), detail },
                retry: false,
            };
        };
        let constraint = || refused.constraint().unwrap_or("unnamed").to_owned();
        // Never the DETAIL line: it quotes the row.
        let detail = refused.message().to_owned();
        let code = refused.code();
        if is_goodbye(refused) {
            self.lost = true;
            return Failure::Refused { error: StoreError::Unavailable { detail }, retry: true };
        }
        let error = if *code == SqlState::UNIQUE_VIOLATION {
            StoreError::UniqueViolation { constraint: constraint() }
        } else if *code == SqlState::FOREIGN_KEY_VIOLATION {
            StoreError::ForeignKeyViolation { constraint: constraint() }
        } else if *code == SqlState::CHECK_VIOLATION {
            StoreError::CheckViolation { constraint: constraint() }
        } else if *code == SqlState::DISK_FULL {
            StoreError::DiskFull { detail }
        } else {
            StoreError::Sql { name: text::name(sql), detail }
        };
        let conflict =
            *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED;
        // Another process has changed a table under our prepared statements.
        let stale_plan =
            *code == SqlState::FEATURE_NOT_SUPPORTED && refused.message().starts_with("cached plan");
        if stale_plan {
            self.statements.clear();
        }
        Failure::Refused { error, retry: conflict || stale_plan }
    }
}

impl Session for PgSession {
    fn kind(&self) -> Kind {
        Kind::Postgres
    }

    fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        self.runtime.block_on(self.client.batch_execute(sql)).map_err(|error| self.refused(sql, &error))
    }

    fn execute(&mut self, sql: &str, args: &[Val]) -> Result<Done, Failure> {
        let prepared = self.checked(sql, args)?;
        let n_rows = match self.run(sql, &prepared, args, Form::Count)? {
            Answer::Count(n_rows) if prepared.writes => n_rows,
            Answer::Count(_) | Answer::Rows(_) => 0,
        };
        Ok(Done { n_rows, wrote: prepared.writes })
    }

    fn execute_later(&mut self, sql: &str, args: Vec<Val>) -> Result<Done, Failure> {
        let Prepared { statement, writes } = self.checked(sql, &args)?;
        self.later.push(Later { name: text::name(sql), statement, args });
        // Not known yet: taken as a change.
        Ok(Done { n_rows: 1, wrote: writes })
    }

    fn query(&mut self, sql: &str, args: &[Val], sink: Sink<'_>) -> Result<Done, Failure> {
        let prepared = self.checked(sql, args)?;
        let rows = match self.run(sql, &prepared, args, Form::Rows)? {
            Answer::Rows(rows) => rows,
            Answer::Count(_) => Vec::new(),
        };
        for row in &rows {
            sink(&Row(row)).map_err(|error| Failure::Unreadable { error, wrote: prepared.writes })?;
        }
        Ok(Done { n_rows: rows.len() as u64, wrote: prepared.writes })
    }
}

/// Whether the server ends the connection with this answer.
fn is_goodbye(refused: &DbError) -> bool {
    matches!(refused.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

fn batch<'f>(client: &'f Client, sql: &'f str) -> Piece<'f> {
    Box::pin(async move { client.batch_execute(sql).await.map(|()| Answer::Count(0)) })
}

fn execute<'f>(client: &'f Client, statement: &'f Statement, args: &'f [Val]) -> Piece<'f> {
    Box::pin(async move { client.execute_raw(statement, dynamic(args)).await.map(Answer::Count) })
}

fn query<'f>(client: &'f Client, statement: &'f Statement, args: &'f [Val]) -> Piece<'f> {
    let args: Vec<_> = dynamic(args).collect();
    Box::pin(async move { client.query(statement, &args).await.map(Answer::Rows) })
}

fn dynamic(args: &[Val]) -> impl ExactSizeIterator<Item = &(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync))
}

/// Runs the pieces of a flight; they are sent in order, because each sends itself when it is first polled.
async fn all(mut flight: Vec<Piece<'_>>) -> Vec<Result<Answer, Error>> {
    let mut answers: Vec<Option<Result<Answer, Error>>> = flight.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut all_ready = Poll::Ready(());
        for (piece, answer) in flight.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            match piece.as_mut().poll(context) {
                Poll::Ready(result) => *answer = Some(result),
                Poll::Pending => all_ready = Poll::Pending,
            }
        }
        all_ready
    })
    .await;
    answers.into_iter().flatten().collect()
}
