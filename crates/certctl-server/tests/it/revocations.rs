//! Revocations over the API, on both stores: at once, after a replacement that was seen live, by every handle, called off,
//! refused, tried again, and begun again after a death.

use std::sync::Arc;
use std::time::Duration;

use certctl_api::agent_protocol::{Accepted, CsrSubmission, DeployResult, JobReport, Sighting};
use certctl_api::certificates::{Certificate, CertificateCreated, Version};
use certctl_api::client::ClientError;
use certctl_api::page::Page;
use certctl_api::revocations::{Revocation, RevocationsAsked};
use certctl_api::targets::Target;
use certctl_core::certificate::CertificateStatus;
use certctl_core::condition::Condition;
use certctl_core::kill_point::KillPoint;
use certctl_core::revocation::{RevocationReason, RevocationState};
use certctl_core::time::{Clock as _, ManualClock, SystemClock};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::Environs;
use certctl_store::revocations as store;
use serde_json::{Value, json};

use crate::harness::{TestServer, eventually};
use crate::issuance::{Agent, Plane, csr, status_of};

/// A revocation that was called off, put into the store directly.
pub(crate) async fn put(test: &TestServer, id: &str) {
    let now = test.app().now();
    let row = store::RevocationRow {
        id: id.parse().unwrap(),
        issuer_id: "iss-local".parse().unwrap(),
        generation: 1,
        serial: "0badcafe".to_owned(),
        bucket: 0xfe,
        version_id: None,
        certificate_id: None,
        reason: RevocationReason::Superseded,
        comment: None,
        state: RevocationState::Cancelled,
        replace_first: true,
        not_after: now.plus_seconds(86_400),
        requested_by_kind: "system".to_owned(),
        requested_by: "test".to_owned(),
        requested_at: now,
        tries: 0,
        next_try_at: now,
        lease_token: None,
        last_error: None,
        revoked_at: None,
        updated_at: now,
        revision: 1,
    };
    let put = test.app().store.bookkeeping("test.put", move |tx| store::insert(tx, &row));
    put.await.unwrap();
}

/// A certificate of an uploaded CSR.
pub(crate) async fn issued(plane: &Plane, id: &str, key: &PrivateKey) -> Version {
    let name = format!("{id}.example.internal");
    let body = json!({
        "id": id, "names": [name], "key_strategy": "external", "csr_pem": csr(key, &[name.as_str()]),
    });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    plane.finished(&created.jobs[0]).await;
    newest(plane, id).await
}

async fn newest(plane: &Plane, id: &str) -> Version {
    let mut found: Page<Version> = plane.client.read(&format!("/certificates/{id}/versions")).await.unwrap();
    found.items.remove(0)
}

/// Asks for a revocation and waits until it is in a state.
pub(crate) async fn revoked(plane: &Plane, path: &str, body: &Value) -> Revocation {
    let asked: RevocationsAsked = plane.client.post(path, body).await.unwrap();
    assert_eq!(asked.revocations.len(), 1, "{asked:?}");
    reached(plane, &asked.revocations[0], RevocationState::Revoked).await
}

async fn reached(plane: &Plane, one: &Revocation, state: RevocationState) -> Revocation {
    let path = format!("/revocations/{}", one.id);
    eventually(&format!("{} is {state}", one.id), async || {
        plane.client.read::<Revocation>(&path).await.unwrap().state == state
    })
    .await;
    plane.client.read(&path).await.unwrap()
}

pub(crate) fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap()
}

fn refusal(error: ClientError) -> (u16, String) {
    let ClientError::Refused { problem } = error else { panic!("{error}") };
    (problem.status, problem.code)
}

const NOW: &str = "key_compromise";

