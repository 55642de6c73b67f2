//! Long lists as a whole: anchors lead to the pages that they name, and each value of a facet finds as many rows as it counts.
//!
//! Not for: the list of certificates (`inventory.rs`) and pages (the lists' own files).

use certctl_api::client::Client;
use certctl_api::lists::{Anchors, Facets};
use certctl_core::choice::Choice;
use certctl_core::facet::Facet;
use certctl_core::id::CertificateId;
use certctl_core::job::{JobKind, JobState};
use certctl_core::permission::{Role, Scope};
use certctl_store::jobs::{self, JobRow};
use certctl_store::{StoreError, Tx};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, api};
use crate::stats::job;

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                super::$name(crate::harness::On::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                super::$name(crate::harness::On::Postgres).await;
            }
        }
    )+ };
}

on_both!(jobs_are_counted_and_anchored);

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
            let filter = format!("{}={}", counts.facet, token(one.value.as_ref()));
            let found: Value =
                client.read(&format!("{list}?{filters}&{filter}&limit=1&total=true")).await.unwrap();
            assert_eq!(found["total"], one.count, "{list}?{query} {} {:?}", counts.facet, one.value);
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
    let nothing = checked(&admin, "/jobs", "min_attempts=9").await;
    assert_eq!(nothing.total, 0);
    server.stop().await;
}
