//! `--wait`: follows the jobs of one certificate until all have ended, and shows each step as it happens.
//!
//! The jobs are read again whenever the event stream says that something happened to the certificate; while the stream
//! is broken they are read every 250 ms. Not for: deciding what a state means (`progress.rs`).
//! Invariants: what the server says about the jobs decides, never an event; deployments of every version issued here are
//! followed too; the end says what was seen live, by the deployments' own sightings.

mod progress;

use std::collections::BTreeSet;
use std::time::Duration;

use certctl_api::agents::Agent;
use certctl_api::client::Client;
use certctl_api::deployments::Deployment;
use certctl_api::events::StreamItem;
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::page::Page;
use certctl_core::deployment::DeploymentState;
use certctl_core::id::{CertificateId, JobId, VersionId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;
use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::failure::Failure;
use crate::output::{Console, Exit, Tone};
use crate::query::Query;
use crate::session::Session;
use crate::table::{fingerprint, relative};
use progress::{Line, Progress, name_of, waits_for};

/// How often jobs are read while the stream is broken.
const WITHOUT_STREAM: Duration = Duration::from_millis(250);
/// How often jobs are read while the stream is quiet.
const WITH_STREAM: Duration = Duration::from_secs(2);

/// The event stream, opened before the work is started, so that its moments are known.
#[derive(Debug)]
pub(crate) struct Watch {
    events: mpsc::UnboundedReceiver<StreamItem>,
    /// Ends the stream when the watch is dropped.
    _stream: JoinSet<()>,
}

impl Watch {
    /// Opens the stream; one that cannot be opened is done without.
    pub(crate) fn open(client: &Client) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let mut stream = JoinSet::new();
        let client = client.clone();
        stream.spawn(async move {
            // When it breaks, the closed channel says so, and the jobs are polled.
            drop(client.events("", None, |item| sender.send(item).is_ok()).await);
        });
        Self { events, _stream: stream }
    }

    /// Follows the jobs to their end.
    ///
    /// # Errors
    /// [`Failure::Negative`] when one failed, [`Failure::TimedOut`], or that of a request.
    pub(crate) async fn follow(
        mut self,
        session: &mut Session<'_>,
        certificate_id: &CertificateId,
        jobs: &[Job],
    ) -> Result<Exit, Failure> {
        let Some(start) = jobs.iter().map(|job| job.created_at).min() else {
            session.console.hint("nothing was started, so there is nothing to wait for")?;
            return Ok(Exit::Ok);
        };
        let deadline = Instant::now() + session.wait_limit;
        let mut state = State {
            certificate_id: certificate_id.clone(),
            start,
            jobs: Vec::new(),
            known: jobs.iter().map(|job| job.id.clone()).collect(),
            searched: BTreeSet::new(),
            progress: Progress::default(),
        };
        let mut streaming = true;
        loop {
            while let Ok(item) = self.events.try_recv() {
                // What was missed is read below.
                if let StreamItem::Event(event) = item {
                    state.progress.note(&event, certificate_id.as_str());
                }
            }
            state.read(session).await?;
            if state.is_ended() {
                break;
            }
            if Instant::now() >= deadline {
                return state.timed_out(session).await;
            }
            let pause = if streaming { WITH_STREAM } else { WITHOUT_STREAM };
            let until = deadline.min(Instant::now() + pause);
            while Instant::now() < until {
                tokio::select! {
                    () = tokio::time::sleep_until(until) => {}
                    event = self.events.recv(), if streaming => match event {
                        Some(StreamItem::Event(event)) => {
                            if state.progress.note(&event, certificate_id.as_str()) {
                                break;
                            }
                        }
                        Some(StreamItem::Reset(_)) => break,
                        None => {
                            streaming = false;
                            break;
                        }
                    },
                }
            }
        }
        state.finish(session).await
    }
}

