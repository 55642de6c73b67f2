//! `kill -9` of the agent, of the control plane and of both, at every named step, on both stores.
//!
//! One fleet goes through all steps of a kind, one intent for each, while a client makes handshakes without a pause.
//! What holds after each restart: the endpoint serves the new pair (or the old one, where the deployment was to fail),
//! the files hold one pair and nothing beside it, there is one version for one intent, and the audit trail is whole.
//! Not for: which steps there are (`kill_points.rs`).

use std::time::Duration;

use serde_json::{Value, json};

use crate::fleet::{Fleet, Parts};
use crate::handshakes::Handshakes;
use crate::host::names;
use crate::kill_points::{BACKWARD, FORWARD, GIVEN_UP, ISSUING};
use crate::process::eventually;

/// Who is killed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Killed {
    /// The one whose step it is.
    One,
    /// The other one as well, at that moment.
    Both,
}

struct Scene {
    fleet: Fleet,
    killed: Killed,
    handshakes: Handshakes,
    /// What was served first.
    first: String,
    /// The names in the directory of the live files.
    files: Vec<String>,
    n_versions: usize,
}

impl Scene {
    fn new(parts: &Parts, killed: Killed) -> Self {
        let fleet = Fleet::of(parts);
        // A failing deployment is tried once, so that its end is seen here.
        fleet.certctl(&[
            "renewal-policies",
            "create",
            "--id",
            "rp-once",
            "--name",
            "once",
            "--max-attempts",
            "1",
        ]);
        let (first, files) = (fleet.served().unwrap(), fleet.hosts[0].files());
        let handshakes = Handshakes::begin(&fleet, 0, Duration::from_millis(50));
        Self { fleet, killed, handshakes, first, files, n_versions: 0 }
    }

    /// Lets the agent die at a step of a new intent, the control plane with it where that is wanted, and starts what
    /// died anew.
    fn agent_dies_at(&mut self, step: &str, policy: &str) {
        let journal = self.fleet.hosts[0].path("agent/journal");
        eventually("the end of the work before", || names(&journal).is_empty().then_some(()));
        self.fleet.host().start_agent(Some(step));
        if self.n_versions == 0 {
            let what = ["certs", "create", "--id", "mc-web", "--name", "site0.test", "--target", "tgt-nginx"];
            self.fleet.certctl(&[&what[..], &["--policy", policy]].concat());
        } else {
            self.fleet.certctl(&["certs", "renew", "mc-web", "--reason", step]);
        }
        self.n_versions += 1;
        self.fleet.host().agent_died();
        if self.killed == Killed::Both {
            self.fleet.plane.kill();
            self.fleet.plane.start(None);
        }
        self.fleet.host().start_agent(None);
    }

    /// The job of the newest version has gone as wanted.
    fn job(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let newest = eventually("the version", || {
            let versions = self.fleet.versions("mc-web");
            (versions.len() == self.n_versions).then(|| versions[0]["id"].clone())
        });
        self.fleet.deployment_job("mc-web", what, |job| job["version_id"] == newest && wanted(job))
    }

    fn is_new(&self, step: &str) {
        let wanted = self.fleet.live("mc-web", self.n_versions);
        assert_eq!(self.fleet.served().unwrap(), wanted, "{step}");
        assert_eq!(self.fleet.hosts[0].pair(0), wanted, "{step}");
        let files = || self.fleet.hosts[0].files() == self.files;
        eventually("the end of the second names", || files().then_some(()));
    }

    fn is_old(&self, step: &str) {
        assert_eq!(self.fleet.served().as_ref(), Some(&self.first), "{step}");
        assert_eq!(self.fleet.hosts[0].pair(0), self.first, "{step}");
        assert_eq!(self.fleet.hosts[0].files(), self.files, "{step}");
        assert_eq!(
            self.fleet.versions("mc-web").len(),
            self.n_versions,
            "{step}: one version for one intent"
        );
    }

    /// What holds at the end of the whole.
    fn end(self, ids: &[&str]) {
        let tally = self.handshakes.end();
        assert_eq!(tally.failed, [""; 0]);
        assert!(tally.n_good >= 20, "{tally:?}");
        let versions: Vec<Value> = ids.iter().flat_map(|id| self.fleet.versions(id)).collect();
        for fingerprint in tally.served.keys() {
            let is_known = versions.iter().any(|version| version["fingerprint_sha256"] == json!(fingerprint));
            assert!(is_known || *fingerprint == self.first, "{fingerprint} was served, and nobody issued it");
        }
        for kind in ["Issuance", "Renewal"] {
            for job in self.fleet.items(&["jobs", "list", "--kind", kind]) {
                assert_eq!(job["state"], "Completed", "{job}");
                let of_job = versions.iter().filter(|version| version["id"] == job["version_id"]).count();
                assert_eq!(of_job, 1, "{job}");
            }
        }
        assert!(self.fleet.verify_audit() > 0);
    }
}

