//! The configuration of ACME: its fields, and their reading.
//!
//! Not for: what the directory says of them (`directory`). Invariant: the terms were agreed to, or there is no configuration.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use certctl_core::authority::{Http01By, ProofKind};
use certctl_core::secret::Secret;
use serde_json::{Value, json};

use super::jws::AccountKey;
use super::{Acme, Binding};
use crate::fields::{Fields, Problem, Problems};
use crate::form::parse_word;
use crate::issuers::outside::schema::{self, Schema};
use crate::issuers::outside::{ORDERS_AT_ONCE, OrderLimit};
use crate::outside::{Endpoint, common_fields};

const MAX_CONTACTS: usize = 10;
const MAX_ORDERS: u64 = 300;
/// The most orders that a limit of the authority may have, in how many seconds at most.
const MAX_LIMIT: u64 = 1_000_000;
const MAX_LIMIT_SECONDS: u64 = 7 * 86_400;
const LIMIT_SECONDS: u64 = OrderLimit::DEFAULT_SECONDS.unsigned_abs();

pub(in crate::issuers) fn schema() -> Schema {
    let own = [
        (
            "directory_url",
            schema::address(
                "Directory",
                "The authority's directory, such as https://acme-v02.api.letsencrypt.org/directory",
            ),
        ),
        (
            "terms_agreed",
            json!({
                "type": "boolean", "const": true, "title": "Terms agreed", "x-group": "Account",
                "description": "You agree to the authority's terms of service; without that it gives nobody a certificate",
            }),
        ),
        (
            "contact",
            json!({
                "type": "array", "items": { "type": "string", "format": "email" }, "maxItems": MAX_CONTACTS, "default": [],
                "title": "Contact", "x-group": "Account",
                "description": "The e-mail addresses that the authority may write to",
            }),
        ),
        (
            "eab_kid",
            schema::text(
                "Account",
                "Key id of the binding",
                "The key id of external account binding, where the authority wants it",
            ),
        ),
        (
            "eab_hmac_key",
            schema::secret(
                "Account",
                "Key of the binding",
                "The key of external account binding, in base64url",
            ),
        ),
        (
            "challenges",
            json!({
                "type": "array", "minItems": 1, "uniqueItems": true, "default": [ProofKind::Http01.as_str()],
                "items": { "type": "string", "enum": ProofKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>() },
                "title": "Challenges", "x-group": "Proofs",
                "description": "How control of a name is proved, the preferred one first: the first that the authority offers and \
                                that fits. Wildcards are proved by dns-01 and dns-persist-01 only, addresses by neither",
            }),
        ),
        (
            "http_01",
            json!({
                "type": "string", "enum": Http01By::ALL.iter().map(|by| by.as_str()).collect::<Vec<_>>(),
                "default": Http01By::Agent.as_str(), "title": "http-01 answered by", "x-group": "Proofs",
                "description": "Who answers http-01: the agent that holds the key, at port 80 of its host, or the control plane, to \
                                which the names' web servers lead whoever asks for /.well-known/acme-challenge/",
            }),
        ),
        (
            "dns_provider",
            schema::text(
                "Proofs",
                "DNS provider",
                "The id of the DNS provider that sets the records of dns-01",
            ),
        ),
        (
            "preferred_chain",
            schema::text(
                "Certificate",
                "Preferred chain",
                "The common name of the issuer of the topmost certificate, where the authority has several chains",
            ),
        ),
        (
            "profile",
            schema::text(
                "Certificate",
                "Profile",
                "The authority's profile to order by, such as shortlived; its default when absent",
            ),
        ),
        (
            "max_orders",
            json!({
                "type": "integer", "minimum": 1, "maximum": MAX_ORDERS, "default": ORDERS_AT_ONCE, "title": "Orders at once",
                "x-group": "Account",
                "description": "How many orders the authority may have to work on at once; further ones wait for their turn. \
                                Authorities limit the pending ones of an account",
            }),
        ),
        (
            "rate_limit_orders",
            json!({
                "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "title": "New orders", "x-group": "Account",
                "description": "How many new orders the authority lets the account make in the seconds below; further ones wait, and \
                                what ends first is renewed first. Without it the authority's own refusals are waited for",
            }),
        ),
        (
            "rate_limit_seconds",
            json!({
                "type": "integer", "minimum": 1, "maximum": MAX_LIMIT_SECONDS, "default": LIMIT_SECONDS,
                "title": "New orders within", "x-group": "Account",
                "description": "The seconds that these orders are counted in, up to now; three hours at Let's Encrypt",
            }),
        ),
    ];
    (own.into_iter().chain(common_fields()).collect(), vec!["directory_url", "terms_agreed"])
}

