//! `certctl approvals`: what waits for a person's yes.
//!
//! Not for: which issuances need one (profiles). Invariant: a no carries its reason.

use certctl_api::approvals::{Approve, Reject, WaitingApproval};
use certctl_core::id::{CertificateId, JobId, ProfileId, TeamId};
use clap::Subcommand;

use crate::commands::jobs;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, joined, or_dash};

/// `certctl approvals ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Approvals {
    /// What waits for an approval, the nearest deadline first
    List {
        /// Under which profile
        #[arg(long, value_name = "ID")]
        profile: Option<ProfileId>,
        /// For which certificate
        #[arg(long, value_name = "ID")]
        certificate: Option<CertificateId>,
        /// For certificates of which team
        #[arg(long, value_name = "ID")]
        team: Option<TeamId>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Say yes: the job goes on. Not to what you asked for yourself
    Approve {
        /// Such as job-...
        id: JobId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
    },
    /// Say no: the job ends
    Reject {
        /// Such as job-...
        id: JobId,
        /// Why; who asked sees it
        #[arg(long)]
        reason: String,
    },
}

const COLUMNS: &[Column<WaitingApproval>] = &[
    Column::new("Job", |waiting, _| waiting.job_id.to_string()),
    Column::new("Kind", |waiting, _| waiting.kind.to_string()),
    Column::new("Certificate", |waiting, _| waiting.certificate_id.to_string()),
    Column::new("Names", |waiting, _| joined(&waiting.names)),
    Column::new("Profile", |waiting, _| waiting.profile_id.to_string()),
    Column::toned(
        "Asked by",
        |waiting, _| if waiting.own { "you".to_owned() } else { waiting.requested_by.to_string() },
        |waiting| if waiting.own { Tone::Faint } else { Tone::Notice },
    ),
    Column::new("Deadline", |waiting, view| view.time(waiting.deadline)),
    Column::wide("Why", |waiting, _| waiting.because.clone()),
    Column::wide("Reason", |waiting, _| waiting.reason.clone()),
    Column::wide("Since", |waiting, view| view.time(waiting.waiting_since)),
    Column::wide("Issuer", |waiting, _| waiting.issuer_id.to_string()),
    Column::wide("Agent", |waiting, _| or_dash(waiting.agent_id.as_ref())),
];

impl Approvals {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { profile, certificate, team, paging } => {
                let filters = Query::default()
                    .with("profile_id", profile.as_ref())
                    .with("certificate_id", certificate.as_ref())
                    .with("team_id", team.as_ref());
                list(session, "/approvals", filters, paging, COLUMNS).await
            }
            Self::Approve { id, reason } => {
                let body = Approve { reason: reason.clone() };
                session.post(&format!("/jobs/{id}/approve"), &body, jobs::COLUMNS).await
            }
            Self::Reject { id, reason } => {
                let body = Reject { reason: reason.clone() };
                session.post(&format!("/jobs/{id}/reject"), &body, jobs::COLUMNS).await
            }
        }
    }
}
