//! Renewal policies at work, on both stores: windows are waited for, unless the end would come first; previews tell what then
//! happens.

use std::sync::Arc;
use std::time::Duration;

use certctl_api::agent_protocol::{Accepted, CsrSubmission};
use certctl_api::certificates::{CertificateCreated, JobsStarted};
use certctl_core::job::JobState;
use certctl_core::time::{Clock, ManualClock, SystemClock, Ts};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::Environs;
use serde_json::{Value, json};

use crate::harness::eventually;
use crate::issuance::{Agent, Plane, csr};

const HOUR: u64 = 3_600;

/// A clock at yesterday's noon, so that the windows of the tests are where they are said to be; not one ahead of the
/// machine's, by which TLS goes.
fn noon() -> ManualClock {
    let now = SystemClock.now().as_second();
    ManualClock::new(Ts::from_second(now - now.rem_euclid(86_400) - 12 * 3_600))
}

async fn start(postgres: bool, clock: &ManualClock) -> (Plane, Agent) {
    let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
    let plane = Plane::start_with(postgres, environs).await;
    let agent = Agent::join(&plane, "one").await;
    let nights = json!({ "time_zone": "UTC", "from": "22:00", "to": "23:30" });
    let policy = json!({ "id": "rp-nights", "name": "Nights", "windows": [nights] });
    let _: Value = plane.client.post("/renewal-policies", &policy).await.unwrap();
    (plane, agent)
}

/// Answers the agent's one request for a CSR, and waits for the version.
async fn answer(plane: &Plane, agent: &Agent) {
    let wanted = agent.poll(20).await.csr_requests.remove(0);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
    let _: Accepted = agent.client.post(&format!("/agent/jobs/{}/csr", wanted.job_id), &csr).await.unwrap();
    let path = format!("/jobs/{}", wanted.job_id);
    eventually("the version", async || read(plane, &path).await["job"]["state"] == "Completed").await;
}

async fn read(plane: &Plane, path: &str) -> Value {
    plane.client.read(path).await.unwrap()
}

/// Lets the renewal task look, and waits until it has looked at this holder again.
async fn looked(plane: &Plane, what: &str, mut condition: impl AsyncFnMut(&Value) -> bool) -> Value {
    plane.server().app.signals.wake_engine("renewal");
    let mut last = Value::Null;
    eventually(what, async || {
        last = read(plane, "/certificates/mc-web/explain").await;
        condition(&last).await
    })
    .await;
    last
}

async fn a_due_renewal_and_its_deployment_wait_for_the_window(postgres: bool) {
    let clock = noon();
    let (plane, agent) = start(postgres, &clock).await;
    let target = json!({ "id": "tgt-one", "name": "one", "kind": "nginx", "agent_id": "ag-one", "config": {
        "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem", "probe": [{ "address": "127.0.0.1:1" }] } });
    let _: Value = plane.client.post("/targets", &target).await.unwrap();
    // Six days: due after three. An agent's identity, of seven days, outlives the test.
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-one"],
        "renewal_policy_id": "rp-nights", "lifetime_seconds": 6 * 86_400 });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    answer(&plane, &agent).await;
    assert_eq!(agent.poll(0).await.deployments.len(), 1, "nothing was served before: nothing waits");

    clock.advance(Duration::from_secs(3 * 24 * HOUR));
    let told = looked(&plane, "the wait", async |told| {
        told["why"].as_str().is_some_and(|why| why.contains("maintenance window"))
    })
    .await;
    let lane = &told["holders"][0];
    assert_eq!((&lane["decision"], &lane["code"]), (&json!("wait"), &json!("window_closed")), "{told}");
    let opens_at = clock.now().plus_seconds(10 * 3_600);
    assert_eq!(lane["next_look_at"], json!(opens_at));
    assert_eq!(told["next"]["at"], json!(opens_at), "{told}");
    assert!(agent.poll(0).await.csr_requests.is_empty());

    clock.advance(Duration::from_secs(10 * HOUR + 60));
    looked(&plane, "the renewal in its window", async |told| told["holders"][0]["open_job_id"].is_string())
        .await;
    // The agent is late: the version comes when the window is closed again.
    clock.advance(Duration::from_secs(2 * HOUR));
    answer(&plane, &agent).await;
    assert!(agent.poll(0).await.deployments.is_empty(), "the deployment waits for the next night");
    let told = read(&plane, "/certificates/mc-web/explain").await;
    let blocker = told["blocked_by"].as_array().unwrap().iter().find(|b| b["code"] == "window_closed");
    let job = blocker.unwrap_or_else(|| panic!("{told}"))["object_id"].as_str().unwrap().to_owned();
    let waiting = read(&plane, &format!("/jobs/{job}")).await;
    assert!(waiting["job"]["reason"].as_str().unwrap().contains("maintenance window"), "{waiting}");

    // Who asks for it does not wait.
    let asked: JobsStarted = plane.client.post("/certificates/mc-web/deploy", &json!({})).await.unwrap();
    assert_eq!((asked.jobs[0].id.as_str(), asked.jobs[0].state), (job.as_str(), JobState::Pending));
    let handed_over = agent.poll(20).await.deployments;
    assert_eq!(handed_over.len(), 1);
    assert_eq!(handed_over[0].job_id.as_str(), job);
    plane.stop().await;
}

