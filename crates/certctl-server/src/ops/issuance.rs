//! Issuance and renewal: from the request to the stored version.
//!
//! Not for: signing (the engine calls the issuer between [`take`] and [`complete`]).
//! Invariants: what will be signed is stored before it is signed; one version for one job; at most one open issuance
//! for a certificate and key holder.

use std::time::Duration;

use certctl_core::alert::crossing;
use certctl_core::deployment::DeploymentState;
use certctl_core::id::{CertificateId, JobId, ProfileId, VersionId};
use certctl_core::job::{APPROVAL_DEADLINE_SECONDS, CSR_DEADLINE_SECONDS, JobEvent, JobKind, JobState};
use certctl_core::policy::RenewalPoint;
use certctl_core::profile::{Asked, Profile};
use certctl_core::random::new_id;
use certctl_core::renewal::{
    Decision, RenewalRule, Validity, WindowAnswer, ask_windows, decide, renew_after, spread_of,
    within_windows,
};
use certctl_core::retry::wait_after;
use certctl_core::time::Ts;
use certctl_core::week_window::WeekWindow;
use certctl_pki::{CertificateInfo, Csr, Name};
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{self, EXTERNAL, HolderRow};
use certctl_store::jobs::{JobRow, Lease, Settlement, StepRow};
use certctl_store::renewal_policies::RenewalPolicyRow;
use certctl_store::versions::VersionRow;
use certctl_store::{
    Tx, alert_watch, certificates, issuers, jobs, profiles, renewal_policies, roles, versions,
};
use serde_json::json;

use crate::error::Error;
use crate::ops::alerts::thresholds_of;
use crate::ops::cause_words::IS_ARCHIVED;
use crate::ops::deployments::Cause;
use crate::ops::policy_rules::{Rules, written};
use crate::ops::policy_values::followed;
use crate::ops::runs::KEY_STEP;
use crate::ops::{agents, approvals, deployments, job_event, job_moved, success};

/// How often the renewal task looks by itself; only what is due sooner wakes it.
pub const RENEWAL_LOOK_SECONDS: i64 = 30;

/// The part of a stored policy that decides when.
pub fn rule_of(policy: &RenewalPolicyRow) -> RenewalRule {
    let point = policy.point.clone().and_then(|value| serde_json::from_value::<RenewalPoint>(value).ok());
    RenewalRule { automatic: policy.automatic, point }
}

/// What core decides about a key holder at `now`.
pub fn decision(holder: &HolderRow, policy: &RenewalPolicyRow, now: Ts) -> Decision {
    let validity = holder
        .not_before
        .zip(holder.not_after)
        .map(|(not_before, not_after)| Validity { not_before, not_after });
    let spread = spread_of(&[holder.certificate_id.as_str(), &holder.holder]);
    let decision = decide(validity, rule_of(policy), holder.hint_at, spread, now);
    within_windows(decision, &windows_of(policy), validity, now)
}

