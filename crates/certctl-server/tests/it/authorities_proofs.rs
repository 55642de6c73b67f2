//! Proofs that no agent and no DNS provider shows: http-01 answered by the control plane, and records that stay.
//!
//! Not for: a server that really looks (certctl's tests with Pebble). No server that can be had here offers dns-persist-01: the small
//! authority does, and the record is looked for at a real BIND. Invariant: the clock is the test's.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use certctl_pki::{KeyAlgorithm, PrivateKey};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::authorities::Scene;
use crate::fake::Mode;
use crate::front::Front;
use crate::harness::{On, on_both};
use crate::issuance::csr;
use crate::peer::Peer;

const PACE: Duration = Duration::from_millis(60);

async fn create(scene: &Scene, id: &str, names: &[&str]) -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": id, "names": names, "key_strategy": "external", "issuer_id": "iss-ca", "csr_pem": csr(&key, names),
    });
    let made = scene.post("/certificates", &body).await;
    format!("/jobs/{}", made["jobs"][0]["id"].as_str().unwrap())
}

async fn every_listener_answers_for_open_orders_only(on: On) {
    let front = Front::start().await;
    let scene =
        Scene::start_with(on, |config| config.pki_listen = Some("127.0.0.1:0".parse().unwrap())).await;
    let config = front.config(&json!({ "challenges": ["http-01"], "http_01": "control_plane" }));
    scene.post("/issuers", &json!({ "id": "iss-ca", "name": "CA", "kind": "acme", "config": config })).await;
    // It does not answer when it is told that the proof stands: it is still looking.
    front.fake.mode_at("chall", Mode::Answer(503, None, "busy".to_owned()));
    let job = create(&scene, "mc-web", &["web.example.test"]).await;
    let proofs = async || scene.read(&job).await["order"]["challenges"].clone();
    scene.within("the proof", PACE, async || proofs().await[0]["state"] == "shown").await;
    assert_eq!(proofs().await[0]["place"], "control-plane");

    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    let base = format!("http://{}", scene.test.server.pki_address.unwrap());
    let token = "token-0-0-http-01";
    let path = |token: &str| format!("/.well-known/acme-challenge/{token}");
    let answer = plain.get(format!("{base}{}", path(token))).send().await.unwrap();
    assert_eq!(
        (answer.status(), answer.headers()["cache-control"].to_str().unwrap()),
        (StatusCode::OK, "no-store")
    );
    let text = answer.text().await.unwrap();
    let (said, thumbprint) = text.split_once('.').unwrap();
    assert_eq!((said, thumbprint.len()), (token, 43));
    let by_https = scene.test.http.get(format!("{}{}", scene.test.base, path(token))).send().await.unwrap();
    assert_eq!(by_https.text().await.unwrap(), text);
    for other in ["token-0-0-dns-01", "a%2Fb", "..", "%27", &"x".repeat(600)] {
        let answer = plain.get(format!("{base}{}", path(other))).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{other}");
    }

    front.fake.mode_at("chall", Mode::Normal);
    scene
        .within("the certificate", Duration::from_secs(1), async || scene.n_versions("mc-web").await == 1)
        .await;
    scene.within("the end of the proof", PACE, async || proofs().await[0]["state"] == "gone").await;
    let answer = plain.get(format!("{base}{}", path(token))).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    scene.test.stop().await;
}

/// As an operator does.
fn set_record(dns: &Peer, name: &str, text: &str) {
    let script = format!(
        "server {} {}\nupdate add {name}. 60 TXT \"{text}\"\nsend\n",
        dns.value("DNS_HOST"),
        dns.value("DNS_PORT")
    );
    let mut nsupdate = Command::new("nsupdate")
        .args(["-k", dns.value("TSIG_KEYFILE")])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    nsupdate.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(nsupdate.wait().unwrap().success());
}

