//! Joining: a one-time token becomes an identity.
//!
//! Not for: later identities (`identity.rs`). Invariants: the first connection is to a server whose chain holds the
//! CA that the token pins; the state directory says "joined" only after everything else is in it.

use std::path::PathBuf;
use std::sync::Arc;

use certctl_api::agent_protocol::{JoinAnswer, JoinRequest};
use certctl_api::client::ClientError;
use certctl_api::join_token::JoinToken;
use certctl_api::tls::{Identity, Trust};
use certctl_core::id::AgentId;
use certctl_core::secret::Secret;
use certctl_core::time::Clock;
use certctl_pki::{CertificateInfo, KeyAlgorithm, PrivateKey, build_csr, fingerprint, pem};

use crate::link::client;
use crate::state::{Enrollment, StateDir, StateError};

/// A join that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The state directory.
    #[error(transparent)]
    State(#[from] StateError),
    /// An agent lives here already.
    #[error(
        "{} belongs to the agent {agent_id} of {server_url} already; give this one its own --state-dir, or retire that \
         agent and remove the directory",
        path.display()
    )]
    AlreadyJoined {
        /// The state directory.
        path: PathBuf,
        /// Who.
        agent_id: AgentId,
        /// Where.
        server_url: String,
    },
    /// Not an HTTPS address.
    #[error("{0:?} is not the address of a control plane, such as https://certctl.example.internal:8443")]
    NotAnAddress(String),
    /// The server is not the one that made the token.
    #[error(
        "the server at {server_url} is not the control plane that made this token: its certificate does not come from \
         the CA that the token names. Check the address; if the control plane has a new CA, ask for a new invitation"
    )]
    OtherCa {
        /// The address.
        server_url: String,
    },
    /// The token was refused, or the request failed.
    #[error("the control plane at {server_url} did not take the join request")]
    Request {
        /// The address.
        server_url: String,
        /// Why.
        source: ClientError,
    },
    /// The answer cannot be used.
    #[error("the answer of {server_url} to the join request cannot be used: {detail}")]
    Answer {
        /// The address.
        server_url: String,
        /// Why.
        detail: String,
    },
    /// No key.
    #[error("no identity key can be made: {0}")]
    Key(String),
}

/// What a join needs.
#[derive(Debug)]
pub struct JoinOptions {
    /// Such as `https://certctl.example.internal:8443`.
    pub server_url: String,
    /// The invitation.
    pub token: JoinToken,
    /// Where the agent will live.
    pub state_dir: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What this build runs on, such as `linux/x86_64`.
pub const PLATFORM: &str = const_platform();

const fn const_platform() -> &'static str {
    if cfg!(target_arch = "x86_64") {
        "linux/x86_64"
    } else if cfg!(target_arch = "aarch64") {
        "linux/aarch64"
    } else {
        "linux/other"
    }
}

/// Redeems an invitation.
///
/// # Errors
/// [`JoinError`].
pub async fn join(options: JoinOptions) -> Result<Enrollment, JoinError> {
    let server_url = options.server_url.trim().trim_end_matches('/').to_owned();
    if !server_url.starts_with("https://") || server_url.len() <= "https://".len() {
        return Err(JoinError::NotAnAddress(options.server_url));
    }
    let state = StateDir::lock(&options.state_dir)?;
    if let Some(Enrollment { agent_id, server_url, .. }) = state.enrollment()? {
        return Err(JoinError::AlreadyJoined { path: options.state_dir, agent_id, server_url });
    }
    let (key_pem, csr_pem, key_hash) = identity_request()?;
    let request = JoinRequest {
        token: options.token.secret.expose().clone(),
        csr_pem,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        platform: PLATFORM.to_owned(),
    };
    let failed = |source: ClientError| match &source {
        ClientError::Unreachable { detail, .. } if detail.contains("UnknownIssuer") => {
            JoinError::OtherCa { server_url: server_url.clone() }
        }
        ClientError::Unreachable { .. }
        | ClientError::Tls(_)
        | ClientError::Refused { .. }
        | ClientError::Unreadable { .. } => JoinError::Request { server_url: server_url.clone(), source },
    };
    let client = client(&server_url, Trust::CaPin(options.token.ca_pin), None).map_err(failed)?;
    let answer: JoinAnswer = client.post("/agent/join", &request).await.map_err(failed)?;
    let unusable = |detail: String| JoinError::Answer { server_url: server_url.clone(), detail };
    check_ca(&answer.ca_pem, options.token.ca_pin).map_err(unusable)?;
    check_identity(&answer.certificate_pem, key_hash).map_err(unusable)?;
    let enrollment = Enrollment {
        agent_id: answer.agent_id,
        server_url: server_url.clone(),
        joined_at: options.clock.now(),
    };
    let identity = Identity { certificate_pem: answer.certificate_pem, key_pem };
    state.enroll(&enrollment, &answer.ca_pem, &identity)?;
    tracing::info!(agent.id = %enrollment.agent_id, "joined {server_url} as {}", enrollment.agent_id);
    Ok(enrollment)
}

/// A new identity key with its CSR and the hash of its public key.
pub(crate) fn identity_request() -> Result<(Secret<String>, String, [u8; 32]), JoinError> {
    let no_key = |error: &(dyn std::error::Error + 'static)| JoinError::Key(crate::cause::chain(error));
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| no_key(&error))?;
    let csr = build_csr(&key, Some("certctl-agent"), &[]).map_err(|error| no_key(&error))?;
    let key_pem = key.to_pkcs8_pem().map_err(|error| no_key(&error))?;
    Ok((Secret::new(key_pem.to_string()), pem::encode_request(&csr), key.public_key_sha256()))
}

/// Whether an identity certificate is for the key it was asked for.
pub(crate) fn check_identity(certificate_pem: &str, key_hash: [u8; 32]) -> Result<(), String> {
    let certificates = pem::decode_certificates(certificate_pem).map_err(|error| error.to_string())?;
    let leaf = certificates.first().ok_or("it holds no certificate")?;
    let info = CertificateInfo::parse(leaf).map_err(|error| error.to_string())?;
    if info.public_key_sha256 != key_hash {
        return Err("the identity certificate is for another key".to_owned());
    }
    Ok(())
}

fn check_ca(ca_pem: &str, pin: [u8; 32]) -> Result<(), String> {
    let certificates = pem::decode_certificates(ca_pem).map_err(|error| error.to_string())?;
    if certificates.iter().any(|certificate| fingerprint::sha256(certificate) == pin) {
        return Ok(());
    }
    Err("the CA in it is not the one that the token names".to_owned())
}
