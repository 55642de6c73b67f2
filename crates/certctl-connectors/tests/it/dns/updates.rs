//! Dynamic updates against a real BIND.

use certctl_connectors::dns::{DnsError, DnsProvider};
use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::time::{Clock, SystemClock};
use serde_json::json;

use super::bind::Bind;
use super::contract::{Peer, keeps_the_contract};
use super::{DEADLINE, record, surroundings};

const NAME: &str = "_acme-challenge.www.example.test";

#[tokio::test]
async fn bind_takes_updates_of_every_algorithm_and_keeps_the_contract() {
    for algorithm in ["hmac-sha256", "hmac-sha384", "hmac-sha512"] {
        let bind = Bind::start(&[("BIND_ALGORITHM", algorithm)]);
        let peer = Peer {
            what: algorithm,
            provider: bind.provider(),
            around: surroundings(Vec::new()),
            now: SystemClock.now(),
            removes: true,
        };
        keeps_the_contract(&peer, NAME, || bind.values(NAME)).await;
    }
}

#[tokio::test]
async fn long_values_are_set_in_several_strings() {
    let bind = Bind::start(&[]);
    let (around, now, long) = (surroundings(Vec::new()), SystemClock.now(), "x".repeat(600));
    bind.provider().set(&around, &record(NAME, &long), now, DEADLINE).await.unwrap();
    assert_eq!(bind.values(NAME).concat().replace("\" \"", ""), long);
    bind.provider().remove(&around, &record(NAME, &long), now, DEADLINE).await.unwrap();
    assert!(bind.values(NAME).is_empty());
}

#[tokio::test]
async fn a_wrong_key_name_zone_or_clock_is_refused_in_clear_words() {
    let bind = Bind::start(&[]);
    let (around, now) = (surroundings(Vec::new()), SystemClock.now());
    let other = "c2VjcmV0IHRoYXQgaXMgYW5vdGhlciBvbmUh";
    let refused = async |key: &str, value: &str, at: &str, now| {
        let mut config = bind.config();
        config[key] = json!(value);
        let provider = DnsProvider::read(DnsProviderKind::Rfc2136, &config).unwrap();
        let error = provider.set(&around, &record(at, "v"), now, DEADLINE).await.unwrap_err();
        let DnsError::Refused(text) = &error else { panic!("{key}={value}: {error:?}") };
        assert!(!text.contains(bind.secret()) && !text.contains(other), "{text}");
        text.clone()
    };
    assert!(refused("secret", other, NAME, now).await.contains("BADSIG"));
    assert!(refused("key_name", "other-key", NAME, now).await.contains("does not know the key other-key"));
    assert!(refused("zone", "test", NAME, now).await.contains("is not the primary of the zone test"));
    assert!(refused("zone", "corp.test", NAME, now).await.contains("not in the zone corp.test"));
    assert!(refused("zone", "example.test", NAME, now.plus_seconds(3_600)).await.contains("BADTIME"));
    // The zone's own name is not one of those that the key may change.
    assert!(refused("algorithm", "hmac-sha256", "example.test", now).await.contains("REFUSED"));
    assert!(bind.values(NAME).is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_again_and_a_forbidden_one_is_not() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = json!({
        "server": address.to_string(), "key_name": "k", "secret": "c2VjcmV0IHRoYXQgaXMgYW5vdGhlciBvbmUh",
    });
    let provider = DnsProvider::read(DnsProviderKind::Rfc2136, &config).unwrap();
    let (mut around, now) = (surroundings(Vec::new()), SystemClock.now());
    let error = provider.set(&around, &record(NAME, "v"), now, DEADLINE).await.unwrap_err();
    assert!(matches!(error, DnsError::Retry { after: None, .. }), "{error:?}");
    let guard = certctl_connectors::dns::Guard::of("DNS providers", "dns_networks", Vec::new());
    around.outside = certctl_connectors::outside::Outside::new(guard).unwrap();
    let error = provider.set(&around, &record(NAME, "v"), now, DEADLINE).await.unwrap_err();
    assert!(matches!(&error, DnsError::Refused(text) if text.contains("dns_networks")), "{error:?}");
}
