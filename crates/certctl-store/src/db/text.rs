//! One SQL text for both back ends: turns `$1` and `{LOCK}` into what each understands, and tells whether
//! a text changes rows.
//!
//! Not a parser: it knows strings, quoted identifiers, comments and words, which is enough for our own
//! texts. Kept: nothing inside quotes or comments is ever changed.

use super::Kind;

/// A text made ready for one back end.
#[derive(Debug)]
pub(crate) struct Text {
    /// What is prepared.
    pub(crate) sql: String,
    /// Whether rows that it reports were changed by it (INSERT, UPDATE, DELETE, also behind WITH).
    pub(crate) writes: bool,
}

impl Text {
    /// Translates `sql` for `kind`.
    pub(crate) fn new(kind: Kind, sql: &str) -> Self {
        let bytes = sql.as_bytes();
        let mut out = String::with_capacity(sql.len() + 16);
        let mut words = Words::default();
        let mut copied = 0;
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                quote @ (b'\'' | b'"') => at = after_quoted(bytes, at, quote),
                b'-' if bytes.get(at + 1) == Some(&b'-') => at = after_line(bytes, at),
                b'$' if kind == Kind::Sqlite && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                    out.push_str(&sql[copied..at]);
                    out.push('?');
                    at += 1;
                    copied = at;
                }
                b'{' if sql[at..].starts_with("{LOCK}") => {
                    out.push_str(&sql[copied..at]);
                    if kind == Kind::Postgres {
                        out.push_str("FOR UPDATE SKIP LOCKED");
                    }
                    at += "{LOCK}".len();
                    copied = at;
                }
                letter if letter.is_ascii_alphabetic() || letter == b'_' => {
                    let end = after_word(bytes, at);
                    words.see(&sql[at..end]);
                    at = end;
                }
                _ => at += 1,
            }
        }
        out.push_str(&sql[copied..]);
        Self { sql: out, writes: words.writes }
    }
}

/// What a text is called in errors: its first comment line, or how it begins.
pub(crate) fn name(sql: &str) -> String {
    let first = sql.trim_start().lines().next().unwrap_or_default();
    let name = first.strip_prefix("--").unwrap_or(first).trim();
    name.chars().take(80).collect()
}

#[derive(Default)]
struct Words {
    first: String,
    before: String,
    writes: bool,
}

impl Words {
    fn see(&mut self, word: &str) {
        let word = word.to_ascii_uppercase();
        if self.first.is_empty() {
            self.first.clone_from(&word);
        }
        let could_write = ["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"].contains(&self.first.as_str());
        let verb = match word.as_str() {
            "INSERT" | "DELETE" => true,
            "REPLACE" => word == self.first,
            // FOR UPDATE and FOR NO KEY UPDATE lock; DO UPDATE belongs to an INSERT already seen.
            "UPDATE" => !["FOR", "KEY", "DO", "ON"].contains(&self.before.as_str()),
            _ => false,
        };
        self.writes |= could_write && verb;
        self.before = word;
    }
}

fn after_quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    // A doubled quote reads as two quoted parts side by side, which comes to the same.
    bytes[start + 1..].iter().position(|byte| *byte == quote).map_or(bytes.len(), |n| start + n + 2)
}

fn after_line(bytes: &[u8], start: usize) -> usize {
    bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| start + n + 1)
}

fn after_word(bytes: &[u8], start: usize) -> usize {
    bytes[start..]
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .map_or(bytes.len(), |n| start + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_numbered_question_marks_on_sqlite_only() {
        let sql = "-- jobs.lease $1\nSELECT a->>'$.b', \"$2\" FROM t WHERE c = $1 AND d = $12";
        assert_eq!(
            Text::new(Kind::Sqlite, sql).sql,
            "-- jobs.lease $1\nSELECT a->>'$.b', \"$2\" FROM t WHERE c = ?1 AND d = ?12"
        );
        assert_eq!(Text::new(Kind::Postgres, sql).sql, sql);
    }

    #[test]
    fn lock_is_words_on_postgres_and_nothing_on_sqlite() {
        let sql = "SELECT id FROM t LIMIT 1 {LOCK}";
        assert_eq!(Text::new(Kind::Sqlite, sql).sql, "SELECT id FROM t LIMIT 1 ");
        assert_eq!(Text::new(Kind::Postgres, sql).sql, "SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED");
    }

    #[test]
    fn texts_that_change_rows_are_told_from_those_that_do_not() {
        let check =
            |sql: &str, writes: bool| assert_eq!(Text::new(Kind::Postgres, sql).writes, writes, "{sql}");
        check("INSERT INTO t VALUES ($1)", true);
        check("-- t.set\nUPDATE t SET a = $1", true);
        check("delete from t", true);
        check(
            "WITH c AS MATERIALIZED (SELECT id FROM t LIMIT 1 {LOCK}) UPDATE t SET a = 1 FROM c RETURNING t.id",
            true,
        );
        check("WITH c AS (DELETE FROM t RETURNING id) SELECT id FROM c", true);
        check("SELECT id FROM t FOR UPDATE", false);
        check("WITH c AS (SELECT id FROM t FOR NO KEY UPDATE) SELECT id FROM c", false);
        check("SELECT replace(a, 'x', 'y') FROM t WHERE b = 'DELETE'", false);
        check("-- insert\nSELECT 1", false);
        check("CREATE TABLE t (a BIGINT)", false);
    }

    #[test]
    fn name_is_the_comment_line_or_the_beginning() {
        assert_eq!(name("-- certificates.list_due\nSELECT 1"), "certificates.list_due");
        assert_eq!(name("SELECT 1\nFROM t"), "SELECT 1");
    }
}
