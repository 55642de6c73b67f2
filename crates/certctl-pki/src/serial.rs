//! Serial numbers of certificates.
//!
//! Where the randomness comes from is the caller's business.
//! Invariant: positive, not zero, at most 20 bytes as a DER INTEGER (RFC 5280, section 4.1.2.2).

use std::fmt;

/// A serial number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial {
    /// Big-endian, no leading zero byte.
    magnitude: Vec<u8>,
}

/// Bytes that cannot be a serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SerialError {
    /// Nothing but zero bytes.
    #[error("the serial number is zero; it has to be positive")]
    Zero,
    /// Longer than a certificate may carry.
    #[error("the serial number needs {n_bytes} bytes; a certificate carries at most 20")]
    TooLong {
        /// The length as a DER INTEGER.
        n_bytes: usize,
    },
}

impl Serial {
    /// A serial of 127 random bits. All zero bits, which no working generator gives, become 1.
    #[must_use]
    pub fn from_random(mut random: [u8; 16]) -> Self {
        random[0] &= 0x7f;
        if random == [0; 16] {
            random[15] = 1;
        }
        Self { magnitude: strip(&random).to_vec() }
    }

    /// A serial from big-endian bytes that were stored or chosen before.
    ///
    /// # Errors
    /// When the number is zero or too long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SerialError> {
        let magnitude = strip(bytes);
        let Some(first) = magnitude.first() else { return Err(SerialError::Zero) };
        let n_bytes = magnitude.len() + usize::from(first & 0x80 != 0);
        if n_bytes > 20 {
            return Err(SerialError::TooLong { n_bytes });
        }
        Ok(Self { magnitude: magnitude.to_vec() })
    }

    /// A serial from the inside of a DER INTEGER of another one's making; nothing when no certificate of ours
    /// could have it (RFC 5280, section 4.1.2.2).
    pub(crate) fn from_integer_body(body: &[u8]) -> Option<Self> {
        let is_negative = body.first().is_some_and(|first| first & 0x80 != 0);
        if is_negative { None } else { Self::from_bytes(body).ok() }
    }

    /// Big-endian, without leading zero bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.magnitude
    }

    /// Lower-case hexadecimal, two digits a byte, as it is stored and shown.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(&self.magnitude)
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

/// Drops leading zero bytes.
pub(crate) fn strip(bytes: &[u8]) -> &[u8] {
    let n_zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[n_zeros..]
}

#[cfg(test)]
mod tests {
    use der::{Decode, asn1::UintRef};

    use super::*;
    use crate::encode::Writer;

    fn check(random: [u8; 16], hex: &str) {
        let serial = Serial::from_random(random);
        assert_eq!(serial.to_hex(), hex);
        let mut integer = Writer::default();
        integer.integer(serial.as_bytes());
        let integer = integer.into_bytes();
        assert_eq!(UintRef::from_der(&integer).unwrap().as_bytes(), serial.as_bytes());
        assert_eq!(Serial::from_integer_body(&integer[2..]), Some(serial));
    }

    #[test]
    fn random_serials_are_positive_minimal_and_never_zero() {
        check([0; 16], "01");
        check([0xff; 16], "7fffffffffffffffffffffffffffffff");
        let mut leading_zero = [0x80; 16];
        leading_zero[0] = 0x80;
        check(leading_zero, "808080808080808080808080808080");
    }

    #[test]
    fn stored_bytes_are_checked() {
        assert_eq!(Serial::from_bytes(&[0, 0]), Err(SerialError::Zero));
        assert_eq!(Serial::from_bytes(&[]), Err(SerialError::Zero));
        assert_eq!(Serial::from_bytes(&[0xff; 20]), Err(SerialError::TooLong { n_bytes: 21 }));
        assert_eq!(Serial::from_bytes(&[0x7f; 20]).unwrap().as_bytes().len(), 20);
        assert_eq!(Serial::from_bytes(&[0, 0, 5]).unwrap().to_hex(), "05");
        assert_eq!(Serial::from_integer_body(&[0x80]), None);
        assert_eq!(Serial::from_integer_body(&[0]), None);
    }
}
