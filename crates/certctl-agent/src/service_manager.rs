//! Tells systemd that the agent works, is alive, or stops (`sd_notify`).
//!
//! Not for: deciding to stop. Invariants: without `NOTIFY_SOCKET`, or when the socket does not answer, nothing happens;
//! "alive" is said by the loop that does the work's waiting, so that a loop that hangs falls silent.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// Where systemd listens, and how often it wants to hear.
#[derive(Debug, Clone, Default)]
pub struct ServiceManager {
    socket: Option<String>,
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// From `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; a watchdog of another process is not ours.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let socket = variable("NOTIFY_SOCKET").filter(|path| path.starts_with(['/', '@']));
        let is_ours = variable("WATCHDOG_PID").is_none_or(|pid| pid == std::process::id().to_string());
        let limit = variable("WATCHDOG_USEC").and_then(|text| text.parse().ok()).filter(|limit| *limit > 0);
        let watchdog = limit.filter(|_| is_ours && socket.is_some()).map(Duration::from_micros);
        Self { socket, watchdog }
    }

    /// The agent works.
    pub fn ready(&self) {
        self.send("READY=1");
    }

    /// The agent stops.
    pub fn stopping(&self) {
        self.send("STOPPING=1");
    }

    /// Says "alive" twice in each interval, for as long as it is polled.
    pub async fn keep_alive(&self) {
        let Some(limit) = self.watchdog else { return std::future::pending().await };
        loop {
            self.send("WATCHDOG=1");
            tokio::time::sleep(limit / 2).await;
        }
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
            tracing::warn!("the service manager could not be told {state}: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> ServiceManager {
        ServiceManager::from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_watchdog_needs_a_socket_and_has_to_be_ours() {
        let (socket, limit) = (("NOTIFY_SOCKET", "/run/x"), ("WATCHDOG_USEC", "2000000"));
        assert_eq!(with(&[socket, limit]).watchdog, Some(Duration::from_secs(2)));
        let own = std::process::id().to_string();
        assert!(with(&[socket, limit, ("WATCHDOG_PID", &own)]).watchdog.is_some());
        assert!(with(&[socket, limit, ("WATCHDOG_PID", "1")]).watchdog.is_none());
        assert!(with(&[limit]).watchdog.is_none());
        assert!(with(&[socket, ("WATCHDOG_USEC", "0")]).watchdog.is_none());
        assert!(with(&[("NOTIFY_SOCKET", "relative")]).socket.is_none());
    }

    #[test]
    fn a_socket_that_is_not_there_is_no_trouble() {
        with(&[("NOTIFY_SOCKET", "/does/not/exist")]).ready();
        with(&[]).stopping();
    }
}
