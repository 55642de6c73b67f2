//! The certificates of our own CAs: how roots and the issuing CAs below them are made, and opened again.
//!
//! Each generation has a subject of its own (`Lab Issuing`, `Lab Issuing 2`), because clients find an issuer, and the signer of a
//! list, by its name; with one name for two keys some of them would try the wrong one.
//! Not for: storing them, or when one takes another's place (`ops/cas.rs`). Invariants: a root has no constraints, so that a
//! cross-certificate of it takes nothing away; nothing outlives what has signed it.

use certctl_core::ca::CaRole;
use certctl_pki::{
    Addresses, CaSubject, CertificateError, CrossSpec, IntermediateSpec, Issuer, KeyAlgorithm,
    NameConstraints, PrivateKey, RootSpec, Serial, build_root_tbs, pem, sign_tbs,
};
use certctl_store::cas::CaRow;
use certctl_store::{Tx, instance};

use crate::app::App;
use crate::error::Error;
use crate::issuers::CA_KEY;
use crate::seal::Sealer;

/// Ten years.
pub const ROOT_SECONDS: i64 = 3_650 * DAY;
/// Five years.
pub const ISSUING_SECONDS: i64 = 1_825 * DAY;
/// Of a lifetime in days.
pub const DAY: i64 = 86_400;
/// For hosts whose clock is slow.
const BACKDATE_SECONDS: i64 = 300;
/// The most letters of a subject's common name (RFC 5280, appendix A.1).
const MAX_SUBJECT: usize = 64;

/// What an issuing CA is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Of its key.
    pub algorithm: KeyAlgorithm,
    /// How long it is valid, unless its root ends sooner.
    pub lifetime_seconds: i64,
    /// How many further CAs may stand below it.
    pub path_length: Option<u8>,
    /// What it may speak for.
    pub constraints: NameConstraints,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            algorithm: KeyAlgorithm::EcdsaP256,
            lifetime_seconds: ISSUING_SECONDS,
            path_length: Some(0),
            constraints: NameConstraints::default(),
        }
    }
}

/// The common name of a generation's subject.
pub fn subject_name(common_name: &str, role: CaRole, generation: i64) -> String {
    let role = match role {
        CaRole::Root => " Root",
        CaRole::Issuing => " Issuing",
    };
    let behind = if generation > 1 { format!("{role} {generation}") } else { role.to_owned() };
    let room = MAX_SUBJECT.saturating_sub(behind.chars().count());
    let name: String = common_name.chars().take(room).collect();
    format!("{}{behind}", name.trim_end())
}

/// The name of a CA without what tells role and generation apart.
pub fn common_name_of(subject: &str) -> String {
    let without = |text: &str, end: &str| text.strip_suffix(end).map(str::to_owned);
    without(subject, " Issuing").or_else(|| without(subject, " Root")).unwrap_or_else(|| subject.to_owned())
}

fn subject(name: String) -> CaSubject {
    CaSubject { common_name: name, organization: None }
}

/// A CA certificate that could not be made.
pub fn broken(error: &dyn std::error::Error) -> Error {
    Error::internal(format!("a CA certificate could not be made: {error}"))
}

/// A new key for a CA. An RSA key takes a while: not for the tasks of the runtime.
///
/// # Errors
/// 500 when the crypto library refuses.
pub fn new_key(algorithm: KeyAlgorithm) -> Result<PrivateKey, Error> {
    PrivateKey::generate(algorithm).map_err(|error| broken(&error))
}

/// Makes a root's certificate (DER).
///
/// # Errors
/// 500 when the crypto library refuses.
pub fn make_root(
    app: &App,
    common_name: &str,
    generation: i64,
    lifetime_seconds: i64,
    key: &PrivateKey,
) -> Result<Vec<u8>, Error> {
    let now = app.now().as_second();
    let serial = Serial::from_random(app.random_bytes());
    let spec = RootSpec {
        serial: &serial,
        subject: &subject(subject_name(common_name, CaRole::Root, generation)),
        not_before: now - BACKDATE_SECONDS,
        not_after: now + lifetime_seconds,
    };
    let tbs = build_root_tbs(key, &spec).map_err(|error| broken(&error))?;
    sign_tbs(key, &tbs).map_err(|error| broken(&error))
}

/// Makes the certificate of an issuing CA below a root (DER).
///
/// # Errors
/// 500 when the crypto library refuses, or the root has ended.
pub fn make_issuing(
    app: &App,
    root: &Issuer,
    (common_name, generation): (&str, i64),
    terms: &Terms,
    key: &PrivateKey,
) -> Result<Vec<u8>, Error> {
    let now = app.now().as_second();
    let serial = Serial::from_random(app.random_bytes());
    let spec = IntermediateSpec {
        serial: &serial,
        subject: &subject(subject_name(common_name, CaRole::Issuing, generation)),
        public_key: key.public_key(),
        path_len: terms.path_length,
        name_constraints: Some(&terms.constraints),
        addresses: Addresses::default(),
        not_before: now - BACKDATE_SECONDS,
        not_after: now + terms.lifetime_seconds,
    };
    let tbs = root.build_intermediate_tbs(&spec).map_err(|error| broken(&error))?;
    root.sign(&tbs).map_err(|error| broken(&error))
}

