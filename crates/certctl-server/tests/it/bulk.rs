//! Bulk operations over HTTP, on both stores: what a plan counts is what runs, each certificate is seen to once whatever
//! dies meanwhile, and nothing gets round what a direct call would refuse.

use certctl_core::kill_point::KillPoint;
use certctl_core::permission::{Role, Scope};
use certctl_server::Environs;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, environs, eventually, json as body_of, problem};

struct Bulk {
    test: TestServer,
    key: String,
}

impl Bulk {
    async fn start(on: On) -> Self {
        let test = TestServer::start(on).await;
        let key = test.key(Role::Operator).await;
        Self { test, key }
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Response {
        let request = self.test.request(method, &format!("/api/v1{path}")).bearer_auth(&self.key);
        request.json(body).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value, status: StatusCode) -> Value {
        body_of(self.send(Method::POST, path, body).await, status).await
    }

    async fn get(&self, path: &str) -> Value {
        body_of(self.test.get(&format!("/api/v1{path}"), &self.key).await, StatusCode::OK).await
    }

    /// Certificates `mc-{first}` to `mc-{last}` in an environment, without issuance.
    async fn certificates(&self, first: usize, last: usize, environment: &str) {
        for n in first..=last {
            let body = json!({
                "id": format!("mc-{n:03}"), "names": [format!("web-{n}.example.internal")],
                "key_strategy": "external", "issue": false, "environment": environment,
            });
            self.post("/certificates", &body, StatusCode::CREATED).await;
        }
    }

    async fn plan(&self, body: Value) -> Value {
        let mut body = body;
        body["dry_run"] = json!(true);
        self.post("/certificates/bulk", &body, StatusCode::OK).await
    }

    async fn run(&self, body: &Value) -> Value {
        self.post("/certificates/bulk", body, StatusCode::ACCEPTED).await
    }

    async fn ended(&self, operation: &Value) -> Value {
        let path = format!("/operations/{}", operation["id"].as_str().unwrap());
        let mut last = Value::Null;
        eventually("the operation's end", async || {
            last = self.get(&path).await;
            last["state"] != "Running"
        })
        .await;
        last
    }

    async fn items(&self, operation: &Value, result: &str) -> Vec<Value> {
        let id = operation["id"].as_str().unwrap();
        let page = self.get(&format!("/operations/{id}/items?limit=500&result={result}")).await;
        page["items"].as_array().unwrap().clone()
    }
}

fn in_staging(action: &str, params: Value) -> Value {
    json!({ "selection": { "filter": { "environment": "staging" } }, "action": action, "params": params })
}

fn skipped(plan: &Value, code: &str) -> i64 {
    let reasons = plan["skipped"].as_array().unwrap().iter();
    reasons.filter(|reason| reason["code"] == code).map(|reason| reason["count"].as_i64().unwrap()).sum()
}

async fn plan_counts_what_runs(on: On) {
    let bulk = Bulk::start(on).await;
    bulk.certificates(1, 30, "staging").await;
    bulk.certificates(31, 35, "production").await;
    let tag = json!({ "selection": { "ids": ["mc-001", "mc-002", "mc-031", "mc-none", "mc-001"] },
        "action": "tag_add", "params": { "tags": ["old", "web"] } });
    let tagged = bulk.ended(&bulk.run(&tag).await).await;
    assert_eq!((&tagged["done"], &tagged["skipped"], &tagged["selected"]), (&json!(3), &json!(1), &json!(4)));
    assert_eq!(bulk.items(&tagged, "skipped").await[0]["code"], "not_found");
    let tags = bulk.get("/tags").await;
    assert_eq!(
        tags["items"],
        json!([{ "tag": "old", "certificates": 3 }, { "tag": "web", "certificates": 3 }])
    );

    let plan = bulk.plan(in_staging("tag_add", json!({ "tags": ["web"] }))).await;
    assert_eq!((&plan["selected"], &plan["will_change"]), (&json!(30), &json!(28)), "{plan}");
    assert_eq!(skipped(&plan, "same_value"), 2, "{plan}");
    assert_eq!(plan["skipped"][0]["examples"], json!(["mc-001", "mc-002"]));
    assert!(plan["estimated_seconds"].as_i64().unwrap() >= 1, "{plan}");
    let reach = |plan: &Value| {
        ["production", "production_total", "outside_windows", "issuers"].map(|name| plan[name].clone())
    };
    assert_eq!(reach(&plan), [json!(0), json!(5), json!(0), json!([])]);
    let of_all = bulk
        .plan(json!({ "selection": { "filter": {} }, "action": "tag_add", "params": { "tags": ["x"] } }))
        .await;
    assert_eq!(reach(&of_all)[..2], [json!(5), json!(5)]);
    assert_eq!(bulk.get("/certificates?tag=web&total=true").await["total"], 3, "a plan changes nothing");
    assert_eq!(bulk.get("/operations").await["items"].as_array().unwrap().len(), 1, "a plan is no operation");

    let running = bulk.run(&json!({ "plan_id": plan["plan_id"], "reason": "one name for all" })).await;
    assert_eq!((&running["id"], &running["reason"]), (&plan["plan_id"], &json!("one name for all")));
    let ended = bulk.ended(&running).await;
    assert_eq!(
        (&ended["state"], &ended["done"], &ended["skipped"]),
        (&json!("Completed"), &json!(28), &json!(2))
    );
    assert_eq!(bulk.get("/certificates?tag=web&total=true").await["total"], 31);
    assert_eq!(bulk.get("/tags?prefix=w").await["items"], json!([{ "tag": "web", "certificates": 31 }]));
    let updates = bulk.test.audited("certificate.update").await;
    assert_eq!(updates.len(), 3 + 28, "one event for each certificate");
    assert!(updates.iter().all(|event| event.actor_kind == "api_key" && !event.request_id.is_empty()));
    let started = bulk.test.audited("operation.start").await;
    assert_eq!((started.len(), started[0].object_id.as_str()), (2, plan["plan_id"].as_str().unwrap()));
    assert!(started[0].details.contains("one name for all"), "{}", started[0].details);
    assert_eq!(bulk.test.audited("operation.finish").await.len(), 2);

    let again = bulk.send(Method::POST, "/certificates/bulk", &json!({ "plan_id": plan["plan_id"] })).await;
    problem(again, 409, "plan_used").await;

    let removed = in_staging("tag_remove", json!({ "tags": ["web", "old"] }));
    assert_eq!(bulk.ended(&bulk.run(&removed).await).await["done"], 30);
    assert_eq!(bulk.get("/certificates/mc-001").await["tags"], json!([]));
    let archived = in_staging("archive", json!({}));
    assert_eq!(bulk.ended(&bulk.run(&archived).await).await["done"], 30);
    assert_eq!(bulk.get("/certificates?environment=staging&total=true").await["total"], 0);
    let tags = bulk.get("/tags").await;
    assert_eq!(
        tags["items"],
        json!([{ "tag": "old", "certificates": 1 }, { "tag": "web", "certificates": 1 }])
    );
    bulk.test.stop().await;
}

async fn moved_selection_is_refused(on: On) {
    let bulk = Bulk::start(on).await;
    bulk.certificates(1, 5, "staging").await;
    let renamed = || in_staging("set_environment", json!({ "environment": "test" }));
    let plan = bulk.plan(renamed()).await;
    bulk.certificates(6, 6, "staging").await;
    let start = json!({ "plan_id": plan["plan_id"] });
    let refused =
        problem(bulk.send(Method::POST, "/certificates/bulk", &start).await, 409, "selection_moved").await;
    let params = refused.params.unwrap();
    assert_eq!(
        (&params["planned"]["selected"], &params["now"]["selected"]),
        (&json!(5), &json!(6)),
        "{params}"
    );

    // As many as before, but not the same ones.
    let plan = bulk.plan(renamed()).await;
    bulk.send(Method::PATCH, "/certificates/mc-001", &json!({ "environment": "test" })).await;
    bulk.certificates(7, 7, "staging").await;
    let start = json!({ "plan_id": plan["plan_id"] });
    problem(bulk.send(Method::POST, "/certificates/bulk", &start).await, 409, "selection_moved").await;
    assert_eq!(
        bulk.get("/certificates?environment=staging&total=true").await["total"],
        6,
        "nothing was changed"
    );

    let mut expecting = renamed();
    expecting["expected_count"] = json!(5);
    problem(bulk.send(Method::POST, "/certificates/bulk", &expecting).await, 409, "selection_moved").await;
    expecting["expected_count"] = json!(6);
    assert_eq!(bulk.ended(&bulk.run(&expecting).await).await["done"], 6);

    let plan = bulk.plan(json!({ "selection": { "ids": ["mc-002"] }, "action": "archive" })).await;
    let start = json!({ "plan_id": plan["plan_id"] });
    let other = bulk.test.key(Role::Admin).await;
    let by_other =
        bulk.test.request(Method::POST, "/api/v1/certificates/bulk").bearer_auth(&other).json(&start);
    problem(by_other.send().await.unwrap(), 403, "not_your_plan").await;
    bulk.test.clock.advance(std::time::Duration::from_secs(601));
    problem(bulk.send(Method::POST, "/certificates/bulk", &start).await, 409, "plan_expired").await;
    bulk.test.app().signals.wake_engine("operations");
    let path = format!("/api/v1/operations/{}", plan["plan_id"].as_str().unwrap());
    eventually("the end of the old plan", async || {
        bulk.test.get(&path, &bulk.key).await.status() == StatusCode::NOT_FOUND
    })
    .await;
    bulk.test.stop().await;
}

async fn what_breaks_a_rule_is_named(on: On) {
    let bulk = Bulk::start(on).await;
    bulk.certificates(1, 1, "staging").await;
    let ids = json!({ "ids": ["mc-001"] });
    for (body, pointer) in [
        (json!({}), "/selection"),
        (json!({ "selection": {}, "action": "renew" }), "/selection"),
        (json!({ "selection": { "ids": [] }, "action": "renew" }), "/selection/ids"),
        (json!({ "selection": { "filter": { "nmae": "x" } }, "action": "renew" }), "/selection/filter/nmae"),
        (
            json!({ "selection": { "filter": { "limit": "5" } }, "action": "renew" }),
            "/selection/filter/limit",
        ),
        (
            json!({ "selection": { "filter": { "status": "Fine" } }, "action": "renew" }),
            "/selection/filter/status",
        ),
        (json!({ "selection": ids }), "/action"),
        (json!({ "selection": ids, "action": "change_policy" }), "/params/renewal_policy_id"),
        (
            json!({ "selection": ids, "action": "change_policy", "params": { "renewal_policy_id": "rp-absent" } }),
            "/params/renewal_policy_id",
        ),
        (
            json!({ "selection": ids, "action": "reassign_team", "params": { "team_id": "t-absent" } }),
            "/params/team_id",
        ),
        (json!({ "selection": ids, "action": "renew", "params": { "tags": ["x"] } }), "/params/tags"),
        (json!({ "selection": ids, "action": "tag_add", "params": { "tags": [] } }), "/params/tags"),
        (
            json!({ "selection": ids, "action": "tag_add", "params": { "tags": ["a", " "] } }),
            "/params/tags/1",
        ),
        (json!({ "plan_id": "op-1", "dry_run": true }), "/dry_run"),
    ] {
        let answer = bulk.send(Method::POST, "/certificates/bulk", &body).await;
        let found = problem(answer, 422, "invalid").await;
        assert_eq!(found.errors[0].pointer, pointer, "{body}: {found:?}");
    }
    let absent = bulk.send(Method::POST, "/certificates/bulk", &json!({ "plan_id": "op-absent" })).await;
    problem(absent, 404, "not_found").await;
    let viewer = bulk.test.key(Role::Viewer).await;
    let body = json!({ "selection": ids, "action": "archive" });
    let request =
        bulk.test.request(Method::POST, "/api/v1/certificates/bulk").bearer_auth(viewer).json(&body);
    problem(request.send().await.unwrap(), 403, "forbidden").await;
    bulk.test.stop().await;
}

async fn failures_are_items_and_can_be_tried_again(on: On) {
    let bulk = Bulk::start(on).await;
    bulk.certificates(1, 12, "staging").await;
    let many: Vec<String> = (0..50).map(|n| format!("tag-{n}")).collect();
    for id in ["mc-003", "mc-004", "mc-011"] {
        bulk.send(Method::PATCH, &format!("/certificates/{id}"), &json!({ "tags": many })).await;
    }
    let ended = bulk.ended(&bulk.run(&in_staging("tag_add", json!({ "tags": ["web"] }))).await).await;
    assert_eq!(
        (&ended["done"], &ended["failed"], &ended["processed"]),
        (&json!(9), &json!(3), &json!(12)),
        "{ended}"
    );
    let failed = bulk.items(&ended, "failed").await;
    assert_eq!(failed[0]["certificate_id"], "mc-003");
    assert_eq!(failed[0]["code"], "invalid");
    assert!(failed[0]["cause"].as_str().unwrap().contains("at most 50 tags"), "{failed:?}");
    assert_eq!(
        bulk.get("/certificates/mc-003").await["tags"].as_array().unwrap().len(),
        50,
        "nothing half done"
    );

    for id in ["mc-003", "mc-011"] {
        bulk.send(Method::PATCH, &format!("/certificates/{id}"), &json!({ "tags": [] })).await;
    }
    let retry = format!("/operations/{}/retry-failed", ended["id"].as_str().unwrap());
    let second = bulk.ended(&bulk.post(&retry, &json!({}), StatusCode::ACCEPTED).await).await;
    assert_eq!((&second["selected"], &second["done"], &second["failed"]), (&json!(3), &json!(2), &json!(1)));
    assert_eq!(second["selection"], json!({ "failed_of": ended["id"] }));
    bulk.send(Method::PATCH, "/certificates/mc-004", &json!({ "tags": [] })).await;
    let retry = format!("/operations/{}/retry-failed", second["id"].as_str().unwrap());
    let third =
        bulk.ended(&bulk.post(&retry, &json!({ "reason": "room now" }), StatusCode::ACCEPTED).await).await;
    assert_eq!(third["failed"], 0);
    let retry = format!("/operations/{}/retry-failed", third["id"].as_str().unwrap());
    problem(bulk.send(Method::POST, &retry, &json!({})).await, 409, "nothing_to_retry").await;
    assert_eq!(bulk.get("/certificates?tag=web&total=true").await["total"], 12);
    bulk.test.stop().await;
}

async fn renewals_start_jobs(on: On) {
    let bulk = Bulk::start(on).await;
    crate::harness::agent(&bulk.test, "web").await;
    for n in 1..=4 {
        let body = json!({ "id": format!("mc-{n}"), "names": [format!("web-{n}.example.internal")],
            "agent_ids": ["ag-web"], "issue": n == 1, "environment": "staging" });
        bulk.post("/certificates", &body, StatusCode::CREATED).await;
    }
    bulk.certificates(5, 5, "staging").await;
    let plan = bulk.plan(in_staging("renew", json!({}))).await;
    assert_eq!((&plan["selected"], &plan["will_change"]), (&json!(5), &json!(3)), "{plan}");
    assert_eq!((skipped(&plan, "open_job"), skipped(&plan, "csr_needed")), (1, 1), "{plan}");
    let ended = bulk.ended(&bulk.run(&json!({ "plan_id": plan["plan_id"] })).await).await;
    assert_eq!((&ended["done"], &ended["skipped"]), (&json!(3), &json!(2)), "{ended}");
    let done = bulk.items(&ended, "done").await;
    for item in &done {
        let job = item["job_ids"][0].as_str().unwrap();
        let shown = bulk.get(&format!("/jobs/{job}")).await;
        assert_eq!(shown["job"]["certificate_id"], item["certificate_id"]);
        assert!(shown["job"]["reason"].as_str().unwrap().contains(ended["id"].as_str().unwrap()), "{shown}");
    }
    let deploy = bulk.plan(in_staging("deploy", json!({}))).await;
    assert_eq!((&deploy["will_change"], skipped(&deploy, "nothing_to_deploy")), (&json!(0), 5), "{deploy}");
    let nothing = bulk.ended(&bulk.run(&json!({ "plan_id": deploy["plan_id"] })).await).await;
    assert_eq!((&nothing["state"], &nothing["skipped"]), (&json!("Completed"), &json!(5)));
    bulk.test.stop().await;
}

async fn a_revoked_key_and_a_cancellation_end_it(on: On) {
    // The third step never comes: the task dies at it, until the test wakes it again.
    let bulk = dying(on, "operation.step:3").await;
    bulk.certificates(1, 120, "staging").await;
    let running = bulk.run(&in_staging("tag_add", json!({ "tags": ["web"] }))).await;
    let path = format!("/operations/{}", running["id"].as_str().unwrap());
    eventually("two steps", async || bulk.get(&path).await["processed"].as_i64() > Some(20)).await;
    let before = bulk.get(&path).await["processed"].clone();
    let cancelled =
        bulk.post(&format!("{path}/cancel"), &json!({ "reason": "not now" }), StatusCode::OK).await;
    assert_eq!((&cancelled["state"], &cancelled["processed"]), (&json!("Cancelled"), &before), "{cancelled}");
    assert!(cancelled["cause"].as_str().unwrap().ends_with("not now"), "{cancelled}");
    problem(bulk.send(Method::POST, &format!("{path}/cancel"), &json!({})).await, 409, "operation_state")
        .await;
    bulk.test.app().signals.wake_engine("operations");
    assert_eq!(bulk.test.audited("operation.cancel").await.len(), 1);

    let admin = bulk.test.key(Role::Admin).await;
    let check = body_of(bulk.test.get("/api/v1/auth/check", &bulk.key).await, StatusCode::OK).await;
    let running = bulk.run(&in_staging("tag_add", json!({ "tags": ["second"] }))).await;
    let key = format!("/api/v1/api-keys/{}", check["actor"]["id"].as_str().unwrap());
    let gone = bulk.test.request(Method::DELETE, &key).bearer_auth(&admin).send().await.unwrap();
    assert!(gone.status().is_success(), "{gone:?}");
    let path = format!("/api/v1/operations/{}", running["id"].as_str().unwrap());
    let mut last = Value::Null;
    eventually("the end", async || {
        // The task that died may not wait for the first wake yet.
        bulk.test.app().signals.wake_engine("operations");
        last = body_of(bulk.test.get(&path, &admin).await, StatusCode::OK).await;
        last["state"] != "Running"
    })
    .await;
    let is_over = last["state"] == "Cancelled" && last["cause"].as_str().unwrap().contains("was revoked");
    assert!(is_over || last["processed"] == 120, "{last}");
    bulk.test.stop().await;
}

async fn a_scope_bounds_it(on: On) {
    let bulk = Bulk::start(on).await;
    bulk.certificates(1, 3, "staging").await;
    bulk.certificates(4, 6, "production").await;
    let all = json!({ "selection": { "filter": {} }, "action": "tag_add", "params": { "tags": ["all"] } });
    let theirs = bulk.ended(&bulk.run(&all).await).await;
    let scope = Scope { team_ids: Vec::new(), environments: vec!["staging".to_owned()] };
    let narrow = Bulk { key: bulk.test.scoped_key(Role::Operator, scope).await, test: bulk.test };
    assert_eq!(narrow.get("/operations").await["items"], json!([]));
    let path = format!("/api/v1/operations/{}", theirs["id"].as_str().unwrap());
    problem(narrow.test.get(&path, &narrow.key).await, 404, "not_found").await;
    problem(narrow.test.get(&format!("{path}/items"), &narrow.key).await, 404, "not_found").await;
    assert_eq!(narrow.get("/tags").await["items"], json!([{ "tag": "all", "certificates": 3 }]));

    let mut all = all;
    all["params"] = json!({ "tags": ["mine"] });
    let plan = narrow.plan(all).await;
    assert_eq!(plan["selected"], 3, "{plan}");
    let ended = narrow.ended(&narrow.run(&json!({ "plan_id": plan["plan_id"] })).await).await;
    assert_eq!(ended["done"], 3);
    let named = json!({ "selection": { "ids": ["mc-003", "mc-004"] }, "action": "archive" });
    let ended = narrow.ended(&narrow.run(&named).await).await;
    assert_eq!((&ended["done"], &ended["skipped"]), (&json!(1), &json!(1)), "{ended}");
    let out = in_staging("set_environment", json!({ "environment": "production" }));
    let ended = narrow.ended(&narrow.run(&out).await).await;
    assert_eq!((&ended["done"], &ended["failed"]), (&json!(0), &json!(2)), "{ended}");
    assert_eq!(narrow.items(&ended, "failed").await[0]["code"], "out_of_scope");
    assert_eq!(narrow.get("/operations?total=true").await["total"], 3);
    narrow.test.stop().await;
}

async fn dying(on: On, step: &str) -> Bulk {
    let step = step.to_owned();
    let armed = move |clock: &_| Environs {
        kill_point: KillPoint::armed(&step, || panic!("the test asked for it")),
        ..environs(clock)
    };
    let test = TestServer::start_as(on, armed).await;
    let key = test.key(Role::Operator).await;
    Bulk { test, key }
}

async fn each_certificate_is_done_once(on: On, step: &str) {
    let bulk = dying(on, step).await;
    bulk.certificates(1, 90, "staging").await;
    let running = bulk.run(&in_staging("tag_add", json!({ "tags": ["web"] }))).await;
    let path = format!("/operations/{}", running["id"].as_str().unwrap());
    let mut ended = Value::Null;
    eventually("the operation's end", async || {
        // As a restarted process, or another replica, would look at once.
        bulk.test.app().signals.wake_engine("operations");
        ended = bulk.get(&path).await;
        ended["state"] != "Running"
    })
    .await;
    assert_eq!((&ended["done"], &ended["processed"]), (&json!(90), &json!(90)), "{step}: {ended}");
    assert_eq!(bulk.items(&ended, "done").await.len(), 90, "{step}");
    for n in 1..=90 {
        let certificate = bulk.get(&format!("/certificates/mc-{n:03}")).await;
        assert_eq!((&certificate["revision"], &certificate["tags"]), (&json!(2), &json!(["web"])), "{step}");
    }
    let filter = certctl_store::audit::AuditFilter {
        action: Some("certificate.update".to_owned()),
        ..certctl_store::audit::AuditFilter::default()
    };
    let counted =
        bulk.test.app().store.read("test.count", move |tx| certctl_store::audit::count(tx, &filter));
    assert_eq!(counted.await.unwrap(), 90, "{step}: one event for each");
    bulk.test.stop().await;
}

macro_rules! on_both {
    ($($name:ident = $what:path $(, $argument:expr)?;)+) => { $(
        mod $name {
            use crate::harness::On;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                $what(On::Sqlite $(, $argument)?).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                $what(On::Postgres $(, $argument)?).await;
            }
        }
    )+ };
}

on_both! {
    a_plan_counts_exactly_what_is_then_run = super::plan_counts_what_runs;
    a_selection_that_has_moved_is_refused_with_both_counts = super::moved_selection_is_refused;
    what_breaks_a_rule_is_named_by_its_place = super::what_breaks_a_rule_is_named;
    failed_certificates_are_told_and_can_be_tried_again = super::failures_are_items_and_can_be_tried_again;
    renewals_are_started_where_nothing_stands_against_them = super::renewals_start_jobs;
    an_operation_ends_by_a_person_or_with_its_callers_key = super::a_revoked_key_and_a_cancellation_end_it;
    a_scope_bounds_the_selection_and_the_operations_seen = super::a_scope_bounds_it;
    each_is_done_once_when_it_dies_before_a_step = super::each_certificate_is_done_once, "operation.step:2";
    each_is_done_once_when_it_dies_in_a_step = super::each_certificate_is_done_once, "operation.changed:2";
    each_is_done_once_when_it_dies_after_a_step = super::each_certificate_is_done_once, "operation.stepped:2";
}
