//! Confirmations: what cannot be taken back waits for a second person, and is then done in the name of who asked.
//!
//! There is one gate, [`hold`]. It stands in the transaction that would do the thing, after all that may refuse it and before
//! the first write, so that no route, command or task goes round it, and what was asked for was sound when it was asked. When
//! the rule is on it stores what was asked for; when a second person's yes is being carried out it lets exactly that through,
//! and ends the confirmation in the same transaction: it is done once, however often the doing is begun. Alternatives: a guard
//! before the handlers (a bulk revocation is told from a bulk renewal by its plan, an admin grant by the user that is there),
//! and stored requests that are sent again (they hold passwords).
//! Not for: who is a person (`ops/access_rules.rs`). Invariants: nothing of an act is done before it is confirmed, or unlike it
//! was confirmed; nobody confirms what they asked for; an act holds no secret.

use std::pin::Pin;

use certctl_api::cas::{ReplaceCa, ReplaceRoot};
use certctl_api::users::UpdateUser;
use certctl_core::actor::Actor;
use certctl_core::confirmation::{CONFIRMATION_SECONDS, ConfirmationEvent, ConfirmationState, HeldAction};
use certctl_core::id::{CaId, ConfirmationId, IssuerId, OperationId, UserId};
use certctl_core::permission::{Permission, Role, Scope};
use certctl_core::random::new_id;
use certctl_store::audit::{Confirmed, Context};
use certctl_store::confirmations::{self, ConfirmationRow, ONE_OPEN};
use certctl_store::{StoreError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{Error, chain};
use crate::ops::access_rules::{is_admin, person_of, two_people};
use crate::ops::operations::{Rights, present_rights};
use crate::ops::{failure, success};

/// The most letters of a reason.
pub const MAX_REASON: usize = 500;
/// Ended confirmations are kept for 400 days.
pub const KEEP_SECONDS: i64 = 400 * 86_400;

/// What is held, with all that it is run with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "action", content = "params", rename_all = "snake_case")]
pub enum Act {
    /// Run a plan that revokes.
    BulkRevoke {
        /// Which.
        plan_id: OperationId,
        /// Why.
        reason: Option<String>,
    },
    /// Let an issuer sign with the next generation of its CA.
    ReplaceCa {
        /// Whose.
        issuer_id: IssuerId,
        /// The CA that signs now.
        ca_id: CaId,
        /// How the next one differs.
        change: ReplaceCa,
    },
    /// Put a new root in the place of one.
    ReplaceRoot {
        /// Which.
        ca_id: CaId,
        /// How the new one differs.
        change: ReplaceRoot,
    },
    /// A change of a user that makes an admin of it.
    GrantAdmin {
        /// Whom.
        user_id: UserId,
        /// The user's revision that was looked at.
        user_revision: i64,
        /// The change.
        change: UpdateUser,
    },
    /// Switch the rule of two people off.
    EndTwoPeople {},
}

impl Act {
    /// In a word.
    pub const fn action(&self) -> HeldAction {
        match self {
            Self::BulkRevoke { .. } => HeldAction::BulkRevoke,
            Self::ReplaceCa { .. } => HeldAction::ReplaceCa,
            Self::ReplaceRoot { .. } => HeldAction::ReplaceRoot,
            Self::GrantAdmin { .. } => HeldAction::GrantAdmin,
            Self::EndTwoPeople {} => HeldAction::EndTwoPeople,
        }
    }

    /// What it is done to.
    fn object(&self) -> (&'static str, &str) {
        match self {
            Self::BulkRevoke { plan_id, .. } => ("operation", plan_id.as_str()),
            Self::ReplaceCa { issuer_id, .. } => ("issuer", issuer_id.as_str()),
            Self::ReplaceRoot { ca_id, .. } => ("ca", ca_id.as_str()),
            Self::GrantAdmin { user_id, .. } => ("user", user_id.as_str()),
            Self::EndTwoPeople {} => ("access_rules", "two_people"),
        }
    }

    /// Where what comes of it is to be seen.
    fn result(&self) -> String {
        match self {
            Self::BulkRevoke { plan_id, .. } => format!("/api/v1/operations/{plan_id}"),
            Self::ReplaceCa { issuer_id, .. } => format!("/api/v1/cas?issuer_id={issuer_id}"),
            Self::ReplaceRoot { ca_id, .. } => format!("/api/v1/cas/{ca_id}"),
            Self::GrantAdmin { user_id, .. } => format!("/api/v1/users/{user_id}"),
            Self::EndTwoPeople {} => "/api/v1/access-rules".to_owned(),
        }
    }
}

/// Carries an act out in the name of its context; the requests' parsers are in `http`.
pub type CarryOut = fn(App, Context, Rights, Act) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// What came of something that may be held.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It was done.
    Done(T),
    /// It waits for a second person.
    Asked(Box<ConfirmationRow>),
}

