//! Agents as the control plane sees them, on both stores: a CSR that does not come, keys that are no longer needed,
//! quarantine and retirement.

use std::time::Duration;

use certctl_api::agent_protocol::{
    Accepted, CsrRefusal, CsrSubmission, DeployResult, DeployWork, ExtendLease, JobReport, KeyReport,
    KeysNoted, KeysReport, LeaseExtended, PollAnswer, RetiredKey,
};
use certctl_api::certificates::{Certificate, CertificateCreated, Version};
use certctl_api::client::ClientError;
use certctl_api::jobs::{JobDetail, JobsRetried};
use certctl_api::page::Page;
use certctl_api::runs::CauseCode;
use certctl_core::agent::AgentHealth;
use certctl_core::certificate::CertificateStatus;
use certctl_core::job::JobState;
use certctl_core::time::{Clock, ManualClock, SystemClock};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::Environs;
use serde_json::{Value, json};

use crate::harness::{environs, eventually};
use crate::issuance::{Agent, Plane, csr, status_of};

/// A control plane whose clock the test moves, an agent, and a target of it.
struct Fleet {
    plane: Plane,
    clock: ManualClock,
    agent: Agent,
}

impl Fleet {
    async fn start(postgres: bool) -> Self {
        let clock = ManualClock::new(SystemClock.now());
        let plane = Plane::start_with(postgres, Environs { ..environs(&clock) }).await;
        let agent = Agent::join(&plane, "one").await;
        let fleet = Self { plane, clock, agent };
        fleet.keep_identities().await;
        fleet.target("one").await;
        fleet
    }

    /// The test's clock runs faster than identities are renewed.
    async fn keep_identities(&self) {
        let until = self.clock.now().plus_seconds(3_650 * 86_400);
        let sql = "-- test.identities\nUPDATE agents SET identity_not_after = $1";
        let store = &self.plane.server().app.store;
        let changed: Result<u64, certctl_store::StoreError> =
            store.bookkeeping("test.identities", move |tx| tx.exec(sql, certctl_store::args![until])).await;
        assert!(changed.unwrap() > 0);
        self.plane.server().app.identities.forget();
    }

    async fn target(&self, name: &str) {
        let path = |kind: &str| format!("/tmp/{name}.{kind}.pem");
        let config = json!({ "certificate_path": path("cert"), "key_path": path("key") });
        let target = json!({
            "id": format!("tgt-{name}"), "name": name, "kind": "file", "agent_id": "ag-one", "config": config,
        });
        let _: Value = self.plane.client.post("/targets", &target).await.unwrap();
    }

    async fn want(&self, id: &str, targets: &[&str]) -> String {
        let body = json!({ "id": id, "names": ["web.example.internal"], "target_ids": targets });
        let created: CertificateCreated = self.plane.client.post("/certificates", &body).await.unwrap();
        created.jobs[0].id.to_string()
    }

    async fn job(&self, id: &str) -> JobDetail {
        self.plane.client.read(&format!("/jobs/{id}")).await.unwrap()
    }

    async fn refuse(&self, job: &str, cause: &str, retryable: bool) -> Accepted {
        let refusal = CsrRefusal { cause: cause.to_owned(), retryable };
        self.agent.client.post(&format!("/agent/jobs/{job}/csr-refused"), &refusal).await.unwrap()
    }

    async fn audited(&self, action: &'static str) -> Vec<certctl_store::audit::AuditRow> {
        let filter =
            certctl_store::audit::AuditFilter { action: Some(action.to_owned()), ..Default::default() };
        let store = &self.plane.server().app.store;
        store.read("test.audit", move |tx| certctl_store::audit::list(tx, &filter, 500)).await.unwrap()
    }
}

