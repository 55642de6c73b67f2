//! Alerts of work and of parts: jobs, agents, issuers, and the certificates that certctl itself lives by.
//!
//! Not for: certificates that are managed (`certificates.rs`). Invariant: a look reads facts and changes nothing.

use certctl_core::alert::{AlertKind, AlertSeverity, CA_LEAD, Lead, SERVER_LEAD, own_severity};
use certctl_core::job::JobState;
use certctl_core::renewal::Validity;
use certctl_store::alert_watch::{self, JobFacts, StuckLimits};
use certctl_store::{Tx, agents, jobs};
use serde_json::json;

use super::Finding;
use super::watch::{Surroundings, Watch, at};
use crate::error::Error;

/// A CSR's deadline (24 hours) is near in its last quarter.
const CSR_NEAR_SECONDS: i64 = 6 * 3_600;
/// An approval's deadline (7 days) is near in its last day.
const APPROVAL_NEAR_SECONDS: i64 = 86_400;
/// A job that has not moved for so long is stuck.
const MOVED_SECONDS: i64 = 900;
/// An issuer may be away for so long.
const TROUBLE_SECONDS: i64 = 60;
/// After that long it is urgent.
const TROUBLE_CRITICAL_SECONDS: i64 = 3_600;
/// An offline agent's keys that end within so long are urgent.
const OFFLINE_CRITICAL_SECONDS: i64 = 3 * 86_400;
/// The server's TLS certificate, among the own ones.
const SERVER_TLS: &str = "server-tls";

/// A job that goes nowhere.
pub(super) const JOB_STUCK: Watch = Watch {
    kind: AlertKind::JobStuck,
    suspects: |tx, _, after, limit| {
        let limits = limits(tx);
        Ok(alert_watch::stuck(tx, limits, after, limit)?)
    },
    look: stuck,
    cured: |tx, row| {
        let job = match row.object_id.parse() {
            Ok(id) => jobs::by_id(tx, &id)?,
            Err(_) => None,
        };
        Ok(job.map_or_else(|| "the job is gone".to_owned(), |job| format!("the job is {}", job.state)))
    },
};

/// An agent out of reach, with keys that are due.
pub(super) const AGENT_OFFLINE: Watch = Watch {
    kind: AlertKind::AgentOffline,
    suspects: |tx, _, after, limit| Ok(alert_watch::offline(tx, after, limit)?),
    look: offline,
    cured: |tx, row| {
        let agent = match row.object_id.parse() {
            Ok(id) => agents::by_id(tx, &id)?,
            Err(_) => None,
        };
        Ok(agent.map_or_else(
            || "the agent is gone".to_owned(),
            |agent| {
                format!("the agent is {} and {}, or holds nothing that is due", agent.state, agent.health)
            },
        ))
    },
};

/// An issuer that does not answer.
pub(super) const ISSUER_UNREACHABLE: Watch = Watch {
    kind: AlertKind::IssuerUnreachable,
    suspects: |tx, around, after, _| {
        let found = unreachable(tx, around, &[])?;
        Ok(found.into_iter().map(|finding| finding.object.1).filter(|id| id.as_str() > after).collect())
    },
    look: unreachable,
    cured: |_, _| Ok("it signs again".to_owned()),
};

/// A certificate that certctl lives by.
pub(super) const OWN_CERTIFICATE_EXPIRING: Watch = Watch {
    kind: AlertKind::OwnCertificateExpiring,
    suspects: |tx, around, after, _| {
        let found = own(tx, around, &[])?;
        Ok(found.into_iter().map(|finding| finding.object.1).filter(|id| id.as_str() > after).collect())
    },
    look: own,
    cured: |_, _| Ok("another certificate has taken its place, or it was removed".to_owned()),
};

fn limits(tx: &Tx<'_>) -> StuckLimits {
    let now = tx.now();
    StuckLimits {
        csr_deadline: now.plus_seconds(CSR_NEAR_SECONDS),
        approval_deadline: now.plus_seconds(APPROVAL_NEAR_SECONDS),
        moved_before: now.plus_seconds(-MOVED_SECONDS),
    }
}

/// Why a job is stuck, for a program and for a person; nothing when it is not.
fn why_stuck(job: &JobFacts, limits: StuckLimits) -> Option<(&'static str, String)> {
    let deadline = |limit| job.deadline.filter(|deadline| *deadline <= limit);
    let last = job.error.as_ref().map(|error| format!("; last: {error}")).unwrap_or_default();
    match job.state {
        JobState::AwaitingCsr => deadline(limits.csr_deadline).map(|end| {
            let holder = &job.holder;
            (
                "csr_deadline_near",
                format!("no CSR came from {holder}, and at {} the job fails{last}", at(end)),
            )
        }),
        JobState::AwaitingApproval => deadline(limits.approval_deadline).map(|end| {
            ("approval_deadline_near", format!("nobody has approved it, and at {} the job fails", at(end)))
        }),
        JobState::Running if job.updated_at <= limits.moved_before => {
            let by = if job.executor.is_empty() { "the control plane" } else { job.executor.as_str() };
            Some((
                "no_progress",
                format!("{by} has had it in hand since {} without an end", at(job.updated_at)),
            ))
        }
        JobState::Pending if job.run_after <= limits.moved_before && !job.agent_away => {
            let by = if job.executor.is_empty() { "the control plane" } else { job.executor.as_str() };
            Some((
                "not_taken",
                format!("it could run since {}, and {by} does not take it{last}", at(job.run_after)),
            ))
        }
        JobState::Running
        | JobState::Pending
        | JobState::Completed
        | JobState::Failed
        | JobState::Cancelled => None,
    }
}

