//! Deployments: one version on one target, and the states it goes through.
//!
//! Not for: doing it (the agent). Invariant: `Live` is reached only by the event that carries a sighting of the
//! endpoint, or the target's honest word that it cannot be probed.

use crate::text_enum;

text_enum! {
    /// Where a deployment is.
    pub enum DeploymentState {
        /// Wanted; its job waits or runs.
        Wanted = "wanted",
        /// The endpoint was seen to serve exactly this version.
        Live = "live",
        /// Installed on a target that says it cannot be probed.
        Installed = "installed",
        /// A newer version went live on the same target, or replaced this one before it was tried.
        Superseded = "superseded",
        /// Tried, and the old certificate was put back and seen.
        RolledBack = "rolled_back",
        /// Given up without a change on the target, or the state of the target is not known to be good.
        Failed = "failed",
    }
}

text_enum! {
    /// What can happen to a deployment.
    pub enum DeploymentEvent {
        /// The endpoint was seen serving the new version.
        SeenLive = "seen_live",
        /// The files are in place and the target has no endpoint to look at.
        InstalledUnprobed = "installed_unprobed",
        /// The try failed and the old state was restored.
        RolledBack = "rolled_back",
        /// The try failed and no restored state was confirmed.
        Failed = "failed",
        /// A newer version took its place.
        Superseded = "superseded",
        /// It will be tried again.
        Retried = "retried",
    }
}

/// A pair of state and event that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a deployment that is {state} cannot take the event {event}")]
pub struct InvalidTransition {
    /// The present state.
    pub state: DeploymentState,
    /// What was tried.
    pub event: DeploymentEvent,
}

impl DeploymentState {
    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidTransition`] for every pair that has no meaning.
    pub const fn on(self, event: DeploymentEvent) -> Result<Self, InvalidTransition> {
        use DeploymentEvent as E;
        match (self, event) {
            // A person may have mended what a try had not brought about: what is seen counts.
            (Self::Wanted | Self::Live | Self::Installed | Self::RolledBack | Self::Failed, E::SeenLive) => {
                Ok(Self::Live)
            }
            (Self::Wanted, E::InstalledUnprobed) => Ok(Self::Installed),
            (Self::Wanted, E::RolledBack) => Ok(Self::RolledBack),
            (Self::Wanted | Self::Live | Self::Installed, E::Failed) => Ok(Self::Failed),
            (
                Self::Wanted | Self::Live | Self::Installed | Self::RolledBack | Self::Failed,
                E::Superseded,
            ) => Ok(Self::Superseded),
            (Self::RolledBack | Self::Failed | Self::Superseded, E::Retried) => Ok(Self::Wanted),
            (Self::Superseded, E::SeenLive | E::InstalledUnprobed)
            | (Self::RolledBack | Self::Failed, E::InstalledUnprobed)
            | (Self::Live | Self::Installed, E::InstalledUnprobed | E::RolledBack | E::Retried)
            | (Self::Wanted, E::Retried)
            | (Self::Superseded | Self::RolledBack | Self::Failed, E::RolledBack | E::Failed)
            | (Self::Superseded, E::Superseded) => Err(InvalidTransition { state: self, event }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are states, columns events, in the order of `ALL`; `.` is refused.
    const TABLE: &str = "
        wanted      L I B F S .
        live        L . . F S .
        installed   L . . F S .
        superseded  . . . . . W
        rolled_back L . . . S W
        failed      L . . . S W";

    #[test]
    fn every_pair_of_state_and_event_is_as_in_the_table() {
        let mut pairs = 0;
        for line in TABLE.trim().lines() {
            let mut words = line.split_whitespace();
            let state: DeploymentState = words.next().unwrap().parse().unwrap();
            for (event, expected) in DeploymentEvent::ALL.iter().zip(words) {
                let expected = match expected {
                    "W" => Some(DeploymentState::Wanted),
                    "L" => Some(DeploymentState::Live),
                    "I" => Some(DeploymentState::Installed),
                    "B" => Some(DeploymentState::RolledBack),
                    "F" => Some(DeploymentState::Failed),
                    "S" => Some(DeploymentState::Superseded),
                    _ => None,
                };
                assert_eq!(state.on(*event).ok(), expected, "{state} on {event}");
                pairs += 1;
            }
        }
        assert_eq!(pairs, DeploymentState::ALL.len() * DeploymentEvent::ALL.len());
    }
}
