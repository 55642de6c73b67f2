//! Profiles: the limits within which certificates may be asked for and issued.
//!
//! Not for: building certificates. Invariants: each field is read by [`Profile::check`], by [`Profile::may_request`], by the
//! signer or by the issuer; a stored profile that lacks a later field means what it meant when it was stored.

use serde::{Deserialize, Serialize};

use crate::approval::ApprovalMode;
use crate::certificate::KeyStrategy;
use crate::id::IssuerId;
use crate::permission::Role;
use crate::time::humane_seconds;

/// The most names of one certificate under any profile.
pub const MAX_NAMES: u32 = 100;

/// The shortest lifetime under any profile.
pub const MIN_LIFETIME_SECONDS: i64 = 60;

/// The limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Key algorithms that may be certified, by their text form; the first is the default.
    pub key_algorithms: Vec<String>,
    /// The lifetime when none is asked for, in seconds.
    pub default_lifetime_seconds: i64,
    /// The longest lifetime, in seconds.
    pub max_lifetime_seconds: i64,
    /// Extended key usages: `server_auth`, `client_auth`.
    pub extended_key_usages: Vec<String>,
    /// Patterns that every name must match one of: `*` stands for any letters; empty allows every name.
    pub name_patterns: Vec<String>,
    /// Which issuances need a person's yes first.
    #[serde(default = "no_approval")]
    pub approval: ApprovalMode,
    /// Roles that may ask for an issuance or renewal; empty: all that have the permission.
    #[serde(default)]
    pub requester_roles: Vec<Role>,
    /// Issuers that may sign; empty: all.
    #[serde(default)]
    pub issuer_ids: Vec<IssuerId>,
    /// Whether a name may be a wildcard such as `*.example.internal`.
    #[serde(default = "allowed")]
    pub wildcards: bool,
    /// The most names of one certificate.
    #[serde(default = "all_names")]
    pub max_names: u32,
    /// The shortest lifetime, in seconds.
    #[serde(default = "shortest")]
    pub min_lifetime_seconds: i64,
    /// Whether a name may be an IP address.
    #[serde(default = "allowed")]
    pub ip_addresses: bool,
    /// Who may make the key; empty: anybody.
    #[serde(default)]
    pub key_strategies: Vec<KeyStrategy>,
    /// In which environments a certificate may be; empty: in any, and in none.
    #[serde(default)]
    pub environments: Vec<String>,
}

const fn no_approval() -> ApprovalMode {
    ApprovalMode::None
}

const fn allowed() -> bool {
    true
}

/// A minute, which is the shortest of all.
const fn shortest() -> i64 {
    MIN_LIFETIME_SECONDS
}

const fn all_names() -> u32 {
    MAX_NAMES
}

/// What is asked for, as far as a profile limits it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The key's algorithm.
    pub key_algorithm: &'a str,
    /// The lifetime.
    pub lifetime_seconds: i64,
    /// The names, as texts.
    pub names: &'a [String],
    /// Who is to sign.
    pub issuer_id: &'a IssuerId,
    /// Who is to make the key.
    pub key_strategy: KeyStrategy,
    /// The environment.
    pub environment: Option<&'a str>,
}

/// What a request breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileViolation {
    /// The key's algorithm.
    #[error("key algorithm {algorithm} is not allowed by the profile: use one of {allowed}")]
    KeyAlgorithm {
        /// Asked for.
        algorithm: String,
        /// Allowed.
        allowed: String,
    },
    /// The lifetime.
    #[error("a lifetime of {asked} is longer than the {allowed} that the profile allows")]
    Lifetime {
        /// Asked for.
        asked: String,
        /// Allowed.
        allowed: String,
    },
    /// The lifetime.
    #[error("a lifetime of {asked} is shorter than the {allowed} that the profile asks for")]
    ShortLifetime {
        /// Asked for.
        asked: String,
        /// Allowed.
        allowed: String,
    },
    /// An IP address.
    #[error("the name {name} is an IP address, which the profile does not allow")]
    IpAddress {
        /// The name.
        name: String,
    },
    /// The key strategy.
    #[error("the profile does not allow the key strategy {strategy}: use one of {allowed}")]
    KeyStrategy {
        /// Asked for.
        strategy: KeyStrategy,
        /// Allowed.
        allowed: String,
    },
    /// The environment.
    #[error("the profile is for the environments {allowed}; this is {environment}")]
    Environment {
        /// Asked for.
        environment: String,
        /// Allowed.
        allowed: String,
    },
    /// A name.
    #[error("the name {name} matches none of the profile's patterns: {patterns}")]
    Name {
        /// The name.
        name: String,
        /// The patterns.
        patterns: String,
    },
    /// A wildcard.
    #[error("the name {name} is a wildcard, which the profile does not allow: name each host")]
    Wildcard {
        /// The name.
        name: String,
    },
    /// Too many names.
    #[error("{asked} names are more than the {allowed} that the profile allows for one certificate")]
    TooManyNames {
        /// Asked for.
        asked: usize,
        /// Allowed.
        allowed: u32,
    },
    /// The issuer.
    #[error("the profile does not allow the issuer {issuer}: use one of {allowed}")]
    Issuer {
        /// Asked for.
        issuer: String,
        /// Allowed.
        allowed: String,
    },
}