/// The maintenance windows of a stored policy.
pub fn windows_of(policy: &RenewalPolicyRow) -> Vec<WeekWindow> {
    policy.windows.clone().and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// When the deployments of a version that the control plane renewed by itself may begin: a person who asks has chosen the
/// time, and where nothing was served before nothing is disturbed.
fn deployed_from(
    tx: &mut Tx<'_>,
    work: &Work,
    policy: &RenewalPolicyRow,
    now: Ts,
) -> Result<Option<Ts>, Error> {
    let windows = windows_of(policy);
    let by_itself = work.job.kind == JobKind::Renewal && work.job.requested_by_kind == "system";
    if windows.is_empty() || !by_itself {
        return Ok(None);
    }
    let lane =
        holders::of_certificate(tx, &work.certificate.id)?.into_iter().find(|h| h.holder == work.job.holder);
    let served = lane.and_then(|lane| lane.not_before.zip(lane.not_after));
    Ok(served.and_then(|(not_before, not_after)| {
        match ask_windows(&windows, Validity { not_before, not_after }, now) {
            WindowAnswer::WaitUntil(at) => Some(at),
            WindowAnswer::Open | WindowAnswer::TooLate(_) => None,
        }
    }))
}

/// The limits of a stored profile.
///
/// # Errors
/// [`Error`] when there is no such profile.
pub fn limits(tx: &mut Tx<'_>, id: &ProfileId) -> Result<Profile, Error> {
    let row = profiles::by_id(tx, id)?.ok_or_else(|| Error::not_found("profile", id.as_str()))?;
    read_limits(id, row.limits)
}

/// Limits as they are stored.
///
/// # Errors
/// [`Error`] when they cannot be read.
pub fn read_limits(id: &ProfileId, limits: serde_json::Value) -> Result<Profile, Error> {
    serde_json::from_value(limits)
        .map_err(|error| Error::internal(format!("the limits of profile {id} cannot be read: {error}")))
}

/// The renewal policy of a certificate, as it holds for it.
///
/// # Errors
/// [`Error`] when there is no such policy.
pub fn policy_of(tx: &mut Tx<'_>, certificate: &CertificateRow) -> Result<RenewalPolicyRow, Error> {
    Ok(followed(stored_policy_of(tx, certificate)?, certificate.policy_override.as_ref()))
}

/// The renewal policy of a certificate, as it is stored.
///
/// # Errors
/// [`Error`] when there is no such policy.
pub fn stored_policy_of(tx: &mut Tx<'_>, certificate: &CertificateRow) -> Result<RenewalPolicyRow, Error> {
    let id = &certificate.renewal_policy_id;
    renewal_policies::by_id(tx, id)?.ok_or_else(|| Error::not_found("renewal policy", id.as_str()))
}

/// A job row that nothing has happened to yet.
pub(crate) fn new_job(
    context: &Context,
    now: Ts,
    kind: JobKind,
    certificate: &CertificateRow,
    holder: &str,
    reason: &str,
    max_attempts: i64,
) -> JobRow {
    // Of the request that asks, or of the job that this one follows from.
    let origin = certctl_store::trace::current();
    let asked_by = origin.as_ref().map_or(context.request_id.as_str(), |origin| &origin.request_id);
    JobRow {
        id: new_id(&*context.random, now),
        kind,
        state: JobState::Pending,
        executor: String::new(),
        certificate_id: certificate.id.clone(),
        holder: holder.to_owned(),
        target_id: None,
        version_id: None,
        deployment_id: None,
        reason: reason.to_owned(),
        attempts: 0,
        max_attempts,
        run_after: now,
        deadline: None,
        lease_owner: None,
        lease_token: None,
        lease_expires_at: None,
        csr: None,
        intent: None,
        error: None,
        created_at: now,
        updated_at: now,
        finished_at: None,
        requested_by_kind: context.actor.kind().to_owned(),
        requested_by: context.actor.id().to_owned(),
        approval_because: None,
        approval_id: None,
        request_id: (!asked_by.is_empty()).then(|| asked_by.to_owned()),
        traceparent: origin.as_ref().map(|origin| origin.context.to_string()),
    }
}

/// Starts an issuance or renewal for one holder. For an agent the job waits for its CSR.
///
/// # Errors
/// [`Error::Conflict`] with the open job when there is one, or when the holder is an agent that is retired.
pub fn request(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateRow,
    holder: &HolderRow,
    csr_der: Option<Vec<u8>>,
    reason: &str,
) -> Result<JobRow, Error> {
    if agents::is_retired(tx, &holder.holder)? {
        return Err(agents::retired(&holder.holder));
    }
    let profile = limits(tx, &certificate.profile_id)?;
    check_requester(tx, context, &certificate.profile_id, &profile)?;
    profile.check(asked(certificate, &certificate.name_texts())).map_err(|violation| {
        let id = &certificate.profile_id;
        Error::conflict(
            PROFILE_VIOLATED,
            format!(
                "{} does not fit its profile {id} any more: {violation}. Change the certificate or the profile",
                certificate.id
            ),
            json!({ "profile_id": id, "field": violation.pointer() }),
        )
    })?;
    if let Some(detail) = Rules::load(tx)?.block(tx, certificate)? {
        return Err(Error::conflict("policy_blocked", detail.clone(), json!({ "detail": detail })));
    }
    let max_attempts = policy_of(tx, certificate)?.max_attempts;
    let job = job_for(context, tx.now(), certificate, holder, csr_der, reason, max_attempts, &profile);
    if !jobs::insert(tx, &job)? {
        let open = jobs::open_issuance(tx, &certificate.id, &holder.holder)?;
        return Err(Error::conflict(
            "issuance_open",
            format!(
                "{} already has an open {} for key holder {}: wait for it or cancel it",
                certificate.id, job.kind, holder.holder
            ),
            json!({ "job_id": open.as_ref().map(|j| j.id.to_string()), "state": open.map(|j| j.state) }),
        ));
    }
    announce(tx, context, &job)?;
    // While a job is open its own retries count; the scheduler looks again when it ends.
    if holder.due_at.is_some() {
        holders::set_due(tx, &certificate.id, &holder.holder, None)?;
    }
    certificates::refresh(tx, &certificate.id, None, Some(reason))?;
    Ok(job)
}

/// The first job for a holder of a certificate that this transaction has made.
///
/// # Errors
/// Those of the store.
pub(crate) fn first_job(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateRow,
    holder: &HolderRow,
    csr_der: Option<Vec<u8>>,
    max_attempts: i64,
    profile: &Profile,
) -> Result<JobRow, Error> {
    let job = job_for(context, tx.now(), certificate, holder, csr_der, "created", max_attempts, profile);
    jobs::insert_first(tx, &job)?;
    announce(tx, context, &job)?;
    Ok(job)
}

#[expect(clippy::too_many_arguments, reason = "what a job is made of; a struct would name each once more")]
fn job_for(
    context: &Context,
    now: Ts,
    certificate: &CertificateRow,
    holder: &HolderRow,
    csr_der: Option<Vec<u8>>,
    reason: &str,
    max_attempts: i64,
    profile: &Profile,
) -> JobRow {
    let kind = if holder.current_version_id.is_some() { JobKind::Renewal } else { JobKind::Issuance };
    let mut job = new_job(context, now, kind, certificate, &holder.holder, reason, max_attempts);
    match csr_der {
        Some(csr) => job.csr = Some(csr),
        None => {
            job.state = JobState::AwaitingCsr;
            job.deadline = Some(now.plus_seconds(CSR_DEADLINE_SECONDS));
        }
    }
    if let Some(because) = approvals::asked_by(&certificate.profile_id, profile, kind) {
        job.state = JobState::AwaitingApproval;
        job.deadline = Some(now.plus_seconds(APPROVAL_DEADLINE_SECONDS));
        job.approval_because = Some(because);
    }
    job
}

/// The code of a certificate that its profile does not allow any more.
pub const PROFILE_VIOLATED: &str = "profile_violated";

/// What a certificate asks of its profile.
pub fn asked<'a>(certificate: &'a CertificateRow, names: &'a [String]) -> Asked<'a> {
    Asked {
        key_algorithm: &certificate.key_algorithm,
        lifetime_seconds: certificate.lifetime_seconds,
        names,
        issuer_id: &certificate.issuer_id,
        key_strategy: certificate.key_strategy,
        environment: certificate.environment.as_deref(),
    }
}

/// Whether who acts may ask for an issuance under the profile; the control plane's own tasks and agents may.
///
/// # Errors
/// 403 with the roles that may.
pub fn check_requester(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &ProfileId,
    profile: &Profile,
) -> Result<(), Error> {
    if profile.requester_roles.is_empty() {
        return Ok(());
    }
    match roles::of_actor(tx, &context.actor)? {
        Some(role) if !profile.may_request(role) => {
            let allowed: Vec<&str> = profile.requester_roles.iter().map(|role| role.as_str()).collect();
            Err(Error::Denied {
                code: "requester_role",
                detail: format!(
                    "under the profile {id} only these roles may ask for certificates: {}; yours is {role}",
                    allowed.join(", ")
                ),
            })
        }
        Some(_) | None => Ok(()),
    }
}

/// Tells those whose turn it is.
fn announce(tx: &mut Tx<'_>, context: &Context, job: &JobRow) -> Result<(), Error> {
    job_moved(tx, context, job, job.state, None)?;
    if job.holder != EXTERNAL {
        tx.notify(format!("agent:{}", job.holder));
    }
    tx.notify("engine:issue");
    Ok(())
}

/// Checks a CSR against its certificate and profile.
///
/// # Errors
/// [`Error::Invalid`] naming what does not fit.
pub fn check_csr(
    certificate: &CertificateRow,
    profile: &Profile,
    csr: &Csr,
    pointer: &str,
) -> Result<(), Error> {
    let refuse = |detail: String| Error::invalid_field(pointer, detail);
    let wanted = certificate.name_texts();
    let mut requested: Vec<String> = csr.names().iter().map(ToString::to_string).collect();
    requested.sort();
    requested.dedup();
    let mut sorted = wanted.clone();
    sorted.sort();
    if requested != sorted {
        return Err(refuse(format!(
            "the CSR asks for the names {}, but the certificate is for {}",
            if requested.is_empty() { "(none)".to_owned() } else { requested.join(", ") },
            wanted.join(", ")
        )));
    }
    let algorithm = csr.public_key().algorithm().as_str();
    if algorithm != certificate.key_algorithm {
        return Err(refuse(format!(
            "the CSR's key is {algorithm}, but the certificate asks for {}",
            certificate.key_algorithm
        )));
    }
    profile.check(asked(certificate, &wanted)).map_err(|violation| refuse(violation.to_string()))
}

/// What an agent's CSR leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsrOutcome {
    /// Taken now.
    Accepted,
    /// The same key was accepted before: the agent asks again after a crash.
    AlreadyAccepted,
}