async fn a_certificate_that_is_revoked_at_once_says_so_everywhere(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let version = issued(&plane, "mc-web", &key()).await;
    let body = json!({ "reason": NOW, "replace_first": false, "comment": "The host was broken into" });
    let found = revoked(&plane, "/certificates/mc-web/revoke", &body).await;
    assert_eq!(
        (found.serial.as_str(), found.reason),
        (version.serial.as_str(), RevocationReason::KeyCompromise)
    );
    assert_eq!((found.tries, found.error, found.next_try_at), (0, None, None), "nobody had to be told");
    assert_eq!(found.comment.as_deref(), Some("The host was broken into"));

    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!((certificate.status, certificate.condition), (CertificateStatus::Revoked, Condition::Revoked));
    let explained: Value = plane.client.read("/certificates/mc-web/explain").await.unwrap();
    assert_eq!(explained["blocked_by"][0]["code"], "revoked", "{explained}");
    let version = newest(&plane, "mc-web").await;
    assert_eq!((version.revoked_at, version.revocation_id), (found.revoked_at, Some(found.id.clone())));
    assert_eq!(version.revocation_reason, Some(RevocationReason::KeyCompromise));
    let other = issued(&plane, "mc-other", &key()).await;
    for (filter, n) in [
        ("condition=revoked", 1),
        ("condition=-revoked", 1),
        ("status=Revoked", 1),
        ("status=-Revoked", 1),
        ("condition=revoked,healthy", 2),
        ("condition=-expired", 2),
        ("status=Active", 1),
    ] {
        let page: Page<Certificate> =
            plane.client.read(&format!("/certificates?{filter}&total=true")).await.unwrap();
        assert_eq!((page.total, page.items.len()), (Some(n), usize::try_from(n).unwrap()), "{filter}");
    }
    let facets: Value = plane.client.read("/certificates/facets").await.unwrap();
    let text = facets.to_string();
    assert!(text.contains("\"revoked\"") && text.contains("\"Revoked\""), "{text}");
    let sorted: Page<Certificate> = plane.client.read("/certificates?sort=attention").await.unwrap();
    assert_eq!(sorted.items[0].id.as_str(), "mc-web");

    for state in ["revoked", "waiting,revoked"] {
        let path = format!("/revocations?state={state}&certificate_id=mc-web&issuer_id=iss-local&total=true");
        let page: Page<Revocation> = plane.client.read(&path).await.unwrap();
        assert_eq!((page.total, page.items.len()), (Some(1), 1));
    }
    let page: Page<Revocation> = plane.client.read("/revocations?state=pending").await.unwrap();
    assert!(page.items.is_empty());
    let audited: Value = plane.client.read("/audit?action=certificate.revoke").await.unwrap();
    let event = &audited["items"][0];
    assert_eq!((&event["object_id"], &event["outcome"]), (&json!("mc-web"), &json!("success")), "{audited}");

    let again = plane.client.post::<Value>("/certificates/mc-web/revoke", &body).await.unwrap_err();
    assert_eq!(refusal(again), (409, "already_revoked".to_owned()));
    let deployed = json!({ "version_id": other.id });
    let error = plane.client.post::<Value>("/certificates/mc-web/deploy", &deployed).await.unwrap_err();
    assert_eq!(status_of(&error), 422);

    // What takes its place makes the certificate well again.
    let new = json!({ "csr_pem": csr(&key(), &["mc-web.example.internal"]) });
    let started: Value = plane.client.post("/certificates/mc-web/csr", &new).await.unwrap();
    let job = serde_json::from_value(started["jobs"][0].clone()).unwrap();
    plane.finished(&job).await;
    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!((certificate.status, certificate.condition), (CertificateStatus::Active, Condition::Healthy));
    plane.stop().await;
}

/// A certificate on one target of one agent, and the agent.
async fn served(plane: &Plane) -> Agent {
    let agent = Agent::join(plane, "one").await;
    let target = json!({
        "id": "tgt-one", "name": "one", "kind": "nginx", "agent_id": "ag-one",
        "config": {
            "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem", "probe": [{ "address": "127.0.0.1:1" }],
        },
    });
    let _: Target = plane.client.post("/targets", &target).await.unwrap();
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-one"] });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    submit(&agent).await;
    live(&agent).await;
    agent
}

