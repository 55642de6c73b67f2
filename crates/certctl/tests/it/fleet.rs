//! A control plane and one or more hosts, each part a process of its own, in a directory of the test's own.
//!
//! Not for: how a process is started (`plane.rs`, `host.rs`). Invariant: whatever was started is killed when the test
//! ends; nothing is shared with another test.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use certctl_test_postgres::{DatabaseGuard, TestPostgres};
use serde_json::Value;
use tempfile::TempDir;

use crate::host::Host;
use crate::plane::Plane;
use crate::process::eventually;

/// Fields are dropped in this order: processes before their database and their directory.
pub(crate) struct Fleet {
    pub(crate) plane: Plane,
    pub(crate) hosts: Vec<Host>,
    pub(crate) database: Option<DatabaseGuard>,
    folder: TempDir,
}

/// What a fleet consists of.
pub(crate) struct Parts {
    pub(crate) postgres: bool,
    pub(crate) n_hosts: usize,
    /// Sites of each nginx.
    pub(crate) n_sites: usize,
}

impl Parts {
    /// One host with one site.
    pub(crate) const fn small(postgres: bool) -> Self {
        Self { postgres, n_hosts: 1, n_sites: 1 }
    }
}

impl Fleet {
    /// A control plane, one host whose agent works, and the target `tgt-nginx` on it.
    pub(crate) fn start(postgres: bool) -> Self {
        Self::of(&Parts::small(postgres))
    }

    /// Starts everything: each agent has joined and works, and each site is a target: `tgt-nginx` is site 0 of the first
    /// host `web-1`, the others are `tgt-nginx-HOST-SITE`.
    pub(crate) fn of(parts: &Parts) -> Self {
        let mut fleet = Self::alone(parts.postgres);
        for number in 0..parts.n_hosts {
            let dir = fleet.path(&format!("host-{}", number + 1));
            fleet.add_host(Host::new(&dir, &format!("web-{}", number + 1), parts.n_sites));
            for site in 0..parts.n_sites {
                let target = fleet.hosts[number].target(site);
                fleet.create_target(&Self::target_id(number, site), "nginx", number, &target);
            }
        }
        fleet
    }

    /// A control plane with an API key in hand, and no host.
    pub(crate) fn alone(postgres: bool) -> Self {
        Self::with_settings(postgres, &[])
    }

    /// As [`Self::alone`], with settings by the names of their variables.
    pub(crate) fn with_settings(postgres: bool, settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let database = postgres.then(TestPostgres::database);
        let url = database.as_ref().map(|database| database.url.clone());
        let mut plane = Plane::new(folder.path(), url);
        for (name, value) in settings {
            plane.set(name, value);
        }
        plane.start(None);
        let fleet = Self { folder, plane, hosts: Vec::new(), database };
        let (ca, token) = (fleet.plane.ca_file(), fleet.plane.setup_token());
        fleet.certctl(&["login", "--ca-file", ca.to_str().unwrap(), "--setup-token", &token]);
        fleet
    }

    /// The id of a target that [`Self::of`] makes.
    pub(crate) fn target_id(host: usize, site: usize) -> String {
        if host == 0 && site == 0 { "tgt-nginx".to_owned() } else { format!("tgt-nginx-{}-{site}", host + 1) }
    }

    /// Lets a host's agent join and begin to work.
    pub(crate) fn add_host(&mut self, mut host: Host) {
        let invited = self.json(&["agents", "invite", "--name", &host.name]);
        let joined = host.join(&self.plane.url(), invited["token"].as_str().unwrap());
        assert!(joined.status.success(), "{}", String::from_utf8_lossy(&joined.stderr));
        host.start_agent(None);
        self.hosts.push(host);
    }

    pub(crate) fn create_target(&self, id: &str, kind: &str, host: usize, config: &Value) {
        let file = self.path("target.json");
        std::fs::write(&file, config.to_string()).unwrap();
        let agent = self.hosts[host].agent_id();
        let what = ["targets", "create", "--id", id, "--name", id, "--kind", kind, "--agent", &agent];
        self.certctl(&[&what[..], &["--config", file.to_str().unwrap()]].concat());
    }

