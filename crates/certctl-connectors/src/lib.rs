//! What certctl connects to: issuers that sign, targets that certificates are deployed to, channels that tell people.
//!
//! Reading order: [`fields`] (reading a configuration with all its problems at once), [`issuers`], [`targets`],
//! `notifiers` and `dns` (with the features of those names).
//! To add a target kind: a file in `targets/` with its configuration type, its schema and its reading, a variant in
//! [`targets::TargetConfig`] and a line in [`targets::KINDS`]; the compiler lists what the agent has to learn.
//! Not for: carrying out a deployment (the agent's `work/deploy`), or anything stored.
//! Invariant: no configuration read here decides by itself what runs; targets name what the host's own policy allows, and the
//! program of a DNS provider has to be on the list of the server's operator.

#[cfg(feature = "dns")]
pub mod dns;
pub mod fields;
#[cfg(any(feature = "dns", feature = "notifiers"))]
mod form;
#[cfg(any(feature = "dns", feature = "notifiers"))]
pub mod guard;
pub mod issuers;
#[cfg(feature = "notifiers")]
pub mod notifiers;
#[cfg(any(feature = "dns", feature = "notifiers"))]
pub mod outside;
#[cfg(any(feature = "dns", feature = "notifiers"))]
mod signed;
pub mod targets;
