//! Who did something: the actor of an audit event.
//!
//! Not for: deciding what an actor may do (that is [`crate::permission`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, ApiKeyId, UserId};
use crate::text_enum;

text_enum! {
    /// What an actor is.
    pub enum ActorKind {
        /// A person or program with an API key.
        ApiKey = "api_key",
        /// A person who signed in.
        User = "user",
        /// An agent.
        Agent = "agent",
        /// A task of the control plane.
        System = "system",
        /// Whoever is on the host, while authentication is off.
        Local = "local",
        /// Somebody unknown.
        Anonymous = "anonymous",
    }
}

/// The one who caused a change or was refused one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A person or program with an API key.
    ApiKey(ApiKeyId),
    /// A person who signed in with a user name and password.
    User(UserId),
    /// An enrolled agent, known by its client certificate.
    Agent(AgentId),
    /// A task of the control plane, by its name.
    System(String),
    /// Whoever reached the loopback listener while authentication is switched off (`auth_type = "none"`).
    Local,
    /// Somebody whose credentials were missing or wrong.
    Anonymous,
}

impl Actor {
    /// A task of the control plane.
    pub fn system(task: &str) -> Self {
        Self::System(task.to_owned())
    }

    /// From its kind and id as the audit trail keeps them; `None` when they name no actor.
    pub fn from_parts(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "api_key" => id.parse().ok().map(Self::ApiKey),
            "user" => id.parse().ok().map(Self::User),
            "agent" => id.parse().ok().map(Self::Agent),
            "system" => Some(Self::System(id.to_owned())),
            "local" => Some(Self::Local),
            "anonymous" => Some(Self::Anonymous),
            _ => None,
        }
    }

    /// `api_key`, `user`, `agent`, `system`, `local` or `anonymous`.
    pub const fn kind(&self) -> &'static str {
        let kind = match self {
            Self::ApiKey(_) => ActorKind::ApiKey,
            Self::User(_) => ActorKind::User,
            Self::Agent(_) => ActorKind::Agent,
            Self::System(_) => ActorKind::System,
            Self::Local => ActorKind::Local,
            Self::Anonymous => ActorKind::Anonymous,
        };
        kind.as_str()
    }

    /// The id or task name; empty for those who have none.
    pub fn id(&self) -> &str {
        match self {
            Self::ApiKey(id) => id.as_str(),
            Self::User(id) => id.as_str(),
            Self::Agent(id) => id.as_str(),
            Self::System(task) => task,
            Self::Local | Self::Anonymous => "",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiKey(id) => write!(f, "{id}"),
            Self::User(id) => write!(f, "{id}"),
            Self::Agent(id) => write!(f, "{id}"),
            Self::System(task) => write!(f, "certctl ({task})"),
            Self::Local => f.write_str("anybody on this host (authentication is off)"),
            Self::Anonymous => f.write_str("anonymous"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_actor_is_read_back_from_its_parts() {
        for actor in [
            Actor::ApiKey("key-a".parse().unwrap()),
            Actor::User("u-a".parse().unwrap()),
            Actor::Agent("ag-web-1".parse().unwrap()),
            Actor::system("renewal"),
            Actor::Local,
            Actor::Anonymous,
        ] {
            assert_eq!(Actor::from_parts(actor.kind(), actor.id()), Some(actor));
        }
        assert_eq!(Actor::from_parts("robot", "x"), None);
        assert_eq!(Actor::from_parts("user", "key-a"), None);
    }
}
