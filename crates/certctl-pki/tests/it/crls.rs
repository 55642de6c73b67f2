//! CRLs: made by us and judged by OpenSSL, GnuTLS, webpki and pkilint; made by OpenSSL and read by us.

use std::{path::Path, time::Duration};

use certctl_pki::{
    Addresses, Crl, CrlError, CrlNumber, CrlScope, CrlSpec, Issuer, KeyAlgorithm, PrivateKey, ReadCrlError,
    RevocationReason, Revoked, Serial, pem, sign_crl,
};
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{
    CertRevocationList, EndEntityCert, KeyUsage, OwnedCertRevocationList, RevocationOptionsBuilder,
};

use crate::{
    gnutls::gnutls,
    lab::{DAY, Lab, NOW, YEAR, names},
    openssl::{openssl, openssl_fails, openssl_text},
};

pub(crate) fn spec(number: u64) -> CrlSpec<'static> {
    CrlSpec {
        number: CrlNumber::from(number),
        this_update: NOW,
        next_update: NOW + 7 * DAY,
        partition: None,
        scope: CrlScope::All,
        base: None,
        freshest: None,
    }
}

pub(crate) fn revoked(serial: &Serial, reason: RevocationReason) -> Revoked {
    Revoked { serial: serial.clone(), revoked_at: NOW - 60, reason }
}

pub(crate) fn serial_of(certificate: &[u8]) -> Serial {
    let info = certctl_pki::CertificateInfo::parse(certificate).unwrap();
    Serial::from_bytes(&hex::decode(info.serial_hex).unwrap()).unwrap()
}

/// Writes a file of a test and gives its path.
pub(crate) fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(crate) fn crl_pem(der: &[u8]) -> String {
    openssl_text(&["crl", "-inform", "DER"], der)
}

fn made(lab: &Lab, issuer: &Issuer, spec: &CrlSpec<'_>, entries: &[Revoked]) -> Vec<u8> {
    let der = sign_crl(issuer, spec, entries.iter().cloned()).unwrap();
    lab.record_crl(&der);
    der
}

#[test]
fn openssl_verifies_our_lists_of_every_kind_of_key_and_shows_every_reason() {
    let lab = Lab::new();
    let folder = tempfile::tempdir().unwrap();
    for algorithm in KeyAlgorithm::ALL {
        let root = lab.root(algorithm);
        let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
        let reasons = RevocationReason::ALL.into_iter().filter(|r| *r != RevocationReason::RemoveFromCrl);
        let mut serials = 1..;
        let entries: Vec<_> = reasons
            .map(|reason| revoked(&Serial::from_bytes(&[0xf0, serials.next().unwrap()]).unwrap(), reason))
            .collect();
        let der = made(&lab, &root, &spec(300), &entries);
        let arguments = ["crl", "-inform", "DER", "-verify", "-CAfile", &root_file, "-text", "-noout"];
        let text = openssl_text(&arguments, &der);
        assert!(text.contains("X509v3 CRL Number: \n                300"), "{text}");
        for word in
            ["Key Compromise", "CA Compromise", "Certificate Hold", "Privilege Withdrawn", "Superseded"]
        {
            assert!(text.contains(word), "{word} in {text}");
        }
        assert!(!text.contains("Unspecified") && text.contains("F009") && !text.contains("F00A"), "{text}");

        let crl = Crl::parse(&der).unwrap();
        assert_eq!(crl.revoked(), entries);
        crl.verify(root.certificate_der()).unwrap();
        assert!(matches!(
            crl.verify(lab.root(algorithm).certificate_der()),
            Err(ReadCrlError::NotSignedBy { .. })
        ));
    }
}

