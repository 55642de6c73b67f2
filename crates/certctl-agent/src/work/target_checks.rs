//! The checks of a target's test, each by the code that a deployment does the same with.
//!
//! Not for: their order, their time and who hears of them (`target_test.rs`). Invariants: a live file is never written to; what
//! is laid beside it has the name of the test and is removed again; nothing is told to read its files again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use certctl_api::agent_protocol::TestWork;
use certctl_connectors::targets::TargetConfig;
use certctl_connectors::targets::installation::Probe;
use certctl_core::target_test::CheckName;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, PrivateKey, pair_matches, pem};
use nix::unistd::{AccessFlags, User, access, geteuid};
use rustls::ProtocolVersion;

use super::check::{self, Contents, Objection};
use super::deploy::{Deployer, Host};
use super::files::{self, FilePlan, MoveError, Role};
use super::nginx::{self, Checked};
use super::verify;
use crate::cause::chain;
use crate::durable::{self, FileError};
use crate::local_policy::Reload;
use crate::permit::{Missing, NotPermitted};
use crate::probe::{Endpoint, Seen};

/// A certificate that ends sooner is worth a word.
const SOON_SECONDS: i64 = 7 * 86_400;

/// What a check found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Passed(String),
    Warning(String, Option<String>),
    Failed(String, Option<String>),
}

/// Several findings as one: the worst of them decides.
fn together(found: Vec<Found>) -> Found {
    let (mut details, mut fixes, mut is_bad, mut is_doubtful) = (Vec::new(), Vec::new(), false, false);
    for one in found {
        let (detail, fix) = match one {
            Found::Passed(detail) => (detail, None),
            Found::Warning(detail, fix) => {
                is_doubtful = true;
                (detail, fix)
            }
            Found::Failed(detail, fix) => {
                is_bad = true;
                (detail, fix)
            }
        };
        details.push(detail);
        fixes.extend(fix.filter(|fix| !fixes.contains(fix)));
    }
    let detail = details.join("; ");
    let fix = (!fixes.is_empty()).then(|| fixes.join("\n"));
    match (is_bad, is_doubtful) {
        (true, _) => Found::Failed(detail, fix),
        (false, true) => Found::Warning(detail, fix),
        (false, false) => Found::Passed(detail),
    }
}

/// One test as far as it is: what a check found out for those after it.
pub(super) struct Bench<'a> {
    deployer: &'a Deployer,
    work: &'a TestWork,
    host: Option<Host>,
    endpoints: Vec<(Probe, Result<Endpoint, String>)>,
    files: Vec<FilePlan>,
}

/// Second names of files that are removed when this goes.
struct Staged<'a> {
    files: &'a [FilePlan],
    note: PathBuf,
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        for file in self.files {
            if let Err(error) = file.clear() {
                tracing::warn!("a file of a test stays behind: {}", chain(&error));
            }
        }
        let gone = files::sync_dirs(self.files).and_then(|()| durable::remove(&self.note));
        if let Err(error) = gone {
            tracing::warn!("the note of a test stays behind: {}", chain(&error));
        }
    }
}

impl<'a> Bench<'a> {
    pub(super) const fn new(deployer: &'a Deployer, work: &'a TestWork) -> Self {
        Self { deployer, work, host: None, endpoints: Vec::new(), files: Vec::new() }
    }

    /// Carries one out. Those that it needs were carried out before.
    pub(super) async fn check(&mut self, name: CheckName) -> Found {
        match name {
            CheckName::Agent => Found::Passed("the agent is at it".to_owned()),
            CheckName::Policy => self.policy().await,
            CheckName::Paths => self.paths(),
            CheckName::Validate => self.validate().await,
            CheckName::Reload => self.reload(),
            CheckName::Endpoint => self.endpoint().await,
            CheckName::DryRun => self.dry_run(),
        }
    }

