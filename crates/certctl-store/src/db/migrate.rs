//! Brings the schema up to this release, and refuses a database that is ahead of it.
//!
//! One text per migration serves both back ends; two folders with one file each would drift apart. What
//! differs is written as a token or a section:
//!
//! | in the text | SQLite | PostgreSQL |
//! |---|---|---|
//! | `{TS}` `{JSON}` `{BYTES}` | INTEGER, TEXT, BLOB | TIMESTAMPTZ, JSONB, BYTEA |
//! | `{SERIAL}` | INTEGER PRIMARY KEY AUTOINCREMENT | BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY |
//! | `{STRICT}` (after the table's closing bracket) | STRICT | nothing |
//! | BIGINT, BOOLEAN, DOUBLE PRECISION | INTEGER, INTEGER, REAL (a STRICT table knows no others) | as written |
//! | `-- only sqlite` … `-- end`, `-- only postgres` … `-- end` | the lines between, or nothing | likewise |
//!
//! Each migration runs in one transaction together with its row in `schema_migrations`, which holds the SHA-256
//! of the text as it was run. Kept: forward only; a text that has run never changes; a newer ledger stops the
//! start. Constraints that are checked at the commit (DEFERRABLE) are refused: on SQLite many writes share one
//! commit, and a late failure would take the others with it.
//!
//! To add one: the next number, a file in `migrations/`, a line in `MIGRATIONS`.

use certctl_core::time::Ts;
use sha2::{Digest, Sha256};

use super::{Kind, tx::Session, tx::Tx};
use crate::error::StoreError;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number, from 1 without gaps.
    pub version: i64,
    /// Its file name without the ending.
    pub name: &'static str,
    /// The text for both back ends.
    pub text: &'static str,
}

/// The migrations of this release, in order.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "0001_init", text: include_str!("../../migrations/0001_init.sql") },
    Migration {
        version: 2,
        name: "0002_key_retirement",
        text: include_str!("../../migrations/0002_key_retirement.sql"),
    },
    Migration { version: 3, name: "0003_access", text: include_str!("../../migrations/0003_access.sql") },
    Migration { version: 4, name: "0004_search", text: include_str!("../../migrations/0004_search.sql") },
    Migration { version: 5, name: "0005_alerts", text: include_str!("../../migrations/0005_alerts.sql") },
    Migration { version: 6, name: "0006_rules", text: include_str!("../../migrations/0006_rules.sql") },
    Migration {
        version: 7,
        name: "0007_operations",
        text: include_str!("../../migrations/0007_operations.sql"),
    },
    Migration {
        version: 8,
        name: "0008_policy_rules",
        text: include_str!("../../migrations/0008_policy_rules.sql"),
    },
    Migration {
        version: 9,
        name: "0009_alert_rules",
        text: include_str!("../../migrations/0009_alert_rules.sql"),
    },
    Migration { version: 10, name: "0010_events", text: include_str!("../../migrations/0010_events.sql") },
    Migration {
        version: 11,
        name: "0011_inventory",
        text: include_str!("../../migrations/0011_inventory.sql"),
    },
    Migration {
        version: 12,
        name: "0012_notifications",
        text: include_str!("../../migrations/0012_notifications.sql"),
    },
    Migration { version: 13, name: "0013_stats", text: include_str!("../../migrations/0013_stats.sql") },
    Migration {
        version: 14,
        name: "0014_renewal_windows",
        text: include_str!("../../migrations/0014_renewal_windows.sql"),
    },
    Migration { version: 15, name: "0015_sign_in", text: include_str!("../../migrations/0015_sign_in.sql") },
    Migration {
        version: 16,
        name: "0016_target_tests",
        text: include_str!("../../migrations/0016_target_tests.sql"),
    },
    Migration {
        version: 17,
        name: "0017_undeployed",
        text: include_str!("../../migrations/0017_undeployed.sql"),
    },
    Migration {
        version: 18,
        name: "0018_policy_override",
        text: include_str!("../../migrations/0018_policy_override.sql"),
    },
    Migration {
        version: 19,
        name: "0019_need_snoozes",
        text: include_str!("../../migrations/0019_need_snoozes.sql"),
    },
    Migration {
        version: 20,
        name: "0020_issuer_health",
        text: include_str!("../../migrations/0020_issuer_health.sql"),
    },
    Migration {
        version: 21,
        name: "0021_alert_people",
        text: include_str!("../../migrations/0021_alert_people.sql"),
    },
    Migration {
        version: 22,
        name: "0022_environment_by_id",
        text: include_str!("../../migrations/0022_environment_by_id.sql"),
    },
    Migration { version: 23, name: "0023_vacuum", text: include_str!("../../migrations/0023_vacuum.sql") },
    Migration {
        version: 24,
        name: "0024_tags_by_environment",
        text: include_str!("../../migrations/0024_tags_by_environment.sql"),
    },
    Migration {
        version: 25,
        name: "0025_revocations",
        text: include_str!("../../migrations/0025_revocations.sql"),
    },
    Migration { version: 26, name: "0026_orders", text: include_str!("../../migrations/0026_orders.sql") },
    Migration {
        version: 27,
        name: "0027_order_starts",
        text: include_str!("../../migrations/0027_order_starts.sql"),
    },
    Migration {
        version: 28,
        name: "0028_agent_dns",
        text: include_str!("../../migrations/0028_agent_dns.sql"),
    },
    Migration { version: 29, name: "0029_cas", text: include_str!("../../migrations/0029_cas.sql") },
    Migration {
        version: 30,
        name: "0030_need_reasons",
        text: include_str!("../../migrations/0030_need_reasons.sql"),
    },
    Migration {
        version: 31,
        name: "0031_validation",
        text: include_str!("../../migrations/0031_validation.sql"),
    },
    Migration {
        version: 32,
        name: "0032_confirmations",
        text: include_str!("../../migrations/0032_confirmations.sql"),
    },
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at {TS} NOT NULL
){STRICT}";

