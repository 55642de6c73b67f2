//! A real Pebble (`tests/peers/pebble.sh`), which refuses every fifth good nonce and really validates, with its challenge test
//! server to show proofs.

use std::fs;

use certctl_connectors::issuers::outside::{Authority, AuthorityError, Next, Proof};
use certctl_core::authority::{AuthorityKind, ProofKind, TestStepState};
use certctl_pki::{CertificateInfo, RevocationReason};
use serde_json::{Value, json};

use super::peer::Peer;
use super::{Request, call, curl, failure, issued, surroundings};

pub(crate) struct Pebble {
    peer: Peer,
    key: Vec<u8>,
}

impl Pebble {
    /// At most eight orders at once: Pebble 2.4 locks itself up with more.
    fn start(more: &[(&str, &str)]) -> Self {
        let settings = [
            ("PEBBLE_VALIDATE", "1"),
            ("PEBBLE_ANSWERS", "1"),
            ("PEBBLE_WFE_NONCEREJECT", "20"),
            ("PEBBLE_STRICT", "1"),
        ];
        let settings: Vec<(&str, &str)> = settings.iter().chain(more).copied().collect();
        Self { peer: Peer::start("pebble", &settings), key: Authority::new_account_key().unwrap() }
    }

    fn authority(&self, changes: &Value) -> Authority {
        self.authority_with(changes, &self.key)
    }

    fn authority_with(&self, changes: &Value, key: &[u8]) -> Authority {
        let mut config = json!({
            "directory_url": self.peer.value("PEBBLE_URL"), "ca_pem": self.peer.file("PEBBLE_CA"), "terms_agreed": true,
            "contact": ["ops@example.test"],
        });
        for (field, value) in changes.as_object().unwrap() {
            config[field] = value.clone();
        }
        Authority::read(AuthorityKind::Acme, &config, Some(key)).unwrap()
    }

    /// Shows proofs, each once, by the challenge test server.
    fn show(&self, proofs: &[Proof]) {
        for proof in proofs {
            let (path, body) = match proof.kind {
                ProofKind::Http01 => {
                    ("add-http01", json!({ "token": proof.token, "content": proof.key_authorization }))
                }
                ProofKind::Dns01 => {
                    let host = format!("_acme-challenge.{}.", proof.name);
                    ("set-txt", json!({ "host": host, "value": proof.dns_value() }))
                }
                ProofKind::DnsPersist01 => panic!("Pebble here does not offer it: {proof:?}"),
                ProofKind::TlsAlpn01 => {
                    ("add-tlsalpn01", json!({ "host": proof.name, "content": proof.key_authorization }))
                }
            };
            curl(&["-d", &body.to_string(), &format!("{}/{path}", self.peer.value("CHALLTESTSRV_URL"))]);
        }
    }

    /// How often Pebble says something in its log.
    fn n_logged(&self, words: &str) -> usize {
        let log = fs::read_to_string(self.peer.path().join("pebble.log")).unwrap();
        log.lines().filter(|line| line.contains(words)).count()
    }

    fn n_orders(&self) -> usize {
        self.n_logged("orders in the db")
    }

    fn n_certificates(&self) -> usize {
        self.n_logged("Issued certificate serial")
    }
}

#[tokio::test]
async fn each_kind_of_proof_gets_its_certificate() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    for (challenges, names) in [
        (json!(["http-01"]), vec!["www.example.test", "example.test", "127.0.0.1"]),
        (json!(["tls-alpn-01"]), vec!["alpn.example.test"]),
        (json!(["dns-01"]), vec!["*.wild.example.test", "wild.example.test"]),
        (json!(["tls-alpn-01", "dns-01"]), vec!["*.mixed.example.test", "one.mixed.example.test"]),
    ] {
        let config = json!({ "challenges": challenges, "dns_provider": "dns-a" });
        let (authority, request) = (pebble.authority(&config), Request::new(&names));
        let mut shown = Vec::new();
        let show = |proofs: &[Proof]| {
            pebble.show(proofs);
            shown.extend(proofs.iter().cloned());
        };
        let chain = issued(&around, &request, || authority.clone(), show).await.unwrap();
        request.is_met_by(&chain);
        assert!(
            shown.iter().all(|proof| challenges.as_array().unwrap().contains(&json!(proof.kind.as_str())))
        );
        assert!(shown.iter().all(|proof| !proof.name.contains('*')), "{shown:?}");
    }
    assert_eq!((pebble.n_orders(), pebble.n_certificates()), (4, 4));
}

