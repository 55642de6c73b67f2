//! The deployment transaction: check, back up, stage, validate, swap, reload, verify, commit; or restore.
//!
//! Each step does its work and is then written to the journal; `run` continues from whatever step a record has, so
//! a restart is nothing special. Work may be done twice when the agent dies between work and journal; each piece is
//! made so that this changes nothing twice.
//! Alternatives not taken: a link that is switched for the whole pair (services and people expect plain files where
//! they configured them), and undo by a log of inverse operations (three files do not need it).
//! Not for: talking to the control plane (`report.rs`). Invariants: the live pair is the old one or the new one after
//! `run`, however often the agent was killed; success is only said of what was seen.

use std::path::PathBuf;
use std::sync::Arc;

use certctl_api::agent_protocol::{DeployResult, Sighting, StepReport};
use certctl_connectors::targets::{TargetConfig, read_config};
use certctl_core::kill_point::KillPoint;
use certctl_core::time::Clock;
use serde_json::Value;

use super::check::{self, Contents, Objection};
use super::files::{self, FilePlan, MoveError, Role};
use super::nginx::{self, Checked, NginxError};
use super::nginx_workers::Worker;
use super::step::{Event, Step};
use super::verify;
use crate::cause::chain;
use crate::installed::Installed;
use crate::journal::{Failure, Journal, Record};
use crate::keystore::KeyStore;
use crate::local_policy::LocalPolicy;
use crate::permit::{NotPermitted, Permit};
use crate::probe::{Endpoint, Prober};
use crate::process::{self, Program};

/// Hears of each step as it ends, and says whether the work is still wanted.
pub trait Watch {
    /// A step ended.
    fn step(&self, step: &StepReport);
    /// How many steps the control plane has.
    fn n_sent(&self) -> usize;
    /// Whether the lease was lost: nothing is changed for work that is not ours any more.
    fn is_dropped(&self) -> bool;
}

/// Does deployments.
#[derive(Debug)]
pub struct Deployer {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) kill_point: KillPoint,
    journal: Journal,
    keys: KeyStore,
    installed: Installed,
    pub(super) policy_path: PathBuf,
    pub(super) work_dir: PathBuf,
    own: Vec<PathBuf>,
    pub(super) prober: Prober,
}

/// Where a deployer keeps things.
#[derive(Debug, Clone)]
pub struct Places {
    /// The journal.
    pub journal: Journal,
    /// The managed keys.
    pub keys: KeyStore,
    /// Which key file each target got.
    pub installed: Installed,
    /// The host's policy; read anew for each step, so that a change of it counts at once.
    pub policy_path: PathBuf,
    /// For copies of configurations.
    pub work_dir: PathBuf,
    /// Files and directories of the agent that no target may name.
    pub own: Vec<PathBuf>,
}

/// What a step found out.
pub(super) struct Passed {
    event: Event,
    detail: String,
}

impl Passed {
    pub(super) fn with(detail: impl Into<String>) -> Self {
        Self { event: Event::Passed, detail: detail.into() }
    }
}

/// Policy, configuration and endpoints for one step.
pub(super) struct Host {
    policy: LocalPolicy,
    pub(super) config: TargetConfig,
}

impl Deployer {
    /// A deployer.
    pub fn new(places: Places, clock: Arc<dyn Clock>, kill_point: KillPoint) -> Self {
        let Places { journal, keys, installed, policy_path, work_dir, own } = places;
        let prober = Prober::new(Arc::clone(&clock));
        Self { clock, kill_point, journal, keys, installed, policy_path, work_dir, own, prober }
    }

    /// Writes new work down. From then on it survives a crash.
    ///
    /// # Errors
    /// When the journal cannot be written; nothing was done then.
    pub fn accept(&self, record: &Record) -> Result<(), crate::durable::FileError> {
        self.journal.save(record)?;
        self.pass(Step::Accepted);
        Ok(())
    }

