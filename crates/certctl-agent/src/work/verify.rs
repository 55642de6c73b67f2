//! Waits until endpoints serve a certificate.
//!
//! Not for: one look (`probe.rs`). Invariant: an endpoint counts as serving only after nothing but good looks, each on a
//! connection of its own, for [`STEADY`]: nginx starts its new workers, waits 100 ms and only then tells the old ones
//! to stop (`ngx_master_process_cycle`), so that for so long either may answer.

use std::time::Duration;

use certctl_api::agent_protocol::Sighting;
use certctl_connectors::targets::installation::Probe;
use tokio::time::Instant;

use crate::permit::{NotPermitted, Permit};
use crate::probe::{Endpoint, Prober};

/// For how long every look must be good.
const STEADY: Duration = Duration::from_millis(120);
const BETWEEN_GOOD_LOOKS: Duration = Duration::from_millis(20);
const FIRST_PAUSE: Duration = Duration::from_millis(10);
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

/// Looks until each endpoint is as wanted, or the time is over. `wanted` judges a sighting of the endpoint with this
/// number.
pub(crate) async fn wait(
    prober: &Prober,
    endpoints: &[Endpoint],
    timeout: Duration,
    wanted: impl Fn(usize, &Sighting) -> bool,
) -> Outcome {
    let deadline = Instant::now() + timeout;
    let mut pause = FIRST_PAUSE;
    let mut last: Vec<Option<Sighting>> = endpoints.iter().map(|_| None).collect();
    let mut good_since: Vec<Option<Instant>> = vec![None; endpoints.len()];
    let is_settled = |since: &Option<Instant>| since.is_some_and(|since| since.elapsed() >= STEADY);
    loop {
        let mut is_pause_needed = false;
        for (index, endpoint) in endpoints.iter().enumerate() {
            if is_settled(&good_since[index]) {
                continue;
            }
            let sighting = prober.look(endpoint).await;
            if wanted(index, &sighting) {
                good_since[index].get_or_insert_with(Instant::now);
            } else {
                good_since[index] = None;
                is_pause_needed = true;
            }
            last[index] = Some(sighting);
        }
        let is_as_wanted = good_since.iter().all(is_settled);
        if is_as_wanted || Instant::now() >= deadline {
            return Outcome { seen: last.into_iter().flatten().collect(), is_as_wanted };
        }
        let wait = if is_pause_needed { pause } else { BETWEEN_GOOD_LOOKS };
        tokio::time::sleep(wait.min(deadline.saturating_duration_since(Instant::now()))).await;
        if is_pause_needed {
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
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
