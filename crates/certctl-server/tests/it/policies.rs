//! Policy rules over HTTP, on both stores: what they refuse and record on every way to a certificate, and that what is
//! recorded ends by itself.

use std::time::Duration;

use certctl_core::permission::{Role, Scope};
use certctl_pki::{KeyAlgorithm, PrivateKey, pem};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, eventually, json as body_of, problem};
use crate::imports::Elsewhere;
use crate::issuance::csr;

struct Lab {
    test: TestServer,
    key: String,
}

impl Lab {
    async fn start(on: On) -> Self {
        let test = TestServer::start(on).await;
        let key = test.key(Role::Admin).await;
        Self { test, key }
    }

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

    async fn delete(&self, path: &str) {
        let answer = self.send(Method::DELETE, path, &json!({})).await;
        assert!(answer.status().is_success(), "{path}: {:?}", answer.text().await);
    }

    async fn get(&self, path: &str) -> Value {
        body_of(self.test.get(&format!("/api/v1{path}"), &self.key).await, StatusCode::OK).await
    }

    async fn rule(&self, id: &str, mode: &str, kind: &str, parameters: Value) -> Value {
        let body = json!({ "id": id, "name": id, "mode": mode, "kind": kind, "parameters": parameters });
        let made = self.post("/policies", &body).await;
        self.swept(id).await;
        made
    }

    /// Waits until a rule was held against everything.
    async fn swept(&self, id: &str) {
        let path = format!("/policies/{id}");
        eventually("the end of the walk", async || {
            let rule = self.get(&path).await;
            rule["sweeping"] == false && rule["swept_at"].is_string()
        })
        .await;
    }

    /// The total of a list of violations.
    async fn n(&self, query: &str) -> i64 {
        self.get(&format!("/violations?total=true&limit=1{query}")).await["total"].as_i64().unwrap()
    }
}

