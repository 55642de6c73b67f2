//! The PostgreSQL back end (15 or newer): any number of processes on one database.
//!
//! Writes run READ COMMITTED, each on one of a few connections; reads see one snapshot. Migrations run under an
//! advisory lock, so that processes started together do not meet. Kept: a password is never in an error.

mod connect;
mod notifier;
mod session;
mod value;
mod worker;

use std::{
    sync::{Arc, Mutex},
    thread,
};

use tokio::sync::mpsc;

use self::{
    connect::Connector,
    session::{NoCommit, PgSession},
    worker::{Role, Worker},
};
use super::{
    Beside, Inner, Kind, Load, Migration, OpenOptions, Queue,
    bell::Bell,
    migrate,
    tx::{Failure, Session, Tx},
};
use crate::{
    dump::{DumpError, Summary},
    error::StoreError,
};

/// The advisory lock for migrations: "certctl" in ASCII.
const LOCK: i64 = 0x0063_6572_7463_746c;

pub(crate) fn open(options: &OpenOptions, migrations: &'static [Migration]) -> Result<Inner, StoreError> {
    let connector = Arc::new(Connector::new(&options.url)?);
    let mut first = worker::connect(&connector)?;
    migrate(&mut first, options, migrations)?;

    let (outbound_sender, outbound) = mpsc::unbounded_channel();
    let bell = Bell::new(Some(outbound_sender));
    let (write_sender, write_receiver) = crossbeam_channel::unbounded();
    let (read_sender, read_receiver) = crossbeam_channel::unbounded();
    let n_writers = options.pg_writers.max(1);
    let n_readers = options.readers.max(1);
    let (mut writers, mut readers) = (Vec::new(), Vec::new());
    let mut first = Some(first);
    let roles =
        std::iter::repeat_n(Role::Writer, n_writers).chain(std::iter::repeat_n(Role::Reader, n_readers));
    for (role, number) in roles.zip(0_u32..) {
        let (name, receiver) = match role {
            Role::Writer => ("writer", write_receiver.clone()),
            Role::Reader => ("reader", read_receiver.clone()),
        };
        // The others connect when they have something to do.
        let worker = Worker::new(
            role,
            number,
            Arc::clone(&connector),
            first.take(),
            options.clock.clone(),
            bell.clone(),
        );
        let thread = spawn(format!("store-{name}-{number}"), move || worker.run(&receiver))?;
        match role {
            Role::Writer => writers.push(thread),
            Role::Reader => readers.push(thread),
        }
    }
    let listener = bell.inside();
    let notifier =
        spawn("store-notifier".to_owned(), move || notifier::run(&connector, &listener, outbound))?;
    Ok(Inner {
        kind: Kind::Postgres,
        writers: Queue::new(write_sender, writers),
        readers: Queue::new(read_sender, readers),
        bell,
        notifier: Mutex::new(Some(notifier)),
        migrations,
    })
}

/// Beside whoever uses the database; nothing can be written through it.
pub(crate) fn open_to_read(
    options: &OpenOptions,
    migrations: &'static [Migration],
) -> Result<Inner, StoreError> {
    let connector = Arc::new(Connector::new(&options.url)?);
    let mut session = worker::connect(&connector)?;
    session.read_only().map_err(Failure::into_error)?;
    migrate::check(&mut session, migrations, connector.place(), options.clock.now())?;
    let bell = Bell::new(None);
    let (write_sender, _) = crossbeam_channel::unbounded();
    let (read_sender, read_receiver) = crossbeam_channel::unbounded();
    let clock = options.clock.clone();
    let reader = Worker::new(Role::Reader, 0, connector, Some(session), clock, bell.clone());
    let readers = vec![spawn("store-reader-0".to_owned(), move || reader.run(&read_receiver))?];
    Ok(Inner {
        kind: Kind::Postgres,
        writers: Queue::new(write_sender, Vec::new()),
        readers: Queue::new(read_sender, readers),
        bell,
        notifier: Mutex::new(None),
        migrations,
    })
}

/// Beside whoever uses the database.
pub(crate) fn write_beside(
    options: &OpenOptions,
    migrations: &'static [Migration],
    act: Beside,
) -> Result<(), StoreError> {
    let connector = Connector::new(&options.url)?;
    let mut session = worker::connect(&connector)?;
    migrate::check(&mut session, migrations, connector.place(), options.clock.now())?;
    session.batch("BEGIN").map_err(Failure::into_error)?;
    let mut tx = Tx::new(&mut session, options.clock.now());
    let done = act(&mut tx).and_then(|()| tx.insert_now());
    let done = match done {
        Ok(()) => match session.commit() {
            Ok(()) => Ok(()),
            Err(NoCommit::Refused(failure)) => Err(failure.into_error()),
            Err(NoCommit::Unknown) => Err(StoreError::CommitUnknown("store.write_beside")),
        },
        Err(error) => {
            // When it fails, the connection is lost, and the transaction with it.
            drop(session.roll_back());
            Err(error)
        }
    };
    session.close();
    done
}

/// Fills an empty database in one transaction, in which its tables are made too.
pub(crate) fn fill(options: &OpenOptions, load: Load<'_>) -> Result<Summary, DumpError> {
    let connector = Connector::new(&options.url)?;
    let mut session = worker::connect(&connector)?;
    // A server or another restore that starts now waits until this one has ended.
    let begin = format!(
        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
         BEGIN; SELECT pg_advisory_xact_lock({LOCK})"
    );
    session.batch(&begin).map_err(Failure::into_error)?;
    let mut tx = Tx::new(&mut session, options.clock.now());
    let loaded = load(&mut tx, connector.place()).and_then(|summary| {
        tx.insert_now()?;
        Ok(summary)
    });
    let done = match loaded {
        Ok(summary) => match session.commit() {
            Ok(()) => Ok(summary),
            Err(NoCommit::Refused(failure)) => Err(failure.into_error().into()),
            Err(NoCommit::Unknown) => Err(StoreError::CommitUnknown("store.restore").into()),
        },
        Err(error) => {
            // When it fails, the connection is lost, and the transaction with it.
            drop(session.roll_back());
            Err(error)
        }
    };
    session.close();
    done
}

fn migrate(
    session: &mut PgSession,
    options: &OpenOptions,
    migrations: &'static [Migration],
) -> Result<(), StoreError> {
    // Neither the wait for another process nor a long migration is an error.
    let lock = format!("SET statement_timeout = 0; SELECT pg_advisory_lock({LOCK})");
    session.batch(&lock).map_err(Failure::into_error)?;
    let done = migrate::run(session, migrations, options.clock.now());
    let unlock = format!("SELECT pg_advisory_unlock({LOCK}); SET statement_timeout = '60s'");
    let unlocked = session.batch(&unlock).map_err(Failure::into_error);
    done.and(unlocked)
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>, StoreError> {
    thread::Builder::new()
        .name(name)
        .spawn(run)
        .map_err(|error| StoreError::Unavailable { detail: format!("no thread can be started: {error}") })
}
