//! Authorities outside of the control plane, asked step by step. One file or folder for each kind.
//!
//! Reading order: [`Asked`], [`Next`], [`AuthorityError`], [`Authority`], then any kind; `chain` judges what comes back, whoever
//! gave it. To add a kind: its variant in core's `AuthorityKind`, a file here with `schema`, `read` and `Signs`, a variant in
//! [`Authority`]; the compiler lists the rest, and `tests/it/authorities` holds the contract that it has to keep.
//! A step is bounded and keeps nothing that has to outlive the process: what the next step needs is in [`Next::Waiting`]'s
//! `progress`, which the caller stores first. What can only be sent once is noted before it is sent (`docs/adr/0001-orders.md`).
//! Not for: where secrets and progress are kept, when the next step is taken, or setting proofs (the server). Invariants: no error,
//! progress or `Debug` holds a secret; a chain is given only after it was checked against the request; nothing is connected to
//! that the guard does not allow.

pub(super) mod answers;
pub(super) mod chain;
mod exec;
pub(super) mod schema;
mod vault;

use std::future::Future;
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certctl_core::authority::{AuthorityKind, Http01By, ProofKind, TestStepState};
use certctl_core::random::Random;
use certctl_core::time::Ts;
use certctl_pki::{Name, RevocationReason};
use serde_json::Value;

use super::acme;
use crate::fields::Problem;
pub use crate::guard::Guard;
pub use crate::outside::Surroundings;
use crate::outside::{NoAnswer, shortened};

pub use schema::{schema, secret_fields, title};

/// How many orders an authority works on at once, where its configuration does not say.
pub(super) const ORDERS_AT_ONCE: u32 = 8;

/// One call of an authority.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// What authorities work with.
    pub around: &'a Surroundings,
    /// For what has to be random.
    pub random: &'a dyn Random,
    /// The time.
    pub now: Ts,
    /// How long the call may take.
    pub deadline: Duration,
}

/// What is ordered.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The job's id: one intent is one order.
    pub intent: &'a str,
    /// The request, checked before.
    pub csr_der: &'a [u8],
    /// What the certificate has to speak for.
    pub names: &'a [Name],
    /// The whole lifetime that is wanted. ACME servers decide it themselves, by the profile.
    pub lifetime_seconds: i64,
    /// The certificate (DER) that it renews (ACME's `replaces`, RFC 9773, section 5).
    pub replaces: Option<&'a [u8]>,
}

/// Where an order is after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The authority works on it, or waits for proofs.
    Waiting {
        /// What the next step needs, without secrets. To be stored before that step is taken.
        progress: Value,
        /// What is waited for, for people.
        doing: String,
        /// When to ask again.
        after: Duration,
        /// The proofs that have to stand until a step does not name them any more.
        proofs: Vec<Proof>,
    },
    /// Issued.
    Issued {
        /// DER, leaf first. Checked: the leaf has the request's key and names, and each is signed by the next.
        chain: Vec<Vec<u8>>,
    },
}

impl Next {
    /// Nothing but time is waited for.
    pub(super) fn waiting(progress: Value, doing: impl Into<String>, after: Duration) -> Self {
        Self::Waiting { progress, doing: doing.into(), after, proofs: Vec::new() }
    }
}

/// How many orders an authority lets its account make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderLimit {
    /// So many.
    pub orders: u32,
    /// In so many seconds, up to now.
    pub seconds: i64,
}

impl OrderLimit {
    /// Three hours, as Let's Encrypt counts new orders (<https://letsencrypt.org/docs/rate-limits/>).
    pub const DEFAULT_SECONDS: i64 = 10_800;
}

/// The record of dns-persist-01 that a name needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersistentRecord {
    /// Where it is, without a dot at the end.
    pub name: String,
    /// Its text: one of these will do.
    pub texts: Vec<String>,
}

