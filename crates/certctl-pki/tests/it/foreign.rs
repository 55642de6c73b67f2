//! Certificates that others made, odd ones included: they are read, and only the odd part is lost.

use certctl_pki::{CertificateInfo, KeyAlgorithm, PrivateKey};

use crate::{lab::names, openssl::openssl};

/// A self-signed certificate by OpenSSL, with the machine's clock.
fn made(key: &str, arguments: &[&str]) -> CertificateInfo {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, key).unwrap();
    let mut all = vec!["req", "-new", "-x509", "-outform", "DER", "-key", path.to_str().unwrap()];
    all.extend(arguments);
    CertificateInfo::parse(&openssl(&all, b"")).unwrap()
}

fn p256() -> String {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap().to_pkcs8_pem().unwrap().to_string()
}

#[test]
fn names_that_we_would_not_issue_are_kept_as_text() {
    let alternatives =
        "subjectAltName=DNS:web.example,DNS:_dmarc.example,otherName:1.2.3.4;UTF8:me,RID:1.2.3,IP:192.0.2.1";
    let info = made(&p256(), &["-subj", "/C=DE/O=Example/CN=web", "-days", "10", "-addext", alternatives]);
    assert_eq!(info.names, names(&["web.example", "192.0.2.1"]));
    assert_eq!(info.other_names, ["_dmarc.example", "otherName 1.2.3.4", "registeredID 1.2.3"]);
    assert_eq!(info.subject_common_name.as_deref(), Some("web"));
    assert_eq!(info.subject, "CN=web,O=Example,C=DE");
    assert_eq!(info.not_after - info.not_before, 10 * 86_400);
    assert!(info.is_self_issued);
}

#[test]
fn old_and_weak_certificates_are_described_and_not_refused() {
    let rsa = String::from_utf8(openssl(&["genrsa", "1024"], b"")).unwrap();
    let info = made(&rsa, &["-sha1", "-subj", "/CN=old", "-days", "1", "-set_serial", "0xff00"]);
    assert_eq!((info.key_algorithm.as_str(), info.signature_algorithm.as_str()), ("rsa-1024", "rsa-sha1"));
    assert_eq!(info.serial_hex, "ff00");
    let curve = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
    let p521 = String::from_utf8(openssl(&curve, b"")).unwrap();
    assert_eq!(made(&p521, &["-subj", "/CN=a"]).key_algorithm, "ecdsa-p521");
}

#[test]
fn a_version_1_certificate_without_extensions_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, p256()).unwrap();
    let key = path.to_str().unwrap();
    let request = openssl(&["req", "-new", "-key", key, "-subj", "/CN=v1"], b"");
    let der = openssl(&["x509", "-req", "-signkey", key, "-outform", "DER"], &request);
    let info = CertificateInfo::parse(&der).unwrap();
    assert_eq!((info.is_ca, info.may_sign_certificates, info.names.len()), (false, true, 0));
    assert_eq!((info.subject_key_identifier, info.authority_key_identifier), (None, None));
}

#[test]
fn limits_of_an_authority_are_read() {
    let info = made(
        &p256(),
        &[
            "-subj",
            "/CN=ca",
            "-addext",
            "basicConstraints=critical,CA:TRUE,pathlen:3",
            "-addext",
            "keyUsage=critical,keyCertSign",
            "-addext",
            "extendedKeyUsage=serverAuth,emailProtection",
        ],
    );
    assert_eq!((info.is_ca, info.path_len, info.may_sign_certificates), (true, Some(3), true));
    assert_eq!(info.extended_key_usages, ["serverAuth", "1.3.6.1.5.5.7.3.4"]);
}
