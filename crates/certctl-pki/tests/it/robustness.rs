//! Parsers of outside bytes meet nonsense and near-misses: they refuse, they do not panic, and what they accept
//! keeps its promises.

use std::sync::LazyLock;

use certctl_pki::{
    CertId, CertIdHash, CertificateInfo, Crl, CrlNumber, CrlSpec, Csr, HttpUri, Issuer, KeyAlgorithm, Name,
    NameConstraints, NameSubtree, OcspIssuer, OcspRequest, PrivateKey, RevocationReason, Revoked, Serial,
    Tbs, build_csr, check_chain, order_chain, pem, sign_crl,
};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::Index,
};

use crate::{
    authorities, crls,
    lab::{Lab, NOW, names},
    ocsp_requests,
};

struct Samples {
    csr: Vec<u8>,
    leaf: Vec<u8>,
    root: Vec<u8>,
    key: Vec<u8>,
    crl: Vec<u8>,
    ocsp_request: Vec<u8>,
    limited: Vec<u8>,
}

static SAMPLES: LazyLock<Samples> = LazyLock::new(|| {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let names = names(&["web.example", "*.web.example", "192.0.2.1", "spiffe://a.example/b", "a@b.example"]);
    let leaf = lab.leaf(&root, key.public_key(), &names);
    let csr = build_csr(&key, Some("web.example"), &names).unwrap();
    let key = key.to_pkcs8_der().unwrap().to_vec();
    let uri = "http://ca.example/1.crl".parse().unwrap();
    let spec = CrlSpec { partition: Some(&uri), freshest: Some(&uri), ..crls::spec(7) };
    let entry = crls::revoked(&crls::serial_of(&leaf), RevocationReason::KeyCompromise);
    let crl = sign_crl(&root, &spec, [entry]).unwrap();
    let issuer = OcspIssuer::from_certificate(root.certificate_der()).unwrap();
    let id = CertId::new(&issuer, CertIdHash::Sha1, &crls::serial_of(&leaf));
    let ocsp_request = ocsp_requests::of(id.der());
    let subtrees = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let constraints = NameConstraints {
        permitted: subtrees(&["a.example", "10.0.0.0/8"]),
        excluded: subtrees(&["b.a.example", "::/0"]),
    };
    let limited = authorities::cross(&lab, &root, root.certificate_der(), Some(&constraints));
    Samples { csr, leaf, root: root.certificate_der().to_vec(), key, crl, ocsp_request, limited }
});

static ISSUER: LazyLock<Issuer> = LazyLock::new(|| Lab::new().root(KeyAlgorithm::EcdsaP256));

/// A change to some bytes: set, removed, doubled, or cut off.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Remove(Index),
    Double(Index),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => any::<Index>().prop_map(Change::Double),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

fn changed(original: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for change in changes.iter().filter(|_| !original.is_empty()) {
        if bytes.is_empty() {
            break;
        }
        match change {
            Change::Set(at, byte) => *at.get_mut(&mut bytes) = *byte,
            Change::Remove(at) => {
                bytes.remove(at.index(bytes.len()));
            }
            Change::Double(at) => {
                let index = at.index(bytes.len());
                bytes.insert(index, bytes[index]);
            }
            Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
        }
    }
    bytes
}

