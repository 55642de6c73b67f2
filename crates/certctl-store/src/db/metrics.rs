//! The store's metrics: names, help and units in one place.
//!
//! Kept: labels are transaction names, which are constants in our own code.

/// Seconds from queueing a write to its durable commit, by transaction name.
pub(crate) const WRITE_SECONDS: &str = "certctl_store_write_seconds";
/// Seconds from queueing a read to its result, by transaction name.
pub(crate) const READ_SECONDS: &str = "certctl_store_read_seconds";
/// Transactions that shared one SQLite commit.
pub(crate) const GROUP_SIZE: &str = "certctl_store_commit_group_size";
/// Transactions tried again after a conflict or a lost connection (PostgreSQL).
pub(crate) const RETRIES: &str = "certctl_store_retries_total";

/// Registers the help texts with the installed recorder.
pub(crate) fn describe() {
    use metrics::Unit::{Count, Seconds};
    metrics::describe_histogram!(WRITE_SECONDS, Seconds, "From queueing a write to its durable commit");
    metrics::describe_histogram!(READ_SECONDS, Seconds, "From queueing a read to its result");
    metrics::describe_histogram!(GROUP_SIZE, Count, "Transactions that shared one SQLite commit");
    metrics::describe_counter!(
        RETRIES,
        Count,
        "Transactions tried again after a conflict or a lost connection"
    );
}

pub(crate) fn wrote(name: &'static str, seconds: f64) {
    metrics::histogram!(WRITE_SECONDS, "name" => name).record(seconds);
}

pub(crate) fn read(name: &'static str, seconds: f64) {
    metrics::histogram!(READ_SECONDS, "name" => name).record(seconds);
}

#[expect(clippy::cast_precision_loss, reason = "a group has at most a few hundred members")]
pub(crate) fn group(n_jobs: usize) {
    metrics::histogram!(GROUP_SIZE).record(n_jobs as f64);
}

pub(crate) fn retried(name: &'static str) {
    metrics::counter!(RETRIES, "name" => name).increment(1);
}