/// A proof of control of a name. None of it is a secret: it is shown to whoever asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The name, canonical, without `*.`.
    pub name: String,
    /// How it is shown.
    pub kind: ProofKind,
    /// The challenge's token (RFC 8555, section 8.1): letters of base64url only. dns-persist-01 has none; there it is a name of the
    /// challenge.
    pub token: String,
    /// The token with the thumbprint of the account's key. Of dns-persist-01: the texts of the record that will do, a line each.
    pub key_authorization: String,
}

impl Proof {
    /// The value of the TXT record (RFC 8555, section 8.4).
    pub fn dns_value(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.digest())
    }

    /// SHA-256 of the key authorization, as the certificate of TLS-ALPN-01 holds it (RFC 8737, section 3).
    pub fn digest(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, self.key_authorization.as_bytes()).as_ref());
        out
    }
}

/// Why a step failed, and what time can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// Time can mend it, but not before `after`, when the authority says so.
    #[error("{detail}")]
    Retry {
        /// What happened.
        detail: String,
        /// For how long it asks to be left alone.
        after: Option<Duration>,
        /// Whether it is a limit of how much may be asked.
        limited: bool,
    },
    /// This order is lost; the next try orders anew. With the authority's own words.
    #[error("{0}")]
    OrderFailed(String),
    /// Another try of the same will not help. With the authority's own words.
    #[error("{0}")]
    Refused(String),
}

impl AuthorityError {
    pub(super) fn retry(detail: impl Into<String>) -> Self {
        Self::Retry { detail: detail.into(), after: None, limited: false }
    }

    /// The same with another text.
    pub(super) fn map(self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Retry { detail, after, limited } => Self::Retry { detail: change(&detail), after, limited },
            Self::OrderFailed(detail) => Self::OrderFailed(change(&detail)),
            Self::Refused(detail) => Self::Refused(change(&detail)),
        }
    }
}

impl From<NoAnswer> for AuthorityError {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::Failed(detail) => Self::retry(detail),
            NoAnswer::Barred(detail) => Self::Refused(detail),
        }
    }
}

/// One step of a test of an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestStep {
    /// For programs: `reach`, `login` and the like.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What came of it.
    pub state: TestStepState,
    /// What was found.
    pub detail: String,
    /// How long it took.
    pub milliseconds: u64,
}

/// When an authority wants a certificate renewed (RFC 9773, section 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalHint {
    /// The first moment of the window.
    pub start: Ts,
    /// The last.
    pub end: Ts,
    /// A page that says why.
    pub explanation: Option<String>,
    /// When to ask again.
    pub ask_again: Duration,
}

/// How the configuration lets control of names be proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofsBy {
    /// The kinds of challenges, the preferred one first.
    pub kinds: Vec<ProofKind>,
    /// Who answers http-01.
    pub http_01: Http01By,
    /// The id of the DNS provider that sets records; the server checks that it exists.
    pub dns_provider: Option<String>,
}

/// What every kind can do.
pub(super) trait Signs {
    /// The secrets that it sends: an authority that repeats them must not get them into an error.
    fn sensitive(&self) -> Vec<String>;

    fn step(
        &self,
        call: &Call<'_>,
        asked: &Asked<'_>,
        progress: Option<&Value>,
        shown: bool,
    ) -> impl Future<Output = Result<Next, AuthorityError>> + Send;

