//! A copy of the SQLite database while it is in use.
//!
//! Kept: an existing file is never overwritten, and a copy that does not pass SQLite's own check is reported
//! and removed.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use crate::error::StoreError;

pub(crate) fn backup(database: &Path, target: &Path) -> Result<(), StoreError> {
    let failed = |detail: String| StoreError::File {
        path: target.to_owned(),
        detail: format!("the backup failed: {detail}"),
    };
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(target)
        .map_err(|error| failed(error.to_string()))?;
    let made = copy(database, target).and_then(|()| flush(target).map_err(|error| error.to_string()));
    made.map_err(|detail| {
        // It was made above by us and is of no use.
        drop(fs::remove_file(target));
        failed(detail)
    })
}

fn copy(database: &Path, target: &Path) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let from = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(text)?;
    from.execute_batch("PRAGMA busy_timeout = 10000; PRAGMA query_only = ON").map_err(text)?;
    let mut to = Connection::open_with_flags(target, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(text)?;
    {
        let backup = Backup::new(&from, &mut to).map_err(text)?;
        // All pages in one step: one snapshot, and in WAL mode it holds up no writer.
        match backup.step(-1).map_err(text)? {
            StepResult::Done => {}
            other => return Err(format!("the database stayed busy ({other:?})")),
        }
    }
    // The copy says WAL in its header; as a single file it travels better.
    to.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(text)?;
    let verdict: String = to.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(text)?;
    if verdict != "ok" {
        return Err(format!("the copy is damaged: {verdict}"));
    }
    to.close().map_err(|(_, error)| text(error))
}

fn flush(target: &Path) -> std::io::Result<()> {
    File::open(target)?.sync_all()?;
    match target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}
