//! The list of certificates as a whole: places all over it, and what it is made of.
//!
//! Not for: pages (`list.rs`). Invariant: both are of the list that the same filters give, and say of when they are.

use axum::Json;
use axum::extract::State;
use certctl_api::lists::{Anchors, Facets};
use certctl_store::{Tx, certificates};

use super::list::{ListQuery, cursor_of};
use crate::app::App;
use crate::error::Error;
use crate::http::lists::{self, Filtered, Ordered};
use crate::request::{Query, RequestContext};

/// Cursors all over the list, one for each `every` certificates: a page from any part of it is one request. What takes long
/// to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/certificates/anchors", tag = "certificates", params(Ordered<ListQuery>),
    responses((status = 200, body = Anchors)))]
pub async fn anchors(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Anchors>, Error> {
    let order = query.order();
    let filter = query.filter(context.scope)?;
    let key = format!("certificates.anchors {order} {filter:?}");
    let count = move |tx: &mut Tx<'_>| Ok(certificates::anchors(tx, &filter, order)?);
    lists::anchors(&app, key, count, |position| cursor_of(order, position)).await
}

/// How many of the certificates that match have which value, for each filter that has values. To fill the menu of a filter,
/// ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/certificates/facets", tag = "certificates", params(Filtered<ListQuery>),
    responses((status = 200, body = Facets)))]
pub async fn facets(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Facets>, Error> {
    let filter = query.filter(context.scope)?;
    let key = format!("certificates.facets {filter:?}");
    lists::facets(&app, key, move |tx| Ok(certificates::facets(tx, &filter)?)).await
}
