//! What certctl keeps: the only crate that knows SQL, with SQLite and PostgreSQL under one [`Store`].
//!
//! Reading order: [`Store`] and [`Tx`] (in `db/`), [`StoreError`], then any noun file.
//!
//! To add a column: a migration in `migrations/`, its line in `db/migrate.rs`, the noun's file.
//! A backup is `dump/`: all tables as one stream, and back.
//! To add a noun: its tables in a migration, one file here that holds all its statements.
//!
//! How statements are written: `$1` placeholders and `{LOCK}` (row locks on PostgreSQL, nothing on SQLite); the
//! first line is a comment with the statement's name, which errors show; `args![..]` binds; rows come back as
//! tuples or as a struct made by `row!`; sums are cast (`CAST(SUM(n) AS BIGINT)`), because PostgreSQL gives
//! another type for them. Unique indexes have names, and callers ask [`StoreError::violates`] with them.
//!
//! Not for: decisions (core) or anything outside the database. Invariant: every change runs in a transaction
//! that also records its audit event, or does not happen.

#![warn(missing_docs)]

pub mod agents;
pub mod alert_rule_matches;
pub mod alert_rules;
pub mod alert_watch;
pub mod alerts;
pub mod api_keys;
pub mod approvals;
pub mod audit;
pub mod cas;
pub mod certificates;
pub mod challenges;
pub mod confirmations;
pub mod crls;
mod db;
pub mod deliveries;
pub mod deployments;
pub mod dns_provider_tests;
pub mod dns_providers;
mod dump;
mod error;
mod filter_text;
pub mod holders;
pub mod idempotency;
pub mod instance;
pub mod issuers;
pub mod jobs;
pub mod lists;
pub mod load;
pub mod names;
pub mod needs;
pub mod notifications;
pub mod notifiers;
pub mod operations;
pub mod order_starts;
pub mod orders;
pub mod outbox;
pub mod owners;
pub mod policy_rules;
pub mod preferences;
pub mod profiles;
pub mod renewal_hints;
pub mod renewal_policies;
pub mod revocations;
pub mod roles;
mod scope;
pub mod search;
pub mod sessions;
pub mod sign_in_failures;
mod states;
pub mod stats;
pub mod tags;
pub mod target_tests;
pub mod targets;
pub mod teams;
pub mod trace;
pub mod users;
pub mod versions;
pub mod views;
pub mod violations;

pub use db::{Cell, FromRow, FromVal, Kind, Migration, OpenOptions, RESYNC, Row, Store, Tx, Val};
pub use dump::{DumpError, Summary, read_summary};
pub use error::StoreError;
