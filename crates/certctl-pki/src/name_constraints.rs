//! Name constraints: which names the certificates below an authority may speak for (RFC 5280, section 4.2.1.10).
//!
//! A DNS constraint covers the name and everything below it, an IP constraint the addresses under its mask. Names of
//! a kind that no constraint speaks of are free: one who wants no addresses excludes `0.0.0.0/0` and `::/0`.
//! Constraints of other kinds (URIs, e-mail, directory names) are never written here. They are read, and the names
//! they would have to be asked about are refused, which is what the RFC demands of one who does not process them.
//! Invariant: what [`NameConstraints::check`] accepts, every relying party that follows the RFC accepts.

mod read;

use std::{fmt, net::IpAddr, str::FromStr};

use crate::{
    Name,
    encode::{SEQUENCE, Writer, context_constructed, context_primitive},
    name::NameErrorReason,
};

/// What an authority may speak for. Without `permitted` entries of a kind, all names of that kind that are not
/// excluded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameConstraints {
    /// A name has to be under one of those of its kind, when there are any.
    pub permitted: Vec<NameSubtree>,
    /// A name may be under none of these.
    pub excluded: Vec<NameSubtree>,
}

/// A part of the name space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameSubtree {
    /// A host name and everything below it.
    Dns(DnsSubtree),
    /// A range of addresses.
    Ip(Subnet),
    /// Read from another authority's certificate, and not understood.
    Unjudged {
        /// Which names it speaks of.
        form: NameForm,
        /// What it says, for people.
        text: String,
    },
}

/// The base of a DNS constraint, lower case; only this module makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsSubtree(String);

/// A range of addresses; only this module makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    address: IpAddr,
    mask: IpAddr,
}

/// Kinds of names that a constraint can speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameForm {
    /// Host names and wildcards.
    Dns,
    /// Addresses.
    Ip,
    /// URIs.
    Uri,
    /// E-mail addresses.
    Email,
    /// The subject.
    Directory,
    /// Kinds that certctl puts into no certificate.
    Other,
    /// All of them: the extension could not be read.
    Any,
}

/// A name that an authority may not speak for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameConstraintError {
    /// Under nothing that is permitted.
    #[error("{name} is not under one of the names that it is limited to ({permitted})")]
    NotPermitted {
        /// The name.
        name: String,
        /// What is permitted of its kind.
        permitted: String,
    },
    /// Under something that is excluded.
    #[error("{name} is excluded by its name constraint {excluded}")]
    Excluded {
        /// The name.
        name: String,
        /// What excludes it.
        excluded: String,
    },
    /// Spoken of by a constraint that is not understood.
    #[error("it has a name constraint that is not supported ({constraint}), so {name} cannot be judged")]
    Unjudged {
        /// The name, or `the subject`.
        name: String,
        /// What it says.
        constraint: String,
    },
}

/// A text that is no constraint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a name constraint: {reason}")]
pub struct NameSubtreeError {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub reason: NameSubtreeErrorReason,
}

/// What is wrong with a text that should be a constraint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameSubtreeErrorReason {
    /// Not a host name.
    #[error("{0}")]
    Name(NameErrorReason),
    /// A star or a dot in front.
    #[error("a DNS constraint covers everything below the name already; leave out what is before it")]
    Prefix,
    /// A kind of name that is not constrained here.
    #[error("only host names and ranges of addresses can be constrained")]
    Kind,
    /// A malformed range.
    #[error("a range of addresses is written as 10.0.0.0/8 or 2001:db8::/32")]
    Range,
    /// A range whose address is not its first.
    #[error("the address has bits set after its prefix; the range begins at {first}")]
    HostBits {
        /// The first address of the range.
        first: IpAddr,
    },
}

