//! Saved views and preferences: made, changed, removed.
//!
//! Not for: what a view's filter means (`http/views.rs` lets the list's own parser read it). Invariants: a view of one's own
//! is seen and changed by its owner only; a team's is seen by those whose scope holds the team, and changed by those of them
//! who may change certificates.

use certctl_core::actor::Actor;
use certctl_core::id::{TeamId, ViewId};
use certctl_core::permission::{Permission, Role, Scope};
use certctl_store::audit::Context;
use certctl_store::preferences::PreferencesRow;
use certctl_store::views::{Reader, ViewRow};
use certctl_store::{StoreError, Tx, preferences, teams, views};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::ops::settings::at_revision;
use crate::ops::{note_changed, scopes, success};

/// The most views of one owner or team.
pub const MAX_VIEWS: i64 = 200;
/// The longest document of preferences, in bytes of JSON.
pub const MAX_DOCUMENT: usize = 32 * 1024;

/// Who keeps views and preferences.
#[derive(Debug, Clone)]
pub struct Keeper {
    /// The caller's id; `local` while authentication is off.
    pub caller: String,
    /// Its role.
    pub role: Role,
    /// Its scope.
    pub scope: Scope,
}

impl Keeper {
    /// As the store asks for it.
    pub fn reader(&self) -> Reader {
        Reader { caller: self.caller.clone(), scope: self.scope.clone() }
    }

    /// Whether it may change a view that it sees.
    pub fn may_change(&self, row: &ViewRow) -> bool {
        match &row.team_id {
            None => row.owner.as_deref() == Some(self.caller.as_str()),
            Some(team) => self.role.allows(Permission::CertificatesUpdate) && self.scope.admits_team(team),
        }
    }
}

fn facts(row: &ViewRow) -> Value {
    json!({
        "noun": row.noun, "name": row.name, "team_id": row.team_id, "filter": row.filter, "sort": row.sort,
        "columns": row.columns, "density": row.density, "position": row.position,
    })
}

/// One that the caller sees.
///
/// # Errors
/// 404, 403 when its list is not for the caller.
pub fn load(tx: &mut Tx<'_>, keeper: &Keeper, id: &ViewId) -> Result<ViewRow, Error> {
    let row =
        views::by_id(tx, &keeper.reader(), id)?.ok_or_else(|| Error::not_found("saved view", id.as_str()))?;
    may_read(keeper, &row)?;
    Ok(row)
}

fn may_read(keeper: &Keeper, row: &ViewRow) -> Result<(), Error> {
    let permission = row.noun.permission();
    if keeper.role.allows(permission) { Ok(()) } else { Err(Error::Forbidden { permission }) }
}

/// # Errors
/// 403 when the view is not the caller's to change.
fn may_change(keeper: &Keeper, row: &ViewRow) -> Result<(), Error> {
    if keeper.may_change(row) {
        return Ok(());
    }
    match &row.team_id {
        Some(team) if !keeper.scope.admits_team(team) => {
            Err(scopes::refused(&keeper.scope, &format!("the view would be of {team}")))
        }
        Some(_) | None => Err(Error::Forbidden { permission: Permission::CertificatesUpdate }),
    }
}

/// Adds one.
///
/// # Errors
/// 403 for a list or team that is not the caller's, 409 when the id is taken or there are too many, 422 without the team.
pub fn create(tx: &mut Tx<'_>, context: &Context, keeper: &Keeper, row: &ViewRow) -> Result<ViewRow, Error> {
    may_read(keeper, row)?;
    if let Some(team) = &row.team_id
        && teams::by_id(tx, team)?.is_none()
    {
        return Err(Error::invalid_field("/team_id", format!("there is no team {team}")));
    }
    may_change(keeper, row)?;
    if views::count_of(tx, row.owner.as_deref(), row.team_id.as_ref())? >= MAX_VIEWS {
        let detail = format!("there are {MAX_VIEWS} views already: remove one first");
        return Err(Error::conflict("too_many", detail, json!({ "limit": MAX_VIEWS })));
    }
    if !views::insert(tx, row)? {
        let detail =
            format!("there is a view {} already: choose another id, or none to get a new one", row.id);
        return Err(Error::conflict("already_exists", detail, json!({ "id": row.id })));
    }
    let summary = format!("saved view {} was made", row.id);
    success(tx, context, "view.create", ("view", row.id.as_str()), summary, facts(row))?;
    load(tx, keeper, &row.id)
}

