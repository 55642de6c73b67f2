//! `GET /events`: the live stream (server-sent events), as one listener gets it.
//!
//! New events come from the tail (`tail.rs`), which reads the outbox once for all; a listener that comes back, or falls
//! behind, reads the outbox itself from where it was.
//!
//! Not for: writing events. Invariants: a listener gets each event it may see, in the order of the stream unless one was
//! late; what is outside its role or scope is never sent; a listener whose place is no longer kept is told so.

use std::{
    collections::VecDeque,
    convert::Infallible,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{body::Body, extract::State, response::Response};
use bytes::Bytes;
use certctl_api::events::{Event, Reset};
use certctl_store::{Kind, outbox};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{broadcast::error::RecvError, mpsc};
use tokio_stream::{StreamExt as _, wrappers::ReceiverStream};

use super::{
    auth::still_admitted,
    budgets::{self, Seat},
    tail::{CAPACITY, FORGET, Listening, PAGE, Told, Visible, read},
};
use crate::{
    app::App,
    error::Error,
    request::{AnyOf, Query, RequestContext},
};

/// A comment keeps proxies from closing a quiet stream.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A listener that takes nothing for so long is left.
const STUCK: Duration = Duration::from_secs(60);
/// Events on their way to one listener.
const UNDER_WAY: usize = 64;

/// A kind of event, or all that begin alike: `job.changed`, `certificate.*`, `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct KindPattern(String);

impl FromStr for KindPattern {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let stem = text.strip_suffix(".*").unwrap_or(text);
        let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if text == "*" || stem.split('.').all(word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "{text:?} is neither a kind of event, such as job.changed, nor all of one, such as certificate.*"
            ))
        }
    }
}

impl KindPattern {
    fn matches(&self, kind: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(begin) => kind.starts_with(begin),
            None => kind == self.0,
        }
    }
}

/// What a listener wants.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// Begin after this place in the stream; from now on when absent. `Last-Event-ID` goes before it.
    since: Option<i64>,
    /// Only these kinds, with commas between them; `certificate.*` stands for all that begin so.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "job.changed,certificate.*",
        pattern = r"^(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?)(,(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?))*$")]
    kinds: AnyOf<KindPattern>,
    /// Only events of this object: about it, or about a job, deployment or version of it.
    #[param(example = "mc-api-prod")]
    object: Option<String>,
}

impl EventQuery {
    fn matches(&self, event: &Event) -> bool {
        let AnyOf(kinds) = &self.kinds;
        let kind = kinds.is_empty() || kinds.iter().any(|wanted| wanted.matches(&event.kind));
        let object = self.object.as_deref().is_none_or(|wanted| {
            let named = |name: &str| event.data.get(name).and_then(Value::as_str) == Some(wanted);
            event.object_id == wanted
                || ["certificate_id", "job_id", "target_id", "agent_id"].into_iter().any(named)
        });
        kind && object
    }
}

/// The live stream of events
///
/// Server-sent events: every event that the caller may see, as it happens. SSE `id` is the place in the stream, `event` its kind, `data`
/// the event as JSON. `event: reset` (data: `Reset`) says that events before the ones that
/// follow are no longer kept: what was learned from the stream has to be read anew. A comment comes every 15 seconds.
///
/// # Errors
/// 400 for a bad place or kind.
#[utoipa::path(get, path = "/events", tag = "events", params(EventQuery,
        ("Last-Event-ID" = Option<i64>, Header, description = "Begin after this place; browsers send it by themselves")),
    responses((status = 200, description = "The stream; it does not end by itself", body = Event,
        content_type = "text/event-stream")))]
