//! A new identity at the half of the old one's life.
//!
//! The new one is written beside the old (`identity.next.pem`), used for the next poll, and takes the old one's place
//! when that poll was answered. An agent that dies in between tries it again at its next start.
//! Not for: the first identity (`join.rs`). Invariant: the old identity stays until the new one was seen to work.

use certctl_api::agent_protocol::{RenewIdentityAnswer, RenewIdentityRequest};
use certctl_api::client::{Client, ClientError};
use certctl_api::tls::{Identity, Trust};
use certctl_core::time::Ts;

use crate::cause::chain;
use crate::join::{JoinError, check_identity, identity_request};
use crate::link::{Link, client};
use crate::state::{StateDir, StateError, Validity};

/// How long a failed renewal is left alone.
const RETRY_SECONDS: i64 = 600;

/// A renewal that did not happen.
#[derive(Debug, thiserror::Error)]
enum RenewError {
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Key(#[from] JoinError),
    #[error("the control plane did not renew the identity")]
    Request(#[from] ClientError),
    #[error("the renewed identity cannot be used: {0}")]
    Answer(String),
}

/// Watches over the agent's identity.
#[derive(Debug)]
pub(crate) struct IdentityKeeper {
    server_url: String,
    validity: Validity,
    not_before: Ts,
    candidate: Option<Client>,
}

impl IdentityKeeper {
    /// Begins with the identity in the state directory; one that was being tried is tried again.
    pub(crate) fn new(state: &StateDir, server_url: &str, validity: Validity) -> Self {
        let mut keeper = Self {
            server_url: server_url.to_owned(),
            validity,
            not_before: validity.half(),
            candidate: None,
        };
        if let Ok(Some((identity, ca_pem))) = state.next_identity() {
            keeper.candidate = client(&keeper.server_url, Trust::CaPem(ca_pem), Some(identity)).ok();
        }
        keeper
    }

    /// The client for the next poll; a new identity is fetched first when it is time.
    pub(crate) async fn client(&mut self, state: &StateDir, link: &Link, now: Ts) -> Client {
        if self.candidate.is_none() && now >= self.not_before {
            match self.renew(state, link).await {
                Ok(candidate) => self.candidate = Some(candidate),
                Err(error) => {
                    self.not_before = now.plus_seconds(RETRY_SECONDS);
                    tracing::warn!(
                        "the agent's identity (valid until {}) could not be renewed and is tried again in {} min: {}",
                        self.validity.not_after,
                        RETRY_SECONDS / 60,
                        chain(&error)
                    );
                }
            }
        }
        self.candidate.clone().unwrap_or_else(|| link.client())
    }

    /// The poll with that client was answered.
    pub(crate) fn worked(&mut self, state: &StateDir, link: &Link) {
        let Some(candidate) = self.candidate.take() else { return };
        match state.adopt_next_identity() {
            Ok(validity) => {
                link.replace(candidate);
                self.validity = validity;
                self.not_before = validity.half();
                tracing::info!("the agent has a new identity, valid until {}", validity.not_after);
            }
            Err(error) => tracing::error!("the new identity cannot be kept: {}", chain(&error)),
        }
    }

    /// The poll with that client failed: the old identity is used again.
    pub(crate) fn failed(&mut self, state: &StateDir, error: &ClientError, now: Ts) {
        // A control plane that is away says nothing about the identity.
        let is_refusal = error.status().is_some_and(|status| status == 401);
        if self.candidate.is_some() && is_refusal {
            tracing::warn!("the renewed identity is refused, the old one is used again: {}", chain(error));
            self.candidate = None;
            self.not_before = now.plus_seconds(RETRY_SECONDS);
            if let Err(error) = state.drop_next_identity() {
                tracing::warn!("{}", chain(&error));
            }
        }
    }

    /// The last second of the identity.
    pub(crate) const fn not_after(&self) -> Ts {
        self.validity.not_after
    }

    async fn renew(&self, state: &StateDir, link: &Link) -> Result<Client, RenewError> {
        let (key_pem, csr_pem, key_hash) = identity_request()?;
        let answer: RenewIdentityAnswer =
            link.client().post("/agent/renew", &RenewIdentityRequest { csr_pem }).await?;
        check_identity(&answer.certificate_pem, key_hash).map_err(RenewError::Answer)?;
        let identity = Identity { certificate_pem: answer.certificate_pem, key_pem };
        state.write_next_identity(&identity, &answer.ca_pem)?;
        Ok(client(&self.server_url, Trust::CaPem(answer.ca_pem), Some(identity))?)
    }
}
