//! Alert rules: what they find, how it is grouped, when it is told, and what a preview says of it.

use std::time::Duration;

use certctl_core::permission::{Role, Scope};
use certctl_store::{StoreError, args};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::alerts::{certificate, listed, pass, version};
use crate::harness::{On, TestServer, json as body_of, problem};

crate::harness::on_both!(
    matches_are_one_alert_for_each_group_and_close_by_cure,
    a_group_has_to_match_for_as_long_as_its_rule_asks,
    quiet_hours_hold_back_what_is_told_afterwards_and_reminders_repeat,
    growth_wakes_who_had_acknowledged,
    what_nobody_takes_is_told_to_the_second_channels_once,
    a_rule_of_too_many_groups_is_bounded,
    a_disabled_or_removed_rule_has_no_alerts,
    each_subject_is_looked_at_by_its_lists_filters,
    a_preview_says_what_matches_and_what_is_known_of_the_past,
    what_is_wrong_with_a_rule_is_named,
    alerts_and_previews_keep_to_the_callers_scope,
);

async fn server(on: On) -> (TestServer, String) {
    let test = TestServer::start(on).await;
    test.take_task("alerts").await;
    let admin = test.key(Role::Admin).await;
    (test, admin)
}

async fn send(
    test: &TestServer,
    method: Method,
    path: &str,
    key: &str,
    body: &Value,
    status: StatusCode,
) -> Value {
    let sent = test.request(method, &format!("/api/v1{path}")).bearer_auth(key).json(body).send();
    body_of(sent.await.unwrap(), status).await
}

async fn post(test: &TestServer, path: &str, key: &str, body: &Value, status: StatusCode) -> Value {
    send(test, Method::POST, path, key, body, status).await
}

async fn patch(test: &TestServer, path: &str, key: &str, body: &Value) -> Value {
    send(test, Method::PATCH, path, key, body, StatusCode::OK).await
}

/// A rule over certificates whose name holds `web`, with these further fields.
async fn rule(test: &TestServer, key: &str, more: Value) -> Value {
    let mut rule = json!({
        "id": "ar-web", "name": "Web", "subject": "certificates", "conditions": [{ "q": "web" }], "severity": "warning",
    });
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    post(test, "/alert-rules", key, &rule, StatusCode::CREATED).await
}

async fn certificates(test: &TestServer, key: &str, environment: &str, n: usize) {
    for n in 0..n {
        let id = format!("mc-web-{environment}-{n}");
        let names = json!([format!("web-{n}.{environment}.example.internal")]);
        certificate(
            test,
            key,
            json!({ "id": id, "name": format!("web {environment} {n}"), "names": names,
            "environment": environment }),
        )
        .await;
    }
}

async fn archive(test: &TestServer, key: &str, id: &str) {
    let path = format!("/api/v1/certificates/{id}");
    let done = test.request(Method::DELETE, &path).bearer_auth(key).send().await.unwrap();
    assert!(done.status().is_success());
}

/// What was told of alerts, in order.
async fn told(test: &TestServer) -> Vec<String> {
    let read = |tx: &mut certctl_store::Tx<'_>| {
        let rows: Vec<(String,)> =
            tx.all("-- test.told\nSELECT data FROM outbox WHERE kind = 'alert.told' ORDER BY seq", args![])?;
        Ok::<_, StoreError>(rows)
    };
    let rows = test.app().store.read("test.told", read).await.unwrap();
    let event = |(data,): (String,)| {
        let data: Value = serde_json::from_str(&data).unwrap();
        data["event"].as_str().unwrap().to_owned()
    };
    rows.into_iter().map(event).collect()
}

fn keys(alerts: &[Value]) -> Vec<(String, i64)> {
    let mut keys: Vec<(String, i64)> = alerts
        .iter()
        .map(|alert| {
            (alert["group_key"].as_str().unwrap_or("-").to_owned(), alert["members"].as_i64().unwrap())
        })
        .collect();
    keys.sort();
    keys
}

fn named(keys: &[(&str, i64)]) -> Vec<(String, i64)> {
    keys.iter().map(|(key, n)| ((*key).to_owned(), *n)).collect()
}

