//! The alert of an installation whose last backup is too old.
//!
//! Not for: making backups (`backup/`, which notes each good one), or knowing of those that other programs make. Invariant:
//! nothing is said unless `backup_max_age` asks for it.

use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_core::time::{Ts, humane_seconds};
use certctl_store::{Tx, alert_watch, instance};
use serde_json::json;

use super::Finding;
use super::watch::{Surroundings, Watch, at};
use crate::backup::LAST_BACKUP;
use crate::error::Error;

/// What the alert is about, among the server's own parts.
const OBJECT: (&str, &str) = ("server", "backup");
/// So many times the allowed age are urgent.
const CRITICAL: i64 = 3;

/// There is no backup that is young enough.
pub(super) const BACKUP_OVERDUE: Watch = Watch {
    kind: AlertKind::BackupOverdue,
    suspects: |tx, around, after, _| {
        let found = overdue(tx, around, &[])?;
        Ok(found.into_iter().map(|finding| finding.object.1).filter(|id| id.as_str() > after).collect())
    },
    look: overdue,
    cured: |_, _| Ok("there is a backup that is young enough, or none is asked for any more".to_owned()),
};

fn overdue(tx: &mut Tx<'_>, around: &Surroundings, _: &[String]) -> Result<Vec<Finding>, Error> {
    let Some(most) = around.backup_max_age else { return Ok(Vec::new()) };
    let last: Option<Ts> = instance::value(tx, LAST_BACKUP)?.and_then(|text| text.parse().ok());
    // Before the first backup the installation's own age counts.
    let since = match last {
        Some(at) => Some(at),
        None => alert_watch::own_cas(tx)?.into_iter().map(|ca| ca.created_at).min(),
    };
    let age = |since: &Ts| tx.now().seconds_since(*since);
    let Some(since) = since.filter(|since| age(since) > most) else { return Ok(Vec::new()) };
    let urgent = age(&since) > most.saturating_mul(CRITICAL);
    let severity = if urgent { AlertSeverity::Critical } else { AlertSeverity::Warning };
    let mut finding = Finding::new(AlertKind::BackupOverdue, OBJECT, severity);
    finding.code = if last.is_some() { "too_old" } else { "never" };
    finding.title = "There is no young backup".to_owned();
    let allowed = humane_seconds(most);
    finding.cause = match last {
        Some(last) => format!("the last one is of {}; it may be {allowed} old", at(last)),
        None => format!("none was made since the first start at {}; {allowed} are allowed", at(since)),
    };
    finding.params = json!({ "last_at": last, "max_age_seconds": most });
    Ok(vec![finding])
}
