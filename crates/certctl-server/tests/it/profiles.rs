//! Each limit of a profile, on both stores: held at the request, at a change, and by the signer.

use certctl_core::permission::Role;
use certctl_pki::{KeyAlgorithm, PrivateKey};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, eventually, json as body_of, problem};
use crate::issuance::csr;

const DAY: i64 = 86_400;

/// A limit, a request that it refuses, and the field that the refusal names.
fn limits() -> Vec<(Value, Value, &'static str)> {
    vec![
        (json!({ "key_algorithms": ["rsa-2048"] }), json!({}), "/key_algorithm"),
        (
            json!({ "default_lifetime_seconds": DAY, "max_lifetime_seconds": 2 * DAY }),
            json!({ "lifetime_seconds": 3 * DAY }),
            "/lifetime_seconds",
        ),
        (
            json!({ "min_lifetime_seconds": 30 * DAY }),
            json!({ "lifetime_seconds": 29 * DAY }),
            "/lifetime_seconds",
        ),
        (json!({ "name_patterns": ["*.example.org"] }), json!({}), "/names"),
        (json!({ "wildcards": false }), json!({ "names": ["*.example.internal"] }), "/names"),
        (json!({ "ip_addresses": false }), json!({ "names": ["10.0.0.1"] }), "/names"),
        (
            json!({ "max_names": 1 }),
            json!({ "names": ["a.example.internal", "b.example.internal"] }),
            "/names",
        ),
        (json!({ "issuer_ids": ["iss-lab"] }), json!({}), "/issuer_id"),
        (json!({ "key_strategies": ["per_host"] }), json!({}), "/key_strategy"),
        (json!({ "environments": ["lab"] }), json!({ "environment": "production" }), "/environment"),
    ]
}

struct Lab {
    test: TestServer,
    key: String,
    second: String,
}

impl Lab {
    async fn send(&self, method: Method, path: &str, body: &Value) -> Response {
        let request = self.test.request(method, &format!("/api/v1{path}")).bearer_auth(&self.key);
        request.json(body).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        body_of(self.send(Method::POST, path, body).await, StatusCode::CREATED).await
    }

    async fn patch(&self, path: &str, body: &Value) -> Value {
        body_of(self.send(Method::PATCH, path, body).await, StatusCode::OK).await
    }

    async fn get(&self, path: &str) -> Value {
        body_of(self.test.get(&format!("/api/v1{path}"), &self.key).await, StatusCode::OK).await
    }
}