/// The agent makes the key that is asked for.
async fn submit(agent: &Agent) {
    let wanted = agent.poll(20).await.csr_requests;
    let submission = CsrSubmission { csr_pem: csr(&key(), &["web.example.internal"]), key_ready_at: None };
    let path = format!("/agent/jobs/{}/csr", wanted[0].job_id);
    let _: Accepted = agent.client.post(&path, &submission).await.unwrap();
}

/// The agent deploys what it is given, and sees it served.
async fn live(agent: &Agent) {
    let work = agent.poll(20).await.deployments.remove(0);
    let sighting = Sighting {
        address: "127.0.0.1:1".to_owned(),
        server_name: None,
        fingerprint_sha256: Some(work.fingerprint_sha256.clone()),
        at: SystemClock.now(),
        error: None,
    };
    let report = JobReport {
        lease_token: work.lease_token.clone(),
        steps: Vec::new(),
        result: Some(DeployResult::Live {
            seen: vec![sighting],
            previous_fingerprint: None,
            already_live: false,
        }),
        verified: None,
    };
    let path = format!("/agent/jobs/{}/report", work.job_id);
    let _: Accepted = agent.client.post(&path, &report).await.unwrap();
}

async fn what_is_replaced_first_is_revoked_when_the_new_one_was_seen_live(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let agent = served(&plane).await;
    let old = newest(&plane, "mc-web").await;
    let body = json!({ "reason": NOW });
    let asked: RevocationsAsked = plane.client.post("/certificates/mc-web/revoke", &body).await.unwrap();
    let one = &asked.revocations[0];
    assert_eq!((one.state, one.replace_first), (RevocationState::Waiting, true));
    let again: RevocationsAsked = plane.client.post("/certificates/mc-web/revoke", &body).await.unwrap();
    assert_eq!(again.revocations[0].id, one.id, "it is on its way");
    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!(certificate.open_job_ids.len(), 1, "a renewal was started, and one only");
    assert_eq!(certificate.condition, Condition::Waiting);

    submit(&agent).await;
    eventually("the new version", async || newest(&plane, "mc-web").await.id != old.id).await;
    let path = format!("/revocations/{}", one.id);
    // Two looks of the engine: the new version is there, and nobody serves it yet.
    let clock = std::time::Instant::now();
    eventually("two looks", async || clock.elapsed() > Duration::from_millis(2_200)).await;
    assert_eq!(plane.client.read::<Revocation>(&path).await.unwrap().state, RevocationState::Waiting);
    live(&agent).await;
    let found = reached(&plane, one, RevocationState::Revoked).await;
    assert_eq!((found.version_id, found.reason), (Some(old.id.clone()), RevocationReason::KeyCompromise));
    let versions: Page<Version> = plane.client.read("/certificates/mc-web/versions").await.unwrap();
    assert_ne!(versions.items[0].public_key_sha256, old.public_key_sha256, "a new key");
    let marked: Vec<bool> = versions.items.iter().map(|version| version.revoked_at.is_some()).collect();
    assert_eq!(marked, [false, true]);
    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!(certificate.condition, Condition::Healthy);
    let error = plane
        .client
        .post::<Value>("/certificates/mc-web/deploy", &json!({ "version_id": old.id }))
        .await
        .unwrap_err();
    assert_eq!(refusal(error), (409, "already_revoked".to_owned()), "nobody goes back to it");
    plane.stop().await;
}

async fn what_waits_can_be_called_off_asked_again_and_hurried(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let _agent = served(&plane).await;
    let body = json!({ "reason": "superseded" });
    let asked: RevocationsAsked = plane.client.post("/certificates/mc-web/revoke", &body).await.unwrap();
    let path = format!("/revocations/{}", asked.revocations[0].id);
    let why = json!({ "comment": "it was another host" });
    let called_off: Revocation = plane.client.post(&format!("{path}/cancel"), &why).await.unwrap();
    assert_eq!(called_off.state, RevocationState::Cancelled);
    assert!(called_off.error.unwrap().contains("it was another host"));
    let error = plane.client.post::<Value>(&format!("{path}/cancel"), &json!({})).await.unwrap_err();
    assert_eq!(refusal(error), (409, "revocation_state".to_owned()));
    let asked: RevocationsAsked = plane.client.post("/certificates/mc-web/revoke", &body).await.unwrap();
    assert_eq!(asked.revocations[0].state, RevocationState::Waiting, "asked again");
    let at_once = json!({ "reason": NOW, "replace_first": false });
    let found = revoked(&plane, "/certificates/mc-web/revoke", &at_once).await;
    assert_eq!((found.id, found.reason), (asked.revocations[0].id.clone(), RevocationReason::KeyCompromise));
    plane.stop().await;
}

