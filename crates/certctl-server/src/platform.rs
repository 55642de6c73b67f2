//! The platform's own CAs: `ca-server` signs the control plane's TLS certificate, `ca-agents` the identities of agents.
//!
//! Both are made once, at the first start of the first replica, and sealed in the store; later starts and other
//! replicas read them. Two CAs, because trust goes two ways: who trusts the server must not thereby trust agents, and
//! an agent's certificate must never pass for the server's.
//! Not for: the CAs that issue managed certificates (issuers). Invariant: a database has one of each, for good.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use certctl_core::{actor::Actor, audit::Outcome, random::Random, renewal::Validity, time::Ts};
use certctl_pki::{
    Addresses, CaSubject, CertificateError, CertificateInfo, Issuer, KeyAlgorithm, KeyError, LeafSpec,
    LeafSubject, LeafUsage, Name, PrivateKey, PublicKey, RootSpec, Serial, build_root_tbs, sign_tbs,
};
use certctl_store::{
    Store, StoreError, audit,
    instance::{self, PlatformCaRow},
};
use serde_json::json;

use crate::seal::{SealError, Sealer};

/// Signs the server's TLS certificate.
pub const SERVER_CA: &str = "ca-server";
/// Signs the agents' identities.
pub const AGENTS_CA: &str = "ca-agents";

const KEY_KIND: &str = "platform_ca_key";
const ROOT_SECONDS: i64 = 20 * 365 * 86_400;
/// Clocks of clients may be behind ours by this much.
pub const BACKDATE_SECONDS: i64 = 300;

/// The CAs, and what clients pin.
#[derive(Debug, Clone)]
pub struct Platform {
    /// Signs the server's TLS certificate.
    pub server_ca: Arc<Issuer>,
    /// Signs the agents' identities.
    pub agents_ca: Arc<Issuer>,
    trust: Arc<ArcSwap<Vec<u8>>>,
    served: Arc<ArcSwapOption<Validity>>,
}

