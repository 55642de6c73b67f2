//! The access rules: whether what cannot be taken back needs a second person, and who that could be.
//!
//! People are users. An API key stands for the user who made its present secret (`api_keys.maker_id`), so that nobody is two
//! people by having a key. Who confirms is an admin: any admin can make an operator, set its password and sign in as one, so an
//! operator's yes could be the asker's own. For the same reason nobody alone makes an admin, or sets the password of one, while
//! the rule is on.
//! Not for: what waits for a second person (`ops/confirmations.rs`). Invariant: while the rule is on there are two people who
//! can come in as admins, after each change of users.

use certctl_api::access_rules::AccessRules;
use certctl_core::actor::Actor;
use certctl_core::id::UserId;
use certctl_core::permission::Role;
use certctl_store::audit::Context;
use certctl_store::users::{self, UserFilter};
use certctl_store::{StoreError, Tx, api_keys, instance};
use serde_json::json;

use crate::error::Error;
use crate::ops::confirmations::{Act, Outcome, Shown, hold};
use crate::ops::success;

/// The fact of the installation, and its one value that means something.
const FACT: &str = "two_people";
const ON: &str = "on";

/// Whether the rule of two people is on.
///
/// # Errors
/// Those of the store.
pub fn two_people(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(instance::value(tx, FACT)?.as_deref() == Some(ON))
}

/// The user that a caller stands for; nothing when that is not known.
///
/// # Errors
/// Those of the store.
pub fn person_of(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<UserId>, StoreError> {
    match actor {
        Actor::User(id) => Ok(Some(id.clone())),
        Actor::ApiKey(id) => Ok(api_keys::by_id(tx, id)?.and_then(|key| key.maker_id)),
        Actor::Agent(_) | Actor::System(_) | Actor::Local | Actor::Anonymous => Ok(None),
    }
}

/// Whether a user is an admin that can sign in.
///
/// # Errors
/// Those of the store.
pub fn is_admin(tx: &mut Tx<'_>, id: &UserId) -> Result<bool, StoreError> {
    let row = users::by_id(tx, id)?;
    Ok(row.is_some_and(|row| row.role == Role::Admin && row.disabled_at.is_none()))
}

/// The rules, as a caller sees them.
///
/// # Errors
/// Those of the store.
pub fn show(tx: &mut Tx<'_>, caller: &Actor) -> Result<AccessRules, Error> {
    let admins = UserFilter { role: Some(Role::Admin), disabled: Some(false), q: None };
    let all = users::count(tx, &admins)?;
    let own = match person_of(tx, caller)? {
        Some(person) => i64::from(is_admin(tx, &person)?),
        None => 0,
    };
    Ok(AccessRules { two_people: two_people(tx)?, confirmers: all - own })
}

/// Switches the rule on, or off when a second person says yes.
///
/// # Errors
/// 409 when nobody else could confirm anything.
pub fn put(tx: &mut Tx<'_>, context: &Context, wanted: bool) -> Result<Outcome<AccessRules>, Error> {
    if two_people(tx)? == wanted {
        tx.note_audit();
        return Ok(Outcome::Done(show(tx, &context.actor)?));
    }
    let admins = users::admins(tx)?;
    if wanted {
        let person = person_of(tx, &context.actor)?;
        let others = admins.iter().filter(|admin| Some(*admin) != person.as_ref()).count();
        // The asker and another one; an API key that stands for nobody is not one of them.
        if admins.len() < 2 || others == 0 {
            let detail = "nobody else could confirm anything: make another user with the role admin first, for another person";
            return Err(Error::conflict("nobody_else", detail, json!({ "admins": admins.len() })));
        }
        instance::set_value(tx, FACT, ON)?;
    } else {
        let shown = |_: &mut Tx<'_>| {
            Ok(Shown {
                summary: "Switch off the rule of two people".to_owned(),
                consequences: vec![
                    "From then on one admin alone can revoke any number of certificates, replace CAs and make admins."
                        .to_owned(),
                    "What waits for a second person goes on waiting for one.".to_owned(),
                ],
            })
        };
        if let Some(asked) = hold(tx, context, &Act::EndTwoPeople {}, shown)? {
            return Ok(Outcome::Asked(asked));
        }
        instance::set_value(tx, FACT, "off")?;
    }
    let words = if wanted { "on" } else { "off" };
    let summary = format!("the rule of two people was switched {words}");
    let details = json!({ "two_people": wanted, "admins": admins.len() });
    success(tx, context, "access_rules.update", ("access_rules", FACT), summary, details)?;
    Ok(Outcome::Done(show(tx, &context.actor)?))
}

/// Switches the rule off without a second person, for somebody with access to the host.
///
/// # Errors
/// Those of the store.
pub fn end_from_host(tx: &mut Tx<'_>, context: &Context) -> Result<(), StoreError> {
    if !two_people(tx)? {
        return Ok(());
    }
    instance::set_value(tx, FACT, "off")?;
    let summary = "the rule of two people was switched off on the server's host, without a second person";
    let details = json!({ "two_people": false, "from_host": true });
    success(tx, context, "access_rules.update", ("access_rules", FACT), summary.to_owned(), details)
}

/// Refuses that an admin goes of whom there would then be fewer than two.
///
/// # Errors
/// 409.
pub fn keep_two(tx: &mut Tx<'_>, going: &UserId) -> Result<(), Error> {
    if !two_people(tx)? {
        return Ok(());
    }
    let left = users::admins(tx)?.into_iter().filter(|admin| admin != going).count();
    if left >= 2 {
        return Ok(());
    }
    let detail = format!(
        "two people have to be able to confirm what the other asks for, and without {going} there would be fewer: make \
         another admin first, or switch the rule of two people off"
    );
    Err(Error::conflict("two_people", detail, json!({ "admins_left": left })))
}

/// Refuses, while the rule is on, what would make its caller a second person.
///
/// # Errors
/// 409 with what to do instead.
pub fn refuse_alone(tx: &mut Tx<'_>, what: &str, instead: &str) -> Result<(), Error> {
    if !two_people(tx)? {
        return Ok(());
    }
    let detail = format!("while the rule of two people is on, nobody {what}: {instead}");
    Err(Error::conflict("two_people", detail, json!({})))
}
