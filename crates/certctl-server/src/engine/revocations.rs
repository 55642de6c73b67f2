//! The revocations task: what waits and was replaced goes on, and authorities are told.
//!
//! What an authority is told is leased by row, so that a slow one is told once at a time; the table of `core::retry` says
//! when it is told again. Not for: who may ask (`ops/revocations.rs`). Invariants: no transaction is open while an
//! authority is told; a process that dies between telling and noting it tells once more, which changes nothing there.

use std::time::Duration;

use certctl_connectors::issuers::outside::{AuthorityError, Call};
use certctl_core::time::Ts;
use certctl_store::issuers::IssuerRow;
use certctl_store::revocations::{self, RevocationRow};
use certctl_store::{Tx, issuers, versions};

use crate::app::App;
use crate::error::{Error, chain};
use crate::ops::revocations as ops;
use crate::ops::system;

/// How long a revocation is leased; an authority is told within less.
pub const LEASE_SECONDS: i64 = 60;
/// The longest that telling one may take.
const PATIENCE: Duration = Duration::from_secs(40);
/// How many are in hand at once.
const BATCH: i64 = 64;
/// How often it is looked whether what takes a certificate's place is served, while anything waits for that.
const LOOK: Duration = Duration::from_secs(1);

/// Looks at what waits, and tells the authorities of what is due.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let mut telling = Telling::new();
    loop {
        look(&app).await?;
        let is_full = !app.shutdown.is_cancelled() && take_more(&app, &mut telling).await?;
        if telling.is_empty() {
            if is_full {
                continue;
            }
            break;
        }
        // Meanwhile what is due at others goes on: a slow authority holds up its own revocations only.
        let mut done = Vec::new();
        let mut next = tokio::time::timeout(LOOK, telling.join_next()).await.ok().flatten();
        while let Some(ended) = next {
            match ended {
                Ok(told) => done.push(told),
                Err(error) => {
                    tracing::error!(
                        "Telling an authority panicked, and is tried again when the lease ends: {error}"
                    );
                }
            }
            next = telling.try_join_next();
        }
        if !done.is_empty() {
            app.kill_point.pass("revoke.told");
            settle(&app, done).await?;
        }
    }
    let next = app
        .store
        .read("revocations.next", |tx| {
            Ok::<_, Error>((revocations::next_due(tx)?, revocations::any_waiting(tx)?))
        })
        .await?;
    let due = next.0.map(|at: Ts| at.since(app.now()).max(Duration::from_millis(50)));
    let look = next.1.then_some(LOOK);
    Ok(match (due, look) {
        (Some(due), Some(look)) => Some(due.min(look)),
        (one, other) => one.or(other),
    })
}

/// A revocation in hand, with the authority that is told.
struct Work {
    row: RevocationRow,
    issuer: IssuerRow,
}

/// What authorities are told at this moment, each in a task of its own.
type Telling = tokio::task::JoinSet<(Work, Result<(), TellError>)>;

/// Lets what waited for something to be served go on.
async fn look(app: &App) -> Result<(), Error> {
    let is_waiting =
        app.store.read("revocations.any_waiting", |tx| Ok::<_, Error>(revocations::any_waiting(tx)?));
    if !is_waiting.await? {
        return Ok(());
    }
    let context = system(app, "revocations");
    app.store
        .write("revocations.look", move |tx| {
            ops::look(tx, &context, BATCH)?;
            tx.note_audit();
            Ok::<_, Error>(())
        })
        .await
}

/// Takes what is due, does what is done here, and begins to tell the others; says whether there may be more.
async fn take_more(app: &App, telling: &mut Telling) -> Result<bool, Error> {
    let room = BATCH - i64::try_from(telling.len()).unwrap_or(BATCH);
    if room <= 0 {
        return Ok(false);
    }
    let token = hex::encode(app.random_bytes::<16>());
    let taken = app.store.bookkeeping("revocations.take", move |tx| take(tx, &token, room)).await?;
    let is_full = i64::try_from(taken.len()).is_ok_and(|n| n == room);
    if taken.is_empty() {
        return Ok(false);
    }
    app.kill_point.pass("revoke.leased");
    let (here, outside): (Vec<Work>, Vec<Work>) =
        taken.into_iter().partition(|work| work.issuer.kind == crate::issuers::LOCAL_CA);
    for work in outside {
        let app = app.clone();
        telling.spawn(async move {
            let told = tell(&app, &work.issuer, &work.row).await;
            (work, told)
        });
    }
    if !here.is_empty() {
        app.kill_point.pass("revoke.told");
        settle(app, here.into_iter().map(|work| (work, Ok(()))).collect()).await?;
    }
    Ok(is_full)
}

