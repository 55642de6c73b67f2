//! The main job with the real binaries: `certctl server`, `certctl-agent` and a real nginx.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod acme;
mod acme_redirected;
mod agent_dns;
mod backed_up;
mod changed_audit;
mod commanded;
mod contract;
mod demo;
mod fleet;
mod handshakes;
mod host;
mod kill_points;
mod killed;
mod main_job;
mod notified;
#[path = "../../../certctl-connectors/tests/it/authorities/peer.rs"]
mod peer;
mod plane;
mod process;
mod refused;
mod renewed;
mod replicas;
mod small_disk;
mod target_tested;
mod two_hosts;
mod undone;
mod walked;