impl NameConstraints {
    /// Whether nothing is constrained; such an extension may not be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.permitted.is_empty() && self.excluded.is_empty()
    }

    /// Whether an authority with these constraints may issue a certificate of these names, and of a subject when
    /// `has_subject`. The constraints of every authority above it have to be asked too.
    ///
    /// # Errors
    /// The first name that it may not speak for.
    pub fn check(&self, names: &[Name], has_subject: bool) -> Result<(), NameConstraintError> {
        if has_subject {
            self.judge(NameForm::Directory, || "the subject".to_owned())?;
        }
        names.iter().try_for_each(|name| self.check_name(name))
    }

    fn check_name(&self, name: &Name) -> Result<(), NameConstraintError> {
        let form = match name {
            Name::Dns(_) | Name::Wildcard(_) => NameForm::Dns,
            Name::Ip(_) => NameForm::Ip,
            Name::Uri(_) => NameForm::Uri,
            Name::Email(_) => NameForm::Email,
        };
        self.judge(form, || name.to_string())?;
        if let Some(excluded) = self.excluded.iter().find(|subtree| subtree.touches(name)) {
            return Err(NameConstraintError::Excluded {
                name: name.to_string(),
                excluded: excluded.to_string(),
            });
        }
        let permitted: Vec<_> = self.permitted.iter().filter(|subtree| subtree.form() == form).collect();
        if permitted.is_empty() || permitted.iter().any(|subtree| subtree.contains(name)) {
            return Ok(());
        }
        let permitted: Vec<_> = permitted.iter().map(ToString::to_string).collect();
        Err(NameConstraintError::NotPermitted { name: name.to_string(), permitted: permitted.join(", ") })
    }

    /// Refuses names of a form that a constraint speaks of which is not understood.
    fn judge(&self, form: NameForm, name: impl Fn() -> String) -> Result<(), NameConstraintError> {
        for subtree in self.permitted.iter().chain(&self.excluded) {
            if let NameSubtree::Unjudged { form: of, text } = subtree
                && (*of == form || *of == NameForm::Any)
            {
                return Err(NameConstraintError::Unjudged { name: name(), constraint: text.clone() });
            }
        }
        Ok(())
    }

    /// Writes the value of the extension; nothing when there is a constraint that was not made here.
    pub(crate) fn to_der(&self) -> Option<Vec<u8>> {
        let mut writer = Writer::with_capacity(128);
        let mut is_complete = true;
        writer.wrap(SEQUENCE, |constraints| {
            for (number, subtrees) in [(0, &self.permitted), (1, &self.excluded)] {
                if !subtrees.is_empty() {
                    constraints.wrap(context_constructed(number), |list| {
                        for subtree in subtrees {
                            // The minimum is 0, which is left out; there is no maximum.
                            list.wrap(SEQUENCE, |body| is_complete &= subtree.write(body));
                        }
                    });
                }
            }
        });
        is_complete.then(|| writer.into_bytes())
    }
}

impl NameSubtree {
    /// Reads what an operator types: a host name, or a range of addresses.
    ///
    /// # Errors
    /// When it is neither; the error says why.
    pub fn parse(text: &str) -> Result<Self, NameSubtreeError> {
        let refused = |reason| NameSubtreeError { text: text.to_owned(), reason };
        let trimmed = text.trim();
        if let Some((address, prefix)) = trimmed.split_once('/') {
            let range = address.parse().ok().zip(prefix.parse().ok());
            let subnet = range.and_then(|(address, n_bits)| Subnet::new(address, n_bits));
            let subnet = subnet.ok_or_else(|| refused(NameSubtreeErrorReason::Range))?;
            let first = subnet.first();
            if first != subnet.address {
                return Err(refused(NameSubtreeErrorReason::HostBits { first }));
            }
            return Ok(Self::Ip(subnet));
        }
        if trimmed.starts_with(['*', '.']) {
            return Err(refused(NameSubtreeErrorReason::Prefix));
        }
        match Name::parse(trimmed).map_err(|error| refused(NameSubtreeErrorReason::Name(error.reason)))? {
            Name::Dns(name) => Ok(Self::Dns(DnsSubtree(name.as_str().to_owned()))),
            Name::Ip(_) => Err(refused(NameSubtreeErrorReason::Range)),
            Name::Wildcard(_) | Name::Uri(_) | Name::Email(_) => Err(refused(NameSubtreeErrorReason::Kind)),
        }
    }

    fn form(&self) -> NameForm {
        match self {
            Self::Dns(_) => NameForm::Dns,
            Self::Ip(_) => NameForm::Ip,
            Self::Unjudged { form, .. } => *form,
        }
    }

    /// Whether all that the name stands for is in here.
    fn contains(&self, name: &Name) -> bool {
        match (self, name) {
            // Of a wildcard, the parent and the star are looked at like any other name.
            (Self::Dns(base), Name::Dns(text) | Name::Wildcard(text)) => base.contains(text.as_str()),
            (Self::Ip(subnet), Name::Ip(ip)) => subnet.contains(*ip),
            (Self::Dns(_) | Self::Ip(_) | Self::Unjudged { .. }, _) => false,
        }
    }

    /// Whether anything that the name stands for is in here. `*.a.example` stands for `b.a.example` too.
    fn touches(&self, name: &Name) -> bool {
        let is_expansion = match (self, name) {
            (Self::Dns(base), Name::Wildcard(text)) => {
                let above = base.0.split_once('.').map(|(_, above)| above);
                !base.0.starts_with('.') && text.as_str().strip_prefix("*.") == above
            }
            _ => false,
        };
        is_expansion || self.contains(name)
    }

    fn write(&self, writer: &mut Writer) -> bool {
        match self {
            Self::Dns(base) => writer.value(context_primitive(2), base.0.as_bytes()),
            Self::Ip(subnet) => {
                let bytes = [octets(subnet.address), octets(subnet.mask)].concat();
                writer.value(context_primitive(7), &bytes);
            }
            Self::Unjudged { .. } => return false,
        }
        true
    }
}

