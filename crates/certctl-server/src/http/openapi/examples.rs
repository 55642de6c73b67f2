//! An example for every body: made from its schema, with telling values for the fields that people know.
//!
//! A request's example holds what is required and what is usual, so that it can be sent as it is (the contract test does);
//! an answer's holds every field. Not for: what a field may hold (`rules.rs`). Invariant: an example fits its schema.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{operations_mut, resolve};
use crate::problems;

/// A certificate signing request for `web.example.internal`; its key was thrown away.
const CSR: &str = "-----BEGIN CERTIFICATE REQUEST-----
MIIBDDCBswIBADAfMR0wGwYDVQQDDBR3ZWIuZXhhbXBsZS5pbnRlcm5hbDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABJvJ/xcji9JICXCQAQewXBQxLFMKFbkf7KLI
8TpgmCPEc8D8mCfwanGgt2BO4zAzOPznYNGCJ3sNIxbCweP6IdKgMjAwBgkqhkiG
9w0BCQ4xIzAhMB8GA1UdEQQYMBaCFHdlYi5leGFtcGxlLmludGVybmFsMAoGCCqG
SM49BAMCA0gAMEUCIBpb7SrgiTX7fS+25ERK/VKpXkk41Gqb/mHSJ/JAP8tzAiEA
6BEiJebQ0C5hR3srfRVVT+4n0jYQhgMuMwBlY78aF6Y=
-----END CERTIFICATE REQUEST-----
";
const FINGERPRINT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const REQUEST_ID: &str = "req-3q2-7wkAAQIDBAUG";
const TIME: &str = "2026-03-01T12:00:00Z";
const LATER: &str = "2026-05-30T12:00:00Z";

/// Writes the examples into the document.
pub(super) fn add(document: &mut Value) {
    let whole = document.clone();
    for (name, response) in
        document.pointer_mut("/components/responses").and_then(Value::as_object_mut).into_iter().flatten()
    {
        let Some((_, status, title)) = super::REFUSALS.iter().find(|(known, _, _)| known == name) else {
            continue;
        };
        response["content"]["application/problem+json"]["example"] =
            problem(status.parse().unwrap_or(500), title);
    }
    for (method, _, operation) in operations_mut(document) {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let schema = resolve(&whole, &parameter["schema"]);
            let example = match (parameter["name"].as_str(), id_prefix(schema)) {
                (Some("id"), Some(prefix)) => json!(id(prefix)),
                (Some("If-Match"), _) => json!("\"3\""),
                (Some("Idempotency-Key"), _) => json!("3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11"),
                (Some(_) | None, _) => continue,
            };
            put(parameter, example);
        }
        for (_, content) in
            operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut).into_iter().flatten()
        {
            let body = request(&whole, &content["schema"], &method);
            put(content, body);
        }
        for (status, response) in
            operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten()
        {
            let description = response["description"].as_str().unwrap_or_default().to_owned();
            for (kind, content) in
                response.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten()
            {
                let example = match (kind.as_str(), status.parse::<u16>()) {
                    ("application/problem+json", Ok(n)) => problem(n, &description),
                    _ => value(&whole, "", "", &content["schema"], 12),
                };
                put(content, example);
            }
        }
    }
}

fn problem(status: u16, detail: &str) -> Value {
    let code = problems::usual(status).map_or("internal", |kind| kind.code);
    let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    json!({
        "type": format!("urn:certctl:problem:{code}"), "code": code, "title": title.unwrap_or_default(), "status": status,
        "detail": detail, "request_id": REQUEST_ID,
    })
}

/// A handler's own example stays.
fn put(content: &mut Value, example: Value) {
    if content.get("example").is_none() && content.get("examples").is_none() {
        content["example"] = example;
    }
}

/// The name of the component that a schema refers to.
fn name_of(schema: &Value) -> &str {
    schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()).unwrap_or_default()
}

