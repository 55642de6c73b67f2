//! The writer of DNS records that prove control of names: sets them, sees that they are there, takes them away. Those that stay
//! (dns-persist-01) it only looks for.
//!
//! Not for: proofs that agents show, which they take with their polls; records that an agent sets are placed and seen here, and
//! set there (`agent_records.rs`). Invariants: where a record is written is stored before
//! it is; no transaction is open while a provider or a server is asked; a record whose order has ended is taken away, however
//! often that fails.

use std::time::Duration;

use certctl_connectors::dns::propagation::{Propagation, PropagationError};
use certctl_connectors::dns::{DnsError, DnsProvider, Fqdn, Setter, TxtRecord, persist};
use certctl_connectors::issuers::outside::Proof;
use certctl_core::authority::ProofKind;
use certctl_core::challenge::ChallengeState;
use certctl_core::id::DnsProviderId;
use certctl_core::time::Ts;
use certctl_store::challenges::{self, ChallengeRow};
use certctl_store::{dns_providers, orders};

use crate::app::App;
use crate::engine::agent_records;
use crate::error::Error;
use crate::ops::{challenges as ops, dns_providers as providers};

/// Rows that one round is at.
const ABREAST: i64 = 16;
/// The longest that a provider may take for one record.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the servers of a zone are asked in one round; the next round goes on.
const LOOK: Duration = Duration::from_secs(4);
/// Waits after the first failures, then the last of them again and again.
const WAITS_SECONDS: [i64; 6] = [1, 2, 5, 15, 60, 300];
/// The longest that a provider may ask to be left alone.
const LONGEST: Duration = Duration::from_secs(3_600);
/// The most of a text that is kept, in characters.
pub(super) const MAX_WORDS: usize = 1_000;

/// Does what is due; says when the next is.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let is_to_be_swept =
        app.store.read("challenges.any_abandoned", |tx| ops::is_to_be_swept(tx).map_err(Error::from));
    if is_to_be_swept.await? {
        app.store
            .bookkeeping("challenges.sweep", |tx| {
                let n = ops::sweep(tx)?;
                tx.note_audit();
                Ok::<_, Error>(n)
            })
            .await?;
    }
    loop {
        let due =
            app.store.read("challenges.due", |tx| challenges::due(tx, ABREAST).map_err(Error::from)).await?;
        let n = due.len();
        let mut running = tokio::task::JoinSet::new();
        for row in due {
            let app = app.clone();
            running.spawn(async move { one(&app, row).await });
        }
        while let Some(ended) = running.join_next().await {
            match ended {
                Ok(Ok(())) => {}
                // Somebody else moved it: the next round sees how.
                Ok(Err(Error::Conflict { .. })) => {}
                Ok(Err(error)) => return Err(error),
                Err(error) => return Err(Error::internal(error)),
            }
        }
        if n == 0 || app.shutdown.is_cancelled() {
            break;
        }
    }
    let next =
        app.store.read("challenges.next_due", |tx| challenges::next_due(tx).map_err(Error::from)).await?;
    Ok(next.map(|at| at.since(app.now()).max(Duration::from_millis(50))))
}

/// Moves one record on.
async fn one(app: &App, row: ChallengeRow) -> Result<(), Error> {
    if row.kind == ProofKind::DnsPersist01 {
        return look_for_what_stays(app, row).await;
    }
    let Ok(id) = row.place.parse::<DnsProviderId>() else {
        return Err(Error::internal(format!(
            "{} is shown by {}, which is no DNS provider",
            row.id, row.place
        )));
    };
    let opened = {
        let (sealer, id) = (app.sealer.clone(), id.clone());
        app.store.read("challenges.provider", move |tx| providers::open(tx, &sealer, &id)).await
    };
    let provider = match opened {
        Ok(Setter::Here(provider)) => provider,
        Ok(Setter::Agent(on)) => return agent_records::one(app, row, &id, &on).await,
        Err(error @ Error::Unavailable { .. }) => return Err(error),
        Err(error) => {
            let detail = format!("the DNS provider cannot be used: {}", crate::error::chain(&error));
            return write(app, row, Some(&id), Err(DnsError::Refused(detail))).await;
        }
    };
    match row.state {
        ChallengeState::Wanted => set(app, row, &id, &provider).await,
        ChallengeState::Set => look(app, row, &id).await,
        ChallengeState::Leaving => remove(app, row, &id, &provider).await,
        ChallengeState::Shown | ChallengeState::Failed | ChallengeState::Gone => Ok(()),
    }
}

async fn set(app: &App, row: ChallengeRow, id: &DnsProviderId, provider: &DnsProvider) -> Result<(), Error> {
    let record = match place(app, &row).await {
        Ok(record) => record,
        Err(error) => return write(app, row, Some(id), Err(error)).await,
    };
    let row = noted(app, row, &record).await?;
    let done = provider.set(&app.ways.dns, &record, app.now(), PATIENCE).await;
    write(app, row, Some(id), done.map(|()| ChallengeState::Set)).await
}

/// Where the record goes: noted already, or found by its name.
pub(super) async fn place(app: &App, row: &ChallengeRow) -> Result<TxtRecord, DnsError> {
    let proof = Proof {
        name: row.name.clone(),
        kind: row.kind,
        token: row.token.clone(),
        key_authorization: row.key_authorization.clone(),
    };
    let value = proof.dns_value();
    let (zone, name) = match (&row.record_zone, &row.record_name) {
        (Some(zone), Some(name)) => (Fqdn::parse(zone), Fqdn::parse(name)),
        (None, _) | (_, None) => {
            let name = Fqdn::challenge(&row.name).map_err(DnsError::Refused)?;
            let lookup = app.ways.lookup.as_ref().map_err(|why| DnsError::Refused(why.clone()))?;
            let place = lookup.place(&name).await?;
            (Ok(place.zone), Ok(place.name))
        }
    };
    let (zone, name) = (zone.map_err(DnsError::Refused)?, name.map_err(DnsError::Refused)?);
    TxtRecord::new(zone, name, &value).map_err(DnsError::Refused)
}