pub(in crate::issuers) fn read(config: &Value, account_key: Option<&[u8]>) -> Result<Acme, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let directory_url = Endpoint::read(&mut fields, "directory_url", None);
    if !fields.boolean("terms_agreed", false) {
        fields.problem("terms_agreed", "has to be true: the authority gives certificates to nobody else");
    }
    let contact = read_contact(&mut fields);
    let binding = read_binding(&mut fields);
    let challenges = read_challenges(&mut fields);
    let dns_provider = fields.parsed("dns_provider", parse_provider);
    if challenges.contains(&ProofKind::Dns01) && fields.value("dns_provider").is_none() {
        fields.problem("dns_provider", "is missing: dns-01 needs it");
    }
    let preferred_chain = fields.parsed("preferred_chain", parse_common_name);
    let profile = fields.parsed("profile", parse_word);
    let http_01 =
        fields.parsed("http_01", |text| text.parse::<Http01By>().map_err(|error| error.to_string()));
    let limit_orders = fields.number("rate_limit_orders", 1..=MAX_LIMIT, 0);
    let limit_seconds = fields.number("rate_limit_seconds", 1..=MAX_LIMIT_SECONDS, LIMIT_SECONDS);
    let max_orders = fields.number("max_orders", 1..=MAX_ORDERS, u64::from(ORDERS_AT_ONCE));
    let key = account_key.map(AccountKey::read).transpose().unwrap_or_else(|detail| {
        fields.problem("", format!("has an account key that {detail}"));
        None
    });
    fields.finish();
    problems.finish(directory_url.map(|directory_url| Acme {
        directory_url,
        contact,
        binding,
        challenges,
        http_01: http_01.unwrap_or(Http01By::Agent),
        dns_provider,
        limit:
            u32::try_from(limit_orders).ok().filter(|orders| *orders > 0).map(|orders| OrderLimit {
                orders,
                seconds: i64::try_from(limit_seconds).unwrap_or(i64::MAX),
            }),
        preferred_chain,
        profile,
        max_orders: u32::try_from(max_orders).unwrap_or(ORDERS_AT_ONCE),
        key,
        memory: Arc::default(),
    }))
}

fn read_contact(fields: &mut Fields<'_>) -> Vec<String> {
    let found = match fields.value("contact") {
        Some(Value::String(text)) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            let read: Result<Vec<String>, String> = parts.map(parse_mail).collect();
            read.unwrap_or_else(|detail| {
                fields.problem("contact", detail);
                Vec::new()
            })
        }
        Some(_) => fields.parsed_list("contact", parse_mail),
        None => Vec::new(),
    };
    if found.len() > MAX_CONTACTS {
        fields.problem("contact", format!("has more than {MAX_CONTACTS} addresses"));
    }
    found
}

fn parse_mail(text: &str) -> Result<String, String> {
    let address = text.strip_prefix("mailto:").unwrap_or(text);
    let printable = address.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b',' && byte != b'?');
    let parts = address.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && domain.contains('.'));
    if printable && address.len() <= 254 && parts.is_some() {
        Ok(address.to_owned())
    } else {
        Err(format!("{text:?} is not an e-mail address"))
    }
}

fn read_binding(fields: &mut Fields<'_>) -> Option<Binding> {
    let kid = fields.parsed("eab_kid", parse_kid);
    let key = fields.parsed("eab_hmac_key", parse_hmac_key);
    let (has_kid, has_key) = (fields.value("eab_kid").is_some(), fields.value("eab_hmac_key").is_some());
    if has_kid && !has_key {
        fields.problem("eab_hmac_key", "is missing: eab_kid needs it");
    }
    if has_key && !has_kid {
        fields.problem("eab_kid", "is missing: eab_hmac_key needs it");
    }
    kid.zip(key).map(|(kid, (key, text))| Binding { kid, key, text })
}

fn parse_kid(text: &str) -> Result<String, String> {
    let printable = text.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    if printable && (1..=1_024).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err("is not 1 to 1024 printable letters of ASCII without blanks".to_owned())
    }
}

/// Base64url as RFC 8555 has it; some authorities show the other alphabet or padding.
fn parse_hmac_key(text: &str) -> Result<(Secret<Vec<u8>>, Secret<String>), String> {
    let bare = text.trim().trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(bare).or_else(|_| STANDARD_NO_PAD.decode(bare)).unwrap_or_default();
    if bytes.len() < 8 {
        return Err("is not a key in base64url".to_owned());
    }
    Ok((Secret::new(bytes), Secret::new(bare.to_owned())))
}

fn read_challenges(fields: &mut Fields<'_>) -> Vec<ProofKind> {
    let given = fields.value("challenges").is_some();
    let parse = |text: &str| text.parse::<ProofKind>().map_err(|error| error.to_string());
    let found = fields.parsed_list("challenges", parse);
    if !given {
        return vec![ProofKind::Http01];
    }
    if fields.list("challenges").is_empty() {
        fields.problem("challenges", "is empty: one at least is needed");
    }
    if found.iter().enumerate().any(|(index, kind)| found[..index].contains(kind)) {
        fields.problem("challenges", "names one twice");
    }
    found
}

fn parse_provider(text: &str) -> Result<String, String> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match text.strip_prefix("dns-") {
        Some(rest) if !rest.is_empty() && rest.bytes().all(letter) && text.len() <= 80 => Ok(text.to_owned()),
        Some(_) | None => Err(format!("{text:?} is not the id of a DNS provider: those begin with \"dns-\"")),
    }
}

fn parse_common_name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if (1..=255).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("is not a common name of 1 to 255 letters".to_owned())
    }
}
