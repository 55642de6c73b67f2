//! An HTTP endpoint of one's own, signed by Standard Webhooks (<https://www.standardwebhooks.com>).
//!
//! Not for: anything but the record. Invariants: the receiver is asked for what is wanted, not for a step, so that a second try
//! is harmless; only a 2xx is a success.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::hmac;
use certctl_core::secret::Secret;
use reqwest::Method;
use serde_json::{Value, json};

use super::http::{Api, refused};
use super::schema::{self, Schema};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Endpoint, common_fields};
use crate::signed::{MAX_SECRETS, parse_secret, signature};

/// Tells two calls of one second apart.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// The configuration.
#[derive(Clone)]
pub struct Webhook {
    endpoint: Endpoint,
    keys: Vec<hmac::Key>,
    secrets: Vec<Secret<String>>,
    authorization: Option<Secret<String>>,
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
                "type": "string", "format": "uri", "title": "URL", "x-group": "Provider",
                "description": "Where {\"action\": \"set\" or \"remove\", \"zone\", \"name\", \"value\"} is posted to; without secrets",
            }),
        ),
        (
            "secrets",
            json!({
                "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": MAX_SECRETS, "x-secret": true,
                "title": "Signing secrets", "x-group": "Provider",
                "description": "whsec_ and 24 to 64 bytes in base64; each signs: give the new and the old one while the \
                                receiver changes over",
            }),
        ),
        ("bearer_token", schema::secret("Bearer token", "For receivers that ask for one in Authorization")),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["url", "secrets"])
}

pub(super) fn read(config: &Value) -> Result<Webhook, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let endpoint = Endpoint::read(&mut fields, "url", None);
    let n = fields.value("secrets").and_then(Value::as_array).map_or(0, Vec::len);
    let read = fields.parsed_list("secrets", |text| Ok((parse_secret(text)?, Secret::new(text.to_owned()))));
    if !(1..=MAX_SECRETS).contains(&n) {
        fields.problem("secrets", format!("1 to {MAX_SECRETS} secrets are needed"));
    }
    let authorization = fields.parsed("bearer_token", schema::parse_secret);
    fields.finish();
    let (keys, secrets) = read.into_iter().unzip();
    problems.finish(endpoint.map(|endpoint| Webhook { endpoint, keys, secrets, authorization }))
}

impl Webhook {
    async fn post(&self, call: Call<'_>, record: &TxtRecord, action: &str) -> Result<(), DnsError> {
        let body = json!({
            "action": action, "zone": record.zone().as_str(), "name": record.name().as_str(), "value": record.value(),
        });
        let timestamp = call.now.as_second();
        let id = format!("dns_{:x}_{:x}", call.now.as_microsecond(), COUNT.fetch_add(1, Ordering::Relaxed));
        let signature = signature(&self.keys, &id, timestamp, body.to_string().as_bytes());
        let mut headers = vec![
            ("webhook-id", id),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signature),
        ];
        if let Some(token) = &self.authorization {
            headers.push(("authorization", format!("Bearer {}", token.expose())));
        }
        let api = Api { call, endpoint: &self.endpoint, headers };
        refused(&api.ask(Method::POST, &self.endpoint.url, &[], Some(&body)).await?, call.now)
    }
}

impl SetsTxt for Webhook {
    fn sensitive(&self) -> Vec<&str> {
        self.secrets.iter().chain(&self.authorization).map(|secret| secret.expose().as_str()).collect()
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.post(call, record, "set").await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.post(call, record, "remove").await
    }
}
