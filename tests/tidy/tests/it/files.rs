//! Rules for single files, manifests and migrations.

use certctl_tidy::{directions, migrations, source, tree::TextFile};

use crate::{assert_none, checkout, rust_files};

#[test]
fn every_rust_file_opens_with_what_it_is_for() {
    assert_none(&rust_files().iter().filter_map(source::opening).collect::<Vec<_>>());
}

#[test]
fn no_rust_file_silences_a_lint_without_expecting_it() {
    assert_none(&rust_files().iter().flat_map(source::silenced_lints).collect::<Vec<_>>());
}

#[test]
fn no_rust_file_holds_unfinished_work() {
    assert_none(&rust_files().iter().flat_map(source::unfinished).collect::<Vec<_>>());
}

#[test]
fn no_source_file_is_over_the_limit_of_lines() {
    let mut files = checkout();
    files.retain(|file| [".rs", ".sh", ".py", ".sql"].iter().any(|end| file.path.ends_with(end)));
    assert!(files.len() > 50, "only {} source files found", files.len());
    assert_none(&files.iter().filter_map(source::length).collect::<Vec<_>>());
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    assert_none(&checkout().iter().flat_map(source::machine_paths).collect::<Vec<_>>());
}

#[test]
fn our_crates_depend_on_each_other_only_as_drawn() {
    let mut manifests = checkout();
    manifests.retain(|file| file.path.ends_with("/Cargo.toml"));
    assert!(manifests.len() > 5, "only {} manifests found", manifests.len());
    let check = |file: &TextFile| directions::check(&file.path, &file.text.parse().unwrap());
    assert_none(&manifests.iter().flat_map(check).collect::<Vec<_>>());
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let mut manifests = checkout();
    manifests.retain(|file| file.path.ends_with("/Cargo.toml"));
    let without = manifests.iter().filter(|file| {
        let manifest: toml::Table = file.text.parse().unwrap();
        manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool)
            != Some(true)
    });
    assert_none(
        &without.map(|file| format!("{}: no [lints] workspace = true", file.path)).collect::<Vec<_>>(),
    );
}

#[test]
fn migrations_are_numbered_without_gaps() {
    const FOLDER: &str = "crates/certctl-store/migrations/";
    let files = checkout();
    let names: Vec<_> = files.iter().filter_map(|file| file.path.strip_prefix(FOLDER)).collect();
    assert!(!names.is_empty(), "no migration in {FOLDER}");
    assert_none(&migrations::check(&names));
}
