//! A place to make certificates in, where none escapes the outside linter.
//!
//! Invariant: a certificate signed through a `Lab`, and a CRL or OCSP response recorded in it, is linted when the
//! lab is dropped, and a finding, or a linter that cannot run, fails the test.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use certctl_pki::{
    Addresses, CaSubject, IntermediateSpec, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name,
    OcspResponder, OcspResponderSpec, PrivateKey, PublicKey, RootSpec, Serial, Tbs, build_root_tbs, pem,
    sign_tbs,
};

/// 2026-11-24T20:00:00Z, the present of all tests.
pub(crate) const NOW: i64 = 1_795_550_400;
pub(crate) const DAY: i64 = 86_400;
pub(crate) const YEAR: i64 = 365 * DAY;

pub(crate) struct Lab {
    folder: tempfile::TempDir,
    next_serial: Cell<u8>,
    /// Certificates that may be an issuer of a later one, for the pairs.
    made: RefCell<Vec<Vec<u8>>>,
    n_others: Cell<usize>,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, next_serial: Cell::new(1), made: RefCell::default(), n_others: Cell::new(0) }
    }

    /// A serial with its top bit set, so that the DER form needs its zero byte, and different each time.
    pub(crate) fn serial(&self) -> Serial {
        let number = self.next_serial.get();
        self.next_serial.set(number.checked_add(1).unwrap());
        let mut random = [0xa5; 16];
        random[0] = 0;
        random[15] = number;
        Serial::from_random(random)
    }

    pub(crate) fn root(&self, algorithm: KeyAlgorithm) -> Issuer {
        self.root_named(algorithm, "Test Root")
    }

    pub(crate) fn root_named(&self, algorithm: KeyAlgorithm, common_name: &str) -> Issuer {
        let key = PrivateKey::generate(algorithm).unwrap();
        self.root_of(key, common_name, NOW - DAY, NOW + 10 * YEAR)
    }

    pub(crate) fn root_of(
        &self,
        key: PrivateKey,
        common_name: &str,
        not_before: i64,
        not_after: i64,
    ) -> Issuer {
        let subject =
            CaSubject { common_name: common_name.to_owned(), organization: Some("Example Ltd".to_owned()) };
        let spec = RootSpec { serial: &self.serial(), subject: &subject, not_before, not_after };
        let certificate = sign_tbs(&key, &build_root_tbs(&key, &spec).unwrap()).unwrap();
        self.record(&certificate);
        Issuer::new(&certificate, key).unwrap()
    }

    pub(crate) fn intermediate(
        &self,
        issuer: &Issuer,
        algorithm: KeyAlgorithm,
        path_len: Option<u8>,
    ) -> Issuer {
        self.intermediate_named(issuer, algorithm, path_len, "Test Issuing CA")
    }

    pub(crate) fn intermediate_named(
        &self,
        issuer: &Issuer,
        algorithm: KeyAlgorithm,
        path_len: Option<u8>,
        common_name: &str,
    ) -> Issuer {
        self.intermediate_of(issuer, PrivateKey::generate(algorithm).unwrap(), path_len, common_name)
    }

    pub(crate) fn intermediate_of(
        &self,
        issuer: &Issuer,
        key: PrivateKey,
        path_len: Option<u8>,
        common_name: &str,
    ) -> Issuer {
        let subject = CaSubject { common_name: common_name.to_owned(), organization: None };
        let spec = IntermediateSpec {
            serial: &self.serial(),
            subject: &subject,
            public_key: key.public_key(),
            path_len,
            name_constraints: None,
            addresses: Addresses::default(),
            not_before: NOW - DAY,
            not_after: NOW + 5 * YEAR,
        };
        let certificate = self.sign(issuer, &issuer.build_intermediate_tbs(&spec).unwrap());
        Issuer::new(&certificate, key).unwrap()
    }

    /// A plain server certificate of 90 days.
    pub(crate) fn leaf(&self, issuer: &Issuer, public_key: &PublicKey, names: &[Name]) -> Vec<u8> {
        self.leaf_with(issuer, public_key, names, Addresses::default())
    }

    pub(crate) fn leaf_with(
        &self,
        issuer: &Issuer,
        public_key: &PublicKey,
        names: &[Name],
        addresses: Addresses<'_>,
    ) -> Vec<u8> {
        let spec = LeafSpec {
            serial: &self.serial(),
            subject: names.first().map_or(LeafSubject::Empty, LeafSubject::Name),
            names,
            public_key,
            usage: LeafUsage::Server,
            addresses,
            not_before: NOW,
            not_after: NOW + 90 * DAY,
        };
        self.sign(issuer, &issuer.build_leaf_tbs(&spec).unwrap())
    }

    /// One who answers for an issuer, with a certificate of 30 days from `not_before`.
    pub(crate) fn responder(
        &self,
        issuer: &Issuer,
        algorithm: KeyAlgorithm,
        not_before: i64,
    ) -> OcspResponder {
        let key = PrivateKey::generate(algorithm).unwrap();
        let spec = OcspResponderSpec {
            serial: &self.serial(),
            common_name: "Test OCSP Responder",
            public_key: key.public_key(),
            not_before,
            not_after: not_before + 30 * DAY,
        };
        let certificate = self.sign(issuer, &issuer.build_ocsp_responder_tbs(&spec).unwrap());
        OcspResponder::new(issuer.certificate_der(), &certificate, key).unwrap()
    }

    pub(crate) fn sign(&self, issuer: &Issuer, tbs: &Tbs) -> Vec<u8> {
        let certificate = issuer.sign(tbs).unwrap();
        self.record_pair(&certificate, issuer.certificate_der());
        certificate
    }

    /// Hands a CRL to the linter.
    pub(crate) fn record_crl(&self, der: &[u8]) {
        self.record_other(der, "crl");
    }

    /// Hands an OCSP response to the linter.
    pub(crate) fn record_ocsp(&self, der: &[u8]) {
        self.record_other(der, "ocsp");
    }

    fn record_other(&self, der: &[u8], kind: &str) {
        self.n_others.set(self.n_others.get() + 1);
        let path = self.folder.path().join(format!("{:03}.{kind}", self.n_others.get()));
        std::fs::write(path, der).unwrap();
    }

    pub(crate) fn record(&self, certificate: &[u8]) {
        self.write(&[certificate]);
    }

    fn record_pair(&self, certificate: &[u8], issuer: &[u8]) {
        self.write(&[certificate, issuer]);
    }

    fn write(&self, chain: &[&[u8]]) {
        let mut made = self.made.borrow_mut();
        made.push(chain[0].to_vec());
        let path = self.folder.path().join(format!("{:03}.pem", made.len()));
        std::fs::write(path, pem::encode_certificates(chain)).unwrap();
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if std::thread::panicking() || self.made.borrow().is_empty() {
            return;
        }
        let output = lint(self.folder.path());
        let report = String::from_utf8_lossy(&output.stdout);
        let n_made = self.made.borrow().len() + self.n_others.get();
        assert!(output.status.success(), "pkilint: {report}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(report.contains(&format!("pkilint: {n_made} files")), "pkilint saw other files: {report}");
    }
}

/// Runs the linter of the repository over a folder.
pub(crate) fn lint(folder: &Path) -> Output {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/tools/pkilint.sh");
    Command::new(script).arg(folder).output().unwrap()
}

pub(crate) fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(|text| Name::parse(text).unwrap()).collect()
}
