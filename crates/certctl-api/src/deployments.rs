//! Deployments.

use certctl_core::deployment::DeploymentState;
use certctl_core::id::{AgentId, CertificateId, DeploymentId, JobId, TargetId, VersionId};
use certctl_core::time::Ts;

answer! {
    /// One version on one target.
    pub struct Deployment {
        /// Id.
        pub id: DeploymentId,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Which version.
        pub version_id: VersionId,
        /// The target.
        pub target_id: TargetId,
        /// The agent that deploys it.
        pub agent_id: AgentId,
        /// How far it is.
        pub state: DeploymentState,
        /// The last job.
        pub job_id: Option<JobId>,
        /// SHA-256 fingerprint wanted.
        pub fingerprint_sha256: String,
        /// What the target served before.
        pub previous_fingerprint_sha256: Option<String>,
        /// What was last seen served, on each probe address.
        pub seen: Vec<crate::agent_protocol::Sighting>,
        /// When it was seen live.
        pub live_at: Option<Ts>,
        /// The cause of the last failure.
        pub error: Option<String>,
        /// When it was wanted.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
    }
}
