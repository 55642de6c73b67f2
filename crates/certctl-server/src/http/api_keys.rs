//! API keys over HTTP.
//!
//! Not for: checking a presented secret (`auth.rs`). Invariants: a secret is shown once, when it is made; what was
//! revoked or replaced is refused from the answer on.

use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use certctl_api::api_keys::{ApiKey, ApiKeyCreated, CreateApiKey, RotateApiKey, UpdateApiKey};
use certctl_api::page::Page;
use certctl_core::id::ApiKeyId;
use certctl_core::permission::{Permission, Role};
use certctl_core::time::Ts;
use certctl_store::api_keys::{self, ApiKeyFilter, ApiKeyRow};
use http::{StatusCode, header};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::credentials::NewCredential;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::http::{cursor, identities};
use crate::ops::api_keys as ops;
use crate::ops::scopes;
use crate::ops::settings::Checks;
use crate::request::{Body, IfMatch, Limit, Patch, PathId, Query, RequestContext, etag};

/// What every secret of a key begins with.
const SECRET: &str = "ck_";
/// Ten years.
const LONGEST_SECONDS: i64 = 315_360_000;
/// The longest that an old secret works beside the new one: 7 days.
pub const LONGEST_GRACE_SECONDS: i64 = 604_800;

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those with this role.
    #[serde(default)]
    role: Option<Role>,
    /// Only those that can be used now, or only those that cannot: revoked or past their end.
    #[serde(default)]
    usable: Option<bool>,
    /// Only those whose name holds this text, or whose secret begins with it.
    #[serde(default)]
    q: Option<String>,
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

/// How long a key with an end lasts: a minute to ten years.
pub const LASTS: RangeInclusive<i64> = 60..=LONGEST_SECONDS;

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::KeysManage), routes!(list, create))
        .route(Access::Need(Permission::KeysManage), routes!(show))
        .route(Access::Need(Permission::KeysManage), routes!(update))
        .route(Access::Need(Permission::KeysManage), routes!(revoke))
        .route(Access::Need(Permission::KeysManage), routes!(rotate))
}

/// A key as it is answered.
pub(crate) fn view(row: ApiKeyRow) -> ApiKey {
    ApiKey {
        id: row.id,
        name: row.name,
        role: row.role,
        scope: row.scope,
        prefix: row.prefix,
        previous_secret_until: row.previous_expires_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
        created_at: row.created_at,
        revision: row.revision,
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
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", params(ListQuery),
    responses((status = 200, body = Page<ApiKey>)))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ApiKey>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let filter = ApiKeyFilter { role: query.role, usable: query.usable, q: query.q };
    let page = app.store.read("api_keys.list", move |tx| {
        let mut rows = api_keys::list(tx, &filter, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(api_keys::count(tx, &filter)?) } else { None };
        Ok::<_, Error>(Page { items: rows.into_iter().map(view).collect(), next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// A new API key with its secret, which is shown this once.
///
/// # Errors
/// 422.
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", request_body = CreateApiKey,
    responses((status = 201, body = ApiKeyCreated, headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "An admin key, while the rule of two people is on")))]
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
    let scope = scopes::check(&mut checks, request.role, request.scope);
    checks.finish()?;
    let now = app.now();
    let credential = NewCredential::new(SECRET, &app.random_bytes());
    let row = ApiKeyRow {
        id: app.new_id(),
        name,
        role: request.role,
        scope,
        prefix: credential.prefix.clone(),
        secret_hash: credential.hash.to_vec(),
        previous_secret_hash: None,
        previous_expires_at: None,
        expires_at: request.expires_in_seconds.map(|seconds| now.plus_seconds(seconds)),
        last_used_at: None,
        revoked_at: None,
        created_at: now,
        revision: 1,
        maker_id: None,
    };
    let (audit, stored) = (context.audit(&app), row.clone());
    app.store.write("api_keys.create", move |tx| ops::create(tx, &audit, &stored)).await?;
    let place = [(header::LOCATION, format!("/api/v1/api-keys/{}", row.id))];
    Ok((place, with_secret(StatusCode::CREATED, row, &credential)).into_response())
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
    if_match: IfMatch,
) -> Result<Json<ApiKey>, Error> {
    let audit = context.audit(&app);
    let revoked = app.store.write("api_keys.revoke", move |tx| {
        let row = ops::revoke(tx, &audit, &id, if_match.revision())?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(row)
    });
    let row = revoked.await?;
    app.identities.forget();
    Ok(Json(view(row)))
}

/// One API key.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/api-keys/{id}", tag = "api-keys", params(("id" = ApiKeyId, Path)),
    responses((status = 200, body = ApiKey, headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::ApiKey>,
) -> Result<Response, Error> {
    let row = app.store.read("api_keys.show", move |tx| ops::load(tx, &id)).await?;
    Ok(([etag(row.revision)], Json(view(row))).into_response())
}

/// Changes an API key (JSON merge patch): its name, its scope or its end. What it does from now on follows at once.
///
/// # Errors
/// 404, 409 when it is revoked or the last admin key that works, 412, 422.
#[utoipa::path(patch, path = "/api-keys/{id}", tag = "api-keys", params(("id" = ApiKeyId, Path)),
    request_body = UpdateApiKey,
    responses(
        (status = 200, body = ApiKey, headers(("ETag" = String, description = "Its new revision"))),
        (status = 409, description = "It is revoked, or the last way in for an admin would end")))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::ApiKey>,
    if_match: IfMatch,
    Patch(request): Patch<UpdateApiKey>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let updated = app.store.write("api_keys.update", move |tx| {
        let row = ops::update(tx, &audit, &id, if_match.revision(), &request)?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(row)
    });
    let row = updated.await?;
    app.identities.forget();
    Ok(([etag(row.revision)], Json(view(row))).into_response())
}

/// A new secret for an API key, which is shown this once. The old one is refused at once and the key's sessions end,
/// unless a grace period is asked for.
///
/// # Errors
/// 404, 409 when it is revoked or its time is over.
#[utoipa::path(post, path = "/api-keys/{id}/rotate", tag = "api-keys", params(("id" = ApiKeyId, Path)),
    request_body = RotateApiKey,
    responses((status = 200, body = ApiKeyCreated), (status = 409, description = "It is revoked, or its time is over")))]
pub async fn rotate(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::ApiKey>,
    Body(request): Body<RotateApiKey>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    if let Some(seconds) = request.grace_seconds
        && !(1..=LONGEST_GRACE_SECONDS).contains(&seconds)
    {
        let detail = format!("{seconds} is not between 1 and {LONGEST_GRACE_SECONDS} (7 days)");
        return Err(Error::invalid_field("/grace_seconds", detail));
    }
    let previous_until: Option<Ts> = request.grace_seconds.map(|seconds| app.now().plus_seconds(seconds));
    let credential = NewCredential::new(SECRET, &app.random_bytes());
    let (prefix, hash) = (credential.prefix.clone(), credential.hash);
    let rotated = app.store.write("api_keys.rotate", move |tx| {
        let row = ops::rotate(tx, &audit, &id, &prefix, &hash, previous_until)?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(row)
    });
    let row = rotated.await?;
    app.identities.forget();
    Ok(with_secret(StatusCode::OK, row, &credential))
}