    async fn policy(&mut self) -> Found {
        let work = self.work;
        let host = match self.deployer.host_of("this target", &work.target_kind, &work.target_config) {
            Ok(host) => host,
            Err(objection) => return Found::Failed(objection.cause, None),
        };
        let permit = self.deployer.permit(&host);
        let mut refused = Deployer::names_allowed(&host.config, permit);
        // What cannot be judged yet is for the check of the paths, and of the endpoints.
        let is_refusal = |error: &NotPermitted| matches!(error, NotPermitted::Refused { .. });
        let of_paths = wanted_paths(&host.config).into_iter().filter_map(|path| permit.path(path).err());
        refused.extend(of_paths.filter(is_refusal));
        self.endpoints.clear();
        for probe in host.config.probes() {
            match verify::endpoints(permit, std::slice::from_ref(probe)).await {
                Ok(found) => self.endpoints.extend(found.into_iter().map(|one| (probe.clone(), Ok(one)))),
                Err(error) if is_refusal(&error) => refused.push(error),
                Err(error) => self.endpoints.push((probe.clone(), Err(chain(&error)))),
            }
        }
        let missing: BTreeSet<Missing> = refused
            .iter()
            .filter_map(|error| match error {
                NotPermitted::Refused { missing, .. } => missing.clone(),
                NotPermitted::Unclear(_) | NotPermitted::File(_) => None,
            })
            .collect();
        let found = if refused.is_empty() {
            let (n_paths, n_probes) = (wanted_paths(&host.config).len(), host.config.probes().len());
            Found::Passed(format!(
                "{} allows kind {}, {n_paths} paths and {n_probes} endpoints",
                self.deployer.policy_path.display(),
                work.target_kind
            ))
        } else {
            let causes: BTreeSet<String> = refused.iter().map(ToString::to_string).collect();
            let lines = permit.lines(&missing);
            let causes: Vec<String> = causes.into_iter().collect();
            Found::Failed(causes.join("; "), (!lines.is_empty()).then_some(lines))
        };
        self.host = Some(host);
        found
    }

    /// What the policy check has read; without it nothing is carried out.
    fn host(&self) -> Result<&Host, Found> {
        self.host.as_ref().ok_or_else(|| Found::Failed("the host's policy was not read".to_owned(), None))
    }

    fn paths(&mut self) -> Found {
        match self.planned() {
            Ok((files, found)) => {
                self.files = files;
                found
            }
            Err(found) => found,
        }
    }

    fn planned(&self) -> Result<(Vec<FilePlan>, Found), Found> {
        let host = self.host()?;
        let permit = self.deployer.permit(host);
        let installation = host.config.installation();
        let mut found = Vec::new();
        for path in wanted_paths(&host.config) {
            if let Err(error) = permit.path(path) {
                let directory = durable::parent(path);
                let fix = (!directory.exists()).then(|| {
                    let owner = |flag, name: &Option<String>| {
                        name.as_ref().map(|name| format!(" {flag} {name}")).unwrap_or_default()
                    };
                    let (user, group) = (owner("-o", &installation.owner), owner("-g", &installation.group));
                    format!("sudo install -d -m 0755{user}{group} {}", directory.display())
                });
                found.push(Found::Failed(chain(&error), fix));
            }
        }
        let account = |known: Result<u32, Objection>, fix: String| match known {
            Ok(_) => None,
            Err(objection) => Some(Found::Failed(objection.cause, Some(fix))),
        };
        found.extend(installation.owner.as_deref().and_then(|name| {
            account(check::user_id(name), format!("sudo useradd --system --shell /usr/sbin/nologin {name}"))
        }));
        found.extend(
            installation
                .group
                .as_deref()
                .and_then(|name| account(check::group_id(name), format!("sudo groupadd --system {name}"))),
        );
        if !found.is_empty() {
            return Err(together(found));
        }
        let failed = |objection: Objection| Found::Failed(objection.cause, None);
        let contents = self.contents().map_err(failed)?;
        let plan =
            check::plan(self.work.test_id.as_str(), &host.config, &contents, permit).map_err(failed)?;
        let mut directories: BTreeMap<&Path, Found> = BTreeMap::new();
        for file in &plan.files {
            let directory = durable::parent(&file.real);
            directories.entry(directory).or_insert_with(|| self.writable(directory));
        }
        let found = directories.into_values().chain(plan.files.iter().map(present_file)).collect();
        Ok((plan.files, together(found)))
    }

