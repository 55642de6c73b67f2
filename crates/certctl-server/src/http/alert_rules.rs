//! Alert rules over HTTP: their wire mapping, the rules of their values, their conditions, and their preview.
//!
//! Not for: looking at rules (`ops/alerts/rules.rs`). Invariant: a condition is read by the parser of its list, both when a
//! rule is stored and whenever it is looked at.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use certctl_api::alert_rules::{
    AlertRule, AlertRulePreview, CreateAlertRule, PreviewAlertRule, UpdateAlertRule,
};
use certctl_core::alert::AlertSeverity;
use certctl_core::alert_rule::{Escalation, QuietHours, RuleGroup, RuleSubject};
use certctl_core::id::AlertRuleId;
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::alert_rule_matches::Conditions;
use certctl_store::alert_rules::AlertRuleRow;
use certctl_store::notifiers;
use serde_json::json;

use crate::error::FieldError;
use crate::http::settings::prelude::*;
use crate::http::{agents, certificates, issuers, jobs};
use crate::ops::alerts::preview::{self, Draft};
use crate::ops::alerts::rules::{self, Given, Shape};

/// The most conditions.
pub const MAX_CONDITIONS: usize = 5;
/// The most filters of a condition.
pub const MAX_FILTERS: usize = 20;
/// How long a group has to match, in seconds.
pub const FOR: RangeInclusive<i64> = 0..=2_592_000;
/// How often people are reminded, in seconds.
pub const REPEAT: RangeInclusive<i64> = 300..=2_592_000;
/// After how long second channels are told, in seconds.
pub const ESCALATE: RangeInclusive<i64> = 60..=2_592_000;
/// The most second channels.
pub const MAX_SECOND: usize = 10;
/// What the messages of a preview are named without a name.
const UNNAMED: &str = "New rule";

/// Reads a rule's conditions with the parsers of the lists.
///
/// # Errors
/// 422 naming the filter as `/conditions/0/name`.
pub fn conditions_of(
    subject: RuleSubject,
    given: &Given,
    scope: &Scope,
    now: Ts,
) -> Result<Conditions, Error> {
    fn each<F>(
        given: &Given,
        read: impl Fn(&BTreeMap<String, String>) -> Result<F, Error>,
    ) -> Result<Vec<F>, Error> {
        let one = |(n, filters)| read(filters).map_err(|error| at_condition(n, error));
        given.iter().enumerate().map(one).collect()
    }
    for (n, filters) in given.iter().enumerate() {
        for name in ["sort", "limit", "cursor", "total"] {
            if filters.contains_key(name) {
                let place = format!("/conditions/{n}/{name}");
                return Err(Error::invalid_field(place, format!("{name} is no filter")));
            }
        }
    }
    Ok(match subject {
        RuleSubject::Certificates => {
            Conditions::Certificates(each(given, |filters| certificates::filter_of(filters, scope))?)
        }
        RuleSubject::Jobs => Conditions::Jobs(each(given, |filters| jobs::filter_of(filters, scope))?),
        RuleSubject::Agents => Conditions::Agents(each(given, agents::filter_of)?),
        RuleSubject::Issuers => Conditions::Issuers(each(given, |filters| issuers::filter_of(filters, now))?),
    })
}

/// What a list calls `?name` is a field of the condition here, and what it cannot read breaks a rule of the body.
fn at_condition(n: usize, error: Error) -> Error {
    match error {
        Error::Malformed { errors, .. } => {
            let place = |error: FieldError| FieldError {
                pointer: format!("/conditions/{n}/{}", error.pointer.trim_start_matches('?')),
                ..error
            };
            Error::Invalid(errors.into_iter().map(place).collect())
        }
        other => other,
    }
}

fn check_conditions(
    checks: &mut Checks,
    subject: RuleSubject,
    given: &[BTreeMap<String, String>],
) -> Result<serde_json::Value, Error> {
    if given.is_empty() || given.len() > MAX_CONDITIONS {
        checks.bad("/conditions", format!("1 to {MAX_CONDITIONS} conditions are needed"));
    }
    for (n, filters) in given.iter().enumerate() {
        if filters.is_empty() || filters.len() > MAX_FILTERS {
            let detail = format!("1 to {MAX_FILTERS} filters are needed: name what is looked for");
            checks.bad(format!("/conditions/{n}"), detail);
        }
    }
    conditions_of(subject, given, &Scope::everything(), Ts::from_second(0))?;
    Ok(json!(given))
}

fn check_group(checks: &mut Checks, subject: RuleSubject, group: RuleGroup) -> RuleGroup {
    if !subject.groups().contains(&group) {
        let known: Vec<&str> = subject.groups().iter().map(|group| group.as_str()).collect();
        checks.bad("/group_by", format!("{subject} are grouped by one of {}", known.join(", ")));
    }
    group
}

