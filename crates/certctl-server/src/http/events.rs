//! `GET /events`: the live stream (server-sent events).
//!
//! One tail for each replica reads the outbox and hands new events to all listeners; a listener that comes back, or
//! falls behind, reads the outbox itself from where it was. On PostgreSQL transactions can commit in another order than
//! their numbers say: the tail holds back what follows a missing number for half a second (a rolled-back transaction
//! leaves such a gap for good), and after that hands a late one on when it appears. Alternatives: numbers given out under
//! a lock, which would make all writers wait for each other, or sending rows by NOTIFY, which has a size limit.
//!
//! Not for: writing events. Invariants: a listener gets each event it may see, in the order of the stream unless one was
//! late; a listener whose place is no longer kept is told so.

use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    response::{
        IntoResponse as _, Response,
        sse::{Event as SseEvent, Sse},
    },
};
use certctl_api::events::{Event, Reset};
use certctl_core::permission::Permission;
use certctl_store::{Kind, RESYNC, StoreError, outbox, outbox::OutboxRow};
use http::HeaderMap;
use serde::Deserialize;
use tokio::sync::{Notify, broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    auth::still_admitted,
    budgets::{self, Seat},
};
use crate::{
    app::App,
    error::{Error, chain},
    request::{Query, RequestContext},
};

/// A page of the outbox.
const PAGE: i64 = 500;
/// A page of places alone, while nobody listens.
const IDLE_PAGE: i64 = 5_000;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// Between two looks while nobody listens.
const IDLE_PAUSE: Duration = Duration::from_millis(250);
/// How many events a listener may fall behind before it reads the outbox itself.
const CAPACITY: usize = 1_024;
/// How long an event waits for one with a lower number.
const HOLD: Duration = Duration::from_millis(500);
/// How long a missing number is looked for.
const FORGET: Duration = Duration::from_secs(30);
/// Without news, the outbox is looked at this often.
const LOOK: Duration = Duration::from_secs(5);
/// A comment keeps proxies from closing a quiet stream.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A listener that takes nothing for so long is left.
const STUCK: Duration = Duration::from_secs(60);

/// Hands new events to the listeners of this replica.
#[derive(Debug, Clone)]
pub struct Tail(broadcast::Sender<Arc<Event>>, Arc<Notify>);

impl Default for Tail {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY), Arc::default())
    }
}

impl Tail {
    /// New events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        let receiver = self.0.subscribe();
        self.1.notify_one();
        receiver
    }
}

/// Where the tail begins: to be taken before the server answers, so that no listener's first event is before it.
#[derive(Debug)]
pub struct TailStart {
    topics: broadcast::Receiver<String>,
    order: Order,
}

/// Takes the tail's place.
///
/// # Errors
/// Those of the store.
pub async fn tail_start(app: &App) -> Result<TailStart, StoreError> {
    let topics = app.store.listen();
    let order = Order::new(start(app).await?, app.store.kind() == Kind::Postgres);
    Ok(TailStart { topics, order })
}

/// Reads the outbox until shutdown.
pub async fn run_tail(app: App, start: TailStart) {
    let TailStart { mut topics, mut order } = start;
    loop {
        let wait = if order.is_waiting() { HOLD / 5 } else { LOOK };
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            () = news(&mut topics) => {}
        }
        loop {
            match step(&app, &mut order).await {
                Ok(true) if !order.is_waiting() => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!("The event stream could not be read: {}", chain(&error));
                    break;
                }
            }
        }
        // Many commits are one look; without a listener few looks are enough.
        let pause = if app.tail.0.receiver_count() == 0 { IDLE_PAUSE } else { PAUSE };
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            () = app.tail.1.notified() => {}
        }
    }
}

