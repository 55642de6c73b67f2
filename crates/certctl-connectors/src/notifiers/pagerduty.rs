//! PagerDuty, Events API v2 (<https://developer.pagerduty.com/docs/events-api-v2/overview/>).
//!
//! Not for: its REST API. Invariant: an alert's dedup key is the incident's, so that one alert is one incident however
//! often it is told, and its end resolves it.

use certctl_core::alert::AlertSeverity;
use certctl_core::notification::{NotificationEvent, Receipt};
use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use serde_json::{Value, json};

use super::http::{Endpoint, common_fields, headers, receipt};
use super::{Message, Outside, Schema, SendError, Sends, shortened};
use crate::fields::{Problem, Problems};

const ENDPOINT: &str = "https://events.pagerduty.com/v2/enqueue";
const MAX_SUMMARY: usize = 1_024;
const MAX_DEDUP_KEY: usize = 255;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Pagerduty {
    endpoint: Endpoint,
    routing_key: Secret<String>,
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "routing_key",
            json!({
                "type": "string", "minLength": 1, "maxLength": 64, "x-secret": true, "title": "Integration key",
                "x-group": "Receiver", "description": "The key of an Events API v2 integration of the service",
            }),
        ),
        (
            "endpoint",
            json!({
                "type": "string", "format": "uri", "default": ENDPOINT, "title": "Endpoint", "x-group": "Receiver",
                "description": "Accounts in Europe use https://events.eu.pagerduty.com/v2/enqueue",
            }),
        ),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["routing_key"])
}

pub(super) fn read(config: &Value) -> Result<Pagerduty, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let routing_key = fields.required("routing_key", |text| {
        let plain =
            !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain {
            Ok(Secret::new(text.to_owned()))
        } else {
            Err("is not letters and digits, 1 to 64".to_owned())
        }
    });
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    fields.finish();
    problems
        .finish(endpoint.zip(routing_key).map(|(endpoint, routing_key)| Pagerduty { endpoint, routing_key }))
}

const fn action(event: NotificationEvent) -> &'static str {
    match event {
        NotificationEvent::Closed => "resolve",
        NotificationEvent::Acknowledged => "acknowledge",
        NotificationEvent::Opened
        | NotificationEvent::Reminder
        | NotificationEvent::Changed
        | NotificationEvent::Escalated
        | NotificationEvent::Digest
        | NotificationEvent::Test => "trigger",
    }
}

const fn severity(severity: AlertSeverity) -> &'static str {
    match severity {
        AlertSeverity::Info => "info",
        AlertSeverity::Warning => "warning",
        AlertSeverity::Critical => "critical",
    }
}

impl Pagerduty {
    fn body(&self, message: &Message, source: &str) -> Value {
        let mut details = message.facts.clone();
        if details.is_object() {
            details["notification_id"] = json!(message.id);
            details["text"] = json!(message.text);
        }
        json!({
            "routing_key": self.routing_key.expose(),
            "event_action": action(message.event),
            "dedup_key": shortened(&message.dedup_key, MAX_DEDUP_KEY),
            "client": "certctl",
            "client_url": message.link,
            "payload": {
                "summary": shortened(&message.title, MAX_SUMMARY),
                "source": source,
                "severity": severity(message.severity),
                "timestamp": message.at,
                "component": message.facts["object_id"],
                "group": message.facts["environment"],
                "class": message.facts["kind"],
                "custom_details": details,
            },
            "links": [{ "href": message.link, "text": "Open in certctl" }],
        })
    }
}

impl Sends for Pagerduty {
    fn place(&self) -> (String, u16) {
        self.endpoint.place()
    }

    fn sensitive(&self) -> Vec<&str> {
        vec![self.routing_key.expose().as_str()]
    }

    async fn send(&self, outside: &Outside, message: &Message, now: Ts) -> Result<Receipt, SendError> {
        let source = message.facts["object_id"].as_str().unwrap_or("certctl");
        let body = self.body(message, source).to_string().into_bytes();
        let answer = outside.post(&self.endpoint, &self.endpoint.url, headers(&[]), body, now).await?;
        if answer.field("status").as_deref() != Some("success") {
            let said = shortened(answer.text.trim(), 200);
            return Err(SendError::Retry(format!(
                "the receiver answered {said:?}, and PagerDuty says success"
            )));
        }
        let key = answer.field("dedup_key").map(|key| format!(", incident {key}")).unwrap_or_default();
        receipt(&format!("{}, success{key}", answer.status_line()))
    }
}