/// What is followed.
struct State {
    certificate_id: CertificateId,
    /// When the first job was written: moment zero.
    start: Ts,
    /// The last reading of each job, and its answer as it came.
    jobs: Vec<(JobDetail, Value)>,
    known: BTreeSet<JobId>,
    /// Versions whose deployment jobs are known.
    searched: BTreeSet<VersionId>,
    progress: Progress,
}

impl State {
    fn is_ended(&self) -> bool {
        self.jobs.len() == self.known.len() && self.jobs.iter().all(|(detail, _)| !detail.job.state.is_open())
    }

    /// Reads every job that had not ended, finds the deployments that issuances have started, and says what is new.
    async fn read(&mut self, session: &mut Session<'_>) -> Result<(), Failure> {
        let mut lines = Vec::new();
        loop {
            let ended = |id: &JobId| self.jobs.iter().any(|(d, _)| d.job.id == *id && !d.job.state.is_open());
            let open: Vec<JobId> = self.known.iter().filter(|id| !ended(id)).cloned().collect();
            let client = &session.client;
            let readings = open.iter().map(|id| async move {
                let path = format!("/jobs/{id}");
                let answer: Value = client.read(&path).await?;
                let detail = JobDetail::deserialize(&answer).map_err(|error| Failure::Answer {
                    what: format!("GET {path}"),
                    detail: error.to_string(),
                })?;
                Ok::<_, Failure>((detail, answer))
            });
            for reading in futures_util::future::try_join_all(readings).await? {
                lines.extend(self.progress.take(&reading.0));
                match self.jobs.iter_mut().find(|(detail, _)| detail.job.id == reading.0.job.id) {
                    Some(before) => *before = reading,
                    None => self.jobs.push(reading),
                }
            }
            if !self.find_deployments(client).await? {
                break;
            }
        }
        lines.sort_by_key(|line: &Line| line.at);
        for line in &lines {
            self.say(&mut *session.console, line)?;
        }
        Ok(())
    }

    /// Deployments are written together with their version: one search for each version finds them all.
    async fn find_deployments(&mut self, client: &Client) -> Result<bool, Failure> {
        let fresh: Vec<VersionId> = self
            .jobs
            .iter()
            .filter(|(detail, _)| match detail.job.kind {
                JobKind::Issuance | JobKind::Renewal => detail.job.state == JobState::Completed,
                JobKind::Deployment | JobKind::Validation => false,
            })
            .filter_map(|(detail, _)| detail.job.version_id.clone())
            .filter(|version| !self.searched.contains(version))
            .collect();
        if fresh.is_empty() {
            return Ok(false);
        }
        let query = Query::default()
            .with("certificate_id", Some(&self.certificate_id))
            .with("kind", Some(JobKind::Deployment))
            .with("limit", Some(500));
        let page: Page<Job> = client.read(&query.after("/jobs")).await?;
        let wanted = |job: &Job| job.version_id.as_ref().is_some_and(|version| fresh.contains(version));
        self.known.extend(page.items.into_iter().filter(wanted).map(|job| job.id));
        self.searched.extend(fresh);
        Ok(true)
    }

    fn seconds(&self, at: Ts) -> f64 {
        at.since(self.start).as_secs_f64()
    }

    fn say(&self, console: &mut Console, line: &Line) -> Result<(), Failure> {
        console.say(&format!(
            "{:>9}  {}",
            format!("+{:.3}s", self.seconds(line.at)),
            line.tone.paint(&line.text)
        ))
    }

    fn ended_at(&self) -> Ts {
        self.jobs.iter().filter_map(|(detail, _)| detail.job.finished_at).max().unwrap_or(self.start)
    }

    /// The deployments of what was followed.
    async fn deployments(&self, client: &Client) -> Result<Vec<(Deployment, Value)>, Failure> {
        let path = format!("/certificates/{}/deployments?limit=500", self.certificate_id);
        let page: Page<Value> = client.read(&path).await?;
        let mine: Vec<_> = self.jobs.iter().filter_map(|(d, _)| d.job.deployment_id.clone()).collect();
        let mut deployments = Vec::new();
        for item in page.items {
            let deployment = Deployment::deserialize(&item).map_err(|error| Failure::Answer {
                what: format!("GET {path}"),
                detail: error.to_string(),
            })?;
            if mine.contains(&deployment.id) {
                deployments.push((deployment, item));
            }
        }
        Ok(deployments)
    }

