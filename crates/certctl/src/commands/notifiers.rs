//! `certctl notifiers`: the channels that tell people of alerts.
//!
//! Not for: what was told (`notifications`). Invariant: secrets go in by a file or standard input and are never shown.

use std::path::PathBuf;

use certctl_api::notifiers::{
    CreateNotifier, Notifier, NotifierKindInfo, NotifierTemplate, PreviewNotifierTemplate,
    PutNotifierTemplate, RenderedMessage, UpdateNotifier,
};
use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_core::id::{AlertId, NotifierId, TeamId};
use certctl_core::notification::{Digest, NotifierKind, Routing};
use clap::{Args, Subcommand};
use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::arguments::{ConfigArguments, one_of};
use crate::commands::issuers::{kinds, pretty, schema_fields, test};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::settings::read_text;
use crate::table::{Column, or_dash};

/// `certctl notifiers ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Notifiers {
    /// All notifiers, and how they are doing
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One notifier
    Show {
        /// Such as nt-ops
        id: NotifierId,
    },
    /// A new notifier
    Create {
        /// A chosen id, such as nt-ops
        #[arg(long)]
        id: Option<NotifierId>,
        /// Its name, for people
        #[arg(long)]
        name: String,
        /// What it is
        #[arg(long, value_parser = one_of(NotifierKind::ALL, NotifierKind::as_str), ignore_case = true)]
        kind: NotifierKind,
        #[command(flatten)]
        config: ConfigArguments,
        #[command(flatten)]
        telling: Telling,
        /// Make it, but tell it of nothing yet
        #[arg(long)]
        disabled: bool,
    },
    /// Change a notifier; secrets that are not given stay
    Update {
        /// Such as nt-ops
        id: NotifierId,
        /// Its name, for people
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        config: ConfigArguments,
        #[command(flatten)]
        telling: Telling,
        /// Send each message at once
        #[arg(long, conflicts_with_all = ["digest_minutes", "digest_at"])]
        no_digest: bool,
    },
    /// Tell a notifier of alerts
    Enable {
        /// Such as nt-ops
        id: NotifierId,
    },
    /// Tell a notifier of nothing; what waits for it is undeliverable
    Disable {
        /// Such as nt-ops
        id: NotifierId,
    },
    /// Delete a notifier with its secrets
    Delete {
        /// Such as nt-ops
        id: NotifierId,
    },
    /// Really send a message; exit code 1 when it does not arrive
    Test {
        /// Such as nt-ops
        id: NotifierId,
    },
    /// The kinds of notifier, with the schema of their configuration
    Kinds,
    /// The texts of a notifier's messages, or new ones from files
    Template {
        /// Such as nt-ops
        id: NotifierId,
        #[command(flatten)]
        texts: Texts,
        /// Go back to the built-in texts
        #[arg(long, conflicts_with_all = ["title", "text", "html"])]
        built_in: bool,
    },
    /// Show a message as a notifier would send it; sends nothing
    Preview {
        /// Such as nt-ops
        id: NotifierId,
        #[command(flatten)]
        texts: Texts,
        /// With this alert; with a made-up one when absent
        #[arg(long, value_name = "ID")]
        alert: Option<AlertId>,
    },
}

/// What a notifier is told of, and when.
#[derive(Debug, Args)]
pub(crate) struct Telling {
    /// Only alerts that are at least so urgent
    #[arg(long, value_parser = one_of(AlertSeverity::ALL, AlertSeverity::as_str), ignore_case = true)]
    min_severity: Option<AlertSeverity>,
    /// Only alerts of these kinds
    #[arg(long, value_delimiter = ',', value_parser = one_of(AlertKind::ALL, AlertKind::as_str), ignore_case = true)]
    alert_kind: Vec<AlertKind>,
    /// Only alerts of these teams
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    team: Vec<TeamId>,
    /// Only alerts of these environments
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    environment: Vec<String>,
    /// Do not tell of the end of an alert
    #[arg(long)]
    no_closed: bool,
    /// Collect, and send so many minutes after the first one
    #[arg(long, value_name = "MINUTES", conflicts_with = "digest_at")]
    digest_minutes: Option<u32>,
    /// Collect, and send each day at this time, HH:MM
    #[arg(long, value_name = "TIME")]
    digest_at: Option<String>,
    /// The time zone of --digest-at, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", requires = "digest_at")]
    time_zone: Option<String>,
}

