//! The configuration of local CAs over HTTP: its schema, and what it is read to; the same for what replaces one.
//!
//! Not for: making CAs (`hierarchy.rs`). Invariant: a request is checked as a whole, each bad field by its name.

use certctl_api::cas::{ReplaceCa, ReplaceRoot};
use certctl_core::id::CaId;
use certctl_pki::{KeyAlgorithm, NameConstraints, NameSubtree};
use serde_json::{Value, json};

use crate::hierarchy::{DAY, ISSUING_SECONDS, ROOT_SECONDS, Terms};
use crate::ops::cas::replacing::Change;
use crate::ops::settings::Checks;

/// 64, less what is put behind it.
pub const MAX_COMMON_NAME: usize = 56;
/// Fifty years.
pub const MAX_LIFETIME_DAYS: i64 = 18_250;
/// More CAs one below the other than anybody has.
pub const MAX_PATH_LENGTH: u8 = 10;
/// The most names that a CA is limited to, and as many that it may not speak for.
pub const MAX_NAMES: usize = 100;

/// What a local CA is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Of its CAs.
    pub common_name: String,
    /// The root above it; none for one of its own.
    pub parent: Option<CaId>,
    /// What its issuing CA is to be.
    pub terms: Terms,
    /// What was given.
    pub given: Value,
}

/// JSON Schema of the configuration; `x-order` and `x-advanced` tell a form what comes first, and what most people leave as it is.
pub fn schema() -> Value {
    let names = |title: &str, description: &str| {
        json!({
            "type": "array", "items": { "type": "string" }, "maxItems": MAX_NAMES, "uniqueItems": true, "title": title,
            "description": description,
        })
    };
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "common_name": {
                "type": "string", "minLength": 1, "maxLength": MAX_COMMON_NAME, "title": "Common name",
                "description": "What the root and the issuing CA are called; the issuer's name when absent.",
            },
            "parent": {
                "type": "string", "title": "Root", "examples": ["ca-main"],
                "description": "The id of the root that signs the issuing CA; when absent, it gets a root of its own.",
            },
            "key_algorithm": {
                "enum": algorithms(), "default": KeyAlgorithm::EcdsaP256.as_str(), "title": "Key algorithm",
                "description": "Of the issuing CA's key, and of its root's when that is its own.",
            },
            "lifetime_days": {
                "type": "integer", "minimum": 1, "maximum": MAX_LIFETIME_DAYS, "default": ISSUING_SECONDS / DAY,
                "title": "Lifetime in days",
                "description": format!(
                    "How long the issuing CA is valid, and never longer than its root. A root of its own is valid for {} days, or \
                     as long as this when it is more.",
                    ROOT_SECONDS / DAY
                ),
            },
            "path_length": {
                "type": "integer", "minimum": 0, "maximum": MAX_PATH_LENGTH, "default": 0, "title": "Path length",
                "description": "How many further CAs may stand below the issuing CA (RFC 5280, section 4.2.1.9).",
            },
            "permitted_names": names(
                "Permitted names",
                "Host names, each with all names below it, and ranges of addresses such as 10.0.0.0/8: the issuing CA can sign \
                 for these only, as far as there are any of the kind (RFC 5280, section 4.2.1.10).",
            ),
            "excluded_names": names(
                "Excluded names",
                "Host names, each with all names below it, and ranges of addresses that the issuing CA cannot sign for.",
            ),
        },
    });
    let fields = [
        ("common_name", false),
        ("parent", false),
        ("key_algorithm", true),
        ("lifetime_days", true),
        ("path_length", true),
        ("permitted_names", true),
        ("excluded_names", true),
    ];
    for (order, (name, advanced)) in (1..).zip(fields) {
        schema["properties"][name]["x-order"] = json!(order);
        schema["properties"][name]["x-advanced"] = json!(advanced);
    }
    schema
}

/// The words of all key algorithms that a CA can have.
pub fn algorithms() -> Vec<&'static str> {
    KeyAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()).collect()
}

