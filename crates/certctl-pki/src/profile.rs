//! What a certificate is asked to contain: one type for each kind of certificate this crate makes.
//!
//! Only what RFC 5280 demands is decided here; lifetimes, names and key kinds that a profile allows are decided
//! above. Times are unix seconds and inclusive at both ends, as in the certificate.
//! Invariant: there is no way to ask for a CA certificate through a leaf's type.

use der::asn1::ObjectIdentifier;

use crate::{
    HttpUri, KeyError, Name, NameConstraintError, NameConstraints, PublicKey, PublicKeyError, Serial, oid,
};

/// The distinguished name of a certificate authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaSubject {
    /// 1 to 64 characters.
    pub common_name: String,
    /// 1 to 64 characters, when given.
    pub organization: Option<String>,
}

/// Where one who checks a certificate finds more about it. What is not given is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Addresses<'a> {
    /// The CRL that would list it: a CRL distribution point (RFC 5280, section 4.2.1.13). For a part of a divided
    /// list, the address in that part ([`crate::CrlSpec::partition`]).
    pub crl: Option<&'a HttpUri>,
    /// The OCSP responder of its issuer (RFC 5280, section 4.2.2.1).
    pub ocsp: Option<&'a HttpUri>,
    /// The certificate of its issuer, DER (RFC 5280, section 4.2.2.1: caIssuers).
    pub ca_issuers: Option<&'a HttpUri>,
}

/// A self-signed root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootSpec<'a> {
    /// The serial number.
    pub serial: &'a Serial,
    /// Subject and issuer.
    pub subject: &'a CaSubject,
    /// First second of validity.
    pub not_before: i64,
    /// Last second of validity.
    pub not_after: i64,
}

/// A certificate authority below another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntermediateSpec<'a> {
    /// The serial number.
    pub serial: &'a Serial,
    /// The subject.
    pub subject: &'a CaSubject,
    /// The key of the new authority.
    pub public_key: &'a PublicKey,
    /// How many further authorities may stand below it. `Some(0)` for one that issues leaves only.
    pub path_len: Option<u8>,
    /// Which names the certificates below it may speak for; none to leave them free.
    pub name_constraints: Option<&'a NameConstraints>,
    /// Where more about it is found.
    pub addresses: Addresses<'a>,
    /// First second of validity, moved up to the issuer's when that is later.
    pub not_before: i64,
    /// Last second of validity, moved down to the issuer's when that is earlier.
    pub not_after: i64,
}

/// A cross-certificate: an authority that exists, certified by another one. Name, key and key identifier stay, so
/// what it has issued leads to the other's root too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossSpec<'a> {
    /// The serial number.
    pub serial: &'a Serial,
    /// A certificate that the authority has, DER; its subject, key and subject key identifier are taken.
    pub certificate_der: &'a [u8],
    /// How many further authorities may stand below it.
    pub path_len: Option<u8>,
    /// Which names the certificates below it may speak for; none to leave them free. Those of the other
    /// certificate are not taken over.
    pub name_constraints: Option<&'a NameConstraints>,
    /// Where more about it is found.
    pub addresses: Addresses<'a>,
    /// First second of validity, moved up to the issuer's when that is later.
    pub not_before: i64,
    /// Last second of validity, moved down to the issuer's when that is earlier.
    pub not_after: i64,
}

/// A certificate for a server, a client, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafSpec<'a> {
    /// The serial number.
    pub serial: &'a Serial,
    /// What the subject says beside the names.
    pub subject: LeafSubject<'a>,
    /// The names it speaks for; repetitions are written once.
    pub names: &'a [Name],
    /// The key it is for.
    pub public_key: &'a PublicKey,
    /// What it may be used for.
    pub usage: LeafUsage,
    /// Where more about it is found.
    pub addresses: Addresses<'a>,
    /// First second of validity, moved up to the issuer's when that is later.
    pub not_before: i64,
    /// Last second of validity, moved down to the issuer's when that is earlier.
    pub not_after: i64,
}

/// A certificate for one who answers OCSP requests in the name of the issuer (RFC 6960, section 4.2.2.2).
///
/// Clients are told not to ask whether it is revoked (id-pkix-ocsp-nocheck), so it ends soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspResponderSpec<'a> {
    /// The serial number.
    pub serial: &'a Serial,
    /// The subject: 1 to 64 characters.
    pub common_name: &'a str,
    /// The key it is for.
    pub public_key: &'a PublicKey,
    /// First second of validity, moved up to the issuer's when that is later.
    pub not_before: i64,
    /// Last second of validity, moved down to the issuer's when that is earlier; at most
    /// [`MAX_OCSP_RESPONDER_SECONDS`] after the first.
    pub not_after: i64,
}

/// The longest validity of an OCSP responder's certificate: 90 days, as nobody can revoke it.
pub const MAX_OCSP_RESPONDER_SECONDS: i64 = 90 * 86_400;