fn check_range(checks: &mut Checks, pointer: &str, range: &RangeInclusive<i64>, seconds: i64) -> i64 {
    if !range.contains(&seconds) {
        checks
            .bad(pointer, format!("{seconds} is not between {} and {} seconds", range.start(), range.end()));
    }
    seconds
}

fn check_quiet(checks: &mut Checks, quiet: QuietHours) -> serde_json::Value {
    for bad in quiet.window().mistakes() {
        checks.bad(format!("/quiet_hours/{}", bad.field), bad.detail);
    }
    json!(quiet)
}

fn check_escalation(checks: &mut Checks, escalation: &Escalation) -> serde_json::Value {
    check_range(checks, "/escalation/after_seconds", &ESCALATE, escalation.after_seconds);
    let ids = &escalation.notifier_ids;
    if !(1..=MAX_SECOND).contains(&ids.len()) {
        checks.bad("/escalation/notifier_ids", format!("1 to {MAX_SECOND} notifiers are needed"));
    }
    for (at, id) in ids.iter().enumerate() {
        if ids.iter().take(at).any(|earlier| earlier == id) {
            checks.bad(format!("/escalation/notifier_ids/{at}"), format!("{id} is there twice"));
        }
    }
    json!(escalation)
}

/// A notifier that is not there would tell nobody.
fn check_notifiers(tx: &mut Tx<'_>, row: &AlertRuleRow) -> Result<(), Error> {
    let mut checks = Checks::default();
    for (at, id) in rules::escalation(row)?.into_iter().flat_map(|second| second.notifier_ids).enumerate() {
        if notifiers::by_id(tx, &id)?.is_none() {
            checks.bad(format!("/escalation/notifier_ids/{at}"), format!("there is no notifier {id}"));
        }
    }
    checks.finish()
}

#[derive(Debug)]
enum AlertRules {}

impl Noun for AlertRules {
    type Row = AlertRuleRow;
    type View = AlertRule;
    type Create = CreateAlertRule;
    type Update = UpdateAlertRule;
    type New = AlertRuleRow;
    const PATH: &'static str = "alert-rules";

    fn view(row: AlertRuleRow) -> Result<AlertRule, Error> {
        Ok(AlertRule {
            conditions: rules::given(&row)?,
            quiet_hours: rules::quiet_hours(&row)?,
            escalation: rules::escalation(&row)?,
            id: row.id,
            name: row.name,
            enabled: row.enabled,
            subject: row.subject,
            group_by: row.group_by,
            severity: row.severity,
            for_seconds: row.for_seconds,
            repeat_seconds: row.repeat_seconds,
            evaluated_at: row.evaluated_at,
            matches: row.matches,
            groups: row.groups,
            error: row.error,
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
        })
    }

