//! The demo's directory: a temporary one that ends with the demo, or one that is kept.
//!
//! ```text
//! <directory>/api-key       the admin key of this demo (0600)
//!             env           what a shell has to know (server, key, CA, path)
//!             local-ca.pem  the CA that issues the certificates
//!             demo.json     addresses to listen on again at the next start
//!             demo.log      what control plane and agents log
//!             data/         the control plane
//!             hosts/NAME/   an agent's host: state, policy, TLS files
//!             nginx/        the prefix of the real nginx
//! ```
//! Not for: the content of those. Invariants: a temporary one can be entered by its owner only, and what is secret in
//! a kept one can be read by its owner only; one demo at a time uses it.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::failed;
use crate::failure::Failure;

/// A directory in use.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    temporary: Option<TempDir>,
    _lock: File,
}

/// Addresses that stay the same from one start to the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Addresses {
    /// Where the control plane listens; the agents know it by this.
    pub(super) control_plane: Option<std::net::SocketAddr>,
    /// The ports of nginx and of the built-in servers, by name.
    pub(super) ports: BTreeMap<String, u16>,
}

fn unusable(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.to_owned();
    move |source| Failure::File { path, action, source }
}

impl Directory {
    /// Opens the directory that is kept, or makes a temporary one.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be made, or another demo uses it.
    pub(super) fn open(kept: Option<&Path>) -> Result<Self, Failure> {
        let (path, temporary) = match kept {
            Some(path) => {
                let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
                made.map_err(unusable("made", path))?;
                (path.to_owned(), None)
            }
            None => {
                let private = fs::Permissions::from_mode(0o700);
                let made = tempfile::Builder::new().prefix("certctl-demo-").permissions(private).tempdir();
                let temporary =
                    made.map_err(unusable("used for a temporary directory", &std::env::temp_dir()))?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let path = fs::canonicalize(&path).map_err(unusable("read", &path))?;
        let lock_path = path.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(unusable("written", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, temporary, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::usage(
                format!("another demo runs in {}", path.display()),
                "use that one, stop it first, or give this one another --data-dir",
            )),
            Err(TryLockError::Error(source)) => {
                Err(Failure::File { path: lock_path, action: "locked", source })
            }
        }
    }

    /// A file or folder of it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where it is.
    pub(super) fn root(&self) -> &Path {
        &self.path
    }

    /// Whether it outlives the demo.
    pub(super) const fn is_kept(&self) -> bool {
        self.temporary.is_none()
    }

    /// The log of control plane and agents goes to a file of its own, because the screen belongs to the story.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn start_log(&self) -> Result<(), Failure> {
        let path = self.path("demo.log");
        let log =
            File::options().create(true).append(true).open(&path).map_err(unusable("written", &path))?;
        let builder = tracing_subscriber::fmt().with_ansi(false).with_target(false);
        let started = builder.with_max_level(tracing::Level::INFO).with_writer(Mutex::new(log)).try_init();
        // Fails when this process has a log already; then that one is used.
        drop(started);
        Ok(())
    }

    /// Writes a file whole, readable by its owner only.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.path(name);
        let mut file = tempfile::NamedTempFile::new_in(&self.path).map_err(unusable("written", &path))?;
        file.write_all(text.as_bytes()).map_err(unusable("written", &path))?;
        file.persist(&path).map_err(|error| unusable("written", &path)(error.error))?;
        Ok(path)
    }

    /// The addresses of an earlier start; none at the first.
    ///
    /// # Errors
    /// [`Failure`] when the file is not as it was written.
    pub(super) fn addresses(&self) -> Result<Addresses, Failure> {
        let path = self.path("demo.json");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Addresses::default()),
            Err(error) => return Err(unusable("read", &path)(error)),
        };
        serde_json::from_str(&text).map_err(|error| {
            let next = format!("remove {} to begin anew, or give another --data-dir", self.path.display());
            failed(format!("{} is not as the demo wrote it: {error}", path.display()), next)
        })
    }

    /// Keeps the addresses for the next start.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn keep(&self, addresses: &Addresses) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(addresses).unwrap_or_default();
        self.write("demo.json", &text).map(|_| ())
    }

    /// Ends the use; a temporary directory is removed.
    ///
    /// # Errors
    /// [`Failure::File`] when something of it stays behind.
    pub(super) fn close(self) -> Result<(), Failure> {
        match self.temporary {
            Some(temporary) => temporary.close().map_err(unusable("removed", &self.path)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_directory_is_private_and_gone_after_its_end() {
        let directory = Directory::open(None).unwrap();
        let root = directory.root().to_owned();
        assert_eq!(fs::metadata(&root).unwrap().permissions().mode() & 0o777, 0o700);
        let file = directory.write("api-key", "x").unwrap();
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        directory.close().unwrap();
        assert!(!root.exists());
    }

    #[test]
    fn two_demos_do_not_share_a_directory_and_addresses_are_kept() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/demo");
        let first = Directory::open(Some(&path)).unwrap();
        let error = Directory::open(Some(&path)).unwrap_err();
        assert!(error.lines().join("\n").contains("another demo runs in"), "{error}");
        let ports = BTreeMap::from([("nginx".to_owned(), 4_433)]);
        first.keep(&Addresses { control_plane: None, ports: ports.clone() }).unwrap();
        first.close().unwrap();
        assert_eq!(Directory::open(Some(&path)).unwrap().addresses().unwrap().ports, ports);
    }
}
