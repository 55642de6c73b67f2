//! `Idempotency-Key`: the same POST twice is done once.

use certctl_core::permission::Role;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, problem};

async fn post(test: &TestServer, key: &str, idempotency: &str, body: &Value) -> Response {
    test.request(Method::POST, "/api/v1/owners")
        .bearer_auth(key)
        .header("idempotency-key", idempotency)
        .json(body)
        .send()
        .await
        .unwrap()
}

async fn done_once(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let owner = json!({ "name": "Web team" });

    // At the same time: one is done, the others wait for no one or get its answer.
    let requests = (0..4).map(|_| post(&test, &admin, "k1", &owner));
    let mut created = Vec::new();
    for answer in futures_util::future::join_all(requests).await {
        match answer.status().as_u16() {
            201 => created.push(answer.json::<Value>().await.unwrap()["id"].clone()),
            409 => {
                problem(answer, 409, "request_under_way").await;
            }
            other => panic!("{other}"),
        }
    }
    assert!(!created.is_empty() && created.iter().all(|id| *id == created[0]), "{created:?}");

    let again = post(&test, &admin, "k1", &owner).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap()["id"], created[0]);
    assert_eq!(test.audited("owner.create").await.len(), 1);

    let other = post(&test, &admin, "k1", &json!({ "name": "Other" })).await;
    problem(other, 422, "idempotency_key_reused").await;
    // A refused request leaves its key free.
    problem(post(&test, &admin, "k2", &json!({ "nome": "x" })).await, 400, "malformed").await;
    assert_eq!(post(&test, &admin, "k2", &owner).await.status(), 201);
    // Another caller's keys are other keys.
    let second = test.key(Role::Admin).await;
    let answer = post(&test, &second, "k1", &owner).await;
    assert!(answer.status() == 201 && !answer.headers().contains_key("idempotency-replayed"));
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_is_done_once_on_sqlite() {
    done_once(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_is_done_once_on_postgres() {
    done_once(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_its_caller_cuts_off_is_done_once() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let n_keys = 20_u64;
    for n in 0..n_keys {
        let key = format!("cut-{n}");
        let cut = test
            .request(Method::POST, "/api/v1/owners")
            .bearer_auth(&admin)
            .header("idempotency-key", &key)
            .timeout(std::time::Duration::from_micros(300 * n))
            .json(&json!({ "name": key }))
            .send()
            .await;
        drop(cut);
        crate::harness::eventually("the answer", async || {
            post(&test, &admin, &key, &json!({ "name": key })).await.status() == 201
        })
        .await;
    }
    let created = test.audited("owner.create").await.len();
    assert_eq!(created, usize::try_from(n_keys).unwrap());
    test.stop().await;
}
