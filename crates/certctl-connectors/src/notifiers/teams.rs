//! A workflow of Microsoft Teams ("When a Teams webhook request is received"), which takes an adaptive card.
//!
//! Not for: the older connectors, which Microsoft has retired. Invariant: the URL is the secret (it holds a signature).

use certctl_core::alert::AlertSeverity;
use certctl_core::notification::{NotificationEvent, Receipt};
use certctl_core::time::Ts;
use serde_json::{Value, json};

use super::http::{Endpoint, common_fields, headers, receipt};
use super::{Message, Outside, Schema, SendError, Sends, shortened};
use crate::fields::{Problem, Problems};

/// A card has at most 28 kB.
const MAX_TEXT: usize = 12_000;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Teams {
    endpoint: Endpoint,
}

pub(super) fn schema() -> Schema {
    let own = [(
        "url",
        json!({
            "type": "string", "format": "uri", "x-secret": true, "title": "Workflow URL", "x-group": "Receiver",
            "description": "The URL of the workflow that posts to the channel, as Teams shows it when it is made",
        }),
    )];
    (own.into_iter().chain(common_fields()).collect(), vec!["url"])
}

pub(super) fn read(config: &Value) -> Result<Teams, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let endpoint = Endpoint::read(&mut fields, "url", None);
    fields.finish();
    problems.finish(endpoint.map(|endpoint| Teams { endpoint }))
}

fn body(message: &Message) -> Value {
    let color = match (message.event, message.severity) {
        (NotificationEvent::Closed, _) => "Good",
        (_, AlertSeverity::Critical) => "Attention",
        (_, AlertSeverity::Warning) => "Warning",
        (_, AlertSeverity::Info) => "Default",
    };
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {
                "type": "TextBlock", "text": shortened(&message.title, 500), "weight": "Bolder", "size": "Medium",
                "wrap": true, "color": color,
            },
            { "type": "TextBlock", "text": shortened(&message.text, MAX_TEXT), "wrap": true },
            { "type": "TextBlock", "text": message.id, "isSubtle": true, "size": "Small" },
        ],
        "actions": [{ "type": "Action.OpenUrl", "title": "Open in certctl", "url": message.link }],
    });
    json!({
        "type": "message",
        "attachments": [
            { "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card },
        ],
    })
}

impl Sends for Teams {
    fn place(&self) -> (String, u16) {
        self.endpoint.place()
    }

    fn sensitive(&self) -> Vec<&str> {
        self.endpoint.secret_parts()
    }

    async fn send(&self, outside: &Outside, message: &Message, now: Ts) -> Result<Receipt, SendError> {
        let body = body(message).to_string().into_bytes();
        let answer = outside.post(&self.endpoint, &self.endpoint.url, headers(&[]), body, now).await?;
        let id = answer.header("x-ms-workflow-run-id").or_else(|| answer.header("x-ms-request-id"));
        let id = id.map(|id| format!(", run {id}")).unwrap_or_default();
        receipt(&format!("{}{id}", answer.status_line()))
    }
}
