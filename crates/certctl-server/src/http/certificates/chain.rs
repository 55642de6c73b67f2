//! Chains: a version's certificate and what is above it, as a server presents them.
//!
//! Not for: keys. Invariant: the root is left out (RFC 8446, section 4.4.2).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_core::id::{CertificateId, VersionId};
use certctl_pki::{CertificateInfo, pem};
use certctl_store::versions::VersionRow;
use certctl_store::{Tx, cas, holders, issuers, versions};
use http::header;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::ops::certificates as ops;
use crate::request::{PathId, Query, RequestContext};

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
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<ChainQuery>,
) -> Result<Response, Error> {
    let text = app
        .store
        .read("certificates.chain", move |tx| {
            let version = wanted(tx, &context, &id, query.version.as_ref())?;
            chain_pem(tx, &version)
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/pem-certificate-chain")], text).into_response())
}

/// The certificate of a version alone, without its chain (DER).
///
/// # Errors
/// 404 when nothing has been issued.
#[utoipa::path(get, path = "/certificates/{id}/chain.der", tag = "certificates",
    params(("id" = CertificateId, Path), ChainQuery),
    responses((status = 200, content_type = "application/pkix-cert", body = Vec<u8>)))]
pub async fn der(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<ChainQuery>,
) -> Result<Response, Error> {
    let bytes = app
        .store
        .read("certificates.der", move |tx| {
            Ok::<_, Error>(wanted(tx, &context, &id, query.version.as_ref())?.certificate_der)
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/pkix-cert")], bytes).into_response())
}

/// The chain of a version as one PKCS #7 bundle, leaf first (DER): what Windows and Java import.
///
/// # Errors
/// 404 when nothing has been issued.
#[utoipa::path(get, path = "/certificates/{id}/chain.p7b", tag = "certificates",
    params(("id" = CertificateId, Path), ChainQuery),
    responses((status = 200, content_type = "application/pkcs7-mime", body = Vec<u8>)))]
pub async fn p7b(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<ChainQuery>,
) -> Result<Response, Error> {
    let bytes = app
        .store
        .read("certificates.p7b", move |tx| {
            let version = wanted(tx, &context, &id, query.version.as_ref())?;
            Ok::<_, Error>(certctl_pki::certs_only(&chain_der(tx, &version)?))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/pkcs7-mime; smime-type=certs-only")], bytes).into_response())
}

/// What a version says, for people: subject, names, validity, key, extensions, fingerprints; one fact a line.
///
/// # Errors
/// 404 when nothing has been issued.
#[utoipa::path(get, path = "/certificates/{id}/text", tag = "certificates",
    params(("id" = CertificateId, Path), ChainQuery),
    responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn text(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Certificate>,
    Query(query): Query<ChainQuery>,
) -> Result<Response, Error> {
    let text = app
        .store
        .read("certificates.text", move |tx| {
            let version = wanted(tx, &context, &id, query.version.as_ref())?;
            let info = CertificateInfo::parse(&version.certificate_der).map_err(Error::internal)?;
            Ok::<_, Error>(certctl_pki::describe(&info))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// The version that is asked for.
fn wanted(
    tx: &mut Tx<'_>,
    context: &RequestContext,
    id: &CertificateId,
    version: Option<&VersionId>,
) -> Result<VersionRow, Error> {
    ops::load(tx, &context.scope, id)?;
    let wanted = match version {
        Some(version) => Some(version.clone()),
        None => holders::of_certificate(tx, id)?.into_iter().find_map(|h| h.current_version_id),
    };
    let version = match &wanted {
        Some(wanted) => versions::by_id(tx, wanted)?.filter(|v| v.certificate_id == *id),
        None => None,
    };
    let name = wanted.map_or_else(|| format!("of {id}"), |w| w.to_string());
    version.ok_or_else(|| Error::not_found("certificate version", name))
}

/// The chain that a server presents: leaf and intermediates, without the root (RFC 8446, section 4.4.2).
///
/// # Errors
/// Those of the store.
pub fn chain_pem(tx: &mut Tx<'_>, version: &VersionRow) -> Result<String, Error> {
    Ok(pem::encode_certificates(chain_der(tx, version)?))
}

/// The chain of the CA that has signed it (PEM), or else of its issuer.
fn above(tx: &mut Tx<'_>, version: &VersionRow) -> Result<Option<String>, Error> {
    if let Some(ca) = cas::of_generation(tx, &version.signed_by())? {
        return Ok(Some(ca.chain_pem));
    }
    Ok(issuers::by_id(tx, &version.issuer_id)?.map(|issuer| issuer.chain_pem))
}

fn chain_der(tx: &mut Tx<'_>, version: &VersionRow) -> Result<Vec<Vec<u8>>, Error> {
    let mut chain = vec![version.certificate_der.clone()];
    if let Some(own) = &version.chain_pem {
        // As the authority gave it; RFC 8555 (section 7.4.2) leaves the root out.
        if !own.is_empty() {
            chain.extend(pem::decode_certificates(own).map_err(Error::internal)?);
        }
    } else if let Some(above) = above(tx, version)?.filter(|above| !above.is_empty()) {
        let now = tx.now().as_second();
        for (place, der) in pem::decode_certificates(&above).map_err(Error::internal)?.into_iter().enumerate()
        {
            let info = CertificateInfo::parse(&der).map_err(Error::internal)?;
            // A cross-certificate that has ended helps nobody; what signed the leaf stays, so that the chain says what it is.
            if !info.is_self_issued && (place == 0 || info.not_after > now) {
                chain.push(der);
            }
        }
    }
    Ok(chain)
}
