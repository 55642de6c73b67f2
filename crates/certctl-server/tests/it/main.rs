//! The control plane as its callers see it: real servers on real stores, over TLS.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

#[path = "../../../certctl-connectors/tests/it/authorities/fake/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the connectors' tests use the rest")]
mod fake;
mod front;
mod harness;

mod access;
mod agents;
mod alert_rules;
mod alerts;
mod alerts_once;
mod approvals;
mod approvals_random;
mod audit;
mod audit_origins;
mod authorities;
mod authorities_budget;
mod authorities_hints;
mod authorities_proofs;
mod backup;
mod bulk;
mod cas;
mod confirmations;
mod crash;
mod dns_providers;
mod errors;
mod events;
mod exports;
mod idempotent;
mod imports;
mod inventory;
mod issuance;
mod lifecycle;
mod limits;
mod listener;
mod malformed;
mod needs;
mod notifications;
mod observed;
#[path = "../../../certctl-connectors/tests/it/authorities/peer.rs"]
mod peer;
mod pki;
mod places;
mod policies;
mod profiles;
mod prometheus;
mod renewal_policies;
mod revocations;
mod search;
mod sessions;
mod set_up;
mod settings;
mod start;
mod stats;
mod target_tests;
mod tls;
mod upgraded;
mod users;
mod validations;
mod views;
mod whole_lists;