    /// Brings a deployment to its end, from whatever step it has.
    pub async fn run(&self, mut record: Record, watch: &impl Watch) -> Record {
        if record.step != Step::Accepted {
            self.resume(&mut record);
        }
        while !record.step.is_concluded() {
            let (began, step) = (self.clock.now(), record.step);
            let outcome = match step {
                Step::Accepted => self.check(&mut record).await,
                Step::Checked => {
                    each_file(&record, FilePlan::back_up).map(|()| Passed::with(backup_detail(&record)))
                }
                Step::BackedUp => self.stage(&record),
                Step::Staged => self.validate(&mut record, watch).await,
                Step::Validated => swap(&record, &[Role::Key]),
                // The key again: only now is its new name flushed, and a loss of power may have taken it back.
                Step::SwappedKey => swap(&record, &[Role::Key, Role::Certificate, Role::Chain])
                    .and_then(|passed| flushed(&record, "swap").map(|()| passed)),
                Step::SwappedCertificate => self.reload(&mut record).await,
                Step::Reloaded => self.verify(&mut record).await,
                Step::Verified => Ok(self.commit(&mut record)),
                Step::Restoring => Ok(self.restore(&mut record).await),
                Step::Committed | Step::Abandoned | Step::Restored | Step::Reported => break,
            };
            let (event, ok, detail) = match outcome {
                Ok(Passed { event, detail }) => (event, true, detail),
                Err(failure) => {
                    let detail = failure.cause.clone();
                    record.failure = Some(failure);
                    (Event::Failed, false, detail)
                }
            };
            let now = self.clock.now();
            let milliseconds = i64::try_from(now.since(began).as_millis()).unwrap_or(i64::MAX);
            let report = StepReport { at: now, name: step.next_work().to_owned(), ok, milliseconds, detail };
            watch.step(&report);
            record.steps.push(report);
            record.n_steps_sent = watch.n_sent().min(record.steps.len());
            record.step = match step.on(event) {
                Ok(next) => next,
                // The steps above give only events that have a meaning there.
                Err(error) => {
                    tracing::error!("deployment {}: {error}", record.work.job_id);
                    Step::Restoring
                }
            };
            if record.step == Step::Abandoned {
                self.abandon(&mut record);
            }
            self.save(&mut record);
        }
        record
    }

    /// Forgets a deployment whose outcome the control plane has, or does not want.
    ///
    /// # Errors
    /// When the journal cannot be changed; the report is then sent again after a restart.
    pub fn forget(&self, record: &Record) -> Result<(), crate::durable::FileError> {
        self.journal.remove(&record.work.job_id)?;
        self.pass(Step::Reported);
        Ok(())
    }

    /// Begins again what had changed nothing, and keeps the step of everything else.
    fn resume(&self, record: &mut Record) {
        if let Ok(step) = record.step.on(Event::Restarted) {
            if step != record.step {
                clear(record);
                record.files.clear();
                record.steps.clear();
                record.n_steps_sent = 0;
            }
            record.step = step;
        }
        tracing::info!(job.id = %record.work.job_id, "deployment {} goes on from {}", record.work.job_id, record.step);
    }

    pub(super) fn host(&self, record: &Record) -> Result<Host, Objection> {
        let work = &record.work;
        self.host_of(&format!("target {}", work.target_id), &work.target_kind, &work.target_config)
    }

    pub(super) fn host_of(&self, what: &str, kind: &str, config: &Value) -> Result<Host, Objection> {
        let policy = LocalPolicy::load(&self.policy_path).map_err(|error| Objection {
            cause: format!("{}; run `certctl-agent check` on the host", chain(&error)),
            retryable: false,
            is_refusal: true,
        })?;
        let config = read_config(kind, config).map_err(|problems| {
            let each: Vec<String> =
                problems.iter().map(|problem| format!("{} {}", problem.pointer(), problem.detail)).collect();
            Objection::lasting(format!("the configuration of {what} cannot be used: {}", each.join("; ")))
        })?;
        Ok(Host { policy, config })
    }

    /// Whether the policy knows what the target names: its kind, its nginx, its action.
    pub(super) fn names_allowed(config: &TargetConfig, permit: Permit<'_>) -> Vec<NotPermitted> {
        let asked = match config {
            TargetConfig::Nginx(config) => vec![permit.nginx(&config.instance).map(drop)],
            TargetConfig::File(config) => {
                let action = config.action.as_deref().map_or(Ok(()), |name| permit.action(name).map(drop));
                vec![permit.file_kind(), action]
            }
        };
        asked.into_iter().filter_map(Result::err).collect()
    }

    pub(super) const fn permit<'a>(&'a self, host: &'a Host) -> Permit<'a> {
        Permit::new(&host.policy, self.own.as_slice())
    }

