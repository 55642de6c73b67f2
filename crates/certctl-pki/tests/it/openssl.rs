//! The same bytes before another implementation: OpenSSL reads our keys, requests and chains, and we read its.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use certctl_pki::{Csr, KeyAlgorithm, PrivateKey, build_csr, certs_only, pem};

use crate::lab::{Lab, NOW, names};

/// Runs `openssl` and gives what it prints; a failure fails the test.
pub(crate) fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let output = run(arguments, input);
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Runs `openssl`, which has to fail, and gives what it says.
pub(crate) fn openssl_fails(arguments: &[&str], input: &[u8]) -> String {
    let output = run(arguments, input);
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "openssl {arguments:?} succeeded: {said}");
    said
}

/// All that `openssl` says, whether it fails or not: some of its verdicts are in the text only.
pub(crate) fn openssl_both(arguments: &[&str]) -> String {
    let output = run(arguments, b"");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

pub(crate) fn openssl_text(arguments: &[&str], input: &[u8]) -> String {
    String::from_utf8(openssl(arguments, input)).unwrap()
}

#[test]
fn openssl_reads_our_keys_and_finds_the_same_public_part() {
    for algorithm in KeyAlgorithm::ALL {
        let key = PrivateKey::generate(algorithm).unwrap();
        let pem = key.to_pkcs8_pem().unwrap();
        openssl(&["pkey", "-check", "-noout"], pem.as_bytes());
        assert_eq!(openssl(&["pkey", "-pubout", "-outform", "DER"], pem.as_bytes()), key.spki_der());
    }
}

#[test]
fn we_read_openssl_keys_in_every_form_an_operator_may_have() {
    let check = |generate: &[&str], algorithm: KeyAlgorithm| {
        let text = openssl_text(generate, b"");
        let key = PrivateKey::from_pem(&text).unwrap_or_else(|error| panic!("{generate:?}: {error}"));
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(openssl(&["pkey", "-pubout", "-outform", "DER"], text.as_bytes()), key.spki_der());
    };
    check(&["ecparam", "-genkey", "-name", "prime256v1"], KeyAlgorithm::EcdsaP256);
    check(&["ecparam", "-genkey", "-name", "secp384r1", "-noout"], KeyAlgorithm::EcdsaP384);
    check(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], KeyAlgorithm::EcdsaP256);
    check(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], KeyAlgorithm::EcdsaP384);
    check(&["genpkey", "-algorithm", "ed25519"], KeyAlgorithm::Ed25519);
    check(&["genrsa", "-traditional", "2048"], KeyAlgorithm::Rsa2048);
    check(&["genrsa", "3072"], KeyAlgorithm::Rsa3072);
}

#[test]
fn openssl_keys_that_we_do_not_take_are_refused_by_their_kind() {
    let refused = |generate: &[&str], expected: &str| {
        let error = PrivateKey::from_pem(&openssl_text(generate, b"")).unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error}: {cause}").contains(expected), "{error}: {cause}");
    };
    refused(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "ecdsa-p521");
    refused(&["genpkey", "-algorithm", "x25519"], "x25519");
    refused(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "ecdsa-secp256k1");
    refused(&["genrsa", "-aes128", "-passout", "pass:abcd", "2048"], "encrypted");
    refused(&["genrsa", "-traditional", "-aes128", "-passout", "pass:abcd", "2048"], "encrypted");
    refused(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_pubexp:3"], "exponent is 3");
}

#[test]
fn openssl_verifies_our_requests_and_shows_their_names() {
    for algorithm in KeyAlgorithm::ALL {
        let key = PrivateKey::generate(algorithm).unwrap();
        let der =
            build_csr(&key, Some("web.example"), &names(&["web.example", "192.0.2.1", "bücher.example"]))
                .unwrap();
        let text = openssl_text(&["req", "-verify", "-noout", "-text"], pem::encode_request(&der).as_bytes());
        assert!(text.contains("DNS:web.example, IP Address:192.0.2.1, DNS:xn--bcher-kva.example"), "{text}");
        let bare = build_csr(&key, None, &[]).unwrap();
        openssl(&["req", "-verify", "-noout"], pem::encode_request(&bare).as_bytes());
        assert_eq!(Csr::parse(&bare).unwrap().names(), []);
    }
}

#[test]
fn openssl_accepts_our_chains_strictly() {
    let lab = Lab::new();
    let keys: Vec<_> = KeyAlgorithm::ALL.map(|algorithm| PrivateKey::generate(algorithm).unwrap()).into();
    for root_algorithm in [KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048, KeyAlgorithm::Ed25519] {
        let root = lab.root(root_algorithm);
        let issuing = lab.intermediate(&root, KeyAlgorithm::EcdsaP256, Some(0));
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, der: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, pem::encode_certificates([der])).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let root_file = write("root", root.certificate_der());
        let issuing_file = write("issuing", issuing.certificate_der());
        for key in &keys {
            let leaf_file = write("leaf", &lab.leaf(&issuing, key.public_key(), &names(&["web.example"])));
            let at = NOW.to_string();
            let arguments = [
                "verify",
                "-x509_strict",
                "-check_ss_sig",
                "-attime",
                &at,
                "-purpose",
                "sslserver",
                "-verify_hostname",
                "web.example",
                "-CAfile",
                &root_file,
                "-untrusted",
                &issuing_file,
                &leaf_file,
            ];
            assert!(openssl_text(&arguments, b"").ends_with("OK\n"));
        }
    }
}

#[test]
fn openssl_reads_our_bundles_in_their_order() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let issuing = lab.intermediate(&root, KeyAlgorithm::EcdsaP256, Some(0));
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let leaf = lab.leaf(&issuing, key.public_key(), &names(&["web.example"]));
    for chain in [vec![], vec![leaf.clone()], vec![leaf, issuing.certificate_der().to_vec()]] {
        let text = openssl_text(&["pkcs7", "-inform", "DER", "-print_certs"], &certs_only(&chain));
        assert_eq!(pem::decode_certificates(&text).unwrap_or_default(), chain);
    }
}
