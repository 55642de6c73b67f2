//! A certificate of three minutes renews itself, and a client that never stops does not notice.
//!
//! Not for: the renewal decision (core's tests). Invariant: the test lasts longer than the first certificate, so that
//! without renewals its handshakes would fail.

use std::io::Write as _;
use std::time::Duration;

use certctl_core::time::{Clock as _, SystemClock, Ts};
use serde_json::Value;

use crate::fleet::Fleet;
use crate::handshakes::Handshakes;
use crate::process::within;

fn end_of(version: &Value) -> Ts {
    version["not_after"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_certificate_of_three_minutes_renews_itself_and_no_client_notices() {
    let fleet = Fleet::start(false);
    // Three tenths of three minutes: three renewals fit into the first certificate's life.
    fleet.certctl(&["renewal-policies", "create", "--id", "rp-early", "--name", "early", "--percent", "30"]);
    let first = fleet.served().unwrap();
    let handshakes = Handshakes::begin(&fleet, 0, Duration::from_millis(100));
    let what = ["certs", "create", "--id", "mc-web", "--name", "site0.test", "--target", "tgt-nginx"];
    fleet.certctl(&[&what[..], &["--policy", "rp-early", "--lifetime", "3m"]].concat());
    let versions = within(Duration::from_secs(230), "three renewals and the first certificate's end", || {
        let versions = fleet.versions("mc-web");
        let is_over = versions.last().is_some_and(|oldest| end_of(oldest) < SystemClock.now());
        (versions.len() >= 4 && is_over).then_some(versions)
    });
    fleet.live("mc-web", versions.len());
    let tally = handshakes.end();
    let n_renewals = versions.len() - 1;
    drop(writeln!(std::io::stderr(), "{} handshakes over {n_renewals} renewals", tally.n_good));
    assert_eq!(tally.failed, [""; 0], "of {} handshakes", tally.n_good);
    assert!(tally.n_good >= 500, "{} handshakes", tally.n_good);
    for version in &versions {
        let fingerprint = version["fingerprint_sha256"].as_str().unwrap();
        assert!(tally.served.contains_key(fingerprint), "{fingerprint} was never served: {:?}", tally.served);
    }
    assert!(
        tally.served.len() <= versions.len() + usize::from(tally.served.contains_key(&first)),
        "{tally:?}"
    );
    for job in fleet.items(&["jobs", "list", "--kind", "Renewal"]) {
        assert_eq!(job["state"], "Completed", "{job}");
        assert!(job["reason"].as_str().unwrap().starts_with("renew: the policy's point"), "{job}");
    }
    fleet.verify_audit();
}
