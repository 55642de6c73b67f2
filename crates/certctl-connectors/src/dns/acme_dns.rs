//! acme-dns (<https://github.com/joohoi/acme-dns#update-endpoint>): a server of its own for challenges, which names are delegated
//! to by CNAME.
//!
//! Not for: registering. The server keeps the two values that were set last and has no way to remove one: removing is done when
//! nothing is asked of it. Invariant: a value that this process set as one of the last two is not set again, because that would
//! push the other out.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use certctl_core::secret::Secret;
use reqwest::Method;
use serde_json::{Value, json};

use super::http::{Api, not_understood};
use super::schema::{self, Schema};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Endpoint, common_fields};

/// The values that the server holds of each subdomain, as far as this process knows: the later one last.
static HELD: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);
/// What the server keeps of a subdomain.
const KEPT: usize = 2;

/// The configuration.
#[derive(Debug, Clone)]
pub struct AcmeDns {
    endpoint: Endpoint,
    username: String,
    password: Secret<String>,
    subdomain: String,
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "endpoint",
            json!({
                "type": "string", "format": "uri", "title": "Server", "x-group": "Provider",
                "description": "The server's API, such as https://auth.example.org",
            }),
        ),
        ("username", schema::text("User", "The username that the registration gave")),
        ("password", schema::secret("Password", "The password that the registration gave")),
        (
            "subdomain",
            schema::text(
                "Subdomain",
                "The subdomain that the registration gave; the CNAME's target begins with it",
            ),
        ),
    ];
    let required = vec!["endpoint", "username", "password", "subdomain"];
    (own.into_iter().chain(common_fields()).collect(), required)
}

pub(super) fn read(config: &Value) -> Result<AcmeDns, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let endpoint = Endpoint::read(&mut fields, "endpoint", None);
    let username = fields.required("username", schema::parse_word);
    let password = fields.required("password", schema::parse_secret);
    let subdomain = fields.required("subdomain", schema::parse_word);
    fields.finish();
    let found = endpoint.zip(subdomain).zip(username.zip(password));
    problems.finish(found.map(|((endpoint, subdomain), (username, password))| AcmeDns {
        endpoint,
        username,
        password,
        subdomain,
    }))
}

impl AcmeDns {
    fn key(&self) -> String {
        format!("{} {}", self.endpoint.url, self.subdomain)
    }

    fn holds(&self, value: &str) -> bool {
        let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&self.key()).is_some_and(|values| values.iter().any(|one| one == value))
    }

    fn note(&self, value: &str) {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let values = held.entry(self.key()).or_default();
        values.push(value.to_owned());
        let n_too_many = values.len().saturating_sub(KEPT);
        values.drain(..n_too_many);
    }
}

impl SetsTxt for AcmeDns {
    fn sensitive(&self) -> Vec<&str> {
        vec![self.password.expose().as_str()]
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        if !record.name().as_str().starts_with(&format!("{}.", self.subdomain.to_ascii_lowercase())) {
            return Err(DnsError::Refused(format!(
                "{} does not begin with the subdomain {}: the challenge's name needs a CNAME to what the registration gave as \
                 fulldomain",
                record.name(),
                self.subdomain
            )));
        }
        if self.holds(record.value()) {
            return Ok(());
        }
        let headers =
            vec![("x-api-user", self.username.clone()), ("x-api-key", self.password.expose().clone())];
        let api = Api { call, endpoint: &self.endpoint, headers };
        let body = json!({ "subdomain": self.subdomain, "txt": record.value() });
        let value = api.json(Method::POST, &self.endpoint.at(&["update"]), Some(&body)).await?;
        if value["txt"] != record.value() {
            return Err(not_understood(&value.to_string()));
        }
        self.note(record.value());
        Ok(())
    }

    async fn remove(&self, _call: Call<'_>, _record: &TxtRecord) -> Result<(), DnsError> {
        Ok(())
    }
}
