//! Issuers: what signs. The local CA signs at once ([`local_ca`]); authorities outside are asked step by step (`outside`).
//!
//! Not for: storing intents or outcomes (the server's `ops/issuance.rs`). Invariants: an issuance is issued,
//! pending or refused, and an empty certificate cannot be expressed; a plan can be carried out again after a crash
//! and gives the same serial and contents.

#[cfg(feature = "authorities")]
mod acme;
pub mod local_ca;
#[cfg(feature = "authorities")]
pub mod outside;
mod published;

pub use published::Published;

/// What an issuer is asked for.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    /// A verified CSR's public key.
    pub public_key: certctl_pki::PublicKey,
    /// What it speaks for.
    pub names: Vec<certctl_pki::Name>,
    /// The common name, one of `names`.
    pub common_name: Option<certctl_pki::Name>,
    /// What it may be used for.
    pub usage: certctl_pki::LeafUsage,
    /// Unix seconds.
    pub now: i64,
    /// Whole lifetime, backdating included.
    pub lifetime_seconds: i64,
    /// For the serial.
    pub random: [u8; 16],
    /// Where its revocation can be looked up, if anywhere; written into the certificate.
    pub published: Option<Published>,
}

/// How an outside call failed, and what time can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// Trying again may help.
    #[error("{0}")]
    Retry(String),
    /// Trying again will not help.
    #[error("{0}")]
    Refused(String),
}

/// The outcome of an issuance.
#[derive(Debug, Clone)]
pub enum Issuance {
    /// The certificate (DER) and the authorities above it.
    Issued {
        /// Leaf.
        certificate_der: Vec<u8>,
    },
}
