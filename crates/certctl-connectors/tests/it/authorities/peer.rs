//! A real server that a script of `tests/peers` starts and stops.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Ends with this value.
pub(crate) struct Peer {
    name: &'static str,
    dir: tempfile::TempDir,
    values: BTreeMap<String, String>,
}

impl Peer {
    /// Another process may take a port between its finding and its use: then others are found.
    pub(crate) fn start(name: &'static str, settings: &[(&str, &str)]) -> Self {
        let mut said = String::new();
        for _ in 0..3 {
            match Self::try_start(name, settings) {
                Ok(peer) => return peer,
                Err(error) if error.contains("address already in use") => said = error,
                Err(error) => panic!("{name}: {error}"),
            }
        }
        panic!("{name}: {said}");
    }

    fn try_start(name: &'static str, settings: &[(&str, &str)]) -> Result<Self, String> {
        let dir = tempfile::tempdir().unwrap();
        let output = script(name)
            .envs(settings.iter().copied())
            .arg("start")
            .arg(dir.path().join("peer"))
            .output()
            .unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let value = |line: &str| {
            let (key, value) = line.split_once('=')?;
            Some((key.to_owned(), value.trim_matches('\'').to_owned()))
        };
        let text = String::from_utf8(output.stdout).unwrap();
        Ok(Self { name, dir, values: text.lines().filter_map(value).collect() })
    }

    pub(crate) fn value(&self, key: &str) -> &str {
        &self.values[key]
    }

    /// The text of a file that a value names.
    pub(crate) fn file(&self, key: &str) -> String {
        fs::read_to_string(self.value(key)).unwrap()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("peer")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let stopped = script(self.name).arg("stop").arg(self.path()).status();
        assert!(
            stopped.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "{} did not stop",
            self.name
        );
    }
}

fn script(name: &str) -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/peers/{name}.sh")))
}
