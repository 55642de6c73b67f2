//! Jobs that nobody settles: cancelled, retried, lost with their worker, waiting too long.
//!
//! Invariant: no job rests in a state that nobody will look at again.

use certctl_core::deployment::{DeploymentEvent, DeploymentState};
use certctl_core::id::JobId;
use certctl_core::job::{APPROVAL_DEADLINE_SECONDS, JobEvent, JobKind, JobState};
use certctl_core::permission::Scope;
use certctl_store::audit::Context;
use certctl_store::jobs::JobRow;
use certctl_store::{Tx, certificates, deployments, holders, jobs, versions};
use serde_json::json;

use crate::error::Error;
use crate::ops::cause_words::{CANCELLED_BY, ITS_WORKER, LAST_SAID, NO_CSR_CAME, NOT_APPROVED};
use crate::ops::{approvals, issuance, job_moved, keys};

pub(super) fn transition(job: &JobRow, event: JobEvent) -> Result<JobState, Error> {
    job.state
        .on(event)
        .map_err(|error| Error::conflict("job_state", error.to_string(), json!({ "state": job.state })))
}

/// What a job's end without success means for what it was for.
pub(super) fn ended(tx: &mut Tx<'_>, job: &JobRow, cause: &str) -> Result<(), Error> {
    match job.kind {
        JobKind::Issuance | JobKind::Renewal => {
            issuance::ended_without_version(tx, &job.certificate_id, &job.holder, cause)
        }
        JobKind::Deployment => {
            if let Some(id) = &job.deployment_id
                && let Some(mut deployment) = deployments::by_id(tx, id)?
                && deployment.state == DeploymentState::Wanted
            {
                deployment.state = DeploymentState::Wanted.on(DeploymentEvent::Failed).map_err(|error| {
                    Error::conflict("deployment_state", error.to_string(), json!({ "state": error.state }))
                })?;
                deployment.error = Some(cause.to_owned());
                deployments::update(tx, DeploymentState::Wanted, &deployment)?;
            }
            certificates::refresh(tx, &job.certificate_id, Some(Some(cause)), Some(cause))?;
            Ok(())
        }
        JobKind::Validation => Ok(()),
    }
}

/// One that exists, of a certificate within the caller's scope.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, scope: &Scope, id: &JobId) -> Result<JobRow, Error> {
    jobs::within(tx, scope, id)?.ok_or_else(|| Error::not_found("job", id.as_str()))
}

/// Calls a job off.
///
/// # Errors
/// 404 when there is none, 409 when it has ended.
pub fn cancel(tx: &mut Tx<'_>, context: &Context, id: &JobId, reason: Option<&str>) -> Result<JobRow, Error> {
    let job = load(tx, &context.scope, id)?;
    let next = transition(&job, JobEvent::Cancelled)?;
    let cause = reason.map_or_else(
        || format!("{CANCELLED_BY}{}", context.actor),
        |reason| format!("{CANCELLED_BY}{}: {reason}", context.actor),
    );
    jobs::set_state(tx, id, job.state, next, Some(&cause))?;
    job_moved(tx, context, &job, next, Some(&cause))?;
    ended(tx, &job, &cause)?;
    jobs::by_id(tx, id)?.ok_or_else(|| Error::not_found("job", id.as_str()))
}

/// Starts another round of a failed job.
///
/// # Errors
/// 404 when there is none, 409 when it has not failed or was replaced.
pub fn retry(tx: &mut Tx<'_>, context: &Context, id: &JobId, reason: Option<&str>) -> Result<JobRow, Error> {
    let job = load(tx, &context.scope, id)?;
    transition(&job, JobEvent::Retried)?;
    let replaced = |open: Option<JobRow>| match open {
        Some(open) => Err(Error::conflict(
            "job_replaced",
            format!("{id} was replaced by {}, which is {}", open.id, open.state),
            json!({ "job_id": open.id, "state": open.state }),
        )),
        None => Ok(()),
    };
    match job.kind {
        JobKind::Issuance | JobKind::Renewal => {
            replaced(jobs::open_issuance(tx, &job.certificate_id, &job.holder)?)?;
            if job.csr.is_none() && job.approval_because.is_none() {
                return Err(Error::conflict(
                    "no_csr",
                    format!("{id} never got a CSR: start a renewal of {} instead", job.certificate_id),
                    json!({}),
                ));
            }
            holders::set_due(tx, &job.certificate_id, &job.holder, None)?;
        }
        JobKind::Deployment => {
            if let Some(target) = &job.target_id {
                replaced(jobs::open_deployment(tx, &job.certificate_id, target)?)?;
            }
            if let Some(version) = &job.version_id
                && let Some(version) = versions::by_id(tx, version)?
            {
                keys::still_there(&version)?;
            }
            if let Some(deployment_id) = &job.deployment_id
                && let Some(mut deployment) = deployments::by_id(tx, deployment_id)?
                && deployment.state != DeploymentState::Wanted
            {
                let from = deployment.state;
                deployment.state = from.on(DeploymentEvent::Retried).map_err(|error| {
                    Error::conflict("deployment_state", error.to_string(), json!({ "state": error.state }))
                })?;
                deployments::update(tx, from, &deployment)?;
            }
            tx.notify(format!("agent:{}", job.executor));
        }
        JobKind::Validation => {
            if let Some(target) = &job.target_id {
                replaced(jobs::open_validation(tx, &job.certificate_id, target)?)?;
                replaced(jobs::open_deployment(tx, &job.certificate_id, target)?)?;
            }
            tx.notify(format!("agent:{}", job.executor));
        }
    }
    let unapproved = match job.kind {
        JobKind::Issuance | JobKind::Renewal => approvals::missing_of(tx, &job)?,
        JobKind::Deployment | JobKind::Validation => None,
    };
    let next = match unapproved {
        Some(because) => {
            let next = transition(&job, JobEvent::RetriedNeedsApproval)?;
            let deadline = tx.now().plus_seconds(APPROVAL_DEADLINE_SECONDS);
            certctl_store::approvals::demand(tx, id, job.state, &because, deadline)?;
            next
        }
        None => {
            let next = transition(&job, JobEvent::Retried)?;
            jobs::set_state(tx, id, job.state, next, None)?;
            next
        }
    };
    let words = reason.map(|reason| format!("tried again: {reason}"));
    job_moved(tx, context, &job, next, words.as_deref())?;
    certificates::refresh(tx, &job.certificate_id, None, None)?;
    tx.notify("engine:issue");
    jobs::by_id(tx, id)?.ok_or_else(|| Error::not_found("job", id.as_str()))
}

