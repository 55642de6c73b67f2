//! `certctl sessions`: who is signed in to the dashboard, and ending it; and `certctl roles`: what each role may do.
//!
//! Not for: signing in (browsers do that; programs send their key). Invariant: without `--everybody` or `--user` only one's
//! own sessions are meant.

use certctl_api::auth::RoleView;
use certctl_api::sessions::Session as Shown;
use certctl_core::id::{SessionId, UserId};
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::Column;

/// `certctl sessions ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Sessions {
    /// Sessions that have not ended: one's own, unless others' are asked for
    List {
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        paging: Paging,
    },
    /// End one session at once
    End {
        /// Such as ses-...
        id: SessionId,
    },
    /// End all sessions at once: one's own, unless others' are meant
    EndAll {
        #[command(flatten)]
        whose: Whose,
    },
}

/// Whose sessions.
#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// Those of everybody (for who manages users)
    #[arg(long, conflicts_with = "user")]
    everybody: bool,
    /// Those of this user (for who manages users)
    #[arg(long, value_name = "USER")]
    user: Option<UserId>,
}

impl Whose {
    fn query(&self) -> Query {
        Query::default().with("all", self.everybody.then_some(true)).with("user_id", self.user.as_ref())
    }
}

const COLUMNS: &[Column<Shown>] = &[
    Column::new("Id", |session, _| session.id.to_string()),
    Column::new("Name", |session, _| session.name.clone()),
    Column::new("Of", |session, _| session.actor.to_string()),
    Column::new("Role", |session, _| session.role.to_string()),
    Column::new("From", |session, _| session.address.clone()),
    Column::new("Last used", |session, view| view.time(session.last_used_at)),
    Column::new("Ends", |session, view| view.time(session.expires_at)),
    Column::wide("Browser", |session, _| session.user_agent.clone()),
    Column::wide("Begun", |session, view| view.time(session.created_at)),
];

impl Sessions {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { whose, paging } => list(session, "/sessions", whose.query(), paging, COLUMNS).await,
            Self::End { id } => session.delete(&format!("/sessions/{id}"), &format!("{id} has ended")).await,
            Self::EndAll { whose } => {
                let ended: Value = session.client.delete(&whose.query().after("/sessions")).await?;
                if session.console.format.is_machine() {
                    session.console.document(&ended)?;
                } else {
                    session.console.say(&format!("{} sessions have ended", ended["ended"]))?;
                }
                Ok(Exit::Ok)
            }
        }
    }
}

const ROLES: &[Column<RoleView>] = &[
    Column::new("Role", |role, _| role.role.to_string()),
    Column::new("For", |role, _| role.description.clone()),
    Column::new("Can be narrowed", |role, _| if role.can_be_scoped { "yes" } else { "no" }.to_owned()),
    Column::wide("Permissions", |role, _| {
        role.permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(", ")
    }),
];

/// `certctl roles`
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(crate) async fn roles(session: &mut Session<'_>) -> Result<Exit, Failure> {
    let answer: Value = session.client.read("/roles").await?;
    if session.console.format.is_machine() {
        session.console.document(&answer)?;
        return Ok(Exit::Ok);
    }
    let rows = answer.as_array().cloned().unwrap_or_default();
    session.console.rows("GET /roles", &rows, ROLES)?;
    Ok(Exit::Ok)
}
