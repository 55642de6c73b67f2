//! A certificate's history: versions, deployments, timeline.
//!
//! Not for: the audit trail as a whole (`audit.rs`). Invariant: newest first, and only what is the certificate's own.

use axum::Json;
use axum::extract::State;
use certctl_api::certificates::{Timeline, TimelineEntry, Version};
use certctl_api::deployments::Deployment;
use certctl_api::explain::Explanation;
use certctl_api::page::Page;
use certctl_core::actor::Actor;
use certctl_core::id::{CertificateId, VersionId};
use certctl_core::revocation::RevocationState;
use certctl_core::time::Ts;
use certctl_store::audit::AuditRow;
use certctl_store::deployments::DeploymentRow;
use certctl_store::jobs::JobFilter;
use certctl_store::names::{self, ActorNames};
use certctl_store::revocations::RevocationRow;
use certctl_store::versions::VersionRow;
use certctl_store::{Tx, audit, deployments, holders, jobs, revocations, versions};
use serde::Deserialize;

use super::agent_of;
use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::ops::certificates as ops;
use crate::ops::runs::{self, Known, Move};
use crate::request::{Limit, PathId, Query, RequestContext};

/// A page of a certificate's history.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

fn version_view(row: VersionRow, number: i64, current: bool, revoked: Option<&RevocationRow>) -> Version {
    Version {
        revoked_at: revoked.and_then(|revoked| revoked.revoked_at),
        revocation_reason: revoked.filter(|one| counts(one.state)).map(|revoked| revoked.reason),
        revocation_id: revoked.map(|revoked| revoked.id.clone()),
        number,
        agent_id: agent_of(&row.holder),
        job_id: row.made_by(),
        id: row.id,
        certificate_id: row.certificate_id,
        issuer_id: row.issuer_id,
        serial: row.serial,
        fingerprint_sha256: row.fingerprint_sha256,
        public_key_sha256: row.public_key_sha256,
        key_algorithm: row.key_algorithm,
        not_before: row.not_before,
        not_after: row.not_after,
        created_at: row.created_at,
        current,
        key_retired_at: row.key_retired_at,
        key_kept_because: row.key_kept_because,
    }
}

/// Whether a revocation in this state is one, or will be.
const fn counts(state: RevocationState) -> bool {
    match state {
        RevocationState::Waiting | RevocationState::Pending | RevocationState::Revoked => true,
        RevocationState::Failed | RevocationState::Cancelled => false,
    }
}

/// The versions of a certificate, newest first.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}/versions", tag = "certificates",
    params(("id" = CertificateId, Path), HistoryQuery), responses((status = 200, body = Page<Version>)))]
