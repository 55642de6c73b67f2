//! A stream into an empty database, inside one writing transaction: the schema as it was, then the rows.
//!
//! The schema is made at the dump's version, and later migrations run when the store is next opened, so they find the
//! rows they are written for. Not for: beginning and ending the transaction (`db/`). Invariant: nothing is taken for
//! complete before the stream has said its end and every table its number of rows.

use std::io::Read;

use super::{
    DumpError, Summary,
    catalog::{self, Table, quoted},
    record::{Applied, Reader, Record, TableHead, Value},
};
use crate::{
    Kind, StoreError, Tx, Val,
    db::{Migration, migrate},
};

/// Rows that are inserted together.
const GROUP: usize = 64;

pub(super) fn restore(
    tx: &mut Tx<'_>,
    migrations: &[Migration],
    place: &str,
    from: &mut dyn Read,
) -> Result<Summary, DumpError> {
    let there = catalog::tables(tx)?;
    if !there.is_empty() {
        let found = format!("it has {} tables, such as {}", there.len(), there[0].name);
        return Err(DumpError::NotEmpty { place: place.to_owned(), found });
    }
    let mut tables = Vec::new();
    each_table(migrations, from, &mut |event| match event {
        Event::Schema(wanted) => {
            migrate::run_inside(tx, wanted)?;
            tables = catalog::tables(tx)?;
            Ok(0)
        }
        Event::Table(head, stream) => {
            let table = tables
                .iter()
                .find(|table| table.name == head.name)
                .ok_or_else(|| unreadable(&format!("this schema has no table {}", head.name)))?;
            load(tx, table, head, stream)
        }
    })
}

/// Reads a stream to its end and forgets what it says.
pub(super) fn count(migrations: &[Migration], from: &mut dyn Read) -> Result<Summary, DumpError> {
    each_table(migrations, from, &mut |event| match event {
        Event::Schema(_) => Ok(0),
        Event::Table(head, stream) => {
            let mut n_rows = 0;
            loop {
                match stream.record()? {
                    Record::Row(_) => n_rows += 1,
                    Record::EndOfTable { n_rows: said } if said == n_rows => return Ok(n_rows),
                    Record::EndOfTable { n_rows: said } => return Err(miscounted(&head.name, n_rows, said)),
                    Record::Schema(_) | Record::Table(_) | Record::End { .. } => {
                        return Err(unended(&head.name));
                    }
                }
            }
        }
    })
}

/// What comes in a stream.
enum Event<'e, 'r> {
    /// The migrations that make its schema.
    Schema(&'e [Migration]),
    /// A table, whose rows are still to be read.
    Table(&'e TableHead, &'e mut Reader<'r>),
}

/// Walks through a stream; `take` gives the number of rows that it has read.
fn each_table(
    migrations: &[Migration],
    from: &mut dyn Read,
    take: &mut dyn FnMut(Event<'_, '_>) -> Result<u64, DumpError>,
) -> Result<Summary, DumpError> {
    let mut stream = Reader::new(from);
    let Record::Schema(applied) = stream.record()? else {
        return Err(unreadable("it does not begin with its schema"));
    };
    take(Event::Schema(schema(&applied, migrations)?))?;
    let mut summary = Summary { schema: applied.last().map_or(0, |last| last.version), tables: Vec::new() };
    loop {
        match stream.record()? {
            Record::Table(head) => {
                let n_rows = take(Event::Table(&head, &mut stream))?;
                summary.tables.push((head.name, n_rows));
            }
            Record::End { n_tables } if n_tables == summary.tables.len() as u64 => break,
            Record::End { n_tables } => {
                let n = summary.tables.len();
                return Err(unreadable(&format!("it has {n} tables and says that it has {n_tables}")));
            }
            Record::Schema(_) | Record::Row(_) | Record::EndOfTable { .. } => {
                return Err(unreadable("a record stands outside any table"));
            }
        }
    }
    stream.at_end()?;
    Ok(summary)
}

/// The migrations that make the dump's schema.
fn schema<'m>(applied: &[Applied], migrations: &'m [Migration]) -> Result<&'m [Migration], DumpError> {
    let known = migrations.last().map_or(0, |last| last.version);
    let found = applied.last().map_or(0, |last| last.version);
    let wanted = migrations.get(..applied.len()).ok_or(DumpError::NewerSchema { found, known })?;
    for (one, ours) in applied.iter().zip(wanted) {
        if one.version != ours.version || one.checksum != migrate::checksum(ours.text) {
            return Err(DumpError::OtherSchema { version: one.version, name: one.name.clone() });
        }
    }
    Ok(wanted)
}

