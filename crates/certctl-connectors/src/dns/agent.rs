//! A provider of an agent's own policy: who sets the record, not how.
//!
//! Its credentials are in files of the agent's host, and its policy says for which zones it is used
//! (`certctl-agent`, `dns_policy.rs`). Not for: telling the agent (the server). Invariant: there is no secret here.

use certctl_core::id::AgentId;
use serde_json::{Value, json};

use super::schema::{self, Schema};
use crate::fields::{Problem, Problems};

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnAgent {
    /// The agent.
    pub agent_id: AgentId,
    /// The name of the provider in its policy.
    pub provider: String,
}

pub(super) fn schema() -> Schema {
    let fields = vec![
        (
            "agent_id",
            json!({
                "type": "string", "pattern": "^ag-[a-z0-9-]+$", "maxLength": 255, "title": "Agent", "x-group": "Provider",
                "description": "The agent that sets the records, such as ag-dns-1",
            }),
        ),
        (
            "provider",
            schema::text(
                "Provider",
                "Its name in the agent's policy, such as lab for [dns.lab]; the credentials are there",
            ),
        ),
    ];
    (fields, vec!["agent_id", "provider"])
}

pub(super) fn read(config: &Value) -> Result<OnAgent, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let agent_id =
        fields.required("agent_id", |text| text.parse::<AgentId>().map_err(|error| error.to_string()));
    let provider = fields.required("provider", schema::parse_word);
    fields.finish();
    problems.finish(agent_id.zip(provider).map(|(agent_id, provider)| OnAgent { agent_id, provider }))
}

/// Why an agent's provider is not one of this process.
pub(super) fn not_here() -> Vec<Problem> {
    let problems = Problems::default();
    let nothing = Value::Null;
    problems
        .object(&nothing)
        .problem("kind", "is agent, whose records are set elsewhere: name a kind that sets them");
    problems.finish::<()>(None).err().unwrap_or_default()
}
