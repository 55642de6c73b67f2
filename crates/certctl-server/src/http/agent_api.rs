//! The agents' own protocol: join, renew, poll, CSR or why there is none, report, extend.
//!
//! Not for: people. Invariants: the agent is the one of the connection's certificate, never of a path or body; a poll
//! is heartbeat and request for work in one; heartbeats are gathered and written in batches.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use certctl_api::agent_protocol::{
    Accepted, CsrRefusal, CsrRequest, CsrSubmission, DeployWork, ExtendLease, JobReport, JoinAnswer,
    JoinRequest, KeysNoted, KeysReport, LeaseExtended, PollAnswer, PollRequest, ProofReport,
    RenewIdentityAnswer, RenewIdentityRequest, RetiredKey, TestNoted, TestReport, TestWork, VerifyWork,
};
use certctl_core::agent::AgentAbility;
use certctl_core::id::{AgentId, JobId, TargetTestId};
use certctl_core::job::JobState;
use certctl_core::time::Ts;
use certctl_pki::{Csr, PublicKey, pem};
use certctl_store::agents::Heartbeat;
use certctl_store::audit::Context;
use certctl_store::jobs::JobRow;
use certctl_store::target_tests::TargetTestRow;
use certctl_store::{Tx, certificates, jobs, target_tests, targets, versions};
use serde_json::json;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::certificates::chain::chain_pem;
use crate::http::identities;
use crate::http::refusals::{self, Refusal};
use crate::http::router::{Access, Api};
use crate::ops;
use crate::ops::agents::{AgentWork, Joining, LEASE_SECONDS, Polling};
use crate::ops::issuance::CsrOutcome;
use crate::ops::settings::Checks;
use crate::request::{Body, PathId, RequestContext};
use crate::spans;

/// The most letters of a capability.
pub const MAX_CAPABILITY: usize = 100;
/// The most letters of what an agent says of its program.
pub const MAX_WORDS: usize = 200;
/// The most target kinds that an agent can name.
pub const MAX_CAPABILITIES: usize = 100;
/// The longest name of the DNS.
pub const MAX_ZONE: usize = 253;
/// The most proofs that an agent can speak of.
pub const MAX_PROOFS: usize = 1_000;
/// The longest that a poll is held.
pub const MAX_WAIT_SECONDS: u32 = 30;

/// Heartbeats that are not written yet.
#[derive(Debug, Default)]
pub struct Heartbeats(Mutex<HashMap<AgentId, Heartbeat>>);

impl Heartbeats {
    fn note(&self, beat: Heartbeat) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(beat.id.clone(), beat);
    }

    /// What has come since the last call.
    pub fn take(&self) -> Vec<Heartbeat> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_values().collect()
    }
}

fn parse_csr(pem: &str) -> Result<Csr, Error> {
    Csr::parse(pem.as_bytes()).map_err(|error| Error::invalid_field("/csr_pem", error.to_string()))
}

/// How long an identity is valid; the agent renews it at half of this.
const IDENTITY_SECONDS: i64 = 7 * 86_400;

/// A new identity certificate.
struct Identity {
    chain_pem: String,
    fingerprint_sha256: String,
    not_after: Ts,
}

fn issue_identity(app: &App, id: &AgentId, key: &PublicKey) -> Result<Identity, Error> {
    let (der, info) = app
        .platform
        .sign_agent(id, key, &*app.random, app.now(), IDENTITY_SECONDS)
        .map_err(Error::internal)?;
    Ok(Identity {
        chain_pem: pem::encode_certificates([der.as_slice(), app.platform.agents_ca.certificate_der()]),
        fingerprint_sha256: info.fingerprint_sha256,
        not_after: Ts::from_second(info.not_after),
    })
}

/// Redeems a join token: the agent gets its identity.
///
/// # Errors
/// 401 when the token is unknown, used or ended; 422 when the CSR is bad.
#[utoipa::path(post, path = "/agent/join", tag = "agent", request_body = JoinRequest,
    responses((status = 200, body = JoinAnswer), (status = 409, description = "There is an agent of the name")))]
