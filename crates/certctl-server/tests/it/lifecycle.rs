//! The lifecycle of a certificate as rounds of work, and the explanation of what is decided about it.

use certctl_api::agent_protocol::{DeployResult, JobReport, Sighting, StepReport};
use certctl_api::certificates::Timeline;
use certctl_api::explain::Explanation;
use certctl_api::jobs::JobsRetried;
use certctl_api::runs::{CauseCode, Progress, Run, StepName};
use certctl_core::actor::Actor;
use certctl_core::job::JobKind;
use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use crate::issuance::{Agent, Plane, csr};

fn states(run: &Run, lane: usize) -> Vec<(StepName, Progress)> {
    run.lanes[lane].steps.iter().map(|step| (step.name, step.state)).collect()
}

async fn runs(plane: &Plane) -> Vec<Run> {
    plane.client.read::<Timeline>("/certificates/mc-web/timeline").await.unwrap().runs
}

async fn each_step_of_a_run_says_how_far_it_is(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let agent = Agent::join(&plane, "one").await;
    Agent::join(&plane, "two").await;
    let target = json!({
        "id": "tgt-a", "name": "a", "kind": "file", "agent_id": "ag-one",
        "config": { "certificate_path": "/tmp/a.pem", "key_path": "/tmp/a.key", "probe": [{ "address": "127.0.0.1:443" }] },
    });
    let _: Value = plane.client.post("/targets", &target).await.unwrap();
    let body = json!({
        "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-a"], "agent_ids": ["ag-two"],
    });
    let _: Value = plane.client.post("/certificates", &body).await.unwrap();

    let all = runs(&plane).await;
    assert_eq!((all.len(), all[0].kind, all[0].lanes.len()), (1, JobKind::Issuance, 2), "{all:?}");
    assert_eq!(all[0].requested_by.as_ref().map(|actor| actor.kind()), Some("api_key"));
    let first = all[0]
        .lanes
        .iter()
        .position(|lane| lane.agent_id.as_ref() == Some(&"ag-one".parse().unwrap()))
        .unwrap();
    let waiting = [
        (StepName::Requested, Progress::Done),
        (StepName::KeyGenerated, Progress::Waiting),
        (StepName::CsrReceived, Progress::NotReached),
        (StepName::Issued, Progress::NotReached),
    ];
    assert_eq!(states(&all[0], first), waiting);

    let wanted = agent.poll(20).await.csr_requests;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let path = format!("/agent/jobs/{}/csr", wanted[0].job_id);
    let _: Value = agent
        .client
        .post(
            &path,
            &json!({ "csr_pem": csr(&key, &["web.example.internal"]), "key_ready_at": SystemClock.now() }),
        )
        .await
        .unwrap();
    let work = agent.poll(20).await.deployments;
    let now = SystemClock.now();
    let step = |name: &str, ok: bool| StepReport {
        at: now,
        name: name.to_owned(),
        ok,
        milliseconds: 1,
        detail: String::new(),
    };
    let rolled_back = JobReport {
        lease_token: work[0].lease_token.clone(),
        steps: vec![step("stage", true), step("swap", true), step("reload", true), step("probe", false)],
        result: Some(DeployResult::RolledBack {
            step: "probe".to_owned(),
            cause: "127.0.0.1:443 serves another certificate".to_owned(),
            seen: vec![],
            previous_fingerprint: None,
            retryable: false,
        }),
        verified: None,
    };
    let _: Value =
        agent.client.post(&format!("/agent/jobs/{}/report", work[0].job_id), &rolled_back).await.unwrap();
    let run = &runs(&plane).await[0];
    let lane = &run.lanes[first];
    assert_eq!((run.state, lane.state), (Progress::Failed, Progress::Failed));
    let verified = lane.steps.last().unwrap();
    let deployed = &lane.steps[lane.steps.len() - 2];
    assert_eq!((deployed.name, deployed.state), (StepName::Deployed, Progress::Done), "{lane:?}");
    assert_eq!((verified.name, verified.state), (StepName::VerifiedLive, Progress::Failed), "{lane:?}");
    assert_eq!(verified.retry_job_id.as_ref(), Some(&work[0].job_id));
    assert!(verified.cause.as_ref().unwrap().contains("another certificate"), "{verified:?}");
    let why = verified.why.as_ref().unwrap();
    assert_eq!(why.code, CauseCode::ProbeFailed);
    assert_eq!(why.params["detail"], "127.0.0.1:443 serves another certificate");
    assert_eq!(verified.targets[0].retry_job_id, verified.retry_job_id);
    assert_eq!(verified.actor, Some(Actor::Agent("ag-one".parse().unwrap())));
    let seen: Vec<_> =
        lane.tries.iter().map(|one| (one.result, one.steps.len(), one.target_id.is_some())).collect();
    assert_eq!(seen, [(Progress::Done, 1, false), (Progress::Failed, 4, true)], "{lane:?}");
    let condition = plane.client.read::<Value>("/certificates/mc-web").await.unwrap()["condition"].clone();
    assert_eq!(condition, "failing", "a target does not take the current version");

    let again = json!({ "ids": [verified.retry_job_id.as_ref().unwrap(), "job-none"] });
    let again: JobsRetried = plane.client.post("/jobs/retry", &again).await.unwrap();
    assert_eq!((again.retried, again.refused), (1, 1), "{again:?}");
    assert_eq!(again.items[1].code.as_deref(), Some("not_found"));
    let work = agent.poll(20).await.deployments;
    let live = JobReport {
        lease_token: work[0].lease_token.clone(),
        steps: vec![step("swap", true), step("reload", true), step("probe", true)],
        result: Some(DeployResult::Live {
            seen: vec![Sighting {
                address: "127.0.0.1:443".to_owned(),
                server_name: None,
                at: now,
                fingerprint_sha256: Some(work[0].fingerprint_sha256.clone()),
                error: None,
            }],
            previous_fingerprint: None,
            already_live: false,
        }),
        verified: None,
    };
    let _: Value = agent.client.post(&format!("/agent/jobs/{}/report", work[0].job_id), &live).await.unwrap();
    let run = &runs(&plane).await[0];
    assert!(run.lanes[first].steps.iter().all(|step| step.state == Progress::Done), "{run:?}");
    assert_eq!(run.lanes[first].steps[1].name, StepName::KeyGenerated);
    let results: Vec<_> = run.lanes[first].tries.iter().map(|one| one.result).collect();
    assert_eq!(results, [Progress::Done, Progress::Failed, Progress::Done]);
    let seen_live = &run.lanes[first].steps.last().unwrap().targets[0];
    assert_eq!((seen_live.endpoints.len(), seen_live.endpoints[0].state), (1, Progress::Done));
    let condition = plane.client.read::<Value>("/certificates/mc-web").await.unwrap()["condition"].clone();
    assert_ne!(condition, "failing");
    assert!(run.lanes[first].steps[1..].iter().all(|step| step.milliseconds.is_some()), "{run:?}");
    assert_eq!(run.state, Progress::Waiting, "the other holder has sent no CSR");
    plane.stop().await;
}

