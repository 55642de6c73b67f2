//! Notifications: what was said of alerts, and who has read it.
//!
//! Not for: carrying it anywhere (`deliveries.rs`). Invariant: what was said is never changed afterwards, only marked as
//! read.

use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_core::id::{AlertId, CertificateId, NotificationId, NotifierId, OwnerId, TeamId};
use certctl_core::notification::{DeliveryState, NotificationEvent};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, Val, args, row, scope, vals};

row! {
    /// What was said.
    #[derive(Debug, Clone)]
    pub struct NotificationRow {
        /// Id; the same at every try and for every receiver.
        pub id: NotificationId,
        /// Of which alert.
        pub alert_id: Option<AlertId>,
        /// What happened to it.
        pub event: NotificationEvent,
        /// What the alert is about.
        pub kind: Option<AlertKind>,
        /// How urgent it was.
        pub severity: AlertSeverity,
        /// What makes it the same incident.
        pub dedup_key: String,
        /// Kind of object.
        pub object_kind: String,
        /// Which object.
        pub object_id: String,
        /// The certificate it concerns.
        pub certificate_id: Option<CertificateId>,
        /// Whose it was.
        pub owner_id: Option<OwnerId>,
        /// Which team's it was.
        pub team_id: Option<TeamId>,
        /// Where it was.
        pub environment: Option<String>,
        /// One line.
        pub title: String,
        /// Why.
        pub cause: String,
        /// The facts of it.
        pub facts: Value,
        /// When it was said.
        pub created_at: Ts,
        /// When somebody read it.
        pub read_at: Option<Ts>,
        /// Who.
        pub read_by: Option<String>,
    }
}

const COLUMNS: &str = "id, alert_id, event, kind, severity, dedup_key, object_kind, object_id, certificate_id, owner_id, \
     team_id, environment, title, cause, facts, created_at, read_at, read_by";

/// Adds one.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &NotificationRow) -> Result<(), StoreError> {
    tx.exec(
        "-- notifications.insert
         INSERT INTO notifications (id, alert_id, event, kind, severity, dedup_key, object_kind, object_id, certificate_id,
             owner_id, team_id, environment, title, cause, facts, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &vals![
            &row.id,
            row.alert_id.as_ref(),
            row.event,
            row.kind,
            row.severity,
            row.dedup_key.clone(),
            row.object_kind.clone(),
            row.object_id.clone(),
            row.certificate_id.as_ref(),
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            row.title.clone(),
            row.cause.clone(),
            row.facts.clone(),
            row.created_at
        ],
    )?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &NotificationId,
) -> Result<Option<NotificationRow>, StoreError> {
    let (mut sql, mut values) = (String::new(), vals![id]);
    scope::clause(scope, "n", &mut sql, &mut values);
    tx.opt(
        &format!("-- notifications.by_id\nSELECT {COLUMNS} FROM notifications n WHERE n.id = $1{sql}"),
        &values,
    )
}

/// Filters of the list; empty lists and absent values let everything through.
#[derive(Debug, Clone, Default)]
pub struct NotificationFilter {
    /// Any of these events; all but digests when empty.
    pub events: Vec<NotificationEvent>,
    /// Any of these severities.
    pub severities: Vec<AlertSeverity>,
    /// Any of these kinds of alert.
    pub kinds: Vec<AlertKind>,
    /// Whether somebody has read it.
    pub read: Option<bool>,
    /// Those with a delivery in any of these states.
    pub states: Vec<DeliveryState>,
    /// Those with a delivery by this notifier.
    pub notifier_id: Option<NotifierId>,
    /// Of this alert.
    pub alert_id: Option<AlertId>,
    /// That concern this certificate.
    pub certificate_id: Option<CertificateId>,
    /// Of this object.
    pub object_id: Option<String>,
}

fn one_of(column: &str, wanted: Vec<Val>, sql: &mut String, values: &mut Vec<Val>) {
    if wanted.is_empty() {
        return;
    }
    let places: Vec<String> = (1..=wanted.len()).map(|place| format!("${}", values.len() + place)).collect();
    values.extend(wanted);
    sql.push_str(&format!(" AND {column} IN ({})", places.join(", ")));
}

