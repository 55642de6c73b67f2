//! Long lists as a whole: anchors lead to the pages that they name, and each value of a facet finds as many rows as it counts.
//!
//! Not for: the list of certificates (`inventory.rs`) and pages (the lists' own files).

use certctl_api::audit::AuditHistogram;
use certctl_api::client::Client;
use certctl_api::lists::{Anchors, Facets};
use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::choice::Choice;
use certctl_core::facet::Facet;
use certctl_core::id::{AgentId, CertificateId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::permission::{Role, Scope};
use certctl_store::agents::AgentRow;
use certctl_store::alerts::AlertRow;
use certctl_store::jobs::{self, JobRow};
use certctl_store::targets::TargetRow;
use certctl_store::{Kind, StoreError, Tx, agents, alerts, targets};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, api, problem};
use crate::stats::job;

crate::harness::on_both!(
    jobs_are_counted_and_anchored,
    the_audit_trail_is_counted_and_anchored,
    agents_and_targets_are_counted_and_anchored,
    alerts_are_counted_and_anchored,
);

/// A value as the filters take it.
fn token(value: Option<&String>) -> String {
    let text = Choice { any: vec![value.cloned()], not: Vec::new() }.to_string();
    let mut encoded = String::new();
    for byte in text.bytes() {
        encoded.push_str(&format!("%{byte:02X}"));
    }
    encoded
}

/// The ids of a whole list, page by page.
async fn walked(client: &Client, list: &str, query: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Value = client.read(&format!("{list}?limit=500&{query}{cursor}")).await.unwrap();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

/// Holds a list's anchors and facets to its pages; gives the facets.
async fn checked(client: &Client, list: &str, query: &str) -> Facets {
    let ids = walked(client, list, query).await;
    let total = i64::try_from(ids.len()).unwrap();

    let anchors: Anchors = client.read(&format!("{list}/anchors?{query}")).await.unwrap();
    assert_eq!((anchors.total, anchors.every, anchors.approximate), (total, 200, false), "{list}?{query}");
    assert_eq!(anchors.anchors.len(), ids.len().saturating_sub(1) / 200, "{list}?{query}");
    for (at, cursor) in anchors.anchors.iter().enumerate() {
        let page: Value = client.read(&format!("{list}?limit=1&{query}&cursor={cursor}")).await.unwrap();
        assert_eq!(page["items"][0]["id"].to_string(), ids[(at + 1) * 200], "{list}?{query} {at}");
    }

    // Facets have no order.
    let filters: Vec<&str> = query.split('&').filter(|one| !one.starts_with("sort=")).collect();
    let filters = filters.join("&");
    let facets: Facets = client.read(&format!("{list}/facets?{filters}")).await.unwrap();
    assert_eq!((facets.total, facets.approximate), (total, false), "{list}?{query}");
    for counts in &facets.facets {
        let sum: i64 = counts.values.iter().map(|one| one.count).sum();
        assert_eq!((sum, counts.other_values), (total, 0), "{list}?{query} {}", counts.facet);
        for one in &counts.values {
            let own = format!("{}=", counts.facet);
            let mut query: Vec<&str> = filters.split('&').filter(|one| !one.starts_with(&own)).collect();
            let filter = format!("{own}{}", token(one.value.as_ref()));
            query.extend([filter.as_str(), "limit=1&total=true"]);
            let found: Value = client.read(&format!("{list}?{}", query.join("&"))).await.unwrap();
            assert_eq!(found["total"], one.count, "{list}?{query:?}");
        }
    }
    facets
}

fn count(facets: &Facets, facet: Facet, value: Option<&str>) -> i64 {
    let counts = facets.facets.iter().find(|one| one.facet == facet).unwrap();
    counts.values.iter().find(|one| one.value.as_deref() == value).map_or(0, |one| one.count)
}

/// A certificate in each of two environments, for what belongs to certificates.
async fn certificates(client: &Client) {
    for (id, environment) in [("mc-one", "lab"), ("mc-two", "production")] {
        let body = json!({
            "id": id, "names": [format!("{id}.example.internal")], "key_strategy": "external", "issue": false,
            "environment": environment,
        });
        let _: Value = client.post("/certificates", &body).await.unwrap();
    }
}

async fn narrow(server: &TestServer) -> Client {
    let scope = Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned()] };
    api(server.app(), &server.scoped_key(Role::Viewer, scope).await)
}