impl DnsSubtree {
    fn contains(&self, name: &str) -> bool {
        let base = self.0.as_str();
        // An empty base is everything; one with a dot in front, which others write, what is below it.
        if base.is_empty() || base.starts_with('.') {
            return name.ends_with(base);
        }
        name.strip_suffix(base).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl Subnet {
    /// The range of all addresses that share the first bits of this one.
    fn new(address: IpAddr, n_bits: u8) -> Option<Self> {
        let n_bits = u32::from(n_bits);
        let mask = match address {
            IpAddr::V4(_) => {
                let n_free = 32_u32.checked_sub(n_bits)?;
                IpAddr::from(u32::MAX.checked_shl(n_free).unwrap_or(0).to_be_bytes())
            }
            IpAddr::V6(_) => {
                let n_free = 128_u32.checked_sub(n_bits)?;
                IpAddr::from(u128::MAX.checked_shl(n_free).unwrap_or(0).to_be_bytes())
            }
        };
        Some(Self { address, mask })
    }

    fn first(&self) -> IpAddr {
        match (self.address, self.mask) {
            (IpAddr::V4(address), IpAddr::V4(mask)) => IpAddr::V4(address & mask),
            (IpAddr::V6(address), IpAddr::V6(mask)) => IpAddr::V6(address & mask),
            (address, _) => address,
        }
    }

    fn contains(&self, ip: IpAddr) -> bool {
        ip.is_ipv4() == self.address.is_ipv4()
            && Self { address: ip, mask: self.mask }.first() == self.first()
    }
}

fn octets(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

impl fmt::Display for NameSubtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(base) if base.0.is_empty() => f.write_str("every host name"),
            Self::Dns(base) => f.write_str(&base.0),
            Self::Ip(subnet) => {
                let mask = octets(subnet.mask);
                let n_bits: u32 = mask.iter().map(|byte| byte.leading_ones()).sum();
                match u8::try_from(n_bits).ok().and_then(|n_bits| Subnet::new(subnet.address, n_bits)) {
                    Some(same) if same.mask == subnet.mask => write!(f, "{}/{n_bits}", subnet.address),
                    // A mask with holes, which others may have written.
                    _ => write!(f, "{}/{}", subnet.address, subnet.mask),
                }
            }
            Self::Unjudged { text, .. } => f.write_str(text),
        }
    }
}

impl FromStr for NameSubtree {
    type Err = NameSubtreeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subtrees(texts: &[&str]) -> Vec<NameSubtree> {
        texts.iter().map(|text| NameSubtree::parse(text).unwrap()).collect()
    }

    fn check(permitted: &[&str], excluded: &[&str], accepted: &[&str], refused: &[&str]) {
        let made = NameConstraints { permitted: subtrees(permitted), excluded: subtrees(excluded) };
        let read = NameConstraints::read(&made.to_der().unwrap());
        assert_eq!(read, made);
        for (names, is_ok) in [(accepted, true), (refused, false)] {
            for name in names {
                let outcome = read.check(&[Name::parse(name).unwrap()], true);
                assert_eq!(outcome.is_ok(), is_ok, "{name}: {outcome:?}");
            }
        }
    }

    #[test]
    fn a_dns_constraint_covers_the_name_and_what_is_below_it() {
        check(
            &["a.example"],
            &[],
            &[
                "a.example",
                "b.a.example",
                "c.b.a.example",
                "*.a.example",
                "192.0.2.1",
                "spiffe://x.example/y",
            ],
            &["ba.example", "example", "*.b.example", "a.example.com"],
        );
        check(
            &[],
            &["b.a.example"],
            &["a.example", "*.c.a.example", "xb.a.example"],
            &[
                "b.a.example",
                "c.b.a.example",
                "*.b.a.example",
                // One of the names that it stands for.
                "*.a.example",
            ],
        );
        check(&["internal"], &[], &["internal", "db.internal"], &["db.internal.example"]);
    }

    #[test]
    fn an_address_constraint_covers_its_range() {
        check(
            &["10.0.0.0/8", "2001:db8::/33"],
            &["10.9.0.0/16"],
            &["10.0.0.1", "10.255.0.1", "2001:db8:1::1", "a.example"],
            &["11.0.0.1", "10.9.1.1", "2001:db8:8000::1", "192.0.2.1"],
        );
        check(&[], &["0.0.0.0/0", "::/0"], &["a.example"], &["10.0.0.1", "::1"]);
        check(&["192.0.2.7/32"], &[], &["192.0.2.7"], &["192.0.2.8", "::1"]);
    }

    #[test]
    fn texts_that_are_no_constraint_are_refused_with_the_reason() {
        let refused = |text: &str, expected: &str| {
            let error = NameSubtree::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains(text), "{error}");
        };
        refused("*.a.example", "covers everything below");
        refused(".a.example", "covers everything below");
        refused("10.0.0.1/8", "begins at 10.0.0.0");
        refused("10.0.0.0/33", "is written as");
        refused("10.0.0.0", "is written as");
        refused("a_b.example", "underscore");
        refused("a@b.example", "only host names");
        for text in ["a.example", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "::/0"] {
            assert_eq!(NameSubtree::parse(text).unwrap().to_string(), text);
        }
    }
}
