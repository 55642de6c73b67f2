//! One process of the control plane, `certctl server`, with a data directory and a port of its own.
//!
//! Not for: agents (`host.rs`). Invariant: it comes back on the port that it had.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::process::{Process, eventually};

pub(crate) struct Plane {
    dir: PathBuf,
    port: u16,
    database_url: Option<String>,
    settings: Vec<(String, String)>,
    process: Process,
}

/// A free port below those that the kernel gives to outgoing connections, so that nobody takes it during a restart, and
/// below those that the peers take.
fn free_port() -> u16 {
    loop {
        let port = 10_000 + u16::try_from(RandomState::new().hash_one(0) % 8_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Plane {
    /// One in a directory; it does not run yet.
    pub(crate) fn new(dir: &Path, database_url: Option<String>) -> Self {
        std::fs::create_dir_all(dir).unwrap();
        let (dir, port) = (dir.to_owned(), free_port());
        Self { dir, port, database_url, settings: Vec::new(), process: Process::default() }
    }

    /// Its starts from now on have this setting, by the name of its variable.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Another one, which takes the place of this one when that does not run: the same address, a directory of its own.
    pub(crate) fn impostor(&self, dir: &Path) -> Self {
        Self { port: self.port, ..Self::new(dir, None) }
    }

    /// Starts it; it kills itself at a step when one is named.
    #[track_caller]
    pub(crate) fn start(&mut self, kill_at: Option<&str>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certctl"));
        command.args(["server", "--data-dir"]).arg(self.data());
        command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        command.env_remove("CERTCTL_KILL_AT").env_remove("CERTCTL_DATABASE_URL");
        // The tests ask for more than people do; what holds them back has tests of its own.
        for of in ["", "AGENT_"] {
            command.env(format!("CERTCTL_{of}RATE_LIMIT_RPS"), "100000");
            command.env(format!("CERTCTL_{of}RATE_LIMIT_BURST"), "100000");
        }
        if let Some(url) = &self.database_url {
            command.env("CERTCTL_DATABASE_URL", url);
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        if let Some(step) = kill_at {
            command.env("CERTCTL_KILL_AT", step);
        }
        let log = self.log();
        self.process.start(command, &log);
        let (port, process) = (self.port, &mut self.process);
        eventually("the control plane's listening", || {
            // One that is to die at a step may be dead already: it finds work from before at once.
            let is_there = TcpStream::connect(("127.0.0.1", port)).is_ok();
            (is_there || (kill_at.is_some() && process.ended().is_some())).then_some(())
        });
    }

    /// The token for the first API key, which the server prints at its first start.
    pub(crate) fn setup_token(&self) -> String {
        eventually("the setup token", || {
            let text = std::fs::read_to_string(self.log()).ok()?;
            let (_, rest) = text.split_once("--setup-token ")?;
            let (line, _) = rest.split_once('\n')?;
            Some(line.trim().to_owned())
        })
    }

    /// Its next start finds its data there.
    pub(crate) fn move_to(&mut self, database_url: Option<String>) {
        self.database_url = database_url;
    }

    /// Runs a command of the server's own side, on its data and database.
    pub(crate) fn beside(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certctl"));
        command.args(arguments).stdin(Stdio::null());
        command.env("CERTCTL_DATA_DIR", self.data()).env_remove("CERTCTL_DATABASE_URL");
        if let Some(url) = &self.database_url {
            command.env("CERTCTL_DATABASE_URL", url);
        }
        command.output().unwrap()
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Whether it has killed itself.
    pub(crate) fn has_died(&mut self) -> bool {
        self.process.ended().is_some()
    }

    /// Waits until it has killed itself.
    #[track_caller]
    pub(crate) fn died(&mut self) {
        self.process.died("the control plane");
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.data().join("ca.pem")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.dir.join("server.log")
    }
}
