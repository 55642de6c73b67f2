//! Reading a CRL, our own or another authority's, and looking certificates up in it.
//!
//! It is strict: a list with a part that is not understood could say less than it means, so it is refused whole
//! (RFC 5280, section 5.2: unknown critical extensions). Whether it is current is for the caller's clock.
//! Invariant: a [`Crl`] is of version 2, direct (all entries are of its own issuer), and lists a serial once.

use der::{Decode, Reader, SliceReader, asn1::ObjectIdentifier};
use x509_cert::{
    certificate::Raw,
    crl::{CertificateList, RevokedCert},
    ext::{
        Extension,
        pkix::{
            AuthorityKeyIdentifier, BaseCrlNumber, CrlNumber as CrlNumberExtension, CrlReason, FreshestCrl,
            IssuingDistributionPoint,
        },
    },
};

use super::{CrlNumber, CrlScope, Revoked};
use crate::{
    RevocationReason, Serial,
    certificate_info::distribution_uris,
    oid,
    raw::RawCertificate,
    signature::{self, SignatureError},
    times::unix,
};

/// The longest CRL that is read, in bytes; a million entries fit.
pub const MAX_CRL_BYTES: usize = 64 << 20;

/// What a CRL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    der: Vec<u8>,
    /// Whose list it is (RFC 4514 form).
    pub issuer: String,
    /// When it was made, unix seconds.
    pub this_update: i64,
    /// Until when the next one comes, when it says so, unix seconds.
    pub next_update: Option<i64>,
    /// Its number, when it has one.
    pub number: Option<CrlNumber>,
    /// Of a delta: the number of the complete list it builds on.
    pub base: Option<CrlNumber>,
    /// Which certificates it speaks of.
    pub scope: CrlScope,
    /// The addresses of this part of a divided list.
    pub partition_uris: Vec<String>,
    /// Where deltas to it are found.
    pub freshest_uris: Vec<String>,
    /// The key identifier of its issuer, hexadecimal.
    pub authority_key_identifier: Option<String>,
    /// Sorted by serial.
    revoked: Vec<Revoked>,
}

/// Why a CRL cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadCrlError {
    /// Longer than what is read.
    #[error("the CRL has {n_bytes} bytes, at most {MAX_CRL_BYTES} are read")]
    TooLarge {
        /// Its size.
        n_bytes: usize,
    },
    /// Bytes that are no CRL of version 2.
    #[error("not a valid CRL: {detail}")]
    NotCrl {
        /// Which part.
        detail: &'static str,
    },
    /// A part that changes the meaning and is not understood.
    #[error("the CRL cannot be used: {detail}")]
    Unsupported {
        /// Which part.
        detail: String,
    },
    /// Two entries for one certificate.
    #[error("the CRL lists the certificate {serial} twice")]
    Twice {
        /// Whose entry.
        serial: Serial,
    },
    /// Made by another issuer, or changed.
    #[error("the CRL of {issuer:?} was not signed by the given certificate: {detail}")]
    NotSignedBy {
        /// Who it says has made it.
        issuer: String,
        /// What does not fit.
        detail: String,
    },
}

impl Crl {
    /// Reads a CRL, DER. Its signature is not looked at; see [`Self::verify`].
    ///
    /// # Errors
    /// When it is malformed, or says something that is not understood.
    pub fn parse(der: &[u8]) -> Result<Self, ReadCrlError> {
        if der.len() > MAX_CRL_BYTES {
            return Err(ReadCrlError::TooLarge { n_bytes: der.len() });
        }
        let broken = |detail| ReadCrlError::NotCrl { detail };
        let list = CertificateList::<Raw>::from_der(der).map_err(|_| broken("its fields"))?;
        let tbs = list.tbs_cert_list;
        if tbs.version != x509_cert::Version::V2 {
            return Err(broken("it is not of version 2"));
        }
        if tbs.signature != list.signature_algorithm {
            return Err(broken("it names two signature algorithms"));
        }
        let mut crl = Self {
            der: der.to_vec(),
            issuer: tbs.issuer.to_string(),
            this_update: unix(&tbs.this_update),
            next_update: tbs.next_update.as_ref().map(unix),
            number: None,
            base: None,
            scope: CrlScope::All,
            partition_uris: Vec::new(),
            freshest_uris: Vec::new(),
            authority_key_identifier: None,
            revoked: Vec::new(),
        };
        each_once(tbs.crl_extensions.as_deref().unwrap_or_default(), |extension| crl.take(extension))?;
        let entries = tbs.revoked_certificates.unwrap_or_default();
        crl.revoked = entries.iter().map(read_entry).collect::<Result<_, _>>()?;
        crl.revoked.sort_by(|a, b| a.serial.cmp(&b.serial));
        match crl.revoked.windows(2).find(|pair| pair[0].serial == pair[1].serial) {
            Some(pair) => Err(ReadCrlError::Twice { serial: pair[0].serial.clone() }),
            None => Ok(crl),
        }
    }

