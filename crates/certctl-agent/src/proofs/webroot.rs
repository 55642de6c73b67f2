//! Files for http-01 below the directory of a web server that is not ours.
//!
//! `WEBROOT/.well-known/acme-challenge/TOKEN`, mode 0644. Whoever runs the web server may own the directory, and the agent
//! may be root, so no link below WEBROOT is followed: each step is opened relative to the one before, and a link on the
//! way is an error. Not for: other files (`durable.rs` trusts the paths of the policy). Invariants: a reader sees the whole
//! file or none; a file that is there already and is not the agent's is neither changed nor removed; what was laid down is
//! written in the state directory before, so that the next start removes what a crash left.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use certctl_core::kill_point::KillPoint;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, open, openat};
use nix::sys::stat::{Mode, SFlag, fchmod, fstat, mkdirat};
use nix::unistd::{UnlinkatFlags, linkat, unlinkat};
use serde::{Deserialize, Serialize};

use crate::cause::chain;
use crate::durable::{self, FileError};

/// The directories below a webroot (RFC 8555, section 8.3).
const STEPS: [&str; 2] = [".well-known", "acme-challenge"];

/// A file that was laid down, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Laid {
    webroot: PathBuf,
    token: String,
}

/// The files that the agent has below webroots.
#[derive(Debug)]
pub(crate) struct Webroots {
    note: PathBuf,
    laid: Vec<Laid>,
    kill_point: KillPoint,
}

impl Webroots {
    /// Files are noted in `note`.
    pub(crate) const fn new(note: PathBuf, kill_point: KillPoint) -> Self {
        Self { note, laid: Vec::new(), kill_point }
    }

    /// Removes what an earlier start left; what cannot be removed stays noted for the next one.
    pub(crate) fn sweep(&mut self) {
        match durable::read(&self.note) {
            Ok(None) => return,
            Ok(Some(content)) => match serde_json::from_slice::<Vec<Laid>>(&content) {
                Ok(left) => self.laid = left,
                Err(error) => {
                    tracing::error!(
                        "{} cannot be read ({error}), so files of proofs may be left below a webroot",
                        self.note.display()
                    );
                }
            },
            Err(error) => {
                tracing::error!("{}", chain(&error));
                return;
            }
        }
        self.keep(&[]);
    }

    /// Lays a file down, unless it is there. An error says what stands in the way and what to do.
    pub(crate) fn lay(&mut self, webroot: &Path, token: &str, content: &str) -> Result<(), String> {
        let dir = directory(webroot, true)?;
        let path = Self::path(webroot, token);
        let laid = Laid { webroot: webroot.to_owned(), token: token.to_owned() };
        let is_ours = self.laid.contains(&laid);
        match read_at(&dir, token) {
            Ok(found) if is_ours && found.as_deref() == Some(content.as_bytes()) => return Ok(()),
            Ok(_) => {
                let why = if is_ours { "was changed by somebody else" } else { "is not the agent's" };
                return Err(format!("{} {why}; remove it", path.display()));
            }
            Err(Errno::ENOENT) => {}
            Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
        }
        if !is_ours {
            self.laid.push(laid);
            self.write_note().map_err(|error| chain(&error))?;
        }
        self.kill_point.pass("proof.noted");
        write_at(&dir, token, content, &self.kill_point)
            .map_err(|error| format!("cannot write {}: {}", path.display(), words(error)))?;
        self.kill_point.pass("proof.laid");
        tracing::info!("{} is there", path.display());
        Ok(())
    }

    /// Removes every file but those for these tokens, as far as nobody else has changed it.
    pub(crate) fn keep(&mut self, wanted: &[(&Path, &str)]) {
        let before = self.laid.len();
        self.laid.retain(|laid| {
            if wanted.contains(&(laid.webroot.as_path(), laid.token.as_str())) {
                return true;
            }
            let path = Self::path(&laid.webroot, &laid.token);
            match remove(laid) {
                Ok(()) => {
                    tracing::info!("{} is no longer the agent's", path.display());
                    false
                }
                Err(error) => {
                    tracing::warn!("{} is left: {error}", path.display());
                    true
                }
            }
        });
        if self.laid.len() != before
            && let Err(error) = self.write_note()
        {
            tracing::error!("{}", chain(&error));
        }
    }

    fn write_note(&self) -> Result<(), FileError> {
        if self.laid.is_empty() {
            return durable::remove(&self.note);
        }
        let content = serde_json::to_vec(&self.laid)
            .map_err(|error| FileError::at("encode", &self.note)(std::io::Error::other(error)))?;
        durable::replace(&self.note, &content, 0o600)
    }

    fn path(webroot: &Path, token: &str) -> PathBuf {
        STEPS.iter().fold(webroot.to_owned(), |path, step| path.join(step)).join(token)
    }
}

