//! The demo's own look at an endpoint: a TLS handshake that is verified as any client would verify it.
//!
//! Not for: the proof of a deployment; the agent has its own eyes, and these check them.
//! Invariant: a fingerprint is returned only when chain, name and validity were verified.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use certctl_api::tls::{Trust, client_config};
use certctl_pki::fingerprint::sha256_hex;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::failed;
use crate::failure::Failure;

/// How long one handshake may take.
const LIMIT: Duration = Duration::from_secs(3);

/// Looks at endpoints whose certificates come from one CA.
#[derive(Debug, Clone)]
pub(super) struct Eye(Arc<ClientConfig>);

impl Eye {
    /// One that trusts this CA.
    ///
    /// # Errors
    /// [`Failure`] when the CA cannot be used.
    pub(super) fn new(trust: &Trust) -> Result<Self, Failure> {
        let mut config = client_config(trust, None)
            .map_err(|error| failed(format!("no TLS client can be made: {error}"), ""))?;
        // A resumed session shows the certificate of the first one.
        config.resumption = Resumption::disabled();
        Ok(Self(Arc::new(config)))
    }

    /// The SHA-256 of the leaf that is served, in hexadecimal.
    ///
    /// # Errors
    /// Why the handshake failed.
    pub(super) async fn look(&self, address: SocketAddr, server_name: &str) -> Result<String, String> {
        let seen = async {
            let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
            let name = ServerName::try_from(server_name.to_owned()).map_err(|error| error.to_string())?;
            let stream = TlsConnector::from(Arc::clone(&self.0)).connect(name, stream).await;
            let stream = stream.map_err(|error| error.to_string())?;
            let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
            chain.first().map(|leaf| sha256_hex(leaf)).ok_or_else(|| "no certificate was shown".to_owned())
        };
        match tokio::time::timeout(LIMIT, seen).await {
            Ok(seen) => seen,
            Err(_) => Err(format!("no handshake within {} s", LIMIT.as_secs())),
        }
    }
}
