//! Around every request: its id, its time limit, panics, the access line, the headers every answer has.
//!
//! Not for: who calls (`auth.rs`). Invariants: every answer carries `x-request-id` and `traceresponse`; there is one access line for each
//! request, and nothing of a body or credential in it.

use std::{net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use certctl_core::{actor::Actor, trace::TraceContext};
use certctl_store::trace;
use futures_util::FutureExt as _;
use http::{HeaderName, HeaderValue, Method, header};
use tracing::Instrument as _;

use super::{
    auth::{Access, AnsweredTo},
    budgets, metrics, origins,
    rest::Rest,
};
use crate::{
    app::App,
    error::{Error, ProblemSummary},
    request::with_request_id,
    spans,
    tls::listener::Peer,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The answer's counterpart (W3C Trace Context, level 2).
const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// The outermost layer.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = std::time::Instant::now();
    let limits = &app.config.limits;
    let limit = limits.request_timeout;
    origins::see_through_proxies(limits, &mut request);
    let origin = origins::allowed(limits, &request);
    let id = request_id(&app, &request);
    let above = traceparent(&request);
    let context = app.tracer.begin(&*app.random, above);
    let traced = app.tracer.origin(Arc::clone(&id), context);
    let span = tracing::error_span!("request", request.id = &*id, trace.id = %context.trace_id);
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let preflight = origins::preflight(&request, origin.as_ref());
    let (request, rest) = Rest::of(request);
    let handled = async {
        match preflight {
            Some(answer) => answer,
            None => next.run(request).await,
        }
    };
    let handled = AssertUnwindSafe(tokio::time::timeout(limit, handled)).catch_unwind();
    let answering = with_request_id(Arc::clone(&id), limits.max_body, async {
        match handled.await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Error::TimedOut { seconds: limit.as_secs() }.into_response(),
            Err(panic) => Error::internal(format!("a handler panicked: {}", words(&*panic))).into_response(),
        }
    });
    let mut response = trace::scope(traced, answering).instrument(span.clone()).await;
    rest.finish(&mut response).await;
    let took = began.elapsed();
    let path = path.as_ref().map_or("unmatched", MatchedPath::as_str);
    add_headers(&mut response, &id, context);
    origins::add_headers(limits, &mut response, origin);
    metrics::answered(&method, path, response.status(), took);
    span.in_scope(|| access_line(&method, path, &response, took));
    app.tracer.record(context, || {
        let answered = spans::Answered {
            request_id: &id,
            method: metrics::method_label(&method),
            route: path,
            status: response.status().as_u16(),
            actor: actor(&response),
            problem: problem_code(&response),
            took,
        };
        spans::request(app.now(), context, above.map(|above| above.span_id), &answered)
    });
    response
}

/// The caller's place in a trace (W3C Trace Context); with several headers, or one that cannot be read, a new trace begins.
fn traceparent(request: &Request) -> Option<TraceContext> {
    let mut given = request.headers().get_all(&TRACEPARENT).iter();
    match (given.next(), given.next()) {
        (Some(only), None) => only.to_str().ok().and_then(|text| TraceContext::parse(text.trim())),
        (Some(_) | None, Some(_) | None) => None,
    }
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

fn add_headers(response: &mut Response, id: &str, context: TraceContext) {
    let headers = response.headers_mut();
    for (name, text) in [(REQUEST_ID, id), (TRACERESPONSE, &context.to_string())] {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn actor(response: &Response) -> String {
    response.extensions().get::<AnsweredTo>().map_or_else(String::new, |who| who.0.to_string())
}

fn problem_code(response: &Response) -> &'static str {
    response.extensions().get::<ProblemSummary>().map_or("", |problem| problem.code)
}

/// In the span of its request, which says the ids.
fn access_line(method: &Method, path: &str, response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let (actor, code) = (actor(response), problem_code(response));
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let quiet = matches!(path, "/api/v1/agent/poll" | "/healthz" | "/readyz" | "/metrics");
    if quiet && response.status().is_success() {
        tracing::debug!(%method, path, status, ms, actor, "{method} {path} {status}");
    } else {
        tracing::info!(%method, path, status, ms, actor, code, "{method} {path} {status}");
    }
}

/// The answer to a path that nobody has.
pub async fn no_route(State(app): State<App>, request: Request) -> Response {
    let error = Error::NoRoute { path: shown(request.uri().path()) };
    to_a_stranger(&app, address(&request), error).await
}

/// The answer to a method that a path does not have.
pub async fn no_method(State(app): State<App>, request: Request) -> Response {
    let (method, path) = (request.method().to_string(), shown(request.uri().path()));
    to_a_stranger(&app, address(&request), Error::MethodNotAllowed { method, path }).await
}

/// Nobody is known on these paths: the address pays.
async fn to_a_stranger(app: &App, address: Option<IpAddr>, error: Error) -> Response {
    let (spent, turn) = budgets::admit(app, Access::Public, &Actor::Anonymous, address).await;
    let mut response = match turn {
        Ok(_) => error.into_response(),
        Err(refused) => refused.into_response(),
    };
    spent.add_headers(&mut response);
    response
}

fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<Peer>().map(|peer| peer.address.ip())
}

fn shown(path: &str) -> String {
    path.chars().take(200).collect()
}
