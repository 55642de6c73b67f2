//! What all kinds that write files have in common: paths, owner, group, modes, and where the result is looked at.
//!
//! Not for: resolving links or permissions (the agent knows the host). Invariants: a path is absolute and has no
//! `.`, `..` or empty part; the paths of one installation differ; a key's mode gives nothing to others.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::fields::Fields;

/// The files of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The certificate, with its chain when `fullchain`.
    pub certificate_path: PathBuf,
    /// The private key.
    pub key_path: PathBuf,
    /// The certificates above the leaf, in a file of their own.
    pub chain_path: Option<PathBuf>,
    /// Whether `certificate_path` holds the whole chain, or the leaf only.
    pub fullchain: bool,
    /// Who owns the files; absent: as before, or the agent's own user.
    pub owner: Option<String>,
    /// Their group; absent: as before, or the agent's own group.
    pub group: Option<String>,
    /// Mode of certificate and chain; absent: as before, or 0644.
    pub certificate_mode: Option<u32>,
    /// Mode of the key; absent: as before, or 0600.
    pub key_mode: Option<u32>,
}

/// The mode of a certificate file that was not there before.
pub const DEFAULT_CERTIFICATE_MODE: u32 = 0o644;
/// The mode of a key file that was not there before.
pub const DEFAULT_KEY_MODE: u32 = 0o600;
/// How long a new certificate may take to be served, unless the target says otherwise.
pub const DEFAULT_PROBE_TIMEOUT: Duration = Duration::from_secs(15);

/// An endpoint to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Name or address, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The name sent (SNI); absent: the host, when it is a name.
    pub server_name: Option<String>,
}

impl Probe {
    /// `host:port`.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Reads the fields of an installation; `fullchain` is decided by the kind.
pub(super) fn read(fields: &mut Fields<'_>, fullchain: bool) -> Option<Installation> {
    let certificate_path = fields.required("certificate_path", parse_path);
    let key_path = fields.required("key_path", parse_path);
    let chain_path = fields.parsed("chain_path", parse_path);
    let owner = fields.parsed("owner", parse_account);
    let group = fields.parsed("group", parse_account);
    let certificate_mode = fields.parsed("certificate_mode", parse_certificate_mode);
    let key_mode = fields.parsed("key_mode", parse_key_mode);
    let (certificate_path, key_path) = (certificate_path?, key_path?);
    if certificate_path == key_path {
        fields.problem("key_path", "is the same file as certificate_path; each needs a file of its own");
    }
    if let Some(chain) = &chain_path
        && (*chain == certificate_path || *chain == key_path)
    {
        fields.problem("chain_path", "is the same file as certificate_path or key_path");
    }
    Some(Installation {
        certificate_path,
        key_path,
        chain_path,
        fullchain,
        owner,
        group,
        certificate_mode,
        key_mode,
    })
}

/// Reads the list `probe`.
pub(super) fn read_probes(fields: &mut Fields<'_>) -> Vec<Probe> {
    let mut probes = Vec::new();
    for mut item in fields.objects("probe") {
        let address = item.required("address", parse_address);
        let server_name = item.parsed("server_name", parse_server_name);
        item.finish();
        if let Some((host, port)) = address {
            probes.push(Probe { host, port, server_name });
        }
    }
    if probes.len() > 32 {
        fields.problem("probe", format!("lists {} addresses; at most 32 are looked at", probes.len()));
    }
    probes
}

/// Reads `probe_timeout_seconds`.
pub(super) fn read_probe_timeout(fields: &mut Fields<'_>) -> Duration {
    Duration::from_secs(fields.number("probe_timeout_seconds", 1..=300, DEFAULT_PROBE_TIMEOUT.as_secs()))
}

/// An absolute path in its plain form.
///
/// # Errors
/// What is wrong with it.
pub fn parse_path(text: &str) -> Result<PathBuf, String> {
    if !text.starts_with('/') {
        return Err(format!("{text:?} is not an absolute path, such as /etc/nginx/tls/site.pem"));
    }
    if text.len() > 1_024 || text.chars().any(char::is_control) {
        return Err("is longer than 1024 bytes or holds control characters".to_owned());
    }
    if text[1..].split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Err(format!("{text:?} holds an empty part, \".\" or \"..\"; write the path plainly"));
    }
    Ok(Path::new(text).to_owned())
}

