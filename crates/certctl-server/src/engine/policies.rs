//! The policies task: holds policy rules against the inventory, page by page, with room for others in between.
//!
//! Not for: evaluating (`ops/policy_rules.rs`). Invariants: the place of a walk is stored in the transaction of its page, so
//! that a walk ends whatever is killed meanwhile; a rule that was made, changed or removed is walked at once, and all of
//! them each hour, because time alone can break a rule.

use std::time::{Duration, Instant};

use certctl_store::policy_rules;

use crate::app::App;
use crate::error::Error;
use crate::ops::policy_rules::sweep_page;

/// How often each rule is held against everything.
const EACH_SECONDS: i64 = 3_600;
/// A run ends after this, so that the task's lease is taken anew well before its end.
const RUN: Duration = Duration::from_secs(5);

/// Walks until no rule is left or the run is long enough.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let began = Instant::now();
    app.store
        .bookkeeping("policies.begin", |tx| {
            let before = tx.now().plus_seconds(-EACH_SECONDS);
            policy_rules::begin_sweeps(tx, before).map_err(Error::from)
        })
        .await?;
    loop {
        let from = Instant::now();
        let context = crate::ops::system(&app, "policies");
        match app.store.write("policies.sweep", move |tx| sweep_page(tx, &context)).await {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            // The rule was changed meanwhile: its walk has begun anew.
            Err(Error::Conflict { code: "changed_meanwhile", .. }) => {}
            Err(error) => return Err(error),
        }
        if app.shutdown.is_cancelled() || began.elapsed() > RUN {
            return Ok(Some(Duration::ZERO));
        }
        // As long as the page took, the writer is free for everybody else.
        tokio::select! {
            () = app.shutdown.cancelled() => return Ok(None),
            () = tokio::time::sleep(from.elapsed()) => {}
        }
    }
}