/// What is shown of an act to who decides.
#[derive(Debug)]
pub struct Shown {
    /// In a sentence, without a full stop.
    pub summary: String,
    /// What follows from it.
    pub consequences: Vec<String>,
}

/// The gate: nothing when the act may be done now, in this transaction; else what was stored for a second person.
///
/// # Errors
/// 403 when it is not known for whom the caller stands; 409 when the same is asked for already, or what was confirmed was
/// something else.
pub fn hold(
    tx: &mut Tx<'_>,
    context: &Context,
    act: &Act,
    shown: impl FnOnce(&mut Tx<'_>) -> Result<Shown, Error>,
) -> Result<Option<Box<ConfirmationRow>>, Error> {
    if let Some(confirmed) = &context.confirmed {
        use_up(tx, context, &confirmed.id, act)?;
        return Ok(None);
    }
    if !two_people(tx)? {
        return Ok(None);
    }
    let Some(asker_id) = person_of(tx, &context.actor)? else {
        let detail = format!(
            "this needs a second person, and it is not known for whom {} stands: sign in as a user, or let a user give the key \
             a new secret (`certctl keys rotate`), for whom it stands from then on",
            context.actor
        );
        return Err(Error::Denied { code: "no_person", detail });
    };
    let (action, (kind, id)) = (act.action(), act.object());
    if let Some(open) = confirmations::open_of(tx, action, id)? {
        return Err(asked_already(&open.id));
    }
    let Shown { summary, consequences } = shown(tx)?;
    let now = tx.now();
    let row = ConfirmationRow {
        id: new_id(&*context.random, now),
        action,
        state: ConfirmationState::Waiting,
        object_kind: kind.to_owned(),
        object_id: id.to_owned(),
        act: json!(act),
        summary,
        consequences: json!(consequences),
        result: act.result(),
        asked_by_kind: context.actor.kind().to_owned(),
        asked_by: context.actor.id().to_owned(),
        asker_id,
        request_id: context.request_id.clone(),
        asked_at: now,
        expires_at: now.plus_seconds(CONFIRMATION_SECONDS),
        decided_by_kind: None,
        decided_by: None,
        decided_at: None,
        reason: None,
        ended_at: None,
        error: None,
        revision: 1,
    };
    confirmations::insert(tx, &row).map_err(|error| {
        // Another replica was quicker.
        if error.violates(ONE_OPEN) { asked_already(&row.id) } else { error.into() }
    })?;
    note(tx, context, "confirmation.ask", &row, format!("a second person was asked for: {}", row.summary))?;
    Ok(Some(Box::new(row)))
}

fn asked_already(id: &ConfirmationId) -> Error {
    let detail = format!("this waits for a second person already: see `certctl confirmations show {id}`");
    Error::conflict("already_asked", detail, json!({ "confirmation_id": id }))
}

/// Ends a confirmation in the transaction that does what was confirmed.
fn use_up(tx: &mut Tx<'_>, context: &Context, id: &ConfirmationId, act: &Act) -> Result<(), Error> {
    let mut row = find(tx, id)?;
    if row.act != json!(act) {
        let detail = format!("what {id} was asked for has changed since: look at it, and ask again");
        return Err(Error::conflict("confirmation_moved", detail, json!({ "confirmation_id": id })));
    }
    let from = row.state;
    // Whoever carried it out before was quicker.
    row.state = from
        .on(ConfirmationEvent::CarryOut)
        .map_err(|_| Error::from(StoreError::Stale { what: "confirmation" }))?;
    row.ended_at = Some(tx.now());
    confirmations::update(tx, &row, from)?;
    note(tx, context, "confirmation.done", &row, format!("done: {}", row.summary))?;
    Ok(())
}

fn note(
    tx: &mut Tx<'_>,
    context: &Context,
    action: &'static str,
    row: &ConfirmationRow,
    summary: String,
) -> Result<(), StoreError> {
    success(tx, context, action, ("confirmation", row.id.as_str()), summary, facts(row))
}

fn facts(row: &ConfirmationRow) -> Value {
    json!({
        "action": row.action, "state": row.state, "object_kind": row.object_kind, "object_id": row.object_id,
        "params": row.act["params"], "consequences": row.consequences, "asked_by_kind": row.asked_by_kind,
        "asked_by": row.asked_by, "asker_id": row.asker_id, "expires_at": row.expires_at,
        "decided_by_kind": row.decided_by_kind, "decided_by": row.decided_by, "reason": row.reason, "error": row.error,
    })
}

fn find(tx: &mut Tx<'_>, id: &ConfirmationId) -> Result<ConfirmationRow, Error> {
    confirmations::by_id(tx, id)?.ok_or_else(|| Error::not_found("confirmation", id.as_str()))
}

/// Which confirmations a caller sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// All: for who may decide.
    All,
    /// What this person asked for; nothing when it is not known for whom the caller stands.
    Of(Option<UserId>),
}

