//! Refusals as audit events, without letting a stranger fill the audit trail.
//!
//! The first refusal of a caller, route and object is written at once; more within ten seconds are counted, and the count is
//! written when the ten seconds are over. Invariant: what is kept in
//! memory is bounded, whoever calls how often.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use certctl_core::{actor::Actor, audit::Outcome, permission::Scope, time::Ts};
use certctl_store::{StoreError, audit};
use serde_json::json;

use crate::app::App;

const WINDOW_SECONDS: i64 = 10;
const MAX_ENTRIES: usize = 4_096;

/// Who was refused what.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The audit event's action, such as `request.refuse`.
    pub action: &'static str,
    /// On what: kind and id.
    pub object: (&'static str, String),
    /// Who, as far as known.
    pub actor: Actor,
    /// From where: the address, without the port.
    pub address: String,
    /// Method and route, such as `POST /api/v1/certificates`.
    pub route: String,
    /// The stable code of the problem.
    pub code: &'static str,
    /// Its sentence.
    pub detail: String,
    /// By which request.
    pub request_id: String,
}

/// The refusals of the last ten seconds.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<Key, Window>>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    caller: String,
    code: &'static str,
    route: String,
    object: String,
}

#[derive(Debug)]
struct Window {
    since: Ts,
    more: u64,
    last: Refusal,
}

impl Refusals {
    /// Whether this one is to be written now; otherwise it is counted.
    fn admit(&self, refusal: &Refusal, now: Ts) -> bool {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A caller over its budget is over it on every route.
        let is_limited = refusal.code == "rate_limited";
        let place = |text: &str| if is_limited { String::new() } else { text.to_owned() };
        let mut key = Key {
            caller: match &refusal.actor {
                Actor::Anonymous => refusal.address.clone(),
                known @ (Actor::ApiKey(_)
                | Actor::User(_)
                | Actor::Agent(_)
                | Actor::System(_)
                | Actor::Local) => known.id().to_owned(),
            },
            code: refusal.code,
            route: place(&refusal.route),
            object: place(&refusal.object.1),
        };
        if windows.len() >= MAX_ENTRIES && !windows.contains_key(&key) {
            // Too many different ones at a time: they share one entry.
            key = Key { caller: String::new(), code: "many", route: String::new(), object: String::new() };
        }
        match windows.get_mut(&key) {
            Some(window) if now.seconds_since(window.since) < WINDOW_SECONDS => {
                window.more += 1;
                window.last = refusal.clone();
                false
            }
            Some(_) | None => {
                windows.insert(key, Window { since: now, more: 0, last: refusal.clone() });
                true
            }
        }
    }

    /// Ends windows; gives those that counted more than the one that was written.
    fn close(&self, now: Ts, all: bool) -> Vec<(Refusal, u64)> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counted = Vec::new();
        windows.retain(|_, window| {
            let open = !all && now.seconds_since(window.since) < WINDOW_SECONDS;
            if !open && window.more > 0 {
                counted.push((window.last.clone(), window.more));
            }
            open
        });
        counted
    }
}

/// Records a refusal. A store that cannot be written to is logged: the refusal itself stands in any case.
pub async fn record(app: &App, refusal: Refusal) {
    if app.refusals.admit(&refusal, app.now()) {
        write(app, vec![(refusal, 0)]).await;
    }
}

/// Writes the counts of windows that are over, or of all when the server stops.
pub async fn flush(app: &App, all: bool) {
    let counted = app.refusals.close(app.now(), all);
    if !counted.is_empty() {
        write(app, counted).await;
    }
}

async fn write(app: &App, refusals: Vec<(Refusal, u64)>) {
    let random = Arc::clone(&app.random);
    let written = app
        .store
        .write("refusals.record", move |tx| {
            for (refusal, more) in &refusals {
                let context = audit::Context {
                    actor: refusal.actor.clone(),
                    scope: Scope::everything(),
                    request_id: refusal.request_id.clone(),
                    source_address: refusal.address.clone(),
                    random: Arc::clone(&random),
                    confirmed: None,
                };
                let summary = match more {
                    0 => format!("{} was refused: {}", refusal.route, refusal.detail),
                    n => format!("{n} more of these were refused: {}: {}", refusal.route, refusal.detail),
                };
                let change = audit::Change {
                    action: refusal.action,
                    object_kind: refusal.object.0,
                    object_id: &refusal.object.1,
                    outcome: Outcome::Denied,
                    summary,
                    details: json!({ "code": refusal.code, "address": refusal.address, "more": more }),
                };
                audit::record(tx, &context, &change)?;
            }
            Ok::<_, StoreError>(())
        })
        .await;
    if let Err(error) = written {
        tracing::error!("A refusal could not be recorded: {}", crate::error::chain(&error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(address: &str, route: &str) -> Refusal {
        Refusal {
            action: "request.refuse",
            object: ("route", route.to_owned()),
            actor: Actor::Anonymous,
            address: address.to_owned(),
            route: route.to_owned(),
            code: "unauthenticated",
            detail: "no".to_owned(),
            request_id: String::new(),
        }
    }

    #[test]
    fn repeated_refusals_are_counted_within_their_window() {
        let (refusals, start) = (Refusals::default(), Ts::from_second(1_000));
        assert!(refusals.admit(&refusal("192.0.2.1", "GET /a"), start));
        for _ in 0..5 {
            assert!(!refusals.admit(&refusal("192.0.2.1", "GET /a"), start.plus_seconds(9)));
        }
        assert!(refusals.admit(&refusal("192.0.2.2", "GET /a"), start));
        assert!(refusals.admit(&refusal("192.0.2.1", "GET /b"), start));
        assert!(refusals.close(start.plus_seconds(9), false).is_empty());
        let counted = refusals.close(start.plus_seconds(10), false);
        assert_eq!(counted.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [5]);
        assert!(refusals.admit(&refusal("192.0.2.1", "GET /a"), start.plus_seconds(11)));
    }

    #[test]
    fn many_callers_share_one_entry() {
        let (refusals, now) = (Refusals::default(), Ts::from_second(1_000));
        let admitted =
            (0..10_000).filter(|n| refusals.admit(&refusal(&n.to_string(), "GET /a"), now)).count();
        assert_eq!(admitted, MAX_ENTRIES + 1);
        assert_eq!(refusals.0.lock().unwrap().len(), MAX_ENTRIES + 1);
    }
}
