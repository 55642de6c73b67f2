//! Bulk operations: planned, started, called off, tried again; each certificate of one by the same function as a
//! direct call.
//!
//! The selection is frozen when it is planned, page by page, as lists of ids: an operation acts on exactly the certificates
//! that were counted, whatever enters or leaves the filter meanwhile. The alternative, to walk the filter again while it
//! runs, would meet certificates that nobody confirmed. The start walks the selection once more and refuses when anything
//! about it has moved.
//! Not for: driving what runs (`engine/operations.rs`). Invariants: a certificate's change, its item and the operation's
//! position are one transaction; what a direct call would refuse is refused here.

mod plan;
mod reach;
mod step;

use certctl_api::operations::OperationAction;
use certctl_core::actor::Actor;
use certctl_core::id::{OperationId, OwnerId, TeamId};
use certctl_core::operation::{BulkChange, OperationEvent, OperationState};
use certctl_core::permission::{Role, Scope};
use certctl_store::audit::Context;
use certctl_store::operations::{self, OperationRow};
use certctl_store::{Tx, audit, owners, renewal_policies, teams};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::Error;
use crate::ops::settings::Checks;
use crate::ops::success;

pub use plan::{Chosen, Estimate, Order, counts_of, estimated_finish, make, run, start_planned};
pub use step::{Stepped, present_rights, step};

/// How long a plan may be started.
pub const PLAN_SECONDS: i64 = 600;
/// The most ids of one request.
pub const MAX_IDS: usize = 10_000;
/// The most letters of a reason.
pub const MAX_REASON: usize = 500;
/// Ended operations are kept for 90 days.
pub const KEEP_SECONDS: i64 = 90 * 86_400;

/// What the caller may do and see, kept with the operation because it works on after the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// The caller's role.
    pub role: Option<Role>,
    /// The certificates that the caller reaches.
    pub scope: Scope,
}

impl Rights {
    /// Whether the role allows the change, beside bulk work itself.
    ///
    /// # Errors
    /// 403 naming the permission.
    pub fn check(&self, change: &BulkChange) -> Result<(), Error> {
        let permission = change.action().permission();
        if self.role.is_some_and(|role| role.allows(permission)) {
            Ok(())
        } else {
            Err(Error::Forbidden { permission })
        }
    }
}

/// The change of an operation as it is stored.
///
/// # Errors
/// A fault of ours when it cannot be read.
pub fn change_of(row: &OperationRow) -> Result<BulkChange, Error> {
    serde_json::from_value(row.change.clone())
        .map_err(|error| Error::internal(format!("the change of {} cannot be read: {error}", row.id)))
}

fn actor_of(row: &OperationRow) -> Result<Actor, Error> {
    serde_json::from_value(row.actor.clone())
        .map_err(|error| Error::internal(format!("the actor of {} cannot be read: {error}", row.id)))
}

fn find(tx: &mut Tx<'_>, id: &OperationId) -> Result<OperationRow, Error> {
    operations::by_id(tx, id)?.ok_or_else(|| Error::not_found("operation", id.as_str()))
}

/// Whose operations a caller sees: with a scope only its own, for those of others name certificates outside of it.
pub fn seen_by(context: &Context) -> Option<String> {
    (!context.scope.is_everything()).then(|| context.actor.id().to_owned())
}

/// One that the caller may see.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, context: &Context, id: &OperationId) -> Result<OperationRow, Error> {
    let row = find(tx, id)?;
    match seen_by(context) {
        Some(only) if only != row.actor_id => Err(Error::not_found("operation", id.as_str())),
        Some(_) | None => Ok(row),
    }
}

/// Checks that what a change refers to is there.
fn check_referred(tx: &mut Tx<'_>, change: &BulkChange) -> Result<(), Error> {
    let mut checks = Checks::default();
    match change {
        BulkChange::ChangePolicy(id) => {
            if renewal_policies::by_id(tx, id)?.is_none() {
                checks.bad("/params/renewal_policy_id", format!("there is no renewal policy {id}"));
            }
        }
        BulkChange::ReassignOwner(Some(id)) => check_owner(tx, id, &mut checks)?,
        BulkChange::ReassignTeam(Some(id)) => check_team(tx, id, &mut checks)?,
        BulkChange::ReassignOwner(None)
        | BulkChange::ReassignTeam(None)
        | BulkChange::Renew { .. }
        | BulkChange::Deploy
        | BulkChange::SetEnvironment(_)
        | BulkChange::TagAdd(_)
        | BulkChange::TagRemove(_)
        | BulkChange::Revoke { .. }
        | BulkChange::Archive => {}
    }
    checks.finish()
}

fn check_owner(tx: &mut Tx<'_>, id: &OwnerId, checks: &mut Checks) -> Result<(), Error> {
    if owners::by_id(tx, id)?.is_none() {
        checks.bad("/params/owner_id", format!("there is no owner {id}"));
    }
    Ok(())
}

fn check_team(tx: &mut Tx<'_>, id: &TeamId, checks: &mut Checks) -> Result<(), Error> {
    if teams::by_id(tx, id)?.is_none() {
        checks.bad("/params/team_id", format!("there is no team {id}"));
    }
    Ok(())
}

fn transition(row: &OperationRow, event: OperationEvent) -> Result<OperationState, Error> {
    row.state
        .on(event)
        .map_err(|error| Error::conflict("operation_state", error.to_string(), json!({ "state": row.state })))
}

/// Says to the stream how far an operation is.
fn announce(tx: &mut Tx<'_>, context: &Context, row: &OperationRow) -> Result<(), Error> {
    let data = json!({
        "state": row.state, "selected": row.selected, "processed": row.position, "done": row.done,
        "skipped": row.skipped, "failed": row.failed,
    });
    Ok(audit::emit(tx, context, "operation.progress", "operation", row.id.as_str(), data.to_string())?)
}

/// Calls a running operation off: what was done stays done.
///
/// # Errors
/// 404, 409 when it is not running.
pub fn cancel(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &OperationId,
    request: &OperationAction,
) -> Result<OperationRow, Error> {
    let cause = match &request.reason {
        Some(reason) => format!("cancelled by {}: {reason}", context.actor),
        None => format!("cancelled by {}", context.actor),
    };
    load(tx, context, id)?;
    end(tx, context, id, OperationEvent::CalledOff, Some(&cause))
}

/// Ends a running operation, and says so in the trail.
fn end(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &OperationId,
    event: OperationEvent,
    cause: Option<&str>,
) -> Result<OperationRow, Error> {
    let row = find(tx, id)?;
    let state = transition(&row, event)?;
    operations::finish(tx, id, state, cause)?;
    // Behind the update, which waits for a step of another replica: the counts are the last ones.
    let row = find(tx, id)?;
    let action = match event {
        OperationEvent::CalledOff => "operation.cancel",
        OperationEvent::Finished | OperationEvent::Counted | OperationEvent::Started => "operation.finish",
    };
    let words = if event == OperationEvent::CalledOff { "called off" } else { "done" };
    success(
        tx,
        context,
        action,
        ("operation", id.as_str()),
        format!(
            "{} of {} certificates is {words}: {} changed, {} skipped, {} failed",
            row.action, row.selected, row.done, row.skipped, row.failed
        ),
        json!({
            "action": row.action, "selected": row.selected, "processed": row.position, "done": row.done,
            "skipped": row.skipped, "failed": row.failed, "cause": cause,
        }),
    )?;
    announce(tx, context, &row)?;
    tx.notify("engine:operations");
    Ok(row)
}
