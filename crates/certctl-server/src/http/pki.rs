//! What clients of certificates read, without a key: CRLs, the certificate of their authority, OCSP answers.
//!
//! The same paths are served over HTTPS and by a plain listener of their own, because what is fetched is signed, and a client
//! that checks a TLS certificate cannot need another one first (RFC 5280, section 8). Over HTTPS an address pays for each
//! request as everywhere; the plain listener bounds connections and what one request may cost.
//! Not for: making lists (`engine/crls.rs`) and answers (`ocsp.rs`), or the API. Invariants: nothing is changed here but
//! caches; the caching headers never promise more than the signed times do (RFC 5019, section 6; RFC 9111).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use bytes::Bytes;
use certctl_core::{
    actor::Actor,
    ca::{CaGeneration, CaState},
    revocation::part_of_name,
    time::Ts,
};
use certctl_pki::{
    OcspFailure, fingerprint::sha256_hex, ocsp::MAX_OCSP_REQUEST_BYTES, ocsp::decode_get_path,
};
use certctl_store::{
    cas,
    crls::{self, CrlKind},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::{auth::Access, budgets, proofs};
use crate::{
    app::App,
    error::{Error, chain},
    hierarchy::certificate_of,
    ocsp::{self, Outcome},
    tls::listener::Peer,
};

/// How long clients and proxies may keep a list or an answer: they know of a revocation at the latest then, although the signed
/// times would let them wait longer.
const MAX_AGE_SECONDS: i64 = 300;
/// How long they may keep an authority's certificate.
const CERTIFICATE_MAX_AGE_SECONDS: i64 = 86_400;

/// How long they may keep the roots: a new one is there well before it is needed.
const BUNDLE_MAX_AGE_SECONDS: i64 = 3_600;

/// The lists that this process has read, by part and kind.
#[derive(Debug, Default)]
pub struct Lists(Mutex<HashMap<ListKey, Arc<Document>>>);

/// Whose list, in how many parts, which of them, and of which kind.
type ListKey = (CaGeneration, u16, u16, CrlKind);

/// Something that is served as it is.
#[derive(Debug, Clone)]
struct Document {
    number: i64,
    kind: &'static str,
    body: Bytes,
    etag: String,
    made_at: Ts,
    ends_at: Ts,
}

/// The routes. Over HTTPS, where a peer is known by its address, each request is paid for.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/pki/trust-bundle.pem", get(trust_bundle))
        .route("/pki/{name}", get(certificate))
        .route("/pki/{issuer}/{list}", get(list))
        .route("/pki/{issuer}/ocsp", axum::routing::post(ocsp_post))
        .route("/pki/{issuer}/ocsp/{*request}", get(ocsp_get))
        .route_layer(from_fn_with_state(app.clone(), pay))
}

/// The plain listener's service: these routes, answers of http-01, and nothing else.
pub fn alone(app: &App) -> Router {
    router(app)
        .merge(proofs::router(app))
        .fallback(nothing_here)
        .layer(from_fn_with_state(app.clone(), in_time))
        .with_state(app.clone())
}

async fn nothing_here() -> Response {
    (StatusCode::NOT_FOUND, "there is nothing at this path\n").into_response()
}

/// As on the main listener: nobody waits for longer than a request may take.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let limit = app.config.limits.request_timeout;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::TimedOut { seconds: limit.as_secs() }.into_response(),
    }
}

