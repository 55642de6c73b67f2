//! The agent's state directory: who it is, whom it trusts, and the lock that keeps a second agent out.
//!
//! ```text
//! <state>/lock          held while an agent runs or joins
//!         agent.json    id and control plane; written last when joining, so its presence means "joined"
//!         ca.pem        CA of the control plane's TLS certificate
//!         identity.pem  the agent's own key and certificate, one file so that one rename changes both
//!         journal/      deployments under way or not yet acknowledged
//!         pending/      which key was made for which CSR job
//!         installed/    which key file each target got
//!         work/         copies of configurations under test
//!         proofs.json   files of proofs below a webroot, while there are any
//!         records.json  DNS records that may stand, while there are any
//! ```
//! Not for: managed keys (`keystore.rs`). Invariant: everything in it is readable by the agent's user only.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use certctl_api::tls::{Identity, Trust};
use certctl_core::id::AgentId;
use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, PrivateKey, pem};
use serde::{Deserialize, Serialize};

use crate::durable::{self, FileError};

/// Where the state is, unless said otherwise.
pub const DEFAULT_STATE_DIR: &str = "/var/lib/certctl";

/// A state directory that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file of it.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another agent has it.
    #[error(
        "another certctl-agent runs with the state directory {}; stop it, or give this one its own --state-dir",
        path.display()
    )]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// No agent joined here yet.
    #[error(
        "no agent has joined with the state directory {}; get an invitation with `certctl agents invite` and run \
         the `certctl-agent join` line that it prints",
        path.display()
    )]
    NotJoined {
        /// The directory.
        path: PathBuf,
    },
    /// A file that does not hold what it should.
    #[error("{} cannot be used: {detail}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        detail: String,
    },
}

/// Who the agent is and where its control plane is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrollment {
    /// The agent's id.
    pub agent_id: AgentId,
    /// Such as `https://certctl.example.internal:8443`.
    pub server_url: String,
    /// When it joined.
    pub joined_at: Ts,
}

/// A state directory; locked for as long as this value lives, when it was opened for work.
#[derive(Debug)]
pub struct StateDir {
    path: PathBuf,
    _lock: Option<File>,
}

impl StateDir {
    /// Opens it for work, making it if need be; refused when another agent has it open.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn lock(path: &Path) -> Result<Self, StateError> {
        durable::private_dir(path)?;
        for name in ["journal", "pending", "installed", "work"] {
            durable::private_dir(&path.join(name))?;
        }
        let lock_path = path.join("lock");
        let lock = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(FileError::at("open", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(StateError::Locked { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(FileError::at("lock", &lock_path)(error).into()),
        }
    }

    /// Opens it to look only, beside an agent that may run.
    pub fn look(path: &Path) -> Self {
        Self { path: path.to_owned(), _lock: None }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of deployments.
    pub fn journal_dir(&self) -> PathBuf {
        self.path.join("journal")
    }

    /// The folder of CSR jobs.
    pub fn pending_dir(&self) -> PathBuf {
        self.path.join("pending")
    }

    /// The folder of notes on key files.
    pub fn installed_dir(&self) -> PathBuf {
        self.path.join("installed")
    }

    /// The folder for files that need not outlive a step.
    pub fn work_dir(&self) -> PathBuf {
        self.path.join("work")
    }

    /// The note on files of proofs.
    pub fn proofs_note(&self) -> PathBuf {
        self.path.join("proofs.json")
    }

    /// The note on DNS records.
    pub fn records_note(&self) -> PathBuf {
        self.path.join("records.json")
    }

    /// Who joined here, if anyone.
    ///
    /// # Errors
    /// [`StateError`] when the file is there and cannot be read.
    pub fn enrollment(&self) -> Result<Option<Enrollment>, StateError> {
        let path = self.path.join("agent.json");
        let Some(content) = durable::read(&path)? else { return Ok(None) };
        serde_json::from_slice(&content).map(Some).map_err(|error| StateError::Unusable {
            path,
            detail: format!(
                "{error}; restore it from a backup, or remove the state directory and join again"
            ),
        })
    }

    /// Who joined here.
    ///
    /// # Errors
    /// [`StateError::NotJoined`] when nobody did.
    pub fn joined(&self) -> Result<Enrollment, StateError> {
        self.enrollment()?.ok_or_else(|| StateError::NotJoined { path: self.path.clone() })
    }

    /// Keeps the outcome of a join.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn enroll(
        &self,
        enrollment: &Enrollment,
        ca_pem: &str,
        identity: &Identity,
    ) -> Result<(), StateError> {
        self.write_ca(ca_pem)?;
        self.write_identity(identity)?;
        let text = serde_json::to_vec_pretty(enrollment).unwrap_or_default();
        durable::replace(&self.path.join("agent.json"), &text, 0o600)?;
        Ok(())
    }

    fn write_identity(&self, identity: &Identity) -> Result<(), StateError> {
        Ok(durable::replace(&self.path.join("identity.pem"), identity_text(identity).as_bytes(), 0o600)?)
    }

    /// Keeps a renewed identity, and the CA that came with it, beside the one in use.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn write_next_identity(&self, identity: &Identity, ca_pem: &str) -> Result<(), StateError> {
        durable::replace(&self.path.join("ca.next.pem"), ca_pem.as_bytes(), 0o644)?;
        let path = self.path.join("identity.next.pem");
        Ok(durable::replace(&path, identity_text(identity).as_bytes(), 0o600)?)
    }

    /// A renewed identity that was not yet seen to work, with its CA.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn next_identity(&self) -> Result<Option<(Identity, String)>, StateError> {
        if !self.path.join("identity.next.pem").exists() {
            return Ok(None);
        }
        Ok(Some((self.read_identity("identity.next.pem")?.0, self.text("ca.next.pem")?)))
    }

