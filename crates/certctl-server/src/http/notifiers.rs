//! Notifiers over HTTP: the channels, their kinds, their texts and their test.
//!
//! Not for: the outbox. Invariants: a secret goes in and never comes out; a test really sends, and what it says is what its
//! steps saw.

use std::time::Duration;

use axum::response::IntoResponse as _;
use certctl_api::issuers::{TestResult, TestStep};
use certctl_api::notifiers::{
    CreateNotifier, Notifier, NotifierHealth, NotifierKindInfo, NotifierTemplate, PreviewNotifierTemplate,
    PutNotifierTemplate, RenderedMessage, TemplateVariable, UpdateNotifier,
};
use certctl_connectors::notifiers::template::{self, Sources, VARIABLES};
use certctl_connectors::notifiers::{Channel, goes_to_all, schema, title};
use certctl_core::alert::AlertSeverity;
use certctl_core::id::{NotificationId, NotifierId};
use certctl_core::notification::{NotificationEvent, NotifierKind};
use certctl_store::alerts;
use certctl_store::notifications::NotificationRow;
use certctl_store::notifiers::{self, NotifierRow};
use serde_json::{Map, Value, json};

use crate::http::cursor;
use crate::http::settings::prelude::*;
use crate::http::test_steps::step;
use crate::ops::notifiers::{self as own, Change, NewNotifier};
use crate::ops::{notifications, success};
use crate::request::etag;

/// How long a test waits for a connection.
const CONNECT: Duration = Duration::from_secs(10);

fn view(row: NotifierRow) -> Result<Notifier, Error> {
    let routing = notifications::routing(&row)?;
    let digest = notifications::digest(&row)?;
    let secrets = row.secret_names.as_array().into_iter().flatten();
    Ok(Notifier {
        id: row.id,
        name: row.name,
        kind: row.kind,
        enabled: row.enabled,
        config: row.config,
        secrets: secrets.filter_map(Value::as_str).map(str::to_owned).collect(),
        routing,
        digest,
        own_template: row.template.as_object().is_some_and(|parts| !parts.is_empty()),
        health: NotifierHealth {
            ok: row.failing_since.is_none(),
            failing_since: row.failing_since,
            gave_up_at: row.gave_up_at,
            last_error: row.last_error,
            last_sent_at: row.last_sent_at,
            hold_until: row.hold_until,
            digest_at: row.digest_at,
        },
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    })
}

fn shown(row: NotifierRow) -> Result<Response, Error> {
    let revision = row.revision;
    Ok(([etag(revision)], Json(view(row)?)).into_response())
}

