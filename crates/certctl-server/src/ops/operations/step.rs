//! One step of a running operation: some certificates, their items and the position, in one transaction.
//!
//! Not for: when steps are made (`engine/operations.rs`). Invariant: a step whose transaction was not committed has done
//! nothing, and one whose transaction was is not made again, because the position has moved.

use certctl_api::certificates::{DeployCertificate, UpdateCertificate};
use certctl_core::actor::Actor;
use certctl_core::id::{CertificateId, JobId, OperationId, ProfileId};
use certctl_core::job::JobKind;
use certctl_core::operation::{BulkChange, ItemResult, OperationEvent, OperationState, SkipReason, Verdict};
use certctl_core::time::Ts;
use certctl_store::Tx;
use certctl_store::api_keys;
use certctl_store::audit::Context;
use certctl_store::jobs::JobRow;
use certctl_store::operations::{self, ItemRow, OperationRow, PAGE_IDS, Progress};
use certctl_store::users;
use serde_json::json;

use super::plan::Refusals;
use super::{Rights, actor_of, announce, change_of, end, find};
use crate::app::App;
use crate::error::{Error, chain};
use crate::ops::{approvals, certificates, issuance, revocations};

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepped {
    /// So many certificates were seen to, and more are left.
    On(usize),
    /// Nothing is left to do: it has ended.
    Ended,
}

/// Why a step was undone.
#[derive(Debug)]
enum Undone {
    /// The change of the certificate at this place of the step was refused, perhaps after a part of it was written.
    At(usize, Error),
    /// For a reason of its own.
    Whole(Error),
}

impl From<certctl_store::StoreError> for Undone {
    fn from(error: certctl_store::StoreError) -> Self {
        Self::Whole(error.into())
    }
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Whole(error)
    }
}

/// Makes a step of at most `limit` certificates.
///
/// # Errors
/// Those of the store; the step is then as if it had not been made.
pub async fn step(app: &App, id: &OperationId, limit: usize) -> Result<Stepped, Error> {
    app.kill_point.pass("operation.step");
    let stepped = match transact(app, id, limit, None).await {
        Ok(stepped) => stepped,
        // Somebody changed it at the same time: it is looked at anew in the next step.
        Err(Undone::At(_, error)) if error.code() == "changed_meanwhile" => return Err(error),
        Err(Undone::At(0, error)) => refused(app, id, error).await?,
        // What is before the refused one, then that one alone.
        Err(Undone::At(n, _)) => match transact(app, id, n, None).await {
            Ok(stepped) => stepped,
            Err(Undone::At(_, error) | Undone::Whole(error)) => return Err(error),
        },
        Err(Undone::Whole(error)) => return Err(error),
    };
    app.kill_point.pass("operation.stepped");
    Ok(stepped)
}

/// Records that the next certificate's change was refused.
async fn refused(app: &App, id: &OperationId, error: Error) -> Result<Stepped, Error> {
    if error.status() == http::StatusCode::SERVICE_UNAVAILABLE {
        return Err(error);
    }
    if error.status().is_server_error() {
        tracing::error!(operation.id = %id, "A certificate of {id} could not be changed: {}", chain(&error));
    }
    let item = match SkipReason::of_refusal(error.code()) {
        Some(reason) => (ItemResult::Skipped, reason.to_string(), error.to_string()),
        None => (ItemResult::Failed, error.code().to_owned(), error.to_string()),
    };
    match transact(app, id, 1, Some(item)).await {
        Ok(stepped) => Ok(stepped),
        Err(Undone::At(_, error) | Undone::Whole(error)) => Err(error),
    }
}

type Recorded = (ItemResult, String, String);

