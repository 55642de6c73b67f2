//! Joining, and how an agent lives: renewal of its identity, quarantine, retirement, a lost control plane.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use certctl_agent::join::{JoinError, JoinOptions, join};
use certctl_agent::state::{StateDir, StateError};
use certctl_api::agent_protocol::DeployResult;
use certctl_api::join_token::JoinToken;
use certctl_core::time::SystemClock;
use serde_json::json;

use crate::control_plane::ControlPlane;
use crate::host::{Host, files, pair};
use crate::lab::Ca;

/// The real program, with its state in a host's directory.
pub(crate) fn program(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certctl-agent"));
    command
        .env("CERTCTL_STATE_DIR", dir.join("agent"))
        .env("CERTCTL_AGENT_POLICY", dir.join("agent.toml"))
        .env_remove("CERTCTL_KEY_DIR")
        .stderr(fs::OpenOptions::new().create(true).append(true).open(dir.join("agent.log")).unwrap());
    command
}

/// A running agent; killed when the test ends.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(dir: &Path, kill_at: Option<&str>) -> Self {
        let mut command = program(dir);
        command.arg("run").stdout(Stdio::null());
        if let Some(step) = kill_at {
            command.env("CERTCTL_KILL_AT", step);
        }
        Self(command.spawn().unwrap())
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        Self(command.stdout(Stdio::null()).spawn().unwrap())
    }

    fn resident_kilobytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        self.0.wait().unwrap()
    }

    pub(crate) fn terminate(&mut self) -> std::process::ExitStatus {
        let pid = nix::unistd::Pid::from_raw(self.0.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        self.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn join_program(dir: &Path, control_plane: &ControlPlane) -> Output {
    let token = dir.join("token");
    fs::write(&token, control_plane.invite().expose()).unwrap();
    program(dir).args(["join", &control_plane.url(), "--token-file"]).arg(&token).output().unwrap()
}

fn options(control_plane: &ControlPlane, token: JoinToken, dir: &Path) -> JoinOptions {
    JoinOptions {
        server_url: control_plane.url(),
        token,
        state_dir: dir.join("agent"),
        clock: Arc::new(SystemClock),
    }
}

#[tokio::test]
async fn a_control_plane_with_another_ca_is_refused_and_the_token_is_not_spent() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    let good = control_plane.invite();
    let other = JoinToken::new(Ca::new("other").pin(), [7; 32]);
    let error = join(options(&control_plane, other, host.dir.path())).await.unwrap_err();
    assert!(matches!(error, JoinError::OtherCa { .. }), "{error:?}");
    assert!(error.to_string().contains("not the control plane that made this token"), "{error}");
    assert!(StateDir::look(&host.path("agent")).enrollment().unwrap().is_none());
    join(options(&control_plane, good, host.dir.path())).await.unwrap();
    let error = join(options(&control_plane, control_plane.invite(), host.dir.path())).await.unwrap_err();
    assert!(matches!(error, JoinError::AlreadyJoined { .. }), "{error:?}");
}

#[tokio::test]
async fn a_spent_token_is_refused_with_what_the_control_plane_says() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    let token = control_plane.invite();
    join(options(&control_plane, token.clone(), host.dir.path())).await.unwrap();
    let mut again = options(&control_plane, token, host.dir.path());
    again.state_dir = host.path("second");
    let error = join(again).await.unwrap_err();
    assert!(certctl_agent::cause::chain(&error).contains("says 401"), "{error:?}");
    assert!(matches!(StateDir::look(&host.path("second")).joined(), Err(StateError::NotJoined { .. })));
}

#[tokio::test]
async fn only_https_addresses_are_joined() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    for bad in ["http://127.0.0.1:1", "127.0.0.1", "https://", ""] {
        let mut options = options(&control_plane, control_plane.invite(), host.dir.path());
        options.server_url = bad.to_owned();
        assert!(matches!(join(options).await, Err(JoinError::NotAnAddress(_))), "{bad}");
    }
}

