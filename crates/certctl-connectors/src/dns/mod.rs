//! DNS providers: setting and removing the TXT records that prove control of a name (RFC 8555, section 8.4). One file for
//! each kind.
//!
//! Reading order: [`TxtRecord`], [`DnsError`], [`DnsProvider`], then any kind; [`lookup`] finds where a record has to go,
//! [`propagation`] sees that it is there, [`persist`] makes the text of `dns-persist-01`. To add a kind: its variant in core's
//! `DnsProviderKind`, a file here with `schema`, `read` and [`SetsTxt`], a variant in [`DnsProvider`]; the compiler lists the
//! rest, and `tests/it/dns` holds the contract that it has to keep. A control plane reads a [`Setter`], which may be an agent's
//! provider; an agent reads a [`DnsProvider`] of its own policy.
//! Alternatives: the crate dns-update has most of these, but builds a client of its own for each request (no guard, redirections
//! followed), sleeps through a `Retry-After` instead of telling it, gives texts instead of kinds of errors, and can be pointed
//! at a test's server only in its own tests.
//! Not for: where secrets are kept, or when something is tried again (the server). Invariants: setting keeps the other values of
//! the name, removing leaves them, and both may be repeated; no error holds a secret; nothing is connected to that the guard
//! does not allow.

mod acme_dns;
mod agent;
mod azure;
mod cloudflare;
mod desec;
mod digitalocean;
mod exec;
mod google;
mod hetzner;
mod http;
pub mod lookup;
mod name;
pub mod persist;
pub mod propagation;
mod rfc2136;
mod route53;
mod schema;
mod sigv4;
mod webhook;
mod wire;
mod xml;

use std::future::Future;
use std::time::Duration;

use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::fields::Problem;
pub use crate::guard::Guard;
use crate::guard::Unreachable;
pub use crate::outside::Surroundings;
use crate::outside::{NoAnswer, shortened};

pub use agent::OnAgent;
pub use name::{Fqdn, TxtRecord, challenge_value};
pub use schema::{schema, secret_fields, title};

/// Why a record was not set or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// Another try may help, but not before `after`, when the provider says so.
    #[error("{detail}")]
    Retry {
        /// What happened.
        detail: String,
        /// For how long it asks to be left alone.
        after: Option<Duration>,
    },
    /// Another try of the same will not help; with the provider's own words.
    #[error("{0}")]
    Refused(String),
}

impl DnsError {
    fn retry(detail: impl Into<String>) -> Self {
        Self::Retry { detail: detail.into(), after: None }
    }
}

impl From<NoAnswer> for DnsError {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::Failed(detail) => Self::retry(detail),
            NoAnswer::Barred(detail) => Self::Refused(detail),
        }
    }
}

impl From<Unreachable> for DnsError {
    fn from(error: Unreachable) -> Self {
        NoAnswer::from(error).into()
    }
}

/// One call of a provider.
#[derive(Debug, Clone, Copy)]
struct Call<'a> {
    around: &'a Surroundings,
    now: Ts,
}

/// What every kind can do.
trait SetsTxt {
    /// The secrets that it sends: a provider that repeats them must not get them into an error.
    fn sensitive(&self) -> Vec<&str>;

