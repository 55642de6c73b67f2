//! OCSP responses, signed by a delegated responder (RFC 6960, section 4.2).
//!
//! An answer without a nonce can be made and kept before anybody asks (RFC 5019, section 2.2.1); it then answers
//! every request for that [`CertId`] that has no nonce, until it ends.
//! Invariant: a response is signed by the key of a certificate that its issuer made for this purpose, within that
//! certificate's validity, and carries it.

use der::DateTime;

use super::{CertId, CertIdHash, Nonce, key_bits};
use crate::{
    CertificateError, CertificateInfo, KeyError, PrivateKey, RevocationReason,
    csr::signed_with,
    encode::{ENUMERATED, OCTET_STRING, SEQUENCE, Writer, context_constructed, context_primitive},
    extensions::write_extension,
    oid,
    raw::RawCertificate,
    signature,
    times::{writable, write_generalized_time},
};

/// Who answers for an issuer: a certificate made by it for this, and its key.
pub struct OcspResponder {
    key: PrivateKey,
    certificate_der: Vec<u8>,
    info: CertificateInfo,
    /// SHA-1, as `ResponderID` has it (RFC 6960, section 4.2.1).
    key_hash: Vec<u8>,
}

/// What is known of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked {
        /// When, unix seconds.
        at: i64,
        /// Why.
        reason: RevocationReason,
    },
    /// Nothing is known: it is not of this issuer, or was never issued.
    Unknown,
}

/// The answer about one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// As it was asked, or as it will be.
    pub cert_id: &'a CertId,
    /// What is known.
    pub status: CertStatus,
    /// As of when this is known, unix seconds.
    pub this_update: i64,
    /// Until when newer information comes, unix seconds. Without it, newer is there all the time; the light profile
    /// demands it (RFC 5019, section 2.2.4).
    pub next_update: Option<i64>,
}

/// Why there is no answer, for the client (RFC 6960, section 4.2.1). Not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcspFailure {
    /// The request cannot be read.
    MalformedRequest,
    /// Something is wrong at the responder.
    InternalError,
    /// The responder cannot answer now.
    TryLater,
    /// The responder does not answer for this issuer (RFC 5019, section 2.2.3).
    Unauthorized,
}

impl OcspFailure {
    /// The whole response, DER.
    #[must_use]
    pub fn to_der(self) -> Vec<u8> {
        let status = match self {
            Self::MalformedRequest => 1,
            Self::InternalError => 2,
            Self::TryLater => 3,
            Self::Unauthorized => 6,
        };
        let mut writer = Writer::with_capacity(8);
        writer.wrap(SEQUENCE, |response| response.value(ENUMERATED, &[status]));
        writer.into_bytes()
    }
}

/// Why a response cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OcspError {
    /// A certificate that cannot be read.
    #[error("the certificate of the OCSP responder or its issuer cannot be used")]
    Certificate(#[from] CertificateError),
    /// A certificate that is not a responder's.
    #[error("the certificate of {subject:?} cannot be used by an OCSP responder: {reason}")]
    NotResponder {
        /// Whose certificate.
        subject: String,
        /// What is missing.
        reason: &'static str,
    },
    /// Nothing to answer.
    #[error("an OCSP response needs at least one answer")]
    NoAnswers,
    /// A time that a response cannot carry.
    #[error(
        "the time {unix_seconds} (unix seconds) cannot be written into an OCSP response; 1970 to 9999 can"
    )]
    TimeOutOfRange {
        /// The time.
        unix_seconds: i64,
    },
    /// An end at or before the beginning.
    #[error(
        "the answer would end at {next_update}, which is not after its beginning at {this_update} (unix seconds)"
    )]
    EmptyValidity {
        /// As asked.
        this_update: i64,
        /// As asked.
        next_update: i64,
    },
    /// A responder whose certificate is over, or has not begun.
    #[error(
        "the certificate of the OCSP responder is valid from {not_before} to {not_after}, not at {at} (unix seconds); make a new one"
    )]
    ResponderNotValid {
        /// Its start.
        not_before: i64,
        /// Its end.
        not_after: i64,
        /// When it should sign.
        at: i64,
    },
    /// A revocation that was taken back.
    #[error("a certificate whose revocation was taken back (removeFromCRL) is good, not revoked")]
    RemovedIsNotRevoked,
    /// The key could not sign.
    #[error("the OCSP response could not be signed")]
    Sign(#[from] KeyError),
}

impl OcspResponder {
    /// Puts certificate and key together, after checking that `issuer_certificate` made it for this purpose.
    ///
    /// # Errors
    /// When it did not, or the key is another one's.
    pub fn new(
        issuer_certificate: &[u8],
        certificate_der: &[u8],
        key: PrivateKey,
    ) -> Result<Self, OcspError> {
        let not_certificate = || CertificateError::NotCertificate { detail: "its outer structure" };
        let issuer = RawCertificate::split(issuer_certificate).ok_or_else(not_certificate)?;
        let raw = RawCertificate::split(certificate_der).ok_or_else(not_certificate)?;
        let info = CertificateInfo::parse(certificate_der)?;
        if raw.tbs.spki != key.spki_der() {
            return Err(CertificateError::KeyDoesNotMatch { subject: info.subject }.into());
        }
        let refused = |reason| Err(OcspError::NotResponder { subject: info.subject.clone(), reason });
        // Clients take a delegated responder only from the issuer itself (RFC 6960, section 4.2.2.2).
        let is_signed = raw.tbs.issuer == issuer.tbs.subject
            && signature::verify(issuer.tbs.spki, raw.signature_algorithm, raw.tbs_der, raw.signature)
                .is_ok();
        if !is_signed {
            return refused("the issuer did not sign it");
        }
        if !info.extended_key_usages.iter().any(|purpose| purpose == "OCSPSigning") {
            return refused("its purposes do not include the signing of OCSP responses (OCSPSigning)");
        }
        if !info.may_sign_messages {
            return refused("its key usage does not include signatures (digitalSignature)");
        }
        let key_hash =
            key_bits(raw.tbs.spki).map(|bits| CertIdHash::Sha1.of(bits)).ok_or_else(not_certificate)?;
        Ok(Self { key, certificate_der: certificate_der.to_vec(), info, key_hash })
    }

