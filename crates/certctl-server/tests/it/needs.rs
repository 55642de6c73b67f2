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
    let hide = json!({ "cause": "expired:iss-local", "for_seconds": 3_600 });
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
    assert!(need(&all, "expired:iss-local")["hidden_until"].is_string());
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
    test.stop().await;
}