const OF_RULE: &str = "rule_id=ar-web";

async fn matches_are_one_alert_for_each_group_and_close_by_cure(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "production", 3).await;
    certificates(&test, &admin, "staging", 2).await;
    certificate(&test, &admin, json!({ "id": "mc-web-x", "name": "web x", "names": ["x.example.internal"] }))
        .await;
    certificate(&test, &admin, json!({ "id": "mc-db", "name": "db", "names": ["db.example.internal"] }))
        .await;
    rule(&test, &admin, json!({ "group_by": "environment" })).await;
    pass(&test, 0).await;
    let open = listed(&test, &admin, OF_RULE).await;
    let expected = [("environment=", 1), ("environment=production", 3), ("environment=staging", 2)];
    assert_eq!(keys(&open), named(&expected));
    let titles: Vec<&str> = open.iter().map(|alert| alert["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"Web: 3 certificates, environment production"), "{titles:?}");
    assert!(titles.contains(&"Web: 1 certificate without environment"), "{titles:?}");
    assert!(open.iter().all(|alert| alert["kind"] == "rule" && alert["told_at"].is_string()), "{open:?}");
    assert_eq!(told(&test).await, ["opened"; 3]);
    // A need is named by the rule, so that no number stands there but that of its rows.
    let needs = body_of(test.get("/api/v1/needs", &admin).await, StatusCode::OK).await;
    let of_rule = needs["items"].as_array().unwrap().iter().find(|need| need["code"] == "rule").unwrap();
    assert_eq!(
        (of_rule["title"].as_str(), of_rule["alerts"]["open"].as_i64()),
        (Some("Web"), Some(3)),
        "{of_rule}"
    );
    let shown = body_of(test.get("/api/v1/alert-rules/ar-web", &admin).await, StatusCode::OK).await;
    assert_eq!((shown["matches"].as_i64(), shown["groups"].as_i64()), (Some(6), Some(3)), "{shown}");
    assert_eq!((shown["error"].clone(), shown["revision"].as_i64()), (Value::Null, Some(1)));

    // Nothing changed: nothing is written.
    let before = test.audited("alert.change").await.len() + test.audited("alert.open").await.len();
    pass(&test, 60).await;
    assert_eq!(test.audited("alert.change").await.len() + test.audited("alert.open").await.len(), before);

    archive(&test, &admin, "mc-web-production-0").await;
    archive(&test, &admin, "mc-web-staging-0").await;
    archive(&test, &admin, "mc-web-staging-1").await;
    pass(&test, 60).await;
    let open = listed(&test, &admin, OF_RULE).await;
    assert_eq!(keys(&open), named(&[("environment=", 1), ("environment=production", 2)]));
    let closed = listed(&test, &admin, "rule_id=ar-web&state=closed").await;
    assert_eq!(closed[0]["closed_because"], "nothing of it matches the rule any more");
    assert_eq!(told(&test).await[3..], ["closed"]);

    // Another grouping: the old groups are over, and there is one alert for all.
    let change =
        json!({ "group_by": "none", "conditions": [{ "environment": "production" }, { "q": "web x" }] });
    patch(&test, "/alert-rules/ar-web", &admin, &change).await;
    pass(&test, 0).await;
    assert_eq!(keys(&listed(&test, &admin, OF_RULE).await), named(&[("", 3)]));
    test.stop().await;
}

async fn a_group_has_to_match_for_as_long_as_its_rule_asks(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "lab", 1).await;
    rule(&test, &admin, json!({ "group_by": "object", "for_seconds": 300 })).await;
    for (advance, n) in [(0, 0), (200, 0), (99, 0), (31, 1)] {
        pass(&test, advance).await;
        assert_eq!(listed(&test, &admin, OF_RULE).await.len(), n, "{advance}");
    }
    let open = listed(&test, &admin, OF_RULE).await;
    assert_eq!(open[0]["certificate_id"], "mc-web-lab-0");
    assert_eq!(open[0]["title"], "Web: web lab 0");

    // What matched for a while only has no alert, and begins anew.
    certificates(&test, &admin, "test", 1).await;
    pass(&test, 60).await;
    let rename = |name: &str| json!({ "name": name });
    let path = "/certificates/mc-web-test-0";
    patch(&test, path, &admin, &json!({ "environment": null })).await;
    patch(&test, "/alert-rules/ar-web", &admin, &json!({ "conditions": [{ "environment": "test" }] })).await;
    pass(&test, 280).await;
    patch(&test, path, &admin, &json!({ "environment": "test" })).await;
    patch(&test, path, &admin, &rename("again")).await;
    pass(&test, 60).await;
    pass(&test, 280).await;
    assert!(listed(&test, &admin, OF_RULE).await.is_empty());
    pass(&test, 30).await;
    assert_eq!(listed(&test, &admin, OF_RULE).await.len(), 1);
    test.stop().await;
}

