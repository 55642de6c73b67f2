//! What each kind of rule finds, on what it holds, and what it refuses.

use serde_json::json;

use super::*;
use crate::policy::RenewalPoint;

const DAY: i64 = 86_400;

struct Subject {
    issuer: IssuerId,
    profile: ProfileId,
    policy: RenewalPolicyId,
    owner: Option<OwnerId>,
    team: Option<TeamId>,
    environment: Option<&'static str>,
    names: Vec<String>,
    tags: Vec<String>,
    strategy: KeyStrategy,
    algorithm: &'static str,
    days: i64,
    renewal: RenewalRule,
}

fn subject() -> Subject {
    Subject {
        issuer: "iss-a".parse().unwrap(),
        profile: "prof-a".parse().unwrap(),
        policy: "rp-a".parse().unwrap(),
        owner: Some("o-a".parse().unwrap()),
        team: Some("t-a".parse().unwrap()),
        environment: Some("production"),
        names: vec!["web.example.internal".to_owned()],
        tags: vec!["cost:42".to_owned()],
        strategy: KeyStrategy::PerHost,
        algorithm: "ecdsa-p256",
        days: 90,
        renewal: RenewalRule { automatic: true, point: None },
    }
}

impl Subject {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            issuer_id: &self.issuer,
            profile_id: &self.profile,
            policy_id: &self.policy,
            renewal: self.renewal,
            names: &self.names,
            owner_id: self.owner.as_ref(),
            team_id: self.team.as_ref(),
            environment: self.environment,
            tags: &self.tags,
            key_strategy: self.strategy,
            key_algorithm: self.algorithm,
            lifetime_seconds: self.days * DAY,
        }
    }
}

fn rule(kind: RuleKind, parameters: &serde_json::Value) -> Rule {
    Rule {
        id: "pr-a".parse().unwrap(),
        name: "A".to_owned(),
        check: read_check(kind, parameters).unwrap(),
        selector: Selector::default(),
        severity: RuleSeverity::Error,
        mode: RuleMode::Enforce,
        enabled: true,
    }
}