/// A page, by id.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/notifiers", tag = "notifiers", params(PageQuery),
    summary = "A page of notifiers", description = "A page of notifiers, by id. Secrets are never shown.",
    responses((status = 200, description = "The page", body = Page<Notifier>)))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Notifier>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("notifiers.list", move |tx| {
        let mut rows = notifiers::list(tx, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(notifiers::count(tx)?) } else { None };
        let items = rows.into_iter().map(view).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

fn check(app: &App, request: CreateNotifier) -> Result<NewNotifier, Error> {
    let mut checks = Checks::default();
    let now = app.now();
    let name = checks.name(&request.name);
    let parted = own::part(&mut checks, request.kind, &request.config, &Map::new());
    let routing = request.routing.unwrap_or_default();
    own::check_telling(&mut checks, request.kind, &routing, request.digest.as_ref(), now);
    checks.finish()?;
    let row = NotifierRow {
        id: request.id.unwrap_or_else(|| app.new_id()),
        name,
        kind: request.kind,
        enabled: request.enabled.unwrap_or(true),
        config: json!({}),
        secret_names: json!([]),
        routing: json!(routing),
        digest: request.digest.map(|digest| json!(digest)),
        template: json!({}),
        digest_at: None,
        hold_until: None,
        failing_since: None,
        gave_up_at: None,
        last_error: None,
        last_sent_at: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    Ok(NewNotifier { row, parted, routing })
}

/// A new one.
///
/// # Errors
/// 409 when the id is taken, 422.
#[utoipa::path(post, path = "/notifiers", tag = "notifiers", request_body = CreateNotifier,
    summary = "A new notifier",
    description = "A new channel, by the schema of its kind. Its secrets are sealed and never shown again.",
    responses(
        (status = 201, description = "It was made", body = Notifier,
            headers(("Location" = String, description = "Its path"), ("ETag" = String, description = "Its revision"))),
        (status = 409, description = "The id is taken, or there are 200 notifiers"),
    ))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateNotifier>,
) -> Result<Response, Error> {
    let new = check(&app, request)?;
    let (audit, sealer) = (context.audit(&app), app.sealer.clone());
    let row = app.store.write("notifier.create", move |tx| own::create(tx, &audit, &sealer, &new)).await?;
    let place = [(http::header::LOCATION, format!("/api/v1/notifiers/{}", row.id))];
    let revision = row.revision;
    Ok((StatusCode::CREATED, place, [etag(revision)], Json(view(row)?)).into_response())
}

/// One.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/notifiers/{id}", tag = "notifiers", params(("id" = NotifierId, Path)),
    summary = "One notifier", description = "One notifier, and how it is doing. Secrets are never shown.",
    responses((status = 200, description = "It", body = Notifier,
        headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Notifier>,
) -> Result<Response, Error> {
    shown(settings::find(&app, id).await?)
}

/// Changes one.
///
/// # Errors
/// 404, 412, 422.
#[utoipa::path(patch, path = "/notifiers/{id}", tag = "notifiers", params(("id" = NotifierId, Path)),
    request_body = UpdateNotifier, summary = "Change a notifier",
    description = "Changes a notifier. Switched off, it is told of nothing, and what waits for it is undeliverable.",
    responses((status = 200, description = "As it is now", body = Notifier,
        headers(("ETag" = String, description = "Its new revision")))))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notifier>,
    if_match: IfMatch,
    Patch(request): Patch<UpdateNotifier>,
) -> Result<Response, Error> {
    let (audit, sealer) = (context.audit(&app), app.sealer.clone());
    let change = Change {
        name: request.name,
        enabled: request.enabled,
        config: request.config,
        routing: request.routing,
        digest: request.digest,
    };
    let row = app.store.write("notifier.update", move |tx| {
        own::update(tx, &audit, &sealer, &id, if_match.revision(), &change)
    });
    shown(row.await?)
}

/// Removes one.
///
/// # Errors
/// 404.
#[utoipa::path(delete, path = "/notifiers/{id}", tag = "notifiers", params(("id" = NotifierId, Path)),
    summary = "Remove a notifier",
    description = "Removes a notifier with its secrets. What waits for it is undeliverable; what it has sent stays on record.",
    responses((status = 204, description = "It is gone")))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notifier>,
    if_match: IfMatch,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    app.store.write("notifier.delete", move |tx| own::delete(tx, &audit, &id, if_match.revision())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The kinds of notifier, each with the schema of its configuration.
#[utoipa::path(get, path = "/notifier-kinds", tag = "notifiers",
    responses((status = 200, description = "The kinds", body = Vec<NotifierKindInfo>)))]
pub async fn kinds() -> Json<Vec<NotifierKindInfo>> {
    let info = |kind: &NotifierKind| NotifierKindInfo {
        kind: *kind,
        title: title(*kind).to_owned(),
        schema: schema(*kind),
    };
    Json(NotifierKind::ALL.iter().map(info).collect())
}

fn template_of(row: &NotifierRow) -> NotifierTemplate {
    let (sources, own) = own::sources(row);
    let variable = |(name, about): &(&str, &str)| TemplateVariable {
        name: (*name).to_owned(),
        about: (*about).to_owned(),
    };
    NotifierTemplate {
        title: sources.title,
        text: sources.text,
        html: sources.html,
        own,
        variables: VARIABLES.iter().map(variable).collect(),
        revision: row.revision,
    }
}

/// Its texts.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/notifiers/{id}/template", tag = "notifiers", params(("id" = NotifierId, Path)),
    summary = "The texts of a notifier",
    description = "The templates of its messages: its own where it has some, the built-in ones elsewhere.",
    responses((status = 200, description = "They", body = NotifierTemplate,
        headers(("ETag" = String, description = "The notifier's revision")))))]
pub async fn template(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Notifier>,
) -> Result<Response, Error> {
    let row: NotifierRow = settings::find(&app, id).await?;
    Ok(([etag(row.revision)], Json(template_of(&row))).into_response())
}

/// Parts of a template as they are asked for.
fn merged(
    checks: &mut Checks,
    kind: NotifierKind,
    mut base: Sources,
    parts: (Option<String>, Option<String>, Option<String>),
) -> Sources {
    let (title, text, html) = parts;
    if html.is_some() && kind != NotifierKind::Smtp {
        checks.bad("/html", format!("is for mail; {kind} has none"));
    }
    set(&mut base.title, title);
    set(&mut base.text, text);
    base.html = html.or(base.html);
    if let Err(errors) = template::check(&base) {
        own::note_template(checks, &errors);
    }
    base
}

