//! Chains: which are accepted, and whether a refusal names the certificate at fault.

use certctl_pki::{ChainError, Issuer, KeyAlgorithm, PrivateKey, check_chain, order_chain};

use crate::{
    lab::{DAY, Lab, NOW, YEAR, names},
    openssl::openssl,
};

const P256: KeyAlgorithm = KeyAlgorithm::EcdsaP256;
const NONE: [&[u8]; 0] = [];

struct Chain {
    root: Issuer,
    issuing: Issuer,
    leaf: Vec<u8>,
}

fn chain(lab: &Lab) -> Chain {
    let root = lab.root(P256);
    let issuing = lab.intermediate(&root, P256, Some(0));
    let key = PrivateKey::generate(P256).unwrap();
    let leaf = lab.leaf(&issuing, key.public_key(), &names(&["web.example"]));
    Chain { root, issuing, leaf }
}

#[test]
fn every_kind_of_key_is_accepted_in_every_place() {
    let lab = Lab::new();
    for algorithm in KeyAlgorithm::ALL {
        // One key in all places: making RSA keys is what takes long here.
        let key = PrivateKey::generate(algorithm).unwrap();
        let root = lab.root_of(key.clone(), "Root", NOW - DAY, NOW + YEAR);
        let issuing = lab.intermediate_of(&root, key.clone(), Some(0), "Issuing");
        let leaf = lab.leaf(&issuing, key.public_key(), &names(&["web.example"]));
        let result = check_chain(&leaf, &[issuing.certificate_der()], &[root.certificate_der()], NOW);
        assert_eq!(result, Ok(()), "{algorithm}");
    }
}

#[test]
fn unneeded_certificates_and_roots_do_not_disturb() {
    let lab = Lab::new();
    let (good, other) = (chain(&lab), chain(&lab));
    let between = [other.leaf.as_slice(), other.issuing.certificate_der(), good.issuing.certificate_der()];
    let roots = [other.root.certificate_der(), good.root.certificate_der()];
    assert_eq!(check_chain(&good.leaf, &between, &roots, NOW), Ok(()));
}

#[test]
fn validity_faults_name_the_certificate_and_the_times() {
    let lab = Lab::new();
    let good = chain(&lab);
    let check =
        |at| check_chain(&good.leaf, &[good.issuing.certificate_der()], &[good.root.certificate_der()], at);
    assert_eq!(check(NOW + 90 * DAY), Ok(()));
    let late = check(NOW + 90 * DAY + 1).unwrap_err();
    let expected =
        "the certificate of CN=web.example expired at 2027-02-22T20:00:00Z; checked for 2027-02-22T20:00:01Z";
    assert_eq!(late.to_string(), expected);
    let early = check(NOW - 1).unwrap_err();
    assert!(
        matches!(&early, ChainError::NotYetValid { subject, .. } if subject == "CN=web.example"),
        "{early}"
    );
    assert!(check(-1).is_err() && check(i64::MAX).is_err());
}

#[test]
fn an_expired_root_is_refused_although_its_key_is_trusted() {
    let lab = Lab::new();
    let key = PrivateKey::generate(P256).unwrap();
    let long = lab.root_of(key.clone(), "Root", NOW - DAY, NOW + YEAR);
    let short = lab.root_of(key.clone(), "Root", NOW - DAY, NOW + DAY);
    let leaf = lab.leaf(&long, key.public_key(), &names(&["web.example"]));
    let at = NOW + 2 * DAY;
    assert_eq!(check_chain(&leaf, &NONE, &[long.certificate_der()], at), Ok(()));
    assert_eq!(check_chain(&leaf, &NONE, &[short.certificate_der(), long.certificate_der()], at), Ok(()));
    let error = check_chain(&leaf, &NONE, &[short.certificate_der()], at).unwrap_err();
    assert!(
        matches!(&error, ChainError::Expired { subject, .. } if subject.starts_with("CN=Root")),
        "{error}"
    );
}

