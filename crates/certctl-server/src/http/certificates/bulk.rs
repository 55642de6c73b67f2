//! Bulk requests over HTTP: read, then planned or run.
//!
//! Not for: counting or changing (`ops/operations`). Invariant: a value that the action does not take is refused, never
//! ignored.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::operations::{BulkParams, BulkPlan, BulkRequest, BulkSelection, StartedOperation};
use certctl_core::operation::{BulkAction, BulkChange};
use certctl_core::permission::Scope;

use super::list::filter_of;
use crate::app::App;
use crate::error::Error;
use crate::http::operations::{plan_view, started};
use crate::ops::operations::{
    Chosen, MAX_IDS, MAX_REASON, Order, Rights, make, run as run_now, start_planned,
};
use crate::ops::settings::Checks;
use crate::request::{Body, RequestContext};

/// The most tags of one change, as many as a certificate may have.
const MAX_TAGS: usize = 50;

/// Changes many certificates: plans it with `dry_run`, runs a plan by `plan_id`, or plans and runs at once. A plan counts
/// exactly what would be changed and what would be left, freezes the selection, and can be run once within 10 minutes;
/// a run whose selection has moved since is refused.
///
/// # Errors
/// 403 when the role lacks the action's own permission, 409 when the selection has moved or the plan is used, 422.
#[utoipa::path(post, path = "/certificates/bulk", tag = "certificates", request_body = BulkRequest,
    responses((status = 200, description = "With `dry_run`: the plan", body = BulkPlan),
        (status = 202, description = "The operation, which is under way; or, with `action` `revoke`, what a second person has to confirm first", body = StartedOperation,
            headers(("Location" = String, description = "Its path"))),
        (status = 404, description = "There is no such plan"),
        (status = 409, description = "The selection has moved since it was planned or is not of the size expected (`params` has both counts), or the plan was started or has expired")))]
pub async fn run(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<BulkRequest>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let rights = Rights { role: context.role, scope: context.scope.clone() };
    let mut checks = Checks::default();
    checks.optional_text("/reason", request.reason.as_deref(), MAX_REASON);
    let outcome = match request.plan_id {
        Some(id) => {
            let with = [
                ("/selection", request.selection.is_some()),
                ("/action", request.action.is_some()),
                ("/params", request.params.is_some()),
                ("/dry_run", request.dry_run),
                ("/expected_count", request.expected_count.is_some()),
            ];
            for (pointer, _) in with.iter().filter(|(_, given)| *given) {
                checks.bad(*pointer, "the plan says it already: leave it out beside plan_id");
            }
            checks.finish()?;
            start_planned(&app, &audit, id, rights, request.reason, filter_of).await?
        }
        None => {
            let chosen = chosen(request.selection, &context.scope, &mut checks);
            let change = change(request.action, request.params, &mut checks);
            if request.expected_count.is_some_and(|n| n < 0) {
                checks.bad("/expected_count", "0 or more");
            }
            checks.finish()?;
            let (Some(chosen), Some(change)) = (chosen, change) else {
                return Err(Error::internal("a bulk request was neither read nor refused"));
            };
            let reason = request.reason;
            let order = Order { chosen, change, rights, reason, expected_count: request.expected_count };
            if request.dry_run {
                let plan = make(&app, &audit, order).await?;
                return Ok(Json(plan_view(&plan)?).into_response());
            }
            run_now(&app, &audit, order).await?
        }
    };
    started(&app, &context, outcome).await
}

fn chosen(selection: Option<BulkSelection>, scope: &Scope, checks: &mut Checks) -> Option<Chosen> {
    let Some(BulkSelection { ids, filter }) = selection else {
        checks.bad("/selection", "say which certificates, or give the plan_id of a plan");
        return None;
    };
    match (ids, filter) {
        (Some(mut ids), None) => {
            if ids.is_empty() || ids.len() > MAX_IDS {
                checks
                    .bad("/selection/ids", format!("1 to {MAX_IDS} ids are needed; there are {}", ids.len()));
            }
            let mut known = std::collections::BTreeSet::new();
            ids.retain(|id| known.insert(id.clone()));
            Some(Chosen::Ids(ids))
        }
        (None, Some(given)) => match filter_of(&given, scope) {
            Ok(filter) => Some(Chosen::Filter(given, Box::new(filter))),
            Err(Error::Malformed { errors, detail }) => {
                for error in &errors {
                    let name = error.pointer.trim_start_matches('?');
                    checks.bad(format!("/selection/filter/{}", crate::request::escape(name)), &error.detail);
                }
                if errors.is_empty() {
                    checks.bad("/selection/filter", detail);
                }
                None
            }
            Err(error) => {
                checks.bad("/selection/filter", error.to_string());
                None
            }
        },
        (Some(_), Some(_)) | (None, None) => {
            checks.bad("/selection", "either ids or a filter");
            None
        }
    }
}

