//! Exports over HTTP, on both stores: all that matches, in each form, within the caller's scope; and the audit trail
//! checked from its file alone.

use certctl_core::permission::{Role, Scope};
use certctl_server::audit_file::{FileReport, verify};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{On, TestServer, eventually, json as body_of, problem};

async fn certificates(test: &TestServer, key: &str, n: usize) {
    for n in 0..n {
        let body = json!({
            "id": format!("mc-{n:03}"), "names": [format!("web-{n}.example.internal")], "key_strategy": "external",
            "issue": false, "environment": if n % 2 == 0 { "staging" } else { "production" },
            "name": if n == 0 { "=cmd|'/c calc'!A1".to_owned() } else { format!("web {n}, \"the\" one") },
        });
        let request = test.request(Method::POST, "/api/v1/certificates").bearer_auth(key).json(&body);
        body_of(request.send().await.unwrap(), StatusCode::CREATED).await;
    }
}

async fn file(test: &TestServer, key: &str, path: &str, content_type: &str) -> String {
    let answer = test.get(&format!("/api/v1{path}"), key).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(content_type), "{answer:?}");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().contains("certctl-"), "{answer:?}");
    answer.text().await.unwrap()
}

async fn all_that_match(on: On) {
    let test = TestServer::start(on).await;
    let key = test.key(Role::Operator).await;
    // More than a page of the source.
    certificates(&test, &key, 520).await;
    let csv = file(&test, &key, "/certificates/export?columns=id,name,environment,names", "text/csv").await;
    let mut lines = csv.split("\r\n");
    assert_eq!(lines.next().unwrap(), "id,name,environment,names");
    assert_eq!(lines.next().unwrap(), "mc-000,'=cmd|'/c calc'!A1,staging,web-0.example.internal");
    assert_eq!(lines.next().unwrap(), "mc-001,\"web 1, \"\"the\"\" one\",production,web-1.example.internal");
    assert_eq!(csv.matches("\r\n").count(), 521);

    let ndjson =
        file(&test, &key, "/certificates/export?format=jsonl&environment=staging", "application/x-ndjson")
            .await;
    let lines: Vec<Value> = ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["export"]["filter"], json!({ "environment": "staging" }));
    assert_eq!((&lines[0]["export"]["matching"], lines.len()), (&json!(260), 262));
    assert_eq!(lines[261], json!({ "end": { "count": 260 } }));
    assert_eq!((&lines[1]["id"], &lines[1]["status"]), (&json!("mc-000"), &json!("Pending")));

    let whole: Value = serde_json::from_str(
        &file(&test, &key, "/certificates/export?format=json&q=web-51", "application/json").await,
    )
    .unwrap();
    assert_eq!((&whole["count"], whole["items"].as_array().unwrap().len()), (&json!(11), 11), "{whole}");

    let scope = Scope { team_ids: Vec::new(), environments: vec!["production".to_owned()] };
    let narrow = test.scoped_key(Role::Viewer, scope).await;
    let csv = file(&test, &narrow, "/certificates/export", "text/csv").await;
    assert_eq!(csv.matches("\r\n").count(), 261);

    let jobs = file(&test, &key, "/jobs/export?format=json&state=Pending,Running", "application/json").await;
    assert_eq!(serde_json::from_str::<Value>(&jobs).unwrap()["items"], json!([]));
    for (path, name) in [
        ("/certificates/export?format=xml", "?format"),
        ("/certificates/export?columns=id,nmae", "?columns"),
        ("/certificates/export?status=Fine", "?status"),
        ("/certificates/export?limit=5", "?limit"),
        ("/jobs/export?state=Fine", "?state"),
        ("/jobs?state=Failed,Fine", "?state"),
    ] {
        let refused = problem(test.get(&format!("/api/v1{path}"), &key).await, 400, "malformed").await;
        assert_eq!(refused.errors[0].pointer, name, "{path}");
    }
    let viewed = problem(test.get("/api/v1/audit/export", &key).await, 403, "forbidden").await;
    assert!(viewed.detail.contains("audit.read"), "{viewed:?}");
    let audited = test.audited("certificate.export").await;
    assert_eq!(audited.len(), 4);
    assert!(audited.iter().any(|event| event.details.contains("\"environment\":\"staging\"")));
    test.stop().await;
}

fn check(text: &str, key: Option<&str>) -> FileReport {
    verify(text.as_bytes(), key).unwrap()
}

async fn the_trail_is_checked_from_its_file(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let auditor = test.key(Role::Auditor).await;
    certificates(&test, &admin, 30).await;
    let mut verified = Value::Null;
    eventually("the sealing", async || {
        test.app().signals.wake_engine("audit_seal");
        verified = body_of(test.get("/api/v1/audit/verify", &auditor).await, StatusCode::OK).await;
        verified["unsealed"] == 0 && verified["events"].as_i64() >= Some(30)
    })
    .await;
    let key = verified["public_key"].as_str().unwrap();
    let text = file(&test, &auditor, "/audit/export?format=ndjson", "application/x-ndjson").await;
    let report = check(&text, Some(key));
    assert_eq!(report.findings, Vec::<String>::new());
    assert!(report.events >= 30 && report.batches >= 1 && report.unsealed == 0, "{report:?}");
    assert_eq!(check(&text, None).findings, Vec::<String>::new());

    let other = format!("{}00", &key[..key.len() - 2]);
    assert!(check(&text, Some(&other)).findings[0].contains("another public key"));
    let changed = text.replacen("mc-007 for web-7", "mc-007 for web-8", 1);
    assert_ne!(changed, text);
    assert!(
        check(&changed, Some(key)).findings[0].contains("was changed"),
        "{:?}",
        check(&changed, Some(key))
    );
    let victim = text.lines().find(|line| line.contains("\"mc-009\"")).unwrap();
    let removed = check(&text.replacen(&format!("{victim}\n"), "", 1), Some(key)).findings;
    assert!(removed.iter().any(|finding| finding.contains("is missing")), "{removed:?}");
    assert!(removed.iter().any(|finding| finding.contains("says that it has")), "{removed:?}");
    let cut: String = text.lines().take(20).map(|line| format!("{line}\n")).collect();
    assert!(check(&cut, Some(key)).findings[0].contains("cut off"));
    let seal = text.lines().find(|line| line.starts_with("{\"seal\"")).unwrap();
    let forged = text.replacen(seal, &seal.replace("\"number\":1", "\"number\":2"), 1);
    assert!(check(&forged, Some(key)).findings.iter().any(|finding| finding.contains("not what was signed")));
    assert!(verify("certificates".as_bytes(), None).is_err());

    let part = file(
        &test,
        &auditor,
        "/audit/export?format=ndjson&action=certificate.create",
        "application/x-ndjson",
    )
    .await;
    let report = check(&part, Some(key));
    assert_eq!((report.events, report.findings, report.unsealed), (30, Vec::new(), 0));
    let csv = file(&test, &auditor, "/audit/export?action=certificate.create", "text/csv").await;
    assert!(csv.starts_with("seq,id,at,actor_kind,actor_id,action,"), "{csv}");
    assert_eq!(test.audited("audit.export").await.len(), 3);
    test.stop().await;
}

macro_rules! on_both {
    ($($name:ident = $what:path;)+) => { $(
        mod $name {
            use crate::harness::On;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                $what(On::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                $what(On::Postgres).await;
            }
        }
    )+ };
}

on_both! {
    all_that_match_are_in_the_file = super::all_that_match;
    the_audit_trail_is_checked_without_the_server = super::the_trail_is_checked_from_its_file;
}
