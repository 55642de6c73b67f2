//! Saved views and preferences over HTTP.
//!
//! Not for: who may change a view (`ops/views.rs`). Invariant: a view's filter and order are read by the parser of its list
//! when it is stored, so that a view which is kept can be opened.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::page::Page;
use certctl_api::views::{CreateView, Preferences, UpdatePreferences, UpdateView, View};
use certctl_core::id::{TeamId, ViewId};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_core::view::ViewNoun;
use certctl_store::preferences::{self, PreferencesRow};
use certctl_store::views::{self, ViewFilter, ViewRow};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa_axum::routes;

use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::router::{Access, Api};
use crate::http::{agents, certificates, cursor, issuers, jobs};
use crate::ops::settings::Checks;
use crate::ops::views::{self as ops, Keeper};
use crate::request::{Body, IfMatch, Limit, Patch, PathId, Query, RequestContext, escape, etag};

/// The most parameters of a view's filter.
pub const MAX_FILTERS: usize = 20;
/// The widths that a column may have, in pixels.
const WIDTHS: std::ops::RangeInclusive<u16> = 10..=9_999;
/// The most columns.
pub const MAX_COLUMNS: usize = 50;
/// The longest name of a column.
pub const MAX_COLUMN: usize = 64;
/// The last place.
pub const MAX_POSITION: i64 = 1_000_000;

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those of this list.
    #[serde(default)]
    noun: Option<ViewNoun>,
    /// Only those that this team shares.
    #[serde(default)]
    team_id: Option<TeamId>,
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

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Any, routes!(list, create))
        .route(Access::Any, routes!(show, update, delete))
        .route(Access::Any, routes!(show_preferences, update_preferences))
}

fn keeper(context: &RequestContext) -> Result<Keeper, Error> {
    let role = context.role.ok_or_else(|| Error::internal("a caller without a role"))?;
    Ok(Keeper { caller: ops::caller_of(&context.actor), role, scope: context.scope.clone() })
}

fn view(keeper: &Keeper, row: ViewRow) -> Result<View, Error> {
    Ok(View {
        editable: keeper.may_change(&row),
        id: row.id,
        noun: row.noun,
        name: row.name,
        team_id: row.team_id,
        filter: serde_json::from_value(row.filter).map_err(Error::internal)?,
        sort: row.sort,
        columns: serde_json::from_value(row.columns).map_err(Error::internal)?,
        density: row.density,
        position: row.position,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    })
}

/// Lets the list's parser read a filter and an order.
fn check_list(checks: &mut Checks, noun: ViewNoun, filter: &BTreeMap<String, String>, sort: Option<&str>) {
    if filter.len() > MAX_FILTERS {
        checks.bad(
            "/filter",
            format!("at most {MAX_FILTERS} parameters make a filter; there are {}", filter.len()),
        );
        return;
    }
    for name in ["sort", "limit", "cursor", "total"] {
        if filter.contains_key(name) {
            checks.bad(format!("/filter/{name}"), format!("{name} is no filter"));
            return;
        }
    }
    let everything = Scope::everything();
    let read = match noun {
        ViewNoun::Certificates => certificates::filter_of(filter, &everything).map(drop),
        ViewNoun::Jobs => jobs::filter_of(filter, &everything).map(drop),
        ViewNoun::Agents => agents::filter_of(filter).map(drop),
        ViewNoun::Issuers => issuers::filter_of(filter, Ts::from_second(0)).map(drop),
    };
    note(checks, read, |name| format!("/filter/{}", escape(name)));
    let Some(sort) = sort else { return };
    let read = match noun {
        ViewNoun::Certificates => certificates::check_sort(sort),
        ViewNoun::Jobs => jobs::check_sort(sort),
        ViewNoun::Agents | ViewNoun::Issuers => {
            Err(Error::bad_field("?sort", format!("the list of {noun} has one order only: leave it out")))
        }
    };
    note(checks, read, |_| "/sort".to_owned());
}

/// What a list calls `?name` is a field of the view here.
fn note(checks: &mut Checks, read: Result<(), Error>, place: impl Fn(&str) -> String) {
    match read {
        Ok(()) => {}
        Err(Error::Malformed { errors, .. }) => {
            for FieldError { pointer, detail } in errors {
                checks.bad(place(pointer.trim_start_matches('?')), detail);
            }
        }
        Err(error) => checks.bad(place(""), error.to_string()),
    }
}

