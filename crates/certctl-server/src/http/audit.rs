//! The audit trail over HTTP: list, read, verify.
//!
//! Not for: writing or sealing events. Invariant: what is answered is what the row says; a row that cannot be read
//! back is an error that names it, never a guess.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use certctl_api::audit::{AuditEvent, AuditHistogram, AuditStep, AuditVerification};
use certctl_api::lists::{Anchors, Facets};
use certctl_api::page::Page;
use certctl_core::actor::{Actor, ActorKind};
use certctl_core::audit::Outcome;
use certctl_core::id::AuditEventId;
use certctl_core::permission::Permission;
use certctl_core::time::Ts;
use certctl_store::Tx;
use certctl_store::audit::{self, AuditFilter, AuditRow};
use certctl_store::names;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::counts;
use crate::engine::audit_seal;
use crate::error::Error;
use crate::http::cursor;
use crate::http::lists::{self, Filtered, Ordered};
use crate::http::router::{Access, Api};
use crate::request::{AnyOf, Limit, PathId, Query, from_query};

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::AuditRead), routes!(list))
        .route(Access::Need(Permission::AuditRead), routes!(anchors))
        .route(Access::Need(Permission::AuditRead), routes!(facets))
        .route(Access::Need(Permission::AuditRead), routes!(histogram))
        .route(Access::Need(Permission::AuditRead), routes!(verify))
        .route(Access::Need(Permission::AuditRead), routes!(crate::http::audit_export::export))
        .route(Access::Need(Permission::AuditRead), routes!(show))
}

/// Filters and page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Who: an id, or the name of a task of the control plane.
    #[serde(default)]
    actor: Option<String>,
    /// By one of these kinds of actor, with commas between: `api_key`, `user`, `agent`, `system`, `local`, `anonymous`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "user,api_key")]
    actor_kind: AnyOf<ActorKind>,
    /// What, such as `certificate.create`.
    #[serde(default)]
    action: Option<String>,
    /// On which object: an id.
    #[serde(default)]
    object: Option<String>,
    /// How it ended.
    #[serde(default)]
    outcome: Option<Outcome>,
    /// At this time or later.
    #[serde(default)]
    since: Option<Ts>,
    /// Before this time.
    #[serde(default)]
    until: Option<Ts>,
    /// By a request from this address.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "192.0.2.7")]
    source_address: Option<IpAddr>,
    /// With this text in its summary or its facts, or with exactly this id as object, actor or request.
    #[serde(default)]
    q: Option<String>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before, or an anchor.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

impl ListQuery {
    fn filter(self) -> AuditFilter {
        AuditFilter {
            actor_kinds: self.actor_kind.0,
            actor: self.actor,
            action: self.action,
            object: self.object,
            outcome: self.outcome.map(|outcome| outcome.as_str().to_owned()),
            since: self.since,
            until: self.until,
            source_address: self.source_address.map(|address| address.to_string()),
            q: self.q.filter(|q| !q.trim().is_empty()),
            before_seq: None,
        }
    }
}

/// The filter that the list's parameters describe, for an export.
///
/// # Errors
/// 400 naming the parameter as `?name`.
pub fn filter_of(parameters: &BTreeMap<String, String>) -> Result<AuditFilter, Error> {
    let query = serde_urlencoded::to_string(parameters).map_err(Error::internal)?;
    Ok(from_query::<ListQuery>(&query)?.filter())
}

/// An event as it is answered.
///
/// # Errors
/// A fault of ours when the row cannot be read back.
pub fn view(row: AuditRow) -> Result<AuditEvent, Error> {
    let seq = row.seq;
    let unreadable = move |what: &str| {
        Error::internal(format!("the {what} of audit event {seq} cannot be read: run `certctl audit verify`"))
    };
    let actor = Actor::from_parts(&row.actor_kind, &row.actor_id).ok_or_else(|| unreadable("actor"))?;
    let mut details: serde_json::Value =
        serde_json::from_str(&row.details).map_err(|_| unreadable("details"))?;
    let source_address = details.as_object_mut().and_then(|facts| facts.remove(audit::SOURCE_ADDRESS));
    Ok(AuditEvent {
        actor_name: None,
        source_address: source_address.and_then(|address| address.as_str().map(str::to_owned)),
        seq,
        id: row.id.parse().map_err(|_| unreadable("id"))?,
        at: row.at,
        actor,
        action: row.action,
        object_kind: row.object_kind,
        object_id: row.object_id,
        outcome: row.outcome.parse().map_err(|_| unreadable("outcome"))?,
        summary: row.summary,
        request_id: Some(row.request_id).filter(|id| !id.is_empty()),
        details,
    })
}

/// Events as they are answered, with the names of who acted.
fn views(tx: &mut Tx<'_>, rows: Vec<AuditRow>) -> Result<Vec<AuditEvent>, Error> {
    let mut events: Vec<AuditEvent> = rows.into_iter().map(view).collect::<Result<_, _>>()?;
    let known = names::of_actors(tx, events.iter().map(|event| &event.actor))?;
    for event in &mut events {
        event.actor_name = known.of(&event.actor);
    }
    Ok(events)
}

