//! Ids: text with a prefix that says what they name, such as `mc-api-prod` or `job-01k...`.
//!
//! Not for: looking anything up. Invariant: a value of [`Id<K>`] always has the prefix of `K` and the allowed
//! letters, so an id of the wrong kind cannot travel past the edge where it was parsed.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Ts;

/// The longest id, prefix included.
pub const MAX_LENGTH: usize = 64;

/// What an id names.
pub trait Kind: 'static {
    /// With its hyphen, such as `mc-`.
    const PREFIX: &'static str;
    /// For people, such as "certificate".
    const NOUN: &'static str;
}

/// An id of one kind of object.
pub struct Id<K>(Box<str>, PhantomData<fn() -> K>);

/// A text that is not an id of the kind wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// It carries another kind's prefix, or none.
    #[error("{text:?} is not the id of a {noun}: those begin with {prefix:?}")]
    WrongKind {
        /// What was given.
        text: String,
        /// The kind wanted.
        noun: &'static str,
        /// The prefix wanted.
        prefix: &'static str,
    },
    /// It has the prefix, but then letters that an id cannot have, or is too long.
    #[error(
        "{text:?} is not a valid {noun} id: after {prefix:?} come lower-case letters, digits and hyphens, \
         first a letter or digit, at most 64 characters in all"
    )]
    Malformed {
        /// What was given.
        text: String,
        /// The kind wanted.
        noun: &'static str,
        /// The prefix wanted.
        prefix: &'static str,
    },
}

impl<K: Kind> Id<K> {
    /// A new id: the prefix, the time (so that ids sort by age) and 80 random bits from the caller.
    pub fn generate(now: Ts, random: [u8; 10]) -> Self {
        let millis = u64::try_from(now.as_microsecond() / 1_000).unwrap_or(0);
        let mut text = String::with_capacity(K::PREFIX.len() + 26);
        text.push_str(K::PREFIX);
        push_base32(&mut text, u128::from(millis), 10);
        let mut bits = [0_u8; 16];
        bits[6..].copy_from_slice(&random);
        push_base32(&mut text, u128::from_be_bytes(bits), 16);
        Self(text.into_boxed_str(), PhantomData)
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Crockford's alphabet in lower case: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn push_base32(text: &mut String, value: u128, digits: u32) {
    for place in (0..digits).rev() {
        let digit = (value >> (place * 5)) & 31;
        text.push(char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)]));
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let shown = || text.chars().take(80).collect::<String>();
        let Some(rest) = text.strip_prefix(K::PREFIX) else {
            return Err(InvalidId::WrongKind { text: shown(), noun: K::NOUN, prefix: K::PREFIX });
        };
        let letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let good = text.len() <= MAX_LENGTH
            && rest.bytes().next().is_some_and(letter)
            && rest.bytes().all(|c| letter(c) || c == b'-');
        if good {
            Ok(Self(text.into(), PhantomData))
        } else {
            Err(InvalidId::Malformed { text: shown(), noun: K::NOUN, prefix: K::PREFIX })
        }
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
impl<K> From<Id<K>> for String {
    fn from(id: Id<K>) -> Self {
        id.0.into_string()
    }
}
impl<K> From<&Id<K>> for String {
    fn from(id: &Id<K>) -> Self {
        id.0.to_string()
    }
}

macro_rules! kinds {
    ($($alias:ident $marker:ident $prefix:literal $noun:literal;)*) => {
        $(
            #[doc = concat!("Marks the id of a ", $noun, ".")]
            #[derive(Debug)]
            pub enum $marker {}
            impl Kind for $marker {
                const PREFIX: &'static str = $prefix;
                const NOUN: &'static str = $noun;
            }
            #[doc = concat!("The id of a ", $noun, " (`", $prefix, "...`).")]
            pub type $alias = Id<$marker>;
        )*
        /// Every prefix with its noun, for error messages and the reference page.
        pub const PREFIXES: &[(&str, &str)] = &[$(($prefix, $noun)),*];
    };
}

kinds! {
    CertificateId Certificate "mc-" "certificate";
    VersionId Version "cv-" "certificate version";
    TargetId Target "tgt-" "target";
    DeploymentId Deployment "dep-" "deployment";
    JobId Job "job-" "job";
    IssuerId Issuer "iss-" "issuer";
    CaId Ca "ca-" "CA";
    ProfileId Profile "prof-" "profile";
    RenewalPolicyId RenewalPolicy "rp-" "renewal policy";
    AgentId Agent "ag-" "agent";
    OwnerId Owner "o-" "owner";
    TeamId Team "t-" "team";
    AuditEventId AuditEvent "ae-" "audit event";
    ApiKeyId ApiKey "key-" "API key";
    InvitationId Invitation "inv-" "invitation";
    SessionId Session "ses-" "session";
    EventId Event "ev-" "event";
    RequestId Request "req-" "request";
    UserId User "u-" "user";
    ViewId View "vw-" "saved view";
    ApprovalId Approval "apr-" "approval";
    PolicyRuleId PolicyRule "pr-" "policy rule";
    ViolationId Violation "pv-" "policy violation";
    AlertRuleId AlertRule "ar-" "alert rule";
    AlertId Alert "al-" "alert";
    NotifierId Notifier "nt-" "notifier";
    NotificationId Notification "ne-" "notification";
    OperationId Operation "op-" "operation";
    TargetTestId TargetTest "tt-" "target test";
    DnsProviderId DnsProvider "dns-" "DNS provider";
    ChallengeId Challenge "chl-" "challenge";
    RevocationId Revocation "rev-" "revocation";
    ConfirmationId Confirmation "cf-" "confirmation";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_and_generated_ids_parse_back() {
        let chosen: CertificateId = "mc-api-prod".parse().unwrap();
        assert_eq!(chosen.as_str(), "mc-api-prod");
        let made = JobId::generate(Ts::from_second(1_764_000_000), [0xff; 10]);
        assert_eq!(made.as_str().parse::<JobId>(), Ok(made.clone()));
        assert_eq!(made.as_str().len(), 4 + 26);
    }

    #[test]
    fn generated_ids_sort_by_time() {
        let older = JobId::generate(Ts::from_second(1_000), [0xff; 10]);
        let newer = JobId::generate(Ts::from_second(1_001), [0; 10]);
        assert!(older < newer);
    }

    #[test]
    fn the_wrong_kind_is_named() {
        let error = "job-1".parse::<CertificateId>().unwrap_err();
        assert!(error.to_string().contains("not the id of a certificate"), "{error}");
    }

    #[test]
    fn bad_letters_are_refused() {
        for bad in
            ["mc-", "mc--a", "mc-A", "mc-a_b", "mc-a/b", "mc-a b", "mc-é", &format!("mc-{}", "a".repeat(62))]
        {
            assert!(bad.parse::<CertificateId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_are_distinct() {
        for (i, (a, _)) in PREFIXES.iter().enumerate() {
            assert!(PREFIXES.iter().skip(i + 1).all(|(b, _)| a != b), "{a}");
        }
    }
}
