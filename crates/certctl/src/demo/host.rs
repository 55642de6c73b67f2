//! A host of the fleet: a directory with an agent's state, its local policy and its TLS files, and the agent itself.
//!
//! The agent is the one of `certctl-agent`, in this process. Not for: what is deployed there. Invariant: the agent
//! joins with an invitation of its own, once; a later start finds it enrolled.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use certctl_agent::cause::chain;
use certctl_agent::join::{JoinOptions, join};
use certctl_agent::poll::{self, RunOptions};
use certctl_agent::service_manager::ServiceManager;
use certctl_agent::state::StateDir;
use certctl_agent::system_random::SystemRandom;
use certctl_api::agents::InvitationCreated;
use certctl_api::client::Client;
use certctl_api::join_token::JoinToken;
use certctl_core::kill_point::KillPoint;
use certctl_core::time::SystemClock;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::directory::Directory;
use super::failed;
use super::nginx::config_path;
use super::pair::Pair;
use crate::failure::Failure;

/// A host.
#[derive(Debug)]
pub(super) struct Host {
    name: &'static str,
    folder: PathBuf,
    running: Option<(CancellationToken, JoinHandle<()>)>,
}

/// What the owner of a host allows the agent.
#[derive(Debug, Default)]
pub(super) struct Allowed<'a> {
    /// The nginx of the host: program and prefix.
    pub(super) nginx: Option<(&'a Path, &'a Path)>,
    /// Ports that may be looked at.
    pub(super) ports: Vec<u16>,
}

impl Host {
    /// A host in the demo's directory.
    ///
    /// # Errors
    /// [`Failure::File`] when its folders cannot be made.
    pub(super) fn new(directory: &Directory, name: &'static str) -> Result<Self, Failure> {
        let folder = directory.path("hosts").join(name);
        let tls = folder.join("tls");
        fs::create_dir_all(&tls).map_err(|source| Failure::File { path: tls, action: "made", source })?;
        Ok(Self { name, folder, running: None })
    }

    /// Its name.
    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// Its TLS files of a name.
    pub(super) fn pair(&self, name: &str) -> Pair {
        Pair::in_folder(&self.folder.join("tls"), name)
    }

    /// Writes the local policy.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn allow(&self, allowed: &Allowed<'_>) -> Result<(), Failure> {
        let path = self.policy_path();
        let text = policy(&self.folder.join("tls"), allowed);
        let written = fs::write(&path, text)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o600)));
        written.map_err(|source| Failure::File { path, action: "written", source })
    }

    /// Redeems an invitation, unless an agent lives here already; says whether it did.
    ///
    /// # Errors
    /// [`Failure`] when the control plane or the agent refuses.
    pub(super) async fn join(&self, client: &Client) -> Result<bool, Failure> {
        let broken = |cause: String| failed(format!("the agent {} cannot join: {cause}", self.name), "");
        let state_dir = self.folder.join("agent");
        if StateDir::look(&state_dir).enrollment().map_err(|error| broken(chain(&error)))?.is_some() {
            return Ok(false);
        }
        let invitation: InvitationCreated =
            client.post("/agents/invitations", &json!({ "name": self.name })).await?;
        let token = JoinToken::parse(&invitation.token).map_err(|error| broken(error.to_string()))?;
        let server_url = client.server_url().to_owned();
        let options = JoinOptions { server_url, token, state_dir, clock: Arc::new(SystemClock) };
        join(options).await.map_err(|error| broken(chain(&error)))?;
        Ok(true)
    }

    /// Starts the agent's work.
    pub(super) fn run(&mut self) {
        let options = RunOptions {
            state_dir: self.folder.join("agent"),
            key_dir: self.folder.join("agent/keys"),
            policy_path: self.policy_path(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            kill_point: KillPoint::default(),
            // systemd, if it is there, watches the demo, not each of its agents.
            service_manager: ServiceManager::default(),
        };
        let (stop, name) = (CancellationToken::new(), self.name);
        let shutdown = stop.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = poll::run(options, shutdown).await {
                tracing::error!("The agent {name} does not run: {}", chain(&error));
            }
        });
        self.running = Some((stop, task));
    }

    /// Stops the agent: what it has begun it finishes. Says whether it ran.
    pub(super) async fn stop(&mut self) -> bool {
        let Some((stop, task)) = self.running.take() else { return false };
        stop.cancel();
        if let Err(error) = task.await {
            tracing::error!("The agent {} broke off: {error}", self.name);
        }
        true
    }

    fn policy_path(&self) -> PathBuf {
        self.folder.join("agent.toml")
    }
}

fn policy(tls: &Path, allowed: &Allowed<'_>) -> String {
    let text = |path: &Path| toml::Value::from(path.display().to_string()).to_string();
    let nginx = allowed.nginx.map_or_else(String::new, |(binary, prefix)| {
        format!(
            "[nginx.default]\nbinary = {}\nconfig = {}\nprefix = {}\nreload = \"signal\"\n",
            text(binary),
            text(&config_path(prefix)),
            text(prefix)
        )
    });
    format!(
        "# What certctl may do on this host. Written by `certctl demo`; see docs/reference/agent.md.\n\
         directories = [{}]\n{nginx}[file]\nenabled = true\n[probe]\nports = {:?}\n",
        text(tls),
        allowed.ports
    )
}

#[cfg(test)]
mod tests {
    use certctl_agent::local_policy::LocalPolicy;

    use super::*;

    #[test]
    fn the_policy_is_one_that_the_agent_accepts() {
        let nginx = Some((Path::new("/usr/sbin/nginx"), Path::new("/x/a \"b\"/nginx")));
        let text = policy(Path::new("/x/a \"b\"/tls"), &Allowed { nginx, ports: vec![1, 2] });
        let read = LocalPolicy::parse(Path::new("/x/agent.toml"), &text).unwrap();
        assert_eq!(read.capabilities(), ["nginx", "file"]);
        assert_eq!(read.probe_ports, [1..=1, 2..=2]);
        assert_eq!(read.nginx["default"].prefix.as_deref(), Some(Path::new("/x/a \"b\"/nginx")));
    }
}
