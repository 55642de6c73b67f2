//! Chains of certificates: put in order, and checked up to a root that is trusted.
//!
//! webpki decides whether there is a path; what it leaves open (the key usage of authorities, the validity of
//! the root) is checked on the path it found. When it finds none, the chain is walked once more to say which
//! certificate is at fault. Revocation is not looked at.
//! Invariant: `Ok` means webpki accepted the path; the walk can only explain, never accept.

use std::{fmt, time::Duration};

use der::{Decode, asn1::AnyRef};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use crate::{
    CertificateInfo,
    raw::RawCertificate,
    signature::{self, SignatureError},
    times::date_time,
};

/// What is wrong with a chain, and with which certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Nothing to look at.
    #[error("the chain holds no certificate")]
    Empty,
    /// Bytes that are no certificate.
    #[error("{which} cannot be read as a certificate")]
    NotCertificate {
        /// Which one, for example `intermediate 2`.
        which: String,
    },
    /// Validity is over.
    #[error("the certificate of {subject} expired at {not_after}; checked for {at}")]
    Expired {
        /// Whose certificate.
        subject: String,
        /// Its end.
        not_after: String,
        /// For when it was checked.
        at: String,
    },
    /// Validity has not begun.
    #[error(
        "the certificate of {subject} is not valid before {not_before}; checked for {at}; is the clock right?"
    )]
    NotYetValid {
        /// Whose certificate.
        subject: String,
        /// Its start.
        not_before: String,
        /// For when it was checked.
        at: String,
    },
    /// The next certificate up is not there.
    #[error(
        "the certificate of {subject} was issued by {issuer}, whose certificate is neither in the chain nor a trusted root"
    )]
    IssuerMissing {
        /// Whose certificate.
        subject: String,
        /// Who issued it.
        issuer: String,
    },
    /// The certificate of the issuer's name has another key.
    #[error(
        "the signature on the certificate of {subject} was not made by the key of {issuer} that is in the chain or trusted"
    )]
    BadSignature {
        /// Whose certificate.
        subject: String,
        /// Who is said to have issued it.
        issuer: String,
    },
    /// A signature algorithm that is not accepted.
    #[error("the certificate of {subject} is signed with {algorithm}, which is not accepted")]
    UnsupportedAlgorithm {
        /// Whose certificate.
        subject: String,
        /// What was used.
        algorithm: String,
    },
    /// A certificate in an issuer's place that is no authority.
    #[error("{subject} issued a certificate of the chain but is not marked as a certificate authority")]
    NotAuthority {
        /// Whose certificate.
        subject: String,
    },
    /// An authority whose key may not sign certificates.
    #[error(
        "{subject} issued a certificate of the chain but its key usage does not include the signing of certificates"
    )]
    MayNotSign {
        /// Whose certificate.
        subject: String,
    },
    /// More authorities than one of them allows.
    #[error("{subject} allows {allowed} authorities below it, the chain has {found}")]
    PathLength {
        /// Whose certificate.
        subject: String,
        /// Its limit.
        allowed: u8,
        /// How many there are.
        found: usize,
    },
    /// Refused for a reason the walk does not know.
    #[error("the chain of {subject} is refused: {reason}")]
    Refused {
        /// Whose certificate is at the start.
        subject: String,
        /// The verifier's word for it.
        reason: String,
    },
    /// More than one certificate could be the leaf.
    #[error("the certificates are not one chain: {first} and {second} both have nothing below them")]
    SeveralLeaves {
        /// One of them.
        first: String,
        /// Another.
        second: String,
    },
    /// Every certificate issued another one of them.
    #[error("the certificates are not one chain: none of them is the leaf")]
    NoLeaf,
    /// A certificate that is not on the way up.
    #[error("the certificate of {subject} does not belong to the chain of {leaf}")]
    Unrelated {
        /// Whose certificate.
        subject: String,
        /// The chain's leaf.
        leaf: String,
    },
}

/// Checks that `leaf` leads through `intermediates`, in any order, to one of the trusted `roots`, and that all
/// of them are valid at `at_unix`. It does not look at purposes or at the leaf's names. The leaf may not be an
/// authority.
///
/// # Errors
/// Says which certificate is at fault, and why.
pub fn check_chain<I: AsRef<[u8]>, R: AsRef<[u8]>>(
    leaf: &[u8],
    intermediates: &[I],
    roots: &[R],
    at_unix: i64,
) -> Result<(), ChainError> {
    let leaf = Link::read(leaf, || "the leaf".to_owned())?;
    let intermediates = Link::read_all(intermediates, "intermediate")?;
    let roots = Link::read_all(roots, "root")?;
    find_path(&leaf, &intermediates, &roots, at_unix).or_else(|refusal| {
        explain(&leaf, &intermediates, &roots, at_unix)?;
        Err(refusal)
    })
}

