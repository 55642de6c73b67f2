//! What ACME servers do wrong, or otherwise than most.

use std::time::Duration;

use certctl_connectors::issuers::outside::{Authority, AuthorityError, Call, Next, Proof, ProofsBy};
use certctl_core::authority::{AuthorityKind, Http01By, ProofKind};
use certctl_pki::{CertificateInfo, RevocationReason};
use serde_json::{Value, json};

use super::fake::{Fake, Mode};
use super::{Request, call, failure, issued, surroundings};

struct Ca {
    fake: Fake,
    key: Vec<u8>,
}

impl Ca {
    async fn start() -> Self {
        Self { fake: Fake::start().await, key: Authority::new_account_key().unwrap() }
    }

    fn authority(&self, changes: &Value) -> Authority {
        let mut config = json!({
            "directory_url": format!("{}/dir", self.fake.url), "allow_plaintext": true, "terms_agreed": true,
            "challenges": ["http-01", "dns-01"], "dns_provider": "dns-a",
        });
        for (field, value) in changes.as_object().unwrap() {
            config[field] = value.clone();
        }
        Authority::read(AuthorityKind::Acme, &config, Some(&self.key)).unwrap()
    }

    async fn issued(&self, request: &Request) -> Result<Vec<Vec<u8>>, AuthorityError> {
        issued(&surroundings(Vec::new()), request, || self.authority(&json!({})), |_| ()).await
    }

    async fn failure(&self, request: &Request) -> AuthorityError {
        failure(&surroundings(Vec::new()), request, &self.authority(&json!({}))).await
    }

    fn n_orders(&self) -> usize {
        self.fake.with(|memory| memory.acme.orders.len())
    }
}

fn request() -> Request {
    Request::new(&["www.example.test", "example.test"])
}

async fn step(
    authority: &Authority,
    request: &Request,
    progress: Option<&Value>,
    shown: bool,
) -> Result<Next, AuthorityError> {
    let around = surroundings(Vec::new());
    authority.step(&call(&around), &request.asked(), progress, shown).await
}

fn progress_of(next: Next) -> Value {
    match next {
        Next::Waiting { progress, .. } => progress,
        Next::Issued { .. } => panic!("issued already"),
    }
}

#[tokio::test]
async fn a_lost_answer_of_new_order_makes_no_second_order_where_the_server_lets_that_be_known() {
    for (lists, gives_again, n_orders) in
        [(true, false, 1), (false, true, 1), (true, true, 1), (false, false, 2)]
    {
        for restart in [false, true] {
            let ca = Ca::start().await;
            ca.fake.switch(|switches| (switches.lists, switches.gives_again) = (lists, gives_again));
            let (first, request) = (ca.authority(&json!({})), request());
            let noted = progress_of(step(&first, &request, None, false).await.unwrap());
            assert_eq!(ca.fake.n_requests(), 0, "nothing is sent before it was noted");
            ca.fake.lose_answer_of("new-order");
            let lost = step(&first, &request, Some(&noted), false).await;
            assert!(matches!(&lost, Err(AuthorityError::Retry { .. })), "{lost:?}");
            let second = if restart { ca.authority(&json!({})) } else { first };
            let ordered = progress_of(step(&second, &request, Some(&noted), false).await.unwrap());
            assert_eq!(
                ca.n_orders(),
                n_orders,
                "lists: {lists}, gives again: {gives_again}, restart: {restart}"
            );
            assert!(
                ordered["order"].as_str().unwrap().ends_with(&format!("/order/{}", n_orders - 1)),
                "{ordered}"
            );
        }
    }
}

#[tokio::test]
async fn a_list_of_orders_that_cannot_be_had_now_is_waited_for_and_one_that_is_not_there_is_none() {
    for (status, is_waited_for) in [(503, true), (429, true), (404, false), (403, false), (501, false)] {
        let ca = Ca::start().await;
        ca.fake.switch(|switches| switches.lists = true);
        let request = request();
        let noted = progress_of(step(&ca.authority(&json!({})), &request, None, false).await.unwrap());
        progress_of(step(&ca.authority(&json!({})), &request, Some(&noted), false).await.unwrap());
        ca.fake.mode_at("acct", Mode::Answer(status, Some("7"), String::new()));
        let again = step(&ca.authority(&json!({})), &request, Some(&noted), false).await;
        assert_eq!(matches!(&again, Err(AuthorityError::Retry { .. })), is_waited_for, "{status}: {again:?}");
        assert_eq!(ca.n_orders(), if is_waited_for { 1 } else { 2 }, "{status}");
    }
}

