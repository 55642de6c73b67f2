//! Tells systemd that the server is ready, alive, or stops (`sd_notify`).
//!
//! Not for: health beyond a loop that turns (`/readyz` says more). Invariant: without `NOTIFY_SOCKET`, or when the socket does not answer,
//! nothing happens: a service manager never keeps a server from running.

use std::{
    os::{
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixDatagram},
    },
    time::Duration,
};

use crate::config::Environment;

/// Where systemd listens.
#[derive(Debug, Clone, Default)]
pub struct ServiceManager {
    socket: Option<String>,
    /// How often it wants to hear.
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// From the values of `NOTIFY_SOCKET` and, when it is meant for this process, `WATCHDOG_USEC`.
    pub fn new(socket: Option<String>, watchdog_usec: Option<String>) -> Self {
        let socket = socket.filter(|path| path.starts_with(['/', '@']));
        let limit = watchdog_usec.and_then(|text| text.parse().ok()).filter(|limit| *limit > 0);
        let watchdog = limit.filter(|_| socket.is_some()).map(Duration::from_micros);
        Self { socket, watchdog }
    }

    /// From the environment of the process.
    pub fn of_process(environment: &dyn Environment) -> Self {
        let is_ours =
            environment.value("WATCHDOG_PID").is_none_or(|pid| pid == std::process::id().to_string());
        let watchdog = environment.value("WATCHDOG_USEC").filter(|_| is_ours);
        Self::new(environment.value("NOTIFY_SOCKET"), watchdog)
    }

    /// Says "alive" twice in each interval, for as long as it is polled.
    pub async fn keep_alive(&self) {
        let Some(limit) = self.watchdog else { return std::future::pending().await };
        loop {
            self.send("WATCHDOG=1");
            tokio::time::sleep(limit / 2).await;
        }
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
        let Some(path) = &self.socket else { return };
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
        ServiceManager::new(Some(path.display().to_string()), None).ready();
        let mut buffer = [0; 64];
        let n = socket.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..n], b"READY=1");
        ServiceManager::new(None, None).ready();
        ServiceManager::new(Some("/does/not/exist".to_owned()), None).ready();
    }

    #[tokio::test]
    async fn a_watchdog_hears_twice_in_its_interval() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = tokio::net::UnixDatagram::bind(&path).unwrap();
        let manager = ServiceManager::new(Some(path.display().to_string()), Some("200000".to_owned()));
        let heard = async {
            let mut buffer = [0; 64];
            for _ in 0..3 {
                let n = socket.recv(&mut buffer).await.unwrap();
                assert_eq!(&buffer[..n], b"WATCHDOG=1");
            }
        };
        tokio::select! {
            () = heard => {}
            () = manager.keep_alive() => panic!("it ended"),
            () = tokio::time::sleep(Duration::from_secs(20)) => panic!("it was silent"),
        }
        assert!(ServiceManager::new(None, Some("200000".to_owned())).watchdog.is_none());
    }
}