    /// Puts the renewed identity in the place of the old one. The CA goes first: it is good for both.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn adopt_next_identity(&self) -> Result<Validity, StateError> {
        self.write_ca(&self.text("ca.next.pem")?)?;
        let (next, path) = (self.path.join("identity.next.pem"), self.path.join("identity.pem"));
        fs::rename(&next, &path).map_err(FileError::at("replace", &path))?;
        durable::sync_dir(&self.path)?;
        durable::remove(&self.path.join("ca.next.pem"))?;
        Ok(self.identity()?.1)
    }

    /// Forgets a renewed identity that does not work.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn drop_next_identity(&self) -> Result<(), StateError> {
        durable::remove(&self.path.join("identity.next.pem"))?;
        Ok(durable::remove(&self.path.join("ca.next.pem"))?)
    }

    fn write_ca(&self, ca_pem: &str) -> Result<(), StateError> {
        Ok(durable::replace(&self.path.join("ca.pem"), ca_pem.as_bytes(), 0o644)?)
    }

    /// Whom the agent trusts.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn trust(&self) -> Result<Trust, StateError> {
        Ok(Trust::CaPem(self.text("ca.pem")?))
    }

    /// The agent's identity, with the first and last second of its validity.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn identity(&self) -> Result<(Identity, Validity), StateError> {
        self.read_identity("identity.pem")
    }

    fn read_identity(&self, name: &str) -> Result<(Identity, Validity), StateError> {
        let path = self.path.join(name);
        let text = zeroize::Zeroizing::new(self.text(name)?);
        let unusable = |detail: String| StateError::Unusable {
            path: path.clone(),
            detail: format!("{detail}; join again with a new invitation"),
        };
        let blocks = pem::decode_all(&text).map_err(|error| unusable(error.to_string()))?;
        let (mut key, mut certificates) = (None, Vec::new());
        for block in blocks {
            if block.label == pem::CERTIFICATE {
                certificates.push(block.der.to_vec());
            } else {
                key = Some(
                    PrivateKey::from_pkcs8_der(&block.der).map_err(|error| unusable(error.to_string()))?,
                );
            }
        }
        let key = key.ok_or_else(|| unusable("it holds no private key".to_owned()))?;
        let leaf = certificates.first().ok_or_else(|| unusable("it holds no certificate".to_owned()))?;
        let info = CertificateInfo::parse(leaf).map_err(|error| unusable(error.to_string()))?;
        if info.public_key_sha256 != key.public_key_sha256() {
            return Err(unusable("its certificate is for another key".to_owned()));
        }
        let key_pem = key.to_pkcs8_pem().map_err(|error| unusable(error.to_string()))?;
        let identity = Identity {
            certificate_pem: pem::encode_certificates(&certificates),
            key_pem: Secret::new(key_pem.to_string()),
        };
        let validity = Validity {
            not_before: Ts::from_second(info.not_before),
            not_after: Ts::from_second(info.not_after),
        };
        Ok((identity, validity))
    }

    fn text(&self, name: &str) -> Result<String, StateError> {
        let path = self.path.join(name);
        let content =
            durable::read(&path)?.ok_or_else(|| StateError::NotJoined { path: self.path.clone() })?;
        String::from_utf8(content)
            .map_err(|_| StateError::Unusable { path, detail: "it is not a text".to_owned() })
    }
}

fn identity_text(identity: &Identity) -> zeroize::Zeroizing<String> {
    let mut text = zeroize::Zeroizing::new(String::with_capacity(4_096));
    text.push_str(identity.key_pem.expose());
    text.push_str(&identity.certificate_pem);
    text
}

/// When a certificate may be used.
#[derive(Debug, Clone, Copy)]
pub struct Validity {
    /// Its first second.
    pub not_before: Ts,
    /// Its last second.
    pub not_after: Ts,
}

impl Validity {
    /// Half of it: when the agent gets a new identity.
    pub fn half(self) -> Ts {
        self.not_before.plus_seconds(self.not_after.seconds_since(self.not_before) / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_agents_cannot_share_a_state_directory() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        let first = StateDir::lock(&path).unwrap();
        let second = StateDir::lock(&path).unwrap_err();
        assert!(second.to_string().contains("another certctl-agent"), "{second}");
        assert!(matches!(StateDir::look(&path).joined(), Err(StateError::NotJoined { .. })));
        drop(first);
        StateDir::lock(&path).unwrap();
    }

    #[test]
    fn the_state_directory_is_closed_to_other_users() {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        let _state = StateDir::lock(&path).unwrap();
        for part in ["", "journal", "pending", "installed", "work"] {
            assert_eq!(fs::metadata(path.join(part)).unwrap().mode() & 0o777, 0o700, "{part}");
        }
    }
}