async fn a_csr_that_cannot_be_made_now_is_asked_for_again_and_given_up_in_the_end(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let job = fleet.want("mc-web", &["tgt-one"]).await;
    assert_eq!(fleet.agent.poll(20).await.csr_requests.len(), 1);
    let cause = "cannot create /keys/mc-web: No space left on device";
    assert_eq!(fleet.refuse(&job, cause, true).await.state, JobState::AwaitingCsr);
    let detail = fleet.job(&job).await;
    assert_eq!(detail.job.error.as_deref(), Some(format!("no CSR from ag-one: {cause}").as_str()));
    assert_eq!((detail.steps.len(), detail.steps[0].outcome.as_str()), (1, "failed"));
    let wait = detail.job.run_after.seconds_since(fleet.clock.now());
    assert!((4..=6).contains(&wait), "the first wait of the table: {wait} s");
    assert!(fleet.agent.poll(0).await.csr_requests.is_empty(), "not before its time");
    fleet.clock.advance(Duration::from_secs(6));
    assert_eq!(fleet.agent.poll(20).await.csr_requests.len(), 1);

    // Meanwhile there is space: the CSR is taken, and the issuing begins with all its tries.
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let good = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
    let path = format!("/agent/jobs/{job}/csr");
    let _: Accepted = fleet.agent.client.post(&path, &good).await.unwrap();
    let finished = fleet.plane.finished(&fleet.job(&job).await.job).await;
    assert_eq!((finished.state, finished.error), (JobState::Completed, None));
    let refusal = CsrRefusal { cause: "late".to_owned(), retryable: false };
    let late = fleet.agent.client.post::<Accepted>(&format!("{path}-refused"), &refusal).await.unwrap_err();
    assert_eq!(status_of(&late), 409, "a job that has its CSR is not failed by a late word");

    // Another one never gets better.
    fleet.target("two").await;
    let job = fleet.want("mc-never", &["tgt-two"]).await;
    let max = fleet.job(&job).await.job.max_attempts;
    for attempt in 1..=max {
        assert_eq!(fleet.agent.poll(20).await.csr_requests.len(), 1, "try {attempt}");
        let state = fleet.refuse(&job, cause, true).await.state;
        let expected = if attempt < max { JobState::AwaitingCsr } else { JobState::Failed };
        assert_eq!(state, expected, "try {attempt} of {max}");
        let detail = fleet.job(&job).await;
        if state == JobState::AwaitingCsr {
            fleet.clock.advance(detail.job.run_after.since(fleet.clock.now()));
        } else {
            assert_eq!(detail.steps.len(), usize::try_from(max).unwrap());
        }
    }
    fleet.plane.stop().await;
}

async fn a_refusal_for_good_fails_the_job_with_its_cause(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let other = Agent::join(&fleet.plane, "two").await;
    let job = fleet.want("mc-web", &["tgt-one"]).await;
    let path = format!("/agent/jobs/{job}/csr-refused");
    let refusal = CsrRefusal { cause: "the policy does not allow it".to_owned(), retryable: false };
    let foreign = other.client.post::<Accepted>(&path, &refusal).await.unwrap_err();
    assert_eq!(status_of(&foreign), 403, "another agent's job");
    assert_eq!(fleet.audited("agent.job_access").await.len(), 1);

    assert_eq!(fleet.refuse(&job, &refusal.cause, false).await.state, JobState::Failed);
    let failed = fleet.job(&job).await.job;
    assert_eq!(failed.certificate_name.as_deref(), Some("web.example.internal"));
    assert_eq!((failed.agent_name.as_deref(), failed.cause_code), (Some("one"), Some(CauseCode::CsrNotMade)));
    assert_eq!(
        failed.requested_by_name.as_deref().map(str::is_empty),
        Some(false),
        "the admin's key has a name"
    );
    let filter = json!({ "filter": { "certificate_id": "mc-web" } });
    let again: JobsRetried = fleet.plane.client.post("/jobs/retry", &filter).await.unwrap();
    assert_eq!((again.retried, again.refused, again.left), (0, 1, 0), "{again:?}");
    assert_eq!(again.items[0].code.as_deref(), Some("no_csr"));
    let detail = fleet.job(&job).await;
    let cause = "no CSR from ag-one: the policy does not allow it";
    assert_eq!(detail.job.error.as_deref(), Some(cause));
    let certificate: Certificate = fleet.plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!(certificate.status, CertificateStatus::Failed);
    assert_eq!(certificate.last_error.as_deref(), Some(cause));
    let moved = fleet.audited("job.changed").await;
    let row = moved.iter().find(|row| row.summary.contains("is Failed")).unwrap();
    assert_eq!((row.actor_id.as_str(), row.outcome.as_str()), ("ag-one", "failure"));
    assert!(row.summary.contains(cause), "{}", row.summary);
    let again = fleet.agent.client.post::<Accepted>(&path, &refusal).await.unwrap_err();
    assert_eq!(status_of(&again), 409);
    assert!(fleet.agent.poll(0).await.csr_requests.is_empty());
    fleet.plane.stop().await;
}

