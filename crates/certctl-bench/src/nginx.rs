//! A real nginx with one server block, and what its endpoint serves.
//!
//! Not for: deploying to it (the agent does). Invariant: what is served is what a fresh handshake was shown.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use certctl_pki::fingerprint::sha256_hex;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::agent_process::nginx_program;
use crate::authority::Pair;
use crate::program::peer_script;

/// The name of its site.
pub(crate) const SITE: &str = "site0.test";
/// How long a reload may take.
const RELOAD_LIMIT: Duration = Duration::from_secs(10);

/// A running nginx; stopped and removed with this value.
#[derive(Debug)]
pub(crate) struct Nginx {
    folder: PathBuf,
    port: u16,
    tls: Arc<ClientConfig>,
}

impl Nginx {
    /// Starts it.
    pub(crate) fn start(folder: &Path) -> anyhow::Result<Self> {
        let output = Command::new(peer_script("nginx.sh")?)
            .arg("start")
            .arg(folder)
            .env("NGINX_SITES", "1")
            .stdin(Stdio::null())
            .output()
            .context("tests/peers/nginx.sh cannot be run")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let port =
            text.lines().find_map(|line| line.strip_prefix("NGINX_PORT='")?.strip_suffix('\'')?.parse().ok());
        let (Some(port), true) = (port, output.status.success()) else {
            bail!("nginx did not start:\n{}", String::from_utf8_lossy(&output.stderr));
        };
        Ok(Self { folder: folder.to_owned(), port, tls: any_certificate()? })
    }

    /// Its HTTPS port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The file of its certificate.
    pub(crate) fn certificate_path(&self) -> PathBuf {
        self.folder.join(format!("certs/{SITE}.pem"))
    }

    /// The file of its key.
    pub(crate) fn key_path(&self) -> PathBuf {
        self.folder.join(format!("certs/{SITE}.key"))
    }

    /// The fingerprint of what it serves now.
    pub(crate) async fn served(&self) -> anyhow::Result<String> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.context("nginx cannot be reached")?;
        let name = ServerName::try_from(SITE).context("the site's name is none")?;
        let stream = TlsConnector::from(Arc::clone(&self.tls))
            .connect(name, stream)
            .await
            .context("the handshake with nginx failed")?;
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
        Ok(sha256_hex(chain.first().context("nginx showed no certificate")?))
    }

    /// Puts a pair in place, reloads, and measures from the reload's start to the first handshake that shows it.
    pub(crate) async fn reload_to_served(&self, pair: &Pair) -> anyhow::Result<Duration> {
        std::fs::write(self.certificate_path(), &pair.certificate_pem).context("nginx's certificate file")?;
        std::fs::write(self.key_path(), &pair.key_pem).context("nginx's key file")?;
        let wanted = sha256_hex(&pair.certificate_der);
        let begin = Instant::now();
        let status = tokio::process::Command::new(nginx_program())
            .args(["-s", "reload", "-p"])
            .arg(&self.folder)
            .arg("-c")
            .arg(self.folder.join("nginx.conf"))
            .arg("-e")
            .arg(self.folder.join("logs/error.log"))
            .status()
            .await
            .context("nginx -s reload cannot be run")?;
        if !status.success() {
            bail!("nginx -s reload failed: {status}");
        }
        while self.served().await? != wanted {
            if begin.elapsed() > RELOAD_LIMIT {
                bail!("nginx did not serve its new certificate within {RELOAD_LIMIT:?}");
            }
        }
        Ok(begin.elapsed())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if let Ok(script) = peer_script("nginx.sh") {
            drop(Command::new(script).arg("stop").arg(&self.folder).output());
        }
    }
}

fn any_certificate() -> anyhow::Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .context("TLS settings cannot be made")?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    // A resumed session shows no certificate.
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

/// Accepts any certificate whose key made the handshake: it is looked at, not trusted.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
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
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
