//! Targets: made, changed and removed, with what that means for the certificate that each serves.
//!
//! Not for: the rules that all settings share ([`settings`]). Invariants: two targets of one agent never write the same
//! file; a changed configuration is carried to the host by a deployment of its own.

use certctl_connectors::targets::read_config;
use certctl_store::audit::Context;
use certctl_store::jobs::JobRow;
use certctl_store::targets::TargetRow;
use certctl_store::{Tx, certificates, holders, targets, versions};
use serde_json::json;

use crate::error::Error;
use crate::ops::deployments::Cause;
use crate::ops::{deployments, settings, target_tests};

/// The files that a configuration writes.
fn paths(row: &TargetRow) -> Vec<String> {
    let Ok(config) = read_config(&row.kind, &row.config) else { return Vec::new() };
    let files = config.installation();
    [Some(&files.certificate_path), Some(&files.key_path), files.chain_path.as_ref()]
        .into_iter()
        .flatten()
        .map(|path| path.display().to_string())
        .collect()
}

/// # Errors
/// 409 when another target of the agent writes one of its files.
fn check_paths(tx: &mut Tx<'_>, row: &TargetRow) -> Result<(), Error> {
    let mine = paths(row);
    for other in targets::of_agent(tx, &row.agent_id)? {
        if other.id == row.id {
            continue;
        }
        if let Some(path) = paths(&other).into_iter().find(|path| mine.contains(path)) {
            let detail = format!(
                "{path} on {} is written by the target {} already: each target needs files of its own",
                row.agent_id, other.id
            );
            return Err(Error::conflict(
                "path_taken",
                detail,
                json!({ "target_id": other.id, "path": path }),
            ));
        }
    }
    Ok(())
}

/// Adds a target.
///
/// # Errors
/// 409 when its id is taken or was a removed target's, or another target of the agent writes its files.
pub fn create(tx: &mut Tx<'_>, context: &Context, row: &TargetRow) -> Result<TargetRow, Error> {
    if targets::by_id(tx, &row.id)?.is_none() && targets::has_history(tx, &row.id)? {
        let detail = format!("{} was the id of a target that was removed: choose another id", row.id);
        return Err(Error::conflict("already_exists", detail, json!({ "id": row.id })));
    }
    check_paths(tx, row)?;
    let made = settings::create(tx, context, row)?;
    note_addresses(tx, row)?;
    target_tests::adopt(tx, &made)?;
    settings::load(tx, &made.id)
}

fn note_addresses(tx: &mut Tx<'_>, row: &TargetRow) -> Result<(), Error> {
    let Ok(config) = read_config(&row.kind, &row.config) else { return Ok(()) };
    let addresses: Vec<String> = config.probes().iter().map(|probe| probe.address().to_lowercase()).collect();
    Ok(targets::set_addresses(tx, &row.id, &addresses)?)
}

/// What follows from a change: a changed configuration starts a deployment of what the target serves.
///
/// # Errors
/// 409 when another target of the agent writes its files.
pub fn changed(tx: &mut Tx<'_>, context: &Context, before: &TargetRow, row: &TargetRow) -> Result<(), Error> {
    if row.config != before.config {
        check_paths(tx, row)?;
        note_addresses(tx, row)?;
        redeploy(tx, context, row)?;
    }
    Ok(())
}

fn redeploy(tx: &mut Tx<'_>, context: &Context, target: &TargetRow) -> Result<Option<JobRow>, Error> {
    let Some(id) = certificates::of_target(tx, &target.id)? else { return Ok(None) };
    let certificate = crate::ops::certificates::load(tx, &context.scope, &id)?;
    let lane = holders::of_certificate(tx, &id)?.into_iter().find(|h| h.holder == target.agent_id.as_str());
    let Some(version_id) = lane.and_then(|lane| lane.current_version_id) else { return Ok(None) };
    let Some(version) = versions::by_id(tx, &version_id)? else { return Ok(None) };
    // A job under way works from the old configuration.
    deployments::call_off(tx, context, &id, &target.id, "the target's configuration was changed")?;
    let reason = "the target's configuration was changed";
    let cause = Cause::now(reason);
    let job = deployments::start(tx, context, &certificate, &version, &target.id, &target.agent_id, cause)?;
    certificates::refresh(tx, &id, None, None)?;
    Ok(Some(job))
}