async fn transact(
    app: &App,
    id: &OperationId,
    limit: usize,
    recorded: Option<Recorded>,
) -> Result<Stepped, Undone> {
    let (id, random, kill_point) = (id.clone(), app.random(), app.kill_point.clone());
    app.store
        .write("operations.step", move |tx| {
            let row = find(tx, &id)?;
            let actor = actor_of(&row)?;
            let granted: Rights = serde_json::from_value(row.access.clone()).map_err(Error::internal)?;
            let rights = present_rights(tx, &actor, granted.clone())?;
            let context = Context {
                actor,
                scope: rights.as_ref().unwrap_or(&granted).scope.clone(),
                request_id: row.request_id.clone(),
                source_address: String::new(),
                random: std::sync::Arc::clone(&random),
                confirmed: None,
            };
            let stepped = inside(tx, &context, rights.as_ref(), &row, limit, recorded.as_ref())?;
            kill_point.pass("operation.changed");
            Ok(stepped)
        })
        .await
}

fn inside(
    tx: &mut Tx<'_>,
    context: &Context,
    rights: Option<&Rights>,
    row: &OperationRow,
    limit: usize,
    recorded: Option<&Recorded>,
) -> Result<Stepped, Undone> {
    // What follows is bookkeeping when no certificate is changed.
    tx.note_audit();
    if row.state != OperationState::Running {
        return Ok(Stepped::Ended);
    }
    operations::take(tx, &row.id, row.position)?;
    let Some(rights) = rights else {
        let cause = format!("{}, which started it, was revoked or has expired", context.actor);
        end(tx, context, &row.id, OperationEvent::CalledOff, Some(&cause))?;
        return Ok(Stepped::Ended);
    };
    let change = change_of(row)?;
    let mut refusals = Refusals::of(tx, &change)?;
    let ids = next_ids(tx, row, limit)?;
    let mut progress = Progress::default();
    for (n, id) in ids.iter().enumerate() {
        let item = match recorded {
            Some((result, code, cause)) => {
                item(id, *result, Some(code.clone()), Some(cause.clone()), &[], tx.now())
            }
            None => {
                let changed =
                    rights.check(&change).and_then(|()| one(tx, context, &change, &mut refusals, row, id));
                changed.map_err(|error| Undone::At(n, error))?
            }
        };
        match item.result {
            ItemResult::Done => progress.done += 1,
            ItemResult::Skipped => progress.skipped += 1,
            ItemResult::Failed => progress.failed += 1,
        }
        operations::add_item(tx, &row.id, &item);
    }
    operations::advance(tx, &row.id, row.position, progress)?;
    if row.position + progress.all() >= row.selected || ids.is_empty() {
        end(tx, context, &row.id, OperationEvent::Finished, None)?;
        return Ok(Stepped::Ended);
    }
    let after = find(tx, &row.id)?;
    announce(tx, context, &after)?;
    Ok(Stepped::On(ids.len()))
}

/// The next certificates of the frozen selection, from one page of it.
fn next_ids(tx: &mut Tx<'_>, row: &OperationRow, limit: usize) -> Result<Vec<String>, Error> {
    let size = i64::try_from(PAGE_IDS).unwrap_or(i64::MAX);
    let page = operations::page(tx, &row.id, row.position / size)?;
    let first = usize::try_from(row.position % size).unwrap_or(0);
    Ok(page.into_iter().skip(first).take(limit.max(1)).collect())
}

/// What the actor may do by now: a stolen key that was revoked does no more harm, and one that was narrowed reaches no
/// further. Nothing when the actor may do nothing any more.
///
/// # Errors
/// Those of the store.
pub fn present_rights(tx: &mut Tx<'_>, actor: &Actor, granted: Rights) -> Result<Option<Rights>, Error> {
    let now = tx.now();
    match actor {
        Actor::ApiKey(id) => {
            let key = api_keys::by_id(tx, id)?.filter(|key| key.is_valid(now));
            Ok(key.map(|key| Rights { role: Some(key.role), scope: key.scope }))
        }
        Actor::User(id) => {
            let user = users::by_id(tx, id)?.filter(|user| user.disabled_at.is_none());
            Ok(user.map(|user| Rights { role: Some(user.role), scope: user.scope }))
        }
        Actor::Local | Actor::Agent(_) | Actor::System(_) | Actor::Anonymous => Ok(Some(granted)),
    }
}

