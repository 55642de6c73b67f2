//! The files of one deployment: their second names beside the live ones, and the moves between them.
//!
//! ```text
//! <dir>/site.pem                       live
//! <dir>/.site.pem.certctl-new.<job>    staged: the new content, with its final owner, group and mode
//! <dir>/.site.pem.certctl-old.<job>    backup: the old file itself (a hard link), else a copy of it
//! ```
//! Not for: deciding when (`deploy.rs`). Invariants: a live name changes by one rename; a file that is neither the
//! old nor the new one belongs to a person and is not touched; a staged key is never readable by more users than
//! the live one will be.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, fchown};
use std::path::{Path, PathBuf};

use certctl_pki::fingerprint::sha256_hex;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::durable::{self, FileError};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The private key.
    Key,
    /// The certificate, with or without its chain.
    Certificate,
    /// The certificates above the leaf.
    Chain,
}

/// One file: what it was and what it will be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePlan {
    /// What it holds.
    pub role: Role,
    /// The path that the target names.
    pub path: PathBuf,
    /// The file behind it, links followed.
    pub real: PathBuf,
    /// The new content, beside it.
    pub staged: PathBuf,
    /// The old content, beside it.
    pub backup: PathBuf,
    /// SHA-256 of the new content.
    pub new_sha256: String,
    /// What was there before.
    pub old: Option<OldFile>,
    /// Owner to be.
    pub uid: u32,
    /// Group to be.
    pub gid: u32,
    /// Mode to be.
    pub mode: u32,
}

/// A file that was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldFile {
    /// SHA-256 of its content.
    pub sha256: Hash,
    /// Its owner.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// Its mode.
    pub mode: u32,
}

/// A SHA-256, in hexadecimal where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash([u8; 32]);

impl TryFrom<String> for Hash {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let bytes = hex::decode(&text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| format!("{text:?} is not a SHA-256"))
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hex::encode(hash.0)
    }
}

/// What has the live name now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Live {
    Old,
    New,
    /// Old and new content are the same.
    Both,
    /// Somebody else's.
    Foreign,
}

/// Why a file could not be moved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MoveError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(
        "{} was changed by somebody else during this deployment; nothing was put over that change: look at it, then \
         deploy again",
        path.display()
    )]
    Foreign { path: PathBuf },
    #[error(
        "{} has to belong to user {uid} and group {gid}, and the agent (user {agent_uid}) may not give files away: run \
         the agent as root or with CAP_CHOWN, or set \"owner\" and \"group\" of the target to its own",
        path.display()
    )]
    Chown { path: PathBuf, uid: u32, gid: u32, agent_uid: u32, source: io::Error },
}

impl FilePlan {
    /// The names of staged file and backup for a piece of work.
    pub(crate) fn beside(real: &Path, work: &str) -> (PathBuf, PathBuf) {
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        let at = |what: &str| real.with_file_name(format!(".{name}.certctl-{what}.{work}"));
        (at("new"), at("old"))
    }

    /// Gives the old file its second name.
    pub(crate) fn back_up(&self) -> Result<(), MoveError> {
        let Some(old) = self.old else { return Ok(()) };
        durable::remove(&self.backup)?;
        if self.live()? == Live::Foreign {
            return Err(MoveError::Foreign { path: self.path.clone() });
        }
        // A link keeps owner, mode, attributes and needs no space; some file systems and kernels refuse it.
        if fs::hard_link(&self.real, &self.backup).is_err() {
            let content = read_secret(&self.real)?;
            let file = durable::create(&self.backup, &content, 0o600)?;
            fchown(&file, Some(old.uid), Some(old.gid))
                .map_err(|source| self.chown_error(source, old.uid, old.gid))?;
            set_mode(&self.backup, old.mode)?;
        }
        Ok(())
    }

