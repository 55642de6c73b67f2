//! Agents: invited, joined, renewed, changed, retired.
//!
//! Invariants: a token is used once; an agent's identity is what its connection proves; work goes to active agents
//! only.

use certctl_api::agent_protocol::CsrRefusal;
use certctl_core::agent::{AgentHealth, AgentState, LATE_AFTER_SECONDS, OFFLINE_AFTER_SECONDS, health};
use certctl_core::id::{AgentId, JobId};
use certctl_core::job::{JobEvent, JobKind, JobState};
use certctl_core::retry::wait_after;
use certctl_core::time::Ts;
use certctl_store::agents::{self, AgentRow, Heartbeat, InvitationRow};
use certctl_store::audit::Context;
use certctl_store::jobs::{JobRow, Lease, StepRow};
use certctl_store::target_tests::TargetTestRow;
use certctl_store::{StoreError, Tx, audit, certificates, holders, jobs};
use serde_json::json;

use crate::error::Error;
use crate::ops::cause_words::NO_CSR_FROM;
use crate::ops::settings::at_revision;
use crate::ops::{
    agent_health, dns_providers, issuance, job_moved, jobs as job_ops, note_changed, success, target_tests,
    validations, with_before,
};

/// How long an agent's lease on a deployment lasts unless extended.
pub const LEASE_SECONDS: i64 = 60;

/// Stores an invitation.
///
/// # Errors
/// 409 when an agent of the name exists.
pub fn invite(tx: &mut Tx<'_>, context: &Context, row: &InvitationRow, agent: &AgentId) -> Result<(), Error> {
    if agents::by_id(tx, agent)?.is_some() {
        return Err(Error::conflict(
            "agent_exists",
            format!("there is an agent {agent} already: retire it first, or choose another name"),
            json!({ "agent_id": agent }),
        ));
    }
    agents::insert_invitation(tx, row)?;
    success(
        tx,
        context,
        "agent.invite",
        ("invitation", row.id.as_str()),
        format!("{} may join until {}", row.name, row.expires_at),
        json!({ "name": row.name, "expires_at": row.expires_at }),
    )?;
    Ok(())
}

/// What a join brings.
#[derive(Debug, Clone)]
pub struct Joining {
    /// SHA-256 of the token's secret.
    pub token_hash: Vec<u8>,
    /// SHA-256 of the identity certificate that was made for it, hexadecimal.
    pub identity_fingerprint: String,
    /// Its end.
    pub identity_not_after: Ts,
    /// Program version.
    pub version: String,
    /// Platform.
    pub platform: String,
}

/// The id that an invitation's agent gets.
///
/// # Errors
/// 422 when the name is not fit for an id.
pub fn id_of(name: &str, pointer: &str) -> Result<AgentId, Error> {
    format!("ag-{name}").parse().map_err(|_| {
        Error::invalid_field(
            pointer,
            format!("{name:?} cannot name an agent: use lower-case letters, digits and hyphens, at most 61"),
        )
    })
}

/// Uses the token and enrols the agent: one transaction.
///
/// # Errors
/// 401 when the token is unknown, used or ended.
pub fn join(tx: &mut Tx<'_>, context: &Context, joining: &Joining) -> Result<AgentRow, Error> {
    let now = tx.now();
    let invitation =
        agents::invitation_by_hash(tx, &joining.token_hash)?.ok_or_else(Error::bad_join_token)?;
    let id = id_of(&invitation.name, "/token")?;
    match agents::use_invitation(tx, &invitation.id, &id) {
        Ok(()) => {}
        Err(StoreError::Stale { .. }) => return Err(Error::bad_join_token()),
        Err(error) => return Err(error.into()),
    }
    let agent = AgentRow {
        id: id.clone(),
        name: invitation.name.clone(),
        state: AgentState::Active,
        health: AgentHealth::Online,
        identity_fingerprint: joining.identity_fingerprint.clone(),
        previous_fingerprint: None,
        identity_not_after: joining.identity_not_after,
        version: Some(joining.version.clone()),
        platform: Some(joining.platform.clone()),
        capabilities: json!([]),
        dns_providers: None,
        abilities: None,
        environment: None,
        boot_id: None,
        last_seen_at: Some(now),
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    if !agents::insert(tx, &agent)? {
        return Err(Error::conflict(
            "agent_exists",
            format!("there is an agent {id} already"),
            json!({ "agent_id": id }),
        ));
    }
    success(
        tx,
        context,
        "agent.join",
        ("agent", id.as_str()),
        format!("{id} joined with invitation {}", invitation.id),
        json!({ "invitation_id": invitation.id, "platform": joining.platform, "version": joining.version }),
    )?;
    Ok(agent)
}

/// Replaces the identity; the old one is still known until the new one was used.
///
/// # Errors
/// Those of the store.
pub fn renew_identity(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &AgentId,
    fingerprint: &str,
    not_after: Ts,
) -> Result<(), Error> {
    let mut agent = agents::by_id(tx, id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))?;
    agent.previous_fingerprint =
        Some(std::mem::replace(&mut agent.identity_fingerprint, fingerprint.to_owned()));
    agent.identity_not_after = not_after;
    agents::update(tx, &agent)?;
    tx.note_change("agent", id.as_str(), None, &["identity_not_after"]);
    success(
        tx,
        context,
        "agent.identity_renewed",
        ("agent", id.as_str()),
        format!("the identity of {id} is valid until {not_after}"),
        json!({ "not_after": not_after }),
    )?;
    Ok(())
}

