//! Looks at live endpoints that people ask for: who may be asked, what comes of each sighting, and what stands in the way.

use certctl_api::agent_protocol::{
    Accepted, CsrSubmission, DeployResult, DeployWork, JobReport, Sighting, StepReport, VerifyResult,
    VerifyWork,
};
use certctl_api::certificates::{JobsStarted, Timeline};
use certctl_api::client::ClientError;
use certctl_api::deployments::Deployment;
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::page::Page;
use certctl_core::deployment::DeploymentState;
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use crate::issuance::{Agent, Plane, csr, status_of};

const ADDRESS: &str = "127.0.0.1:443";

/// A certificate that is live on one target.
struct Scene {
    plane: Plane,
    agent: Agent,
    work: DeployWork,
}

fn sighting(fingerprint: Option<&str>, error: Option<&str>) -> Sighting {
    Sighting {
        address: ADDRESS.to_owned(),
        server_name: None,
        fingerprint_sha256: fingerprint.map(str::to_owned),
        at: SystemClock.now(),
        error: error.map(str::to_owned),
    }
}

impl Scene {
    async fn start(postgres: bool, probe: &Value) -> Self {
        let plane = Plane::start(postgres).await;
        let agent = Agent::join(&plane, "one").await;
        let target = json!({
            "id": "tgt-a", "name": "a", "kind": "file", "agent_id": "ag-one",
            "config": { "certificate_path": "/tmp/a.pem", "key_path": "/tmp/a.key", "probe": probe },
        });
        let _: Value = plane.client.post("/targets", &target).await.unwrap();
        let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-a"] });
        let _: Value = plane.client.post("/certificates", &body).await.unwrap();
        let wanted = agent.poll(20).await.csr_requests;
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let submission = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
        let path = format!("/agent/jobs/{}/csr", wanted[0].job_id);
        let _: Accepted = agent.client.post(&path, &submission).await.unwrap();
        let work = agent.poll(20).await.deployments.remove(0);
        Self { plane, agent, work }
    }

    async fn live(postgres: bool) -> Self {
        let scene = Self::start(postgres, &json!([{ "address": ADDRESS }])).await;
        let result = DeployResult::Live {
            seen: vec![sighting(Some(&scene.work.fingerprint_sha256), None)],
            previous_fingerprint: None,
            already_live: false,
        };
        scene.deployed(result).await;
        scene
    }

    async fn deployed(&self, result: DeployResult) {
        let report = JobReport {
            lease_token: self.work.lease_token.clone(),
            steps: Vec::new(),
            result: Some(result),
            verified: None,
        };
        let path = format!("/agent/jobs/{}/report", self.work.job_id);
        let _: Accepted = self.agent.client.post(&path, &report).await.unwrap();
    }

    async fn ask(&self) -> Result<JobsStarted, ClientError> {
        self.plane.client.post("/certificates/mc-web/verify", &json!({})).await
    }

    async fn refused(&self) -> String {
        let ClientError::Refused { problem } = self.ask().await.unwrap_err() else { panic!("not refused") };
        assert_eq!(problem.status, 409, "{problem:?}");
        problem.code.clone()
    }

    async fn taken(&self) -> VerifyWork {
        self.agent.poll(20).await.verifications.remove(0)
    }

    async fn report(&self, work: &VerifyWork, verified: VerifyResult) -> JobState {
        let step = StepReport {
            at: SystemClock.now(),
            name: "probe".to_owned(),
            ok: false,
            milliseconds: 4,
            detail: "looked".to_owned(),
        };
        let report = JobReport {
            lease_token: work.lease_token.clone(),
            steps: vec![step],
            result: None,
            verified: Some(verified),
        };
        let path = format!("/agent/jobs/{}/report", work.job_id);
        self.agent.client.post::<Accepted>(&path, &report).await.unwrap().state
    }

    /// Asks, and reports this.
    async fn looked(&self, seen: Sighting) -> Job {
        let asked = self.ask().await.unwrap().jobs.remove(0);
        assert_eq!((asked.kind, asked.state), (JobKind::Validation, JobState::Pending));
        let work = self.taken().await;
        assert_eq!((&work.job_id, &work.fingerprint_sha256), (&asked.id, &self.work.fingerprint_sha256));
        self.report(&work, VerifyResult::Looked { seen: vec![seen] }).await;
        self.plane.client.read::<JobDetail>(&format!("/jobs/{}", asked.id)).await.unwrap().job
    }

    async fn deployment(&self) -> Deployment {
        let page: Page<Deployment> =
            self.plane.client.read("/certificates/mc-web/deployments").await.unwrap();
        page.items.into_iter().next().unwrap()
    }

    async fn condition(&self) -> String {
        let certificate: Value = self.plane.client.read("/certificates/mc-web").await.unwrap();
        certificate["condition"].as_str().unwrap().to_owned()
    }
}

