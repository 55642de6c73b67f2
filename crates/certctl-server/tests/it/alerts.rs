//! Alerts: opened and closed by what the control plane sees, on a clock that the test turns.

use std::sync::Arc;
use std::time::Duration;

use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::id::CertificateId;
use certctl_core::permission::Role;
use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use certctl_server::{app::SystemRandom, backup, config::Config, engine, error::Error};
use certctl_store::alerts::AlertRow;
use certctl_store::holders::{self, HolderRow};
use certctl_store::{StoreError, alerts, args};
use certctl_test_postgres::TestPostgres;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, json as body_of, problem};

crate::harness::on_both!(
    an_alert_is_somebodys_until_it_is_given_back,
    a_backup_that_is_too_old_is_an_alert_until_there_is_another,
    thresholds_open_one_alert_each_and_a_renewal_closes_the_last,
    a_changed_policy_tells_nobody_twice,
    people_acknowledge_and_snooze,
    failing_work_stuck_jobs_and_lost_parts_are_alerts,
    lists_filter_and_count,
);

const DAY: u64 = 86_400;

/// An alert put straight into the store, of a kind that no look closes.
pub(crate) async fn put(test: &TestServer, id: &str, certificate: &str) {
    let row = row(id, certificate, test.app().now());
    test.app().store.bookkeeping("test.alert", move |tx| alerts::insert(tx, &row)).await.unwrap();
}

/// Such an alert.
pub(crate) fn row(id: &str, certificate: &str, now: Ts) -> AlertRow {
    AlertRow {
        id: id.parse().unwrap(),
        dedup_key: format!("test:{id}"),
        mark: None,
        kind: AlertKind::Rule,
        severity: AlertSeverity::Warning,
        state: AlertState::Open,
        object_kind: "certificate".to_owned(),
        object_id: certificate.to_owned(),
        certificate_id: Some(certificate.parse().unwrap()),
        agent_id: None,
        issuer_id: None,
        owner_id: None,
        team_id: None,
        environment: None,
        rule_id: None,
        group_key: None,
        title: "A test".to_owned(),
        cause: "it was put here".to_owned(),
        code: "test".to_owned(),
        params: json!({}),
        count: 1,
        opened_at: now,
        changed_at: now,
        last_seen_at: now,
        acknowledged_at: None,
        acknowledged_by: None,
        snoozed_until: None,
        snoozed_until_change: false,
        note: None,
        closed_at: None,
        closed_because: None,
        told_at: Some(now),
        close_due: false,
        assigned_to: None,
        assigned_at: None,
        unattended_since: None,
        escalated_at: None,
        members: 1,
        told_members: 0,
        revision: 1,
    }
}

/// Turns the clock and lets the task look.
pub(crate) async fn pass(test: &TestServer, seconds: u64) {
    test.clock.advance(Duration::from_secs(seconds));
    // The server's own task may look in the same moment; the one that comes second looks again, as the task does.
    for _ in 0..10 {
        match engine::alerts::tick(test.app().clone()).await {
            Err(Error::Conflict { code: "changed_meanwhile", .. }) => {}
            looked => {
                looked.unwrap();
                return;
            }
        }
    }
    panic!("the alerts changed under each of ten looks");
}

async fn post(test: &TestServer, path: &str, key: &str, body: &Value, status: StatusCode) -> Value {
    let sent = test.request(Method::POST, &format!("/api/v1{path}")).bearer_auth(key).json(body).send();
    body_of(sent.await.unwrap(), status).await
}

/// A certificate whose key is somewhere else, without a version.
pub(crate) async fn certificate(test: &TestServer, key: &str, body: Value) {
    let mut certificate = json!({ "key_strategy": "external", "issue": false });
    certificate.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    post(test, "/certificates", key, &certificate, StatusCode::CREATED).await;
}

