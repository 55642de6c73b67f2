//! `kill -9` of the control plane between a receiver's answer and the row that says so: the message comes again, with the
//! same id, and "sent" is said once it was confirmed to a process that lived to write it down.
//!
//! Not for: receivers that die (the server's own tests). Invariant: receiver and control plane are processes of their own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::process::{eventually, within};

/// A webhook receiver; killed when it is dropped.
struct Receiver {
    child: Child,
    journal: PathBuf,
    port: u16,
}

impl Receiver {
    fn start(folder: &Path) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/receiver.py");
        let (journal, ready) = (folder.join("journal"), folder.join("ready"));
        let mut command = Command::new("python3");
        command.args([script, "webhook"]).stdin(Stdio::null());
        command.arg("--journal").arg(&journal).arg("--ready").arg(&ready);
        let child = command.spawn().unwrap();
        let port = eventually("the receiver", || std::fs::read_to_string(&ready).ok()?.parse().ok());
        Self { child, journal, port }
    }

    /// The ids of what it has taken.
    fn ids(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.journal).unwrap_or_default();
        let id = |line: &str| {
            let entry: Value = serde_json::from_str(line).unwrap();
            entry["headers"]["webhook-id"].as_str().unwrap().to_owned()
        };
        text.lines().map(id).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn a_control_plane_killed_after_the_receipt_sends_the_same_id_again(postgres: bool) {
    let mut fleet = Fleet::with_settings(postgres, &[("CERTCTL_NOTIFIER_NETWORKS", "127.0.0.0/8")]);
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(folder.path());
    let config = json!({
        "url": format!("http://127.0.0.1:{}/hook", receiver.port), "allow_plaintext": true,
        "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    });
    let file = folder.path().join("config.json");
    std::fs::write(&file, config.to_string()).unwrap();
    let config = file.to_str().unwrap();
    fleet.certctl(&[
        "notifiers",
        "create",
        "--id",
        "nt-hook",
        "--name",
        "Hook",
        "--kind",
        "webhook",
        "--config",
        config,
    ]);
    let certificate = json!({
        "id": "mc-lab", "names": ["lab.example.internal"], "key_strategy": "external", "issue": false,
        "environment": "lab",
    });
    fleet.certctl(&["api", "POST", "/certificates", "--data", &certificate.to_string()]);
    fleet.plane.kill();
    fleet.plane.start(Some("notify.sent"));
    let rule = json!({
        "name": "Anything in the lab", "subject": "certificates", "conditions": [{ "environment": "lab" }],
        "severity": "warning",
    });
    fleet.certctl(&["api", "POST", "/alert-rules", "--data", &rule.to_string()]);
    within(Duration::from_secs(60), "the first message", || (!receiver.ids().is_empty()).then_some(()));
    fleet.plane.died();
    assert_eq!(receiver.ids().len(), 1);
    fleet.plane.start(None);
    let states = |fleet: &Fleet| -> Vec<Value> {
        let found = fleet.items(&["notifications", "list", "--notifier", "nt-hook"]);
        found.iter().map(|row| row["deliveries"][0]["state"].clone()).collect()
    };
    assert_eq!(states(&fleet), ["sending"], "a receipt that nobody wrote down is none");
    // Its lease of a minute ends first.
    within(Duration::from_secs(120), "the second message", || (states(&fleet) == ["sent"]).then_some(()));
    let ids = receiver.ids();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    let row = fleet.json(&["notifications", "show", &ids[0]]);
    assert_eq!(row["deliveries"][0]["attempts"], 2);
    assert_eq!(row["deliveries"][0]["receipt"], "HTTP 200, request wh-1");
}

#[test]
fn on_sqlite() {
    a_control_plane_killed_after_the_receipt_sends_the_same_id_again(false);
}

#[test]
fn on_postgres() {
    a_control_plane_killed_after_the_receipt_sends_the_same_id_again(true);
}
