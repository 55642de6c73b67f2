//! Deployments: wanting one, leasing its job to its agent, taking the report.
//!
//! Not for: doing it (the agent). Invariants: a deployment names the exact version; it is live only by a sighting
//! of exactly that version's fingerprint on every probe address that was reported; a report needs the lease's token.

use certctl_api::agent_protocol::{DeployResult, JobReport, Sighting};
use certctl_core::deployment::{DeploymentEvent, DeploymentState};
use certctl_core::id::{AgentId, CertificateId, JobId, TargetId};
use certctl_core::job::{JobEvent, JobKind, JobState};
use certctl_core::random::new_id;
use certctl_core::retry::wait_after;
use certctl_core::time::Ts;
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::deployments::{self, DeploymentRow};
use certctl_store::jobs::{JobRow, Settlement, StepRow};
use certctl_store::versions::VersionRow;
use certctl_store::{Tx, audit, certificates, jobs, versions};
use serde_json::json;

use crate::error::Error;
use crate::measures;
use crate::ops::cause_words::{
    HOST_REFUSED, IN_DOUBT, PUT_BACK, REPLACED_BY_DEPLOYMENT, REPLACED_BY_VERSION, TAKEN_AWAY, UNCHANGED,
};
use crate::ops::issuance::{new_job, policy_of};
use crate::ops::{agents, job_moved, success, validations};

fn invalid(error: &certctl_core::deployment::InvalidTransition) -> Error {
    Error::conflict("deployment_state", error.to_string(), json!({ "state": error.state }))
}

/// Why a deployment is wanted, and from when.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// Why.
    pub reason: &'a str,
    /// When a maintenance window opens, if that is waited for.
    pub from: Option<Ts>,
}

impl<'a> Cause<'a> {
    /// A reason to begin now.
    pub const fn now(reason: &'a str) -> Self {
        Self { reason, from: None }
    }
}

/// Wants a version on a target: a deployment and its job. An open job for an older version is cancelled; for the same
/// version nothing is done and the open job is returned.
///
/// # Errors
/// [`Error::Conflict`] when the agent is retired.
pub fn start(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateRow,
    version: &VersionRow,
    target: &TargetId,
    agent: &AgentId,
    cause: Cause<'_>,
) -> Result<JobRow, Error> {
    if agents::is_retired(tx, agent.as_str())? {
        return Err(agents::retired(agent.as_str()));
    }
    let now = tx.now();
    if let Some(open) = jobs::open_deployment(tx, &certificate.id, target)? {
        if open.version_id.as_ref() == Some(&version.id) {
            // Who asks for it now does not wait for a maintenance window.
            if cause.from.is_none() && open.attempts == 0 && jobs::bring_forward(tx, &open.id)? {
                tx.notify(format!("agent:{agent}"));
            }
            return Ok(jobs::by_id(tx, &open.id)?.unwrap_or(open));
        }
        let cause = format!("{REPLACED_BY_VERSION}{}", version.id);
        jobs::set_state(tx, &open.id, open.state, JobState::Cancelled, Some(&cause))?;
        job_moved(tx, context, &open, JobState::Cancelled, Some(&cause))?;
    }
    // It looks at the endpoints itself.
    validations::call_off(
        tx,
        context,
        &certificate.id,
        target,
        &format!("{REPLACED_BY_DEPLOYMENT}{}", version.id),
    )?;
    let tries = policy_of(tx, certificate)?.max_attempts;
    let mut job =
        new_job(context, now, JobKind::Deployment, certificate, agent.as_str(), cause.reason, tries);
    if let Some(from) = cause.from {
        job.run_after = from;
        job.reason = format!("{}; waits for the maintenance window that opens at {from}", cause.reason);
    }
    job.executor = agent.to_string();
    job.target_id = Some(target.clone());
    job.version_id = Some(version.id.clone());
    let deployment = match deployments::of_version(tx, &version.id, target)? {
        Some(mut before) => {
            let from = before.state;
            if from != DeploymentState::Wanted {
                // A version that is live may be asked for again: it is looked at anew.
                before.state = match from {
                    DeploymentState::Live | DeploymentState::Installed => from,
                    DeploymentState::Wanted
                    | DeploymentState::Superseded
                    | DeploymentState::RolledBack
                    | DeploymentState::Failed => {
                        from.on(DeploymentEvent::Retried).map_err(|e| invalid(&e))?
                    }
                };
            }
            before.job_id = Some(job.id.clone());
            deployments::update(tx, from, &before)?;
            before
        }
        None => {
            let row = DeploymentRow {
                id: new_id(&*context.random, now),
                certificate_id: certificate.id.clone(),
                version_id: version.id.clone(),
                target_id: target.clone(),
                agent_id: agent.clone(),
                state: DeploymentState::Wanted,
                job_id: Some(job.id.clone()),
                previous_fingerprint: None,
                seen: json!([]),
                live_at: None,
                error: None,
                created_at: now,
                updated_at: now,
            };
            deployments::insert(tx, &row)?;
            row
        }
    };
    job.deployment_id = Some(deployment.id.clone());
    if !jobs::insert(tx, &job)? {
        return Err(Error::internal(format!("{target} has an open deployment that was not seen")));
    }
    for mut other in deployments::others_on_target(tx, &certificate.id, target, &deployment.id)? {
        if other.state == DeploymentState::Wanted {
            let from = other.state;
            other.state = from.on(DeploymentEvent::Superseded).map_err(|e| invalid(&e))?;
            deployments::update(tx, from, &other)?;
        }
    }
    success(
        tx,
        context,
        "deployment.wanted",
        ("deployment", deployment.id.as_str()),
        format!("{} is wanted on {target}", version.id),
        json!({
            "certificate_id": certificate.id, "version_id": version.id, "target_id": target, "job_id": job.id,
        }),
    )?;
    tx.notify(format!("agent:{agent}"));
    Ok(job)
}

