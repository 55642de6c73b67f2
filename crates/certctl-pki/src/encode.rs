//! A small DER writer for the few structures this crate makes.
//!
//! It knows tags and lengths, not X.509. Why not the structures of x509-cert for writing too: its to-be-signed
//! type can only be made through a builder that signs in the same step, and signing later, after the bytes are
//! stored, is what issuance needs. It is also the hot path.
//! Invariant: every length is in its shortest form, so what is written is DER when the caller's order is.

use der::asn1::ObjectIdentifier;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// `[number]` around a whole value (EXPLICIT, or IMPLICIT on a constructed type).
pub(crate) const fn context_constructed(number: u8) -> u8 {
    0xa0 | number
}

/// `[number]` in place of the tag of a simple value (IMPLICIT).
pub(crate) const fn context_primitive(number: u8) -> u8 {
    0x80 | number
}

/// Bytes under construction.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Bytes that are DER already, or the inside of a value.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// One value with its tag and length.
    pub(crate) fn value(&mut self, tag: u8, body: &[u8]) {
        self.wrap(tag, |writer| writer.raw(body));
    }

    /// An INTEGER that is not negative, from big-endian bytes with any number of leading zeros.
    pub(crate) fn integer(&mut self, big_endian: &[u8]) {
        let n_zeros = big_endian.iter().take_while(|byte| **byte == 0).count();
        let magnitude = &big_endian[n_zeros..];
        self.wrap(INTEGER, |writer| {
            // Zero has one byte, and a set top bit would make the number negative.
            if magnitude.first().is_none_or(|first| first & 0x80 != 0) {
                writer.raw(&[0]);
            }
            writer.raw(magnitude);
        });
    }

    pub(crate) fn oid(&mut self, oid: &ObjectIdentifier) {
        self.value(OBJECT_IDENTIFIER, oid.as_bytes());
    }

    /// A BIT STRING of whole bytes.
    pub(crate) fn bit_string(&mut self, bytes: &[u8]) {
        self.wrap(BIT_STRING, |writer| {
            writer.raw(&[0]);
            writer.raw(bytes);
        });
    }

    /// A value whose inside is written by `body`. The length is set afterwards; bodies of 128 bytes and more
    /// are moved by the one to four bytes that their longer length needs.
    pub(crate) fn wrap(&mut self, tag: u8, body: impl FnOnce(&mut Self)) {
        self.bytes.push(tag);
        let at = self.bytes.len();
        self.bytes.push(0);
        body(self);
        let length = self.bytes.len() - at - 1;
        if length < 0x80 {
            self.bytes[at] = length.to_le_bytes()[0];
            return;
        }
        let big_endian = length.to_be_bytes();
        let significant = &big_endian[length.leading_zeros() as usize / 8..];
        self.bytes[at] = 0x80 | significant.len().to_le_bytes()[0];
        self.bytes.splice(at + 1..at + 1, significant.iter().copied());
    }
}

#[cfg(test)]
mod tests {
    use der::{Decode, Encode, asn1::OctetString};

    use super::*;

    #[test]
    fn lengths_agree_with_an_independent_decoder_around_every_boundary() {
        for n in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let mut writer = Writer::default();
            writer.value(OCTET_STRING, &vec![7; n]);
            let bytes = writer.into_bytes();
            let decoded = OctetString::from_der(&bytes).unwrap();
            assert_eq!(decoded.as_bytes().len(), n);
            assert_eq!(decoded.to_der().unwrap(), bytes);
        }
    }

    #[test]
    fn integers_are_minimal_and_never_negative() {
        for (big_endian, expected) in [
            (&[][..], &[2, 1, 0][..]),
            (&[0, 0], &[2, 1, 0]),
            (&[0, 0x7f], &[2, 1, 0x7f]),
            (&[0x80], &[2, 2, 0, 0x80]),
            (&[0, 1, 0], &[2, 2, 1, 0]),
        ] {
            let mut writer = Writer::default();
            writer.integer(big_endian);
            assert_eq!(writer.into_bytes(), expected);
        }
    }

    #[test]
    fn nested_values_count_the_longer_lengths_of_what_they_hold() {
        let mut writer = Writer::default();
        writer.wrap(SEQUENCE, |outer| outer.wrap(SEQUENCE, |inner| inner.value(OCTET_STRING, &[0; 200])));
        assert_eq!(writer.into_bytes()[..9], [0x30, 0x81, 206, 0x30, 0x81, 203, 0x04, 0x81, 200]);
    }
}
