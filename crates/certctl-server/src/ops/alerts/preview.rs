//! What a rule would find and say, and how often it would have in the last days, without doing anything.
//!
//! What matches now is found and said by the functions of the real look. The past is counted from what was recorded; what
//! was not recorded is called unknown, and never guessed. Not for: looking at rules that exist (`rules.rs`). Invariant:
//! nothing here writes, and what is answered is bounded.

use std::collections::BTreeMap;

use certctl_api::alert_rules::{
    AlertRulePreview, PastDay, PreviewMatch, PreviewMessage, PreviewPast, PreviewPastCondition,
};
use certctl_core::alert::AlertKind;
use certctl_core::alert_rule::{QuietHours, RuleSubject};
use certctl_core::certificate::CertificateStatus;
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::alert_rule_matches::{self, Conditions};
use certctl_store::{Tx, alerts};

use super::rules::{ConditionsOf, Given, MAX_GROUPS, Shape, finding};
use crate::error::Error;

/// Days of the past.
const DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;
/// Messages that are shown.
const MESSAGES: i64 = 20;
/// Matches that are shown.
const MATCHES: i64 = 20;
/// So many a day are more than people read.
const NOISY_A_DAY: i64 = 10;
/// So many messages at once are too.
const NOISY_AT_ONCE: i64 = 50;

/// What is previewed.
#[derive(Debug)]
pub struct Draft<'a> {
    /// What its alerts follow from.
    pub shape: Shape<'a>,
    /// Its conditions as they were given.
    pub given: &'a Given,
    /// When nobody is told.
    pub quiet_hours: Option<&'a QuietHours>,
    /// On which certificates the caller may look.
    pub scope: &'a Scope,
    /// Reads conditions.
    pub conditions_of: ConditionsOf,
}

/// What the rule finds now and would have found.
///
/// # Errors
/// 400 for a condition that cannot be read.
pub fn preview(tx: &mut Tx<'_>, draft: &Draft<'_>) -> Result<AlertRulePreview, Error> {
    let (now, shape) = (tx.now(), draft.shape);
    let conditions = (draft.conditions_of)(shape.subject, draft.given, draft.scope, now)?;
    let (matches, groups) = alert_rule_matches::count(tx, &conditions, shape.group_by)?;
    let found = alert_rule_matches::groups(tx, &conditions, shape.group_by, None, MESSAGES)?;
    let messages = found.iter().map(|group| {
        let finding = finding(shape, group);
        PreviewMessage {
            title: finding.title,
            cause: finding.cause,
            severity: finding.severity,
            group_key: finding.rule.map(|(_, key)| key).unwrap_or_default(),
            members: finding.members,
        }
    });
    let messages = messages.collect();
    let first = alert_rule_matches::first(tx, &conditions, MATCHES)?;
    let items = first.into_iter().map(|row| PreviewMatch { id: row.id, name: row.name, moment: row.moment });
    let past = past(tx, draft)?;
    let mut warnings = Vec::new();
    if groups > NOISY_AT_ONCE {
        warnings.push(format!("{groups} messages at once: group them, or ask for less"));
    }
    if groups > MAX_GROUPS {
        warnings.push(format!(
            "only the first {MAX_GROUPS} groups get alerts of their own; the others are one more"
        ));
    }
    if past.total.is_some_and(|total| total > NOISY_A_DAY * DAYS) {
        let a_day = past.total.unwrap_or_default() / DAYS;
        warnings.push(format!("about {a_day} a day in the last {DAYS} days are more than people read"));
    }
    Ok(AlertRulePreview {
        matches,
        groups,
        messages,
        items: items.collect(),
        held_until: draft.quiet_hours.and_then(|quiet| quiet.hold(shape.severity, now)),
        past,
        warnings,
    })
}

/// What was recorded that a condition can be counted from.
enum Record {
    /// Jobs that ended.
    Ended(Conditions),
    /// Issuances and renewals that failed for good, of certificates that match.
    Failed(Conditions),
    /// Ends of certificates that match, so many seconds later.
    Ends(Conditions, i64),
    /// Alerts that certctl opened by itself.
    Alerts(AlertKind),
}

impl Record {
    fn count(&self, tx: &mut Tx<'_>, from: Ts, to: Ts) -> Result<i64, Error> {
        let n = match self {
            Self::Ended(Conditions::Jobs(filters)) => alert_rule_matches::jobs_ended(tx, filters, from, to)?,
            Self::Failed(Conditions::Certificates(filters)) => {
                alert_rule_matches::certificates_failed(tx, filters, from, to)?
            }
            Self::Ends(Conditions::Certificates(filters), later) => {
                let (from, to) = (from.plus_seconds(*later), to.plus_seconds(*later));
                alert_rule_matches::certificates_ended(tx, filters, from, to)?
            }
            Self::Alerts(kind) => alerts::begun(tx, *kind, from, to)?,
            Self::Ended(_) | Self::Failed(_) | Self::Ends(..) => 0,
        };
        Ok(n)
    }
}

