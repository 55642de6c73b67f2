//! Targets: one certificate each, files of their own, changes carried out, and an end that keeps the history.

use certctl_pki::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use crate::issuance::{Agent, Plane, csr, status_of};

fn target(id: &str, file: &str) -> Value {
    json!({
        "id": id, "name": id, "kind": "file", "agent_id": "ag-one",
        "config": { "certificate_path": format!("/tmp/{file}.pem"), "key_path": format!("/tmp/{file}.key") },
    })
}

async fn a_target_is_one_place_for_one_certificate(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let admin = &plane.client;
    Agent::join(&plane, "one").await;
    for (id, file) in [("tgt-a", "a"), ("tgt-b", "b")] {
        let _: Value = admin.post("/targets", &target(id, file)).await.unwrap();
    }
    let same = admin.post::<Value>("/targets", &target("tgt-c", "a")).await.unwrap_err();
    assert!(status_of(&same) == 409 && same.to_string().contains("tgt-a already"), "{same}");
    let moved = json!({ "config": target("tgt-b", "a")["config"] });
    assert_eq!(status_of(&admin.patch::<Value>("/targets/tgt-b", &moved).await.unwrap_err()), 409);

    let certificate =
        |id: &str, target: &str| json!({ "id": id, "names": ["a.example.internal"], "target_ids": [target] });
    let _: Value = admin.post("/certificates", &certificate("mc-a", "tgt-a")).await.unwrap();
    let taken = admin.post::<Value>("/certificates", &certificate("mc-b", "tgt-a")).await.unwrap_err();
    assert!(status_of(&taken) == 422 && taken.to_string().contains("tgt-a serves mc-a"), "{taken}");
    let missing = admin.read::<Value>("/certificates/mc-b").await.unwrap_err();
    assert_eq!(status_of(&missing), 404, "nothing was stored");

    let archived: Value = admin.delete("/certificates/mc-a").await.unwrap();
    assert_eq!(archived["target_ids"], json!([]));
    // An archived certificate gives its targets up.
    let _: Value = admin.post("/certificates", &certificate("mc-b", "tgt-a")).await.unwrap();
    plane.stop().await;
}

async fn a_changed_target_is_deployed_anew_and_a_removed_one_keeps_its_history(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let agent = Agent::join(&plane, "one").await;
    let admin = &plane.client;
    let _: Value = admin.post("/targets", &target("tgt-a", "a")).await.unwrap();
    let body = json!({ "id": "mc-a", "names": ["a.example.internal"], "target_ids": ["tgt-a"] });
    let _: Value = admin.post("/certificates", &body).await.unwrap();
    let wanted = agent.poll(20).await.csr_requests;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let path = format!("/agent/jobs/{}/csr", wanted[0].job_id);
    let _: Value =
        agent.client.post(&path, &json!({ "csr_pem": csr(&key, &["a.example.internal"]) })).await.unwrap();
    let first = agent.poll(20).await.deployments;
    assert_eq!(first[0].target_config["certificate_path"], "/tmp/a.pem");

    let change = json!({ "config": target("tgt-a", "moved")["config"] });
    let _: Value = admin.patch("/targets/tgt-a", &change).await.unwrap();
    let report =
        json!({ "lease_token": first[0].lease_token, "steps": [], "result": { "outcome": "installed" } });
    let stale = format!("/agent/jobs/{}/report", first[0].job_id);
    assert!(
        agent.client.post::<Value>(&stale, &report).await.is_err(),
        "the old configuration's job is over"
    );
    let second = agent.poll(20).await.deployments;
    assert_eq!(second[0].target_config["certificate_path"], "/tmp/moved.pem");
    assert_eq!(second[0].version_id, first[0].version_id);

    let renamed: Value = admin.patch("/targets/tgt-a", &json!({ "name": "Front" })).await.unwrap();
    assert_eq!(renamed["name"], "Front");
    assert!(agent.poll(0).await.deployments.is_empty(), "a new name changes nothing on the host");

    let _: Value = admin.patch("/certificates/mc-a", &json!({ "target_ids": [] })).await.unwrap();
    let deployments: Value = admin.read("/certificates/mc-a/deployments").await.unwrap();
    assert_eq!(deployments["items"][0]["state"], "superseded", "{deployments}");
    let _: Option<Value> = admin.delete("/targets/tgt-a").await.unwrap();
    let deployments: Value = admin.read("/certificates/mc-a/deployments").await.unwrap();
    assert_eq!(deployments["items"][0]["target_id"], "tgt-a");
    let again = admin.post::<Value>("/targets", &target("tgt-a", "a")).await.unwrap_err();
    assert!(again.to_string().contains("was removed"), "{again}");
    let verified = plane.verified_audit().await;
    assert!(verified.ok, "{:?}", verified.findings);
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
    a_target_is_one_place_for_one_certificate,
    a_changed_target_is_deployed_anew_and_a_removed_one_keeps_its_history,
);
