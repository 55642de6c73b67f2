//! That the linter can fail: a judge who accepts everything proves nothing.

use certctl_pki::{Answer, CertId, CertIdHash, CertStatus, KeyAlgorithm, OcspIssuer, PrivateKey, pem};

use crate::{
    crls::made_by_openssl,
    lab::{Lab, NOW, YEAR, lint, names},
    openssl::openssl,
};

#[test]
fn a_certificate_without_key_identifiers_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let key_file = folder.path().join("key");
    std::fs::write(&key_file, key.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
    let key_file = key_file.to_str().unwrap();
    let certificate = openssl(
        &[
            "req",
            "-new",
            "-x509",
            "-key",
            key_file,
            "-subj",
            "/CN=bad",
            "-days",
            "9",
            "-addext",
            "basicConstraints=CA:TRUE",
            "-addext",
            "subjectKeyIdentifier=none",
        ],
        b"",
    );
    std::fs::write(folder.path().join("bad.pem"), certificate).unwrap();
    let output = lint(folder.path());
    let report = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("bad.pem certificate 1"), "{report}");
}

#[test]
fn a_chain_whose_second_certificate_did_not_sign_the_first_is_a_finding() {
    let lab = Lab::new();
    let (root, other) = (lab.root(KeyAlgorithm::EcdsaP256), lab.root(KeyAlgorithm::EcdsaP256));
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let leaf = lab.leaf(&root, key.public_key(), &names(&["web.example"]));
    let folder = tempfile::tempdir().unwrap();
    let wrong = pem::encode_certificates([leaf.as_slice(), other.certificate_der()]);
    std::fs::write(folder.path().join("wrong.pem"), wrong).unwrap();
    let output = lint(folder.path());
    let report = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("wrong.pem pair 1") && !report.contains("certificate 1:"), "{report}");
}

#[test]
fn a_crl_without_a_number_and_an_answer_that_ends_before_it_begins_are_findings() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let issuer = OcspIssuer::from_certificate(root.certificate_der()).unwrap();
    let cert_id = &CertId::new(&issuer, CertIdHash::Sha1, &lab.serial());
    let next_update = Some(NOW + 10 * YEAR);
    let answer = Answer { cert_id, status: CertStatus::Good, this_update: NOW, next_update };
    let responder = lab.responder(&root, KeyAlgorithm::EcdsaP256, NOW);
    let mut response = responder.respond(&[answer], NOW, None).unwrap();
    let at = response.windows(4).rposition(|text| text == b"2036").unwrap();
    response[at..at + 4].copy_from_slice(b"1996");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.crl"), made_by_openssl(&lab, "").0).unwrap();
    std::fs::write(folder.path().join("bad.ocsp"), response).unwrap();
    let output = lint(folder.path());
    let report = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("bad.crl:") && report.contains("bad.ocsp:"), "{report}");
    assert!(report.contains("2 CRLs and OCSP responses"), "{report}");
}

#[test]
fn a_folder_without_certificates_is_not_a_pass() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(lint(folder.path()).status.code(), Some(2));
    std::fs::write(folder.path().join("empty.pem"), "no certificate here\n").unwrap();
    assert_eq!(lint(folder.path()).status.code(), Some(2));
}
