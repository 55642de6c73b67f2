//! `certctl targets`: places to deploy to.
//!
//! Not for: deploying (`certs deploy`). Invariant: a configuration is sent as given; the schema of its kind is the server's.

use certctl_api::targets::{CreateTarget, Target, TargetKind, UpdateTarget};
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, CertificateId, TargetId, TargetTestId};
use certctl_core::target_test::TargetTestState;
use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::arguments::ConfigArguments;
use crate::commands::issuers::pretty;
use crate::commands::lists;
use crate::commands::target_tests::{self, Test};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::Column;

/// `certctl targets ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Targets {
    /// All targets, or those that match
    List {
        #[command(flatten)]
        filters: Filters,
        #[command(flatten)]
        order: Order,
        #[command(flatten)]
        paging: Paging,
    },
    /// What the targets that match are made of: how many have which kind, agent, environment and last test
    Facets {
        #[command(flatten)]
        filters: Filters,
    },
    /// Cursors all over the list, for going to any part of it at once
    Anchors {
        #[command(flatten)]
        filters: Filters,
        #[command(flatten)]
        order: Order,
    },
    /// One target
    Show {
        /// Such as tgt-web-1
        id: TargetId,
    },
    /// A new target
    Create {
        /// A chosen id, such as tgt-web-1
        #[arg(long)]
        id: Option<TargetId>,
        /// Its name, for people
        #[arg(long)]
        name: String,
        /// Such as nginx; `certctl targets kinds` lists them
        #[arg(long)]
        kind: String,
        /// Who deploys there
        #[arg(long, value_name = "ID")]
        agent: AgentId,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Change a target
    Update {
        /// Such as tgt-web-1
        id: TargetId,
        #[command(flatten)]
        changes: Changes,
    },
    /// Delete a target; its files stay on the host
    Delete {
        /// Such as tgt-web-1
        id: TargetId,
    },
    /// Test a target, or one that is not saved: each check as it ends; exit code 1 when one fails
    Test(Test),
    /// The last tests of a target
    Tests {
        /// Such as tgt-web-1
        id: TargetId,
    },
    /// One test, as far as it is
    ShowTest {
        /// Such as tt-01k...
        id: TargetTestId,
    },
    /// The kinds of target, with the schema of their configuration
    Kinds,
}

/// Which targets.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Of these kinds, such as nginx,file or -file
    #[arg(long, value_name = "KIND", allow_hyphen_values = true)]
    kind: Option<Choice<String>>,
    /// That these agents deploy to; -ag-web-1 for the others
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    agent: Option<Choice<AgentId>>,
    /// That serve these certificates; none for those that serve none
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    certificate: Option<Choice<CertificateId>>,
    /// Whose agent is of these environments
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    environment: Option<Choice<String>>,
    /// Whose last test is so, such as Failed,Unanswered; none for those that were not tested
    #[arg(long, value_name = "STATE", allow_hyphen_values = true)]
    last_test: Option<Choice<TargetTestState>>,
    /// Whose id, name or configuration holds this text
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
}

impl Filters {
    fn query(&self) -> Query {
        Query::default()
            .with("kind", self.kind.as_ref())
            .with("agent_id", self.agent.as_ref())
            .with("certificate_id", self.certificate.as_ref())
            .with("environment", self.environment.as_ref())
            .with("last_test", self.last_test.as_ref())
            .with("q", self.query.as_ref())
    }
}

/// The orders of the list.
const SORTS: [&str; 8] = ["name", "-name", "created", "-created", "updated", "-updated", "kind", "-kind"];

/// The order.
#[derive(Debug, Args)]
pub(crate) struct Order {
    /// The order; by id when absent, `-` before it for the other way round
    #[arg(long, value_parser = SORTS, allow_hyphen_values = true)]
    sort: Option<String>,
}

/// What can be changed of a target.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// Its name, for people
    #[arg(long)]
    name: Option<String>,
    /// The whole configuration anew, JSON or YAML; `-` for standard input
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// One field of the configuration, NAME=VALUE; the others stay as they are unless --config is given
    #[arg(long = "set", value_name = "NAME=VALUE")]
    fields: Vec<String>,
}