    /// The list as it was given, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// All entries, sorted by serial.
    #[must_use]
    pub fn revoked(&self) -> &[Revoked] {
        &self.revoked
    }

    /// The entry of this certificate of the list's issuer.
    #[must_use]
    pub fn find(&self, serial: &Serial) -> Option<&Revoked> {
        let found = self.revoked.binary_search_by(|entry| entry.serial.cmp(serial)).ok()?;
        self.revoked.get(found)
    }

    /// Checks that the list was signed by the key of this certificate, DER, and names its subject as issuer.
    ///
    /// # Errors
    /// When it was not. Whether the certificate may sign CRLs is not asked.
    pub fn verify(&self, issuer_certificate: &[u8]) -> Result<(), ReadCrlError> {
        let refused = |detail: String| ReadCrlError::NotSignedBy { issuer: self.issuer.clone(), detail };
        let certificate = RawCertificate::split(issuer_certificate)
            .ok_or_else(|| refused("the certificate cannot be read".to_owned()))?;
        let raw = RawCrl::split(&self.der).ok_or(ReadCrlError::NotCrl { detail: "its outer structure" })?;
        if raw.issuer != certificate.tbs.subject {
            return Err(refused("it has another subject".to_owned()));
        }
        signature::verify(certificate.tbs.spki, raw.algorithm, raw.tbs, raw.signature).map_err(|error| {
            refused(match error {
                SignatureError::NotDer => "the key or the signature is malformed".to_owned(),
                SignatureError::Unsupported { algorithm } => format!("{algorithm} is not accepted"),
                SignatureError::Bad => "the signature does not fit".to_owned(),
            })
        })
    }

    fn take(&mut self, extension: &Extension) -> Result<(), ReadCrlError> {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            oid::CRL_NUMBER => {
                let number: CrlNumberExtension = decode(value, "its number")?;
                self.number = Some(read_number(number.0.as_bytes())?);
            }
            oid::DELTA_CRL_INDICATOR => {
                let base: BaseCrlNumber = decode(value, "the number of its base")?;
                self.base = Some(read_number(base.0.as_bytes())?);
            }
            oid::AUTHORITY_KEY_IDENTIFIER => {
                let identifier: AuthorityKeyIdentifier = decode(value, "its authority key identifier")?;
                self.authority_key_identifier =
                    identifier.key_identifier.map(|identifier| hex::encode(identifier.as_bytes()));
            }
            oid::ISSUING_DISTRIBUTION_POINT => self.take_point(&decode(value, "its distribution point")?)?,
            oid::FRESHEST_CRL => {
                let points: FreshestCrl = decode(value, "the place of its deltas")?;
                let names = points.0.into_iter().filter_map(|point| point.distribution_point);
                self.freshest_uris = names.flat_map(|name| distribution_uris(&name)).collect();
            }
            unknown => refuse_critical(extension, &unknown)?,
        }
        Ok(())
    }

    fn take_point(&mut self, point: &IssuingDistributionPoint) -> Result<(), ReadCrlError> {
        let unsupported = |detail: &str| ReadCrlError::Unsupported { detail: detail.to_owned() };
        if point.indirect_crl {
            return Err(unsupported("it speaks for certificates of other issuers (indirectCRL)"));
        }
        if point.only_some_reasons.is_some() {
            return Err(unsupported("it covers some reasons only (onlySomeReasons)"));
        }
        self.scope = match (
            point.only_contains_user_certs,
            point.only_contains_ca_certs,
            point.only_contains_attribute_certs,
        ) {
            (false, false, false) => CrlScope::All,
            (true, false, false) => CrlScope::Leaves,
            (false, true, false) => CrlScope::Authorities,
            (false, false, true) => {
                return Err(unsupported("it speaks of attribute certificates only"));
            }
            _ => return Err(ReadCrlError::NotCrl { detail: "its distribution point contradicts itself" }),
        };
        self.partition_uris = point.distribution_point.as_ref().map(distribution_uris).unwrap_or_default();
        Ok(())
    }
}

