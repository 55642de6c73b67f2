//! Public keys as certificates and requests carry them: SubjectPublicKeyInfo, checked.
//!
//! It does not verify signatures; that is done where a signature is.
//! Invariant: a `PublicKey` is of a kind in [`KeyAlgorithm`], in the one encoding certificates may carry, and
//! not weak.

use std::fmt;

use der::{Decode, Encode, Reader, asn1::ObjectIdentifier, asn1::UintRef};
use x509_cert::spki::SubjectPublicKeyInfoRef;

use crate::{KeyAlgorithm, fingerprint, oid};

/// A checked SubjectPublicKeyInfo.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    spki_der: Vec<u8>,
    key_identifier: [u8; 20],
}

/// Why a public key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not a SubjectPublicKeyInfo at all.
    #[error("the public key is not a valid SubjectPublicKeyInfo")]
    NotDer,
    /// A kind of key that certctl does not take.
    #[error(
        "keys of kind {found} are not supported; use ecdsa-p256, ecdsa-p384, rsa-2048, rsa-3072, rsa-4096 or ed25519"
    )]
    Unsupported {
        /// The short name or dotted identifier of the kind.
        found: String,
    },
    /// The right kind, but too weak or malformed.
    #[error("the public key is refused: {detail}")]
    Weak {
        /// What is wrong, with the value found.
        detail: String,
    },
}

impl PublicKey {
    /// Checks the DER of a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// When it is malformed, of an unsupported kind, or weak.
    pub fn from_spki_der(spki_der: &[u8]) -> Result<Self, PublicKeyError> {
        let spki = SubjectPublicKeyInfoRef::from_der(spki_der).map_err(|_| PublicKeyError::NotDer)?;
        let key = spki.subject_public_key.as_bytes().ok_or(PublicKeyError::NotDer)?;
        let parameters = spki.algorithm.parameters.map(|any| any.to_der()).transpose();
        let parameters = parameters.map_err(|_| PublicKeyError::NotDer)?;
        let algorithm = classify(&spki.algorithm.oid, parameters.as_deref(), key)?;
        // RFC 7093, section 2, method 1: the leftmost 160 bits of the SHA-256 of the key's bits.
        let mut key_identifier = [0; 20];
        key_identifier.copy_from_slice(&fingerprint::sha256(key)[..20]);
        Ok(Self { algorithm, spki_der: spki_der.to_vec(), key_identifier })
    }

    /// Its kind.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// The SubjectPublicKeyInfo, DER, exactly as it was given.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    /// SHA-256 of the SubjectPublicKeyInfo: the name of this key in certctl.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        fingerprint::sha256(&self.spki_der)
    }

    /// The key identifier that certificates for this key carry (RFC 7093, section 2, method 1).
    #[must_use]
    pub fn key_identifier(&self) -> [u8; 20] {
        self.key_identifier
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.algorithm, hex::encode(self.key_identifier))
    }
}

/// What kind of key it is, in words, for keys that need not be supported.
pub(crate) fn describe(algorithm: &ObjectIdentifier, parameters: Option<&[u8]>, key: &[u8]) -> String {
    match classify(algorithm, parameters, key) {
        Ok(known) => known.to_string(),
        Err(_) if *algorithm == oid::RSA_ENCRYPTION => {
            rsa_numbers(key).map_or_else(|| "rsa".to_owned(), |rsa| format!("rsa-{}", rsa.n_bits))
        }
        Err(_) if *algorithm == oid::EC_PUBLIC_KEY => curve_text(parameters),
        Err(_) => oid::text(algorithm),
    }
}

fn classify(
    algorithm: &ObjectIdentifier,
    parameters: Option<&[u8]>,
    key: &[u8],
) -> Result<KeyAlgorithm, PublicKeyError> {
    match *algorithm {
        oid::EC_PUBLIC_KEY => {
            let curve = parameters.and_then(|der| ObjectIdentifier::from_der(der).ok());
            let (known, n_field_bytes) = match curve {
                Some(oid::P256) => (KeyAlgorithm::EcdsaP256, 32),
                Some(oid::P384) => (KeyAlgorithm::EcdsaP384, 48),
                Some(_) | None => return Err(PublicKeyError::Unsupported { found: curve_text(parameters) }),
            };
            if key.first() != Some(&4) || key.len() != 1 + 2 * n_field_bytes {
                return Err(weak("the elliptic curve point is not in uncompressed form".to_owned()));
            }
            Ok(known)
        }
        oid::RSA_ENCRYPTION => classify_rsa(parameters, key),
        oid::ED25519 if parameters.is_some() => {
            Err(weak("an ed25519 key must not carry algorithm parameters".to_owned()))
        }
        oid::ED25519 if key.len() != 32 => {
            Err(weak(format!("an ed25519 key has 32 bytes, this one {}", key.len())))
        }
        oid::ED25519 => Ok(KeyAlgorithm::Ed25519),
        _ => Err(PublicKeyError::Unsupported { found: oid::text(algorithm) }),
    }
}

