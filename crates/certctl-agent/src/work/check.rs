//! The first step of a deployment: everything that can be known to be wrong before anything is written.
//!
//! Not for: changing anything. Invariant: after it passed, the policy allows each path, endpoint and action, the key
//! and the chain fit, and owner, group and mode of each file are decided.

use certctl_api::agent_protocol::DeployWork;
use certctl_connectors::targets::TargetConfig;
use certctl_connectors::targets::installation::{DEFAULT_CERTIFICATE_MODE, DEFAULT_KEY_MODE, Installation};
use certctl_pki::fingerprint::sha256_hex;
use certctl_pki::{
    CaSubject, CertificateInfo, ChainError, KeyAlgorithm, PrivateKey, RootSpec, Serial, build_root_tbs,
    check_chain, order_chain, pem, sign_tbs,
};
use nix::unistd::{Group, User, getegid, geteuid};
use zeroize::Zeroizing;

use super::files::{FilePlan, OldFile, Role, present};
use crate::cause::chain;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::permit::{NotPermitted, Permit};

/// Why a deployment is not begun.
#[derive(Debug)]
pub(crate) struct Objection {
    pub(crate) cause: String,
    pub(crate) retryable: bool,
    pub(crate) is_refusal: bool,
}

impl Objection {
    pub(crate) fn lasting(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), retryable: false, is_refusal: false }
    }

    pub(crate) fn passing(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), retryable: true, is_refusal: false }
    }
}

impl From<NotPermitted> for Objection {
    fn from(error: NotPermitted) -> Self {
        match error {
            NotPermitted::Refused { cause, .. } => Self { cause, retryable: false, is_refusal: true },
            // A directory that is missing or a name that does not resolve may come.
            NotPermitted::Unclear(cause) => Self::passing(cause),
            NotPermitted::File(error) => Self::passing(chain(&error)),
        }
    }
}

/// The new content of each file.
pub(crate) struct Contents {
    key: Zeroizing<String>,
    leaf: String,
    chain: String,
}

impl Contents {
    /// Reads key and chain and checks that they belong together and to the work.
    pub(crate) fn prepare(work: &DeployWork, keys: &KeyStore, now: i64) -> Result<Self, Objection> {
        let bad_chain =
            |detail: String| Objection::lasting(format!("the certificate cannot be deployed: {detail}"));
        let sent = pem::decode_certificates(&work.chain_pem).map_err(|error| bad_chain(chain(&error)))?;
        let ordered = order_chain(&sent).map_err(|error| bad_chain(chain(&error)))?;
        let (leaf, above) = ordered.split_first().ok_or_else(|| bad_chain("it is empty".to_owned()))?;
        let info = CertificateInfo::parse(leaf).map_err(|error| bad_chain(chain(&error)))?;
        if info.fingerprint_sha256 != work.fingerprint_sha256 {
            return Err(bad_chain(format!(
                "its fingerprint is {}, and the work says {}",
                info.fingerprint_sha256, work.fingerprint_sha256
            )));
        }
        // The agent does not judge who issued it: the top of what was sent counts as the root.
        let (between, top) = match above.split_last() {
            Some((top, between)) => (between, top),
            None => (above, leaf),
        };
        check_validity(&info, now)?;
        if !above.is_empty() {
            check_chain(leaf, between, std::slice::from_ref(top), now).map_err(|error| match error {
                ChainError::NotYetValid { .. } => Objection::passing(error.to_string()),
                other => bad_chain(other.to_string()),
            })?;
        }
        let key = keys.load(&work.certificate_id, &work.public_key_sha256).map_err(|error| match error {
            KeyStoreError::File(_) => Objection::passing(chain(&error)),
            KeyStoreError::NotAHash(_) | KeyStoreError::Missing { .. } | KeyStoreError::Unusable { .. } => {
                Objection::lasting(chain(&error))
            }
        })?;
        if info.public_key_sha256 != key.public_key_sha256() {
            return Err(Objection::lasting(format!(
                "the key does not fit: the certificate is for the public key {}, and the key on this host is {}",
                hex::encode(info.public_key_sha256),
                work.public_key_sha256
            )));
        }
        let key = key.to_pkcs8_pem().map_err(|error| Objection::lasting(chain(&error)))?;
        Ok(Self { key, leaf: pem::encode_certificates([leaf]), chain: pem::encode_certificates(above) })
    }