/// The parts of a CRL as they were sent.
struct RawCrl<'a> {
    tbs: &'a [u8],
    issuer: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> RawCrl<'a> {
    fn split(der: &'a [u8]) -> Option<Self> {
        let mut reader = SliceReader::new(der).ok()?;
        let (tbs, algorithm, signature) = reader
            .sequence(|body| Ok::<_, der::Error>((body.tlv_bytes()?, body.tlv_bytes()?, body.tlv_bytes()?)))
            .ok()?;
        reader.finish().ok()?;
        let mut inside = SliceReader::new(tbs).ok()?;
        let issuer = inside.sequence(|body| {
            // The version, which a list of version 2 has, and the algorithm.
            body.tlv_bytes()?;
            body.tlv_bytes()?;
            let issuer = body.tlv_bytes()?;
            body.drain(body.remaining_len())?;
            Ok::<_, der::Error>(issuer)
        });
        Some(Self { tbs, issuer: issuer.ok()?, algorithm, signature })
    }
}

fn read_entry(entry: &RevokedCert<Raw>) -> Result<Revoked, ReadCrlError> {
    let serial = Serial::from_integer_body(entry.serial_number.as_bytes())
        .ok_or(ReadCrlError::NotCrl { detail: "a serial number in it" })?;
    let mut reason = RevocationReason::Unspecified;
    each_once(entry.crl_entry_extensions.as_deref().unwrap_or_default(), |extension| {
        match extension.extn_id {
            oid::CRL_REASON => {
                let code: CrlReason = decode(extension.extn_value.as_bytes(), "a reason in it")?;
                let known =
                    u8::try_from(code as u32).ok().and_then(|code| RevocationReason::from_code(code).ok());
                reason = known.ok_or(ReadCrlError::NotCrl { detail: "a reason in it" })?;
            }
            unknown => refuse_critical(extension, &unknown)?,
        }
        Ok(())
    })?;
    Ok(Revoked { serial, revoked_at: unix(&entry.revocation_date), reason })
}

/// An extension that comes twice has no meaning (RFC 5280, section 4.2).
fn each_once(
    extensions: &[Extension],
    mut take: impl FnMut(&Extension) -> Result<(), ReadCrlError>,
) -> Result<(), ReadCrlError> {
    const MAX_EXTENSIONS: usize = 32;
    if extensions.len() > MAX_EXTENSIONS {
        return Err(ReadCrlError::NotCrl { detail: "it has more than 32 extensions in one place" });
    }
    for (index, extension) in extensions.iter().enumerate() {
        if extensions[..index].iter().any(|other| other.extn_id == extension.extn_id) {
            return Err(ReadCrlError::NotCrl { detail: "an extension comes twice" });
        }
        take(extension)?;
    }
    Ok(())
}

fn refuse_critical(extension: &Extension, id: &ObjectIdentifier) -> Result<(), ReadCrlError> {
    if !extension.critical {
        return Ok(());
    }
    Err(ReadCrlError::Unsupported {
        detail: format!("it has the critical extension {id}, which is not known"),
    })
}

fn decode<'a, T: Decode<'a>>(value: &'a [u8], detail: &'static str) -> Result<T, ReadCrlError> {
    T::from_der(value).map_err(|_| ReadCrlError::NotCrl { detail })
}

fn read_number(big_endian: &[u8]) -> Result<CrlNumber, ReadCrlError> {
    CrlNumber::from_bytes(big_endian)
        .ok_or(ReadCrlError::NotCrl { detail: "its number has more than 20 bytes" })
}
