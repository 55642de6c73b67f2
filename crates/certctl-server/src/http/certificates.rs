//! Certificates over HTTP: list, create, read, change, renew, deploy, archive, and their history.
//!
//! Not for: rules (ops). Invariant: a handler parses, calls one operation and shows the result.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use certctl_api::certificates::{
    Certificate, CertificateCreated, CreateCertificate, DeployCertificate, Holder, JobsStarted, LiveSummary,
    RenewCertificate, TimelineEntry, UpdateCertificate, UploadCsr, Version,
};
use certctl_api::deployments::Deployment;
use certctl_api::page::Page;
use certctl_core::actor::Actor;
use certctl_core::certificate::{CertificateStatus, status};
use certctl_core::id::{
    AgentId, CertificateId, IssuerId, JobId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId, VersionId,
};
use certctl_core::permission::Permission;
use certctl_core::time::Ts;
use certctl_pki::{Csr, pem};
use certctl_store::audit::AuditRow;
use certctl_store::certificates::{CertificateFilter, CertificateRow, CertificateSort};
use certctl_store::deployments::DeploymentRow;
use certctl_store::holders::EXTERNAL;
use certctl_store::versions::VersionRow;
use certctl_store::{Tx, audit, certificates, deployments, holders, issuers, jobs, versions};
use http::{StatusCode, header};
use serde::Deserialize;

use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::http::jobs::view as job_view;
use crate::http::router::{Access, Api};
use crate::ops::certificates as ops;
use crate::request::{Body, IfMatch, Limit, PathId, Query, RequestContext, etag};

/// Filters, order and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Computed status.
    #[serde(default)]
    status: Option<CertificateStatus>,
    /// Issuer.
    #[serde(default)]
    issuer_id: Option<IssuerId>,
    /// Profile.
    #[serde(default)]
    profile_id: Option<ProfileId>,
    /// Renewal policy.
    #[serde(default)]
    policy_id: Option<RenewalPolicyId>,
    /// Owner.
    #[serde(default)]
    owner_id: Option<OwnerId>,
    /// Team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Environment.
    #[serde(default)]
    environment: Option<String>,
    /// Key holder.
    #[serde(default)]
    agent_id: Option<AgentId>,
    /// Target.
    #[serde(default)]
    target_id: Option<TargetId>,
    /// Ends before.
    #[serde(default)]
    expires_before: Option<Ts>,
    /// Ends after.
    #[serde(default)]
    expires_after: Option<Ts>,
    /// Part of a name.
    #[serde(default)]
    q: Option<String>,
    /// `id` (default) or `expires`.
    #[serde(default)]
    sort: Option<Sort>,
    /// 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// From the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    total: bool,
}

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By id.
    Id,
    /// By the earliest end.
    Expires,
}

/// A page of a certificate's history.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// From the page before.
    #[serde(default)]
    cursor: Option<String>,
}

fn agent_of(holder: &str) -> Option<AgentId> {
    if holder == EXTERNAL { None } else { holder.parse().ok() }
}

/// A certificate with what is known of it.
///
/// # Errors
/// Those of the store.
pub fn view(tx: &mut Tx<'_>, row: CertificateRow) -> Result<Certificate, Error> {
    let now = tx.now();
    let holders = holders::of_certificate(tx, &row.id)?
        .into_iter()
        .map(|h| Holder {
            agent_id: agent_of(&h.holder),
            current_version_id: h.current_version_id,
            not_after: h.not_after,
            renew_after: h.renew_after,
        })
        .collect();
    let target_ids: Vec<TargetId> =
        certificates::targets(tx, &row.id)?.into_iter().map(|(id, _)| id).collect();
    let live = LiveSummary {
        live: deployments::live_count(tx, &row.id)?,
        targets: i64::try_from(target_ids.len()).unwrap_or(i64::MAX),
    };
    let open_job_ids: Vec<JobId> = if row.open_issuances > 0 {
        jobs::open_of_certificate(tx, &row.id)?
            .into_iter()
            .filter(|j| !j.kind.is_agents())
            .map(|j| j.id)
            .collect()
    } else {
        Vec::new()
    };
    Ok(Certificate {
        status: status(&row.facts(), now),
        names: row.name_texts(),
        tags: certificates::texts(&row.tags),
        id: row.id,
        name: row.name,
        common_name: row.common_name,
        issuer_id: row.issuer_id,
        profile_id: row.profile_id,
        renewal_policy_id: row.renewal_policy_id,
        owner_id: row.owner_id,
        team_id: row.team_id,
        environment: row.environment,
        key_strategy: row.key_strategy,
        key_algorithm: row.key_algorithm,
        lifetime_seconds: row.lifetime_seconds,
        live,
        not_after: row.not_after,
        renew_after: row.renew_after,
        holders,
        target_ids,
        open_job_ids,
        why: row.why,
        last_error: row.last_error,
        created_at: row.created_at,
        updated_at: row.updated_at,
        archived_at: row.archived_at,
        revision: row.revision,
    })
}

