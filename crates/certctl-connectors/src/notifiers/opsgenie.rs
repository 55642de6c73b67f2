//! Opsgenie, Alert API (<https://docs.opsgenie.com/docs/alert-api>).
//!
//! Not for: its schedules. Invariant: an alert's dedup key is the alias, so that one alert is one alert there, and its end
//! closes it.

use certctl_core::alert::AlertSeverity;
use certctl_core::notification::{NotificationEvent, Receipt};
use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use reqwest::Url;
use serde_json::{Map, Value, json};

use super::http::{Endpoint, common_fields, headers, receipt};
use super::{Message, Outside, Schema, SendError, Sends, shortened};
use crate::fields::{Problem, Problems};

const ENDPOINT: &str = "https://api.opsgenie.com";
const MAX_MESSAGE: usize = 130;
const MAX_DESCRIPTION: usize = 15_000;
const MAX_ALIAS: usize = 512;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Opsgenie {
    endpoint: Endpoint,
    api_key: Secret<String>,
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "api_key",
            json!({
                "type": "string", "minLength": 1, "maxLength": 100, "x-secret": true, "title": "API key",
                "x-group": "Receiver", "description": "The key of an API integration that may create and close alerts",
            }),
        ),
        (
            "endpoint",
            json!({
                "type": "string", "format": "uri", "default": ENDPOINT, "title": "Endpoint", "x-group": "Receiver",
                "description": "Accounts in Europe use https://api.eu.opsgenie.com",
            }),
        ),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["api_key"])
}

pub(super) fn read(config: &Value) -> Result<Opsgenie, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let api_key = fields.required("api_key", |text| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let plain = !text.is_empty() && text.len() <= 100 && text.bytes().all(letter);
        if plain {
            Ok(Secret::new(text.to_owned()))
        } else {
            Err("is not letters, digits and hyphens".to_owned())
        }
    });
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    fields.finish();
    problems.finish(endpoint.zip(api_key).map(|(endpoint, api_key)| Opsgenie { endpoint, api_key }))
}

const fn priority(severity: AlertSeverity) -> &'static str {
    match severity {
        AlertSeverity::Critical => "P1",
        AlertSeverity::Warning => "P3",
        AlertSeverity::Info => "P5",
    }
}

impl Opsgenie {
    /// Where an event is posted to, and what.
    fn request(&self, message: &Message) -> Result<(Url, Value), SendError> {
        let alias = shortened(&message.dedup_key, MAX_ALIAS);
        let step = match message.event {
            NotificationEvent::Closed => Some("close"),
            NotificationEvent::Acknowledged => Some("acknowledge"),
            NotificationEvent::Opened
            | NotificationEvent::Reminder
            | NotificationEvent::Changed
            | NotificationEvent::Escalated
            | NotificationEvent::Digest
            | NotificationEvent::Test => None,
        };
        let mut url = self.endpoint.url.clone();
        {
            let no_path = |()| SendError::Refused("the endpoint cannot have a path".to_owned());
            let mut path = url.path_segments_mut().map_err(no_path)?;
            path.pop_if_empty().extend(["v2", "alerts"]);
            if let Some(step) = step {
                path.extend([alias.as_str(), step]);
            }
        }
        let note = json!(format!("{} ({})", message.title, message.id));
        if step.is_some() {
            url.query_pairs_mut().append_pair("identifierType", "alias");
            return Ok((url, json!({ "source": "certctl", "note": note })));
        }
        let mut details = Map::new();
        details.insert("notification_id".to_owned(), json!(message.id));
        for (name, value) in message.facts.as_object().into_iter().flatten() {
            // Its details are texts.
            if let Some(text) = value.as_str() {
                details.insert(name.clone(), json!(shortened(text, 1_000)));
            }
        }
        let body = json!({
            "message": shortened(&message.title, MAX_MESSAGE),
            "alias": alias,
            "description": shortened(&format!("{}\n\n{}", message.text, message.link), MAX_DESCRIPTION),
            "priority": priority(message.severity),
            "source": "certctl",
            "entity": message.facts["object_id"],
            "details": details,
        });
        Ok((url, body))
    }
}

impl Sends for Opsgenie {
    fn place(&self) -> (String, u16) {
        self.endpoint.place()
    }

    fn sensitive(&self) -> Vec<&str> {
        vec![self.api_key.expose().as_str()]
    }

    async fn send(&self, outside: &Outside, message: &Message, now: Ts) -> Result<Receipt, SendError> {
        let (url, body) = self.request(message)?;
        let key = format!("GenieKey {}", self.api_key.expose());
        let headers = headers(&[("authorization", key.as_str())]);
        let answer = outside.post(&self.endpoint, &url, headers, body.to_string().into_bytes(), now).await?;
        let Some(id) = answer.field("requestId") else {
            let said = shortened(answer.text.trim(), 200);
            return Err(SendError::Retry(format!("the receiver answered {said:?}, without a requestId")));
        };
        receipt(&format!("{}, request {id}", answer.status_line()))
    }
}