/// Where the past of a condition can be counted from, and what that says; without a record, why there is none.
fn record(
    draft: &Draft<'_>,
    one: &BTreeMap<String, String>,
    now: Ts,
) -> Result<(Option<Record>, &'static str), Error> {
    let subject = draft.shape.subject;
    let without = |names: &[&str]| -> BTreeMap<String, String> {
        let kept = one.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        kept.map(|(name, text)| (name.clone(), text.clone())).collect()
    };
    let read = |given: BTreeMap<String, String>| {
        (draft.conditions_of)(subject, std::slice::from_ref(&given), draft.scope, now)
    };
    let text = |name: &str| one.get(name).map(String::as_str);
    let found = match subject {
        RuleSubject::Jobs => {
            let conditions = read(without(&["finished"]))?;
            let ended = matches!(&conditions, Conditions::Jobs(filters)
                if filters.iter().all(|filter| !filter.states.is_empty()
                    && filter.states.iter().all(|state| !state.is_open())));
            if ended {
                (Some(Record::Ended(conditions)), "jobs that ended so")
            } else {
                (None, "in which states jobs were in the past is not recorded, only how they ended")
            }
        }
        RuleSubject::Certificates if text("status") == Some(CertificateStatus::Failed.as_str()) => (
            Some(Record::Failed(read(without(&["status"]))?)),
            "issuances and renewals that failed for good, of certificates whose other fields match now",
        ),
        RuleSubject::Certificates if text("condition") == Some("failing") => (
            Some(Record::Failed(read(without(&["condition"]))?)),
            "issuances and renewals that failed for good, of certificates whose other fields match now",
        ),
        RuleSubject::Certificates
            if text("status") == Some(CertificateStatus::Expired.as_str())
                || text("condition") == Some("expired") =>
        {
            (
                Some(Record::Ends(read(without(&["status", "condition"]))?, 0)),
                "ends of certificates that were not renewed since, and whose other fields match now",
            )
        }
        RuleSubject::Certificates => match text("expires").and_then(lead) {
            Some(later) => (
                Some(Record::Ends(read(without(&["expires"]))?, later)),
                "ends of certificates that were not renewed since, and whose other fields match now",
            ),
            None => (None, "what these fields of certificates were in the past is not recorded"),
        },
        RuleSubject::Issuers if one.len() == 1 && text("reachable") == Some("false") => (
            Some(Record::Alerts(AlertKind::IssuerUnreachable)),
            "times at which an issuer was found out of reach for a minute",
        ),
        RuleSubject::Issuers => (None, "what these fields of issuers were in the past is not recorded"),
        RuleSubject::Agents => (None, "when agents were out of reach in the past is not recorded"),
    };
    Ok(found)
}

/// How long before an end a range such as `..30d` is crossed.
fn lead(range: &str) -> Option<i64> {
    let duration = range.strip_prefix("..")?;
    if duration.parse::<i64>().is_ok() {
        return None;
    }
    certctl_core::time::parse_seconds(duration).ok()
}

/// What the rule would have found on each of the last days.
fn past(tx: &mut Tx<'_>, draft: &Draft<'_>) -> Result<PreviewPast, Error> {
    let now = tx.now();
    let today = now.as_second().div_euclid(DAY_SECONDS) * DAY_SECONDS;
    let mut records = Vec::new();
    let mut conditions = Vec::new();
    for one in draft.given {
        let (record, because) = record(draft, one, now)?;
        conditions.push(PreviewPastCondition { known: record.is_some(), because: because.to_owned() });
        records.extend(record);
    }
    let known = conditions.iter().all(|condition| condition.known);
    let mut days = Vec::new();
    for back in (0..DAYS).rev() {
        let from = Ts::from_second(today - back * DAY_SECONDS);
        let to = now.min(from.plus_seconds(DAY_SECONDS));
        let mut n = 0;
        for record in &records {
            n += record.count(tx, from, to)?;
        }
        let date = from.to_string().chars().take(10).collect();
        days.push(PastDay { date, count: (!records.is_empty()).then_some(n) });
    }
    let total = (!records.is_empty()).then(|| days.iter().filter_map(|day| day.count).sum());
    Ok(PreviewPast { known, total, days, conditions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_ends_some_time_from_now_has_a_lead() {
        for (range, expected) in [
            ("..30d", Some(30 * DAY_SECONDS)),
            ("..12h", Some(43_200)),
            ("..-2d", None),
            ("1d..30d", None),
            ("..2027-01-01T00:00:00Z", None),
            ("..30", None),
        ] {
            assert_eq!(lead(range), expected, "{range}");
        }
    }
}
