//! `status` and `check`: what a person at the host wants to see.
//!
//! Not for: changing anything. Invariant: works beside a running agent.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::challenge_policy::Http01;
use crate::journal::Journal;
use crate::local_policy::{LocalPolicy, PolicyError};
use crate::poll::RunError;
use crate::records;
use crate::state::StateDir;

/// Who the agent is, and what it has in hand.
///
/// # Errors
/// When it has not joined, or its state cannot be read.
pub fn status(state_dir: &Path, key_dir: &Path) -> Result<String, RunError> {
    let state = StateDir::look(state_dir);
    let enrollment = state.joined()?;
    let (_, validity) = state.identity()?;
    let records = Journal::new(state.journal_dir()).load()?;
    let n_certificates = fs::read_dir(key_dir).map(Iterator::count).unwrap_or(0);
    let mut text = format!(
        "agent          {}\ncontrol plane  {}\njoined         {}\nidentity       valid until {}\nkeys           {} \
         certificate(s) in {}\nin hand        {} deployment(s)",
        enrollment.agent_id,
        enrollment.server_url,
        enrollment.joined_at,
        validity.not_after,
        n_certificates,
        key_dir.display(),
        records.len()
    );
    let n_records = records::n_noted(&state.records_note())?;
    if n_records > 0 {
        let _ = write!(text, "\nDNS records    {n_records} that may stand");
    }
    for record in records {
        let work = &record.work;
        let _ = write!(
            text,
            "\n  {}  {} on {}  {}",
            work.job_id,
            work.certificate_id,
            work.target_id,
            if record.step.is_concluded() { "done, not yet acknowledged" } else { record.step.as_str() }
        );
    }
    Ok(text)
}

/// What a check of the policy found.
#[derive(Debug)]
pub struct CheckReport {
    /// For a person.
    pub text: String,
    /// How many things will not work.
    pub n_problems: usize,
}

/// Checks the policy against the host.
///
/// # Errors
/// When the policy itself cannot be used.
pub fn check(path: &Path) -> Result<CheckReport, PolicyError> {
    let policy = LocalPolicy::load(path)?;
    let mut problems = Vec::new();
    let mut want = |is_there: bool, key: String, what: &str| {
        if !is_there {
            problems.push(format!("{key}: {what}"));
        }
    };
    want(path.exists(), path.display().to_string(), "there is no such file, so nothing is allowed");
    for directory in &policy.directories {
        want(directory.is_dir(), format!("directories {}", directory.display()), "is not a directory");
    }
    for (name, instance) in &policy.nginx {
        let key = |field: &str, path: &Path| format!("nginx.{name}.{field} {}", path.display());
        want(instance.binary.is_file(), key("binary", &instance.binary), "is not a file");
        want(fs::File::open(&instance.config).is_ok(), key("config", &instance.config), "cannot be read");
        if let Some(prefix) = &instance.prefix {
            want(prefix.is_dir(), key("prefix", prefix), "is not a directory");
        }
    }
    for (name, action) in &policy.actions {
        let program = action.command.first().map(String::as_str).unwrap_or_default();
        want(Path::new(program).is_file(), format!("actions.{name}.command {program}"), "is not a file");
        if let Some(user) = &action.user {
            let is_known = nix::unistd::User::from_name(user).ok().flatten().is_some();
            want(is_known, format!("actions.{name}.user {user}"), "is not a user of this host");
        }
    }
    if let Some(Http01::Webroot(webroot)) = &policy.challenges.http_01 {
        let key = format!("challenges.http_01_webroot {}", webroot.display());
        want(webroot.is_dir(), key, "is not a directory");
    }
    for (name, provider) in &policy.dns {
        if let Err(detail) = provider.open(name) {
            problems.push(detail);
        }
        for program in provider.programs() {
            if !program.is_file() {
                problems.push(format!("dns.{name}.config.program {}: is not a file", program.display()));
            }
        }
    }
    let kinds = policy.capabilities();
    let kinds = if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") };
    let mut text =
        format!("{}: target kinds {kinds}; {} director(ies)", path.display(), policy.directories.len());
    let proofs = policy.proof_kinds();
    if !proofs.is_empty() {
        let _ = write!(text, "; proofs {}", proofs.join(", "));
    }
    for (name, provider) in &policy.dns {
        let _ = write!(
            text,
            "; DNS provider {name} ({}) for {}",
            provider.kind,
            provider.offer(name).zones.join(", ")
        );
    }
    for problem in &problems {
        let _ = write!(text, "\n  {problem}");
    }
    if problems.is_empty() {
        text.push_str("; no problem found");
    }
    Ok(CheckReport { text, n_problems: problems.len() })
}