/// Takes a holder's CSR for its waiting job, and when an agent says that its key was ready.
///
/// # Errors
/// 409 when the job waits for none, 422 when the CSR does not fit.
pub fn accept_csr(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    csr: &Csr,
    key_ready_at: Option<Ts>,
) -> Result<CsrOutcome, Error> {
    if let Some(before) = &job.csr
        && job.state != JobState::AwaitingCsr
    {
        let same = Csr::parse(before).is_ok_and(|b| b.public_key().sha256() == csr.public_key().sha256());
        if same {
            return Ok(CsrOutcome::AlreadyAccepted);
        }
    }
    let next = job
        .state
        .on(JobEvent::CsrAccepted)
        .map_err(|error| Error::conflict("job_state", error.to_string(), json!({ "state": job.state })))?;
    let certificate = certificates::by_id(tx, &job.certificate_id)?
        .ok_or_else(|| Error::not_found("certificate", job.certificate_id.as_str()))?;
    let profile = limits(tx, &certificate.profile_id)?;
    check_csr(&certificate, &profile, csr, "/csr_pem")?;
    if let Some(at) = key_ready_at {
        // By the host's clock, which may be wrong; it cannot be after its CSR, or before it was asked for.
        let at = at.min(tx.now()).max(job.created_at);
        let step = StepRow {
            attempt: job.attempts + 1,
            at,
            name: KEY_STEP.to_owned(),
            outcome: "ok".to_owned(),
            milliseconds: None,
            detail: String::new(),
        };
        jobs::add_step(tx, &job.id, &step);
    }
    jobs::accept_csr(tx, &job.id, csr.der())?;
    job_moved(tx, context, job, next, None)?;
    certificates::refresh(tx, &job.certificate_id, None, None)?;
    tx.notify("engine:issue");
    Ok(CsrOutcome::Accepted)
}

