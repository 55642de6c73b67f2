//! A program on the server: `PROGRAM ARGUMENTS... present|cleanup NAME. VALUE`, as lego calls its own, without a shell.
//!
//! The same is in its environment: `CERTCTL_DNS_ACTION`, `CERTCTL_DNS_ZONE`, `CERTCTL_DNS_NAME`, `CERTCTL_DNS_VALUE`.
//!
//! | status | meaning |
//! |---|---|
//! | 0 | done |
//! | 64, 65, 77, 78 (EX_USAGE, EX_DATAERR, EX_NOPERM, EX_CONFIG) | refused: another try will not help |
//! | any other, or a signal | not done: another try may help |
//!
//! Not for: programs that the server's operator has not listed, whoever may change the configuration. Invariants: no shell, no
//! inherited environment; when the time is over the whole process group is killed.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use certctl_core::secret::Secret;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::schema::{self, Schema};
use super::{Call, DnsError, SetsTxt, TxtRecord, shortened};
use crate::fields::{Fields, Problem, Problems};

const PATH: &str = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
/// How much of its output is kept: the beginning, where the first error stands.
const OUTPUT_LIMIT: usize = 4_096;
/// How long output is waited for once the program has ended.
const OUTPUT_GRACE: Duration = Duration::from_millis(200);
const TIMEOUT: u64 = 60;
const MAX_PARTS: usize = 50;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Exec {
    program: PathBuf,
    arguments: Vec<String>,
    environment: BTreeMap<String, Secret<String>>,
    timeout: Duration,
}

pub(super) fn schema() -> Schema {
    let fields = vec![
        (
            "program",
            schema::text("Program", "The absolute path of a program that the server's configuration lists"),
        ),
        (
            "arguments",
            json!({
                "type": "array", "items": { "type": "string" }, "maxItems": MAX_PARTS, "default": [], "title": "Arguments",
                "x-group": "Provider", "description": "What comes before present or cleanup, the name and the value",
            }),
        ),
        (
            "environment",
            json!({
                "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": MAX_PARTS, "x-secret": true,
                "title": "Environment", "x-group": "Provider",
                "description": "Variables that the program finds, such as its credentials; it inherits none",
            }),
        ),
        (
            "timeout",
            json!({
                "type": "integer", "minimum": 1, "maximum": 600, "default": TIMEOUT, "title": "Time limit",
                "x-group": "Provider", "description": "After how many seconds it is killed",
            }),
        ),
    ];
    (fields, vec!["program"])
}

pub(super) fn read(config: &Value) -> Result<Exec, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let program = fields.required("program", parse_program);
    let arguments = fields.parsed_list("arguments", parse_text);
    if arguments.len() > MAX_PARTS {
        fields.problem("arguments", format!("are more than {MAX_PARTS}"));
    }
    let environment = read_environment(&mut fields);
    let timeout = Duration::from_secs(fields.number("timeout", 1..=600, TIMEOUT));
    fields.finish();
    problems.finish(program.map(|program| Exec { program, arguments, environment, timeout }))
}