/// Turns the clock to the next time of day in UTC.
async fn at_hour(test: &TestServer, hour: i64) {
    let now = test.app().now().as_second();
    let wait = (hour * 3_600 - now).rem_euclid(86_400);
    test.clock.advance(Duration::from_secs(u64::try_from(wait).unwrap()));
}

async fn quiet_hours_hold_back_what_is_told_afterwards_and_reminders_repeat(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "lab", 1).await;
    at_hour(&test, 23).await;
    let quiet = json!({ "time_zone": "UTC", "from": "22:00", "to": "07:00", "except": "critical" });
    rule(&test, &admin, json!({ "quiet_hours": quiet, "repeat_seconds": 14_400 })).await;
    pass(&test, 0).await;
    let open = listed(&test, &admin, OF_RULE).await;
    assert_eq!((open.len(), open[0]["told_at"].is_null()), (1, true), "{open:?}");
    pass(&test, 7 * 3_600).await;
    assert!(told(&test).await.is_empty(), "at six in the morning");
    pass(&test, 3_600).await;
    assert_eq!(told(&test).await, ["opened"]);
    pass(&test, 3 * 3_600).await;
    assert_eq!(told(&test).await.len(), 1);
    pass(&test, 3_600).await;
    assert_eq!(told(&test).await[1..], ["reminder"]);
    let taken = format!("/alerts/{}/acknowledge", open[0]["id"].as_str().unwrap());
    post(&test, &taken, &admin, &json!({}), StatusCode::OK).await;
    pass(&test, 5 * 3_600).await;
    assert_eq!(told(&test).await.len(), 2, "somebody knows");

    // At night it gets critical, which the quiet hours do not hold.
    at_hour(&test, 23).await;
    patch(&test, "/alert-rules/ar-web", &admin, &json!({ "severity": "critical" })).await;
    pass(&test, 0).await;
    assert_eq!(told(&test).await[2..], ["changed"]);
    assert_eq!(listed(&test, &admin, OF_RULE).await[0]["state"], "open");

    // What begins and ends within the quiet hours is never told.
    patch(&test, "/alert-rules/ar-web", &admin, &json!({ "severity": "info", "group_by": "environment" }))
        .await;
    pass(&test, 60).await;
    certificates(&test, &admin, "night", 1).await;
    pass(&test, 60).await;
    archive(&test, &admin, "mc-web-night-0").await;
    pass(&test, 60).await;
    at_hour(&test, 7).await;
    pass(&test, 60).await;
    let night = listed(&test, &admin, "rule_id=ar-web&state=closed&environment=night").await;
    assert_eq!((night.len(), night[0]["told_at"].is_null()), (1, true));
    let mut last = told(&test).await.split_off(3);
    last.sort();
    assert_eq!(last, ["closed", "opened"], "the old group's end and the new one's beginning");
    test.stop().await;
}

