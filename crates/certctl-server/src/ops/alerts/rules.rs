//! Alert rules at work: what a look at a rule finds, what it does, and when the rule's receivers are told.
//!
//! The database counts by group, so that a rule that a million objects match costs as many rows here as it has groups, and
//! those are bounded: what is over the bound is one further alert. Not for: reading conditions (they are the lists' filters,
//! so `http` reads them) or delivering. Invariants: a rule has one open alert for each group; a look that was killed halfway
//! is done again without opening or telling anything twice, because what it does is decided by the rows as they are.

use std::collections::{BTreeMap, BTreeSet};

use certctl_core::alert::{AlertEvent, AlertKind, AlertState};
use certctl_core::alert_rule::{Escalation, QuietHours, RuleGroup, RuleSubject, Telling};
use certctl_core::id::{AlertId, AlertRuleId};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::Tx;
use certctl_store::alert_rule_matches::{self, Conditions, GroupRow};
use certctl_store::alert_rules::{self, AlertRuleRow};
use certctl_store::alerts::{self, AlertRow};
use certctl_store::audit::Context;
use serde_json::json;

use super::watch::at;
use super::{Finding, announce, close, observe, recorded};
use crate::error::Error;

/// How often a rule is looked at.
pub const PERIOD_SECONDS: i64 = 30;
/// The groups of a rule that get an alert of their own.
pub const MAX_GROUPS: i64 = 200;
/// The group of all that are over the bound; no group's key looks so.
const REST: &str = "*";
/// What one transaction does.
pub const STEPS: usize = 50;
/// Alerts read in one statement.
const PAGE: i64 = 100;
/// How old the note that an alert is still so may get.
const SEEN_SECONDS: i64 = 300;

/// Conditions as they were given: filters of a list, by name.
pub type Given = [BTreeMap<String, String>];
/// Reads conditions within a scope, as seen from a moment.
pub type ConditionsOf = fn(RuleSubject, &Given, &Scope, Ts) -> Result<Conditions, Error>;

/// The conditions of a rule as they were given.
///
/// # Errors
/// When the row cannot be read back.
pub fn given(row: &AlertRuleRow) -> Result<Vec<BTreeMap<String, String>>, Error> {
    serde_json::from_value(row.conditions.clone()).map_err(Error::internal)
}

/// A rule's quiet hours.
///
/// # Errors
/// When the row cannot be read back.
pub fn quiet_hours(row: &AlertRuleRow) -> Result<Option<QuietHours>, Error> {
    row.quiet_hours.clone().map(serde_json::from_value).transpose().map_err(Error::internal)
}

/// What makes a group the same one.
fn group_key(group: RuleGroup, value: Option<&str>) -> String {
    match group {
        RuleGroup::None => String::new(),
        _ => format!("{group}={}", value.unwrap_or_default()),
    }
}

/// The parts of a rule that its alerts follow from; a preview has them too.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    /// Its id.
    pub id: &'a AlertRuleId,
    /// For people.
    pub name: &'a str,
    /// What it looks at.
    pub subject: RuleSubject,
    /// Which matches are one alert.
    pub group_by: RuleGroup,
    /// How urgent.
    pub severity: certctl_core::alert::AlertSeverity,
}

impl<'a> Shape<'a> {
    fn of(row: &'a AlertRuleRow) -> Self {
        Self {
            id: &row.id,
            name: &row.name,
            subject: row.subject,
            group_by: row.group_by,
            severity: row.severity,
        }
    }
}

