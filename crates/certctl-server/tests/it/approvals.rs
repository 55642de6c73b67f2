//! Approvals over HTTP on both stores: nothing is signed without a yes where a profile asks for one.

use std::sync::Arc;
use std::time::Duration;

use certctl_api::agent_protocol::{Accepted, CsrSubmission};
use certctl_api::approvals::WaitingApproval;
use certctl_api::certificates::{Certificate, CertificateCreated, JobsStarted, Version};
use certctl_api::client::{Client, ClientError};
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::page::Page;
use certctl_api::problem::Problem;
use certctl_core::actor::Actor;
use certctl_core::approval::ApprovalDecision;
use certctl_core::certificate::CertificateStatus;
use certctl_core::job::{JobKind, JobState};
use certctl_core::permission::Role;
use certctl_core::time::{Clock, ManualClock, SystemClock};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::Environs;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{On, TestServer, api, eventually};
use crate::issuance::{Agent, Plane, csr};

pub(crate) fn refused(error: ClientError) -> Problem {
    match error {
        ClientError::Refused { problem } => *problem,
        other => panic!("not a refusal: {other}"),
    }
}

/// An operator beside the admin who is `plane.client`.
pub(crate) async fn operator(plane: &Plane) -> Client {
    let made: certctl_api::api_keys::ApiKeyCreated =
        plane.client.post("/api-keys", &json!({ "name": "second", "role": "operator" })).await.unwrap();
    api(&plane.server().app, &made.secret)
}

pub(crate) fn external(id: &str, profile: &str, key: &PrivateKey) -> Value {
    json!({ "id": id, "names": ["web.example.internal"], "key_strategy": "external", "profile_id": profile,
        "csr_pem": csr(key, &["web.example.internal"]) })
}

async fn profile(plane: &Plane, id: &str, approval: &str) {
    let body = json!({ "id": id, "name": id, "approval": approval });
    let _: Value = plane.client.post("/profiles", &body).await.unwrap();
}

async fn job(plane: &Plane, id: &str) -> JobDetail {
    plane.client.read(&format!("/jobs/{id}")).await.unwrap()
}

async fn versions(plane: &Plane, id: &str) -> usize {
    let page: Page<Version> = plane.client.read(&format!("/certificates/{id}/versions")).await.unwrap();
    page.items.len()
}

async fn an_issuance_waits_for_somebody_elses_yes(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let second = operator(&plane).await;
    profile(&plane, "prof-careful", "always").await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = external("mc-web", "prof-careful", &key);
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    let id = created.jobs[0].id.to_string();
    assert_eq!(created.jobs[0].state, JobState::AwaitingApproval);
    assert!(created.jobs[0].approval_because.as_deref().unwrap().contains("prof-careful"));

    let page: Page<WaitingApproval> = second.read("/approvals?total=true").await.unwrap();
    assert_eq!((page.total, page.items.len()), (Some(1), 1));
    let waiting = &page.items[0];
    assert_eq!(waiting.job_id.as_str(), id);
    assert_eq!(waiting.names, ["web.example.internal"]);
    assert_eq!(waiting.requested_by, created.jobs[0].requested_by);
    assert!(matches!(waiting.requested_by, Actor::ApiKey(_)) && !waiting.own);
    let left = waiting.deadline.unwrap().seconds_since(waiting.waiting_since);
    assert_eq!(left, 7 * 86_400);
    let own: Page<WaitingApproval> = plane.client.read("/approvals").await.unwrap();
    assert!(own.items[0].own);

    let path = format!("/jobs/{id}/approve");
    let problem = refused(plane.client.post::<Job>(&path, &json!({})).await.unwrap_err());
    assert_eq!((problem.status, problem.code.as_str()), (403, "own_request"), "{problem:?}");
    assert_eq!(versions(&plane, "mc-web").await, 0);

    let body = json!({ "reason": "seen with the owner" });
    let approved: Job = second.post(&path, &body).await.unwrap();
    assert_eq!(approved.state, JobState::Pending);
    let ended = plane.finished(&approved).await;
    assert_eq!(ended.state, JobState::Completed, "{:?}", ended.error);
    assert_eq!(versions(&plane, "mc-web").await, 1);
    let detail = job(&plane, &id).await;
    assert_eq!(detail.approvals.len(), 1);
    assert_eq!(detail.approvals[0].decision, ApprovalDecision::Approved);
    assert_eq!(detail.approvals[0].reason.as_deref(), Some("seen with the owner"));
    let problem = refused(second.post::<Job>(&path, &body).await.unwrap_err());
    assert_eq!((problem.status, problem.code.as_str()), (409, "job_state"));
    let page: Page<WaitingApproval> = second.read("/approvals").await.unwrap();
    assert!(page.items.is_empty());
    plane.stop().await;
}

