//! Runs: the lifecycle of a certificate as rounds of work, each with a lane for every key holder.
//!
//! Not for: the list of all events (`certificates::TimelineEntry`). Invariant: a step's state is what jobs, versions
//! and deployments say, never a guess.

use certctl_core::actor::Actor;
use certctl_core::id::{AgentId, DeploymentId, JobId, TargetId, VersionId};
use certctl_core::job::JobKind;
use certctl_core::text_enum;
use certctl_core::time::Ts;

text_enum! {
    /// How far a step, a lane or a run is.
    pub enum Progress {
        /// Finished well.
        Done = "done",
        /// Under way.
        Running = "running",
        /// Waits for a person, an agent or its next try.
        Waiting = "waiting",
        /// Failed for good, or its last try failed.
        Failed = "failed",
        /// Called off.
        Cancelled = "cancelled",
        /// Its turn has not come.
        NotReached = "not_reached",
    }
}

text_enum! {
    /// The steps of a lane, in their order.
    pub enum StepName {
        /// The job was written.
        Requested = "requested",
        /// A person said yes; only where the profile asks for it.
        Approved = "approved",
        /// The holder's CSR was accepted; its key was made before.
        CsrReceived = "csr_received",
        /// The issuer signed and the version was stored.
        Issued = "issued",
        /// It was installed on every target of the holder.
        Deployed = "deployed",
        /// Every endpoint was seen serving it.
        VerifiedLive = "verified_live",
    }
}

answer! {
    /// One round of work: an issuance, a renewal, or a deployment that was asked for by itself.
    pub struct Run {
        /// The first job of the round.
        pub id: JobId,
        /// What it is.
        pub kind: JobKind,
        /// Why it was started, in words.
        pub reason: String,
        /// Who started it, if it is still known.
        pub requested_by: Option<Actor>,
        /// How far it is: failed when one lane is, running when one is and none failed.
        pub state: Progress,
        /// When the first job was written.
        pub started_at: Ts,
        /// When the last step ended; absent while there is work.
        pub ended_at: Option<Ts>,
        /// When the next try begins by itself.
        pub next_attempt_at: Option<Ts>,
        /// One for each key holder.
        pub lanes: Vec<Lane>,
    }

    /// The work of a round for one key holder.
    pub struct Lane {
        /// The agent that holds the key; absent for an uploaded CSR.
        pub agent_id: Option<AgentId>,
        /// The issuing job; the deployment for a round that only deploys.
        pub job_id: JobId,
        /// What was issued, or is deployed.
        pub version_id: Option<VersionId>,
        /// How far it is.
        pub state: Progress,
        /// Tries of the issuing job so far.
        pub attempts: i64,
        /// Tries in all.
        pub max_attempts: i64,
        /// When the next try begins by itself.
        pub next_attempt_at: Option<Ts>,
        /// The steps, in their order.
        pub steps: Vec<LaneStep>,
    }

    /// One step of a lane.
    pub struct LaneStep {
        /// Which.
        pub name: StepName,
        /// How far it is.
        pub state: Progress,
        /// When it ended, if it did.
        pub at: Option<Ts>,
        /// Milliseconds since the step before ended.
        pub milliseconds: Option<i64>,
        /// The cause of its failure, for a person.
        pub cause: Option<String>,
        /// The job that `POST /jobs/{id}/retry` does again from this step; only on a step that failed for good.
        pub retry_job_id: Option<JobId>,
        /// Deployed and verified: one for each target.
        pub targets: Vec<TargetStep>,
    }

    /// A step on one target.
    pub struct TargetStep {
        /// Where.
        pub target_id: TargetId,
        /// The record of it.
        pub deployment_id: DeploymentId,
        /// The job that does it.
        pub job_id: Option<JobId>,
        /// How far it is.
        pub state: Progress,
        /// When it ended, if it did.
        pub at: Option<Ts>,
        /// Tries so far.
        pub attempts: i64,
        /// When the next try begins by itself.
        pub next_attempt_at: Option<Ts>,
        /// The cause of its failure, for a person.
        pub cause: Option<String>,
    }

    /// The rounds of a certificate, newest first.
    pub struct Runs {
        /// At most twenty.
        pub items: Vec<Run>,
    }
}
