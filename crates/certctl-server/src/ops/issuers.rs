//! Issuers at work: how they are doing, and whether they take new orders.
//!
//! Not for: making and changing them (`settings.rs`), or testing one (`http/issuers.rs`). Invariants: health says only what
//! was recorded when an issuer was asked for something; what waits for a paused issuer waits as it is, and goes on by itself.

use certctl_api::issuers::{Issuer, IssuerHealth, IssuerState};
use certctl_core::id::IssuerId;
use certctl_core::job::JobState;
use certctl_store::audit::Context;
use certctl_store::issuers::{self, EndedOrder, IssuerRow};
use certctl_store::{Tx, needs};
use serde_json::json;

use crate::error::Error;
use crate::ops::settings::{load, within_scope};
use crate::ops::{budgets, success};

/// When a job of a paused issuer is looked at again; resuming it lets all of them run at once.
pub const PAUSED_SECONDS: i64 = 600;
/// What counts as recent.
const WINDOW_SECONDS: i64 = 86_400;
/// The most jobs that are looked at.
const NEWEST: i64 = 2_000;

/// Lets an issuer take no new orders; one that takes none already stays as it is.
///
/// # Errors
/// 404, 403 when it serves certificates outside of the caller's scope.
pub fn pause(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &IssuerId,
    reason: Option<&str>,
) -> Result<IssuerRow, Error> {
    let row: IssuerRow = load(tx, id)?;
    within_scope::<IssuerRow>(tx, context, id)?;
    if !issuers::set_paused(tx, &row, Some(reason))? {
        tx.note_audit();
        return Ok(row);
    }
    let summary = paused(id.as_str(), reason);
    success(tx, context, "issuer.pause", ("issuer", id.as_str()), summary, json!({ "reason": reason }))?;
    load(tx, id)
}

/// Lets an issuer take orders again: what has waited for it runs at once.
///
/// # Errors
/// 404, 403 when it serves certificates outside of the caller's scope.
pub fn resume(tx: &mut Tx<'_>, context: &Context, id: &IssuerId) -> Result<IssuerRow, Error> {
    let row: IssuerRow = load(tx, id)?;
    within_scope::<IssuerRow>(tx, context, id)?;
    if !issuers::set_paused(tx, &row, None)? {
        tx.note_audit();
        return Ok(row);
    }
    let n = issuers::bring_forward(tx, id, PAUSED_SECONDS)?;
    let summary = match n {
        0 => format!("{id} takes orders again"),
        1 => format!("{id} takes orders again; 1 waiting job goes on"),
        n => format!("{id} takes orders again; {n} waiting jobs go on"),
    };
    let details = json!({ "jobs": n, "paused_at": row.paused_at });
    success(tx, context, "issuer.resume", ("issuer", id.as_str()), summary, details)?;
    tx.notify("engine:issue");
    load(tx, id)
}

/// Why a job waits for its issuer, in words.
pub fn paused(id: &str, because: Option<&str>) -> String {
    match because {
        Some(because) => format!("{id} takes no new orders: {because}"),
        None => format!("{id} takes no new orders"),
    }
}

/// Fills in how these issuers are doing, beyond what their rows say.
///
/// # Errors
/// Those of the store.
pub fn fill(tx: &mut Tx<'_>, items: &mut [Issuer]) -> Result<(), Error> {
    let only = match &*items {
        [] => return Ok(()),
        [one] => one.id.to_string(),
        [..] => String::new(),
    };
    let since = tx.now().plus_seconds(-WINDOW_SECONDS);
    let ended = issuers::ended_orders(tx, &only, since, NEWEST)?;
    let open = issuers::open_orders(tx, &only)?;
    let silent = needs::silent_issuers(tx)?;
    let now = tx.now();
    for item in items {
        let budget = budgets::told(tx, item)?;
        let health = &mut item.health;
        if health.limited_until.is_some_and(|until| until <= now) {
            (health.limited_until, health.limited_because) = (None, None);
        }
        health.budget = budget;
        health.failing_since = silent.iter().find(|one| one.issuer_id == item.id).map(|one| one.since);
        health.state = state(health);
        let own = || ended.iter().filter(|order| order.issuer_id == item.id);
        let count = |state: JobState| count(own().filter(|order| order.state == state).count());
        health.signed = count(JobState::Completed);
        health.failed = count(JobState::Failed);
        health.latency_ms = middle(own());
        health.open_jobs = open.iter().find(|(id, _)| *id == item.id).map_or(0, |(_, n)| *n);
    }
    Ok(())
}

const fn state(health: &IssuerHealth) -> IssuerState {
    match (health.failing_since, health.last_success_at) {
        (Some(_), _) => IssuerState::Failing,
        (None, Some(_)) => IssuerState::Ok,
        (None, None) => IssuerState::Unknown,
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn middle<'a>(orders: impl Iterator<Item = &'a EndedOrder>) -> Option<i64> {
    let mut times: Vec<i64> = orders.filter_map(|order| order.milliseconds).collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_of_what_was_signed() {
        let check = |times: &[Option<i64>], expected: Option<i64>| {
            let orders: Vec<EndedOrder> = times
                .iter()
                .map(|milliseconds| EndedOrder {
                    issuer_id: "iss-local".parse().unwrap(),
                    state: JobState::Completed,
                    milliseconds: *milliseconds,
                })
                .collect();
            assert_eq!(middle(orders.iter()), expected, "{times:?}");
        };
        check(&[], None);
        check(&[None], None);
        check(&[Some(9), None, Some(1), Some(5)], Some(5));
        check(&[Some(4), Some(2)], Some(4));
    }
}