fn check_columns(checks: &mut Checks, columns: &[String]) {
    if columns.len() > MAX_COLUMNS {
        checks
            .bad("/columns", format!("at most {MAX_COLUMNS} columns are shown; there are {}", columns.len()));
    }
    for (i, column) in columns.iter().enumerate() {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
        let (name, width) = split_column(column);
        let is_width = |width: &str| {
            width.parse::<u16>().is_ok_and(|px| WIDTHS.contains(&px)) && !width.starts_with(['0', '+'])
        };
        let is_named = !name.is_empty() && column.len() <= MAX_COLUMN && name.chars().all(letters);
        if !is_named || !width.is_none_or(is_width) {
            checks.bad(
                format!("/columns/{i}"),
                "a column is a name in lower case, such as `expires_at`, perhaps with its width in pixels: `expires_at:240`",
            );
        } else if columns.iter().take(i).any(|other| split_column(other).0 == name) {
            checks.bad(format!("/columns/{i}"), format!("{name} is named twice"));
        }
    }
}

/// The name of a column, and its width if it has one of its own.
fn split_column(column: &str) -> (&str, Option<&str>) {
    column.split_once(':').map_or((column, None), |(name, width)| (name, Some(width)))
}

fn check_position(checks: &mut Checks, position: i64) -> i64 {
    if !(0..=MAX_POSITION).contains(&position) {
        checks.bad("/position", format!("{position} is not between 0 and {MAX_POSITION}"));
    }
    position
}

/// A page of the views that the caller sees: its own, and those of teams within its scope, in their order.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/views", tag = "views", params(ListQuery),
    responses((status = 200, body = Page<View>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Error> {
    let keeper = keeper(&context)?;
    let after = match query.cursor.as_deref() {
        None => None,
        Some(text) => {
            let (position, id) = cursor::decode_pair(text)?;
            let position = position.parse().map_err(|_| cursor::bad())?;
            Some((position, id.parse::<ViewId>().map_err(|_| cursor::bad())?))
        }
    };
    let filter = ViewFilter { noun: query.noun, team_id: query.team_id };
    let page = app.store.read("views.list", move |tx| {
        let reader = keeper.reader();
        let mut rows = views::list(tx, &reader, &filter, after.as_ref(), query.limit.and_one())?;
        let limit = usize::try_from(query.limit.get()).unwrap_or(usize::MAX);
        let next_cursor = (rows.len() > limit).then(|| {
            rows.truncate(limit);
            rows.last().map(|row| cursor::encode_pair(&row.position.to_string(), row.id.as_str()))
        });
        let total = if query.total { Some(views::count(tx, &reader, &filter)?) } else { None };
        let items = rows.into_iter().map(|row| view(&keeper, row)).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor: next_cursor.flatten(), total })
    });
    Ok(Json(page.await?))
}

/// A new view: of one's own, or of a team.
///
/// # Errors
/// 403 for a list or a team that is not the caller's, 409, 422 naming the part of the filter that its list does not read.
#[utoipa::path(post, path = "/views", tag = "views", request_body = CreateView,
    responses(
        (status = 201, description = "It was made", body = View,
            headers(("Location" = String, description = "Its path"), ("ETag" = String, description = "Its revision"))),
        (status = 403, description = "The list or the team is not the caller's"),
        (status = 409, description = "The id is taken, or there are too many views")))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateView>,
) -> Result<Response, Error> {
    let keeper = keeper(&context)?;
    let mut checks = Checks::default();
    let name = checks.name(&request.name);
    check_list(&mut checks, request.noun, &request.filter, request.sort.as_deref());
    check_columns(&mut checks, &request.columns);
    let position = check_position(&mut checks, request.position.unwrap_or(0));
    checks.finish()?;
    let now = app.now();
    let row = ViewRow {
        id: request.id.unwrap_or_else(|| app.new_id()),
        noun: request.noun,
        name,
        owner: request.team_id.is_none().then(|| keeper.caller.clone()),
        team_id: request.team_id,
        filter: json!(request.filter),
        sort: request.sort,
        columns: json!(request.columns),
        density: request.density,
        position,
        created_by: keeper.caller.clone(),
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    let (audit, by) = (context.audit(&app), keeper.clone());
    let row = app.store.write("views.create", move |tx| ops::create(tx, &audit, &by, &row)).await?;
    let place = [(header::LOCATION, format!("/api/v1/views/{}", row.id))];
    Ok((StatusCode::CREATED, place, [etag(row.revision)], Json(view(&keeper, row)?)).into_response())
}

/// One view.
///
/// # Errors
/// 403, 404.
#[utoipa::path(get, path = "/views/{id}", tag = "views", params(("id" = ViewId, Path)),
    responses((status = 200, body = View, headers(("ETag" = String, description = "Its revision"))),
        (status = 403, description = "Its list is not for the caller")))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::View>,
) -> Result<Response, Error> {
    let keeper = keeper(&context)?;
    let by = keeper.clone();
    let row = app.store.read("views.show", move |tx| ops::load(tx, &by, &id)).await?;
    Ok(([etag(row.revision)], Json(view(&keeper, row)?)).into_response())
}

