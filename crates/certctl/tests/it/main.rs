//! The main job with the real binaries: `certctl server`, `certctl-agent` and a real nginx.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod demo;
mod fleet;
mod main_job;
