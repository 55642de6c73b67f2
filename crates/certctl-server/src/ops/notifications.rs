//! Notifications: who is told of an alert, by which channel, and what people do with them afterwards.
//!
//! An order is rows: the notification, and a delivery for each receiver; `engine/deliver.rs` carries them. Not for: when an
//! alert is told (`ops/alerts`). Invariants: the rows are written in the transaction that changes the alert, so nothing is
//! forgotten and nothing is told that did not happen; the end of an alert goes to those who were told of it; what has no
//! receiver says so.

use std::collections::BTreeMap;

use certctl_connectors::notifiers::{goes_to_all, goes_to_owner};
use certctl_core::alert::AlertSeverity;
use certctl_core::id::{NotificationId, NotifierId, OwnerId};
use certctl_core::notification::{DeliveryState, DeliveryStep, Digest, NotificationEvent, Routed, Routing};
use certctl_core::permission::Scope;
use certctl_core::random::new_id;
use certctl_core::time::Ts;
use certctl_store::alerts::AlertRow;
use certctl_store::audit::{Context, emit};
use certctl_store::deliveries::{self, DeliveryRow, NewDelivery};
use certctl_store::notifications::{self, NotificationFilter, NotificationRow};
use certctl_store::notifiers::{self, NotifierRow};
use certctl_store::{Tx, owners};
use serde_json::{Value, json};

use crate::error::Error;
use crate::ops::success;

/// Notifications that one digest holds; more make another one.
const DIGEST_ITEMS: i64 = 500;
/// Of them, those that its text names.
const DIGEST_NAMED: usize = 50;
/// The topic that wakes the senders.
const WAKE: &str = "engine:deliver";

/// Orders that people are told of an alert, by the notifiers whose routing takes it.
///
/// # Errors
/// Those of the store.
pub fn order(
    tx: &mut Tx<'_>,
    context: &Context,
    alert: &AlertRow,
    event: NotificationEvent,
) -> Result<(), Error> {
    let row = of_alert(tx, context, alert, event);
    let chosen = choose(tx, &row)?;
    if chosen.is_empty() && event == NotificationEvent::Acknowledged {
        return Ok(());
    }
    tell(tx, context, alert, &row, &chosen)
}

/// Orders that these notifiers are told that nobody takes an alert, whatever their routing says.
///
/// # Errors
/// Those of the store.
pub fn escalate(
    tx: &mut Tx<'_>,
    context: &Context,
    alert: &AlertRow,
    notifier_ids: &[NotifierId],
) -> Result<(), Error> {
    let row = of_alert(tx, context, alert, NotificationEvent::Escalated);
    let mut chosen = notifiers::enabled(tx)?;
    chosen.retain(|notifier| notifier_ids.contains(&notifier.id));
    tell(tx, context, alert, &row, &chosen)
}

fn tell(
    tx: &mut Tx<'_>,
    context: &Context,
    alert: &AlertRow,
    row: &NotificationRow,
    chosen: &[NotifierRow],
) -> Result<(), Error> {
    notifications::insert(tx, row)?;
    address(tx, row, chosen)?;
    let event = row.event;
    let facts = json!({
        "alert_id": alert.id, "event": event, "notification_id": row.id, "certificate_id": alert.certificate_id,
        "notifier_ids": chosen.iter().map(|notifier| &notifier.id).collect::<Vec<_>>(),
    });
    emit(tx, context, "alert.told", "alert", alert.id.as_str(), facts.to_string())?;
    Ok(())
}

