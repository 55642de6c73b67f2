//! Answers of http-01 (RFC 8555, section 8.3) that the control plane gives for the names' own web servers.
//!
//! Those lead whoever asks for `/.well-known/acme-challenge/` here, by a redirection or as a proxy; a CA follows a redirection to
//! port 80 or 443 of another name. Served where CRLs are: by the plain listener, and over HTTPS. What is answered is in the store,
//! so that every replica gives it. Not for: which proofs are wanted (`ops/challenges.rs`). Invariant: only an answer whose order is
//! open is given, and only for its token.

use axum::Router;
use axum::extract::{Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use certctl_store::challenges;
use http::{StatusCode, header};

use super::pki::pay;
use crate::app::App;
use crate::error::Error;

/// The longest token that is looked for.
const MAX_TOKEN: usize = 512;

/// The route. Over HTTPS, where a peer is known by its address, each request is paid for.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/.well-known/acme-challenge/{token}", get(answer))
        .route_layer(from_fn_with_state(app.clone(), pay))
}

async fn answer(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Error> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_token = (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(letter);
    let found = if is_token {
        app.store
            .read("proofs.answer", move |tx| challenges::answer_of(tx, &token).map_err(Error::from))
            .await?
    } else {
        None
    };
    let no_store = (header::CACHE_CONTROL, "no-store");
    Ok(match found {
        Some(text) => ([(header::CONTENT_TYPE, "application/octet-stream"), no_store], text).into_response(),
        None => (StatusCode::NOT_FOUND, [no_store], "no order here waits for this token\n").into_response(),
    })
}