/// Hands on one page; says whether there is more. Without a listener only the places are read.
async fn step(app: &App, order: &mut Order) -> Result<bool, StoreError> {
    let from = order.from();
    if app.tail.0.receiver_count() == 0 {
        let places =
            app.store.read("events.places", move |tx| outbox::places_after(tx, from, IDLE_PAGE)).await?;
        let full = i64::try_from(places.len()).is_ok_and(|n| n == IDLE_PAGE);
        order.take(places, |place| *place, Instant::now());
        return Ok(full);
    }
    let rows = app.store.read("events.tail", move |tx| outbox::after(tx, from, PAGE)).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
    for row in order.take(rows, |row| row.seq, Instant::now()) {
        // Nobody listening is no failure.
        drop(app.tail.0.send(Arc::new(event(row))));
    }
    Ok(full)
}

async fn start(app: &App) -> Result<i64, StoreError> {
    app.store.read("events.start", |tx| outbox::bounds(tx).map(|(_, last)| last)).await
}

async fn news(topics: &mut broadcast::Receiver<String>) {
    loop {
        match topics.recv().await {
            Ok(topic) if topic == "outbox" || topic == RESYNC => return,
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Puts events into the order of their numbers, as far as waiting for it is reasonable.
#[derive(Debug)]
struct Order {
    /// All up to here were handed on or given up.
    last: i64,
    /// Missing numbers, and since when.
    gaps: BTreeMap<i64, Instant>,
    /// Whether numbers can appear late at all.
    can_be_late: bool,
    waiting: bool,
}

impl Order {
    fn new(last: i64, can_be_late: bool) -> Self {
        Self { last, gaps: BTreeMap::new(), can_be_late, waiting: false }
    }

    /// Whether an event is held back.
    fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// After which number to read.
    fn from(&self) -> i64 {
        self.gaps.keys().next().map_or(self.last, |first| first - 1)
    }

    /// Those of the rows that may go on now, by their numbers.
    fn take<T>(&mut self, rows: Vec<T>, number: impl Fn(&T) -> i64, now: Instant) -> Vec<T> {
        let mut ready = Vec::new();
        self.waiting = false;
        for row in rows {
            let seq = number(&row);
            if seq <= self.last {
                if self.gaps.remove(&seq).is_some() {
                    ready.push(row);
                }
                continue;
            }
            if self.can_be_late {
                for missing in self.last + 1..seq {
                    self.gaps.entry(missing).or_insert(now);
                }
                let held =
                    self.gaps.range(self.last + 1..seq).any(|(_, since)| now.duration_since(*since) < HOLD);
                if held {
                    self.waiting = true;
                    break;
                }
            }
            self.last = seq;
            self.gaps.remove(&seq);
            ready.push(row);
        }
        self.gaps.retain(|_, since| now.duration_since(*since) < FORGET);
        ready
    }
}

fn event(row: OutboxRow) -> Event {
    Event {
        seq: row.seq,
        // Ids in the table were made as ids; one that is not would be a defect that the stream should not hide.
        id: row.id.parse().unwrap_or_else(|_| certctl_core::id::Id::generate(row.at, [0; 10])),
        at: row.at,
        kind: row.kind,
        object_kind: row.object_kind,
        object_id: row.object_id,
        data: serde_json::from_str(&row.data).unwrap_or_default(),
    }
}

/// What a listener wants.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// Begin after this place in the stream; from now on when absent. `Last-Event-ID` goes before it.
    since: Option<i64>,
    /// Only this kind, or all that begin with it when it ends in `.`; such as `job.changed` or `certificate.`.
    kind: Option<String>,
    /// Only events of this object.
    object: Option<String>,
}

impl EventQuery {
    fn matches(&self, event: &Event) -> bool {
        let kind = self.kind.as_deref().is_none_or(|wanted| {
            event.kind == wanted || (wanted.ends_with('.') && event.kind.starts_with(wanted))
        });
        let object = self.object.as_deref().is_none_or(|wanted| {
            let named = |name: &str| event.data.get(name).and_then(|v| v.as_str()) == Some(wanted);
            event.object_id == wanted || named("certificate_id") || named("job_id") || named("target_id")
        });
        kind && object
    }
}

/// Which permission shows events of a kind of object.
fn permission(object_kind: &str) -> Permission {
    match object_kind {
        "certificate" | "version" | "deployment" => Permission::CertificatesRead,
        "job" => Permission::JobsRead,
        "agent" | "invitation" => Permission::AgentsRead,
        "issuer" | "platform_ca" => Permission::IssuersRead,
        "target" => Permission::TargetsRead,
        "policy_rule" | "violation" => Permission::PoliciesRead,
        "profile" | "renewal_policy" | "owner" | "team" => Permission::ConfigRead,
        "api_key" | "session" => Permission::KeysManage,
        _ => Permission::AuditRead,
    }
}

/// The live stream of events
///
/// Server-sent events: every event that the caller may see, as it happens. SSE `id` is the place in the stream, `event` its kind, `data`
/// the event as JSON. `event: reset` (data: `Reset`) says that events before the ones that
/// follow are no longer kept.
///
/// # Errors
/// 400 for a bad place.
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
    let live = app.tail.subscribe();
    // What is there already is not news, though the tail may still have it before it.
    let (last, read) = match resume {
        Some(place) => (place, VecDeque::new()),
        None => {
            let places = app.store.read("events.last", |tx| outbox::last_places(tx, CAPACITY as i64)).await?;
            (places.last().copied().unwrap_or(0), VecDeque::from(places))
        }
    };
    let (sender, receiver) = mpsc::channel(64);
    let listener = Listener {
        app: app.clone(),
        context,
        query,
        sender,
        last,
        behind: resume.is_some(),
        read,
        _seat: seat,
    };
    app.tracker.spawn(listener.run(live));
    let mut response = Sse::new(ReceiverStream::new(receiver)).into_response();
    response.headers_mut().insert("x-accel-buffering", http::HeaderValue::from_static("no"));
    Ok(response)
}

/// One open stream.
struct Listener {
    app: App,
    context: RequestContext,
    query: EventQuery,
    sender: mpsc::Sender<Result<SseEvent, Infallible>>,
    last: i64,
    behind: bool,
    /// The newest numbers that were read from the outbox: the tail may bring them again.
    read: VecDeque<i64>,
    /// Given back when it ends.
    _seat: Seat,
}

impl Listener {
    /// Ends when the listener went away, may no longer listen, or the server stops.
    async fn run(mut self, mut live: broadcast::Receiver<Arc<Event>>) {
        let shutdown = self.app.shutdown.clone();
        if self.send(SseEvent::default().comment("here")).await.is_none() {
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
                event = live.recv() => Next::Event(event),
            };
            let alive = match next {
                Next::Beat => self.beat().await,
                Next::Event(Ok(event)) => self.offer(&event).await,
                Next::Event(Err(broadcast::error::RecvError::Lagged(_))) => {
                    self.behind = true;
                    Some(())
                }
                Next::Event(Err(broadcast::error::RecvError::Closed)) => None,
            };
            if alive.is_none() {
                return;
            }
        }
    }

    async fn beat(&self) -> Option<()> {
        if !still_admitted(&self.app, &self.context).await {
            return None;
        }
        self.send(SseEvent::default().comment("still here")).await
    }

    /// Reads what was missed from the outbox.
    async fn catch_up(&mut self) -> Option<()> {
        let (first, _) = self.app.store.read("events.bounds", outbox::bounds).await.ok()?;
        if first > self.last + 1 && self.last > 0 {
            let data = serde_json::to_string(&Reset { oldest: first }).ok()?;
            self.send(SseEvent::default().event("reset").data(data)).await?;
        }
        loop {
            let last = self.last;
            let rows =
                self.app.store.read("events.catch_up", move |tx| outbox::after(tx, last, PAGE)).await.ok()?;
            let full = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
            for row in rows {
                self.last = row.seq;
                self.read.push_back(row.seq);
                if self.read.len() > CAPACITY {
                    self.read.pop_front();
                }
                self.pass_on(&event(row)).await?;
            }
            if !full {
                self.behind = false;
                return Some(());
            }
        }
    }

    /// An event of the tail. One that was read from the outbox already is passed over.
    async fn offer(&mut self, event: &Event) -> Option<()> {
        // A late one has a lower number than the last, but was not read from the outbox.
        if event.seq <= self.last && self.read.contains(&event.seq) {
            return Some(());
        }
        self.last = self.last.max(event.seq);
        self.pass_on(event).await
    }

    async fn pass_on(&self, event: &Event) -> Option<()> {
        let may_see = self.context.role.is_some_and(|role| role.allows(permission(&event.object_kind)));
        if !may_see || !self.query.matches(event) {
            return Some(());
        }
        let data = serde_json::to_string(event).ok()?;
        self.send(SseEvent::default().id(event.seq.to_string()).event(&event.kind).data(data)).await
    }

    async fn send(&self, event: SseEvent) -> Option<()> {
        tokio::select! {
            sent = self.sender.send_timeout(Ok(event), STUCK) => sent.ok(),
            () = self.app.shutdown.cancelled() => None,
        }
    }
}