/// A certificate without issuance.
fn certificate(id: &str) -> Value {
    json!({ "id": id, "names": ["web.example.internal"], "key_strategy": "external", "issue": false })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn what_each_kind_refuses(on: On) {
    let lab = Lab::start(on).await;
    lab.post("/issuers", &json!({ "id": "iss-lab", "name": "Lab", "kind": "local_ca" })).await;
    lab.post("/teams", &json!({ "id": "t-web", "name": "Web" })).await;
    let late = json!({ "id": "rp-late", "name": "Late", "point": { "percent": 95 } });
    lab.post("/renewal-policies", &late).await;
    // What breaks the rule, and the field that is named.
    let broken = [
        (
            "AllowedIssuers",
            json!({ "issuer_ids": ["iss-local"] }),
            "issuer_id",
            json!("iss-lab"),
            "/issuer_id",
        ),
        (
            "AllowedDomains",
            json!({ "domains": ["example.internal"] }),
            "names",
            json!(["a.example.org"]),
            "/names/0",
        ),
        ("RequiredMetadata", json!({ "fields": ["team"] }), "team_id", json!(null), "/team_id"),
        (
            "AllowedEnvironments",
            json!({ "environments": ["lab"] }),
            "environment",
            json!("moon"),
            "/environment",
        ),
        (
            "RenewalLeadTime",
            json!({ "min_percent": 20 }),
            "renewal_policy_id",
            json!("rp-late"),
            "/renewal_policy_id",
        ),
        (
            "MaxLifetime",
            json!({ "max_seconds": 7_776_000 }),
            "lifetime_seconds",
            json!(7_776_001),
            "/lifetime_seconds",
        ),
        (
            "KeyStrength",
            json!({ "min_rsa_bits": 3072 }),
            "key_algorithm",
            json!("rsa-2048"),
            "/key_algorithm",
        ),
    ];
    let good = with(with(certificate("mc-good"), "environment", json!("lab")), "team_id", json!("t-web"));
    lab.post("/certificates", &good).await;
    for (kind, parameters, field, value, pointer) in broken {
        let (id, bad_id) = (format!("pr-{}", kind.to_lowercase()), format!("mc-bad-{}", kind.to_lowercase()));
        lab.rule(&id, "enforce", kind, parameters.clone()).await;
        let bad = with(with(good.clone(), field, value.clone()), "id", json!(bad_id));
        let refused = lab.send(Method::POST, "/certificates", &bad).await;
        let found = problem(refused, 422, "policy_violated").await;
        assert_eq!(found.errors[0].pointer, pointer, "{kind}");
        assert!(found.errors[0].detail.contains(&id), "{kind}: {}", found.errors[0].detail);
        assert_eq!(found.params.unwrap()["rules"][0]["id"], json!(id), "{kind}");
        assert_eq!(lab.test.get(&format!("/api/v1/certificates/{bad_id}"), &lab.key).await.status(), 404);
        if ["team_id", "environment", "renewal_policy_id", "lifetime_seconds"].contains(&field) {
            let refused = lab.send(Method::PATCH, "/certificates/mc-good", &json!({ field: value })).await;
            assert_eq!(problem(refused, 422, "policy_violated").await.errors[0].pointer, pointer, "{kind}");
        }
        let shown = lab.get("/certificates/mc-good").await;
        assert_eq!((&shown["revision"], &shown["team_id"]), (&json!(1), &json!("t-web")), "{kind}");
        // Observed, it is let through and recorded.
        lab.patch(&format!("/policies/{id}"), &json!({ "mode": "observe" })).await;
        lab.post("/certificates", &bad).await;
        let found = lab.get(&format!("/policies/{id}/violations?total=true")).await;
        assert_eq!(found["total"], 1, "{kind}");
        let violation = &found["items"][0];
        assert_eq!((&violation["certificate_id"], &violation["state"]), (&json!(bad_id), &json!("open")));
        assert_eq!(violation["breaches"][0]["field"], pointer, "{kind}");
        let archived = lab.send(Method::DELETE, &format!("/certificates/{bad_id}"), &json!({})).await;
        assert!(archived.status().is_success(), "{kind}");
        assert_eq!(lab.n("").await, 0, "{kind}: archived");
        lab.delete(&format!("/policies/{id}")).await;
    }
    assert_eq!(lab.test.audited("violation.open").await.len(), 7);
    assert_eq!(lab.test.audited("violation.close").await.len(), 7);
    lab.test.stop().await;
}

async fn a_violation_ends_by_itself(on: On) {
    let lab = Lab::start(on).await;
    lab.post("/owners", &json!({ "id": "o-web", "name": "Web" })).await;
    lab.post("/teams", &json!({ "id": "t-web", "name": "Web" })).await;
    for id in ["mc-a", "mc-b", "mc-c"] {
        lab.post("/certificates", &certificate(id)).await;
    }
    lab.rule("pr-meta", "observe", "RequiredMetadata", json!({ "fields": ["owner", "team"] })).await;
    assert_eq!(lab.n("").await, 3, "the walk finds what was there before");
    let first = lab.get("/violations?certificate_id=mc-a").await["items"][0].clone();
    assert_eq!(first["breaches"].as_array().unwrap().len(), 2);

    // A step, then the cure: the same violation, changed and closed.
    let half = lab.patch("/certificates/mc-a", &json!({ "owner_id": "o-web" })).await;
    assert_eq!(half["owner_id"], "o-web");
    let changed = lab.get("/violations?certificate_id=mc-a&owner_id=o-web").await["items"][0].clone();
    assert_eq!(changed["id"], first["id"]);
    assert_eq!(changed["breaches"].as_array().unwrap().len(), 1);
    lab.patch("/certificates/mc-a", &json!({ "team_id": "t-web" })).await;
    let path = format!("/violations/{}", first["id"].as_str().unwrap());
    let closed = lab.get(&path).await;
    assert_eq!(
        (&closed["state"], &closed["closed_because"]),
        (&json!("closed"), &json!("it obeys the rule"))
    );
    assert_eq!(lab.n("").await, 2);
    assert_eq!(lab.n("&state=open,closed").await, 3);
    assert_eq!(lab.n("&state=closed&team_id=t-web").await, 1, "it follows the certificate's team");

    // Back again: a new one. Severity and selector follow the rule.
    lab.patch("/certificates/mc-a", &json!({ "owner_id": null })).await;
    assert_eq!(lab.n("&state=open,closed&certificate_id=mc-a").await, 2);
    lab.patch("/policies/pr-meta", &json!({ "severity": "Critical" })).await;
    lab.swept("pr-meta").await;
    assert_eq!((lab.n("&severity=Critical").await, lab.n("&severity=Error").await), (3, 0));
    lab.patch("/policies/pr-meta", &json!({ "selector": { "team_ids": ["t-web"] } })).await;
    lab.swept("pr-meta").await;
    assert_eq!(lab.n("").await, 1);
    lab.patch("/policies/pr-meta", &json!({ "enabled": false })).await;
    lab.swept("pr-meta").await;
    assert_eq!(lab.n("").await, 0, "a rule that is switched off has none");
    lab.patch("/policies/pr-meta", &json!({ "enabled": true, "selector": {} })).await;
    lab.swept("pr-meta").await;
    assert_eq!(lab.n("").await, 3);

    // A removed rule is gone at once, its violations soon, then its id is free.
    lab.delete("/policies/pr-meta").await;
    problem(lab.test.get("/api/v1/policies/pr-meta", &lab.key).await, 404, "not_found").await;
    eventually("the end of its violations", async || lab.n("").await == 0).await;
    eventually("the free id", async || {
        let body = json!({ "id": "pr-meta", "name": "Again", "kind": "MaxLifetime", "parameters": { "max_seconds": 60 } });
        lab.send(Method::POST, "/policies", &body).await.status() == StatusCode::CREATED
    })
    .await;
    lab.test.stop().await;
}

async fn the_walk_goes_page_by_page_and_by_itself_when_time_breaks_a_rule(on: On) {
    let lab = Lab::start(on).await;
    // More than two pages of 200.
    for n in 0..430 {
        let body = with(certificate(&format!("mc-{n:03}")), "lifetime_seconds", json!(86_400 * (1 + n % 2)));
        lab.post("/certificates", &body).await;
    }
    let day = json!({ "max_seconds": 86_400 });
    lab.rule("pr-day", "observe", "MaxLifetime", day.clone()).await;
    assert_eq!(lab.n("").await, 215);
    let preview = json!({ "kind": "MaxLifetime", "parameters": day });
    let found = body_of(lab.send(Method::POST, "/policies/preview", &preview).await, StatusCode::OK).await;
    let counts =
        ["checked", "selected", "violations", "certificates"].map(|name| found[name].as_i64().unwrap());
    assert_eq!((counts, &found["approximate"]), ([430, 430, 215, 430], &json!(false)));
    assert_eq!(found["sample"].as_array().unwrap().len(), 20);
    assert_eq!(found["by_team"], json!([{ "team_id": null, "violations": 215 }]));

    // Nothing is written, time alone passes: the hourly walk sees it.
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let issued = json!({ "id": "mc-issued", "names": ["web.example.internal"], "key_strategy": "external",
        "csr_pem": csr(&key, &["web.example.internal"]), "lifetime_seconds": 86_400 });
    lab.post("/certificates", &issued).await;
    eventually("the version", async || lab.get("/certificates/mc-issued").await["status"] == "Active").await;
    let lead = json!({ "min_seconds": 36_000 });
    lab.rule("pr-lead", "observe", "RenewalLeadTime", lead).await;
    assert_eq!(lab.n("&rule_id=pr-lead").await, 0);
    lab.test.clock.advance(Duration::from_secs(60_000));
    lab.test.app().signals.wake_engine("policies");
    eventually("the hourly walk", async || lab.n("&rule_id=pr-lead&certificate_id=mc-issued").await == 1)
        .await;
    lab.test.stop().await;
}

async fn nothing_is_signed_against_a_rule(on: On) {
    let lab = Lab::start(on).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "key_strategy": "external",
        "csr_pem": csr(&key, &["web.example.internal"]) });
    // A request that waits for its approval when the rule comes.
    lab.post("/profiles", &json!({ "id": "prof-careful", "name": "Careful", "approval": "always" })).await;
    let made = lab.post("/certificates", &with(body.clone(), "profile_id", json!("prof-careful"))).await;
    let job = format!("/jobs/{}", made["jobs"][0]["id"].as_str().unwrap());
    lab.rule("pr-short", "enforce", "MaxLifetime", json!({ "max_seconds": 86_400 })).await;
    let second = lab.test.key(Role::Operator).await;
    let approve = lab.test.request(Method::POST, &format!("/api/v1{job}/approve")).bearer_auth(&second);
    body_of(approve.json(&json!({})).send().await.unwrap(), StatusCode::OK).await;
    eventually("the signer's refusal", async || lab.get(&job).await["job"]["state"] == "Failed").await;
    let cause = lab.get(&job).await["job"]["error"].as_str().unwrap().to_owned();
    assert!(cause.contains("pr-short"), "{cause}");
    let n_versions = lab.get("/certificates/mc-web/versions").await["items"].as_array().unwrap().len();
    assert_eq!(n_versions, 0);

    // By a person: refused at once, with the rule.
    let uploaded = json!({ "csr_pem": csr(&key, &["web.example.internal"]) });
    let refused = lab.send(Method::POST, "/certificates/mc-web/csr", &uploaded).await;
    let refused = problem(refused, 409, "policy_blocked").await;
    assert!(refused.detail.contains("pr-short"), "{refused:?}");
    assert!(!lab.test.audited("request.refuse").await.is_empty(), "those who answer for the rule hear of it");
    // A certificate that breaks the rule can be put right, and then be issued.
    lab.patch("/certificates/mc-web", &json!({ "name": "Still too long" })).await;
    lab.patch("/certificates/mc-web", &json!({ "lifetime_seconds": 86_400 })).await;
    assert_eq!(lab.n("").await, 0);
    let started = lab.send(Method::POST, "/certificates/mc-web/csr", &uploaded).await;
    assert!(started.status().is_success(), "{:?}", started.text().await);
    lab.test.stop().await;
}

