//! The SQLite back end: one file, one process, one writing thread.
//!
//! WAL with `synchronous=FULL`: a commit that was answered survives a power failure. A lock file beside the
//! database keeps a second process out, because a second writer would break the promises of the first one's
//! group commits and leases. Kept: the database, its lock and its backups are readable by their owner only.

mod fill;
mod session;
mod unique;
mod worker;

use std::{
    fs::{self, DirBuilder, File, OpenOptions as FileOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

pub(crate) use fill::fill;

use self::{
    session::{SqliteSession, translate},
    unique::UniqueNames,
};
use super::{Beside, Inner, Kind, Migration, OpenOptions, Queue, bell::Bell, migrate, tx::Tx};
use crate::error::StoreError;

/// How long a statement waits for another connection's lock, in milliseconds.
const BUSY_TIMEOUT: i64 = 10_000;

/// For both kinds of connection. Texts of triggers and views are our own; `trusted_schema` off costs nothing.
const COMMON_PRAGMAS: &str = "
PRAGMA busy_timeout = 10000;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16384;
PRAGMA trusted_schema = OFF;";

/// For the writer. A checkpoint every 4,000 pages keeps the log near 16 MB; after a burst it is cut back.
const WRITER_PRAGMAS: &str = "
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;";

/// Settings of a connection. Plans do not depend on bound values: otherwise SQLite prepares a statement anew whenever a
/// value is bound that a partial index could depend on, which took a third of the writer's time.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(COMMON_PRAGMAS)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

pub(crate) fn open(
    path: &str,
    options: &OpenOptions,
    migrations: &'static [Migration],
) -> Result<Inner, StoreError> {
    let path = file_path(path)?;
    let lock = prepare_files(&path)?;
    let unreadable = |error: rusqlite::Error| translate(&UniqueNames::default(), "open the database", &error);

    let connection =
        Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(unreadable)?;
    set_up(&connection).map_err(unreadable)?;
    let mode: String =
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(unreadable)?;
    if mode != "wal" {
        let detail = format!("its file system allows only the journal mode {mode}; put it on a local disk");
        return Err(StoreError::File { path, detail });
    }
    connection.execute_batch(WRITER_PRAGMAS).map_err(unreadable)?;

    let mut writer = SqliteSession::new(connection, Arc::default());
    migrate::run(&mut writer, migrations, options.clock.now())?;
    let names = Arc::new(UniqueNames::read(&writer.connection).map_err(unreadable)?);
    writer.set_names(Arc::clone(&names));
    writer.connection.execute_batch("PRAGMA optimize = 0x10002").map_err(unreadable)?;

    let bell = Bell::new(None);
    let (write_sender, write_receiver) = crossbeam_channel::unbounded();
    let (read_sender, read_receiver) = crossbeam_channel::unbounded();
    let n_readers = options.readers.max(1);

    let worker = worker::Writer::new(writer, options.clock.clone(), bell.clone(), lock);
    let writers = vec![spawn("store-writer".to_owned(), move || worker.run(&write_receiver))?];
    let mut readers = Vec::with_capacity(n_readers);
    for number in 0..n_readers {
        let connection = read_only(&path).map_err(unreadable)?;
        let reader =
            worker::Reader::new(SqliteSession::new(connection, Arc::clone(&names)), options.clock.clone());
        let receiver = read_receiver.clone();
        readers.push(spawn(format!("store-reader-{number}"), move || reader.run(&receiver))?);
    }
    Ok(Inner {
        kind: Kind::Sqlite,
        writers: Queue::new(write_sender, writers),
        readers: Queue::new(read_sender, readers),
        bell,
        notifier: Mutex::new(None),
        migrations,
    })
}

/// Beside the process that holds the lock: a database with a write-ahead log takes readers of other processes.
pub(crate) fn open_to_read(
    path: &str,
    options: &OpenOptions,
    migrations: &'static [Migration],
) -> Result<Inner, StoreError> {
    let path = file_path(path)?;
    if !path.is_file() {
        let detail = "there is no such database".to_owned();
        return Err(StoreError::File { path, detail });
    }
    let unreadable = |error: rusqlite::Error| translate(&UniqueNames::default(), "open the database", &error);
    let mut session = SqliteSession::new(read_only(&path).map_err(unreadable)?, Arc::default());
    migrate::check(&mut session, migrations, &path.display().to_string(), options.clock.now())?;
    let (write_sender, _) = crossbeam_channel::unbounded();
    let (read_sender, read_receiver) = crossbeam_channel::unbounded();
    let reader = worker::Reader::new(session, options.clock.clone());
    let readers = vec![spawn("store-reader-0".to_owned(), move || reader.run(&read_receiver))?];
    Ok(Inner {
        kind: Kind::Sqlite,
        writers: Queue::new(write_sender, Vec::new()),
        readers: Queue::new(read_sender, readers),
        bell: Bell::new(None),
        notifier: Mutex::new(None),
        migrations,
    })
}

/// Beside the process that holds the lock: its transactions take turns with this one, which is short.
pub(crate) fn write_beside(
    path: &str,
    options: &OpenOptions,
    migrations: &'static [Migration],
    act: Beside,
) -> Result<(), StoreError> {
    let path = file_path(path)?;
    let unreadable = |error: rusqlite::Error| translate(&UniqueNames::default(), "open the database", &error);
    let connection =
        Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(unreadable)?;
    set_up(&connection).map_err(unreadable)?;
    connection.execute_batch("PRAGMA synchronous = FULL").map_err(unreadable)?;
    let mut session = SqliteSession::new(connection, Arc::default());
    migrate::check(&mut session, migrations, &path.display().to_string(), options.clock.now())?;
    session.control("BEGIN IMMEDIATE")?;
    let mut tx = Tx::new(&mut session, options.clock.now());
    // When it fails, the connection is closed, and the transaction is gone with it.
    act(&mut tx)?;
    tx.insert_now()?;
    session.control("COMMIT")
}

fn read_only(path: &Path) -> rusqlite::Result<Connection> {
    // Not SQLITE_OPEN_READ_ONLY: a reader of a WAL database writes to the shared index beside it.
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    set_up(&connection)?;
    connection.execute_batch("PRAGMA query_only = ON")?;
    Ok(connection)
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>, StoreError> {
    thread::Builder::new()
        .name(name)
        .spawn(run)
        .map_err(|error| StoreError::Unavailable { detail: format!("no thread can be started: {error}") })
}

/// The path in `sqlite:PATH` or `sqlite://PATH`.
fn file_path(rest: &str) -> Result<PathBuf, StoreError> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.starts_with(':') {
        let detail = "sqlite: needs the path of a file, as in sqlite:/var/lib/certctl/certctl.db".to_owned();
        return Err(StoreError::Url { detail });
    }
    Ok(PathBuf::from(path))
}

/// Makes the folder and the file when they are missing, and takes the lock.
fn prepare_files(path: &Path) -> Result<File, StoreError> {
    let lock = take_lock(path)?;
    private(path, "the database cannot be opened")?;
    if fs::metadata(path).is_ok_and(|data| data.is_dir()) {
        let detail = "this is a folder; name a file in it".to_owned();
        return Err(StoreError::File { path: path.to_owned(), detail });
    }
    Ok(lock)
}

fn failed(path: &Path, what: &str, error: &std::io::Error) -> StoreError {
    StoreError::File { path: path.to_owned(), detail: format!("{what}: {error}") }
}

/// Opens a file, or makes it for its owner only.
fn private(path: &Path, what: &str) -> Result<File, StoreError> {
    FileOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| failed(path, what, &error))
}

/// Makes the folder when it is missing, and takes the lock beside the database.
fn take_lock(path: &Path) -> Result<File, StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| failed(folder, "the folder cannot be made", &error))?;
    }
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let lock_path = PathBuf::from(lock_path);
    let lock = private(&lock_path, "the lock file cannot be opened")?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: lock_path }),
        Err(TryLockError::Error(error)) => {
            return Err(failed(&lock_path, "the lock cannot be taken", &error));
        }
    }
    Ok(lock)
}
