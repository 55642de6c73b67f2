//! Something of each noun, callers for each route, the rows of the database, and the log.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use certctl_store::{Kind, StoreError, args};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::document::Operation;
use super::{Rows, SECRET};
use crate::harness::{TestServer, agent, client, eventually, json as body_of};

/// What the malformed requests are sent at.
pub(crate) struct World {
    /// An id for each prefix.
    pub(crate) ids: BTreeMap<String, String>,
    /// A certificate, where a CSR belongs.
    pub(crate) certificate_pem: String,
    person: Client,
    agent: Client,
    base: String,
    key: String,
}

impl World {
    pub(crate) async fn make(test: &TestServer, admin: &str) -> Self {
        let post = async |path: &str, body: Value| -> Value {
            let request =
                test.request(Method::POST, &format!("/api/v1{path}")).bearer_auth(admin).json(&body);
            body_of(request.send().await.unwrap(), StatusCode::CREATED).await
        };
        let (_, identity) = agent(test, "web").await;
        post("/teams", json!({ "id": "t-web", "name": "Web" })).await;
        post("/owners", json!({ "id": "o-web", "name": "Web" })).await;
        let nginx = json!({
            "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem", "probe": [{ "address": "127.0.0.1:1" }],
        });
        let target =
            json!({ "id": "tgt-web", "name": "web", "kind": "nginx", "agent_id": "ag-web", "config": nginx });
        post("/targets", target).await;
        let target_test = test.request(Method::POST, "/api/v1/targets/tgt-web/test").bearer_auth(admin);
        let target_test =
            body_of(target_test.json(&json!({})).send().await.unwrap(), StatusCode::ACCEPTED).await;
        let names = json!(["web.example.internal"]);
        let per_host = json!({ "id": "mc-host", "names": names, "target_ids": ["tgt-web"] });
        let made = post("/certificates", per_host).await;
        let external = json!({ "id": "mc-web", "names": names, "key_strategy": "external", "issue": false });
        post("/certificates", external).await;
        let key = post("/api-keys", json!({ "name": "CI", "role": "viewer" })).await;
        // Disabled, so that no look of its own changes rows meanwhile.
        let rule = json!({
            "id": "ar-web", "name": "Web", "subject": "agents", "conditions": [{ "health": "late" }],
            "severity": "info", "enabled": false,
        });
        post("/alert-rules", rule).await;
        let password = "lamp river otter";
        let user = json!({ "id": "u-web", "username": "web", "role": "viewer", "password": password });
        post("/users", user).await;
        post("/views", json!({ "id": "vw-web", "noun": "certificates", "name": "Web" })).await;
        let invitation = post("/agents/invitations", json!({ "name": "web-2" })).await;
        let events = body_of(test.get("/api/v1/audit?limit=1", admin).await, StatusCode::OK).await;
        let issuer = body_of(test.get("/api/v1/issuers/iss-local", admin).await, StatusCode::OK).await;
        let authority = body_of(test.get("/api/v1/cas?role=issuing", admin).await, StatusCode::OK).await;
        let bulk =
            json!({ "selection": { "ids": ["mc-web"] }, "action": "tag_add", "params": { "tags": ["web"] } });
        let operation =
            test.request(Method::POST, "/api/v1/certificates/bulk").bearer_auth(admin).json(&bulk);
        let operation = body_of(operation.send().await.unwrap(), StatusCode::ACCEPTED).await;
        let rule = json!({
            "id": "pr-web", "name": "Short", "kind": "MaxLifetime", "parameters": { "max_seconds": 60 },
            "selector": { "environments": ["nowhere", "somewhere"] },
        });
        post("/policies", rule).await;
        eventually("the end of its walk", async || {
            let rule = body_of(test.get("/api/v1/policies/pr-web", admin).await, StatusCode::OK).await;
            rule["sweeping"] == false
        })
        .await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        crate::revocations::put(test, "rev-web").await;
        crate::confirmations::put(test, "cf-web").await;
        crate::alerts::put(test, "al-web", "mc-web").await;
        crate::notifications::put(test, "ne-web", "al-web", "mc-web").await;
        let hook =
            json!({ "url": "https://hooks.example.invalid", "secrets": [crate::notifications::SECRET] });
        let notifier =
            json!({ "id": "nt-web", "name": "Web", "kind": "webhook", "config": hook, "enabled": false });
        post("/notifiers", notifier).await;
        let dns = json!({
            "id": "dns-web", "name": "Web", "kind": "webhook",
            "config": { "url": "https://dns.example.invalid", "secrets": [crate::notifications::SECRET] },
        });
        post("/dns-providers", dns).await;
        let operation_path = format!("/api/v1/operations/{}", text(&operation["id"]));
        eventually("the operation's end", async || {
            body_of(test.get(&operation_path, admin).await, StatusCode::OK).await["state"] == "Completed"
        })
        .await;
        let ids = [
            ("op-", text(&operation["id"])),
            ("mc-", "mc-web".to_owned()),
            ("job-", text(&made["jobs"][0]["id"])),
            ("tgt-", "tgt-web".to_owned()),
            ("tt-", target_test["id"].as_str().unwrap().to_owned()),
            ("ag-", "ag-web".to_owned()),
            ("iss-", "iss-local".to_owned()),
            ("ca-", text(&authority["items"][0]["id"])),
            ("prof-", "prof-default".to_owned()),
            ("rp-", "rp-default".to_owned()),
            ("t-", "t-web".to_owned()),
            ("o-", "o-web".to_owned()),
            ("key-", text(&key["api_key"]["id"])),
            ("u-", "u-web".to_owned()),
            ("vw-", "vw-web".to_owned()),
            ("ses-", "ses-none".to_owned()),
            ("inv-", text(&invitation["invitation"]["id"])),
            ("al-", "al-web".to_owned()),
            ("ar-", "ar-web".to_owned()),
            ("pr-", "pr-web".to_owned()),
            ("pv-", "pv-none".to_owned()),
            ("ne-", "ne-web".to_owned()),
            ("nt-", "nt-web".to_owned()),
            ("dns-", "dns-web".to_owned()),
            ("chl-", "chl-none".to_owned()),
            ("rev-", "rev-web".to_owned()),
            ("cf-", "cf-web".to_owned()),
            ("ae-", text(&events["items"][0]["id"])),
        ];
        Self {
            ids: ids.map(|(prefix, id)| (prefix.to_owned(), id)).into(),
            certificate_pem: text(&issuer["chain_pem"]),
            person: client(test.app(), None),
            agent: client(test.app(), Some(&identity)),
            base: test.base.clone(),
            key: admin.to_owned(),
        }
    }

