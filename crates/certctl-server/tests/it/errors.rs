//! What goes wrong on the wire: every error is a problem document with the request's id. What is no route: the walk in crate
//! `certctl`.

use certctl_core::permission::Role;
use certctl_store::{Tx, instance};
use reqwest::{Method, StatusCode};

use crate::harness::{On, TestServer, api, client_of, problem};

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies_name_the_field() {
    let test = TestServer::start(On::Sqlite).await;
    let send = |kind: Option<&str>, text: String| {
        let request = test.request(Method::POST, "/api/v1/auth/login").body(text);
        match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        }
        .send()
    };
    let json = Some("application/json");
    let check = async |text: &str, pointer: &str| {
        let answer = send(json, text.to_owned()).await.unwrap();
        let problem = problem(answer, 400, "malformed").await;
        assert_eq!(problem.errors.first().map_or("", |e| e.pointer.as_str()), pointer, "{problem:?}");
    };
    check("{", "").await;
    let incomplete = send(json, "{}".to_owned()).await.unwrap();
    assert!(problem(incomplete, 422, "invalid").await.detail.contains("API key"));
    check(r#"{"api_key":1}"#, "/api_key").await;
    check(r#"{"api_key":"ck_x","more":1}"#, "/more").await;
    problem(send(Some("text/plain"), "{}".to_owned()).await.unwrap(), 415, "unsupported_media_type").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_of_a_long_body_reads_the_refusal_over_either_protocol() {
    let test = TestServer::start(On::Sqlite).await;
    let long = format!(r#"{{"api_key":"{}"}}"#, "x".repeat(10 << 20));
    for protocol in ["h2", "http/1.1"] {
        let http = client_of(test.app(), None, &[protocol]);
        for n in 0..5 {
            let request = http.post(format!("{}/api/v1/auth/login", test.base));
            let sent = request.header("content-type", "application/json").body(long.clone()).send().await;
            let answer = sent.unwrap_or_else(|error| panic!("{protocol}, request {n}: {error:?}"));
            let refused = problem(answer, 413, "too_large").await;
            assert_eq!(refused.errors[0].pointer, "", "the body as a whole");
        }
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_request_id_is_kept_when_it_is_harmless() {
    let test = TestServer::start(On::Sqlite).await;
    let check = async |given: &str, kept: bool| {
        let request = test.request(Method::GET, "/healthz").header("x-request-id", given);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["x-request-id"] == given, kept, "{given}");
    };
    check("trace-1.2_3", true).await;
    check(&"x".repeat(65), false).await;
    check("a b", false).await;
    check("\"><script>", false).await;
    test.stop().await;
}

async fn the_server_tells_what_it_runs_on(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Viewer).await;
    let text = test.get("/api/v1/system", &key).await.text().await.unwrap();
    let told: certctl_api::system::SystemInfo = serde_json::from_str(&text).unwrap();
    let store = match test.app().store.kind() {
        certctl_store::Kind::Sqlite => "sqlite",
        certctl_store::Kind::Postgres => "postgresql",
    };
    assert_eq!((told.store.as_str(), told.version.as_str()), (store, env!("CARGO_PKG_VERSION")));
    assert!(told.schema_version >= 29 && told.last_backup_at.is_none(), "{told:?}");
    let roles: Vec<&str> = told.certificates.iter().map(|own| own.role.as_str()).collect();
    assert_eq!(roles, ["server", "agents_ca", "server_ca"]);
    assert!(told.certificates[0].renews_itself && told.certificates[0].not_after > test.app().now());
    let secret = test.app().config.database_url.expose().to_owned();
    assert!(!text.contains(&secret) && !text.contains("sealing"), "{text}");
    let auditor = test.key(Role::Auditor).await;
    problem(test.get("/api/v1/system", &auditor).await, 403, "forbidden").await;
    test.stop().await;
}

crate::harness::on_both!(the_server_tells_what_it_runs_on);

#[tokio::test(flavor = "multi_thread")]
async fn health_ready_version_metrics_and_page_answer() {
    let test = TestServer::start(On::Sqlite).await;
    let key = test.key(Role::Auditor).await;
    for path in ["/healthz", "/readyz", "/api/v1/version", "/api/v1/auth/info"] {
        let answer = test.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}: {:?}", answer.text().await);
    }
    problem(test.request(Method::GET, "/metrics").send().await.unwrap(), 401, "unauthenticated").await;
    let text = test.get("/metrics", &key).await.text().await.unwrap();
    for name in [
        "certctl_http_request_seconds_bucket",
        "process_resident_memory_bytes",
        "certctl_store_write_seconds",
    ] {
        assert!(text.contains(name), "{name} is missing");
    }
    let docs = test.request(Method::GET, "/api/docs").send().await.unwrap();
    let policy = docs.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert!(docs.text().await.unwrap().contains("certificates_create"));
    let style = test.request(Method::GET, "/assets/docs.css").send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css");
    let page = test.request(Method::GET, "/setup").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    // The dashboard, or what stands in where this build has none.
    let text = page.text().await.unwrap();
    assert!(text.contains("status page") || text.contains("id=\"root\""), "{text}");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_ends_when_the_engine_stands_still() {
    let test = TestServer::start(On::Sqlite).await;
    assert_eq!(test.request(Method::GET, "/readyz").send().await.unwrap().status(), StatusCode::OK);
    // The engine's next round is up to two seconds away; the clock is ahead at once.
    test.clock.advance(std::time::Duration::from_secs(61));
    let answer = test.request(Method::GET, "/readyz").send().await.unwrap();
    if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
        let body: serde_json::Value = answer.json().await.unwrap();
        let scheduler = body["checks"].as_array().unwrap().iter().find(|c| c["name"] == "scheduler").unwrap();
        assert_eq!(scheduler["ok"], false);
    }
    crate::harness::eventually("the engine's next round", async || {
        test.request(Method::GET, "/readyz").send().await.unwrap().status() == StatusCode::OK
    })
    .await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reads_which_check_makes_a_server_not_ready() {
    let test = TestServer::start(On::Sqlite).await;
    let client = api(test.app(), &test.key(Role::Viewer).await);
    assert_eq!(client.ready().await.unwrap().status, "ready");
    let swap = |tx: &mut Tx<'_>| instance::set_value(tx, "sealing_key_id", "of another server");
    test.app().store.bookkeeping("test.swap", swap).await.unwrap();
    let answer = client.ready().await.unwrap();
    assert_eq!(answer.status, "not_ready");
    let failed: Vec<_> = answer.checks.iter().filter(|check| !check.ok).collect();
    assert!(matches!(&failed[..], [check] if check.name == "sealing_key"), "{failed:?}");
    test.stop().await;
}