async fn a_rejection_ends_the_job_with_its_reason(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let second = operator(&plane).await;
    profile(&plane, "prof-careful", "first").await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = external("mc-web", "prof-careful", &key);
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    let path = format!("/jobs/{}/reject", created.jobs[0].id);
    let problem = refused(second.post::<Job>(&path, &json!({})).await.unwrap_err());
    assert_eq!(problem.status, 400, "a no needs its reason: {problem:?}");
    let problem = refused(second.post::<Job>(&path, &json!({ "reason": " " })).await.unwrap_err());
    assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/reason"));
    let ended: Job = second.post(&path, &json!({ "reason": "wrong name" })).await.unwrap();
    assert_eq!(ended.state, JobState::Cancelled);
    assert!(ended.error.as_deref().unwrap().contains("wrong name"), "{ended:?}");
    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!(certificate.status, CertificateStatus::Failed);
    let retried = plane.client.post::<Job>(&format!("/jobs/{}/retry", ended.id), &json!({})).await;
    assert_eq!(refused(retried.unwrap_err()).status, 409, "a rejected job is not tried again");
    assert_eq!(versions(&plane, "mc-web").await, 0);
    plane.stop().await;
}

async fn an_agents_key_is_made_after_the_yes_and_its_renewal_needs_one_only_if_asked(postgres: bool) {
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
    let plane = Plane::start_with(postgres, environs).await;
    let second = operator(&plane).await;
    let agent = Agent::join(&plane, "one").await;
    profile(&plane, "prof-first", "first").await;
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "profile_id": "prof-first" });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    assert_eq!(created.jobs[0].state, JobState::AwaitingApproval);
    assert!(agent.poll(0).await.csr_requests.is_empty(), "no key is made before the yes");
    let approved: Job =
        second.post(&format!("/jobs/{}/approve", created.jobs[0].id), &json!({})).await.unwrap();
    assert_eq!(approved.state, JobState::AwaitingCsr);
    assert!(approved.deadline.is_some(), "no waiting state without its end");
    let submit = async |plane: &Plane| {
        let wanted = agent.poll(20).await.csr_requests.remove(0);
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let csr = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
        let path = format!("/agent/jobs/{}/csr", wanted.job_id);
        let _: Accepted = agent.client.post(&path, &csr).await.unwrap();
        job(plane, wanted.job_id.as_str()).await.job
    };
    let first = submit(&plane).await;
    assert_eq!(plane.finished(&first).await.state, JobState::Completed);

    // `first` does not ask for renewals; `always` does, and the scheduler's own request has to wait like anybody's.
    let renewed: JobsStarted = plane.client.post("/certificates/mc-web/renew", &json!({})).await.unwrap();
    assert_eq!(renewed.jobs[0].state, JobState::AwaitingCsr);
    let second_job = submit(&plane).await;
    assert_eq!(plane.finished(&second_job).await.state, JobState::Completed);
    let _: Value =
        plane.client.patch("/profiles/prof-first", &json!({ "approval": "always" })).await.unwrap();
    clock.advance(Duration::from_secs(70 * 86_400));
    plane.server().app.signals.wake_engine("renewal");
    eventually("the scheduler's request", async || {
        let page: Page<WaitingApproval> = second.read("/approvals").await.unwrap();
        page.items.len() == 1
    })
    .await;
    let page: Page<WaitingApproval> = plane.client.read("/approvals").await.unwrap();
    assert_eq!(page.items[0].requested_by, Actor::system("renewal"));
    assert_eq!(page.items[0].kind, JobKind::Renewal);
    assert!(agent.poll(0).await.csr_requests.is_empty());
    // Nobody but the task asked for it: the admin may say yes.
    let path = format!("/jobs/{}/approve", page.items[0].job_id);
    let approved: Job = plane.client.post(&path, &json!({})).await.unwrap();
    assert_eq!(approved.state, JobState::AwaitingCsr);
    let third = submit(&plane).await;
    assert_eq!(plane.finished(&third).await.state, JobState::Completed);
    assert_eq!(versions(&plane, "mc-web").await, 3);
    plane.stop().await;
}

