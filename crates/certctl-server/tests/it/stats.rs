//! Counts over the inventory: each agrees with the list that it names, within the caller's scope, and days that are over stay
//! as they were.

use std::time::Duration;

use certctl_core::deployment::DeploymentState;
use certctl_core::id::CertificateId;
use certctl_core::job::{JobKind, JobState};
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;
use certctl_server::engine;
use certctl_store::deployments::DeploymentRow;
use certctl_store::holders::{self, HolderRow};
use certctl_store::jobs::JobRow;
use certctl_store::targets::TargetRow;
use certctl_store::versions::VersionRow;
use certctl_store::{Tx, args, certificates, deployments, jobs, targets, versions};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::alerts::certificate;
use crate::harness::{On, TestServer, agent, eventually, json as body_of, problem};

crate::harness::on_both!(
    each_number_is_the_length_of_its_list,
    yesterday_is_remembered_within_each_scope,
    the_calendar_counts_a_places_days,
    outcomes_outlive_their_jobs,
    a_certificate_has_a_score_with_its_parts,
);

pub(crate) const DAY: i64 = 86_400;

/// What a test certificate is like; times are distances from now in seconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Like {
    /// From its beginning to its end.
    pub(crate) life: Option<(i64, i64)>,
    /// When it is to be renewed.
    pub(crate) renews: Option<i64>,
    /// The cause of its last failure.
    pub(crate) failed: Option<&'static str>,
    /// An open job in this state.
    pub(crate) open: Option<JobState>,
    /// Its host; `external` when absent.
    pub(crate) agent: Option<&'static str>,
    /// What became of its current version on its target, and when.
    pub(crate) deployed: Option<(DeploymentState, i64)>,
}

/// Puts a certificate into the store as its life would leave it.
pub(crate) async fn put(test: &TestServer, key: &str, body: Value, like: Like) {
    let id: CertificateId = body["id"].as_str().unwrap().parse().unwrap();
    certificate(test, key, body).await;
    let now = test.app().now();
    let write = move |tx: &mut Tx<'_>| {
        let holder = like.agent.unwrap_or(holders::EXTERNAL);
        if like.agent.is_some() {
            tx.exec("-- test.holders\nDELETE FROM holders WHERE certificate_id = $1", args![&id])?;
        }
        holders::insert(tx, &id, holder)?;
        let version = format!("cv-{}", &id.as_str()[3..]);
        if let Some((begin, end)) = like.life {
            let row = VersionRow {
                id: version.parse().unwrap(),
                certificate_id: id.clone(),
                holder: holder.to_owned(),
                issuer_id: "iss-local".parse().unwrap(),
                serial: format!("{:032x}", id.as_str().bytes().fold(7_u128, |n, b| n * 31 + u128::from(b))),
                fingerprint_sha256: format!("f-{id}"),
                public_key_sha256: format!("k-{id}"),
                key_algorithm: "ecdsa-p256".to_owned(),
                not_before: now.plus_seconds(begin),
                not_after: now.plus_seconds(end),
                certificate_der: vec![0],
                job_id: format!("job-{}", &id.as_str()[3..]).parse().unwrap(),
                key_retired_at: None,
                key_asked_at: None,
                key_kept_because: None,
                chain_pem: None,
                generation: 1,
                created_at: now.plus_seconds(begin),
            };
            versions::insert(tx, &row)?;
            let row = HolderRow {
                current_version_id: Some(row.id),
                not_before: Some(row.not_before),
                not_after: Some(row.not_after),
                renew_after: like.renews.map(|at| now.plus_seconds(at)),
                ..HolderRow::new(&id, holder)
            };
            holders::set_current(tx, &row)?;
        }
        if let Some(state) = like.open {
            jobs::insert(tx, &job(&id, holder, state, now, "open"))?;
        }
        if let (Some((state, at)), Some(agent)) = (like.deployed, like.agent) {
            let target = TargetRow {
                id: format!("tgt-{}", &id.as_str()[3..]).parse().unwrap(),
                name: format!("on {agent}"),
                kind: "file".to_owned(),
                config: json!({ "certificate_path": "/tmp/a.pem", "key_path": "/tmp/a.key" }),
                agent_id: agent.parse().unwrap(),
                created_at: now,
                updated_at: now,
                revision: 1,
                last_test_id: None,
                last_test_state: None,
                last_test_at: None,
            };
            targets::insert(tx, &target)?;
            certificates::add_target(tx, &id, &target.id)?;
            let row = DeploymentRow {
                id: format!("dep-{}", &id.as_str()[3..]).parse().unwrap(),
                certificate_id: id.clone(),
                version_id: version.parse().unwrap(),
                target_id: target.id,
                agent_id: target.agent_id,
                state,
                job_id: None,
                previous_fingerprint: None,
                seen: json!([]),
                live_at: None,
                error: None,
                created_at: now.plus_seconds(at),
                updated_at: now.plus_seconds(at),
            };
            deployments::insert(tx, &row)?;
        }
        certificates::refresh(tx, &id, like.failed.map(Some), None)
    };
    test.app().store.bookkeeping("test.put", write).await.unwrap();
}