/// Takes a request from its address's budget, where there is one.
pub(super) async fn pay(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(address) = request.extensions().get::<Peer>().map(|peer| peer.address.ip()) else {
        return next.run(request).await;
    };
    let (spent, turn) = budgets::admit(&app, Access::Public, &Actor::Anonymous, Some(address)).await;
    let mut response = match turn {
        Ok(_turn) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    spent.add_headers(&mut response);
    response
}

fn ca_of(text: &str) -> Result<CaGeneration, Error> {
    text.parse().map_err(|_| Error::not_found("CA", text.chars().take(80).collect::<String>()))
}

/// The certificate of an authority, DER: `/pki/iss-local.cer`.
async fn certificate(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let found = name.strip_suffix(".cer");
    let of = ca_of(found.ok_or_else(|| Error::NoRoute { path: format!("/pki/{}", shown(&name)) })?)?;
    let wanted = of.clone();
    let row = app.store.read("pki.certificate", move |tx| Ok::<_, Error>(cas::of_generation(tx, &wanted)?));
    let row = row.await?.ok_or_else(|| Error::not_found("CA", of.to_string()))?;
    let body = Bytes::from(certificate_of(&row)?);
    let document = Document {
        number: 0,
        kind: "application/pkix-cert",
        etag: format!("\"{}\"", row.fingerprint_sha256.get(..32).unwrap_or_default()),
        body,
        made_at: row.not_before,
        ends_at: row.not_after,
    };
    Ok(answer(&document, &headers, app.now(), CERTIFICATE_MAX_AGE_SECONDS))
}

/// The roots that clients are to trust, PEM: those that sign, and those that were replaced while anything below them lives.
async fn trust_bundle(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    let roots = app.store.read("pki.trust_bundle", |tx| Ok::<_, Error>(cas::roots(tx)?)).await?;
    let now = app.now();
    // When the bundle became what it is: a root came, was retired, or ended.
    let moments = roots.iter().flat_map(|row| [Some(row.created_at), row.retired_at, Some(row.not_after)]);
    let changed = moments.flatten().filter(|at| *at <= now).max();
    let trusted: Vec<_> =
        roots.iter().filter(|row| row.state != CaState::Retired && row.not_after > now).collect();
    let text: String = trusted.iter().map(|row| row.certificate_pem.as_str()).collect();
    let ends_at = trusted.iter().map(|row| row.not_after).min();
    let document = Document {
        number: 0,
        kind: "application/x-pem-file",
        etag: format!("\"{}\"", sha256_hex(text.as_bytes()).get(..32).unwrap_or_default()),
        body: Bytes::from(text),
        made_at: changed.unwrap_or(now),
        ends_at: ends_at.unwrap_or(now),
    };
    Ok(answer(&document, &headers, now, BUNDLE_MAX_AGE_SECONDS))
}

fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}

/// A list: `/pki/iss-local/all.crl`, `/pki/iss-local/0-of-4-delta.crl`.
async fn list(
    State(app): State<App>,
    Path((issuer, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let no_route = || Error::NoRoute { path: format!("/pki/{}/{}", shown(&issuer), shown(&name)) };
    let part = name.strip_suffix(".crl").ok_or_else(no_route)?;
    let (part, kind) = match part.strip_suffix("-delta") {
        Some(part) => (part, CrlKind::Delta),
        None => (part, CrlKind::Full),
    };
    let (parts, part) = part_of_name(part).ok_or_else(no_route)?;
    let issuer = ca_of(&issuer)?;
    let document = read_list(&app, (issuer, parts, part, kind)).await?.ok_or_else(no_route)?;
    Ok(answer(&document, &headers, app.now(), MAX_AGE_SECONDS))
}

/// The list that is served now; read anew when its number is another one.
async fn read_list(
    app: &App,
    key: (CaGeneration, u16, u16, CrlKind),
) -> Result<Option<Arc<Document>>, Error> {
    let known = {
        let lists = app.lists.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(&key).cloned()
    };
    let (issuer, parts, part, kind) = key.clone();
    let known_number = known.as_ref().map(|known| known.number);
    let of = (i64::from(parts), i64::from(part));
    let read = app
        .store
        .read("pki.list", move |tx| {
            let number = crls::number(tx, &issuer, of, kind)?;
            if number.is_none() || number == known_number {
                return Ok::<_, Error>((number, None));
            }
            Ok((number, crls::by_part(tx, &issuer, of, kind)?))
        })
        .await?;
    match read {
        (None, _) => Ok(None),
        (Some(_), None) => Ok(known),
        (Some(_), Some(row)) => {
            let document = Arc::new(Document {
                number: row.number,
                kind: "application/pkix-crl",
                etag: format!("\"{}-{}-{}\"", kind.as_str(), row.number, row.this_update.as_second()),
                body: row.der.into(),
                made_at: row.this_update,
                ends_at: row.next_update,
            });
            let mut lists = app.lists.0.lock().unwrap_or_else(PoisonError::into_inner);
            lists.insert(key, Arc::clone(&document));
            Ok(Some(document))
        }
    }
}

/// A document with its caching headers, or 304 when the caller has it.
fn answer(document: &Document, asked: &HeaderMap, now: Ts, max_age: i64) -> Response {
    let left = document.ends_at.seconds_since(now).max(0);
    let caching = format!("public, max-age={}, no-transform, must-revalidate", left.min(max_age));
    let headers = [
        (header::ETAG, document.etag.clone()),
        (header::LAST_MODIFIED, document.made_at.http_date()),
        (header::EXPIRES, document.ends_at.http_date()),
        (header::CACHE_CONTROL, caching),
    ];
    if is_known(asked, document) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, document.kind)], document.body.clone()).into_response()
}

/// Whether the caller has it already (RFC 9110, sections 13.1.2 and 13.1.3): by its tag, and only without one by its time.
fn is_known(asked: &HeaderMap, document: &Document) -> bool {
    let mut tags = asked.get_all(header::IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        return tags.filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(',')).any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == document.etag
        });
    }
    let since = asked.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
    since.is_some_and(|since| since == document.made_at.http_date())
}

