//! A list as a whole over HTTP: places all over it, and what it is made of. The same for every list.
//!
//! A list's own file says how its filter is counted and how a place becomes a cursor. Not for: pages. Invariant: what is
//! answered says of when it is; equal filters of one caller's scope have equal keys, and only those.

use std::marker::PhantomData;

use axum::Json;
use certctl_api::lists::{Anchors, FacetCounts, FacetValue, Facets};
use certctl_store::{Tx, lists};
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::app::App;
use crate::counts;
use crate::error::Error;
use crate::http::exports::filters_of;

/// Values that a facet lists.
const LISTED: usize = 100;

/// The documented parameters of a list that are filters or its order.
#[derive(Debug)]
pub struct Ordered<L>(PhantomData<L>);

impl<L: utoipa::IntoParams> utoipa::IntoParams for Ordered<L> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let all = L::into_params(|| Some(ParameterIn::Query)).into_iter();
        all.filter(|parameter| !["limit", "cursor", "total"].contains(&parameter.name.as_str())).collect()
    }
}

/// The documented parameters of a list that are filters.
#[derive(Debug)]
pub struct Filtered<L>(PhantomData<L>);

impl<L: utoipa::IntoParams> utoipa::IntoParams for Filtered<L> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        filters_of::<L>()
    }
}

/// Counts, or gives what was counted a little while ago, and makes cursors of the places. `key` as for
/// [`counts::counted`].
///
/// # Errors
/// Those of `count`.
pub async fn anchors<P, F>(
    app: &App,
    key: String,
    count: F,
    cursor: impl Fn(&P) -> String,
) -> Result<Json<Anchors>, Error>
where
    P: Send + Sync + 'static,
    F: Fn(&mut Tx<'_>) -> Result<lists::Anchors<P>, Error> + Clone + Send + 'static,
{
    let counted = counts::counted(app, key, count).await?;
    let found = counted.value;
    Ok(Json(Anchors {
        total: found.total,
        every: found.every,
        anchors: found.positions.iter().map(cursor).collect(),
        approximate: found.approximate,
        as_of: counted.as_of,
    }))
}

/// Counts, or gives what was counted a little while ago. `key` as for [`counts::counted`].
///
/// # Errors
/// Those of `count`.
pub async fn facets<F>(app: &App, key: String, count: F) -> Result<Json<Facets>, Error>
where
    F: Fn(&mut Tx<'_>) -> Result<lists::Facets, Error> + Clone + Send + 'static,
{
    let counted = counts::counted(app, key, count).await?;
    let lists::Facets { total, counts, approximate } = &*counted.value;
    let facets = counts
        .iter()
        .map(|(facet, counts)| {
            let (listed, others) = counts.split_at(counts.len().min(LISTED));
            FacetCounts {
                facet: *facet,
                values: listed
                    .iter()
                    .map(|one| FacetValue { value: one.value.clone(), count: number(one.n) })
                    .collect(),
                other_values: i64::try_from(others.len()).unwrap_or(i64::MAX),
                other_count: number(others.iter().map(|one| one.n).sum()),
            }
        })
        .collect();
    Ok(Json(Facets { total: number(*total), facets, approximate: *approximate, as_of: counted.as_of }))
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