/// Makes a cross-certificate (DER): name and key of one root, signed by another, for as long as both are valid.
///
/// # Errors
/// 500 when the crypto library refuses.
pub fn make_cross(app: &App, signer: &Issuer, root_der: &[u8], not_after: i64) -> Result<Vec<u8>, Error> {
    let serial = Serial::from_random(app.random_bytes());
    let spec = CrossSpec {
        serial: &serial,
        certificate_der: root_der,
        path_len: None,
        name_constraints: None,
        addresses: Addresses::default(),
        not_before: app.now().as_second() - BACKDATE_SECONDS,
        not_after,
    };
    let tbs = signer.build_cross_tbs(&spec).map_err(|error| broken(&error))?;
    signer.sign(&tbs).map_err(|error| broken(&error))
}

/// A new local CA before it is stored.
#[derive(Debug)]
pub struct NewCa {
    /// DER, issuing certificate first.
    pub chain: Vec<Vec<u8>>,
    /// Of the issuing certificate.
    pub key: PrivateKey,
    /// Of the root, when it was made here too.
    pub root_key: Option<PrivateKey>,
}

/// Makes a root and an issuing CA below it.
///
/// # Errors
/// 500 when the crypto library refuses.
pub fn make_hierarchy(app: &App, common_name: &str, terms: &Terms) -> Result<NewCa, Error> {
    let (root_key, key) = (new_key(terms.algorithm)?, new_key(terms.algorithm)?);
    let lifetime = ROOT_SECONDS.max(terms.lifetime_seconds);
    let root_der = make_root(app, common_name, 1, lifetime, &root_key)?;
    let root = Issuer::new(&root_der, root_key.clone()).map_err(|error| broken(&error))?;
    let der = make_issuing(app, &root, (common_name, 1), terms, &key)?;
    Ok(NewCa { chain: vec![der, root_der], key, root_key: Some(root_key) })
}

/// A CA's own certificate, DER.
///
/// # Errors
/// 500 when the row cannot be read.
pub fn certificate_of(row: &CaRow) -> Result<Vec<u8>, Error> {
    let found = pem::decode_certificates(&row.certificate_pem)
        .map_err(|error| Error::internal(format!("the certificate of {}: {error}", row.id)))?;
    found.into_iter().next().ok_or_else(|| Error::internal(format!("{} has no certificate", row.id)))
}

/// Seals the key of a CA.
///
/// # Errors
/// 500 when sealing fails.
pub fn seal(sealer: &Sealer, secret_id: &str, key: &PrivateKey) -> Result<Vec<u8>, Error> {
    let der = key.to_pkcs8_der().map_err(|error| broken(&error))?;
    sealer.seal(secret_id, CA_KEY, &der).map_err(|error| Error::internal(error.to_string()))
}

/// Opens the key of a CA.
///
/// # Errors
/// 500 when it is gone or does not open.
pub fn open_key(tx: &mut Tx<'_>, sealer: &Sealer, row: &CaRow) -> Result<PrivateKey, Error> {
    let id = &row.id;
    let secret_id = row.secret_id.as_deref();
    let secret_id = secret_id.ok_or_else(|| Error::internal(format!("{id} has no key here")))?;
    let sealed = instance::secret(tx, secret_id)?
        .ok_or_else(|| Error::internal(format!("the key of {id} is gone")))?;
    let unusable = |error: &dyn std::fmt::Display| Error::internal(format!("the key of {id}: {error}"));
    let der = sealer.open(secret_id, CA_KEY, &sealed).map_err(|error| unusable(&error))?;
    PrivateKey::from_pkcs8_der(&der).map_err(|error| unusable(&error))
}

/// Opens a CA that signs other CAs.
///
/// # Errors
/// 500 when its key does not open or is another's.
pub fn open_root(tx: &mut Tx<'_>, sealer: &Sealer, row: &CaRow) -> Result<Issuer, Error> {
    let key = open_key(tx, sealer, row)?;
    Issuer::new(&certificate_of(row)?, key)
        .map_err(|error: CertificateError| Error::internal(format!("{} cannot be used: {error}", row.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_generation_has_a_name_of_its_own_that_fits() {
        let check = |name: &str, role: CaRole, generation: i64, expected: &str| {
            assert_eq!(subject_name(name, role, generation), expected);
        };
        check("Lab", CaRole::Root, 1, "Lab Root");
        check("Lab", CaRole::Issuing, 1, "Lab Issuing");
        check("Lab", CaRole::Issuing, 12, "Lab Issuing 12");
        let long = subject_name(&"x".repeat(56), CaRole::Issuing, 12);
        assert_eq!(long.chars().count(), 64);
        assert!(long.ends_with(" Issuing 12"), "{long}");
        assert_eq!(common_name_of("Lab Issuing"), "Lab");
        assert_eq!(common_name_of("Lab Root"), "Lab");
        assert_eq!(common_name_of("Another PKI"), "Another PKI");
    }
}
