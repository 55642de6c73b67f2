//! DNS providers whose records an agent sets, as the control plane keeps them: which agents may be named, and that nothing is
//! taken from under an issuer or a record that stands.
//!
//! Not for: records being set (`authorities.rs`; certctl's tests with a real agent). Invariant: each refusal names what refers
//! to what was to go.

use certctl_core::authority::ProofKind;
use certctl_core::challenge::ChallengeState;
use certctl_core::id::JobId;
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_store::StoreError;
use certctl_store::challenges::{self, ChallengeRow};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::authorities::Scene;
use crate::front::Front;
use crate::harness::{On, agent, eventually, on_both};
use crate::issuance::csr;

fn provider(id: &str, agent: &str) -> Value {
    json!({ "id": id, "name": id, "kind": "agent", "config": { "agent_id": agent, "provider": "lab" } })
}

async fn refused(scene: &Scene, method: Method, path: &str, body: &Value, status: StatusCode) -> Value {
    let problem = scene.send(method, path, body, status).await;
    assert!(problem["detail"].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
    problem
}

async fn only_an_agent_of_the_fleet_sets_records(on: On) {
    let scene = Scene::start(on).await;
    for name in ["dns-1", "gone"] {
        agent(&scene.test, name).await;
    }
    scene.send(Method::DELETE, "/agents/ag-gone", &json!({}), StatusCode::OK).await;
    for (named, words) in
        [("ag-absent", "there is no agent ag-absent: enrol it"), ("ag-gone", "ag-gone is retired")]
    {
        let invalid = StatusCode::UNPROCESSABLE_ENTITY;
        let problem =
            refused(&scene, Method::POST, "/dns-providers", &provider("dns-lab", named), invalid).await;
        assert_eq!(problem["errors"][0]["pointer"], "/config/agent_id", "{problem}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().starts_with(words), "{problem}");
    }
    let page = scene.read("/dns-providers").await;
    assert_eq!(page["items"], json!([]), "what is refused is not stored");
    let made = scene.post("/dns-providers", &provider("dns-lab", "ag-dns-1")).await;
    assert_eq!(made["secrets"], json!([]), "an agent's provider has no secret here");
    for named in ["ag-absent", "ag-gone"] {
        let change = json!({ "config": { "agent_id": named, "provider": "lab" } });
        let invalid = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = refused(&scene, Method::PATCH, "/dns-providers/dns-lab", &change, invalid).await;
        assert_eq!(problem["errors"][0]["pointer"], "/config/agent_id", "{problem}");
    }
    let after = scene.read("/dns-providers/dns-lab").await;
    assert_eq!(after, made, "a refused change changes nothing");
    scene.test.stop().await;
}

async fn what_is_referred_to_is_not_taken_away(on: On) {
    let front = Front::start().await;
    let scene = Scene::start(on).await;
    for name in ["dns-1", "dns-2", "idle"] {
        agent(&scene.test, name).await;
    }
    scene.post("/dns-providers", &provider("dns-lab", "ag-dns-1")).await;
    let config = front.config(&json!({ "challenges": ["dns-01"], "dns_provider": "dns-lab" }));
    let issuer = json!({ "id": "iss-acme", "name": "ACME", "kind": "acme", "config": config });
    scene.post("/issuers", &issuer).await;

    // The provider is named by an issuer, and its agent by the provider.
    let problem =
        refused(&scene, Method::DELETE, "/dns-providers/dns-lab", &json!({}), StatusCode::CONFLICT).await;
    assert_eq!(
        (&problem["code"], &problem["params"]["issuer_ids"]),
        (&json!("in_use"), &json!(["iss-acme"]))
    );
    let problem = refused(&scene, Method::DELETE, "/agents/ag-dns-1", &json!({}), StatusCode::CONFLICT).await;
    assert_eq!(problem["code"], "agent_in_use");
    assert_eq!(problem["params"]["dns_provider_ids"], json!(["dns-lab"]), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("dns-lab"), "{problem}");
    // One that serves a target only is in use as well.
    let files = json!({ "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" });
    let target =
        json!({ "id": "tgt-web", "name": "web", "kind": "file", "agent_id": "ag-idle", "config": files });
    scene.post("/targets", &target).await;
    let problem = refused(&scene, Method::DELETE, "/agents/ag-idle", &json!({}), StatusCode::CONFLICT).await;
    assert_eq!(problem["params"]["targets"], 1, "{problem}");

    // A record that stands is taken away by who has set it.
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": "mc-web", "names": ["web.example.test"], "key_strategy": "external", "issuer_id": "iss-acme",
        "csr_pem": csr(&key, &["web.example.test"]),
    });
    let made = scene.post("/certificates", &body).await;
    let standing = stand(&scene, made["jobs"][0]["id"].as_str().unwrap().parse().unwrap()).await;
    let change = json!({ "config": { "agent_id": "ag-dns-2", "provider": "lab" } });
    let problem =
        refused(&scene, Method::PATCH, "/dns-providers/dns-lab", &change, StatusCode::CONFLICT).await;
    assert_eq!(problem["code"], "in_use", "{problem}");
    assert!(problem["params"]["challenges"].as_u64().unwrap() >= 1, "{problem}");
    assert_eq!(scene.read("/dns-providers/dns-lab").await["config"]["agent_id"], "ag-dns-1");

    // Without issuer, certificate and record it may change its agent, and go.
    // The job goes on meanwhile: a cancel that it overtakes is sent again.
    let cancel = format!("/api/v1/jobs/{}/cancel", standing.job_id);
    eventually("the job is cancelled", async || {
        let request = scene.test.request(Method::POST, &cancel).bearer_auth(&scene.admin).json(&json!({}));
        request.send().await.unwrap().status() == StatusCode::OK
    })
    .await;
    let ended = scene.test.app().store.bookkeeping("test.gone", |tx| {
        tx.exec("-- test.gone\nUPDATE challenges SET state = 'gone', revision = revision + 1", &[])
    });
    let _: u64 = ended.await.map_err(|error: StoreError| error).unwrap();
    scene.send(Method::PATCH, "/dns-providers/dns-lab", &change, StatusCode::OK).await;
    scene.send(Method::DELETE, "/agents/ag-dns-1", &json!({}), StatusCode::OK).await;
    let retired = scene.send(Method::DELETE, "/agents/ag-dns-2?force=true", &json!({}), StatusCode::OK).await;
    assert_eq!(retired["state"], "retired", "force does not ask");
    let tested = json!({ "name": "web.example.test" });
    let tested = scene.send(Method::POST, "/dns-providers/dns-lab/test", &tested, StatusCode::OK).await;
    assert_eq!((&tested["ok"], &tested["steps"][0]["name"]), (&json!(false), &json!("agent")), "{tested}");
    assert!(tested["steps"][0]["detail"].as_str().unwrap().contains("retired"), "{tested}");
    scene.test.stop().await;
}

/// A proof of a job that its agent has set.
async fn stand(scene: &Scene, job: JobId) -> ChallengeRow {
    let app = scene.test.app();
    let now = app.now();
    let row = ChallengeRow {
        id: app.new_id(),
        job_id: job,
        name: "web.example.test".to_owned(),
        kind: ProofKind::Dns01,
        token: "a-token-of-the-test".to_owned(),
        key_authorization: "a-token-of-the-test.thumbprint".to_owned(),
        place: "dns-lab".to_owned(),
        record_zone: Some("example.test".to_owned()),
        record_name: Some("_acme-challenge.web.example.test".to_owned()),
        state: ChallengeState::Shown,
        detail: None,
        tries: 1,
        next_at: now.plus_seconds(3_600),
        expires_at: now.plus_seconds(3_600),
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    let new = row.clone();
    let inserted = app.store.bookkeeping("test.stand", move |tx| challenges::insert(tx, &new));
    assert!(inserted.await.unwrap(), "the record stands");
    row
}

on_both!(only_an_agent_of_the_fleet_sets_records, what_is_referred_to_is_not_taken_away);