async fn growth_wakes_who_had_acknowledged(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "lab", 2).await;
    rule(&test, &admin, json!({})).await;
    pass(&test, 0).await;
    let id = listed(&test, &admin, OF_RULE).await[0]["id"].as_str().unwrap().to_owned();
    post(&test, &format!("/alerts/{id}/acknowledge"), &admin, &json!({}), StatusCode::OK).await;
    certificates(&test, &admin, "more", 3).await;
    pass(&test, 60).await;
    let one = listed(&test, &admin, OF_RULE).await;
    assert_eq!((one[0]["state"].as_str(), one[0]["members"].as_i64()), (Some("acknowledged"), Some(5)));
    certificates(&test, &admin, "most", 2).await;
    pass(&test, 60).await;
    let one = listed(&test, &admin, OF_RULE).await;
    assert_eq!((one[0]["state"].as_str(), one[0]["members"].as_i64()), (Some("open"), Some(7)));
    assert_eq!(told(&test).await, ["opened", "changed"]);

    // Quiet until a time stays quiet, and is told of when the time is over.
    let until = test.app().now().plus_seconds(3_600);
    post(&test, &format!("/alerts/{id}/snooze"), &admin, &json!({ "until": until }), StatusCode::OK).await;
    certificates(&test, &admin, "many", 9).await;
    pass(&test, 60).await;
    assert_eq!(listed(&test, &admin, OF_RULE).await[0]["state"], "snoozed");
    assert_eq!(told(&test).await.len(), 2);
    pass(&test, 3_600).await;
    assert_eq!(told(&test).await[2..], ["changed"]);
    test.stop().await;
}

async fn what_nobody_takes_is_told_to_the_second_channels_once(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "production", 1).await;
    let hook = json!({ "url": "https://hooks.example.invalid", "secrets": [crate::notifications::SECRET] });
    // Its routing takes nothing of this: it is the second channel.
    let duty = json!({
        "id": "nt-duty", "name": "Duty", "kind": "webhook", "config": hook, "routing": { "min_severity": "critical" },
    });
    post(&test, "/notifiers", &admin, &duty, StatusCode::CREATED).await;
    let second = json!({ "after_seconds": 900, "notifier_ids": ["nt-duty"] });
    let made = rule(&test, &admin, json!({ "escalation": second })).await;
    assert_eq!(made["escalation"], second);
    pass(&test, 0).await;
    pass(&test, 800).await;
    assert_eq!(told(&test).await, ["opened"]);
    pass(&test, 100).await;
    pass(&test, 900).await;
    assert_eq!(told(&test).await, ["opened", "escalated"], "once");
    let alert = listed(&test, &admin, OF_RULE).await.remove(0);
    assert!(alert["escalated_at"].is_string(), "{alert}");
    let sent = body_of(test.get("/api/v1/notifications?event=escalated", &admin).await, StatusCode::OK).await;
    assert_eq!(sent["items"][0]["alert_id"], alert["id"], "{sent}");
    let events = test.audited("alert.escalate").await;
    assert_eq!((events.len(), events[0].object_id.as_str()), (1, alert["id"].as_str().unwrap()));

    // Whoever takes it in time ends it; when its quiet is over, the time begins anew.
    let path = format!("/alerts/{}/snooze", alert["id"].as_str().unwrap());
    let until = test.app().now().plus_seconds(3_600);
    post(&test, &path, &admin, &json!({ "until": until }), StatusCode::OK).await;
    pass(&test, 3_700).await;
    let open = listed(&test, &admin, OF_RULE).await.remove(0);
    assert_eq!((&open["state"], &open["escalated_at"]), (&json!("open"), &Value::Null), "{open}");
    let path = format!("/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
    post(&test, &path, &admin, &json!({}), StatusCode::OK).await;
    pass(&test, 1_000).await;
    assert_eq!(test.audited("alert.escalate").await.len(), 1);

    let none = patch(&test, "/alert-rules/ar-web", &admin, &json!({ "escalation": null })).await;
    assert_eq!(none["escalation"], Value::Null);
    for (escalation, pointer) in [
        (json!({ "after_seconds": 59, "notifier_ids": ["nt-duty"] }), "/escalation/after_seconds"),
        (json!({ "after_seconds": 60, "notifier_ids": [] }), "/escalation/notifier_ids"),
        (
            json!({ "after_seconds": 60, "notifier_ids": ["nt-duty", "nt-duty"] }),
            "/escalation/notifier_ids/1",
        ),
        (json!({ "after_seconds": 60, "notifier_ids": ["nt-none"] }), "/escalation/notifier_ids/0"),
    ] {
        let sent = test.request(Method::PATCH, "/api/v1/alert-rules/ar-web").bearer_auth(&admin);
        let found =
            problem(sent.json(&json!({ "escalation": escalation })).send().await.unwrap(), 422, "invalid")
                .await;
        assert_eq!(found.errors[0].pointer, pointer);
    }
    test.stop().await;
}

