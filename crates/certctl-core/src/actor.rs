//! Who did something: the actor of an audit event.
//!
//! Not for: deciding what an actor may do (that is [`crate::permission`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, ApiKeyId};

/// The one who caused a change or was refused one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A person or program with an API key.
    ApiKey(ApiKeyId),
    /// An enrolled agent, known by its client certificate.
    Agent(AgentId),
    /// A task of the control plane, by its name.
    System(String),
    /// Somebody whose credentials were missing or wrong.
    Anonymous,
}

impl Actor {
    /// A task of the control plane.
    pub fn system(task: &str) -> Self {
        Self::System(task.to_owned())
    }

    /// `api_key`, `agent`, `system` or `anonymous`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ApiKey(_) => "api_key",
            Self::Agent(_) => "agent",
            Self::System(_) => "system",
            Self::Anonymous => "anonymous",
        }
    }

    /// The id or task name; empty for anonymous.
    pub fn id(&self) -> &str {
        match self {
            Self::ApiKey(id) => id.as_str(),
            Self::Agent(id) => id.as_str(),
            Self::System(task) => task,
            Self::Anonymous => "",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiKey(id) => write!(f, "{id}"),
            Self::Agent(id) => write!(f, "{id}"),
            Self::System(task) => write!(f, "certctl ({task})"),
            Self::Anonymous => f.write_str("anonymous"),
        }
    }
}
