//! Reading OCSP requests (RFC 6960, section 4.1), which anybody may send.
//!
//! A signature on a request is accepted and not looked at: nobody is asked who they are (section 4.1.2 leaves it to
//! the responder). Invariant: memory and time are bounded by [`MAX_OCSP_REQUEST_BYTES`]; nothing here panics.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use der::{
    Decode, Reader, SliceReader,
    asn1::{AnyRef, OctetStringRef},
};
use x509_cert::ext::Extensions;

use super::CertId;
use crate::oid;

/// The longest request that is read, in bytes; a signed one with its certificates fits.
pub const MAX_OCSP_REQUEST_BYTES: usize = 16 << 10;

/// The most certificates in one request. The light profile has one (RFC 5019, section 2.1.1).
const MAX_CERT_IDS: usize = 32;

/// What a client asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspRequest {
    /// The certificates asked for, at least one, in the order of the request.
    pub cert_ids: Vec<CertId>,
    /// The nonce to repeat.
    pub nonce: Option<Nonce>,
}

/// A nonce of 1 to 128 bytes (RFC 9654, section 2.1, which wants 32).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// A nonce of these bytes.
    ///
    /// # Errors
    /// When there are none, or more than 128.
    pub fn new(bytes: &[u8]) -> Result<Self, OcspRequestError> {
        if !(1..=128).contains(&bytes.len()) {
            return Err(OcspRequestError::NonceLength { n_bytes: bytes.len() });
        }
        Ok(Self(bytes.to_vec()))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why a request is refused; each is answered with [`super::OcspFailure::MalformedRequest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OcspRequestError {
    /// Longer than what is read.
    #[error("the OCSP request has {n_bytes} bytes, at most {MAX_OCSP_REQUEST_BYTES} are read")]
    TooLarge {
        /// Its size.
        n_bytes: usize,
    },
    /// Bytes that are no request.
    #[error("not a valid OCSP request: {detail}")]
    NotRequest {
        /// Which part.
        detail: &'static str,
    },
    /// More certificates than are answered at once.
    #[error("the OCSP request asks for more than {MAX_CERT_IDS} certificates at once")]
    TooMany,
    /// A nonce that no answer may repeat.
    #[error("the nonce of the OCSP request has {n_bytes} bytes; 1 to 128 are allowed")]
    NonceLength {
        /// Its size.
        n_bytes: usize,
    },
    /// An extension that has to be understood and is not.
    #[error("the OCSP request has the critical extension {oid}, which is not known")]
    UnknownCritical {
        /// Its dotted identifier.
        oid: String,
    },
    /// A path that holds no request.
    #[error("the path of the OCSP request is not base64 in URL encoding (RFC 6960, appendix A.1)")]
    Path,
}

/// For the readers below; only where the detail does not matter.
impl From<der::Error> for OcspRequestError {
    fn from(_: der::Error) -> Self {
        Self::NotRequest { detail: "its structure" }
    }
}

impl OcspRequest {
    /// Reads a request, DER, as it is sent by POST.
    ///
    /// # Errors
    /// See [`OcspRequestError`].
    pub fn parse(der: &[u8]) -> Result<Self, OcspRequestError> {
        if der.len() > MAX_OCSP_REQUEST_BYTES {
            return Err(OcspRequestError::TooLarge { n_bytes: der.len() });
        }
        let mut reader = SliceReader::new(der)?;
        let tbs = reader.sequence(|outer| {
            let tbs = outer.tlv_bytes()?;
            // optionalSignature [0]
            skip(outer, 0xa0)?;
            Ok::<_, der::Error>(tbs)
        })?;
        reader.finish()?;
        let mut reader = SliceReader::new(tbs)?;
        let request = reader.sequence(read_tbs)?;
        reader.finish()?;
        Ok(request)
    }

    /// Reads a request out of the last part of a path, as it is sent by GET; see [`decode_get_path`].
    ///
    /// # Errors
    /// See [`OcspRequestError`].
    pub fn from_get_path(path: &str) -> Result<Self, OcspRequestError> {
        Self::parse(&decode_get_path(path)?)
    }
}

/// The request in the path after the responder's own: base64 in URL encoding (RFC 6960, appendix A.1). Clients that
/// leave `+`, `/` and `=` as they are, or the padding out, are understood; slashes at the start are not counted.
///
/// # Errors
/// When it is no base64, or longer than any request.
pub fn decode_get_path(path: &str) -> Result<Vec<u8>, OcspRequestError> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    // Base64 has four characters for three bytes, URL encoding at most three for one.
    if path.len() > MAX_OCSP_REQUEST_BYTES * 4 {
        return Err(OcspRequestError::TooLarge { n_bytes: path.len() / 4 });
    }
    let mut plain = Vec::with_capacity(path.len());
    // A SEQUENCE begins with M, so a slash at the start is the path's.
    let mut rest = path.trim_start_matches('/').bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            plain.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        let (high, low) = (digit(), digit());
        let escaped = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        plain.push(escaped.ok_or(OcspRequestError::Path)?);
    }
    ENGINE.decode(plain).map_err(|_| OcspRequestError::Path)
}

fn read_tbs(tbs: &mut SliceReader<'_>) -> Result<OcspRequest, OcspRequestError> {
    // version [0]: only the first one exists, and it may be left out.
    if tbs.peek_byte() == Some(0xa0) && tbs.tlv_bytes()? != [0xa0, 3, 2, 1, 0] {
        return Err(OcspRequestError::NotRequest { detail: "it is not of version 1" });
    }
    // requestorName [1]
    skip(tbs, 0xa1)?;
    let cert_ids = tbs.sequence(|list| {
        let mut cert_ids = Vec::new();
        while !list.is_finished() {
            if cert_ids.len() == MAX_CERT_IDS {
                return Err(OcspRequestError::TooMany);
            }
            cert_ids.push(list.sequence(read_single)?);
        }
        Ok(cert_ids)
    })?;
    if cert_ids.is_empty() {
        return Err(OcspRequestError::NotRequest { detail: "it asks for no certificate" });
    }
    let nonce = read_extensions(tbs, 0xa2)?;
    Ok(OcspRequest { cert_ids, nonce })
}

fn read_single(single: &mut SliceReader<'_>) -> Result<CertId, OcspRequestError> {
    let detail = "how it names a certificate";
    let id = CertId::read(single.tlv_bytes()?).map_err(|_| OcspRequestError::NotRequest { detail })?;
    // A nonce belongs to the whole request; one here is as good as unknown.
    read_extensions(single, 0xa0)?;
    Ok(id)
}

/// The extensions under this tag, when there are any; all that matters in them is the nonce.
fn read_extensions(reader: &mut SliceReader<'_>, tag: u8) -> Result<Option<Nonce>, OcspRequestError> {
    if reader.peek_byte() != Some(tag) {
        return Ok(None);
    }
    let explicit = AnyRef::from_der(reader.tlv_bytes()?)?;
    let extensions = Extensions::from_der(explicit.value())?;
    let mut nonce = None;
    for extension in &extensions {
        match extension.extn_id {
            oid::OCSP_NONCE => {
                let detail = "its nonce";
                let bytes = <&OctetStringRef>::from_der(extension.extn_value.as_bytes())
                    .map_err(|_| OcspRequestError::NotRequest { detail })?;
                if nonce.replace(Nonce::new(bytes.as_bytes())?).is_some() {
                    return Err(OcspRequestError::NotRequest { detail: "it has two nonces" });
                }
            }
            // What the client would like best is not binding: there is one kind of answer, and one key for it.
            oid::OCSP_RESPONSE_TYPES | oid::OCSP_PREFERRED_ALGORITHMS => {}
            unknown if extension.critical => {
                return Err(OcspRequestError::UnknownCritical { oid: unknown.to_string() });
            }
            _ => {}
        }
    }
    Ok(nonce)
}

fn skip(reader: &mut SliceReader<'_>, tag: u8) -> der::Result<()> {
    if reader.peek_byte() == Some(tag) {
        reader.tlv_bytes()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &[u8]) {
        assert_eq!(decode_get_path(path).as_deref(), Ok(expected), "for {path}");
    }

    #[test]
    fn paths_are_understood_in_every_form_that_clients_send() {
        check("MAMBAf8%3D", &[0x30, 3, 1, 1, 0xff]);
        check("/MAMBAf8=", &[0x30, 3, 1, 1, 0xff]);
        check("//MAMBAf8", &[0x30, 3, 1, 1, 0xff]);
        check("MAH%2f%2B%2F%2b%2b", &[0x30, 1, 0xff, 0xfb, 0xff, 0xbe]);
        check("MAH/+/8", &[0x30, 1, 0xff, 0xfb, 0xff]);
        for wrong in ["MAMB*f8", "MAMBAf8%3", "MAMBAf8%", "MAMBAf8%zz", "MAMBA", "MAMB Af8", "ü"] {
            assert_eq!(decode_get_path(wrong), Err(OcspRequestError::Path), "{wrong}");
        }
        assert_eq!(decode_get_path(""), Ok(vec![]));
        let endless = "A".repeat(MAX_OCSP_REQUEST_BYTES * 4 + 1);
        assert!(matches!(decode_get_path(&endless), Err(OcspRequestError::TooLarge { .. })));
    }

    #[test]
    fn nonces_have_1_to_128_bytes() {
        for (n_bytes, is_ok) in [(0, false), (1, true), (32, true), (128, true), (129, false)] {
            assert_eq!(Nonce::new(&vec![7; n_bytes]).is_ok(), is_ok);
        }
    }
}
