//! Receivers of notifications as processes of their own, which can be killed.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::eventually;

/// One receiver; killed when it is dropped.
pub(crate) struct Receiver {
    kind: &'static str,
    more: Vec<String>,
    folder: TempDir,
    child: Option<Child>,
    pub(crate) port: u16,
}

impl Receiver {
    /// A receiver of a kind, with more flags.
    pub(crate) async fn start(kind: &'static str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let more = more.iter().map(|flag| (*flag).to_owned()).collect();
        let mut receiver = Self { kind, more, folder, child: None, port: 0 };
        receiver.restart().await;
        receiver
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts it again, where it was before.
    pub(crate) async fn restart(&mut self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/receiver.py");
        drop(std::fs::remove_file(self.path("ready")));
        let mut command = Command::new("python3");
        command.arg(script).arg(self.kind).args(&self.more).stdin(Stdio::null());
        command.arg("--journal").arg(self.path("journal")).arg("--ready").arg(self.path("ready"));
        command.arg("--hold").arg(self.path("hold")).arg("--port").arg(self.port.to_string());
        self.child = Some(command.spawn().unwrap());
        let ready = self.path("ready");
        eventually("the receiver's start", async || ready.exists()).await;
        self.port = std::fs::read_to_string(ready).unwrap().parse().unwrap();
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Lets the next message hang: `before` it is written down, or `after`.
    pub(crate) fn hold(&self, point: &str) {
        std::fs::write(self.path("hold"), point).unwrap();
    }

    /// Waits until a message hangs.
    pub(crate) async fn hit(&self) {
        let hit = self.path("hold.hit");
        eventually("a message in mid-delivery", async || hit.exists()).await;
    }

    /// Nothing hangs any more.
    pub(crate) fn let_go(&self) {
        std::fs::remove_file(self.path("hold")).unwrap();
        drop(std::fs::remove_file(self.path("hold.hit")));
    }

    /// Answers everything with this status (and a `Retry-After` behind a blank), or as usual.
    pub(crate) fn answer(&self, status: Option<&str>) {
        match status {
            Some(status) => std::fs::write(self.path("journal.status"), status).unwrap(),
            None => std::fs::remove_file(self.path("journal.status")).unwrap(),
        }
    }

    /// What it has taken.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path("journal")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The notifications' ids that it has taken, as its kind is told of them.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.journal().iter().map(|entry| id(self.kind, entry)).collect()
    }
}

fn id(kind: &str, entry: &Value) -> String {
    let body = entry["body"].as_str().unwrap();
    let json = || serde_json::from_str::<Value>(body).unwrap();
    let found = match kind {
        "smtp" => {
            let line = body.lines().find_map(|line| line.strip_prefix("X-Certctl-Notification: "));
            return line.unwrap().trim().to_owned();
        }
        "webhook" => entry["headers"]["webhook-id"].clone(),
        "pagerduty" => json()["payload"]["custom_details"]["notification_id"].clone(),
        // An acknowledgement and an end have it in their note.
        "opsgenie" if json()["note"].is_string() => {
            let note = json()["note"].as_str().unwrap().to_owned();
            return note.rsplit(['(', ')']).nth(1).unwrap().to_owned();
        }
        "opsgenie" => json()["details"]["notification_id"].clone(),
        "teams" => json()["attachments"][0]["content"]["body"][2]["text"].clone(),
        _ => {
            let text = json()["blocks"][2]["elements"][0]["text"].as_str().unwrap().to_owned();
            return text.rsplit(' ').next().unwrap().to_owned();
        }
    };
    found.as_str().unwrap_or_else(|| panic!("no id in {entry}")).to_owned()
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.kill();
    }
}
