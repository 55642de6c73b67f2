//! Private keys: made, read, written, used to sign.
//!
//! It does not store keys; the agent's key store and the control plane's sealing do. New keys and signatures
//! take their randomness from the generator inside aws-lc-rs, which cannot be passed in.
//! Invariant: the secret part appears only in what `to_pkcs8_*` returns, zeroed when dropped; never in `Debug`
//! or an error.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa,
    signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaKeyPair},
};
use der::{Decode, Reader, asn1::AnyRef, asn1::ObjectIdentifier};
use zeroize::Zeroizing;

use crate::{
    KeyAlgorithm, PublicKey, PublicKeyError, oid,
    pem::{self, PemError},
};

const EC_PRIVATE_KEY: &str = "EC PRIVATE KEY";
const RSA_PRIVATE_KEY: &str = "RSA PRIVATE KEY";
const EC_PARAMETERS: &str = "EC PARAMETERS";
const ENCRYPTED_PRIVATE_KEY: &str = "ENCRYPTED PRIVATE KEY";

/// A private key of a supported kind. Cheap to clone; clones share the key.
#[derive(Clone)]
pub struct PrivateKey(Arc<Inner>);

struct Inner {
    pair: Pair,
    public_key: PublicKey,
    public_key_sha256: [u8; 32],
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// What is wrong with a private key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not one PEM private key.
    #[error("the private key file cannot be read as PEM")]
    Pem(#[from] PemError),
    /// A key that needs a pass phrase.
    #[error(
        "the private key is encrypted; decrypt it first, for example with: openssl pkcs8 -in KEY -out PLAIN"
    )]
    Encrypted,
    /// The bytes are no private key in a known form.
    #[error("not a private key in PKCS#8, SEC1 or PKCS#1 form, or its public and private parts do not fit")]
    NotAKey,
    /// A kind of key that certctl does not take, or a weak one.
    #[error("the private key is of a kind that cannot be used")]
    Unusable(#[from] PublicKeyError),
    /// The cryptographic library failed.
    #[error("the cryptographic library failed to {action} a key of kind {algorithm}")]
    Library {
        /// What was tried.
        action: &'static str,
        /// With which kind of key.
        algorithm: KeyAlgorithm,
    },
}

