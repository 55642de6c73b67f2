//! OCSP: requests by OpenSSL and GnuTLS are read and answered, and they and pkilint judge the answers.

use std::time::UNIX_EPOCH;

use base64::{Engine, engine::general_purpose::STANDARD};
use certctl_pki::{
    Answer, CertId, CertIdHash, CertStatus, CertificateError, Issuer, KeyAlgorithm, Nonce, OcspError,
    OcspFailure, OcspIssuer, OcspRequest, OcspResponder, OcspResponderSpec, PrivateKey, RevocationReason,
    ocsp::decode_get_path, pem,
};

use crate::{
    crls::{file, serial_of},
    gnutls::gnutls,
    lab::{DAY, Lab, NOW, YEAR, names},
    openssl::{openssl, openssl_both, openssl_text},
};

/// An issuer with two leaves, as files.
struct Scene {
    lab: Lab,
    folder: tempfile::TempDir,
    issuing: Issuer,
    leaves: [Vec<u8>; 2],
    chain: String,
    issuer: String,
    certificates: [String; 2],
}

impl Scene {
    fn new(algorithm: KeyAlgorithm) -> Self {
        let (lab, folder) = (Lab::new(), tempfile::tempdir().unwrap());
        let root = lab.root(KeyAlgorithm::EcdsaP256);
        let issuing = lab.intermediate(&root, algorithm, Some(0));
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let leaves =
            ["a.example", "b.example"].map(|name| lab.leaf(&issuing, key.public_key(), &names(&[name])));
        let (root, middle) = (root.certificate_der(), issuing.certificate_der());
        let chain = file(folder.path(), "chain", pem::encode_certificates([middle, root]));
        let issuer = file(folder.path(), "issuer", pem::encode_certificates([middle]));
        let certificates =
            [0, 1].map(|n| file(folder.path(), &format!("leaf{n}"), pem::encode_certificates([&leaves[n]])));
        Self { lab, folder, issuing, leaves, chain, issuer, certificates }
    }

    fn ocsp_issuer(&self) -> OcspIssuer {
        OcspIssuer::from_certificate(self.issuing.certificate_der()).unwrap()
    }

    /// A request by OpenSSL for these leaves.
    fn request(&self, leaves: &[usize], more: &[&str]) -> Vec<u8> {
        let path = self.folder.path().join("request");
        let mut arguments = vec!["ocsp", "-issuer", &self.issuer, "-reqout", path.to_str().unwrap()];
        arguments.extend(more);
        for leaf in leaves {
            arguments.extend(["-cert", &self.certificates[*leaf]]);
        }
        openssl(&arguments, b"");
        std::fs::read(path).unwrap()
    }

    /// What OpenSSL makes of a response to a request. It is asked twice, since it takes either the nonce of a request
    /// that it is given or the names of certificates.
    fn judged(&self, request: &[u8], response: &[u8], leaves: &[usize], more: &[&str]) -> String {
        let request = file(self.folder.path(), "asked", request);
        let response = file(self.folder.path(), "response", response);
        let at = NOW.to_string();
        let common = ["ocsp", "-no_nonce", "-CAfile", &self.chain, "-attime", &at, "-respin", &response];
        let about_nonce = openssl_both(&[&common[..], &["-reqin", &request]].concat());
        let mut arguments = [&common[..], &["-issuer", &self.issuer], more].concat();
        for leaf in leaves {
            arguments.extend(["-cert", &self.certificates[*leaf]]);
        }
        about_nonce + &openssl_both(&arguments)
    }

    fn respond(&self, responder: &OcspResponder, request: &OcspRequest, statuses: &[CertStatus]) -> Vec<u8> {
        let answers: Vec<_> =
            request.cert_ids.iter().zip(statuses).map(|(id, status)| answer(id, *status)).collect();
        let response = responder.respond(&answers, NOW, request.nonce.as_ref()).unwrap();
        self.lab.record_ocsp(&response);
        response
    }
}