fn load(tx: &mut Tx<'_>, table: &Table, head: &TableHead, stream: &mut Reader<'_>) -> Result<u64, DumpError> {
    let mut kinds = Vec::with_capacity(head.columns.len());
    for name in &head.columns {
        let column = table
            .columns
            .iter()
            .find(|column| column.name == *name)
            .ok_or_else(|| unreadable(&format!("the table {} has no column {name}", table.name)))?;
        kinds.push((column.name.as_str(), Wanted::of(tx.kind(), &column.kind)));
    }
    let columns: Vec<String> = head.columns.iter().map(|name| quoted(name)).collect();
    // A sequence of PostgreSQL gives the numbers itself unless it is told not to.
    let overriding = match tx.kind() {
        Kind::Postgres if table.numbered().is_some() => " OVERRIDING SYSTEM VALUE",
        Kind::Postgres | Kind::Sqlite => "",
    };
    let text = format!(
        "-- restore.{}\nINSERT INTO {} ({}){overriding} VALUES",
        table.name,
        quoted(&table.name),
        columns.join(", ")
    );
    let mut n_rows = 0_u64;
    let mut group = Vec::with_capacity(GROUP);
    loop {
        match stream.record()? {
            Record::Row(values) => {
                let row = values
                    .into_iter()
                    .zip(&kinds)
                    .map(|(value, (name, wanted))| {
                        wanted.of_value(value).map_err(|detail| {
                            let column = format!("{}.{name}", table.name);
                            StoreError::Decode { column, detail }
                        })
                    })
                    .collect::<Result<Vec<Val>, _>>()?;
                group.push(row);
                if group.len() == GROUP {
                    n_rows += tx.insert_many(&text, &group, "")?;
                    group.clear();
                }
            }
            Record::EndOfTable { n_rows: said } => {
                n_rows += tx.insert_many(&text, &group, "")?;
                if n_rows != said {
                    return Err(miscounted(&table.name, n_rows, said));
                }
                if let Some(number) = head.last_number {
                    catalog::continue_behind(tx, table, number)?;
                }
                return Ok(n_rows);
            }
            Record::Schema(_) | Record::Table(_) | Record::End { .. } => {
                return Err(unended(&table.name));
            }
        }
    }
}

/// What a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Whatever it is: a STRICT table of SQLite checks it.
    Any,
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    Ts,
    Json,
    /// A type that no migration uses.
    Unknown,
}

impl Wanted {
    fn of(kind: Kind, name: &str) -> Self {
        match (kind, name) {
            (Kind::Sqlite, _) => Self::Any,
            (Kind::Postgres, "boolean") => Self::Bool,
            (Kind::Postgres, "bigint") => Self::Int,
            (Kind::Postgres, "double precision") => Self::Float,
            (Kind::Postgres, "text") => Self::Text,
            (Kind::Postgres, "bytea") => Self::Bytes,
            (Kind::Postgres, "timestamp with time zone") => Self::Ts,
            (Kind::Postgres, "jsonb") => Self::Json,
            (Kind::Postgres, _) => Self::Unknown,
        }
    }

