//! Jobs over HTTP.
//!
//! Not for: leasing (engine, agents). Invariant: a lease token never leaves through here.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use certctl_api::jobs::{
    Challenge, Job, JobAction, JobDetail, JobRetried, JobStep, JobsRetried, Order, RetryJobs,
};
use certctl_api::lists::{Anchors, Facets};
use certctl_api::page::Page;
use certctl_core::actor::Actor;
use certctl_core::choice::Span;
use certctl_core::id::{AgentId, CertificateId, IssuerId, JobId, TargetId, TeamId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::permission::{Permission, Scope};
use certctl_core::time::Ts;
use certctl_core::trace::TraceContext;
use certctl_store::holders::EXTERNAL;
use certctl_store::jobs::{self, JobFilter, JobRow};
use certctl_store::names::{self, JobNames};
use certctl_store::{Tx, agents, approvals, challenges, orders};
use serde::Deserialize;

use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::approvals::{actor, views as approval_views};
use crate::http::cursor;
use crate::http::lists::{self, Filtered, Ordered};
use crate::http::router::{Access, Api};
use crate::ops::issuers::paused;
use crate::ops::jobs as ops;
use crate::ops::narrow::Narrow;
use crate::ops::runs::cause_of;
use crate::ops::settings::Checks;
use crate::request::{AnyOf, Body, Filter, Limit, PathId, Query, RequestContext, escape, from_query};

/// The most letters of a reason.
pub const MAX_REASON: usize = 500;
/// The most jobs of one request to try several again.
pub const MAX_RETRIED: usize = 500;

/// Jobs without their leases, with the names of what they refer to.
///
/// # Errors
/// Those of the store.
pub fn views(tx: &mut Tx<'_>, rows: Vec<JobRow>) -> Result<Vec<Job>, Error> {
    let mut objects = names::of_jobs(tx, &rows.iter().map(|row| &row.id).collect::<Vec<_>>())?;
    let actors: Vec<Actor> =
        rows.iter().map(|row| actor(&row.requested_by_kind, &row.requested_by)).collect();
    let people = names::of_actors(tx, &actors)?;
    Ok(rows
        .into_iter()
        .zip(actors)
        .map(|(row, actor)| {
            let names = objects.remove(&row.id).unwrap_or_default();
            let requested_by_name = people.of(&actor);
            Job { requested_by_name, ..view(row, names) }
        })
        .collect())
}

/// One job, as [`views`].
///
/// # Errors
/// Those of the store.
pub fn view_one(tx: &mut Tx<'_>, row: JobRow) -> Result<Job, Error> {
    let found = views(tx, vec![row])?.pop();
    found.ok_or_else(|| Error::internal("a job was not shown".to_owned()))
}

fn view(row: JobRow, names: JobNames) -> Job {
    Job {
        certificate_name: names.certificate_name,
        target_name: names.target_name,
        agent_name: names.agent_name,
        requested_by_name: None,
        held_because: names.paused_by.map(|(issuer, because)| paused(&issuer, because.as_deref())),
        cause_code: row.error.as_deref().map(|text| cause_of(row.kind, text).code),
        agent_id: if row.holder == EXTERNAL { None } else { row.holder.parse().ok() },
        id: row.id,
        kind: row.kind,
        state: row.state,
        certificate_id: row.certificate_id,
        target_id: row.target_id,
        version_id: row.version_id,
        deployment_id: row.deployment_id,
        reason: row.reason,
        attempts: row.attempts,
        max_attempts: row.max_attempts,
        run_after: row.run_after,
        deadline: row.deadline,
        error: row.error,
        requested_by: actor(&row.requested_by_kind, &row.requested_by),
        request_id: row.request_id,
        trace_id: row
            .traceparent
            .and_then(|text| TraceContext::parse(&text))
            .map(|context| context.trace_id.to_string()),
        approval_because: row.approval_because,
        created_at: row.created_at,
        updated_at: row.updated_at,
        finished_at: row.finished_at,
    }
}

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those in this state, or in one of several with commas between, such as `Pending,Running`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    state: AnyOf<JobState>,
    /// Only those of this kind, or of one of several with commas between.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: AnyOf<JobKind>,
    /// Only those for this certificate.
    #[serde(default)]
    certificate_id: Option<CertificateId>,
    /// Only those by this agent.
    #[serde(default)]
    agent_id: Option<AgentId>,
    /// Only those to this target.
    #[serde(default)]
    target_id: Option<TargetId>,
    /// Only those for certificates of this issuer.
    #[serde(default)]
    issuer_id: Option<IssuerId>,
    /// Only those for certificates of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only those written after this time.
    #[serde(default)]
    created_after: Option<Ts>,
    /// Only those written before this time.
    #[serde(default)]
    created_before: Option<Ts>,
    /// Only those written in this range: `..-1h` (more than an hour ago), `-7d..` (in the last 7 days), or with times.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "-7d..")]
    created: Filter<Span>,
    /// Only those that ended in this range, written as `created`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "-1d..")]
    finished: Filter<Span>,
    /// Only those that were tried at least so often.
    #[serde(default)]
    #[param(minimum = 0)]
    min_attempts: Option<u32>,
    /// The order; `-created` (newest first) when absent.
    #[serde(default)]
    #[param(inline)]
    sort: Option<Sort>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before, or an anchor; of the same order.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    total: bool,
}

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[schema(as = JobSort)]
pub enum Sort {
    /// Oldest first.
    #[serde(rename = "created")]
    Created,
    /// Newest first.
    #[serde(rename = "-created")]
    CreatedDescending,
}