async fn jobs_are_counted_and_anchored(on: On) {
    let server = TestServer::start(on).await;
    let admin = api(server.app(), &server.key(Role::Admin).await);
    certificates(&admin).await;
    let now = server.app().now();
    let fill = move |tx: &mut Tx<'_>| {
        for n in 0..700_i64 {
            let id: CertificateId = if n % 3 == 0 { "mc-two" } else { "mc-one" }.parse().unwrap();
            let state = [JobState::Completed, JobState::Failed, JobState::Cancelled, JobState::Completed]
                [usize::try_from(n % 4).unwrap()];
            let kind = [JobKind::Issuance, JobKind::Renewal][usize::try_from(n % 5 / 3).unwrap()];
            let row = job(&id, "external", state, now.plus_seconds(n - 700), &format!("{n:04}"));
            let row = JobRow { id: format!("job-{n:04}").parse().unwrap(), kind, ..row };
            assert!(jobs::insert(tx, &row)?);
        }
        Ok::<_, StoreError>(())
    };
    server.app().store.bookkeeping("test.jobs", fill).await.unwrap();

    for query in ["", "sort=created", "sort=-created", "certificate_id=mc-two&sort=created"] {
        checked(&admin, "/jobs", query).await;
    }
    let facets = checked(&admin, "/jobs", "created=-100d..&min_attempts=1").await;
    assert_eq!((facets.total, count(&facets, Facet::State, Some("Completed"))), (700, 350));
    assert_eq!(count(&facets, Facet::Kind, Some("Renewal")), 280);
    let failed: Facets = admin.read("/jobs/facets?state=Failed,Cancelled").await.unwrap();
    assert_eq!((failed.total, count(&failed, Facet::State, Some("Completed"))), (350, 0));
    let anchors: Anchors = admin.read("/jobs/anchors?state=Failed,Cancelled&sort=created").await.unwrap();
    assert_eq!((anchors.total, anchors.anchors.len()), (350, 1));

    let narrowed = checked(&narrow(&server).await, "/jobs", "").await;
    assert_eq!(narrowed.total, 466);

    // An agent's own, as the list gives them with its id.
    let host = agent(0, &server);
    let (id, path) = (host.id.to_string(), format!("/agents/{}/jobs", host.id));
    let give = move |tx: &mut Tx<'_>| {
        assert!(agents::insert(tx, &host)?);
        for n in 0..620_i64 {
            let state = if n % 3 == 0 { JobState::Failed } else { JobState::Completed };
            let certificate = if n % 2 == 0 { "mc-two" } else { "mc-one" }.parse().unwrap();
            let row = job(&certificate, host.id.as_str(), state, now.plus_seconds(n), &format!("a{n:04}"));
            assert!(jobs::insert(tx, &row)?);
        }
        Ok::<_, StoreError>(())
    };
    server.app().store.bookkeeping("test.jobs", give).await.unwrap();
    for query in ["", "sort=created", "state=Failed", "kind=Issuance", "state=Completed&kind=Renewal"] {
        let own = walked(&admin, &path, query).await;
        assert_eq!(own, walked(&admin, "/jobs", &format!("agent_id={id}&{query}")).await, "{query}");
    }
    assert_eq!(walked(&narrow(&server).await, &path, "").await.len(), 310);
    let one: Value = admin.read(&format!("{path}?limit=1&total=true&state=Failed")).await.unwrap();
    assert_eq!((&one["total"], &one["items"][0]["agent_id"]), (&json!(207), &json!(id)), "{one}");
    let key = server.key(Role::Admin).await;
    problem(server.get("/api/v1/agents/ag-absent/jobs", &key).await, 404, "not_found").await;
    problem(server.get(&format!("/api/v1{path}?agent_id={id}"), &key).await, 400, "malformed").await;
    let nothing = checked(&admin, "/jobs", "min_attempts=9").await;
    assert_eq!(nothing.total, 0);
    server.stop().await;
}

