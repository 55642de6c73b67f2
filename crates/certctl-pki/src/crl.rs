//! Certificate revocation lists: made here, read in `crl/read.rs` (RFC 5280, section 5).
//!
//! Which certificates are revoked, how a list is divided into partitions and when the next one comes is decided
//! above; times are unix seconds. The entries come as an iterator, so that a long list needs memory once.
//! Invariant: what is written is version 2, names its issuer's key, carries a number and an end, and is signed by
//! a key that may sign CRLs.

mod read;

use crate::{
    HttpUri, Issuer, KeyError, RevocationReason, Serial,
    csr::signed,
    encode::{ENUMERATED, SEQUENCE, Writer, context_constructed, context_primitive},
    extensions::{write_distribution_point, write_extension, write_full_name},
    oid,
    times::{writable, write_time},
};

pub use read::{Crl, MAX_CRL_BYTES, ReadCrlError};

/// What a CRL is asked to contain, beside its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrlSpec<'a> {
    /// Its number: higher than that of every list before it of the same issuer and scope (RFC 5280, section
    /// 5.2.3). A delta shares the numbers of the complete lists.
    pub number: CrlNumber,
    /// When it was made.
    pub this_update: i64,
    /// Until when the next one comes.
    pub next_update: i64,
    /// The address of this part, when the list is divided: certificates name it in their CRL distribution points.
    pub partition: Option<&'a HttpUri>,
    /// Which certificates it speaks of. Clients built on rustls take anything but [`CrlScope::All`] only with an
    /// address in `partition`.
    pub scope: CrlScope,
    /// Makes it a delta: what changed since the complete list of this number (RFC 5280, section 5.2.4).
    pub base: Option<CrlNumber>,
    /// Where deltas to this complete list are found (RFC 5280, section 5.2.6). Not for deltas.
    pub freshest: Option<&'a HttpUri>,
}

/// Which of the issuer's certificates a CRL speaks of (RFC 5280, section 5.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrlScope {
    /// All of them.
    All,
    /// Leaves only: `onlyContainsUserCerts`.
    Leaves,
    /// Certificate authorities only: `onlyContainsCACerts`.
    Authorities,
}

/// One entry of a CRL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Whose certificate.
    pub serial: Serial,
    /// When it was revoked, unix seconds.
    pub revoked_at: i64,
    /// Why.
    pub reason: RevocationReason,
}

/// The number of a CRL. At most 20 bytes as a DER INTEGER, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrlNumber([u8; 20]);

impl CrlNumber {
    /// A number from big-endian bytes; nothing when it is too long.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let magnitude = crate::serial::strip(bytes);
        let start = 20_usize.checked_sub(magnitude.len())?;
        let mut number = [0; 20];
        number[start..].copy_from_slice(magnitude);
        (number[0] & 0x80 == 0).then_some(Self(number))
    }

    /// The number, unless it is one of another authority and longer.
    #[must_use]
    pub fn to_u64(self) -> Option<u64> {
        let (above, low) = self.0.split_last_chunk::<8>()?;
        above.iter().all(|byte| *byte == 0).then(|| u64::from_be_bytes(*low))
    }

    fn write(&self, writer: &mut Writer) {
        writer.integer(&self.0);
    }
}

impl From<u64> for CrlNumber {
    fn from(number: u64) -> Self {
        let mut bytes = [0; 20];
        bytes[12..].copy_from_slice(&number.to_be_bytes());
        Self(bytes)
    }
}

/// Why a CRL cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrlError {
    /// An issuer whose certificate does not allow it.
    #[error(
        "{subject:?} may not sign CRLs: the key usage of its certificate does not include it (cRLSign); use a certificate that does"
    )]
    MayNotSign {
        /// The issuer's subject.
        subject: String,
    },
    /// An end at or before the beginning.
    #[error(
        "the CRL would end at {next_update}, which is not after its beginning at {this_update} (unix seconds)"
    )]
    EmptyValidity {
        /// As asked.
        this_update: i64,
        /// As asked.
        next_update: i64,
    },
    /// A time that a CRL cannot carry.
    #[error("the time {unix_seconds} (unix seconds) cannot be written into a CRL; 1970 to 9999 can")]
    TimeOutOfRange {
        /// The time.
        unix_seconds: i64,
    },
    /// A delta that is not newer than its base.
    #[error("a delta CRL needs a higher number than the complete CRL that it builds on")]
    DeltaNotAfterBase,
    /// A delta that names deltas.
    #[error("a delta CRL cannot name the place of further deltas; only complete CRLs do")]
    FreshestInDelta,
    /// An entry that takes back a revocation, outside a delta.
    #[error("the certificate {serial} is entered as removed (removeFromCRL), which only a delta CRL can say")]
    RemovedOutsideDelta {
        /// Whose entry.
        serial: Serial,
    },
    /// The key could not sign.
    #[error("the CRL could not be signed")]
    Sign(#[from] KeyError),
}

