//! What is true in certctl: ids, states and decisions. No I/O, no async, no clock of its own.
//!
//! Reading order: [`id`], [`time`], [`certificate`], [`job`], [`deployment`], [`renewal`], then the rest.
//! To add a state: add the variant, follow the compiler, extend the full-table test of its machine, and the
//! drawing in `docs/concepts/states.md` (a test compares them).
//! Not for: anything that reads a file, a socket, a clock or a random source. Decisions take `now` and return a
//! reason that the caller records.

#![warn(missing_docs)]

pub mod actor;
pub mod agent;
pub mod alert;
pub mod alert_rule;
pub mod approval;
pub mod audit;
pub mod authority;
pub mod ca;
pub mod calendar;
pub mod certificate;
pub mod challenge;
pub mod choice;
pub mod condition;
pub mod confirmation;
pub mod deployment;
pub mod dns_provider;
pub mod facet;
pub mod health;
pub mod id;
pub mod inventory;
pub mod job;
pub mod kill_point;
pub mod network;
pub mod notification;
pub mod operation;
pub mod permission;
pub mod policy;
pub mod profile;
pub mod random;
pub mod renewal;
pub mod retry;
pub mod revocation;
pub mod rule;
#[cfg(feature = "openapi")]
mod schema;
pub mod secret;
pub mod target_test;
pub mod text_enum;
pub mod time;
pub mod trace;
pub mod view;
pub mod week_window;