    pub(super) async fn endpoints(&self, host: &Host) -> Result<Vec<Endpoint>, NotPermitted> {
        verify::endpoints(self.permit(host), host.config.probes()).await
    }

    async fn check(&self, record: &mut Record) -> Result<Passed, Failure> {
        let objected = |objection: Objection| failed("check", objection);
        let host = self.host(record).map_err(objected)?;
        let permit = self.permit(&host);
        if let Some(error) = Self::names_allowed(&host.config, permit).into_iter().next() {
            return Err(objected(error.into()));
        }
        let endpoints = self.endpoints(&host).await.map_err(|error| objected(error.into()))?;
        let contents =
            Contents::prepare(&record.work, &self.keys, self.clock.now().as_second()).map_err(objected)?;
        let plan =
            check::plan(record.work.job_id.as_str(), &host.config, &contents, permit).map_err(objected)?;
        record.files = plan.files;
        record.file_before = plan.file_before;
        clear(record);
        record.seen_before = verify::look(&self.prober, &endpoints).await;
        let serves_new = |sighting: &Sighting| {
            sighting.fingerprint_sha256.as_ref() == Some(&record.work.fingerprint_sha256)
        };
        let mut is_in_place = true;
        for file in &record.files {
            is_in_place &=
                file.is_in_place().map_err(|error| failed("check", Objection::passing(chain(&error))))?;
        }
        // Without an endpoint nobody can see whether a service has read the files: it is told again then.
        let is_told = match &host.config {
            TargetConfig::Nginx(_) => !endpoints.is_empty(),
            TargetConfig::File(config) => !endpoints.is_empty() || config.action.is_none(),
        };
        if !(is_in_place && is_told && record.seen_before.iter().all(serves_new)) {
            let before = record.previous_fingerprint().unwrap_or_else(|| "nothing".to_owned());
            return Ok(Passed::with(format!("key and chain fit; before: {before}")));
        }
        let mut repaired = Vec::new();
        for file in &record.files {
            repaired.extend(file.repair().map_err(|error| moved("check", &error))?);
        }
        self.make_current(record, &mut repaired);
        record.result = Some(if endpoints.is_empty() {
            DeployResult::Installed { previous_fingerprint: record.previous_fingerprint() }
        } else {
            DeployResult::Live {
                seen: record.seen_before.clone(),
                previous_fingerprint: record.previous_fingerprint(),
                already_live: true,
            }
        });
        let mended =
            if repaired.is_empty() { String::new() } else { format!("; repaired {}", repaired.join(", ")) };
        Ok(Passed { event: Event::AlreadyLive, detail: format!("live already, nothing to do{mended}") })
    }

    fn stage(&self, record: &Record) -> Result<Passed, Failure> {
        let objected = |objection: Objection| failed("stage", objection);
        let host = self.host(record).map_err(objected)?;
        let contents =
            Contents::prepare(&record.work, &self.keys, self.clock.now().as_second()).map_err(objected)?;
        for file in &record.files {
            let content = contents.of(file.role, host.config.installation());
            file.stage(&content).map_err(|error| moved("stage", &error))?;
        }
        // With the backups made before: both are on the disk before a live name changes.
        flushed(record, "stage")?;
        let n_files = record.files.len();
        Ok(Passed::with(format!("{n_files} files written beside the live ones and flushed")))
    }

    async fn validate(&self, record: &mut Record, watch: &impl Watch) -> Result<Passed, Failure> {
        let host = self.host(record).map_err(|objection| failed("validate", objection))?;
        let detail = match &host.config {
            TargetConfig::Nginx(config) => {
                let permit = self.permit(&host);
                let instance =
                    permit.nginx(&config.instance).map_err(|error| failed("validate", error.into()))?;
                let checked =
                    nginx::check_staged(instance, &record.files, &self.work_dir, record.work.job_id.as_str())
                        .await;
                match checked.map_err(|error| refused_by_nginx("validate", &error))? {
                    Checked::Accepted { n_uses: 0 } => {
                        "nginx -t accepts its configuration, which does not name these paths literally"
                            .to_owned()
                    }
                    Checked::Accepted { n_uses } => {
                        format!("nginx -t accepts the staged files ({n_uses} places use them)")
                    }
                    Checked::Impossible { because } => {
                        record.check_after_swap = true;
                        format!(
                            "the staged files cannot be checked ({because}); nginx -t will run after the swap and \
                             before the reload"
                        )
                    }
                }
            }
            TargetConfig::File(_) => {
                "pair and chain fit; plain files have no checker of their own".to_owned()
            }
        };
        // The last moment at which nothing is changed.
        if watch.is_dropped() {
            let cause = "the control plane took this work back before anything was changed";
            return Err(failed("validate", Objection::passing(cause)));
        }
        Ok(Passed::with(detail))
    }

