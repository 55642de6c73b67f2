//! Alerts of channels that do not deliver.
//!
//! Not for: trying again (the outbox does). Invariant: such an alert is never sent through the channel that it is about.

use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_store::Tx;
use certctl_store::notifiers::{self, NotifierRow};
use serde_json::json;

use super::Finding;
use super::watch::{Surroundings, Watch, at};
use crate::error::Error;

/// A channel may fail for so long.
const FAILING_SECONDS: i64 = 600;

/// A channel that keeps failing.
pub(super) const NOTIFICATION_DEAD: Watch = Watch {
    kind: AlertKind::NotificationDead,
    suspects: |tx, _, after, limit| {
        // Their number is bounded when they are made.
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = notifiers::enabled(tx)?.into_iter().filter(|row| row.failing_since.is_some());
        Ok(rows.map(|row| row.id.to_string()).filter(|id| id.as_str() > after).take(limit).collect())
    },
    look,
    cured: |tx, row| {
        let notifier = match row.object_id.parse() {
            Ok(id) => notifiers::by_id(tx, &id)?,
            Err(_) => None,
        };
        Ok(match notifier {
            Some(notifier) if notifier.enabled => "its receiver takes messages again".to_owned(),
            Some(_) => "the notifier was switched off".to_owned(),
            None => "the notifier is gone".to_owned(),
        })
    },
};

fn look(tx: &mut Tx<'_>, _: &Surroundings, ids: &[String]) -> Result<Vec<Finding>, Error> {
    let long_ago = tx.now().plus_seconds(-FAILING_SECONDS);
    let mut findings = Vec::new();
    for id in ids {
        let Ok(id) = id.parse() else { continue };
        if let Some(row) = notifiers::by_id(tx, &id)?
            && row.enabled
            && let Some(since) = row.failing_since
            && (row.gave_up_at.is_some() || since <= long_ago)
        {
            findings.push(finding(&row, at(since)));
        }
    }
    Ok(findings)
}

fn finding(row: &NotifierRow, since: String) -> Finding {
    let gave_up = row.gave_up_at.is_some();
    let severity = if gave_up { AlertSeverity::Critical } else { AlertSeverity::Warning };
    let mut finding = Finding::new(AlertKind::NotificationDead, ("notifier", row.id.as_str()), severity);
    finding.code = if gave_up { "given_up" } else { "failing" };
    finding.title = format!("{} does not deliver", row.name);
    let more = if gave_up { "; notifications were given up, and can be tried again" } else { "" };
    // The last error may differ from try to try, and an alert that follows it would tell of each.
    finding.cause = format!("every try has failed since {since}{more}");
    finding.params = json!({ "since": row.failing_since, "kind": row.kind });
    finding
}
