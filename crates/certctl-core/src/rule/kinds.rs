//! The kinds of policy rules: their titles, the JSON Schemas of their parameters, and reading parameters as they are given.
//!
//! Not for: evaluating. Invariant: what [`read_check`] takes fits the schema, and what it refuses names the parameter.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::{MetadataField, RuleCheck, RuleKind};

/// The most values of one parameter.
const MAX_VALUES: usize = 100;
/// The most letters of a value.
const MAX_TEXT: usize = 253;
/// A minute to ten years.
const SECONDS: RangeInclusive<i64> = 60..=315_360_000;

/// A parameter that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadParameter {
    /// A JSON pointer into the parameters.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub detail: String,
}

/// What a kind is for, in a few words.
pub const fn title(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::AllowedIssuers => "Only these issuers sign",
        RuleKind::AllowedDomains => "Names lie within these domains",
        RuleKind::RequiredMetadata => "Owner, team, environment or tags are set",
        RuleKind::AllowedEnvironments => "The environment is one of these",
        RuleKind::RenewalLeadTime => "Renewal begins long enough before the end",
        RuleKind::MaxLifetime => "No certificate lives longer",
        RuleKind::KeyStrength => "Keys are at least so strong",
    }
}

/// The JSON Schema of a kind's parameters.
pub fn schema(kind: RuleKind) -> Value {
    let texts = |about: &str| {
        json!({ "type": "array", "description": about, "minItems": 1, "maxItems": MAX_VALUES,
            "items": { "type": "string", "minLength": 1, "maxLength": MAX_TEXT } })
    };
    let seconds = |about: &str| json!({ "type": "integer", "description": about, "minimum": SECONDS.start(), "maximum": SECONDS.end() });
    let (properties, required, one_of_these) = match kind {
        RuleKind::AllowedIssuers => {
            (json!({ "issuer_ids": texts("The issuers that may sign") }), vec!["issuer_ids"], false)
        }
        RuleKind::AllowedDomains => (
            json!({
                "domains": texts("A domain stands for itself and all names below it"),
                "ip_addresses": { "type": "boolean", "default": false,
                    "description": "Whether IP addresses may be names too" },
            }),
            vec!["domains"],
            false,
        ),
        RuleKind::RequiredMetadata => (
            json!({
                "fields": { "type": "array", "description": "What has to be set", "maxItems": 3, "uniqueItems": true,
                    "items": { "enum": MetadataField::ALL } },
                "tags": { "type": "array", "maxItems": MAX_VALUES,
                    "description": "Patterns, `*` stands for any letters: each has to match some tag",
                    "items": { "type": "string", "minLength": 1, "maxLength": MAX_TEXT } },
            }),
            vec![],
            true,
        ),
        RuleKind::AllowedEnvironments => (
            json!({
                "environments": texts("The environments that are allowed"),
                "unset": { "type": "boolean", "default": false, "description": "Whether there may be none" },
            }),
            vec!["environments"],
            false,
        ),
        RuleKind::RenewalLeadTime => (
            json!({
                "min_seconds": seconds("Renewal begins at least so many seconds before the end"),
                "min_percent": { "type": "integer", "minimum": 1, "maximum": 90,
                    "description": "Renewal begins at least so many percent of the lifetime before the end" },
            }),
            vec![],
            true,
        ),
        RuleKind::MaxLifetime => {
            (json!({ "max_seconds": seconds("The longest lifetime") }), vec!["max_seconds"], false)
        }
        RuleKind::KeyStrength => (
            json!({
                "min_rsa_bits": { "type": "integer", "minimum": 1_024, "maximum": 16_384,
                    "description": "The fewest bits of an RSA key" },
                "min_ec_bits": { "type": "integer", "minimum": 160, "maximum": 521,
                    "description": "The fewest bits of a key on an elliptic curve" },
                "algorithms": { "type": "array", "maxItems": MAX_VALUES, "description": "Only these algorithms",
                    "items": { "type": "string", "minLength": 1, "maxLength": MAX_TEXT } },
            }),
            vec![],
            true,
        ),
    };
    let mut schema = json!({ "type": "object", "properties": properties, "required": required,
        "additionalProperties": false });
    if one_of_these {
        schema["minProperties"] = json!(1);
    }
    schema
}

