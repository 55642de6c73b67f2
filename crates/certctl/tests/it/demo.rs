//! `certctl demo` as a person meets it: the real binary, its output read and its commands run as they are printed.
//!
//! Invariant: each demo has a temporary directory of the test's own, which has to be empty when the demo has ended.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long the link may take where other tests run beside this one; alone it is a quarter of a second.
const LINK_LIMIT: Duration = Duration::from_secs(10);

/// How long a line of the demo, or its end, may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Waits for something of the demo.
#[track_caller]
fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < end, "{what:?} did not come within {LIMIT:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn certctl(temporary: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certctl"));
    command.env("TMPDIR", temporary).stdin(Stdio::null());
    command
}

fn once(temporary: &Path, path: Option<&Path>, arguments: &[&str]) -> Output {
    let mut command = certctl(temporary);
    command.args(["demo", "--once"]).args(arguments);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The words after `label` on the lines that have it.
fn after<'a>(output: &'a str, label: &str) -> Vec<&'a str> {
    output.lines().filter_map(|line| Some(line.split_once(label)?.1.trim())).collect()
}

#[track_caller]
fn no_process_names(folder: &Path) {
    let name = folder.display().to_string();
    for entry in std::fs::read_dir("/proc").unwrap() {
        let line = std::fs::read(entry.unwrap().path().join("cmdline")).unwrap_or_default();
        assert!(!text(&line).contains(&name), "{}", text(&line));
    }
}

/// Nothing of a demo is left: no file, no process that names its directory, nobody who listens.
#[track_caller]
fn nothing_is_left(temporary: &Path, endpoint: Option<&str>) {
    let left: Vec<_> = std::fs::read_dir(temporary).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
    no_process_names(temporary);
    if let Some(endpoint) = endpoint {
        // A worker of nginx does not name the directory, but it holds the socket.
        assert!(TcpStream::connect(endpoint.parse::<SocketAddr>().unwrap()).is_err(), "{endpoint}");
    }
}

#[test]
fn once_shows_two_served_versions_and_the_time_of_each_step() {
    let temporary = TempDir::new().unwrap();
    let began = Instant::now();
    let output = once(temporary.path(), None, &[]);
    let took = began.elapsed();
    let (said, errors) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said}{errors}");
    assert!(took < Duration::from_secs(20), "{took:?}");
    let (first, second) =
        (after(&said, "version 1 served: sha256 "), after(&said, "version 2 served: sha256 "));
    assert!(first[0].len() == 95 && second[0].len() == 95 && first[0] != second[0], "{said}");
    let labels = [
        "control plane ready",
        "agent joined",
        "request stored",
        "CSR received",
        "issued",
        "staged",
        "validated",
        "swapped",
        "reloaded",
        "proven live",
        "renewed",
        "in all",
        "reload to served",
        "in all without it",
    ];
    for label in labels {
        let line = said.lines().find(|line| line.contains(&format!(" ms  {label}"))).unwrap_or_default();
        let number = line.split_whitespace().next().unwrap_or_default();
        assert!(number.parse::<u32>().is_ok(), "{label} in:\n{said}");
    }
    let endpoint = after(&said, "endpoint ready")[0].rsplit(' ').next().unwrap();
    nothing_is_left(temporary.path(), Some(endpoint));
}

