//! The metrics of the control plane: names, help and units in one place, with the function that counts each.
//!
//! Not for: showing them and what is counted in the store (`http/metrics.rs`), or the store's own (its `metrics.rs`).
//! Invariants: labels are bounded: route patterns, methods, statuses and words of our own, never ids or addresses; a counter
//! is there from the start, at zero, so that an alert rule can tell "none" from "not measured".

use std::time::Duration;

use certctl_api::agent_protocol::DeployResult;
use certctl_core::{
    alert::AlertKind,
    job::{JobKind, JobState},
    notification::NotifierKind,
};
use metrics::{
    Unit::{Count, Seconds},
    counter, describe_counter, describe_histogram, gauge, histogram,
};

/// Seconds to the header of an answer, by method, route and status.
pub(crate) const REQUEST_SECONDS: &str = "certctl_http_request_seconds";
/// From a job to its stored version.
pub(crate) const ISSUANCE_SECONDS: &str = "certctl_issuance_duration_seconds";
const RATE_LIMITED: &str = "certctl_rate_limited_total";
const CONNECTIONS: &str = "certctl_connections";
const CONNECTIONS_REFUSED: &str = "certctl_connections_refused_total";
const CONNECTIONS_LEFT: &str = "certctl_connections_left_total";
const ISSUED: &str = "certctl_issuance_total";
const ISSUANCE_FAILURES: &str = "certctl_issuance_failures_total";
const JOB_TRANSITIONS: &str = "certctl_job_transitions_total";
const ALERTS_OPENED: &str = "certctl_alerts_opened_total";
const TASK_RUNS: &str = "certctl_task_runs_total";
const TASK_FAILURES: &str = "certctl_task_failures_total";
const SEALED: &str = "certctl_audit_chain_sealed_events_total";
const SPANS: &str = "certctl_otlp_spans_total";
const NOTIFICATION_SENT: &str = "certctl_notification_sent_total";
const NOTIFICATION_FAILED: &str = "certctl_notification_failed_total";
const NOTIFICATION_DEAD: &str = "certctl_notification_dead_total";

/// Counters without labels, or with one label of few values: name, help, label, values.
const COUNTERS: &[(&str, &str, &str, &[&str])] = &[
    (
        RATE_LIMITED,
        "Requests refused because a caller's budget was used up",
        "budget",
        &["caller", "agent", "address", "join", "event_streams"],
    ),
    (CONNECTIONS_REFUSED, "Connections closed before their first request", "", &[]),
    (CONNECTIONS_LEFT, "Connections closed because nothing happened on them", "", &[]),
    (ISSUED, "Certificates issued and stored", "", &[""]),
    (ISSUANCE_FAILURES, "Tries of an issuance or renewal that failed", "", &[""]),
    ("certctl_deploy_attempts_total", "Tries of a deployment that ended", "", &[""]),
    ("certctl_deploy_validate_failures_total", "Deployments that the target's own check refused", "", &[""]),
    ("certctl_deploy_reload_failures_total", "Deployments whose service could not be reloaded", "", &[""]),
    (
        "certctl_deploy_post_verify_failures_total",
        "Deployments that were not seen live after the reload",
        "",
        &[""],
    ),
    ("certctl_deploy_rollback_total", "Deployments after which the old certificate was put back", "", &[""]),
    ("certctl_deploy_idempotent_skip_total", "Deployments of what was live already", "", &[""]),
    ("certctl_deploy_failures_total", "Tries of a deployment that failed, for whatever reason", "", &[""]),
    (SEALED, "Audit events sealed into the chain by this replica", "", &[""]),
    (SPANS, "Spans for the collector, by what became of them", "outcome", &["sent", "dropped", "failed"]),
];

/// Periodic tasks of the engine.
const TASKS: &[&str] =
    &["renewal", "reap", "health", "alerts", "operations", "policies", "retention", "audit_seal"];