    /// Writes the new content beside the old.
    pub(crate) fn stage(&self, content: &[u8]) -> Result<(), MoveError> {
        durable::remove(&self.staged)?;
        let file = durable::create_unflushed(&self.staged, content, 0o600)?;
        let made = file.metadata().map_err(FileError::at("read", &self.staged))?;
        if (made.uid(), made.gid()) != (self.uid, self.gid) {
            fchown(&file, Some(self.uid), Some(self.gid))
                .map_err(|source| self.chown_error(source, self.uid, self.gid))?;
        }
        set_mode(&self.staged, self.mode)?;
        Ok(file.sync_all().map_err(FileError::at("flush", &self.staged))?)
    }

    /// Gives the new content the live name. Done twice it changes nothing twice.
    pub(crate) fn swap(&self) -> Result<(), MoveError> {
        match self.live()? {
            Live::New | Live::Both if !self.staged.exists() => Ok(()),
            Live::Old | Live::New | Live::Both => {
                Ok(fs::rename(&self.staged, &self.real).map_err(FileError::at("put in place", &self.real))?)
            }
            Live::Foreign => Err(MoveError::Foreign { path: self.path.clone() }),
        }
    }

    /// Gives the old file its name back, or removes the new one where there was none.
    pub(crate) fn restore(&self) -> Result<(), MoveError> {
        match (&self.old, self.live()?) {
            (_, Live::Foreign) => return Err(MoveError::Foreign { path: self.path.clone() }),
            (Some(_), _) if self.backup.exists() => {
                fs::rename(&self.backup, &self.real).map_err(FileError::at("put back", &self.real))?;
                // Renaming one link of a file over another does nothing (POSIX), so the name may still be there.
                durable::remove(&self.backup)?;
            }
            // Without a backup the rename of an earlier try has happened.
            (Some(_), Live::Old | Live::Both) => {}
            (Some(_), Live::New) => {
                let missing = io::Error::from(io::ErrorKind::NotFound);
                return Err(FileError::at("put back the old content from", &self.backup)(missing).into());
            }
            (None, Live::New) => durable::remove(&self.real)?,
            (None, Live::Old | Live::Both) => {}
        }
        Ok(durable::remove(&self.staged)?)
    }

    /// Removes the second names.
    pub(crate) fn clear(&self) -> Result<(), FileError> {
        durable::remove(&self.staged)?;
        durable::remove(&self.backup)
    }

    /// What has the live name now.
    pub(crate) fn live(&self) -> Result<Live, FileError> {
        let now = durable::read(&self.real)?.map(Zeroizing::new).map(|content| sha256_hex(&content));
        let old = self.old.map(|old| String::from(old.sha256));
        let is_new = now.as_ref() == Some(&self.new_sha256);
        Ok(match (now == old, is_new) {
            (true, true) => Live::Both,
            (true, false) => Live::Old,
            (false, true) => Live::New,
            (false, false) => Live::Foreign,
        })
    }

    /// Whether the live file has the new content already.
    pub(crate) fn is_in_place(&self) -> Result<bool, FileError> {
        Ok(matches!(self.live()?, Live::New | Live::Both))
    }

    /// Mends owner, group and mode of the live file; says what was changed.
    pub(crate) fn repair(&self) -> Result<Option<String>, MoveError> {
        let Some(old) = self.old else { return Ok(None) };
        let mut changed = Vec::new();
        if (old.uid, old.gid) != (self.uid, self.gid) {
            chown(&self.real, Some(self.uid), Some(self.gid))
                .map_err(|source| self.chown_error(source, self.uid, self.gid))?;
            changed.push(format!("owner {}:{} to {}:{}", old.uid, old.gid, self.uid, self.gid));
        }
        if old.mode != self.mode {
            set_mode(&self.real, self.mode)?;
            changed.push(format!("mode {:04o} to {:04o}", old.mode, self.mode));
        }
        Ok((!changed.is_empty()).then(|| format!("{}: {}", self.path.display(), changed.join(", "))))
    }

    fn chown_error(&self, source: io::Error, uid: u32, gid: u32) -> MoveError {
        let agent_uid = nix::unistd::geteuid().as_raw();
        MoveError::Chown { path: self.path.clone(), uid, gid, agent_uid, source }
    }
}

