//! Operations: what changes. One transaction for each function, shared by `http` and `engine`.
//!
//! Not for: HTTP, timers, or outside calls (none may happen inside a transaction, and a transaction's closure
//! cannot wait for one). Invariant: every change leaves its audit event and its stream event in its transaction.

pub mod agents;
pub mod alerts;
pub mod api_keys;
pub mod approvals;
pub mod certificates;
pub mod deployments;
pub mod explain;
pub mod imports;
pub mod issuance;
pub mod jobs;
pub mod keys;
pub mod operations;
pub mod policy_rules;
pub mod renewal_policies;
pub mod runs;
pub mod scopes;
pub mod search;
pub mod settings;
pub mod targets;
pub mod violations;

use certctl_core::actor::Actor;
use certctl_core::audit::Outcome;
use certctl_core::id::JobId;
use certctl_core::job::JobState;
use certctl_core::permission::Scope;
use certctl_store::audit::{Change, Context, emit, record};
use certctl_store::jobs::JobRow;
use certctl_store::{StoreError, Tx};
use serde_json::json;

use crate::app::App;

/// The context of a task of the control plane.
pub fn system(app: &App, task: &str) -> Context {
    let scope = Scope::everything();
    Context { actor: Actor::system(task), scope, request_id: String::new(), random: app.random() }
}

/// Records a success.
pub(crate) fn success(
    tx: &mut Tx<'_>,
    context: &Context,
    action: &'static str,
    object: (&'static str, &str),
    summary: String,
    details: serde_json::Value,
) -> Result<(), StoreError> {
    let change = Change {
        action,
        object_kind: object.0,
        object_id: object.1,
        outcome: Outcome::Success,
        summary,
        details,
    };
    record(tx, context, &change)
}

/// Records that something was tried and did not work.
pub(crate) fn failure(
    tx: &mut Tx<'_>,
    context: &Context,
    action: &'static str,
    object: (&'static str, &str),
    summary: String,
    details: serde_json::Value,
) -> Result<(), StoreError> {
    let change = Change {
        action,
        object_kind: object.0,
        object_id: object.1,
        outcome: Outcome::Failure,
        summary,
        details,
    };
    record(tx, context, &change)
}

fn job_facts(job: &JobRow, to: JobState) -> serde_json::Value {
    json!({
        "job_id": job.id, "kind": job.kind, "state": to, "certificate_id": job.certificate_id,
        "attempts": job.attempts, "target_id": job.target_id,
    })
}

/// Records that a job moved.
pub(crate) fn job_moved(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    to: JobState,
    cause: Option<&str>,
) -> Result<(), StoreError> {
    let id: &JobId = &job.id;
    let outcome = if to == JobState::Failed { Outcome::Failure } else { Outcome::Success };
    let summary = match cause {
        Some(cause) => format!("{} {id} is {to}: {cause}", job.kind),
        None => format!("{} {id} is {to}", job.kind),
    };
    let change = Change {
        action: JOB_CHANGED,
        object_kind: "job",
        object_id: id.as_str(),
        outcome,
        summary,
        details: job_facts(job, to),
    };
    record(tx, context, &change)
}

/// Tells the stream that a job moved, where the same transaction's audit event names the job and says more.
pub(crate) fn job_event(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    to: JobState,
) -> Result<(), StoreError> {
    emit(tx, context, JOB_CHANGED, "job", job.id.as_str(), job_facts(job, to).to_string())
}

/// The action and stream event of a job that moved.
pub(crate) const JOB_CHANGED: &str = "job.changed";