    /// Makes a file there and removes it.
    fn writable(&self, directory: &Path) -> Found {
        let path = directory.join(format!(".certctl-test.{}", self.work.test_id));
        let tried = durable::create_unflushed(&path, b"", 0o600).and_then(|_| durable::remove(&path));
        let shown = directory.display();
        match tried {
            Ok(()) => {
                let known = fs::metadata(directory).ok();
                let owner = known.map(|known| {
                    format!(" ({}:{} {:04o})", known.uid(), known.gid(), known.permissions().mode() & 0o7777)
                });
                Found::Passed(format!("{shown} can be written{}", owner.unwrap_or_default()))
            }
            Err(error) => Found::Failed(
                format!("{shown} cannot be written by {}: {}", own_name(), chain(&error)),
                writable_fix(directory, &error),
            ),
        }
    }

    async fn validate(&self) -> Found {
        let host = match self.host() {
            Ok(host) => host,
            Err(found) => return found,
        };
        let TargetConfig::Nginx(config) = &host.config else {
            return Found::Passed("plain files have no checker of their own".to_owned());
        };
        let instance = match self.deployer.permit(host).nginx(&config.instance) {
            Ok(instance) => instance,
            Err(error) => return Found::Failed(error.to_string(), None),
        };
        let names: Vec<String> = [Role::Certificate, Role::Key]
            .iter()
            .filter_map(|role| self.files.iter().find(|file| file.role == *role))
            .map(|file| file.path.display().to_string())
            .collect();
        let copy = nginx::main_copy(instance, self.work.test_id.as_str());
        let staged = match self.stage(&[copy]) {
            Ok(staged) => staged,
            // The dry run says why; here it is enough that the configuration as it is can be judged.
            Err(_) => {
                return match nginx::check_live(instance).await {
                    Ok(()) => Found::Passed("nginx -t accepts its present configuration".to_owned()),
                    Err(error) => Found::Failed(chain(&error), validate_fix(&instance.config)),
                };
            }
        };
        let work_dir = &self.deployer.work_dir;
        let checked = nginx::check_staged(instance, &self.files, work_dir, self.work.test_id.as_str()).await;
        drop(staged);
        match checked {
            Ok(Checked::Accepted { n_uses: 0 }) => Found::Warning(
                format!(
                    "nginx -t accepts {}, which does not name {} literally",
                    instance.config.display(),
                    names.join(" and ")
                ),
                Some(
                    names
                        .iter()
                        .zip(["ssl_certificate", "ssl_certificate_key"])
                        .fold("# in the server block".to_owned(), |text, (path, directive)| {
                            format!("{text}\n{directive} {path};")
                        }),
                ),
            ),
            Ok(Checked::Accepted { n_uses }) => Found::Passed(format!(
                "nginx -t accepts {} with a test certificate in {n_uses} places",
                instance.config.display()
            )),
            Ok(Checked::Impossible { because }) => Found::Warning(
                format!("nginx -t can run only after the swap and before the reload: {because}"),
                Some(read_write_fix(durable::parent(&instance.config))),
            ),
            Err(error) => Found::Failed(chain(&error), validate_fix(&instance.config)),
        }
    }

