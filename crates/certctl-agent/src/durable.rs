//! Files that survive a crash: written beside, flushed, renamed into place, and the directory flushed.
//!
//! Not for: choosing paths or owners. Invariants: a reader sees the old content or the new one, never a part; after
//! a return without error the change is on the disk, where [`Flush`] does not say otherwise.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Something that could not be done to a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}", path.display())]
pub struct FileError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl FileError {
    /// What went wrong, for `map_err`.
    pub(crate) fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { doing, path, source }
    }

    /// What the system said.
    pub fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }
}

/// Flushes a directory, so that the names in it are on the disk.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), FileError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(FileError::at("flush the directory", dir))
}

/// How much of a replacement has to outlast a loss of power; a killed process loses nothing in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flush {
    /// Nothing: what is lost is made again. The file may be empty afterwards.
    Nothing,
    /// The new content, if its name is there; else the old content is.
    Content,
    /// Content and name.
    All,
}

/// Makes a new file; fails when there is one of this name, or a link.
pub(crate) fn create(path: &Path, content: &[u8], mode: u32) -> Result<File, FileError> {
    let file = create_unflushed(path, content, mode)?;
    file.sync_all().map_err(FileError::at("flush", path))?;
    Ok(file)
}

/// Makes a new file and leaves the flush to the caller.
pub(crate) fn create_unflushed(path: &Path, content: &[u8], mode: u32) -> Result<File, FileError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(FileError::at("create", path))?;
    let written =
        file.write_all(content).and_then(|()| file.set_permissions(fs::Permissions::from_mode(mode)));
    if let Err(error) = written {
        // A part of a file helps nobody; what matters is the first error.
        let _ = fs::remove_file(path);
        return Err(FileError::at("write", path)(error));
    }
    Ok(file)
}

/// Puts a file in place of whatever has this name.
pub(crate) fn replace(path: &Path, content: &[u8], mode: u32) -> Result<(), FileError> {
    replace_and(path, content, mode, Flush::All)
}

/// Puts a file in place of whatever has this name, and flushes as much as is said.
pub(crate) fn replace_and(path: &Path, content: &[u8], mode: u32, flush: Flush) -> Result<(), FileError> {
    let beside = beside(path);
    remove(&beside)?;
    let file = create_unflushed(&beside, content, mode)?;
    if flush != Flush::Nothing {
        file.sync_all().map_err(FileError::at("flush", &beside))?;
    }
    fs::rename(&beside, path).map_err(FileError::at("replace", path))?;
    if flush == Flush::All { sync_dir(parent(path)) } else { Ok(()) }
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // A read-only file system refuses before it looks whether there is anything to remove.
        Err(_) if matches!(path.try_exists(), Ok(false)) && !path.is_symlink() => Ok(()),
        Err(error) => Err(FileError::at("remove", path)(error)),
    }
}

/// Makes a directory that only its owner can enter, with those above it.
pub(crate) fn private_dir(path: &Path) -> Result<(), FileError> {
    let is_new = !path.exists();
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(FileError::at("create", path))?;
    let metadata = fs::metadata(path).map_err(FileError::at("read", path))?;
    if metadata.mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .map_err(FileError::at("close to other users the directory", path))?;
    }
    if is_new && let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        sync_dir(parent)?;
    }
    Ok(())
}

/// The content of a file, if it is there.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::at("read", path)(error)),
    }
}

/// The directory that a file is in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    path.with_file_name(name)
}