    fn test(&self, call: &Call<'_>) -> impl Future<Output = Vec<TestStep>> + Send;

    fn revoke(
        &self,
        call: &Call<'_>,
        leaf_der: &[u8],
        reason: RevocationReason,
    ) -> impl Future<Output = Result<(), AuthorityError>> + Send;
}

/// An authority, configured. Clones share what is kept in memory: tokens, nonces, the directory.
#[derive(Debug, Clone)]
pub enum Authority {
    /// ACME.
    Acme(Box<acme::Acme>),
    /// Vault or OpenBao.
    Vault(Box<vault::Vault>),
    /// A program.
    Exec(Box<exec::Exec>),
}

/// The same for each kind.
macro_rules! each {
    ($self:expr, $authority:ident => $do:expr) => {
        match $self {
            Authority::Acme($authority) => $do,
            Authority::Vault($authority) => $do,
            Authority::Exec($authority) => $do,
        }
    };
}

impl Authority {
    /// Reads a configuration with its secrets. `account_key` is PKCS#8 (DER), for the kinds that need one: made once by
    /// [`Authority::new_account_key`], and shared by all replicas of the server.
    ///
    /// # Errors
    /// Every problem of it.
    pub fn read(
        kind: AuthorityKind,
        config: &Value,
        account_key: Option<&[u8]>,
    ) -> Result<Self, Vec<Problem>> {
        match kind {
            AuthorityKind::Acme => acme::read(config, account_key).map(|found| Self::Acme(Box::new(found))),
            AuthorityKind::Vault => vault::read(config).map(|found| Self::Vault(Box::new(found))),
            AuthorityKind::Exec => exec::read(config).map(|found| Self::Exec(Box::new(found))),
        }
    }

    /// Whether a kind has accounts with a key.
    pub const fn needs_account_key(kind: AuthorityKind) -> bool {
        match kind {
            AuthorityKind::Acme => true,
            AuthorityKind::Vault | AuthorityKind::Exec => false,
        }
    }

    /// A new key of an account: PKCS#8, DER. To be sealed.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new_account_key() -> Result<Vec<u8>, String> {
        acme::new_account_key()
    }

    /// One step of an order, within `call.deadline`. `progress` is what the last step gave; without one the order begins.
    /// `shown`: the proofs that the last step asked for stand. While it is false no challenge is answered.
    ///
    /// A step may be taken again with the same progress, after an error or a crash. What remains then: an ACME server without a list
    /// of orders may have one more order, which it gives again or lets expire; Vault may have signed once more, which nobody uses.
    ///
    /// # Errors
    /// [`AuthorityError`]: what time can do about it. The progress stays as it was.
    pub async fn step(
        &self,
        call: &Call<'_>,
        asked: &Asked<'_>,
        progress: Option<&Value>,
        shown: bool,
    ) -> Result<Next, AuthorityError> {
        let doing = async { each!(self, authority => authority.step(call, asked, progress, shown).await) };
        let next = within(call.deadline, doing).await;
        self.scrubbed(next)
    }

    /// Tries, step by step, whether the authority could be used, without issuing anything.
    pub async fn test(&self, call: &Call<'_>) -> Vec<TestStep> {
        let doing = async { Ok(each!(self, authority => authority.test(call).await)) };
        let steps = within(call.deadline, doing).await.unwrap_or_else(|error| {
            let milliseconds = u64::try_from(call.deadline.as_millis()).unwrap_or(u64::MAX);
            vec![TestStep {
                name: "reach",
                title: "Reach the authority",
                state: TestStepState::Failed,
                detail: error.to_string(),
                milliseconds,
            }]
        });
        let secrets = self.secrets();
        let clean = |step: TestStep| TestStep { detail: without(&secrets, &step.detail), ..step };
        steps.into_iter().map(clean).collect()
    }

    /// Revokes a certificate of this authority (DER). One that is revoked already is revoked.
    ///
    /// # Errors
    /// [`AuthorityError`] unless the authority confirmed it.
    pub async fn revoke(
        &self,
        call: &Call<'_>,
        leaf_der: &[u8],
        reason: RevocationReason,
    ) -> Result<(), AuthorityError> {
        let doing = async { each!(self, authority => authority.revoke(call, leaf_der, reason).await) };
        let outcome = within(call.deadline, doing).await;
        self.scrubbed(outcome)
    }

    /// When the authority wants a certificate (DER) renewed; nothing when it does not say such things.
    ///
    /// # Errors
    /// [`AuthorityError`]; `Refused` when it says that it does not know the certificate.
    pub async fn renewal(
        &self,
        call: &Call<'_>,
        leaf_der: &[u8],
    ) -> Result<Option<RenewalHint>, AuthorityError> {
        let doing = async {
            match self {
                Self::Acme(acme) => acme.renewal(call, leaf_der).await,
                Self::Vault(_) | Self::Exec(_) => Ok(None),
            }
        };
        let outcome = within(call.deadline, doing).await;
        self.scrubbed(outcome)
    }

