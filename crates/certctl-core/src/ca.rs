//! Certificate authorities of our own: what one is for, the states that it goes through, and how a generation is named.
//!
//! Not for: keys and certificates (the server's `issuers.rs`), or which of them signs (the store says). Invariants:
//! [`CaState::on`] decides every pair of state and event; a generation has one name, so no address stands for two.

use std::fmt;
use std::str::FromStr;

use crate::id::IssuerId;
use crate::text_enum;

text_enum! {
    /// What a certificate authority is for.
    pub enum CaRole {
        /// What clients trust; it signs authorities only.
        Root = "root",
        /// It signs certificates for an issuer.
        Issuing = "issuing",
    }
}

text_enum! {
    /// Where a certificate authority is in its life.
    pub enum CaState {
        /// It signs.
        Active = "active",
        /// Another one signs in its place; what it has signed can still be revoked, and is answered for.
        Draining = "draining",
        /// All that it has signed has ended, and its key is deleted.
        Retired = "retired",
    }
}

text_enum! {
    /// What moves a certificate authority on.
    pub enum CaEvent {
        /// Another one takes its place.
        Replaced = "replaced",
        /// All that it has signed has ended.
        Drained = "drained",
    }
}

/// An event that cannot happen in a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a CA that is {state} cannot be {event}")]
pub struct InvalidCaTransition {
    /// Where it is.
    pub state: CaState,
    /// What was to happen.
    pub event: CaEvent,
}

impl CaState {
    /// The state after an event.
    ///
    /// # Errors
    /// [`InvalidCaTransition`] when the event cannot happen in this state.
    pub const fn on(self, event: CaEvent) -> Result<Self, InvalidCaTransition> {
        match (self, event) {
            (Self::Active, CaEvent::Replaced) => Ok(Self::Draining),
            (Self::Draining, CaEvent::Drained) => Ok(Self::Retired),
            (Self::Active, CaEvent::Drained)
            | (Self::Draining, CaEvent::Replaced)
            | (Self::Retired, CaEvent::Replaced | CaEvent::Drained) => {
                Err(InvalidCaTransition { state: self, event })
            }
        }
    }
}

/// One of the authorities that an issuer has had, by its number from 1: `iss-local` is the first, `iss-local.2` the second.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaGeneration {
    /// Whose.
    pub issuer_id: IssuerId,
    /// Which, from 1.
    pub number: i64,
}

/// A text that names no generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an authority of an issuer: those are named like iss-local, or iss-local.2 for the second")]
pub struct InvalidCaGeneration;

impl CaGeneration {
    /// The one of a number.
    pub const fn new(issuer_id: IssuerId, number: i64) -> Self {
        Self { issuer_id, number }
    }

    /// The first one.
    pub const fn first(issuer_id: IssuerId) -> Self {
        Self::new(issuer_id, 1)
    }
}

impl fmt::Display for CaGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            1 => write!(f, "{}", self.issuer_id),
            // An id has no dot.
            number => write!(f, "{}.{number}", self.issuer_id),
        }
    }
}

impl FromStr for CaGeneration {
    type Err = InvalidCaGeneration;
    fn from_str(text: &str) -> Result<Self, InvalidCaGeneration> {
        let (issuer, number) = match text.split_once('.') {
            None => (text, 1),
            Some((issuer, number)) => {
                let number: i64 = number.parse().map_err(|_| InvalidCaGeneration)?;
                (issuer, number)
            }
        };
        let found = Self::new(issuer.parse().map_err(|_| InvalidCaGeneration)?, number);
        // `.1`, `.02` and `.+2` would be second names.
        if number >= 1 && found.to_string() == text { Ok(found) } else { Err(InvalidCaGeneration) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_event_is_decided() {
        let next = |state: CaState, event: CaEvent| match (state, event) {
            (CaState::Active, CaEvent::Replaced) => Some(CaState::Draining),
            (CaState::Draining, CaEvent::Drained) => Some(CaState::Retired),
            _ => None,
        };
        for state in CaState::ALL {
            for event in CaEvent::ALL {
                assert_eq!(state.on(*event).ok(), next(*state, *event), "{state} {event}");
            }
        }
    }

    #[test]
    fn a_generation_has_one_name() {
        for name in ["iss-local", "iss-local.2", "iss-local.10"] {
            assert_eq!(name.parse::<CaGeneration>().unwrap().to_string(), name);
        }
        for bad in [
            "iss-local.1",
            "iss-local.02",
            "iss-local.0",
            "iss-local.-2",
            "iss-local.",
            "iss-local.2.3",
            "mc-a.2",
            "",
        ] {
            assert!(bad.parse::<CaGeneration>().is_err(), "{bad}");
        }
    }
}
