//! The contract that every kind keeps: happy path, restarts, crashes, no answer, refusal, load, garbage, secrets, revocation.
//!
//! Each case says what a kind does of its row of the support matrix (`matrix` runs them all and holds the reference page against
//! what came of it). Not for: what only one kind can do (`faults`, `login`). Invariant: a case that answers [`Does::Yes`] has
//! asserted it for that kind.

use std::time::Duration;

use certctl_connectors::issuers::outside::{
    Authority, AuthorityError, Call, Guard, Next, Surroundings, secret_fields,
};
use certctl_connectors::outside::Outside;
use certctl_core::authority::{AuthorityKind, TestStepState};
use certctl_pki::{CertificateInfo, RevocationReason};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::kinds::{Peer, request, tells_nothing, way};
use super::matrix::Does;
use super::{Request, call, issued};

/// So short that whoever hangs is noticed.
const SHORT: Duration = Duration::from_millis(200);

pub(super) async fn an_order_gets_one_certificate(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, request, authority) = (peer.around(), request(), peer.authority());
    request.is_met_by(&issued(&around, &request, || authority.clone(), |_| ()).await.unwrap());
    assert_eq!(peer.n_signed(), 1);
    Does::Yes
}

pub(super) async fn each_step_may_be_another_process(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, request) = (peer.around(), request());
    request.is_met_by(&issued(&around, &request, || peer.authority(), |_| ()).await.unwrap());
    assert_eq!(peer.n_signed(), 1);
    Does::Yes
}

/// The process dies after each step in turn, before what came of it was stored.
pub(super) async fn a_crash_in_any_step_makes_no_second_certificate(kind: AuthorityKind) -> Does {
    // What ACME servers may do so that an order is found again.
    let servers: &[(bool, bool, usize)] = match kind {
        AuthorityKind::Acme => &[(true, false, 1), (false, true, 1), (false, false, 2)],
        AuthorityKind::Vault | AuthorityKind::Exec => &[(false, false, 0)],
    };
    for (lists, gives_again, most_orders) in servers {
        for dies_in in 0.. {
            let peer = Peer::start(kind).await;
            peer.fake.switch(|switches| (switches.lists, switches.gives_again) = (*lists, *gives_again));
            let (around, request, mut n_steps) = (peer.around(), request(), 0);
            let (mut progress, mut shown) = (None, false);
            let chain = loop {
                let step = async |authority: Authority| {
                    authority.step(&call(&around), &request.asked(), progress.as_ref(), shown).await.unwrap()
                };
                if n_steps == dies_in {
                    drop(step(peer.authority()).await);
                }
                match step(peer.authority()).await {
                    Next::Issued { chain } => break chain,
                    Next::Waiting { progress: kept, .. } => (progress, shown) = (Some(kept), true),
                }
                n_steps += 1;
            };
            request.is_met_by(&chain);
            let one_more = kind == AuthorityKind::Vault && n_steps == dies_in;
            assert_eq!(peer.n_signed(), 1 + usize::from(one_more), "after step {dies_in}");
            let n_orders = peer.fake.with(|memory| memory.acme.orders.len());
            assert!(n_orders <= *most_orders, "{n_orders} orders after step {dies_in}");
            assert!(peer.lines("intents").iter().all(|intent| *intent == request.intent));
            if dies_in > n_steps {
                break;
            }
        }
    }
    match kind {
        AuthorityKind::Acme => Does::But(
            "One order, too, where the server lists the orders of an account or gives the same names \
             their pending order again; elsewhere a second one may stay until it expires.",
        ),
        AuthorityKind::Vault => Does::No(
            "Vault cannot be asked what it has signed: when the answer to the signing is lost, it signs once more, and nobody uses \
             the first certificate.",
        ),
        AuthorityKind::Exec => Does::But(
            "The program is called again with the same `CERTCTL_INTENT`. That it then gives the same certificate is the program's \
             part, and the suite's program does it.",
        ),
    }
}

pub(super) async fn what_is_stored_can_be_gone_on_with_or_is_refused(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, request) = (peer.around(), request());
    for broken in [json!(7), json!({ "state": "another" }), json!({ "state": "order", "order": 7 })] {
        let outcome = peer.authority().step(&call(&around), &request.asked(), Some(&broken), false).await;
        match kind {
            AuthorityKind::Acme => {
                assert!(matches!(&outcome, Err(AuthorityError::OrderFailed(_))), "{outcome:?}");
            }
            AuthorityKind::Vault | AuthorityKind::Exec => assert!(outcome.is_ok(), "{outcome:?}"),
        }
    }
    match kind {
        AuthorityKind::Acme => Does::Yes,
        AuthorityKind::Vault => {
            Does::No("It reads no more of what was stored than that it is there, and signs.")
        }
        AuthorityKind::Exec => {
            Does::No("What holds no order that is one word is taken for none, and the program is asked anew.")
        }
    }
}