    fn reload(&self) -> Found {
        let host = match self.host() {
            Ok(host) => host,
            Err(found) => return found,
        };
        let permit = self.deployer.permit(host);
        match &host.config {
            TargetConfig::Nginx(config) => {
                let instance = match permit.nginx(&config.instance) {
                    Ok(instance) => instance,
                    Err(error) => return Found::Failed(error.to_string(), None),
                };
                let Reload::Systemd(unit) = &instance.reload else {
                    return match nginx::can_reload(instance) {
                        Ok(how) => Found::Passed(how),
                        Err(error) => {
                            Found::Failed(chain(&error), Some("sudo systemctl status nginx".to_owned()))
                        }
                    };
                };
                let known = match nginx::can_reload(instance) {
                    Ok(how) => Found::Passed(how),
                    Err(error) => Found::Warning(
                        format!("systemctl reload {unit}: {}", chain(&error)),
                        Some(format!("sudo systemctl status {unit}")),
                    ),
                };
                let manager = ["/usr/bin/systemctl", "/bin/systemctl"].map(Path::new);
                let manager = if manager.iter().any(|path| path.exists()) {
                    polkit(unit)
                } else {
                    Some(Found::Failed("this host has no systemctl".to_owned(), None))
                };
                together([known].into_iter().chain(manager).collect())
            }
            TargetConfig::File(config) => {
                match config.action.as_deref().map(|name| (name, permit.action(name))) {
                    None => Found::Passed("no action is wanted".to_owned()),
                    Some((_, Err(error))) => Found::Failed(error.to_string(), None),
                    Some((name, Ok(action))) => {
                        let program = action.command.first().map(PathBuf::from).unwrap_or_default();
                        runnable(name, &program, action.user.as_deref())
                    }
                }
            }
        }
    }

    async fn endpoint(&self) -> Found {
        let now = self.deployer.clock.now();
        let mut found = Vec::new();
        for (probe, endpoint) in &self.endpoints {
            let name = probe.server_name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
            let place = format!("{}{name}", probe.address());
            found.push(match endpoint {
                Err(cause) => {
                    Found::Failed(format!("{place}: {cause}"), Some(format!("getent hosts {}", probe.host)))
                }
                Ok(endpoint) => match self.deployer.prober.see(endpoint).await {
                    Ok(seen) => served(&place, &seen, now),
                    Err(cause) => Found::Failed(
                        format!("{place}: {cause}"),
                        Some(format!("ss -ltnp 'sport = :{}'", probe.port)),
                    ),
                },
            });
        }
        together(found)
    }

    fn dry_run(&self) -> Found {
        let staged = match self.stage(&[]) {
            Ok(staged) => staged,
            Err(found) => return found,
        };
        let compared = self.compared();
        drop(staged);
        let left: Vec<String> = self
            .files
            .iter()
            .filter(|file| file.staged.exists())
            .map(|file| file.staged.display().to_string())
            .collect();
        match compared {
            Ok(_) if !left.is_empty() => Found::Warning(
                format!("the test files could not be removed: {}", left.join(", ")),
                Some(format!("sudo rm {}", left.join(" "))),
            ),
            Ok(detail) => Found::Passed(detail),
            Err(detail) => Found::Failed(detail, None),
        }
    }

    fn contents(&self) -> Result<Contents, Objection> {
        Contents::for_test(self.deployer.clock.now().as_second())
    }

