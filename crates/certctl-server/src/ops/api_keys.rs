//! API keys: made, changed, rotated, revoked.
//!
//! Not for: presented secrets (`http/auth.rs`). Invariants: a way in for an admin always stays; a secret is never in an
//! audit event.

use certctl_api::api_keys::UpdateApiKey;
use certctl_core::actor::Actor;
use certctl_core::id::ApiKeyId;
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;
use certctl_store::api_keys::ApiKeyRow;
use certctl_store::audit::Context;
use certctl_store::{Tx, api_keys};
use serde_json::{Value, json};

use crate::error::Error;
use crate::ops::settings::{Checks, at_revision};
use crate::ops::{access_rules, admins, note_changed, scopes, success, with_before};

/// One that must be there.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, id: &ApiKeyId) -> Result<ApiKeyRow, Error> {
    api_keys::by_id(tx, id)?.ok_or_else(|| Error::not_found("API key", id.as_str()))
}

fn facts(row: &ApiKeyRow) -> Value {
    json!({ "name": row.name, "role": row.role, "scope": row.scope, "expires_at": row.expires_at })
}

/// Adds one.
///
/// # Errors
/// 422 when its scope names a team that is not there.
pub fn create(tx: &mut Tx<'_>, context: &Context, row: &ApiKeyRow) -> Result<(), Error> {
    scopes::check_teams(tx, &row.scope)?;
    if row.role == Role::Admin {
        let instead = "nobody could see the secret of a key that somebody else confirms, so make the key with another role, or \
                       switch the rule off, which another admin confirms";
        access_rules::refuse_alone(tx, "makes an admin key", instead)?;
    }
    let row = &ApiKeyRow { maker_id: access_rules::person_of(tx, &context.actor)?, ..row.clone() };
    api_keys::insert(tx, row)?;
    let summary = format!("API key {} ({}) was made", row.id, row.role);
    success(tx, context, "api_key.create", ("api_key", row.id.as_str()), summary, facts(row))?;
    Ok(())
}

/// Changes its name, scope or end.
///
/// # Errors
/// 404, 409 when it is revoked or the last way in for an admin would end, 412, 422.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &ApiKeyId,
    revision: Option<i64>,
    change: &UpdateApiKey,
) -> Result<ApiKeyRow, Error> {
    let mut row = unrevoked(tx, id)?;
    at_revision(revision, row.revision)?;
    let now = tx.now();
    let before = facts(&row);
    let mut checks = Checks::default();
    if let Some(name) = &change.name {
        row.name = checks.name(name);
    }
    if let Some(scope) = &change.scope {
        row.scope = scopes::check(&mut checks, row.role, scope.clone().unwrap_or_else(Scope::everything));
    }
    if let Some(end) = change.expires_at {
        if end.is_some_and(|end| end <= now) {
            checks.bad("/expires_at", "the time is over already: revoke the key instead");
        }
        if row.role == Role::Admin && row.is_valid(now) && row.expires_at.is_none() && end.is_some() {
            not_the_last(tx, &row)?;
        }
        row.expires_at = end;
    }
    checks.finish()?;
    scopes::check_teams(tx, &row.scope)?;
    api_keys::update(tx, &row)?;
    note_changed(tx, ("api_key", id.as_str()), &before, &facts(&row));
    let summary = format!("API key {id} was changed");
    let details = with_before(facts(&row), &before, &facts(&row));
    success(tx, context, "api_key.update", ("api_key", id.as_str()), summary, details)?;
    load(tx, id)
}

/// Revokes one; it stays in the list.
///
/// # Errors
/// 404, 409 when it is revoked already or the last way in for an admin.
pub fn revoke(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &ApiKeyId,
    revision: Option<i64>,
) -> Result<ApiKeyRow, Error> {
    let row = unrevoked(tx, id)?;
    at_revision(revision, row.revision)?;
    if row.role == Role::Admin && row.is_valid(tx.now()) {
        not_the_last(tx, &row)?;
    }
    api_keys::revoke(tx, id)?;
    let summary = format!("API key {id} was revoked");
    let details = json!({ "name": row.name, "role": row.role });
    success(tx, context, "api_key.revoke", ("api_key", id.as_str()), summary, details)?;
    load(tx, id)
}

/// # Errors
/// 409 when nobody else could come in as an admin.
fn not_the_last(tx: &mut Tx<'_>, row: &ApiKeyRow) -> Result<(), Error> {
    if admins::others_remain(tx, &Actor::ApiKey(row.id.clone()))? {
        return Ok(());
    }
    let id = &row.id;
    let detail = format!(
        "{id} is the last admin key that works, and no admin can sign in: make another one first, then revoke this one"
    );
    Err(Error::conflict("last_admin_key", detail, json!({ "id": id })))
}

/// Gives one another secret; the old one is refused from the commit on, or from `previous_until` on.
///
/// # Errors
/// 404, 409 when it is revoked or its time is over.
pub fn rotate(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &ApiKeyId,
    prefix: &str,
    secret_hash: &[u8],
    previous_until: Option<Ts>,
) -> Result<ApiKeyRow, Error> {
    let row = unrevoked(tx, id)?;
    if !row.is_valid(tx.now()) {
        let detail = format!("the time of {id} is over: a new secret would not work either, make a new key");
        return Err(Error::conflict("key_expired", detail, json!({ "expires_at": row.expires_at })));
    }
    let maker_id = access_rules::person_of(tx, &context.actor)?;
    api_keys::rotate(tx, id, prefix, secret_hash, previous_until, maker_id.as_ref())?;
    let summary = format!("API key {id} has a new secret");
    let details = json!({ "name": row.name, "previous_secret_until": previous_until });
    success(tx, context, "api_key.rotate", ("api_key", id.as_str()), summary, details)?;
    load(tx, id)
}

fn unrevoked(tx: &mut Tx<'_>, id: &ApiKeyId) -> Result<ApiKeyRow, Error> {
    let row = load(tx, id)?;
    match row.revoked_at {
        None => Ok(row),
        Some(at) => {
            let detail = format!("{id} was revoked at {at}: make a new key");
            Err(Error::conflict("key_revoked", detail, json!({ "revoked_at": at })))
        }
    }
}
