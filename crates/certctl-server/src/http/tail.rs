//! The tail of the outbox: one task for each replica reads new events once and hands them to all listeners.
//!
//! On PostgreSQL transactions can commit in another order than their numbers say: the tail holds back what follows a
//! missing number for half a second (a rolled-back transaction leaves such a gap for good), and after that hands a late
//! one on when it appears. Alternatives: numbers given out under a lock, which would make all writers wait for each other,
//! or sending rows by NOTIFY, which has a size limit.
//!
//! Not for: what one listener wants and may see (`events.rs`). Invariants: an event's text is made once, however many
//! listeners there are; each event is handed on once, in the order of the stream unless it was late.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use certctl_api::events::Event;
use certctl_core::{
    id::{CertificateId, TeamId},
    permission::{Permission, Scope},
};
use certctl_store::{Kind, RESYNC, StoreError, Tx, outbox, outbox::OutboxRow};
use serde_json::Value;
use tokio::sync::{Notify, broadcast};

use crate::{app::App, error::chain};

/// A page of the outbox.
pub(super) const PAGE: i64 = 500;
/// A page of places alone, while nobody listens.
const IDLE_PAGE: i64 = 5_000;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// Between two looks while nobody listens.
const IDLE_PAUSE: Duration = Duration::from_millis(250);
/// How many events a listener may fall behind before it reads the outbox itself.
pub(super) const CAPACITY: usize = 1_024;
/// How long an event waits for one with a lower number.
const HOLD: Duration = Duration::from_millis(500);
/// How long a missing number is looked for.
pub(super) const FORGET: Duration = Duration::from_secs(30);
/// Without news, the outbox is looked at this often.
const LOOK: Duration = Duration::from_secs(5);

/// Hands new events to the listeners of this replica.
#[derive(Debug, Clone)]
pub struct Tail {
    told: broadcast::Sender<Arc<Told>>,
    came: Arc<Notify>,
    n_scoped: Arc<AtomicUsize>,
}

impl Default for Tail {
    fn default() -> Self {
        Self { told: broadcast::Sender::new(CAPACITY), came: Arc::default(), n_scoped: Arc::default() }
    }
}

/// A place among the listeners, until it is dropped.
#[derive(Debug)]
pub struct Listening {
    /// New events from now on.
    pub live: broadcast::Receiver<Arc<Told>>,
    /// Counted while somebody needs to know whose certificates are.
    scoped: Option<Arc<AtomicUsize>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(n_scoped) = &self.scoped {
            n_scoped.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Tail {
    /// New events from now on, for a caller of this scope.
    pub fn subscribe(&self, scope: &Scope) -> Listening {
        let scoped = (!scope.is_everything()).then(|| Arc::clone(&self.n_scoped));
        if let Some(n_scoped) = &scoped {
            n_scoped.fetch_add(1, Ordering::Relaxed);
        }
        let live = self.told.subscribe();
        self.came.notify_one();
        Listening { live, scoped }
    }

    /// How many listen.
    pub fn n_listeners(&self) -> usize {
        self.told.receiver_count()
    }
}

/// An event as listeners get it.
#[derive(Debug)]
pub struct Told {
    /// The event.
    pub event: Event,
    /// As it goes to a listener.
    pub text: Bytes,
    place: Place,
}

/// Whose an event is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// It is about nothing that belongs to a team or an environment.
    Everybodys,
    /// It is about a certificate of this team and environment.
    Of(Option<TeamId>, Option<String>),
    /// It is about a certificate that is gone, or about many: only for those who see all.
    Unscoped,
    /// It was not looked up.
    Unknown,
}

/// Whether a caller may see an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visible {
    /// It may.
    Yes,
    /// It may not.
    No,
    /// The event has to be read anew, with whose it is.
    Unknown,
}

impl Told {
    /// Whether the scope admits it.
    pub(super) fn visible(&self, scope: &Scope) -> Visible {
        if scope.is_everything() {
            return Visible::Yes;
        }
        let admitted = match &self.place {
            Place::Everybodys => true,
            Place::Of(team, environment) => scope.admits(team.as_ref(), environment.as_deref()),
            Place::Unscoped => false,
            Place::Unknown => return Visible::Unknown,
        };
        if admitted { Visible::Yes } else { Visible::No }
    }

    /// The permission that shows it.
    pub(super) fn permission(&self) -> Permission {
        permission(&self.event.object_kind)
    }
}

/// Which permission shows events of a kind of object.
fn permission(object_kind: &str) -> Permission {
    match object_kind {
        "certificate" | "version" | "deployment" | "operation" | "revocation" | "need" => {
            Permission::CertificatesRead
        }
        "job" => Permission::JobsRead,
        "agent" | "invitation" => Permission::AgentsRead,
        "issuer" | "ca" | "platform_ca" => Permission::IssuersRead,
        "target" | "target_test" => Permission::TargetsRead,
        "profile" | "renewal_policy" | "owner" | "team" => Permission::ConfigRead,
        "policy_rule" | "violation" => Permission::PoliciesRead,
        "alert" | "alert_rule" => Permission::AlertsRead,
        "notification" => Permission::NotificationsRead,
        "notifier" => Permission::NotifiersRead,
        "user" | "session" | "access_rules" => Permission::UsersManage,
        "confirmation" => Permission::ConfirmationsDecide,
        "api_key" => Permission::KeysManage,
        _ => Permission::AuditRead,
    }
}

