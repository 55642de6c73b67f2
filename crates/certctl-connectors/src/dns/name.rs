//! Names of the DNS as providers are given them, and the record that is set.
//!
//! Not for: names of certificates (the PKI crate). Invariants: a name is lower-case ASCII without a dot at its end, of
//! labels that the DNS allows; a record's name is its zone's or below it; its value needs no escaping anywhere.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Where the records of DNS-01 are, below the name that is proved (RFC 8555, section 8.4).
const CHALLENGE: &str = "_acme-challenge";
/// No record of ACME is as long; longer ones would not fit into an answer by UDP.
const MAX_VALUE: usize = 1_000;

/// What the record of a challenge holds: the digest of its key authorization (RFC 8555, section 8.4).
pub fn challenge_value(key_authorization: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, key_authorization.as_bytes()))
}

/// A fully qualified name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fqdn(String);

impl Fqdn {
    /// Reads a name; case and a dot at its end do not matter.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(letter);
        if name.len() > 253 || !name.split('.').all(label) {
            return Err(format!(
                "{text:?} is not a name of the DNS: labels of letters, digits, hyphens and underscores, with dots"
            ));
        }
        Ok(Self(name))
    }

    /// Where the records for a name of a certificate go; a wildcard's go where those of the name below it go.
    ///
    /// # Errors
    /// When it is not a name of the DNS.
    pub fn challenge(identifier: &str) -> Result<Self, String> {
        Self::parse(&format!("{CHALLENGE}.{}", identifier.strip_prefix("*.").unwrap_or(identifier)))
    }

    /// Whether its first label is that of challenges.
    pub fn is_challenge(&self) -> bool {
        self.0.strip_prefix(CHALLENGE).is_some_and(|rest| rest.starts_with('.'))
    }

    /// Without a dot at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With a dot at its end.
    pub fn dotted(&self) -> String {
        format!("{}.", self.0)
    }

    /// Whether it is `zone` or below it.
    pub fn is_within(&self, zone: &Self) -> bool {
        self.within(zone).is_some()
    }

    /// What is before `zone`; empty for the zone itself, nothing when it is elsewhere.
    fn within(&self, zone: &Self) -> Option<&str> {
        let before = self.0.strip_suffix(zone.as_str())?;
        if before.is_empty() { Some("") } else { before.strip_suffix('.') }
    }

    /// The name without its first label; nothing for a name of one label.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_once('.').map(|(_, rest)| Self(rest.to_owned()))
    }
}

impl fmt::Display for Fqdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Fqdn {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// A TXT record with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxtRecord {
    zone: Fqdn,
    name: Fqdn,
    value: String,
}

impl TxtRecord {
    /// A record of a zone.
    ///
    /// # Errors
    /// When the name is not in the zone, or the value is nothing that ACME has.
    pub fn new(zone: Fqdn, name: Fqdn, value: &str) -> Result<Self, String> {
        if !name.is_within(&zone) {
            return Err(format!("{name} is not in the zone {zone}"));
        }
        let plain = |byte: u8| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
        if value.is_empty() || value.len() > MAX_VALUE || !value.bytes().all(plain) {
            return Err(format!(
                "{value:?} is no value of a record: 1 to {MAX_VALUE} printable letters of ASCII without quotes and backslashes \
                 are"
            ));
        }
        Ok(Self { zone, name, value: value.to_owned() })
    }

    /// The zone.
    pub const fn zone(&self) -> &Fqdn {
        &self.zone
    }

    /// The name.
    pub const fn name(&self) -> &Fqdn {
        &self.name
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The name within its zone, `apex` for the zone itself.
    pub(super) fn relative<'a>(&'a self, apex: &'a str) -> &'a str {
        match self.name.within(&self.zone) {
            Some("") | None => apex,
            Some(before) => before,
        }
    }

    /// The value in quotes, in strings of at most 255 letters each (RFC 1035, section 3.3.14).
    pub(super) fn quoted(&self) -> String {
        quoted(&self.value)
    }
}

/// A value in quotes, in strings of at most 255 letters each.
pub(super) fn quoted(value: &str) -> String {
    let strings = value.as_bytes().chunks(255);
    let one = |string: &[u8]| format!("\"{}\"", String::from_utf8_lossy(string));
    strings.map(one).collect::<Vec<_>>().join(" ")
}

/// What a provider shows, in quotes or not, as a plain value.
pub(super) fn plain(shown: &str) -> String {
    let shown = shown.trim();
    if !shown.starts_with('"') {
        return shown.to_owned();
    }
    let (mut value, mut inside, mut letters) = (String::new(), false, shown.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => inside = !inside,
            '\\' if inside => value.extend(letters.next()),
            _ if inside => value.push(letter),
            _ => {}
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Fqdn {
        Fqdn::parse(text).unwrap()
    }

    #[test]
    fn names_are_lower_case_and_of_labels() {
        assert_eq!(name("_Acme-Challenge.Example.ORG.").as_str(), "_acme-challenge.example.org");
        assert_eq!(Fqdn::challenge("*.example.org"), Fqdn::challenge("example.org"));
        assert!(Fqdn::challenge("example.org").unwrap().is_challenge());
        assert!(
            !name("_acme-challenge").is_challenge() && !name("_acme-challengex.example.org").is_challenge()
        );
        assert_eq!(name("a.b").parent(), Some(name("b")));
        assert_eq!(name("b").parent(), None);
        let long = "a".repeat(64);
        for bad in ["", ".", "a..b", "*.example.org", "a b", "ä.example", &long, &"a.".repeat(128)] {
            assert!(Fqdn::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_record_is_within_its_zone() {
        let record = |zone: &str, at: &str| TxtRecord::new(name(zone), name(at), "v");
        assert_eq!(record("example.org", "_x.www.example.org").unwrap().relative("@"), "_x.www");
        assert_eq!(record("example.org", "example.org").unwrap().relative("@"), "@");
        assert!(record("example.org", "_x.notexample.org").is_err());
        assert!(record("example.org", "_x.example.net").is_err());
        for bad in ["", "a\"b", "a\\b", "ä", "a\nb", &"x".repeat(1_001)] {
            assert!(TxtRecord::new(name("a"), name("a"), bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values_survive_their_quotes() {
        let long = "y".repeat(600);
        for value in ["abc", "authority.example; policy=wildcard", &long] {
            let shown = TxtRecord::new(name("a"), name("a"), value).unwrap().quoted();
            assert_eq!(plain(&shown), value);
        }
        assert_eq!(quoted(&long).matches('"').count(), 6);
        assert_eq!(plain(" bare "), "bare");
        assert_eq!(plain(r#""a\"b" "c""#), "a\"bc");
        assert_eq!(plain("\"open"), "open");
    }
}
