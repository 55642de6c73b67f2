//! Local users: made, changed, disabled, removed; their passwords and their sessions.
//!
//! Not for: checking a password (`passwords.rs`), or how often one may try (`sign_in.rs`). Invariants: a way in for an admin
//! always stays; who is disabled or gets another password has no session from the commit on; neither a password nor its hash
//! is ever in an audit event.

use certctl_api::users::UpdateUser;
use certctl_core::actor::Actor;
use certctl_core::id::{SessionId, UserId};
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;
use certctl_store::audit::Context;
use certctl_store::sessions::{self, NewSession, Of, SessionRow};
use certctl_store::users::UserRow;
use certctl_store::{Tx, needs, preferences, users, views};
use serde_json::{Value, json};

use crate::error::Error;
use crate::ops::confirmations::{Act, Outcome, Shown, hold};
use crate::ops::settings::{Checks, at_revision};
use crate::ops::sign_in::{self, Subjects};
use crate::ops::{access_rules, admins, note_changed, scopes, success, with_before};

/// The most letters of a user name.
pub const MAX_USERNAME: usize = 64;

/// A user name as it is kept.
pub fn username(checks: &mut Checks, pointer: &str, text: &str) -> String {
    let name = text.trim().to_lowercase();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    if name.is_empty() || name.len() > MAX_USERNAME || !name.chars().all(allowed) {
        checks
            .bad(pointer, format!("a user name has 1 to {MAX_USERNAME} of: letters a to z, digits, . _ - @"));
    }
    name
}

/// One that must be there.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, id: &UserId) -> Result<UserRow, Error> {
    users::by_id(tx, id)?.ok_or_else(|| Error::not_found("user", id.as_str()))
}

fn facts(row: &UserRow) -> Value {
    json!({
        "username": row.username, "name": row.name, "email": row.email, "role": row.role, "scope": row.scope,
        "disabled": row.disabled_at.is_some(),
    })
}

/// Adds one.
///
/// # Errors
/// 409 when id or user name is taken, 422 when its scope names a team that is not there.
pub fn create(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &UserRow,
    password_hash: &str,
) -> Result<UserRow, Error> {
    scopes::check_teams(tx, &row.scope)?;
    if row.role == Role::Admin {
        let instead =
            "make the user with another role, then change that to admin, which another admin confirms";
        access_rules::refuse_alone(tx, "makes an admin with a password of their choice", instead)?;
    }
    if users::by_username(tx, &row.username)?.is_some() {
        let detail = format!("there is a user {:?} already: choose another user name", row.username);
        return Err(Error::conflict("already_exists", detail, json!({ "username": row.username })));
    }
    if !users::insert(tx, row, password_hash)? {
        let detail =
            format!("there is a user {} already: choose another id, or none to get a new one", row.id);
        return Err(Error::conflict("already_exists", detail, json!({ "id": row.id })));
    }
    let summary = format!("user {} ({}) was made", row.username, row.role);
    success(tx, context, "user.create", ("user", row.id.as_str()), summary, facts(row))?;
    load(tx, &row.id)
}

/// Changes one.
///
/// # Errors
/// 404, 409 when the last way in for an admin would end, 412, 422.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &UserId,
    revision: Option<i64>,
    change: &UpdateUser,
    mut checks: Checks,
) -> Result<Outcome<UserRow>, Error> {
    let mut row = load(tx, id)?;
    at_revision(revision, row.revision)?;
    let before = row.clone();
    if let Some(name) = &change.name {
        row.name = checks.name(name);
    }
    if let Some(email) = &change.email {
        row.email = email.clone();
    }
    if let Some(role) = change.role {
        row.role = role;
    }
    let scope = match &change.scope {
        Some(scope) => scope.clone().unwrap_or_else(Scope::everything),
        None => row.scope.clone(),
    };
    row.scope = scopes::check(&mut checks, row.role, scope);
    match change.disabled {
        Some(true) if row.disabled_at.is_none() => row.disabled_at = Some(tx.now()),
        Some(false) => row.disabled_at = None,
        Some(true) | None => {}
    }
    checks.finish()?;
    scopes::check_teams(tx, &row.scope)?;
    if is_admin(&before) && !is_admin(&row) {
        not_the_last(tx, &row)?;
        access_rules::keep_two(tx, &row.id)?;
    }
    if !is_admin(&before) && is_admin(&row) {
        let (user_id, user_revision) = (id.clone(), before.revision);
        let act = Act::GrantAdmin { user_id, user_revision, change: change.clone() };
        if let Some(asked) = hold(tx, context, &act, |_| Ok(grant_shown(&before, &row)))? {
            return Ok(Outcome::Asked(asked));
        }
    }
    users::update(tx, &row)?;
    if row.disabled_at.is_some() {
        sessions::delete_all(tx, Some(&Of::User(id.clone())))?;
    }
    note_changed(tx, ("user", id.as_str()), &facts(&before), &facts(&row));
    let summary = match (before.disabled_at, row.disabled_at) {
        (None, Some(_)) => format!("user {} was disabled", row.username),
        (Some(_), None) => format!("user {} was enabled", row.username),
        (None, None) | (Some(_), Some(_)) => format!("user {} was changed", row.username),
    };
    let details = with_before(facts(&row), &facts(&before), &facts(&row));
    success(tx, context, "user.update", ("user", id.as_str()), summary, details)?;
    Ok(Outcome::Done(load(tx, id)?))
}