    /// A request by a caller who may send it.
    pub(crate) fn request(&self, operation: &Operation, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base);
        match operation.access.as_str() {
            "public" | "setup-token" | "join-token" => self.person.request(operation.method.clone(), url),
            "agent" => self.agent.request(operation.method.clone(), url),
            _ => self.person.request(operation.method.clone(), url).bearer_auth(&self.key),
        }
    }

    /// How many rows each table has, and the sum of their revisions where they have one.
    pub(crate) async fn rows(&self, test: &TestServer) -> Rows {
        test.app()
            .store
            .read("test.rows", |tx| {
                let (tables, counted) = if tx.kind() == Kind::Sqlite {
                    (
                        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
                        "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) p
                         WHERE m.type = 'table' AND p.name = 'revision'",
                    )
                } else {
                    (
                        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
                        "SELECT table_name::text FROM information_schema.columns
                         WHERE table_schema = 'public' AND column_name = 'revision'",
                    )
                };
                let tables: Vec<(String,)> = tx.all(&format!("-- test.tables\n{tables}"), args![])?;
                let counted: Vec<(String,)> = tx.all(&format!("-- test.counted\n{counted}"), args![])?;
                assert!(tables.len() > 15 && counted.len() > 5, "{tables:?} {counted:?}");
                let mut rows = Rows::new();
                // The engine seals the events that made this world, drops what its operation had frozen, and makes the lists of
                // revoked certificates, in its own time.
                let own_time = ["audit_batches", "operation_pages", "crl_parts", "crls"];
                for table in tables.into_iter().filter(|table| !own_time.contains(&table.0.as_str())) {
                    let revisions =
                        if counted.contains(&table) { "CAST(COALESCE(SUM(revision), 0) AS BIGINT)" } else { "COUNT(*)" };
                    let sql = format!("-- test.count\nSELECT COUNT(*), {revisions} FROM {}", table.0);
                    rows.insert(table.0, tx.one(&sql, args![])?);
                }
                Ok::<_, StoreError>(rows)
            })
            .await
            .unwrap()
    }
}

/// What the server wrote into its log.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

static LOG: OnceLock<Log> = OnceLock::new();

impl Log {
    /// Takes the log of this process, from `info` on, as `certctl server` writes it.
    pub(crate) fn capture() -> Self {
        let log = LOG.get_or_init(|| {
            let log = Self::default();
            let writer = log.clone();
            tracing_subscriber::fmt()
                .json()
                .with_max_level(tracing::Level::INFO)
                .with_writer(move || writer.clone())
                .init();
            log
        });
        log.clone()
    }

    /// What is wrong with it: each request has one line, at level info, and nothing of a body is in any.
    pub(crate) fn mistakes(&self, requests: &[String]) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let mut lines: BTreeMap<&str, Vec<Value>> =
            requests.iter().map(|id| (id.as_str(), Vec::new())).collect();
        let mut wrong = Vec::new();
        for line in text.lines() {
            let read: Value = serde_json::from_str(line).unwrap();
            let id = read["span"]["request.id"].as_str().unwrap_or_default().to_owned();
            if line.contains(&SECRET[..12]) {
                wrong.push(format!("the log repeats a body: {line}"));
            }
            if let Some(lines) = lines.get_mut(id.as_str()) {
                lines.push(read);
            } else if read["level"] != "INFO" {
                wrong.push(format!("the log complains: {line}"));
            }
        }
        for (id, lines) in lines {
            let is_one =
                matches!(&lines[..], [line] if line["level"] == "INFO" && line["fields"]["code"] != "");
            if !is_one {
                wrong.push(format!("{id} has these lines: {lines:?}"));
            }
        }
        wrong
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
