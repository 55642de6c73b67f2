//! What certctl connects to: issuers that sign, targets that certificates are deployed to, channels that tell people.
//!
//! Reading order: [`fields`] (reading a configuration with all its problems at once), [`issuers`], [`targets`],
//! `notifiers`, `dns` and `issuers::outside` (with the features `notifiers`, `dns` and `authorities`).
//! To add a target kind: a file in `targets/` with its configuration type, its schema and its reading, a variant in
//! [`targets::TargetConfig`] and a line in [`targets::KINDS`]; the compiler lists what the agent has to learn.
//! Not for: carrying out a deployment (the agent's `work/deploy`), or anything stored.
//! Invariant: no configuration read here decides by itself what runs; targets name what the host's own policy allows, and the
//! programs of DNS providers and authorities have to be on the list of the server's operator.

#[cfg(all(test, any(feature = "authorities", feature = "dns")))]
mod bent;
#[cfg(feature = "dns")]
pub mod dns;
pub mod fields;
#[cfg(any(feature = "authorities", feature = "dns", feature = "notifiers"))]
mod form;
#[cfg(any(feature = "authorities", feature = "dns", feature = "notifiers"))]
pub mod guard;
pub mod issuers;
#[cfg(feature = "notifiers")]
pub mod notifiers;
#[cfg(any(feature = "authorities", feature = "dns", feature = "notifiers"))]
pub mod outside;
#[cfg(any(feature = "authorities", feature = "dns"))]
mod program;
#[cfg(any(feature = "dns", feature = "notifiers"))]
mod signed;
pub mod targets;
