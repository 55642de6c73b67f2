//! The test of a target, end to end: the real programs and a real nginx.
//!
//! Not for: what each check finds (the agent's tests), or an agent that does not answer in time (the server's tests).

use serde_json::{Value, json};

use crate::fleet::Fleet;

fn states(test: &Value) -> Vec<(String, String)> {
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    test["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| (text(check, "name"), text(check, "state")))
        .collect()
}

#[test]
fn a_target_is_tested_by_its_agent_and_each_check_is_said() {
    let fleet = Fleet::start(false);
    let (before, served) = (fleet.hosts[0].files(), fleet.served());
    let output = fleet.run(&["targets", "test", "tgt-nginx"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for check in ["agent", "policy", "paths", "validate", "reload", "endpoint", "dry_run"] {
        assert!(said.contains(&format!("✓ {check} passed")), "{said}");
    }
    assert!(said.contains("is Passed"), "{said}");
    assert_eq!((fleet.hosts[0].files(), fleet.served()), (before, served), "nothing is changed by it");
    assert_eq!(fleet.json(&["targets", "show", "tgt-nginx"])["last_test"]["state"], "Passed");

    // Another endpoint, before it is saved: nobody listens there, and the host's policy does not allow a look.
    let mut config = fleet.hosts[0].target(0);
    config["probe"] = json!([{ "address": "127.0.0.1:1" }]);
    let file = fleet.path("draft.json");
    std::fs::write(&file, config.to_string()).unwrap();
    let agent = fleet.hosts[0].agent_id();
    let what = ["targets", "test", "--kind", "nginx", "--agent", &agent, "--config", file.to_str().unwrap()];
    let output = fleet.run(&what);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("✗ policy failed") && said.contains("- paths skipped"), "{said}");
    assert!(said.contains("    ports = ["), "the line to copy: {said}");

    // An agent that is kept out is not waited for.
    fleet.certctl(&["agents", "quarantine", &agent]);
    let output = fleet.run(&["targets", "test", "tgt-nginx", "-o", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let test: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(test["state"], "Unanswered");
    assert_eq!(states(&test)[0], ("agent".to_owned(), "failed".to_owned()));
    assert_eq!(test["checks"][0]["fix"], format!("certctl agents activate {agent}"));
    let tests = fleet.json(&["targets", "tests", "tgt-nginx"]);
    assert_eq!(tests.as_array().unwrap().len(), 2);
}
