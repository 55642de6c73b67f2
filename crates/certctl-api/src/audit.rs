//! The audit trail.

use certctl_core::actor::Actor;
use certctl_core::audit::Outcome;
use certctl_core::id::AuditEventId;
use certctl_core::time::Ts;

answer! {
    /// One event of the audit trail: a change, or a refusal.
    pub struct AuditEvent {
        /// Its place in the table.
        pub seq: i64,
        /// Id.
        pub id: AuditEventId,
        /// When it happened.
        pub at: Ts,
        /// Who did it, or was refused.
        pub actor: Actor,
        /// What they are called; absent when they are gone, and for the control plane.
        #[serde(default)]
        pub actor_name: Option<String>,
        /// What, such as `certificate.create`.
        pub action: String,
        /// On what kind of object.
        pub object_kind: String,
        /// The id of the object.
        pub object_id: String,
        /// How it ended.
        pub outcome: Outcome,
        /// What happened, in words.
        pub summary: String,
        /// By which request.
        pub request_id: Option<String>,
        /// From which address the request came; absent for the control plane's own tasks, and for old events.
        #[serde(default)]
        pub source_address: Option<String>,
        /// Facts, by name. Of a change, `before` has the fields that differ, as they were.
        pub details: serde_json::Value,
    }

    /// How the events that match lie in time.
    pub struct AuditHistogram {
        /// Where the first step begins.
        pub from: Ts,
        /// The end of what was looked at.
        pub until: Ts,
        /// The length of a step.
        pub step_seconds: i64,
        /// How many match.
        pub total: i64,
        /// The steps in which there are any, the oldest first.
        pub steps: Vec<AuditStep>,
        /// Whether only the newest were looked through, because there are so many.
        pub approximate: bool,
        /// When they were counted.
        pub as_of: Ts,
    }

    /// The events of one step of time.
    pub struct AuditStep {
        /// Its beginning.
        pub at: Ts,
        /// Changes that were made.
        pub success: i64,
        /// What was refused.
        pub denied: i64,
        /// What was tried in vain.
        pub failure: i64,
    }

    /// What a check of the whole trail found.
    pub struct AuditVerification {
        /// Whether all is as it was sealed.
        pub ok: bool,
        /// Batches checked.
        pub batches: i64,
        /// Events checked.
        pub events: i64,
        /// Events not sealed yet.
        pub unsealed: i64,
        /// What is wrong, naming the row.
        pub findings: Vec<String>,
        /// The key that the batches are signed with (Ed25519, SubjectPublicKeyInfo, lower-case hexadecimal): what an export
        /// is checked with.
        #[serde(default)]
        pub public_key: String,
    }
}
