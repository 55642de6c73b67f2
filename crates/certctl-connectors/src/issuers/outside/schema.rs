//! Schemas of the configurations, and the fields that several kinds have.
//!
//! Not for: reading what only one kind has. Invariants: a field that is read is in the schema and the other way round; a secret
//! is marked `x-secret` and read into a `Secret`.

use certctl_core::authority::AuthorityKind;
use serde_json::{Value, json};

use super::{acme, exec, vault};
use crate::form;

pub(in crate::issuers) use crate::form::Form as Schema;

/// For people.
pub fn title(kind: AuthorityKind) -> &'static str {
    match kind {
        AuthorityKind::Acme => "ACME (RFC 8555)",
        AuthorityKind::Vault => "Vault or OpenBao",
        AuthorityKind::Exec => "Program on the server",
    }
}

/// JSON Schema of a kind's configuration; `x-secret` marks what is sealed and never shown, `x-order` and `x-group` how a
/// form shows it, `x-advanced` what most people leave as it is, which a form shows last and when it is asked for.
pub fn schema(kind: AuthorityKind) -> Value {
    let mut schema = form::schema(match kind {
        AuthorityKind::Acme => acme::schema(),
        AuthorityKind::Vault => vault::schema(),
        AuthorityKind::Exec => exec::schema(),
    });
    for name in rarely_set(kind) {
        if let Some(field) = schema["properties"].get_mut(name) {
            field["x-advanced"] = json!(true);
        }
    }
    schema
}

/// The fields that most people leave as they are.
fn rarely_set(kind: AuthorityKind) -> &'static [&'static str] {
    match kind {
        AuthorityKind::Acme => &[
            "eab_kid",
            "eab_hmac_key",
            "http_01",
            "max_orders",
            "rate_limit_orders",
            "rate_limit_seconds",
            "preferred_chain",
            "profile",
            "ca_pem",
            "allow_plaintext",
        ],
        AuthorityKind::Vault => &["namespace", "jwt_path", "ca_pem", "allow_plaintext"],
        AuthorityKind::Exec => &["timeout_seconds"],
    }
}

/// The fields of a kind's configuration that are secrets.
pub fn secret_fields(kind: AuthorityKind) -> Vec<String> {
    form::secret_fields(&schema(kind))
}

/// A text that everyone may see.
pub(in crate::issuers) fn text(group: &str, title: &str, about: &str) -> Value {
    json!({ "type": "string", "maxLength": 255, "title": title, "x-group": group, "description": about })
}

/// A text that nobody may see.
pub(in crate::issuers) fn secret(group: &str, title: &str, about: &str) -> Value {
    json!({
        "type": "string", "minLength": 1, "maxLength": 4_096, "x-secret": true, "title": title, "x-group": group,
        "description": about,
    })
}

/// An address.
pub(in crate::issuers) fn address(title: &str, about: &str) -> Value {
    json!({ "type": "string", "format": "uri", "title": title, "x-group": "Authority", "description": about })
}

#[cfg(test)]
mod tests {
    use super::super::Authority;
    use super::*;
    use crate::fields::Problem;