fn parse_account(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-$".contains(c);
    if text.is_empty() || text.len() > 64 || text.starts_with('-') || !text.chars().all(fits) {
        return Err(format!(
            "{text:?} is not a user or group name or number, such as root, ssl-cert or 1000"
        ));
    }
    Ok(text.to_owned())
}

fn parse_mode(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text:?} is not a file mode in octal digits, such as \"0640\"");
    if !(3..=4).contains(&text.len()) || (text.len() == 4 && !text.starts_with('0')) {
        return Err(wrong());
    }
    let mode = u32::from_str_radix(text, 8).map_err(|_| wrong())?;
    if mode & 0o400 == 0 || mode & 0o111 != 0 {
        return Err(format!("{text:?}: the owner has to read the file, and nobody has to execute it"));
    }
    Ok(mode)
}

fn parse_certificate_mode(text: &str) -> Result<u32, String> {
    let mode = parse_mode(text)?;
    if mode & 0o002 != 0 {
        return Err(format!("{text:?} lets everybody write the certificate; use \"0644\" or less"));
    }
    Ok(mode)
}

fn parse_key_mode(text: &str) -> Result<u32, String> {
    let mode = parse_mode(text)?;
    if mode & 0o027 != 0 {
        return Err(format!(
            "{text:?} shows the private key to others or lets the group write it; use \"0600\" or \"0640\""
        ));
    }
    Ok(mode)
}

/// `host:port`, with brackets around an IPv6 address.
///
/// # Errors
/// What is wrong with it.
pub fn parse_address(text: &str) -> Result<(String, u16), String> {
    let wrong =
        || format!("{text:?} is not an address such as 127.0.0.1:443, [::1]:443 or www.example.org:443");
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let port: u16 = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
    let host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) if inner.parse::<std::net::Ipv6Addr>().is_ok() => inner,
        Some(_) => return Err(wrong()),
        None if host.parse::<std::net::Ipv4Addr>().is_ok() => host,
        None => {
            parse_server_name(host).map_err(|_| wrong())?;
            host
        }
    };
    Ok((host.to_owned(), port))
}

fn parse_server_name(text: &str) -> Result<String, String> {
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let looks_like_ipv4 = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if text.len() > 253 || looks_like_ipv4 || !text.split('.').all(label) {
        return Err(format!("{text:?} is not a host name; international names are written as xn--..."));
    }
    Ok(text.to_ascii_lowercase())
}

/// A name that the host's policy gives to something: an nginx instance or an action.
pub(super) fn parse_policy_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() || text.len() > 64 || !text.chars().all(fits) {
        return Err(format!(
            "{text:?} is not a name from the agent's policy file: letters, digits, - and _, at most 64"
        ));
    }
    Ok(text.to_owned())
}