/// What is said of an alert; not stored yet.
pub fn of_alert(
    tx: &Tx<'_>,
    context: &Context,
    alert: &AlertRow,
    event: NotificationEvent,
) -> NotificationRow {
    let now = tx.now();
    let because = alert.closed_because.as_ref().filter(|_| event == NotificationEvent::Closed);
    NotificationRow {
        id: new_id(&*context.random, now),
        alert_id: Some(alert.id.clone()),
        event,
        kind: Some(alert.kind),
        severity: alert.severity,
        dedup_key: alert.dedup_key.clone(),
        object_kind: alert.object_kind.clone(),
        object_id: alert.object_id.clone(),
        certificate_id: alert.certificate_id.clone(),
        owner_id: alert.owner_id.clone(),
        team_id: alert.team_id.clone(),
        environment: alert.environment.clone(),
        title: alert.title.clone(),
        cause: because.unwrap_or(&alert.cause).clone(),
        facts: json!({
            "code": alert.code, "params": alert.params, "count": alert.count, "opened_at": alert.opened_at, "items": [],
        }),
        created_at: now,
        read_at: None,
        read_by: None,
    }
}

/// The channels that are told.
fn choose(tx: &mut Tx<'_>, row: &NotificationRow) -> Result<Vec<NotifierRow>, Error> {
    let told = match (row.event, &row.alert_id) {
        (NotificationEvent::Closed | NotificationEvent::Acknowledged, Some(alert)) => {
            Some(deliveries::told_of(tx, alert)?)
        }
        _ => None,
    };
    let mut chosen = Vec::new();
    for notifier in notifiers::enabled(tx)? {
        if row.object_kind == "notifier" && row.object_id == notifier.id.as_str() {
            continue;
        }
        let routing = routing(&notifier)?;
        let takes = match (&told, row.event) {
            (Some(told), NotificationEvent::Acknowledged) => {
                told.contains(&notifier.id) && notifier.kind.keeps_incidents()
            }
            (Some(told), _) => told.contains(&notifier.id) && routing.closed,
            (None, _) => row.kind.is_some_and(|kind| {
                routing.takes(Routed {
                    severity: row.severity,
                    kind,
                    team_id: row.team_id.as_ref(),
                    environment: row.environment.as_deref(),
                })
            }),
        };
        if takes {
            chosen.push(notifier);
        }
    }
    Ok(chosen)
}

/// What a notifier is told of.
///
/// # Errors
/// 500 when the row cannot be read back.
pub fn routing(notifier: &NotifierRow) -> Result<Routing, Error> {
    serde_json::from_value(notifier.routing.clone())
        .map_err(|error| Error::internal(format!("the routing of {}: {error}", notifier.id)))
}

/// When a notifier sends what it collects.
///
/// # Errors
/// 500 when the row cannot be read back.
pub fn digest(notifier: &NotifierRow) -> Result<Option<Digest>, Error> {
    let Some(digest) = notifier.digest.as_ref().filter(|digest| !digest.is_null()) else { return Ok(None) };
    serde_json::from_value(digest.clone())
        .map(Some)
        .map_err(|error| Error::internal(format!("the digest of {}: {error}", notifier.id)))
}

/// Writes a delivery for each receiver.
fn address(tx: &mut Tx<'_>, row: &NotificationRow, chosen: &[NotifierRow]) -> Result<(), Error> {
    let new = |notifier_id: Option<&NotifierId>| NewDelivery {
        notification_id: row.id.clone(),
        notifier_id: notifier_id.cloned(),
        owner_id: None,
        alert_id: row.alert_id.clone(),
        stream: row.dedup_key.clone(),
        held: false,
        undeliverable: None,
    };
    if chosen.is_empty() && row.event != NotificationEvent::Closed {
        let why = "no notifier takes it: none is enabled, or no routing lets it through".to_owned();
        deliveries::insert(tx, &NewDelivery { undeliverable: Some(why), ..new(None) })?;
        return Ok(());
    }
    for notifier in chosen {
        let digest = digest(notifier)?
            .filter(|digest| !(digest.critical_at_once && row.severity == AlertSeverity::Critical));
        let held = digest.is_some();
        let mut waits = false;
        if goes_to_all(notifier.kind, &notifier.config) {
            deliveries::insert(tx, &NewDelivery { held, ..new(Some(&notifier.id)) })?;
            waits = true;
        }
        if goes_to_owner(notifier.kind, &notifier.config) {
            let (owner_id, undeliverable) = match owner_address(tx, row.owner_id.as_ref())? {
                Ok(_) => (row.owner_id.clone(), None),
                // The channel's own receivers get it.
                Err(_) if waits => continue,
                Err(why) => (None, Some(why)),
            };
            waits |= undeliverable.is_none();
            let held = held && undeliverable.is_none();
            deliveries::insert(
                tx,
                &NewDelivery { held, owner_id, undeliverable, ..new(Some(&notifier.id)) },
            )?;
        }
        if let Some(digest) = digest.filter(|_| waits) {
            let at = digest.next(tx.now()).map_err(|(_, detail)| Error::internal(detail))?;
            notifiers::collect_until(tx, &notifier.id, at)?;
        }
    }
    tx.notify(WAKE);
    Ok(())
}

