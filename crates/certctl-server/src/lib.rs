//! The control plane, as a library.
//!
//! Reading order: [`app`], [`ops`], then `engine`. Not for: the operator's command line (crate `certctl`).
//! Invariant: `ops` is where things change, one transaction for each function.

pub mod app;
pub mod engine;
pub mod error;
pub mod first_start;
pub mod issuers;
pub mod ops;
pub mod seal;
