//! What the real programs refuse: a control plane with another CA, a used token, another agent's work, a command that
//! the host does not allow.
//!
//! Not for: every rule of the local policy (the agent's tests) or every route (the server's).

use std::time::Duration;

use certctl_agent::state::StateDir;
use certctl_api::agent_protocol::{Accepted, DeployResult, JobReport};
use certctl_api::client::{Client, ClientError, ClientOptions};
use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::host::{Host, names};
use crate::process::eventually;

fn bare(fleet: &Fleet, name: &str) -> Host {
    Host::bare(&fleet.path(name), name)
}

fn invite(fleet: &Fleet, name: &str) -> String {
    fleet.json(&["agents", "invite", "--name", name])["token"].as_str().unwrap().to_owned()
}

#[test]
fn a_control_plane_with_another_ca_is_refused_before_the_token_is_shown_to_it() {
    let (own, other) = (Fleet::alone(false), Fleet::alone(false));
    let host = bare(&own, "web-1");
    let token = invite(&own, "web-1");
    let refused = host.join(&other.plane.url(), &token);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("is not the control plane that made this token"), "{said}");
    assert!(other.items(&["audit", "list", "--action", "agent.join"]).is_empty(), "it never saw the token");
    let joined = host.join(&own.plane.url(), &token);
    assert!(joined.status.success(), "the token is not spent: {}", String::from_utf8_lossy(&joined.stderr));
}

#[test]
fn an_agent_at_work_does_not_talk_to_another_control_plane_that_took_its_address() {
    let mut fleet = Fleet::alone(false);
    let host = bare(&fleet, "web-1");
    fleet.add_host(host);
    let seen = |fleet: &Fleet| fleet.json(&["agents", "show", "ag-web-1"])["last_seen_at"].clone();
    fleet.plane.kill();
    let mut impostor = fleet.plane.impostor(&fleet.path("impostor"));
    impostor.start(None);
    eventually("the agent's refusal", || {
        let log = fleet.hosts[0].agent_log();
        (log.contains("does not answer") && log.contains("certificate")).then_some(())
    });
    impostor.kill();
    let met = std::fs::read_to_string(impostor.log()).unwrap();
    assert!(!met.contains("ag-web-1") && !met.contains("/agent/poll"), "{met}");
    fleet.plane.start(None);
    let before = seen(&fleet);
    eventually("the agent's return to its own control plane", || (seen(&fleet) != before).then_some(()));
}

#[test]
fn a_token_that_was_used_is_refused_and_the_refusal_is_audited() {
    let fleet = Fleet::alone(false);
    let (first, second) = (bare(&fleet, "web-1"), bare(&fleet, "web-2"));
    let token = invite(&fleet, "web-1");
    assert!(first.join(&fleet.plane.url(), &token).status.success());
    let refused = second.join(&fleet.plane.url(), &token);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("the join token") && said.contains("was used already"), "{said}");
    assert!(!second.path("agent/agent.json").exists(), "nobody joined there");
    let denied = fleet.items(&["audit", "list", "--action", "agent.join", "--outcome", "denied"]);
    assert_eq!(denied.len(), 1, "{denied:?}");
    assert_eq!(fleet.items(&["agents", "list"]).len(), 1);
}

#[test]
fn a_command_that_the_hosts_policy_does_not_name_is_refused_by_the_agent_and_the_job_says_so() {
    let mut fleet = Fleet::alone(false);
    let host = bare(&fleet, "web-1");
    fleet.add_host(host);
    let tls = fleet.hosts[0].path("tls");
    let files = json!({ "certificate_path": tls.join("a.pem"), "key_path": tls.join("a.key") });
    let mut target = files.clone();
    target["action"] = json!("format-disk");
    fleet.create_target("tgt-files", "file", 0, &target);
    fleet.certctl(&["certs", "create", "--id", "mc-a", "--name", "a.test", "--target", "tgt-files"]);
    let job = fleet.deployment_job("mc-a", "the refusal", |job| job["state"] == "Failed");
    let error = job["error"].as_str().unwrap();
    assert!(error.starts_with("refused by the agent's local policy: "), "{error}");
    assert!(error.contains("[actions.format-disk]") && error.contains("agent.toml"), "{error}");
    assert_eq!(job["attempts"], 1, "no later try can change it: {job}");
    assert!(names(&tls).is_empty());
    assert_eq!(fleet.items(&["certs", "deployments", "mc-a"])[0]["state"], "failed");
}

/// A client with the identity of a host's agent.
fn as_agent(fleet: &Fleet, host: &Host) -> Client {
    let state = StateDir::look(&host.path("agent"));
    Client::new(ClientOptions {
        server_url: fleet.plane.url(),
        trust: state.trust().unwrap(),
        api_key: None,
        identity: Some(state.identity().unwrap().0),
        timeout: Duration::from_secs(10),
    })
    .unwrap()
}

#[test]
fn another_agents_job_cannot_be_reported_and_a_stale_lease_is_told_so() {
    let mut fleet = Fleet::alone(false);
    for name in ["web-1", "web-2"] {
        let host = bare(&fleet, name);
        fleet.add_host(host);
    }
    let tls = fleet.hosts[0].path("tls");
    // The agent is stopped in the middle of its work: an action that does not end.
    fleet.hosts[0].write_policy(&format!(
        "directories = [\"{}\"]\n[file]\n[actions.slow]\ncommand = [\"/bin/sleep\", \"60\"]\n",
        tls.display()
    ));
    let target = json!({
        "certificate_path": tls.join("a.pem"), "key_path": tls.join("a.key"), "action": "slow",
    });
    fleet.create_target("tgt-files", "file", 0, &target);
    fleet.certctl(&["certs", "create", "--id", "mc-a", "--name", "a.test", "--target", "tgt-files"]);
    let job = fleet.deployment_job("mc-a", "the lease", |job| job["state"] == "Running");
    let path = format!("/agent/jobs/{}/report", job["id"].as_str().unwrap());
    let report = JobReport {
        lease_token: "guessed".to_owned(),
        steps: Vec::new(),
        result: Some(DeployResult::Installed { previous_fingerprint: None }),
        verified: None,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let status = |host: &Host| {
        let client = as_agent(&fleet, host);
        let answer: Result<Accepted, ClientError> = runtime.block_on(client.post(&path, &report));
        answer.unwrap_err().status()
    };
    assert_eq!(status(&fleet.hosts[1]), Some(403), "another agent's job");
    assert_eq!(status(&fleet.hosts[0]), Some(409), "its own job, with a lease that is not its own");
    let denied = fleet.items(&["audit", "list", "--action", "agent.job_access", "--outcome", "denied"]);
    assert_eq!(denied.len(), 1, "{denied:?}");
    let event: &Value = &denied[0];
    assert_eq!((&event["object_id"], &event["actor"]["id"]), (&job["id"], &json!("ag-web-2")), "{event}");
    assert_eq!(fleet.deployment_job("mc-a", "the job", |_| true)["state"], "Running", "it goes on");
    fleet.verify_audit();
}