#[test]
fn the_program_joins_works_shows_its_status_and_stops() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    fs::create_dir(host.path("tls")).unwrap();
    host.write_policy(&format!("directories = [{:?}]\n[file]\n", host.path("tls")));
    let joined = join_program(host.dir.path(), &control_plane);
    assert!(joined.status.success());
    assert!(String::from_utf8_lossy(&joined.stdout).contains("as ag-test"));
    let target = json!({ "certificate_path": host.path("tls/a.pem"), "key_path": host.path("tls/a.key") });
    control_plane.want("job-a", "a.test", "file", &target);
    let mut agent = Running::start(host.dir.path(), None);
    let result = control_plane.wait_for_result("job-a");
    assert!(matches!(result, DeployResult::Installed { .. }), "{result:?}");
    let job = control_plane.job("job-a");
    assert_eq!(pair(&target), job.issued.as_ref().unwrap().fingerprint);
    assert_eq!(job.csr_keys.len(), 1);
    // A quick deployment is one report.
    assert_eq!(job.reports.len(), 1);
    assert_eq!(control_plane.with(|inner| inner.capabilities.clone()), ["file"]);
    // Nine tenths of it are code of this unoptimised build; the limit for the released one is 15 MB.
    assert!(agent.resident_kilobytes() < 30_000, "{} kB", agent.resident_kilobytes());
    // Not only the file: another agent cannot run on the same state.
    let second = program(host.dir.path()).arg("run").output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let status = program(host.dir.path()).arg("status").output().unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(status.contains("ag-test") && status.contains("1 certificate(s)"), "{status}");
    assert!(agent.terminate().success());
    assert_eq!(files(&host.path("agent/journal")).len(), 0);
    let log = fs::read_to_string(host.path("agent.log")).unwrap();
    assert!(log.contains("another certctl-agent runs"), "{log}");
    assert!(!log.contains("PRIVATE KEY") && !log.contains("BEGIN CERT"), "{log}");
}

#[test]
fn an_identity_is_renewed_at_half_of_its_life_and_kept() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    host.write_policy("");
    // Begun long ago: a tenth of an hour behind, and four seconds to go.
    control_plane.with(|inner| inner.identity_seconds = 4);
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    control_plane.with(|inner| inner.identity_seconds = 7 * 86_400);
    let first = control_plane.with(|inner| inner.identities[0].clone());
    let mut agent = Running::start(host.dir.path(), None);
    control_plane.wait("a poll with the new identity", |inner| {
        inner.n_renewals == 1 && inner.last_identity.as_ref().is_some_and(|last| *last != first)
    });
    let polls = control_plane.with(|inner| inner.n_polls);
    control_plane.wait("another poll", |inner| inner.n_polls > polls + 1);
    assert!(agent.terminate().success());
    assert!(!host.path("agent/identity.next.pem").exists());
    // The new one is what the next start uses.
    control_plane.with(|inner| inner.identities.retain(|identity| *identity != first));
    let mut agent = Running::start(host.dir.path(), None);
    let polls = control_plane.with(|inner| inner.n_polls);
    control_plane.wait("a poll after the restart", |inner| inner.n_polls > polls);
    assert!(agent.terminate().success());
    assert_eq!(control_plane.with(|inner| inner.n_renewals), 1);
}

#[test]
fn a_retired_agent_stops_with_its_own_exit_code_and_keeps_its_keys() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    host.write_policy("");
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    control_plane.want("job-a", "a.test", "file", &json!({}));
    let mut agent = Running::start(host.dir.path(), None);
    let result = control_plane.wait_for_result("job-a");
    assert!(matches!(result, DeployResult::Failed { .. } | DeployResult::Refused { .. }), "{result:?}");
    control_plane.with(|inner| inner.refuse_with = Some(410));
    assert_eq!(agent.wait().code(), Some(3));
    assert_eq!(files(&host.path("agent/keys/mc-site")).len(), 1);
}

#[test]
fn a_quarantined_agent_goes_on_waiting() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    host.write_policy("");
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    control_plane.with(|inner| inner.refuse_with = Some(403));
    let mut agent = Running::start(host.dir.path(), None);
    let log = || fs::read_to_string(host.path("agent.log")).unwrap();
    control_plane
        .wait("a poll and a word about it", |inner| inner.n_polls == 1 && log().contains("quarantined"));
    assert!(agent.terminate().success());
    assert_eq!(control_plane.with(|inner| inner.n_polls), 1);
}

#[test]
fn a_report_that_got_lost_is_sent_again_and_the_work_is_not_done_again() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    fs::create_dir(host.path("tls")).unwrap();
    host.write_policy(&format!("directories = [{:?}]\n[file]\n", host.path("tls")));
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    let target = json!({ "certificate_path": host.path("tls/a.pem"), "key_path": host.path("tls/a.key") });
    control_plane.want("job-a", "a.test", "file", &target);
    control_plane.with(|inner| inner.n_reports_to_lose = 1);
    let mut agent = Running::start(host.dir.path(), None);
    control_plane.wait_for_result("job-a");
    assert_eq!(control_plane.job("job-a").n_leases, 1);
    assert!(agent.terminate().success());
}
