//! `certctl notifications`: an inbox of what was said of alerts, with what became of it on its way.
//!
//! Not for: the channels (`notifiers`). Invariant: what was sent is never sent again from here.

use certctl_api::notifications::{Delivery, Notification};
use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_core::id::{AlertId, CertificateId, NotificationId, NotifierId};
use certctl_core::notification::{DeliveryState, NotificationEvent};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::arguments::one_of;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl notifications ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Notifications {
    /// Notifications, the latest first; dead letters with --state dead
    List {
        #[command(flatten)]
        filters: Box<Filters>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One notification, with each delivery
    Show {
        /// Such as ne-...
        id: NotificationId,
    },
    /// Mark a notification as read
    Read {
        /// Such as ne-...
        id: NotificationId,
    },
    /// Mark all notifications as read
    ReadAll,
    /// Send again what failed, was given up or had no receiver
    Retry {
        /// Such as ne-...
        id: NotificationId,
    },
}

/// Which notifications.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Any of these events; all but digest when absent
    #[arg(long, value_delimiter = ',', value_parser = one_of(NotificationEvent::ALL, NotificationEvent::as_str), ignore_case = true)]
    event: Vec<NotificationEvent>,
    /// Any of these severities
    #[arg(long, value_delimiter = ',', value_parser = one_of(AlertSeverity::ALL, AlertSeverity::as_str), ignore_case = true)]
    severity: Vec<AlertSeverity>,
    /// Of alerts of any of these kinds
    #[arg(long, value_delimiter = ',', value_parser = one_of(AlertKind::ALL, AlertKind::as_str), ignore_case = true)]
    kind: Vec<AlertKind>,
    /// With a delivery in any of these states
    #[arg(long, value_delimiter = ',', value_parser = one_of(DeliveryState::ALL, DeliveryState::as_str), ignore_case = true)]
    state: Vec<DeliveryState>,
    /// Only what nobody has read
    #[arg(long)]
    unread: bool,
    /// With a delivery by this notifier
    #[arg(long, value_name = "ID")]
    notifier: Option<NotifierId>,
    /// Of this alert
    #[arg(long, value_name = "ID")]
    alert: Option<AlertId>,
    /// Of this certificate
    #[arg(long, value_name = "ID")]
    certificate: Option<CertificateId>,
}

fn commas<T: ToString>(values: &[T]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

impl Filters {
    fn query(&self) -> Query {
        Query::default()
            .with("event", commas(&self.event))
            .with("severity", commas(&self.severity))
            .with("kind", commas(&self.kind))
            .with("state", commas(&self.state))
            .with("read", self.unread.then_some("false"))
            .with("notifier_id", self.notifier.as_ref())
            .with("alert_id", self.alert.as_ref())
            .with("certificate_id", self.certificate.as_ref())
    }
}

/// How far the slowest delivery is: what needs a person comes first.
fn worst(notification: &Notification) -> Option<DeliveryState> {
    let order = [
        DeliveryState::Dead,
        DeliveryState::Undeliverable,
        DeliveryState::Failed,
        DeliveryState::Sending,
        DeliveryState::Pending,
        DeliveryState::Sent,
    ];
    order.into_iter().find(|state| notification.deliveries.iter().any(|delivery| delivery.state == *state))
}

fn tone(notification: &Notification) -> Tone {
    match worst(notification) {
        Some(DeliveryState::Dead | DeliveryState::Undeliverable) => Tone::Bad,
        Some(DeliveryState::Failed) => Tone::Notice,
        Some(DeliveryState::Sent) => Tone::Good,
        Some(DeliveryState::Sending | DeliveryState::Pending) | None => Tone::Plain,
    }
}

/// A delivery in one line.
fn line(delivery: &Delivery) -> String {
    let way = match (&delivery.notifier_id, &delivery.owner_id) {
        (Some(notifier), Some(owner)) => format!("{notifier} to {owner}"),
        (Some(notifier), None) => notifier.to_string(),
        (None, _) => "-".to_owned(),
    };
    let more = delivery.receipt.as_ref().or(delivery.error.as_ref());
    let more = more.map(|text| format!(": {text}")).unwrap_or_default();
    format!("{way}: {} after {} tries{more}", delivery.state, delivery.attempts)
}

const COLUMNS: &[Column<Notification>] = &[
    Column::new("Id", |row, _| row.id.to_string()),
    Column::new("Event", |row, _| row.event.to_string()),
    Column::new("Severity", |row, _| row.severity.to_string()),
    Column::new("Title", |row, _| row.title.clone()),
    Column::toned("Delivery", |row, _| or_dash(worst(row).as_ref()), tone),
    Column::new("When", |row, view| view.time(row.created_at)),
    Column::wide("Read", |row, view| view.time(row.read_at)),
    Column::wide("Alert", |row, _| or_dash(row.alert_id.as_ref())),
    Column::show("Object", |row, _| row.object_id.clone()),
    Column::show("Cause", |row, _| row.cause.clone()),
    Column::show("Read by", |row, _| or_dash(row.read_by.as_ref())),
    Column::show("Deliveries", |row, _| row.deliveries.iter().map(line).collect::<Vec<_>>().join("\n")),
];

impl Notifications {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                list(session, "/notifications", filters.query(), paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/notifications/{id}"), COLUMNS).await,
            Self::Read { id } => {
                session.post(&format!("/notifications/{id}/read"), &json!({}), COLUMNS).await
            }
            Self::ReadAll => read_all(session).await,
            Self::Retry { id } => {
                session.post(&format!("/notifications/{id}/retry"), &json!({}), COLUMNS).await
            }
        }
    }
}

async fn read_all(session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut total = 0;
    loop {
        let answer: Value = session.client.post("/notifications/read-all", &json!({})).await?;
        total += answer["read"].as_i64().unwrap_or(0);
        if answer["more"] != true {
            break;
        }
    }
    if session.console.format.is_machine() {
        session.console.document(&json!({ "read": total }))?;
    } else {
        session.console.say(&format!("{total} notifications are read"))?;
    }
    Ok(Exit::Ok)
}