/// Lets a holder have a version, as an issuance would leave it.
pub(crate) async fn version(test: &TestServer, certificate: &str, version: &str, seconds: i64) {
    let begin = test.app().now();
    let id: CertificateId = certificate.parse().unwrap();
    let row = HolderRow {
        current_version_id: Some(version.parse().unwrap()),
        not_before: Some(begin),
        not_after: Some(begin.plus_seconds(seconds)),
        alert_at: Some(begin),
        hint_at: None,
        ..HolderRow::new(&id, holders::EXTERNAL)
    };
    let write = move |tx: &mut certctl_store::Tx<'_>| {
        holders::insert(tx, &row.certificate_id, holders::EXTERNAL)?;
        holders::set_current(tx, &row)?;
        certctl_store::certificates::refresh(tx, &row.certificate_id, Some(None), None)
    };
    test.app().store.bookkeeping("test.version", write).await.unwrap();
}

pub(crate) async fn listed(test: &TestServer, key: &str, query: &str) -> Vec<Value> {
    let page = body_of(test.get(&format!("/api/v1/alerts?{query}"), key).await, StatusCode::OK).await;
    page["items"].as_array().unwrap().clone()
}

fn of(alerts: &[Value], field: &str) -> Vec<String> {
    alerts.iter().map(|alert| alert[field].as_str().unwrap_or("-").to_owned()).collect()
}

async fn thresholds_open_one_alert_each_and_a_renewal_closes_the_last(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    certificate(&test, &admin, json!({ "id": "mc-web", "name": "web", "names": ["web.example.internal"] }))
        .await;
    version(&test, "mc-web", "cv-first", 90 * 86_400).await;
    let mut seen = Vec::new();
    for (advance, expected) in [
        (0, None),
        (59, None),
        (1, Some("30d")),
        (10, Some("30d")),
        (10, Some("14d")),
        (3, Some("7d")),
        (8, Some("0d")),
    ] {
        pass(&test, advance * DAY).await;
        let open = listed(&test, &admin, "kind=certificate_expiring").await;
        let marks: Vec<&str> = open.iter().map(|a| a["params"]["threshold"].as_str().unwrap()).collect();
        assert_eq!(marks, Vec::from_iter(expected), "after {advance} more days");
        seen.extend(open.first().map(|alert| alert["severity"].as_str().unwrap().to_owned()));
        // A second look finds nothing new.
        let before = test.audited("alert.open").await.len();
        pass(&test, 0).await;
        assert_eq!(test.audited("alert.open").await.len(), before);
    }
    // Nobody renews an external key by itself: what would be information is a warning.
    assert_eq!(seen, ["warning", "warning", "warning", "critical", "critical"]);
    let open = listed(&test, &admin, "certificate_id=mc-web").await;
    assert_eq!(open[0]["title"], "web has expired");
    assert_eq!(open[0]["code"], "expired");

    version(&test, "mc-web", "cv-second", 90 * 86_400).await;
    pass(&test, 1).await;
    assert!(listed(&test, &admin, "certificate_id=mc-web").await.is_empty());
    let closed = listed(&test, &admin, "certificate_id=mc-web&state=closed").await;
    assert_eq!(closed.len(), 4, "{closed:?}");
    let last = closed[0]["closed_because"].as_str().unwrap();
    assert!(last.starts_with("renewed: cv-second is valid until"), "{last}");
    let because = of(&closed[1..], "closed_because");
    assert_eq!(because, ["0d", "7d", "14d"].map(|mark| format!("the threshold {mark} took its place")));
    test.stop().await;
}