    /// The value for such a column; what SQLite cannot tell apart is told apart here.
    fn of_value(self, value: Value) -> Result<Val, String> {
        let found = match &value {
            Value::Null => "NULL",
            Value::Bool(_) => "a boolean",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Text(_) => "a text",
            Value::Bytes(_) => "bytes",
            Value::Ts(_) => "a time",
            Value::Json(_) => "JSON",
        };
        Ok(match (self, value) {
            (Self::Any, Value::Null) => Val::Text(None),
            (Self::Bool, Value::Null) => Val::Bool(None),
            (Self::Int, Value::Null) => Val::Int(None),
            (Self::Float, Value::Null) => Val::Float(None),
            (Self::Text, Value::Null) => Val::Text(None),
            (Self::Bytes, Value::Null) => Val::Bytes(None),
            (Self::Ts, Value::Null) => Val::Ts(None),
            (Self::Json, Value::Null) => Val::Json(None),
            (Self::Any | Self::Bool, Value::Bool(value)) => value.into(),
            (Self::Bool, Value::Int(0)) => false.into(),
            (Self::Bool, Value::Int(1)) => true.into(),
            (Self::Any | Self::Int, Value::Int(value)) => value.into(),
            (Self::Any | Self::Float, Value::Float(value)) => value.into(),
            (Self::Any | Self::Text, Value::Text(value)) => value.into(),
            (Self::Any | Self::Bytes, Value::Bytes(value)) => value.into(),
            (Self::Any | Self::Ts, Value::Ts(value)) => value.into(),
            (Self::Ts, Value::Int(micros)) => crate::db::time(micros)?.into(),
            // Parsed for SQLite too, which then keeps it in the form that certctl itself writes.
            (Self::Any, Value::Json(text)) | (Self::Json, Value::Json(text) | Value::Text(text)) => {
                let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text);
                parsed.map_err(|error| format!("not JSON at line {}", error.line()))?.into()
            }
            (wanted, _) => return Err(format!("the column takes {wanted:?}, the backup has {found}")),
        })
    }
}

fn miscounted(table: &str, n_rows: u64, said: u64) -> DumpError {
    unreadable(&format!("the table {table} has {n_rows} rows and says {said}"))
}

fn unended(table: &str) -> DumpError {
    unreadable(&format!("the table {table} does not end"))
}

fn unreadable(detail: &str) -> DumpError {
    DumpError::Unreadable { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlite_cannot_tell_apart_is_told_apart_by_the_column() {
        let of = |wanted: Wanted, value: Value| wanted.of_value(value);
        assert_eq!(of(Wanted::Bool, Value::Int(1)), Ok(Val::Bool(Some(true))));
        assert_eq!(of(Wanted::Ts, Value::Int(5)), Ok(certctl_core::time::Ts::from_microsecond(5).into()));
        assert_eq!(of(Wanted::Json, Value::Text("[1]".to_owned())), Ok(serde_json::json!([1]).into()));
        assert_eq!(of(Wanted::Any, Value::Json("[1]".to_owned())), Ok(serde_json::json!([1]).into()));
        for (wanted, value) in [
            (Wanted::Bool, Value::Int(2)),
            (Wanted::Int, Value::Text("1".to_owned())),
            (Wanted::Json, Value::Text("{".to_owned())),
            (Wanted::Unknown, Value::Null),
        ] {
            assert!(of(wanted, value).is_err(), "{wanted:?}");
        }
    }

    #[test]
    fn a_schema_that_is_newer_or_other_is_refused() {
        let one = Migration { version: 1, name: "0001_a", text: "CREATE TABLE a (x BIGINT)" };
        let two = Migration { version: 2, name: "0002_b", text: "CREATE TABLE b (x BIGINT)" };
        let applied = |m: &Migration| Applied {
            version: m.version,
            name: m.name.to_owned(),
            checksum: migrate::checksum(m.text),
        };
        assert_eq!(schema(&[applied(&one)], &[one, two]).unwrap().len(), 1);
        let newer = schema(&[applied(&one), applied(&two)], &[one]).unwrap_err();
        assert!(matches!(newer, DumpError::NewerSchema { found: 2, known: 1 }), "{newer}");
        let changed = Migration { text: "CREATE TABLE a (y BIGINT)", ..one };
        let other = schema(&[applied(&changed)], &[one, two]).unwrap_err();
        assert!(matches!(other, DumpError::OtherSchema { version: 1, .. }), "{other}");
    }
}
