//! Amazon Route 53, API 2013-04-01 (<https://docs.aws.amazon.com/Route53/latest/APIReference/>).
//!
//! Not for: credentials of instances or roles. Invariant: a change deletes the very set that it replaces and creates the new one
//! in one batch, which Route 53 refuses when the set is no longer that one: nobody's value is lost to somebody who was faster.

use reqwest::{Method, Url};
use serde_json::Value;

use super::http::{ROUNDS, not_understood, refused};
use super::name::plain;
use super::schema::{self, Schema, TTL};
use super::sigv4::{self, Credentials, Scope};
use super::xml::{elements, escaped, text, unescaped};
use super::{Call, DnsError, SetsTxt, TxtRecord, shortened};
use crate::fields::{Problem, Problems};
use crate::outside::{Answer, Endpoint, common_fields, headers};

const ENDPOINT: &str = "https://route53.amazonaws.com";
const VERSION: &str = "2013-04-01";
/// The service is one for the whole world, and signed for here.
const SCOPE: Scope = Scope { region: "us-east-1", service: "route53" };

/// The configuration.
#[derive(Debug, Clone)]
pub struct Route53 {
    endpoint: Endpoint,
    credentials: Credentials,
    hosted_zone_id: Option<String>,
    ttl: u64,
}

/// A set of records, as it is.
#[derive(Debug)]
struct Set {
    ttl: String,
    values: Vec<String>,
}

pub(super) fn schema() -> Schema {
    let own = [
        ("access_key_id", schema::text("Access key's id", "The id of an access key")),
        (
            "secret_access_key",
            schema::secret(
                "Secret access key",
                "The key; its user needs route53:ListResourceRecordSets and ChangeResourceRecordSets of the zone, and \
                 ListHostedZonesByName without a zone's id",
            ),
        ),
        ("session_token", schema::secret("Session token", "For temporary credentials")),
        (
            "hosted_zone_id",
            schema::text("Hosted zone's id", "Such as Z0123456789; found by name when absent"),
        ),
        ("ttl", schema::ttl(TTL)),
        ("endpoint", schema::endpoint(ENDPOINT)),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["access_key_id", "secret_access_key"])
}

pub(super) fn read(config: &Value) -> Result<Route53, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let access_key_id = fields.required("access_key_id", schema::parse_word);
    let secret_access_key = fields.required("secret_access_key", schema::parse_secret);
    let session_token = fields.parsed("session_token", schema::parse_secret);
    let hosted_zone_id = fields.parsed("hosted_zone_id", |text| {
        schema::parse_word(text.strip_prefix("/hostedzone/").unwrap_or(text))
    });
    let ttl = schema::read_ttl(&mut fields, TTL);
    let endpoint = Endpoint::read(&mut fields, "endpoint", Some(ENDPOINT));
    fields.finish();
    let found = endpoint.zip(access_key_id.zip(secret_access_key));
    problems.finish(found.map(|(endpoint, (access_key_id, secret_access_key))| Route53 {
        endpoint,
        credentials: Credentials { access_key_id, secret_access_key, session_token },
        hosted_zone_id,
        ttl,
    }))
}

/// Load and changes that go on have a status of their own elsewhere; here they are a 400 with a code.
fn checked(answer: Answer, call: Call<'_>) -> Result<String, DnsError> {
    const LATER: [&str; 4] =
        ["Throttling", "ThrottlingException", "PriorRequestNotComplete", "RequestExpired"];
    if answer.status.is_success() {
        return Ok(answer.text);
    }
    let code = text(&answer.text, "Code").unwrap_or_default();
    let Some(message) = text(&answer.text, "Message") else {
        return Err(refused(&answer, call.now).err().unwrap_or_else(|| not_understood(&answer.text)));
    };
    let detail =
        format!("the provider answered {} {code}: {}", answer.status.as_u16(), shortened(&message, 300));
    if LATER.contains(&code.as_str()) {
        return Err(DnsError::retry(detail));
    }
    match refused(&answer, call.now) {
        Err(DnsError::Retry { after, .. }) => Err(DnsError::Retry { detail, after }),
        Err(DnsError::Refused(_)) | Ok(()) => Err(DnsError::Refused(detail)),
    }
}

/// Whether a batch was refused because the set is no longer what it was.
fn is_outrun(answer: &Answer) -> bool {
    answer.status.as_u16() == 400
        && ["but it was not found", "but it already exists", "do not match the current values"]
            .iter()
            .any(|words| answer.text.contains(words))
}

