//! The certificate of a TLS-ALPN-01 proof (RFC 8737, section 3; RFC 8738, section 6 for addresses): it signed itself, names one
//! identifier, and holds the hash of the key authorization in a critical extension.
//!
//! Not for: anything that is to be trusted. It answers one question of one ACME authority. Invariants: it has exactly
//! one name, and the extension is critical, so that no other client takes the certificate.

use std::fmt::Write as _;
use std::net::IpAddr;

use crate::{
    CertificateError, Name, PrivateKey, Serial,
    encode::{BIT_STRING, OCTET_STRING, SEQUENCE},
    extensions::{authority_key_identifier, write_extension},
    fingerprint, oid, sign_tbs,
    tbs::{Parts, Validity, common_name_subject},
};

/// The protocol that the handshake of a proof agrees on (RFC 8737, section 6.2).
pub const ACME_TLS_ALPN: &[u8] = b"acme-tls/1";

/// Its subject and its issuer; the authority does not look at them, and RFC 5280, section 4.1.2.4 wants an issuer.
const COMMON_NAME: &str = "ACME challenge";

/// What the certificate of a proof is made of.
#[derive(Debug, Clone, Copy)]
pub struct AcmeIdentifierSpec<'a> {
    /// Its serial number.
    pub serial: &'a Serial,
    /// A DNS name or an address.
    pub name: &'a Name,
    /// The token, a dot and the thumbprint of the account's key (RFC 8555, section 8.1).
    pub key_authorization: &'a str,
    /// First second of validity.
    pub not_before: i64,
    /// Last second of validity.
    pub not_after: i64,
}

/// Why there is no certificate for a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcmeIdentifierError {
    /// A kind of name that has no such proof.
    #[error("{name} is neither a DNS name nor an address; TLS-ALPN-01 proves those only")]
    Name {
        /// What was given.
        name: Name,
    },
    /// The certificate cannot be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// The certificate of a proof, DER, signed by the key that it carries.
///
/// # Errors
/// When the name is no DNS name and no address, or the validity cannot be written.
pub fn acme_identifier_certificate(
    key: &PrivateKey,
    spec: &AcmeIdentifierSpec<'_>,
) -> Result<Vec<u8>, AcmeIdentifierError> {
    if acme_server_name(spec.name).is_none() {
        return Err(AcmeIdentifierError::Name { name: spec.name.clone() });
    }
    let subject = common_name_subject(COMMON_NAME)?;
    let validity = Validity::within(spec.not_before, spec.not_after, spec.not_before, spec.not_after)?;
    let key_identifier = key.public_key().key_identifier();
    let tbs = Parts {
        signature_algorithm: &key.algorithm().signature_algorithm_der(),
        issuer: &subject,
        subject: &subject,
        serial: spec.serial,
        validity,
        public_key: key.public_key(),
        authority_key_identifier: &authority_key_identifier(&key_identifier),
    }
    .write(|extensions| {
        // digitalSignature is bit 0.
        write_extension(extensions, &oid::KEY_USAGE, true, |value| {
            value.value(BIT_STRING, &[7, 0b1000_0000]);
        });
        write_extension(extensions, &oid::EXTENDED_KEY_USAGE, false, |value| {
            value.wrap(SEQUENCE, |list| list.oid(&oid::SERVER_AUTH));
        });
        write_extension(extensions, &oid::SUBJECT_KEY_IDENTIFIER, false, |value| {
            value.value(OCTET_STRING, &key_identifier);
        });
        write_extension(extensions, &oid::SUBJECT_ALT_NAME, false, |value| {
            value.wrap(SEQUENCE, |list| spec.name.write(list));
        });
        write_extension(extensions, &oid::ACME_IDENTIFIER, true, |value| {
            value.value(OCTET_STRING, &fingerprint::sha256(spec.key_authorization.as_bytes()));
        });
    });
    Ok(sign_tbs(key, &tbs)?)
}

/// The name that the authority sends (SNI) to see the proof for `name`: the name itself, or for an address its reverse
/// name (RFC 8738, section 6). Other kinds of names have none.
#[must_use]
pub fn acme_server_name(name: &Name) -> Option<String> {
    match name {
        Name::Dns(text) => Some(text.as_str().to_owned()),
        Name::Ip(IpAddr::V4(address)) => {
            let [a, b, c, d] = address.octets();
            Some(format!("{d}.{c}.{b}.{a}.in-addr.arpa"))
        }
        Name::Ip(IpAddr::V6(address)) => {
            let mut text = String::with_capacity(72);
            for byte in address.octets().iter().rev() {
                // Writing to a text cannot fail.
                let _ = write!(text, "{:x}.{:x}.", byte & 0xf, byte >> 4);
            }
            text.push_str("ip6.arpa");
            Some(text)
        }
        Name::Wildcard(_) | Name::Uri(_) | Name::Email(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_asked_for_by_their_reverse_names() {
        for (name, expected) in [
            ("Www.Example.com", Some("www.example.com")),
            ("192.0.2.7", Some("7.2.0.192.in-addr.arpa")),
            // The example of RFC 3596, section 2.5.
            (
                "4321:0:1:2:3:4:567:89ab",
                Some("b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"),
            ),
            ("*.example.com", None),
            ("mailto@example.com", None),
        ] {
            assert_eq!(acme_server_name(&Name::parse(name).unwrap()).as_deref(), expected, "{name}");
        }
    }
}
