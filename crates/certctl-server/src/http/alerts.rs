//! Alerts over HTTP.
//!
//! Not for: opening and closing them (the engine, by what it sees). Invariant: nobody closes an alert by hand; what people
//! can do is know of it, or want quiet.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::alerts::{
    AcknowledgeAlert, AcknowledgeAlerts, Alert, AlertsAcknowledged, AssignAlert, SnoozeAlert,
};
use certctl_api::lists::{Anchors, Facets};
use certctl_api::page::Page;
use certctl_core::actor::Actor;
use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, AlertId, AlertRuleId, CertificateId, IssuerId, OwnerId, TeamId, UserId};
use certctl_core::permission::{Permission, Scope};
use certctl_core::time::Ts;
use certctl_store::alerts::{self, AlertFilter, AlertRow};
use certctl_store::{Tx, names};
use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer};
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::http::jobs::MAX_REASON;
use crate::http::lists;
use crate::http::router::{Access, Api};
use crate::http::settings::{PageQuery, page_of};
use crate::ops::alerts::{self as ops, Quiet};
use crate::ops::settings::Checks;
use crate::request::{Body, Filter, PathId, Query, RequestContext, etag, from_pairs};

/// The most alerts that one call acknowledges.
const MANY: usize = 500;
/// The longest quiet.
const MAX_SNOOZE_SECONDS: i64 = 366 * 86_400;

/// Alerts as they are answered, with the names of those they are assigned to.
///
/// # Errors
/// Those of the store.
pub fn views(tx: &mut Tx<'_>, rows: Vec<AlertRow>) -> Result<Vec<Alert>, Error> {
    let actors: Vec<Actor> = rows.iter().filter_map(|row| row.assigned_to.clone().map(Actor::User)).collect();
    let names = names::of_actors(tx, &actors)?;
    let named = |row: AlertRow| {
        let name = row.assigned_to.clone().and_then(|user| names.of(&Actor::User(user)));
        Alert { assigned_to_name: name, ..view(row) }
    };
    Ok(rows.into_iter().map(named).collect())
}

fn view(row: AlertRow) -> Alert {
    Alert {
        id: row.id,
        dedup_key: row.dedup_key,
        kind: row.kind,
        severity: row.severity,
        state: row.state,
        object_kind: row.object_kind,
        object_id: row.object_id,
        certificate_id: row.certificate_id,
        agent_id: row.agent_id,
        issuer_id: row.issuer_id,
        owner_id: row.owner_id,
        team_id: row.team_id,
        environment: row.environment,
        rule_id: row.rule_id,
        title: row.title,
        cause: row.cause,
        code: row.code,
        params: row.params,
        count: row.count,
        opened_at: row.opened_at,
        changed_at: row.changed_at,
        last_seen_at: row.last_seen_at,
        acknowledged_at: row.acknowledged_at,
        acknowledged_by: row.acknowledged_by,
        snoozed_until: row.snoozed_until,
        snoozed_until_change: row.snoozed_until_change,
        note: row.note,
        closed_at: row.closed_at,
        closed_because: row.closed_because,
        told_at: row.told_at,
        assigned_to: row.assigned_to,
        assigned_to_name: None,
        assigned_at: row.assigned_at,
        escalated_at: row.escalated_at,
        members: row.members,
        group_key: row.group_key,
        revision: row.revision,
    }
}

/// Several values with commas between them.
fn any_of<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: FromStr,
    T::Err: std::fmt::Display,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    text.split(',').map(|part| part.trim().parse().map_err(serde::de::Error::custom)).collect()
}