async fn a_changed_policy_tells_nobody_twice(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    post(&test, "/renewal-policies", &admin, &json!({ "id": "rp-lab", "name": "Lab" }), StatusCode::CREATED)
        .await;
    let names = json!(["web.example.internal"]);
    certificate(&test, &admin, json!({ "id": "mc-web", "names": names, "renewal_policy_id": "rp-lab" }))
        .await;
    version(&test, "mc-web", "cv-first", 90 * 86_400).await;
    pass(&test, 65 * DAY).await;
    assert_eq!(listed(&test, &admin, "certificate_id=mc-web").await.len(), 1);
    for (days, expected) in [(json!([10]), 0), (json!([30, 14]), 1), (json!([]), 0), (json!([30]), 1)] {
        let change = json!({ "alert_thresholds_days": days });
        let path = "/api/v1/renewal-policies/rp-lab";
        let sent = test.request(Method::PATCH, path).bearer_auth(&admin).json(&change).send().await.unwrap();
        body_of(sent, StatusCode::OK).await;
        engine::renewal::tick(test.app().clone()).await.unwrap();
        pass(&test, 1).await;
        assert_eq!(listed(&test, &admin, "certificate_id=mc-web").await.len(), expected, "{days}");
    }
    let all = listed(&test, &admin, "certificate_id=mc-web&state=open,closed").await;
    assert_eq!((all.len(), all[0]["count"].as_i64()), (1, Some(3)), "{all:?}");
    for (action, n) in [("alert.open", 1), ("alert.reopen", 2)] {
        let recorded = test.audited(action).await;
        let of_it = recorded.iter().filter(|row| row.object_id == all[0]["id"].as_str().unwrap());
        assert_eq!(of_it.count(), n, "{recorded:?}");
    }

    // An archived certificate has no alerts.
    let path = "/api/v1/certificates/mc-web";
    test.request(Method::DELETE, path).bearer_auth(&admin).send().await.unwrap();
    pass(&test, 1).await;
    assert!(listed(&test, &admin, "certificate_id=mc-web").await.is_empty());
    test.stop().await;
}

async fn people_acknowledge_and_snooze(on: On) {
    let test = TestServer::start(on).await;
    let (admin, viewer) = (test.key(Role::Admin).await, test.key(Role::Viewer).await);
    certificate(&test, &admin, json!({ "id": "mc-web", "names": ["web.example.internal"] })).await;
    version(&test, "mc-web", "cv-first", 90 * 86_400).await;
    pass(&test, 62 * DAY).await;
    let id = listed(&test, &admin, "certificate_id=mc-web").await[0]["id"].as_str().unwrap().to_owned();
    let path = |what: &str| format!("/alerts/{id}/{what}");

    let refused = test.request(Method::POST, &format!("/api/v1{}", path("acknowledge"))).bearer_auth(&viewer);
    problem(refused.json(&json!({})).send().await.unwrap(), 403, "forbidden").await;

    let taken =
        post(&test, &path("acknowledge"), &admin, &json!({ "reason": "on it" }), StatusCode::OK).await;
    assert_eq!((taken["state"].as_str(), taken["note"].as_str()), (Some("acknowledged"), Some("on it")));
    assert!(taken["acknowledged_by"].as_str().unwrap().starts_with("key-"), "{taken}");
    let send = |what: &str, body: Value| {
        test.request(Method::POST, &format!("/api/v1{}", path(what))).bearer_auth(&admin).json(&body).send()
    };
    problem(send("acknowledge", json!({})).await.unwrap(), 409, "alert_state").await;
    problem(send("unsnooze", json!({})).await.unwrap(), 409, "alert_state").await;
    for bad in [
        json!({}),
        json!({ "until": test.app().now() }),
        json!({ "until": "2030-01-01T00:00:00Z", "until_change": true }),
    ] {
        let refused = problem(send("snooze", bad).await.unwrap(), 422, "invalid").await;
        assert_eq!(refused.errors[0].pointer, "/until");
    }

    // Until a time: quiet, then open again.
    let until = test.app().now().plus_seconds(3_600);
    let quiet = post(&test, &path("snooze"), &admin, &json!({ "until": until }), StatusCode::OK).await;
    assert_eq!(
        (quiet["state"].as_str(), quiet["snoozed_until"].as_str()),
        (Some("snoozed"), Some(until.to_string().as_str()))
    );
    pass(&test, 3_599).await;
    assert_eq!(listed(&test, &admin, "certificate_id=mc-web").await[0]["state"], "snoozed");
    pass(&test, 1).await;
    assert_eq!(listed(&test, &admin, "certificate_id=mc-web").await[0]["state"], "open");

    // Until it changes: the next threshold is another alert, so this one is over.
    let quiet = post(&test, &path("snooze"), &admin, &json!({ "until_change": true }), StatusCode::OK).await;
    assert_eq!(quiet["snoozed_until_change"], true);
    pass(&test, 14 * DAY).await;
    let open = listed(&test, &admin, "certificate_id=mc-web").await;
    assert_eq!((open.len(), open[0]["state"].as_str()), (1, Some("open")), "{open:?}");
    assert_ne!(open[0]["id"].as_str(), Some(id.as_str()));
    problem(send("snooze", json!({ "until_change": true })).await.unwrap(), 409, "alert_state").await;
    test.stop().await;
}