fn classify_rsa(parameters: Option<&[u8]>, key: &[u8]) -> Result<KeyAlgorithm, PublicKeyError> {
    if parameters != Some(&[0x05, 0x00]) {
        return Err(weak("the algorithm parameters of an RSA key have to be NULL".to_owned()));
    }
    let rsa = rsa_numbers(key).ok_or(PublicKeyError::NotDer)?;
    if !rsa.is_modulus_odd {
        return Err(weak("the RSA modulus is an even number".to_owned()));
    }
    match rsa.exponent {
        Some(exponent) if exponent >= 65_537 && exponent % 2 == 1 => {}
        Some(exponent) => {
            return Err(weak(format!(
                "the RSA public exponent is {exponent}; it has to be odd and at least 65537"
            )));
        }
        None => return Err(weak("the RSA public exponent is longer than 64 bits".to_owned())),
    }
    match rsa.n_bits {
        2048 => Ok(KeyAlgorithm::Rsa2048),
        3072 => Ok(KeyAlgorithm::Rsa3072),
        4096 => Ok(KeyAlgorithm::Rsa4096),
        n_bits if n_bits < 2048 => {
            Err(weak(format!("the RSA key has {n_bits} bits; at least 2048 are needed")))
        }
        n_bits => Err(PublicKeyError::Unsupported { found: format!("rsa-{n_bits}") }),
    }
}

struct RsaNumbers {
    n_bits: usize,
    is_modulus_odd: bool,
    exponent: Option<u64>,
}

fn rsa_numbers(key: &[u8]) -> Option<RsaNumbers> {
    let mut reader = der::SliceReader::new(key).ok()?;
    let (modulus, exponent) =
        reader.sequence(|body| Ok::<_, der::Error>((UintRef::decode(body)?, UintRef::decode(body)?))).ok()?;
    reader.finish().ok()?;
    let modulus = modulus.as_bytes();
    let first = modulus.first()?;
    let n_bits = modulus.len() * 8 - first.leading_zeros() as usize;
    let is_modulus_odd = modulus.last().is_some_and(|last| last & 1 == 1);
    let exponent = exponent.as_bytes();
    let exponent = (exponent.len() <= 8)
        .then(|| exponent.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte)));
    Some(RsaNumbers { n_bits, is_modulus_odd, exponent })
}

fn curve_text(parameters: Option<&[u8]>) -> String {
    match parameters.and_then(|der| ObjectIdentifier::from_der(der).ok()) {
        Some(curve) => format!("ecdsa-{}", oid::text(&curve)),
        None => "ecdsa with explicit curve parameters".to_owned(),
    }
}

fn weak(detail: String) -> PublicKeyError {
    PublicKeyError::Weak { detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::{BIT_STRING, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, Writer};

    fn rsa(n_bits: usize, exponent: &[u8], is_odd: bool) -> Vec<u8> {
        let mut modulus = vec![0xff; n_bits / 8];
        modulus.insert(0, 0);
        if !is_odd {
            *modulus.last_mut().unwrap() = 0xfe;
        }
        let mut key = Writer::default();
        key.wrap(SEQUENCE, |key| {
            key.value(INTEGER, &modulus);
            key.value(INTEGER, exponent);
        });
        spki(oid::RSA_ENCRYPTION, &[5, 0], &key.into_bytes())
    }

    fn spki(algorithm: ObjectIdentifier, parameters: &[u8], key: &[u8]) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.wrap(SEQUENCE, |spki| {
            spki.wrap(SEQUENCE, |identifier| {
                identifier.value(OBJECT_IDENTIFIER, algorithm.as_bytes());
                identifier.raw(parameters);
            });
            spki.wrap(BIT_STRING, |bits| {
                bits.raw(&[0]);
                bits.raw(key);
            });
        });
        writer.into_bytes()
    }

    fn refused(der: &[u8], expected: &str) {
        let error = PublicKey::from_spki_der(der).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} does not say {expected:?}");
    }

    #[test]
    fn weak_rsa_keys_are_refused_with_the_number_that_is_wrong() {
        assert_eq!(
            PublicKey::from_spki_der(&rsa(2048, &[1, 0, 1], true)).unwrap().algorithm(),
            KeyAlgorithm::Rsa2048
        );
        refused(&rsa(1024, &[1, 0, 1], true), "1024 bits; at least 2048");
        refused(&rsa(2048, &[3], true), "exponent is 3");
        refused(&rsa(2048, &[1, 0, 2], true), "exponent is 65538");
        refused(&rsa(2048, &[1; 9], true), "longer than 64 bits");
        refused(&rsa(2048, &[1, 0, 1], false), "even number");
        refused(&rsa(8192, &[1, 0, 1], true), "rsa-8192 are not supported");
    }

    #[test]
    fn other_curves_and_encodings_are_refused_by_name() {
        let p521 = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23];
        refused(&spki(oid::EC_PUBLIC_KEY, &p521, &[4; 133]), "ecdsa-p521");
        let p256 = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        refused(&spki(oid::EC_PUBLIC_KEY, &p256, &[2; 33]), "not in uncompressed form");
        refused(&spki(oid::EC_PUBLIC_KEY, &[], &[4; 65]), "explicit curve parameters");
        refused(&spki(oid::ED25519, &[], &[1; 31]), "has 32 bytes, this one 31");
        refused(&spki(oid::ED25519, &[5, 0], &[1; 32]), "parameters");
        refused(&spki(ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), &[], &[1]), "dsa");
        refused(b"nonsense", "not a valid");
    }
}
