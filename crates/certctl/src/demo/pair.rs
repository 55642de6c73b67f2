//! A certificate and its key in two files, and the placeholder that stands there before the first deployment.
//!
//! A TLS server does not start without a certificate, so each endpoint begins with one of a throw-away CA that exists
//! in memory only. Not for: managed certificates; the control plane's CA issues those.
//! Invariant: what is there already is not replaced by a placeholder.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use certctl_api::tls::Trust;
use certctl_core::random::Random;
use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::fingerprint::sha256_hex;
use certctl_pki::{
    Addresses, CaSubject, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name, PrivateKey, RootSpec,
    Serial, build_root_tbs, pem, sign_tbs,
};
use certctl_server::app::SystemRandom;

use super::failed;
use crate::failure::Failure;

/// How long a placeholder is valid.
const LIFE_SECONDS: i64 = 30 * 86_400;

/// Where a certificate with its chain and its key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Pair {
    /// `<name>.pem` and `<name>.key` in a folder.
    pub(super) fn in_folder(folder: &Path, name: &str) -> Self {
        Self { certificate: folder.join(format!("{name}.pem")), key: folder.join(format!("{name}.key")) }
    }

    /// Replaces both files, each by one rename: key first, as the agent does it.
    pub(super) fn write(&self, content: &Content) -> Result<(), Failure> {
        for (path, text) in [(&self.key, &content.key_pem), (&self.certificate, &content.chain_pem)] {
            let staged = path.with_extension("new");
            let written = (|| {
                let mut file =
                    fs::File::options().create(true).truncate(true).write(true).mode(0o600).open(&staged)?;
                file.write_all(text.as_bytes())?;
                fs::rename(&staged, path)
            })();
            written.map_err(|source| Failure::File { path: path.clone(), action: "written", source })?;
        }
        Ok(())
    }

    fn is_there(&self) -> bool {
        self.certificate.exists() && self.key.exists()
    }
}

/// What is in the two files.
pub(super) struct Content {
    chain_pem: String,
    key_pem: String,
    /// SHA-256 of the leaf in hexadecimal.
    pub(super) fingerprint: String,
}

/// The CA of the placeholders.
#[derive(Debug)]
pub(super) struct PlaceholderCa(Issuer);

impl PlaceholderCa {
    /// A new one.
    ///
    /// # Errors
    /// [`Failure`] when no key can be made.
    pub(super) fn new() -> Result<Self, Failure> {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| broken(&error))?;
        let subject = CaSubject { common_name: "certctl demo placeholders".to_owned(), organization: None };
        let now = SystemClock.now().as_second();
        let spec = RootSpec {
            serial: &serial(),
            subject: &subject,
            not_before: now - 60,
            not_after: now + LIFE_SECONDS,
        };
        let content = build_root_tbs(&key, &spec).map_err(|error| broken(&error))?;
        let certificate = sign_tbs(&key, &content).map_err(|error| broken(&error))?;
        Issuer::new(&certificate, key).map(Self).map_err(|error| broken(&error))
    }

    /// Trust in it, for handshakes of our own.
    pub(super) fn trust(&self) -> Trust {
        Trust::CaPem(pem::encode_certificates([self.0.certificate_der()]))
    }

    /// A new pair for a name.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be made.
    pub(super) fn issue(&self, server_name: &str) -> Result<Content, Failure> {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| broken(&error))?;
        let names = [Name::parse(server_name).map_err(|error| broken(&error))?];
        let spec = LeafSpec {
            serial: &serial(),
            subject: LeafSubject::Name(&names[0]),
            names: &names,
            public_key: key.public_key(),
            usage: LeafUsage::Server,
            addresses: Addresses::default(),
            not_before: self.0.info().not_before,
            not_after: self.0.info().not_after,
        };
        let content = self.0.build_leaf_tbs(&spec).map_err(|error| broken(&error))?;
        let leaf = self.0.sign(&content).map_err(|error| broken(&error))?;
        Ok(Content {
            chain_pem: pem::encode_certificates([leaf.as_slice(), self.0.certificate_der()]),
            key_pem: key.to_pkcs8_pem().map_err(|error| broken(&error))?.to_string(),
            fingerprint: sha256_hex(&leaf),
        })
    }

    /// Puts a placeholder where nothing is yet.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be made or written.
    pub(super) fn stand_in(&self, pair: &Pair, server_name: &str) -> Result<(), Failure> {
        if pair.is_there() { Ok(()) } else { pair.write(&self.issue(server_name)?) }
    }
}

fn serial() -> Serial {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    Serial::from_random(bytes)
}

fn broken(error: &dyn std::error::Error) -> Failure {
    failed(format!("no placeholder certificate can be made: {error}"), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_stands_in_only_where_nothing_is() {
        let folder = tempfile::tempdir().unwrap();
        let ca = PlaceholderCa::new().unwrap();
        let pair = Pair::in_folder(folder.path(), "web");
        ca.stand_in(&pair, "web.example.internal").unwrap();
        let before = fs::read_to_string(&pair.certificate).unwrap();
        ca.stand_in(&pair, "web.example.internal").unwrap();
        assert_eq!(fs::read_to_string(&pair.certificate).unwrap(), before);
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }
}
