//! ACME (RFC 8555), as a client: with identifiers that are addresses (RFC 8738), TLS-ALPN-01 (RFC 8737), renewal information
//! (RFC 9773), profiles (draft-ietf-acme-profiles) and records that stay (draft-ietf-acme-dns-persist).
//!
//! Alternatives: the crate instant-acme (0.8) is a good client for a program that waits. Its HTTP client can be replaced by one that
//! keeps to the guard, and an order can be gone on with by its address; but its looks at an order sleep between them, a refusal is
//! given as its problem document without the `Retry-After` beside it, and the orders that an account has are not listed, which is how
//! a crash between an order and its address is mended. Here a step ends with each answer, and the wait is told to who stores it.
//! Reading order: [`Acme`], [`session`] (one signed request), [`directory`], [`account`], [`order`] (the steps), [`renewal`];
//! [`problem`] says what time can do about a refusal.
//! Not for: setting proofs, or storing anything. Invariants: the account is found again by its key, never made twice; nothing is
//! ordered that was not noted before; an order that was finalized is only fetched.

mod account;
mod certificate;
mod config;
mod directory;
mod jws;
mod order;
mod persist;
mod problem;
mod proofs;
mod renewal;
#[cfg(test)]
mod robustness;
mod session;

use std::sync::Arc;

use certctl_core::authority::{Http01By, ProofKind};
use certctl_core::secret::Secret;
use certctl_pki::{Name, RevocationReason};
use serde_json::Value;

use self::jws::AccountKey;
use self::session::{Memory, Session};
use super::outside::answers::Steps;
use super::outside::{
    Asked, AuthorityError, Call, Next, OrderLimit, PersistentRecord, ProofsBy, RenewalHint, Signs, TestStep,
};
use crate::outside::Endpoint;

pub(super) use config::{read, schema};

/// The configuration, with what is kept in memory.
#[derive(Debug, Clone)]
pub struct Acme {
    directory_url: Endpoint,
    contact: Vec<String>,
    binding: Option<Binding>,
    challenges: Vec<ProofKind>,
    http_01: Http01By,
    limit: Option<OrderLimit>,
    dns_provider: Option<String>,
    preferred_chain: Option<String>,
    profile: Option<String>,
    max_orders: u32,
    key: Option<AccountKey>,
    memory: Arc<Memory>,
}

/// A binding to an account at the authority (RFC 8555, section 7.3.4).
#[derive(Debug, Clone)]
struct Binding {
    kid: String,
    key: Secret<Vec<u8>>,
    /// As it was configured: what an authority could repeat.
    text: Secret<String>,
}

/// A new key of an account: PKCS#8, DER.
pub(super) fn new_account_key() -> Result<Vec<u8>, String> {
    jws::new_key()
}

impl Signs for Acme {
    fn sensitive(&self) -> Vec<String> {
        self.binding.iter().map(|binding| binding.text.expose().clone()).collect()
    }

    async fn step(
        &self,
        call: &Call<'_>,
        asked: &Asked<'_>,
        progress: Option<&Value>,
        shown: bool,
    ) -> Result<Next, AuthorityError> {
        Session { acme: self, call }.step(asked, progress, shown).await
    }

    async fn test(&self, call: &Call<'_>) -> Vec<TestStep> {
        let session = Session { acme: self, call };
        let mut steps = Steps::default();
        let reaching = async {
            let text = session.directory_text().await?;
            let said = format!("{} answers", self.directory_url.url.host_str().unwrap_or_default());
            Ok((text, said))
        };
        let text = steps.take("reach", "Reach the authority", reaching).await;
        let reading = async {
            let directory = session.read_directory(text.as_deref().unwrap_or_default())?;
            directory.fits(self)?;
            let said = directory.told();
            Ok(((), said))
        };
        steps.take("directory", "Read its directory", reading).await;
        let finding = async {
            let account = session.account().await?;
            Ok(((), format!("the account is {}", account.kid)))
        };
        steps.take("account", "Find or make the account", finding).await;
        steps.skip("sign", "Right to sign", "an ACME server says it only by an order");
        steps.finish()
    }

    async fn revoke(
        &self,
        call: &Call<'_>,
        leaf_der: &[u8],
        reason: RevocationReason,
    ) -> Result<(), AuthorityError> {
        Session { acme: self, call }.revoke(leaf_der, reason).await
    }
}

impl Acme {
    /// How many of its orders the authority may work on at once.
    pub(super) const fn orders_at_once(&self) -> u32 {
        self.max_orders
    }

    /// How the configuration lets control of names be proved.
    pub(super) fn proofs_by(&self) -> ProofsBy {
        ProofsBy {
            kinds: self.challenges.clone(),
            http_01: self.http_01,
            dns_provider: self.dns_provider.clone(),
        }
    }

    /// How many orders may be made.
    pub(super) const fn order_limit(&self) -> Option<OrderLimit> {
        self.limit
    }

    pub(super) async fn persistent_record(
        &self,
        call: &Call<'_>,
        name: &Name,
    ) -> Result<PersistentRecord, AuthorityError> {
        Session { acme: self, call }.persistent_record(name).await
    }

    pub(super) async fn renewal(
        &self,
        call: &Call<'_>,
        leaf_der: &[u8],
    ) -> Result<Option<RenewalHint>, AuthorityError> {
        Session { acme: self, call }.renewal(leaf_der).await
    }

    pub(super) async fn roll_key(&self, call: &Call<'_>, new_key: &[u8]) -> Result<(), AuthorityError> {
        let new_key = AccountKey::read(new_key)
            .map_err(|detail| AuthorityError::Refused(format!("the new key {detail}")))?;
        Session { acme: self, call }.roll_key(&new_key).await
    }
}
