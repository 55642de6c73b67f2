//! Issuers outside, through the server, on both stores: a real OpenBao that goes away in the middle of renewals, and a real
//! acme2certifier that says when it wants its certificates renewed.
//!
//! Not for: the clients (certctl-connectors' tests), or real agents (certctl's tests). Invariant: the clock is the test's.

use std::collections::HashMap;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use certctl_core::permission::Role;
use certctl_core::time::Clock as _;
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::config::Config;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, agent_for, client, environs, json as body_of, on_both};
use crate::issuance::csr;
use crate::peer::Peer;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(100);

pub(crate) struct Scene {
    pub(crate) test: TestServer,
    pub(crate) admin: String,
}

impl Scene {
    pub(crate) async fn start(on: On) -> Self {
        Self::start_with(on, |_| ()).await
    }

    pub(crate) async fn start_with(on: On, configure: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::for_directory(directory.path()).unwrap();
        config.issuer_networks =
            ["127.0.0.1", "::1"].map(|text| certctl_core::network::Network::parse(text).unwrap()).into();
        let database = match on {
            On::Sqlite => None,
            On::Postgres => {
                let database = certctl_test_postgres::TestPostgres::database();
                config.database_url = certctl_core::secret::Secret::new(database.url.clone());
                Some(database)
            }
        };
        configure(&mut config);
        let test = TestServer::in_surroundings(config, directory, database, environs).await;
        let admin = test.key(Role::Admin).await;
        Self { test, admin }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value, status: StatusCode) -> Value {
        let request =
            self.test.request(method, &format!("/api/v1{path}")).bearer_auth(&self.admin).json(body);
        body_of(request.send().await.unwrap(), status).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, body, StatusCode::CREATED).await
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        body_of(self.test.get(&format!("/api/v1{path}"), &self.admin).await, StatusCode::OK).await
    }

    pub(crate) async fn n_versions(&self, id: &str) -> usize {
        self.read(&format!("/certificates/{id}/versions")).await["items"].as_array().unwrap().len()
    }

    /// Waits for a condition, and lets `step` of the test's time pass between two looks.
    pub(crate) async fn within(&self, what: &str, step: Duration, mut condition: impl AsyncFnMut() -> bool) {
        let end = Instant::now() + LIMIT;
        while !condition().await {
            if Instant::now() > end {
                let jobs = self.read("/jobs?limit=3").await;
                panic!("{what} did not happen within {LIMIT:?}: {jobs}");
            }
            self.test.clock.advance(step);
            self.test.app().signals.wake_all();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The way to a server, which can be closed. It is closed between two requests: nothing is under way then.
struct Gate {
    port: u16,
    open: Arc<AtomicBool>,
    ways: Arc<std::sync::Mutex<Vec<TcpStream>>>,
    turned_away: Arc<AtomicUsize>,
}

impl Gate {
    fn new(to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (open, turned_away) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
        let ways: Arc<std::sync::Mutex<Vec<TcpStream>>> = Arc::default();
        let (is_open, known, away) = (Arc::clone(&open), Arc::clone(&ways), Arc::clone(&turned_away));
        // It ends with the process of the test.
        std::thread::spawn(move || {
            for visitor in listener.incoming() {
                let Ok(visitor) = visitor else { continue };
                if !is_open.load(Ordering::SeqCst) {
                    away.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                let inner = TcpStream::connect(("127.0.0.1", to)).unwrap();
                known.lock().unwrap().push(visitor.try_clone().unwrap());
                for (mut from, mut into) in
                    [(visitor.try_clone().unwrap(), inner.try_clone().unwrap()), (inner, visitor)]
                {
                    std::thread::spawn(move || {
                        drop(std::io::copy(&mut from, &mut into));
                        drop(into.shutdown(Shutdown::Both));
                    });
                }
            }
        });
        Self { port, open, ways, turned_away }
    }

    fn close(&self) {
        self.open.store(false, Ordering::SeqCst);
        for way in self.ways.lock().unwrap().drain(..) {
            drop(way.shutdown(Shutdown::Both));
        }
    }

    fn reopen(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}

const N: usize = 50;

async fn fifty_renewals_outlive_an_outage(on: On) {
    let bao = Peer::start("openbao", &[]);
    let port = bao.value("VAULT_ADDR").rsplit_once(':').unwrap().1.parse().unwrap();
    let gate = Gate::new(port);
    let scene = Scene::start(on).await;
    let config = json!({
        "address": format!("https://127.0.0.1:{}", gate.port), "ca_pem": bao.file("VAULT_CACERT"),
        "mount": bao.value("BAO_PKI_MOUNT"), "role": bao.value("BAO_PKI_ROLE"), "auth": "approle",
        "role_id": bao.value("BAO_ROLE_ID"), "secret_id": bao.value("BAO_SECRET_ID"),
    });
    let issuer = json!({ "id": "iss-bao", "name": "OpenBao", "kind": "vault", "config": config });
    let made = scene.post("/issuers", &issuer).await;
    assert!(!made.to_string().contains(bao.value("BAO_SECRET_ID")), "a secret is shown: {made}");
    assert_eq!(made["secrets"], json!(["secret_id"]));
    let tested = scene.send(Method::POST, "/issuers/iss-bao/test", &json!({}), StatusCode::OK).await;
    assert_eq!(tested["ok"], true, "{tested}");
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let names: Vec<String> = (0..N).map(|n| format!("n{n}.test")).collect();
    let request = |n: usize| csr(&key, &[&names[n]]);
    for (n, name) in names.iter().enumerate() {
        let body = json!({
            "id": format!("mc-{n}"), "names": [name], "key_strategy": "external", "issuer_id": "iss-bao",
            "lifetime_seconds": 86_400, "csr_pem": request(n),
        });
        scene.post("/certificates", &body).await;
    }
    let all_have = async |versions: usize, of: std::ops::Range<usize>| {
        for n in of {
            if scene.n_versions(&format!("mc-{n}")).await < versions {
                return false;
            }
        }
        true
    };
    let second = Duration::from_secs(1);
    scene.within("the certificates", second, async || all_have(1, 0..N).await).await;

    let renew = async |n: usize| {
        let path = format!("/certificates/mc-{n}/csr");
        scene.send(Method::POST, &path, &json!({ "csr_pem": request(n) }), StatusCode::ACCEPTED).await;
    };
    for n in 0..N / 2 {
        renew(n).await;
    }
    scene.within("half of the renewals", second, async || all_have(2, 0..N / 2).await).await;
    gate.close();
    for n in N / 2..N {
        renew(n).await;
    }
    let since = scene.test.clock.now();
    scene
        .within("the end of the outage", second, async || {
            scene.test.clock.now().seconds_since(since) >= 120 && gate.turned_away.load(Ordering::SeqCst) > 0
        })
        .await;
    assert!(!all_have(2, N / 2..N).await);
    let health = scene.read("/issuers/iss-bao").await;
    assert_eq!(health["health"]["state"], "failing", "{health}");
    gate.reopen();
    scene.within("the renewals", 5 * second, async || all_have(2, 0..N).await).await;

    let audit = scene.test.get("/api/v1/jobs?state=Failed&limit=100", &scene.admin).await;
    assert_eq!(body_of(audit, StatusCode::OK).await["items"], json!([]));
    for n in 0..N {
        assert_eq!(scene.n_versions(&format!("mc-{n}")).await, 2);
    }
    // OpenBao's own count: the root, and two for each certificate.
    let listed = std::process::Command::new("curl")
        .args(["-fsSk", "--noproxy", "*", "-X", "LIST", "-H", "X-Vault-Token: root"])
        .arg(format!("{}/v1/pki/certs", bao.value("VAULT_ADDR")))
        .output()
        .unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["data"]["keys"].as_array().unwrap().len(), 1 + 2 * N);

    // Revoked there, too.
    // Both may have been issued at one moment of the test's time: the newest is told by being the current one.
    let versions = scene.read("/certificates/mc-0/versions").await;
    let current = versions["items"].as_array().unwrap().iter().find(|one| one["current"] == true).unwrap();
    let body = json!({ "reason": "superseded", "replace_first": false });
    let answer = scene.test.request(Method::POST, "/api/v1/certificates/mc-0/revoke");
    let answer = answer.bearer_auth(&scene.admin).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{:?}", answer.text().await);
    scene
        .within("the revocation", second, async || {
            scene.read("/revocations").await["items"][0]["state"] == "revoked"
        })
        .await;
    let serial = current["serial"].as_str().unwrap();
    let colons: Vec<&str> = (0..serial.len() / 2).map(|i| &serial[2 * i..2 * i + 2]).collect();
    let shown = std::process::Command::new("curl")
        .args(["-fsSk", "--noproxy", "*"])
        .arg(format!("{}/v1/pki/cert/{}", bao.value("VAULT_ADDR"), colons.join("-")))
        .output()
        .unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert!(shown["data"]["revocation_time"].as_i64().unwrap() > 0, "{shown}");
    scene.test.stop().await;
}

/// An agent that makes requests and says that it shows what it is asked for; it deploys nothing.
pub(crate) async fn agent_at_work(http: Client, base: String, keys: PrivateKey) {
    let mut shown: HashMap<String, ()> = HashMap::new();
    loop {
        let proofs: Vec<Value> = shown.keys().map(|id| json!({ "challenge_id": id })).collect();
        let poll = json!({
            "boot_id": "b", "version": "1", "platform": "test", "capabilities": ["file"], "proof_kinds": ["http-01"],
            "proofs": proofs, "in_hand": [], "wait_seconds": 1,
        });
        let answer = http.post(format!("{base}/api/v1/agent/poll")).json(&poll).send().await;
        // The server has stopped.
        let Ok(answer) = answer else { return };
        let Ok(answer) = answer.json::<Value>().await else { return };
        shown = answer["proofs"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|work| (work["challenge_id"].as_str().unwrap().to_owned(), ()))
            .collect();
        for wanted in answer["csr_requests"].as_array().into_iter().flatten() {
            let names: Vec<&str> =
                wanted["names"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
            let path = format!("{base}/api/v1/agent/jobs/{}/csr", wanted["job_id"].as_str().unwrap());
            drop(http.post(path).json(&json!({ "csr_pem": csr(&keys, &names) })).send().await);
        }
    }
}

async fn an_authority_says_when_it_wants_its_certificates_renewed(on: On) {
    let eager = Peer::start("acme2certifier", &[("A2C_RENEW_NOW", "1")]);
    let other = Peer::start("acme2certifier", &[]);
    let scene = Scene::start(on).await;
    let config = |peer: &Peer| {
        json!({
            "directory_url": peer.value("A2C_URL"), "ca_pem": peer.file("A2C_CA"), "terms_agreed": true,
            "challenges": ["http-01"], "contact": ["ops@example.test"],
        })
    };
    let issuer = json!({ "id": "iss-a2c", "name": "a2c", "kind": "acme", "config": config(&eager) });
    scene.post("/issuers", &issuer).await;
    let (_, identity) = agent_for(&scene.test, "web", 7 * 86_400).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let working =
        tokio::spawn(agent_at_work(client(scene.test.app(), Some(&identity)), scene.test.base.clone(), key));
    let files = json!({ "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" });
    let target =
        json!({ "id": "tgt-web", "name": "web", "kind": "file", "agent_id": "ag-web", "config": files });
    scene.post("/targets", &target).await;
    let body = json!({
        "id": "mc-web", "names": ["web.example.test"], "issuer_id": "iss-a2c", "target_ids": ["tgt-web"],
    });
    scene.post("/certificates", &body).await;
    // As fast as the real time: leases and the authority's own waits are short.
    let pace = Duration::from_millis(60);
    scene.within("the certificate", pace, async || scene.n_versions("mc-web").await == 1).await;
    let holder = async || scene.read("/certificates/mc-web/explain").await["holders"][0].clone();
    scene.within("the hint", pace, async || holder().await["hint"]["opens_at"].is_string()).await;
    let before = holder().await;
    // By the policy alone it would be weeks later.
    assert!(before["hint"]["renew_at"].as_str() < before["renew_after"].as_str(), "{before}");
    // Not at once, although it would like that.
    scene.test.clock.advance(Duration::from_secs(1_800));
    assert_eq!(scene.n_versions("mc-web").await, 1);
    scene.test.clock.advance(Duration::from_secs(1_800));
    scene.within("the renewal", pace, async || scene.n_versions("mc-web").await >= 2).await;
    let explained = scene.read("/certificates/mc-web/explain").await;
    let renewal =
        explained["last"].as_array().unwrap().iter().find(|past| past["kind"] == "Renewal").unwrap();
    let reason = renewal["reason"].as_str().unwrap();
    assert!(reason.contains("the issuer's renewal window is open since"), "{explained}");

    // An authority that does not know the certificate: people see it.
    let change = json!({ "config": config(&other) });
    scene.send(Method::PATCH, "/issuers/iss-a2c", &change, StatusCode::OK).await;
    scene
        .within("the warning", Duration::from_secs(30), async || {
            holder().await["hint"]["problem"].is_string()
        })
        .await;
    working.abort();
    scene.test.stop().await;
}

/// By dns-01 at a real BIND, whose key is wrong at first; the certificate's key is nobody's here.
async fn records_are_set_seen_and_taken_away(on: On) {
    let dns = Peer::start("bind", &[("BIND_ZONES", "test")]);
    let a2c = Peer::start("acme2certifier", &[]);
    let scene = Scene::start_with(on, |config| {
        let network = certctl_core::network::Network::parse("127.0.0.1").unwrap();
        config.dns_networks = vec![network];
        config.dns_resolvers = vec![dns.value("DNS_SERVER").parse().unwrap()];
        config.dns_server_port = dns.value("DNS_PORT").parse().unwrap();
    })
    .await;
    let provider = |secret: &str| {
        json!({
            "server": dns.value("DNS_SERVER"), "key_name": dns.value("TSIG_NAME"),
            "algorithm": dns.value("TSIG_ALGORITHM"), "secret": secret,
        })
    };
    let wrong = json!({
        "id": "dns-main", "name": "BIND", "kind": "rfc2136", "config": provider("bm90IHRoZSByaWdodCBzZWNyZXQgYXQgYWxsISEhISE="),
    });
    scene.post("/dns-providers", &wrong).await;
    let config = json!({
        "directory_url": a2c.value("A2C_URL"), "ca_pem": a2c.file("A2C_CA"), "terms_agreed": true,
        "contact": ["ops@example.test"], "challenges": ["dns-01"], "dns_provider": "dns-main",
    });
    let absent = json!({
        "id": "iss-dns", "name": "a2c", "kind": "acme",
        "config": { "directory_url": a2c.value("A2C_URL"), "terms_agreed": true, "challenges": ["dns-01"], "dns_provider": "dns-none" },
    });
    let refused = scene.send(Method::POST, "/issuers", &absent, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(refused["errors"][0]["pointer"], "/config/dns_provider", "{refused}");
    let issuer = json!({ "id": "iss-dns", "name": "a2c", "kind": "acme", "config": config });
    scene.post("/issuers", &issuer).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": "mc-web", "names": ["web.test"], "key_strategy": "external", "issuer_id": "iss-dns",
        "csr_pem": csr(&key, &["web.test"]),
    });
    let made = scene.post("/certificates", &body).await;
    let job = format!("/jobs/{}", made["jobs"][0]["id"].as_str().unwrap());
    let pace = Duration::from_millis(60);
    // BIND does not know the key: the order is lost, and its record with it.
    scene.within("the refusal", pace, async || scene.read(&job).await["job"]["error"].is_string()).await;
    let failed = scene.read(&job).await;
    let cause = failed["job"]["error"].as_str().unwrap();
    assert!(cause.contains("the dns-01 proof for web.test by dns-main cannot be shown"), "{failed}");
    assert!(!failed.to_string().contains("bm90IHRo"), "a secret: {failed}");
    let shown = scene.read("/dns-providers/dns-main").await;
    assert!(shown["last_failure"].is_string(), "{shown}");
    let tested = scene
        .send(Method::POST, "/dns-providers/dns-main/test", &json!({ "name": "web.test" }), StatusCode::OK)
        .await;
    assert_eq!(tested["ok"], false, "{tested}");

    let right = json!({ "config": provider(dns.value("TSIG_SECRET")) });
    scene.send(Method::PATCH, "/dns-providers/dns-main", &right, StatusCode::OK).await;
    let tested = scene
        .send(Method::POST, "/dns-providers/dns-main/test", &json!({ "name": "web.test" }), StatusCode::OK)
        .await;
    assert_eq!(tested["ok"], true, "{tested}");
    scene.within("the certificate", 2 * pace, async || scene.n_versions("mc-web").await == 1).await;
    scene
        .within("the end of the records", pace, async || {
            let order = scene.read(&job).await["order"].clone();
            order["challenges"].as_array().unwrap().iter().all(|one| one["state"] == "gone")
        })
        .await;
    let in_use =
        scene.test.request(Method::DELETE, "/api/v1/dns-providers/dns-main").bearer_auth(&scene.admin);
    assert_eq!(in_use.send().await.unwrap().status(), StatusCode::CONFLICT);
    scene.test.stop().await;
}

on_both!(
    records_are_set_seen_and_taken_away,
    fifty_renewals_outlive_an_outage,
    an_authority_says_when_it_wants_its_certificates_renewed
);
