//! The CA of the fake: a root, the same key under another root's name, and leaves for whatever request.

use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{
    Addresses, CaSubject, CrossSpec, Csr, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name,
    PrivateKey, RootSpec, Serial, build_root_tbs, pem, sign_tbs,
};

pub(crate) struct Ca {
    issuer: Issuer,
    root: Vec<u8>,
    /// The root's key, certified by another root.
    cross: Vec<u8>,
    pub(crate) n_signed: usize,
    /// How long its leaves live, in seconds.
    pub(crate) lifetime: i64,
    /// Its time in seconds; the real one when absent.
    pub(crate) now: Option<i64>,
}

/// How long the roots live: longer than any leaf of a test whose time passes quickly.
const ROOT_SECONDS: i64 = 86_400 * 1_000;

fn root(key: &PrivateKey, common_name: &str, serial: u8) -> Vec<u8> {
    let now = SystemClock.now().as_second();
    let serial = Serial::from_random([serial; 16]);
    let subject = CaSubject { common_name: common_name.to_owned(), organization: None };
    let (not_before, not_after) = (now - 86_400, now + ROOT_SECONDS);
    let spec = RootSpec { serial: &serial, subject: &subject, not_before, not_after };
    sign_tbs(key, &build_root_tbs(key, &spec).unwrap()).unwrap()
}

impl Ca {
    pub(crate) fn new() -> Self {
        let now = SystemClock.now().as_second();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let old_key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let root_der = root(&key, "Fake root", 3);
        let old = Issuer::new(&root(&old_key, "Old fake root", 4), old_key).unwrap();
        let serial = Serial::from_random([5; 16]);
        let cross = cross(&old, &root_der, &serial, now);
        Self {
            issuer: Issuer::new(&root_der, key).unwrap(),
            root: root_der,
            cross,
            n_signed: 0,
            lifetime: 86_400,
            now: None,
        }
    }

    /// A leaf for the request's key, or another's.
    pub(crate) fn leaf(&mut self, csr_der: &[u8], names: &[Name], other_key: bool) -> Vec<u8> {
        self.n_signed += 1;
        let own = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let csr = Csr::parse(csr_der).unwrap();
        let now = self.now.unwrap_or_else(|| SystemClock.now().as_second());
        let serial = Serial::from_random([u8::try_from(self.n_signed).unwrap(); 16]);
        let spec = LeafSpec {
            serial: &serial,
            subject: LeafSubject::Empty,
            names,
            public_key: if other_key { own.public_key() } else { csr.public_key() },
            usage: LeafUsage::Server,
            addresses: Addresses::default(),
            not_before: now - 60,
            not_after: now + self.lifetime,
        };
        self.issuer.sign(&self.issuer.build_leaf_tbs(&spec).unwrap()).unwrap()
    }

    pub(crate) fn root_pem(&self) -> String {
        pem::encode_certificates([&self.root])
    }

    pub(crate) fn cross_pem(&self) -> String {
        pem::encode_certificates([&self.cross])
    }
}

fn cross(old: &Issuer, root: &[u8], serial: &Serial, now: i64) -> Vec<u8> {
    let spec = CrossSpec {
        serial,
        certificate_der: root,
        path_len: None,
        name_constraints: None,
        addresses: Addresses::default(),
        not_before: now - 86_400,
        not_after: now + ROOT_SECONDS,
    };
    old.sign(&old.build_cross_tbs(&spec).unwrap()).unwrap()
}
