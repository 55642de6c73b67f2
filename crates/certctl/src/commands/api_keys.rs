//! `certctl keys`: API keys.
//!
//! Not for: keys of certificates, which never leave their hosts. Invariant: a secret is printed once, on standard output.

use certctl_api::api_keys::{ApiKey, ApiKeyCreated, CreateApiKey};
use certctl_core::id::ApiKeyId;
use certctl_core::permission::Role;
use clap::Subcommand;
use serde::{Deserialize as _, Serialize};
use serde_json::{Value, json};

use crate::arguments::{one_of, seconds};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::Column;

/// `certctl keys ...`
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeys {
    /// All API keys, without their secrets
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// A new API key; its secret is shown this once
    Create {
        /// Its name: who or what uses it
        #[arg(long)]
        name: String,
        /// What it may do
        #[arg(long, value_parser = one_of(Role::ALL, Role::as_str), ignore_case = true)]
        role: Role,
        /// How long it can be used, such as 90d; for ever when absent
        #[arg(long, value_name = "DURATION", value_parser = seconds)]
        expires: Option<i64>,
    },
    /// End an API key at once
    Revoke {
        /// Such as key-...
        id: ApiKeyId,
    },
    /// A new secret in place of the old one, which ends at once
    Rotate {
        /// Such as key-...
        id: ApiKeyId,
    },
}

const COLUMNS: &[Column<ApiKey>] = &[
    Column::new("Id", |key, _| key.id.to_string()),
    Column::new("Name", |key, _| key.name.clone()),
    Column::new("Role", |key, _| key.role.to_string()),
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
            Self::List { paging } => list(session, "/api-keys", Query::default(), paging, COLUMNS).await,
            Self::Create { name, role, expires } => {
                let body = CreateApiKey { name: name.clone(), role: *role, expires_in_seconds: *expires };
                created(session, "/api-keys", &body).await
            }
            Self::Revoke { id } => {
                session
                    .delete(
                        &format!("/api-keys/{id}"),
                        &format!("{id} is revoked: it is refused from now on"),
                    )
                    .await
            }
            Self::Rotate { id } => created(session, &format!("/api-keys/{id}/rotate"), &json!({})).await,
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
