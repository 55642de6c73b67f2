//! Certificates of TLS-ALPN-01 proofs, as OpenSSL and the linter see them.

use certctl_pki::{
    AcmeIdentifierError, AcmeIdentifierSpec, KeyAlgorithm, Name, PrivateKey, acme_identifier_certificate,
    fingerprint, pem,
};

use crate::{
    lab::{DAY, Lab, NOW},
    openssl::{openssl, openssl_text},
};

/// The token and the thumbprint of the example of RFC 8555, section 8.1.
const KEY_AUTHORIZATION: &str =
    "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

fn made(lab: &Lab, algorithm: KeyAlgorithm, name: &str) -> Result<Vec<u8>, AcmeIdentifierError> {
    let spec = AcmeIdentifierSpec {
        serial: &lab.serial(),
        name: &Name::parse(name).unwrap(),
        key_authorization: KEY_AUTHORIZATION,
        not_before: NOW - 3_600,
        not_after: NOW + DAY,
    };
    acme_identifier_certificate(&PrivateKey::generate(algorithm).unwrap(), &spec)
}

#[test]
fn openssl_and_the_linter_read_one_name_and_the_critical_hash() {
    let lab = Lab::new();
    for (algorithm, name, shown) in [
        (KeyAlgorithm::EcdsaP256, "www.example.com", "DNS:www.example.com"),
        (KeyAlgorithm::Rsa2048, "192.0.2.7", "IP Address:192.0.2.7"),
        (KeyAlgorithm::EcdsaP384, "2001:db8::7", "IP Address:2001:DB8:0:0:0:0:0:7"),
    ] {
        let certificate = made(&lab, algorithm, name).unwrap();
        lab.record(&certificate);
        let text = pem::encode_certificates([&certificate]);
        let shows = openssl_text(&["x509", "-noout", "-text"], text.as_bytes());
        assert!(
            shows.contains(&format!("X509v3 Subject Alternative Name: \n                {shown}\n")),
            "{shows}"
        );
        assert!(shows.contains("1.3.6.1.5.5.7.1.31: critical"), "{shows}");
        assert!(shows.contains("Subject: CN = ACME challenge"), "{shows}");
        // The value is an OCTET STRING of 32 bytes (RFC 8737, section 3).
        let asn1 = openssl_text(&["asn1parse"], text.as_bytes());
        let hash = fingerprint::sha256_hex(KEY_AUTHORIZATION.as_bytes()).to_uppercase();
        assert!(asn1.contains(&format!("[HEX DUMP]:0420{hash}")), "{asn1}");
    }
}

#[test]
fn openssl_finds_that_it_signed_itself() {
    let lab = Lab::new();
    let certificate = made(&lab, KeyAlgorithm::EcdsaP256, "www.example.com").unwrap();
    lab.record(&certificate);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proof.pem");
    std::fs::write(&file, pem::encode_certificates([&certificate])).unwrap();
    let file = file.to_str().unwrap();
    let at = NOW.to_string();
    // The flag makes OpenSSL check the signature of a trusted certificate as well.
    let arguments = [
        "verify",
        "-partial_chain",
        "-check_ss_sig",
        "-ignore_critical",
        "-attime",
        &at,
        "-trusted",
        file,
        file,
    ];
    openssl(&arguments, b"");
}

#[test]
fn names_of_other_kinds_are_refused() {
    let lab = Lab::new();
    for name in ["*.example.com", "spiffe://example.com/a", "a@example.com"] {
        let error = made(&lab, KeyAlgorithm::EcdsaP256, name).unwrap_err();
        assert!(matches!(&error, AcmeIdentifierError::Name { .. }), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}
