//! The accept loop: TCP, TLS, HTTP; the peer becomes a request extension.
//!
//! Ten thousand idle agents are ten thousand of these connections: HTTP/1 buffers start at 8 KiB and are bounded, and
//! what only some need (the handshake, HTTP/2) is boxed, so that no connection keeps room for it, and
//! the protocol is chosen by ALPN instead of by looking at the first bytes, which would cost another buffer.
//! Not for: who the peer is (`http/auth.rs`), how many connections there may be (`places.rs`), when one is left
//! (`activity.rs`). Invariant: a handshake, a header, an answer or a stop never waits without a limit.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use http::{Response, StatusCode};
use hyper::server::conn::{http1, http2};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use super::{
    activity::{Activity, Answer, Look, Watched},
    places::{Place, Places},
};
use crate::{config::limits::Limits, measures};

/// Header fields that hyper keeps room for without asking the allocator.
const USUAL_HEADERS: usize = 100;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub struct Peer {
    /// From where.
    pub address: SocketAddr,
    /// SHA-256 of the client certificate, hexadecimal, when there is one. It was signed by the agents' CA.
    pub fingerprint: Option<Arc<str>>,
}

/// What each connection is served with.
#[derive(Clone)]
struct Serving {
    acceptor: TlsAcceptor,
    router: Router,
    places: Arc<Places>,
    limits: Arc<Limits>,
}

/// Serves until `stop`, then lets open requests end within `grace`.
pub async fn serve(
    listener: TcpListener,
    config: Arc<ServerConfig>,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) {
    let graceful = GracefulShutdown::new();
    let places = Places::new(&limits);
    let serving = Serving { acceptor: TlsAcceptor::from(config), router, places, limits: Arc::new(limits) };
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener) => accepted,
        };
        let Some((stream, address)) = accepted else { continue };
        match serving.places.take(address.ip()) {
            Ok(place) => {
                let (serving, watcher) = (serving.clone(), graceful.watcher());
                tokio::spawn(serving.connection(stream, address, place, watcher));
            }
            Err(reason) => measures::connection_refused(reason),
        }
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("Some requests did not end within the grace period and were cut off");
    }
}

impl Serving {
    async fn connection(self, stream: TcpStream, address: SocketAddr, place: Place, watcher: Watcher) {
        measures::connections(self.places.n_open());
        let Some(stream) = self.handshake(stream).await else {
            measures::connection_refused("tls_handshake");
            return;
        };
        let peer = peer(&stream, address);
        let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let activity = Activity::new(!is_h2);
        let io = TokioIo::new(Watched { stream, activity: Arc::clone(&activity) });
        let Self { router, limits, places, .. } = self;
        let (requests, n_headers) = (Arc::clone(&activity), limits.max_headers);
        let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let in_flight = requests.request();
            let too_many = request.headers().len() > n_headers;
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(peer.clone());
            let answer = (!too_many).then(|| router.clone().call(request));
            async move {
                let response = match answer {
                    Some(answer) => answer.await?,
                    None => too_large_a_header(),
                };
                Ok::<_, std::convert::Infallible>(response.map(|body| Answer::new(body, in_flight)))
            }
        });
        // A connection that breaks concerns the peer only.
        if is_h2 {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder
                .timer(TokioTimer::new())
                .max_concurrent_streams(limits.http2_max_streams)
                .max_pending_accept_reset_streams(limits.http2_max_resets)
                .max_header_list_size(u32::try_from(limits.max_header_bytes).unwrap_or(u32::MAX));
            builder.keep_alive_interval(Duration::from_secs(30));
            let serving = Box::pin(watcher.watch(builder.serve_connection(io, service)));
            until_left(serving, &activity, &limits).await;
        } else {
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(limits.max_header_bytes);
            if limits.max_headers != USUAL_HEADERS {
                builder.max_headers(limits.max_headers);
            }
            let serving = std::pin::pin!(watcher.watch(builder.serve_connection(io, service)));
            until_left(serving, &activity, &limits).await;
        }
        drop(place);
        measures::connections(places.n_open());
    }

    /// Shakes hands, once it is this connection's turn.
    async fn handshake(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let limit = self.limits.tls_handshake_timeout;
        let _turn = tokio::time::timeout(limit, self.places.handshakes.acquire()).await.ok()?.ok()?;
        tokio::time::timeout(limit, Box::pin(self.acceptor.accept(stream))).await.ok()?.ok()
    }
}

/// Lets a connection go on until it ends, or nothing happens on it.
pub(super) async fn until_left<C, E>(mut connection: C, activity: &Activity, limits: &Limits)
where
    C: Future<Output = Result<(), E>> + Unpin,
{
    loop {
        let pause = match activity.look(limits) {
            Look::Close(reason) => return measures::connection_left(reason),
            Look::Again(pause) => pause,
        };
        tokio::select! {
            _ = &mut connection => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// As hyper answers it on HTTP/1.
pub(super) fn too_large_a_header() -> axum::response::Response {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    response
}

pub(super) async fn accept(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    match listener.accept().await {
        Ok((stream, address)) => {
            // Answers are small: without this they wait for the peer's acknowledgement.
            drop(stream.set_nodelay(true));
            Some((stream, address))
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