/// A body that can be sent.
fn request(document: &Value, schema: &Value, method: &str) -> Value {
    let owner = name_of(schema);
    if let Some(example) = whole_body(owner) {
        return example;
    }
    let schema = resolve(document, schema);
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut body = Map::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let is_usual = matches!(name.as_str(), "name" | "reason" | "environment" | "email" | "tags");
        if required.contains(&name.as_str()) || is_usual {
            body.insert(name.clone(), value(document, owner, name, field, 4));
        }
    }
    if body.is_empty()
        && method == "patch"
        && let Some((name, field)) = schema["properties"].as_object().and_then(|fields| fields.iter().next())
    {
        body.insert(name.clone(), value(document, owner, name, field, 4));
    }
    Value::Object(body)
}

/// Bodies whose fields have to fit together.
fn whole_body(owner: &str) -> Option<Value> {
    let body = match owner {
        "CreateCertificate" => json!({
            "names": ["web.example.internal"], "key_strategy": "external", "csr_pem": CSR, "environment": "production",
            "tags": ["web"],
        }),
        "CreateTarget" => json!({
            "name": "Web server files", "kind": "file", "agent_id": "ag-web-1",
            "config": { "certificate_path": "/etc/ssl/web.pem", "key_path": "/etc/ssl/private/web.key" },
        }),
        "TestTargetDraft" => json!({
            "kind": "file", "agent_id": "ag-web-1",
            "config": { "certificate_path": "/etc/ssl/web.pem", "key_path": "/etc/ssl/private/web.key" },
        }),
        "CreateIssuer" => {
            json!({ "name": "Staging CA", "kind": "local_ca", "config": { "common_name": "Staging CA" } })
        }
        "CreatePolicyRule" => json!({
            "name": "Every certificate has an owner", "kind": "RequiredMetadata", "parameters": { "fields": ["owner"] },
            "selector": { "environments": ["production"] }, "severity": "Warning",
        }),
        "PreviewRenewalPolicy" => json!({ "policy_id": "rp-default", "point": { "percent": 60 } }),
        "PreviewPolicyRule" => json!({
            "kind": "MaxLifetime", "parameters": { "max_seconds": 8_640_000 },
        }),
        "CreateNotifier" => json!({
            "name": "Operations", "kind": "webhook", "routing": { "min_severity": "warning" },
            "config": {
                "url": "https://hooks.example.com/certctl", "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
            },
        }),
        "UpdateNotifier" => {
            json!({ "name": "Operations", "enabled": true, "routing": { "min_severity": "critical" } })
        }
        "CreateDnsProvider" => json!({
            "name": "Zones of example.com", "kind": "webhook",
            "config": {
                "url": "https://dns.example.com/records", "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
            },
        }),
        "ReplaceCa" => {
            json!({ "lifetime_days": 1_825, "permitted_names": ["example.internal", "10.0.0.0/8"] })
        }
        "ReplaceRoot" => json!({ "key_algorithm": "ecdsa-p384", "lifetime_days": 3_650 }),
        "UpdateDnsProvider" => json!({ "name": "Zones of example.com" }),
        "TestDnsProvider" => json!({ "name": "www.example.com" }),
        "PutNotifierTemplate" => json!({ "title": "{{ severity | upper }}: {{ title }}" }),
        "PreviewNotifierTemplate" => json!({ "text": "{{ cause }}, see {{ url }}" }),
        "CreateInvitation" => json!({ "name": "web-2", "expires_in_seconds": 3_600 }),
        "CreateAlertRule" => json!({
            "name": "Production renewals that fail", "subject": "certificates",
            "conditions": [{ "status": "Failed", "environment": "production" }], "group_by": "issuer",
            "severity": "critical", "repeat_seconds": 43_200,
            "quiet_hours": { "time_zone": "Europe/Paris", "from": "22:00", "to": "07:00", "except": "critical" },
        }),
        "PreviewAlertRule" => json!({
            "subject": "jobs", "conditions": [{ "state": "Failed", "kind": "Renewal,Deployment" }], "group_by": "agent",
        }),
        "SnoozeAlert" => {
            json!({ "until_change": true, "reason": "Known; the new appliance comes on Friday" })
        }
        "SnoozeNeed" => {
            json!({ "cause": "issuer_unreachable:iss-local", "for_seconds": 14_400, "reason": "It moves on Monday." })
        }
        "CreateUser" => json!({
            "username": "alice", "name": "Alice Smith", "email": "alice@example.org", "role": "operator",
            "scope": { "environments": ["production"] }, "password": "lamp river otter",
        }),
        "SetPassword" => json!({ "password": "quiet harbour morning" }),
        "LoginRequest" => json!({ "username": "alice", "password": "lamp river otter" }),
        "SetupRequest" => json!({
            "token": "cs_EXAMPLE", "user": { "username": "alice", "password": "lamp river otter" },
        }),
        "CreateView" => json!({
            "noun": "certificates", "name": "Production, soonest first", "filter": { "environment": "production" },
            "sort": "expires", "columns": ["name", "status", "expires_at"], "density": "compact",
        }),
        "UpdateView" => json!({ "name": "Production, soonest first" }),
        "UpdatePreferences" => json!({ "document": { "theme": "dark", "density": "compact" } }),
        "RevokeCertificate" => json!({ "reason": "key_compromise", "comment": "The host was broken into" }),
        "CreateRevocations" => json!({
            "fingerprint_sha256": FINGERPRINT, "reason": "key_compromise", "replace_first": false,
        }),
        "UpdateTarget" => json!({ "name": "Web server files" }),
        "UpdateAgent" => json!({ "environment": "production" }),
        "PollRequest" => json!({
            "boot_id": "b-7d1f", "version": "0.1.0", "platform": "linux/x86_64", "capabilities": ["file", "nginx"],
            "in_hand": [], "wait_seconds": 0,
        }),
        _ => return None,
    };
    Some(body)
}

