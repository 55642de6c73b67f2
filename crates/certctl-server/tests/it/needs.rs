//! What needs a person: one entry for each cause, its members as a list shows them, and what its caller may do.

use certctl_core::deployment::DeploymentState;
use certctl_core::job::JobState;
use certctl_core::permission::{Role, Scope};
use certctl_store::{Tx, args};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{On, TestServer, agent, problem};
use crate::stats::{DAY, Like, put, read, rows};

mod causes_are_grouped_ranked_and_shown_to_those_who_may_see_them {
    #[tokio::test(flavor = "multi_thread")]
    async fn on_sqlite() {
        super::causes_are_grouped(crate::harness::On::Sqlite).await;
    }
    #[tokio::test(flavor = "multi_thread")]
    async fn on_postgres() {
        super::causes_are_grouped(crate::harness::On::Postgres).await;
    }
}

/// It comes back as soon as it touches more, also for somebody who looks at a part of it only.
async fn hidden_until_it_changes(test: &TestServer, admin: &str) {
    const CAUSE: &str = "issuer_unreachable:iss-local";
    let ask = |cause: &str| {
        let body = json!({ "cause": cause, "until_change": true });
        test.request(Method::POST, "/api/v1/needs/snooze").bearer_auth(admin).json(&body)
    };
    problem(ask("expired:iss-absent").send().await.unwrap(), 422, "invalid").await;
    assert_eq!(ask(CAUSE).send().await.unwrap().status(), 200);
    for path in ["/needs?hidden=true", "/needs?hidden=true&environment=production"] {
        let hidden = read(test, admin, path).await;
        let hidden = need(&hidden, CAUSE);
        assert_eq!(hidden["hidden_until_change"], true, "{hidden}");
    }
    let names = ["gone-2.example.internal"];
    let body = json!({ "id": "mc-gone-2", "names": names, "environment": "production" });
    let gone = Like { life: Some((-90 * DAY, -DAY)), renews: Some(10 * DAY), ..Like::default() };
    put(test, admin, body, gone).await;
    let shown = read(test, admin, "/needs").await;
    let shown = need(&shown, CAUSE);
    assert_eq!((&shown["blast"]["certificates"], &shown["hidden_until"]), (&json!(4), &Value::Null));
}

fn need<'a>(needs: &'a Value, id: &str) -> &'a Value {
    let found = needs["items"].as_array().unwrap().iter().find(|need| need["id"] == id);
    found.unwrap_or_else(|| panic!("{id} is not in {needs}"))
}