/// Why there are no platform CAs.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The store failed.
    #[error("the platform's CAs cannot be kept")]
    Store(#[from] StoreError),
    /// A key cannot be sealed or opened.
    #[error("the key of a platform CA cannot be used")]
    Seal(#[from] SealError),
    /// A key cannot be made or read.
    #[error("the key of the platform CA {id} cannot be used")]
    Key {
        /// Which.
        id: &'static str,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A certificate cannot be made or read.
    #[error("the certificate of the platform CA {id} cannot be used")]
    Certificate {
        /// Which.
        id: &'static str,
        /// Why.
        #[source]
        source: CertificateError,
    },
    /// The table has a CA whose key is not there.
    #[error("the key of the platform CA {id} is missing in the database; restore a backup")]
    KeyMissing {
        /// Which.
        id: &'static str,
    },
}

/// A new root, not stored yet.
struct Made {
    id: &'static str,
    row: PlatformCaRow,
    sealed_key: Vec<u8>,
}

/// Reads both CAs, or makes what is missing. Agents are told to trust `ca-server` until a
/// chain from files is served.
///
/// # Errors
/// [`PlatformError`].
pub async fn open(
    store: &Store,
    sealer: &Sealer,
    random: &Arc<dyn Random>,
    now: Ts,
) -> Result<Platform, PlatformError> {
    let read = |id: &'static str| store.read("platform.ca", move |tx| stored(tx, id));
    let mut cas = Vec::new();
    for (id, name) in [(SERVER_CA, "certctl server CA"), (AGENTS_CA, "certctl agents CA")] {
        let found = match read(id).await? {
            Some(found) => Some(found),
            None => {
                insert(store, random, root(id, name, sealer, &**random, now)?).await?;
                // Another replica may have been faster: what the store has now is what counts.
                read(id).await?
            }
        };
        let (row, sealed_key) = found.ok_or(PlatformError::KeyMissing { id })?;
        let der = sealer.open(&row.secret_id, KEY_KIND, &sealed_key)?;
        let key = PrivateKey::from_pkcs8_der(&der).map_err(|source| PlatformError::Key { id, source })?;
        let issuer = Issuer::new(&row.certificate_der, key)
            .map_err(|source| PlatformError::Certificate { id, source })?;
        cas.push(Arc::new(issuer));
    }
    let (Some(agents_ca), Some(server_ca)) = (cas.pop(), cas.pop()) else {
        return Err(PlatformError::KeyMissing { id: SERVER_CA });
    };
    let trust = Arc::new(ArcSwap::from_pointee(server_ca.certificate_der().to_vec()));
    Ok(Platform { server_ca, agents_ca, trust, served: Arc::default() })
}

fn stored(
    tx: &mut certctl_store::Tx<'_>,
    id: &'static str,
) -> Result<Option<(PlatformCaRow, Vec<u8>)>, PlatformError> {
    let Some(row) = instance::platform_ca(tx, id)? else { return Ok(None) };
    let sealed = instance::secret(tx, &row.secret_id)?.ok_or(PlatformError::KeyMissing { id })?;
    Ok(Some((row, sealed)))
}

fn root(
    id: &'static str,
    name: &str,
    sealer: &Sealer,
    random: &dyn Random,
    now: Ts,
) -> Result<Made, PlatformError> {
    let key =
        PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|source| PlatformError::Key { id, source })?;
    let now = now.as_second();
    let certificate_der = (|| {
        let spec = RootSpec {
            serial: &serial(random),
            subject: &CaSubject { common_name: name.to_owned(), organization: None },
            not_before: now - BACKDATE_SECONDS,
            not_after: now + ROOT_SECONDS,
        };
        sign_tbs(&key, &build_root_tbs(&key, &spec)?)
    })()
    .map_err(|source| PlatformError::Certificate { id, source })?;
    let secret_id = format!("{id}-key");
    let der = key.to_pkcs8_der().map_err(|source| PlatformError::Key { id, source })?;
    let sealed_key = sealer.seal(&secret_id, KEY_KIND, &der)?;
    let not_after = Ts::from_second(now + ROOT_SECONDS);
    Ok(Made {
        id,
        row: PlatformCaRow { id: id.to_owned(), certificate_der, secret_id, not_after },
        sealed_key,
    })
}

async fn insert(store: &Store, random: &Arc<dyn Random>, made: Made) -> Result<(), PlatformError> {
    let context = audit::Context {
        actor: Actor::system("start"),
        scope: certctl_core::permission::Scope::everything(),
        request_id: String::new(),
        source_address: String::new(),
        random: Arc::clone(random),
        confirmed: None,
    };
    store
        .write("platform.make_ca", move |tx| {
            if !instance::insert_secret(tx, &made.row.secret_id, KEY_KIND, &made.sealed_key)? {
                return Ok(());
            }
            instance::insert_platform_ca(tx, &made.row)?;
            let change = audit::Change {
                action: "platform_ca.create",
                object_kind: "platform_ca",
                object_id: made.id,
                outcome: Outcome::Success,
                summary: format!("Made {}", made.id),
                details: json!({ "not_after": made.row.not_after }),
            };
            audit::record(tx, &context, &change).map_err(PlatformError::Store)
        })
        .await
}

fn serial(random: &dyn Random) -> Serial {
    let mut bits = [0; 16];
    random.fill(&mut bits);
    Serial::from_random(bits)
}

impl Platform {
    /// The CA certificate (DER) at the end of the served chain: what agents trust.
    pub fn trust_der(&self) -> Arc<Vec<u8>> {
        self.trust.load_full()
    }

    /// Its SHA-256: what join tokens carry.
    pub fn ca_pin(&self) -> [u8; 32] {
        certctl_pki::fingerprint::sha256(&self.trust.load())
    }

    /// The validity of the TLS certificate that this process serves.
    pub fn served(&self) -> Option<Validity> {
        self.served.load_full().map(|validity| *validity)
    }

    /// A chain that ends in this CA, and is valid for so long, is served from now on.
    pub(crate) fn set_served(&self, ca_der: Vec<u8>, validity: Validity) {
        self.trust.store(Arc::new(ca_der));
        self.served.store(Some(Arc::new(validity)));
    }

    /// A certificate for the server's TLS, DER.
    ///
    /// # Errors
    /// [`CertificateError`] when the names do not make a certificate.
    pub fn sign_server(
        &self,
        names: &[Name],
        public_key: &PublicKey,
        random: &dyn Random,
        now: Ts,
        lifetime_seconds: i64,
    ) -> Result<Vec<u8>, CertificateError> {
        let spec = LeafSpec {
            serial: &serial(random),
            subject: LeafSubject::Empty,
            names,
            public_key,
            usage: LeafUsage::Server,
            addresses: Addresses::default(),
            not_before: now.as_second() - BACKDATE_SECONDS,
            not_after: now.as_second() + lifetime_seconds,
        };
        self.server_ca.sign(&self.server_ca.build_leaf_tbs(&spec)?)
    }

    /// An agent's identity certificate, DER, with what it says.
    ///
    /// # Errors
    /// [`CertificateError`], which has no reason to come.
    pub fn sign_agent(
        &self,
        agent: &certctl_core::id::AgentId,
        public_key: &PublicKey,
        random: &dyn Random,
        now: Ts,
        lifetime_seconds: i64,
    ) -> Result<(Vec<u8>, CertificateInfo), CertificateError> {
        let spec = LeafSpec {
            serial: &serial(random),
            subject: LeafSubject::Identity(agent.as_str()),
            names: &[],
            public_key,
            usage: LeafUsage::Client,
            addresses: Addresses::default(),
            not_before: now.as_second() - BACKDATE_SECONDS,
            not_after: now.as_second() + lifetime_seconds,
        };
        let der = self.agents_ca.sign(&self.agents_ca.build_leaf_tbs(&spec)?)?;
        let info = CertificateInfo::parse(&der)?;
        Ok((der, info))
    }
}