/// A value for a schema.
fn value(document: &Value, owner: &str, name: &str, schema: &Value, depth: u8) -> Value {
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    let owner = if schema["$ref"].is_string() { name_of(schema) } else { owner };
    let schema = resolve(document, schema);
    for choice in ["oneOf", "anyOf"] {
        if let Some(first) =
            schema[choice].as_array().and_then(|all| all.iter().find(|one| one["type"] != "null"))
        {
            return value(document, owner, name, first, depth);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let own = known(owner, name).filter(|value| values.contains(value));
        return own.unwrap_or_else(|| values.first().cloned().unwrap_or_default());
    }
    if let Some(prefix) = id_prefix(schema) {
        return id(prefix).into();
    }
    let kind = match &schema["type"] {
        Value::String(kind) => kind.as_str(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "",
    };
    match kind {
        "object" | "" if schema["properties"].is_object() && depth > 0 => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            fields
                .map(|(name, field)| (name.clone(), value(document, owner, name, field, depth - 1)))
                .collect()
        }
        "array" => match known(owner, name) {
            Some(list @ Value::Array(_)) => list,
            Some(_) | None if depth > 0 && name != "errors" => {
                json!([value(document, owner, name, &schema["items"], depth - 1)])
            }
            Some(_) | None => json!([]),
        },
        "string" if schema["format"] == "date-time" => time(name).into(),
        "string" => known(owner, name).unwrap_or_else(|| such_as(schema).into()),
        "integer" | "number" => known(owner, name).filter(Value::is_number).unwrap_or_else(|| number(schema)),
        "boolean" => json!(!matches!(name, "force" | "retryable" | "already_live" | "target_in_doubt")),
        _ => known(owner, name).unwrap_or_else(|| json!({})),
    }
}

fn time(name: &str) -> &'static str {
    let is_later = ["not_after", "expires", "deadline", "until"].iter().any(|part| name.contains(part));
    if is_later { LATER } else { TIME }
}

