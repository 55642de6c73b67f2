//! The values of a renewal policy: their limits, and what a certificate has in place of them.
//!
//! Not for: deciding by them (core), or a policy's own fields (`http/renewal_policies.rs`). Invariant: whoever asks what holds
//! for a certificate asks [`followed`] or [`rule_followed`].

use std::fmt;
use std::ops::RangeInclusive;

use certctl_api::explain::{PolicyValue, ValueSource};
use certctl_api::renewal_policies::{ChangePolicyOverride, PolicyOverride};
use certctl_core::policy::RenewalPoint;
use certctl_core::renewal::RenewalRule;
use certctl_store::renewal_policies::RenewalPolicyRow;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::ops::settings::Checks;

/// When, as a share of the lifetime.
pub const PERCENT: RangeInclusive<i64> = 10..=95;
/// When, as seconds before the end: an hour to a year.
pub const SECONDS_BEFORE: RangeInclusive<i64> = 3_600..=31_536_000;
/// The most alert thresholds.
pub const MAX_THRESHOLDS: usize = 10;
/// The earliest alert threshold.
pub const MAX_THRESHOLD_DAYS: u32 = 365;
/// The earliest alert threshold that is a share of the lifetime.
pub const MAX_THRESHOLD_PERCENT: u32 = 99;

const POINT: &str = "point";
const DAYS: &str = "alert_thresholds_days";
const SHARES: &str = "alert_thresholds_percent";

/// The policy as it holds for a certificate that has these values in place of its own.
pub fn followed(mut policy: RenewalPolicyRow, over: Option<&Value>) -> RenewalPolicyRow {
    let own = |name: &str| over.and_then(|over| over.get(name)).cloned();
    if let Some(point) = own(POINT) {
        policy.point = Some(point);
    }
    if let Some(days) = own(DAYS) {
        policy.alert_thresholds_days = days;
    }
    if let Some(shares) = own(SHARES) {
        policy.alert_thresholds_percent = shares;
    }
    policy
}

/// As [`followed`], for the part that says when.
pub fn rule_followed(rule: RenewalRule, over: Option<&Value>) -> RenewalRule {
    let own = read(over).and_then(|over| over.point);
    RenewalRule { point: own.or(rule.point), ..rule }
}

/// What a certificate has in place of its policy's values.
pub fn read(over: Option<&Value>) -> Option<PolicyOverride> {
    over.cloned().and_then(|over| serde_json::from_value(over).ok())
}

/// What there is after a change; nothing when all is the policy's again.
pub fn merged(
    checks: &mut Checks,
    before: Option<&Value>,
    change: Option<&ChangePolicyOverride>,
) -> Option<Value> {
    let change = change?;
    let under = "/policy_override";
    let mut over: Map<String, Value> = before.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut set = |name: &str, value: Option<Option<Value>>| match value {
        Some(Some(value)) => {
            over.insert(name.to_owned(), value);
        }
        Some(None) => {
            over.remove(name);
        }
        None => {}
    };
    set(POINT, change.point.map(|point| point.map(|point| json!(check_point(checks, under, point)))));
    let days = change.alert_thresholds_days.clone();
    set(DAYS, days.map(|days| days.map(|days| check_days(checks, under, days))));
    let shares = change.alert_thresholds_percent.clone();
    set(SHARES, shares.map(|shares| shares.map(|shares| check_percent(checks, under, shares))));
    (!over.is_empty()).then_some(Value::Object(over))
}

/// The values that hold for a certificate, and where each comes from; `policy` is its policy as it is stored.
pub fn told(policy: &RenewalPolicyRow, over: Option<&Value>) -> Vec<PolicyValue> {
    let value = |name: &str, of_policy: Option<Value>| {
        let own = over.and_then(|over| over.get(name)).cloned();
        let source = match (&own, &of_policy) {
            (Some(_), _) => ValueSource::Certificate,
            (None, Some(_)) => ValueSource::Policy,
            (None, None) => ValueSource::Default,
        };
        PolicyValue { name: name.to_owned(), value: own.or(of_policy), source }
    };
    vec![
        value("automatic", Some(json!(policy.automatic))),
        value(POINT, policy.point.clone()),
        value("max_attempts", Some(json!(policy.max_attempts))),
        value(DAYS, Some(policy.alert_thresholds_days.clone())),
        value(SHARES, Some(policy.alert_thresholds_percent.clone())),
        value("windows", policy.windows.clone()),
    ]
}

/// A point within its limits; `under` is the field that it is in.
pub fn check_point(checks: &mut Checks, under: &str, point: RenewalPoint) -> RenewalPoint {
    let (at, share, before) = match point {
        RenewalPoint::Percent(percent) => ("point", Some(percent), None),
        RenewalPoint::SecondsBefore(seconds) => ("point", None, Some(seconds)),
        RenewalPoint::Sooner(both) => ("point/sooner", Some(both.percent), Some(both.seconds_before)),
    };
    if let Some(percent) = share.filter(|percent| !PERCENT.contains(&i64::from(*percent))) {
        let detail = format!("{percent} is not between 10 and 95 percent of the lifetime");
        checks.bad(format!("{under}/{at}/percent"), detail);
    }
    if let Some(seconds) = before.filter(|seconds| !SECONDS_BEFORE.contains(seconds)) {
        let detail = format!("{seconds} is not between 3600 (an hour) and 31536000 (a year)");
        checks.bad(format!("{under}/{at}/seconds_before"), detail);
    }
    point
}

/// Thresholds of one unit: each once, the longest first.
fn check_thresholds<T: Copy + Ord + fmt::Display + Serialize>(
    checks: &mut Checks,
    field: &str,
    mut thresholds: Vec<T>,
    range: RangeInclusive<T>,
) -> Value {
    if thresholds.len() > MAX_THRESHOLDS {
        checks.bad(field, format!("at most {MAX_THRESHOLDS} thresholds"));
    }
    for (at, n) in thresholds.iter().enumerate().filter(|(_, n)| !range.contains(n)) {
        let detail = format!("{n} is not between {} and {}", range.start(), range.end());
        checks.bad(format!("{field}/{at}"), detail);
    }
    thresholds.sort_unstable_by(|a, b| b.cmp(a));
    thresholds.dedup();
    json!(thresholds)
}

/// Thresholds in days.
pub fn check_days(checks: &mut Checks, under: &str, days: Vec<u32>) -> Value {
    check_thresholds(checks, &format!("{under}/alert_thresholds_days"), days, 0..=MAX_THRESHOLD_DAYS)
}

/// Thresholds as shares of the lifetime.
pub fn check_percent(checks: &mut Checks, under: &str, percent: Vec<u32>) -> Value {
    check_thresholds(checks, &format!("{under}/alert_thresholds_percent"), percent, 1..=MAX_THRESHOLD_PERCENT)
}