#[test]
fn an_empty_list_is_a_list() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let der = made(&lab, &root, &spec(0), &[]);
    let text = openssl_text(&["crl", "-inform", "DER", "-text", "-noout"], &der);
    assert!(text.contains("No Revoked Certificates."), "{text}");
    let crl = Crl::parse(&der).unwrap();
    assert_eq!((crl.number, crl.base, crl.scope), (Some(CrlNumber::from(0)), None, CrlScope::All));
    assert_eq!((crl.this_update, crl.next_update), (NOW, Some(NOW + 7 * DAY)));
    assert_eq!(crl.authority_key_identifier, root.info().subject_key_identifier);
    assert_eq!(crl.issuer, root.info().subject);
    assert_eq!(crl.find(&Serial::from_bytes(&[1]).unwrap()), None);
}

#[test]
fn openssl_refuses_the_revoked_leaf_and_no_other() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP384);
    let issuing = lab.intermediate(&root, KeyAlgorithm::EcdsaP256, Some(0));
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let [good, bad] =
        ["good.example", "bad.example"].map(|name| lab.leaf(&issuing, key.public_key(), &names(&[name])));
    let root_list = made(&lab, &root, &CrlSpec { scope: CrlScope::Authorities, ..spec(1) }, &[]);
    let entry = revoked(&serial_of(&bad), RevocationReason::KeyCompromise);
    let list = made(&lab, &issuing, &CrlSpec { scope: CrlScope::Leaves, ..spec(1) }, &[entry]);

    let folder = tempfile::tempdir().unwrap();
    let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
    let issuing_file = file(folder.path(), "issuing", pem::encode_certificates([issuing.certificate_der()]));
    let lists = file(folder.path(), "lists", crl_pem(&root_list) + &crl_pem(&list));
    let (good, bad) = (
        file(folder.path(), "good", pem::encode_certificates([good])),
        file(folder.path(), "bad", pem::encode_certificates([bad])),
    );
    let at = (NOW + 60).to_string();
    let arguments = |leaf| {
        [
            "verify",
            "-x509_strict",
            "-attime",
            &at,
            "-crl_check_all",
            "-CAfile",
            &root_file,
            "-untrusted",
            &issuing_file,
            "-CRLfile",
            &lists,
            leaf,
        ]
        .map(str::to_owned)
    };
    openssl(&arguments(&good).each_ref().map(String::as_str), b"");
    let said = openssl_fails(&arguments(&bad).each_ref().map(String::as_str), b"");
    assert!(said.contains("certificate revoked"), "{said}");
}

#[test]
fn openssl_follows_a_delta_that_revokes_and_one_that_takes_back() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let [held, fresh] =
        ["held.example", "fresh.example"].map(|name| lab.leaf(&root, key.public_key(), &names(&[name])));
    let freshest = "http://ca.example/delta.crl".parse().unwrap();
    let whole = CrlSpec { freshest: Some(&freshest), ..spec(10) };
    let hold = revoked(&serial_of(&held), RevocationReason::CertificateHold);
    let base = made(&lab, &root, &whole, std::slice::from_ref(&hold));
    let entries = [
        Revoked { reason: RevocationReason::RemoveFromCrl, ..hold },
        revoked(&serial_of(&fresh), RevocationReason::Superseded),
    ];
    let delta = made(&lab, &root, &CrlSpec { base: Some(CrlNumber::from(10)), ..spec(11) }, &entries);

    let read = Crl::parse(&delta).unwrap();
    assert_eq!((read.number, read.base), (Some(CrlNumber::from(11)), Some(CrlNumber::from(10))));
    assert_eq!(read.find(&serial_of(&held)).unwrap().reason, RevocationReason::RemoveFromCrl);
    assert_eq!(Crl::parse(&base).unwrap().freshest_uris, ["http://ca.example/delta.crl"]);

    let folder = tempfile::tempdir().unwrap();
    let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
    let lists = file(folder.path(), "lists", crl_pem(&base) + &crl_pem(&delta));
    let held = file(folder.path(), "held", pem::encode_certificates([held]));
    let fresh = file(folder.path(), "fresh", pem::encode_certificates([fresh]));
    let at = (NOW + 60).to_string();
    let arguments = ["verify", "-attime", &at, "-crl_check", "-CAfile", &root_file, "-CRLfile", &lists];
    let with = |more: &[&'static str], leaf: &str| {
        let all = arguments.iter().map(|text| (*text).to_owned());
        all.chain(more.iter().map(|text| (*text).to_owned())).chain([leaf.to_owned()]).collect::<Vec<_>>()
    };
    let ok = |arguments: Vec<String>| {
        openssl(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), b"");
    };
    let revoked = |arguments: Vec<String>| {
        let said = openssl_fails(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), b"");
        assert!(said.contains("certificate revoked"), "{said}");
    };
    // A delta alone is passed over by one who does not use deltas.
    revoked(with(&[], &held));
    ok(with(&[], &fresh));
    ok(with(&["-use_deltas"], &held));
    revoked(with(&["-use_deltas"], &fresh));
}

