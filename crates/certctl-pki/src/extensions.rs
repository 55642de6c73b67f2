//! The extensions that certificates of this crate carry, and the frame that every extension has.
//!
//! What goes into them is decided in `profile.rs` and by RFC 5280. Invariant: an extension is written once, with
//! the criticality that RFC 5280 demands.

use der::asn1::ObjectIdentifier;

use crate::{
    Addresses, HttpUri, LeafSpec, Name, PublicKey,
    encode::{
        BIT_STRING, BOOLEAN, NULL, OCTET_STRING, SEQUENCE, Writer, context_constructed, context_primitive,
    },
    oid,
};

/// What the extensions of a certificate authority are made of.
pub(crate) struct CaExtensions<'a> {
    pub(crate) path_len: Option<u8>,
    pub(crate) key_identifier: &'a [u8],
    /// The value of the extension, DER, or nothing.
    pub(crate) name_constraints: Option<&'a [u8]>,
    pub(crate) addresses: Addresses<'a>,
}

impl CaExtensions<'_> {
    /// The authority's key identifier comes after them.
    pub(crate) fn write(&self, writer: &mut Writer) {
        write_extension(writer, &oid::BASIC_CONSTRAINTS, true, |value| {
            value.wrap(SEQUENCE, |constraints| {
                constraints.value(BOOLEAN, &[0xff]);
                if let Some(n_authorities) = self.path_len {
                    constraints.integer(&[n_authorities]);
                }
            });
        });
        // keyCertSign and cRLSign are bits 5 and 6.
        write_extension(writer, &oid::KEY_USAGE, true, |value| value.value(BIT_STRING, &[1, 0b0000_0110]));
        if let Some(constraints) = self.name_constraints {
            write_extension(writer, &oid::NAME_CONSTRAINTS, true, |value| value.raw(constraints));
        }
        write_addresses(writer, self.addresses);
        write_subject_key_identifier(writer, self.key_identifier);
    }
}

/// The extensions of a leaf; the authority's key identifier comes after them.
///
/// There is no basicConstraints: RFC 5280, section 4.2.1.9 leaves it out of leaves by preference, and its absence says the same.
pub(crate) fn write_leaf_extensions(writer: &mut Writer, spec: &LeafSpec<'_>, is_subject_empty: bool) {
    // digitalSignature is bit 0, keyEncipherment bit 2.
    let is_enciphering = spec.public_key.algorithm().is_rsa() && spec.usage.is_server();
    let bits: &[u8] = if is_enciphering { &[5, 0b1010_0000] } else { &[7, 0b1000_0000] };
    write_extension(writer, &oid::KEY_USAGE, true, |value| value.value(BIT_STRING, bits));
    write_extension(writer, &oid::EXTENDED_KEY_USAGE, false, |value| {
        value.wrap(SEQUENCE, |list| spec.usage.purposes().iter().for_each(|purpose| list.oid(purpose)));
    });
    write_addresses(writer, spec.addresses);
    write_subject_key_identifier(writer, &spec.public_key.key_identifier());
    if !spec.names.is_empty() {
        write_extension(writer, &oid::SUBJECT_ALT_NAME, is_subject_empty, |value| {
            value.wrap(SEQUENCE, |list| write_each_once(list, spec.names));
        });
    }
}

/// The extensions of an OCSP responder (RFC 6960, section 4.2.2.2); the authority's key identifier comes after them.
pub(crate) fn write_ocsp_responder_extensions(writer: &mut Writer, public_key: &PublicKey) {
    // digitalSignature is bit 0.
    write_extension(writer, &oid::KEY_USAGE, true, |value| value.value(BIT_STRING, &[7, 0b1000_0000]));
    write_extension(writer, &oid::EXTENDED_KEY_USAGE, false, |value| {
        value.wrap(SEQUENCE, |list| list.oid(&oid::OCSP_SIGNING));
    });
    write_extension(writer, &oid::OCSP_NO_CHECK, false, |value| value.value(NULL, &[]));
    write_subject_key_identifier(writer, &public_key.key_identifier());
}

fn write_each_once(writer: &mut Writer, names: &[Name]) {
    let mut seen = std::collections::HashSet::with_capacity(names.len());
    names.iter().filter(|name| seen.insert(*name)).for_each(|name| name.write(writer));
}

/// The whole extension that names the issuer's key.
pub(crate) fn authority_key_identifier(key_identifier: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(48);
    write_extension(&mut writer, &oid::AUTHORITY_KEY_IDENTIFIER, false, |value| {
        value.wrap(SEQUENCE, |body| body.value(context_primitive(0), key_identifier));
    });
    writer.into_bytes()
}

fn write_subject_key_identifier(writer: &mut Writer, key_identifier: &[u8]) {
    write_extension(writer, &oid::SUBJECT_KEY_IDENTIFIER, false, |value| {
        value.value(OCTET_STRING, key_identifier);
    });
}

pub(crate) fn write_extension(
    writer: &mut Writer,
    oid: &ObjectIdentifier,
    is_critical: bool,
    value: impl FnOnce(&mut Writer),
) {
    writer.wrap(SEQUENCE, |extension| {
        extension.oid(oid);
        if is_critical {
            extension.value(BOOLEAN, &[0xff]);
        }
        extension.wrap(OCTET_STRING, value);
    });
}

/// CRL distribution points and authority information access, as far as they are given.
fn write_addresses(writer: &mut Writer, addresses: Addresses<'_>) {
    if let Some(uri) = addresses.crl {
        write_extension(writer, &oid::CRL_DISTRIBUTION_POINTS, false, |value| {
            write_distribution_point(value, uri)
        });
    }
    if addresses.ocsp.is_none() && addresses.ca_issuers.is_none() {
        return;
    }
    write_extension(writer, &oid::AUTHORITY_INFO_ACCESS, false, |value| {
        value.wrap(SEQUENCE, |list| {
            for (method, uri) in
                [(oid::ACCESS_OCSP, addresses.ocsp), (oid::ACCESS_CA_ISSUERS, addresses.ca_issuers)]
            {
                if let Some(uri) = uri {
                    list.wrap(SEQUENCE, |description| {
                        description.oid(&method);
                        write_uri(description, uri);
                    });
                }
            }
        });
    });
}

/// CRLDistributionPoints with one full name (RFC 5280, section 4.2.1.13).
pub(crate) fn write_distribution_point(value: &mut Writer, uri: &HttpUri) {
    value.wrap(SEQUENCE, |points| points.wrap(SEQUENCE, |point| write_full_name(point, uri)));
}

/// `distributionPoint [0]` of one `fullName [0]`.
pub(crate) fn write_full_name(point: &mut Writer, uri: &HttpUri) {
    point.wrap(context_constructed(0), |name| {
        name.wrap(context_constructed(0), |full_name| write_uri(full_name, uri));
    });
}

/// A URI as GeneralName.
fn write_uri(writer: &mut Writer, uri: &HttpUri) {
    writer.value(context_primitive(6), uri.as_str().as_bytes());
}