/// Everything that reads DER, over one input.
fn read_everything(bytes: &[u8]) {
    let _ = Csr::parse(bytes);
    let _ = PrivateKey::from_pkcs8_der(bytes);
    let _ = Tbs::from_der(bytes.to_vec());
    let _ = CertificateInfo::parse(bytes);
    if let Ok(crl) = Crl::parse(bytes) {
        let _ = crl.verify(&SAMPLES.root);
    }
    let _ = OcspRequest::parse(bytes);
    let _ = OcspIssuer::from_certificate(bytes);
    let _ = order_chain(&[bytes, &SAMPLES.leaf]);
    let _ = check_chain(bytes, &[&SAMPLES.root], &[&SAMPLES.root], NOW);
    let _ = check_chain(&SAMPLES.leaf, &[bytes], &[bytes, &SAMPLES.root], NOW);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..400)) {
        read_everything(&bytes);
        let mut sequence = vec![0x30, 0x82, 0, 0];
        sequence[2..].copy_from_slice(&u16::try_from(bytes.len()).unwrap().to_be_bytes());
        sequence.extend(&bytes);
        read_everything(&sequence);
    }

    #[test]
    fn a_changed_request_is_refused_unless_the_change_undid_itself(changes in vec(change(), 1..4)) {
        let bytes = changed(&SAMPLES.csr, &changes);
        read_everything(&bytes);
        if let Ok(csr) = Csr::parse(&bytes) {
            prop_assert_eq!(csr.der(), SAMPLES.csr.as_slice());
        }
    }

    #[test]
    fn a_changed_leaf_is_not_accepted_by_the_chain_check(changes in vec(change(), 1..4)) {
        let bytes = changed(&SAMPLES.leaf, &changes);
        read_everything(&bytes);
        if check_chain(&bytes, &[&SAMPLES.root], &[&SAMPLES.root], NOW).is_ok() {
            prop_assert_eq!(bytes, SAMPLES.leaf.clone());
        }
    }

    #[test]
    fn a_changed_key_never_panics(changes in vec(change(), 1..4)) {
        read_everything(&changed(&SAMPLES.key, &changes));
    }

    #[test]
    fn a_changed_crl_is_refused_unless_the_change_undid_itself(changes in vec(change(), 1..4)) {
        let bytes = changed(&SAMPLES.crl, &changes);
        read_everything(&bytes);
        if let Ok(crl) = Crl::parse(&bytes) && crl.verify(&SAMPLES.root).is_ok() {
            prop_assert_eq!(crl.der(), SAMPLES.crl.as_slice());
        }
    }

    #[test]
    fn every_crl_reads_back(
        entries in btree_map(vec(any::<u8>(), 1..20), (0..4_102_444_800_i64, 0..10_usize), 0..20),
        number in any::<u64>(),
        base in any::<Option<u64>>(),
        this_update in 0..4_102_444_800_i64,
    ) {
        let entries = entries.into_iter().filter_map(|(bytes, (revoked_at, reason))| {
            Some(Revoked { serial: Serial::from_bytes(&bytes).ok()?, revoked_at, reason: RevocationReason::ALL[reason] })
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|entry| entry.serial.clone());
        entries.dedup_by_key(|entry| entry.serial.clone());
        let base = base.filter(|base| *base < number);
        if base.is_none() {
            entries.retain(|entry| entry.reason != RevocationReason::RemoveFromCrl);
        }
        let spec = CrlSpec { base: base.map(CrlNumber::from), this_update, next_update: this_update + 1, ..crls::spec(number) };
        let der = sign_crl(&ISSUER, &spec, entries.iter().cloned()).unwrap();
        let crl = Crl::parse(&der).unwrap();
        prop_assert_eq!(crl.revoked(), entries);
        prop_assert_eq!((crl.number, crl.base), (Some(spec.number), spec.base));
        prop_assert_eq!((crl.this_update, crl.next_update), (this_update, Some(this_update + 1)));
        prop_assert_eq!(crl.verify(ISSUER.certificate_der()), Ok(()));
    }

    #[test]
    fn a_changed_ocsp_request_never_panics(changes in vec(change(), 1..4)) {
        read_everything(&changed(&SAMPLES.ocsp_request, &changes));
    }

    #[test]
    fn a_request_path_of_any_kind_never_panics(path in "([A-Za-z0-9+/=]|%[0-9A-Fa-f]{2}|%|\\PC){0,80}") {
        let _ = OcspRequest::from_get_path(&path);
    }

    #[test]
    fn every_certificate_asked_for_reads_back(bytes in vec(any::<u8>(), 1..20), sha256 in any::<bool>()) {
        let Ok(serial) = Serial::from_bytes(&bytes) else { return Ok(()) };
        let issuer = OcspIssuer::from_certificate(ISSUER.certificate_der()).unwrap();
        let hash = if sha256 { CertIdHash::Sha256 } else { CertIdHash::Sha1 };
        let id = CertId::new(&issuer, hash, &serial);
        let request = OcspRequest::parse(&ocsp_requests::of(id.der())).unwrap();
        prop_assert!(issuer.is_issuer_of(&request.cert_ids[0]));
        prop_assert_eq!(&request.cert_ids, &vec![id]);
        prop_assert_eq!(request.cert_ids[0].serial(), Some(&serial));
    }

    #[test]
    fn name_constraints_of_others_never_panic(value in vec(any::<u8>(), 0..80), changes in vec(change(), 1..4)) {
        let bytes = changed(&SAMPLES.limited, &changes);
        read_everything(&bytes);
        if let Ok(info) = CertificateInfo::parse(&bytes) && let Some(constraints) = info.name_constraints {
            let _ = constraints.check(&names(&["a.example", "*.a.example", "192.0.2.1", "a@b.example"]), true);
        }
        read_everything(&value);
    }

    #[test]
    fn pem_text_of_any_kind_never_panics(text in "(-----(BEGIN|END) (CERTIFICATE|PRIVATE KEY)-----|[A-Za-z0-9+/=\r\n -]|\\PC){0,40}") {
        let _ = pem::decode_all(&text);
        let _ = PrivateKey::from_pem(&text);
        let _ = Csr::parse(text.as_bytes());
    }

    #[test]
    fn pem_reads_back_what_it_wrote(blocks in vec(vec(any::<u8>(), 0..200), 1..4)) {
        prop_assert_eq!(pem::decode_certificates(&pem::encode_certificates(&blocks)).unwrap(), blocks);
    }

    #[test]
    fn any_text_that_is_a_name_is_canonical(text in prop_oneof![
        "\\PC{0,40}",
        "(dns:|ip:|uri:|email:|\\*\\.)?[a-zA-Z0-9.:@/%_ßü-]{0,40}",
        "[a-z]{1,8}://[a-zA-Z0-9.\\[\\]:-]{1,20}[/?#%a-z0-9]{0,10}",
        "[a-z.+]{1,10}@([a-z0-9-]{1,6}\\.){0,3}[a-z]{1,4}",
    ]) {
        if let Ok(name) = Name::parse(&text) {
            let shown = name.to_string();
            prop_assert!(shown.is_ascii());
            prop_assert_eq!(Name::parse(&shown), Ok(name));
        }
    }

    #[test]
    fn any_text_that_is_a_constraint_or_an_address_reads_back(text in prop_oneof![
        "\\PC{0,40}",
        "[a-zA-Z0-9.*-]{0,30}",
        "[0-9]{1,3}\\.[0-9]{1,3}\\.0\\.0/[0-9]{1,3}",
        "[0-9a-f]{0,4}:[0-9a-f:]{0,12}::/[0-9]{1,3}",
        "[hH][tT]{2}[pP]s?://[a-zA-Z0-9.-]{1,20}(:[0-9]{1,6})?[/?#a-z0-9%]{0,10}",
    ]) {
        if let Ok(subtree) = text.parse::<NameSubtree>() {
            prop_assert_eq!(subtree.to_string().parse(), Ok(subtree));
        }
        if let Ok(uri) = text.parse::<HttpUri>() {
            prop_assert!(uri.as_str().starts_with("http://"));
            prop_assert_eq!(uri.as_str().parse(), Ok(uri));
        }
    }

    #[test]
    fn every_name_survives_a_request(texts in vec("(\\*\\.)?[a-z][a-z0-9]{0,20}\\.[a-z]{2,8}\\.[a-z]{2,6}", 0..6)) {
        let key = PrivateKey::from_pkcs8_der(&SAMPLES.key).unwrap();
        let mut wanted: Vec<Name> = texts.iter().map(|text| Name::parse(text).unwrap()).collect();
        let csr = Csr::parse(&build_csr(&key, None, &wanted).unwrap()).unwrap();
        let mut seen = std::collections::HashSet::new();
        wanted.retain(|name| seen.insert(name.clone()));
        prop_assert_eq!(csr.names(), wanted);
    }
}
