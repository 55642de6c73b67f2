//! A look at the endpoints of a target that a person asked for: what a deployment's last step does, at any later time.
//!
//! It is written in no journal: nothing is changed by it, and one that the agent did not end is given out again. It waits for no
//! deployment: what is served meanwhile is what is reported.
//! Not for: one look (`probe.rs`). Invariant: each address is named in what is reported, those that cannot be reached too.

use std::time::Duration;

use certctl_api::agent_protocol::{JobReport, Sighting, StepReport, VerifyResult, VerifyWork};
use certctl_connectors::targets::installation::Probe;

use super::deploy::Deployer;
use super::report::{Hold, send_end};
use super::verify;
use crate::cause::chain;
use crate::link::{Backoff, Link};
use crate::permit::NotPermitted;
use crate::probe::Endpoint;

/// How long an endpoint that is not as it should be is looked at again: it may be in the middle of a reload.
const PATIENCE: Duration = Duration::from_secs(3);

impl Deployer {
    /// Looks, and says what was seen.
    pub async fn look_again(&self, work: &VerifyWork) -> (StepReport, VerifyResult) {
        let began = self.clock.now();
        let result = self.looked(work).await;
        let (ok, detail) = match &result {
            VerifyResult::Looked { seen } => {
                let wanted =
                    |one: &Sighting| one.fingerprint_sha256.as_ref() == Some(&work.fingerprint_sha256);
                (seen.iter().all(wanted), verify::describe(seen))
            }
            VerifyResult::Failed { cause } | VerifyResult::Refused { cause } => (false, cause.clone()),
        };
        let at = self.clock.now();
        let milliseconds = i64::try_from(at.since(began).as_millis()).unwrap_or(i64::MAX);
        self.kill_point.pass("verify.looked");
        (StepReport { at, name: "probe".to_owned(), ok, milliseconds, detail }, result)
    }

    async fn looked(&self, work: &VerifyWork) -> VerifyResult {
        let what = format!("target {}", work.target_id);
        let host = match self.host_of(&what, &work.target_kind, &work.target_config) {
            Ok(host) => host,
            Err(objection) if objection.is_refusal => {
                return VerifyResult::Refused { cause: objection.cause };
            }
            Err(objection) => return VerifyResult::Failed { cause: objection.cause },
        };
        let probes = host.config.probes();
        if probes.is_empty() {
            let cause = format!("{what} names no address to look at");
            return VerifyResult::Failed { cause };
        }
        let (mut endpoints, mut places, mut seen) = (Vec::<Endpoint>::new(), Vec::new(), Vec::new());
        for (place, probe) in probes.iter().enumerate() {
            match verify::endpoints(self.permit(&host), std::slice::from_ref(probe)).await {
                Ok(found) => {
                    places.extend(found.iter().map(|_| place));
                    endpoints.extend(found);
                }
                Err(NotPermitted::Refused { cause, .. }) => return VerifyResult::Refused { cause },
                Err(error @ (NotPermitted::Unclear(_) | NotPermitted::File(_))) => {
                    seen.push((place, self.not_seen(probe, chain(&error))));
                }
            }
        }
        let outcome = verify::wait(&self.prober, &endpoints, PATIENCE, &[], |_, sighting| {
            sighting.fingerprint_sha256.as_ref() == Some(&work.fingerprint_sha256)
        })
        .await;
        seen.extend(places.into_iter().zip(outcome.seen));
        seen.sort_by_key(|(place, _)| *place);
        VerifyResult::Looked { seen: seen.into_iter().map(|(_, sighting)| sighting).collect() }
    }

    fn not_seen(&self, probe: &Probe, error: String) -> Sighting {
        Sighting {
            address: probe.address(),
            server_name: probe.server_name.clone(),
            fingerprint_sha256: None,
            at: self.clock.now(),
            error: Some(error),
        }
    }
}

/// Looks and tells of it, while the lease is kept.
pub(crate) async fn carry_out(
    deployer: &Deployer,
    work: &VerifyWork,
    hold: &Hold,
    link: &Link,
    backoff: Backoff,
) {
    let (step, result) = deployer.look_again(work).await;
    tracing::info!(job.id = %work.job_id, cert.id = %work.certificate_id, "{}: {}", work.target_id, step.detail);
    let report = || JobReport {
        lease_token: hold.lease_token(),
        steps: vec![step.clone()],
        result: None,
        verified: Some(result.clone()),
    };
    send_end(&work.job_id, hold, link, backoff, report, || {}).await;
}
