//! The last way in for an admin, which always stays.
//!
//! Not for: what an admin may do. Invariant: there is a user or an API key that can do everything, after each change of
//! either; who asks here waits for others who do.

use certctl_core::actor::Actor;
use certctl_store::{StoreError, Tx, api_keys, users};

/// Whether somebody else can come in as an admin.
///
/// # Errors
/// Those of the store.
pub fn others_remain(tx: &mut Tx<'_>, going: &Actor) -> Result<bool, StoreError> {
    let now = tx.now();
    let keys = api_keys::admins(tx, now)?.into_iter().map(Actor::ApiKey);
    let users = users::admins(tx)?.into_iter().map(Actor::User);
    Ok(keys.chain(users).any(|admin| admin != *going))
}
