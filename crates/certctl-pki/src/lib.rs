//! What is signed: keys, names, certificate requests, certificates and chains, CRLs and OCSP responses. Bytes in,
//! bytes out.
//!
//! This crate does no I/O, reads no clock and knows no policy: times are unix seconds given by the caller,
//! and what may be issued is decided above. The one outside source it uses is the random generator inside
//! aws-lc-rs, for new keys and for signatures.
//! Invariant: a value of a type here has been checked. A [`Csr`] has proved possession of its key, a [`Name`]
//! is canonical, a [`PublicKey`] is of a supported and strong kind, an [`Issuer`] holds the key of its own
//! certificate.
//!
//! Reading order: [`key_algorithm`], [`public_key`], [`private_key`], [`name`], [`csr`], then [`profile`]
//! (what a certificate is asked to contain), [`tbs`] (its bytes before the signature), [`issuer`] (who signs),
//! [`certificate_info`] and [`chain`] (reading and checking what others made), [`crl`] and [`ocsp`] (what is no
//! longer valid), and [`acme_identifier`] (what an ACME authority is shown).
//!
//! To add a key algorithm: a variant in [`KeyAlgorithm`]; the compiler lists the rest, and the integration
//! tests (`tests/it`) run over [`KeyAlgorithm::ALL`].
//! To add a certificate extension: an OID in `oid.rs`, its writing in `extensions.rs`, its source in [`profile`], and
//! the outside linter (`tests/tools/pkilint.sh`) has to accept it.
#![warn(missing_docs)]

pub mod acme_identifier;
pub mod bundle;
pub mod certificate_info;
pub mod certificate_text;
pub mod chain;
pub mod crl;
pub mod csr;
pub mod fingerprint;
pub mod http_uri;
pub mod issuer;
pub mod key_algorithm;
pub mod name;
pub mod name_constraints;
pub mod ocsp;
pub mod pem;
pub mod private_key;
pub mod profile;
pub mod public_key;
pub mod revocation_reason;
pub mod serial;
pub mod tbs;

mod directory_text;
mod encode;
mod extensions;
mod oid;
mod raw;
mod signature;
mod times;

pub use acme_identifier::{
    ACME_TLS_ALPN, AcmeIdentifierError, AcmeIdentifierSpec, acme_identifier_certificate, acme_server_name,
};
pub use bundle::certs_only;
pub use certificate_info::{CertificateInfo, pair_matches};
pub use certificate_text::describe;
pub use chain::{ChainError, check_chain, order_chain};
pub use crl::{Crl, CrlError, CrlNumber, CrlScope, CrlSpec, ReadCrlError, Revoked, sign_crl};
pub use csr::{BuildCsrError, Csr, CsrError, build_csr};
pub use http_uri::{HttpUri, HttpUriError};
pub use issuer::Issuer;
pub use key_algorithm::KeyAlgorithm;
pub use name::{Name, NameError, NameKind};
pub use name_constraints::{NameConstraintError, NameConstraints, NameForm, NameSubtree, NameSubtreeError};
pub use ocsp::{
    Answer, CertId, CertIdHash, CertStatus, Nonce, OcspError, OcspFailure, OcspIssuer, OcspRequest,
    OcspRequestError, OcspResponder,
};
pub use private_key::{KeyError, PrivateKey};
pub use profile::{
    Addresses, CaSubject, CertificateError, CrossSpec, IntermediateSpec, LeafSpec, LeafSubject, LeafUsage,
    OcspResponderSpec, RootSpec,
};
pub use public_key::{PublicKey, PublicKeyError};
pub use revocation_reason::{RevocationReason, UnknownRevocationReason};
pub use serial::{Serial, SerialError};
pub use tbs::{Tbs, build_root_tbs, sign_tbs};