async fn certificates_are_found_by_every_handle(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let shared = key();
    let (a, b) = (issued(&plane, "mc-a", &shared).await, issued(&plane, "mc-b", &shared).await);
    let (c, d, e) = (
        issued(&plane, "mc-c", &key()).await,
        issued(&plane, "mc-d", &key()).await,
        issued(&plane, "mc-e", &key()).await,
    );
    let by_key = json!({ "public_key_sha256": a.public_key_sha256, "reason": NOW, "replace_first": false });
    let asked: RevocationsAsked = plane.client.post("/revocations", &by_key).await.unwrap();
    let mut versions: Vec<_> = asked.revocations.iter().filter_map(|one| one.version_id.clone()).collect();
    versions.sort();
    assert_eq!(versions, [a.id.clone(), b.id.clone()], "every certificate of the key");
    let colons: Vec<String> = c
        .serial
        .to_uppercase()
        .as_bytes()
        .chunks(2)
        .map(|two| String::from_utf8_lossy(two).into_owned())
        .collect();
    let by_serial = json!({
        "serial": colons.join(":"), "issuer_id": "iss-local", "reason": "cessation_of_operation", "replace_first": false,
    });
    assert_eq!(revoked(&plane, "/revocations", &by_serial).await.version_id, Some(c.id));
    let by_fingerprint = json!({ "fingerprint_sha256": d.fingerprint_sha256, "reason": "unspecified", "replace_first": false });
    assert_eq!(revoked(&plane, "/revocations", &by_fingerprint).await.version_id, Some(d.id));
    let by_version = json!({ "version_id": e.id, "reason": "privilege_withdrawn", "replace_first": false });
    assert_eq!(revoked(&plane, "/revocations", &by_version).await.version_id, Some(e.id));
    let unknown = json!({ "serial": "0badcafe", "issuer_id": "iss-local", "reason": NOW });
    let found = revoked(&plane, "/revocations", &unknown).await;
    assert_eq!((found.version_id, found.certificate_id, found.replace_first), (None, None, false));

    let refused = [
        (json!({ "reason": NOW }), 422, "invalid"),
        (json!({ "serial": "01", "reason": NOW }), 422, "invalid"),
        (json!({ "serial": "zz", "issuer_id": "iss-local", "reason": NOW }), 422, "invalid"),
        (json!({ "fingerprint_sha256": "01", "reason": NOW }), 422, "invalid"),
        (json!({ "fingerprint_sha256": "00".repeat(32), "reason": NOW }), 404, "not_found"),
        (json!({ "public_key_sha256": a.public_key_sha256, "reason": NOW }), 409, "already_revoked"),
        (json!({ "version_id": a.id, "issuer_id": "iss-local", "reason": NOW }), 422, "invalid"),
        (json!({ "version_id": a.id, "reason": "certificate_hold" }), 422, "invalid"),
    ];
    for (body, status, code) in refused {
        let error = plane.client.post::<Value>("/revocations", &body).await.unwrap_err();
        let (found, word) = refusal(error);
        assert!(found == status || (code == "invalid" && found == 400), "{body}: {found} {word}");
    }
    plane.stop().await;
}