/// OpenSSL looks at the machine's clock for the ends of answers, so they are far away.
fn answer(cert_id: &CertId, status: CertStatus) -> Answer<'_> {
    Answer { cert_id, status, this_update: NOW - YEAR, next_update: Some(NOW + 50 * YEAR) }
}

const REVOKED: CertStatus = CertStatus::Revoked { at: NOW - DAY, reason: RevocationReason::KeyCompromise };

#[test]
fn openssl_accepts_our_answers_of_every_kind_of_key_with_its_nonce() {
    for algorithm in KeyAlgorithm::ALL {
        let scene = Scene::new(KeyAlgorithm::EcdsaP256);
        let responder = scene.lab.responder(&scene.issuing, algorithm, NOW - DAY);
        for hash in ["-sha1", "-sha256"] {
            let bytes = scene.request(&[0, 1], &["-nonce", hash]);
            let request = OcspRequest::parse(&bytes).unwrap();
            assert!(request.nonce.is_some());
            assert_eq!(request.cert_ids.len(), 2);
            for (id, leaf) in request.cert_ids.iter().zip(&scene.leaves) {
                assert!(scene.ocsp_issuer().is_issuer_of(id));
                assert_eq!(id.serial(), Some(&serial_of(leaf)));
            }
            let response = scene.respond(&responder, &request, &[CertStatus::Good, REVOKED]);
            let said = scene.judged(&bytes, &response, &[0, 1], &[hash]);
            assert!(
                said.matches("Response verify OK").count() == 2 && !said.to_lowercase().contains("nonce"),
                "{said}"
            );
            assert!(said.contains("leaf0: good") && said.contains("leaf1: revoked"), "{said}");
            assert!(said.contains("Reason: keyCompromise"), "{said}");
        }
    }
}

#[test]
fn openssl_refuses_the_nonce_of_another_request() {
    let scene = Scene::new(KeyAlgorithm::EcdsaP256);
    let responder = scene.lab.responder(&scene.issuing, KeyAlgorithm::EcdsaP256, NOW - DAY);
    let bytes = scene.request(&[0], &["-nonce"]);
    let request = OcspRequest::parse(&bytes).unwrap();
    let other = OcspRequest { nonce: Some(Nonce::new(&[7; 32]).unwrap()), ..request.clone() };
    let said = scene.judged(&bytes, &scene.respond(&responder, &other, &[CertStatus::Good]), &[0], &[]);
    assert!(said.contains("Nonce Verify error"), "{said}");
}

#[test]
fn an_answer_made_before_the_request_is_accepted() {
    let scene = Scene::new(KeyAlgorithm::Rsa2048);
    let responder = scene.lab.responder(&scene.issuing, KeyAlgorithm::Ed25519, NOW - DAY);
    for (hash, option) in CertIdHash::ALL.into_iter().zip(["-sha1", "-sha256"]) {
        let id = CertId::new(&scene.ocsp_issuer(), hash, &serial_of(&scene.leaves[0]));
        let kept = responder.respond(&[answer(&id, CertStatus::Unknown)], NOW - 60, None).unwrap();
        scene.lab.record_ocsp(&kept);
        let bytes = scene.request(&[0], &["-no_nonce", option]);
        let request = OcspRequest::parse(&bytes).unwrap();
        assert_eq!((&request.cert_ids, &request.nonce), (&vec![id], &None));
        let said = scene.judged(&bytes, &kept, &[0], &[option]);
        assert!(said.contains("Response verify OK") && said.contains("leaf0: unknown"), "{said}");
    }
}

#[test]
fn a_request_for_another_issuer_is_told_from_ours() {
    let (scene, other) = (Scene::new(KeyAlgorithm::EcdsaP256), Scene::new(KeyAlgorithm::EcdsaP256));
    for hash in ["-sha1", "-sha256", "-sha512"] {
        let request = OcspRequest::parse(&scene.request(&[0], &[hash])).unwrap();
        let id = &request.cert_ids[0];
        assert!(!other.ocsp_issuer().is_issuer_of(id));
        // The digest that we do not know is nobody's.
        assert_eq!(scene.ocsp_issuer().is_issuer_of(id), hash != "-sha512");
        assert_eq!(id.hash().is_some(), hash != "-sha512");
    }
}