    /// Sets the value beside those that are there; twice is once.
    fn set(&self, call: Call<'_>, record: &TxtRecord) -> impl Future<Output = Result<(), DnsError>> + Send;

    /// Removes this value only; one that is not there is removed.
    fn remove(&self, call: Call<'_>, record: &TxtRecord)
    -> impl Future<Output = Result<(), DnsError>> + Send;
}

/// Who sets the records of a configured provider.
#[derive(Debug, Clone)]
pub enum Setter {
    /// This process.
    Here(DnsProvider),
    /// An agent, by its own policy.
    Agent(OnAgent),
}

impl Setter {
    /// Reads a configuration with its secrets.
    ///
    /// # Errors
    /// Every problem of it.
    pub fn read(kind: DnsProviderKind, config: &Value) -> Result<Self, Vec<Problem>> {
        match kind {
            DnsProviderKind::Agent => agent::read(config).map(Self::Agent),
            DnsProviderKind::Rfc2136
            | DnsProviderKind::Cloudflare
            | DnsProviderKind::Route53
            | DnsProviderKind::Google
            | DnsProviderKind::Azure
            | DnsProviderKind::Digitalocean
            | DnsProviderKind::Hetzner
            | DnsProviderKind::Desec
            | DnsProviderKind::AcmeDns
            | DnsProviderKind::Exec
            | DnsProviderKind::Webhook => DnsProvider::read(kind, config).map(Self::Here),
        }
    }
}

/// A provider that this process calls, configured.
#[derive(Debug, Clone)]
pub enum DnsProvider {
    /// Dynamic updates.
    Rfc2136(rfc2136::Rfc2136),
    /// Cloudflare.
    Cloudflare(cloudflare::Cloudflare),
    /// Route 53.
    Route53(route53::Route53),
    /// Google Cloud DNS.
    Google(Box<google::Google>),
    /// Azure DNS.
    Azure(Box<azure::Azure>),
    /// DigitalOcean.
    Digitalocean(digitalocean::Digitalocean),
    /// Hetzner.
    Hetzner(hetzner::Hetzner),
    /// deSEC.
    Desec(desec::Desec),
    /// acme-dns.
    AcmeDns(acme_dns::AcmeDns),
    /// A program.
    Exec(exec::Exec),
    /// Standard Webhooks.
    Webhook(webhook::Webhook),
}

/// The same for each kind.
macro_rules! each {
    ($self:expr, $provider:ident => $do:expr) => {
        match $self {
            DnsProvider::Rfc2136($provider) => $do,
            DnsProvider::Cloudflare($provider) => $do,
            DnsProvider::Route53($provider) => $do,
            DnsProvider::Google($provider) => $do,
            DnsProvider::Azure($provider) => $do,
            DnsProvider::Digitalocean($provider) => $do,
            DnsProvider::Hetzner($provider) => $do,
            DnsProvider::Desec($provider) => $do,
            DnsProvider::AcmeDns($provider) => $do,
            DnsProvider::Exec($provider) => $do,
            DnsProvider::Webhook($provider) => $do,
        }
    };
}

impl DnsProvider {
    /// Reads a configuration with its secrets.
    ///
    /// # Errors
    /// Every problem of it.
    pub fn read(kind: DnsProviderKind, config: &Value) -> Result<Self, Vec<Problem>> {
        match kind {
            DnsProviderKind::Rfc2136 => rfc2136::read(config).map(Self::Rfc2136),
            DnsProviderKind::Cloudflare => cloudflare::read(config).map(Self::Cloudflare),
            DnsProviderKind::Route53 => route53::read(config).map(Self::Route53),
            DnsProviderKind::Google => google::read(config).map(|found| Self::Google(Box::new(found))),
            DnsProviderKind::Azure => azure::read(config).map(|found| Self::Azure(Box::new(found))),
            DnsProviderKind::Digitalocean => digitalocean::read(config).map(Self::Digitalocean),
            DnsProviderKind::Hetzner => hetzner::read(config).map(Self::Hetzner),
            DnsProviderKind::Desec => desec::read(config).map(Self::Desec),
            DnsProviderKind::AcmeDns => acme_dns::read(config).map(Self::AcmeDns),
            DnsProviderKind::Exec => exec::read(config).map(Self::Exec),
            DnsProviderKind::Webhook => webhook::read(config).map(Self::Webhook),
            DnsProviderKind::Agent => Err(agent::not_here()),
        }
    }

    /// Sets the record's value beside the others of its name, within `deadline`. It may be there although an error is given
    /// (an answer that was lost), never the other way round.
    ///
    /// # Errors
    /// [`DnsError`] unless the provider confirmed it.
    pub async fn set(
        &self,
        around: &Surroundings,
        record: &TxtRecord,
        now: Ts,
        deadline: Duration,
    ) -> Result<(), DnsError> {
        let call = Call { around, now };
        let doing = async { each!(self, provider => provider.set(call, record).await) };
        self.scrubbed(within(deadline, doing).await)
    }

    /// Removes the record's value and no other of its name, within `deadline`.
    ///
    /// # Errors
    /// [`DnsError`] unless the provider confirmed it, or it was not there.
    pub async fn remove(
        &self,
        around: &Surroundings,
        record: &TxtRecord,
        now: Ts,
        deadline: Duration,
    ) -> Result<(), DnsError> {
        let call = Call { around, now };
        let doing = async { each!(self, provider => provider.remove(call, record).await) };
        self.scrubbed(within(deadline, doing).await)
    }

    /// What a provider said, without the secrets that it may have repeated.
    fn scrubbed(&self, outcome: Result<(), DnsError>) -> Result<(), DnsError> {
        let secrets = each!(self, provider => provider.sensitive());
        let clean = |text: &str| {
            let long = secrets.iter().filter(|secret| secret.len() >= 4);
            long.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
        };
        outcome.map_err(|error| match error {
            DnsError::Retry { detail, after } => DnsError::Retry { detail: clean(&detail), after },
            DnsError::Refused(detail) => DnsError::Refused(clean(&detail)),
        })
    }
}

async fn within(
    deadline: Duration,
    doing: impl Future<Output = Result<(), DnsError>>,
) -> Result<(), DnsError> {
    let late = || DnsError::retry(format!("there was no answer within {} s", deadline.as_secs_f32()));
    tokio::time::timeout(deadline, doing).await.unwrap_or_else(|_| Err(late()))
}
