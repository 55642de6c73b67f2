//! Two people for what cannot be taken back, on both stores: nothing happens before a second person says yes, nobody is two
//! people, and what was confirmed is done once.

use std::time::Duration;

use certctl_core::kill_point::KillPoint;
use certctl_core::permission::Role;
use certctl_server::Environs;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, environs, eventually, json as body_of, on_both, problem};

const PASSWORD: &str = "lamp river otter";

/// A server with the rule on, and three people: two admins, and an operator.
struct Two {
    test: TestServer,
    /// An admin key that no user has made.
    nobodys: String,
    asker: String,
    second: String,
    operator: String,
}

impl Two {
    async fn start(on: On) -> Self {
        Self::start_as(on, environs).await
    }

    async fn start_as(
        on: On,
        surroundings: impl FnOnce(&certctl_core::time::ManualClock) -> Environs,
    ) -> Self {
        let test = TestServer::start_as(on, surroundings).await;
        let nobodys = test.key(Role::Admin).await;
        let mut two = Self {
            test,
            nobodys: nobodys.clone(),
            asker: String::new(),
            second: String::new(),
            operator: String::new(),
        };
        for (name, role) in [("ann", "admin"), ("ben", "admin"), ("oda", "operator")] {
            two.user(name, role).await;
        }
        two.asker = two.sign_in("ann").await;
        let on = two.put_rule(&two.asker, true).await;
        let on = body_of(on, StatusCode::OK).await;
        assert_eq!(on, json!({ "two_people": true, "confirmers": 1 }));
        two.second = two.sign_in("ben").await;
        two.operator = two.sign_in("oda").await;
        two
    }

    async fn user(&self, name: &str, role: &str) {
        let body = json!({ "id": format!("u-{name}"), "username": name, "role": role, "password": PASSWORD });
        let made = self.send(&self.nobodys, Method::POST, "/users", &body).await;
        body_of(made, StatusCode::CREATED).await;
    }