impl Telling {
    /// What was given, put onto what there is.
    fn routing(&self, mut routing: Routing) -> Routing {
        routing.min_severity = self.min_severity.unwrap_or(routing.min_severity);
        if !self.alert_kind.is_empty() {
            routing.kinds.clone_from(&self.alert_kind);
        }
        if !self.team.is_empty() {
            routing.team_ids.clone_from(&self.team);
        }
        if !self.environment.is_empty() {
            routing.environments.clone_from(&self.environment);
        }
        routing.closed &= !self.no_closed;
        routing
    }

    const fn changes_routing(&self) -> bool {
        self.min_severity.is_some()
            || self.no_closed
            || !(self.alert_kind.is_empty() && self.team.is_empty() && self.environment.is_empty())
    }

    fn digest(&self) -> Option<Digest> {
        if self.digest_minutes.is_none() && self.digest_at.is_none() {
            return None;
        }
        Some(Digest {
            every_minutes: self.digest_minutes,
            daily_at: self.digest_at.clone(),
            time_zone: self.time_zone.clone(),
            critical_at_once: true,
        })
    }
}

/// Texts from files.
#[derive(Debug, Args)]
pub(crate) struct Texts {
    /// A file with the title's template; `-` for standard input
    #[arg(long, value_name = "FILE")]
    title: Option<PathBuf>,
    /// A file with the text's template
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// A file with the HTML template, for mail
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Texts {
    fn read(&self) -> Result<PutNotifierTemplate, Failure> {
        let text = |path: &Option<PathBuf>| path.as_deref().map(read_text).transpose();
        let title = text(&self.title)?.map(|title| title.trim_end_matches('\n').to_owned());
        Ok(PutNotifierTemplate { title, text: text(&self.text)?, html: text(&self.html)? })
    }

    const fn is_empty(&self) -> bool {
        self.title.is_none() && self.text.is_none() && self.html.is_none()
    }
}

fn health(notifier: &Notifier) -> String {
    if !notifier.enabled {
        "off".to_owned()
    } else if notifier.health.ok {
        "ok".to_owned()
    } else if notifier.health.gave_up_at.is_some() {
        "gave up".to_owned()
    } else {
        "failing".to_owned()
    }
}

fn tone(notifier: &Notifier) -> Tone {
    match (notifier.enabled, notifier.health.ok) {
        (false, _) => Tone::Plain,
        (true, true) => Tone::Good,
        (true, false) => Tone::Bad,
    }
}

const COLUMNS: &[Column<Notifier>] = &[
    Column::new("Id", |row, _| row.id.to_string()),
    Column::new("Name", |row, _| row.name.clone()),
    Column::new("Kind", |row, _| row.kind.to_string()),
    Column::toned("Health", |row, _| health(row), tone),
    Column::new("Last sent", |row, view| view.time(row.health.last_sent_at)),
    Column::wide("From", |row, _| row.routing.min_severity.to_string()),
    Column::wide("Last error", |row, _| or_dash(row.health.last_error.as_ref())),
    Column::show("Routing", |row, _| pretty(&serde_json::to_value(&row.routing).unwrap_or_default())),
    Column::show("Digest", |row, _| {
        row.digest
            .as_ref()
            .map_or_else(|| "-".to_owned(), |d| pretty(&serde_json::to_value(d).unwrap_or_default()))
    }),
    Column::show("Config", |row, _| pretty(&row.config)),
    Column::show(
        "Secrets",
        |row, _| if row.secrets.is_empty() { "-".to_owned() } else { row.secrets.join(", ") },
    ),
    Column::show("Failing since", |row, view| view.time(row.health.failing_since)),
    Column::show("Created", |row, view| view.time(row.created_at)),
    Column::show("Changed", |row, view| view.time(row.updated_at)),
    Column::show("Revision", |row, _| row.revision.to_string()),
];

const KIND_COLUMNS: &[Column<NotifierKindInfo>] = &[
    Column::new("Kind", |kind, _| kind.kind.to_string()),
    Column::new("Title", |kind, _| kind.title.clone()),
    Column::new("Fields", |kind, _| schema_fields(&kind.schema)),
];

const TEMPLATE_COLUMNS: &[Column<NotifierTemplate>] = &[
    Column::new("Title", |row, _| row.title.clone()),
    Column::new("Text", |row, _| row.text.clone()),
    Column::new("Html", |row, _| or_dash(row.html.as_ref())),
    Column::new("Own", |row, _| if row.own.is_empty() { "-".to_owned() } else { row.own.join(", ") }),
    Column::new("Names", |row, _| {
        let names: Vec<&str> = row.variables.iter().map(|variable| variable.name.as_str()).collect();
        names.join(", ")
    }),
];

const MESSAGE_COLUMNS: &[Column<RenderedMessage>] = &[
    Column::new("Title", |row, _| row.title.clone()),
    Column::new("Text", |row, _| row.text.clone()),
    Column::new("Html", |row, _| or_dash(row.html.as_ref())),
];

impl Notifiers {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => list(session, "/notifiers", Query::default(), paging, COLUMNS).await,
            Self::Show { id } => session.show(&format!("/notifiers/{id}"), COLUMNS).await,
            Self::Create { id, name, kind, config, telling, disabled } => {
                let body = CreateNotifier {
                    id: id.clone(),
                    name: name.clone(),
                    kind: *kind,
                    enabled: Some(!disabled),
                    config: config.value()?.unwrap_or_else(|| Value::Object(Map::new())),
                    routing: Some(telling.routing(Routing::default())),
                    digest: telling.digest(),
                };
                session.post("/notifiers", &body, COLUMNS).await
            }
            Self::Update { id, name, config, telling, no_digest } => {
                update(session, id, name.as_ref(), config, telling, *no_digest).await
            }
            Self::Enable { id } => switch(session, id, true).await,
            Self::Disable { id } => switch(session, id, false).await,
            Self::Delete { id } => {
                session.delete(&format!("/notifiers/{id}"), &format!("{id} is deleted")).await
            }
            Self::Test { id } => test(session, &format!("/notifiers/{id}/test")).await,
            Self::Kinds => kinds(session, "/notifier-kinds", KIND_COLUMNS).await,
            Self::Template { id, texts, built_in } => template(session, id, texts, *built_in).await,
            Self::Preview { id, texts, alert } => {
                let PutNotifierTemplate { title, text, html } = texts.read()?;
                let body = PreviewNotifierTemplate { title, text, html, alert_id: alert.clone() };
                session.post(&format!("/notifiers/{id}/preview"), &body, MESSAGE_COLUMNS).await
            }
        }
    }
}