async fn records_that_stay_are_looked_for_and_never_written(on: On) {
    let dns = Peer::start("bind", &[("BIND_ZONES", "test")]);
    let front = Front::start().await;
    front.fake.switch(|switches| {
        switches.known_as = vec!["ca.example", "other.example"];
        switches.offers = vec!["http-01", "dns-persist-01"];
    });
    let scene = Scene::start_with(on, |config| {
        config.dns_networks = vec![certctl_core::network::Network::parse("127.0.0.1").unwrap()];
        config.dns_resolvers = vec![dns.value("DNS_SERVER").parse().unwrap()];
        config.dns_server_port = dns.value("DNS_PORT").parse().unwrap();
    })
    .await;
    let config = front.config(&json!({ "challenges": ["dns-persist-01"] }));
    scene.post("/issuers", &json!({ "id": "iss-ca", "name": "CA", "kind": "acme", "config": config })).await;
    let account = front.fake.with(|memory| format!("{}/acct/1", memory.url));
    let wanted = scene.read("/issuers/iss-ca/persistent-record?name=*.web.test").await;
    assert_eq!(
        wanted,
        json!({
            "record": "_validation-persist.web.test",
            "texts": [
                format!("ca.example; accounturi={account}; policy=wildcard"),
                format!("other.example; accounturi={account}; policy=wildcard"),
            ],
        })
    );
    let address =
        scene.test.get("/api/v1/issuers/iss-ca/persistent-record?name=192.0.2.1", &scene.admin).await;
    assert_eq!(address.status(), StatusCode::CONFLICT);

    let job = create(&scene, "mc-web", &["*.web.test", "web.test"]).await;
    let proofs =
        async || scene.read(&job).await["order"]["challenges"].as_array().cloned().unwrap_or_default();
    let seen = async || {
        let proofs = proofs().await;
        proofs.len() == 2 && proofs.iter().all(|one| one["detail"].is_string())
    };
    scene.within("the look", PACE, seen).await;
    let before = proofs().await;
    for one in &before {
        assert_eq!((&one["kind"], &one["place"]), (&json!("dns-persist-01"), &json!("operator")), "{one}");
        let detail = one["detail"].as_str().unwrap();
        assert!(
            detail.contains("_validation-persist.web.test") && detail.contains("ca.example; accounturi="),
            "{one}"
        );
    }
    let explained = scene.read("/certificates/mc-web/explain").await;
    assert!(explained["blocked_by"].to_string().contains("_validation-persist.web.test"), "{explained}");

    // Of another account, and without what a wildcard needs: neither will do.
    set_record(
        &dns,
        "_validation-persist.web.test",
        "ca.example; accounturi=https://ca.example/acct/2; policy=wildcard",
    );
    set_record(&dns, "_validation-persist.web.test", &format!("ca.example;accounturi={account}"));
    let shown = async || {
        let shown: Vec<Value> = proofs().await.into_iter().filter(|one| one["state"] == "shown").collect();
        shown.len()
    };
    let second = Duration::from_secs(1);
    scene.within("the name alone", second, async || shown().await == 1).await;
    assert_eq!(scene.n_versions("mc-web").await, 0);
    // As people write it.
    set_record(
        &dns,
        "_validation-persist.web.test",
        &format!("OTHER.example ; accounturi={account};policy=Wildcard; x=1"),
    );
    scene.within("the certificate", second, async || scene.n_versions("mc-web").await == 1).await;
    let gone = async || proofs().await.iter().all(|one| one["state"] == "gone");
    scene.within("the end of the order", PACE, gone).await;

    // They stay, and the next order needs nobody.
    let dig = Command::new("dig")
        .args([
            "+short",
            "+time=2",
            "+tries=1",
            &format!("@{}", dns.value("DNS_HOST")),
            "-p",
            dns.value("DNS_PORT"),
            "TXT",
        ])
        .arg("_validation-persist.web.test")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(dig.stdout).unwrap().lines().count(), 3);
    create(&scene, "mc-again", &["web.test"]).await;
    scene.within("the second certificate", PACE, async || scene.n_versions("mc-again").await == 1).await;
    scene.test.stop().await;
}

/// Here, because it needs no agent either.
async fn an_authority_that_does_not_answer_holds_up_its_own_revocations_only(on: On) {
    let front = Front::start().await;
    let scene = Scene::start(on).await;
    let config = front.config(&json!({ "challenges": ["http-01"], "http_01": "control_plane" }));
    scene.post("/issuers", &json!({ "id": "iss-ca", "name": "CA", "kind": "acme", "config": config })).await;
    create(&scene, "mc-slow", &["slow.example.test"]).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": "mc-here", "names": ["here.example.test"], "key_strategy": "external", "issuer_id": "iss-local",
        "csr_pem": csr(&key, &["here.example.test"]),
    });
    scene.post("/certificates", &body).await;
    for id in ["mc-slow", "mc-here"] {
        scene.within("the certificate", PACE, async || scene.n_versions(id).await == 1).await;
    }
    let revoke = async |id: &str| {
        let request = scene.test.request(reqwest::Method::POST, &format!("/api/v1/certificates/{id}/revoke"));
        let body = json!({ "reason": "superseded", "replace_first": false });
        let answer = request.bearer_auth(&scene.admin).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    };
    let state = async |id: &str| {
        scene.read(&format!("/revocations?certificate_id={id}")).await["items"][0]["state"].clone()
    };
    front.fake.mode_at("revoke", Mode::Hang);
    revoke("mc-slow").await;
    let hangs = async || front.fake.with(|memory| memory.n_hanging > 0);
    scene.within("the question", PACE, hangs).await;
    revoke("mc-here").await;
    scene.within("the revocation here", PACE, async || state("mc-here").await == "revoked").await;
    // It was asked once, and has not been given up: nothing has waited for it.
    assert_eq!((state("mc-slow").await, front.fake.with(|memory| memory.n_hanging)), (json!("pending"), 1));
    scene.test.stop().await;
}

on_both!(an_authority_that_does_not_answer_holds_up_its_own_revocations_only);
on_both!(every_listener_answers_for_open_orders_only, records_that_stay_are_looked_for_and_never_written);
