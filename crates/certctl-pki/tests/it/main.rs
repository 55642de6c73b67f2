//! The behaviour of certctl-pki as its callers see it, judged by tools that are not ours.
//!
//! Every certificate that a test makes goes through [`lab::Lab`], which hands all of them to pkilint when the
//! test ends. What OpenSSL thinks of keys, requests and chains is asked in `openssl.rs`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod certificates;
mod chains;
mod foreign;
mod lab;
mod linter;
mod openssl;
mod requests;
mod robustness;
