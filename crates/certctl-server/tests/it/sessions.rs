//! Sessions of the dashboard: the cookie, its end, and what another site cannot do with it.

use std::time::Duration;

use certctl_core::permission::Role;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::harness::{On, TestServer, problem};

async fn sign_in(test: &TestServer, key: &str) -> Response {
    test.request(Method::POST, "/api/v1/auth/login").json(&json!({ "api_key": key })).send().await.unwrap()
}

fn cookie(response: &Response) -> String {
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn check(test: &TestServer, cookie: &str) -> Response {
    test.request(Method::GET, "/api/v1/auth/check").header("cookie", cookie).send().await.unwrap()
}

async fn session_lives_and_ends(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Operator).await;
    problem(sign_in(&test, "ck_wrong").await, 401, "unauthenticated").await;
    let answer = sign_in(&test, &key).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["__Host-certctl_session=cn_", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(header.contains(attribute), "{attribute} is missing in {header}");
    }
    assert!(!header.contains("Domain"), "{header}");
    let cookie = cookie(&answer);
    assert_eq!(check(&test, &cookie).await.status(), StatusCode::OK);

    let sign_out = |site: &'static str| {
        let request = test.request(Method::POST, "/api/v1/auth/logout").header("cookie", &cookie);
        request.header("sec-fetch-site", site).send()
    };
    problem(sign_out("cross-site").await.unwrap(), 403, "cross_site").await;
    assert_eq!(check(&test, &cookie).await.status(), StatusCode::OK);
    assert_eq!(sign_out("same-origin").await.unwrap().status(), StatusCode::NO_CONTENT);
    problem(check(&test, &cookie).await, 401, "unauthenticated").await;
    assert_eq!(test.audited("session.create").await.len(), 1);
    assert_eq!(test.audited("session.delete").await.len(), 1);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_lives_and_ends_on_sqlite() {
    session_lives_and_ends(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_lives_and_ends_on_postgres() {
    session_lives_and_ends(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_ends_after_an_idle_hour_and_in_any_case_after_eight() {
    let test = TestServer::start(On::Sqlite).await;
    let key = test.key(Role::Viewer).await;
    let idle = cookie(&sign_in(&test, &key).await);
    test.clock.advance(Duration::from_secs(3_600));
    test.app().identities.forget();
    problem(check(&test, &idle).await, 401, "unauthenticated").await;

    let used = cookie(&sign_in(&test, &key).await);
    for _ in 0..15 {
        test.clock.advance(Duration::from_secs(1_800));
        test.app().identities.forget();
        assert_eq!(check(&test, &used).await.status(), StatusCode::OK);
        certctl_server::http::identities::write_uses(test.app()).await.unwrap();
    }
    test.clock.advance(Duration::from_secs(1_801));
    problem(check(&test, &used).await, 401, "unauthenticated").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_page_cannot_sign_a_browser_in() {
    let test = TestServer::start(On::Sqlite).await;
    let key = test.key(Role::Viewer).await;
    let request = test.request(Method::POST, "/api/v1/auth/login").json(&json!({ "api_key": key }));
    let answer = request.header("origin", "https://evil.example").send().await.unwrap();
    problem(answer, 403, "cross_site").await;
    test.stop().await;
}
