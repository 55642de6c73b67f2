//! `certctl owners`: who answers for a certificate.
//!
//! Not for: teams. Invariant: what is not given stays as it is.

use certctl_api::owners::{CreateOwner, Owner, UpdateOwner};
use certctl_core::id::OwnerId;
use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl owners ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Owners {
    /// All owners
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One owner
    Show {
        /// Such as o-alice
        id: OwnerId,
    },
    /// A new owner
    Create {
        /// A chosen id, such as o-alice
        #[arg(long)]
        id: Option<OwnerId>,
        /// Its name
        #[arg(long)]
        name: String,
        /// Where alerts go
        #[arg(long)]
        email: Option<String>,
    },
    /// Change an owner
    Update {
        /// Such as o-alice
        id: OwnerId,
        #[command(flatten)]
        changes: Changes,
    },
    /// Delete an owner that nothing refers to
    Delete {
        /// Such as o-alice
        id: OwnerId,
    },
}

/// What can be changed of an owner.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// Its name
    #[arg(long)]
    name: Option<String>,
    /// Where alerts go
    #[arg(long)]
    email: Option<String>,
}

const COLUMNS: &[Column<Owner>] = &[
    Column::new("Id", |owner, _| owner.id.to_string()),
    Column::new("Name", |owner, _| owner.name.clone()),
    Column::new("Email", |owner, _| or_dash(owner.email.as_ref())),
    Column::wide("Created", |owner, view| view.time(owner.created_at)),
    Column::wide("Changed", |owner, view| view.time(owner.updated_at)),
    Column::show("Revision", |owner, _| owner.revision.to_string()),
];

impl Owners {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => list(session, "/owners", Query::default(), paging, COLUMNS).await,
            Self::Show { id } => session.show(&format!("/owners/{id}"), COLUMNS).await,
            Self::Create { id, name, email } => {
                let body = CreateOwner { id: id.clone(), name: name.clone(), email: email.clone() };
                session.post("/owners", &body, COLUMNS).await
            }
            Self::Update { id, changes } => {
                let body = UpdateOwner { name: changes.name.clone(), email: changes.email.clone().map(Some) };
                session.patch(&format!("/owners/{id}"), &body, COLUMNS).await
            }
            Self::Delete { id } => {
                session.delete(&format!("/owners/{id}"), &format!("{id} is deleted")).await
            }
        }
    }
}