fn change(action: Option<BulkAction>, params: Option<BulkParams>, checks: &mut Checks) -> Option<BulkChange> {
    let none = BulkParams {
        renewal_policy_id: None,
        owner_id: None,
        team_id: None,
        environment: None,
        tags: None,
        force: None,
        revocation_reason: None,
        replace_first: None,
    };
    let params = params.unwrap_or(none);
    let Some(action) = action else {
        checks.bad("/action", "say what is to be done, or give the plan_id of a plan");
        return None;
    };
    refuse_others(action, &params, checks);
    let missing = |checks: &mut Checks, name: &str| {
        checks.bad(format!("/params/{name}"), format!("the action {action} needs it"));
        None
    };
    match action {
        BulkAction::Renew => Some(BulkChange::Renew { force: params.force.unwrap_or(true) }),
        BulkAction::Deploy => Some(BulkChange::Deploy),
        BulkAction::Archive => Some(BulkChange::Archive),
        BulkAction::Revoke => match params.revocation_reason {
            Some(reason) => {
                Some(BulkChange::Revoke { reason, replace_first: params.replace_first.unwrap_or(true) })
            }
            None => missing(checks, "revocation_reason"),
        },
        BulkAction::ChangePolicy => match params.renewal_policy_id {
            Some(id) => Some(BulkChange::ChangePolicy(id)),
            None => missing(checks, "renewal_policy_id"),
        },
        BulkAction::ReassignOwner => match params.owner_id {
            Some(id) => Some(BulkChange::ReassignOwner(id)),
            None => missing(checks, "owner_id"),
        },
        BulkAction::ReassignTeam => match params.team_id {
            Some(id) => Some(BulkChange::ReassignTeam(id)),
            None => missing(checks, "team_id"),
        },
        BulkAction::SetEnvironment => match params.environment {
            Some(environment) => {
                checks.optional_text("/params/environment", environment.as_deref(), 200);
                Some(BulkChange::SetEnvironment(environment))
            }
            None => missing(checks, "environment"),
        },
        BulkAction::TagAdd | BulkAction::TagRemove => match params.tags {
            Some(tags) => {
                if tags.is_empty() || tags.len() > MAX_TAGS {
                    checks.bad(
                        "/params/tags",
                        format!("1 to {MAX_TAGS} tags are needed; there are {}", tags.len()),
                    );
                }
                for (i, tag) in tags.iter().enumerate() {
                    checks.text(&format!("/params/tags/{i}"), tag, 100);
                }
                let adds = action == BulkAction::TagAdd;
                Some(if adds { BulkChange::TagAdd(tags) } else { BulkChange::TagRemove(tags) })
            }
            None => missing(checks, "tags"),
        },
    }
}

/// Refuses the values that belong to other actions.
fn refuse_others(action: BulkAction, params: &BulkParams, checks: &mut Checks) {
    use BulkAction as A;
    let given = [
        ("renewal_policy_id", params.renewal_policy_id.is_some(), action == A::ChangePolicy),
        ("owner_id", params.owner_id.is_some(), action == A::ReassignOwner),
        ("team_id", params.team_id.is_some(), action == A::ReassignTeam),
        ("environment", params.environment.is_some(), action == A::SetEnvironment),
        ("tags", params.tags.is_some(), matches!(action, A::TagAdd | A::TagRemove)),
        ("force", params.force.is_some(), action == A::Renew),
        ("revocation_reason", params.revocation_reason.is_some(), action == A::Revoke),
        ("replace_first", params.replace_first.is_some(), action == A::Revoke),
    ];
    for (name, _, _) in given.iter().filter(|(_, given, taken)| *given && !*taken) {
        checks.bad(format!("/params/{name}"), format!("the action {action} does not take it"));
    }
}