async fn the_end_is_not_missed_for_a_window(postgres: bool) {
    let clock = noon();
    let (plane, agent) = start(postgres, &clock).await;
    // A day: due after half of it, at midnight, when the window has closed until ten at night, past the end.
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "renewal_policy_id": "rp-nights", "lifetime_seconds": 86_400 });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    answer(&plane, &agent).await;
    clock.advance(Duration::from_secs(13 * HOUR));
    let told =
        looked(&plane, "the renewal", async |told| told["holders"][0]["open_job_id"].is_string()).await;
    assert!(told["why"].as_str().unwrap().contains("too close to the end"), "{told}");
    plane.stop().await;
}

async fn what_is_left_to_a_person_is_not_renewed(postgres: bool) {
    let clock = noon();
    let (plane, agent) = start(postgres, &clock).await;
    let by_hand = json!({ "id": "rp-hand", "name": "By hand", "automatic": false });
    let _: Value = plane.client.post("/renewal-policies", &by_hand).await.unwrap();
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "renewal_policy_id": "rp-hand", "lifetime_seconds": 6 * 86_400 });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    answer(&plane, &agent).await;
    clock.advance(Duration::from_secs(5 * 24 * HOUR));
    let told = looked(&plane, "the decision", async |told| told["holders"][0]["code"] == "by_hand").await;
    assert_eq!(told["holders"][0]["next_look_at"], Value::Null, "{told}");
    assert!(agent.poll(0).await.csr_requests.is_empty());
    // Told to renew by itself, it does so at once.
    let _: Value =
        plane.client.patch("/renewal-policies/rp-hand", &json!({ "automatic": true })).await.unwrap();
    looked(&plane, "the renewal", async |told| told["holders"][0]["open_job_id"].is_string()).await;
    plane.stop().await;
}

async fn a_preview_tells_what_the_change_then_does(postgres: bool) {
    let clock = noon();
    let (plane, agent) = start(postgres, &clock).await;
    let policy = json!({ "id": "rp-lab", "name": "Lab", "alert_thresholds_days": [] });
    let _: Value = plane.client.post("/renewal-policies", &policy).await.unwrap();
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "renewal_policy_id": "rp-lab", "lifetime_seconds": 30 * 86_400 });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    answer(&plane, &agent).await;
    let other = json!({ "id": "mc-other", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "renewal_policy_id": "rp-nights", "issue": false });
    let _: CertificateCreated = plane.client.post("/certificates", &other).await.unwrap();
    // After sixteen of thirty days: due at twenty by default, at fifteen with 50 percent.
    clock.advance(Duration::from_secs(16 * 24 * HOUR));
    let preview = async |change: Value| -> Value {
        let mut body = change;
        body["policy_id"] = json!("rp-lab");
        plane.client.post("/renewal-policies/preview", &body).await.unwrap()
    };
    let found = preview(json!({ "point": { "percent": 50 }, "alert_thresholds_percent": [50] })).await;
    let counts = ["certificates", "checked", "moved", "due_now", "alerts_now"]
        .map(|name| found[name].as_i64().unwrap());
    assert_eq!(counts, [1, 1, 1, 1, 1], "{found}");
    assert_eq!(found["statuses"], json!([{ "from": "Active", "to": "Expiring", "certificates": 1 }]));
    assert_eq!(found["sample"][0]["certificate_id"], "mc-web");
    assert_eq!(preview(json!({})).await["moved"], 0);
    // Only inside of the window: nothing at once, at noon.
    let nights = json!([{ "time_zone": "UTC", "from": "22:00", "to": "23:30" }]);
    let found = preview(json!({ "point": { "percent": 50 }, "windows": nights })).await;
    assert_eq!((&found["moved"], &found["due_now"]), (&json!(1), &json!(0)), "{found}");
    // By hand nothing is due at once either.
    let found = preview(json!({ "point": { "percent": 50 }, "automatic": false })).await;
    assert_eq!(found["due_now"], 0, "{found}");
    let bad = json!({ "policy_id": "rp-lab", "windows": [{ "time_zone": "Mars", "from": "22:00", "to": "23:30" }] });
    let bad = plane.client.post::<Value>("/renewal-policies/preview", &bad).await.unwrap_err();
    let bad = crate::approvals::refused(bad);
    assert_eq!((bad.status, bad.errors[0].pointer.as_str()), (422, "/windows/0/time_zone"));
    let policy = read(&plane, "/renewal-policies/rp-lab").await;
    assert_eq!((&policy["revision"], &policy["windows"]), (&json!(1), &json!([])), "nothing was stored");

    // Made, it does what was told.
    let change = json!({ "point": { "percent": 50 }, "alert_thresholds_percent": [50] });
    let _: Value = plane.client.patch("/renewal-policies/rp-lab", &change).await.unwrap();
    looked(&plane, "the renewal", async |told| told["holders"][0]["open_job_id"].is_string()).await;
    plane.server().app.signals.wake_engine("alerts");
    eventually("the alert of half of the life", async || {
        let alerts = read(&plane, "/alerts?certificate_id=mc-web&kind=certificate_expiring").await;
        alerts["items"].as_array().unwrap().len() == 1
    })
    .await;
    plane.stop().await;
}