/// Calls off what is still wanted of a certificate on a target; what is served there stays.
///
/// # Errors
/// Those of the store.
pub fn call_off(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateId,
    target: &TargetId,
    cause: &str,
) -> Result<(), Error> {
    validations::call_off(tx, context, certificate, target, cause)?;
    let Some(open) = jobs::open_deployment(tx, certificate, target)? else { return Ok(()) };
    jobs::set_state(tx, &open.id, open.state, JobState::Cancelled, Some(cause))?;
    job_moved(tx, context, &open, JobState::Cancelled, Some(cause))?;
    if let Some(id) = &open.deployment_id
        && let Some(mut deployment) = deployments::by_id(tx, id)?
        && deployment.state == DeploymentState::Wanted
    {
        deployment.state =
            DeploymentState::Wanted.on(DeploymentEvent::Superseded).map_err(|e| invalid(&e))?;
        deployment.error = Some(cause.to_owned());
        deployments::update(tx, DeploymentState::Wanted, &deployment)?;
    }
    Ok(())
}

/// The leased job that a report is about.
///
/// # Errors
/// 404 when there is none, 403 when it is another agent's, 409 when the lease is stale.
pub fn leased(tx: &mut Tx<'_>, id: &JobId, agent: &AgentId, token: &str) -> Result<JobRow, Error> {
    let job = jobs::by_id(tx, id)?.ok_or_else(|| Error::not_found("job", id.as_str()))?;
    if job.executor != agent.as_str() {
        return Err(Error::not_yours("job", id.as_str()));
    }
    if job.state != JobState::Running || job.lease_token.as_deref() != Some(token) {
        return Err(Error::conflict(
            "stale_lease",
            format!("the lease of {id} is no longer yours: the job is {}; drop the work", job.state),
            json!({ "state": job.state }),
        ));
    }
    Ok(job)
}

/// Takes an agent's report: steps, and the result when there is one.
///
/// # Errors
/// As [`leased`]; 422 when the result does not show what it claims.
pub fn report(
    tx: &mut Tx<'_>,
    context: &Context,
    agent: &AgentId,
    id: &JobId,
    report: &JobReport,
) -> Result<JobState, Error> {
    let job = leased(tx, id, agent, &report.lease_token)?;
    check_kind(&job, report)?;
    for step in &report.steps {
        let outcome = if step.ok { "ok" } else { "failed" };
        let row = StepRow {
            attempt: job.attempts,
            at: step.at,
            name: step.name.clone(),
            outcome: outcome.to_owned(),
            milliseconds: Some(step.milliseconds),
            detail: step.detail.clone(),
        };
        jobs::add_step(tx, id, &row);
        let data = json!({
            "job_id": id, "certificate_id": job.certificate_id, "target_id": job.target_id, "name": step.name,
            "outcome": outcome, "milliseconds": step.milliseconds, "detail": step.detail, "at": step.at,
        });
        audit::emit(tx, context, "job.step", "job", id.as_str(), data.to_string())?;
    }
    match (&report.result, &report.verified) {
        (Some(result), _) => settle(tx, context, &job, result),
        (None, Some(verified)) => validations::settle(tx, context, &job, verified),
        (None, None) => {
            // Progress alone is bookkeeping of the agent's own work; the stream shows it, the audit trail does not.
            tx.note_audit();
            Ok(job.state)
        }
    }
}

