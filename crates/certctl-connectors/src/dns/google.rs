//! Google Cloud DNS, API v1 (<https://cloud.google.com/dns/docs/reference/rest/v1/changes>).
//!
//! Not for: other ways to sign in than a service account's key. Invariant: a change names the very set that it replaces, and
//! Google refuses it when that is no longer there: nobody's value is lost to somebody who was faster.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use certctl_core::secret::Secret;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::http::{Api, ROUNDS, accepted, list, not_understood, with_query};
use super::name::plain;
use super::schema::{self, Schema, TTL};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::outside::{Answer, Endpoint, common_fields, headers};

const ENDPOINT: &str = "https://dns.googleapis.com/dns/v1";
const TOKENS: &str = "https://oauth2.googleapis.com/token";
const SCOPE: &str = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";

/// The configuration.
#[derive(Debug, Clone)]
pub struct Google {
    endpoint: Endpoint,
    tokens: Endpoint,
    project: String,
    account: Account,
    managed_zone: Option<String>,
    ttl: u64,
}

/// A service account's key.
#[derive(Debug, Clone)]
struct Account {
    email: String,
    project: Option<String>,
    /// As it is in the file: a part of it in an answer would be a secret too.
    pem: Secret<String>,
    der: Secret<Vec<u8>>,
}

pub(super) fn schema() -> Schema {
    let own = [
        (
            "service_account",
            json!({
                "type": "string", "minLength": 1, "maxLength": 16_384, "x-secret": true, "title": "Service account",
                "x-group": "Provider", "description": "The JSON key file of a service account with the role DNS Administrator",
            }),
        ),
        ("project", schema::text("Project", "The project of the zone; the service account's when absent")),
        (
            "managed_zone",
            schema::text("Managed zone", "The name of the managed zone; found by its DNS name when absent"),
        ),
        ("ttl", schema::ttl(TTL)),
        ("endpoint", schema::endpoint(ENDPOINT)),
        ("token_endpoint", schema::endpoint(TOKENS)),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["service_account"])
}

pub(super) fn read(config: &Value) -> Result<Google, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let account = fields.required("service_account", parse_account);
    let project = fields.parsed("project", schema::parse_word);
    let managed_zone = fields.parsed("managed_zone", schema::parse_word);
    let ttl = schema::read_ttl(&mut fields, TTL);
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    let tokens =
        endpoint.as_ref().and_then(|endpoint| endpoint.read_beside(&mut fields, "token_endpoint", TOKENS));
    let project = project.or_else(|| account.as_ref().and_then(|account| account.project.clone()));
    if account.is_some() && project.is_none() {
        fields.problem("project", "is missing here and in the service account");
    }
    fields.finish();
    let found = endpoint.zip(tokens).zip(account.zip(project));
    problems.finish(found.map(|((endpoint, tokens), (account, project))| Google {
        endpoint,
        tokens,
        project,
        account,
        managed_zone,
        ttl,
    }))
}

