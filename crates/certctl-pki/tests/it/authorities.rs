//! What stands around a certificate: addresses, name constraints and cross-certificates, judged by OpenSSL and webpki.

use certctl_pki::{
    Addresses, CertificateError, CertificateInfo, CrlScope, CrlSpec, CrossSpec, HttpUri, IntermediateSpec,
    Issuer, KeyAlgorithm, NameConstraints, NameSubtree, PrivateKey, RevocationReason, check_chain, describe,
    pem, sign_crl,
};

use crate::{
    crls::{crl_pem, file, revoked, serial_of, spec},
    lab::{DAY, Lab, NOW, YEAR, names},
    openssl::{openssl, openssl_both, openssl_fails, openssl_text},
};

fn uri(text: &str) -> HttpUri {
    text.parse().unwrap()
}

fn subtrees(texts: &[&str]) -> Vec<NameSubtree> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap()
}

/// Another certificate for an authority.
pub(crate) fn cross(
    lab: &Lab,
    issuer: &Issuer,
    certificate_der: &[u8],
    name_constraints: Option<&NameConstraints>,
) -> Vec<u8> {
    let spec = CrossSpec {
        serial: &lab.serial(),
        certificate_der,
        path_len: Some(0),
        name_constraints,
        addresses: Addresses::default(),
        not_before: NOW - DAY,
        not_after: NOW + YEAR,
    };
    lab.sign(issuer, &issuer.build_cross_tbs(&spec).unwrap())
}

#[test]
fn addresses_are_written_where_they_are_given() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let [crl, ocsp, ca] =
        ["http://ca.example/1.crl", "http://ca.example/ocsp", "http://ca.example/ca.cer"].map(uri);
    let all = Addresses { crl: Some(&crl), ocsp: Some(&ocsp), ca_issuers: Some(&ca) };
    let leaf = lab.leaf_with(&root, key().public_key(), &names(&["a.example"]), all);
    let info = CertificateInfo::parse(&leaf).unwrap();
    assert_eq!(info.crl_uris, [crl.as_str()]);
    assert_eq!(
        (info.ocsp_uris.clone(), info.ca_issuers_uris.clone()),
        (vec![ocsp.to_string()], vec![ca.to_string()])
    );
    let text = openssl_text(&["x509", "-inform", "DER", "-noout", "-text"], &leaf);
    for expected in [
        "Full Name:\n                  URI:http://ca.example/1.crl",
        "OCSP - URI:http://ca.example/ocsp",
        "CA Issuers - URI:http://ca.example/ca.cer",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let told = describe(&info);
    for address in [&crl, &ocsp, &ca] {
        assert!(told.contains(address.as_str()), "{told}");
    }

    let child = key();
    let subject = certctl_pki::CaSubject { common_name: "Below".to_owned(), organization: None };
    let only_ocsp = Addresses { ocsp: Some(&ocsp), ..Addresses::default() };
    let spec = IntermediateSpec {
        serial: &lab.serial(),
        subject: &subject,
        public_key: child.public_key(),
        path_len: Some(0),
        name_constraints: None,
        addresses: only_ocsp,
        not_before: NOW,
        not_after: NOW + YEAR,
    };
    let info =
        CertificateInfo::parse(&lab.sign(&root, &root.build_intermediate_tbs(&spec).unwrap())).unwrap();
    assert_eq!(info.ocsp_uris, [ocsp.as_str()]);
    assert!(info.crl_uris.is_empty() && info.ca_issuers_uris.is_empty());
    let plain = CertificateInfo::parse(&lab.leaf(&root, key().public_key(), &names(&["b.example"]))).unwrap();
    assert!(plain.crl_uris.is_empty() && plain.ocsp_uris.is_empty() && plain.name_constraints.is_none());
}

