//! A real BIND with dynamic zones (`tests/peers/bind.sh`).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use certctl_connectors::dns::DnsProvider;
use certctl_core::dns_provider::DnsProviderKind;
use serde_json::{Value, json};

/// Ends with this value.
pub(crate) struct Bind {
    dir: tempfile::TempDir,
    values: BTreeMap<String, String>,
}

impl Bind {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let output = script()
            .envs(settings.iter().copied())
            .arg("start")
            .arg(dir.path().join("peer"))
            .output()
            .unwrap();
        assert!(output.status.success(), "bind: {}", String::from_utf8_lossy(&output.stderr));
        let value = |line: &str| {
            let (key, value) = line.split_once('=')?;
            Some((key.to_owned(), value.trim_matches('\'').to_owned()))
        };
        let text = String::from_utf8(output.stdout).unwrap();
        Self { dir, values: text.lines().filter_map(value).collect() }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.values["DNS_SERVER"].parse().unwrap()
    }

    pub(crate) fn secret(&self) -> &str {
        &self.values["TSIG_SECRET"]
    }

    pub(crate) fn config(&self) -> Value {
        json!({
            "server": self.values["DNS_SERVER"], "key_name": self.values["TSIG_NAME"], "secret": self.secret(),
            "algorithm": self.values["TSIG_ALGORITHM"],
        })
    }

    pub(crate) fn provider(&self) -> DnsProvider {
        DnsProvider::read(DnsProviderKind::Rfc2136, &self.config()).unwrap()
    }

    /// The values of a name, in order, as another client sees them.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let port = self.address().port().to_string();
        let output =
            Command::new("dig").args(["+short", "@127.0.0.1", "-p", &port, name, "TXT"]).output().unwrap();
        assert!(output.status.success(), "dig: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut values: Vec<String> = text.lines().map(|line| line.trim_matches('"').to_owned()).collect();
        values.sort();
        values
    }
}

impl Drop for Bind {
    fn drop(&mut self) {
        let stopped = script().arg("stop").arg(self.dir.path().join("peer")).status();
        assert!(
            stopped.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "bind did not stop"
        );
    }
}

fn script() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/bind.sh"))
}