/// Puts the certificates of one chain in order, the leaf first; each next one issued the one before. Doubles
/// are dropped. The root may be among them.
///
/// # Errors
/// When they are not one chain.
pub fn order_chain<C: AsRef<[u8]>>(certificates: &[C]) -> Result<Vec<Vec<u8>>, ChainError> {
    let mut rest: Vec<Link<'_>> = Vec::new();
    for link in Link::read_all(certificates, "certificate")? {
        if rest.iter().all(|known| known.der != link.der) {
            rest.push(link);
        }
    }
    if rest.is_empty() {
        return Err(ChainError::Empty);
    }
    let is_below = |index: usize| {
        let others = rest.iter().enumerate().filter(|(other, _)| *other != index);
        others.map(|(_, other)| other).all(|other| !other.is_issued_by(&rest[index]))
    };
    let leaves: Vec<usize> = (0..rest.len()).filter(|index| is_below(*index)).collect();
    let first = match leaves.as_slice() {
        [] => return Err(ChainError::NoLeaf),
        [first] => *first,
        [first, second, ..] => {
            return Err(ChainError::SeveralLeaves {
                first: rest[*first].subject(),
                second: rest[*second].subject(),
            });
        }
    };
    let mut ordered = vec![rest.swap_remove(first)];
    while let Some(above) =
        ordered.last().and_then(|last| rest.iter().position(|link| last.is_issued_by(link)))
    {
        ordered.push(rest.swap_remove(above));
    }
    match rest.first() {
        Some(link) => Err(ChainError::Unrelated { subject: link.subject(), leaf: ordered[0].subject() }),
        None => Ok(ordered.into_iter().map(|link| link.der.to_vec()).collect()),
    }
}

/// One certificate, read twice: as bytes and as what it says.
struct Link<'a> {
    der: &'a [u8],
    raw: RawCertificate<'a>,
    info: CertificateInfo,
}

impl<'a> Link<'a> {
    fn read(der: &'a [u8], which: impl FnOnce() -> String) -> Result<Self, ChainError> {
        match (RawCertificate::split(der), CertificateInfo::parse(der)) {
            (Some(raw), Ok(info)) => Ok(Self { der, raw, info }),
            (None, _) | (_, Err(_)) => Err(ChainError::NotCertificate { which: which() }),
        }
    }

