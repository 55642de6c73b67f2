//! nginx (<https://nginx.org/en/docs/http/configuring_https_servers.html>): files, reload, look at the endpoint.
//!
//! Not for: where nginx and its configuration are and how it is reloaded: the host's policy says that, under the
//! name that `instance` refers to. Invariant: there is something to look at afterwards, or the configuration says
//! openly that there is not.

use std::time::Duration;

use certctl_core::target_test::CheckName;
use serde_json::{Value, json};

use super::installation::{self, Installation, Probe};
use crate::fields::{Problem, Problems};

/// The instance that is meant when none is named.
pub const DEFAULT_INSTANCE: &str = "default";

/// What a test of it checks.
pub(super) const CHECKS: &[CheckName] = &[
    CheckName::Agent,
    CheckName::Policy,
    CheckName::Paths,
    CheckName::Validate,
    CheckName::Reload,
    CheckName::Endpoint,
    CheckName::DryRun,
];

/// The configuration of an nginx target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NginxConfig {
    /// A name of the host's policy: `[nginx.<instance>]`.
    pub instance: String,
    /// The files; `certificate_path` holds the whole chain, as nginx wants it.
    pub installation: Installation,
    /// Where the result is looked at.
    pub probes: Vec<Probe>,
    /// How long the new certificate may take to be served.
    pub probe_timeout: Duration,
}

/// JSON Schema of the configuration.
pub(super) fn schema() -> Value {
    installation::schema_of(json!({
        "instance": {
            "type": "string", "default": DEFAULT_INSTANCE, "maxLength": 64, "title": "nginx", "x-group": "Service",
            "description": "Which nginx of the host's policy file, [nginx.<instance>]",
        },
        "no_probe": {
            "type": "boolean", "default": false, "title": "No endpoint", "x-group": "Proof",
            "description": "Say true when there is no endpoint to look at; the result is then Installed, not Live",
        },
    }))
}

/// Reads the configuration.
pub(super) fn read(value: &Value) -> Result<NginxConfig, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(value);
    let instance = fields
        .parsed("instance", installation::parse_policy_name)
        .unwrap_or_else(|| DEFAULT_INSTANCE.to_owned());
    let installation = installation::read(&mut fields, true);
    let no_probe = fields.boolean("no_probe", false);
    let probes = installation::read_probes(&mut fields);
    let probe_timeout = installation::read_probe_timeout(&mut fields);
    let is_listed = value.get("probe").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    match (is_listed, no_probe) {
        (false, false) => fields.problem(
            "probe",
            "names no address to look at after the reload; add one such as {\"address\": \"127.0.0.1:443\", \
             \"server_name\": \"www.example.org\"}, or say \"no_probe\": true",
        ),
        (true, true) => fields.problem("no_probe", "is true, but probe lists addresses; keep one of the two"),
        (true, false) | (false, true) => {}
    }
    fields.finish();
    problems.finish(installation.map(|installation| NginxConfig {
        instance,
        installation,
        probes,
        probe_timeout,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> Value {
        json!({
            "certificate_path": "/etc/nginx/tls/a.pem", "key_path": "/etc/nginx/tls/a.key",
            "probe": [{ "address": "127.0.0.1:443", "server_name": "Web.Example.internal" }],
        })
    }

    #[test]
    fn a_minimal_configuration_gets_its_defaults() {
        let config = read(&minimal()).unwrap();
        assert_eq!(config.instance, "default");
        assert!(config.installation.fullchain);
        assert_eq!(config.probe_timeout, Duration::from_secs(15));
        assert_eq!(config.probes[0].server_name.as_deref(), Some("web.example.internal"));
    }

    #[test]
    fn each_bad_field_is_named() {
        let check = |field: &str, bad: Value, pointer: &str| {
            let mut config = minimal();
            config[field] = bad;
            let problems = read(&config).unwrap_err();
            let pointers: Vec<String> = problems.iter().map(Problem::pointer).collect();
            assert_eq!(pointers, [pointer], "{field}: {problems:?}");
        };
        check("instance", json!("a b"), "/instance");
        check("certificate_path", json!("etc/a.pem"), "/certificate_path");
        check("certificate_path", json!(null), "/certificate_path");
        check("key_path", json!("/etc/nginx/tls/a.pem"), "/key_path");
        check("chain_path", json!("/etc/nginx/tls/a.key"), "/chain_path");
        check("owner", json!("-x"), "/owner");
        check("key_mode", json!("0644"), "/key_mode");
        check("key_mode", json!(600), "/key_mode");
        check("probe", json!([]), "/probe");
        check("probe", json!([{ "address": "x" }]), "/probe/0/address");
        check("probe", json!([{ "address": "x:1", "command": "rm" }]), "/probe/0/command");
        check("probe_timeout_seconds", json!(0), "/probe_timeout_seconds");
        check("no_probe", json!(true), "/no_probe");
        check("reload_command", json!("nginx -s reload"), "/reload_command");
    }
}