/// Stores where a record is about to be written.
pub(super) async fn noted(
    app: &App,
    mut row: ChallengeRow,
    record: &TxtRecord,
) -> Result<ChallengeRow, Error> {
    if row.record_name.is_some() {
        return Ok(row);
    }
    row.record_zone = Some(record.zone().as_str().to_owned());
    row.record_name = Some(record.name().as_str().to_owned());
    app.store
        .bookkeeping("challenges.place", move |tx| {
            let mut row = row.clone();
            challenges::update(tx, &mut row)?;
            Ok::<_, Error>(row)
        })
        .await
}

pub(super) async fn look(app: &App, row: ChallengeRow, id: &DnsProviderId) -> Result<(), Error> {
    let outcome = async {
        let record = place(app, &row).await?;
        let lookup = app.ways.lookup.as_ref().map_err(|why| DnsError::Refused(why.clone()))?;
        let propagation = Propagation { deadline: LOOK, ..app.ways.propagation };
        match propagation.wait(lookup, app.ways.dns.outside.guard(), &record).await {
            Ok(_) => Ok(ChallengeState::Shown),
            Err(PropagationError::Unknown(error)) => Err(error),
            Err(error @ PropagationError::Missing { .. }) => {
                Err(DnsError::Retry { detail: error.to_string(), after: None })
            }
        }
    };
    let outcome = outcome.await;
    write(app, row, Some(id), outcome).await
}

/// Sees whether the record is there that its operator has set.
async fn look_for_what_stays(app: &App, row: ChallengeRow) -> Result<(), Error> {
    let looking = async {
        let name = persist::name_of(&row.name).map_err(DnsError::Refused)?;
        let lookup = app.ways.lookup.as_ref().map_err(|why| DnsError::Refused(why.clone()))?;
        let wanted: Vec<&str> = row.key_authorization.lines().collect();
        let how = (app.ways.propagation.port, LOOK);
        persist::look((lookup, app.ways.dns.outside.guard()), &name, &wanted, how, app.now()).await
    };
    let outcome = looking.await.map(|()| ChallengeState::Shown);
    write(app, row, None, outcome).await
}

async fn remove(
    app: &App,
    row: ChallengeRow,
    id: &DnsProviderId,
    provider: &DnsProvider,
) -> Result<(), Error> {
    if row.record_name.is_none() {
        // It was never written.
        return write(app, row, Some(id), Ok(ChallengeState::Gone)).await;
    }
    let outcome = match place(app, &row).await {
        Ok(record) => provider.remove(&app.ways.dns, &record, app.now(), PATIENCE).await,
        Err(error) => Err(error),
    };
    write(app, row, Some(id), outcome.map(|()| ChallengeState::Gone)).await
}

/// Stores what came of a try.
pub(super) async fn write(
    app: &App,
    row: ChallengeRow,
    provider: Option<&DnsProviderId>,
    outcome: Result<ChallengeState, DnsError>,
) -> Result<(), Error> {
    // Only setting a record and taking it away ask a provider.
    let asked = provider.filter(|_| row.state != ChallengeState::Set).cloned();
    if let Err(error) = &outcome {
        tracing::warn!(
            challenge.id = %row.id, place = row.place, "The record for {} ({}) did not move on: {error}", row.name, row.state
        );
    }
    app.store
        .bookkeeping("challenges.write", move |tx| {
            let (mut row, now) = (row.clone(), tx.now());
            match &outcome {
                Ok(state) => {
                    row.state = *state;
                    row.detail = None;
                    row.tries = 0;
                    row.next_at = now;
                    if let Some(id) = &asked {
                        dns_providers::note(tx, id, Ok(()))?;
                    }
                }
                Err(error) => {
                    let detail: String = error.to_string().chars().take(MAX_WORDS).collect();
                    if let Some(id) = &asked {
                        dns_providers::note(tx, id, Err(&detail))?;
                    }
                    row.next_at = again(error, row.tries, now);
                    row.tries += 1;
                    // What has to go is tried for as long as it takes.
                    let is_final = matches!(error, DnsError::Refused(_)) || row.expires_at <= now;
                    if is_final && row.state.is_wanted() {
                        row.state = ChallengeState::Failed;
                    }
                    row.detail = Some(detail);
                }
            }
            // Before the row, as whoever writes the order does.
            orders::hold(tx, &row.job_id)?;
            challenges::update(tx, &mut row)?;
            ops::moved(tx, &row)?;
            Ok::<_, Error>(())
        })
        .await
}

fn again(error: &DnsError, tries: i64, now: Ts) -> Ts {
    let index = usize::try_from(tries).unwrap_or(usize::MAX).min(WAITS_SECONDS.len() - 1);
    let least = match error {
        // Not longer than a proof stands: what has to go is not forgotten because a provider asked for a year.
        DnsError::Retry { after, .. } => after.unwrap_or_default().min(LONGEST),
        DnsError::Refused(_) => Duration::from_secs(60),
    };
    now.plus(least.max(Duration::from_secs(WAITS_SECONDS[index].unsigned_abs())))
}
