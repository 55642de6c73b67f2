//! Local users over HTTP.
//!
//! Not for: rules of changing (`ops/users.rs`), or signing in (`sign_in.rs`). Invariants: an answer never holds a password or
//! its hash; who was disabled, demoted or removed is held to it from the answer on, here and on the other replicas.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use certctl_api::confirmations::Confirmation;
use certctl_api::page::Page;
use certctl_api::users::{CreateUser, Password, Person, SetPassword, UpdateUser, User};
use certctl_core::actor::Actor;
use certctl_core::id::UserId;
use certctl_core::permission::{Permission, Role};
use certctl_core::time::Ts;
use certctl_store::users::{self, UserFilter, UserRow};
use http::{StatusCode, header};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::confirmations::asked;
use crate::http::owners::address;
use crate::http::router::{Access, Api};
use crate::http::{cursor, identities};
use crate::ops::confirmations::Outcome;
use crate::ops::settings::Checks;
use crate::ops::sign_in::{self, Subjects};
use crate::ops::{scopes, users as ops};
use crate::passwords;
use crate::request::{Body, IfMatch, Limit, Patch, PathId, Query, RequestContext, etag};

/// Filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those with this role.
    #[serde(default)]
    role: Option<Role>,
    /// Only those that are kept out, or only those that are not.
    #[serde(default)]
    disabled: Option<bool>,
    /// Only those whose user name, name or address holds this text.
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

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::AlertsOperate), routes!(people))
        .route(Access::Need(Permission::UsersManage), routes!(list, create))
        .route(Access::Need(Permission::UsersManage), routes!(show, update, delete))
        .route(Access::Any, routes!(set_password))
}

/// A user as it is answered.
pub(crate) fn view(row: UserRow) -> User {
    User {
        id: row.id,
        username: row.username,
        name: row.name,
        email: row.email,
        role: row.role,
        scope: row.scope,
        disabled: row.disabled_at.is_some(),
        disabled_at: row.disabled_at,
        password_changed_at: row.password_changed_at,
        last_sign_in_at: row.last_sign_in_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    }
}

/// A page of users, by id.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/users", tag = "users", params(ListQuery),
    responses((status = 200, body = Page<User>)))]
pub async fn list(State(app): State<App>, Query(query): Query<ListQuery>) -> Result<Json<Page<User>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let filter = UserFilter { role: query.role, disabled: query.disabled, q: query.q };
    let page = app.store.read("users.list", move |tx| {
        let mut rows = users::list(tx, &filter, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(users::count(tx, &filter)?) } else { None };
        Ok::<_, Error>(Page { items: rows.into_iter().map(view).collect(), next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Filter and page of the directory.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// Only those whose name holds this text.
    #[serde(default)]
    q: Option<String>,
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

/// A page of those who sign in and are not kept out, by id: their names and nothing else, for who may give them something.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/people", tag = "users", params(PeopleQuery),
    responses((status = 200, body = Page<Person>)))]
pub async fn people(
    State(app): State<App>,
    Query(query): Query<PeopleQuery>,
) -> Result<Json<Page<Person>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("users.people", move |tx| {
        let mut rows = users::people(tx, query.q.as_deref(), &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.0.to_string());
        let items = rows.into_iter().map(|(id, name)| Person { id, name }).collect();
        Ok::<_, Error>(Page { items, next_cursor, total: None })
    });
    Ok(Json(page.await?))
}

/// What a new user is made of.
pub(crate) struct NewUser {
    pub(crate) id: Option<UserId>,
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) role: Role,
    pub(crate) scope: certctl_core::permission::Scope,
    pub(crate) password: Password,
}

/// Reads a request for a user; fields are named below `at`.
pub(crate) fn checked(
    app: &App,
    at: &str,
    new: NewUser,
    mut checks: Checks,
) -> Result<(UserRow, Password), Error> {
    let now = app.now();
    let username = ops::username(&mut checks, &format!("{at}/username"), &new.username);
    let name = match &new.name {
        Some(name) => {
            checks.text(&format!("{at}/name"), name, crate::ops::settings::MAX_NAME);
            name.trim().to_owned()
        }
        None => username.clone(),
    };
    let email = new.email.map(|email| address(&mut checks, &format!("{at}/email"), &email));
    let scope = scopes::check(&mut checks, new.role, new.scope);
    let about = [username.as_str(), name.as_str(), email.as_deref().unwrap_or_default()];
    check_password(&mut checks, &format!("{at}/password"), &new.password, &about);
    checks.finish()?;
    let row = UserRow {
        id: new.id.unwrap_or_else(|| app.new_id()),
        username,
        name,
        email,
        role: new.role,
        scope,
        password_changed_at: now,
        disabled_at: None,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    Ok((row, new.password))
}

fn check_password(checks: &mut Checks, pointer: &str, password: &Password, about: &[&str]) {
    let local_parts = about.iter().filter_map(|word| word.split_once('@').map(|(local, _)| local));
    let about: Vec<&str> = about.iter().copied().chain(local_parts).chain(["certctl"]).collect();
    if let Some(detail) = passwords::refusal(password.expose(), &about) {
        checks.bad(pointer, detail);
    }
}

/// A new user, who signs in with a user name and a password.
///
/// # Errors
/// 409 when id or user name is taken, 422.
#[utoipa::path(post, path = "/users", tag = "users", request_body = CreateUser,
    responses(
        (status = 201, description = "It was made", body = User,
            headers(("Location" = String, description = "Its path"), ("ETag" = String, description = "Its revision"))),
        (status = 409, description = "The id or the user name is taken")))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateUser>,
) -> Result<Response, Error> {
    let CreateUser { id, username, name, email, role, scope, password } = request;
    let new = NewUser { id, username, name, email, role, scope, password };
    let (row, password) = checked(&app, "", new, Checks::default())?;
    let hash = passwords::hash(&app, &password).await?;
    let audit = context.audit(&app);
    let row = app.store.write("users.create", move |tx| ops::create(tx, &audit, &row, &hash)).await?;
    let place = [(header::LOCATION, format!("/api/v1/users/{}", row.id))];
    Ok((StatusCode::CREATED, place, [etag(row.revision)], Json(view(row))).into_response())
}

