//! Tests of targets as the control plane sees them, on both stores: asked for, taken, reported check by check, and ended when
//! nobody answers.
//!
//! Not for: what the checks find (the agent's tests).

use std::time::Duration;

use certctl_api::agent_protocol::{CheckReport, PollAnswer, TestNoted, TestReport, TestWork};
use certctl_api::client::ClientError;
use certctl_api::target_tests::{TargetCheck, TargetTest};
use certctl_api::targets::Target;
use certctl_core::permission::{Role, Scope};
use certctl_core::target_test::{CheckName, CheckState, TargetTestState};
use certctl_core::time::{Clock, ManualClock, SystemClock};
use certctl_server::Environs;
use certctl_store::outbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{On, TestServer, environs, eventually, json as body_of, problem};
use crate::issuance::{Agent, Plane, status_of};

crate::harness::on_both!(
    each_check_is_told_as_it_ends,
    only_what_failed_is_tested_again,
    an_agent_that_does_not_answer_is_said_so,
    an_agent_that_falls_silent_ends_the_test,
    one_that_cannot_answer_is_not_waited_for,
    what_was_tested_before_it_was_saved_counts,
    nobody_else_reports_and_too_many_are_refused,
    old_tests_go,
    roles_and_scopes_hold,
);

struct Fleet {
    plane: Plane,
    clock: ManualClock,
    agent: Agent,
}

fn config(name: &str) -> Value {
    json!({
        "certificate_path": format!("/etc/nginx/tls/{name}.pem"), "key_path": format!("/etc/nginx/tls/{name}.key"),
        "probe": [{ "address": "127.0.0.1:443" }],
    })
}

impl Fleet {
    async fn start(on: On) -> Self {
        let clock = ManualClock::new(SystemClock.now());
        let is_postgres = matches!(on, On::Postgres);
        let plane = Plane::start_with(is_postgres, Environs { ..environs(&clock) }).await;
        let agent = Agent::join(&plane, "one").await;
        let fleet = Self { plane, clock, agent };
        fleet.target("web").await;
        fleet
    }

    async fn target(&self, name: &str) -> Target {
        let target = json!({
            "id": format!("tgt-{name}"), "name": name, "kind": "nginx", "agent_id": "ag-one", "config": config(name),
        });
        self.plane.client.post("/targets", &target).await.unwrap()
    }

    async fn test(&self, body: Value) -> TargetTest {
        self.plane.client.post("/targets/tgt-web/test", &body).await.unwrap()
    }

    async fn shown(&self, test: &TargetTest) -> TargetTest {
        self.plane.client.read(&format!("/target-tests/{}", test.id)).await.unwrap()
    }

    async fn report(&self, work: &TestWork, checks: Vec<CheckReport>, done: bool) -> TestNoted {
        let path = format!("/agent/tests/{}/report", work.test_id);
        self.agent.client.post(&path, &TestReport { checks, done }).await.unwrap()
    }

    /// Takes the next test and says of each check what `state` says.
    async fn carried_out(&self, state: impl Fn(&str) -> CheckState) -> Vec<String> {
        let work = self.taken().await;
        let checks = work.checks.iter().map(|name| said(name, state(name))).collect();
        self.report(&work, checks, true).await;
        work.checks
    }

    async fn taken(&self) -> TestWork {
        let PollAnswer { tests, .. } = self.agent.poll(20).await;
        assert_eq!(tests.len(), 1);
        tests.into_iter().next().unwrap()
    }

    async fn ended(&self, test: &TargetTest) -> TargetTest {
        eventually("the end of the test", async || !self.shown(test).await.state.is_open()).await;
        self.shown(test).await
    }
}

fn said(name: &str, state: CheckState) -> CheckReport {
    let fix = (state == CheckState::Failed).then(|| format!("mend {name}"));
    CheckReport { name: name.parse().unwrap(), state, detail: format!("saw {name}"), fix, milliseconds: 7 }
}

fn states(test: &TargetTest) -> Vec<(&str, CheckState)> {
    test.checks.iter().map(|check| (check.name.as_str(), check.state)).collect()
}

