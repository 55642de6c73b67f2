//! What a certificate says, read tolerantly: ours and those found in the field.
//!
//! It does not check signatures or trust; `chain.rs` does.
//! Invariant: reading an odd certificate loses the odd part and nothing else; what cannot be a [`Name`] is kept
//! as text.

use der::{Decode, Encode, Reader, SliceReader, asn1::ObjectIdentifier, asn1::OctetStringRef};
use x509_cert::{
    certificate::{CertificateInner, Raw},
    ext::Extension,
    ext::pkix::{
        AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints,
        ExtendedKeyUsage, KeyUsage,
        name::{DistributionPointName, GeneralName},
    },
};

use crate::{
    CertificateError, Name, NameConstraints, PrivateKey, directory_text, fingerprint, oid, public_key,
    raw::RawCertificate, serial, times::unix,
};

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInfo {
    /// Serial number, lower-case hexadecimal, two digits a byte, no leading zero byte.
    pub serial_hex: String,
    /// First second of validity, unix.
    pub not_before: i64,
    /// Last second of validity, unix.
    pub not_after: i64,
    /// The subject alternative names that certctl could issue itself, in their order.
    pub names: Vec<Name>,
    /// The other subject alternative names, as text for people.
    pub other_names: Vec<String>,
    /// The common name of the subject.
    pub subject_common_name: Option<String>,
    /// The whole subject (RFC 4514 form).
    pub subject: String,
    /// The whole issuer name (RFC 4514 form).
    pub issuer: String,
    /// Whether subject and issuer are the same name.
    pub is_self_issued: bool,
    /// Whether it is marked as a certificate authority.
    pub is_ca: bool,
    /// How many further authorities may stand below it, when limited.
    pub path_len: Option<u8>,
    /// Whether its key usage, when it has one, includes the signing of certificates.
    pub may_sign_certificates: bool,
    /// Whether its key usage, when it has one, includes the signing of CRLs.
    pub may_sign_crls: bool,
    /// Whether its key usage, when it has one, includes signatures on other things (`digitalSignature`).
    pub may_sign_messages: bool,
    /// What its key may do, in the words of RFC 5280, section 4.2.1.3. Empty when not limited.
    pub key_usages: Vec<&'static str>,
    /// All its extensions, in their order.
    pub extensions: Vec<ExtensionInfo>,
    /// What it may be used for: `serverAuth`, `clientAuth`, `OCSPSigning`, or a dotted identifier. Empty when not limited.
    pub extended_key_usages: Vec<String>,
    /// Subject key identifier, hexadecimal.
    pub subject_key_identifier: Option<String>,
    /// Authority key identifier, hexadecimal.
    pub authority_key_identifier: Option<String>,
    /// Which names the certificates below it may speak for.
    pub name_constraints: Option<NameConstraints>,
    /// Where the CRL is that would list it.
    pub crl_uris: Vec<String>,
    /// Where an OCSP responder answers for it.
    pub ocsp_uris: Vec<String>,
    /// Where the certificate of its issuer is.
    pub ca_issuers_uris: Vec<String>,
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub public_key_sha256: [u8; 32],
    /// Kind of key: a text of [`crate::KeyAlgorithm`], a similar one (`rsa-1024`), or a dotted identifier.
    pub key_algorithm: String,
    /// How it is signed: `ecdsa-sha256` and the like, or a dotted identifier.
    pub signature_algorithm: String,
    /// SHA-256 of the certificate, hexadecimal.
    pub fingerprint_sha256: String,
}

/// That a certificate has an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionInfo {
    /// Its dotted identifier.
    pub oid: String,
    /// Whether one who does not know it has to refuse the certificate.
    pub is_critical: bool,
    /// The length of its value.
    pub bytes: usize,
}

impl ExtensionInfo {
    fn of(extension: &Extension) -> Self {
        Self {
            oid: extension.extn_id.to_string(),
            is_critical: extension.critical,
            bytes: extension.extn_value.as_bytes().len(),
        }
    }
}

