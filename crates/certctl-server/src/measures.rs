//! The metrics of the control plane: names, help and units in one place.
//!
//! Not for: showing them (`http/metrics.rs`), or the store's own (its `metrics.rs`). Invariant: labels are bounded: route
//! patterns, methods, statuses and words of our own, never ids or addresses.

use metrics::Unit::{Count, Seconds};

/// Seconds to the header of an answer, by method, route and status.
pub(crate) const REQUEST_SECONDS: &str = "certctl_http_request_seconds";
/// Requests refused because a budget was used up, by budget.
const RATE_LIMITED: &str = "certctl_rate_limited_total";
/// Connections that are open.
const CONNECTIONS: &str = "certctl_connections";
/// Connections closed before their first request, by the limit.
const CONNECTIONS_REFUSED: &str = "certctl_connections_refused_total";
/// Connections closed because nothing happened on them, by the limit.
const CONNECTIONS_LEFT: &str = "certctl_connections_left_total";

/// Notifications that a receiver has confirmed, by kind of notifier.
const NOTIFICATION_SENT: &str = "certctl_notification_sent_total";
/// Tries that gave no receipt, by kind of notifier.
const NOTIFICATION_FAILED: &str = "certctl_notification_failed_total";
/// Notifications that were given up, by kind of notifier.
const NOTIFICATION_DEAD: &str = "certctl_notification_dead_total";

/// Registers the help texts with the recorder.
pub(crate) fn describe() {
    metrics::describe_histogram!(REQUEST_SECONDS, Seconds, "From the request to the header of its answer");
    metrics::describe_counter!(RATE_LIMITED, Count, "Requests refused because a caller's budget was used up");
    metrics::describe_gauge!(CONNECTIONS, Count, "Open connections");
    metrics::describe_counter!(CONNECTIONS_REFUSED, Count, "Connections closed before their first request");
    metrics::describe_counter!(
        CONNECTIONS_LEFT,
        Count,
        "Connections closed because nothing happened on them"
    );
    metrics::describe_counter!(NOTIFICATION_SENT, Count, "Notifications that a receiver has confirmed");
    metrics::describe_counter!(NOTIFICATION_FAILED, Count, "Tries to deliver a notification that gave no receipt");
    metrics::describe_counter!(NOTIFICATION_DEAD, Count, "Deliveries of notifications that were given up");
}

/// How a try to deliver a notification ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tried {
    /// With a receipt.
    Sent,
    /// Without one; it is tried again.
    Failed,
    /// Without one; it was given up.
    Dead,
}

pub(crate) fn notification(kind: &'static str, tried: Tried) {
    let failed = || metrics::counter!(NOTIFICATION_FAILED, "kind" => kind).increment(1);
    match tried {
        Tried::Sent => metrics::counter!(NOTIFICATION_SENT, "kind" => kind).increment(1),
        Tried::Failed => failed(),
        Tried::Dead => {
            failed();
            metrics::counter!(NOTIFICATION_DEAD, "kind" => kind).increment(1);
        }
    }
}

pub(crate) fn rate_limited(budget: &'static str) {
    metrics::counter!(RATE_LIMITED, "budget" => budget).increment(1);
}

#[expect(clippy::cast_precision_loss, reason = "a process has at most some hundred thousand connections")]
pub(crate) fn connections(n: usize) {
    metrics::gauge!(CONNECTIONS).set(n as f64);
}

pub(crate) fn connection_refused(reason: &'static str) {
    metrics::counter!(CONNECTIONS_REFUSED, "limit" => reason).increment(1);
}

pub(crate) fn connection_left(reason: &'static str) {
    metrics::counter!(CONNECTIONS_LEFT, "limit" => reason).increment(1);
}
