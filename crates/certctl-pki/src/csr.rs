//! Certificate requests (PKCS#10, RFC 2986): made by agents, checked by the control plane.
//!
//! A request is a proof of possession and a wish. What is granted is decided elsewhere: from the wish only the
//! names are taken, other requested extensions are listed and ignored.
//! Invariant: a [`Csr`] carries a valid signature by its own key over the bytes as they were sent, and the key
//! is of a supported and strong kind.

use std::collections::HashSet;

use der::{Decode, Reader, SliceReader};
use x509_cert::{
    ext::pkix::SubjectAltName,
    request::{CertReqInfo, ExtensionReq},
};

use crate::{
    KeyError, Name, NameError, PrivateKey, PublicKey, PublicKeyError, directory_text,
    encode::{OCTET_STRING, SEQUENCE, SET, UTF8_STRING, Writer, context_constructed},
    fingerprint, oid,
    pem::{self, PemError},
    signature::{self, SignatureError},
};

/// The largest request that is read. A request with 100 names and an RSA-4096 key has about 4 KiB.
pub const MAX_CSR_BYTES: usize = 64 * 1024;

/// A checked certificate request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csr {
    der: Vec<u8>,
    public_key: PublicKey,
    common_name: Option<String>,
    names: Vec<Name>,
    ignored_extensions: Vec<String>,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsrError {
    /// Too large to be looked at.
    #[error("the request has {n_bytes} bytes, at most {MAX_CSR_BYTES} are read")]
    TooLarge {
        /// Its size.
        n_bytes: usize,
    },
    /// Neither DER nor PEM.
    #[error("the request is neither DER nor PEM")]
    NotPem,
    /// PEM, but not one certificate request.
    #[error("the request cannot be read as PEM")]
    Pem(#[from] PemError),
    /// Not the structure of a request, or bytes after its end.
    #[error("the request is not a valid PKCS#10 structure: {detail}")]
    NotDer {
        /// Which part.
        detail: &'static str,
    },
    /// The signature does not fit the key and the content.
    #[error(
        "the signature of the request does not fit its public key and content, so it proves no possession of the key"
    )]
    BadSignature,
    /// A key or signature algorithm that is not taken.
    #[error("the request uses {algorithm}, which is not supported")]
    UnsupportedAlgorithm {
        /// What it uses.
        algorithm: String,
    },
    /// The key is too weak or malformed.
    #[error("the key of the request is refused: {detail}")]
    WeakKey {
        /// What is wrong with it.
        detail: String,
    },
    /// A requested name that cannot be in a certificate.
    #[error("the request asks for a name that cannot be granted")]
    BadName(#[from] NameError),
}

/// Makes a request signed by `key`, DER. The names go into the requested subject alternative name.
///
/// # Errors
/// When the common name is empty or longer than 64 characters, as [`BuildCsrError::CommonName`]; when the
/// cryptographic library fails.
pub fn build_csr(
    key: &PrivateKey,
    common_name: Option<&str>,
    names: &[Name],
) -> Result<Vec<u8>, BuildCsrError> {
    if let Some(text) = common_name {
        let n_characters = text.chars().count();
        if !(1..=64).contains(&n_characters) {
            return Err(BuildCsrError::CommonName { n_characters });
        }
    }
    let mut info = Writer::with_capacity(512);
    info.wrap(SEQUENCE, |info| {
        info.raw(&[0x02, 0x01, 0x00]);
        info.wrap(SEQUENCE, |subject| {
            if let Some(text) = common_name {
                write_attribute(subject, &oid::COMMON_NAME, text);
            }
        });
        info.raw(key.spki_der());
        info.wrap(context_constructed(0), |attributes| {
            if !names.is_empty() {
                write_extension_request(attributes, names);
            }
        });
    });
    let info = info.into_bytes();
    let signature = key.sign(&info)?;
    Ok(signed(&info, key, &signature))
}

