//! Sessions over HTTP: who is signed in, and ending it.
//!
//! Not for: beginning one (`sign_in.rs`). Invariants: one sees and ends one's own, who manages users everybody's; what was
//! ended is refused from the answer on, here and on the other replicas.

use axum::Json;
use axum::extract::State;
use certctl_api::page::Page;
use certctl_api::sessions::{Session, SessionsEnded};
use certctl_core::id::{SessionId, UserId};
use certctl_core::permission::Permission;
use certctl_store::sessions::{self, Of, SessionFilter, SessionRow};
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::auth::IDLE_SECONDS;
use crate::http::router::{Access, Api};
use crate::http::{cursor, identities};
use crate::ops::users as ops;
use crate::request::{Limit, PathId, Query, RequestContext};

/// Whose, and the page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Those of everybody, for who manages users; one's own when absent.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    all: bool,
    /// Those of this user, for who manages users.
    #[serde(default)]
    user_id: Option<UserId>,
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

/// Whose sessions to end.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EndQuery {
    /// Those of everybody, for who manages users; one's own when absent.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    all: bool,
    /// Those of this user, for who manages users.
    #[serde(default)]
    user_id: Option<UserId>,
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Any, routes!(list, end_all)).route(Access::Any, routes!(end))
}

fn manages(context: &RequestContext) -> bool {
    context.role.is_some_and(|role| role.allows(Permission::UsersManage))
}

/// Whose sessions are meant: `Some(None)` are everybody's, `None` nobody's.
fn whose(context: &RequestContext, all: bool, user: Option<UserId>) -> Result<Option<Option<Of>>, Error> {
    let own = Of::actor(&context.actor);
    let wanted = match (user, all) {
        (Some(_), true) => {
            return Err(Error::invalid_field("?user_id", "either one user or all: not both"));
        }
        (Some(user), false) => Some(Some(Of::User(user))),
        (None, true) => Some(None),
        (None, false) => own.clone().map(Some),
    };
    let is_own = wanted.is_none() || wanted.as_ref().is_some_and(|wanted| wanted.is_some() && *wanted == own);
    if is_own || manages(context) {
        Ok(wanted)
    } else {
        Err(Error::Forbidden { permission: Permission::UsersManage })
    }
}

fn view(row: SessionRow, current: Option<&SessionId>) -> Option<Session> {
    Some(Session {
        actor: row.actor()?,
        current: current == Some(&row.id),
        expires_at: row.end(),
        id: row.id,
        name: row.name,
        role: row.role,
        address: row.address,
        user_agent: row.user_agent,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    })
}

/// A page of sessions that have not ended: one's own, or for who manages users everybody's.
///
/// # Errors
/// 400 for a bad cursor, 403.
#[utoipa::path(get, path = "/sessions", tag = "sessions", params(ListQuery),
    responses((status = 200, body = Page<Session>),
        (status = 403, description = "Others' sessions are for who manages users"),
        (status = 422, description = "Both `all` and `user_id` are given")))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Session>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let Some(of) = whose(&context, query.all, query.user_id)? else {
        return Ok(Json(Page { items: Vec::new(), next_cursor: None, total: query.total.then_some(0) }));
    };
    let filter = SessionFilter { of, used_since: app.now().plus_seconds(-IDLE_SECONDS) };
    let page = app.store.read("sessions.list", move |tx| {
        let mut rows = sessions::list(tx, &filter, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(sessions::count(tx, &filter)?) } else { None };
        let items = rows.into_iter().filter_map(|row| view(row, context.session.as_ref())).collect();
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Ends one session at once.
///
/// # Errors
/// 404 when there is none that the caller may end.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)),
    responses((status = 204, description = "It has ended")))]
pub async fn end(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Session>,
) -> Result<StatusCode, Error> {
    let (audit, manages) = (context.audit(&app), manages(&context));
    let ended = app.store.write("sessions.end", move |tx| {
        ops::end_session(tx, &audit, &id, manages)?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(())
    });
    ended.await?;
    app.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all sessions at once: one's own with the present one, or for who manages users those of a user or of everybody.
///
/// # Errors
/// 403.
#[utoipa::path(delete, path = "/sessions", tag = "sessions", params(EndQuery),
    responses((status = 200, description = "They have ended", body = SessionsEnded),
        (status = 403, description = "Others' sessions are for who manages users"),
        (status = 422, description = "Both `all` and `user_id` are given")))]
pub async fn end_all(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<EndQuery>,
) -> Result<Json<SessionsEnded>, Error> {
    let Some(of) = whose(&context, query.all, query.user_id)? else {
        return Ok(Json(SessionsEnded { ended: 0 }));
    };
    let audit = context.audit(&app);
    let ended = app.store.write("sessions.end_all", move |tx| {
        let ended = ops::end_sessions(tx, &audit, of.as_ref())?;
        tx.notify(identities::TOPIC);
        Ok::<_, Error>(ended)
    });
    let ended = i64::try_from(ended.await?).unwrap_or(i64::MAX);
    app.identities.forget();
    Ok(Json(SessionsEnded { ended }))
}