    /// What its certificate says.
    #[must_use]
    pub fn info(&self) -> &CertificateInfo {
        &self.info
    }

    /// A signed response, DER, made at `produced_at` (unix seconds).
    ///
    /// # Errors
    /// When an answer cannot be written, or the responder's certificate is not valid at that time.
    pub fn respond(
        &self,
        answers: &[Answer<'_>],
        produced_at: i64,
        nonce: Option<&Nonce>,
    ) -> Result<Vec<u8>, OcspError> {
        let (not_before, not_after) = (self.info.not_before, self.info.not_after);
        if !(not_before..=not_after).contains(&produced_at) {
            return Err(OcspError::ResponderNotValid { not_before, not_after, at: produced_at });
        }
        if answers.is_empty() {
            return Err(OcspError::NoAnswers);
        }
        let answers = answers.iter().map(Written::of).collect::<Result<Vec<_>, _>>()?;
        let data = self.response_data(&answers, time(produced_at)?, nonce);
        let signature = self.key.sign(&data)?;
        let basic = signed_with(&data, &self.key, &signature, |outer| {
            outer.wrap(context_constructed(0), |explicit| {
                explicit.wrap(SEQUENCE, |certificates| certificates.raw(&self.certificate_der));
            });
        });

        let mut writer = Writer::with_capacity(basic.len() + 64);
        writer.wrap(SEQUENCE, |response| {
            response.value(ENUMERATED, &[0]); // successful
            response.wrap(context_constructed(0), |explicit| {
                explicit.wrap(SEQUENCE, |bytes| {
                    bytes.oid(&oid::OCSP_BASIC);
                    bytes.value(OCTET_STRING, &basic);
                });
            });
        });
        Ok(writer.into_bytes())
    }

    fn response_data(
        &self,
        answers: &[Written<'_>],
        produced_at: DateTime,
        nonce: Option<&Nonce>,
    ) -> Vec<u8> {
        let mut writer = Writer::with_capacity(256 * answers.len() + 256);
        writer.wrap(SEQUENCE, |data| {
            // The version is the first one, which is left out. The responder is named by its key: byKey [2].
            data.wrap(context_constructed(2), |by_key| by_key.value(OCTET_STRING, &self.key_hash));
            write_generalized_time(data, produced_at);
            data.wrap(SEQUENCE, |list| answers.iter().for_each(|answer| answer.write(list)));
            if let Some(nonce) = nonce {
                data.wrap(context_constructed(1), |explicit| {
                    explicit.wrap(SEQUENCE, |extensions| {
                        write_extension(extensions, &oid::OCSP_NONCE, false, |value| {
                            value.value(OCTET_STRING, nonce.as_bytes());
                        });
                    });
                });
            }
        });
        writer.into_bytes()
    }
}

impl std::fmt::Debug for OcspResponder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OcspResponder({}, {:?})", self.info.subject, self.key)
    }
}

/// An answer whose times can be written.
struct Written<'a> {
    cert_id: &'a CertId,
    status: WrittenStatus,
    this_update: DateTime,
    next_update: Option<DateTime>,
}

enum WrittenStatus {
    Good,
    Revoked { at: DateTime, reason: RevocationReason },
    Unknown,
}

impl<'a> Written<'a> {
    fn of(answer: &Answer<'a>) -> Result<Self, OcspError> {
        let this_update = answer.this_update;
        if let Some(next_update) = answer.next_update
            && next_update <= this_update
        {
            return Err(OcspError::EmptyValidity { this_update, next_update });
        }
        let status = match answer.status {
            CertStatus::Good => WrittenStatus::Good,
            CertStatus::Revoked { reason: RevocationReason::RemoveFromCrl, .. } => {
                return Err(OcspError::RemovedIsNotRevoked);
            }
            CertStatus::Revoked { at, reason } => WrittenStatus::Revoked { at: time(at)?, reason },
            CertStatus::Unknown => WrittenStatus::Unknown,
        };
        Ok(Self {
            cert_id: answer.cert_id,
            status,
            this_update: time(this_update)?,
            next_update: answer.next_update.map(time).transpose()?,
        })
    }

    /// As SingleResponse.
    fn write(&self, list: &mut Writer) {
        list.wrap(SEQUENCE, |single| {
            single.raw(self.cert_id.der());
            match self.status {
                WrittenStatus::Good => single.value(context_primitive(0), &[]),
                WrittenStatus::Revoked { at, reason } => single.wrap(context_constructed(1), |revoked| {
                    write_generalized_time(revoked, at);
                    // As in CRLs, "unspecified" is said by leaving the reason out.
                    if reason != RevocationReason::Unspecified {
                        revoked.wrap(context_constructed(0), |explicit| {
                            explicit.value(ENUMERATED, &[reason.code()]);
                        });
                    }
                }),
                WrittenStatus::Unknown => single.value(context_primitive(2), &[]),
            }
            write_generalized_time(single, self.this_update);
            if let Some(next_update) = self.next_update {
                single.wrap(context_constructed(0), |explicit| write_generalized_time(explicit, next_update));
            }
        });
    }
}

fn time(unix_seconds: i64) -> Result<DateTime, OcspError> {
    writable(unix_seconds).ok_or(OcspError::TimeOutOfRange { unix_seconds })
}
