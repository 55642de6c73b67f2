//! An authority that says when it wants a certificate renewed (RFC 9773), and shortens that: obeyed, and explained.
//!
//! Not for: how the question is written (certctl-connectors' tests). Invariant: the clock is the test's.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certctl_core::time::{Clock as _, Ts};
use certctl_pki::{CertificateInfo, KeyAlgorithm, PrivateKey, pem};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::authorities::{Scene, agent_at_work};
use crate::fake::Mode;
use crate::front::Front;
use crate::harness::{On, agent_for, client, json as body_of, on_both};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const WHY: &str = "https://ca.example/why";
/// As fast as the real time.
const PACE: Duration = Duration::from_millis(60);

struct Renewed {
    scene: Scene,
    front: Front,
    began: Ts,
}

impl Renewed {
    fn at(&self, seconds: i64) -> Ts {
        self.began.plus_seconds(seconds)
    }

    /// The authority wants it renewed between these, and to be asked again after an hour.
    fn window(&self, start: Ts, end: Ts, why: Option<&str>) {
        let mut value = json!({ "suggestedWindow": { "start": start, "end": end } });
        if let Some(why) = why {
            value["explanationURL"] = json!(why);
        }
        self.front.fake.switch(|switches| switches.renewal = Some(value));
    }

    fn pass_until(&self, at: Ts) {
        let clock = &self.scene.test.clock;
        clock.advance(at.since(clock.now()));
        self.front.fake.with(|memory| memory.ca.now = Some(clock.now().as_second()));
        self.scene.test.app().signals.wake_all();
    }

    async fn holder(&self) -> Value {
        self.scene.read("/certificates/mc-web/explain").await["holders"][0].clone()
    }

    /// Its hint, as soon as the authority was asked once more.
    async fn asked_again(&self, since: Ts) -> Value {
        let was_asked = async || {
            let hint = self.holder().await["hint"].clone();
            hint["asked_at"].as_str().is_some_and(|text| text.parse::<Ts>().unwrap() >= since)
        };
        self.scene.within("the question", PACE, was_asked).await;
        self.holder().await
    }

    async fn has_versions(&self, n: usize) {
        let has = async || self.scene.n_versions("mc-web").await == n;
        self.scene.within("the version", PACE, has).await;
    }

    /// The name of the newest version (RFC 9773, section 4.1).
    async fn certificate_id(&self) -> String {
        let path = "/api/v1/certificates/mc-web/chain.pem";
        let answer = self.scene.test.get(path, &self.scene.admin).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let chain = pem::decode_certificates(&answer.text().await.unwrap()).unwrap();
        let info = CertificateInfo::parse(&chain[0]).unwrap();
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(hex::decode(text).unwrap());
        format!("{}.{}", encoded(&info.authority_key_identifier.unwrap()), encoded(&info.serial_hex))
    }
}

fn time(value: &Value) -> Ts {
    value.as_str().unwrap_or_else(|| panic!("{value} is no time")).parse().unwrap()
}