fn take(tx: &mut Tx<'_>, token: &str, limit: i64) -> Result<Vec<Work>, Error> {
    let until = tx.now().plus_seconds(LEASE_SECONDS);
    let mut work = Vec::new();
    for row in revocations::take(tx, token, until, limit)? {
        let issuer = issuers::by_id(tx, &row.issuer_id)?
            .ok_or_else(|| Error::internal(format!("issuer {} of {} is gone", row.issuer_id, row.id)))?;
        work.push(Work { row, issuer });
    }
    Ok(work)
}

/// Why an authority does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TellError {
    /// Telling it again may help, not before the time that it has asked for.
    Retry {
        /// In words.
        detail: String,
        /// When it has asked for time.
        after: Option<Duration>,
    },
    /// Telling it again will not help.
    Refused(String),
}

/// Tells the authority of a kind. To be told again of what it knows already has to succeed.
///
/// The local CA is this control plane: what it knows is what the store says, so there is nobody to be told.
///
/// # Errors
/// [`TellError`], in words for a person.
pub async fn tell(app: &App, issuer: &IssuerRow, row: &RevocationRow) -> Result<(), TellError> {
    if issuer.kind == crate::issuers::LOCAL_CA {
        return Ok(());
    }
    let (worker, id, version) = (app.clone(), issuer.id.clone(), row.version_id.clone());
    let opened = app.store.read("revocations.authority", move |tx| {
        let authority = worker.issuers.outside(tx, &worker.sealer, &id)?;
        let version = version.as_ref().map(|id| versions::by_id(tx, id)).transpose()?.flatten();
        Ok::<_, Error>((authority, version))
    });
    let retry = |detail: String| TellError::Retry { detail, after: None };
    let (authority, version) = opened.await.map_err(|error| retry(chain(&error)))?;
    let Some(authority) = authority else {
        let (id, kind, serial) = (&issuer.id, &issuer.kind, &row.serial);
        return Err(TellError::Refused(format!(
            "{id} is of the kind {kind}, which nobody here can tell of a revocation: revoke {serial} there by hand"
        )));
    };
    let Some(version) = version else {
        return Err(TellError::Refused(format!(
            "{} wants the certificate itself, and only its serial {} is known here: revoke it there by hand",
            issuer.id, row.serial
        )));
    };
    let call = Call { around: &app.ways.issuers, random: &*app.random, now: app.now(), deadline: PATIENCE };
    let reason = crate::ops::crls::reason_of(row.reason);
    authority.revoke(&call, &version.certificate_der, reason).await.map_err(|error| match error {
        AuthorityError::Retry { detail, after, .. } => TellError::Retry { detail, after },
        AuthorityError::Refused(detail) | AuthorityError::OrderFailed(detail) => TellError::Refused(detail),
    })
}

/// Notes what became of each.
async fn settle(app: &App, done: Vec<(Work, Result<(), TellError>)>) -> Result<(), Error> {
    for (work, told) in &done {
        let (id, serial) = (&work.row.id, &work.row.serial);
        match told {
            Ok(()) => tracing::info!(revocation.id = %id, "Revoked {serial} of {}", work.issuer.id),
            Err(TellError::Retry { detail, .. } | TellError::Refused(detail)) => {
                tracing::warn!(revocation.id = %id, "{serial} of {} was not revoked: {detail}", work.issuer.id);
            }
        }
    }
    let context = system(app, "revocations");
    let settled = app
        .store
        .write("revocations.settle", move |tx| {
            for (work, told) in &done {
                let row = work.row.clone();
                match told {
                    Ok(()) => ops::told(tx, &context, row)?,
                    Err(TellError::Retry { detail, after }) => {
                        ops::not_told(tx, &context, row, detail, *after, true)?;
                    }
                    Err(TellError::Refused(detail)) => ops::not_told(tx, &context, row, detail, None, false)?,
                }
            }
            tx.note_audit();
            Ok::<_, Error>(())
        })
        .await;
    if let Err(error) = &settled {
        // Their leases end, and the authorities are told once more.
        tracing::error!("What became of revocations could not be written: {}", chain(error));
    }
    settled
}
