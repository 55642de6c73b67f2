//! The test of a target on a real host with a real nginx: what passes, each way to fail with what to do about it, and that nothing
//! stays behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use certctl_api::agent_protocol::{CheckReport, TestWork};
use certctl_core::target_test::{CheckName, CheckState};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::enrolled::{Running, join_program, program};
use crate::host::{Host, NGINX, Nginx, Tmpfs, executable, files};

fn work(kind: &str, config: &Value) -> TestWork {
    TestWork {
        test_id: "tt-one".parse().unwrap(),
        target_kind: kind.to_owned(),
        target_config: config.clone(),
        checks: CheckName::ALL.iter().map(|name| name.to_string()).collect(),
        seconds: 120,
    }
}

async fn tested(host: &Host, work: &TestWork) -> BTreeMap<CheckName, CheckReport> {
    let told = Mutex::new(Vec::new());
    let lane = tokio::sync::Mutex::new(());
    host.deployer().test(work, &lane, |check| told.lock().unwrap().push(check)).await;
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted_by_key(|check| check.name), "in their order");
    assert!(!host.path("state/work/tt-one.staged").exists(), "the note is removed");
    told.into_iter().map(|check| (check.name, check)).collect()
}

fn states(checks: &BTreeMap<CheckName, CheckReport>) -> Vec<CheckState> {
    checks.values().map(|check| check.state).collect()
}

#[track_caller]
fn failed<'a>(
    checks: &'a BTreeMap<CheckName, CheckReport>,
    name: CheckName,
    detail: &str,
    fix: &str,
) -> &'a CheckReport {
    let check = &checks[&name];
    assert_eq!(check.state, CheckState::Failed, "{check:?}");
    assert!(check.detail.contains(detail), "{check:?}");
    assert!(check.fix.as_deref().unwrap_or_default().contains(fix), "{check:?}");
    check
}

/// A host with a real nginx that the policy allows.
struct Case {
    nginx: Nginx,
    host: Host,
}

impl Case {
    fn new() -> Self {
        let host = Host::new();
        let nginx = Nginx::start(&host.path("nginx"));
        host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
        Self { nginx, host }
    }

    async fn tested(&self, config: &Value) -> BTreeMap<CheckName, CheckReport> {
        let (before, workers) = (files(&self.nginx.certs()), self.nginx.workers());
        let served = self.nginx.served(0);
        let checks = tested(&self.host, &work("nginx", config)).await;
        assert_eq!(files(&self.nginx.certs()), before, "nothing stays behind");
        assert_eq!(self.nginx.workers(), workers, "nothing was reloaded");
        assert_eq!(self.nginx.served(0), served);
        checks
    }
}

#[tokio::test]
async fn a_target_that_works_passes_each_check_and_nothing_is_changed() {
    let case = Case::new();
    let checks = case.tested(&case.nginx.target(0)).await;
    assert_eq!(states(&checks), [CheckState::Passed; 6], "{checks:#?}");
    let detail = |name: CheckName| checks[&name].detail.as_str();
    assert!(detail(CheckName::Policy).contains("2 paths and 1 endpoints"));
    assert!(detail(CheckName::Paths).contains("site0.test.key is 0:0 0600"), "{}", detail(CheckName::Paths));
    assert!(detail(CheckName::Validate).contains("in 2 places"), "{}", detail(CheckName::Validate));
    assert!(detail(CheckName::Reload).contains("nginx -s reload to its master, process "));
    assert!(detail(CheckName::Endpoint).contains(&case.nginx.served(0)), "{}", detail(CheckName::Endpoint));
    assert!(detail(CheckName::Endpoint).contains("TLS 1.3"));
    assert!(detail(CheckName::DryRun).contains("written beside, flushed, compared and removed"));
}