/// RFC 6960, appendix A.1: a request in the body.
async fn ocsp_post(
    State(app): State<App>,
    Path(issuer): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let issuer = ca_of(&issuer)?;
    match to_bytes(body, MAX_OCSP_REQUEST_BYTES).await {
        Ok(request) => asked(&app, &issuer, &request, &headers, &Method::POST).await,
        Err(_) => Ok(failed(OcspFailure::MalformedRequest)),
    }
}

/// RFC 6960, appendix A.1: a request in the path.
async fn ocsp_get(
    State(app): State<App>,
    Path((issuer, _)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Error> {
    let issuer = ca_of(&issuer)?;
    // As it was sent: base64 may hold slashes, and an escaped one is no path.
    let path = request.uri().path();
    let text = path.split_once("/ocsp/").map_or("", |(_, rest)| rest);
    match decode_get_path(text) {
        Ok(der) => asked(&app, &issuer, &der, request.headers(), &Method::GET).await,
        Err(_) => Ok(failed(OcspFailure::MalformedRequest)),
    }
}

async fn asked(
    app: &App,
    issuer: &CaGeneration,
    request: &[u8],
    headers: &HeaderMap,
    method: &Method,
) -> Result<Response, Error> {
    let outcome = match ocsp::answer(app, issuer, request).await {
        Ok(outcome) => outcome,
        Err(Error::NotFound { .. } | Error::Conflict { .. }) => {
            return Err(Error::not_found("CA", issuer.to_string()));
        }
        // The client gets what the protocol has for it; we see the cause.
        Err(error @ Error::Unavailable { .. }) => {
            tracing::warn!("An OCSP request of {issuer} could not be answered: {}", chain(&error));
            Outcome::Failed(OcspFailure::TryLater)
        }
        Err(error) => {
            tracing::error!("An OCSP request of {issuer} could not be answered: {}", chain(&error));
            Outcome::Failed(OcspFailure::InternalError)
        }
    };
    let signed = match outcome {
        Outcome::Failed(failure) => return Ok(failed(failure)),
        Outcome::Signed(signed) => signed,
    };
    let kind = HeaderValue::from_static("application/ocsp-response");
    let Some(ends_at) = signed.kept_until else {
        let headers =
            [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        return Ok((headers, signed.der.clone()).into_response());
    };
    let document = Document {
        number: 0,
        kind: "application/ocsp-response",
        etag: format!("\"{}\"", sha256_hex(&signed.der).get(..32).unwrap_or_default()),
        body: signed.der.clone(),
        made_at: signed.produced_at,
        ends_at,
    };
    // A 304 answers a GET only (RFC 9110, section 13.1.2).
    let none = HeaderMap::new();
    let conditions = if *method == Method::GET { headers } else { &none };
    Ok(answer(&document, conditions, app.now(), MAX_AGE_SECONDS))
}

fn failed(failure: OcspFailure) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/ocsp-response")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, failure.to_der()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        Document {
            number: 3,
            kind: "application/pkix-crl",
            body: Bytes::from_static(b"list"),
            etag: "\"full-3\"".to_owned(),
            made_at: Ts::from_second(1_000),
            ends_at: Ts::from_second(1_100),
        }
    }

    fn status(name: header::HeaderName, value: &str) -> StatusCode {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        answer(&document(), &headers, Ts::from_second(1_010), 300).status()
    }

    #[test]
    fn who_has_it_gets_nothing_again() {
        for tag in ["\"full-3\"", "W/\"full-3\"", "\"a\", \"full-3\"", "*"] {
            assert_eq!(status(header::IF_NONE_MATCH, tag), StatusCode::NOT_MODIFIED, "{tag}");
        }
        assert_eq!(status(header::IF_NONE_MATCH, "\"full-2\""), StatusCode::OK);
        let made_at = document().made_at.http_date();
        assert_eq!(status(header::IF_MODIFIED_SINCE, &made_at), StatusCode::NOT_MODIFIED);
        assert_eq!(status(header::IF_MODIFIED_SINCE, "Thu, 01 Jan 1970 00:00:00 GMT"), StatusCode::OK);
    }

    #[test]
    fn nobody_may_keep_it_for_longer_than_it_holds() {
        let caching = |now: i64| {
            let response = answer(&document(), &HeaderMap::new(), Ts::from_second(now), 300);
            response.headers()[header::CACHE_CONTROL].to_str().unwrap().to_owned()
        };
        assert!(caching(1_010).contains("max-age=90,"), "{}", caching(1_010));
        assert!(caching(2_000).contains("max-age=0,"), "{}", caching(2_000));
    }
}
