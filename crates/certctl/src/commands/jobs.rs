//! `certctl jobs`: what is under way, what failed and why.
//!
//! Not for: starting work (`certs`). Invariant: a failed job's cause is shown wherever the job is.

use certctl_api::jobs::{Job, JobAction, JobDetail, JobRetried, JobStep, RetryJobs};
use certctl_core::id::{AgentId, CertificateId, IssuerId, JobId, TargetId, TeamId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::arguments::{When, one_of};
use crate::commands::exports::ExportFile;
use crate::commands::lists;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl jobs ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// Jobs, newest first
    List {
        #[command(flatten)]
        filters: Filters,
        #[command(flatten)]
        paging: Paging,
    },
    /// What the jobs that match are made of: how many have which state and kind
    Facets {
        #[command(flatten)]
        filters: Filters,
    },
    /// Cursors all over the list, for going to any part of it at once
    Anchors {
        #[command(flatten)]
        filters: Filters,
    },
    /// All that match, as a file: CSV, JSON or NDJSON
    Export {
        #[command(flatten)]
        filters: Filters,
        #[command(flatten)]
        export: ExportFile,
    },
    /// One job with its log of steps
    Show {
        /// Such as job-...
        id: JobId,
    },
    /// Call a job off
    Cancel {
        /// Such as job-...
        id: JobId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
    },
    /// Start another round of a failed job, or of all failed ones that match
    Retry {
        /// Such as job-...
        #[arg(required_unless_present = "all")]
        id: Option<JobId>,
        /// All failed jobs that match the filters; without any, all there are, 500 at a time
        #[arg(long, conflicts_with = "id")]
        all: bool,
        #[command(flatten)]
        filters: Box<Filters>,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
    },
}

/// Which jobs.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Where the job is
    #[arg(long, value_parser = one_of(JobState::ALL, JobState::as_str), ignore_case = true)]
    state: Option<JobState>,
    /// What it does
    #[arg(long, value_parser = one_of(JobKind::ALL, JobKind::as_str), ignore_case = true)]
    kind: Option<JobKind>,
    /// For which certificate
    #[arg(long, value_name = "ID")]
    certificate: Option<CertificateId>,
    /// By or for which agent
    #[arg(long, value_name = "ID")]
    agent: Option<AgentId>,
    /// To which target
    #[arg(long, value_name = "ID")]
    target: Option<TargetId>,
    /// For certificates of which issuer
    #[arg(long, value_name = "ID")]
    issuer: Option<IssuerId>,
    /// For certificates of which team
    #[arg(long, value_name = "ID")]
    team: Option<TeamId>,
    /// Written since: a time, or a duration such as 2h back from now
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    since: Option<When>,
    /// Written until: a time, or a duration back from now
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    until: Option<When>,
    /// Ended in a range, such as -1d.. for the last day
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    finished: Option<String>,
    /// Tried at least so often
    #[arg(long, value_name = "N")]
    min_attempts: Option<u32>,
}

impl Filters {
    fn query(&self, now: Ts) -> Query {
        Query::default()
            .with("state", self.state)
            .with("kind", self.kind)
            .with("certificate_id", self.certificate.as_ref())
            .with("agent_id", self.agent.as_ref())
            .with("target_id", self.target.as_ref())
            .with("issuer_id", self.issuer.as_ref())
            .with("team_id", self.team.as_ref())
            .with("created_after", self.since.map(|since| since.ago(now)))
            .with("created_before", self.until.map(|until| until.ago(now)))
            .with("finished", self.finished.as_ref())
            .with("min_attempts", self.min_attempts)
    }
}

/// The tone of a job's state.
pub(crate) const fn tone(state: JobState) -> Tone {
    match state {
        JobState::Completed => Tone::Good,
        JobState::Failed => Tone::Bad,
        JobState::Cancelled => Tone::Faint,
        JobState::Pending | JobState::AwaitingApproval | JobState::AwaitingCsr | JobState::Running => {
            Tone::Notice
        }
    }
}

/// The columns of a job.
pub(crate) const COLUMNS: &[Column<Job>] = &[
    Column::new("Id", |job, _| job.id.to_string()),
    Column::new("Kind", |job, _| job.kind.to_string()),
    Column::toned("State", |job, _| job.state.to_string(), |job| tone(job.state)),
    Column::new("Certificate", |job, _| job.certificate_id.to_string()),
    Column::new("Agent", |job, _| or_dash(job.agent_id.as_ref())),
    Column::new("Target", |job, _| or_dash(job.target_id.as_ref())),
    Column::new("Tries", |job, _| format!("{}/{}", job.attempts, job.max_attempts)),
    Column::new("Created", |job, view| view.time(job.created_at)),
    Column::new("Error", |job, _| or_dash(job.error.as_ref())),
    Column::wide("Held because", |job, _| or_dash(job.held_because.as_ref())),
    Column::wide("Version", |job, _| or_dash(job.version_id.as_ref())),
    Column::wide("Reason", |job, _| job.reason.clone()),
    Column::wide("Finished", |job, view| view.time(job.finished_at)),
    Column::show(
        "Next try",
        |job, view| if job.state.is_open() { view.time(job.run_after) } else { "-".to_owned() },
    ),
    Column::wide("Asked by", |job, _| job.requested_by.to_string()),
    Column::show("Request", |job, _| or_dash(job.request_id.as_ref())),
    Column::show("Trace", |job, _| or_dash(job.trace_id.as_ref())),
    Column::show("Needs approval", |job, _| or_dash(job.approval_because.as_ref())),
    Column::show("Deadline", |job, view| view.time(job.deadline)),
    Column::show("Deployment", |job, _| or_dash(job.deployment_id.as_ref())),
];