/// The alert of a group.
pub fn finding(rule: Shape<'_>, group: &GroupRow) -> Finding {
    let value = group.value.as_deref();
    let (subject, n) = (rule.subject, group.members);
    let kind = match (rule.group_by, subject) {
        (RuleGroup::Object, RuleSubject::Certificates) | (RuleGroup::Certificate, _) => Some("certificate"),
        (RuleGroup::Object, RuleSubject::Jobs) => Some("job"),
        (RuleGroup::Object, RuleSubject::Agents) | (RuleGroup::Agent, _) => Some("agent"),
        (RuleGroup::Object, RuleSubject::Issuers) | (RuleGroup::Issuer, _) => Some("issuer"),
        (RuleGroup::Owner, _) => Some("owner"),
        (RuleGroup::Team, _) => Some("team"),
        (RuleGroup::Profile, _) => Some("profile"),
        (RuleGroup::RenewalPolicy, _) => Some("renewal_policy"),
        (RuleGroup::None | RuleGroup::Environment | RuleGroup::Kind, _) => None,
    };
    let object = kind.zip(value).unwrap_or(("alert_rule", rule.id.as_str()));
    let key = group_key(rule.group_by, value);
    let mut found = Finding::new(AlertKind::Rule, object, rule.severity);
    found.dedup_key = format!("{}:{}:{key}", AlertKind::Rule, rule.id);
    found.rule = Some((rule.id.clone(), key));
    found.members = n;
    found.code = "rule_matches";
    let noun = subject.noun(n);
    let words = rule.group_by.as_str().replace('_', " ");
    let name = group.name.as_deref().unwrap_or("it");
    found.title = match (rule.group_by, value) {
        (RuleGroup::Object, _) => format!("{}: {name}", rule.name),
        (RuleGroup::None, _) => format!("{}: {n} {noun}", rule.name),
        (_, Some(value)) => format!("{}: {n} {noun}, {words} {value}", rule.name),
        (_, None) => format!("{}: {n} {noun} without {words}", rule.name),
    };
    found.cause = match (subject, group.moment) {
        (RuleSubject::Certificates | RuleSubject::Issuers, Some(end)) if n == 1 => {
            format!("{name} ends at {}", at(end))
        }
        (RuleSubject::Certificates | RuleSubject::Issuers, Some(end)) => {
            format!("the earliest of them ends at {}", at(end))
        }
        (RuleSubject::Jobs, Some(since)) if n == 1 => format!("a job of {name} from {}", at(since)),
        (RuleSubject::Jobs, Some(since)) => format!("the oldest of them is from {}", at(since)),
        // An agent's last word changes all the time.
        (RuleSubject::Agents, _) | (_, None) if n == 1 => format!("{name} matches the rule"),
        (RuleSubject::Agents, _) | (_, None) => format!("{name} and {} more match the rule", n - 1),
    };
    if rule.group_by == RuleGroup::Object {
        found.certificate_id.clone_from(&group.certificate_id);
        found.agent_id.clone_from(&group.agent_id);
        found.issuer_id.clone_from(&group.issuer_id);
        found.owner_id.clone_from(&group.owner_id);
        found.team_id.clone_from(&group.team_id);
        found.environment.clone_from(&group.environment);
    } else if let Some(value) = value {
        match rule.group_by {
            RuleGroup::Certificate => found.certificate_id = value.parse().ok(),
            RuleGroup::Agent => found.agent_id = value.parse().ok(),
            RuleGroup::Issuer => found.issuer_id = value.parse().ok(),
            RuleGroup::Owner => found.owner_id = value.parse().ok(),
            RuleGroup::Team => found.team_id = value.parse().ok(),
            RuleGroup::Environment => found.environment = Some(value.to_owned()),
            RuleGroup::None
            | RuleGroup::Object
            | RuleGroup::Profile
            | RuleGroup::RenewalPolicy
            | RuleGroup::Kind => {}
        }
    }
    let earliest = group.moment.filter(|_| subject != RuleSubject::Agents);
    found.params = json!({
        "subject": subject, "group_by": rule.group_by, "group": value, "count": n, "first": group.name,
        "earliest": earliest,
    });
    found
}

/// The alert of what is over the bound.
fn rest(rule: Shape<'_>, groups: i64) -> Finding {
    let more = groups.saturating_sub(MAX_GROUPS);
    let mut found = Finding::new(AlertKind::Rule, ("alert_rule", rule.id.as_str()), rule.severity);
    found.dedup_key = format!("{}:{}:{REST}", AlertKind::Rule, rule.id);
    found.rule = Some((rule.id.clone(), REST.to_owned()));
    found.members = more;
    found.code = "rule_matches_too_much";
    found.title = format!("{}: {more} more groups", rule.name);
    found.cause =
        format!("the rule matches in {groups} groups; the first {MAX_GROUPS} have alerts of their own");
    found.params = json!({ "subject": rule.subject, "group_by": rule.group_by, "groups": groups });
    found
}

/// Something that a look asks for.
#[derive(Debug, Clone)]
pub enum Step {
    /// An alert is to be as this says.
    Observe(Box<Finding>),
    /// A group matches from now on.
    Wait(String),
    /// A group matches no more, or has its alert.
    Forget(String),
    /// An alert's group matches no more.
    Close(AlertId),
}

/// What a look at a rule finds.
#[derive(Debug)]
pub struct Looked {
    /// What is to be done.
    pub steps: Vec<Step>,
    /// Alerts that are still so, and whose note of that is old.
    pub seen: Vec<AlertId>,
    /// How many objects match.
    pub matches: i64,
    /// How many groups.
    pub groups: i64,
}