pub async fn join(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<JoinRequest>,
) -> Result<Json<JoinAnswer>, Error> {
    let mut checks = Checks::default();
    check_program(&mut checks, &request.version, &request.platform);
    checks.finish()?;
    let csr = parse_csr(&request.csr_pem)?;
    let token_hash = certctl_pki::fingerprint::sha256(request.token.as_bytes()).to_vec();
    let looked_up = token_hash.clone();
    let invitation = app
        .store
        .read("agent.invitation", move |tx| {
            certctl_store::agents::invitation_by_hash(tx, &looked_up).map_err(Error::from)
        })
        .await?;
    let audit = context.audit(&app);
    let Some(invitation) = invitation else {
        refuse_join(&app, &context, "unknown").await;
        return Err(Error::bad_join_token());
    };
    let id = ops::agents::id_of(&invitation.name, "/token")?;
    let identity = issue_identity(&app, &id, csr.public_key())?;
    let joining = Joining {
        token_hash,
        identity_fingerprint: identity.fingerprint_sha256.clone(),
        identity_not_after: identity.not_after,
        version: request.version,
        platform: request.platform,
    };
    let joined_by = audit.clone();
    let joined = app.store.write("agent.join", move |tx| ops::agents::join(tx, &joined_by, &joining)).await;
    match joined {
        Ok(agent) => Ok(Json(JoinAnswer {
            agent_id: agent.id,
            certificate_pem: identity.chain_pem,
            ca_pem: trust_pem(&app).await?,
        })),
        Err(error @ Error::Unauthenticated { .. }) => {
            refuse_join(&app, &context, invitation.id.as_str()).await;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

/// The token's secret is not among what is recorded.
async fn refuse_join(app: &App, context: &RequestContext, invitation: &str) {
    let refusal = Refusal {
        action: "agent.join",
        object: ("invitation", invitation.to_owned()),
        actor: context.actor.clone(),
        address: context.address.clone(),
        route: "POST /api/v1/agent/join".to_owned(),
        code: "unauthenticated",
        detail: "the join token is unknown, was used already, or has expired".to_owned(),
        request_id: context.request_id.to_string(),
    };
    refusals::record(app, refusal).await;
}

/// A new identity certificate, over the connection of the old one.
///
/// # Errors
/// 422 when the CSR is bad.
#[utoipa::path(post, path = "/agent/renew", tag = "agent", request_body = RenewIdentityRequest,
    responses((status = 200, body = RenewIdentityAnswer)))]
pub async fn renew(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<RenewIdentityRequest>,
) -> Result<Json<RenewIdentityAnswer>, Error> {
    let id = context.agent()?.clone();
    let csr = parse_csr(&request.csr_pem)?;
    let identity = issue_identity(&app, &id, csr.public_key())?;
    let (audit, fingerprint, not_after) =
        (context.audit(&app), identity.fingerprint_sha256.clone(), identity.not_after);
    app.store
        .write("agent.renew", move |tx| {
            ops::agents::renew_identity(tx, &audit, &id, &fingerprint, not_after)?;
            tx.notify(identities::TOPIC);
            Ok::<_, Error>(())
        })
        .await?;
    app.identities.forget();
    Ok(Json(RenewIdentityAnswer { certificate_pem: identity.chain_pem, ca_pem: trust_pem(&app).await? }))
}

/// Heartbeat and request for work; held until there is some, `wait_seconds` at most.
///
/// # Errors
/// 403 when quarantined, 410 when retired.
#[utoipa::path(post, path = "/agent/poll", tag = "agent", request_body = PollRequest,
    responses((status = 200, body = PollAnswer)))]
