//! TLS settings of our own clients: a private CA, a pinned CA, or a client certificate.
//!
//! Not for: the server's side, or public CAs. Invariant: there is no setting that accepts any certificate; a pin
//! means that the chain must hold the pinned CA certificate and verify under it.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};

/// Whom a client trusts.
#[derive(Debug, Clone)]
pub enum Trust {
    /// These CA certificates (PEM) and no others.
    CaPem(String),
    /// The CA certificate with this SHA-256, which the server must send in its chain.
    CaPin([u8; 32]),
}

/// A client certificate with its key (PEM); the key is the caller's own identity, never a managed one.
#[derive(Clone)]
pub struct Identity {
    /// Leaf first.
    pub certificate_pem: String,
    /// PKCS#8.
    pub key_pem: certctl_core::secret::Secret<String>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(***)")
    }
}

/// TLS settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The CA text holds no certificate.
    #[error("the CA file holds no PEM certificate")]
    NoCa,
    /// The client certificate or key cannot be read.
    #[error("the client certificate or its key cannot be used: {0}")]
    Identity(String),
    /// rustls refused.
    #[error("TLS settings cannot be made: {0}")]
    Rustls(#[from] rustls::Error),
}

/// Settings for one client.
///
/// # Errors
/// [`TlsError`] when the CA or the identity cannot be used.
pub fn client_config(trust: &Trust, identity: Option<&Identity>) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match trust {
        Trust::CaPem(pem) => {
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|_| TlsError::NoCa)?;
                roots.add(certificate)?;
            }
            if roots.is_empty() {
                return Err(TlsError::NoCa);
            }
            builder.with_root_certificates(roots)
        }
        Trust::CaPin(pin) => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(PinnedCa { pin: *pin, provider }))
        }
    };
    let Some(identity) = identity else {
        return Ok(builder.with_no_client_auth());
    };
    let chain: Vec<_> = CertificateDer::pem_slice_iter(identity.certificate_pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| TlsError::Identity(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.expose().as_bytes())
        .map_err(|error| TlsError::Identity(error.to_string()))?;
    builder.with_client_auth_cert(chain, key).map_err(|error| TlsError::Identity(error.to_string()))
}

/// Verifies a chain under the one CA certificate whose SHA-256 is known.
#[derive(Debug)]
struct PinnedCa {
    pin: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedCa {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let pinned = intermediates
            .iter()
            .find(|c| Sha256::digest(c.as_ref()).as_slice() == self.pin.as_slice())
            .ok_or(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer))?;
        let mut roots = RootCertStore::empty();
        roots.add(pinned.clone().into_owned())?;
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
                .build()
                .map_err(|error| rustls::Error::General(error.to_string()))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
