//! Parsers of outside bytes meet nonsense and near-misses: they refuse, they do not panic, and what they accept
//! keeps its promises.

use std::sync::LazyLock;

use certctl_pki::{
    CertificateInfo, Csr, KeyAlgorithm, Name, PrivateKey, Tbs, build_csr, check_chain, order_chain, pem,
};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::lab::{Lab, NOW, names};

struct Samples {
    csr: Vec<u8>,
    leaf: Vec<u8>,
    root: Vec<u8>,
    key: Vec<u8>,
}

static SAMPLES: LazyLock<Samples> = LazyLock::new(|| {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let names = names(&["web.example", "*.web.example", "192.0.2.1", "spiffe://a.example/b", "a@b.example"]);
    let leaf = lab.leaf(&root, key.public_key(), &names);
    let csr = build_csr(&key, Some("web.example"), &names).unwrap();
    let key = key.to_pkcs8_der().unwrap().to_vec();
    Samples { csr, leaf, root: root.certificate_der().to_vec(), key }
});

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
    fn every_name_survives_a_request(texts in vec("(\\*\\.)?[a-z][a-z0-9]{0,20}\\.[a-z]{2,8}\\.[a-z]{2,6}", 0..6)) {
        let key = PrivateKey::from_pkcs8_der(&SAMPLES.key).unwrap();
        let mut wanted: Vec<Name> = texts.iter().map(|text| Name::parse(text).unwrap()).collect();
        let csr = Csr::parse(&build_csr(&key, None, &wanted).unwrap()).unwrap();
        let mut seen = std::collections::HashSet::new();
        wanted.retain(|name| seen.insert(name.clone()));
        prop_assert_eq!(csr.names(), wanted);
    }
}