/// Changes its texts.
///
/// # Errors
/// 404, 412, 422 naming part and line.
#[utoipa::path(put, path = "/notifiers/{id}/template", tag = "notifiers", params(("id" = NotifierId, Path)),
    request_body = PutNotifierTemplate, summary = "Change the texts of a notifier",
    description = "Takes the place of its own texts as a whole: an absent part is the built-in one. They are tried before they \
                   are stored; `errors` names the part and the line.",
    responses((status = 200, description = "As they are now", body = NotifierTemplate,
        headers(("ETag" = String, description = "The notifier's new revision")))))]
pub async fn put_template(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notifier>,
    if_match: IfMatch,
    Body(request): Body<PutNotifierTemplate>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let row = app.store.write("notifier.template", move |tx| {
        ops::update(tx, &audit, &id, if_match.revision(), |row: &mut NotifierRow| {
            let mut checks = Checks::default();
            let parts = (request.title.clone(), request.text.clone(), request.html.clone());
            merged(&mut checks, row.kind, template::built_in(row.kind), parts);
            row.template = serde_json::to_value(&request).map_err(Error::internal)?;
            checks.finish()
        })
    });
    let row = row.await?;
    Ok(([etag(row.revision)], Json(template_of(&row))).into_response())
}

/// Tries texts.
///
/// # Errors
/// 404, 422 naming part and line.
#[utoipa::path(post, path = "/notifiers/{id}/preview", tag = "notifiers", params(("id" = NotifierId, Path)),
    request_body = PreviewNotifierTemplate, summary = "Try the texts of a notifier",
    description = "A message as the notifier would send it, with an alert or a made-up one. Nothing is stored or sent.",
    responses((status = 200, description = "The message", body = RenderedMessage)))]
pub async fn preview(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notifier>,
    Body(request): Body<PreviewNotifierTemplate>,
) -> Result<Json<RenderedMessage>, Error> {
    let audit = context.audit(&app);
    let url = app.public_url.clone();
    let (row, facts) = app
        .store
        .read("notifiers.preview", move |tx| {
            let row: NotifierRow = ops::load(tx, &id)?;
            let facts = match &request.alert_id {
                None => template::sample(),
                Some(alert) => {
                    let alert = alerts::by_id(tx, alert)?
                        .filter(|row| audit.scope.admits(row.team_id.as_ref(), row.environment.as_deref()))
                        .ok_or_else(|| {
                            Error::invalid_field("/alert_id", format!("there is no alert {alert}"))
                        })?;
                    let said = notifications::of_alert(tx, &audit, &alert, NotificationEvent::Opened);
                    own::facts(&url, &said)
                }
            };
            Ok::<_, Error>((
                (row, (request.title.clone(), request.text.clone(), request.html.clone())),
                facts,
            ))
        })
        .await?;
    let (row, parts) = row;
    let mut checks = Checks::default();
    let sources = merged(&mut checks, row.kind, own::sources(&row).0, parts);
    let rendered = template::render(&sources, &facts);
    if let Err(error) = &rendered {
        own::note_template(&mut checks, std::slice::from_ref(error));
    }
    checks.finish()?;
    let rendered = rendered.map_err(Error::internal)?;
    Ok(Json(RenderedMessage { title: rendered.title, text: rendered.text, html: rendered.html }))
}

/// What a test says.
fn test_notification(app: &App, id: &NotifierId, by: &str) -> NotificationRow {
    let now = app.now();
    let message: NotificationId = app.new_id();
    NotificationRow {
        dedup_key: format!("test:{message}"),
        id: message,
        alert_id: None,
        event: NotificationEvent::Test,
        kind: None,
        severity: AlertSeverity::Info,
        object_kind: "notifier".to_owned(),
        object_id: id.to_string(),
        certificate_id: None,
        owner_id: None,
        team_id: None,
        environment: None,
        title: "Test of certctl's notifications".to_owned(),
        cause: format!("{by} tries the notifier {id}; nothing is wrong"),
        facts: json!({ "code": "test", "params": {}, "count": 1, "opened_at": now, "items": [] }),
        created_at: now,
        read_at: None,
        read_by: None,
    }
}

