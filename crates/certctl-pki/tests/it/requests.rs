//! Requests: what is read out of them, and every way in which one is refused.

use certctl_pki::{
    BuildCsrError, Csr, CsrError, KeyAlgorithm, PrivateKey, build_csr,
    csr::MAX_CSR_BYTES,
    name::NameErrorReason,
    pem::{self, PemError},
};

use crate::{
    lab::names,
    openssl::{openssl, openssl_text},
};

fn request(texts: &[&str]) -> Vec<u8> {
    build_csr(&PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap(), Some("web"), &names(texts)).unwrap()
}

/// A request made by OpenSSL with a new key of the given kind.
fn foreign(key: &[&str], options: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, openssl(key, b"")).unwrap();
    let mut arguments = vec!["req", "-new", "-outform", "DER", "-key", file.to_str().unwrap()];
    arguments.extend(options);
    if !options.contains(&"-subj") {
        arguments.extend(["-subj", "/CN=x"]);
    }
    openssl(&arguments, b"")
}

const P256: [&str; 5] = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

#[test]
fn every_kind_of_key_proves_its_possession() {
    for algorithm in KeyAlgorithm::ALL {
        let key = PrivateKey::generate(algorithm).unwrap();
        let wanted = names(&[
            "web.example",
            "*.web.example",
            "192.0.2.1",
            "2001:db8::1",
            "spiffe://a.example/b",
            "a@b.example",
        ]);
        let der = build_csr(&key, Some("web.example"), &wanted).unwrap();
        let csr = Csr::parse(&der).unwrap();
        assert_eq!(csr.public_key(), key.public_key());
        assert_eq!(csr.public_key().sha256(), key.public_key_sha256());
        assert_eq!(csr.names(), wanted);
        assert_eq!(csr.common_name(), Some("web.example"));
        assert_eq!(csr.ignored_extensions().len(), 0);
        assert_eq!(csr.der(), der);
    }
}

#[test]
fn pem_is_read_under_both_labels() {
    let der = request(&["a.example"]);
    for label in [pem::CERTIFICATE_REQUEST, pem::NEW_CERTIFICATE_REQUEST] {
        let text = pem::encode(label, &der).replace('\n', "\r\n");
        assert_eq!(Csr::parse(text.as_bytes()).unwrap().der(), der);
    }
    let wrong = pem::encode(pem::CERTIFICATE, &der);
    let error = CsrError::Pem(PemError::WrongLabel {
        number: 1,
        found: pem::CERTIFICATE.to_owned(),
        wanted: pem::CERTIFICATE_REQUEST.to_owned(),
    });
    assert_eq!(Csr::parse(wrong.as_bytes()).unwrap_err(), error);
}

#[test]
fn what_is_no_request_is_refused_by_cause() {
    let refused = |bytes: &[u8]| Csr::parse(bytes).unwrap_err();
    assert_eq!(refused(b""), CsrError::NotPem);
    assert_eq!(refused(b"hello"), CsrError::NotPem);
    assert_eq!(refused(&[0xff, 0xfe]), CsrError::NotPem);
    assert_eq!(refused(&[0x30, 0x00]), CsrError::NotDer { detail: "its outer structure" });
    assert_eq!(refused(&vec![0x30; MAX_CSR_BYTES + 1]), CsrError::TooLarge { n_bytes: MAX_CSR_BYTES + 1 });
    let mut trailing = request(&["a.example"]);
    trailing.push(0);
    assert_eq!(refused(&trailing), CsrError::NotDer { detail: "its outer structure" });
}

#[test]
fn a_changed_request_proves_nothing() {
    let der = request(&["aaaa.example"]);
    let at = der.windows(4).position(|window| window == b"aaaa").unwrap();
    let mut other_name = der.clone();
    other_name[at] = b'b';
    assert_eq!(Csr::parse(&other_name).unwrap_err(), CsrError::BadSignature);
    // The signature of another request over the same content, by another key.
    let other = request(&["aaaa.example"]);
    let mut swapped = der.clone();
    let n_signature = 60;
    let (end, other_end) = (swapped.len(), other.len());
    swapped[end - n_signature..].copy_from_slice(&other[other_end - n_signature..]);
    assert!(matches!(Csr::parse(&swapped), Err(CsrError::BadSignature | CsrError::NotDer { .. })));
}