fn clauses(filter: &NotificationFilter, scope: &Scope) -> (String, Vec<Val>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    let events: Vec<Val> = if filter.events.is_empty() {
        let shown = NotificationEvent::ALL.iter().filter(|event| **event != NotificationEvent::Digest);
        shown.map(Val::from).collect()
    } else {
        filter.events.iter().map(Val::from).collect()
    };
    one_of("n.event", events, &mut sql, &mut values);
    one_of("n.severity", filter.severities.iter().map(Val::from).collect(), &mut sql, &mut values);
    one_of("n.kind", filter.kinds.iter().map(Val::from).collect(), &mut sql, &mut values);
    one_of("n.alert_id", filter.alert_id.iter().map(Val::from).collect(), &mut sql, &mut values);
    one_of("n.certificate_id", filter.certificate_id.iter().map(Val::from).collect(), &mut sql, &mut values);
    one_of("n.object_id", filter.object_id.iter().map(Val::from).collect(), &mut sql, &mut values);
    match filter.read {
        Some(true) => sql.push_str(" AND n.read_at IS NOT NULL"),
        Some(false) => sql.push_str(" AND n.read_at IS NULL"),
        None => {}
    }
    if !filter.states.is_empty() || filter.notifier_id.is_some() {
        // What is not sent is little, and has an index of its own (deliveries_state): it is looked up from there.
        let from_few = !filter.states.is_empty() && !filter.states.contains(&DeliveryState::Sent);
        sql.push_str(if from_few {
            " AND n.id IN (SELECT d.notification_id FROM deliveries d WHERE d.state <> 'sent'"
        } else {
            " AND EXISTS (SELECT 1 FROM deliveries d WHERE d.notification_id = n.id"
        });
        one_of("d.state", filter.states.iter().map(Val::from).collect(), &mut sql, &mut values);
        one_of("d.notifier_id", filter.notifier_id.iter().map(Val::from).collect(), &mut sql, &mut values);
        sql.push(')');
    }
    scope::clause(scope, "n", &mut sql, &mut values);
    (sql, values)
}

/// A page, the latest first, before an id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &NotificationFilter,
    scope: &Scope,
    before: Option<&NotificationId>,
    limit: i64,
) -> Result<Vec<NotificationRow>, StoreError> {
    // Ids sort by time: the primary key gives the order; notifications_alert, _certificate, _object, _unread and
    // deliveries_once the filters.
    let (mut sql, mut values) = clauses(filter, scope);
    if let Some(before) = before {
        values.push(before.into());
        sql.push_str(&format!(" AND n.id < ${}", values.len()));
    }
    values.push(limit.into());
    let sql = format!(
        "-- notifications.list\nSELECT {COLUMNS} FROM notifications n WHERE 1 = 1{sql} ORDER BY n.id DESC LIMIT ${}",
        values.len()
    );
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &NotificationFilter, scope: &Scope) -> Result<i64, StoreError> {
    let (sql, values) = clauses(filter, scope);
    let (n,): (i64,) = tx.one(
        &format!("-- notifications.count\nSELECT COUNT(*) FROM notifications n WHERE 1 = 1{sql}"),
        &values,
    )?;
    Ok(n)
}

/// Marks one as read; false when it was before.
///
/// # Errors
/// Those of the store.
pub fn read(tx: &mut Tx<'_>, id: &NotificationId, by: &str) -> Result<bool, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- notifications.read
         UPDATE notifications SET read_at = $1, read_by = $2 WHERE id = $3 AND read_at IS NULL",
        args![now, by, id],
    )?;
    Ok(n == 1)
}

/// Marks what matches as read, at most `limit`; says how many.
///
/// # Errors
/// Those of the store.
pub fn read_many(
    tx: &mut Tx<'_>,
    filter: &NotificationFilter,
    scope: &Scope,
    by: &str,
    limit: i64,
) -> Result<u64, StoreError> {
    let now = tx.now();
    let filter = NotificationFilter { read: Some(false), ..filter.clone() };
    let (sql, mut values) = clauses(&filter, scope);
    values.extend(vals![now, by, limit]);
    let n = values.len();
    tx.exec(
        &format!(
            "-- notifications.read_many
             UPDATE notifications SET read_at = ${}, read_by = ${}
             WHERE id IN (SELECT n.id FROM notifications n WHERE 1 = 1{sql} ORDER BY n.id LIMIT ${n})",
            n - 2,
            n - 1
        ),
        &values,
    )
}

/// Removes those older than `before` of which nothing waits to be sent; says how many.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    // The primary key: ids sort by time, so the oldest come first.
    let rows: Vec<(NotificationId,)> = tx.all(
        "-- notifications.old
         SELECT n.id FROM (SELECT id, created_at FROM notifications ORDER BY id LIMIT $2) n
         WHERE n.created_at < $1 AND NOT EXISTS (
             SELECT 1 FROM deliveries d
             WHERE d.notification_id = n.id AND d.state IN ('pending', 'sending', 'failed'))",
        args![before, limit],
    )?;
    let n = rows.len();
    for (id,) in rows {
        tx.exec("-- deliveries.prune\nDELETE FROM deliveries WHERE notification_id = $1", args![&id])?;
        tx.exec("-- notifications.prune\nDELETE FROM notifications WHERE id = $1", args![&id])?;
    }
    Ok(u64::try_from(n).unwrap_or(u64::MAX))
}
