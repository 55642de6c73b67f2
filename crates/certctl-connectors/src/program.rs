//! Programs on the server that connectors run: read from a configuration, started without a shell, ended with their group.
//!
//! Not for: what a program is told, or what its status means (`dns`, `issuers::outside`), nor for programs that the server's
//! operator has not listed, whoever may change the configuration. Invariants: no shell, no inherited environment; when the time
//! is over, or nobody waits any more, the whole process group is killed.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use certctl_core::secret::Secret;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, Command};

use crate::fields::Fields;
use crate::outside::shortened;

const PATH: &str = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
/// How much of its output is kept: the beginning.
const OUTPUT_LIMIT: usize = 256 * 1024;
/// How much of it people are told: the beginning, where the first error stands.
const TOLD_LETTERS: usize = 500;
/// How long output is waited for once the program has ended.
const OUTPUT_GRACE: Duration = Duration::from_millis(200);
/// The most arguments, and the most variables.
pub(crate) const MAX_PARTS: usize = 50;

/// A program with what it always finds.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: BTreeMap<String, Secret<String>>,
    pub(crate) timeout: Duration,
}

/// What it is told this time.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    /// Behind the arguments of the configuration.
    pub(crate) words: &'a [String],
    pub(crate) variables: &'a [(&'static str, String)],
    pub(crate) stdin: &'a [u8],
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its status; none when a signal ended it.
    pub(crate) code: Option<i32>,
    #[cfg_attr(
        not(feature = "authorities"),
        expect(dead_code, reason = "a DNS provider prints for people only")
    )]
    pub(crate) stdout: Vec<u8>,
    /// The end, with what it said, for people.
    pub(crate) detail: String,
}

/// Why it did not end by itself.
#[derive(Debug)]
pub(crate) enum NotRun {
    /// Another try may help.
    Failed(String),
    /// It will not run as things are set.
    Barred(String),
}

/// Reads the fields `program`, `arguments` and, under the name that it has there, the limit of its time.
pub(crate) fn read(fields: &mut Fields<'_>, timeout_field: &'static str, timeout: u64) -> Option<Program> {
    let path = fields.required("program", parse_program);
    let arguments = fields.parsed_list("arguments", parse_text);
    if arguments.len() > MAX_PARTS {
        fields.problem("arguments", format!("are more than {MAX_PARTS}"));
    }
    let timeout = Duration::from_secs(fields.number(timeout_field, 1..=600, timeout));
    path.map(|path| Program { path, arguments, environment: BTreeMap::new(), timeout })
}

/// Reads an object of variables.
pub(crate) fn read_environment(
    fields: &mut Fields<'_>,
    key: &'static str,
) -> BTreeMap<String, Secret<String>> {
    let mut found = BTreeMap::new();
    let Some(value) = fields.value(key) else { return found };
    let Some(object) = value.as_object() else {
        fields.problem(key, "is no object of names and texts");
        return found;
    };
    if object.len() > MAX_PARTS {
        fields.problem(key, format!("has more than {MAX_PARTS} variables"));
    }
    for (name, value) in object {
        match value.as_str().map(parse_text) {
            _ if !may_be_set(name) => {
                fields.problem(&format!("{key}/{name}"), "is no name that may be set");
            }
            Some(Ok(text)) => {
                found.insert(name.clone(), Secret::new(text));
            }
            Some(Err(detail)) => fields.problem(&format!("{key}/{name}"), detail),
            None => fields.problem(&format!("{key}/{name}"), "is no text"),
        }
    }
    found
}

/// Whether a variable may come from a configuration. The loader's would let it choose what code runs.
pub(crate) fn may_be_set(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name =
        !name.is_empty() && name.bytes().all(letter) && !name.starts_with(|c: char| c.is_ascii_digit());
    let is_ours = name.starts_with("CERTCTL_") || name.starts_with("LD_") || name == "PATH";
    is_name && !is_ours
}