/// A request under a profile, with a CSR that fits it.
fn certificate(id: &str, profile: &str, change: &Value) -> Value {
    let mut body = json!({ "id": id, "profile_id": profile, "names": ["web.example.internal"],
        "key_strategy": "external" });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    let names: Vec<&str> =
        body["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    body["csr_pem"] = csr(&key, &names).into();
    body
}

async fn each_limit_is_held_at_the_request_at_a_change_and_by_the_signer(on: On) {
    let test = TestServer::start(on).await;
    let (key, second) = (test.key(Role::Admin).await, test.key(Role::Operator).await);
    let lab = Lab { test, key, second };
    lab.post("/issuers", &json!({ "id": "iss-lab", "name": "Lab", "kind": "local_ca" })).await;
    for (n, (limit, change, pointer)) in limits().into_iter().enumerate() {
        let (open, strict) = (format!("prof-open-{n}"), format!("prof-strict-{n}"));
        let mut body = limit.clone();
        body["id"] = json!(strict);
        body["name"] = json!(strict);
        lab.post("/profiles", &body).await;
        let shown = lab.get(&format!("/profiles/{strict}")).await;
        for (name, value) in limit.as_object().unwrap() {
            assert_eq!(&shown[name], value, "{limit}");
        }

        // At the request.
        let request = certificate(&format!("mc-no-{n}"), &strict, &change);
        let refused = lab.send(Method::POST, "/certificates", &request).await;
        assert_eq!(problem(refused, 422, "invalid").await.errors[0].pointer, pointer, "{limit}");

        // By the signer: asked for under an open profile, which is closed before the yes.
        lab.post("/profiles", &json!({ "id": open, "name": open, "approval": "always" })).await;
        let id = format!("mc-{n}");
        let made = lab.post("/certificates", &certificate(&id, &open, &change)).await;
        let job = format!("/jobs/{}", made["jobs"][0]["id"].as_str().unwrap());
        // The preview says what the signer will.
        let asked = lab.send(Method::POST, &format!("/profiles/{open}/preview"), &limit).await;
        let preview = body_of(asked, StatusCode::OK).await;
        let field = pointer.trim_start_matches('/').split('/').next().unwrap();
        assert_eq!((&preview["certificates"], &preview["would_refuse"]), (&json!(1), &json!(1)), "{limit}");
        assert_eq!(preview["limits"], json!([{ "field": field, "certificates": 1 }]), "{limit}");
        assert_eq!(preview["sample"][0]["certificate_id"], id, "{limit}");
        lab.patch(&format!("/profiles/{open}"), &limit).await;
        let path = format!("/api/v1{job}/approve");
        let yes = lab.test.request(Method::POST, &path).bearer_auth(&lab.second).json(&json!({}));
        body_of(yes.send().await.unwrap(), StatusCode::OK).await;
        eventually("the signer's refusal", async || lab.get(&job).await["job"]["state"] == "Failed").await;
        let versions = lab.get(&format!("/certificates/{id}/versions")).await;
        assert_eq!(versions["items"], json!([]), "{limit}");
        let uploaded = json!({ "csr_pem": request["csr_pem"] });
        let again = lab.send(Method::POST, &format!("/certificates/{id}/csr"), &uploaded).await;
        assert!(again.status().is_client_error(), "{limit}");

        // At a change, of what can be changed.
        for (field, value) in change.as_object().unwrap() {
            if !["lifetime_seconds", "environment"].contains(&field.as_str()) {
                continue;
            }
            let good = if field == "environment" {
                json!("lab")
            } else {
                json!(if n == 1 { DAY } else { 40 * DAY })
            };
            let mut within = json!({});
            within[field] = good;
            let id = format!("mc-good-{n}");
            lab.post("/certificates", &certificate(&id, &strict, &within)).await;
            let mut beyond = json!({});
            beyond[field] = value.clone();
            let refused = lab.send(Method::PATCH, &format!("/certificates/{id}"), &beyond).await;
            assert_eq!(problem(refused, 422, "invalid").await.errors[0].pointer, pointer, "{limit}");
        }
    }
    lab.test.stop().await;
}

async fn usages_and_the_default_lifetime_and_key_are_the_profiles(on: On) {
    let test = TestServer::start(on).await;
    let (key, second) = (test.key(Role::Admin).await, String::new());
    let lab = Lab { test, key, second };
    let body = json!({ "id": "prof-client", "name": "Clients", "extended_key_usages": ["client_auth"],
        "default_lifetime_seconds": 5 * DAY, "key_algorithms": ["ecdsa-p256", "rsa-2048"] });
    lab.post("/profiles", &body).await;
    let mut bare = certificate("mc-bare", "prof-client", &json!({}));
    bare.as_object_mut().unwrap().remove("csr_pem");
    let made = lab.post("/certificates", &bare).await["certificate"].clone();
    assert_eq!((&made["lifetime_seconds"], &made["key_algorithm"]), (&json!(5 * DAY), &json!("ecdsa-p256")));
    lab.post("/certificates", &certificate("mc-web", "prof-client", &json!({}))).await;
    eventually("the version", async || lab.get("/certificates/mc-web").await["status"] == "Active").await;
    let chain = lab.test.get("/api/v1/certificates/mc-web/chain.pem", &lab.key).await.text().await.unwrap();
    let leaf = certctl_pki::pem::decode_certificates(&chain).unwrap().remove(0);
    // id-kp-clientAuth is 1.3.6.1.5.5.7.3.2, id-kp-serverAuth ends in 1.
    let usage = |last: u8| leaf.windows(8).any(|part| part == [0x2b, 6, 1, 5, 5, 7, 3, last]);
    assert!(usage(2) && !usage(1));
    lab.test.stop().await;
}

crate::harness::on_both!(
    each_limit_is_held_at_the_request_at_a_change_and_by_the_signer,
    usages_and_the_default_lifetime_and_key_are_the_profiles,
);
