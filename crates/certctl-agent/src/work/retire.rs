//! The end of a key on its host: deleted, unless anything here still uses it.
//!
//! The control plane says which keys nobody needs any more, by what it knows; this looks at what is on the host, so that
//! a control plane that is mistaken, or stolen, takes no key away that a service has. Not for: the report. Invariants: a
//! key is deleted only when it is not the current one, no deployment under way names it, and no file that the agent has
//! installed holds it; asked again after a crash, the same comes out.

use certctl_api::agent_protocol::{KeyReport, RetiredKey};

use super::csr;
use crate::cause::chain;
use crate::installed::Installed;
use crate::journal::Journal;
use crate::keystore::KeyStore;
use crate::state::StateDir;

/// Where keys and their uses are.
#[derive(Debug)]
pub(crate) struct Retirer {
    pub(crate) keys: KeyStore,
    pub(crate) journal: Journal,
    pub(crate) installed: Installed,
    pub(crate) pending_dir: std::path::PathBuf,
}

impl Retirer {
    pub(crate) fn new(state: &StateDir, keys: KeyStore) -> Self {
        Self {
            keys,
            journal: Journal::new(state.journal_dir()),
            installed: Installed::new(state.installed_dir()),
            pending_dir: state.pending_dir(),
        }
    }

    /// Deletes a key, or says why not.
    pub(crate) fn retire(&self, key: &RetiredKey) -> KeyReport {
        let (certificate_id, hash) = (&key.certificate_id, &key.public_key_sha256);
        let kept_because = match self.in_use(key) {
            Some(because) => Some(because),
            None => match self.keys.retire(certificate_id, hash) {
                Ok(true) => {
                    tracing::info!(cert.id = %certificate_id, "the retired key {hash} of {certificate_id} is deleted");
                    None
                }
                // Deleted before, or never made here.
                Ok(false) => None,
                Err(error) => Some(chain(&error)),
            },
        };
        match &kept_because {
            None => csr::forget(&self.pending_dir, hash),
            Some(because) => {
                tracing::warn!(cert.id = %certificate_id, "the retired key {hash} of {certificate_id} stays: {because}");
            }
        }
        KeyReport { certificate_id: certificate_id.clone(), public_key_sha256: hash.clone(), kept_because }
    }

    fn in_use(&self, key: &RetiredKey) -> Option<String> {
        let (certificate_id, hash) = (&key.certificate_id, &key.public_key_sha256);
        if self.keys.current(certificate_id).as_deref() == Some(hash) {
            return Some("it is the key of the certificate that was installed last".to_owned());
        }
        match self.journal.load() {
            Ok(records) => {
                let user = records.iter().find(|record| {
                    record.work.certificate_id == *certificate_id && record.work.public_key_sha256 == *hash
                });
                if let Some(record) = user {
                    return Some(format!("{} is under way with it", record.work.job_id));
                }
            }
            Err(error) => return Some(format!("nobody knows what is under way: {}", chain(&error))),
        }
        match self.installed.holding(certificate_id, hash) {
            Ok(files) => files.first().map(|file| format!("{} holds it", file.display())),
            Err(error) => Some(format!("a file that may hold it cannot be read: {}", chain(&error))),
        }
    }
}
