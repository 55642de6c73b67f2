//! SIGKILL of the real program at each named step, and what holds after its restart.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use certctl_api::agent_protocol::DeployResult;
use serde_json::json;

use crate::control_plane::ControlPlane;
use crate::enrolled::{Running, join_program};
use crate::host::{Host, NGINX, Nginx, files, nginx_that_never_reloads, pair};

/// Every step of a deployment that succeeds, and the moments around CSR and report.
const FORWARD: [&str; 15] = [
    "csr.key_stored",
    "csr.posted",
    "deploy.accepted",
    "deploy.checked",
    "deploy.backed_up",
    "deploy.staged",
    "deploy.validated",
    "deploy.swapped.key",
    "deploy.swapped.certificate",
    "deploy.told",
    "deploy.reloaded",
    "deploy.verified",
    "deploy.committed",
    "report.before_send",
    "report.sent",
];

/// The steps of one that is rolled back.
const BACKWARD: [&str; 5] =
    ["deploy.reloaded", "deploy.restoring", "deploy.put_back", "deploy.restored", "report.before_send"];

/// The steps of one that is given up before a change.
const GIVEN_UP: [&str; 2] = ["deploy.abandoned", "deploy.reported"];

/// Fields are dropped in this order: nginx stops before its directory goes.
struct Scene {
    nginx: Nginx,
    host: Host,
    control_plane: ControlPlane,
    certs: Vec<String>,
    config_dir: Vec<String>,
}

impl Scene {
    fn new() -> Self {
        let (host, control_plane) = (Host::new(), ControlPlane::start());
        let nginx = Nginx::start(&host.path("nginx"));
        host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
        assert!(join_program(host.dir.path(), &control_plane).status.success());
        let (certs, config_dir) = (files(&nginx.certs()), files(nginx.prefix()));
        Self { nginx, host, control_plane, certs, config_dir }
    }

    /// Lets the agent die at a step and start again; the job's result.
    fn killed_at(&self, step: &str) -> (String, DeployResult) {
        let job = format!("job-{}", step.replace(['.', '_'], "-"));
        let mut target = self.nginx.target(0);
        target["probe_timeout_seconds"] = json!(1);
        self.control_plane.want(&job, "site0.test", "nginx", &target);
        let mut agent = Running::start(self.host.dir.path(), Some(step));
        let status = agent.wait();
        assert_eq!(status.signal(), Some(9), "{step} was not reached: {status}");
        let n_polls = self.control_plane.with(|inner| inner.n_polls);
        let mut agent = Running::start(self.host.dir.path(), None);
        self.control_plane.wait("a poll after the restart", |inner| inner.n_polls > n_polls);
        let result = self.control_plane.wait_for_result(&job);
        self.control_plane
            .wait("the journal to be empty", |_| files(&self.host.path("agent/journal")).is_empty());
        assert!(agent.terminate().success());
        let kept = self.control_plane.job(&job);
        let n_results = kept.reports.iter().filter(|report| report.result.is_some()).count();
        assert_eq!(n_results, 1, "{step}");
        // One key for one job, however often it was asked for.
        assert!(kept.csr_keys.iter().all(|key| *key == kept.csr_keys[0]), "{step}: {:?}", kept.csr_keys);
        assert_eq!(files(&self.nginx.certs()), self.certs, "{step}");
        assert_eq!(files(self.nginx.prefix()), self.config_dir, "{step}");
        assert!(files(&self.host.path("agent/work")).is_empty(), "{step}");
        (kept.issued.unwrap().fingerprint, result)
    }
}

#[test]
fn killed_at_any_step_forward_the_new_pair_is_live_after_the_restart() {
    let scene = Scene::new();
    for step in FORWARD {
        let (wanted, result) = scene.killed_at(step);
        let DeployResult::Live { seen, .. } = &result else { panic!("{step}: {result:?}") };
        assert!(seen.iter().all(|sighting| sighting.fingerprint_sha256.as_ref() == Some(&wanted)), "{step}");
        scene.nginx.wait_until_served(0, &wanted);
        assert_eq!(pair(&scene.nginx.target(0)), wanted, "{step}");
        assert!(files(&scene.host.path("agent/pending")).is_empty(), "{step}");
    }
    let keys = files(&scene.host.path("agent/keys/mc-site"));
    assert_eq!(keys.iter().filter(|name| name.ends_with(".key")).count(), FORWARD.len());
}

#[test]
fn killed_while_rolling_back_the_old_pair_is_live_after_the_restart() {
    let scene = Scene::new();
    scene.host.allow_nginx(&scene.nginx, &nginx_that_never_reloads(scene.host.dir.path()), "\"command\"");
    let (before, in_files) = (scene.nginx.served(0), pair(&scene.nginx.target(0)));
    for step in BACKWARD {
        let (wanted, result) = scene.killed_at(step);
        let DeployResult::RolledBack { seen, cause, .. } = &result else { panic!("{step}: {result:?}") };
        assert_eq!(seen[0].fingerprint_sha256.as_ref(), Some(&before), "{step}");
        assert!(cause.contains(&wanted), "{step}: {cause}");
        assert_eq!(
            (scene.nginx.served(0), pair(&scene.nginx.target(0))),
            (before.clone(), in_files.clone()),
            "{step}"
        );
    }
}

#[test]
fn killed_while_giving_up_nothing_is_changed_and_the_refusal_arrives_once() {
    let scene = Scene::new();
    scene.host.write_policy("");
    let before = scene.nginx.served(0);
    let (_, result) = scene.killed_at(GIVEN_UP[0]);
    assert!(matches!(result, DeployResult::Refused { .. }), "{result:?}");
    let (_, result) = scene.killed_at(GIVEN_UP[1]);
    assert!(matches!(result, DeployResult::Refused { .. }), "{result:?}");
    assert_eq!(scene.nginx.served(0), before);
}
