//! Approvals over HTTP: what waits, yes and no.
//!
//! Not for: the rules of deciding (`ops/approvals.rs`). Invariant: nobody sees or decides what their scope does not hold.

use axum::Json;
use axum::extract::State;
use certctl_api::approvals::{Approval, Approve, Reject, WaitingApproval};
use certctl_api::jobs::Job;
use certctl_api::page::Page;
use certctl_core::actor::Actor;
use certctl_core::id::{CertificateId, JobId, ProfileId, TeamId};
use certctl_core::permission::Permission;
use certctl_store::Tx;
use certctl_store::approvals::{self, ApprovalRow, WaitingFilter, WaitingRow};
use certctl_store::audit::Context;
use certctl_store::certificates::texts;
use certctl_store::names::{self, ActorNames};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::http::jobs::{MAX_REASON, view_one as job_view};
use crate::http::router::{Access, Api};
use crate::ops::approvals as ops;
use crate::ops::narrow::Narrow;
use crate::ops::settings::Checks;
use crate::request::{Body, Limit, PathId, Query, RequestContext};

/// Who acted, from the columns that keep it.
pub fn actor(kind: &str, id: &str) -> Actor {
    Actor::from_parts(kind, id).unwrap_or(Actor::Anonymous)
}

/// Decisions as they are answered.
///
/// # Errors
/// Those of the store.
pub fn views(tx: &mut Tx<'_>, rows: Vec<ApprovalRow>) -> Result<Vec<Approval>, Error> {
    let actors: Vec<Actor> = rows.iter().map(|row| actor(&row.decided_by_kind, &row.decided_by)).collect();
    let known = names::of_actors(tx, &actors)?;
    let shown = |(row, decided_by): (ApprovalRow, Actor)| Approval {
        decided_by_name: known.of(&decided_by),
        decided_by,
        id: row.id,
        decision: row.decision,
        reason: row.reason,
        at: row.at,
    };
    Ok(rows.into_iter().zip(actors).map(shown).collect())
}

fn waiting(row: WaitingRow, context: &Context, known: &ActorNames) -> WaitingApproval {
    let requested_by = actor(&row.requested_by_kind, &row.requested_by);
    WaitingApproval {
        names: texts(&row.names),
        agent_id: row.holder.parse().ok(),
        own: ops::is_own(context, &row.requested_by_kind, &row.requested_by),
        requested_by_name: known.of(&requested_by),
        requested_by,
        because: row.approval_because.unwrap_or_default(),
        job_id: row.job_id,
        kind: row.kind,
        certificate_id: row.certificate_id,
        certificate_name: row.certificate_name,
        issuer_id: row.issuer_id,
        profile_id: row.profile_id,
        environment: row.environment,
        owner_id: row.owner_id,
        team_id: row.team_id,
        key_algorithm: row.key_algorithm,
        lifetime_seconds: row.lifetime_seconds,
        current_not_after: row.not_after,
        reason: row.reason,
        waiting_since: row.updated_at,
        deadline: row.deadline,
    }
}

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those under this profile.
    #[serde(default)]
    profile_id: Option<ProfileId>,
    /// Only those for this certificate.
    #[serde(default)]
    certificate_id: Option<CertificateId>,
    /// Only those for certificates of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
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

/// What waits for an approval, the nearest deadline first.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/approvals", tag = "approvals", params(ListQuery),
    responses((status = 200, description = "The page", body = Page<WaitingApproval>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<WaitingApproval>>, Error> {
    let audit = context.audit(&app);
    let after = match &query.cursor {
        None => None,
        Some(text) => {
            let (deadline, id) = cursor::decode_pair(text)?;
            Some((deadline.parse().map_err(|_| cursor::bad())?, id))
        }
    };
    let filter = WaitingFilter {
        scope: Narrow { team_id: query.team_id, environment: None }.of(context.scope)?,
        profile_id: query.profile_id,
        certificate_id: query.certificate_id,
        after,
    };
    let (limit, total) = (query.limit, query.total);
    let page = app.store.read("approvals.list", move |tx| {
        let mut rows = approvals::waiting(tx, &filter, limit.and_one())?;
        let more = cursor::cut(&mut rows, limit, |row| row.job_id.to_string()).is_some();
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .and_then(|row| row.deadline.map(|at| cursor::encode_pair(&at.to_string(), row.job_id.as_str())));
        let total = if total { Some(approvals::count(tx, &filter)?) } else { None };
        let actors: Vec<Actor> =
            rows.iter().map(|row| actor(&row.requested_by_kind, &row.requested_by)).collect();
        let known = names::of_actors(tx, &actors)?;
        let items = rows.into_iter().map(|row| waiting(row, &audit, &known)).collect();
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Approve an issuance or renewal: the job goes on. Who asked for it cannot approve it.
///
/// # Errors
/// 403 for one's own request, 404, 409 when the job does not wait for an approval.
#[utoipa::path(post, path = "/jobs/{id}/approve", tag = "approvals", params(("id" = JobId, Path)),
    request_body = Approve,
    responses((status = 200, description = "The job as it goes on", body = Job),
        (status = 409, description = "It does not wait for an approval")))]
pub async fn approve(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(request): Body<Approve>,
) -> Result<Json<Job>, Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", request.reason.as_deref(), MAX_REASON);
    checks.finish()?;
    let audit = context.audit(&app);
    let job = app.store.write("jobs.approve", move |tx| {
        let row = ops::approve(tx, &audit, &id, request.reason.as_deref())?;
        job_view(tx, row)
    });
    Ok(Json(job.await?))
}

/// Reject an issuance or renewal: the job ends with this reason.
///
/// # Errors
/// 404, 409 when the job does not wait for an approval.
#[utoipa::path(post, path = "/jobs/{id}/reject", tag = "approvals", params(("id" = JobId, Path)),
    request_body = Reject,
    responses((status = 200, description = "The job as it ended", body = Job),
        (status = 409, description = "It does not wait for an approval")))]
pub async fn reject(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(request): Body<Reject>,
) -> Result<Json<Job>, Error> {
    let mut checks = Checks::default();
    checks.text("/reason", &request.reason, MAX_REASON);
    checks.finish()?;
    let audit = context.audit(&app);
    let job = app.store.write("jobs.reject", move |tx| {
        let row = ops::reject(tx, &audit, &id, &request.reason)?;
        job_view(tx, row)
    });
    Ok(Json(job.await?))
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::JobsRead), routes!(list))
        .route(Access::Need(Permission::JobsApprove), routes!(approve))
        .route(Access::Need(Permission::JobsApprove), routes!(reject))
}
