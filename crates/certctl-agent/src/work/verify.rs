//! Waits until endpoints serve a certificate.
//!
//! Not for: one look (`probe.rs`). Invariant: an endpoint counts as serving only when no old process answers beside the
//! new one. nginx starts its new workers, waits 100 ms and only then tells the old ones to stop
//! (`ngx_master_process_cycle`), so that for so long either may answer. Where the old workers can be watched, two good
//! looks after they stopped are enough; elsewhere there have to be nothing but good looks for [`STEADY`]. Each look is
//! on a connection of its own.

use std::time::Duration;

use certctl_api::agent_protocol::Sighting;
use certctl_connectors::targets::installation::Probe;
use tokio::time::Instant;

use super::nginx_workers::{self, Worker};
use crate::permit::{NotPermitted, Permit};
use crate::probe::{Endpoint, Prober};

/// For how long every look must be good, when nothing else says that the old processes are gone.
const STEADY: Duration = Duration::from_millis(120);
/// How many looks in a row must be good once they are.
const LOOKS_AFTER: u32 = 2;
const BETWEEN_GOOD_LOOKS: Duration = Duration::from_millis(10);
/// The pause after a look that was not good is a tenth of the time waited so far, within these.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// What was seen, in the order of the endpoints.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) seen: Vec<Sighting>,
    pub(crate) is_as_wanted: bool,
}

/// Looks up the hosts of the probes and asks the policy.
pub(crate) async fn endpoints(permit: Permit<'_>, probes: &[Probe]) -> Result<Vec<Endpoint>, NotPermitted> {
    let mut endpoints = Vec::new();
    for probe in probes {
        let resolved = tokio::net::lookup_host((probe.host.as_str(), probe.port)).await.map_err(|error| {
            NotPermitted::Unclear(format!("the host {} of a probe cannot be looked up: {error}", probe.host))
        })?;
        let resolved: Vec<_> = resolved.collect();
        let addresses = permit.probe(probe, &resolved)?;
        endpoints.push(Endpoint { probe: probe.clone(), addresses });
    }
    Ok(endpoints)
}

/// One look at each.
pub(crate) async fn look(prober: &Prober, endpoints: &[Endpoint]) -> Vec<Sighting> {
    let mut seen = Vec::with_capacity(endpoints.len());
    for endpoint in endpoints {
        seen.push(prober.look(endpoint).await);
    }
    seen
}

/// How an endpoint has been since it was last seen otherwise.
#[derive(Debug, Clone, Copy, Default)]
struct Good {
    since: Option<Instant>,
    /// Good looks that began after the old processes had stopped.
    n_after: u32,
}

impl Good {
    fn is_settled(&self) -> bool {
        self.n_after >= LOOKS_AFTER || self.since.is_some_and(|since| since.elapsed() >= STEADY)
    }
}

/// Looks until each endpoint is as wanted, or the time is over. `wanted` judges a sighting of the endpoint with this
/// number; `old_workers` are the processes of before the reload, if they are known.
pub(crate) async fn wait(
    prober: &Prober,
    endpoints: &[Endpoint],
    timeout: Duration,
    old_workers: &[Worker],
    wanted: impl Fn(usize, &Sighting) -> bool,
) -> Outcome {
    let began = Instant::now();
    let deadline = began + timeout;
    let mut last: Vec<Option<Sighting>> = endpoints.iter().map(|_| None).collect();
    let mut good = vec![Good::default(); endpoints.len()];
    let mut is_old_gone = false;
    loop {
        let mut is_pause_needed = false;
        is_old_gone = is_old_gone || (!old_workers.is_empty() && !nginx_workers::any_accepts(old_workers));
        for (index, endpoint) in endpoints.iter().enumerate() {
            if good[index].is_settled() {
                continue;
            }
            let sighting = prober.look(endpoint).await;
            if wanted(index, &sighting) {
                good[index].since.get_or_insert_with(Instant::now);
                good[index].n_after += u32::from(is_old_gone);
            } else {
                good[index] = Good::default();
                is_pause_needed = true;
            }
            last[index] = Some(sighting);
        }
        let is_as_wanted = good.iter().all(Good::is_settled);
        if is_as_wanted || Instant::now() >= deadline {
            return Outcome { seen: last.into_iter().flatten().collect(), is_as_wanted };
        }
        let pause = (began.elapsed() / 10).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        let wait = match (is_pause_needed, is_old_gone) {
            (true, _) => pause,
            (false, true) => Duration::ZERO,
            (false, false) => BETWEEN_GOOD_LOOKS,
        };
        tokio::time::sleep(wait.min(deadline.saturating_duration_since(Instant::now()))).await;
    }
}

/// What was seen, in one line.
pub(crate) fn describe(seen: &[Sighting]) -> String {
    let each = |sighting: &Sighting| {
        let name = sighting.server_name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        let what = match (&sighting.fingerprint_sha256, &sighting.error) {
            (Some(fingerprint), _) => format!("serves {fingerprint}"),
            (None, Some(error)) => error.clone(),
            (None, None) => "nothing seen".to_owned(),
        };
        format!("{}{name} {what}", sighting.address)
    };
    seen.iter().map(each).collect::<Vec<_>>().join("; ")
}
