//! Deliveries: the outbox of notifications, one row for each notification and receiver.
//!
//! Not for: sending. Invariants: only a [`Receipt`] makes a row "sent" (and the table refuses one without); a row is
//! settled by whom its lease names, so a sender that was thought lost changes nothing; of one stream a notifier is told
//! in order.

use certctl_core::id::{AlertId, NotificationId, NotifierId, OwnerId};
use certctl_core::notification::{DeliveryState, DeliveryStep, Receipt};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, Val, args, row, vals};

row! {
    /// A notification on its way to a receiver.
    #[derive(Debug, Clone)]
    pub struct DeliveryRow {
        /// Its place in the order.
        pub seq: i64,
        /// What is said.
        pub notification_id: NotificationId,
        /// By which channel; none when there is none that takes it.
        pub notifier_id: Option<NotifierId>,
        /// To this owner; to the channel's own receivers when absent.
        pub owner_id: Option<OwnerId>,
        /// Of which alert.
        pub alert_id: Option<AlertId>,
        /// What has to be told in order.
        pub stream: String,
        /// Where it is.
        pub state: DeliveryState,
        /// How often it was tried.
        pub attempts: i64,
        /// When it is tried next; of one that is being tried, when its lease ends.
        pub due_at: Ts,
        /// Whether it waits for its digest.
        pub held: bool,
        /// The notification that carries it.
        pub digest_id: Option<NotificationId>,
        /// Why the last try failed.
        pub error: Option<String>,
        /// What the receiver answered.
        pub receipt: Option<String>,
        /// When it did.
        pub sent_at: Option<Ts>,
        /// When it was ordered.
        pub created_at: Ts,
        /// When it last changed.
        pub updated_at: Ts,
    }
}

const COLUMNS: &str = "d.seq, d.notification_id, d.notifier_id, d.owner_id, d.alert_id, d.stream, d.state, d.attempts, \
     d.due_at, d.held, d.digest_id, d.error, d.receipt, d.sent_at, d.created_at, d.updated_at";

/// A delivery to be ordered.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// What is said.
    pub notification_id: NotificationId,
    /// By which channel.
    pub notifier_id: Option<NotifierId>,
    /// To this owner.
    pub owner_id: Option<OwnerId>,
    /// Of which alert.
    pub alert_id: Option<AlertId>,
    /// What has to be told in order.
    pub stream: String,
    /// Whether it waits for its digest.
    pub held: bool,
    /// Why it cannot be delivered, when it cannot.
    pub undeliverable: Option<String>,
}

/// Orders a delivery.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, new: &NewDelivery) -> Result<(), StoreError> {
    let now = tx.now();
    let state =
        if new.undeliverable.is_some() { DeliveryState::Undeliverable } else { DeliveryState::Pending };
    tx.exec(
        "-- deliveries.insert
         INSERT INTO deliveries (notification_id, notifier_id, owner_id, alert_id, stream, state, attempts, due_at, held,
             error, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $7, $7)",
        &vals![
            &new.notification_id,
            new.notifier_id.as_ref(),
            new.owner_id.as_ref(),
            new.alert_id.as_ref(),
            new.stream.clone(),
            state,
            now,
            new.held,
            new.undeliverable.clone()
        ],
    )?;
    Ok(())
}

/// Those of a notification, in order.
///
/// # Errors
/// Those of the store.
pub fn of_notification(tx: &mut Tx<'_>, id: &NotificationId) -> Result<Vec<DeliveryRow>, StoreError> {
    // deliveries_once
    tx.all(
        &format!(
            "-- deliveries.of_notification
             SELECT {COLUMNS} FROM deliveries d WHERE d.notification_id = $1 ORDER BY d.seq"
        ),
        args![id],
    )
}

/// Those of several notifications, in order.
///
/// # Errors
/// Those of the store.
pub fn of_notifications(tx: &mut Tx<'_>, ids: &[NotificationId]) -> Result<Vec<DeliveryRow>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
    let values: Vec<Val> = ids.iter().map(Val::from).collect();
    // deliveries_once
    tx.all(
        &format!(
            "-- deliveries.of_notifications
             SELECT {COLUMNS} FROM deliveries d WHERE d.notification_id IN ({}) ORDER BY d.seq",
            places.join(", ")
        ),
        &values,
    )
}