#[test]
fn once_ends_with_1_and_the_reason_when_nginx_refuses_the_files() {
    let (temporary, tools) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let nginx = tools.path().join("nginx");
    let script = "#!/bin/sh\ncase \"$1\" in\n-t) echo 'nginx: [emerg] the demo was made to fail' >&2; exit 1;;\nesac\n\
                  exec /usr/sbin/nginx \"$@\"\n";
    std::fs::write(&nginx, script).unwrap();
    std::fs::set_permissions(&nginx, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = once(temporary.path(), Some(tools.path()), &[]);
    let (said, errors) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{said}{errors}");
    assert!(
        errors.contains("Deployment failed: validate: ") && errors.contains("was made to fail"),
        "{errors}"
    );
    let endpoint = after(&said, "endpoint ready")[0].rsplit(' ').next().unwrap();
    nothing_is_left(temporary.path(), Some(endpoint));
}

#[test]
fn once_names_the_address_that_is_taken() {
    let temporary = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = once(temporary.path(), None, &["--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&address), "{}", text(&output.stderr));
    nothing_is_left(temporary.path(), None);
}

/// A demo that runs until it is told to stop.
struct Demo {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Demo {
    fn start(temporary: &Path, arguments: &[&str]) -> Self {
        let mut command = certctl(temporary);
        command.arg("demo").args(arguments).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let said = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                heard.push_str(&line);
                heard.push('\n');
            }
        });
        Self { child, said }
    }

    fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for a line that has these words; what was said until then.
    fn until(&self, words: &str) -> String {
        eventually(words, || Some(self.said()).filter(|said| said.contains(words)))
    }

    /// The lines to copy, as they are printed.
    fn commands(&self) -> Vec<String> {
        let said = self.until("And then, for example:");
        let lines = said.lines().skip_while(|line| !line.starts_with("In another shell")).skip(1);
        let lines = lines.take_while(|line| !line.starts_with("And then"));
        lines.filter(|line| !line.is_empty()).map(|line| line.trim().to_owned()).collect()
    }

    /// Runs a script in a shell that knows the demo by its first printed line.
    fn shell(&self, script: &str) -> String {
        let script = format!("set -e\n{}\n{script}", self.commands()[0]);
        let mut command = Command::new("bash");
        // Nothing but what the demo says may lead to it.
        command.args(["-c", &script]).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/nonexistent");
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{script}\n{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    fn json(&self, command: &str) -> Value {
        serde_json::from_str(&self.shell(&format!("certctl {command} -o json"))).unwrap()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Tells it to stop, and waits until it has; its exit code.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let status = eventually("the demo's end", || self.child.try_wait().unwrap());
        (status.code(), self.said())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // For a test that failed: the demo ends in order, so that its nginx does not stay.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal("-TERM");
            drop(self.child.wait());
        }
    }
}

#[test]
fn the_printed_commands_work_and_after_sigterm_nothing_is_left() {
    let temporary = TempDir::new().unwrap();
    let began = Instant::now();
    let demo = Demo::start(temporary.path(), &["--listen", "127.0.0.1:0"]);
    demo.until("certctl demo: open https://127.0.0.1:");
    assert!(began.elapsed() < LINK_LIMIT, "{:?}", began.elapsed());
    assert!(demo.said().starts_with("certctl demo: open https://"), "the link is on the first line");

    let commands = demo.commands();
    let shown = demo.shell(&commands[1..].join("\n"));
    let created = after(&shown, "serves sha256 ");
    let fingerprint = after(&shown, "sha256 Fingerprint=");
    assert_eq!((created.len(), fingerprint.len()), (1, 1), "{shown}");
    assert_eq!(created[0], fingerprint[0], "{shown}");
    let key =
        std::fs::read_to_string(demo.until("api-key").lines().nth(1).unwrap().split("cat ").nth(1).unwrap());
    assert!(!demo.said().contains(key.unwrap().trim()), "the key itself is not printed");

    for fact in ["joined       ag-web-1", "live         mc-shop on tgt-shop", "switched off ag-branch-1"] {
        demo.until(fact);
    }
    let told = demo.until("rolled back  mc-legacy on tgt-legacy");
    assert!(!told.contains("live         mc-legacy"), "{told}");
    assert_eq!(demo.json("agents list")["items"].as_array().unwrap().len(), 5);
    let certificates = demo.json("certs list");
    let certificates = certificates["items"].as_array().unwrap();
    assert_eq!(
        certificates.iter().filter(|c| c["owner_id"].is_null()).count(),
        2,
        "mc-build and the new one"
    );
    demo.shell("certctl audit verify");

    let endpoint = commands[2].split_whitespace().nth(3).unwrap().to_owned();
    let (code, said) = demo.stop("-TERM");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("nothing is left of the demo"), "{said}");
    nothing_is_left(temporary.path(), Some(&endpoint));
}

#[test]
fn a_kept_demo_goes_on_after_a_kill_with_the_same_ca_and_no_second_fleet() {
    let temporary = TempDir::new().unwrap();
    let kept = TempDir::new().unwrap();
    let arguments = ["--listen", "127.0.0.1:0", "--data-dir", kept.path().to_str().unwrap()];
    let first = Demo::start(temporary.path(), &arguments);
    first.until("switched off ag-branch-1 on purpose:");
    let ca = std::fs::read_to_string(kept.path().join("local-ca.pem")).unwrap();
    let n_certificates = first.json("certs list --all")["items"].as_array().unwrap().len();
    let (code, _) = first.stop("-KILL");
    assert_eq!(code, None, "it was killed");

    let second = Demo::start(temporary.path(), &arguments[2..]);
    second.until("switched off ag-branch-1 on purpose, as it was before");
    assert!(
        second.said().contains("0 certificates; 16 are there from an earlier start"),
        "{}",
        second.said()
    );
    assert_eq!(std::fs::read_to_string(kept.path().join("local-ca.pem")).unwrap(), ca);
    assert_eq!(second.json("certs list --all")["items"].as_array().unwrap().len(), n_certificates);
    assert_eq!(second.json("agents list")["items"].as_array().unwrap().len(), 5);
    let third = certctl(temporary.path()).arg("demo").args(&arguments[2..]).output().unwrap();
    assert_eq!(third.status.code(), Some(2));
    assert!(text(&third.stderr).contains("another demo runs in"), "{}", text(&third.stderr));

    let endpoint = second.commands()[2].split_whitespace().nth(3).unwrap().to_owned();
    let (code, said) = second.stop("-INT");
    assert_eq!(code, Some(0), "{said}");
    assert!(kept.path().join("demo.json").exists() && said.contains("goes on with it"), "{said}");
    // The one that was killed could not stop its nginx; the next start did.
    nothing_is_left(temporary.path(), Some(&endpoint));
    no_process_names(kept.path());
}

#[test]
fn a_default_port_that_is_taken_is_said_and_another_one_is_used() {
    let temporary = TempDir::new().unwrap();
    // When somebody else has it, it is taken just as well.
    let _taken = TcpListener::bind("127.0.0.1:8443");
    let demo = Demo::start(temporary.path(), &[]);
    let said = demo.until("127.0.0.1:8443 is taken, so a free port is used instead");
    assert!(!said.contains("open https://127.0.0.1:8443/"), "{said}");
    demo.shell("certctl status");
    let (code, said) = demo.stop("-HUP");
    assert_eq!(code, Some(0), "{said}");
    nothing_is_left(temporary.path(), None);
}
