//! Revocations: why, the states that one goes through, and the part of a divided CRL that a certificate is in.
//!
//! Not for: telling an authority (the server's engine), or the bytes of lists and answers (`certctl-pki`).
//! Invariants: [`RevocationState::on`] decides every pair of state and event; a certificate is in the same part of a
//! list that is divided into so many parts, whatever else changes.

use crate::text_enum;

text_enum! {
    /// Why a certificate is revoked (RFC 5280, section 5.3.1). `certificateHold` is not among them: a hold would have to
    /// be taken back by somebody, and most clients do not know it. `removeFromCRL` is no reason to revoke.
    pub enum RevocationReason {
        /// No reason is told.
        Unspecified = "unspecified",
        /// The private key is, or may be, in other hands.
        KeyCompromise = "key_compromise",
        /// The private key of the authority is in other hands.
        CaCompromise = "ca_compromise",
        /// The names in it belong to somebody else by now.
        AffiliationChanged = "affiliation_changed",
        /// Another certificate took its place.
        Superseded = "superseded",
        /// What it was for is no longer operated.
        CessationOfOperation = "cessation_of_operation",
        /// A privilege that it gave is no longer given.
        PrivilegeWithdrawn = "privilege_withdrawn",
        /// The key of an attribute authority is in other hands.
        AaCompromise = "aa_compromise",
    }
}

impl RevocationReason {
    /// Its number in CRLs and OCSP answers (RFC 5280, section 5.3.1).
    pub const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// Whether what takes its place must have another key.
    pub const fn needs_new_key(self) -> bool {
        match self {
            Self::KeyCompromise => true,
            Self::Unspecified
            | Self::CaCompromise
            | Self::AffiliationChanged
            | Self::Superseded
            | Self::CessationOfOperation
            | Self::PrivilegeWithdrawn
            | Self::AaCompromise => false,
        }
    }
}

