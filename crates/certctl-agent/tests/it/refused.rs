//! What the host's policy does not allow is refused, by the name of the line that is missing.

use std::fs;
use std::os::unix::fs::symlink;

use certctl_agent::work::step::Step;
use certctl_api::agent_protocol::DeployResult;
use serde_json::{Value, json};

use crate::host::{Host, files};

struct Case {
    host: Host,
}

impl Case {
    fn new() -> Self {
        let host = Host::new();
        for name in ["tls", "elsewhere"] {
            fs::create_dir(host.path(name)).unwrap();
        }
        host.write_policy(&format!("directories = [{:?}]\n[file]\n", host.path("tls")));
        Self { host }
    }

    fn target(&self) -> Value {
        json!({ "certificate_path": self.host.path("tls/a.pem"), "key_path": self.host.path("tls/a.key") })
    }

    /// The cause of the refusal.
    async fn refused(&self, kind: &str, target: &Value) -> String {
        let record = self.host.deploy("job-1", &self.host.issue("a.test"), kind, target).await;
        assert_eq!(record.step, Step::Abandoned);
        assert_eq!(record.steps.len(), 1);
        assert!(files(&self.host.path("elsewhere")).is_empty());
        match record.result.unwrap() {
            DeployResult::Refused { cause } => cause,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_path_outside_the_listed_directories_is_refused() {
    let case = Case::new();
    for field in ["certificate_path", "key_path", "chain_path"] {
        let mut target = case.target();
        target[field] = json!(case.host.path("elsewhere/x.pem"));
        let cause = case.refused("file", &target).await;
        assert!(cause.contains("\"directories\"") && cause.contains("elsewhere"), "{cause}");
    }
    assert!(files(&case.host.path("tls")).is_empty());
}

#[tokio::test]
async fn a_link_that_leads_outside_is_refused() {
    let case = Case::new();
    symlink(case.host.path("elsewhere"), case.host.path("tls/link")).unwrap();
    let mut target = case.target();
    target["key_path"] = json!(case.host.path("tls/link/a.key"));
    let cause = case.refused("file", &target).await;
    assert!(cause.contains("really") && cause.contains("elsewhere/a.key"), "{cause}");
}

#[tokio::test]
async fn the_agents_own_state_is_refused_even_when_listed() {
    let case = Case::new();
    case.host.write_policy(&format!("directories = [{:?}]\n[file]\n", case.host.dir.path()));
    let mut target = case.target();
    target["certificate_path"] = json!(case.host.path("agent.toml"));
    let cause = case.refused("file", &target).await;
    assert!(cause.contains("belongs to the agent itself"), "{cause}");
}

#[tokio::test]
async fn an_action_that_the_policy_does_not_name_is_refused() {
    let case = Case::new();
    let mut target = case.target();
    target["action"] = json!("format-disk");
    let cause = case.refused("file", &target).await;
    assert!(cause.contains("[actions.format-disk]"), "{cause}");
}

#[tokio::test]
async fn a_kind_an_instance_a_port_and_an_address_have_to_be_named() {
    let case = Case::new();
    let mut nginx = case.target();
    nginx["no_probe"] = json!(true);
    let cause = case.refused("nginx", &nginx).await;
    assert!(cause.contains("[nginx.default]"), "{cause}");
    let mut target = case.target();
    target["probe"] = json!([{ "address": "127.0.0.1:22" }]);
    let cause = case.refused("file", &target).await;
    assert!(cause.contains("\"ports\" under [probe]"), "{cause}");
    target["probe"] = json!([{ "address": "192.0.2.1:443" }]);
    let cause = case.refused("file", &target).await;
    assert!(cause.contains("\"addresses\" under [probe]"), "{cause}");
    case.host.write_policy("");
    let cause = case.refused("file", &case.target()).await;
    assert!(cause.contains("[file]"), "{cause}");
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_allows_nothing() {
    let case = Case::new();
    case.host.write_policy("directories = 3\nshell = true\n");
    let cause = case.refused("file", &case.target()).await;
    assert!(
        cause.contains("directories") && cause.contains("shell") && cause.contains("certctl-agent check"),
        "{cause}"
    );
}