/// Why no request could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildCsrError {
    /// A common name that no certificate may carry.
    #[error("the common name has {n_characters} characters; between 1 and 64 are allowed")]
    CommonName {
        /// Its length.
        n_characters: usize,
    },
    /// The key could not sign.
    #[error("the request could not be signed")]
    Sign(#[from] KeyError),
}

impl Csr {
    /// Reads a request, DER or PEM, and checks everything the type promises.
    ///
    /// # Errors
    /// One variant for each thing the sender can do about it.
    pub fn parse(bytes: &[u8]) -> Result<Self, CsrError> {
        if bytes.len() > MAX_CSR_BYTES {
            return Err(CsrError::TooLarge { n_bytes: bytes.len() });
        }
        if bytes.first() == Some(&SEQUENCE) {
            return Self::parse_der(bytes);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| CsrError::NotPem)?;
        if !text.contains("-----BEGIN ") {
            return Err(CsrError::NotPem);
        }
        let block = pem::decode_one(text, &[pem::CERTIFICATE_REQUEST, pem::NEW_CERTIFICATE_REQUEST])?;
        Self::parse_der(&block.der)
    }

    fn parse_der(der: &[u8]) -> Result<Self, CsrError> {
        let raw = RawRequest::split(der).ok_or(CsrError::NotDer { detail: "its outer structure" })?;
        let info =
            CertReqInfo::from_der(raw.info).map_err(|_| CsrError::NotDer { detail: "the signed part" })?;
        let public_key = PublicKey::from_spki_der(raw.spki).map_err(refused_key)?;
        raw.verify()?;

        let common_name = directory_text::attribute(&info.subject, &oid::COMMON_NAME);
        let (names, ignored_extensions) = requested(&info)?;
        Ok(Self { der: der.to_vec(), public_key, common_name, names, ignored_extensions })
    }

    /// The public key of a request that [`Csr::parse`] took before, DER. Not for requests from outside: nothing is
    /// verified here.
    ///
    /// # Errors
    /// When the bytes are not such a request.
    pub fn key_of_parsed(der: &[u8]) -> Result<PublicKey, CsrError> {
        let raw = RawRequest::split(der).ok_or(CsrError::NotDer { detail: "its outer structure" })?;
        PublicKey::from_spki_der(raw.spki).map_err(refused_key)
    }

    /// The request as it was sent, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The key whose possession is proved.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The common name of the subject, as the sender wrote it. It asks for nothing.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The names in the requested subject alternative name, each once, in the order of the request.
    #[must_use]
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// The other requested extensions, as dotted identifiers. They are not granted.
    #[must_use]
    pub fn ignored_extensions(&self) -> &[String] {
        &self.ignored_extensions
    }

    /// SHA-256 of the request's DER, hexadecimal.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        fingerprint::sha256_hex(&self.der)
    }
}

/// The parts of a request as they were sent. A signature is checked over these bytes, never over a re-encoding.
struct RawRequest<'a> {
    info: &'a [u8],
    spki: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> RawRequest<'a> {
    fn split(der: &'a [u8]) -> Option<Self> {
        let mut reader = SliceReader::new(der).ok()?;
        let (info, algorithm, signature) = reader
            .sequence(|body| Ok::<_, der::Error>((body.tlv_bytes()?, body.tlv_bytes()?, body.tlv_bytes()?)))
            .ok()?;
        reader.finish().ok()?;
        let mut reader = SliceReader::new(info).ok()?;
        let spki = reader.sequence(|body| {
            body.tlv_bytes()?;
            body.tlv_bytes()?;
            let spki = body.tlv_bytes()?;
            body.drain(body.remaining_len())?;
            Ok::<_, der::Error>(spki)
        });
        Some(Self { info, spki: spki.ok()?, algorithm, signature })
    }

    fn verify(&self) -> Result<(), CsrError> {
        signature::verify(self.spki, self.algorithm, self.info, self.signature).map_err(|error| match error {
            SignatureError::NotDer => CsrError::NotDer { detail: "its signature" },
            SignatureError::Unsupported { algorithm } => CsrError::UnsupportedAlgorithm { algorithm },
            SignatureError::Bad => CsrError::BadSignature,
        })
    }
}

