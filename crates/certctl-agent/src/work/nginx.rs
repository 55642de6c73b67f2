//! nginx: the check of staged files by `nginx -t`, and the reload.
//!
//! How a check of files that are not live works: the configuration is followed from its main file through its
//! includes; where a `..._certificate` or `..._certificate_key` names a live path, a copy of that file names the
//! staged one, and so up to a copy of the main file. That copy lies in the same directory as the main file, because
//! nginx reads relative paths from there. `nginx -T` could print the whole configuration too, but only when it is
//! valid: never before the first certificate is there, and not when the live pair is what is broken.
//! Not for: policy. Invariant: what nginx runs with is never written to; copies are removed after the check.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::files::FilePlan;
use super::nginx_workers::Worker;
use super::{include_glob, nginx_text, nginx_workers};
use crate::cause::chain;
use crate::durable;
use crate::local_policy::{NginxInstance, Reload};
use crate::process::{self, ProcessError, Program};

/// How long nginx may take to check or to pass a signal on.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many files of a configuration are followed.
const MAX_FILES: usize = 20_000;

/// How the check of the staged files went.
#[derive(Debug)]
pub(crate) enum Checked {
    /// nginx accepts them.
    Accepted {
        /// How many places of the configuration use them.
        n_uses: usize,
    },
    /// No copy can be made beside the main file; the check has to wait until the files are live.
    Impossible {
        /// Why.
        because: String,
    },
}

