//! Notifications: told to receivers that are processes of their own, on a clock that the test turns.

mod outbox;
pub(crate) mod receivers;
mod settings;

use std::time::Duration;

use certctl_core::network::Network;
use certctl_core::permission::Role;
use certctl_server::config::Config;
use certctl_store::holders::{self, HolderRow};
use certctl_store::notifications::NotificationRow;
use certctl_test_postgres::TestPostgres;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use self::receivers::Receiver;
use crate::alerts::{certificate, pass};
use crate::harness::{On, TestServer, environs, json as body_of};

const DAY: i64 = 86_400;
/// The example of the specification.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A server that may notify receivers on this host.
pub(crate) async fn start(on: On) -> TestServer {
    start_as(on, environs).await
}

pub(crate) async fn start_as(
    on: On,
    surroundings: impl FnOnce(&certctl_core::time::ManualClock) -> certctl_server::Environs,
) -> TestServer {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    config.notifier_networks = vec![Network::parse("127.0.0.0/8").unwrap()];
    let database = match on {
        On::Sqlite => None,
        On::Postgres => {
            let database = TestPostgres::database();
            config.database_url = certctl_core::secret::Secret::new(database.url.clone());
            Some(database)
        }
    };
    TestServer::in_surroundings(config, directory, database, surroundings).await
}

pub(crate) async fn send(
    test: &TestServer,
    method: Method,
    path: &str,
    key: &str,
    body: &Value,
) -> reqwest::Response {
    test.request(method, &format!("/api/v1{path}")).bearer_auth(key).json(body).send().await.unwrap()
}

pub(crate) async fn post(
    test: &TestServer,
    path: &str,
    key: &str,
    body: &Value,
    status: StatusCode,
) -> Value {
    body_of(send(test, Method::POST, path, key, body).await, status).await
}

pub(crate) async fn get(test: &TestServer, path: &str, key: &str) -> Value {
    body_of(test.get(&format!("/api/v1{path}"), key).await, StatusCode::OK).await
}

/// The configuration of a kind for a receiver on this host.
pub(crate) fn config(kind: &str, port: u16) -> Value {
    let url = format!("http://127.0.0.1:{port}/hook");
    match kind {
        "smtp" => json!({
            "host": "127.0.0.1", "port": port, "security": "none", "from": "certctl <certctl@example.test>",
            "to": ["ops@example.test"],
        }),
        "webhook" => json!({ "url": url, "secrets": [SECRET], "allow_plaintext": true }),
        "pagerduty" => json!({ "routing_key": "R0UT1NG", "endpoint": url, "allow_plaintext": true }),
        "opsgenie" => json!({ "api_key": "key-1", "endpoint": url, "allow_plaintext": true }),
        _ => json!({ "url": url, "allow_plaintext": true }),
    }
}