/// Reads a configuration; bad fields are noted in `checks`.
pub fn read(checks: &mut Checks, config: &Value, name: &str) -> Config {
    let mut terms = Terms::default();
    let (mut common_name, mut parent) = (name.to_owned(), None);
    let fields = match config {
        Value::Null => None,
        Value::Object(fields) => Some(fields),
        _ => {
            checks.bad("/config", "an object is wanted");
            None
        }
    };
    for (key, value) in fields.into_iter().flatten() {
        let at = format!("/config/{}", key.replace('~', "~0").replace('/', "~1"));
        match key.as_str() {
            "common_name" => match value.as_str() {
                Some(text) => text.trim().clone_into(&mut common_name),
                None => checks.bad(at, "a text is wanted"),
            },
            "parent" => match value.as_str().map(str::parse::<CaId>) {
                Some(Ok(id)) => parent = Some(id),
                Some(Err(error)) => checks.bad(at, error.to_string()),
                None => checks.bad(at, "the id of a root is wanted"),
            },
            "key_algorithm" => {
                let read = value.as_str().and_then(|text| algorithm(checks, &at, text));
                if !value.is_string() {
                    checks.bad(at, "a text is wanted");
                }
                terms.algorithm = read.unwrap_or_default();
            }
            "lifetime_days" => match value.as_i64() {
                Some(days) => terms.lifetime_seconds = lifetime(checks, &at, days),
                None => checks.bad(at, "a whole number is wanted"),
            },
            "path_length" => match value.as_u64().and_then(|n| u8::try_from(n).ok()) {
                Some(n) => terms.path_length = Some(path_length(checks, &at, n)),
                None => checks.bad(at, format!("a number from 0 to {MAX_PATH_LENGTH} is wanted")),
            },
            "permitted_names" => terms.constraints.permitted = listed(checks, &at, value),
            "excluded_names" => terms.constraints.excluded = listed(checks, &at, value),
            _ => checks.bad(
                at,
                "is not known; known are: common_name, parent, key_algorithm, lifetime_days, path_length, permitted_names, \
                 excluded_names",
            ),
        }
    }
    let length = common_name.chars().count();
    if !(1..=MAX_COMMON_NAME).contains(&length) || common_name.chars().any(char::is_control) {
        let detail = format!(
            "the CA's common name (the issuer's name when none is given) has 1 to {MAX_COMMON_NAME} letters, so that \
             \" Issuing\" fits behind it (RFC 5280, appendix A.1: 64 in all)"
        );
        checks.bad("/config/common_name", detail);
    }
    let mut given = fields.cloned().unwrap_or_default();
    given.insert("common_name".to_owned(), json!(common_name));
    Config { common_name, parent, terms, given: Value::Object(given) }
}

fn listed(checks: &mut Checks, at: &str, value: &Value) -> Vec<NameSubtree> {
    let texts: Option<Vec<String>> =
        value.as_array().and_then(|list| list.iter().map(|item| item.as_str().map(str::to_owned)).collect());
    match texts {
        Some(texts) => names(checks, at, &texts),
        None => {
            checks.bad(at, "a list of texts is wanted");
            Vec::new()
        }
    }
}

fn names(checks: &mut Checks, at: &str, texts: &[String]) -> Vec<NameSubtree> {
    if texts.len() > MAX_NAMES {
        checks.bad(at, format!("at most {MAX_NAMES} names"));
        return Vec::new();
    }
    let mut read = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        match NameSubtree::parse(text) {
            Ok(subtree) if read.contains(&subtree) => {
                checks.bad(format!("{at}/{index}"), format!("{text} is there twice"));
            }
            Ok(subtree) => read.push(subtree),
            Err(error) => checks.bad(format!("{at}/{index}"), error.to_string()),
        }
    }
    read
}

fn algorithm(checks: &mut Checks, at: &str, text: &str) -> Option<KeyAlgorithm> {
    text.parse()
        .map_err(|error: certctl_pki::key_algorithm::UnknownKeyAlgorithm| checks.bad(at, error.to_string()))
        .ok()
}

fn lifetime(checks: &mut Checks, at: &str, days: i64) -> i64 {
    if (1..=MAX_LIFETIME_DAYS).contains(&days) {
        return days * DAY;
    }
    checks.bad(at, format!("a number from 1 to {MAX_LIFETIME_DAYS} is wanted"));
    DAY
}

fn path_length(checks: &mut Checks, at: &str, n: u8) -> u8 {
    if n > MAX_PATH_LENGTH {
        checks.bad(at, format!("a number from 0 to {MAX_PATH_LENGTH} is wanted"));
    }
    n
}

