//! What is spoken to: issuers and targets, one file for each kind.
//!
//! To add an issuer: one file in `issuers/`. Not for: deciding when (the server and the agent do).
//! Invariant: a connector knows neither store nor API.

pub mod issuers;
