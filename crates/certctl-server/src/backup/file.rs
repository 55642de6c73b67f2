//! The file of a backup: written beside its place, flushed, then linked into it.
//!
//! Not for: what is in it. Invariants: a file that is there is never overwritten; a name that does not end in `.part`
//! is always a whole backup; it is readable by its owner only.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use super::BackupError;

/// A backup that is being written; it goes away unless it is kept.
#[derive(Debug)]
pub(super) struct NewFile {
    place: PathBuf,
    part: PathBuf,
}

impl NewFile {
    /// Makes the file beside its place.
    pub(super) fn make(place: &Path) -> Result<(Self, File), BackupError> {
        if fs::symlink_metadata(place).is_ok() {
            return Err(BackupError::Exists(place.to_owned()));
        }
        let mut part = place.as_os_str().to_owned();
        part.push(format!(".{}.part", std::process::id()));
        let part = PathBuf::from(part);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)
            .map_err(|source| BackupError::File { path: part.clone(), action: "made", source })?;
        Ok((Self { place: place.to_owned(), part }, file))
    }

    /// Flushes it and puts it in its place; gives its length.
    pub(super) fn keep(self, file: &File) -> Result<u64, BackupError> {
        let bytes = file.sync_all().and_then(|()| file.metadata()).map_err(BackupError::Write)?.len();
        // A link fails where something is, which a rename would not.
        fs::hard_link(&self.part, &self.place).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(self.place.clone()),
            _ => BackupError::File { path: self.place.clone(), action: "put in its place", source },
        })?;
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or_else(|| Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(BackupError::Write)?;
        Ok(bytes)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Kept under its own name by now, or of no use.
        drop(fs::remove_file(&self.part));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_file_appears_whole_or_not_at_all_and_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let names = || {
            let names = fs::read_dir(folder.path()).unwrap();
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        let place = folder.path().join("a.backup");
        let (new, mut file) = NewFile::make(&place).unwrap();
        file.write_all(b"half").unwrap();
        drop(new);
        assert!(names().is_empty());

        let (new, mut file) = NewFile::make(&place).unwrap();
        file.write_all(b"whole").unwrap();
        assert_eq!(new.keep(&file).unwrap(), 5);
        assert_eq!(names(), ["a.backup"]);
        assert!(matches!(NewFile::make(&place), Err(BackupError::Exists(_))));
        assert_eq!(fs::read(&place).unwrap(), b"whole");
    }
}
