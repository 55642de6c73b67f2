//! What tables the database has, from its own catalog: columns, primary keys, sequences, and who refers to whom.
//!
//! Not for: `schema_migrations`, which the migrations write themselves. Invariant: tables come in an order in which
//! each stands behind those that it refers to.

use std::collections::{BTreeMap, BTreeSet};

use super::DumpError;
use crate::{StoreError, Tx, args};

/// Where the migrations keep book.
const LEDGER: &str = "schema_migrations";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Positions in `columns`, in the order of the primary key.
    pub(super) key: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    /// As the back end calls it.
    pub(super) kind: String,
    /// Numbered by a sequence.
    pub(super) numbered: bool,
}

impl Table {
    /// The column that a sequence numbers.
    pub(super) fn numbered(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.numbered)
    }
}

/// A name as SQL takes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// All tables but the ledger and SQLite's index of names (its triggers fill that again), each behind those that it refers to.
pub(super) fn tables(tx: &mut Tx<'_>) -> Result<Vec<Table>, DumpError> {
    let columns = tx.pick(
        "-- dump.columns
         SELECT t.name, c.name, c.type, c.pk > 0 AND upper(t.sql) LIKE '%AUTOINCREMENT%', c.pk
         FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'
             AND t.name NOT LIKE 'certificate~_text%' ESCAPE '~'
         ORDER BY t.name, c.cid",
        "-- dump.columns
         SELECT CAST(t.relname AS TEXT), CAST(c.attname AS TEXT), format_type(c.atttypid, c.atttypmod),
             c.attidentity <> '',
             CAST(COALESCE(array_position(CAST(k.indkey AS int2[]), c.attnum), -1) + 1 AS BIGINT)
         FROM pg_class t
         JOIN pg_namespace s ON s.oid = t.relnamespace
         JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
         LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary
         WHERE s.nspname = current_schema() AND t.relkind = 'r'
         ORDER BY t.relname, c.attnum",
    );
    let columns: Vec<(String, String, String, bool, i64)> = tx.all(columns, &[])?;
    let mut found: BTreeMap<String, (Table, Vec<(i64, usize)>)> = BTreeMap::new();
    for (table, name, kind, numbered, key) in columns {
        if table == LEDGER {
            continue;
        }
        let (table, keys) = found
            .entry(table.clone())
            .or_insert_with(|| (Table { name: table, columns: Vec::new(), key: Vec::new() }, Vec::new()));
        if key > 0 {
            keys.push((key, table.columns.len()));
        }
        table.columns.push(Column { name, kind, numbered });
    }
    let mut tables = Vec::with_capacity(found.len());
    for (mut table, mut keys) in found.into_values() {
        keys.sort_unstable();
        table.key = keys.into_iter().map(|(_, column)| column).collect();
        if table.key.is_empty() {
            let detail = format!("the table {} has no primary key, so its pages have no order", table.name);
            return Err(StoreError::Sql { name: "dump.columns".to_owned(), detail }.into());
        }
        tables.push(table);
    }
    let references = references(tx)?;
    in_order(tables, &references)
}

/// Who refers to whom.
fn references(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let sql = tx.pick(
        "-- dump.references
         SELECT t.name, r.\"table\"
         FROM sqlite_schema t, pragma_foreign_key_list(t.name) r
         WHERE t.type = 'table'",
        "-- dump.references
         SELECT CAST(t.relname AS TEXT), CAST(r.relname AS TEXT)
         FROM pg_constraint c
         JOIN pg_class t ON t.oid = c.conrelid
         JOIN pg_class r ON r.oid = c.confrelid
         JOIN pg_namespace s ON s.oid = t.relnamespace
         WHERE c.contype = 'f' AND s.nspname = current_schema()",
    );
    tx.all(sql, &[])
}

/// The last number that a table's sequence has given; `None` when it has given none yet.
pub(super) fn last_number(tx: &mut Tx<'_>, table: &Table) -> Result<Option<i64>, StoreError> {
    let Some(column) = table.numbered() else { return Ok(None) };
    let found: Option<(Option<i64>,)> = match tx.kind() {
        crate::Kind::Sqlite => tx.opt(
            "-- dump.last_number
             SELECT seq FROM sqlite_sequence WHERE name = $1",
            args![&table.name],
        )?,
        crate::Kind::Postgres => tx.opt(
            "-- dump.last_number
             SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence($1, $2) AS regclass))",
            args![quoted(&table.name), &column.name],
        )?,
    };
    Ok(found.and_then(|(number,)| number))
}

/// Lets a table's sequence go on behind `number`.
pub(super) fn continue_behind(tx: &mut Tx<'_>, table: &Table, number: i64) -> Result<(), StoreError> {
    let Some(column) = table.numbered() else {
        let detail = format!("the table {} has no sequence here, but one in the backup", table.name);
        return Err(StoreError::Sql { name: "dump.continue".to_owned(), detail });
    };
    match tx.kind() {
        crate::Kind::Sqlite => {
            tx.exec("-- dump.continue\nDELETE FROM sqlite_sequence WHERE name = $1", args![&table.name])?;
            tx.exec(
                "-- dump.continue\nINSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)",
                args![&table.name, number],
            )?;
        }
        crate::Kind::Postgres => {
            let _: (i64,) = tx.one(
                "-- dump.continue\nSELECT setval(CAST(pg_get_serial_sequence($1, $2) AS regclass), $3)",
                args![quoted(&table.name), &column.name, number],
            )?;
        }
    }
    Ok(())
}

fn in_order(tables: Vec<Table>, references: &[(String, String)]) -> Result<Vec<Table>, DumpError> {
    let mut waiting = tables;
    let mut ordered: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let open: BTreeSet<String> = waiting.iter().map(|table| table.name.clone()).collect();
        let waits = |table: &Table| {
            references.iter().any(|(from, to)| *from == table.name && to != from && open.contains(to))
        };
        let (later, ready): (Vec<Table>, Vec<Table>) = waiting.into_iter().partition(waits);
        if ready.is_empty() {
            let names: Vec<String> = open.into_iter().collect();
            return Err(DumpError::Circle(names.join(", ")));
        }
        ordered.extend(ready);
        waiting = later;
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Table {
        Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new() }
    }

    fn order(names: &[&str], references: &[(&str, &str)]) -> Result<Vec<String>, DumpError> {
        let references: Vec<_> = references.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let ordered = in_order(names.iter().map(|name| table(name)).collect(), &references)?;
        Ok(ordered.into_iter().map(|table| table.name).collect())
    }

    #[test]
    fn a_table_comes_behind_those_that_it_refers_to() {
        let ordered = order(&["a", "b", "c"], &[("a", "b"), ("b", "c"), ("c", "c")]).unwrap();
        assert_eq!(ordered, ["c", "b", "a"]);
    }

    #[test]
    fn a_circle_of_tables_is_named() {
        let error = order(&["a", "b", "c"], &[("a", "b"), ("b", "a")]).unwrap_err();
        assert!(matches!(&error, DumpError::Circle(names) if names == "a, b"), "{error}");
    }

    #[test]
    fn a_name_is_quoted_for_sql() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