fn check(test: &TargetTest, name: CheckName) -> &TargetCheck {
    test.checks.iter().find(|check| check.name == name).unwrap()
}

async fn each_check_is_told_as_it_ends(on: On) {
    use CheckState::{Passed, Pending, Running, Warning};
    let fleet = Fleet::start(on).await;
    let store = &fleet.plane.server().app.store;
    let (_, after) = store.read("test.last", outbox::bounds).await.unwrap();
    let test = fleet.test(json!({})).await;
    assert_eq!(
        (test.state, test.target_id.as_ref().unwrap().as_str()),
        (TargetTestState::Pending, "tgt-web")
    );
    assert_eq!(
        states(&test),
        [
            ("agent", Running),
            ("policy", Pending),
            ("paths", Pending),
            ("validate", Pending),
            ("reload", Pending),
            ("endpoint", Pending),
            ("dry_run", Pending),
        ]
    );
    let target: Target = fleet.plane.client.read("/targets/tgt-web").await.unwrap();
    assert_eq!(target.last_test.as_ref().map(|last| (&last.id, last.state)), Some((&test.id, test.state)));
    assert_eq!(target.revision, 1, "a test is no change of the target");

    let work = fleet.taken().await;
    assert_eq!((&work.test_id, work.target_kind.as_str(), work.seconds), (&test.id, "nginx", 120));
    assert_eq!(work.target_config, config("web"));
    assert_eq!(work.checks, ["policy", "paths", "validate", "reload", "endpoint", "dry_run"]);
    let begun = fleet.shown(&test).await;
    assert_eq!(
        (begun.state, begun.checks[0].state, begun.checks[1].state),
        (TargetTestState::Running, Passed, Running)
    );
    assert!(begun.checks[0].detail.as_ref().unwrap().contains("certctl-agent test on test"));

    fleet.report(&work, vec![said("policy", Passed)], false).await;
    let second = fleet.shown(&test).await;
    assert_eq!((second.checks[1].state, second.checks[2].state), (Passed, Running));
    // A report that comes twice says nothing new.
    fleet.report(&work, vec![said("policy", CheckState::Failed)], false).await;
    assert_eq!(fleet.shown(&test).await.revision, second.revision);
    let rest = ["paths", "validate", "reload", "endpoint", "dry_run"];
    let checks =
        rest.iter().map(|name| said(name, if *name == "endpoint" { Warning } else { Passed })).collect();
    assert_eq!(fleet.report(&work, checks, true).await.state, TargetTestState::Warned);
    let ended = fleet.shown(&test).await;
    assert_eq!((ended.state, ended.ended_at.is_some()), (TargetTestState::Warned, true));
    assert_eq!(check(&ended, CheckName::Endpoint).detail.as_deref(), Some("saw endpoint"));
    assert_eq!(check(&ended, CheckName::Endpoint).milliseconds, Some(7));

    let events = store.read("test.events", move |tx| outbox::after(tx, after, 100));
    let told: Vec<(String, Option<i64>, String, Value)> = events
        .await
        .unwrap()
        .into_iter()
        .filter(|event| event.object_id == test.id.as_str())
        .map(|event| (event.kind, event.revision, event.changed, serde_json::from_str(&event.data).unwrap()))
        .collect();
    let kinds: Vec<(&str, i64)> = told.iter().map(|event| (event.0.as_str(), event.1.unwrap())).collect();
    assert_eq!(
        kinds,
        [
            ("target_test.request", 1),
            ("target_test.progress", 2),
            ("target_test.progress", 3),
            ("target_test.end", 4),
        ]
    );
    assert_eq!(told[1].2, "checks,deadline_at,started_at,state");
    assert_eq!(told[2].3["checks"][0]["name"], "policy");
    assert_eq!(
        (told[3].3["target_id"].as_str(), told[3].3["state"].as_str()),
        (Some("tgt-web"), Some("Warned"))
    );
    let all: Vec<TargetTest> = fleet.plane.client.read("/targets/tgt-web/tests").await.unwrap();
    assert_eq!(all.len(), 1);
    fleet.plane.stop().await;
}

