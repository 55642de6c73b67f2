//! A certificate authority that can sign: its certificate, its key, and what is written of both into every
//! certificate below it.
//!
//! It holds no policy and no state; which serials were used is the store's knowledge.
//! Invariant: the key belongs to the certificate, the certificate may sign certificates, and nothing signed here
//! outlives it.

use std::fmt;

use crate::{
    CertificateError, CertificateInfo, IntermediateSpec, LeafSpec, PrivateKey, PublicKey, Tbs,
    raw::{RawCertificate, RawTbs},
    sign_tbs,
    tbs::{
        Parts, Validity, authority_key_identifier, ca_subject, leaf_subject, write_ca_extensions,
        write_leaf_extensions,
    },
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
        let raw = RawCertificate::split(certificate_der)
            .ok_or(CertificateError::NotCertificate { detail: "its outer structure" })?;
        let info = CertificateInfo::parse(certificate_der)?;
        let public_key = PublicKey::from_spki_der(raw.tbs.spki)?;
        if public_key.spki_der() != key.spki_der() {
            return Err(CertificateError::KeyDoesNotMatch { subject: info.subject });
        }
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
        let identifier = match &info.subject_key_identifier {
            Some(hex) => hex::decode(hex).unwrap_or_default(),
            None => public_key.key_identifier().to_vec(),
        };
        Ok(Self {
            signature_algorithm: key.algorithm().signature_algorithm_der(),
            authority_key_identifier: authority_key_identifier(&identifier),
            subject: raw.tbs.subject.to_vec(),
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
        let validity = self.fit(spec.not_before, spec.not_after)?;
        // An empty SEQUENCE has two bytes.
        let is_subject_empty = subject.len() == 2;
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

    /// The content of a certificate authority below this one.
    ///
    /// # Errors
    /// When this authority may have none below it, or the specification cannot be met.
    pub fn build_intermediate_tbs(&self, spec: &IntermediateSpec<'_>) -> Result<Tbs, CertificateError> {
        if let Some(allowed) = self.info.path_len
            && spec.path_len.is_none_or(|wanted| wanted >= allowed)
        {
            return Err(CertificateError::PathLength { subject: self.info.subject.clone(), allowed });
        }
        let subject = ca_subject(spec.subject)?;
        let validity = self.fit(spec.not_before, spec.not_after)?;
        let key_identifier = spec.public_key.key_identifier();
        Ok(Parts {
            signature_algorithm: &self.signature_algorithm,
            issuer: &self.subject,
            subject: &subject,
            serial: spec.serial,
            validity,
            public_key: spec.public_key,
            authority_key_identifier: &self.authority_key_identifier,
        }
        .write(|extensions| write_ca_extensions(extensions, spec.path_len, &key_identifier)))
    }

    /// Signs content that this issuer built, now or before a restart. The result is the certificate, DER.
    ///
    /// # Errors
    /// When the content was built by another issuer, or by this one before its key or name changed.
    pub fn sign(&self, tbs: &Tbs) -> Result<Vec<u8>, CertificateError> {
        let raw = RawTbs::split(tbs.as_der())
            .ok_or(CertificateError::NotCertificate { detail: "the stored content to be signed" })?;
        if raw.issuer != self.subject {
            return Err(CertificateError::OtherIssuer { field: "issuer name" });
        }
        // The extension is the last thing in the content this crate writes.
        if !tbs.as_der().ends_with(&self.authority_key_identifier) {
            return Err(CertificateError::OtherIssuer { field: "authority key identifier" });
        }
        if tbs.not_after() > self.info.not_after || tbs.not_before() < self.info.not_before {
            return Err(CertificateError::OtherIssuer { field: "validity" });
        }
        sign_tbs(&self.key, tbs)
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

    fn fit(&self, not_before: i64, not_after: i64) -> Result<Validity, CertificateError> {
        Validity::within(not_before, not_after, self.info.not_before, self.info.not_after)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({}, {:?})", self.info.subject, self.key)
    }
}