pub(super) async fn what_is_stored_holds_no_secret(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let way = way(&peer, &request()).await;
    assert!(way.len() >= 2, "{way:?}");
    tells_nothing(&peer, &peer.authority(), &format!("{way:?}"));
    Does::Yes
}

pub(super) async fn a_step_without_an_answer_meets_its_deadline(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, request) = (peer.around(), request());
    let way = way(&peer, &request).await;
    peer.hang();
    let short = Call { deadline: SHORT, ..call(&around) };
    for (progress, shown) in &way {
        let outcome = peer.authority().step(&short, &request.asked(), progress.as_ref(), *shown).await;
        // A step that only notes asks nobody.
        assert!(
            matches!(&outcome, Ok(Next::Waiting { after: Duration::ZERO, .. })) || is_late(&outcome),
            "{outcome:?}"
        );
    }
    let revoked = peer.authority().revoke(&short, &peer.leaf(), RevocationReason::Superseded).await;
    assert!(is_late(&revoked), "{revoked:?}");
    // And it goes on where it was.
    peer.behave();
    let (progress, shown) = way.last().unwrap();
    let next = peer.authority().step(&call(&around), &request.asked(), progress.as_ref(), *shown).await;
    assert!(matches!(next, Ok(Next::Issued { .. })), "{next:?}");
    Does::Yes
}

fn is_late<T>(outcome: &Result<T, AuthorityError>) -> bool {
    matches!(outcome, Err(AuthorityError::Retry { detail, .. }) if detail.contains("0.2 s"))
}

/// What comes a byte at a time, and never ends.
pub(super) async fn an_answer_that_never_ends_meets_the_deadline(kind: AuthorityKind) -> Does {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let slow = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 1_024]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await;
                let mut pace = tokio::time::interval(Duration::from_millis(10));
                while stream.write_all(b" ").await.is_ok() {
                    pace.tick().await;
                }
            });
        }
    });
    let peer = Peer::start(kind).await;
    peer.script("while :; do echo busy; done");
    let mut config = peer.config();
    match kind {
        AuthorityKind::Acme => config["directory_url"] = json!(url),
        AuthorityKind::Vault => config["address"] = json!(url),
        AuthorityKind::Exec => {}
    }
    let (around, request) = (peer.around(), request());
    let authority = Authority::read(kind, &config, Some(&Authority::new_account_key().unwrap())).unwrap();
    let short = Call { deadline: SHORT, ..call(&around) };
    let mut progress = None;
    let outcome = loop {
        match authority.step(&short, &request.asked(), progress.as_ref(), false).await {
            Ok(Next::Waiting { progress: kept, .. }) if progress.is_none() => progress = Some(kept),
            outcome => break outcome,
        }
    };
    assert!(is_late(&outcome), "{outcome:?}");
    slow.abort();
    Does::Yes
}

pub(super) async fn a_limit_is_kept_to_for_as_long_as_it_is_said(kind: AuthorityKind) -> Does {
    load(kind, 429).await;
    match kind {
        AuthorityKind::Acme | AuthorityKind::Vault => Does::Yes,
        AuthorityKind::Exec => Does::No(CANNOT_SAY_WHEN),
    }
}

const CANNOT_SAY_WHEN: &str =
    "A program says only that another try may help (status 75): the table of retries says when.";

pub(super) async fn an_overloaded_authority_is_asked_again_when_it_says(kind: AuthorityKind) -> Does {
    load(kind, 503).await;
    match kind {
        AuthorityKind::Acme | AuthorityKind::Vault => Does::Yes,
        AuthorityKind::Exec => Does::But(CANNOT_SAY_WHEN),
    }
}

