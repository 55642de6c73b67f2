//! The files of the checkout, as a walk over folders: no git needed, so it works in an unpacked archive too.
//!
//! Not for: judging them. Invariant: build output, version control and installed packages are never walked, and
//! paths come out relative to the root and sorted.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

const SKIPPED: [&str; 5] = ["target", ".git", "node_modules", ".cache", "dist"];

/// One text file of the checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The whole content.
    pub text: String,
}

/// The root of the checkout that this crate was compiled in.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every UTF-8 file below `root`.
///
/// # Errors
/// The folder or file that could not be read.
pub fn text_files(root: &Path) -> io::Result<Vec<TextFile>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            // `.git` is a file in a linked worktree.
            if SKIPPED.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file()
                && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
            {
                let path = entry.path();
                let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                found.push(TextFile { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
