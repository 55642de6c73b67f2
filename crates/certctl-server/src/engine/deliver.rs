//! The sender: takes deliveries that are due, sends them, and writes down what their receivers answered.
//!
//! It runs on every replica; a delivery is leased, so one of them has it. Not for: who is told (`ops/notifications.rs`), or
//! how a kind sends (connectors). Invariants: "sent" is written only with a receipt; a sender that dies between the receipt
//! and the row leads to a second message with the same id, never to none; a receiver that does not answer takes its own
//! slots and nobody else's.

use std::time::Duration;

use certctl_connectors::notifiers::{Channel, SendError};
use certctl_core::notification::{Receipt, wait_after};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::Tx;
use certctl_store::audit::emit;
use certctl_store::deliveries::{self, DeliveryLease, DeliveryRow, Failure};
use certctl_store::notifications::{self, NotificationRow};
use certctl_store::notifiers::{self, NotifierRow};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, chain};
use crate::measures::{Tried, notification as measure};
use crate::ops::notifications as ops;
use crate::ops::notifiers::{channel, message};
use crate::ops::{failure, system};

/// How long a delivery is leased: a try takes 20 s at most.
pub const LEASE_SECONDS: i64 = 60;
/// Deliveries of one notifier that are sent at once, over all replicas.
const ABREAST: i64 = 4;
/// How often the outbox is looked at without a signal.
const PERIOD: Duration = Duration::from_secs(5);
/// The least wait after a round that found nothing it could take.
const PAUSE: Duration = Duration::from_millis(250);
/// The most letters of a kept error.
const MAX_ERROR: usize = 500;

/// Runs until shutdown: leases stop first, then what is in hand is finished.
pub async fn run(app: App) {
    let signal = app.signals.engine_wake("deliver");
    let mut running = tokio::task::JoinSet::new();
    while !app.shutdown.is_cancelled() {
        let (work, wait) = match round(&app).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!("Deliveries could not be leased: {}", chain(&error));
                (Vec::new(), PERIOD)
            }
        };
        for work in work {
            let app = app.clone();
            running.spawn(async move { deliver(&app, work).await });
        }
        tokio::select! {
            () = app.shutdown.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
            () = signal.notified() => {}
            Some(ended) = running.join_next(), if !running.is_empty() => noted(ended),
        }
    }
    while let Some(ended) = running.join_next().await {
        noted(ended);
    }
}

fn noted(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!("A delivery panicked, and is tried again when its lease ends: {error}");
    }
}

/// A delivery in hand.
#[derive(Debug)]
struct Work {
    notifier: NotifierRow,
    notification: NotificationRow,
    delivery: DeliveryRow,
    token: String,
    /// Not there when the configuration cannot be used.
    channel: Result<Channel, String>,
    /// Its owner's address, or why there is none.
    recipients: Result<Vec<String>, String>,
}

/// What a look finds.
#[derive(Debug, Default)]
struct Look {
    due: Vec<NotifierRow>,
    digests: Vec<(NotifierRow, Ts)>,
    next: Option<Ts>,
}

impl Look {
    fn at(&mut self, at: Ts) {
        self.next = Some(self.next.map_or(at, |known| known.min(at)));
    }
}

fn look(tx: &mut Tx<'_>) -> Result<Look, Error> {
    let now = tx.now();
    let mut found = Look::default();
    for notifier in notifiers::enabled(tx)? {
        match notifier.digest_at {
            Some(at) if at <= now => found.digests.push((notifier.clone(), at)),
            Some(at) => found.at(at),
            None => {}
        }
        let Some(due) = deliveries::next_due(tx, &notifier.id)? else { continue };
        let due = notifier.hold_until.map_or(due, |hold| hold.max(due));
        if due <= now {
            found.due.push(notifier);
        } else {
            found.at(due);
        }
    }
    Ok(found)
}