async fn a_deadline_tells_the_last_refusal(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let job = fleet.want("mc-web", &["tgt-one"]).await;
    fleet.refuse(&job, "the disk is full", true).await;
    fleet.clock.advance(Duration::from_secs(25 * 3_600));
    let ended = fleet.plane.finished(&fleet.job(&job).await.job).await;
    assert_eq!(ended.state, JobState::Failed);
    let error = ended.error.unwrap();
    assert_eq!(error, "no CSR came in time; last: no CSR from ag-one: the disk is full");
    fleet.plane.stop().await;
}

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);

impl Fleet {
    /// Carries an issuance out as the agent does, up to the deployments that it is given.
    async fn issue(&self, job: &str) -> Vec<DeployWork> {
        assert_eq!(self.agent.poll(20).await.csr_requests.len(), 1);
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let submission = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
        let path = format!("/agent/jobs/{job}/csr");
        let _: Accepted = self.agent.client.post(&path, &submission).await.unwrap();
        assert_eq!(self.plane.finished(&self.job(job).await.job).await.state, JobState::Completed);
        self.agent.poll(20).await.deployments
    }

    async fn renew(&self, id: &str) -> Vec<DeployWork> {
        let answer: Value =
            self.plane.client.post(&format!("/certificates/{id}/renew"), &json!({})).await.unwrap();
        let job = answer["jobs"][0]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        self.issue(&job).await
    }

    async fn installed(&self, work: &DeployWork) {
        let report = JobReport {
            lease_token: work.lease_token.clone(),
            steps: Vec::new(),
            result: Some(DeployResult::Installed { previous_fingerprint: None }),
            verified: None,
        };
        let path = format!("/agent/jobs/{}/report", work.job_id);
        let _: Accepted = self.agent.client.post(&path, &report).await.unwrap();
    }

    /// The keys that the agent is told to delete.
    async fn retired(&self) -> Vec<RetiredKey> {
        self.agent.poll(0).await.retired_keys
    }

    async fn say(&self, agent: &Agent, key: &str, kept_because: Option<&str>) -> u32 {
        let report = KeyReport {
            certificate_id: "mc-web".parse().unwrap(),
            public_key_sha256: key.to_owned(),
            kept_because: kept_because.map(str::to_owned),
        };
        let noted: KeysNoted =
            agent.client.post("/agent/keys", &KeysReport { keys: vec![report] }).await.unwrap();
        noted.noted
    }

    async fn version(&self, id: &str) -> Version {
        let page: Page<Version> = self.plane.client.read("/certificates/mc-web/versions").await.unwrap();
        page.items.into_iter().find(|version| version.id.as_str() == id).unwrap()
    }

    async fn deploy(&self, version: &str) -> Result<Value, ClientError> {
        let body = json!({ "version_id": version });
        self.plane.client.post("/certificates/mc-web/deploy", &body).await
    }
}

