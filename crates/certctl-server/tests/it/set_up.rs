//! The first start: the setup token.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{On, TestServer, json as body, problem};

async fn works_once(on: On) {
    let test = TestServer::start(on).await;
    let token = test.server.setup_token.as_ref().unwrap().expose().clone();
    let redeem = |token: String| {
        test.request(Method::POST, "/api/v1/auth/setup").json(&json!({ "token": token })).send()
    };
    problem(redeem("cs_wrong".to_owned()).await.unwrap(), 401, "unauthenticated").await;

    // Several at a time: one wins.
    let answers = futures_util::future::join_all((0..5).map(|_| redeem(token.clone()))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|a| a.as_ref().unwrap().status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401, 401, 401, 401]);

    let mut key = None;
    for answer in answers {
        let answer = answer.unwrap();
        if answer.status() == StatusCode::CREATED {
            key = Some(body(answer, StatusCode::CREATED).await["secret"].as_str().unwrap().to_owned());
        }
    }
    let check = body(test.get("/api/v1/auth/check", &key.unwrap()).await, StatusCode::OK).await;
    assert_eq!(check["role"], "admin");
    problem(redeem(token).await.unwrap(), 401, "unauthenticated").await;
    assert_eq!(test.audited("api_key.create").await.len(), 1);
    let refused = test.audited("request.refuse").await;
    assert!(!refused.is_empty() && refused.iter().all(|row| row.outcome == "denied"));
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_token_works_once_on_sqlite() {
    works_once(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_token_works_once_on_postgres() {
    works_once(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_token_ends_after_an_hour() {
    let test = TestServer::start(On::Sqlite).await;
    let token = test.server.setup_token.as_ref().unwrap().expose().clone();
    test.clock.advance(std::time::Duration::from_secs(3_600));
    let answer = test
        .request(Method::POST, "/api/v1/auth/setup")
        .json(&json!({ "token": token }))
        .send()
        .await
        .unwrap();
    let problem = problem(answer, 401, "unauthenticated").await;
    assert!(problem.detail.contains("restart"), "{}", problem.detail);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_carries_the_token_where_no_server_logs_it() {
    let test = TestServer::start(On::Sqlite).await;
    let link = test.server.setup_link().unwrap();
    let token = test.server.setup_token.as_ref().unwrap();
    assert_eq!(*link.expose(), format!("{}/setup#token={}", test.base, token.expose()));
    test.stop().await;
}