async fn what_cannot_be_revoked_is_refused_with_the_reason(postgres: bool) {
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
    let plane = Plane::start_with(postgres, environs).await;
    issued(&plane, "mc-web", &key()).await;
    let body = json!({ "id": "mc-new", "names": ["new.example.internal"], "key_strategy": "external" });
    let _: Value = plane.client.post("/certificates", &body).await.unwrap();
    let at_once = json!({ "reason": NOW, "replace_first": false });
    let error = plane.client.post::<Value>("/certificates/mc-new/revoke", &at_once).await.unwrap_err();
    assert_eq!(refusal(error), (409, "nothing_to_revoke".to_owned()));
    let error = plane.client.post::<Value>("/certificates/mc-none/revoke", &at_once).await.unwrap_err();
    assert_eq!(status_of(&error), 404);
    clock.advance(Duration::from_secs(400 * 86_400));
    let error = plane.client.post::<Value>("/certificates/mc-web/revoke", &at_once).await.unwrap_err();
    assert_eq!(refusal(error), (409, "certificate_ended".to_owned()));
    plane.stop().await;
}

async fn what_waits_until_it_ends_by_itself_is_called_off(postgres: bool) {
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
    let plane = Plane::start_with(postgres, environs).await;
    issued(&plane, "mc-web", &key()).await;
    let asked: RevocationsAsked =
        plane.client.post("/certificates/mc-web/revoke", &json!({ "reason": "superseded" })).await.unwrap();
    assert_eq!(asked.revocations[0].state, RevocationState::Waiting, "somebody has to upload a CSR");
    clock.advance(Duration::from_secs(400 * 86_400));
    let found = reached(&plane, &asked.revocations[0], RevocationState::Cancelled).await;
    assert!(found.error.as_ref().unwrap().contains("ended by itself"), "{found:?}");
    plane.stop().await;
}

/// No kind of issuer but the local CA can be told yet, so the row is made another's.
async fn an_authority_that_cannot_be_told_leaves_its_words(postgres: bool) {
    let plane = Plane::start(postgres).await;
    issued(&plane, "mc-web", &key()).await;
    let app = plane.server().app.clone();
    app.store
        .bookkeeping("test.kind", |tx| {
            tx.exec("-- test.kind\nUPDATE issuers SET kind = 'unheard' WHERE id = 'iss-local'", &[])
        })
        .await
        .unwrap();
    let body = json!({ "reason": NOW, "replace_first": false });
    let asked: RevocationsAsked = plane.client.post("/certificates/mc-web/revoke", &body).await.unwrap();
    let found = reached(&plane, &asked.revocations[0], RevocationState::Failed).await;
    assert!(found.error.as_ref().unwrap().contains("unheard"), "{found:?}");
    let audited: Value = plane.client.read("/audit?action=revocation.fail").await.unwrap();
    assert_eq!(audited["items"][0]["outcome"], "failure", "{audited}");
    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!(certificate.condition, Condition::Healthy, "it is not revoked");
    plane.stop().await;
}

async fn dies_and_is_revoked_once(postgres: bool, step: &'static str) {
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs {
        clock: Arc::new(clock.clone()),
        kill_point: KillPoint::armed(step, || panic!("the test asked for it")),
        ..Environs::default()
    };
    let plane = Plane::start_with(postgres, environs).await;
    issued(&plane, "mc-web", &key()).await;
    let body = json!({ "reason": NOW });
    let asked: RevocationsAsked = plane.client.post("/certificates/mc-web/revoke", &body).await.unwrap();
    let path = format!("/revocations/{}", asked.revocations[0].id);
    // As if what takes its place were served.
    let go_on = |tx: &mut certctl_store::Tx<'_>| {
        tx.exec("-- test.go_on\nUPDATE revocations SET state = 'pending'", &[])
    };
    plane.server().app.store.bookkeeping("test.go_on", go_on).await.unwrap();
    // The clock stands still until the lease is to run out.
    eventually("it is revoked", async || {
        clock.advance(Duration::from_secs(1));
        plane.server().app.signals.wake_engine("revocations");
        plane.client.read::<Revocation>(&path).await.unwrap().state == RevocationState::Revoked
    })
    .await;
    let found: Revocation = plane.client.read(&path).await.unwrap();
    assert_eq!(found.tries, 2, "{step}: its authority was told once more");
    let audited: Value = plane.client.read("/audit?action=certificate.revoke").await.unwrap();
    assert_eq!(audited["items"].as_array().unwrap().len(), 1, "{step}: and it is noted once");
    plane.stop().await;
}