fn read_environment(fields: &mut Fields<'_>) -> BTreeMap<String, Secret<String>> {
    let mut found = BTreeMap::new();
    let Some(value) = fields.value("environment") else { return found };
    let Some(object) = value.as_object() else {
        fields.problem("environment", "is no object of names and texts");
        return found;
    };
    if object.len() > MAX_PARTS {
        fields.problem("environment", format!("has more than {MAX_PARTS} variables"));
    }
    for (name, value) in object {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_name =
            !name.is_empty() && name.bytes().all(letter) && !name.starts_with(|c: char| c.is_ascii_digit());
        // The loader's variables would let the configuration choose what code runs.
        let is_ours = name.starts_with("CERTCTL_") || name.starts_with("LD_") || name == "PATH";
        match value.as_str().map(parse_text) {
            _ if !is_name || is_ours => {
                fields.problem(&format!("environment/{name}"), "is no name that may be set");
            }
            Some(Ok(text)) => {
                found.insert(name.clone(), Secret::new(text));
            }
            Some(Err(detail)) => fields.problem(&format!("environment/{name}"), detail),
            None => fields.problem(&format!("environment/{name}"), "is no text"),
        }
    }
    found
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

fn parse_text(text: &str) -> Result<String, String> {
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

impl Exec {
    async fn run(&self, call: Call<'_>, record: &TxtRecord, action: &str) -> Result<(), DnsError> {
        let program = self.program.display();
        if !call.around.programs.contains(&self.program) {
            return Err(DnsError::Refused(format!(
                "the server's setting dns_programs does not list {program}: only its operator can let it run"
            )));
        }
        let words = [action.to_owned(), record.name().dotted(), record.value().to_owned()];
        let mut command = Command::new(&self.program);
        command
            .args(self.arguments.iter().chain(&words).map(OsString::from))
            .env_clear()
            .env("PATH", PATH)
            .env("LC_ALL", "C.UTF-8")
            .envs(self.environment.iter().map(|(name, value)| (name, value.expose())))
            .env("CERTCTL_DNS_ACTION", action)
            .env("CERTCTL_DNS_ZONE", record.zone().as_str())
            .env("CERTCTL_DNS_NAME", record.name().as_str())
            .env("CERTCTL_DNS_VALUE", record.value())
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| DnsError::Refused(format!("{program} cannot be started: {error}")))?;
        let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw));
        let stdout = tokio::spawn(read_short(child.stdout.take()));
        let stderr = tokio::spawn(read_short(child.stderr.take()));
        let ended = tokio::time::timeout(self.timeout, child.wait()).await;
        match ended {
            // What it left behind is its own business, as with a shell.
            Ok(_) => group.0 = None,
            Err(_) => drop(group),
        }
        let said = format!("{}{}", text_of(stderr).await, text_of(stdout).await);
        match ended {
            Ok(Ok(status)) => judge(status, &format!("{program} ended with {status}{said}")),
            Ok(Err(error)) => Err(DnsError::retry(format!("{program} cannot be waited for: {error}"))),
            Err(_) => {
                let limit = self.timeout.as_secs();
                Err(DnsError::retry(format!("{program} did not end within {limit} s and was killed{said}")))
            }
        }
    }
}

fn judge(status: ExitStatus, detail: &str) -> Result<(), DnsError> {
    match status.code() {
        Some(0) => Ok(()),
        Some(64 | 65 | 77 | 78) => Err(DnsError::Refused(detail.to_owned())),
        Some(_) | None => Err(DnsError::retry(detail)),
    }
}

async fn read_short(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return kept };
    let mut chunk = [0_u8; 1_024];
    while let Ok(n_read @ 1..) = stream.read(&mut chunk).await {
        let room = OUTPUT_LIMIT.saturating_sub(kept.len()).min(n_read);
        kept.extend_from_slice(&chunk[..room]);
    }
    kept
}

async fn text_of(reading: tokio::task::JoinHandle<Vec<u8>>) -> String {
    let abort = reading.abort_handle();
    let read = tokio::time::timeout(OUTPUT_GRACE, reading).await;
    abort.abort();
    let bytes = read.ok().and_then(Result::ok).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { String::new() } else { format!(": {}", shortened(&lines.join(" | "), 500)) }
}

impl SetsTxt for Exec {
    fn sensitive(&self) -> Vec<&str> {
        self.environment.values().map(|value| value.expose().as_str()).collect()
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.run(call, record, "present").await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.run(call, record, "cleanup").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_a_path_and_its_environment_chooses_no_code() {
        let pointers = |config: Value| -> Vec<String> {
            let problems = read(&config).map(drop).unwrap_err();
            problems.iter().map(Problem::pointer).collect()
        };
        assert!(read(&json!({ "program": "/usr/bin/set-txt", "environment": { "TOKEN": "x" } })).is_ok());
        assert_eq!(pointers(json!({ "program": "set-txt" })), ["/program"]);
        assert_eq!(pointers(json!({ "program": "/a/../b", "arguments": [1] })), ["/program", "/arguments/0"]);
        for name in ["LD_PRELOAD", "PATH", "CERTCTL_DNS_NAME", "1A", "A-B", ""] {
            let config = json!({ "program": "/a", "environment": { name: "x" } });
            assert_eq!(pointers(config).len(), 1, "{name}");
        }
        assert_eq!(pointers(json!({ "program": "/a", "environment": { "A": 1 } })), ["/environment/A"]);
        assert_eq!(pointers(json!({ "program": "/a", "timeout": 0 })), ["/timeout"]);
    }
}
