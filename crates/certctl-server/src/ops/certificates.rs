//! Certificates: changed, renewed, deployed, archived by people; a new one is `new`'s.
//!
//! Invariants: nothing is stored unless all of a request is good; each key holder has at most one open issuance.

use std::ops::RangeInclusive;

use certctl_api::certificates::{DeployCertificate, UpdateCertificate, VerifyCertificate};
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{CertificateId, TargetId};
use certctl_core::permission::Scope;
use certctl_core::renewal::{Validity, decide, spread_of};
use certctl_pki::Csr;
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{self, EXTERNAL, HolderRow};
use certctl_store::jobs::JobRow;
use certctl_store::{Tx, certificates, jobs, renewal_policies, tags, targets, versions, violations};
use serde_json::json;

use crate::error::Error;
use crate::ops::agents::{is_retired, retired as is_of_retired};
use crate::ops::deployments::Cause;
use crate::ops::policy_rules::{Rules, is_watched};
use crate::ops::settings::{Checks, MAX_NAME, at_revision};
use crate::ops::{
    deployments, issuance, note_changed, policy_rules, policy_values, scopes, success, validations,
    violations as found, with_before,
};

mod new;
mod preview;

pub use new::{Checked, Created, check, create};
pub use preview::preview;

/// The issuer, profile and policy of a request that names none.
pub const DEFAULT_ISSUER: &str = "iss-local";
/// See [`DEFAULT_ISSUER`].
pub const DEFAULT_PROFILE: &str = "prof-default";
/// See [`DEFAULT_ISSUER`].
pub const DEFAULT_POLICY: &str = "rp-default";

/// The most names of one certificate.
pub const MAX_NAMES: usize = 100;
/// The most tags of one certificate.
pub const MAX_TAGS: usize = 50;
/// The most letters of a tag.
pub const MAX_TAG: usize = 100;
/// A minute to 398 days.
pub const LIFETIMES: RangeInclusive<i64> = 60..=398 * 86_400;

/// The rules of what is only for people.
fn check_words(checks: &mut Checks, name: Option<&str>, environment: Option<&str>, tags: &[String]) {
    checks.optional_text("/name", name, MAX_NAME);
    checks.optional_text("/environment", environment, MAX_NAME);
    if tags.len() > MAX_TAGS {
        checks.bad("/tags", format!("at most {MAX_TAGS} tags; there are {}", tags.len()));
    }
    for (i, tag) in tags.iter().enumerate() {
        checks.text(&format!("/tags/{i}"), tag, MAX_TAG);
    }
}

/// One that exists, within the caller's scope.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, scope: &Scope, id: &CertificateId) -> Result<CertificateRow, Error> {
    certificates::within(tx, scope, id)?.ok_or_else(|| Error::not_found("certificate", id.as_str()))
}

fn managed(tx: &mut Tx<'_>, context: &Context, id: &CertificateId) -> Result<CertificateRow, Error> {
    let row = load(tx, &context.scope, id)?;
    if row.archived_at.is_some() {
        return Err(Error::conflict(
            "archived",
            format!("{id} is archived and no longer managed"),
            json!({ "archived_at": row.archived_at }),
        ));
    }
    Ok(row)
}

/// Refuses work on what was found and is only watched.
fn not_found_only(row: &CertificateRow) -> Result<(), Error> {
    if row.key_strategy == KeyStrategy::Found {
        let detail = format!(
            "{} was found and is only watched: import its certificate as managed, then it can be worked on",
            row.id
        );
        return Err(Error::conflict("not_managed", detail, json!({ "key_strategy": row.key_strategy })));
    }
    Ok(())
}