/// One leased job with what it is planned from.
#[derive(Debug, Clone)]
pub struct Work {
    /// The leased job.
    pub job: JobRow,
    /// Its certificate.
    pub certificate: CertificateRow,
}

impl Work {
    /// The names, as the issuer takes them.
    ///
    /// # Errors
    /// The name that cannot be read.
    pub fn names(&self) -> Result<Vec<Name>, certctl_pki::NameError> {
        self.certificate.name_texts().iter().map(|text| Name::parse(text)).collect()
    }

    /// The token of the job's lease.
    pub fn lease(&self) -> &str {
        self.job.lease_token.as_deref().unwrap_or_default()
    }
}

/// Reads what a runnable job needs; none when it is no longer wanted (then it was cancelled here).
///
/// # Errors
/// Those of the store.
pub fn load(tx: &mut Tx<'_>, context: &Context, job: JobRow) -> Result<Option<Work>, Error> {
    let certificate = certificates::by_id(tx, &job.certificate_id)?
        .ok_or_else(|| Error::not_found("certificate", job.certificate_id.as_str()))?;
    if certificate.archived_at.is_some() {
        let cause = IS_ARCHIVED;
        jobs::set_state(tx, &job.id, job.state, JobState::Cancelled, Some(cause))?;
        job_moved(tx, context, &job, JobState::Cancelled, Some(cause))?;
        certificates::refresh(tx, &certificate.id, None, None)?;
        return Ok(None);
    }
    Ok(Some(Work { job, certificate }))
}

