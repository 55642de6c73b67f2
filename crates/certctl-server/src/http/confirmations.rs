//! Confirmations over HTTP: what waits for a second person, yes and no; and carrying out what was confirmed by the code of
//! each action's own route.
//!
//! Not for: who may decide (`ops/confirmations.rs`). Invariant: who may not decide sees only what they asked for themselves.

use std::pin::Pin;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::confirmations::{CancelConfirmation, Confirm, Confirmation, Refuse};
use certctl_api::page::Page;
use certctl_core::actor::Actor;
use certctl_core::confirmation::{ConfirmationEvent, ConfirmationState, HeldAction};
use certctl_core::id::ConfirmationId;
use certctl_core::permission::Permission;
use certctl_store::audit::Context;
use certctl_store::confirmations::{self, ConfirmationFilter, ConfirmationRow};
use certctl_store::{Tx, names};
use http::{StatusCode, header};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::approvals::actor;
use crate::http::certificates::filter_of;
use crate::http::router::{Access, Api};
use crate::http::{cas, cursor, identities};
use crate::ops::access_rules::{self, person_of};
use crate::ops::confirmations::{self as ops, Act, MAX_REASON, Outcome, Seen};
use crate::ops::operations::{Rights, start_planned};
use crate::ops::settings::Checks;
use crate::ops::users;
use crate::request::{AnyOf, Body, Limit, PathId, Query, RequestContext, etag};

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    let decide = Access::Need(Permission::ConfirmationsDecide);
    api.route(Access::Any, routes!(list))
        .route(Access::Any, routes!(show))
        .route(decide, routes!(confirm))
        .route(decide, routes!(refuse))
        .route(Access::Any, routes!(cancel))
}

/// Confirmations as a caller is answered.
///
/// # Errors
/// Those of the store.
fn views(tx: &mut Tx<'_>, rows: Vec<ConfirmationRow>, caller: &Actor) -> Result<Vec<Confirmation>, Error> {
    let person = person_of(tx, caller)?;
    let decider =
        |row: &ConfirmationRow| Some(actor(row.decided_by_kind.as_deref()?, row.decided_by.as_deref()?));
    let askers = rows.iter().map(|row| actor(&row.asked_by_kind, &row.asked_by));
    let all: Vec<Actor> = askers.chain(rows.iter().filter_map(decider)).collect();
    let known = names::of_actors(tx, &all)?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let (asked_by, decided_by) = (actor(&row.asked_by_kind, &row.asked_by), decider(&row));
        shown.push(Confirmation {
            asked_by_name: known.of(&asked_by),
            asked_by,
            own: person.as_ref() == Some(&row.asker_id),
            decided_by_name: decided_by.as_ref().and_then(|by| known.of(by)),
            decided_by,
            params: row.act["params"].clone(),
            consequences: serde_json::from_value(row.consequences).map_err(Error::internal)?,
            result: (row.state == ConfirmationState::Done).then_some(row.result),
            id: row.id,
            action: row.action,
            state: row.state,
            object_kind: row.object_kind,
            object_id: row.object_id,
            summary: row.summary,
            asked_at: row.asked_at,
            expires_at: row.expires_at,
            decided_at: row.decided_at,
            reason: row.reason,
            ended_at: row.ended_at,
            error: row.error,
            revision: row.revision,
        });
    }
    Ok(shown)
}

async fn view(app: &App, context: &RequestContext, row: ConfirmationRow) -> Result<Confirmation, Error> {
    let caller = context.actor.clone();
    let shown = app.store.read("confirmations.view", move |tx| views(tx, vec![row.clone()], &caller)).await?;
    shown.into_iter().next().ok_or_else(|| Error::internal("a confirmation was not shown"))
}

/// The answer to a request that waits for a second person now.
///
/// # Errors
/// Those of the store.
pub(crate) async fn asked(
    app: &App,
    context: &RequestContext,
    row: ConfirmationRow,
) -> Result<Response, Error> {
    let place = [(header::LOCATION, format!("/api/v1/confirmations/{}", row.id))];
    let shown = view(app, context, row).await?;
    Ok((StatusCode::ACCEPTED, place, Json(shown)).into_response())
}

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those in this state, or in one of several with commas between, such as `waiting,confirmed`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "waiting,confirmed")]
    state: AnyOf<ConfirmationState>,
    /// Only those that do this.
    #[serde(default)]
    action: Option<HeldAction>,
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