pub(crate) fn job(id: &CertificateId, holder: &str, state: JobState, at: Ts, word: &str) -> JobRow {
    let ended = matches!(state, JobState::Completed | JobState::Failed | JobState::Cancelled);
    JobRow {
        id: format!("job-{}-{word}", &id.as_str()[3..]).parse().unwrap(),
        kind: JobKind::Renewal,
        state,
        executor: String::new(),
        certificate_id: id.clone(),
        holder: holder.to_owned(),
        target_id: None,
        version_id: None,
        deployment_id: None,
        reason: "a test".to_owned(),
        attempts: 1,
        max_attempts: 8,
        run_after: at,
        deadline: Some(at.plus_seconds(3 * DAY)),
        lease_owner: None,
        lease_token: None,
        lease_expires_at: (state == JobState::Running).then(|| at.plus_seconds(30 * DAY)),
        csr: None,
        intent: None,
        error: None,
        created_at: at,
        updated_at: at,
        finished_at: ended.then_some(at),
        requested_by_kind: "system".to_owned(),
        requested_by: "test".to_owned(),
        approval_because: (state == JobState::AwaitingApproval).then(|| "a test".to_owned()),
        approval_id: None,
        request_id: None,
        traceparent: None,
    }
}

pub(crate) async fn read(test: &TestServer, key: &str, path: &str) -> Value {
    body_of(test.get(&format!("/api/v1{path}"), key).await, StatusCode::OK).await
}

/// How many rows a list with filters has.
pub(crate) async fn rows(test: &TestServer, key: &str, rows: &Value) -> i64 {
    let mut request = test
        .request(Method::GET, &format!("/api/v1{}", rows["path"].as_str().unwrap()))
        .query(&[("total", "true")]);
    for (name, value) in rows["query"].as_object().unwrap() {
        request = request.query(&[(name.as_str(), value.as_str().unwrap())]);
    }
    let page = body_of(request.bearer_auth(key).send().await.unwrap(), StatusCode::OK).await;
    page["total"].as_i64().unwrap()
}

/// One certificate of each condition, half of them in the lab.
async fn stock(test: &TestServer, key: &str) {
    agent(test, "web").await;
    let life = Some((-10 * DAY, 80 * DAY));
    let renews = Some(50 * DAY);
    let well = Like { life, renews, ..Like::default() };
    let host = Some("ag-web");
    let table: [(&str, &str, Like); 9] = [
        ("well", "lab", well.clone()),
        ("well-2", "production", well.clone()),
        ("due", "lab", Like { renews: Some(-DAY), ..well.clone() }),
        ("failing", "lab", Like { failed: Some("the CA said no"), ..well.clone() }),
        ("expired", "production", Like { life: Some((-90 * DAY, -DAY)), ..well.clone() }),
        (
            "unverified",
            "production",
            Like { agent: host, deployed: Some((DeploymentState::Failed, -2 * DAY)), ..well.clone() },
        ),
        ("waiting", "lab", Like { open: Some(JobState::AwaitingApproval), ..well.clone() }),
        ("renewing", "lab", Like { open: Some(JobState::Running), ..well.clone() }),
        ("pending", "production", Like::default()),
    ];
    for (name, environment, like) in table {
        let names = [format!("{name}.example.internal")];
        let body = json!({ "id": format!("mc-{name}"), "names": names, "environment": environment });
        put(test, key, body, like).await;
    }
}