/// Leases a job, and stores what will be signed, unless that is stored already.
///
/// # Errors
/// [`certctl_store::StoreError::Stale`] when it cannot run any more.
pub fn take(
    tx: &mut Tx<'_>,
    context: &Context,
    work: &mut Work,
    lease: &Lease,
    intent: Option<&[u8]>,
) -> Result<(), Error> {
    // One that is stored is planned anew only when the CA that has planned it is gone.
    if intent.is_some_and(|intent| work.job.intent.as_deref().is_some_and(|stored| stored != intent)) {
        jobs::forget_intent(tx, &mut work.job)?;
    }
    let fresh = intent.filter(|_| work.job.intent.is_none());
    jobs::take(tx, &mut work.job, lease, fresh)?;
    if let Some(intent) = fresh {
        success(
            tx,
            context,
            "issuance.intended",
            ("job", work.job.id.as_str()),
            format!("{} will be signed for {}", work.job.id, work.certificate.id),
            json!({
                "certificate_id": work.certificate.id,
                "tbs_sha256": certctl_pki::fingerprint::sha256_hex(intent),
            }),
        )?;
    }
    tx.note_audit();
    Ok(job_event(tx, context, &work.job, JobState::Running)?)
}

/// What a transaction over many jobs has read already, by id.
#[derive(Debug)]
pub struct Known<T>(Vec<(String, T)>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Clone> Known<T> {
    /// The value of an id, read when it is not known.
    ///
    /// # Errors
    /// Those of reading.
    pub fn get<E>(&mut self, id: &str, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some((_, value)) = self.0.iter().find(|(known, _)| known == id) {
            return Ok(value.clone());
        }
        let value = read()?;
        self.0.push((id.to_owned(), value.clone()));
        Ok(value)
    }
}

/// A signed certificate and the job that it was signed for.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The job.
    pub work: Work,
    /// The certificate.
    pub certificate_der: Vec<u8>,
    /// What it says.
    pub info: CertificateInfo,
    /// What its authority gave with it (PEM), leaf left out; absent when the issuer's chain is meant.
    pub chain_pem: Option<String>,
    /// Which of its issuer's CAs has signed it, from 1.
    pub generation: i64,
    /// Since when it was in hand.
    pub started: Ts,
}