text_enum! {
    /// Where a revocation is.
    pub enum RevocationState {
        /// It waits until a newer version is served in its place.
        Waiting = "waiting",
        /// The authority has to be told.
        Pending = "pending",
        /// The authority knows: the certificate is revoked, for good.
        Revoked = "revoked",
        /// The authority refused, or did not answer in any of the tries.
        Failed = "failed",
        /// It was called off, or the certificate ended before.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// What can happen to a revocation.
    pub enum RevocationEvent {
        /// A newer version is served in its place.
        Replaced = "replaced",
        /// Somebody asked not to wait any longer.
        Hurried = "hurried",
        /// The authority knows.
        Told = "told",
        /// The authority refused, or the tries are used up.
        GivenUp = "given_up",
        /// Somebody called it off, or the certificate has ended.
        CalledOff = "called_off",
        /// Somebody asked again, with what takes its place first.
        AskedAgain = "asked_again",
    }
}

/// A pair of state and event that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a revocation that is {state} cannot take the event {event}")]
pub struct InvalidTransition {
    /// The present state.
    pub state: RevocationState,
    /// What was tried.
    pub event: RevocationEvent,
}

impl RevocationState {
    /// Whether something may still come of it.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Waiting | Self::Pending => true,
            Self::Revoked | Self::Failed | Self::Cancelled => false,
        }
    }

    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidTransition`] for every pair that has no meaning.
    pub const fn on(self, event: RevocationEvent) -> Result<Self, InvalidTransition> {
        use RevocationEvent as E;
        match (self, event) {
            (Self::Waiting, E::Replaced) | (Self::Waiting | Self::Failed | Self::Cancelled, E::Hurried) => {
                Ok(Self::Pending)
            }
            (Self::Waiting | Self::Pending, E::CalledOff) => Ok(Self::Cancelled),
            (Self::Pending, E::Told) => Ok(Self::Revoked),
            (Self::Pending, E::GivenUp) => Ok(Self::Failed),
            (Self::Failed | Self::Cancelled, E::AskedAgain) => Ok(Self::Waiting),
            (Self::Waiting, E::Told | E::GivenUp | E::AskedAgain)
            | (Self::Pending, E::Replaced | E::Hurried | E::AskedAgain)
            | (Self::Failed | Self::Cancelled, E::Replaced | E::Told | E::GivenUp | E::CalledOff)
            | (Self::Revoked, _) => Err(InvalidTransition { state: self, event }),
        }
    }
}

/// How often an authority is told before a revocation is given up; with the waits of [`crate::retry`] that takes more
/// than a day.
pub const MAX_TRIES: i64 = 12;

/// Into how many parts at most a CRL is divided.
pub const MAX_CRL_PARTS: u16 = 256;

/// Whether a CRL can be divided into so many parts: a power of two, so that each part is a range of [`bucket`]s.
pub const fn is_crl_parts(parts: u16) -> bool {
    parts.is_power_of_two() && parts <= MAX_CRL_PARTS
}

/// The one of 256 buckets that a certificate is in: the last byte of its serial, big-endian. Serials are random.
pub fn bucket(serial: &[u8]) -> u8 {
    serial.last().copied().unwrap_or(0)
}

/// The first and the last bucket of a part.
pub fn buckets_of(parts: u16, part: u16) -> (u8, u8) {
    let width = MAX_CRL_PARTS / parts.clamp(1, MAX_CRL_PARTS);
    let first = part.saturating_mul(width);
    let last = first.saturating_add(width - 1);
    (u8::try_from(first).unwrap_or(u8::MAX), u8::try_from(last).unwrap_or(u8::MAX))
}

/// The part of a certificate, of a CRL in so many parts.
pub fn part_of(parts: u16, serial: &[u8]) -> u16 {
    let width = MAX_CRL_PARTS / parts.clamp(1, MAX_CRL_PARTS);
    u16::from(bucket(serial)) / width
}

/// A part's name in the addresses of lists: `all`, or `0-of-4`. The number of parts is in it, so that certificates which
/// were issued under another number go on to name a list that has them.
pub fn part_name(parts: u16, part: u16) -> String {
    if parts <= 1 { "all".to_owned() } else { format!("{part}-of-{parts}") }
}

/// The part that a name stands for; none when it is no such name.
pub fn part_of_name(name: &str) -> Option<(u16, u16)> {
    if name == "all" {
        return Some((1, 0));
    }
    let (part, parts) = name.split_once("-of-")?;
    let (part, parts): (u16, u16) = (part.parse().ok()?, parts.parse().ok()?);
    let is_canonical = part_name(parts, part) == name;
    (parts > 1 && is_crl_parts(parts) && part < parts && is_canonical).then_some((parts, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_event_is_decided() {
        use RevocationEvent as E;
        use RevocationState as S;
        let next = |state: S, event: E| match (state, event) {
            (S::Waiting, E::Replaced | E::Hurried) => Some(S::Pending),
            (S::Waiting | S::Pending, E::CalledOff) => Some(S::Cancelled),
            (S::Pending, E::Told) => Some(S::Revoked),
            (S::Pending, E::GivenUp) => Some(S::Failed),
            (S::Failed | S::Cancelled, E::Hurried) => Some(S::Pending),
            (S::Failed | S::Cancelled, E::AskedAgain) => Some(S::Waiting),
            _ => None,
        };
        for state in S::ALL {
            for event in E::ALL {
                assert_eq!(state.on(*event).ok(), next(*state, *event), "{state} {event}");
            }
        }
    }

    #[test]
    fn what_is_revoked_stays_revoked() {
        for event in RevocationEvent::ALL {
            assert!(RevocationState::Revoked.on(*event).is_err(), "{event}");
        }
    }

    #[test]
    fn each_serial_is_in_one_part_and_in_the_range_of_its_buckets() {
        for parts in [1, 2, 16, 256] {
            for last in 0..=255_u8 {
                let part = part_of(parts, &[1, 2, last]);
                assert!(part < parts, "{part} of {parts}");
                for other in 0..parts {
                    let (from, to) = buckets_of(parts, other);
                    assert_eq!(
                        (from..=to).contains(&bucket(&[last])),
                        other == part,
                        "{last} {other} of {parts}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_part_is_found_by_its_name_alone() {
        let check =
            |name: &str, expected: Option<(u16, u16)>| assert_eq!(part_of_name(name), expected, "{name}");
        check("all", Some((1, 0)));
        check("0-of-4", Some((4, 0)));
        check("3-of-4", Some((4, 3)));
        for bad in ["", "4-of-4", "0-of-3", "0-of-1", "00-of-4", "+1-of-4", "0-of-512", "all-delta", "-of-"] {
            check(bad, None);
        }
    }
}
