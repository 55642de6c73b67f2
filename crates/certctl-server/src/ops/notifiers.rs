//! Notifiers: their configuration with its secrets, and the messages that go through them.
//!
//! Not for: sending (`engine/deliver.rs`), or who is told (`ops/notifications.rs`). Invariants: secrets are sealed in the
//! transaction that stores the rest and are in no row, answer or event; a broken template never keeps a message back.

use certctl_connectors::notifiers::template::{self, Rendered, Sources, TemplateError};
use certctl_connectors::notifiers::{Channel, Message, secret_fields};
use certctl_core::id::NotifierId;
use certctl_core::notification::{Digest, NotifierKind, Routing};
use certctl_core::time::Ts;
use certctl_store::audit::Context;
use certctl_store::notifications::NotificationRow;
use certctl_store::notifiers::{self, NotifierRow};
use certctl_store::{Tx, deliveries, teams};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::ops::sealed_config::{self, Parted, Place};
use crate::ops::settings::{self, Checks};
use crate::seal::Sealer;

/// The most notifiers of an installation: each alert looks at all of them.
pub const MAX_NOTIFIERS: i64 = 200;
/// Under which kind their secrets are sealed.
const SECRET: &str = "notifier";
/// The most parts of a routing's list.
pub const MAX_PARTS: usize = 50;

fn place(id: &NotifierId) -> Place<'_> {
    Place { id: id.as_str(), kind: SECRET }
}

/// Parts a configuration and checks it; secrets that it does not name are taken from `known`.
pub fn part(checks: &mut Checks, kind: NotifierKind, config: &Value, known: &Map<String, Value>) -> Parted {
    sealed_config::part(checks, &secret_fields(kind), config, known, |whole| {
        Channel::read(kind, whole).map(drop)
    })
}

/// Checks what a notifier is told of and when.
pub fn check_telling(
    checks: &mut Checks,
    kind: NotifierKind,
    routing: &Routing,
    digest: Option<&Digest>,
    now: Ts,
) {
    for (name, n) in [
        ("kinds", routing.kinds.len()),
        ("team_ids", routing.team_ids.len()),
        ("environments", routing.environments.len()),
    ] {
        if n > MAX_PARTS {
            checks
                .bad(format!("/routing/{name}"), format!("at most {MAX_PARTS} can be named; there are {n}"));
        }
    }
    for (i, environment) in routing.environments.iter().enumerate() {
        checks.text(&format!("/routing/environments/{i}"), environment, 200);
    }
    let Some(digest) = digest else { return };
    if kind.keeps_incidents() {
        checks
            .bad("/digest", format!("{kind} keeps an incident for each alert, so they cannot be collected"));
    }
    if let Err((field, detail)) = digest.next(now) {
        checks.bad(format!("/digest/{field}"), detail);
    }
}

/// # Errors
/// 422 naming a team that is not there.
fn check_teams(tx: &mut Tx<'_>, routing: &Routing) -> Result<(), Error> {
    let mut checks = Checks::default();
    for (i, team) in routing.team_ids.iter().enumerate() {
        if teams::by_id(tx, team)?.is_none() {
            checks.bad(format!("/routing/team_ids/{i}"), format!("there is no team {team}"));
        }
    }
    checks.finish()
}

/// A notifier that was checked.
#[derive(Debug, Clone)]
pub struct NewNotifier {
    /// Its row, without the configuration.
    pub row: NotifierRow,
    /// The configuration.
    pub parted: Parted,
    /// What it is told of.
    pub routing: Routing,
}

/// Adds one.
///
/// # Errors
/// 409 when its id is taken or there are too many, 422 for a team that is not there.
pub fn create(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    new: &NewNotifier,
) -> Result<NotifierRow, Error> {
    check_teams(tx, &new.routing)?;
    if notifiers::count(tx)? >= MAX_NOTIFIERS {
        let detail =
            format!("there are {MAX_NOTIFIERS} notifiers, and no more are allowed: remove one first");
        return Err(Error::conflict("too_many", detail, json!({ "limit": MAX_NOTIFIERS })));
    }
    let row = with_config(new.row.clone(), &new.parted);
    let made = settings::create(tx, context, &row)?;
    place(&row.id).keep(tx, sealer, &new.parted)?;
    Ok(made)
}

fn with_config(mut row: NotifierRow, parted: &Parted) -> NotifierRow {
    row.config = parted.config.clone();
    row.secret_names = parted.secret_names();
    row
}

/// The channel of a notifier, with its secrets.
///
/// # Errors
/// 500 when they do not open, or do not fit this release.
pub fn channel(tx: &mut Tx<'_>, sealer: &Sealer, row: &NotifierRow) -> Result<Channel, Error> {
    let place = place(&row.id);
    let config = place.whole(tx, sealer, &row.config)?;
    Channel::read(row.kind, &config).map_err(|problems| place.unusable(&problems))
}

/// What is to be changed.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// A checked name.
    pub name: Option<String>,
    /// Whether it is told of anything.
    pub enabled: Option<bool>,
    /// The whole configuration; secrets may be absent.
    pub config: Option<Value>,
    /// What it is told of.
    pub routing: Option<Routing>,
    /// When it sends what it collects.
    pub digest: Option<Option<Digest>>,
}

