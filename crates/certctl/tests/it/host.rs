//! One host: an agent with its state and policy, and a real nginx.
//!
//! Not for: the control plane (`plane.rs`). Invariant: nothing of another host is in its directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use certctl_pki::{CertificateInfo, PrivateKey, pair_matches, pem};
use serde_json::{Value, json};

use crate::process::Process;

/// The real one.
pub(crate) const NGINX: &str = "/usr/sbin/nginx";

pub(crate) struct Host {
    dir: PathBuf,
    pub(crate) name: String,
    pub(crate) port: u16,
    agent: Process,
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

impl Host {
    /// A host whose nginx serves `n_sites` sites; its agent has not joined.
    pub(crate) fn new(dir: &Path, name: &str, n_sites: usize) -> Self {
        std::fs::create_dir_all(dir).unwrap();
        let started = Command::new(nginx_script())
            .arg("start")
            .arg(dir.join("nginx"))
            .env("NGINX_SITES", n_sites.to_string())
            .output()
            .unwrap();
        assert!(started.status.success(), "nginx: {}", String::from_utf8_lossy(&started.stderr));
        let values = String::from_utf8(started.stdout).unwrap();
        let port = values.lines().find_map(|line| line.strip_prefix("NGINX_PORT='")).unwrap();
        let port = port.trim_end_matches('\'').parse().unwrap();
        let host = Self { dir: dir.to_owned(), name: name.to_owned(), port, agent: Process::default() };
        host.allow_nginx(NGINX);
        host
    }

    /// A host without an nginx: files are all that can be deployed there, into `tls`.
    pub(crate) fn bare(dir: &Path, name: &str) -> Self {
        std::fs::create_dir_all(dir.join("tls")).unwrap();
        let host = Self { dir: dir.to_owned(), name: name.to_owned(), port: 0, agent: Process::default() };
        host.write_policy(&format!("directories = [\"{}\"]\n[file]\n", host.path("tls").display()));
        host
    }

    pub(crate) fn agent_id(&self) -> String {
        format!("ag-{}", self.name)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(crate) fn certs(&self) -> PathBuf {
        self.path("nginx/certs")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.path("agent/keys")
    }

    pub(crate) fn write_policy(&self, text: &str) {
        std::fs::write(self.path("agent.toml"), text).unwrap();
    }

    /// Allows one nginx, for which `binary` stands, and nothing else.
    pub(crate) fn allow_nginx(&self, binary: &str) {
        let nginx = self.path("nginx");
        self.write_policy(&format!(
            "directories = [\"{0}/certs\"]\n[nginx.default]\nbinary = \"{binary}\"\nconfig = \"{0}/nginx.conf\"\n\
             prefix = \"{0}\"\nreload = \"command\"\n[probe]\nports = [{1}]\n",
            nginx.display(),
            self.port
        ));
    }

    /// From now on a program that checks as nginx does, but reloads nothing, stands for nginx.
    pub(crate) fn never_reload(&self) {
        use std::os::unix::fs::PermissionsExt as _;
        let program = self.path("nginx-that-never-reloads");
        let text = format!("#!/bin/sh\ncase \"$1\" in -s) exit 0;; *) exec {NGINX} \"$@\";; esac\n");
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        self.allow_nginx(program.to_str().unwrap());
    }

    /// Puts a line that nginx does not understand into its configuration; the good text, to undo it.
    pub(crate) fn break_nginx(&self) -> String {
        let conf = self.path("nginx/nginx.conf");
        let text = std::fs::read_to_string(&conf).unwrap();
        std::fs::write(&conf, format!("{text}\nnonsense;\n")).unwrap();
        text
    }

    /// The configuration of a target for one site.
    pub(crate) fn target(&self, site: usize) -> Value {
        json!({
            "certificate_path": self.certs().join(format!("site{site}.test.pem")),
            "key_path": self.certs().join(format!("site{site}.test.key")), "probe_timeout_seconds": 3,
            "probe": [{ "address": format!("127.0.0.1:{}", self.port), "server_name": format!("site{site}.test") }],
        })
    }

    /// The program of the agent, for this host's state.
    pub(crate) fn agent_command(&self) -> Command {
        let mut command = Command::new(agent_program());
        command.arg("--state-dir").arg(self.path("agent")).arg("--policy").arg(self.path("agent.toml"));
        command.env_remove("CERTCTL_KILL_AT").env_remove("CERTCTL_KEY_DIR");
        command
    }

    /// Runs `certctl-agent join`, whatever comes of it.
    pub(crate) fn join(&self, url: &str, token: &str) -> Output {
        self.agent_command().args(["join", url, "--token", token]).output().unwrap()
    }

    /// Starts the agent, which kills itself at a step when one is named.
    pub(crate) fn start_agent(&mut self, kill_at: Option<&str>) {
        let mut command = self.agent_command();
        command.arg("run");
        if let Some(step) = kill_at {
            command.env("CERTCTL_KILL_AT", step);
        }
        let log = self.path("agent.log");
        self.agent.start(command, &log);
    }

    pub(crate) fn kill_agent(&mut self) {
        self.agent.kill();
    }

    /// Waits until the agent has killed itself.
    #[track_caller]
    pub(crate) fn agent_died(&mut self) {
        self.agent.died("the agent");
    }

    /// What the endpoint serves for a site, as OpenSSL sees it: SHA-256 in hexadecimal.
    pub(crate) fn served(&self, site: usize) -> Option<String> {
        let script = format!(
            "openssl s_client -connect 127.0.0.1:{} -servername site{site}.test </dev/null 2>/dev/null \
             | openssl x509 -noout -fingerprint -sha256 2>/dev/null",
            self.port
        );
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, fingerprint) = text.trim().split_once('=')?;
        Some(fingerprint.replace(':', "").to_lowercase())
    }