fn parse_account(text: &str) -> Result<Account, String> {
    let wrong = |what: &str| format!("is not the JSON key of a service account: {what}");
    let value: Value = serde_json::from_str(text).map_err(|_| wrong("it is no JSON"))?;
    let of = |key: &str| value[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let email = of("client_email").ok_or_else(|| wrong("it has no client_email"))?;
    let pem = of("private_key").ok_or_else(|| wrong("it has no private_key"))?;
    let inner: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let der = STANDARD.decode(inner).map_err(|_| wrong("its private_key is no PEM"))?;
    RsaKeyPair::from_pkcs8(&der).map_err(|_| wrong("its private_key is no RSA key in PKCS #8"))?;
    Ok(Account { email, project: of("project_id"), pem: Secret::new(pem), der: Secret::new(der) })
}

/// Load has a status of its own nearly everywhere; here it is told from a refusal by its reason only.
fn is_load(answer: &Answer) -> bool {
    const REASONS: [&str; 3] = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"];
    answer.status.as_u16() == 403 && REASONS.iter().any(|reason| answer.text.contains(reason))
}

impl Google {
    /// A token that the key asks for (RFC 7523).
    async fn token(&self, call: Call<'_>) -> Result<Secret<String>, DnsError> {
        let assertion = self.assertion(call.now.as_second())?;
        let body =
            format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        let mut head = headers(&[]);
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let outside = &call.around.outside;
        let answer =
            outside.ask(&self.tokens, Method::POST, &self.tokens.url, head, body.into_bytes()).await?;
        // "invalid_grant" is a 400: a key that is gone, or a clock that is wrong.
        let value = accepted(&answer, call.now)?;
        let token = value["access_token"]
            .as_str()
            .ok_or_else(|| DnsError::retry("the answer has no access_token"))?;
        Ok(Secret::new(token.to_owned()))
    }

    fn assertion(&self, now: i64) -> Result<String, DnsError> {
        let audience = TOKENS;
        let claims = json!({
            "iss": self.account.email, "scope": SCOPE, "aud": audience, "iat": now, "exp": now + 600,
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(&claims));
        let unusable = |_| DnsError::Refused("the service account's key cannot sign".to_owned());
        let key =
            RsaKeyPair::from_pkcs8(self.account.der.expose()).map_err(|error| unusable(error.to_string()))?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|error| unusable(error.to_string()))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    async fn ask(
        &self,
        api: &Api<'_>,
        method: Method,
        url: &Url,
        body: Option<&Value>,
    ) -> Result<Answer, DnsError> {
        let answer = api.ask(method, url, &[], body).await?;
        if is_load(&answer) {
            return Err(DnsError::retry(format!(
                "the provider answered 403: {}",
                super::http::words(&answer.text)
            )));
        }
        Ok(answer)
    }

    async fn zone(&self, api: &Api<'_>, record: &TxtRecord) -> Result<String, DnsError> {
        if let Some(zone) = &self.managed_zone {
            return Ok(zone.clone());
        }
        let dns_name = record.zone().dotted();
        let url = self.endpoint.at(&["projects", &self.project, "managedZones"]);
        let answer = self.ask(api, Method::GET, &with_query(url, &[("dnsName", &dns_name)]), None).await?;
        let value = accepted(&answer, api.call.now)?;
        // A project without zones answers without the list.
        let zones = value["managedZones"].as_array().map_or(&[][..], Vec::as_slice);
        let public = |zone: &&Value| zone["dnsName"] == dns_name.as_str() && zone["visibility"] != "private";
        let found = zones.iter().find(public).and_then(|zone| zone["name"].as_str());
        found.map(str::to_owned).ok_or_else(|| {
            DnsError::Refused(format!("the project {} has no public zone {dns_name}", self.project))
        })
    }

    async fn bring(&self, call: Call<'_>, record: &TxtRecord, wanted: bool) -> Result<(), DnsError> {
        let token = self.token(call).await?;
        let api = Api::authorized(call, &self.endpoint, "Bearer", token.expose());
        let zone = self.zone(&api, record).await?;
        let base = ["projects", &self.project, "managedZones", &zone];
        let name = record.name().dotted();
        for _ in 0..ROUNDS {
            let sets = self.endpoint.at(&[&base[..], &["rrsets"]].concat());
            let url = with_query(sets, &[("name", &name), ("type", "TXT")]);
            let answer = self.ask(&api, Method::GET, &url, None).await?;
            let value = accepted(&answer, call.now)?;
            let old = list(&value, "rrsets")?
                .iter()
                .find(|set| set["name"] == name.as_str() && set["type"] == "TXT");
            let mut values: Vec<String> = match old {
                Some(set) => {
                    list(set, "rrdatas")?.iter().filter_map(Value::as_str).map(str::to_owned).collect()
                }
                None => Vec::new(),
            };
            if values.iter().any(|value| plain(value) == record.value()) == wanted {
                return Ok(());
            }
            if wanted {
                values.push(record.quoted());
            } else {
                values.retain(|value| plain(value) != record.value());
            }
            let ttl = old.and_then(|set| set["ttl"].as_u64()).unwrap_or(self.ttl);
            let mut change = json!({});
            if let Some(old) = old {
                change["deletions"] =
                    json!([{ "name": name, "type": "TXT", "ttl": old["ttl"], "rrdatas": old["rrdatas"] }]);
            }
            if !values.is_empty() {
                change["additions"] = json!([{ "name": name, "type": "TXT", "ttl": ttl, "rrdatas": values }]);
            }
            let url = self.endpoint.at(&[&base[..], &["changes"]].concat());
            let answer = self.ask(&api, Method::POST, &url, Some(&change)).await?;
            // Somebody was faster: what was to be replaced is not there, or what was to be added is.
            let status = answer.status.as_u16();
            if matches!(status, 409 | 412) || status == 404 && answer.text.contains("deletions") {
                continue;
            }
            let value = accepted(&answer, call.now)?;
            return if value["id"].is_string() { Ok(()) } else { Err(not_understood(&answer.text)) };
        }
        Err(DnsError::retry(format!("{} was changed by others at the same time", record.name())))
    }
}

impl SetsTxt for Google {
    fn sensitive(&self) -> Vec<&str> {
        let pem = self.account.pem.expose();
        // A line of the key is as telling as the whole.
        std::iter::once(pem.as_str()).chain(pem.lines().filter(|line| line.len() > 16)).collect()
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, true).await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, false).await
    }
}