/// Changes one.
///
/// # Errors
/// 404, 412, 422.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    id: &NotifierId,
    revision: Option<i64>,
    change: &Change,
) -> Result<NotifierRow, Error> {
    let known = place(id).secrets(tx, sealer)?;
    if let Some(routing) = &change.routing {
        check_teams(tx, routing)?;
    }
    let now = tx.now();
    let mut parted = None;
    let row = settings::update(tx, context, id, revision, |row: &mut NotifierRow| {
        let mut checks = Checks::default();
        if let Some(name) = &change.name {
            row.name = checks.name(name);
        }
        if let Some(config) = &change.config {
            let new = part(&mut checks, row.kind, config, &known);
            *row = with_config(row.clone(), &new);
            parted = Some(new);
        }
        let routing = change.routing.clone().map_or_else(|| super::notifications::routing(row), Ok)?;
        let digest = change.digest.clone().map_or_else(|| super::notifications::digest(row), Ok)?;
        check_telling(&mut checks, row.kind, &routing, digest.as_ref(), now);
        if change.digest.is_some() {
            // What was collected is sent by the new rule, or at once when there is none.
            row.digest_at =
                row.digest_at.map(|_| digest.as_ref().and_then(|d| d.next(now).ok()).unwrap_or(now));
        }
        row.routing = json!(routing);
        row.digest = digest.map(|digest| json!(digest));
        row.enabled = change.enabled.unwrap_or(row.enabled);
        checks.finish()
    })?;
    if let Some(parted) = &parted {
        place(id).keep(tx, sealer, parted)?;
    }
    if !row.enabled {
        deliveries::unaddressed(tx, id, "the notifier was switched off")?;
    }
    tx.notify("engine:deliver");
    Ok(row)
}

/// Removes one with its secrets; what waits for it is undeliverable.
///
/// # Errors
/// 404.
pub fn delete(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &NotifierId,
    revision: Option<i64>,
) -> Result<(), Error> {
    settings::delete::<NotifierRow>(tx, context, id, revision)?;
    place(id).forget(tx)?;
    deliveries::unaddressed(tx, id, "the notifier was removed")?;
    Ok(())
}

/// The texts of a notifier, and the parts that are its own.
pub fn sources(row: &NotifierRow) -> (Sources, Vec<String>) {
    let mut sources = template::built_in(row.kind);
    let mut own = Vec::new();
    let part = |name: &str| row.template[name].as_str().map(str::to_owned);
    if let Some(title) = part("title") {
        sources.title = title;
        own.push("title".to_owned());
    }
    if let Some(text) = part("text") {
        sources.text = text;
        own.push("text".to_owned());
    }
    if let Some(html) = part("html") {
        sources.html = Some(html);
        own.push("html".to_owned());
    }
    (sources, own)
}

/// Notes what is wrong with templates.
pub fn note_template(checks: &mut Checks, errors: &[TemplateError]) {
    for error in errors {
        checks.bad(format!("/{}", error.part), error.to_string());
    }
}

/// What templates are given of a notification.
pub fn facts(public_url: &str, row: &NotificationRow) -> Value {
    let place = match &row.alert_id {
        Some(alert) => format!("{public_url}/alerts/{alert}"),
        None => format!("{public_url}/alerts"),
    };
    json!({
        "id": row.id,
        "event": row.event,
        "severity": row.severity,
        "kind": row.kind,
        "title": row.title,
        "cause": row.cause,
        "code": row.facts["code"],
        "params": row.facts["params"],
        "count": row.facts["count"],
        "alert_id": row.alert_id,
        "dedup_key": row.dedup_key,
        "object_kind": row.object_kind,
        "object_id": row.object_id,
        "certificate_id": row.certificate_id,
        "owner_id": row.owner_id,
        "team_id": row.team_id,
        "environment": row.environment,
        "opened_at": row.facts["opened_at"],
        "url": place,
        "items": row.facts["items"],
    })
}

/// A notification as a notifier sends it, and what is wrong with the notifier's own texts when the built-in ones had to
/// take their place.
///
/// # Errors
/// 500 when the built-in texts cannot be written.
pub fn message(
    public_url: &str,
    notifier: &NotifierRow,
    row: &NotificationRow,
    recipients: Vec<String>,
) -> Result<(Message, Option<TemplateError>), Error> {
    let facts = facts(public_url, row);
    let (rendered, wrong) = texts(notifier, &facts)?;
    let message = Message {
        id: row.id.clone(),
        event: row.event,
        severity: row.severity,
        dedup_key: row.dedup_key.clone(),
        at: row.created_at,
        title: rendered.title,
        text: rendered.text,
        html: rendered.html,
        link: facts["url"].as_str().unwrap_or(public_url).to_owned(),
        facts,
        recipients,
    };
    Ok((message, wrong))
}

fn texts(notifier: &NotifierRow, facts: &Value) -> Result<(Rendered, Option<TemplateError>), Error> {
    match template::render(&sources(notifier).0, facts) {
        Ok(rendered) => Ok((rendered, None)),
        Err(wrong) => {
            let rendered = template::render(&template::built_in(notifier.kind), facts).map_err(|error| {
                Error::internal(format!("the built-in template of {}: {error}", notifier.kind))
            })?;
            Ok((rendered, Some(wrong)))
        }
    }
}