/// Stores the version, moves the holder to it and starts its deployments: one transaction.
///
/// # Errors
/// [`certctl_store::StoreError::Stale`] when the lease is gone.
pub fn complete(
    tx: &mut Tx<'_>,
    context: &Context,
    signed: &Signed,
    policies: &mut Known<RenewalPolicyRow>,
    rules: &mut Rules,
) -> Result<VersionId, Error> {
    let now = tx.now();
    let Signed { work, certificate_der, info, chain_pem, generation, started } = signed;
    let version = VersionRow {
        id: new_id(&*context.random, now),
        certificate_id: work.certificate.id.clone(),
        holder: work.job.holder.clone(),
        issuer_id: work.certificate.issuer_id.clone(),
        serial: info.serial_hex.clone(),
        fingerprint_sha256: info.fingerprint_sha256.clone(),
        public_key_sha256: hex::encode(info.public_key_sha256),
        key_algorithm: info.key_algorithm.clone(),
        not_before: Ts::from_second(info.not_before),
        not_after: Ts::from_second(info.not_after),
        certificate_der: certificate_der.clone(),
        job_id: work.job.id.clone(),
        key_retired_at: None,
        key_asked_at: None,
        key_kept_because: None,
        chain_pem: chain_pem.clone(),
        generation: *generation,
        created_at: now,
    };
    let settlement = Settlement {
        state: JobState::Completed,
        run_after: now,
        version_id: Some(version.id.clone()),
        error: None,
    };
    jobs::settle(tx, &work.job.id, work.lease(), &settlement)?;
    versions::insert(tx, &version)?;
    let step = StepRow {
        attempt: work.job.attempts,
        at: now,
        name: "issued".to_owned(),
        outcome: "ok".to_owned(),
        milliseconds: i64::try_from(now.since(*started).as_millis()).ok(),
        detail: format!("{} signed serial {}", version.issuer_id, version.serial),
    };
    jobs::add_step(tx, &work.job.id, &step);
    let stored = policies
        .get(work.certificate.renewal_policy_id.as_str(), || stored_policy_of(tx, &work.certificate))?;
    let policy = followed(stored, work.certificate.policy_override.as_ref());
    let validity = Validity { not_before: version.not_before, not_after: version.not_after };
    let spread = spread_of(&[work.certificate.id.as_str(), &work.job.holder]);
    let at = renew_after(validity, rule_of(&policy), spread);
    let deployed_from = deployed_from(tx, work, &policy, now)?;
    holders::set_current(
        tx,
        &HolderRow {
            certificate_id: work.certificate.id.clone(),
            holder: work.job.holder.clone(),
            current_version_id: Some(version.id.clone()),
            not_before: Some(version.not_before),
            not_after: Some(version.not_after),
            renew_after: Some(at),
            due_at: policy.automatic.then_some(at),
            alert_at: crossing(&thresholds_of(&policy), validity, now).next_at,
            hint_at: None,
        },
    )?;
    let fields = ["holders", "not_after", "open_job_ids", "renew_after", "status"];
    tx.note_change("certificate", work.certificate.id.as_str(), Some(work.certificate.revision), &fields);
    success(
        tx,
        context,
        "version.issued",
        ("certificate", work.certificate.id.as_str()),
        format!("{} got version {} valid until {}", work.certificate.id, version.id, version.not_after),
        json!({
            "version_id": version.id, "job_id": work.job.id, "serial": version.serial,
            "fingerprint_sha256": version.fingerprint_sha256, "holder": version.holder,
            "not_after": version.not_after,
        }),
    )?;
    // The trail has the version's own event; the stream tells of the job too.
    job_event(tx, context, &work.job, JobState::Completed)?;
    if work.job.holder != EXTERNAL {
        for (target, agent) in certificates::targets(tx, &work.certificate.id)? {
            if agent.as_str() == work.job.holder {
                deployments::start(
                    tx,
                    context,
                    &work.certificate,
                    &version,
                    &target,
                    &agent,
                    Cause { reason: "a new version", from: deployed_from },
                )?;
            }
        }
    }
    written(tx, context, rules, &work.certificate)?;
    certificates::refresh(
        tx,
        &work.certificate.id,
        Some(None),
        Some(&format!("renews after {}", Ts::from_second(at.as_second()))),
    )?;
    if policy.automatic && at < now.plus_seconds(RENEWAL_LOOK_SECONDS) {
        tx.notify("engine:renewal");
    }
    Ok(version.id)
}

