//! What somebody with access to the server's host can put right, beside the server that may be running.
//!
//! Not for: anything that the API can do. Invariant: it leaves an audit event that says where it came from.

use std::sync::Arc;

use certctl_core::actor::Actor;
use certctl_core::permission::Scope;
use certctl_core::random::Random;
use certctl_core::time::Clock;
use certctl_store::audit::Context;
use certctl_store::{OpenOptions, Store, StoreError};

use crate::config::Config;
use crate::ops::access_rules;

/// Switches the rule of two people off without a second person: when all others are gone for good, nobody could confirm it.
///
/// # Errors
/// Those of the store.
pub async fn end_two_people(
    config: &Config,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<(), StoreError> {
    let options = OpenOptions::new(config.database_url.expose(), clock);
    let context = Context {
        actor: Actor::system("host"),
        scope: Scope::everything(),
        request_id: String::new(),
        source_address: String::new(),
        random,
        confirmed: None,
    };
    Store::write_beside(options, move |tx| access_rules::end_from_host(tx, &context)).await
}
