//! Tells systemd that the server is ready, reloads or stops (`sd_notify`).
//!
//! Not for: watching the server's health. Invariant: without `NOTIFY_SOCKET`, or when the socket does not answer,
//! nothing happens: a service manager never keeps a server from running.

use std::os::{
    linux::net::SocketAddrExt as _,
    unix::net::{SocketAddr, UnixDatagram},
};

/// Where systemd listens.
#[derive(Debug, Clone, Default)]
pub struct ServiceManager(Option<String>);

impl ServiceManager {
    /// From the value of `NOTIFY_SOCKET`.
    pub fn new(socket: Option<String>) -> Self {
        Self(socket.filter(|path| path.starts_with(['/', '@'])))
    }

    /// The server takes requests.
    pub fn ready(&self) {
        self.send("READY=1");
    }

    /// The server stops.
    pub fn stopping(&self) {
        self.send("STOPPING=1");
    }

    fn send(&self, state: &str) {
        let Some(path) = &self.0 else { return };
        let address = match path.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name),
            None => SocketAddr::from_pathname(path),
        };
        let sent =
            address.and_then(|address| UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address));
        if let Err(error) = sent {
            tracing::warn!("The service manager could not be told {state}: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systemd_is_told_on_its_socket() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        ServiceManager::new(Some(path.display().to_string())).ready();
        let mut buffer = [0; 64];
        let n = socket.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..n], b"READY=1");
        ServiceManager::new(None).ready();
        ServiceManager::new(Some("/does/not/exist".to_owned())).ready();
    }
}
