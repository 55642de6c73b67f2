//! Places for connections: how many at once, of all and of one address, and how many shake hands.
//!
//! A connection that finds no place is closed at once instead of being left to wait: a caller that is told can come back,
//! and one that hoards connections does not make the others wait. Not for: what happens on a connection (`activity.rs`).
//! Invariants: each place is given back when its connection ends, however it ends; what is kept in memory is one entry
//! for each address that has a connection now.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Semaphore;

use crate::config::limits::Limits;

/// The places of one listener.
#[derive(Debug)]
pub(crate) struct Places {
    taken: Mutex<Taken>,
    limits: Limits,
    /// Who may shake hands now.
    pub(crate) handshakes: Semaphore,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One connection's place.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    /// Not for trusted proxies, which stand for many.
    address: Option<IpAddr>,
}

/// Addresses that one customer of a network has all of: one IPv4 address, or the /64 of an IPv6 address.
pub(crate) fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        let handshakes = Semaphore::new(limits.max_tls_handshakes);
        Arc::new(Self { taken: Mutex::default(), limits: limits.clone(), handshakes })
    }

    /// A place for a connection from an address, or why there is none.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, &'static str> {
        let is_proxy = self.limits.trusted_proxies.iter().any(|network| network.contains(address));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.limits.max_connections {
            return Err("max_connections");
        }
        let address = (!is_proxy).then(|| group(address));
        if let Some(address) = address {
            let n = taken.by_address.entry(address).or_insert(0);
            if *n >= self.limits.max_connections_per_address {
                return Err("max_connections_per_address");
            }
            *n += 1;
        }
        taken.all += 1;
        drop(taken);
        Ok(Place { places: Arc::clone(self), address })
    }

    /// How many connections are open.
    pub(crate) fn n_open(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        if let Some(address) = self.address
            && let Some(n) = taken.by_address.get_mut(&address)
        {
            *n = n.saturating_sub(1);
            if *n == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::network::Network;

    use crate::config::Config;

    fn places(all: usize, each: usize) -> Arc<Places> {
        let mut limits = Config::for_directory(std::path::Path::new("/tmp")).unwrap().limits;
        limits.max_connections = all;
        limits.max_connections_per_address = each;
        limits.trusted_proxies = vec![Network::parse("192.0.2.99").unwrap()];
        Places::new(&limits)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_does_not_take_the_places_of_the_others() {
        let places = places(5, 2);
        let first: Vec<Place> = (0..2).map(|_| places.take(ip("192.0.2.1")).unwrap()).collect();
        assert_eq!(places.take(ip("192.0.2.1")).unwrap_err(), "max_connections_per_address");
        let other = places.take(ip("192.0.2.2")).unwrap();
        drop(first);
        assert!(places.take(ip("192.0.2.1")).is_ok());
        drop(other);
        assert_eq!(places.n_open(), 0);
        assert!(places.taken.lock().unwrap().by_address.is_empty());
    }

    #[test]
    fn a_whole_ipv6_network_counts_as_one_and_a_proxy_as_none() {
        let places = places(4, 1);
        let _one = places.take(ip("2001:db8::1")).unwrap();
        assert!(places.take(ip("2001:db8::2")).is_err());
        let _proxied = [places.take(ip("192.0.2.99")).unwrap(), places.take(ip("192.0.2.99")).unwrap()];
        let _last = places.take(ip("2001:db8:0:1::1")).unwrap();
        assert_eq!(places.take(ip("192.0.2.99")).unwrap_err(), "max_connections");
    }
}
