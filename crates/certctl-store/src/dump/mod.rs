//! The whole database as one stream of records, and back: the inside of a backup.
//!
//! The stream is the same for both back ends, so what SQLite gave PostgreSQL takes, and the other way round. Which
//! tables there are comes from the database's own catalog (`catalog.rs`), so a new migration needs nothing here.
//! Why not SQLite's backup interface and `pg_dump`: two forms, neither of which the other back end can read.
//!
//! | file | what |
//! |---|---|
//! | `catalog.rs` | tables, columns, keys, sequences; in an order in which rows can be inserted |
//! | `record.rs` | records as bytes |
//! | `write.rs` | database to stream, in one snapshot |
//! | `read.rs` | stream to an empty database, in one transaction |
//!
//! Not for: encryption, authenticity, files (the server's `backup/`). Invariants: a dump is one moment of the database;
//! a restore takes effect as a whole or not at all; neither holds more than a few hundred rows in memory.

mod catalog;
mod read;
mod record;
mod write;

use std::io::{Read, Write};

use crate::{OpenOptions, Store, StoreError, Tx, db::Migration};

/// What a dump holds, or a restore has written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The schema's version.
    pub schema: i64,
    /// Tables and their numbers of rows, in the order of the stream.
    pub tables: Vec<(String, u64)>,
}

impl Summary {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|(_, n_rows)| n_rows).sum()
    }
}

/// Why a dump or a restore did not work.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stream gave or took no more.
    #[error("the stream broke off")]
    Stream(#[from] std::io::Error),
    /// The stream is not one that this release reads.
    #[error("the stream cannot be read: {detail}")]
    Unreadable {
        /// What is wrong with it.
        detail: String,
    },
    /// The dump was made by a newer release.
    #[error(
        "the backup has schema {found}, this release knows up to {known}: restore it with the newer release"
    )]
    NewerSchema {
        /// The dump's.
        found: i64,
        /// This program's.
        known: i64,
    },
    /// A migration reads differently in the release that made the dump.
    #[error("migration {version} ({name}) of the backup is not the one of this release")]
    OtherSchema {
        /// Its number.
        version: i64,
        /// Its name in the dump.
        name: String,
    },
    /// There is something already.
    #[error("{place} is not empty ({found}): a backup is restored only into an empty database")]
    NotEmpty {
        /// File or database.
        place: String,
        /// What was found.
        found: String,
    },
    /// Tables refer to each other in a circle.
    #[error("the tables {0} refer to each other in a circle and cannot be written in any order")]
    Circle(String),
}

/// Reads a dump to its end without a database, and counts its rows.
///
/// # Errors
/// [`DumpError`] when it is not whole, or not one that this release reads.
pub fn read_summary(mut from: impl Read) -> Result<Summary, DumpError> {
    read::count(crate::db::MIGRATIONS, &mut from)
}

impl Store {
    /// Writes everything, as it is at one moment and while it is in use, to `out`, and gives `out` back.
    ///
    /// # Errors
    /// Those of the store and of `out`.
    pub async fn dump<W>(&self, out: W) -> Result<(Summary, W), DumpError>
    where
        W: Write + Send + 'static,
    {
        let migrations = self.migrations();
        let mut out = Some(out);
        self.read("store.dump", move |tx| {
            // Run again only after a lost connection; what was written cannot be taken back from here.
            let lost = || StoreError::Unavailable {
                detail: "the connection was lost during the backup; run it again".to_owned(),
            };
            let mut stream = out.take().ok_or_else(lost)?;
            let summary = write::dump(tx, migrations, &mut stream)?;
            Ok((summary, stream))
        })
        .await
    }

    /// Reads a dump into an empty database: of SQLite, a file that is not there yet. `last` runs in the same
    /// transaction, after everything else.
    ///
    /// # Errors
    /// [`DumpError`]; then the database is as empty as before.
    pub async fn restore<R, F>(options: OpenOptions, from: R, last: F) -> Result<Summary, DumpError>
    where
        R: Read + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        Self::restore_with(options, crate::db::MIGRATIONS, from, last).await
    }

    /// As `restore`, with other migrations: for the tests of this crate.
    #[doc(hidden)]
    pub async fn restore_with<R, F>(
        options: OpenOptions,
        migrations: &'static [Migration],
        mut from: R,
        last: F,
    ) -> Result<Summary, DumpError>
    where
        R: Read + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        tokio::task::spawn_blocking(move || {
            let mut last = Some(last);
            let mut load = |tx: &mut Tx<'_>, place: &str| {
                let summary = read::restore(tx, migrations, place, &mut from)?;
                if let Some(last) = last.take() {
                    last(tx)?;
                }
                Ok(summary)
            };
            crate::db::fill(&options, &mut load)
        })
        .await
        .map_err(|_| StoreError::Panicked("store.restore"))?
    }
}