    async fn reload(&self, record: &mut Record) -> Result<Passed, Failure> {
        let host = self.host(record).map_err(|objection| failed("reload", objection))?;
        let permit = self.permit(&host);
        if let TargetConfig::Nginx(config) = &host.config
            && record.check_after_swap
        {
            let instance =
                permit.nginx(&config.instance).map_err(|error| failed("validate", error.into()))?;
            nginx::check_live(instance).await.map_err(|error| refused_by_nginx("validate", &error))?;
        }
        record.reload_begun = true;
        record.old_workers = workers(&host.config, permit);
        let detail = tell(&host.config, permit).await?;
        self.kill_point.pass("deploy.told");
        Ok(Passed::with(detail))
    }

    async fn verify(&self, record: &mut Record) -> Result<Passed, Failure> {
        let host = self.host(record).map_err(|objection| failed("probe", objection))?;
        let endpoints = self.endpoints(&host).await.map_err(|error| failed("probe", error.into()))?;
        let previous_fingerprint = record.previous_fingerprint();
        for file in &record.files {
            let is_in_place =
                file.is_in_place().map_err(|error| failed("probe", Objection::passing(chain(&error))))?;
            if !is_in_place {
                return Err(moved("probe", &MoveError::Foreign { path: file.path.clone() }));
            }
        }
        if endpoints.is_empty() {
            record.result = Some(DeployResult::Installed { previous_fingerprint });
            return Ok(Passed::with("the files are in place; this target has no endpoint to look at"));
        }
        let wanted = record.work.fingerprint_sha256.clone();
        let timeout = host.config.probe_timeout();
        let outcome = verify::wait(&self.prober, &endpoints, timeout, &record.old_workers, |_, sighting| {
            sighting.fingerprint_sha256.as_ref() == Some(&wanted)
        })
        .await;
        let described = verify::describe(&outcome.seen);
        if !outcome.is_as_wanted {
            return Err(failed(
                "probe",
                Objection::passing(format!(
                    "the new certificate {wanted} was not served within {} s of the reload: {described}",
                    timeout.as_secs()
                )),
            ));
        }
        record.result =
            Some(DeployResult::Live { seen: outcome.seen, previous_fingerprint, already_live: false });
        Ok(Passed::with(described))
    }

    /// The last step has nothing that could undo a success that was seen; what cannot be tidied is said.
    fn commit(&self, record: &mut Record) -> Passed {
        let mut remarks = Vec::new();
        self.make_current(record, &mut remarks);
        for file in &record.files {
            if let Err(error) = file.clear() {
                remarks.push(chain(&error));
            }
        }
        remarks.extend(files::sync_dirs(&record.files).err().map(|error| chain(&error)));
        let remarks = if remarks.is_empty() { String::new() } else { format!("; {}", remarks.join("; ")) };
        Passed::with(format!("the old files are removed{remarks}"))
    }

    fn make_current(&self, record: &Record, remarks: &mut Vec<String>) {
        let work = &record.work;
        if let Err(error) = self.keys.set_current(&work.certificate_id, &work.public_key_sha256) {
            remarks.push(format!("the key could not be marked as current: {}", chain(&error)));
        }
        for file in record.files.iter().filter(|file| file.role == Role::Key) {
            if let Err(error) = self.installed.note(&work.target_id, &work.certificate_id, file.real.clone())
            {
                remarks.push(format!("the key's file could not be noted: {}", chain(&error)));
            }
        }
    }

    /// Nothing was changed: only the second names go.
    fn abandon(&self, record: &mut Record) {
        clear(record);
        let Some(failure) = &record.failure else { return };
        record.result = Some(if failure.is_refusal {
            DeployResult::Refused { cause: failure.cause.clone() }
        } else {
            DeployResult::Failed {
                step: failure.step.clone(),
                cause: failure.cause.clone(),
                target_in_doubt: false,
                seen: record.seen_before.clone(),
                retryable: failure.retryable,
            }
        });
    }

