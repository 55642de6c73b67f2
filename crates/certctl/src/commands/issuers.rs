//! `certctl issuers`: the CAs, and what issuers and targets share: kinds with a schema.
//!
//! Not for: signing. Invariant: secrets of a configuration come from a file, are sent, and are never shown.

use certctl_api::issuers::{
    CreateIssuer, Issuer, IssuerKind, IssuerState, PauseIssuer, PersistentRecord, TestResult, TestStep,
    UpdateIssuer,
};
use certctl_core::id::IssuerId;
use certctl_core::time::humane_seconds;
use clap::Subcommand;
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value, json};

use crate::arguments::ConfigArguments;
use crate::commands::cas::{self, ReplaceArguments};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, View, or_dash};

/// `certctl issuers ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Issuers {
    /// All issuers
    List {
        /// Of this kind
        #[arg(long)]
        kind: Option<String>,
        /// Those that answered when they were last asked to sign, or that did not
        #[arg(long, value_name = "true|false")]
        reachable: Option<bool>,
        /// Those whose own certificate ends before a time, or within a duration such as 90d
        #[arg(long, value_name = "WHEN")]
        expires_before: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One issuer
    Show {
        /// Such as iss-local
        id: IssuerId,
    },
    /// A new issuer
    Create {
        /// A chosen id, such as iss-local
        #[arg(long)]
        id: Option<IssuerId>,
        /// Its name, for people
        #[arg(long)]
        name: String,
        /// Such as local_ca; `certctl issuers kinds` lists them
        #[arg(long)]
        kind: String,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Change an issuer: its name, or the configuration of an authority outside; secrets that are not given stay
    Update {
        /// Such as iss-local
        id: IssuerId,
        /// Its name, for people
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Let an issuer take no new orders: their jobs wait until it is resumed
    Pause {
        /// Such as iss-local
        id: IssuerId,
        /// Why, for those whose jobs wait
        #[arg(long)]
        reason: Option<String>,
    },
    /// Let an issuer take orders again: what has waited runs at once
    Resume {
        /// Such as iss-local
        id: IssuerId,
    },
    /// Replace the key of the account at an ACME server; may be repeated after a failure
    RollKey {
        /// Such as iss-acme
        id: IssuerId,
    },
    /// The TXT record that proves control of a name by dns-persist-01, to be set once
    PersistentRecord {
        /// Such as iss-acme
        id: IssuerId,
        /// A DNS name or a wildcard, such as www.example.org
        name: String,
    },
    /// Replace the issuing CA of a local CA: the one before drains until all that it signed has ended
    ReplaceCa {
        /// Such as iss-local
        id: IssuerId,
        #[command(flatten)]
        change: ReplaceArguments,
    },
    /// Delete an issuer that no certificate uses
    Delete {
        /// Such as iss-local
        id: IssuerId,
    },
    /// Try whether an issuer works; exit code 1 when it does not
    Test {
        /// Such as iss-local
        id: IssuerId,
    },
    /// The kinds of issuer, with the schema of their configuration
    Kinds,
    /// The CA certificates of an issuer (PEM), issuing one first
    Chain {
        /// Such as iss-local
        id: IssuerId,
    },
}

const COLUMNS: &[Column<Issuer>] = &[
    Column::new("Id", |issuer, _| issuer.id.to_string()),
    Column::new("Name", |issuer, _| issuer.name.clone()),
    Column::new("Kind", |issuer, _| issuer.kind.clone()),
    Column::toned("State", state, tone),
    Column::new("Last signed", |issuer, view| view.time(issuer.health.last_success_at)),
    Column::new("Ends", |issuer, view| view.time(issuer.not_after)),
    Column::wide("Open jobs", |issuer, _| issuer.health.open_jobs.to_string()),
    Column::wide("Latency", |issuer, _| {
        issuer.health.latency_ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms} ms"))
    }),
    Column::wide("Signed/failed (24 h)", |issuer, _| {
        format!("{}/{}", issuer.health.signed, issuer.health.failed)
    }),
    Column::show("Paused", |issuer, view| view.time(issuer.paused_at)),
    Column::show("Because", |issuer, _| or_dash(issuer.paused_because.as_ref())),
    Column::show("Last failure", |issuer, view| view.time(issuer.health.last_failure_at)),
    Column::show("Failure", |issuer, _| or_dash(issuer.health.last_failure.as_ref())),
    Column::wide("Created", |issuer, view| view.time(issuer.created_at)),
    Column::wide("Changed", |issuer, view| view.time(issuer.updated_at)),
    Column::show("Revision", |issuer, _| issuer.revision.to_string()),
    Column::show("Left alone until", |issuer, view| view.time(issuer.health.limited_until)),
    Column::show("Its words", |issuer, _| or_dash(issuer.health.limited_because.as_ref())),
    Column::show("New orders", |issuer, view| {
        issuer.health.budget.as_ref().map_or_else(
            || "-".to_owned(),
            |budget| {
                let next = budget.next_at.map(|at| format!(", the next {}", view.time(Some(at))));
                let window = humane_seconds(budget.window_seconds);
                format!("{} of {} within {window}{}", budget.used, budget.limit, next.unwrap_or_default())
            },
        )
    }),
    Column::show("Config", |issuer, _| pretty(&issuer.config)),
    Column::show("Secrets", |issuer, _| {
        if issuer.secrets.is_empty() { "-".to_owned() } else { issuer.secrets.join(", ") }
    }),
    Column::show("Chain", |issuer, _| issuer.chain_pem.clone()),
];

fn state(issuer: &Issuer, _: &View) -> String {
    if issuer.paused_at.is_some() { "paused".to_owned() } else { issuer.health.state.to_string() }
}

const fn tone(issuer: &Issuer) -> Tone {
    match (issuer.paused_at, issuer.health.state) {
        (Some(_), _) => Tone::Notice,
        (None, IssuerState::Ok) => Tone::Good,
        (None, IssuerState::Failing) => Tone::Bad,
        (None, IssuerState::Unknown) => Tone::Faint,
    }
}

const KIND_COLUMNS: &[Column<IssuerKind>] = &[
    Column::new("Kind", |kind, _| kind.kind.clone()),
    Column::new("Title", |kind, _| kind.title.clone()),
    Column::new("Fields", |kind, _| schema_fields(&kind.schema)),
];

const RECORD_COLUMNS: &[Column<PersistentRecord>] = &[
    Column::new("Record", |found, _| found.record.clone()),
    Column::new("Text", |found, _| found.texts.join("\nor ")),
];

const STEP_COLUMNS: &[Column<TestStep>] = &[
    Column::new("Step", |step, _| step.name.clone()),
    Column::toned(
        "Outcome",
        |step, _| if step.ok { "ok".to_owned() } else { "failed".to_owned() },
        |step| if step.ok { Tone::Good } else { Tone::Bad },
    ),
    Column::new("Took", |step, _| format!("{} ms", step.milliseconds)),
    Column::new("Detail", |step, _| step.detail.clone()),
];

impl Issuers {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { kind, reachable, expires_before, paging } => {
                let filters = Query::default()
                    .with("kind", kind.as_ref())
                    .with("reachable", *reachable)
                    .with("expires_before", expires_before.as_ref());
                list(session, "/issuers", filters, paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/issuers/{id}"), COLUMNS).await,
            Self::Create { id, name, kind, config } => {
                let body = CreateIssuer {
                    id: id.clone(),
                    name: name.clone(),
                    kind: kind.clone(),
                    config: config.value()?.unwrap_or_else(|| Value::Object(Map::new())),
                };
                session.post("/issuers", &body, COLUMNS).await
            }
            Self::Update { id, name, config } => {
                let path = format!("/issuers/{id}");
                let body = UpdateIssuer { name: name.clone(), config: config.changed(session, &path).await? };
                session.patch(&path, &body, COLUMNS).await
            }
            Self::Pause { id, reason } => {
                let body = PauseIssuer { reason: reason.clone() };
                session.post(&format!("/issuers/{id}/pause"), &body, COLUMNS).await
            }
            Self::Resume { id } => session.post(&format!("/issuers/{id}/resume"), &json!({}), COLUMNS).await,
            Self::RollKey { id } => {
                session.post(&format!("/issuers/{id}/roll-key"), &json!({}), COLUMNS).await
            }
            Self::PersistentRecord { id, name } => {
                let query = Query::default().with("name", Some(name));
                session.show(&query.after(&format!("/issuers/{id}/persistent-record")), RECORD_COLUMNS).await
            }
            Self::ReplaceCa { id, change } => {
                let path = format!("/issuers/{id}/replace-ca");
                session.post(&path, &change.request(), cas::COLUMNS).await
            }
            Self::Delete { id } => {
                session.delete(&format!("/issuers/{id}"), &format!("{id} is deleted")).await
            }
            Self::Test { id } => test(session, &format!("/issuers/{id}/test")).await,
            Self::Kinds => kinds(session, "/issuer-kinds", KIND_COLUMNS).await,
            Self::Chain { id } => {
                let path = format!("/issuers/{id}");
                let issuer: Issuer = session.client.read(&path).await?;
                session.console.raw(&issuer.chain_pem)?;
                Ok(Exit::Ok)
            }
        }
    }
}

/// Has something tried and prints the steps; the exit code says whether all went well.
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(crate) async fn test(session: &mut Session<'_>, path: &str) -> Result<Exit, Failure> {
    tested(session, path, &json!({})).await
}

/// As [`test()`], with what it is tried for.
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(crate) async fn tested(
    session: &mut Session<'_>,
    path: &str,
    body: &(impl Serialize + Sync),
) -> Result<Exit, Failure> {
    let answer: Value = session.client.post(path, body).await?;
    let what = format!("POST {path}");
    let result = TestResult::deserialize(&answer)
        .map_err(|error| Failure::Answer { what: what.clone(), detail: error.to_string() })?;
    if session.console.format.is_machine() {
        session.console.document(&answer)?;
    } else if !session.console.quiet {
        let steps = answer["steps"].as_array().cloned().unwrap_or_default();
        session.console.rows(&what, &steps, STEP_COLUMNS)?;
    }
    Ok(if result.ok { Exit::Ok } else { Exit::Negative })
}

/// Prints kinds: a table for people, who see the schema with `-o json`.
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(crate) async fn kinds<T: DeserializeOwned>(
    session: &mut Session<'_>,
    path: &str,
    columns: &[Column<T>],
) -> Result<Exit, Failure> {
    let answer: Value = session.client.read(path).await?;
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(&answer)?;
        return Ok(Exit::Ok);
    }
    // A page, or a plain list.
    let items = answer.get("items").unwrap_or(&answer).as_array().cloned().unwrap_or_default();
    console.rows(&format!("GET {path}"), &items, columns)?;
    console.hint("fields with * are required; -o json shows the whole schema")?;
    Ok(Exit::Ok)
}

/// The fields of a schema, required ones with `*`.
pub(crate) fn schema_fields(schema: &Value) -> String {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let Some(properties) = schema["properties"].as_object() else { return "-".to_owned() };
    let mark = |name: &String| if required.contains(&name.as_str()) { "*" } else { "" };
    properties.keys().map(|name| format!("{name}{}", mark(name))).collect::<Vec<_>>().join(", ")
}

/// A configuration on several lines.
pub(crate) fn pretty(config: &Value) -> String {
    yaml_serde::to_string(config).unwrap_or_else(|_| config.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_fields_of_a_schema_are_marked() {
        let schema = json!({ "properties": { "path": {}, "mode": {} }, "required": ["path"] });
        assert_eq!(schema_fields(&schema), "mode, path*");
        assert_eq!(schema_fields(&json!({})), "-");
    }
}
