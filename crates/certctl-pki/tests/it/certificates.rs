//! What is written into certificates, over all kinds of key, use, subject and name.

use certctl_pki::{
    Addresses, CaSubject, CertificateError, CertificateInfo, IntermediateSpec, Issuer, KeyAlgorithm,
    LeafSpec, LeafSubject, LeafUsage, Name, PrivateKey, RootSpec, Serial, Tbs, build_root_tbs, describe,
    pair_matches, sign_tbs,
};

use crate::lab::{DAY, Lab, NOW, YEAR, names};

fn spec<'a>(key: &'a PrivateKey, serial: &'a Serial, names: &'a [Name]) -> LeafSpec<'a> {
    LeafSpec {
        serial,
        subject: LeafSubject::Empty,
        names,
        public_key: key.public_key(),
        usage: LeafUsage::Server,
        addresses: Addresses::default(),
        not_before: NOW,
        not_after: NOW + 90 * DAY,
    }
}

#[test]
fn every_kind_of_key_signs_as_authority_and_is_signed_as_leaf() {
    let lab = Lab::new();
    let keys: Vec<_> = KeyAlgorithm::ALL.map(|algorithm| PrivateKey::generate(algorithm).unwrap()).into();
    let names = names(&["web.example", "*.apps.example"]);
    for authority_key in &keys {
        let issuer = lab.root_of(authority_key.clone(), "Root", NOW - DAY, NOW + YEAR);
        for leaf_key in &keys {
            let certificate = lab.leaf(&issuer, leaf_key.public_key(), &names);
            let info = CertificateInfo::parse(&certificate).unwrap();
            assert_eq!(info.key_algorithm, leaf_key.algorithm().to_string());
            assert_eq!(info.public_key_sha256, leaf_key.public_key_sha256());
            assert_eq!(info.authority_key_identifier, issuer.info().subject_key_identifier);
            assert!(pair_matches(leaf_key, &certificate).unwrap());
            let is_same_key = authority_key.spki_der() == leaf_key.spki_der();
            assert_eq!(pair_matches(authority_key, &certificate), Ok(is_same_key));
        }
    }
}

#[test]
fn signature_algorithms_follow_the_issuers_key() {
    let lab = Lab::new();
    for (algorithm, expected) in [
        (KeyAlgorithm::EcdsaP256, "ecdsa-sha256"),
        (KeyAlgorithm::EcdsaP384, "ecdsa-sha384"),
        (KeyAlgorithm::Rsa2048, "rsa-sha256"),
        (KeyAlgorithm::Ed25519, "ed25519"),
    ] {
        assert_eq!(lab.root(algorithm).info().signature_algorithm, expected);
    }
}

#[test]
fn a_leaf_says_what_was_asked_and_nothing_about_being_an_authority() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP384);
    let issuing = lab.intermediate(&root, KeyAlgorithm::EcdsaP256, Some(0));
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let all_kinds = names(&[
        "web.example",
        "*.web.example",
        "bücher.example",
        "192.0.2.7",
        "2001:db8::7",
        "spiffe://web.example/ns/a",
        "ops@web.example",
    ]);
    let certificate = lab.leaf(&issuing, key.public_key(), &all_kinds);
    let info = CertificateInfo::parse(&certificate).unwrap();
    assert_eq!(info.names, all_kinds);
    assert!(info.other_names.is_empty());
    assert_eq!(info.subject_common_name.as_deref(), Some("web.example"));
    assert_eq!((info.subject.as_str(), info.issuer.as_str()), ("CN=web.example", "CN=Test Issuing CA"));
    assert_eq!((info.is_ca, info.path_len, info.may_sign_certificates), (false, None, false));
    assert_eq!(info.extended_key_usages, ["serverAuth"]);
    assert_eq!((info.not_before, info.not_after), (NOW, NOW + 90 * DAY));
    assert_eq!(info.subject_key_identifier, Some(hex(&key.public_key().key_identifier())));
    assert_eq!(info.fingerprint_sha256, certctl_pki::fingerprint::sha256_hex(&certificate));
}

#[test]
fn every_use_and_subject_is_written_as_asked() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let names = names(&["a.example", "b.example"]);
    type Case<'a> = (LeafUsage, LeafSubject<'a>, &'a [Name], &'a [&'a str], &'a str);
    let cases: [Case<'_>; 5] = [
        (LeafUsage::Server, LeafSubject::Empty, &names, &["serverAuth"], ""),
        (LeafUsage::Client, LeafSubject::Name(&names[1]), &names, &["clientAuth"], "CN=b.example"),
        (
            LeafUsage::ServerAndClient,
            LeafSubject::Name(&names[0]),
            &names,
            &["serverAuth", "clientAuth"],
            "CN=a.example",
        ),
        (LeafUsage::Client, LeafSubject::Identity("ag-web-1"), &[], &["clientAuth"], "CN=ag-web-1"),
        (LeafUsage::Client, LeafSubject::Identity("ag-web-1"), &names, &["clientAuth"], "CN=ag-web-1"),
    ];
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::Rsa2048, KeyAlgorithm::Ed25519] {
        let key = PrivateKey::generate(algorithm).unwrap();
        for (usage, subject, names, purposes, expected_subject) in cases {
            let serial = lab.serial();
            let tbs =
                root.build_leaf_tbs(&LeafSpec { usage, subject, ..spec(&key, &serial, names) }).unwrap();
            let info = CertificateInfo::parse(&lab.sign(&root, &tbs)).unwrap();
            assert_eq!(info.extended_key_usages, purposes);
            assert_eq!(info.subject, expected_subject);
            assert_eq!(info.names, names);
        }
    }
}

