//! Bulk operations over HTTP: their list, their progress, their items; called off and tried again.
//!
//! Not for: planning and starting them (`certificates/bulk.rs`). Invariant: a plan that was not started is no operation,
//! and is listed only when it is asked for by its state.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::operations::{
    BulkPlan, BulkSkipped, Operation, OperationAction, OperationItem, StartedOperation,
};
use certctl_api::page::Page;
use certctl_core::id::OperationId;
use certctl_core::operation::{BulkAction, ItemResult, OperationState, SkipReason};
use certctl_core::permission::Permission;
use certctl_core::time::Ts;
use certctl_store::operations::{self, ItemRow, OperationFilter, OperationRow};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::confirmations::asked;
use crate::http::cursor;
use crate::http::router::{Access, Api};
use crate::ops::confirmations::Outcome;
use crate::ops::operations::{self as ops, Chosen, MAX_REASON, Order, Rights};
use crate::ops::settings::Checks;
use crate::request::{Body, Limit, PathId, Query, RequestContext};

/// An operation as it is answered.
///
/// # Errors
/// A fault of ours when the row cannot be read.
pub fn view(row: OperationRow, now: Ts) -> Result<Operation, Error> {
    let actor = serde_json::from_value(row.actor.clone())
        .map_err(|error| Error::internal(format!("the actor of {} cannot be read: {error}", row.id)))?;
    let estimated_finish_at = ops::estimated_finish(&row, now);
    Ok(Operation {
        estimated_finish_at,
        actor,
        params: row.change.get("value").cloned().unwrap_or(Value::Null),
        plan: row.plan.get("counts").cloned().unwrap_or(Value::Null),
        id: row.id,
        action: row.action,
        selection: row.chosen,
        state: row.state,
        reason: row.reason,
        selected: row.selected,
        processed: row.position,
        done: row.done,
        skipped: row.skipped,
        failed: row.failed,
        cause: row.cause,
        created_at: row.created_at,
        started_at: row.started_at,
        updated_at: row.updated_at,
        finished_at: row.finished_at,
    })
}

/// A plan as it is answered.
///
/// # Errors
/// A fault of ours when the row cannot be read.
pub fn plan_view(row: &OperationRow) -> Result<BulkPlan, Error> {
    let counts = ops::counts_of(row)?;
    let estimate: ops::Estimate =
        serde_json::from_value(row.plan["estimate"].clone()).map_err(Error::internal)?;
    let mut skipped = Vec::new();
    for (code, found) in counts.skipped {
        let code: SkipReason = code.parse().map_err(Error::internal)?;
        let detail = code.words().to_owned();
        skipped.push(BulkSkipped { code, detail, count: found.count, examples: found.examples });
    }
    Ok(BulkPlan {
        plan_id: row.id.clone(),
        expires_at: row.expires_at,
        action: row.action,
        selected: counts.selected,
        will_change: counts.will_change,
        skipped,
        approvals_needed: counts.approvals_needed,
        estimated_seconds: estimate.seconds,
        estimate_basis: estimate.basis,
        production: counts.reach.production,
        production_total: row.plan["production"].as_i64().unwrap_or_default(),
        outside_windows: counts.reach.outside_windows,
        issuers: serde_json::from_value(row.plan["issuers"].clone()).unwrap_or_default(),
    })
}

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those in this state; all that were started when absent.
    #[serde(default)]
    state: Option<OperationState>,
    /// Only those that do this.
    #[serde(default)]
    action: Option<BulkAction>,
    /// Only those of this caller: the id of a key or user.
    #[serde(default)]
    actor: Option<String>,
    /// Only those planned after this time.
    #[serde(default)]
    created_after: Option<Ts>,
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

