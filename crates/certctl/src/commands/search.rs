//! `certctl search`: anything by any handle.
//!
//! Not for: filtered lists. Invariant: nothing found ends with exit code 1, so that scripts can ask.

use certctl_api::search::Found;
use certctl_core::id::TeamId;
use clap::Args;
use serde_json::Value;

use crate::failure::Failure;
use crate::output::Exit;
use crate::query::Query;
use crate::session::Session;
use crate::table::Column;

/// `certctl search ...`
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// A name, id, serial, fingerprint, host:port or request id
    text: String,
    /// The most that is shown, 1 to 50; 20 when absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=50))]
    limit: Option<u32>,
    /// Certificates and jobs of this team only
    #[arg(long, value_name = "ID")]
    team: Option<TeamId>,
}

const FOUND: &[Column<Found>] = &[
    Column::new("Kind", |found, _| found.kind.clone()),
    Column::new("Id", |found, _| found.id.clone()),
    Column::new("Name", |found, _| found.title.clone()),
    Column::new("By", |found, _| format!("{}{}", found.handle, if found.exact { "" } else { " (part)" })),
    Column::new("Detail", |found, _| found.detail.clone()),
];

impl Search {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let query = Query::default()
            .with("q", Some(&self.text))
            .with("limit", self.limit)
            .with("team_id", self.team.as_ref());
        let value: Value = session.client.read(&query.after("/search")).await?;
        let items = value["items"].as_array().cloned().unwrap_or_default();
        let exit = if items.is_empty() { Exit::Negative } else { Exit::Ok };
        if session.console.format.is_machine() {
            session.console.document(&value)?;
        } else {
            session.console.rows("GET /search", &items, FOUND)?;
        }
        Ok(exit)
    }
}
