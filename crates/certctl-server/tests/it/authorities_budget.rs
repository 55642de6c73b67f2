//! The budget of new orders of an issuer: kept, told, and given to what ends first.
//!
//! Not for: what an authority itself asks for (`Retry-After`). Invariant: the clock is the test's.

use std::time::Duration;

use certctl_core::time::{Clock as _, Ts};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::authorities::Scene;
use crate::front::Front;
use crate::harness::{On, on_both};
use crate::issuance::csr;

const DAY: i64 = 86_400;
const PACE: Duration = Duration::from_millis(60);

/// Whose orders were made, in order.
fn ordered(front: &Front) -> Vec<String> {
    let name = |body: &Value| body["identifiers"][0]["value"].as_str().unwrap().to_owned();
    front.fake.asked("new-order").iter().map(name).collect()
}

async fn new_orders_keep_to_the_budget_and_what_ends_first_goes_first(on: On) {
    let front = Front::start().await;
    let scene = Scene::start(on).await;
    front.fake.with(|memory| memory.ca.now = Some(scene.test.clock.now().as_second()));
    let config = |orders: u32| {
        front.config(&json!({
            "challenges": ["http-01"], "http_01": "control_plane", "rate_limit_orders": orders, "rate_limit_seconds": 3_600,
        }))
    };
    let issuer = json!({ "id": "iss-few", "name": "Few", "kind": "acme", "config": config(2) });
    scene.post("/issuers", &issuer).await;
    let budget = async || scene.read("/issuers/iss-few").await["health"]["budget"].clone();
    let free = json!({ "limit": 2, "used": 0, "window_seconds": 3_600, "next_at": null });
    assert_eq!(budget().await, free);

    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let create = async |name: &str| {
        let dns = format!("{name}.example.test");
        let body = json!({
            "id": format!("mc-{name}"), "names": [dns], "key_strategy": "external", "issuer_id": "iss-few",
            "csr_pem": csr(&key, &[&dns]),
        });
        scene.post("/certificates", &body).await;
    };
    let renew = async |name: &str| {
        let body = json!({ "csr_pem": csr(&key, &[&format!("{name}.example.test")]) });
        let path = format!("/certificates/mc-{name}/csr");
        scene.send(Method::POST, &path, &body, StatusCode::ACCEPTED).await;
    };
    for (name, days) in [("long", 30), ("short", 10)] {
        front.fake.with(|memory| memory.ca.lifetime = days * DAY);
        create(name).await;
        let id = format!("mc-{name}");
        scene.within("the certificate", PACE, async || scene.n_versions(&id).await == 1).await;
        // So that they leave the window one after the other.
        scene.test.clock.advance(Duration::from_secs(600));
    }
    let used = budget().await;
    assert_eq!((&used["used"], &used["limit"]), (&json!(2), &json!(2)), "{used}");
    let next_at: Ts = used["next_at"].as_str().unwrap().parse().unwrap();
    let now = scene.test.clock.now();
    assert!(next_at > now && next_at.seconds_since(now) <= 3_600, "{used}");

    // A first certificate, then renewals in the wrong order: all of them wait, in words.
    create("new").await;
    renew("long").await;
    renew("short").await;
    let waiting = async |name: &str| {
        let explained = scene.read(&format!("/certificates/mc-{name}/explain")).await;
        explained["blocked_by"].to_string().contains("iss-few may begin 2 orders within 1h")
    };
    for name in ["new", "long", "short"] {
        scene.within("the words", PACE, async || waiting(name).await).await;
    }
    assert_eq!(ordered(&front), ["long.example.test", "short.example.test"]);

    // Their jobs' own ids would have the first certificate go first.
    let minute = Duration::from_secs(60);
    scene.within("one more order", minute, async || ordered(&front).len() >= 3).await;
    assert_eq!(ordered(&front)[2..], ["short.example.test"]);
    let now = scene.test.clock.now();
    assert!(now >= next_at && now.seconds_since(next_at) < 600, "{now}");
    scene.within("another one", minute, async || ordered(&front).len() >= 4).await;
    assert_eq!(ordered(&front)[3..], ["long.example.test"]);
    assert!(scene.test.clock.now() >= next_at.plus_seconds(600));
    scene
        .within("the renewals", PACE, async || {
            scene.n_versions("mc-long").await == 2 && scene.n_versions("mc-short").await == 2
        })
        .await;
    assert_eq!(scene.n_versions("mc-new").await, 0);
    let jobs = scene.read("/jobs?state=Failed").await;
    assert_eq!(jobs["items"], json!([]), "waiting is no failure");

    // A higher limit is taken at once.
    scene.send(Method::PATCH, "/issuers/iss-few", &json!({ "config": config(9) }), StatusCode::OK).await;
    scene.within("the first certificate", PACE, async || scene.n_versions("mc-new").await == 1).await;
    let used = budget().await;
    assert_eq!((&used["limit"], &used["next_at"]), (&json!(9), &Value::Null), "{used}");
    scene.test.stop().await;
}

on_both!(new_orders_keep_to_the_budget_and_what_ends_first_goes_first);