enum Next {
    Beat,
    Event(Result<Arc<Event>, broadcast::error::RecvError>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::time::Ts;

    fn row() -> OutboxRow {
        OutboxRow {
            seq: 1,
            id: "ev-1".to_owned(),
            at: Ts::from_second(1),
            kind: "job.changed".to_owned(),
            object_kind: "job".to_owned(),
            object_id: "job-1".to_owned(),
            data: r#"{"certificate_id":"mc-a"}"#.to_owned(),
        }
    }

    #[test]
    fn a_late_number_is_waited_for_and_keeps_the_order() {
        let (mut order, now) = (Order::new(0, true), Instant::now());
        assert_eq!(order.take(vec![1, 3, 4], |n| *n, now), [1]);
        assert!(order.is_waiting());
        assert_eq!(order.take(vec![2, 3, 4], |n| *n, now + HOLD / 2), [2, 3, 4]);
        assert!(!order.is_waiting());
        assert_eq!(order.from(), 4);
    }

    #[test]
    fn a_number_that_never_comes_delays_the_rest_once() {
        let (mut order, now) = (Order::new(0, true), Instant::now());
        assert!(order.take(vec![2], |n| *n, now).is_empty());
        assert_eq!(order.take(vec![2], |n| *n, now + HOLD), [2]);
        assert_eq!(order.take(vec![2, 3], |n| *n, now + HOLD), [3]);
        assert_eq!(order.from(), 0);
        assert!(order.take(vec![2, 3], |n| *n, now + FORGET).is_empty());
        assert_eq!(order.from(), 3);
    }

    #[test]
    fn a_number_that_comes_very_late_is_still_handed_on() {
        let (mut order, now) = (Order::new(0, true), Instant::now());
        assert!(order.take(vec![2], |n| *n, now).is_empty());
        assert_eq!(order.take(vec![2], |n| *n, now + HOLD), [2]);
        assert_eq!(order.take(vec![1, 2], |n| *n, now + HOLD * 2), [1]);
        assert!(order.take(vec![1, 2], |n| *n, now + HOLD * 3).is_empty());
    }

    #[test]
    fn sqlite_has_gaps_but_nothing_late() {
        let mut order = Order::new(5, false);
        assert_eq!(order.take(vec![7, 9], |n| *n, Instant::now()), [7, 9]);
        assert_eq!(order.from(), 9);
    }

    #[test]
    fn filters_match_kind_prefix_and_object() {
        let event = event(row());
        let check = |kind: Option<&str>, object: Option<&str>, expected: bool| {
            let query =
                EventQuery { since: None, kind: kind.map(str::to_owned), object: object.map(str::to_owned) };
            assert_eq!(query.matches(&event), expected, "{kind:?} {object:?}");
        };
        check(None, None, true);
        check(Some("job.changed"), None, true);
        check(Some("job."), Some("job-1"), true);
        check(Some("job"), None, false);
        check(None, Some("mc-a"), true);
        check(None, Some("mc-b"), false);
    }
}
