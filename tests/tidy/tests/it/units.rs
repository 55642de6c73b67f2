//! The systemd units of `deploy/`: they name programs and flags that there are, and are closed as far as they can be.
//!
//! What systemd itself says of them (`systemd-analyze`) is asked where it is installed; the rest holds everywhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use certctl_tidy::tree::root;

/// What every unit has to say, whatever else it needs.
const CLOSED: [&str; 12] = [
    "Type=notify",
    "WatchdogSec=60",
    "UMask=0077",
    "NoNewPrivileges=true",
    "ProtectSystem=strict",
    "ProtectHome=true",
    "PrivateDevices=true",
    "ProtectKernelModules=true",
    "RestrictNamespaces=true",
    "RestrictSUIDSGID=true",
    "SystemCallFilter=@system-service",
    "StateDirectoryMode=0700",
];

/// The units with their programs replaced by one that is there.
fn units(dir: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("deploy/systemd")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "service") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let copy = dir.join(path.file_name().unwrap());
        std::fs::write(&copy, text.replace("=/usr/bin/certctl", "=/bin/true #")).unwrap();
        found.push((copy, text));
    }
    assert_eq!(found.len(), 2, "server and agent");
    found
}

#[test]
fn units_are_closed_and_name_our_programs() {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in units(dir.path()) {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for wanted in CLOSED {
            assert!(lines.contains(&wanted), "{}: {wanted} is missing", path.display());
        }
        let start = lines.iter().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
        let known =
            ["/usr/bin/certctl server --data-dir /var/lib/certctl-server", "/usr/bin/certctl-agent run"];
        assert!(known.contains(&start), "{}: {start}", path.display());
    }
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    let dir = tempfile::tempdir().unwrap();
    let units = units(dir.path());
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        // Not on this machine; the rules above hold all the same.
        return;
    }
    for (path, _) in units {
        let analyze = |arguments: &[&str]| {
            let output = Command::new("systemd-analyze").args(arguments).arg(&path).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            (output.status.success(), String::from_utf8_lossy(&said).into_owned())
        };
        let (ok, said) = analyze(&["verify"]);
        assert!(ok && said.trim().is_empty(), "{}: {said}", path.display());
        // The exposure in tenths, of 100: the agent has to be root for what it is there for.
        let limit = if path.ends_with("certctl-server.service") { "15" } else { "35" };
        let (ok, said) = analyze(&["security", "--offline=true", &format!("--threshold={limit}")]);
        assert!(ok, "{}: {said}", path.display());
    }
}
