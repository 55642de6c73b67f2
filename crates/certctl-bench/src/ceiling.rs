//! What one core can do at most: check a P-256 CSR and sign its certificate, in this process, with nothing stored.
//!
//! Not for: the server. Invariant: it uses the same code as the server does.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{
    CaSubject, Csr, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, PrivateKey, RootSpec, Serial,
    build_root_tbs, sign_tbs,
};

/// CSR checks with signatures in a second, on one core.
pub(crate) fn per_second(csr_pem: &str, duration: Duration) -> anyhow::Result<f64> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).context("no key for the CA")?;
    let now = SystemClock.now().as_second();
    let subject = CaSubject { common_name: "Benchmark CA".to_owned(), organization: None };
    let serial = Serial::from_random([1; 16]);
    let root =
        RootSpec { serial: &serial, subject: &subject, not_before: now - 60, not_after: now + 365 * 86_400 };
    let certificate = sign_tbs(&key, &build_root_tbs(&key, &root)?)?;
    let issuer = Issuer::new(&certificate, key)?;
    let begin = Instant::now();
    let mut n_signed = 0_u128;
    while begin.elapsed() < duration {
        let csr = Csr::parse(csr_pem.as_bytes())?;
        let name = csr.names().first().context("the CSR names nothing")?;
        let tbs = issuer.build_leaf_tbs(&LeafSpec {
            serial: &Serial::from_random(n_signed.to_be_bytes()),
            subject: LeafSubject::Name(name),
            names: csr.names(),
            public_key: csr.public_key(),
            usage: LeafUsage::Server,
            not_before: now - 60,
            not_after: now + 86_400,
        })?;
        issuer.sign(&tbs)?;
        n_signed += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    Ok(n_signed as f64 / begin.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuance_load::csr_pem;

    #[test]
    fn certificates_are_signed() {
        assert!(
            per_second(&csr_pem("a.example.internal").unwrap(), Duration::from_millis(50)).unwrap() > 1.0
        );
    }
}
