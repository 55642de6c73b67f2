//! What operators see of a server: its metrics, its traces, the ids in its answers and jobs.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use certctl_core::{permission::Role, secret::Secret};
use certctl_server::config::{Config, otlp::Otlp};
use certctl_test_postgres::TestPostgres;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{On, TestServer, eventually, json as body_of},
    prometheus::{Family, read},
};

async fn page(test: &TestServer, key: &str) -> BTreeMap<String, Family> {
    let answer = test.get("/metrics", key).await;
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = answer.text().await.unwrap();
    read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The value of the sample with these labels.
fn value(page: &BTreeMap<String, Family>, name: &str, wanted: &[(&str, &str)]) -> f64 {
    let family = page.get(name).unwrap_or_else(|| panic!("there is no {name}"));
    let found = family.samples.iter().find(|(sample, labels, _)| {
        (sample == name || *sample == format!("{name}_count"))
            && wanted.iter().all(|(label, value)| labels.get(*label).map(String::as_str) == Some(*value))
    });
    found.unwrap_or_else(|| panic!("{name} has no {wanted:?}: {:?}", family.samples)).2
}

/// A CSR for a name, so that a certificate is issued without an agent.
fn csr(name: &str) -> String {
    use certctl_pki::{KeyAlgorithm, Name, PrivateKey, build_csr, pem};
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    pem::encode_request(&build_csr(&key, None, &[Name::parse(name).unwrap()]).unwrap())
}

/// Has a certificate issued; the answer of its creation.
async fn issued(test: &TestServer, key: &str, id: &str, headers: &[(&str, &str)]) -> Value {
    let name = format!("{id}.example.internal");
    let body = json!({ "id": id, "names": [name], "key_strategy": "external", "csr_pem": csr(&name) });
    let mut request = test.request(Method::POST, "/api/v1/certificates").bearer_auth(key).json(&body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let made = body_of(request.send().await.unwrap(), StatusCode::CREATED).await;
    eventually("the issuance", async || {
        let answer = test.get(&format!("/api/v1/certificates/{id}"), key).await;
        body_of(answer, StatusCode::OK).await["status"] == "Active"
    })
    .await;
    made
}

async fn metrics_say_what_there_is_and_what_was_done(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let before = page(&test, &admin).await;
    assert_eq!(value(&before, "certctl_certificate_total", &[]), 0.0);
    assert_eq!(
        value(&before, "certctl_deploy_attempts_total", &[]),
        0.0,
        "a counter is there from the start"
    );
    issued(&test, &admin, "mc-a", &[]).await;
    assert_eq!(test.get("/api/v1/certificates/mc-none", &admin).await.status(), StatusCode::NOT_FOUND);
    let after = page(&test, &admin).await;
    for (name, labels, expected) in [
        ("certctl_certificate_total", &[][..], 1.0),
        ("certctl_certificate_active", &[], 1.0),
        ("certctl_certificate_expiring_soon", &[], 0.0),
        ("certctl_certificate_expired", &[], 0.0),
        ("certctl_certificate_revoked", &[], 0.0),
        ("certctl_agent_total", &[], 0.0),
        ("certctl_agent_online", &[], 0.0),
        ("certctl_job_open", &[("kind", "Issuance"), ("state", "Running")], 0.0),
        ("certctl_alert_open", &[("severity", "critical")], 0.0),
        ("certctl_store_up", &[], 1.0),
        ("certctl_up", &[], 1.0),
        ("certctl_event_listeners", &[], 0.0),
    ] {
        assert_eq!(value(&after, name, labels), expected, "{name} {labels:?}");
    }
    let rose =
        |name: &str, labels: &[(&str, &str)]| value(&after, name, labels) - value(&before, name, labels);
    assert_eq!(rose("certctl_issuance_total", &[]), 1.0);
    assert_eq!(rose("certctl_issuance_duration_seconds", &[]), 1.0);
    assert_eq!(rose("certctl_issuance_failures_total", &[]), 0.0);
    assert_eq!(rose("certctl_job_transitions_total", &[("kind", "Issuance"), ("state", "Completed")]), 1.0);
    let not_found = [("path", "/api/v1/certificates/{id}"), ("status", "404"), ("method", "GET")];
    assert_eq!(value(&after, "certctl_http_request_seconds", &not_found), 1.0);
    assert!(value(&after, "certctl_store_write_seconds", &[("name", "issue.complete")]) >= 1.0);
    assert_eq!(value(&after, "certctl_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1.0);
    assert!(value(&after, "certctl_audit_chain_unsealed", &[]) >= 0.0);
    for (name, family) in &after {
        assert!(family.help.len() > 5 && family.help != *name, "{name} says nothing of itself");
        for (_, labels, _) in &family.samples {
            assert!(
                !labels.values().any(|value| value.contains("mc-a")),
                "an id is a label: {name} {labels:?}"
            );
        }
    }
    // A day later nothing is due; a year later all of it has ended.
    test.clock.advance(Duration::from_secs(366 * 86_400));
    let ended = page(&test, &admin).await;
    assert_eq!(value(&ended, "certctl_certificate_expired", &[]), 1.0);
    assert_eq!(value(&ended, "certctl_certificate_active", &[]), 0.0);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_say_what_there_is_and_what_was_done_on_sqlite() {
    metrics_say_what_there_is_and_what_was_done(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_say_what_there_is_and_what_was_done_on_postgres() {
    metrics_say_what_there_is_and_what_was_done(On::Postgres).await;
}

const ABOVE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_goes_on_through_a_request_into_its_jobs() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let made = issued(&test, &admin, "mc-a", &[("traceparent", ABOVE), ("x-request-id", "mine-1")]).await;
    let id = made["jobs"][0]["id"].as_str().unwrap();
    let job = body_of(test.get(&format!("/api/v1/jobs/{id}"), &admin).await, StatusCode::OK).await;
    assert_eq!((&job["job"]["request_id"], &job["job"]["trace_id"]), (&json!("mine-1"), &json!(TRACE)));

    let ask = async |given: &[&str]| {
        let mut request = test.request(Method::GET, "/api/v1/version");
        for text in given {
            request = request.header("traceparent", *text);
        }
        let answer = request.send().await.unwrap();
        assert!(answer.headers().contains_key("x-request-id"));
        answer.headers()["traceresponse"].to_str().unwrap().to_owned()
    };
    let response = ask(&[ABOVE]).await;
    assert!(response.starts_with(&format!("00-{TRACE}-")) && response.ends_with("-01"), "{response}");
    assert!(!response.contains("b7ad6b7169203331"), "the answer names the request's own span: {response}");
    // What cannot be read, or is there twice, begins a trace of its own.
    let mut seen = BTreeSet::new();
    for given in [&[][..], &["00-x"], &[ABOVE, ABOVE]] {
        let response = ask(given).await;
        assert!(!response.contains(TRACE) && response.ends_with("-00"), "{response}");
        assert!(seen.insert(response));
    }
    test.stop().await;
}

/// A collector: what was posted to it, and how it answers.
#[derive(Clone, Default)]
struct Collector {
    bodies: Arc<Mutex<Vec<Value>>>,
    /// How many requests it refuses before it takes one.
    refuse: Arc<Mutex<u32>>,
}

impl Collector {
    /// Listens on a free port; its address.
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/v1/traces", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}/v1/traces")
    }

    fn spans(&self) -> Vec<Value> {
        let bodies = self.bodies.lock().unwrap();
        let spans = |body: &Value| {
            body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().cloned().unwrap_or_default()
        };
        bodies.iter().flat_map(spans).collect()
    }

    fn named(&self, name: &str) -> Option<Value> {
        self.spans().into_iter().find(|span| span["name"] == name)
    }
}

async fn take(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) -> axum::http::StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["x-token"], "hunter2");
    let mut refuse = collector.refuse.lock().unwrap();
    if *refuse > 0 {
        *refuse -= 1;
        return axum::http::StatusCode::SERVICE_UNAVAILABLE;
    }
    collector.bodies.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    axum::http::StatusCode::OK
}

async fn traced(on: On, url: String, share: f64) -> TestServer {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-token", "hunter2".parse().unwrap());
    config.otlp = Some(Otlp { url, headers, share, ca_file: None });
    let database = match on {
        On::Sqlite => None,
        On::Postgres => {
            let database = TestPostgres::database();
            config.database_url = Secret::new(database.url.clone());
            Some(database)
        }
    };
    TestServer::with(config, directory, database).await
}

fn attribute(span: &Value, key: &str) -> Value {
    let facts = span["attributes"].as_array().unwrap();
    let found = facts.iter().find(|fact| fact["key"] == key).unwrap_or_else(|| panic!("no {key}: {span}"));
    found["value"].as_object().unwrap().values().next().unwrap().clone()
}

async fn spans_reach_the_collector(on: On) {
    let collector = Collector::default();
    *collector.refuse.lock().unwrap() = 1;
    let test = traced(on, collector.start().await, 0.0).await;
    let admin = test.key(Role::Admin).await;
    // Not sampled: neither by the caller nor by the share.
    assert_eq!(test.get("/api/v1/certificates", &admin).await.status(), StatusCode::OK);
    let made = issued(&test, &admin, "mc-a", &[("traceparent", ABOVE), ("x-request-id", "mine-1")]).await;
    eventually("the spans", async || collector.named("job Issuance").is_some()).await;

    let request = collector.named("POST /api/v1/certificates").unwrap();
    assert_eq!((&request["traceId"], &request["parentSpanId"]), (&json!(TRACE), &json!("b7ad6b7169203331")));
    assert_eq!(
        (&request["kind"], attribute(&request, "http.response.status_code")),
        (&json!(2), json!("201"))
    );
    assert_eq!(attribute(&request, "certctl.request_id"), "mine-1");
    assert_eq!(request["status"], json!({}));
    let store = collector.named("store certificates.create").unwrap();
    assert_eq!(store["parentSpanId"], request["spanId"]);
    let system = match on {
        On::Sqlite => "sqlite",
        On::Postgres => "postgresql",
    };
    assert_eq!(attribute(&store, "db.system.name"), system);
    let job = collector.named("job Issuance").unwrap();
    assert_eq!((&job["traceId"], &job["parentSpanId"]), (&json!(TRACE), &request["spanId"]));
    assert_eq!(attribute(&job, "certctl.job.id"), made["jobs"][0]["id"]);
    let sign = collector.named("issuer sign").unwrap();
    assert_eq!((&sign["parentSpanId"], &sign["kind"]), (&job["spanId"], &json!(3)));
    let nanoseconds = |span: &Value, name: &str| span[name].as_str().unwrap().parse::<u128>().unwrap();
    for span in collector.spans() {
        assert!(nanoseconds(&span, "startTimeUnixNano") <= nanoseconds(&span, "endTimeUnixNano"), "{span}");
        assert_eq!(span["traceId"], TRACE, "only what was sampled is sent: {span}");
    }
    let ids: BTreeSet<String> = collector.spans().iter().map(|span| span["spanId"].to_string()).collect();
    assert_eq!(ids.len(), collector.spans().len(), "each span has an id of its own, and is sent once");
    let resource = collector.bodies.lock().unwrap()[0]["resourceSpans"][0]["resource"]["attributes"].clone();
    assert!(resource.to_string().contains("\"service.name\""), "{resource}");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_reach_the_collector_on_sqlite() {
    spans_reach_the_collector(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_reach_the_collector_on_postgres() {
    spans_reach_the_collector(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_down_delays_nobody_and_what_is_lost_is_counted() {
    // A port that was free a moment ago: nobody answers there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let test = traced(On::Sqlite, format!("http://{free}/v1/traces"), 1.0).await;
    let admin = test.key(Role::Admin).await;
    let began = std::time::Instant::now();
    // Each request makes two spans at least: more than the queue and the batch in hand hold.
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let request = test.request(Method::GET, "/api/v1/certificates").bearer_auth(&admin);
        asking.spawn(async move {
            for _ in 0..100 {
                let answer = request.try_clone().unwrap().send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
            }
        });
    }
    while let Some(asked) = asking.join_next().await {
        asked.unwrap();
    }
    let took = began.elapsed();
    let lost = value(&page(&test, &admin).await, "certctl_otlp_spans_total", &[("outcome", "dropped")]);
    assert!(lost > 0.0, "3,000 requests, and nothing was dropped");
    assert!(took < Duration::from_secs(60), "3,000 requests took {took:?}");
    // A stop does not wait for the collector either.
    let began = std::time::Instant::now();
    test.stop().await;
    assert!(began.elapsed() < Duration::from_secs(10), "the stop took {:?}", began.elapsed());
}

/// The names of metrics in an expression of PromQL: every word that begins as ours or the process' own do.
fn metrics_of(expression: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = expression.split(|c: char| !word(c));
    words.filter(|w| w.starts_with("certctl_") || w.starts_with("process_")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_and_the_alert_rules_name_metrics_that_there_are() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    issued(&test, &admin, "mc-a", &[]).await;
    let page = page(&test, &admin).await;
    let mut known: BTreeSet<String> = page.keys().cloned().collect();
    known.extend(page.values().flat_map(|family| family.samples.iter().map(|(name, _, _)| name.clone())));
    let deploy = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let dashboard: Value =
        serde_json::from_str(&std::fs::read_to_string(deploy.join("grafana/certctl.json")).unwrap()).unwrap();
    let rules_file = deploy.join("prometheus/alerts.yml");
    // Prometheus' own check, where it is installed (Debian's package `prometheus`).
    match std::process::Command::new("promtool").args(["check", "rules"]).arg(&rules_file).output() {
        Ok(checked) => assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr)),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
    }
    let mut expressions = Vec::new();
    let panels = dashboard["panels"].as_array().unwrap();
    for target in panels.iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten()) {
        expressions.push(target["expr"].as_str().unwrap().to_owned());
    }
    let n_panels = expressions.len();
    let rules = std::fs::read_to_string(rules_file).unwrap();
    expressions
        .extend(rules.lines().filter_map(|line| line.trim().strip_prefix("expr: ").map(str::to_owned)));
    assert!(n_panels >= 15 && expressions.len() >= n_panels + 10, "{n_panels} of {}", expressions.len());
    for expression in &expressions {
        let named = metrics_of(expression);
        assert!(!named.is_empty(), "{expression}");
        for name in named {
            assert!(known.contains(&name), "there is no metric {name}: {expression}");
        }
    }
    test.stop().await;
}
