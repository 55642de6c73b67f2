//! The table of what is looked for, and the two passes over it: what is wrong opens alerts, what is well closes them.
//!
//! A look begins at an index that holds little but trouble, so that its cost follows the trouble and not the inventory. The
//! first pass reads in a reading transaction and writes only where an alert would change: a quiet minute writes nothing.
//! Not for: the thresholds' due times (`certificates.rs`). To add a kind: its variant in core, one [`Watch`] here.
//! Invariant: whether an alert opens and whether it closes are decided by the same `look`.

use certctl_core::alert::AlertKind;
use certctl_core::id::AlertId;
use certctl_core::renewal::Validity;
use certctl_core::time::Ts;
use certctl_store::alerts::{self, AlertRow};
use certctl_store::audit::Context;
use certctl_store::{Tx, alert_watch};

use super::{Finding, backups, certificates, cure, notifiers, observe, parts};
use crate::error::Error;

/// What a look needs to know that the store does not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings {
    /// The certificate that the server serves now.
    pub server_tls: Option<Validity>,
    /// How old the last backup may get, in seconds.
    pub backup_max_age: Option<i64>,
}

/// Ids of objects that may be in trouble, in order, after one, at most so many.
pub type Suspects = fn(&mut Tx<'_>, &Surroundings, &str, i64) -> Result<Vec<String>, Error>;
/// What is wrong with objects.
pub type Look = fn(&mut Tx<'_>, &Surroundings, &[String]) -> Result<Vec<Finding>, Error>;

/// One kind of trouble.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    /// What its alerts are.
    pub kind: AlertKind,
    /// Ids of objects that may be in trouble, in order, after one.
    pub suspects: Suspects,
    /// What is wrong with these objects; nothing for those that are well.
    pub look: Look,
    /// Why an alert that no look finds any more is over.
    pub cured: fn(&mut Tx<'_>, &AlertRow) -> Result<String, Error>,
}

/// Everything that is looked for.
pub const WATCHES: &[Watch] = &[
    certificates::EXPIRING,
    certificates::RENEWAL_FAILING,
    certificates::NOT_VERIFIED_LIVE,
    parts::JOB_STUCK,
    parts::AGENT_OFFLINE,
    parts::ISSUER_UNREACHABLE,
    parts::OWN_CERTIFICATE_EXPIRING,
    backups::BACKUP_OVERDUE,
    notifiers::NOTIFICATION_DEAD,
];

/// Objects looked at in one transaction.
pub const PAGE: i64 = 100;
/// How old the note that an alert is still so may get.
const SEEN_SECONDS: i64 = 300;

/// A page of suspects, or of alerts.
#[derive(Debug)]
pub struct Page {
    /// Whether anything would be written.
    pub differs: bool,
    /// Alerts that are still so, and whose note of that is old.
    pub seen: Vec<AlertId>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

/// Looks at a page of suspects without writing.
///
/// # Errors
/// Those of the store.
pub fn suspects(tx: &mut Tx<'_>, watch: &Watch, around: &Surroundings, after: &str) -> Result<Page, Error> {
    let (ids, findings) = found(tx, watch, around, after)?;
    let mut page = Page { differs: false, seen: Vec::new(), next: next(&ids) };
    for finding in &findings {
        match alerts::open_by_key(tx, &finding.dedup_key)? {
            Some(row) if !finding.differs(&row) => {}
            Some(_) | None => page.differs = true,
        }
    }
    Ok(page)
}

fn found(
    tx: &mut Tx<'_>,
    watch: &Watch,
    around: &Surroundings,
    after: &str,
) -> Result<(Vec<String>, Vec<Finding>), Error> {
    let ids = (watch.suspects)(tx, around, after, PAGE)?;
    let findings = if ids.is_empty() { Vec::new() } else { (watch.look)(tx, around, &ids)? };
    Ok((ids, findings))
}

fn next(ids: &[String]) -> Option<String> {
    let full = i64::try_from(ids.len()).is_ok_and(|n| n >= PAGE);
    ids.last().filter(|_| full).cloned()
}

/// As [`suspects`], and makes the alerts as it finds them.
///
/// # Errors
/// Those of the store.
pub fn open_page(
    tx: &mut Tx<'_>,
    context: &Context,
    watch: &Watch,
    around: &Surroundings,
    after: &str,
) -> Result<(), Error> {
    for finding in found(tx, watch, around, after)?.1 {
        observe(tx, context, &finding)?;
    }
    tx.note_audit();
    Ok(())
}

/// An alert, and what is wrong with its object now.
type Told = (AlertRow, Option<Finding>);

fn told(tx: &mut Tx<'_>, watch: &Watch, around: &Surroundings, after: &str) -> Result<Vec<Told>, Error> {
    let rows = alerts::open_of_kind(tx, watch.kind, after, PAGE)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = rows.iter().map(|row| row.object_id.clone()).collect();
    let mut findings = (watch.look)(tx, around, &ids)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let at = findings.iter().position(|finding| finding.dedup_key == row.dedup_key);
            let finding = at.map(|at| findings.swap_remove(at));
            (row, finding)
        })
        .collect())
}

/// Looks at a page of alerts again without writing.
///
/// # Errors
/// Those of the store.
pub fn still(tx: &mut Tx<'_>, watch: &Watch, around: &Surroundings, after: &str) -> Result<Page, Error> {
    let old = tx.now().plus_seconds(-SEEN_SECONDS);
    let told = told(tx, watch, around, after)?;
    let ids: Vec<String> = told.iter().map(|(row, _)| row.id.to_string()).collect();
    let mut page = Page { differs: false, seen: Vec::new(), next: next(&ids) };
    for (row, finding) in told {
        match finding {
            Some(finding) if finding.differs(&row) => page.differs = true,
            Some(_) if row.last_seen_at <= old => page.seen.push(row.id),
            Some(_) => {}
            None => page.differs = true,
        }
    }
    Ok(page)
}

/// As [`still`], and closes what is over.
///
/// # Errors
/// Those of the store.
pub fn close_page(
    tx: &mut Tx<'_>,
    context: &Context,
    watch: &Watch,
    around: &Surroundings,
    after: &str,
) -> Result<(), Error> {
    for (row, finding) in told(tx, watch, around, after)? {
        match finding {
            Some(finding) => observe(tx, context, &finding)?,
            None => {
                let because = (watch.cured)(tx, &row)?;
                cure(tx, context, row, &because)?;
            }
        }
    }
    tx.note_audit();
    Ok(())
}

/// A time as alerts write it: to the second.
pub(super) fn at(ts: Ts) -> String {
    Ts::from_second(ts.as_second()).to_string()
}

const _: () = assert!(PAGE as usize == alert_watch::PAGE, "a page of ids fits into one statement");