fn item(
    id: &str,
    result: ItemResult,
    code: Option<String>,
    cause: Option<String>,
    jobs: &[JobId],
    at: Ts,
) -> ItemRow {
    ItemRow { certificate_id: id.to_owned(), result, code, cause, job_ids: json!(jobs), at }
}

fn skipped(id: &str, reason: SkipReason, at: Ts) -> ItemRow {
    item(id, ItemResult::Skipped, Some(reason.to_string()), Some(reason.words().to_owned()), &[], at)
}

/// Sees to one certificate: judged anew, then changed as by a direct call.
fn one(
    tx: &mut Tx<'_>,
    context: &Context,
    change: &BulkChange,
    refusals: &mut Refusals,
    operation: &OperationRow,
    id: &str,
) -> Result<ItemRow, Error> {
    let now = tx.now();
    let Ok(certificate) = id.parse::<CertificateId>() else {
        return Ok(skipped(id, SkipReason::NotFound, now));
    };
    let Some(facts) = operations::facts_of(tx, change.action(), &context.scope, &certificate)? else {
        return Ok(skipped(id, SkipReason::NotFound, now));
    };
    let verdict = change.judge(&facts.facts(false), now);
    if let Verdict::Skip(reason) = refusals.judge(tx, &facts, verdict)? {
        return Ok(skipped(id, reason, now));
    }
    let tags = certctl_store::certificates::texts(&facts.tags);
    let jobs = apply(tx, context, change, operation, &certificate, &tags)?;
    let ids: Vec<JobId> = jobs.into_iter().map(|job| job.id).collect();
    Ok(item(id, ItemResult::Done, None, None, &ids, now))
}

fn apply(
    tx: &mut Tx<'_>,
    context: &Context,
    change: &BulkChange,
    operation: &OperationRow,
    id: &CertificateId,
    tags: &[String],
) -> Result<Vec<JobRow>, Error> {
    let mut update = UpdateCertificate {
        name: None,
        renewal_policy_id: None,
        owner_id: None,
        team_id: None,
        environment: None,
        tags: None,
        lifetime_seconds: None,
        target_ids: None,
        policy_override: None,
    };
    match change {
        BulkChange::Renew { force } => {
            let reason = match &operation.reason {
                Some(reason) => format!("{}: {reason}", operation.id),
                None => format!("asked for by {} in {}", context.actor, operation.id),
            };
            return certificates::renew(tx, context, id, Some(&reason), *force);
        }
        BulkChange::Deploy => {
            let all = DeployCertificate { target_ids: Vec::new(), version_id: None };
            return certificates::deploy(tx, context, id, &all);
        }
        BulkChange::Revoke { reason, replace_first } => {
            let asked = revocations::Asked {
                reason: *reason,
                replace_first: *replace_first,
                comment: Some(match &operation.reason {
                    Some(reason) => format!("{}: {reason}", operation.id),
                    None => operation.id.to_string(),
                }),
            };
            revocations::revoke_certificate(tx, context, id, None, &asked)?;
            return Ok(Vec::new());
        }
        BulkChange::Archive => {
            certificates::archive(tx, context, id, None)?;
            return Ok(Vec::new());
        }
        BulkChange::ChangePolicy(policy) => update.renewal_policy_id = Some(policy.clone()),
        BulkChange::ReassignOwner(owner) => update.owner_id = Some(owner.clone()),
        BulkChange::ReassignTeam(team) => update.team_id = Some(team.clone()),
        BulkChange::SetEnvironment(environment) => update.environment = Some(environment.clone()),
        BulkChange::TagAdd(_) | BulkChange::TagRemove(_) => update.tags = Some(change.tags_after(tags)),
    }
    certificates::update(tx, context, id, &update, None)?;
    Ok(Vec::new())
}

/// Whether a renewal under a profile waits for an approval first.
///
/// # Errors
/// Those of the store.
pub(super) fn renewal_needs_approval(tx: &mut Tx<'_>, profile: &ProfileId) -> Result<bool, Error> {
    let limits = issuance::limits(tx, profile)?;
    Ok(approvals::asked_by(profile, &limits, JobKind::Renewal).is_some())
}
