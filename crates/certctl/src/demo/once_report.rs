//! What one deployment's life looked like: its events and steps as lines with their moments.
//!
//! Not for: fetching or printing. Pure. Invariant: each moment is the one that the control plane or the agent wrote
//! down, none is measured anew.

use certctl_api::events::Event;
use certctl_api::jobs::{JobDetail, JobStep};
use certctl_core::id::JobId;
use certctl_core::time::Ts;

use super::text;
use crate::table::fingerprint;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) at: Ts,
    pub(super) label: &'static str,
    pub(super) text: String,
}

/// The life of one version, from the request to the proof, oldest first.
pub(super) fn life(stored_at: Ts, issuance: &JobId, deployment: &JobDetail, events: &[Event]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |at, label, text: String| lines.push(Line { at, label, text });
    add(stored_at, "request stored", "certificate and job are in the store".to_owned());
    for event in events {
        let is_issuance = event.object_id == issuance.as_str() || text(event, "job_id") == issuance.as_str();
        match event.kind.as_str() {
            "job.changed" if is_issuance && text(event, "state") == "Pending" => {
                add(
                    event.at,
                    "CSR received",
                    "the key was made on the agent's host and stays there".to_owned(),
                );
            }
            "version.issued" if is_issuance => {
                let version = text(event, "version_id");
                add(event.at, "issued", format!("{version}, signed by the local CA"));
            }
            "deployment.live" if text(event, "job_id") == deployment.job.id.as_str() => {
                let served = fingerprint(text(event, "fingerprint_sha256"));
                let shown = served.get(..23).map(|short| format!("{short}…")).unwrap_or(served);
                add(event.at, "proven live", format!("a handshake of the agent saw sha256 {shown}"));
            }
            _ => {}
        }
    }
    for step in &deployment.steps {
        if let Some(label) = label_of(step) {
            add(step.at, label, step.detail.clone());
        }
    }
    lines.sort_by_key(|line| line.at);
    lines
}

/// How long the agent looked until it was satisfied.
pub(super) fn proof(deployment: &JobDetail) -> Option<i64> {
    let probes = deployment.steps.iter().filter(|step| step.name == "probe" && step.outcome == "ok");
    probes.filter_map(|step| step.milliseconds).next_back()
}

/// The steps that change something on the host, as people call them. `swap` comes twice, key then certificate.
fn label_of(step: &JobStep) -> Option<&'static str> {
    match (step.name.as_str(), step.outcome.as_str()) {
        ("stage", "ok") => Some("staged"),
        ("validate", "ok") => Some("validated"),
        ("swap", "ok") => Some("swapped"),
        ("reload", "ok") => Some("reloaded"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(kind: &str, object: &str, second: i64, data: Value) -> Event {
        let at = Ts::from_second(second);
        serde_json::from_value(json!({
            "seq": second, "id": "ev-1", "at": at, "kind": kind, "object_kind": "x", "object_id": object,
            "revision": null, "changed": [], "data": data,
        }))
        .unwrap()
    }

    #[test]
    fn a_life_is_told_in_its_order_and_without_the_lives_of_others() {
        let deployment: JobDetail = serde_json::from_value(json!({
            "job": {
                "id": "job-2", "kind": "Deployment", "state": "Completed", "certificate_id": "mc-web",
                "agent_id": "ag-web-1", "target_id": "tgt-web", "version_id": "cv-1", "deployment_id": "dep-1",
                "reason": "", "attempts": 1, "max_attempts": 8, "requested_by": { "kind": "local" }, "run_after": Ts::from_second(0), "deadline": null,
                "error": null, "created_at": Ts::from_second(0), "updated_at": Ts::from_second(0), "finished_at": null,
            },
            "steps": [
                { "at": Ts::from_second(14), "attempt": 1, "name": "backup", "outcome": "ok", "milliseconds": 1, "detail": "" },
                { "at": Ts::from_second(15), "attempt": 1, "name": "stage", "outcome": "ok", "milliseconds": 1, "detail": "" },
                { "at": Ts::from_second(16), "attempt": 1, "name": "swap", "outcome": "ok", "milliseconds": 1, "detail": "" },
            ],
        }))
        .unwrap();
        let live = json!({ "job_id": "job-2", "fingerprint_sha256": "ab".repeat(32) });
        let events = [
            event("deployment.live", "dep-9", 11, json!({ "job_id": "job-9" })),
            event("job.changed", "job-1", 12, json!({ "job_id": "job-1", "state": "Pending" })),
            event("version.issued", "mc-web", 13, json!({ "job_id": "job-1", "version_id": "cv-1" })),
            event("version.issued", "mc-web", 13, json!({ "job_id": "job-9", "version_id": "cv-9" })),
            event("deployment.live", "dep-1", 17, live),
        ];
        let lines = life(Ts::from_second(10), &"job-1".parse().unwrap(), &deployment, &events);
        let labels: Vec<_> = lines.iter().map(|line| (line.at.as_second(), line.label)).collect();
        let expected = [
            (10, "request stored"),
            (12, "CSR received"),
            (13, "issued"),
            (15, "staged"),
            (16, "swapped"),
            (17, "proven live"),
        ];
        assert_eq!(labels, expected);
        assert!(lines[5].text.ends_with("AB:AB:AB:AB:AB:AB:AB:AB…"), "{}", lines[5].text);
    }
}
