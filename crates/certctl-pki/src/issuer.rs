//! A certificate authority that can sign: its certificate, its key, and what is written of both into every
//! certificate below it.
//!
//! It holds no policy and no state; which serials were used is the store's knowledge.
//! Invariant: the key belongs to the certificate, the certificate may sign certificates, and nothing signed here
//! outlives it.

use std::fmt;

use crate::{
    Addresses, CertificateError, CertificateInfo, CrossSpec, IntermediateSpec, LeafSpec, Name,
    NameConstraints, OcspResponderSpec, PrivateKey, PublicKey, Serial, Tbs,
    extensions::{
        CaExtensions, authority_key_identifier, write_leaf_extensions, write_ocsp_responder_extensions,
    },
    profile::MAX_OCSP_RESPONDER_SECONDS,
    raw::{RawCertificate, RawTbs},
    sign_tbs,
    tbs::{Parts, Validity, ca_subject, common_name_subject, leaf_subject},
};

/// A signing certificate authority. Read once, used for every certificate.
pub struct Issuer {
    key: PrivateKey,
    certificate_der: Vec<u8>,
    info: CertificateInfo,
    subject: Vec<u8>,
    signature_algorithm: Vec<u8>,
    authority_key_identifier: Vec<u8>,
}

impl Issuer {
    /// Puts certificate and key together.
    ///
    /// # Errors
    /// When the certificate cannot be read or may not sign certificates, or the key is another one's.
    pub fn new(certificate_der: &[u8], key: PrivateKey) -> Result<Self, CertificateError> {
        let Identity { info, subject, public_key, key_identifier } = Identity::of(certificate_der)?;
        if public_key.spki_der() != key.spki_der() {
            return Err(CertificateError::KeyDoesNotMatch { subject: info.subject });
        }
        Ok(Self {
            signature_algorithm: key.algorithm().signature_algorithm_der(),
            authority_key_identifier: authority_key_identifier(&key_identifier),
            subject: subject.to_vec(),
            certificate_der: certificate_der.to_vec(),
            info,
            key,
        })
    }

    /// The content of a leaf certificate.
    ///
    /// # Errors
    /// When the specification cannot be met; see [`CertificateError`].
    pub fn build_leaf_tbs(&self, spec: &LeafSpec<'_>) -> Result<Tbs, CertificateError> {
        let subject = leaf_subject(spec)?;
        // An empty SEQUENCE has two bytes.
        let is_subject_empty = subject.len() == 2;
        self.check_names(spec.names, !is_subject_empty)?;
        let validity = self.fit(spec.not_before, spec.not_after)?;
        Ok(Parts {
            signature_algorithm: &self.signature_algorithm,
            issuer: &self.subject,
            subject: &subject,
            serial: spec.serial,
            validity,
            public_key: spec.public_key,
            authority_key_identifier: &self.authority_key_identifier,
        }
        .write(|extensions| write_leaf_extensions(extensions, spec, is_subject_empty)))
    }

    /// The content of a certificate for an OCSP responder of this issuer.
    ///
    /// # Errors
    /// When it would live too long, or the specification cannot be met.
    pub fn build_ocsp_responder_tbs(&self, spec: &OcspResponderSpec<'_>) -> Result<Tbs, CertificateError> {
        let (not_before, not_after) = (spec.not_before, spec.not_after);
        if not_after.saturating_sub(not_before) >= MAX_OCSP_RESPONDER_SECONDS {
            return Err(CertificateError::ResponderLifetime { not_before, not_after });
        }
        let subject = common_name_subject(spec.common_name)?;
        self.check_names(&[], true)?;
        let validity = self.fit(not_before, not_after)?;
        Ok(Parts {
            signature_algorithm: &self.signature_algorithm,
            issuer: &self.subject,
            subject: &subject,
            serial: spec.serial,
            validity,
            public_key: spec.public_key,
            authority_key_identifier: &self.authority_key_identifier,
        }
        .write(|extensions| write_ocsp_responder_extensions(extensions, spec.public_key)))
    }

    /// The content of a certificate authority below this one.
    ///
    /// # Errors
    /// When this authority may have none below it, or the specification cannot be met.
    pub fn build_intermediate_tbs(&self, spec: &IntermediateSpec<'_>) -> Result<Tbs, CertificateError> {
        let authority = Authority {
            serial: spec.serial,
            subject: &ca_subject(spec.subject)?,
            public_key: spec.public_key,
            key_identifier: &spec.public_key.key_identifier(),
            path_len: spec.path_len,
            name_constraints: spec.name_constraints,
            addresses: spec.addresses,
        };
        self.build_authority_tbs(&authority, spec.not_before, spec.not_after)
    }

    /// The content of a certificate by this authority for one that exists already.
    ///
    /// # Errors
    /// When the other one is no authority, this one may have none below it, or the specification cannot be met.
    pub fn build_cross_tbs(&self, spec: &CrossSpec<'_>) -> Result<Tbs, CertificateError> {
        let other = Identity::of(spec.certificate_der)?;
        let authority = Authority {
            serial: spec.serial,
            subject: other.subject,
            public_key: &other.public_key,
            key_identifier: &other.key_identifier,
            path_len: spec.path_len,
            name_constraints: spec.name_constraints,
            addresses: spec.addresses,
        };
        self.build_authority_tbs(&authority, spec.not_before, spec.not_after)
    }

