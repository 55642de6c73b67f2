//! `certctl renewal-policies`: when certificates are renewed.
//!
//! Not for: rules about what the inventory must obey (`policies`). Invariant: what is not given stays as it is.

use certctl_api::renewal_policies::{
    CreateRenewalPolicy, PreviewRenewalPolicy, RenewalPolicy, RenewalPolicyPreview, UpdateRenewalPolicy,
};
use certctl_core::id::RenewalPolicyId;
use certctl_core::policy::{RenewalPoint, Sooner};
use certctl_core::time::humane_seconds;
use certctl_core::week_window::{WeekWindow, Weekday};
use clap::{Args, Subcommand};

use crate::arguments::seconds;
use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, joined};

/// `certctl renewal-policies ...`
#[derive(Debug, Subcommand)]
pub(crate) enum RenewalPolicies {
    /// All renewal policies
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One renewal policy
    Show {
        /// Such as rp-default
        id: RenewalPolicyId,
    },
    /// A new renewal policy
    Create {
        /// A chosen id, such as rp-early
        #[arg(long)]
        id: Option<RenewalPolicyId>,
        /// Its name
        #[arg(long)]
        name: String,
        #[command(flatten)]
        rule: Rule,
    },
    /// Change a renewal policy
    Update {
        /// Such as rp-early
        id: RenewalPolicyId,
        #[command(flatten)]
        changes: Changes,
    },
    /// What a change of a renewal policy would lead to, without making it
    Preview {
        /// Such as rp-default
        id: RenewalPolicyId,
        /// Back to the default point
        #[arg(long, conflicts_with_all = ["percent", "before"])]
        default_point: bool,
        /// Without maintenance windows
        #[arg(long, conflicts_with = "windows")]
        no_windows: bool,
        #[command(flatten)]
        rule: Rule,
    },
    /// Delete a renewal policy that nothing refers to
    Delete {
        /// Such as rp-early
        id: RenewalPolicyId,
    },
}

/// What a policy says.
#[derive(Debug, Args)]
pub(crate) struct Rule {
    /// Whether certctl renews by itself
    #[arg(long, value_name = "true|false")]
    automatic: Option<bool>,
    /// Renew after so many percent of the lifetime, 10 to 95
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(10..=95))]
    percent: Option<u8>,
    /// Renew so long before the end, such as 30d; with --percent whichever comes first
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    before: Option<i64>,
    /// Tries for each job, 1 to 50
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=50))]
    max_attempts: Option<i64>,
    /// Warn so many days before the end; several with commas
    #[arg(long, value_name = "DAYS", value_delimiter = ',')]
    alert_days: Option<Vec<u32>>,
    /// Warn when so many percent of the lifetime are left; several with commas
    #[arg(long, value_name = "PERCENT", value_delimiter = ',')]
    alert_percent: Option<Vec<u32>>,
    /// A maintenance window, such as "monday,friday 22:00-04:00 Europe/Paris"; repeatable, every day when none is named
    #[arg(long = "window", value_name = "WINDOW", value_parser = window)]
    windows: Option<Vec<WeekWindow>>,
}

impl Rule {
    fn point(&self) -> Option<RenewalPoint> {
        point_of(self.percent, self.before)
    }
}

/// What can be changed of a policy.
#[derive(Debug, Args)]
// clap takes no flattened flags into a group by itself.
#[group(required = true, multiple = true, args = ["name", "default_point", "automatic", "percent", "before", "max_attempts", "alert_days", "alert_percent", "windows", "no_windows"])]
pub(crate) struct Changes {
    /// Its name
    #[arg(long)]
    name: Option<String>,
    /// Back to the default: two thirds of the lifetime, half of one under ten days
    #[arg(long, conflicts_with_all = ["percent", "before"])]
    default_point: bool,
    /// Without maintenance windows
    #[arg(long, conflicts_with = "windows")]
    no_windows: bool,
    #[command(flatten)]
    rule: Rule,
}

