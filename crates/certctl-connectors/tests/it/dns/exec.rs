//! Programs as DNS providers, with real little scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use certctl_connectors::dns::{DnsError, DnsProvider};
use certctl_core::dns_provider::DnsProviderKind;
use serde_json::{Value, json};

use super::contract::{Peer, keeps_the_contract};
use super::{DEADLINE, now, record, surroundings};

const NAME: &str = "_acme-challenge.www.example.test";

struct Script {
    dir: tempfile::TempDir,
    path: PathBuf,
}

impl Script {
    fn new(text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("set-txt");
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self { dir, path }
    }

    fn provider(&self, more: &Value) -> DnsProvider {
        let mut config = json!({ "program": self.path, "arguments": [self.dir.path()] });
        for (key, value) in more.as_object().unwrap() {
            config[key] = value.clone();
        }
        DnsProvider::read(DnsProviderKind::Exec, &config).unwrap()
    }

    async fn set(&self, more: &Value) -> Result<(), DnsError> {
        let around = surroundings(vec![self.path.clone()]);
        self.provider(more).set(&around, &record(NAME, "a-value"), now(), DEADLINE).await
    }
}

fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn a_program_keeps_the_contract() {
    let script = Script::new(
        r#"f="$1/values"; touch "$f"; [ "$3" = "_acme-challenge.www.example.test." ] || exit 65
        case $2 in
          present) grep -qx "$4" "$f" || echo "$4" >> "$f" ;;
          cleanup) grep -vx "$4" "$f" > "$f.new"; mv "$f.new" "$f" ;;
          *) exit 64 ;;
        esac"#,
    );
    let peer = Peer {
        what: "exec",
        provider: script.provider(&json!({})),
        around: surroundings(vec![script.path.clone()]),
        now: now(),
        removes: true,
    };
    keeps_the_contract(&peer, NAME, || lines(&script.dir.path().join("values"))).await;
}

#[tokio::test]
async fn the_environment_has_what_is_configured_and_nothing_else() {
    let script = Script::new(r#"env > "$1/env""#);
    script.set(&json!({ "environment": { "TOKEN": "S3CRET" } })).await.unwrap();
    let found = lines(&script.dir.path().join("env"));
    for wanted in [
        "CERTCTL_DNS_ACTION=present",
        "CERTCTL_DNS_NAME=_acme-challenge.www.example.test",
        "CERTCTL_DNS_VALUE=a-value",
        "CERTCTL_DNS_ZONE=example.test",
        "TOKEN=S3CRET",
    ] {
        assert!(found.iter().any(|line| line == wanted), "{wanted} is not in {found:?}");
    }
    assert!(!found.iter().any(|line| line.starts_with("CARGO") || line.starts_with("HOME=")), "{found:?}");
}

#[tokio::test]
async fn statuses_say_whether_another_try_helps_and_words_tell_no_secret() {
    for (status, is_final) in
        [(64, true), (65, true), (77, true), (78, true), (75, false), (1, false), (7, false)]
    {
        let script = Script::new(&format!("echo \"no: $TOKEN\" >&2; exit {status}"));
        let config = json!({ "environment": { "TOKEN": "S3CRET" } });
        let error = script.set(&config).await.unwrap_err();
        assert_eq!(matches!(error, DnsError::Refused(_)), is_final, "{status}: {error:?}");
        let text = error.to_string();
        assert!(text.contains("no: ***") && text.contains(&status.to_string()), "{text}");
        assert!(!format!("{:?}", script.provider(&config)).contains("S3CRET"));
    }
    let error = Script::new("kill -9 $$").set(&json!({})).await.unwrap_err();
    assert!(matches!(error, DnsError::Retry { .. }), "{error:?}");
}

#[tokio::test]
async fn a_program_that_hangs_is_killed_with_its_children() {
    let script = Script::new(r#"sleep 600 & echo $! > "$1/pid.new"; mv "$1/pid.new" "$1/pid"; wait"#);
    let error = script.set(&json!({ "timeout": 1 })).await.unwrap_err();
    assert!(matches!(&error, DnsError::Retry { detail, .. } if detail.contains("within 1 s")), "{error:?}");
    is_gone(&script.dir.path().join("pid"));

    // The caller's deadline, too.
    let provider = script.provider(&json!({}));
    let around = surroundings(vec![script.path.clone()]);
    let error = provider.set(&around, &record(NAME, "v"), now(), Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(error, DnsError::Retry { .. }), "{error:?}");
    is_gone(&script.dir.path().join("pid"));
}

fn is_gone(pid: &Path) {
    let pid = fs::read_to_string(pid).unwrap();
    let stat = format!("/proc/{}/stat", pid.trim());
    let gone = || fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
    let end = Instant::now() + Duration::from_secs(5);
    while !gone() && Instant::now() < end {
        std::thread::yield_now();
    }
    assert!(gone(), "the child outlived its group");
}

#[tokio::test]
async fn only_programs_that_the_operator_lists_are_run() {
    let script = Script::new(r#"touch "$1/ran""#);
    let around = surroundings(vec!["/usr/bin/another".into()]);
    let outcome = script.provider(&json!({})).set(&around, &record(NAME, "v"), now(), DEADLINE).await;
    assert!(matches!(&outcome, Err(DnsError::Refused(text)) if text.contains("dns_programs")), "{outcome:?}");
    assert!(!script.dir.path().join("ran").exists());
    fs::remove_file(&script.path).unwrap();
    assert!(matches!(script.set(&json!({})).await, Err(DnsError::Refused(_))));
}
