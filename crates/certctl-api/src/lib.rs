//! What is said: the wire types of the REST API and of the agent protocol, and the one typed client.
//!
//! Reading order: [`problem`], [`page`], [`certificates`], [`jobs`], [`agent_protocol`], [`client`].
//! To add a field: add it to its noun's file; requests refuse unknown fields, answers ignore them.
//! Not for: deciding anything. Invariant: no type here can hold a leaf's private key.

#![warn(missing_docs)]

/// Declares a request body: unknown fields are refused.
macro_rules! request {
    ($($(#[$m:meta])* pub struct $name:ident { $($(#[$fm:meta])* pub $field:ident : $ty:ty),* $(,)? })+) => { $(
        $(#[$m])*
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fm])* pub $field: $ty),* }
    )+ };
}

/// Declares an answer body: a client ignores fields that it does not know.
macro_rules! answer {
    ($($(#[$m:meta])* pub struct $name:ident { $($(#[$fm:meta])* pub $field:ident : $ty:ty),* $(,)? })+) => { $(
        $(#[$m])*
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name { $($(#[$fm])* pub $field: $ty),* }
    )+ };
}

pub mod access_rules;
pub mod agent_protocol;
pub mod agents;
pub mod alert_rules;
pub mod alerts;
pub mod api_keys;
pub mod approvals;
pub mod audit;
pub mod auth;
pub mod cas;
pub mod certificates;
pub mod client;
pub mod confirmations;
pub mod deployments;
pub mod dns_providers;
mod event_stream;
pub mod events;
pub mod explain;
pub mod exports;
pub mod health;
pub mod imports;
pub mod issuers;
pub mod jobs;
pub mod join_token;
pub mod lists;
pub mod needs;
pub mod notifications;
pub mod notifiers;
pub mod operations;
pub mod owners;
pub mod page;
pub mod policy_rules;
pub mod problem;
pub mod profiles;
pub mod renewal_policies;
pub mod revocations;
pub mod runs;
pub mod search;
pub mod sessions;
pub mod stats;
pub mod system;
pub mod tags;
pub mod target_tests;
pub mod targets;
pub mod teams;
pub mod tls;
pub mod users;
pub mod views;
pub mod violations;
