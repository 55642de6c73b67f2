//! Why: the last decisions about a certificate and the next one.
//!
//! Invariant: the decision shown is made by the function that the engine asks, at the moment of the answer.

use certctl_core::actor::Actor;
use certctl_core::certificate::CertificateStatus;
use certctl_core::id::{AgentId, CertificateId, JobId, RenewalPolicyId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::text_enum;
use certctl_core::time::Ts;

text_enum! {
    /// Where a value comes from.
    pub enum ValueSource {
        /// The certificate has its own.
        Certificate = "certificate",
        /// The renewal policy.
        Policy = "policy",
        /// Neither says anything: the rule that holds for all.
        Default = "default",
    }
}

answer! {
    /// Why a certificate is as it is, and what happens next.
    pub struct Explanation {
        /// Which.
        pub certificate_id: CertificateId,
        /// The moment of the decisions.
        pub at: Ts,
        /// Its status.
        pub status: CertificateStatus,
        /// The last recorded decision, in words.
        pub why: String,
        /// Which renewal policy decides.
        pub renewal_policy_id: RenewalPolicyId,
        /// By which values, and where each comes from.
        pub values: Vec<PolicyValue>,
        /// For each key holder: what would be decided now.
        pub holders: Vec<HolderExplanation>,
        /// What keeps it from going on, each with what to do; empty when nothing does.
        pub blocked_by: Vec<Blocker>,
        /// What happens next by itself, and when.
        pub next: Option<NextStep>,
        /// Earlier decisions to issue or renew, newest first, at most twenty.
        pub last: Vec<PastDecision>,
    }

    /// A value of the renewal policy as it holds for the certificate.
    pub struct PolicyValue {
        /// The field of the renewal policy.
        pub name: String,
        /// Its value; absent for the default rule of `point`.
        pub value: Option<serde_json::Value>,
        /// Where it comes from.
        pub source: ValueSource,
    }

    /// The decision about one key holder.
    pub struct HolderExplanation {
        /// The agent that holds the key; absent for an uploaded CSR.
        pub agent_id: Option<AgentId>,
        /// `renew`, `wait`, or `nothing` when it is not looked at.
        pub decision: String,
        /// Why, as a stable word such as `point_passed` or `not_yet`.
        pub code: String,
        /// Why, in words.
        pub reason: String,
        /// The renewal point of its current version.
        pub renew_after: Option<Ts>,
        /// The end of its current version.
        pub not_after: Option<Ts>,
        /// When the scheduler looks at it next; absent when it does not.
        pub next_look_at: Option<Ts>,
        /// The open job, if any.
        pub open_job_id: Option<JobId>,
        /// When its authority wants the current version renewed; absent when it says no such things.
        #[serde(default)]
        pub hint: Option<RenewalHint>,
    }

    /// What an authority says of the renewal of a version (ACME Renewal Information, RFC 9773).
    pub struct RenewalHint {
        /// The beginning of its window.
        pub opens_at: Option<Ts>,
        /// The end of its window.
        pub closes_at: Option<Ts>,
        /// The moment in it that was chosen: the renewal begins then.
        pub renew_at: Option<Ts>,
        /// A page of the authority that says why.
        pub explanation: Option<String>,
        /// Why there is no window, for a person: the authority could not be asked, or does not know the certificate.
        pub problem: Option<String>,
        /// When it was last asked.
        pub asked_at: Option<Ts>,
        /// When it is asked next.
        pub ask_at: Option<Ts>,
    }

    /// Something that stands in the way.
    pub struct Blocker {
        /// A stable word, such as `agent_offline`.
        pub code: String,
        /// What it is.
        pub detail: String,
        /// What to do about it.
        pub remedy: String,
        /// The kind of object that it is about.
        pub object_kind: String,
        /// The id of that object.
        pub object_id: String,
    }

    /// What happens next by itself.
    pub struct NextStep {
        /// When.
        pub at: Ts,
        /// What, in words.
        pub what: String,
    }

    /// A decision that was made.
    pub struct PastDecision {
        /// When.
        pub at: Ts,
        /// The job that it led to.
        pub job_id: JobId,
        /// Of which kind.
        pub kind: JobKind,
        /// Why, in words.
        pub reason: String,
        /// Who decided, if it is still known.
        pub actor: Option<Actor>,
        /// How far the job is.
        pub state: JobState,
        /// The cause of its failure.
        pub error: Option<String>,
    }
}