pub async fn poll(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<PollRequest>,
) -> Result<Json<PollAnswer>, Error> {
    check_poll(&request)?;
    let id = context.agent()?.clone();
    app.heartbeats.note(Heartbeat {
        id: id.clone(),
        at: app.now(),
        boot_id: request.boot_id.clone(),
        version: request.version.clone(),
        platform: request.platform.clone(),
        // What it can do: target kinds, and kinds of proofs.
        capabilities: json!([request.capabilities.clone(), request.proof_kinds.clone()].concat()),
        dns_providers: json!(request.dns_providers),
        abilities: json!(request.abilities),
    });
    let wait = Duration::from_secs(u64::from(request.wait_seconds));
    let deadline = tokio::time::Instant::now() + wait;
    let audit = context.audit(&app);
    let in_hand: Vec<(JobId, String)> =
        request.in_hand.iter().map(|j| (j.job_id.clone(), j.lease_token.clone())).collect();
    // The first look also extends what is in hand and gives back what an earlier start held.
    let mut must_write = app.polls.first_of(&id, &request.boot_id) || !in_hand.is_empty();
    proofs_reported(&app, &id, &request.proofs).await?;
    let mut look_at_keys = app.polls.is_time_for_keys(&id, app.now());
    loop {
        let wake = app.signals.agent_wake(&id);
        let agent = id.clone();
        let said = request.proofs.clone();
        let (has_work, next, has_keys) = app
            .store
            .read("agent.has_work", move |tx| {
                // Quarantined or retired while the poll was held: told at once.
                ops::agents::must_be_active(tx, &agent)?;
                let has_keys = look_at_keys && ops::keys::any_unneeded(tx, &agent)?;
                let has_work = jobs::agent_has_work(tx, &agent)?
                    || target_tests::any_pending(tx, &agent)?
                    || ops::challenges::is_news(tx, &agent, &said)?;
                Ok::<_, Error>((has_work, jobs::next_run(tx, agent.as_str())?, has_keys))
            })
            .await?;
        look_at_keys = false;
        if must_write || has_work || has_keys {
            let polling = Polling {
                boot_id: request.boot_id.clone(),
                token: hex::encode(app.random_bytes::<16>()),
                in_hand: in_hand.clone(),
                can_verify: request.abilities.iter().any(|one| one == AgentAbility::Verify.as_str()),
            };
            let mut answer = work(&app, &audit, &id, polling).await?;
            if has_keys {
                answer.retired_keys = retired_keys(&app, &id).await?;
            }
            // What was leased must be handed over, also when it came after the look above.
            if has_work || !is_empty(&answer) {
                return Ok(Json(answer));
            }
            must_write = false;
        }
        // A job that waits for its next try becomes runnable without anybody's signal.
        let until = next.map_or(deadline, |at| {
            deadline.min(tokio::time::Instant::now() + at.since(app.now()) + Duration::from_millis(5))
        });
        tokio::select! {
            () = wake => {}
            () = tokio::time::sleep_until(until) => {}
            () = app.shutdown.cancelled() => return without_work(&app, &id).await,
        }
        if tokio::time::Instant::now() >= deadline {
            return without_work(&app, &id).await;
        }
    }
}

/// Nothing to do; what it shows goes on to be wanted.
async fn without_work(app: &App, id: &AgentId) -> Result<Json<PollAnswer>, Error> {
    let id = id.clone();
    let proofs = app
        .store
        .read("agent.proofs", move |tx| ops::challenges::of_agent(tx, &id).map_err(Error::from))
        .await?;
    Ok(Json(PollAnswer { proofs, ..empty() }))
}

/// Takes an agent's word on the proofs that it shows.
async fn proofs_reported(app: &App, id: &AgentId, said: &[ProofReport]) -> Result<(), Error> {
    let (agent, word) = (id.clone(), said.to_vec());
    let noteworthy = app
        .store
        .read("agent.proofs_news", move |tx| {
            ops::challenges::is_noteworthy(tx, &agent, &word).map_err(Error::from)
        })
        .await?;
    if !noteworthy {
        return Ok(());
    }
    let (agent, word) = (id.clone(), said.to_vec());
    let noted = app
        .store
        .bookkeeping("agent.proofs_reported", move |tx| ops::challenges::reported(tx, &agent, &word))
        .await;
    match noted {
        // Something moved meanwhile; it says the same at its next poll.
        Err(Error::Conflict { code: "changed_meanwhile", .. }) => Ok(()),
        noted => noted,
    }
}

/// What every agent says of itself.
fn check_program(checks: &mut Checks, version: &str, platform: &str) {
    checks.text("/version", version, MAX_WORDS);
    checks.text("/platform", platform, MAX_WORDS);
}

