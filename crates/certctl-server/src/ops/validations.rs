//! Looks at live endpoints that people ask for: one job for each target, and what came of it.
//!
//! A deployment looks at its endpoints itself; this is the same look at any later time. What it saw is kept where a deployment's is,
//! so that there is one answer to what a target serves.
//! Not for: looking (the agent), or mending: what is served otherwise is deployed again by a person, or by the next renewal.
//! Invariants: nothing is asked for while a deployment to the target is under way; only the current version's deployment is
//! moved, and only by what was seen of exactly its fingerprint.

use std::collections::HashMap;

use certctl_api::agent_protocol::{Sighting, VerifyResult};
use certctl_api::certificates::VerifyCertificate;
use certctl_connectors::targets::read_config;
use certctl_core::agent::{AgentAbility, AgentState};
use certctl_core::deployment::{DeploymentEvent, DeploymentState};
use certctl_core::id::{AgentId, CertificateId, TargetId, VersionId};
use certctl_core::job::{JobEvent, JobKind, JobState};
use certctl_store::agents::AgentRow;
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::deployments::DeploymentRow;
use certctl_store::jobs::{JobRow, Settlement};
use certctl_store::{Tx, agents as agent_rows, certificates, deployments, holders, jobs, targets, versions};
use serde_json::json;

use crate::error::Error;
use crate::ops::cause_words::HOST_REFUSED;
use crate::ops::issuance::new_job;
use crate::ops::{agents, job_moved, success};

/// How often a look is begun again when the agent is lost over it.
const TRIES: i64 = 3;
/// What a look is called in causes, as the last step of a deployment is.
const PROBE: &str = "probe";

