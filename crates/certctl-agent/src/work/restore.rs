//! Puts the old state of a target back, and looks whether it is back.
//!
//! Not for: failures before a live file changed (`deploy.rs` abandons those). Invariants: a file that somebody else
//! changed is not touched; "rolled back" is only said when the old state was seen, or when there is nothing to see and
//! each part of the way back succeeded.

use std::time::Duration;

use certctl_api::agent_protocol::{DeployResult, Sighting};

use super::check::Objection;
use super::deploy::{Deployer, Passed, failed, tell, workers};
use super::files::{self, MoveError};
use super::verify;
use crate::cause::chain;
use crate::journal::Record;

impl Deployer {
    pub(super) async fn restore(&self, record: &mut Record) -> Passed {
        let failure = record.failure.clone().unwrap_or_else(|| {
            failed("swap", Objection::passing("the agent stopped while it changed files"))
        });
        let mut doubts = Vec::new();
        for file in &record.files {
            match file.restore() {
                Ok(()) => {}
                // Somebody worked on this file meanwhile, most likely with the old ones in mind: those come back.
                Err(error @ MoveError::Foreign { .. }) => {
                    let kept = file
                        .backup
                        .exists()
                        .then(|| format!("; the old file is kept as {}", file.backup.display()));
                    doubts.push(format!("{error}{}", kept.unwrap_or_default()));
                }
                Err(error) => doubts.push(chain(&error)),
            }
        }
        doubts.extend(files::sync_dirs(&record.files).err().map(|error| chain(&error)));
        self.kill_point.pass("deploy.put_back");
        let host = self.host(record).map_err(|objection| objection.cause);
        let mut reload_error = None;
        if let (Ok(host), true, true) = (&host, record.reload_begun, doubts.is_empty()) {
            record.old_workers = workers(&host.config, self.permit(host));
            reload_error = tell(&host.config, self.permit(host)).await.err().map(|failure| failure.cause);
        }
        let mut seen = Vec::new();
        match &host {
            Ok(host) => match self.endpoints(host).await {
                Ok(endpoints) if endpoints.is_empty() => doubts.extend(reload_error.take()),
                Ok(endpoints) => {
                    let record = &*record;
                    let timeout =
                        if doubts.is_empty() { host.config.probe_timeout() } else { Duration::ZERO };
                    let outcome = verify::wait(
                        &self.prober,
                        &endpoints,
                        timeout,
                        &record.old_workers,
                        |index, sighting| is_as_before(record, index, sighting),
                    )
                    .await;
                    if !outcome.is_as_wanted && doubts.is_empty() {
                        doubts.push(format!(
                            "the old state is not served again: {}",
                            verify::describe(&outcome.seen)
                        ));
                    }
                    seen = outcome.seen;
                }
                Err(error) => doubts.push(chain(&error)),
            },
            Err(cause) => doubts.push(cause.clone()),
        }
        if !doubts.is_empty() {
            doubts.extend(reload_error.take());
        }
        let served =
            if seen.is_empty() { String::new() } else { format!("; now {}", verify::describe(&seen)) };
        if doubts.is_empty() {
            let again =
                reload_error.map(|error| format!(" (the second reload failed: {error})")).unwrap_or_default();
            // That the old state is back, and where it is served, is what the outcome and `seen` say.
            record.result = Some(DeployResult::RolledBack {
                step: failure.step,
                cause: format!("{}{again}", failure.cause),
                seen,
                previous_fingerprint: record.previous_fingerprint(),
                retryable: failure.retryable,
            });
            return Passed::with(format!("the old files are back{again}{served}"));
        }
        let doubts = doubts.join("; ");
        record.result = Some(DeployResult::Failed {
            step: failure.step,
            cause: format!(
                "{}; putting the old state back could not be confirmed: {doubts}{served}",
                failure.cause
            ),
            target_in_doubt: true,
            seen,
            retryable: failure.retryable && !failure.is_foreign_change,
        });
        Passed::with(format!("the old state could not be confirmed: {doubts}{served}"))
    }
}

/// Whether an endpoint serves what it did before, or what the old file held.
fn is_as_before(record: &Record, index: usize, sighting: &Sighting) -> bool {
    let before = record.seen_before.get(index).and_then(|before| before.fingerprint_sha256.as_ref());
    let now = sighting.fingerprint_sha256.as_ref();
    now == before || (now.is_some() && now == record.file_before.as_ref())
}
