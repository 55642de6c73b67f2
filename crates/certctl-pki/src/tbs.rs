//! The bytes of a certificate before its signature, and the signature put under them.
//!
//! Building and signing are two steps so that what will be signed can be stored first and signed again after a
//! crash. It decides extensions as RFC 5280 demands them, and nothing else.
//! Invariant: the bytes depend on the inputs only; building twice gives the same bytes. A signature is only put
//! under content that names the signer's algorithm.

use der::{DateTime, Decode};
use x509_cert::certificate::TbsCertificate;

use crate::{
    Addresses, CaSubject, CertificateError, LeafSpec, LeafSubject, PrivateKey, PublicKey, RootSpec, Serial,
    csr::{signed, write_attribute},
    encode::{SEQUENCE, Writer, context_constructed},
    extensions::CaExtensions,
    oid,
    raw::RawTbs,
    times::{date_time, unix, write_time},
};

/// The content of a certificate, complete and unsigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tbs {
    der: Vec<u8>,
    serial: Serial,
    not_before: i64,
    not_after: i64,
}

impl Tbs {
    /// Takes back content that was stored.
    ///
    /// # Errors
    /// When the bytes are no TBSCertificate.
    pub fn from_der(der: Vec<u8>) -> Result<Self, CertificateError> {
        let broken = CertificateError::NotCertificate { detail: "the stored content to be signed" };
        let Ok(parsed) = TbsCertificate::from_der(&der) else { return Err(broken) };
        let serial = Serial::from_bytes(parsed.serial_number().as_bytes()).map_err(|_| broken)?;
        let validity = parsed.validity();
        let (not_before, not_after) = (unix(&validity.not_before), unix(&validity.not_after));
        Ok(Self { der, serial, not_before, not_after })
    }

    /// The TBSCertificate, DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The serial number in it.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        &self.serial
    }

    /// First second of validity, after fitting it into the issuer's.
    #[must_use]
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// Last second of validity, after fitting it into the issuer's.
    #[must_use]
    pub fn not_after(&self) -> i64 {
        self.not_after
    }
}

/// The content of a self-signed root for `key`.
///
/// # Errors
/// When a subject text or the validity cannot be written.
pub fn build_root_tbs(key: &PrivateKey, spec: &RootSpec<'_>) -> Result<Tbs, CertificateError> {
    let subject = ca_subject(spec.subject)?;
    let validity = Validity::within(spec.not_before, spec.not_after, spec.not_before, spec.not_after)?;
    let key_identifier = key.public_key().key_identifier();
    Ok(Parts {
        signature_algorithm: &key.algorithm().signature_algorithm_der(),
        issuer: &subject,
        subject: &subject,
        serial: spec.serial,
        validity,
        public_key: key.public_key(),
        // Both identifiers are the same in a self-signed certificate; the authority's may stay out (RFC 5280,
        // section 4.2.1.1).
        authority_key_identifier: &[],
    }
    .write(|extensions| {
        let addresses = Addresses::default();
        let key_identifier = &key_identifier;
        CaExtensions { path_len: None, key_identifier, name_constraints: None, addresses }.write(extensions);
    }))
}

/// Signs content with the issuer's key; for anything but a root, [`crate::Issuer::sign`] checks more.
///
/// # Errors
/// When the content was made for a key of another kind, or the key cannot sign.
pub fn sign_tbs(key: &PrivateKey, tbs: &Tbs) -> Result<Vec<u8>, CertificateError> {
    let raw = RawTbs::split(&tbs.der)
        .ok_or(CertificateError::NotCertificate { detail: "the stored content to be signed" })?;
    if raw.signature_algorithm != key.algorithm().signature_algorithm_der() {
        return Err(CertificateError::OtherIssuer { field: "signature algorithm" });
    }
    let signature = key.sign(&tbs.der)?;
    Ok(signed(&tbs.der, key, &signature))
}

/// Everything in a certificate but its extensions.
pub(crate) struct Parts<'a> {
    pub(crate) signature_algorithm: &'a [u8],
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    pub(crate) serial: &'a Serial,
    pub(crate) validity: Validity,
    pub(crate) public_key: &'a PublicKey,
    /// The whole extension, DER, or nothing.
    pub(crate) authority_key_identifier: &'a [u8],
}

impl Parts<'_> {
    pub(crate) fn write(self, extensions: impl FnOnce(&mut Writer)) -> Tbs {
        let mut writer = Writer::with_capacity(1024);
        writer.wrap(SEQUENCE, |tbs| {
            tbs.raw(&[0xa0, 0x03, 0x02, 0x01, 0x02]); // version 3
            tbs.integer(self.serial.as_bytes());
            tbs.raw(self.signature_algorithm);
            tbs.raw(self.issuer);
            tbs.wrap(SEQUENCE, |validity| {
                write_time(validity, self.validity.first);
                write_time(validity, self.validity.last);
            });
            tbs.raw(self.subject);
            tbs.raw(self.public_key.spki_der());
            tbs.wrap(context_constructed(3), |explicit| {
                explicit.wrap(SEQUENCE, |list| {
                    extensions(list);
                    list.raw(self.authority_key_identifier);
                });
            });
        });
        let (not_before, not_after) = (self.validity.not_before, self.validity.not_after);
        Tbs { der: writer.into_bytes(), serial: self.serial.clone(), not_before, not_after }
    }
}

