//! Keys that the control plane retires: deleted, reported, and never one that anything on the host still uses.

use std::fs;

use certctl_agent::keystore::KeyStore;
use certctl_api::agent_protocol::{KeyReport, RetiredKey};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::enrolled::{Running, join_program};
use crate::host::{Host, files};

struct Case {
    host: Host,
    control_plane: ControlPlane,
}

impl Case {
    fn new() -> Self {
        let (host, control_plane) = (Host::new(), ControlPlane::start());
        fs::create_dir(host.path("tls")).unwrap();
        host.write_policy(&format!("directories = [{:?}]\n[file]\n", host.path("tls")));
        assert!(join_program(host.dir.path(), &control_plane).status.success());
        Self { host, control_plane }
    }

    /// A key that was replaced long ago and is nowhere but in the store.
    fn old_key(&self) -> String {
        let keys = KeyStore::open(&self.host.path("agent/keys")).unwrap();
        let old = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        keys.insert(&"mc-site".parse().unwrap(), &old).unwrap();
        hex::encode(old.public_key_sha256())
    }

    fn target(&self, name: &str) -> Value {
        json!({
            "certificate_path": self.host.path(&format!("tls/{name}.pem")),
            "key_path": self.host.path(&format!("tls/{name}.key")),
        })
    }

    /// Deploys a new version; the hash of its key.
    fn deploy(&self, job: &str, target: &str) -> String {
        self.control_plane.want(job, "a.test", "file", &self.target(target));
        self.control_plane.wait_for_result(job);
        self.control_plane.job(job).csr_keys[0].clone()
    }

    /// Orders the ends of keys and gives what the agent says of them.
    #[track_caller]
    fn retire(&self, hashes: &[&str]) -> Vec<KeyReport> {
        let n_before = self.order(hashes);
        self.control_plane
            .wait("a report on the keys", |inner| inner.key_reports.len() == n_before + hashes.len());
        self.control_plane.with(|inner| inner.key_reports[n_before..].to_vec())
    }

    fn order(&self, hashes: &[&str]) -> usize {
        let key = |hash: &&str| RetiredKey {
            certificate_id: "mc-site".parse().unwrap(),
            public_key_sha256: (*hash).to_owned(),
        };
        self.control_plane.with(|inner| {
            inner.retired_keys = hashes.iter().map(key).collect();
            inner.key_reports.len()
        })
    }

    fn kept(&self) -> Vec<String> {
        let names = files(&self.host.path("agent/keys/mc-site"));
        names.iter().filter_map(|name| name.strip_suffix(".key").map(str::to_owned)).collect()
    }
}

#[test]
fn an_old_key_is_deleted_and_the_current_one_never() {
    let case = Case::new();
    let old = case.old_key();
    let mut agent = Running::start(case.host.dir.path(), None);
    let current = case.deploy("job-a", "a");
    let reports = case.retire(&[&current, &old, &"0".repeat(64)]);
    let because = reports[0].kept_because.as_deref().unwrap();
    assert!(because.contains("installed last"), "{because}");
    assert_eq!(reports[1].kept_because, None);
    assert_eq!(reports[2].kept_because, None, "a key that was never here is not here");
    assert_eq!(case.kept(), [current]);
    assert!(agent.terminate().success());
}

#[test]
fn a_key_that_a_file_of_another_target_still_holds_is_kept_until_it_does_not() {
    let case = Case::new();
    let mut agent = Running::start(case.host.dir.path(), None);
    let first = case.deploy("job-a", "a");
    let second = case.deploy("job-b", "b");
    let because = case.retire(&[&first])[0].kept_because.clone().unwrap();
    assert!(because.contains("tls/a.key holds it"), "{because}");
    assert_eq!(case.kept().len(), 2);
    // The other target gets the new version too.
    fs::copy(case.host.path("tls/b.key"), case.host.path("tls/a.key")).unwrap();
    assert_eq!(case.retire(&[&first])[0].kept_because, None);
    assert_eq!(case.kept(), [second]);
    assert!(agent.terminate().success());
}

#[test]
fn a_key_of_a_deployment_that_is_not_over_is_kept() {
    let case = Case::new();
    // The first deployment stays in the journal: nobody takes its report.
    case.control_plane.want("job-a", "a.test", "file", &case.target("a"));
    case.control_plane.with(|inner| inner.n_reports_to_lose = u32::MAX);
    let mut agent = Running::start(case.host.dir.path(), None);
    case.control_plane.wait("a report that is lost", |inner| inner.n_reports_to_lose < u32::MAX);
    let first = case.control_plane.job("job-a").csr_keys[0].clone();
    case.control_plane.want("job-b", "a.test", "file", &case.target("a"));
    case.control_plane.wait("the second deployment", |inner| {
        let current = KeyStore::open(&case.host.path("agent/keys")).unwrap();
        let keys = &inner.jobs["job-b"].csr_keys;
        !keys.is_empty() && current.current(&"mc-site".parse().unwrap()).as_ref() == keys.first()
    });
    let because = case.retire(&[&first])[0].kept_because.clone().unwrap();
    assert!(because.contains("job-a is under way"), "{because}");
    assert_eq!(case.kept().len(), 2);
    agent.terminate();
}

#[test]
fn an_agent_that_dies_after_deleting_says_so_when_it_is_asked_again() {
    let case = Case::new();
    let (old, other) = (case.old_key(), case.old_key());
    let mut agent = Running::start(case.host.dir.path(), Some("keys.deleted"));
    case.control_plane.wait("a poll", |inner| inner.n_polls > 0);
    case.order(&[&old]);
    assert_eq!(agent.wait().code(), None, "killed");
    assert_eq!(case.kept(), std::slice::from_ref(&other));
    assert!(case.control_plane.with(|inner| inner.key_reports.is_empty()));
    let mut agent = Running::start(case.host.dir.path(), None);
    assert_eq!(case.retire(&[&old])[0].kept_because, None);
    assert_eq!(case.kept(), [other]);
    assert!(agent.terminate().success());
}
