//! The database as a stream, inside one reading transaction: each table page by page, in the order of its primary key.
//!
//! Not for: choosing what is worth keeping; every table of the schema goes into the stream. Invariant: at most one page
//! of rows is in memory.

use std::{collections::BTreeMap, io::Write};

use super::{
    DumpError, Summary,
    catalog::{self, Table, quoted},
    record::{Applied, TableHead, Writer},
};
use crate::{
    StoreError, Tx, Val,
    db::{Cell, Migration, migrate},
};

/// Rows that are read at once.
const PAGE: usize = 256;

pub(super) fn dump(
    tx: &mut Tx<'_>,
    migrations: &[Migration],
    out: &mut dyn Write,
) -> Result<Summary, DumpError> {
    let mut out = Writer(out);
    let ledger: Vec<(i64, String)> = tx.all(
        "-- dump.schema
         SELECT version, name
         FROM schema_migrations
         ORDER BY version",
        &[],
    )?;
    let texts: BTreeMap<i64, &Migration> = migrations.iter().map(|one| (one.version, one)).collect();
    let mut applied = Vec::with_capacity(ledger.len());
    for (version, name) in ledger {
        let known = migrations.last().map_or(0, |last| last.version);
        let migration = texts.get(&version).ok_or(StoreError::NewerSchema { found: version, known })?;
        applied.push(Applied { version, name, checksum: migrate::checksum(migration.text) });
    }
    out.schema(&applied)?;
    let mut summary = Summary { schema: applied.last().map_or(0, |last| last.version), ..Summary::default() };
    for table in catalog::tables(tx)? {
        let head = TableHead {
            name: table.name.clone(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            last_number: catalog::last_number(tx, &table)?,
        };
        out.table(&head)?;
        let n_rows = rows(tx, &table, &mut out)?;
        out.end_of_table(n_rows)?;
        summary.tables.push((table.name, n_rows));
    }
    out.end(summary.tables.len() as u64)?;
    out.0.flush()?;
    Ok(summary)
}

fn rows(tx: &mut Tx<'_>, table: &Table, out: &mut Writer<'_>) -> Result<u64, DumpError> {
    let (first, next) = texts(table);
    let mut n_all = 0;
    let mut behind: Vec<Val> = Vec::new();
    loop {
        let sql = if behind.is_empty() { &first } else { &next };
        let mut last = Vec::new();
        let mut broken = None;
        let n_rows = tx.each(sql, &behind, &mut |row| {
            last.clear();
            if broken.is_none()
                && let Err(error) = out.row()
            {
                broken = Some(error);
            }
            for index in 0..table.columns.len() {
                let cell = row.cell(index)?;
                if table.key.contains(&index) {
                    last.push((index, key(&table.columns[index].name, cell)?));
                }
                if broken.is_none()
                    && let Err(error) = out.cell(cell)
                {
                    broken = Some(error);
                }
            }
            Ok(())
        })?;
        if let Some(error) = broken {
            return Err(error.into());
        }
        n_all += n_rows;
        if n_rows < PAGE as u64 {
            return Ok(n_all);
        }
        behind = table
            .key
            .iter()
            .filter_map(|column| {
                last.iter().find(|(index, _)| index == column).map(|(_, value)| value.clone())
            })
            .collect();
    }
}

/// The statements for the first page and for those behind a key.
fn texts(table: &Table) -> (String, String) {
    let columns: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let key: Vec<String> = table.key.iter().map(|column| columns[*column].clone()).collect();
    let places: Vec<String> = (1..=key.len()).map(|n| format!("${n}")).collect();
    let (name, columns, key) = (quoted(&table.name), columns.join(", "), key.join(", "));
    let places = places.join(", ");
    let select = format!("-- dump.{}\nSELECT {columns}\nFROM {name}", table.name);
    let order = format!("ORDER BY {key}\nLIMIT {PAGE}");
    (format!("{select}\n{order}"), format!("{select}\nWHERE ({key}) > ({places})\n{order}"))
}

/// A value of a primary key, to go on behind it.
fn key(column: &str, cell: Cell<'_>) -> Result<Val, StoreError> {
    match cell {
        Cell::Int(value) => Ok(value.into()),
        Cell::Text(value) => Ok(value.into()),
        Cell::Null | Cell::Bool(_) | Cell::Float(_) | Cell::Bytes(_) | Cell::Ts(_) | Cell::Json(_) => {
            Err(StoreError::Decode {
                column: column.to_owned(),
                detail: cell.mismatch("an integer or a text in a primary key"),
            })
        }
    }
}
