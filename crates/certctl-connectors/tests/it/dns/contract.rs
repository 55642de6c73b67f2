//! The contract that every kind keeps.

use certctl_connectors::dns::{DnsProvider, Surroundings};
use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::time::Ts;

use super::fake::{Fake, SERVED};
use super::{DEADLINE, now, record, surroundings};

const NAME: &str = "_acme-challenge.www.example.test";

/// A provider with what is behind it.
pub(crate) struct Peer<'a> {
    pub(crate) what: &'a str,
    pub(crate) provider: DnsProvider,
    pub(crate) around: Surroundings,
    pub(crate) now: Ts,
    /// Whether removing is more than a promise.
    pub(crate) removes: bool,
}

/// Sets and removes, once and twice, with another value beside.
pub(crate) async fn keeps_the_contract(peer: &Peer<'_>, name: &str, values: impl Fn() -> Vec<String>) {
    let Peer { what, provider, around, now, removes } = peer;
    let set = async |value: &str| {
        provider
            .set(around, &record(name, value), *now, DEADLINE)
            .await
            .unwrap_or_else(|error| panic!("{what}: {value} is not set: {error}"));
    };
    let remove = async |value: &str| {
        provider
            .remove(around, &record(name, value), *now, DEADLINE)
            .await
            .unwrap_or_else(|error| panic!("{what}: {value} is not removed: {error}"));
    };
    remove("first-value").await;
    assert!(values().is_empty(), "{what}: removing what is not there leaves nothing");
    set("first-value").await;
    assert_eq!(values(), ["first-value"], "{what}");
    set("first-value").await;
    assert_eq!(values(), ["first-value"], "{what}: twice is once");
    set("second-value").await;
    assert_eq!(values(), ["first-value", "second-value"], "{what}: one beside the other");
    set("first-value").await;
    assert_eq!(values(), ["first-value", "second-value"], "{what}: again, with another beside");
    if !removes {
        remove("first-value").await;
        assert!(values().contains(&"second-value".to_owned()), "{what}");
        return;
    }
    for _ in 0..2 {
        remove("first-value").await;
        assert_eq!(values(), ["second-value"], "{what}: removing one leaves the other");
    }
    remove("second-value").await;
    assert!(values().is_empty(), "{what}: the last one");
}

#[tokio::test]
async fn every_kind_of_http_keeps_the_contract() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        let peer = Peer {
            what: kind.as_str(),
            provider: fake.provider(),
            around: surroundings(Vec::new()),
            now: now(),
            removes: fake.removes(),
        };
        keeps_the_contract(&peer, NAME, || fake.values(NAME)).await;
    }
}

#[tokio::test]
async fn records_of_the_zone_itself_are_set_and_removed() {
    for kind in SERVED {
        // What is registered with acme-dns is never a zone.
        let fake = Fake::start(kind).await;
        if !fake.removes() {
            continue;
        }
        let (around, provider) = (surroundings(Vec::new()), fake.provider());
        let apex = record("example.test", "apex-value");
        provider.set(&around, &apex, now(), DEADLINE).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(fake.values("example.test"), ["apex-value"], "{kind}");
        provider.remove(&around, &apex, now(), DEADLINE).await.unwrap();
        assert!(fake.values("example.test").is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn nobodys_value_is_lost_to_somebody_who_was_faster() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        // deSEC's API has no condition: see below.
        if !fake.is_atomic() {
            continue;
        }
        let (around, provider) = (surroundings(Vec::new()), fake.provider());
        fake.race(NAME, "faster-value");
        provider.set(&around, &record(NAME, "own-value"), now(), DEADLINE).await.unwrap();
        assert_eq!(fake.values(NAME), ["faster-value", "own-value"], "{kind}");
        fake.race(NAME, "third-value");
        provider.remove(&around, &record(NAME, "own-value"), now(), DEADLINE).await.unwrap();
        assert_eq!(fake.values(NAME), ["faster-value", "third-value"], "{kind}");
    }
}

#[tokio::test]
async fn two_calls_at_once_both_set_their_values() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        let (around, provider) = (surroundings(Vec::new()), fake.provider());
        let (one, two) = (record(NAME, "one-value"), record(NAME, "two-value"));
        let both = tokio::join!(
            provider.set(&around, &one, now(), DEADLINE),
            provider.set(&around, &two, now(), DEADLINE),
        );
        assert_eq!(both, (Ok(()), Ok(())), "{kind}");
        assert_eq!(fake.values(NAME), ["one-value", "two-value"], "{kind}");
    }
}

#[tokio::test]
async fn who_was_overwritten_notices_and_writes_again() {
    let fake = Fake::start(DnsProviderKind::Desec).await;
    let (around, provider) = (surroundings(Vec::new()), fake.provider());
    fake.overwrite(&["their-value"]);
    provider.set(&around, &record(NAME, "own-value"), now(), DEADLINE).await.unwrap();
    assert_eq!(fake.values(NAME), ["own-value", "their-value"]);
    fake.overwrite(&["own-value", "third-value"]);
    provider.remove(&around, &record(NAME, "own-value"), now(), DEADLINE).await.unwrap();
    assert_eq!(fake.values(NAME), ["third-value"]);
}