async fn a_profile_that_begins_to_ask_holds_jobs_under_way(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let second = operator(&plane).await;
    let agent = Agent::join(&plane, "one").await;
    profile(&plane, "prof-flip", "none").await;
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "profile_id": "prof-flip" });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    assert_eq!(created.jobs[0].state, JobState::AwaitingCsr);
    let _: Value = plane.client.patch("/profiles/prof-flip", &json!({ "approval": "always" })).await.unwrap();
    let wanted = agent.poll(20).await.csr_requests.remove(0);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
    let path = format!("/agent/jobs/{}/csr", wanted.job_id);
    let _: Accepted = agent.client.post(&path, &csr).await.unwrap();
    let id = wanted.job_id.to_string();
    eventually("the signer's demand", async || {
        job(&plane, &id).await.job.state == JobState::AwaitingApproval
    })
    .await;
    assert_eq!(versions(&plane, "mc-web").await, 0);
    // What is approved is the request as it is: another lifetime afterwards asks again.
    let approve = format!("/jobs/{id}/approve");
    let held = job(&plane, &id).await.job;
    assert!(held.deadline.is_some() && held.approval_because.is_some());
    let approved: Job = second.post(&approve, &json!({})).await.unwrap();
    assert_eq!(plane.finished(&approved).await.state, JobState::Completed);
    assert_eq!(versions(&plane, "mc-web").await, 1);
    plane.stop().await;
}

async fn a_yes_does_not_cover_what_was_changed_after_it(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let second = operator(&plane).await;
    let agent = Agent::join(&plane, "one").await;
    profile(&plane, "prof-careful", "always").await;
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "profile_id": "prof-careful" });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    let id = created.jobs[0].id.to_string();
    let approve = format!("/jobs/{id}/approve");
    let _: Job = second.post(&approve, &json!({})).await.unwrap();
    let longer = json!({ "lifetime_seconds": 300 * 86_400 });
    let _: Value = plane.client.patch("/certificates/mc-web", &longer).await.unwrap();
    let wanted = agent.poll(20).await.csr_requests.remove(0);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
    let _: Accepted = agent.client.post(&format!("/agent/jobs/{}/csr", wanted.job_id), &csr).await.unwrap();
    eventually("the second demand", async || job(&plane, &id).await.job.state == JobState::AwaitingApproval)
        .await;
    let held = job(&plane, &id).await.job;
    assert!(held.approval_because.as_deref().unwrap().contains("has changed"), "{held:?}");
    assert_eq!(versions(&plane, "mc-web").await, 0);
    let approved: Job = second.post(&approve, &json!({})).await.unwrap();
    assert_eq!(plane.finished(&approved).await.state, JobState::Completed);
    assert_eq!(job(&plane, &id).await.approvals.len(), 2);
    plane.stop().await;
}