/// Changes a certificate.
///
/// # Errors
/// 404, 409 when archived, 412 when the revision is old, 422.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    change: &UpdateCertificate,
    revision: Option<i64>,
) -> Result<CertificateRow, Error> {
    let mut row = managed(tx, context, id)?;
    let before = row.clone();
    at_revision(revision, row.revision)?;
    let is_of_managed = change.renewal_policy_id.is_some()
        || change.lifetime_seconds.is_some()
        || change.target_ids.is_some()
        || change.policy_override.is_some();
    if is_of_managed {
        not_found_only(&row)?;
    }
    let mut checks = Checks::default();
    let environment = change.environment.as_ref().and_then(Option::as_deref);
    check_words(&mut checks, change.name.as_deref(), environment, change.tags.as_deref().unwrap_or_default());
    if let Some(Some(id)) = &change.owner_id
        && certctl_store::owners::by_id(tx, id)?.is_none()
    {
        checks.bad("/owner_id", format!("there is no owner {id}"));
    }
    if let Some(Some(id)) = &change.team_id
        && certctl_store::teams::by_id(tx, id)?.is_none()
    {
        checks.bad("/team_id", format!("there is no team {id}"));
    }
    if let Some(over) = &change.policy_override {
        row.policy_override =
            policy_values::merged(&mut checks, before.policy_override.as_ref(), over.as_ref());
    }
    checks.finish()?;
    if let Some(name) = &change.name {
        row.name.clone_from(name);
    }
    if let Some(owner) = &change.owner_id {
        row.owner_id.clone_from(owner);
    }
    if let Some(team) = &change.team_id {
        row.team_id.clone_from(team);
    }
    if let Some(environment) = &change.environment {
        row.environment.clone_from(environment);
    }
    scopes::admits(&context.scope, row.team_id.as_ref(), row.environment.as_deref())?;
    if let Some(tags) = &change.tags {
        let after = json!(tags);
        tags::set(tx, id, &row.tags, &after)?;
        row.tags = after;
    }
    if let Some(lifetime) = change.lifetime_seconds {
        if !LIFETIMES.contains(&lifetime) {
            let detail = format!("{lifetime} is not between 60 (a minute) and 34387200 (398 days)");
            return Err(Error::invalid_field("/lifetime_seconds", detail));
        }
        row.lifetime_seconds = lifetime;
    }
    if !is_watched(&row)
        && (row.lifetime_seconds, &row.environment) != (before.lifetime_seconds, &before.environment)
    {
        check_profile(tx, &before, &row)?;
    }
    let policy_changed = change.renewal_policy_id.as_ref().is_some_and(|p| *p != row.renewal_policy_id);
    if let Some(policy) = &change.renewal_policy_id {
        if renewal_policies::by_id(tx, policy)?.is_none() {
            let detail = format!("there is no renewal policy {policy}");
            return Err(Error::invalid_field("/renewal_policy_id", detail));
        }
        row.renewal_policy_id = policy.clone();
    }
    let mut rules = Rules::load(tx)?;
    if !is_watched(&row) {
        rules.refuse(tx, Some(&before), &row)?;
    }
    certificates::update(tx, &row)?;
    let moved = before.owner_id != row.owner_id || before.team_id != row.team_id;
    if moved || before.environment != row.environment {
        violations::follow(tx, id, row.owner_id.as_ref(), row.team_id.as_ref(), row.environment.as_deref())?;
    }
    if policy_changed || before.policy_override != row.policy_override {
        reschedule(tx, &row)?;
    }
    if let Some(wanted) = &change.target_ids {
        set_targets(tx, context, &row, wanted)?;
    }
    note_changed(tx, ("certificate", id.as_str()), &changeable(&before), &changeable(&row));
    success(
        tx,
        context,
        "certificate.update",
        ("certificate", id.as_str()),
        format!("{id} was changed"),
        with_before(
            serde_json::to_value(change).unwrap_or_default(),
            &changeable(&before),
            &changeable(&row),
        ),
    )?;
    policy_rules::written(tx, context, &mut rules, &row)?;
    certificates::refresh(tx, id, None, None)?;
    load(tx, &context.scope, id)
}

/// Refuses what a change would break of the profile; what does not fit already stays as it is until it is issued.
fn check_profile(tx: &mut Tx<'_>, before: &CertificateRow, after: &CertificateRow) -> Result<(), Error> {
    let limits = issuance::limits(tx, &after.profile_id)?;
    let names = after.name_texts();
    let Err(violation) = limits.check(issuance::asked(after, &names)) else { return Ok(()) };
    if limits.check(issuance::asked(before, &names)).as_ref() == Err(&violation) {
        return Ok(());
    }
    Err(Error::invalid_field(violation.pointer(), violation.to_string()))
}

/// What a person changes of a certificate, by the names of its answer; its targets are rows of their own.
pub(crate) fn changeable(row: &CertificateRow) -> serde_json::Value {
    json!({
        "name": row.name, "renewal_policy_id": row.renewal_policy_id, "owner_id": row.owner_id, "team_id": row.team_id,
        "environment": row.environment, "tags": row.tags, "lifetime_seconds": row.lifetime_seconds,
        "key_strategy": row.key_strategy, "issuer_id": row.issuer_id, "profile_id": row.profile_id,
        "policy_override": row.policy_override,
    })
}