impl ListQuery {
    /// # Errors
    /// 403 for a team outside of the caller's scope.
    fn filter(self, scope: Scope) -> Result<JobFilter, Error> {
        let narrow = Narrow { team_id: self.team_id, environment: None };
        Ok(JobFilter {
            scope: narrow.of(scope)?,
            states: self.state.0,
            kinds: self.kind.0,
            certificate_id: self.certificate_id,
            agent_id: self.agent_id,
            target_id: self.target_id,
            issuer_id: self.issuer_id,
            created_after: self.created_after,
            created_before: self.created_before,
            created: self.created.0,
            finished: self.finished.0,
            min_attempts: self.min_attempts.map(i64::from),
            oldest_first: self.sort == Some(Sort::Created),
            beyond: None,
        })
    }
}

/// The filter that the list's parameters describe, for an export.
///
/// # Errors
/// 400 naming the parameter as `?name`.
pub fn filter_of(parameters: &BTreeMap<String, String>, scope: &Scope) -> Result<JobFilter, Error> {
    let query = serde_urlencoded::to_string(parameters).map_err(Error::internal)?;
    from_query::<ListQuery>(&query)?.filter(scope.clone())
}

/// Whether the list has an order of this name.
///
/// # Errors
/// 400 naming `?sort`.
pub fn check_sort(sort: &str) -> Result<(), Error> {
    let query = serde_urlencoded::to_string([("sort", sort)]).map_err(Error::internal)?;
    from_query::<ListQuery>(&query).map(drop)
}

/// A page of jobs, newest first unless `sort` says otherwise.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/jobs", tag = "jobs", params(ListQuery), responses((status = 200, body = Page<Job>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Job>>, Error> {
    let beyond = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let (limit, total) = (query.limit, query.total);
    let filter = JobFilter { beyond, ..query.filter(context.scope)? };
    let page = app.store.read("jobs.list", move |tx| page_of(tx, &filter, limit, total));
    Ok(Json(page.await?))
}

fn page_of(tx: &mut Tx<'_>, filter: &JobFilter, limit: Limit, total: bool) -> Result<Page<Job>, Error> {
    let mut rows = jobs::list(tx, filter, limit.and_one())?;
    let next_cursor = cursor::cut(&mut rows, limit, |row| row.id.to_string());
    let total = if total { Some(jobs::count(tx, filter)?) } else { None };
    Ok(Page { items: views(tx, rows)?, next_cursor, total })
}

/// Which of an agent's jobs.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgentJobsQuery {
    /// Only those in this state, or in one of several with commas between, such as `Pending,Running`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    state: AnyOf<JobState>,
    /// Only those of this kind, or of one of several with commas between.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: AnyOf<JobKind>,
    /// The order; `-created` (newest first) when absent.
    #[serde(default)]
    #[param(inline)]
    sort: Option<Sort>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before; of the same order.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    total: bool,
}

/// The jobs that an agent makes the key for or deploys, newest first unless `sort` says otherwise.
///
/// # Errors
/// 404; 400 for a bad filter.
#[utoipa::path(get, path = "/agents/{id}/jobs", tag = "agents", params(("id" = AgentId, Path), AgentJobsQuery),
    responses((status = 200, body = Page<Job>)))]
