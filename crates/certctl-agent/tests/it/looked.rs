//! A look at live endpoints that was asked for: what is right, what is not, what cannot be reached, what the policy forbids.

use std::collections::BTreeMap;
use std::path::Path;

use certctl_api::agent_protocol::{VerifyResult, VerifyWork};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::enrolled::{Running, join_program, program};
use crate::host::{Host, NGINX, Nginx};

fn work(fingerprint: &str, kind: &str, config: &Value) -> VerifyWork {
    VerifyWork {
        job_id: "job-look".parse().unwrap(),
        lease_token: "lease-1".to_owned(),
        lease_seconds: 60,
        certificate_id: "mc-site".parse().unwrap(),
        fingerprint_sha256: fingerprint.to_owned(),
        target_id: "tgt-site".parse().unwrap(),
        target_kind: kind.to_owned(),
        target_config: config.clone(),
    }
}

/// A host with a real nginx that the policy allows.
fn scene() -> (Host, Nginx) {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    (host, nginx)
}

/// What each address serves, or why it was not seen.
fn seen(result: &VerifyResult) -> BTreeMap<String, String> {
    let VerifyResult::Looked { seen } = result else { panic!("{result:?}") };
    let told = |one: &certctl_api::agent_protocol::Sighting| {
        one.fingerprint_sha256.clone().or_else(|| one.error.clone()).unwrap_or_default()
    };
    seen.iter().map(|one| (one.address.clone(), told(one))).collect()
}

#[tokio::test]
async fn an_endpoint_that_serves_the_certificate_is_as_it_should_be_and_another_is_not() {
    let (host, nginx) = scene();
    let (served, workers) = (nginx.served(0), nginx.workers());
    let (step, result) = host.deployer().look_again(&work(&served, "nginx", &nginx.target(0))).await;
    assert!(step.ok && step.name == "probe", "{step:?}");
    assert!(seen(&result).values().all(|one| *one == served), "{result:?}");

    let wanted = "ab".repeat(32);
    let (step, result) = host.deployer().look_again(&work(&wanted, "nginx", &nginx.target(0))).await;
    assert!(!step.ok && step.detail.contains(&served), "{step:?}");
    assert!(seen(&result).values().all(|one| *one == served), "{result:?}");
    assert_eq!(nginx.workers(), workers, "nothing was reloaded");
}

#[tokio::test]
async fn each_address_is_named_when_one_cannot_be_reached() {
    let (host, nginx) = scene();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut config = nginx.target(0);
    let probes = config["probe"].as_array_mut().unwrap();
    let n = probes.len();
    probes.insert(0, json!({ "address": closed.to_string() }));
    host.write_policy(&format!(
        "directories = [{:?}]\n{}[probe]\nports = [{}, {}]\n",
        nginx.certs(),
        nginx.policy("default", Path::new(NGINX), "\"command\""),
        nginx.port(),
        closed.port(),
    ));
    let (step, result) = host.deployer().look_again(&work(&nginx.served(0), "nginx", &config)).await;
    assert!(!step.ok, "{step:?}");
    let seen = seen(&result);
    assert_eq!(seen.len(), n + 1, "{seen:?}");
    assert!(seen[&closed.to_string()].contains("cannot connect"), "{seen:?}");
}

#[tokio::test]
async fn a_host_whose_policy_forbids_it_refuses_with_the_line_that_is_missing() {
    let (host, nginx) = scene();
    host.write_policy(&format!(
        "directories = [{:?}]\n{}",
        nginx.certs(),
        nginx.policy("default", Path::new(NGINX), "\"command\""),
    ));
    let (_, result) = host.deployer().look_again(&work(&nginx.served(0), "nginx", &nginx.target(0))).await;
    let VerifyResult::Refused { cause } = result else { panic!("{result:?}") };
    assert!(cause.contains("ports"), "{cause}");
    let (_, result) = host.deployer().look_again(&work("ab", "nginx", &json!({}))).await;
    assert!(matches!(result, VerifyResult::Failed { .. }), "{result:?}");
}

#[test]
fn the_program_looks_and_reports_until_the_control_plane_has_it_also_after_it_was_killed() {
    let (host, nginx) = scene();
    let control_plane = ControlPlane::start();
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    let served = nginx.served(0);
    let mut agent = Running::start(host.dir.path(), Some("verify.looked"));
    control_plane.with(|inner| inner.verifications.push(work(&served, "nginx", &nginx.target(0))));
    assert_eq!(agent.wait().code(), None, "killed");
    assert!(control_plane.with(|inner| inner.verify_reports.is_empty()));

    let mut command = program(host.dir.path());
    command.arg("run");
    let n_polls = control_plane.with(|inner| inner.n_polls);
    let mut agent = Running::spawn(command);
    control_plane.wait("its poll", |inner| inner.n_polls > n_polls);
    control_plane.with(|inner| {
        inner.n_reports_to_lose = 1;
        // Its lease is lost with its start, so it is given out again.
        inner.verifications.push(work(&served, "nginx", &nginx.target(0)));
    });
    control_plane.wait("the report", |inner| !inner.verify_reports.is_empty());
    let reports = control_plane.with(|inner| inner.verify_reports.clone());
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(seen(reports[0].verified.as_ref().unwrap()).values().all(|one| *one == served));
    assert_eq!(control_plane.with(|inner| inner.abilities.clone()), ["verify"]);
    assert!(agent.terminate().success());
}