    /// Lays a test key and certificate beside the real files, with the owner and mode that a deployment would give them, and
    /// writes down first what has to go should this process die.
    fn stage(&self, also: &[PathBuf]) -> Result<Staged<'_>, Found> {
        let host = self.host()?;
        let contents = self.contents().map_err(|objection| Found::Failed(objection.cause, None))?;
        let note = super::target_test::note_path(&self.deployer.work_dir, &self.work.test_id);
        let names: Vec<&Path> = self
            .files
            .iter()
            .map(|file| file.staged.as_path())
            .chain(also.iter().map(PathBuf::as_path))
            .collect();
        let text = serde_json::to_vec(&names).unwrap_or_default();
        let unwritten = |error: FileError| Found::Failed(chain(&error), None);
        durable::private_dir(&self.deployer.work_dir).map_err(unwritten)?;
        durable::replace(&note, &text, 0o600).map_err(unwritten)?;
        let staged = Staged { files: &self.files, note };
        for file in &self.files {
            let content = contents.of(file.role, host.config.installation());
            file.stage(&content).map_err(|error| stage_failed(file, &error))?;
        }
        files::sync_dirs(&self.files).map_err(unwritten)?;
        self.deployer.kill_point.pass("test.staged");
        Ok(staged)
    }

    /// Reads back what was laid beside the real files.
    fn compared(&self) -> Result<String, String> {
        let text = |role: Role| {
            let file = self.files.iter().find(|file| file.role == role);
            file.map(|file| {
                fs::read_to_string(&file.staged)
                    .map_err(|error| format!("{}: {error}", file.staged.display()))
            })
            .transpose()
        };
        let key = text(Role::Key)?.unwrap_or_default();
        let certificate = text(Role::Certificate)?.unwrap_or_default();
        let key = PrivateKey::from_pem(&key).map_err(|error| chain(&error))?;
        let leaves = pem::decode_certificates(&certificate).map_err(|error| chain(&error))?;
        let leaf = leaves.first().ok_or_else(|| "the certificate's file is empty".to_owned())?;
        if !pair_matches(&key, leaf).map_err(|error| chain(&error))? {
            return Err("the key and certificate that were written do not belong together".to_owned());
        }
        let mut described = Vec::new();
        for file in &self.files {
            let known = fs::metadata(&file.staged).map_err(|error| error.to_string())?;
            let (owner, mode) = ((known.uid(), known.gid()), known.permissions().mode() & 0o7777);
            if owner != (file.uid, file.gid) || mode != file.mode {
                return Err(format!(
                    "beside {} a file of {}:{} with mode {:04o} was wanted, and it is {}:{} {mode:04o}: the file system \
                     keeps no owners or modes",
                    file.path.display(),
                    file.uid,
                    file.gid,
                    file.mode,
                    owner.0,
                    owner.1
                ));
            }
            described.push(format!("{} {}:{} {mode:04o}", file.path.display(), owner.0, owner.1));
        }
        Ok(format!("written beside, flushed, compared and removed: {}", described.join(", ")))
    }
}

fn wanted_paths(config: &TargetConfig) -> Vec<&Path> {
    let files = config.installation();
    let chain = files.chain_path.as_deref();
    [Some(files.key_path.as_path()), Some(files.certificate_path.as_path()), chain]
        .into_iter()
        .flatten()
        .collect()
}

/// What is there now, and that it can be replaced by a rename.
fn present_file(file: &FilePlan) -> Found {
    let shown = file.path.display();
    let Some(old) = file.old else {
        return Found::Passed(format!("{shown} is not there yet"));
    };
    let device = |path: &Path| fs::metadata(path).map(|known| known.dev()).ok();
    if device(&file.real) != device(durable::parent(&file.real)) {
        return Found::Failed(
            format!("{shown} is a mount of its own, and a file cannot be renamed over it"),
            Some(format!(
                "# mount the directory {} instead of the file",
                durable::parent(&file.real).display()
            )),
        );
    }
    let becomes = if (old.uid, old.gid, old.mode) == (file.uid, file.gid, file.mode) {
        String::new()
    } else {
        format!(", will be {}:{} {:04o}", file.uid, file.gid, file.mode)
    };
    Found::Passed(format!("{shown} is {}:{} {:04o}{becomes}", old.uid, old.gid, old.mode))
}

fn own_name() -> String {
    let uid = geteuid();
    User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

/// The unit's file system is read-only but for what is listed.
fn read_write_fix(directory: &Path) -> String {
    format!(
        "sudo systemctl edit certctl-agent\n[Service]\nReadWritePaths={}\n# then: sudo systemctl restart certctl-agent",
        directory.display()
    )
}

fn writable_fix(directory: &Path, error: &FileError) -> Option<String> {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            Some(format!("sudo setfacl -m u:{}:rwx {}", own_name(), directory.display()))
        }
        io::ErrorKind::ReadOnlyFilesystem => Some(read_write_fix(directory)),
        io::ErrorKind::StorageFull => Some(format!("df -h {}", directory.display())),
        _ => None,
    }
}

fn validate_fix(config: &Path) -> Option<String> {
    Some(format!("sudo nginx -t -c {}", config.display()))
}

