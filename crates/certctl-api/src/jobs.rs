//! Jobs and their steps.

use certctl_core::actor::Actor;
use certctl_core::id::{AgentId, CertificateId, DeploymentId, JobId, TargetId, VersionId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;

use crate::approvals::Approval;

answer! {
    /// One unit of work.
    pub struct Job {
        /// Id.
        pub id: JobId,
        /// What it does.
        pub kind: JobKind,
        /// How far it is.
        pub state: JobState,
        /// For which certificate.
        pub certificate_id: CertificateId,
        /// The agent that makes the key or deploys; absent for an uploaded CSR.
        pub agent_id: Option<AgentId>,
        /// Deployment: where to.
        pub target_id: Option<TargetId>,
        /// Deployment: what. Issuance: the result.
        pub version_id: Option<VersionId>,
        /// Deployment: the record of it.
        pub deployment_id: Option<DeploymentId>,
        /// Why it was started, in words.
        pub reason: String,
        /// Tries so far.
        pub attempts: i64,
        /// Tries in all.
        pub max_attempts: i64,
        /// It is not begun before this time.
        pub run_after: Ts,
        /// The end of a waiting state.
        pub deadline: Option<Ts>,
        /// The cause of the last failure, for a person.
        pub error: Option<String>,
        /// Who asked for it.
        pub requested_by: Actor,
        /// The id of the request that asked for it; absent when none did.
        pub request_id: Option<String>,
        /// The trace of that request, as collectors of traces name it; absent when it is in none.
        pub trace_id: Option<String>,
        /// Why a person has to approve it before it is signed; absent when nobody has to.
        pub approval_because: Option<String>,
        /// When it was written.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// When it ended.
        pub finished_at: Option<Ts>,
    }

    /// A job with its log of steps.
    pub struct JobDetail {
        /// The job.
        pub job: Job,
        /// What was done, oldest first.
        pub steps: Vec<JobStep>,
        /// What was decided about it by approvers, oldest first.
        #[serde(default)]
        pub approvals: Vec<Approval>,
    }

    /// One step of a job.
    pub struct JobStep {
        /// When it ended.
        pub at: Ts,
        /// Which try.
        pub attempt: i64,
        /// Such as `stage`, `validate`, `reload`, `probe`.
        pub name: String,
        /// `ok` or `failed`.
        pub outcome: String,
        /// How long it took, in milliseconds.
        pub milliseconds: Option<i64>,
        /// What was seen.
        pub detail: String,
    }
}

request! {
    /// Why a job is called off or tried again.
    pub struct JobAction {
        /// For the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
    }
}
