//! Azure DNS, API 2018-05-01 (<https://learn.microsoft.com/rest/api/dns/record-sets>).
//!
//! Not for: private zones, or managed identities. Invariant: each write carries the ETag of what it replaces (or that there was
//! nothing), and Azure refuses it when that has changed: nobody's value is lost to somebody who was faster.

use certctl_core::secret::Secret;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::http::{Api, ROUNDS, accepted, list, not_understood, refused, with_query};
use super::schema::{self, Schema, TTL};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Endpoint, common_fields, headers};

const ENDPOINT: &str = "https://management.azure.com";
const LOGIN: &str = "https://login.microsoftonline.com";
const VERSION: &str = "2018-05-01";

/// The configuration.
#[derive(Debug, Clone)]
pub struct Azure {
    endpoint: Endpoint,
    login: Endpoint,
    tenant_id: String,
    client_id: String,
    client_secret: Secret<String>,
    subscription_id: String,
    resource_group: String,
    ttl: u64,
}

pub(super) fn schema() -> Schema {
    let own = [
        ("tenant_id", schema::text("Tenant's id", "The directory (tenant) of the application")),
        (
            "client_id",
            schema::text(
                "Application's id",
                "The application (client) that has the role DNS Zone Contributor",
            ),
        ),
        ("client_secret", schema::secret("Client secret", "The value of a client secret of the application")),
        ("subscription_id", schema::text("Subscription's id", "The subscription of the zone")),
        ("resource_group", schema::text("Resource group", "The resource group of the zone")),
        ("ttl", schema::ttl(TTL)),
        ("endpoint", schema::endpoint(ENDPOINT)),
        ("login_endpoint", schema::endpoint(LOGIN)),
    ];
    let required = vec!["tenant_id", "client_id", "client_secret", "subscription_id", "resource_group"];
    (own.into_iter().chain(common_fields()).collect(), required)
}

pub(super) fn read(config: &Value) -> Result<Azure, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let tenant_id = fields.required("tenant_id", schema::parse_word);
    let client_id = fields.required("client_id", schema::parse_word);
    let client_secret = fields.required("client_secret", schema::parse_secret);
    let subscription_id = fields.required("subscription_id", schema::parse_word);
    let resource_group = fields.required("resource_group", schema::parse_word);
    let ttl = schema::read_ttl(&mut fields, TTL);
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    let login =
        endpoint.as_ref().and_then(|endpoint| endpoint.read_beside(&mut fields, "login_endpoint", LOGIN));
    fields.finish();
    let made = || {
        Some(Azure {
            endpoint: endpoint?,
            login: login?,
            tenant_id: tenant_id?,
            client_id: client_id?,
            client_secret: client_secret?,
            subscription_id: subscription_id?,
            resource_group: resource_group?,
            ttl,
        })
    };
    problems.finish(made())
}

impl Azure {
    async fn token(&self, call: Call<'_>) -> Result<Secret<String>, DnsError> {
        let url = self.login.at(&[&self.tenant_id, "oauth2", "v2.0", "token"]);
        let form = with_query(
            url.clone(),
            &[
                ("grant_type", "client_credentials"),
                ("client_id", &self.client_id),
                ("client_secret", self.client_secret.expose()),
                ("scope", "https://management.azure.com/.default"),
            ],
        );
        let body = Secret::new(form.query().unwrap_or_default().as_bytes().to_vec());
        let mut head = headers(&[]);
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let outside = &call.around.outside;
        let answer = outside.ask(&self.login, Method::POST, &url, head, body.expose().clone()).await?;
        let value = accepted(&answer, call.now)?;
        let token = value["access_token"]
            .as_str()
            .ok_or_else(|| DnsError::retry("the answer has no access_token"))?;
        Ok(Secret::new(token.to_owned()))
    }

    fn set_of(&self, record: &TxtRecord) -> Url {
        let url = self.endpoint.at(&[
            "subscriptions",
            &self.subscription_id,
            "resourceGroups",
            &self.resource_group,
            "providers",
            "Microsoft.Network",
            "dnsZones",
            record.zone().as_str(),
            "TXT",
            record.relative("@"),
        ]);
        with_query(url, &[("api-version", VERSION)])
    }

    async fn bring(&self, call: Call<'_>, record: &TxtRecord, wanted: bool) -> Result<(), DnsError> {
        let token = self.token(call).await?;
        let api = Api::authorized(call, &self.endpoint, "Bearer", token.expose());
        let url = self.set_of(record);
        for _ in 0..ROUNDS {
            let old = api.found(Method::GET, &url, None).await?;
            let mut values = match &old {
                Some(old) => list(&old["properties"], "TXTRecords")?.clone(),
                None => Vec::new(),
            };
            if values.iter().any(|value| joined(value) == record.value()) == wanted {
                return Ok(());
            }
            if wanted {
                let strings: Vec<_> =
                    record.value().as_bytes().chunks(255).map(String::from_utf8_lossy).collect();
                values.push(json!({ "value": strings }));
            } else {
                values.retain(|value| joined(value) != record.value());
            }
            let condition = match &old {
                Some(old) => {
                    ("if-match", old["etag"].as_str().ok_or_else(|| not_understood(&old.to_string()))?)
                }
                None => ("if-none-match", "*"),
            };
            let ttl = old.as_ref().and_then(|old| old["properties"]["TTL"].as_u64()).unwrap_or(self.ttl);
            let mut body = json!({ "properties": { "TTL": ttl, "TXTRecords": values } });
            // A write replaces the set's labels too.
            if let Some(labels) =
                old.as_ref().map(|old| &old["properties"]["metadata"]).filter(|it| it.is_object())
            {
                body["properties"]["metadata"] = labels.clone();
            }
            let answer = if values.is_empty() {
                api.ask(Method::DELETE, &url, &[condition], None).await?
            } else {
                api.ask(Method::PUT, &url, &[condition], Some(&body)).await?
            };
            match answer.status.as_u16() {
                409 | 412 => {}
                _ => return refused(&answer, call.now),
            }
        }
        Err(DnsError::retry(format!("{} was changed by others at the same time", record.name())))
    }
}

/// A value, whose strings are a list.
fn joined(value: &Value) -> String {
    value["value"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

impl SetsTxt for Azure {
    fn sensitive(&self) -> Vec<&str> {
        vec![self.client_secret.expose().as_str()]
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, true).await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, false).await
    }
}
