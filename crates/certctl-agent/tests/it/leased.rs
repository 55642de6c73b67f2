//! A lease is kept for as long as the work takes; when it is lost, nothing is changed that was not changed before.

use std::fs;
use std::path::{Path, PathBuf};

use certctl_api::agent_protocol::DeployResult;
use serde_json::Value;

use crate::control_plane::ControlPlane;
use crate::enrolled::{Running, join_program};
use crate::host::{Host, NGINX, Nginx, executable, files, pair};

/// nginx that takes its time for a check (`-t`) or a reload (`-s`), and says that it has begun.
fn slow_nginx(dir: &Path, flag: &str, seconds: u32) -> PathBuf {
    let path = dir.join("slow-nginx");
    let text = format!(
        "#!/bin/sh\ncase \" $* \" in *\" {flag} \"*) : > {0}/begun; sleep {seconds};; esac\nexec {NGINX} \"$@\"\n",
        dir.display()
    );
    fs::write(&path, text).unwrap();
    executable(&path);
    path
}

struct Case {
    // Stopped before its directory goes.
    nginx: Nginx,
    host: Host,
    control_plane: ControlPlane,
    target: Value,
}

impl Case {
    /// A lease lasts a second, and one command of nginx longer.
    fn new(flag: &str, seconds: u32) -> Self {
        let (host, control_plane) = (Host::new(), ControlPlane::start());
        let nginx = Nginx::start(&host.path("nginx"));
        let binary = slow_nginx(host.dir.path(), flag, seconds);
        host.allow_nginx(&nginx, &binary, "\"command\"");
        assert!(join_program(host.dir.path(), &control_plane).status.success());
        control_plane.with(|inner| inner.lease_seconds = 1);
        let target = nginx.target(0);
        control_plane.want("job-a", "site0.test", "nginx", &target);
        Self { nginx, host, control_plane, target }
    }

    #[track_caller]
    fn wait_until_begun(&self) {
        let begun = self.host.path("begun");
        // And the steps before it are reported, so that no report tells of the lost lease before its extension does.
        self.control_plane
            .wait("the slow command", |inner| begun.exists() && !inner.jobs["job-a"].reports.is_empty());
    }

    /// The lease is another one's from now on; no poll says so, and the job is not given out again.
    fn lose_the_lease(&self) {
        self.control_plane.with(|inner| {
            inner.is_silent_on_dropped = true;
            let lease = &mut inner.jobs.get_mut("job-a").unwrap().lease;
            lease.as_mut().unwrap().0 = "another".to_owned();
        });
    }

    #[track_caller]
    fn wait_for_log(&self, words: &str) {
        let log = self.host.path("agent.log");
        self.control_plane.wait(words, |_| fs::read_to_string(&log).unwrap_or_default().contains(words));
    }
}

#[test]
fn a_check_that_outlasts_the_lease_keeps_it() {
    let case = Case::new("-t", 3);
    let mut agent = Running::start(case.host.dir.path(), None);
    let result = case.control_plane.wait_for_result("job-a");
    assert!(matches!(result, DeployResult::Live { .. }), "{result:?}");
    let job = case.control_plane.job("job-a");
    assert!(job.n_extensions >= 4, "{} extensions in 3 s of a lease of 1 s", job.n_extensions);
    assert_eq!(job.n_leases, 1);
    assert!(agent.terminate().success());
}

#[test]
fn a_lease_lost_before_the_swap_abandons_the_work() {
    let case = Case::new("-t", 3);
    let before = pair(&case.target);
    let workers = case.nginx.workers();
    let mut agent = Running::start(case.host.dir.path(), None);
    case.wait_until_begun();
    case.lose_the_lease();
    case.wait_for_log("the lease of job-a is lost");
    case.wait_for_log("does not want the result");
    assert_eq!(pair(&case.target), before);
    assert_eq!(case.nginx.workers(), workers, "no reload");
    let job = case.control_plane.job("job-a");
    assert!(job.result.is_none());
    assert!(job.reports.iter().flat_map(|report| &report.steps).all(|step| step.name != "swap"));
    assert!(agent.terminate().success());
    assert!(files(&case.host.path("agent/journal")).is_empty());
}

#[test]
fn a_lease_lost_after_the_swap_lets_the_work_end_and_its_report_settles_nothing() {
    let case = Case::new("-s", 3);
    let mut agent = Running::start(case.host.dir.path(), None);
    case.wait_until_begun();
    case.lose_the_lease();
    case.wait_for_log("the lease of job-a is lost");
    case.wait_for_log("does not want the result");
    let job = case.control_plane.job("job-a");
    let wanted = job.issued.unwrap().fingerprint;
    // Old pair or new pair, and what is served is what the files hold.
    assert_eq!(pair(&case.target), wanted);
    case.nginx.wait_until_served(0, &wanted);
    assert!(job.result.is_none(), "a stale lease settles nothing");
    assert!(agent.terminate().success());
    assert!(files(&case.host.path("agent/journal")).is_empty(), "nothing is left to be reported");
}
