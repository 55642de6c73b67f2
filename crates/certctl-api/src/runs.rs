//! Runs: the lifecycle of a certificate as rounds of work, each with a lane for every key holder.
//!
//! Not for: the list of all events (`certificates::TimelineEntry`). Invariant: a step's state is what jobs, versions
//! and deployments say, never a guess.

use std::collections::BTreeMap;

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
        /// The agent made its key, or had it already; not for an uploaded CSR.
        KeyGenerated = "key_generated",
        /// The holder's CSR was accepted.
        CsrReceived = "csr_received",
        /// The issuer signed and the version was stored.
        Issued = "issued",
        /// It was installed on every target of the holder.
        Deployed = "deployed",
        /// Every endpoint was seen serving it.
        VerifiedLive = "verified_live",
    }
}

text_enum! {
    /// Why a try failed, for a program; what it was about is in the parameters.
    pub enum CauseCode {
        /// A person, or newer work, called it off.
        Cancelled = "cancelled",
        /// A newer version is wanted instead (`version_id`).
        Replaced = "replaced",
        /// The certificate was archived.
        Archived = "archived",
        /// An approver said no.
        Rejected = "rejected",
        /// Nobody approved it in time.
        ApprovalLate = "approval_late",
        /// The key holder could not make its key or CSR (`holder`).
        CsrNotMade = "csr_not_made",
        /// No CSR came in time.
        CsrLate = "csr_late",
        /// The worker stopped, or was not heard from any more.
        WorkerLost = "worker_lost",
        /// The issuer, or the check before it, did not make the certificate.
        NotIssued = "not_issued",
        /// The host's own policy does not allow it.
        HostRefused = "host_refused",
        /// The agent's look before the work found what stands in its way.
        CheckFailed = "check_failed",
        /// The old files could not be kept.
        BackupFailed = "backup_failed",
        /// The new files could not be written.
        StageFailed = "stage_failed",
        /// The service does not take the new files.
        ValidateFailed = "validate_failed",
        /// The new files could not be put in place.
        SwapFailed = "swap_failed",
        /// The service could not be told.
        ReloadFailed = "reload_failed",
        /// The endpoint does not serve the new certificate.
        ProbeFailed = "probe_failed",
        /// The old state could not be put back.
        RestoreFailed = "restore_failed",
        /// None of these.
        Other = "other",
    }
}

answer! {
    /// Why something failed.
    pub struct Cause {
        /// For a program; stays the same.
        pub code: CauseCode,
        /// What the code is about: `detail` without what the code says already, and what its description names.
        pub params: BTreeMap<String, String>,
        /// For a person.
        pub text: String,
    }

    /// One try of a job.
    pub struct Attempt {
        /// Counts all tries of the job, from 1.
        pub number: i64,
        /// Which job.
        pub job_id: JobId,
        /// On which target; absent for issuing.
        pub target_id: Option<TargetId>,
        /// Who worked on it; absent for the control plane.
        pub agent_id: Option<AgentId>,
        /// When a worker took it, where that is recorded.
        pub started_at: Option<Ts>,
        /// When it ended; absent while it goes on.
        pub ended_at: Option<Ts>,
        /// How it ended.
        pub result: Progress,
        /// Why it failed.
        pub cause: Option<Cause>,
        /// What the worker reported of it.
        pub steps: Vec<AttemptStep>,
    }

    /// A step of a try, as its worker reported it.
    pub struct AttemptStep {
        /// Such as `stage`, `swap`, `reload`, `probe`.
        pub name: String,
        /// Whether it succeeded.
        pub ok: bool,
        /// When it ended.
        pub at: Ts,
        /// How long it took.
        pub milliseconds: Option<i64>,
        /// What was seen.
        pub detail: String,
    }

    /// What an endpoint of a target was last seen to serve.
    pub struct Endpoint {
        /// `host:port`.
        pub address: String,
        /// The name that was sent (SNI), if any.
        pub server_name: Option<String>,
        /// Done when it serves the version, failed when it serves another or cannot be reached.
        pub state: Progress,
        /// What it serves.
        pub fingerprint_sha256: Option<String>,
        /// When it was looked at.
        pub at: Ts,
        /// Why nothing was seen.
        pub error: Option<String>,
    }

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
        /// All tries of the lane's jobs, issuing ones first, each job's in their order.
        pub tries: Vec<Attempt>,
    }

    /// One step of a lane.
    pub struct LaneStep {
        /// Which.
        pub name: StepName,
        /// How far it is.
        pub state: Progress,
        /// Who did it, or has to; absent when it is not known.
        pub actor: Option<Actor>,
        /// When it began: when the step before ended; absent when it has not.
        pub started_at: Option<Ts>,
        /// When it ended, if it did.
        pub at: Option<Ts>,
        /// Milliseconds since the step before ended.
        pub milliseconds: Option<i64>,
        /// The cause of its failure, for a person.
        pub cause: Option<String>,
        /// The same, for a program.
        pub why: Option<Cause>,
        /// The job that `POST /jobs/{id}/retry` does again from this step; only when it does not try again by itself.
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
        /// The same, for a program.
        pub why: Option<Cause>,
        /// The job that `POST /jobs/{id}/retry` does again; only when it does not try again by itself.
        pub retry_job_id: Option<JobId>,
        /// Verified: one for each endpoint that was looked at.
        pub endpoints: Vec<Endpoint>,
    }

    /// The rounds of a certificate, newest first.
    pub struct Runs {
        /// At most twenty.
        pub items: Vec<Run>,
    }
}
