//! The access rules over HTTP.
//!
//! Not for: who counts as a person (`ops/access_rules.rs`). Invariant: switching the rule of two people off is asked for like
//! everything else that it holds.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::access_rules::{AccessRules, PutAccessRules};
use certctl_api::confirmations::Confirmation;
use certctl_core::permission::Permission;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::confirmations::asked;
use crate::http::router::{Access, Api};
use crate::ops::access_rules as ops;
use crate::ops::confirmations::Outcome;
use crate::request::{Body, RequestContext};

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Any, routes!(show)).route(Access::Need(Permission::UsersManage), routes!(put))
}

/// The access rules of this installation, and how many people could confirm what the caller asks for.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/access-rules", tag = "access-rules",
    responses((status = 200, description = "The rules", body = AccessRules)))]
pub async fn show(State(app): State<App>, context: RequestContext) -> Result<Json<AccessRules>, Error> {
    let actor = context.actor;
    Ok(Json(app.store.read("access_rules.show", move |tx| ops::show(tx, &actor)).await?))
}

/// Switches the rule of two people on, or asks a second person to let it be switched off.
///
/// # Errors
/// 409 when nobody else could confirm anything.
#[utoipa::path(put, path = "/access-rules", tag = "access-rules", request_body = PutAccessRules,
    summary = "Set the access rules",
    description = "Switches the rule of two people on, which needs another admin that can sign in. Switching it off is confirmed by \
                   another admin.",
    responses(
        (status = 200, description = "The rules as they are now", body = AccessRules),
        (status = 202, description = "A second person has to confirm it first", body = Confirmation,
            headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "Nobody else could confirm anything, it is asked for already, or nobody is known to stand behind the caller")))]
pub async fn put(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<PutAccessRules>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let put = app.store.write("access_rules.put", move |tx| ops::put(tx, &audit, request.two_people));
    match put.await? {
        Outcome::Done(rules) => Ok(Json(rules).into_response()),
        Outcome::Asked(row) => asked(&app, &context, *row).await,
    }
}
