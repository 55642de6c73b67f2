//! The agent against real files, a real nginx, and a small control plane of the test's own.
//!
//! `deployed` (what succeeds), `undone` (what fails, and what is served then), `refused` (the host's policy),
//! `killed` (SIGKILL at each step of the real program), `enrolled` (joining and the states of an agent),
//! `proofs` (what is shown to ACME authorities), `records` (what is set in the DNS for them).

#![expect(clippy::unwrap_used, reason = "clippy knows only #[test] functions, not the helpers around them")]

mod control_plane;
mod csr_refused;
mod deployed;
mod enrolled;
mod host;
mod killed;
mod lab;
mod leased;
mod looked;
mod managed;
mod proofs;
mod records;
mod refused;
mod retired_keys;
mod tested;
mod undone;
mod unprivileged;
