//! The agent: it holds the keys of its host, makes CSRs, deploys, and proves what is served. Pull only;
//! what listens is open while an ACME authority looks for a proof.
//!
//! Reading order: [`state`] (who it is), [`local_policy`] and [`permit`] (what it may do), [`keystore`], [`work`]
//! (what it does), [`journal`] (how it survives a crash), [`challenge_policy`] and [`proofs`] (what it shows to ACME
//! authorities), [`dns_policy`] and [`records`] (the DNS records that it sets for them), then [`join`] and [`poll`] (talking to the control plane).
//! To add a target kind: its configuration in `certctl-connectors`; then the compiler leads to `work/deploy.rs`.
//! Not for: deciding what is wanted; the control plane does that, within what the host's policy allows.
//! Invariants: a private key never leaves the host; no command comes from outside the host; a deployment ends in
//! "old pair live" or "new pair live", and says which.

pub mod arguments;
pub mod cause;
pub mod challenge_policy;
pub mod dns_policy;
mod durable;
mod identity;
pub mod inspect;
pub mod installed;
pub mod join;
pub mod journal;
pub mod keystore;
mod link;
pub mod local_policy;
pub mod permit;
pub mod poll;
mod probe;
mod process;
pub mod proofs;
pub mod records;
pub mod service_manager;
pub mod state;
pub mod system_random;
mod trouble;
pub mod work;
