//! `certctl alert-rules`: conditions of one's own that open alerts, and what they would find.
//!
//! Not for: alerts themselves (`alerts`). Invariant: conditions go to the server as they are given; their filters are those
//! of the server's lists.

use std::collections::BTreeMap;

use certctl_api::alert_rules::{
    AlertRule, AlertRulePreview, CreateAlertRule, PreviewAlertRule, UpdateAlertRule,
};
use certctl_core::alert::AlertSeverity;
use certctl_core::alert_rule::{Escalation, QuietHours, RuleGroup, RuleSubject};
use certctl_core::id::{AlertRuleId, NotifierId};
use certctl_core::time::humane_seconds;
use certctl_core::week_window::Weekday;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::arguments::{one_of, seconds};
use crate::commands::alerts::tone;
use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl alert-rules ...`
#[derive(Debug, Subcommand)]
pub(crate) enum AlertRules {
    /// All alert rules, with what they found last
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One alert rule
    Show {
        /// Such as ar-renewals
        id: AlertRuleId,
    },
    /// A new alert rule; try it with `preview` first
    Create {
        /// A chosen id, such as ar-renewals
        #[arg(long)]
        id: Option<AlertRuleId>,
        /// Its name; the alerts' titles begin with it
        #[arg(long)]
        name: String,
        #[command(flatten)]
        what: What,
        /// How urgent its alerts are
        #[arg(long, value_parser = one_of(AlertSeverity::ALL, AlertSeverity::as_str), ignore_case = true, default_value = "warning")]
        severity: AlertSeverity,
        /// Make it, but do not look at it yet
        #[arg(long)]
        disabled: bool,
        #[command(flatten)]
        manner: Manner,
    },
    /// Change an alert rule
    Update {
        /// Such as ar-renewals
        id: AlertRuleId,
        #[command(flatten)]
        changes: Box<Changes>,
    },
    /// Look at an alert rule again
    Enable {
        /// Such as ar-renewals
        id: AlertRuleId,
    },
    /// Look at an alert rule no more; its alerts are closed
    Disable {
        /// Such as ar-renewals
        id: AlertRuleId,
    },
    /// Delete an alert rule; its alerts are closed
    Delete {
        /// Such as ar-renewals
        id: AlertRuleId,
    },
    /// What a rule would find now and would have found in the last 30 days; nothing is stored or sent
    Preview {
        /// Its name, as the messages would have it
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        what: What,
        /// How urgent its alerts are
        #[arg(long, value_parser = one_of(AlertSeverity::ALL, AlertSeverity::as_str), ignore_case = true)]
        severity: Option<AlertSeverity>,
        #[command(flatten)]
        quiet: Quiet,
    },
}

/// What a rule looks for.
#[derive(Debug, Args)]
pub(crate) struct What {
    /// What it looks at
    #[arg(long, value_parser = one_of(RuleSubject::ALL, RuleSubject::as_str), ignore_case = true)]
    subject: RuleSubject,
    /// A condition: filters of the subject's list, such as status=Failed&environment=production; several: any of them
    #[arg(long = "when", value_name = "NAME=VALUE[&NAME=VALUE]", required = true, value_parser = condition)]
    conditions: Vec<Condition>,
    /// Which matches are one alert; all of them when absent
    #[arg(long, value_parser = one_of(RuleGroup::ALL, RuleGroup::as_str), ignore_case = true)]
    group_by: Option<RuleGroup>,
}

/// Filters of a list by name.
#[derive(Debug, Clone)]
pub(crate) struct Condition(BTreeMap<String, String>);

/// Reads `name=value&name=value`.
fn condition(text: &str) -> Result<Condition, String> {
    let mut filters = BTreeMap::new();
    for pair in text.split('&') {
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(format!("{pair:?} is no filter: write NAME=VALUE, with & between several"));
        };
        if filters.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(format!("{name} is given twice"));
        }
    }
    Ok(Condition(filters))
}

fn given(conditions: &[Condition]) -> Vec<BTreeMap<String, String>> {
    conditions.iter().map(|condition| condition.0.clone()).collect()
}

/// When and how often its receivers are told.
#[derive(Debug, Args)]
pub(crate) struct Manner {
    /// How long something has to match before it is an alert, such as 10m
    #[arg(long = "for", value_name = "DURATION", value_parser = seconds)]
    held: Option<i64>,
    /// Remind so often, such as 12h, while nobody has acknowledged it
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    repeat: Option<i64>,
    /// Tell others too when nobody has taken it for so long, such as 15m
    #[arg(long, value_name = "DURATION", value_parser = seconds, requires = "escalate_to")]
    escalate_after: Option<i64>,
    /// These notifiers, whatever their routing says
    #[arg(long, value_name = "NOTIFIER", value_delimiter = ',', requires = "escalate_after")]
    escalate_to: Vec<NotifierId>,
    #[command(flatten)]
    quiet: Quiet,
}

impl Manner {
    fn escalation(&self) -> Option<Escalation> {
        let after_seconds = self.escalate_after?;
        Some(Escalation { after_seconds, notifier_ids: self.escalate_to.clone() })
    }
}

/// When nobody is told.
#[derive(Debug, Args)]
pub(crate) struct Quiet {
    /// Quiet hours, such as 22:00-07:00
    #[arg(long, value_name = "FROM-TO", requires = "time_zone")]
    quiet_hours: Option<String>,
    /// The zone of the quiet hours, such as Europe/Paris
    #[arg(long, value_name = "ZONE", requires = "quiet_hours")]
    time_zone: Option<String>,
    /// The days on which they begin; every day when absent
    #[arg(long, value_delimiter = ',', requires = "quiet_hours", value_parser = one_of(Weekday::ALL, Weekday::as_str), ignore_case = true)]
    quiet_days: Vec<Weekday>,
    /// Alerts so urgent, or more, are told at any time
    #[arg(long, value_name = "SEVERITY", requires = "quiet_hours", value_parser = one_of(AlertSeverity::ALL, AlertSeverity::as_str), ignore_case = true)]
    quiet_except: Option<AlertSeverity>,
}

impl Quiet {
    fn hours(&self) -> Result<Option<QuietHours>, Failure> {
        let (Some(hours), Some(zone)) = (&self.quiet_hours, &self.time_zone) else { return Ok(None) };
        let Some((from, to)) = hours.split_once('-') else {
            return Err(Failure::usage(
                format!("{hours:?} are no quiet hours"),
                "write FROM-TO, such as 22:00-07:00",
            ));
        };
        Ok(Some(QuietHours {
            time_zone: zone.clone(),
            days: self.quiet_days.clone(),
            from: from.trim().to_owned(),
            to: to.trim().to_owned(),
            except: self.quiet_except,
        }))
    }
}

/// What can be changed of a rule.
#[derive(Debug, Args)]
// clap takes no flattened flags into a group by itself.
#[group(required = true, multiple = true, args = ["name", "conditions", "group_by", "severity", "no_repeat", "no_quiet_hours", "held", "repeat", "quiet_hours", "escalate_after", "no_escalation"])]
pub(crate) struct Changes {
    /// Its name
    #[arg(long)]
    name: Option<String>,
    /// Other conditions, in place of all there are
    #[arg(long = "when", value_name = "NAME=VALUE[&NAME=VALUE]", value_parser = condition)]
    conditions: Option<Vec<Condition>>,
    /// Which matches are one alert
    #[arg(long, value_parser = one_of(RuleGroup::ALL, RuleGroup::as_str), ignore_case = true)]
    group_by: Option<RuleGroup>,
    /// How urgent its alerts are
    #[arg(long, value_parser = one_of(AlertSeverity::ALL, AlertSeverity::as_str), ignore_case = true)]
    severity: Option<AlertSeverity>,
    /// Never remind
    #[arg(long, conflicts_with = "repeat")]
    no_repeat: bool,
    /// No quiet hours
    #[arg(long, conflicts_with = "quiet_hours")]
    no_quiet_hours: bool,
    /// Tell nobody else
    #[arg(long, conflicts_with = "escalate_after")]
    no_escalation: bool,
    #[command(flatten)]
    manner: Manner,
}

fn filters(conditions: &[BTreeMap<String, String>]) -> String {
    let one = |filters: &BTreeMap<String, String>| {
        filters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    };
    conditions.iter().map(one).collect::<Vec<_>>().join(" or ")
}

fn quiet_text(quiet: &QuietHours) -> String {
    let days: Vec<&str> = quiet.days.iter().map(|day| day.as_str()).collect();
    let days = if days.is_empty() { String::new() } else { format!(", {}", days.join(", ")) };
    let except = quiet.except.map(|except| format!(", except {except}")).unwrap_or_default();
    format!("{} to {} {}{days}{except}", quiet.from, quiet.to, quiet.time_zone)
}

fn escalation_text(escalation: &Escalation) -> String {
    let ids: Vec<String> = escalation.notifier_ids.iter().map(ToString::to_string).collect();
    format!("after {} to {}", humane_seconds(escalation.after_seconds), ids.join(", "))
}

const COLUMNS: &[Column<AlertRule>] = &[
    Column::new("Id", |rule, _| rule.id.to_string()),
    Column::new("Name", |rule, _| rule.name.clone()),
    Column::new("Looks at", |rule, _| rule.subject.to_string()),
    Column::new("When", |rule, _| filters(&rule.conditions)),
    Column::toned("Severity", |rule, _| rule.severity.to_string(), |rule| tone(rule.severity)),
    Column::new(
        "Matches",
        |rule, _| if rule.enabled { rule.matches.to_string() } else { "disabled".to_owned() },
    ),
    Column::wide("Group", |rule, _| rule.group_by.to_string()),
    Column::wide("Groups", |rule, _| rule.groups.to_string()),
    Column::wide("Looked at", |rule, view| view.time(rule.evaluated_at)),
    Column::show("For", |rule, _| humane_seconds(rule.for_seconds)),
    Column::show("Reminds every", |rule, _| or_dash(rule.repeat_seconds.map(humane_seconds))),
    Column::show("Quiet", |rule, _| or_dash(rule.quiet_hours.as_ref().map(quiet_text))),
    Column::show("Escalates", |rule, _| or_dash(rule.escalation.as_ref().map(escalation_text))),
    Column::show("Error", |rule, _| or_dash(rule.error.as_ref())),
    Column::show("Created", |rule, view| view.time(rule.created_at)),
    Column::show("Changed", |rule, view| view.time(rule.updated_at)),
    Column::show("Revision", |rule, _| rule.revision.to_string()),
];

impl AlertRules {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => list(session, "/alert-rules", Query::default(), paging, COLUMNS).await,
            Self::Show { id } => session.show(&format!("/alert-rules/{id}"), COLUMNS).await,
            Self::Create { id, name, what, severity, disabled, manner } => {
                let body = CreateAlertRule {
                    id: id.clone(),
                    name: name.clone(),
                    enabled: disabled.then_some(false),
                    subject: what.subject,
                    conditions: given(&what.conditions),
                    group_by: what.group_by,
                    severity: *severity,
                    for_seconds: manner.held,
                    repeat_seconds: manner.repeat,
                    quiet_hours: manner.quiet.hours()?,
                    escalation: manner.escalation(),
                };
                session.post("/alert-rules", &body, COLUMNS).await
            }
            Self::Update { id, changes } => {
                let quiet = changes.manner.quiet.hours()?;
                let body = UpdateAlertRule {
                    name: changes.name.clone(),
                    enabled: None,
                    conditions: changes.conditions.as_deref().map(given),
                    group_by: changes.group_by,
                    severity: changes.severity,
                    for_seconds: changes.manner.held,
                    repeat_seconds: if changes.no_repeat {
                        Some(None)
                    } else {
                        changes.manner.repeat.map(Some)
                    },
                    quiet_hours: if changes.no_quiet_hours { Some(None) } else { quiet.map(Some) },
                    escalation: if changes.no_escalation {
                        Some(None)
                    } else {
                        changes.manner.escalation().map(Some)
                    },
                };
                session.patch(&format!("/alert-rules/{id}"), &body, COLUMNS).await
            }
            Self::Enable { id } => {
                session.patch(&format!("/alert-rules/{id}"), &json!({ "enabled": true }), COLUMNS).await
            }
            Self::Disable { id } => {
                session.patch(&format!("/alert-rules/{id}"), &json!({ "enabled": false }), COLUMNS).await
            }
            Self::Delete { id } => {
                session.delete(&format!("/alert-rules/{id}"), &format!("{id} is deleted")).await
            }
            Self::Preview { name, what, severity, quiet } => {
                let body = PreviewAlertRule {
                    name: name.clone(),
                    subject: what.subject,
                    conditions: given(&what.conditions),
                    group_by: what.group_by,
                    severity: *severity,
                    quiet_hours: quiet.hours()?,
                };
                preview(session, &body).await
            }
        }
    }
}

async fn preview(session: &mut Session<'_>, body: &PreviewAlertRule) -> Result<Exit, Failure> {
    let path = "/alert-rules/preview";
    let answer: Value = session.client.post(path, body).await?;
    if session.console.format.is_machine() {
        session.console.document(&answer)?;
        return Ok(Exit::Ok);
    }
    let found: AlertRulePreview = serde_json::from_value(answer)
        .map_err(|error| Failure::Answer { what: format!("POST {path}"), detail: error.to_string() })?;
    for line in lines(&found) {
        session.console.say(&line)?;
    }
    for warning in &found.warnings {
        session.console.hint(warning)?;
    }
    Ok(Exit::Ok)
}

/// A preview in words.
fn lines(found: &AlertRulePreview) -> Vec<String> {
    let mut lines = vec![format!("{} match now, in {} messages", found.matches, found.groups)];
    lines.extend(
        found
            .messages
            .iter()
            .map(|message| format!("  {}: {} ({})", message.severity, message.title, message.cause)),
    );
    let more = found.groups - i64::try_from(found.messages.len()).unwrap_or(i64::MAX);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    if let Some(until) = found.held_until {
        lines.push(format!("quiet hours would hold them until {until}"));
    }
    let past = &found.past;
    match past.total {
        Some(total) => {
            let part = if past.known { "" } else { ", as far as is known" };
            lines.push(format!("{total} in the last {} days{part}:", past.days.len()));
            lines.push(format!("  {}", strip(&past.days.iter().map(|day| day.count).collect::<Vec<_>>())));
        }
        None => lines.push("the last 30 days are not known".to_owned()),
    }
    for condition in &past.conditions {
        let known = if condition.known { "counted" } else { "not known" };
        lines.push(format!("  {known}: {}", condition.because));
    }
    lines
}

/// A row of bars, one for each day; `.` for none.
fn strip(counts: &[Option<i64>]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().flatten().copied().max().unwrap_or(0).max(1);
    let bar = |count: &Option<i64>| match count {
        None | Some(0) => '.',
        Some(n) => {
            let at = usize::try_from((n * 8 - 1) / most).unwrap_or(0).min(7);
            BARS.get(at).copied().unwrap_or('█')
        }
    };
    counts.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_filters_with_ampersands_between() {
        let read = |text: &str| condition(text).map(|condition| filters(&[condition.0]));
        assert_eq!(read("status=Failed").as_deref(), Ok("status=Failed"));
        assert_eq!(
            read("environment=production&status=Failed").as_deref(),
            Ok("environment=production&status=Failed")
        );
        assert_eq!(read("q=a=b").as_deref(), Ok("q=a=b"));
        for bad in ["", "status", "=x", "a=1&", "a=1&a=2"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_bars_of_their_share() {
        assert_eq!(strip(&[Some(0), None, Some(1), Some(8), Some(4)]), "..▁█▄");
        assert_eq!(strip(&[Some(3), Some(3)]), "██");
    }
}
