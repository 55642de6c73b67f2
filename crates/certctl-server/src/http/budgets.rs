//! How much each caller may ask for: a token bucket, a number of requests at once, a number of open streams.
//!
//! People, programs and agents are known callers and have a budget each; whoever is not known shares the budget of the
//! address. The buckets are kept as one moment each (the generic cell rate algorithm): the moment at which the bucket
//! will be full again. A crate for it would bring a map of its own without a bound.
//! Not for: limits of connections (`tls/`), or of bodies (`request/`). Invariants: what is kept is bounded whoever calls
//! from wherever, and full buckets are dropped; a known caller never pays for a stranger, and a stranger never for a known
//! caller; a refusal says when to come back.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use certctl_core::actor::Actor;
use http::{HeaderName, HeaderValue, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{auth::Access, identities::Credential};
use crate::{
    app::App,
    config::limits::{Limits, Rate},
    error::Error,
    measures,
    tls::places::group,
};

/// Addresses with a bucket of their own at a time; what comes from more of them shares one.
const MAX_ADDRESSES: usize = 50_000;
/// How many buckets of one address the shared one is worth.
const CROWD: u32 = 20;
/// Credentials that were right before, so that their next use is looked up whatever their address does.
const MAX_SEEN: usize = 50_000;
/// How long a request waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// How long a refusal is held back on average, so that a caller that asks again at once costs little.
const HOLD: Duration = Duration::from_millis(500);
/// How many refusals are held back at a time.
const MAX_HELD: usize = 2_000;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Which budget a request is paid from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Budget {
    /// A person's or program's.
    Caller,
    /// An agent's.
    Agent,
    /// That of an address at which nobody is known.
    Address,
    /// That of an address for joins.
    Join,
}

impl Budget {
    /// The name of its policy in the headers, and its label.
    const fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Agent => "agent",
            Self::Address => "address",
            Self::Join => "join",
        }
    }

    const fn rate(self, limits: &Limits) -> Rate {
        match self {
            Self::Caller | Self::Address => limits.caller,
            Self::Agent | Self::Join => limits.agent,
        }
    }
}

/// Whose budget it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Known(Budget, Box<str>),
    Address(Budget, IpAddr),
    Crowd(Budget),
}

impl Subject {
    fn of(access: Access, actor: &Actor, address: Option<IpAddr>) -> Self {
        if actor.id().is_empty() {
            let budget = if access == Access::JoinToken { Budget::Join } else { Budget::Address };
            return address.map_or(Self::Crowd(budget), |address| Self::Address(budget, group(address)));
        }
        let budget = if access == Access::Agent { Budget::Agent } else { Budget::Caller };
        Self::Known(budget, actor.id().into())
    }

    const fn budget(&self) -> Budget {
        match self {
            Self::Known(budget, _) | Self::Address(budget, _) | Self::Crowd(budget) => *budget,
        }
    }

    fn rate(&self, limits: &Limits) -> Rate {
        let rate = self.budget().rate(limits);
        match self {
            Self::Known(..) | Self::Address(..) => rate,
            Self::Crowd(_) => {
                Rate { rps: rate.rps.saturating_mul(CROWD), burst: rate.burst.saturating_mul(CROWD) }
            }
        }
    }
}

/// What is kept of a subject.
#[derive(Debug)]
struct Entry {
    /// When its bucket is full again.
    full_at: Instant,
    turns: Arc<Semaphore>,
    n_streams: usize,
}

/// The budgets of this replica's callers.
#[derive(Debug, Default)]
pub struct Budgets {
    entries: Mutex<HashMap<Subject, Entry>>,
    seen: Mutex<HashSet<Credential>>,
    n_held: AtomicUsize,
}

/// What a request left of its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    budget: Budget,
    rate: Rate,
    remaining: u64,
    full_in: Duration,
    /// None when it was paid; else when there is enough again.
    refused_for: Option<Duration>,
}

/// A request's right to be worked on; dropped, it is the next one's.
#[derive(Debug)]
pub struct Turn {
    _permit: Option<OwnedSemaphorePermit>,
}

