//! Exports: a list's rows, all that match, as one streamed file in CSV, JSON or NDJSON.
//!
//! A source reads pages, each in a short transaction of its own, and a task writes them into the answer as fast as its
//! reader takes them: neither the rows nor their text are ever in memory as a whole. Rows come in the order of their keys,
//! so that each that is there from the beginning to the end is in the file once, whatever changes meanwhile. What begins the
//! file says who exported what by which filter and how many matched; what ends it says how many it holds, so that a file that
//! was cut off shows it (a broken stream also breaks the connection). CSV has no place for either.
//! Not for: filters (the lists have them). Invariants: an export is audited before its first byte; a cell that a
//! spreadsheet would take for a formula is made a text.

use std::collections::BTreeMap;
use std::io;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use certctl_api::exports::ExportHeader;
use certctl_core::time::Ts;
use http::{HeaderValue, header, request::Parts};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tracing::Instrument as _;

use crate::app::App;
use crate::error::{Error, chain};
use crate::ops::success;
use crate::request::{RequestContext, from_query};

/// Rows read in one transaction.
pub const PAGE: i64 = 500;
/// Pages that wait for their reader.
const AHEAD: usize = 2;

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ExportFormat)]
pub enum Format {
    /// Comma-separated values (RFC 4180), with the columns' names in the first line.
    #[default]
    Csv,
    /// One JSON object: what was exported, and its rows.
    Json,
    /// One JSON object on each line: what was exported, each row, and the number of rows.
    #[serde(alias = "jsonl")]
    Ndjson,
}

impl Format {
    const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// The parameters that exports have beside their list's filters.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// The form; `csv` when absent. `jsonl` is another word for `ndjson`.
    #[serde(default)]
    #[param(value_type = Option<Format>)]
    format: Format,
    /// Only these columns, by their names, with commas between; all when absent.
    #[serde(default)]
    columns: Option<String>,
}

/// What an export is asked for with: the form, and the filters as they were given.
#[derive(Debug)]
pub struct ExportQuery {
    /// The form.
    pub format: Format,
    /// Only these.
    pub columns: Option<Vec<String>>,
    /// The list's filters by name.
    pub filter: BTreeMap<String, String>,
}

impl<S: Send + Sync> FromRequestParts<S> for ExportQuery {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let mut filter: BTreeMap<String, String> = from_query(parts.uri.query().unwrap_or_default())?;
        let own: BTreeMap<String, String> =
            ["format", "columns"].into_iter().filter_map(|name| filter.remove_entry(name)).collect();
        let own: FormatQuery = from_query(&serde_urlencoded::to_string(own).map_err(Error::internal)?)?;
        let columns = own.columns.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
        Ok(Self { format: own.format, columns, filter })
    }
}

/// The documented parameters of a list that are filters.
pub fn filters_of<L: utoipa::IntoParams>() -> Vec<utoipa::openapi::path::Parameter> {
    let all = L::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query)).into_iter();
    all.filter(|parameter| !["sort", "limit", "cursor", "total"].contains(&parameter.name.as_str())).collect()
}

/// A column: its name, and what a row has in it.
pub type Column<R> = (&'static str, fn(&R) -> Value);

/// A row that can be exported.
pub trait Exported: Sized + Send + 'static {
    /// What the rows are called, such as `certificates`.
    const NOUN: &'static str;
    /// The audit event's action.
    const ACTION: &'static str;
    /// All columns, in their order.
    const COLUMNS: &'static [Column<Self>];

    /// The row as a JSON object.
    ///
    /// # Errors
    /// When it cannot be written.
    fn json(&self, columns: &[Column<Self>]) -> Result<String, serde_json::Error> {
        let fields: Map<String, Value> =
            columns.iter().map(|(name, value)| ((*name).to_owned(), value(self))).collect();
        serde_json::to_string(&fields)
    }
}

/// What a source gives next.
#[derive(Debug)]
pub enum Part<R> {
    /// Facts that belong to the file and are no rows: seals of the audit trail.
    Seals(Vec<Value>),
    /// Rows; never none.
    Rows(Vec<R>),
    /// That was all.
    End,
}

