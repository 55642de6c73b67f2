//! Known callers, kept for a second at most, and when they last called.
//!
//! Without it every request would read the store first. Not for: deciding what a caller may do. Invariants: a change of
//! a key, session or agent on this replica counts at once (whoever makes it calls [`Identities::forget`]), on the
//! others when they hear of it, and everywhere after a second.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use certctl_core::{
    actor::Actor,
    agent::AgentState,
    id::{AgentId, ApiKeyId, SessionId},
    permission::{Role, Scope},
    time::Ts,
};
use certctl_store::{StoreError, api_keys, sessions};

use crate::app::App;

/// The topic by which replicas tell each other: `tx.notify(identities::TOPIC)`.
pub const TOPIC: &str = "identities";

const LIFE: Duration = Duration::from_secs(1);
const MAX_ENTRIES: usize = 20_000;

/// Who a credential belongs to.
#[derive(Debug, Clone)]
pub enum Identity {
    /// A person or program, by key or session.
    Person(Person),
    /// An agent, by its certificate.
    Agent(AgentIdentity),
}

/// Who came with a key, or with a session that stands for a user or a key.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user, the key, or whoever is on this host while authentication is off.
    pub actor: Actor,
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// On which certificates.
    pub scope: Scope,
    /// The session, when the caller came with the cookie.
    pub session: Option<SessionId>,
    /// When this ends.
    pub expires_at: Option<Ts>,
}

/// Who came with a client certificate.
#[derive(Debug, Clone)]
pub struct AgentIdentity {
    /// Which agent.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// Whether it may work.
    pub state: AgentState,
}

/// Which credential was presented: the SHA-256 of a secret or certificate, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Credential {
    /// An API key.
    Key([u8; 32]),
    /// A session's cookie.
    Session([u8; 32]),
    /// A client certificate.
    Certificate([u8; 32]),
}

/// The callers of the last second, and the uses that are not written yet.
#[derive(Debug, Default)]
pub struct Identities {
    known: Mutex<HashMap<Credential, (Instant, Arc<Identity>)>>,
    generation: AtomicU64,
    key_uses: Mutex<HashMap<ApiKeyId, Ts>>,
    session_uses: Mutex<HashMap<SessionId, Ts>>,
}

impl Identities {
    /// Forgets everybody: after a key, a session or an agent changed.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        lock(&self.known).clear();
    }

    /// Who a credential belongs to, if it was seen within the last second.
    pub fn get(&self, credential: &Credential) -> Option<Arc<Identity>> {
        let known = lock(&self.known);
        known.get(credential).filter(|(at, _)| at.elapsed() < LIFE).map(|(_, identity)| Arc::clone(identity))
    }

    /// To be taken before the store is read.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Keeps what the store said, unless something changed since `generation` was taken.
    pub fn keep(&self, generation: u64, credential: Credential, identity: Arc<Identity>) {
        let mut known = lock(&self.known);
        if generation != self.generation() {
            return;
        }
        if known.len() >= MAX_ENTRIES {
            known.retain(|_, (at, _)| at.elapsed() < LIFE);
            if known.len() >= MAX_ENTRIES {
                known.clear();
            }
        }
        known.insert(credential, (Instant::now(), identity));
    }

    /// Notes a use; written once a minute at most.
    pub fn note_use(&self, person: &Person, now: Ts) {
        let minute = Ts::from_second(now.as_second() / 60 * 60);
        if let Actor::ApiKey(key) = &person.actor {
            lock(&self.key_uses).insert(key.clone(), minute);
        }
        if let Some(session) = &person.session {
            lock(&self.session_uses).insert(session.clone(), minute);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the uses noted so far.
///
/// # Errors
/// Those of the store; the uses are lost then, which only makes "last used" older than it is.
pub async fn write_uses(app: &App) -> Result<(), StoreError> {
    let keys = std::mem::take(&mut *lock(&app.identities.key_uses));
    let sessions = std::mem::take(&mut *lock(&app.identities.session_uses));
    if keys.is_empty() && sessions.is_empty() {
        return Ok(());
    }
    app.store
        .bookkeeping("identities.uses", move |tx| {
            keys.iter().try_for_each(|(id, at)| api_keys::touch(tx, id, *at))?;
            sessions.iter().try_for_each(|(id, at)| sessions::touch(tx, id, *at))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> Arc<Identity> {
        let id = "ag-web-1".parse().unwrap();
        Arc::new(Identity::Agent(AgentIdentity { id, name: "web-1".to_owned(), state: AgentState::Active }))
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let identities = Identities::default();
        let credential = Credential::Certificate([1; 32]);
        let before = identities.generation();
        identities.forget();
        identities.keep(before, credential, agent());
        assert!(identities.get(&credential).is_none());
        identities.keep(identities.generation(), credential, agent());
        assert!(identities.get(&credential).is_some());
        assert!(identities.get(&Credential::Key([1; 32])).is_none());
        identities.forget();
        assert!(identities.get(&credential).is_none());
    }
}