const fn nothing() -> UpdateNotifier {
    UpdateNotifier { name: None, enabled: None, config: None, routing: None, digest: None }
}

async fn switch(session: &mut Session<'_>, id: &NotifierId, enabled: bool) -> Result<Exit, Failure> {
    let body = UpdateNotifier { enabled: Some(enabled), ..nothing() };
    session.patch(&format!("/notifiers/{id}"), &body, COLUMNS).await
}

async fn update(
    session: &mut Session<'_>,
    id: &NotifierId,
    name: Option<&String>,
    config: &ConfigArguments,
    telling: &Telling,
    no_digest: bool,
) -> Result<Exit, Failure> {
    let path = format!("/notifiers/{id}");
    let fields_only = config.config.is_none() && !config.fields.is_empty();
    // The API replaces a configuration and a routing as a whole: what is given is set into the present ones.
    let present: Option<Value> =
        if fields_only || telling.changes_routing() { Some(session.client.read(&path).await?) } else { None };
    let new = match &present {
        Some(present) if fields_only => Some(config.onto(present["config"].clone())?),
        Some(_) | None => config.value()?,
    };
    let routing = match &present {
        Some(present) if telling.changes_routing() => {
            let known = Routing::deserialize(&present["routing"]).map_err(|error| Failure::Answer {
                what: format!("GET {path}"),
                detail: error.to_string(),
            })?;
            Some(telling.routing(known))
        }
        Some(_) | None => None,
    };
    let digest = if no_digest { Some(None) } else { telling.digest().map(Some) };
    let body = UpdateNotifier { name: name.cloned(), config: new, routing, digest, ..nothing() };
    session.patch(&path, &body, COLUMNS).await
}

async fn template(
    session: &mut Session<'_>,
    id: &NotifierId,
    texts: &Texts,
    built_in: bool,
) -> Result<Exit, Failure> {
    let path = format!("/notifiers/{id}/template");
    if texts.is_empty() && !built_in {
        return session.show(&path, TEMPLATE_COLUMNS).await;
    }
    let mut body = texts.read()?;
    if !built_in {
        // A template is put as a whole: the parts that are not given stay.
        let present: NotifierTemplate = session.client.read(&path).await?;
        let own = |name: &str| present.own.iter().any(|part| part == name);
        body.title = body.title.or_else(|| own("title").then(|| present.title.clone()));
        body.text = body.text.or_else(|| own("text").then(|| present.text.clone()));
        body.html = body.html.or_else(|| present.html.clone().filter(|_| own("html")));
    }
    let value: Value = session.client.put(&path, &body).await?;
    session.console.object(&format!("PUT {path}"), &value, TEMPLATE_COLUMNS)?;
    Ok(Exit::Ok)
}