#[test]
fn a_part_of_a_divided_list_answers_for_the_leaves_that_name_it() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let [first, second] = ["http://ca.example/1.crl", "http://ca.example/2.crl"].map(uri);
    let leaf = |name: &str, crl| {
        let addresses = Addresses { crl: Some(crl), ..Addresses::default() };
        lab.leaf_with(&root, key().public_key(), &names(&[name]), addresses)
    };
    let (good, bad, elsewhere) =
        (leaf("good.example", &first), leaf("bad.example", &first), leaf("other.example", &second));
    let part = CrlSpec { partition: Some(&first), scope: CrlScope::Leaves, ..spec(5) };
    let list = sign_crl(&root, &part, [revoked(&serial_of(&bad), RevocationReason::Superseded)]).unwrap();
    lab.record_crl(&list);

    let folder = tempfile::tempdir().unwrap();
    let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
    let list = file(folder.path(), "list", crl_pem(&list));
    let at = (NOW + 60).to_string();
    let arguments = ["verify", "-attime", &at, "-crl_check", "-CAfile", &root_file, "-CRLfile", &list];
    let leaf_file = |name: &str, der: &[u8]| file(folder.path(), name, pem::encode_certificates([der]));
    openssl(&[&arguments[..], &[&leaf_file("good", &good)]].concat(), b"");
    let said = openssl_fails(&[&arguments[..], &[&leaf_file("bad", &bad)]].concat(), b"");
    assert!(said.contains("certificate revoked"), "{said}");
    let said = openssl_fails(&[&arguments[..], &[&leaf_file("elsewhere", &elsewhere)]].concat(), b"");
    assert!(said.contains("scope") || said.contains("unable to get certificate CRL"), "{said}");
}

#[test]
fn openssl_and_webpki_judge_names_as_we_do() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let free = lab.intermediate(&root, KeyAlgorithm::EcdsaP256, Some(0));
    let folder = tempfile::tempdir().unwrap();
    let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
    let leaf_key = key();
    let check = |permitted: &[&str], excluded: &[&str], cases: &[(&[&str], bool)]| {
        let constraints = NameConstraints { permitted: subtrees(permitted), excluded: subtrees(excluded) };
        let limited = cross(&lab, &root, free.certificate_der(), Some(&constraints));
        let read = CertificateInfo::parse(&limited).unwrap().name_constraints.unwrap();
        assert_eq!(read, constraints);
        let limited_file = file(folder.path(), "limited", pem::encode_certificates([&limited]));
        for (texts, is_ok) in cases {
            // Made by the same key under its certificate without constraints.
            let leaf = lab.leaf(&free, leaf_key.public_key(), &names(texts));
            assert_eq!(read.check(&names(texts), true).is_ok(), *is_ok, "{texts:?}");
            let webpki = check_chain(&leaf, &[&limited], &[root.certificate_der()], NOW + 60);
            assert_eq!(webpki.is_ok(), *is_ok, "{texts:?}: {webpki:?}");
            let leaf_file = file(folder.path(), "leaf", pem::encode_certificates([&leaf]));
            let at = (NOW + 60).to_string();
            let said = openssl_both(&[
                "verify",
                "-attime",
                &at,
                "-CAfile",
                &root_file,
                "-untrusted",
                &limited_file,
                &leaf_file,
            ]);
            assert_eq!(said.contains("leaf: OK"), *is_ok, "{texts:?}: {said}");
        }
    };
    check(
        &["a.example", "10.0.0.0/8"],
        &["x.a.example", "10.1.0.0/16"],
        &[
            (&["a.example"], true),
            (&["b.a.example", "c.b.a.example", "10.2.3.4"], true),
            (&["*.b.a.example"], true),
            (&["ba.example"], false),
            (&["a.example", "b.example"], false),
            (&["x.a.example"], false),
            (&["y.x.a.example"], false),
            (&["a.example", "10.1.2.3"], false),
            (&["a.example", "11.0.0.1"], false),
            (&["a.example", "2001:db8::1"], false),
        ],
    );
    check(
        &[],
        &["0.0.0.0/0", "::/0", "secret.example"],
        &[
            (&["anything.example"], true),
            (&["secret.example"], false),
            (&["a.example", "192.0.2.1"], false),
            (&["a.example", "2001:db8::1"], false),
        ],
    );
    check(&["2001:db8::/32"], &[], &[(&["2001:db8:1::1", "a.example"], true), (&["2001:db9::1"], false)]);
}

