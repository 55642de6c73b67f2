//! Notifications: what was said of alerts, and what became of it on its way.

use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_core::id::{AlertId, CertificateId, NotificationId, NotifierId, OwnerId, TeamId};
use certctl_core::notification::{DeliveryState, NotificationEvent};
use certctl_core::time::Ts;

answer! {
    /// What was said of an alert, as it was then.
    pub struct Notification {
        /// Id; receivers see the same one at every try.
        pub id: NotificationId,
        /// Of which alert; absent for a digest.
        pub alert_id: Option<AlertId>,
        /// What happened.
        pub event: NotificationEvent,
        /// What the alert is about; absent for a digest.
        pub kind: Option<AlertKind>,
        /// How urgent it was.
        pub severity: AlertSeverity,
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
        /// When it was said.
        pub created_at: Ts,
        /// When somebody read it.
        pub read_at: Option<Ts>,
        /// Who.
        pub read_by: Option<String>,
        /// Its ways to its receivers.
        pub deliveries: Vec<Delivery>,
    }

    /// A notification on its way to a receiver.
    pub struct Delivery {
        /// By which channel; absent when there is none that takes it.
        pub notifier_id: Option<NotifierId>,
        /// To this owner; to the channel's own receivers when absent.
        pub owner_id: Option<OwnerId>,
        /// Where it is; `sent` only with a `receipt`.
        pub state: DeliveryState,
        /// How often it was tried.
        pub attempts: i64,
        /// When it is tried next; absent when it is not.
        pub next_try_at: Option<Ts>,
        /// The digest that carries it.
        pub digest_id: Option<NotificationId>,
        /// Why the last try failed, or why there is no way.
        pub error: Option<String>,
        /// What the receiver answered.
        pub receipt: Option<String>,
        /// When it did.
        pub sent_at: Option<Ts>,
        /// When it was ordered.
        pub created_at: Ts,
    }

    /// What became of many notifications.
    pub struct NotificationsRead {
        /// How many were marked as read.
        pub read: i64,
        /// Whether there are more: call again.
        pub more: bool,
    }
}
