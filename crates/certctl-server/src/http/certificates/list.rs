//! The list of certificates: filters, order, pages.
//!
//! Not for: what a filter means (the store). Invariant: a filter that is not known is refused, never ignored.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use certctl_api::certificates::Certificate;
use certctl_api::page::Page;
use certctl_core::certificate::CertificateStatus;
use certctl_core::id::{AgentId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::certificates::{self, CertificateFilter, CertificateSort};
use serde::Deserialize;

use super::view;
use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::request::{Limit, Query, RequestContext, from_query};

/// Filters, order and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those with this status; without it all that are not archived.
    #[serde(default)]
    status: Option<CertificateStatus>,
    /// Only those of this issuer.
    #[serde(default)]
    issuer_id: Option<IssuerId>,
    /// Only those of this profile.
    #[serde(default)]
    profile_id: Option<ProfileId>,
    /// Only those that follow this renewal policy.
    #[serde(default)]
    policy_id: Option<RenewalPolicyId>,
    /// Only those of this owner.
    #[serde(default)]
    owner_id: Option<OwnerId>,
    /// Only those of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only those of this environment, such as `production`.
    #[serde(default)]
    environment: Option<String>,
    /// Only those whose key this agent holds.
    #[serde(default)]
    agent_id: Option<AgentId>,
    /// Only those that are deployed to this target.
    #[serde(default)]
    target_id: Option<TargetId>,
    /// Only those with this tag.
    #[serde(default)]
    tag: Option<String>,
    /// Only those whose earliest end is before this time.
    #[serde(default)]
    expires_before: Option<Ts>,
    /// Only those whose earliest end is after this time.
    #[serde(default)]
    expires_after: Option<Ts>,
    /// Only those whose name, or one of whose names, holds this text.
    #[serde(default)]
    q: Option<String>,
    /// The order; by id when absent.
    #[serde(default)]
    sort: Option<Sort>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    total: bool,
}

impl ListQuery {
    fn filter(self, scope: Scope) -> CertificateFilter {
        CertificateFilter {
            scope,
            status: self.status,
            issuer_id: self.issuer_id,
            profile_id: self.profile_id,
            renewal_policy_id: self.policy_id,
            owner_id: self.owner_id,
            team_id: self.team_id,
            environment: self.environment,
            agent_id: self.agent_id,
            target_id: self.target_id,
            tag: self.tag,
            expires_before: self.expires_before,
            expires_after: self.expires_after,
            q: self.q,
        }
    }
}

/// The filter that the list's parameters describe, for selections that are not asked for by a query.
///
/// # Errors
/// 400 naming the parameter as `?name`, also for one that only orders or pages a list.
pub fn filter_of(parameters: &BTreeMap<String, String>, scope: &Scope) -> Result<CertificateFilter, Error> {
    for name in ["sort", "limit", "cursor", "total"] {
        if parameters.contains_key(name) {
            return Err(Error::bad_field(format!("?{name}"), format!("{name} is no filter")));
        }
    }
    let query = serde_urlencoded::to_string(parameters).map_err(Error::internal)?;
    Ok(from_query::<ListQuery>(&query)?.filter(scope.clone()))
}

/// Whether the list has an order of this name.
///
/// # Errors
/// 400 naming `?sort`.
pub fn check_sort(sort: &str) -> Result<(), Error> {
    let query = serde_urlencoded::to_string([("sort", sort)]).map_err(Error::internal)?;
    from_query::<ListQuery>(&query).map(drop)
}

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CertificateSort)]
pub enum Sort {
    /// By id.
    Id,
    /// By the earliest end.
    Expires,
}

/// A page of certificates.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/certificates", tag = "certificates", params(ListQuery),
    responses((status = 200, body = Page<Certificate>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Certificate>>, Error> {
    let sort = match query.sort.unwrap_or(Sort::Id) {
        Sort::Id => CertificateSort::Id,
        Sort::Expires => CertificateSort::Expires,
    };
    let after = match &query.cursor {
        None => None,
        Some(text) => {
            let (end, id) = cursor::decode_pair(text)?;
            let end = match end.as_str() {
                "" => None,
                text => Some(text.parse::<Ts>().map_err(|_| cursor::bad())?),
            };
            Some((end, id))
        }
    };
    let (limit, total) = (query.limit, query.total);
    let filter = query.filter(context.scope);
    let page = app.store.read("certificates.list", move |tx| {
        let mut rows = certificates::list(tx, &filter, sort, after.clone(), limit.and_one())?;
        let full = rows.len() > usize::try_from(limit.get()).unwrap_or(usize::MAX);
        let next_cursor = if full {
            rows.pop();
            rows.last().map(|row| {
                let end = row.not_after.map(|at| at.to_string()).unwrap_or_default();
                cursor::encode_pair(&end, row.id.as_str())
            })
        } else {
            None
        };
        let total = if total { Some(certificates::count(tx, &filter)?) } else { None };
        let items = rows.into_iter().map(|row| view(tx, row)).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}
