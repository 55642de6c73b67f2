//! DNS providers: one contract for all of them, and the finding and seeing of records on a real BIND.
//!
//! Not for: the providers' real services, which no test here reaches. Invariant: a kind without a case in [`contract`] does not
//! compile.

mod bind;
mod contract;
mod exec;
mod failures;
mod fake;
mod fakes;
mod page;
mod propagation;
mod updates;

use std::path::PathBuf;
use std::time::Duration;

use certctl_connectors::dns::{Fqdn, Guard, Surroundings, TxtRecord};
use certctl_connectors::outside::Outside;
use certctl_core::network::Network;
use certctl_core::time::Ts;

/// Long enough for anything here.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) fn now() -> Ts {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

pub(crate) fn fqdn(text: &str) -> Fqdn {
    Fqdn::parse(text).unwrap()
}

pub(crate) fn record(name: &str, value: &str) -> TxtRecord {
    TxtRecord::new(fqdn("example.test"), fqdn(name), value).unwrap()
}

pub(crate) fn guard() -> Guard {
    let here = vec![Network::parse("127.0.0.0/8").unwrap()];
    Guard::of("DNS providers", "dns_networks", here)
}

/// This host may be reached, and these programs run.
pub(crate) fn surroundings(programs: Vec<PathBuf>) -> Surroundings {
    Surroundings { outside: Outside::new(guard()).unwrap(), programs }
}