/// One user.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = User, headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::User>,
) -> Result<Response, Error> {
    let row = app.store.read("users.show", move |tx| ops::load(tx, &id)).await?;
    Ok(([etag(row.revision)], Json(view(row))).into_response())
}

/// Changes a user (JSON merge patch): name, address, role, scope, or whether it is kept out. What it may do from now on
/// follows at once; a user who is disabled has no session any more.
///
/// # Errors
/// 404, 409 when it is the last admin, 412, 422.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)), request_body = UpdateUser,
    responses(
        (status = 200, body = User, headers(("ETag" = String, description = "Its new revision"))),
        (status = 202, description = "It makes an admin, which a second person has to confirm first", body = Confirmation,
            headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "The last way in for an admin would end, or two people would not be left")))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::User>,
    if_match: IfMatch,
    Patch(mut request): Patch<UpdateUser>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    request.email = request.email.map(|email| {
        let email = email.filter(|email| !email.trim().is_empty());
        email.map(|email| address(&mut checks, "/email", &email))
    });
    checks.finish()?;
    let audit = context.audit(&app);
    let updated = app.store.write("users.update", move |tx| {
        let row = ops::update(tx, &audit, &id, if_match.revision(), &request, Checks::default())?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(row)
    });
    let row = match updated.await? {
        Outcome::Done(row) => row,
        Outcome::Asked(row) => return asked(&app, &context, *row).await,
    };
    app.identities.forget();
    Ok(([etag(row.revision)], Json(view(row))).into_response())
}

/// Removes a user with its sessions, preferences and own views. The audit trail keeps what it did.
///
/// # Errors
/// 404, 409 when it is the last admin.
#[utoipa::path(delete, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses((status = 204, description = "It is gone"), (status = 409, description = "The last way in for an admin would end")))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::User>,
    if_match: IfMatch,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    let removed = app.store.write("users.delete", move |tx| {
        ops::delete(tx, &audit, &id, if_match.revision())?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(())
    });
    removed.await?;
    app.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Another password for a user, whose sessions end thereby. One's own needs the old one; who manages users needs none.
///
/// # Errors
/// 403 for a wrong old password, or somebody else's user; 404, 422, 429 after many wrong ones.
#[utoipa::path(post, path = "/users/{id}/password", tag = "users", params(("id" = UserId, Path)), request_body = SetPassword,
    responses((status = 204, description = "It was set"),
        (status = 403, description = "The old password is wrong, or the user is somebody else"),
        (status = 409, description = "It was changed at the same time")))]
pub async fn set_password(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::User>,
    Body(request): Body<SetPassword>,
) -> Result<StatusCode, Error> {
    let own = context.actor == Actor::User(id.clone());
    if !own && !context.role.is_some_and(|role| role.allows(Permission::UsersManage)) {
        return Err(Error::Forbidden { permission: Permission::UsersManage });
    }
    let row = {
        let id = id.clone();
        app.store.read("users.password", move |tx| ops::load(tx, &id)).await?
    };
    let mut checks = Checks::default();
    let about = [row.username.as_str(), row.name.as_str(), row.email.as_deref().unwrap_or_default()];
    check_password(&mut checks, "/password", &request.password, &about);
    if own && request.current_password.is_none() {
        checks.bad("/current_password", "changing your own password needs the old one");
    }
    checks.finish()?;
    let checked = match (own, request.current_password) {
        (true, Some(current)) => Some(prove(&app, &context, &row, &current).await?),
        (true, None) | (false, _) => None,
    };
    let hash = passwords::hash(&app, &request.password).await?;
    let audit = context.audit(&app);
    let changed = app.store.write("users.set_password", move |tx| {
        ops::set_password(tx, &audit, &id, &hash, checked)?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(())
    });
    changed.await?;
    app.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Checks the old password, as a sign-in does; gives when it was set.
async fn prove(app: &App, context: &RequestContext, row: &UserRow, current: &Password) -> Result<Ts, Error> {
    let subjects = Subjects::new(&row.username, context.address.parse().ok());
    let (id, begun) = (row.id.clone(), subjects.clone());
    let hash = app.store.bookkeeping("users.prove", move |tx| {
        sign_in::begin(tx, &begun)?;
        users::password_hash(tx, &id).map_err(Error::from)
    });
    let is_right = passwords::verify(app, hash.await?, current).await?;
    let settled = app.store.bookkeeping("users.proved", move |tx| {
        if is_right { sign_in::succeeded(tx, &subjects) } else { sign_in::failed(tx, &subjects) }
    });
    settled.await?;
    if is_right {
        return Ok(row.password_changed_at);
    }
    Err(Error::Denied { code: "wrong_password", detail: "the old password is wrong".to_owned() })
}