    /// Changes the account's key to `new_key` (PKCS#8, DER; RFC 8555, section 7.3.5). This value keeps the old one: read anew
    /// with the new key afterwards. May be repeated after a lost answer.
    ///
    /// # Errors
    /// [`AuthorityError`] unless the authority confirmed it.
    pub async fn roll_key(&self, call: &Call<'_>, new_key: &[u8]) -> Result<(), AuthorityError> {
        let doing = async {
            match self {
                Self::Acme(acme) => acme.roll_key(call, new_key).await,
                Self::Vault(_) | Self::Exec(_) => Err(AuthorityError::Refused(
                    "this kind of authority has no account with a key".to_owned(),
                )),
            }
        };
        let outcome = within(call.deadline, doing).await;
        self.scrubbed(outcome)
    }

    /// How control of names is proved to it.
    pub fn proofs_by(&self) -> ProofsBy {
        match self {
            Self::Acme(acme) => acme.proofs_by(),
            Self::Vault(_) | Self::Exec(_) => {
                ProofsBy { kinds: Vec::new(), http_01: Http01By::Agent, dns_provider: None }
            }
        }
    }

    /// How many orders its account may make, when that is configured.
    pub fn order_limit(&self) -> Option<OrderLimit> {
        match self {
            Self::Acme(acme) => acme.order_limit(),
            Self::Vault(_) | Self::Exec(_) => None,
        }
    }

    /// The record of dns-persist-01 that proves control of a name for ever, before anything is ordered.
    ///
    /// # Errors
    /// [`AuthorityError`]; `Refused` when only an order says it, or the kind asks for no proofs.
    pub async fn persistent_record(
        &self,
        call: &Call<'_>,
        name: &Name,
    ) -> Result<PersistentRecord, AuthorityError> {
        let doing = async {
            match self {
                Self::Acme(acme) => acme.persistent_record(call, name).await,
                Self::Vault(_) | Self::Exec(_) => Err(AuthorityError::Refused(
                    "this kind of authority asks for no proofs of control".to_owned(),
                )),
            }
        };
        let outcome = within(call.deadline, doing).await;
        self.scrubbed(outcome)
    }

    /// How many of its orders it may work on at once.
    pub fn orders_at_once(&self) -> u32 {
        match self {
            Self::Acme(acme) => acme.orders_at_once(),
            Self::Vault(_) | Self::Exec(_) => ORDERS_AT_ONCE,
        }
    }

    fn secrets(&self) -> Vec<String> {
        each!(self, authority => authority.sensitive())
    }

    /// What an authority said, without the secrets that it may have repeated.
    fn scrubbed<T>(&self, outcome: Result<T, AuthorityError>) -> Result<T, AuthorityError> {
        outcome.map_err(|error| {
            let secrets = self.secrets();
            error.map(|detail| without(&secrets, detail))
        })
    }
}

fn without(secrets: &[String], text: &str) -> String {
    let long = secrets.iter().filter(|secret| secret.len() >= 4);
    long.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
}

async fn within<T>(
    deadline: Duration,
    doing: impl Future<Output = Result<T, AuthorityError>>,
) -> Result<T, AuthorityError> {
    let late = || AuthorityError::retry(format!("there was no answer within {} s", deadline.as_secs_f32()));
    tokio::time::timeout(deadline, doing).await.unwrap_or_else(|_| Err(late()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_shown_as_the_standard_has_it() {
        let proof = Proof {
            name: "www.example.test".to_owned(),
            kind: ProofKind::Dns01,
            token: "token".to_owned(),
            key_authorization: "token.thumbprint".to_owned(),
        };
        // printf token.thumbprint | openssl dgst -sha256 -binary | basenc --base64url
        assert_eq!(proof.dns_value(), "61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I");
        assert_eq!(URL_SAFE_NO_PAD.encode(proof.digest()), proof.dns_value());
    }
}
