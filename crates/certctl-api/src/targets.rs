//! Targets: places to deploy to.

use certctl_core::id::{AgentId, TargetId};
use certctl_core::time::Ts;

use crate::target_tests::{LastTargetTest, TargetCheckKind};

answer! {
    /// A place to deploy to.
    pub struct Target {
        /// Id.
        pub id: TargetId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// `nginx` or `file`.
        pub kind: String,
        /// By the schema of its kind.
        pub config: serde_json::Value,
        /// Who deploys there.
        pub agent_id: AgentId,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
        /// The last test of its present configuration, if it was tested.
        #[serde(default)]
        pub last_test: Option<LastTargetTest>,
    }

    /// A kind of target.
    pub struct TargetKind {
        /// `nginx` or `file`.
        pub kind: String,
        /// For people.
        pub title: String,
        /// JSON Schema of `config`.
        pub schema: serde_json::Value,
        /// What a test of one checks, in its order; a configuration without an endpoint or action leaves those out.
        #[serde(default)]
        pub checks: Vec<TargetCheckKind>,
    }
}

request! {
    /// A new target.
    pub struct CreateTarget {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<TargetId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// `nginx` or `file`.
        pub kind: String,
        /// By the schema of its kind.
        pub config: serde_json::Value,
        /// Who deploys there.
        pub agent_id: AgentId,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateTarget {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// By the schema of its kind; replaced as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub config: Option<serde_json::Value>,
    }
}
