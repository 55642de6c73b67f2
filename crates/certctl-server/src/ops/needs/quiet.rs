//! Needs that a caller does not want to see for a while: hidden, shown again.
//!
//! Not for: alerts, whose quiet is everybody's (`ops/alerts.rs`). Invariants: what is hidden from one caller is shown to others;
//! hiding and showing leave their audit events, and the stream tells the caller's other dashboards.

use std::collections::BTreeMap;

use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::Tx;
use certctl_store::audit::Context;
use certctl_store::needs::{self as store, HiddenRow};
use serde_json::json;

use super::draft::Draft;
use super::found;
use crate::app::App;
use crate::error::Error;
use crate::ops::success;

/// The most that are hidden from one caller.
pub const MAX_HIDDEN: i64 = 500;

/// What is to be hidden.
#[derive(Debug, Clone)]
pub struct Hiding {
    /// From whom.
    pub caller: String,
    /// Which need.
    pub need: String,
    /// The end of its quiet.
    pub until: Ts,
    /// Whether it comes back before that, as soon as it changes.
    pub until_change: bool,
    /// Why.
    pub reason: Option<String>,
}

/// Hides a need from its caller.
///
/// # Errors
/// 422 when too many are hidden already, and for one that is not there and is to be hidden until it changes.
pub async fn hide(app: &App, context: Context, hiding: Hiding) -> Result<(), Error> {
    let Hiding { caller, need, until, until_change, reason } = hiding;
    let seen = if until_change { Some(seen(app, context.scope.clone(), &need).await?) } else { None };
    let row = HiddenRow { need_id: need, until, reason, seen };
    app.store.write("needs.snooze", move |tx| hide_in(tx, &context, &caller, &row)).await
}

/// What a need is like now, for this caller.
async fn seen(app: &App, scope: Scope, need: &str) -> Result<String, Error> {
    let drafts = found(app, scope).await?;
    let draft = drafts.value.iter().find(|draft| draft.id == need);
    draft.map(|draft| draft.seen(drafts.as_of)).ok_or_else(|| {
        let detail = format!("{need} needs nobody now: it can be hidden for a time, not until it changes");
        Error::invalid_field("/cause", detail)
    })
}

fn hide_in(tx: &mut Tx<'_>, context: &Context, caller: &str, row: &HiddenRow) -> Result<(), Error> {
    if !store::hide(tx, caller, row, MAX_HIDDEN)? {
        let detail = format!("{MAX_HIDDEN} needs are hidden from you already: show some of them again first");
        return Err(Error::invalid_field("/cause", detail));
    }
    let until_change = row.seen.is_some();
    let how = if until_change { "until it changes".to_owned() } else { format!("until {}", row.until) };
    let why = row.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    let words = format!("{} was hidden from {} {how}{why}", row.need_id, context.actor);
    let facts = json!({ "until": row.until, "until_change": until_change });
    success(tx, context, "need.snooze", ("need", &row.need_id), words, facts)?;
    Ok(())
}

/// Shows a need to its caller again.
///
/// # Errors
/// 404 when it is not hidden.
pub fn show(tx: &mut Tx<'_>, context: &Context, caller: &str, need: &str) -> Result<(), Error> {
    if !store::show(tx, caller, need)? {
        return Err(Error::not_found("hidden need", need));
    }
    let words = format!("{need} is shown to {} again", context.actor);
    success(tx, context, "need.wake", ("need", need), words, json!({}))?;
    Ok(())
}

/// What is hidden from a caller now, by need: not what has changed since it was to be hidden until then.
///
/// # Errors
/// Those of the store.
pub(super) async fn hidden(
    app: &App,
    own: Scope,
    caller: String,
) -> Result<BTreeMap<String, HiddenRow>, Error> {
    let rows = app.store.read("needs.hidden", move |tx| store::hidden(tx, &caller).map_err(Error::from));
    let mut rows = rows.await?;
    if rows.iter().any(|row| row.seen.is_some()) {
        // As the caller sees it without a narrower look: that is what was looked at when it was hidden.
        let drafts = found(app, own).await?;
        let now: BTreeMap<&str, &Draft> =
            drafts.value.iter().map(|draft| (draft.id.as_str(), draft)).collect();
        rows.retain(|row| {
            let draft = now.get(row.need_id.as_str());
            row.seen.as_ref().is_none_or(|seen| draft.is_none_or(|draft| draft.seen(drafts.as_of) == *seen))
        });
    }
    Ok(rows.into_iter().map(|row| (row.need_id.clone(), row)).collect())
}