/// An owner's mail address, or why there is none.
///
/// # Errors
/// Those of the store.
pub fn owner_address(tx: &mut Tx<'_>, owner: Option<&OwnerId>) -> Result<Result<String, String>, Error> {
    let Some(id) = owner else { return Ok(Err("it has no owner to write to".to_owned())) };
    let email = owners::by_id(tx, id)?.and_then(|owner| owner.email);
    Ok(email.ok_or_else(|| format!("the owner {id} has no mail address")))
}

/// Puts what a notifier has collected into digests, one for each owner and one for its own receivers.
///
/// # Errors
/// Those of the store.
pub fn close_digest(tx: &mut Tx<'_>, context: &Context, id: &NotifierId, due: Ts) -> Result<(), Error> {
    if !notifiers::collected(tx, id, due)? {
        return Ok(());
    }
    let rows = deliveries::held(tx, id, DIGEST_ITEMS)?;
    if i64::try_from(rows.len()).is_ok_and(|n| n >= DIGEST_ITEMS) {
        let now = tx.now();
        notifiers::collect_until(tx, id, now)?;
    }
    let mut groups: BTreeMap<Option<OwnerId>, Vec<&DeliveryRow>> = BTreeMap::new();
    for row in &rows {
        groups.entry(row.owner_id.clone()).or_default().push(row);
    }
    for (owner_id, rows) in groups {
        let mut told = Vec::with_capacity(rows.len());
        for row in &rows {
            told.extend(notifications::by_id(tx, &Scope::everything(), &row.notification_id)?);
        }
        let digest = digest_of(tx, context, id, &told);
        notifications::insert(tx, &digest)?;
        deliveries::carry(tx, &rows, &digest.id)?;
        let delivery = NewDelivery {
            notification_id: digest.id.clone(),
            notifier_id: Some(id.clone()),
            owner_id,
            alert_id: None,
            stream: digest.dedup_key.clone(),
            held: false,
            undeliverable: None,
        };
        deliveries::insert(tx, &delivery)?;
    }
    tx.notify(WAKE);
    Ok(())
}

