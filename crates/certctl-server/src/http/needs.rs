//! `GET /needs`: what needs a person.
//!
//! Not for: what belongs together (`ops/needs.rs`). Invariant: a caller sees what is within its scope, and is offered what
//! its role may do.

use axum::Json;
use axum::extract::State;
use certctl_api::needs::{NeedBand, Needs};
use certctl_core::permission::Permission;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::ops::needs;
use crate::request::{Query, RequestContext};

/// Which needs.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NeedsQuery {
    /// Only those that turn into an outage this soon: `urgent` (within 48 hours), `week`, `later`; or `waiting`.
    #[serde(default)]
    #[param(example = "urgent")]
    band: Option<NeedBand>,
    /// The most that are answered, 1 to 200; 50 when absent. `total` counts the others too.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// What needs a person, the most pressing first: one entry for each cause, with all that it touches.
///
/// # Errors
/// 400 for a limit out of its range.
#[utoipa::path(get, path = "/needs", tag = "needs", params(NeedsQuery), summary = "What needs a person",
    description = "One entry for each cause, with all that it touches, ranked by the time to its impact, then by how much it \
                   touches. A certificate is counted where its first cause is: its host being out of reach, then its issuer \
                   not answering, then what is wrong with itself. At a million certificates the counts may be some seconds \
                   old: `as_of` says of which moment they are.",
    responses((status = 200, description = "The needs", body = Needs)))]
pub async fn find(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<NeedsQuery>,
) -> Result<Json<Needs>, Error> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Error::bad_field("?limit", format!("is {limit}; 1 to 200 are answered")));
    }
    let Some(role) = context.role else {
        return Err(Error::internal("needs without a role"));
    };
    Ok(Json(needs::find(&app, role, context.scope, query.band, limit).await?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::CertificatesRead), routes!(find))
}