/// Reads parameters.
///
/// # Errors
/// Each parameter that cannot be, by its JSON pointer.
pub fn read_check(kind: RuleKind, parameters: &Value) -> Result<RuleCheck, Vec<BadParameter>> {
    let tagged = json!({ "kind": kind, "parameters": parameters });
    let check: RuleCheck = serde_json::from_value(tagged).map_err(|error| vec![unreadable(kind, &error)])?;
    let mut bad = Vec::new();
    let mut note = |pointer: &str, detail: &str| {
        bad.push(BadParameter { pointer: pointer.to_owned(), detail: detail.to_owned() });
    };
    let nothing = "it asks for nothing: give at least one parameter";
    match &check {
        RuleCheck::AllowedIssuers { issuer_ids } => {
            check_count(&mut note, "/issuer_ids", issuer_ids.len(), 1)
        }
        RuleCheck::AllowedDomains { domains, .. } => {
            check_count(&mut note, "/domains", domains.len(), 1);
            for (at, domain) in domains.iter().enumerate() {
                if !is_domain(domain) {
                    let detail =
                        "a domain in lower case is needed, without a wildcard, such as example.internal";
                    note(&format!("/domains/{at}"), detail);
                }
            }
        }
        RuleCheck::RequiredMetadata { fields, tags } => {
            if fields.is_empty() && tags.is_empty() {
                note("", nothing);
            }
            check_texts(&mut note, "/tags", tags, 0);
        }
        RuleCheck::AllowedEnvironments { environments, .. } => {
            check_texts(&mut note, "/environments", environments, 1);
        }
        RuleCheck::RenewalLeadTime { min_seconds, min_percent } => {
            if min_seconds.is_none() && min_percent.is_none() {
                note("", nothing);
            }
            if min_seconds.is_some_and(|seconds| !SECONDS.contains(&seconds)) {
                note("/min_seconds", "between 60 (a minute) and 315360000 (ten years)");
            }
            if min_percent.is_some_and(|percent| !(1..=90).contains(&percent)) {
                note("/min_percent", "between 1 and 90 percent of the lifetime");
            }
        }
        RuleCheck::MaxLifetime { max_seconds } => {
            if !SECONDS.contains(max_seconds) {
                note("/max_seconds", "between 60 (a minute) and 315360000 (ten years)");
            }
        }
        RuleCheck::KeyStrength { min_rsa_bits, min_ec_bits, algorithms } => {
            if min_rsa_bits.is_none() && min_ec_bits.is_none() && algorithms.is_empty() {
                note("", nothing);
            }
            if min_rsa_bits.is_some_and(|bits| !(1_024..=16_384).contains(&bits)) {
                note("/min_rsa_bits", "between 1024 and 16384");
            }
            if min_ec_bits.is_some_and(|bits| !(160..=521).contains(&bits)) {
                note("/min_ec_bits", "between 160 and 521");
            }
            check_texts(&mut note, "/algorithms", algorithms, 0);
        }
    }
    if bad.is_empty() { Ok(check) } else { Err(bad) }
}

/// The parameter that serde names, as well as it says.
fn unreadable(kind: RuleKind, error: &serde_json::Error) -> BadParameter {
    let detail = error.to_string();
    let named = detail.split_once("field `").and_then(|(_, rest)| rest.split('`').next());
    let pointer = named.map(|name| format!("/{name}")).unwrap_or_default();
    BadParameter { pointer, detail: format!("{detail}; GET /api/v1/policy-kinds has the schema of {kind}") }
}

fn check_count(note: &mut impl FnMut(&str, &str), pointer: &str, n: usize, least: usize) {
    if n < least || n > MAX_VALUES {
        note(pointer, &format!("{least} to {MAX_VALUES} values are needed"));
    }
}

fn check_texts(note: &mut impl FnMut(&str, &str), pointer: &str, texts: &[String], least: usize) {
    check_count(note, pointer, texts.len(), least);
    for (at, text) in texts.iter().enumerate() {
        if text.trim().is_empty() || text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
            let detail = format!("1 to {MAX_TEXT} letters are needed, without control characters");
            note(&format!("{pointer}/{at}"), &detail);
        }
    }
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_')
    };
    text.len() <= MAX_TEXT && text.split('.').all(label)
}