impl PrivateKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// When the cryptographic library fails, which it does only when the system gives no randomness.
    pub fn generate(algorithm: KeyAlgorithm) -> Result<Self, KeyError> {
        let failed = |_| KeyError::Library { action: "generate", algorithm };
        let pair = match algorithm {
            KeyAlgorithm::EcdsaP256 | KeyAlgorithm::EcdsaP384 => {
                Pair::Ecdsa(EcdsaKeyPair::generate(ecdsa(algorithm)).map_err(failed)?)
            }
            KeyAlgorithm::Rsa2048 => Pair::Rsa(RsaKeyPair::generate(rsa::KeySize::Rsa2048).map_err(failed)?),
            KeyAlgorithm::Rsa3072 => Pair::Rsa(RsaKeyPair::generate(rsa::KeySize::Rsa3072).map_err(failed)?),
            KeyAlgorithm::Rsa4096 => Pair::Rsa(RsaKeyPair::generate(rsa::KeySize::Rsa4096).map_err(failed)?),
            KeyAlgorithm::Ed25519 => Pair::Ed25519(Ed25519KeyPair::generate().map_err(failed)?),
        };
        Self::new(pair)
    }

    /// Reads an unencrypted PKCS#8 key.
    ///
    /// # Errors
    /// When it is no such key, its kind is not supported, or it is weak.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let (algorithm, curve) = pkcs8_algorithm(der).ok_or(KeyError::NotAKey)?;
        let pair = match algorithm {
            oid::EC_PUBLIC_KEY => {
                let algorithm = match curve {
                    Some(oid::P256) => KeyAlgorithm::EcdsaP256,
                    Some(oid::P384) => KeyAlgorithm::EcdsaP384,
                    Some(other) => return Err(unsupported(format!("ecdsa-{}", oid::text(&other)))),
                    None => return Err(unsupported("ecdsa with explicit curve parameters".to_owned())),
                };
                EcdsaKeyPair::from_pkcs8(ecdsa(algorithm), der).map(Pair::Ecdsa)
            }
            oid::RSA_ENCRYPTION => RsaKeyPair::from_pkcs8(der).map(Pair::Rsa),
            oid::ED25519 => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(Pair::Ed25519),
            other => return Err(unsupported(oid::text(&other))),
        };
        Self::new(pair.map_err(|_| KeyError::NotAKey)?)
    }

    /// Reads a PEM key: PKCS#8, or the older SEC1 and PKCS#1 forms that operators' CA keys often have.
    /// An `EC PARAMETERS` block before the key, as OpenSSL writes it, is skipped.
    ///
    /// # Errors
    /// As [`Self::from_pkcs8_der`], and when the text does not hold exactly one key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        // The old encrypted form has headers inside the block, so it has to be seen before the base64 is.
        if text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let mut keys = Vec::new();
        for (index, block) in pem::decode_all(text)?.into_iter().enumerate() {
            match block.label.as_str() {
                pem::PRIVATE_KEY | EC_PRIVATE_KEY | RSA_PRIVATE_KEY => keys.push(block),
                ENCRYPTED_PRIVATE_KEY => return Err(KeyError::Encrypted),
                EC_PARAMETERS => {}
                _ => {
                    return Err(PemError::WrongLabel {
                        number: index + 1,
                        found: block.label,
                        wanted: pem::PRIVATE_KEY.to_owned(),
                    }
                    .into());
                }
            }
        }
        let wanted = pem::PRIVATE_KEY.to_owned();
        let block = match (keys.pop(), keys.len()) {
            (Some(block), 0) => block,
            (Some(_), n_others) => return Err(PemError::NotSingle { n_blocks: n_others + 1, wanted }.into()),
            (None, _) => return Err(PemError::NoBlock { wanted }.into()),
        };
        match block.label.as_str() {
            EC_PRIVATE_KEY => Self::from_sec1_der(&block.der),
            RSA_PRIVATE_KEY => {
                Self::new(Pair::Rsa(RsaKeyPair::from_der(&block.der).map_err(|_| KeyError::NotAKey)?))
            }
            _ => Self::from_pkcs8_der(&block.der),
        }
    }

    /// A SEC1 key may leave out its curve, so both are tried; the length of the number tells them apart.
    fn from_sec1_der(der: &[u8]) -> Result<Self, KeyError> {
        let pair = [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384]
            .into_iter()
            .find_map(|algorithm| EcdsaKeyPair::from_private_key_der(ecdsa(algorithm), der).ok());
        Self::new(Pair::Ecdsa(pair.ok_or(KeyError::NotAKey)?))
    }

    fn new(pair: Pair) -> Result<Self, KeyError> {
        let spki = match &pair {
            Pair::Ecdsa(pair) => AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()),
            Pair::Rsa(pair) => AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()),
            Pair::Ed25519(pair) => AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()),
        };
        let public_key = PublicKey::from_spki_der(spki.map_err(|_| KeyError::NotAKey)?.as_ref())?;
        let public_key_sha256 = public_key.sha256();
        Ok(Self(Arc::new(Inner { pair, public_key, public_key_sha256 })))
    }

    /// The key as PKCS#8, DER.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let failed = |_| KeyError::Library { action: "write", algorithm: self.algorithm() };
        Ok(Zeroizing::new(match &self.0.pair {
            Pair::Ecdsa(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Pair::Rsa(pair) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map_err(failed)?.as_ref().to_vec(),
            // Version 1, without the public key: OpenSSL 3.0 does not read version 2.
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
        }))
    }

    /// The key as PKCS#8, PEM.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        Ok(pem::encode(pem::PRIVATE_KEY, &self.to_pkcs8_der()?))
    }

    /// Its kind.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.0.public_key.algorithm()
    }

    /// Its public part.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// The SubjectPublicKeyInfo of its public part, DER.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        self.0.public_key.spki_der()
    }

    /// SHA-256 of the SubjectPublicKeyInfo: the name of this key in certctl.
    #[must_use]
    pub fn public_key_sha256(&self) -> [u8; 32] {
        self.0.public_key_sha256
    }

    /// Signs a message with the algorithm that belongs to the kind of key (see [`KeyAlgorithm`]). The form is
    /// the one certificates carry: for ECDSA, DER.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let failed = |_| KeyError::Library { action: "sign with", algorithm: self.algorithm() };
        let random = SystemRandom::new();
        match &self.0.pair {
            Pair::Ecdsa(pair) => Ok(pair.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut out = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &random, message, &mut out).map_err(failed)?;
                Ok(out)
            }
            Pair::Ed25519(pair) => Ok(pair.try_sign(message).map_err(failed)?.as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, ***)", self.algorithm())
    }
}