async fn a_replaced_key_ends_a_week_later_when_its_agent_says_so(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let other = Agent::join(&fleet.plane, "two").await;
    fleet.keep_identities().await;
    let first = fleet.issue(&fleet.want("mc-web", &["tgt-one"]).await).await.remove(0);
    fleet.installed(&first).await;
    fleet.clock.advance(DAY);
    let second = fleet.renew("mc-web").await.remove(0);
    fleet.clock.advance(8 * DAY);
    assert!(fleet.retired().await.is_empty(), "the new version is not seen anywhere yet");
    fleet.installed(&second).await;
    fleet.clock.advance(6 * DAY);
    assert!(fleet.retired().await.is_empty(), "one may still go back");
    fleet.clock.advance(DAY + HOUR);
    let ordered = fleet.retired().await;
    assert_eq!(ordered.len(), 1);
    assert_eq!(ordered[0].public_key_sha256, first.public_key_sha256);
    assert_eq!(fleet.audited("key.retirement_ordered").await.len(), 1);
    assert!(fleet.retired().await.is_empty(), "an order is given once and then waited for");
    let gone = fleet.deploy(first.version_id.as_str()).await.unwrap_err();
    assert_eq!(status_of(&gone), 409);
    assert!(gone.to_string().contains("is being deleted"), "{gone}");

    // The answer got lost: told again, and not noted again.
    fleet.clock.advance(HOUR);
    assert_eq!(fleet.retired().await.len(), 1);
    assert_eq!(fleet.audited("key.retirement_ordered").await.len(), 1);

    // Another agent has no say, and the agent none on keys that it was not told about.
    assert_eq!(fleet.say(&other, &first.public_key_sha256, None).await, 0);
    assert_eq!(fleet.say(&fleet.agent, &second.public_key_sha256, None).await, 0);

    // The host still uses it.
    let because = "/etc/tls/a.key holds it";
    assert_eq!(fleet.say(&fleet.agent, &first.public_key_sha256, Some(because)).await, 1);
    assert_eq!(fleet.say(&fleet.agent, &first.public_key_sha256, Some(because)).await, 0);
    let kept = fleet.audited("key.kept").await;
    assert_eq!((kept.len(), kept[0].outcome.as_str(), kept[0].actor_id.as_str()), (1, "failure", "ag-one"));
    assert_eq!(fleet.version(first.version_id.as_str()).await.key_kept_because.as_deref(), Some(because));
    fleet.clock.advance(2 * HOUR);
    assert!(fleet.retired().await.is_empty(), "left alone for a day");
    fleet.clock.advance(DAY);
    assert_eq!(fleet.retired().await.len(), 1);

    assert_eq!(fleet.say(&fleet.agent, &first.public_key_sha256, None).await, 1);
    assert_eq!(fleet.say(&fleet.agent, &first.public_key_sha256, None).await, 0, "said before");
    let version = fleet.version(first.version_id.as_str()).await;
    assert_eq!((version.key_retired_at, version.key_kept_because), (Some(fleet.clock.now()), None));
    assert_eq!(fleet.audited("key.retired").await.len(), 1);
    let gone = fleet.deploy(first.version_id.as_str()).await.unwrap_err();
    assert!(gone.to_string().contains("was deleted on ag-one"), "{gone}");
    fleet.clock.advance(30 * DAY);
    assert!(fleet.retired().await.is_empty());
    let verified = fleet.plane.verified_audit().await;
    assert!(verified.ok, "{:?}", verified.findings);
    fleet.plane.stop().await;
}

async fn a_key_stays_while_one_target_has_its_version(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    fleet.target("two").await;
    for work in fleet.issue(&fleet.want("mc-web", &["tgt-one", "tgt-two"]).await).await {
        fleet.installed(&work).await;
    }
    let mut second = fleet.renew("mc-web").await;
    assert_eq!(second.len(), 2);
    fleet.installed(&second.remove(0)).await;
    // The lease of the other one runs out, and nobody does it.
    fleet.clock.advance(9 * DAY);
    assert!(fleet.retired().await.is_empty());
    let work = loop {
        if let Some(work) = fleet.agent.poll(20).await.deployments.pop() {
            break work;
        }
    };
    fleet.installed(&work).await;
    fleet.clock.advance(8 * DAY);
    assert_eq!(fleet.retired().await.len(), 1);
    fleet.plane.stop().await;
}