/// Which ones a caller sees.
///
/// # Errors
/// Those of the store.
pub fn seen_by(tx: &mut Tx<'_>, caller: &Actor, role: Option<Role>) -> Result<Seen, StoreError> {
    if role.is_some_and(|role| role.allows(Permission::ConfirmationsDecide)) {
        return Ok(Seen::All);
    }
    Ok(Seen::Of(person_of(tx, caller)?))
}

/// One that the caller may see.
///
/// # Errors
/// 404.
pub fn load(
    tx: &mut Tx<'_>,
    caller: &Actor,
    role: Option<Role>,
    id: &ConfirmationId,
) -> Result<ConfirmationRow, Error> {
    let seen = seen_by(tx, caller, role)?;
    let row = find(tx, id)?;
    if seen == Seen::All || seen == Seen::Of(Some(row.asker_id.clone())) {
        Ok(row)
    } else {
        Err(Error::not_found("confirmation", id.as_str()))
    }
}

/// One that still waits, moved on by an event.
fn moved(
    tx: &mut Tx<'_>,
    id: &ConfirmationId,
    event: ConfirmationEvent,
) -> Result<(ConfirmationRow, ConfirmationState), Error> {
    let mut row = find(tx, id)?;
    let from = row.state;
    if from == ConfirmationState::Waiting && row.expires_at <= tx.now() {
        let detail =
            format!("the time of {id} is over since {}: it has to be asked for again", row.expires_at);
        return Err(Error::conflict("confirmation_state", detail, json!({ "state": "expired" })));
    }
    row.state = from.on(event).map_err(|_| {
        let detail = format!("{id} is {from}: nobody has to decide about it any more");
        Error::conflict("confirmation_state", detail, json!({ "state": from }))
    })?;
    Ok((row, from))
}

/// Who decides must be another person than who asked, and an admin.
fn another_person(tx: &mut Tx<'_>, context: &Context, row: &ConfirmationRow) -> Result<(), Error> {
    let Some(person) = person_of(tx, &context.actor)? else {
        let detail = format!(
            "it is not known for whom {} stands: sign in as a user, or let a user give the key a new secret",
            context.actor
        );
        return Err(Error::Denied { code: "no_person", detail });
    };
    if person == row.asker_id {
        let detail = format!("{} was asked for by you ({person}): somebody else has to decide", row.id);
        return Err(Error::Denied { code: "own_request", detail });
    }
    if !is_admin(tx, &person)? {
        let detail = format!("{person}, for whom you act, is no admin that can sign in");
        return Err(Error::Denied { code: "no_person", detail });
    }
    Ok(())
}

/// A second person's yes or no. What was confirmed is carried out by [`carry_out`].
///
/// # Errors
/// 403 for one's own request, 404, 409 when it does not wait any more.
pub fn decide(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &ConfirmationId,
    event: ConfirmationEvent,
    reason: Option<&str>,
) -> Result<ConfirmationRow, Error> {
    let (mut row, from) = moved(tx, id, event)?;
    another_person(tx, context, &row)?;
    let now = tx.now();
    row.decided_by_kind = Some(context.actor.kind().to_owned());
    row.decided_by = Some(context.actor.id().to_owned());
    row.decided_at = Some(now);
    row.reason = reason.map(str::to_owned);
    row.ended_at = (!row.state.is_open()).then_some(now);
    confirmations::update(tx, &row, from)?;
    let (action, words) = if row.state == ConfirmationState::Confirmed {
        ("confirmation.confirm", "confirmed")
    } else {
        ("confirmation.refuse", "refused")
    };
    note(tx, context, action, &row, format!("{words}: {}", row.summary))?;
    find(tx, id)
}

/// Who asked takes it back.
///
/// # Errors
/// 403 when it is another's, 404, 409 when it does not wait any more.
pub fn cancel(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &ConfirmationId,
    reason: Option<&str>,
) -> Result<ConfirmationRow, Error> {
    let (mut row, from) = moved(tx, id, ConfirmationEvent::Cancel)?;
    if person_of(tx, &context.actor)?.as_ref() != Some(&row.asker_id) {
        let detail = format!("{id} was asked for by somebody else: refuse it instead");
        return Err(Error::Denied { code: "not_your_request", detail });
    }
    row.reason = reason.map(str::to_owned);
    row.ended_at = Some(tx.now());
    confirmations::update(tx, &row, from)?;
    note(tx, context, "confirmation.cancel", &row, format!("taken back: {}", row.summary))?;
    find(tx, id)
}

