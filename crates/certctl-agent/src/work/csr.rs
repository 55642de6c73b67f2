//! Keys and CSRs for issuing jobs.
//!
//! `pending/<job id>.json` says which key was made for which job. It is written before the key and read when the
//! same job is asked for again, so that a crash at any moment leaves one key for one job, and none that nobody knows.
//! Not for: sending (the caller posts). Invariant: the key is on the disk before a CSR for it exists.

use std::fs;
use std::path::{Path, PathBuf};

use certctl_api::agent_protocol::CsrRequest;
use certctl_core::id::{CertificateId, JobId};
use certctl_core::kill_point::KillPoint;
use certctl_pki::{KeyAlgorithm, Name, PrivateKey, build_csr, pem};
use serde::{Deserialize, Serialize};

use crate::durable::{self, FileError};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::local_policy::{LocalPolicy, PolicyError};

/// A CSR that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CsrError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The key cannot be kept.
    #[error("the key for job {job_id} cannot be kept")]
    Keep {
        /// The job.
        job_id: JobId,
        /// Why.
        source: KeyStoreError,
    },
    /// The host's policy cannot be read, so nobody knows what it allows.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The host's policy does not allow this kind of key.
    #[error(
        "the policy {} does not allow keys of kind {algorithm}: add it to \"algorithms\" under [keys], or ask for another",
        policy.display()
    )]
    NotAllowed {
        /// The policy's file.
        policy: PathBuf,
        /// What was asked for.
        algorithm: KeyAlgorithm,
    },
    /// The request cannot be met.
    #[error("job {job_id} asks for what this agent cannot make: {detail}")]
    Request {
        /// The job.
        job_id: JobId,
        /// What.
        detail: String,
    },
}

impl CsrError {
    /// Whether trying again may help: a full disk is emptied, a file is mended; a wrong request stays wrong.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::File(_) | Self::Policy(_) => true,
            Self::Keep { source, .. } => match source {
                KeyStoreError::File(_) => true,
                KeyStoreError::NotAHash(_)
                | KeyStoreError::Missing { .. }
                | KeyStoreError::Unusable { .. } => false,
            },
            Self::NotAllowed { .. } | Self::Request { .. } => false,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    certificate_id: CertificateId,
    public_key_sha256: String,
}

/// The key for a job, made if need be, and its CSR (PEM).
///
/// # Errors
/// [`CsrError`].
pub fn prepare(
    request: &CsrRequest,
    keys: &KeyStore,
    pending_dir: &Path,
    policy_path: &Path,
    kill_point: &KillPoint,
) -> Result<String, CsrError> {
    let job_id = &request.job_id;
    let cannot = |detail: String| CsrError::Request { job_id: job_id.clone(), detail };
    let algorithm: KeyAlgorithm = request
        .key_algorithm
        .parse()
        .map_err(|_| cannot(format!("a key of kind {:?}", request.key_algorithm)))?;
    let policy = LocalPolicy::load(policy_path)?;
    if policy.key_algorithms.as_ref().is_some_and(|allowed| !allowed.contains(&algorithm)) {
        return Err(CsrError::NotAllowed { policy: policy.source, algorithm });
    }
    let names: Vec<Name> = request
        .names
        .iter()
        .map(|text| Name::parse(text).map_err(|error| cannot(error.to_string())))
        .collect::<Result<_, _>>()?;
    let key = key(request, algorithm, keys, pending_dir)?;
    kill_point.pass("csr.key_stored");
    let der = build_csr(&key, request.common_name.as_deref(), &names)
        .map_err(|error| cannot(crate::cause::chain(&error)))?;
    Ok(pem::encode_request(&der))
}

fn key(
    request: &CsrRequest,
    algorithm: KeyAlgorithm,
    keys: &KeyStore,
    pending_dir: &Path,
) -> Result<PrivateKey, CsrError> {
    let job_id = &request.job_id;
    let keep = |source| CsrError::Keep { job_id: job_id.clone(), source };
    let pointer = pointer(pending_dir, job_id);
    let pending = durable::read(&pointer)?.and_then(|text| serde_json::from_slice::<Pending>(&text).ok());
    if let Some(pending) = pending.filter(|pending| pending.certificate_id == request.certificate_id)
        && keys.holds(&pending.certificate_id, &pending.public_key_sha256)
    {
        let key = keys.load(&pending.certificate_id, &pending.public_key_sha256).map_err(keep)?;
        if key.algorithm() == algorithm {
            return Ok(key);
        }
    }
    let key = PrivateKey::generate(algorithm)
        .map_err(|error| CsrError::Request { job_id: job_id.clone(), detail: error.to_string() })?;
    let pending = Pending {
        certificate_id: request.certificate_id.clone(),
        public_key_sha256: hex::encode(key.public_key_sha256()),
    };
    let text = serde_json::to_vec(&pending).unwrap_or_default();
    durable::replace(&pointer, &text, 0o600)?;
    keys.insert(&request.certificate_id, &key).map_err(keep)?;
    Ok(key)
}