    /// Writes the record; when that fails before a change, the work fails with it, and afterwards it goes on: the
    /// step on the disk is an earlier one, from which the agent would go on just as well.
    fn save(&self, record: &mut Record) {
        match self.journal.save(record) {
            Ok(()) => self.pass(record.step),
            Err(error) if record.step.may_have_changed() && record.step != Step::Validated => {
                tracing::error!(
                    "deployment {} goes on without its journal: {}",
                    record.work.job_id,
                    chain(&error)
                );
            }
            Err(error) => {
                record.failure = Some(failed(
                    record.step.next_work(),
                    Objection::passing(format!("the agent's journal cannot be written: {}", chain(&error))),
                ));
                record.step = Step::Abandoned;
                self.abandon(record);
            }
        }
    }

    fn pass(&self, step: Step) {
        self.kill_point.pass(&format!("deploy.{step}"));
    }
}

/// The service's processes that answer now, where that can be seen.
pub(super) fn workers(config: &TargetConfig, permit: Permit<'_>) -> Vec<Worker> {
    match config {
        TargetConfig::Nginx(config) => permit.nginx(&config.instance).map(nginx::workers).unwrap_or_default(),
        TargetConfig::File(_) => Vec::new(),
    }
}

/// Tells the service to read its files again.
pub(super) async fn tell(config: &TargetConfig, permit: Permit<'_>) -> Result<String, Failure> {
    match config {
        TargetConfig::Nginx(config) => {
            let instance = permit.nginx(&config.instance).map_err(|error| failed("reload", error.into()))?;
            nginx::reload(instance).await.map_err(|error| failed("reload", Objection::passing(chain(&error))))
        }
        TargetConfig::File(config) => {
            let Some(name) = &config.action else { return Ok("no action is wanted".to_owned()) };
            let action = permit.action(name).map_err(|error| failed("reload", error.into()))?;
            let (path, arguments) = match action.command.split_first() {
                Some((path, arguments)) => (PathBuf::from(path), arguments.iter().map(Into::into).collect()),
                None => (PathBuf::new(), Vec::new()),
            };
            let program = Program { path, arguments, timeout: action.timeout, user: action.user.clone() };
            process::run(&program).await.map_err(|error| {
                failed("reload", Objection::passing(format!("action {name}: {}", chain(&error))))
            })?;
            Ok(format!("action {name}"))
        }
    }
}

fn swap(record: &Record, roles: &[Role]) -> Result<Passed, Failure> {
    let mut swapped = Vec::new();
    for file in record.files.iter().filter(|file| roles.contains(&file.role)) {
        file.swap().map_err(|error| moved("swap", &error))?;
        swapped.push(file.path.display().to_string());
    }
    Ok(Passed::with(swapped.join(", ")))
}

fn flushed(record: &Record, step: &str) -> Result<(), Failure> {
    files::sync_dirs(&record.files).map_err(|error| failed(step, Objection::passing(chain(&error))))
}

fn each_file(record: &Record, act: impl Fn(&FilePlan) -> Result<(), MoveError>) -> Result<(), Failure> {
    record.files.iter().try_for_each(act).map_err(|error| moved("backup", &error))
}

fn backup_detail(record: &Record) -> String {
    let n_old = record.files.iter().filter(|file| file.old.is_some()).count();
    format!("{n_old} of {} files were there before", record.files.len())
}

/// Removes second names that an earlier try left.
fn clear(record: &Record) {
    for file in &record.files {
        if let Err(error) = file.clear() {
            tracing::warn!("a file stays behind: {}", chain(&error));
        }
    }
}

pub(super) fn failed(step: &str, objection: Objection) -> Failure {
    let Objection { cause, retryable, is_refusal } = objection;
    Failure { step: step.to_owned(), cause, retryable, is_refusal, is_foreign_change: false }
}

fn moved(step: &str, error: &MoveError) -> Failure {
    let (retryable, is_foreign_change) = match error {
        MoveError::File(_) => (true, false),
        MoveError::Foreign { .. } => (false, true),
        MoveError::Chown { .. } => (false, false),
    };
    Failure { step: step.to_owned(), cause: chain(error), retryable, is_refusal: false, is_foreign_change }
}

fn refused_by_nginx(step: &str, error: &NginxError) -> Failure {
    // Also when it is the configuration that is wrong: a person may mend it before the next try.
    failed(step, Objection::passing(chain(error)))
}
