//! One issuing job on the agent's side: the CSR is sent, or why there is none.
//!
//! Not for: keys and CSRs themselves (`csr.rs`). Invariant: the control plane hears of every job that it asked for, of
//! its CSR or of the cause, so that no job waits for a CSR that will not come.

use std::path::PathBuf;
use std::sync::Arc;

use certctl_api::agent_protocol::{Accepted, CsrRefusal, CsrRequest, CsrSubmission};
use certctl_api::client::ClientError;
use certctl_core::id::JobId;
use certctl_core::job::JobState;
use certctl_core::kill_point::KillPoint;
use certctl_core::time::Clock;

use super::csr;
use crate::cause::chain;
use crate::keystore::KeyStore;
use crate::link::Link;

/// When the job is begun again, should the control plane ask for it once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// At once: the control plane has an answer and keeps the waits itself.
    AsTheControlPlaneSays,
    /// After a wait of the agent's own: the control plane did not understand.
    Later,
}

/// What making a CSR needs.
#[derive(Debug)]
pub(crate) struct CsrMaker {
    pub(crate) keys: KeyStore,
    pub(crate) pending_dir: PathBuf,
    pub(crate) policy_path: PathBuf,
    pub(crate) kill_point: KillPoint,
    pub(crate) clock: Arc<dyn Clock>,
}

impl CsrMaker {
    /// Makes and sends the CSR, or sends why not.
    pub(crate) async fn carry_out(&self, request: CsrRequest, link: &Link) -> Next {
        let job_id = request.job_id.clone();
        let (csr_pem, key_ready_at) = match self.make(request).await {
            Ok(csr_pem) => (csr_pem, self.clock.now()),
            Err(refusal) => {
                tracing::error!(job.id = %job_id, "no CSR for {job_id}: {}", refusal.cause);
                return self.refuse(&job_id, &refusal, link).await;
            }
        };
        let path = format!("/agent/jobs/{job_id}/csr");
        let answer: Result<Accepted, ClientError> =
            link.client().post(&path, &CsrSubmission { csr_pem, key_ready_at: Some(key_ready_at) }).await;
        self.kill_point.pass("csr.posted");
        let Err(error) = answer else {
            tracing::info!(job.id = %job_id, "key made and CSR sent for {job_id}");
            return Next::AsTheControlPlaneSays;
        };
        match error.status() {
            // It was taken at an earlier try, or nobody wants it any more.
            Some(409) => {
                tracing::info!(job.id = %job_id, "{job_id} needs no CSR any more: {}", chain(&error));
                Next::AsTheControlPlaneSays
            }
            // This CSR will not be taken however often it is sent.
            Some(400 | 413 | 422) => {
                let cause = format!("the control plane does not take it: {}", chain(&error));
                tracing::error!(job.id = %job_id, "no CSR for {job_id}: {cause}");
                self.refuse(&job_id, &CsrRefusal { cause, retryable: false }, link).await
            }
            Some(_) => {
                tracing::error!(job.id = %job_id, "the CSR for {job_id} was not taken: {}", chain(&error));
                Next::Later
            }
            None => {
                tracing::warn!(job.id = %job_id, "the CSR for {job_id} could not be sent yet: {}", chain(&error));
                Next::AsTheControlPlaneSays
            }
        }
    }

    async fn make(&self, request: CsrRequest) -> Result<String, CsrRefusal> {
        let (keys, pending_dir, policy_path) =
            (self.keys.clone(), self.pending_dir.clone(), self.policy_path.clone());
        let kill_point = self.kill_point.clone();
        // An RSA key takes seconds of computing.
        let made = tokio::task::spawn_blocking(move || {
            csr::prepare(&request, &keys, &pending_dir, &policy_path, &kill_point)
        });
        match made.await {
            Ok(made) => {
                made.map_err(|error| CsrRefusal { cause: chain(&error), retryable: error.is_retryable() })
            }
            Err(error) => Err(CsrRefusal { cause: format!("the agent broke off: {error}"), retryable: true }),
        }
    }

    async fn refuse(&self, job_id: &JobId, refusal: &CsrRefusal, link: &Link) -> Next {
        let path = format!("/agent/jobs/{job_id}/csr-refused");
        match link.client().post::<Accepted>(&path, refusal).await {
            Ok(Accepted { state }) => {
                if state == JobState::Failed
                    && let Err(error) = csr::discard(&self.pending_dir, job_id, &self.keys)
                {
                    tracing::warn!(job.id = %job_id, "what was made for {job_id} stays: {}", chain(&error));
                }
                Next::AsTheControlPlaneSays
            }
            Err(error) if error.status() == Some(409) => Next::AsTheControlPlaneSays,
            Err(error) => {
                tracing::warn!(
                    job.id = %job_id,
                    "the control plane could not be told why {job_id} gets no CSR: {}", chain(&error)
                );
                Next::Later
            }
        }
    }
}