#[tokio::test]
async fn a_restart_between_any_two_steps_makes_no_second_order_and_no_second_account() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    for names in [vec!["one.example.test"], vec!["two.example.test", "three.example.test"]] {
        let request = Request::new(&names);
        let chain = issued(&around, &request, || pebble.authority(&json!({})), |proofs| pebble.show(proofs))
            .await
            .unwrap();
        request.is_met_by(&chain);
    }
    assert_eq!((pebble.n_orders(), pebble.n_certificates()), (2, 2));
    assert_eq!(pebble.n_logged("accounts in memory"), 1);
}

#[tokio::test]
async fn a_crash_after_each_step_makes_no_second_order_and_no_second_certificate() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    let request = Request::new(&["crash.example.test"]);
    let (mut progress, mut shown) = (None, false);
    let chain = loop {
        let step = async || {
            pebble
                .authority(&json!({}))
                .step(&call(&around), &request.asked(), progress.as_ref(), shown)
                .await
                .unwrap()
        };
        // The first answer is lost with its process.
        step().await;
        match step().await {
            Next::Issued { chain } => break chain,
            Next::Waiting { progress: kept, proofs, .. } => {
                pebble.show(&proofs);
                (progress, shown) = (Some(kept), true);
            }
        }
    };
    request.is_met_by(&chain);
    assert_eq!((pebble.n_orders(), pebble.n_certificates()), (1, 1));
}

#[tokio::test]
async fn eight_orders_at_once_share_an_account() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    let authority = pebble.authority(&json!({}));
    let requests: Vec<Request> = (0..8)
        .map(|n| Request { intent: format!("job-{n}"), ..Request::new(&[&format!("host{n}.example.test")]) })
        .collect();
    let one = async |request: &Request| {
        issued(&around, request, || authority.clone(), |proofs| pebble.show(proofs)).await.unwrap()
    };
    let [a, b, c, d, e, f, g, h] = requests.as_slice() else { unreachable!() };
    let chains = tokio::join!(one(a), one(b), one(c), one(d), one(e), one(f), one(g), one(h));
    a.is_met_by(&chains.0);
    h.is_met_by(&chains.7);
    assert_eq!((pebble.n_orders(), pebble.n_certificates()), (8, 8));
    assert_eq!(pebble.n_logged("accounts in memory"), 1);
}

#[tokio::test]
async fn no_challenge_is_answered_before_its_proof_stands() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    let (authority, request) = (pebble.authority(&json!({})), Request::new(&["www.example.test"]));
    let (mut progress, mut n_asked) = (None, 0);
    for _ in 0..6 {
        let next = authority.step(&call(&around), &request.asked(), progress.as_ref(), false).await.unwrap();
        let Next::Waiting { progress: kept, proofs, .. } = next else { panic!("{next:?}") };
        n_asked += usize::from(!proofs.is_empty());
        progress = Some(kept);
    }
    assert_eq!(n_asked, 4, "the proofs are named by every step that waits for them");
    assert_eq!(pebble.n_logged("Pulled a task from the Tasks queue"), 0);
}

#[tokio::test]
async fn a_proof_that_is_not_there_loses_the_order_with_pebbles_words_for_each_name() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    let (authority, request) = (pebble.authority(&json!({})), Request::new(&["www.example.test"]));
    let error = failure(&around, &request, &authority).await;
    let AuthorityError::OrderFailed(text) = &error else { panic!("{error:?}") };
    assert!(text.contains("www.example.test: http-01: ") && text.contains("unauthorized"), "{text}");
    // The next try orders anew, and gets it.
    let chain = issued(&around, &request, || authority.clone(), |proofs| pebble.show(proofs)).await.unwrap();
    request.is_met_by(&chain);
    assert_eq!((pebble.n_orders(), pebble.n_certificates()), (2, 1));
}

#[tokio::test]
async fn pebbles_refusals_are_final_and_have_its_words() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    for (changes, names, words) in [
        (json!({}), vec!["blocked.example"], "rejectedIdentifier"),
        (json!({ "profile": "shortlived" }), vec!["www.example.test"], "no profile shortlived"),
        (json!({}), vec!["*.example.test"], "dns-01"),
        (
            json!({ "challenges": ["dns-01"], "dns_provider": "dns-a" }),
            vec!["127.0.0.1"],
            "http-01 or tls-alpn-01",
        ),
        (json!({}), vec!["spiffe://example.test/a"], "neither a DNS name nor an address"),
    ] {
        let error = failure(&around, &Request::new(&names), &pebble.authority(&changes)).await;
        assert!(
            matches!(&error, AuthorityError::Refused(text) if text.contains(words)),
            "{changes} {names:?}: {error:?}"
        );
    }
    assert_eq!(pebble.n_orders(), 0);
}

