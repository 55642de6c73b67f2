//! Confirmations: what one person asks for and another one lets happen, and the states that this goes through.
//!
//! Not for: who may say yes, or the doing (the server's `ops/confirmations.rs`). Invariants: [`ConfirmationState::on`] decides
//! every pair of state and event; what has left `waiting` is decided once.

use crate::permission::Permission;
use crate::text_enum;

/// How long a confirmation may be given: a day.
pub const CONFIRMATION_SECONDS: i64 = 86_400;

text_enum! {
    /// What is held until a second person says yes, while the rule of two people is on.
    pub enum HeldAction {
        /// Revoke a selection of certificates.
        BulkRevoke = "bulk_revoke",
        /// Put the next issuing CA in the place of one.
        ReplaceCa = "replace_ca",
        /// Put a new root in the place of one.
        ReplaceRoot = "replace_root",
        /// Make a user an admin, or let one in again.
        GrantAdmin = "grant_admin",
        /// Switch the rule of two people off.
        EndTwoPeople = "end_two_people",
    }
}

impl HeldAction {
    /// What who asks must be allowed to do, when asking and when it is carried out.
    pub const fn permission(self) -> Permission {
        match self {
            Self::BulkRevoke => Permission::CertificatesRevoke,
            Self::ReplaceCa | Self::ReplaceRoot => Permission::IssuersManage,
            Self::GrantAdmin | Self::EndTwoPeople => Permission::UsersManage,
        }
    }
}

text_enum! {
    /// Where a confirmation is.
    pub enum ConfirmationState {
        /// Nobody has decided yet.
        Waiting = "waiting",
        /// A second person said yes; it is being carried out.
        Confirmed = "confirmed",
        /// It was carried out.
        Done = "done",
        /// It could not be carried out any more.
        Failed = "failed",
        /// A second person said no.
        Refused = "refused",
        /// Who asked took it back.
        Cancelled = "cancelled",
        /// Nobody decided in time.
        Expired = "expired",
    }
}

text_enum! {
    /// What can happen to a confirmation.
    pub enum ConfirmationEvent {
        /// A second person says yes.
        Confirm = "confirm",
        /// A second person says no.
        Refuse = "refuse",
        /// Who asked takes it back.
        Cancel = "cancel",
        /// Its time is over.
        Expire = "expire",
        /// It is carried out.
        CarryOut = "carry_out",
        /// It cannot be carried out.
        Fail = "fail",
    }
}

/// A pair of state and event that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a confirmation that is {state} cannot take the event {event}")]
pub struct InvalidConfirmationEvent {
    /// The present state.
    pub state: ConfirmationState,
    /// What was tried.
    pub event: ConfirmationEvent,
}

impl ConfirmationState {
    /// Whether something may still come of it.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Waiting | Self::Confirmed => true,
            Self::Done | Self::Failed | Self::Refused | Self::Cancelled | Self::Expired => false,
        }
    }

    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidConfirmationEvent`] for every pair that has no meaning.
    pub const fn on(self, event: ConfirmationEvent) -> Result<Self, InvalidConfirmationEvent> {
        use ConfirmationEvent as E;
        match (self, event) {
            (Self::Waiting, E::Confirm) => Ok(Self::Confirmed),
            (Self::Waiting, E::Refuse) => Ok(Self::Refused),
            (Self::Waiting, E::Cancel) => Ok(Self::Cancelled),
            (Self::Waiting, E::Expire) => Ok(Self::Expired),
            (Self::Confirmed, E::CarryOut) => Ok(Self::Done),
            (Self::Confirmed, E::Fail) => Ok(Self::Failed),
            (Self::Waiting, E::CarryOut | E::Fail)
            | (Self::Confirmed, E::Confirm | E::Refuse | E::Cancel | E::Expire)
            | (Self::Done | Self::Failed | Self::Refused | Self::Cancelled | Self::Expired, _) => {
                Err(InvalidConfirmationEvent { state: self, event })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_is_decided_and_what_has_ended_takes_nothing() {
        for state in ConfirmationState::ALL {
            let taken = ConfirmationEvent::ALL.iter().filter(|event| state.on(**event).is_ok()).count();
            let expected = match state {
                ConfirmationState::Waiting => 4,
                ConfirmationState::Confirmed => 2,
                ConfirmationState::Done
                | ConfirmationState::Failed
                | ConfirmationState::Refused
                | ConfirmationState::Cancelled
                | ConfirmationState::Expired => 0,
            };
            assert_eq!((taken, taken > 0), (expected, state.is_open()), "{state}");
        }
    }
}