/// Computes the renewal points anew, after a change of policy.
///
/// # Errors
/// Those of the store.
pub fn reschedule(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<(), Error> {
    if row.key_strategy == KeyStrategy::Found {
        return Ok(());
    }
    let rule = issuance::rule_of(&issuance::policy_of(tx, row)?);
    for holder in holders::of_certificate(tx, &row.id)? {
        let (Some(not_before), Some(not_after)) = (holder.not_before, holder.not_after) else { continue };
        let spread = spread_of(&[row.id.as_str(), &holder.holder]);
        let validity = Validity { not_before, not_after };
        let at = certctl_core::renewal::renew_after(validity, rule, spread);
        holders::set_renew_after(tx, &row.id, &holder.holder, Some(at))?;
        let open = jobs::open_issuance(tx, &row.id, &holder.holder)?.is_some();
        if !rule.automatic || open {
            holders::set_due(tx, &row.id, &holder.holder, None)?;
        }
    }
    tx.notify("engine:renewal");
    Ok(())
}

/// Adds a target to a certificate; false when it has it already.
fn attach(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    target: &TargetId,
    i: usize,
) -> Result<bool, Error> {
    if certificates::add_target(tx, id, target)? {
        return Ok(true);
    }
    match certificates::of_target(tx, target)? {
        Some(other) if other != *id => Err(is_taken(tx, context, target, &other, i)?),
        Some(_) | None => Ok(false),
    }
}

/// That a target serves another certificate.
fn is_taken(
    tx: &mut Tx<'_>,
    context: &Context,
    target: &TargetId,
    other: &CertificateId,
    i: usize,
) -> Result<Error, Error> {
    // Not named to those who may not know of it.
    let known = certificates::within(tx, &context.scope, other)?.is_some();
    let other = if known { other.to_string() } else { "another certificate".to_owned() };
    Ok(Error::invalid_field(
        format!("/target_ids/{i}"),
        format!(
            "{target} serves {other} already, and two certificates would take turns on its files: make a target \
             of its own for this one, or take {target} from {other} first"
        ),
    ))
}

fn set_targets(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &CertificateRow,
    wanted: &[TargetId],
) -> Result<(), Error> {
    if row.key_strategy == KeyStrategy::External && !wanted.is_empty() {
        let detail = "with an uploaded CSR no agent holds the key, so there are no targets".to_owned();
        return Err(Error::invalid_field("/target_ids", detail));
    }
    let before = certificates::targets(tx, &row.id)?;
    if before.len() != wanted.len() || before.iter().any(|(target, _)| !wanted.contains(target)) {
        tx.note_change("certificate", row.id.as_str(), None, &["target_ids"]);
    }
    for (target, _) in before.iter().filter(|(target, _)| !wanted.contains(target)) {
        certificates::remove_target(tx, &row.id, target)?;
        deployments::call_off(tx, context, &row.id, target, "the target was taken from the certificate")?;
    }
    for (i, id) in wanted.iter().enumerate() {
        let target = targets::by_id(tx, id)?.ok_or_else(|| {
            Error::invalid_field(format!("/target_ids/{i}"), format!("there is no target {id}"))
        })?;
        if !attach(tx, context, &row.id, id, i)? {
            continue;
        }
        let holder = target.agent_id.as_str();
        holders::insert(tx, &row.id, holder)?;
        let lane = holders::of_certificate(tx, &row.id)?.into_iter().find(|h| h.holder == holder);
        let Some(lane) = lane else { continue };
        match &lane.current_version_id {
            Some(version_id) => {
                if let Some(version) = versions::by_id(tx, version_id)? {
                    let cause = Cause::now("a new target");
                    deployments::start(tx, context, row, &version, id, &target.agent_id, cause)?;
                }
            }
            None if jobs::open_issuance(tx, &row.id, holder)?.is_none() => {
                issuance::request(tx, context, row, &lane, None, "a new key holder")?;
            }
            None => {}
        }
    }
    let agents_left: Vec<String> =
        certificates::targets(tx, &row.id)?.into_iter().map(|(_, agent)| agent.to_string()).collect();
    let agents_before: Vec<String> = before.into_iter().map(|(_, agent)| agent.to_string()).collect();
    for holder in holders::of_certificate(tx, &row.id)? {
        if agents_before.contains(&holder.holder) && !agents_left.contains(&holder.holder) {
            holders::delete(tx, &row.id, &holder.holder)?;
        }
    }
    Ok(())
}

/// Starts a renewal for every holder.
///
/// # Errors
/// 404, 409 when archived, open already, or not due and not forced.
pub fn renew(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    reason: Option<&str>,
    force: bool,
) -> Result<Vec<JobRow>, Error> {
    let row = managed(tx, context, id)?;
    not_found_only(&row)?;
    if row.key_strategy == KeyStrategy::External {
        return Err(Error::conflict(
            "csr_needed",
            format!("{id} is renewed by uploading a new CSR: POST /certificates/{id}/csr"),
            json!({}),
        ));
    }
    let lanes = holders::of_certificate(tx, id)?;
    if lanes.is_empty() {
        return Err(Error::conflict(
            "no_key_holder",
            format!("{id} has no target or agent that would make its key: add one first"),
            json!({}),
        ));
    }
    if !force {
        let policy = issuance::policy_of(tx, &row)?;
        let decision = decision_for(&row, &lanes, &policy, tx.now());
        if let Some(wait) = decision {
            return Err(Error::conflict("not_due", format!("{id} is not due: {wait}"), json!({})));
        }
    }
    let words = reason.map_or_else(|| format!("asked for by {}", context.actor), str::to_owned);
    let mut started = Vec::new();
    let mut refused = None;
    for lane in &lanes {
        // The others go on; what only retired agents hold is refused below.
        if is_retired(tx, &lane.holder)? {
            refused = Some(is_of_retired(&lane.holder));
            continue;
        }
        started.push(issuance::request(tx, context, &row, lane, None, &words)?);
    }
    match refused {
        Some(error) if started.is_empty() => Err(error),
        Some(_) | None => Ok(started),
    }
}

/// Why nothing is due, or nothing when something is.
fn decision_for(
    row: &CertificateRow,
    lanes: &[HolderRow],
    policy: &certctl_store::renewal_policies::RenewalPolicyRow,
    now: certctl_core::time::Ts,
) -> Option<String> {
    let rule = issuance::rule_of(policy);
    let mut waits = Vec::new();
    for lane in lanes {
        let validity = lane
            .not_before
            .zip(lane.not_after)
            .map(|(not_before, not_after)| Validity { not_before, not_after });
        match decide(validity, rule, None, spread_of(&[row.id.as_str(), &lane.holder]), now) {
            certctl_core::renewal::Decision::Renew(_) => return None,
            wait @ certctl_core::renewal::Decision::Wait(_) => waits.push(wait.to_string()),
        }
    }
    waits.into_iter().next()
}

/// Takes an uploaded CSR and starts the issuance.
///
/// # Errors
/// 404, 409 when the certificate is not of strategy `external` or one is open, 422 when the CSR does not fit.
pub fn upload_csr(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    csr: &Csr,
) -> Result<JobRow, Error> {
    let row = managed(tx, context, id)?;
    not_found_only(&row)?;
    if row.key_strategy != KeyStrategy::External {
        return Err(Error::conflict(
            "key_strategy",
            format!("the keys of {id} are made by its agents ({}): no CSR can be uploaded", row.key_strategy),
            json!({ "key_strategy": row.key_strategy }),
        ));
    }
    let profile = issuance::limits(tx, &row.profile_id)?;
    issuance::check_csr(&row, &profile, csr, "/csr_pem")?;
    let lane = holders::of_certificate(tx, id)?
        .into_iter()
        .find(|h| h.holder == EXTERNAL)
        .ok_or_else(|| Error::internal(format!("{id} has no external key holder")))?;
    issuance::request(tx, context, &row, &lane, Some(csr.der().to_vec()), "a CSR was uploaded")
}

/// Starts deployments of exactly one version each.
///
/// # Errors
/// 404, 409 when archived or there is nothing to deploy, 422 when a target or version is not the certificate's.
pub fn deploy(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    request: &DeployCertificate,
) -> Result<Vec<JobRow>, Error> {
    let row = managed(tx, context, id)?;
    not_found_only(&row)?;
    let all = certificates::targets(tx, id)?;
    for (i, wanted) in request.target_ids.iter().enumerate() {
        if !all.iter().any(|(target, _)| target == wanted) {
            let detail = format!("{wanted} is not a target of {id}");
            return Err(Error::invalid_field(format!("/target_ids/{i}"), detail));
        }
    }
    let chosen = match &request.version_id {
        None => None,
        Some(version_id) => match versions::by_id(tx, version_id)? {
            Some(version) if version.certificate_id == *id => {
                crate::ops::keys::still_there(&version)?;
                crate::ops::revocations::not_revoked(tx, &version)?;
                Some(version)
            }
            Some(_) | None => {
                let detail = format!("{version_id} is not a version of {id}");
                return Err(Error::invalid_field("/version_id", detail));
            }
        },
    };
    let lanes = holders::of_certificate(tx, id)?;
    let mut started = Vec::new();
    for (target, agent) in all {
        if !request.target_ids.is_empty() && !request.target_ids.contains(&target) {
            continue;
        }
        if request.target_ids.is_empty() && is_retired(tx, agent.as_str())? {
            continue;
        }
        let version = match &chosen {
            Some(version) if version.holder == agent.as_str() => version.clone(),
            Some(version) if request.target_ids.contains(&target) => {
                let detail = format!(
                    "the key of {} is held by {}, but {target} is served by {agent}",
                    version.id, version.holder
                );
                return Err(Error::invalid_field("/version_id", detail));
            }
            Some(_) => continue,
            None => {
                let current = lanes
                    .iter()
                    .find(|h| h.holder == agent.as_str())
                    .and_then(|h| h.current_version_id.clone());
                let Some(version_id) = current else { continue };
                match versions::by_id(tx, &version_id)? {
                    Some(version) => version,
                    None => continue,
                }
            }
        };
        let reason = format!("asked for by {}", context.actor);
        let cause = Cause::now(&reason);
        started.push(deployments::start(tx, context, &row, &version, &target, &agent, cause)?);
    }
    if started.is_empty() {
        return Err(Error::conflict(
            "nothing_to_deploy",
            format!("{id} has no issued version for any of the targets"),
            json!({}),
        ));
    }
    success(
        tx,
        context,
        "certificate.deploy",
        ("certificate", id.as_str()),
        format!("{} deployments of {id} were started", started.len()),
        json!({ "job_ids": started.iter().map(|j| j.id.to_string()).collect::<Vec<_>>() }),
    )?;
    certificates::refresh(tx, id, None, None)?;
    Ok(started)
}

/// Starts a look at what its targets serve.
///
/// # Errors
/// 404, 409 when archived or there is nothing to look at, 422 when a target is not the certificate's.
pub fn verify(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    request: &VerifyCertificate,
) -> Result<Vec<JobRow>, Error> {
    let row = managed(tx, context, id)?;
    not_found_only(&row)?;
    validations::start(tx, context, &row, request)
}

/// Archives a certificate: nothing is renewed or deployed any more; what is served stays.
///
/// # Errors
/// 404; archiving twice changes nothing.
pub fn archive(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    revision: Option<i64>,
) -> Result<CertificateRow, Error> {
    let mut row = load(tx, &context.scope, id)?;
    at_revision(revision, row.revision)?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    row.archived_at = Some(tx.now());
    certificates::update(tx, &row)?;
    tags::archive(tx, id)?;
    let targets: Vec<TargetId> =
        certificates::targets(tx, id)?.into_iter().map(|(target, _)| target).collect();
    for target in &targets {
        deployments::call_off(tx, context, id, target, "the certificate was archived")?;
        certificates::remove_target(tx, id, target)?;
    }
    for job in jobs::open_of_certificate(tx, id)? {
        let cause = "the certificate was archived";
        jobs::set_state(tx, &job.id, job.state, certctl_core::job::JobState::Cancelled, Some(cause))?;
        crate::ops::job_moved(tx, context, &job, certctl_core::job::JobState::Cancelled, Some(cause))?;
    }
    for lane in holders::of_certificate(tx, id)? {
        holders::set_due(tx, id, &lane.holder, None)?;
    }
    found::close_all(tx, context, &row, "the certificate is archived")?;
    certificates::refresh(tx, id, None, Some("archived"))?;
    let fields = ["archived_at", "open_job_ids", "status", "target_ids", "why"];
    tx.note_change("certificate", id.as_str(), None, &fields);
    success(
        tx,
        context,
        "certificate.archive",
        ("certificate", id.as_str()),
        format!("{id} is archived"),
        json!({ "target_ids": targets }),
    )?;
    load(tx, &context.scope, id)
}