/// Refuses a result of another kind of work than the job's.
fn check_kind(job: &JobRow, report: &JobReport) -> Result<(), Error> {
    let is_look = job.kind == JobKind::Validation;
    let (wrong, pointer) = match is_look {
        true => (report.result.is_some(), "/result"),
        false => (report.verified.is_some(), "/verified"),
    };
    match wrong {
        true => Err(Error::invalid_field(pointer, format!("{} is a job of kind {}", job.id, job.kind))),
        false => Ok(()),
    }
}

/// What a result means for deployment and job.
struct Verdict<'a> {
    event: DeploymentEvent,
    seen: &'a [Sighting],
    previous: Option<&'a str>,
    failure: Option<(String, bool)>,
}

fn verdict<'a>(result: &'a DeployResult, wanted: &str) -> Result<Verdict<'a>, Error> {
    match result {
        DeployResult::Live { seen, previous_fingerprint, .. } => {
            let other = seen.iter().find(|s| s.fingerprint_sha256.as_deref() != Some(wanted));
            if seen.is_empty() || other.is_some() {
                return Err(Error::invalid_field(
                    "/result/seen",
                    match other {
                        Some(s) => format!("{} was not seen serving {wanted}", s.address),
                        None => "a live deployment needs at least one sighting".to_owned(),
                    },
                ));
            }
            Ok(Verdict {
                event: DeploymentEvent::SeenLive,
                seen,
                previous: previous_fingerprint.as_deref(),
                failure: None,
            })
        }
        DeployResult::Installed { previous_fingerprint } => Ok(Verdict {
            event: DeploymentEvent::InstalledUnprobed,
            seen: &[],
            previous: previous_fingerprint.as_deref(),
            failure: None,
        }),
        DeployResult::RolledBack { step, cause, seen, previous_fingerprint, retryable } => Ok(Verdict {
            event: DeploymentEvent::RolledBack,
            seen,
            previous: previous_fingerprint.as_deref(),
            failure: Some((
                format!("{step}: {cause} ({})", put_back(seen, previous_fingerprint.as_deref())),
                *retryable,
            )),
        }),
        DeployResult::Failed { step, cause, target_in_doubt, seen, retryable } => {
            let state = if *target_in_doubt { IN_DOUBT } else { UNCHANGED };
            Ok(Verdict {
                event: DeploymentEvent::Failed,
                seen,
                previous: None,
                failure: Some((format!("{step}: {cause} ({state})"), *retryable)),
            })
        }
        DeployResult::Refused { cause } => Ok(Verdict {
            event: DeploymentEvent::Failed,
            seen: &[],
            previous: None,
            failure: Some((format!("{HOST_REFUSED}{cause}"), false)),
        }),
    }
}

/// The second fact about a failed deployment: that the old certificate is back, and who was seen serving it.
fn put_back(seen: &[Sighting], previous: Option<&str>) -> String {
    if previous.is_none() {
        return format!("{TAKEN_AWAY}; there was no certificate before");
    }
    let serving: Vec<&str> = seen
        .iter()
        .filter(|sighting| sighting.fingerprint_sha256.is_some())
        .map(|sighting| sighting.address.as_str())
        .collect();
    match serving.as_slice() {
        [] => PUT_BACK.to_owned(),
        [one] => format!("{PUT_BACK}, and {one} serves it"),
        several => format!("{PUT_BACK}, and {} serve it", several.join(", ")),
    }
}

