//! OCSP requests that no usual client sends: what is understood, what is passed over, and what is refused.

use certctl_pki::{CertId, CertIdHash, KeyAlgorithm, OcspIssuer, OcspRequest, OcspRequestError};

use crate::lab::Lab;

/// One value of DER, made of others.
fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = body.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let length = match body.len() {
        short if short < 128 => vec![u8::try_from(short).unwrap()],
        _ => [vec![0x80 | u8::try_from(significant.len()).unwrap()], significant].concat(),
    };
    [vec![tag], length, body].concat()
}

const NONCE: &[u8] = &[6, 9, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2];
const UNKNOWN: &[u8] = &[6, 3, 0x55, 0x1d, 0x7f];

fn extension(oid: &[u8], is_critical: bool, content: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[1, 1, 0xff] } else { &[] };
    value(0x30, &[oid, critical, &value(4, &[content])])
}

fn nonce(n_bytes: usize) -> Vec<u8> {
    extension(NONCE, false, &value(4, &[&vec![7; n_bytes]]))
}

fn id() -> Vec<u8> {
    let lab = Lab::new();
    let issuer = OcspIssuer::from_certificate(lab.root(KeyAlgorithm::EcdsaP256).certificate_der()).unwrap();
    CertId::new(&issuer, CertIdHash::Sha256, &lab.serial()).der().to_vec()
}

/// The plainest request for one certificate.
pub(crate) fn of(id: &[u8]) -> Vec<u8> {
    value(0x30, &[&value(0x30, &[&value(0x30, &[&value(0x30, &[id])])])])
}

fn request(version: &[u8], singles: &[&[u8]], extensions: &[&[u8]]) -> Result<OcspRequest, OcspRequestError> {
    let list = value(0x30, singles);
    let extensions = match extensions {
        [] => Vec::new(),
        some => value(0xa2, &[&value(0x30, some)]),
    };
    OcspRequest::parse(&value(0x30, &[&value(0x30, &[version, &list, &extensions])]))
}

#[test]
fn nonces_that_fit_are_kept_and_others_refused() {
    let single = value(0x30, &[&id()]);
    for n_bytes in [1, 16, 32, 128] {
        let read = request(&[], &[&single], &[&nonce(n_bytes)]).unwrap();
        assert_eq!(read.nonce.unwrap().as_bytes(), vec![7; n_bytes]);
    }
    for n_bytes in [0, 129, 1000] {
        let error = request(&[], &[&single], &[&nonce(n_bytes)]).unwrap_err();
        assert_eq!(error, OcspRequestError::NonceLength { n_bytes });
    }
    assert!(request(&[], &[&single], &[&nonce(8), &nonce(8)]).is_err());
    assert!(request(&[], &[&single], &[&extension(NONCE, false, &[7; 16])]).is_err());
}

#[test]
fn unknown_extensions_matter_only_when_critical() {
    let (id, soft, hard) = (id(), extension(UNKNOWN, false, b"x"), extension(UNKNOWN, true, b"x"));
    let single = |extension: &[u8]| value(0x30, &[&id, &value(0xa0, &[&value(0x30, &[extension])])]);
    let plain = request(&[], &[&value(0x30, &[&id])], &[]).unwrap();
    assert_eq!(request(&[], &[&single(&soft)], &[&soft]), Ok(plain));
    let expected = OcspRequestError::UnknownCritical { oid: "2.5.29.127".to_owned() };
    assert_eq!(request(&[], &[&single(&soft)], &[&hard]), Err(expected.clone()));
    assert_eq!(request(&[], &[&single(&hard)], &[]), Err(expected));
}

#[test]
fn only_requests_of_version_1_with_1_to_32_certificates_are_read() {
    let single = value(0x30, &[&id()]);
    let first = [0xa0, 3, 2, 1, 0];
    assert_eq!(request(&first, &[&single], &[]), request(&[], &[&single], &[]));
    assert!(request(&[0xa0, 3, 2, 1, 1], &[&single], &[]).is_err());
    assert!(request(&[], &[], &[]).is_err());
    assert_eq!(request(&[], &[single.as_slice(); 32], &[]).unwrap().cert_ids.len(), 32);
    assert_eq!(request(&[], &[single.as_slice(); 33], &[]), Err(OcspRequestError::TooMany));
    let requestor = value(0xa1, &[&value(0x82, &[b"asks.example"])]);
    assert_eq!(request(&requestor, &[&single], &[]), request(&[], &[&single], &[]));
}

#[test]
fn serials_that_none_of_ours_can_be_are_kept_for_the_answer() {
    let algorithm = value(0x30, &[&[6, 5, 0x2b, 0x0e, 3, 2, 0x1a]]);
    for serial in [&[0][..], &[0x80], &[1; 21], &[0, 0xff, 1]] {
        let id =
            value(0x30, &[&algorithm, &value(4, &[&[1; 20]]), &value(4, &[&[2; 20]]), &value(2, &[serial])]);
        let read = request(&[], &[&value(0x30, &[&id])], &[]).unwrap();
        assert_eq!(read.cert_ids[0].der(), id);
        assert_eq!(read.cert_ids[0].serial().is_some(), serial == [0, 0xff, 1]);
        assert_eq!(read.cert_ids[0].hash(), Some(CertIdHash::Sha1));
    }
}

#[test]
fn what_follows_and_what_is_too_long_is_refused() {
    let single = value(0x30, &[&id()]);
    let tbs = value(0x30, &[&value(0x30, &[&single])]);
    assert!(OcspRequest::parse(&value(0x30, &[&tbs])).is_ok());
    assert!(OcspRequest::parse(&[value(0x30, &[&tbs]), vec![0]].concat()).is_err());
    assert!(OcspRequest::parse(&value(0x30, &[&tbs, &[5, 0]])).is_err());
    assert!(OcspRequest::parse(&value(0x30, &[&tbs, &[0xa0, 0]])).is_ok());
    let endless = value(0x30, &[&tbs, &value(0xa0, &[&vec![0; 20_000]])]);
    assert_eq!(OcspRequest::parse(&endless), Err(OcspRequestError::TooLarge { n_bytes: endless.len() }));
}