/// Applies what is missing. The caller keeps other processes out meanwhile. Gives the number applied.
pub(crate) fn run(session: &mut dyn Session, migrations: &[Migration], now: Ts) -> Result<usize, StoreError> {
    let kind = session.kind();
    let ledger = replaced(kind, LEDGER).map_err(|detail| failed("schema_migrations", detail))?;
    session
        .batch(&ledger)
        .map_err(|failure| failed("schema_migrations", failure.into_error().to_string()))?;
    let applied = applied(&mut Tx::new(session, now))?;
    let steps = plan(kind, &applied, migrations)?;
    for step in &steps {
        apply(session, step, now).map_err(|error| failed(step.name, error.to_string()))?;
        tracing::info!(store.migration = step.name, "Applied migration {}", step.name);
    }
    Ok(steps.len())
}

fn failed(name: &str, detail: String) -> StoreError {
    StoreError::Migration { name: name.to_owned(), detail }
}

/// A migration that has to run.
#[derive(Debug, PartialEq)]
struct Step {
    version: i64,
    name: &'static str,
    sql: String,
    checksum: String,
}

impl Step {
    /// The text and its row in the ledger.
    fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.batch(&self.sql)?;
        let now = tx.now();
        tx.exec(
            "-- schema_migrations.insert
             INSERT INTO schema_migrations (version, name, checksum, applied_at)
             VALUES ($1, $2, $3, $4)",
            crate::args![self.version, self.name, &self.checksum, now],
        )
        .map(drop)
    }
}

