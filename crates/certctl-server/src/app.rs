//! What every part of the control plane is handed: the store, the clock, the sealer and the ways to wake others.
//!
//! Not for: doing anything (that is `ops/`, `engine/` and `http/`). Invariant: an [`App`] is complete when it is
//! made; nothing is put into it later, so no part can run half wired.

use std::{
    collections::HashMap,
    fmt,
    ops::Deref,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use certctl_connectors::notifiers::Outside;
use certctl_core::{
    id::{AgentId, Id, Kind},
    kill_point::KillPoint,
    random::{Random, new_id},
    time::{Clock, Ts},
};
use certctl_store::{RESYNC, Store};
use tokio::sync::{Notify, broadcast::error::RecvError, futures::OwnedNotified};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::ops::alerts::rules::ConditionsOf;
use crate::ops::confirmations::CarryOut;
use crate::{
    config::Config,
    counts::Counts,
    http::{
        agent_api::{Heartbeats, Polls},
        budgets::Budgets,
        identities::Identities,
        pki::Lists,
        refusals::Refusals,
        tail::Tail,
    },
    issuers::Issuers,
    ocsp::Ocsp,
    passwords::Passwords,
    platform::Platform,
    seal::Sealer,
    spans::Tracer,
    ways::Ways,
};

/// The control plane's shared parts. Cloning is cheap and gives the same ones.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts; reached through [`App`] by field.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// The source of ids and tokens.
    pub random: Arc<dyn Random>,
    /// Encrypts secrets at rest.
    pub sealer: Sealer,
    /// The platform's own CAs and the pin that join tokens carry.
    pub platform: Platform,
    /// The settings.
    pub config: Arc<Config>,
    /// Where people and agents reach this control plane, without a slash at the end.
    pub public_url: String,
    /// This process among its replicas; owner of its leases.
    pub replica_id: String,
    /// Where a test asks the process to die.
    pub kill_point: KillPoint,
    /// The issuers that are open in memory.
    pub issuers: Issuers,
    /// What answers for the local CAs, and its answers for a while.
    pub ocsp: Ocsp,
    /// The lists of revoked certificates that were read.
    pub lists: Lists,
    /// How notifications leave.
    pub outside: Outside,
    /// How issuers outside and DNS providers are reached.
    pub ways: Ways,
    /// When agents were last heard from, until it is written.
    pub heartbeats: Heartbeats,
    /// Which agents have polled here since their start.
    pub polls: Polls,
    /// Wakes engine tasks and waiting agents.
    pub signals: Signals,
    /// When the engine last went round.
    pub engine_beat: Beat,
    /// Known callers, for a second at most.
    pub identities: Identities,
    /// What callers may still ask for.
    pub budgets: Budgets,
    /// The turns of hashing passwords.
    pub passwords: Passwords,
    /// Which refusals were recorded of late.
    pub refusals: Refusals,
    /// Costly counts, for a while.
    pub counts: Counts,
    /// The live stream of this replica.
    pub tail: Tail,
    /// Decides which requests and jobs are recorded as traces, and takes their spans.
    pub tracer: Tracer,
    /// Reads the conditions of alert rules; the lists' parsers are over there.
    pub conditions_of: ConditionsOf,
    /// Does what a second person has confirmed; the requests' parsers are over there.
    pub carry_out: CarryOut,
    /// Every task that must end before the store is closed.
    pub tracker: TaskTracker,
    /// Cancelled when the process is asked to stop.
    pub shutdown: CancellationToken,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The present moment.
    pub fn now(&self) -> Ts {
        self.clock.now()
    }

    /// A new id.
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        new_id(&*self.random, self.clock.now())
    }

    /// Random bytes for a token.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// The source of ids and tokens, to keep.
    pub fn random(&self) -> Arc<dyn Random> {
        Arc::clone(&self.random)
    }

    /// Where the server keeps its files.
    pub fn data_dir(&self) -> &PathBuf {
        &self.config.data_dir
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({})", self.replica_id)
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parts({})", self.replica_id)
    }
}

/// Randomness of the operating system, through aws-lc.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        // A process without randomness must not make tokens: there is nothing sensible to go on with.
        assert!(aws_lc_rs::rand::fill(buffer).is_ok(), "the random generator gave nothing");
    }
}

/// When a periodic part last went round, for `/readyz`.
#[derive(Debug)]
pub struct Beat(AtomicI64);

impl Beat {
    /// A part that counts as alive at `now`.
    pub fn new(now: Ts) -> Self {
        Self(AtomicI64::new(now.as_microsecond()))
    }