fn check_poll(request: &PollRequest) -> Result<(), Error> {
    let mut checks = Checks::default();
    check_program(&mut checks, &request.version, &request.platform);
    checks.text("/boot_id", &request.boot_id, MAX_WORDS);
    if request.wait_seconds > MAX_WAIT_SECONDS {
        checks.bad("/wait_seconds", format!("{} is more than {MAX_WAIT_SECONDS}", request.wait_seconds));
    }
    if request.capabilities.len() > MAX_CAPABILITIES {
        checks.bad(
            "/capabilities",
            format!("at most {MAX_CAPABILITIES}; there are {}", request.capabilities.len()),
        );
    }
    for (i, capability) in request.capabilities.iter().enumerate() {
        checks.text(&format!("/capabilities/{i}"), capability, MAX_CAPABILITY);
    }
    if request.proof_kinds.len() > MAX_CAPABILITIES {
        let detail = format!("at most {MAX_CAPABILITIES}; there are {}", request.proof_kinds.len());
        checks.bad("/proof_kinds", detail);
    }
    for (i, kind) in request.proof_kinds.iter().enumerate() {
        checks.text(&format!("/proof_kinds/{i}"), kind, MAX_CAPABILITY);
    }
    if request.abilities.len() > MAX_CAPABILITIES {
        let detail = format!("at most {MAX_CAPABILITIES}; there are {}", request.abilities.len());
        checks.bad("/abilities", detail);
    }
    for (i, ability) in request.abilities.iter().enumerate() {
        checks.text(&format!("/abilities/{i}"), ability, MAX_CAPABILITY);
    }
    if request.proofs.len() > MAX_PROOFS {
        checks.bad("/proofs", format!("at most {MAX_PROOFS}; there are {}", request.proofs.len()));
    }
    if request.dns_providers.len() > MAX_CAPABILITIES {
        let detail = format!("at most {MAX_CAPABILITIES}; there are {}", request.dns_providers.len());
        checks.bad("/dns_providers", detail);
    }
    for (i, offer) in request.dns_providers.iter().enumerate() {
        checks.text(&format!("/dns_providers/{i}/name"), &offer.name, MAX_WORDS);
        checks.text(&format!("/dns_providers/{i}/kind"), &offer.kind, MAX_CAPABILITY);
        if offer.zones.len() > MAX_CAPABILITIES {
            let detail = format!("at most {MAX_CAPABILITIES}; there are {}", offer.zones.len());
            checks.bad(format!("/dns_providers/{i}/zones"), detail);
        }
        for (j, zone) in offer.zones.iter().enumerate() {
            checks.text(&format!("/dns_providers/{i}/zones/{j}"), zone, MAX_ZONE);
        }
    }
    checks.finish()
}

const fn empty() -> PollAnswer {
    PollAnswer {
        csr_requests: Vec::new(),
        deployments: Vec::new(),
        dropped: Vec::new(),
        retired_keys: Vec::new(),
        tests: Vec::new(),
        verifications: Vec::new(),
        proofs: Vec::new(),
    }
}

const fn is_empty(answer: &PollAnswer) -> bool {
    // That proofs stand is no news.
    let PollAnswer { csr_requests, deployments, dropped, retired_keys, tests, verifications, proofs: _ } =
        answer;
    csr_requests.is_empty()
        && deployments.is_empty()
        && dropped.is_empty()
        && retired_keys.is_empty()
        && tests.is_empty()
        && verifications.is_empty()
}

async fn work(app: &App, audit: &Context, id: &AgentId, polling: Polling) -> Result<PollAnswer, Error> {
    let (audit, id) = (audit.clone(), id.clone());
    app.store
        .write("agent.work", move |tx| {
            let work = ops::agents::work(tx, &audit, &id, &polling)?;
            // Extending a lease alone is bookkeeping.
            tx.note_audit();
            answer(tx, &id, work)
        })
        .await
}

async fn retired_keys(app: &App, id: &AgentId) -> Result<Vec<RetiredKey>, Error> {
    let (context, id) = (ops::system(app, "key_retirement"), id.clone());
    app.store
        .write("agent.retired_keys", move |tx| {
            let ordered = ops::keys::order(tx, &context, &id)?;
            // Telling once more is bookkeeping.
            tx.note_audit();
            Ok::<_, Error>(ordered)
        })
        .await
}

fn answer(tx: &mut Tx<'_>, id: &AgentId, work: AgentWork) -> Result<PollAnswer, Error> {
    let proofs = ops::challenges::of_agent(tx, id)?;
    let mut answer = PollAnswer { dropped: work.dropped, proofs, ..empty() };
    for job in work.csr {
        let certificate = certificates::by_id(tx, &job.certificate_id)?
            .ok_or_else(|| Error::not_found("certificate", job.certificate_id.as_str()))?;
        answer.csr_requests.push(CsrRequest {
            names: certificate.name_texts(),
            job_id: job.id,
            certificate_id: certificate.id,
            key_algorithm: certificate.key_algorithm,
            common_name: certificate.common_name,
        });
    }
    for job in work.deployments {
        answer.deployments.push(deploy_work(tx, job)?);
    }
    for job in work.verifications {
        answer.verifications.push(verify_work(tx, job)?);
    }
    for test in work.tests {
        answer.tests.push(test_work(test)?);
    }
    Ok(answer)
}

