//! What callers are held to: their budgets, the audit of refusals, origins of other pages, addresses behind proxies.

use std::time::{Duration, Instant};

use certctl_core::network::Network;
use certctl_core::permission::Role;
use certctl_server::config::{
    Config,
    limits::{Limits, Rate},
};
use certctl_test_postgres::TestPostgres;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::harness::{On, TestServer, agent, client, problem};

/// A server whose limits are changed by `change`.
pub(crate) async fn limited(on: On, change: impl FnOnce(&mut Limits)) -> TestServer {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    change(&mut config.limits);
    let database = match on {
        On::Sqlite => None,
        On::Postgres => {
            let database = TestPostgres::database();
            config.database_url = certctl_core::secret::Secret::new(database.url.clone());
            Some(database)
        }
    };
    TestServer::with(config, directory, database).await
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// A bucket that fills so slowly that a test sees only its burst.
const FEW: Rate = Rate { rps: 1, burst: 5 };

async fn each_caller_has_a_budget_of_its_own(on: On) {
    let test = limited(on, |limits| limits.caller = FEW).await;
    let (one, other) = (test.key(Role::Viewer).await, test.key(Role::Viewer).await);
    let began = Instant::now();
    for left in (0..5).rev() {
        let answer = test.get("/api/v1/auth/check", &one).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "ratelimit-policy"), "\"caller\";q=5;w=5");
        // A slow machine may have got a token back.
        let expected = format!("\"caller\";r={left};");
        assert!(
            began.elapsed() > Duration::from_millis(900)
                || header(&answer, "ratelimit").starts_with(&expected)
        );
    }
    let mut refused = None;
    for _ in 0..20 {
        let answer = test.get("/api/v1/auth/check", &one).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let Some(refused) = refused else { panic!("a burst of five lets twenty-five through") };
    assert_eq!(header(&refused, "retry-after"), "1");
    assert!(header(&refused, "ratelimit").starts_with("\"caller\";r=0;"), "{refused:?}");
    let refused = problem(refused, 429, "rate_limited").await;
    assert_eq!(refused.params.unwrap()["budget"], "caller");
    assert!(refused.detail.contains("1 a second and 5 at once"), "{}", refused.detail);
    let answer = test.get("/api/v1/auth/check", &other).await;
    assert_eq!(answer.status(), StatusCode::OK, "another key has a budget of its own");
    test.stop().await;
}

