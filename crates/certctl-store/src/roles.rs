//! The role of whoever acts, read anew where a decision depends on it.
//!
//! Not for: access to routes (the server's `http/auth.rs`). Invariant: what is not a person or program has no role.

use certctl_core::actor::Actor;
use certctl_core::permission::Role;

use crate::{StoreError, Tx, args};

/// The role of a person or program; nothing for agents, tasks and strangers.
///
/// # Errors
/// Those of the store.
pub fn of_actor(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<Role>, StoreError> {
    let found: Option<(Role,)> = match actor {
        Actor::ApiKey(id) => tx.opt("-- roles.of_key\nSELECT role FROM api_keys WHERE id = $1", args![id])?,
        Actor::User(id) => tx.opt("-- roles.of_user\nSELECT role FROM users WHERE id = $1", args![id])?,
        // With authentication switched off everybody may do all.
        Actor::Local => Some((Role::Admin,)),
        Actor::Agent(_) | Actor::System(_) | Actor::Anonymous => None,
    };
    Ok(found.map(|(role,)| role))
}
