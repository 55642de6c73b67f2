//! The audit trail as a file, with the seals by which it can be checked without this server.
//!
//! Not for: checking (`audit_file.rs`). Invariants: oldest first; a row's details are the bytes that were sealed; the seals
//! are read before the rows, so that each row that a seal in the file names was there to be read.

use axum::extract::State;
use axum::response::Response;
use certctl_api::audit::AuditEvent;
use certctl_api::exports::Exported as ExportedFile;
use certctl_store::audit::{self, AuditFilter, AuditRow, BatchRow};
use certctl_store::instance;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::audit::{ListQuery, filter_of, view};
use crate::app::App;
use crate::engine::audit_seal::{PUBLIC_KEY, hash_of, parts};
use crate::error::Error;
use crate::http::exports::{
    Column, Export, ExportQuery, Exported, Format, FormatQuery, PAGE, Part, Source, answer, filters_of,
};
use crate::request::RequestContext;

/// Seals read in one transaction; each has the hashes of up to 4,000 rows.
const SEALS: i64 = 10;

/// An event with its details as they were sealed.
#[derive(Debug)]
pub struct Row {
    event: AuditEvent,
    details: String,
}

impl Exported for Row {
    const NOUN: &'static str = "audit";
    const ACTION: &'static str = "audit.export";
    const COLUMNS: &'static [Column<Self>] = &[
        ("seq", |row| json!(row.event.seq)),
        ("id", |row| json!(row.event.id)),
        ("at", |row| json!(row.event.at)),
        ("actor_kind", |row| json!(row.event.actor.kind())),
        ("actor_id", |row| json!(row.event.actor.id())),
        ("action", |row| json!(row.event.action)),
        ("object_kind", |row| json!(row.event.object_kind)),
        ("object_id", |row| json!(row.event.object_id)),
        ("outcome", |row| json!(row.event.outcome)),
        ("summary", |row| json!(row.event.summary)),
        ("request_id", |row| json!(row.event.request_id)),
        ("details", |row| json!(row.details)),
    ];

    fn json(&self, columns: &[Column<Self>]) -> Result<String, serde_json::Error> {
        let mut fields: Vec<String> = Vec::with_capacity(columns.len());
        for (name, value) in columns {
            let text = match *name {
                "details" => RawValue::from_string(self.details.clone())?.get().to_owned(),
                _ => serde_json::to_string(&value(self))?,
            };
            fields.push(format!("{}:{text}", serde_json::to_string(name)?));
        }
        Ok(format!("{{{}}}", fields.join(",")))
    }
}

struct Rows {
    filter: AuditFilter,
    /// The next seal, and the last one; none when the form has no place for them.
    seals: Option<(i64, i64)>,
    first: i64,
    last: i64,
    after: i64,
}

fn seal(batch: &BatchRow) -> Value {
    json!({
        "number": batch.number, "members": batch.members, "events": batch.events, "leaves": hex::encode(&batch.leaves),
        "root": hex::encode(&batch.root), "previous": hex::encode(&batch.previous),
        "signature": hex::encode(&batch.signature),
    })
}

impl Source for Rows {
    type Row = Row;

    async fn next(&mut self, app: &App) -> Result<Part<Row>, Error> {
        if let Some((next, last)) = self.seals.filter(|(next, last)| next <= last) {
            let batches = app
                .store
                .read("audit.export_seals", move |tx| Ok::<_, Error>(audit::batches(tx, next, SEALS)?))
                .await?;
            let Some(end) = batches.last().map(|batch| batch.number) else {
                return Err(Error::internal(format!("seal {next} of the audit trail is gone")));
            };
            self.seals = Some((end + 1, last));
            let (first, last_row) = (self.first, self.last);
            let wanted = batches.iter().filter(|batch| {
                batch.number <= last
                    && parts(&batch.members).iter().any(|(from, to)| *from <= last_row && *to >= first)
            });
            return Ok(Part::Seals(wanted.map(seal).collect()));
        }
        let (filter, after, last) = (self.filter.clone(), self.after, self.last);
        let rows: Vec<AuditRow> = app
            .store
            .read("audit.export", move |tx| Ok::<_, Error>(audit::list_up(tx, &filter, after, last, PAGE)?))
            .await?;
        let Some(end) = rows.last().map(|row| row.seq) else { return Ok(Part::End) };
        self.after = end;
        let rows = rows.into_iter().map(|row| {
            let details = row.details.clone();
            Ok(Row { event: view(row)?, details })
        });
        Ok(Part::Rows(rows.collect::<Result<_, Error>>()?))
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

/// All events that match, oldest first, as a file: streamed, whatever their number. In JSON and NDJSON it has the seals of
/// its range too, so that `certctl audit verify FILE` can check it anywhere; for that, leave `columns` out.
///
/// # Errors
/// 400 for a bad filter or column.
#[utoipa::path(get, path = "/audit/export", tag = "audit", params(Filters, FormatQuery),
    responses((status = 200, description = "The file", content((String = "text/csv"), (ExportedFile = "application/json"),
        (String = "application/x-ndjson")))))]
pub async fn export(
    State(app): State<App>,
    context: RequestContext,
    query: ExportQuery,
) -> Result<Response, Error> {
    let filter = filter_of(&query.filter)?;
    let asked = filter.clone();
    let (span, head, key) = app
        .store
        .read("audit.span", move |tx| {
            Ok::<_, Error>((
                audit::span(tx, &asked)?,
                audit::last_batch(tx)?,
                instance::value(tx, PUBLIC_KEY)?,
            ))
        })
        .await?;
    let (first, last, matching) = span;
    let has_seals = match query.format {
        Format::Csv => false,
        Format::Json | Format::Ndjson => true,
    };
    let mut more = Map::new();
    more.insert("first_seq".to_owned(), json!(first));
    more.insert("last_seq".to_owned(), json!(last));
    more.insert("sealed_batches".to_owned(), json!(head.as_ref().map_or(0, |batch| batch.number)));
    more.insert("chain_head".to_owned(), json!(head.as_ref().map(|batch| hex::encode(hash_of(batch)))));
    more.insert("public_key".to_owned(), json!(key));
    let seals = head.filter(|_| has_seals && matching > 0).map(|batch| (1, batch.number));
    let source = Rows { filter, seals, first, last, after: first - 1 };
    answer(&app, &context, Export { query, matching, more, source }).await
}
