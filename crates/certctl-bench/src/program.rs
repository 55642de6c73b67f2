//! The programs that are measured, and child processes that end with the benchmark.
//!
//! Not for: what they say. Invariants: a release build measures release builds; no process outlives its value.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The program of this name beside this one.
pub(crate) fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe().context("the path of this program is not known")?;
    let program = this.with_file_name(name);
    if !program.exists() {
        bail!(
            "{} is missing: build it with `cargo build --release -p certctl -p certctl-agent`",
            program.display()
        );
    }
    Ok(program)
}

/// The size of a file in millions of bytes.
pub(crate) fn file_mb(path: &Path) -> anyhow::Result<f64> {
    let n_bytes =
        std::fs::metadata(path).with_context(|| format!("{} cannot be looked at", path.display()))?.len();
    #[expect(clippy::cast_precision_loss, reason = "a program's size")]
    Ok(n_bytes as f64 / 1e6)
}

/// A script of the folder `tests/peers` of the checkout that this program was built from.
pub(crate) fn peer_script(name: &str) -> anyhow::Result<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers").join(name);
    if !script.exists() {
        bail!("{} is missing: run the benchmark from its checkout", script.display());
    }
    Ok(script)
}

/// A running process.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    what: String,
}

impl Running {
    /// Starts it.
    pub(crate) fn spawn(what: &str, command: &mut Command) -> anyhow::Result<Self> {
        let child = command.spawn().with_context(|| format!("{what} cannot be started"))?;
        Ok(Self { child, what: what.to_owned() })
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// An error when it has ended.
    pub(crate) fn check(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait().with_context(|| format!("{} cannot be looked at", self.what))? {
            None => Ok(()),
            Some(status) => bail!("{} has ended: {status}", self.what),
        }
    }

    /// Asks it to stop and waits for its end.
    pub(crate) fn stop(mut self, limit: Duration) -> anyhow::Result<()> {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).context("a process id is too large")?);
        kill(pid, Signal::SIGTERM).with_context(|| format!("{} cannot be asked to stop", self.what))?;
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("{} did not stop within {limit:?}", self.what)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