/// Reads how the next issuing CA differs; bad fields are noted in `checks`.
pub fn change(checks: &mut Checks, request: &ReplaceCa) -> Change {
    let text = request.key_algorithm.as_deref();
    Change {
        algorithm: text.and_then(|text| algorithm(checks, "/key_algorithm", text)),
        lifetime_seconds: request.lifetime_days.map(|days| lifetime(checks, "/lifetime_days", days)),
        path_length: request.path_length.map(|n| path_length(checks, "/path_length", n)),
        permitted: request.permitted_names.as_ref().map(|list| names(checks, "/permitted_names", list)),
        excluded: request.excluded_names.as_ref().map(|list| names(checks, "/excluded_names", list)),
    }
}

/// Reads how the next root differs: key algorithm and lifetime in seconds.
pub fn root_change(checks: &mut Checks, request: &ReplaceRoot) -> (Option<KeyAlgorithm>, Option<i64>) {
    let text = request.key_algorithm.as_deref();
    (
        text.and_then(|text| algorithm(checks, "/key_algorithm", text)),
        request.lifetime_days.map(|days| lifetime(checks, "/lifetime_days", days)),
    )
}

/// Constraints as they are shown: what is permitted, and what is excluded.
pub fn shown(constraints: Option<NameConstraints>) -> (Vec<String>, Vec<String>) {
    let texts = |list: Vec<NameSubtree>| list.iter().map(ToString::to_string).collect();
    constraints.map_or_else(Default::default, |both| (texts(both.permitted), texts(both.excluded)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn pointers(config: &Value, name: &str) -> Result<Config, Vec<String>> {
        let mut checks = Checks::default();
        let read = read(&mut checks, config, name);
        match checks.finish() {
            Ok(()) => Ok(read),
            Err(Error::Invalid(errors)) => Err(errors.into_iter().map(|e| e.pointer).collect()),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_configuration_names_the_ca() {
        let check = |config: Value, name: &str, expected: Result<&str, &str>| {
            let found = pointers(&config, name).map(|read| read.common_name).map_err(|bad| bad.concat());
            assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{config} {name}");
        };
        check(Value::Null, "Lab", Ok("Lab"));
        check(json!({}), "Lab", Ok("Lab"));
        check(json!({ "common_name": " Lab CA " }), "Lab", Ok("Lab CA"));
        check(json!({ "common_name": "" }), "Lab", Err("/config/common_name"));
        check(json!({ "common_name": 1 }), "Lab", Err("/config/common_name"));
        check(json!({ "a/b": 1 }), "Lab", Err("/config/a~1b"));
        check(json!([]), "Lab", Err("/config"));
        check(Value::Null, &"x".repeat(57), Err("/config/common_name"));
    }

    #[test]
    fn terms_are_read_and_bad_ones_named() {
        let read = pointers(
            &json!({
                "parent": "ca-main", "key_algorithm": "rsa-3072", "lifetime_days": 30, "path_length": 1,
                "permitted_names": ["example.internal", "10.0.0.0/8"], "excluded_names": ["secret.example.internal"],
            }),
            "Lab",
        )
        .unwrap();
        assert_eq!(read.parent, Some("ca-main".parse().unwrap()));
        assert_eq!(read.terms.algorithm, KeyAlgorithm::Rsa3072);
        assert_eq!(read.terms.lifetime_seconds, 30 * DAY);
        assert_eq!(read.terms.path_length, Some(1));
        assert_eq!(
            shown(Some(read.terms.constraints)),
            (
                vec!["example.internal".to_owned(), "10.0.0.0/8".to_owned()],
                vec!["secret.example.internal".to_owned()]
            )
        );
        let check = |field: &str, value: Value, expected: &str| {
            let bad = pointers(&json!({ field: value }), "Lab").unwrap_err();
            assert_eq!(bad, [format!("/config/{expected}")], "{field}");
        };
        check("parent", json!("iss-local"), "parent");
        check("key_algorithm", json!("dsa"), "key_algorithm");
        check("key_algorithm", json!(3), "key_algorithm");
        check("lifetime_days", json!(0), "lifetime_days");
        check("lifetime_days", json!(MAX_LIFETIME_DAYS + 1), "lifetime_days");
        check("path_length", json!(11), "path_length");
        check("permitted_names", json!(["*.example.com"]), "permitted_names/0");
        check("permitted_names", json!(["a.example", "a.example"]), "permitted_names/1");
        check("excluded_names", json!(["10.0.0.1/8"]), "excluded_names/0");
        check("excluded_names", json!("a"), "excluded_names");
    }
}