async fn only_what_failed_is_tested_again(on: On) {
    use CheckState::{Failed, Passed};
    let fleet = Fleet::start(on).await;
    let first = fleet.test(json!({})).await;
    let failing = |name: &str| if name == "endpoint" { Failed } else { Passed };
    fleet.carried_out(failing).await;
    let ended = fleet.shown(&first).await;
    assert_eq!(ended.state, TargetTestState::Failed);
    assert_eq!(check(&ended, CheckName::Endpoint).fix.as_deref(), Some("mend endpoint"));

    let again = fleet.test(json!({ "only": ["endpoint"] })).await;
    let carried: Vec<&str> =
        again.checks.iter().filter(|check| check.carried).map(|check| check.name.as_str()).collect();
    assert_eq!(carried, ["paths", "validate", "reload", "dry_run"]);
    assert_eq!(fleet.carried_out(|_| Passed).await, ["policy", "endpoint"]);
    assert_eq!(fleet.shown(&again).await.state, TargetTestState::Passed);

    // What was found long ago counts no more.
    fleet.clock.advance(Duration::from_secs(901));
    let late = fleet.test(json!({ "only": ["endpoint"] })).await;
    assert!(late.checks.iter().all(|check| !check.carried));
    fleet.carried_out(|_| Passed).await;

    // Nor what was found of another configuration, which was never tested.
    let mut changed = config("web");
    changed["probe_timeout_seconds"] = json!(20);
    let target: Target =
        fleet.plane.client.patch("/targets/tgt-web", &json!({ "config": changed })).await.unwrap();
    assert!(target.last_test.is_none());
    let other = fleet.test(json!({ "only": ["endpoint"] })).await;
    assert!(other.checks.iter().all(|check| !check.carried));
    let target: Target = fleet.plane.client.patch("/targets/tgt-web", &json!({ "name": "w" })).await.unwrap();
    assert_eq!(target.last_test.unwrap().id, other.id, "another name is the same configuration");

    let unknown =
        fleet.plane.client.post::<Value>("/targets/tgt-web/test", &json!({ "only": ["shell"] })).await;
    assert_eq!(status_of(&unknown.unwrap_err()), 400);
    fleet.plane.stop().await;
}

async fn an_agent_that_does_not_answer_is_said_so(on: On) {
    let fleet = Fleet::start(on).await;
    fleet.clock.advance(Duration::from_secs(400));
    let test = fleet.test(json!({})).await;
    let waiting = test.checks[0].detail.clone().unwrap();
    assert!(waiting.contains("ag-one is offline (last seen "), "{waiting}");
    fleet.clock.advance(Duration::from_secs(61));
    let ended = fleet.ended(&test).await;
    assert_eq!(ended.state, TargetTestState::Unanswered);
    let agent = check(&ended, CheckName::Agent);
    assert_eq!(agent.state, CheckState::Failed);
    let detail = agent.detail.as_ref().unwrap();
    assert!(detail.contains("did not answer within 60 s; last seen "), "{detail}");
    assert!(agent.fix.as_ref().unwrap().contains("systemctl status certctl-agent"));
    assert!(ended.checks[1..].iter().all(|check| check.state == CheckState::Skipped));
    assert!(fleet.agent.poll(0).await.tests.is_empty(), "it comes too late");
    let target: Target = fleet.plane.client.read("/targets/tgt-web").await.unwrap();
    assert_eq!(target.last_test.unwrap().state, TargetTestState::Unanswered);
    fleet.plane.stop().await;
}