#[tokio::test]
async fn a_policy_that_lacks_lines_names_them_and_skips_what_needs_it() {
    let case = Case::new();
    case.host.write_policy("directories = [\"/srv\"]\n");
    let checks = case.tested(&case.nginx.target(0)).await;
    let policy = failed(&checks, CheckName::Policy, "knows no nginx \"default\"", "[nginx.default]");
    let fix = policy.fix.as_ref().unwrap();
    assert!(fix.contains(&format!("directories = [\"/srv\", {:?}]", case.nginx.certs())), "{fix}");
    assert!(fix.contains(&format!("ports = [443, {}]", case.nginx.port())), "{fix}");
    assert_eq!(states(&checks)[1..], [CheckState::Skipped; 5]);
    assert_eq!(checks[&CheckName::Paths].detail, "not carried out: \"Host policy allows it\" failed");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_or_is_not_there_is_said_with_the_command() {
    let host = Host::new();
    let disk = Tmpfs::mount(&host.path("tls"), "1m");
    host.write_policy(&format!("directories = [{:?}]\n[file]\n", host.path("tls")));
    let config = json!({ "certificate_path": host.path("tls/a.pem"), "key_path": host.path("tls/a.key") });
    let good = tested(&host, &work("file", &config)).await;
    assert!(good.values().all(|check| check.state == CheckState::Passed), "{good:#?}");
    disk.make_read_only();
    let checks = tested(&host, &work("file", &config)).await;
    failed(&checks, CheckName::Paths, "cannot be written", "ReadWritePaths=");
    assert_eq!(checks[&CheckName::DryRun].state, CheckState::Skipped);

    let absent = json!({
        "certificate_path": host.path("tls/no/a.pem"), "key_path": host.path("tls/no/a.key"), "owner": "daemon",
    });
    let checks = tested(&host, &work("file", &absent)).await;
    failed(&checks, CheckName::Paths, "does not exist", "sudo install -d -m 0755 -o daemon");
    let nobodys = json!({
        "certificate_path": host.path("tls/a.pem"), "key_path": host.path("tls/a.key"), "group": "no-such-group",
    });
    let checks = tested(&host, &work("file", &nobodys)).await;
    failed(&checks, CheckName::Paths, "has no group \"no-such-group\"", "groupadd");
}

#[tokio::test]
async fn a_broken_configuration_is_said_in_nginx_own_words() {
    let case = Case::new();
    let text = fs::read_to_string(case.nginx.config()).unwrap();
    fs::write(case.nginx.config(), text.replace("events {", "evnts {")).unwrap();
    let checks = case.tested(&case.nginx.target(0)).await;
    let check = failed(&checks, CheckName::Validate, "unknown directive \"evnts\"", "nginx -t -c");
    assert!(check.detail.contains(&case.nginx.config().display().to_string()), "{check:?}");
    // What does not need it goes on.
    assert_eq!(checks[&CheckName::Endpoint].state, CheckState::Passed);
    assert_eq!(checks[&CheckName::DryRun].state, CheckState::Passed);
    fs::write(case.nginx.config(), text).unwrap();
}

#[tokio::test]
async fn a_configuration_that_names_other_files_is_a_warning() {
    let case = Case::new();
    let mut config = case.nginx.target(0);
    config["certificate_path"] = json!(case.nginx.certs().join("other.pem"));
    config["key_path"] = json!(case.nginx.certs().join("other.key"));
    let checks = case.tested(&config).await;
    let check = &checks[&CheckName::Validate];
    assert_eq!(check.state, CheckState::Warning, "{check:?}");
    assert!(check.fix.as_ref().unwrap().contains("ssl_certificate_key "), "{check:?}");
    assert!(checks[&CheckName::Paths].detail.contains("other.pem is not there yet"));
}

#[tokio::test]
async fn a_first_certificate_need_not_be_there_for_the_check() {
    let case = Case::new();
    for name in ["site0.test.pem", "site0.test.key"] {
        fs::remove_file(case.nginx.certs().join(name)).unwrap();
    }
    let checks = tested(&case.host, &work("nginx", &case.nginx.target(0))).await;
    assert_eq!(states(&checks), [CheckState::Passed; 6], "{checks:#?}");
}

#[tokio::test]
async fn an_endpoint_that_is_down_fails_alone() {
    let case = Case::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    case.host.write_policy(&format!(
        "directories = [{:?}]\n{}[probe]\nports = [{port}]\n",
        case.nginx.certs(),
        case.nginx.policy("default", Path::new(NGINX), "\"signal\"")
    ));
    let mut config = case.nginx.target(0);
    config["probe"] = json!([{ "address": format!("127.0.0.1:{port}") }]);
    let checks = case.tested(&config).await;
    failed(&checks, CheckName::Endpoint, "cannot connect", &format!("ss -ltnp 'sport = :{port}'"));
    let bad = checks.values().filter(|check| check.state != CheckState::Passed).count();
    assert_eq!(bad, 1, "{checks:#?}");
}

#[tokio::test]
async fn a_reload_that_nobody_could_do_is_said() {
    let case = Case::new();
    let pid = case.nginx.prefix().join("nginx.pid");
    let text = fs::read_to_string(&pid).unwrap();
    fs::write(&pid, "1\n").unwrap();
    let checks = tested(&case.host, &work("nginx", &case.nginx.target(0))).await;
    failed(&checks, CheckName::Reload, "holds no process id", "systemctl status nginx");
    fs::write(&pid, text).unwrap();

    let host = &case.host;
    let tls = host.path("tls");
    fs::create_dir(&tls).unwrap();
    host.write_policy(&format!(
        "directories = [{tls:?}]\n[file]\n[actions.absent]\ncommand = [\"/no/such/program\"]\n[actions.stranger]\ncommand \
         = [\"/bin/true\"]\nuser = \"no-such-user\"\n[actions.good]\ncommand = [{:?}]\n",
        host.path("good")
    ));
    fs::write(host.path("good"), format!("#!/bin/sh\ntouch {}\n", host.path("ran").display())).unwrap();
    executable(&host.path("good"));
    for (action, expected) in [
        ("absent", Some("/no/such/program is not a program")),
        ("stranger", Some("no such user")),
        ("good", None),
    ] {
        let config =
            json!({ "certificate_path": tls.join("a.pem"), "key_path": tls.join("a.key"), "action": action });
        let checks = tested(host, &work("file", &config)).await;
        match expected {
            Some(detail) => drop(failed(&checks, CheckName::Reload, detail, "").clone()),
            None => assert_eq!(checks[&CheckName::Reload].state, CheckState::Passed),
        }
    }
    assert!(!host.path("ran").exists(), "an action is never run by a test");
    assert!(files(&tls).is_empty());
}

#[tokio::test]
async fn only_the_checks_that_are_asked_for_are_carried_out() {
    let case = Case::new();
    let mut work = work("nginx", &case.nginx.target(0));
    work.checks = vec!["endpoint".to_owned(), "policy".to_owned(), "weather".to_owned()];
    let checks = tested(&case.host, &work).await;
    assert_eq!(checks.keys().copied().collect::<Vec<_>>(), [CheckName::Policy, CheckName::Endpoint]);
    assert_eq!(states(&checks), [CheckState::Passed; 2]);
}

#[tokio::test]
async fn what_a_killed_test_left_is_removed_at_the_next_start_and_nothing_else() {
    let host = Host::new();
    let tls = host.path("tls");
    fs::create_dir(&tls).unwrap();
    fs::create_dir_all(host.path("state/work")).unwrap();
    let (ours, foreign) = (tls.join(".a.key.certctl-new.tt-one"), tls.join("a.key"));
    fs::write(&ours, "left").unwrap();
    fs::write(&foreign, "live").unwrap();
    let note = host.path("state/work/tt-one.staged");
    fs::write(&note, serde_json::to_vec(&json!([ours, foreign])).unwrap()).unwrap();
    host.deployer().sweep_tests();
    assert_eq!(files(&tls), ["a.key"]);
    assert!(!note.exists());
}

#[test]
fn the_program_takes_a_test_and_reports_each_check() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    let mut command = program(host.dir.path());
    command.arg("run");
    let mut agent = Running::spawn(command);
    control_plane.with(|inner| {
        inner.n_reports_to_lose = 1;
        inner.tests.push(work("nginx", &nginx.target(0)));
    });
    control_plane.wait("the end of the test", |inner| inner.test_reports.iter().any(|report| report.done));
    let reports = control_plane.with(|inner| inner.test_reports.clone());
    let checks: Vec<(CheckName, CheckState)> =
        reports.iter().flat_map(|report| &report.checks).map(|check| (check.name, check.state)).collect();
    let expected: Vec<(CheckName, CheckState)> =
        CheckName::ALL[1..].iter().map(|name| (*name, CheckState::Passed)).collect();
    assert_eq!(checks, expected, "{reports:#?}");
    assert!(agent.terminate().success());
}

#[test]
fn an_agent_that_is_killed_in_a_test_removes_what_it_had_laid_down() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    let before = files(&nginx.certs());
    let mut agent = Running::start(host.dir.path(), Some("test.staged"));
    control_plane.with(|inner| inner.tests.push(work("nginx", &nginx.target(0))));
    assert_eq!(agent.wait().code(), None, "killed");
    assert_ne!(files(&nginx.certs()), before, "the test files lie beside the live ones");
    let n_polls = control_plane.with(|inner| inner.n_polls);
    let mut agent = Running::start(host.dir.path(), None);
    control_plane.wait("a poll", |inner| inner.n_polls > n_polls);
    assert_eq!(files(&nginx.certs()), before);
    assert_eq!(nginx.served(0), crate::host::pair(&nginx.target(0)), "what is served was never touched");
    assert!(agent.terminate().success());
}
