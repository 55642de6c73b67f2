//! Certificates that exist already, brought in over HTTP on both stores: once each, managed or only watched, with what is
//! wrong named item by item.

use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_connectors::issuers::{Issuance, IssueRequest};
use certctl_core::permission::{Role, Scope};
use certctl_pki::{
    CaSubject, KeyAlgorithm, LeafUsage, Name, PrivateKey, RootSpec, Serial, build_root_tbs, pem, sign_tbs,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, json as body_of, problem};

/// A CA that certctl does not know.
pub(crate) struct Elsewhere {
    pub(crate) root: Vec<u8>,
    ca: LocalCa,
    now: i64,
}

impl Elsewhere {
    pub(crate) fn new(name: &str, now: i64) -> Self {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let serial = Serial::from_random([7; 16]);
        let subject = CaSubject { common_name: name.to_owned(), organization: None };
        let spec = RootSpec {
            serial: &serial,
            subject: &subject,
            not_before: now - 86_400,
            not_after: now + 3_650 * 86_400,
        };
        let tbs = build_root_tbs(&key, &spec).unwrap();
        let root = sign_tbs(&key, &tbs).unwrap();
        let ca = LocalCa::new(vec![root.clone()], key).unwrap();
        Self { root, ca, now }
    }

    pub(crate) fn leaf(&self, names: &[&str], random: u8) -> Vec<u8> {
        let names: Vec<Name> = names.iter().map(|name| Name::parse(name).unwrap()).collect();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = IssueRequest {
            public_key: key.public_key().clone(),
            common_name: names.first().cloned(),
            names,
            usage: LeafUsage::Server,
            now: self.now,
            lifetime_seconds: 30 * 86_400,
            random: [random; 16],
            published: None,
        };
        let Issuance::Issued { certificate_der } =
            self.ca.carry_out(&self.ca.plan(&request).unwrap()).unwrap();
        certificate_der
    }
}

async fn import(test: &TestServer, key: &str, body: &Value) -> Value {
    let request = test.request(Method::POST, "/api/v1/certificates/import").bearer_auth(key).json(body);
    body_of(request.send().await.unwrap(), StatusCode::OK).await
}

async fn get(test: &TestServer, key: &str, path: &str) -> Value {
    body_of(test.get(&format!("/api/v1{path}"), key).await, StatusCode::OK).await
}

async fn each_is_brought_in_once(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Operator).await;
    let elsewhere = Elsewhere::new("Lab Root", test.app().now().as_second());
    let (first, second) =
        (elsewhere.leaf(&["a.example.org", "b.example.org"], 1), elsewhere.leaf(&["c.example.org"], 2));
    let chain = pem::encode_certificates([&first, &elsewhere.root, &second]);
    let body = json!({
        "bundles": [{ "name": "all.pem", "pem": chain }, { "name": "bad.pem", "pem": "nothing" }],
        "environment": "production", "tags": ["old"],
    });
    let mut dry = body.clone();
    dry["dry_run"] = json!(true);
    let planned = import(&test, &key, &dry).await;
    assert_eq!((&planned["imported"], &planned["refused"]), (&json!(2), &json!(1)), "{planned}");
    assert_eq!(get(&test, &key, "/certificates?total=true").await["total"], 0, "nothing was brought in");

    let done = import(&test, &key, &body).await;
    assert_eq!((&done["imported"], &done["refused"]), (&json!(2), &json!(1)), "{done}");
    let item = &done["items"][0];
    assert_eq!(item["names"], json!(["a.example.org", "b.example.org"]));
    assert_eq!((&item["name"], &item["number"]), (&json!("all.pem"), &json!(1)));
    let bad = &done["items"][2];
    assert_eq!(
        (&bad["bundle"], &bad["name"], &bad["code"]),
        (&json!(1), &json!("bad.pem"), &json!("not_pem"))
    );

    let id = item["certificate_id"].as_str().unwrap();
    let certificate = get(&test, &key, &format!("/certificates/{id}")).await;
    assert_eq!(certificate["key_strategy"], "external");
    assert_eq!(
        (&certificate["status"], &certificate["environment"]),
        (&json!("Active"), &json!("production"))
    );
    assert_eq!(certificate["issuer_id"], "iss-local", "the issuer of the next version");
    assert_eq!(certificate["not_after"], item["not_after"]);
    assert!(certificate["renew_after"].is_string(), "{certificate}");
    let versions = get(&test, &key, &format!("/certificates/{id}/versions")).await;
    let version = &versions["items"][0];
    assert_eq!(version["fingerprint_sha256"], item["fingerprint_sha256"]);
    assert!(version["job_id"].is_null() && version["current"] == true, "{version}");
    let issuer = get(&test, &key, &format!("/issuers/{}", version["issuer_id"].as_str().unwrap())).await;
    assert_eq!((&issuer["kind"], &issuer["name"]), (&json!("foreign"), &json!("CN=Lab Root")));
    let shown = test.get(&format!("/api/v1/certificates/{id}/chain.pem"), &key).await;
    assert_eq!(shown.text().await.unwrap(), pem::encode_certificates([&first]), "the root is left out");

    let again = import(&test, &key, &body).await;
    assert_eq!((&again["existing"], &again["imported"]), (&json!(2), &json!(0)), "{again}");
    assert_eq!(again["items"][0]["certificate_id"], id);
    assert_eq!(get(&test, &key, "/certificates?tag=old&total=true").await["total"], 2);
    assert_eq!(test.audited("certificate.import").await.len(), 2);
    assert_eq!(test.audited("issuer.seen").await.len(), 1);
    test.stop().await;
}

