//! Judges what an authority gave: whether it is the certificate that was asked for, with those above it.
//!
//! Not for: whom clients trust; an authority's chain may end below its root. Invariant: what is given back is the leaf with the
//! request's key and all names that were asked for, and each certificate is signed by the next.

use certctl_core::time::Ts;
use certctl_pki::pem::{PemError, decode_certificates};
use certctl_pki::{CertificateInfo, Csr, order_chain};

use super::Asked;
use crate::outside::shortened;

/// The most letters of what is quoted of a chain.
const MAX_WORDS: usize = 300;

/// Reads a chain in PEM and judges it. What is wrong with it, as the end of a sentence that begins with who gave it.
pub(in crate::issuers) fn read(pem: &str, asked: &Asked<'_>, now: Ts) -> Result<Vec<Vec<u8>>, String> {
    // What the authority wrote may be in it, as long as it likes.
    let words = |error: PemError| shortened(&error.to_string(), MAX_WORDS);
    let ders = decode_certificates(pem).map_err(|error| {
        format!("gave something that is no chain of certificates in PEM: {}", words(error))
    })?;
    judge(&ders, asked, now)
}

/// Judges a chain in any order.
pub(in crate::issuers) fn judge(
    ders: &[Vec<u8>],
    asked: &Asked<'_>,
    now: Ts,
) -> Result<Vec<Vec<u8>>, String> {
    let chain = order_chain(ders).map_err(|error| format!("gave what is not one chain: {error}"))?;
    let leaf = chain.first().map(Vec::as_slice).unwrap_or_default();
    let info = CertificateInfo::parse(leaf)
        .map_err(|error| format!("gave a certificate that cannot be read: {error}"))?;
    let key = Csr::key_of_parsed(asked.csr_der)
        .map_err(|error| format!("cannot be judged, because the request cannot be read: {error}"))?;
    if info.public_key_sha256 != key.sha256() {
        return Err("gave a certificate for another key than the request's".to_owned());
    }
    if let Some(name) = asked.names.iter().find(|name| !info.names.contains(name)) {
        let found: Vec<String> = info.names.iter().map(ToString::to_string).collect();
        return Err(format!("gave a certificate without the name {name}; it has {}", found.join(", ")));
    }
    if info.is_ca {
        return Err("gave the certificate of a certificate authority".to_owned());
    }
    if info.not_after <= now.as_second() {
        return Err(format!("gave a certificate that ended at {}", Ts::from_second(info.not_after)));
    }
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use certctl_pki::{
        Addresses, CaSubject, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name, PrivateKey,
        RootSpec, Serial, build_csr, build_root_tbs, pem, sign_tbs,
    };

    use proptest::prelude::*;

    use super::*;
    use crate::bent::bytes_like;

    const NOW: i64 = 1_795_000_000;

    struct Ca {
        der: Vec<u8>,
        issuer: Issuer,
    }

    fn ca() -> Ca {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let serial = Serial::from_random([3; 16]);
        let subject = CaSubject { common_name: "test CA".to_owned(), organization: None };
        let (not_before, not_after) = (NOW - 1_000_000, NOW + 1_000_000);
        let spec = RootSpec { serial: &serial, subject: &subject, not_before, not_after };
        let der = sign_tbs(&key, &build_root_tbs(&key, &spec).unwrap()).unwrap();
        Ca { issuer: Issuer::new(&der, key).unwrap(), der }
    }

    impl Ca {
        fn leaf(&self, key: &PrivateKey, names: &[Name], not_after: i64) -> Vec<u8> {
            let serial = Serial::from_random([4; 16]);
            let spec = LeafSpec {
                serial: &serial,
                subject: LeafSubject::Empty,
                names,
                public_key: key.public_key(),
                usage: LeafUsage::Server,
                addresses: Addresses::default(),
                not_before: NOW - 1_000,
                not_after,
            };
            self.issuer.sign(&self.issuer.build_leaf_tbs(&spec).unwrap()).unwrap()
        }
    }

    #[test]
    fn only_what_was_asked_for_is_taken() {
        let (ca, other_ca) = (ca(), ca());
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let other_key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let name = |text: &str| Name::parse(text).unwrap();
        let names = [name("a.example.test"), name("*.b.example.test")];
        let csr_der = build_csr(&key, None, &names).unwrap();
        let asked = Asked {
            intent: "job-1",
            csr_der: &csr_der,
            names: &names,
            lifetime_seconds: 1_000,
            replaces: None,
        };
        let now = Ts::from_second(NOW);
        let good = ca.leaf(&key, &names, NOW + 1_000);
        let judged = |ders: &[&Vec<u8>]| {
            let ders: Vec<Vec<u8>> = ders.iter().map(|der| (*der).clone()).collect();
            judge(&ders, &asked, now)
        };
        assert_eq!(judged(&[&good, &ca.der]).unwrap(), [good.clone(), ca.der.clone()]);
        assert_eq!(judged(&[&ca.der, &good, &good]).unwrap(), [good.clone(), ca.der.clone()]);
        assert_eq!(judged(&[&good]).unwrap().as_slice(), std::slice::from_ref(&good));
        for (ders, words) in [
            (vec![], "no certificate"),
            (vec![&good, &other_ca.der], "not one chain"),
            (vec![&ca.der], "another key"),
            (vec![&ca.leaf(&other_key, &names, NOW + 1_000), &ca.der], "another key"),
            (vec![&ca.leaf(&key, &names[..1], NOW + 1_000), &ca.der], "*.b.example.test"),
            (vec![&ca.leaf(&key, &names, NOW - 1), &ca.der], "ended at"),
        ] {
            let error = judged(&ders).unwrap_err();
            assert!(error.contains(words), "{words}: {error}");
        }
        assert!(read(&pem::encode_certificates([&good, &ca.der]), &asked, now).is_ok());
        assert!(read("<html>", &asked, now).is_err());
        // Any byte of it that is another one makes it no certificate of this request, or none at all.
        for at in (0..good.len()).step_by(7) {
            let mut changed = good.clone();
            changed[at] ^= 0x55;
            assert!(judged(&[&changed, &ca.der]).is_err(), "byte {at}");
        }
    }

    /// A request with its good chain, in PEM.
    fn sample() -> (Vec<u8>, Vec<Name>, String) {
        let ca = ca();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let names = vec![Name::parse("a.example.test").unwrap()];
        let leaf = ca.leaf(&key, &names, NOW + 1_000);
        (build_csr(&key, None, &names).unwrap(), names, pem::encode_certificates([&leaf, &ca.der]))
    }

    static SAMPLE: std::sync::LazyLock<(Vec<u8>, Vec<Name>, String)> = std::sync::LazyLock::new(sample);

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_changed_chain_is_the_certificate_or_says_why_not(bytes in bytes_like(SAMPLE.2.clone().into_bytes())) {
            let (csr_der, names, good) = &*SAMPLE;
            let asked = Asked { intent: "job-1", csr_der, names, lifetime_seconds: 1_000, replaces: None };
            let text = String::from_utf8_lossy(&bytes);
            match read(&text, &asked, Ts::from_second(NOW)) {
                // Without a certificate above it nobody can tell that a leaf was changed, but its key and names are those of the request.
                Ok(chain) if chain.len() == 1 => {
                    prop_assert_eq!(&CertificateInfo::parse(&chain[0]).unwrap().names, names);
                }
                Ok(chain) => prop_assert_eq!(&chain[0], &pem::decode_certificates(good).unwrap()[0]),
                Err(error) => prop_assert!(
                    (error.starts_with("gave ") || error.starts_with("cannot be judged")) && error.len() < 2_000,
                    "{}", error
                ),
            }
        }

        #[test]
        fn text_with_pem_marks_never_panics(text in "(-----(BEGIN|END) (CERTIFICATE|PRIVATE KEY)-----|[A-Za-z0-9+/=\r\n -]|\\PC){0,40}") {
            let (csr_der, names, _) = &*SAMPLE;
            let asked = Asked { intent: "job-1", csr_der, names, lifetime_seconds: 1_000, replaces: None };
            prop_assert!(read(&text, &asked, Ts::from_second(NOW)).is_err());
        }
    }
}