async fn an_expired_version_cannot_be_gone_back_to_and_its_key_ends_at_once(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let body = json!({
        "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-one"], "lifetime_seconds": 7_200,
    });
    let created: CertificateCreated = fleet.plane.client.post("/certificates", &body).await.unwrap();
    let first = fleet.issue(created.jobs[0].id.as_str()).await.remove(0);
    fleet.installed(&first).await;
    fleet.clock.advance(HOUR / 2);
    let second = fleet.renew("mc-web").await.remove(0);
    fleet.installed(&second).await;
    assert!(fleet.retired().await.is_empty());
    fleet.clock.advance(HOUR + HOUR / 2 + Duration::from_secs(60));
    let ordered = fleet.retired().await;
    assert_eq!(ordered.len(), 1);
    assert_eq!(ordered[0].public_key_sha256, first.public_key_sha256);
    fleet.plane.stop().await;
}

async fn a_lease_lasts_as_long_as_it_is_extended(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let other = Agent::join(&fleet.plane, "two").await;
    let work = fleet.issue(&fleet.want("mc-web", &["tgt-one"]).await).await.remove(0);
    let length = Duration::from_secs(work.lease_seconds.into());
    let path = format!("/agent/jobs/{}/extend", work.job_id);
    let extend = ExtendLease { lease_token: work.lease_token.clone() };
    let foreign = other.client.post::<LeaseExtended>(&path, &extend).await.unwrap_err();
    assert_eq!(status_of(&foreign), 403);
    for _ in 0..4 {
        fleet.clock.advance(length * 2 / 3);
        let extended: LeaseExtended = fleet.agent.client.post(&path, &extend).await.unwrap();
        assert_eq!(extended.lease_expires_at, fleet.clock.now().plus(length));
    }
    assert_eq!(fleet.job(work.job_id.as_str()).await.job.state, JobState::Running);
    // Then nobody extends it.
    fleet.clock.advance(length + Duration::from_secs(1));
    let id = work.job_id.to_string();
    eventually("the end of the lease", async || fleet.job(&id).await.job.state == JobState::Pending).await;
    let stale = fleet.agent.client.post::<LeaseExtended>(&path, &extend).await.unwrap_err();
    assert_eq!(status_of(&stale), 409);
    fleet.plane.stop().await;
}

/// The agent's poll while it is held, and what ends it.
async fn held_poll(agent: &Agent, act: impl Future<Output = ()>) -> ClientError {
    let request = json!({
        "boot_id": agent.boot_id, "version": "test", "platform": "test", "capabilities": [], "in_hand": [],
        "wait_seconds": 30,
    });
    let wait = Duration::from_secs(30);
    let poll = agent.client.long_poll::<PollAnswer>("/agent/poll", &request, wait);
    tokio::pin!(poll);
    // Held: it has been sent, and nothing has come.
    let early = tokio::time::timeout(Duration::from_millis(700), &mut poll).await;
    assert!(early.is_err(), "{early:?}");
    act.await;
    let ended = tokio::time::timeout(Duration::from_secs(10), poll).await;
    match ended {
        Ok(answer) => answer.unwrap_err(),
        Err(_) => panic!("it was not told at once, but is held to the end"),
    }
}

async fn quarantine_holds_at_once_and_work_waits_for_its_end(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let client = &fleet.plane.client;
    let state = async |state: &str| {
        let _: Value = client.patch("/agents/ag-one", &json!({ "state": state })).await.unwrap();
    };
    // This start of the agent has polled before, so that the next poll is held.
    let _ = fleet.agent.poll(0).await;
    let error = held_poll(&fleet.agent, state("quarantined")).await;
    assert_eq!(status_of(&error), 403, "{error}");
    let job = fleet.want("mc-web", &["tgt-one"]).await;
    for path in ["/agent/poll", "/agent/keys"] {
        let refused = fleet.agent.client.post::<Value>(path, &json!({})).await.unwrap_err();
        assert_eq!(status_of(&refused), 403, "{path}");
    }
    assert_eq!(fleet.job(&job).await.job.state, JobState::AwaitingCsr);
    state("active").await;
    let deployments = fleet.issue(&job).await;
    assert_eq!(deployments.len(), 1);
    // In the middle of a deployment: its lease is extended no more, and its report not taken.
    state("quarantined").await;
    let extend = ExtendLease { lease_token: deployments[0].lease_token.clone() };
    let path = format!("/agent/jobs/{}/extend", deployments[0].job_id);
    let refused = fleet.agent.client.post::<LeaseExtended>(&path, &extend).await.unwrap_err();
    assert_eq!(status_of(&refused), 403);
    state("active").await;
    fleet.installed(&deployments[0]).await;
    fleet.plane.stop().await;
}

