//! A machine is lost and its installation comes back from a backup, with real processes: the agent never learns of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::fleet::Fleet;
use crate::process::eventually;

fn live(fleet: &Fleet, id: &str) -> String {
    eventually("a live deployment", || {
        let output = fleet.run(&["certs", "deployments", id, "-o", "json"]);
        let page: Value = serde_json::from_slice(&output.stdout).ok()?;
        let live = page["items"].as_array()?.iter().find(|d| d["state"] == "live")?.clone();
        live["fingerprint_sha256"].as_str().map(str::to_owned)
    })
}

fn a_lost_control_plane_comes_back(postgres: bool, moves_to_sqlite: bool) {
    let mut fleet = Fleet::start(postgres);
    let create = ["certs", "create", "--id", "mc-web", "--name", "site0.test", "--target", "tgt-nginx"];
    fleet.json(&create);
    let served = live(&fleet, "mc-web");

    let passphrase = fleet.path("passphrase");
    fs::write(&passphrase, "correct horse battery staple\n").unwrap();
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).unwrap();
    let (file, passphrase) = (fleet.path("a.backup"), passphrase.display().to_string());
    let file = file.to_str().unwrap();
    let locked = ["--passphrase-file", &passphrase];
    let made = fleet.plane.beside(&[&["admin", "backup", "--out", file, "-o", "json"][..], &locked].concat());
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let checked = fleet.plane.beside(&[&["admin", "verify", file, "-o", "json"][..], &locked].concat());
    let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(made["rows"], checked["rows"]);
    assert!(made["tables"]["versions"] == 1 && made["bytes"].as_u64().unwrap() > 10_000, "{made}");
    let again = fleet.plane.beside(&[&["admin", "backup", "--out", file][..], &locked].concat());
    assert_eq!(again.status.code(), Some(2), "nothing is overwritten");
    assert!(String::from_utf8_lossy(&again.stderr).contains("there is a file"), "{again:?}");

    fleet.lose_the_plane(moves_to_sqlite);
    let wrong = fleet.path("wrong");
    fs::copy(&passphrase, &wrong).unwrap();
    fs::write(&wrong, "another horse battery staple\n").unwrap();
    let refused =
        fleet.plane.beside(&["admin", "restore", file, "--passphrase-file", wrong.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("the passphrase is not the one of this backup"), "{said}");
    assert!(!fleet.plane.data().exists());
    let restored = fleet.plane.beside(&[&["admin", "restore", file][..], &locked].concat());
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));

    fleet.plane.start(None);
    // The command line with its kept log-in, the agent with its identity: both find what they knew.
    assert_eq!(live(&fleet, "mc-web"), served);
    fleet.certctl(&["certs", "renew", "mc-web", "--wait"]);
    assert_ne!(fleet.served().unwrap(), served);
    fleet.certctl(&["audit", "verify"]);
}

#[test]
fn on_sqlite() {
    a_lost_control_plane_comes_back(false, false);
}

#[test]
fn on_postgres() {
    a_lost_control_plane_comes_back(true, false);
}

#[test]
fn from_postgres_to_sqlite() {
    a_lost_control_plane_comes_back(true, true);
}
