//! The commands of the documents, read by the command line as a person's would be: a page that names a flag which is gone, or a
//! command that never was, fails here.
//!
//! Not for: what the commands do (`tests/it/commanded.rs`, and `demo.rs` for those of the README). Invariant: every line of a
//! shell block that begins with `certctl` is tried; only a line with a part left out (`...`, `<NAME>`) is not.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::Cli;

/// The fewest commands that the documents have; fewer would mean that they are not found.
const AT_LEAST: usize = 30;

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|end| end == "md") {
            found.push(path);
        }
    }
}

/// The lines of a page's shell blocks; one that goes on in the next is put together.
fn shell_lines(page: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut inside = false;
    let mut open = String::new();
    for line in page.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            inside = !inside && ["", "sh"].contains(&language.trim());
            continue;
        }
        if !inside {
            continue;
        }
        if let Some(begun) = line.strip_suffix('\\') {
            open.push_str(begun);
            continue;
        }
        open.push_str(line);
        lines.push(std::mem::take(&mut open));
    }
    lines
}

/// The words of a command, up to where the shell would do something else with it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#') if word.is_none() => break,
            (None, '|' | '>' | '&' | ';') => break,
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_command_of_the_documents_is_understood() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = vec![root.join("README.md"), root.join("web/README.md")];
    for folder in ["docs", "deploy"] {
        pages(&root.join(folder), &mut found);
    }
    let mut n_tried = 0;
    let mut wrong = Vec::new();
    for path in found {
        for line in shell_lines(&fs::read_to_string(&path).unwrap()) {
            let line = line.trim().trim_start_matches("$ ").trim_start_matches("sudo ");
            let is_cut = ["...", "…", "<", "$("].iter().any(|mark| line.contains(mark));
            if !line.starts_with("certctl ") || is_cut {
                continue;
            }
            n_tried += 1;
            let Err(error) = Cli::try_parse_from(words(line)) else { continue };
            if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
                wrong.push(format!("{}: {line}\n{error}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(n_tried >= AT_LEAST, "{n_tried} commands were found");
}

#[test]
fn words_are_those_of_a_shell() {
    let check = |line: &str, expected: &[&str]| assert_eq!(words(line), expected, "{line}");
    check("certctl certs list  --tag a", &["certctl", "certs", "list", "--tag", "a"]);
    check(
        "certctl x --name 'Lab zone' -d '{\"a\":1}'",
        &["certctl", "x", "--name", "Lab zone", "-d", "{\"a\":1}"],
    );
    check("certctl x ''  # why", &["certctl", "x", ""]);
    check("certctl x | jq .", &["certctl", "x"]);
    check("certctl x #1", &["certctl", "x"]);
}
