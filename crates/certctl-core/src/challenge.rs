//! Challenges: proofs of control that an authority asked for, and how far each is.
//!
//! Not for: showing one (agents, DNS providers), or what its bytes are (the connectors). Invariants: the text of a state never
//! changes, because it is stored; what was set anywhere is `leaving` before it is `gone`, so that nothing stays behind.

use crate::text_enum;

text_enum! {
    /// How far a proof is.
    pub enum ChallengeState {
        /// It is to be shown.
        Wanted = "wanted",
        /// It was set, but not seen everywhere yet.
        Set = "set",
        /// It stands.
        Shown = "shown",
        /// It cannot be shown.
        Failed = "failed",
        /// It is to be taken away.
        Leaving = "leaving",
        /// It was taken away.
        Gone = "gone",
    }
}

text_enum! {
    /// What an agent is at with a DNS record.
    pub enum RecordDoing {
        /// It is being set, or tried again.
        Setting = "setting",
        /// It is being taken away, or tried again.
        Removing = "removing",
    }
}

impl ChallengeState {
    /// Whether the order still wants it.
    pub const fn is_wanted(self) -> bool {
        match self {
            Self::Wanted | Self::Set | Self::Shown => true,
            Self::Failed | Self::Leaving | Self::Gone => false,
        }
    }
}