async fn retirement_ends_everything_of_the_agent_and_says_so(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let client = &fleet.plane.client;
    let first = fleet.issue(&fleet.want("mc-web", &["tgt-one"]).await).await.remove(0);
    fleet.installed(&first).await;
    fleet.target("two").await;
    fleet.target("three").await;
    let waiting = fleet.want("mc-waiting", &["tgt-two"]).await;
    let deployment: Value =
        client.post("/certificates/mc-web/deploy", &json!({ "target_ids": ["tgt-one"] })).await.unwrap();
    let in_use = client.delete::<Value>("/agents/ag-one").await.unwrap_err();
    assert_eq!(status_of(&in_use), 409, "it still serves");

    let retire = async {
        let _: Value = client.delete("/agents/ag-one?force=true").await.unwrap();
    };
    // It takes the deployment, and has put the CSR off: its next poll is held.
    assert_eq!(fleet.agent.poll(0).await.deployments.len(), 1, "{deployment}");
    fleet.refuse(&waiting, "not now", true).await;
    let error = held_poll(&fleet.agent, retire).await;
    assert_eq!(status_of(&error), 410, "{error}");
    let open = [waiting.as_str(), deployment["jobs"][0]["id"].as_str().unwrap()];
    for id in open {
        let job = fleet.job(id).await.job;
        assert_eq!(job.state, JobState::Cancelled, "{id}");
        assert!(job.error.unwrap().contains("ag-one is retired"), "{id}");
    }
    for (path, body) in [
        ("/certificates/mc-web/renew", json!({ "force": true })),
        ("/certificates/mc-web/deploy", json!({ "target_ids": ["tgt-one"] })),
    ] {
        let refused = client.post::<Value>(path, &body).await.unwrap_err();
        assert_eq!(status_of(&refused), 409, "{path}");
        assert!(refused.to_string().contains("ag-one is retired"), "{path}: {refused}");
    }
    let body = json!({ "names": ["new.example.internal"], "target_ids": ["tgt-three"] });
    let refused = client.post::<Value>("/certificates", &body).await.unwrap_err();
    assert_eq!(status_of(&refused), 422);
    assert!(refused.to_string().contains("retired"), "{refused}");
    let certificate: Certificate = client.read("/certificates/mc-web").await.unwrap();
    assert_eq!(certificate.status, CertificateStatus::Failed, "a person has to act");
    assert!(certificate.last_error.unwrap().contains("ag-one is retired"));
    // The scheduler asks nobody who will not answer.
    let sql = "-- test.due\nSELECT COUNT(*) FROM holders WHERE holder = 'ag-one' AND due_at IS NOT NULL";
    let store = &fleet.plane.server().app.store;
    let due: Result<(i64,), certctl_store::StoreError> =
        store.read("test.due", move |tx| tx.one(sql, &[])).await;
    assert_eq!(due, Ok((0,)));
    let verified = fleet.plane.verified_audit().await;
    assert!(verified.ok, "{:?}", verified.findings);
    fleet.plane.stop().await;
}

/// 5,000 agents that poll every half a minute would be millions of rows a day.
async fn polls_and_heartbeats_leave_no_audit_events(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let store = fleet.plane.server().app.store.clone();
    let of_agents = async || {
        let all = certctl_store::audit::AuditFilter::default();
        let rows =
            store.read("test.audit", move |tx| certctl_store::audit::list(tx, &all, 500)).await.unwrap();
        assert!(rows.len() < 500, "all of them are looked at");
        rows.iter().filter(|row| row.object_id == "ag-one" || row.actor_id == "ag-one").count()
    };
    fleet.agent.poll(0).await;
    let before = of_agents().await;
    for _ in 0..20 {
        fleet.clock.advance(Duration::from_secs(30));
        fleet.agent.poll(0).await;
    }
    let now = fleet.clock.now();
    let seen = async || {
        let agent: Value = fleet.plane.client.read("/agents/ag-one").await.unwrap();
        agent["last_seen_at"].as_str().unwrap().parse::<certctl_core::time::Ts>().unwrap()
    };
    eventually("the heartbeats to be written", async || now.seconds_since(seen().await) < 30).await;
    assert_eq!(of_agents().await, before);
    fleet.plane.stop().await;
}