impl Route53 {
    async fn ask(&self, call: Call<'_>, method: Method, url: &Url, body: String) -> Result<Answer, DnsError> {
        let body = body.into_bytes();
        let request = (method.as_str(), url, body.as_slice());
        let signed = sigv4::headers(&self.credentials, SCOPE, request, call.now);
        let pairs: Vec<(&'static str, &str)> =
            signed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut head = headers(&pairs);
        head.insert(reqwest::header::CONTENT_TYPE, reqwest::header::HeaderValue::from_static("text/xml"));
        Ok(call.around.outside.ask(&self.endpoint, method, url, head, body).await?)
    }

    async fn zone(&self, call: Call<'_>, record: &TxtRecord) -> Result<String, DnsError> {
        if let Some(id) = &self.hosted_zone_id {
            return Ok(id.clone());
        }
        let name = record.zone().dotted();
        let mut url = self.endpoint.at(&[VERSION, "hostedzonesbyname"]);
        url.set_query(Some(&sigv4::query(&[("dnsname", &name), ("maxitems", "20")])));
        let xml = checked(self.ask(call, Method::GET, &url, String::new()).await?, call)?;
        if !xml.contains("ListHostedZonesByNameResponse") {
            return Err(not_understood(&xml));
        }
        let public = |zone: &&&str| {
            text(zone, "Name").as_deref() == Some(name.as_str())
                && text(zone, "PrivateZone").as_deref() != Some("true")
        };
        let zones = elements(&xml, "HostedZone");
        let id = zones.iter().find(public).and_then(|zone| text(zone, "Id"));
        let id = id.map(|id| id.trim_start_matches("/hostedzone/").to_owned());
        id.ok_or_else(|| DnsError::Refused(format!("the account has no public hosted zone {name}")))
    }

    async fn current(&self, call: Call<'_>, zone: &str, record: &TxtRecord) -> Result<Option<Set>, DnsError> {
        let name = record.name().dotted();
        let mut url = self.endpoint.at(&[VERSION, "hostedzone", zone, "rrset"]);
        url.set_query(Some(&sigv4::query(&[("name", &name), ("type", "TXT"), ("maxitems", "1")])));
        let xml = checked(self.ask(call, Method::GET, &url, String::new()).await?, call)?;
        if !xml.contains("ListResourceRecordSetsResponse") {
            return Err(not_understood(&xml));
        }
        // The list begins at the name; what is there may be another one behind it.
        let is_ours = |set: &&&str| {
            text(set, "Name").as_deref() == Some(name.as_str()) && text(set, "Type").as_deref() == Some("TXT")
        };
        let sets = elements(&xml, "ResourceRecordSet");
        let Some(set) = sets.iter().find(is_ours) else { return Ok(None) };
        if text(set, "SetIdentifier").is_some() {
            return Err(DnsError::Refused(format!(
                "{name} has a routing policy, which this provider does not change"
            )));
        }
        let ttl = text(set, "TTL").ok_or_else(|| not_understood(&xml))?;
        let values = elements(set, "Value").into_iter().map(|value| unescaped(value.trim())).collect();
        Ok(Some(Set { ttl, values }))
    }

    async fn bring(&self, call: Call<'_>, record: &TxtRecord, wanted: bool) -> Result<(), DnsError> {
        let zone = self.zone(call, record).await?;
        for _ in 0..ROUNDS {
            let old = self.current(call, &zone, record).await?;
            let mut values = old.as_ref().map(|set| set.values.clone()).unwrap_or_default();
            if values.iter().any(|value| plain(value) == record.value()) == wanted {
                return Ok(());
            }
            if wanted {
                values.push(record.quoted());
            } else {
                values.retain(|value| plain(value) != record.value());
            }
            let name = record.name().dotted();
            let ttl = old.as_ref().map_or_else(|| self.ttl.to_string(), |set| set.ttl.clone());
            let delete = old.as_ref().map(|set| change("DELETE", &name, &set.ttl, &set.values));
            let create = (!values.is_empty()).then(|| change("CREATE", &name, &ttl, &values));
            let changes: String = delete.into_iter().chain(create).collect();
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
                 <ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/{VERSION}/\">\
                 <ChangeBatch><Changes>{changes}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
            );
            let url = self.endpoint.at(&[VERSION, "hostedzone", &zone, "rrset", ""]);
            let answer = self.ask(call, Method::POST, &url, body).await?;
            if is_outrun(&answer) {
                continue;
            }
            let xml = checked(answer, call)?;
            return if text(&xml, "Status").is_some() { Ok(()) } else { Err(not_understood(&xml)) };
        }
        Err(DnsError::retry(format!("{} was changed by others at the same time", record.name())))
    }
}

fn change(action: &str, name: &str, ttl: &str, values: &[String]) -> String {
    let one = |value: &String| format!("<ResourceRecord><Value>{}</Value></ResourceRecord>", escaped(value));
    let records: String = values.iter().map(one).collect();
    format!(
        "<Change><Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>TXT</Type><TTL>{}</TTL>\
         <ResourceRecords>{records}</ResourceRecords></ResourceRecordSet></Change>",
        escaped(ttl)
    )
}

impl SetsTxt for Route53 {
    fn sensitive(&self) -> Vec<&str> {
        let session = self.credentials.session_token.as_ref().map(|token| token.expose().as_str());
        std::iter::once(self.credentials.secret_access_key.expose().as_str()).chain(session).collect()
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, true).await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.bring(call, record, false).await
    }
}
