//! Names that a certificate can speak for: DNS names, wildcards, IP addresses, URIs, e-mail addresses.
//!
//! Which names are allowed is policy and decided above; this is about what is a name at all, and its one
//! canonical form. It does not resolve anything.
//! Invariant: a `Name` is canonical: the text form parses back to the same value, two names that mean the same
//! are equal, and it fits the ASCII that a certificate carries (RFC 5280, section 4.2.1.6).

mod read;

use std::{fmt, net::IpAddr, str::FromStr};

use der::asn1::{Ia5String, OctetString};
use serde::{Deserialize, Serialize};
use x509_cert::ext::pkix::name::GeneralName;

use crate::encode::{Writer, context_primitive};

/// The longest text that is read as a name; only URIs come near it.
pub const MAX_NAME_BYTES: usize = 2048;

/// A name in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Name {
    /// A host name, lower case, A-labels only.
    Dns(CanonicalText),
    /// `*.` and a host name of at least two labels; the text holds the star.
    Wildcard(CanonicalText),
    /// An IP address. An IPv4 address inside IPv6 becomes IPv4.
    Ip(IpAddr),
    /// An absolute URI with scheme and host.
    Uri(CanonicalText),
    /// An e-mail address with an ASCII local part.
    Email(CanonicalText),
}

/// Text in canonical form; only this module makes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CanonicalText(Box<str>);

impl CanonicalText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The kinds of [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameKind {
    /// See [`Name::Dns`].
    Dns,
    /// See [`Name::Wildcard`].
    Wildcard,
    /// See [`Name::Ip`].
    Ip,
    /// See [`Name::Uri`].
    Uri,
    /// See [`Name::Email`].
    Email,
}

impl NameKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Wildcard => "wildcard",
            Self::Ip => "ip",
            Self::Uri => "uri",
            Self::Email => "email",
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not a name, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a name that a certificate can carry: {reason}")]
pub struct NameError {
    /// What was given, cut when it is very long.
    pub text: String,
    /// What is wrong with it.
    pub reason: NameErrorReason,
}

impl NameError {
    /// Requests come from outside, so no more is repeated than a person reads.
    fn new(text: &str, reason: NameErrorReason) -> Self {
        const MAX_CHARACTERS: usize = 300;
        let mut shown: String = text.chars().take(MAX_CHARACTERS).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self { text: shown, reason }
    }
}

/// What is wrong with a text that should be a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameErrorReason {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// Longer than any name in use.
    #[error("it has {n_bytes} bytes, at most {MAX_NAME_BYTES} are read")]
    Endless {
        /// Its size.
        n_bytes: usize,
    },
    /// Blanks or control characters inside.
    #[error("it contains a blank or a control character")]
    Blank,
    /// More than 253 characters as a host name.
    #[error("it has {n_characters} characters as a host name, at most 253 are allowed")]
    TooLong {
        /// The length of the A-label form.
        n_characters: usize,
    },
    /// A label that is empty.
    #[error("it has an empty label (two dots in a row, or a dot at the start)")]
    EmptyLabel,
    /// A label that is too long.
    #[error("the label {label:?} has {} characters, at most 63 are allowed", label.len())]
    LabelTooLong {
        /// The label in A-label form.
        label: String,
    },
    /// An underscore, which host names in certificates must not have.
    #[error("it contains an underscore; host names in certificates must not")]
    Underscore,
    /// Any other character that host names must not have, or a hyphen in a place where it must not be.
    #[error(
        "a host name has only letters, digits and hyphens between its dots, no hyphen first, last, or third and fourth in a label, and no character that IDNA forbids"
    )]
    NotHostName,
    /// A host name with a port.
    #[error("it carries a port; a certificate covers every port of a host, so leave it out")]
    Port,
    /// A last label of digits only, which software takes for an IPv4 address.
    #[error("its last label is a number, so it would be taken for an IP address, and it is not a valid one")]
    NumericLastLabel,
    /// A star anywhere but as the whole leftmost label.
    #[error("a star may only stand as the whole leftmost label, as in *.example.com")]
    StarInside,
    /// A wildcard right above a single label.
    #[error("a wildcard needs at least two labels after the star, as in *.example.com")]
    WildcardTooBroad,
    /// Not an IP address.
    #[error("it is not an IPv4 or IPv6 address")]
    NotIp,
    /// An address with a prefix length.
    #[error("it is a range of addresses; list each address by itself")]
    Cidr,
    /// An address with a zone.
    #[error("it carries an IPv6 zone, which has a meaning on one host only")]
    Zone,
    /// The address that stands for no address.
    #[error("it is the unspecified address, which nothing can connect to")]
    Unspecified,
    /// A URI that is malformed.
    #[error("as a URI it {problem}")]
    Uri {
        /// The fault, as the end of a sentence.
        problem: &'static str,
    },
    /// The host of a URI or the domain of an e-mail address is no host name.
    #[error("its host {host:?} is not usable: {reason}")]
    Host {
        /// The host or domain.
        host: String,
        /// What is wrong with it.
        reason: Box<Self>,
    },
    /// An e-mail address that is malformed.
    #[error("as an e-mail address it {problem}")]
    Email {
        /// The fault, as the end of a sentence.
        problem: &'static str,
    },
    /// A kind of name that certctl does not put into certificates.
    #[error("names of this kind are not supported")]
    UnsupportedKind,
}