fn agent_dies_while_deploying(postgres: bool, killed: Killed) {
    let mut scene = Scene::new(&Parts::small(postgres), killed);
    for step in FORWARD {
        scene.agent_dies_at(step, "rp-default");
        scene.is_new(step);
    }
    scene.end(&["mc-web"]);
}

fn agent_dies_while_undoing(postgres: bool, killed: Killed) {
    let mut scene = Scene::new(&Parts::small(postgres), killed);
    let config = scene.fleet.path("quick.json");
    let mut target = scene.fleet.hosts[0].target(0);
    target["probe_timeout_seconds"] = json!(1);
    std::fs::write(&config, target.to_string()).unwrap();
    scene.fleet.certctl(&["targets", "update", "tgt-nginx", "--config", config.to_str().unwrap()]);
    scene.fleet.host().never_reload();
    for step in BACKWARD {
        scene.agent_dies_at(step, "rp-once");
        let job = scene.job("the failure's report", |job| job["state"] == "Failed");
        let error = job["error"].as_str().unwrap();
        assert!(
            error.contains("was not served") && error.contains("the old certificate was put back"),
            "{error}"
        );
        scene.is_old(step);
    }
    let good = scene.fleet.host().break_nginx();
    for step in GIVEN_UP {
        scene.agent_dies_at(step, "rp-once");
        let job = scene.job("the failure's report", |job| job["state"] == "Failed");
        let error = job["error"].as_str().unwrap();
        assert!(error.contains("nonsense") && error.contains("nothing was changed"), "{error}");
        scene.is_old(step);
    }
    // What was in the way is mended, and the same job is completed.
    std::fs::write(scene.fleet.hosts[0].path("nginx/nginx.conf"), good).unwrap();
    scene.fleet.host().allow_nginx(crate::host::NGINX);
    let job = scene.job("the failed job", |job| job["state"] == "Failed");
    scene.fleet.certctl(&["jobs", "retry", job["id"].as_str().unwrap()]);
    scene.is_new("retried");
    scene.end(&["mc-web"]);
}

/// Each step has a site and a certificate of its own: a lease that died with its owner is waited for once, not four
/// times.
fn plane_dies_while_issuing(postgres: bool, killed: Killed) {
    let parts = Parts { postgres, n_hosts: 1, n_sites: ISSUING.len() };
    let mut scene = Scene::new(&parts, killed);
    let ids: Vec<String> = (0..ISSUING.len()).map(|site| format!("mc-web-{site}")).collect();
    for (site, step) in ISSUING.into_iter().enumerate() {
        scene.fleet.plane.kill();
        scene.fleet.plane.start(Some(step));
        let (name, target) = (format!("site{site}.test"), Fleet::target_id(0, site));
        // The answer may be cut off by the death.
        scene.fleet.run(&["certs", "create", "--id", &ids[site], "--name", &name, "--target", &target]);
        scene.fleet.plane.died();
        if killed == Killed::Both {
            scene.fleet.host().start_agent(None);
        }
    }
    scene.fleet.plane.start(None);
    for (site, id) in ids.iter().enumerate() {
        let wanted = scene.fleet.live(id, 1);
        assert_eq!(scene.fleet.hosts[0].served(site).unwrap(), wanted, "{}", ISSUING[site]);
        assert_eq!(scene.fleet.hosts[0].pair(site), wanted, "{}", ISSUING[site]);
    }
    scene.end(&ids.iter().map(String::as_str).collect::<Vec<_>>());
}

macro_rules! on_both_stores {
    ($($scene:ident),+ $(,)?) => { $(
        mod $scene {
            use super::Killed;

            #[test]
            fn on_sqlite() {
                super::$scene(false, Killed::One);
            }
            #[test]
            fn on_postgres() {
                super::$scene(true, Killed::One);
            }
            #[test]
            fn and_the_other_with_it_on_sqlite() {
                super::$scene(false, Killed::Both);
            }
            #[test]
            fn and_the_other_with_it_on_postgres() {
                super::$scene(true, Killed::Both);
            }
        }
    )+ };
}

on_both_stores!(agent_dies_while_deploying, agent_dies_while_undoing, plane_dies_while_issuing);