/// A page of certificates.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/certificates", tag = "certificates", params(ListQuery),
    responses((status = 200, body = Page<Certificate>)))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Certificate>>, Error> {
    let sort = match query.sort.unwrap_or(Sort::Id) {
        Sort::Id => CertificateSort::Id,
        Sort::Expires => CertificateSort::Expires,
    };
    let after = match &query.cursor {
        None => None,
        Some(text) => {
            let (end, id) = cursor::decode_pair(text)?;
            let end = match end.as_str() {
                "" => None,
                text => Some(text.parse::<Ts>().map_err(|_| cursor::bad())?),
            };
            Some((end, id))
        }
    };
    let filter = CertificateFilter {
        status: query.status,
        issuer_id: query.issuer_id,
        profile_id: query.profile_id,
        renewal_policy_id: query.policy_id,
        owner_id: query.owner_id,
        team_id: query.team_id,
        environment: query.environment,
        agent_id: query.agent_id,
        target_id: query.target_id,
        expires_before: query.expires_before,
        expires_after: query.expires_after,
        q: query.q,
    };
    let (limit, total) = (query.limit, query.total);
    let page = app.store.read("certificates.list", move |tx| {
        let mut rows = certificates::list(tx, &filter, sort, after.clone(), limit.and_one())?;
        let full = rows.len() > usize::try_from(limit.get()).unwrap_or(usize::MAX);
        let next_cursor = if full {
            rows.pop();
            rows.last().map(|row| {
                let end = row.not_after.map(|at| at.to_string()).unwrap_or_default();
                cursor::encode_pair(&end, row.id.as_str())
            })
        } else {
            None
        };
        let total = if total { Some(certificates::count(tx, &filter)?) } else { None };
        let items = rows.into_iter().map(|row| view(tx, row)).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// A new certificate; its issuance starts at once unless `issue` is false.
///
/// # Errors
/// 409 when the id is taken, 422 naming each bad field.
#[utoipa::path(post, path = "/certificates", tag = "certificates", request_body = CreateCertificate,
    responses((status = 201, body = CertificateCreated)))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateCertificate>,
) -> Result<Response, Error> {
    let checked = ops::check(request)?;
    let audit = context.audit(&app);
    let created = app
        .store
        .write("certificates.create", move |tx| {
            let (row, jobs) = ops::create(tx, &audit, &checked)?;
            Ok::<_, Error>(CertificateCreated {
                certificate: view(tx, row)?,
                jobs: jobs.into_iter().map(job_view).collect(),
            })
        })
        .await?;
    let location = format!("/api/v1/certificates/{}", created.certificate.id);
    let headers = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, [etag(created.certificate.revision)], Json(created)).into_response())
}

/// One certificate.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}", tag = "certificates", params(("id" = CertificateId, Path)),
    responses((status = 200, body = Certificate)))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Certificate>,
) -> Result<Response, Error> {
    let certificate = app
        .store
        .read("certificates.show", move |tx| {
            let row = ops::load(tx, &id)?;
            view(tx, row)
        })
        .await?;
    Ok(([etag(certificate.revision)], Json(certificate)).into_response())
}

/// A change (JSON merge patch).
///
/// # Errors
/// 404, 409 when archived, 412, 422.
#[utoipa::path(patch, path = "/certificates/{id}", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = UpdateCertificate, responses((status = 200, body = Certificate)))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    if_match: IfMatch,
    Body(change): Body<UpdateCertificate>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let certificate = app
        .store
        .write("certificates.update", move |tx| {
            let row = ops::update(tx, &audit, &id, &change, if_match.revision())?;
            view(tx, row)
        })
        .await?;
    Ok(([etag(certificate.revision)], Json(certificate)).into_response())
}

