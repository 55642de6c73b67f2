//! The task of the CAs: retires those that have drained, and makes the rows of issuers that have none.
//!
//! Not for: replacing one, which a person asks for (`ops/cas.rs`). Invariant: it works page by page, and does the same thing when
//! run twice.

use std::time::Duration;

use certctl_store::cas;

use crate::app::App;
use crate::error::Error;
use crate::issuers::LOCAL_CA;
use crate::ops::{cas as ops, system};

/// Looks once.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let unknown = app.store.read("cas.unknown", |tx| Ok::<_, Error>(cas::unknown_issuers(tx, LOCAL_CA)?));
    if !unknown.await?.is_empty() {
        let context = system(&app, "cas");
        app.store.write("cas.adopt", move |tx| ops::adopt_all(tx, &context)).await?;
    }
    while !app.shutdown.is_cancelled() {
        let any = app.store.read("cas.drained", |tx| {
            let before = ops::drained_before(tx.now());
            Ok::<_, Error>(!cas::drained(tx, before, 1)?.is_empty())
        });
        if !any.await? {
            break;
        }
        let context = system(&app, "cas");
        let retired = app.store.write("cas.retire", move |tx| ops::retire(tx, &context)).await?;
        for of in retired.into_iter().flatten() {
            app.issuers.forget(&of);
            tracing::info!("The CA {of} is retired: all that it has signed has ended");
        }
    }
    Ok(None)
}