/// The channels that were told of an alert.
///
/// # Errors
/// Those of the store.
pub fn told_of(tx: &mut Tx<'_>, alert: &AlertId) -> Result<Vec<NotifierId>, StoreError> {
    // deliveries_alert
    let rows: Vec<(NotifierId,)> = tx.all(
        "-- deliveries.told_of
         SELECT DISTINCT notifier_id FROM deliveries WHERE alert_id = $1 AND notifier_id IS NOT NULL
         ORDER BY notifier_id",
        args![alert],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// When the next delivery of a notifier is due.
///
/// # Errors
/// Those of the store.
pub fn next_due(tx: &mut Tx<'_>, notifier: &NotifierId) -> Result<Option<Ts>, StoreError> {
    // deliveries_due
    let found: Option<(Ts,)> = tx.opt(
        "-- deliveries.next_due
         SELECT due_at FROM deliveries
         WHERE notifier_id = $1 AND state IN ('pending', 'sending', 'failed') AND NOT held
         ORDER BY due_at, seq LIMIT 1",
        args![notifier],
    )?;
    Ok(found.map(|(at,)| at))
}

/// Who takes a delivery.
#[derive(Debug, Clone)]
pub struct DeliveryLease {
    /// The replica.
    pub owner: String,
    /// Known to this sender only.
    pub token: String,
    /// Until when.
    pub until: Ts,
}

/// Takes what is due of a notifier, in order, leaving at most `abreast` being sent at once.
///
/// # Errors
/// Those of the store.
pub fn take(
    tx: &mut Tx<'_>,
    notifier: &NotifierId,
    lease: &DeliveryLease,
    abreast: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let now = tx.now();
    // deliveries_due
    let (busy,): (i64,) = tx.one(
        "-- deliveries.busy
         SELECT COUNT(*) FROM deliveries
         WHERE notifier_id = $1 AND state IN ('pending', 'sending', 'failed') AND NOT held AND due_at > $2
             AND state = 'sending'",
        args![notifier, now],
    )?;
    let limit = abreast - busy;
    if limit <= 0 {
        return Ok(Vec::new());
    }
    // deliveries_due, and deliveries_stream for what has to go first
    let rows: Vec<DeliveryRow> = tx.all(
        &format!(
            "-- deliveries.take
             SELECT {COLUMNS} FROM deliveries d
             WHERE d.notifier_id = $1 AND d.state IN ('pending', 'sending', 'failed') AND NOT d.held AND d.due_at <= $2
                 AND NOT EXISTS (
                     SELECT 1 FROM deliveries e
                     WHERE e.notifier_id = $1 AND e.stream = d.stream AND e.seq < d.seq
                         AND e.state IN ('pending', 'sending', 'failed') AND NOT e.held
                         AND COALESCE(e.owner_id, '') = COALESCE(d.owner_id, ''))
             ORDER BY d.due_at, d.seq LIMIT $3 {{LOCK}}"
        ),
        args![notifier, now, limit],
    )?;
    for row in &rows {
        tx.exec_one(
            "-- deliveries.lease
             UPDATE deliveries
             SET state = 'sending', attempts = attempts + 1, due_at = $1, lease_owner = $2, lease_token = $3,
                 updated_at = $4
             WHERE seq = $5 AND state IN ('pending', 'sending', 'failed')",
            args![lease.until, lease.owner.clone(), lease.token.clone(), now, row.seq],
            "delivery",
        )?;
    }
    Ok(rows.into_iter().map(|row| DeliveryRow { attempts: row.attempts + 1, ..row }).collect())
}

/// The receiver has it. False when the lease went to somebody else meanwhile.
///
/// # Errors
/// Those of the store.
pub fn sent(tx: &mut Tx<'_>, seq: i64, token: &str, receipt: &Receipt) -> Result<bool, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- deliveries.sent
         UPDATE deliveries
         SET state = 'sent', receipt = $1, sent_at = $2, error = NULL, lease_owner = NULL, lease_token = NULL,
             updated_at = $2
         WHERE seq = $3 AND state = 'sending' AND lease_token = $4",
        args![receipt.as_str(), now, seq, token],
    )?;
    Ok(n == 1)
}

/// How a try ended that gave no receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It is tried again then.
    Again(Ts),
    /// It is not tried again.
    GivenUp,
    /// There is nobody to send it to any more.
    Unaddressed,
}

impl Failure {
    /// Where it leads a delivery that is being tried.
    ///
    /// # Errors
    /// None: each step has a meaning there.
    pub fn state(self) -> Result<DeliveryState, StoreError> {
        let step = match self {
            Self::Again(_) => DeliveryStep::Failed,
            Self::GivenUp => DeliveryStep::GivenUp,
            Self::Unaddressed => DeliveryStep::Unaddressed,
        };
        DeliveryState::Sending.on(step).map_err(|_| StoreError::Stale { what: "delivery" })
    }
}

/// The receiver does not have it. False when the lease went to somebody else meanwhile.
///
/// # Errors
/// Those of the store.
pub fn failed(
    tx: &mut Tx<'_>,
    seq: i64,
    token: &str,
    failure: Failure,
    error: &str,
) -> Result<bool, StoreError> {
    let now = tx.now();
    let due_at = match failure {
        Failure::Again(at) => at,
        Failure::GivenUp | Failure::Unaddressed => now,
    };
    let state = failure.state()?;
    let n = tx.exec(
        "-- deliveries.failed
         UPDATE deliveries
         SET state = $1, due_at = $2, error = $3, lease_owner = NULL, lease_token = NULL, updated_at = $4
         WHERE seq = $5 AND state = 'sending' AND lease_token = $6",
        args![state, due_at, error, now, seq, token],
    )?;
    Ok(n == 1)
}