    fn check(app: &App, request: CreateAlertRule) -> Result<AlertRuleRow, Error> {
        let mut checks = Checks::default();
        let (now, subject) = (app.now(), request.subject);
        let conditions = check_conditions(&mut checks, subject, &request.conditions)?;
        let row = AlertRuleRow {
            id: request.id.unwrap_or_else(|| app.new_id()),
            name: checks.name(&request.name),
            enabled: request.enabled.unwrap_or(true),
            subject,
            conditions,
            group_by: check_group(&mut checks, subject, request.group_by.unwrap_or(RuleGroup::None)),
            severity: request.severity,
            for_seconds: check_range(&mut checks, "/for_seconds", &FOR, request.for_seconds.unwrap_or(0)),
            repeat_seconds: request
                .repeat_seconds
                .map(|seconds| check_range(&mut checks, "/repeat_seconds", &REPEAT, seconds)),
            quiet_hours: request.quiet_hours.map(|quiet| check_quiet(&mut checks, quiet)),
            escalation: request.escalation.map(|escalation| check_escalation(&mut checks, &escalation)),
            due_at: now,
            evaluated_at: None,
            matches: 0,
            groups: 0,
            error: None,
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        checks.finish()?;
        Ok(row)
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &AlertRuleRow) -> Result<AlertRuleRow, Error> {
        check_notifiers(tx, new)?;
        let row = ops::create(tx, audit, new)?;
        tx.notify("engine:alerts");
        Ok(row)
    }

    fn change(row: &mut AlertRuleRow, update: UpdateAlertRule, checks: &mut Checks) -> Result<(), Error> {
        let subject = row.subject;
        if let Some(given) = &update.conditions {
            row.conditions = check_conditions(checks, subject, given)?;
        }
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        set(&mut row.enabled, update.enabled);
        set(&mut row.group_by, update.group_by.map(|group| check_group(checks, subject, group)));
        set(&mut row.severity, update.severity);
        let held = update.for_seconds.map(|seconds| check_range(checks, "/for_seconds", &FOR, seconds));
        set(&mut row.for_seconds, held);
        let repeat = update
            .repeat_seconds
            .map(|repeat| repeat.map(|seconds| check_range(checks, "/repeat_seconds", &REPEAT, seconds)));
        set(&mut row.repeat_seconds, repeat);
        let quiet = update.quiet_hours.map(|quiet| quiet.map(|quiet| check_quiet(checks, quiet)));
        set(&mut row.quiet_hours, quiet);
        let escalation = update
            .escalation
            .map(|escalation| escalation.map(|escalation| check_escalation(checks, &escalation)));
        set(&mut row.escalation, escalation);
        Ok(())
    }

    fn changed(
        tx: &mut Tx<'_>,
        audit: &Context,
        before: &AlertRuleRow,
        row: &AlertRuleRow,
    ) -> Result<(), Error> {
        if before.escalation != row.escalation {
            check_notifiers(tx, row)?;
        }
        if before.enabled && !row.enabled {
            rules::end_all(tx, audit, &row.id, "the rule was disabled")?;
        }
        tx.notify("engine:alerts");
        Ok(())
    }

    fn removed(tx: &mut Tx<'_>, audit: &Context, id: &AlertRuleId) -> Result<(), Error> {
        rules::end_all(tx, audit, id, "the rule was removed")
    }
}

handlers! {
    AlertRules, AlertRule, AlertRuleId => AlertRule, CreateAlertRule, UpdateAlertRule;
    "alert-rules" at "/alert-rules" and "/alert-rules/{id}": "alert rule", "an alert rule", "alert rules";
    read AlertsRead, change AlertsManage;
    create "A new alert rule. It is looked at within moments, and every 30 seconds from then on.";
    update "Changes an alert rule, which is looked at anew within moments. Its open alerts close when it is disabled.";
}

/// What a rule would find and say.
///
/// # Errors
/// 422, also for a condition that cannot be read.
#[utoipa::path(post, path = "/alert-rules/preview", tag = "alert-rules", request_body = PreviewAlertRule,
    summary = "What an alert rule would find",
    description = "What matches now, what would be said of it, and on which of the last 30 days it would have fired, as far as \
                   that was recorded. Nothing is stored or sent. A caller whose scope is narrowed sees what is within it.",
    responses((status = 200, description = "What it finds", body = AlertRulePreview)))]
pub async fn preview(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<PreviewAlertRule>,
) -> Result<Json<AlertRulePreview>, Error> {
    let mut checks = Checks::default();
    let subject = request.subject;
    check_conditions(&mut checks, subject, &request.conditions)?;
    let name = request.name.as_ref().map(|name| checks.name(name));
    let group_by = check_group(&mut checks, subject, request.group_by.unwrap_or(RuleGroup::None));
    if let Some(quiet) = &request.quiet_hours {
        check_quiet(&mut checks, quiet.clone());
    }
    checks.finish()?;
    let id: AlertRuleId = app.new_id();
    let found = app.store.read("alert_rules.preview", move |tx| {
        let draft = Draft {
            shape: Shape {
                id: &id,
                name: name.as_deref().unwrap_or(UNNAMED),
                subject,
                group_by,
                severity: request.severity.unwrap_or(AlertSeverity::Warning),
            },
            given: &request.conditions,
            quiet_hours: request.quiet_hours.as_ref(),
            scope: &context.scope,
            conditions_of,
        };
        preview::preview(tx, &draft)
    });
    Ok(Json(found.await?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api).route(Access::Need(Permission::AlertsRead), routes!(preview))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(subject: RuleSubject, filters: &[(&str, &str)]) -> Result<Conditions, Error> {
        let one = filters.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        conditions_of(subject, &[BTreeMap::new(), one], &Scope::everything(), Ts::from_second(0))
    }

    #[test]
    fn conditions_are_read_as_their_list_reads_them_and_name_what_is_wrong() {
        use RuleSubject::{Agents, Certificates, Issuers, Jobs};
        for (subject, filters) in [
            (Certificates, ("environment", "production")),
            (Jobs, ("state", "Failed,Cancelled")),
            (Agents, ("health", "offline,late")),
            (Issuers, ("reachable", "false")),
        ] {
            assert!(read(subject, &[filters]).is_ok(), "{subject} {filters:?}");
        }
        for (subject, filters) in [
            (Certificates, ("no_such", "1")),
            (Certificates, ("limit", "5")),
            (Jobs, ("state", "Broken")),
            (Jobs, ("sort", "created")),
            (Agents, ("health", "ill")),
            (Issuers, ("reachable", "maybe")),
            (Issuers, ("cursor", "x")),
        ] {
            let Err(Error::Invalid(errors)) = read(subject, &[filters]) else {
                panic!("{subject} {filters:?} was read");
            };
            assert_eq!(errors[0].pointer, format!("/conditions/1/{}", filters.0));
        }
    }
}