/// Work for a polling agent.
#[derive(Debug, Clone, Default)]
pub struct AgentWork {
    /// Jobs that wait for its CSR.
    pub csr: Vec<JobRow>,
    /// Deployments, leased now.
    pub deployments: Vec<JobRow>,
    /// Looks at live endpoints, leased now.
    pub verifications: Vec<JobRow>,
    /// In hand, but no longer its own.
    pub dropped: Vec<JobId>,
    /// Targets to test, taken now.
    pub tests: Vec<TargetTestRow>,
}

/// What a poll says of the agent, as far as it matters for its work.
#[derive(Debug, Clone)]
pub struct Polling {
    /// Which start of it.
    pub boot_id: String,
    /// Proof of the leases that it gets now.
    pub token: String,
    /// What it is at, each with its lease's token.
    pub in_hand: Vec<(JobId, String)>,
    /// Whether its program can look at endpoints when it is asked to.
    pub can_verify: bool,
}

/// Refuses an agent that is quarantined or retired.
///
/// # Errors
/// 403 when it is quarantined, 410 when it is retired.
pub fn must_be_active(tx: &mut Tx<'_>, id: &AgentId) -> Result<(), Error> {
    let agent = agents::by_id(tx, id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))?;
    match Error::of_agent_state(id.as_str(), agent.state) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Whether nothing will ever come from a key holder again: an agent that is retired.
///
/// # Errors
/// Those of the store.
pub fn is_retired(tx: &mut Tx<'_>, holder: &str) -> Result<bool, StoreError> {
    let Ok(id) = holder.parse::<AgentId>() else { return Ok(false) };
    Ok(agents::by_id(tx, &id)?.is_some_and(|agent| agent.state == AgentState::Retired))
}

/// What a request for work of a retired agent is told.
pub fn retired(agent: &str) -> Error {
    Error::conflict(
        "agent_retired",
        format!("{agent} is retired and does nothing any more: serve its targets by another agent"),
        json!({ "agent_id": agent }),
    )
}

/// Extends what is in hand, gives back what an earlier start held, and leases what is runnable.
///
/// # Errors
/// As [`must_be_active`].
pub fn work(
    tx: &mut Tx<'_>,
    context: &Context,
    agent: &AgentId,
    polling: &Polling,
) -> Result<AgentWork, Error> {
    must_be_active(tx, agent)?;
    let now = tx.now();
    let until = now.plus_seconds(LEASE_SECONDS);
    let mut work = AgentWork::default();
    let mut held = Vec::new();
    for (id, token) in &polling.in_hand {
        let own = jobs::by_id(tx, id)?.is_some_and(|job| job.executor == agent.as_str());
        if own && jobs::extend(tx, id, token, until)? {
            held.push(id.clone());
        } else {
            work.dropped.push(id.clone());
        }
    }
    job_ops::give_back_of(tx, context, agent.as_str(), &polling.boot_id, &held)?;
    work.csr = jobs::awaiting_csr(tx, agent, 20)?;
    let lease = Lease { owner: polling.boot_id.clone(), token: polling.token.clone(), expires_at: until };
    for job in jobs::lease(tx, agent.as_str(), &lease, 4)? {
        job_moved(tx, context, &job, JobState::Running, None)?;
        match job.kind {
            JobKind::Validation if !polling.can_verify => validations::refuse(tx, context, agent, &job)?,
            JobKind::Validation => work.verifications.push(job),
            // Those of the control plane are never an agent's to lease.
            JobKind::Deployment | JobKind::Issuance | JobKind::Renewal => work.deployments.push(job),
        }
    }
    work.tests = target_tests::take(tx, context, agent)?;
    Ok(work)
}

