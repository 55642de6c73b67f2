//! Approvals: issuances that wait for a person's yes, and the decisions.

use certctl_core::actor::Actor;
use certctl_core::approval::ApprovalDecision;
use certctl_core::id::{AgentId, ApprovalId, CertificateId, IssuerId, JobId, OwnerId, ProfileId, TeamId};
use certctl_core::job::JobKind;
use certctl_core::time::Ts;

answer! {
    /// An issuance or renewal that waits for a person's yes, as it would be issued.
    pub struct WaitingApproval {
        /// The job: `POST /jobs/{id}/approve` or `/reject` decides it.
        pub job_id: JobId,
        /// Issuance (the first certificate of this key holder) or Renewal.
        pub kind: JobKind,
        /// For which certificate.
        pub certificate_id: CertificateId,
        /// Its name for people.
        pub certificate_name: String,
        /// The names that it would be for.
        pub names: Vec<String>,
        /// Who would sign it.
        pub issuer_id: IssuerId,
        /// The profile that asks for the approval.
        pub profile_id: ProfileId,
        /// The certificate's environment.
        pub environment: Option<String>,
        /// The certificate's owner.
        pub owner_id: Option<OwnerId>,
        /// The certificate's team.
        pub team_id: Option<TeamId>,
        /// The algorithm of its key.
        pub key_algorithm: String,
        /// Its lifetime in seconds.
        pub lifetime_seconds: i64,
        /// The agent that would hold the key; absent for an uploaded CSR.
        pub agent_id: Option<AgentId>,
        /// The end of what the certificate has now; absent when it has nothing yet.
        pub current_not_after: Option<Ts>,
        /// Who asked for it; the control plane's own `renewal` task for what is due by its policy.
        pub requested_by: Actor,
        /// What they are called; absent when they are gone, and for the control plane.
        #[serde(default)]
        pub requested_by_name: Option<String>,
        /// Whether the caller asked for it, and so cannot approve it.
        pub own: bool,
        /// Why it was asked for.
        pub reason: String,
        /// Why it needs an approval.
        pub because: String,
        /// Since when it waits.
        pub waiting_since: Ts,
        /// When it fails unless somebody decides.
        pub deadline: Option<Ts>,
    }

    /// What somebody decided about a job.
    pub struct Approval {
        /// Id.
        pub id: ApprovalId,
        /// Yes or no.
        pub decision: ApprovalDecision,
        /// Who decided.
        pub decided_by: Actor,
        /// What they are called; absent when they are gone.
        #[serde(default)]
        pub decided_by_name: Option<String>,
        /// Why.
        pub reason: Option<String>,
        /// When.
        pub at: Ts,
    }
}

request! {
    /// A yes.
    pub struct Approve {
        /// Why, for the audit trail: 1 to 500 letters.
        #[serde(default)]
        pub reason: Option<String>,
    }

    /// A no.
    pub struct Reject {
        /// Why; who asked sees it. 1 to 500 letters.
        pub reason: String,
    }
}