/// Closes digests that are due and takes deliveries that are; says how long to wait for the next.
async fn round(app: &App) -> Result<(Vec<Work>, Duration), Error> {
    let mut found = app.store.read("deliver.look", look).await?;
    for (notifier, at) in std::mem::take(&mut found.digests) {
        let context = system(app, "deliver");
        app.store
            .write("deliver.digest", move |tx| {
                ops::close_digest(tx, &context, &notifier.id, at)?;
                tx.note_audit();
                Ok::<_, Error>(())
            })
            .await?;
        found.at(app.now());
    }
    let mut work = Vec::new();
    let is_due = !found.due.is_empty();
    for notifier in found.due {
        let (worker, lease) = (app.clone(), lease(app));
        let taken =
            app.store.bookkeeping("deliver.take", move |tx| take(tx, &worker, &notifier, &lease)).await?;
        work.extend(taken);
    }
    let wait = match (is_due, found.next) {
        (true, _) if work.is_empty() => PAUSE,
        (true, _) => Duration::ZERO,
        (false, Some(at)) => at.since(app.now()).clamp(PAUSE, PERIOD),
        (false, None) => PERIOD,
    };
    Ok((work, wait))
}

fn lease(app: &App) -> DeliveryLease {
    DeliveryLease {
        owner: app.replica_id.clone(),
        token: hex::encode(app.random_bytes::<16>()),
        until: app.now().plus_seconds(LEASE_SECONDS),
    }
}

fn take(
    tx: &mut Tx<'_>,
    app: &App,
    notifier: &NotifierRow,
    lease: &DeliveryLease,
) -> Result<Vec<Work>, Error> {
    let rows = deliveries::take(tx, &notifier.id, lease, ABREAST)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let channel = channel(tx, &app.sealer, notifier).map_err(|error| error.to_string());
    let mut work = Vec::with_capacity(rows.len());
    for delivery in rows {
        let found = notifications::by_id(tx, &Scope::everything(), &delivery.notification_id)?;
        let Some(notification) = found else { continue };
        let recipients = match &delivery.owner_id {
            None => Ok(Vec::new()),
            Some(owner) => ops::owner_address(tx, Some(owner))?.map(|address| vec![address]),
        };
        work.push(Work {
            notifier: notifier.clone(),
            notification,
            delivery,
            token: lease.token.clone(),
            channel: channel.clone(),
            recipients,
        });
    }
    Ok(work)
}

/// How a try ended.
#[derive(Debug)]
enum Outcome {
    Sent(Receipt),
    Failed(SendError),
    Unaddressed(String),
}

async fn deliver(app: &App, work: Work) {
    app.kill_point.pass("notify.leased");
    let outcome = attempt(app, &work).await;
    if matches!(outcome, Outcome::Sent(_)) {
        app.kill_point.pass("notify.sent");
    }
    let (id, notifier) = (work.notification.id.clone(), work.notifier.id.clone());
    match &outcome {
        Outcome::Sent(receipt) => {
            tracing::info!(notification.id = %id, notifier.id = %notifier, "Sent {id} by {notifier}: {}", receipt.as_str());
        }
        Outcome::Failed(error) => {
            tracing::warn!(notification.id = %id, notifier.id = %notifier, "{id} was not taken by {notifier}: {error}");
        }
        Outcome::Unaddressed(why) => {
            tracing::warn!(notification.id = %id, notifier.id = %notifier, "{id} has no address at {notifier}: {why}");
        }
    }
    if let Err(error) = settle(app, work, outcome).await {
        // Its lease ends, and it is sent again with the same id.
        tracing::error!("What became of {id} could not be written: {}", chain(&error));
    }
}

async fn attempt(app: &App, work: &Work) -> Outcome {
    let recipients = match &work.recipients {
        Ok(recipients) => recipients.clone(),
        Err(why) => return Outcome::Unaddressed(why.clone()),
    };
    let channel = match &work.channel {
        Ok(channel) => channel,
        Err(error) => return Outcome::Failed(SendError::Retry(error.clone())),
    };
    if channel.addresses().is_empty() && work.delivery.owner_id.is_none() && channel.is_addressed() {
        return Outcome::Unaddressed("the notifier has no receivers of its own any more".to_owned());
    }
    let (message, wrong) = match message(&app.public_url, &work.notifier, &work.notification, recipients) {
        Ok(made) => made,
        Err(error) => return Outcome::Failed(SendError::Retry(error.to_string())),
    };
    if let Some(wrong) = wrong {
        tracing::warn!(
            notifier.id = %work.notifier.id,
            "The {} template of {} failed, and the built-in one took its place: {wrong}", wrong.part, work.notifier.id
        );
    }
    match channel.send(&app.outside, &message, app.now()).await {
        Ok(receipt) => Outcome::Sent(receipt),
        Err(error) => Outcome::Failed(error),
    }
}

