//! Targets, issuers, renewal policies, profiles, owners, teams, API keys and the audit trail, over TLS.

use certctl_core::permission::Role;
use certctl_core::time::Ts;
use certctl_store::{Tx, holders};
use reqwest::header::HeaderValue;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, agent, eventually, json as body_of, on_both, problem};

async fn send(test: &TestServer, method: Method, path: &str, key: &str, body: &Value) -> Response {
    test.request(method, path).bearer_auth(key).json(body).send().await.unwrap()
}

async fn post(test: &TestServer, path: &str, key: &str, body: &Value) -> Value {
    body_of(send(test, Method::POST, path, key, body).await, StatusCode::CREATED).await
}

async fn delete(test: &TestServer, path: &str, key: &str) -> Response {
    test.request(Method::DELETE, path).bearer_auth(key).send().await.unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn life_of_each_noun(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    for (path, body, change) in [
        ("teams", json!({ "name": " Web " }), json!({ "name": "Web team" })),
        ("owners", json!({ "name": "Web", "email": "web@example.org" }), json!({ "email": "" })),
        ("profiles", json!({ "name": "Short" }), json!({ "default_lifetime_seconds": 180 })),
        ("renewal-policies", json!({ "name": "Half" }), json!({ "point": { "percent": 50 } })),
        ("issuers", json!({ "name": "Lab", "kind": "local_ca" }), json!({ "name": "Lab CA" })),
    ] {
        let list = format!("/api/v1/{path}");
        let made = post(&test, &list, &admin, &body).await;
        assert_eq!(text(&made["name"]), text(&body["name"]).trim(), "{path}");
        let one = format!("{list}/{}", text(&made["id"]));

        let mut taken = body.clone();
        taken["id"] = made["id"].clone();
        problem(send(&test, Method::POST, &list, &admin, &taken).await, 409, "already_exists").await;

        let shown = test.get(&one, &admin).await;
        assert_eq!(shown.headers()["etag"], "\"1\"", "{path}");
        assert_eq!(body_of(shown, StatusCode::OK).await, made, "{path}");

        let with = |revision: &'static str| {
            let request = test.request(Method::PATCH, &one).bearer_auth(&admin).header("if-match", revision);
            request.json(&change).send()
        };
        let changed = body_of(with("\"1\"").await.unwrap(), StatusCode::OK).await;
        assert_eq!(changed["revision"], 2, "{path}");
        problem(with("\"1\"").await.unwrap(), 412, "precondition_failed").await;
        assert_eq!(body_of(test.get(&one, &admin).await, StatusCode::OK).await, changed, "{path}");

        let unknown = send(&test, Method::PATCH, &one, &admin, &json!({ "nmae": "x" })).await;
        assert_eq!(problem(unknown, 400, "malformed").await.errors[0].pointer, "/nmae", "{path}");
        let empty = send(&test, Method::PATCH, &one, &admin, &json!({ "name": " " })).await;
        assert_eq!(problem(empty, 422, "invalid").await.errors[0].pointer, "/name", "{path}");
        let null = send(&test, Method::PATCH, &one, &admin, &json!({ "name": null })).await;
        assert_eq!(problem(null, 400, "malformed").await.errors[0].pointer, "/name", "{path}");

        let stale = test.request(Method::DELETE, &one).bearer_auth(&admin).header("if-match", "\"1\"");
        problem(stale.send().await.unwrap(), 412, "precondition_failed").await;
        assert_eq!(body_of(test.get(&one, &admin).await, StatusCode::OK).await, changed, "{path}");
        assert_eq!(delete(&test, &one, &admin).await.status(), StatusCode::NO_CONTENT, "{path}");
        problem(test.get(&one, &admin).await, 404, "not_found").await;
        problem(delete(&test, &one, &admin).await, 404, "not_found").await;
    }
    for action in ["team.create", "team.update", "team.delete", "issuer.create", "renewal_policy.update"] {
        let wanted = if action == "issuer.create" { 2 } else { 1 };
        assert_eq!(test.audited(action).await.len(), wanted, "{action}");
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_noun_is_made_changed_and_removed_on_sqlite() {
    life_of_each_noun(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_noun_is_made_changed_and_removed_on_postgres() {
    life_of_each_noun(On::Postgres).await;
}

/// Of what is not a setting: each is removed at the revision that the caller has seen, or not at all.
async fn removals_keep_to_the_revision(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    agent(&test, "web").await;
    post(
        &test,
        "/api/v1/certificates",
        &admin,
        &json!({
            "id": "mc-web", "names": ["web.example.internal"], "key_strategy": "external", "issue": false,
        }),
    )
    .await;
    let key = post(&test, "/api/v1/api-keys", &admin, &json!({ "name": "ci", "role": "viewer" })).await;
    let user =
        json!({ "username": "alice", "name": "Alice", "role": "viewer", "password": "lamp river otter 9" });
    let user = post(&test, "/api/v1/users", &admin, &user).await;
    let view = post(&test, "/api/v1/views", &admin, &json!({ "name": "Mine", "noun": "certificates" })).await;
    for (path, change) in [
        ("agents/ag-web".to_owned(), json!({ "name": "Web" })),
        ("certificates/mc-web".to_owned(), json!({ "name": "Web" })),
        (format!("api-keys/{}", text(&key["api_key"]["id"])), json!({ "name": "CI" })),
        (format!("users/{}", text(&user["id"])), json!({ "name": "Alice A." })),
        (format!("views/{}", text(&view["id"])), json!({ "name": "Ours" })),
    ] {
        let one = format!("/api/v1/{path}");
        let changed = send(&test, Method::PATCH, &one, &admin, &change).await;
        let tag = changed.headers()["etag"].clone();
        let changed = body_of(changed, StatusCode::OK).await;
        let remove = |tag: &HeaderValue| {
            test.request(Method::DELETE, &one).bearer_auth(&admin).header("if-match", tag).send()
        };
        problem(remove(&HeaderValue::from_static("\"99\"")).await.unwrap(), 412, "precondition_failed").await;
        assert_eq!(
            body_of(test.get(&one, &admin).await, StatusCode::OK).await["revision"],
            changed["revision"]
        );
        let removed = remove(&tag).await.unwrap();
        assert!(removed.status().is_success(), "{path}: {}", removed.text().await.unwrap());
    }
    test.stop().await;
}

async fn an_agents_environment_is_set_and_taken_away(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    agent(&test, "web").await;
    for (environment, expected) in [(json!("production"), json!("production")), (Value::Null, Value::Null)] {
        let change = json!({ "environment": environment });
        let changed = send(&test, Method::PATCH, "/api/v1/agents/ag-web", &admin, &change).await;
        assert_eq!(body_of(changed, StatusCode::OK).await["environment"], expected);
        let shown = body_of(test.get("/api/v1/agents/ag-web", &admin).await, StatusCode::OK).await;
        assert_eq!(shown["environment"], expected);
    }
    let null = send(&test, Method::PATCH, "/api/v1/agents/ag-web", &admin, &json!({ "state": null })).await;
    assert_eq!(problem(null, 400, "malformed").await.errors[0].pointer, "/state");
    test.stop().await;
}

on_both!(removals_keep_to_the_revision, an_agents_environment_is_set_and_taken_away);

#[tokio::test(flavor = "multi_thread")]
async fn what_certificates_refer_to_is_kept_and_named() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    post(&test, "/api/v1/teams", &admin, &json!({ "id": "t-web", "name": "Web" })).await;
    post(&test, "/api/v1/issuers", &admin, &json!({ "id": "iss-lab", "name": "Lab", "kind": "local_ca" }))
        .await;
    let certificate = json!({
        "id": "mc-web", "names": ["web.example.internal"], "key_strategy": "external", "issue": false,
        "team_id": "t-web", "issuer_id": "iss-lab",
    });
    post(&test, "/api/v1/certificates", &admin, &certificate).await;
    for path in ["/api/v1/teams/t-web", "/api/v1/issuers/iss-lab"] {
        let refused = problem(delete(&test, path, &admin).await, 409, "in_use").await;
        assert_eq!(refused.params.unwrap()["certificate_ids"], json!(["mc-web"]), "{path}");
    }
    for path in ["issuers/iss-local", "profiles/prof-default", "renewal-policies/rp-default"] {
        problem(delete(&test, &format!("/api/v1/{path}"), &admin).await, 409, "is_default").await;
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_of_each_ca_signs_and_its_chain_is_checked() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let config = json!({ "common_name": "Lab CA" });
    let lab = json!({ "id": "iss-lab", "name": "Lab", "kind": "local_ca", "config": config });
    post(&test, "/api/v1/issuers", &admin, &lab).await;
    for id in ["iss-lab", "iss-local"] {
        let answer =
            send(&test, Method::POST, &format!("/api/v1/issuers/{id}/test"), &admin, &json!({})).await;
        let found = body_of(answer, StatusCode::OK).await;
        let names: Vec<&str> = found["steps"].as_array().unwrap().iter().map(|s| text(&s["name"])).collect();
        assert_eq!(names, ["open_key", "sign", "check_chain"], "{found}");
        assert_eq!(found["ok"], true, "{found}");
    }
    // A removed issuer's id is not given again: its sealed key is still there.
    assert_eq!(delete(&test, "/api/v1/issuers/iss-lab", &admin).await.status(), StatusCode::NO_CONTENT);
    problem(send(&test, Method::POST, "/api/v1/issuers", &admin, &lab).await, 409, "already_exists").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_needs_an_agent_and_a_configuration_of_its_kind() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let kinds = body_of(test.get("/api/v1/target-kinds", &admin).await, StatusCode::OK).await;
    assert_eq!(kinds[0]["kind"], "nginx");
    let bad = json!({ "name": "Web", "kind": "file", "config": { "shell": "x" }, "agent_id": "ag-none" });
    let refused =
        problem(send(&test, Method::POST, "/api/v1/targets", &admin, &bad).await, 422, "invalid").await;
    assert!(refused.errors.iter().any(|e| e.pointer == "/config/shell"), "{refused:?}");
    test.stop().await;
}

async fn certificates_are_found_by_a_tag(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    for (id, tags) in [("mc-a", json!(["edge", "eu west"])), ("mc-b", json!(["edge"])), ("mc-c", json!([]))] {
        let certificate = json!({
            "id": id, "names": ["web.example.internal"], "key_strategy": "external", "issue": false, "tags": tags,
        });
        post(&test, "/api/v1/certificates", &admin, &certificate).await;
    }
    for (tag, n) in [("edge", 2), ("eu%20west", 1), ("edg", 0), ("eu", 0)] {
        let path = format!("/api/v1/certificates?total=true&tag={tag}");
        let found = body_of(test.get(&path, &admin).await, StatusCode::OK).await;
        assert_eq!((found["items"].as_array().unwrap().len(), &found["total"]), (n, &json!(n)), "{tag}");
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_found_by_a_tag_on_sqlite() {
    certificates_are_found_by_a_tag(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_found_by_a_tag_on_postgres() {
    certificates_are_found_by_a_tag(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_counted_when_asked() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    for name in ["one", "two"] {
        post(&test, "/api/v1/agents/invitations", &admin, &json!({ "name": name })).await;
    }
    let found = test.get("/api/v1/agents/invitations?limit=1&total=true", &admin).await;
    assert_eq!(body_of(found, StatusCode::OK).await["total"], 2);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_cut_into_pages_and_counted_when_asked() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    for n in 0..3 {
        post(&test, "/api/v1/teams", &admin, &json!({ "id": format!("t-{n}"), "name": "Team" })).await;
    }
    let first = body_of(test.get("/api/v1/teams?limit=2&total=true", &admin).await, StatusCode::OK).await;
    assert_eq!((first["items"].as_array().unwrap().len(), &first["total"]), (2, &json!(3)));
    let next = format!("/api/v1/teams?limit=2&cursor={}", text(&first["next_cursor"]));
    let second = body_of(test.get(&next, &admin).await, StatusCode::OK).await;
    assert_eq!(second["items"][0]["id"], "t-2");
    assert!(second.get("next_cursor").is_none() && second.get("total").is_none());
    problem(test.get("/api/v1/teams?cursor=x", &admin).await, 400, "malformed").await;
    problem(test.get("/api/v1/teams?limit=501", &admin).await, 400, "malformed").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_or_revoked_key_is_refused_at_once_and_the_last_admin_key_stays() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let made = post(&test, "/api/v1/api-keys", &admin, &json!({ "name": "CI", "role": "viewer" })).await;
    let (old, one) = (text(&made["secret"]), format!("/api/v1/api-keys/{}", text(&made["api_key"]["id"])));
    assert_eq!(test.get("/api/v1/teams", old).await.status(), StatusCode::OK);

    let rotate = send(&test, Method::POST, &format!("{one}/rotate"), &admin, &json!({})).await;
    assert_eq!(rotate.headers()["cache-control"], "no-store");
    let rotated = body_of(rotate, StatusCode::OK).await;
    problem(test.get("/api/v1/teams", old).await, 401, "unauthenticated").await;
    let new = text(&rotated["secret"]);
    assert_eq!(test.get("/api/v1/teams", new).await.status(), StatusCode::OK);

    assert_eq!(delete(&test, &one, &admin).await.status(), StatusCode::OK);
    problem(test.get("/api/v1/teams", new).await, 401, "unauthenticated").await;
    problem(delete(&test, &one, &admin).await, 409, "key_revoked").await;

    let keys = body_of(test.get("/api/v1/api-keys", &admin).await, StatusCode::OK).await;
    assert!(!keys.to_string().contains(new), "a list shows a secret");
    let own = keys["items"].as_array().unwrap().iter().find(|key| key["role"] == "admin").unwrap();
    let own = format!("/api/v1/api-keys/{}", text(&own["id"]));
    problem(delete(&test, &own, &admin).await, 409, "last_admin_key").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_is_filtered_paged_and_verified() {
    let test = TestServer::start(On::Sqlite).await;
    let (admin, auditor) = (test.key(Role::Admin).await, test.key(Role::Auditor).await);
    for n in 0..3 {
        post(&test, "/api/v1/teams", &admin, &json!({ "id": format!("t-{n}"), "name": "Team" })).await;
    }
    let list = "/api/v1/audit?action=team.create&outcome=success&limit=2";
    let first = body_of(test.get(list, &auditor).await, StatusCode::OK).await;
    assert_eq!(first["items"][0]["object_id"], "t-2");
    let rest = format!("{list}&cursor={}", text(&first["next_cursor"]));
    let rest = body_of(test.get(&rest, &auditor).await, StatusCode::OK).await;
    assert_eq!(rest["items"][0]["object_id"], "t-0");
    let one = format!("/api/v1/audit/{}", text(&rest["items"][0]["id"]));
    assert_eq!(body_of(test.get(&one, &auditor).await, StatusCode::OK).await, rest["items"][0]);
    let found = body_of(test.get("/api/v1/audit/verify", &auditor).await, StatusCode::OK).await;
    assert_eq!((&found["ok"], &found["findings"]), (&json!(true), &json!([])));
    let counted = test.get(&format!("{list}&total=true"), &auditor).await;
    assert_eq!(body_of(counted, StatusCode::OK).await["total"], 3);
    problem(test.get("/api/v1/audit", &test.key(Role::Operator).await).await, 403, "forbidden").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_reads_settings_and_changes_none() {
    let test = TestServer::start(On::Sqlite).await;
    let viewer = test.key(Role::Viewer).await;
    for noun in ["targets", "issuers", "renewal-policies", "profiles", "owners", "teams"] {
        let path = format!("/api/v1/{noun}");
        assert_eq!(test.get(&path, &viewer).await.status(), StatusCode::OK, "{noun}");
        problem(send(&test, Method::POST, &path, &viewer, &json!({})).await, 403, "forbidden").await;
    }
    problem(test.get("/api/v1/api-keys", &viewer).await, 403, "forbidden").await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_policy_moves_the_renewal_points_of_its_certificates() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    post(&test, "/api/v1/renewal-policies", &admin, &json!({ "id": "rp-lab", "name": "Lab" })).await;
    let certificate = json!({
        "id": "mc-web", "names": ["web.example.internal"], "key_strategy": "external", "issue": false,
        "renewal_policy_id": "rp-lab",
    });
    post(&test, "/api/v1/certificates", &admin, &certificate).await;
    let start = test.app().now();
    let end = start.plus_seconds(1_000_000);
    let issued = move |tx: &mut Tx<'_>| {
        let certificate_id = "mc-web".parse().unwrap();
        holders::insert(tx, &certificate_id, holders::EXTERNAL)?;
        let row = holders::HolderRow {
            certificate_id,
            holder: holders::EXTERNAL.to_owned(),
            current_version_id: None,
            not_before: Some(start),
            not_after: Some(end),
            renew_after: Some(end),
            due_at: Some(end),
            alert_at: None,
            hint_at: None,
        };
        holders::set_current(tx, &row)
    };
    test.app().store.bookkeeping("test.issued", issued).await.unwrap();

    for percent in [20, 60] {
        let (policy, change) =
            ("/api/v1/renewal-policies/rp-lab", json!({ "point": { "percent": percent } }));
        body_of(send(&test, Method::PATCH, policy, &admin, &change).await, StatusCode::OK).await;
        // The engine lets them follow.
        eventually(&format!("a renewal point at {percent} percent"), async || {
            let shown = body_of(test.get("/api/v1/certificates/mc-web", &admin).await, StatusCode::OK).await;
            let at = shown["renew_after"].as_str().and_then(|at| at.parse::<Ts>().ok());
            at.is_some_and(|at| (at.seconds_since(start) - percent * 10_000).abs() <= 60_000)
        })
        .await;
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_event_of_a_change_has_what_was_before_and_no_more() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let owner = json!({ "id": "o-ops", "name": "Ops", "email": "ops@example.org" });
    post(&test, "/api/v1/owners", &admin, &owner).await;
    let change = async |body: Value| {
        let changed = send(&test, Method::PATCH, "/api/v1/owners/o-ops", &admin, &body).await;
        assert_eq!(changed.status(), StatusCode::OK);
        let path = "/api/v1/audit?object=o-ops&action=owner.update&limit=1";
        body_of(test.get(path, &admin).await, StatusCode::OK).await["items"][0]["details"].clone()
    };
    let details = change(json!({ "name": "Operations" })).await;
    assert_eq!((&details["name"], &details["before"]), (&json!("Operations"), &json!({ "name": "Ops" })));
    let details = change(json!({ "email": null })).await;
    assert_eq!(
        (&details["email"], &details["before"]),
        (&Value::Null, &json!({ "email": "ops@example.org" }))
    );
    let details = change(json!({ "name": "Operations" })).await;
    assert_eq!(details.get("before"), None, "{details}");
    test.stop().await;
}