#[test]
fn a_missing_issuer_is_named() {
    let lab = Lab::new();
    let good = chain(&lab);
    let error = check_chain(&good.leaf, &NONE, &[good.root.certificate_der()], NOW).unwrap_err();
    let expected = ChainError::IssuerMissing {
        subject: "CN=web.example".to_owned(),
        issuer: "CN=Test Issuing CA".to_owned(),
    };
    assert_eq!(error, expected);
    let error = check_chain(&good.leaf, &[good.issuing.certificate_der()], &NONE, NOW).unwrap_err();
    let expected = ChainError::IssuerMissing {
        subject: "CN=Test Issuing CA".to_owned(),
        issuer: good.root.info().subject.clone(),
    };
    assert_eq!(error, expected);
}

#[test]
fn an_issuer_of_the_right_name_with_another_key_is_a_bad_signature() {
    let lab = Lab::new();
    let (good, other) = (chain(&lab), chain(&lab));
    let error =
        check_chain(&good.leaf, &[other.issuing.certificate_der()], &[good.root.certificate_der()], NOW)
            .unwrap_err();
    assert!(
        matches!(&error, ChainError::BadSignature { subject, .. } if subject == "CN=web.example"),
        "{error}"
    );
    let mut changed = good.leaf.clone();
    *changed.last_mut().unwrap() ^= 1;
    let error = check_chain(&changed, &[good.issuing.certificate_der()], &[good.root.certificate_der()], NOW)
        .unwrap_err();
    assert!(matches!(error, ChainError::BadSignature { .. }), "{error}");
}

#[test]
fn an_authority_in_the_place_of_the_leaf_is_refused() {
    let lab = Lab::new();
    let good = chain(&lab);
    let result = check_chain(good.issuing.certificate_der(), &NONE, &[good.root.certificate_der()], NOW);
    assert!(
        matches!(&result, Err(ChainError::Refused { reason, .. }) if reason == "CaUsedAsEndEntity"),
        "{result:?}"
    );
}

#[test]
fn bytes_that_are_no_certificate_are_named_by_their_place() {
    let lab = Lab::new();
    let good = chain(&lab);
    let (issuing, root) = (good.issuing.certificate_der(), good.root.certificate_der());
    let which = |result: Result<(), ChainError>| match result {
        Err(ChainError::NotCertificate { which }) => which,
        other => panic!("{other:?}"),
    };
    assert_eq!(which(check_chain(b"x", &[issuing], &[root], NOW)), "the leaf");
    assert_eq!(which(check_chain(&good.leaf, &[issuing, b"x"], &[root], NOW)), "intermediate 2");
    assert_eq!(which(check_chain(&good.leaf, &[issuing], &[b"x"], NOW)), "root 1");
}

/// Signs `subject`'s key by `issuer` with OpenSSL and the extensions given, which our own types would refuse.
fn forged(
    key: &PrivateKey,
    issuer_key: &PrivateKey,
    issuer: &[u8],
    subject: &str,
    extensions: &str,
) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let key = write("key", &key.to_pkcs8_pem().unwrap());
    let issuer_key = write("issuer-key", &issuer_key.to_pkcs8_pem().unwrap());
    let issuer = write("issuer", &certctl_pki::pem::encode_certificates([issuer]));
    let extensions = write("extensions", extensions);
    let subject = format!("/CN={subject}");
    let request = openssl(&["req", "-new", "-key", &key, "-subj", &subject], b"");
    let arguments = [
        "x509",
        "-req",
        "-CA",
        &issuer,
        "-CAkey",
        &issuer_key,
        "-days",
        "2",
        "-extfile",
        &extensions,
        "-outform",
        "DER",
    ];
    openssl(&arguments, &request)
}