async fn each_number_is_the_length_of_its_list(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    stock(&test, &admin).await;
    let scope = Scope { team_ids: vec![], environments: vec!["lab".to_owned()] };
    let lab = test.scoped_key(Role::Viewer, scope).await;
    for (key, all, names) in [
        (
            &admin,
            9,
            ["healthy", "due", "failing", "unverified", "expired", "waiting", "renewing", "pending"]
                .as_slice(),
        ),
        (&lab, 5, ["healthy", "due", "failing", "waiting", "renewing"].as_slice()),
    ] {
        // What was counted at the start, before there was anything, may be kept for a while if that took long.
        eventually("it is counted anew", async || {
            test.clock.advance(Duration::from_secs(1));
            read(&test, key, "/stats/summary").await["values"][0]["value"] == all
        })
        .await;
        let summary = read(&test, key, "/stats/summary").await;
        let values = summary["values"].as_array().unwrap();
        assert_eq!(values[0]["name"], "certificates");
        let value = |name: &str| values.iter().find(|value| value["name"] == name).unwrap();
        assert_eq!(value("certificates")["value"], all, "{summary}");
        for value in values.iter().filter(|value| value["rows"]["path"] == "/certificates") {
            assert_eq!(value["value"], rows(&test, key, &value["rows"]).await, "{value}");
            assert_eq!(value["of"], all, "{value}");
            let history = value["history"].as_array().unwrap();
            assert_eq!((history.len(), &history[9]["value"]), (10, &value["value"]));
        }
        for name in names {
            let least = i64::from(*name != "healthy");
            assert!(value(name)["value"].as_i64().unwrap() >= least, "{name}: {summary}");
        }
        let parts: i64 = values[1..9].iter().map(|value| value["value"].as_i64().unwrap()).sum();
        assert_eq!(parts, all, "every certificate has one condition: {summary}");
    }
    // Who sees all may look at a part; nobody looks at more than they may see.
    let part = read(&test, &admin, "/stats/summary?environment=lab").await;
    for value in
        part["values"].as_array().unwrap().iter().filter(|value| value["rows"]["path"] == "/certificates")
    {
        assert_eq!(value["value"], rows(&test, &admin, &value["rows"]).await, "{value}");
    }
    assert_eq!(part["values"][0]["value"], 5, "{part}");
    for path in ["summary", "expiry", "renewals", "issuance"] {
        let outside = test.get(&format!("/api/v1/stats/{path}?environment=production"), &lab).await;
        problem(outside, 403, "out_of_scope").await;
    }
    assert_eq!(read(&test, &admin, "/stats/fleet").await["agents"], 1);
    let auditor = test.key(Role::Auditor).await;
    problem(test.get("/api/v1/stats/summary", &auditor).await, 403, "forbidden").await;
    test.stop().await;
}

async fn yesterday_is_remembered_within_each_scope(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    stock(&test, &admin).await;
    let scope = Scope { team_ids: vec![], environments: vec!["lab".to_owned()] };
    let lab = test.scoped_key(Role::Viewer, scope).await;
    engine::stats::tick(test.app().clone()).await.unwrap();
    test.clock.advance(Duration::from_secs(86_400));
    // It is as if it had never failed.
    let cured = |tx: &mut Tx<'_>| certificates::refresh(tx, &"mc-failing".parse().unwrap(), Some(None), None);
    test.app().store.bookkeeping("test.cured", cured).await.unwrap();
    for (key, all) in [(&admin, 9), (&lab, 5)] {
        let summary = read(&test, key, "/stats/summary").await;
        let value = |name: &str| {
            let values = summary["values"].as_array().unwrap();
            values.iter().find(|value| value["name"] == name).unwrap()["history"].as_array().unwrap().clone()
        };
        let failing = value("failing");
        assert_eq!((&failing[8]["value"], &failing[9]["value"]), (&json!(1), &json!(0)), "{failing:?}");
        assert_eq!(failing[7]["value"], Value::Null, "nobody counted then");
        assert_eq!(value("certificates")[8]["value"], all);
    }
    test.stop().await;
}

async fn the_calendar_counts_a_places_days(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let end =
        |seconds: i64| Like { life: Some((-DAY, seconds)), renews: Some(seconds - DAY), ..Like::default() };
    let table: [(&str, Like); 5] = [
        ("gone", end(-3_600 - DAY)),
        ("first", end(3 * DAY)),
        ("second", Like { failed: Some("no"), ..end(3 * DAY) }),
        ("third", end(5 * DAY)),
        ("later", end(300 * DAY)),
    ];
    for (name, like) in table {
        let body = json!({ "id": format!("mc-{name}"), "names": [format!("{name}.example.internal")] });
        put(&test, &admin, body, like).await;
    }
    for (query, days) in
        [("", 182), ("&days=10", 10), ("&days=10&mode=renewal", 10), ("&days=7", 7), ("&hours=168", 168)]
    {
        for tz in ["UTC", "Pacific/Auckland", "America/Los_Angeles"] {
            let answer = read(&test, &admin, &format!("/stats/expiry?tz={tz}{query}")).await;
            let list = answer["days"].as_array().unwrap();
            assert_eq!((list.len(), &answer["tz"]), (days, &json!(tz)));
            let sum = |name: &str| list.iter().map(|day| day[name].as_i64().unwrap()).sum::<i64>();
            assert_eq!((sum("count"), sum("at_risk")), (3, 1), "{tz} {query}: {answer}");
            for day in list.iter().filter(|day| day["count"] != 0) {
                assert_eq!(day["count"], rows(&test, &admin, &day["rows"]).await, "{tz} {query}: {day}");
            }
            if query.is_empty() {
                assert_eq!(answer["before"], 1, "{answer}");
            }
        }
    }
    for bad in ["tz=Europe/Atlantis", "days=0", "days=401", "hours=169", "mode=birthday"] {
        problem(test.get(&format!("/api/v1/stats/expiry?{bad}"), &admin).await, 400, "malformed").await;
    }
    problem(test.get("/api/v1/stats/expiry?hours=2&days=2", &admin).await, 422, "invalid").await;
    for bad in ["renewals?days=0", "issuance?weeks=105", "fleet?days=3"] {
        problem(test.get(&format!("/api/v1/stats/{bad}"), &admin).await, 400, "malformed").await;
    }
    test.stop().await;
}