const COLUMNS: &[Column<Target>] = &[
    Column::new("Id", |target, _| target.id.to_string()),
    Column::new("Name", |target, _| target.name.clone()),
    Column::new("Kind", |target, _| target.kind.clone()),
    Column::new("Agent", |target, _| target.agent_id.to_string()),
    Column::toned(
        "Last test",
        |target, _| target.last_test.as_ref().map_or_else(|| "-".to_owned(), |test| test.state.to_string()),
        |target| target.last_test.as_ref().map_or(Tone::Plain, |test| target_tests::tone(test.state)),
    ),
    Column::wide("Tested", |target, view| view.time(target.last_test.as_ref().map(|test| test.at))),
    Column::wide("Created", |target, view| view.time(target.created_at)),
    Column::wide("Changed", |target, view| view.time(target.updated_at)),
    Column::show("Revision", |target, _| target.revision.to_string()),
    Column::show("Config", |target, _| pretty(&target.config)),
];

const KIND_COLUMNS: &[Column<TargetKind>] = &[
    Column::new("Kind", |kind, _| kind.kind.clone()),
    Column::new("Title", |kind, _| kind.title.clone()),
    Column::new("Fields", |kind, _| crate::commands::issuers::schema_fields(&kind.schema)),
    Column::wide("Checks", |kind, _| {
        kind.checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>().join(", ")
    }),
];

impl Targets {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, order, paging } => {
                let query = filters.query().with("sort", order.sort.as_ref());
                list(session, "/targets", query, paging, COLUMNS).await
            }
            Self::Facets { filters } => lists::facets(session, "/targets", &filters.query()).await,
            Self::Anchors { filters, order } => {
                let query = filters.query().with("sort", order.sort.as_ref());
                lists::anchors(session, "/targets", &query).await
            }
            Self::Show { id } => session.show(&format!("/targets/{id}"), COLUMNS).await,
            Self::Create { id, name, kind, agent, config } => {
                let body = CreateTarget {
                    id: id.clone(),
                    name: name.clone(),
                    kind: kind.clone(),
                    config: config.value()?.unwrap_or_else(|| Value::Object(Map::new())),
                    agent_id: agent.clone(),
                };
                session.post("/targets", &body, COLUMNS).await
            }
            Self::Update { id, changes } => update(session, id, changes).await,
            Self::Delete { id } => {
                session.delete(&format!("/targets/{id}"), &format!("{id} is deleted")).await
            }
            Self::Test(test) => test.run(session).await,
            Self::Tests { id } => {
                let path = format!("/targets/{id}/tests");
                let answer: Value = session.client.read(&path).await?;
                if session.console.format.is_machine() {
                    session.console.document(&answer)?;
                } else {
                    let tests = answer.as_array().cloned().unwrap_or_default();
                    session.console.rows(&format!("GET {path}"), &tests, target_tests::COLUMNS)?;
                }
                Ok(Exit::Ok)
            }
            Self::ShowTest { id } => {
                session.show(&format!("/target-tests/{id}"), target_tests::COLUMNS).await
            }
            Self::Kinds => crate::commands::issuers::kinds(session, "/target-kinds", KIND_COLUMNS).await,
        }
    }
}

async fn update(session: &mut Session<'_>, id: &TargetId, changes: &Changes) -> Result<Exit, Failure> {
    let path = format!("/targets/{id}");
    let given = ConfigArguments { config: changes.config.clone(), fields: changes.fields.clone() };
    // The API replaces a configuration as a whole: single fields are set into the present one.
    let config = if changes.config.is_none() && !changes.fields.is_empty() {
        let present: Value = session.client.read(&path).await?;
        Some(given.onto(present["config"].clone())?)
    } else {
        given.value()?
    };
    let body = UpdateTarget { name: changes.name.clone(), config };
    session.patch(&path, &body, COLUMNS).await
}
