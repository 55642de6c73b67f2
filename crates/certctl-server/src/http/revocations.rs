//! Revocations over HTTP: asked for, listed, shown, called off.
//!
//! Not for: rules (`ops/revocations.rs`), or what clients of certificates read (`pki.rs`). Invariant: what is asked for is
//! answered as it stands, 202; the authority is told afterwards.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::page::Page;
use certctl_api::revocations::{
    CancelRevocation, CreateRevocations, Revocation, RevocationsAsked, RevokeCertificate,
};
use certctl_core::id::{CertificateId, IssuerId, RevocationId};
use certctl_core::permission::Permission;
use certctl_core::revocation::RevocationState;
use certctl_pki::Serial;
use certctl_store::revocations::{self, RevocationFilter, RevocationRow};
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::approvals::actor;
use crate::http::cursor;
use crate::http::router::{Access, Api};
use crate::ops::revocations::{self as ops, Asked, MAX_COMMENT, Wanted};
use crate::ops::settings::Checks;
use crate::request::{AnyOf, Body, Limit, PathId, Query, RequestContext, etag};

/// A revocation as it is answered.
pub fn view(row: RevocationRow) -> Revocation {
    Revocation {
        requested_by: actor(&row.requested_by_kind, &row.requested_by),
        next_try_at: (row.state == RevocationState::Pending).then_some(row.next_try_at),
        id: row.id,
        issuer_id: row.issuer_id,
        serial: row.serial,
        version_id: row.version_id,
        certificate_id: row.certificate_id,
        reason: row.reason,
        comment: row.comment,
        state: row.state,
        replace_first: row.replace_first,
        not_after: row.not_after,
        requested_at: row.requested_at,
        tries: row.tries,
        error: row.last_error,
        revoked_at: row.revoked_at,
        updated_at: row.updated_at,
        revision: row.revision,
    }
}

fn accepted(rows: Vec<RevocationRow>) -> (StatusCode, Json<RevocationsAsked>) {
    let revocations = rows.into_iter().map(view).collect();
    (StatusCode::ACCEPTED, Json(RevocationsAsked { revocations }))
}

/// Revoke a certificate
///
/// Its current versions, or one version of it. Unless `replace_first` is false, a renewal is started, and the old version is
/// revoked when each target was seen serving the new one; asked again with `replace_first: false`, what waits is revoked at
/// once. A revocation cannot be taken back.
///
/// # Errors
/// 404, 409, 422.
#[utoipa::path(post, path = "/certificates/{id}/revoke", tag = "revocations", params(("id" = CertificateId, Path)),
    request_body = RevokeCertificate,
    responses((status = 202, description = "Each revocation as it stands", body = RevocationsAsked),
        (status = 409, description = "It was never issued, has ended, is revoked already, its authority cannot be told, or nothing can take its place first")))]
pub async fn revoke(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Body(request): Body<RevokeCertificate>,
) -> Result<(StatusCode, Json<RevocationsAsked>), Error> {
    let mut checks = Checks::default();
    checks.optional_text("/comment", request.comment.as_deref(), MAX_COMMENT);
    checks.finish()?;
    let audit = context.audit(&app);
    let asked =
        Asked { reason: request.reason, replace_first: request.replace_first, comment: request.comment };
    let rows = app.store.write("certificates.revoke", move |tx| {
        let rows = ops::revoke_certificate(tx, &audit, &id, request.version_id.as_ref(), &asked)?;
        // What is on its way already changes nothing.
        tx.note_audit();
        Ok::<_, Error>(rows)
    });
    Ok(accepted(rows.await?))
}

/// Revoke what is found
///
/// By the serial of an issuer, by the fingerprint of a certificate, by a public key (every certificate of it), or by a
/// version: exactly one of them. A serial that is not known here is revoked too, at once, when its issuer is a local CA.
///
/// # Errors
/// 404 when nothing is found, 409, 422.
#[utoipa::path(post, path = "/revocations", tag = "revocations", request_body = CreateRevocations,
    responses((status = 202, description = "Each revocation as it stands", body = RevocationsAsked),
        (status = 404, description = "Nothing is found that you may see"),
        (status = 409, description = "It has ended, is revoked already, its authority cannot be told, or nothing can take its place first")))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateRevocations>,
) -> Result<(StatusCode, Json<RevocationsAsked>), Error> {
    let mut checks = Checks::default();
    checks.optional_text("/comment", request.comment.as_deref(), MAX_COMMENT);
    let wanted = wanted(&request, &mut checks);
    checks.finish()?;
    let Some(wanted) = wanted else {
        return Err(Error::internal("a revocation was neither read nor refused"));
    };
    let audit = context.audit(&app);
    let asked =
        Asked { reason: request.reason, replace_first: request.replace_first, comment: request.comment };
    let rows = app.store.write("revocations.create", move |tx| {
        let rows = ops::revoke_found(tx, &audit, &wanted, &asked)?;
        tx.note_audit();
        Ok::<_, Error>(rows)
    });
    Ok(accepted(rows.await?))
}