async fn nobody_deciding_fails_the_job_and_a_retry_asks_again(on: On) {
    let test = TestServer::start(on).await;
    let (admin, second) = (test.key(Role::Admin).await, test.key(Role::Operator).await);
    let (admin, second) = (api(test.app(), &admin), api(test.app(), &second));
    let body = json!({ "id": "prof-careful", "name": "Careful", "approval": "always" });
    let _: Value = admin.post("/profiles", &body).await.unwrap();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = external("mc-web", "prof-careful", &key);
    let created: CertificateCreated = admin.post("/certificates", &body).await.unwrap();
    let id = created.jobs[0].id.to_string();
    let state = async || {
        let detail: JobDetail = admin.read(&format!("/jobs/{id}")).await.unwrap();
        detail.job.state
    };
    test.clock.advance(Duration::from_secs(7 * 86_400 - 60));
    assert_eq!(state().await, JobState::AwaitingApproval);
    test.clock.advance(Duration::from_secs(61));
    test.app().signals.wake_engine("reap");
    eventually("the deadline's failure", async || state().await == JobState::Failed).await;
    let again: Job = admin.post(&format!("/jobs/{id}/retry"), &json!({})).await.unwrap();
    assert_eq!(again.state, JobState::AwaitingApproval, "a retry goes round nothing");
    let approved: Job = second.post(&format!("/jobs/{id}/approve"), &json!({})).await.unwrap();
    assert_eq!(approved.state, JobState::Pending);
    eventually("the issuance", async || state().await == JobState::Completed).await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_deciding_fails_the_job_and_a_retry_asks_again_on_sqlite() {
    nobody_deciding_fails_the_job_and_a_retry_asks_again(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_deciding_fails_the_job_and_a_retry_asks_again_on_postgres() {
    nobody_deciding_fails_the_job_and_a_retry_asks_again(On::Postgres).await;
}

async fn the_database_refuses_a_job_that_goes_on_without_its_yes(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let admin = api(test.app(), &admin);
    let body = json!({ "id": "prof-careful", "name": "Careful", "approval": "always" });
    let _: Value = admin.post("/profiles", &body).await.unwrap();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = external("mc-web", "prof-careful", &key);
    let created: CertificateCreated = admin.post("/certificates", &body).await.unwrap();
    let id = created.jobs[0].id.clone();
    for next in [JobState::Pending, JobState::AwaitingCsr, JobState::Running, JobState::Completed] {
        let id = id.clone();
        let moved = test.app().store.bookkeeping("test.forge", move |tx| {
            certctl_store::jobs::set_state(tx, &id, JobState::AwaitingApproval, next, None)
        });
        let error = moved.await.unwrap_err();
        assert!(matches!(error, certctl_store::StoreError::CheckViolation { .. }), "{next}: {error}");
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_refuses_a_job_that_goes_on_without_its_yes_on_sqlite() {
    the_database_refuses_a_job_that_goes_on_without_its_yes(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_refuses_a_job_that_goes_on_without_its_yes_on_postgres() {
    the_database_refuses_a_job_that_goes_on_without_its_yes(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_roles_with_the_right_decide() {
    let test = TestServer::start(On::Sqlite).await;
    for (role, expected) in [(Role::Viewer, 403), (Role::Auditor, 403), (Role::Operator, 404)] {
        let key = test.key(role).await;
        for action in ["approve", "reject"] {
            let path = format!("/api/v1/jobs/job-none/{action}");
            let answer = test
                .request(reqwest::Method::POST, &path)
                .bearer_auth(&key)
                .json(&json!({ "reason": "x" }))
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status().as_u16(), expected, "{role} {action}");
        }
        let listed = test.get("/api/v1/approvals", &key).await.status();
        let expected = if role == Role::Auditor { StatusCode::FORBIDDEN } else { StatusCode::OK };
        assert_eq!(listed, expected, "{role}");
    }
    test.stop().await;
}

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(false).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(true).await;
            }
        }
    )+ };
}

on_both!(
    an_issuance_waits_for_somebody_elses_yes,
    a_rejection_ends_the_job_with_its_reason,
    an_agents_key_is_made_after_the_yes_and_its_renewal_needs_one_only_if_asked,
    a_profile_that_begins_to_ask_holds_jobs_under_way,
    a_yes_does_not_cover_what_was_changed_after_it,
);