fn open_alerts(tx: &mut Tx<'_>, id: &AlertRuleId) -> Result<BTreeMap<String, AlertRow>, Error> {
    let (mut open, mut after) = (BTreeMap::new(), String::new());
    loop {
        let page = alerts::of_rule(tx, id, &after, PAGE)?;
        let Some(last) = page.last() else { return Ok(open) };
        after = last.id.to_string();
        let rows = page.into_iter().filter(|row| row.state != AlertState::Closed);
        open.extend(rows.map(|row| (row.group_key.clone().unwrap_or_default(), row)));
    }
}

/// Looks at a rule without writing.
///
/// # Errors
/// Those of the store.
pub fn look(tx: &mut Tx<'_>, row: &AlertRuleRow, conditions: &Conditions) -> Result<Looked, Error> {
    let (now, rule) = (tx.now(), Shape::of(row));
    let (matches, n_groups) = alert_rule_matches::count(tx, conditions, row.group_by)?;
    let mut groups = alert_rule_matches::groups(tx, conditions, row.group_by, None, MAX_GROUPS)?;
    let mut open = open_alerts(tx, &row.id)?;
    let mut waits: BTreeMap<String, Ts> = alert_rules::waits(tx, &row.id)?.into_iter().collect();
    if n_groups > MAX_GROUPS {
        // What has an alert, or waits for one, may have fallen behind the bound and still match.
        let prefix = group_key(row.group_by, None);
        let known: BTreeSet<Option<String>> = groups.iter().map(|group| group.value.clone()).collect();
        let values: BTreeSet<String> = open
            .keys()
            .chain(waits.keys())
            .filter_map(|key| key.strip_prefix(&prefix))
            .map(str::to_owned)
            .filter(|value| !known.contains(&Some(value.clone())))
            .collect();
        let values: Vec<String> = values.into_iter().collect();
        for values in values.chunks(100) {
            let limit = i64::try_from(values.len()).unwrap_or(i64::MAX).saturating_add(1);
            let found = alert_rule_matches::groups(tx, conditions, row.group_by, Some(values), limit)?;
            groups.extend(found.into_iter().filter(|group| !known.contains(&group.value)));
        }
    }
    let mut looked = Looked { steps: Vec::new(), seen: Vec::new(), matches, groups: n_groups };
    let mut findings: Vec<Finding> = groups.iter().map(|group| finding(rule, group)).collect();
    if n_groups > MAX_GROUPS {
        findings.push(rest(rule, n_groups));
    }
    let old = now.plus_seconds(-SEEN_SECONDS);
    for finding in findings {
        let key = finding.rule.as_ref().map(|(_, key)| key.clone()).unwrap_or_default();
        let since = waits.remove(&key);
        match open.remove(&key) {
            Some(alert) => {
                if since.is_some() {
                    looked.steps.push(Step::Forget(key));
                }
                if finding.differs(&alert) {
                    looked.steps.push(Step::Observe(Box::new(finding)));
                } else if alert.last_seen_at <= old {
                    looked.seen.push(alert.id);
                }
            }
            None if row.for_seconds == 0 => looked.steps.push(Step::Observe(Box::new(finding))),
            None => match since {
                Some(since) if since.plus_seconds(row.for_seconds) <= now => {
                    looked.steps.push(Step::Observe(Box::new(finding)));
                    looked.steps.push(Step::Forget(key));
                }
                Some(_) => {}
                None => looked.steps.push(Step::Wait(key)),
            },
        }
    }
    looked.steps.extend(open.into_values().map(|alert| Step::Close(alert.id)));
    looked.steps.extend(waits.into_keys().map(Step::Forget));
    Ok(looked)
}

/// Does a part of what a look asks for, unless the rule was changed since; says whether it did.
///
/// # Errors
/// Those of the store.
pub fn act(
    tx: &mut Tx<'_>,
    context: &Context,
    looked_at: &AlertRuleRow,
    steps: &[Step],
) -> Result<bool, Error> {
    tx.note_audit();
    let now = alert_rules::by_id(tx, &looked_at.id)?;
    if now.is_none_or(|row| row.revision != looked_at.revision) {
        return Ok(false);
    }
    for step in steps {
        match step {
            Step::Observe(finding) => observe(tx, context, finding)?,
            Step::Wait(key) => alert_rules::wait(tx, &looked_at.id, key)?,
            Step::Forget(key) => alert_rules::forget_wait(tx, &looked_at.id, key)?,
            Step::Close(id) => {
                if let Some(mut row) = alerts::by_id(tx, id)?
                    && row.state != AlertState::Closed
                {
                    close(tx, context, &mut row, "nothing of it matches the rule any more")?;
                }
            }
        }
    }
    Ok(true)
}