#[test]
fn an_authority_refuses_names_outside_its_constraints_before_signing() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let child = key();
    let constraints = NameConstraints { permitted: subtrees(&["a.example"]), excluded: Vec::new() };
    let subject = certctl_pki::CaSubject { common_name: "Limited".to_owned(), organization: None };
    let build = |constraints: &NameConstraints| {
        let spec = IntermediateSpec {
            serial: &lab.serial(),
            subject: &subject,
            public_key: child.public_key(),
            path_len: Some(0),
            name_constraints: Some(constraints),
            addresses: Addresses::default(),
            not_before: NOW - DAY,
            not_after: NOW + YEAR,
        };
        root.build_intermediate_tbs(&spec)
    };
    let limited = lab.sign(&root, &build(&constraints).unwrap());
    let text = openssl_text(&["x509", "-inform", "DER", "-noout", "-text"], &limited);
    assert!(text.contains("X509v3 Name Constraints: critical") && text.contains("DNS:a.example"), "{text}");
    assert!(describe(&CertificateInfo::parse(&limited).unwrap()).contains("Only names below: a.example"));
    let limited = Issuer::new(&limited, child.clone()).unwrap();
    lab.leaf(&limited, key().public_key(), &names(&["b.a.example"]));
    let names = names(&["b.a.example", "b.example"]);
    let serial = lab.serial();
    let spec = certctl_pki::LeafSpec {
        serial: &serial,
        subject: certctl_pki::LeafSubject::Empty,
        names: &names,
        public_key: child.public_key(),
        usage: certctl_pki::LeafUsage::Server,
        addresses: Addresses::default(),
        not_before: NOW,
        not_after: NOW + DAY,
    };
    let error = limited.build_leaf_tbs(&spec).unwrap_err();
    let expected = "\"CN=Limited\" may not issue this certificate: b.example is not under one of the names that it is limited to (a.example)";
    assert_eq!(error.to_string(), expected);

    let none = build(&NameConstraints::default()).unwrap();
    assert_eq!(CertificateInfo::parse(&lab.sign(&root, &none)).unwrap().name_constraints, None);
    let form = certctl_pki::NameForm::Email;
    let foreign = NameSubtree::Unjudged { form, text: "e-mail a.example".to_owned() };
    let foreign = NameConstraints { permitted: vec![foreign], excluded: Vec::new() };
    assert_eq!(build(&foreign), Err(CertificateError::UnwritableNameConstraints));
}

#[test]
fn a_cross_certificate_leads_the_same_leaf_to_another_root() {
    let lab = Lab::new();
    let old = lab.root_named(KeyAlgorithm::Rsa2048, "Old Root");
    let new = lab.root_named(KeyAlgorithm::EcdsaP256, "New Root");
    let leaf = lab.leaf(&new, key().public_key(), &names(&["a.example"]));
    let crossed = cross(&lab, &old, new.certificate_der(), None);
    let info = CertificateInfo::parse(&crossed).unwrap();
    assert_eq!(info.subject, new.info().subject);
    assert_eq!(info.issuer, old.info().subject);
    assert_eq!(info.subject_key_identifier, new.info().subject_key_identifier);
    assert_eq!(info.public_key_sha256, new.info().public_key_sha256);
    assert_eq!(info.authority_key_identifier, old.info().subject_key_identifier);

    check_chain(&leaf, &[&crossed], &[old.certificate_der()], NOW + 60).unwrap();
    check_chain::<&[u8], _>(&leaf, &[], &[new.certificate_der()], NOW + 60).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let old_file = file(folder.path(), "old", pem::encode_certificates([old.certificate_der()]));
    let new_file = file(folder.path(), "new", pem::encode_certificates([new.certificate_der()]));
    let crossed_file = file(folder.path(), "crossed", pem::encode_certificates([&crossed]));
    let leaf_file = file(folder.path(), "leaf", pem::encode_certificates([&leaf]));
    let at = (NOW + 60).to_string();
    let strict = ["verify", "-x509_strict", "-attime", &at, "-CAfile"];
    openssl(&[&strict[..], &[&old_file, "-untrusted", &crossed_file, &leaf_file]].concat(), b"");
    openssl(&[&strict[..], &[&new_file, &leaf_file]].concat(), b"");
    openssl_fails(&[&strict[..], &[&old_file, &leaf_file]].concat(), b"");
}

