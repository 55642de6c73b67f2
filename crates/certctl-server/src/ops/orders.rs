//! Orders of authorities outside: leased for one question at a time, and what came of it.
//!
//! A job whose authority works on it is `Pending` until it is looked at again, as one whose issuer is paused; its order says
//! what it waits for. Not for: asking (`engine/orders.rs`), or showing proofs (`challenges.rs`). Invariants: what the next step
//! needs is stored before that step; no question is asked while a proof that the authority wants does not stand; an order that
//! was lost leaves nothing that the next one could take for its own; waiting is no try.

use std::sync::Arc;
use std::time::Duration;

use certctl_connectors::issuers::outside::{Authority, AuthorityError, Proof};
use certctl_core::challenge::ChallengeState;
use certctl_core::job::JobState;
use certctl_core::time::Ts;
use certctl_store::audit::Context;
use certctl_store::challenges::{self, ChallengeRow};
use certctl_store::holders;
use certctl_store::issuers;
use certctl_store::jobs::{self, JobRow, Lease, StepRow};
use certctl_store::orders::{self, OrderRow};
use certctl_store::{StoreError, Tx, versions};
use serde_json::{Value, json};

use crate::error::Error;
use crate::ops::issuance::{self, Failure, Work};
use crate::ops::{budgets, challenges as proofs, job_event, success};

/// How long a question to an authority is leased; the lease is extended while the question lasts.
pub const LEASE_SECONDS: i64 = 10;
/// When an order that was not fulfilled is given up.
const ORDER_SECONDS: i64 = 86_400;
/// When it is looked again whether it is an order's turn; the end of another one calls it before.
const TURN_SECONDS: i64 = 30;
/// The longest that an authority's word is waited for before it is asked again.
const MAX_AFTER_SECONDS: i64 = 3_600;
/// The most of a text of an authority that is kept, in characters.
const MAX_WORDS: usize = 2_000;

/// A leased job with its order.
#[derive(Debug, Clone)]
pub struct Leased {
    /// The job.
    pub work: Work,
    /// Its order.
    pub order: OrderRow,
    /// Who is asked.
    pub authority: Arc<Authority>,
    /// Whether the proofs that were asked for stand.
    pub shown: bool,
    /// The version that is renewed (DER), when the same issuer signed it.
    pub replaces: Option<Vec<u8>>,
}

/// Leases one job for a question to its authority; none when there is nothing to ask now, or the order has failed, which is
/// recorded here.
///
/// # Errors
/// Those of the store.
pub fn prepare(
    tx: &mut Tx<'_>,
    context: &Context,
    lease: &Lease,
    authority: Arc<Authority>,
    mut work: Work,
) -> Result<Option<Leased>, Error> {
    let now = tx.now();
    let issuer = issuers::by_id(tx, &work.certificate.issuer_id)?
        .ok_or_else(|| Error::not_found("issuer", work.certificate.issuer_id.as_str()))?;
    let mut order = current(tx, &work)?;
    if let Some(until) = issuer.limited_until.filter(|until| *until > now) {
        let because = issuer.limited_because.unwrap_or_default();
        order.doing = format!("{} asked to be left alone until {until}: {because}", issuer.id);
        return put_off(tx, &work, &order, until);
    }
    let wanted: Vec<ChallengeRow> = challenges::of_job(tx, &work.job.id)?
        .into_iter()
        .filter(|row| row.state.is_wanted() || row.state == ChallengeState::Failed)
        .collect();
    let trouble = trouble(&order, &wanted, now);
    if trouble.is_none() {
        let open = wanted.iter().filter(|row| row.state != ChallengeState::Shown);
        if let Some(until) = open.map(|row| row.expires_at).min() {
            return put_off(tx, &work, &order, until);
        }
        let most = i64::from(authority.orders_at_once());
        if order.queued && orders::in_hand(tx, &issuer.id, &work.job.id)? >= most {
            order.doing = format!("waits for its turn: {} works on {most} orders", issuer.id);
            return put_off(tx, &work, &order, now.plus_seconds(TURN_SECONDS));
        }
        if let Some(limit) = authority.order_limit().filter(|_| order.queued)
            && let Some(not_now) = budgets::ask(tx, limit, &issuer.id, &work.job)?
        {
            order.doing = not_now.because;
            // The time that the authority has for it begins when it is its turn.
            order.deadline_at = not_now.until.plus_seconds(ORDER_SECONDS);
            return put_off(tx, &work, &order, not_now.until);
        }
    }
    issuance::take(tx, context, &mut work, lease, None)?;
    match trouble {
        None => {}
        Some(Trouble::Late(cause)) => {
            fail(tx, context, (&work, &mut order), &AuthorityError::Refused(cause))?;
            return Ok(None);
        }
        Some(Trouble::Proof(cause)) => {
            fail(tx, context, (&work, &mut order), &AuthorityError::OrderFailed(cause))?;
            return Ok(None);
        }
    }
    if order.progress.is_none() {
        budgets::begin(tx, &issuer.id, &work.job)?;
        let facts = json!({ "certificate_id": work.certificate.id, "issuer_id": issuer.id });
        let summary = format!("{} is asked for {}", issuer.id, work.certificate.id);
        success(tx, context, "order.begin", ("job", work.job.id.as_str()), summary, facts)?;
    }
    order.queued = false;
    // Also what was read of an order that ended before is written anew.
    orders::put(tx, &order)?;
    let replaces = replaced(tx, &work)?;
    Ok(Some(Leased { shown: !wanted.is_empty(), work, order, authority, replaces }))
}

