//! Plain files, and at most one action that the host's policy knows by name.
//!
//! Not for: services that certctl knows by kind. Invariant: the action is a name; what it does is written in the
//! host's policy and nowhere else.

use std::time::Duration;

use certctl_core::target_test::CheckName;
use serde_json::{Value, json};

use super::installation::{self, Installation, Probe};
use crate::fields::{Problem, Problems};

/// What a test of it checks; plain files have no checker of their own.
pub(super) const CHECKS: &[CheckName] = &[
    CheckName::Agent,
    CheckName::Policy,
    CheckName::Paths,
    CheckName::Reload,
    CheckName::Endpoint,
    CheckName::DryRun,
];

/// The configuration of a file target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileConfig {
    /// The files.
    pub installation: Installation,
    /// A name of the host's policy: `[actions.<name>]`; run after the files are in place.
    pub action: Option<String>,
    /// Where the result is looked at.
    pub probes: Vec<Probe>,
    /// How long the new certificate may take to be served.
    pub probe_timeout: Duration,
}

/// JSON Schema of the configuration.
pub(super) fn schema() -> Value {
    installation::schema_of(json!({
        "fullchain": {
            "type": "boolean", "default": true, "title": "With chain", "x-group": "Files",
            "description": "Whether certificate_path holds the whole chain, or the leaf only",
        },
        "action": {
            "type": "string", "maxLength": 64, "title": "Action", "x-group": "Service",
            "description": "An action of the host's policy file, [actions.<name>], run after the files are in place",
        },
    }))
}

/// Reads the configuration.
pub(super) fn read(value: &Value) -> Result<FileConfig, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(value);
    let fullchain = fields.boolean("fullchain", true);
    let installation = installation::read(&mut fields, fullchain);
    let action = fields.parsed("action", installation::parse_policy_name);
    let probes = installation::read_probes(&mut fields);
    let probe_timeout = installation::read_probe_timeout(&mut fields);
    fields.finish();
    problems.finish(installation.map(|installation| FileConfig {
        installation,
        action,
        probes,
        probe_timeout,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_need_no_probe_and_no_action() {
        let config = read(&json!({ "certificate_path": "/tls/a.pem", "key_path": "/tls/a.key" })).unwrap();
        assert!(config.installation.fullchain);
        assert_eq!((config.action, config.probes.len()), (None, 0));
    }

    #[test]
    fn an_action_is_a_name_and_never_a_command() {
        for bad in ["/usr/bin/reload", "reload; rm -rf /", "", "a b"] {
            let value = json!({ "certificate_path": "/tls/a.pem", "key_path": "/tls/a.key", "action": bad });
            assert_eq!(read(&value).unwrap_err()[0].pointer(), "/action", "{bad:?}");
        }
    }
}
