//! Waits until endpoints serve a certificate.
//!
//! Not for: one look (`probe.rs`). Invariant: an endpoint counts as serving only after two good looks in a row, each
//! on a connection of its own, because an old worker process may still accept beside the new one.

use std::time::Duration;

use certctl_api::agent_protocol::Sighting;
use certctl_connectors::targets::installation::Probe;
use tokio::time::Instant;

use crate::permit::{NotPermitted, Permit};
use crate::probe::{Endpoint, Prober};

/// How many good looks in a row count.
const LOOKS_WANTED: u32 = 2;
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
    let mut n_good = vec![0_u32; endpoints.len()];
    loop {
        let mut is_pause_needed = false;
        for (index, endpoint) in endpoints
            .iter()
            .enumerate()
            .filter(|(index, _)| n_good[*index] < LOOKS_WANTED)
            .collect::<Vec<_>>()
        {
            let sighting = prober.look(endpoint).await;
            if wanted(index, &sighting) {
                n_good[index] += 1;
            } else {
                n_good[index] = 0;
                is_pause_needed = true;
            }
            last[index] = Some(sighting);
        }
        let is_as_wanted = n_good.iter().all(|n| *n >= LOOKS_WANTED);
        if is_as_wanted || Instant::now() >= deadline {
            return Outcome { seen: last.into_iter().flatten().collect(), is_as_wanted };
        }
        if is_pause_needed {
            tokio::time::sleep(pause.min(deadline.saturating_duration_since(Instant::now()))).await;
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