async fn refusals_are_recorded_once_and_counted(on: On) {
    let test = limited(on, |limits| limits.caller = Rate { rps: 1, burst: 1 }).await;
    let key = test.key(Role::Viewer).await;
    let mut n_refused = 0;
    for path in ["/auth/check", "/certificates", "/agents", "/jobs"].iter().cycle().take(16) {
        let answer = test.get(&format!("/api/v1{path}"), &key).await;
        n_refused += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(n_refused >= 8, "{n_refused} of 16 at one a second");
    let recorded = test.audited("request.refuse").await;
    assert_eq!(recorded.len(), 1, "{recorded:?}");
    assert!(recorded[0].details.contains("rate_limited") && recorded[0].outcome == "denied", "{recorded:?}");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_share_the_budget_of_their_address_and_probes_have_none() {
    let test = limited(On::Sqlite, |limits| limits.caller = FEW).await;
    let key = test.key(Role::Viewer).await;
    assert_eq!(test.get("/api/v1/auth/check", &key).await.status(), StatusCode::OK);
    let mut n_refused = 0;
    for n in 0..15 {
        let answer = match n % 3 {
            0 => test.request(Method::GET, "/api/v1/auth/info").send().await.unwrap(),
            1 => test.get("/api/v1/auth/check", "ck_not-a-key").await,
            _ => test.request(Method::GET, "/api/v1/nothing").send().await.unwrap(),
        };
        n_refused += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
        assert!(header(&answer, "ratelimit-policy").starts_with("\"address\""), "{answer:?}");
    }
    assert!(n_refused >= 5, "{n_refused} of 15 at one a second");
    for _ in 0..20 {
        let answer = test.request(Method::GET, "/healthz").send().await.unwrap();
        assert_eq!((answer.status(), header(&answer, "ratelimit")), (StatusCode::OK, ""));
    }
    // A caller who was known before is still known, and one that comes for the first time has to wait.
    assert_eq!(test.get("/api/v1/auth/check", &key).await.status(), StatusCode::OK);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_and_joins_have_budgets_apart() {
    let test = limited(On::Sqlite, |limits| limits.agent = FEW).await;
    let (_, identity) = agent(&test, "one").await;
    let http = client(test.app(), Some(&identity));
    let poll = json!({ "version": "1", "platform": "linux", "boot_id": "b", "wait_seconds": 0, "capabilities": [],
        "in_hand": [] });
    let (mut n_refused, mut n_refused_joins) = (0, 0);
    for _ in 0..12 {
        let answer = http.post(format!("{}/api/v1/agent/poll", test.base)).json(&poll).send().await.unwrap();
        n_refused += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
        assert!(header(&answer, "ratelimit-policy").starts_with("\"agent\""), "{answer:?}");
        let join = json!({ "token": "x", "csr_pem": "x", "version": "1", "platform": "linux" });
        let answer = test.request(Method::POST, "/api/v1/agent/join").json(&join).send().await.unwrap();
        n_refused_joins += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
        assert!(header(&answer, "ratelimit-policy").starts_with("\"join\""), "{answer:?}");
    }
    assert!(n_refused >= 3 && n_refused_joins >= 3, "{n_refused} polls and {n_refused_joins} joins of 12");
    let info = test.request(Method::GET, "/api/v1/auth/info").send().await.unwrap();
    assert_eq!(info.status(), StatusCode::OK, "the address can still do other things");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_behind_a_trusted_proxy_is_the_one_that_pays() {
    let proxies = |limits: &mut Limits| {
        limits.caller = FEW;
        limits.trusted_proxies = vec![Network::parse("127.0.0.0/8").unwrap()];
    };
    let test = limited(On::Sqlite, proxies).await;
    let ask = async |test: &TestServer, from: &str| {
        let request = test.request(Method::GET, "/api/v1/auth/info").header("x-forwarded-for", from);
        request.send().await.unwrap().status() == StatusCode::OK
    };
    let count = async |test: &TestServer, from: &str| {
        let mut n = 0;
        for _ in 0..15 {
            n += u32::from(ask(test, from).await);
        }
        n
    };
    assert!(count(&test, "192.0.2.1").await < 12);
    assert!(ask(&test, "192.0.2.2").await, "another address behind the same proxy");
    let refused = test.get("/api/v1/auth/check", "ck_wrong").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "the proxy itself asked nothing yet");
    test.stop().await;

    // Without a trusted proxy anybody could write there what they like.
    let test = limited(On::Sqlite, |limits| limits.caller = FEW).await;
    let mut n = 0;
    for from in 0..15 {
        n += u32::from(ask(&test, &format!("192.0.2.{from}")).await);
    }
    assert!(n < 12, "{n} of 15");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_has_so_many_streams_and_no_more() {
    let test = limited(On::Sqlite, |limits| limits.event_streams = 2).await;
    let (one, other) = (test.key(Role::Viewer).await, test.key(Role::Viewer).await);
    let first = test.get("/api/v1/events", &one).await;
    let _second = test.get("/api/v1/events", &one).await;
    problem(test.get("/api/v1/events", &one).await, 429, "rate_limited").await;
    assert_eq!(test.get("/api/v1/events", &other).await.status(), StatusCode::OK);
    drop(first);
    crate::harness::eventually("a place for another stream", async || {
        test.get("/api/v1/events", &one).await.status() == StatusCode::OK
    })
    .await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_as_long_as_the_setting_says() {
    let test = limited(On::Sqlite, |limits| limits.max_body = 2_000).await;
    let send = |n: usize| {
        let body = json!({ "api_key": "x".repeat(n) });
        test.request(Method::POST, "/api/v1/auth/login").json(&body).send()
    };
    assert_eq!(send(1_900).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let refused = problem(send(2_100).await.unwrap(), 413, "too_large").await;
    assert!(refused.detail.contains("2000 bytes"), "{}", refused.detail);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_ends_at_its_limit_and_says_so() {
    let test = limited(On::Sqlite, |limits| limits.request_timeout = Duration::from_secs(1)).await;
    let (_, identity) = agent(&test, "one").await;
    let poll = json!({ "version": "1", "platform": "linux", "boot_id": "b", "wait_seconds": 20, "capabilities": [],
        "in_hand": [] });
    let http = client(test.app(), Some(&identity));
    let answer = http.post(format!("{}/api/v1/agent/poll", test.base)).json(&poll).send().await.unwrap();
    assert_eq!(header(&answer, "retry-after"), "5");
    problem(answer, 503, "timed_out").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_listed_origins_may_call_and_others_may_not() {
    let listed = "https://ui.example.com";
    let test = limited(On::Sqlite, |limits| limits.cors_origins = vec![listed.to_owned()]).await;
    let key = test.key(Role::Viewer).await;
    let preflight = |origin: &'static str| {
        test.request(Method::OPTIONS, "/api/v1/certificates")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
    };
    let answer = preflight(listed).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&answer, "access-control-allow-origin"), listed);
    assert!(header(&answer, "access-control-allow-methods").contains("PATCH"));
    assert!(header(&answer, "access-control-allow-headers").contains("authorization"));
    assert!(!answer.headers().contains_key("access-control-allow-credentials"), "{answer:?}");
    for other in ["https://evil.example.com", "http://ui.example.com", "https://ui.example.com:8443", "null"]
    {
        let answer = preflight(other).await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{other}: {answer:?}");
    }
    let asked = test.request(Method::GET, "/api/v1/auth/check").bearer_auth(&key).header("origin", listed);
    let answer = asked.send().await.unwrap();
    assert_eq!((answer.status(), header(&answer, "access-control-allow-origin")), (StatusCode::OK, listed));
    assert!(header(&answer, "access-control-expose-headers").contains("ratelimit"));
    assert_eq!(header(&answer, "vary"), "origin");
    test.stop().await;

    let test = TestServer::start(On::Sqlite).await;
    let asked = test.request(Method::GET, "/api/v1/auth/info").header("origin", listed).send().await.unwrap();
    let is_cors = |name: &http::HeaderName| name.as_str().starts_with("access-control");
    assert!(!asked.headers().keys().any(is_cors), "off unless origins are listed");
    test.stop().await;
}

/// A hundred callers at once, each over its budget: each gets what is its own, a quiet one is answered, and nothing breaks.
async fn a_hundred_hammering_callers_are_held_to_their_limits_and_all_others_are_answered(on: On) {
    const RATE: Rate = Rate { rps: 1, burst: 5 };
    let test = limited(on, |limits| {
        limits.caller = RATE;
        limits.concurrent_requests = 4;
    })
    .await;
    let mut keys = Vec::new();
    for _ in 0..101 {
        keys.push(test.key(Role::Viewer).await);
    }
    let quiet = keys.pop().unwrap();
    let began = Instant::now();
    let hammering: Vec<_> = keys
        .into_iter()
        .map(|key| {
            let (http, base) = (test.http.clone(), test.base.clone());
            tokio::spawn(async move {
                let (mut n_done, mut n_refused) = (0_u32, 0_u32);
                // Until it was refused twice, however slow the machine is.
                while n_refused < 2 && began.elapsed() < Duration::from_secs(60) {
                    let request = http.get(format!("{base}/api/v1/auth/check")).bearer_auth(&key);
                    match request.send().await.unwrap().status() {
                        StatusCode::OK => n_done += 1,
                        StatusCode::TOO_MANY_REQUESTS => n_refused += 1,
                        other => panic!("{other}"),
                    }
                }
                (n_done, n_refused, began.elapsed())
            })
        })
        .collect();
    // Within its own budget, the quiet one is always answered.
    for _ in 0..RATE.burst {
        let answer = test.get("/api/v1/certificates", &quiet).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let mut n_all_refused = 0;
    for caller in hammering {
        let (n_done, n_refused, elapsed) = caller.await.unwrap();
        let most = f64::from(RATE.burst) + f64::from(RATE.rps) * elapsed.as_secs_f64();
        assert!(f64::from(n_done) <= most + 1.0, "{n_done} answers in {elapsed:?}, {most} are allowed");
        assert!(n_done >= RATE.burst, "{n_done} answers and {n_refused} refusals: not even its burst");
        n_all_refused += n_refused;
    }
    assert!(n_all_refused >= 100, "{n_all_refused} refusals: the limit was not reached");
    assert_eq!(test.request(Method::GET, "/healthz").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(test.audited("request.refuse").await.len().min(100), 100, "one event for each caller");
    let budgets = &test.app().budgets;
    crate::harness::eventually("all budgets are forgotten", async || {
        budgets.sweep(&test.app().config.limits);
        budgets.n_kept() == 0
    })
    .await;
    test.stop().await;
}

crate::harness::on_both!(
    a_hundred_hammering_callers_are_held_to_their_limits_and_all_others_are_answered,
    each_caller_has_a_budget_of_its_own,
    refusals_are_recorded_once_and_counted,
);
