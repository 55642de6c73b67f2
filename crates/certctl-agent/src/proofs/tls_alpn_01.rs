//! What is shown on the port for tls-alpn-01 (RFC 8737, section 3).
//!
//! Not for: the port itself (`listener.rs`), or the bytes of the certificate (certctl-pki). Invariants: a client that does
//! not ask for `acme-tls/1`, or for a name without a proof, is shown nothing; a key lives in memory for one proof only; no
//! application data is read or written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use certctl_core::random::Random;
use certctl_core::time::{Clock, Ts};
use certctl_pki::{
    ACME_TLS_ALPN, AcmeIdentifierSpec, KeyAlgorithm, PrivateKey, Serial, acme_identifier_certificate,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::{default_provider, sign::any_supported_type};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

use super::claim::Claim;
use super::listener::drain;
use crate::cause::chain;

/// Clocks of authorities may be behind this host's.
const SKEW_SECONDS: i64 = 3_600;

/// What is shown for a name.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) key_authorization: String,
    pub(crate) until: Ts,
    certified: Arc<CertifiedKey>,
}

impl Shown {
    /// Makes a key and a certificate for a proof.
    pub(crate) fn make(claim: &Claim, now: Ts, random: &dyn Random) -> Result<Self, String> {
        let mut bits = [0; 16];
        random.fill(&mut bits);
        let cannot = |error: &(dyn std::error::Error + 'static)| {
            format!("the certificate for tls-alpn-01 cannot be made: {}", chain(error))
        };
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| cannot(&error))?;
        let spec = AcmeIdentifierSpec {
            serial: &Serial::from_random(bits),
            name: &claim.name,
            key_authorization: &claim.key_authorization,
            not_before: now.as_second() - SKEW_SECONDS,
            not_after: claim.until.as_second().saturating_add(SKEW_SECONDS),
        };
        let certificate = acme_identifier_certificate(&key, &spec).map_err(|error| cannot(&error))?;
        let key = key.to_pkcs8_der().map_err(|error| cannot(&error))?;
        let key = any_supported_type(&PrivatePkcs8KeyDer::from(key.as_slice()).into())
            .map_err(|error| cannot(&error))?;
        let certified = Arc::new(CertifiedKey::new(vec![CertificateDer::from(certificate)], key));
        Ok(Self { key_authorization: claim.key_authorization.clone(), until: claim.until, certified })
    }
}

/// The certificates by the names that clients send.
pub(crate) type Certificates = HashMap<String, Shown>;

/// Chooses the certificate for a client.
#[derive(Debug)]
struct Chooser {
    certificates: Mutex<Certificates>,
    clock: Arc<dyn Clock>,
}

impl Chooser {
    fn choose(&self, server_name: &str) -> Option<Arc<CertifiedKey>> {
        let certificates = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = certificates.get(&server_name.to_ascii_lowercase())?;
        (shown.until > self.clock.now()).then(|| Arc::clone(&shown.certified))
    }
}

impl ResolvesServerCert for Chooser {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // A client that offers no protocol at all would get through the list in the configuration.
        let asks = hello.alpn().is_some_and(|mut offered| offered.any(|offered| offered == ACME_TLS_ALPN));
        if asks { self.choose(hello.server_name()?) } else { None }
    }
}

/// Answers handshakes.
pub(crate) struct Responder {
    chooser: Arc<Chooser>,
    acceptor: TlsAcceptor,
}

impl std::fmt::Debug for Responder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Responder").field("chooser", &self.chooser).finish_non_exhaustive()
    }
}

impl Responder {
    /// # Errors
    /// When the TLS library does not take its own defaults.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Result<Self, rustls::Error> {
        let chooser = Arc::new(Chooser { certificates: Mutex::default(), clock });
        let resolver = Arc::clone(&chooser) as Arc<dyn ResolvesServerCert>;
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![ACME_TLS_ALPN.to_vec()];
        // A resumed session shows no certificate.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { chooser, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// What is shown now.
    pub(crate) fn shown(&self) -> Certificates {
        self.chooser.certificates.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on these certificates are shown and no others.
    pub(crate) fn show(&self, certificates: Certificates) {
        *self.chooser.certificates.lock().unwrap_or_else(PoisonError::into_inner) = certificates;
    }

    /// Shakes hands and ends the connection.
    pub(crate) async fn serve(&self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        match self.acceptor.accept(stream).await {
            Ok(mut stream) => {
                if stream.shutdown().await.is_ok() {
                    drain(&mut stream.into_inner().0).await;
                }
            }
            // Anybody may knock at an open port.
            Err(error) => tracing::debug!("a handshake for tls-alpn-01 failed: {error}"),
        }
    }
}
