//! API keys over HTTP.
//!
//! Not for: checking a presented secret (`auth.rs`). Invariants: a secret is shown once, when it is made; what was
//! revoked or replaced is refused from the answer on.

use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use certctl_api::api_keys::{ApiKey, ApiKeyCreated, CreateApiKey};
use certctl_api::page::Page;
use certctl_core::id::ApiKeyId;
use certctl_core::permission::Permission;
use certctl_store::api_keys::{self, ApiKeyRow};
use http::{StatusCode, header};
use utoipa_axum::routes;

use crate::app::App;
use crate::credentials::NewCredential;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::http::settings::PageQuery;
use crate::http::{cursor, identities};
use crate::ops::settings::{self, Checks};
use crate::request::{Body, PathId, Query, RequestContext};

/// What every secret of a key begins with.
const SECRET: &str = "ck_";
/// Ten years.
const LONGEST_SECONDS: i64 = 315_360_000;
/// How long a key with an end lasts: a minute to ten years.
pub const LASTS: RangeInclusive<i64> = 60..=LONGEST_SECONDS;

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::KeysManage), routes!(list, create))
        .route(Access::Need(Permission::KeysManage), routes!(revoke))
        .route(Access::Need(Permission::KeysManage), routes!(rotate))
}

/// A key as it is answered.
pub(crate) fn view(row: ApiKeyRow) -> ApiKey {
    ApiKey {
        id: row.id,
        name: row.name,
        role: row.role,
        prefix: row.prefix,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
        created_at: row.created_at,
    }
}

/// A key with its secret: not to be kept by anything on the way.
fn with_secret(status: StatusCode, row: ApiKeyRow, credential: &NewCredential) -> Response {
    let body = ApiKeyCreated { api_key: view(row), secret: credential.secret.expose().clone() };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// A page of API keys, revoked ones too.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", params(PageQuery),
    responses((status = 200, body = Page<ApiKey>)))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<ApiKey>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("api_keys.list", move |tx| {
        let mut rows = api_keys::list(tx, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(api_keys::count(tx)?) } else { None };
        Ok::<_, Error>(Page { items: rows.into_iter().map(view).collect(), next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// A new API key with its secret, which is shown this once.
///
/// # Errors
/// 422.
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", request_body = CreateApiKey,
    responses((status = 201, body = ApiKeyCreated)))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateApiKey>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = checks.name(&request.name);
    if let Some(seconds) = request.expires_in_seconds
        && !LASTS.contains(&seconds)
    {
        let detail = format!("{seconds} is not between 60 (a minute) and {LONGEST_SECONDS} (ten years)");
        checks.bad("/expires_in_seconds", detail);
    }
    checks.finish()?;
    let now = app.now();
    let credential = NewCredential::new(SECRET, &app.random_bytes());
    let row = ApiKeyRow {
        id: app.new_id(),
        name,
        role: request.role,
        prefix: credential.prefix.clone(),
        secret_hash: credential.hash.to_vec(),
        expires_at: request.expires_in_seconds.map(|seconds| now.plus_seconds(seconds)),
        last_used_at: None,
        revoked_at: None,
        created_at: now,
    };
    let (audit, stored) = (context.audit(&app), row.clone());
    app.store.write("api_keys.create", move |tx| settings::create_api_key(tx, &audit, &stored)).await?;
    Ok(with_secret(StatusCode::CREATED, row, &credential))
}

/// Revokes an API key and ends its sessions. It stays in the list.
///
/// # Errors
/// 404, 409 when it is revoked already or the last admin key that works.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "api-keys", params(("id" = ApiKeyId, Path)),
    responses((status = 200, body = ApiKey), (status = 409, description = "It is revoked already, or the last admin key that works")))]
pub async fn revoke(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::ApiKey>,
) -> Result<Json<ApiKey>, Error> {
    let audit = context.audit(&app);
    let revoked = app.store.write("api_keys.revoke", move |tx| {
        let row = settings::revoke_api_key(tx, &audit, &id)?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(row)
    });
    let row = revoked.await?;
    app.identities.forget();
    Ok(Json(view(row)))
}

/// A new secret for an API key, which is shown this once; the old one is refused at once and its sessions end.
///
/// # Errors
/// 404, 409 when it is revoked or its time is over.
#[utoipa::path(post, path = "/api-keys/{id}/rotate", tag = "api-keys", params(("id" = ApiKeyId, Path)),
    responses((status = 200, body = ApiKeyCreated), (status = 409, description = "It is revoked, or its time is over")))]
pub async fn rotate(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::ApiKey>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let credential = NewCredential::new(SECRET, &app.random_bytes());
    let (prefix, hash) = (credential.prefix.clone(), credential.hash);
    let rotated = app.store.write("api_keys.rotate", move |tx| {
        let row = settings::rotate_api_key(tx, &audit, &id, &prefix, &hash)?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(row)
    });
    let row = rotated.await?;
    app.identities.forget();
    Ok(with_secret(StatusCode::OK, row, &credential))
}
