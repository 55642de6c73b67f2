//! Tags over HTTP: which there are, and how many certificates have each.
//!
//! Not for: setting them (they are the certificates' own). Invariant: a tag is listed while a certificate that is not
//! archived has it.

use axum::Json;
use axum::extract::State;
use certctl_api::page::Page;
use certctl_api::tags::Tag;
use certctl_core::permission::Permission;
use certctl_store::{Tx, tags};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::counts;
use crate::error::Error;
use crate::http::cursor;
use crate::http::router::{Access, Api};
use crate::request::{Limit, Query, RequestContext};

/// Filter and page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those that begin with this text.
    #[serde(default)]
    prefix: String,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

/// A page of tags, in their order, each with the number of certificates that have it. What takes long to count is kept for
/// a while.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/tags", tag = "tags", params(ListQuery), responses((status = 200, body = Page<Tag>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Tag>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let limit = query.limit;
    let key = format!("tags {:?} {:?} {after:?} {limit:?}", context.scope, query.prefix);
    let (scope, prefix) = (context.scope, query.prefix);
    let count = move |tx: &mut Tx<'_>| Ok(tags::list(tx, &scope, &prefix, &after, limit.and_one())?);
    let mut rows = counts::counted(&app, key, count).await?.value.to_vec();
    let next_cursor = cursor::cut(&mut rows, limit, |row| row.tag.clone());
    let items = rows.into_iter().map(|row| Tag { tag: row.tag, certificates: row.certificates }).collect();
    Ok(Json(Page { items, next_cursor, total: None }))
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::CertificatesRead), routes!(list))
}