async fn a_rule_of_too_many_groups_is_bounded(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "lab", 3).await;
    // More agents than a rule has groups, straight into the store.
    let fill = |tx: &mut certctl_store::Tx<'_>| {
        let now = tx.now();
        for n in 0..205 {
            let sql = "-- test.agents
                INSERT INTO agents (id, name, state, health, identity_fingerprint, identity_not_after, capabilities,
                    created_at, updated_at, revision)
                VALUES ($1, $2, 'active', 'offline', $1, $3, '[]', $3, $3, 1)";
            tx.exec(sql, args![format!("ag-{n:03}"), format!("host {n:03}"), now])?;
        }
        Ok::<_, StoreError>(())
    };
    test.app().store.bookkeeping("test.fill", fill).await.unwrap();
    let agents =
        json!({ "subject": "agents", "conditions": [{ "health": "offline" }], "group_by": "object" });
    rule(&test, &admin, agents).await;
    pass(&test, 0).await;
    let count = async || {
        let page = test.get("/api/v1/alerts?rule_id=ar-web&limit=1&total=true", &admin).await;
        body_of(page, StatusCode::OK).await["total"].as_i64().unwrap()
    };
    assert_eq!(count().await, 201);
    let rest = listed(&test, &admin, "rule_id=ar-web&object_id=ar-web").await;
    assert_eq!(
        (rest[0]["title"].as_str(), rest[0]["members"].as_i64()),
        (Some("Web: 5 more groups"), Some(5))
    );

    // The first are well again: those that were over the bound get alerts of their own.
    let well = |tx: &mut certctl_store::Tx<'_>| {
        tx.exec("-- test.well\nUPDATE agents SET health = 'online' WHERE id < 'ag-010'", args![])?;
        Ok::<_, StoreError>(())
    };
    test.app().store.bookkeeping("test.well", well).await.unwrap();
    pass(&test, 60).await;
    assert_eq!(count().await, 195);
    assert!(listed(&test, &admin, "rule_id=ar-web&object_id=ar-web").await.is_empty());
    // They fail again: what had an alert keeps it.
    let ill = |tx: &mut certctl_store::Tx<'_>| {
        tx.exec("-- test.ill\nUPDATE agents SET health = 'offline'", args![])?;
        Ok::<_, StoreError>(())
    };
    test.app().store.bookkeeping("test.ill", ill).await.unwrap();
    pass(&test, 60).await;
    assert_eq!(listed(&test, &admin, "rule_id=ar-web&object_id=ag-204").await.len(), 1);
    test.stop().await;
}

async fn a_disabled_or_removed_rule_has_no_alerts(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "lab", 3).await;
    rule(&test, &admin, json!({ "group_by": "object" })).await;
    pass(&test, 0).await;
    patch(&test, "/alert-rules/ar-web", &admin, &json!({ "enabled": false })).await;
    assert!(listed(&test, &admin, OF_RULE).await.is_empty());
    assert_eq!(told(&test).await, ["opened", "opened", "opened", "closed", "closed", "closed"]);
    pass(&test, 600).await;
    assert!(listed(&test, &admin, OF_RULE).await.is_empty(), "nobody looks at it");
    patch(&test, "/alert-rules/ar-web", &admin, &json!({ "enabled": true, "for_seconds": 0 })).await;
    pass(&test, 0).await;
    assert_eq!(listed(&test, &admin, OF_RULE).await.len(), 3);
    let gone = test.request(Method::DELETE, "/api/v1/alert-rules/ar-web").bearer_auth(&admin).send().await;
    assert_eq!(gone.unwrap().status(), StatusCode::NO_CONTENT);
    let closed = listed(&test, &admin, "rule_id=ar-web&state=closed").await;
    assert_eq!((closed.len(), closed[0]["closed_because"].as_str()), (6, Some("the rule was removed")));
    problem(test.get("/api/v1/alert-rules/ar-web", &admin).await, 404, "not_found").await;
    for (action, n) in [("alert_rule.create", 1), ("alert_rule.update", 2), ("alert_rule.delete", 1)] {
        assert_eq!(test.audited(action).await.len(), n, "{action}");
    }
    test.stop().await;
}

