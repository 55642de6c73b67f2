//! What is in a backup, in and out: the sealing key, then all tables as the store's dump gives them.
//!
//! Not for: encryption and files (beside). Invariants: the key in a backup is the one that its tables are sealed with,
//! checked on both ways; the key's file is in place before the database is, so a restored database always has its key.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Write},
    path::Path,
    sync::Arc,
};

use certctl_core::{
    actor::Actor,
    audit::Outcome,
    permission::Scope,
    random::Random,
    secret::Secret,
    time::{Clock, Ts},
};
use certctl_store::{
    DumpError, OpenOptions, Store, StoreError, Summary, Tx,
    audit::{Change, Context, record},
    instance,
};
use serde_json::json;
use zeroize::Zeroizing;

use super::{BackupError, KEY_LENGTH, Key, Report, envelope::Header, file::NewFile, stream};
use crate::{
    config::Config,
    error::chain,
    seal::{Placed, Sealer},
};

/// Writes a backup of the installation that `config` describes into the new file `out`, while servers may run on it.
///
/// # Errors
/// [`BackupError`]; then there is no file.
pub async fn write(
    config: &Config,
    out: &Path,
    passphrase: &Secret<String>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Report, BackupError> {
    let header = Header::new(clock.now(), &*random);
    let (new, file) = NewFile::make(out)?;
    let options = OpenOptions::new(config.database_url.expose(), Arc::clone(&clock));
    let store = Store::open_to_read(options).await?;
    let written = write_store(&store, config, &header, passphrase, file).await;
    store.close().await;
    let (content, file) = written?;
    let bytes = new.keep(&file)?;
    let options = OpenOptions::new(config.database_url.expose(), clock);
    let (at, rows) = (header.created_at, content.rows());
    let noted = Store::write_beside(options, move |tx| note(tx, at, rows, random)).await;
    let unnoted = noted.err().map(|error| chain(&error));
    Ok(Report { created_at: header.created_at, certctl: header.certctl, content, bytes, unnoted })
}

/// Where the time of the last good backup is kept, among the facts of the installation.
pub(crate) const LAST_BACKUP: &str = "backup.last_at";

/// Notes a backup that is whole and in its place: for the alert of those that are overdue, and for the trail.
fn note(tx: &mut Tx<'_>, created_at: Ts, rows: u64, random: Arc<dyn Random>) -> Result<(), StoreError> {
    instance::set_value(tx, LAST_BACKUP, &created_at.to_string())?;
    let context = Context {
        actor: Actor::system("backup"),
        scope: Scope::everything(),
        request_id: String::new(),
        source_address: String::new(),
        random,
        confirmed: None,
    };
    let change = Change {
        action: "instance.backup",
        object_kind: "instance",
        object_id: "backup",
        outcome: Outcome::Success,
        summary: format!("a backup of {rows} rows was written as of {created_at}"),
        details: json!({ "created_at": created_at, "rows": rows }),
    };
    record(tx, &context, &change)
}

async fn write_store(
    store: &Store,
    config: &Config,
    header: &Header,
    passphrase: &Secret<String>,
    mut file: File,
) -> Result<(Summary, File), BackupError> {
    let wanted = store.read("backup.sealing_key", |tx| instance::value(tx, "sealing_key_id")).await?;
    let sealing_key = config.sealing_key.key_of(&wanted.ok_or(BackupError::NeverStarted)?)?;
    let key = header.write(passphrase, &mut file)?;
    let mut out = stream::Encrypting::new(&key, file).map_err(BackupError::Write)?;
    out.write_all(&sealing_key[..]).map_err(BackupError::Write)?;
    let (content, out) = store.dump(out).await.map_err(|error| match error {
        DumpError::Stream(error) => BackupError::Write(error),
        other => other.into(),
    })?;
    Ok((content, out.finish().map_err(BackupError::Write)?))
}

/// A backup whose passphrase was right, up to its tables.
struct Opened {
    header: Header,
    bytes: u64,
    sealing_key: Key,
    tables: stream::Decrypting<BufReader<File>>,
}

fn open(path: &Path, passphrase: &Secret<String>) -> Result<Opened, BackupError> {
    let file = |source| BackupError::File { path: path.to_owned(), action: "opened", source };
    let source = File::open(path).map_err(file)?;
    let bytes = source.metadata().map_err(file)?.len();
    let mut source = BufReader::with_capacity(128 * 1024, source);
    let (header, key) = Header::read(passphrase, &mut source)?;
    let mut tables = stream::Decrypting::new(&key, source).map_err(BackupError::Read)?;
    let mut sealing_key = Zeroizing::new([0; KEY_LENGTH]);
    tables.read_exact(&mut sealing_key[..]).map_err(of_read)?;
    Ok(Opened { header, bytes, sealing_key, tables })
}

fn of_read(error: io::Error) -> BackupError {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(damage) => BackupError::Damaged(*damage),
        None => BackupError::Read(error),
    }
}