    async fn sign_in(&self, name: &str) -> String {
        let body = json!({ "username": name, "password": PASSWORD });
        let request = self.test.request(Method::POST, "/api/v1/auth/login").json(&body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
    }

    async fn send(&self, token: &str, method: Method, path: &str, body: &Value) -> Response {
        let request = self.test.request(method, &format!("/api/v1{path}")).bearer_auth(token);
        request.json(body).send().await.unwrap()
    }

    async fn post(&self, token: &str, path: &str, body: &Value) -> Response {
        self.send(token, Method::POST, path, body).await
    }

    async fn get(&self, path: &str) -> Value {
        body_of(self.test.get(&format!("/api/v1{path}"), &self.nobodys).await, StatusCode::OK).await
    }

    async fn put_rule(&self, token: &str, wanted: bool) -> Response {
        self.send(token, Method::PUT, "/access-rules", &json!({ "two_people": wanted })).await
    }

    /// A confirmation, from the answer of what asked for it.
    async fn asked(&self, response: Response) -> Value {
        let place = response.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        let asked = body_of(response, StatusCode::ACCEPTED).await;
        assert_eq!(asked["state"], "waiting", "{asked}");
        assert_eq!(place, Some(format!("/api/v1/confirmations/{}", asked["id"].as_str().unwrap())));
        asked
    }

    async fn decide(&self, token: &str, asked: &Value, verb: &str, body: Value) -> Response {
        self.post(token, &format!("/confirmations/{}/{verb}", asked["id"].as_str().unwrap()), &body).await
    }

    async fn confirmed(&self, token: &str, asked: &Value) -> Value {
        body_of(self.decide(token, asked, "confirm", json!({})).await, StatusCode::OK).await
    }

    async fn certificate(&self, id: &str) {
        let body = json!({ "id": id, "names": [format!("{id}.example.internal")], "key_strategy": "external",
            "issue": false, "environment": "staging" });
        body_of(self.post(&self.asker, "/certificates", &body).await, StatusCode::CREATED).await;
    }

    async fn revocation_of_staging(&self, token: &str) -> Response {
        let body = json!({ "selection": { "filter": { "environment": "staging" } }, "action": "revoke",
            "params": { "revocation_reason": "superseded" }, "reason": "end of the project" });
        self.post(token, "/certificates/bulk", &body).await
    }

    async fn grant(&self, token: &str, name: &str) -> Response {
        self.send(token, Method::PATCH, &format!("/users/u-{name}"), &json!({ "role": "admin" })).await
    }

    async fn stop(self) {
        self.test.stop().await;
    }
}

/// A fact of an audit event.
fn fact(event: &certctl_store::audit::AuditRow, name: &str) -> Value {
    serde_json::from_str::<Value>(&event.details).unwrap()[name].clone()
}

/// How to ask for one of what is held, and a look that is another one once it was done.
const HELD: &[(&str, &str, &str, &str, &str)] = &[
    ("bulk_revoke", "POST", "/certificates/bulk", r#"{"plan_id":"PLAN"}"#, "/operations?total=true"),
    ("replace_ca", "POST", "/issuers/iss-local/replace-ca", "{}", "/cas?total=true"),
    ("replace_root", "POST", "/cas/ROOT/replace", "{}", "/cas?total=true"),
    ("grant_admin", "PATCH", "/users/u-oda", r#"{"role":"admin"}"#, "/users?role=admin&total=true"),
    ("end_two_people", "PUT", "/access-rules", r#"{"two_people":false}"#, "/access-rules"),
];

/// Every held action by every caller: asked for, not done, not confirmed by who asked however they come, done by another.
async fn what_is_held_is_done_by_another_persons_yes_only(on: On) {
    let two = Two::start(on).await;
    assert_eq!(HELD.len(), certctl_core::confirmation::HeldAction::ALL.len(), "one of each");
    two.certificate("mc-a").await;
    let made = two.post(&two.asker, "/api-keys", &json!({ "name": "ci", "role": "operator" })).await;
    let own_key = body_of(made, StatusCode::CREATED).await["secret"].as_str().unwrap().to_owned();
    for (action, method, path, body, look) in HELD {
        let plan = json!({ "selection": { "ids": ["mc-a"] }, "action": "revoke", "dry_run": true,
            "params": { "revocation_reason": "superseded" } });
        let plan = body_of(two.post(&two.asker, "/certificates/bulk", &plan).await, StatusCode::OK).await;
        let roots = two.get("/cas?role=root&state=active").await;
        let path = path.replace("ROOT", roots["items"][0]["id"].as_str().unwrap());
        let body: Value =
            serde_json::from_str(&body.replace("PLAN", plan["plan_id"].as_str().unwrap())).unwrap();
        let method: Method = method.parse().unwrap();
        let before = two.get(look).await;
        if *action != "bulk_revoke" {
            // A plan is its maker's.
            let response = two.send(&two.nobodys, method.clone(), &path, &body).await;
            problem(response, 403, "no_person").await;
        }
        let asked = two.asked(two.send(&two.asker, method.clone(), &path, &body).await).await;
        assert_eq!((&asked["action"], &asked["own"]), (&json!(action), &json!(true)), "{asked}");
        assert!(!asked["consequences"].as_array().unwrap().is_empty(), "{asked}");
        assert_eq!(two.get(look).await, before, "{action}: nothing is done before");
        problem(two.send(&two.asker, method, &path, &body).await, 409, "already_asked").await;

        problem(two.decide(&two.asker, &asked, "confirm", json!({})).await, 403, "own_request").await;
        problem(two.decide(&own_key, &asked, "confirm", json!({})).await, 403, "forbidden").await;
        problem(two.decide(&two.operator, &asked, "confirm", json!({})).await, 403, "forbidden").await;
        problem(two.decide(&two.nobodys, &asked, "confirm", json!({})).await, 403, "no_person").await;
        assert_eq!(two.get(look).await, before, "{action}: nothing is done by these");

        let done = two.confirmed(&two.second, &asked).await;
        assert_eq!((&done["state"], &done["error"]), (&json!("done"), &Value::Null), "{action}: {done}");
        assert_eq!(done["decided_by"], json!({ "kind": "user", "id": "u-ben" }));
        assert!(done["result"].as_str().unwrap().starts_with("/api/v1/"), "{done}");
        assert_ne!(two.get(look).await, before, "{action} was done");
        let again = two.decide(&two.second, &asked, "confirm", json!({})).await;
        problem(again, 409, "confirmation_state").await;
        if *action == "grant_admin" {
            // Another than the two, for what follows.
            let demoted =
                two.send(&two.second, Method::PATCH, "/users/u-oda", &json!({ "role": "operator" })).await;
            assert_eq!(demoted.status(), StatusCode::OK);
        }
    }
    let started = two.test.audited("operation.start").await;
    assert_eq!((started.len(), started[0].actor_id.as_str()), (1, "u-ann"), "in the name of who asked");
    assert_eq!(fact(&started[0], "confirmed_by")["id"], "u-ben");
    for action in ["confirmation.ask", "confirmation.confirm", "confirmation.done"] {
        assert_eq!(two.test.audited(action).await.len(), HELD.len(), "{action}");
    }
    // The rule is off: as before it.
    body_of(two.grant(&two.asker, "oda").await, StatusCode::OK).await;
    two.stop().await;
}

/// The ways to be a second person by oneself.
async fn nobody_makes_a_second_person_alone(on: On) {
    let two = Two::start(on).await;
    let admin = json!({ "username": "eve", "role": "admin", "password": PASSWORD });
    problem(two.post(&two.asker, "/users", &admin).await, 409, "two_people").await;
    let key = json!({ "name": "eve", "role": "admin" });
    problem(two.post(&two.asker, "/api-keys", &key).await, 409, "two_people").await;
    let password = json!({ "password": "quiet harbour morning" });
    problem(two.post(&two.asker, "/users/u-ben/password", &password).await, 409, "two_people").await;
    for change in [json!({ "role": "operator" }), json!({ "disabled": true })] {
        let response = two.send(&two.asker, Method::PATCH, "/users/u-ben", &change).await;
        problem(response, 409, "two_people").await;
    }
    let removed = two.test.request(Method::DELETE, "/api/v1/users/u-ben").bearer_auth(&two.asker);
    problem(removed.send().await.unwrap(), 409, "two_people").await;

    // Whoever makes the secret of a key is who it stands for.
    let keys = two.get("/api-keys?role=admin").await;
    let id = keys["items"][0]["id"].as_str().unwrap();
    let rotated = two.post(&two.asker, &format!("/api-keys/{id}/rotate"), &json!({})).await;
    let taken = body_of(rotated, StatusCode::OK).await["secret"].as_str().unwrap().to_owned();
    let asked = two.asked(two.grant(&two.asker, "oda").await).await;
    problem(two.decide(&taken, &asked, "confirm", json!({})).await, 403, "own_request").await;
    let cancelled =
        body_of(two.decide(&taken, &asked, "cancel", json!({ "reason": "no" })).await, StatusCode::OK).await;
    assert_eq!(cancelled["state"], "cancelled");
    let asked = two.asked(two.grant(&taken, "oda").await).await;
    problem(two.decide(&two.asker, &asked, "confirm", json!({})).await, 403, "own_request").await;
    problem(two.decide(&two.second, &asked, "cancel", json!({})).await, 403, "not_your_request").await;
    let refused = two.decide(&two.second, &asked, "refuse", json!({ "reason": "who is Oda?" })).await;
    let refused = body_of(refused, StatusCode::OK).await;
    assert_eq!((&refused["state"], &refused["reason"]), (&json!("refused"), &json!("who is Oda?")));
    two.test.stop().await;
}

async fn the_rule_needs_two_and_who_may_not_decide_sees_their_own(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Admin).await;
    let put = |wanted: bool| {
        let request = test.request(Method::PUT, "/api/v1/access-rules").bearer_auth(&key);
        request.json(&json!({ "two_people": wanted }))
    };
    let refused = problem(put(true).send().await.unwrap(), 409, "nobody_else").await;
    assert_eq!(refused.params.unwrap()["admins"], 0);
    let off = body_of(put(false).send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(off, json!({ "two_people": false, "confirmers": 0 }));
    test.stop().await;

    let two = Two::start(on).await;
    two.certificate("mc-a").await;
    let asked = two.asked(two.revocation_of_staging(&two.operator).await).await;
    two.asked(two.grant(&two.asker, "oda").await).await;
    let own = two.test.get("/api/v1/confirmations?state=waiting&total=true", &two.operator).await;
    let own = body_of(own, StatusCode::OK).await;
    assert_eq!((&own["total"], &own["items"][0]["id"]), (&json!(1), &asked["id"]), "{own}");
    let all = two.test.get("/api/v1/confirmations?state=waiting,confirmed&total=true", &two.second).await;
    assert_eq!(body_of(all, StatusCode::OK).await["total"], 2);
    let viewer = two.test.key(Role::Viewer).await;
    let none = two.test.get("/api/v1/confirmations?total=true", &viewer).await;
    assert_eq!(body_of(none, StatusCode::OK).await["total"], 0);
    let place = format!("/api/v1/confirmations/{}", asked["id"].as_str().unwrap());
    problem(two.test.get(&place, &viewer).await, 404, "not_found").await;
    // Expired: nobody decides any more, and it can be asked for again.
    two.test.clock.advance(Duration::from_secs(86_401));
    let late = two.sign_in("ben").await;
    problem(two.decide(&late, &asked, "confirm", json!({})).await, 409, "confirmation_state").await;
    eventually("its end", async || {
        two.test.app().signals.wake_engine("confirmations");
        two.get("/confirmations?state=expired&total=true").await["total"] == 2
    })
    .await;
    assert_eq!(two.get("/operations?total=true").await["total"], 0);
    two.asked(two.revocation_of_staging(&two.sign_in("oda").await).await).await;
    two.stop().await;
}

async fn what_has_moved_is_not_done(on: On) {
    let two = Two::start(on).await;
    two.certificate("mc-a").await;
    let asked = two.asked(two.revocation_of_staging(&two.operator).await).await;
    two.certificate("mc-b").await;
    let failed = two.confirmed(&two.second, &asked).await;
    assert_eq!(failed["state"], "failed");
    assert!(failed["error"].as_str().unwrap().contains("the selection has moved"), "{failed}");
    assert_eq!(two.get("/operations?total=true").await["total"], 0);

    let asked = two.asked(two.grant(&two.asker, "oda").await).await;
    let renamed = two.send(&two.second, Method::PATCH, "/users/u-oda", &json!({ "name": "Oda B" })).await;
    assert_eq!(renamed.status(), StatusCode::OK);
    let failed = two.confirmed(&two.second, &asked).await;
    assert!(failed["error"].as_str().unwrap().contains("has changed since"), "{failed}");

    // A plan waits for longer than one that is run by its maker.
    let asked = two.asked(two.revocation_of_staging(&two.operator).await).await;
    two.test.clock.advance(Duration::from_secs(1_800));
    assert_eq!(two.confirmed(&two.second, &asked).await["state"], "done");

    // Who asked may do nothing any more.
    let asked = two.asked(two.revocation_of_staging(&two.operator).await).await;
    let disabled = two.send(&two.second, Method::PATCH, "/users/u-oda", &json!({ "disabled": true })).await;
    assert_eq!(disabled.status(), StatusCode::OK);
    let failed = two.confirmed(&two.second, &asked).await;
    assert!(failed["error"].as_str().unwrap().contains("may not do it any more"), "{failed}");
    two.stop().await;
}

async fn of_two_who_decide_at_once_one_wins(on: On) {
    let two = Two::start(on).await;
    two.certificate("mc-a").await;
    let asked = two.asked(two.grant(&two.asker, "oda").await).await;
    assert_eq!(two.confirmed(&two.second, &asked).await["state"], "done");
    let third = two.sign_in("oda").await;
    for _ in 0..5 {
        let asked = two.asked(two.revocation_of_staging(&two.asker).await).await;
        let (one, other) = tokio::join!(
            two.decide(&two.second, &asked, "confirm", json!({})),
            two.decide(&third, &asked, "refuse", json!({ "reason": "no" })),
        );
        let mut statuses = [one.status().as_u16(), other.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let was_confirmed = one.status() == StatusCode::OK;
        let id = asked["id"].as_str().unwrap();
        let state = two.get(&format!("/confirmations/{id}")).await["state"].clone();
        assert_eq!(state, if was_confirmed { "done" } else { "refused" });
    }
    let done = two.get("/confirmations?state=done&action=bulk_revoke&total=true").await["total"].clone();
    assert_eq!(two.get("/operations?total=true").await["total"], done, "one operation for each yes");
    two.stop().await;
}

async fn killed_between_yes_and_done_it_is_done_once(on: On) {
    for step in ["confirmation.confirmed", "confirmation.carried_out"] {
        let armed = |clock: &_| Environs {
            kill_point: KillPoint::armed(step, || panic!("the test asked for it")),
            ..environs(clock)
        };
        let two = Two::start_as(on, armed).await;
        two.certificate("mc-a").await;
        let asked = two.asked(two.revocation_of_staging(&two.asker).await).await;
        let path = format!("/api/v1/confirmations/{}/confirm", asked["id"].as_str().unwrap());
        // The request that dies is answered with a broken connection, or not at all.
        let died = two.test.request(Method::POST, &path).bearer_auth(&two.second).json(&json!({}));
        drop(died.send().await);
        eventually("its end", async || {
            two.test.app().signals.wake_engine("confirmations");
            two.get(&format!("/confirmations/{}", asked["id"].as_str().unwrap())).await["state"] == "done"
        })
        .await;
        assert_eq!(two.test.audited("operation.start").await.len(), 1, "{step}");
        assert_eq!(two.test.audited("confirmation.done").await.len(), 1, "{step}");
        two.stop().await;
    }
}

async fn who_has_the_host_has_a_way_out(on: On) {
    let two = Two::start(on).await;
    let app = two.test.app();
    certctl_server::recovery::end_two_people(&app.config, app.clock.clone(), app.random()).await.unwrap();
    body_of(two.grant(&two.asker, "oda").await, StatusCode::OK).await;
    let events = two.test.audited("access_rules.update").await;
    assert!(events.iter().any(|event| fact(event, "from_host") == true), "{events:?}");
    two.stop().await;
}

on_both!(
    what_is_held_is_done_by_another_persons_yes_only,
    nobody_makes_a_second_person_alone,
    the_rule_needs_two_and_who_may_not_decide_sees_their_own,
    what_has_moved_is_not_done,
    of_two_who_decide_at_once_one_wins,
    killed_between_yes_and_done_it_is_done_once,
    who_has_the_host_has_a_way_out,
);

/// A confirmation that waits, put into the store directly.
pub(crate) async fn put(test: &TestServer, id: &str) {
    let now = test.app().now();
    let row = certctl_store::confirmations::ConfirmationRow {
        id: id.parse().unwrap(),
        action: certctl_core::confirmation::HeldAction::EndTwoPeople,
        state: certctl_core::confirmation::ConfirmationState::Waiting,
        object_kind: "access_rules".to_owned(),
        object_id: "two_people".to_owned(),
        act: json!({ "action": "end_two_people", "params": {} }),
        summary: "Switch off the rule of two people".to_owned(),
        consequences: json!([]),
        result: "/api/v1/access-rules".to_owned(),
        asked_by_kind: "user".to_owned(),
        asked_by: "u-gone".to_owned(),
        asker_id: "u-gone".parse().unwrap(),
        request_id: String::new(),
        asked_at: now,
        expires_at: now.plus_seconds(86_400),
        decided_by_kind: None,
        decided_by: None,
        decided_at: None,
        reason: None,
        ended_at: None,
        error: None,
        revision: 1,
    };
    let insert = move |tx: &mut certctl_store::Tx<'_>| certctl_store::confirmations::insert(tx, &row);
    test.app().store.bookkeeping("test.confirmation", insert).await.unwrap();
}