fn fields(breaches: &[Breach]) -> String {
    breaches.iter().map(|breach| breach.field.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_kind_names_the_field_to_change() {
    use RuleKind as K;
    let check = |kind, parameters: serde_json::Value, change: fn(&mut Subject), expected: &str| {
        let mut subject = subject();
        change(&mut subject);
        let found = rule(kind, &parameters).breach_of_wanted(&subject.wanted());
        assert_eq!(fields(&found), expected, "{kind} {parameters}: {found:?}");
    };
    let issuers = json!({ "issuer_ids": ["iss-a"] });
    check(K::AllowedIssuers, issuers.clone(), |_| {}, "");
    check(K::AllowedIssuers, issuers, |s| s.issuer = "iss-b".parse().unwrap(), "/issuer_id");

    let domains = json!({ "domains": ["example.internal"] });
    check(K::AllowedDomains, domains.clone(), |_| {}, "");
    check(K::AllowedDomains, domains.clone(), |s| s.names.push("evilexample.internal".into()), "/names/1");
    check(K::AllowedDomains, domains.clone(), |s| s.names = vec!["*.example.internal".into()], "");
    check(K::AllowedDomains, domains.clone(), |s| s.names = vec!["example.internal".into()], "");
    check(K::AllowedDomains, domains.clone(), |s| s.names = vec!["ops@mail.example.internal".into()], "");
    let uri = |s: &mut Subject| s.names = vec!["spiffe://a.example.internal/web".into()];
    check(K::AllowedDomains, domains.clone(), uri, "");
    let elsewhere = |s: &mut Subject| s.names = vec!["spiffe://example.org/example.internal".into()];
    check(K::AllowedDomains, domains.clone(), elsewhere, "/names/0");
    check(K::AllowedDomains, domains, |s| s.names = vec!["10.0.0.1".into()], "/names/0");
    let with_ip = json!({ "domains": ["example.internal"], "ip_addresses": true });
    check(K::AllowedDomains, with_ip, |s| s.names = vec!["10.0.0.1".into(), "::1".into()], "");

    let metadata = json!({ "fields": ["owner", "team", "environment"], "tags": ["cost:*"] });
    check(K::RequiredMetadata, metadata.clone(), |_| {}, "");
    let bare = |s: &mut Subject| {
        s.owner = None;
        s.team = None;
        s.environment = None;
        s.tags = vec!["costly".into()];
    };
    check(K::RequiredMetadata, metadata, bare, "/owner_id /team_id /environment /tags");

    let environments = json!({ "environments": ["production"] });
    check(K::AllowedEnvironments, environments.clone(), |_| {}, "");
    check(K::AllowedEnvironments, environments.clone(), |s| s.environment = Some("lab"), "/environment");
    check(K::AllowedEnvironments, environments, |s| s.environment = None, "/environment");
    let or_none = json!({ "environments": ["production"], "unset": true });
    check(K::AllowedEnvironments, or_none, |s| s.environment = None, "");

    check(K::MaxLifetime, json!({ "max_seconds": 90 * DAY }), |_| {}, "");
    check(K::MaxLifetime, json!({ "max_seconds": 90 * DAY }), |s| s.days = 91, "/lifetime_seconds");

    let strength = json!({ "min_rsa_bits": 3072, "min_ec_bits": 384 });
    check(K::KeyStrength, strength.clone(), |_| {}, "/key_algorithm");
    check(K::KeyStrength, strength.clone(), |s| s.algorithm = "ecdsa-p384", "");
    check(K::KeyStrength, strength.clone(), |s| s.algorithm = "rsa-2048", "/key_algorithm");
    check(K::KeyStrength, strength.clone(), |s| s.algorithm = "rsa-4096", "");
    check(K::KeyStrength, strength, |s| s.algorithm = "ed25519", "/key_algorithm");
    check(K::KeyStrength, json!({ "algorithms": ["ed25519"] }), |_| {}, "/key_algorithm");

    // 90 days renewed at two thirds: 30 days before the end.
    check(K::RenewalLeadTime, json!({ "min_seconds": 30 * DAY }), |_| {}, "");
    check(K::RenewalLeadTime, json!({ "min_seconds": 31 * DAY }), |_| {}, "/renewal_policy_id");
    check(K::RenewalLeadTime, json!({ "min_percent": 33 }), |_| {}, "");
    check(K::RenewalLeadTime, json!({ "min_percent": 34 }), |_| {}, "/renewal_policy_id");
    let late = |s: &mut Subject| s.renewal.point = Some(RenewalPoint::Percent(95));
    check(K::RenewalLeadTime, json!({ "min_percent": 10 }), late, "/renewal_policy_id");
    let by_hand = |s: &mut Subject| s.renewal.automatic = false;
    check(K::RenewalLeadTime, json!({ "min_percent": 10 }), by_hand, "/renewal_policy_id");
    let found = |s: &mut Subject| {
        s.renewal.automatic = false;
        s.strategy = KeyStrategy::Found;
    };
    check(K::RenewalLeadTime, json!({ "min_percent": 10 }), found, "");
}

#[test]
fn what_was_issued_is_held_against_the_rule_too() {
    let now = Ts::from_second(0);
    let held = |issuer: &str, algorithm: &str, from: i64, to: i64| Held {
        issuer_id: issuer.parse().unwrap(),
        key_algorithm: algorithm.to_owned(),
        validity: Validity { not_before: Ts::from_second(from * DAY), not_after: Ts::from_second(to * DAY) },
    };
    let check = |kind, parameters: serde_json::Value, has: Held, expected: usize| {
        let found = rule(kind, &parameters).breach(&subject().wanted(), &[has], now);
        assert_eq!(found.len(), expected, "{kind}: {found:?}");
        assert!(found.iter().all(|breach| breach.field.is_empty()));
    };
    let issuers = json!({ "issuer_ids": ["iss-a"] });
    check(RuleKind::AllowedIssuers, issuers.clone(), held("iss-a", "ecdsa-p256", 0, 90), 0);
    check(RuleKind::AllowedIssuers, issuers, held("iss-b", "ecdsa-p256", 0, 90), 1);
    let ninety = json!({ "max_seconds": 90 * DAY });
    check(RuleKind::MaxLifetime, ninety.clone(), held("iss-a", "ecdsa-p256", 0, 90), 0);
    check(RuleKind::MaxLifetime, ninety, held("iss-a", "ecdsa-p256", 0, 397), 1);
    let rsa = json!({ "min_rsa_bits": 2048 });
    check(RuleKind::KeyStrength, rsa, held("iss-a", "rsa-1024", 0, 90), 1);
    let lead = json!({ "min_seconds": 20 * DAY });
    check(RuleKind::RenewalLeadTime, lead.clone(), held("iss-a", "ecdsa-p256", -60, 30), 0);
    check(RuleKind::RenewalLeadTime, lead, held("iss-a", "ecdsa-p256", -75, 15), 1);
}

#[test]
fn a_rule_holds_for_what_fits_every_part_of_its_selector() {
    let mut rule = rule(RuleKind::MaxLifetime, &json!({ "max_seconds": 60 }));
    let mut check = |selector: Selector, expected: bool| {
        rule.selector = selector;
        assert_eq!(!rule.breach_of_wanted(&subject().wanted()).is_empty(), expected, "{:?}", rule.selector);
    };
    let any = Selector::default;
    check(any(), true);
    check(Selector { team_ids: vec!["t-a".parse().unwrap(), "t-b".parse().unwrap()], ..any() }, true);
    check(Selector { team_ids: vec!["t-b".parse().unwrap()], ..any() }, false);
    check(Selector { environments: vec!["lab".into()], ..any() }, false);
    check(Selector { owner_ids: vec!["o-b".parse().unwrap()], ..any() }, false);
    check(Selector { issuer_ids: vec!["iss-b".parse().unwrap()], ..any() }, false);
    check(Selector { profile_ids: vec!["prof-b".parse().unwrap()], ..any() }, false);
    check(Selector { policy_ids: vec!["rp-b".parse().unwrap()], ..any() }, false);
    check(Selector { tags: vec!["cost:42".into()], ..any() }, true);
    check(Selector { tags: vec!["cost:43".into()], ..any() }, false);
    check(Selector { key_strategies: vec![KeyStrategy::External], ..any() }, false);
    let both = Selector { environments: vec!["production".into()], tags: vec!["cost:43".into()], ..any() };
    check(both, false);
    rule.selector = any();
    rule.enabled = false;
    assert_eq!(rule.breach_of_wanted(&subject().wanted()), []);
}

#[test]
fn only_what_a_change_brings_in_is_refused() {
    let mut rule = rule(RuleKind::RequiredMetadata, &json!({ "fields": ["owner", "team"] }));
    let bare = Subject { owner: None, team: None, ..subject() };
    let half = Subject { owner: None, ..subject() };
    let refused = |rule: &Rule, before: Option<&Subject>, after: &Subject| {
        fields(&rule.refusal(before.map(Subject::wanted).as_ref(), &after.wanted()))
    };
    assert_eq!(refused(&rule, None, &bare), "/owner_id /team_id");
    assert_eq!(refused(&rule, Some(&bare), &half), "", "a step towards the cure");
    assert_eq!(refused(&rule, Some(&bare), &bare), "");
    assert_eq!(refused(&rule, Some(&subject()), &half), "/owner_id");
    rule.mode = RuleMode::Observe;
    assert_eq!(refused(&rule, None, &bare), "");
}

#[test]
fn a_parameter_that_cannot_be_is_named() {
    let check = |kind, parameters: serde_json::Value, expected: &str| {
        let found = match read_check(kind, &parameters) {
            Ok(check) => {
                assert_eq!(check.kind(), kind);
                String::new()
            }
            Err(bad) => bad.into_iter().map(|bad| format!("{} ", bad.pointer)).collect(),
        };
        assert_eq!(found, expected, "{kind} {parameters}");
    };
    use RuleKind as K;
    check(K::AllowedIssuers, json!({}), "/issuer_ids ");
    check(K::AllowedIssuers, json!({ "issuer_ids": [] }), "/issuer_ids ");
    check(K::AllowedIssuers, json!({ "issuer_ids": ["iss-a"], "shell": 1 }), "/shell ");
    check(K::AllowedDomains, json!({ "domains": ["*.a", "B", "ok.example"] }), "/domains/0 /domains/1 ");
    check(K::RequiredMetadata, json!({}), " ");
    check(K::AllowedEnvironments, json!({ "environments": [" "] }), "/environments/0 ");
    check(K::RenewalLeadTime, json!({}), " ");
    check(K::RenewalLeadTime, json!({ "min_percent": 91 }), "/min_percent ");
    check(K::MaxLifetime, json!({ "max_seconds": 59 }), "/max_seconds ");
    check(K::KeyStrength, json!({ "min_rsa_bits": 512 }), "/min_rsa_bits ");
    check(K::KeyStrength, json!({ "min_ec_bits": 256 }), "");
}

#[test]
fn every_kind_has_a_schema_that_names_the_fields_that_are_read() {
    for kind in RuleKind::ALL {
        let schema = schema(*kind);
        assert_eq!(schema["additionalProperties"], false, "{kind}");
        assert!(!schema["properties"].as_object().unwrap().is_empty() && !title(*kind).is_empty(), "{kind}");
    }
}

#[test]
fn a_check_is_read_back_from_its_stored_form() {
    let rule = rule(RuleKind::KeyStrength, &json!({ "min_rsa_bits": 3072, "algorithms": ["rsa-4096"] }));
    let stored = serde_json::to_value(&rule.check).unwrap();
    assert_eq!(stored["kind"], "KeyStrength");
    assert_eq!(read_check(RuleKind::KeyStrength, &stored["parameters"]).unwrap(), rule.check);
}