pub async fn list_jobs(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Agent>,
    Query(query): Query<AgentJobsQuery>,
) -> Result<Json<Page<Job>>, Error> {
    let beyond = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let filter = JobFilter {
        scope: context.scope,
        states: query.state.0,
        kinds: query.kind.0,
        agent_id: Some(id.clone()),
        oldest_first: query.sort == Some(Sort::Created),
        beyond,
        ..JobFilter::default()
    };
    let page = app.store.read("agents.jobs", move |tx| {
        agents::by_id(tx, &id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))?;
        page_of(tx, &filter, query.limit, query.total)
    });
    Ok(Json(page.await?))
}

/// Cursors all over the list, one for each `every` jobs: a page from any part of it is one request. What takes long to count
/// is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/jobs/anchors", tag = "jobs", params(Ordered<ListQuery>),
    responses((status = 200, body = Anchors)))]
pub async fn anchors(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Anchors>, Error> {
    let filter = query.filter(context.scope)?;
    let key = format!("jobs.anchors {filter:?}");
    let count = move |tx: &mut Tx<'_>| Ok(jobs::anchors(tx, &filter)?);
    lists::anchors(&app, key, count, |id| cursor::encode_pair(id.as_str(), "")).await
}

/// How many of the jobs that match have which state and kind. To fill the menu of a filter, ask without that filter. What
/// takes long to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/jobs/facets", tag = "jobs", params(Filtered<ListQuery>),
    responses((status = 200, body = Facets)))]
pub async fn facets(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Facets>, Error> {
    let filter = query.filter(context.scope)?;
    let key = format!("jobs.facets {filter:?}");
    lists::facets(&app, key, move |tx| Ok(jobs::facets(tx, &filter)?)).await
}

/// One job with its log of steps.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", params(("id" = JobId, Path)),
    responses((status = 200, body = JobDetail)))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
) -> Result<Json<JobDetail>, Error> {
    let detail = app.store.read("jobs.show", move |tx| {
        let row = ops::load(tx, &context.scope, &id)?;
        let steps = jobs::steps(tx, &id)?
            .into_iter()
            .map(|step| JobStep {
                at: step.at,
                attempt: step.attempt,
                name: step.name,
                outcome: step.outcome,
                milliseconds: step.milliseconds,
                detail: step.detail,
            })
            .collect();
        let decided = approvals::of_job(tx, &row.id)?;
        let approvals = approval_views(tx, decided)?;
        let order = order_of(tx, &id)?;
        Ok::<_, Error>(JobDetail { job: view_one(tx, row)?, steps, approvals, order })
    });
    Ok(Json(detail.await?))
}

/// What an authority outside does for a job.
fn order_of(tx: &mut Tx<'_>, id: &JobId) -> Result<Option<Order>, Error> {
    let Some(row) = orders::of_job(tx, id)? else { return Ok(None) };
    let proofs = challenges::of_job(tx, id)?.into_iter().map(|row| Challenge {
        id: row.id,
        name: row.name,
        kind: row.kind,
        place: row.place,
        state: row.state,
        detail: row.detail,
        record: row.record_name,
        created_at: row.created_at,
        updated_at: row.updated_at,
    });
    Ok(Some(Order {
        issuer_id: row.issuer_id,
        doing: row.doing,
        began_at: row.began_at,
        deadline_at: row.deadline_at,
        updated_at: row.updated_at,
        ended_at: row.ended_at,
        challenges: proofs.collect(),
    }))
}

fn check_reason(action: &JobAction) -> Result<(), Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", action.reason.as_deref(), MAX_REASON);
    checks.finish()
}

/// Calls a job off: it is not done, and not tried again.
///
/// # Errors
/// 404, 409 when it has ended.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", params(("id" = JobId, Path)),
    request_body = JobAction, responses((status = 200, body = Job), (status = 409, description = "It has ended")))]
pub async fn cancel(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(action): Body<JobAction>,
) -> Result<Json<Job>, Error> {
    check_reason(&action)?;
    let audit = context.audit(&app);
    let job = app.store.write("jobs.cancel", move |tx| {
        let row = ops::cancel(tx, &audit, &id, action.reason.as_deref())?;
        view_one(tx, row)
    });
    Ok(Json(job.await?))
}