/// Reads a whole backup, and with that proves that every byte of it is as it was written. Restores nothing.
///
/// # Errors
/// [`BackupError`] with what is wrong with it.
pub async fn verify(path: &Path, passphrase: &Secret<String>) -> Result<Report, BackupError> {
    let (path, passphrase) = (path.to_owned(), passphrase.clone());
    let read = move || {
        let Opened { header, bytes, tables, .. } = open(&path, &passphrase)?;
        let content = certctl_store::read_summary(tables)?;
        Ok(Report { created_at: header.created_at, certctl: header.certctl, content, bytes, unnoted: None })
    };
    tokio::task::spawn_blocking(read).await.map_err(|_| BackupError::Panicked)?
}

/// Makes an installation of a backup: the sealing key where `config` has it, and the database, which must be empty.
///
/// # Errors
/// [`BackupError`]; then nothing was restored.
pub async fn restore(
    config: &Config,
    path: &Path,
    passphrase: &Secret<String>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Report, BackupError> {
    let (from, secret) = (path.to_owned(), passphrase.clone());
    let opened = tokio::task::spawn_blocking(move || open(&from, &secret)).await;
    let Opened { header, bytes, sealing_key, tables } = opened.map_err(|_| BackupError::Panicked)??;
    let key_id = Sealer::new(&sealing_key)?.key_id();
    let made_folder = !config.data_dir.exists();
    crate::make_data_dir(&config.data_dir).map_err(|source| BackupError::File {
        path: config.data_dir.clone(),
        action: "made",
        source,
    })?;
    let placed = config.sealing_key.put(&sealing_key)?;
    let created_at = header.created_at;
    let last = move |tx: &mut Tx<'_>| restored(tx, &key_id, created_at, Arc::clone(&random));
    let options = OpenOptions::new(config.database_url.expose(), clock);
    match Store::restore(options, tables, last).await {
        Ok(content) => Ok(Report {
            created_at: header.created_at,
            certctl: header.certctl,
            content,
            bytes,
            unnoted: None,
        }),
        Err(error) => {
            take_back(&placed, made_folder.then_some(config.data_dir.as_path()));
            Err(error.into())
        }
    }
}

/// Removes what a restore that failed had made.
fn take_back(placed: &Placed, folder: Option<&Path>) {
    if let Placed::Made(path) = placed {
        drop(fs::remove_file(path));
    }
    if let Some(folder) = folder {
        // The lock of the database that was not made; a folder with anything else in it stays.
        drop(fs::remove_file(folder.join("certctl.db.lock")));
        drop(fs::remove_dir(folder));
    }
}

/// The last act of a restore: the tables are those of the key, and the trail says where they came from.
fn restored(
    tx: &mut Tx<'_>,
    key_id: &str,
    created_at: Ts,
    random: Arc<dyn Random>,
) -> Result<(), StoreError> {
    let found = instance::value(tx, "sealing_key_id")?.unwrap_or_default();
    if found != key_id {
        let detail =
            format!("the backup holds the sealing key {key_id}, its tables are sealed with {found:?}");
        return Err(StoreError::Decode { column: "instance.value".to_owned(), detail });
    }
    // Their owners are gone; waiting for the leases to run out would only hold up the first start.
    instance::release_all_tasks(tx)?;
    let context = Context {
        actor: Actor::system("restore"),
        scope: Scope::everything(),
        request_id: String::new(),
        source_address: String::new(),
        random,
        confirmed: None,
    };
    let change = Change {
        action: "instance.restore",
        object_kind: "instance",
        object_id: key_id,
        outcome: Outcome::Success,
        summary: format!("restored from the backup of {created_at}; what happened after it is not here"),
        details: json!({ "backup_created_at": created_at }),
    };
    record(tx, &context, &change)
}