async fn the_audit_trail_is_counted_and_anchored(on: On) {
    let server = TestServer::start(on).await;
    let key = server.key(Role::Admin).await;
    let admin = api(server.app(), &key);
    for n in 0..230 {
        let _: Value = admin.post("/owners", &json!({ "name": format!("n{n}") })).await.unwrap();
    }
    // Tasks of the server write too: only what is named stands still.
    for query in ["actor_kind=api_key", "action=owner.create", "outcome=success&action=owner.create"] {
        let facets = checked(&admin, "/audit", query).await;
        assert_eq!(count(&facets, Facet::Action, Some("owner.create")), 230, "{query}");
        assert_eq!(count(&facets, Facet::ActorKind, Some("api_key")), facets.total, "{query}");
    }
    let one: Value = admin.read("/audit?action=owner.create&limit=1").await.unwrap();
    let object = one["items"][0]["object_id"].as_str().unwrap();
    assert_eq!(checked(&admin, "/audit", &format!("object={object}")).await.total, 1);

    for query in ["action=owner.create", "action=owner.create&outcome=denied", "q=nothing-of-this-kind"] {
        let lain: AuditHistogram = admin.read(&format!("/audit/histogram?{query}")).await.unwrap();
        let found: Value = admin.read(&format!("/audit?{query}&limit=1&total=true")).await.unwrap();
        let sum: i64 = lain.steps.iter().map(|step| step.success + step.denied + step.failure).sum();
        assert_eq!((lain.total, sum), (found["total"].as_i64().unwrap(), lain.total), "{query}");
        assert!(lain.steps.is_sorted_by_key(|step| step.at) && lain.from <= lain.until, "{lain:?}");
        // Each step finds the events that it counts.
        for step in &lain.steps {
            let until = step.at.plus_seconds(lain.step_seconds);
            let part: Value = admin
                .read(&format!("/audit?{query}&since={}&until={until}&limit=1&total=true", step.at))
                .await
                .unwrap();
            assert_eq!(part["total"], step.success + step.denied + step.failure, "{query} {step:?}");
        }
    }
    let ranged: AuditHistogram =
        admin.read("/audit/histogram?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z").await.unwrap();
    assert_eq!((ranged.step_seconds, ranged.total, ranged.steps.len()), (900, 0, 0));

    // Behind more places than are looked through: what is older is left out, and the answer says so.
    let far = |tx: &mut Tx<'_>| {
        let given = if tx.kind() == Kind::Postgres { "OVERRIDING SYSTEM VALUE" } else { "" };
        let sql = format!(
            "-- test.far
             INSERT INTO audit_events (seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome,
                 summary, request_id, details) {given}
             VALUES (3000000, 'ae-far', $1, 'system', 'test', 'test.far', 'test', 'far', 'success', 'far', '', '{{}}')"
        );
        let now = tx.now();
        tx.exec(&sql, certctl_store::args![now])
    };
    server.app().store.bookkeeping("test.far", far).await.unwrap();
    for (query, total, approximate) in [
        ("action=owner.create", 0, true),
        ("action=test.far", 1, true),
        (format!("object={object}").as_str(), 1, false),
    ] {
        let facets: Facets = admin.read(&format!("/audit/facets?{query}")).await.unwrap();
        assert_eq!((facets.total, facets.approximate), (total, approximate), "{query}");
        let anchors: Anchors = admin.read(&format!("/audit/anchors?{query}")).await.unwrap();
        assert_eq!((anchors.total, anchors.approximate), (total, approximate), "{query}");
    }
    let refused = server.get("/api/v1/audit/facets?actor_kind=robot", &key).await;
    assert_eq!(problem(refused, 400, "malformed").await.errors[0].pointer, "?actor_kind");
    server.stop().await;
}

fn agent(n: usize, server: &TestServer) -> AgentRow {
    let now = server.app().now();
    AgentRow {
        id: format!("ag-w{n:04}").parse().unwrap(),
        name: format!("w{n:04}"),
        state: [AgentState::Active, AgentState::Quarantined, AgentState::Retired][n % 3],
        health: AgentHealth::Offline,
        identity_fingerprint: format!("{n:064}"),
        previous_fingerprint: None,
        identity_not_after: now,
        version: [None, Some("1.0.0"), Some("1.1.0, patched")][n % 4 % 3].map(str::to_owned),
        platform: None,
        capabilities: json!([]),
        dns_providers: None,
        abilities: None,
        environment: [None, Some("lab"), Some("none"), Some("-a,b")][n % 4].map(str::to_owned),
        boot_id: None,
        last_seen_at: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    }
}

