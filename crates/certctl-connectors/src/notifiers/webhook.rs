//! An HTTP endpoint of one's own, signed by Standard Webhooks (<https://www.standardwebhooks.com>).
//!
//! Not for: chat and incident services, which have shapes of their own. Invariants: the signature is over the id, the time
//! of this try and the very bytes of the body; with several secrets there are several signatures, so that a receiver can
//! change its secret without missing a message.

use aws_lc_rs::hmac;
use certctl_core::notification::Receipt;
use certctl_core::time::Ts;
use serde_json::{Value, json};

use super::http::{Endpoint, common_fields, headers};
use super::{Message, Outside, Schema, SendError, Sends};
use crate::fields::{Problem, Problems};
use crate::signed::{MAX_SECRETS, parse_secret, signature};

/// The configuration.
#[derive(Clone)]
pub struct Webhook {
    endpoint: Endpoint,
    keys: Vec<hmac::Key>,
    authorization: Option<String>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Webhook").field(&self.endpoint).finish()
    }
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "url",
            json!({
                "type": "string", "format": "uri", "title": "URL", "x-group": "Receiver",
                "description": "Where messages are posted to; shown to everyone who may read notifiers, so without secrets",
            }),
        ),
        (
            "secrets",
            json!({
                "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": MAX_SECRETS, "x-secret": true,
                "title": "Signing secrets", "x-group": "Receiver",
                "description": "whsec_ and 24 to 64 bytes in base64; each signs every message: give the new and the old one \
                                while receivers change over",
            }),
        ),
        (
            "authorization",
            json!({
                "type": "string", "maxLength": 2048, "x-secret": true, "title": "Authorization", "x-group": "Receiver",
                "description": "The Authorization header, such as Bearer and a token, for receivers that ask for one",
            }),
        ),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["url", "secrets"])
}

pub(super) fn read(config: &Value) -> Result<Webhook, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let endpoint = Endpoint::read(&mut fields, "url", None);
    let n = fields.value("secrets").and_then(Value::as_array).map_or(0, Vec::len);
    let keys = fields.parsed_list("secrets", parse_secret);
    if !(1..=MAX_SECRETS).contains(&n) {
        fields.problem("secrets", format!("1 to {MAX_SECRETS} secrets are needed"));
    }
    let authorization = fields.parsed("authorization", |text| {
        let plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && !text.trim().is_empty();
        if plain && text.len() <= 2_048 {
            Ok(text.to_owned())
        } else {
            Err("is no value of a header".to_owned())
        }
    });
    fields.finish();
    problems.finish(endpoint.map(|endpoint| Webhook { endpoint, keys, authorization }))
}

fn body(message: &Message) -> Value {
    let mut data = json!({
        "notification_id": message.id,
        "event": message.event,
        "severity": message.severity,
        "dedup_key": message.dedup_key,
        "title": message.title,
        "text": message.text,
        "url": message.link,
    });
    if let (Some(data), Some(facts)) = (data.as_object_mut(), message.facts.as_object()) {
        for (name, value) in facts {
            data.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    json!({ "type": format!("certctl.alert.{}", message.event), "timestamp": message.at, "data": data })
}

impl Sends for Webhook {
    fn place(&self) -> (String, u16) {
        self.endpoint.place()
    }

    fn sensitive(&self) -> Vec<&str> {
        self.authorization.as_deref().into_iter().collect()
    }

    async fn send(&self, outside: &Outside, message: &Message, now: Ts) -> Result<Receipt, SendError> {
        let body = body(message).to_string().into_bytes();
        let timestamp = now.as_second();
        let signature = signature(&self.keys, message.id.as_str(), timestamp, &body);
        let timestamp = timestamp.to_string();
        let mut pairs = vec![
            ("webhook-id", message.id.as_str()),
            ("webhook-timestamp", timestamp.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        pairs.extend(self.authorization.as_deref().map(|text| ("authorization", text)));
        let answer = outside.post(&self.endpoint, &self.endpoint.url, headers(&pairs), body, now).await?;
        let id = answer.header("x-request-id").map(|id| format!(", request {id}"));
        super::http::receipt(&format!("{}{}", answer.status_line(), id.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn secrets_are_of_the_standard_form_and_there_is_one_at_least() {
        let pointers = |secrets: Value| {
            let found = read(&json!({ "url": "https://hooks.example.com", "secrets": secrets }));
            found.map(drop).map_err(|problems| problems[0].pointer())
        };
        let good = format!("whsec_{}", STANDARD.encode([7; 32]));
        assert_eq!(pointers(json!([good, good])), Ok(()));
        assert_eq!(pointers(json!([])), Err("/secrets".to_owned()));
        assert_eq!(pointers(json!([good, good, good, good])), Err("/secrets".to_owned()));
        for bad in ["", "whsec_", "secret", "whsec_AAAA", "whsec_!"] {
            assert_eq!(pointers(json!([good, bad])), Err("/secrets/1".to_owned()), "{bad}");
        }
    }
}