/// Really sends a message.
///
/// # Errors
/// 404. A step that fails is an answer, not an error.
#[utoipa::path(post, path = "/notifiers/{id}/test", tag = "notifiers", params(("id" = NotifierId, Path)),
    summary = "Test a notifier",
    description = "Really sends a message to its receivers, and says what each step found: `open_secrets`, `write`, `resolve`, \
                   `connect`, `send`. For a notifier that writes to owners only, the last step is left out.",
    responses((status = 200, description = "What each step found", body = TestResult)))]
pub async fn test(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notifier>,
) -> Result<Json<TestResult>, Error> {
    let row: NotifierRow = settings::find(&app, id.clone()).await?;
    let mut steps = Vec::new();
    let tested = tested(&app, &row, &context.actor.to_string(), &mut steps).await;
    let result = TestResult { ok: tested.is_some() && steps.iter().all(|step| step.ok), steps };
    let audit = context.audit(&app);
    let words = format!("{id} was tested: {}", if result.ok { "it delivers" } else { "it does not deliver" });
    let facts = json!({ "ok": result.ok });
    app.store
        .write("notifier.test", move |tx| {
            success(tx, &audit, "notifier.test", ("notifier", id.as_str()), words.clone(), facts.clone())
        })
        .await?;
    Ok(Json(result))
}

async fn tested(app: &App, row: &NotifierRow, by: &str, steps: &mut Vec<TestStep>) -> Option<()> {
    let started = app.now();
    let (sealer, opened) = (app.sealer.clone(), row.clone());
    let opened = app.store.read("notifiers.channel", move |tx| own::channel(tx, &sealer, &opened)).await;
    let n = row.secret_names.as_array().map_or(0, Vec::len);
    let opened = opened.map_err(|error| crate::error::chain(&error));
    let opened = opened.map(|channel| (channel, format!("the configuration is complete, with {n} secrets")));
    let channel = step(app, steps, "open_secrets", started, opened)?;

    let started = app.now();
    let said = test_notification(app, &row.id, by);
    let written = own::message(&app.public_url, row, &said, Vec::new());
    let written = match written {
        Ok((message, None)) => Ok((message, "the texts were written".to_owned())),
        Ok((_, Some(wrong))) => Err(format!("the {} template: {wrong}", wrong.part)),
        Err(error) => Err(error.to_string()),
    };
    let message = step(app, steps, "write", started, written)?;

    reached(app, &channel, steps).await?;
    if !goes_to_all(row.kind, &row.config) {
        return Some(());
    }
    let started = app.now();
    let sent = channel.send(&app.outside, &message, started).await;
    let sent = sent.map_err(|error| error.to_string());
    let sent = sent.map(|receipt| ((), format!("{} was taken: {}", message.id, receipt.as_str())));
    step(app, steps, "send", started, sent)
}

/// Whether there is anybody at the other end.
async fn reached(app: &App, channel: &Channel, steps: &mut Vec<TestStep>) -> Option<()> {
    let (host, port) = channel.place();
    let started = app.now();
    let found = app.outside.guard().resolve(&host, port).await;
    let found = found.map_err(|error| error.to_string()).map(|addresses| {
        let texts: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        (addresses, format!("{host} is {}", texts.join(", ")))
    });
    let addresses = step(app, steps, "resolve", started, found)?;
    let started = app.now();
    let mut connected = Err(format!("{host} has no address"));
    for address in addresses {
        connected = match tokio::time::timeout(CONNECT, tokio::net::TcpStream::connect(address)).await {
            Ok(Ok(_)) => Ok(((), format!("{address} accepts connections"))),
            Ok(Err(error)) => Err(format!("{address}: {error}")),
            Err(_) => Err(format!("{address} does not answer within {} s", CONNECT.as_secs())),
        };
        if connected.is_ok() {
            break;
        }
    }
    step(app, steps, "connect", started, connected)
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::NotifiersRead), routes!(list))
        .route(Access::Need(Permission::NotifiersManage), routes!(create))
        .route(Access::Need(Permission::NotifiersRead), routes!(show))
        .route(Access::Need(Permission::NotifiersManage), routes!(update))
        .route(Access::Need(Permission::NotifiersManage), routes!(delete))
        .route(Access::Need(Permission::NotifiersManage), routes!(test))
        .route(Access::Need(Permission::NotifiersRead), routes!(template))
        .route(Access::Need(Permission::NotifiersManage), routes!(put_template))
        .route(Access::Need(Permission::NotifiersManage), routes!(preview))
        .route(Access::Need(Permission::NotifiersRead), routes!(kinds))
}
