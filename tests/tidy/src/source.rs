//! Rules that look at one file: its opening, its length, and words that may not be in it.
//!
//! Not for: rules that clippy has (`todo!`, `#[allow]`) as the only guard: they are here as well because a crate
//! that forgets `[lints] workspace = true` would escape clippy. The forbidden words are put together from pieces, so
//! that this file passes its own rules.

use crate::tree::TextFile;

/// The most lines a source file may have; beyond it, split by noun.
pub const LINES_LIMIT: usize = 800;

const ALLOW: [&str; 2] = [concat!("#[al", "low("), concat!("#![al", "low(")];
const UNFINISHED: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimpl", "emented!(")];
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ho", "me/")];

/// A Rust file opens with `//!`: what it is for, what it is not for, the invariant it keeps.
pub fn opening(file: &TextFile) -> Option<String> {
    let first = file.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let says_something = first.strip_prefix("//!").is_some_and(|rest| rest.trim().len() > 3);
    (!says_something).then(|| format!("{}:1: opens with {first:?}, not with a `//!` sentence", file.path))
}

/// No source file is longer than [`LINES_LIMIT`].
pub fn length(file: &TextFile) -> Option<String> {
    let lines = file.text.lines().count();
    (lines > LINES_LIMIT)
        .then(|| format!("{}: {lines} lines, over {LINES_LIMIT}: split it by noun", file.path))
}

/// A lint is switched off by `#[expect(.., reason = "..")]` only.
pub fn silenced_lints(file: &TextFile) -> Vec<String> {
    lines_with(
        file,
        |line| ALLOW.iter().find(|word| line.contains(**word)).copied(),
        "use #[expect(.., reason)]",
    )
}

/// Nothing unfinished is left in the code: it is done, or it is an error that says so.
pub fn unfinished(file: &TextFile) -> Vec<String> {
    lines_with(file, |line| UNFINISHED.iter().find(|word| line.contains(**word)).copied(), "finish it")
}

/// No path of one person's machine.
pub fn machine_paths(file: &TextFile) -> Vec<String> {
    lines_with(
        file,
        |line| MACHINE_PATHS.iter().find(|path| starts_a_path(line, path)).copied(),
        "a path of one machine: make it relative",
    )
}

/// Whether `path` is in `line` as the beginning of an absolute path, not inside a longer one (`src/work/csr.rs`).
fn starts_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-./}*>".contains(c))
    })
}

fn lines_with(file: &TextFile, find: impl Fn(&str) -> Option<&'static str>, advice: &str) -> Vec<String> {
    let found = file.text.lines().zip(1..).filter_map(|(line, number)| Some((find(line)?, number)));
    found.map(|(word, number)| format!("{}:{number}: has {word:?}: {advice}", file.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> TextFile {
        TextFile { path: "crates/x/src/a.rs".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_file_without_an_opening_sentence_is_a_finding() {
        assert_eq!(opening(&file("//! Jobs: one unit of work.\n")), None);
        for bad in ["", "use std::fs;\n//! late\n", "//!\n", "// not a document comment\n"] {
            assert!(opening(&file(bad)).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn the_801st_line_is_a_finding() {
        assert_eq!(length(&file(&"\n".repeat(LINES_LIMIT))), None);
        assert!(length(&file(&"\n".repeat(LINES_LIMIT + 1))).is_some());
    }

    #[test]
    fn each_forbidden_word_is_found_with_its_line() {
        for word in ALLOW {
            assert_eq!(silenced_lints(&file(&format!("\n  {word}dead_code)]"))).len(), 1, "{word}");
        }
        for word in UNFINISHED {
            let found = unfinished(&file(&format!("\n// {word}")));
            assert!(found.len() == 1 && found[0].contains("a.rs:2:"), "{found:?}");
        }
        assert_eq!(silenced_lints(&file("#[expect(dead_code, reason = \"x\")]")), Vec::<String>::new());
    }

    #[test]
    fn a_machine_path_is_told_from_a_folder_of_that_name() {
        for path in MACHINE_PATHS {
            assert_eq!(machine_paths(&file(&format!("let a = \"{path}x\";"))).len(), 1, "{path}");
            assert_eq!(machine_paths(&file(&format!("see src{path}csr.rs"))), Vec::<String>::new());
        }
    }
}