/// Makes the whole schema in an empty database, inside a transaction of the caller's.
pub(crate) fn run_inside(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<(), StoreError> {
    let kind = tx.kind();
    let ledger = replaced(kind, LEDGER).map_err(|detail| failed("schema_migrations", detail))?;
    tx.batch(&ledger).map_err(|error| failed("schema_migrations", error.to_string()))?;
    for step in plan(kind, &[], migrations)? {
        step.run(tx).map_err(|error| failed(step.name, error.to_string()))?;
    }
    Ok(())
}

/// Refuses a database that was never prepared, or that a newer or changed release has prepared; changes nothing.
pub(crate) fn check(
    session: &mut dyn Session,
    migrations: &[Migration],
    place: &str,
    now: Ts,
) -> Result<(), StoreError> {
    let kind = session.kind();
    let mut tx = Tx::new(session, now);
    let sql = tx.pick(
        "-- schema_migrations.exists\nSELECT COUNT(*) > 0 FROM sqlite_schema WHERE name = 'schema_migrations'",
        "-- schema_migrations.exists\nSELECT to_regclass('schema_migrations') IS NOT NULL",
    );
    if !tx.one::<(bool,)>(sql, &[])?.0 {
        return Err(StoreError::Unavailable { detail: format!("{place} holds no database of certctl") });
    }
    plan(kind, &applied(&mut tx)?, migrations).map(drop)
}

fn applied(tx: &mut Tx<'_>) -> Result<Vec<(i64, String)>, StoreError> {
    tx.all(
        "-- schema_migrations.list\nSELECT version, checksum\nFROM schema_migrations\nORDER BY version",
        &[],
    )
}

fn plan(kind: Kind, applied: &[(i64, String)], migrations: &[Migration]) -> Result<Vec<Step>, StoreError> {
    let known = migrations.last().map_or(0, |last| last.version);
    if let Some((found, _)) = applied.last().filter(|(version, _)| *version > known) {
        return Err(StoreError::NewerSchema { found: *found, known });
    }
    let mut steps = Vec::new();
    for (migration, version) in migrations.iter().zip(1..) {
        if migration.version != version {
            return Err(failed(migration.name, format!("it should have the number {version}")));
        }
        let sql = replaced(kind, migration.text).map_err(|detail| failed(migration.name, detail))?;
        let checksum = checksum(&sql);
        match applied.iter().find(|(version, _)| *version == migration.version) {
            None => steps.push(Step { version, name: migration.name, sql, checksum }),
            Some((_, recorded)) if *recorded == checksum => {}
            Some(_) => {
                return Err(StoreError::ChangedMigration { version, name: migration.name.to_owned() });
            }
        }
    }
    Ok(steps)
}

fn apply(session: &mut dyn Session, step: &Step, now: Ts) -> Result<(), StoreError> {
    // No one else is there to be waited for: SQLite's lock file and PostgreSQL's advisory lock are held.
    let begin = match session.kind() {
        Kind::Sqlite => "BEGIN EXCLUSIVE",
        Kind::Postgres => "BEGIN",
    };
    session.batch(begin).map_err(super::tx::Failure::into_error)?;
    let done = step
        .run(&mut Tx::new(session, now))
        .and_then(|_| session.batch("COMMIT").map_err(super::tx::Failure::into_error));
    if done.is_err() {
        // The transaction may be gone already; the first failure is the one to tell.
        drop(session.batch("ROLLBACK"));
    }
    done
}

pub(crate) fn checksum(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text for one back end, or what is wrong with it.
fn replaced(kind: Kind, text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut section: Option<Kind> = None;
    for line in text.lines() {
        match line.trim() {
            "-- only sqlite" | "-- only postgres" if section.is_some() => {
                return Err(format!("\"{}\" inside another section", line.trim()));
            }
            "-- only sqlite" => section = Some(Kind::Sqlite),
            "-- only postgres" => section = Some(Kind::Postgres),
            "-- end" if section.is_none() => return Err("\"-- end\" without a section".to_owned()),
            "-- end" => section = None,
            _ if section.is_none_or(|only| only == kind) => {
                out.push_str(line);
                out.push('\n');
            }
            _ => {}
        }
    }
    if section.is_some() {
        return Err("a section has no \"-- end\"".to_owned());
    }
    let tokens: &[(&str, &str)] = match kind {
        Kind::Sqlite => &[
            ("{TS}", "INTEGER"),
            ("{JSON}", "TEXT"),
            ("{BYTES}", "BLOB"),
            ("{SERIAL}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            ("{STRICT}", " STRICT"),
            ("BIGINT", "INTEGER"),
            ("BOOLEAN", "INTEGER"),
            ("DOUBLE PRECISION", "REAL"),
        ],
        Kind::Postgres => &[
            ("{TS}", "TIMESTAMPTZ"),
            ("{JSON}", "JSONB"),
            ("{BYTES}", "BYTEA"),
            ("{SERIAL}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
            ("{STRICT}", ""),
        ],
    };
    for (token, replacement) in tokens {
        out = out.replace(token, replacement);
    }
    let mut code = out.lines().filter(|line| !line.trim_start().starts_with("--"));
    if let Some(line) = code.clone().find(|line| line.contains("{") && line.contains('}')) {
        return Err(format!("unknown token in \"{}\"", line.trim()));
    }
    if code.any(|line| line.to_ascii_uppercase().contains("DEFERRABLE")) {
        return Err("DEFERRABLE constraints are not allowed".to_owned());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "CREATE TABLE t (id {SERIAL}, n BIGINT, ok BOOLEAN, f DOUBLE PRECISION, at {TS}){STRICT};\n\
        -- only sqlite\nCREATE TRIGGER x;\n-- end\n-- only postgres\nCREATE FUNCTION x();\n-- end\n";

    #[test]
    fn tokens_and_sections_follow_the_back_end() {
        assert_eq!(
            replaced(Kind::Sqlite, TEXT).unwrap(),
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER, ok INTEGER, f REAL, at INTEGER) STRICT;\nCREATE TRIGGER x;\n"
        );
        assert_eq!(
            replaced(Kind::Postgres, TEXT).unwrap(),
            "CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n BIGINT, ok BOOLEAN, f DOUBLE PRECISION, at TIMESTAMPTZ);\nCREATE FUNCTION x();\n"
        );
    }

    #[test]
    fn a_text_that_cannot_be_right_is_refused() {
        let check = |text: &str, part: &str| {
            let error = replaced(Kind::Sqlite, text).unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        check("CREATE TABLE t (a {BLOB})", "unknown token");
        check("-- only sqlite\nx", "no \"-- end\"");
        check("-- end", "without a section");
        check("-- only sqlite\n-- only postgres\n-- end", "inside another");
        check("REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED", "not allowed");
    }

    #[test]
    fn plan_holds_what_is_missing_and_refuses_gaps_changes_and_newer_ledgers() {
        let one = Migration { version: 1, name: "0001_a", text: "CREATE TABLE a (x BIGINT)" };
        let two = Migration { version: 2, name: "0002_b", text: "CREATE TABLE b (x BIGINT)" };
        let three = Migration { version: 3, name: "0003_c", text: "" };
        let recorded = |m: &Migration| (m.version, checksum(&replaced(Kind::Sqlite, m.text).unwrap()));
        let names = |applied: &[(i64, String)], all: &[Migration]| {
            plan(Kind::Sqlite, applied, all)
                .map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[], &[one, two]), Ok(vec!["0001_a", "0002_b"]));
        assert_eq!(names(&[recorded(&one)], &[one, two]), Ok(vec!["0002_b"]));
        assert_eq!(names(&[recorded(&one), recorded(&two)], &[one, two]), Ok(vec![]));
        assert_eq!(
            names(&[recorded(&one), recorded(&two)], &[one]),
            Err(StoreError::NewerSchema { found: 2, known: 1 })
        );
        assert_eq!(
            names(&[(1, "0".repeat(64))], &[one]),
            Err(StoreError::ChangedMigration { version: 1, name: "0001_a".to_owned() })
        );
        assert!(matches!(names(&[], &[one, three]), Err(StoreError::Migration { .. })));
    }

    #[test]
    fn migrations_of_this_release_read_well_for_both_back_ends() {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            assert_eq!(plan(kind, &[], MIGRATIONS).unwrap().len(), MIGRATIONS.len());
        }
    }
}