/// Changes a view (JSON merge patch).
///
/// # Errors
/// 403, 404, 412, 422.
#[utoipa::path(patch, path = "/views/{id}", tag = "views", params(("id" = ViewId, Path)), request_body = UpdateView,
    responses((status = 200, body = View, headers(("ETag" = String, description = "Its new revision"))),
        (status = 403, description = "It is not the caller's to change")))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::View>,
    if_match: IfMatch,
    Patch(request): Patch<UpdateView>,
) -> Result<Response, Error> {
    let keeper = keeper(&context)?;
    let (audit, by) = (context.audit(&app), keeper.clone());
    let updated = app.store.write("views.update", move |tx| {
        let request = request.clone();
        ops::update(tx, &audit, &by, &id, if_match.revision(), |row| change(row, request))
    });
    let row = updated.await?;
    Ok(([etag(row.revision)], Json(view(&keeper, row)?)).into_response())
}

fn change(row: &mut ViewRow, request: UpdateView) -> Result<(), Error> {
    let mut checks = Checks::default();
    if let Some(name) = &request.name {
        row.name = checks.name(name);
    }
    if let Some(sort) = request.sort {
        row.sort = sort;
    }
    if let Some(filter) = &request.filter {
        row.filter = json!(filter);
    }
    let filter = serde_json::from_value(row.filter.clone()).map_err(Error::internal)?;
    check_list(&mut checks, row.noun, &filter, row.sort.as_deref());
    if let Some(columns) = &request.columns {
        check_columns(&mut checks, columns);
        row.columns = json!(columns);
    }
    if let Some(density) = request.density {
        row.density = density;
    }
    if let Some(position) = request.position {
        row.position = check_position(&mut checks, position);
    }
    checks.finish()
}

/// Removes a view.
///
/// # Errors
/// 403, 404.
#[utoipa::path(delete, path = "/views/{id}", tag = "views", params(("id" = ViewId, Path)),
    responses((status = 204, description = "It is gone"), (status = 403, description = "It is not the caller's to remove")))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::View>,
    if_match: IfMatch,
) -> Result<StatusCode, Error> {
    let keeper = keeper(&context)?;
    let audit = context.audit(&app);
    app.store
        .write("views.delete", move |tx| ops::delete(tx, &audit, &keeper, &id, if_match.revision()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(row: Option<PreferencesRow>) -> Result<Response, Error> {
    let preferences = match row {
        None => Preferences { document: BTreeMap::new(), updated_at: None, revision: 0 },
        Some(row) => Preferences {
            document: serde_json::from_value(row.document).map_err(Error::internal)?,
            updated_at: Some(row.updated_at),
            revision: row.revision,
        },
    };
    Ok(([etag(preferences.revision)], Json(preferences)).into_response())
}

/// What the caller's dashboard remembers. Nothing in it changes what the server does.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/preferences", tag = "views",
    responses((status = 200, body = Preferences, headers(("ETag" = String, description = "Its revision")))))]
pub async fn show_preferences(State(app): State<App>, context: RequestContext) -> Result<Response, Error> {
    let caller = keeper(&context)?.caller;
    let row = app.store.read("preferences.show", move |tx| preferences::of(tx, &caller).map_err(Error::from));
    shown(row.await?)
}

/// Changes what the caller's dashboard remembers (JSON merge patch).
///
/// # Errors
/// 412, 422 when it would be too long.
#[utoipa::path(patch, path = "/preferences", tag = "views", request_body = UpdatePreferences,
    responses((status = 200, body = Preferences, headers(("ETag" = String, description = "Its new revision"))),
        (status = 409, description = "It was changed at the same time")))]
pub async fn update_preferences(
    State(app): State<App>,
    context: RequestContext,
    if_match: IfMatch,
    Body(request): Body<UpdatePreferences>,
) -> Result<Response, Error> {
    let caller = keeper(&context)?.caller;
    let audit = context.audit(&app);
    let patch: serde_json::Map<String, Value> = request.document.into_iter().collect();
    let row = app.store.write("preferences.update", move |tx| {
        ops::merge_preferences(tx, &audit, &caller, if_match.revision(), &patch)
    });
    shown(Some(row.await?))
}
