//! The online certificate status protocol: requests are read (`ocsp/request.rs`), answers are signed
//! (`ocsp/response.rs`). RFC 6960, with the nonces of RFC 9654 and the light profile of RFC 5019.
//!
//! Which certificates are good is the store's knowledge; here it comes as an argument, with the times. There is no
//! transport here. Why only delegated responders: a certificate authority's key that answers each question would
//! have to be at hand all the time, and our authorities' key usage does not allow it (RFC 6960, section 4.2.2.2).
//! Invariant: an answer repeats the asked [`CertId`] byte for byte.

mod request;
mod response;

use aws_lc_rs::digest;
use der::{
    Decode, Reader, SliceReader,
    asn1::{IntRef, OctetStringRef},
};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::{
    CertificateError, Serial,
    encode::{NULL, OCTET_STRING, SEQUENCE, Writer},
    oid,
    raw::RawCertificate,
};

pub use request::{MAX_OCSP_REQUEST_BYTES, Nonce, OcspRequest, OcspRequestError, decode_get_path};
pub use response::{Answer, CertStatus, OcspError, OcspFailure, OcspResponder};

/// A certificate as OCSP names it: by hashes of its issuer, and its serial (RFC 6960, section 4.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CertId {
    der: Vec<u8>,
    hash: Option<CertIdHash>,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial: Option<Serial>,
}

/// The hash in a [`CertId`]. Not a matter of security: it only finds the issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertIdHash {
    /// What the light profile asks of clients (RFC 5019, section 2.1.1).
    Sha1,
    /// What newer clients send.
    Sha256,
}

impl CertIdHash {
    /// Both, the common one first; answers made ahead of a request are made for each.
    pub const ALL: [Self; 2] = [Self::Sha1, Self::Sha256];

    fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    fn oid(self) -> der::asn1::ObjectIdentifier {
        match self {
            Self::Sha1 => oid::SHA1,
            Self::Sha256 => oid::SHA256,
        }
    }
}

impl CertId {
    /// The name of this issuer's certificate with this serial, as a client would write it.
    #[must_use]
    pub fn new(issuer: &OcspIssuer, hash: CertIdHash, serial: &Serial) -> Self {
        let (issuer_name_hash, issuer_key_hash) = issuer.hashes(hash);
        let mut writer = Writer::with_capacity(128);
        writer.wrap(SEQUENCE, |id| {
            id.wrap(SEQUENCE, |algorithm| {
                algorithm.oid(&hash.oid());
                algorithm.value(NULL, &[]);
            });
            id.value(OCTET_STRING, issuer_name_hash);
            id.value(OCTET_STRING, issuer_key_hash);
            id.integer(serial.as_bytes());
        });
        Self {
            der: writer.into_bytes(),
            hash: Some(hash),
            issuer_name_hash: issuer_name_hash.to_vec(),
            issuer_key_hash: issuer_key_hash.to_vec(),
            serial: Some(serial.clone()),
        }
    }

    /// The CertID, DER, as it was sent.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The hash it uses; nothing when it is one that we do not know, whose certificates are unknown to us.
    #[must_use]
    pub fn hash(&self) -> Option<CertIdHash> {
        self.hash
    }

    /// The serial; nothing when no certificate of ours could have it (zero, negative, too long).
    #[must_use]
    pub fn serial(&self) -> Option<&Serial> {
        self.serial.as_ref()
    }

    fn read(der: &[u8]) -> der::Result<Self> {
        let mut reader = SliceReader::new(der)?;
        let id = reader.sequence(|id| {
            let algorithm = AlgorithmIdentifierRef::decode(id)?.oid;
            let name = <&OctetStringRef>::decode(id)?.as_bytes().to_vec();
            let key = <&OctetStringRef>::decode(id)?.as_bytes().to_vec();
            let serial = Serial::from_integer_body(IntRef::decode(id)?.as_bytes());
            Ok::<_, der::Error>(Self {
                der: der.to_vec(),
                hash: CertIdHash::ALL.into_iter().find(|hash| hash.oid() == algorithm),
                issuer_name_hash: name,
                issuer_key_hash: key,
                serial,
            })
        })?;
        reader.finish()?;
        Ok(id)
    }
}

/// An issuer as OCSP names it. Read once, asked for every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspIssuer {
    sha1: (Vec<u8>, Vec<u8>),
    sha256: (Vec<u8>, Vec<u8>),
}

impl OcspIssuer {
    /// From the issuer's certificate, DER.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn from_certificate(certificate_der: &[u8]) -> Result<Self, CertificateError> {
        let raw = RawCertificate::split(certificate_der)
            .ok_or(CertificateError::NotCertificate { detail: "its outer structure" })?;
        let key =
            key_bits(raw.tbs.spki).ok_or(CertificateError::NotCertificate { detail: "its public key" })?;
        let both = |hash: CertIdHash| (hash.of(raw.tbs.subject), hash.of(key));
        Ok(Self { sha1: both(CertIdHash::Sha1), sha256: both(CertIdHash::Sha256) })
    }

    /// Whether the certificate with this id would be one of this issuer's.
    #[must_use]
    pub fn is_issuer_of(&self, id: &CertId) -> bool {
        id.hash.is_some_and(|hash| {
            self.hashes(hash) == (id.issuer_name_hash.as_slice(), id.issuer_key_hash.as_slice())
        })
    }

    /// The hashes of its name and of its key.
    fn hashes(&self, hash: CertIdHash) -> (&[u8], &[u8]) {
        let (name, key) = match hash {
            CertIdHash::Sha1 => &self.sha1,
            CertIdHash::Sha256 => &self.sha256,
        };
        (name, key)
    }
}

/// What is hashed of a key: the inside of its BIT STRING (RFC 6960, section 4.1.1).
fn key_bits(spki: &[u8]) -> Option<&[u8]> {
    SubjectPublicKeyInfoRef::from_der(spki).ok()?.subject_public_key.as_bytes()
}
