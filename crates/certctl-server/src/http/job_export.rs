//! The jobs that match, as a file.
//!
//! Not for: their steps (the API has them). Invariant: one row for each job, newest first, and never a lease's token.

use axum::extract::State;
use axum::response::Response;
use certctl_api::exports::Exported as ExportedFile;
use certctl_api::jobs::Job;
use certctl_store::jobs::{self, JobFilter};
use serde_json::{Map, json};
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::app::App;
use crate::error::Error;
use crate::http::exports::{
    Column, Export, ExportQuery, Exported, FormatQuery, PAGE, Part, Source, answer, filters_of,
};
use crate::http::jobs::{ListQuery, filter_of, views};
use crate::request::RequestContext;

impl Exported for Job {
    const NOUN: &'static str = "jobs";
    const ACTION: &'static str = "job.export";
    const COLUMNS: &'static [Column<Self>] = &[
        ("id", |job| json!(job.id)),
        ("kind", |job| json!(job.kind)),
        ("state", |job| json!(job.state)),
        ("certificate_id", |job| json!(job.certificate_id)),
        ("certificate_name", |job| json!(job.certificate_name)),
        ("agent_id", |job| json!(job.agent_id)),
        ("agent_name", |job| json!(job.agent_name)),
        ("target_id", |job| json!(job.target_id)),
        ("target_name", |job| json!(job.target_name)),
        ("version_id", |job| json!(job.version_id)),
        ("deployment_id", |job| json!(job.deployment_id)),
        ("reason", |job| json!(job.reason)),
        ("attempts", |job| json!(job.attempts)),
        ("max_attempts", |job| json!(job.max_attempts)),
        ("run_after", |job| json!(job.run_after)),
        ("deadline", |job| json!(job.deadline)),
        ("error", |job| json!(job.error)),
        ("cause_code", |job| json!(job.cause_code)),
        ("created_at", |job| json!(job.created_at)),
        ("updated_at", |job| json!(job.updated_at)),
        ("finished_at", |job| json!(job.finished_at)),
    ];
}

struct Rows(JobFilter);

impl Source for Rows {
    type Row = Job;

    async fn next(&mut self, app: &App) -> Result<Part<Job>, Error> {
        let filter = self.0.clone();
        let rows = app
            .store
            .read("jobs.export", move |tx| {
                let rows = jobs::list(tx, &filter, PAGE)?;
                views(tx, rows)
            })
            .await?;
        let Some(last) = rows.last() else { return Ok(Part::End) };
        self.0.beyond = Some(last.id.clone());
        Ok(Part::Rows(rows))
    }
}

/// The filters of the list.
#[derive(Debug)]
pub struct Filters;

impl utoipa::IntoParams for Filters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        filters_of::<ListQuery>()
    }
}

/// All jobs that match, newest first, as a file: streamed, whatever their number.
///
/// # Errors
/// 400 for a bad filter or column.
#[utoipa::path(get, path = "/jobs/export", tag = "jobs", params(Filters, FormatQuery),
    responses((status = 200, description = "The file", content((String = "text/csv"), (ExportedFile = "application/json"),
        (String = "application/x-ndjson")))))]
pub async fn export(
    State(app): State<App>,
    context: RequestContext,
    query: ExportQuery,
) -> Result<Response, Error> {
    let filter = filter_of(&query.filter, &context.scope)?;
    let counted = filter.clone();
    let matching = app.store.read("jobs.count", move |tx| Ok::<_, Error>(jobs::count(tx, &counted)?)).await?;
    answer(&app, &context, Export { query, matching, more: Map::new(), source: Rows(filter) }).await
}