/// The certificate that an event is about.
fn certificate_of(event: &Event) -> Option<CertificateId> {
    let text = match event.object_kind.as_str() {
        "certificate" => Some(event.object_id.as_str()),
        _ => event.data.get("certificate_id").and_then(Value::as_str),
    };
    text.and_then(|text| text.parse().ok())
}

/// Reads events after a place, with whose they are when somebody needs that.
pub(super) fn read(tx: &mut Tx<'_>, from: i64, scoped: bool) -> Result<Vec<Arc<Told>>, StoreError> {
    let events: Vec<Event> = outbox::after(tx, from, PAGE)?.into_iter().map(event).collect();
    let mut places = HashMap::new();
    if scoped {
        let mut wanted: Vec<CertificateId> = events.iter().filter_map(certificate_of).collect();
        wanted.sort_unstable();
        wanted.dedup();
        for row in outbox::places(tx, &wanted)? {
            places.insert(row.id, Place::Of(row.team_id, row.environment));
        }
    }
    let told = events.into_iter().map(|event| {
        let place = match certificate_of(&event) {
            _ if !scoped => Place::Unknown,
            Some(id) => places.get(&id).cloned().unwrap_or(Place::Unscoped),
            None if is_of_certificates(&event.object_kind) => Place::Unscoped,
            None => Place::Everybodys,
        };
        Arc::new(Told { text: text(&event), place, event })
    });
    Ok(told.collect())
}

/// Kinds of objects that are always about certificates.
fn is_of_certificates(object_kind: &str) -> bool {
    matches!(object_kind, "certificate" | "version" | "deployment" | "job" | "operation" | "violation")
}

/// The event as server-sent events have it. Neither kinds nor JSON hold a line break.
fn text(event: &Event) -> Bytes {
    // Strings, numbers and their maps: JSON can hold each of them.
    let data = serde_json::to_string(event).unwrap_or_default();
    Bytes::from(format!("id: {}\nevent: {}\ndata: {data}\n\n", event.seq, event.kind))
}

fn event(row: OutboxRow) -> Event {
    let changed = row.changed.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Event {
        seq: row.seq,
        // Ids in the table were made as ids; one that is not would be a defect that the stream should not hide.
        id: row.id.parse().unwrap_or_else(|_| certctl_core::id::Id::generate(row.at, [0; 10])),
        at: row.at,
        kind: row.kind,
        object_kind: row.object_kind,
        object_id: row.object_id,
        revision: row.revision,
        changed,
        data: serde_json::from_str(&row.data).unwrap_or_default(),
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
        let pause = if app.tail.n_listeners() == 0 { IDLE_PAUSE } else { PAUSE };
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            () = app.tail.came.notified() => {}
        }
    }
}

/// Hands on one page; says whether there is more. Without a listener only the places are read.
async fn step(app: &App, order: &mut Order) -> Result<bool, StoreError> {
    let from = order.from();
    if app.tail.n_listeners() == 0 {
        let places =
            app.store.read("events.places", move |tx| outbox::places_after(tx, from, IDLE_PAGE)).await?;
        let full = i64::try_from(places.len()).is_ok_and(|n| n == IDLE_PAGE);
        order.take(places, |place| *place, Instant::now());
        return Ok(full);
    }
    let scoped = app.tail.n_scoped.load(Ordering::Relaxed) > 0;
    let rows = app.store.read("events.tail", move |tx| read(tx, from, scoped)).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
    for told in order.take(rows, |told| told.event.seq, Instant::now()) {
        // Nobody listening is no failure.
        drop(app.tail.told.send(told));
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

#[cfg(test)]
mod tests {
    use super::*;

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

    fn told(object_kind: &str, object_id: &str, place: Place) -> Told {
        let row = OutboxRow {
            seq: 7,
            id: "ev-1".to_owned(),
            at: certctl_core::time::Ts::from_second(1),
            kind: format!("{object_kind}.changed"),
            object_kind: object_kind.to_owned(),
            object_id: object_id.to_owned(),
            data: r#"{"certificate_id":"mc-a"}"#.to_owned(),
            revision: Some(3),
            changed: "name,tags".to_owned(),
        };
        let event = event(row);
        Told { text: text(&event), event, place }
    }

    #[test]
    fn the_text_of_an_event_is_one_of_the_stream() {
        let told = told("job", "job-1", Place::Unknown);
        let text = std::str::from_utf8(&told.text).unwrap();
        assert!(text.starts_with("id: 7\nevent: job.changed\ndata: {") && text.ends_with("}\n\n"), "{text}");
        assert_eq!(text.lines().count(), 4, "{text}");
        assert_eq!(told.event.changed, ["name", "tags"]);
        assert_eq!(certificate_of(&told.event).unwrap().as_str(), "mc-a");
    }

    #[test]
    fn a_scope_sees_what_is_of_it_and_what_is_nobodys() {
        let lab = Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned()] };
        let check = |place: Place, expected: Visible| {
            let told = told("certificate", "mc-a", place);
            assert_eq!(told.visible(&lab), expected, "{told:?}");
            assert_eq!(told.visible(&Scope::everything()), Visible::Yes);
        };
        check(Place::Of(None, Some("lab".to_owned())), Visible::Yes);
        check(Place::Of(None, Some("production".to_owned())), Visible::No);
        check(Place::Of(None, None), Visible::No);
        check(Place::Everybodys, Visible::Yes);
        check(Place::Unscoped, Visible::No);
        check(Place::Unknown, Visible::Unknown);
    }
}