/// Opens the directory of tokens.
fn directory(webroot: &Path, make: bool) -> Result<OwnedFd, String> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_RDONLY | OFlag::O_CLOEXEC;
    // Links that lead to the webroot are the policy's business.
    let mut dir = open(webroot, flags, Mode::empty()).map_err(|error| {
        format!("http_01_webroot {} cannot be opened: {}", webroot.display(), words(error))
    })?;
    let mut path = webroot.to_owned();
    for step in STEPS {
        path.push(step);
        let cannot = |error: Errno| match error {
            // Linux says either for a link that is not to be followed.
            Errno::ENOTDIR | Errno::ELOOP => format!(
                "{} is a link or no directory, and below a webroot none is followed; make it a directory, or write the \
                 directory that the web server really serves to http_01_webroot",
                path.display()
            ),
            error => format!("{} cannot be opened or made: {}", path.display(), words(error)),
        };
        let opened = match openat(&dir, step, flags | OFlag::O_NOFOLLOW, Mode::empty()) {
            Err(Errno::ENOENT) if make => {
                make_at(&dir, step).map_err(cannot)?;
                openat(&dir, step, flags | OFlag::O_NOFOLLOW, Mode::empty()).and_then(|made| {
                    // The agent's own mask may have closed it to the web server.
                    fchmod(&made, Mode::from_bits_truncate(0o755))?;
                    Ok(made)
                })
            }
            opened => opened,
        };
        dir = opened.map_err(cannot)?;
    }
    Ok(dir)
}

fn make_at(dir: &OwnedFd, name: &str) -> Result<(), Errno> {
    match mkdirat(dir, name, Mode::from_bits_truncate(0o755)) {
        // Another client of an authority came first.
        Ok(()) | Err(Errno::EEXIST) => Ok(()),
        Err(error) => Err(error),
    }
}

/// As much of a plain file as a key authorization has, and a little more; nothing of what is no plain file.
fn read_at(dir: &OwnedFd, name: &str) -> Result<Option<Vec<u8>>, Errno> {
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    let file = match openat(dir, name, flags, Mode::empty()) {
        // A link.
        Err(Errno::ELOOP) => return Ok(None),
        opened => opened?,
    };
    if SFlag::from_bits_truncate(fstat(&file)?.st_mode) & SFlag::S_IFMT != SFlag::S_IFREG {
        return Ok(None);
    }
    let mut content = Vec::new();
    File::from(file).take(1_024).read_to_end(&mut content).map_err(errno)?;
    Ok(Some(content))
}

fn write_at(dir: &OwnedFd, name: &str, content: &str, kill_point: &KillPoint) -> Result<(), Errno> {
    let beside = beside(name);
    remove_at(dir, &beside)?;
    let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mode = Mode::from_bits_truncate(0o644);
    let mut file = File::from(openat(dir, beside.as_str(), flags, mode)?);
    let written =
        file.write_all(content.as_bytes()).map_err(errno).and_then(|()| fchmod(&file, mode)).and_then(|()| {
            kill_point.pass("proof.half_laid");
            // Not a rename, which would put it in place of a file that came meanwhile.
            linkat(dir, beside.as_str(), dir, name, AtFlags::empty())
        });
    remove_at(dir, &beside)?;
    written
}

fn remove(laid: &Laid) -> Result<(), String> {
    let dir = match directory(&laid.webroot, false) {
        Ok(dir) => dir,
        // Without its directory there is no file.
        Err(_) if is_gone(laid) => return Ok(()),
        Err(error) => return Err(error),
    };
    remove_at(&dir, &beside(&laid.token)).map_err(words)?;
    // A file that a loss of power has emptied is the agent's; one that somebody changed is not any more.
    let is_ours = match read_at(&dir, &laid.token) {
        Ok(Some(found)) => found.is_empty() || found.starts_with(format!("{}.", laid.token).as_bytes()),
        Ok(None) | Err(Errno::ENOENT) => false,
        Err(error) => return Err(words(error)),
    };
    if is_ours { remove_at(&dir, &laid.token).map_err(words) } else { Ok(()) }
}

fn is_gone(laid: &Laid) -> bool {
    let path = Webroots::path(&laid.webroot, &laid.token);
    matches!(durable::parent(&path).try_exists(), Ok(false))
}

fn remove_at(dir: &OwnedFd, name: &str) -> Result<(), Errno> {
    match unlinkat(dir, name, UnlinkatFlags::NoRemoveDir) {
        Ok(()) | Err(Errno::ENOENT) => Ok(()),
        Err(error) => Err(error),
    }
}

fn beside(name: &str) -> String {
    format!(".{name}.certctl-new")
}

/// What an error means and what to do.
fn words(error: Errno) -> String {
    match error {
        Errno::EROFS => {
            "the file system is read-only for the agent; add the webroot to ReadWritePaths= of its unit"
                .to_owned()
        }
        Errno::EACCES | Errno::EPERM => {
            "the agent's user may not; give it the right to write there".to_owned()
        }
        Errno::ENOENT => "it is not there".to_owned(),
        error => error.desc().to_lowercase(),
    }
}

fn errno(error: std::io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}
