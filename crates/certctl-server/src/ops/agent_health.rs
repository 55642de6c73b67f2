//! How an agent was heard from in the last 24 hours: from the audit trail, where each change of its health stands.
//!
//! Alternatives: a row for each heartbeat, or bits in the agent's row (much writing, to say the same). Not for: judging the health
//! (`agents.rs`). Invariants: spans touch each other and end now; nothing is said of the time before the agent joined.

use certctl_api::agents::HealthSpan;
use certctl_core::agent::AgentHealth;
use certctl_core::time::Ts;
use certctl_store::agents::AgentRow;
use certctl_store::audit::{self, AuditFilter, AuditRow};
use certctl_store::{StoreError, Tx};

/// How far back.
const SPAN_SECONDS: i64 = 86_400;
/// The most changes that are looked at; an agent that comes and goes every few minutes has fewer.
const MOST_CHANGES: i64 = 500;
/// What a change of health is recorded as.
pub(super) const CHANGED: &str = "agent.health";

/// The spans, the oldest first.
///
/// # Errors
/// Those of the store.
pub fn spans(tx: &mut Tx<'_>, agent: &AgentRow) -> Result<Vec<HealthSpan>, StoreError> {
    let now = tx.now();
    let since = now.plus_seconds(-SPAN_SECONDS).max(agent.created_at);
    let filter = AuditFilter {
        object: Some(agent.id.to_string()),
        action: Some(CHANGED.to_owned()),
        since: Some(since),
        ..AuditFilter::default()
    };
    let mut rows = audit::list(tx, &filter, MOST_CHANGES)?;
    rows.reverse();
    let changes: Vec<_> = rows.iter().filter_map(change).collect();
    Ok(joined(since, now, agent.health, &changes))
}

/// When it changed, from what, to what.
type Change = (Ts, AgentHealth, AgentHealth);

fn change(row: &AuditRow) -> Option<Change> {
    let details: serde_json::Value = serde_json::from_str(&row.details).ok()?;
    let health = |name: &str| details[name].as_str()?.parse().ok();
    Some((row.at, health("before")?, health("health")?))
}

fn joined(since: Ts, now: Ts, present: AgentHealth, changes: &[Change]) -> Vec<HealthSpan> {
    let mut health = changes.first().map_or(present, |(_, before, _)| *before);
    let mut from = since;
    let mut spans = Vec::with_capacity(changes.len() + 1);
    for (at, _, after) in changes {
        if *at > from {
            spans.push(HealthSpan { from, until: *at, health });
        }
        (from, health) = (*at, *after);
    }
    if now > from {
        spans.push(HealthSpan { from, until: now, health });
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(changes: &[(i64, AgentHealth, AgentHealth)], expected: &[(i64, i64, AgentHealth)]) {
        let changes: Vec<Change> =
            changes.iter().map(|(at, before, after)| (Ts::from_second(*at), *before, *after)).collect();
        let found = joined(Ts::from_second(0), Ts::from_second(100), AgentHealth::Online, &changes);
        let found: Vec<_> = found
            .into_iter()
            .map(|span| (span.from.as_second(), span.until.as_second(), span.health))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn without_a_change_it_was_always_as_it_is() {
        check(&[], &[(0, 100, AgentHealth::Online)]);
    }

    #[test]
    fn spans_touch_and_end_now() {
        use AgentHealth::{Late, Offline, Online};
        check(
            &[(10, Online, Late), (30, Late, Offline), (90, Offline, Online)],
            &[(0, 10, Online), (10, 30, Late), (30, 90, Offline), (90, 100, Online)],
        );
    }

    #[test]
    fn a_change_at_the_very_beginning_or_now_makes_no_empty_span() {
        use AgentHealth::{Late, Online};
        check(&[(0, Late, Online), (100, Online, Late)], &[(0, 100, Online)]);
    }
}
