//! Cloudflare, API v4 (<https://developers.cloudflare.com/api/resources/dns/subresources/records/>).
//!
//! Not for: other records. Invariant: a record is created and deleted by itself, so no other value of the name is touched.

use certctl_core::secret::Secret;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::http::{Api, accepted, list, not_understood, with_query};
use super::name::plain;
use super::schema::{self, Schema, TTL};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Endpoint, common_fields};

const ENDPOINT: &str = "https://api.cloudflare.com/client/v4";
/// "An identical record already exists."
const IDENTICAL: u64 = 81_058;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Cloudflare {
    endpoint: Endpoint,
    token: Secret<String>,
    zone_id: Option<String>,
    ttl: u64,
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "api_token",
            schema::secret(
                "API token",
                "A token with the permission DNS:Edit (and Zone:Read without a zone's id)",
            ),
        ),
        ("zone_id", schema::text("Zone's id", "For a token that may not list zones")),
        ("ttl", schema::ttl(TTL)),
        ("endpoint", schema::endpoint(ENDPOINT)),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["api_token"])
}

pub(super) fn read(config: &Value) -> Result<Cloudflare, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let token = fields.required("api_token", schema::parse_secret);
    let zone_id = fields.parsed("zone_id", schema::parse_word);
    let ttl = schema::read_ttl(&mut fields, TTL);
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    fields.finish();
    problems.finish(endpoint.zip(token).map(|(endpoint, token)| Cloudflare { endpoint, token, zone_id, ttl }))
}

impl Cloudflare {
    fn api<'a>(&'a self, call: Call<'a>) -> Api<'a> {
        Api::authorized(call, &self.endpoint, "Bearer", self.token.expose())
    }

    /// Where the zone's records are.
    async fn records(&self, api: &Api<'_>, record: &TxtRecord) -> Result<Url, DnsError> {
        let id = match &self.zone_id {
            Some(id) => id.clone(),
            None => self.find_zone(api, record).await?,
        };
        Ok(self.endpoint.at(&["zones", &id, "dns_records"]))
    }

    async fn find_zone(&self, api: &Api<'_>, record: &TxtRecord) -> Result<String, DnsError> {
        let zone = record.zone().as_str();
        let url = with_query(self.endpoint.at(&["zones"]), &[("name", zone)]);
        let value = api.json(Method::GET, &url, None).await?;
        let found = list(&value, "result")?.iter().find(|found| found["name"] == zone);
        let Some(found) = found else {
            return Err(DnsError::Refused(format!("the token sees no zone {zone}")));
        };
        found["id"].as_str().map(str::to_owned).ok_or_else(|| not_understood(&value.to_string()))
    }

    /// The ids of the records with this name and value.
    async fn ids(&self, api: &Api<'_>, records: &Url, record: &TxtRecord) -> Result<Vec<String>, DnsError> {
        let query = [("type", "TXT"), ("name", record.name().as_str()), ("per_page", "100")];
        let value = api.json(Method::GET, &with_query(records.clone(), &query), None).await?;
        let same = list(&value, "result")?.iter().filter(|found| {
            found["name"] == record.name().as_str()
                && found["content"].as_str().map(plain).as_deref() == Some(record.value())
        });
        same.map(|found| {
            found["id"].as_str().map(str::to_owned).ok_or_else(|| not_understood(&value.to_string()))
        })
        .collect()
    }
}

impl SetsTxt for Cloudflare {
    fn sensitive(&self) -> Vec<&str> {
        vec![self.token.expose().as_str()]
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        let api = self.api(call);
        let records = self.records(&api, record).await?;
        if !self.ids(&api, &records, record).await?.is_empty() {
            return Ok(());
        }
        let body = json!({
            "type": "TXT", "name": record.name().as_str(), "content": record.quoted(), "ttl": self.ttl,
        });
        let answer = api.ask(Method::POST, &records, &[], Some(&body)).await?;
        let said: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        if said["errors"]
            .as_array()
            .is_some_and(|errors| errors.iter().any(|error| error["code"] == IDENTICAL))
        {
            return Ok(());
        }
        let value = accepted(&answer, call.now)?;
        if value["success"] == true { Ok(()) } else { Err(not_understood(&answer.text)) }
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        let api = self.api(call);
        let records = self.records(&api, record).await?;
        for id in self.ids(&api, &records, record).await? {
            let mut url = records.clone();
            if let Ok(mut path) = url.path_segments_mut() {
                path.push(&id);
            }
            // One that is gone by now is removed.
            api.found(Method::DELETE, &url, None).await?;
        }
        Ok(())
    }
}
