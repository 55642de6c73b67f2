//! Reading the name constraints of a certificate.
//!
//! Invariant: reading never fails; what is not understood is kept as [`NameSubtree::Unjudged`], so that nothing is
//! taken for free that a part of the extension may have limited.

use std::net::IpAddr;

use der::Decode;
use x509_cert::ext::pkix::{self, constraints::name::GeneralSubtree, name::GeneralName};

use super::{DnsSubtree, NameConstraints, NameForm, NameSubtree, Subnet};

impl NameConstraints {
    /// Reads the value of the extension.
    pub(crate) fn read(extension_value: &[u8]) -> Self {
        let Ok(read) = pkix::NameConstraints::from_der(extension_value) else {
            let text = "the whole extension, which cannot be read".to_owned();
            return Self {
                excluded: vec![NameSubtree::Unjudged { form: NameForm::Any, text }],
                ..Self::default()
            };
        };
        let subtrees = |list: Option<Vec<GeneralSubtree>>| {
            list.unwrap_or_default().iter().map(NameSubtree::read).collect::<Vec<_>>()
        };
        Self { permitted: subtrees(read.permitted_subtrees), excluded: subtrees(read.excluded_subtrees) }
    }
}

impl NameSubtree {
    fn read(subtree: &GeneralSubtree) -> Self {
        let (form, text) = describe(&subtree.base);
        let understood = match &subtree.base {
            // Other limits of depth than none are not used (RFC 5280, section 4.2.1.10).
            _ if subtree.minimum != 0 || subtree.maximum.is_some() => None,
            GeneralName::DnsName(base) => Some(Self::Dns(DnsSubtree(base.as_str().to_ascii_lowercase()))),
            GeneralName::IpAddress(bytes) => subnet(bytes.as_bytes()).map(Self::Ip),
            _ => None,
        };
        understood.unwrap_or(Self::Unjudged { form, text })
    }
}

fn describe(base: &GeneralName) -> (NameForm, String) {
    match base {
        GeneralName::DnsName(text) => (NameForm::Dns, format!("DNS {text}")),
        GeneralName::IpAddress(bytes) => {
            (NameForm::Ip, format!("addresses {}", hex::encode(bytes.as_bytes())))
        }
        GeneralName::UniformResourceIdentifier(text) => (NameForm::Uri, format!("URI {text}")),
        GeneralName::Rfc822Name(text) => (NameForm::Email, format!("e-mail {text}")),
        GeneralName::DirectoryName(name) => (NameForm::Directory, format!("directory name {name}")),
        GeneralName::OtherName(other) => (NameForm::Other, format!("otherName {}", other.type_id)),
        GeneralName::EdiPartyName(_) => (NameForm::Other, "ediPartyName".to_owned()),
        GeneralName::RegisteredId(id) => (NameForm::Other, format!("registeredID {id}")),
    }
}

/// An address and its mask, of 4 or 16 bytes each.
fn subnet(bytes: &[u8]) -> Option<Subnet> {
    let address = |bytes: &[u8]| match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        _ => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
    };
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let (address, mask) = (address(first)?, address(second)?);
    (address.is_ipv4() == mask.is_ipv4()).then_some(Subnet { address, mask })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Name,
        encode::{SEQUENCE, Writer, context_constructed, context_primitive},
    };

    fn read(number: u8, subtrees: &[&[u8]]) -> NameConstraints {
        let mut writer = Writer::default();
        writer.wrap(SEQUENCE, |constraints| {
            constraints.wrap(context_constructed(number), |list| {
                subtrees.iter().for_each(|subtree| list.value(SEQUENCE, subtree));
            });
        });
        NameConstraints::read(&writer.into_bytes())
    }

    fn general_name(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.value(tag, body);
        writer.into_bytes()
    }

    fn refuses(constraints: &NameConstraints, name: &str) -> bool {
        constraints.check(&[Name::parse(name).unwrap()], false).is_err()
    }

    #[test]
    fn what_is_not_understood_refuses_the_names_it_speaks_of_and_no_others() {
        let email = read(0, &[&general_name(context_primitive(1), b"a.example")]);
        assert!(refuses(&email, "me@a.example") && !refuses(&email, "a.example"));
        let uri = read(1, &[&general_name(context_primitive(6), b".a.example")]);
        assert!(refuses(&uri, "spiffe://b.example/c") && !refuses(&uri, "192.0.2.1"));
        let address = read(0, &[&general_name(context_primitive(7), &[10, 0, 0, 0, 255])]);
        assert!(refuses(&address, "10.0.0.1") && !refuses(&address, "a.example"));
        let deep =
            [general_name(context_primitive(2), b"a.example"), general_name(context_primitive(0), &[1])];
        let deep = read(0, &[&deep.concat()]);
        assert!(refuses(&deep, "b.a.example") && !refuses(&deep, "192.0.2.1"));
        let subject = read(0, &[&general_name(context_constructed(4), &[0x30, 0])]);
        assert!(subject.check(&[], true).is_err() && subject.check(&[], false).is_ok());
        assert!(refuses(&NameConstraints::read(b"nonsense"), "a.example"));
        assert_eq!(email.to_der(), None);
    }

    #[test]
    fn forms_of_others_are_understood() {
        let dotted = read(0, &[&general_name(context_primitive(2), b".A.example")]);
        assert!(
            refuses(&dotted, "a.example")
                && !refuses(&dotted, "b.a.example")
                && !refuses(&dotted, "*.a.example")
        );
        let everything = read(1, &[&general_name(context_primitive(2), b"")]);
        assert!(refuses(&everything, "a.example") && !refuses(&everything, "192.0.2.1"));
        let holes = read(0, &[&general_name(context_primitive(7), &[10, 0, 0, 1, 255, 0, 0, 255])]);
        assert!(!refuses(&holes, "10.9.9.1") && refuses(&holes, "10.9.9.2"));
        assert_eq!(holes.permitted[0].to_string(), "10.0.0.1/255.0.0.255");
    }
}
