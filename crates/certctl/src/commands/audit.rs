//! `certctl audit`: the audit trail.
//!
//! Not for: the log of requests. Invariant: `verify` ends with 1 when anything is not as it was sealed.

use std::net::IpAddr;

use certctl_api::audit::{AuditEvent, AuditHistogram, AuditVerification};
use certctl_core::actor::ActorKind;
use certctl_core::audit::Outcome;
use certctl_core::id::AuditEventId;
use certctl_core::time::{Ts, humane_seconds};
use clap::{Args, Subcommand};
use serde::Deserialize as _;
use serde_json::Value;

use crate::arguments::{When, one_of};
use crate::commands::exports::ExportFile;
use crate::commands::issuers::pretty;
use crate::commands::lists;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, commas, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl audit ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Audit events, newest first
    List {
        #[command(flatten)]
        filters: Filters,
        #[command(flatten)]
        paging: Paging,
    },
    /// What the events that match are made of: how many have which kind of actor, action and outcome
    Facets {
        #[command(flatten)]
        filters: Filters,
    },
    /// How the events that match lie in time
    Histogram {
        #[command(flatten)]
        filters: Filters,
    },
    /// Cursors all over the list, for going to any part of it at once
    Anchors {
        #[command(flatten)]
        filters: Filters,
    },
    /// All that match, as a file: CSV, or JSON and NDJSON with the seals by which the file can be checked
    Export {
        #[command(flatten)]
        filters: Filters,
        #[command(flatten)]
        export: ExportFile,
    },
    /// One audit event with its facts
    Show {
        /// Such as ae-...
        id: AuditEventId,
    },
    /// Check every row, the chain of batches and their signatures; exit code 1 when something was changed
    Verify,
}

/// Which events.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// By whom: the id of a key or agent, or the name of a task
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// By any of these kinds of actor
    #[arg(long, value_delimiter = ',', value_parser = one_of(ActorKind::ALL, ActorKind::as_str), ignore_case = true)]
    actor_kind: Vec<ActorKind>,
    /// What, such as certificate.create
    #[arg(long)]
    action: Option<String>,
    /// On which object, such as mc-api-prod
    #[arg(long, value_name = "ID")]
    object: Option<String>,
    /// How it ended
    #[arg(long, value_parser = one_of(Outcome::ALL, Outcome::as_str), ignore_case = true)]
    outcome: Option<Outcome>,
    /// From: a time, or a duration such as 2h back from now
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    since: Option<When>,
    /// Until: a time, or a duration back from now
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    until: Option<When>,
    /// From this address, such as 192.0.2.7
    #[arg(long, value_name = "ADDRESS")]
    source: Option<IpAddr>,
    /// With this text in its summary or facts, or exactly this id as object, actor or request
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl Filters {
    fn query(&self, now: Ts) -> Query {
        Query::default()
            .with("actor", self.actor.as_ref())
            .with("actor_kind", commas(&self.actor_kind))
            .with("action", self.action.as_ref())
            .with("object", self.object.as_ref())
            .with("outcome", self.outcome)
            .with("since", self.since.map(|since| since.ago(now)))
            .with("until", self.until.map(|until| until.ago(now)))
            .with("source_address", self.source)
            .with("q", self.search.as_ref())
    }
}

const fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Success => Tone::Good,
        Outcome::Denied | Outcome::Failure => Tone::Bad,
    }
}

const COLUMNS: &[Column<AuditEvent>] = &[
    Column::new("At", |event, view| view.time(event.at)),
    Column::new("Actor", |event, _| event.actor_name.clone().unwrap_or_else(|| event.actor.to_string())),
    Column::new("Action", |event, _| event.action.clone()),
    Column::new("Object", |event, _| event.object_id.clone()),
    Column::toned("Outcome", |event, _| event.outcome.to_string(), |event| tone(event.outcome)),
    Column::new("Summary", |event, _| event.summary.clone()),
    Column::wide("Id", |event, _| event.id.to_string()),
    Column::wide("Request", |event, _| or_dash(event.request_id.as_ref())),
    Column::wide("From", |event, _| or_dash(event.source_address.as_ref())),
    Column::show("Actor id", |event, _| event.actor.to_string()),
    Column::show("Place", |event, _| event.seq.to_string()),
    Column::show("Object kind", |event, _| event.object_kind.clone()),
    Column::show("Details", |event, _| pretty(&event.details)),
];

const HISTOGRAM: &[Column<AuditHistogram>] = &[
    Column::new("Events", |found, _| found.total.to_string()),
    Column::new("From", |found, view| view.time(found.from)),
    Column::new("Until", |found, view| view.time(found.until)),
    Column::new("Step", |found, _| humane_seconds(found.step_seconds)),
    Column::show("Done, refused, failed", |found, view| {
        let steps = found.steps.iter().map(|step| {
            format!("{}: {}, {}, {}", view.time(step.at), step.success, step.denied, step.failure)
        });
        steps.collect::<Vec<_>>().join("\n")
    }),
];

impl Audit {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                list(session, "/audit", filters.query(session.console.now()), paging, COLUMNS).await
            }
            Self::Facets { filters } => {
                lists::facets(session, "/audit", &filters.query(session.console.now())).await
            }
            Self::Histogram { filters } => {
                let query = filters.query(session.console.now());
                session.show(&query.after("/audit/histogram"), HISTOGRAM).await
            }
            Self::Anchors { filters } => {
                lists::anchors(session, "/audit", &filters.query(session.console.now())).await
            }
            Self::Export { filters, export } => {
                export.run(session, "/audit/export", filters.query(session.console.now())).await
            }
            Self::Show { id } => session.show(&format!("/audit/{id}"), COLUMNS).await,
            Self::Verify => verify(session).await,
        }
    }
}

async fn verify(session: &mut Session<'_>) -> Result<Exit, Failure> {
    let answer: Value = session.client.read("/audit/verify").await?;
    let found = AuditVerification::deserialize(&answer).map_err(|error| Failure::Answer {
        what: "GET /audit/verify".to_owned(),
        detail: error.to_string(),
    })?;
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(&answer)?;
    } else if found.ok {
        console.say(&Tone::Good.paint(&format!(
            "the audit trail is as it was sealed: {} events in {} batches, {} not sealed yet",
            found.events, found.batches, found.unsealed
        )))?;
    }
    if found.ok {
        return Ok(Exit::Ok);
    }
    Err(Failure::Negative {
        what: format!("the audit trail is not as it was sealed: {}", found.findings.join("; ")),
        next: "keep a copy of the database as it is, compare it with a backup, and find out who had access"
            .to_owned(),
    })
}
