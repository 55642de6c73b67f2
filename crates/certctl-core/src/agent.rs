//! Agents: whether one is enrolled, and whether it is heard from.
//!
//! Not for: connections (the server's `http/agent_api.rs`). Invariant: only an active agent is given work.

use crate::text_enum;
use crate::time::Ts;

text_enum! {
    /// Whether the agent belongs to the fleet.
    pub enum AgentState {
        /// Enrolled; may work.
        Active = "active",
        /// Refused until a person lifts it (403).
        Quarantined = "quarantined",
        /// Gone for good (410).
        Retired = "retired",
    }
}

impl AgentState {
    /// Whether a person may move an agent from this state to another.
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Active, Self::Quarantined | Self::Retired)
            | (Self::Quarantined, Self::Active | Self::Retired) => true,
            (Self::Active, Self::Active)
            | (Self::Quarantined, Self::Quarantined)
            | (Self::Retired, Self::Active | Self::Quarantined | Self::Retired) => false,
        }
    }
}

text_enum! {
    /// What an agent's program can do beyond what the first ones could; it says so with each poll.
    pub enum AgentAbility {
        /// Look again at what the endpoints of a target serve, when it is asked to.
        Verify = "verify",
    }
}

text_enum! {
    /// Whether the agent is heard from.
    pub enum AgentHealth {
        /// Heard from within [`LATE_AFTER_SECONDS`].
        Online = "online",
        /// Quiet for longer than its poll explains.
        Late = "late",
        /// Quiet for [`OFFLINE_AFTER_SECONDS`].
        Offline = "offline",
    }
}

/// Two missed polls of 30 seconds and some slack.
pub const LATE_AFTER_SECONDS: i64 = 75;
/// Five minutes.
pub const OFFLINE_AFTER_SECONDS: i64 = 300;

/// What the silence since `last_seen` says.
pub fn health(last_seen: Option<Ts>, now: Ts) -> AgentHealth {
    match last_seen.map(|seen| now.seconds_since(seen)) {
        Some(quiet) if quiet < LATE_AFTER_SECONDS => AgentHealth::Online,
        Some(quiet) if quiet < OFFLINE_AFTER_SECONDS => AgentHealth::Late,
        Some(_) | None => AgentHealth::Offline,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_follows_the_silence() {
        let now = Ts::from_second(10_000);
        for (quiet, expected) in [
            (0, AgentHealth::Online),
            (74, AgentHealth::Online),
            (75, AgentHealth::Late),
            (299, AgentHealth::Late),
            (300, AgentHealth::Offline),
        ] {
            assert_eq!(health(Some(now.plus_seconds(-quiet)), now), expected, "{quiet}");
        }
        assert_eq!(health(None, now), AgentHealth::Offline);
    }

    #[test]
    fn a_retired_agent_stays_retired() {
        assert!(AgentState::ALL.iter().all(|next| !AgentState::Retired.may_become(*next)));
        assert!(AgentState::Quarantined.may_become(AgentState::Active));
    }
}
