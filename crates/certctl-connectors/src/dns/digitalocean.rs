//! DigitalOcean, API v2 (<https://docs.digitalocean.com/reference/api/digitalocean/#tag/Domain-Records>).
//!
//! Not for: other records. Invariant: a record is created and deleted by itself, so no other value of the name is touched.
//! The API allows two equal records: of two calls at once both may create one, and removing removes both.

use certctl_core::secret::Secret;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::http::{Api, list, not_understood, with_query};
use super::name::plain;
use super::schema::{self, Schema, TTL};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Endpoint, common_fields};

const ENDPOINT: &str = "https://api.digitalocean.com/v2";

/// The configuration.
#[derive(Debug, Clone)]
pub struct Digitalocean {
    endpoint: Endpoint,
    token: Secret<String>,
    ttl: u64,
}

pub(super) fn schema() -> Schema {
    let own = [
        ("api_token", schema::secret("API token", "A token that may read, create and delete domain records")),
        ("ttl", schema::ttl(TTL)),
        ("endpoint", schema::endpoint(ENDPOINT)),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["api_token"])
}

pub(super) fn read(config: &Value) -> Result<Digitalocean, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let token = fields.required("api_token", schema::parse_secret);
    let ttl = schema::read_ttl(&mut fields, TTL);
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    fields.finish();
    problems.finish(endpoint.zip(token).map(|(endpoint, token)| Digitalocean { endpoint, token, ttl }))
}

impl Digitalocean {
    fn api<'a>(&'a self, call: Call<'a>) -> Api<'a> {
        Api::authorized(call, &self.endpoint, "Bearer", self.token.expose())
    }

    fn records(&self, record: &TxtRecord) -> Url {
        self.endpoint.at(&["domains", record.zone().as_str(), "records"])
    }

    /// The ids of the records with this name and value.
    async fn ids(&self, api: &Api<'_>, record: &TxtRecord) -> Result<Vec<u64>, DnsError> {
        let query = [("type", "TXT"), ("name", record.name().as_str()), ("per_page", "200")];
        let value = api.json(Method::GET, &with_query(self.records(record), &query), None).await?;
        let same = list(&value, "domain_records")?.iter().filter(|found| {
            found["type"] == "TXT"
                && found["name"] == record.relative("@")
                && found["data"].as_str().map(plain).as_deref() == Some(record.value())
        });
        same.map(|found| found["id"].as_u64().ok_or_else(|| not_understood(&value.to_string()))).collect()
    }
}

impl SetsTxt for Digitalocean {
    fn sensitive(&self) -> Vec<&str> {
        vec![self.token.expose().as_str()]
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        let api = self.api(call);
        if !self.ids(&api, record).await?.is_empty() {
            return Ok(());
        }
        let body =
            json!({ "type": "TXT", "name": record.relative("@"), "data": record.value(), "ttl": self.ttl });
        let value = api.json(Method::POST, &self.records(record), Some(&body)).await?;
        if value["domain_record"]["id"].is_u64() { Ok(()) } else { Err(not_understood(&value.to_string())) }
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        let api = self.api(call);
        for id in self.ids(&api, record).await? {
            let url = self.endpoint.at(&["domains", record.zone().as_str(), "records", &id.to_string()]);
            // One that is gone by now is removed.
            api.found(Method::DELETE, &url, None).await?;
        }
        Ok(())
    }
}