    fn read_all<C: AsRef<[u8]>>(ders: &'a [C], which: &str) -> Result<Vec<Self>, ChainError> {
        let read =
            |(index, der): (usize, &'a C)| Self::read(der.as_ref(), || format!("{which} {}", index + 1));
        ders.iter().enumerate().map(read).collect()
    }

    fn subject(&self) -> String {
        match (self.info.subject.as_str(), self.info.names.first()) {
            ("", Some(name)) => name.to_string(),
            ("", None) => format!("serial {}", self.info.serial_hex),
            (subject, _) => subject.to_owned(),
        }
    }

    fn is_named_issuer_of(&self, other: &Link<'_>) -> bool {
        self.raw.tbs.subject == other.raw.tbs.issuer
    }

    fn check_signature_of(&self, other: &Link<'_>) -> Result<(), SignatureError> {
        let signed = other.raw;
        signature::verify(self.raw.tbs.spki, signed.signature_algorithm, signed.tbs_der, signed.signature)
    }

    fn is_issued_by(&self, other: &Link<'_>) -> bool {
        other.is_named_issuer_of(self) && other.check_signature_of(self).is_ok()
    }

    fn check_validity(&self, at_unix: i64) -> Result<(), ChainError> {
        if at_unix > self.info.not_after {
            let (not_after, at) = (time_text(self.info.not_after), time_text(at_unix));
            return Err(ChainError::Expired { subject: self.subject(), not_after, at });
        }
        if at_unix < self.info.not_before {
            let (not_before, at) = (time_text(self.info.not_before), time_text(at_unix));
            return Err(ChainError::NotYetValid { subject: self.subject(), not_before, at });
        }
        Ok(())
    }

    fn check_authority(&self) -> Result<(), ChainError> {
        if !self.info.is_ca {
            return Err(ChainError::NotAuthority { subject: self.subject() });
        }
        if !self.info.may_sign_certificates {
            return Err(ChainError::MayNotSign { subject: self.subject() });
        }
        Ok(())
    }
}

/// The decision. Every purpose passes: which one is needed is asked where the certificate is used.
fn find_path(
    leaf: &Link<'_>,
    intermediates: &[Link<'_>],
    roots: &[Link<'_>],
    at_unix: i64,
) -> Result<(), ChainError> {
    let refused = |reason: &dyn fmt::Display| ChainError::Refused {
        subject: leaf.subject(),
        reason: reason.to_string(),
    };
    let seconds = u64::try_from(at_unix).map_err(|error| refused(&error))?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let leaf_der = CertificateDer::from(leaf.der);
    let end_entity = EndEntityCert::try_from(&leaf_der).map_err(|error| refused(&error))?;
    let root_ders: Vec<_> = roots.iter().map(|root| CertificateDer::from(root.der)).collect();
    // A trusted certificate that webpki cannot read takes no part; the others may still be enough.
    let anchors: Vec<TrustAnchor<'_>> =
        root_ders.iter().filter_map(|root| webpki::anchor_from_trusted_cert(root).ok()).collect();
    let intermediate_ders: Vec<_> =
        intermediates.iter().map(|intermediate| CertificateDer::from(intermediate.der)).collect();
    let path = end_entity
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &intermediate_ders,
            time,
            AnyPurpose,
            None,
            None,
        )
        .map_err(|error| refused(&error))?;

    for authority in path.intermediate_certificates() {
        let der = authority.der();
        if let Some(link) = intermediates.iter().find(|link| link.der == der.as_ref()) {
            link.check_authority()?;
        }
    }
    // The same authority may be trusted by more than one certificate; one good one is enough.
    let anchor = path.anchor();
    let same_authority = roots.iter().filter(|root| {
        inside(root.raw.tbs.subject) == Some(anchor.subject.as_ref())
            && inside(root.raw.tbs.spki) == Some(anchor.subject_public_key_info.as_ref())
    });
    let mut outcome = Err(refused(&"the trusted root was not found again"));
    for root in same_authority {
        outcome = root.check_validity(at_unix).and_then(|()| root.check_authority());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Walks up from the leaf and reports the first fault. `Ok` only means that the walk found none.
fn explain(
    leaf: &Link<'_>,
    intermediates: &[Link<'_>],
    roots: &[Link<'_>],
    at_unix: i64,
) -> Result<(), ChainError> {
    let mut current = leaf;
    current.check_validity(at_unix)?;
    // Each step up uses one more certificate, so a longer walk would be a circle.
    for n_authorities in 0..=intermediates.len() {
        let named: Vec<_> = roots
            .iter()
            .map(|root| (root, true))
            .chain(intermediates.iter().map(|intermediate| (intermediate, false)))
            .filter(|(candidate, _)| candidate.is_named_issuer_of(current))
            .collect();
        let issuer = current.info.issuer.clone();
        if named.is_empty() {
            return Err(ChainError::IssuerMissing { subject: current.subject(), issuer });
        }
        let mut fault = ChainError::BadSignature { subject: current.subject(), issuer };
        let mut above = None;
        for (candidate, is_root) in named {
            match candidate.check_signature_of(current) {
                Ok(()) => above = above.or(Some((candidate, is_root))),
                Err(SignatureError::Unsupported { algorithm }) => {
                    fault = ChainError::UnsupportedAlgorithm { subject: current.subject(), algorithm };
                }
                Err(SignatureError::Bad | SignatureError::NotDer) => {}
            }
        }
        let Some((above, is_root)) = above else { return Err(fault) };
        above.check_authority()?;
        above.check_validity(at_unix)?;
        if let Some(allowed) = above.info.path_len
            && n_authorities > usize::from(allowed)
        {
            return Err(ChainError::PathLength { subject: above.subject(), allowed, found: n_authorities });
        }
        if is_root {
            return Ok(());
        }
        current = above;
    }
    Ok(())
}

/// The inside of a SEQUENCE, which is how webpki keeps names and keys.
fn inside(der: &[u8]) -> Option<&[u8]> {
    AnyRef::from_der(der).ok().map(|any| any.value())
}

struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

fn time_text(unix_seconds: i64) -> String {
    date_time(unix_seconds).map_or_else(|_| format!("{unix_seconds} (unix seconds)"), |time| time.to_string())
}
