//! One control plane, one agent and one nginx, each a process of its own, in a directory of the test's own.
//!
//! Invariant: whatever was started is killed when the test ends.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use certctl_test_postgres::{DatabaseGuard, TestPostgres};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) struct Fleet {
    folder: TempDir,
    server_port: u16,
    pub(crate) nginx_port: u16,
    server: Option<Child>,
    agent: Option<Child>,
    database: Option<DatabaseGuard>,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The program beside `certctl` in the build's folder.
fn agent_program() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_certctl")).with_file_name("certctl-agent");
    assert!(program.exists(), "{} is missing: run `cargo build --workspace` first", program.display());
    program
}

fn nginx_script() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../tests/peers/nginx.sh"].iter().collect()
}

/// Waits for a condition.
pub(crate) fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < end, "{what} did not happen within {LIMIT:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Fleet {
    /// Starts everything; the agent has joined and works.
    pub(crate) fn start(postgres: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let started = Command::new(nginx_script())
            .args(["start", folder.path().join("nginx").to_str().unwrap()])
            .env("NGINX_SITES", "1")
            .output()
            .unwrap();
        assert!(started.status.success(), "nginx: {}", String::from_utf8_lossy(&started.stderr));
        let values = String::from_utf8(started.stdout).unwrap();
        let port = values.lines().find_map(|line| line.strip_prefix("NGINX_PORT='")).unwrap();
        let mut fleet = Self {
            nginx_port: port.trim_end_matches('\'').parse().unwrap(),
            server_port: free_port(),
            server: None,
            agent: None,
            database: postgres.then(TestPostgres::database),
            folder,
        };
        fleet.start_server(None);
        let log = fleet.path("server.log");
        let token = eventually("the setup token", || {
            let text = std::fs::read_to_string(&log).ok()?;
            let at = text.find("--setup-token ")? + "--setup-token ".len();
            Some(text[at..].split_whitespace().next()?.to_owned())
        });
        let ca = fleet.path("data/ca.pem");
        fleet.certctl(&["login", "--ca-file", ca.to_str().unwrap(), "--setup-token", &token]);
        fleet.write_policy("/usr/sbin/nginx");
        let invited = fleet.json(&["agents", "invite", "--name", "web-1"]);
        let joined = fleet
            .agent_command()
            .args(["join", &fleet.url(), "--token", invited["token"].as_str().unwrap()])
            .output()
            .unwrap();
        assert!(joined.status.success(), "{}", String::from_utf8_lossy(&joined.stderr));
        fleet.start_agent(None);
        let target = json!({
            "certificate_path": fleet.certificate_path(), "key_path": fleet.key_path(), "probe_timeout_seconds": 3,
            "probe": [{ "address": format!("127.0.0.1:{}", fleet.nginx_port), "server_name": "site0.test" }],
        });
        std::fs::write(fleet.path("target.json"), target.to_string()).unwrap();
        let config = fleet.path("target.json");
        let create = [
            "targets",
            "create",
            "--id",
            "tgt-nginx",
            "--name",
            "nginx",
            "--kind",
            "nginx",
            "--agent",
            "ag-web-1",
        ];
        fleet.certctl(&[&create[..], &["--config", config.to_str().unwrap()]].concat());
        fleet
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn certificate_path(&self) -> PathBuf {
        self.path("nginx/certs/site0.test.pem")
    }

    pub(crate) fn key_path(&self) -> PathBuf {
        self.path("nginx/certs/site0.test.key")
    }

    fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.server_port)
    }

    /// What the agent may do here; `binary` stands for nginx.
    pub(crate) fn write_policy(&self, binary: &str) {
        let nginx = self.path("nginx");
        let policy = format!(
            "directories = [\"{0}/certs\"]\n[nginx.default]\nbinary = \"{binary}\"\nconfig = \"{0}/nginx.conf\"\n\
             prefix = \"{0}\"\nreload = \"command\"\n[probe]\nports = [{1}]\n",
            nginx.display(),
            self.nginx_port
        );
        std::fs::write(self.path("agent.toml"), policy).unwrap();
    }

    /// Starts the control plane, which kills itself at a step when one is named.
    pub(crate) fn start_server(&mut self, kill_at: Option<&str>) {
        let log = std::fs::File::create(self.path("server.log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_certctl"));
        command.args(["server", "--data-dir"]).arg(self.path("data"));
        command.args(["--listen", &format!("127.0.0.1:{}", self.server_port)]);
        if let Some(database) = &self.database {
            command.env("CERTCTL_DATABASE_URL", &database.url);
        }
        if let Some(step) = kill_at {
            command.env("CERTCTL_KILL_AT", step);
        }
        let error_log = log.try_clone().unwrap();
        self.server = Some(command.stdout(log).stderr(error_log).stdin(Stdio::null()).spawn().unwrap());
        let port = self.server_port;
        eventually("the control plane's listening", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
    }

    /// Runs a command of the server's own side, on its data and database.
    pub(crate) fn beside(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certctl"));
        command.args(arguments).stdin(Stdio::null());
        command.env("CERTCTL_DATA_DIR", self.path("data"));
        if let Some(database) = &self.database {
            command.env("CERTCTL_DATABASE_URL", &database.url);
        }
        command.output().unwrap()
    }

    /// The machine of the control plane is gone; the new one has an empty database, or SQLite.
    pub(crate) fn lose_the_data(&mut self, moves_to_sqlite: bool) {
        std::fs::remove_dir_all(self.path("data")).unwrap();
        if self.database.is_some() {
            self.database = (!moves_to_sqlite).then(TestPostgres::database);
        }
    }

    fn agent_command(&self) -> Command {
        let mut command = Command::new(agent_program());
        command.arg("--state-dir").arg(self.path("agent")).arg("--policy").arg(self.path("agent.toml"));
        command
    }

    /// Starts the agent, which kills itself at a step when one is named.
    pub(crate) fn start_agent(&mut self, kill_at: Option<&str>) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.path("agent.log")).unwrap();
        let mut command = self.agent_command();
        if let Some(step) = kill_at {
            command.env("CERTCTL_KILL_AT", step);
        }
        let error_log = log.try_clone().unwrap();
        let child = command.arg("run").stdout(log).stderr(error_log).stdin(Stdio::null()).spawn().unwrap();
        self.agent = Some(child);
    }

    pub(crate) fn kill_server(&mut self) {
        kill(&mut self.server);
    }

    pub(crate) fn kill_agent(&mut self) {
        kill(&mut self.agent);
    }

    /// Waits until the process has killed itself.
    pub(crate) fn agent_died(&mut self) {
        let child = self.agent.as_mut().unwrap();
        eventually("the agent's death", || child.try_wait().unwrap());
        self.agent = None;
    }

    /// Waits until the process has killed itself.
    pub(crate) fn server_died(&mut self) {
        let child = self.server.as_mut().unwrap();
        eventually("the control plane's death", || child.try_wait().unwrap());
        self.server = None;
    }

    /// Runs the command line, whatever comes of it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_certctl"))
            .args(arguments)
            .args(["--server", &self.url()])
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env_remove("CERTCTL_API_KEY")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs the command line, which must succeed; its output.
    pub(crate) fn certctl(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "certctl {}: {said}{errors}", arguments.join(" "));
        said
    }

    /// Runs the command line for JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.certctl(&[arguments, &["-o", "json"]].concat())).unwrap()
    }

    /// What the endpoint serves, as OpenSSL sees it: SHA-256 in hexadecimal.
    pub(crate) fn served(&self) -> Option<String> {
        let script = format!(
            "openssl s_client -connect 127.0.0.1:{} -servername site0.test </dev/null 2>/dev/null \
             | openssl x509 -noout -fingerprint -sha256 2>/dev/null",
            self.nginx_port
        );
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, fingerprint) = text.trim().split_once('=')?;
        Some(fingerprint.replace(':', "").to_lowercase())
    }
}

fn kill(child: &mut Option<Child>) {
    if let Some(mut child) = child.take() {
        drop(child.kill());
        drop(child.wait());
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.kill_agent();
        self.kill_server();
        drop(Command::new(nginx_script()).arg("stop").arg(self.path("nginx")).output());
    }
}