#[test]
fn weak_and_unsupported_keys_are_refused_with_what_they_are() {
    let refused = |key: &[&str], expected: &str| {
        let error = Csr::parse(&foreign(key, &[])).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refused(&["genrsa", "1024"], "1024 bits");
    refused(&["genrsa", "-3", "2048"], "exponent is 3");
    refused(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "ecdsa-p521");
    refused(&["genpkey", "-algorithm", "ed448"], "ed448");
    let mut explicit = P256.to_vec();
    explicit.extend(["-pkeyopt", "ec_param_enc:explicit"]);
    refused(&explicit, "explicit curve parameters");
    let sha1 = Csr::parse(&foreign(&["genrsa", "2048"], &["-sha1"])).unwrap_err();
    assert!(sha1.to_string().contains("rsa-sha1"), "{sha1}");
}

#[test]
fn only_names_are_taken_and_other_wishes_are_listed() {
    let der = foreign(
        &P256,
        &[
            "-subj",
            "/O=Evil Ltd/CN=Web",
            "-addext",
            "subjectAltName=DNS:A.example,DNS:a.example,IP:192.0.2.1",
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-addext",
            "keyUsage=keyCertSign",
            "-addext",
            "tlsfeature=status_request",
            "-addext",
            "1.2.3.4=ASN1:NULL",
        ],
    );
    let csr = Csr::parse(&der).unwrap();
    assert_eq!(csr.names(), names(&["a.example", "192.0.2.1"]));
    assert_eq!(csr.common_name(), Some("Web"));
    assert_eq!(csr.ignored_extensions(), ["2.5.29.19", "2.5.29.15", "1.3.6.1.5.5.7.1.24", "1.2.3.4"]);
}

#[test]
fn names_that_cannot_be_granted_are_refused_by_name() {
    let refused = |alternative: &str| {
        let option = format!("subjectAltName={alternative}");
        match Csr::parse(&foreign(&P256, &["-addext", &option])).unwrap_err() {
            CsrError::BadName(error) => (error.text, error.reason),
            other => panic!("{other:?}"),
        }
    };
    let underscore = ("_a.example".to_owned(), NameErrorReason::Underscore);
    assert_eq!(refused("DNS:a.example,DNS:_a.example"), underscore);
    assert_eq!(refused("DNS:*.com"), ("*.com".to_owned(), NameErrorReason::WildcardTooBroad));
    assert_eq!(refused("otherName:1.2.3.4;UTF8:me").1, NameErrorReason::UnsupportedKind);
    assert_eq!(refused("RID:1.2.3.4").1, NameErrorReason::UnsupportedKind);
    assert_eq!(refused("IP:0.0.0.0").1, NameErrorReason::Unspecified);
}

#[test]
fn a_request_with_more_attributes_than_ours_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (config, key) = (folder.path().join("config"), folder.path().join("key"));
    let text = "[req]\ndistinguished_name=dn\nattributes=more\nprompt=no\nreq_extensions=ext\n\
        [dn]\nCN=x\n[more]\nunstructuredName=note\nchallengePassword=secret\n[ext]\nsubjectAltName=DNS:a.example\n";
    std::fs::write(&config, text).unwrap();
    std::fs::write(&key, openssl(&P256, b"")).unwrap();
    let files = [config.to_str().unwrap(), key.to_str().unwrap()];
    let pem = openssl_text(&["req", "-new", "-config", files[0], "-key", files[1]], b"");
    let csr = Csr::parse(pem.as_bytes()).unwrap();
    assert_eq!(csr.names(), names(&["a.example"]));
}

#[test]
fn a_common_name_that_no_certificate_may_carry_is_not_requested() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    for n_characters in [0, 65] {
        let text = "a".repeat(n_characters);
        let error = BuildCsrError::CommonName { n_characters };
        assert_eq!(build_csr(&key, Some(&text), &[]), Err(error));
    }
    assert!(build_csr(&key, Some(&"ü".repeat(64)), &[]).is_ok());
}