#[test]
fn webpki_takes_whole_and_divided_lists() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let uri = "http://ca.example/1.crl".parse().unwrap();
    let root_der = CertificateDer::from(root.certificate_der());
    let anchors = [webpki::anchor_from_trusted_cert(&root_der).unwrap()];
    let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(NOW + 60).unwrap()));
    for (partition, scope) in
        [(None, CrlScope::All), (Some(&uri), CrlScope::All), (Some(&uri), CrlScope::Leaves)]
    {
        let addresses = Addresses { crl: partition, ..Addresses::default() };
        let [good, bad] = ["good.example", "bad.example"]
            .map(|name| lab.leaf_with(&root, key.public_key(), &names(&[name]), addresses));
        let entry = revoked(&serial_of(&bad), RevocationReason::KeyCompromise);
        let der = made(&lab, &root, &CrlSpec { partition, scope, freshest: Some(&uri), ..spec(3) }, &[entry]);
        let list: CertRevocationList<'_> = OwnedCertRevocationList::from_der(&der).unwrap().into();
        let check = |leaf: &[u8]| {
            let lists = [&list];
            let options = RevocationOptionsBuilder::new(&lists).unwrap().build();
            let leaf = CertificateDer::from(leaf);
            let leaf = EndEntityCert::try_from(&leaf).unwrap();
            let (known, usage) = (webpki::ALL_VERIFICATION_ALGS, KeyUsage::server_auth());
            leaf.verify_for_usage(known, &anchors, &[], time, usage, Some(options), None).map(|_| ())
        };
        assert_eq!(check(&good), Ok(()));
        assert_eq!(check(&bad), Err(webpki::Error::CertRevoked));
    }
    // What the documentation of the specification warns of.
    let bare = made(&lab, &root, &CrlSpec { scope: CrlScope::Leaves, ..spec(4) }, &[]);
    assert!(OwnedCertRevocationList::from_der(&bare).is_err());
}