impl CertificateInfo {
    /// Reads one certificate, DER.
    ///
    /// # Errors
    /// When it is not a certificate, or something follows it.
    pub fn parse(certificate_der: &[u8]) -> Result<Self, CertificateError> {
        let broken = |detail| CertificateError::NotCertificate { detail };
        let raw = RawCertificate::split(certificate_der).ok_or_else(|| broken("its outer structure"))?;
        let certificate =
            CertificateInner::<Raw>::from_der(certificate_der).map_err(|_| broken("its fields"))?;
        let tbs = certificate.tbs_certificate();

        let extension = |wanted: ObjectIdentifier| {
            let extensions = tbs.extensions().map_or(&[][..], Vec::as_slice);
            extensions
                .iter()
                .find(|extension| extension.extn_id == wanted)
                .map(|extension| extension.extn_value.as_bytes())
        };
        let constraints =
            extension(oid::BASIC_CONSTRAINTS).and_then(|value| BasicConstraints::from_der(value).ok());
        let usages = extension(oid::KEY_USAGE).map(KeyUsage::from_der);
        // Without the extension the key may be used for anything; an unreadable one allows nothing.
        let may = |use_of: fn(&KeyUsage) -> bool| {
            usages.as_ref().is_none_or(|usage| usage.as_ref().is_ok_and(use_of))
        };
        let purposes =
            extension(oid::EXTENDED_KEY_USAGE).and_then(|value| ExtendedKeyUsage::from_der(value).ok());
        let (names, other_names) = extension(oid::SUBJECT_ALT_NAME).map_or_else(Default::default, read_names);

        let key = tbs.subject_public_key_info();
        let parameters = key.algorithm.parameters.as_ref().and_then(|any| any.to_der().ok());
        let key_bits = key.subject_public_key.as_bytes().unwrap_or_default();
        Ok(Self {
            serial_hex: hex::encode(serial::strip(tbs.serial_number().as_bytes())),
            not_before: unix(&tbs.validity().not_before),
            not_after: unix(&tbs.validity().not_after),
            names,
            other_names,
            subject_common_name: directory_text::attribute(tbs.subject(), &oid::COMMON_NAME),
            subject: tbs.subject().to_string(),
            issuer: tbs.issuer().to_string(),
            is_self_issued: raw.tbs.subject == raw.tbs.issuer,
            is_ca: constraints.as_ref().is_some_and(|constraints| constraints.ca),
            path_len: constraints.and_then(|constraints| constraints.path_len_constraint),
            may_sign_certificates: may(KeyUsage::key_cert_sign),
            may_sign_crls: may(KeyUsage::crl_sign),
            may_sign_messages: may(KeyUsage::digital_signature),
            key_usages: usages.and_then(Result::ok).map_or_else(Vec::new, |usage| usage_texts(&usage)),
            extensions: tbs
                .extensions()
                .map_or(&[][..], Vec::as_slice)
                .iter()
                .map(ExtensionInfo::of)
                .collect(),
            extended_key_usages: purposes
                .map_or_else(Vec::new, |purposes| purposes.0.iter().map(purpose_text).collect()),
            subject_key_identifier: extension(oid::SUBJECT_KEY_IDENTIFIER)
                .and_then(|value| <&OctetStringRef>::from_der(value).ok())
                .map(|identifier| hex::encode(identifier.as_bytes())),
            authority_key_identifier: extension(oid::AUTHORITY_KEY_IDENTIFIER)
                .and_then(|value| AuthorityKeyIdentifier::from_der(value).ok())
                .and_then(|identifier| identifier.key_identifier)
                .map(|identifier| hex::encode(identifier.as_bytes())),
            name_constraints: extension(oid::NAME_CONSTRAINTS).map(NameConstraints::read),
            crl_uris: crl_uris(extension(oid::CRL_DISTRIBUTION_POINTS)),
            ocsp_uris: access_uris(extension(oid::AUTHORITY_INFO_ACCESS), &oid::ACCESS_OCSP),
            ca_issuers_uris: access_uris(extension(oid::AUTHORITY_INFO_ACCESS), &oid::ACCESS_CA_ISSUERS),
            public_key_sha256: fingerprint::sha256(raw.tbs.spki),
            key_algorithm: public_key::describe(&key.algorithm.oid, parameters.as_deref(), key_bits),
            signature_algorithm: oid::text(&certificate.signature_algorithm().oid),
            fingerprint_sha256: fingerprint::sha256_hex(certificate_der),
        })
    }
}

/// Whether the certificate is for this key.
///
/// # Errors
/// When the bytes are no certificate.
pub fn pair_matches(key: &PrivateKey, certificate_der: &[u8]) -> Result<bool, CertificateError> {
    let raw = RawCertificate::split(certificate_der)
        .ok_or(CertificateError::NotCertificate { detail: "its outer structure" })?;
    Ok(raw.tbs.spki == key.spki_der())
}

fn usage_texts(usage: &KeyUsage) -> Vec<&'static str> {
    let all = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ];
    all.into_iter().filter(|(is_set, _)| *is_set).map(|(_, text)| text).collect()
}

fn purpose_text(purpose: &ObjectIdentifier) -> String {
    match *purpose {
        oid::SERVER_AUTH => "serverAuth".to_owned(),
        oid::CLIENT_AUTH => "clientAuth".to_owned(),
        oid::OCSP_SIGNING => "OCSPSigning".to_owned(),
        _ => purpose.to_string(),
    }
}

fn crl_uris(extension_value: Option<&[u8]>) -> Vec<String> {
    let points = extension_value.and_then(|value| CrlDistributionPoints::from_der(value).ok());
    let names = points.into_iter().flat_map(|points| points.0).filter_map(|point| point.distribution_point);
    names.flat_map(|name| distribution_uris(&name)).collect()
}

/// The addresses of a distribution point that are URIs.
pub(crate) fn distribution_uris(name: &DistributionPointName) -> Vec<String> {
    match name {
        DistributionPointName::FullName(names) => names.iter().filter_map(uri).collect(),
        DistributionPointName::NameRelativeToCRLIssuer(_) => Vec::new(),
    }
}

fn access_uris(extension_value: Option<&[u8]>, method: &ObjectIdentifier) -> Vec<String> {
    let access = extension_value.and_then(|value| AuthorityInfoAccessSyntax::from_der(value).ok());
    let descriptions = access.into_iter().flat_map(|access| access.0);
    let wanted = descriptions.filter(|description| description.access_method == *method);
    wanted.filter_map(|description| uri(&description.access_location)).collect()
}

fn uri(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.as_str().to_owned()),
        _ => None,
    }
}

/// Reads the list entry by entry, so that one odd entry does not hide the others.
fn read_names(extension_value: &[u8]) -> (Vec<Name>, Vec<String>) {
    let (mut names, mut others) = (Vec::new(), Vec::new());
    let read = SliceReader::new(extension_value).and_then(|mut reader| {
        reader.sequence(|list| {
            while !list.is_finished() {
                let entry = list.tlv_bytes()?;
                match GeneralName::from_der(entry).map(|name| Name::from_general_name(&name)) {
                    Ok(Ok(name)) => names.push(name),
                    Ok(Err(error)) => others.push(error.text),
                    Err(_) => others.push(format!("unreadable: {}", hex::encode(entry))),
                }
            }
            Ok::<_, der::Error>(())
        })
    });
    if read.is_err() {
        others.push("unreadable list of names".to_owned());
    }
    (names, others)
}
