//! Whether anything happens on a connection: a header that does not end, nothing at all, a peer that does not read.
//!
//! hyper's own limit of the header counts the pause between two requests as well, so one value could not be both short
//! enough against a peer that dribbles and long enough for a peer that waits. Not for: how long a handler may take
//! (`http/middleware.rs`). Invariants: a connection without a request ends at its limit; one with a request is left
//! alone unless its peer takes nothing of the answer.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::config::limits::Limits;

/// What happened on one connection, in milliseconds since it began. Zero stands for "not".
#[derive(Debug)]
pub(crate) struct Activity {
    began: Instant,
    /// Requests whose answer is not sent yet.
    in_flight: AtomicU32,
    /// Since when there has been no request.
    idle_since: AtomicU64,
    /// Since when the header of a request is coming (HTTP/1 only).
    header_since: AtomicU64,
    /// Since when the peer takes nothing.
    stuck_since: AtomicU64,
    watches_headers: bool,
}

/// What to do with a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Close it, for this reason.
    Close(&'static str),
    /// Look again after this.
    Again(Duration),
}

impl Activity {
    pub(crate) fn new(watches_headers: bool) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            in_flight: AtomicU32::new(0),
            idle_since: AtomicU64::new(1),
            header_since: AtomicU64::new(0),
            stuck_since: AtomicU64::new(0),
            watches_headers,
        })
    }

    /// Milliseconds, from 1 on.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }

    fn received(&self) {
        if self.watches_headers && self.in_flight.load(Ordering::Relaxed) == 0 {
            self.begin(&self.header_since);
        }
    }

    /// Notes the present moment unless an earlier one is noted. One task alone polls a connection.
    fn begin(&self, since: &AtomicU64) {
        if since.load(Ordering::Relaxed) == 0 {
            since.store(self.now(), Ordering::Relaxed);
        }
    }

    fn wrote(&self, is_stuck: bool) {
        if is_stuck {
            self.begin(&self.stuck_since);
        } else {
            self.stuck_since.store(0, Ordering::Relaxed);
        }
    }

    /// A request is there; it lasts until the value is dropped.
    pub(crate) fn request(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.header_since.store(0, Ordering::Relaxed);
        InFlight(Arc::clone(self))
    }

    pub(crate) fn look(&self, limits: &Limits) -> Look {
        self.look_at(self.now(), limits)
    }

    fn look_at(&self, now: u64, limits: &Limits) -> Look {
        let [idle, header] = [limits.idle_timeout, limits.header_timeout]
            .map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        let (stuck_since, header_since) =
            (self.stuck_since.load(Ordering::Relaxed), self.header_since.load(Ordering::Relaxed));
        let (since, limit, reason) = if stuck_since > 0 {
            (stuck_since, idle, "not_read")
        } else if self.in_flight.load(Ordering::Relaxed) > 0 {
            (now, idle, "")
        } else if header_since > 0 {
            (header_since, header, "header_timeout")
        } else {
            (self.idle_since.load(Ordering::Relaxed), idle, "idle_timeout")
        };
        let passed = now.saturating_sub(since);
        if passed >= limit {
            return Look::Close(reason);
        }
        // A header that begins right after this look must not be seen only at the idle limit.
        Look::Again(Duration::from_millis((limit - passed).min(header.max(1))))
    }
}

/// A request that is worked on or answered.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.now(), Ordering::Relaxed);
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of an answer; the request lasts until it is sent.
#[derive(Debug)]
pub(crate) struct Answer {
    body: Body,
    _request: InFlight,
}

impl Answer {
    pub(crate) const fn new(body: Body, request: InFlight) -> Self {
        Self { body, _request: request }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream whose reads and writes are noted.
#[derive(Debug)]
pub(crate) struct Watched<S> {
    pub(crate) stream: S,
    pub(crate) activity: Arc<Activity>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.received();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.activity.wrote(wrote.is_pending());
        wrote
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.activity.wrote(flushed.is_pending());
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.activity.wrote(shut.is_pending());
        shut
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.activity.wrote(wrote.is_pending());
        wrote
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn limits() -> Limits {
        let mut limits = Config::for_directory(std::path::Path::new("/tmp")).unwrap().limits;
        limits.idle_timeout = Duration::from_secs(75);
        limits.header_timeout = Duration::from_secs(10);
        limits
    }

    #[test]
    fn a_connection_without_a_request_ends_and_one_with_a_request_does_not() {
        let (activity, limits) = (Activity::new(true), limits());
        assert_eq!(activity.look_at(1, &limits), Look::Again(Duration::from_secs(10)));
        assert_eq!(activity.look_at(75_000, &limits), Look::Again(Duration::from_millis(1)));
        assert_eq!(activity.look_at(75_001, &limits), Look::Close("idle_timeout"));
        let request = activity.request();
        assert!(matches!(activity.look_at(900_000, &limits), Look::Again(_)));
        drop(request);
        assert!(matches!(activity.look_at(70_000, &limits), Look::Again(_)));
    }

    #[test]
    fn a_header_that_does_not_end_closes_an_http_1_connection_only() {
        let limits = limits();
        for (is_http_1, reason) in
            [(true, Look::Close("header_timeout")), (false, Look::Again(Duration::from_secs(10)))]
        {
            let activity = Activity::new(is_http_1);
            activity.received();
            assert_eq!(activity.look_at(10_100, &limits), reason);
            // Once the request is there, its header took long enough.
            drop(activity.request());
            assert!(matches!(activity.look_at(10_100, &limits), Look::Again(_)));
        }
    }

    #[test]
    fn a_peer_that_takes_nothing_of_an_answer_is_left() {
        let (activity, limits) = (Activity::new(false), limits());
        let _request = activity.request();
        activity.wrote(true);
        assert!(matches!(activity.look_at(74_000, &limits), Look::Again(_)));
        assert_eq!(activity.look_at(76_000, &limits), Look::Close("not_read"));
        activity.wrote(false);
        assert!(matches!(activity.look_at(76_000, &limits), Look::Again(_)));
    }
}