async fn load(kind: AuthorityKind, status: u16) {
    let peer = Peer::start(kind).await;
    let (around, request) = (peer.around(), request());
    let way = way(&peer, &request).await;
    peer.load(status);
    for (progress, shown) in way.iter().filter(|(progress, _)| progress.is_some()) {
        let authority = peer.authority();
        let outcome = authority.step(&call(&around), &request.asked(), progress.as_ref(), *shown).await;
        let Err(AuthorityError::Retry { detail, after, limited }) = &outcome else { panic!("{outcome:?}") };
        assert!(detail.contains("slow down"), "{detail}");
        let wanted = match kind {
            AuthorityKind::Acme | AuthorityKind::Vault => (Some(7), status == 429),
            AuthorityKind::Exec => (None, false),
        };
        assert_eq!((after.map(|after| after.as_secs()), *limited), wanted);
        tells_nothing(&peer, &authority, &format!("{outcome:?}"));
    }
}

pub(super) async fn a_refusal_has_the_authoritys_words_and_no_secret(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, request) = (peer.around(), request());
    let way = way(&peer, &request).await;
    let leaf = peer.leaf();
    for status in [400, 401, 403, 302] {
        peer.refuse(status);
        for (progress, shown) in way.iter().filter(|(progress, _)| progress.is_some()) {
            let authority = peer.authority();
            let outcome = authority.step(&call(&around), &request.asked(), progress.as_ref(), *shown).await;
            assert!(
                matches!(&outcome, Err(AuthorityError::Refused(text) | AuthorityError::OrderFailed(text)) if text.contains("you may not")),
                "{status}: {outcome:?}"
            );
            tells_nothing(&peer, &authority, &format!("{outcome:?}"));
        }
        let authority = peer.authority();
        let revoked = authority.revoke(&call(&around), &leaf, RevocationReason::Superseded).await;
        assert!(matches!(&revoked, Err(AuthorityError::Refused(_))), "{status}: {revoked:?}");
        tells_nothing(&peer, &authority, &format!("{revoked:?} {:?}", authority.test(&call(&around)).await));
    }
    Does::Yes
}

pub(super) async fn garbage_is_no_certificate(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, request) = (peer.around(), request());
    let way = way(&peer, &request).await;
    let n_signed = peer.n_signed();
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "\"text\"",
        "<html>busy</html>",
        "{\"status\":7}",
        "{\"data\":{\"certificate\":1}}",
        "\u{1}\u{fffd}",
    ] {
        peer.garbage(text);
        for (progress, shown) in way.iter().filter(|(progress, _)| progress.is_some()) {
            let outcome =
                peer.authority().step(&call(&around), &request.asked(), progress.as_ref(), *shown).await;
            assert!(outcome.is_err(), "{text:?} is taken: {outcome:?}");
        }
        let steps = peer.authority().test(&call(&around)).await;
        assert!(!steps.is_empty());
    }
    assert_eq!(peer.n_signed(), n_signed);
    Does::Yes
}

pub(super) async fn another_keys_certificate_is_not_taken(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    peer.certify_another_key();
    let outcome = issued(&peer.around(), &request(), || peer.authority(), |_| ()).await;
    assert!(
        matches!(&outcome, Err(AuthorityError::Refused(text) | AuthorityError::OrderFailed(text)) if text.contains("another key")),
        "{outcome:?}"
    );
    Does::Yes
}

pub(super) async fn what_the_operator_does_not_allow_is_not_asked(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let outside = Outside::new(Guard::of("issuers", "issuer_networks", Vec::new())).unwrap();
    let around = Surroundings { outside, programs: Vec::new() };
    let outcome = issued(&around, &request(), || peer.authority(), |_| ()).await;
    let setting = match kind {
        AuthorityKind::Acme | AuthorityKind::Vault => "issuer_networks",
        AuthorityKind::Exec => "issuer_programs",
    };
    assert!(matches!(&outcome, Err(AuthorityError::Refused(text)) if text.contains(setting)), "{outcome:?}");
    assert_eq!(peer.fake.n_requests(), 0);
    assert!(peer.lines("intents").is_empty());
    Does::Yes
}

pub(super) async fn every_secret_of_a_configuration_is_marked(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let mut shown = peer.config();
    for field in secret_fields(kind) {
        shown.as_object_mut().unwrap().remove(&field);
    }
    for secret in peer.secrets() {
        assert!(!shown.to_string().contains(secret), "{shown}");
    }
    assert_eq!(Authority::needs_account_key(kind), kind == AuthorityKind::Acme);
    Does::Yes
}

pub(super) async fn a_test_issues_nothing(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let steps = peer.authority().test(&call(&peer.around())).await;
    assert!(steps.iter().all(|step| step.state != TestStepState::Failed), "{steps:?}");
    assert_eq!(peer.n_signed(), 0);
    assert!(peer.fake.with(|memory| memory.acme.orders.is_empty()));
    assert!(peer.lines("intents").is_empty());
    match kind {
        AuthorityKind::Acme => Does::But("It makes the account when there is none."),
        AuthorityKind::Vault | AuthorityKind::Exec => Does::Yes,
    }
}

