//! The confirmations task: carries out what was confirmed and not done yet, and ends what nobody decided in time.
//!
//! A confirmation is carried out by the request that confirms it; this goes on where a process died meanwhile, or where it has to be
//! tried again. Not for: what carrying out is (`ops/confirmations.rs`). Invariant: run twice, or beside the request, it does the same.

use std::time::Duration;

use certctl_store::confirmations;

use crate::app::App;
use crate::error::Error;
use crate::ops::confirmations::{KEEP_SECONDS, carry_out, expire};

/// Rows handled in one transaction.
const PAGE: i64 = 50;

/// Looks at all that is open.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let confirmed = app
        .store
        .read("confirmations.to_carry_out", |tx| confirmations::confirmed(tx, PAGE).map_err(Error::from))
        .await?;
    for id in &confirmed {
        if app.shutdown.is_cancelled() {
            return Ok(None);
        }
        carry_out(&app, id).await?;
    }
    let context = crate::ops::system(&app, "confirmations");
    app.store.write("confirmations.expire", move |tx| expire(tx, &context, PAGE)).await?;
    let before = app.now().plus_seconds(-KEEP_SECONDS);
    app.store
        .bookkeeping("confirmations.prune", move |tx| {
            confirmations::prune(tx, before, PAGE).map_err(Error::from)
        })
        .await?;
    Ok(None)
}
