//! A certificate cut into the byte ranges it was sent in, without judging them.
//!
//! Signatures and names are compared on these bytes, never on a re-encoding.

use der::{Reader, SliceReader};

/// The first fields of a to-be-signed certificate, each with its tag and length.
#[derive(Clone, Copy)]
pub(crate) struct RawTbs<'a> {
    pub(crate) signature_algorithm: &'a [u8],
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    pub(crate) spki: &'a [u8],
}

impl<'a> RawTbs<'a> {
    pub(crate) fn split(tbs: &'a [u8]) -> Option<Self> {
        let mut reader = SliceReader::new(tbs).ok()?;
        let parts = reader.sequence(|body| {
            // A version 1 certificate starts with the serial at once.
            if body.peek_byte() == Some(0xa0) {
                body.tlv_bytes()?;
            }
            body.tlv_bytes()?;
            let (signature_algorithm, issuer) = (body.tlv_bytes()?, body.tlv_bytes()?);
            body.tlv_bytes()?;
            let (subject, spki) = (body.tlv_bytes()?, body.tlv_bytes()?);
            body.drain(body.remaining_len())?;
            Ok::<_, der::Error>(Self { signature_algorithm, issuer, subject, spki })
        });
        let parts = parts.ok()?;
        reader.finish().ok()?;
        Some(parts)
    }
}

/// A whole certificate.
#[derive(Clone, Copy)]
pub(crate) struct RawCertificate<'a> {
    pub(crate) tbs_der: &'a [u8],
    pub(crate) tbs: RawTbs<'a>,
    pub(crate) signature_algorithm: &'a [u8],
    pub(crate) signature: &'a [u8],
}

impl<'a> RawCertificate<'a> {
    /// Cuts it; nothing may follow the certificate.
    pub(crate) fn split(der: &'a [u8]) -> Option<Self> {
        let mut reader = SliceReader::new(der).ok()?;
        let (tbs_der, signature_algorithm, signature) = reader
            .sequence(|body| Ok::<_, der::Error>((body.tlv_bytes()?, body.tlv_bytes()?, body.tlv_bytes()?)))
            .ok()?;
        reader.finish().ok()?;
        Some(Self { tbs_der, tbs: RawTbs::split(tbs_der)?, signature_algorithm, signature })
    }
}