impl ProfileViolation {
    /// The field of a request for a new certificate that breaks the limit, as a JSON pointer.
    pub const fn pointer(&self) -> &'static str {
        match self {
            Self::KeyAlgorithm { .. } => "/key_algorithm",
            Self::Lifetime { .. } | Self::ShortLifetime { .. } => "/lifetime_seconds",
            Self::Name { .. }
            | Self::Wildcard { .. }
            | Self::IpAddress { .. }
            | Self::TooManyNames { .. } => "/names",
            Self::KeyStrategy { .. } => "/key_strategy",
            Self::Environment { .. } => "/environment",
            Self::Issuer { .. } => "/issuer_id",
        }
    }
}

impl Profile {
    /// The key algorithm used when a certificate asks for none.
    pub fn default_key_algorithm(&self) -> &str {
        self.key_algorithms.first().map_or("ecdsa-p256", String::as_str)
    }

    /// Whether a role may ask for an issuance under this profile.
    pub fn may_request(&self, role: Role) -> bool {
        self.requester_roles.is_empty() || self.requester_roles.contains(&role)
    }

    /// Checks a request against the limits.
    ///
    /// # Errors
    /// The first limit that the request breaks.
    pub fn check(&self, asked: Asked<'_>) -> Result<(), ProfileViolation> {
        let Asked { key_algorithm, lifetime_seconds, names, issuer_id, key_strategy, environment } = asked;
        if !self.key_algorithms.iter().any(|allowed| allowed == key_algorithm) {
            return Err(ProfileViolation::KeyAlgorithm {
                algorithm: key_algorithm.to_owned(),
                allowed: self.key_algorithms.join(", "),
            });
        }
        if lifetime_seconds > self.max_lifetime_seconds {
            return Err(ProfileViolation::Lifetime {
                asked: humane_seconds(lifetime_seconds),
                allowed: humane_seconds(self.max_lifetime_seconds),
            });
        }
        if lifetime_seconds < self.min_lifetime_seconds {
            return Err(ProfileViolation::ShortLifetime {
                asked: humane_seconds(lifetime_seconds),
                allowed: humane_seconds(self.min_lifetime_seconds),
            });
        }
        if !self.key_strategies.is_empty() && !self.key_strategies.contains(&key_strategy) {
            let allowed: Vec<&str> = self.key_strategies.iter().map(|strategy| strategy.as_str()).collect();
            return Err(ProfileViolation::KeyStrategy {
                strategy: key_strategy,
                allowed: allowed.join(", "),
            });
        }
        if !self.environments.is_empty()
            && !environment.is_some_and(|environment| self.environments.iter().any(|e| e == environment))
        {
            return Err(ProfileViolation::Environment {
                environment: environment.unwrap_or("none").to_owned(),
                allowed: self.environments.join(", "),
            });
        }
        if !self.issuer_ids.is_empty() && !self.issuer_ids.contains(issuer_id) {
            let allowed: Vec<&str> = self.issuer_ids.iter().map(IssuerId::as_str).collect();
            return Err(ProfileViolation::Issuer {
                issuer: issuer_id.to_string(),
                allowed: allowed.join(", "),
            });
        }
        if names.len() > usize::try_from(self.max_names).unwrap_or(usize::MAX) {
            return Err(ProfileViolation::TooManyNames { asked: names.len(), allowed: self.max_names });
        }
        if !self.wildcards
            && let Some(name) = names.iter().find(|name| name.starts_with("*."))
        {
            return Err(ProfileViolation::Wildcard { name: name.clone() });
        }
        if !self.ip_addresses
            && let Some(name) = names.iter().find(|name| name.parse::<std::net::IpAddr>().is_ok())
        {
            return Err(ProfileViolation::IpAddress { name: name.clone() });
        }
        let fits = |name: &String| {
            self.name_patterns.is_empty() || self.name_patterns.iter().any(|pattern| matches(pattern, name))
        };
        match names.iter().find(|name| !fits(name)) {
            Some(name) => {
                Err(ProfileViolation::Name { name: name.clone(), patterns: self.name_patterns.join(", ") })
            }
            None => Ok(()),
        }
    }
}

