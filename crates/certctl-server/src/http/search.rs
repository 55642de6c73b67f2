//! `GET /search`: anything by any handle.
//!
//! Not for: how it is found (`ops/search.rs`). Invariant: a caller finds what its role may read.

use axum::Json;
use axum::extract::State;
use certctl_api::search::SearchResults;
use certctl_core::id::TeamId;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::ops::narrow::Narrow;
use crate::ops::search;
use crate::request::{Query, RequestContext};

/// The longest text that is looked for: a name with its dots is shorter.
const MAX_TEXT: usize = 300;
const DEFAULT_LIMIT: i64 = 20;

/// What is looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// A name, an id, a serial or SHA-256 fingerprint (whole or its first 6 digits and more, with or without colons), the
    /// address of an endpoint (`host:port`), or a request's id; 2 to 300 letters.
    #[param(min_length = 2, max_length = 300)]
    q: String,
    /// The most that is answered, 1 to 50; 20 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 50)]
    limit: Option<i64>,
    /// Certificates, their versions and their jobs of this team only; other kinds of objects are of all teams.
    #[serde(default)]
    team_id: Option<TeamId>,
}

/// Anything by any handle: certificates, targets, agents, issuers, owners, teams, profiles, policies, jobs, requests.
///
/// # Errors
/// 400 for a text that is too short or too long.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchQuery),
    responses((status = 200, description = "What was found, the best first", body = SearchResults)))]
pub async fn find(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchResults>, Error> {
    let length = query.q.trim().chars().count();
    if !(2..=MAX_TEXT).contains(&length) {
        let detail =
            format!("q is {length} letters long without spaces around it; 2 to {MAX_TEXT} are looked for");
        return Err(Error::bad_field("?q", detail));
    }
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=50).contains(&limit) {
        return Err(Error::bad_field("?limit", format!("limit is {limit}; 1 to 50 are answered")));
    }
    let Some(role) = context.role else {
        return Err(Error::internal("a search without a role"));
    };
    let scope = Narrow { team_id: query.team_id, environment: None }.of(context.scope)?;
    let found = app.store.read("search", move |tx| search::find(tx, role, &scope, &query.q, limit));
    Ok(Json(SearchResults { items: found.await? }))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Any, routes!(find))
}