/// Writes down what became of a try.
async fn settle(app: &App, work: Work, outcome: Outcome) -> Result<(), Error> {
    let context = system(app, "deliver");
    let kind = work.notifier.kind;
    let attempts = u32::try_from(work.delivery.attempts).unwrap_or(u32::MAX);
    let [low, high] = app.random_bytes::<2>();
    let jitter = u16::from_le_bytes([low, high]) % 1_024;
    let tried = app
        .store
        .write("deliver.settle", move |tx| {
            tx.note_audit();
            let (seq, digest) = (work.delivery.seq, &work.notification.id);
            let (notifier, token) = (&work.notifier.id, work.token.as_str());
            let (event, tried, facts) = match &outcome {
                Outcome::Sent(receipt) => {
                    if !deliveries::sent(tx, seq, token, receipt)? {
                        return Ok(None);
                    }
                    deliveries::follow_digest(tx, digest, Ok(receipt))?;
                    notifiers::succeeded(tx, notifier)?;
                    ("notification.sent", Tried::Sent, json!({ "receipt": receipt.as_str() }))
                }
                Outcome::Unaddressed(why) => {
                    if !deliveries::failed(tx, seq, token, Failure::Unaddressed, why)? {
                        return Ok(None);
                    }
                    deliveries::follow_digest(tx, digest, Err((Failure::Unaddressed.state()?, why)))?;
                    ("notification.undeliverable", Tried::Failed, json!({ "error": why }))
                }
                Outcome::Failed(error) => {
                    let text: String = error.to_string().chars().take(MAX_ERROR).collect();
                    let (again, hold) = next_try(error, attempts, jitter, tx.now());
                    let failed = again.map_or(Failure::GivenUp, Failure::Again);
                    if !deliveries::failed(tx, seq, token, failed, &text)? {
                        return Ok(None);
                    }
                    notifiers::failed(tx, notifier, &text, hold, again.is_none())?;
                    if again.is_none() {
                        deliveries::follow_digest(tx, digest, Err((failed.state()?, &text)))?;
                        let id = digest.as_str();
                        let words = format!("{id} was given up by {notifier} after {attempts} tries: {text}");
                        let facts = json!({ "notifier_id": notifier, "attempts": attempts, "error": text });
                        failure(tx, &context, "notification.dead", ("notification", id), words, facts)?;
                        return Ok(Some(Tried::Dead));
                    }
                    ("notification.failed", Tried::Failed, json!({ "error": text, "next_try_at": again }))
                }
            };
            let mut facts = facts;
            facts["notification_id"] = json!(digest);
            facts["notifier_id"] = json!(notifier);
            facts["certificate_id"] = json!(work.notification.certificate_id);
            emit(tx, &context, event, "notification", digest.as_str(), facts.to_string())?;
            Ok::<_, Error>(Some(tried))
        })
        .await?;
    match tried {
        Some(tried) => measure(kind, tried),
        None => tracing::warn!("A delivery was settled by somebody else: its lease had ended"),
    }
    Ok(())
}

/// When a delivery is tried next, if it is, and until when its receiver is to be left alone.
fn next_try(error: &SendError, attempts: u32, jitter: u16, now: Ts) -> (Option<Ts>, Option<Ts>) {
    let at = |after| wait_after(attempts, after, jitter).map(|wait| now.plus(wait));
    match error {
        SendError::Retry(_) => (at(None), None),
        SendError::Later { after, .. } => {
            let again = at(Some(*after));
            (again, again)
        }
        SendError::Refused(_) => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_that_asks_for_time_gets_it_and_a_refusal_is_final() {
        let now = Ts::from_second(1_000);
        let retry = SendError::Retry("x".to_owned());
        assert_eq!(next_try(&retry, 1, 0, now), (Some(Ts::from_second(1_010)), None));
        assert_eq!(next_try(&retry, 10, 0, now), (None, None));
        let later = SendError::Later { detail: "x".to_owned(), after: Duration::from_secs(300) };
        let at = Some(Ts::from_second(1_300));
        assert_eq!(next_try(&later, 1, 0, now), (at, at));
        assert_eq!(next_try(&SendError::Refused("x".to_owned()), 1, 0, now), (None, None));
    }
}
