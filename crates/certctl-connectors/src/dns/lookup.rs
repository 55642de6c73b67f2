//! Where a record has to go: through the CNAMEs that delegate the challenge's name to the zone that holds the last of them, and
//! the servers of that zone.
//!
//! Not for: whether a record is there ([`super::propagation`]). Invariants: nothing is remembered from one look-up to the next,
//! because what is asked for is what changes; a chain that is too long or comes back to itself is an error that shows it.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_proto::rr::{RData, Record, RecordType};
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as NoAnswer, NetError};
use hickory_resolver::{Resolver, TokioResolver};

use super::{DnsError, Fqdn, wire};

/// As many CNAMEs as resolvers follow.
const MAX_CNAMES: usize = 8;

/// How long a resolver is waited for, each time; twice, and then the look-up has failed.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks resolvers.
#[derive(Clone)]
pub struct Lookup {
    resolver: TokioResolver,
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lookup")
    }
}

/// Where a record has to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The name to write to.
    pub name: Fqdn,
    /// Its zone.
    pub zone: Fqdn,
    /// The names that lead there by CNAME, the one that was asked for first; empty when it is written to itself.
    pub aliases: Vec<Fqdn>,
}

/// A server of a zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Authority {
    /// Its name.
    pub name: Fqdn,
    /// One of its addresses.
    pub address: SocketAddr,
}

impl Lookup {
    /// Asks these resolvers, or those of the system when there are none.
    ///
    /// # Errors
    /// When the system's are not known.
    pub fn new(resolvers: &[SocketAddr]) -> Result<Self, String> {
        let unusable = |error: NetError| format!("the resolvers cannot be used: {error}");
        let provider = TokioRuntimeProvider::default();
        let mut builder = if resolvers.is_empty() {
            Resolver::builder(provider).map_err(unusable)?
        } else {
            let servers = resolvers.iter().copied().map(server).collect();
            Resolver::builder_with_config(ResolverConfig::from_parts(None, Vec::new(), servers), provider)
        };
        let options: &mut ResolverOpts = builder.options_mut();
        options.cache_size = 0;
        options.timeout = PATIENCE;
        options.attempts = 2;
        options.use_hosts_file = ResolveHosts::Never;
        // A CNAME is asked for by itself.
        options.preserve_intermediates = true;
        Ok(Self { resolver: builder.build().map_err(unusable)? })
    }

    /// Where the record of `name` has to go.
    ///
    /// # Errors
    /// When its CNAMEs lead nowhere, or there is no answer.
    pub async fn place(&self, name: &Fqdn) -> Result<Place, DnsError> {
        let (mut at, mut aliases) = (name.clone(), Vec::new());
        while let Some(target) = self.cname(&at).await? {
            aliases.push(at);
            let shown = || aliases.iter().chain([&target]).map(Fqdn::as_str).collect::<Vec<_>>().join(" -> ");
            if aliases.contains(&target) {
                return Err(DnsError::Refused(format!(
                    "the CNAMEs of {name} come back to themselves: {}",
                    shown()
                )));
            }
            if aliases.len() > MAX_CNAMES {
                return Err(DnsError::Refused(format!(
                    "the CNAMEs of {name} are more than {MAX_CNAMES}: {}",
                    shown()
                )));
            }
            at = target;
        }
        let zone = self.zone(&at).await?;
        Ok(Place { name: at, zone, aliases })
    }

    /// The zone that a name is in: the nearest name at or above it with a SOA record.
    ///
    /// # Errors
    /// When there is none, or no answer.
    pub async fn zone(&self, name: &Fqdn) -> Result<Fqdn, DnsError> {
        let mut candidate = Some(name.clone());
        while let Some(zone) = candidate {
            let records = self.records(&zone, RecordType::SOA).await?;
            if records.iter().any(|record| is_of(record, &zone) && record.record_type() == RecordType::SOA) {
                return Ok(zone);
            }
            candidate = zone.parent();
        }
        Err(DnsError::Refused(format!(
            "no zone holds {name}: neither it nor a name above it has a SOA record"
        )))
    }

    /// Every address of every server of a zone, with `port`.
    ///
    /// # Errors
    /// When it has none, or there is no answer.
    pub async fn authorities(&self, zone: &Fqdn, port: u16) -> Result<Vec<Authority>, DnsError> {
        let mut found = Vec::new();
        for record in self.records(zone, RecordType::NS).await? {
            let RData::NS(target) = &record.data else { continue };
            let name = Fqdn::parse(&target.0.to_ascii()).map_err(DnsError::Refused)?;
            for kind in [RecordType::A, RecordType::AAAA] {
                let records = self.records(&name, kind).await?;
                let addresses = records.iter().filter_map(|record| record.data.ip_addr());
                found.extend(addresses.map(|address| Authority {
                    name: name.clone(),
                    address: SocketAddr::new(address, port),
                }));
            }
        }
        found.sort();
        found.dedup();
        if found.is_empty() {
            return Err(DnsError::retry(format!("the zone {zone} has no servers with addresses")));
        }
        Ok(found)
    }

    async fn cname(&self, name: &Fqdn) -> Result<Option<Fqdn>, DnsError> {
        let records = self.records(name, RecordType::CNAME).await?;
        let target =
            records.iter().filter(|record| is_of(record, name)).find_map(|record| match &record.data {
                RData::CNAME(target) => Some(target.0.to_ascii()),
                _ => None,
            });
        target.map(|target| Fqdn::parse(&target).map_err(DnsError::Refused)).transpose()
    }

    /// What there is; that there is nothing is an empty list.
    async fn records(&self, name: &Fqdn, kind: RecordType) -> Result<Vec<Record>, DnsError> {
        let failed = |error: &dyn std::fmt::Display| {
            DnsError::retry(format!("the look-up of {kind} records of {name} failed: {error}"))
        };
        let query = wire::name(name).map_err(|error| failed(&error))?;
        match self.resolver.lookup(query, kind).await {
            Ok(found) => Ok(found.answers().to_vec()),
            Err(NetError::Dns(NoAnswer::NoRecordsFound(_))) => Ok(Vec::new()),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn is_of(record: &Record, name: &Fqdn) -> bool {
    Fqdn::parse(&record.name.to_ascii()).is_ok_and(|found| found == *name)
}

fn server(address: SocketAddr) -> NameServerConfig {
    let with_port = |mut connection: ConnectionConfig| {
        connection.port = address.port();
        connection
    };
    let connections = vec![with_port(ConnectionConfig::udp()), with_port(ConnectionConfig::tcp())];
    NameServerConfig::new(address.ip(), true, connections)
}