/// Reads an export's parts, one after the other.
pub trait Source: Send + 'static {
    /// Its rows.
    type Row: Exported;

    /// The next part.
    fn next(&mut self, app: &App) -> impl Future<Output = Result<Part<Self::Row>, Error>> + Send;
}

/// An export that is about to begin.
#[derive(Debug)]
pub struct Export<S> {
    /// What was asked for.
    pub query: ExportQuery,
    /// How many match at the beginning.
    pub matching: i64,
    /// What else the file's beginning says.
    pub more: Map<String, Value>,
    /// Where the rows come from.
    pub source: S,
}

/// Begins an export: audited, then streamed.
///
/// # Errors
/// 400 for a column that is not there; those of the store.
pub async fn answer<S: Source>(
    app: &App,
    context: &RequestContext,
    export: Export<S>,
) -> Result<Response, Error> {
    let Export { query, matching, more, mut source } = export;
    let columns = chosen::<S::Row>(query.columns.as_deref())?;
    let now = app.now();
    let head = ExportHeader {
        noun: S::Row::NOUN.to_owned(),
        exported_at: now,
        exported_by: context.actor.clone(),
        request_id: context.request_id.to_string(),
        filter: query.filter,
        columns: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
        matching,
        more,
    };
    let mut writer = Writer { format: query.format, columns, place: Place::Start, n_rows: 0 };
    let mut first = writer.begin(&head).map_err(Error::internal)?;
    // The first part is read before the answer begins, so that what is wrong at once is a problem document.
    let part = source.next(app).await?;
    let ended = matches!(part, Part::End);
    first.extend(writer.part(part).map_err(Error::internal)?);
    let audit = context.audit(app);
    let details = json!({ "format": query.format.word(), "filter": head.filter, "matching": matching });
    app.store
        .write("exports.begin", move |tx| {
            let summary = format!("{matching} {} were exported as {}", S::Row::NOUN, query.format.word());
            success(tx, &audit, S::Row::ACTION, ("export", S::Row::NOUN), summary, details.clone())?;
            Ok::<_, Error>(())
        })
        .await?;
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(AHEAD);
    let task = app.clone();
    let writing = async move {
        let first = Ok(Bytes::from(first));
        if sender.send(first).await.is_err() || ended {
            return;
        }
        if let Err(error) = write_rest(&task, &mut source, &mut writer, &sender).await {
            tracing::error!("An export broke off: {}", chain(&error));
            // The connection is cut, so that nobody takes the file for whole; a reader who is gone needs no word.
            let _ = sender.send(Err(io::Error::other("the export broke off"))).await;
        }
    };
    app.tracker.spawn(writing.in_current_span());
    let name = format!("certctl-{}-{}.{}", S::Row::NOUN, stamp(now), query.format.word());
    let disposition =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(query.format.content_type())),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::from_stream(ReceiverStream::new(receiver))).into_response())
}

async fn write_rest<S: Source>(
    app: &App,
    source: &mut S,
    writer: &mut Writer<S::Row>,
    sender: &mpsc::Sender<io::Result<Bytes>>,
) -> Result<(), Error> {
    loop {
        if app.shutdown.is_cancelled() {
            return Err(Error::Unavailable {
                detail: "the control plane is stopping".to_owned(),
                source: None,
            });
        }
        let part = source.next(app).await?;
        let ended = matches!(part, Part::End);
        let text = writer.part(part).map_err(Error::internal)?;
        if sender.send(Ok(Bytes::from(text))).await.is_err() || ended {
            return Ok(());
        }
    }
}

/// `2026-11-24T0914Z`, as file names take it.
fn stamp(now: Ts) -> String {
    now.to_string().chars().filter(|c| *c != ':').take(15).chain(['Z']).collect()
}

