//! A real `certctl-agent` in a process of its own, joined to the benchmark's server.
//!
//! Not for: many agents (`simulated_agent.rs`). Invariant: it runs as a user would run it, but for its folders.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use certctl_api::agents::{CreateInvitation, InvitationCreated};
use certctl_api::client::Client;

use crate::program::{Running, beside};

/// Its name; its id is `ag-` and this.
const NAME: &str = "bench-real";

/// A running agent.
#[derive(Debug)]
pub(crate) struct AgentProcess {
    running: Running,
}

impl AgentProcess {
    /// Joins and starts it, with this policy.
    pub(crate) async fn start(admin: &Client, folder: &Path, policy: &str) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let policy_path = folder.join("agent.toml");
        std::fs::write(&policy_path, policy)
            .with_context(|| format!("{} cannot be written", policy_path.display()))?;
        let program = beside("certctl-agent")?;
        let command = || {
            let mut command = Command::new(&program);
            command.arg("--state-dir").arg(folder.join("state")).arg("--policy").arg(&policy_path);
            command.stdin(Stdio::null());
            command
        };
        let invitation = CreateInvitation { name: NAME.to_owned(), expires_in_seconds: None };
        let made: InvitationCreated = admin.post("/agents/invitations", &invitation).await?;
        let joined = command()
            .args(["join", admin.server_url(), "--token", &made.token])
            .output()
            .context("certctl-agent join cannot be run")?;
        if !joined.status.success() {
            bail!("certctl-agent join: {}", String::from_utf8_lossy(&joined.stderr).trim());
        }
        let log = File::create(folder.join("agent.log")).context("the agent's log cannot be made")?;
        let errors = log.try_clone().context("the agent's log cannot be shared")?;
        let running = Running::spawn("certctl-agent", command().arg("run").stdout(log).stderr(errors))?;
        Ok(Self { running })
    }

    /// The id that the server knows it by.
    pub(crate) fn id() -> String {
        format!("ag-{NAME}")
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// An error when it has ended.
    pub(crate) fn check(&mut self) -> anyhow::Result<()> {
        self.running.check()
    }
}

/// The policy of a host with one nginx.
pub(crate) fn nginx_policy(nginx: &Path, port: u16) -> String {
    let (folder, binary) = (nginx.display(), nginx_program().display().to_string());
    format!(
        "directories = [\"{folder}/certs\"]\n[nginx.default]\nbinary = \"{binary}\"\nconfig = \"{folder}/nginx.conf\"\n\
         prefix = \"{folder}\"\nreload = \"command\"\n[probe]\nports = [{port}]\n"
    )
}

/// Where Debian has nginx, or else where the search path has it.
pub(crate) fn nginx_program() -> PathBuf {
    let usual = PathBuf::from("/usr/sbin/nginx");
    if usual.exists() {
        return usual;
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .map(|folder| folder.join("nginx"))
        .find(|path| path.exists())
        .unwrap_or(usual)
}