async fn causes_are_grouped(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    agent(&test, "web").await;
    agent(&test, "away").await;
    let now = test.app().now();
    let heard = move |tx: &mut Tx<'_>| {
        let sql = "-- test.heard\nUPDATE agents SET health = $1, last_seen_at = $2 WHERE id = $3";
        tx.exec(sql, args!["online", Some(now.plus_seconds(DAY)), "ag-web"])?;
        tx.exec(sql, args!["offline", Some(now.plus_seconds(-DAY)), "ag-away"])
    };
    test.app().store.bookkeeping("test.heard", heard).await.unwrap();
    let well = Like { life: Some((-60 * DAY, 30 * DAY)), renews: Some(10 * DAY), ..Like::default() };
    let failing = Like { failed: Some("the CA said no"), ..well.clone() };
    let web = Some("ag-web");
    let away = Some("ag-away");
    let late = Some((DeploymentState::Failed, -DAY));
    let table: [(&str, &str, Like); 9] = [
        ("well", "lab", well.clone()),
        ("no-1", "lab", failing.clone()),
        ("no-2", "production", Like { life: Some((-60 * DAY, DAY)), ..failing.clone() }),
        ("gone", "production", Like { life: Some((-90 * DAY, -DAY)), ..well.clone() }),
        ("unseen", "production", Like { agent: web, deployed: late, ..well.clone() }),
        ("yes", "lab", Like { open: Some(JobState::AwaitingApproval), ..well.clone() }),
        ("far-1", "production", Like { agent: away, renews: Some(-DAY), ..well.clone() }),
        ("far-2", "production", Like { agent: away, ..failing.clone() }),
        ("due", "lab", Like { agent: web, renews: Some(-DAY), ..well.clone() }),
    ];
    for (name, environment, like) in table {
        let names = [format!("{name}.example.internal")];
        let body = json!({ "id": format!("mc-{name}"), "names": names, "environment": environment });
        put(&test, &admin, body, like).await;
    }

    let needs = read(&test, &admin, "/needs").await;
    for (id, certificates, band) in [
        ("expired:iss-local", 1, "urgent"),
        ("renewal_failing:iss-local", 2, "urgent"),
        ("not_verified_live:ag-web", 1, "later"),
        ("agent_offline:ag-away", 2, "later"),
        ("approvals_waiting", 1, "waiting"),
    ] {
        let need = need(&needs, id);
        assert_eq!(
            (&need["blast"]["certificates"], &need["band"]),
            (&json!(certificates), &json!(band)),
            "{need}"
        );
        assert_eq!(rows(&test, &admin, &need["rows"]).await, certificates, "{need}");
        assert!(!need["title"].as_str().unwrap().is_empty() && need["sample_id"].is_string(), "{need}");
    }
    let failing = need(&needs, "renewal_failing:iss-local");
    assert_eq!(failing["params"]["last_error"], "the CA said no");
    assert_eq!(failing["blast"]["environments"], json!(["lab", "production"]));
    assert_eq!(failing["sample_id"], "mc-no-2", "the one that ends first");
    let order: Vec<&str> =
        needs["items"].as_array().unwrap().iter().map(|need| need["id"].as_str().unwrap()).collect();
    assert_eq!(order[..2], ["expired:iss-local", "renewal_failing:iss-local"], "{order:?}");
    assert_eq!(read(&test, &admin, "/needs?band=waiting").await["total"], 1);
    let one = read(&test, &admin, "/needs?limit=1").await;
    assert_eq!((&one["total"], one["items"].as_array().unwrap().len()), (&needs["total"], 1));

    // One caller hides one of them for a while; others see it.
    let hide =
        json!({ "cause": "expired:iss-local", "for_seconds": 3_600, "reason": "it is replaced on Monday" });
    let ask =
        |body: &Value| test.request(Method::POST, "/api/v1/needs/snooze").bearer_auth(&admin).json(body);
    assert_eq!(ask(&hide).send().await.unwrap().status(), 200);
    for seconds in [0, 31_622_401] {
        let wrong = json!({ "cause": "expired:iss-local", "for_seconds": seconds });
        let refused = problem(ask(&wrong).send().await.unwrap(), 422, "invalid").await;
        assert_eq!(refused.errors[0].pointer, "/for_seconds");
    }
    let fewer = read(&test, &admin, "/needs").await;
    assert_eq!((&fewer["hidden"], &fewer["total"]), (&json!(1), &needs["total"]));
    assert!(fewer["items"].as_array().unwrap().iter().all(|need| need["id"] != "expired:iss-local"));
    let all = read(&test, &admin, "/needs?hidden=true").await;
    let hidden = need(&all, "expired:iss-local");
    assert!(hidden["hidden_until"].is_string() && hidden["hidden_until_change"] == false, "{hidden}");
    assert_eq!(hidden["hidden_because"], "it is replaced on Monday");
    let noted = read(&test, &admin, "/audit?action=need.snooze").await;
    let words = noted["items"][0]["summary"].as_str().unwrap();
    assert!(words.ends_with(": it is replaced on Monday"), "{words}");
    let both = json!({ "cause": "expired:iss-local", "for_seconds": 60, "until_change": true });
    problem(ask(&both).send().await.unwrap(), 422, "invalid").await;
    let viewer = test.key(Role::Viewer).await;
    need(&read(&test, &viewer, "/needs").await, "expired:iss-local");
    for status in [204, 404] {
        let wake = test.request(Method::DELETE, "/api/v1/needs/snooze?cause=expired:iss-local");
        assert_eq!(wake.bearer_auth(&admin).send().await.unwrap().status(), status);
    }
    // A part of the inventory.
    let lab = read(&test, &admin, "/needs?environment=lab").await;
    let failing_there = need(&lab, "renewal_failing:iss-local");
    assert_eq!(failing_there["blast"]["certificates"], 1, "{failing_there}");
    assert_eq!(rows(&test, &admin, &failing_there["rows"]).await, 1, "{failing_there}");

    // A silent issuer is the cause of what fails there.
    let silent = |tx: &mut Tx<'_>| {
        let now = tx.now();
        tx.exec(
            "-- test.silent
             INSERT INTO issuer_troubles (issuer_id, since, last_at, failures, cause) VALUES ($1, $2, $2, 3, 'no answer')",
            args!["iss-local", now],
        )
    };
    test.app().store.bookkeeping("test.silent", silent).await.unwrap();
    let needs = read(&test, &admin, "/needs").await;
    let issuer = need(&needs, "issuer_unreachable:iss-local");
    assert_eq!(
        (&issuer["blast"]["certificates"], &issuer["params"]["failures"]),
        (&json!(3), &json!(3)),
        "{issuer}"
    );
    assert_eq!(rows(&test, &admin, &issuer["rows"]).await, 3);
    assert!(!needs.to_string().contains("renewal_failing:"), "{needs}");

    // Who may do what.
    let codes = |need: &Value| -> Vec<String> {
        let actions = need["actions"].as_array().unwrap().iter();
        actions.map(|action| action["code"].as_str().unwrap().to_owned()).collect()
    };
    assert!(codes(issuer).contains(&"test_issuer".to_owned()), "{issuer}");
    let viewer = test.key(Role::Viewer).await;
    let seen = read(&test, &viewer, "/needs").await;
    assert_eq!(seen["total"], needs["total"]);
    assert!(codes(need(&seen, "approvals_waiting")).is_empty(), "{seen}");
    let scope = Scope { team_ids: vec![], environments: vec!["lab".to_owned()] };
    let lab = test.scoped_key(Role::Operator, scope).await;
    let seen = read(&test, &lab, "/needs").await;
    assert_eq!(need(&seen, "issuer_unreachable:iss-local")["blast"]["certificates"], 1, "{seen}");
    assert!(!seen.to_string().contains("agent_offline"), "{seen}");
    let auditor = test.key(Role::Auditor).await;
    problem(test.get("/api/v1/needs", &auditor).await, 403, "forbidden").await;
    for bad in ["limit=0", "limit=201", "band=never", "x=1"] {
        problem(test.get(&format!("/api/v1/needs?{bad}"), &admin).await, 400, "malformed").await;
    }
    hidden_until_it_changes(&test, &admin).await;
    test.stop().await;
}

