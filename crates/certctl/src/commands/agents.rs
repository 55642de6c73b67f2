//! `certctl agents`: the fleet and its invitations.
//!
//! Not for: being an agent (`certctl-agent`). Invariant: a join token is printed once and kept nowhere.

use certctl_api::agents::{Agent, CreateInvitation, Invitation, InvitationCreated, UpdateAgent};
use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, InvitationId};
use certctl_core::job::JobState;
use clap::{Args, Subcommand};
use serde::Deserialize as _;
use serde_json::Value;

use crate::arguments::{one_of, seconds};
use crate::commands::{jobs, lists};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, commas, list};
use crate::session::Session;
use crate::table::{Column, joined, or_dash};

/// `certctl agents ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Agents {
    /// All agents, or those that match
    List {
        #[command(flatten)]
        filters: Filters,
        #[command(flatten)]
        paging: Paging,
    },
    /// What the agents that match are made of: how many have which health, state, version and environment
    Facets {
        #[command(flatten)]
        filters: Filters,
    },
    /// Cursors all over the list, for going to any part of it at once
    Anchors {
        #[command(flatten)]
        filters: Filters,
    },
    /// One agent
    Show {
        /// Such as ag-web-1
        id: AgentId,
    },
    /// The jobs that it makes the key for or deploys, newest first
    Jobs {
        /// Such as ag-web-1
        id: AgentId,
        /// Only those in any of these states
        #[arg(long, value_delimiter = ',', value_parser = one_of(JobState::ALL, JobState::as_str), ignore_case = true)]
        state: Vec<JobState>,
        #[command(flatten)]
        paging: Paging,
    },
    /// A one-time join token, as the line to paste on the host
    Invite {
        /// The agent's name; its id will be ag-NAME
        #[arg(long)]
        name: String,
        /// How long the token can be used, such as 1h (the default); 7d at most
        #[arg(long, value_name = "DURATION", value_parser = seconds)]
        expires: Option<i64>,
    },
    /// The invitations that were made
    Invitations {
        #[command(flatten)]
        paging: Paging,
    },
    /// Withdraw an invitation that was not used
    Withdraw {
        /// Such as inv-...
        id: InvitationId,
    },
    /// Refuse an agent until it is activated again
    Quarantine {
        /// Such as ag-web-1
        id: AgentId,
    },
    /// Let a quarantined agent work again
    Activate {
        /// Such as ag-web-1
        id: AgentId,
    },
    /// Take an agent out of the fleet for good
    Retire {
        /// Such as ag-web-1
        id: AgentId,
        /// Also when it still holds keys of certificates, serves targets or sets the records of a DNS provider
        #[arg(long)]
        force: bool,
    },
    /// Change an agent
    Update {
        /// Such as ag-web-1
        id: AgentId,
        #[command(flatten)]
        changes: Changes,
    },
}

/// Which agents.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// In any of these states
    #[arg(long, value_delimiter = ',', value_parser = one_of(AgentState::ALL, AgentState::as_str), ignore_case = true)]
    state: Vec<AgentState>,
    /// Any of these
    #[arg(long, value_delimiter = ',', value_parser = one_of(AgentHealth::ALL, AgentHealth::as_str), ignore_case = true)]
    health: Vec<AgentHealth>,
    /// Of these environments, such as production,staging or -production
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    environment: Option<Choice<String>>,
    /// With any of these versions of the program; -1.0.0 for the others
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    program: Option<Choice<String>>,
    /// Whose name holds this text
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
}

impl Filters {
    fn query(&self) -> Query {
        Query::default()
            .with("state", commas(&self.state))
            .with("health", commas(&self.health))
            .with("environment", self.environment.as_ref())
            .with("version", self.program.as_ref())
            .with("q", self.query.as_ref())
    }
}

/// What can be changed of an agent.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// Its name, for people
    #[arg(long)]
    name: Option<String>,
    /// Such as production; an empty one takes it away
    #[arg(long)]
    environment: Option<String>,
}

const fn state_tone(state: AgentState) -> Tone {
    match state {
        AgentState::Active => Tone::Good,
        AgentState::Quarantined => Tone::Bad,
        AgentState::Retired => Tone::Faint,
    }
}

const fn health_tone(health: AgentHealth) -> Tone {
    match health {
        AgentHealth::Online => Tone::Good,
        AgentHealth::Late => Tone::Notice,
        AgentHealth::Offline => Tone::Bad,
    }
}

