//! A real `certctl server` in a process and a folder of its own, with an admin's client.
//!
//! Not for: load (`load.rs`). Invariant: it runs with the settings that a user gets who gives none, apart from its
//! address, its folder, its database, and the limits of callers, because here one key asks for everything.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use certctl_api::api_keys::ApiKeyCreated;
use certctl_api::auth::SetupRequest;
use certctl_api::client::{Client, ClientOptions};
use certctl_api::tls::Trust;
use certctl_core::secret::Secret;

use crate::program::{Running, beside};

/// How long a start may take.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long a stop may take; the server's own grace period is 20 s.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// Limits that the load does not reach.
pub(crate) const LIMITS: [(&str, &str); 6] = [
    ("CERTCTL_RATE_LIMIT_RPS", "1000000"),
    ("CERTCTL_RATE_LIMIT_BURST", "1000000"),
    ("CERTCTL_AGENT_RATE_LIMIT_RPS", "1000000"),
    ("CERTCTL_AGENT_RATE_LIMIT_BURST", "1000000"),
    ("CERTCTL_CONCURRENT_REQUESTS", "10000"),
    ("CERTCTL_MAX_CONNECTIONS_PER_ADDRESS", "20000"),
];

/// A running server.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    running: Running,
    folder: PathBuf,
    database_url: Option<String>,
    port: u16,
    /// From the start of the process to the first answer 200 of `/readyz`.
    pub(crate) ready_after: Duration,
    api_key: Option<Secret<String>>,
}

/// A server that was stopped, with what it takes to start it anew.
#[derive(Debug)]
pub(crate) struct Paused {
    folder: PathBuf,
    database_url: Option<String>,
    api_key: Option<Secret<String>>,
}

impl Paused {
    /// Starts it anew, at another port.
    pub(crate) async fn resume(self) -> anyhow::Result<ServerProcess> {
        ServerProcess::begin(&self.folder, self.database_url.as_deref(), self.api_key, &LIMITS).await
    }
}

/// A port that nobody listens at now.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr().context("a listener has no address")?.port())
}

impl ServerProcess {
    /// Starts it in `folder`, on SQLite unless a database's URL is given, and waits until it is ready.
    pub(crate) async fn start(folder: &Path, database_url: Option<&str>) -> anyhow::Result<Self> {
        Self::begin(folder, database_url, None, &LIMITS).await
    }

    /// As [`Self::start`], with other settings (variables) than those that lift the limits of callers.
    pub(crate) async fn start_with(
        folder: &Path,
        database_url: Option<&str>,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        Self::begin(folder, database_url, None, settings).await
    }

    /// Stops it and starts it anew in the same folder, on the same database, at another port.
    pub(crate) async fn restart(self) -> anyhow::Result<Self> {
        self.pause()?.resume().await
    }

    /// Starts one where one was set up before.
    pub(crate) async fn again(
        folder: &Path,
        database_url: Option<&str>,
        api_key: String,
    ) -> anyhow::Result<Self> {
        Self::begin(folder, database_url, Some(Secret::new(api_key)), &LIMITS).await
    }

    /// As [`Self::again`], with other settings (variables) than those that lift the limits of callers.
    pub(crate) async fn again_with(
        folder: &Path,
        database_url: Option<&str>,
        api_key: String,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        Self::begin(folder, database_url, Some(Secret::new(api_key)), settings).await
    }

    /// Stops it, to be started anew later.
    pub(crate) fn pause(self) -> anyhow::Result<Paused> {
        let paused = Paused {
            folder: self.folder.clone(),
            database_url: self.database_url.clone(),
            api_key: self.api_key.clone(),
        };
        self.stop()?;
        Ok(paused)
    }

    async fn begin(
        folder: &Path,
        database_url: Option<&str>,
        api_key: Option<Secret<String>>,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let port = free_port()?;
        let file = |name: &str| {
            let path = folder.join(name);
            File::create(&path).with_context(|| format!("{} cannot be made", path.display()))
        };
        let mut command = Command::new(beside("certctl")?);
        command.arg("server").arg("--data-dir").arg(folder.join("data"));
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command.stdin(Stdio::null()).stdout(file("out.log")?).stderr(file("error.log")?);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CERTCTL_") {
                command.env_remove(name);
            }
        }
        for (name, value) in settings {
            command.env(name, value);
        }
        if let Some(url) = database_url {
            command.env("CERTCTL_DATABASE_URL", url);
        }
        let begin = Instant::now();
        let running = Running::spawn("certctl server", &mut command)?;
        let mut server = Self {
            running,
            folder: folder.to_owned(),
            database_url: database_url.map(str::to_owned),
            port,
            ready_after: Duration::ZERO,
            api_key,
        };
        server.wait_ready(begin).await?;
        Ok(server)
    }

    async fn wait_ready(&mut self, begin: Instant) -> anyhow::Result<()> {
        let mut client = None;
        loop {
            if begin.elapsed() > START_LIMIT {
                bail!("certctl server was not ready within {START_LIMIT:?}:\n{}", self.log());
            }
            if let Err(error) = self.running.check() {
                bail!("{error}:\n{}", self.log());
            }
            if client.is_none() {
                // Not before the CA certificate is there.
                client = self.options().ok().and_then(|options| Client::new(options).ok());
            }
            if let Some(client) = &client
                && client.text("/readyz").await.is_ok()
            {
                self.ready_after = begin.elapsed();
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("error.log")).unwrap_or_default()
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Its port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The PEM of its CA.
    pub(crate) fn ca_pem(&self) -> anyhow::Result<String> {
        let path = self.folder.join("data/ca.pem");
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
    }

    /// How to reach it without an identity.
    pub(crate) fn options(&self) -> anyhow::Result<ClientOptions> {
        Ok(ClientOptions {
            server_url: format!("https://127.0.0.1:{}", self.port),
            trust: Trust::CaPem(self.ca_pem()?),
            api_key: self.api_key.clone(),
            identity: None,
            timeout: Duration::from_secs(60),
        })
    }

    /// Redeems the set-up token; [`Self::options`] carry the admin's key from then on.
    pub(crate) async fn admin(&mut self) -> anyhow::Result<Client> {
        let path = self.folder.join("out.log");
        let end = Instant::now() + START_LIMIT;
        let token = loop {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let after = text.split_once("--setup-token ").map(|(_, after)| after);
            if let Some(token) = after.and_then(|after| after.split_whitespace().next()) {
                break token.to_owned();
            }
            if Instant::now() > end {
                bail!("{} shows no set-up token", path.display());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let anonymous = Client::new(self.options()?)?;
        let made: ApiKeyCreated = anonymous
            .post("/auth/setup", &SetupRequest { token, name: None, user: None })
            .await
            .context("the set-up token was refused")?;
        self.api_key = Some(Secret::new(made.secret));
        Ok(Client::new(self.options()?)?)
    }

    /// The admin's key, after [`Self::admin`].
    pub(crate) fn api_key(&self) -> anyhow::Result<&str> {
        self.api_key.as_ref().map(|key| key.expose().as_str()).context("no admin key was made yet")
    }

    /// Stops it as a service manager would.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        self.running.stop(STOP_LIMIT)
    }
}
