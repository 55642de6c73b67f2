//! Looks at what a TLS endpoint serves: the fingerprint of its leaf certificate, and that it has the key.
//!
//! Not for: trust. Any certificate is looked at, whoever issued it and for whatever name. Invariant: a fingerprint is
//! only reported when the endpoint proved, by its handshake signature, that it holds the certificate's key.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certctl_api::agent_protocol::Sighting;
use certctl_connectors::targets::installation::Probe;
use certctl_core::time::Clock;
use certctl_pki::fingerprint::sha256_hex;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, ProtocolVersion, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long one look may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(3);

/// An endpoint with the addresses that may be tried.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) probe: Probe,
    pub(crate) addresses: Vec<SocketAddr>,
}

/// What an endpoint shows.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Its certificate, DER.
    pub(crate) leaf: Vec<u8>,
    /// How it speaks; not known when it wanted a client certificate.
    pub(crate) version: Option<ProtocolVersion>,
}

/// Looks at endpoints.
#[derive(Debug, Clone)]
pub(crate) struct Prober {
    provider: Arc<CryptoProvider>,
    clock: Arc<dyn Clock>,
}

impl Prober {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { provider: Arc::new(rustls::crypto::aws_lc_rs::default_provider()), clock }
    }

    /// What an endpoint shows, on a connection of its own.
    pub(crate) async fn see(&self, endpoint: &Endpoint) -> Result<Seen, String> {
        match tokio::time::timeout(LOOK_TIMEOUT, self.handshake(endpoint)).await {
            Ok(seen) => seen,
            Err(_) => Err(format!("no TLS handshake within {} s", LOOK_TIMEOUT.as_secs())),
        }
    }

    /// One look, on a connection of its own.
    pub(crate) async fn look(&self, endpoint: &Endpoint) -> Sighting {
        let seen = self.see(endpoint).await;
        let (fingerprint_sha256, error) = match seen {
            Ok(seen) => (Some(sha256_hex(&seen.leaf)), None),
            Err(error) => (None, Some(error)),
        };
        Sighting {
            address: endpoint.probe.address(),
            server_name: endpoint.probe.server_name.clone(),
            fingerprint_sha256,
            at: self.clock.now(),
            error,
        }
    }

    async fn handshake(&self, endpoint: &Endpoint) -> Result<Seen, String> {
        let stream = connect(&endpoint.addresses).await?;
        let peer_address = stream.peer_addr().map_err(|error| error.to_string())?;
        let name = endpoint.probe.server_name.as_deref().unwrap_or(&endpoint.probe.host);
        let name = ServerName::try_from(name.to_owned()).unwrap_or_else(|_| peer_address.ip().into());
        let eye = Arc::new(Eye { provider: Arc::clone(&self.provider), leaf: Mutex::default() });
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&eye) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        // A resumed session shows no certificate.
        config.resumption = Resumption::disabled();
        let shaken = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        // An endpoint that wants a client certificate ends the handshake after it has shown its own.
        let leaf = eye.leaf.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (leaf, shaken) {
            (Some(leaf), shaken) => {
                let version = shaken.ok().and_then(|stream| stream.get_ref().1.protocol_version());
                Ok(Seen { leaf, version })
            }
            (None, Err(error)) => Err(format!("the TLS handshake failed: {error}")),
            (None, Ok(_)) => Err("the endpoint showed no certificate".to_owned()),
        }
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let mut last = "the name has no address".to_owned();
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = format!("cannot connect to {address}: {error}"),
        }
    }
    Err(last)
}

/// Accepts any certificate whose key made the handshake signature, and remembers it.
#[derive(Debug)]
struct Eye {
    provider: Arc<CryptoProvider>,
    leaf: Mutex<Option<Vec<u8>>>,
}

impl Eye {
    fn remember(&self, certificate: &CertificateDer<'_>) {
        *self.leaf.lock().unwrap_or_else(PoisonError::into_inner) = Some(certificate.to_vec());
    }
}

impl ServerCertVerifier for Eye {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let valid = rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)?;
        self.remember(certificate);
        Ok(valid)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let valid = rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)?;
        self.remember(certificate);
        Ok(valid)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
