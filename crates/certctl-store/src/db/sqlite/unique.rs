//! Which unique index an error of SQLite is about.
//!
//! SQLite names the columns (`t.a, t.b`), PostgreSQL the index; callers match by the index's name. Read once
//! after the migrations. Kept: a nameless constraint gets the name that PostgreSQL would give it
//! (`t_pkey`, `t_a_b_key`).

use std::collections::HashMap;

use rusqlite::Connection;

#[derive(Debug, Default)]
pub(crate) struct UniqueNames {
    /// `t.a, t.b` to the names of all unique indexes over exactly these columns, joined by `, `.
    by_columns: HashMap<String, String>,
}

const INDEXES: &str = "
SELECT t.name, i.name, i.origin, group_concat(c.name, char(31))
FROM (SELECT name FROM sqlite_schema WHERE type = 'table') AS t
JOIN pragma_index_list(t.name) AS i ON i.\"unique\" = 1
JOIN (SELECT 1) ON 1
JOIN pragma_index_info(i.name) AS c
GROUP BY t.name, i.name, i.origin
ORDER BY t.name, i.seq";

const ROW_IDS: &str = "
SELECT t.name, c.name
FROM (SELECT name FROM sqlite_schema WHERE type = 'table') AS t
JOIN pragma_table_info(t.name) AS c ON c.pk = 1";

impl UniqueNames {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut names = Self::default();
        let mut statement = connection.prepare(INDEXES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let table: String = row.get(0)?;
            let index: String = row.get(1)?;
            let origin: String = row.get(2)?;
            // NULL columns are expressions; SQLite names such an index itself.
            let Some(columns) = row.get::<_, Option<String>>(3)? else { continue };
            let columns: Vec<&str> = columns.split('\u{1f}').collect();
            let name = match origin.as_str() {
                "pk" => format!("{table}_pkey"),
                "u" => format!("{table}_{}_key", columns.join("_")),
                _ => index,
            };
            names.add(&table, &columns, name);
        }
        let mut statement = connection.prepare(ROW_IDS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let table: String = row.get(0)?;
            let column: String = row.get(1)?;
            let name = format!("{table}_pkey");
            names.add(&table, &[&column], name);
        }
        Ok(names)
    }

    fn add(&mut self, table: &str, columns: &[&str], name: String) {
        let key = columns.iter().map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ");
        let known = self.by_columns.entry(key).or_default();
        if known.is_empty() {
            *known = name;
        } else if !known.split(", ").any(|one| one == name) {
            known.push_str(", ");
            known.push_str(&name);
        }
    }

    /// The index names for SQLite's message.
    pub(crate) fn of(&self, message: &str) -> String {
        let what = message.strip_prefix("UNIQUE constraint failed: ").unwrap_or(message);
        if let Some(index) = what.strip_prefix("index '") {
            return index.trim_end_matches('\'').to_owned();
        }
        self.by_columns.get(what).cloned().unwrap_or_else(|| what.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_turned_into_index_names() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT UNIQUE);
                 CREATE TABLE p (x TEXT, y TEXT, PRIMARY KEY (x, y));
                 CREATE UNIQUE INDEX t_a_b ON t (a, b);
                 CREATE UNIQUE INDEX t_b_open ON t (b) WHERE a IS NULL;
                 CREATE UNIQUE INDEX t_lower ON t (lower(a));",
            )
            .unwrap();
        let names = UniqueNames::read(&connection).unwrap();
        let check = |message: &str, expected: &str| assert_eq!(names.of(message), expected);
        check("UNIQUE constraint failed: t.a, t.b", "t_a_b");
        check("UNIQUE constraint failed: t.b", "t_b_open");
        check("UNIQUE constraint failed: t.c", "t_c_key");
        check("UNIQUE constraint failed: t.id", "t_pkey");
        check("UNIQUE constraint failed: p.x, p.y", "p_pkey");
        check("UNIQUE constraint failed: index 't_lower'", "t_lower");
        check("UNIQUE constraint failed: unknown.z", "unknown.z");
    }
}
