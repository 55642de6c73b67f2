//! Around every request: its id, its time limit, panics, the access line, the headers every answer has.
//!
//! Not for: who calls (`auth.rs`). Invariants: every answer carries `x-request-id`; there is one access line for each
//! request, and nothing of a body or credential in it.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use http::{HeaderName, HeaderValue, Method, header};

use super::{auth::AnsweredTo, metrics};
use crate::{
    app::App,
    error::{Error, ProblemSummary},
    request::with_request_id,
};

/// The longest that a handler may take to its answer's header.
const LIMIT: Duration = Duration::from_secs(60);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = std::time::Instant::now();
    let id = request_id(&app, &request);
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let handled = AssertUnwindSafe(tokio::time::timeout(LIMIT, next.run(request))).catch_unwind();
    let mut response = with_request_id(Arc::clone(&id), async {
        match handled.await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Error::TimedOut { seconds: LIMIT.as_secs() }.into_response(),
            Err(panic) => Error::internal(format!("a handler panicked: {}", words(&*panic))).into_response(),
        }
    })
    .await;
    let took = began.elapsed();
    let path = path.as_ref().map_or("unmatched", MatchedPath::as_str);
    add_headers(&mut response, &id);
    metrics::answered(&method, path, response.status(), took);
    access_line(&method, path, &id, &response, took);
    response
}

/// A caller's own id is kept when it is short and harmless, so that one id follows a request through systems.
fn request_id(app: &App, request: &Request) -> Arc<str> {
    let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match given {
        Some(text) if (1..=64).contains(&text.len()) && text.chars().all(harmless) => text.into(),
        // Ids that sort by time are cheap to index.
        Some(_) | None => app.new_id::<certctl_core::id::Request>().as_str().into(),
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

fn add_headers(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn access_line(method: &Method, path: &str, id: &str, response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let actor = response.extensions().get::<AnsweredTo>().map_or_else(String::new, |who| who.0.to_string());
    let code = response.extensions().get::<ProblemSummary>().map_or("", |problem| problem.code);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let quiet = matches!(path, "/api/v1/agent/poll" | "/healthz" | "/readyz" | "/metrics");
    if quiet && response.status().is_success() {
        tracing::debug!(request.id = id, %method, path, status, ms, actor, "{method} {path} {status}");
    } else {
        tracing::info!(request.id = id, %method, path, status, ms, actor, code, "{method} {path} {status}");
    }
}

/// The answer to a path that nobody has.
pub async fn no_route(request: Request) -> Error {
    Error::NoRoute { path: shown(request.uri().path()) }
}

/// The answer to a method that a path does not have.
pub async fn no_method(request: Request) -> Error {
    Error::MethodNotAllowed { method: request.method().to_string(), path: shown(request.uri().path()) }
}

fn shown(path: &str) -> String {
    path.chars().take(200).collect()
}