#[test]
fn a_name_too_long_for_a_common_name_leaves_the_subject_empty() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let label = "a".repeat(56);
    for (name, expected) in [(format!("{label}.example"), Some(64)), (format!("a{label}.example"), None)] {
        let certificate = lab.leaf(&root, key.public_key(), &names(&[&name]));
        let info = CertificateInfo::parse(&certificate).unwrap();
        assert_eq!(info.subject_common_name.map(|text| text.len()), expected);
        assert_eq!(info.names, names(&[&name]));
    }
}

#[test]
fn a_name_given_twice_is_written_once() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let certificate = lab.leaf(&root, key.public_key(), &names(&["a.example", "b.example", "A.example"]));
    assert_eq!(CertificateInfo::parse(&certificate).unwrap().names, names(&["a.example", "b.example"]));
}

#[test]
fn validity_stays_within_the_issuers_and_crosses_2050() {
    let lab = Lab::new();
    let in_2049 = 2_524_607_999;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let root = lab.root_of(key.clone(), "Long Root", NOW, in_2049 + 10 * YEAR);
    let serial = lab.serial();
    let names = names(&["a.example"]);
    for (asked, expected) in [
        ((NOW - DAY, NOW + DAY), (NOW, NOW + DAY)),
        ((NOW, i64::MAX), (NOW, in_2049 + 10 * YEAR)),
        ((NOW, in_2049), (NOW, in_2049)),
        ((in_2049, in_2049 + 1), (in_2049, in_2049 + 1)),
        ((NOW, NOW), (NOW, NOW)),
    ] {
        let leaf = LeafSpec { not_before: asked.0, not_after: asked.1, ..spec(&key, &serial, &names) };
        let tbs = root.build_leaf_tbs(&leaf).unwrap();
        assert_eq!((tbs.not_before(), tbs.not_after()), expected);
        let info = CertificateInfo::parse(&lab.sign(&root, &tbs)).unwrap();
        assert_eq!((info.not_before, info.not_after), expected);
    }
    let over = LeafSpec { not_before: i64::MAX - 1, not_after: i64::MAX, ..spec(&key, &serial, &names) };
    assert!(matches!(root.build_leaf_tbs(&over), Err(CertificateError::TimeOutOfRange { .. })));
    let before = LeafSpec { not_before: 0, not_after: NOW - 1, ..spec(&key, &serial, &names) };
    assert!(matches!(root.build_leaf_tbs(&before), Err(CertificateError::EmptyValidity { .. })));
}

#[test]
fn content_is_the_same_each_time_and_can_be_signed_again_after_a_restart() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let (serial, names) = (lab.serial(), names(&["a.example"]));
    let tbs = root.build_leaf_tbs(&spec(&key, &serial, &names)).unwrap();
    assert_eq!(root.build_leaf_tbs(&spec(&key, &serial, &names)).unwrap(), tbs);

    let stored = Tbs::from_der(tbs.as_der().to_vec()).unwrap();
    assert_eq!(stored, tbs);
    assert_eq!(stored.serial(), &serial);
    let first = CertificateInfo::parse(&lab.sign(&root, &tbs)).unwrap();
    let again = CertificateInfo::parse(&lab.sign(&root, &stored)).unwrap();
    assert_eq!((first.serial_hex, first.names), (again.serial_hex, again.names));
    assert!(Tbs::from_der(vec![0x30, 0x00]).is_err());
}

#[test]
fn content_made_for_another_issuer_is_not_signed() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let same_name = lab.root(KeyAlgorithm::EcdsaP256);
    let other_name = lab.root_named(KeyAlgorithm::EcdsaP256, "Other Root");
    let other_kind = PrivateKey::generate(KeyAlgorithm::Ed25519).unwrap();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let (serial, names) = (lab.serial(), names(&["a.example"]));
    let tbs = root.build_leaf_tbs(&spec(&key, &serial, &names)).unwrap();
    let field = |result: Result<_, CertificateError>| match result {
        Err(CertificateError::OtherIssuer { field }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(same_name.sign(&tbs)), "authority key identifier");
    assert_eq!(field(other_name.sign(&tbs)), "issuer name");
    assert_eq!(field(sign_tbs(&other_kind, &tbs)), "signature algorithm");
}