fn chosen<R: Exported>(names: Option<&[String]>) -> Result<Vec<Column<R>>, Error> {
    let Some(names) = names else { return Ok(R::COLUMNS.to_vec()) };
    let mut columns = Vec::with_capacity(names.len());
    for wanted in names {
        let found = R::COLUMNS.iter().find(|(name, _)| name == wanted).ok_or_else(|| {
            let known: Vec<&str> = R::COLUMNS.iter().map(|(name, _)| *name).collect();
            let shown: String = wanted.chars().take(80).collect();
            Error::bad_field(
                "?columns",
                format!("there is no column {shown:?}; there are: {}", known.join(", ")),
            )
        })?;
        columns.push(*found);
    }
    Ok(columns)
}

/// Where in a JSON file the writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Seals,
    Items,
}

struct Writer<R> {
    format: Format,
    columns: Vec<Column<R>>,
    place: Place,
    n_rows: i64,
}

impl<R: Exported> Writer<R> {
    fn begin(&self, head: &ExportHeader) -> io::Result<Vec<u8>> {
        match self.format {
            Format::Csv => lines([self.columns.iter().map(|(name, _)| (*name).to_owned()).collect()]),
            Format::Json => Ok(format!("{{\"export\":{}", serde_json::to_string(head)?).into_bytes()),
            Format::Ndjson => Ok(format!("{}\n", json!({ "export": head })).into_bytes()),
        }
    }

    fn part(&mut self, part: Part<R>) -> io::Result<Vec<u8>> {
        match part {
            Part::Seals(seals) => Ok(self.seals(&seals)),
            Part::Rows(rows) => self.rows(&rows),
            Part::End => Ok(self.end()),
        }
    }

    fn seals(&mut self, seals: &[Value]) -> Vec<u8> {
        let mut text = String::new();
        for seal in seals {
            match self.format {
                Format::Csv => {}
                Format::Json => {
                    text.push_str(if self.place == Place::Start { ",\"seals\":[\n" } else { ",\n" });
                    text.push_str(&seal.to_string());
                }
                Format::Ndjson => text.push_str(&format!("{}\n", json!({ "seal": seal }))),
            }
            self.place = Place::Seals;
        }
        text.into_bytes()
    }

    fn rows(&mut self, rows: &[R]) -> io::Result<Vec<u8>> {
        let mut text = String::new();
        for row in rows {
            self.n_rows += 1;
            match self.format {
                Format::Csv => continue,
                Format::Json => {
                    if self.place == Place::Items {
                        text.push_str(",\n");
                    }
                    self.open_items(&mut text);
                    text.push_str(&row.json(&self.columns)?);
                }
                Format::Ndjson => {
                    text.push_str(&row.json(&self.columns)?);
                    text.push('\n');
                }
            }
        }
        if self.format == Format::Csv {
            return lines(
                rows.iter().map(|row| self.columns.iter().map(|(_, value)| cell(value(row))).collect()),
            );
        }
        Ok(text.into_bytes())
    }

    fn open_items(&mut self, text: &mut String) {
        match self.place {
            Place::Start => text.push_str(",\"items\":[\n"),
            Place::Seals => text.push_str("\n],\"items\":[\n"),
            Place::Items => {}
        }
        self.place = Place::Items;
    }

    fn end(&mut self) -> Vec<u8> {
        match self.format {
            Format::Csv => Vec::new(),
            Format::Json => {
                let mut text = String::new();
                self.open_items(&mut text);
                text.push_str(&format!("\n],\"count\":{}}}\n", self.n_rows));
                text.into_bytes()
            }
            Format::Ndjson => format!("{}\n", json!({ "end": { "count": self.n_rows } })).into_bytes(),
        }
    }
}

/// Lines of CSV (RFC 4180: CRLF, quotes where they are needed).
fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(io::Error::other)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.into_error()))
}