/// What a second person is shown of a new admin.
fn grant_shown(before: &UserRow, after: &UserRow) -> Shown {
    let named = if after.name == after.username {
        after.username.clone()
    } else {
        format!("{} ({})", after.name, after.username)
    };
    let mut consequences = vec![
        "An admin may do everything: also make and remove users, and confirm what others ask for.".to_owned(),
        format!("The role is {} now.", before.role),
    ];
    if before.disabled_at.is_some() {
        consequences.push("The user is disabled now, and is let in again.".to_owned());
    }
    Shown { summary: format!("Make {named} an admin"), consequences }
}

fn is_admin(row: &UserRow) -> bool {
    row.role == Role::Admin && row.disabled_at.is_none()
}

/// # Errors
/// 409 when nobody else could come in as an admin.
fn not_the_last(tx: &mut Tx<'_>, row: &UserRow) -> Result<(), Error> {
    if admins::others_remain(tx, &Actor::User(row.id.clone()))? {
        return Ok(());
    }
    let detail = format!(
        "{} is the last admin that can sign in, and no admin key works: make another one first",
        row.username
    );
    Err(Error::conflict("last_admin", detail, json!({ "id": row.id })))
}

/// Removes one, with its sessions, preferences and own views. The audit trail keeps its id.
///
/// # Errors
/// 404, 409 when it is the last way in for an admin.
pub fn delete(tx: &mut Tx<'_>, context: &Context, id: &UserId, revision: Option<i64>) -> Result<(), Error> {
    let row = load(tx, id)?;
    at_revision(revision, row.revision)?;
    if is_admin(&row) {
        not_the_last(tx, &row)?;
        access_rules::keep_two(tx, &row.id)?;
    }
    sessions::delete_all(tx, Some(&Of::User(id.clone())))?;
    preferences::delete(tx, id.as_str())?;
    needs::forget(tx, id.as_str())?;
    views::delete_of_owner(tx, id.as_str())?;
    users::delete(tx, id)?;
    let summary = format!("user {} was removed", row.username);
    success(tx, context, "user.delete", ("user", id.as_str()), summary, facts(&row))?;
    Ok(())
}

/// Gives one another password and ends its sessions. `checked` is when the password that the caller proved to know was set.
///
/// # Errors
/// 404, 409 when it was changed since.
pub fn set_password(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &UserId,
    password_hash: &str,
    checked: Option<Ts>,
) -> Result<(), Error> {
    let row = load(tx, id)?;
    let own = context.actor == Actor::User(id.clone());
    if is_admin(&row) && !own {
        let instead = "let them change it, or change their role first and set the password then";
        access_rules::refuse_alone(tx, "sets the password of another admin", instead)?;
    }
    if checked.is_some_and(|at| at != row.password_changed_at) {
        return Err(certctl_store::StoreError::Stale { what: "password" }.into());
    }
    users::set_password(tx, id, password_hash)?;
    let ended = sessions::delete_all(tx, Some(&Of::User(id.clone())))?;
    let summary = if own {
        format!("user {} changed the password", row.username)
    } else {
        format!("user {} got another password", row.username)
    };
    let details = json!({ "username": row.username, "own": own, "sessions_ended": ended });
    success(tx, context, "user.password", ("user", id.as_str()), summary, details)?;
    Ok(())
}

/// Begins a session, in place of the one that the browser came with.
///
/// # Errors
/// 401 when the user was disabled or got another password since `checked`.
pub fn begin_session(
    tx: &mut Tx<'_>,
    context: &Context,
    session: &NewSession,
    before: Option<&[u8]>,
    checked: Option<(&Subjects, Ts)>,
) -> Result<(), Error> {
    if let (Of::User(id), Some((subjects, set_at))) = (&session.of, checked) {
        let row = users::by_id(tx, id)?;
        if !row.is_some_and(|row| row.disabled_at.is_none() && row.password_changed_at == set_at) {
            return Err(Error::unauthenticated("the user was changed meanwhile: sign in again"));
        }
        sign_in::succeeded(tx, subjects)?;
        users::signed_in(tx, id)?;
    }
    if let Some(before) = before {
        sessions::delete_by_token_hash(tx, before)?;
    }
    sessions::insert(tx, session)?;
    let details = json!({ "expires_at": session.expires_at, "address": session.address });
    let object = ("session", session.id.as_str());
    success(tx, context, "session.create", object, "signed in".to_owned(), details)?;
    Ok(())
}

/// Ends one session: one's own, or anybody's for who manages users.
///
/// # Errors
/// 404 when there is none that the caller may end.
pub fn end_session(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &SessionId,
    manages: bool,
) -> Result<SessionRow, Error> {
    let row = sessions::by_id(tx, id)?
        .filter(|row| manages || row.actor().as_ref() == Some(&context.actor))
        .ok_or_else(|| Error::not_found("session", id.as_str()))?;
    sessions::delete(tx, id)?;
    let summary = format!("the session of {} was ended", row.name);
    let details = json!({ "actor": row.actor(), "address": row.address });
    success(tx, context, "session.delete", ("session", id.as_str()), summary, details)?;
    Ok(row)
}

/// Ends all sessions of somebody, or of everybody.
///
/// # Errors
/// Those of the store.
pub fn end_sessions(tx: &mut Tx<'_>, context: &Context, of: Option<&Of>) -> Result<u64, Error> {
    let ended = sessions::delete_all(tx, of)?;
    let (object, whose) = match of {
        Some(Of::User(id)) => (("user", id.as_str()), id.to_string()),
        Some(Of::Key(id)) => (("api_key", id.as_str()), id.to_string()),
        None => (("session", "all"), "everybody".to_owned()),
    };
    let summary = format!("{ended} sessions of {whose} were ended");
    success(tx, context, "session.delete_all", object, summary, json!({ "ended": ended }))?;
    Ok(ended)
}
