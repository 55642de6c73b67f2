//! A real nginx of the demo's own: its own prefix, a high port of the loopback address, no privileges needed.
//!
//! Not for: deploying to it; that is the agent's work. Invariants: it shares nothing with an nginx of the machine; when
//! this value ends, master and workers have ended; one that an earlier demo left behind (it was killed) is ended first.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Group, Pid, User, getegid, geteuid};

use super::pair::Pair;

/// How long nginx may take to start or to stop.
const LIMIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);
/// Where it is besides the search path, which often has no `sbin`.
const PLACES: [&str; 5] =
    ["/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/local/nginx/sbin", "/opt/homebrew/bin"];

/// One server block.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) server_name: &'static str,
    pub(super) pair: Pair,
}

/// An nginx that runs.
#[derive(Debug)]
pub(super) struct Nginx {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// Such as `nginx/1.22.1`.
    pub(super) version: String,
    child: Child,
}

/// The nginx of this machine, if it has one.
pub(super) fn find(search_path: &str) -> Option<PathBuf> {
    let folders = std::env::split_paths(search_path).chain(PLACES.map(PathBuf::from));
    folders.map(|folder| folder.join("nginx")).find(|path| path.is_absolute() && path.is_file())
}

/// The main configuration file.
pub(super) fn config_path(prefix: &Path) -> PathBuf {
    prefix.join("nginx.conf")
}

impl Nginx {
    /// Starts it with these sites, on the port if it is free.
    ///
    /// # Errors
    /// Why it does not start, in its own words.
    pub(super) async fn start(
        binary: &Path,
        prefix: &Path,
        port: Option<u16>,
        sites: &[Site],
    ) -> Result<Self, String> {
        for folder in ["logs", "tmp"] {
            fs::create_dir_all(prefix.join(folder))
                .map_err(|error| format!("{}: {error}", prefix.display()))?;
        }
        end_leftover(prefix).await;
        let version = version(binary)?;
        let mut wanted = port;
        for attempt in 1.. {
            let port = free_port(wanted.take()).map_err(|error| format!("no port is free: {error}"))?;
            match Self::try_start(binary, prefix, port, sites, &version).await {
                // Another process was quicker to take the port.
                Err(words) if words.contains("bind()") && attempt < 3 => {}
                started => return started,
            }
        }
        Err("no port is free".to_owned())
    }