#[tokio::test]
async fn a_crash_after_each_step_makes_no_second_order_and_no_second_certificate() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| (switches.lists, switches.n_looks) = (true, 2));
    let (request, mut progress, mut shown) = (request(), None, false);
    let chain = loop {
        // The first answer is lost with its process.
        let _ = step(&ca.authority(&json!({})), &request, progress.as_ref(), shown).await.unwrap();
        match step(&ca.authority(&json!({})), &request, progress.as_ref(), shown).await.unwrap() {
            Next::Issued { chain } => break chain,
            next => (progress, shown) = (Some(progress_of(next)), true),
        }
    };
    request.is_met_by(&chain);
    assert_eq!((ca.n_orders(), ca.fake.n_signed()), (1, 1));
    let made =
        ca.fake.asked("account").iter().filter(|payload| payload["onlyReturnExisting"] != true).count();
    assert_eq!(made, 1, "the account is made once and found afterwards");
}

#[tokio::test]
async fn two_intents_of_the_same_names_have_an_order_each() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| switches.lists = true);
    let authority = ca.authority(&json!({}));
    let (one, two) = (request(), Request { intent: "job-2".to_owned(), ..request() });
    let mut places = Vec::new();
    for request in [&one, &two] {
        let noted = progress_of(step(&authority, request, None, false).await.unwrap());
        // As after a lost answer: it looks for what it may have ordered.
        ca.fake.mode_at("new-order", Mode::Answer(502, None, String::new()));
        step(&authority, request, Some(&noted), false).await.unwrap_err();
        ca.fake.mode_at("new-order", Mode::Normal);
        places.push(progress_of(step(&authority, request, Some(&noted), false).await.unwrap()));
    }
    assert_ne!(places[0]["order"], places[1]["order"]);
    assert_eq!(ca.n_orders(), 2);
}

#[tokio::test]
async fn who_has_sent_nothing_yet_takes_no_order_of_another_process() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| switches.lists = true);
    let (one, two) = (request(), Request { intent: "job-2".to_owned(), ..request() });
    let mut places = Vec::new();
    for request in [&one, &two] {
        let authority = ca.authority(&json!({}));
        let noted = progress_of(step(&authority, request, None, false).await.unwrap());
        places.push(progress_of(step(&authority, request, Some(&noted), false).await.unwrap()));
    }
    assert_ne!(places[0]["order"], places[1]["order"]);
    assert!(ca.fake.asked("acct").is_empty(), "nothing is looked for");
}

#[tokio::test]
async fn two_intents_that_met_in_one_order_after_a_crash_end_with_a_certificate_each() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| switches.lists = true);
    let (one, two) = (request(), Request { intent: "job-2".to_owned(), ..request() });
    let noted = async |intent: &Request| {
        progress_of(step(&ca.authority(&json!({})), intent, None, false).await.unwrap())
    };
    let (first, second) = (noted(&one).await, noted(&two).await);
    let first = progress_of(step(&ca.authority(&json!({})), &one, Some(&first), false).await.unwrap());
    let second = progress_of(step(&ca.authority(&json!({})), &two, Some(&second), false).await.unwrap());
    assert_eq!(first["order"], second["order"], "nothing tells them apart");
    let finish = async |request: &Request, mut progress: Value| {
        loop {
            match step(&ca.authority(&json!({})), request, Some(&progress), true).await {
                Ok(Next::Issued { chain }) => return Ok(chain),
                Ok(next) => progress = progress_of(next),
                Err(error) => return Err(error),
            }
        }
    };
    one.is_met_by(&finish(&one, first).await.unwrap());
    let error = finish(&two, second).await.unwrap_err();
    assert!(matches!(&error, AuthorityError::OrderFailed(text) if text.contains("another key")), "{error:?}");
    two.is_met_by(&ca.issued(&two).await.unwrap());
}

