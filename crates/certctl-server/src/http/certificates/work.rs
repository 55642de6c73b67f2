//! Work on a certificate that people start: renewals, deployments, uploaded CSRs.
//!
//! Not for: doing the work (engine, agents). Invariant: what is started is answered as jobs, 202.

use axum::Json;
use axum::extract::State;
use certctl_api::certificates::{
    DeployCertificate, JobsStarted, RenewCertificate, UploadCsr, VerifyCertificate,
};
use certctl_core::id::CertificateId;
use certctl_pki::Csr;
use http::StatusCode;

use crate::app::App;
use crate::error::Error;
use crate::http::jobs::{MAX_REASON, views as job_views};
use crate::ops::certificates as ops;
use crate::ops::settings::Checks;
use crate::request::{Body, PathId, RequestContext};

/// Starts a renewal for each key holder.
///
/// # Errors
/// 404, 409 with the open job when one is under way.
#[utoipa::path(post, path = "/certificates/{id}/renew", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = RenewCertificate, responses((status = 202, body = JobsStarted), (status = 409, description = "A renewal is under way (`params.job_id`), nothing is due, or there is nobody who would make the key")))]
pub async fn renew(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Body(request): Body<RenewCertificate>,
) -> Result<(StatusCode, Json<JobsStarted>), Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", request.reason.as_deref(), MAX_REASON);
    checks.finish()?;
    let audit = context.audit(&app);
    let started = app.store.write("certificates.renew", move |tx| {
        let jobs = ops::renew(tx, &audit, &id, request.reason.as_deref(), request.force)?;
        Ok::<_, Error>(JobsStarted { jobs: job_views(tx, jobs)? })
    });
    Ok((StatusCode::ACCEPTED, Json(started.await?)))
}

/// Starts deployments of exactly one version each; also the way back to an older version.
///
/// # Errors
/// 404, 409 when there is nothing to deploy, 422.
#[utoipa::path(post, path = "/certificates/{id}/deploy", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = DeployCertificate, responses((status = 202, body = JobsStarted), (status = 409, description = "It is archived, or there is nothing to deploy")))]
pub async fn deploy(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Body(request): Body<DeployCertificate>,
) -> Result<(StatusCode, Json<JobsStarted>), Error> {
    let audit = context.audit(&app);
    let started = app.store.write("certificates.deploy", move |tx| {
        let jobs = ops::deploy(tx, &audit, &id, &request)?;
        Ok::<_, Error>(JobsStarted { jobs: job_views(tx, jobs)? })
    });
    Ok((StatusCode::ACCEPTED, Json(started.await?)))
}

/// Looks again at what the endpoints of its targets serve: one job for each target, done by the target's agent. What was seen is in
/// the deployments; a job ends as failed when an address serves something else, or cannot be reached.
///
/// # Errors
/// 404, 409 when nothing can be looked at, 422.
#[utoipa::path(post, path = "/certificates/{id}/verify", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = VerifyCertificate, responses((status = 202, body = JobsStarted), (status = 409, description = "It is archived, a deployment or a look is under way (`params.job_id`), there is no address to look at, or the agent's program is too old")))]
pub async fn verify(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Body(request): Body<VerifyCertificate>,
) -> Result<(StatusCode, Json<JobsStarted>), Error> {
    let audit = context.audit(&app);
    let started = app.store.write("certificates.verify", move |tx| {
        let jobs = ops::verify(tx, &audit, &id, &request)?;
        Ok::<_, Error>(JobsStarted { jobs: job_views(tx, jobs)? })
    });
    Ok((StatusCode::ACCEPTED, Json(started.await?)))
}

/// A CSR for a certificate of key strategy `external`.
///
/// # Errors
/// 404, 409, 422 when the CSR does not fit.
#[utoipa::path(post, path = "/certificates/{id}/csr", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = UploadCsr, responses((status = 202, body = JobsStarted), (status = 409, description = "Its key strategy is another one, or an issuance is under way")))]
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
        Ok::<_, Error>(JobsStarted { jobs: job_views(tx, vec![job])? })
    });
    Ok((StatusCode::ACCEPTED, Json(started.await?)))
}
