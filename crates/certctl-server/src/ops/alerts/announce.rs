//! Who is told of an alert: the one place where alerts meet notifications.
//!
//! Not for: how a message reaches anybody. Invariant: the order to tell is written in the transaction of the alert.

use certctl_core::alert::AlertEvent;
use certctl_core::id::NotifierId;
use certctl_core::notification::NotificationEvent;
use certctl_store::Tx;
use certctl_store::alerts::AlertRow;
use certctl_store::audit::Context;

use crate::error::Error;
use crate::ops::notifications;

/// Tells the default channels of an alert that certctl itself has found.
pub(super) fn builtin(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    event: AlertEvent,
) -> Result<(), Error> {
    notifications::order(tx, context, row, event.into())
}

/// Tells the receivers of the alert's rule.
pub(super) fn of_rule(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    event: AlertEvent,
) -> Result<(), Error> {
    notifications::order(tx, context, row, event.into())
}

/// Tells whoever was told of this alert before.
pub(super) fn one(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    event: AlertEvent,
) -> Result<(), Error> {
    notifications::order(tx, context, row, event.into())
}

/// Tells these channels that nobody takes an alert.
pub(super) fn escalated(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &AlertRow,
    notifiers: &[NotifierId],
) -> Result<(), Error> {
    notifications::escalate(tx, context, row, notifiers)
}

/// Lets those who keep incidents of their own know that somebody took this one.
pub(super) fn acknowledged(tx: &mut Tx<'_>, context: &Context, row: &AlertRow) -> Result<(), Error> {
    notifications::order(tx, context, row, NotificationEvent::Acknowledged)
}
