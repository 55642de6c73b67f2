//! The rules of this repository, applied to this checkout. Not for: the rules themselves (the library).
//! Invariant: a test that finds nothing to look at fails.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop the test")]

mod documents;
mod files;
mod units;

use std::path::PathBuf;

use certctl_tidy::tree::{TextFile, root, text_files};

/// All text files of the checkout.
fn checkout() -> Vec<TextFile> {
    text_files(&checkout_root()).unwrap()
}

fn checkout_root() -> PathBuf {
    root().canonicalize().unwrap()
}

/// The Rust files of crates and tests.
fn rust_files() -> Vec<TextFile> {
    let mut files = checkout();
    files.retain(|file| {
        file.path.ends_with(".rs") && (file.path.starts_with("crates/") || file.path.starts_with("tests/"))
    });
    assert!(files.len() > 50, "only {} Rust files found below {}", files.len(), checkout_root().display());
    files
}

#[track_caller]
fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}