/// Starts a look at what the targets of a certificate serve.
///
/// # Errors
/// 409 when nothing can be looked at, or a named target cannot; 422 when one is not the certificate's.
pub fn start(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &CertificateRow,
    request: &VerifyCertificate,
) -> Result<Vec<JobRow>, Error> {
    let all = certificates::targets(tx, &row.id)?;
    for (i, wanted) in request.target_ids.iter().enumerate() {
        if !all.iter().any(|(target, _)| target == wanted) {
            let detail = format!("{wanted} is not a target of {}", row.id);
            return Err(Error::invalid_field(format!("/target_ids/{i}"), detail));
        }
    }
    let mut current: HashMap<String, VersionId> = HashMap::new();
    for holder in holders::of_certificate(tx, &row.id)? {
        if let Some(version) = holder.current_version_id {
            current.insert(holder.holder, version);
        }
    }
    let is_named = !request.target_ids.is_empty();
    let (mut started, mut first_objection) = (Vec::new(), None);
    for (target, agent) in all {
        if is_named && !request.target_ids.contains(&target) {
            continue;
        }
        match start_one(tx, context, row, &target, &agent, current.get(agent.as_str())) {
            Ok(job) => started.push(job),
            Err(error @ Error::Conflict { .. }) if !is_named => {
                first_objection.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    if started.is_empty() {
        return Err(first_objection.unwrap_or_else(|| {
            Error::conflict("nothing_to_verify", format!("{} is on no target", row.id), json!({}))
        }));
    }
    success(
        tx,
        context,
        "certificate.verify",
        ("certificate", row.id.as_str()),
        format!("{} looks at what the targets of {} serve were started", started.len(), row.id),
        json!({ "job_ids": started.iter().map(|job| job.id.to_string()).collect::<Vec<_>>() }),
    )?;
    Ok(started)
}

fn start_one(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &CertificateRow,
    target: &TargetId,
    agent: &AgentId,
    version: Option<&VersionId>,
) -> Result<JobRow, Error> {
    let deployment = match version {
        Some(version) => deployments::of_version(tx, version, target)?,
        None => None,
    };
    let nothing = |why: String| Error::conflict("nothing_to_verify", why, json!({ "target_id": target }));
    let Some(deployment) = deployment else {
        return Err(nothing(format!("{} was not deployed to {target} yet", row.id)));
    };
    let at_work = [jobs::open_deployment(tx, &row.id, target)?, jobs::open_validation(tx, &row.id, target)?];
    if let Some(open) = at_work.into_iter().flatten().next() {
        let detail = match open.kind {
            JobKind::Deployment => "is under way and looks at its endpoints itself",
            JobKind::Issuance | JobKind::Renewal | JobKind::Validation => "is under way already",
        };
        return Err(Error::conflict(
            "already_looking",
            format!("{} {} on {target} {detail}", open.kind, open.id),
            json!({ "job_id": open.id, "state": open.state, "target_id": target }),
        ));
    }
    let config = targets::by_id(tx, target)?.and_then(|row| read_config(&row.kind, &row.config).ok());
    if config.is_some_and(|config| config.probes().is_empty()) {
        return Err(nothing(format!(
            "{target} has no address to look at: name one as `probe` in its configuration"
        )));
    }
    let known = agent_rows::by_id(tx, agent)?.ok_or_else(|| Error::not_found("agent", agent.as_str()))?;
    if known.state == AgentState::Retired {
        return Err(agents::retired(agent.as_str()));
    }
    if !can_look(&known) {
        return Err(Error::conflict("agent_outdated", too_old(agent), json!({ "agent_id": agent })));
    }
    let now = tx.now();
    let reason = format!("asked for by {}", context.actor);
    let mut job = new_job(context, now, JobKind::Validation, row, agent.as_str(), &reason, TRIES);
    job.executor = agent.to_string();
    job.target_id = Some(target.clone());
    job.version_id = Some(deployment.version_id);
    job.deployment_id = Some(deployment.id);
    if !jobs::insert(tx, &job)? {
        return Err(Error::internal(format!("{target} has an open look that was not seen")));
    }
    job_moved(tx, context, &job, JobState::Pending, None)?;
    tx.notify(format!("agent:{agent}"));
    Ok(job)
}

/// Whether an agent's program can look when it is asked to; of one that has not polled yet that is not known, and it says so when
/// it is given the job.
fn can_look(agent: &AgentRow) -> bool {
    let said = agent.abilities.as_ref().and_then(|said| said.as_array());
    let can =
        said.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(AgentAbility::Verify.as_str())));
    can || agent.boot_id.is_none()
}

fn too_old(agent: &AgentId) -> String {
    format!(
        "the program of {agent} is too old to look at endpoints when it is asked to: update certctl-agent on its host"
    )
}

/// Ends a job that was leased to an agent that cannot do it.
///
/// # Errors
/// Those of the store.
pub fn refuse(tx: &mut Tx<'_>, context: &Context, agent: &AgentId, job: &JobRow) -> Result<(), Error> {
    end(tx, context, job, Some(&too_old(agent)))?;
    Ok(())
}

/// Calls off the look at a target, if there is one.
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
    let Some(open) = jobs::open_validation(tx, certificate, target)? else { return Ok(()) };
    jobs::set_state(tx, &open.id, open.state, JobState::Cancelled, Some(cause))?;
    job_moved(tx, context, &open, JobState::Cancelled, Some(cause))?;
    Ok(())
}

/// Takes what an agent saw: the job ends, and the deployment is live or not as it was seen.
///
/// # Errors
/// 422 when nothing was looked at.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    result: &VerifyResult,
) -> Result<JobState, Error> {
    let seen = match result {
        VerifyResult::Looked { seen } => seen,
        VerifyResult::Failed { cause } => return end(tx, context, job, Some(cause)),
        VerifyResult::Refused { cause } => {
            return end(tx, context, job, Some(&format!("{HOST_REFUSED}{cause}")));
        }
    };
    if seen.is_empty() {
        return Err(Error::invalid_field("/verified/seen", "it needs at least one sighting".to_owned()));
    }
    let missing = || Error::internal(format!("{} names no deployment or version", job.id));
    let version_id = job.version_id.as_ref().ok_or_else(missing)?;
    let version = versions::by_id(tx, version_id)?.ok_or_else(missing)?;
    let deployment_id = job.deployment_id.as_ref().ok_or_else(missing)?;
    let deployment = deployments::by_id(tx, deployment_id)?.ok_or_else(missing)?;
    let cause = otherwise(seen, &version.fingerprint_sha256);
    record(tx, context, job, deployment, seen, cause.as_deref())?;
    let state = end(tx, context, job, cause.as_deref())?;
    if cause.is_none() && !certificates::failure_stands(tx, &job.certificate_id)? {
        certificates::refresh(tx, &job.certificate_id, Some(None), None)?;
    } else {
        certificates::refresh(tx, &job.certificate_id, None, None)?;
    }
    Ok(state)
}