    /// The one document for programs.
    async fn document(&self, session: &mut Session<'_>, outcome: &str, seconds: f64) -> Result<(), Failure> {
        let certificate: Value =
            session.client.read(&format!("/certificates/{}", self.certificate_id)).await?;
        let deployments = self.deployments(&session.client).await?;
        session.console.document(&json!({
            "outcome": outcome,
            "seconds": seconds,
            "certificate": certificate,
            "jobs": self.jobs.iter().map(|(_, answer)| answer).collect::<Vec<_>>(),
            "deployments": deployments.into_iter().map(|(_, answer)| answer).collect::<Vec<_>>(),
        }))
    }

    async fn finish(self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let seconds = self.seconds(self.ended_at());
        let bad =
            self.jobs.iter().map(|(detail, _)| &detail.job).find(|job| job.state != JobState::Completed);
        if let Some(job) = bad {
            if session.console.format.is_machine() {
                self.document(session, "failed", seconds).await?;
            }
            return Err(failed(job));
        }
        if session.console.format.is_machine() {
            let has = |kind: JobKind| self.jobs.iter().any(|(d, _)| d.job.kind == kind);
            let outcome = if has(JobKind::Deployment) {
                "deployed"
            } else if has(JobKind::Validation) {
                "verified"
            } else {
                "issued"
            };
            self.document(session, outcome, seconds).await?;
            return Ok(Exit::Ok);
        }
        if session.console.quiet {
            session.console.line(self.certificate_id.as_str())?;
            return Ok(Exit::Ok);
        }
        let deployments = self.deployments(&session.client).await?;
        let live = deployments.iter().filter(|(d, _)| d.state == DeploymentState::Live).count();
        let console = &mut *session.console;
        for (deployment, _) in &deployments {
            console.line(&deployment_line(deployment))?;
        }
        let id = &self.certificate_id;
        let n = deployments.len();
        let text = if n == 0 {
            format!("{id} is issued after {seconds:.3}s; it has no target to be deployed to")
        } else if live == n {
            format!("{id} is live on {live} of {n} targets after {seconds:.3}s")
        } else {
            format!("{id} is live on {live} of {n} targets after {seconds:.3}s; the others cannot be probed")
        };
        console.line(&Tone::Good.paint(&text))?;
        Ok(Exit::Ok)
    }

    async fn timed_out(self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        if session.console.format.is_machine() {
            self.document(session, "timed_out", session.wait_limit.as_secs_f64()).await?;
        }
        let waited = certctl_core::time::humane_seconds(
            i64::try_from(session.wait_limit.as_secs()).unwrap_or(i64::MAX),
        );
        let mut what = Vec::new();
        let mut id = None;
        for (detail, _) in self.jobs.iter().filter(|(detail, _)| detail.job.state.is_open()) {
            let job = &detail.job;
            let agent = agent_state(session, job).await;
            what.push(format!("{} ({}): {}{agent}", job.id, name_of(job), waits_for(job)));
            id = id.or(Some(&job.id));
        }
        Err(Failure::TimedOut {
            what: format!("after {waited} it is not done: {}", what.join("; ")),
            next: format!(
                "the work goes on without you: `certctl jobs show {}` shows how far it is",
                id.map_or("JOB", JobId::as_str)
            ),
        })
    }
}

/// How the agent is that a job waits for; nothing when that cannot be told.
async fn agent_state(session: &Session<'_>, job: &Job) -> String {
    let waits_for_agent = job.kind.is_agents() || job.state == JobState::AwaitingCsr;
    let Some(id) = job.agent_id.as_ref().filter(|_| waits_for_agent) else { return String::new() };
    match session.client.read::<Agent>(&format!("/agents/{id}")).await {
        Ok(agent) => {
            let seen = agent.last_seen_at.map_or_else(
                || "never seen".to_owned(),
                |at| format!("last seen {}", relative(at, session.console.now())),
            );
            format!(" ({id} is {}, {}, {seen})", agent.state, agent.health)
        }
        Err(_) => String::new(),
    }
}

