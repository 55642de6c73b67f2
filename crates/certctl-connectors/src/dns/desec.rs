//! deSEC (<https://desec.readthedocs.io/en/latest/dns/rrsets.html>).
//!
//! Not for: creating domains. Invariant: the other values of the name are written back. The API has no condition for that, so
//! the writes of this process go one after another, and each looks afterwards whether what it wrote is still there: another
//! process that wrote at the same time is noticed by the one that lost.

use certctl_core::secret::Secret;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::http::{Api, ROUNDS, list, not_understood};
use super::name::plain;
use super::schema::{self, Schema};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Endpoint, common_fields};

const ENDPOINT: &str = "https://desec.io/api/v1";
/// The least that deSEC takes for most domains.
const TTL: u64 = 3_600;

/// One write at a time.
static WRITING: Mutex<()> = Mutex::const_new(());

/// The configuration.
#[derive(Debug, Clone)]
pub struct Desec {
    endpoint: Endpoint,
    token: Secret<String>,
    ttl: u64,
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "api_token",
            schema::secret("API token", "A token whose policy lets it write TXT records of the domain"),
        ),
        ("ttl", schema::ttl(TTL)),
        ("endpoint", schema::endpoint(ENDPOINT)),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["api_token"])
}

pub(super) fn read(config: &Value) -> Result<Desec, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let token = fields.required("api_token", schema::parse_secret);
    let ttl = schema::read_ttl(&mut fields, TTL);
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    fields.finish();
    problems.finish(endpoint.zip(token).map(|(endpoint, token)| Desec { endpoint, token, ttl }))
}

impl Desec {
    fn api<'a>(&'a self, call: Call<'a>) -> Api<'a> {
        Api::authorized(call, &self.endpoint, "Token", self.token.expose())
    }

    /// `.../rrsets/SUBNAME/TXT/`: the API wants the slash, and `@` for the domain itself.
    fn set_of(&self, record: &TxtRecord) -> Url {
        self.endpoint.at(&["domains", record.zone().as_str(), "rrsets", record.relative("@"), "TXT", ""])
    }

    async fn values(&self, api: &Api<'_>, record: &TxtRecord) -> Result<Vec<String>, DnsError> {
        let Some(value) = api.found(Method::GET, &self.set_of(record), None).await? else {
            return Ok(Vec::new());
        };
        let one = |found: &Value| {
            found.as_str().map(str::to_owned).ok_or_else(|| not_understood(&value.to_string()))
        };
        list(&value, "records")?.iter().map(one).collect()
    }

    /// Writes until what is wanted is there.
    async fn bring(&self, call: Call<'_>, record: &TxtRecord, wanted: bool) -> Result<(), DnsError> {
        let api = self.api(call);
        let _writing = WRITING.lock().await;
        for _ in 0..ROUNDS {
            let mut values = self.values(&api, record).await?;
            let is_there = values.iter().any(|value| plain(value) == record.value());
            if is_there == wanted {
                return Ok(());
            }
            if wanted {
                values.push(record.quoted());
            } else {
                values.retain(|value| plain(value) != record.value());
            }
            // PATCH of the list creates, changes and, without values, deletes the set.
            let url = self.endpoint.at(&["domains", record.zone().as_str(), "rrsets", ""]);
            let subname = record.relative("");
            let body = json!([{ "subname": subname, "type": "TXT", "ttl": self.ttl, "records": values }]);
            api.json(Method::PATCH, &url, Some(&body)).await?;
        }
        Err(DnsError::retry(format!("{} was changed by others at the same time", record.name())))
    }
}

impl SetsTxt for Desec {
    fn sensitive(&self) -> Vec<&str> {
        vec![self.token.expose().as_str()]
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, true).await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, false).await
    }
}