/// Filters of the list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Any of these states, with commas: `open`, `acknowledged`, `snoozed`, `closed`; all but `closed` when absent.
    #[serde(default, deserialize_with = "any_of")]
    #[param(value_type = Option<String>, example = "open,acknowledged")]
    state: Vec<AlertState>,
    /// Any of these kinds, with commas, such as `certificate_expiring`.
    #[serde(default, deserialize_with = "any_of")]
    #[param(value_type = Option<String>, example = "renewal_failing,job_stuck")]
    kind: Vec<AlertKind>,
    /// Any of these severities, with commas: `info`, `warning`, `critical`.
    #[serde(default, deserialize_with = "any_of")]
    #[param(value_type = Option<String>, example = "critical")]
    severity: Vec<AlertSeverity>,
    /// Only those of objects of this kind, such as `certificate`.
    #[serde(default)]
    object_kind: Option<String>,
    /// Only those of this object.
    #[serde(default)]
    object_id: Option<String>,
    /// Only those that concern this certificate.
    #[serde(default)]
    certificate_id: Option<CertificateId>,
    /// Only those that concern this agent.
    #[serde(default)]
    agent_id: Option<AgentId>,
    /// Only those that concern this issuer.
    #[serde(default)]
    issuer_id: Option<IssuerId>,
    /// Only those of these owners; `none` for those without one, `-` before an id or `none` for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|o-[a-z0-9][a-z0-9-]{0,20})(,-?(none|o-[a-z0-9][a-z0-9-]{0,20}))*$")]
    owner_id: Filter<Choice<OwnerId>>,
    /// Only those of these teams; `none` for those without one, `-` before an id or `none` for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|t-[a-z0-9][a-z0-9-]{0,20})(,-?(none|t-[a-z0-9][a-z0-9-]{0,20}))*$")]
    team_id: Filter<Choice<TeamId>>,
    /// Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` likewise. A comma in a
    /// name, or a `-` or `none` that is the name, has a `\` before it.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    environment: Filter<Choice<String>>,
    /// Only those assigned to these users; `none` for those that are nobody's, `-` before an id or `none` for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|u-[a-z0-9][a-z0-9-]{0,20})(,-?(none|u-[a-z0-9][a-z0-9-]{0,20}))*$")]
    assigned_to: Filter<Choice<UserId>>,
    /// Only those of this alert rule.
    #[serde(default)]
    rule_id: Option<AlertRuleId>,
    /// Only those that began before this time.
    #[serde(default)]
    opened_before: Option<Ts>,
    /// Only those that began after this time.
    #[serde(default)]
    opened_after: Option<Ts>,
}

impl Filters {
    fn within(self, scope: Scope) -> AlertFilter {
        let filters = self;
        AlertFilter {
            scope,
            states: filters.state,
            kinds: filters.kind,
            severities: filters.severity,
            object_kind: filters.object_kind,
            object_id: filters.object_id,
            certificate_id: filters.certificate_id,
            agent_id: filters.agent_id,
            issuer_id: filters.issuer_id,
            owner_id: filters.owner_id.0,
            team_id: filters.team_id.0,
            environment: filters.environment.0,
            assigned_to: filters.assigned_to.0,
            rule_id: filters.rule_id,
            opened_before: filters.opened_before,
            opened_after: filters.opened_after,
        }
    }
}