/// The most of a cause that is kept, in characters.
const CAUSE_LIMIT: usize = 2_000;

/// Takes an agent's word that it has no CSR for a waiting job: it is asked again later, or the job fails with the cause.
///
/// # Errors
/// 409 when the job waits for no CSR.
pub fn csr_refused(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    refusal: &CsrRefusal,
) -> Result<JobState, Error> {
    let now = tx.now();
    if job.state != JobState::AwaitingCsr {
        return Err(Error::conflict(
            "job_state",
            format!("{} waits for no CSR: it is {}", job.id, job.state),
            json!({ "state": job.state }),
        ));
    }
    let attempt = job.attempts + 1;
    let again = refusal.retryable && attempt < job.max_attempts;
    let event = if again { JobEvent::FailedRetryable } else { JobEvent::FailedFinally };
    let next = job
        .state
        .on(event)
        .map_err(|error| Error::conflict("job_state", error.to_string(), json!({ "state": error.state })))?;
    let cause: String = refusal.cause.chars().take(CAUSE_LIMIT).collect();
    let (name, outcome) = ("csr", "failed");
    let step = StepRow {
        attempt,
        at: now,
        name: name.to_owned(),
        outcome: outcome.to_owned(),
        milliseconds: None,
        detail: cause.clone(),
    };
    jobs::add_step(tx, &job.id, &step);
    let data = json!({
        "job_id": job.id, "certificate_id": job.certificate_id, "target_id": job.target_id, "name": name,
        "outcome": outcome, "milliseconds": step.milliseconds, "detail": step.detail, "at": now,
    });
    audit::emit(tx, context, "job.step", "job", job.id.as_str(), data.to_string())?;
    let cause = format!("{NO_CSR_FROM}{}: {cause}", job.holder);
    if again {
        let mut bits = [0_u8; 2];
        context.random.fill(&mut bits);
        let wait = wait_after(u32::try_from(attempt).unwrap_or(u32::MAX), u16::from_be_bytes(bits));
        jobs::put_csr_off(tx, &job.id, now.plus(wait), &cause)?;
        job_moved(tx, context, job, next, Some(&cause))?;
        certificates::refresh(tx, &job.certificate_id, None, None)?;
    } else {
        jobs::set_state(tx, &job.id, JobState::AwaitingCsr, next, Some(&cause))?;
        job_moved(tx, context, job, next, Some(&cause))?;
        issuance::ended_without_version(tx, &job.certificate_id, &job.holder, &cause)?;
    }
    Ok(next)
}

/// A person's change.
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    /// For people.
    pub name: Option<String>,
    /// Environment label, or none any more.
    pub environment: Option<Option<String>>,
    /// Quarantine or lift it.
    pub state: Option<AgentState>,
    /// The revision it was made from.
    pub revision: Option<i64>,
}

/// Changes an agent.
///
/// # Errors
/// 404, 409 when the state does not allow it, 412 when the revision is old.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &AgentId,
    change: &AgentChange,
) -> Result<AgentRow, Error> {
    let mut agent = agents::by_id(tx, id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))?;
    at_revision(change.revision, agent.revision)?;
    let before = changeable(&agent);
    if let Some(next) = change.state
        && next != agent.state
    {
        if next == AgentState::Retired || !agent.state.may_become(next) {
            return Err(Error::conflict(
                "agent_state",
                format!("{id} is {}: it cannot become {next} this way", agent.state),
                json!({ "state": agent.state }),
            ));
        }
        agent.state = next;
    }
    if let Some(name) = &change.name {
        agent.name.clone_from(name);
    }
    if let Some(environment) = &change.environment {
        agent.environment.clone_from(environment);
    }
    agents::update(tx, &agent)?;
    note_changed(tx, ("agent", id.as_str()), &before, &changeable(&agent));
    success(
        tx,
        context,
        "agent.update",
        ("agent", id.as_str()),
        format!("{id} is {}", agent.state),
        with_before(
            json!({ "state": agent.state, "environment": agent.environment }),
            &before,
            &changeable(&agent),
        ),
    )?;
    tx.notify(format!("agent:{id}"));
    agents::by_id(tx, id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))
}

fn changeable(agent: &AgentRow) -> serde_json::Value {
    json!({ "name": agent.name, "environment": agent.environment, "state": agent.state })
}