/// An open stream of a caller.
#[derive(Debug)]
pub struct Seat {
    app: App,
    subject: Subject,
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(entry) = lock(&self.app.budgets.entries).get_mut(&self.subject) {
            entry.n_streams = entry.n_streams.saturating_sub(1);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seconds, rounded up; at least one.
fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

/// One request's share of a second, and the time that a whole bucket is worth.
fn interval(rate: Rate) -> (Duration, Duration) {
    let each = Duration::from_secs(1) / rate.rps.max(1);
    (each, each * rate.burst.max(1))
}

/// Takes a token out of a bucket that is full at `full_at`; `None` looks without taking.
fn pay(full_at: Option<&mut Instant>, budget: Budget, rate: Rate, take: bool, now: Instant) -> Spent {
    let (each, whole) = interval(rate);
    let missing = full_at.as_ref().map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
    let after = missing + each;
    let refused_for = (after > whole).then(|| after.saturating_sub(whole));
    let missing = if refused_for.is_none() && take { after } else { missing };
    if let Some(full_at) = full_at {
        *full_at = now + missing;
    }
    let remaining = whole.saturating_sub(missing).as_nanos() / each.as_nanos().max(1);
    Spent {
        budget,
        rate,
        remaining: u64::try_from(remaining).unwrap_or(u64::MAX),
        full_in: missing,
        refused_for,
    }
}

impl Budgets {
    /// Pays for one request, and gives the caller's turns.
    fn spend(&self, limits: &Limits, subject: Subject, now: Instant) -> (Spent, Arc<Semaphore>) {
        let mut entries = lock(&self.entries);
        let subject = bounded(&mut entries, subject, now);
        let (budget, rate) = (subject.budget(), subject.rate(limits));
        let entry = entries.entry(subject).or_insert_with(|| Entry::new(limits, now));
        let spent = pay(Some(&mut entry.full_at), budget, rate, true, now);
        (spent, Arc::clone(&entry.turns))
    }

    /// What a subject has left, without taking from it.
    fn look(&self, limits: &Limits, subject: &Subject, now: Instant) -> Spent {
        let mut entries = lock(&self.entries);
        let full_at = entries.get_mut(subject).map(|entry| &mut entry.full_at);
        pay(full_at, subject.budget(), subject.rate(limits), false, now)
    }

    /// Drops what says nothing any more.
    pub fn sweep(&self, limits: &Limits) {
        let now = Instant::now();
        lock(&self.entries).retain(|_, entry| entry.is_needed(limits, now));
    }

    /// How many subjects are kept.
    pub fn n_kept(&self) -> usize {
        lock(&self.entries).len()
    }

    /// Notes that a credential was right, or was not.
    pub fn seen(&self, credential: Credential, is_right: bool) {
        let mut seen = lock(&self.seen);
        if !is_right {
            seen.remove(&credential);
        } else if seen.len() < MAX_SEEN {
            seen.insert(credential);
        }
    }
}

impl Entry {
    fn new(limits: &Limits, now: Instant) -> Self {
        Self { full_at: now, turns: Arc::new(Semaphore::new(limits.concurrent_requests)), n_streams: 0 }
    }

    fn is_needed(&self, limits: &Limits, now: Instant) -> bool {
        self.full_at > now
            || self.n_streams > 0
            || Arc::strong_count(&self.turns) > 1
            || self.turns.available_permits() < limits.concurrent_requests
    }
}

/// A subject that there is room for. Known callers are as many as there are keys and agents; addresses are not.
fn bounded(entries: &mut HashMap<Subject, Entry>, subject: Subject, now: Instant) -> Subject {
    let budget = match &subject {
        Subject::Known(..) | Subject::Crowd(_) => return subject,
        Subject::Address(budget, _) => *budget,
    };
    if entries.len() < MAX_ADDRESSES || entries.contains_key(&subject) {
        return subject;
    }
    // Once a second at most in effect: a bucket is full again after its window, so few are ever left to drop.
    entries
        .retain(|_, entry| entry.full_at > now || entry.n_streams > 0 || Arc::strong_count(&entry.turns) > 1);
    if entries.len() < MAX_ADDRESSES { subject } else { Subject::Crowd(budget) }
}

impl Spent {
    /// The refusal, when it could not be paid.
    fn refusal(&self) -> Option<Error> {
        let retry_after = whole_seconds(self.refused_for?);
        let Rate { rps, burst } = self.rate;
        let who = match self.budget {
            Budget::Caller => "this caller",
            Budget::Agent => "this agent",
            Budget::Address => "callers without a credential at this address",
            Budget::Join => "joins from this address",
        };
        let detail = format!(
            "too many requests: {rps} a second and {burst} at once are for {who}; come back in {retry_after} s"
        );
        Some(Error::RateLimited { detail, retry_after, budget: self.budget.name() })
    }

    /// Says in an answer what is left (draft-ietf-httpapi-ratelimit-headers, sections 2 and 3).
    pub fn add_headers<B>(&self, response: &mut Response<B>) {
        let (name, burst) = (self.budget.name(), self.rate.burst);
        let window = whole_seconds(interval(self.rate).1);
        let headers = [
            (RATE_LIMIT_POLICY, format!("\"{name}\";q={burst};w={window}")),
            (RATE_LIMIT, format!("\"{name}\";r={};t={}", self.remaining, whole_seconds(self.full_in))),
        ];
        for (name, text) in headers {
            if let Ok(value) = HeaderValue::from_str(&text) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

/// Pays for a request and waits for its turn. A refusal comes with what is left.
///
/// # Errors
/// 429.
pub async fn admit(
    app: &App,
    access: Access,
    actor: &Actor,
    address: Option<IpAddr>,
) -> (Spent, Result<Turn, Error>) {
    let limits = &app.config.limits;
    let subject = Subject::of(access, actor, address);
    let (spent, turns) = app.budgets.spend(limits, subject, Instant::now());
    if let Some(error) = spent.refusal() {
        measures::rate_limited(spent.budget.name());
        hold(app).await;
        return (spent, Err(error));
    }
    let turn = match tokio::time::timeout(TURN, turns.acquire_owned()).await {
        Ok(permit) => Ok(Turn { _permit: permit.ok() }),
        Err(_) => {
            measures::rate_limited(spent.budget.name());
            let n = limits.concurrent_requests;
            let detail = format!(
                "{n} requests of this caller are worked on at once, and none of them ended for {} s",
                TURN.as_secs()
            );
            Err(Error::RateLimited { detail, retry_after: 1, budget: spent.budget.name() })
        }
    };
    (spent, turn)
}

/// How long one refusal is held back: from half of the average to one and a half of it. With one time for all, those that
/// were refused together would ask again together, and everybody else would wait behind each such wave.
fn held_for(random: u8) -> Duration {
    HOLD / 2 + HOLD * u32::from(random) / 255
}

/// A refusal comes late, unless so many wait that keeping them costs more than it saves.
async fn hold(app: &App) {
    if app.budgets.n_held.fetch_add(1, Ordering::Relaxed) < MAX_HELD {
        let [random] = app.random_bytes();
        tokio::select! {
            () = tokio::time::sleep(held_for(random)) => {}
            () = app.shutdown.cancelled() => {}
        }
    }
    app.budgets.n_held.fetch_sub(1, Ordering::Relaxed);
}

/// Refuses to look a credential up for an address that has used up its budget on wrong ones, unless it was right before.
///
/// # Errors
/// 429.
pub fn may_try(app: &App, credential: &Credential, address: Option<IpAddr>) -> Result<(), Error> {
    if lock(&app.budgets.seen).contains(credential) {
        return Ok(());
    }
    let subject = Subject::of(Access::Public, &Actor::Anonymous, address);
    match app.budgets.look(&app.config.limits, &subject, Instant::now()).refusal() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// A place for one more stream of a caller.
///
/// # Errors
/// 429.
pub fn take_seat(app: &App, actor: &Actor) -> Result<Seat, Error> {
    let limits = &app.config.limits;
    let subject = Subject::of(Access::Any, actor, None);
    let mut entries = lock(&app.budgets.entries);
    let entry = entries.entry(subject.clone()).or_insert_with(|| Entry::new(limits, Instant::now()));
    if entry.n_streams >= limits.event_streams {
        measures::rate_limited("event_streams");
        let detail =
            format!("this caller has {} event streams open, which is the most: close one", entry.n_streams);
        return Err(Error::RateLimited { detail, retry_after: 5, budget: "event_streams" });
    }
    entry.n_streams += 1;
    drop(entries);
    Ok(Seat { app: app.clone(), subject })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn limits(rps: u32, burst: u32) -> Limits {
        let mut limits = Config::for_directory(std::path::Path::new("/tmp")).unwrap().limits;
        limits.caller = Rate { rps, burst };
        limits
    }

    fn caller(id: &str) -> Subject {
        Subject::of(Access::Any, &Actor::ApiKey(format!("key-{id}").parse().unwrap()), None)
    }

    fn stranger(n: u32) -> Subject {
        let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a00_0000 + n));
        Subject::of(Access::Public, &Actor::Anonymous, Some(address))
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let (budgets, limits, start) = (Budgets::default(), limits(10, 5), Instant::now());
        let paid = |at: u64| {
            let now = start + Duration::from_millis(at);
            budgets.spend(&limits, caller("a"), now).0.refused_for.is_none()
        };
        assert_eq!((0..8).filter(|_| paid(0)).count(), 5);
        assert!(!paid(99) && paid(100) && !paid(150) && paid(200));
        // A tenth of a second is one token, and a refusal costs none.
        assert_eq!((0..100).filter(|n| paid(200 + n * 10)).count(), 9);
        // After a pause there is a burst again, and no more.
        assert_eq!((0..100).filter(|_| paid(60_000)).count(), 5);
    }

    #[test]
    fn a_refusal_says_when_there_is_enough_again() {
        let (budgets, limits, start) = (Budgets::default(), limits(1, 3), Instant::now());
        for left in [2, 1, 0] {
            let (spent, _) = budgets.spend(&limits, caller("a"), start);
            assert_eq!((spent.remaining, spent.refused_for), (left, None));
        }
        let (spent, _) = budgets.spend(&limits, caller("a"), start + Duration::from_millis(300));
        assert_eq!(spent.refused_for, Some(Duration::from_millis(700)));
        let Some(Error::RateLimited { retry_after, .. }) = spent.refusal() else { panic!("{spent:?}") };
        assert_eq!(retry_after, 1);
        let mut response = Response::new(());
        spent.add_headers(&mut response);
        assert_eq!(response.headers()["ratelimit-policy"], "\"caller\";q=3;w=3");
        assert_eq!(response.headers()["ratelimit"], "\"caller\";r=0;t=3");
    }

    #[test]
    fn callers_have_budgets_of_their_own() {
        let (budgets, limits, now) = (Budgets::default(), limits(1, 1), Instant::now());
        let paid = |subject: Subject| budgets.spend(&limits, subject, now).0.refused_for.is_none();
        assert!(paid(caller("a")) && !paid(caller("a")));
        assert!(paid(caller("b")) && paid(stranger(1)) && !paid(stranger(1)) && paid(stranger(2)));
        let agent = Actor::Agent("ag-a".parse().unwrap());
        assert!(paid(Subject::of(Access::Agent, &agent, None)));
        let join = Subject::of(Access::JoinToken, &Actor::Anonymous, "10.0.0.1".parse().ok());
        assert!(paid(join), "a join is not paid from the address's other requests");
    }

    #[test]
    fn what_is_kept_is_bounded_and_dropped_when_idle() {
        let (budgets, limits, now) = (Budgets::default(), limits(1, 2), Instant::now());
        for n in 0..60_000 {
            budgets.spend(&limits, stranger(n), now);
        }
        assert_eq!(budgets.n_kept(), MAX_ADDRESSES + 1, "the rest shares one");
        assert!(budgets.spend(&limits, caller("a"), now).0.refused_for.is_none(), "a known caller has room");
        let later = now + Duration::from_secs(10);
        budgets.spend(&limits, stranger(99_999), later);
        assert_eq!(budgets.n_kept(), 1);
    }

    #[tokio::test]
    async fn a_caller_who_is_busy_is_kept_and_an_idle_one_is_not() {
        let (budgets, limits) = (Budgets::default(), limits(1_000_000, 10));
        let (_, turns) = budgets.spend(&limits, caller("a"), Instant::now());
        budgets.spend(&limits, caller("b"), Instant::now());
        let permit = turns.acquire_owned().await.unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        budgets.sweep(&limits);
        assert_eq!(budgets.n_kept(), 1);
        drop(permit);
        budgets.sweep(&limits);
        assert_eq!(budgets.n_kept(), 0);
    }

    #[test]
    fn refusals_are_spread_around_the_average() {
        assert_eq!(held_for(0), HOLD / 2);
        assert_eq!(held_for(255), HOLD * 3 / 2);
        assert!(held_for(100) < held_for(101), "each value is a time of its own");
    }

    #[test]
    fn looking_costs_nothing() {
        let (budgets, limits, now) = (Budgets::default(), limits(1, 1), Instant::now());
        for _ in 0..3 {
            assert!(budgets.look(&limits, &stranger(1), now).refused_for.is_none());
        }
        assert_eq!(budgets.n_kept(), 0);
        budgets.spend(&limits, stranger(1), now);
        assert!(budgets.look(&limits, &stranger(1), now).refused_for.is_some());
    }
}
