//! The control plane over real HTTPS, on real SQLite and real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod issuance;