fn stage_failed(file: &FilePlan, error: &MoveError) -> Found {
    let fix = match error {
        MoveError::Chown { uid, gid, .. } => {
            let own = own_name();
            Some(format!(
                "sudo setcap cap_chown,cap_fowner+ep $(command -v certctl-agent)\n# or let {own} own the files: sudo chown \
                 {own} {} (now {uid}:{gid} is wanted)",
                file.path.display()
            ))
        }
        MoveError::File(error) => writable_fix(durable::parent(&file.real), error),
        MoveError::Foreign { .. } => None,
    };
    Found::Failed(chain(error), fix)
}

/// Who is not root may tell systemd only by a rule.
fn polkit(unit: &str) -> Option<Found> {
    if geteuid().is_root() {
        return None;
    }
    let user = own_name();
    Some(Found::Warning(
        format!(
            "{user} is not root: systemd reloads {unit} for it only by a rule of polkit, which cannot be tried here"
        ),
        Some(format!(
            "# /etc/polkit-1/rules.d/50-certctl.rules\npolkit.addRule(function(action, subject) {{\n  if (action.id == \
             \"org.freedesktop.systemd1.manage-units\" && action.lookup(\"unit\") == \"{unit}\" &&\n      \
             action.lookup(\"verb\") == \"reload\" && subject.user == \"{user}\") return polkit.Result.YES;\n}});"
        )),
    ))
}

fn runnable(name: &str, program: &Path, user: Option<&str>) -> Found {
    let shown = program.display();
    if !program.is_file() || access(program, AccessFlags::X_OK).is_err() {
        return Found::Failed(
            format!("action {name}: {shown} is not a program that {} can run", own_name()),
            Some(format!("ls -l {shown}")),
        );
    }
    let Some(user) = user else { return Found::Passed(format!("action {name} runs {shown}")) };
    match User::from_name(user).ok().flatten() {
        None => Found::Failed(
            format!("action {name} runs as {user:?}, and this host has no such user"),
            Some(format!("sudo useradd --system --shell /usr/sbin/nologin {user}")),
        ),
        Some(account) if !geteuid().is_root() && account.uid != geteuid() => Found::Failed(
            format!("action {name} runs as {user}, and {} cannot become another user", own_name()),
            Some("# run the agent as root, or leave out \"user\" of the action".to_owned()),
        ),
        Some(_) => Found::Passed(format!("action {name} runs {shown} as {user}")),
    }
}

/// What an endpoint serves now. Whether it is to be trusted is not asked: the certificate is about to be replaced.
fn served(place: &str, seen: &Seen, now: Ts) -> Found {
    let version = match seen.version {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        Some(_) | None => "TLS",
    };
    let info = match CertificateInfo::parse(&seen.leaf) {
        Ok(info) => info,
        Err(error) => {
            return Found::Warning(
                format!("{place} serves a certificate that cannot be read: {}", chain(&error)),
                None,
            );
        }
    };
    let until = Ts::from_second(info.not_after);
    let detail = format!(
        "{place} serves {} until {until} over {version}, fingerprint {}",
        info.subject, info.fingerprint_sha256
    );
    if until <= now {
        Found::Warning(format!("{detail}; it has expired"), None)
    } else if until <= now.plus_seconds(SOON_SECONDS) {
        Found::Warning(format!("{detail}; it ends soon"), None)
    } else {
        Found::Passed(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_findings_decides_and_fixes_are_not_repeated() {
        let passed = || Found::Passed("a".to_owned());
        let warning = || Found::Warning("b".to_owned(), Some("do b".to_owned()));
        let failed = || Found::Failed("c".to_owned(), Some("do c".to_owned()));
        let fix = |text: &str| Some(text.to_owned());
        assert_eq!(together(vec![passed(), passed()]), Found::Passed("a; a".to_owned()));
        assert_eq!(together(vec![passed(), warning()]), Found::Warning("a; b".to_owned(), fix("do b")));
        assert_eq!(
            together(vec![failed(), warning(), failed()]),
            Found::Failed("c; b; c".to_owned(), fix("do c\ndo b"))
        );
    }
}