    #[test]
    fn every_kind_describes_exactly_the_fields_that_it_reads() {
        for kind in AuthorityKind::ALL {
            let schema = schema(*kind);
            let properties = schema["properties"].as_object().unwrap();
            for (name, field) in properties {
                for wanted in ["type", "title", "description", "x-order", "x-group"] {
                    assert!(!field[wanted].is_null(), "{kind} {name} has no {wanted}");
                }
            }
            for name in rarely_set(*kind) {
                assert_eq!(properties[*name]["x-advanced"], true, "{kind} {name}");
                assert!(!schema["required"].as_array().unwrap().contains(&json!(name)), "{kind} {name}");
            }
            let problems = Authority::read(*kind, &json!({ "certainly_unknown": 1 }), None).unwrap_err();
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
        use AuthorityKind as Kind;
        let key = Authority::new_account_key().unwrap();
        let with = |base: Value, field: &str, value: Value| {
            let mut config = base;
            config[field] = value;
            config
        };
        let acme = |field: &str, value: Value| {
            with(json!({ "directory_url": "https://ca.example/dir", "terms_agreed": true }), field, value)
        };
        let vault = |field: &str, value: Value| {
            with(
                json!({ "address": "https://vault.example", "role": "r", "auth": "token", "token": "t" }),
                field,
                value,
            )
        };
        let exec = |field: &str, value: Value| with(json!({ "program": "/usr/bin/sign" }), field, value);
        let word = "S3CRET of two words";
        for (kind, config, pointers) in [
            (Kind::Acme, acme("directory_url", json!("http://ca.example/dir")), vec!["/directory_url"]),
            (Kind::Acme, acme("terms_agreed", json!(false)), vec!["/terms_agreed"]),
            (Kind::Acme, acme("contact", json!(["a@example.org", "b"])), vec!["/contact/1"]),
            (Kind::Acme, acme("contact", json!("a b@example.org")), vec!["/contact"]),
            (Kind::Acme, acme("contact", json!(7)), vec!["/contact"]),
            (Kind::Acme, acme("challenges", json!(["dns-02"])), vec!["/challenges/0"]),
            (Kind::Acme, acme("challenges", json!(["http-01", "http-01"])), vec!["/challenges"]),
            (Kind::Acme, acme("challenges", json!([])), vec!["/challenges"]),
            (Kind::Acme, acme("challenges", json!(["dns-01"])), vec!["/dns_provider"]),
            (Kind::Acme, acme("dns_provider", json!("nx-1")), vec!["/dns_provider"]),
            (Kind::Acme, acme("eab_kid", json!("kid-1")), vec!["/eab_hmac_key"]),
            (Kind::Acme, acme("eab_hmac_key", json!("c2VjcmV0c2VjcmV0c2VjcmV0")), vec!["/eab_kid"]),
            (Kind::Acme, acme("eab_hmac_key", json!(word)), vec!["/eab_hmac_key", "/eab_kid"]),
            (Kind::Acme, acme("profile", json!("a/b")), vec!["/profile"]),
            (Kind::Acme, acme("ca_pem", json!("none")), vec!["/ca_pem"]),
            (Kind::Vault, vault("mount", json!("a/../b")), vec!["/mount"]),
            (Kind::Vault, vault("role", json!("a/b")), vec!["/role"]),
            (Kind::Vault, vault("token", json!(word)), vec!["/token"]),
            (Kind::Vault, vault("auth", json!("ldap")), vec!["/auth"]),
            (Kind::Vault, vault("auth", json!("approle")), vec!["/role_id", "/secret_id"]),
            (Kind::Vault, vault("auth", json!("kubernetes")), vec!["/kubernetes_role"]),
            (Kind::Vault, vault("jwt_path", json!("token")), vec!["/jwt_path"]),
            (Kind::Vault, vault("namespace", json!("a b")), vec!["/namespace"]),
            (Kind::Exec, exec("program", json!("sign")), vec!["/program"]),
            (Kind::Exec, exec("timeout_seconds", json!(0)), vec!["/timeout_seconds"]),
            (Kind::Exec, exec("environment", json!({ "LD_PRELOAD": "x" })), vec!["/environment/LD_PRELOAD"]),
            (Kind::Exec, exec("secret_environment", json!("A=1\nS3CRET")), vec!["/secret_environment"]),
            (Kind::Exec, exec("secret_environment", json!("PATH=S3CRET")), vec!["/secret_environment"]),
        ] {
            let problems = Authority::read(kind, &config, Some(&key)).map(drop).unwrap_err();
            let mut found: Vec<String> = problems.iter().map(Problem::pointer).collect();
            found.sort();
            assert_eq!(found, pointers, "{kind} {config}");
            assert!(!format!("{problems:?}").contains("S3CRET"), "{kind}: {problems:?}");
        }
    }
}