#[test]
fn an_issuer_needs_its_own_key_and_the_right_to_sign() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let leaf = lab.leaf(&root, key.public_key(), &names(&["a.example"]));
    let refusal = Issuer::new(root.certificate_der(), key.clone()).unwrap_err();
    assert_eq!(refusal, CertificateError::KeyDoesNotMatch { subject: root.info().subject.clone() });
    assert!(matches!(Issuer::new(&leaf, key), Err(CertificateError::NotAnIssuer { .. })));
    assert!(!format!("{root:?}").contains("PRIVATE"), "{root:?}");
}

#[test]
fn an_authority_makes_no_more_authorities_than_its_path_length_allows() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let two = lab.intermediate_named(&root, KeyAlgorithm::EcdsaP256, Some(1), "Two");
    let one = lab.intermediate_named(&two, KeyAlgorithm::EcdsaP256, Some(0), "One");
    assert_eq!((one.info().is_ca, one.info().path_len), (true, Some(0)));
    assert_eq!(
        lab.intermediate_named(&root, KeyAlgorithm::EcdsaP256, Some(200), "Many").info().path_len,
        Some(200)
    );
    assert_eq!(lab.intermediate_named(&root, KeyAlgorithm::EcdsaP256, None, "Free").info().path_len, None);

    let subject = CaSubject { common_name: "Too Many".to_owned(), organization: None };
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    for (issuer, wanted) in [(&one, Some(0)), (&two, Some(1)), (&two, None)] {
        let spec = IntermediateSpec {
            serial: &lab.serial(),
            subject: &subject,
            public_key: key.public_key(),
            path_len: wanted,
            name_constraints: None,
            addresses: Addresses::default(),
            not_before: NOW,
            not_after: NOW + DAY,
        };
        assert!(matches!(issuer.build_intermediate_tbs(&spec), Err(CertificateError::PathLength { .. })));
    }
}

#[test]
fn impossible_subjects_are_refused_before_anything_is_built() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let (serial, some, other) = (lab.serial(), names(&["a.example"]), names(&["b.example"]));
    let refused = |spec: LeafSpec<'_>| root.build_leaf_tbs(&spec).unwrap_err();

    assert_eq!(refused(spec(&key, &serial, &[])), CertificateError::NoNames);
    let stranger = LeafSpec { subject: LeafSubject::Name(&other[0]), ..spec(&key, &serial, &some) };
    let expected = CertificateError::CommonNameNotAmongNames { name: "b.example".to_owned() };
    assert_eq!(refused(stranger), expected);
    let server = LeafSpec { subject: LeafSubject::Identity("ag-1"), ..spec(&key, &serial, &some) };
    assert_eq!(refused(server), CertificateError::IdentityOnServer { text: "ag-1".to_owned() });
    let too_long = "a".repeat(65);
    for text in ["", "a\nb", &too_long] {
        let usage = LeafUsage::Client;
        let identity = LeafSpec { usage, subject: LeafSubject::Identity(text), ..spec(&key, &serial, &some) };
        assert!(matches!(refused(identity), CertificateError::SubjectText { field: "common name", .. }));
        let subject = CaSubject { common_name: "Root".to_owned(), organization: Some(text.to_owned()) };
        let root = RootSpec { serial: &serial, subject: &subject, not_before: NOW, not_after: NOW + DAY };
        let error = build_root_tbs(&key, &root).unwrap_err();
        assert!(matches!(error, CertificateError::SubjectText { field: "organization", .. }));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_text_for_people_has_every_fact() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let leaf = lab.leaf(&root, key.public_key(), &names(&["web.example", "*.apps.example"]));
    let info = CertificateInfo::parse(&leaf).unwrap();
    let text = describe(&info);
    let line = |name: &str| {
        let start = format!("{name}:");
        let found = text.lines().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_else(|| panic!("{name} in {text}")).trim().to_owned()
    };
    assert_eq!(line("SHA-256"), info.fingerprint_sha256);
    assert_eq!(line("Serial number").replace(':', ""), info.serial_hex);
    assert_eq!((line("Public key").as_str(), line("Signature").as_str()), ("ecdsa-p256", "ecdsa-sha256"));
    assert_eq!(line("Names"), "web.example");
    assert!(text.contains("\n                  *.apps.example\n"), "{text}");
    assert_eq!(line("Purposes"), "serverAuth");
    assert_eq!(line("Key usage"), "digitalSignature (critical)");
    assert!(line("Valid from").ends_with('Z'), "{text}");
    assert!(line("Authority").starts_with("no"), "{text}");
    let odd = CertificateInfo { subject: "CN=a\u{1b}[31m".to_owned(), not_after: i64::MAX, ..info };
    let text = describe(&odd);
    assert!(text.contains("CN=a\u{fffd}[31m") && text.contains("of Unix time"), "{text}");
    let root = describe(root.info());
    assert!(root.contains("Authority:") && root.contains("keyCertSign"), "{root}");
}