fn failed(job: &Job) -> Failure {
    let cause = job.error.as_deref().unwrap_or("no cause was given");
    let (verb, next) = match job.state {
        JobState::Cancelled => ("was called off", format!("`certctl jobs show {}` shows its steps", job.id)),
        JobState::Pending
        | JobState::AwaitingApproval
        | JobState::AwaitingCsr
        | JobState::Running
        | JobState::Completed
        | JobState::Failed => (
            "failed",
            format!(
                "`certctl jobs show {0}` shows its steps; when the cause is gone: `certctl jobs retry {0}`",
                job.id
            ),
        ),
    };
    Failure::Negative { what: format!("{} ({}) {verb}: {cause}", job.id, name_of(job)), next }
}

fn deployment_line(deployment: &Deployment) -> String {
    let target = &deployment.target_id;
    if deployment.seen.is_empty() {
        let sha256 = fingerprint(&deployment.fingerprint_sha256);
        return format!(
            "{target} is {}: sha256 {sha256} (the target has no endpoint to probe)",
            deployment.state
        );
    }
    let seen = deployment.seen.iter().map(|sighting| {
        let served = match (&sighting.fingerprint_sha256, &sighting.error) {
            (Some(hex), _) => format!("sha256 {}", fingerprint(hex)),
            (None, Some(error)) => format!("nothing ({error})"),
            (None, None) => "nothing".to_owned(),
        };
        format!("{target} is {}: {} serves {served}", deployment.state, sighting.address)
    });
    seen.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(state: JobState) -> Job {
        serde_json::from_value(json!({
            "id": "job-1", "kind": "Deployment", "state": state, "certificate_id": "mc-web", "agent_id": "ag-web-1",
            "target_id": "tgt-web", "version_id": "cv-1", "deployment_id": "dep-1", "reason": "", "attempts": 8,
            "max_attempts": 8, "requested_by": { "kind": "local" }, "run_after": "2026-01-01T00:00:00Z", "deadline": null, "error": "probe: old certificate",
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "finished_at": null,
        }))
        .unwrap()
    }

    #[test]
    fn a_failed_job_ends_with_1_its_cause_and_the_next_step() {
        let failure = failed(&job(JobState::Failed));
        assert_eq!(failure.exit(), Exit::Negative);
        let text = failure.lines().join("\n");
        for expected in ["deployment to tgt-web", "probe: old certificate", "certctl jobs retry job-1"] {
            assert!(text.contains(expected), "{expected} is missing in {text}");
        }
        assert!(!failed(&job(JobState::Cancelled)).lines().join("\n").contains("retry"));
    }

    #[test]
    fn the_end_names_each_address_with_what_it_serves() {
        let deployment: Deployment = serde_json::from_value(json!({
            "id": "dep-1", "certificate_id": "mc-web", "version_id": "cv-1", "target_id": "tgt-web",
            "agent_id": "ag-web-1", "state": "live", "job_id": null, "fingerprint_sha256": "ab01",
            "previous_fingerprint_sha256": null, "live_at": null, "error": null,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
            "seen": [{ "address": "127.0.0.1:8443", "fingerprint_sha256": "ab01", "at": "2026-01-01T00:00:00Z" }],
        }))
        .unwrap();
        assert_eq!(deployment_line(&deployment), "tgt-web is live: 127.0.0.1:8443 serves sha256 AB:01");
        let unprobed = Deployment { seen: Vec::new(), state: DeploymentState::Installed, ..deployment };
        assert!(
            deployment_line(&unprobed)
                .contains("tgt-web is installed: sha256 AB:01 (the target has no endpoint")
        );
    }
}
