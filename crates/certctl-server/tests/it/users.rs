//! Local users: sign-in, passwords, throttling, sessions on every replica, the last admin; and a server without
//! authentication.

use std::time::Duration;

use certctl_core::permission::Role;
use certctl_server::{Server, config::AuthType, config::Config};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, client, environs, eventually, json as body_of, problem};

const PASSWORD: &str = "lamp river otter";
const OTHER: &str = "quiet harbour morning";

fn user(name: &str, role: &str) -> Value {
    json!({ "id": format!("u-{name}"), "username": name, "role": role, "password": PASSWORD })
}

async fn make(test: &TestServer, admin: &str, user: &Value) -> Value {
    let request = test.request(Method::POST, "/api/v1/users").bearer_auth(admin).json(user);
    body_of(request.send().await.unwrap(), StatusCode::CREATED).await
}

async fn try_in(test: &TestServer, username: &str, password: &str) -> Response {
    let body = json!({ "username": username, "password": password });
    test.request(Method::POST, "/api/v1/auth/login").json(&body).send().await.unwrap()
}

fn cookie(response: &Response) -> String {
    assert_eq!(response.status(), StatusCode::OK);
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn with(test: &TestServer, cookie: &str, method: Method, path: &str) -> RequestBuilder {
    test.request(method, path).header("cookie", cookie).header("sec-fetch-site", "same-origin")
}

async fn check(test: &TestServer, cookie: &str) -> Response {
    with(test, cookie, Method::GET, "/api/v1/auth/check").send().await.unwrap()
}

async fn patch(test: &TestServer, admin: &str, path: &str, body: Value) -> Response {
    test.request(Method::PATCH, path).bearer_auth(admin).json(&body).send().await.unwrap()
}

async fn a_user_lives(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let new = json!({
        "id": "u-alice", "username": " Alice ", "name": "Alice Smith", "email": "alice@example.org", "role": "operator",
        "scope": { "environments": ["lab"] }, "password": PASSWORD,
    });
    let made = make(&test, &admin, &new).await;
    assert_eq!((made["username"].as_str(), made["disabled"].as_bool()), (Some("alice"), Some(false)));
    assert!(!made.to_string().contains("argon2") && !made.to_string().contains(PASSWORD), "{made}");
    let taken = json!({ "username": "ALICE", "role": "viewer", "password": PASSWORD });
    let request = test.request(Method::POST, "/api/v1/users").bearer_auth(&admin).json(&taken);
    problem(request.send().await.unwrap(), 409, "already_exists").await;

    // Signed in, a user has its own rights and scope, and the session another name each time.
    let first = cookie(&try_in(&test, "alice", PASSWORD).await);
    let shown = body_of(check(&test, &first).await, StatusCode::OK).await;
    assert_eq!(shown["actor"], json!({ "kind": "user", "id": "u-alice" }));
    assert_eq!(shown["scope"]["environments"], json!(["lab"]));
    assert!(shown["session"]["id"].is_string() && shown["server_time"].is_string(), "{shown}");
    let asked = with(&test, &first, Method::GET, "/api/v1/auth/check?permission=users.manage");
    assert_eq!(body_of(asked.send().await.unwrap(), StatusCode::OK).await["missing"], "users.manage");
    let asked = with(&test, &first, Method::GET, "/api/v1/auth/check?permission=jobs.read");
    assert!(body_of(asked.send().await.unwrap(), StatusCode::OK).await.get("missing").is_none());
    // A program sends the token itself, and says nothing of where it comes from.
    let token = first.split_once('=').unwrap().1;
    let by_token = test.get("/api/v1/auth/check", token).await;
    assert_eq!(body_of(by_token, StatusCode::OK).await["actor"], shown["actor"]);
    let change = test.request(Method::POST, "/api/v1/notifications/read-all").bearer_auth(token).send().await;
    assert_eq!(change.unwrap().status(), StatusCode::OK);
    problem(test.get("/api/v1/auth/check", "cn_unknown").await, 401, "unauthenticated").await;
    let again = with(&test, &first, Method::POST, "/api/v1/auth/login")
        .json(&json!({ "username": "alice", "password": PASSWORD }));
    let second = cookie(&again.send().await.unwrap());
    assert_ne!(first, second);
    problem(check(&test, &first).await, 401, "unauthenticated").await;

    // Everybody sees their own sessions, with where they came from; who manages users sees all.
    let own = with(&test, &second, Method::GET, "/api/v1/sessions?total=true").send().await.unwrap();
    let own = body_of(own, StatusCode::OK).await;
    assert_eq!((own["total"].as_i64(), own["items"][0]["current"].as_bool()), (Some(1), Some(true)), "{own}");
    assert_eq!(own["items"][0]["address"], "127.0.0.1");
    problem(
        with(&test, &second, Method::GET, "/api/v1/sessions?all=true").send().await.unwrap(),
        403,
        "forbidden",
    )
    .await;
    let all = body_of(test.get("/api/v1/sessions?all=true", &admin).await, StatusCode::OK).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    let none = body_of(test.get("/api/v1/sessions", &admin).await, StatusCode::OK).await;
    assert_eq!(none["items"], json!([]));

    // A change of rights counts at once; disabling ends the session and closes the door.
    let changed =
        patch(&test, &admin, "/api/v1/users/u-alice", json!({ "role": "viewer", "scope": null })).await;
    let changed = body_of(changed, StatusCode::OK).await;
    assert_eq!(changed["revision"], 2);
    let shown = body_of(check(&test, &second).await, StatusCode::OK).await;
    assert_eq!((shown["role"].as_str(), &shown["scope"]["environments"]), (Some("viewer"), &json!([])));
    let stale = test
        .request(Method::PATCH, "/api/v1/users/u-alice")
        .bearer_auth(&admin)
        .header("if-match", "\"1\"")
        .json(&json!({ "name": "A" }));
    problem(stale.send().await.unwrap(), 412, "precondition_failed").await;
    let disabled = patch(&test, &admin, "/api/v1/users/u-alice", json!({ "disabled": true })).await;
    assert_eq!(disabled.status(), StatusCode::OK);
    problem(check(&test, &second).await, 401, "unauthenticated").await;
    problem(try_in(&test, "alice", PASSWORD).await, 401, "unauthenticated").await;
    patch(&test, &admin, "/api/v1/users/u-alice", json!({ "disabled": false })).await;
    let third = cookie(&try_in(&test, "alice", PASSWORD).await);

    // Ended one by one, all of one's own, and by who manages users.
    let id = body_of(check(&test, &third).await, StatusCode::OK).await["session"]["id"].clone();
    let path = format!("/api/v1/sessions/{}", id.as_str().unwrap());
    let ended = with(&test, &third, Method::DELETE, &path).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    problem(check(&test, &third).await, 401, "unauthenticated").await;
    let _ = cookie(&try_in(&test, "alice", PASSWORD).await);
    let fifth = cookie(&try_in(&test, "alice", PASSWORD).await);
    let ended = with(&test, &fifth, Method::DELETE, "/api/v1/sessions").send().await.unwrap();
    assert_eq!(body_of(ended, StatusCode::OK).await["ended"], 2);
    let sixth = cookie(&try_in(&test, "alice", PASSWORD).await);
    let of_alice = test.request(Method::DELETE, "/api/v1/sessions?user_id=u-alice").bearer_auth(&admin);
    assert_eq!(body_of(of_alice.send().await.unwrap(), StatusCode::OK).await["ended"], 1);
    problem(check(&test, &sixth).await, 401, "unauthenticated").await;

    let gone =
        test.request(Method::DELETE, "/api/v1/users/u-alice").bearer_auth(&admin).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    problem(try_in(&test, "alice", PASSWORD).await, 401, "unauthenticated").await;
    for action in ["user.create", "user.update", "user.delete", "session.create", "session.delete_all"] {
        let rows = test.audited(action).await;
        assert!(!rows.is_empty(), "{action}");
        assert!(rows.iter().all(|row| !row.details.to_string().contains("argon2")), "{action}");
    }
    // The refusal names the user that was tried.
    let refused = test.audited("request.refuse").await;
    assert!(refused.iter().any(|row| row.object_id == "u-alice" && row.outcome == "denied"), "{refused:?}");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_signs_in_and_is_changed_disabled_and_removed_on_sqlite() {
    a_user_lives(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_signs_in_and_is_changed_disabled_and_removed_on_postgres() {
    a_user_lives(On::Postgres).await;
}

async fn set_password(request: RequestBuilder, password: &str, current: Option<&str>) -> Response {
    let mut body = json!({ "password": password });
    if let Some(current) = current {
        body["current_password"] = current.into();
    }
    request.json(&body).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_with_the_old_one_or_reset_and_ends_the_sessions() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let viewer = test.key(Role::Viewer).await;
    make(&test, &admin, &user("bob", "viewer")).await;
    let path = "/api/v1/users/u-bob/password";
    let session = cookie(&try_in(&test, "bob", PASSWORD).await);
    let own = || with(&test, &session, Method::POST, path);

    let refused = problem(set_password(own(), OTHER, None).await, 422, "invalid").await;
    assert_eq!(refused.errors[0].pointer, "/current_password");
    let refused = problem(set_password(own(), "bob-bob-2026", Some(PASSWORD)).await, 422, "invalid").await;
    assert_eq!(refused.errors[0].pointer, "/password");
    assert!(!refused.detail.contains("bob-bob"), "{}", refused.detail);
    problem(set_password(own(), OTHER, Some("wrong wrong wrong")).await, 403, "wrong_password").await;
    let others = test.request(Method::POST, path).bearer_auth(&viewer);
    problem(set_password(others, OTHER, Some(PASSWORD)).await, 403, "forbidden").await;
    assert_eq!(check(&test, &session).await.status(), StatusCode::OK, "nothing was changed");

    let changed = set_password(own(), OTHER, Some(PASSWORD)).await;
    assert_eq!(changed.status(), StatusCode::NO_CONTENT);
    problem(check(&test, &session).await, 401, "unauthenticated").await;
    problem(try_in(&test, "bob", PASSWORD).await, 401, "unauthenticated").await;
    let session = cookie(&try_in(&test, "bob", OTHER).await);
    let reset = test.request(Method::POST, path).bearer_auth(&admin);
    assert_eq!(set_password(reset, PASSWORD, None).await.status(), StatusCode::NO_CONTENT);
    problem(check(&test, &session).await, 401, "unauthenticated").await;
    let _ = cookie(&try_in(&test, "bob", PASSWORD).await);
    let events = test.audited("user.password").await;
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|row| !row.details.to_string().contains("otter")), "{events:?}");
    assert!(
        test.audited("request.refuse").await.len() >= 3,
        "wrong passwords and missing rights are recorded"
    );
    test.stop().await;
}

async fn guessing_is_slowed(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    make(&test, &admin, &user("carol", "viewer")).await;
    let session = cookie(&try_in(&test, "carol", PASSWORD).await);

    // Many at once are not all looked at, and a user who is not there is told the same.
    for name in ["carol", "nobody-of-this-name"] {
        let tries = (0..12).map(|_| try_in(&test, name, "wrong wrong wrong"));
        let answers = futures_util::future::join_all(tries).await;
        let looked_at = answers.iter().filter(|answer| answer.status() == StatusCode::UNAUTHORIZED).count();
        let waiting =
            answers.iter().filter(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS).count();
        assert_eq!((looked_at, waiting), (6, 6), "{name}");
    }
    // The right password has to wait too; an open session is not touched.
    let answer = try_in(&test, "carol", PASSWORD).await;
    let retry_after: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&retry_after), "{retry_after}");
    let told = problem(answer, 429, "rate_limited").await;
    assert_eq!(told.params.unwrap()["budget"], "sign_in");
    assert_eq!(check(&test, &session).await.status(), StatusCode::OK);
    test.clock.advance(Duration::from_secs(2));
    let _ = cookie(&try_in(&test, "carol", PASSWORD).await);
    // Forgiven: five more are free.
    for _ in 0..5 {
        problem(try_in(&test, "carol", "wrong wrong wrong").await, 401, "unauthenticated").await;
    }
    // The address waits longer the more names are tried.
    let mut refused = 0;
    for n in 0..12 {
        let answer = try_in(&test, &format!("user-{n}"), "wrong wrong wrong").await;
        refused += usize::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 8, "12 + 5 failures were there before: {refused}");
    // One row in the trail for each window, not for each try.
    certctl_server::http::refusals::flush(test.app(), true).await;
    let rows = test.audited("request.refuse").await;
    assert!(rows.len() < 15, "{} rows", rows.len());
    assert!(rows.iter().any(|row| row.details.contains("rate_limited")), "{rows:?}");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_is_slowed_by_user_and_by_address_on_sqlite() {
    guessing_is_slowed(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_is_slowed_by_user_and_by_address_on_postgres() {
    guessing_is_slowed(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_sign_in_at_once() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    make(&test, &admin, &user("p0", "viewer")).await;
    // Making 100 users would take as long as the test itself: they share one hash.
    let app = test.app().clone();
    let copied = app.store.bookkeeping("test.users", |tx| {
        for n in 1..100 {
            tx.exec(
                "-- test.copy
                 INSERT INTO users (id, username, name, role, password_hash, password_changed_at, created_at, updated_at, revision)
                 SELECT $1, $2, name, role, password_hash, password_changed_at, created_at, updated_at, revision
                 FROM users WHERE id = 'u-p0'",
                certctl_store::args![format!("u-p{n}"), format!("p{n}")],
            )?;
        }
        Ok::<_, certctl_store::StoreError>(())
    });
    copied.await.unwrap();
    let names: Vec<String> = (0..100).map(|n| format!("p{n}")).collect();
    let answers =
        futures_util::future::join_all(names.iter().map(|name| try_in(&test, name, PASSWORD))).await;
    assert!(answers.iter().all(|answer| answer.status() == StatusCode::OK), "all waited for their turn");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_way_in_for_an_admin_stays() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    make(&test, &admin, &user("dora", "admin")).await;
    let session = cookie(&try_in(&test, "dora", PASSWORD).await);
    let keys = body_of(test.get("/api/v1/api-keys", &admin).await, StatusCode::OK).await;
    let key = keys["items"][0]["id"].as_str().unwrap();
    // The key may go, because a user is an admin.
    let revoked =
        with(&test, &session, Method::DELETE, &format!("/api/v1/api-keys/{key}")).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::OK);
    for body in [json!({ "role": "viewer" }), json!({ "disabled": true })] {
        let request = with(&test, &session, Method::PATCH, "/api/v1/users/u-dora").json(&body);
        problem(request.send().await.unwrap(), 409, "last_admin").await;
    }
    let request = with(&test, &session, Method::DELETE, "/api/v1/users/u-dora");
    problem(request.send().await.unwrap(), 409, "last_admin").await;
    let second = with(&test, &session, Method::POST, "/api/v1/users").json(&user("emil", "admin"));
    assert_eq!(second.send().await.unwrap().status(), StatusCode::CREATED);
    let request =
        with(&test, &session, Method::PATCH, "/api/v1/users/u-dora").json(&json!({ "role": "viewer" }));
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    problem(with(&test, &session, Method::GET, "/api/v1/users").send().await.unwrap(), 403, "forbidden")
        .await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_that_go_at_the_same_time_are_not_both_let_go_on_postgres() {
    let test = TestServer::start(On::Postgres).await;
    let admin = test.key(Role::Admin).await;
    make(&test, &admin, &user("fay", "admin")).await;
    make(&test, &admin, &user("gus", "admin")).await;
    let key = body_of(test.get("/api/v1/api-keys", &admin).await, StatusCode::OK).await;
    let key = format!("/api/v1/api-keys/{}", key["items"][0]["id"].as_str().unwrap());
    let gone = test.request(Method::DELETE, &key).bearer_auth(&admin).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::OK);
    let (fay, gus) = (try_in(&test, "fay", PASSWORD).await, try_in(&test, "gus", PASSWORD).await);
    let (fay, gus) = (cookie(&fay), cookie(&gus));
    let go = |session: &str, id: &str| {
        let path = format!("/api/v1/users/{id}");
        with(&test, session, Method::PATCH, &path).json(&json!({ "disabled": true })).send()
    };
    let (one, two) = tokio::join!(go(&fay, "u-gus"), go(&gus, "u-fay"));
    let n_done =
        [one, two].into_iter().filter(|answer| answer.as_ref().unwrap().status() == StatusCode::OK).count();
    assert_eq!(n_done, 1, "one of them stays an admin");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_that_one_replica_disables_is_out_on_the_other_within_a_second() {
    let first = TestServer::start(On::Postgres).await;
    let mut config = Config::for_directory(first.directory.path()).unwrap();
    config.database_url = first.app().config.database_url.clone();
    let second = Server::start(config, environs(&first.clock)).await.unwrap();
    let other = client(&second.app, None);
    let admin = first.key(Role::Admin).await;
    make(&first, &admin, &user("hal", "viewer")).await;
    let session = cookie(&try_in(&first, "hal", PASSWORD).await);
    let there = || async {
        let url = format!("{}/api/v1/auth/check", second.app.public_url);
        other.get(url).header("cookie", &session).send().await.unwrap().status()
    };
    assert_eq!(there().await, StatusCode::OK);
    let disabled = patch(&first, &admin, "/api/v1/users/u-hal", json!({ "disabled": true })).await;
    assert_eq!(disabled.status(), StatusCode::OK);
    let since = std::time::Instant::now();
    eventually("the other replica's refusal", async || there().await == StatusCode::UNAUTHORIZED).await;
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    second.stop().await;
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setup_token_makes_the_first_admin_user_too() {
    let test = TestServer::start(On::Sqlite).await;
    let token = test.server.setup_token.as_ref().unwrap().expose().clone();
    let redeem = |token: &str, password: &str| {
        let user = json!({ "username": "root", "password": password });
        test.request(Method::POST, "/api/v1/auth/setup").json(&json!({ "token": token, "user": user })).send()
    };
    let refused = problem(redeem(&token, "root-root-root").await.unwrap(), 422, "invalid").await;
    assert_eq!(refused.errors[0].pointer, "/user/password");
    problem(redeem("cs_wrong", PASSWORD).await.unwrap(), 401, "unauthenticated").await;
    let made = body_of(redeem(&token, PASSWORD).await.unwrap(), StatusCode::CREATED).await;
    assert_eq!((made["user"]["role"].as_str(), made.get("secret")), (Some("admin"), None));
    problem(redeem(&token, PASSWORD).await.unwrap(), 401, "unauthenticated").await;
    let info =
        body_of(test.request(Method::GET, "/api/v1/auth/info").send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(info["setup_open"], false);
    let session = cookie(&try_in(&test, "root", PASSWORD).await);
    let users = with(&test, &session, Method::GET, "/api/v1/users").send().await.unwrap();
    assert_eq!(body_of(users, StatusCode::OK).await["items"].as_array().unwrap().len(), 1);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_assign_reads_the_names_of_people_and_nothing_else() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = test.key(Role::Admin).await;
    let bob = json!({
        "id": "u-bob", "username": "bob", "name": "Bob Baker", "email": "bob@example.org", "role": "viewer",
        "password": PASSWORD,
    });
    make(&test, &admin, &bob).await;
    make(&test, &admin, &user("gone", "viewer")).await;
    patch(&test, &admin, "/api/v1/users/u-gone", json!({ "disabled": true })).await;
    for role in Role::ALL.iter().copied() {
        let key = test.key(role).await;
        let answer = test.get("/api/v1/people", &key).await;
        if role.permissions().contains(&certctl_core::permission::Permission::AlertsOperate) {
            let people = body_of(answer, StatusCode::OK).await;
            assert_eq!(people["items"], json!([{ "id": "u-bob", "name": "Bob Baker" }]), "{role}");
        } else {
            problem(answer, 403, "forbidden").await;
        }
    }
    let operator = test.key(Role::Operator).await;
    problem(test.get("/api/v1/users", &operator).await, 403, "forbidden").await;
    for (q, n) in [("BAK", 1), ("bob@", 0), ("nobody", 0), ("%25", 0)] {
        let found =
            body_of(test.get(&format!("/api/v1/people?q={q}"), &operator).await, StatusCode::OK).await;
        assert_eq!(found["items"].as_array().unwrap().len(), n, "{q}");
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_are_told_with_their_permissions() {
    let test = TestServer::start(On::Sqlite).await;
    let auditor = test.key(Role::Auditor).await;
    let roles = body_of(test.get("/api/v1/roles", &auditor).await, StatusCode::OK).await;
    let roles = roles.as_array().unwrap();
    assert_eq!(roles.len(), Role::ALL.len());
    for (told, role) in roles.iter().zip(Role::ALL) {
        assert_eq!(told["role"], role.as_str());
        assert_eq!(told["permissions"], json!(role.permissions()));
        assert_eq!(told["can_be_scoped"], role.can_be_scoped());
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_authentication_whoever_is_on_this_host_is_an_admin_but_no_other_sites_page() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    config.auth = AuthType::None;
    let test = TestServer::with(config, directory, None).await;
    let get = |path: &str| test.request(Method::GET, path).send();
    let info = body_of(get("/api/v1/auth/info").await.unwrap(), StatusCode::OK).await;
    assert_eq!((info["auth_type"].as_str(), info["setup_open"].as_bool()), (Some("none"), Some(false)));
    let caller = body_of(get("/api/v1/auth/check").await.unwrap(), StatusCode::OK).await;
    assert_eq!((caller["actor"]["kind"].as_str(), caller["role"].as_str()), (Some("local"), Some("admin")));
    let team = |name: &str| test.request(Method::POST, "/api/v1/teams").json(&json!({ "name": name }));
    assert_eq!(team("Web").send().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(test.audited("team.create").await[0].actor_kind, "local");
    problem(team("Evil").header("origin", "https://evil.example").send().await.unwrap(), 403, "cross_site")
        .await;
    problem(team("Evil").header("sec-fetch-site", "cross-site").send().await.unwrap(), 403, "cross_site")
        .await;
    // A credential that is wrong is still wrong.
    problem(test.get("/api/v1/auth/check", "ck_wrong").await, 401, "unauthenticated").await;
    assert!(!test.audited("request.refuse").await.is_empty());
    test.stop().await;
}