/// Archives a certificate: nothing is renewed or deployed any more; what is served stays.
///
/// # Errors
/// 404.
#[utoipa::path(delete, path = "/certificates/{id}", tag = "certificates", params(("id" = CertificateId, Path)),
    responses((status = 200, body = Certificate)))]
pub async fn archive(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
) -> Result<Json<Certificate>, Error> {
    let audit = context.audit(&app);
    let archived = app.store.write("certificates.archive", move |tx| {
        let row = ops::archive(tx, &audit, &id)?;
        // Archiving twice changes nothing and is recorded once.
        tx.note_audit();
        view(tx, row)
    });
    Ok(Json(archived.await?))
}

/// Starts a renewal for each key holder.
///
/// # Errors
/// 404, 409 with the open job when one is under way.
#[utoipa::path(post, path = "/certificates/{id}/renew", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = RenewCertificate, responses((status = 202, body = JobsStarted)))]
pub async fn renew(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Body(request): Body<RenewCertificate>,
) -> Result<(StatusCode, Json<JobsStarted>), Error> {
    let audit = context.audit(&app);
    let started = app.store.write("certificates.renew", move |tx| {
        let jobs = ops::renew(tx, &audit, &id, request.reason.as_deref(), request.force)?;
        Ok::<_, Error>(JobsStarted { jobs: jobs.into_iter().map(job_view).collect() })
    });
    Ok((StatusCode::ACCEPTED, Json(started.await?)))
}

/// Starts deployments of exactly one version each; also the way back to an older version.
///
/// # Errors
/// 404, 409 when there is nothing to deploy, 422.
#[utoipa::path(post, path = "/certificates/{id}/deploy", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = DeployCertificate, responses((status = 202, body = JobsStarted)))]
pub async fn deploy(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Body(request): Body<DeployCertificate>,
) -> Result<(StatusCode, Json<JobsStarted>), Error> {
    let audit = context.audit(&app);
    let started = app.store.write("certificates.deploy", move |tx| {
        let jobs = ops::deploy(tx, &audit, &id, &request)?;
        Ok::<_, Error>(JobsStarted { jobs: jobs.into_iter().map(job_view).collect() })
    });
    Ok((StatusCode::ACCEPTED, Json(started.await?)))
}

/// A CSR for a certificate of key strategy `external`.
///
/// # Errors
/// 404, 409, 422 when the CSR does not fit.
#[utoipa::path(post, path = "/certificates/{id}/csr", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = UploadCsr, responses((status = 202, body = JobsStarted)))]
pub async fn upload_csr(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Body(request): Body<UploadCsr>,
) -> Result<(StatusCode, Json<JobsStarted>), Error> {
    let csr = Csr::parse(request.csr_pem.as_bytes())
        .map_err(|error| Error::invalid_field("/csr_pem", error.to_string()))?;
    let audit = context.audit(&app);
    let started = app.store.write("certificates.upload_csr", move |tx| {
        let job = ops::upload_csr(tx, &audit, &id, &csr)?;
        Ok::<_, Error>(JobsStarted { jobs: vec![job_view(job)] })
    });
    Ok((StatusCode::ACCEPTED, Json(started.await?)))
}

fn version_view(row: VersionRow, current: bool) -> Version {
    Version {
        agent_id: agent_of(&row.holder),
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
        job_id: row.job_id,
        current,
        key_retired_at: row.key_retired_at,
        key_kept_because: row.key_kept_because,
    }
}

/// Its versions, newest first.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}/versions", tag = "certificates",
    params(("id" = CertificateId, Path), HistoryQuery), responses((status = 200, body = Page<Version>)))]
