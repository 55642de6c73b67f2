//! Which addresses a connector may connect to, so that a configured URL cannot reach what only this host can.
//!
//! Without it a webhook would be a way to the loopback services of the control plane and to a cloud's metadata
//! (server-side request forgery). Private networks are allowed: mail relays live there. Invariant: it judges the addresses
//! that are connected to, not the names they were found by; what an IPv6 address embeds is judged as IPv4.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use certctl_core::network::Network;

/// Who is kept back, and by which setting it is let go: for refusals that say what to do.
#[derive(Debug, Clone, Copy)]
struct Wording {
    who: &'static str,
    setting: &'static str,
}

/// What may be reached.
#[derive(Debug, Clone)]
pub struct Guard {
    allowed: Vec<Network>,
    wording: Wording,
}

/// Why a host is not connected to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// Its name has no address, now.
    #[error("{0}")]
    NoAddress(String),
    /// None of its addresses may be reached.
    #[error("{0}")]
    Forbidden(String),
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Guard {
    /// What notifiers reach anyway, and these.
    pub fn new(allowed: Vec<Network>) -> Self {
        Self::of("notifiers", "notifier_networks", allowed)
    }

    /// What is reachable anyway, and these; `setting` is the one of the server's configuration that they come from.
    pub fn of(who: &'static str, setting: &'static str, allowed: Vec<Network>) -> Self {
        Self { allowed, wording: Wording { who, setting } }
    }

    /// Why an address must not be reached; nothing when it may.
    pub fn forbids(&self, address: IpAddr) -> Option<&'static str> {
        let address = address.to_canonical();
        if self.allowed.iter().any(|network| network.contains(address)) {
            return None;
        }
        match address {
            IpAddr::V4(address) => v4(address),
            IpAddr::V6(address) => v6(address),
        }
    }

    /// The addresses of a host that may be reached.
    ///
    /// # Errors
    /// When its name has none, or none of them may be reached.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Unreachable> {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        let found: Vec<SocketAddr> = match bare.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => tokio::net::lookup_host((bare, port))
                .await
                .map_err(|error| Unreachable::NoAddress(format!("the name {bare} has no address: {error}")))?
                .collect(),
        };
        let (mut good, mut why) = (Vec::with_capacity(found.len()), None);
        for address in found {
            match self.forbids(address.ip()) {
                None => good.push(address),
                Some(because) => why = Some((address.ip(), because)),
            }
        }
        match (good.is_empty(), why) {
            (false, _) => Ok(good),
            (true, None) => Err(Unreachable::NoAddress(format!("the name {bare} has no address"))),
            (true, Some((address, because))) => {
                Err(Unreachable::Forbidden(format!("{bare} is {}", self.refusal(address, because))))
            }
        }
    }

    /// `ADDRESS, WHY: who may not connect there unless ...`
    pub(crate) fn refusal(&self, address: IpAddr, because: &str) -> String {
        let Wording { who, setting } = self.wording;
        format!(
            "{address}, {because}: {who} may not connect there unless the server's setting {setting} allows it"
        )
    }
}

/// Metadata services of clouds that are not link-local.
/// 168.63.129.16 is that of the Azure platform (<https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16>).
const METADATA: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(192, 0, 0, 192)];
const METADATA_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

fn v4(address: Ipv4Addr) -> Option<&'static str> {
    if address.is_loopback() {
        Some("a loopback address")
    } else if address.octets()[0] == 0 {
        Some("an unspecified address")
    } else if address.is_link_local() {
        Some("a link-local address, where clouds keep their metadata")
    } else if METADATA.contains(&address) {
        Some("the address of a cloud's metadata")
    } else if address.is_multicast() || address.is_broadcast() {
        Some("a multicast or broadcast address")
    } else {
        None
    }
}

fn v6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_loopback() {
        return Some("a loopback address");
    }
    if address.is_unspecified() {
        return Some("an unspecified address");
    }
    if address.is_unicast_link_local() {
        return Some("a link-local address");
    }
    if METADATA_V6.contains(&address) {
        return Some("the address of a cloud's metadata");
    }
    if address.is_multicast() {
        return Some("a multicast address");
    }
    embedded(address).and_then(v4)
}

/// The IPv4 address that a translator or tunnel would make of it: NAT64 (RFC 6052), 6to4 (RFC 3056), and the deprecated
/// compatible form.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (a, b, c, d, e, f) {
        (0x64, 0xff9b, 0, 0, 0, 0) | (0, 0, 0, 0, 0, 0) => Some(v4(g, h)),
        (0x2002, ..) => Some(v4(b, c)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_this_host_or_its_cloud_reaches_is_forbidden() {
        let guard = Guard::default();
        for text in [
            "127.0.0.1",
            "127.8.9.10",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "febf::1",
            "ff02::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "::127.0.0.1",
        ] {
            assert!(guard.forbids(text.parse().unwrap()).is_some(), "{text}");
        }
        for text in ["10.0.0.1", "192.168.1.1", "172.16.0.1", "203.0.113.9", "2001:db8::1", "fd12::1"] {
            assert_eq!(guard.forbids(text.parse().unwrap()), None, "{text}");
        }
    }

    #[test]
    fn what_the_operator_allows_may_be_reached_and_nothing_else() {
        let guard = Guard::new(vec![Network::parse("127.0.0.1").unwrap()]);
        assert_eq!(guard.forbids("127.0.0.1".parse().unwrap()), None);
        assert_eq!(guard.forbids("::ffff:127.0.0.1".parse().unwrap()), None);
        assert!(guard.forbids("127.0.0.2".parse().unwrap()).is_some());
        assert!(guard.forbids("::1".parse().unwrap()).is_some());
    }

    #[tokio::test]
    async fn a_name_is_judged_by_its_addresses() {
        let error = Guard::default().resolve("localhost", 25).await.unwrap_err();
        assert!(
            matches!(&error, Unreachable::Forbidden(text) if text.contains("notifier_networks")),
            "{error}"
        );
        let error = Guard::default().resolve("[::1]", 25).await.unwrap_err();
        assert!(matches!(error, Unreachable::Forbidden(_)));
        let found = Guard::default().resolve("192.0.2.7", 25).await.unwrap();
        assert_eq!(found, ["192.0.2.7:25".parse().unwrap()]);
    }
}
