//! Two hosts hold one certificate: each has a key and a version of its own, and no key is anywhere else.

use std::path::{Path, PathBuf};

use certctl_pki::pem;

use crate::fleet::{Fleet, Parts};
use crate::process::eventually;

/// The forms in which a private key could lie in a file.
fn traces(key_pem: &str) -> Vec<Vec<u8>> {
    let der = pem::decode_one(key_pem, &[pem::PRIVATE_KEY]).unwrap().der;
    // ECPrivateKey (RFC 5915, section 3): version 1, then 32 octets of the secret number.
    let head = [0x02, 0x01, 0x01, 0x04, 0x20];
    let at = der.windows(head.len()).position(|window| window == head).unwrap() + head.len();
    let secret = &der[at..at + 32];
    let hexadecimal: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    // The second line of the PEM text: the first begins as every such key does, the third is the public key alone.
    let line = key_pem.lines().nth(2).unwrap();
    vec![secret.to_vec(), hexadecimal.into_bytes(), line.as_bytes().to_vec()]
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        // Links, such as the one to the current key, lead to files that are looked at anyway.
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), found);
        } else if entry.file_type().unwrap().is_file() {
            found.push(entry.path());
        }
    }
}

#[test]
fn each_of_two_hosts_serves_a_version_of_its_own_and_no_key_leaves_its_host() {
    let fleet = Fleet::of(&Parts { postgres: false, n_hosts: 2, n_sites: 1 });
    let targets = [Fleet::target_id(0, 0), Fleet::target_id(1, 0)];
    let what = ["certs", "create", "--id", "mc-web", "--name", "site0.test"];
    fleet.certctl(&[&what[..], &["--target", &targets[0], "--target", &targets[1]]].concat());
    let deployments = eventually("a live deployment on each host", || {
        let deployments = fleet.items(&["certs", "deployments", "mc-web"]);
        let n_live = deployments.iter().filter(|deployment| deployment["state"] == "live").count();
        (n_live == 2).then_some(deployments)
    });
    let versions = fleet.versions("mc-web");
    assert_eq!((versions.len(), deployments.len()), (2, 2));
    assert_ne!(versions[0]["public_key_sha256"], versions[1]["public_key_sha256"]);
    let mut everything = Vec::new();
    files(&fleet.path(""), &mut everything);
    assert!(
        everything.iter().any(|file| file.starts_with(fleet.plane.data())),
        "the server's files are looked at"
    );
    for (host, target) in fleet.hosts.iter().zip(&targets) {
        let own = |version: &&serde_json::Value| version["agent_id"] == host.agent_id().as_str();
        let version = versions.iter().find(own).unwrap();
        let served = host.served(0).unwrap();
        assert_eq!(version["fingerprint_sha256"], served.as_str());
        assert_eq!(host.pair(0), served);
        let deployment = deployments.iter().find(|d| d["target_id"] == target.as_str()).unwrap();
        assert_eq!(deployment["fingerprint_sha256"], served.as_str());

        let hash = version["public_key_sha256"].as_str().unwrap();
        let stored = host.keys().join(format!("mc-web/{hash}.key"));
        let mut expected = vec![stored.clone(), host.certs().join("site0.test.key")];
        expected.sort();
        let traces = traces(&std::fs::read_to_string(&stored).unwrap());
        let has_trace = |file: &&PathBuf| {
            let content = std::fs::read(file).unwrap();
            traces.iter().any(|trace| content.windows(trace.len()).any(|window| window == trace))
        };
        let mut holding: Vec<PathBuf> = everything.iter().filter(has_trace).cloned().collect();
        holding.sort();
        assert_eq!(holding, expected, "the agent's own key and the file that nginx reads, and no other");
    }
    fleet.verify_audit();
}
