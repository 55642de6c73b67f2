//! The text inside distinguished names, for showing.
//!
//! Comparing names for trust is done on bytes, never on this.
//! Invariant: reading never fails; what cannot be read as text is left out.

use der::{Tag, Tagged, asn1::ObjectIdentifier};
use x509_cert::name::Name;

/// The value of the last attribute of this type, which is the most specific one.
pub(crate) fn attribute(name: &Name, oid: &ObjectIdentifier) -> Option<String> {
    name.iter().filter(|attribute| attribute.oid == *oid).last().and_then(|attribute| {
        let value = attribute.value.value();
        match attribute.value.tag() {
            Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
                std::str::from_utf8(value).ok().map(str::to_owned)
            }
            // Latin-1 is what software that still writes T61 means by it.
            Tag::TeletexString => Some(value.iter().map(|byte| char::from(*byte)).collect()),
            Tag::BmpString => {
                let units = value.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
                String::from_utf16(&units.collect::<Vec<_>>()).ok()
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use der::Decode;

    use super::*;
    use crate::{encode, oid};

    fn check(tag: u8, body: &[u8], expected: Option<&str>) {
        let mut writer = encode::Writer::default();
        writer.wrap(encode::SEQUENCE, |rdns| {
            rdns.wrap(encode::SET, |rdn| {
                rdn.wrap(encode::SEQUENCE, |attribute| {
                    attribute.oid(&oid::COMMON_NAME);
                    attribute.value(tag, body);
                });
            });
        });
        let name = Name::from_der(&writer.into_bytes()).unwrap();
        assert_eq!(attribute(&name, &oid::COMMON_NAME).as_deref(), expected);
        assert_eq!(attribute(&name, &oid::ORGANIZATION), None);
    }

    #[test]
    fn every_directory_string_is_read() {
        check(0x0c, "Bücher".as_bytes(), Some("Bücher"));
        check(0x13, b"web", Some("web"));
        check(0x14, &[b'B', 0xfc], Some("Bü"));
        check(0x1e, &[0, b'B', 0, 0xfc], Some("Bü"));
        check(0x04, b"bytes", None);
    }
}
