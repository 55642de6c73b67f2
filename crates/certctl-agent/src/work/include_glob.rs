//! Finds the files that an nginx `include` names, in the order in which nginx reads them.
//!
//! Not for: anything the control plane sends. Invariant: the result is sorted bytewise, as nginx's own, and a hidden
//! file only matches a pattern that begins with a dot.

use std::fs;
use std::path::{Path, PathBuf};

/// The files that an absolute path or pattern names. A path without pattern is returned whether it exists or not.
pub(crate) fn expand(pattern: &str) -> Vec<PathBuf> {
    if !pattern.contains(['*', '?', '[']) {
        return vec![PathBuf::from(pattern)];
    }
    let mut found = vec![PathBuf::from("/")];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = found.iter().flat_map(|base| step(base, part)).collect();
    }
    found.sort();
    found
}

fn step(base: &Path, part: &str) -> Vec<PathBuf> {
    if !part.contains(['*', '?', '[']) {
        let next = base.join(part);
        return if next.exists() { vec![next] } else { Vec::new() };
    }
    let Ok(entries) = fs::read_dir(base) else { return Vec::new() };
    let names = entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok());
    let fits = |name: &String| {
        (part.starts_with('.') || !name.starts_with('.')) && matches(part.as_bytes(), name.as_bytes())
    };
    names.filter(fits).map(|name| base.join(name)).collect()
}

/// Whether a name fits a pattern of `*`, `?` and `[...]`.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.first(), name.first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some(b'*'), _) => matches(&pattern[1..], name) || (!name.is_empty() && matches(pattern, &name[1..])),
        (Some(_), None) => false,
        (Some(b'?'), Some(_)) => matches(&pattern[1..], &name[1..]),
        (Some(b'['), Some(byte)) => match pattern.iter().skip(2).position(|end| *end == b']') {
            Some(length) => {
                let set = &pattern[1..length + 2];
                in_set(set, *byte) && matches(&pattern[length + 3..], &name[1..])
            }
            None => *byte == b'[' && matches(&pattern[1..], &name[1..]),
        },
        (Some(b'\\'), Some(byte)) if pattern.len() > 1 => {
            pattern[1] == *byte && matches(&pattern[2..], &name[1..])
        }
        (Some(wanted), Some(byte)) => wanted == byte && matches(&pattern[1..], &name[1..]),
    }
}

fn in_set(set: &[u8], byte: u8) -> bool {
    let (negated, set) = match set.first() {
        Some(b'!' | b'^') => (true, &set[1..]),
        Some(_) | None => (false, set),
    };
    let (mut found, mut at) = (false, 0);
    while at < set.len() {
        if at + 2 < set.len() && set[at + 1] == b'-' {
            found |= (set[at]..=set[at + 2]).contains(&byte);
            at += 3;
        } else {
            found |= set[at] == byte;
            at += 1;
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_the_shell() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", "a.conf.bak", false),
            ("site?", "site1", true),
            ("site?", "site", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]x", "]x", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("[ab", "[ab", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn files_come_sorted_and_hidden_ones_stay_hidden() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.conf", "a.conf", ".hidden.conf", "a.bak"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let names = |pattern: &str| -> Vec<String> {
            let found = expand(&dir.path().join(pattern).display().to_string());
            found.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names("*.conf"), ["a.conf", "b.conf"]);
        assert_eq!(names(".*.conf"), [".hidden.conf"]);
        assert_eq!(names("no-such.conf"), ["no-such.conf"]);
        assert!(names("no*such").is_empty());
    }
}
