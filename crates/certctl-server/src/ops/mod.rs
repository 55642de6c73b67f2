//! Operations: what changes. One transaction for each function, shared by `http` and `engine`.
//!
//! Not for: HTTP, timers, or outside calls (none may happen inside a transaction, and a transaction's closure
//! cannot wait for one). Invariant: every change leaves its audit event and its stream event in its transaction.

pub mod access_rules;
pub mod admins;
pub mod agent_health;
pub mod agent_records;
pub mod agents;
pub mod alerts;
pub mod api_keys;
pub mod approvals;
pub mod authorities;
pub mod budgets;
pub mod cas;
pub mod cause_words;
pub mod certificates;
pub mod challenges;
pub mod confirmations;
pub mod crls;
pub mod deployments;
pub mod dns_providers;
pub mod explain;
pub mod imports;
pub mod inventory;
pub mod issuance;
pub mod issuers;
pub mod jobs;
pub mod keys;
pub mod narrow;
pub mod needs;
pub mod notifications;
pub mod notifiers;
pub mod operations;
pub mod orders;
pub mod policy_rules;
pub mod policy_values;
pub mod previews;
pub mod profiles;
pub mod renewal_policies;
pub mod revocations;
pub mod runs;
pub mod scopes;
pub mod sealed_config;
pub mod search;
pub mod settings;
pub mod sign_in;
pub mod stats;
pub mod target_tests;
pub mod targets;
pub mod users;
pub mod validations;
pub mod views;
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
use crate::measures;

/// The context of a task of the control plane.
pub fn system(app: &App, task: &str) -> Context {
    let scope = Scope::everything();
    Context {
        actor: Actor::system(task),
        scope,
        request_id: String::new(),
        source_address: String::new(),
        random: app.random(),
        confirmed: None,
    }
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

/// Notes which fields of an object a transaction changes, for its next event: those whose values differ.
pub(crate) fn note_changed(
    tx: &mut Tx<'_>,
    object: (&'static str, &str),
    before: &serde_json::Value,
    after: &serde_json::Value,
) {
    let differing = differing(before, after);
    tx.note_change(object.0, object.1, None, &differing);
}

/// The fields whose values differ.
fn differing<'a>(before: &serde_json::Value, after: &'a serde_json::Value) -> Vec<&'a str> {
    match (before, after) {
        (serde_json::Value::Object(before), serde_json::Value::Object(after)) => after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(*value))
            .map(|(name, _)| name.as_str())
            .collect(),
        _ => Vec::new(),
    }
}

/// What an audit event of a change says: its facts, and as `before` what the fields that differ were. Equal facts say no more.
pub(crate) fn with_before(
    mut details: serde_json::Value,
    before: &serde_json::Value,
    after: &serde_json::Value,
) -> serde_json::Value {
    let was: serde_json::Map<String, serde_json::Value> =
        differing(before, after).into_iter().map(|name| (name.to_owned(), before[name].clone())).collect();
    if let serde_json::Value::Object(facts) = &mut details
        && !was.is_empty()
    {
        // A field that the facts leave out would have a before and no after.
        for name in was.keys() {
            facts.entry(name.clone()).or_insert_with(|| after[name.as_str()].clone());
        }
        facts.insert("before".to_owned(), was.into());
    }
    details
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
    note_job(tx, job, to, cause);
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
    note_job(tx, job, to, None);
    emit(tx, context, JOB_CHANGED, "job", job.id.as_str(), job_facts(job, to).to_string())
}

fn note_job(tx: &mut Tx<'_>, job: &JobRow, to: JobState, cause: Option<&str>) {
    let moved = (job.state != to).then_some("state");
    let caused = cause.map(|_| "error");
    let fields: Vec<&str> = moved.into_iter().chain(caused).collect();
    tx.note_change("job", job.id.as_str(), None, &fields);
    let kind = job.kind;
    tx.after_commit(move || measures::job_moved(kind, to));
}

/// The action and stream event of a job that moved.
pub(crate) const JOB_CHANGED: &str = "job.changed";