/// Which addresses do not serve the version, and what they do instead.
fn otherwise(seen: &[Sighting], wanted: &str) -> Option<String> {
    let each: Vec<String> = seen
        .iter()
        .filter(|sighting| sighting.fingerprint_sha256.as_deref() != Some(wanted))
        .map(|sighting| match (&sighting.fingerprint_sha256, &sighting.error) {
            (Some(other), _) => format!("{} serves another certificate, {other}", sighting.address),
            (None, Some(error)) => format!("{}: {error}", sighting.address),
            (None, None) => format!("{} showed no certificate", sighting.address),
        })
        .collect();
    (!each.is_empty()).then(|| format!("{PROBE}: {}", each.join("; ")))
}

/// Writes into the deployment what was seen. One that is under way again, or that was replaced meanwhile, keeps what it has: its own
/// look, or that of its successor, counts.
fn record(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    mut deployment: DeploymentRow,
    seen: &[Sighting],
    cause: Option<&str>,
) -> Result<(), Error> {
    let from = deployment.state;
    let next = match (from, cause) {
        (DeploymentState::Wanted | DeploymentState::Superseded, _) => return Ok(()),
        (_, None) => from.on(DeploymentEvent::SeenLive),
        (DeploymentState::Live | DeploymentState::Installed, Some(_)) => from.on(DeploymentEvent::Failed),
        // It was known already that it is not there, and why.
        (DeploymentState::RolledBack | DeploymentState::Failed, Some(_)) => Ok(from),
    };
    deployment.state = next.map_err(|error| {
        Error::conflict("deployment_state", error.to_string(), json!({ "state": error.state }))
    })?;
    deployment.seen = json!(seen);
    match cause {
        None => {
            deployment.error = None;
            deployment.live_at = Some(tx.now());
        }
        // The cause of a deployment that came to nothing is worth more than that it is still not there.
        Some(cause) if from != deployment.state || deployment.live_at.is_some() => {
            deployment.error = Some(cause.to_owned());
        }
        Some(_) => {}
    }
    deployments::update(tx, from, &deployment)?;
    if cause.is_none() {
        let others =
            deployments::others_on_target(tx, &job.certificate_id, &deployment.target_id, &deployment.id)?;
        for mut other in others {
            let was = other.state;
            other.state = was.on(DeploymentEvent::Superseded).map_err(|error| {
                Error::conflict("deployment_state", error.to_string(), json!({ "state": error.state }))
            })?;
            deployments::update(tx, was, &other)?;
        }
    }
    tx.note_change("deployment", deployment.id.as_str(), None, &["error", "live_at", "seen", "state"]);
    let place = &deployment.target_id;
    let (action, summary) = match cause {
        None => ("deployment.verified", format!("{} is served by {place}", deployment.version_id)),
        Some(cause) => ("deployment.not_verified", format!("{} on {place}: {cause}", deployment.version_id)),
    };
    success(
        tx,
        context,
        action,
        ("deployment", deployment.id.as_str()),
        summary,
        json!({
            "certificate_id": job.certificate_id, "version_id": deployment.version_id, "target_id": place,
            "job_id": job.id, "seen": seen,
        }),
    )?;
    Ok(())
}

/// Ends the job: done, or failed with what stood in the way. A look that showed something else is not begun again by itself.
fn end(tx: &mut Tx<'_>, context: &Context, job: &JobRow, cause: Option<&str>) -> Result<JobState, Error> {
    let event = if cause.is_some() { JobEvent::FailedFinally } else { JobEvent::Succeeded };
    let state = JobState::Running
        .on(event)
        .map_err(|error| Error::conflict("job_state", error.to_string(), json!({ "state": error.state })))?;
    let settlement =
        Settlement { state, run_after: tx.now(), version_id: None, error: cause.map(str::to_owned) };
    jobs::settle(tx, &job.id, job.lease_token.as_deref().unwrap_or_default(), &settlement)?;
    job_moved(tx, context, job, state, cause)?;
    Ok(state)
}
