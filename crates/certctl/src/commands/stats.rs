//! `certctl stats`: counts over the inventory.
//!
//! Not for: rows. Invariant: a machine's format is the answer as it came.

use certctl_api::stats::{ExpiryDay, FleetPart, IssuerTotal, KeyValue, RenewalDay};
use certctl_core::id::TeamId;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::Exit;
use crate::query::Query;
use crate::session::Session;
use crate::table::Column;

/// `certctl stats ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Stats {
    /// The inventory in a few numbers
    Summary {
        #[command(flatten)]
        part: Part,
    },
    /// How many certificates end, or are to be renewed, on each day from today on, or in each hour
    Expiry {
        /// How many days, 1 to 400
        #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=400))]
        days: u32,
        /// By hour instead: how many hours from this one on, 1 to 168
        #[arg(long, value_name = "N", conflicts_with = "days", value_parser = clap::value_parser!(u32).range(1..=168))]
        hours: Option<u32>,
        /// The zone whose days are counted, such as Europe/Paris
        #[arg(long, value_name = "ZONE")]
        tz: Option<String>,
        /// Ends, or planned renewals
        #[arg(long, value_enum, default_value_t = Mode::Expiry)]
        mode: Mode,
        #[command(flatten)]
        part: Part,
    },
    /// How issuances and renewals went in the last days
    Renewals {
        /// How many days, 1 to 400
        #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=400))]
        days: u32,
        #[command(flatten)]
        part: Part,
    },
    /// What each issuer signed in the last weeks
    Issuance {
        /// How many weeks, 1 to 104
        #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=104))]
        weeks: u32,
        #[command(flatten)]
        part: Part,
    },
    /// The fleet in numbers
    Fleet {
        /// Only hosts of this environment
        #[arg(long, value_name = "NAME")]
        environment: Option<String>,
    },
}

/// Which part of the inventory.
#[derive(Debug, Args)]
pub(crate) struct Part {
    /// Only certificates of this team
    #[arg(long, value_name = "ID")]
    team: Option<TeamId>,
    /// Only certificates in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
}

impl Part {
    pub(crate) fn narrow(&self, query: Query) -> Query {
        query.with("team_id", self.team.as_ref()).with("environment", self.environment.as_ref())
    }
}

/// What the calendar counts by.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    /// Ends of certificates
    Expiry,
    /// Planned renewals
    Renewal,
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Expiry => "expiry",
            Self::Renewal => "renewal",
        })
    }
}

const VALUES: &[Column<KeyValue>] = &[
    Column::new("What", |value, _| value.name.clone()),
    Column::new("Now", |value, _| value.value.to_string()),
    Column::new("Of", |value, _| value.of.to_string()),
    Column::new("Last days", |value, _| {
        let days =
            value.history.iter().map(|day| day.value.map_or_else(|| "-".to_owned(), |n| n.to_string()));
        days.collect::<Vec<_>>().join(" ")
    }),
];

const DAYS: &[Column<ExpiryDay>] = &[
    Column::new("When", |day, _| day.date.clone()),
    Column::new("Certificates", |day, _| day.count.to_string()),
    Column::new("At risk", |day, _| day.at_risk.to_string()),
];

const RENEWALS: &[Column<RenewalDay>] = &[
    Column::new("Day", |day, _| day.date.clone()),
    Column::new("Issued", |day, _| day.issued.to_string()),
    Column::new("Renewed", |day, _| day.renewed.to_string()),
    Column::new("First try", |day, _| day.first_try.to_string()),
    Column::new("Failed", |day, _| day.failed.to_string()),
];

const ISSUERS: &[Column<IssuerTotal>] = &[
    Column::new("Issuer", |total, _| total.issuer_id.to_string()),
    Column::new("Name", |total, _| total.name.clone()),
    Column::new("Signed", |total, _| total.signed.to_string()),
];

const FLEET: &[Column<FleetRow>] = &[
    Column::new("By", |row, _| row.by.clone()),
    Column::new("Value", |row, _| row.part.value.clone().unwrap_or_else(|| "-".to_owned())),
    Column::new("Agents", |row, _| row.part.agents.to_string()),
];

/// A line of the fleet's table.
#[derive(Debug, serde::Deserialize)]
struct FleetRow {
    by: String,
    #[serde(flatten)]
    part: FleetPart,
}

/// The fleet's parts as lines of one table.
fn fleet_rows(answer: &Value) -> Vec<Value> {
    let parts = ["health", "states", "versions", "platforms", "environments"];
    let lines = parts.iter().flat_map(|by| {
        answer[*by].as_array().into_iter().flatten().map(move |part| {
            let mut line = part.clone();
            line["by"] = json!(by);
            line
        })
    });
    lines.collect()
}

impl Stats {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let path = match self {
            Self::Summary { part } => part.narrow(Query::default()).after("/stats/summary"),
            Self::Expiry { days, hours, tz, mode, part } => {
                let days = hours.is_none().then_some(days);
                let query = Query::default().with("days", days).with("hours", *hours).with("tz", tz.as_ref());
                part.narrow(query.with("mode", Some(mode))).after("/stats/expiry")
            }
            Self::Renewals { days, part } => {
                part.narrow(Query::default().with("days", Some(days))).after("/stats/renewals")
            }
            Self::Issuance { weeks, part } => {
                part.narrow(Query::default().with("weeks", Some(weeks))).after("/stats/issuance")
            }
            Self::Fleet { environment } => {
                Query::default().with("environment", environment.as_ref()).after("/stats/fleet")
            }
        };
        let value: Value = session.client.read(&path).await?;
        let console = &mut session.console;
        if console.format.is_machine() {
            console.document(&value)?;
            return Ok(Exit::Ok);
        }
        let items = |name: &str| value[name].as_array().cloned().unwrap_or_default();
        match self {
            Self::Summary { .. } => console.rows("GET /stats/summary", &items("values"), VALUES)?,
            Self::Expiry { .. } => console.rows("GET /stats/expiry", &items("days"), DAYS)?,
            Self::Renewals { .. } => console.rows("GET /stats/renewals", &items("days"), RENEWALS)?,
            Self::Issuance { .. } => console.rows("GET /stats/issuance", &items("issuers"), ISSUERS)?,
            Self::Fleet { .. } => console.rows("GET /stats/fleet", &fleet_rows(&value), FLEET)?,
        }
        Ok(Exit::Ok)
    }
}