fn test_work(test: TargetTestRow) -> Result<TestWork, Error> {
    let open = ops::target_tests::checks_of(&test)?.into_iter().filter(|check| !check.state.is_ended());
    Ok(TestWork {
        checks: open.map(|check| check.name.to_string()).collect(),
        test_id: test.id,
        target_kind: test.kind,
        target_config: test.config,
        seconds: u32::try_from(ops::target_tests::TEST_SECONDS).unwrap_or(u32::MAX),
    })
}

fn deploy_work(tx: &mut Tx<'_>, job: JobRow) -> Result<DeployWork, Error> {
    let missing = || Error::internal(format!("{} names no version, target or lease", job.id));
    let version_id = job.version_id.as_ref().ok_or_else(missing)?;
    let target_id = job.target_id.as_ref().ok_or_else(missing)?;
    let version = versions::by_id(tx, version_id)?.ok_or_else(missing)?;
    let target = targets::by_id(tx, target_id)?.ok_or_else(missing)?;
    Ok(DeployWork {
        chain_pem: chain_pem(tx, &version)?,
        lease_token: job.lease_token.clone().ok_or_else(missing)?,
        lease_expires_at: job.lease_expires_at.ok_or_else(missing)?,
        lease_seconds: u32::try_from(LEASE_SECONDS).unwrap_or(u32::MAX),
        attempt: job.attempts,
        certificate_id: job.certificate_id.clone(),
        version_id: version.id,
        fingerprint_sha256: version.fingerprint_sha256,
        public_key_sha256: version.public_key_sha256,
        target_id: target.id,
        target_kind: target.kind,
        target_config: target.config,
        job_id: job.id,
    })
}

fn verify_work(tx: &mut Tx<'_>, job: JobRow) -> Result<VerifyWork, Error> {
    let missing = || Error::internal(format!("{} names no version, target or lease", job.id));
    let version_id = job.version_id.as_ref().ok_or_else(missing)?;
    let target_id = job.target_id.as_ref().ok_or_else(missing)?;
    let version = versions::by_id(tx, version_id)?.ok_or_else(missing)?;
    let target = targets::by_id(tx, target_id)?.ok_or_else(missing)?;
    Ok(VerifyWork {
        lease_token: job.lease_token.clone().ok_or_else(missing)?,
        lease_seconds: u32::try_from(LEASE_SECONDS).unwrap_or(u32::MAX),
        certificate_id: job.certificate_id.clone(),
        fingerprint_sha256: version.fingerprint_sha256,
        target_id: target.id,
        target_kind: target.kind,
        target_config: target.config,
        job_id: job.id,
    })
}

/// Records that an agent reached for a job that is not its own.
async fn audited<T>(
    app: &App,
    context: &RequestContext,
    (step, id): (&str, &JobId),
    result: Result<T, Error>,
) -> Result<T, Error> {
    let route = format!("POST /api/v1/agent/jobs/{{id}}/{step}");
    reached_for(app, context, ("agent.job_access", ("job", id.as_str()), route), result).await
}

/// Records that an agent reached for what is not its own.
async fn reached_for<T>(
    app: &App,
    context: &RequestContext,
    (action, (noun, id), route): (&'static str, (&'static str, &str), String),
    result: Result<T, Error>,
) -> Result<T, Error> {
    if let Err(error @ Error::Denied { code, .. }) = &result {
        let refusal = Refusal {
            action,
            object: (noun, id.to_owned()),
            actor: context.actor.clone(),
            address: context.address.clone(),
            route,
            code,
            detail: error.to_string(),
            request_id: context.request_id.to_string(),
        };
        refusals::record(app, refusal).await;
    }
    result
}

/// Hands in the CSR for a job that waits for it.
///
/// # Errors
/// 403 when the job is another agent's, 409 when it waits for none, 422 when the CSR does not fit.
#[utoipa::path(post, path = "/agent/jobs/{id}/csr", tag = "agent", params(("id" = JobId, Path)),
    request_body = CsrSubmission, responses((status = 200, body = Accepted), (status = 409, description = "The job waits for no CSR")))]