async fn an_explanation_is_what_the_scheduler_would_decide(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": "mc-web", "names": ["web.example.internal"], "key_strategy": "external",
        "csr_pem": csr(&key, &["web.example.internal"]),
    });
    let created: certctl_api::certificates::CertificateCreated =
        plane.client.post("/certificates", &body).await.unwrap();
    plane.finished(&created.jobs[0]).await;
    let told: Explanation = plane.client.read("/certificates/mc-web/explain").await.unwrap();
    assert_eq!((told.holders[0].decision.as_str(), told.holders[0].code.as_str()), ("wait", "not_yet"));
    assert_eq!(told.next.as_ref().map(|next| Some(next.at)), Some(told.holders[0].renew_after), "{told:?}");
    assert_eq!((told.last.len(), told.blocked_by.len()), (1, 0), "{told:?}");
    assert_eq!(told.last[0].actor.as_ref().map(|actor| actor.kind()), Some("api_key"));

    Agent::join(&plane, "one").await;
    let body = json!({ "id": "mc-two", "names": ["two.example.internal"], "agent_ids": ["ag-one"] });
    let _: Value = plane.client.post("/certificates", &body).await.unwrap();
    let told: Explanation = plane.client.read("/certificates/mc-two/explain").await.unwrap();
    assert_eq!(told.holders[0].code, "job_open");
    assert!(told.blocked_by.iter().any(|blocker| blocker.code == "csr_waiting"), "{told:?}");

    let _: Value = plane.client.delete("/certificates/mc-two").await.unwrap();
    let told: Explanation = plane.client.read("/certificates/mc-two/explain").await.unwrap();
    assert_eq!((told.holders[0].code.as_str(), told.next.is_none()), ("archived", true), "{told:?}");
    plane.stop().await;
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

on_both!(each_step_of_a_run_says_how_far_it_is, an_explanation_is_what_the_scheduler_would_decide);