fn settle(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    result: &DeployResult,
) -> Result<JobState, Error> {
    let now = tx.now();
    let missing = || Error::internal(format!("{} names no deployment or version", job.id));
    let version_id = job.version_id.clone().ok_or_else(missing)?;
    let deployment_id = job.deployment_id.clone().ok_or_else(missing)?;
    let version = versions::by_id(tx, &version_id)?.ok_or_else(missing)?;
    let mut deployment = deployments::by_id(tx, &deployment_id)?.ok_or_else(missing)?;
    let verdict = verdict(result, &version.fingerprint_sha256)?;
    let (state, run_after) = match &verdict.failure {
        None => (JobState::Completed, now),
        Some((_, retryable)) if *retryable && job.attempts < job.max_attempts => {
            let mut bits = [0_u8; 2];
            context.random.fill(&mut bits);
            let attempts = u32::try_from(job.attempts).unwrap_or(u32::MAX);
            (JobState::Pending, now.plus(wait_after(attempts, u16::from_be_bytes(bits))))
        }
        Some(_) => (JobState::Failed, now),
    };
    let event = match state {
        JobState::Completed => JobEvent::Succeeded,
        JobState::Pending => JobEvent::FailedRetryable,
        JobState::Failed
        | JobState::AwaitingApproval
        | JobState::AwaitingCsr
        | JobState::Running
        | JobState::Cancelled => JobEvent::FailedFinally,
    };
    JobState::Running.on(event).map_err(|e| Error::conflict("job_state", e.to_string(), json!({})))?;
    let cause = verdict.failure.as_ref().map(|(cause, _)| cause.clone());
    let outcome = result.clone();
    tx.after_commit(move || measures::deployed(&outcome));
    let settlement = Settlement { state, run_after, version_id: None, error: cause.clone() };
    jobs::settle(tx, &job.id, job.lease_token.as_deref().unwrap_or_default(), &settlement)?;
    if state == JobState::Pending {
        // A poll that is held meanwhile was told of an earlier moment, or of none.
        tx.notify(format!("agent:{}", job.executor));
    }
    let from = deployment.state;
    // While the job will be tried again the deployment stays wanted; its error says how the last try went.
    if state != JobState::Pending {
        deployment.state = from.on(verdict.event).map_err(|e| invalid(&e))?;
    }
    deployment.seen = json!(verdict.seen);
    deployment.error.clone_from(&cause);
    if let Some(previous) = verdict.previous {
        deployment.previous_fingerprint = Some(previous.to_owned());
    }
    if verdict.event == DeploymentEvent::SeenLive {
        deployment.live_at = Some(now);
    }
    deployments::update(tx, from, &deployment)?;
    if state == JobState::Completed {
        for mut other in
            deployments::others_on_target(tx, &job.certificate_id, &deployment.target_id, &deployment.id)?
        {
            let from = other.state;
            other.state = from.on(DeploymentEvent::Superseded).map_err(|e| invalid(&e))?;
            deployments::update(tx, from, &other)?;
        }
    }
    let action = match verdict.event {
        DeploymentEvent::SeenLive => "deployment.live",
        DeploymentEvent::InstalledUnprobed => "deployment.installed",
        DeploymentEvent::RolledBack => "deployment.rolled_back",
        DeploymentEvent::Failed | DeploymentEvent::Superseded | DeploymentEvent::Retried => {
            "deployment.failed"
        }
    };
    tx.note_change("deployment", deployment.id.as_str(), None, &["error", "live_at", "seen", "state"]);
    success(
        tx,
        context,
        action,
        ("deployment", deployment.id.as_str()),
        match &cause {
            None => format!("{} is served by {}", version.id, deployment.target_id),
            Some(cause) => format!("{} on {}: {cause}", version.id, deployment.target_id),
        },
        json!({
            "certificate_id": job.certificate_id, "version_id": version.id, "target_id": deployment.target_id,
            "job_id": job.id, "fingerprint_sha256": version.fingerprint_sha256, "seen": verdict.seen,
        }),
    )?;
    job_moved(tx, context, job, state, cause.as_deref())?;
    if state == JobState::Failed {
        let why = cause.unwrap_or_default();
        certificates::refresh(tx, &job.certificate_id, Some(Some(&why)), Some(&why))?;
    } else if state == JobState::Completed && !certificates::failure_stands(tx, &job.certificate_id)? {
        certificates::refresh(tx, &job.certificate_id, Some(None), None)?;
    } else {
        certificates::refresh(tx, &job.certificate_id, None, None)?;
    }
    Ok(state)
}