fn parse_program(text: &str) -> Result<PathBuf, String> {
    let path = Path::new(text);
    let plain = path.is_absolute() && !text.split('/').any(|part| part == "." || part == "..");
    if plain && text.len() <= 255 && !text.contains('\0') {
        Ok(path.to_owned())
    } else {
        Err(format!("{text:?} is not an absolute path without . and .."))
    }
}

/// An argument, or the value of a variable.
pub(crate) fn parse_text(text: &str) -> Result<String, String> {
    if text.contains('\0') || text.len() > 8_192 {
        return Err("holds a NUL or is longer than 8192 bytes".to_owned());
    }
    Ok(text.to_owned())
}

/// A process group that does not outlive this value.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Already gone is as good.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

impl Program {
    /// Runs it to its end. `setting` is the operator's one that the programs `allowed` come from.
    pub(crate) async fn run(
        &self,
        allowed: &[PathBuf],
        setting: &str,
        told: Told<'_>,
    ) -> Result<Ended, NotRun> {
        let program = self.path.display();
        if !allowed.contains(&self.path) {
            return Err(NotRun::Barred(format!(
                "the server's setting {setting} does not list {program}: only its operator can let it run"
            )));
        }
        let mut command = Command::new(&self.path);
        command
            .args(self.arguments.iter().chain(told.words).map(OsString::from))
            .env_clear()
            .env("PATH", PATH)
            .env("LC_ALL", "C.UTF-8")
            .envs(self.environment.iter().map(|(name, value)| (name, value.expose())))
            .envs(told.variables.iter().map(|(name, value)| (*name, value)))
            .current_dir("/")
            .stdin(if told.stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| NotRun::Barred(format!("{program} cannot be started: {error}")))?;
        let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw));
        let writing = tokio::spawn(write_all(child.stdin.take(), told.stdin.to_vec()));
        let stdout = tokio::spawn(read_short(child.stdout.take()));
        let stderr = tokio::spawn(read_short(child.stderr.take()));
        let ended = tokio::time::timeout(self.timeout, child.wait()).await;
        match ended {
            // What it left behind is its own business, as with a shell.
            Ok(_) => group.0 = None,
            Err(_) => drop(group),
        }
        // One that did not read all of it did not need it.
        writing.abort();
        let (stderr, stdout) = (bytes_of(stderr).await, bytes_of(stdout).await);
        let said = format!("{}{}", told_of(&stderr), told_of(&stdout));
        match ended {
            Ok(Ok(status)) => {
                let detail = format!("{program} ended with {status}{said}");
                Ok(Ended { code: status.code(), stdout, detail })
            }
            Ok(Err(error)) => Err(NotRun::Failed(format!("{program} cannot be waited for: {error}"))),
            Err(_) => {
                let limit = self.timeout.as_secs();
                Err(NotRun::Failed(format!("{program} did not end within {limit} s and was killed{said}")))
            }
        }
    }

    /// What nobody may be told.
    #[cfg(feature = "dns")]
    pub(crate) fn sensitive(&self) -> Vec<&str> {
        self.environment.values().map(|value| value.expose().as_str()).collect()
    }
}

async fn write_all(stdin: Option<ChildStdin>, bytes: Vec<u8>) {
    if let Some(mut stdin) = stdin {
        // A program that closes its input before the end says by its status whether that was right.
        let _ = stdin.write_all(&bytes).await;
        let _ = stdin.shutdown().await;
    }
}

async fn read_short(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return kept };
    let mut chunk = [0_u8; 4_096];
    while let Ok(n_read @ 1..) = stream.read(&mut chunk).await {
        let room = OUTPUT_LIMIT.saturating_sub(kept.len()).min(n_read);
        kept.extend_from_slice(&chunk[..room]);
    }
    kept
}

async fn bytes_of(reading: tokio::task::JoinHandle<Vec<u8>>) -> Vec<u8> {
    let abort = reading.abort_handle();
    let read = tokio::time::timeout(OUTPUT_GRACE, reading).await;
    abort.abort();
    read.ok().and_then(Result::ok).unwrap_or_default()
}

fn told_of(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * TOLD_LETTERS)]);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        String::new()
    } else {
        format!(": {}", shortened(&lines.join(" | "), TOLD_LETTERS))
    }
}