/// A page of alerts, the latest first.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/alerts", tag = "alerts", params(Filters, PageQuery),
    summary = "A page of alerts", description = "A page of alerts, the latest first. Those of one certificate: `certificate_id`.",
    responses((status = 200, description = "The page", body = Page<Alert>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(mut query): Query<BTreeMap<String, String>>,
) -> Result<Json<Page<Alert>>, Error> {
    let page = page_of(&mut query)?;
    let filter = from_pairs::<Filters>(&query, "?")?.within(context.scope);
    let before: Option<AlertId> = match cursor::decode_one(page.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let page = app.store.read("alerts.list", move |tx| {
        let mut rows = alerts::list(tx, &filter, before.as_ref(), page.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, page.limit, |row| row.id.to_string());
        let total = if page.total { Some(alerts::count(tx, &filter)?) } else { None };
        Ok::<_, Error>(Page { items: views(tx, rows)?, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Cursors all over the list, one for each `every` alerts: a page from any part of it is one request. What takes long
/// to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/alerts/anchors", tag = "alerts", params(Filters),
    responses((status = 200, body = Anchors)))]
pub async fn anchors(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<Filters>,
) -> Result<Json<Anchors>, Error> {
    let filter = query.within(context.scope);
    let key = format!("alerts.anchors {filter:?}");
    let count = move |tx: &mut Tx<'_>| Ok(alerts::anchors(tx, &filter)?);
    lists::anchors(&app, key, count, |id: &AlertId| cursor::encode_pair(id.as_str(), "")).await
}

/// How many of the alerts that match have which state, kind, severity, owner, team and environment. To fill the menu of a
/// filter, ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/alerts/facets", tag = "alerts", params(Filters),
    responses((status = 200, body = Facets)))]
pub async fn facets(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<Filters>,
) -> Result<Json<Facets>, Error> {
    let filter = query.within(context.scope);
    let key = format!("alerts.facets {filter:?}");
    lists::facets(&app, key, move |tx| Ok(alerts::facets(tx, &filter)?)).await
}

/// An alert with its revision.
type Answer = ([(HeaderName, HeaderValue); 1], Json<Alert>);

fn answer(tx: &mut Tx<'_>, row: AlertRow) -> Result<Answer, Error> {
    let revision = row.revision;
    let shown = views(tx, vec![row])?.pop();
    let shown = shown.ok_or_else(|| Error::internal("an alert was not shown".to_owned()))?;
    Ok(([etag(revision)], Json(shown)))
}

/// One alert.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/alerts/{id}", tag = "alerts", params(("id" = AlertId, Path)),
    summary = "One alert", description = "One alert.",
    responses((status = 200, description = "It", body = Alert, headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Alert>,
) -> Result<Response, Error> {
    let shown = app.store.read("alerts.show", move |tx| {
        let row = ops::load(tx, &context.scope, &id)?;
        answer(tx, row)
    });
    Ok(shown.await?.into_response())
}

fn check_reason(reason: Option<&str>) -> Result<(), Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", reason, MAX_REASON);
    checks.finish()
}

/// Somebody knows of it.
///
/// # Errors
/// 404, 409 when it is acknowledged or closed already.
#[utoipa::path(post, path = "/alerts/{id}/acknowledge", tag = "alerts", params(("id" = AlertId, Path)),
    request_body = AcknowledgeAlert, summary = "Acknowledge an alert",
    description = "Says that somebody knows of it: no reminders until it becomes more urgent.",
    responses((status = 200, description = "As it is now", body = Alert), (status = 409, description = "It is acknowledged or closed already")))]
pub async fn acknowledge(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Alert>,
    Body(request): Body<AcknowledgeAlert>,
) -> Result<Response, Error> {
    check_reason(request.reason.as_deref())?;
    let audit = context.audit(&app);
    let done = app.store.write("alerts.acknowledge", move |tx| {
        let row = ops::acknowledge(tx, &audit, &id, request.reason.as_deref())?;
        answer(tx, row)
    });
    Ok(done.await?.into_response())
}

/// Somebody knows of many.
///
/// # Errors
/// 404, 422.
#[utoipa::path(post, path = "/alerts/acknowledge", tag = "alerts", request_body = AcknowledgeAlerts,
    summary = "Acknowledge many alerts",
    description = "Acknowledges the open alerts among those named, or among those that match the filters of the list: at \
                   most 500 at once, and `more` says whether to call again.",
    responses((status = 200, description = "How many", body = AlertsAcknowledged),
        (status = 404, description = "There is no alert with one of the ids")))]
pub async fn acknowledge_many(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<AcknowledgeAlerts>,
) -> Result<Json<AlertsAcknowledged>, Error> {
    check_reason(request.reason.as_deref())?;
    let mut filter = match (&request.ids, &request.filter) {
        (Some(ids), None) if (1..=MANY).contains(&ids.len()) => AlertFilter::default(),
        (Some(_), None) => return Err(Error::invalid_field("/ids", format!("1 to {MANY} ids are needed"))),
        (None, Some(filter)) => from_pairs::<Filters>(filter, "/filter/")?.within(context.scope.clone()),
        (None, None) | (Some(_), Some(_)) => {
            return Err(Error::invalid_field("/ids", "give either ids or filter"));
        }
    };
    filter.states = vec![AlertState::Open];
    let audit = context.audit(&app);
    let done = app.store.write("alerts.acknowledge_many", move |tx| {
        let limit = i64::try_from(MANY).unwrap_or(i64::MAX);
        let mut rows = match &request.ids {
            Some(ids) => {
                let mut rows = Vec::with_capacity(ids.len());
                for id in ids {
                    rows.push(ops::load(tx, &audit.scope, id)?);
                }
                rows
            }
            None => alerts::list(tx, &filter, None, limit.saturating_add(1))?,
        };
        let more = rows.len() > MANY;
        rows.truncate(MANY);
        let mut acknowledged = 0;
        for row in rows.iter().filter(|row| row.state == AlertState::Open) {
            ops::acknowledge(tx, &audit, &row.id, request.reason.as_deref())?;
            acknowledged += 1;
        }
        tx.note_audit();
        Ok::<_, Error>(AlertsAcknowledged { acknowledged, more })
    });
    Ok(Json(done.await?))
}

