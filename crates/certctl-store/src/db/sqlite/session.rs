//! One connection to the SQLite file: statements, values, and SQLite's errors in our words.
//!
//! Kept: every statement goes through the cache of prepared ones, and the number of bound values is checked
//! before it runs.

use std::{collections::HashMap, sync::Arc};

use rusqlite::{
    CachedStatement, Connection, ErrorCode, ToSql, ffi,
    types::{ToSqlOutput, Value, ValueRef},
};

use super::unique::UniqueNames;
use crate::{
    db::{
        Kind, Val,
        row::{Cell, Columns, Row},
        text::{self, Text},
        tx::{Done, Failure, Session, Sink},
    },
    error::StoreError,
};

/// How many different texts one connection keeps prepared.
const MAX_PREPARED: usize = 512;

pub(crate) struct SqliteSession {
    pub(crate) connection: Connection,
    texts: HashMap<String, Arc<Text>>,
    names: Arc<UniqueNames>,
}

impl SqliteSession {
    pub(crate) fn new(connection: Connection, names: Arc<UniqueNames>) -> Self {
        connection.set_prepared_statement_cache_capacity(MAX_PREPARED);
        Self { connection, texts: HashMap::new(), names }
    }

    pub(crate) fn set_names(&mut self, names: Arc<UniqueNames>) {
        self.names = names;
    }

    /// One of the fixed words of transaction control, from the cache of prepared statements.
    pub(crate) fn control(&self, sql: &'static str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.raw_execute())
            .map(drop)
            .map_err(|error| self.refused(sql, error).into_error())
    }

    fn text(&mut self, sql: &str) -> Arc<Text> {
        if let Some(text) = self.texts.get(sql) {
            return Arc::clone(text);
        }
        if self.texts.len() >= 2 * MAX_PREPARED {
            self.texts.clear();
        }
        let text = Arc::new(Text::new(Kind::Sqlite, sql));
        self.texts.insert(sql.to_owned(), Arc::clone(&text));
        text
    }

    fn prepare<'c>(
        connection: &'c Connection,
        text: &Text,
        args: &[Val],
    ) -> Result<CachedStatement<'c>, PrepareError> {
        let mut statement = connection.prepare_cached(&text.sql)?;
        let n_wanted = statement.parameter_count();
        if n_wanted != args.len() {
            return Err(PrepareError::Count { n_wanted, n_given: args.len() });
        }
        for (index, value) in args.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, Bound(value))?;
        }
        Ok(statement)
    }

    fn refused(&self, sql: &str, error: impl Into<PrepareError>) -> Failure {
        let error = match error.into() {
            PrepareError::Count { n_wanted, n_given } => StoreError::Sql {
                name: text::name(sql),
                detail: format!("it takes {n_wanted} values, {n_given} were given"),
            },
            PrepareError::Driver(error) => translate(&self.names, sql, &error),
        };
        Failure::Refused { error, retry: false }
    }
}

impl Session for SqliteSession {
    fn kind(&self) -> Kind {
        Kind::Sqlite
    }

    fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        self.connection.execute_batch(sql).map_err(|error| self.refused(sql, error))
    }

    fn execute(&mut self, sql: &str, args: &[Val]) -> Result<Done, Failure> {
        let text = self.text(sql);
        let done = Self::prepare(&self.connection, &text, args)
            .and_then(|mut statement| {
                if statement.column_count() == 0 {
                    return Ok(statement.raw_execute()? as u64);
                }
                let mut rows = statement.raw_query();
                let mut n_rows = 0;
                while rows.next()?.is_some() {
                    n_rows += 1;
                }
                Ok(n_rows)
            })
            .map_err(|error| self.refused(sql, error))?;
        // SQLite reports the count of the last change again for statements that change no rows.
        let n_rows = if text.writes { done } else { 0 };
        Ok(Done { n_rows, wrote: text.writes })
    }

    fn query(&mut self, sql: &str, args: &[Val], sink: Sink<'_>) -> Result<Done, Failure> {
        let text = self.text(sql);
        let mut statement =
            Self::prepare(&self.connection, &text, args).map_err(|error| self.refused(sql, error))?;
        let mut rows = statement.raw_query();
        let mut n_rows = 0;
        let mut unreadable = None;
        // With RETURNING, all changes are made before the first row comes; reading on to the end is only
        // for errors that come late.
        while let Some(row) = rows.next().map_err(|error| self.refused(sql, error))? {
            n_rows += 1;
            if unreadable.is_none() {
                unreadable = sink(&Row(row)).err();
            }
        }
        match unreadable {
            Some(error) => Err(Failure::Unreadable { error, wrote: text.writes }),
            None => Ok(Done { n_rows, wrote: text.writes }),
        }
    }
}

enum PrepareError {
    Count { n_wanted: usize, n_given: usize },
    Driver(rusqlite::Error),
}

impl From<rusqlite::Error> for PrepareError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Driver(error)
    }
}

/// SQLite's error in our words.
pub(crate) fn translate(names: &UniqueNames, sql: &str, error: &rusqlite::Error) -> StoreError {
    let detail = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    match error.sqlite_extended_error_code() {
        Some(
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID,
        ) => return StoreError::UniqueViolation { constraint: names.of(&detail) },
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            return StoreError::ForeignKeyViolation { constraint: "unnamed".to_owned() };
        }
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => {
            let constraint = detail.strip_prefix("CHECK constraint failed: ").unwrap_or(&detail).to_owned();
            return StoreError::CheckViolation { constraint };
        }
        _ => {}
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull { detail },
        _ => StoreError::Sql { name: text::name(sql), detail },
    }
}

struct Bound<'a>(&'a Val);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        const NULL: ToSqlOutput<'_> = ToSqlOutput::Owned(Value::Null);
        let borrowed = |value| ToSqlOutput::Borrowed(value);
        Ok(match self.0 {
            Val::Bool(value) => value.map_or(NULL, |value| borrowed(ValueRef::Integer(value.into()))),
            Val::Int(value) => value.map_or(NULL, |value| borrowed(ValueRef::Integer(value))),
            Val::Float(value) => value.map_or(NULL, |value| borrowed(ValueRef::Real(value))),
            Val::Text(value) => {
                value.as_ref().map_or(NULL, |value| borrowed(ValueRef::Text(value.as_bytes())))
            }
            Val::Bytes(value) => value.as_ref().map_or(NULL, |value| borrowed(ValueRef::Blob(value))),
            Val::Ts(value) => value.map_or(NULL, |value| borrowed(ValueRef::Integer(value.as_microsecond()))),
            Val::Json(value) => {
                value.as_ref().map_or(NULL, |value| ToSqlOutput::Owned(Value::Text(value.to_string())))
            }
        })
    }
}

impl Columns for rusqlite::Row<'_> {
    fn len(&self) -> usize {
        self.as_ref().column_count()
    }

    fn name(&self, index: usize) -> &str {
        self.as_ref().column_name(index).unwrap_or_default()
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>, String> {
        match self.get_ref(index).map_err(|error| error.to_string())? {
            ValueRef::Null => Ok(Cell::Null),
            ValueRef::Integer(value) => Ok(Cell::Int(value)),
            ValueRef::Real(value) => Ok(Cell::Float(value)),
            ValueRef::Text(value) => {
                std::str::from_utf8(value).map(Cell::Text).map_err(|_| "the text is not UTF-8".to_owned())
            }
            ValueRef::Blob(value) => Ok(Cell::Bytes(value)),
        }
    }
}
