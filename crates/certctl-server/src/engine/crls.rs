//! The task of the lists: makes those that are due, because something was revoked or the last one ends.
//!
//! Revocations of one moment share a list: its part becomes due half a second after the first of them. Not for: what goes into
//! a list (`ops/crls.rs`), or serving it (`http/pki.rs`). Invariants: no transaction is open while a list is signed; a list is
//! served whole or not at all, the same one by all replicas; what is revoked while a list is made makes the next one due.

use std::sync::Arc;
use std::time::Duration;

use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_store::crls::{self, CrlPartRow};

use crate::app::App;
use crate::error::{Error, chain};
use crate::ops::crls as ops;

/// Parts that are made in one round.
const BATCH: i64 = 16;

/// Makes the lists that are due; says when the next one is.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let parts = app.config.crl_parts();
    if app.store.read("crls.is_unprepared", move |tx| ops::is_unprepared(tx, parts)).await? {
        app.store.bookkeeping("crls.prepare", move |tx| ops::prepare(tx, parts)).await?;
    }
    while !app.shutdown.is_cancelled() {
        let due = app.store.read("crls.due", |tx| Ok::<_, Error>(crls::due(tx, BATCH)?)).await?;
        if due.is_empty() {
            break;
        }
        for part in due {
            if app.shutdown.is_cancelled() {
                break;
            }
            if let Err(error) = renew(&app, &part).await {
                let words = chain(&error);
                tracing::error!(
                    issuer.id = %part.issuer_id,
                    "The list of revoked certificates of {} could not be made: {words}", part.of()
                );
                app.store.bookkeeping("crls.failed", move |tx| ops::failed(tx, &part, &words)).await?;
            }
        }
    }
    let next = app.store.read("crls.next_due", |tx| Ok::<_, Error>(crls::next_due(tx)?)).await?;
    Ok(next.map(|at| at.since(app.now()).max(Duration::from_millis(20))))
}

/// Makes and publishes the lists of a part.
async fn renew(app: &App, part: &CrlPartRow) -> Result<(), Error> {
    let (of, wanted) = (part.clone(), part.of());
    let Some(draft) = app.store.read("crls.draft", move |tx| ops::draft(tx, &of)).await? else {
        let of = part.clone();
        return app.store.bookkeeping("crls.over", move |tx| ops::over(tx, &of)).await;
    };
    let issuer: Arc<LocalCa> = app.issuers.answering(app, &wanted).await?;
    let published = app.config.published(&wanted);
    let began = std::time::Instant::now();
    let signed = tokio::task::spawn_blocking(move || ops::sign(issuer.issuer(), published.as_ref(), draft))
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?;
    app.kill_point.pass("crl.signed");
    let (number, entries) = (signed.after.number, signed.after.entries);
    app.store.bookkeeping("crls.publish", move |tx| ops::publish(tx, &signed)).await?;
    app.kill_point.pass("crl.published");
    tracing::info!(
        issuer.id = %wanted.issuer_id, crl.number = number, crl.entries = entries,
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "List {number} of {wanted} has {entries} revoked certificates"
    );
    Ok(())
}