/// Whose it is.
///
/// # Errors
/// 404, 409 when it is closed, 422 for a user that is not there or disabled.
#[utoipa::path(post, path = "/alerts/{id}/assign", tag = "alerts", params(("id" = AlertId, Path)),
    request_body = AssignAlert, summary = "Assign an alert",
    description = "Says whose it is, or with `user_id` left out that it is nobody's. That does not acknowledge it.",
    responses((status = 200, description = "As it is now", body = Alert), (status = 409, description = "It is closed")))]
pub async fn assign(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Alert>,
    Body(request): Body<AssignAlert>,
) -> Result<Response, Error> {
    check_reason(request.reason.as_deref())?;
    let audit = context.audit(&app);
    let done = app.store.write("alerts.assign", move |tx| {
        let row = ops::assign(tx, &audit, &id, request.user_id.as_ref(), request.reason.as_deref())?;
        answer(tx, row)
    });
    Ok(done.await?.into_response())
}

/// Somebody wants quiet.
///
/// # Errors
/// 404, 409 when it is closed, 422 unless exactly one of `until` and `until_change` is given.
#[utoipa::path(post, path = "/alerts/{id}/snooze", tag = "alerts", params(("id" = AlertId, Path)),
    request_body = SnoozeAlert, summary = "Snooze an alert",
    description = "Keeps it quiet until a time, or until it changes. Until a time it stays quiet even when it becomes more urgent.",
    responses((status = 200, description = "As it is now", body = Alert), (status = 409, description = "It is closed")))]
pub async fn snooze(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Alert>,
    Body(request): Body<SnoozeAlert>,
) -> Result<Response, Error> {
    check_reason(request.reason.as_deref())?;
    let now = app.now();
    let quiet = match (request.until, request.until_change.unwrap_or(false)) {
        (Some(until), false) if until > now && until <= now.plus_seconds(MAX_SNOOZE_SECONDS) => {
            Quiet::Until(until)
        }
        (Some(_), false) => {
            return Err(Error::invalid_field("/until", "it has to be in the future, within a year"));
        }
        (None, true) => Quiet::UntilChange,
        (Some(_), true) | (None, false) => {
            return Err(Error::invalid_field("/until", "give either until or until_change"));
        }
    };
    let audit = context.audit(&app);
    let done = app.store.write("alerts.snooze", move |tx| {
        let row = ops::snooze(tx, &audit, &id, quiet, request.reason.as_deref())?;
        answer(tx, row)
    });
    Ok(done.await?.into_response())
}

/// The quiet is over.
///
/// # Errors
/// 404, 409 when it is not snoozed.
#[utoipa::path(post, path = "/alerts/{id}/unsnooze", tag = "alerts", params(("id" = AlertId, Path)),
    summary = "End the quiet of an alert", description = "Ends the quiet: the alert is open again.",
    responses((status = 200, description = "As it is now", body = Alert), (status = 409, description = "It is not snoozed")))]
pub async fn unsnooze(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Alert>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let done = app.store.write("alerts.unsnooze", move |tx| {
        let row = ops::unsnooze(tx, &audit, &id)?;
        answer(tx, row)
    });
    Ok(done.await?.into_response())
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::AlertsRead), routes!(list))
        .route(Access::Need(Permission::AlertsRead), routes!(anchors))
        .route(Access::Need(Permission::AlertsRead), routes!(facets))
        .route(Access::Need(Permission::AlertsRead), routes!(show))
        .route(Access::Need(Permission::AlertsOperate), routes!(acknowledge))
        .route(Access::Need(Permission::AlertsOperate), routes!(acknowledge_many))
        .route(Access::Need(Permission::AlertsOperate), routes!(assign))
        .route(Access::Need(Permission::AlertsOperate), routes!(snooze))
        .route(Access::Need(Permission::AlertsOperate), routes!(unsnooze))
}