    async fn try_start(
        binary: &Path,
        prefix: &Path,
        port: u16,
        sites: &[Site],
        version: &str,
    ) -> Result<Self, String> {
        let config = config_path(prefix);
        let words = prefix.join("logs/start.txt");
        let at = |path: &Path| {
            let path = path.display().to_string();
            move |error: std::io::Error| format!("{path}: {error}")
        };
        fs::write(&config, configuration(prefix, port, sites)).map_err(at(&config))?;
        let said = fs::File::create(&words).map_err(at(&words))?;
        let child = Command::new(binary)
            .arg("-p")
            .arg(prefix)
            .arg("-c")
            .arg(&config)
            .arg("-e")
            .arg(prefix.join("logs/error.log"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            // Ctrl-C reaches the demo only, which then stops everything in its order.
            .process_group(0)
            .spawn()
            .map_err(at(binary))?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut nginx = Self { address, version: version.to_owned(), child };
        let end = Instant::now() + LIMIT;
        loop {
            if let Ok(Some(status)) = nginx.child.try_wait() {
                let text = fs::read_to_string(&words).unwrap_or_default();
                let text = text.trim().replace('\n', " | ");
                return Err(format!("it ended with {status}: {text}"));
            }
            if prefix.join("nginx.pid").exists() && TcpStream::connect(address).is_ok() {
                return Ok(nginx);
            }
            if Instant::now() > end {
                return Err(format!("it does not listen on {address} after {} s", LIMIT.as_secs()));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Tells it to read its files again, as the agent does.
    ///
    /// # Errors
    /// When the process is gone.
    pub(super) fn reload(&self) -> Result<(), String> {
        kill(self.master(), Signal::SIGHUP)
            .map_err(|errno| format!("nginx cannot be told to reload: {errno}"))
    }

    fn master(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    fn has_ended(&mut self) -> bool {
        let end = Instant::now() + LIMIT;
        while Instant::now() < end {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(PAUSE),
                Ok(Some(_)) | Err(_) => return true,
            }
        }
        false
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers before itself; only when it does not, all of them are killed.
        let _ = kill(self.master(), Signal::SIGTERM);
        if !self.has_ended() {
            let _ = killpg(self.master(), Signal::SIGKILL);
            drop(self.child.wait());
        }
    }
}

fn version(binary: &Path) -> Result<String, String> {
    let output = Command::new(binary).arg("-v").stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{}: {error}", binary.display()))?;
    let text = String::from_utf8_lossy(&output.stderr);
    Ok(text.trim().strip_prefix("nginx version: ").unwrap_or("nginx").to_owned())
}

fn free_port(wanted: Option<u16>) -> std::io::Result<u16> {
    let wanted = wanted.and_then(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let listener = match wanted {
        Some(listener) => listener,
        None => TcpListener::bind("127.0.0.1:0")?,
    };
    Ok(listener.local_addr()?.port())
}

/// Ends an nginx with this prefix whose demo was killed.
async fn end_leftover(prefix: &Path) {
    let path = prefix.join("nginx.pid");
    let Ok(text) = fs::read_to_string(&path) else { return };
    let Ok(number) = text.trim().parse::<i32>() else { return };
    // The number may be another process's by now: this one has our configuration in its command line.
    let config = config_path(prefix).display().to_string();
    let is_ours = || {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&config)
    };
    let end = Instant::now() + LIMIT;
    while number > 1 && is_ours() && Instant::now() < end {
        let _ = kill(Pid::from_raw(number), Signal::SIGTERM);
        tokio::time::sleep(PAUSE).await;
    }
    drop(fs::remove_file(path));
}

/// The account of the workers: only a master that runs as root may choose, and the demo's directory is its owner's.
fn account() -> String {
    if !geteuid().is_root() {
        return String::new();
    }
    let user = User::from_uid(geteuid()).ok().flatten().map_or_else(|| "root".to_owned(), |user| user.name);
    let group = Group::from_gid(getegid()).ok().flatten().map(|group| format!(" {}", group.name));
    format!("user {user}{};\n", group.unwrap_or_default())
}

fn configuration(prefix: &Path, port: u16, sites: &[Site]) -> String {
    let at = |name: &str| quoted(&prefix.join(name));
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("  {kind}_temp_path {};\n", at(&format!("tmp/{kind}"))))
        .concat();
    let blocks: String = sites
        .iter()
        .map(|Site { server_name, pair }| {
            format!(
                "  server {{\n    listen 127.0.0.1:{port} ssl;\n    server_name {server_name};\n    \
                 ssl_certificate {};\n    ssl_certificate_key {};\n    \
                 location / {{ return 200 \"certctl demo: {server_name}\\n\"; }}\n  }}\n",
                quoted(&pair.certificate),
                quoted(&pair.key)
            )
        })
        .collect();
    format!(
        "# Written by `certctl demo` at each start.\n{}daemon off;\nworker_processes 1;\npid {};\nerror_log {} notice;\n\
         events {{ worker_connections 256; }}\nhttp {{\n  access_log off;\n  default_type text/plain;\n  \
         ssl_protocols TLSv1.2 TLSv1.3;\n{temporary}{blocks}}}\n",
        account(),
        at("nginx.pid"),
        at("logs/error.log"),
    )
}

fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_path_goes_before_the_usual_places() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("nginx"), "").unwrap();
        let found = find(&format!("/nonexistent:{}", folder.path().display())).unwrap();
        assert_eq!(found, folder.path().join("nginx"));
    }

    #[test]
    fn paths_are_quoted_as_nginx_reads_them() {
        let site = Site { server_name: "a.test", pair: Pair::in_folder(Path::new("/x/a \"b\""), "web") };
        let text = configuration(Path::new("/x"), 4_433, &[site]);
        assert!(text.contains(r#"ssl_certificate "/x/a \"b\"/web.pem";"#), "{text}");
    }
}