/// By what certificates are found: exactly one way.
fn wanted(request: &CreateRevocations, checks: &mut Checks) -> Option<Wanted> {
    let CreateRevocations { serial, issuer_id, fingerprint_sha256, public_key_sha256, version_id, .. } =
        request;
    if issuer_id.is_some() && serial.is_none() {
        checks.bad("/issuer_id", "goes with serial only");
        return None;
    }
    match (serial, fingerprint_sha256, public_key_sha256, version_id) {
        (Some(serial), None, None, None) => {
            let read = read_serial(serial);
            if read.is_none() {
                checks.bad(
                    "/serial",
                    format!("{serial:?} is not a serial: 1 to 20 bytes in hexadecimal, not zero"),
                );
            }
            match issuer_id {
                Some(issuer) => read.map(|serial| Wanted::Serial(issuer.clone(), serial)),
                None => {
                    checks.bad("/issuer_id", "say whose serial it is: two issuers may have the same");
                    None
                }
            }
        }
        (None, Some(digest), None, None) => {
            read_digest("/fingerprint_sha256", digest, checks).map(Wanted::Fingerprint)
        }
        (None, None, Some(digest), None) => {
            read_digest("/public_key_sha256", digest, checks).map(Wanted::PublicKey)
        }
        (None, None, None, Some(version)) => Some(Wanted::Version(version.clone())),
        _ => {
            let words = "say which certificate by exactly one of serial (with issuer_id), fingerprint_sha256, \
                         public_key_sha256 and version_id";
            let given = [
                ("/serial", serial.is_some()),
                ("/fingerprint_sha256", fingerprint_sha256.is_some()),
                ("/public_key_sha256", public_key_sha256.is_some()),
                ("/version_id", version_id.is_some()),
            ];
            let is_none = given.iter().all(|(_, given)| !given);
            for (pointer, _) in
                given.into_iter().filter(|(_, given)| *given || is_none).take(if is_none { 1 } else { 4 })
            {
                checks.bad(pointer, words);
            }
            None
        }
    }
}

/// Hexadecimal with colons or blanks between, as tools print it.
fn digits(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ':' | ' ')).collect::<String>().to_ascii_lowercase()
}

fn read_serial(text: &str) -> Option<Serial> {
    let mut digits = digits(text);
    if digits.len() % 2 == 1 {
        digits.insert(0, '0');
    }
    Serial::from_bytes(&hex::decode(digits).ok()?).ok()
}

fn read_digest(pointer: &str, text: &str, checks: &mut Checks) -> Option<String> {
    let digits = digits(text);
    let is_digest = hex::decode(&digits).is_ok_and(|bytes| bytes.len() == 32);
    if !is_digest {
        checks.bad(pointer, format!("{text:?} is not a SHA-256 digest: 64 hexadecimal digits"));
    }
    is_digest.then_some(digits)
}

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those in this state, or in one of several with commas between, such as `waiting,pending`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "waiting,pending")]
    state: AnyOf<RevocationState>,
    /// Only those of this issuer's certificates.
    #[serde(default)]
    issuer_id: Option<IssuerId>,
    /// Only those of this certificate's versions.
    #[serde(default)]
    certificate_id: Option<CertificateId>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

/// A page of revocations, newest first.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/revocations", tag = "revocations", params(ListQuery),
    responses((status = 200, description = "The page", body = Page<Revocation>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Revocation>>, Error> {
    let before: Option<RevocationId> = match cursor::decode_one(query.cursor.as_deref())?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| cursor::bad())?),
    };
    let filter = RevocationFilter {
        scope: context.scope,
        states: query.state.0,
        issuer_id: query.issuer_id,
        certificate_id: query.certificate_id,
        before,
    };
    let (limit, total) = (query.limit, query.total);
    let page = app.store.read("revocations.list", move |tx| {
        let mut rows = revocations::list(tx, &filter, limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, limit, |row| row.id.to_string());
        let total = if total { Some(revocations::count(tx, &filter)?) } else { None };
        Ok::<_, Error>(Page { items: rows.into_iter().map(view).collect(), next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// One revocation.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/revocations/{id}", tag = "revocations", params(("id" = RevocationId, Path)),
    responses((status = 200, body = Revocation, headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Revocation>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let row = app.store.read("revocations.show", move |tx| ops::load(tx, &audit, &id)).await?;
    Ok(([etag(row.revision)], Json(view(row))).into_response())
}

/// Call off a revocation that waits for what takes its place
///
/// The renewal goes on.
///
/// # Errors
/// 404, 409 when it does not wait any more.
#[utoipa::path(post, path = "/revocations/{id}/cancel", tag = "revocations", params(("id" = RevocationId, Path)),
    request_body = CancelRevocation,
    responses((status = 200, body = Revocation), (status = 409, description = "It does not wait any more")))]
pub async fn cancel(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Revocation>,
    Body(request): Body<CancelRevocation>,
) -> Result<Json<Revocation>, Error> {
    let mut checks = Checks::default();
    checks.optional_text("/comment", request.comment.as_deref(), MAX_COMMENT);
    checks.finish()?;
    let audit = context.audit(&app);
    let row = app
        .store
        .write("revocations.cancel", move |tx| ops::cancel(tx, &audit, &id, request.comment.as_deref()))
        .await?;
    Ok(Json(view(row)))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    use Permission as P;
    api.route(Access::Need(P::CertificatesRevoke), routes!(revoke))
        .route(Access::Need(P::CertificatesRevoke), routes!(create))
        .route(Access::Need(P::CertificatesRead), routes!(list))
        .route(Access::Need(P::CertificatesRead), routes!(show))
        .route(Access::Need(P::CertificatesRevoke), routes!(cancel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_read_as_tools_print_them() {
        let check = |text: &str, expected: Option<&str>| {
            let read = read_serial(text).map(|serial| serial.to_hex());
            assert_eq!(read.as_deref(), expected, "{text}");
        };
        check("3F:9A:01", Some("3f9a01"));
        check("0x3f", None);
        check("f", Some("0f"));
        check("00 3f 9a", Some("3f9a"));
        check("00", None);
        check("", None);
        check("zz", None);
    }
}
