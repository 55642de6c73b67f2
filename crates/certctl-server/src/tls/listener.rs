//! The accept loop: TCP, TLS, HTTP; the peer becomes a request extension.
//!
//! Ten thousand idle agents are ten thousand of these connections: HTTP/1 buffers start at 8 KiB and are bounded, and
//! what only some need (the handshake, HTTP/2) is boxed, so that no connection keeps room for it, and
//! the protocol is chosen by ALPN instead of by looking at the first bytes, which would cost another buffer.
//! Not for: who the peer is (`http/auth.rs`). Invariant: a handshake, a header or a stop never waits without a limit.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::{http1, http2};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use rustls::ServerConfig;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

const HANDSHAKE: Duration = Duration::from_secs(10);
const HEADERS: Duration = Duration::from_secs(60);
const MAX_CONNECTIONS: usize = 20_000;
/// Room for the header of a request; hyper's least is 8 KiB.
const BUFFER: usize = 16 * 1024;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub struct Peer {
    /// From where.
    pub address: SocketAddr,
    /// SHA-256 of the client certificate, hexadecimal, when there is one. It was signed by the agents' CA.
    pub fingerprint: Option<Arc<str>>,
}

/// Serves until `stop`, then lets open requests end within `grace`.
pub async fn serve(
    listener: TcpListener,
    config: Arc<ServerConfig>,
    router: Router,
    stop: CancellationToken,
    grace: Duration,
) {
    let acceptor = TlsAcceptor::from(config);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, address, place)) = accepted else { continue };
        let (acceptor, router, watcher) = (acceptor.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _place = place;
            let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, Box::pin(acceptor.accept(stream))).await
            else {
                return;
            };
            let peer = peer(&stream, address);
            let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let service =
                hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let mut request = request.map(axum::body::Body::new);
                    request.extensions_mut().insert(peer.clone());
                    router.clone().call(request)
                });
            let io = TokioIo::new(stream);
            // A connection that breaks concerns the peer only.
            if is_h2 {
                let mut builder = http2::Builder::new(TokioExecutor::new());
                builder
                    .timer(TokioTimer::new())
                    .max_concurrent_streams(100)
                    .max_header_list_size(BUFFER as u32);
                builder.keep_alive_interval(Duration::from_secs(30));
                drop(Box::pin(watcher.watch(builder.serve_connection(io, service))).await);
            } else {
                let mut builder = http1::Builder::new();
                builder.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(BUFFER);
                drop(watcher.watch(builder.serve_connection(io, service)).await);
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("Some requests did not end within the grace period and were cut off");
    }
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Answers are small: without this they wait for the peer's acknowledgement.
            drop(stream.set_nodelay(true));
            Some((stream, address, place))
        }
        Err(error) => {
            tracing::warn!("A connection could not be accepted: {error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

fn peer(stream: &TlsStream<TcpStream>, address: SocketAddr) -> Peer {
    let leaf = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    Peer { address, fingerprint: leaf.map(|der| certctl_pki::fingerprint::sha256_hex(der).into()) }
}
