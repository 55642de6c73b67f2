//! A PostgreSQL of the benchmark's own, with the durability that it has by default, and a quarter of the memory for its cache
//! as PostgreSQL's documentation advises (Resource Consumption, `shared_buffers`; the default of 128 MB is for a small machine).
//!
//! Not for: tests (they have a shared one without fsync, crate `certctl-test-postgres`). Invariant: `fsync` and
//! `synchronous_commit` are on, and that is asked of the running server, not assumed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::machine::Machine;
use crate::program::peer_script;

/// A running server; stopped and removed with this value.
#[derive(Debug)]
pub(crate) struct Postgres {
    folder: PathBuf,
    url: String,
    n_databases: u32,
}

impl Postgres {
    /// Starts one in a new folder below `parent`.
    pub(crate) fn start(parent: &Path) -> anyhow::Result<Self> {
        let folder = parent.join("postgres");
        let output = Command::new(peer_script("postgres.sh")?)
            .arg("start")
            .arg(&folder)
            .env("PG_CONF_EXTRA", format!("shared_buffers = {}MB", Machine::read().memory_mib / 4))
            .env_remove("PG_FSYNC")
            .env_remove("PG_TLS")
            .stdin(Stdio::null())
            .output()
            .context("tests/peers/postgres.sh cannot be run")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let url = text
            .lines()
            .find_map(|line| line.strip_prefix("DATABASE_URL='")?.strip_suffix('\''))
            .map(str::to_owned);
        let (Some(url), true) = (url, output.status.success()) else {
            bail!("PostgreSQL did not start:\n{}", String::from_utf8_lossy(&output.stderr));
        };
        let server = Self { folder, url, n_databases: 0 };
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let value = server.psql(&format!("SHOW {setting}"))?;
            if value != "on" {
                bail!("PostgreSQL runs with {setting} = {value}: figures without durability mean nothing");
            }
        }
        Ok(server)
    }

    /// The URL of a fresh, empty database.
    pub(crate) fn database(&mut self) -> anyhow::Result<String> {
        self.n_databases += 1;
        let name = format!("bench{}", self.n_databases);
        self.psql(&format!("CREATE DATABASE {name} TEMPLATE template0"))?;
        let (base, _) = self.url.rsplit_once('/').context("the server's URL names no database")?;
        Ok(format!("{base}/{name}"))
    }

    fn psql(&self, sql: &str) -> anyhow::Result<String> {
        let output = Command::new("psql")
            .args(["-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url])
            .output()
            .context("psql cannot be run")?;
        if !output.status.success() {
            bail!("psql {sql:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Ok(script) = peer_script("postgres.sh") {
            drop(Command::new(script).arg("stop").arg(&self.folder).output());
        }
    }
}
