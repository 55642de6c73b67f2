//! Hetzner, DNS of the Cloud API (<https://docs.hetzner.cloud/reference/cloud#tag/zone-rrset-actions>).
//!
//! Not for: the older DNS console's API at dns.hetzner.com. Invariant: values are added to and removed from the set by the
//! provider itself, so that two callers at once do not undo each other.

use std::time::Duration;

use certctl_core::secret::Secret;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::http::{Api, ROUNDS, accepted, list, not_understood, words};
use super::name::plain;
use super::schema::{self, Schema, TTL};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Endpoint, common_fields};

const ENDPOINT: &str = "https://api.hetzner.cloud/v1";
/// Between two looks at an action that goes on.
const PAUSE: Duration = Duration::from_millis(500);

/// The configuration.
#[derive(Debug, Clone)]
pub struct Hetzner {
    endpoint: Endpoint,
    token: Secret<String>,
    ttl: u64,
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "api_token",
            schema::secret(
                "API token",
                "A token of the Cloud project that holds the zone, with read and write",
            ),
        ),
        ("ttl", schema::ttl(TTL)),
        ("endpoint", schema::endpoint(ENDPOINT)),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["api_token"])
}

pub(super) fn read(config: &Value) -> Result<Hetzner, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let token = fields.required("api_token", schema::parse_secret);
    let ttl = schema::read_ttl(&mut fields, TTL);
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    fields.finish();
    problems.finish(endpoint.zip(token).map(|(endpoint, token)| Hetzner { endpoint, token, ttl }))
}

impl Hetzner {
    fn api<'a>(&'a self, call: Call<'a>) -> Api<'a> {
        Api::authorized(call, &self.endpoint, "Bearer", self.token.expose())
    }

    fn set_of(&self, record: &TxtRecord, more: &[&str]) -> Url {
        let zone = record.zone().as_str();
        self.endpoint.at(&[&["zones", zone, "rrsets", record.relative("@"), "TXT"], more].concat())
    }

    /// Whether the value is there; of a set that is not there nothing is.
    async fn has(&self, api: &Api<'_>, record: &TxtRecord) -> Result<bool, DnsError> {
        let Some(value) = api.found(Method::GET, &self.set_of(record, &[]), None).await? else {
            return Ok(false);
        };
        let records = list(&value["rrset"], "records")?;
        Ok(records.iter().any(|found| found["value"].as_str().map(plain).as_deref() == Some(record.value())))
    }

    /// Waits for the end of a change.
    async fn finish(&self, api: &Api<'_>, mut value: Value) -> Result<(), DnsError> {
        loop {
            let action = &value["action"];
            match (action["status"].as_str(), action["id"].as_u64()) {
                (Some("success"), _) => return Ok(()),
                (Some("error"), _) => {
                    return Err(DnsError::retry(format!(
                        "the provider did not do it: {}",
                        words(&action.to_string())
                    )));
                }
                (Some("running"), Some(id)) => {
                    tokio::time::sleep(PAUSE).await;
                    let url = self.endpoint.at(&["actions", &id.to_string()]);
                    value = api.json(Method::GET, &url, None).await?;
                }
                _ => return Err(not_understood(&value.to_string())),
            }
        }
    }
}

impl SetsTxt for Hetzner {
    fn sensitive(&self) -> Vec<&str> {
        vec![self.token.expose().as_str()]
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        let api = self.api(call);
        if self.has(&api, record).await? {
            return Ok(());
        }
        let records = json!([{ "value": record.quoted() }]);
        let body = json!({ "records": records, "ttl": self.ttl });
        let adding = self.set_of(record, &["actions", "add_records"]);
        let creating = self.endpoint.at(&["zones", record.zone().as_str(), "rrsets"]);
        let new = json!({
            "name": record.relative("@"), "type": "TXT", "ttl": self.ttl, "records": records,
        });
        for _ in 0..ROUNDS {
            if let Some(value) = api.found(Method::POST, &adding, Some(&body)).await? {
                return self.finish(&api, value).await;
            }
            // There is no set yet, or no such zone: creating it tells.
            let answer = api.ask(Method::POST, &creating, &[], Some(&new)).await?;
            // Somebody else created it in between.
            let is_outrun = answer.status.as_u16() == 409 || answer.text.contains("uniqueness_error");
            if !is_outrun {
                return self.finish(&api, accepted(&answer, call.now)?).await;
            }
        }
        Err(DnsError::retry(format!("{} was changed by others at the same time", record.name())))
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        let api = self.api(call);
        if !self.has(&api, record).await? {
            return Ok(());
        }
        let body = json!({ "records": [{ "value": record.quoted() }] });
        let url = self.set_of(record, &["actions", "remove_records"]);
        let answer = api.ask(Method::POST, &url, &[], Some(&body)).await?;
        if answer.status.as_u16() == 404 {
            return Ok(());
        }
        self.finish(&api, accepted(&answer, call.now)?).await
    }
}