fn stuck(tx: &mut Tx<'_>, _: &Surroundings, ids: &[String]) -> Result<Vec<Finding>, Error> {
    let limits = limits(tx);
    let mut findings = Vec::new();
    for job in alert_watch::jobs(tx, ids)? {
        let Some((code, cause)) = why_stuck(&job, limits) else { continue };
        let mut finding = Finding::new(AlertKind::JobStuck, ("job", job.id.as_str()), AlertSeverity::Warning);
        finding.certificate_id = Some(job.certificate_id.clone());
        finding.agent_id = job.holder.parse().ok();
        finding.issuer_id = Some(job.issuer_id.clone());
        finding.owner_id.clone_from(&job.owner_id);
        finding.team_id.clone_from(&job.team_id);
        finding.environment.clone_from(&job.environment);
        finding.code = code;
        finding.title = format!("{} of {} is stuck", job.kind, job.name);
        finding.cause = format!("{} is {}: {cause}", job.id, job.state);
        finding.params = json!({
            "job_id": job.id, "kind": job.kind, "state": job.state, "deadline": job.deadline,
            "target_id": job.target_id,
        });
        findings.push(finding);
    }
    Ok(findings)
}

fn offline(tx: &mut Tx<'_>, _: &Surroundings, ids: &[String]) -> Result<Vec<Finding>, Error> {
    let soon = tx.now().plus_seconds(OFFLINE_CRITICAL_SECONDS);
    let mut findings = Vec::new();
    for agent in alert_watch::offline_of(tx, ids)? {
        if agent.due == 0 {
            continue;
        }
        let urgent = agent.not_after.is_some_and(|end| end <= soon);
        let severity = if urgent { AlertSeverity::Critical } else { AlertSeverity::Warning };
        let mut finding = Finding::new(AlertKind::AgentOffline, ("agent", agent.id.as_str()), severity);
        finding.agent_id = Some(agent.id.clone());
        finding.environment.clone_from(&agent.environment);
        let due = agent.due;
        let keys = if due == 1 { "1 key that is due".to_owned() } else { format!("{due} keys that are due") };
        finding.title = format!("{} is offline and holds {keys}", agent.name);
        let seen = match agent.last_seen_at {
            Some(seen) => format!("it was last heard from at {}", at(seen)),
            None => "it was never heard from".to_owned(),
        };
        let end = agent.not_after.map(|end| format!("; the first of them ends at {}", at(end)));
        finding.cause = format!("{seen}{}", end.unwrap_or_default());
        finding.params =
            json!({ "due": due, "last_seen_at": agent.last_seen_at, "first_not_after": agent.not_after });
        findings.push(finding);
    }
    Ok(findings)
}

fn unreachable(tx: &mut Tx<'_>, _: &Surroundings, _: &[String]) -> Result<Vec<Finding>, Error> {
    let now = tx.now();
    let troubles = alert_watch::troubles(tx, now.plus_seconds(-TROUBLE_SECONDS))?;
    let finding = |trouble: alert_watch::TroubleRow| {
        let urgent = trouble.since <= now.plus_seconds(-TROUBLE_CRITICAL_SECONDS);
        let severity = if urgent { AlertSeverity::Critical } else { AlertSeverity::Warning };
        let mut finding =
            Finding::new(AlertKind::IssuerUnreachable, ("issuer", trouble.id.as_str()), severity);
        finding.issuer_id = Some(trouble.id.clone());
        finding.title = format!("{} does not sign", trouble.name);
        finding.cause = format!("every try has failed since {}: {}", at(trouble.since), trouble.cause);
        finding.params = json!({ "since": trouble.since, "error": trouble.cause });
        finding
    };
    Ok(troubles.into_iter().map(finding).collect())
}

fn own(tx: &mut Tx<'_>, around: &Surroundings, _: &[String]) -> Result<Vec<Finding>, Error> {
    let now = tx.now();
    let mut findings = Vec::new();
    let mut add = |object: (&'static str, &str), name: &str, what: &str, lead: Lead, validity: Validity| {
        let Some(severity) = own_severity(lead, validity, now) else { return };
        let mut finding = Finding::new(AlertKind::OwnCertificateExpiring, object, severity);
        finding.issuer_id = object.1.parse().ok();
        finding.code = if validity.not_after <= now { "expired" } else { "ends_soon" };
        let verb = if validity.not_after <= now { "has expired" } else { "expires soon" };
        finding.title = format!("{what} {name} {verb}");
        finding.cause = format!("it ends at {}", at(validity.not_after));
        finding.params = json!({ "not_after": validity.not_after });
        findings.push(finding);
    };
    for ca in alert_watch::own_cas(tx)? {
        let validity = Validity { not_before: ca.created_at, not_after: ca.not_after };
        add((ca.object, &ca.id), &ca.name, "The CA certificate of", CA_LEAD, validity);
    }
    if let Some(validity) = around.server_tls {
        add(("server", SERVER_TLS), "this server", "The TLS certificate of", SERVER_LEAD, validity);
    }
    findings.sort_by(|a, b| a.object.1.cmp(&b.object.1));
    Ok(findings)
}
