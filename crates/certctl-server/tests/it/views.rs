//! Saved views and preferences: whose they are, and what a list reads.

use certctl_core::permission::{Role, Scope};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, json as body_of, problem};

async fn send(test: &TestServer, key: &str, method: Method, path: &str, body: Value) -> Response {
    test.request(method, &format!("/api/v1{path}")).bearer_auth(key).json(&body).send().await.unwrap()
}

async fn names(test: &TestServer, key: &str, query: &str) -> Vec<String> {
    let page = body_of(test.get(&format!("/api/v1/views{query}"), key).await, StatusCode::OK).await;
    page["items"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

async fn views_are_kept(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let ann = test.key(Role::Operator).await;
    let ben = test.key(Role::Viewer).await;
    for team in ["t-web", "t-data"] {
        let made = send(&test, &admin, Method::POST, "/teams", json!({ "id": team, "name": team })).await;
        assert_eq!(made.status(), StatusCode::CREATED);
    }
    let of_web = Scope { team_ids: vec!["t-web".parse().unwrap()], environments: Vec::new() };
    let web = test.scoped_key(Role::Operator, of_web).await;
    let view = |name: &str, team: Option<&str>, position: i64| {
        json!({
            "noun": "certificates", "name": name, "team_id": team, "position": position, "sort": "expires",
            "filter": { "environment": "production" }, "columns": ["name", "expires_at"], "density": "compact",
        })
    };
    let create = |key: String, body: Value| {
        let test = &test;
        async move { send(test, &key, Method::POST, "/views", body).await }
    };
    let own = body_of(create(ann.clone(), view("Ann's", None, 5)).await, StatusCode::CREATED).await;
    assert_eq!(
        (own["filter"]["environment"].as_str(), own["editable"].as_bool()),
        (Some("production"), Some(true))
    );
    let shared =
        body_of(create(ann.clone(), view("Web's", Some("t-web"), 1)).await, StatusCode::CREATED).await;
    body_of(create(ann.clone(), view("Data's", Some("t-data"), 3)).await, StatusCode::CREATED).await;

    // In their order; one's own to oneself, a team's to those who reach it.
    assert_eq!(names(&test, &ann, "").await, ["Web's", "Data's", "Ann's"]);
    assert_eq!(names(&test, &ann, "?noun=jobs").await, [""; 0]);
    assert_eq!(names(&test, &ann, "?team_id=t-data").await, ["Data's"]);
    assert_eq!(names(&test, &ben, "").await, ["Web's", "Data's"]);
    assert_eq!(names(&test, &web, "").await, ["Web's"]);
    let page = body_of(test.get("/api/v1/views?limit=2&total=true", &ann).await, StatusCode::OK).await;
    assert_eq!(page["total"], 3);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(names(&test, &ann, &format!("?limit=2&cursor={cursor}")).await, ["Ann's"]);

    let path = |view: &Value| format!("/views/{}", view["id"].as_str().unwrap());
    let rename = json!({ "name": "New", "sort": null, "position": 0 });
    problem(send(&test, &ben, Method::PATCH, &path(&own), rename.clone()).await, 404, "not_found").await;
    problem(send(&test, &ben, Method::PATCH, &path(&shared), rename.clone()).await, 403, "forbidden").await;
    problem(create(web.clone(), view("x", Some("t-data"), 0)).await, 403, "out_of_scope").await;
    problem(create(ben.clone(), view("x", Some("t-web"), 0)).await, 403, "forbidden").await;
    body_of(create(ben.clone(), view("Ben's", None, 0)).await, StatusCode::CREATED).await;
    let auditor = test.key(Role::Auditor).await;
    problem(create(auditor, view("x", None, 0)).await, 403, "forbidden").await;
    let changed =
        body_of(send(&test, &web, Method::PATCH, &path(&shared), rename).await, StatusCode::OK).await;
    assert_eq!((changed["revision"].as_i64(), &changed["sort"]), (Some(2), &Value::Null));

    // The list reads the filter, or the view is not kept.
    for (noun, filter, sort, pointer) in [
        ("certificates", json!({ "no_such": "1" }), Value::Null, "/filter/no_such"),
        ("certificates", json!({ "limit": "5" }), Value::Null, "/filter/limit"),
        ("certificates", json!({ "expires_before": "soon" }), Value::Null, "/filter/expires_before"),
        ("certificates", json!({}), json!("colour"), "/sort"),
        ("jobs", json!({ "state": "Broken" }), Value::Null, "/filter/state"),
        ("agents", json!({ "health": "ill" }), Value::Null, "/filter/health"),
        ("agents", json!({}), json!("name"), "/sort"),
        ("issuers", json!({ "reachable": "maybe" }), Value::Null, "/filter/reachable"),
    ] {
        let body = json!({ "noun": noun, "name": "x", "filter": filter, "sort": sort });
        let refused = problem(create(ann.clone(), body).await, 422, "invalid").await;
        assert_eq!(refused.errors[0].pointer, pointer, "{noun} {filter}");
    }
    let twice = json!({ "noun": "jobs", "name": "x", "columns": ["id", "id"] });
    let refused = problem(create(ann.clone(), twice).await, 422, "invalid").await;
    assert_eq!(refused.errors[0].pointer, "/columns/1");

    // A team that goes takes its views along.
    let gone = send(&test, &ann, Method::DELETE, &path(&own), Value::Null).await;
    assert_eq!(gone.status(), StatusCode::BAD_REQUEST, "a body that nobody asked for");
    let gone = test
        .request(Method::DELETE, &format!("/api/v1{}", path(&own)))
        .bearer_auth(&ann)
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let gone = test.request(Method::DELETE, "/api/v1/teams/t-data").bearer_auth(&admin).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(names(&test, &ann, "").await, ["New"]);
    for action in ["view.create", "view.update", "view.delete"] {
        assert!(!test.audited(action).await.is_empty(), "{action}");
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_read_by_their_list_and_shown_to_whom_they_belong_on_sqlite() {
    views_are_kept(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_read_by_their_list_and_shown_to_whom_they_belong_on_postgres() {
    views_are_kept(On::Postgres).await;
}

async fn preferences_are_kept(on: On) {
    let test = TestServer::start(on).await;
    let (ann, ben) = (test.key(Role::Viewer).await, test.key(Role::Auditor).await);
    let get = async |key: &str| body_of(test.get("/api/v1/preferences", key).await, StatusCode::OK).await;
    let put = async |key: &str, document: Value| {
        send(&test, key, Method::PATCH, "/preferences", json!({ "document": document })).await
    };
    let empty = get(&ann).await;
    assert_eq!((&empty["document"], empty["revision"].as_i64()), (&json!({}), Some(0)));
    let first = json!({ "theme": "dark", "lists": { "certificates": { "density": "compact" } } });
    assert_eq!(put(&ann, first).await.headers()["etag"], "\"1\"");
    let second = json!({ "theme": null, "lists": { "jobs": { "density": "comfortable" } } });
    assert_eq!(put(&ann, second).await.status(), StatusCode::OK);
    let kept = get(&ann).await;
    assert_eq!(
        kept["document"],
        json!({ "lists": { "certificates": { "density": "compact" }, "jobs": { "density": "comfortable" } } })
    );
    assert_eq!(get(&ben).await["document"], json!({}), "each caller has its own");
    let stale = test
        .request(Method::PATCH, "/api/v1/preferences")
        .bearer_auth(&ann)
        .header("if-match", "\"1\"")
        .json(&json!({ "document": {} }));
    problem(stale.send().await.unwrap(), 412, "precondition_failed").await;
    let long = put(&ann, json!({ "a": "x".repeat(20_000), "b": "x".repeat(20_000) })).await;
    assert_eq!(problem(long, 422, "invalid").await.errors[0].pointer, "/document");
    assert_eq!(get(&ann).await["revision"], 2);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_merged_and_each_callers_own_on_sqlite() {
    preferences_are_kept(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_merged_and_each_callers_own_on_postgres() {
    preferences_are_kept(On::Postgres).await;
}

async fn unusual_documents_are_kept(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Viewer).await;
    for (name, value) in [
        ("", json!([])),
        ("small", json!(-2.243_930_068_928_538e-74)),
        ("smaller", json!(2.327_462_933_617_413e-254)),
        ("smallest", json!(5e-324)),
        ("large", json!(1.797e308)),
        ("largest", json!(f64::MAX)),
        ("zero", json!(-0.0)),
        ("whole", json!(u64::MAX)),
        ("\u{8e}\u{a8f}#\u{1b}", json!([[], { "": "\u{13}E", "\u{b5}\u{1b}": true }])),
    ] {
        let body = json!({ "document": { name: value } });
        let path = "/api/v1/preferences";
        let answer = test.request(Method::PATCH, path).bearer_auth(&key).json(&body).send().await.unwrap();
        let kept = crate::harness::json(answer, StatusCode::OK).await;
        assert_eq!(kept["document"][name], value, "{name}");
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unusual_preferences_are_kept_on_sqlite() {
    unusual_documents_are_kept(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unusual_preferences_are_kept_on_postgres() {
    unusual_documents_are_kept(On::Postgres).await;
}
