//! Backup and restore: one encrypted file that a new machine can be made of.
//!
//! | file | what |
//! |---|---|
//! | `envelope.rs` | the readable opening, and the key from the passphrase |
//! | `stream.rs` | encrypted chunks in a fixed order with a marked end |
//! | `file.rs` | the file itself: whole in its place, or not there |
//! | `content.rs` | the sealing key and all tables, in and out |
//!
//! The sealing key goes into the file, because without it the CA keys in the tables are lost; so the file is worth as
//! much as the CA, and only its passphrase protects it. What is not in it: `certctl.toml`, and the files that the
//! configuration names (`tls_cert_file`, `local_ca_key_file`). Why not a key of the installation instead of a
//! passphrase: it would have to be kept beside the backup, where it protects nothing, or be lost with the machine.
//!
//! Not for: reading the database (`certctl-store`, `dump/`). Invariants: a backup is one moment of the database, taken
//! while it is in use; a restore is whole or leaves the place as empty as it was.

mod content;
mod envelope;
mod file;
mod stream;

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use certctl_core::{secret::Secret, time::Ts};
use certctl_store::{DumpError, Summary};
use zeroize::Zeroizing;

pub use certctl_store::StoreError;
pub(crate) use content::LAST_BACKUP;
pub use content::{restore, verify, write};
pub use stream::Damage;

use crate::seal::KeyFileError;

pub(crate) const KEY_LENGTH: usize = 32;
pub(crate) type Key = Zeroizing<[u8; KEY_LENGTH]>;

/// The fewest characters of a passphrase.
const MIN_PASSPHRASE: usize = 12;

/// What was written, read or restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When the backup was begun.
    pub created_at: Ts,
    /// The release that made it.
    pub certctl: String,
    /// What it holds.
    pub content: Summary,
    /// The length of the file.
    pub bytes: u64,
    /// Why the installation was not told of a new backup, which is good all the same.
    pub unnoted: Option<String>,
}

/// Why there is no backup, or no restored installation.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The passphrase file cannot be used.
    #[error("the passphrase file {path} cannot be used: {detail}")]
    PassphraseFile {
        /// Which.
        path: PathBuf,
        /// Why, and what to do.
        detail: String,
    },
    /// The file is there already.
    #[error("there is a file {0} already, and a backup overwrites nothing: give another name")]
    Exists(PathBuf),
    /// The file cannot be made or opened.
    #[error("{path} cannot be {action}")]
    File {
        /// Which.
        path: PathBuf,
        /// `opened`, `made` or `put in its place`.
        action: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file takes no more.
    #[error("the backup cannot be written")]
    Write(#[source] io::Error),
    /// The file gives no more.
    #[error("the backup cannot be read")]
    Read(#[source] io::Error),
    /// It is something else.
    #[error("this is not a backup of certctl, or its beginning is missing")]
    NotABackup,
    /// Of a later release.
    #[error(
        "the backup has format {found}, this release knows format {known}: use the release that wrote it"
    )]
    NewerFormat {
        /// The file's.
        found: u32,
        /// This program's.
        known: u32,
    },
    /// Its opening does not make sense.
    #[error("the second line of the backup cannot be used: {detail}")]
    Header {
        /// Which part.
        detail: String,
    },
    /// Another passphrase, or a changed opening.
    #[error("the passphrase is not the one of this backup, or its first lines were changed")]
    Passphrase,
    /// Changed or cut off behind its opening.
    #[error("the backup is damaged: {0}")]
    Damaged(Damage),
    /// No server has ever run on the database.
    #[error(
        "the database has no sealing key yet: no server has been started on it, so there is nothing to back up"
    )]
    NeverStarted,
    /// The sealing key.
    #[error(transparent)]
    SealingKey(#[from] KeyFileError),
    /// Another sealing key stands where the backup's has to go.
    #[error(
        "{place} holds another sealing key than the backup: restore into another data directory, or move that key \
         away if nothing needs it"
    )]
    OtherSealingKey {
        /// The file or variable.
        place: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tables.
    #[error(transparent)]
    Tables(DumpError),
    /// A task of this program ended by a panic.
    #[error("the work ended by a panic; this is a mistake in certctl")]
    Panicked,
}

/// A failed dump, the damage of the stream told as such.
impl From<DumpError> for BackupError {
    fn from(error: DumpError) -> Self {
        match error {
            DumpError::Stream(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(damage) => Self::Damaged(*damage),
                None => Self::Read(error),
            },
            DumpError::Store(error) => Self::Store(error),
            DumpError::Unreadable { .. }
            | DumpError::NewerSchema { .. }
            | DumpError::OtherSchema { .. }
            | DumpError::NotEmpty { .. }
            | DumpError::Circle(_) => Self::Tables(error),
        }
    }
}

/// The passphrase in the first line of a file that only its owner can read.
///
/// # Errors
/// [`BackupError::PassphraseFile`].
pub fn passphrase(path: &Path) -> Result<Secret<String>, BackupError> {
    let bad = |detail: String| BackupError::PassphraseFile { path: path.to_owned(), detail };
    let data = fs::metadata(path).map_err(|error| bad(error.to_string()))?;
    let mode = data.permissions().mode() & 0o7777;
    if data.is_file() && mode & 0o007 != 0 {
        return Err(bad(format!("others can read it (mode {mode:04o}): chmod 600 {}", path.display())));
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| bad(error.to_string()))?);
    let passphrase = text.trim_end_matches(['\r', '\n']);
    if passphrase.contains('\n') {
        return Err(bad("it has more than one line".to_owned()));
    }
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(bad(format!(
            "it has fewer than {MIN_PASSPHRASE} characters: make a good one with `openssl rand -base64 24`"
        )));
    }
    Ok(Secret::new(passphrase.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_one_line_of_twelve_characters_that_others_cannot_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        let read = |text: &str, mode: u32| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            passphrase(&path).map(|secret| secret.expose().clone()).map_err(|error| error.to_string())
        };
        assert_eq!(read("correct horse \n", 0o600), Ok("correct horse ".to_owned()));
        assert_eq!(read("correct horse", 0o440), Ok("correct horse".to_owned()));
        assert!(read("correct horse", 0o644).unwrap_err().contains("chmod 600"));
        assert!(read("too short\n", 0o600).unwrap_err().contains("fewer than 12"));
        let error = read("hunter2hunter2\nhunter3hunter3\n", 0o600).unwrap_err();
        assert!(error.contains("more than one line") && !error.contains("hunter"), "{error}");
        assert!(passphrase(&folder.path().join("none")).is_err());
    }
}
