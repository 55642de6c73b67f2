//! Tests of targets over HTTP: of a saved target, of a configuration before it is saved, and how each goes.
//!
//! Not for: what an agent says of them (`agent_api.rs`). Invariant: a configuration that is tested is read by the function that
//! reads it when it is saved.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::target_tests::{StartTargetTest, TargetTest, TestTargetDraft};
use certctl_core::id::{TargetId, TargetTestId};
use certctl_core::permission::Permission;
use certctl_store::audit::Context;
use certctl_store::target_tests::{self as store, TargetTestRow};
use certctl_store::targets::TargetRow;
use http::{StatusCode, header};
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::approvals::actor;
use crate::http::router::{Access, Api};
use crate::http::targets::{check_agent, check_config};
use crate::ops::settings::{self, Checks};
use crate::ops::target_tests::{self as ops, Wanted};
use crate::request::{Body, PathId, RequestContext, etag};

/// A test as it is answered.
///
/// # Errors
/// A fault of ours when the row cannot be read.
fn view(row: TargetTestRow) -> Result<TargetTest, Error> {
    Ok(TargetTest {
        checks: ops::checks_of(&row)?,
        requested_by: actor(&row.requested_by_kind, &row.requested_by),
        id: row.id,
        target_id: row.target_id,
        agent_id: row.agent_id,
        kind: row.kind,
        config: row.config,
        state: row.state,
        created_at: row.created_at,
        deadline_at: row.deadline_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        revision: row.revision,
    })
}

fn accepted(row: TargetTestRow) -> Result<Response, Error> {
    let place = [(header::LOCATION, format!("/api/v1/target-tests/{}", row.id))];
    Ok((StatusCode::ACCEPTED, place, Json(view(row)?)).into_response())
}

/// Test a target
///
/// Its agent carries the checks out, in their order, within two minutes: it answers, its host's policy allows the target, the
/// paths can be written, the service accepts its configuration, a reload is possible, the endpoints answer, and a test
/// certificate can be laid beside the real files and removed again. Nothing that a service reads is changed, and nothing is
/// reloaded. Each check that ends is an event `target_test.progress`, the end an event `target_test.end`.
///
/// # Errors
/// 404, 409, 422, 429.
#[utoipa::path(post, path = "/targets/{id}/test", tag = "targets", params(("id" = TargetId, Path)),
    request_body = StartTargetTest,
    responses((status = 202, description = "The test", body = TargetTest,
            headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "The configuration is being tested already, or the agent is retired"),
        (status = 429, description = "The agent has too many tests before it")))]
pub async fn test(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Target>,
    Body(request): Body<StartTargetTest>,
) -> Result<Response, Error> {
    let (audit, test_id): (Context, TargetTestId) = (context.audit(&app), app.new_id());
    let row = app.store.write("target_test.request", move |tx| {
        let target: TargetRow = settings::load(tx, &id)?;
        settings::within_scope::<TargetRow>(tx, &audit, &id)?;
        let wanted = Wanted {
            target_id: Some(target.id),
            agent_id: target.agent_id,
            kind: target.kind,
            config: target.config,
            only: request.only.clone(),
        };
        ops::request(tx, &audit, &test_id, &wanted)
    });
    accepted(row.await?)
}

/// Test a target before it is saved
///
/// As `POST /targets/{id}/test`, for a configuration that is not a target yet. A target that is made with the same agent,
/// kind and configuration within the hour has this as its last test.
///
/// # Errors
/// 409, 422, 429.
#[utoipa::path(post, path = "/targets/test", tag = "targets", request_body = TestTargetDraft,
    responses((status = 202, description = "The test", body = TargetTest,
            headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "The configuration is being tested already"),
        (status = 429, description = "The agent has too many tests before it")))]
pub async fn test_draft(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<TestTargetDraft>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    check_config(&mut checks, &request.kind, &request.config);
    checks.finish()?;
    let (audit, test_id): (Context, TargetTestId) = (context.audit(&app), app.new_id());
    let row = app.store.write("target_test.request", move |tx| {
        check_agent(tx, &request.agent_id)?;
        let wanted = Wanted {
            target_id: None,
            agent_id: request.agent_id.clone(),
            kind: request.kind.clone(),
            config: request.config.clone(),
            only: request.only.clone(),
        };
        ops::request(tx, &audit, &test_id, &wanted)
    });
    accepted(row.await?)
}

/// One test of a target, as far as it is.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/target-tests/{id}", tag = "targets", params(("id" = TargetTestId, Path)),
    responses((status = 200, body = TargetTest, headers(("ETag" = String, description = "Its revision")))))]
pub async fn show_test(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::TargetTest>,
) -> Result<Response, Error> {
    let row = app.store.read("target_tests.show", move |tx| ops::load(tx, &id)).await?;
    Ok(([etag(row.revision)], Json(view(row)?)).into_response())
}

/// The last tests of a target, the newest first: 20 at most, kept for a week.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/targets/{id}/tests", tag = "targets", params(("id" = TargetId, Path)),
    responses((status = 200, body = Vec<TargetTest>)))]
pub async fn list_tests(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Target>,
) -> Result<Json<Vec<TargetTest>>, Error> {
    let rows = app.store.read("target_tests.list", move |tx| {
        let target: TargetRow = settings::load(tx, &id)?;
        Ok::<_, Error>(store::of_target(tx, &target.id, ops::KEPT)?)
    });
    Ok(Json(rows.await?.into_iter().map(view).collect::<Result<_, _>>()?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::TargetsManage), routes!(test))
        .route(Access::Need(Permission::TargetsManage), routes!(test_draft))
        .route(Access::Need(Permission::TargetsRead), routes!(show_test))
        .route(Access::Need(Permission::TargetsRead), routes!(list_tests))
}
