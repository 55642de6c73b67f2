//! The rest of a request's body: read before the answer is sent, when the handler did not want it.
//!
//! An answer that comes before the body was read (a refusal, mostly) would make the HTTP/1 connection end, and a caller
//! that keeps connections sees the next request fail. Not for: the limit of bodies that are wanted (`request/body.rs`).
//! Invariant: what is read here is bounded in bytes and time; when that is not enough, the answer says that the
//! connection ends.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use http::{HeaderValue, Version, header};
use hyper::body::{Frame, SizeHint};

/// The longest rest that is read.
const MAX_REST: usize = 256 * 1024;
/// The longest that this may take.
const LIMIT: Duration = Duration::from_secs(5);

/// The body of a request, which the handler reads as far as it likes.
#[derive(Debug)]
pub(super) struct Rest(Option<Arc<Mutex<Body>>>);

/// The handler's view of it.
struct Shared(Arc<Mutex<Body>>);

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        poll(&self.0, context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

fn poll(body: &Mutex<Body>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
    Pin::new(&mut *body.lock().unwrap_or_else(PoisonError::into_inner)).poll_frame(context)
}

impl Rest {
    /// Keeps a hold of a request's body.
    pub(super) fn of(request: Request) -> (Request, Self) {
        // HTTP/2 ends the stream alone, and who waits for "100 Continue" has sent nothing.
        let is_needed = request.version() <= Version::HTTP_11 && !request.body().is_end_stream();
        if !is_needed {
            return (request, Self(None));
        }
        let waits = request.headers().contains_key(header::EXPECT);
        let (parts, body) = request.into_parts();
        let body = Arc::new(Mutex::new(body));
        let rest = if waits { None } else { Some(Arc::clone(&body)) };
        (Request::from_parts(parts, Body::new(Shared(body))), Self(rest))
    }

    /// Reads what the handler left.
    pub(super) async fn finish(self, response: &mut Response) {
        let Some(body) = self.0 else { return };
        let ended = tokio::time::timeout(LIMIT, async {
            let mut n_bytes = 0;
            loop {
                match std::future::poll_fn(|context| poll(&body, context)).await {
                    None => return true,
                    Some(Ok(frame)) => n_bytes += frame.data_ref().map_or(0, Bytes::len),
                    Some(Err(_)) => return false,
                }
                if n_bytes > MAX_REST {
                    return false;
                }
            }
        });
        if !ended.await.unwrap_or(false) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    fn request(size: usize) -> Request {
        let chunks = std::iter::repeat_n(Bytes::from(vec![b'x'; 1_024]), size / 1_024);
        let stream = futures_util::stream::iter(chunks.map(Ok::<_, std::io::Error>));
        Request::new(Body::from_stream(stream))
    }

    async fn says_close(request: Request, reads: bool) -> bool {
        let (request, rest) = Rest::of(request);
        if reads {
            request.into_body().collect().await.unwrap();
        }
        let mut response = Response::new(Body::empty());
        rest.finish(&mut response).await;
        response.headers().contains_key(header::CONNECTION)
    }

    #[tokio::test]
    async fn what_the_handler_leaves_is_read_up_to_a_bound() {
        assert!(!says_close(request(64 * 1_024), false).await);
        assert!(!says_close(request(64 * 1_024), true).await);
        assert!(!says_close(request(4 << 20), true).await, "the handler read it all");
        assert!(says_close(request(4 << 20), false).await);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_body_that_is_held_back() {
        let mut held_back = request(64 * 1_024);
        held_back.headers_mut().insert(header::EXPECT, HeaderValue::from_static("100-continue"));
        let (_, rest) = Rest::of(held_back);
        assert!(rest.0.is_none());
    }
}