fn number(schema: &Value) -> Value {
    let least = schema["minimum"].as_i64().unwrap_or(1).max(1);
    json!(schema["maximum"].as_i64().map_or(least, |most| least.min(most)))
}

/// What the description gives as an example: the first word in backquotes after "such as".
fn such_as(schema: &Value) -> String {
    let about = schema["description"].as_str().unwrap_or_default();
    let said = about.split_once("uch as `").or_else(|| about.split_once('`'));
    let word = said.and_then(|(_, rest)| rest.split('`').next()).filter(|word| !word.is_empty());
    word.unwrap_or("text").to_owned()
}

fn id_prefix(schema: &Value) -> Option<&str> {
    schema["pattern"]
        .as_str()?
        .strip_prefix('^')?
        .strip_suffix("[a-z0-9][a-z0-9-]*$")
        .filter(|p| !p.is_empty())
}

/// An id of a kind, the same in all examples.
fn id(prefix: &str) -> String {
    let rest = match prefix {
        "mc-" => "web",
        "ag-" => "web-1",
        "tgt-" => "web-files",
        "iss-" => "local",
        "prof-" | "rp-" => "default",
        "o-" => "web-team",
        "t-" => "web",
        _ => "01m88d75d92xa7ps7zmy69qh31",
    };
    format!("{prefix}{rest}")
}