pub async fn submit_csr(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(submission): Body<CsrSubmission>,
) -> Result<Json<Accepted>, Error> {
    let csr = parse_csr(&submission.csr_pem)?;
    let agent = context.agent()?.clone();
    let (audit, job_id) = (context.audit(&app), id.clone());
    let accepted = app
        .store
        .write("agent.csr", move |tx| {
            let job = ops::issuance::job_of_holder(tx, &job_id, agent.as_str())?;
            let state = match ops::issuance::accept_csr(tx, &audit, &job, &csr, submission.key_ready_at)? {
                CsrOutcome::Accepted => JobState::Pending,
                CsrOutcome::AlreadyAccepted => {
                    tx.note_audit();
                    job.state
                }
            };
            Ok::<_, Error>(Accepted { state })
        })
        .await;
    audited(&app, &context, ("csr", &id), accepted).await.map(Json)
}

/// The agent cannot make the CSR that a job waits for, or the control plane does not take it.
///
/// # Errors
/// 403 when the job is another agent's, 409 when it waits for none.
#[utoipa::path(post, path = "/agent/jobs/{id}/csr-refused", tag = "agent", params(("id" = JobId, Path)),
    request_body = CsrRefusal, responses((status = 200, body = Accepted), (status = 409, description = "The job waits for no CSR")))]
pub async fn refuse_csr(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(refusal): Body<CsrRefusal>,
) -> Result<Json<Accepted>, Error> {
    let agent = context.agent()?.clone();
    let (audit, job_id) = (context.audit(&app), id.clone());
    let accepted = app
        .store
        .write("agent.csr_refused", move |tx| {
            let job = ops::issuance::job_of_holder(tx, &job_id, agent.as_str())?;
            let state = ops::agents::csr_refused(tx, &audit, &job, &refusal)?;
            Ok::<_, Error>(Accepted { state })
        })
        .await;
    audited(&app, &context, ("csr-refused", &id), accepted).await.map(Json)
}

/// Reports the steps of a deployment since the last report, and at its end the result; or what a look at endpoints showed.
///
/// # Errors
/// 403 when the job is another agent's, 409 when the lease is stale.
#[utoipa::path(post, path = "/agent/jobs/{id}/report", tag = "agent", params(("id" = JobId, Path)),
    request_body = JobReport, responses((status = 200, body = Accepted), (status = 409, description = "The lease is no longer the agent's")))]
pub async fn report(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(body): Body<JobReport>,
) -> Result<Json<Accepted>, Error> {
    let agent = context.agent()?.clone();
    let (audit, job_id) = (context.audit(&app), id.clone());
    let reported = app
        .store
        .write("agent.report", move |tx| {
            // As the report found it, when it may be the one that ends it.
            let ends = body.result.is_some() || body.verified.is_some();
            let before = if ends { jobs::by_id(tx, &job_id)? } else { None };
            let state = ops::deployments::report(tx, &audit, &agent, &job_id, &body)?;
            let after = match before {
                Some(job) if job.state == JobState::Running => {
                    jobs::by_id(tx, &job_id)?.map(|now| (job, now.error))
                }
                Some(_) | None => None,
            };
            Ok::<_, Error>((Accepted { state }, after))
        })
        .await;
    let (accepted, ended) = audited(&app, &context, ("report", &id), reported).await?;
    if let Some((job, cause)) = ended {
        let failed = (accepted.state != JobState::Completed).then(|| cause.unwrap_or_default());
        spans::deployed(&app, &job, failed.as_deref()).await;
    }
    Ok(Json(accepted))
}

/// Extends the lease of a job under way.
///
/// # Errors
/// 403 when the job is another agent's, 409 when the lease is stale.
#[utoipa::path(post, path = "/agent/jobs/{id}/extend", tag = "agent", params(("id" = JobId, Path)),
    request_body = ExtendLease, responses((status = 200, body = LeaseExtended), (status = 409, description = "The lease is no longer the agent's")))]
pub async fn extend(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(body): Body<ExtendLease>,
) -> Result<Json<LeaseExtended>, Error> {
    let agent = context.agent()?.clone();
    let job_id = id.clone();
    let extended = app
        .store
        .bookkeeping("agent.extend", move |tx| {
            ops::deployments::leased(tx, &job_id, &agent, &body.lease_token)?;
            let lease_expires_at: Ts = tx.now().plus_seconds(LEASE_SECONDS);
            jobs::extend(tx, &job_id, &body.lease_token, lease_expires_at)?;
            Ok::<_, Error>(LeaseExtended { lease_expires_at })
        })
        .await;
    audited(&app, &context, ("extend", &id), extended).await.map(Json)
}