async fn a_certificate_may_have_values_of_its_own(postgres: bool) {
    let clock = noon();
    let (plane, agent) = start(postgres, &clock).await;
    let policy = json!({ "id": "rp-lab", "name": "Lab", "alert_thresholds_days": [2] });
    let _: Value = plane.client.post("/renewal-policies", &policy).await.unwrap();
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "agent_ids": ["ag-one"],
        "renewal_policy_id": "rp-lab", "lifetime_seconds": 30 * 86_400 });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    answer(&plane, &agent).await;
    let planned = read(&plane, "/certificates/mc-web").await["renew_after"].clone();
    let change = async |over: Value| -> Value {
        plane.client.patch("/certificates/mc-web", &json!({ "policy_override": over })).await.unwrap()
    };
    let values = async || {
        let told = read(&plane, "/certificates/mc-web/explain").await;
        let value = |name: &str| {
            let all = told["values"].as_array().unwrap();
            let one = all.iter().find(|one| one["name"] == name).unwrap();
            (one["value"].clone(), one["source"].as_str().unwrap().to_owned())
        };
        [value("point"), value("alert_thresholds_days"), value("alert_thresholds_percent")]
    };
    let of = |value: Value, source: &str| (value, source.to_owned());
    assert_eq!(
        values().await,
        [of(Value::Null, "default"), of(json!([2]), "policy"), of(json!([]), "policy")]
    );
    let bad = json!({ "policy_override": { "point": { "percent": 5 } } });
    let bad = plane.client.patch::<Value>("/certificates/mc-web", &bad).await.unwrap_err();
    let bad = crate::approvals::refused(bad);
    assert_eq!((bad.status, bad.errors[0].pointer.as_str()), (422, "/policy_override/point/percent"));

    let point = json!({ "percent": 50 });
    let shown = change(json!({ "point": point, "alert_thresholds_percent": [50] })).await;
    assert_eq!(shown["policy_override"], json!({ "point": point, "alert_thresholds_percent": [50] }));
    assert!(shown["renew_after"].as_str().unwrap() < planned.as_str().unwrap(), "{shown}");
    let own = [of(point, "certificate"), of(json!([2]), "policy"), of(json!([50]), "certificate")];
    assert_eq!(values().await, own);
    let shown = change(json!({ "alert_thresholds_days": [1, 3] })).await;
    assert_eq!(shown["policy_override"]["alert_thresholds_days"], json!([3, 1]));
    // What the policy says meanwhile changes nothing where the certificate has its own.
    let other = json!({ "point": { "percent": 90 } });
    let _: Value = plane.client.patch("/renewal-policies/rp-lab", &other).await.unwrap();
    // Renewed at half of its life, and told of then too.
    clock.advance(Duration::from_secs(16 * 24 * HOUR));
    looked(&plane, "the renewal", async |told| told["holders"][0]["open_job_id"].is_string()).await;
    plane.server().app.signals.wake_engine("alerts");
    eventually("the alert of half of the life", async || {
        let alerts = read(&plane, "/alerts?certificate_id=mc-web&kind=certificate_expiring").await;
        alerts["items"].as_array().unwrap().len() == 1
    })
    .await;
    let shown = change(json!({ "point": null, "alert_thresholds_days": null })).await;
    assert_eq!(shown["policy_override"], json!({ "alert_thresholds_percent": [50] }));
    let shown = change(Value::Null).await;
    assert_eq!(shown["policy_override"], Value::Null);
    assert_eq!(values().await[2], of(json!([]), "policy"));
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

on_both!(
    a_due_renewal_and_its_deployment_wait_for_the_window,
    the_end_is_not_missed_for_a_window,
    what_is_left_to_a_person_is_not_renewed,
    a_preview_tells_what_the_change_then_does,
    a_certificate_may_have_values_of_its_own,
);
