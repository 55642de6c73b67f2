//! Notifiers: channels that carry a message to people. One file for each kind.
//!
//! Reading order: [`Message`], [`SendError`], [`Channel`], then any kind. To add a kind: its variant in core's
//! `NotifierKind`, a file here with `schema`, `read` and [`Sends`], a variant in [`Channel`]; the compiler lists the rest.
//! An alternative, boxed trait objects, would hide a kind that was forgotten somewhere.
//! Not for: who is told what, when it is tried again, or where secrets are kept (the server). Invariants: a message that
//! the receiver did not confirm is an error, and what it answered is the [`Receipt`]; a message has the same id at every
//! try; no error holds a secret; nothing is connected to that [`Guard`] does not allow, and no redirection is followed.

mod http;
mod opsgenie;
mod pagerduty;
mod slack;
mod smtp;
mod teams;
pub mod template;
mod webhook;

use std::future::Future;
use std::time::Duration;

use certctl_core::alert::AlertSeverity;
use certctl_core::id::NotificationId;
use certctl_core::notification::{NotificationEvent, NotifierKind, Receipt};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::fields::Problem;
use crate::form::{self, Form as Schema};
pub use crate::guard::Guard;
pub use crate::outside::Outside;
use crate::outside::shortened;

/// How long a whole try may take.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(20);

/// What is said, ready to be sent.
#[derive(Debug, Clone)]
pub struct Message {
    /// The notification's id: the receiver knows a second try by it.
    pub id: NotificationId,
    /// What happened.
    pub event: NotificationEvent,
    /// How urgent it is.
    pub severity: AlertSeverity,
    /// What makes it the same incident for receivers that keep incidents.
    pub dedup_key: String,
    /// When it happened.
    pub at: Ts,
    /// One line.
    pub title: String,
    /// More lines.
    pub text: String,
    /// The same as HTML, where a receiver shows it.
    pub html: Option<String>,
    /// Where a person reads more.
    pub link: String,
    /// The facts, for programs.
    pub facts: Value,
    /// Instead of the channel's own receivers, where it has addresses.
    pub recipients: Vec<String>,
}

/// Why a try gave no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Another try may help.
    #[error("{0}")]
    Retry(String),
    /// Another try may help, but not before this time has passed.
    #[error("{detail}")]
    Later {
        /// What the receiver said.
        detail: String,
        /// For how long it asks to be left alone.
        after: Duration,
    },
    /// Another try of the same message will not help.
    #[error("{0}")]
    Refused(String),
}

/// What every kind can do.
pub trait Sends {
    /// Host and port that it connects to.
    fn place(&self) -> (String, u16);

    /// The secrets that it sends: a receiver that repeats them must not get them into an error or a receipt.
    fn sensitive(&self) -> Vec<&str>;

    /// Sends a message. It may arrive although an error is given (an answer that was lost), never the other way round.
    fn send(
        &self,
        outside: &Outside,
        message: &Message,
        now: Ts,
    ) -> impl Future<Output = Result<Receipt, SendError>> + Send;
}

/// A channel, configured.
#[derive(Debug, Clone)]
pub enum Channel {
    /// Mail.
    Smtp(Box<smtp::Smtp>),
    /// Standard Webhooks.
    Webhook(webhook::Webhook),
    /// Slack.
    Slack(slack::Slack),
    /// Microsoft Teams.
    Teams(teams::Teams),
    /// PagerDuty.
    Pagerduty(pagerduty::Pagerduty),
    /// Opsgenie.
    Opsgenie(opsgenie::Opsgenie),
}

