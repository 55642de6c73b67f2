//! The ways outside of issuers and DNS providers: what the operator's settings let them reach and run.
//!
//! Not for: notifications ([`crate::app::Parts::outside`]), or what is asked. Invariant: no program runs, and nothing is
//! connected to, that the settings do not let.

use certctl_connectors::dns::lookup::Lookup;
use certctl_connectors::dns::propagation::Propagation;
use certctl_connectors::dns::{self, Guard};
use certctl_connectors::issuers::outside as authorities;
use certctl_connectors::outside::Outside;

use crate::config::Config;

/// The ways.
#[derive(Debug)]
pub struct Ways {
    /// To issuers.
    pub issuers: authorities::Surroundings,
    /// To DNS providers.
    pub dns: dns::Surroundings,
    /// To the zones of names; why there is none.
    pub lookup: Result<Lookup, String>,
    /// How the servers of a zone are asked.
    pub propagation: Propagation,
}

impl Ways {
    /// As the settings say.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(config: &Config) -> Result<Self, String> {
        let issuers = Guard::of("issuers", "issuer_networks", config.issuer_networks.clone());
        let dns = Guard::of("DNS providers", "dns_networks", config.dns_networks.clone());
        Ok(Self {
            issuers: authorities::Surroundings {
                outside: Outside::new(issuers)?,
                programs: config.issuer_programs.clone(),
            },
            dns: dns::Surroundings { outside: Outside::new(dns)?, programs: config.dns_programs.clone() },
            // A host without resolvers can still do all that needs none.
            lookup: Lookup::new(&config.dns_resolvers),
            propagation: Propagation { port: config.dns_server_port, ..Propagation::default() },
        })
    }
}
