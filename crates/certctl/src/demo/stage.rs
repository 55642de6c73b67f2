//! What a demo has started, so that all of it can be ended in order.
//!
//! Not for: deciding what to start. Invariants: everything that is started is put here at once; the end goes from the
//! agents to the control plane to the endpoints, so that nobody misses one that was ended before; when the end itself
//! is broken off, or the demo panics, dropping this still ends nginx and removes a temporary directory.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use certctl_api::client::Client;
use serde_json::{Value, json};

use super::control_plane::{ControlPlane, Listen};
use super::directory::Directory;
use super::host::Host;
use super::nginx::{Nginx, Site};
use super::pair::Pair;
use super::tls_server::{Reads, TlsServer};
use crate::failure::Failure;

/// Everything that runs.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) plane: Option<ControlPlane>,
    pub(super) nginx: Option<Nginx>,
    pub(super) hosts: Vec<Host>,
    servers: Vec<TlsServer>,
    /// The last field: it is removed when all others have ended.
    pub(super) directory: Directory,
}

impl Stage {
    /// An empty one in a directory, which gets the log.
    ///
    /// # Errors
    /// [`Failure`] when the directory cannot be used.
    pub(super) fn open(kept: Option<&Path>) -> Result<Self, Failure> {
        let directory = Directory::open(kept)?;
        directory.start_log()?;
        Ok(Self { plane: None, nginx: None, hosts: Vec::new(), servers: Vec::new(), directory })
    }

    /// Starts the control plane; a client with its admin key.
    ///
    /// # Errors
    /// [`Failure`] when it does not start.
    pub(super) async fn start_control_plane(&mut self, listen: Listen) -> Result<Client, Failure> {
        let plane = ControlPlane::start(&self.directory, listen).await?;
        let client = plane.client.clone();
        self.plane = Some(plane);
        Ok(client)
    }

    /// Where nginx lives.
    pub(super) fn nginx_prefix(&self) -> PathBuf {
        self.directory.path("nginx")
    }

    /// Starts nginx.
    ///
    /// # Errors
    /// Why it does not start.
    pub(super) async fn start_nginx(
        &mut self,
        binary: &Path,
        port: Option<u16>,
        sites: &[Site],
    ) -> Result<SocketAddr, String> {
        let nginx = Nginx::start(binary, &self.nginx_prefix(), port, sites).await?;
        let address = nginx.address;
        self.nginx = Some(nginx);
        Ok(address)
    }

    /// Starts a built-in TLS server.
    ///
    /// # Errors
    /// [`Failure`] when it does not start.
    pub(super) async fn start_server(
        &mut self,
        port: Option<u16>,
        pair: Pair,
        reads: Reads,
    ) -> Result<SocketAddr, Failure> {
        let server = TlsServer::start(port, pair, reads).await?;
        let address = server.address;
        self.servers.push(server);
        Ok(address)
    }

    /// Ends everything in order.
    ///
    /// # Errors
    /// [`Failure::File`] when something of a temporary directory stays behind.
    pub(super) async fn stop(mut self) -> Result<(), Failure> {
        futures_util::future::join_all(self.hosts.iter_mut().map(Host::stop)).await;
        if let Some(plane) = self.plane.take() {
            plane.stop().await;
        }
        let Self { plane: _, nginx, hosts, servers, directory } = self;
        drop((nginx, servers, hosts));
        directory.close()
    }
}

/// The configuration of a target: its files, and where the result is looked at.
pub(super) fn target_config(
    pair: &Pair,
    address: SocketAddr,
    server_name: &str,
    probe_timeout_seconds: u32,
) -> Value {
    json!({
        "certificate_path": pair.certificate, "key_path": pair.key, "probe_timeout_seconds": probe_timeout_seconds,
        "probe": [{ "address": address.to_string(), "server_name": server_name }],
    })
}