#[tokio::test]
async fn a_certificate_is_revoked_and_twice_is_once() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    let (authority, request) = (pebble.authority(&json!({})), Request::new(&["www.example.test"]));
    let chain = issued(&around, &request, || authority.clone(), |proofs| pebble.show(proofs)).await.unwrap();
    for _ in 0..2 {
        authority.revoke(&call(&around), &chain[0], RevocationReason::Superseded).await.unwrap();
    }
    let serial = CertificateInfo::parse(&chain[0]).unwrap().serial_hex;
    let url = format!("{}/cert-status-by-serial/{serial}", pebble.peer.value("PEBBLE_MGMT"));
    assert!(curl(&[&url]).contains("Revoked"));
    let outcome = authority.revoke(&call(&around), b"no certificate", RevocationReason::Superseded).await;
    assert!(matches!(outcome, Err(AuthorityError::Refused(_))), "{outcome:?}");
    assert_eq!(authority.renewal(&call(&around), &chain[0]).await, Ok(None), "this Pebble has no ARI");
}

#[tokio::test]
async fn a_key_is_rolled_and_the_account_stays() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    let (authority, request) = (pebble.authority(&json!({})), Request::new(&["www.example.test"]));
    issued(&around, &request, || authority.clone(), |proofs| pebble.show(proofs)).await.unwrap();
    let new_key = Authority::new_account_key().unwrap();
    // Twice, as after a lost answer.
    for _ in 0..2 {
        authority.roll_key(&call(&around), &new_key).await.unwrap();
    }
    let renewed = pebble.authority_with(&json!({}), &new_key);
    let chain = issued(&around, &request, || renewed.clone(), |proofs| pebble.show(proofs)).await.unwrap();
    request.is_met_by(&chain);
    assert_eq!(pebble.n_logged("accounts in memory"), 1);
    let outcome = authority.roll_key(&call(&around), b"no key").await;
    assert!(matches!(outcome, Err(AuthorityError::Refused(_))), "{outcome:?}");
}

#[tokio::test]
async fn an_account_is_bound_where_the_authority_wants_it() {
    let pebble = Pebble::start(&[("PEBBLE_EAB", "1")]);
    let around = surroundings(Vec::new());
    let request = Request::new(&["www.example.test"]);
    let error = failure(&around, &request, &pebble.authority(&json!({}))).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("eab_kid")), "{error:?}");
    let bound = json!({ "eab_kid": pebble.peer.value("PEBBLE_EAB_KID"), "eab_hmac_key": pebble.peer.value("PEBBLE_EAB_HMAC") });
    let wrong = json!({ "eab_kid": "kid-1", "eab_hmac_key": "UzNDUkVULXdyb25nLXdyb25nLXdyb25nLXdyb25n" });
    let authority = pebble.authority(&wrong);
    let error = failure(&around, &request, &authority).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("account")), "{error:?}");
    assert!(!format!("{error:?} {authority:?}").contains("UzNDUkVU"), "{error:?} {authority:?}");
    let chain =
        issued(&around, &request, || pebble.authority(&bound), |proofs| pebble.show(proofs)).await.unwrap();
    request.is_met_by(&chain);
}

#[tokio::test]
async fn the_test_says_which_step_fails() {
    let pebble = Pebble::start(&[]);
    let around = surroundings(Vec::new());
    use TestStepState::{Failed, Ok, Skipped};
    let root = pebble.peer.file("PEBBLE_ROOT");
    let mgmt = format!("{}/roots/0", pebble.peer.value("PEBBLE_MGMT"));
    for (changes, wanted) in [
        (json!({}), [Ok, Ok, Ok, Skipped]),
        (json!({ "ca_pem": root }), [Failed, Skipped, Skipped, Skipped]),
        (json!({ "directory_url": "https://127.0.0.1:1/dir" }), [Failed, Skipped, Skipped, Skipped]),
        (json!({ "directory_url": mgmt }), [Ok, Failed, Skipped, Skipped]),
        (json!({ "profile": "shortlived" }), [Ok, Failed, Skipped, Skipped]),
    ] {
        let steps = pebble.authority(&changes).test(&call(&around)).await;
        let found: Vec<TestStepState> = steps.iter().map(|step| step.state).collect();
        assert_eq!(found, wanted, "{changes}: {steps:?}");
        assert_eq!(steps[0].name, "reach");
    }
    assert_eq!(pebble.n_orders(), 0);
}