/// Removes the key that was made for a job which ended without a certificate, and the note of it.
///
/// # Errors
/// [`CsrError`] when a file stays.
pub(crate) fn discard(pending_dir: &Path, job_id: &JobId, keys: &KeyStore) -> Result<(), CsrError> {
    let pointer = pointer(pending_dir, job_id);
    let pending = durable::read(&pointer)?.and_then(|text| serde_json::from_slice::<Pending>(&text).ok());
    if let Some(pending) = pending {
        keys.retire(&pending.certificate_id, &pending.public_key_sha256)
            .map_err(|source| CsrError::Keep { job_id: job_id.clone(), source })?;
    }
    Ok(durable::remove(&pointer)?)
}

/// Forgets which job a key was made for, once the key's certificate is installed or the key is retired.
pub(crate) fn forget(pending_dir: &Path, public_key_sha256: &str) {
    let Ok(entries) = fs::read_dir(pending_dir) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let pending = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Pending>(&text).ok());
        if pending.is_some_and(|pending| pending.public_key_sha256 == public_key_sha256)
            && let Err(error) = durable::remove(&path)
        {
            tracing::warn!("a finished CSR job stays noted: {}", crate::cause::chain(&error));
        }
    }
}

fn pointer(pending_dir: &Path, job_id: &JobId) -> PathBuf {
    pending_dir.join(format!("{job_id}.json"))
}

#[cfg(test)]
mod tests {
    use certctl_pki::Csr;

    use super::*;

    fn request(job: &str) -> CsrRequest {
        CsrRequest {
            job_id: job.parse().unwrap(),
            certificate_id: "mc-web".parse().unwrap(),
            key_algorithm: "ecdsa-p256".to_owned(),
            common_name: Some("web.example.internal".to_owned()),
            names: vec!["web.example.internal".to_owned(), "10.0.0.7".to_owned()],
        }
    }

    #[test]
    fn one_job_has_one_key_however_often_it_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let keys = KeyStore::open(&dir.path().join("keys")).unwrap();
        let pending = dir.path().join("pending");
        fs::create_dir(&pending).unwrap();
        let ask = |job: &str| {
            let policy = dir.path().join("agent.toml");
            let text = prepare(&request(job), &keys, &pending, &policy, &KillPoint::default()).unwrap();
            let block = pem::decode_one(&text, &[pem::CERTIFICATE_REQUEST]).unwrap();
            Csr::parse(&block.der).unwrap()
        };
        let first = ask("job-1");
        assert_eq!(first.names().len(), 2);
        assert_eq!(first.common_name(), Some("web.example.internal"));
        assert_eq!(ask("job-1").public_key().sha256(), first.public_key().sha256());
        assert_ne!(ask("job-2").public_key().sha256(), first.public_key().sha256());
        let hash = hex::encode(first.public_key().sha256());
        forget(&pending, &hash);
        assert_eq!(fs::read_dir(&pending).unwrap().count(), 1);
        assert!(keys.holds(&"mc-web".parse().unwrap(), &hash));
    }

    #[test]
    fn a_request_for_the_unknown_is_refused_and_leaves_no_key() {
        let dir = tempfile::tempdir().unwrap();
        let keys = KeyStore::open(&dir.path().join("keys")).unwrap();
        let mut bad = request("job-1");
        bad.key_algorithm = "dsa-1024".to_owned();
        let policy = dir.path().join("agent.toml");
        let error = prepare(&bad, &keys, dir.path(), &policy, &KillPoint::default()).unwrap_err();
        assert!(error.to_string().contains("dsa-1024"), "{error}");
        fs::write(&policy, "[keys]\nalgorithms = [\"ecdsa-p384\"]\n").unwrap();
        let error =
            prepare(&request("job-1"), &keys, dir.path(), &policy, &KillPoint::default()).unwrap_err();
        assert!(error.to_string().contains("\"algorithms\" under [keys]"), "{error}");
        assert!(!error.is_retryable());
        assert_eq!(fs::read_dir(dir.path().join("keys")).unwrap().count(), 0);
    }
}
