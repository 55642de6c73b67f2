//! `certctl alerts`: what deserves a person's eye, and what people do with it.
//!
//! Not for: rules (`alert-rules`). Invariant: nothing here closes an alert; that is for what certctl sees.

use certctl_api::alerts::{
    AcknowledgeAlert, AcknowledgeAlerts, Alert, AlertsAcknowledged, AssignAlert, SnoozeAlert,
};
use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, AlertId, AlertRuleId, CertificateId, IssuerId, OwnerId, TeamId, UserId};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::arguments::{When, one_of};
use crate::commands::lists;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, commas, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl alerts ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Alerts {
    /// Alerts that are not closed, the latest first
    List {
        #[command(flatten)]
        filters: Box<Filters>,
        #[command(flatten)]
        paging: Paging,
    },
    /// What the alerts that match are made of: how many have which state, kind, severity, owner, team and environment
    Facets {
        #[command(flatten)]
        filters: Box<Filters>,
    },
    /// Cursors all over the list, for going to any part of it at once
    Anchors {
        #[command(flatten)]
        filters: Box<Filters>,
    },
    /// One alert
    Show {
        /// Such as al-...
        id: AlertId,
    },
    /// Say that you know of alerts: these, or all that match
    Ack {
        /// Such as al-...
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<AlertId>,
        /// Every open alert that matches the filters
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        filters: Box<Filters>,
        /// Why, for those who come after
        #[arg(long)]
        reason: Option<String>,
    },
    /// Say whose an alert is
    Assign {
        /// Such as al-...
        id: AlertId,
        /// To whom
        #[arg(long, value_name = "USER", required_unless_present = "nobody", conflicts_with = "nobody")]
        to: Option<UserId>,
        /// It is nobody's any more
        #[arg(long)]
        nobody: bool,
        /// Why, for those who come after
        #[arg(long)]
        reason: Option<String>,
    },
    /// Keep an alert quiet for a while
    Snooze {
        /// Such as al-...
        id: AlertId,
        /// Until a time, or for a duration such as 2d
        #[arg(long, value_name = "WHEN", value_parser = When::parse, required_unless_present = "until_change")]
        until: Option<When>,
        /// Until it changes
        #[arg(long, conflicts_with = "until")]
        until_change: bool,
        /// Why, for those who come after
        #[arg(long)]
        reason: Option<String>,
    },
    /// End the quiet of an alert
    Unsnooze {
        /// Such as al-...
        id: AlertId,
    },
}

/// Which alerts.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Any of these states; all but closed when absent
    #[arg(long, value_delimiter = ',', value_parser = one_of(AlertState::ALL, AlertState::as_str), ignore_case = true)]
    state: Vec<AlertState>,
    /// Any of these kinds
    #[arg(long, value_delimiter = ',', value_parser = one_of(AlertKind::ALL, AlertKind::as_str), ignore_case = true)]
    kind: Vec<AlertKind>,
    /// Any of these severities
    #[arg(long, value_delimiter = ',', value_parser = one_of(AlertSeverity::ALL, AlertSeverity::as_str), ignore_case = true)]
    severity: Vec<AlertSeverity>,
    /// Of this certificate
    #[arg(long, value_name = "ID")]
    certificate: Option<CertificateId>,
    /// Of this agent
    #[arg(long, value_name = "ID")]
    agent: Option<AgentId>,
    /// Of this issuer
    #[arg(long, value_name = "ID")]
    issuer: Option<IssuerId>,
    /// Of these owners; none for those without one, -o-alice for the others
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    owner: Option<Choice<OwnerId>>,
    /// Of these teams; none for those without one, -t-web for the others
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    team: Option<Choice<TeamId>>,
    /// Of these environments, such as production,staging or -production
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    environment: Option<Choice<String>>,
    /// Assigned to these users; none for those that are nobody's
    #[arg(long, value_name = "USER", allow_hyphen_values = true)]
    assigned_to: Option<Choice<UserId>>,
    /// Of this alert rule
    #[arg(long, value_name = "ID")]
    rule: Option<AlertRuleId>,
}

impl Filters {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("state", commas(&self.state)),
            ("kind", commas(&self.kind)),
            ("severity", commas(&self.severity)),
            ("certificate_id", self.certificate.as_ref().map(ToString::to_string)),
            ("agent_id", self.agent.as_ref().map(ToString::to_string)),
            ("issuer_id", self.issuer.as_ref().map(ToString::to_string)),
            ("owner_id", self.owner.as_ref().map(ToString::to_string)),
            ("team_id", self.team.as_ref().map(ToString::to_string)),
            ("environment", self.environment.as_ref().map(ToString::to_string)),
            ("assigned_to", self.assigned_to.as_ref().map(ToString::to_string)),
            ("rule_id", self.rule.as_ref().map(ToString::to_string)),
        ];
        texts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }

    fn query(&self) -> Query {
        self.pairs().into_iter().fold(Query::default(), |query, (name, text)| query.with(name, Some(text)))
    }
}

