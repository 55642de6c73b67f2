//! Jobs and their steps.

use std::collections::BTreeMap;

use certctl_core::actor::Actor;
use certctl_core::authority::ProofKind;
use certctl_core::challenge::ChallengeState;
use certctl_core::id::{
    AgentId, CertificateId, ChallengeId, DeploymentId, IssuerId, JobId, TargetId, VersionId,
};
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;

use crate::approvals::Approval;
use crate::runs::CauseCode;

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
        /// Its name.
        #[serde(default)]
        pub certificate_name: Option<String>,
        /// The agent that makes the key or deploys; absent for an uploaded CSR.
        pub agent_id: Option<AgentId>,
        /// Its name; absent when it is gone.
        #[serde(default)]
        pub agent_name: Option<String>,
        /// Deployment: where to.
        pub target_id: Option<TargetId>,
        /// Its name; absent when it is gone.
        #[serde(default)]
        pub target_name: Option<String>,
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
        /// What it waits for although it could run, for a person: its issuer takes no new orders. Absent when nothing holds it up.
        #[serde(default)]
        pub held_because: Option<String>,
        /// The cause of the last failure, for a person.
        pub error: Option<String>,
        /// The same, for a program.
        #[serde(default)]
        pub cause_code: Option<CauseCode>,
        /// Who asked for it.
        pub requested_by: Actor,
        /// What they are called; absent when they are gone, and for the control plane.
        #[serde(default)]
        pub requested_by_name: Option<String>,
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
        /// What an authority outside does for it; absent when a local CA signs, and before it was asked.
        #[serde(default)]
        pub order: Option<Order>,
    }

    /// An order at an authority outside.
    pub struct Order {
        /// By which issuer.
        pub issuer_id: IssuerId,
        /// What it waits for, for a person.
        pub doing: String,
        /// When it was begun.
        pub began_at: Ts,
        /// When it is given up.
        pub deadline_at: Ts,
        /// When it last moved.
        pub updated_at: Ts,
        /// When it ended.
        pub ended_at: Option<Ts>,
        /// The proofs of control that it needs or needed, oldest first.
        pub challenges: Vec<Challenge>,
    }

    /// A proof of control of a name.
    pub struct Challenge {
        /// Id.
        pub id: ChallengeId,
        /// The name that is proved, without `*.`.
        pub name: String,
        /// How.
        pub kind: ProofKind,
        /// The agent or the DNS provider that shows it.
        pub place: String,
        /// How far it is.
        pub state: ChallengeState,
        /// What was seen last, for a person.
        pub detail: Option<String>,
        /// The name of the DNS record; absent for other kinds, and before it was found.
        pub record: Option<String>,
        /// When it was asked for.
        pub created_at: Ts,
        /// When it last moved.
        pub updated_at: Ts,
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
    /// Failed jobs that are to be tried again: by their ids, or by a filter; one of the two.
    pub struct RetryJobs {
        /// These, 1 to 500.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ids: Option<Vec<JobId>>,
        /// The failed ones among those that match: the filters of `GET /jobs` by their names, such as
        /// `{"agent_id": "ag-web-1"}`; at most 500 at a time, the newest first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub filter: Option<BTreeMap<String, String>>,
        /// For the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
    }
}

answer! {
    /// What came of it, job by job.
    pub struct JobsRetried {
        /// How many jobs begin again.
        pub retried: i64,
        /// How many were refused.
        pub refused: i64,
        /// How many more failed jobs the filter has.
        pub left: i64,
        /// Each of them.
        pub items: Vec<JobRetried>,
    }

    /// What came of one of several jobs.
    pub struct JobRetried {
        /// Which.
        pub job_id: JobId,
        /// Whether it begins again.
        pub ok: bool,
        /// Why not, as the problem's code.
        pub code: Option<String>,
        /// Why not, for a person.
        pub detail: Option<String>,
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