/// Changes one.
///
/// # Errors
/// 403, 404, 412, those of `change`.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    keeper: &Keeper,
    id: &ViewId,
    revision: Option<i64>,
    change: impl FnOnce(&mut ViewRow) -> Result<(), Error>,
) -> Result<ViewRow, Error> {
    let mut row = load(tx, keeper, id)?;
    may_change(keeper, &row)?;
    at_revision(revision, row.revision)?;
    let before = facts(&row);
    change(&mut row)?;
    views::update(tx, &row)?;
    note_changed(tx, ("view", id.as_str()), &before, &facts(&row));
    let summary = format!("saved view {id} was changed");
    success(tx, context, "view.update", ("view", id.as_str()), summary, facts(&row))?;
    load(tx, keeper, id)
}

/// Removes one.
///
/// # Errors
/// 403, 404.
pub fn delete(
    tx: &mut Tx<'_>,
    context: &Context,
    keeper: &Keeper,
    id: &ViewId,
    revision: Option<i64>,
) -> Result<(), Error> {
    let row = load(tx, keeper, id)?;
    may_change(keeper, &row)?;
    at_revision(revision, row.revision)?;
    views::delete(tx, id)?;
    let summary = format!("saved view {id} was removed");
    success(tx, context, "view.delete", ("view", id.as_str()), summary, facts(&row))?;
    Ok(())
}

/// Removes the views of a team that is removed.
///
/// # Errors
/// Those of the store.
pub fn forget_team(tx: &mut Tx<'_>, team: &TeamId) -> Result<(), StoreError> {
    views::delete_of_team(tx, team)
}

/// A caller, as what is remembered for it names it: an id, or `local` while authentication is off.
pub fn caller_of(actor: &Actor) -> String {
    match actor.id() {
        "" => actor.kind(),
        id => id,
    }
    .to_owned()
}

/// Puts a merge patch into a caller's preferences.
///
/// # Errors
/// 412, 422 when the document would be too long.
pub fn merge_preferences(
    tx: &mut Tx<'_>,
    context: &Context,
    caller: &str,
    revision: Option<i64>,
    patch: &Map<String, Value>,
) -> Result<PreferencesRow, Error> {
    let found = preferences::of(tx, caller)?;
    let present = found.as_ref().map_or(0, |row| row.revision);
    at_revision(revision, present)?;
    let mut document = found.map_or_else(|| json!({}), |row| row.document);
    merge(&mut document, &Value::Object(patch.clone()));
    let length = document.to_string().len();
    if length > MAX_DOCUMENT {
        let detail = format!("the document would have {length} bytes; {MAX_DOCUMENT} are kept");
        return Err(Error::invalid_field("/document", detail));
    }
    preferences::set(tx, caller, &document, present)?;
    let names: Vec<&String> = patch.keys().take(20).collect();
    let summary = "preferences were changed".to_owned();
    success(tx, context, "preferences.update", ("preferences", caller), summary, json!({ "fields": names }))?;
    preferences::of(tx, caller)?.ok_or_else(|| Error::internal("preferences that were just written are gone"))
}

/// RFC 7396, section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Some(target) = target.as_object_mut() else { return };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_merge_as_rfc_7396_says() {
        let check = |target: Value, patch: Value, expected: Value| {
            let mut merged = target;
            merge(&mut merged, &patch);
            assert_eq!(merged, expected);
        };
        check(json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" }));
        check(json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" }));
        check(
            json!({ "a": { "b": "c" } }),
            json!({ "a": { "b": "d", "c": null } }),
            json!({ "a": { "b": "d" } }),
        );
        check(json!({ "a": [1, 2] }), json!({ "a": { "b": 1 } }), json!({ "a": { "b": 1 } }));
        check(json!({}), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } }));
    }
}