/// A page of operations, newest first.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/operations", tag = "operations", params(ListQuery),
    responses((status = 200, body = Page<Operation>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Operation>>, Error> {
    let before = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let filter = OperationFilter {
        state: query.state,
        action: query.action,
        actor_id: query.actor,
        seen_by: ops::seen_by(&context.audit(&app)),
        created_after: query.created_after,
        before,
    };
    let (limit, total) = (query.limit, query.total);
    let page = app.store.read("operations.list", move |tx| {
        let mut rows = operations::list(tx, &filter, limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, limit, |row| row.id.to_string());
        let total = if total { Some(operations::count(tx, &filter)?) } else { None };
        let now = tx.now();
        let items = rows.into_iter().map(|row| view(row, now)).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// One operation with its progress.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/operations/{id}", tag = "operations", params(("id" = OperationId, Path)),
    responses((status = 200, body = Operation)))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Operation>,
) -> Result<Json<Operation>, Error> {
    let audit = context.audit(&app);
    let row = app.store.read("operations.show", move |tx| ops::load(tx, &audit, &id)).await?;
    Ok(Json(view(row, app.now())?))
}

/// Which items.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ItemsQuery {
    /// Only those with this result.
    #[serde(default)]
    result: Option<ItemResult>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

fn item_view(row: ItemRow) -> Result<OperationItem, Error> {
    Ok(OperationItem {
        certificate_id: row.certificate_id.parse().map_err(Error::internal)?,
        result: row.result,
        code: row.code,
        cause: row.cause,
        job_ids: serde_json::from_value(row.job_ids).map_err(Error::internal)?,
        at: row.at,
    })
}

/// What became of each certificate that was seen to, by id.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/operations/{id}/items", tag = "operations", params(("id" = OperationId, Path), ItemsQuery),
    responses((status = 200, body = Page<OperationItem>)))]
pub async fn list_items(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Operation>,
    Query(query): Query<ItemsQuery>,
) -> Result<Json<Page<OperationItem>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let audit = context.audit(&app);
    let page = app.store.read("operations.items", move |tx| {
        ops::load(tx, &audit, &id)?;
        let mut rows = operations::items(tx, &id, query.result, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.certificate_id.clone());
        let items = rows.into_iter().map(item_view).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total: None })
    });
    Ok(Json(page.await?))
}

fn check(action: &OperationAction) -> Result<(), Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", action.reason.as_deref(), MAX_REASON);
    checks.finish()
}

/// Calls a running operation off: what was done stays done.
///
/// # Errors
/// 404, 409 when it is not running.
#[utoipa::path(post, path = "/operations/{id}/cancel", tag = "operations", params(("id" = OperationId, Path)),
    request_body = OperationAction, responses((status = 200, body = Operation), (status = 409, description = "It is not running")))]
pub async fn cancel(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Operation>,
    Body(action): Body<OperationAction>,
) -> Result<Json<Operation>, Error> {
    check(&action)?;
    let audit = context.audit(&app);
    let row = app.store.write("operations.cancel", move |tx| ops::cancel(tx, &audit, &id, &action)).await?;
    Ok(Json(view(row, app.now())?))
}

/// Does the same to the certificates that failed, as a new operation.
///
/// # Errors
/// 404, 409 when it has not ended or nothing of it failed.
#[utoipa::path(post, path = "/operations/{id}/retry-failed", tag = "operations", params(("id" = OperationId, Path)),
    request_body = OperationAction, responses((status = 202, description = "The new operation", body = StartedOperation,
            headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "It has not ended, or nothing of it failed")))]
pub async fn retry_failed(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Operation>,
    Body(action): Body<OperationAction>,
) -> Result<Response, Error> {
    check(&action)?;
    let audit = context.audit(&app);
    let row = app.store.read("operations.show", move |tx| ops::load(tx, &audit, &id)).await?;
    let ended = matches!(row.state, OperationState::Completed | OperationState::Cancelled);
    if !ended || row.failed == 0 {
        let detail = if ended {
            format!("nothing of {} failed", row.id)
        } else {
            format!("{} is {}: wait for its end, or cancel it", row.id, row.state)
        };
        let params = serde_json::json!({ "state": row.state, "failed": row.failed });
        return Err(Error::conflict("nothing_to_retry", detail, params));
    }
    let order = Order {
        change: ops::change_of(&row)?,
        rights: Rights { role: context.role, scope: context.scope.clone() },
        reason: action.reason.or_else(|| Some(format!("the failures of {} once more", row.id))),
        expected_count: None,
        chosen: Chosen::FailedOf(row.id),
    };
    let outcome = ops::run(&app, &context.audit(&app), order).await?;
    started(&app, &context, outcome).await
}

/// The answer to what was started, or waits for a second person.
///
/// # Errors
/// A fault of ours when the row cannot be read.
pub(crate) async fn started(
    app: &App,
    context: &RequestContext,
    outcome: Outcome<OperationRow>,
) -> Result<Response, Error> {
    match outcome {
        Outcome::Done(row) => {
            let headers = [(header::LOCATION, format!("/api/v1/operations/{}", row.id))];
            Ok((StatusCode::ACCEPTED, headers, Json(view(row, app.now())?)).into_response())
        }
        Outcome::Asked(row) => asked(app, context, *row).await,
    }
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    use Permission as P;
    api.route(Access::Need(P::CertificatesRead), routes!(list))
        .route(Access::Need(P::CertificatesRead), routes!(show))
        .route(Access::Need(P::CertificatesRead), routes!(list_items))
        .route(Access::Need(P::CertificatesBulk), routes!(cancel))
        .route(Access::Need(P::CertificatesBulk), routes!(retry_failed))
}
