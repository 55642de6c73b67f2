//! The alerts task: looks for what deserves a person's eye, and closes what is over.
//!
//! Invariants: a look's cost follows the trouble there is, never the inventory; each transaction is one page; a task that
//! is killed goes on where the store says, and an alert that was opened has its notifications ordered.

use std::time::Duration;

use certctl_store::audit::Context;

use crate::app::App;
use crate::error::Error;
use crate::ops::alerts::watch::{self, Page, Surroundings, WATCHES, Watch};
use crate::ops::alerts::{look_at_ends, wake};

/// Ends looked at in one transaction.
const ENDS: i64 = 200;
/// Alerts whose quiet is ended in one transaction.
const WAKES: i64 = 200;

/// Looks at everything once.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let around = Surroundings { server_tls: app.platform.served() };
    let context = crate::ops::system(&app, "alerts");
    while !app.shutdown.is_cancelled() {
        let context = context.clone();
        let looked = app.store.write("alerts.ends", move |tx| look_at_ends(tx, &context, ENDS)).await?;
        if i64::try_from(looked).unwrap_or(0) < ENDS {
            break;
        }
    }
    for watch in WATCHES {
        pass(&app, &context, watch, around, &SUSPECTS).await?;
        pass(&app, &context, watch, around, &ALERTS).await?;
    }
    while !app.shutdown.is_cancelled() {
        let context = context.clone();
        let woken = app.store.write("alerts.wake", move |tx| {
            let n = wake(tx, &context, WAKES)?;
            tx.note_audit();
            Ok::<_, Error>(n)
        });
        if i64::try_from(woken.await?).unwrap_or(0) < WAKES {
            break;
        }
    }
    Ok(None)
}

/// One way through pages: a look that writes nothing, and the same with its changes.
struct Pass {
    look: fn(&mut certctl_store::Tx<'_>, &Watch, &Surroundings, &str) -> Result<Page, Error>,
    act: fn(&mut certctl_store::Tx<'_>, &Context, &Watch, &Surroundings, &str) -> Result<(), Error>,
}

const SUSPECTS: Pass = Pass { look: watch::suspects, act: watch::open_page };
const ALERTS: Pass = Pass { look: watch::still, act: watch::close_page };

async fn pass(
    app: &App,
    context: &Context,
    watch: &'static Watch,
    around: Surroundings,
    pass: &'static Pass,
) -> Result<(), Error> {
    let mut after = String::new();
    while !app.shutdown.is_cancelled() {
        let from = after.clone();
        let page = app.store.read("alerts.look", move |tx| (pass.look)(tx, watch, &around, &from)).await?;
        if page.differs {
            let (from, context) = (after.clone(), context.clone());
            app.store.write("alerts.act", move |tx| (pass.act)(tx, &context, watch, &around, &from)).await?;
            app.kill_point.pass("alerts.acted");
        }
        if !page.seen.is_empty() {
            let seen = page.seen;
            app.store
                .bookkeeping("alerts.seen", move |tx| {
                    certctl_store::alerts::seen(tx, &seen).map_err(Error::from)
                })
                .await?;
        }
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    Ok(())
}
