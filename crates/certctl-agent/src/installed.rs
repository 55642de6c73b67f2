//! Which key file each target got: `installed/<target id>.json` in the state directory.
//!
//! The journal forgets a deployment once the control plane has its result; this does not, so that a key can be kept for
//! as long as a file on the host holds it. Not for: proof of what is served. Invariant: it says where to look, and what
//! counts is what the file there holds now.

use std::fs;
use std::path::PathBuf;

use certctl_core::id::{CertificateId, TargetId};
use certctl_pki::PrivateKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::durable::{self, FileError};

/// The folder.
#[derive(Debug, Clone)]
pub struct Installed {
    dir: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct Note {
    certificate_id: CertificateId,
    key_path: PathBuf,
}

impl Installed {
    /// The notes in this folder.
    pub const fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// A certificate's key is in this file now.
    ///
    /// # Errors
    /// [`FileError`].
    pub(crate) fn note(
        &self,
        target_id: &TargetId,
        certificate_id: &CertificateId,
        key_path: PathBuf,
    ) -> Result<(), FileError> {
        let path = self.dir.join(format!("{target_id}.json"));
        let note = Note { certificate_id: certificate_id.clone(), key_path };
        let text = serde_json::to_vec(&note).unwrap_or_default();
        if durable::read(&path)?.as_deref() == Some(&text) {
            return Ok(());
        }
        durable::replace(&path, &text, 0o600)
    }

    /// The files that were noted for a certificate and hold this key now.
    ///
    /// # Errors
    /// [`FileError`] when a file that may hold it cannot be read.
    pub(crate) fn holding(
        &self,
        certificate_id: &CertificateId,
        public_key_sha256: &str,
    ) -> Result<Vec<PathBuf>, FileError> {
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(FileError::at("list", &self.dir)(error)),
        };
        let mut holding = Vec::new();
        for entry in entries {
            let path = entry.map_err(FileError::at("list", &self.dir))?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let note = durable::read(&path)?.and_then(|text| serde_json::from_slice::<Note>(&text).ok());
            let Some(note) = note.filter(|note| note.certificate_id == *certificate_id) else { continue };
            let Some(content) = durable::read(&note.key_path)?.map(Zeroizing::new) else { continue };
            let key = std::str::from_utf8(&content).ok().and_then(|text| PrivateKey::from_pem(text).ok());
            if key.is_some_and(|key| hex::encode(key.public_key_sha256()) == public_key_sha256) {
                holding.push(note.key_path);
            }
        }
        Ok(holding)
    }
}

#[cfg(test)]
mod tests {
    use certctl_pki::KeyAlgorithm;

    use super::*;

    #[test]
    fn what_counts_is_what_the_noted_file_holds_now() {
        let dir = tempfile::tempdir().unwrap();
        let installed = Installed::new(dir.path().join("installed"));
        let certificate: CertificateId = "mc-web".parse().unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let hash = hex::encode(key.public_key_sha256());
        assert!(installed.holding(&certificate, &hash).unwrap().is_empty());

        fs::create_dir(dir.path().join("installed")).unwrap();
        let path = dir.path().join("web.key");
        installed.note(&"tgt-web".parse().unwrap(), &certificate, path.clone()).unwrap();
        assert!(installed.holding(&certificate, &hash).unwrap().is_empty(), "there is no such file");
        fs::write(&path, key.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
        assert_eq!(installed.holding(&certificate, &hash).unwrap(), std::slice::from_ref(&path));
        assert!(installed.holding(&"mc-other".parse().unwrap(), &hash).unwrap().is_empty());
        fs::write(&path, "a person's own").unwrap();
        assert!(installed.holding(&certificate, &hash).unwrap().is_empty());
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(installed.holding(&certificate, &hash).is_err(), "what cannot be read may hold it");
    }
}