pub(super) async fn a_test_finds_out_whether_it_may_sign(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let steps = peer.authority().test(&call(&peer.around())).await;
    let sign = steps.iter().find(|step| step.name == "sign").unwrap();
    match kind {
        AuthorityKind::Vault => {
            assert_eq!(sign.state, TestStepState::Ok, "{steps:?}");
            Does::Yes
        }
        AuthorityKind::Acme => {
            assert_eq!(sign.state, TestStepState::Skipped, "{steps:?}");
            Does::No("An ACME server says it only by an order.")
        }
        AuthorityKind::Exec => {
            assert_eq!(sign.state, TestStepState::Skipped, "{steps:?}");
            Does::No("The program is looked at, and run only for a certificate.")
        }
    }
}

pub(super) async fn proofs_of_control_are_asked_for(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, request, mut n_proofs) = (peer.around(), request(), 0);
    let outcome =
        issued(&around, &request, || peer.authority(), |proofs| n_proofs = n_proofs.max(proofs.len()));
    outcome.await.unwrap();
    match kind {
        AuthorityKind::Acme => {
            assert_eq!(n_proofs, request.names.len());
            Does::Yes
        }
        AuthorityKind::Vault | AuthorityKind::Exec => {
            assert_eq!(n_proofs, 0);
            Does::NotApplicable(
                "Who may sign for a name is the authority's own rule, such as the role of Vault.",
            )
        }
    }
}

pub(super) async fn a_certificate_is_revoked_and_twice_is_once(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, leaf) = (peer.around(), peer.leaf());
    for _ in 0..2 {
        let revoked = peer.authority().revoke(&call(&around), &leaf, RevocationReason::Superseded).await;
        assert_eq!(revoked, Ok(()));
    }
    let serial = CertificateInfo::parse(&leaf).unwrap().serial_hex;
    let told = match kind {
        AuthorityKind::Acme => {
            let asked = peer.fake.asked("revoke");
            assert!(
                asked.iter().all(|body| body["certificate"].is_string() && body["reason"] == 4),
                "{asked:?}"
            );
            asked.len()
        }
        AuthorityKind::Vault => peer.fake.with(|memory| {
            let told = memory.vault.revoked.iter();
            told.filter(|one| one.replace(':', "").eq_ignore_ascii_case(&serial)).count()
        }),
        AuthorityKind::Exec => peer.lines("revoked").iter().filter(|line| **line == serial).count(),
    };
    assert_eq!(told, 2);
    match kind {
        AuthorityKind::Acme => Does::Yes,
        AuthorityKind::Vault => Does::But("Without the reason, which Vault's API has no field for."),
        AuthorityKind::Exec => {
            Does::But("It may be told twice of the same certificate: both have to end with status 0.")
        }
    }
}

pub(super) async fn the_authority_says_when_to_renew(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    peer.fake.switch(|switches| {
        switches.renewal = Some(
            json!({ "suggestedWindow": { "start": "2026-12-01T00:00:00Z", "end": "2026-12-02T00:00:00Z" } }),
        );
    });
    let said = peer.authority().renewal(&call(&peer.around()), &peer.leaf()).await.unwrap();
    match kind {
        AuthorityKind::Acme => {
            assert!(said.is_some_and(|hint| hint.start < hint.end));
            Does::But("Where its directory has `renewalInfo` (RFC 9773).")
        }
        AuthorityKind::Vault | AuthorityKind::Exec => {
            assert_eq!(said, None);
            Does::No("The renewal policy alone decides.")
        }
    }
}

/// Two orders at once do not take each other's.
pub(super) async fn orders_at_once_get_a_certificate_each(kind: AuthorityKind) -> Does {
    let peer = Peer::start(kind).await;
    let (around, authority) = (peer.around(), peer.authority());
    let (one, two) = (request(), Request { intent: "job-2".to_owned(), ..request() });
    let (first, second) = tokio::join!(
        issued(&around, &one, || authority.clone(), |_| ()),
        issued(&around, &two, || authority.clone(), |_| ()),
    );
    one.is_met_by(&first.unwrap());
    two.is_met_by(&second.unwrap());
    assert_eq!(peer.n_signed(), 2);
    Does::Yes
}