async fn dies_with_the_lease(postgres: bool) {
    dies_and_is_revoked_once(postgres, "revoke.leased").await;
}

async fn dies_when_the_authority_was_told(postgres: bool) {
    dies_and_is_revoked_once(postgres, "revoke.told").await;
}

async fn many_are_revoked_by_one_operation(postgres: bool) {
    let plane = Plane::start(postgres).await;
    for id in ["mc-a", "mc-b", "mc-c"] {
        issued(&plane, id, &key()).await;
    }
    let body = json!({ "id": "mc-new", "names": ["new.example.internal"], "key_strategy": "external", "issue": false });
    let _: Value = plane.client.post("/certificates", &body).await.unwrap();
    let at_once = json!({ "reason": NOW, "replace_first": false });
    revoked(&plane, "/certificates/mc-c/revoke", &at_once).await;
    let body = json!({
        "selection": { "filter": {} }, "action": "revoke", "reason": "the image was public",
        "params": { "revocation_reason": NOW, "replace_first": false }, "dry_run": true,
    });
    let plan: Value = plane.client.post("/certificates/bulk", &body).await.unwrap();
    assert_eq!((&plan["selected"], &plan["will_change"]), (&json!(4), &json!(2)), "{plan}");
    let skipped = plan["skipped"].to_string();
    assert!(skipped.contains("already_revoked") && skipped.contains("nothing_to_revoke"), "{skipped}");
    let run: Value =
        plane.client.post("/certificates/bulk", &json!({ "plan_id": plan["plan_id"] })).await.unwrap();
    let path = format!("/operations/{}", run["id"].as_str().unwrap());
    eventually("the operation's end", async || {
        plane.client.read::<Value>(&path).await.unwrap()["state"] == "Completed"
    })
    .await;
    eventually("all are revoked", async || {
        let page: Page<Certificate> = plane.client.read("/certificates?condition=revoked").await.unwrap();
        page.items.len() == 3
    })
    .await;
    let page: Page<Revocation> = plane.client.read("/revocations?certificate_id=mc-a").await.unwrap();
    assert!(page.items[0].comment.as_ref().unwrap().contains("the image was public"));
    let without = json!({ "selection": { "ids": ["mc-a"] }, "action": "revoke" });
    let error = plane.client.post::<Value>("/certificates/bulk", &without).await.unwrap_err();
    assert_eq!(refusal(error), (422, "invalid".to_owned()));
    plane.stop().await;
}

async fn two_requests_at_once_make_one_revocation(postgres: bool) {
    let plane = Plane::start(postgres).await;
    issued(&plane, "mc-web", &key()).await;
    let body = json!({ "reason": NOW, "replace_first": false });
    let ask = || plane.client.post::<RevocationsAsked>("/certificates/mc-web/revoke", &body);
    let all = futures_util::future::join_all([ask(), ask(), ask(), ask()]).await;
    assert!(all.iter().any(Result::is_ok), "{all:?}");
    let rows = plane
        .server()
        .app
        .store
        .read("test.revocations", |tx| store::count(tx, &store::RevocationFilter::default()))
        .await
        .unwrap();
    assert_eq!(rows, 1);
    plane.stop().await;
}

macro_rules! on_both_stores {
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
pub(crate) use on_both_stores;

on_both_stores!(
    a_certificate_that_is_revoked_at_once_says_so_everywhere,
    what_is_replaced_first_is_revoked_when_the_new_one_was_seen_live,
    what_waits_can_be_called_off_asked_again_and_hurried,
    certificates_are_found_by_every_handle,
    what_cannot_be_revoked_is_refused_with_the_reason,
    what_waits_until_it_ends_by_itself_is_called_off,
    an_authority_that_cannot_be_told_leaves_its_words,
    dies_with_the_lease,
    dies_when_the_authority_was_told,
    two_requests_at_once_make_one_revocation,
    many_are_revoked_by_one_operation,
);