#[test]
fn a_signed_request_is_read_like_any_other() {
    let scene = Scene::new(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::Rsa2048).unwrap();
    let certificate = scene.lab.leaf(&scene.issuing, key.public_key(), &names(&["asks.example"]));
    let signer = file(scene.folder.path(), "signer", pem::encode_certificates([certificate]));
    let key = file(scene.folder.path(), "key", key.to_pkcs8_pem().unwrap().as_bytes());
    let bytes = scene.request(&[1], &["-signer", &signer, "-signkey", &key]);
    let plain = scene.request(&[1], &["-no_nonce"]);
    assert!(bytes.len() > plain.len() + 256);
    let (signed, plain) = (OcspRequest::parse(&bytes).unwrap(), OcspRequest::parse(&plain).unwrap());
    assert_eq!(signed.cert_ids, plain.cert_ids);
}

#[test]
fn a_request_in_a_path_is_the_same_request() {
    let scene = Scene::new(KeyAlgorithm::EcdsaP256);
    for more in ["-nonce", "-no_nonce"] {
        let bytes = scene.request(&[0], &[more]);
        let base64 = STANDARD.encode(&bytes);
        let escaped = base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        for path in [&base64, &escaped, &format!("/{escaped}"), base64.trim_end_matches('=')] {
            assert_eq!(decode_get_path(path).unwrap(), bytes);
            assert_eq!(OcspRequest::from_get_path(path), OcspRequest::parse(&bytes));
        }
    }
}

#[test]
fn openssl_reads_every_failure() {
    let folder = tempfile::tempdir().unwrap();
    for (failure, word) in [
        (OcspFailure::MalformedRequest, "malformedrequest (1)"),
        (OcspFailure::InternalError, "internalerror (2)"),
        (OcspFailure::TryLater, "trylater (3)"),
        (OcspFailure::Unauthorized, "unauthorized (6)"),
    ] {
        let path = file(folder.path(), "failure", failure.to_der());
        let said = openssl_both(&["ocsp", "-respin", &path, "-noverify"]);
        assert!(said.to_lowercase().contains(word), "{said}");
    }
}

#[test]
fn gnutls_asks_and_accepts_our_answer() {
    // Its tools read the machine's clock.
    let now = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let (lab, folder) = (Lab::new(), tempfile::tempdir().unwrap());
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let root = lab.root_of(key.clone(), "GnuTLS Root", now - YEAR, now + YEAR);
    let leaf = lab.leaf(&root, key.public_key(), &names(&["a.example"]));
    let responder = lab.responder(&root, KeyAlgorithm::EcdsaP256, now - DAY);
    let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
    let leaf_file = file(folder.path(), "leaf", pem::encode_certificates([&leaf]));
    let request_file = folder.path().join("request").to_str().unwrap().to_owned();
    let arguments = [
        "--generate-request",
        "--load-issuer",
        &root_file,
        "--load-cert",
        &leaf_file,
        "--outfile",
        &request_file,
    ];
    gnutls("ocsptool", &arguments, b"");
    let request = OcspRequest::parse(&std::fs::read(&request_file).unwrap()).unwrap();
    let issuer = OcspIssuer::from_certificate(root.certificate_der()).unwrap();
    assert!(issuer.is_issuer_of(&request.cert_ids[0]));
    let fresh = Nonce::new(&[9; 32]).unwrap();
    for nonce in [None, Some(&fresh)] {
        for (status, word) in
            [(CertStatus::Good, "good"), (REVOKED, "revoked"), (CertStatus::Unknown, "unknown")]
        {
            let (this_update, next_update) = (now - 60, Some(now + DAY));
            let answer = Answer { cert_id: &request.cert_ids[0], status, this_update, next_update };
            let response = responder.respond(&[answer], now, nonce).unwrap();
            lab.record_ocsp(&response);
            let response_file = file(folder.path(), "response", response);
            let shown = gnutls("ocsptool", &["--response-info", "--load-response", &response_file], b"");
            assert!(shown.contains(&format!("Certificate Status: {word}")), "{shown}");
            assert_eq!(shown.contains("Nonce"), nonce.is_some(), "{shown}");
            let arguments =
                ["--verify-response", "--load-response", &response_file, "--load-trust", &root_file];
            let said = gnutls("ocsptool", &arguments, b"");
            assert!(said.contains("Success"), "{said}");
        }
    }
}

