//! Certificates by a part of a name, or by a whole serial or fingerprint.
//!
//! Not for: the other filters (`filter.rs`). Invariant: the branches of a search together hold at least the rows that its test
//! passes.

use certctl_core::id::CertificateId;
use certctl_core::inventory::SortKey;

use super::filter::{Branch, Predicate, Sql, places};
use crate::{Kind, StoreError, Tx, Val, args, vals};

/// The names of a certificate, as the indexes of both stores have them.
const NAMES: &str = "(@name_key || ' ' || LOWER(CAST(@names AS TEXT)))";

/// So many letters of a part of a name are looked for by PostgreSQL's index.
const HEAD: usize = 12;

/// From how many letters on parts of names are looked for; fewer are the beginning of the name.
pub(super) const MIN_PART: usize = 3;

pub(super) fn wanted_text(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Exactly these.
pub(super) fn these(ids: &[CertificateId]) -> Predicate {
    let values: Vec<Val> = ids.iter().map(Val::from).collect();
    let test = Sql::new(format!("@id IN ({})", places(values.len())), values);
    let branches = Some(vec![Branch::Rows(test.clone())]);
    Predicate { test, branches, ..Predicate::default() }
}

pub(super) fn search(kind: Kind, wanted: &str) -> Predicate {
    if wanted.chars().count() < MIN_PART {
        let test = Sql::new("@name_key >= ? AND @name_key < ?", vals![wanted, format!("{wanted}\u{10ffff}")]);
        let ranges = vec![(SortKey::Name, test.clone())];
        return Predicate {
            branches: Some(vec![Branch::Rows(test.clone())]),
            ranges,
            test,
            ..Predicate::default()
        };
    }
    let part = |text: &str| {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        Val::from(format!("%{escaped}%"))
    };
    let head: String = wanted.chars().take(HEAD).collect();
    let test = match kind {
        // The index is asked for the beginning alone: names end alike, and each group of letters that is asked for is read to
        // its end. The second text is no expression of the index.
        Kind::Postgres if head.len() < wanted.len() => Sql::new(
            format!("{NAMES} LIKE ? ESCAPE '\\' AND ({NAMES} || '') LIKE ? ESCAPE '\\'"),
            vec![part(&head), part(wanted)],
        ),
        Kind::Postgres | Kind::Sqlite => Sql::new(format!("{NAMES} LIKE ? ESCAPE '\\'"), vec![part(wanted)]),
    };
    let branches = match kind {
        Kind::Postgres => vec![Branch::Rows(test.clone())],
        Kind::Sqlite => vec![
            Branch::Ids {
                column: "rowid",
                select: Sql::new(
                    "SELECT rowid FROM certificate_text WHERE certificate_text MATCH ?",
                    vals![trigrams(wanted)],
                ),
                narrowed: None,
            },
            Branch::Ids {
                column: "rowid",
                select: Sql::new("SELECT certificate FROM certificate_text_waiting", Vec::new()),
                narrowed: None,
            },
        ],
    };
    Predicate { test, branches: Some(branches), is_costly: kind == Kind::Postgres, ..Predicate::default() }
}

/// Whether parts of names are found by an index: always on SQLite, on PostgreSQL where the role may have pg_trgm.
pub(super) fn has_index_of_names(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    if tx.kind() == Kind::Sqlite {
        return Ok(true);
    }
    let (has,): (bool,) = tx.one(
        "-- certificates.has_index_of_names\nSELECT to_regclass('certificates_text') IS NOT NULL",
        args![],
    )?;
    Ok(has)
}

/// What FTS5 is asked for: enough groups of three letters to cover the text.
fn trigrams(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let last = letters.len().saturating_sub(MIN_PART);
    let mut starts: Vec<usize> = (0..=last).step_by(MIN_PART).take(8).collect();
    starts.push(last);
    starts.dedup();
    let quoted = |start: usize| {
        let group: String = letters.iter().skip(start).take(MIN_PART).collect();
        format!("\"{}\"", group.replace('"', "\"\""))
    };
    starts.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// The digits of a text that may be a whole serial or fingerprint, as tools print them.
pub(super) fn handle(wanted: &str) -> Option<String> {
    let digits: String =
        wanted.strip_prefix("0x").unwrap_or(wanted).chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    (digits.len() >= 8 && digits.bytes().all(|c| c.is_ascii_hexdigit())).then_some(digits)
}

/// Whose a whole fingerprint (versions_fingerprint) or serial (versions_serial, once for each issuer) is.
pub(super) const BY_HANDLE: &str = "SELECT certificate_id FROM versions WHERE fingerprint_sha256 = ? UNION \
     SELECT v.certificate_id FROM issuers i JOIN versions v ON v.issuer_id = i.id AND v.serial = ?";

pub(super) fn by_handle(tx: &mut Tx<'_>, wanted: &str) -> Result<Vec<CertificateId>, StoreError> {
    let Some(digits) = handle(wanted) else { return Ok(Vec::new()) };
    let sql = format!("-- certificates.by_handle\n{}", BY_HANDLE.replace('?', "$1"));
    let rows: Vec<(CertificateId,)> = tx.all(&sql, args![digits])?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::trigrams;

    #[test]
    fn a_text_is_covered_by_groups_of_three_letters() {
        assert_eq!(trigrams("web"), "\"web\"");
        assert_eq!(trigrams("web.ex"), "\"web\" \".ex\"");
        assert_eq!(trigrams("a\"bcde"), "\"a\"\"b\" \"cde\"");
        assert_eq!(trigrams("web.e"), "\"web\" \"b.e\"");
    }
}