async fn agents_and_targets_are_counted_and_anchored(on: On) {
    let server = TestServer::start(on).await;
    let admin_key = server.key(Role::Admin).await;
    let admin = api(server.app(), &admin_key);
    let now = server.app().now();
    let rows: Vec<AgentRow> = (0..420).map(|n| agent(n, &server)).collect();
    let fill = move |tx: &mut Tx<'_>| {
        for (n, row) in rows.iter().enumerate() {
            assert!(agents::insert(tx, row)?);
            let target = TargetRow {
                id: format!("tgt-w{n:04}").parse().unwrap(),
                name: format!("w{n}"),
                kind: ["file", "nginx", "haproxy"][n % 3].to_owned(),
                config: json!({}),
                agent_id: rows[n % 7].id.clone(),
                created_at: now,
                updated_at: now,
                revision: 1,
                last_test_id: None,
                last_test_state: None,
                last_test_at: None,
            };
            assert!(targets::insert(tx, &target)?);
        }
        Ok::<_, StoreError>(())
    };
    server.app().store.bookkeeping("test.fleet", fill).await.unwrap();

    for query in ["", "q=W0", "q=00"] {
        checked(&admin, "/agents", query).await;
    }
    let facets = checked(&admin, "/agents", "health=offline").await;
    assert_eq!((facets.total, count(&facets, Facet::State, Some("retired"))), (420, 140));
    assert_eq!(count(&facets, Facet::Environment, Some("-a,b")), 105);
    assert_eq!(count(&facets, Facet::Environment, None), 105);
    let others: Value = admin.read("/agents?environment=-lab,-none&total=true&limit=1").await.unwrap();
    assert_eq!(others["total"], 210);

    for query in [
        "sort=name",
        "sort=-name&q=W0",
        "sort=created",
        "sort=-updated",
        "sort=kind",
        "sort=-kind&kind=nginx,file",
        "environment=lab,none&sort=-created",
        "certificate_id=none&last_test=none&sort=name",
        "last_test=Failed&sort=kind",
    ] {
        checked(&admin, "/targets", query).await;
    }
    let named: Value = admin.read("/targets?sort=-name&limit=2").await.unwrap();
    assert_eq!(
        (named["items"][0]["name"].clone(), named["items"][1]["name"].clone()),
        (json!("w99"), json!("w98"))
    );
    let kinds: Value = admin.read("/targets?sort=kind&limit=1").await.unwrap();
    assert_eq!(kinds["items"][0]["id"], "tgt-w0000");
    for (query, total) in [("q=TGT-W001", 10), ("q=W41", 11), ("q=%25", 0), ("environment=lab", 120)] {
        let found: Value = admin.read(&format!("/targets?{query}&total=true&limit=1")).await.unwrap();
        assert_eq!(found["total"], total, "{query}");
    }
    let other = server.get("/api/v1/targets?sort=created&cursor=dGd0LWEKYg", &admin_key).await;
    problem(other, 400, "malformed").await;
    let facets = checked(&admin, "/targets", "").await;
    assert_eq!(count(&facets, Facet::LastTest, None), 420);
    let first: AgentId = "ag-w0000".parse().unwrap();
    assert_eq!(count(&facets, Facet::Agent, Some(first.as_str())), 60);
    assert_eq!(count(&facets, Facet::Kind, Some("nginx")), 140);
    let others: Value = admin.read("/targets?kind=-nginx&agent_id=ag-w0000&total=true").await.unwrap();
    assert_eq!((others["total"].clone(), others["items"][0]["id"].clone()), (json!(40), json!("tgt-w0000")));
    server.stop().await;
}

async fn alerts_are_counted_and_anchored(on: On) {
    let server = TestServer::start(on).await;
    let admin = api(server.app(), &server.key(Role::Admin).await);
    certificates(&admin).await;
    let _: Value = admin.post("/owners", &json!({ "id": "o-ada", "name": "Ada" })).await.unwrap();
    let now = server.app().now();
    let fill = move |tx: &mut Tx<'_>| {
        for n in 0..410_usize {
            let (certificate, environment) = [("mc-one", Some("lab")), ("mc-two", None)][n % 2];
            let state = [AlertState::Open, AlertState::Acknowledged, AlertState::Closed][n % 5 % 3];
            let row = AlertRow {
                state,
                kind: AlertKind::Rule,
                severity: [AlertSeverity::Warning, AlertSeverity::Critical][usize::from(n % 3 == 0)],
                owner_id: (n % 4 == 0).then(|| "o-ada".parse().unwrap()),
                environment: environment.map(str::to_owned),
                closed_at: (state == AlertState::Closed).then_some(now),
                ..crate::alerts::row(&format!("al-w{n:04}"), certificate, now)
            };
            assert!(alerts::insert(tx, &row)?);
        }
        Ok::<_, StoreError>(())
    };
    server.app().store.bookkeeping("test.alerts", fill).await.unwrap();

    let facets = checked(&admin, "/alerts", "").await;
    assert_eq!((facets.total, count(&facets, Facet::State, Some("closed"))), (328, 0));
    for query in ["opened_after=2000-01-01T00:00:00Z", "certificate_id=mc-one", "object_kind=certificate"] {
        checked(&admin, "/alerts", query).await;
    }
    let all: Facets = admin.read("/alerts/facets?state=open,acknowledged,closed").await.unwrap();
    assert_eq!((all.total, count(&all, Facet::State, Some("closed"))), (410, 82));
    assert_eq!(count(&all, Facet::Owner, Some("o-ada")), 103);
    let narrowed = checked(&narrow(&server).await, "/alerts", "").await;
    assert_eq!((narrowed.total, count(&narrowed, Facet::Environment, Some("lab"))), (164, 164));
    server.stop().await;
}