#[test]
fn only_authorities_with_room_below_them_cross_certify_and_only_authorities() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let other = lab.root_named(KeyAlgorithm::EcdsaP256, "Other");
    let last = lab.intermediate(&root, KeyAlgorithm::EcdsaP256, Some(0));
    let leaf = lab.leaf(&root, key().public_key(), &names(&["a.example"]));
    let serial = lab.serial();
    let spec = |certificate_der| CrossSpec {
        serial: &serial,
        certificate_der,
        path_len: None,
        name_constraints: None,
        addresses: Addresses::default(),
        not_before: NOW,
        not_after: NOW + YEAR,
    };
    let refused = |issuer: &Issuer, der| issuer.build_cross_tbs(&spec(der)).unwrap_err();
    assert!(matches!(refused(&last, other.certificate_der()), CertificateError::PathLength { .. }));
    assert!(matches!(refused(&root, &leaf), CertificateError::NotAnIssuer { .. }));
    assert!(matches!(refused(&root, b"nonsense"), CertificateError::NotCertificate { .. }));
}

#[test]
fn an_authority_whose_constraints_are_not_understood_refuses_what_they_speak_of() {
    let folder = tempfile::tempdir().unwrap();
    let issuer_key = key();
    let key_file = file(folder.path(), "key", issuer_key.to_pkcs8_pem().unwrap().as_bytes());
    let config = "[req]\ndistinguished_name=dn\nx509_extensions=more\nprompt=no\n[dn]\nCN=Foreign\n[more]\n\
                  basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
                  nameConstraints=critical,permitted;dirName:dir,permitted;DNS:a.example\n[dir]\nO=Example\n";
    let config = file(folder.path(), "config", config);
    let arguments =
        ["req", "-new", "-x509", "-outform", "DER", "-days", "900", "-key", &key_file, "-config", &config];
    let issuer = Issuer::new(&openssl(&arguments, b""), issuer_key).unwrap();
    let constraints = issuer.info().name_constraints.clone().unwrap();
    assert_eq!(constraints.check(&names(&["b.a.example"]), false), Ok(()));
    let (lab, child) = (Lab::new(), key());
    let serial = lab.serial();
    let responder = certctl_pki::OcspResponderSpec {
        serial: &serial,
        common_name: "Responder",
        public_key: child.public_key(),
        not_before: issuer.info().not_before,
        not_after: issuer.info().not_before + DAY,
    };
    let error = issuer.build_ocsp_responder_tbs(&responder).unwrap_err().to_string();
    assert!(error.contains("directory name O=Example") && error.contains("the subject"), "{error}");
}

#[test]
fn an_issuer_with_a_key_identifier_of_its_own_kind_keeps_it_when_crossed() {
    let lab = Lab::new();
    let folder = tempfile::tempdir().unwrap();
    let key_file = file(folder.path(), "key", key().to_pkcs8_pem().unwrap().as_bytes());
    let foreign = openssl(
        &[
            "req",
            "-new",
            "-x509",
            "-outform",
            "DER",
            "-key",
            &key_file,
            "-subj",
            "/C=DE/O=Foreign/CN=Root",
            "-addext",
            "subjectKeyIdentifier=01:02:03:04",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
        ],
        b"",
    );
    let crossed = cross(&lab, &lab.root(KeyAlgorithm::EcdsaP256), &foreign, None);
    let info = CertificateInfo::parse(&crossed).unwrap();
    assert_eq!(info.subject_key_identifier.as_deref(), Some("01020304"));
    assert_eq!(info.subject, CertificateInfo::parse(&foreign).unwrap().subject);
}