async fn each_subject_is_looked_at_by_its_lists_filters(on: On) {
    let (test, admin) = server(on).await;
    let (agent, _) = crate::harness::agent(&test, "web").await;
    let target = json!({ "id": "tgt-web", "name": "web", "kind": "file", "agent_id": agent,
        "config": { "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" } });
    post(&test, "/targets", &admin, &target, StatusCode::CREATED).await;
    let wanted = json!({ "id": "mc-host", "name": "host", "names": ["host.example.internal"], "target_ids": ["tgt-web"] });
    let made = post(&test, "/certificates", &admin, &wanted, StatusCode::CREATED).await;
    let trouble = |tx: &mut certctl_store::Tx<'_>| {
        certctl_store::alert_watch::note_trouble(tx, &"iss-local".parse().unwrap(), "connection refused")
    };
    test.app().store.bookkeeping("test.trouble", trouble).await.unwrap();
    for (id, subject, condition, group, object) in [
        ("ar-certs", "certificates", json!({ "agent_id": agent }), "agent", "ag-web"),
        (
            "ar-jobs",
            "jobs",
            json!({ "state": "AwaitingCSR", "min_attempts": "0" }),
            "object",
            made["jobs"][0]["id"].as_str().unwrap(),
        ),
        ("ar-by-issuer", "jobs", json!({ "kind": "Issuance" }), "issuer", "iss-local"),
        ("ar-by-agent", "jobs", json!({ "kind": "Issuance" }), "agent", "ag-web"),
        ("ar-agents", "agents", json!({ "health": "late,offline", "q": "WE" }), "object", "ag-web"),
        ("ar-issuers", "issuers", json!({ "reachable": "false" }), "object", "iss-local"),
        ("ar-ends", "issuers", json!({ "expires_before": "36500d" }), "object", "iss-local"),
    ] {
        let body = json!({ "id": id, "name": id, "subject": subject, "conditions": [condition],
            "group_by": group, "severity": "info" });
        post(&test, "/alert-rules", &admin, &body, StatusCode::CREATED).await;
        pass(&test, 0).await;
        let found = listed(&test, &admin, &format!("rule_id={id}")).await;
        assert_eq!(found.len(), 1, "{id}: {found:?}");
        assert_eq!(found[0]["object_id"], object, "{id}: {found:?}");
    }
    // The lists take the same filters.
    for (path, n) in [
        ("/agents?health=offline&state=active", 1),
        ("/agents?health=online", 0),
        ("/agents?q=w%25", 0),
        ("/issuers?reachable=false&kind=local_ca", 1),
        ("/issuers?reachable=true", 0),
        ("/issuers?expires_before=1d", 0),
        ("/jobs?min_attempts=1", 0),
        ("/jobs?created=-1h..&state=AwaitingCSR", 1),
        ("/jobs?created=..-1h", 0),
        ("/jobs?finished=-1d..", 0),
    ] {
        let page = test.get(&format!("/api/v1{path}&total=true"), &admin).await;
        assert_eq!(body_of(page, StatusCode::OK).await["total"], n, "{path}");
    }
    test.stop().await;
}

async fn preview(test: &TestServer, key: &str, body: Value) -> Value {
    post(test, "/alert-rules/preview", key, &body, StatusCode::OK).await
}