/// Notes that the issuers of a batch answer again.
///
/// # Errors
/// Those of the store.
pub fn issuers_answer(tx: &mut Tx<'_>, batch: &[Signed]) -> Result<(), Error> {
    let mut answering: Vec<_> = batch.iter().map(|signed| &signed.work.certificate.issuer_id).collect();
    answering.sort_unstable();
    answering.dedup();
    for issuer in answering {
        alert_watch::end_trouble(tx, issuer)?;
        issuers::note_success(tx, issuer)?;
    }
    Ok(())
}

/// What time can do about a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing.
    Final,
    /// It may mend it, but not before this has passed.
    Retry {
        /// As the issuer asked for.
        least: Duration,
    },
}

/// Records a failed try: back to Pending with a wait, or Failed when tries are used up or trying is pointless.
///
/// # Errors
/// [`certctl_store::StoreError::Stale`] when the lease is gone.
pub fn fail(
    tx: &mut Tx<'_>,
    context: &Context,
    work: &Work,
    cause: &str,
    failure: Failure,
) -> Result<JobState, Error> {
    let now = tx.now();
    let (retryable, least) = match failure {
        Failure::Final => (false, Duration::ZERO),
        Failure::Retry { least } => (true, least),
    };
    let again = retryable && work.job.attempts < work.job.max_attempts;
    let event = if again { JobEvent::FailedRetryable } else { JobEvent::FailedFinally };
    let state = JobState::Running
        .on(event)
        .map_err(|error| Error::conflict("job_state", error.to_string(), json!({})))?;
    let attempts = u32::try_from(work.job.attempts).unwrap_or(u32::MAX);
    let mut bits = [0_u8; 2];
    context.random.fill(&mut bits);
    let wait = wait_after(attempts, u16::from_be_bytes(bits)).max(least);
    let settlement = Settlement {
        state,
        run_after: if again { now.plus(wait) } else { now },
        version_id: None,
        error: Some(cause.to_owned()),
    };
    jobs::settle(tx, &work.job.id, work.job.lease_token.as_deref().unwrap_or_default(), &settlement)?;
    if retryable {
        alert_watch::note_trouble(tx, &work.certificate.issuer_id, cause)?;
        issuers::note_failure(tx, &work.certificate.issuer_id, cause)?;
    }
    job_moved(tx, context, &work.job, state, Some(cause))?;
    if again {
        certificates::refresh(tx, &work.certificate.id, None, None)?;
    } else {
        ended_without_version(tx, &work.job.certificate_id, &work.job.holder, cause)?;
    }
    Ok(state)
}

/// After an issuance has ended without a version: records the cause, and lets the scheduler come back in an hour,
/// or sooner for a short-lived certificate.
///
/// # Errors
/// Those of the store.
pub fn ended_without_version(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    holder: &str,
    cause: &str,
) -> Result<(), Error> {
    let now = tx.now();
    let current = holders::of_certificate(tx, id)?.into_iter().find(|h| h.holder == holder);
    let lifetime = current.and_then(|h| Some(h.not_after?.seconds_since(h.not_before?)));
    if let Some(lifetime) = lifetime {
        let wait = (lifetime / 20).clamp(10, 3_600);
        holders::set_due(tx, id, holder, Some(now.plus_seconds(wait)))?;
    }
    certificates::refresh(tx, id, Some(Some(cause)), Some(cause))?;
    Ok(())
}

/// Whether a version is the one a deployment may still be wanted for.
pub const fn is_wanted(state: DeploymentState) -> bool {
    match state {
        DeploymentState::Wanted => true,
        DeploymentState::Live
        | DeploymentState::Installed
        | DeploymentState::Superseded
        | DeploymentState::RolledBack
        | DeploymentState::Failed => false,
    }
}

/// The job of an agent's request, if it is the holder's own.
///
/// # Errors
/// 404 when there is none, 403 when it is another's.
pub fn job_of_holder(tx: &mut Tx<'_>, id: &JobId, holder: &str) -> Result<JobRow, Error> {
    let job = jobs::by_id(tx, id)?.ok_or_else(|| Error::not_found("job", id.as_str()))?;
    if job.holder == holder { Ok(job) } else { Err(Error::not_yours("job", id.as_str())) }
}
