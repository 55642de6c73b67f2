//! Signing in and out: the setup token, sessions, who one is, and what roles there are.
//!
//! Not for: managing keys and users. Invariants: a session's token is answered in the cookie only, which scripts cannot read, and is
//! another one after each sign-in; signing in needs a key or a password each time, and gives no more than its key or user
//! has; what is answered to a wrong user name is what is answered to a wrong password, after the same work.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use certctl_api::{
    auth::{AuthCheck, AuthInfo, CurrentSession, FirstUser, LoginRequest, RoleView, SetupDone, SetupRequest},
    users::Password,
};
use certctl_core::{
    actor::Actor,
    permission::{Permission, Role, Scope},
    time::Ts,
};
use certctl_store::{
    audit,
    sessions::{NewSession, Of},
    users,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use serde::Deserialize;
use serde_json::json;

use super::{
    api_keys::view,
    auth::{COOKIE, RefusedOn, SESSION_PREFIX, SESSION_SECONDS, by_key, cookie, same_site},
    identities::TOPIC,
    users::{NewUser, checked, view as user_view},
};
use crate::{
    app::App,
    config::AuthType,
    credentials::{NewCredential, hash},
    error::Error,
    ops::{
        self,
        settings::Checks,
        sign_in::{self as throttle, Subjects},
        success,
    },
    passwords,
    request::{Body, Query, RequestContext},
    setup,
};

/// The most letters of a browser's name that are kept.
const MAX_USER_AGENT: usize = 300;

/// How callers sign in here, and whether the first set-up is still open.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/auth/info", tag = "auth", responses((status = 200, body = AuthInfo)))]
pub async fn info(State(app): State<App>) -> Result<Json<AuthInfo>, Error> {
    let setup_open = app.store.read("auth.info", |tx| setup::is_open(tx).map_err(Error::from)).await?;
    // Nobody has to set up what lets everybody in.
    let setup_open = setup_open && app.config.auth != AuthType::None;
    Ok(Json(AuthInfo { auth_type: app.config.auth.as_str().to_owned(), setup_open }))
}

/// What to find out about the caller.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckQuery {
    /// A permission: `missing` names it when the caller does not have it.
    #[serde(default)]
    permission: Option<Permission>,
}

fn answer(
    app: &App,
    (actor, name, role, scope): (Actor, String, Role, Scope),
    session: Option<CurrentSession>,
    asked: Option<Permission>,
) -> AuthCheck {
    AuthCheck {
        actor,
        name,
        role,
        permissions: role.permissions(),
        scope,
        missing: asked.filter(|permission| !role.allows(*permission)),
        session,
        server_time: app.now(),
    }
}

/// Who the caller is, with its role, its permissions, and on which certificates they hold; and the server's clock.
///
/// # Errors
/// 401 without a valid credential.
#[utoipa::path(get, path = "/auth/check", tag = "auth", params(CheckQuery), responses((status = 200, body = AuthCheck)))]
pub async fn check(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<CheckQuery>,
) -> Result<Json<AuthCheck>, Error> {
    let role = context.role.ok_or_else(|| Error::internal("a caller without a role"))?;
    let session = context.session.map(|id| CurrentSession { id, expires_at: context.expires_at });
    Ok(Json(answer(&app, (context.actor, context.name, role, context.scope), session, query.permission)))
}

/// The roles, and what each may do.
#[utoipa::path(get, path = "/roles", tag = "auth",
    responses((status = 200, description = "The roles", body = Vec<RoleView>)))]
pub async fn roles() -> Json<Vec<RoleView>> {
    let one = |role: &Role| RoleView {
        role: *role,
        description: match role {
            Role::Admin => "May do all",
            Role::Operator => "Reads and operates: creates, renews, deploys, approves, acknowledges",
            Role::Viewer => "Reads, but neither secrets nor the audit trail",
            Role::Auditor => "Reads and exports the audit trail, and nothing else",
        }
        .to_owned(),
        permissions: role.permissions(),
        can_be_scoped: role.can_be_scoped(),
    };
    Json(Role::ALL.iter().map(one).collect())
}

/// Redeems the setup token: makes the first admin key, shown once, or the first admin user.
///
/// # Errors
/// 401 when the token is not right; 422 for a name or a password that cannot be.
#[utoipa::path(post, path = "/auth/setup", tag = "auth", request_body = SetupRequest,
    responses((status = 201, body = SetupDone)))]
pub async fn set_up(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<SetupRequest>,
) -> Result<(StatusCode, Json<SetupDone>), Error> {
    let mut checks = Checks::default();
    let name = request.name.unwrap_or_else(|| "admin".to_owned());
    checks.text("/name", &name, 100);
    let audit = context.audit(&app);
    let done = match request.user {
        None => {
            checks.finish()?;
            let first = setup::redeem(&app, audit, &request.token, name).await?;
            let secret = Some(first.secret.expose().clone());
            SetupDone { api_key: Some(view(first.row)), secret, user: None }
        }
        Some(FirstUser { username, name, email, password }) => {
            let (role, scope) = (Role::Admin, Scope::everything());
            let new = NewUser { id: None, username, name, email, role, scope, password };
            let (row, password) = checked(&app, "/user", new, checks)?;
            setup::check(&app, &request.token).await?;
            let hash = passwords::hash(&app, &password).await?;
            let row = setup::redeem_for_user(&app, audit, &request.token, row, hash).await?;
            SetupDone { api_key: None, secret: None, user: Some(user_view(row)) }
        }
    };
    app.identities.forget();
    Ok((StatusCode::CREATED, Json(done)))
}