impl Name {
    /// Reads what an operator types. The kind is recognised, or given as a prefix `dns:`, `ip:`, `uri:` or
    /// `email:`. Host names may be international; they are kept as lower-case A-labels.
    ///
    /// # Errors
    /// When it is no name; the error repeats the text and says why.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let trimmed = text.trim();
        if trimmed.len() > MAX_NAME_BYTES {
            return Err(NameError::new(text, NameErrorReason::Endless { n_bytes: trimmed.len() }));
        }
        let parsed = match trimmed.split_once(':').map(|(prefix, rest)| (prefix.to_ascii_lowercase(), rest)) {
            Some((prefix, rest)) if prefix == "dns" => read::host_or_wildcard(rest),
            Some((prefix, rest)) if prefix == "ip" => read::ip(rest),
            Some((prefix, rest)) if prefix == "uri" => read::uri(rest),
            Some((prefix, rest)) if prefix == "email" => read::email(rest),
            Some(_) | None => read::detect(trimmed),
        };
        parsed.map_err(|reason| NameError::new(text, reason))
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> NameKind {
        match self {
            Self::Dns(_) => NameKind::Dns,
            Self::Wildcard(_) => NameKind::Wildcard,
            Self::Ip(_) => NameKind::Ip,
            Self::Uri(_) => NameKind::Uri,
            Self::Email(_) => NameKind::Email,
        }
    }

    /// Reads a name out of a request or certificate, with the same checks as [`Self::parse`].
    pub(crate) fn from_general_name(name: &GeneralName) -> Result<Self, NameError> {
        let (text, parsed) = match name {
            GeneralName::DnsName(text) => (text.to_string(), read::host_or_wildcard(text.as_str())),
            GeneralName::UniformResourceIdentifier(text) => (text.to_string(), read::uri(text.as_str())),
            GeneralName::Rfc822Name(text) => (text.to_string(), read::email(text.as_str())),
            GeneralName::IpAddress(bytes) => match read::address(bytes.as_bytes()) {
                Some(ip) => (ip.to_string(), read::usable_ip(ip)),
                None => (hex::encode(bytes.as_bytes()), Err(NameErrorReason::NotIp)),
            },
            GeneralName::OtherName(other) => {
                (format!("otherName {}", other.type_id), Err(NameErrorReason::UnsupportedKind))
            }
            GeneralName::DirectoryName(name) => {
                (format!("directoryName {name}"), Err(NameErrorReason::UnsupportedKind))
            }
            GeneralName::EdiPartyName(_) => {
                ("ediPartyName".to_owned(), Err(NameErrorReason::UnsupportedKind))
            }
            GeneralName::RegisteredId(id) => {
                (format!("registeredID {id}"), Err(NameErrorReason::UnsupportedKind))
            }
        };
        if text.len() > MAX_NAME_BYTES {
            return Err(NameError::new(&text, NameErrorReason::Endless { n_bytes: text.len() }));
        }
        parsed.map_err(|reason| NameError::new(&text, reason))
    }

    /// The name in the structures of x509-cert.
    ///
    /// # Errors
    /// Never for a value of this type; the structures check what this module has checked.
    pub fn to_general_name(&self) -> der::Result<GeneralName> {
        Ok(match self {
            Self::Dns(text) | Self::Wildcard(text) => GeneralName::DnsName(Ia5String::new(text.as_str())?),
            Self::Ip(IpAddr::V4(ip)) => GeneralName::IpAddress(OctetString::new(ip.octets())?),
            Self::Ip(IpAddr::V6(ip)) => GeneralName::IpAddress(OctetString::new(ip.octets())?),
            Self::Uri(text) => GeneralName::UniformResourceIdentifier(Ia5String::new(text.as_str())?),
            Self::Email(text) => GeneralName::Rfc822Name(Ia5String::new(text.as_str())?),
        })
    }

    /// Writes it as a GeneralName.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Email(text) => writer.value(context_primitive(1), text.as_str().as_bytes()),
            Self::Dns(text) | Self::Wildcard(text) => {
                writer.value(context_primitive(2), text.as_str().as_bytes());
            }
            Self::Uri(text) => writer.value(context_primitive(6), text.as_str().as_bytes()),
            Self::Ip(IpAddr::V4(ip)) => writer.value(context_primitive(7), &ip.octets()),
            Self::Ip(IpAddr::V6(ip)) => writer.value(context_primitive(7), &ip.octets()),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) | Self::Wildcard(text) | Self::Uri(text) | Self::Email(text) => {
                f.write_str(text.as_str())
            }
            Self::Ip(ip) => ip.fmt(f),
        }
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

#[cfg(test)]
mod tests {
    use der::Encode;

    use super::*;

    #[test]
    fn written_names_equal_an_independent_encoding() {
        for text in
            ["a.example", "*.a.example", "192.0.2.7", "2001:db8::7", "spiffe://a.example/b", "a@b.example"]
        {
            let name = Name::parse(text).unwrap();
            let mut writer = Writer::default();
            name.write(&mut writer);
            assert_eq!(writer.into_bytes(), name.to_general_name().unwrap().to_der().unwrap());
        }
    }
}