/// Makes a CRL, DER. Each serial has to come once; their order does not matter.
///
/// # Errors
/// When the issuer may not sign CRLs, or the specification or an entry cannot be met; see [`CrlError`].
pub fn sign_crl(
    issuer: &Issuer,
    spec: &CrlSpec<'_>,
    revoked: impl IntoIterator<Item = Revoked>,
) -> Result<Vec<u8>, CrlError> {
    let key = issuer.key();
    let tbs = build_tbs(issuer, spec, revoked.into_iter())?;
    let signature = key.sign(&tbs)?;
    Ok(signed(&tbs, key, &signature))
}

fn build_tbs(
    issuer: &Issuer,
    spec: &CrlSpec<'_>,
    revoked: impl Iterator<Item = Revoked>,
) -> Result<Vec<u8>, CrlError> {
    if !issuer.info().may_sign_crls {
        return Err(CrlError::MayNotSign { subject: issuer.info().subject.clone() });
    }
    let (this_update, next_update) = (spec.this_update, spec.next_update);
    if next_update <= this_update {
        return Err(CrlError::EmptyValidity { this_update, next_update });
    }
    if spec.base.is_some_and(|base| base >= spec.number) {
        return Err(CrlError::DeltaNotAfterBase);
    }
    if spec.base.is_some() && spec.freshest.is_some() {
        return Err(CrlError::FreshestInDelta);
    }
    let (first, last) = (time(this_update)?, time(next_update)?);
    let entries = write_entries(revoked, spec.base.is_some())?;

    let mut writer = Writer::with_capacity(entries.len() + 512);
    writer.wrap(SEQUENCE, |tbs| {
        tbs.integer(&[1]); // version 2
        tbs.raw(issuer.signature_algorithm());
        tbs.raw(issuer.subject_der());
        write_time(tbs, first);
        write_time(tbs, last);
        // An empty list has to be left out (RFC 5280, section 5.1.2.6).
        if !entries.is_empty() {
            tbs.value(SEQUENCE, &entries);
        }
        tbs.wrap(context_constructed(0), |explicit| {
            explicit.wrap(SEQUENCE, |list| write_extensions(list, issuer, spec));
        });
    });
    Ok(writer.into_bytes())
}

fn write_entries(revoked: impl Iterator<Item = Revoked>, is_delta: bool) -> Result<Vec<u8>, CrlError> {
    // 20 bytes of serial, 15 of time, 14 of reason, and what is around them.
    const ENTRY_BYTES: usize = 53;
    let mut writer = Writer::with_capacity(revoked.size_hint().0.min(1 << 20) * ENTRY_BYTES);
    for entry in revoked {
        let at = time(entry.revoked_at)?;
        if entry.reason == RevocationReason::RemoveFromCrl && !is_delta {
            return Err(CrlError::RemovedOutsideDelta { serial: entry.serial });
        }
        writer.wrap(SEQUENCE, |body| {
            body.integer(entry.serial.as_bytes());
            write_time(body, at);
            // "Unspecified" is said by leaving the reason out (RFC 5280, section 5.3.1).
            if entry.reason != RevocationReason::Unspecified {
                body.wrap(SEQUENCE, |extensions| {
                    write_extension(extensions, &oid::CRL_REASON, false, |value| {
                        value.value(ENUMERATED, &[entry.reason.code()]);
                    });
                });
            }
        });
    }
    Ok(writer.into_bytes())
}

fn write_extensions(list: &mut Writer, issuer: &Issuer, spec: &CrlSpec<'_>) {
    list.raw(issuer.authority_key_identifier());
    write_extension(list, &oid::CRL_NUMBER, false, |value| spec.number.write(value));
    if let Some(base) = &spec.base {
        write_extension(list, &oid::DELTA_CRL_INDICATOR, true, |value| base.write(value));
    }
    if spec.partition.is_some() || spec.scope != CrlScope::All {
        write_extension(list, &oid::ISSUING_DISTRIBUTION_POINT, true, |value| {
            value.wrap(SEQUENCE, |point| {
                if let Some(uri) = spec.partition {
                    write_full_name(point, uri);
                }
                match spec.scope {
                    CrlScope::All => {}
                    CrlScope::Leaves => point.value(context_primitive(1), &[0xff]),
                    CrlScope::Authorities => point.value(context_primitive(2), &[0xff]),
                }
            });
        });
    }
    if let Some(uri) = spec.freshest {
        write_extension(list, &oid::FRESHEST_CRL, false, |value| write_distribution_point(value, uri));
    }
}

fn time(unix_seconds: i64) -> Result<der::DateTime, CrlError> {
    writable(unix_seconds).ok_or(CrlError::TimeOutOfRange { unix_seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_and_bounded() {
        let number = |bytes: &[u8]| CrlNumber::from_bytes(bytes);
        assert_eq!(number(&[]).unwrap().to_u64(), Some(0));
        assert_eq!(number(&[0, 1, 0]).unwrap(), CrlNumber::from(256));
        assert!(CrlNumber::from(255) < CrlNumber::from(256));
        assert_eq!(number(&[1; 9]).unwrap().to_u64(), None);
        assert!(number(&[0x7f; 20]).is_some() && number(&[0x80; 20]).is_none() && number(&[1; 21]).is_none());
        assert_eq!(CrlNumber::from(u64::MAX).to_u64(), Some(u64::MAX));
    }
}
