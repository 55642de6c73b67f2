//! Finding where a record goes, and seeing that it is there, on a real BIND.

use std::time::Duration;

use certctl_connectors::dns::lookup::{Lookup, Place};
use certctl_connectors::dns::propagation::{Propagation, PropagationError, Shown};
use certctl_connectors::dns::{DnsError, TxtRecord};
use certctl_core::time::{Clock, SystemClock};

use super::bind::Bind;
use super::{DEADLINE, fqdn, guard, record, surroundings};

const NAME: &str = "_acme-challenge.www.example.test";

fn propagation(bind: &Bind, deadline: Duration) -> Propagation {
    Propagation {
        port: bind.address().port(),
        deadline,
        first_pause: Duration::from_millis(50),
        longest_pause: Duration::from_millis(200),
    }
}

#[tokio::test]
async fn cnames_lead_to_the_name_and_zone_that_are_written_to() {
    let records = "_acme-challenge.www.example.test. IN CNAME a.example.test.\n\
                   a.example.test. IN CNAME www.challenges.corp.test.\n\
                   round.example.test. IN CNAME about.example.test.\n\
                   about.example.test. IN CNAME round.example.test.\n\
                   out.example.test. IN CNAME x.nowhere.invalid.\n";
    let chain: String =
        (0..12).map(|n| format!("c{n}.example.test. IN CNAME c{}.example.test.\n", n + 1)).collect();
    let bind = Bind::start(&[("BIND_RECORDS", &format!("{records}{chain}"))]);
    let lookup = Lookup::new(&[bind.address()]).unwrap();
    let place = async |name: &str| lookup.place(&fqdn(name)).await;
    assert_eq!(
        place(NAME).await.unwrap(),
        Place {
            name: fqdn("www.challenges.corp.test"),
            zone: fqdn("corp.test"),
            aliases: vec![fqdn(NAME), fqdn("a.example.test")],
        }
    );
    let direct = place("_acme-challenge.deep.down.example.test").await.unwrap();
    assert_eq!((direct.zone, direct.aliases), (fqdn("example.test"), Vec::new()));
    assert_eq!(place("example.test").await.unwrap().zone, fqdn("example.test"));
    let refused = async |name: &str| match place(name).await {
        Err(DnsError::Refused(text)) => text,
        other => panic!("{name}: {other:?}"),
    };
    let text = refused("round.example.test").await;
    assert!(text.contains("round.example.test -> about.example.test -> round.example.test"), "{text}");
    assert!(refused("c0.example.test").await.contains("more than 8"));
    let (around, now) = (surroundings(Vec::new()), SystemClock.now());
    let at = place(NAME).await.unwrap();
    let record = TxtRecord::new(at.zone, at.name, "delegated").unwrap();
    bind.provider().set(&around, &record, now, DEADLINE).await.unwrap();
    propagation(&bind, DEADLINE).wait(&lookup, &guard(), &record).await.unwrap();
    assert_eq!(bind.values("www.challenges.corp.test"), ["delegated"]);
}

#[tokio::test]
async fn a_resolver_that_is_down_is_tried_again() {
    let address = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lookup = Lookup::new(&[address]).unwrap();
    let error = lookup.place(&fqdn(NAME)).await.unwrap_err();
    assert!(matches!(error, DnsError::Retry { .. }), "{error:?}");
}

#[tokio::test]
async fn a_record_is_waited_for_until_the_servers_show_it() {
    let bind = Bind::start(&[]);
    let lookup = Lookup::new(&[bind.address()]).unwrap();
    let (around, now, wanted) = (surroundings(Vec::new()), SystemClock.now(), record(NAME, "wanted"));
    bind.provider().set(&around, &record(NAME, "another"), now, DEADLINE).await.unwrap();
    let short = propagation(&bind, Duration::from_millis(300));
    let PropagationError::Missing { missing, .. } = short.wait(&lookup, &guard(), &wanted).await.unwrap_err()
    else {
        panic!("the servers are known")
    };
    assert_eq!(missing[0].0.name, fqdn("ns.example.test"));
    assert_eq!(missing[0].1, Shown::Others(vec!["\"another\"".to_owned()]));
    let long = propagation(&bind, DEADLINE);
    let guard = guard();
    let waiting = long.wait(&lookup, &guard, &wanted);
    let provider = bind.provider();
    let setting = provider.set(&around, &wanted, now, DEADLINE);
    let (seen, set) = tokio::join!(waiting, setting);
    set.unwrap();
    assert_eq!(seen.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named() {
    let records = "lame.test. IN NS gone.lame.test.\ngone.lame.test. IN A 127.0.0.2\n";
    let bind = Bind::start(&[("BIND_ZONES", "lame.test"), ("BIND_RECORDS", records)]);
    let lookup = Lookup::new(&[bind.address()]).unwrap();
    let (around, now) = (surroundings(Vec::new()), SystemClock.now());
    let record = TxtRecord::new(fqdn("lame.test"), fqdn("_acme-challenge.lame.test"), "value").unwrap();
    let short = propagation(&bind, Duration::from_millis(500));
    let error = short.wait(&lookup, &guard(), &record).await.unwrap_err().to_string();
    assert!(error.contains("ns.lame.test (127.0.0.1:") && error.contains("no TXT record"), "{error}");
    bind.provider().set(&around, &record, now, DEADLINE).await.unwrap();
    let error = short.wait(&lookup, &guard(), &record).await.unwrap_err().to_string();
    assert!(error.contains("gone.lame.test (127.0.0.2:") && error.contains("did not answer"), "{error}");
    assert!(!error.contains("ns.lame.test ("), "{error}");
}

#[tokio::test]
async fn servers_that_the_guard_forbids_are_not_asked() {
    let bind = Bind::start(&[]);
    let lookup = Lookup::new(&[bind.address()]).unwrap();
    let closed = certctl_connectors::dns::Guard::of("DNS providers", "dns_networks", Vec::new());
    let short = propagation(&bind, Duration::from_millis(100));
    let error = short.wait(&lookup, &closed, &record(NAME, "value")).await.unwrap_err().to_string();
    assert!(error.contains("dns_networks"), "{error}");
}
