//! Keeps the lease of a job while the agent is at it.
//!
//! A poll extends what is in hand too, but a check or a reload may take longer than the next poll needs to come through.
//! Not for: the work. Invariant: a lease that is lost is told to the work, which then changes nothing that it has not
//! changed yet; it is never taken for kept because the control plane was silent.

use std::time::Duration;

use certctl_api::agent_protocol::{ExtendLease, LeaseExtended};
use certctl_core::id::JobId;

use super::report::Hold;
use crate::cause::chain;
use crate::link::Link;

/// The longest pause after an extension that got no answer.
const RETRY: Duration = Duration::from_secs(5);

/// Extends the lease at each third of its length, for as long as it is polled.
pub(crate) async fn keep(job_id: &JobId, lease_seconds: u32, hold: &Hold, link: &Link) {
    let third = Duration::from_secs(u64::from(lease_seconds.max(1))) / 3;
    let mut pause = third;
    loop {
        tokio::time::sleep(pause).await;
        pause = third;
        if hold.is_dropped() {
            // Given again by a poll, perhaps; then there is a new one to keep.
            continue;
        }
        let lease_token = hold.lease_token();
        let path = format!("/agent/jobs/{job_id}/extend");
        let request = ExtendLease { lease_token: lease_token.clone() };
        let Err(error) = link.client().post::<LeaseExtended>(&path, &request).await else { continue };
        match error.status() {
            Some(403 | 404 | 409 | 410) => {
                tracing::warn!(job.id = %job_id, "the lease of {job_id} is lost: {}", chain(&error));
                hold.drop_lease(&lease_token);
            }
            Some(_) | None => {
                tracing::warn!(job.id = %job_id, "the lease of {job_id} could not be extended yet: {}", chain(&error));
                pause = third.min(RETRY);
            }
        }
    }
}