async fn what_is_seen_opens_and_closes_the_condition(postgres: bool) {
    let scene = Scene::live(postgres).await;
    let fingerprint = scene.work.fingerprint_sha256.clone();
    let before = scene.deployment().await;
    let good = scene.looked(sighting(Some(&fingerprint), None)).await;
    assert_eq!((good.state, good.error.as_deref()), (JobState::Completed, None));
    let after = scene.deployment().await;
    assert_eq!(after.state, DeploymentState::Live);
    assert!(after.live_at > before.live_at, "seen anew");
    assert_eq!(scene.condition().await, "healthy");

    let other = "cd".repeat(32);
    let wrong = scene.looked(sighting(Some(&other), None)).await;
    assert_eq!(wrong.state, JobState::Failed);
    assert!(
        wrong.error.as_ref().unwrap().contains(&format!("{ADDRESS} serves another certificate, {other}"))
    );
    let after = scene.deployment().await;
    assert_eq!(
        (after.state, after.seen[0].fingerprint_sha256.as_ref()),
        (DeploymentState::Failed, Some(&other))
    );
    assert_eq!(scene.condition().await, "unverified", "at once, and not after a time of grace");

    let nothing = scene.looked(sighting(None, Some("cannot connect to 127.0.0.1:443: refused"))).await;
    assert!(nothing.error.unwrap().starts_with("probe: 127.0.0.1:443: cannot connect"));
    assert_eq!(scene.condition().await, "unverified");

    let mended = scene.looked(sighting(Some(&fingerprint), None)).await;
    assert_eq!(mended.state, JobState::Completed);
    let after = scene.deployment().await;
    assert_eq!((after.state, after.error), (DeploymentState::Live, None));
    assert_eq!(scene.condition().await, "healthy");

    let told: Timeline = scene.plane.client.read("/certificates/mc-web/timeline").await.unwrap();
    let actions: Vec<&str> = told.items.iter().map(|item| item.action.as_str()).collect();
    for action in ["certificate.verify", "deployment.verified", "deployment.not_verified"] {
        assert!(actions.contains(&action), "{action} is not in {actions:?}");
    }
    let verified = scene.plane.verified_audit().await;
    assert!(verified.ok, "{:?}", verified.findings);
    scene.plane.stop().await;
}

async fn what_stands_in_the_way_is_said(postgres: bool) {
    let scene = Scene::start(postgres, &json!([{ "address": ADDRESS }])).await;
    assert_eq!(scene.refused().await, "already_looking", "its deployment looks itself");
    scene
        .deployed(DeployResult::Live {
            seen: vec![sighting(Some(&scene.work.fingerprint_sha256), None)],
            previous_fingerprint: None,
            already_live: false,
        })
        .await;
    let asked = scene.ask().await.unwrap();
    assert_eq!(scene.refused().await, "already_looking");
    let other = json!({ "target_ids": ["tgt-none"] });
    let error = scene.plane.client.post::<Value>("/certificates/mc-web/verify", &other).await.unwrap_err();
    assert_eq!(status_of(&error), 422);

    // An agent that does not say that it can is not given the job, and the job does not wait for ever.
    let given = scene.agent.poll_able("nginx", &[], 0).await;
    assert!(given.verifications.is_empty());
    let path = format!("/jobs/{}", asked.jobs[0].id);
    let job = scene.plane.client.read::<JobDetail>(&path).await.unwrap().job;
    assert_eq!(job.state, JobState::Failed);
    assert!(job.error.unwrap().contains("update certctl-agent"));
    loop {
        // Once its heartbeat is stored it is known beforehand.
        let agent: certctl_api::agents::Agent = scene.plane.client.read("/agents/ag-one").await.unwrap();
        if agent.abilities.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(scene.refused().await, "agent_outdated");
    scene.plane.stop().await;
}

async fn a_refusal_says_nothing_about_the_endpoint(postgres: bool) {
    let scene = Scene::live(postgres).await;
    scene.ask().await.unwrap();
    let work = scene.taken().await;
    let wrong = JobReport {
        lease_token: work.lease_token.clone(),
        steps: Vec::new(),
        result: Some(DeployResult::Installed { previous_fingerprint: None }),
        verified: None,
    };
    let path = format!("/agent/jobs/{}/report", work.job_id);
    let error = scene.agent.client.post::<Accepted>(&path, &wrong).await.unwrap_err();
    assert_eq!(status_of(&error), 422, "a look is no deployment");
    let refused = VerifyResult::Refused { cause: "ports lacks 443".to_owned() };
    assert_eq!(scene.report(&work, refused).await, JobState::Failed);
    assert_eq!(scene.deployment().await.state, DeploymentState::Live);
    assert_eq!(scene.condition().await, "healthy");

    // Another start of the agent gets what the last one held.
    scene.ask().await.unwrap();
    let lost = scene.taken().await;
    let again = Agent { boot_id: "boot-again".to_owned(), ..scene.agent };
    let work = again.poll(20).await.verifications.remove(0);
    assert_eq!(work.job_id, lost.job_id);
    assert_ne!(work.lease_token, lost.lease_token);
    scene.plane.stop().await;
}

async fn a_deployment_takes_the_place_of_a_look(postgres: bool) {
    let scene = Scene::live(postgres).await;
    let asked = scene.ask().await.unwrap();
    let _: JobsStarted = scene.plane.client.post("/certificates/mc-web/deploy", &json!({})).await.unwrap();
    let path = format!("/jobs/{}", asked.jobs[0].id);
    let job = scene.plane.client.read::<JobDetail>(&path).await.unwrap().job;
    assert_eq!(job.state, JobState::Cancelled);
    assert!(job.error.unwrap().starts_with("replaced by the deployment of cv-"));
    scene.plane.stop().await;
}

async fn a_target_without_an_address_has_nothing_to_look_at(postgres: bool) {
    let scene = Scene::start(postgres, &json!([])).await;
    scene.deployed(DeployResult::Installed { previous_fingerprint: None }).await;
    assert_eq!(scene.refused().await, "nothing_to_verify");
    scene.plane.stop().await;
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
    what_is_seen_opens_and_closes_the_condition,
    what_stands_in_the_way_is_said,
    a_refusal_says_nothing_about_the_endpoint,
    a_deployment_takes_the_place_of_a_look,
    a_target_without_an_address_has_nothing_to_look_at,
);
