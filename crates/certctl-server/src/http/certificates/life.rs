//! A certificate's life in people's hands: created, read, changed, archived.
//!
//! Not for: issuing and deploying (`work.rs`). Invariant: an answer that shows a certificate carries its revision.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::certificates::{
    Certificate, CertificateCreated, CertificatePreview, CreateCertificate, OpenAlerts, UpdateCertificate,
};
use certctl_core::id::CertificateId;
use certctl_store::alerts;
use http::{StatusCode, header};

use super::{Around, health, shown, view};
use crate::app::App;
use crate::error::Error;
use crate::http::jobs::views as job_views;
use crate::ops::certificates as ops;
use crate::request::{Body, IfMatch, Patch, PathId, RequestContext, etag};

/// A new certificate; its issuance starts at once unless `issue` is false.
///
/// # Errors
/// 409 when the id is taken, 422 naming each bad field.
#[utoipa::path(post, path = "/certificates", tag = "certificates", request_body = CreateCertificate,
    responses((status = 201, body = CertificateCreated, headers(("Location" = String, description = "Its path"))), (status = 409, description = "The id is taken")))]
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
            let ops::Created { certificate, holders, jobs } = ops::create(tx, &audit, &checked)?;
            let around = Around {
                holders,
                target_ids: checked.target_ids().to_vec(),
                open_job_ids: jobs.iter().map(|job| job.id.clone()).collect(),
            };
            Ok::<_, Error>(CertificateCreated {
                certificate: shown(certificate, around, tx.now()),
                jobs: job_views(tx, jobs)?,
            })
        })
        .await?;
    let location = format!("/api/v1/certificates/{}", created.certificate.id);
    let headers = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, [etag(created.certificate.revision)], Json(created)).into_response())
}

/// What a new certificate would be: all checks of `POST /certificates`, and nothing is stored.
///
/// # Errors
/// As `POST /certificates`.
#[utoipa::path(post, path = "/certificates/preview", tag = "certificates", request_body = CreateCertificate,
    responses((status = 200, body = CertificatePreview), (status = 409, description = "The id is taken")))]
pub async fn preview(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateCertificate>,
) -> Result<Json<CertificatePreview>, Error> {
    let checked = ops::check(request)?;
    let audit = context.audit(&app);
    let preview = app.store.read("certificates.preview", move |tx| ops::preview(tx, &audit, &checked));
    Ok(Json(preview.await?))
}

/// One certificate, with its status, its key holders and the work under way.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/certificates/{id}", tag = "certificates", params(("id" = CertificateId, Path)),
    responses((status = 200, body = Certificate)))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
) -> Result<Response, Error> {
    let certificate = app
        .store
        .read("certificates.show", move |tx| {
            let row = ops::load(tx, &context.scope, &id)?;
            let health = health::of(tx, &row)?;
            let (open, critical) = alerts::open_of_certificate(tx, &id)?;
            let alerts = Some(OpenAlerts { open, critical });
            Ok::<_, Error>(Certificate { health, alerts, ..view(tx, row)? })
        })
        .await?;
    Ok(([etag(certificate.revision)], Json(certificate)).into_response())
}

/// Changes a certificate (JSON merge patch): what is absent stays, `null` clears. Added targets are deployed to.
///
/// # Errors
/// 404, 409 when archived, 412, 422.
#[utoipa::path(patch, path = "/certificates/{id}", tag = "certificates", params(("id" = CertificateId, Path)),
    request_body = UpdateCertificate, responses((status = 200, body = Certificate), (status = 409, description = "It is archived")))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    if_match: IfMatch,
    Patch(change): Patch<UpdateCertificate>,
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
    if_match: IfMatch,
) -> Result<Json<Certificate>, Error> {
    let audit = context.audit(&app);
    let archived = app.store.write("certificates.archive", move |tx| {
        let row = ops::archive(tx, &audit, &id, if_match.revision())?;
        // Archiving twice changes nothing and is recorded once.
        tx.note_audit();
        view(tx, row)
    });
    Ok(Json(archived.await?))
}
