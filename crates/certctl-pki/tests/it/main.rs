//! The behaviour of certctl-pki as its callers see it, judged by tools that are not ours.
//!
//! Every certificate that a test makes goes through [`lab::Lab`], which hands all of them to pkilint when the
//! test ends. What OpenSSL thinks of keys, requests and chains is asked in `openssl.rs`,
//! what it and GnuTLS think of revocation where that is tested.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod acme_identifiers;
mod authorities;
mod certificates;
mod chains;
mod crls;
mod foreign;
mod gnutls;
mod lab;
mod linter;
mod ocsp;
mod ocsp_requests;
mod openssl;
mod requests;
mod robustness;