    fn build_authority_tbs(
        &self,
        authority: &Authority<'_>,
        not_before: i64,
        not_after: i64,
    ) -> Result<Tbs, CertificateError> {
        if let Some(allowed) = self.info.path_len
            && authority.path_len.is_none_or(|wanted| wanted >= allowed)
        {
            return Err(CertificateError::PathLength { subject: self.info.subject.clone(), allowed });
        }
        self.check_names(&[], true)?;
        let constraints = authority.name_constraints.filter(|constraints| !constraints.is_empty());
        let constraints = constraints
            .map(|constraints| constraints.to_der().ok_or(CertificateError::UnwritableNameConstraints))
            .transpose()?;
        let validity = self.fit(not_before, not_after)?;
        Ok(Parts {
            signature_algorithm: &self.signature_algorithm,
            issuer: &self.subject,
            subject: authority.subject,
            serial: authority.serial,
            validity,
            public_key: authority.public_key,
            authority_key_identifier: &self.authority_key_identifier,
        }
        .write(|extensions| {
            CaExtensions {
                path_len: authority.path_len,
                key_identifier: authority.key_identifier,
                name_constraints: constraints.as_deref(),
                addresses: authority.addresses,
            }
            .write(extensions);
        }))
    }

    /// Signs content that this issuer built, now or before a restart. The result is the certificate, DER.
    ///
    /// # Errors
    /// When the content was built by another issuer, or by this one before its key or name changed.
    pub fn sign(&self, tbs: &Tbs) -> Result<Vec<u8>, CertificateError> {
        self.check_built(tbs)?;
        if tbs.not_after() > self.info.not_after || tbs.not_before() < self.info.not_before {
            return Err(CertificateError::OtherIssuer { field: "validity" });
        }
        sign_tbs(&self.key, tbs)
    }

    /// Whether this issuer built the content: it has its name and its key's identifier.
    #[must_use]
    pub fn has_built(&self, tbs: &Tbs) -> bool {
        self.check_built(tbs).is_ok()
    }

    fn check_built(&self, tbs: &Tbs) -> Result<(), CertificateError> {
        let raw = RawTbs::split(tbs.as_der())
            .ok_or(CertificateError::NotCertificate { detail: "the stored content to be signed" })?;
        if raw.issuer != self.subject {
            return Err(CertificateError::OtherIssuer { field: "issuer name" });
        }
        // The extension is the last thing in the content this crate writes.
        if !tbs.as_der().ends_with(&self.authority_key_identifier) {
            return Err(CertificateError::OtherIssuer { field: "authority key identifier" });
        }
        Ok(())
    }

    /// Its certificate, DER.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// What its certificate says.
    #[must_use]
    pub fn info(&self) -> &CertificateInfo {
        &self.info
    }

    pub(crate) fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Its subject, DER.
    pub(crate) fn subject_der(&self) -> &[u8] {
        &self.subject
    }

    /// The AlgorithmIdentifier of its signatures, DER.
    pub(crate) fn signature_algorithm(&self) -> &[u8] {
        &self.signature_algorithm
    }

    /// The whole extension that names its key, DER.
    pub(crate) fn authority_key_identifier(&self) -> &[u8] {
        &self.authority_key_identifier
    }

    /// Refuses what its own name constraints do not allow (RFC 5280, section 4.2.1.10).
    fn check_names(&self, names: &[Name], has_subject: bool) -> Result<(), CertificateError> {
        let Some(constraints) = &self.info.name_constraints else { return Ok(()) };
        constraints
            .check(names, has_subject)
            .map_err(|reason| CertificateError::NameConstraint { subject: self.info.subject.clone(), reason })
    }

    fn fit(&self, not_before: i64, not_after: i64) -> Result<Validity, CertificateError> {
        Validity::within(not_before, not_after, self.info.not_before, self.info.not_after)
    }
}

/// Who an authority is, as its certificate says.
struct Identity<'a> {
    info: CertificateInfo,
    subject: &'a [u8],
    public_key: PublicKey,
    key_identifier: Vec<u8>,
}

impl<'a> Identity<'a> {
    fn of(certificate_der: &'a [u8]) -> Result<Self, CertificateError> {
        let raw = RawCertificate::split(certificate_der)
            .ok_or(CertificateError::NotCertificate { detail: "its outer structure" })?;
        let info = CertificateInfo::parse(certificate_der)?;
        let public_key = PublicKey::from_spki_der(raw.tbs.spki)?;
        if !info.is_ca {
            let reason = "it is not marked as a certificate authority (basicConstraints)";
            return Err(CertificateError::NotAnIssuer { subject: info.subject, reason });
        }
        if !info.may_sign_certificates {
            let reason = "its key usage does not include the signing of certificates (keyCertSign)";
            return Err(CertificateError::NotAnIssuer { subject: info.subject, reason });
        }
        // A foreign authority may have chosen its key identifier by another method, so it is copied. One
        // without gets the identifier this crate would have given it.
        let key_identifier = match &info.subject_key_identifier {
            Some(hex) => hex::decode(hex).unwrap_or_default(),
            None => public_key.key_identifier().to_vec(),
        };
        Ok(Self { info, subject: raw.tbs.subject, public_key, key_identifier })
    }
}

/// An authority to be certified.
struct Authority<'a> {
    serial: &'a Serial,
    subject: &'a [u8],
    public_key: &'a PublicKey,
    key_identifier: &'a [u8],
    path_len: Option<u8>,
    name_constraints: Option<&'a NameConstraints>,
    addresses: Addresses<'a>,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({}, {:?})", self.info.subject, self.key)
    }
}
