//! Runs a program of the host's policy: no shell, no inherited environment, a time limit, its output kept short.
//!
//! Not for: deciding what runs. Invariants: the program is an absolute path; when the limit passes the whole process
//! group is killed; a program that leaves a child behind does not hold the caller up.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, User};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// What a program finds in its environment.
const ENVIRONMENT: [(&str, &str); 2] =
    [("PATH", "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C.UTF-8")];
/// How much of its output is kept: the beginning, where the first error stands.
const OUTPUT_LIMIT: usize = 4_096;
/// How long output is waited for once the program has ended.
const OUTPUT_GRACE: Duration = Duration::from_millis(200);

/// A program to run.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) timeout: Duration,
    pub(crate) user: Option<String>,
}

/// A program that did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    /// It could not be started.
    #[error("{program} cannot be started")]
    Start { program: String, source: std::io::Error },
    /// The policy names a user that there is not.
    #[error("the policy wants {program} to run as {user:?}, and this host has no such user")]
    NoUser { program: String, user: String },
    /// It took too long.
    #[error("{program} did not end within {seconds} s and was killed{output}")]
    TimedOut { program: String, seconds: u64, output: String },
    /// It said no.
    #[error("{program} ended with {status}{output}")]
    Failed { program: String, status: ExitStatus, output: String },
}

/// Runs a program to its end.
pub(crate) async fn run(program: &Program) -> Result<(), ProcessError> {
    let name = program.path.display().to_string();
    let mut command = Command::new(&program.path);
    command
        .args(&program.arguments)
        .env_clear()
        .envs(ENVIRONMENT)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    if let Some(user) = &program.user {
        let no_user = || ProcessError::NoUser { program: name.clone(), user: user.clone() };
        let account = User::from_name(user).ok().flatten().ok_or_else(no_user)?;
        command.uid(account.uid.as_raw()).gid(account.gid.as_raw());
    }
    let mut child =
        command.spawn().map_err(|source| ProcessError::Start { program: name.clone(), source })?;
    let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    let stdout = tokio::spawn(read_short(child.stdout.take()));
    let stderr = tokio::spawn(read_short(child.stderr.take()));
    let ended = tokio::time::timeout(program.timeout, child.wait()).await;
    if ended.is_err()
        && let Some(group) = group
    {
        // Already gone is as good.
        let _ = killpg(group, Signal::SIGKILL);
    }
    let output = format!("{}{}", text_of(stderr).await, text_of(stdout).await);
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(ProcessError::Failed { program: name, status, output }),
        Ok(Err(source)) => Err(ProcessError::Start { program: name, source }),
        Err(_) => Err(ProcessError::TimedOut { program: name, seconds: program.timeout.as_secs(), output }),
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
    if lines.is_empty() { String::new() } else { format!(": {}", lines.join(" | ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(script: &str, timeout: Duration) -> Program {
        let arguments = vec!["-c".into(), script.into()];
        Program { path: "/bin/sh".into(), arguments, timeout, user: None }
    }

    #[tokio::test]
    async fn the_environment_is_clean_and_errors_carry_the_output() {
        let error = run(&program("env >&2; exit 3", Duration::from_secs(10))).await.unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.contains("LC_ALL=C.UTF-8"), "{error}");
        assert!(!error.contains("CARGO"), "{error}");
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_killed_with_its_children() {
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("pid");
        let script = format!("sleep 600 & echo $! > {}; wait", mark.display());
        let error = run(&program(&script, Duration::from_millis(500))).await.unwrap_err();
        assert!(matches!(error, ProcessError::TimedOut { .. }), "{error}");
        let child = std::fs::read_to_string(&mark).unwrap();
        let stat = format!("/proc/{}/stat", child.trim());
        let is_gone = || std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
        let end = std::time::Instant::now() + Duration::from_secs(5);
        while !is_gone() && std::time::Instant::now() < end {
            tokio::task::yield_now().await;
        }
        assert!(is_gone(), "the child outlived its group");
    }

    #[tokio::test]
    async fn a_child_left_behind_does_not_hold_the_caller_up() {
        let started = std::time::Instant::now();
        run(&program("sleep 5 & exit 0", Duration::from_secs(10))).await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    }
}