/// nginx said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NginxError {
    /// To the configuration.
    #[error("nginx -t refuses the configuration{output}")]
    Refused { output: String },
    /// The configuration cannot be read.
    #[error("the nginx configuration cannot be read")]
    Config(#[from] durable::FileError),
    /// nginx could not be run.
    #[error("nginx cannot be run")]
    Process(#[from] ProcessError),
    /// Its master cannot be told.
    #[error("the nginx master process cannot be told to reload: {0}")]
    Master(String),
}

/// Lets nginx check its configuration as it would be with the staged files.
pub(crate) async fn check_staged(
    instance: &NginxInstance,
    files: &[FilePlan],
    work_dir: &Path,
    work: &str,
) -> Result<Checked, NginxError> {
    let copies_dir = work_dir.join(work);
    let main_copy = main_copy(instance, work);
    let result = check_copies(instance, files, &copies_dir, &main_copy).await;
    let removed = durable::remove(&main_copy).map_err(|error| chain(&error));
    let cleared = fs::remove_dir_all(&copies_dir).map_err(|error| error.to_string());
    for error in [removed.err(), cleared.err().filter(|_| copies_dir.exists())].into_iter().flatten() {
        tracing::warn!("a copy of the nginx configuration stays behind: {error}");
    }
    result
}

/// The copy of the main file that a check makes.
pub(crate) fn main_copy(instance: &NginxInstance, work: &str) -> PathBuf {
    instance.config.with_file_name(format!(".certctl-check.{work}.conf"))
}

async fn check_copies(
    instance: &NginxInstance,
    files: &[FilePlan],
    copies_dir: &Path,
    main_copy: &Path,
) -> Result<Checked, NginxError> {
    let mut following = Following {
        config_dir: durable::parent(&instance.config).to_owned(),
        files,
        copies_dir,
        copies: BTreeMap::new(),
        seen: BTreeMap::new(),
        n_uses: 0,
    };
    let Some(main_text) = following.follow(&instance.config, 0)? else {
        // Nothing in the configuration names the live paths: what is checked is the configuration as it is.
        check(instance, &instance.config, &[]).await?;
        return Ok(Checked::Accepted { n_uses: 0 });
    };
    durable::private_dir(copies_dir)?;
    let mut names = vec![(main_copy.display().to_string(), instance.config.display().to_string())];
    for (original, (copy, text)) in &following.copies {
        durable::remove(copy)?;
        durable::create(copy, text.as_bytes(), 0o600)?;
        names.push((copy.display().to_string(), original.display().to_string()));
    }
    for file in files {
        names.push((file.staged.display().to_string(), file.path.display().to_string()));
    }
    durable::remove(main_copy)?;
    if let Err(error) = durable::create(main_copy, main_text.as_bytes(), 0o600) {
        return Ok(Checked::Impossible { because: chain(&error) });
    }
    check(instance, main_copy, &names).await?;
    Ok(Checked::Accepted { n_uses: following.n_uses })
}

/// Lets nginx check its configuration as it is.
pub(crate) async fn check_live(instance: &NginxInstance) -> Result<(), NginxError> {
    check(instance, &instance.config, &[]).await
}

async fn check(
    instance: &NginxInstance,
    config: &Path,
    names: &[(String, String)],
) -> Result<(), NginxError> {
    let mut arguments = vec!["-t".into(), "-q".into()];
    arguments.extend(place(instance, config));
    let program = program(&instance.binary, arguments);
    match process::run(&program).await {
        Ok(()) => Ok(()),
        Err(ProcessError::Failed { output, .. }) => {
            Err(NginxError::Refused { output: readable(output, names) })
        }
        Err(other) => Err(other.into()),
    }
}

/// nginx's own words, with the names that its owner knows.
fn readable(output: String, names: &[(String, String)]) -> String {
    let noise = ["could not open error log file", "test failed", "syntax is ok"];
    let lines = output.trim_start_matches(": ").split(" | ");
    let kept: Vec<&str> = lines.filter(|line| !noise.iter().any(|part| line.contains(part))).collect();
    let text = if kept.is_empty() { output } else { format!(": {}", kept.join(" | ")) };
    names.iter().fold(text, |text, (copy, original)| text.replace(copy.as_str(), original))
}

/// The workers that take connections now; empty when that cannot be seen.
pub(crate) fn workers(instance: &NginxInstance) -> Vec<Worker> {
    master(instance).map(|master| nginx_workers::of(master.as_raw())).unwrap_or_default()
}

/// Tells nginx to read its files again.
pub(crate) async fn reload(instance: &NginxInstance) -> Result<String, NginxError> {
    match &instance.reload {
        Reload::Command => {
            let mut arguments = vec!["-s".into(), "reload".into()];
            arguments.extend(place(instance, &instance.config));
            process::run(&program(&instance.binary, arguments)).await?;
            Ok("nginx -s reload".to_owned())
        }
        Reload::Systemd(unit) => {
            let systemctl = ["/usr/bin/systemctl", "/bin/systemctl"].map(PathBuf::from);
            let path = systemctl.iter().find(|path| path.exists()).unwrap_or(&systemctl[0]);
            process::run(&program(path, vec!["reload".into(), unit.into()])).await?;
            Ok(format!("systemctl reload {unit}"))
        }
        Reload::Signal => {
            let pid = master(instance)?;
            kill(pid, Signal::SIGHUP).map_err(|errno| {
                NginxError::Master(format!(
                    "SIGHUP to {pid}: {errno}; run the agent as root or as nginx's own user"
                ))
            })?;
            Ok(format!("SIGHUP to {pid}"))
        }
    }
}

/// Whether a reload could be told, as far as that can be known without telling it: what it would do.
pub(crate) fn can_reload(instance: &NginxInstance) -> Result<String, NginxError> {
    let pid = master(instance)?;
    let how = match &instance.reload {
        Reload::Command => "nginx -s reload".to_owned(),
        Reload::Signal => "SIGHUP".to_owned(),
        // The service manager tells it, whoever it runs as.
        Reload::Systemd(unit) => return Ok(format!("systemctl reload {unit}; its master is process {pid}")),
    };
    kill(pid, None).map_err(|errno| {
        NginxError::Master(format!("{how} to {pid}: {errno}; run the agent as root or as nginx's own user"))
    })?;
    Ok(format!("{how} to its master, process {pid}"))
}

fn program(path: &Path, arguments: Vec<OsString>) -> Program {
    Program { path: path.to_owned(), arguments, timeout: TIMEOUT, user: None }
}

fn place(instance: &NginxInstance, config: &Path) -> Vec<OsString> {
    let mut arguments = vec!["-c".into(), config.into()];
    if let Some(prefix) = &instance.prefix {
        arguments.extend(["-p".into(), prefix.into()]);
    }
    arguments
}

/// The master process, by the pid file of the policy or of the configuration.
fn master(instance: &NginxInstance) -> Result<Pid, NginxError> {
    let path = match &instance.pid_file {
        Some(path) => path.clone(),
        None => configured_pid_file(instance)?.ok_or_else(|| {
            NginxError::Master(format!(
                "{} has no pid directive; add pid_file to this nginx in the agent's policy",
                instance.config.display()
            ))
        })?,
    };
    let text = fs::read_to_string(&path).map_err(|error| {
        NginxError::Master(format!("{} cannot be read ({error}); is nginx running?", path.display()))
    })?;
    let number = text.trim().parse::<i32>().ok().filter(|number| *number > 1);
    let number =
        number.ok_or_else(|| NginxError::Master(format!("{} holds no process id", path.display())))?;
    // The number may be another process's by now.
    let comm = fs::read_to_string(format!("/proc/{number}/comm")).unwrap_or_default();
    if !comm.starts_with("nginx") {
        return Err(NginxError::Master(format!(
            "process {number} named in {} is not nginx; is nginx running?",
            path.display()
        )));
    }
    Ok(Pid::from_raw(number))
}

fn configured_pid_file(instance: &NginxInstance) -> Result<Option<PathBuf>, NginxError> {
    let text = read_text(&instance.config)?;
    let directives = nginx_text::directives(&text);
    let pid = directives.iter().find(|directive| directive.depth == 0 && directive.name == "pid");
    let value = pid.and_then(|directive| directive.arguments.first()).map(|argument| argument.value.clone());
    let base = instance.prefix.clone().unwrap_or_else(|| durable::parent(&instance.config).to_owned());
    Ok(value.map(|value| base.join(value)))
}

fn read_text(path: &Path) -> Result<String, durable::FileError> {
    let bytes = fs::read(path).map_err(durable::FileError::at("read", path))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Follows a configuration and makes the copies that name staged files.
struct Following<'a> {
    config_dir: PathBuf,
    files: &'a [FilePlan],
    copies_dir: &'a Path,
    /// By original file: the copy's path and text.
    copies: BTreeMap<PathBuf, (PathBuf, String)>,
    /// Files that were followed, and whether they have a copy.
    seen: BTreeMap<PathBuf, bool>,
    n_uses: usize,
}

impl Following<'_> {
    /// The text of a file with its changes, or nothing when there are none.
    fn follow(&mut self, path: &Path, depth: usize) -> Result<Option<String>, durable::FileError> {
        let text = read_text(path)?;
        let mut changes = Vec::new();
        for directive in nginx_text::directives(&text) {
            if directive.name == "include" && directive.arguments.len() == 1 {
                if let Some(new) = self.include(&directive.arguments[0].value, depth)? {
                    changes.push((directive.span, new));
                }
            } else if directive.name.ends_with("_certificate") || directive.name.ends_with("_certificate_key")
            {
                for argument in directive.arguments {
                    if let Some(staged) = self.staged_for(&argument.value).cloned() {
                        self.n_uses += 1;
                        changes.push((argument.span, nginx_text::quote(&staged.display().to_string())));
                    }
                }
            }
        }
        Ok((!changes.is_empty()).then(|| nginx_text::replaced(&text, changes)))
    }

    /// The new text of an include directive, when a file below it has a copy.
    fn include(&mut self, value: &str, depth: usize) -> Result<Option<String>, durable::FileError> {
        let pattern = self.config_dir.join(value).display().to_string();
        let (mut any, mut new) = (false, String::new());
        for path in include_glob::expand(&pattern) {
            let has_copy = match self.seen.get(&path) {
                Some(has_copy) => *has_copy,
                None if depth >= 16 || self.seen.len() >= MAX_FILES || !path.is_file() => false,
                None => {
                    self.seen.insert(path.clone(), false);
                    match self.follow(&path, depth + 1)? {
                        Some(text) => {
                            let copy = self.copies_dir.join(format!("{}.conf", self.copies.len()));
                            self.copies.insert(path.clone(), (copy, text));
                            self.seen.insert(path.clone(), true);
                            true
                        }
                        None => false,
                    }
                }
            };
            any |= has_copy;
            let used = self.copies.get(&path).filter(|_| has_copy).map_or(&path, |(copy, _)| copy);
            new.push_str(&format!("include {}; ", nginx_text::quote(&used.display().to_string())));
        }
        Ok(any.then_some(new))
    }

    fn staged_for(&self, value: &str) -> Option<&PathBuf> {
        let path = self.config_dir.join(value);
        let named = |file: &&FilePlan| file.path == path || file.real == path;
        let plan = self.files.iter().find(named).or_else(|| {
            let real = fs::canonicalize(&path).ok()?;
            self.files.iter().find(|file| file.real == real)
        })?;
        Some(&plan.staged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::files::Role;

    fn plan(live: &Path) -> FilePlan {
        let (staged, backup) = FilePlan::beside(live, "job-1");
        FilePlan {
            role: Role::Certificate,
            path: live.to_owned(),
            real: live.to_owned(),
            staged,
            backup,
            new_sha256: String::new(),
            old: None,
            uid: 0,
            gid: 0,
            mode: 0o600,
        }
    }

    #[test]
    fn copies_are_made_along_the_way_to_a_live_path_and_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        fs::create_dir(root.join("sites")).unwrap();
        let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
        write("nginx.conf", "events {} http { include mime.types; include sites/*.conf; }");
        write("mime.types", "types {}");
        write("sites/a.conf", "server { ssl_certificate tls/a.pem; # tls/a.pem\n }");
        write("sites/b.conf", "server { ssl_certificate tls/b.pem; }");
        let files = [plan(&root.join("tls/a.pem"))];
        let copies_dir = root.join("copies");
        let mut following = Following {
            config_dir: root.clone(),
            files: &files,
            copies_dir: &copies_dir,
            copies: BTreeMap::new(),
            seen: BTreeMap::new(),
            n_uses: 0,
        };
        let main = following.follow(&root.join("nginx.conf"), 0).unwrap().unwrap();
        let root = root.display();
        assert_eq!(
            main,
            format!(
                "events {{}} http {{ include mime.types; include \"{root}/copies/0.conf\"; include \
                 \"{root}/sites/b.conf\";  }}"
            )
        );
        let (_, (_, text)) = following.copies.iter().next().unwrap();
        assert_eq!(
            *text,
            format!("server {{ ssl_certificate \"{root}/tls/.a.pem.certctl-new.job-1\"; # tls/a.pem\n }}")
        );
        assert_eq!((following.copies.len(), following.n_uses), (1, 1));
    }

    #[test]
    fn nginx_errors_carry_the_names_that_the_owner_knows() {
        let names = [("/etc/nginx/.certctl-check.job-1.conf".to_owned(), "/etc/nginx/nginx.conf".to_owned())];
        let output = ": nginx: [emerg] unknown directive \"x\" in /etc/nginx/.certctl-check.job-1.conf:3 | nginx: \
                      configuration file /etc/nginx/.certctl-check.job-1.conf test failed";
        assert_eq!(
            readable(output.to_owned(), &names),
            ": nginx: [emerg] unknown directive \"x\" in /etc/nginx/nginx.conf:3"
        );
    }
}
