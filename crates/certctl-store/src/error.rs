//! What can go wrong in the store, one variant per thing a caller or an operator can do about it.
//!
//! Driver errors are turned into these at the edge (`db/`), so no driver type is seen outside. Not for
//! status codes: the server decides those. Kept: no variant ever holds a bound value, a password or the
//! DETAIL line of a PostgreSQL error, because those quote stored data.

use std::path::PathBuf;

/// A failed store call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A row with the same key exists. Ask with [`StoreError::violates`] which key it was.
    #[error("a row with the same key exists (unique index {constraint})")]
    UniqueViolation {
        /// The name of the unique index; several, joined by `, `, when SQLite cannot tell them apart.
        constraint: String,
    },
    /// The row refers to one that does not exist, or others still refer to it.
    #[error("the row refers to a missing row, or is still referred to (foreign key {constraint})")]
    ForeignKeyViolation {
        /// The constraint's name; SQLite does not tell it, then it is `unnamed`.
        constraint: String,
    },
    /// A value is outside what the table allows.
    #[error("a value is not allowed by the check {constraint}")]
    CheckViolation {
        /// The constraint's name, or its expression when it has none.
        constraint: String,
    },
    /// An update that names the expected old state did not change exactly one row.
    #[error("{what} was changed by someone else, or is gone")]
    Stale {
        /// What should have been changed.
        what: &'static str,
    },
    /// A statement that must give exactly one row gave none.
    #[error("{name} gave no row")]
    NoRow {
        /// The statement.
        name: String,
    },
    /// A write changed rows and recorded no audit event; it was rolled back.
    #[error("the write {0} changed rows without an audit event and was rolled back")]
    Unaudited(&'static str),
    /// Another process holds the SQLite database.
    #[error("the database is in use by another process, which holds the lock file {path}; stop it first")]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// There is no space left for the database; nothing of the transaction was kept.
    #[error("the disk of the database is full ({detail}); free some space and try again")]
    DiskFull {
        /// What the database said.
        detail: String,
    },
    /// The database was written by a newer release.
    #[error(
        "refusing to start: the database has schema {found}, this release knows up to {known}; install the newer release again"
    )]
    NewerSchema {
        /// The highest version in the ledger.
        found: i64,
        /// The highest version in this program.
        known: i64,
    },
    /// A migration that has run does not read as it did then.
    #[error(
        "refusing to start: migration {version} ({name}) differs from the one that was applied to this database"
    )]
    ChangedMigration {
        /// The version.
        version: i64,
        /// The name in this program.
        name: String,
    },
    /// A migration could not be applied; it was rolled back as a whole.
    #[error("migration {name} could not be applied: {detail}")]
    Migration {
        /// The migration's version and name.
        name: String,
        /// What the database said.
        detail: String,
    },
    /// The database URL, or a file that it names, cannot be used.
    #[error("the database URL cannot be used: {detail}")]
    Url {
        /// What is wrong with which part of it.
        detail: String,
    },
    /// The server is older than we support.
    #[error("PostgreSQL {found} is too old: version 15 or newer is needed")]
    TooOld {
        /// The server's version.
        found: String,
    },
    /// The database cannot be reached.
    #[error("the database cannot be reached: {detail}")]
    Unavailable {
        /// Which one, and why.
        detail: String,
    },
    /// A file beside the database could not be made or opened.
    #[error("{path}: {detail}")]
    File {
        /// The file.
        path: PathBuf,
        /// What failed.
        detail: String,
    },
    /// The transaction was not committed.
    #[error("the transaction could not be committed: {detail}")]
    Commit {
        /// What the database said.
        detail: String,
    },
    /// The connection broke during the commit: it may have taken effect or not.
    #[error("the connection broke while {0} was committed: read back whether it took effect")]
    CommitUnknown(&'static str),
    /// The closure of a transaction panicked; it was rolled back.
    #[error("{0} panicked and was rolled back")]
    Panicked(&'static str),
    /// A stored value does not have the expected type.
    #[error("column {column} cannot be read: {detail}")]
    Decode {
        /// The column.
        column: String,
        /// Why.
        detail: String,
    },
    /// Any other failed statement.
    #[error("statement {name} failed: {detail}")]
    Sql {
        /// The first comment line of the text, or its beginning.
        name: String,
        /// What the database said.
        detail: String,
    },
    /// This back end cannot do it.
    #[error("{what} is not available on this database: {instead}")]
    NotSupported {
        /// What was asked for.
        what: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether this is a violation of the unique index `name`, on either back end.
    pub fn violates(&self, name: &str) -> bool {
        match self {
            Self::UniqueViolation { constraint } => constraint.split(", ").any(|one| one == name),
            Self::ForeignKeyViolation { .. }
            | Self::CheckViolation { .. }
            | Self::Stale { .. }
            | Self::NoRow { .. }
            | Self::Unaudited(_)
            | Self::Locked { .. }
            | Self::DiskFull { .. }
            | Self::NewerSchema { .. }
            | Self::ChangedMigration { .. }
            | Self::Migration { .. }
            | Self::Url { .. }
            | Self::TooOld { .. }
            | Self::Unavailable { .. }
            | Self::File { .. }
            | Self::Commit { .. }
            | Self::CommitUnknown(_)
            | Self::Panicked(_)
            | Self::Decode { .. }
            | Self::Sql { .. }
            | Self::NotSupported { .. }
            | Self::Closed => false,
        }
    }

    /// Whether this is a violation of any unique index.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::UniqueViolation { .. })
    }
}