fn digest_of(
    tx: &Tx<'_>,
    context: &Context,
    notifier: &NotifierId,
    told: &[NotificationRow],
) -> NotificationRow {
    let severity = told.iter().map(|row| row.severity).max().unwrap_or(AlertSeverity::Info);
    let counted: Vec<String> = AlertSeverity::ALL
        .iter()
        .rev()
        .filter_map(|severity| {
            let n = told.iter().filter(|row| row.severity == *severity).count();
            (n > 0).then(|| format!("{n} {severity}"))
        })
        .collect();
    let n = told.len();
    let noun = if n == 1 { "notification" } else { "notifications" };
    let more = n.saturating_sub(DIGEST_NAMED);
    let more = if more > 0 { format!("; the first {DIGEST_NAMED} are named here") } else { String::new() };
    let since = told.first().map(|row| row.created_at);
    let since = since.map(|at| format!(" since {}", Ts::from_second(at.as_second()))).unwrap_or_default();
    let items: Vec<Value> = told
        .iter()
        .take(DIGEST_NAMED)
        .map(|row| {
            json!({
                "event": row.event, "severity": row.severity, "kind": row.kind, "title": row.title, "cause": row.cause,
                "object_id": row.object_id,
            })
        })
        .collect();
    NotificationRow {
        id: new_id(&*context.random, tx.now()),
        alert_id: None,
        event: NotificationEvent::Digest,
        kind: None,
        severity,
        dedup_key: format!("digest:{notifier}"),
        object_kind: "notifier".to_owned(),
        object_id: notifier.to_string(),
        certificate_id: None,
        owner_id: None,
        team_id: None,
        environment: None,
        title: format!("{n} {noun}: {}", counted.join(", ")),
        cause: format!("collected{since}{more}"),
        facts: json!({ "code": "digest", "params": {}, "count": n, "opened_at": null, "items": items }),
        created_at: tx.now(),
        read_at: None,
        read_by: None,
    }
}

/// One that the caller may see.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, scope: &Scope, id: &NotificationId) -> Result<NotificationRow, Error> {
    notifications::by_id(tx, scope, id)?.ok_or_else(|| Error::not_found("notification", id.as_str()))
}

/// Marks one as read; what was read before stays as it is.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, context: &Context, id: &NotificationId) -> Result<NotificationRow, Error> {
    load(tx, &context.scope, id)?;
    if notifications::read(tx, id, &context.actor.to_string())? {
        let words = format!("{id} was read by {}", context.actor);
        let facts = json!({ "notification_id": id });
        success(tx, context, "notification.read", ("notification", id.as_str()), words, facts)?;
    } else {
        tx.note_audit();
    }
    load(tx, &context.scope, id)
}

/// Marks what matches as read, at most `limit`; says how many.
///
/// # Errors
/// Those of the store.
pub fn read_many(
    tx: &mut Tx<'_>,
    context: &Context,
    filter: &NotificationFilter,
    limit: i64,
) -> Result<i64, Error> {
    let n = notifications::read_many(tx, filter, &context.scope, &context.actor.to_string(), limit)?;
    if n > 0 {
        let words = format!("{n} notifications were read by {}", context.actor);
        success(tx, context, "notification.read", ("notification", "many"), words, json!({ "count": n }))?;
    } else {
        tx.note_audit();
    }
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Tries again what was given up, failed or had no receiver.
///
/// # Errors
/// 404, 409 when there is nothing to try.
pub fn retry(tx: &mut Tx<'_>, context: &Context, id: &NotificationId) -> Result<NotificationRow, Error> {
    let row = load(tx, &context.scope, id)?;
    let found = deliveries::of_notification(tx, id)?;
    let again: Vec<&DeliveryRow> =
        found.iter().filter(|delivery| delivery.state.on(DeliveryStep::Retried).is_ok()).collect();
    if again.is_empty() {
        let states: Vec<DeliveryState> = found.iter().map(|delivery| delivery.state).collect();
        let detail = format!("{id} has no delivery that failed, was given up or had no receiver");
        return Err(Error::conflict("nothing_to_retry", detail, json!({ "states": states })));
    }
    deliveries::retry(tx, id)?;
    for digest in again.iter().filter_map(|delivery| delivery.digest_id.as_ref()) {
        deliveries::retry(tx, digest)?;
        deliveries::follow_digest(tx, digest, Err((DeliveryState::Pending, "its digest is tried again")))?;
    }
    if deliveries::forget_unrouted(tx, id)? {
        let chosen = choose(tx, &row)?;
        address(tx, &row, &chosen)?;
    }
    tx.notify(WAKE);
    let words = format!("{id} is tried again: {}", row.title);
    let facts =
        json!({ "notification_id": id, "deliveries": again.len(), "certificate_id": row.certificate_id });
    success(tx, context, "notification.retry", ("notification", id.as_str()), words, facts)?;
    Ok(row)
}