#[test]
fn gnutls_reads_and_verifies_our_lists() {
    let lab = Lab::new();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let root = lab.root_of(key, "GnuTLS Root", NOW - 5 * YEAR, NOW + 50 * YEAR);
    let uri = "http://ca.example/crl/1.crl".parse().unwrap();
    let long = CrlSpec {
        this_update: NOW - YEAR,
        next_update: NOW + 50 * YEAR,
        partition: Some(&uri),
        scope: CrlScope::Leaves,
        ..spec(77)
    };
    let entry = revoked(&Serial::from_bytes(&[0xab, 0xcd]).unwrap(), RevocationReason::KeyCompromise);
    let der = made(&lab, &root, &long, &[entry]);
    let text = gnutls("certtool", &["--crl-info", "--inder"], &der);
    for expected in ["Version: 2", "CRL Number (not critical): 4d", "abcd", "Revoked certificates (1)"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
    let arguments = ["--verify-crl", "--load-ca-certificate", &root_file];
    let text = gnutls("certtool", &arguments, crl_pem(&der).as_bytes());
    assert!(text.contains("Verified"), "{text}");
    let read = Crl::parse(&der).unwrap();
    assert_eq!((read.scope, read.partition_uris), (CrlScope::Leaves, vec![uri.to_string()]));
}

#[test]
fn lists_that_would_be_wrong_are_not_made() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let refused =
        |spec: &CrlSpec<'_>, entries: &[Revoked]| sign_crl(&root, spec, entries.iter().cloned()).unwrap_err();
    let serial = Serial::from_bytes(&[5]).unwrap();
    let uri = "http://ca.example/delta.crl".parse().unwrap();
    let taken_back = revoked(&serial, RevocationReason::RemoveFromCrl);
    assert_eq!(refused(&spec(1), &[taken_back]), CrlError::RemovedOutsideDelta { serial: serial.clone() });
    let empty = CrlSpec { next_update: NOW, ..spec(1) };
    assert_eq!(refused(&empty, &[]), CrlError::EmptyValidity { this_update: NOW, next_update: NOW });
    let delta = CrlSpec { base: Some(CrlNumber::from(4)), ..spec(4) };
    assert_eq!(refused(&delta, &[]), CrlError::DeltaNotAfterBase);
    let delta = CrlSpec { freshest: Some(&uri), base: Some(CrlNumber::from(4)), ..spec(5) };
    assert_eq!(refused(&delta, &[]), CrlError::FreshestInDelta);
    let never = Revoked { revoked_at: -1, ..revoked(&serial, RevocationReason::Unspecified) };
    assert_eq!(refused(&spec(1), &[never]), CrlError::TimeOutOfRange { unix_seconds: -1 });
}

#[test]
fn an_authority_without_the_right_to_sign_lists_makes_none() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key_file = file(folder.path(), "key", key.to_pkcs8_pem().unwrap().as_bytes());
    let certificate = openssl(
        &[
            "req",
            "-new",
            "-x509",
            "-outform",
            "DER",
            "-key",
            &key_file,
            "-subj",
            "/CN=No Lists",
            "-addext",
            "keyUsage=critical,keyCertSign",
        ],
        b"",
    );
    let issuer = Issuer::new(&certificate, key).unwrap();
    let error = sign_crl(&issuer, &spec(1), []).unwrap_err();
    assert_eq!(error, CrlError::MayNotSign { subject: "CN=No Lists".to_owned() });
    assert!(error.to_string().contains("cRLSign"), "{error}");
}

#[test]
fn a_hundred_thousand_entries_are_written_read_and_found() {
    let lab = Lab::new();
    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let serial = |n: u32| {
        let mut random = [0x5a; 16];
        random[..4].copy_from_slice(&n.wrapping_mul(2_654_435_761).to_be_bytes());
        Serial::from_random(random)
    };
    let reasons = [RevocationReason::Unspecified, RevocationReason::Superseded];
    let entries = (0..100_000_u32).map(|n| Revoked {
        serial: serial(n),
        revoked_at: NOW - i64::from(n),
        reason: reasons[usize::from(n % 2 == 1)],
    });
    // Serials of 127 bits: the top bit of the number is dropped, so two of these may fall together.
    let mut seen = std::collections::HashSet::new();
    let entries: Vec<_> = entries.filter(|entry| seen.insert(entry.serial.clone())).collect();
    let crl = Crl::parse(&sign_crl(&root, &spec(1), entries.iter().cloned()).unwrap()).unwrap();
    assert_eq!(crl.revoked().len(), entries.len());
    assert!(entries.len() > 40_000);
    for entry in entries.iter().step_by(997) {
        assert_eq!(crl.find(&entry.serial), Some(entry));
    }
    assert_eq!(crl.find(&Serial::from_bytes(&[1]).unwrap()), None);
}