/// `[DAYS ]HH:MM-HH:MM ZONE`.
fn window(text: &str) -> Result<WeekWindow, String> {
    let wanted = "write it as \"monday,friday 22:00-04:00 Europe/Paris\"; without days it is every day";
    let words: Vec<&str> = text.split_whitespace().collect();
    let (days, hours, zone) = match words.as_slice() {
        [days, hours, zone] => (*days, *hours, *zone),
        [hours, zone] => ("", *hours, *zone),
        _ => return Err(wanted.to_owned()),
    };
    let (from, to) = hours.split_once('-').ok_or(wanted)?;
    let days = days.split(',').filter(|day| !day.is_empty()).map(|day| day.to_lowercase().parse::<Weekday>());
    let window = WeekWindow {
        time_zone: zone.to_owned(),
        days: days.collect::<Result<_, _>>().map_err(|error| error.to_string())?,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    match window.mistakes().into_iter().next() {
        Some(mistake) => Err(mistake.detail),
        None => Ok(window),
    }
}

fn window_text(window: &WeekWindow) -> String {
    let days = window.days.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let days = if days.is_empty() { days } else { format!("{days} ") };
    format!("{days}{}-{} {}", window.from, window.to, window.time_zone)
}

/// The windows of a change: those given, none when that is asked for.
fn windows(rule: &Rule, none: bool) -> Option<Vec<WeekWindow>> {
    if none { Some(Vec::new()) } else { rule.windows.clone() }
}

const PREVIEW_COLUMNS: &[Column<RenewalPolicyPreview>] = &[
    Column::new("Certificates", |preview, _| preview.certificates.to_string()),
    Column::new("Looked at", |preview, _| {
        let part = if preview.approximate { ", a part of them" } else { "" };
        format!("{}{part}", preview.checked)
    }),
    Column::new("Moved", |preview, _| preview.moved.to_string()),
    Column::new("Due at once", |preview, _| preview.due_now.to_string()),
    Column::new("Alerts at once", |preview, _| preview.alerts_now.to_string()),
    Column::show("Statuses", |preview, _| {
        let change = |change: &certctl_api::renewal_policies::StatusChange| {
            format!("{} {} -> {}", change.certificates, change.from, change.to)
        };
        preview.statuses.iter().map(change).collect::<Vec<_>>().join(", ")
    }),
    Column::show("Such as", |preview, view| {
        let one = |one: &certctl_api::renewal_policies::MovedCertificate| {
            let (before, after) = (view.time(one.renew_after), view.time(one.would_renew_after));
            format!("{}: {before} -> {after}", one.certificate_id)
        };
        preview.sample.iter().map(one).collect::<Vec<_>>().join("\n")
    }),
];

const COLUMNS: &[Column<RenewalPolicy>] = &[
    Column::new("Id", |policy, _| policy.id.to_string()),
    Column::new("Name", |policy, _| policy.name.clone()),
    Column::new("Renews", |policy, _| if policy.automatic { "by itself" } else { "by hand" }.to_owned()),
    Column::new("When", |policy, _| point_text(policy.point)),
    Column::new("Tries", |policy, _| policy.max_attempts.to_string()),
    Column::new("Alerts (days)", |policy, _| joined(&policy.alert_thresholds_days)),
    Column::wide("Alerts (% of life)", |policy, _| joined(&policy.alert_thresholds_percent)),
    Column::wide("Windows", |policy, _| {
        if policy.windows.is_empty() {
            return "at any time".to_owned();
        }
        policy.windows.iter().map(window_text).collect::<Vec<_>>().join("; ")
    }),
    Column::wide("Created", |policy, view| view.time(policy.created_at)),
    Column::wide("Changed", |policy, view| view.time(policy.updated_at)),
    Column::show("Revision", |policy, _| policy.revision.to_string()),
];

/// The point that `--percent` and `--before` say.
pub(crate) fn point_of(percent: Option<u8>, before: Option<i64>) -> Option<RenewalPoint> {
    match (percent, before) {
        (None, None) => None,
        (Some(percent), None) => Some(RenewalPoint::Percent(percent)),
        (None, Some(seconds)) => Some(RenewalPoint::SecondsBefore(seconds)),
        (Some(percent), Some(seconds_before)) => {
            Some(RenewalPoint::Sooner(Sooner { percent, seconds_before }))
        }
    }
}

fn point_text(point: Option<RenewalPoint>) -> String {
    match point {
        None => "2/3 of life (1/2 under 10d)".to_owned(),
        Some(RenewalPoint::Percent(percent)) => format!("{percent}% of life"),
        Some(RenewalPoint::SecondsBefore(seconds)) => format!("{} before the end", humane_seconds(seconds)),
        Some(RenewalPoint::Sooner(both)) => {
            format!("{}% of life or {} before the end", both.percent, humane_seconds(both.seconds_before))
        }
    }
}

impl RenewalPolicies {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => {
                list(session, "/renewal-policies", Query::default(), paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/renewal-policies/{id}"), COLUMNS).await,
            Self::Create { id, name, rule } => {
                let body = CreateRenewalPolicy {
                    id: id.clone(),
                    name: name.clone(),
                    automatic: rule.automatic,
                    point: rule.point(),
                    max_attempts: rule.max_attempts,
                    alert_thresholds_days: rule.alert_days.clone(),
                    alert_thresholds_percent: rule.alert_percent.clone(),
                    windows: rule.windows.clone(),
                };
                session.post("/renewal-policies", &body, COLUMNS).await
            }
            Self::Update { id, changes } => {
                let body = UpdateRenewalPolicy {
                    name: changes.name.clone(),
                    automatic: changes.rule.automatic,
                    point: if changes.default_point { Some(None) } else { changes.rule.point().map(Some) },
                    max_attempts: changes.rule.max_attempts,
                    alert_thresholds_days: changes.rule.alert_days.clone(),
                    alert_thresholds_percent: changes.rule.alert_percent.clone(),
                    windows: windows(&changes.rule, changes.no_windows),
                };
                session.patch(&format!("/renewal-policies/{id}"), &body, COLUMNS).await
            }
            Self::Preview { id, default_point, no_windows, rule } => {
                let body = PreviewRenewalPolicy {
                    policy_id: id.clone(),
                    automatic: rule.automatic,
                    point: if *default_point { Some(None) } else { rule.point().map(Some) },
                    alert_thresholds_days: rule.alert_days.clone(),
                    alert_thresholds_percent: rule.alert_percent.clone(),
                    windows: windows(rule, *no_windows),
                };
                session.post("/renewal-policies/preview", &body, PREVIEW_COLUMNS).await
            }
            Self::Delete { id } => {
                session.delete(&format!("/renewal-policies/{id}"), &format!("{id} is deleted")).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_read_and_said_again() {
        for text in ["monday,friday 22:00-04:00 Europe/Paris", "22:00-04:00 UTC"] {
            assert_eq!(window_text(&window(text).unwrap()), text);
        }
        for bad in ["", "22:00 UTC", "noday 22:00-04:00 UTC", "22:00-04:00 Mars", "25:00-04:00 UTC"] {
            assert!(window(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn points_are_said_in_words() {
        assert_eq!(point_text(None), "2/3 of life (1/2 under 10d)");
        assert_eq!(point_text(Some(RenewalPoint::Percent(80))), "80% of life");
        assert_eq!(point_text(Some(RenewalPoint::SecondsBefore(2_592_000))), "30d before the end");
        assert_eq!(point_text(point_of(Some(80), Some(86_400))), "80% of life or 1d before the end");
    }
}
