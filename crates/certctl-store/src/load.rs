//! Filling a store with very many rows at once: for measuring, never for the control plane.
//!
//! Rows come as tables of values; what follows from them is not among these: `certificates::refresh` computes it. Ordinary
//! indexes are away meanwhile and made anew at the end, which is several times faster than keeping them up. Not for: a
//! store that is in use. Invariant: when every index is restored, the schema is the one that the migrations made.

use certctl_core::id::CertificateId;

use crate::{Kind, StoreError, Tx, Val, args};

/// Rows of one table.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// Its columns, with commas.
    pub columns: &'static str,
    /// A value for each column of each row.
    pub rows: Vec<Vec<Val>>,
}

impl Rows {
    /// No rows yet.
    pub fn of(table: &'static str, columns: &'static str) -> Self {
        Self { table, columns, rows: Vec::new() }
    }
}

/// An index that was taken away.
#[derive(Debug, Clone)]
pub struct Index {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// The statement that makes it.
    text: String,
}

/// Takes the indexes away that are not unique, and says which.
///
/// # Errors
/// Those of the store.
pub fn begin(tx: &mut Tx<'_>) -> Result<Vec<Index>, StoreError> {
    let sql = tx.pick(
        "-- load.indexes
         SELECT tbl_name, name, sql FROM sqlite_schema
         WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY tbl_name, name",
        "-- load.indexes
         SELECT CAST(tablename AS TEXT), CAST(indexname AS TEXT), indexdef FROM pg_indexes
         WHERE schemaname = current_schema() AND indexdef NOT LIKE 'CREATE UNIQUE%' ORDER BY tablename, indexname",
    );
    let found: Vec<(String, String, String)> = tx.all(sql, args![])?;
    let mut indexes = Vec::with_capacity(found.len());
    for (table, name, text) in found {
        // The derived columns are computed with the help of these.
        if matches!(name.as_str(), "jobs_certificate" | "deployments_certificate") {
            continue;
        }
        tx.batch(&format!("DROP INDEX {name}"))?;
        indexes.push(Index { table, name, text });
    }
    Ok(indexes)
}

/// Adds rows.
///
/// # Errors
/// Those of the store; a violated constraint says that the rows are not of the schema's shape.
pub fn insert(tx: &mut Tx<'_>, rows: &Rows) -> Result<u64, StoreError> {
    let head = format!("-- load.{0}\nINSERT INTO {0} ({1}) VALUES", rows.table, rows.columns);
    tx.insert_many(&head, &rows.rows, "")
}

/// Makes one index anew.
///
/// # Errors
/// Those of the store.
pub fn restore(tx: &mut Tx<'_>, index: &Index) -> Result<(), StoreError> {
    tx.batch(&index.text)
}

/// Lets the database look at what it holds now, for its plans.
///
/// # Errors
/// Those of the store.
pub fn finish(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    match tx.kind() {
        // As the store does when it is opened and closed.
        Kind::Sqlite => tx.batch("PRAGMA analysis_limit = 1000; ANALYZE"),
        Kind::Postgres => tx.batch("ANALYZE"),
    }
}

/// Everything that is stored of a certificate, as one text: to compare before and after.
///
/// # Errors
/// Those of the store.
pub fn whole(tx: &mut Tx<'_>, id: &CertificateId) -> Result<String, StoreError> {
    if tx.kind() == Kind::Postgres {
        let (text,): (String,) = tx.one(
            "-- load.whole\nSELECT CAST(to_jsonb(c) AS TEXT) FROM certificates c WHERE c.id = $1",
            args![id],
        )?;
        return Ok(text);
    }
    let columns: Vec<(String,)> =
        tx.all("-- load.columns\nSELECT name FROM pragma_table_info('certificates') ORDER BY cid", args![])?;
    let parts: Vec<String> =
        columns.iter().map(|(name,)| format!("'{name}=' || COALESCE(quote(c.{name}), '') || ';'")).collect();
    let sql = format!("-- load.whole\nSELECT {} FROM certificates c WHERE c.id = $1", parts.join(" || "));
    let (text,): (String,) = tx.one(&sql, args![id])?;
    Ok(text)
}
