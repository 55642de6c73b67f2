//! `certctl users`: people who sign in with a user name and a password.
//!
//! Not for: API keys of programs. Invariant: a password is never an argument.

use std::path::PathBuf;

use certctl_api::users::{CreateUser, Person, SetPassword, UpdateUser, User};
use certctl_core::id::UserId;
use certctl_core::permission::Role;
use clap::Subcommand;
use serde_json::Value;

use crate::arguments::one_of;
use crate::commands::api_keys::{ScopeArguments, ScopeChange};
use crate::commands::password::{PasswordSource, current_password};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::Column;

/// `certctl users ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// Users, without their passwords
    List {
        /// Only those with this role
        #[arg(long, value_parser = one_of(Role::ALL, Role::as_str), ignore_case = true)]
        role: Option<Role>,
        /// Only those that are kept out (true), or that are not (false)
        #[arg(long, value_name = "BOOL")]
        disabled: Option<bool>,
        /// Only those whose user name, name or address holds this text
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// The names of those who can be given something, which need no right over users
    People {
        /// Only those whose name holds this text
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One user
    Show {
        /// Such as u-alice
        id: UserId,
    },
    /// A new user, with a password that is asked for or read
    Create {
        /// A chosen id, such as u-alice
        #[arg(long)]
        id: Option<UserId>,
        /// What is typed at sign-in, such as alice
        #[arg(long)]
        username: String,
        /// The user's name; the user name when absent
        #[arg(long)]
        name: Option<String>,
        /// The user's address
        #[arg(long)]
        email: Option<String>,
        /// What the user may do
        #[arg(long, value_parser = one_of(Role::ALL, Role::as_str), ignore_case = true)]
        role: Role,
        #[command(flatten)]
        scope: ScopeArguments,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Change a user: name, address, role or scope
    Update {
        /// Such as u-alice
        id: UserId,
        /// The user's name
        #[arg(long)]
        name: Option<String>,
        /// The user's address; an empty one removes it
        #[arg(long)]
        email: Option<String>,
        /// What the user may do from now on
        #[arg(long, value_parser = one_of(Role::ALL, Role::as_str), ignore_case = true)]
        role: Option<Role>,
        #[command(flatten)]
        scope: ScopeChange,
    },
    /// Keep a user out, and end its sessions at once
    Disable {
        /// Such as u-alice
        id: UserId,
    },
    /// Let a user in again
    Enable {
        /// Such as u-alice
        id: UserId,
    },
    /// Another password for a user, whose sessions end thereby
    Password {
        /// Such as u-alice
        id: UserId,
        #[command(flatten)]
        password: PasswordSource,
        /// Prove to know the present password, which a user's own change needs; asked for without a file
        #[arg(long)]
        own: bool,
        /// The present password in the first line of a file
        #[arg(long, value_name = "FILE", requires = "own")]
        current_password_file: Option<PathBuf>,
    },
    /// Remove a user; the audit trail keeps what it did
    Delete {
        /// Such as u-alice
        id: UserId,
    },
}

const COLUMNS: &[Column<User>] = &[
    Column::new("Id", |user, _| user.id.to_string()),
    Column::new("User name", |user, _| user.username.clone()),
    Column::new("Name", |user, _| user.name.clone()),
    Column::new("Role", |user, _| user.role.to_string()),
    Column::new("Reaches", |user, _| user.scope.to_string()),
    Column::new("Signed in", |user, view| view.time(user.last_sign_in_at)),
    Column::toned(
        "Disabled",
        |user, view| view.time(user.disabled_at),
        |user| if user.disabled { Tone::Bad } else { Tone::Plain },
    ),
    Column::wide("Address", |user, _| user.email.clone().unwrap_or_default()),
    Column::wide("Password set", |user, view| view.time(user.password_changed_at)),
    Column::wide("Created", |user, view| view.time(user.created_at)),
    Column::show("Revision", |user, _| user.revision.to_string()),
];

const PEOPLE: &[Column<Person>] = &[
    Column::new("Id", |person, _| person.id.to_string()),
    Column::new("Name", |person, _| person.name.clone()),
];

const UNCHANGED: UpdateUser = UpdateUser { name: None, email: None, role: None, scope: None, disabled: None };

impl Users {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { role, disabled, search, paging } => {
                let query = Query::default()
                    .with("role", role.as_ref())
                    .with("disabled", disabled.as_ref())
                    .with("q", search.as_ref());
                list(session, "/users", query, paging, COLUMNS).await
            }
            Self::People { search, paging } => {
                list(session, "/people", Query::default().with("q", search.as_ref()), paging, PEOPLE).await
            }
            Self::Show { id } => session.show(&format!("/users/{id}"), COLUMNS).await,
            Self::Create { id, username, name, email, role, scope, password } => {
                let body = CreateUser {
                    id: id.clone(),
                    username: username.clone(),
                    name: name.clone(),
                    email: email.clone(),
                    role: *role,
                    scope: scope.scope(),
                    password: password.new_password()?,
                };
                session.post("/users", &body, COLUMNS).await
            }
            Self::Update { id, name, email, role, scope } => {
                let email = email.as_ref().map(|email| (!email.is_empty()).then(|| email.clone()));
                let body = UpdateUser {
                    name: name.clone(),
                    email,
                    role: *role,
                    scope: scope.change(),
                    disabled: None,
                };
                session.patch(&format!("/users/{id}"), &body, COLUMNS).await
            }
            Self::Disable { id } => {
                let body = UpdateUser { disabled: Some(true), ..UNCHANGED };
                session.patch(&format!("/users/{id}"), &body, COLUMNS).await
            }
            Self::Enable { id } => {
                let body = UpdateUser { disabled: Some(false), ..UNCHANGED };
                session.patch(&format!("/users/{id}"), &body, COLUMNS).await
            }
            Self::Password { id, password, own, current_password_file } => {
                let current_password =
                    if *own { Some(current_password(current_password_file.as_ref())?) } else { None };
                let body = SetPassword { password: password.new_password()?, current_password };
                let _: Value = session.client.post(&format!("/users/{id}/password"), &body).await?;
                if !session.console.format.is_machine() {
                    session.console.say(&format!("{id} has another password; its sessions have ended"))?;
                }
                Ok(Exit::Ok)
            }
            Self::Delete { id } => session.delete(&format!("/users/{id}"), &format!("{id} is removed")).await,
        }
    }
}