/// Adds the properties of an installation to a kind's schema.
pub(super) fn extend_schema(properties: &mut serde_json::Map<String, Value>) {
    let path = |title: &str, what: &str| {
        json!({
            "type": "string", "title": title, "x-group": "Files", "description": what, "pattern": "^/",
            "maxLength": 1024,
        })
    };
    let mode = |title: &str, what: &str| {
        json!({
            "type": "string", "title": title, "x-group": "Owner and mode", "description": what,
            "pattern": "^0?[0-7]{3}$",
        })
    };
    let account = |title: &str, what: &str| {
        json!({
            "type": "string", "title": title, "x-group": "Owner and mode", "description": what, "maxLength": 64,
        })
    };
    let shared = [
        ("certificate_path", path("Certificate file", "File of the certificate and its chain")),
        ("key_path", path("Key file", "File of the private key")),
        ("chain_path", path("Chain file", "File of the certificates above the leaf, if wanted")),
        ("owner", account("Owner", "Owner of the files; as before when absent")),
        ("group", account("Group", "Group of the files; as before when absent")),
        (
            "certificate_mode",
            mode("Certificate mode", "Mode of certificate and chain; as before, or 0644, when absent"),
        ),
        ("key_mode", mode("Key mode", "Mode of the key; as before, or 0600, when absent")),
        (
            "probe",
            json!({
                "type": "array", "maxItems": 32, "title": "Endpoints", "x-group": "Proof",
                "description": "Endpoints that have to serve the new certificate",
                "items": {
                    "type": "object", "additionalProperties": false, "required": ["address"],
                    "properties": {
                        "address": {
                            "type": "string", "title": "Address", "x-order": 1, "description": "host:port",
                        },
                        "server_name": {
                            "type": "string", "title": "Server name", "x-order": 2,
                            "description": "The name sent (SNI)",
                        },
                    },
                },
            }),
        ),
        (
            "probe_timeout_seconds",
            json!({
                "type": "integer", "minimum": 1, "maximum": 300, "default": 15, "title": "Time to be served (seconds)",
                "x-group": "Proof", "description": "How long the new certificate may take to be served",
            }),
        ),
    ];
    for (key, schema) in shared {
        properties.insert(key.to_owned(), schema);
    }
}

/// The order in which a form asks for what there can be.
const ORDER: &[&str] = &[
    "instance",
    "certificate_path",
    "key_path",
    "chain_path",
    "fullchain",
    "owner",
    "group",
    "certificate_mode",
    "key_mode",
    "action",
    "probe",
    "no_probe",
    "probe_timeout_seconds",
];

/// The schema of a kind from its properties; `title`, `x-order` and `x-group` say how a form shows a field.
pub(super) fn schema_of(properties: Value) -> Value {
    let mut properties = match properties {
        Value::Object(properties) => properties,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            serde_json::Map::new()
        }
    };
    extend_schema(&mut properties);
    let known = ORDER.iter().filter(|name| properties.contains_key(**name)).copied().collect::<Vec<_>>();
    for (order, name) in (1..).zip(known) {
        properties[name]["x-order"] = json!(order);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "required": ["certificate_path", "key_path"],
        "properties": properties,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_absolute_paths_are_taken() {
        assert_eq!(parse_path("/etc/tls/a.pem").unwrap(), Path::new("/etc/tls/a.pem"));
        for bad in ["", "/", "a.pem", "/etc/../shadow", "/etc//a", "/etc/./a", "/etc/tls/", "/a\n", "/a\0b"] {
            assert!(parse_path(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn addresses_are_read_with_their_port() {
        let check = |text: &str, host: &str, port: u16| {
            assert_eq!(parse_address(text).unwrap(), (host.to_owned(), port), "{text}");
        };
        check("127.0.0.1:443", "127.0.0.1", 443);
        check("[::1]:8443", "::1", 8443);
        check("web.example.internal:443", "web.example.internal", 443);
        for bad in
            ["127.0.0.1", ":443", "::1:443", "[::1]", "a:0", "a:70000", "a b:1", "1.2.3:443", "[web]:1"]
        {
            assert!(parse_address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn modes_that_show_a_key_to_others_are_refused() {
        for (text, key, certificate) in [
            ("0600", true, true),
            ("640", true, true),
            ("0644", false, true),
            ("0660", false, true),
            ("0666", false, false),
            ("0700", false, false),
            ("4600", false, false),
            ("0200", false, false),
            ("abc", false, false),
            ("", false, false),
        ] {
            assert_eq!(parse_key_mode(text).is_ok(), key, "key {text:?}");
            assert_eq!(parse_certificate_mode(text).is_ok(), certificate, "certificate {text:?}");
        }
    }
}