async fn bulk_work_and_imports_meet_the_rules(on: On) {
    let lab = Lab::start(on).await;
    for (id, environment) in [("mc-a", json!("lab")), ("mc-b", json!("lab")), ("mc-c", json!("moon"))] {
        lab.post("/certificates", &with(certificate(id), "environment", environment)).await;
    }
    let allowed = json!({ "environments": ["lab", "production"] });
    lab.rule("pr-env", "enforce", "AllowedEnvironments", allowed).await;
    let bulk = json!({ "selection": { "filter": {} }, "action": "set_environment", "params": { "environment": "moon" } });
    let planned = body_of(
        lab.send(Method::POST, "/certificates/bulk", &with(bulk.clone(), "dry_run", json!(true))).await,
        StatusCode::OK,
    )
    .await;
    let skipped = planned["skipped"].as_array().unwrap();
    let n =
        |code: &str| skipped.iter().find(|s| s["code"] == code).map_or(0, |s| s["count"].as_i64().unwrap());
    assert_eq!((n("policy_violated"), n("same_value")), (2, 1), "{planned}");
    let run = body_of(lab.send(Method::POST, "/certificates/bulk", &bulk).await, StatusCode::ACCEPTED).await;
    let path = format!("/operations/{}", run["id"].as_str().unwrap());
    eventually("the operation's end", async || lab.get(&path).await["state"] == "Completed").await;
    assert_eq!((&lab.get(&path).await["done"], &lab.get(&path).await["skipped"]), (&json!(0), &json!(3)));
    for id in ["mc-a", "mc-b"] {
        assert_eq!(lab.get(&format!("/certificates/{id}")).await["environment"], "lab");
    }

    let elsewhere = Elsewhere::new("Lab Root", lab.test.app().now().as_second());
    let pem = pem::encode_certificates([&elsewhere.leaf(&["a.example.org"], 1)]);
    lab.rule("pr-issuers", "observe", "AllowedIssuers", json!({ "issuer_ids": ["iss-local"] })).await;
    let import = |mode: &str, environment: &str| json!({ "bundles": [{ "name": "a", "pem": pem }], "mode": mode, "environment": environment });
    let answer = lab.send(Method::POST, "/certificates/import", &import("managed", "moon")).await;
    let done = body_of(answer, StatusCode::OK).await;
    assert_eq!(
        (&done["refused"], &done["items"][0]["code"]),
        (&json!(1), &json!("policy_violated")),
        "{done}"
    );
    // What is found is there, whatever a rule says of it: it is recorded.
    let answer = lab.send(Method::POST, "/certificates/import", &import("found", "moon")).await;
    let done = body_of(answer, StatusCode::OK).await;
    let id = done["items"][0]["certificate_id"].as_str().unwrap().to_owned();
    assert_eq!(lab.n(&format!("&certificate_id={id}")).await, 2);
    // Managed, its next version will come from the right issuer; the present one has not.
    let answer = lab.send(Method::POST, "/certificates/import", &import("managed", "lab")).await;
    let done = body_of(answer, StatusCode::OK).await;
    assert_eq!(done["claimed"], 1, "{done}");
    let left = lab.get(&format!("/violations?certificate_id={id}")).await;
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(
        (&left["items"][0]["rule_id"], &left["items"][0]["breaches"][0]["field"]),
        (&json!("pr-issuers"), &json!(""))
    );
    lab.test.stop().await;
}