const COLUMNS: &[Column<Agent>] = &[
    Column::new("Id", |agent, _| agent.id.to_string()),
    Column::toned("State", |agent, _| agent.state.to_string(), |agent| state_tone(agent.state)),
    Column::toned("Health", |agent, _| agent.health.to_string(), |agent| health_tone(agent.health)),
    Column::new("Last seen", |agent, view| view.time(agent.last_seen_at)),
    Column::new("Certificates", |agent, _| agent.certificates.to_string()),
    Column::new("Targets", |agent, _| agent.targets.to_string()),
    Column::wide("Renews next", |agent, view| view.time(agent.next_renewal_at)),
    Column::new("Version", |agent, _| or_dash(agent.version.as_ref())),
    Column::wide("Name", |agent, _| agent.name.clone()),
    Column::wide("Platform", |agent, _| or_dash(agent.platform.as_ref())),
    Column::wide("Environment", |agent, _| or_dash(agent.environment.as_ref())),
    Column::wide("Target kinds", |agent, _| joined(&agent.capabilities)),
    Column::wide("DNS providers", |agent, _| {
        let names: Vec<String> = agent.dns_providers.iter().map(|one| one.name.clone()).collect();
        joined(&names)
    }),
    Column::wide("Identity ends", |agent, view| view.time(agent.identity_not_after)),
    Column::show("Joined", |agent, view| view.time(agent.created_at)),
    Column::show("Changed", |agent, view| view.time(agent.updated_at)),
    Column::show("Revision", |agent, _| agent.revision.to_string()),
];

const INVITATION_COLUMNS: &[Column<Invitation>] = &[
    Column::new("Id", |invitation, _| invitation.id.to_string()),
    Column::new("Name", |invitation, _| invitation.name.clone()),
    Column::new("Ends", |invitation, view| view.time(invitation.expires_at)),
    Column::new("Used", |invitation, view| view.time(invitation.used_at)),
    Column::new("By", |invitation, _| or_dash(invitation.agent_id.as_ref())),
    Column::wide("Created", |invitation, view| view.time(invitation.created_at)),
];

impl Agents {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                list(session, "/agents", filters.query(), paging, COLUMNS).await
            }
            Self::Facets { filters } => lists::facets(session, "/agents", &filters.query()).await,
            Self::Anchors { filters } => lists::anchors(session, "/agents", &filters.query()).await,
            Self::Show { id } => session.show(&format!("/agents/{id}"), COLUMNS).await,
            Self::Jobs { id, state, paging } => {
                let query = Query::default().with("state", commas(state));
                list(session, &format!("/agents/{id}/jobs"), query, paging, jobs::COLUMNS).await
            }
            Self::Invite { name, expires } => invite(session, name, *expires).await,
            Self::Invitations { paging } => {
                list(session, "/agents/invitations", Query::default(), paging, INVITATION_COLUMNS).await
            }
            Self::Withdraw { id } => {
                session.delete(&format!("/agents/invitations/{id}"), &format!("{id} is withdrawn")).await
            }
            Self::Quarantine { id } => set_state(session, id, AgentState::Quarantined).await,
            Self::Activate { id } => set_state(session, id, AgentState::Active).await,
            Self::Retire { id, force } => {
                let path =
                    Query::default().with("force", force.then_some(true)).after(&format!("/agents/{id}"));
                session.delete(&path, &format!("{id} is retired: it is refused from now on")).await
            }
            Self::Update { id, changes } => {
                let body = UpdateAgent {
                    name: changes.name.clone(),
                    environment: changes
                        .environment
                        .clone()
                        .map(|text| Some(text).filter(|text| !text.is_empty())),
                    state: None,
                };
                session.patch(&format!("/agents/{id}"), &body, COLUMNS).await
            }
        }
    }
}

async fn set_state(session: &mut Session<'_>, id: &AgentId, state: AgentState) -> Result<Exit, Failure> {
    let body = UpdateAgent { name: None, environment: None, state: Some(state) };
    session.patch(&format!("/agents/{id}"), &body, COLUMNS).await
}

async fn invite(session: &mut Session<'_>, name: &str, expires: Option<i64>) -> Result<Exit, Failure> {
    let body = CreateInvitation { name: name.to_owned(), expires_in_seconds: expires };
    let answer: Value = session.client.post("/agents/invitations", &body).await?;
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(&answer)?;
        return Ok(Exit::Ok);
    }
    let created = InvitationCreated::deserialize(&answer).map_err(|error| Failure::Answer {
        what: "POST /agents/invitations".to_owned(),
        detail: error.to_string(),
    })?;
    console.line(&created.command)?;
    let ends = crate::table::relative(created.invitation.expires_at, console.now());
    console.hint(&format!("run it on the host; the token can be used once and ends {ends}"))?;
    Ok(Exit::Ok)
}
