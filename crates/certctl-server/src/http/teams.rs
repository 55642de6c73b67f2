//! Teams over HTTP, and what all settings' routes share: their pages, their answers, their documented refusals.
//!
//! Not for: rules (ops). Invariant: an object that has a revision is answered with it as `ETag`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use certctl_api::page::Page;
use certctl_api::teams::{CreateTeam, Team, UpdateTeam};
use certctl_core::id::{Id, TeamId};
use certctl_core::permission::Permission;
use certctl_store::teams::TeamRow;
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::http::router::{Access, Api};
use crate::ops::settings::{self, Checks, Setting};
use crate::request::{Body, IfMatch, Limit, PathId, Query, RequestContext, etag};

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::ConfigRead), routes!(list))
        .route(Access::Need(Permission::ConfigManage), routes!(create))
        .route(Access::Need(Permission::ConfigRead), routes!(show))
        .route(Access::Need(Permission::ConfigManage), routes!(update))
        .route(Access::Need(Permission::ConfigManage), routes!(delete))
}

/// A page of a list without filters.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    pub limit: Limit,
    /// From the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Whether to count all.
    #[serde(default)]
    pub total: bool,
}

/// A page of settings.
///
/// # Errors
/// 400 for a bad cursor.
pub(crate) async fn page<S: Setting, V: Send + 'static>(
    app: &App,
    query: PageQuery,
    view: fn(S) -> Result<V, Error>,
) -> Result<Json<Page<V>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read(S::OBJECT, move |tx| {
        let mut rows = S::list(tx, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id().to_string());
        let total = if query.total { Some(S::count(tx)?) } else { None };
        let items = rows.into_iter().map(view).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// One setting.
///
/// # Errors
/// 404.
pub(crate) async fn find<S: Setting>(app: &App, id: Id<S::Kind>) -> Result<S, Error> {
    app.store.read(S::OBJECT, move |tx| settings::load(tx, &id)).await
}

/// 200 with its revision.
pub(crate) fn shown<V: Serialize>(revision: i64, body: V) -> Response {
    ([etag(revision)], Json(body)).into_response()
}

/// 201 with its place and revision.
pub(crate) fn created<V: Serialize>(path: &str, id: &str, revision: i64, body: V) -> Response {
    let place = [(header::LOCATION, format!("/api/v1/{path}/{id}"))];
    (StatusCode::CREATED, place, [etag(revision)], Json(body)).into_response()
}

macro_rules! refusals {
    ($($(#[$meta:meta])* $name:ident: $($status:literal)*;)*) => { $(
        $(#[$meta])*
        #[derive(Debug)]
        pub(crate) enum $name {}
        impl utoipa::IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
                BTreeMap::from([$(refusal($status)),*])
            }
        }
    )* };
}

refusals! {
    /// What a list refuses.
    OfList: 400 401 403;
    /// What a read refuses.
    OfShow: 400 401 403 404;
    /// What a creation refuses.
    OfCreate: 400 401 403 409 413 415 422;
    /// What a change refuses.
    OfUpdate: 400 401 403 404 409 412 413 415 422;
    /// What a removal or an action refuses.
    OfDelete: 400 401 403 404 409;
}

fn refusal(status: u16) -> (String, RefOr<utoipa::openapi::Response>) {
    let about = StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Refused");
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response =
        ResponseBuilder::new().description(about).content("application/problem+json", content).build();
    (status.to_string(), RefOr::T(response))
}

fn view(row: TeamRow) -> Team {
    Team {
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    }
}

/// A page of teams.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/teams", tag = "teams", params(PageQuery),
    responses((status = 200, body = Page<Team>), OfList))]
pub async fn list(State(app): State<App>, Query(query): Query<PageQuery>) -> Result<Json<Page<Team>>, Error> {
    page::<TeamRow, _>(&app, query, |row| Ok(view(row))).await
}

/// A new team.
///
/// # Errors
/// 409 when the id is taken, 422.
#[utoipa::path(post, path = "/teams", tag = "teams", request_body = CreateTeam,
    responses((status = 201, body = Team), OfCreate))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateTeam>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = checks.name(&request.name);
    checks.finish()?;
    let now = app.now();
    let id = request.id.unwrap_or_else(|| app.new_id());
    let row = TeamRow { id, name, created_at: now, updated_at: now, revision: 1 };
    let audit = context.audit(&app);
    let team = view(app.store.write("teams.create", move |tx| settings::create(tx, &audit, &row)).await?);
    Ok(created("teams", team.id.as_str(), team.revision, &team))
}

/// One team.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)),
    responses((status = 200, body = Team), OfShow))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Team>,
) -> Result<Response, Error> {
    let team = view(find(&app, id).await?);
    Ok(shown(team.revision, &team))
}

/// Changes a team.
///
/// # Errors
/// 404, 412, 422.
#[utoipa::path(patch, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)),
    request_body = UpdateTeam, responses((status = 200, body = Team), OfUpdate))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Team>,
    if_match: IfMatch,
    Body(request): Body<UpdateTeam>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = request.name.as_deref().map(|name| checks.name(name));
    checks.finish()?;
    let audit = context.audit(&app);
    let row = app.store.write("teams.update", move |tx| {
        settings::update(tx, &audit, &id, if_match.revision(), |row: &mut TeamRow| {
            if let Some(name) = &name {
                row.name.clone_from(name);
            }
            Ok(())
        })
    });
    let team = view(row.await?);
    Ok(shown(team.revision, &team))
}

/// Removes a team.
///
/// # Errors
/// 404, 409 with the certificates that refer to it.
#[utoipa::path(delete, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)),
    responses((status = 204), OfDelete))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Team>,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    app.store.write("teams.delete", move |tx| settings::delete::<TeamRow>(tx, &audit, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
