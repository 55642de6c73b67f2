//! Checking an exported audit trail, without a server: `certctl audit verify FILE`.
//!
//! The file is what `GET /audit/export?format=ndjson` gives: a line about itself, the seals of its range, the rows, and
//! their number. Not for: the trail in the database (`engine/audit_seal.rs`). Invariants: nothing is believed that the seals
//! do not say, and the seals are believed by their signatures alone; whoever has the public key from elsewhere need not
//! believe the file's own.

use std::collections::HashMap;
use std::io::BufRead;

use certctl_core::audit::{GENESIS, Hash, batch_hash, root};
use certctl_core::time::Ts;
use certctl_store::audit::AuditRow;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::engine::audit_seal::{as_hash, ed25519_point, members};

/// What a check of a file found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Seals checked.
    pub batches: i64,
    /// Rows checked.
    pub events: i64,
    /// Rows that no seal of the file names.
    pub unsealed: i64,
    /// What is wrong, naming the line or the row.
    pub findings: Vec<String>,
    /// The key that the seals were checked with.
    pub public_key: String,
}

/// A file that is no export.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("line {line} cannot be read")]
    Unreadable {
        /// Which.
        line: usize,
        /// Why.
        source: std::io::Error,
    },
    /// It has another form.
    #[error("line {line} is not part of an audit export in NDJSON: {detail}")]
    Malformed {
        /// Which.
        line: usize,
        /// Why.
        detail: String,
    },
    /// It was exported with less than is needed.
    #[error("the file has only the columns {columns}; export it without `columns`")]
    Columns {
        /// Those that it has.
        columns: String,
    },
}

#[derive(Debug, Deserialize)]
struct Head {
    noun: String,
    filter: HashMap<String, String>,
    columns: Vec<String>,
    first_seq: i64,
    last_seq: i64,
    chain_head: Option<String>,
    public_key: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Seal {
    number: i64,
    members: String,
    leaves: String,
    root: String,
    previous: String,
    signature: String,
}

#[derive(Debug, Deserialize)]
struct End {
    count: i64,
}

#[derive(Debug, Deserialize)]
struct Line<'a> {
    seq: i64,
    id: String,
    at: Ts,
    actor_kind: String,
    actor_id: String,
    action: String,
    object_kind: String,
    object_id: String,
    outcome: String,
    summary: String,
    request_id: Option<String>,
    #[serde(borrow)]
    details: &'a RawValue,
}

impl From<Line<'_>> for AuditRow {
    fn from(line: Line<'_>) -> Self {
        Self {
            seq: line.seq,
            id: line.id,
            at: line.at,
            actor_kind: line.actor_kind,
            actor_id: line.actor_id,
            action: line.action,
            object_kind: line.object_kind,
            object_id: line.object_id,
            outcome: line.outcome,
            summary: line.summary,
            request_id: line.request_id.unwrap_or_default(),
            details: line.details.get().to_owned(),
        }
    }
}

/// Checks a file; the seals by `public_key` (hexadecimal, as `certctl audit verify` shows it) or else by the file's own.
///
/// # Errors
/// When it is not an export that can be checked.
pub fn verify(mut file: impl BufRead, public_key: Option<&str>) -> Result<FileReport, FileError> {
    let mut check = Check::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        line.clear();
        let n = file
            .read_until(b'\n', &mut line)
            .map_err(|source| FileError::Unreadable { line: number, source })?;
        if n == 0 {
            break;
        }
        let malformed = |detail: String| FileError::Malformed { line: number, detail };
        let text = std::str::from_utf8(&line).map_err(|error| malformed(error.to_string()))?;
        check.line(number, text, public_key)?;
    }
    check.finish(number)
}

#[derive(Default)]
struct Check {
    head: Option<Head>,
    report: FileReport,
    leaves: HashMap<i64, Hash>,
    previous: Option<(i64, Hash)>,
    last_row: i64,
    end: Option<i64>,
}

impl Check {
    fn line(&mut self, number: usize, text: &str, public_key: Option<&str>) -> Result<(), FileError> {
        let malformed =
            |error: serde_json::Error| FileError::Malformed { line: number, detail: error.to_string() };
        let parts: HashMap<&str, &RawValue> = serde_json::from_str(text).map_err(malformed)?;
        if let Some(head) = parts.get("export") {
            self.begin(serde_json::from_str(head.get()).map_err(malformed)?, public_key)
        } else if self.head.is_none() {
            let detail = "the first line has to say what was exported: {\"export\": ...}".to_owned();
            Err(FileError::Malformed { line: number, detail })
        } else if let Some(seal) = parts.get("seal") {
            self.seal(&serde_json::from_str(seal.get()).map_err(malformed)?);
            Ok(())
        } else if let Some(end) = parts.get("end") {
            let End { count } = serde_json::from_str(end.get()).map_err(malformed)?;
            self.end = Some(count);
            Ok(())
        } else {
            let row: Line<'_> = serde_json::from_str(text).map_err(malformed)?;
            self.row(&row.into());
            Ok(())
        }
    }

