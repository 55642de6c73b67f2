//! Audit events say who acted, by name, and from where; they are found by both, and both are sealed.
//!
//! Not for: seals as such (`audit.rs`), or anchors and facets (`whole_lists.rs`).

use certctl_core::permission::Role;
use certctl_server::audit_file::verify;
use certctl_store::{StoreError, args};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{On, TestServer, api, eventually, json as body_of, problem};

crate::harness::on_both!(an_event_says_who_did_it_and_from_where);

async fn an_event_says_who_did_it_and_from_where(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Admin).await;
    let admin = api(test.app(), &key);
    let _: Value =
        admin.post("/owners", &json!({ "id": "o-ann", "name": "Ann of the 50% Harbour" })).await.unwrap();
    let _: Value = admin.post("/owners", &json!({ "id": "o-bob", "name": "Bob" })).await.unwrap();
    let found = async |query: &str| {
        let page: Value = admin.read(&format!("/audit?{query}")).await.unwrap();
        page["items"].as_array().unwrap().clone()
    };
    let made = &found("action=owner.create&object=o-ann").await[0];
    assert_eq!(
        (&made["actor_name"], &made["source_address"]),
        (&json!("admin"), &json!("127.0.0.1")),
        "{made}"
    );
    assert!(made["details"].get("source_address").is_none(), "{made}");
    let request = made["request_id"].as_str().unwrap();
    for (query, n) in [
        ("q=50%25%20harbour", 1),
        ("q=50_%20harbour", 0),
        ("q=o-ann", 1),
        (&format!("q={request}"), 1),
        ("q=", 2),
        ("source_address=127.0.0.1", 2),
        ("source_address=127.0.0.10", 0),
        ("source_address=%3A%3A1", 0),
    ] {
        assert_eq!(found(&format!("action=owner.create&{query}")).await.len(), n, "{query}");
    }
    let own = &found("actor_kind=system").await[0];
    assert_eq!((&own["actor_name"], &own["source_address"]), (&Value::Null, &Value::Null), "{own}");
    let refused = test.get("/api/v1/audit?source_address=here", &key).await;
    assert_eq!(problem(refused, 400, "malformed").await.errors[0].pointer, "?source_address");

    // Whoever hears the stream learns nothing of addresses.
    let told = test.app().store.read("test.told", |tx| {
        let sql = "-- test.told\nSELECT COUNT(*) FROM outbox WHERE data LIKE '%source_address%'";
        let (n,): (i64,) = tx.one(sql, args![])?;
        Ok::<_, StoreError>(n)
    });
    assert_eq!(told.await.unwrap(), 0);

    let mut verified = Value::Null;
    eventually("the sealing", async || {
        test.app().signals.wake_engine("audit_seal");
        verified = body_of(test.get("/api/v1/audit/verify", &key).await, StatusCode::OK).await;
        verified["unsealed"] == 0
    })
    .await;
    assert_eq!(verified["ok"], true, "{verified}");
    let file = test.get("/api/v1/audit/export?format=ndjson&source_address=127.0.0.1", &key).await;
    let text = file.text().await.unwrap();
    let report = verify(text.as_bytes(), None).unwrap();
    assert!(report.events >= 2 && report.findings.is_empty(), "{report:?}");
    let elsewhere = text.replace("\"source_address\":\"127.0.0.1\"", "\"source_address\":\"192.0.2.7\"");
    assert_ne!(elsewhere, text);
    assert!(verify(elsewhere.as_bytes(), None).unwrap().findings[0].contains("was changed"));
    test.stop().await;
}