fn refused_key(error: PublicKeyError) -> CsrError {
    match error {
        PublicKeyError::NotDer => CsrError::NotDer { detail: "its public key" },
        PublicKeyError::Unsupported { found } => {
            CsrError::UnsupportedAlgorithm { algorithm: format!("a key of kind {found}") }
        }
        PublicKeyError::Weak { detail } => CsrError::WeakKey { detail },
    }
}

fn requested(info: &CertReqInfo) -> Result<(Vec<Name>, Vec<String>), CsrError> {
    let broken = |_| CsrError::NotDer { detail: "its requested extensions" };
    let mut names: Vec<Name> = Vec::new();
    let mut seen = HashSet::new();
    let mut ignored = Vec::new();
    let mut n_requests = 0;
    for attribute in info.attributes.iter().filter(|attribute| attribute.oid == oid::EXTENSION_REQUEST) {
        for value in attribute.values.iter() {
            n_requests += 1;
            for extension in value.decode_as::<ExtensionReq>().map_err(broken)?.0 {
                if extension.extn_id != oid::SUBJECT_ALT_NAME {
                    ignored.push(extension.extn_id.to_string());
                    continue;
                }
                let alternatives = SubjectAltName::from_der(extension.extn_value.as_bytes());
                for name in &alternatives.map_err(|_| CsrError::NotDer { detail: "its requested names" })?.0 {
                    let name = Name::from_general_name(name)?;
                    if seen.insert(name.clone()) {
                        names.push(name);
                    }
                }
            }
        }
    }
    if n_requests > 1 {
        return Err(CsrError::NotDer { detail: "it holds more than one list of requested extensions" });
    }
    Ok((names, ignored))
}

fn write_extension_request(writer: &mut Writer, names: &[Name]) {
    writer.wrap(SEQUENCE, |attribute| {
        attribute.oid(&oid::EXTENSION_REQUEST);
        attribute.wrap(SET, |values| {
            values.wrap(SEQUENCE, |extensions| {
                extensions.wrap(SEQUENCE, |extension| {
                    extension.oid(&oid::SUBJECT_ALT_NAME);
                    extension.wrap(OCTET_STRING, |value| {
                        value.wrap(SEQUENCE, |list| names.iter().for_each(|name| name.write(list)));
                    });
                });
            });
        });
    });
}

/// One attribute of a distinguished name. UTF8String throughout (RFC 5280, section 4.1.2.4).
pub(crate) fn write_attribute(writer: &mut Writer, oid: &der::asn1::ObjectIdentifier, text: &str) {
    writer.wrap(SET, |rdn| {
        rdn.wrap(SEQUENCE, |attribute| {
            attribute.oid(oid);
            attribute.value(UTF8_STRING, text.as_bytes());
        });
    });
}

/// The outer structure that requests, certificates and CRLs share: what is signed, how, and the signature.
pub(crate) fn signed(content: &[u8], key: &PrivateKey, signature: &[u8]) -> Vec<u8> {
    signed_with(content, key, signature, |_| {})
}

/// The same with more after the signature, as OCSP responses have it.
pub(crate) fn signed_with(
    content: &[u8],
    key: &PrivateKey,
    signature: &[u8],
    more: impl FnOnce(&mut Writer),
) -> Vec<u8> {
    let mut writer = Writer::with_capacity(content.len() + signature.len() + 64);
    writer.wrap(SEQUENCE, |outer| {
        outer.raw(content);
        outer.raw(&key.algorithm().signature_algorithm_der());
        outer.bit_string(signature);
        more(outer);
    });
    writer.into_bytes()
}