/// The signing algorithm of an elliptic curve key. Only called with such kinds; the others would get P-256.
fn ecdsa(algorithm: KeyAlgorithm) -> &'static EcdsaSigningAlgorithm {
    if algorithm == KeyAlgorithm::EcdsaP384 {
        &signature::ECDSA_P384_SHA384_ASN1_SIGNING
    } else {
        &signature::ECDSA_P256_SHA256_ASN1_SIGNING
    }
}

/// The algorithm of a PKCS#8 key and, for elliptic curves, the curve (RFC 5958, section 2).
fn pkcs8_algorithm(der: &[u8]) -> Option<(ObjectIdentifier, Option<ObjectIdentifier>)> {
    let mut reader = der::SliceReader::new(der).ok()?;
    let found = reader.sequence(|body| {
        u8::decode(body)?;
        let algorithm = body.sequence(|identifier| {
            let algorithm = ObjectIdentifier::decode(identifier)?;
            let parameters = Option::<AnyRef<'_>>::decode(identifier)?;
            let curve = parameters.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
            Ok::<_, der::Error>((algorithm, curve))
        })?;
        body.drain(body.remaining_len())?;
        Ok::<_, der::Error>(algorithm)
    });
    let found = found.ok()?;
    reader.finish().ok()?;
    Some(found)
}

fn unsupported(found: String) -> KeyError {
    KeyError::Unusable(PublicKeyError::Unsupported { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_pem_and_signs_alike() {
        for algorithm in KeyAlgorithm::ALL {
            let key = PrivateKey::generate(algorithm).unwrap();
            let again = PrivateKey::from_pem(&key.to_pkcs8_pem().unwrap()).unwrap();
            assert_eq!(again.algorithm(), algorithm);
            assert_eq!(again.spki_der(), key.spki_der());
            assert_eq!(again.public_key_sha256(), crate::fingerprint::sha256(key.spki_der()));
        }
    }

    #[test]
    fn debug_names_the_kind_and_hides_the_key() {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        assert_eq!(format!("{key:?}"), "PrivateKey(ecdsa-p256, ***)");
    }

    #[test]
    fn a_key_is_shared_between_threads() {
        fn is_shareable<T: Send + Sync + Clone + 'static>() {}
        is_shareable::<PrivateKey>();
    }

    fn refused(text: &str, expected: &KeyError) {
        assert_eq!(&PrivateKey::from_pem(text).unwrap_err(), expected);
    }

    #[test]
    fn encrypted_wrong_and_doubled_keys_are_refused_by_cause() {
        refused(&pem::encode(ENCRYPTED_PRIVATE_KEY, b"x"), &KeyError::Encrypted);
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
        refused(old, &KeyError::Encrypted);
        refused(&pem::encode(pem::PRIVATE_KEY, b"x"), &KeyError::NotAKey);
        let wanted = pem::PRIVATE_KEY.to_owned();
        refused("", &KeyError::Pem(PemError::NoBlock { wanted: wanted.clone() }));
        let found = pem::CERTIFICATE.to_owned();
        refused(
            &pem::encode(pem::CERTIFICATE, b"x"),
            &KeyError::Pem(PemError::WrongLabel { number: 1, found, wanted: wanted.clone() }),
        );
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519).unwrap().to_pkcs8_pem().unwrap();
        let two = format!("{}{}", *key, *key);
        refused(&two, &KeyError::Pem(PemError::NotSingle { n_blocks: 2, wanted }));
    }

    #[test]
    fn a_pkcs8_key_with_trailing_bytes_is_refused() {
        let mut der = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap().to_pkcs8_der().unwrap();
        der.push(0);
        assert_eq!(PrivateKey::from_pkcs8_der(&der).unwrap_err(), KeyError::NotAKey);
    }
}
