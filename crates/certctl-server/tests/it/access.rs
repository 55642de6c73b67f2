//! Who may call what: keys, roles, agents, and the audit of refusals. Each route with each role: the walk in crate `certctl`.

use std::time::{Duration, Instant};

use certctl_api::{api_keys::ApiKeyCreated, certificates::CertificateCreated, tls::Identity};
use certctl_core::{agent::AgentState, id::AgentId, permission::Role, secret::Secret};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::{Server, config::Config};
use certctl_store::api_keys;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, agent, api, client, environs, eventually, problem};

#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_the_permission_gets_403_and_an_audit_event() {
    let test = TestServer::start(On::Sqlite).await;
    let viewer = test.key(Role::Viewer).await;
    let refuse = || async {
        let request =
            test.request(Method::POST, "/api/v1/certificates").bearer_auth(&viewer).json(&json!({}));
        let problem = problem(request.send().await.unwrap(), 403, "forbidden").await;
        assert_eq!(problem.params.unwrap()["permission"], "certificates.create");
        assert!(problem.detail.contains("certificates.create"));
    };
    for _ in 0..5 {
        refuse().await;
    }
    let refused = test.audited("request.refuse").await;
    assert_eq!(refused.len(), 1, "repeated refusals are counted, not written one by one");
    assert_eq!(refused[0].actor_kind, "api_key");
    assert_eq!(refused[0].object_id, "POST /api/v1/certificates");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_ended_and_revoked_keys_get_401() {
    let test = TestServer::start(On::Sqlite).await;
    let path = "/api/v1/auth/check";
    problem(test.get(path, "ck_unknown").await, 401, "unauthenticated").await;
    let basic = test.request(Method::GET, path).basic_auth("a", Some("b")).send().await.unwrap();
    assert_eq!(basic.headers()["www-authenticate"], "Bearer realm=\"certctl\"");
    problem(basic, 401, "unauthenticated").await;

    let key = test.key(Role::Operator).await;
    assert_eq!(test.get(path, &key).await.status(), StatusCode::OK);
    let hash = certctl_server::credentials::hash(&key);
    let app = test.app().clone();
    app.store
        .bookkeeping("test.revoke", move |tx| {
            let row = api_keys::by_secret_hash(tx, &hash)?.unwrap();
            api_keys::revoke(tx, &row.id)
        })
        .await
        .unwrap();
    app.identities.forget();
    problem(test.get(path, &key).await, 401, "unauthenticated").await;
    assert!(!test.audited("request.refuse").await.is_empty());
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_of_a_key_is_kept_to_the_minute() {
    let test = TestServer::start(On::Sqlite).await;
    let key = test.key(Role::Viewer).await;
    assert_eq!(test.get("/api/v1/auth/check", &key).await.status(), StatusCode::OK);
    certctl_server::http::identities::write_uses(test.app()).await.unwrap();
    let hash = certctl_server::credentials::hash(&key);
    let row = test
        .app()
        .store
        .read("test.key", move |tx| api_keys::by_secret_hash(tx, &hash))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.last_used_at.unwrap().as_second() % 60, 0);
    test.stop().await;
}