    /// The fingerprint of the certificate in a site's files, once it was seen that the key in them belongs to it.
    #[track_caller]
    pub(crate) fn pair(&self, site: usize) -> String {
        let read =
            |end: &str| std::fs::read_to_string(self.certs().join(format!("site{site}.test.{end}"))).unwrap();
        let certificates = pem::decode_certificates(&read("pem")).unwrap();
        // nginx's first key is in the older SEC 1 form, which the product does not read: it belongs to nginx's first
        // certificate, and OpenSSL says whether.
        match PrivateKey::from_pem(&read("key")) {
            Ok(key) => {
                assert!(pair_matches(&key, &certificates[0]).unwrap(), "certificate and key are a mix")
            }
            Err(_) => self.is_first_pair(site),
        }
        CertificateInfo::parse(&certificates[0]).unwrap().fingerprint_sha256
    }

    #[track_caller]
    fn is_first_pair(&self, site: usize) {
        let public = |arguments: &[&str], end: &str| {
            let file = self.certs().join(format!("site{site}.test.{end}"));
            Command::new("openssl").args(arguments).arg("-in").arg(file).output().unwrap().stdout
        };
        let of_key = public(&["pkey", "-pubout"], "key");
        assert!(!of_key.is_empty() && of_key == public(&["x509", "-noout", "-pubkey"], "pem"), "a mix");
    }

    /// The names in the directory of the live files.
    pub(crate) fn files(&self) -> Vec<String> {
        names(&self.certs())
    }

    /// What the agent said.
    pub(crate) fn agent_log(&self) -> String {
        std::fs::read_to_string(self.path("agent.log")).unwrap_or_default()
    }
}

/// The names in a directory, without those that a test put there to fill it.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    names.retain(|name| !name.starts_with("filler"));
    names.sort();
    names
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill_agent();
        if self.port == 0 {
            return;
        }
        drop(
            Command::new(nginx_script()).arg("stop").arg(self.path("nginx")).env("PEERS_KEEP", "1").output(),
        );
    }
}