pub(crate) const fn tone(severity: AlertSeverity) -> Tone {
    match severity {
        AlertSeverity::Info => Tone::Plain,
        AlertSeverity::Warning => Tone::Notice,
        AlertSeverity::Critical => Tone::Bad,
    }
}

/// The columns of an alert.
const COLUMNS: &[Column<Alert>] = &[
    Column::new("Id", |alert, _| alert.id.to_string()),
    Column::toned("Severity", |alert, _| alert.severity.to_string(), |alert| tone(alert.severity)),
    Column::new("State", |alert, _| alert.state.to_string()),
    Column::new("Title", |alert, _| alert.title.clone()),
    Column::new("Since", |alert, view| view.time(alert.opened_at)),
    Column::wide("Assigned to", |alert, _| {
        or_dash(
            alert.assigned_to_name.clone().or_else(|| alert.assigned_to.as_ref().map(ToString::to_string)),
        )
    }),
    Column::wide("Kind", |alert, _| alert.kind.to_string()),
    Column::wide("Object", |alert, _| alert.object_id.clone()),
    Column::wide("Cause", |alert, _| alert.cause.clone()),
    Column::show("Owner", |alert, _| or_dash(alert.owner_id.as_ref())),
    Column::show("Team", |alert, _| or_dash(alert.team_id.as_ref())),
    Column::show("Environment", |alert, _| or_dash(alert.environment.as_ref())),
    Column::show("Rule", |alert, _| or_dash(alert.rule_id.as_ref())),
    Column::show("Group", |alert, _| or_dash(alert.group_key.as_ref())),
    Column::show("Covers", |alert, _| alert.members.to_string()),
    Column::show("Changed", |alert, view| view.time(alert.changed_at)),
    Column::show("Told", |alert, view| view.time(alert.told_at)),
    Column::show("Escalated", |alert, view| view.time(alert.escalated_at)),
    Column::show("Acknowledged", |alert, view| view.time(alert.acknowledged_at)),
    Column::show("By", |alert, _| or_dash(alert.acknowledged_by.as_ref())),
    Column::show("Quiet until", |alert, view| {
        if alert.snoozed_until_change { "it changes".to_owned() } else { view.time(alert.snoozed_until) }
    }),
    Column::show("Note", |alert, _| or_dash(alert.note.as_ref())),
    Column::show("Closed", |alert, view| view.time(alert.closed_at)),
    Column::show("Because", |alert, _| or_dash(alert.closed_because.as_ref())),
];

impl Alerts {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                list(session, "/alerts", filters.query(), paging, COLUMNS).await
            }
            Self::Facets { filters } => lists::facets(session, "/alerts", &filters.query()).await,
            Self::Anchors { filters } => lists::anchors(session, "/alerts", &filters.query()).await,
            Self::Show { id } => session.show(&format!("/alerts/{id}"), COLUMNS).await,
            Self::Ack { ids, all: _, filters, reason } => {
                acknowledge(session, ids, filters, reason.as_ref()).await
            }
            Self::Assign { id, to, nobody: _, reason } => {
                let body = AssignAlert { user_id: to.clone(), reason: reason.clone() };
                session.post(&format!("/alerts/{id}/assign"), &body, COLUMNS).await
            }
            Self::Snooze { id, until, until_change, reason } => {
                let body = SnoozeAlert {
                    until: until.map(|until| until.ahead(session.console.now())),
                    until_change: until_change.then_some(true),
                    reason: reason.clone(),
                };
                session.post(&format!("/alerts/{id}/snooze"), &body, COLUMNS).await
            }
            Self::Unsnooze { id } => {
                session.post(&format!("/alerts/{id}/unsnooze"), &json!({}), COLUMNS).await
            }
        }
    }
}

async fn acknowledge(
    session: &mut Session<'_>,
    ids: &[AlertId],
    filters: &Filters,
    reason: Option<&String>,
) -> Result<Exit, Failure> {
    if let [id] = ids {
        let body = AcknowledgeAlert { reason: reason.cloned() };
        return session.post(&format!("/alerts/{id}/acknowledge"), &body, COLUMNS).await;
    }
    let filter = filters.pairs().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let body = AcknowledgeAlerts {
        ids: (!ids.is_empty()).then(|| ids.to_vec()),
        filter: ids.is_empty().then_some(filter),
        reason: reason.cloned(),
    };
    let mut total = 0;
    loop {
        let answer: Value = session.client.post("/alerts/acknowledge", &body).await?;
        let done: AlertsAcknowledged = serde_json::from_value(answer).map_err(|error| {
            Failure::usage(format!("the server's answer cannot be read: {error}"), "update certctl")
        })?;
        total += done.acknowledged;
        if !done.more || done.acknowledged == 0 {
            break;
        }
    }
    if session.console.format.is_machine() {
        session.console.document(&json!({ "acknowledged": total }))?;
    } else {
        session.console.say(&format!("{total} alerts are acknowledged"))?;
    }
    Ok(Exit::Ok)
}