/// Flushes the directories of these files, each once: the names in them are on the disk then. The moves above leave
/// that to the end of a step.
pub(crate) fn sync_dirs(files: &[FilePlan]) -> Result<(), FileError> {
    let dirs: BTreeSet<&Path> = files.iter().map(|file| durable::parent(&file.real)).collect();
    dirs.into_iter().try_for_each(durable::sync_dir)
}

/// A file as it is now; its content may be a key.
pub(crate) struct Present {
    pub(crate) old: OldFile,
    pub(crate) content: Zeroizing<Vec<u8>>,
}

/// What is at a path now.
pub(crate) fn present(real: &Path) -> Result<Option<Present>, FileError> {
    let Some(content) = durable::read(real)?.map(Zeroizing::new) else { return Ok(None) };
    let metadata = fs::metadata(real).map_err(FileError::at("read", real))?;
    let old = OldFile {
        sha256: Hash(certctl_pki::fingerprint::sha256(&content)),
        uid: metadata.uid(),
        gid: metadata.gid(),
        mode: metadata.mode() & 0o7777,
    };
    Ok(Some(Present { old, content }))
}

fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    fs::read(path).map(Zeroizing::new).map_err(FileError::at("read", path))
}

fn set_mode(path: &Path, mode: u32) -> Result<(), FileError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(FileError::at("set the mode of", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(dir: &Path, old: Option<&[u8]>, new: &[u8]) -> FilePlan {
        let real = dir.join("site.pem");
        if let Some(old) = old {
            fs::write(&real, old).unwrap();
            set_mode(&real, 0o640).unwrap();
        }
        let (staged, backup) = FilePlan::beside(&real, "job-1");
        let old = present(&real).unwrap().map(|present| present.old);
        let own = fs::metadata(dir).unwrap();
        FilePlan {
            role: Role::Certificate,
            path: real.clone(),
            real,
            staged,
            backup,
            new_sha256: sha256_hex(new),
            old,
            uid: own.uid(),
            gid: own.gid(),
            mode: 0o600,
        }
    }

    fn names(dir: &Path) -> usize {
        fs::read_dir(dir).unwrap().count()
    }

    #[test]
    fn a_file_is_swapped_and_put_back_with_its_old_mode() {
        let dir = tempfile::tempdir().unwrap();
        let plan = plan(dir.path(), Some(b"old"), b"new");
        plan.back_up().unwrap();
        plan.stage(b"new").unwrap();
        assert_eq!(plan.live().unwrap(), Live::Old);
        for _ in 0..2 {
            plan.swap().unwrap();
            assert_eq!(plan.live().unwrap(), Live::New);
        }
        assert_eq!(fs::metadata(&plan.real).unwrap().mode() & 0o777, 0o600);
        for _ in 0..2 {
            plan.restore().unwrap();
            assert_eq!(fs::read(&plan.real).unwrap(), b"old");
        }
        assert_eq!(fs::metadata(&plan.real).unwrap().mode() & 0o777, 0o640);
        assert_eq!(names(dir.path()), 1);
    }

    #[test]
    fn a_first_file_is_removed_again() {
        let dir = tempfile::tempdir().unwrap();
        let plan = plan(dir.path(), None, b"new");
        plan.back_up().unwrap();
        plan.stage(b"new").unwrap();
        plan.swap().unwrap();
        plan.restore().unwrap();
        assert_eq!(names(dir.path()), 0);
    }

    #[test]
    fn a_persons_change_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let plan = plan(dir.path(), Some(b"old"), b"new");
        plan.back_up().unwrap();
        plan.stage(b"new").unwrap();
        fs::remove_file(&plan.real).unwrap();
        fs::write(&plan.real, "by hand").unwrap();
        for moved in [plan.swap(), plan.restore(), plan.back_up()] {
            assert!(matches!(moved, Err(MoveError::Foreign { .. })));
        }
        assert_eq!(fs::read(&plan.real).unwrap(), b"by hand");
    }
}
