//! A CA of the benchmark's own, in memory.
//!
//! Not for: anything that is trusted. Invariant: it uses the same code as the server does.

use anyhow::Context as _;
use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{
    Addresses, CaSubject, Csr, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name, PrivateKey,
    PublicKey, RootSpec, Serial, build_root_tbs, pem, sign_tbs,
};

/// The CA.
pub(crate) struct Authority {
    issuer: Issuer,
    now: i64,
    n_signed: u128,
}

/// A certificate with its key (PEM).
pub(crate) struct Pair {
    pub(crate) certificate_der: Vec<u8>,
    pub(crate) certificate_pem: String,
    pub(crate) key_pem: String,
}

impl Authority {
    /// A new one, with a P-256 key.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).context("no key for the CA")?;
        let now = SystemClock.now().as_second();
        let subject = CaSubject { common_name: "Benchmark CA".to_owned(), organization: None };
        let serial = Serial::from_random([1; 16]);
        let (not_before, not_after) = (now - 60, now + 365 * 86_400);
        let root = RootSpec { serial: &serial, subject: &subject, not_before, not_after };
        let certificate = sign_tbs(&key, &build_root_tbs(&key, &root)?)?;
        Ok(Self { issuer: Issuer::new(&certificate, key)?, now, n_signed: 0 })
    }

    /// Checks a CSR and signs what it asks for.
    pub(crate) fn sign_request(&mut self, csr_pem: &str) -> anyhow::Result<Vec<u8>> {
        let csr = Csr::parse(csr_pem.as_bytes())?;
        self.sign(csr.names(), csr.public_key())
    }

    /// A fresh key with its certificate.
    pub(crate) fn pair(&mut self, name: &str) -> anyhow::Result<Pair> {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
        let certificate_der = self.sign(&[Name::parse(name)?], key.public_key())?;
        let chain = [certificate_der.as_slice(), self.issuer.certificate_der()];
        let certificate_pem = pem::encode_certificates(chain);
        Ok(Pair { certificate_pem, key_pem: key.to_pkcs8_pem()?.to_string(), certificate_der })
    }

    fn sign(&mut self, names: &[Name], public_key: &PublicKey) -> anyhow::Result<Vec<u8>> {
        self.n_signed += 1;
        let tbs = self.issuer.build_leaf_tbs(&LeafSpec {
            serial: &Serial::from_random(self.n_signed.to_be_bytes()),
            subject: LeafSubject::Name(names.first().context("nothing is named")?),
            names,
            public_key,
            usage: LeafUsage::Server,
            addresses: Addresses::default(),
            not_before: self.now - 60,
            not_after: self.now + 86_400,
        })?;
        Ok(self.issuer.sign(&tbs)?)
    }
}
