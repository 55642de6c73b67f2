//! Agents as the control plane sees them, on both stores: a CSR that does not come, keys that are no longer needed,
//! quarantine and retirement.

use std::time::Duration;

use certctl_api::agent_protocol::{Accepted, CsrRefusal, CsrSubmission};
use certctl_api::certificates::{Certificate, CertificateCreated};
use certctl_api::jobs::JobDetail;
use certctl_core::certificate::CertificateStatus;
use certctl_core::job::JobState;
use certctl_core::time::{Clock, ManualClock, SystemClock};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::Environs;
use serde_json::{Value, json};

use crate::harness::environs;
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
        fleet.target("one").await;
        fleet
    }

    async fn target(&self, name: &str) {
        let config = json!({ "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" });
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
    let good = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]) };
    let path = format!("/agent/jobs/{job}/csr");
    let _: Accepted = fleet.agent.client.post(&path, &good).await.unwrap();
    let finished = fleet.plane.finished(&fleet.job(&job).await.job).await;
    assert_eq!((finished.state, finished.error), (JobState::Completed, None));
    let refusal = CsrRefusal { cause: "late".to_owned(), retryable: false };
    let late = fleet.agent.client.post::<Accepted>(&format!("{path}-refused"), &refusal).await.unwrap_err();
    assert_eq!(status_of(&late), 409, "a job that has its CSR is not failed by a late word");

    // Another one never gets better.
    let job = fleet.want("mc-never", &["tgt-one"]).await;
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
    a_csr_that_cannot_be_made_now_is_asked_for_again_and_given_up_in_the_end,
    a_refusal_for_good_fails_the_job_with_its_cause,
    a_deadline_tells_the_last_refusal,
);
