//! Schemas of the configurations, and the fields that several kinds have.
//!
//! Not for: reading what only one kind has. Invariants: a field that is read is in the schema and the other way round; a
//! secret is marked `x-secret` and read into a `Secret`.

use certctl_core::dns_provider::DnsProviderKind;
use serde_json::{Value, json};

use super::{
    Fqdn, acme_dns, agent, azure, cloudflare, desec, digitalocean, exec, google, hetzner, rfc2136, route53,
    webhook,
};
use crate::fields::Fields;
use crate::form;

pub(super) use crate::form::{Form as Schema, parse_secret, parse_word};

/// The shortest that resolvers are asked to keep a record for, where nothing else is said.
pub(super) const TTL: u64 = 60;

/// For people.
pub fn title(kind: DnsProviderKind) -> &'static str {
    match kind {
        DnsProviderKind::Rfc2136 => "Dynamic updates (RFC 2136)",
        DnsProviderKind::Cloudflare => "Cloudflare",
        DnsProviderKind::Route53 => "Amazon Route 53",
        DnsProviderKind::Google => "Google Cloud DNS",
        DnsProviderKind::Azure => "Azure DNS",
        DnsProviderKind::Digitalocean => "DigitalOcean",
        DnsProviderKind::Hetzner => "Hetzner",
        DnsProviderKind::Desec => "deSEC",
        DnsProviderKind::AcmeDns => "acme-dns",
        DnsProviderKind::Exec => "Program on the server",
        DnsProviderKind::Webhook => "Webhook",
        DnsProviderKind::Agent => "An agent's own provider",
    }
}

/// JSON Schema of a kind's configuration; `x-secret` marks what is sealed and never shown, `x-order` and `x-group` how a
/// form shows it.
pub fn schema(kind: DnsProviderKind) -> Value {
    form::schema(match kind {
        DnsProviderKind::Rfc2136 => rfc2136::schema(),
        DnsProviderKind::Cloudflare => cloudflare::schema(),
        DnsProviderKind::Route53 => route53::schema(),
        DnsProviderKind::Google => google::schema(),
        DnsProviderKind::Azure => azure::schema(),
        DnsProviderKind::Digitalocean => digitalocean::schema(),
        DnsProviderKind::Hetzner => hetzner::schema(),
        DnsProviderKind::Desec => desec::schema(),
        DnsProviderKind::AcmeDns => acme_dns::schema(),
        DnsProviderKind::Exec => exec::schema(),
        DnsProviderKind::Webhook => webhook::schema(),
        DnsProviderKind::Agent => agent::schema(),
    })
}

/// The fields of a kind's configuration that are secrets.
pub fn secret_fields(kind: DnsProviderKind) -> Vec<String> {
    form::secret_fields(&schema(kind))
}

/// A text that everyone may see.
pub(super) fn text(title: &str, about: &str) -> Value {
    json!({ "type": "string", "maxLength": 255, "title": title, "x-group": "Provider", "description": about })
}

/// A text that nobody may see.
pub(super) fn secret(title: &str, about: &str) -> Value {
    json!({
        "type": "string", "minLength": 1, "maxLength": 4_096, "x-secret": true, "title": title, "x-group": "Provider",
        "description": about,
    })
}

/// The address of an API.
pub(super) fn endpoint(default: &str) -> Value {
    json!({
        "type": "string", "format": "uri", "default": default, "title": "Endpoint", "x-group": "TLS",
        "description": "Another address of the same API, for a gateway or a test",
    })
}

/// How long resolvers may keep the record.
pub(super) fn ttl(default: u64) -> Value {
    json!({
        "type": "integer", "minimum": 1, "maximum": 86_400, "default": default, "title": "TTL", "x-group": "Record",
        "description": "For how many seconds resolvers may keep the record",
    })
}

pub(super) fn read_ttl(fields: &mut Fields<'_>, default: u64) -> u64 {
    fields.number("ttl", 1..=86_400, default)
}

/// The zone that is meant, where it is not the one that the DNS says.
pub(super) fn zone_field() -> Value {
    text("Zone", "The zone to change, such as example.org; the one that the DNS says when absent")
}

pub(super) fn read_zone(fields: &mut Fields<'_>) -> Option<Fqdn> {
    fields.parsed("zone", Fqdn::parse)
}

#[cfg(test)]
mod tests {
    use super::super::Setter;
    use super::*;
    use crate::fields::Problem;