/// Why an order cannot go on.
enum Trouble {
    /// Its time is over.
    Late(String),
    /// A proof cannot be shown.
    Proof(String),
}

fn trouble(order: &OrderRow, wanted: &[ChallengeRow], now: Ts) -> Option<Trouble> {
    if order.deadline_at <= now {
        let hours = ORDER_SECONDS / 3_600;
        let detail = format!(
            "{} did not fulfil the order within {hours} hours; last: {}",
            order.issuer_id, order.doing
        );
        return Some(Trouble::Late(detail));
    }
    let bad = wanted.iter().find_map(|row| {
        let detail = row.detail.as_deref().unwrap_or("nothing was heard of it");
        let about = format!("the {} proof for {} by {}", row.kind, row.name, row.place);
        if row.state == ChallengeState::Failed {
            Some(format!("{about} cannot be shown: {detail}"))
        } else if row.state != ChallengeState::Shown && row.expires_at <= now {
            Some(format!("{about} was not shown in time: {detail}"))
        } else {
            None
        }
    });
    bad.map(Trouble::Proof)
}

/// The job's order; a new one when it has none that is open.
fn current(tx: &mut Tx<'_>, work: &Work) -> Result<OrderRow, Error> {
    let now = tx.now();
    let known = orders::of_job(tx, &work.job.id)?;
    Ok(known.filter(|order| order.ended_at.is_none()).unwrap_or_else(|| OrderRow {
        job_id: work.job.id.clone(),
        issuer_id: work.certificate.issuer_id.clone(),
        certificate_id: work.certificate.id.clone(),
        progress: None,
        doing: "not begun yet".to_owned(),
        queued: true,
        began_at: now,
        deadline_at: now.plus_seconds(ORDER_SECONDS),
        updated_at: now,
        ended_at: None,
    }))
}

fn put_off(tx: &mut Tx<'_>, work: &Work, order: &OrderRow, until: Ts) -> Result<Option<Leased>, Error> {
    jobs::put_off(tx, &work.job.id, until)?;
    orders::put(tx, order)?;
    tx.note_audit();
    Ok(None)
}

fn replaced(tx: &mut Tx<'_>, work: &Work) -> Result<Option<Vec<u8>>, Error> {
    let lanes = holders::of_certificate(tx, &work.certificate.id)?;
    let lane = lanes.into_iter().find(|lane| lane.holder == work.job.holder);
    let Some(id) = lane.and_then(|lane| lane.current_version_id) else { return Ok(None) };
    let version = versions::by_id(tx, &id)?;
    let same = version.filter(|version| version.issuer_id == work.certificate.issuer_id);
    Ok(same.map(|version| version.certificate_der))
}

/// What the authority's word *waiting* came with.
#[derive(Debug, Clone)]
pub struct Waits {
    /// For the next step.
    pub progress: Value,
    /// For people.
    pub doing: String,
    /// When it is asked again.
    pub after: Duration,
    /// The proofs that have to stand, each with who shows it.
    pub proofs: Vec<(Proof, String)>,
}