/// A page of confirmations, newest first. Who may not decide sees what they asked for themselves.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/confirmations", tag = "confirmations", params(ListQuery),
    responses((status = 200, description = "The page", body = Page<Confirmation>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Confirmation>>, Error> {
    let before: Option<ConfirmationId> = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let (limit, total, caller, role) = (query.limit, query.total, context.actor, context.role);
    let states = query.state.0;
    let page = app.store.read("confirmations.list", move |tx| {
        let asker_id = match ops::seen_by(tx, &caller, role)? {
            Seen::All => None,
            Seen::Of(Some(person)) => Some(person),
            Seen::Of(None) => {
                return Ok(Page { items: Vec::new(), next_cursor: None, total: total.then_some(0) });
            }
        };
        let filter = ConfirmationFilter {
            states: states.clone(),
            action: query.action,
            asker_id,
            before: before.clone(),
        };
        let mut rows = confirmations::list(tx, &filter, limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, limit, |row| row.id.to_string());
        let total = if total { Some(confirmations::count(tx, &filter)?) } else { None };
        Ok::<_, Error>(Page { items: views(tx, rows, &caller)?, next_cursor, total })
    });
    Ok(Json(page.await?))
}

async fn load(app: &App, context: &RequestContext, id: ConfirmationId) -> Result<ConfirmationRow, Error> {
    let (caller, role) = (context.actor.clone(), context.role);
    app.store.read("confirmations.show", move |tx| ops::load(tx, &caller, role, &id)).await
}

/// One confirmation, with all that follows from it.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/confirmations/{id}", tag = "confirmations", params(("id" = ConfirmationId, Path)),
    responses((status = 200, body = Confirmation, headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Confirmation>,
) -> Result<Response, Error> {
    let row = load(&app, &context, id).await?;
    let revision = row.revision;
    Ok(([etag(revision)], Json(view(&app, &context, row).await?)).into_response())
}

/// Confirm what somebody else has asked for: it is done at once, in their name
///
/// Who asked cannot confirm it. An API key stands for the user who made its secret. What cannot be done any more, because it is
/// not what was asked for, is answered as `failed` with the reason.
///
/// # Errors
/// 403 for one's own request, 404, 409 when it does not wait any more.
#[utoipa::path(post, path = "/confirmations/{id}/confirm", tag = "confirmations", params(("id" = ConfirmationId, Path)),
    request_body = Confirm,
    responses((status = 200, description = "It, as it is now: done, or failed with the reason", body = Confirmation),
        (status = 409, description = "It does not wait any more")))]
pub async fn confirm(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Confirmation>,
    Body(request): Body<Confirm>,
) -> Result<Json<Confirmation>, Error> {
    decided(&app, &context, &id, ConfirmationEvent::Confirm, request.reason.as_deref()).await?;
    let row = ops::carry_out(&app, &id).await?;
    Ok(Json(view(&app, &context, row).await?))
}

/// Refuse what somebody else has asked for: nothing is done
///
/// # Errors
/// 403 for one's own request, 404, 409 when it does not wait any more.
#[utoipa::path(post, path = "/confirmations/{id}/refuse", tag = "confirmations", params(("id" = ConfirmationId, Path)),
    request_body = Refuse,
    responses((status = 200, body = Confirmation), (status = 409, description = "It does not wait any more")))]
pub async fn refuse(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Confirmation>,
    Body(request): Body<Refuse>,
) -> Result<Json<Confirmation>, Error> {
    let row = decided(&app, &context, &id, ConfirmationEvent::Refuse, Some(&request.reason)).await?;
    Ok(Json(view(&app, &context, row).await?))
}

async fn decided(
    app: &App,
    context: &RequestContext,
    id: &ConfirmationId,
    event: ConfirmationEvent,
    reason: Option<&str>,
) -> Result<ConfirmationRow, Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", reason, MAX_REASON);
    checks.finish()?;
    let (audit, id, reason) = (context.audit(app), id.clone(), reason.map(str::to_owned));
    app.store
        .write("confirmations.decide", move |tx| ops::decide(tx, &audit, &id, event, reason.as_deref()))
        .await
}

/// Take back what one has asked for oneself
///
/// # Errors
/// 403 when it is another's, 404, 409 when it does not wait any more.
#[utoipa::path(post, path = "/confirmations/{id}/cancel", tag = "confirmations", params(("id" = ConfirmationId, Path)),
    request_body = CancelConfirmation,
    responses((status = 200, body = Confirmation),
        (status = 403, description = "Somebody else asked for it"),
        (status = 409, description = "It does not wait any more")))]
pub async fn cancel(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Confirmation>,
    Body(request): Body<CancelConfirmation>,
) -> Result<Json<Confirmation>, Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", request.reason.as_deref(), MAX_REASON);
    checks.finish()?;
    load(&app, &context, id.clone()).await?;
    let audit = context.audit(&app);
    let row = app
        .store
        .write("confirmations.cancel", move |tx| ops::cancel(tx, &audit, &id, request.reason.as_deref()))
        .await?;
    Ok(Json(view(&app, &context, row).await?))
}

/// Does what was confirmed, as the action's own route does it.
pub fn carry_out(
    app: App,
    context: Context,
    rights: Rights,
    act: Act,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>> {
    Box::pin(async move {
        let held = match act {
            Act::BulkRevoke { plan_id, reason } => {
                let started = start_planned(&app, &context, plan_id, rights, reason, filter_of).await?;
                matches!(started, Outcome::Asked(_))
            }
            Act::ReplaceCa { issuer_id, change, .. } => {
                matches!(cas::replace_issuing(&app, &context, issuer_id, change).await?, Outcome::Asked(_))
            }
            Act::ReplaceRoot { ca_id, change } => {
                matches!(cas::replace_top(&app, &context, ca_id, change).await?, Outcome::Asked(_))
            }
            Act::GrantAdmin { user_id, change, .. } => {
                let updated = app.store.write("users.update", move |tx| {
                    let row = users::update(tx, &context, &user_id, None, &change, Checks::default())?;
                    tx.notify(identities::TOPIC);
                    Ok::<_, Error>(row)
                });
                let held = matches!(updated.await?, Outcome::Asked(_));
                app.identities.forget();
                held
            }
            Act::EndTwoPeople {} => {
                let put =
                    app.store.write("access_rules.put", move |tx| access_rules::put(tx, &context, false));
                matches!(put.await?, Outcome::Asked(_))
            }
        };
        // The gate lets a confirmed act through or refuses it; it never asks again.
        if held { Err(Error::internal("what was confirmed was held again")) } else { Ok(()) }
    })
}