    fn begin(&mut self, head: Head, public_key: Option<&str>) -> Result<(), FileError> {
        if head.noun != "audit" || head.columns.len() != 12 {
            return Err(FileError::Columns { columns: head.columns.join(", ") });
        }
        let own = head.public_key.clone().unwrap_or_default();
        if public_key.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&own)) {
            self.found("the file names another public key than the one given: it is of another installation, or forged");
        }
        self.report.public_key = public_key.map_or(own, str::to_ascii_lowercase);
        self.head = Some(head);
        Ok(())
    }

    fn found(&mut self, finding: impl Into<String>) {
        self.report.findings.push(finding.into());
    }

    fn seal(&mut self, seal: &Seal) {
        self.report.batches += 1;
        let decoded = |text: &str| hex::decode(text).unwrap_or_default();
        let (sealed_root, previous) = (as_hash(&decoded(&seal.root)), as_hash(&decoded(&seal.previous)));
        let expected = match self.previous {
            Some((number, hash)) if number + 1 == seal.number => Some(hash),
            Some((number, _)) => {
                self.found(format!(
                    "seal {} follows seal {number}: those in between are missing",
                    seal.number
                ));
                None
            }
            None if seal.number == 1 => Some(GENESIS),
            None => None,
        };
        if expected.is_some_and(|expected| expected != previous) {
            self.found(format!("seal {} is not chained to the one before", seal.number));
        }
        let hash = batch_hash(seal.number, &previous, &seal.members, &sealed_root);
        let spki = decoded(&self.report.public_key);
        let key = aws_lc_rs::signature::UnparsedPublicKey::new(
            &aws_lc_rs::signature::ED25519,
            ed25519_point(&spki),
        );
        if key.verify(&hash, &decoded(&seal.signature)).is_err() {
            self.found(format!("seal {} is not what was signed", seal.number));
        }
        let leaves: Vec<Hash> = decoded(&seal.leaves).chunks(32).map(as_hash).collect();
        let places = members(&seal.members);
        if leaves.len() != places.len() || root(&leaves) != sealed_root {
            self.found(format!("the hashes of seal {} are not those that were sealed", seal.number));
        } else {
            self.leaves.extend(places.into_iter().zip(leaves));
        }
        self.previous = Some((seal.number, hash));
    }

    fn row(&mut self, row: &AuditRow) {
        self.report.events += 1;
        if row.seq <= self.last_row {
            self.found(format!("row {} is not behind row {}", row.seq, self.last_row));
        }
        self.last_row = row.seq;
        match self.leaves.remove(&row.seq) {
            None => self.report.unsealed += 1,
            Some(leaf) if leaf == row.leaf() => {}
            Some(_) => self.found(format!("row {} was changed after it was sealed", row.seq)),
        }
    }

    fn finish(mut self, n_lines: usize) -> Result<FileReport, FileError> {
        let Some(head) = self.head.take() else {
            return Err(FileError::Malformed { line: n_lines, detail: "the file is empty".to_owned() });
        };
        match self.end {
            None => self.found("the file was cut off: its last line, with the number of rows, is missing"),
            Some(count) if count != self.report.events => {
                let n = self.report.events;
                self.found(format!("the file has {n} rows, and says that it has {count}"));
            }
            Some(_) => {}
        }
        // Without a filter every sealed row of the range has to be there.
        if head.filter.is_empty() {
            let mut missing: Vec<i64> = self.leaves.keys().copied().collect();
            missing.retain(|seq| (head.first_seq..=head.last_seq).contains(seq));
            missing.sort_unstable();
            for seq in missing {
                self.found(format!("row {seq} is missing, which a seal names"));
            }
        }
        // With a filter by time, seals behind the range are left out.
        if let (Some(chain_head), Some((_, last))) = (&head.chain_head, self.previous)
            && head.filter.is_empty()
            && *chain_head != hex::encode(last)
        {
            self.found("the last seal is not the head of the chain that the file names: seals are missing");
        }
        Ok(self.report)
    }
}