async fn a_shortened_window_is_obeyed_and_explained(on: On) {
    let front = Front::start().await;
    let scene = Scene::start(on).await;
    let began = scene.test.clock.now();
    let this = Renewed { scene, front, began };
    this.front.fake.with(|memory| {
        memory.ca.lifetime = 6 * DAY;
        memory.ca.now = Some(began.as_second());
    });
    // By the policy alone it would be renewed at three days.
    this.window(this.at(4 * DAY), this.at(5 * DAY), None);
    let config = this.front.config(&json!({ "challenges": ["http-01"] }));
    this.scene
        .post("/issuers", &json!({ "id": "iss-ari", "name": "ARI", "kind": "acme", "config": config }))
        .await;
    let (_, identity) = agent_for(&this.scene.test, "web", 30 * DAY).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let http = client(this.scene.test.app(), Some(&identity));
    let working = tokio::spawn(agent_at_work(http, this.scene.test.base.clone(), key));
    let files = json!({ "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" });
    let target =
        json!({ "id": "tgt-web", "name": "web", "kind": "file", "agent_id": "ag-web", "config": files });
    this.scene.post("/targets", &target).await;
    let body = json!({
        "id": "mc-web", "names": ["web.example.test"], "issuer_id": "iss-ari", "target_ids": ["tgt-web"],
    });
    this.scene.post("/certificates", &body).await;
    this.has_versions(1).await;
    let holder = this.asked_again(began).await;
    let first = this.certificate_id().await;
    let ask_at = time(&holder["hint"]["ask_at"]);
    assert_eq!(ask_at.seconds_since(time(&holder["hint"]["asked_at"])), 6 * HOUR, "{holder}");

    // The policy's point has passed; the authority's wish stands in its place.
    let late = this.at(3 * DAY + HOUR);
    this.pass_until(late);
    let holder = this.asked_again(late).await;
    assert!(time(&holder["renew_after"]) < late, "{holder}");
    assert_eq!(holder["decision"], "wait", "{holder}");
    assert!(
        holder["reason"].as_str().unwrap().ends_with("in the window that its issuer asks for"),
        "{holder}"
    );
    assert_eq!(holder["next_look_at"], holder["hint"]["renew_at"], "{holder}");
    let far = time(&holder["hint"]["renew_at"]);
    assert!(this.at(4 * DAY) <= far && far <= this.at(5 * DAY), "{holder}");

    // An authority that is ill changes nothing.
    this.front.fake.mode_at("ari", Mode::Answer(503, None, "down".to_owned()));
    let next = time(&holder["hint"]["ask_at"]);
    assert!(next.seconds_since(late) >= 6 * HOUR, "asked sooner than it said: {holder}");
    this.pass_until(next);
    let holder = this.asked_again(next).await;
    assert!(holder["hint"]["problem"].as_str().unwrap().contains("503"), "{holder}");
    assert_eq!(time(&holder["hint"]["renew_at"]), far, "{holder}");
    assert_eq!(time(&holder["hint"]["opens_at"]), this.at(4 * DAY), "{holder}");

    // It has to revoke many, and asks for a renewal soon.
    let next = time(&holder["hint"]["ask_at"]);
    let (start, end) = (next.plus_seconds(HOUR), next.plus_seconds(3 * HOUR));
    this.window(start, end, Some(WHY));
    this.front.fake.switch(|switches| switches.renewal_after = Some("3600"));
    this.front.fake.mode_at("ari", Mode::Normal);
    this.pass_until(next);
    let holder = this.asked_again(next).await;
    let hint = &holder["hint"];
    assert_eq!((time(&hint["opens_at"]), time(&hint["closes_at"])), (start, end), "{holder}");
    assert_eq!((&hint["explanation"], &hint["problem"]), (&json!(WHY), &Value::Null), "{holder}");
    assert_eq!(time(&hint["ask_at"]).seconds_since(time(&hint["asked_at"])), HOUR, "{holder}");
    let moment = time(&hint["renew_at"]);
    assert!(start <= moment && moment <= end && moment < far, "{holder}");
    assert_eq!(time(&holder["next_look_at"]), moment, "{holder}");
    assert_eq!(this.scene.n_versions("mc-web").await, 1);

    // At that moment, and with the name of what it takes the place of.
    this.pass_until(moment);
    this.has_versions(2).await;
    let renewal = past_renewal(&this).await;
    let at = time(&renewal["at"]);
    assert!(start <= at && at <= end, "{renewal}");
    let reason = renewal["reason"].as_str().unwrap();
    assert_eq!(reason, format!("renew: the issuer's renewal window is open since {moment}"));
    let ordered = this.front.fake.asked("new-order");
    assert_eq!(ordered.len(), 2);
    assert_eq!((&ordered[0]["replaces"], &ordered[1]["replaces"]), (&Value::Null, &json!(first)));
    let second = this.certificate_id().await;
    assert_ne!(first, second);

    // A window that is over: at once, and one that was replaced already is ordered without naming it.
    let since = this.scene.test.clock.now();
    this.window(since.plus_seconds(-2 * HOUR), since.plus_seconds(-HOUR), None);
    this.front.fake.switch(|switches| switches.replaces_refused = Some((409, "alreadyReplaced")));
    let holder = this.asked_again(since).await;
    let soon = if holder["hint"]["opens_at"] == json!(since.plus_seconds(-2 * HOUR)) {
        since.plus_seconds(HOUR + 60)
    } else {
        // It was asked before the window was over.
        let next = time(&holder["hint"]["ask_at"]);
        this.pass_until(next);
        this.asked_again(next).await;
        next
    };
    this.pass_until(soon.plus_seconds(60));
    this.has_versions(3).await;
    let ordered = this.front.fake.asked("new-order");
    assert_eq!(ordered.len(), 4);
    assert_eq!((&ordered[2]["replaces"], &ordered[3]["replaces"]), (&json!(second), &Value::Null));
    working.abort();
    this.scene.test.stop().await;
}

async fn past_renewal(this: &Renewed) -> Value {
    let path = "/api/v1/certificates/mc-web/explain";
    let explained = body_of(this.scene.test.get(path, &this.scene.admin).await, StatusCode::OK).await;
    let renewal =
        explained["last"].as_array().unwrap().iter().find(|past| past["kind"] == "Renewal").cloned();
    renewal.unwrap_or_else(|| panic!("{explained}"))
}

on_both!(a_shortened_window_is_obeyed_and_explained);
