//! `certctl demo`: its flags.
//!
//! Not for: what the demo is (`demo/`). Invariant: what is kept and what runs once exclude each other, because a single
//! life begins with nothing.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::demo;
use crate::failure::Failure;
use crate::output::{Console, Exit};

/// `certctl demo`
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// Keep everything in this directory and go on with it at the next start; without it nothing is kept
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Where the control plane listens; without it 127.0.0.1:8443, or a free port when that one is taken
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Run one certificate's whole life, print the time of each step, and end
    #[arg(long, conflicts_with = "data_dir")]
    once: bool,
}

impl Demo {
    /// Runs the demo until it is stopped, or once.
    ///
    /// # Errors
    /// [`Failure`] naming what did not start or did not succeed.
    pub(crate) async fn run(
        &self,
        environment: &dyn Fn(&str) -> Option<String>,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let search_path = environment("PATH").unwrap_or_default();
        if self.once {
            demo::once::run(self.listen, &search_path, console).await
        } else {
            demo::live::run(self.data_dir.as_deref(), self.listen, &search_path, console).await
        }
    }
}
