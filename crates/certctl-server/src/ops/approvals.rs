//! Approvals: which jobs wait for a person's yes, and what that yes or no leads to.
//!
//! Not for: signing. Invariants: the signer asks [`missing`] in the transaction that stores what it will sign, so that no
//! way of starting work goes round an approval; nobody approves what they asked for themselves; an approval is for the
//! request as it was then, and counts no more when that has changed.
//!
//! A profile that begins to ask for approvals reaches jobs under way at the signer: a job that is not planned yet goes
//! back to AwaitingApproval. One that stops asking does not let waiting jobs through: those were asked for under the
//! earlier rule, and are still decided by a person.

use certctl_core::approval::{ApprovalDecision, Covered};
use certctl_core::id::{JobId, ProfileId};
use certctl_core::job::{APPROVAL_DEADLINE_SECONDS, CSR_DEADLINE_SECONDS, JobEvent, JobKind, JobState};
use certctl_core::profile::Profile;
use certctl_core::random::new_id;
use certctl_store::approvals::{self, ApprovalRow};
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{self, EXTERNAL};
use certctl_store::jobs::JobRow;
use certctl_store::{Tx, certificates, jobs as job_rows};
use serde_json::json;

use crate::error::Error;
use crate::ops::cause_words::REJECTED_BY;
use crate::ops::issuance::{self, Work};
use crate::ops::{job_moved, jobs, success};

/// The scheduler asks again for a rejected renewal after a day, or after a quarter of a shorter life.
const ASK_AGAIN_SECONDS: i64 = 86_400;

/// Why a job of this kind needs a yes under a profile.
pub fn asked_by(id: &ProfileId, profile: &Profile, kind: JobKind) -> Option<String> {
    use certctl_core::approval::ApprovalMode as M;
    profile.approval.asks_for(kind).then(|| match profile.approval {
        M::First => format!("the profile {id} asks for an approval of each key holder's first certificate"),
        M::Always | M::None => {
            format!("the profile {id} asks for an approval of every issuance and renewal")
        }
    })
}

fn digest(certificate: &CertificateRow, holder: &str) -> String {
    let names = certificate.name_texts();
    let covered = Covered {
        names: &names,
        common_name: certificate.common_name.as_deref(),
        issuer: certificate.issuer_id.as_str(),
        profile: certificate.profile_id.as_str(),
        key_algorithm: &certificate.key_algorithm,
        lifetime_seconds: certificate.lifetime_seconds,
        holder,
    };
    covered.digest()
}

/// Why a job cannot be signed before a person says yes; nothing when it can.
///
/// # Errors
/// Those of the store.
pub fn missing(tx: &mut Tx<'_>, profile: &Profile, work: &Work) -> Result<Option<String>, Error> {
    let (job, certificate) = (&work.job, &work.certificate);
    let asked = asked_by(&certificate.profile_id, profile, job.kind);
    let Some(because) = asked.or_else(|| job.approval_because.clone()) else { return Ok(None) };
    let Some(id) = &job.approval_id else { return Ok(Some(because)) };
    let given = approvals::by_id(tx, id)?
        .filter(|row| row.decision == ApprovalDecision::Approved && row.job_id == job.id);
    // What is planned already was let through by this approval, and does not change any more.
    let holds =
        given.is_some_and(|row| job.intent.is_some() || row.covers == digest(certificate, &job.holder));
    Ok((!holds).then(|| format!("{because}; what was approved before has changed since")))
}

/// As [`missing`], for a job alone.
///
/// # Errors
/// Those of the store.
pub fn missing_of(tx: &mut Tx<'_>, job: &JobRow) -> Result<Option<String>, Error> {
    let certificate = certificates::by_id(tx, &job.certificate_id)?
        .ok_or_else(|| Error::not_found("certificate", job.certificate_id.as_str()))?;
    let profile = issuance::limits(tx, &certificate.profile_id)?;
    missing(tx, &profile, &Work { job: job.clone(), certificate })
}

/// Makes a runnable job wait for a yes.
///
/// # Errors
/// [`certctl_store::StoreError::Stale`] when it is not runnable any more.
pub fn demand(tx: &mut Tx<'_>, context: &Context, job: &JobRow, because: &str) -> Result<(), Error> {
    let next = jobs::transition(job, JobEvent::ApprovalDemanded)?;
    let deadline = tx.now().plus_seconds(APPROVAL_DEADLINE_SECONDS);
    approvals::demand(tx, &job.id, job.state, because, deadline)?;
    job_moved(tx, context, job, next, Some(because))?;
    certificates::refresh(tx, &job.certificate_id, None, Some(&format!("waits for an approval: {because}")))?;
    Ok(())
}

/// Whether who acts asked for the job.
pub fn is_own(context: &Context, requested_by_kind: &str, requested_by: &str) -> bool {
    context.actor.kind() == requested_by_kind && context.actor.id() == requested_by
}