async fn set_state(test: &TestServer, id: &AgentId, state: AgentState) {
    let id = id.clone();
    test.app()
        .store
        .bookkeeping("test.state", move |tx| {
            let mut row = certctl_store::agents::by_id(tx, &id)?.unwrap();
            row.state = state;
            certctl_store::agents::update(tx, &row)
        })
        .await
        .unwrap();
    test.app().identities.forget();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_known_by_its_certificate_and_refused_by_its_state() {
    let test = TestServer::start(On::Sqlite).await;
    let (id, identity) = agent(&test, "web-1").await;
    let http = client(test.app(), Some(&identity));
    let poll = || async {
        let body = json!({
            "boot_id": "b1", "version": "0", "platform": "linux", "capabilities": [], "in_hand": [],
            "wait_seconds": 0,
        });
        http.post(format!("{}/api/v1/agent/poll", test.base)).json(&body).send().await.unwrap()
    };
    assert_eq!(poll().await.status(), StatusCode::OK);
    // The certificate opens no other door.
    let answer = http.get(format!("{}/api/v1/auth/check", test.base)).send().await.unwrap();
    problem(answer, 401, "unauthenticated").await;

    set_state(&test, &id, AgentState::Quarantined).await;
    problem(poll().await, 403, "agent_quarantined").await;
    set_state(&test, &id, AgentState::Active).await;
    assert_eq!(poll().await.status(), StatusCode::OK);
    set_state(&test, &id, AgentState::Retired).await;
    problem(poll().await, 410, "gone").await;

    let refused = test.audited("request.refuse").await;
    let codes: Vec<String> = refused
        .iter()
        .map(|row| serde_json::from_str::<Value>(&row.details).unwrap()["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["gone", "agent_quarantined"]);
    assert!(refused.iter().all(|row| row.actor_id == id.as_str()));
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_has_ended_or_is_unknown_gets_401() {
    let test = TestServer::start(On::Sqlite).await;
    let (_, identity) = agent(&test, "web-1").await;
    let http = client(test.app(), Some(&identity));
    let poll = || async { http.post(format!("{}/api/v1/agent/poll", test.base)).send().await.unwrap() };
    assert_eq!(poll().await.status(), StatusCode::BAD_REQUEST);
    // The handshake was before the end, and the connection outlives it.
    test.clock.advance(Duration::from_secs(3_601));
    test.app().identities.forget();
    problem(poll().await, 401, "unauthenticated").await;

    let app = test.app();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let id = "ag-stranger".parse().unwrap();
    let (der, _) = app.platform.sign_agent(&id, key.public_key(), &*app.random, app.now(), 3_600).unwrap();
    let stranger = Identity {
        certificate_pem: certctl_pki::pem::encode_certificates([&der]),
        key_pem: Secret::new(key.to_pkcs8_pem().unwrap().to_string()),
    };
    let http = client(app, Some(&stranger));
    // rustls reads the machine's clock: this certificate begins an hour from now for it, so no handshake either.
    let answer = http.post(format!("{}/api/v1/agent/poll", test.base)).send().await;
    assert!(answer.is_err() || answer.unwrap().status() == StatusCode::UNAUTHORIZED);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_one_replica_revokes_is_refused_by_the_other_within_a_second() {
    let one = TestServer::start(On::Postgres).await;
    let mut config = Config::for_directory(one.directory.path()).unwrap();
    config.database_url = Secret::new(one.database.as_ref().unwrap().url.clone());
    let other = Server::start(config, environs(&one.clock)).await.unwrap();
    let admin = api(&one.server.app, &one.key(Role::Admin).await);
    let (mut longest, mut n_known) = (Duration::ZERO, 0);
    for n in 0..5 {
        let made: ApiKeyCreated =
            admin.post("/api-keys", &json!({ "name": format!("k{n}"), "role": "viewer" })).await.unwrap();
        let there = api(&other.app, &made.secret);
        let _: Value = there.read("/auth/check").await.unwrap();
        let _: Value = admin.delete(&format!("/api-keys/{}", made.api_key.id)).await.unwrap();
        let revoked = Instant::now();
        // Asked without a pause, so that only hearing of it, or its time, takes the key out of the other's memory.
        while there.read::<Value>("/auth/check").await.is_ok() {
            n_known += 1;
            assert!(revoked.elapsed() < Duration::from_secs(1), "still known after {:?}", revoked.elapsed());
        }
        longest = longest.max(revoked.elapsed());
    }
    // Its memory lasts a second: five in far less were heard of.
    assert!(longest < Duration::from_millis(900), "{longest:?}, {n_known} let in");
    other.stop().await;
    one.stop().await;
}

fn poll_body(wait_seconds: u32) -> Value {
    json!({
        "boot_id": "b1", "version": "0", "platform": "linux", "capabilities": [], "in_hand": [],
        "wait_seconds": wait_seconds,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_that_is_held_ends_when_its_agent_is_quarantined() {
    let test = TestServer::start(On::Sqlite).await;
    let (id, identity) = agent(&test, "web-1").await;
    let http = client(test.app(), Some(&identity));
    let held = http.post(format!("{}/api/v1/agent/poll", test.base)).json(&poll_body(15)).send();
    let admin = api(test.app(), &test.key(Role::Admin).await);
    let quarantine = async {
        // The poll is heard as a heartbeat before it is held.
        eventually("the poll", async || !test.app().heartbeats.take().is_empty()).await;
        let path = format!("/agents/{id}");
        admin.patch::<Value>(&path, &json!({ "state": "quarantined" })).await.unwrap()
    };
    let began = Instant::now();
    let (answer, _) = tokio::join!(held, quarantine);
    problem(answer.unwrap(), 403, "agent_quarantined").await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_joins_and_reaching_for_others_jobs_are_recorded_but_not_one_by_one() {
    let test = TestServer::start(On::Sqlite).await;
    let (_, identity) = agent(&test, "web-1").await;
    let (other, _) = agent(&test, "web-2").await;
    let admin = api(test.app(), &test.key(Role::Admin).await);
    let certificate = json!({ "names": ["web.example.internal"], "agent_ids": [other] });
    let made: CertificateCreated = admin.post("/certificates", &certificate).await.unwrap();
    let job = &made.jobs[0].id;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = certctl_pki::pem::encode_request(&certctl_pki::build_csr(&key, None, &[]).unwrap());
    let stranger = client(test.app(), None);
    let http = client(test.app(), Some(&identity));
    for _ in 0..5 {
        let join = json!({ "token": "guessed", "csr_pem": csr, "version": "0", "platform": "linux" });
        let sent = stranger.post(format!("{}/api/v1/agent/join", test.base)).json(&join).send().await;
        problem(sent.unwrap(), 401, "unauthenticated").await;
        let url = format!("{}/api/v1/agent/jobs/{job}/extend", test.base);
        let sent = http.post(url).json(&json!({ "lease_token": "guessed" })).send().await;
        problem(sent.unwrap(), 403, "not_yours").await;
    }
    let joins = test.audited("agent.join").await;
    assert_eq!(joins.len(), 1, "{joins:?}");
    assert_eq!((joins[0].object_kind.as_str(), joins[0].outcome.as_str()), ("invitation", "denied"));
    assert!(!joins[0].details.contains("guessed") && joins[0].details.contains("127.0.0.1"), "{joins:?}");
    let reached = test.audited("agent.job_access").await;
    assert_eq!(reached.len(), 1, "{reached:?}");
    assert_eq!((reached[0].object_id.as_str(), reached[0].actor_id.as_str()), (job.as_str(), "ag-web-1"));
    test.stop().await;
}