/// Reports checks of a target's test that ended since the last report, and that none will follow.
///
/// # Errors
/// 403 when the test is another agent's, 409 when it is not under way.
#[utoipa::path(post, path = "/agent/tests/{id}/report", tag = "agent", params(("id" = TargetTestId, Path)),
    request_body = TestReport, responses((status = 200, body = TestNoted), (status = 409, description = "The test is not under way")))]
pub async fn report_test(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::TargetTest>,
    Body(body): Body<TestReport>,
) -> Result<Json<TestNoted>, Error> {
    let agent = context.agent()?.clone();
    let (audit, test_id) = (context.audit(&app), id.clone());
    let reported = app
        .store
        .write("agent.test_report", move |tx| {
            let state = ops::target_tests::report(tx, &audit, &agent, &test_id, &body)?;
            Ok::<_, Error>(TestNoted { state })
        })
        .await;
    let route = "POST /api/v1/agent/tests/{id}/report".to_owned();
    let about = ("agent.test_access", ("target_test", id.as_str()), route);
    reached_for(&app, &context, about, reported).await.map(Json)
}

/// What became of keys that the agent was told to delete.
///
/// # Errors
/// Those of the store.
#[utoipa::path(post, path = "/agent/keys", tag = "agent", request_body = KeysReport,
    responses((status = 200, body = KeysNoted)))]
pub async fn report_keys(
    State(app): State<App>,
    context: RequestContext,
    Body(body): Body<KeysReport>,
) -> Result<Json<KeysNoted>, Error> {
    let id = context.agent()?.clone();
    let (audit, agent) = (context.audit(&app), id.clone());
    let noted =
        app.store.write("agent.keys", move |tx| ops::keys::report(tx, &audit, &agent, &body.keys)).await?;
    if noted > 0 {
        // There may be more than one answer holds.
        app.polls.look_at_keys(&id);
    }
    Ok(Json(KeysNoted { noted }))
}

/// How long an agent's keys are not looked at again. Keys grow old in days; no poll need look at them each time.
const KEY_LOOK_SECONDS: i64 = 3_600;

/// What is known here of each agent's polls.
#[derive(Debug, Default)]
pub struct Polls(Mutex<HashMap<AgentId, Polled>>);

#[derive(Debug)]
struct Polled {
    /// Which start of the agent.
    boot_id: String,
    /// When its keys were looked at.
    keys_at: Option<Ts>,
}

impl Polls {
    /// Whether this start of the agent polls here for the first time.
    fn first_of(&self, id: &AgentId, boot_id: &str) -> bool {
        let mut polls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match polls.get(id) {
            Some(known) if known.boot_id == boot_id => false,
            Some(_) | None => {
                polls.insert(id.clone(), Polled { boot_id: boot_id.to_owned(), keys_at: None });
                true
            }
        }
    }

    /// Whether the agent's keys are to be looked at now; if so, the next time is an hour later.
    fn is_time_for_keys(&self, id: &AgentId, now: Ts) -> bool {
        let mut polls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(polled) = polls.get_mut(id) else { return false };
        let is_time = polled.keys_at.is_none_or(|at| at.plus_seconds(KEY_LOOK_SECONDS) <= now);
        if is_time {
            polled.keys_at = Some(now);
        }
        is_time
    }

    /// The agent's keys are looked at by its next poll.
    fn look_at_keys(&self, id: &AgentId) {
        if let Some(polled) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(id) {
            polled.keys_at = None;
        }
    }
}

/// The CA certificate at the end of the served chain (PEM): what the agent trusts from now on. `tls` keeps the file.
async fn trust_pem(app: &App) -> Result<String, Error> {
    tokio::fs::read_to_string(app.config.ca_file()).await.map_err(Error::internal)
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::JoinToken, routes!(join))
        .route(Access::Agent, routes!(renew))
        .route(Access::Agent, routes!(poll))
        .route(Access::Agent, routes!(submit_csr))
        .route(Access::Agent, routes!(refuse_csr))
        .route(Access::Agent, routes!(report))
        .route(Access::Agent, routes!(report_test))
        .route(Access::Agent, routes!(report_keys))
        .route(Access::Agent, routes!(extend))
}
