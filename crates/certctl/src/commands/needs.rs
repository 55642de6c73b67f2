//! `certctl needs`: what needs a person, the most pressing first.
//!
//! Not for: doing something about it. Invariant: needs that are there end with exit code 1, so that scripts can ask.

use certctl_api::needs::{Need, NeedBand, NeedSnoozed, SnoozeNeed};
use clap::Args;
use serde_json::Value;

use crate::arguments::{one_of, seconds};
use crate::commands::stats::Part;
use crate::failure::Failure;
use crate::output::Exit;
use crate::query::Query;
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl needs ...`
#[derive(Debug, Args)]
pub(crate) struct Needs {
    /// Only those that turn into an outage this soon, or that wait for an answer
    #[arg(long, value_parser = one_of(NeedBand::ALL, NeedBand::as_str), ignore_case = true)]
    band: Option<NeedBand>,
    /// The most that is shown, 1 to 200; 50 when absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: Option<u32>,
    #[command(flatten)]
    part: Part,
    /// Those too that you have hidden
    #[arg(long)]
    hidden: bool,
    /// Hide the need with this id from you, for as long as --for says, or --until-change
    #[arg(long, value_name = "ID")]
    snooze: Option<String>,
    /// For how long, such as 4h
    #[arg(long = "for", value_name = "DURATION", value_parser = seconds, requires = "snooze")]
    for_seconds: Option<i64>,
    /// Until it touches more or less than now, or becomes more urgent
    #[arg(long, requires = "snooze", conflicts_with = "for_seconds")]
    until_change: bool,
    /// Why, for the list of what is hidden and for the audit trail
    #[arg(long, requires = "snooze")]
    reason: Option<String>,
    /// Show the need with this id to you again
    #[arg(long, value_name = "ID", conflicts_with = "snooze")]
    wake: Option<String>,
}

/// The list behind a need, as it is asked for.
fn rows(need: &Need) -> String {
    let query: Vec<String> = need.rows.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if query.is_empty() { need.rows.path.clone() } else { format!("{}?{}", need.rows.path, query.join("&")) }
}

const NEEDS: &[Column<Need>] = &[
    Column::new("When", |need, _| need.band.to_string()),
    Column::new("Deadline", |need, _| or_dash(need.deadline)),
    Column::new("What", |need, _| need.title.clone()),
    Column::new("Certificates", |need, _| need.blast.certificates.to_string()),
    Column::new("Targets", |need, _| need.blast.targets.to_string()),
    Column::new("Alerts", |need, _| {
        let alerts = &need.alerts;
        match (alerts.open, alerts.acknowledged, alerts.snoozed) {
            (0, 0, 0) => "-".to_owned(),
            (0, 0, snoozed) => format!("{snoozed} snoozed"),
            (open, acknowledged, _) => format!("{open} open, {acknowledged} known"),
        }
    }),
    Column::new("Rows", |need, _| rows(need)),
    Column::wide("Id", |need, _| need.id.clone()),
    Column::wide("Hidden until", |need, _| {
        if need.hidden_until_change { "it changes".to_owned() } else { or_dash(need.hidden_until) }
    }),
    Column::wide("Hidden because", |need, _| or_dash(need.hidden_because.as_ref())),
];

impl Needs {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        if let Some(cause) = &self.snooze {
            let body = SnoozeNeed {
                cause: cause.clone(),
                for_seconds: self.for_seconds,
                until_change: self.until_change.then_some(true),
                reason: self.reason.clone(),
            };
            let done: NeedSnoozed = session.client.post("/needs/snooze", &body).await?;
            let until = if done.until_change { "it changes".to_owned() } else { done.until.to_string() };
            session.console.say(&format!("{cause} is hidden from you until {until}"))?;
            return Ok(Exit::Ok);
        }
        if let Some(cause) = &self.wake {
            let query = Query::default().with("cause", Some(cause));
            let _: Value = session.client.delete(&query.after("/needs/snooze")).await?;
            session.console.say(&format!("{cause} is shown to you again"))?;
            return Ok(Exit::Ok);
        }
        let query = Query::default()
            .with("band", self.band)
            .with("limit", self.limit)
            .with("hidden", self.hidden.then_some(true));
        let query = self.part.narrow(query);
        let value: Value = session.client.read(&query.after("/needs")).await?;
        let items = value["items"].as_array().cloned().unwrap_or_default();
        let exit = if items.is_empty() { Exit::Ok } else { Exit::Negative };
        if session.console.format.is_machine() {
            session.console.document(&value)?;
        } else {
            session.console.rows("GET /needs", &items, NEEDS)?;
        }
        Ok(exit)
    }
}