/// The subject of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafSubject<'a> {
    /// Empty; the subject alternative name is critical then (RFC 5280, section 4.2.1.6).
    Empty,
    /// One of the names as common name. A name of more than 64 characters does not fit and makes the subject
    /// empty.
    Name(&'a Name),
    /// A text of 1 to 64 characters that is no name, such as the id of an agent. Clients only; such a
    /// certificate needs no names.
    Identity(&'a str),
}

/// What a leaf may be used for (RFC 5280, section 4.2.1.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafUsage {
    /// A TLS server.
    Server,
    /// A TLS client, as agents are.
    Client,
    /// Either.
    ServerAndClient,
}

impl LeafUsage {
    pub(crate) fn purposes(self) -> &'static [ObjectIdentifier] {
        match self {
            Self::Server => &[oid::SERVER_AUTH],
            Self::Client => &[oid::CLIENT_AUTH],
            Self::ServerAndClient => &[oid::SERVER_AUTH, oid::CLIENT_AUTH],
        }
    }

    /// Only a server's RSA key ever deciphers a TLS key (RFC 5246, section 7.4.2).
    pub(crate) fn is_server(self) -> bool {
        match self {
            Self::Server | Self::ServerAndClient => true,
            Self::Client => false,
        }
    }
}

/// Why a certificate cannot be made or signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// A leaf without names.
    #[error("the certificate names nothing; it needs at least one name")]
    NoNames,
    /// A common name that is not among the names.
    #[error("the common name {name:?} is not one of the names of the certificate")]
    CommonNameNotAmongNames {
        /// The common name.
        name: String,
    },
    /// An identity text on a server certificate.
    #[error("the subject text {text:?} is for client certificates only; a server certificate carries names")]
    IdentityOnServer {
        /// The text.
        text: String,
    },
    /// A subject text that does not fit.
    #[error("the {field} {text:?} of the subject has to have 1 to 64 characters and no control characters")]
    SubjectText {
        /// Which attribute.
        field: &'static str,
        /// The text.
        text: String,
    },
    /// Nothing is left of the validity.
    #[error(
        "the validity from {not_before} to {not_after} is empty within the issuer's, {issuer_not_before} to {issuer_not_after}"
    )]
    EmptyValidity {
        /// As asked.
        not_before: String,
        /// As asked.
        not_after: String,
        /// The issuer's.
        issuer_not_before: String,
        /// The issuer's.
        issuer_not_after: String,
    },
    /// A time that a certificate cannot carry.
    #[error("the time {unix_seconds} (unix seconds) cannot be written into a certificate; 1970 to 9999 can")]
    TimeOutOfRange {
        /// The time.
        unix_seconds: i64,
    },
    /// An OCSP responder's certificate that would live too long.
    #[error(
        "the certificate of an OCSP responder cannot be revoked, so it is valid for at most {} days, not from {not_before} to {not_after} (unix seconds)",
        MAX_OCSP_RESPONDER_SECONDS / 86_400
    )]
    ResponderLifetime {
        /// As asked.
        not_before: i64,
        /// As asked.
        not_after: i64,
    },
    /// Bytes that are no certificate.
    #[error("not a valid certificate: {detail}")]
    NotCertificate {
        /// Which part.
        detail: &'static str,
    },
    /// The key of a certificate that is to be used as an issuer.
    #[error("the public key of the issuer's certificate cannot be used")]
    IssuerKey(#[from] PublicKeyError),
    /// An issuer whose key belongs to another certificate.
    #[error("the private key does not belong to the certificate of {subject:?}")]
    KeyDoesNotMatch {
        /// The certificate's subject.
        subject: String,
    },
    /// An issuer that is none.
    #[error("the certificate of {subject:?} may not issue certificates: {reason}")]
    NotAnIssuer {
        /// The certificate's subject.
        subject: String,
        /// What is missing.
        reason: &'static str,
    },
    /// A name that the issuer may not speak for.
    #[error("{subject:?} may not issue this certificate: {reason}")]
    NameConstraint {
        /// The issuer's subject.
        subject: String,
        /// Which name, and why.
        reason: NameConstraintError,
    },
    /// A name constraint of a kind that is read and not written.
    #[error(
        "the name constraints cannot be written: only host names and ranges of addresses can be constrained"
    )]
    UnwritableNameConstraints,
    /// An authority below one that may have none.
    #[error("{subject:?} may have {allowed} further authorities below it, so it cannot issue this one")]
    PathLength {
        /// The issuer's subject.
        subject: String,
        /// Its path length.
        allowed: u8,
    },
    /// A stored to-be-signed certificate that was made for another issuer or key.
    #[error(
        "the stored certificate content was made for another issuer: its {field} does not fit; make it anew"
    )]
    OtherIssuer {
        /// What does not fit.
        field: &'static str,
    },
    /// The key could not sign.
    #[error("the certificate could not be signed")]
    Sign(#[from] KeyError),
}
