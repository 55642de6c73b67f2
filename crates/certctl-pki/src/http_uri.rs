//! Addresses of revocation information, as certificates and CRLs carry them.
//!
//! Nothing is fetched here. Why plain http only: what is fetched is signed, and to fetch it over https would ask
//! for a certificate whose revocation has to be looked up first (RFC 5280, section 8).
//! Invariant: an `HttpUri` is an absolute http URI in ASCII with a host, without user information and fragment.

use std::{fmt, str::FromStr};

use crate::{Name, NameError};

/// A plain http address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HttpUri(Box<str>);

/// A text that cannot be the address of revocation information, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpUriError {
    /// No URI at all.
    #[error("not an address of revocation information")]
    NotUri(#[from] NameError),
    /// Another scheme, or none.
    #[error(
        "{text:?} cannot be the address of revocation information: it has to begin with http:// (https would need a certificate whose revocation has to be looked up first)"
    )]
    NotHttp {
        /// What was given.
        text: String,
    },
    /// A fragment, which is never sent to a server.
    #[error("{text:?} cannot be the address of revocation information: it has a fragment (#)")]
    Fragment {
        /// What was given.
        text: String,
    },
}

impl HttpUri {
    /// Reads an address; the host becomes lower case.
    ///
    /// # Errors
    /// When it is no URI, of another scheme, or carries what no server sees.
    pub fn parse(text: &str) -> Result<Self, HttpUriError> {
        let Name::Uri(uri) = Name::parse(text)? else {
            return Err(HttpUriError::NotHttp { text: text.to_owned() });
        };
        let uri = uri.as_str();
        if !uri.starts_with("http://") {
            return Err(HttpUriError::NotHttp { text: text.to_owned() });
        }
        if uri.contains('#') {
            return Err(HttpUriError::Fragment { text: text.to_owned() });
        }
        Ok(Self(uri.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HttpUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HttpUri {
    type Err = HttpUriError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_taken_in_canonical_form() {
        let uri = HttpUri::parse("HTTP://CA.Example:8080/crl/1.crl?a=b").unwrap();
        assert_eq!(uri.as_str(), "http://ca.example:8080/crl/1.crl?a=b");
        assert_eq!(HttpUri::parse(uri.as_str()), Ok(uri));
        assert!(
            HttpUri::parse("http://192.0.2.1/").is_ok() && HttpUri::parse("http://[2001:db8::1]/a").is_ok()
        );
    }

    #[test]
    fn everything_else_is_refused_with_the_reason() {
        let refused = |text: &str, expected: &str| {
            let error = HttpUri::parse(text).unwrap_err();
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            let said = format!("{error}: {cause}");
            assert!(said.contains(expected) && said.contains(text), "{said}");
        };
        refused("https://ca.example/crl", "http://");
        refused("ldap://ca.example/cn=a", "http://");
        refused("ca.example", "http://");
        refused("http://ca.example/#top", "fragment");
        refused("http://me:secret@ca.example/", "user information");
        refused("http:///crl", "no host");
        refused("http://ca.example/a b", "blank");
    }
}
