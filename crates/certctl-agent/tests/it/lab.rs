//! A certificate authority for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use certctl_core::time::{Clock, SystemClock};
use certctl_pki::{
    Addresses, CaSubject, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name, PrivateKey,
    PublicKey, RootSpec, Serial, build_root_tbs, fingerprint, pem, sign_tbs,
};

pub(crate) fn now() -> i64 {
    SystemClock.now().as_second()
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

fn serial() -> Serial {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = u128::from(NEXT.fetch_add(1, Ordering::SeqCst));
    Serial::from_random((1 << 120 | u128::from(std::process::id()) << 64 | number).to_be_bytes())
}

/// A root that issues leaves.
pub(crate) struct Ca {
    issuer: Issuer,
}

/// What was issued.
#[derive(Clone)]
pub(crate) struct Issued {
    pub(crate) chain_pem: String,
    pub(crate) fingerprint: String,
    pub(crate) public_key_sha256: String,
}

impl Ca {
    pub(crate) fn new(common_name: &str) -> Self {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let subject = CaSubject { common_name: common_name.to_owned(), organization: None };
        let spec = RootSpec {
            serial: &serial(),
            subject: &subject,
            not_before: now() - 86_400,
            not_after: now() + 365 * 86_400,
        };
        let certificate = sign_tbs(&key, &build_root_tbs(&key, &spec).unwrap()).unwrap();
        Self { issuer: Issuer::new(&certificate, key).unwrap() }
    }

    pub(crate) fn pin(&self) -> [u8; 32] {
        fingerprint::sha256(self.issuer.certificate_der())
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.issuer.certificate_der().to_vec()
    }

    pub(crate) fn pem(&self) -> String {
        pem::encode_certificates([self.issuer.certificate_der()])
    }

    /// A certificate, with this CA's after it.
    pub(crate) fn issue(&self, key: &PublicKey, names: &[&str], seconds: i64) -> Issued {
        let names: Vec<Name> = names.iter().map(|name| Name::parse(name).unwrap()).collect();
        self.sign(key, LeafSubject::Name(&names[0]), &names, LeafUsage::Server, now() - 60, now() + seconds)
    }

    pub(crate) fn issue_identity(
        &self,
        key: &PublicKey,
        agent: &str,
        not_before: i64,
        not_after: i64,
    ) -> Issued {
        self.sign(key, LeafSubject::Identity(agent), &[], LeafUsage::Client, not_before, not_after)
    }

    fn sign(
        &self,
        public_key: &PublicKey,
        subject: LeafSubject<'_>,
        names: &[Name],
        usage: LeafUsage,
        not_before: i64,
        not_after: i64,
    ) -> Issued {
        let serial = serial();
        let spec = LeafSpec {
            serial: &serial,
            subject,
            names,
            public_key,
            usage,
            addresses: Addresses::default(),
            not_before,
            not_after,
        };
        let der = self.issuer.sign(&self.issuer.build_leaf_tbs(&spec).unwrap()).unwrap();
        Issued {
            chain_pem: pem::encode_certificates([der.as_slice(), self.issuer.certificate_der()]),
            fingerprint: fingerprint::sha256_hex(&der),
            public_key_sha256: hex::encode(public_key.sha256()),
        }
    }
}