/// A notifier of a kind for a receiver, with more fields.
pub(crate) async fn notifier(
    test: &TestServer,
    key: &str,
    kind: &str,
    receiver: &Receiver,
    more: Value,
) -> String {
    let mut body = json!({
        "id": format!("nt-{kind}"), "name": kind, "kind": kind, "config": config(kind, receiver.port),
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = post(test, "/notifiers", key, &body, StatusCode::CREATED).await;
    made["id"].as_str().unwrap().to_owned()
}

/// A certificate that expires in three days: one critical alert.
pub(crate) async fn expiring(test: &TestServer, key: &str, name: &str, more: Value) {
    let mut body =
        json!({ "id": format!("mc-{name}"), "name": name, "names": [format!("{name}.example.internal")] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    certificate(test, key, body).await;
    version(test, name, "first", -87 * DAY).await;
}

/// Lets a certificate have a version of 90 days that began so many seconds from now.
async fn version(test: &TestServer, name: &str, version: &str, begin: i64) {
    let begin = test.app().now().plus_seconds(begin);
    let id = format!("mc-{name}").parse().unwrap();
    let row = HolderRow {
        current_version_id: Some(format!("cv-{name}-{version}").parse().unwrap()),
        not_before: Some(begin),
        not_after: Some(begin.plus_seconds(90 * DAY)),
        alert_at: Some(test.app().now()),
        hint_at: None,
        ..HolderRow::new(&id, holders::EXTERNAL)
    };
    let write = move |tx: &mut certctl_store::Tx<'_>| {
        holders::insert(tx, &row.certificate_id, holders::EXTERNAL)?;
        holders::set_current(tx, &row)?;
        certctl_store::certificates::refresh(tx, &row.certificate_id, Some(None), None)
    };
    test.app().store.bookkeeping("test.version", write).await.unwrap();
}

/// The alerts of [`expiring`] open.
pub(crate) async fn open_alerts(test: &TestServer) {
    pass(test, 0).await;
    wake(test);
}

/// The certificate was renewed: its alert closes.
pub(crate) async fn renewed(test: &TestServer, name: &str) {
    version(test, name, "next", 0).await;
    pass(test, 1).await;
    wake(test);
}

/// Turns the clock, and lets the sender look.
pub(crate) fn advance(test: &TestServer, seconds: u64) {
    test.clock.advance(Duration::from_secs(seconds));
    wake(test);
}

pub(crate) fn wake(test: &TestServer) {
    test.app().signals.wake_engine("deliver");
}

/// The notifications of a query.
pub(crate) async fn inbox(test: &TestServer, key: &str, query: &str) -> Vec<Value> {
    get(test, &format!("/notifications?{query}"), key).await["items"].as_array().unwrap().clone()
}

/// The states of all deliveries of a query's notifications.
pub(crate) async fn states(test: &TestServer, key: &str, query: &str) -> Vec<String> {
    let found = inbox(test, key, query).await;
    let of = |row: &Value| row["deliveries"].as_array().unwrap().clone();
    found.iter().flat_map(of).map(|delivery| delivery["state"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn admin(test: &TestServer) -> String {
    test.key(Role::Admin).await
}

/// A notification put straight into the store, of an alert that nobody looks at.
pub(crate) async fn put(test: &TestServer, id: &str, alert: &str, certificate: &str) {
    let row = NotificationRow {
        id: id.parse().unwrap(),
        alert_id: Some(alert.parse().unwrap()),
        event: certctl_core::notification::NotificationEvent::Opened,
        kind: Some(certctl_core::alert::AlertKind::Rule),
        severity: certctl_core::alert::AlertSeverity::Warning,
        dedup_key: format!("test:{alert}"),
        object_kind: "certificate".to_owned(),
        object_id: certificate.to_owned(),
        certificate_id: Some(certificate.parse().unwrap()),
        owner_id: None,
        team_id: None,
        environment: None,
        title: "A test".to_owned(),
        cause: "it was put here".to_owned(),
        facts: json!({ "code": "test", "params": {}, "count": 1, "opened_at": null, "items": [] }),
        created_at: test.app().now(),
        read_at: None,
        read_by: None,
    };
    let insert = move |tx: &mut certctl_store::Tx<'_>| certctl_store::notifications::insert(tx, &row);
    test.app().store.bookkeeping("test.notification", insert).await.unwrap();
}

/// A CA (PEM), and the files of a certificate of its for `localhost` with its key.
pub(crate) fn tls_files(test: &TestServer, folder: &std::path::Path) -> (String, String, String) {
    let app = test.app();
    let names = [certctl_pki::Name::parse("localhost").unwrap()];
    let key = certctl_pki::PrivateKey::generate(certctl_pki::KeyAlgorithm::EcdsaP256).unwrap();
    let signed = app.platform.sign_server(&names, key.public_key(), &*app.random, app.now(), 86_400).unwrap();
    let (certificate, key_file) = (folder.join("server.pem"), folder.join("server.key"));
    std::fs::write(&certificate, certctl_pki::pem::encode_certificates([&signed])).unwrap();
    std::fs::write(&key_file, key.to_pkcs8_pem().unwrap().as_str()).unwrap();
    let ca = std::fs::read_to_string(app.config.ca_file()).unwrap();
    (ca, certificate.display().to_string(), key_file.display().to_string())
}
