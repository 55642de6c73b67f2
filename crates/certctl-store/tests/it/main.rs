//! The contract of the store, run on real SQLite and real PostgreSQL.
//!
//! `both!` runs a test on each back end; what only one of them has is in a module of its own name. Not for the
//! statements of the nouns: each noun has its own module.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audited;
mod dumped;
mod filter_cases;
mod grouped;
mod harness;
mod killed;
mod lists;
mod migrated;
mod notified;
mod on_postgres;
mod on_sqlite;
mod story;
mod transactions;
mod values;