/// A value as a cell. Texts that a spreadsheet would run as a formula get an apostrophe in front.
fn cell(value: Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::Bool(value) => return value.to_string(),
        Value::Number(value) => return value.to_string(),
        Value::String(text) => text,
        Value::Array(items) => {
            let texts = items.into_iter().map(|item| match item {
                Value::String(text) => text,
                other => other.to_string(),
            });
            texts.collect::<Vec<_>>().join("; ")
        }
        Value::Object(fields) => Value::Object(fields).to_string(),
    };
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static str);

    impl Exported for Row {
        const NOUN: &'static str = "rows";
        const ACTION: &'static str = "row.export";
        const COLUMNS: &'static [Column<Self>] = &[("name", |row| json!(row.0)), ("n", |_| json!(-5))];
    }

    fn head() -> ExportHeader {
        ExportHeader {
            noun: "rows".to_owned(),
            exported_at: Ts::from_second(0),
            exported_by: certctl_core::actor::Actor::Anonymous,
            request_id: "req-1".to_owned(),
            filter: BTreeMap::from([("q".to_owned(), "x".to_owned())]),
            columns: vec!["name".to_owned()],
            matching: 2,
            more: Map::new(),
        }
    }

    fn file(format: Format, parts: Vec<Part<Row>>) -> String {
        let mut writer = Writer { format, columns: Row::COLUMNS.to_vec(), place: Place::Start, n_rows: 0 };
        let mut bytes = writer.begin(&head()).unwrap();
        for part in parts.into_iter().chain([Part::End]) {
            bytes.extend(writer.part(part).unwrap());
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn cells_that_would_be_formulas_are_texts() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(cell(json!(text)), expected);
        }
        assert_eq!(cell(json!(-5)), "-5");
        assert_eq!(cell(json!(["=a", "b"])), "'=a; b");
        assert_eq!(cell(Value::Null), "");
    }

    #[test]
    fn csv_is_quoted_where_it_has_to_be_and_ends_its_lines_in_crlf() {
        let rows =
            vec![Part::Rows(vec![Row("a,b"), Row("say \"x\"\nand more")]), Part::Rows(vec![Row("=x")])];
        assert_eq!(
            file(Format::Csv, rows),
            "name,n\r\n\"a,b\",-5\r\n\"say \"\"x\"\"\nand more\",-5\r\n'=x,-5\r\n"
        );
    }

    #[test]
    fn json_is_one_object_with_and_without_rows_and_seals() {
        for (parts, n_rows, n_seals) in [
            (vec![], 0, None),
            (vec![Part::Rows(vec![Row("a"), Row("b")]), Part::Rows(vec![Row("c")])], 3, None),
            (vec![Part::Seals(vec![json!(1), json!(2)]), Part::Seals(vec![json!(3)])], 0, Some(3)),
            (vec![Part::Seals(vec![json!(1)]), Part::Rows(vec![Row("a")])], 1, Some(1)),
        ] {
            let read: Value = serde_json::from_str(&file(Format::Json, parts)).unwrap();
            assert_eq!(read["items"].as_array().unwrap().len(), n_rows, "{read}");
            assert_eq!(read["count"], n_rows);
            assert_eq!(read["seals"].as_array().map(Vec::len), n_seals);
            assert_eq!(read["export"]["filter"]["q"], "x");
        }
    }

    #[test]
    fn each_line_of_ndjson_is_an_object_and_the_last_one_counts() {
        let text =
            file(Format::Ndjson, vec![Part::Seals(vec![json!(1)]), Part::Rows(vec![Row("a"), Row("b")])]);
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0]["export"]["matching"], 2);
        assert_eq!(lines[1], json!({ "seal": 1 }));
        assert_eq!(lines[2], json!({ "name": "a", "n": -5 }));
        assert_eq!(lines[4], json!({ "end": { "count": 2 } }));
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let names = ["n".to_owned(), "nmae".to_owned()];
        assert_eq!(chosen::<Row>(Some(&names[..1])).unwrap().len(), 1);
        let Err(Error::Malformed { detail, errors }) = chosen::<Row>(Some(&names)) else { panic!("taken") };
        assert_eq!(errors[0].pointer, "?columns");
        assert!(detail.contains("\"nmae\"") && detail.contains("name, n"), "{detail}");
    }

    #[test]
    fn the_stamp_has_no_colons() {
        assert_eq!(stamp(Ts::from_second(0)), "1970-01-01T0000Z");
    }
}
