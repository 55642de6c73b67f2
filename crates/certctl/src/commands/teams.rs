//! `certctl teams`: whose a certificate is.
//!
//! Not for: owners. Invariant: a team that something refers to is not deleted; the server says what does.

use certctl_api::teams::{CreateTeam, Team, UpdateTeam};
use certctl_core::id::TeamId;
use clap::Subcommand;

use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::Column;

/// `certctl teams ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Teams {
    /// All teams
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One team
    Show {
        /// Such as t-web
        id: TeamId,
    },
    /// A new team
    Create {
        /// A chosen id, such as t-web
        #[arg(long)]
        id: Option<TeamId>,
        /// Its name
        #[arg(long)]
        name: String,
    },
    /// Change a team
    Update {
        /// Such as t-web
        id: TeamId,
        /// Its name
        #[arg(long)]
        name: String,
    },
    /// Delete a team that nothing refers to
    Delete {
        /// Such as t-web
        id: TeamId,
    },
}

const COLUMNS: &[Column<Team>] = &[
    Column::new("Id", |team, _| team.id.to_string()),
    Column::new("Name", |team, _| team.name.clone()),
    Column::wide("Created", |team, view| view.time(team.created_at)),
    Column::wide("Changed", |team, view| view.time(team.updated_at)),
    Column::show("Revision", |team, _| team.revision.to_string()),
];

impl Teams {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => list(session, "/teams", Query::default(), paging, COLUMNS).await,
            Self::Show { id } => session.show(&format!("/teams/{id}"), COLUMNS).await,
            Self::Create { id, name } => {
                session.post("/teams", &CreateTeam { id: id.clone(), name: name.clone() }, COLUMNS).await
            }
            Self::Update { id, name } => {
                session
                    .patch(&format!("/teams/{id}"), &UpdateTeam { name: Some(name.clone()) }, COLUMNS)
                    .await
            }
            Self::Delete { id } => session.delete(&format!("/teams/{id}"), &format!("{id} is deleted")).await,
        }
    }
}
