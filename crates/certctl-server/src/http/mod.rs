//! HTTP: routes, callers, errors on the wire.
//!
//! To add a noun: its file here with its handlers and a function that registers them, and a line in `router.rs`.
//! Not for: changes (ops) and status codes (`error.rs`). Invariant: a handler is registered with an access rule or not
//! at all.

pub mod agent_api;
pub mod agents;
pub mod alert_rules;
pub mod alerts;
pub mod api_keys;
pub mod approvals;
pub mod audit;
pub mod audit_export;
pub mod auth;
pub mod budgets;
pub mod cas;
pub mod certificates;
pub mod cursor;
pub mod dashboard;
pub mod dns_providers;
pub mod docs;
pub mod events;
pub mod exports;
pub mod health;
pub mod idempotency;
pub mod identities;
pub mod inputs;
pub mod issuers;
pub mod job_export;
pub mod jobs;
pub mod lists;
pub mod local_ca;
pub mod metrics;
pub mod middleware;
pub mod needs;
pub mod notifications;
pub mod notifiers;
pub mod openapi;
pub mod operations;
pub mod origins;
pub mod owners;
pub mod persistent_records;
pub mod pki;
pub mod policy_rules;
pub mod profiles;
pub mod proofs;
pub mod refusals;
pub mod renewal_policies;
mod rest;
pub mod revocations;
pub mod router;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod stats;
pub mod status_page;
pub mod tags;
pub mod tail;
pub mod target_tests;
pub mod targets;
pub mod teams;
mod test_steps;
pub mod upkeep;
pub mod users;
pub mod views;
pub mod violations;
