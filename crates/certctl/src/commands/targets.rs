//! `certctl targets`: places to deploy to.
//!
//! Not for: deploying (`certs deploy`). Invariant: a configuration is sent as given; the schema of its kind is the server's.

use certctl_api::targets::{CreateTarget, Target, TargetKind, UpdateTarget};
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, TargetId};
use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::arguments::ConfigArguments;
use crate::commands::issuers::pretty;
use crate::commands::lists;
use crate::failure::Failure;
use crate::output::Exit;
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
        paging: Paging,
    },
    /// What the targets that match are made of: how many have which kind and agent
    Facets {
        #[command(flatten)]
        filters: Filters,
    },
    /// Cursors all over the list, for going to any part of it at once
    Anchors {
        #[command(flatten)]
        filters: Filters,
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
}

impl Filters {
    fn query(&self) -> Query {
        Query::default().with("kind", self.kind.as_ref()).with("agent_id", self.agent.as_ref())
    }
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
    Column::wide("Created", |target, view| view.time(target.created_at)),
    Column::wide("Changed", |target, view| view.time(target.updated_at)),
    Column::show("Revision", |target, _| target.revision.to_string()),
    Column::show("Config", |target, _| pretty(&target.config)),
];

const KIND_COLUMNS: &[Column<TargetKind>] = &[
    Column::new("Kind", |kind, _| kind.kind.clone()),
    Column::new("Title", |kind, _| kind.title.clone()),
    Column::new("Fields", |kind, _| crate::commands::issuers::schema_fields(&kind.schema)),
];

impl Targets {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                list(session, "/targets", filters.query(), paging, COLUMNS).await
            }
            Self::Facets { filters } => lists::facets(session, "/targets", &filters.query()).await,
            Self::Anchors { filters } => lists::anchors(session, "/targets", &filters.query()).await,
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
