//! Tests of the connectors against real servers: those of others, and small ones that speak their APIs.
//!
//! Not for: rules of one file (they are tested in it). Invariant: nothing outside this host is asked.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy knows only #[test] functions, not the helpers around them"
)]

mod authorities;
mod dns;
