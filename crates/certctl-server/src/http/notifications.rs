//! Notifications over HTTP: an inbox of what was said, with what became of it on its way.
//!
//! Not for: alerts themselves, or the channels. Invariant: a caller sees notifications within its scope; what was said is
//! never changed here.

use axum::Json;
use axum::extract::State;
use certctl_api::notifications::{Delivery, Notification, NotificationsRead};
use certctl_api::page::Page;
use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_core::id::{AlertId, CertificateId, NotificationId, NotifierId};
use certctl_core::notification::{DeliveryState, NotificationEvent};
use certctl_core::permission::Permission;
use certctl_store::Tx;
use certctl_store::deliveries::{self, DeliveryRow};
use certctl_store::notifications::{self, NotificationFilter, NotificationRow};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::http::router::{Access, Api};
use crate::ops::notifications as ops;
use crate::request::{AnyOf, Limit, PathId, Query, RequestContext};

/// Notifications marked in one transaction.
const READ_PAGE: i64 = 500;
/// Transactions of one call.
const READ_PAGES: usize = 200;

fn view(row: NotificationRow, deliveries: Vec<Delivery>) -> Notification {
    Notification {
        id: row.id,
        alert_id: row.alert_id,
        event: row.event,
        kind: row.kind,
        severity: row.severity,
        object_kind: row.object_kind,
        object_id: row.object_id,
        certificate_id: row.certificate_id,
        owner_id: row.owner_id,
        team_id: row.team_id,
        environment: row.environment,
        title: row.title,
        cause: row.cause,
        created_at: row.created_at,
        read_at: row.read_at,
        read_by: row.read_by,
        deliveries,
    }
}

fn delivery(row: DeliveryRow) -> Delivery {
    let next_try_at = (row.state.is_waiting() && !row.held).then_some(row.due_at);
    Delivery {
        notifier_id: row.notifier_id,
        owner_id: row.owner_id,
        state: row.state,
        attempts: row.attempts,
        next_try_at,
        digest_id: row.digest_id,
        error: row.error,
        receipt: row.receipt,
        sent_at: row.sent_at,
        created_at: row.created_at,
    }
}

fn views(tx: &mut Tx<'_>, rows: Vec<NotificationRow>) -> Result<Vec<Notification>, Error> {
    let ids: Vec<NotificationId> = rows.iter().map(|row| row.id.clone()).collect();
    let mut found = deliveries::of_notifications(tx, &ids)?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let (own, others) = found.into_iter().partition(|delivery| delivery.notification_id == row.id);
        found = others;
        let own: Vec<DeliveryRow> = own;
        views.push(view(row, own.into_iter().map(delivery).collect()));
    }
    Ok(views)
}

fn one(tx: &mut Tx<'_>, row: NotificationRow) -> Result<Notification, Error> {
    let found = deliveries::of_notification(tx, &row.id)?;
    Ok(view(row, found.into_iter().map(delivery).collect()))
}

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Any of these events, with commas, such as `opened,closed`; all but `digest` when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "opened,changed")]
    event: AnyOf<NotificationEvent>,
    /// Any of these severities, with commas: `info`, `warning`, `critical`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "critical")]
    severity: AnyOf<AlertSeverity>,
    /// Of alerts of any of these kinds, with commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "renewal_failing,job_stuck")]
    kind: AnyOf<AlertKind>,
    /// Only those that somebody has read, or nobody.
    #[serde(default)]
    read: Option<bool>,
    /// Only those with a delivery in any of these states, with commas, such as `dead,undeliverable`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "dead,undeliverable")]
    state: AnyOf<DeliveryState>,
    /// Only those with a delivery by this notifier.
    #[serde(default)]
    notifier_id: Option<NotifierId>,
    /// Only those of this alert.
    #[serde(default)]
    alert_id: Option<AlertId>,
    /// Only those that concern this certificate.
    #[serde(default)]
    certificate_id: Option<CertificateId>,
    /// Only those of this object.
    #[serde(default)]
    object_id: Option<String>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

