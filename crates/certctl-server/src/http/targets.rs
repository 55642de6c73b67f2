//! Targets over HTTP.
//!
//! Not for: deploying. Invariant: a configuration that is kept was read by the function that the agent reads it with.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use certctl_api::page::Page;
use certctl_api::targets::{CreateTarget, Target, TargetKind, UpdateTarget};
use certctl_connectors::targets as kinds;
use certctl_core::agent::AgentState;
use certctl_core::id::{AgentId, TargetId};
use certctl_core::permission::Permission;
use certctl_store::targets::TargetRow;
use certctl_store::{Tx, agents};
use http::StatusCode;
use serde_json::Value;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::http::teams::{
    OfCreate, OfDelete, OfList, OfShow, OfUpdate, PageQuery, created, find, page, shown,
};
use crate::ops::settings::{self, Checks};
use crate::ops::targets as ops;
use crate::request::{Body, IfMatch, PathId, Query, RequestContext};

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::TargetsRead), routes!(list))
        .route(Access::Need(Permission::TargetsManage), routes!(create))
        .route(Access::Need(Permission::TargetsRead), routes!(show))
        .route(Access::Need(Permission::TargetsManage), routes!(update))
        .route(Access::Need(Permission::TargetsManage), routes!(delete))
        .route(Access::Need(Permission::TargetsRead), routes!(kinds))
}

fn view(row: TargetRow) -> Target {
    Target {
        id: row.id,
        name: row.name,
        kind: row.kind,
        config: row.config,
        agent_id: row.agent_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    }
}

fn check_config(checks: &mut Checks, kind: &str, config: &Value) {
    let known = kinds::kinds().iter().any(|known| known.kind == kind);
    if let Err(problems) = kinds::validate_config(kind, config) {
        for (pointer, detail) in problems {
            let pointer = if known { format!("/config{pointer}") } else { "/kind".to_owned() };
            checks.bad(pointer, detail);
        }
    }
}

fn check_agent(tx: &mut Tx<'_>, id: &AgentId) -> Result<(), Error> {
    let agent = agents::by_id(tx, id)?
        .ok_or_else(|| Error::invalid_field("/agent_id", format!("there is no agent {id}")))?;
    match agent.state {
        AgentState::Active | AgentState::Quarantined => Ok(()),
        AgentState::Retired => {
            let detail = format!("{id} is retired and deploys nothing any more: name another agent");
            Err(Error::invalid_field("/agent_id", detail))
        }
    }
}

/// The kinds of target, each with the schema of its configuration.
#[utoipa::path(get, path = "/target-kinds", tag = "targets",
    responses((status = 200, body = Vec<TargetKind>), OfList))]
pub async fn kinds() -> Json<Vec<TargetKind>> {
    let kind = |kind: &kinds::Kind| TargetKind {
        kind: kind.kind.to_owned(),
        title: kind.title.to_owned(),
        schema: (kind.schema)(),
    };
    Json(kinds::kinds().iter().map(kind).collect())
}

/// A page of targets.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/targets", tag = "targets", params(PageQuery),
    responses((status = 200, body = Page<Target>), OfList))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Target>>, Error> {
    page::<TargetRow, _>(&app, query, |row| Ok(view(row))).await
}

/// A new target.
///
/// # Errors
/// 409 when the id is taken, 422.
#[utoipa::path(post, path = "/targets", tag = "targets", request_body = CreateTarget,
    responses((status = 201, body = Target), OfCreate))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateTarget>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = checks.name(&request.name);
    check_config(&mut checks, &request.kind, &request.config);
    checks.finish()?;
    let now = app.now();
    let row = TargetRow {
        id: request.id.unwrap_or_else(|| app.new_id()),
        name,
        kind: request.kind,
        config: request.config,
        agent_id: request.agent_id,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    let audit = context.audit(&app);
    let target = view(
        app.store
            .write("targets.create", move |tx| {
                check_agent(tx, &row.agent_id)?;
                ops::create(tx, &audit, &row)
            })
            .await?,
    );
    Ok(created("targets", target.id.as_str(), target.revision, &target))
}

/// One target.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/targets/{id}", tag = "targets", params(("id" = TargetId, Path)),
    responses((status = 200, body = Target), OfShow))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Target>,
) -> Result<Response, Error> {
    let target = view(find(&app, id).await?);
    Ok(shown(target.revision, &target))
}

/// Changes a target. A changed configuration starts a deployment of what the target serves.
///
/// # Errors
/// 404, 412, 422.
#[utoipa::path(patch, path = "/targets/{id}", tag = "targets", params(("id" = TargetId, Path)),
    request_body = UpdateTarget, responses((status = 200, body = Target), OfUpdate))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Target>,
    if_match: IfMatch,
    Body(request): Body<UpdateTarget>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = request.name.as_deref().map(|name| checks.name(name));
    checks.finish()?;
    let audit = context.audit(&app);
    let row = app.store.write("targets.update", move |tx| {
        ops::update(tx, &audit, &id, if_match.revision(), |row: &mut TargetRow| {
            if let Some(name) = &name {
                row.name.clone_from(name);
            }
            if let Some(config) = &request.config {
                let mut checks = Checks::default();
                check_config(&mut checks, &row.kind, config);
                checks.finish()?;
                row.config.clone_from(config);
            }
            Ok(())
        })
    });
    let target = view(row.await?);
    Ok(shown(target.revision, &target))
}

/// Removes a target.
///
/// # Errors
/// 404, 409 with the certificates that refer to it.
#[utoipa::path(delete, path = "/targets/{id}", tag = "targets", params(("id" = TargetId, Path)),
    responses((status = 204), OfDelete))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Target>,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    app.store.write("targets.delete", move |tx| settings::delete::<TargetRow>(tx, &audit, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(kind: &str, config: &Value) -> Vec<String> {
        let mut checks = Checks::default();
        check_config(&mut checks, kind, config);
        match checks.finish() {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(errors)) => errors.into_iter().map(|e| e.pointer).collect(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_bad_configuration_is_told_by_its_pointer_in_the_request() {
        let unknown = pointers("file", &serde_json::json!({ "shell": "reboot" }));
        assert!(unknown.contains(&"/config/shell".to_owned()), "{unknown:?}");
        assert_eq!(pointers("file", &serde_json::json!(1)).first().map(String::as_str), Some("/config"));
        assert_eq!(pointers("apache", &serde_json::json!({})), ["/kind"]);
    }
}
