//! Which of our crates may depend on which: the drawing "Direction" of ARCHITECTURE.md as a table.
//!
//! Not for: dependencies from outside (`deny.toml`). Invariant: an edge that is not in the table is a finding, and so
//! is a crate that is not in it; a new edge is a design change with a commit of its own.

use toml::{Table, Value};

/// A crate, and the crates of ours that it may name. Crates for tests are in [`TEST_CRATES`].
pub const ALLOWED: [(&str, &[&str]); 9] = [
    ("certctl-core", &[]),
    ("certctl-pki", &[]),
    ("certctl-api", &["certctl-core"]),
    ("certctl-store", &["certctl-core"]),
    ("certctl-connectors", &["certctl-core", "certctl-pki"]),
    ("certctl-agent", &["certctl-core", "certctl-pki", "certctl-api", "certctl-connectors"]),
    (
        "certctl-server",
        &["certctl-core", "certctl-pki", "certctl-api", "certctl-store", "certctl-connectors"],
    ),
    (
        "certctl",
        &[
            "certctl-core",
            "certctl-pki",
            "certctl-api",
            "certctl-connectors",
            "certctl-server",
            "certctl-agent",
        ],
    ),
    (
        "certctl-bench",
        &["certctl-core", "certctl-pki", "certctl-api", "certctl-store", "certctl-server", "certctl-agent"],
    ),
];

/// Crates that only tests use; they may name any of ours, and any of ours may name them in `dev-dependencies`.
pub const TEST_CRATES: [&str; 3] = ["certctl-test-postgres", "certctl-system-tests", "certctl-tidy"];

/// What is wrong with the dependencies of the manifest at `path`.
pub fn check(path: &str, manifest: &Table) -> Vec<String> {
    let name =
        manifest.get("package").and_then(|p| p.get("name")).and_then(Value::as_str).unwrap_or_default();
    if TEST_CRATES.contains(&name) {
        return Vec::new();
    }
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        return vec![format!("{path}: crate {name:?} is not in the table of tests/tidy/src/directions.rs")];
    };
    let mut found = Vec::new();
    for (section, dependency) in own_dependencies(manifest) {
        // A crate may name itself, to have its tests with features of its own.
        let is_usable = TEST_CRATES.contains(&dependency.as_str()) || dependency == name;
        let for_tests = section == "dev-dependencies" && is_usable;
        if !for_tests && !allowed.contains(&dependency.as_str()) {
            found.push(format!("{path}: {name} may not depend on {dependency} ([{section}])"));
        }
    }
    found
}

/// Section and name of each dependency on a crate of ours, also those for one platform only.
fn own_dependencies(manifest: &Table) -> Vec<(&'static str, String)> {
    let mut tables = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(Value::as_table) {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    let mut found = Vec::new();
    for table in tables {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names = table.get(section).and_then(Value::as_table).into_iter().flat_map(Table::iter);
            for (key, value) in names {
                // `x = { package = "certctl-core", .. }` is a dependency on certctl-core, whatever x is.
                let name = value.get("package").and_then(Value::as_str).unwrap_or(key);
                if name == "certctl" || name.starts_with("certctl-") {
                    found.push((section, name.to_owned()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(manifest: &str) -> usize {
        check("Cargo.toml", &manifest.parse().unwrap()).len()
    }

    #[test]
    fn an_edge_against_the_direction_is_a_finding_however_it_is_written() {
        let package = "[package]\nname = \"certctl-store\"\n";
        assert_eq!(findings(&format!("{package}[dependencies]\ncertctl-core.workspace = true")), 0);
        assert_eq!(
            findings(&format!("{package}[dev-dependencies]\ncertctl-test-postgres.workspace = true")),
            0
        );
        for bad in [
            "[dependencies]\ncertctl-api.workspace = true",
            "[dev-dependencies]\ncertctl-server.workspace = true",
            "[dependencies]\ncertctl-test-postgres.workspace = true",
            "[build-dependencies]\nx = { package = \"certctl-pki\", path = \"..\" }",
            "[target.'cfg(unix)'.dependencies]\ncertctl.workspace = true",
        ] {
            assert_eq!(findings(&format!("{package}{bad}")), 1, "{bad}");
        }
        assert_eq!(findings("[package]\nname = \"certctl-new\""), 1);
    }

    #[test]
    fn the_table_has_no_circle() {
        for (at, (name, allowed)) in ALLOWED.iter().enumerate() {
            for dependency in *allowed {
                let place = ALLOWED.iter().position(|(known, _)| known == dependency);
                assert!(place.is_some_and(|place| place < at), "{name} -> {dependency}: bases come first");
            }
        }
    }
}
