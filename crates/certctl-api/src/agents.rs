//! Agents and invitations.

use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::id::{AgentId, InvitationId};
use certctl_core::time::Ts;

answer! {
    /// An enrolled agent.
    pub struct Agent {
        /// Id.
        pub id: AgentId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Whether it belongs to the fleet.
        pub state: AgentState,
        /// Whether it is heard from.
        pub health: AgentHealth,
        /// Its program's version.
        pub version: Option<String>,
        /// Such as `linux/x86_64`.
        pub platform: Option<String>,
        /// Target kinds, and kinds of proofs of control, that its local policy allows.
        pub capabilities: Vec<String>,
        /// DNS providers of its local policy: a DNS provider of kind `agent` names one of them.
        pub dns_providers: Vec<AgentDnsProvider>,
        /// What its program can do beyond what the first ones could: `verify` (look again at live endpoints); absent when it
        /// has not polled yet.
        pub abilities: Option<Vec<String>>,
        /// Such as `production`.
        pub environment: Option<String>,
        /// When it last polled.
        pub last_seen_at: Option<Ts>,
        /// The end of its identity certificate.
        pub identity_not_after: Ts,
        /// Certificates whose key it holds.
        pub certificates: i64,
        /// Targets that it serves.
        pub targets: i64,
        /// When the first of the certificates whose key it holds is to be renewed; absent when none is.
        #[serde(default)]
        pub next_renewal_at: Option<Ts>,
        /// Whether it was heard from in the last 24 hours, span by span, the oldest first, as the control plane saw it; given
        /// with one agent, absent in lists.
        #[serde(default)]
        pub health_spans: Option<Vec<HealthSpan>>,
        /// When it joined.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// A time during which an agent's health was the same.
    pub struct HealthSpan {
        /// Its beginning, or 24 hours ago.
        pub from: Ts,
        /// Its end.
        pub until: Ts,
        /// Whether the agent was heard from.
        pub health: AgentHealth,
    }

    /// A DNS provider of an agent's local policy; its credentials stay on the host.
    pub struct AgentDnsProvider {
        /// Its name there.
        pub name: String,
        /// What it is, such as `rfc2136`.
        pub kind: String,
        /// Records are set at these names and below them only.
        pub zones: Vec<String>,
    }

    /// A one-time join token, without the token.
    pub struct Invitation {
        /// Id.
        pub id: InvitationId,
        /// The name that the agent will have.
        pub name: String,
        /// When it ends, if it is not used before.
        pub expires_at: Ts,
        /// When it was used.
        pub used_at: Option<Ts>,
        /// The agent that joined with it.
        pub agent_id: Option<AgentId>,
        /// When it was made.
        pub created_at: Ts,
    }

    /// A new invitation with its token, shown once.
    pub struct InvitationCreated {
        /// The invitation.
        pub invitation: Invitation,
        /// The token.
        pub token: String,
        /// The line to paste on the host.
        pub command: String,
    }
}

request! {
    /// A new invitation.
    pub struct CreateInvitation {
        /// The agent's name and, after `ag-`, its id: lower-case letters, digits, hyphens.
        pub name: String,
        /// Seconds until it ends, 60 to 604800; an hour when absent.
        #[serde(default)]
        pub expires_in_seconds: Option<i64>,
    }

    /// A change of an agent.
    pub struct UpdateAgent {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Such as `production`; null takes it away.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub environment: Option<Option<String>>,
        /// `active` or `quarantined`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub state: Option<AgentState>,
    }
}