async fn outcomes_outlive_their_jobs(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let now = test.app().now();
    for (name, environment) in [("one", "lab"), ("two", "production")] {
        let names = [format!("{name}.example.internal")];
        let body = json!({ "id": format!("mc-{name}"), "names": names, "environment": environment });
        put(&test, &admin, body, Like::default()).await;
    }
    let finish = move |tx: &mut Tx<'_>| {
        let table = [
            ("mc-one", JobState::Completed, -3 * DAY, 1),
            ("mc-one", JobState::Completed, -2 * DAY, 3),
            ("mc-two", JobState::Failed, -2 * DAY, 8),
            ("mc-two", JobState::Completed, 0, 1),
            ("mc-two", JobState::Cancelled, 0, 1),
        ];
        for (number, (id, state, at, attempts)) in table.into_iter().enumerate() {
            let id: CertificateId = id.parse().unwrap();
            let word = number.to_string();
            jobs::insert(
                tx,
                &JobRow { attempts, ..job(&id, "external", state, now.plus_seconds(at), &word) },
            )?;
        }
        Ok::<_, certctl_store::StoreError>(())
    };
    test.app().store.bookkeeping("test.finish", finish).await.unwrap();
    let scope = Scope { team_ids: vec![], environments: vec!["lab".to_owned()] };
    let lab = test.scoped_key(Role::Viewer, scope).await;
    for rolled_up in [false, true, true] {
        for (key, succeeded, first_try, failed) in [(&admin, 3, 2, 1), (&lab, 2, 1, 0)] {
            let answer = read(&test, key, "/stats/renewals?days=10").await;
            let found = (&answer["succeeded"], &answer["first_try"], &answer["failed"]);
            assert_eq!(
                found,
                (&json!(succeeded), &json!(first_try), &json!(failed)),
                "{rolled_up}: {answer}"
            );
            assert_eq!(answer["days"].as_array().unwrap().len(), 10);
            let answer = read(&test, key, "/stats/issuance?weeks=4").await;
            assert_eq!(answer["issuers"][0]["signed"], succeeded, "{rolled_up}: {answer}");
            assert_eq!(answer["issuers"][0]["issuer_id"], "iss-local");
        }
        engine::stats::tick(test.app().clone()).await.unwrap();
        // What is rolled up needs its jobs no more.
        let prune = move |tx: &mut Tx<'_>| {
            let before = now.plus_seconds(-DAY);
            tx.exec("-- test.prune\nDELETE FROM jobs WHERE finished_at < $1", args![before])
        };
        test.app().store.bookkeeping("test.prune", prune).await.unwrap();
    }
    let answer = read(&test, &admin, "/stats/renewals?days=10").await;
    assert_eq!(answer["success_percent"], 75.0, "{answer}");
    test.stop().await;
}

async fn a_certificate_has_a_score_with_its_parts(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    stock(&test, &admin).await;
    let health =
        async |id: &str| read(&test, &admin, &format!("/certificates/mc-{id}")).await["health"].clone();
    let part = |health: &Value, name: &str| {
        let parts = health["parts"].as_array().unwrap();
        parts.iter().find(|part| part["part"] == name).unwrap().clone()
    };
    let well = health("well").await;
    // Somebody has to bring its CSR.
    assert_eq!((&well["score"], &part(&well, "policy")["reason"]), (&json!(90), &json!("renewed_by_hand")));
    assert_eq!(part(&well, "deployment")["reason"], "no_targets");
    let expired = health("expired").await;
    assert_eq!(
        (&part(&expired, "time")["points"], &part(&expired, "time")["reason"]),
        (&json!(0), &json!("expired"))
    );
    assert_eq!(part(&health("failing").await, "policy")["reason"], "renewal_failing");
    assert_eq!(part(&health("pending").await, "time")["reason"], "not_issued");
    let unverified = health("unverified").await;
    assert_eq!(part(&unverified, "deployment")["reason"], "not_deployed");
    assert_eq!(part(&unverified, "verification")["points"], 0);
    let page = read(&test, &admin, "/certificates").await;
    assert!(page["items"][0].get("health").is_none(), "a list has no scores: {page}");
    test.stop().await;
}