async fn failing_work_stuck_jobs_and_lost_parts_are_alerts(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let (agent, _) = crate::harness::agent(&test, "web").await;
    let nginx = json!({
        "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem", "probe": [{ "address": "127.0.0.1:1" }],
    });
    let target =
        json!({ "id": "tgt-web", "name": "web", "kind": "nginx", "agent_id": agent, "config": nginx });
    post(&test, "/targets", &admin, &target, StatusCode::CREATED).await;
    let wanted = json!({ "id": "mc-host", "name": "host", "names": ["host.example.internal"], "target_ids": ["tgt-web"] });
    let made = post(&test, "/certificates", &admin, &wanted, StatusCode::CREATED).await;
    let job = made["jobs"][0]["id"].as_str().unwrap().to_owned();
    pass(&test, 17 * 3_600).await;
    assert!(listed(&test, &admin, "kind=job_stuck").await.is_empty());

    // No CSR, and the deadline is near.
    pass(&test, 2 * 3_600).await;
    let stuck = listed(&test, &admin, "kind=job_stuck").await;
    assert_eq!(
        (of(&stuck, "object_id"), of(&stuck, "code")),
        (vec![job.clone()], vec!["csr_deadline_near".to_owned()])
    );

    // The deadline passes: the job has failed, which is another alert.
    test.clock.advance(Duration::from_secs(6 * 3_600));
    engine::upkeep::reap(test.app().clone()).await.unwrap();
    pass(&test, 1).await;
    let stuck = listed(&test, &admin, "kind=job_stuck&state=closed").await;
    assert_eq!(of(&stuck, "closed_because"), ["the job is Failed"]);
    let failing = listed(&test, &admin, "kind=renewal_failing").await;
    assert_eq!(of(&failing, "object_id"), ["mc-host"]);
    assert!(failing[0]["cause"].as_str().unwrap().contains("no CSR came"), "{failing:?}");

    // The agent has a version that is due, and is not there.
    let host: CertificateId = "mc-host".parse().unwrap();
    let holder = agent.to_string();
    let due = move |tx: &mut certctl_store::Tx<'_>| {
        let now = tx.now();
        let row = HolderRow {
            current_version_id: Some("cv-host".parse().unwrap()),
            not_before: Some(now.plus_seconds(-86_400)),
            not_after: Some(now.plus_seconds(86_400)),
            renew_after: Some(now),
            ..HolderRow::new(&host, &holder)
        };
        holders::set_current(tx, &row)?;
        certctl_store::alert_watch::note_trouble(tx, &"iss-local".parse().unwrap(), "connection refused")
    };
    test.app().store.bookkeeping("test.due", due).await.unwrap();
    pass(&test, 61).await;
    let offline = listed(&test, &admin, "kind=agent_offline").await;
    assert_eq!(
        (of(&offline, "object_id"), of(&offline, "severity")),
        (vec![agent.to_string()], vec!["critical".to_owned()])
    );
    let unreachable = listed(&test, &admin, "issuer_id=iss-local&kind=issuer_unreachable").await;
    assert_eq!(of(&unreachable, "severity"), ["warning"]);
    let acknowledged = unreachable[0]["id"].as_str().unwrap();
    post(&test, &format!("/alerts/{acknowledged}/acknowledge"), &admin, &json!({}), StatusCode::OK).await;
    // It gets worse, and somebody has to look again.
    pass(&test, 3_600).await;
    let unreachable = listed(&test, &admin, "kind=issuer_unreachable").await;
    assert_eq!(
        (of(&unreachable, "severity"), of(&unreachable, "state")),
        (vec!["critical".to_owned()], vec!["open".to_owned()])
    );

    let well = |tx: &mut certctl_store::Tx<'_>| {
        let now = tx.now();
        certctl_store::alert_watch::end_trouble(tx, &"iss-local".parse().unwrap())?;
        tx.exec("-- test.online\nUPDATE agents SET health = 'online', last_seen_at = $1", args![now])?;
        tx.exec("-- test.issued\nUPDATE certificates SET last_failed = FALSE", args![])?;
        Ok::<_, StoreError>(())
    };
    test.app().store.bookkeeping("test.well", well).await.unwrap();
    pass(&test, 1).await;
    let left = listed(&test, &admin, "").await;
    let kinds = of(&left, "kind");
    assert!(kinds.iter().all(|kind| kind == "certificate_expiring" || kind.starts_with("own")), "{left:?}");

    // The server's own certificate and the CAs, at the end of their lives.
    pass(&test, 19 * 365 * DAY + 300 * DAY).await;
    let own = listed(&test, &admin, "kind=own_certificate_expiring").await;
    assert!(of(&own, "object_id").contains(&"ca-server".to_owned()), "{own:?}");
    test.stop().await;
}

