//! What goes wrong with the kinds that speak HTTP, and what they say of it.

use std::time::Duration;

use certctl_connectors::dns::{DnsError, DnsProvider, secret_fields};
use certctl_core::dns_provider::DnsProviderKind;

use super::fake::{Fake, Mode, SERVED};
use super::{DEADLINE, now, record, surroundings};

const NAME: &str = "_acme-challenge.www.example.test";

/// The outcomes of both calls, with a check that none tells a secret.
async fn outcomes(fake: &Fake, deadline: Duration) -> [Result<(), DnsError>; 2] {
    let (around, provider, record) = (surroundings(Vec::new()), fake.provider(), record(NAME, "a-value"));
    let both = [
        provider.set(&around, &record, now(), deadline).await,
        provider.remove(&around, &record, now(), deadline).await,
    ];
    for secret in fake.secrets() {
        for told in [
            format!("{both:?}"),
            format!("{provider:?}"),
            format!("{:?}", both.clone().map(|one| one.map_err(|error| error.to_string()))),
        ] {
            assert!(!told.contains(&secret), "{}: {secret} is in {told}", fake.kind);
        }
    }
    both
}

/// The first of both, or both where removing asks nobody.
fn asked<'a>(fake: &Fake, both: &'a [Result<(), DnsError>; 2]) -> &'a [Result<(), DnsError>] {
    if fake.removes() { both } else { &both[..1] }
}

#[tokio::test]
async fn a_slow_answer_meets_the_deadline() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        fake.mode(Mode::Hang);
        let both = outcomes(&fake, Duration::from_millis(200)).await;
        for outcome in asked(&fake, &both) {
            assert!(
                matches!(outcome, Err(DnsError::Retry { after: None, detail }) if detail.contains("0.2 s")),
                "{kind}: {outcome:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_provider_that_asks_to_wait_is_left_alone_for_so_long() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        for status in [429, 503] {
            fake.mode(Mode::Answer(status, Some("7"), fake.repeating("slow down")));
            for outcome in asked(&fake, &outcomes(&fake, DEADLINE).await) {
                let Err(DnsError::Retry { after, detail }) = outcome else { panic!("{kind}: {outcome:?}") };
                assert_eq!(*after, Some(Duration::from_secs(7)), "{kind}");
                assert!(detail.contains("slow down"), "{kind}: {detail}");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_has_the_providers_words_and_is_not_tried_again() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        for status in [400, 401, 403, 302] {
            fake.mode(Mode::Answer(status, None, fake.repeating("you may not")));
            for outcome in asked(&fake, &outcomes(&fake, DEADLINE).await) {
                assert!(
                    matches!(outcome, Err(DnsError::Refused(text)) if text.contains("you may not")),
                    "{kind} {status}: {outcome:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        let provider = DnsProvider::read(kind, &fake.config_with_other_secrets()).unwrap();
        let outcome =
            provider.set(&surroundings(Vec::new()), &record(NAME, "a-value"), now(), DEADLINE).await;
        assert!(matches!(outcome, Err(DnsError::Refused(_))), "{kind}: {outcome:?}");
        assert!(fake.values(NAME).is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn garbage_is_no_success() {
    for kind in SERVED {
        // A receiver of webhooks may say what it likes beside its 2xx.
        if kind == DnsProviderKind::Webhook {
            continue;
        }
        let fake = Fake::start(kind).await;
        let garbage = [
            "",
            "null",
            "[]",
            "{}",
            "\"text\"",
            "<html>busy</html>",
            "{\"result\":7,\"rrset\":[]}",
            "\u{0}\u{fffd}",
        ];
        for text in garbage {
            fake.mode(Mode::Answer(200, None, text.to_owned()));
            for outcome in asked(&fake, &outcomes(&fake, DEADLINE).await) {
                assert!(outcome.is_err(), "{kind}: {text:?} is taken for a success");
            }
            fake.mode(Mode::Answer(500, None, text.to_owned()));
            for outcome in asked(&fake, &outcomes(&fake, DEADLINE).await) {
                assert!(matches!(outcome, Err(DnsError::Retry { .. })), "{kind}: {outcome:?}");
            }
        }
        assert!(fake.values(NAME).is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn an_address_that_the_guard_forbids_is_not_asked() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        let guard = certctl_connectors::dns::Guard::of("DNS providers", "dns_networks", Vec::new());
        let mut around = surroundings(Vec::new());
        around.outside = certctl_connectors::outside::Outside::new(guard).unwrap();
        let outcome = fake.provider().set(&around, &record(NAME, "a-value"), now(), DEADLINE).await;
        assert!(
            matches!(&outcome, Err(DnsError::Refused(text)) if text.contains("dns_networks")),
            "{kind}: {outcome:?}"
        );
        assert_eq!(fake.n_requests(), 0, "{kind}");
    }
}

#[tokio::test]
async fn every_secret_of_a_configuration_is_marked() {
    for kind in SERVED {
        let fake = Fake::start(kind).await;
        let mut shown = fake.config();
        for field in secret_fields(kind) {
            shown.as_object_mut().unwrap().remove(&field);
        }
        for secret in fake.secrets() {
            assert!(!shown.to_string().contains(&secret), "{kind}: {shown}");
        }
    }
}
