//! The server's TLS: which certificate is served, and when another one takes its place.
//!
//! Accepting connections is `listener.rs`. Not for: the agents' identities (`platform.rs`) or managed certificates.
//! Invariants: the served chain ends in the CA certificate that join tokens pin; a file that cannot be used never
//! replaces a certificate that works.

mod activity;
pub mod listener;
pub(crate) mod places;
pub mod plain;

use std::{
    fs::Metadata,
    io,
    net::SocketAddr,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use certctl_core::renewal::Validity;
use certctl_core::time::Ts;
use certctl_pki::{CertificateError, CertificateInfo, KeyAlgorithm, KeyError, Name, PrivateKey};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier},
    sign::CertifiedKey,
};
use tokio::sync::Notify;

use crate::{
    app::App,
    config::{Config, TlsFiles, own_names},
    error::chain,
    platform::Platform,
};

/// How long a certificate of the own CA lives.
const OWN_SECONDS: i64 = 30 * 86_400;
/// How often files and ends are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{key} {path} cannot be read")]
    File {
        /// The setting.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{path} cannot be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{key} {path}: {detail}")]
    Content {
        /// The setting.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The own key cannot be made.
    #[error("the key of the server's certificate cannot be made")]
    Key(#[from] KeyError),
    /// The own CA cannot sign.
    #[error("the server's certificate cannot be made")]
    Certificate(#[from] CertificateError),
    /// rustls refused.
    #[error("TLS cannot be set up")]
    Rustls(#[from] rustls::Error),
    /// The agents' CA cannot be used as a root.
    #[error("the agents' CA cannot be used to verify clients: {0}")]
    Verifier(String),
}

/// The certificate that is served now, with its end.
#[derive(Debug)]
pub struct Served {
    current: ArcSwap<CertifiedKey>,
    renew_at: ArcSwap<Ts>,
    source: Source,
    /// What the files looked like before they were read for the first time.
    first_stamp: Stamp,
}

#[derive(Debug)]
enum Source {
    Own { names: Vec<Name> },
    Files(TlsFiles),
}

/// A certificate that could be served.
struct Loaded {
    key: CertifiedKey,
    ca_der: Vec<u8>,
    renew_at: Ts,
    validity: Validity,
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl Served {
    /// Loads or signs the first certificate, sets the pin and writes `ca.pem`.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn open(
        config: &Config,
        platform: &Platform,
        random: &dyn certctl_core::random::Random,
        now: Ts,
        bound: SocketAddr,
        public_url: &str,
    ) -> Result<Arc<Self>, TlsError> {
        let source = match &config.tls_files {
            Some(files) => Source::Files(files.clone()),
            None => {
                let mut names = config.tls_names.clone();
                // A host name that no certificate can carry is left out.
                names.extend(own_names(bound, public_url).iter().filter_map(|text| Name::parse(text).ok()));
                Source::Own { names }
            }
        };
        let first_stamp = source.stamp();
        let loaded = source.load(platform, random, now)?;
        publish(config, platform, &loaded)?;
        Ok(Arc::new(Self {
            current: ArcSwap::from_pointee(loaded.key),
            renew_at: ArcSwap::from_pointee(loaded.renew_at),
            source,
            first_stamp,
        }))
    }

    /// Takes what the source has now.
    ///
    /// # Errors
    /// [`TlsError`]; what was served is still served then.
    pub fn reload(&self, app: &App) -> Result<(), TlsError> {
        let loaded = self.source.load(&app.platform, &*app.random, app.now())?;
        publish(&app.config, &app.platform, &loaded)?;
        self.current.store(Arc::new(loaded.key));
        self.renew_at.store(Arc::new(loaded.renew_at));
        Ok(())
    }

    /// Settings that serve it and ask clients for an agent's certificate, without insisting.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn server_config(self: &Arc<Self>, platform: &Platform) -> Result<ServerConfig, TlsError> {
        let provider = provider();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(platform.agents_ca.certificate_der().to_vec()))?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .map_err(|error| TlsError::Verifier(error.to_string()))?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

impl Source {
    fn load(
        &self,
        platform: &Platform,
        random: &dyn certctl_core::random::Random,
        now: Ts,
    ) -> Result<Loaded, TlsError> {
        match self {
            Self::Own { names } => {
                let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
                let der = platform.sign_server(names, key.public_key(), random, now, OWN_SECONDS)?;
                let ca_der = platform.server_ca.certificate_der().to_vec();
                let chain = vec![CertificateDer::from(der), CertificateDer::from(ca_der.clone())];
                let key = certified(chain, &key)?;
                let validity = Validity { not_before: now, not_after: now.plus_seconds(OWN_SECONDS) };
                Ok(Loaded { key, ca_der, renew_at: now.plus_seconds(OWN_SECONDS * 2 / 3), validity })
            }
            Self::Files(files) => from_files(files),
        }
    }
}

fn certified(chain: Vec<CertificateDer<'static>>, key: &PrivateKey) -> Result<CertifiedKey, TlsError> {
    let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.to_pkcs8_der()?.to_vec()));
    Ok(CertifiedKey::from_der(chain, der, &provider())?)
}

fn from_files(files: &TlsFiles) -> Result<Loaded, TlsError> {
    let read = |key: &'static str, path: &Path| {
        std::fs::read_to_string(path).map(zeroize::Zeroizing::new).map_err(|source| TlsError::File {
            key,
            path: path.to_owned(),
            source,
        })
    };
    let content = |key: &'static str, path: &Path, detail: String| TlsError::Content {
        key,
        path: path.to_owned(),
        detail,
    };
    let wrong = |detail: String| content("tls_cert_file", &files.certificate, detail);
    let chain = certctl_pki::pem::decode_certificates(&read("tls_cert_file", &files.certificate)?)
        .map_err(|error| wrong(error.to_string()))?;
    let [leaf, .., last] = chain.as_slice() else {
        return Err(wrong(
            "holds fewer than two certificates; append the CA certificate that signed it, because agents pin the last \
             one"
                .to_owned(),
        ));
    };
    let info = CertificateInfo::parse(leaf).map_err(|error| wrong(error.to_string()))?;
    let key = PrivateKey::from_pem(&read("tls_key_file", &files.key)?)
        .map_err(|error| content("tls_key_file", &files.key, error.to_string()))?;
    if info.public_key_sha256 != key.public_key_sha256() {
        let detail = "does not belong to the first certificate of tls_cert_file".to_owned();
        return Err(content("tls_key_file", &files.key, detail));
    }
    let ca_der = last.clone();
    let chain = chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let validity =
        Validity { not_before: Ts::from_second(info.not_before), not_after: Ts::from_second(info.not_after) };
    Ok(Loaded { key: certified(chain, &key)?, ca_der, renew_at: validity.not_after, validity })
}