async fn a_preview_says_what_matches_and_what_is_known_of_the_past(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "lab", 3).await;
    at_hour(&test, 23).await;
    version(&test, "mc-web-lab-1", "cv-one", 5 * 86_400).await;
    let quiet = json!({ "time_zone": "UTC", "from": "22:00", "to": "07:00" });
    let found = preview(
        &test,
        &admin,
        json!({ "name": "Lab", "subject": "certificates", "conditions": [{ "environment": "lab" }],
            "quiet_hours": quiet }),
    )
    .await;
    assert_eq!((found["matches"].as_i64(), found["groups"].as_i64()), (Some(3), Some(1)), "{found}");
    assert_eq!(found["messages"][0]["title"], "Lab: 3 certificates");
    assert!(found["messages"][0]["cause"].as_str().unwrap().starts_with("the earliest of them ends at "));
    assert_eq!(found["items"][0]["id"], "mc-web-lab-1", "the earliest end first");
    assert!(found["held_until"].as_str().unwrap().ends_with("T07:00:00Z"), "{found}");
    assert_eq!(
        (found["past"]["known"].as_bool(), found["past"]["total"].clone()),
        (Some(false), Value::Null)
    );
    assert!(found["past"]["conditions"][0]["because"].as_str().unwrap().contains("not recorded"));
    assert!(found["past"]["days"][0]["count"].is_null());
    let rules = body_of(test.get("/api/v1/alert-rules?total=true", &admin).await, StatusCode::OK).await;
    assert_eq!(rules["total"], 0, "a preview stores nothing");
    assert!(listed(&test, &admin, "kind=rule").await.is_empty());

    // Jobs that ended: counted on the day on which they did.
    let (agent, _) = crate::harness::agent(&test, "web").await;
    let wanted =
        json!({ "id": "mc-job", "name": "job", "names": ["job.example.internal"], "agent_ids": [agent] });
    let made = post(&test, "/certificates", &admin, &wanted, StatusCode::CREATED).await;
    let job = made["jobs"][0]["id"].as_str().unwrap().to_owned();
    post(&test, &format!("/jobs/{job}/cancel"), &admin, &json!({}), StatusCode::OK).await;
    let today = test.app().now().to_string()[..10].to_owned();
    test.clock.advance(Duration::from_secs(3 * 86_400));
    let jobs = json!({ "subject": "jobs", "conditions": [{ "state": "Cancelled" }] });
    let found = preview(&test, &admin, jobs).await;
    assert_eq!((found["past"]["known"].as_bool(), found["past"]["total"].as_i64()), (Some(true), Some(1)));
    let days = found["past"]["days"].as_array().unwrap();
    // A job that ended is found for as long as the range says.
    let of = |range: &str| json!({ "subject": "jobs", "conditions": [{ "state": "Cancelled", "finished": range }] });
    for (range, n) in [("-4d..", 1), ("-2d..", 0), ("..-2d", 1)] {
        let found = preview(&test, &admin, of(range)).await;
        assert_eq!(
            (found["matches"].as_i64(), found["past"]["total"].as_i64()),
            (Some(n), Some(1)),
            "{range}"
        );
    }
    let hit: Vec<&Value> = days.iter().filter(|day| day["count"] == 1).collect();
    assert_eq!((days.len(), hit.len(), hit[0]["date"].as_str()), (30, 1, Some(today.as_str())), "{days:?}");

    // Ends that have come; and with a condition of which nothing is known beside one of which something is.
    test.clock.advance(Duration::from_secs(4 * 86_400));
    let ended = json!({ "subject": "certificates", "conditions": [{ "status": "Expired" }, { "q": "web" }] });
    let found = preview(&test, &admin, ended).await;
    assert_eq!((found["past"]["known"].as_bool(), found["past"]["total"].as_i64()), (Some(false), Some(1)));
    // How long before their end they would have been found.
    let soon = json!({ "subject": "certificates", "conditions": [{ "q": "web", "expires": "..2d" }] });
    let found = preview(&test, &admin, soon).await;
    assert_eq!((found["matches"].as_i64(), found["past"]["total"].as_i64()), (Some(1), Some(1)), "{found}");
    let at = found["past"]["days"].as_array().unwrap().iter().position(|day| day["count"] == 1);
    assert_eq!(at, Some(29 - 4), "two days before the end, which was two days ago");
    let found = preview(
        &test,
        &admin,
        json!({ "subject": "certificates", "conditions": [{ "status": "Expired" }, { "q": "web" }] }),
    )
    .await;
    let known: Vec<bool> = found["past"]["conditions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|condition| condition["known"].as_bool().unwrap())
        .collect();
    assert_eq!(known, [true, false]);
    test.stop().await;
}