/// The authority works on it, or waits for proofs.
///
/// # Errors
/// [`StoreError::Stale`] when the lease is gone.
pub fn wait(
    tx: &mut Tx<'_>,
    context: &Context,
    (work, order): (&Work, &mut OrderRow),
    waits: &Waits,
) -> Result<(), Error> {
    let now = tx.now();
    let doing: String = waits.doing.chars().take(MAX_WORDS).collect();
    if order.doing != doing {
        note(tx, work, order, "ok", &doing);
    }
    order.progress = Some(waits.progress.clone());
    order.doing = doing;
    order.updated_at = now;
    orders::put(tx, order)?;
    let all_shown = proofs::want(tx, context, &work.job, &waits.proofs)?;
    let after = i64::try_from(waits.after.as_millis()).unwrap_or(i64::MAX).min(MAX_AFTER_SECONDS * 1_000);
    let until = match all_shown {
        Some(until) => until,
        None => Ts::from_microsecond(now.as_microsecond() + after * 1_000),
    };
    jobs::wait(tx, &work.job.id, work.lease(), until)?;
    tx.note_audit();
    job_event(tx, context, &work.job, JobState::Pending)?;
    tx.notify("engine:issue");
    Ok(())
}

/// A line of the job's log.
fn note(tx: &mut Tx<'_>, work: &Work, order: &OrderRow, outcome: &str, detail: &str) {
    let now = tx.now();
    let step = StepRow {
        attempt: work.job.attempts,
        at: now,
        name: "order".to_owned(),
        outcome: outcome.to_owned(),
        milliseconds: i64::try_from(now.since(order.updated_at).as_millis()).ok(),
        detail: detail.to_owned(),
    };
    jobs::add_step(tx, &work.job.id, &step);
}

/// The authority did not do what it was asked, or cannot be asked.
///
/// # Errors
/// [`StoreError::Stale`] when the lease is gone.
pub fn fail(
    tx: &mut Tx<'_>,
    context: &Context,
    (work, order): (&Work, &mut OrderRow),
    error: &AuthorityError,
) -> Result<JobState, Error> {
    let now = tx.now();
    let shorten = |text: &str| -> String { text.chars().take(MAX_WORDS).collect() };
    order.updated_at = now;
    let (cause, failure) = match error {
        AuthorityError::Retry { detail, after, limited } => {
            let detail = shorten(detail);
            let least = after.unwrap_or_default();
            if *limited {
                return limited_until(tx, context, (work, order), &detail, least);
            }
            order.doing = detail.clone();
            (detail, Failure::Retry { least })
        }
        AuthorityError::OrderFailed(detail) => {
            let detail = shorten(detail);
            order.progress = None;
            order.doing = format!("ordered anew after: {detail}");
            proofs::leave(tx, &work.job)?;
            (detail, Failure::Retry { least: Duration::ZERO })
        }
        AuthorityError::Refused(detail) => (shorten(detail), Failure::Final),
    };
    order.queued = order.progress.is_none();
    note(tx, work, order, "failed", &cause);
    let state = issuance::fail(tx, context, work, &cause, failure)?;
    if state.is_open() {
        orders::put(tx, order)?;
        called(tx, order)?;
    } else {
        order.doing = cause;
        end(tx, &work.job, order)?;
    }
    Ok(state)
}

/// The authority asked to be left alone: all of its orders wait, and that is no try of any.
fn limited_until(
    tx: &mut Tx<'_>,
    context: &Context,
    (work, order): (&Work, &mut OrderRow),
    detail: &str,
    after: Duration,
) -> Result<JobState, Error> {
    let now = tx.now();
    let until = now.plus(after.max(Duration::from_secs(60)));
    let issuer = &work.certificate.issuer_id;
    issuers::set_limited(tx, issuer, until, detail)?;
    issuers::note_failure(tx, issuer, detail)?;
    note(tx, work, order, "failed", detail);
    order.doing = format!("{issuer} asked to be left alone until {until}: {detail}");
    order.queued = order.progress.is_none();
    orders::put(tx, order)?;
    jobs::wait(tx, &work.job.id, work.lease(), until)?;
    tx.note_audit();
    job_event(tx, context, &work.job, JobState::Pending)?;
    Ok(JobState::Pending)
}

/// Nothing is asked any more, and what was shown for it goes.
///
/// # Errors
/// Those of the store.
pub fn end(tx: &mut Tx<'_>, job: &JobRow, order: &mut OrderRow) -> Result<(), StoreError> {
    let now = tx.now();
    order.progress = None;
    order.updated_at = now;
    order.queued = false;
    order.ended_at = Some(now);
    orders::put(tx, order)?;
    proofs::leave(tx, job)?;
    called(tx, order)
}

/// It is another order's turn.
fn called(tx: &mut Tx<'_>, order: &OrderRow) -> Result<(), StoreError> {
    if (order.queued || order.ended_at.is_some()) && orders::call_next(tx, &order.issuer_id)? {
        tx.notify("engine:issue");
    }
    Ok(())
}
