//! Explains a certificate: what the engine would decide now for each key holder, what is in its way, what comes next.
//!
//! Not for: deciding (core and [`issuance::decision`]). Invariant: reads only; says nothing that the engine would not
//! do.

use certctl_api::explain::{Blocker, Explanation, HolderExplanation, NextStep, PastDecision, RenewalHint};
use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::authority::ProofKind;
use certctl_core::certificate::{KeyStrategy, status};
use certctl_core::challenge::ChallengeState;
use certctl_core::id::{AgentId, JobId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::renewal::{Decision, WaitBecause};
use certctl_core::time::Ts;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{self, HolderRow};
use certctl_store::jobs::{self, JobFilter, JobRow};
use certctl_store::renewal_policies::RenewalPolicyRow;
use certctl_store::{Tx, agents, challenges, issuers, orders, renewal_hints};

use crate::error::Error;
use crate::ops::issuers::paused;
use crate::ops::{issuance, policy_values, runs::Known};

/// The most decisions of the past that are told.
const MAX_PAST: usize = 20;

/// Explains a certificate; `known` has the recorded moves of its jobs.
///
/// # Errors
/// Those of the store.
pub fn explain(tx: &mut Tx<'_>, certificate: CertificateRow, known: &Known) -> Result<Explanation, Error> {
    let now = tx.now();
    let stored = issuance::stored_policy_of(tx, &certificate)?;
    let values = policy_values::told(&stored, certificate.policy_override.as_ref());
    let policy = policy_values::followed(stored, certificate.policy_override.as_ref());
    let open = jobs::open_of_certificate(tx, &certificate.id)?;
    let mut blocked_by = Vec::new();
    let mut next = Vec::new();
    if certificate.archived_at.is_some() {
        blocked_by.push(blocker(
            "archived",
            format!("{} is archived: nothing is renewed or deployed", certificate.id),
            "create it anew if it is needed again",
            ("certificate", certificate.id.as_str()),
        ));
    }
    if certificate.is_revoked() {
        blocked_by.push(blocker(
            "revoked",
            format!(
                "a current version of {} is revoked: clients that ask its authority refuse it",
                certificate.id
            ),
            "renew it with another key, or archive it",
            ("certificate", certificate.id.as_str()),
        ));
    }
    blocked_by.extend(issuer_blocker(tx, &certificate, &open)?);
    let hints = renewal_hints::of_certificate(tx, &certificate.id)?;
    let mut told = Vec::new();
    for holder in holders::of_certificate(tx, &certificate.id)? {
        let job = open.iter().find(|job| !job.kind.is_agents() && job.holder == holder.holder);
        let mut one = of_holder(&certificate, &policy, &holder, job, now, &mut next);
        let hint = hints.iter().find(|hint| holder.current_version_id.as_ref() == Some(&hint.version_id));
        one.hint = hint.map(|hint| RenewalHint {
            opens_at: hint.opens_at,
            closes_at: hint.closes_at,
            renew_at: holder.hint_at,
            explanation: hint.explanation.clone(),
            problem: hint.problem.clone(),
            asked_at: hint.asked_at,
            ask_at: hint.ask_at,
        });
        told.push(one);
        if let Ok(agent) = holder.holder.parse::<AgentId>() {
            blocked_by.extend(agent_blocker(tx, &agent)?);
        }
    }
    for job in &open {
        blocked_by.extend(order_blocker(tx, job)?);
        blocked_by.extend(job_blocker(job, now));
        if waits_for_window(job, now) {
            let what = format!("{} {}, when the maintenance window opens", job.kind, job.id);
            next.push(NextStep { at: job.run_after, what });
        }
        if job.state == JobState::Pending && job.attempts > 0 {
            let what = format!("try {} of {} of {} {}", job.attempts + 1, job.max_attempts, job.kind, job.id);
            next.push(NextStep { at: job.run_after, what });
        }
    }
    if certificate.archived_at.is_none() && certificate.last_failed && certificate.open_issuances == 0 {
        let cause = certificate.last_error.clone().unwrap_or_default();
        blocked_by.push(blocker(
            "last_failed",
            format!("the last issuance failed for good: {cause}"),
            "mend the cause, then renew it, or retry the failed job",
            ("certificate", certificate.id.as_str()),
        ));
    }
    Ok(Explanation {
        status: status(&certificate.facts(), now),
        at: now,
        why: certificate.why.clone(),
        renewal_policy_id: certificate.renewal_policy_id.clone(),
        values,
        holders: told,
        blocked_by,
        next: next.into_iter().min_by_key(|step| step.at),
        last: past(tx, &certificate, known)?,
        certificate_id: certificate.id,
    })
}

fn of_holder(
    certificate: &CertificateRow,
    policy: &RenewalPolicyRow,
    holder: &HolderRow,
    open: Option<&JobRow>,
    now: Ts,
    next: &mut Vec<NextStep>,
) -> HolderExplanation {
    let decision = issuance::decision(holder, policy, now);
    let (word, code, reason) = if certificate.archived_at.is_some() {
        ("nothing", "archived", "the certificate is archived".to_owned())
    } else if let Some(job) = open {
        ("nothing", "job_open", format!("{} {} is {}: its own retries count", job.kind, job.id, job.state))
    } else {
        match decision {
            Decision::Renew(_) if certificate.key_strategy == KeyStrategy::External => {
                ("wait", "csr_needed", format!("{decision}; it waits for an uploaded CSR"))
            }
            Decision::Renew(_) if holder.due_at.is_none() => {
                ("wait", "given_up", format!("{decision}; but the last try failed for good"))
            }
            Decision::Renew(_) | Decision::Wait(_) => {
                (decision.word(), decision.code(), decision.to_string())
            }
        }
    };
    let renewal_at = match decision {
        Decision::Wait(
            WaitBecause::NotYet { renew_after: at }
            | WaitBecause::AuthorityWindow { renew_after: at }
            | WaitBecause::WindowClosed { opens_at: at },
        ) => Some(at),
        Decision::Wait(WaitBecause::ByHand) | Decision::Renew(_) => None,
    };
    if let (Some(at), None, None) = (renewal_at, open, certificate.archived_at) {
        next.push(NextStep { at, what: format!("renewal for key holder {}", holder.holder) });
    }
    HolderExplanation {
        agent_id: holder.holder.parse().ok(),
        decision: word.to_owned(),
        code: code.to_owned(),
        reason,
        renew_after: holder.renew_after,
        not_after: holder.not_after,
        next_look_at: holder.due_at,
        open_job_id: open.map(|job| job.id.clone()),
        hint: None,
    }
}

fn blocker(code: &str, detail: String, remedy: &str, object: (&str, &str)) -> Blocker {
    Blocker {
        code: code.to_owned(),
        detail,
        remedy: remedy.to_owned(),
        object_kind: object.0.to_owned(),
        object_id: object.1.to_owned(),
    }
}

fn issuer_blocker(
    tx: &mut Tx<'_>,
    certificate: &CertificateRow,
    open: &[JobRow],
) -> Result<Option<Blocker>, Error> {
    if open.iter().all(|job| job.kind.is_agents()) {
        return Ok(None);
    }
    let issuer = issuers::by_id(tx, &certificate.issuer_id)?.filter(|issuer| issuer.paused_at.is_some());
    Ok(issuer.map(|issuer| {
        let id = issuer.id.as_str();
        blocker(
            "issuer_paused",
            paused(id, issuer.paused_because.as_deref()),
            "wait, or let it take orders again with `certctl issuers resume`",
            ("issuer", id),
        )
    }))
}

/// What an open job's authority works on, or waits for.
fn order_blocker(tx: &mut Tx<'_>, job: &JobRow) -> Result<Option<Blocker>, Error> {
    if job.kind.is_agents() {
        return Ok(None);
    }
    let Some(order) = orders::of_job(tx, &job.id)?.filter(|order| order.ended_at.is_none()) else {
        return Ok(None);
    };
    let proofs = challenges::of_job(tx, &job.id)?;
    let open = proofs.iter().find(|row| row.state.is_wanted() && row.state != ChallengeState::Shown);
    let (detail, remedy) = match open {
        Some(row) => {
            let seen = row.detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default();
            let detail =
                format!("the {} proof for {} is not shown by {} yet{seen}", row.kind, row.name, row.place);
            let remedy = match row.kind {
                ProofKind::DnsPersist01 => "set the record that it names at the zone's DNS, once for ever",
                ProofKind::Dns01 => "test the DNS provider with `certctl dns-providers test`",
                ProofKind::Http01 | ProofKind::TlsAlpn01 => "see that the agent is online",
            };
            (detail, remedy)
        }
        None => (order.doing.clone(), "nothing, or test the issuer with `certctl issuers test`"),
    };
    let detail = format!("{} {} is with {}: {detail}", job.kind, job.id, order.issuer_id);
    Ok(Some(blocker("order_open", detail, remedy, ("issuer", order.issuer_id.as_str()))))
}

fn agent_blocker(tx: &mut Tx<'_>, id: &AgentId) -> Result<Option<Blocker>, Error> {
    let Some(agent) = agents::by_id(tx, id)? else { return Ok(None) };
    let object = ("agent", id.as_str());
    Ok(match (agent.state, agent.health) {
        (AgentState::Retired, _) => Some(blocker(
            "agent_retired",
            format!("agent {id} is retired: it makes no key and deploys nothing"),
            "move its targets to another agent",
            object,
        )),
        (AgentState::Quarantined, _) => Some(blocker(
            "agent_quarantined",
            format!("agent {id} is quarantined: it is refused"),
            "look at the host, then lift the quarantine",
            object,
        )),
        (AgentState::Active, AgentHealth::Offline) => Some(blocker(
            "agent_offline",
            match agent.last_seen_at {
                Some(at) => format!("agent {id} was last heard from at {at}"),
                None => format!("agent {id} was never heard from"),
            },
            "start certctl-agent on its host and look at its log",
            object,
        )),
        (AgentState::Active, AgentHealth::Online | AgentHealth::Late) => None,
    })
}

/// Whether a deployment that nobody has tried yet waits for its time.
fn waits_for_window(job: &JobRow, now: Ts) -> bool {
    job.kind == JobKind::Deployment
        && job.state == JobState::Pending
        && job.attempts == 0
        && job.run_after > now
}

fn job_blocker(job: &JobRow, now: Ts) -> Option<Blocker> {
    let object = ("job", job.id.as_str());
    let until = job.deadline.map(|at| format!(" until {at}")).unwrap_or_default();
    match job.state {
        JobState::AwaitingApproval => Some(blocker(
            "approval_waiting",
            format!("{} {} waits for a person's approval{until}", job.kind, job.id),
            "approve or reject it; not the one who asked for it",
            object,
        )),
        JobState::AwaitingCsr => Some(blocker(
            "csr_waiting",
            match &job.error {
                Some(error) => {
                    format!("{} {} waits for {}'s CSR{until}: {error}", job.kind, job.id, job.holder)
                }
                None => format!("{} {} waits for {}'s CSR{until}", job.kind, job.id, job.holder),
            },
            "see that the agent is online and may write its key directory",
            object,
        )),
        JobState::Pending if waits_for_window(job, now) => Some(blocker(
            "window_closed",
            format!(
                "{} {} waits for the maintenance window that opens at {}",
                job.kind, job.id, job.run_after
            ),
            "nothing, or deploy it now with `certctl certs deploy`",
            object,
        )),
        JobState::Pending => job.error.as_ref().map(|error| {
            blocker(
                "retrying",
                format!("the last try of {} {} failed: {error}", job.kind, job.id),
                "mend the cause; the next try comes by itself",
                object,
            )
        }),
        JobState::Running | JobState::Completed | JobState::Failed | JobState::Cancelled => None,
    }
}

fn past(tx: &mut Tx<'_>, certificate: &CertificateRow, known: &Known) -> Result<Vec<PastDecision>, Error> {
    let by =
        |id: &JobId| known.moves.get(id).and_then(|moves| moves.first()).map(|first| first.actor.clone());
    let mut told = Vec::new();
    for kind in [JobKind::Issuance, JobKind::Renewal] {
        let filter = JobFilter {
            certificate_id: Some(certificate.id.clone()),
            kinds: vec![kind],
            ..JobFilter::default()
        };
        for job in jobs::list(tx, &filter, i64::try_from(MAX_PAST).unwrap_or(i64::MAX))? {
            told.push(PastDecision {
                at: job.created_at,
                actor: by(&job.id),
                kind: job.kind,
                reason: job.reason,
                state: job.state,
                error: job.error,
                job_id: job.id,
            });
        }
    }
    told.sort_by(|a, b| (b.at, &b.job_id).cmp(&(a.at, &a.job_id)));
    told.truncate(MAX_PAST);
    Ok(told)
}