/// Gives one lost job back; after its last try it fails instead.
fn give_back(tx: &mut Tx<'_>, context: &Context, job: &JobRow, cause: &str) -> Result<(), Error> {
    let spent = job.attempts >= job.max_attempts;
    let event = if spent { JobEvent::FailedFinally } else { JobEvent::LeaseEnded };
    let next = transition(job, event)?;
    jobs::set_state(tx, &job.id, JobState::Running, next, Some(cause))?;
    job_moved(tx, context, job, next, Some(cause))?;
    if spent {
        return ended(tx, job, cause);
    }
    certificates::refresh(tx, &job.certificate_id, None, None)?;
    if job.kind.is_agents() {
        tx.notify(format!("agent:{}", job.executor));
    } else {
        tx.notify("engine:issue");
    }
    Ok(())
}

/// Gives jobs back whose lease has run out; says how many.
///
/// # Errors
/// Those of the store.
pub fn reap(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<usize, Error> {
    let lost = jobs::expired_leases(tx, limit)?;
    for job in &lost {
        give_back(tx, context, job, &format!("{ITS_WORKER}was lost: the lease ran out"))?;
    }
    Ok(lost.len())
}

/// Gives back what an executor's earlier start held: leases of another owner that are not in hand.
///
/// # Errors
/// Those of the store.
pub fn give_back_of(
    tx: &mut Tx<'_>,
    context: &Context,
    executor: &str,
    owner: &str,
    in_hand: &[JobId],
) -> Result<usize, Error> {
    let mut n = 0;
    for job in jobs::running_of(tx, executor)? {
        if job.lease_owner.as_deref() != Some(owner) && !in_hand.contains(&job.id) {
            give_back(tx, context, &job, &format!("{ITS_WORKER}was started anew"))?;
            n += 1;
        }
    }
    Ok(n)
}

/// Gives back what this worker itself holds (shutdown).
///
/// # Errors
/// Those of the store.
pub fn release(tx: &mut Tx<'_>, context: &Context, owner: &str) -> Result<usize, Error> {
    let mut n = 0;
    for job in jobs::running_of(tx, "")? {
        if job.lease_owner.as_deref() == Some(owner) {
            give_back(tx, context, &job, &format!("{ITS_WORKER}is shutting down"))?;
            n += 1;
        }
    }
    Ok(n)
}

/// Fails jobs that waited past their deadline; says how many.
///
/// # Errors
/// Those of the store.
pub fn expire(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<usize, Error> {
    let late = jobs::past_deadline(tx, limit)?;
    for job in &late {
        let next = transition(job, JobEvent::DeadlinePassed)?;
        let cause = match job.state {
            JobState::AwaitingCsr => match &job.error {
                Some(refusal) => format!("{NO_CSR_CAME}in time{LAST_SAID}{refusal}"),
                None => format!("{NO_CSR_CAME}from {} in time: is the agent running?", job.holder),
            },
            JobState::AwaitingApproval => NOT_APPROVED.to_owned(),
            JobState::Pending
            | JobState::Running
            | JobState::Completed
            | JobState::Failed
            | JobState::Cancelled => "its deadline passed".to_owned(),
        };
        jobs::set_state(tx, &job.id, job.state, next, Some(&cause))?;
        job_moved(tx, context, job, next, Some(&cause))?;
        ended(tx, job, &cause)?;
    }
    Ok(late.len())
}
