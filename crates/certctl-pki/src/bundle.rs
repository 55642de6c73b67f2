//! Bundles of certificates: PKCS #7, the file that Windows and Java import (`.p7b`).
//!
//! Not for: signed or enveloped messages, or keys. Invariant: nothing is signed: a SignedData (RFC 5652, section 5.1) with
//! certificates and no signer, which is what RFC 8551, section 3.8, calls certs-only.

use der::asn1::ObjectIdentifier;

use crate::encode::{INTEGER, SEQUENCE, SET, Writer, context_constructed};

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

/// The bundle (DER) of certificates (DER), in their order: readers show them so, although a SET has none.
pub fn certs_only<C: AsRef<[u8]>>(certificates: &[C]) -> Vec<u8> {
    let length: usize = certificates.iter().map(|certificate| certificate.as_ref().len()).sum();
    let mut writer = Writer::with_capacity(length + 64);
    writer.wrap(SEQUENCE, |message| {
        message.oid(&SIGNED_DATA);
        message.wrap(context_constructed(0), |content| {
            content.wrap(SEQUENCE, |signed| {
                signed.value(INTEGER, &[1]);
                signed.value(SET, &[]);
                signed.wrap(SEQUENCE, |encapsulated| encapsulated.oid(&DATA));
                signed.wrap(context_constructed(0), |set| {
                    for certificate in certificates {
                        set.raw(certificate.as_ref());
                    }
                });
                signed.value(SET, &[]);
            });
        });
    });
    writer.into_bytes()
}