    #[test]
    fn every_kind_describes_exactly_the_fields_that_it_reads() {
        for kind in DnsProviderKind::ALL {
            let schema = schema(*kind);
            let properties = schema["properties"].as_object().unwrap();
            for (name, field) in properties {
                for wanted in ["type", "title", "description", "x-order", "x-group"] {
                    assert!(!field[wanted].is_null(), "{kind} {name} has no {wanted}");
                }
            }
            let problems = Setter::read(*kind, &json!({ "certainly_unknown": 1 })).map(drop).unwrap_err();
            let unknown = problems.iter().find(|problem| problem.pointer() == "/certainly_unknown").unwrap();
            let (_, known) = unknown.detail.split_once("known are: ").unwrap();
            let mut read: Vec<&str> = known.split(", ").collect();
            let mut described: Vec<&str> = properties.keys().map(String::as_str).collect();
            read.sort_unstable();
            read.dedup();
            described.sort_unstable();
            assert_eq!(read, described, "{kind}");
            let pointers: Vec<String> = problems.iter().map(Problem::pointer).collect();
            for required in schema["required"].as_array().unwrap() {
                let pointer = format!("/{}", required.as_str().unwrap());
                assert!(pointers.contains(&pointer), "{kind}: {pointer} is not asked for");
            }
        }
    }

    #[test]
    fn a_bad_value_is_refused_by_its_field_and_a_secret_is_not_repeated() {
        use DnsProviderKind as Kind;
        let rfc2136 = |field: &str, value: Value| {
            let mut config =
                json!({ "server": "ns1.example.org", "key_name": "k", "secret": "c2VjcmV0c2VjcmV0c2VjcmV0" });
            config[field] = value;
            config
        };
        let word = "S3CRET of two words";
        for (kind, config, pointer) in [
            (Kind::Rfc2136, rfc2136("server", json!("a b")), "/server"),
            (Kind::Rfc2136, rfc2136("server", json!("ns1:0")), "/server"),
            (Kind::Rfc2136, rfc2136("key_name", json!("a..b")), "/key_name"),
            (Kind::Rfc2136, rfc2136("secret", json!(word)), "/secret"),
            (Kind::Rfc2136, rfc2136("algorithm", json!("hmac-md5")), "/algorithm"),
            (Kind::Rfc2136, rfc2136("zone", json!("*.example.org")), "/zone"),
            (Kind::Rfc2136, rfc2136("ttl", json!(0)), "/ttl"),
            (Kind::Cloudflare, json!({ "api_token": word }), "/api_token"),
            (Kind::Cloudflare, json!({ "api_token": "t", "zone_id": "../x" }), "/zone_id"),
            (Kind::Cloudflare, json!({ "api_token": "t", "endpoint": "http://a.example" }), "/endpoint"),
            (Kind::Route53, json!({ "access_key_id": "a/b", "secret_access_key": "s" }), "/access_key_id"),
            (Kind::Route53, json!({ "access_key_id": "a", "secret_access_key": word }), "/secret_access_key"),
            (Kind::Google, json!({ "service_account": word }), "/service_account"),
            (
                Kind::Google,
                json!({ "service_account": "{\"client_email\":\"a\",\"private_key\":\"S3CRET\"}" }),
                "/service_account",
            ),
            (
                Kind::Azure,
                json!({
                    "tenant_id": "t", "client_id": "c", "client_secret": word, "subscription_id": "s", "resource_group": "g",
                }),
                "/client_secret",
            ),
            (Kind::Digitalocean, json!({ "api_token": 7 }), "/api_token"),
            (Kind::Hetzner, json!({ "api_token": "" }), "/api_token"),
            (Kind::Desec, json!({ "api_token": "t", "ca_pem": "none" }), "/ca_pem"),
            (
                Kind::AcmeDns,
                json!({ "endpoint": "ftp://a", "username": "u", "password": "p", "subdomain": "s" }),
                "/endpoint",
            ),
            (Kind::Webhook, json!({ "url": "https://a.example", "secrets": [word] }), "/secrets/0"),
            (Kind::Agent, json!({ "agent_id": "web-1", "provider": "lab" }), "/agent_id"),
            (Kind::Agent, json!({ "agent_id": "ag-web-1", "provider": "la b" }), "/provider"),
        ] {
            let problems = Setter::read(kind, &config).map(drop).unwrap_err();
            let pointers: Vec<String> = problems.iter().map(Problem::pointer).collect();
            assert_eq!(pointers, [pointer], "{kind} {config}");
            assert!(!format!("{problems:?}").contains("S3CRET"), "{kind}: {problems:?}");
        }
    }
}