/// Retires an agent for good: its open jobs are called off, and nothing of it is renewed. Without `force` it must hold no
/// certificate that is still managed, serve no target, and set the records of no DNS provider.
///
/// # Errors
/// 404, 409 with what it still serves.
pub fn retire(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &AgentId,
    revision: Option<i64>,
    force: bool,
) -> Result<AgentRow, Error> {
    let mut agent = agents::by_id(tx, id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))?;
    at_revision(revision, agent.revision)?;
    if !agent.state.may_become(AgentState::Retired) {
        return Err(Error::conflict(
            "agent_state",
            format!("{id} is retired already"),
            json!({ "state": agent.state }),
        ));
    }
    let agents::Holdings { certificates, targets, .. } = agents::holdings(tx, id)?;
    let providers = dns_providers::of_agent(tx, id)?;
    if !force && (certificates > 0 || targets > 0 || !providers.is_empty()) {
        let records = if providers.is_empty() {
            String::new()
        } else {
            format!(", and sets the records of DNS providers: {}", providers.join(", "))
        };
        let detail = format!(
            "{id} still holds the keys of {certificates} certificates, serves {targets} targets{records}. \
             Move all of it first, or retire it with force"
        );
        let params =
            json!({ "certificates": certificates, "targets": targets, "dns_provider_ids": providers });
        return Err(Error::conflict("agent_in_use", detail, params));
    }
    agent.state = AgentState::Retired;
    agents::update(tx, &agent)?;
    tx.note_change("agent", id.as_str(), None, &["state"]);
    success(
        tx,
        context,
        "agent.retire",
        ("agent", id.as_str()),
        format!("{id} is retired"),
        json!({ "force": force, "certificates": certificates, "targets": targets, "dns_provider_ids": providers }),
    )?;
    // Nobody would ever do them.
    for job in jobs::open_of_agent(tx, id)? {
        job_ops::cancel(tx, context, &job.id, Some(&format!("{id} is retired")))?;
    }
    holders::stop(tx, id.as_str())?;
    tx.notify(format!("agent:{id}"));
    agents::by_id(tx, id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))
}

/// Records which agents tell of another version than the one that is stored.
///
/// # Errors
/// Those of the store.
pub fn note_versions(tx: &mut Tx<'_>, context: &Context, beats: &[Heartbeat]) -> Result<(), Error> {
    let ids: Vec<&AgentId> = beats.iter().map(|beat| &beat.id).collect();
    for (id, before) in agents::versions_of(tx, &ids)? {
        let told = beats.iter().rfind(|beat| beat.id == id);
        let Some(beat) = told.filter(|beat| beat.version != before) else { continue };
        tx.note_change("agent", id.as_str(), None, &["version"]);
        success(
            tx,
            context,
            "agent.version",
            ("agent", id.as_str()),
            format!("{id} ran version {before} and runs {} now", beat.version),
            json!({ "before": before, "version": beat.version, "platform": beat.platform }),
        )?;
    }
    Ok(())
}

/// Writes the health of agents whose silence says something new; says how many changed.
///
/// # Errors
/// Those of the store.
pub fn sweep_health(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<usize, Error> {
    let now = tx.now();
    let online_since = now.plus_seconds(-LATE_AFTER_SECONDS);
    let late_since = now.plus_seconds(-OFFLINE_AFTER_SECONDS);
    let suspects = agents::health_suspects(tx, online_since, late_since, limit)?;
    let mut n = 0;
    for mut agent in suspects {
        let seen = health(agent.last_seen_at, now);
        if seen == agent.health {
            continue;
        }
        let before = std::mem::replace(&mut agent.health, seen);
        agents::update(tx, &agent)?;
        tx.note_change("agent", agent.id.as_str(), None, &["health"]);
        success(
            tx,
            context,
            agent_health::CHANGED,
            ("agent", agent.id.as_str()),
            format!("{} was {before} and is {seen}", agent.id),
            json!({ "before": before, "health": seen, "last_seen_at": agent.last_seen_at }),
        )?;
        n += 1;
    }
    Ok(n)
}

/// Withdraws an unused invitation.
///
/// # Errors
/// 404 when there is none, or it was used.
pub fn withdraw(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &certctl_core::id::InvitationId,
) -> Result<(), Error> {
    if !agents::delete_invitation(tx, id)? {
        return Err(Error::not_found("unused invitation", id.as_str()));
    }
    let summary = format!("{id} was withdrawn");
    success(tx, context, "agent.invitation_withdraw", ("invitation", id.as_str()), summary, json!({}))?;
    Ok(())
}