const STEP_COLUMNS: &[Column<JobStep>] = &[
    Column::new("At", |step, view| view.time(step.at)),
    Column::new("Try", |step, _| step.attempt.to_string()),
    Column::new("Step", |step, _| step.name.clone()),
    Column::toned(
        "Outcome",
        |step, _| step.outcome.clone(),
        |step| if step.outcome == "ok" { Tone::Good } else { Tone::Bad },
    ),
    Column::new("Took", |step, _| step.milliseconds.map_or_else(|| "-".to_owned(), |ms| format!("{ms} ms"))),
    Column::new("Detail", |step, _| step.detail.clone()),
];

impl Jobs {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                list(session, "/jobs", filters.query(session.console.now()), paging, COLUMNS).await
            }
            Self::Facets { filters } => {
                lists::facets(session, "/jobs", &filters.query(session.console.now())).await
            }
            Self::Anchors { filters } => {
                lists::anchors(session, "/jobs", &filters.query(session.console.now())).await
            }
            Self::Export { filters, export } => {
                export.run(session, "/jobs/export", filters.query(session.console.now())).await
            }
            Self::Show { id } => show(session, id).await,
            Self::Cancel { id, reason } => {
                session
                    .post(&format!("/jobs/{id}/cancel"), &JobAction { reason: reason.clone() }, COLUMNS)
                    .await
            }
            Self::Retry { id: None, all: _, filters, reason } => {
                let filter = filters.query(session.console.now()).into_map();
                let body = RetryJobs { ids: None, filter: Some(filter), reason: reason.clone() };
                let value: Value = session.client.post("/jobs/retry", &body).await?;
                retried(session, &value)
            }
            Self::Retry { id: Some(id), all: _, filters: _, reason } => {
                session
                    .post(&format!("/jobs/{id}/retry"), &JobAction { reason: reason.clone() }, COLUMNS)
                    .await
            }
        }
    }
}

const RETRIED: &[Column<JobRetried>] = &[
    Column::new("Job", |item, _| item.job_id.to_string()),
    Column::toned(
        "Result",
        |item, _| if item.ok { "begins again" } else { "refused" }.to_owned(),
        |item| if item.ok { Tone::Good } else { Tone::Bad },
    ),
    Column::new("Why", |item, _| or_dash(item.detail.as_ref())),
];

fn retried(session: &mut Session<'_>, value: &Value) -> Result<Exit, Failure> {
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(value)?;
        return Ok(Exit::Ok);
    }
    let items = value["items"].as_array().cloned().unwrap_or_default();
    console.rows::<JobRetried>("POST /jobs/retry", &items, RETRIED)?;
    if let Some(left) = value["left"].as_i64().filter(|left| *left > 0) {
        console.hint(&format!("{left} more have failed: run it again"))?;
    }
    Ok(Exit::Ok)
}

async fn show(session: &mut Session<'_>, id: &JobId) -> Result<Exit, Failure> {
    let path = format!("/jobs/{id}");
    let detail: Value = session.client.read(&path).await?;
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(&detail)?;
        return Ok(Exit::Ok);
    }
    let what = format!("GET {path}");
    console.object(&what, &detail["job"], COLUMNS)?;
    let steps = detail["steps"].as_array().cloned().unwrap_or_default();
    if !console.quiet && !steps.is_empty() {
        console.line("")?;
        console.rows::<JobStep>(&what, &steps, STEP_COLUMNS)?;
    }
    let detail = serde_json::from_value::<JobDetail>(detail)
        .map_err(|error| Failure::Answer { what, detail: error.to_string() })?;
    if let Some(order) = detail.order.as_ref().filter(|_| !console.quiet) {
        console.line(&format!("order at {}: {}", order.issuer_id, order.doing))?;
        for proof in &order.challenges {
            let seen = proof.detail.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
            let (kind, name, place, state) = (proof.kind, &proof.name, &proof.place, proof.state);
            console.line(&format!("  {kind} for {name} by {place} is {state}{seen}"))?;
        }
    }
    if detail.job.state == JobState::Failed {
        console.hint(&format!("when the cause is gone: certctl jobs retry {id}"))?;
    }
    Ok(Exit::Ok)
}