/// Who else is told of a rule's alerts, and when.
///
/// # Errors
/// When the row cannot be read back.
pub fn escalation(row: &AlertRuleRow) -> Result<Option<Escalation>, Error> {
    row.escalation.clone().map(serde_json::from_value).transpose().map_err(Error::internal)
}

fn telling<'a>(
    row: &AlertRow,
    repeat: Option<i64>,
    quiet: Option<&'a QuietHours>,
    escalation: Option<&'a Escalation>,
) -> Telling<'a> {
    Telling {
        unattended_since: row.unattended_since.unwrap_or(row.opened_at),
        escalated: row.escalated_at.is_some(),
        escalation,
        state: row.state,
        severity: row.severity,
        told_at: row.told_at,
        told_before: row.told_members > 0,
        close_due: row.close_due,
        repeat_seconds: repeat,
        quiet_hours: quiet,
    }
}

/// A page of a rule's alerts whose receivers are to be told now.
#[derive(Debug)]
pub struct ToTell {
    /// Whether there are any.
    pub any: bool,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

/// An alert, what its receivers are told now, and who else is told that nobody takes it.
type Due = (AlertRow, Option<AlertEvent>, Option<Escalation>);

fn due(tx: &mut Tx<'_>, rule: &AlertRuleRow, after: &str) -> Result<(Vec<Due>, ToTell), Error> {
    let (now, quiet, escalation) = (tx.now(), quiet_hours(rule)?, escalation(rule)?);
    let rows = alerts::of_rule(tx, &rule.id, after, PAGE)?;
    let next = rows.last().map(|row| row.id.to_string());
    let due: Vec<Due> = rows
        .into_iter()
        .filter_map(|row| {
            let telling = telling(&row, rule.repeat_seconds, quiet.as_ref(), escalation.as_ref());
            let (event, second) = (telling.due(now), escalation.clone().filter(|_| telling.escalates(now)));
            (event.is_some() || second.is_some()).then_some((row, event, second))
        })
        .collect();
    let page = ToTell { any: !due.is_empty(), next };
    Ok((due, page))
}

/// Whether a page of a rule's alerts has receivers to be told, without writing.
///
/// # Errors
/// Those of the store.
pub fn to_tell(tx: &mut Tx<'_>, rule: &AlertRuleRow, after: &str) -> Result<ToTell, Error> {
    Ok(due(tx, rule, after)?.1)
}

/// Tells the receivers of a page of a rule's alerts what is due.
///
/// # Errors
/// Those of the store.
pub fn tell(tx: &mut Tx<'_>, context: &Context, rule: &AlertRuleRow, after: &str) -> Result<(), Error> {
    tx.note_audit();
    for (mut row, event, second) in due(tx, rule, after)?.0 {
        if let Some(event) = event {
            told(tx, context, &mut row, event)?;
        }
        if let Some(second) = second {
            row.escalated_at = Some(tx.now());
            alerts::update(tx, &mut row)?;
            let words = format!("nobody has taken {}: {}", row.id, row.title);
            recorded(tx, context, "alert.escalate", &row, words)?;
            announce::escalated(tx, context, &row, &second.notifier_ids)?;
        }
    }
    Ok(())
}

fn told(tx: &mut Tx<'_>, context: &Context, row: &mut AlertRow, event: AlertEvent) -> Result<(), Error> {
    row.told_at = Some(tx.now());
    row.told_members = row.members.max(1);
    row.close_due = false;
    alerts::update(tx, row)?;
    announce::of_rule(tx, context, row, event)
}

/// Closes all alerts of a rule that is no longer looked at, and lets their receivers know.
///
/// # Errors
/// Those of the store.
pub fn end_all(tx: &mut Tx<'_>, context: &Context, rule: &AlertRuleId, because: &str) -> Result<(), Error> {
    alert_rules::forget_waits(tx, rule)?;
    loop {
        let rows = alerts::of_rule(tx, rule, "", PAGE)?;
        if rows.is_empty() {
            return Ok(());
        }
        for mut row in rows {
            if row.state != AlertState::Closed {
                close(tx, context, &mut row, because)?;
            }
            if row.close_due {
                told(tx, context, &mut row, AlertEvent::Closed)?;
            }
        }
    }
}
