//! Signing in and out: the setup token, sessions, and who one is.
//!
//! Not for: managing keys. Invariants: a session's token is in the cookie only, which scripts cannot read; signing in
//! needs a key each time, and gives no more than that key gives.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use certctl_api::{
    api_keys::ApiKeyCreated,
    auth::{AuthCheck, AuthInfo, LoginRequest, SetupRequest},
};
use certctl_core::actor::Actor;
use certctl_store::{sessions, sessions::NewSession};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use serde_json::json;

use super::{
    api_keys::view,
    auth::{COOKIE, SESSION_SECONDS, by_key, same_site},
};
use crate::{
    app::App,
    credentials::{NewCredential, hash},
    error::Error,
    ops::{settings::Checks, success},
    request::{Body, RequestContext},
    setup,
};

/// How callers sign in here, and whether the first set-up is still open.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/auth/info", tag = "auth", responses((status = 200, body = AuthInfo)))]
pub async fn info(State(app): State<App>) -> Result<Json<AuthInfo>, Error> {
    let setup_open = app.store.read("auth.info", |tx| setup::is_open(tx).map_err(Error::from)).await?;
    Ok(Json(AuthInfo { auth_type: "api-key".to_owned(), setup_open }))
}

/// Who the caller is, with its role and permissions.
///
/// # Errors
/// 401 without a valid credential.
#[utoipa::path(get, path = "/auth/check", tag = "auth", responses((status = 200, body = AuthCheck)))]
pub async fn check(context: RequestContext) -> Result<Json<AuthCheck>, Error> {
    let role = context.role.ok_or_else(|| Error::internal("a caller without a role"))?;
    Ok(Json(AuthCheck { actor: context.actor, name: context.name, role, permissions: role.permissions() }))
}

/// Redeems the setup token: makes the first admin key, shown once.
///
/// # Errors
/// 401 when the token is not right; 422 for a name that is empty or too long.
#[utoipa::path(post, path = "/auth/setup", tag = "auth", request_body = SetupRequest,
    responses((status = 201, body = ApiKeyCreated)))]
pub async fn set_up(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<SetupRequest>,
) -> Result<(StatusCode, Json<ApiKeyCreated>), Error> {
    let name = request.name.unwrap_or_else(|| "admin".to_owned());
    let mut checks = Checks::default();
    checks.text("/name", &name, 100);
    checks.finish()?;
    let first = setup::redeem(&app, context.audit(&app), &request.token, name).await?;
    app.identities.forget();
    let created = ApiKeyCreated { api_key: view(first.row), secret: first.secret.expose().clone() };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Signs in with a key; the answer sets the session cookie.
///
/// # Errors
/// 401 for an unknown key; 403 when another site's page asks.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LoginRequest,
    responses((status = 200, body = AuthCheck), (status = 401, description = "The key is unknown, revoked or past its end"), (status = 403, description = "The request came from the page of another site")))]
pub async fn sign_in(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    headers: HeaderMap,
    Body(request): Body<LoginRequest>,
) -> Result<Response, Error> {
    // Programs say nothing of where they come from; a browser does, and then it has to be from here.
    if headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN) {
        same_site(&Method::POST, &uri, &headers)?;
    }
    let now = app.now();
    let person = by_key(&app, hash(request.api_key.trim()), now)
        .await?
        .ok_or_else(|| Error::unauthenticated("the API key is unknown, revoked or past its end"))?;
    let token = NewCredential::new("cn_", &app.random_bytes());
    let end = now.plus_seconds(SESSION_SECONDS);
    let session = NewSession {
        id: app.new_id::<certctl_core::id::Session>(),
        token_hash: token.hash.to_vec(),
        api_key_id: person.key.clone(),
        expires_at: person.expires_at.map_or(end, |key_end| key_end.min(end)),
    };
    let actor = Actor::ApiKey(person.key.clone());
    let audit = certctl_store::audit::Context { actor: actor.clone(), ..context.audit(&app) };
    app.store
        .write("auth.sign_in", move |tx| {
            sessions::insert(tx, &session)?;
            let (object, summary) = (("session", session.id.as_str()), "signed in".to_owned());
            success(
                tx,
                &audit,
                "session.create",
                object,
                summary,
                json!({ "expires_at": session.expires_at }),
            )
            .map_err(Error::from)
        })
        .await?;
    let permissions = person.role.permissions();
    let body = AuthCheck { actor, name: person.name, role: person.role, permissions };
    let cookie = format!(
        "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={SESSION_SECONDS}",
        token.secret.expose()
    );
    Ok(([(header::SET_COOKIE, cookie_value(&cookie)?)], Json(body)).into_response())
}

fn cookie_value(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(Error::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Ends the session. A caller with a key has none to end, and stays known by the key.
///
/// # Errors
/// Those of the store.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204)))]
pub async fn sign_out(State(app): State<App>, context: RequestContext) -> Result<Response, Error> {
    if let Some(session) = context.session.clone() {
        let audit = context.audit(&app);
        app.store
            .write("auth.sign_out", move |tx| {
                if sessions::delete(tx, &session)? {
                    let object = ("session", session.as_str());
                    success(tx, &audit, "session.delete", object, "signed out".to_owned(), json!({}))?;
                }
                tx.notify(super::identities::TOPIC);
                Ok::<_, Error>(())
            })
            .await?;
        app.identities.forget();
    }
    let gone = format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie_value(&gone)?)]).into_response())
}