#[tokio::test]
async fn nonces_that_are_refused_are_had_anew_within_the_step_up_to_a_bound() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| switches.n_nonces_refused = 5);
    request().is_met_by_any(ca.issued(&request()).await);
    ca.fake.switch(|switches| switches.n_nonces_refused = 1_000);
    let error = ca.failure(&request()).await;
    assert!(
        matches!(&error, AuthorityError::Retry { detail, .. } if detail.contains("badNonce")),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_preferred_chain_is_taken_where_there_is_one() {
    let around = surroundings(Vec::new());
    for (alternates, broken, wanted, topmost) in [
        (true, false, Some("Old fake root"), "CN=Old fake root"),
        (true, false, Some("Fake root"), "CN=Fake root"),
        (true, false, None, "CN=Fake root"),
        (true, false, Some("Another"), "CN=Fake root"),
        (true, true, Some("Old fake root"), "CN=Fake root"),
        (false, false, Some("Old fake root"), "CN=Fake root"),
    ] {
        let ca = Ca::start().await;
        ca.fake.switch(|switches| (switches.alternates, switches.broken_alternate) = (alternates, broken));
        let config = wanted.map_or_else(|| json!({}), |wanted| json!({ "preferred_chain": wanted }));
        let chain = issued(&around, &request(), || ca.authority(&config), |_| ()).await.unwrap();
        let last = CertificateInfo::parse(chain.last().unwrap()).unwrap();
        assert_eq!(last.issuer, topmost, "{wanted:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_the_one_asked_for_loses_the_order() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| switches.other_key = true);
    let error = ca.failure(&request()).await;
    assert!(matches!(&error, AuthorityError::OrderFailed(text) if text.contains("another key")), "{error:?}");
    ca.fake.switch(|switches| (switches.other_key, switches.fewer_names) = (false, true));
    let error = ca.failure(&request()).await;
    assert!(
        matches!(&error, AuthorityError::OrderFailed(text) if text.contains("without the name")),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_is_renewed_is_said_where_it_is_understood() {
    let window =
        json!({ "suggestedWindow": { "start": "2026-12-01T00:00:00Z", "end": "2026-12-02T00:00:00Z" } });
    for (renewal, refused, said) in [
        (None, None, vec![false]),
        (Some(window.clone()), None, vec![true]),
        (Some(window.clone()), Some((409, "alreadyReplaced")), vec![true, false]),
        (Some(window.clone()), Some((404, "malformed")), vec![true, false]),
        (Some(window), Some((400, "malformed")), vec![true, false]),
    ] {
        let ca = Ca::start().await;
        let old = ca.issued(&request()).await.unwrap().remove(0);
        ca.fake.switch(|switches| (switches.renewal, switches.replaces_refused) = (renewal, refused));
        let before = ca.fake.asked("new-order").len();
        let request = Request { replaces: Some(old), ..request() };
        request.is_met_by(&ca.issued(&request).await.unwrap());
        let found: Vec<bool> =
            ca.fake.asked("new-order")[before..].iter().map(|body| body["replaces"].is_string()).collect();
        assert_eq!(found, said, "{refused:?}");
    }
    // A limit is no reason to order twice.
    let ca = Ca::start().await;
    let old = ca.issued(&request()).await.unwrap().remove(0);
    ca.fake.switch(|switches| switches.replaces_refused = Some((429, "rateLimited")));
    let error = ca.failure(&Request { replaces: Some(old), ..request() }).await;
    assert!(matches!(error, AuthorityError::Retry { limited: true, .. }), "{error:?}");
}

#[tokio::test]
async fn renewal_information_is_read_or_said_not_to_be_known() {
    let ca = Ca::start().await;
    let around = surroundings(Vec::new());
    let leaf = ca.issued(&request()).await.unwrap().remove(0);
    let ask = async || ca.authority(&json!({})).renewal(&call(&around), &leaf).await;
    assert_eq!(ask().await, Ok(None), "a directory without it");
    ca.fake.switch(|switches| {
        switches.renewal = Some(json!({
            "suggestedWindow": { "start": "2026-12-01T00:00:00Z", "end": "2026-12-02T00:00:00Z" },
            "explanationURL": "https://ca.example/why",
        }));
    });
    let hint = ask().await.unwrap().unwrap();
    assert_eq!(
        (hint.start, hint.end),
        ("2026-12-01T00:00:00Z".parse().unwrap(), "2026-12-02T00:00:00Z".parse().unwrap())
    );
    assert_eq!(hint.explanation.as_deref(), Some("https://ca.example/why"));
    assert_eq!(hint.ask_again, Duration::from_secs(21_600));
    for wrong in [
        json!({}),
        json!({ "suggestedWindow": { "start": "2026-12-02T00:00:00Z", "end": "2026-12-01T00:00:00Z" } }),
        json!({ "suggestedWindow": { "start": "now", "end": "2026-12-01T00:00:00Z" } }),
    ] {
        ca.fake.switch(|switches| switches.renewal = Some(wrong));
        assert!(matches!(ask().await, Err(AuthorityError::Retry { .. })));
    }
    ca.fake.switch(|switches| {
        (switches.renewal, switches.replaces_refused) = (None, Some((409, "alreadyReplaced")))
    });
    let outcome = ask().await;
    assert!(
        matches!(&outcome, Err(AuthorityError::Refused(text)) if text.contains("never heard")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn the_profile_is_ordered_and_has_to_be_there() {
    let ca = Ca::start().await;
    let around = surroundings(Vec::new());
    ca.fake.switch(|switches| switches.profiles = vec!["classic", "shortlived"]);
    let config = json!({ "profile": "shortlived" });
    issued(&around, &request(), || ca.authority(&config), |_| ()).await.unwrap();
    assert_eq!(ca.fake.asked("new-order")[0]["profile"], "shortlived");
    let error = failure(&around, &request(), &ca.authority(&json!({ "profile": "fast" }))).await;
    assert!(
        matches!(&error, AuthorityError::Refused(text) if text.contains("classic, shortlived")),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_first_challenge_of_the_configuration_that_is_offered_and_fits_is_used() {
    use ProofKind::{Dns01, Http01, TlsAlpn01};
    let around = surroundings(Vec::new());
    for (challenges, offers, name, wanted) in [
        (json!(["http-01", "dns-01"]), vec![], "a.example.test", Some(Http01)),
        (json!(["dns-01", "http-01"]), vec![], "a.example.test", Some(Dns01)),
        (json!(["tls-alpn-01", "dns-01"]), vec!["dns-01", "http-01"], "a.example.test", Some(Dns01)),
        (json!(["http-01", "dns-01"]), vec![], "*.example.test", Some(Dns01)),
        (json!(["dns-01", "tls-alpn-01"]), vec![], "192.0.2.7", Some(TlsAlpn01)),
        (json!(["http-01"]), vec!["dns-01"], "a.example.test", None),
        (json!(["http-01"]), vec!["device-attest-01"], "a.example.test", None),
    ] {
        let ca = Ca::start().await;
        ca.fake.switch(|switches| switches.offers = offers.clone());
        let authority = ca.authority(&json!({ "challenges": challenges }));
        let mut seen: Vec<Proof> = Vec::new();
        let outcome = issued(
            &around,
            &Request::new(&[name]),
            || authority.clone(),
            |proofs| seen.extend(proofs.iter().cloned()),
        )
        .await;
        match wanted {
            Some(kind) => {
                outcome.unwrap();
                assert!(!seen.is_empty() && seen.iter().all(|proof| proof.kind == kind), "{name}: {seen:?}");
                assert!(
                    seen.iter()
                        .all(|proof| proof.key_authorization.starts_with(&format!("{}.", proof.token)))
                );
            }
            None => {
                let error = outcome.unwrap_err();
                assert!(
                    matches!(&error, AuthorityError::Refused(text) if text.contains(offers[0])),
                    "{error:?}"
                );
            }
        }
    }
    let ca = Ca::start().await;
    let found = ca.authority(&json!({ "challenges": ["tls-alpn-01", "dns-01"] })).proofs_by();
    let dns_provider = Some("dns-a".to_owned());
    assert_eq!(found, ProofsBy { kinds: vec![TlsAlpn01, Dns01], http_01: Http01By::Agent, dns_provider });
}

#[tokio::test]
async fn a_challenge_that_failed_loses_the_order_with_the_words_for_each_name() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| {
        switches.offers = vec!["http-01"];
        switches.challenge_error = Some(
            json!({ "type": "urn:ietf:params:acme:error:connection", "detail": "Timeout during connect" }),
        );
    });
    let error = ca.failure(&request()).await;
    let AuthorityError::OrderFailed(text) = &error else { panic!("{error:?}") };
    for name in ["www.example.test", "example.test"] {
        assert!(text.contains(&format!("{name}: http-01: Timeout during connect (connection)")), "{text}");
    }
    assert_eq!(text.matches("Timeout").count(), 2, "what the order repeats is told once: {text}");
}

#[tokio::test]
async fn tokens_and_names_that_nobody_asked_for_are_not_shown() {
    let ca = Ca::start().await;
    for token in ["../../etc/passwd", "a b", "", "ä"] {
        ca.fake.switch(|switches| switches.token = Some(token));
        let error = ca.failure(&request()).await;
        assert!(
            matches!(&error, AuthorityError::OrderFailed(text) if text.contains("base64url")),
            "{token:?}: {error:?}"
        );
    }
    ca.fake.switch(|switches| (switches.token, switches.other_name) = (None, Some("bank.example")));
    let error = ca.failure(&request()).await;
    assert!(
        matches!(&error, AuthorityError::OrderFailed(text) if text.contains("bank.example")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_challenge_is_answered_once_however_often_it_is_looked_at() {
    let ca = Ca::start().await;
    let (authority, request) = (ca.authority(&json!({})), Request::new(&["a.example.test"]));
    let (mut progress, mut waits) = (None, Vec::new());
    // Not one before they stand.
    for _ in 0..4 {
        progress = Some(progress_of(step(&authority, &request, progress.as_ref(), false).await.unwrap()));
    }
    assert_eq!(ca.fake.with(|memory| memory.acme.n_answers), 0);
    // The authority takes its time: it says so by the authorization only.
    let answered = progress_of(step(&authority, &request, progress.as_ref(), true).await.unwrap());
    ca.fake.with(|memory| {
        (memory.acme.orders[0].authorizations[0], memory.acme.orders[0].status) = ("pending", "pending")
    });
    progress = Some(answered);
    for _ in 0..4 {
        let next = step(&authority, &request, progress.as_ref(), true).await.unwrap();
        let Next::Waiting { after, proofs, .. } = &next else { panic!("{next:?}") };
        assert_eq!(proofs.len(), 1, "it has to stand until it is not named any more");
        waits.push(after.as_secs());
        progress = Some(progress_of(next));
    }
    assert_eq!(ca.fake.with(|memory| memory.acme.n_answers), 1);
    assert!(waits.is_sorted() && waits[0] < waits[3], "{waits:?}");
    ca.fake.with(|memory| {
        (memory.acme.orders[0].authorizations[0], memory.acme.orders[0].status) = ("valid", "ready")
    });
    let next = step(&authority, &request, progress.as_ref(), true).await.unwrap();
    assert!(matches!(next, Next::Issued { .. }), "{next:?}");
}

#[tokio::test]
async fn the_wait_is_the_servers_own() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| switches.n_looks = 1);
    let (authority, request) = (ca.authority(&json!({})), Request::new(&["a.example.test"]));
    let (mut progress, mut waits) = (None, Vec::new());
    loop {
        match step(&authority, &request, progress.as_ref(), true).await.unwrap() {
            Next::Issued { .. } => break,
            Next::Waiting { progress: kept, after, .. } => {
                waits.push(after.as_secs());
                progress = Some(kept);
            }
        }
    }
    assert_eq!(waits[..2], [0, 0], "what was noted is sent at once");
    assert_eq!(waits.iter().filter(|wait| **wait == 3).count(), 2, "{waits:?}");
}

#[tokio::test]
async fn an_order_that_is_gone_or_another_directorys_is_lost() {
    let ca = Ca::start().await;
    let authority = ca.authority(&json!({}));
    let directory = format!("{}/dir", ca.fake.url);
    let gone =
        json!({ "state": "order", "directory": directory, "order": format!("{}/order/7", ca.fake.url) });
    let error = step(&authority, &request(), Some(&gone), true).await.unwrap_err();
    assert!(
        matches!(&error, AuthorityError::OrderFailed(text) if text.contains("no such order")),
        "{error:?}"
    );
    let other = json!({ "state": "ordering", "directory": "https://other.example/dir" });
    let error = step(&authority, &request(), Some(&other), true).await.unwrap_err();
    assert!(
        matches!(&error, AuthorityError::OrderFailed(text) if text.contains("another directory")),
        "{error:?}"
    );
    assert_eq!(ca.n_orders(), 0);
}

#[tokio::test]
async fn an_authority_that_wants_a_binding_says_which_fields_are_missing() {
    let ca = Ca::start().await;
    ca.fake.switch(|switches| switches.wants_binding = true);
    let error = ca.failure(&request()).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("eab_kid")), "{error:?}");
    assert_eq!(ca.n_orders(), 0);
    let around = surroundings(Vec::new());
    let leaf = super::fake::Ca::new().leaf(&request().csr_der, &request().names, false);
    let outcome = ca.authority(&json!({})).revoke(&call(&around), &leaf, RevocationReason::Superseded).await;
    assert!(matches!(&outcome, Err(AuthorityError::Refused(_))), "{outcome:?}");
}

#[tokio::test]
async fn the_directory_and_the_account_are_kept_for_an_hour() {
    let ca = Ca::start().await;
    let around = surroundings(Vec::new());
    let authority = ca.authority(&json!({}));
    for n in 0..3 {
        let request = Request { intent: format!("job-{n}"), ..request() };
        issued(&around, &request, || authority.clone(), |_| ()).await.unwrap();
    }
    assert_eq!((ca.fake.asked("dir").len(), ca.fake.asked("account").len()), (1, 2));
    let later = Call { now: call(&around).now.plus_seconds(3_601), ..call(&around) };
    let noted = authority.step(&later, &request().asked(), None, false).await.unwrap();
    authority.step(&later, &request().asked(), Some(&progress_of(noted)), false).await.unwrap();
    assert_eq!(ca.fake.asked("dir").len(), 2);
}

#[tokio::test]
async fn an_account_that_the_server_lost_is_made_anew() {
    let ca = Ca::start().await;
    let (around, authority) = (surroundings(Vec::new()), ca.authority(&json!({})));
    issued(&around, &request(), || authority.clone(), |_| ()).await.unwrap();
    ca.fake.with(|memory| memory.acme.has_account = false);
    let request = Request { intent: "job-2".to_owned(), ..request() };
    request.is_met_by(&issued(&around, &request, || authority.clone(), |_| ()).await.unwrap());
    ca.fake.switch(|switches| switches.account_status = Some("deactivated"));
    let error = ca.failure(&request).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("is deactivated")), "{error:?}");
}

#[tokio::test]
async fn orders_at_once_make_one_account() {
    let ca = Ca::start().await;
    let (around, authority) = (surroundings(Vec::new()), ca.authority(&json!({})));
    let (one, two) = (request(), Request { intent: "job-2".to_owned(), ..request() });
    let both = tokio::join!(
        issued(&around, &one, || authority.clone(), |_| ()),
        issued(&around, &two, || authority.clone(), |_| ()),
    );
    one.is_met_by(&both.0.unwrap());
    two.is_met_by(&both.1.unwrap());
    assert_eq!((ca.fake.asked("account").len(), ca.n_orders()), (2, 2));
}

#[tokio::test]
async fn contacts_that_changed_are_told_and_the_order_goes_on_without() {
    let around = surroundings(Vec::new());
    for (shown, contact, n_told) in [
        (Some(json!(["mailto:old@example.test"])), json!(["new@example.test"]), 1),
        (Some(json!(["mailto:new@example.test"])), json!(["new@example.test"]), 0),
        (None, json!(["new@example.test"]), 0),
    ] {
        let ca = Ca::start().await;
        ca.issued(&request()).await.unwrap();
        ca.fake.switch(|switches| switches.contact = shown);
        for (mode, n_more) in [(Mode::Answer(400, None, "no".to_owned()), n_told), (Mode::Normal, n_told)] {
            ca.fake.mode_at("acct", mode);
            let before = ca.fake.asked("acct").len();
            issued(&around, &request(), || ca.authority(&json!({ "contact": contact })), |_| ())
                .await
                .unwrap();
            // Each step here is a new process that looks at the account once.
            assert_eq!(ca.fake.asked("acct").len() > before, n_more > 0, "{contact}");
        }
    }
}

impl Request {
    fn is_met_by_any(&self, outcome: Result<Vec<Vec<u8>>, AuthorityError>) {
        self.is_met_by(&outcome.unwrap());
    }
}
