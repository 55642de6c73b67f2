//! The journal: one file for each deployment under way or not yet acknowledged.
//!
//! Not for: keys or certificates' keys; a record holds paths, hashes and what the control plane sent. Invariants: a
//! record on the disk is whole; it is written before the next step begins and removed only when the control plane
//! has the result, or does not want it.

use std::fs;
use std::path::{Path, PathBuf};

use certctl_api::agent_protocol::{DeployResult, DeployWork, Sighting, StepReport};
use certctl_core::id::JobId;
use serde::{Deserialize, Serialize};

use crate::durable::{self, FileError, Flush};
use crate::work::files::FilePlan;
use crate::work::nginx_workers::Worker;
use crate::work::step::Step;

/// A deployment, as far as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What the control plane wants.
    pub work: DeployWork,
    /// How far it is.
    pub step: Step,
    /// The files, once they were looked at.
    pub files: Vec<FilePlan>,
    /// What each endpoint served before.
    pub seen_before: Vec<Sighting>,
    /// Fingerprint of the certificate that the file held before.
    pub file_before: Option<String>,
    /// The service's checker could not look at the staged files; it looks after the swap.
    pub check_after_swap: bool,
    /// Whether the service may have been told to read the new files.
    pub reload_begun: bool,
    /// The nginx workers of before the last reload; empty when that cannot be seen.
    pub old_workers: Vec<Worker>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Steps that ended, for the report.
    pub steps: Vec<StepReport>,
    /// How many of them the control plane has.
    pub n_steps_sent: usize,
    /// How it ended.
    pub result: Option<DeployResult>,
}

/// Why a step failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Which, such as `validate`.
    pub step: String,
    /// For a person.
    pub cause: String,
    /// Whether trying again may help.
    pub retryable: bool,
    /// Whether the host's policy said no.
    pub is_refusal: bool,
    /// A person changed the files meanwhile: nothing is put back over their work.
    pub is_foreign_change: bool,
}

impl Record {
    /// A deployment that was just received.
    pub fn accepted(work: DeployWork) -> Self {
        Self {
            work,
            step: Step::Accepted,
            files: Vec::new(),
            seen_before: Vec::new(),
            file_before: None,
            check_after_swap: false,
            reload_begun: false,
            old_workers: Vec::new(),
            failure: None,
            steps: Vec::new(),
            n_steps_sent: 0,
            result: None,
        }
    }

    /// What was served before: what an endpoint was seen to serve, else what the file held.
    pub fn previous_fingerprint(&self) -> Option<String> {
        let seen = self.seen_before.iter().find_map(|sighting| sighting.fingerprint_sha256.clone());
        seen.or_else(|| self.file_before.clone())
    }
}

/// What has to be on the disk before the next step may begin.
///
/// Before `validated` nothing was changed and the control plane gives the work out again. `validated` holds what is
/// needed to go on or back once live files change. Up to `verified` an older record leads to the same end, because
/// each step may be done twice. After `verified` the backups go; after `restoring` they become the live files.
const fn flush(step: Step) -> Flush {
    match step {
        Step::Accepted | Step::Checked | Step::BackedUp | Step::Staged => Flush::Nothing,
        Step::Validated | Step::Verified | Step::Restoring => Flush::All,
        Step::SwappedKey
        | Step::SwappedCertificate
        | Step::Reloaded
        | Step::Committed
        | Step::Abandoned
        | Step::Restored
        | Step::Reported => Flush::Content,
    }
}

/// The folder of records.
#[derive(Debug, Clone)]
pub struct Journal {
    dir: PathBuf,
}

impl Journal {
    /// The journal in this folder.
    pub const fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Writes a record. A killed agent finds it again at once; how much a loss of power may take back is decided by
    /// the step ([`flush`]).
    ///
    /// # Errors
    /// [`FileError`].
    pub fn save(&self, record: &Record) -> Result<(), FileError> {
        let path = self.path(&record.work.job_id);
        let content = serde_json::to_vec(record)
            .map_err(|error| FileError::at("encode", &path)(std::io::Error::other(error)))?;
        durable::replace_and(&path, &content, 0o600, flush(record.step))
    }

    /// Removes a record.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn remove(&self, job_id: &JobId) -> Result<(), FileError> {
        durable::remove(&self.path(job_id))?;
        durable::sync_dir(&self.dir)
    }

    /// Every record. A file that cannot be read is put aside under another name and left for a person, because a
    /// deployment that is not understood must not stop the others.
    ///
    /// # Errors
    /// [`FileError`] when the folder cannot be read.
    pub fn load(&self) -> Result<Vec<Record>, FileError> {
        let mut records = Vec::new();
        for path in self.names()? {
            let Some(content) = durable::read(&path)? else { continue };
            if content.is_empty() {
                // Written just before a loss of power, at a step that had changed nothing.
                durable::remove(&path)?;
                continue;
            }
            match serde_json::from_slice::<Record>(&content) {
                Ok(record) => records.push(record),
                Err(error) => {
                    let aside = path.with_extension("unreadable");
                    tracing::error!(
                        "the journal entry {} cannot be read ({error}) and is put aside as {}; look at the target \
                         by hand",
                        path.display(),
                        aside.display()
                    );
                    fs::rename(&path, &aside).map_err(FileError::at("put aside", &path))?;
                }
            }
        }
        Ok(records)
    }

    fn names(&self) -> Result<Vec<PathBuf>, FileError> {
        let entries = fs::read_dir(&self.dir).map_err(FileError::at("list", &self.dir))?;
        let is_record = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.ends_with(".json") && !name.starts_with('.')
        };
        let mut names: Vec<PathBuf> =
            entries.filter_map(Result::ok).map(|entry| entry.path()).filter(is_record).collect();
        names.sort();
        Ok(names)
    }

    fn path(&self, job_id: &JobId) -> PathBuf {
        Path::new(&self.dir).join(format!("{job_id}.json"))
    }
}