pub async fn list_versions(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page<Version>>, Error> {
    let before = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("certificates.versions", move |tx| {
        ops::load(tx, &context.scope, &id)?;
        let current: Vec<VersionId> =
            holders::of_certificate(tx, &id)?.into_iter().filter_map(|h| h.current_version_id).collect();
        let mut rows = versions::of_certificate(tx, &id, &before, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let revoked = revocations::of_certificate(tx, &id)?;
        let newest = match rows.first() {
            Some(row) => versions::number(tx, &id, &row.id)?,
            None => 0,
        };
        let items = rows
            .into_iter()
            .zip(0..)
            .map(|(row, place)| {
                let is = current.contains(&row.id);
                let revoked = revoked.iter().find(|one| one.version_id.as_ref() == Some(&row.id));
                version_view(row, newest - place, is, revoked)
            })
            .collect();
        Ok::<_, Error>(Page { items, next_cursor, total: None })
    });
    Ok(Json(page.await?))
}

fn deployment_view(row: DeploymentRow, fingerprint_sha256: String) -> Deployment {
    Deployment {
        id: row.id,
        certificate_id: row.certificate_id,
        version_id: row.version_id,
        target_id: row.target_id,
        agent_id: row.agent_id,
        state: row.state,
        job_id: row.job_id,
        fingerprint_sha256,
        previous_fingerprint_sha256: row.previous_fingerprint,
        seen: serde_json::from_value(row.seen).unwrap_or_default(),
        live_at: row.live_at,
        error: row.error,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// The deployments of a certificate, newest first, each with what was last seen served.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}/deployments", tag = "certificates",
    params(("id" = CertificateId, Path), HistoryQuery), responses((status = 200, body = Page<Deployment>)))]
pub async fn list_deployments(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page<Deployment>>, Error> {
    let before = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("certificates.deployments", move |tx| {
        ops::load(tx, &context.scope, &id)?;
        let mut rows = deployments::of_certificate(tx, &id, &before, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let version = versions::by_id(tx, &row.version_id)?;
            items.push(deployment_view(row, version.map(|v| v.fingerprint_sha256).unwrap_or_default()));
        }
        Ok::<_, Error>(Page { items, next_cursor, total: None })
    });
    Ok(Json(page.await?))
}

fn timeline_view(row: AuditRow, previous: Option<Ts>, known: &ActorNames) -> TimelineEntry {
    let details: serde_json::Value = serde_json::from_str(&row.details).unwrap_or_default();
    let actor = actor_of(&row);
    TimelineEntry {
        actor_name: known.of(&actor),
        actor,
        at: row.at,
        action: row.action,
        summary: row.summary,
        job_id: details.get("job_id").and_then(|v| v.as_str()).and_then(|text| text.parse().ok()),
        seconds_since_previous: previous.map(|before| row.at.seconds_since(before)),
    }
}

/// Jobs that are looked at for the rounds of work.
const RUN_JOBS: i64 = 300;

fn known(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Known, Error> {
    let filter = JobFilter { certificate_id: Some(id.clone()), ..JobFilter::default() };
    let mut known = Known { jobs: jobs::list(tx, &filter, RUN_JOBS)?, ..Known::default() };
    for row in versions::of_certificate(tx, id, "", RUN_JOBS)? {
        known.versions.insert(row.id.clone(), row);
    }
    known.deployments = deployments::of_certificate(tx, id, "", RUN_JOBS)?;
    for (job, step) in jobs::steps_of_certificate(tx, id, RUN_JOBS)? {
        known.steps.entry(job).or_default().push(step);
    }
    for row in audit::of_jobs(tx, id, crate::ops::JOB_CHANGED, RUN_JOBS)? {
        let details: serde_json::Value = serde_json::from_str(&row.details).unwrap_or_default();
        let to = serde_json::from_value(details["state"].clone());
        if let (Ok(job), Ok(to)) = (row.object_id.parse(), to) {
            // `Renewal job-1 is Failed: the cause`
            let cause = row.summary.split_once(": ").map(|(_, cause)| cause.to_owned());
            let change = Move { at: row.at, to, actor: actor_of(&row), cause };
            known.moves.entry(job).or_default().push(change);
        }
    }
    Ok(known)
}

fn actor_of(row: &AuditRow) -> Actor {
    Actor::from_parts(&row.actor_kind, &row.actor_id).unwrap_or(Actor::Anonymous)
}

/// The lifecycle of a certificate: its rounds of work, each with a lane for every key holder, and all that happened
/// to it, newest first, with the seconds between.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}/timeline", tag = "certificates",
    params(("id" = CertificateId, Path), HistoryQuery), responses((status = 200, body = Timeline)))]
pub async fn timeline(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Timeline>, Error> {
    let before = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse::<i64>().map_err(|_| cursor::bad())?),
    };
    let page = app.store.read("certificates.timeline", move |tx| {
        ops::load(tx, &context.scope, &id)?;
        let runs = if before.is_none() { runs::assemble(&known(tx, &id)?) } else { Vec::new() };
        let mut rows = audit::of_certificate(tx, &id, before, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.seq.to_string());
        let times: Vec<Ts> = rows.iter().map(|row| row.at).collect();
        let actors: Vec<Actor> = rows.iter().map(actor_of).collect();
        let known = names::of_actors(tx, &actors)?;
        let items = rows
            .into_iter()
            .enumerate()
            .map(|(i, row)| timeline_view(row, times.get(i + 1).copied(), &known))
            .collect();
        Ok::<_, Error>(Timeline { runs, items, next_cursor })
    });
    Ok(Json(page.await?))
}

/// Why it was renewed or not, what stands in its way, and what happens next.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}/explain", tag = "certificates",
    params(("id" = CertificateId, Path)), responses((status = 200, body = Explanation)))]
pub async fn explain(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
) -> Result<Json<Explanation>, Error> {
    let told = app.store.read("certificates.explain", move |tx| {
        let certificate = ops::load(tx, &context.scope, &id)?;
        let known = known(tx, &id)?;
        crate::ops::explain::explain(tx, certificate, &known)
    });
    Ok(Json(told.await?))
}