/// A list by OpenSSL with these extensions, and the certificate of its issuer.
pub(crate) fn made_by_openssl(lab: &Lab, extensions: &str) -> (Vec<u8>, Issuer) {
    let key = PrivateKey::generate(KeyAlgorithm::Rsa2048).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key_file = file(folder.path(), "key", key.to_pkcs8_pem().unwrap().as_bytes());
    let root = lab.root_of(key, "Other Root", NOW - YEAR, NOW + 10 * YEAR);
    let root_file = file(folder.path(), "root", pem::encode_certificates([root.certificate_der()]));
    let index = "R\t351124200000Z\t261101000000Z,keyCompromise\tFF01\tunknown\t/CN=a\n\
                 R\t351124200000Z\t261102000000Z\t02\tunknown\t/CN=b\n";
    file(folder.path(), "index", index);
    file(folder.path(), "number", "01F4\n");
    let config = format!(
        "[ca]\ndefault_ca=one\n[one]\ndatabase={0}/index\ndefault_md=sha256\ndefault_crl_days=30\n{extensions}",
        folder.path().display()
    );
    let config = file(
        folder.path(),
        "config",
        config.replace("NUMBER", &format!("{}/number", folder.path().display())),
    );
    let arguments = ["ca", "-gencrl", "-config", &config, "-cert", &root_file, "-keyfile", &key_file];
    let text = openssl_text(&arguments, b"");
    (openssl(&["crl", "-outform", "DER"], text.as_bytes()), root)
}

#[test]
fn a_list_made_by_openssl_is_read() {
    let lab = Lab::new();
    let extensions = "crlnumber=NUMBER\ncrl_extensions=more\n[more]\nauthorityKeyIdentifier=keyid\n";
    let (der, root) = made_by_openssl(&lab, extensions);
    let crl = Crl::parse(&der).unwrap();
    crl.verify(root.certificate_der()).unwrap();
    assert_eq!(crl.number, Some(CrlNumber::from(500)));
    let found = |bytes: &[u8]| {
        let entry = crl.find(&Serial::from_bytes(bytes).unwrap()).unwrap();
        (entry.revoked_at, entry.reason)
    };
    assert_eq!(found(&[0xff, 1]), (1_793_491_200, RevocationReason::KeyCompromise));
    assert_eq!(found(&[2]), (1_793_577_600, RevocationReason::Unspecified));
}

#[test]
fn lists_that_are_not_understood_whole_are_refused() {
    let lab = Lab::new();
    let with = |extensions: &str| {
        let extensions = format!("crlnumber=NUMBER\ncrl_extensions=more\n[more]\n{extensions}\n");
        Crl::parse(&made_by_openssl(&lab, &extensions).0).unwrap_err().to_string()
    };
    let said = with("issuingDistributionPoint=critical,@point\n[point]\nindirectCRL=TRUE");
    assert!(said.contains("indirectCRL"), "{said}");
    let said = with("issuingDistributionPoint=critical,@point\n[point]\nonlysomereasons=keyCompromise");
    assert!(said.contains("onlySomeReasons"), "{said}");
    let said = with("1.2.3.4=critical,ASN1:NULL");
    assert!(said.contains("1.2.3.4"), "{said}");
    assert_eq!(Crl::parse(&made_by_openssl(&lab, "").0).unwrap().number, None);

    let root = lab.root(KeyAlgorithm::EcdsaP256);
    let serial = Serial::from_bytes(&[9]).unwrap();
    let twice = [RevocationReason::KeyCompromise, RevocationReason::Superseded].map(|r| revoked(&serial, r));
    let der = sign_crl(&root, &spec(1), twice).unwrap();
    assert_eq!(Crl::parse(&der), Err(ReadCrlError::Twice { serial }));
    let following = [sign_crl(&root, &spec(1), []).unwrap(), vec![0]].concat();
    assert!(Crl::parse(&following).is_err());
}
