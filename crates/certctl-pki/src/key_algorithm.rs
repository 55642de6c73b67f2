//! Which kinds of key certctl makes and accepts, and how each signs.
//!
//! One list for agents' keys, requests and CA keys. What a profile allows is decided above.
//! Invariant: the text form is stable; it is stored and shown.

use std::{fmt, str::FromStr};

use der::asn1::ObjectIdentifier;
use serde::{Deserialize, Serialize};

use crate::{encode, oid};

/// A kind of key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum KeyAlgorithm {
    /// ECDSA on P-256, signing with SHA-256. What agents make unless told otherwise.
    #[default]
    EcdsaP256,
    /// ECDSA on P-384, signing with SHA-384.
    EcdsaP384,
    /// RSA of 2048 bits, signing with PKCS#1 v1.5 and SHA-256.
    Rsa2048,
    /// RSA of 3072 bits, signing with PKCS#1 v1.5 and SHA-256.
    Rsa3072,
    /// RSA of 4096 bits, signing with PKCS#1 v1.5 and SHA-256.
    Rsa4096,
    /// Ed25519 (RFC 8410).
    Ed25519,
}

/// A text that names no key algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a key algorithm; use one of ecdsa-p256, ecdsa-p384, rsa-2048, rsa-3072, rsa-4096, ed25519"
)]
pub struct UnknownKeyAlgorithm {
    /// What was given.
    pub text: String,
}

impl KeyAlgorithm {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::EcdsaP256, Self::EcdsaP384, Self::Rsa2048, Self::Rsa3072, Self::Rsa4096, Self::Ed25519];

    /// The stable text form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EcdsaP256 => "ecdsa-p256",
            Self::EcdsaP384 => "ecdsa-p384",
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
            Self::Ed25519 => "ed25519",
        }
    }

    /// Whether it is an RSA key, which alone may encipher keys (RFC 8446 has no use for it, RFC 5246 has).
    #[must_use]
    pub fn is_rsa(self) -> bool {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => true,
            Self::EcdsaP256 | Self::EcdsaP384 | Self::Ed25519 => false,
        }
    }

    fn signature_oid(self) -> ObjectIdentifier {
        match self {
            Self::EcdsaP256 => oid::ECDSA_WITH_SHA256,
            Self::EcdsaP384 => oid::ECDSA_WITH_SHA384,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => oid::RSA_WITH_SHA256,
            Self::Ed25519 => oid::ED25519,
        }
    }

    /// The AlgorithmIdentifier of its signatures, DER. RSA carries a NULL parameter (RFC 4055, section 5), the
    /// others none (RFC 5758, section 3.2; RFC 8410, section 3).
    pub(crate) fn signature_algorithm_der(self) -> Vec<u8> {
        let mut writer = encode::Writer::with_capacity(16);
        writer.wrap(encode::SEQUENCE, |writer| {
            writer.oid(&self.signature_oid());
            if self.is_rsa() {
                writer.raw(&[0x05, 0x00]);
            }
        });
        writer.into_bytes()
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = UnknownKeyAlgorithm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == text)
            .ok_or_else(|| UnknownKeyAlgorithm { text: text.to_owned() })
    }
}

impl TryFrom<String> for KeyAlgorithm {
    type Error = UnknownKeyAlgorithm;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<KeyAlgorithm> for String {
    fn from(algorithm: KeyAlgorithm) -> Self {
        algorithm.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_reads_back_from_its_text() {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
            let json = serde_json::to_string(&algorithm).unwrap();
            assert_eq!(json, format!("\"{algorithm}\""));
            assert_eq!(serde_json::from_str::<KeyAlgorithm>(&json).unwrap(), algorithm);
        }
    }

    #[test]
    fn an_unknown_algorithm_is_refused_with_the_list_of_known_ones() {
        let error = "rsa-1024".parse::<KeyAlgorithm>().unwrap_err().to_string();
        assert!(error.contains("\"rsa-1024\"") && error.contains("ecdsa-p256"), "{error}");
    }
}