/// Registers the help texts with the recorder, and the counters at zero.
pub(crate) fn describe() {
    describe_histogram!(REQUEST_SECONDS, Seconds, "From the request to the header of its answer");
    describe_histogram!(ISSUANCE_SECONDS, Seconds, "From the job to the stored version");
    metrics::describe_gauge!(CONNECTIONS, Count, "Open connections");
    describe_counter!(JOB_TRANSITIONS, Count, "Jobs that came into a state");
    describe_counter!(ALERTS_OPENED, Count, "Alerts that were opened, by kind");
    describe_counter!(TASK_RUNS, Count, "Rounds of the engine's periodic tasks on this replica");
    describe_counter!(TASK_FAILURES, Count, "Rounds that failed or panicked");
    for (name, help, label, values) in COUNTERS.iter().copied() {
        describe_counter!(name, Count, help);
        for value in values {
            if label.is_empty() {
                counter!(name).increment(0);
            } else {
                counter!(name, label => *value).increment(0);
            }
        }
    }
    drop(histogram!(ISSUANCE_SECONDS));
    // A histogram is there once it was asked for, with nothing in it.
    drop(histogram!(ISSUANCE_SECONDS));
    for kind in JobKind::ALL {
        for state in JobState::ALL {
            counter!(JOB_TRANSITIONS, "kind" => kind.as_str(), "state" => state.as_str()).increment(0);
        }
    }
    for kind in AlertKind::ALL {
        counter!(ALERTS_OPENED, "kind" => kind.as_str()).increment(0);
    }
    describe_counter!(
        NOTIFICATION_SENT,
        Count,
        "Notifications that a receiver has confirmed, by kind of notifier"
    );
    describe_counter!(NOTIFICATION_FAILED, Count, "Tries to deliver a notification that gave no receipt");
    describe_counter!(NOTIFICATION_DEAD, Count, "Deliveries of notifications that were given up");
    for kind in NotifierKind::ALL {
        for name in [NOTIFICATION_SENT, NOTIFICATION_FAILED, NOTIFICATION_DEAD] {
            counter!(name, "kind" => kind.as_str()).increment(0);
        }
    }
    for task in TASKS {
        counter!(TASK_RUNS, "task" => *task).increment(0);
        counter!(TASK_FAILURES, "task" => *task).increment(0);
    }
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

pub(crate) fn notification(kind: NotifierKind, tried: Tried) {
    let count = |name| counter!(name, "kind" => kind.as_str()).increment(1);
    match tried {
        Tried::Sent => count(NOTIFICATION_SENT),
        Tried::Failed => count(NOTIFICATION_FAILED),
        Tried::Dead => {
            count(NOTIFICATION_FAILED);
            count(NOTIFICATION_DEAD);
        }
    }
}

pub(crate) fn rate_limited(budget: &'static str) {
    counter!(RATE_LIMITED, "budget" => budget).increment(1);
}

#[expect(clippy::cast_precision_loss, reason = "a process has at most some hundred thousand connections")]
pub(crate) fn connections(n: usize) {
    gauge!(CONNECTIONS).set(n as f64);
}

pub(crate) fn connection_refused(reason: &'static str) {
    counter!(CONNECTIONS_REFUSED, "limit" => reason).increment(1);
}

pub(crate) fn connection_left(reason: &'static str) {
    counter!(CONNECTIONS_LEFT, "limit" => reason).increment(1);
}

pub(crate) fn request(method: &'static str, path: &str, status: u16, took: Duration) {
    histogram!(
        REQUEST_SECONDS, "method" => method, "path" => path.to_owned(), "status" => status.to_string()
    )
    .record(took.as_secs_f64());
}

/// A version was stored, so long after its job was written.
pub(crate) fn issued(after: Duration) {
    counter!(ISSUED).increment(1);
    histogram!(ISSUANCE_SECONDS).record(after.as_secs_f64());
}

pub(crate) fn issuance_failed() {
    counter!(ISSUANCE_FAILURES).increment(1);
}

pub(crate) fn job_moved(kind: JobKind, to: JobState) {
    counter!(JOB_TRANSITIONS, "kind" => kind.as_str(), "state" => to.as_str()).increment(1);
}

pub(crate) fn alert_opened(kind: AlertKind) {
    counter!(ALERTS_OPENED, "kind" => kind.as_str()).increment(1);
}

pub(crate) fn task_ran(task: &'static str, failed: bool) {
    counter!(TASK_RUNS, "task" => task).increment(1);
    if failed {
        counter!(TASK_FAILURES, "task" => task).increment(1);
    }
}

pub(crate) fn sealed(events: u64) {
    counter!(SEALED).increment(events);
}

pub(crate) fn spans(outcome: &'static str, n: usize) {
    counter!(SPANS, "outcome" => outcome).increment(n as u64);
}

/// A try of a deployment has ended.
pub(crate) fn deployed(result: &DeployResult) {
    counter!("certctl_deploy_attempts_total").increment(1);
    let step = match result {
        DeployResult::Live { already_live, .. } => {
            if *already_live {
                counter!("certctl_deploy_idempotent_skip_total").increment(1);
            }
            return;
        }
        DeployResult::Installed { .. } => return,
        DeployResult::RolledBack { step, .. } => {
            counter!("certctl_deploy_rollback_total").increment(1);
            step.as_str()
        }
        DeployResult::Failed { step, .. } => step.as_str(),
        DeployResult::Refused { .. } => "",
    };
    counter!("certctl_deploy_failures_total").increment(1);
    match step {
        "validate" => counter!("certctl_deploy_validate_failures_total").increment(1),
        "reload" => counter!("certctl_deploy_reload_failures_total").increment(1),
        "probe" => counter!("certctl_deploy_post_verify_failures_total").increment(1),
        _ => {}
    }
}
