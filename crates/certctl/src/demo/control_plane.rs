//! The demo's control plane: the real server in this process, and a client with an admin key for it.
//!
//! Not for: anything `certctl server` would do otherwise. Invariants: the first key is made by the set-up token, as a
//! person would do it; the key is in a file that only its owner reads, and is never printed.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use certctl_api::api_keys::ApiKeyCreated;
use certctl_api::client::{Client, ClientOptions};
use certctl_api::issuers::Issuer;
use certctl_api::tls::Trust;
use certctl_core::secret::Secret;
use certctl_server::config::Config;
use certctl_server::{Environs, RunningServer, Server, StartError};
use serde_json::json;

use super::directory::Directory;
use super::failed;
use crate::failure::Failure;
use crate::settings::{REQUEST_LIMIT, parse_key};

/// How long a stop waits for what is under way.
const GRACE: Duration = Duration::from_secs(5);

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listen {
    /// On any free port of the loopback address.
    Anywhere,
    /// Here, or on a free port when it is taken.
    Preferably(SocketAddr),
    /// Here and nowhere else.
    Exactly(SocketAddr),
}

/// A control plane that runs.
#[derive(Debug)]
pub(super) struct ControlPlane {
    /// How it is reached.
    pub(super) url: String,
    /// A client with the admin key.
    pub(super) client: Client,
    /// The admin key.
    pub(super) key_file: PathBuf,
    /// The CA of its own TLS certificate.
    pub(super) ca_file: PathBuf,
    /// The CA that issues, PEM.
    pub(super) local_ca_pem: String,
    /// Where it listens, and not where it was asked to.
    pub(super) address: SocketAddr,
    server: RunningServer,
}

impl ControlPlane {
    /// Starts it and makes the first key, or reads the one of an earlier start.
    ///
    /// # Errors
    /// [`Failure`] with what stands in the way.
    pub(super) async fn start(directory: &Directory, listen: Listen) -> Result<Self, Failure> {
        let mut config = Config::for_directory(&directory.path("data"))
            .map_err(|error| failed(format!("the control plane's configuration: {error}"), ""))?;
        config.shutdown_grace = GRACE;
        let server = start_server(config, listen).await?;
        let url = reachable(server.address, &server.app.public_url);
        let ca_file = server.app.config.ca_file();
        let ca_pem = fs::read_to_string(&ca_file).map_err(|source| Failure::File {
            path: ca_file.clone(),
            action: "read",
            source,
        })?;
        let client = |api_key: Option<Secret<String>>| {
            Client::new(ClientOptions {
                server_url: url.clone(),
                trust: Trust::CaPem(ca_pem.clone()),
                api_key,
                identity: None,
                timeout: REQUEST_LIMIT,
            })
        };
        let key_file = directory.path("api-key");
        let key = match &server.setup_token {
            Some(token) => {
                let body = json!({ "token": token.expose(), "name": "demo" });
                let made: ApiKeyCreated = client(None)?.post("/auth/setup", &body).await?;
                directory.write("api-key", &format!("{}\n", made.secret))?;
                Secret::new(made.secret)
            }
            None => {
                let text = fs::read_to_string(&key_file).map_err(|source| Failure::File {
                    path: key_file.clone(),
                    action: "read",
                    source,
                })?;
                parse_key(&text, &key_file.display().to_string())?
            }
        };
        let client = client(Some(key))?;
        let issuer: Issuer = client.read("/issuers/iss-local").await?;
        let address = server.address;
        Ok(Self { url, client, key_file, ca_file, local_ca_pem: issuer.chain_pem, address, server })
    }

    /// Stops it in order.
    pub(super) async fn stop(self) {
        self.server.stop().await;
    }
}

async fn start_server(mut config: Config, listen: Listen) -> Result<RunningServer, Failure> {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.listen = match listen {
        Listen::Anywhere => anywhere,
        Listen::Preferably(address) | Listen::Exactly(address) => address,
    };
    let error = match (Server::start(config.clone(), Environs::default()).await, listen) {
        (Ok(server), _) => return Ok(server),
        (Err(StartError::Listen { .. }), Listen::Preferably(_)) => {
            config.listen = anywhere;
            match Server::start(config, Environs::default()).await {
                Ok(server) => return Ok(server),
                Err(error) => error,
            }
        }
        (Err(error), Listen::Anywhere | Listen::Preferably(_) | Listen::Exactly(_)) => error,
    };
    let next = match &error {
        StartError::Listen { .. } => "stop what listens there, or give another --listen",
        StartError::DataDir { .. }
        | StartError::File { .. }
        | StartError::Store(_)
        | StartError::SealingKey(_)
        | StartError::Platform(_)
        | StartError::Tls(_)
        | StartError::FirstStart(_)
        | StartError::Document(_)
        | StartError::Otlp(_)
        | StartError::Metrics(_)
        | StartError::Outside(_) => "",
    };
    Err(failed(format!("the control plane does not start: {:#}", anyhow::Error::from(error)), next))
}

/// An address that works on this machine, also when the server listens on all of them.
fn reachable(address: SocketAddr, public_url: &str) -> String {
    let port = address.port();
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("https://127.0.0.1:{port}"),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("https://[::1]:{port}"),
        IpAddr::V4(_) | IpAddr::V6(_) => public_url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_reached_on_the_loopback_address() {
        let check = |address: &str, expected: &str| {
            assert_eq!(reachable(address.parse().unwrap(), "https://public"), expected);
        };
        check("0.0.0.0:8443", "https://127.0.0.1:8443");
        check("[::]:8443", "https://[::1]:8443");
        check("127.0.0.1:8443", "https://public");
    }
}