async fn another_version_of_an_agent_is_audited_and_told_once(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let poll = async |version: &str| {
        let body = json!({
            "boot_id": "b", "version": version, "platform": "test", "capabilities": [], "in_hand": [], "wait_seconds": 0,
        });
        let _: Value = fleet.agent.client.post("/agent/poll", &body).await.unwrap();
    };
    let shown = async |version: &str| {
        eventually("the heartbeat is written", async || {
            fleet.plane.client.read::<Value>("/agents/ag-one").await.unwrap()["version"] == version
        })
        .await;
    };
    poll("1.0.0").await;
    shown("1.0.0").await;
    let before = fleet.audited("agent.version").await.len();
    poll("1.1.0").await;
    poll("1.1.0").await;
    shown("1.1.0").await;
    let events = fleet.audited("agent.version").await;
    assert_eq!(events.len(), before + 1);
    assert_eq!(events[0].summary, "ag-one ran version 1.0.0 and runs 1.1.0 now");
    assert_eq!(events[0].object_id, "ag-one");
    fleet.plane.stop().await;
}

async fn an_agent_tells_when_it_was_heard_from_and_what_it_renews_next(postgres: bool) {
    let fleet = Fleet::start(postgres).await;
    let shown =
        async || fleet.plane.client.read::<certctl_api::agents::Agent>("/agents/ag-one").await.unwrap();
    assert_eq!(shown().await.next_renewal_at, None);
    let context = certctl_server::ops::system(&fleet.plane.server().app, "test");
    let silent = async |seconds: u64| {
        fleet.clock.advance(Duration::from_secs(seconds));
        let (app, context) = (&fleet.plane.server().app, context.clone());
        let swept = app
            .store
            .write("test.sweep", move |tx| certctl_server::ops::agents::sweep_health(tx, &context, 10));
        swept.await.unwrap();
    };
    let agent = shown().await;
    let spans = agent.health_spans.unwrap();
    assert!(spans.iter().all(|span| span.from < span.until), "{spans:?}");
    silent(400).await;
    silent(3_600).await;
    let spans = shown().await.health_spans.unwrap();
    let last = spans.last().unwrap();
    assert_eq!(last.health, AgentHealth::Offline);
    assert!(last.until.seconds_since(last.from) >= 3_600, "{spans:?}");
    assert!(
        spans.windows(2).all(|two| two[0].until == two[1].from && two[0].health != two[1].health),
        "{spans:?}"
    );
    fleet.clock.advance(Duration::from_secs(3 * 86_400));
    let spans = shown().await.health_spans.unwrap();
    assert_eq!(spans.len(), 1, "nothing is told of what was longer ago: {spans:?}");
    assert_eq!(spans[0].until.seconds_since(spans[0].from), 86_400);
    let list: Value = fleet.plane.client.read("/agents").await.unwrap();
    assert!(list["items"][0]["health_spans"].is_null(), "{list}");
    fleet.plane.stop().await;
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
    another_version_of_an_agent_is_audited_and_told_once,
    an_agent_tells_when_it_was_heard_from_and_what_it_renews_next,
    polls_and_heartbeats_leave_no_audit_events,
    a_csr_that_cannot_be_made_now_is_asked_for_again_and_given_up_in_the_end,
    a_refusal_for_good_fails_the_job_with_its_cause,
    a_deadline_tells_the_last_refusal,
    quarantine_holds_at_once_and_work_waits_for_its_end,
    retirement_ends_everything_of_the_agent_and_says_so,
    a_lease_lasts_as_long_as_it_is_extended,
    a_replaced_key_ends_a_week_later_when_its_agent_says_so,
    a_key_stays_while_one_target_has_its_version,
    an_expired_version_cannot_be_gone_back_to_and_its_key_ends_at_once,
);