/// Ends what nobody decided in time; says how many.
///
/// # Errors
/// Those of the store.
pub fn expire(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<usize, Error> {
    let overdue = confirmations::overdue(tx, limit)?;
    for row in &overdue {
        let from = row.state;
        let mut row = row.clone();
        row.state = from.on(ConfirmationEvent::Expire).map_err(Error::internal)?;
        row.ended_at = Some(tx.now());
        confirmations::update(tx, &row, from)?;
        note(tx, context, "confirmation.expire", &row, format!("nobody decided in time: {}", row.summary))?;
    }
    tx.note_audit();
    Ok(overdue.len())
}

/// Carries out what was confirmed, in the name of who asked and with the rights that they have by now.
///
/// # Errors
/// Those after which it is to be tried again; what cannot be done any more ends the confirmation instead.
pub async fn carry_out(app: &App, id: &ConfirmationId) -> Result<ConfirmationRow, Error> {
    let wanted = id.clone();
    let (row, rights) = app
        .store
        .read("confirmations.confirmed", move |tx| {
            let row = find(tx, &wanted)?;
            let granted = Rights { role: None, scope: Scope::everything() };
            let rights = present_rights(tx, &asker(&row)?, granted)?;
            Ok::<_, Error>((row, rights))
        })
        .await?;
    if row.state != ConfirmationState::Confirmed {
        return Ok(row);
    }
    app.kill_point.pass("confirmation.confirmed");
    let permission = row.action.permission();
    let rights = rights.filter(|rights| rights.role.is_some_and(|role| role.allows(permission)));
    let done = match rights {
        Some(rights) => begin(app, &row, rights).await,
        None => {
            let detail = format!("{}, who asked for it, may not do it any more", row.asked_by);
            Err(Error::conflict("asker_gone", detail, json!({ "permission": permission })))
        }
    };
    app.kill_point.pass("confirmation.carried_out");
    let again = |error: &Error| {
        error.code() == "changed_meanwhile" || error.status() == http::StatusCode::SERVICE_UNAVAILABLE
    };
    match done {
        Ok(()) => {}
        Err(error) if again(&error) => {
            tracing::warn!(confirmation.id = %row.id, "{} is tried again: {}", row.id, chain(&error));
        }
        Err(error) => give_up(app, &row, error).await?,
    }
    let id = row.id;
    app.store.read("confirmations.show", move |tx| find(tx, &id)).await
}

fn asker(row: &ConfirmationRow) -> Result<Actor, Error> {
    Actor::from_parts(&row.asked_by_kind, &row.asked_by)
        .ok_or_else(|| Error::internal(format!("who asked for {} cannot be read", row.id)))
}

async fn begin(app: &App, row: &ConfirmationRow, rights: Rights) -> Result<(), Error> {
    let act: Act = serde_json::from_value(row.act.clone())
        .map_err(|error| Error::internal(format!("the act of {} cannot be read: {error}", row.id)))?;
    let kind = row.decided_by_kind.as_deref().unwrap_or_default();
    let by = Actor::from_parts(kind, row.decided_by.as_deref().unwrap_or_default())
        .ok_or_else(|| Error::internal(format!("who confirmed {} cannot be read", row.id)))?;
    let context = Context {
        actor: asker(row)?,
        scope: rights.scope.clone(),
        request_id: row.request_id.clone(),
        source_address: String::new(),
        random: app.random(),
        confirmed: Some(Confirmed { id: row.id.clone(), by }),
    };
    (app.carry_out)(app.clone(), context, rights, act).await
}

/// Ends what cannot be done, unless somebody else has done it meanwhile.
async fn give_up(app: &App, row: &ConfirmationRow, error: Error) -> Result<(), Error> {
    if error.status().is_server_error() {
        tracing::error!(confirmation.id = %row.id, "{} could not be carried out: {}", row.id, chain(&error));
    }
    let (id, why, context) = (row.id.clone(), error.to_string(), crate::ops::system(app, "confirmations"));
    app.store
        .write("confirmations.give_up", move |tx| {
            tx.note_audit();
            let mut row = find(tx, &id)?;
            let from = row.state;
            let Ok(state) = from.on(ConfirmationEvent::Fail) else { return Ok(()) };
            row.state = state;
            row.error = Some(why.clone());
            row.ended_at = Some(tx.now());
            confirmations::update(tx, &row, from)?;
            let summary = format!("could not be done: {}: {why}", row.summary);
            let object = ("confirmation", row.id.as_str());
            failure(tx, &context, "confirmation.fail", object, summary, facts(&row)).map_err(Error::from)
        })
        .await
}
