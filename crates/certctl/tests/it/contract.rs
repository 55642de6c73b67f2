//! The API against its own document, by a tester that is not ours (Schemathesis): systematic, random and linked requests to
//! every operation, with all of its checks.
//!
//! How it is called is in `tests/tools/schemathesis.sh`, `schemathesis.toml` and `schemathesis_hooks.py`. Not for: who may
//! call what (`walked.rs`). Invariant: operations are taken from the served document, so new ones are tested by themselves.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::host::Host;

/// Operations that are not tested: the live stream, which does not end.
const LEFT_OUT: usize = 1;

/// A control plane with limits that a tester does not reach, two agents that have joined and do nothing (the tests speak in
/// their names), and the objects that the document's examples name.
pub(crate) fn peopled(postgres: bool, settings: &[(&str, &str)]) -> Fleet {
    let limits = ["CERTCTL_RATE_LIMIT_RPS", "CERTCTL_RATE_LIMIT_BURST", "CERTCTL_AGENT_RATE_LIMIT_RPS"];
    // Nobody is there: a look-up ends at once.
    let resolvers = ("CERTCTL_DNS_RESOLVERS", "127.0.0.1:1");
    let limits = [limits.map(|name| (name, "100000")).as_slice(), &[resolvers]].concat();
    let mut fleet = Fleet::with_settings(postgres, &[&limits[..], settings].concat());
    for name in ["web-1", "renewed"] {
        let host = Host::bare(&fleet.path(name), name);
        let invited = fleet.json(&["agents", "invite", "--name", name]);
        let joined = host.join(&fleet.plane.url(), invited["token"].as_str().unwrap());
        assert!(joined.status.success(), "{}", String::from_utf8_lossy(&joined.stderr));
        fleet.hosts.push(host);
    }
    let made = |path: &str, body: Value| fleet.certctl(&["api", "post", path, "-d", &body.to_string()]);
    made("/teams", json!({ "id": "t-web", "name": "Web" }));
    made("/owners", json!({ "id": "o-web-team", "name": "Web team" }));
    let files = json!({ "certificate_path": "/tmp/web.pem", "key_path": "/tmp/web.key" });
    made(
        "/targets",
        json!({ "id": "tgt-web-files", "name": "Files", "kind": "file", "agent_id": "ag-web-1", "config": files }),
    );
    let names = json!(["web.example.internal"]);
    let records = json!({ "url": "https://dns.example.invalid", "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] });
    made("/dns-providers", json!({ "id": "dns-main", "name": "Main", "kind": "webhook", "config": records }));
    made("/certificates", json!({ "id": "mc-web", "names": names, "target_ids": ["tgt-web-files"] }));
    fleet
}

fn every_check_holds(postgres: bool) {
    let fleet = peopled(postgres, &[]);
    let document = fleet.json(&["api", "get", "/openapi.json"]);
    let paths = document["paths"].as_object().unwrap().values();
    let n_operations: usize = paths.map(|item| item.as_object().unwrap().len()).sum();
    let key = std::fs::read_to_string(fleet.path("config/certctl/config.toml")).unwrap();
    let key = key.split('"').find(|text| text.starts_with("ck_")).unwrap().to_owned();
    let tools: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/tools"].iter().collect();
    let tested = Command::new(tools.join("schemathesis.sh"))
        .arg(fleet.plane.url())
        .env("CONTRACT_CA", fleet.plane.ca_file())
        .env("CONTRACT_KEY", key)
        .env("CONTRACT_KEY_ID", fleet.items(&["keys", "list"])[0]["id"].as_str().unwrap())
        .env("CONTRACT_AGENT", fleet.hosts[0].path("agent/identity.pem"))
        .env("CONTRACT_RENEWED", fleet.hosts[1].path("agent/identity.pem"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&tested.stdout);
    let log = std::fs::read_to_string(fleet.plane.log()).unwrap();
    let mistakes: Vec<&str> = log.lines().filter(|line| line.contains(" ERROR ")).collect();
    let mistakes = mistakes.join("\n");
    assert!(tested.status.success(), "{said}{}\n{mistakes}", String::from_utf8_lossy(&tested.stderr));
    let tested = format!("Tested: {}", n_operations - LEFT_OUT);
    assert!(said.lines().any(|line| line.trim() == tested), "not {tested}:\n{said}");
    assert!(mistakes.is_empty(), "{mistakes}");
    fleet.verify_audit();
}

#[test]
fn the_api_keeps_its_own_document_on_sqlite() {
    every_check_holds(false);
}

#[test]
fn the_api_keeps_its_own_document_on_postgres() {
    every_check_holds(true);
}
