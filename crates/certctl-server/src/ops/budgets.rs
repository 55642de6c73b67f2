//! How many new orders an issuer's account may make: counted, waited for, and told.
//!
//! An authority that answers `rateLimited` has refused already, for hours sometimes; a limit that is configured is kept before.
//! Not for: what an authority asks for itself (`Retry-After`, in `orders.rs`), or how many orders it works on at once. Invariants:
//! in no stretch of the limit's seconds more orders begin than it has, on all replicas together; what ends first begins first.

use certctl_api::issuers::{Issuer, IssuerBudget};
use certctl_connectors::issuers::outside::OrderLimit;
use certctl_core::id::IssuerId;
use certctl_core::time::{Ts, humane_seconds};
use certctl_store::jobs::JobRow;
use certctl_store::{Tx, holders, order_starts};
use serde_json::Value;

use crate::error::Error;
use crate::ops::issuers::PAUSED_SECONDS;

/// Why an order may not begin now, and when it is looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotNow {
    /// In words.
    pub because: String,
    /// Then.
    pub until: Ts,
}

/// Whether an order of a job may begin now; it is counted by [`begin`].
///
/// # Errors
/// Those of the store.
pub fn ask(
    tx: &mut Tx<'_>,
    limit: OrderLimit,
    issuer: &IssuerId,
    job: &JobRow,
) -> Result<Option<NotNow>, Error> {
    let now = tx.now();
    order_starts::lock(tx, issuer)?;
    let (most, since) = (i64::from(limit.orders), now.plus_seconds(-limit.seconds));
    let free = (most - order_starts::count(tx, issuer, since)?).max(0);
    let lanes = holders::of_certificate(tx, &job.certificate_id)?;
    let end = lanes.into_iter().find(|lane| lane.holder == job.holder).and_then(|lane| lane.not_after);
    let n_before = order_starts::before(tx, (issuer, &job.id), end, most)?;
    if n_before < free {
        return Ok(None);
    }
    // So many have to leave the window before this one's turn.
    let leaves = order_starts::nth(tx, issuer, since, n_before - free)?;
    let at = leaves.unwrap_or(now).plus_seconds(limit.seconds);
    let window = humane_seconds(limit.seconds);
    let because = format!(
        "waits for its turn: {issuer} may begin {most} orders within {window}; this one at {at}, or when those before it are done"
    );
    // Sooner, in case that what is before it goes away.
    Ok(Some(NotNow { because, until: at.min(now.plus_seconds(PAUSED_SECONDS)) }))
}

/// An order begins.
///
/// # Errors
/// Those of the store.
pub fn begin(tx: &mut Tx<'_>, issuer: &IssuerId, job: &JobRow) -> Result<(), Error> {
    Ok(order_starts::insert(tx, issuer, &job.id)?)
}

/// What is left of an issuer's budget; nothing without a limit.
///
/// # Errors
/// Those of the store.
pub fn told(tx: &mut Tx<'_>, issuer: &Issuer) -> Result<Option<IssuerBudget>, Error> {
    left(tx, &issuer.id, &issuer.config)
}

/// As [`told`], of a stored configuration.
///
/// # Errors
/// Those of the store.
pub fn left(tx: &mut Tx<'_>, issuer: &IssuerId, config: &Value) -> Result<Option<IssuerBudget>, Error> {
    let Some(limit) = limit_of(config) else { return Ok(None) };
    let (most, since) = (i64::from(limit.orders), tx.now().plus_seconds(-limit.seconds));
    let used = order_starts::count(tx, issuer, since)?;
    let next_at = if used < most {
        None
    } else {
        order_starts::nth(tx, issuer, since, used - most)?.map(|at| at.plus_seconds(limit.seconds))
    };
    Ok(Some(IssuerBudget { limit: most, used, window_seconds: limit.seconds, next_at }))
}

/// The limit that a stored configuration has: as the connector reads it.
fn limit_of(config: &Value) -> Option<OrderLimit> {
    let orders = config["rate_limit_orders"].as_u64().and_then(|n| u32::try_from(n).ok())?;
    let seconds = config["rate_limit_seconds"].as_i64().unwrap_or(OrderLimit::DEFAULT_SECONDS);
    Some(OrderLimit { orders, seconds })
}
