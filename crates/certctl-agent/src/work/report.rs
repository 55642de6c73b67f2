//! Tells the control plane how a job goes and how it ended.
//!
//! Steps that end close together are sent in one request, and a deployment that takes no longer than
//! [`GATHER`] sends one report in all. The result is sent until it is acknowledged or not wanted.
//! Not for: the deployment. Invariant: a result leaves the journal only after the control plane answered.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certctl_api::agent_protocol::{Accepted, JobReport, StepReport};
use certctl_api::client::ClientError;
use certctl_core::id::JobId;
use certctl_core::kill_point::KillPoint;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::deploy::Watch;
use crate::cause::chain;
use crate::journal::Record;
use crate::link::{Backoff, Link};

/// How long steps are gathered before they are sent.
pub const GATHER: Duration = Duration::from_millis(150);

/// A job that the agent is at.
#[derive(Debug)]
pub(crate) struct Hold {
    lease_token: Mutex<String>,
    is_dropped: AtomicBool,
    n_sent: AtomicUsize,
    woken: Notify,
}

impl Hold {
    pub(crate) fn new(lease_token: String, n_sent: usize) -> Self {
        Self {
            lease_token: Mutex::new(lease_token),
            is_dropped: AtomicBool::new(false),
            n_sent: AtomicUsize::new(n_sent),
            woken: Notify::new(),
        }
    }

    pub(crate) fn lease_token(&self) -> String {
        self.lease_token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The job was leased to this agent once more.
    pub(crate) fn lease_again(&self, lease_token: String) {
        let mut held = self.lease_token.lock().unwrap_or_else(PoisonError::into_inner);
        *held = lease_token;
        self.is_dropped.store(false, Ordering::SeqCst);
        self.woken.notify_one();
    }

    /// This lease is lost; one that was given meanwhile is not.
    pub(crate) fn drop_lease(&self, lease_token: &str) {
        let held = self.lease_token.lock().unwrap_or_else(PoisonError::into_inner);
        if *held == lease_token {
            self.is_dropped.store(true, Ordering::SeqCst);
            self.woken.notify_one();
        }
    }

    /// Whether the lease was lost.
    pub(crate) fn is_dropped(&self) -> bool {
        self.is_dropped.load(Ordering::SeqCst)
    }

    /// The lease is somebody else's, or nobody's.
    pub(crate) fn drop_it(&self) {
        self.is_dropped.store(true, Ordering::SeqCst);
        self.woken.notify_one();
    }
}

/// Passes steps on to the sender.
#[derive(Debug)]
pub(crate) struct Steps {
    pub(crate) sender: UnboundedSender<StepReport>,
    pub(crate) hold: Arc<Hold>,
}

impl Watch for Steps {
    fn step(&self, step: &StepReport) {
        // A closed channel means that nobody listens any more; the record has the step.
        let _ = self.sender.send(step.clone());
    }

    fn n_sent(&self) -> usize {
        self.hold.n_sent.load(Ordering::SeqCst)
    }

    fn is_dropped(&self) -> bool {
        self.hold.is_dropped()
    }
}

/// What the control plane makes of a report.
enum Verdict {
    Taken,
    NotOurs,
    Again,
}

/// Sends steps while the deployment goes on.
pub(crate) async fn send_progress(
    job_id: &JobId,
    hold: &Hold,
    link: &Link,
    mut steps: UnboundedReceiver<StepReport>,
) {
    let mut unsent = Vec::new();
    while let Some(step) = steps.recv().await {
        unsent.push(step);
        let gathered = tokio::time::sleep(GATHER);
        tokio::pin!(gathered);
        loop {
            tokio::select! {
                step = steps.recv() => match step {
                    Some(step) => unsent.push(step),
                    None => return,
                },
                () = &mut gathered => break,
            }
        }
        let n_steps = unsent.len();
        let report = JobReport {
            lease_token: hold.lease_token(),
            steps: unsent.clone(),
            result: None,
            verified: None,
        };
        match send(job_id, link, &report).await {
            Verdict::Taken => {
                hold.n_sent.fetch_add(n_steps, Ordering::SeqCst);
                unsent.clear();
            }
            Verdict::NotOurs => hold.drop_it(),
            Verdict::Again => {}
        }
    }
}

/// Sends a deployment's result until the control plane has it or does not want it.
pub(crate) async fn send_result(
    record: &Record,
    hold: &Hold,
    link: &Link,
    kill_point: &KillPoint,
    backoff: Backoff,
) {
    let report = || {
        let n_sent = hold.n_sent.load(Ordering::SeqCst).min(record.steps.len());
        kill_point.pass("report.before_send");
        JobReport {
            lease_token: hold.lease_token(),
            steps: record.steps[n_sent..].to_vec(),
            result: record.result.clone(),
            verified: None,
        }
    };
    send_end(&record.work.job_id, hold, link, backoff, report, || kill_point.pass("report.sent")).await;
}

/// Sends the last report on a job until the control plane has it or does not want it; `sent` is called after each try.
pub(crate) async fn send_end(
    job_id: &JobId,
    hold: &Hold,
    link: &Link,
    mut backoff: Backoff,
    report: impl Fn() -> JobReport,
    sent: impl Fn(),
) {
    while !hold.is_dropped() {
        let verdict = send(job_id, link, &report()).await;
        sent();
        match verdict {
            Verdict::Taken => return,
            Verdict::NotOurs => hold.drop_it(),
            Verdict::Again => {
                let wait = backoff.wait();
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = hold.woken.notified() => {}
                }
            }
        }
    }
    tracing::warn!(job.id = %job_id, "the control plane does not want the result of {job_id} from this agent");
}

async fn send(job_id: &JobId, link: &Link, report: &JobReport) -> Verdict {
    let answer: Result<Accepted, ClientError> =
        link.client().post(&format!("/agent/jobs/{job_id}/report"), report).await;
    let Err(error) = answer else { return Verdict::Taken };
    match error.status() {
        Some(409) => Verdict::NotOurs,
        // Kept until a person lifts it; then the report goes out, or is not wanted any more.
        Some(403) if is_quarantine(&error) => {
            tracing::warn!(job.id = %job_id, "a report on {job_id} is kept: {}", chain(&error));
            Verdict::Again
        }
        // Not understood or not allowed: sending it again cannot help.
        Some(400 | 403 | 404 | 413 | 422) => {
            tracing::error!(job.id = %job_id, "a report on {job_id} is refused: {}", chain(&error));
            Verdict::NotOurs
        }
        Some(_) | None => {
            tracing::warn!(job.id = %job_id, "a report on {job_id} could not be sent yet: {}", chain(&error));
            Verdict::Again
        }
    }
}

/// Whether the agent is kept out for now, and not this report.
fn is_quarantine(error: &ClientError) -> bool {
    match error {
        ClientError::Refused { problem } => problem.code == "agent_quarantined",
        ClientError::Tls(_) | ClientError::Unreachable { .. } | ClientError::Unreadable { .. } => false,
    }
}