async fn what_is_wrong_with_a_rule_is_named(on: On) {
    let (test, admin) = server(on).await;
    let good = json!({ "name": "Web", "subject": "certificates", "conditions": [{ "q": "web" }], "severity": "info" });
    for (change, status, pointer) in [
        (json!({ "conditions": [{ "statuss": "Failed" }] }), 422, "/conditions/0/statuss"),
        (json!({ "conditions": [{ "q": "a" }, { "status": "Broken" }] }), 422, "/conditions/1/status"),
        (json!({ "conditions": [{ "q": "a", "limit": "5" }] }), 422, "/conditions/0/limit"),
        (json!({ "conditions": [] }), 422, "/conditions"),
        (json!({ "conditions": [{}] }), 422, "/conditions/0"),
        (json!({ "group_by": "kind" }), 422, "/group_by"),
        (
            json!({ "subject": "issuers", "conditions": [{ "kind": "x" }], "group_by": "team" }),
            422,
            "/group_by",
        ),
        (json!({ "repeat_seconds": 10 }), 422, "/repeat_seconds"),
        (
            json!({ "quiet_hours": { "time_zone": "Here", "from": "22:00", "to": "07:00" } }),
            422,
            "/quiet_hours/time_zone",
        ),
    ] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let sent = test.request(Method::POST, "/api/v1/alert-rules").bearer_auth(&admin).json(&body).send();
        let code = if status == 400 { "malformed" } else { "invalid" };
        assert_eq!(problem(sent.await.unwrap(), status, code).await.errors[0].pointer, pointer, "{change}");
    }
    let operator = test.key(Role::Operator).await;
    let sent = test.request(Method::POST, "/api/v1/alert-rules").bearer_auth(&operator).json(&good).send();
    problem(sent.await.unwrap(), 403, "forbidden").await;
    let made = post(&test, "/alert-rules", &admin, &good, StatusCode::CREATED).await;
    let path = format!("/api/v1/alert-rules/{}", made["id"].as_str().unwrap());
    let old = test.request(Method::PATCH, &path).bearer_auth(&admin).header("if-match", "\"9\"");
    problem(old.json(&json!({ "name": "x" })).send().await.unwrap(), 412, "precondition_failed").await;
    test.stop().await;
}

async fn alerts_and_previews_keep_to_the_callers_scope(on: On) {
    let (test, admin) = server(on).await;
    certificates(&test, &admin, "lab", 2).await;
    certificates(&test, &admin, "production", 3).await;
    rule(&test, &admin, json!({ "group_by": "object" })).await;
    pass(&test, 0).await;
    let scope = Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned()] };
    let narrow = test.scoped_key(Role::Operator, scope).await;
    assert_eq!(listed(&test, &admin, OF_RULE).await.len(), 5);
    let seen = listed(&test, &narrow, OF_RULE).await;
    assert!(seen.len() == 2 && seen.iter().all(|alert| alert["environment"] == "lab"), "{seen:?}");
    let facets = body_of(test.get("/api/v1/alerts/facets", &narrow).await, StatusCode::OK).await;
    let environments = facets["facets"].as_array().unwrap().iter().find(|one| one["facet"] == "environment");
    assert_eq!(environments.unwrap()["values"], json!([{ "value": "lab", "count": 2 }]));
    let other = listed(&test, &admin, "environment=production").await[0]["id"].as_str().unwrap().to_owned();
    problem(test.get(&format!("/api/v1/alerts/{other}"), &narrow).await, 404, "not_found").await;
    for (what, body) in
        [("acknowledge", json!({})), ("snooze", json!({ "until_change": true })), ("unsnooze", json!({}))]
    {
        let path = format!("/api/v1/alerts/{other}/{what}");
        let sent = test.request(Method::POST, &path).bearer_auth(&narrow).json(&body).send();
        problem(sent.await.unwrap(), 404, "not_found").await;
    }
    let all = json!({ "filter": { "kind": "rule" } });
    let done = post(&test, "/alerts/acknowledge", &narrow, &all, StatusCode::OK).await;
    assert_eq!(done["acknowledged"], 2);
    let draft = json!({ "subject": "certificates", "conditions": [{ "q": "web" }] });
    assert_eq!(preview(&test, &narrow, draft.clone()).await["matches"], 2);
    assert_eq!(preview(&test, &admin, draft).await["matches"], 5);
    test.stop().await;
}
