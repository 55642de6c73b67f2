//! What the agent does: CSRs, deployments, tests of targets and looks at live endpoints.
//!
//! Reading order: [`step`] (the states), [`files`] (moves of files), `check` (the first look), [`deploy`] (the
//! transaction), then `csr`, `verification` and `report`.

mod check;
pub mod csr;
pub(crate) mod csr_job;
pub mod deploy;
pub mod files;
mod include_glob;
pub(crate) mod lease;
mod nginx;
mod nginx_text;
pub mod nginx_workers;
pub mod report;
mod restore;
pub(crate) mod retire;
pub mod step;
mod target_checks;
pub mod target_test;
pub mod verification;
mod verify;
