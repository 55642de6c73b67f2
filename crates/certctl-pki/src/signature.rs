//! Checking one signature over bytes as they were sent: of a request by its own key, of a certificate by its
//! issuer's.
//!
//! The algorithms are webpki's list, which leaves out SHA-1, MD5 and RSA below 2048 bits.
//! Invariant: the key's algorithm and the signature's have to belong together.

use der::{
    Decode, Encode,
    asn1::{AnyRef, BitStringRef},
};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::oid;

/// Why a signature was not accepted.
pub(crate) enum SignatureError {
    /// The key or the signature is malformed.
    NotDer,
    /// The algorithm is unknown, outdated, or does not belong to this kind of key.
    Unsupported { algorithm: String },
    /// It does not fit.
    Bad,
}

impl From<der::Error> for SignatureError {
    fn from(_: der::Error) -> Self {
        Self::NotDer
    }
}

/// Checks `signature` (a BIT STRING, DER) over `message` by the key `spki`, under `algorithm` (DER).
pub(crate) fn verify(
    spki: &[u8],
    algorithm: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let key = SubjectPublicKeyInfoRef::from_der(spki)?;
    let key_bits = key.subject_public_key.as_bytes().ok_or(SignatureError::NotDer)?;
    let key_algorithm = key.algorithm.to_der()?;
    let signature = BitStringRef::from_der(signature)?.as_bytes().ok_or(SignatureError::NotDer)?;
    // The list names algorithms by the inside of their identifier, so that it is one has to be seen first.
    let algorithm_read = AlgorithmIdentifierRef::from_der(algorithm)?;
    let (key_id, signature_id) =
        (AnyRef::from_der(&key_algorithm)?.value(), AnyRef::from_der(algorithm)?.value());
    let verifier = webpki::ALL_VERIFICATION_ALGS.iter().find(|known| {
        known.signature_alg_id().as_ref() == signature_id && known.public_key_alg_id().as_ref() == key_id
    });
    let Some(verifier) = verifier else {
        return Err(SignatureError::Unsupported {
            algorithm: format!(
                "the signature algorithm {} with a key of kind {}",
                oid::text(&algorithm_read.oid),
                oid::text(&key.algorithm.oid)
            ),
        });
    };
    verifier.verify_signature(key_bits, message, signature).map_err(|_| SignatureError::Bad)
}