async fn an_agent_that_falls_silent_ends_the_test(on: On) {
    let fleet = Fleet::start(on).await;
    let test = fleet.test(json!({})).await;
    let work = fleet.taken().await;
    fleet.report(&work, vec![said("policy", CheckState::Passed)], false).await;
    fleet.clock.advance(Duration::from_secs(121));
    let ended = fleet.ended(&test).await;
    assert_eq!(ended.state, TargetTestState::Failed);
    let paths = check(&ended, CheckName::Paths);
    assert_eq!(paths.state, CheckState::Failed);
    assert!(paths.detail.as_ref().unwrap().contains("did not report its end within 120 s"));
    assert_eq!(check(&ended, CheckName::Policy).state, CheckState::Passed);
    assert_eq!(check(&ended, CheckName::DryRun).state, CheckState::Skipped);
    let path = format!("/agent/tests/{}/report", work.test_id);
    let late =
        fleet.agent.client.post::<TestNoted>(&path, &TestReport { checks: Vec::new(), done: true }).await;
    assert_eq!(status_of(&late.unwrap_err()), 409);
    fleet.plane.stop().await;
}

async fn one_that_cannot_answer_is_not_waited_for(on: On) {
    let fleet = Fleet::start(on).await;
    let quarantine = json!({ "state": "quarantined" });
    let _: Value = fleet.plane.client.patch("/agents/ag-one", &quarantine).await.unwrap();
    let test = fleet.test(json!({})).await;
    assert_eq!(test.state, TargetTestState::Unanswered);
    assert!(test.checks[0].detail.as_ref().unwrap().contains("quarantined"));
    assert_eq!(test.checks[0].fix.as_deref(), Some("certctl agents activate ag-one"));
    let _: Value = fleet.plane.client.delete("/agents/ag-one?force=true").await.unwrap();
    let refused = fleet.plane.client.post::<Value>("/targets/tgt-web/test", &json!({})).await.unwrap_err();
    assert!(
        matches!(&refused, ClientError::Refused { problem } if problem.code == "agent_retired"),
        "{refused:?}"
    );
    fleet.plane.stop().await;
}

async fn what_was_tested_before_it_was_saved_counts(on: On) {
    let fleet = Fleet::start(on).await;
    let draft = json!({ "agent_id": "ag-one", "kind": "nginx", "config": config("new") });
    let test: TargetTest = fleet.plane.client.post("/targets/test", &draft).await.unwrap();
    assert!(test.target_id.is_none());
    fleet.carried_out(|_| CheckState::Passed).await;
    let target = fleet.target("new").await;
    let last = target.last_test.unwrap();
    assert_eq!((last.id, last.state), (test.id.clone(), TargetTestState::Passed));
    assert_eq!(fleet.shown(&test).await.target_id.unwrap().as_str(), "tgt-new");
    let _: Value = fleet.plane.client.delete("/targets/tgt-new").await.unwrap();
    let gone = fleet.plane.client.read::<Value>(&format!("/target-tests/{}", test.id)).await.unwrap_err();
    assert_eq!(status_of(&gone), 404);
    for (field, bad, pointer) in [
        ("config", json!({ "shell": "x" }), "/config/"),
        ("kind", json!("apache"), "/kind"),
        ("agent_id", json!("ag-absent"), "/agent_id"),
        ("only", json!(["reload", "validate"]), "/only/1"),
    ] {
        let mut body = json!({
            "agent_id": "ag-one", "kind": "file",
            "config": { "certificate_path": "/t/a.pem", "key_path": "/t/a.key", "action": "reload" },
        });
        body[field] = bad;
        let refused = fleet.plane.client.post::<Value>("/targets/test", &body).await.unwrap_err();
        let ClientError::Refused { problem } = refused else { panic!("{refused:?}") };
        assert_eq!(
            (problem.status, problem.errors[0].pointer.starts_with(pointer)),
            (422, true),
            "{problem:?}"
        );
    }
    fleet.plane.stop().await;
}

