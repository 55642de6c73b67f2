//! Managed private keys, each under the hash of its public key.
//!
//! ```text
//! <key-dir>/<certificate id>/<public key hash>.key   0600 in 0700, never overwritten
//!                            current                 link to the key of the installed certificate
//! ```
//! Not for: the agent's own identity. Invariants: a key file is written once, flushed before its CSR leaves the
//! host, and deleted only when the control plane retired it and it is not the current one.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use certctl_core::id::CertificateId;
use certctl_pki::PrivateKey;

use crate::cause::chain;
use crate::durable::{self, FileError};

/// A key that cannot be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A hash that is none.
    #[error("{0:?} is not the SHA-256 of a public key in hexadecimal")]
    NotAHash(String),
    /// The key is not on this host.
    #[error(
        "there is no key {}; was it made by another agent, or the key directory changed? If it is lost, renew the \
         certificate: that makes a new key",
        path.display()
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error(
        "the key does not fit: {} does not hold the key that its name says ({detail}); renew the certificate, that makes \
         a new key",
        path.display()
    )]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
}

/// The key directory.
#[derive(Debug, Clone)]
pub struct KeyStore {
    dir: PathBuf,
}

impl KeyStore {
    /// Opens it, making it if need be.
    ///
    /// # Errors
    /// [`KeyStoreError::File`].
    pub fn open(dir: &Path) -> Result<Self, KeyStoreError> {
        durable::private_dir(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Keeps a new key; a key that is there already is left alone.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    pub fn insert(&self, certificate_id: &CertificateId, key: &PrivateKey) -> Result<PathBuf, KeyStoreError> {
        let path = self.path(certificate_id, &hex::encode(key.public_key_sha256()))?;
        if path.exists() {
            self.load(certificate_id, &hex::encode(key.public_key_sha256()))?;
            return Ok(path);
        }
        durable::private_dir(durable::parent(&path))?;
        let text = key
            .to_pkcs8_pem()
            .map_err(|error| KeyStoreError::Unusable { path: path.clone(), detail: error.to_string() })?;
        // Under another name first: a crash must not leave half a key under the name that says "whole".
        let beside = path.with_extension("new");
        durable::remove(&beside)?;
        durable::create(&beside, text.as_bytes(), 0o600)?;
        fs::hard_link(&beside, &path).map_err(FileError::at("create", &path))?;
        durable::remove(&beside)?;
        durable::sync_dir(durable::parent(&path))?;
        Ok(path)
    }

    /// Reads a key and checks that it is the one its name says.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    pub fn load(&self, certificate_id: &CertificateId, hash: &str) -> Result<PrivateKey, KeyStoreError> {
        let path = self.path(certificate_id, hash)?;
        let content = durable::read(&path)?.map(zeroize::Zeroizing::new);
        let content = content.ok_or_else(|| KeyStoreError::Missing { path: path.clone() })?;
        let unusable = |detail: String| KeyStoreError::Unusable { path: path.clone(), detail };
        let text = std::str::from_utf8(&content).map_err(|error| unusable(error.to_string()))?;
        let key = PrivateKey::from_pem(text).map_err(|error| unusable(chain(&error)))?;
        let found = hex::encode(key.public_key_sha256());
        if found != hash {
            return Err(unusable(format!("its public key's hash is {found}")));
        }
        Ok(key)
    }

    /// Whether the key is there.
    pub fn holds(&self, certificate_id: &CertificateId, hash: &str) -> bool {
        self.path(certificate_id, hash).is_ok_and(|path| path.exists())
    }

    /// Says that this key's certificate is installed.
    ///
    /// # Errors
    /// [`KeyStoreError::File`].
    pub fn set_current(&self, certificate_id: &CertificateId, hash: &str) -> Result<(), KeyStoreError> {
        let path = self.path(certificate_id, hash)?;
        let dir = durable::parent(&path);
        let name = format!("{hash}.key");
        let current = dir.join("current");
        if fs::read_link(&current).is_ok_and(|link| link == Path::new(&name)) {
            return Ok(());
        }
        let beside = dir.join(".current.new");
        durable::remove(&beside)?;
        symlink(&name, &beside).map_err(FileError::at("create", &beside))?;
        fs::rename(&beside, &current).map_err(FileError::at("replace", &current))?;
        Ok(durable::sync_dir(dir)?)
    }

    /// The hash of the installed certificate's key.
    pub fn current(&self, certificate_id: &CertificateId) -> Option<String> {
        let link = fs::read_link(self.dir.join(certificate_id.as_str()).join("current")).ok()?;
        link.to_str()?.strip_suffix(".key").map(str::to_owned)
    }

    /// Deletes a key that is no longer needed; says whether it was there. The current one stays.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    pub fn retire(&self, certificate_id: &CertificateId, hash: &str) -> Result<bool, KeyStoreError> {
        let path = self.path(certificate_id, hash)?;
        if self.current(certificate_id).as_deref() == Some(hash) || !path.exists() {
            return Ok(false);
        }
        durable::remove(&path)?;
        durable::sync_dir(durable::parent(&path))?;
        Ok(true)
    }

    fn path(&self, certificate_id: &CertificateId, hash: &str) -> Result<PathBuf, KeyStoreError> {
        // The hash comes from the control plane and becomes a file name: 64 hexadecimal digits or nothing.
        if hash.len() != 64 || !hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(KeyStoreError::NotAHash(hash.to_owned()));
        }
        Ok(self.dir.join(certificate_id.as_str()).join(format!("{hash}.key")))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use certctl_pki::KeyAlgorithm;

    use super::*;

    #[test]
    fn a_key_is_kept_once_privately_and_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = KeyStore::open(&dir.path().join("keys")).unwrap();
        let id: CertificateId = "mc-web".parse().unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let hash = hex::encode(key.public_key_sha256());
        let path = store.insert(&id, &key).unwrap();
        assert_eq!(path, dir.path().join("keys/mc-web").join(format!("{hash}.key")));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
        let inode = fs::metadata(&path).unwrap().ino();
        store.insert(&id, &key).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
        assert_eq!(store.load(&id, &hash).unwrap().public_key_sha256(), key.public_key_sha256());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn the_current_key_cannot_be_retired_and_others_can() {
        let dir = tempfile::tempdir().unwrap();
        let store = KeyStore::open(dir.path()).unwrap();
        let id: CertificateId = "mc-web".parse().unwrap();
        let hashes: Vec<String> = (0..2)
            .map(|_| {
                let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
                store.insert(&id, &key).unwrap();
                hex::encode(key.public_key_sha256())
            })
            .collect();
        store.set_current(&id, &hashes[0]).unwrap();
        store.set_current(&id, &hashes[1]).unwrap();
        assert_eq!(store.current(&id).as_ref(), Some(&hashes[1]));
        assert!(!store.retire(&id, &hashes[1]).unwrap());
        assert!(store.retire(&id, &hashes[0]).unwrap());
        assert!(!store.retire(&id, &hashes[0]).unwrap());
        assert!(store.load(&id, &hashes[1]).is_ok());
    }

    #[test]
    fn a_hash_that_is_a_path_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let store = KeyStore::open(dir.path()).unwrap();
        let id: CertificateId = "mc-web".parse().unwrap();
        for bad in ["../../etc/passwd", "", "AB", &"A".repeat(64)] {
            assert!(matches!(store.load(&id, bad), Err(KeyStoreError::NotAHash(_))), "{bad}");
            assert!(matches!(store.retire(&id, bad), Err(KeyStoreError::NotAHash(_))), "{bad}");
        }
    }
}