#[test]
fn only_a_certificate_made_for_it_answers() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let other = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let leaf = lab.leaf(&root, key.public_key(), &names(&["a.example"]));
    let refused = |result: Result<OcspResponder, OcspError>, expected: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refused(OcspResponder::new(root.certificate_der(), &leaf, key.clone()), "OCSPSigning");
    let serial = lab.serial();
    let spec = OcspResponderSpec {
        serial: &serial,
        common_name: "Responder",
        public_key: key.public_key(),
        not_before: NOW,
        not_after: NOW + 90 * DAY - 1,
    };
    let certificate = lab.sign(&root, &root.build_ocsp_responder_tbs(&spec).unwrap());
    refused(OcspResponder::new(other.certificate_der(), &certificate, key.clone()), "did not sign it");
    let stranger = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    assert!(matches!(
        OcspResponder::new(root.certificate_der(), &certificate, stranger),
        Err(OcspError::Certificate(CertificateError::KeyDoesNotMatch { .. }))
    ));
    let text = openssl_text(&["x509", "-inform", "DER", "-noout", "-text"], &certificate);
    assert!(text.contains("OCSP No Check") && text.contains("OCSP Signing"), "{text}");
    assert!(!text.contains("Subject Alternative Name"), "{text}");

    let too_long = OcspResponderSpec { not_after: NOW + 90 * DAY, ..spec.clone() };
    let error = root.build_ocsp_responder_tbs(&too_long).unwrap_err();
    assert!(error.to_string().contains("at most 90 days"), "{error}");
    let nameless = OcspResponderSpec { common_name: "", ..spec };
    assert!(matches!(root.build_ocsp_responder_tbs(&nameless), Err(CertificateError::SubjectText { .. })));
}

#[test]
fn answers_that_would_be_wrong_are_not_made() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let responder = lab.responder(&root, KeyAlgorithm::EcdsaP256, NOW);
    let issuer = OcspIssuer::from_certificate(root.certificate_der()).unwrap();
    let id = CertId::new(&issuer, CertIdHash::Sha1, &lab.serial());
    let refused = |answers: &[Answer<'_>], at| responder.respond(answers, at, None).unwrap_err();
    let good = answer(&id, CertStatus::Good);
    assert_eq!(refused(&[], NOW), OcspError::NoAnswers);
    for at in [NOW - 1, NOW + 30 * DAY + 1] {
        assert!(matches!(refused(&[good], at), OcspError::ResponderNotValid { .. }));
    }
    let ended = Answer { next_update: Some(good.this_update), ..good };
    assert!(matches!(refused(&[ended], NOW), OcspError::EmptyValidity { .. }));
    let reason = RevocationReason::RemoveFromCrl;
    let back = Answer { status: CertStatus::Revoked { at: NOW, reason }, ..good };
    assert_eq!(refused(&[back], NOW), OcspError::RemovedIsNotRevoked);
    let never = Answer { this_update: -1, ..good };
    assert_eq!(refused(&[never], NOW), OcspError::TimeOutOfRange { unix_seconds: -1 });
    assert!(!format!("{responder:?}").contains("PRIVATE"));
}
