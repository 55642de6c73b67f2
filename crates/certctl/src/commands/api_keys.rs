//! `certctl keys`: API keys.
//!
//! Not for: keys of certificates, which never leave their hosts. Invariant: a secret is printed once, on standard output.

use certctl_api::api_keys::{ApiKey, ApiKeyCreated, CreateApiKey, RotateApiKey, UpdateApiKey};
use certctl_core::id::{ApiKeyId, TeamId};
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;
use clap::{Args, Subcommand};
use serde::{Deserialize as _, Serialize};
use serde_json::Value;

use crate::arguments::{one_of, seconds};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::Column;

/// `certctl keys ...`
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeys {
    /// API keys, without their secrets
    List {
        /// Only those with this role
        #[arg(long, value_parser = one_of(Role::ALL, Role::as_str), ignore_case = true)]
        role: Option<Role>,
        /// Only those that can be used now (true), or that were revoked or have ended (false)
        #[arg(long, value_name = "BOOL")]
        usable: Option<bool>,
        /// Only those whose name holds this text, or whose secret begins with it
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One API key
    Show {
        /// Such as key-...
        id: ApiKeyId,
    },
    /// A new API key; its secret is shown this once
    Create {
        /// Its name: who or what uses it
        #[arg(long)]
        name: String,
        /// What it may do
        #[arg(long, value_parser = one_of(Role::ALL, Role::as_str), ignore_case = true)]
        role: Role,
        #[command(flatten)]
        scope: ScopeArguments,
        /// How long it can be used, such as 90d; for ever when absent
        #[arg(long, value_name = "DURATION", value_parser = seconds)]
        expires: Option<i64>,
    },
    /// Change an API key: its name, its scope or its end
    Update {
        /// Such as key-...
        id: ApiKeyId,
        /// Its name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        scope: ScopeChange,
        /// When it ends, such as 2027-03-01T00:00:00Z
        #[arg(long, value_name = "TIME", conflicts_with = "no_end")]
        ends: Option<Ts>,
        /// Let it never end
        #[arg(long)]
        no_end: bool,
    },
    /// End an API key at once
    Revoke {
        /// Such as key-...
        id: ApiKeyId,
    },
    /// A new secret in place of the old one, which ends at once or after a grace period
    Rotate {
        /// Such as key-...
        id: ApiKeyId,
        /// How long the old secret works beside the new one, such as 1h; up to 7d
        #[arg(long, value_name = "DURATION", value_parser = seconds)]
        grace: Option<i64>,
    },
}

/// On which certificates.
#[derive(Debug, Args)]
pub(crate) struct ScopeArguments {
    /// Only certificates of this team; can be given several times
    #[arg(long = "team", value_name = "TEAM")]
    pub(crate) team_ids: Vec<TeamId>,
    /// Only certificates in this environment; can be given several times
    #[arg(long = "environment", value_name = "ENVIRONMENT")]
    pub(crate) environments: Vec<String>,
}

impl ScopeArguments {
    pub(crate) fn scope(&self) -> Scope {
        Scope { team_ids: self.team_ids.clone(), environments: self.environments.clone() }
    }
}

/// Another scope, or none any more.
#[derive(Debug, Args)]
pub(crate) struct ScopeChange {
    #[command(flatten)]
    scope: ScopeArguments,
    /// Lift the scope: let it reach every certificate
    #[arg(long, conflicts_with_all = ["team_ids", "environments"])]
    unscoped: bool,
}

impl ScopeChange {
    /// As the API takes it: absent, null, or the new one.
    pub(crate) fn change(&self) -> Option<Option<Scope>> {
        let scope = self.scope.scope();
        match (self.unscoped, scope.is_everything()) {
            (true, _) => Some(None),
            (false, true) => None,
            (false, false) => Some(Some(scope)),
        }
    }
}

const COLUMNS: &[Column<ApiKey>] = &[
    Column::new("Id", |key, _| key.id.to_string()),
    Column::new("Name", |key, _| key.name.clone()),
    Column::new("Role", |key, _| key.role.to_string()),
    Column::new("Reaches", |key, _| key.scope.to_string()),
    Column::new("Begins with", |key, _| key.prefix.clone()),
    Column::new("Last used", |key, view| view.time(key.last_used_at)),
    Column::new("Ends", |key, view| view.time(key.expires_at)),
    Column::toned(
        "Revoked",
        |key, view| view.time(key.revoked_at),
        |key| if key.revoked_at.is_some() { Tone::Bad } else { Tone::Plain },
    ),
    Column::wide("Created", |key, view| view.time(key.created_at)),
];

impl ApiKeys {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { role, usable, search, paging } => {
                let query = Query::default()
                    .with("role", role.as_ref())
                    .with("usable", usable.as_ref())
                    .with("q", search.as_ref());
                list(session, "/api-keys", query, paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/api-keys/{id}"), COLUMNS).await,
            Self::Create { name, role, scope, expires } => {
                let body = CreateApiKey {
                    name: name.clone(),
                    role: *role,
                    scope: scope.scope(),
                    expires_in_seconds: *expires,
                };
                created(session, "/api-keys", &body).await
            }
            Self::Update { id, name, scope, ends, no_end } => {
                let body = UpdateApiKey {
                    name: name.clone(),
                    scope: scope.change(),
                    expires_at: if *no_end { Some(None) } else { ends.map(Some) },
                };
                session.patch(&format!("/api-keys/{id}"), &body, COLUMNS).await
            }
            Self::Revoke { id } => {
                session
                    .delete(
                        &format!("/api-keys/{id}"),
                        &format!("{id} is revoked: it is refused from now on"),
                    )
                    .await
            }
            Self::Rotate { id, grace } => {
                let body = RotateApiKey { grace_seconds: *grace };
                created(session, &format!("/api-keys/{id}/rotate"), &body).await
            }
        }
    }
}

/// Shows a new key: for people its columns, then the secret alone on the last line.
async fn created(session: &mut Session<'_>, path: &str, body: &impl Serialize) -> Result<Exit, Failure> {
    let answer: Value = session.client.post(path, body).await?;
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(&answer)?;
        return Ok(Exit::Ok);
    }
    let what = format!("POST {path}");
    let key = ApiKeyCreated::deserialize(&answer)
        .map_err(|error| Failure::Answer { what: what.clone(), detail: error.to_string() })?;
    if !console.quiet {
        console.object(&what, &answer["api_key"], COLUMNS)?;
        console.hint("the secret is shown this once:")?;
    }
    console.line(&key.secret)?;
    Ok(Exit::Ok)
}