/// Whether a pattern with `*` for any letters matches the whole text.
pub fn matches(pattern: &str, text: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    if parts.len() == 1 {
        return pattern == text;
    }
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for part in &parts[1..parts.len() - 1] {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    // `rest` begins after the last fixed part, so `a*a` does not match `a`.
    rest.len() >= last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            key_algorithms: vec!["ecdsa-p256".into(), "rsa-2048".into()],
            default_lifetime_seconds: 90 * 86_400,
            max_lifetime_seconds: 100 * 86_400,
            extended_key_usages: vec!["server_auth".into()],
            name_patterns: vec!["*.example.internal".into(), "10.*".into()],
            approval: ApprovalMode::None,
            requester_roles: vec![Role::Admin],
            issuer_ids: vec!["iss-local".parse().unwrap()],
            wildcards: false,
            max_names: 2,
            min_lifetime_seconds: 86_400,
            ip_addresses: true,
            key_strategies: vec![KeyStrategy::PerHost],
            environments: vec!["lab".into()],
        }
    }

    #[test]
    fn each_limit_is_named_when_broken() {
        let check =
            |algorithm: &str, days: i64, names: &[&str], issuer: &str, expected: &str, field: &str| {
                let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
                let asked = Asked {
                    key_algorithm: algorithm,
                    lifetime_seconds: days * 86_400,
                    names: &names,
                    issuer_id: &issuer.parse().unwrap(),
                    key_strategy: KeyStrategy::PerHost,
                    environment: Some("lab"),
                };
                match profile().check(asked) {
                    Ok(()) => assert_eq!(expected, ""),
                    Err(error) => {
                        assert!(error.to_string().contains(expected) && !expected.is_empty(), "{error}");
                        assert_eq!(error.pointer(), field);
                    }
                }
            };
        let web = "web.example.internal";
        check("ecdsa-p256", 90, &[web], "iss-local", "", "");
        check("rsa-2048", 100, &["10.1.2.3", web], "iss-local", "", "");
        check("ed25519", 90, &[web], "iss-local", "key algorithm ed25519", "/key_algorithm");
        check("ecdsa-p256", 101, &[web], "iss-local", "lifetime of 101d", "/lifetime_seconds");
        check("ecdsa-p256", 0, &[web], "iss-local", "shorter than the 1d", "/lifetime_seconds");
        check("ecdsa-p256", 90, &["web.example.org"], "iss-local", "web.example.org", "/names");
        check("ecdsa-p256", 90, &["*.example.internal"], "iss-local", "a wildcard", "/names");
        check("ecdsa-p256", 90, &[web, "10.1", "10.2"], "iss-local", "3 names", "/names");
        check("ecdsa-p256", 90, &[web], "iss-other", "issuer iss-other", "/issuer_id");
    }

    #[test]
    fn addresses_strategies_and_environments_are_limited_too() {
        let (names, issuer_id) = (["10.1.2.3".to_owned()], "iss-local".parse().unwrap());
        let asked = Asked {
            key_algorithm: "ecdsa-p256",
            lifetime_seconds: 86_400,
            names: &names,
            issuer_id: &issuer_id,
            key_strategy: KeyStrategy::PerHost,
            environment: Some("lab"),
        };
        assert_eq!(profile().check(asked), Ok(()));
        let refused = |profile: &Profile, asked| profile.check(asked).unwrap_err().pointer();
        let without = Profile { ip_addresses: false, ..profile() };
        assert_eq!(refused(&without, asked), "/names");
        let external = Asked { key_strategy: KeyStrategy::External, ..asked };
        assert_eq!(refused(&profile(), external), "/key_strategy");
        assert_eq!(refused(&profile(), Asked { environment: Some("moon"), ..asked }), "/environment");
        assert_eq!(refused(&profile(), Asked { environment: None, ..asked }), "/environment");
    }

    #[test]
    fn empty_lists_of_issuers_and_roles_allow_all() {
        let open = Profile {
            issuer_ids: vec![],
            requester_roles: vec![],
            min_lifetime_seconds: 60,
            key_strategies: vec![],
            environments: vec![],
            ..profile()
        };
        let names = ["web.example.internal".to_owned()];
        let issuer_id = "iss-other".parse().unwrap();
        let asked = Asked {
            key_algorithm: "ecdsa-p256",
            lifetime_seconds: 60,
            names: &names,
            issuer_id: &issuer_id,
            key_strategy: KeyStrategy::External,
            environment: None,
        };
        assert_eq!(open.check(asked), Ok(()));
        assert!(open.may_request(Role::Operator) && !profile().may_request(Role::Operator));
        assert!(profile().may_request(Role::Admin));
    }

    #[test]
    fn a_profile_that_was_stored_before_the_later_fields_limits_nothing_more() {
        let stored = r#"{"key_algorithms":["ecdsa-p256"],"default_lifetime_seconds":60,"max_lifetime_seconds":60,
            "extended_key_usages":["server_auth"],"name_patterns":[]}"#;
        let read: Profile = serde_json::from_str(stored).unwrap();
        assert_eq!(read.approval, ApprovalMode::None);
        assert!(read.wildcards && read.issuer_ids.is_empty() && read.requester_roles.is_empty());
        assert_eq!((read.max_names, read.min_lifetime_seconds), (MAX_NAMES, MIN_LIFETIME_SECONDS));
        assert!(read.ip_addresses && read.key_strategies.is_empty() && read.environments.is_empty());
    }

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*b*c", "axxbyyc", true),
            ("a*a", "a", false),
            ("*.b", "x.b.c", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