/// Whom a sign-in proved to be.
struct Proven {
    of: Of,
    who: (Actor, String, Role, Scope),
    /// When this ends in any case.
    end: Option<Ts>,
    /// Of a user: whose failures are forgiven, and when the password was set that was right.
    checked: Option<(Subjects, Ts)>,
}

/// Signs in with a user name and password, or with a key; the answer sets the session cookie, another one each time.
///
/// # Errors
/// 401 for an unknown key or a wrong password; 403 when another site's page asks; 429 after too many wrong passwords.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LoginRequest,
    responses((status = 200, body = AuthCheck),
        (status = 401, description = "The user name or the password is wrong, or the key is unknown, revoked or past its end"),
        (status = 403, description = "The request came from the page of another site"),
        (status = 429, description = "Too many wrong passwords for this user name or from this address")))]
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
    let proven = match (request.username, request.password, request.api_key) {
        (None, None, Some(key)) => by_its_key(&app, &key).await?,
        (Some(username), Some(password), None) => {
            match by_password(&app, &context, &username, &password).await? {
                Ok(proven) => proven,
                Err(refused) => return Ok(refused),
            }
        }
        (username, password, key) => {
            let mut checks = Checks::default();
            // The key where it is too much; else what is missing.
            let wrong = [
                ("/username", key.is_none() && username.is_none()),
                ("/password", key.is_none() && password.is_none()),
                ("/api_key", key.is_some()),
            ];
            for (pointer, _) in wrong.into_iter().filter(|(_, is_wrong)| *is_wrong) {
                checks.bad(pointer, "give either a user name and its password, or an API key");
            }
            checks.finish()?;
            return Err(Error::internal("a sign-in that is neither"));
        }
    };
    begin(&app, &context, &headers, proven).await
}

async fn by_its_key(app: &App, key: &Password) -> Result<Proven, Error> {
    let person = by_key(app, hash(key.expose().trim()), app.now())
        .await?
        .ok_or_else(|| Error::unauthenticated("the API key is unknown, revoked or past its end"))?;
    let of = Of::actor(&person.actor).ok_or_else(|| Error::internal("a key that is none"))?;
    let who = (person.actor, person.name, person.role, person.scope);
    Ok(Proven { of, who, end: person.expires_at, checked: None })
}

/// A wrong user name takes as long as a wrong password, and is answered the same; the audit event names a user that is there.
async fn by_password(
    app: &App,
    context: &RequestContext,
    username: &str,
    password: &Password,
) -> Result<Result<Proven, Response>, Error> {
    let subjects = Subjects::new(username, context.address.parse().ok());
    let (begun, wanted) = (subjects.clone(), username.trim().to_lowercase());
    let found = app.store.bookkeeping("auth.try", move |tx| {
        throttle::begin(tx, &begun)?;
        let Some(user) = users::by_username(tx, &wanted)? else { return Ok(None) };
        let hash = users::password_hash(tx, &user.id)?;
        Ok::<_, Error>(Some((user, hash)))
    });
    let found = found.await?;
    let hash = found.as_ref().and_then(|(_, hash)| hash.clone());
    let is_right = passwords::verify(app, hash, password).await?;
    match found {
        Some((user, _)) if is_right && user.disabled_at.is_none() => Ok(Ok(Proven {
            of: Of::User(user.id.clone()),
            who: (Actor::User(user.id), user.name, user.role, user.scope),
            end: None,
            checked: Some((subjects, user.password_changed_at)),
        })),
        found => {
            app.store.bookkeeping("auth.failed", move |tx| throttle::failed(tx, &subjects)).await?;
            let mut response =
                Error::unauthenticated("the user name or the password is wrong").into_response();
            if let Some((user, _)) = found {
                response.extensions_mut().insert(RefusedOn("user", user.id.to_string()));
            }
            Ok(Err(response))
        }
    }
}

async fn begin(
    app: &App,
    context: &RequestContext,
    headers: &HeaderMap,
    proven: Proven,
) -> Result<Response, Error> {
    let token = NewCredential::new(SESSION_PREFIX, &app.random_bytes());
    let end = app.now().plus_seconds(SESSION_SECONDS);
    let user_agent =
        headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let session = NewSession {
        id: app.new_id::<certctl_core::id::Session>(),
        token_hash: token.hash.to_vec(),
        of: proven.of,
        address: context.address.clone(),
        user_agent: user_agent.chars().take(MAX_USER_AGENT).collect(),
        expires_at: proven.end.map_or(end, |own_end| own_end.min(end)),
    };
    let current = CurrentSession { id: session.id.clone(), expires_at: Some(session.expires_at) };
    let before = cookie(headers).map(hash);
    let (actor, checked) = (proven.who.0.clone(), proven.checked);
    let audit = audit::Context { actor, ..context.audit(app) };
    app.store
        .write("auth.sign_in", move |tx| {
            let checked = checked.as_ref().map(|(subjects, set_at)| (subjects, *set_at));
            let before = before.as_ref().map(<[u8; 32]>::as_slice);
            ops::users::begin_session(tx, &audit, &session, before, checked)?;
            if before.is_some() {
                tx.notify(TOPIC);
            }
            Ok::<_, Error>(())
        })
        .await?;
    if before.is_some() {
        app.identities.forget();
    }
    let body = answer(app, proven.who, Some(current), None);
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
                if certctl_store::sessions::delete(tx, &session)? {
                    let object = ("session", session.as_str());
                    success(tx, &audit, "session.delete", object, "signed out".to_owned(), json!({}))?;
                }
                tx.notify(TOPIC);
                Ok::<_, Error>(())
            })
            .await?;
        app.identities.forget();
    }
    let gone = format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie_value(&gone)?)]).into_response())
}