async fn nobody_else_reports_and_too_many_are_refused(on: On) {
    let fleet = Fleet::start(on).await;
    let other = Agent::join(&fleet.plane, "two").await;
    let test = fleet.test(json!({})).await;
    let again = fleet.plane.client.post::<Value>("/targets/tgt-web/test", &json!({})).await.unwrap_err();
    assert!(matches!(&again, ClientError::Refused { problem } if problem.code == "test_open"), "{again:?}");
    assert!(other.poll(0).await.tests.is_empty());
    let path = format!("/agent/tests/{}/report", test.id);
    let report = TestReport { checks: Vec::new(), done: true };
    let early = fleet.agent.client.post::<TestNoted>(&path, &report).await.unwrap_err();
    assert_eq!(status_of(&early), 409, "it was not taken");
    fleet.taken().await;
    let foreign = other.client.post::<TestNoted>(&path, &report).await.unwrap_err();
    assert_eq!(status_of(&foreign), 403);
    let filter = certctl_store::audit::AuditFilter {
        action: Some("agent.test_access".to_owned()),
        ..Default::default()
    };
    let store = &fleet.plane.server().app.store;
    let audited =
        store.read("test.audit", move |tx| certctl_store::audit::list(tx, &filter, 10)).await.unwrap();
    assert_eq!(audited.len(), 1);
    for n in 1..8 {
        let draft = json!({ "agent_id": "ag-one", "kind": "nginx", "config": config(&format!("n{n}")) });
        let _: TargetTest = fleet.plane.client.post("/targets/test", &draft).await.unwrap();
    }
    let draft = json!({ "agent_id": "ag-one", "kind": "nginx", "config": config("n8") });
    let refused = fleet.plane.client.post::<Value>("/targets/test", &draft).await.unwrap_err();
    assert_eq!(status_of(&refused), 429);
    fleet.plane.stop().await;
}

async fn old_tests_go(on: On) {
    let fleet = Fleet::start(on).await;
    for _ in 0..23 {
        fleet.test(json!({})).await;
        fleet.carried_out(|_| CheckState::Passed).await;
    }
    let all: Vec<TargetTest> = fleet.plane.client.read("/targets/tgt-web/tests").await.unwrap();
    assert_eq!(all.len(), 20);
    assert!(all.is_sorted_by(|a, b| a.created_at >= b.created_at));
    let store = &fleet.plane.server().app.store;
    fleet.clock.advance(Duration::from_secs(1));
    let removed: Result<u64, certctl_store::StoreError> = store
        .bookkeeping("test.prune", |tx| {
            let now = tx.now();
            certctl_store::target_tests::prune(tx, now, 100)
        })
        .await;
    assert_eq!(removed.unwrap(), 20);
    fleet.plane.stop().await;
}

async fn roles_and_scopes_hold(on: On) {
    let server = TestServer::start(on).await;
    let (id, _) = crate::harness::agent(&server, "one").await;
    let admin = server.key(Role::Admin).await;
    let target = json!({
        "id": "tgt-web", "name": "web", "kind": "nginx", "agent_id": id, "config": config("web"),
    });
    let made = server.request(Method::POST, "/api/v1/targets").bearer_auth(&admin).json(&target).send().await;
    body_of(made.unwrap(), reqwest::StatusCode::CREATED).await;
    let certificate = json!({
        "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-web"], "issue": false,
        "environment": "production",
    });
    let made = server
        .request(Method::POST, "/api/v1/certificates")
        .bearer_auth(&admin)
        .json(&certificate)
        .send()
        .await;
    body_of(made.unwrap(), reqwest::StatusCode::CREATED).await;
    let start =
        |key: String| server.request(Method::POST, "/api/v1/targets/tgt-web/test").bearer_auth(key).send();
    problem(start(server.key(Role::Viewer).await).await.unwrap(), 403, "forbidden").await;
    let lab = Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned()] };
    let narrow = server.scoped_key(Role::Operator, lab).await;
    let refused = start(narrow).await.unwrap();
    assert_eq!(refused.status(), 403);
    let started = start(admin).await.unwrap();
    assert_eq!(started.status(), 202);
    let place = started.headers()["location"].to_str().unwrap().to_owned();
    assert!(place.starts_with("/api/v1/target-tests/tt-"), "{place}");
    let seen = server.get(&place, &server.key(Role::Viewer).await).await;
    assert_eq!((seen.status().as_u16(), seen.headers()["etag"].to_str().unwrap()), (200, "\"1\""));
    assert_eq!(server.audited("target_test.request").await.len(), 1);
    server.stop().await;
}