/// Values of fields that people know.
fn known(owner: &str, name: &str) -> Option<Value> {
    let value = match (owner, name) {
        ("Confirmation", "summary") => json!("Revoke 812 certificates (key compromise)"),
        ("Confirmation", "consequences") => json!([
            "They are revoked at once: what serves them is refused by clients until it has another certificate.",
            "A revocation cannot be taken back.",
        ]),
        ("Confirmation", "object_kind") => json!("operation"),
        ("Confirmation", "object_id") => json!("op-01m88d75d92xa7ps7zmy69qh31"),
        ("Confirmation", "result") => json!("/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31"),
        ("Version" | "RetiredKey" | "KeyReport", "public_key_sha256") => json!(FINGERPRINT),
        ("Agent" | "Invitation", "name") => json!("web-1"),
        ("TestStep", "name") => json!("sign"),
        ("JobStep" | "StepReport", "name") => json!("stage"),
        ("JobStep", "outcome") => json!("ok"),
        ("Check", "name") => json!("store"),
        ("TargetCheck", "state") => json!("failed"),
        ("TargetCheck", "name") => json!("paths"),
        ("TargetCheck", "title") => json!("Paths can be written"),
        ("TargetCheck", "detail") => json!("/etc/nginx/tls cannot be written by certctl: Permission denied"),
        ("TargetCheck", "fix") => json!("sudo setfacl -m u:certctl:rwx /etc/nginx/tls"),
        ("TestWork", "checks") => json!(["policy", "paths", "validate", "reload", "endpoint", "dry_run"]),
        ("TestWork" | "TargetTest", "target_kind" | "kind") => json!("nginx"),
        ("RecordWork", "provider") | ("DnsProviderOffer" | "AgentDnsProvider", "name") => json!("lab"),
        ("RecordWork", "name") => json!("_acme-challenge.web.example.internal"),
        ("RecordWork", "zone") => json!("example.internal"),
        ("DnsProviderOffer" | "AgentDnsProvider", "kind") => json!("rfc2136"),
        ("DnsProviderOffer" | "AgentDnsProvider", "zones") => json!(["example.internal"]),
        ("Alive", "status") => json!("ok"),
        ("Ready", "status") => json!("ready"),
        (_, "name") => json!("Web"),
        (_, "names" | "dns_names") => json!(["web.example.internal"]),
        (_, "common_name") => json!("web.example.internal"),
        (_, "csr_pem") => json!(CSR),
        ("Ca", "permitted_names") => json!(["example.internal", "10.0.0.0/8"]),
        ("Ca", "excluded_names") => json!([]),
        ("Ca", "subject") => json!("CN=Main Issuing"),
        ("Ca", "subject_key_id") => json!("5c1f0b7e21d94a6f8e30c2b7a9d4e6f105b8c3d2"),
        (_, "pem" | "chain_pem" | "certificate_pem" | "ca_pem") => {
            json!("-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n")
        }
        (_, "tags") => json!(["web"]),
        (_, "email") => json!("web@example.org"),
        (_, "environment") => json!("production"),
        (_, "capabilities") => json!(["file", "nginx"]),
        (_, "abilities") => json!(["verify"]),
        (_, "platform") => json!("linux/x86_64"),
        (_, "version") => json!("0.1.0"),
        (_, "key_algorithm") => json!("ecdsa-p256"),
        (_, "key_algorithms") => json!(["ecdsa-p256", "rsa-3072"]),
        (_, "extended_key_usages") => json!(["server_auth"]),
        (_, "name_patterns") => json!(["*.example.internal"]),
        (_, "alert_thresholds_days") => json!([30, 14, 7, 0]),
        (_, "alert_thresholds_percent") => json!([20]),
        (owner, "conditions") if owner != "PreviewPast" => {
            json!([{ "status": "Failed", "environment": "production" }])
        }
        (_, "time_zone") => json!("Europe/Paris"),
        (_, "from") => json!("22:00"),
        (_, "to") => json!("07:00"),
        (_, "date") => json!("2026-11-29"),
        (_, "lifetime_seconds" | "default_lifetime_seconds") => json!(7_776_000),
        (_, "max_lifetime_seconds") => json!(34_300_800),
        (_, "expires_in_seconds") => json!(86_400),
        (_, "reason") => json!("The host was replaced"),
        (_, "serial") => json!("3f9a01c27be44d10"),
        ("Session", "address") => json!("192.0.2.7"),
        (_, "address") => json!("192.0.2.10:443"),
        (_, "server_name") => json!("web.example.internal"),
        (_, "username") => json!("alice"),
        (_, "user_agent") => json!("Mozilla/5.0"),
        ("View", "filter") => json!({ "environment": "production" }),
        ("Preferences", "document") => json!({ "theme": "dark" }),
        (_, "secret" | "api_key") => json!("ck_EXAMPLE0000000000000000000000000000000000000"),
        (_, "token") => json!("cj_EXAMPLE0000000000000000000000000000000000000"),
        (_, "lease_token") => json!("lease-EXAMPLE"),
        (_, "request_id") => json!(REQUEST_ID),
        (_, "next_cursor") => json!("bWMtd2ViCg"),
        (_, "findings" | "errors") => json!([]),
        (_, name) if name.contains("sha256") || name.contains("fingerprint") => json!(FINGERPRINT),
        _ => return None,
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::{operations_mut, resolve};
    use crate::http::router;

    #[test]
    fn every_body_has_an_example_with_its_required_fields() {
        let mut document = router::document().unwrap();
        let whole = document.clone();
        for (method, path, operation) in operations_mut(&mut document) {
            let place = format!("{method} {path}");
            let responses = operation["responses"].as_object().unwrap().values();
            let bodies =
                responses.map(|response| resolve(&whole, response)).chain([&operation["requestBody"]]);
            for body in bodies {
                for content in body["content"].as_object().into_iter().flat_map(|kinds| kinds.values()) {
                    let example = content.get("example").or_else(|| content.get("examples"));
                    let example = example.unwrap_or_else(|| panic!("{place}: no example: {content}"));
                    let required = &resolve(&whole, &content["schema"])["required"];
                    for name in required.as_array().into_iter().flatten().filter_map(Value::as_str) {
                        assert!(example.get(name).is_some(), "{place}: {name} is not in {example}");
                    }
                }
            }
        }
    }
}