/// OpenSSL dates what it signs with the machine's clock, so such chains are checked for the time in the leaf.
fn check_at_leaf(leaf: &[u8], between: &[&[u8]], root: &[u8]) -> ChainError {
    let at = certctl_pki::CertificateInfo::parse(leaf).unwrap().not_before + 60;
    check_chain(leaf, between, &[root], at).unwrap_err()
}

#[test]
fn a_leaf_that_signed_another_leaf_is_named() {
    let lab = Lab::new();
    let (root_key, key) = (PrivateKey::generate(P256).unwrap(), PrivateKey::generate(P256).unwrap());
    let root = lab.root_of(root_key.clone(), "Root", 0, NOW + 10 * YEAR);
    let root = root.certificate_der();
    let no_authority = forged(&key, &root_key, root, "leaf-as-issuer", "basicConstraints=CA:FALSE");
    let leaf = forged(&key, &key, &no_authority, "below", "subjectAltName=DNS:a.example");
    let error = check_at_leaf(&leaf, &[&no_authority], root);
    assert_eq!(error, ChainError::NotAuthority { subject: "CN=leaf-as-issuer".to_owned() });
}

#[test]
fn an_authority_whose_key_may_not_sign_certificates_is_refused() {
    let lab = Lab::new();
    let (root_key, key) = (PrivateKey::generate(P256).unwrap(), PrivateKey::generate(P256).unwrap());
    let root = lab.root_of(root_key.clone(), "Root", 0, NOW + 10 * YEAR);
    let root = root.certificate_der();
    let extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign";
    let no_signer = forged(&key, &root_key, root, "no-signer", extensions);
    let leaf = forged(&key, &key, &no_signer, "below", "subjectAltName=DNS:a.example");
    assert_eq!(
        check_at_leaf(&leaf, &[&no_signer], root),
        ChainError::MayNotSign { subject: "CN=no-signer".to_owned() }
    );
}

#[test]
fn a_chain_longer_than_an_authority_allows_is_refused() {
    let lab = Lab::new();
    let (root_key, key) = (PrivateKey::generate(P256).unwrap(), PrivateKey::generate(P256).unwrap());
    let root = lab.root_of(root_key.clone(), "Root", 0, NOW + 10 * YEAR);
    let root = root.certificate_der();
    let authority = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign";
    let upper = forged(&key, &root_key, root, "upper", authority);
    let lower = forged(&key, &key, &upper, "lower", authority);
    let leaf = forged(&key, &key, &lower, "below", "subjectAltName=DNS:a.example");
    assert_eq!(
        check_at_leaf(&leaf, &[&lower, &upper], root),
        ChainError::PathLength { subject: "CN=upper".to_owned(), allowed: 0, found: 1 }
    );
}

#[test]
fn a_chain_in_any_order_is_put_leaf_first() {
    let lab = Lab::new();
    let good = chain(&lab);
    let ordered = [good.leaf.as_slice(), good.issuing.certificate_der(), good.root.certificate_der()];
    for [a, b, c] in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        assert_eq!(order_chain(&[ordered[a], ordered[b], ordered[c]]).unwrap(), ordered);
    }
    assert_eq!(order_chain(&[ordered[1], ordered[0], ordered[1]]).unwrap(), ordered[..2]);
    assert_eq!(order_chain(&[ordered[0]]).unwrap(), ordered[..1]);
    assert_eq!(order_chain(&[ordered[2]]).unwrap(), ordered[2..]);
}

#[test]
fn certificates_that_are_not_one_chain_are_refused() {
    let lab = Lab::new();
    let (good, other) = (chain(&lab), chain(&lab));
    assert_eq!(order_chain(&NONE), Err(ChainError::Empty));
    let two = order_chain(&[good.leaf.as_slice(), other.leaf.as_slice()]);
    assert!(matches!(two, Err(ChainError::SeveralLeaves { .. })), "{two:?}");
    let gap = order_chain(&[good.leaf.as_slice(), good.root.certificate_der()]);
    assert!(matches!(gap, Err(ChainError::SeveralLeaves { .. })), "{gap:?}");
}