    /// It went round.
    pub fn beat(&self, now: Ts) {
        self.0.fetch_max(now.as_microsecond(), Ordering::Relaxed);
    }

    /// When it last did.
    pub fn last(&self) -> Ts {
        Ts::from_microsecond(self.0.load(Ordering::Relaxed))
    }
}

/// Wakes engine tasks and waiting agents; carries no data, whoever wakes reads the store.
#[derive(Debug, Default)]
pub struct Signals {
    tasks: Mutex<HashMap<String, Arc<Notify>>>,
    agents: Mutex<HashMap<AgentId, Arc<Notify>>>,
}

impl Signals {
    /// Wakes an engine task, or lets its next wait return at once.
    pub fn wake_engine(&self, task: &str) {
        self.engine_wake(task).notify_one();
    }

    /// What an engine task waits on.
    pub fn engine_wake(&self, task: &str) -> Arc<Notify> {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(notify) = tasks.get(task) {
            return Arc::clone(notify);
        }
        Arc::clone(tasks.entry(task.to_owned()).or_default())
    }

    /// Wakes the polls of an agent that wait now.
    pub fn wake_agent(&self, agent: &AgentId) {
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(notify) = agents.get(agent) {
            notify.notify_waiters();
            if Arc::strong_count(notify) == 1 {
                agents.remove(agent);
            }
        }
    }

    /// Ends at the next [`Signals::wake_agent`]; counts from this call on, not from its first poll: take it, then
    /// look into the store, then await it.
    pub fn agent_wake(&self, agent: &AgentId) -> OwnedNotified {
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        let notify = match agents.get(agent) {
            Some(notify) => Arc::clone(notify),
            None => Arc::clone(agents.entry(agent.clone()).or_default()),
        };
        notify.notified_owned()
    }

    /// Wakes everybody: after notifications may have been lost.
    pub fn wake_all(&self) {
        for notify in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).values() {
            notify.notify_one();
        }
        for notify in self.agents.lock().unwrap_or_else(PoisonError::into_inner).values() {
            notify.notify_waiters();
        }
    }

    /// Acts on a topic of the store: `agent:<id>`, `engine:<task>`, or the one that stands for all.
    pub fn topic(&self, topic: &str) {
        if topic == RESYNC {
            self.wake_all();
        } else if let Some(task) = topic.strip_prefix("engine:") {
            self.wake_engine(task);
        } else if let Some(agent) = topic.strip_prefix("agent:")
            && let Ok(agent) = agent.parse()
        {
            self.wake_agent(&agent);
        }
    }
}

/// Hands the store's topics on until shutdown: to the engine, to waiting agents, to the cache of callers.
pub async fn follow_topics(app: App) {
    let mut topics = app.store.listen();
    loop {
        let topic = tokio::select! {
            topic = topics.recv() => topic,
            () = app.shutdown.cancelled() => return,
        };
        match topic {
            Ok(topic) => {
                app.signals.topic(&topic);
                app.ocsp.topic(&topic);
                if topic == RESYNC {
                    app.ocsp.forget();
                }
                if topic == crate::http::identities::TOPIC || topic == RESYNC {
                    app.identities.forget();
                }
            }
            Err(RecvError::Lagged(_)) => {
                app.signals.wake_all();
                app.ocsp.forget();
                app.identities.forget();
            }
            Err(RecvError::Closed) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn a_wake_between_taking_and_awaiting_is_not_lost() {
        let signals = Signals::default();
        let agent: AgentId = "ag-web-1".parse().unwrap();
        let wake = signals.agent_wake(&agent);
        signals.topic("agent:ag-web-1");
        assert!(wake.now_or_never().is_some());
    }

    #[test]
    fn one_agents_wake_leaves_the_others_waiting() {
        let signals = Signals::default();
        let wake = signals.agent_wake(&"ag-web-2".parse().unwrap());
        signals.topic("agent:ag-web-1");
        assert!(wake.now_or_never().is_none());
    }

    #[test]
    fn an_engine_wake_waits_for_a_task_that_is_busy() {
        let signals = Signals::default();
        signals.topic("engine:renewal");
        let notify = signals.engine_wake("renewal");
        assert!(notify.notified().now_or_never().is_some());
        assert!(notify.notified().now_or_never().is_none());
    }

    #[test]
    fn agents_that_went_away_are_dropped_from_the_map() {
        let signals = Signals::default();
        let agent: AgentId = "ag-web-1".parse().unwrap();
        drop(signals.agent_wake(&agent));
        signals.wake_agent(&agent);
        assert!(signals.agents.lock().unwrap().is_empty());
    }
}