/// Tells clients which CA to trust: the pin of later join tokens, and `ca.pem` for the command line.
fn publish(config: &Config, platform: &Platform, loaded: &Loaded) -> Result<(), TlsError> {
    platform.set_served(loaded.ca_der.clone(), loaded.validity);
    let path = config.ca_file();
    let text = certctl_pki::pem::encode_certificates([&loaded.ca_der]);
    if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let beside = path.with_extension(format!("pem.{}", std::process::id()));
    std::fs::write(&beside, text)
        .and_then(|()| std::fs::rename(&beside, &path))
        .map_err(|source| TlsError::Write { path, source })
}

/// Renews or reloads until shutdown: when the own certificate has lived two thirds of its life, when a file changes,
/// and when `hangup` is notified.
pub async fn keep_fresh(app: App, served: Arc<Served>, hangup: Arc<Notify>) {
    let mut seen = served.first_stamp;
    loop {
        let asked = tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = hangup.notified() => true,
            () = tokio::time::sleep(LOOK) => false,
        };
        let stamp = served.source.stamp();
        let due = match &served.source {
            Source::Own { .. } => app.now() >= **served.renew_at.load(),
            Source::Files(_) => stamp != seen,
        };
        if !(asked || due) {
            continue;
        }
        seen = stamp;
        match served.reload(&app) {
            Ok(()) => tracing::info!("Serves a new TLS certificate"),
            Err(error) => {
                tracing::error!("The TLS certificate stays as it is: {}", chain(&error));
            }
        }
    }
}

/// What changes when a file is replaced or written.
type Stamp = [Option<(u64, u64, i64, i64)>; 2];

impl Source {
    fn stamp(&self) -> Stamp {
        let of = |path: &Path| {
            let facts = |m: Metadata| (m.ino(), m.size(), m.mtime(), m.mtime_nsec());
            std::fs::metadata(path).ok().map(facts)
        };
        match self {
            Self::Own { .. } => [None, None],
            Self::Files(files) => [of(&files.certificate), of(&files.key)],
        }
    }
}
