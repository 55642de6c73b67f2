//! Profiles: the limits within which an issuer may issue.
//!
//! Not for: building certificates. Invariant: each field is read by [`Profile::check`] or by the issuer.

use serde::{Deserialize, Serialize};

use crate::time::humane_seconds;

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
    /// A name.
    #[error("the name {name} matches none of the profile's patterns: {patterns}")]
    Name {
        /// The name.
        name: String,
        /// The patterns.
        patterns: String,
    },
}

impl Profile {
    /// The key algorithm used when a certificate asks for none.
    pub fn default_key_algorithm(&self) -> &str {
        self.key_algorithms.first().map_or("ecdsa-p256", String::as_str)
    }

    /// Checks a request against the limits.
    ///
    /// # Errors
    /// The first limit that the request breaks.
    pub fn check(
        &self,
        algorithm: &str,
        lifetime_seconds: i64,
        names: &[String],
    ) -> Result<(), ProfileViolation> {
        if !self.key_algorithms.iter().any(|allowed| allowed == algorithm) {
            return Err(ProfileViolation::KeyAlgorithm {
                algorithm: algorithm.to_owned(),
                allowed: self.key_algorithms.join(", "),
            });
        }
        if lifetime_seconds > self.max_lifetime_seconds {
            return Err(ProfileViolation::Lifetime {
                asked: humane_seconds(lifetime_seconds),
                allowed: humane_seconds(self.max_lifetime_seconds),
            });
        }
        let allowed = |name: &String| {
            self.name_patterns.is_empty() || self.name_patterns.iter().any(|pattern| matches(pattern, name))
        };
        match names.iter().find(|name| !allowed(name)) {
            Some(name) => {
                Err(ProfileViolation::Name { name: name.clone(), patterns: self.name_patterns.join(", ") })
            }
            None => Ok(()),
        }
    }
}

/// Whether a pattern with `*` for any letters matches the whole text.
fn matches(pattern: &str, text: &str) -> bool {
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
        }
    }

    #[test]
    fn each_limit_is_named_when_broken() {
        let check = |algorithm: &str, days: i64, name: &str, expected: &str| {
            let answer = profile().check(algorithm, days * 86_400, &[name.to_owned()]);
            match answer {
                Ok(()) => assert_eq!(expected, ""),
                Err(error) => {
                    assert!(error.to_string().contains(expected) && !expected.is_empty(), "{error}")
                }
            }
        };
        check("ecdsa-p256", 90, "web.example.internal", "");
        check("rsa-2048", 100, "10.1.2.3", "");
        check("ed25519", 90, "web.example.internal", "key algorithm ed25519");
        check("ecdsa-p256", 101, "web.example.internal", "lifetime of 101d");
        check("ecdsa-p256", 90, "web.example.org", "web.example.org");
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
