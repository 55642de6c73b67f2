//! An incoming webhook of Slack (<https://api.slack.com/messaging/webhooks>).
//!
//! Not for: bots with tokens. Invariants: the URL is the secret; a message counts as sent when Slack answers `ok`.

use certctl_core::notification::Receipt;
use certctl_core::time::Ts;
use serde_json::{Value, json};

use super::http::{Endpoint, common_fields, headers, receipt};
use super::{Message, Outside, Schema, SendError, Sends, shortened};
use crate::fields::{Problem, Problems};

/// The most letters of a section's text.
const MAX_SECTION: usize = 3_000;
/// The most letters of a header's text.
const MAX_HEADER: usize = 150;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Slack {
    endpoint: Endpoint,
}

pub(super) fn schema() -> Schema {
    let own = [(
        "url",
        json!({
            "type": "string", "format": "uri", "x-secret": true, "title": "Webhook URL", "x-group": "Receiver",
            "description": "The URL that Slack made for the incoming webhook, https://hooks.slack.com/services/...",
        }),
    )];
    (own.into_iter().chain(common_fields()).collect(), vec!["url"])
}

pub(super) fn read(config: &Value) -> Result<Slack, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let endpoint = Endpoint::read(&mut fields, "url", None);
    fields.finish();
    problems.finish(endpoint.map(|endpoint| Slack { endpoint }))
}

/// What Slack would take for markup, as it wants it written.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn body(message: &Message) -> Value {
    let (title, text) = (escaped(&message.title), escaped(&message.text));
    let context = format!("<{}|Open in certctl> · {}", message.link, message.id);
    json!({
        "text": shortened(&title, MAX_SECTION),
        "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": shortened(&message.title, MAX_HEADER) } },
            { "type": "section", "text": { "type": "mrkdwn", "text": shortened(&text, MAX_SECTION) } },
            { "type": "context", "elements": [{ "type": "mrkdwn", "text": context }] },
        ],
    })
}

impl Sends for Slack {
    fn place(&self) -> (String, u16) {
        self.endpoint.place()
    }

    fn sensitive(&self) -> Vec<&str> {
        self.endpoint.secret_parts()
    }

    async fn send(&self, outside: &Outside, message: &Message, now: Ts) -> Result<Receipt, SendError> {
        let body = body(message).to_string().into_bytes();
        let answer = outside.post(&self.endpoint, &self.endpoint.url, headers(&[]), body, now).await?;
        if answer.text.trim() != "ok" {
            let said = shortened(answer.text.trim(), 100);
            return Err(SendError::Retry(format!("the receiver answered {said:?}, and Slack says ok")));
        }
        receipt(&format!("{}, ok", answer.status_line()))
    }
}
