//! Which named steps there are, and that the tests let something die at each of them.
//!
//! Not for: the killing (`killed.rs`). Invariant: a step that is added to the product without a place in the tables
//! here is a failing test, and so is one in the tables that the product does not have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use certctl_agent::work::step::Step;

/// The agent: every step of a job that succeeds, from the key to the report.
pub(crate) const FORWARD: [&str; 16] = [
    "csr.key_stored",
    "csr.posted",
    "deploy.accepted",
    "deploy.checked",
    "deploy.backed_up",
    "deploy.staged",
    "deploy.validated",
    "deploy.swapped.key",
    "deploy.swapped.certificate",
    "deploy.told",
    "deploy.reloaded",
    "deploy.verified",
    "deploy.committed",
    "report.before_send",
    "report.sent",
    "deploy.reported",
];

/// The agent: the further steps of a deployment that is rolled back.
pub(crate) const BACKWARD: [&str; 3] = ["deploy.restoring", "deploy.put_back", "deploy.restored"];

/// The agent: the further step of a deployment that is given up before anything was changed.
pub(crate) const GIVEN_UP: [&str; 1] = ["deploy.abandoned"];

/// The agent: the end of a replaced version's key, the test of a target, a look at live endpoints, a proof in a webroot, and one
/// in the DNS; the agent's own tests let it die there.
const KEYS: [&str; 9] = [
    "keys.deleted",
    "test.staged",
    "verify.looked",
    "proof.noted",
    "proof.half_laid",
    "proof.laid",
    "record.noted",
    "record.set",
    "record.removed",
];

/// The control plane: every step of an issuing job.
pub(crate) const ISSUING: [&str; 3] = ["issue.planned", "issue.signed", "issue.stored"];

/// The control plane: the account's new key is known to its authority and to nobody else.
pub(crate) const KEY_TAKEN: &str = "issuer.key_taken";

/// The control plane: every step of a question to an authority outside.
pub(crate) const ORDERS: [&str; 3] = ["order.leased", "order.asked", "order.stored"];

/// The control plane's other tasks: their deaths are tested in process, in certctl-server's tests.
const TASKS: [&str; 14] = [
    "revoke.leased",
    "revoke.told",
    "crl.signed",
    "crl.published",
    "notify.leased",
    "notify.sent",
    "alerts.acted",
    "alerts.rule_acted",
    "alerts.rule_told",
    "operation.changed",
    "operation.step",
    "operation.stepped",
    "confirmation.confirmed",
    "confirmation.carried_out",
];

const CALL: &str = "kill_point.pass(";

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The steps that a source file names; one that is put together from a deployment's step stands for all of those.
fn steps_in(text: &str) -> BTreeSet<String> {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut steps = BTreeSet::new();
    for (_, rest) in product.match_indices(CALL).map(|(at, _)| product.split_at(at + CALL.len())) {
        let argument = rest.trim_start().split(')').next().unwrap();
        if argument.starts_with("&format!(\"deploy.{step}\"") {
            steps.extend(Step::ALL.iter().map(|step| format!("deploy.{step}")));
        } else {
            let name = argument.trim_end().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            steps.insert(
                name.unwrap_or_else(|| panic!("{CALL}{argument}): which steps are these?")).to_owned(),
            );
        }
    }
    steps
}

#[test]
fn every_kill_point_of_the_sources_is_in_the_tables_and_the_other_way_round() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        let sources = entry.unwrap().path().join("src");
        if sources.is_dir() {
            rust_files(&sources, &mut files);
        }
    }
    let in_sources: BTreeSet<String> =
        files.iter().flat_map(|file| steps_in(&std::fs::read_to_string(file).unwrap())).collect();
    let tables =
        [&FORWARD[..], &BACKWARD, &GIVEN_UP, &KEYS, &ISSUING, &ORDERS, &[KEY_TAKEN], &TASKS].concat();
    let in_tables: BTreeSet<String> = tables.iter().map(|step| (*step).to_owned()).collect();
    let missing: Vec<_> = in_sources.difference(&in_tables).collect();
    let unknown: Vec<_> = in_tables.difference(&in_sources).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "not in a table: {missing:?}; not in a source: {unknown:?}"
    );
}

#[test]
fn a_step_is_found_however_its_call_is_broken_into_lines() {
    let text = "self.kill_point.pass(\n    \"a.b\",\n);\nkill_point.pass(\"c\");";
    let text = text.replace(",\n)", ")");
    assert_eq!(steps_in(&text), ["a.b", "c"].map(str::to_owned).into());
    assert!(steps_in("kill_point.pass(&format!(\"deploy.{step}\"));").len() > 10);
    assert!(steps_in("#[cfg(test)] kill_point.pass(\"only.a_test\");").is_empty());
}