async fn lists_filter_and_count(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    for n in 0..5 {
        let (id, alert) = (format!("mc-web-{n}"), format!("al-{n}"));
        certificate(&test, &admin, json!({ "id": id, "names": ["web.example.internal"] })).await;
        put(&test, &alert, &id).await;
    }
    let first = body_of(test.get("/api/v1/alerts?limit=2&total=true", &admin).await, StatusCode::OK).await;
    assert_eq!((first["items"][0]["id"].as_str(), first["total"].as_i64()), (Some("al-4"), Some(5)));
    let next = format!("/api/v1/alerts?limit=3&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = body_of(test.get(&next, &admin).await, StatusCode::OK).await;
    let ids = of(second["items"].as_array().unwrap(), "id");
    assert_eq!((ids.join(" ").as_str(), second["next_cursor"].is_null()), ("al-2 al-1 al-0", true));

    for (bad, pointer) in
        [("state=shut", "?state"), ("kind=", "?kind"), ("cursor=x", "?cursor"), ("nope=1", "?nope")]
    {
        let refused =
            problem(test.get(&format!("/api/v1/alerts?{bad}"), &admin).await, 400, "malformed").await;
        assert_eq!(refused.errors[0].pointer, pointer, "{bad}");
    }
    let filter = json!({ "filter": { "certificate_id": "mc-web-1" } });
    let done = post(&test, "/alerts/acknowledge", &admin, &filter, StatusCode::OK).await;
    assert_eq!(done, json!({ "acknowledged": 1, "more": false }));
    let done =
        post(&test, "/alerts/acknowledge", &admin, &json!({ "ids": ["al-1", "al-2"] }), StatusCode::OK).await;
    assert_eq!(done["acknowledged"], 1);
    let bad = json!({ "filter": { "statte": "open" } });
    let sent = test.request(Method::POST, "/api/v1/alerts/acknowledge").bearer_auth(&admin).json(&bad).send();
    assert_eq!(problem(sent.await.unwrap(), 422, "invalid").await.errors[0].pointer, "/filter/statte");

    let facets =
        body_of(test.get("/api/v1/alerts/facets?severity=warning", &admin).await, StatusCode::OK).await;
    let values = |facet: &str| {
        let all = facets["facets"].as_array().unwrap();
        all.iter().find(|one| one["facet"] == facet).unwrap()["values"].clone()
    };
    assert_eq!(facets["total"], 5);
    let states = json!([{ "value": "open", "count": 3 }, { "value": "acknowledged", "count": 2 }]);
    assert_eq!(values("state"), states);
    assert_eq!(values("owner_id"), json!([{ "value": null, "count": 5 }]));
    assert_eq!(listed(&test, &admin, "state=acknowledged&severity=warning,critical").await.len(), 2);
    let shown = body_of(test.get("/api/v1/certificates/mc-web-1", &admin).await, StatusCode::OK).await;
    assert_eq!(shown["alerts"], json!({ "open": 1, "critical": 0 }), "acknowledged ones are not closed");
    let opened = Ts::from_second(0);
    assert!(listed(&test, &admin, &format!("opened_before={opened}")).await.is_empty());
    test.stop().await;
}

async fn a_backup_that_is_too_old_is_an_alert_until_there_is_another(on: On) {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    let database = match on {
        On::Sqlite => None,
        On::Postgres => Some(TestPostgres::database()),
    };
    if let Some(database) = &database {
        config.database_url = Secret::new(database.url.clone());
    }
    config.backup_max_age = Some(2 * 86_400);
    let test = TestServer::with(config, directory, database).await;
    let admin = test.key(Role::Admin).await;
    let open = async || {
        let answer = test.get("/api/v1/alerts?kind=backup_overdue&state=open", &admin).await;
        body_of(answer, StatusCode::OK).await["items"].as_array().unwrap().clone()
    };
    pass(&test, 0).await;
    assert_eq!(open().await, Vec::<Value>::new(), "a new installation has two days");
    pass(&test, 2 * DAY + 60).await;
    let found = open().await;
    assert_eq!((found.len(), &found[0]["code"]), (1, &json!("never")), "{found:?}");

    // Beside the running server, as the command line does it.
    let out = test.directory.path().join("backup");
    let secret = Secret::new("correct horse battery staple".to_owned());
    let (clock, random) = (Arc::new(test.clock.clone()), Arc::new(SystemRandom));
    let report = backup::write(&test.app().config, &out, &secret, clock, random).await.unwrap();
    assert_eq!(report.unnoted, None);
    let rows = test.audited("instance.backup").await;
    assert!(rows.len() == 1 && rows[0].summary.contains(&report.created_at.to_string()), "{rows:?}");
    pass(&test, 0).await;
    assert_eq!(open().await, Vec::<Value>::new());
    pass(&test, 3 * DAY).await;
    let found = open().await;
    assert_eq!((&found[0]["code"], &found[0]["severity"]), (&json!("too_old"), &json!("warning")));
    pass(&test, 4 * DAY).await;
    assert_eq!(open().await[0]["severity"], "critical");

    // A file that is there already is no backup, and nothing is noted.
    let (clock, random) = (Arc::new(test.clock.clone()), Arc::new(SystemRandom));
    backup::write(&test.app().config, &out, &secret, clock, random).await.unwrap_err();
    pass(&test, 0).await;
    assert_eq!(open().await.len(), 1);
    test.stop().await;
}

async fn an_alert_is_somebodys_until_it_is_given_back(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    certificate(&test, &admin, json!({ "id": "mc-web", "names": ["web.example.internal"] })).await;
    put(&test, "al-web", "mc-web").await;
    let user =
        json!({ "id": "u-ann", "username": "ann", "role": "operator", "password": "lamp river otter" });
    post(&test, "/users", &admin, &user, StatusCode::CREATED).await;
    let path = "/alerts/al-web/assign";
    let to = |user: &str| json!({ "user_id": user, "reason": "her host" });
    let alert = post(&test, path, &admin, &to("u-ann"), StatusCode::OK).await;
    assert_eq!((&alert["assigned_to"], &alert["assigned_to_name"]), (&json!("u-ann"), &json!("ann")));
    assert_eq!(alert["state"], "open", "she may not know of it yet");
    let listed = async |query: &str| {
        let page = body_of(test.get(&format!("/api/v1/alerts?{query}"), &admin).await, StatusCode::OK).await;
        page["items"].as_array().unwrap().len()
    };
    assert_eq!((listed("assigned_to=u-ann").await, listed("assigned_to=none").await), (1, 0));
    let events = test.audited("alert.assign").await;
    assert_eq!(events[0].summary, "al-web was assigned to ann: her host");

    let refused = async |user: &str| {
        let sent = test.request(Method::POST, &format!("/api/v1{path}")).bearer_auth(&admin).json(&to(user));
        let found = problem(sent.send().await.unwrap(), 422, "invalid").await;
        assert_eq!(found.errors[0].pointer, "/user_id", "{user}");
    };
    refused("u-nobody").await;
    let disable = test.request(Method::PATCH, "/api/v1/users/u-ann").bearer_auth(&admin);
    disable.json(&json!({ "disabled": true })).send().await.unwrap();
    refused("u-ann").await;
    let alert = post(&test, path, &admin, &json!({}), StatusCode::OK).await;
    assert_eq!((&alert["assigned_to"], &alert["assigned_at"]), (&Value::Null, &Value::Null), "{alert}");
    test.stop().await;
}