    /// The machine of the control plane is lost, and its database; a new one may keep its data in SQLite.
    pub(crate) fn lose_the_plane(&mut self, moves_to_sqlite: bool) {
        self.plane.kill();
        std::fs::remove_dir_all(self.plane.data()).unwrap();
        if self.database.is_some() {
            self.database = (!moves_to_sqlite).then(TestPostgres::database);
            self.plane.move_to(self.database.as_ref().map(|database| database.url.clone()));
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The first host.
    pub(crate) fn host(&mut self) -> &mut Host {
        &mut self.hosts[0]
    }

    /// What the first site of the first host serves.
    pub(crate) fn served(&self) -> Option<String> {
        self.hosts[0].served(0)
    }

    /// Runs the command line, whatever comes of it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_certctl"))
            .args(arguments)
            .args(["--server", &self.plane.url()])
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env_remove("CERTCTL_API_KEY")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs the command line, which must succeed; its output.
    #[track_caller]
    pub(crate) fn certctl(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "certctl {}: {said}{errors}", arguments.join(" "));
        said
    }

    /// Runs the command line for JSON.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.certctl(&[arguments, &["-o", "json"]].concat())).unwrap()
    }

    /// The items of a list.
    #[track_caller]
    pub(crate) fn items(&self, arguments: &[&str]) -> Vec<Value> {
        self.json(arguments)["items"].as_array().unwrap().clone()
    }

    /// The versions of a certificate, newest first.
    #[track_caller]
    pub(crate) fn versions(&self, id: &str) -> Vec<Value> {
        self.items(&["certs", "versions", id])
    }

    /// Waits until a certificate has `n_versions` versions, no more and no fewer, and the newest one is live on each of
    /// its targets; its fingerprint.
    #[track_caller]
    pub(crate) fn live(&self, id: &str, n_versions: usize) -> String {
        let newest = eventually(&format!("{n_versions} versions of {id}, the newest one live"), || {
            let page = |what: &str| {
                let output = self.run(&["certs", what, id, "-o", "json"]);
                serde_json::from_slice::<Value>(&output.stdout).ok()?["items"].as_array().cloned()
            };
            let (versions, deployments) = (page("versions")?, page("deployments")?);
            let newest = versions.first()?["fingerprint_sha256"].clone();
            let is_live = |d: &&Value| d["fingerprint_sha256"] == newest && d["state"] == "live";
            (versions.len() >= n_versions && deployments.iter().any(|d| is_live(&d))).then_some(newest)
        });
        assert_eq!(self.versions(id).len(), n_versions, "one version of {id} for one intent");
        newest.as_str().unwrap().to_owned()
    }

    /// Waits until the newest deployment job of a certificate is as wanted; the job.
    #[track_caller]
    pub(crate) fn deployment_job(&self, id: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(what, || {
            let jobs = self.items(&["jobs", "list", "--kind", "Deployment", "--certificate", id]);
            jobs.first().filter(|job| wanted(job)).cloned()
        })
    }

    /// Lets the audit trail be checked, and says how many events it has.
    #[track_caller]
    pub(crate) fn verify_audit(&self) -> u64 {
        let found = self.json(&["audit", "verify"]);
        assert_eq!(found["ok"], true, "{found}");
        found["events"].as_u64().unwrap()
    }
}

/// What the processes said, for the person who has to find out why the test failed.
impl Drop for Fleet {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let jobs = self.run(&["jobs", "list", "-o", "wide"]);
        drop(std::io::stderr().write_all(&jobs.stdout));
        let agents = self.hosts.iter().map(|host| host.path("agent.log"));
        for log in agents.chain([self.plane.log()]) {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            let lines: Vec<&str> = text.lines().filter(|line| !line.contains("GET /api")).collect();
            let last = lines[lines.len().saturating_sub(40)..].join("\n");
            drop(writeln!(std::io::stderr(), "--- the end of {}\n{last}", log.display()));
        }
    }
}
