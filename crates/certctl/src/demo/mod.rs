//! The demo: a real control plane and a live fleet in one process.
//!
//! Reading order: `live.rs` (what runs until it is stopped) and `once.rs` (one certificate's life), then `stage.rs`
//! (what both stand on), `plan.rs` (what the fleet is), `fleet.rs` (how it is built), `story.rs` (what is said of it).
//! Not for: features; whatever the demo needs, the product has. Invariants: everything is made through the public HTTPS
//! API by the real client, and every certificate is issued, deployed and proven by the real parts; when the demo ends,
//! however it ends, its nginx is stopped and its temporary directory is gone.

mod control_plane;
mod directory;
mod fleet;
mod greeting;
mod handshake;
mod host;
pub(crate) mod live;
mod nginx;
pub(crate) mod once;
mod once_report;
mod pair;
mod plan;
mod signals;
mod stage;
mod story;
mod tls_server;

use certctl_api::events::Event;

use crate::failure::Failure;

/// What did not succeed, and what to do about it.
fn failed(what: impl Into<String>, next: impl Into<String>) -> Failure {
    Failure::Negative { what: what.into(), next: next.into() }
}

/// A text of an event's data; empty when it has none of this name.
fn text<'a>(event: &'a Event, name: &str) -> &'a str {
    event.data.get(name).and_then(|value| value.as_str()).unwrap_or_default()
}