impl Channel {
    /// Reads a configuration with its secrets.
    ///
    /// # Errors
    /// Every problem of it.
    pub fn read(kind: NotifierKind, config: &Value) -> Result<Self, Vec<Problem>> {
        match kind {
            NotifierKind::Smtp => smtp::read(config).map(|channel| Self::Smtp(Box::new(channel))),
            NotifierKind::Webhook => webhook::read(config).map(Self::Webhook),
            NotifierKind::Slack => slack::read(config).map(Self::Slack),
            NotifierKind::Teams => teams::read(config).map(Self::Teams),
            NotifierKind::Pagerduty => pagerduty::read(config).map(Self::Pagerduty),
            NotifierKind::Opsgenie => opsgenie::read(config).map(Self::Opsgenie),
        }
    }

    /// Host and port that it connects to.
    pub fn place(&self) -> (String, u16) {
        match self {
            Self::Smtp(channel) => channel.place(),
            Self::Webhook(channel) => channel.place(),
            Self::Slack(channel) => channel.place(),
            Self::Teams(channel) => channel.place(),
            Self::Pagerduty(channel) => channel.place(),
            Self::Opsgenie(channel) => channel.place(),
        }
    }

    /// Sends a message, within [`SEND_TIMEOUT`].
    ///
    /// # Errors
    /// [`SendError`] unless the receiver confirmed it.
    pub async fn send(&self, outside: &Outside, message: &Message, now: Ts) -> Result<Receipt, SendError> {
        let sending = async {
            match self {
                Self::Smtp(channel) => channel.send(outside, message, now).await,
                Self::Webhook(channel) => channel.send(outside, message, now).await,
                Self::Slack(channel) => channel.send(outside, message, now).await,
                Self::Teams(channel) => channel.send(outside, message, now).await,
                Self::Pagerduty(channel) => channel.send(outside, message, now).await,
                Self::Opsgenie(channel) => channel.send(outside, message, now).await,
            }
        };
        let outcome = match tokio::time::timeout(SEND_TIMEOUT, sending).await {
            Ok(outcome) => outcome,
            Err(_) => {
                Err(SendError::Retry(format!("there was no answer within {} s", SEND_TIMEOUT.as_secs())))
            }
        };
        self.scrubbed(outcome)
    }

    /// What a receiver said, without the secrets that it may have repeated.
    fn scrubbed(&self, outcome: Result<Receipt, SendError>) -> Result<Receipt, SendError> {
        let secrets = match self {
            Self::Smtp(channel) => channel.sensitive(),
            Self::Webhook(channel) => channel.sensitive(),
            Self::Slack(channel) => channel.sensitive(),
            Self::Teams(channel) => channel.sensitive(),
            Self::Pagerduty(channel) => channel.sensitive(),
            Self::Opsgenie(channel) => channel.sensitive(),
        };
        let clean = |text: &str| {
            secrets
                .iter()
                .filter(|secret| secret.len() >= 4)
                .fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
        };
        match outcome {
            Ok(receipt) => http::receipt(&clean(receipt.as_str())),
            Err(SendError::Retry(detail)) => Err(SendError::Retry(clean(&detail))),
            Err(SendError::Later { detail, after }) => {
                Err(SendError::Later { detail: clean(&detail), after })
            }
            Err(SendError::Refused(detail)) => Err(SendError::Refused(clean(&detail))),
        }
    }

    /// Whether its messages need addresses.
    pub const fn is_addressed(&self) -> bool {
        matches!(self, Self::Smtp(_))
    }

    /// The channel's own addresses, where it has any.
    pub fn addresses(&self) -> &[String] {
        match self {
            Self::Smtp(channel) => channel.to(),
            Self::Webhook(_) | Self::Slack(_) | Self::Teams(_) | Self::Pagerduty(_) | Self::Opsgenie(_) => {
                &[]
            }
        }
    }
}

/// Whether messages go to the owner of what they are about, by a configuration without secrets.
pub fn goes_to_owner(kind: NotifierKind, config: &Value) -> bool {
    kind == NotifierKind::Smtp && config["to_owner"] == true
}

/// Whether messages go to receivers of the channel itself, by a configuration without secrets.
pub fn goes_to_all(kind: NotifierKind, config: &Value) -> bool {
    kind != NotifierKind::Smtp || config["to"].as_array().is_some_and(|to| !to.is_empty())
}

