//! A CSR that cannot be made, or is not taken, is reported with its cause; nothing of it stays behind.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::control_plane::{ControlPlane, Job};
use crate::enrolled::{Running, join_program, program};
use crate::host::{Host, Tmpfs, files};

fn joined(policy: &str) -> (Host, ControlPlane) {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    host.write_policy(policy);
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    (host, control_plane)
}

#[track_caller]
fn refusal(control_plane: &ControlPlane, n: usize) -> Job {
    control_plane.wait("a refusal", |inner| inner.jobs["job-a"].csr_refusals.len() == n);
    control_plane.job("job-a")
}

/// An agent whose keys are on another file system than its state.
fn with_keys_in(host: &Host, dir: &Path) -> Running {
    let mut command = program(host.dir.path());
    command.arg("run").env("CERTCTL_KEY_DIR", dir);
    Running::spawn(command)
}

#[test]
fn a_kind_of_key_that_the_policy_does_not_allow_is_refused_by_its_line() {
    let (host, control_plane) = joined("[keys]\nalgorithms = [\"ecdsa-p256\"]\n");
    control_plane.want("job-a", "a.test", "file", &json!({}));
    control_plane.with(|inner| inner.jobs.get_mut("job-a").unwrap().key_algorithm = "rsa-2048".to_owned());
    let _agent = Running::start(host.dir.path(), None);
    let job = refusal(&control_plane, 1);
    assert!(!job.csr_refusals[0].retryable);
    let cause = &job.csr_refusals[0].cause;
    assert!(cause.contains("rsa-2048") && cause.contains("\"algorithms\" under [keys]"), "{cause}");
    assert!(files(&host.path("agent/keys")).is_empty() && files(&host.path("agent/pending")).is_empty());
}

#[test]
fn a_full_disk_is_reported_and_the_csr_comes_when_there_is_space_again() {
    let (host, control_plane) = joined("");
    let disk = Tmpfs::mount(&host.path("disk"), "64k");
    disk.fill();
    control_plane.want("job-a", "a.test", "file", &json!({}));
    let _agent = with_keys_in(&host, &host.path("disk"));
    let job = refusal(&control_plane, 1);
    assert!(job.csr_refusals[0].retryable);
    let cause = &job.csr_refusals[0].cause;
    assert!(cause.contains("No space left on device") && cause.contains("disk/mc-site"), "{cause}");
    disk.empty();
    // The control plane asks again, as its table of waits says.
    control_plane.with(|inner| inner.jobs.get_mut("job-a").unwrap().csr_is_put_off = false);
    control_plane.wait("the CSR", |inner| inner.jobs["job-a"].csr_keys.len() == 1);
}

#[test]
fn a_key_directory_that_cannot_be_written_is_named() {
    let (host, control_plane) = joined("");
    let disk = Tmpfs::mount(&host.path("disk"), "64k");
    fs::create_dir(host.path("disk/keys")).unwrap();
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(host.path("disk/keys"), fs::Permissions::from_mode(0o700)).unwrap();
    disk.make_read_only();
    control_plane.want("job-a", "a.test", "file", &json!({}));
    let _agent = with_keys_in(&host, &host.path("disk/keys"));
    let job = refusal(&control_plane, 1);
    let cause = &job.csr_refusals[0].cause;
    assert!(job.csr_refusals[0].retryable);
    assert!(cause.contains("Read-only file system") && cause.contains("disk/keys/mc-site"), "{cause}");
}

#[test]
fn a_policy_that_cannot_be_read_puts_the_csr_off() {
    let (host, control_plane) = joined("");
    let _agent = Running::start(host.dir.path(), None);
    control_plane.wait("a poll", |inner| inner.n_polls > 0);
    host.write_policy("directories = 3\n");
    control_plane.want("job-a", "a.test", "file", &json!({}));
    let job = refusal(&control_plane, 1);
    assert!(job.csr_refusals[0].retryable);
    assert!(job.csr_refusals[0].cause.contains("directories"), "{}", job.csr_refusals[0].cause);
}

#[test]
fn a_csr_that_the_control_plane_does_not_take_ends_the_job_and_its_key_goes() {
    let (host, control_plane) = joined("");
    control_plane.want("job-a", "a.test", "file", &json!({}));
    control_plane.with(|inner| inner.jobs.get_mut("job-a").unwrap().refuse_csr_with = Some(422));
    let mut agent = Running::start(host.dir.path(), None);
    let job = refusal(&control_plane, 1);
    assert_eq!(job.csr_keys.len(), 1);
    assert!(!job.csr_refusals[0].retryable);
    let cause = &job.csr_refusals[0].cause;
    assert!(cause.contains("does not take it") && cause.contains("says 422"), "{cause}");
    let polls = control_plane.with(|inner| inner.n_polls);
    control_plane.wait("another poll", |inner| inner.n_polls > polls);
    assert!(
        files(&host.path("agent/keys/mc-site")).is_empty(),
        "{:?}",
        files(&host.path("agent/keys/mc-site"))
    );
    assert!(files(&host.path("agent/pending")).is_empty());
    assert!(agent.terminate().success());
    let log = fs::read_to_string(host.path("agent.log")).unwrap();
    assert!(log.contains("does not take it"), "{log}");
}