fn waiting(tx: &mut Tx<'_>, context: &Context, id: &JobId) -> Result<(JobRow, CertificateRow), Error> {
    let job = jobs::load(tx, &context.scope, id)?;
    if job.state != JobState::AwaitingApproval {
        return Err(Error::conflict(
            "job_state",
            format!("{id} is {}: it does not wait for an approval", job.state),
            json!({ "state": job.state }),
        ));
    }
    let certificate = certificates::by_id(tx, &job.certificate_id)?
        .ok_or_else(|| Error::not_found("certificate", job.certificate_id.as_str()))?;
    Ok((job, certificate))
}

fn decided(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    certificate: &CertificateRow,
    decision: ApprovalDecision,
    reason: Option<&str>,
) -> Result<ApprovalRow, Error> {
    let row = ApprovalRow {
        id: new_id(&*context.random, tx.now()),
        job_id: job.id.clone(),
        certificate_id: job.certificate_id.clone(),
        decision,
        covers: digest(certificate, &job.holder),
        decided_by_kind: context.actor.kind().to_owned(),
        decided_by: context.actor.id().to_owned(),
        reason: reason.map(str::to_owned),
        at: tx.now(),
    };
    approvals::insert(tx, &row)?;
    let (action, words) = match decision {
        ApprovalDecision::Approved => ("approval.approve", "approved"),
        ApprovalDecision::Rejected => ("approval.reject", "rejected"),
    };
    let because = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    let summary = format!("{} of {} was {words}{because}", job.kind, job.certificate_id);
    let details = json!({
        "approval_id": row.id, "certificate_id": job.certificate_id, "holder": job.holder, "reason": reason,
        "requested_by_kind": job.requested_by_kind, "requested_by": job.requested_by, "covers": row.covers,
        "profile_id": certificate.profile_id,
    });
    success(tx, context, action, ("job", job.id.as_str()), summary, details)?;
    Ok(row)
}

/// Says yes: the job goes on.
///
/// # Errors
/// 403 for one's own request, 404, 409 when the job does not wait for an approval.
pub fn approve(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &JobId,
    reason: Option<&str>,
) -> Result<JobRow, Error> {
    let (job, certificate) = waiting(tx, context, id)?;
    if is_own(context, &job.requested_by_kind, &job.requested_by) {
        return Err(Error::Denied {
            code: "own_request",
            detail: format!("{id} was asked for by you ({}): somebody else has to approve it", context.actor),
        });
    }
    let row = decided(tx, context, &job, &certificate, ApprovalDecision::Approved, reason)?;
    let (event, deadline) = if job.csr.is_some() {
        (JobEvent::Approved, None)
    } else {
        (JobEvent::ApprovedNeedsCsr, Some(tx.now().plus_seconds(CSR_DEADLINE_SECONDS)))
    };
    let next = jobs::transition(&job, event)?;
    approvals::give(tx, id, &row.id, next, deadline)?;
    let words = format!("approved by {}", context.actor);
    job_moved(tx, context, &job, next, Some(&words))?;
    certificates::refresh(tx, &job.certificate_id, None, Some(&words))?;
    if job.holder != EXTERNAL {
        tx.notify(format!("agent:{}", job.holder));
    }
    tx.notify("engine:issue");
    jobs::load(tx, &context.scope, id)
}

/// Says no: the job ends, and its reason is the certificate's last word.
///
/// # Errors
/// 404, 409 when the job does not wait for an approval.
pub fn reject(tx: &mut Tx<'_>, context: &Context, id: &JobId, reason: &str) -> Result<JobRow, Error> {
    let (job, certificate) = waiting(tx, context, id)?;
    decided(tx, context, &job, &certificate, ApprovalDecision::Rejected, Some(reason))?;
    let next = jobs::transition(&job, JobEvent::Rejected)?;
    let cause = format!("{REJECTED_BY}{}: {reason}", context.actor);
    job_rows::set_state(tx, id, job.state, next, Some(&cause))?;
    job_moved(tx, context, &job, next, Some(&cause))?;
    jobs::ended(tx, &job, &cause)?;
    ask_again_later(tx, &job)?;
    jobs::load(tx, &context.scope, id)
}

/// The scheduler would come back in an hour, as after a failure; who said no is not asked that often.
fn ask_again_later(tx: &mut Tx<'_>, job: &JobRow) -> Result<(), Error> {
    let lanes = holders::of_certificate(tx, &job.certificate_id)?;
    let lane = lanes.into_iter().find(|lane| lane.holder == job.holder && lane.due_at.is_some());
    if let Some(lane) = lane
        && let (Some(not_before), Some(not_after)) = (lane.not_before, lane.not_after)
    {
        let wait = (not_after.seconds_since(not_before) / 4).clamp(10, ASK_AGAIN_SECONDS);
        holders::set_due(tx, &job.certificate_id, &job.holder, Some(tx.now().plus_seconds(wait)))?;
    }
    Ok(())
}
