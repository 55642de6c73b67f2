//! What happens in the fleet, one line for each fact, as the event stream tells it.
//!
//! Not for: making things happen. Invariants: each line comes from an event of the control plane (or from the builder,
//! for what it did itself); a broken stream is taken up again after the last event that was told.

use std::collections::HashMap;
use std::time::Duration;

use certctl_api::certificates::Certificate;
use certctl_api::client::{Client, ClientError};
use certctl_api::events::{Event, StreamItem};
use certctl_api::jobs::{Job, JobDetail};
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::{Clock as _, SystemClock, Ts, humane_seconds};
use tokio::sync::mpsc::{self, UnboundedSender};

use super::text;
use crate::output::Tone;
use crate::table::fingerprint;

/// How long to wait before a broken stream is taken up again.
const AGAIN: Duration = Duration::from_secs(1);
const DAY: i64 = 86_400;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) tone: Tone,
    pub(super) text: String,
}

/// Tells what happens until nobody listens; from the first event on, or from now on.
pub(super) async fn follow(client: Client, from_the_first: bool, say: UnboundedSender<Fact>) {
    let (sender, mut events) = mpsc::unbounded_channel::<Event>();
    let reader = client.clone();
    let read = async move {
        let mut last = from_the_first.then_some(0);
        loop {
            let broken = reader
                .events("", last, |item| match item {
                    StreamItem::Event(event) => {
                        last = Some(event.seq);
                        sender.send(event).is_ok()
                    }
                    // The story is told of what is heard; `certctl audit list` has the rest.
                    StreamItem::Reset(_) => true,
                })
                .await;
            match broken {
                Ok(()) => return,
                Err(error) => tracing::info!("The event stream is taken up again: {error}"),
            }
            tokio::time::sleep(AGAIN).await;
        }
    };
    let tell = async move {
        let mut story = Story { client, versions: HashMap::new() };
        while let Some(event) = events.recv().await {
            match story.hear(&event).await {
                Ok(Some(fact)) => {
                    if say.send(fact).is_err() {
                        return;
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::warn!("The event {} cannot be told: {error}", event.seq),
            }
        }
    };
    tokio::join!(read, tell);
}

/// What was heard of a version.
#[derive(Debug, Clone, Copy)]
struct Heard {
    is_renewal: bool,
    not_after: Option<Ts>,
}

struct Story {
    client: Client,
    versions: HashMap<String, Heard>,
}

impl Story {
    async fn hear(&mut self, event: &Event) -> Result<Option<Fact>, ClientError> {
        match event.kind.as_str() {
            "agent.join" => Ok(Some(fact("joined", Tone::Good, event.object_id.clone()))),
            "agent.health" => Ok(Some(health(&event.object_id, text(event, "health")))),
            "version.issued" => self.issued(event).await,
            "deployment.live" => Ok(Some(self.live(event))),
            "deployment.rolled_back" | "deployment.failed" => self.undone(event).await.map(Some),
            "job.changed" if text(event, "state") == "Failed" && text(event, "kind") != "Deployment" => {
                let job = self.job(&event.object_id).await?;
                let text = format!("{}: {}", job.certificate_id, cause(&job));
                Ok(Some(fact("failed", Tone::Bad, text)))
            }
            _ => Ok(None),
        }
    }

    /// A new version: told at once when it goes nowhere, else when it is live.
    async fn issued(&mut self, event: &Event) -> Result<Option<Fact>, ClientError> {
        let job = self.job(text(event, "job_id")).await?;
        let certificate: Certificate =
            self.client.read(&format!("/certificates/{}", event.object_id)).await?;
        let is_renewal = job.kind == JobKind::Renewal;
        let not_after = text(event, "not_after").parse().ok();
        self.versions.insert(text(event, "version_id").to_owned(), Heard { is_renewal, not_after });
        if !certificate.target_ids.is_empty() {
            return Ok(None);
        }
        let label = if is_renewal { "renewed" } else { "issued" };
        let names = certificate.names.join(", ");
        let text = format!(
            "{} for {names}, to a key of {}{}",
            certificate.id,
            text(event, "holder"),
            valid_for(not_after)
        );
        Ok(Some(fact(label, Tone::Good, text)))
    }

    fn live(&mut self, event: &Event) -> Fact {
        let heard = self.versions.remove(text(event, "version_id"));
        let label = if heard.is_some_and(|heard| heard.is_renewal) { "renewed" } else { "live" };
        let seen = |name: &str| {
            let first = event.data.get("seen").and_then(|seen| seen.get(0));
            first.and_then(|seen| seen.get(name)).and_then(|value| value.as_str()).unwrap_or_default()
        };
        let text = format!(
            "{} on {}: {} at {} serves {}{}",
            text(event, "certificate_id"),
            text(event, "target_id"),
            seen("server_name"),
            seen("address"),
            short(text(event, "fingerprint_sha256")),
            valid_for(heard.and_then(|heard| heard.not_after))
        );
        fact(label, Tone::Good, text)
    }

    async fn undone(&self, event: &Event) -> Result<Fact, ClientError> {
        let job = self.job(text(event, "job_id")).await?;
        let label = if event.kind == "deployment.failed" { "failed" } else { "rolled back" };
        Ok(undone(label, text(event, "target_id"), &job))
    }

    async fn job(&self, id: &str) -> Result<Job, ClientError> {
        Ok(self.client.read::<JobDetail>(&format!("/jobs/{id}")).await?.job)
    }
}

fn fact(label: &'static str, tone: Tone, text: String) -> Fact {
    Fact { label, tone, text }
}

fn health(agent: &str, health: &str) -> Fact {
    let (label, tone) = match health {
        "online" => ("online", Tone::Good),
        "late" => ("late", Tone::Notice),
        _ => ("offline", Tone::Bad),
    };
    fact(label, tone, format!("{agent} is {health}"))
}

fn undone(label: &'static str, target: &str, job: &Job) -> Fact {
    let then = match job.state {
        JobState::Failed | JobState::Cancelled => format!("try {} was the last one", job.attempts),
        JobState::Pending
        | JobState::AwaitingApproval
        | JobState::AwaitingCsr
        | JobState::Running
        | JobState::Completed => {
            format!("try {} of {}; the next one follows", job.attempts, job.max_attempts)
        }
    };
    let (certificate, cause) = (&job.certificate_id, cause(job));
    fact(label, Tone::Bad, format!("{certificate} on {target}, {then}\n{cause}"))
}

fn cause(job: &Job) -> String {
    shortened(job.error.as_deref().unwrap_or("no cause was given"))
}

/// How long from now; whole days when there are several, because nobody counts their hours.
fn valid_for(not_after: Option<Ts>) -> String {
    let Some(seconds) = not_after.map(|end| end.seconds_since(SystemClock.now())) else {
        return String::new();
    };
    let shown = if seconds > 2 * DAY { (seconds + DAY / 2) / DAY * DAY } else { seconds };
    format!(", valid for {}", humane_seconds(shown))
}

/// The beginning of a fingerprint, as `openssl x509 -fingerprint` writes it.
fn short(hex: &str) -> String {
    format!("{}…", fingerprint(hex.get(..8).unwrap_or(hex)))
}

/// A text whose fingerprints are shortened.
fn shortened(long: &str) -> String {
    let shorten = |word: &str| {
        let bare = word.trim_end_matches([';', ',', ')', '.']);
        let is_fingerprint = bare.len() == 64 && bare.bytes().all(|b| b.is_ascii_hexdigit());
        if is_fingerprint { word.replace(bare, &short(bare)) } else { word.to_owned() }
    };
    long.split(' ').map(shorten).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(state: JobState) -> Job {
        serde_json::from_value(json!({
            "id": "job-1", "kind": "Deployment", "state": state, "certificate_id": "mc-legacy",
            "agent_id": "ag-legacy-1", "target_id": "tgt-legacy", "version_id": "cv-1", "deployment_id": "dep-1",
            "reason": "", "attempts": 3, "max_attempts": 3, "requested_by": { "kind": "local" }, "run_after": "2026-01-01T00:00:00Z", "deadline": null,
            "error": format!("probe: {0} is not served, but {0};", "ab".repeat(32)), "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "finished_at": null,
        }))
        .unwrap()
    }

    #[test]
    fn a_roll_back_says_whether_it_is_tried_again_and_why_it_failed() {
        let told = undone("rolled back", "tgt-legacy", &job(JobState::Pending)).text;
        let expected = "mc-legacy on tgt-legacy, try 3 of 3; the next one follows\n\
                        probe: AB:AB:AB:AB… is not served, but AB:AB:AB:AB…;";
        assert_eq!(told, expected);
        let told = undone("rolled back", "tgt-legacy", &job(JobState::Failed)).text;
        assert!(told.contains("try 3 was the last one"), "{told}");
    }

    #[test]
    fn only_an_online_agent_is_good_news() {
        let told = ["online", "late", "offline"].map(|state| health("ag-a", state).tone);
        assert_eq!(told, [Tone::Good, Tone::Notice, Tone::Bad]);
    }
}
