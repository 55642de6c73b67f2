//! The list of certificates over HTTP: filters, orders and cursors, anchors and facets, for whoever may see what.

use certctl_api::certificates::Certificate;
use certctl_api::client::Client;
use certctl_api::lists::{Anchors, Facets};
use certctl_api::page::Page;
use certctl_core::condition::Condition;
use certctl_core::facet::Facet;
use certctl_core::permission::{Role, Scope};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, api, problem};

/// Eight certificates; the number is in the name, the environment changes from one to the next.
async fn stocked(server: &TestServer) -> Client {
    let admin = api(server.app(), &server.key(Role::Admin).await);
    let _: Value = admin.post("/owners", &json!({ "id": "o-ada", "name": "Ada" })).await.unwrap();
    for n in 0..8_usize {
        let environment = ["production", "lab"][n % 2];
        let tags = if n == 0 { json!(["edge", "a,b"]) } else { json!([]) };
        let body = json!({
            "id": format!("mc-{n}"), "name": format!("Shop {n}"), "names": [format!("shop-{n}.example.internal")],
            "key_strategy": "external", "issue": false, "environment": environment,
            "owner_id": (n < 3).then_some("o-ada"), "tags": tags,
        });
        let _: Value = admin.post("/certificates", &body).await.unwrap();
    }
    admin
}

async fn ids(client: &Client, query: &str) -> Vec<String> {
    let page: Page<Certificate> = client.read(&format!("/certificates?{query}")).await.unwrap();
    page.items.into_iter().map(|certificate| certificate.id.to_string()).collect()
}

async fn lists_are_filtered_sorted_and_paged(on: On) {
    let server = TestServer::start(on).await;
    let admin = &stocked(&server).await;
    for (query, expected) in [
        ("sort=name&environment=lab", &["mc-1", "mc-3", "mc-5", "mc-7"][..]),
        ("sort=-name&environment=-lab", &["mc-6", "mc-4", "mc-2", "mc-0"]),
        ("sort=name&owner_id=o-ada", &["mc-0", "mc-1", "mc-2"]),
        ("sort=name&owner_id=none&environment=lab", &["mc-3", "mc-5", "mc-7"]),
        ("sort=name&tag=a%5C%2Cb", &["mc-0"]),
        ("sort=name&tag=-edge&q=shop%200", &[]),
        ("sort=name&q=OP-3.ex", &["mc-3"]),
        ("sort=created&q=sh&limit=1", &["mc-0"]),
        ("condition=healthy", &[]),
        ("sort=attention&condition=-healthy&limit=2", &["mc-0", "mc-1"]),
        ("expires=..30d", &[]),
        ("created=-1h..&limit=1&sort=name", &["mc-0"]),
        ("archived=true", &[]),
        ("live=no_targets&sort=name&limit=1", &["mc-0"]),
    ] {
        assert_eq!(ids(admin, query).await, expected, "{query}");
    }
    let first: Page<Certificate> = admin.read("/certificates?sort=-name&limit=3&total=true").await.unwrap();
    assert_eq!(first.total, Some(8));
    assert_eq!(first.items[0].condition, Condition::Pending);
    assert_eq!((first.items[0].failed_attempts, first.items[0].live.unverified_since), (0, None));
    let cursor = first.next_cursor.unwrap();
    let next = ids(admin, &format!("sort=-name&limit=3&cursor={cursor}")).await;
    assert_eq!(next, ["mc-4", "mc-3", "mc-2"]);
    let key = server.key(Role::Viewer).await;
    let other = server.get(&format!("/api/v1/certificates?sort=expires&cursor={cursor}"), &key).await;
    let refused = problem(other, 400, "malformed").await;
    assert!(refused.detail.contains("-name"), "it says whose cursor it is");
    server.stop().await;
}

async fn bad_filters_are_named(on: On) {
    let server = TestServer::start(on).await;
    let key = server.key(Role::Viewer).await;
    for (query, pointer, part) in [
        ("status=Gone", "?status", "Active"),
        ("status=Archived,Active", "?status", "alone"),
        ("condition=ill", "?condition", "healthy"),
        ("condition=-", "?condition", "commas"),
        ("owner_id=mc-1", "?owner_id", "owner"),
        ("expires=tomorrow", "?expires", "FROM..TO"),
        ("life=..120%25", "?life", "100%"),
        ("lifetime=..-1d", "?lifetime", "10d"),
        ("sort=size", "?sort", "attention"),
        ("cursor=zz", "?cursor", "cursor"),
    ] {
        let answer = server.get(&format!("/api/v1/certificates?{query}"), &key).await;
        let refused = problem(answer, 400, "malformed").await;
        assert_eq!(refused.errors[0].pointer, pointer, "{query}");
        assert!(refused.errors[0].detail.contains(part), "{query}: {}", refused.errors[0].detail);
    }
    let answer = server.get("/api/v1/certificates/facets?sort=name", &key).await;
    assert_eq!(problem(answer, 400, "malformed").await.errors[0].pointer, "?sort");
    server.stop().await;
}

async fn anchors_and_facets_are_of_the_list_and_the_scope(on: On) {
    let server = TestServer::start(on).await;
    let admin = stocked(&server).await;
    let anchors: Anchors = admin.read("/certificates/anchors?environment=lab&sort=attention").await.unwrap();
    assert_eq!((anchors.total, anchors.every, anchors.approximate), (4, 200, false));
    assert!(anchors.anchors.is_empty());
    let facets: Facets = admin.read("/certificates/facets").await.unwrap();
    let count = |facets: &Facets, facet: Facet, value: Option<&str>| {
        let found = facets.facets.iter().find(|one| one.facet == facet).unwrap();
        found.values.iter().find(|one| one.value.as_deref() == value).map_or(0, |one| one.count)
    };
    assert_eq!(facets.total, 8);
    assert_eq!(count(&facets, Facet::Environment, Some("lab")), 4);
    assert_eq!(count(&facets, Facet::Owner, None), 5);
    assert_eq!(count(&facets, Facet::Condition, Some("pending")), 8);
    assert_eq!(count(&facets, Facet::Tag, Some("edge")), 1);
    let scope = Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned()] };
    let key = server.scoped_key(Role::Viewer, scope).await;
    let narrow = api(server.app(), &key);
    let facets: Facets = narrow.read("/certificates/facets").await.unwrap();
    assert_eq!((facets.total, count(&facets, Facet::Environment, Some("production"))), (4, 0));
    let anchors: Anchors = narrow.read("/certificates/anchors").await.unwrap();
    assert_eq!(anchors.total, 4);
    assert!(ids(&narrow, "environment=production").await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged_on_sqlite() {
    lists_are_filtered_sorted_and_paged(On::Sqlite).await;
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged_on_postgres() {
    lists_are_filtered_sorted_and_paged(On::Postgres).await;
}

#[tokio::test]
async fn bad_filters_are_named_on_sqlite() {
    bad_filters_are_named(On::Sqlite).await;
}

#[tokio::test]
async fn bad_filters_are_named_on_postgres() {
    bad_filters_are_named(On::Postgres).await;
}

#[tokio::test]
async fn anchors_and_facets_are_of_the_list_and_the_scope_on_sqlite() {
    anchors_and_facets_are_of_the_list_and_the_scope(On::Sqlite).await;
}

#[tokio::test]
async fn anchors_and_facets_are_of_the_list_and_the_scope_on_postgres() {
    anchors_and_facets_are_of_the_list_and_the_scope(On::Postgres).await;
}
