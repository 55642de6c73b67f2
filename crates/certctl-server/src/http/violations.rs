//! Violations over HTTP: lists of what breaks policy rules.
//!
//! Not for: opening and closing them. Invariant: a caller sees those of its own certificates.

use axum::Json;
use axum::extract::State;
use certctl_api::page::Page;
use certctl_api::violations::Violation;
use certctl_core::id::{CertificateId, OwnerId, PolicyRuleId, TeamId, ViolationId};
use certctl_core::permission::{Permission, Scope};
use certctl_core::rule::{RuleKind, RuleSeverity, ViolationState};
use certctl_store::policy_rules::PolicyRuleRow;
use certctl_store::violations::{self, ViolationFilter, ViolationRow};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::http::router::{Access, Api};
use crate::ops::{settings, violations as ops};
use crate::request::{AnyOf, Limit, PathId, Query, RequestContext};

/// A violation as it is answered.
///
/// # Errors
/// A fault of ours when it cannot be read back.
pub fn view(row: ViolationRow) -> Result<Violation, Error> {
    let breaches = serde_json::from_value(row.breaches).map_err(Error::internal)?;
    Ok(Violation {
        id: row.id,
        rule_id: row.rule_id,
        rule_name: row.rule_name,
        rule_kind: row.rule_kind,
        severity: row.severity,
        certificate_id: row.certificate_id,
        owner_id: row.owner_id,
        team_id: row.team_id,
        environment: row.environment,
        breaches,
        state: if row.closed_at.is_none() { ViolationState::Open } else { ViolationState::Closed },
        opened_at: row.opened_at,
        changed_at: row.changed_at,
        closed_at: row.closed_at,
        closed_because: row.closed_because,
    })
}

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Any of these states, with commas: `open`, `closed`; only open ones when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "open,closed")]
    state: AnyOf<ViolationState>,
    /// Only those of this rule.
    #[serde(default)]
    rule_id: Option<PolicyRuleId>,
    /// Any of these kinds of rule, with commas, such as `KeyStrength`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "KeyStrength,MaxLifetime")]
    kind: AnyOf<RuleKind>,
    /// Any of these severities, with commas: `Warning`, `Error`, `Critical`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "Critical")]
    severity: AnyOf<RuleSeverity>,
    /// Only those by this certificate.
    #[serde(default)]
    certificate_id: Option<CertificateId>,
    /// Only those of this owner's certificates.
    #[serde(default)]
    owner_id: Option<OwnerId>,
    /// Only those of this team's certificates.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only those of certificates in this environment.
    #[serde(default)]
    environment: Option<String>,
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

/// Filters and page of the list of one rule.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RuleListQuery {
    /// Any of these states, with commas: `open`, `closed`; only open ones when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "open,closed")]
    state: AnyOf<ViolationState>,
    /// Only those by this certificate.
    #[serde(default)]
    certificate_id: Option<CertificateId>,
    /// Only those of this owner's certificates.
    #[serde(default)]
    owner_id: Option<OwnerId>,
    /// Only those of this team's certificates.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only those of certificates in this environment.
    #[serde(default)]
    environment: Option<String>,
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

async fn page(
    app: &App,
    filter: ViolationFilter,
    cursor: Option<&str>,
    limit: Limit,
    with_total: bool,
) -> Result<Json<Page<Violation>>, Error> {
    let before: Option<ViolationId> = match cursor::decode_one(cursor)?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let page = app.store.read("violations.list", move |tx| {
        let mut rows = violations::list(tx, &filter, before.as_ref(), limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, limit, |row| row.id.to_string());
        let total = if with_total { Some(violations::count(tx, &filter)?) } else { None };
        let items = rows.into_iter().map(view).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Which of the two states are asked for, if not both.
fn open(states: &AnyOf<ViolationState>) -> Option<bool> {
    match states.0.as_slice() {
        [] => Some(true),
        some if some.contains(&ViolationState::Open) && some.contains(&ViolationState::Closed) => None,
        some => Some(some.contains(&ViolationState::Open)),
    }
}

fn of_scope(scope: &Scope) -> ViolationFilter {
    ViolationFilter { scope: scope.clone(), ..ViolationFilter::default() }
}

/// A page of violations, the latest first.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/violations", tag = "violations", params(ListQuery),
    summary = "A page of violations",
    description = "A page of what breaks policy rules, the latest first: open ones, unless something else is asked for.",
    responses((status = 200, description = "The page", body = Page<Violation>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Violation>>, Error> {
    let filter = ViolationFilter {
        open: open(&query.state),
        rule_id: query.rule_id,
        kinds: query.kind.0,
        severities: query.severity.0,
        certificate_id: query.certificate_id,
        owner_id: query.owner_id,
        team_id: query.team_id,
        environment: query.environment,
        ..of_scope(&context.scope)
    };
    page(&app, filter, query.cursor.as_deref(), query.limit, query.total).await
}

/// A page of the violations of one rule, the latest first.
///
/// # Errors
/// 400 for a bad filter, 404.
#[utoipa::path(get, path = "/policies/{id}/violations", tag = "policies", params(("id" = PolicyRuleId, Path), RuleListQuery),
    operation_id = "violations", summary = "A page of the violations of a policy rule",
    description = "A page of what breaks one policy rule, the latest first: open ones, unless closed ones are asked for.",
    responses((status = 200, description = "The page", body = Page<Violation>)))]
pub async fn list_of_rule(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::PolicyRule>,
    Query(query): Query<RuleListQuery>,
) -> Result<Json<Page<Violation>>, Error> {
    let rule = id.clone();
    app.store.read("policies.show", move |tx| settings::load::<PolicyRuleRow>(tx, &rule)).await?;
    let filter = ViolationFilter {
        open: open(&query.state),
        rule_id: Some(id),
        certificate_id: query.certificate_id,
        owner_id: query.owner_id,
        team_id: query.team_id,
        environment: query.environment,
        ..of_scope(&context.scope)
    };
    page(&app, filter, query.cursor.as_deref(), query.limit, query.total).await
}

/// One violation.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/violations/{id}", tag = "violations", params(("id" = ViolationId, Path)),
    summary = "One violation", description = "One violation.",
    responses((status = 200, description = "It", body = Violation)))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Violation>,
) -> Result<Json<Violation>, Error> {
    let row = app.store.read("violations.show", move |tx| ops::load(tx, &context.scope, &id)).await?;
    Ok(Json(view(row)?))
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::PoliciesRead), routes!(list))
        .route(Access::Need(Permission::PoliciesRead), routes!(list_of_rule))
        .route(Access::Need(Permission::PoliciesRead), routes!(show))
}