pub async fn list_versions(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page<Version>>, Error> {
    let before = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("certificates.versions", move |tx| {
        ops::load(tx, &id)?;
        let current: Vec<VersionId> =
            holders::of_certificate(tx, &id)?.into_iter().filter_map(|h| h.current_version_id).collect();
        let mut rows = versions::of_certificate(tx, &id, &before, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let items = rows
            .into_iter()
            .map(|row| {
                let is = current.contains(&row.id);
                version_view(row, is)
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

/// Its deployments, newest first.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}/deployments", tag = "certificates",
    params(("id" = CertificateId, Path), HistoryQuery), responses((status = 200, body = Page<Deployment>)))]
pub async fn list_deployments(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page<Deployment>>, Error> {
    let before = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("certificates.deployments", move |tx| {
        ops::load(tx, &id)?;
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

fn timeline_view(row: AuditRow, previous: Option<Ts>) -> TimelineEntry {
    let details: serde_json::Value = serde_json::from_str(&row.details).unwrap_or_default();
    let actor = serde_json::from_value(serde_json::json!({ "kind": row.actor_kind, "id": row.actor_id }));
    TimelineEntry {
        at: row.at,
        action: row.action,
        summary: row.summary,
        actor: actor.unwrap_or(Actor::Anonymous),
        job_id: details.get("job_id").and_then(|v| v.as_str()).and_then(|text| text.parse().ok()),
        seconds_since_previous: previous.map(|before| row.at.seconds_since(before)),
    }
}

/// What happened to it, newest first.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}/timeline", tag = "certificates",
    params(("id" = CertificateId, Path), HistoryQuery), responses((status = 200, body = Page<TimelineEntry>)))]
pub async fn timeline(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page<TimelineEntry>>, Error> {
    let before = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse::<i64>().map_err(|_| cursor::bad())?),
    };
    let page = app.store.read("certificates.timeline", move |tx| {
        ops::load(tx, &id)?;
        let mut rows = audit::of_certificate(tx, &id, before, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.seq.to_string());
        let times: Vec<Ts> = rows.iter().map(|row| row.at).collect();
        let items = rows
            .into_iter()
            .enumerate()
            .map(|(i, row)| timeline_view(row, times.get(i + 1).copied()))
            .collect();
        Ok::<_, Error>(Page { items, next_cursor, total: None })
    });
    Ok(Json(page.await?))
}

/// Which version's chain.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChainQuery {
    /// The current one (of the first key holder) when absent.
    #[serde(default)]
    version: Option<VersionId>,
}

/// The chain of a version, leaf first (PEM).
///
/// # Errors
/// 404 when nothing has been issued.
#[utoipa::path(get, path = "/certificates/{id}/chain.pem", tag = "certificates",
    params(("id" = CertificateId, Path), ChainQuery),
    responses((status = 200, content_type = "application/pem-certificate-chain", body = String)))]
pub async fn chain(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<ChainQuery>,
) -> Result<Response, Error> {
    let text = app
        .store
        .read("certificates.chain", move |tx| {
            ops::load(tx, &id)?;
            let wanted = match &query.version {
                Some(version) => Some(version.clone()),
                None => holders::of_certificate(tx, &id)?.into_iter().find_map(|h| h.current_version_id),
            };
            let version = match &wanted {
                Some(wanted) => versions::by_id(tx, wanted)?.filter(|v| v.certificate_id == id),
                None => None,
            };
            let name = wanted.map_or_else(|| format!("of {id}"), |w| w.to_string());
            let version = version.ok_or_else(|| Error::not_found("certificate version", name))?;
            chain_pem(tx, &version)
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/pem-certificate-chain")], text).into_response())
}

/// The chain that a server presents: leaf and intermediates, without the root (RFC 8446, section 4.4.2).
///
/// # Errors
/// Those of the store.
pub fn chain_pem(tx: &mut Tx<'_>, version: &VersionRow) -> Result<String, Error> {
    let mut chain = pem::encode_certificates([&version.certificate_der]);
    if let Some(issuer) = issuers::by_id(tx, &version.issuer_id)? {
        let above = pem::decode_certificates(&issuer.chain_pem).map_err(Error::internal)?;
        for der in above {
            let info = certctl_pki::CertificateInfo::parse(&der).map_err(Error::internal)?;
            if !info.is_self_issued {
                chain.push_str(&pem::encode_certificates([der]));
            }
        }
    }
    Ok(chain)
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    use Permission as P;
    api.route(Access::Need(P::CertificatesRead), routes!(list))
        .route(Access::Need(P::CertificatesCreate), routes!(create))
        .route(Access::Need(P::CertificatesRead), routes!(show))
        .route(Access::Need(P::CertificatesUpdate), routes!(update))
        .route(Access::Need(P::CertificatesArchive), routes!(archive))
        .route(Access::Need(P::CertificatesRenew), routes!(renew))
        .route(Access::Need(P::CertificatesDeploy), routes!(deploy))
        .route(Access::Need(P::CertificatesRenew), routes!(upload_csr))
        .route(Access::Need(P::CertificatesRead), routes!(list_versions))
        .route(Access::Need(P::CertificatesRead), routes!(list_deployments))
        .route(Access::Need(P::CertificatesRead), routes!(timeline))
        .route(Access::Need(P::CertificatesRead), routes!(chain))
}