/// A validity that can be written.
pub(crate) struct Validity {
    not_before: i64,
    not_after: i64,
    first: DateTime,
    last: DateTime,
}

impl Validity {
    /// Fits what is asked into the issuer's.
    pub(crate) fn within(
        not_before: i64,
        not_after: i64,
        issuer_not_before: i64,
        issuer_not_after: i64,
    ) -> Result<Self, CertificateError> {
        let fitted = (not_before.max(issuer_not_before), not_after.min(issuer_not_after));
        let (first, last) = (date_time(fitted.0)?, date_time(fitted.1)?);
        if fitted.0 > fitted.1 {
            return Err(CertificateError::EmptyValidity {
                not_before: date_time(not_before)?.to_string(),
                not_after: date_time(not_after)?.to_string(),
                issuer_not_before: date_time(issuer_not_before)?.to_string(),
                issuer_not_after: date_time(issuer_not_after)?.to_string(),
            });
        }
        Ok(Self { not_before: fitted.0, not_after: fitted.1, first, last })
    }
}

/// Writes the subject of a certificate authority.
pub(crate) fn ca_subject(subject: &CaSubject) -> Result<Vec<u8>, CertificateError> {
    check_text("common name", &subject.common_name)?;
    let mut writer = Writer::with_capacity(128);
    if let Some(organization) = &subject.organization {
        check_text("organization", organization)?;
    }
    writer.wrap(SEQUENCE, |rdns| {
        if let Some(organization) = &subject.organization {
            write_attribute(rdns, &oid::ORGANIZATION, organization);
        }
        write_attribute(rdns, &oid::COMMON_NAME, &subject.common_name);
    });
    Ok(writer.into_bytes())
}

/// Writes the subject of a leaf, after checking that it fits the names.
pub(crate) fn leaf_subject(spec: &LeafSpec<'_>) -> Result<Vec<u8>, CertificateError> {
    let common_name = match spec.subject {
        LeafSubject::Empty => None,
        LeafSubject::Name(name) if !spec.names.contains(name) => {
            return Err(CertificateError::CommonNameNotAmongNames { name: name.to_string() });
        }
        LeafSubject::Name(name) => Some(name.to_string()).filter(|text| text.len() <= 64),
        LeafSubject::Identity(text) if spec.usage.is_server() => {
            return Err(CertificateError::IdentityOnServer { text: text.to_owned() });
        }
        LeafSubject::Identity(text) => {
            check_text("common name", text)?;
            Some(text.to_owned())
        }
    };
    let is_identity = matches!(spec.subject, LeafSubject::Identity(_));
    if spec.names.is_empty() && !is_identity {
        return Err(CertificateError::NoNames);
    }
    let mut writer = Writer::with_capacity(96);
    writer.wrap(SEQUENCE, |rdns| {
        if let Some(text) = common_name {
            write_attribute(rdns, &oid::COMMON_NAME, &text);
        }
    });
    Ok(writer.into_bytes())
}

/// Writes the subject of one who is no authority and no name, such as an OCSP responder.
pub(crate) fn common_name_subject(common_name: &str) -> Result<Vec<u8>, CertificateError> {
    check_text("common name", common_name)?;
    let mut writer = Writer::with_capacity(96);
    writer.wrap(SEQUENCE, |rdns| write_attribute(rdns, &oid::COMMON_NAME, common_name));
    Ok(writer.into_bytes())
}

fn check_text(field: &'static str, text: &str) -> Result<(), CertificateError> {
    if (1..=64).contains(&text.chars().count()) && !text.contains(char::is_control) {
        return Ok(());
    }
    Err(CertificateError::SubjectText { field, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_is_fitted_into_the_issuers_and_never_empty() {
        let fitted = Validity::within(100, 900, 200, 800).unwrap();
        assert_eq!((fitted.not_before, fitted.not_after), (200, 800));
        let inner = Validity::within(300, 301, 200, 800).unwrap();
        assert_eq!((inner.not_before, inner.not_after), (300, 301));
        let error = Validity::within(900, 1000, 200, 800).err().unwrap().to_string();
        assert!(error.contains("from 1970-01-01T00:15:00Z to 1970-01-01T00:16:40Z"), "{error}");
        assert!(Validity::within(500, 400, 200, 800).is_err());
    }
}