pub async fn stream(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    Query(query): Query<EventQuery>,
) -> Result<Response, Error> {
    let resume = match headers.get("last-event-id") {
        Some(value) => {
            let place = value.to_str().ok().and_then(|text| text.trim().parse().ok());
            Some(place.ok_or_else(|| Error::bad_field("Last-Event-ID:", "it is not an id of this stream"))?)
        }
        None => query.since,
    };
    if resume.is_some_and(|place: i64| place < 0) {
        return Err(Error::bad_field("?since", "the place in the stream cannot be negative"));
    }
    let seat = budgets::take_seat(&app, &context.actor)?;
    // Subscribed before the place is read, so that nothing falls between.
    let listening = app.tail.subscribe(&context.scope);
    // What is there already is not news, though the tail may still have it before it.
    let (last, read) = match resume {
        Some(place) => (place, VecDeque::new()),
        None => {
            // Only PostgreSQL brings numbers late, so that the last alone does not say what is news.
            let wanted = if app.store.kind() == Kind::Postgres { CAPACITY } else { 1 };
            let places = app
                .store
                .read("events.last", move |tx| outbox::last_places(tx, i64::try_from(wanted).unwrap_or(1)))
                .await?;
            (places.last().copied().unwrap_or(0), VecDeque::from(places))
        }
    };
    let (sender, receiver) = mpsc::channel(UNDER_WAY);
    let listener = Listener {
        app: app.clone(),
        context,
        query,
        sender,
        last,
        behind: resume.is_some(),
        read,
        began: Instant::now(),
        _seat: seat,
    };
    app.tracker.spawn(listener.run(listening));
    let mut response =
        Response::new(Body::from_stream(ReceiverStream::new(receiver).map(Ok::<_, Infallible>)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// One open stream.
struct Listener {
    app: App,
    context: RequestContext,
    query: EventQuery,
    sender: mpsc::Sender<Bytes>,
    last: i64,
    behind: bool,
    /// The newest numbers that were read from the outbox: the tail may bring them again.
    read: VecDeque<i64>,
    began: Instant,
    /// Given back when it ends.
    _seat: Seat,
}

impl Listener {
    /// Ends when the listener went away, may no longer listen, or the server stops.
    async fn run(mut self, mut listening: Listening) {
        let shutdown = self.app.shutdown.clone();
        if self.send(Bytes::from_static(b": here\n\n")).await.is_none() {
            return;
        }
        let mut beat = tokio::time::interval(HEARTBEAT);
        beat.tick().await;
        loop {
            if self.behind && self.catch_up().await.is_none() {
                return;
            }
            let next = tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.sender.closed() => return,
                _ = beat.tick() => Next::Beat,
                told = listening.live.recv() => Next::Event(told),
            };
            let alive = match next {
                Next::Beat => self.beat().await,
                Next::Event(Ok(told)) => self.offer(&told).await,
                Next::Event(Err(RecvError::Lagged(_))) => {
                    self.behind = true;
                    Some(())
                }
                Next::Event(Err(RecvError::Closed)) => None,
            };
            if alive.is_none() {
                return;
            }
        }
    }

    async fn beat(&mut self) -> Option<()> {
        if !still_admitted(&self.app, &self.context).await {
            return None;
        }
        if self.began.elapsed() > FORGET * 2 && !self.read.is_empty() {
            // The tail has forgotten the gaps of that time: it brings nothing of it any more.
            self.read = VecDeque::new();
        }
        self.send(Bytes::from_static(b": still here\n\n")).await
    }

    /// Reads what was missed from the outbox.
    async fn catch_up(&mut self) -> Option<()> {
        let (first, _) = self.app.store.read("events.bounds", outbox::bounds).await.ok()?;
        if first > self.last + 1 && self.last > 0 {
            let data = serde_json::to_string(&Reset { oldest: first }).ok()?;
            self.send(Bytes::from(format!("event: reset\ndata: {data}\n\n"))).await?;
        }
        let scoped = !self.context.scope.is_everything();
        self.began = Instant::now();
        loop {
            let last = self.last;
            let rows = self.app.store.read("events.catch_up", move |tx| read(tx, last, scoped)).await.ok()?;
            let full = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
            for told in rows {
                self.last = told.event.seq;
                self.read.push_back(told.event.seq);
                if self.read.len() > CAPACITY {
                    self.read.pop_front();
                }
                self.pass_on(&told).await?;
            }
            if !full {
                self.behind = false;
                return Some(());
            }
        }
    }

    /// An event of the tail. One that was read from the outbox already is passed over.
    async fn offer(&mut self, told: &Told) -> Option<()> {
        // A late one has a lower number than the last, but was not read from the outbox.
        if told.event.seq <= self.last && self.read.contains(&told.event.seq) {
            return Some(());
        }
        if told.visible(&self.context.scope) == Visible::Unknown {
            // The tail read it before it knew of a listener with a scope.
            self.last = self.last.min(told.event.seq - 1);
            self.behind = true;
            return Some(());
        }
        self.last = self.last.max(told.event.seq);
        self.pass_on(told).await
    }

    async fn pass_on(&self, told: &Told) -> Option<()> {
        let may_see = self.context.role.is_some_and(|role| role.allows(told.permission()))
            && told.visible(&self.context.scope) == Visible::Yes;
        if !may_see || !self.query.matches(&told.event) {
            return Some(());
        }
        self.send(told.text.clone()).await
    }

    async fn send(&self, text: Bytes) -> Option<()> {
        tokio::select! {
            sent = self.sender.send_timeout(text, STUCK) => sent.ok(),
            () = self.app.shutdown.cancelled() => None,
        }
    }
}

enum Next {
    Beat,
    Event(Result<Arc<Told>, RecvError>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::time::Ts;
    use serde_json::json;

    fn event() -> Event {
        Event {
            seq: 1,
            id: "ev-1".parse().unwrap(),
            at: Ts::from_second(1),
            kind: "job.changed".to_owned(),
            object_kind: "job".to_owned(),
            object_id: "job-1".to_owned(),
            revision: None,
            changed: vec!["state".to_owned()],
            data: json!({ "certificate_id": "mc-a" }),
        }
    }

    #[test]
    fn filters_match_kinds_and_object() {
        let event = event();
        let check = |kinds: &str, object: Option<&str>, expected: bool| {
            let kinds = kinds.split_whitespace().map(|kind| kind.parse().unwrap()).collect();
            let query = EventQuery { since: None, kinds: AnyOf(kinds), object: object.map(str::to_owned) };
            assert_eq!(query.matches(&event), expected, "{query:?}");
        };
        check("", None, true);
        check("job.changed", None, true);
        check("agent.join job.changed", None, true);
        check("certificate.* job.*", Some("job-1"), true);
        check("*", None, true);
        check("job", None, false);
        check("certificate.*", None, false);
        check("", Some("mc-a"), true);
        check("", Some("mc-b"), false);
    }

    #[test]
    fn what_can_be_no_kind_is_refused() {
        for text in ["", ".", "job.", "Job.changed", "job.*.x", "**", "job*", "a b"] {
            assert!(text.parse::<KindPattern>().is_err(), "{text:?}");
        }
        for text in ["*", "job", "job.*", "job.changed", "renewal_policy.update"] {
            assert_eq!(text.parse(), Ok(KindPattern(text.to_owned())));
        }
    }
}