    /// A key that is thrown away and a certificate that it signed itself, valid for an hour: for a test.
    pub(crate) fn for_test(now: i64) -> Result<Self, Objection> {
        let impossible =
            |detail: String| Objection::lasting(format!("no test certificate can be made: {detail}"));
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| impossible(chain(&error)))?;
        let mut serial = [0; 16];
        serial.copy_from_slice(&key.public_key_sha256()[..16]);
        let subject = CaSubject { common_name: "certctl target test".to_owned(), organization: None };
        let spec = RootSpec {
            serial: &Serial::from_random(serial),
            subject: &subject,
            not_before: now - 60,
            not_after: now + 3_600,
        };
        let certificate = build_root_tbs(&key, &spec)
            .and_then(|tbs| sign_tbs(&key, &tbs))
            .map_err(|error| impossible(chain(&error)))?;
        let key = key.to_pkcs8_pem().map_err(|error| impossible(chain(&error)))?;
        let leaf = pem::encode_certificates([certificate.as_slice()]);
        // Its own root: a file for the chain gets something to hold.
        Ok(Self { key, chain: leaf.clone(), leaf })
    }

    /// What a file will hold.
    pub(crate) fn of(&self, role: Role, installation: &Installation) -> Zeroizing<Vec<u8>> {
        let text = match role {
            Role::Key => self.key.to_string(),
            Role::Certificate if installation.fullchain => format!("{}{}", self.leaf, self.chain),
            Role::Certificate => self.leaf.clone(),
            Role::Chain => self.chain.clone(),
        };
        Zeroizing::new(text.into_bytes())
    }
}

fn check_validity(info: &CertificateInfo, now: i64) -> Result<(), Objection> {
    if now > info.not_after {
        return Err(Objection::lasting(format!(
            "the certificate of {} expired already; is this host's clock right?",
            info.subject
        )));
    }
    if now < info.not_before {
        return Err(Objection::passing(format!(
            "the certificate of {} is not valid yet; is this host's clock right?",
            info.subject
        )));
    }
    Ok(())
}

/// What was found out about the files.
pub(crate) struct Plan {
    pub(crate) files: Vec<FilePlan>,
    /// Fingerprint of the certificate that is in the file now.
    pub(crate) file_before: Option<String>,
}

/// Decides about each file; `name` tells its second names from those of other work. The key comes first: it is swapped
/// first.
pub(crate) fn plan(
    name: &str,
    config: &TargetConfig,
    contents: &Contents,
    permit: Permit<'_>,
) -> Result<Plan, Objection> {
    let installation = config.installation();
    let owner = installation.owner.as_deref().map(user_id).transpose()?;
    let group = installation.group.as_deref().map(group_id).transpose()?;
    let wanted = [
        (Role::Key, Some(&installation.key_path)),
        (Role::Certificate, Some(&installation.certificate_path)),
        (Role::Chain, installation.chain_path.as_ref()),
    ];
    let (mut files, mut file_before) = (Vec::<FilePlan>::new(), None);
    for (role, path) in wanted {
        let Some(path) = path else { continue };
        let real = permit.path(path)?;
        if let Some(twin) = files.iter().find(|file| file.real == real) {
            return Err(Objection::lasting(format!(
                "{} and {} are the same file ({}); each needs a file of its own",
                twin.path.display(),
                path.display(),
                real.display()
            )));
        }
        let found = present(&real).map_err(|error| Objection::passing(chain(&error)))?;
        let old = found.as_ref().map(|found| found.old);
        if role == Role::Certificate {
            file_before = found.as_ref().and_then(|found| leaf_fingerprint(&found.content));
        }
        let (staged, backup) = FilePlan::beside(&real, name);
        files.push(FilePlan {
            role,
            path: path.clone(),
            staged,
            backup,
            new_sha256: sha256_hex(&contents.of(role, installation)),
            uid: owner.or_else(|| old.map(|old| old.uid)).unwrap_or_else(|| geteuid().as_raw()),
            gid: group.or_else(|| old.map(|old| old.gid)).unwrap_or_else(|| getegid().as_raw()),
            mode: mode(role, installation, old),
            real,
            old,
        });
    }
    Ok(Plan { files, file_before })
}

fn mode(role: Role, installation: &Installation, old: Option<OldFile>) -> u32 {
    let (wanted, default, allowed) = match role {
        // A key that everybody could read until now is closed; its group keeps what it had.
        Role::Key => (installation.key_mode, DEFAULT_KEY_MODE, 0o640),
        Role::Certificate | Role::Chain => (installation.certificate_mode, DEFAULT_CERTIFICATE_MODE, 0o664),
    };
    wanted.or_else(|| old.map(|old| (old.mode & allowed) | 0o400)).unwrap_or(default)
}

pub(crate) fn leaf_fingerprint(content: &[u8]) -> Option<String> {
    let certificates = pem::decode_certificates(std::str::from_utf8(content).ok()?).ok()?;
    certificates.first().map(|leaf| sha256_hex(leaf))
}

pub(crate) fn user_id(name: &str) -> Result<u32, Objection> {
    let found = match name.parse::<u32>() {
        Ok(number) => Some(number),
        Err(_) => User::from_name(name).ok().flatten().map(|user| user.uid.as_raw()),
    };
    found.ok_or_else(|| {
        Objection::lasting(format!(
            "this host has no user {name:?}; make it, or change \"owner\" of the target"
        ))
    })
}

pub(crate) fn group_id(name: &str) -> Result<u32, Objection> {
    let found = match name.parse::<u32>() {
        Ok(number) => Some(number),
        Err(_) => Group::from_name(name).ok().flatten().map(|group| group.gid.as_raw()),
    };
    found.ok_or_else(|| {
        Objection::lasting(format!(
            "this host has no group {name:?}; make it, or change \"group\" of the target"
        ))
    })
}