async fn a_caller_sees_the_violations_of_its_own_certificates(on: On) {
    let lab = Lab::start(on).await;
    for team in ["t-a", "t-b"] {
        lab.post("/teams", &json!({ "id": team, "name": team })).await;
        let id = format!("mc-{team}");
        lab.post("/certificates", &with(certificate(&id), "team_id", json!(team))).await;
    }
    let day = json!({ "max_seconds": 86_400 });
    lab.rule("pr-day", "observe", "MaxLifetime", day.clone()).await;
    let scope = Scope { team_ids: vec!["t-a".parse().unwrap()], environments: Vec::new() };
    let key = lab.test.scoped_key(Role::Viewer, scope).await;
    let list = body_of(lab.test.get("/api/v1/violations?total=true", &key).await, StatusCode::OK).await;
    assert_eq!((&list["total"], &list["items"][0]["certificate_id"]), (&json!(1), &json!("mc-t-a")));
    let others = lab.get("/violations?team_id=t-b").await["items"][0]["id"].as_str().unwrap().to_owned();
    problem(lab.test.get(&format!("/api/v1/violations/{others}"), &key).await, 404, "not_found").await;
    let preview = json!({ "kind": "MaxLifetime", "parameters": day });
    let request = lab.test.request(Method::POST, "/api/v1/policies/preview").bearer_auth(&key).json(&preview);
    let found = body_of(request.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!((&found["violations"], &found["certificates"]), (&json!(1), &json!(1)));
    for (method, path) in [(Method::POST, "/policies"), (Method::PATCH, "/policies/pr-day")] {
        let request = lab.test.request(method, &format!("/api/v1{path}")).bearer_auth(&key).json(&json!({}));
        problem(request.send().await.unwrap(), 403, "forbidden").await;
    }
    lab.test.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_cannot_be_is_refused_field_by_field() {
    let lab = Lab::start(On::Sqlite).await;
    let check = async |body: Value, pointer: &str| {
        for path in ["/policies", "/policies/preview"] {
            let mut body = body.clone();
            if path == "/policies" {
                body["name"] = json!("X");
            }
            let found = problem(lab.send(Method::POST, path, &body).await, 422, "invalid").await;
            assert_eq!(found.errors[0].pointer, pointer, "{path} {body}");
        }
    };
    check(json!({ "kind": "MaxLifetime", "parameters": {} }), "/parameters/max_seconds").await;
    check(json!({ "kind": "MaxLifetime", "parameters": { "max_seconds": 60, "x": 1 } }), "/parameters/x")
        .await;
    let issuers = json!({ "kind": "AllowedIssuers", "parameters": { "issuer_ids": ["iss-none"] } });
    check(issuers, "/parameters/issuer_ids/0").await;
    let teams = json!({ "kind": "MaxLifetime", "parameters": { "max_seconds": 60 },
        "selector": { "team_ids": ["t-none"] } });
    check(teams, "/selector/team_ids/0").await;
    assert_eq!(lab.get("/policies?total=true").await["total"], 0);
    let kinds = lab.get("/policy-kinds").await;
    assert_eq!(kinds.as_array().unwrap().len(), 7);
    lab.test.stop().await;
}

crate::harness::on_both!(
    what_each_kind_refuses,
    a_violation_ends_by_itself,
    the_walk_goes_page_by_page_and_by_itself_when_time_breaks_a_rule,
    nothing_is_signed_against_a_rule,
    bulk_work_and_imports_meet_the_rules,
    a_caller_sees_the_violations_of_its_own_certificates,
);
