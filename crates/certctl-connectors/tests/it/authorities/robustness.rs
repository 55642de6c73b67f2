//! Whole orders at authorities whose good answers have one thing in them that is another: nothing panics, and what comes of it is the
//! certificate that was asked for, or words.
//!
//! Not for: bytes that are no JSON at all (beside each parser). Invariant: nothing outside this host is asked.

use certctl_connectors::issuers::outside::{AuthorityError, Next};
use certctl_core::authority::AuthorityKind;
use certctl_pki::{CertificateInfo, RevocationReason};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::call;
use super::fake::Bend;
use super::kinds::{Peer, request};

/// More than a good order takes.
const MAX_STEPS: usize = 20;

fn value() -> impl Strategy<Value = Value> {
    let texts = select(vec![
        "",
        "pending",
        "valid",
        "invalid",
        "deactivated",
        "ready",
        "http-01",
        "//",
        "ftp://127.0.0.1/x",
        "http://127.0.0.1:1/x",
        "../../x",
        "\u{0}\u{202e}",
        "-----BEGIN CERTIFICATE-----",
        "9999-99-99T00:00:00Z",
    ]);
    prop_oneof![
        3 => texts.prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(json!([])),
        1 => Just(json!({})),
        1 => Just(json!([[], {}, null, 7])),
        1 => Just(json!({ "status": "valid", "error": 7, "identifier": [], "orders": {}, "data": [] })),
        1 => Just(Value::from("x".repeat(5_000))),
    ]
}

/// What is wrong is said, in a bounded number of words.
fn says_something(error: &AuthorityError) {
    let text = error.to_string();
    // What is quoted is cut at some hundred letters.
    assert!(text.trim().len() > 10 && text.chars().count() < 3_000, "{text:?}");
}

async fn order(kind: AuthorityKind, bend: Bend) {
    let peer = Peer::start(kind).await;
    peer.fake.switch(|switches| {
        switches.lists = true;
        switches.alternates = true;
        switches.renewal = Some(
            json!({ "suggestedWindow": { "start": "2026-12-01T00:00:00Z", "end": "2026-12-02T00:00:00Z" } }),
        );
    });
    peer.fake.bend(bend);
    let (around, request, authority) = (peer.around(), request(), peer.authority());
    let (mut progress, mut shown) = (None, false);
    for _ in 0..MAX_STEPS {
        match authority.step(&call(&around), &request.asked(), progress.as_ref(), shown).await {
            Ok(Next::Issued { chain }) => {
                let leaf = CertificateInfo::parse(&chain[0]).unwrap();
                assert!(request.names.iter().all(|name| leaf.names.contains(name)));
                break;
            }
            Ok(Next::Waiting { progress: kept, doing, .. }) => {
                assert!(!doing.is_empty());
                (progress, shown) = (Some(kept), true);
            }
            Err(error) => {
                says_something(&error);
                break;
            }
        }
    }
    let leaf = peer.leaf();
    if let Err(error) = authority.renewal(&call(&around), &leaf).await {
        says_something(&error);
    }
    if let Err(error) = authority.revoke(&call(&around), &leaf, RevocationReason::Superseded).await {
        says_something(&error);
    }
    for step in authority.test(&call(&around)).await {
        assert!(!step.detail.is_empty(), "{step:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, max_shrink_iters: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_acme_server_that_says_one_thing_wrongly_gets_no_panic(
        part in select(vec!["dir", "account", "acct", "new-order", "order", "authz", "chall", "finalize", "cert", "ari", "revoke"]),
        at in 0_usize..40,
        value in value(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(order(AuthorityKind::Acme, Bend { part, at, value }));
    }

    #[test]
    fn a_vault_that_says_one_thing_wrongly_gets_no_panic(
        part in select(vec!["login", "server", "revoke", "health", "capabilities-self"]),
        at in 0_usize..40,
        value in value(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(order(AuthorityKind::Vault, Bend { part, at, value }));
    }
}