/// What a digest carried has gone the digest's way; `receipt` when it was sent, `error` otherwise. Says how many.
///
/// # Errors
/// Those of the store.
pub fn follow_digest(
    tx: &mut Tx<'_>,
    digest: &NotificationId,
    outcome: Result<&Receipt, (DeliveryState, &str)>,
) -> Result<u64, StoreError> {
    let now = tx.now();
    // deliveries_digest
    match outcome {
        Ok(receipt) => tx.exec(
            "-- deliveries.digest_sent
             UPDATE deliveries SET state = 'sent', receipt = $1, sent_at = $2, error = NULL, updated_at = $2
             WHERE digest_id = $3 AND state <> 'sent'",
            args![receipt.as_str(), now, digest],
        ),
        Err((state, error)) => tx.exec(
            "-- deliveries.digest_failed
             UPDATE deliveries SET state = $1, error = $2, updated_at = $3 WHERE digest_id = $4 AND state <> 'sent'",
            args![state, error, now, digest],
        ),
    }
}

/// What a notifier has collected, oldest first.
///
/// # Errors
/// Those of the store.
pub fn held(tx: &mut Tx<'_>, notifier: &NotifierId, limit: i64) -> Result<Vec<DeliveryRow>, StoreError> {
    // deliveries_held
    tx.all(
        &format!(
            "-- deliveries.held
             SELECT {COLUMNS} FROM deliveries d
             WHERE d.notifier_id = $1 AND d.held AND d.digest_id IS NULL AND d.state = 'pending'
             ORDER BY d.seq LIMIT $2"
        ),
        args![notifier, limit],
    )
}

/// Puts collected deliveries into a digest.
///
/// # Errors
/// [`StoreError::Stale`] when one of them was put into another.
pub fn carry(tx: &mut Tx<'_>, rows: &[&DeliveryRow], digest: &NotificationId) -> Result<(), StoreError> {
    for row in rows {
        tx.exec_one(
            "-- deliveries.carry
             UPDATE deliveries SET digest_id = $1 WHERE seq = $2 AND held AND digest_id IS NULL AND state = 'pending'",
            args![digest, row.seq],
            "delivery",
        )?;
    }
    Ok(())
}

/// Tries again what was given up, what failed, or what had no address; says how many.
///
/// # Errors
/// Those of the store.
pub fn retry(tx: &mut Tx<'_>, id: &NotificationId) -> Result<u64, StoreError> {
    let now = tx.now();
    // deliveries_once
    tx.exec(
        "-- deliveries.retry
         UPDATE deliveries SET state = 'pending', attempts = 0, due_at = $1, updated_at = $1
         WHERE notification_id = $2 AND notifier_id IS NOT NULL AND state IN ('failed', 'dead', 'undeliverable')
             AND digest_id IS NULL",
        args![now, id],
    )
}

/// Removes the note that no channel takes a notification; says whether there was one.
///
/// # Errors
/// Those of the store.
pub fn forget_unrouted(tx: &mut Tx<'_>, id: &NotificationId) -> Result<bool, StoreError> {
    // deliveries_once
    let n = tx.exec(
        "-- deliveries.forget_unrouted
         DELETE FROM deliveries WHERE notification_id = $1 AND notifier_id IS NULL",
        args![id],
    )?;
    Ok(n > 0)
}

/// Ends what waits for a channel that is switched off or removed; says how many.
///
/// # Errors
/// Those of the store.
pub fn unaddressed(tx: &mut Tx<'_>, notifier: &NotifierId, why: &str) -> Result<u64, StoreError> {
    let now = tx.now();
    // deliveries_due and deliveries_held
    let mut n = 0;
    for held in ["NOT held", "held AND digest_id IS NULL AND state = 'pending'"] {
        n += tx.exec(
            &format!(
                "-- deliveries.unaddressed
                 UPDATE deliveries
                 SET state = 'undeliverable', error = $1, updated_at = $2, lease_owner = NULL, lease_token = NULL
                 WHERE notifier_id = $3 AND state IN ('pending', 'sending', 'failed') AND {held}"
            ),
            args![why, now, notifier],
        )?;
    }
    Ok(n)
}

/// Gives back what a replica has in hand.
///
/// # Errors
/// Those of the store.
pub fn release(tx: &mut Tx<'_>, owner: &str) -> Result<u64, StoreError> {
    let now = tx.now();
    // deliveries_leased
    tx.exec(
        "-- deliveries.release
         UPDATE deliveries
         SET state = 'failed', due_at = $1, error = 'the sender was stopped', lease_owner = NULL, lease_token = NULL,
             updated_at = $1
         WHERE lease_owner = $2 AND state = 'sending'",
        args![now, owner],
    )
}
