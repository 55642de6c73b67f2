//! Every filter of the list of certificates with the rows that have to pass it.
//!
//! Not for: how a list is asked (`lists.rs`). Invariant: what passes is said by the row alone, without the store.

use certctl_core::choice::{Choice, ShareSpan, Span};
use certctl_core::inventory::{LiveState, SortKey};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::certificates::{self, CertificateFilter, CertificateRow};

use crate::story::id;

/// A filter, and which rows have to pass it.
pub(crate) type Case = (&'static str, CertificateFilter, fn(&CertificateRow, Ts) -> bool);

pub(crate) fn choose<T: std::str::FromStr<Err: std::fmt::Display> + PartialEq>(text: &str) -> Choice<T> {
    text.parse().unwrap()
}

pub(crate) fn cases() -> Vec<Case> {
    let none = CertificateFilter::default;
    let span = |key: SortKey, text: &str| vec![(key, text.parse::<Span>().unwrap())];
    vec![
        ("production", CertificateFilter { environment: choose("production"), ..none() }, |row, _| {
            row.environment.as_deref() == Some("production")
        }),
        ("-production", CertificateFilter { environment: choose("-production"), ..none() }, |row, _| {
            row.environment.as_deref() != Some("production")
        }),
        ("no environment", CertificateFilter { environment: choose("none"), ..none() }, |row, _| {
            row.environment.is_none()
        }),
        ("some environment", CertificateFilter { environment: choose("-none"), ..none() }, |row, _| {
            row.environment.is_some()
        }),
        ("two", CertificateFilter { environment: choose("\\none,\\-a\\,b"), ..none() }, |row, _| {
            matches!(row.environment.as_deref(), Some("none" | "-a,b"))
        }),
        ("not two", CertificateFilter { environment: choose("-lab,-none"), ..none() }, |row, _| {
            !matches!(row.environment.as_deref(), None | Some("lab"))
        }),
        ("lab or none", CertificateFilter { environment: choose("lab,none"), ..none() }, |row, _| {
            matches!(row.environment.as_deref(), None | Some("lab"))
        }),
        ("owned", CertificateFilter { owner_id: choose("o-ann"), ..none() }, |row, _| row.owner_id.is_some()),
        ("unowned", CertificateFilter { owner_id: choose("none"), ..none() }, |row, _| {
            row.owner_id.is_none()
        }),
        ("team", CertificateFilter { team_id: choose("-t-web"), ..none() }, |row, _| row.team_id.is_none()),
        ("issuer", CertificateFilter { issuer_id: choose("iss-local"), ..none() }, |_, _| true),
        ("other issuers", CertificateFilter { issuer_id: choose("-iss-local"), ..none() }, |_, _| false),
        ("profile", CertificateFilter { profile_id: choose("prof-default"), ..none() }, |_, _| true),
        ("policy", CertificateFilter { renewal_policy_id: choose("rp-other"), ..none() }, |_, _| false),
        ("key", CertificateFilter { key_algorithm: choose("-rsa-2048"), ..none() }, |row, _| {
            row.key_algorithm == "ecdsa-p256"
        }),
        ("live", CertificateFilter { live: choose("some,none"), ..none() }, |row, _| {
            matches!(LiveState::of(row.targets, row.live), LiveState::Some | LiveState::None)
        }),
        ("tag", CertificateFilter { tag: choose("edge"), ..none() }, |row, _| {
            certificates::texts(&row.tags).contains(&"edge".to_owned())
        }),
        (
            "tag in production",
            CertificateFilter { tag: choose("edge"), environment: choose("production"), ..none() },
            |row, _| {
                certificates::texts(&row.tags).contains(&"edge".to_owned())
                    && row.environment.as_deref() == Some("production")
            },
        ),
        (
            "tag elsewhere",
            CertificateFilter { tag: choose("edge"), environment: choose("-production"), ..none() },
            |row, _| {
                certificates::texts(&row.tags).contains(&"edge".to_owned())
                    && row.environment.as_deref() != Some("production")
            },
        ),
        ("odd tag", CertificateFilter { tag: choose("a \"b\"\\, 100%"), ..none() }, |row, _| {
            certificates::texts(&row.tags).len() == 2
        }),
        ("no such tag", CertificateFilter { tag: choose("edg"), ..none() }, |_, _| false),
        ("-tag", CertificateFilter { tag: choose("-edge"), ..none() }, |row, _| {
            !certificates::texts(&row.tags).contains(&"edge".to_owned())
        }),
        ("untagged", CertificateFilter { tag: choose("none"), ..none() }, |row, _| {
            certificates::texts(&row.tags).is_empty()
        }),
        ("tagged", CertificateFilter { tag: choose("-none"), ..none() }, |row, _| {
            !certificates::texts(&row.tags).is_empty()
        }),
        ("no agent", CertificateFilter { agent_id: choose("none"), ..none() }, |_, _| true),
        ("agent", CertificateFilter { agent_id: choose("ag-web-1"), ..none() }, |_, _| false),
        ("no target", CertificateFilter { target_id: choose("none"), ..none() }, |_, _| true),
        ("-target", CertificateFilter { target_id: choose("-tgt-nginx"), ..none() }, |_, _| true),
        ("soon", CertificateFilter { spans: span(SortKey::Expires, "0s..60s"), ..none() }, |row, now| {
            row.not_after.is_some_and(|end| now <= end && end < now.plus_seconds(60))
        }),
        ("ever", CertificateFilter { spans: span(SortKey::Expires, "-9w.."), ..none() }, |row, _| {
            row.not_after.is_some()
        }),
        ("renews", CertificateFilter { spans: span(SortKey::Renews, "..0s"), ..none() }, |row, now| {
            row.renew_after.is_some_and(|at| at < now)
        }),
        ("new", CertificateFilter { spans: span(SortKey::Created, "-100s.."), ..none() }, |row, now| {
            row.created_at >= now.plus_seconds(-100)
        }),
        (
            "changed",
            CertificateFilter { spans: span(SortKey::Updated, "-10s..-5s"), ..none() },
            |row, now| row.updated_at >= now.plus_seconds(-10) && row.updated_at < now.plus_seconds(-5),
        ),
        ("life", CertificateFilter { life: "..20%".parse::<ShareSpan>().unwrap(), ..none() }, |row, now| {
            row.not_after.is_some_and(|end| end.seconds_since(now) <= 200_000)
        }),
        ("long life", CertificateFilter { life: "50%..75%".parse().unwrap(), ..none() }, |row, now| {
            row.not_after.is_some_and(|end| (500_000..=750_000).contains(&end.seconds_since(now)))
        }),
        ("short-lived", CertificateFilter { lifetime: "..10d".parse().unwrap(), ..none() }, |row, _| {
            row.not_after.zip(row.begins_at).is_some_and(|(end, begin)| end.seconds_since(begin) <= 864_000)
        }),
        (
            "scope",
            CertificateFilter {
                scope: Scope { team_ids: vec![id("t-web")], environments: vec!["lab".to_owned()] },
                ..none()
            },
            |row, _| row.team_id.is_some() && row.environment.as_deref() == Some("lab"),
        ),
    ]
}
