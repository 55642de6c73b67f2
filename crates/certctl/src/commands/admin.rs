//! `certctl admin`: backup, restore and the way out of the rule of two people, beside the server, not through its API.
//!
//! Not for: what is in a backup (`certctl-server`, `backup/`). Invariant: settings come from the same places as those
//! of `certctl server`, so that the installation that is backed up is the one that runs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use certctl_core::time::SystemClock;
use certctl_server::app::SystemRandom;
use certctl_server::backup::{self, BackupError, Report};
use certctl_server::config::{Config, ConfigError, ProcessEnvironment, Sources};
use certctl_server::recovery;
use clap::Subcommand;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Console, Exit};

/// `certctl admin ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Write one encrypted file that the whole installation can be made of; servers may go on meanwhile
    Backup {
        /// The new file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        passphrase: PassphraseArguments,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Make an installation of a backup, in an empty database of either kind
    Restore {
        /// The backup
        file: PathBuf,
        #[command(flatten)]
        passphrase: PassphraseArguments,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Switch the rule of two people off without a second person, when all others are gone for good
    EndTwoPeople {
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Read a backup to its end and say whether every byte is as it was written; restores nothing
    Verify {
        /// The backup
        file: PathBuf,
        #[command(flatten)]
        passphrase: PassphraseArguments,
    },
}

/// How a backup is locked.
#[derive(Debug, clap::Args)]
pub(crate) struct PassphraseArguments {
    /// A file with the passphrase in its only line, mode 0600; keep a copy away from the backup
    #[arg(long, value_name = "FILE", env = "CERTCTL_BACKUP_PASSPHRASE_FILE")]
    passphrase_file: PathBuf,
}

/// Which installation: as `certctl server` takes it.
#[derive(Debug, clap::Args)]
pub(crate) struct PlaceArguments {
    /// The server's configuration file; /etc/certctl/certctl.toml when it is there [env: CERTCTL_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The server's data directory [env: CERTCTL_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// The database, when it is not the SQLite file in the data directory [env: CERTCTL_DATABASE_URL]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The sealing key, when it is not sealing.key in the data directory [env: CERTCTL_SEALING_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    sealing_key_file: Option<String>,
}

impl PlaceArguments {
    fn config(&self) -> Result<Config, Failure> {
        let flags = [
            ("data_dir", &self.data_dir),
            ("database_url", &self.database_url),
            ("sealing_key_file", &self.sealing_key_file),
        ];
        let flags: BTreeMap<&'static str, String> =
            flags.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        let environment = ProcessEnvironment;
        let wrong = |error: ConfigError| {
            Failure::usage(
                error.to_string(),
                "correct what is named; `certctl server config print` shows where each setting comes from",
            )
        };
        let sources = Sources::of_process(flags, self.config.as_deref(), &environment).map_err(wrong)?;
        Config::load(&sources).map_err(wrong)
    }
}

impl Admin {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Failure`] with what to do.
    pub(crate) async fn run(&self, console: &mut Console) -> Result<Exit, Failure> {
        let started = Instant::now();
        match self {
            Self::Backup { out, passphrase, place } => {
                let (secret, config) = (passphrase.read()?, place.config()?);
                let report =
                    backup::write(&config, out, &secret, Arc::new(SystemClock), Arc::new(SystemRandom))
                        .await
                        .map_err(failure)?;
                print(console, &report, "Backed up", started)?;
                if let Some(why) = &report.unnoted {
                    console.hint(&format!("the server does not know of this backup: {why}"))?;
                }
                console.say(&format!("It is in {}", out.display()))?;
                console.say(
                    "Not in it: certctl.toml and the files that it names. Keep the passphrase somewhere else.",
                )?;
            }
            Self::Restore { file, passphrase, place } => {
                let (secret, config) = (passphrase.read()?, place.config()?);
                let report =
                    backup::restore(&config, file, &secret, Arc::new(SystemClock), Arc::new(SystemRandom))
                        .await
                        .map_err(failure)?;
                print(console, &report, "Restored", started)?;
                console.say(&format!("The data directory is {}", config.data_dir.display()))?;
                console
                    .say("Start the server with the same settings; its agents find it at the old address.")?;
            }
            Self::EndTwoPeople { place } => {
                let config = place.config()?;
                recovery::end_two_people(&config, Arc::new(SystemClock), Arc::new(SystemRandom))
                    .await
                    .map_err(|error| failure(error.into()))?;
                console.say("One person is enough again; the audit trail says that this was done here.")?;
            }
            Self::Verify { file, passphrase } => {
                let report = backup::verify(file, &passphrase.read()?).await.map_err(failure)?;
                print(console, &report, "Whole:", started)?;
            }
        }
        Ok(Exit::Ok)
    }
}

impl PassphraseArguments {
    fn read(&self) -> Result<certctl_core::secret::Secret<String>, Failure> {
        backup::passphrase(&self.passphrase_file).map_err(failure)
    }
}

fn print(console: &mut Console, report: &Report, done: &str, started: Instant) -> Result<(), Failure> {
    let Report { created_at, certctl, content, bytes, unnoted: _ } = report;
    let seconds = started.elapsed().as_secs_f64();
    if console.format.is_machine() {
        let tables: serde_json::Map<_, _> =
            content.tables.iter().map(|(name, n_rows)| (name.clone(), json!(n_rows))).collect();
        return console.document(&json!({
            "created_at": created_at, "certctl": certctl, "schema": content.schema, "rows": content.rows(),
            "tables": tables, "bytes": bytes, "seconds": (seconds * 1000.0).round() / 1000.0,
        }));
    }
    console.say(&format!(
        "{done} {} rows of {} tables as of {created_at} (certctl {certctl}, schema {}, {bytes} bytes) in {seconds:.1} s",
        content.rows(),
        content.tables.len(),
        content.schema,
    ))
}

/// What went wrong, with its causes, and what to do.
fn failure(error: BackupError) -> Failure {
    let next = match &error {
        BackupError::PassphraseFile { .. } | BackupError::Exists(_) => {
            return Failure::usage(error.to_string(), "");
        }
        BackupError::Passphrase => "give the passphrase file that this backup was made with",
        BackupError::Damaged(_) => "nothing was changed; take another copy of the backup, or an older one",
        BackupError::NeverStarted => "name the installation with --data-dir, --database-url or --config",
        BackupError::Store(certctl_server::backup::StoreError::Locked { .. }) => {
            "stop the server there; a backup is restored only where nothing runs"
        }
        BackupError::File { .. }
        | BackupError::Write(_)
        | BackupError::Read(_)
        | BackupError::NotABackup
        | BackupError::NewerFormat { .. }
        | BackupError::Header { .. }
        | BackupError::SealingKey(_)
        | BackupError::OtherSealingKey { .. }
        | BackupError::Store(_)
        | BackupError::Tables(_)
        | BackupError::Panicked => "",
    };
    Failure::Negative { what: certctl_server::error::chain(&error), next: next.to_owned() }
}
