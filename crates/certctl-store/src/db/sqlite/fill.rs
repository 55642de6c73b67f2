//! A new database file that is filled before anybody can see it.
//!
//! The file is made beside its place, without a journal (nobody will ever read it half filled), flushed once, and
//! linked into place. Not for: what is written into it. Invariants: an existing database is never touched; whenever the
//! process is killed, either the whole database is in its place or nothing is.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, OpenFlags};

use super::{COMMON_PRAGMAS, failed, file_path, private, session::SqliteSession, take_lock};
use crate::{
    db::{Load, OpenOptions, sqlite::session::translate, sqlite::unique::UniqueNames, tx::Tx},
    dump::{DumpError, Summary},
    error::StoreError,
};

/// For the time of the filling.
const FILLING: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;";

pub(crate) fn fill(path: &str, options: &OpenOptions, load: Load<'_>) -> Result<Summary, DumpError> {
    let path = file_path(path)?;
    let _lock = take_lock(&path)?;
    if let Some(found) =
        ["", "-wal", "-journal"].into_iter().map(|end| beside(&path, end)).find(|p| p.exists())
    {
        let found = format!("there is {}", found.display());
        return Err(DumpError::NotEmpty { place: path.display().to_string(), found });
    }
    let unfinished = beside(&path, ".restoring");
    // What a killed restore left; the lock says that nobody is at it.
    for leftover in [unfinished.clone(), beside(&unfinished, "-journal")] {
        if leftover.exists() {
            fs::remove_file(&leftover).map_err(|error| failed(&leftover, "it cannot be removed", &error))?;
        }
    }
    let done = fill_file(&unfinished, options, &path, load).and_then(|summary| {
        move_into_place(&unfinished, &path)?;
        Ok(summary)
    });
    if unfinished.exists() {
        // Made above by us, and of no use any more.
        drop(fs::remove_file(&unfinished));
    }
    done
}

fn fill_file(file: &Path, options: &OpenOptions, path: &Path, load: Load<'_>) -> Result<Summary, DumpError> {
    let text = |error: rusqlite::Error| translate(&UniqueNames::default(), "restore", &error);
    private(file, "the database cannot be made")?;
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(text)?;
    connection
        .execute_batch(COMMON_PRAGMAS)
        .and_then(|()| connection.execute_batch(FILLING))
        .map_err(text)?;
    let mut session = SqliteSession::new(connection, Arc::default());
    session.control("BEGIN EXCLUSIVE")?;
    let place = path.display().to_string();
    let mut tx = Tx::new(&mut session, options.clock.now());
    let summary = load(&mut tx, &place)?;
    tx.insert_now()?;
    session.control("COMMIT")?;
    let verdict: String =
        session.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(text)?;
    if verdict != "ok" {
        let detail = format!("the restored database is damaged: {verdict}");
        return Err(StoreError::File { path: file.to_owned(), detail }.into());
    }
    let SqliteSession { connection, .. } = session;
    connection.flush_prepared_statement_cache();
    connection.close().map_err(|(_, error)| text(error))?;
    Ok(summary)
}

/// Flushed, then linked: a link fails where something is, which a rename would not.
fn move_into_place(unfinished: &Path, path: &Path) -> Result<(), StoreError> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    File::open(unfinished)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::hard_link(unfinished, path))
        .and_then(|()| fs::remove_file(unfinished))
        .and_then(|()| File::open(folder)?.sync_all())
        .map_err(|error| failed(path, "the restored database cannot be put here", &error))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