/// A page of events, newest first.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/audit", tag = "audit", params(ListQuery),
    responses((status = 200, body = Page<AuditEvent>)))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<AuditEvent>>, Error> {
    let before_seq = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let (limit, total) = (query.limit, query.total);
    let filter = AuditFilter { before_seq, ..query.filter() };
    let page = app.store.read("audit.list", move |tx| {
        let mut rows = audit::list(tx, &filter, limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, limit, |row| row.seq.to_string());
        let total = if total { Some(audit::count(tx, &filter)?) } else { None };
        let items = views(tx, rows)?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Cursors all over the list, one for each `every` events: a page from any part of it is one request. What takes long
/// to count is kept for a while; `as_of` says of when it is. Of a very long trail only the newest two million events are
/// looked through (`approximate`), unless `object` names one.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/audit/anchors", tag = "audit", params(Ordered<ListQuery>),
    responses((status = 200, body = Anchors)))]
pub async fn anchors(State(app): State<App>, Query(query): Query<ListQuery>) -> Result<Json<Anchors>, Error> {
    let filter = query.filter();
    let key = format!("audit.anchors {filter:?}");
    let count = move |tx: &mut Tx<'_>| Ok(audit::anchors(tx, &filter)?);
    lists::anchors(&app, key, count, |seq: &i64| cursor::encode_pair(&seq.to_string(), "")).await
}

/// How many of the events that match have which kind of actor, action and outcome. To fill the menu of a filter,
/// ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is. Of a very long trail
/// only the newest two million events are looked through (`approximate`), unless `object` names one.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/audit/facets", tag = "audit", params(Filtered<ListQuery>),
    responses((status = 200, body = Facets)))]
pub async fn facets(State(app): State<App>, Query(query): Query<ListQuery>) -> Result<Json<Facets>, Error> {
    let filter = query.filter();
    let key = format!("audit.facets {filter:?}");
    lists::facets(&app, key, move |tx| Ok(audit::facets(tx, &filter)?)).await
}

/// How the events that match lie in time: at most a hundred steps and one from `since`, or the first event, to `until`, or now.
/// What takes long to count is kept for a while; `as_of` says of when it is. Of a very long trail only the newest two million
/// events are looked through (`approximate`), unless `object` names one.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/audit/histogram", tag = "audit", params(Filtered<ListQuery>),
    responses((status = 200, body = AuditHistogram)))]
pub async fn histogram(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<AuditHistogram>, Error> {
    let filter = query.filter();
    let key = format!("audit.histogram {filter:?}");
    let count = move |tx: &mut Tx<'_>| Ok(audit::histogram(tx, &filter)?);
    let counted = counts::counted(&app, key, count).await?;
    let audit::Histogram { from, until, step_seconds, counts, approximate } = &*counted.value;
    let mut steps: Vec<AuditStep> = Vec::new();
    for (at, outcome, n) in counts {
        if steps.last().is_none_or(|step| step.at != *at) {
            steps.push(AuditStep { at: *at, success: 0, denied: 0, failure: 0 });
        }
        let (Some(step), Ok(outcome)) = (steps.last_mut(), outcome.parse()) else { continue };
        match outcome {
            Outcome::Success => step.success = *n,
            Outcome::Denied => step.denied = *n,
            Outcome::Failure => step.failure = *n,
        }
    }
    Ok(Json(AuditHistogram {
        from: *from,
        until: *until,
        step_seconds: *step_seconds,
        total: counts.iter().map(|(_, _, n)| n).sum(),
        steps,
        approximate: *approximate,
        as_of: counted.as_of,
    }))
}

/// One event.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/audit/{id}", tag = "audit", params(("id" = AuditEventId, Path)),
    responses((status = 200, body = AuditEvent)))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::AuditEvent>,
) -> Result<Json<AuditEvent>, Error> {
    let event = app.store.read("audit.show", move |tx| {
        let row = audit::by_id(tx, &id)?.ok_or_else(|| Error::not_found("audit event", id.as_str()))?;
        views(tx, vec![row])?.pop().ok_or_else(|| Error::not_found("audit event", id.as_str()))
    });
    Ok(Json(event.await?))
}

/// Checks the whole trail: rows, batches, chain and signatures.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/audit/verify", tag = "audit",
    responses((status = 200, body = AuditVerification)))]
pub async fn verify(State(app): State<App>) -> Result<Json<AuditVerification>, Error> {
    let found = audit_seal::verify(&app).await?;
    Ok(Json(AuditVerification {
        ok: found.findings.is_empty(),
        batches: found.batches,
        events: found.events,
        unsealed: found.unsealed,
        findings: found.findings,
        public_key: found.public_key,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(actor_kind: &str, actor_id: &str) -> AuditRow {
        AuditRow {
            seq: 7,
            id: "ae-1".into(),
            at: Ts::from_second(0),
            actor_kind: actor_kind.into(),
            actor_id: actor_id.into(),
            action: "team.create".into(),
            object_kind: "team".into(),
            object_id: "t-web".into(),
            outcome: "success".into(),
            summary: "made".into(),
            request_id: String::new(),
            details: "{}".into(),
        }
    }

    #[test]
    fn each_kind_of_actor_is_read_back() {
        for actor in [
            Actor::ApiKey("key-a".parse().unwrap()),
            Actor::Agent("ag-web-1".parse().unwrap()),
            Actor::system("renewal"),
            Actor::Anonymous,
        ] {
            assert_eq!(view(row(actor.kind(), actor.id())).unwrap().actor, actor);
        }
    }

    #[test]
    fn a_row_that_was_tampered_with_is_an_error_and_no_guess() {
        for broken in [
            row("robot", "x"),
            AuditRow { outcome: "fine".into(), ..row("system", "x") },
            AuditRow { details: "{".into(), ..row("system", "x") },
        ] {
            let Err(Error::Internal(cause)) = view(broken) else { panic!("it was shown") };
            assert!(cause.to_string().contains("audit event 7"), "{cause}");
        }
    }
}