/// For people.
pub fn title(kind: NotifierKind) -> &'static str {
    match kind {
        NotifierKind::Smtp => "E-mail (SMTP)",
        NotifierKind::Webhook => "Webhook",
        NotifierKind::Slack => "Slack",
        NotifierKind::Teams => "Microsoft Teams",
        NotifierKind::Pagerduty => "PagerDuty",
        NotifierKind::Opsgenie => "Opsgenie",
    }
}

/// JSON Schema of a kind's configuration; `x-secret` marks what is sealed and never shown, `x-order` and `x-group` how a
/// form shows it.
pub fn schema(kind: NotifierKind) -> Value {
    form::schema(match kind {
        NotifierKind::Smtp => smtp::schema(),
        NotifierKind::Webhook => webhook::schema(),
        NotifierKind::Slack => slack::schema(),
        NotifierKind::Teams => teams::schema(),
        NotifierKind::Pagerduty => pagerduty::schema(),
        NotifierKind::Opsgenie => opsgenie::schema(),
    })
}

/// The fields of a kind's configuration that are secrets.
pub fn secret_fields(kind: NotifierKind) -> Vec<String> {
    form::secret_fields(&schema(kind))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_describes_its_fields_and_refuses_others() {
        for kind in NotifierKind::ALL {
            let schema = schema(*kind);
            for (name, field) in schema["properties"].as_object().unwrap() {
                for wanted in ["type", "title", "description", "x-order", "x-group"] {
                    assert!(!field[wanted].is_null(), "{kind} {name} has no {wanted}");
                }
            }
            let problems = Channel::read(*kind, &json!({ "certainly_unknown": 1 })).unwrap_err();
            let pointers: Vec<String> = problems.iter().map(Problem::pointer).collect();
            assert!(pointers.contains(&"/certainly_unknown".to_owned()), "{kind}: {pointers:?}");
            for required in schema["required"].as_array().unwrap() {
                let pointer = format!("/{}", required.as_str().unwrap());
                assert!(pointers.contains(&pointer), "{kind}: {pointer} is not asked for");
            }
        }
    }

    #[test]
    fn a_receiver_that_repeats_a_secret_does_not_get_it_into_what_is_kept() {
        for (kind, config, secret) in [
            (NotifierKind::Slack, json!({ "url": "https://hooks.example.com/T0/B0/XYZ" }), "/T0/B0/XYZ"),
            (NotifierKind::Teams, json!({ "url": "https://flow.example.com/a?sig=XYZ" }), "/a?sig=XYZ"),
            (NotifierKind::Pagerduty, json!({ "routing_key": "R0UT1NG" }), "R0UT1NG"),
            (NotifierKind::Opsgenie, json!({ "api_key": "key-xyz" }), "key-xyz"),
            (
                NotifierKind::Webhook,
                json!({
                    "url": "https://hooks.example.com", "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
                    "authorization": "Bearer XYZ",
                }),
                "Bearer XYZ",
            ),
            (
                NotifierKind::Smtp,
                json!({
                    "host": "mail.example.com", "from": "a@example.com", "to": ["b@example.com"], "username": "u",
                    "password": "pass word",
                }),
                "pass word",
            ),
        ] {
            let channel = Channel::read(kind, &config).unwrap();
            assert!(!format!("{channel:?}").contains(secret), "{kind}");
            let error = SendError::Retry(format!("the receiver answered 500: you sent {secret}"));
            let error = channel.scrubbed(Err(error)).unwrap_err();
            assert_eq!(error.to_string(), "the receiver answered 500: you sent ***", "{kind}");
            let receipt = channel.scrubbed(Ok(Receipt::new(&format!("ok {secret}")).unwrap())).unwrap();
            assert_eq!(receipt.as_str(), "ok ***", "{kind}");
        }
    }
}