/// Starts another round of a failed job, with all its tries.
///
/// # Errors
/// 404, 409 when it has not failed or was replaced.
#[utoipa::path(post, path = "/jobs/{id}/retry", tag = "jobs", params(("id" = JobId, Path)),
    request_body = JobAction, responses((status = 200, body = Job), (status = 409, description = "It has not failed, or was replaced by a later job")))]
pub async fn retry(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Job>,
    Body(action): Body<JobAction>,
) -> Result<Json<Job>, Error> {
    check_reason(&action)?;
    let audit = context.audit(&app);
    let job = app.store.write("jobs.retry", move |tx| {
        let row = ops::retry(tx, &audit, &id, action.reason.as_deref())?;
        view_one(tx, row)
    });
    Ok(Json(job.await?))
}

/// Starts another round of many failed jobs, named or found by a filter. Each stands for itself: what is refused does not
/// stop the others, and is answered with its cause.
///
/// # Errors
/// 422 for a bad selection.
#[utoipa::path(post, path = "/jobs/retry", tag = "jobs", request_body = RetryJobs,
    responses((status = 200, description = "What came of each", body = JobsRetried)))]
pub async fn retry_many(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<RetryJobs>,
) -> Result<Json<JobsRetried>, Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", request.reason.as_deref(), MAX_REASON);
    let filter = match (&request.ids, &request.filter) {
        (Some(ids), None) => {
            if ids.is_empty() || ids.len() > MAX_RETRIED {
                let detail = format!("1 to {MAX_RETRIED} ids are needed; there are {}", ids.len());
                checks.bad("/ids", detail);
            }
            None
        }
        (None, Some(given)) => match filter_of(given, &context.scope) {
            Ok(filter) => Some(JobFilter { states: vec![JobState::Failed], ..filter }),
            Err(Error::Malformed { errors, detail }) => {
                for error in &errors {
                    let name = escape(error.pointer.trim_start_matches('?'));
                    checks.bad(format!("/filter/{name}"), &error.detail);
                }
                if errors.is_empty() {
                    checks.bad("/filter", detail);
                }
                None
            }
            Err(error) => return Err(error),
        },
        (Some(_), Some(_)) | (None, None) => {
            checks.bad("/ids", "either ids or a filter");
            None
        }
    };
    checks.finish()?;
    let (ids, left) = match filter {
        None => (request.ids.unwrap_or_default(), 0),
        Some(filter) => {
            let most = i64::try_from(MAX_RETRIED).unwrap_or(i64::MAX);
            let found = app.store.read("jobs.to_retry", move |tx| {
                let rows = jobs::list(tx, &filter, most)?;
                let n = jobs::count(tx, &filter)?;
                Ok::<_, Error>((rows, n))
            });
            let (rows, n) = found.await?;
            let left = n - i64::try_from(rows.len()).unwrap_or(n);
            (rows.into_iter().map(|row| row.id).collect(), left)
        }
    };
    let mut answer = JobsRetried { retried: 0, refused: 0, left, items: Vec::with_capacity(ids.len()) };
    for job_id in ids {
        let (audit, id, reason) = (context.audit(&app), job_id.clone(), request.reason.clone());
        let done = app.store.write("jobs.retry", move |tx| ops::retry(tx, &audit, &id, reason.as_deref()));
        let refusal = match done.await {
            Ok(_) => None,
            Err(error @ (Error::NotFound { .. } | Error::Conflict { .. } | Error::Denied { .. })) => {
                Some((error.code().to_owned(), error.to_string()))
            }
            Err(error) => return Err(error),
        };
        match &refusal {
            None => answer.retried += 1,
            Some(_) => answer.refused += 1,
        }
        let (code, detail) = refusal.unzip();
        answer.items.push(JobRetried { job_id, ok: code.is_none(), code, detail });
    }
    Ok(Json(answer))
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::JobsRead), routes!(list))
        .route(Access::Need(Permission::JobsRead), routes!(anchors))
        .route(Access::Need(Permission::JobsRead), routes!(facets))
        .route(Access::Need(Permission::JobsRead), routes!(crate::http::job_export::export))
        .route(Access::Need(Permission::JobsRead), routes!(show))
        .route(Access::Need(Permission::JobsRead), routes!(list_jobs))
        .route(Access::Need(Permission::JobsOperate), routes!(cancel))
        .route(Access::Need(Permission::JobsOperate), routes!(retry_many))
        .route(Access::Need(Permission::JobsOperate), routes!(retry))
}