mod what_is_of_a_team_is_shown_alone {
    #[tokio::test(flavor = "multi_thread")]
    async fn on_sqlite() {
        super::what_is_of_a_team(crate::harness::On::Sqlite).await;
    }
    #[tokio::test(flavor = "multi_thread")]
    async fn on_postgres() {
        super::what_is_of_a_team(crate::harness::On::Postgres).await;
    }
}

async fn what_is_of_a_team(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    for team in ["t-web", "t-data"] {
        let body = json!({ "id": team, "name": team });
        let made = test.request(Method::POST, "/api/v1/teams").bearer_auth(&admin).json(&body);
        assert_eq!(made.send().await.unwrap().status(), 201);
    }
    for (id, team) in [("mc-a", "t-web"), ("mc-b", "t-web"), ("mc-c", "t-data")] {
        let names = [format!("{id}.example.internal")];
        let body = json!({ "id": id, "names": names, "team_id": team });
        put(&test, &admin, body, Like { open: Some(JobState::AwaitingApproval), ..Like::default() }).await;
    }
    for (query, n) in [("", 3), ("team_id=t-web", 2), ("team_id=t-data", 1)] {
        for path in ["/jobs?state=AwaitingApproval&", "/approvals?"] {
            let found = read(&test, &admin, &format!("{path}total=true&{query}")).await;
            assert_eq!(
                (&found["total"], found["items"].as_array().unwrap().len()),
                (&json!(n), n),
                "{path} {query}"
            );
        }
        let anchors = read(&test, &admin, &format!("/jobs/anchors?state=AwaitingApproval&{query}")).await;
        assert_eq!(anchors["total"], n, "{query}");
        let facets = read(&test, &admin, &format!("/jobs/facets?state=AwaitingApproval&{query}")).await;
        assert_eq!(facets["total"], n, "{query}");
        let found = read(&test, &admin, &format!("/search?q=example.internal&{query}")).await;
        assert_eq!(found["items"].as_array().unwrap().len(), n, "{query}: {found}");
        let needs = read(&test, &admin, &format!("/needs?{query}")).await;
        let waiting = need(&needs, "approvals_waiting");
        assert_eq!(waiting["blast"]["certificates"], n, "{waiting}");
        assert_eq!(rows(&test, &admin, &waiting["rows"]).await, i64::try_from(n).unwrap(), "{waiting}");
    }
    let scope = Scope { team_ids: vec!["t-web".parse().unwrap()], environments: vec![] };
    let web = test.scoped_key(Role::Operator, scope).await;
    assert_eq!(read(&test, &web, "/jobs?total=true&state=AwaitingApproval&team_id=t-web").await["total"], 2);
    for path in ["jobs?team_id=t-data", "approvals?team_id=t-data", "search?q=mc-c&team_id=t-data"] {
        problem(test.get(&format!("/api/v1/{path}"), &web).await, 403, "out_of_scope").await;
    }
    test.stop().await;
}
