//! A port that is open while there is a proof to show on it.
//!
//! Not for: what is said on it (`http_01.rs`, `tls_alpn_01.rs`). Invariants: no more connections at once than a small
//! number, none for longer than a few seconds; after [`Listener::close`] the port is free.

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::claim::ProofKind;

/// An authority looks from a handful of places at once; the rest of the world waits its turn.
const MAX_CONNECTIONS: usize = 64;
/// How long a connection may last.
const CONNECTION_LIMIT: Duration = Duration::from_secs(5);
/// How long to wait when no connection can be accepted, because the process has no file descriptor left for example.
const ACCEPT_WAIT: Duration = Duration::from_millis(100);
/// How much is read of what a client sends after its answer, and for how long.
const MAX_DROPPED: u64 = 64 * 1024;
const DROP_LIMIT: Duration = Duration::from_secs(1);

/// An open port.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    stop: DropGuard,
    accepting: JoinHandle<()>,
}

impl Listener {
    /// Opens a port; `serve` is called for each connection. An error says what stands in the way and what to do.
    pub(crate) fn open<F>(
        kind: ProofKind,
        address: SocketAddr,
        tasks: &TaskTracker,
        serve: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Result<Self, String>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = bind(address).map_err(|error| trouble(kind, address, &error))?;
        let stop = CancellationToken::new();
        let accepting = tasks.spawn(accept(listener, tasks.clone(), stop.clone(), serve));
        tracing::info!("listening on {address} for {kind}");
        Ok(Self { address, stop: stop.drop_guard(), accepting })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port. Connections that are open end by themselves.
    pub(crate) async fn close(self) {
        let Self { address, stop, accepting } = self;
        drop(stop);
        if accepting.await.is_err() {
            tracing::error!("the listener on {address} broke off");
        }
        tracing::info!("no longer listening on {address}");
    }
}

fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn trouble(kind: ProofKind, address: SocketAddr, error: &std::io::Error) -> String {
    let port = address.port();
    let what = format!("cannot listen on {address} for {kind}");
    match (error.kind(), kind) {
        (ErrorKind::AddrInUse, ProofKind::Http01) => format!(
            "{what}: another program has this port (ss -ltnp 'sport = :{port}' shows which). Let that one serve the \
             proofs: write http_01_webroot with its directory in place of http_01_listen; or free the port"
        ),
        (ErrorKind::AddrInUse, ProofKind::TlsAlpn01) => format!(
            "{what}: another program has this port (ss -ltnp 'sport = :{port}' shows which). Let that one pass \
             connections with ALPN acme-tls/1 to another port and write it to tls_alpn_01_listen; or prove by http-01 or \
             dns-01; or free the port"
        ),
        (ErrorKind::PermissionDenied, _) => format!(
            "{what}: the agent's user may not open port {port}: add AmbientCapabilities=CAP_NET_BIND_SERVICE to its unit"
        ),
        (ErrorKind::AddrNotAvailable, _) => {
            format!(
                "{what}: it is not an address of this host; correct it in the policy, 0.0.0.0 stands for all"
            )
        }
        _ => format!("{what}: {error}"),
    }
}

async fn accept<F>(
    listener: TcpListener,
    tasks: TaskTracker,
    stop: CancellationToken,
    serve: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let next = async {
        loop {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let served = tokio::time::timeout(CONNECTION_LIMIT, serve(stream));
                    tasks.spawn(async move {
                        let _permit = permit;
                        // One that is too slow is cut off; there is nobody to tell.
                        let _ = served.await;
                    });
                }
                Err(error) => {
                    tracing::debug!("a connection could not be accepted: {error}");
                    tokio::time::sleep(ACCEPT_WAIT).await;
                }
            }
        }
    };
    tokio::select! {
        () = next => {}
        () = stop.cancelled() => {}
    }
}

/// Reads and drops what a client still sends: a connection that is closed with something unread is reset, and the
/// client may lose what it was told.
pub(crate) async fn drain(stream: &mut (impl AsyncRead + Unpin)) {
    let mut rest = stream.take(MAX_DROPPED);
    let mut nowhere = tokio::io::sink();
    let dropped = tokio::io::copy(&mut rest, &mut nowhere);
    let _ = tokio::time::timeout(DROP_LIMIT, dropped).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_said_with_what_to_do_and_a_closed_one_is_free() {
        let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = other.local_addr().unwrap();
        let tasks = TaskTracker::new();
        let open = |kind| Listener::open(kind, address, &tasks, |_| async {});
        let error = open(ProofKind::Http01).unwrap_err();
        assert!(error.contains(&address.to_string()) && error.contains("http_01_webroot"), "{error}");
        let error = open(ProofKind::TlsAlpn01).unwrap_err();
        assert!(error.contains(&format!("sport = :{}", address.port())), "{error}");
        drop(other);
        for _ in 0..3 {
            let listener = open(ProofKind::Http01).unwrap();
            assert!(TcpStream::connect(address).await.is_ok());
            listener.close().await;
            assert!(TcpStream::connect(address).await.is_err());
        }
    }

    #[tokio::test]
    async fn an_address_of_another_host_is_said() {
        let address = "192.0.2.1:8080".parse().unwrap();
        let error =
            Listener::open(ProofKind::Http01, address, &TaskTracker::new(), |_| async {}).unwrap_err();
        assert!(error.contains("not an address of this host"), "{error}");
    }
}
