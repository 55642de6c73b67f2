//! The accept loop of the plain listener: TCP and HTTP/1, within the same limits as the main one.
//!
//! Not for: what is served (`http/pki.rs`). Invariant: a header, an answer or a stop never waits without a limit.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use super::{
    activity::{Activity, Answer, Watched},
    listener::{accept, too_large_a_header, until_left},
    places::{Place, Places},
};
use crate::{config::limits::Limits, measures};

/// The longest header: an OCSP request is in the path, 255 bytes of it at most by RFC 6960, appendix A.1; some clients send
/// more.
const MAX_HEADER_BYTES: usize = 16_384;

/// Serves until `stop`, then lets open requests end within `grace`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) {
    let graceful = GracefulShutdown::new();
    let (places, limits) = (Places::new(&limits), Arc::new(limits));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener) => accepted,
        };
        let Some((stream, address)) = accepted else { continue };
        match places.take(address.ip()) {
            Ok(place) => {
                let serving = connection(
                    stream,
                    address,
                    (router.clone(), Arc::clone(&limits)),
                    place,
                    graceful.watcher(),
                );
                tokio::spawn(serving);
            }
            Err(reason) => measures::connection_refused(reason),
        }
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!(
            "Some requests to the plain listener did not end within the grace period and were cut off"
        );
    }
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    (router, limits): (Router, Arc<Limits>),
    place: Place,
    watcher: Watcher,
) {
    let activity = Activity::new(true);
    let io = TokioIo::new(Watched { stream, activity: Arc::clone(&activity) });
    let (requests, n_headers) = (Arc::clone(&activity), limits.max_headers);
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let in_flight = requests.request();
        let too_many = request.headers().len() > n_headers;
        let answer = (!too_many).then(|| router.clone().call(request.map(axum::body::Body::new)));
        async move {
            let response = match answer {
                Some(answer) => answer.await?,
                None => too_large_a_header(),
            };
            Ok::<_, std::convert::Infallible>(response.map(|body| Answer::new(body, in_flight)))
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEADER_BYTES);
    let serving = std::pin::pin!(watcher.watch(builder.serve_connection(io, service)));
    until_left(serving, &activity, &limits).await;
    tracing::trace!("A connection of {address} to the plain listener ended");
    drop(place);
}
