//! Targets: where certificates go. One file per kind, one line per kind in [`KINDS`].
//!
//! Not for: the deployment itself (the agent's `work/deploy`). Invariant: what is accepted here is what the agent
//! accepts: server and agent read a configuration with the same function.

pub mod file;
pub mod installation;
pub mod nginx;

use certctl_core::target_test::CheckName;
use serde_json::Value;

use crate::fields::{Problem, Problems};

use self::file::FileConfig;
use self::installation::{Installation, Probe};
use self::nginx::NginxConfig;

/// A kind of target.
#[derive(Debug)]
pub struct Kind {
    /// Its name in the API.
    pub kind: &'static str,
    /// For people.
    pub title: &'static str,
    /// JSON Schema (2020-12) of its configuration.
    pub schema: fn() -> Value,
    /// What a test of it checks, in its order; a configuration may leave some out ([`TargetConfig::checks`]).
    pub checks: &'static [CheckName],
    read: fn(&Value) -> Result<TargetConfig, Vec<Problem>>,
}

/// Every kind there is.
pub const KINDS: &[Kind] = &[
    Kind {
        kind: "nginx",
        title: "nginx server",
        schema: nginx::schema,
        checks: nginx::CHECKS,
        read: |value| nginx::read(value).map(TargetConfig::Nginx),
    },
    Kind {
        kind: "file",
        title: "Plain files",
        schema: file::schema,
        checks: file::CHECKS,
        read: |value| file::read(value).map(TargetConfig::File),
    },
];

/// Every kind there is.
pub const fn kinds() -> &'static [Kind] {
    KINDS
}

/// A target's configuration, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetConfig {
    /// See [`nginx`].
    Nginx(NginxConfig),
    /// See [`mod@file`].
    File(FileConfig),
}

impl TargetConfig {
    /// Which files are written, and how.
    pub const fn installation(&self) -> &Installation {
        match self {
            Self::Nginx(config) => &config.installation,
            Self::File(config) => &config.installation,
        }
    }

    /// Where the result is looked at; empty when the target has no endpoint.
    pub fn probes(&self) -> &[Probe] {
        match self {
            Self::Nginx(config) => &config.probes,
            Self::File(config) => &config.probes,
        }
    }

    /// What a test of this configuration checks, in its order: what there is nothing of is left out.
    pub fn checks(&self) -> Vec<CheckName> {
        let (of_kind, reloads) = match self {
            Self::Nginx(_) => (nginx::CHECKS, true),
            Self::File(config) => (file::CHECKS, config.action.is_some()),
        };
        let applies = |check: &CheckName| match check {
            CheckName::Reload => reloads,
            CheckName::Endpoint => !self.probes().is_empty(),
            CheckName::Agent
            | CheckName::Policy
            | CheckName::Paths
            | CheckName::Validate
            | CheckName::DryRun => true,
        };
        of_kind.iter().copied().filter(applies).collect()
    }

    /// How long the new certificate may take to be served.
    pub const fn probe_timeout(&self) -> std::time::Duration {
        match self {
            Self::Nginx(config) => config.probe_timeout,
            Self::File(config) => config.probe_timeout,
        }
    }
}

/// Reads a configuration.
///
/// # Errors
/// Every problem, each with its field.
pub fn read_config(kind: &str, config: &Value) -> Result<TargetConfig, Vec<Problem>> {
    let Some(known) = KINDS.iter().find(|known| known.kind == kind) else {
        let names: Vec<&str> = KINDS.iter().map(|known| known.kind).collect();
        let problems = Problems::default();
        let detail = format!("there is no target kind {kind:?}; known are: {}", names.join(", "));
        problems.object(&Value::Object(serde_json::Map::new())).problem("", detail);
        return problems.finish(None);
    };
    (known.read)(config)
}

/// Checks a configuration. The problems are pairs of a JSON pointer into `config` and what is wrong there; an
/// unknown kind has an empty pointer.
///
/// # Errors
/// Every problem.
pub fn validate_config(kind: &str, config: &Value) -> Result<(), Vec<(String, String)>> {
    let pair = |problem: Problem| (problem.pointer(), problem.detail);
    read_config(kind, config).map(|_| ()).map_err(|problems| problems.into_iter().map(pair).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_has_a_schema_that_names_exactly_its_fields() {
        for kind in KINDS {
            let schema = (kind.schema)();
            assert_eq!(schema["additionalProperties"], json!(false), "{}", kind.kind);
            let problems = validate_config(kind.kind, &json!({ "no-such-field": 1 })).unwrap_err();
            let unknown = problems.iter().find(|(pointer, _)| pointer == "/no-such-field").unwrap();
            let (_, known) = unknown.1.split_once("known are: ").unwrap();
            let mut read: Vec<&str> = known.split(", ").collect();
            let mut documented: Vec<&str> =
                schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            read.sort_unstable();
            documented.sort_unstable();
            assert_eq!(read, documented, "{}", kind.kind);
            let mut orders = Vec::new();
            for (name, field) in schema["properties"].as_object().unwrap() {
                for key in ["title", "description", "x-group"] {
                    assert!(
                        field[key].as_str().is_some_and(|text| !text.is_empty()),
                        "{} {name} {key}",
                        kind.kind
                    );
                }
                orders.push(field["x-order"].as_u64().unwrap());
            }
            orders.sort_unstable();
            assert!(orders.iter().zip(1..).all(|(order, place)| *order == place), "{} {orders:?}", kind.kind);
        }
    }

    #[test]
    fn checks_that_a_configuration_has_nothing_of_are_left_out() {
        let names = |kind: &str, config: &Value| -> Vec<&str> {
            read_config(kind, config).unwrap().checks().into_iter().map(CheckName::as_str).collect()
        };
        let files = json!({ "certificate_path": "/t/a.pem", "key_path": "/t/a.key" });
        let with = |key: &str, value: Value| {
            let mut config = files.clone();
            config[key] = value;
            config
        };
        assert_eq!(names("file", &files), ["agent", "policy", "paths", "dry_run"]);
        let reloading = with("action", json!("reload"));
        assert_eq!(names("file", &reloading), ["agent", "policy", "paths", "reload", "dry_run"]);
        let probed = with("probe", json!([{ "address": "127.0.0.1:443" }]));
        assert_eq!(names("file", &probed), ["agent", "policy", "paths", "endpoint", "dry_run"]);
        assert_eq!(names("nginx", &probed).len(), 7);
        assert!(!names("nginx", &with("no_probe", json!(true))).contains(&"endpoint"));
        for kind in KINDS {
            assert!(kind.checks.is_sorted(), "{}", kind.kind);
        }
    }

    #[test]
    fn an_unknown_kind_lists_the_known_ones() {
        let problems = validate_config("apache", &json!({})).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].0, "");
        assert!(problems[0].1.contains("nginx, file"), "{}", problems[0].1);
    }
}
