//! The list of certificates as a whole: places all over it, and what it is made of.
//!
//! Not for: pages (`list.rs`). Invariant: both are of the list that the same filters give, and say of when they are.

use axum::Json;
use axum::extract::State;
use certctl_api::certificates::{CertificateAnchors, CertificateFacets, FacetOfCertificates, FacetValue};
use certctl_store::certificates::{self, FacetCount, Facets};
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::list::{ListQuery, cursor_of};
use crate::app::App;
use crate::counts;
use crate::error::Error;
use crate::http::exports::filters_of;
use crate::request::{Query, RequestContext};

/// Values that a facet lists.
const LISTED: usize = 100;

/// The filters and the order of the list.
#[derive(Debug)]
pub struct Ordered;

impl utoipa::IntoParams for Ordered {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let all = ListQuery::into_params(|| Some(ParameterIn::Query)).into_iter();
        all.filter(|parameter| !["limit", "cursor", "total"].contains(&parameter.name.as_str())).collect()
    }
}

/// The filters of the list.
#[derive(Debug)]
pub struct Filtered;

impl utoipa::IntoParams for Filtered {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        filters_of::<ListQuery>()
    }
}

/// Cursors all over the list, one for each `every` certificates: a page from any part of it is one request. What takes long
/// to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/certificates/anchors", tag = "certificates", params(Ordered),
    responses((status = 200, body = CertificateAnchors)))]
pub async fn anchors(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<CertificateAnchors>, Error> {
    let order = query.order();
    let filter = query.filter(context.scope)?;
    let key = format!("certificates.anchors {order} {filter:?}");
    let counted =
        counts::counted(&app, key, move |tx| Ok(certificates::anchors(tx, &filter, order)?)).await?;
    let (found, as_of) = (counted.value, counted.as_of);
    Ok(Json(CertificateAnchors {
        total: found.total,
        every: found.every,
        anchors: found.positions.iter().map(|position| cursor_of(order, position)).collect(),
        approximate: found.approximate,
        as_of,
    }))
}

/// How many of the certificates that match have which value, for each filter that has values. To fill the menu of a filter,
/// ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/certificates/facets", tag = "certificates", params(Filtered),
    responses((status = 200, body = CertificateFacets)))]
pub async fn facets(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<CertificateFacets>, Error> {
    let filter = query.filter(context.scope)?;
    let key = format!("certificates.facets {filter:?}");
    let counted = counts::counted(&app, key, move |tx| Ok(certificates::facets(tx, &filter)?)).await?;
    let as_of = counted.as_of;
    let Facets { total, counts } = &*counted.value;
    let facets = counts
        .iter()
        .map(|(facet, counts)| {
            let (listed, others) = counts.split_at(counts.len().min(LISTED));
            FacetOfCertificates {
                facet: *facet,
                values: listed
                    .iter()
                    .map(|one| FacetValue { value: one.value.clone(), count: number(one.n) })
                    .collect(),
                other_values: i64::try_from(others.len()).unwrap_or(i64::MAX),
                other_count: number(others.iter().map(|one: &FacetCount| one.n).sum()),
            }
        })
        .collect();
    Ok(Json(CertificateFacets { total: number(*total), facets, as_of }))
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