async fn what_was_found_is_watched_until_it_is_claimed(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Operator).await;
    let elsewhere = Elsewhere::new("Lab Root", test.app().now().as_second());
    let leaf = pem::encode_certificates([&elsewhere.leaf(&["a.example.org"], 1)]);
    let bundles = json!([{ "pem": leaf }]);
    let found = import(&test, &key, &json!({ "bundles": bundles, "mode": "found" })).await;
    assert_eq!(found["imported"], 1, "{found}");
    let id = found["items"][0]["certificate_id"].as_str().unwrap().to_owned();
    let path = format!("/certificates/{id}");
    let certificate = get(&test, &key, &path).await;
    assert_eq!((&certificate["key_strategy"], &certificate["renew_after"]), (&json!("found"), &Value::Null));
    assert!(certificate["issuer_id"].as_str().unwrap().starts_with("iss-seen-"), "{certificate}");
    let send = async |method: Method, path: &str, body: &Value| {
        let request = test.request(method, &format!("/api/v1{path}")).bearer_auth(&key).json(body);
        request.send().await.unwrap()
    };
    for (method, path, body) in [
        (Method::POST, format!("{path}/renew"), json!({})),
        (Method::POST, format!("{path}/deploy"), json!({})),
        (Method::PATCH, path.clone(), json!({ "renewal_policy_id": "rp-default" })),
    ] {
        problem(send(method, &path, &body).await, 409, "not_managed").await;
    }
    let labelled = send(Method::PATCH, &path, &json!({ "tags": ["seen"] })).await;
    assert_eq!(body_of(labelled, StatusCode::OK).await["tags"], json!(["seen"]));
    let foreign = json!({ "names": ["x.example.org"], "issuer_id": certificate["issuer_id"], "key_strategy": "external" });
    let refused = problem(send(Method::POST, "/certificates", &foreign).await, 422, "invalid").await;
    assert_eq!(refused.errors[0].pointer, "/issuer_id");

    let claimed = import(&test, &key, &json!({ "bundles": bundles, "environment": "production" })).await;
    assert_eq!(
        (&claimed["claimed"], &claimed["items"][0]["certificate_id"]),
        (&json!(1), &json!(id)),
        "{claimed}"
    );
    let certificate = get(&test, &key, &path).await;
    assert_eq!(
        (&certificate["key_strategy"], &certificate["issuer_id"]),
        (&json!("external"), &json!("iss-local"))
    );
    assert_eq!((&certificate["environment"], &certificate["tags"]), (&json!("production"), &json!(["seen"])));
    assert!(certificate["renew_after"].is_string(), "{certificate}");
    problem(send(Method::POST, &format!("{path}/renew"), &json!({})).await, 409, "csr_needed").await;
    test.stop().await;
}

async fn refusals_name_what_is_wrong(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Operator).await;
    let elsewhere = Elsewhere::new("Lab Root", test.app().now().as_second());
    let other = Elsewhere::new("Lab Root", test.app().now().as_second());
    let private = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap().to_pkcs8_pem().unwrap().to_string();
    let leaf = elsewhere.leaf(&["a.example.org"], 1);
    let body = json!({ "bundles": [
        { "name": "key.pem", "pem": format!("{}{private}", pem::encode_certificates([&leaf])) },
        { "name": "cas.pem", "pem": pem::encode_certificates([&elsewhere.root, &other.root]) },
        { "name": "wrong-chain.pem", "pem": pem::encode_certificates([&leaf, &other.root]) },
    ] });
    let done = import(&test, &key, &body).await;
    let codes: Vec<&Value> = done["items"].as_array().unwrap().iter().map(|item| &item["code"]).collect();
    assert_eq!(codes, [&json!("private_key"), &json!("no_leaf"), &Value::Null], "{done}");
    assert!(!done.to_string().contains("PRIVATE KEY-----"), "nothing of a key is repeated");

    let bundle = json!([{ "pem": pem::encode_certificates([&leaf]) }]);
    for (field, value) in [
        ("issuer_id", "iss-absent"),
        ("profile_id", "prof-absent"),
        ("renewal_policy_id", "rp-absent"),
        ("owner_id", "o-absent"),
        ("team_id", "t-absent"),
    ] {
        let mut body = json!({ "bundles": bundle });
        body[field] = json!(value);
        let request = test.request(Method::POST, "/api/v1/certificates/import").bearer_auth(&key).json(&body);
        let refused = problem(request.send().await.unwrap(), 422, "invalid").await;
        assert_eq!(refused.errors[0].pointer, format!("/{field}"));
    }
    let scope = Scope { team_ids: Vec::new(), environments: vec!["staging".to_owned()] };
    let narrow = test.scoped_key(Role::Operator, scope).await;
    let request = test.request(Method::POST, "/api/v1/certificates/import").bearer_auth(&narrow);
    let answer = request.json(&json!({ "bundles": bundle })).send().await.unwrap();
    problem(answer, 403, "out_of_scope").await;
    let within = import(&test, &narrow, &json!({ "bundles": bundle, "environment": "staging" })).await;
    assert_eq!(within["existing"], 1, "{within}");
    assert!(within["items"][0]["certificate_id"].is_null(), "it is outside of the scope");
    test.stop().await;
}

macro_rules! on_both {
    ($($name:ident = $what:path;)+) => { $(
        mod $name {
            use crate::harness::On;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                $what(On::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                $what(On::Postgres).await;
            }
        }
    )+ };
}

on_both! {
    a_certificate_is_brought_in_once = super::each_is_brought_in_once;
    what_was_found_can_be_claimed = super::what_was_found_is_watched_until_it_is_claimed;
    what_cannot_be_brought_in_is_named = super::refusals_name_what_is_wrong;
}
