//! The certificates that match, as a file.
//!
//! Not for: holders, targets and versions (the API has them). Invariant: one row for each certificate, by id.

use axum::extract::State;
use axum::response::Response;
use certctl_api::exports::Exported as ExportedFile;
use certctl_core::certificate::status;
use certctl_core::condition::condition;
use certctl_core::time::Ts;
use certctl_store::certificates::{self, CertificateFilter, CertificateRow, CertificateSort, Position};
use serde_json::{Map, json};
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::list::{ListQuery, filter_of};
use crate::app::App;
use crate::error::Error;
use crate::http::exports::{
    Column, Export, ExportQuery, Exported, FormatQuery, PAGE, Part, Source, answer, filters_of,
};
use crate::request::RequestContext;

/// A certificate, and when it was read: its status depends on it.
#[derive(Debug)]
pub struct Row(CertificateRow, Ts);

impl Exported for Row {
    const NOUN: &'static str = "certificates";
    const ACTION: &'static str = "certificate.export";
    const COLUMNS: &'static [Column<Self>] = &[
        ("id", |row| json!(row.0.id)),
        ("name", |row| json!(row.0.name)),
        ("names", |row| json!(row.0.name_texts())),
        ("common_name", |row| json!(row.0.common_name)),
        ("status", |row| json!(status(&row.0.facts(), row.1))),
        ("condition", |row| json!(condition(&row.0.condition_facts(), row.1))),
        ("issuer_id", |row| json!(row.0.issuer_id)),
        ("profile_id", |row| json!(row.0.profile_id)),
        ("renewal_policy_id", |row| json!(row.0.renewal_policy_id)),
        ("owner_id", |row| json!(row.0.owner_id)),
        ("team_id", |row| json!(row.0.team_id)),
        ("environment", |row| json!(row.0.environment)),
        ("tags", |row| json!(certificates::texts(&row.0.tags))),
        ("key_strategy", |row| json!(row.0.key_strategy)),
        ("key_algorithm", |row| json!(row.0.key_algorithm)),
        ("lifetime_seconds", |row| json!(row.0.lifetime_seconds)),
        ("not_after", |row| json!(row.0.not_after)),
        ("renew_after", |row| json!(row.0.renew_after)),
        ("why", |row| json!(row.0.why)),
        ("last_error", |row| json!(row.0.last_error)),
        ("created_at", |row| json!(row.0.created_at)),
        ("updated_at", |row| json!(row.0.updated_at)),
        ("archived_at", |row| json!(row.0.archived_at)),
        ("revision", |row| json!(row.0.revision)),
    ];
}

struct Rows {
    filter: CertificateFilter,
    after: Option<String>,
}

impl Source for Rows {
    type Row = Row;

    async fn next(&mut self, app: &App) -> Result<Part<Row>, Error> {
        let (filter, after) = (self.filter.clone(), self.after.clone());
        let rows = app
            .store
            .read("certificates.export", move |tx| {
                let after = after.as_deref().map(Position::behind_id);
                let rows = certificates::list(tx, &filter, CertificateSort::Id, after.as_ref(), PAGE)?.rows;
                let now = tx.now();
                Ok::<_, Error>(rows.into_iter().map(|(row, _)| Row(row, now)).collect::<Vec<_>>())
            })
            .await?;
        let Some(last) = rows.last() else { return Ok(Part::End) };
        self.after = Some(last.0.id.to_string());
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

/// All certificates that match, by id, as a file: streamed, whatever their number.
///
/// # Errors
/// 400 for a bad filter or column.
#[utoipa::path(get, path = "/certificates/export", tag = "certificates", params(Filters, FormatQuery),
    responses((status = 200, description = "The file", content((String = "text/csv"), (ExportedFile = "application/json"),
        (String = "application/x-ndjson")))))]
pub async fn export(
    State(app): State<App>,
    context: RequestContext,
    query: ExportQuery,
) -> Result<Response, Error> {
    let filter = filter_of(&query.filter, &context.scope)?;
    let counted = filter.clone();
    let matching = app
        .store
        .read("certificates.count", move |tx| Ok::<_, Error>(certificates::count(tx, &counted)?))
        .await?;
    let source = Rows { filter, after: None };
    answer(&app, &context, Export { query, matching, more: Map::new(), source }).await
}
