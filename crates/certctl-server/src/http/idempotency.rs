//! `Idempotency-Key`: a POST that is sent again, because its answer was lost, is done once.
//!
//! The first request takes the key, runs, and leaves its answer, sealed, because answers may hold a new key's secret.
//! The same request again within a day gets that answer; another request under the key is a 422; one that comes while
//! the first is under way is a 409. Only successes are kept: a refused request changed nothing, so it may be tried
//! again. Not for: agents, whose reports are idempotent by themselves.
//! Invariant: two requests with one key are never both carried out, unless the first one's process died more than two
//! minutes before.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use certctl_store::{idempotency as keys, idempotency::Claim, trace};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::Instrument as _;

use super::{auth::Access, openapi::takes_idempotency_key};
use crate::{
    app::App,
    error::Error,
    request::{RequestContext, read_body, with_request_id},
};

/// How long answers are kept.
pub const KEEP_SECONDS: i64 = 86_400;
/// A request takes a minute at most; one that has no answer after two was cut off.
const ABANDONED_SECONDS: i64 = 120;
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const KIND: &str = "idempotent_answer";

/// The key of a request, if it has one and the route takes it.
///
/// # Errors
/// 400 when it is empty, too long, or not ASCII.
pub fn key(request: &Request, access: Access) -> Result<Option<String>, Error> {
    let takes = request.method() == Method::POST && takes_idempotency_key(access);
    let Some(value) = request.headers().get(&HEADER).filter(|_| takes) else { return Ok(None) };
    match value.to_str() {
        Ok(text) if (1..=255).contains(&text.len()) && !text.contains('\t') => Ok(Some(text.to_owned())),
        Ok(_) | Err(_) => {
            Err(Error::bad_field("Idempotency-Key:", "it has to be 1 to 255 printable ASCII characters"))
        }
    }
}

/// An answer as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    headers: Vec<(String, String)>,
    body: String,
}

/// Runs a request under its key, or gives the answer of the first one. In a task of its own: a caller who hangs up is
/// the one who will ask again, so the work must come to its end and leave its answer.
pub async fn run(app: &App, context: &RequestContext, key: String, request: Request, next: Next) -> Response {
    let (app, context) = (app.clone(), context.clone());
    let tracker = app.tracker.clone();
    let task = with_request_id(Arc::clone(&context.request_id), app.config.limits.max_body, async move {
        match attempt(&app, &context, key, request, next).await {
            Ok(response) => response,
            Err(error) => error.into_response(),
        }
    });
    // In the trace and the log it stays the request that it is.
    let spawned = match trace::current() {
        Some(origin) => tracker.spawn(trace::scope(origin, task).in_current_span()),
        None => tracker.spawn(task.in_current_span()),
    };
    match spawned.await {
        Ok(response) => response,
        Err(error) => Error::internal(error).into_response(),
    }
}

async fn attempt(
    app: &App,
    context: &RequestContext,
    key: String,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let body = read_body(&parts.headers, body).await?;
    let mut text = format!("{}\n{}\n", parts.method, parts.uri).into_bytes();
    text.extend_from_slice(&body);
    let hash = certctl_pki::fingerprint::sha256_hex(&text);
    let caller = context.actor.id().to_owned();
    let abandoned = app.now().plus_seconds(-ABANDONED_SECONDS);
    let claim = {
        let (caller, key, hash) = (caller.clone(), key.clone(), hash.clone());
        app.store.bookkeeping("idempotency.claim", move |tx| {
            keys::claim(tx, &caller, &key, &hash, abandoned).map_err(Error::from)
        })
    };
    if let Claim::Taken(row) = claim.await? {
        if row.request_hash != hash {
            return Err(Error::KeyReused { key });
        }
        return match (row.status, row.body) {
            (Some(status), Some(sealed)) => replay(app, &caller, &key, status, &sealed),
            (Some(_) | None, Some(_) | None) => {
                let detail =
                    "the first request with this Idempotency-Key is still under way; ask again in a moment";
                Err(Error::conflict("request_under_way", detail, json!({})))
            }
        };
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    settle(app, caller, key, response).await
}

fn record(caller: &str, key: &str) -> String {
    format!("{caller}/{key}")
}

/// Keeps a success; gives the key back after anything else.
async fn settle(app: &App, caller: String, key: String, response: Response) -> Result<Response, Error> {
    if !response.status().is_success() {
        app.store
            .bookkeeping("idempotency.release", move |tx| {
                keys::release(tx, &caller, &key).map_err(Error::from)
            })
            .await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Error::internal)?.to_bytes();
    let headers = [header::CONTENT_TYPE, header::ETAG, header::LOCATION]
        .into_iter()
        .filter_map(|name| Some((name.to_string(), parts.headers.get(&name)?.to_str().ok()?.to_owned())))
        .collect();
    let kept = Kept { headers, body: STANDARD.encode(&body) };
    let text = serde_json::to_vec(&kept).map_err(Error::internal)?;
    let sealed = app.sealer.seal(&record(&caller, &key), KIND, &text).map_err(Error::internal)?;
    let status = parts.status.as_u16();
    app.store
        .bookkeeping("idempotency.settle", move |tx| {
            keys::settle(tx, &caller, &key, status, &sealed).map_err(Error::from)
        })
        .await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(app: &App, caller: &str, key: &str, status: u16, sealed: &[u8]) -> Result<Response, Error> {
    let text = app.sealer.open(&record(caller, key), KIND, sealed).map_err(Error::internal)?;
    let kept: Kept = serde_json::from_slice(&text).map_err(Error::internal)?;
    let body = STANDARD.decode(&kept.body).map_err(Error::internal)?;
    let status = StatusCode::from_u16(status).map_err(Error::internal)?;
    let mut response = (status, body).into_response();
    for (name, value) in &kept.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
