//! Whether the server is alive, and whether it is ready, by named checks.
//!
//! Not for: metrics. Invariant: a check says what to do about it in the log's words, not in secrets: these routes are
//! public.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use certctl_api::health::{Alive, Check, Ready, ServerVersion};
use certctl_store::instance;
use http::StatusCode;

use crate::{
    app::App,
    error::{Error, chain},
};

/// The longest that a check may take.
const LIMIT: Duration = Duration::from_secs(2);
/// The engine goes round every few seconds.
const ENGINE_LATE: Duration = Duration::from_secs(60);

/// That the process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Alive)))]
pub async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok".to_owned() })
}

/// Whether the server can do its work: 200, or 503 with what is missing.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, description = "Ready", body = Ready), (status = 503, description = "Not ready; the checks say why", body = Ready)))]
pub async fn ready(State(app): State<App>) -> Response {
    let store = tokio::time::timeout(LIMIT, app.store.check()).await;
    let store = match store {
        Ok(Ok(())) => Ok("reads and writes get through".to_owned()),
        Ok(Err(error)) => {
            tracing::warn!("The store does not answer: {}", chain(&error));
            Err("the database does not answer; the log says why".to_owned())
        }
        Err(_) => Err(format!("the database takes longer than {} s", LIMIT.as_secs())),
    };
    let sealing_key = match &store {
        Ok(_) => sealing_key(&app).await,
        Err(_) => Err("not known while the store does not answer".to_owned()),
    };
    // A server whose schema is not this release's does not start, so a running one has it.
    let migrations = Ok("the schema is this release's".to_owned());
    let checks: Vec<Check> = [
        ("store", store),
        ("migrations", migrations),
        ("sealing_key", sealing_key),
        ("scheduler", scheduler(&app)),
    ]
    .into_iter()
    .map(|(name, result)| match result {
        Ok(detail) => Check { name: name.to_owned(), ok: true, detail },
        Err(detail) => Check { name: name.to_owned(), ok: false, detail },
    })
    .collect();
    if checks.iter().all(|check| check.ok) && !app.shutdown.is_cancelled() {
        (StatusCode::OK, Json(Ready { status: "ready".to_owned(), checks })).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(Ready { status: "not_ready".to_owned(), checks }))
            .into_response()
    }
}

async fn sealing_key(app: &App) -> Result<String, String> {
    let stored = app
        .store
        .read("health.sealing_key", |tx| instance::value(tx, "sealing_key_id").map_err(Error::from))
        .await
        .map_err(|_| "cannot be compared".to_owned())?;
    if stored.as_deref() == Some(app.sealer.key_id().as_str()) {
        Ok("is the one of this database".to_owned())
    } else {
        Err("the database is sealed with another key than this server has".to_owned())
    }
}

fn scheduler(app: &App) -> Result<String, String> {
    let idle = app.now().since(app.engine_beat.last());
    let text = format!("last went round {} s ago", idle.as_secs());
    if idle < ENGINE_LATE { Ok(text) } else { Err(text) }
}

/// Release and API version.
#[utoipa::path(get, path = "/version", tag = "health", responses((status = 200, body = ServerVersion)))]
pub async fn version() -> Json<ServerVersion> {
    Json(ServerVersion { version: env!("CARGO_PKG_VERSION").to_owned(), api: "v1".to_owned() })
}