/// A page of notifications, the latest first.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(ListQuery),
    summary = "A page of notifications",
    description = "A page of notifications, the latest first, each with its deliveries. Dead letters: `state=dead`.",
    responses((status = 200, description = "The page", body = Page<Notification>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Notification>>, Error> {
    let before: Option<NotificationId> = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let filter = NotificationFilter {
        events: query.event.0,
        severities: query.severity.0,
        kinds: query.kind.0,
        read: query.read,
        states: query.state.0,
        notifier_id: query.notifier_id,
        alert_id: query.alert_id,
        certificate_id: query.certificate_id,
        object_id: query.object_id,
    };
    let (limit, wants_total, scope) = (query.limit, query.total, context.scope);
    let page = app.store.read("notifications.list", move |tx| {
        let mut rows = notifications::list(tx, &filter, &scope, before.as_ref(), limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, limit, |row| row.id.to_string());
        let total = if wants_total { Some(notifications::count(tx, &filter, &scope)?) } else { None };
        Ok::<_, Error>(Page { items: views(tx, rows)?, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// One.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/notifications/{id}", tag = "notifications", params(("id" = NotificationId, Path)),
    summary = "One notification", description = "One notification with its deliveries.",
    responses((status = 200, description = "It", body = Notification)))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notification>,
) -> Result<Json<Notification>, Error> {
    let found = app.store.read("notifications.show", move |tx| {
        let row = ops::load(tx, &context.scope, &id)?;
        one(tx, row)
    });
    Ok(Json(found.await?))
}

/// Somebody has read it.
///
/// # Errors
/// 404.
#[utoipa::path(post, path = "/notifications/{id}/read", tag = "notifications", params(("id" = NotificationId, Path)),
    summary = "Mark a notification as read",
    description = "Marks it as read, for everybody; one that was read before stays as it is.",
    responses((status = 200, description = "As it is now", body = Notification)))]
pub async fn read(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notification>,
) -> Result<Json<Notification>, Error> {
    let audit = context.audit(&app);
    let done = app.store.write("notifications.read", move |tx| {
        let row = ops::read(tx, &audit, &id)?;
        one(tx, row)
    });
    Ok(Json(done.await?))
}

/// Somebody has read all.
///
/// # Errors
/// Those of the store.
#[utoipa::path(post, path = "/notifications/read-all", tag = "notifications",
    summary = "Mark all notifications as read",
    description = "Marks every notification that the caller may see as read, for everybody, up to 100,000 in one call; \
                   `more` says whether to call again.",
    responses((status = 200, description = "How many", body = NotificationsRead)))]
pub async fn read_all(
    State(app): State<App>,
    context: RequestContext,
) -> Result<Json<NotificationsRead>, Error> {
    let mut read = 0_i64;
    for _ in 0..READ_PAGES {
        let audit = context.audit(&app);
        let n = app
            .store
            .write("notifications.read_all", move |tx| {
                ops::read_many(tx, &audit, &NotificationFilter::default(), READ_PAGE)
            })
            .await?;
        read += n;
        if n < READ_PAGE {
            return Ok(Json(NotificationsRead { read, more: false }));
        }
    }
    Ok(Json(NotificationsRead { read, more: true }))
}

/// Tries again.
///
/// # Errors
/// 404, 409 when there is nothing to try.
#[utoipa::path(post, path = "/notifications/{id}/retry", tag = "notifications", params(("id" = NotificationId, Path)),
    summary = "Send a notification again",
    description = "Tries again at once what failed or was given up, and looks anew for a receiver where there was none. \
                   What was sent is not sent again.",
    responses((status = 200, description = "As it is now", body = Notification),
        (status = 409, description = "No delivery failed, was given up or had no receiver; `params` has their states")))]
pub async fn retry(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Notification>,
) -> Result<Json<Notification>, Error> {
    let audit = context.audit(&app);
    let done = app.store.write("notifications.retry", move |tx| {
        let row = ops::retry(tx, &audit, &id)?;
        one(tx, row)
    });
    Ok(Json(done.await?))
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::NotificationsRead), routes!(list))
        .route(Access::Need(Permission::NotificationsRead), routes!(show))
        .route(Access::Need(Permission::NotificationsOperate), routes!(read))
        .route(Access::Need(Permission::NotificationsOperate), routes!(read_all))
        .route(Access::Need(Permission::NotificationsOperate), routes!(retry))
}
