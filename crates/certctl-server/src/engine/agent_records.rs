//! Records of proofs that an agent sets: where each goes, and whether the agent can be asked at all.
//!
//! The agent hears of a record by its next poll, and says there what came of it (`ops/agent_records.rs`); that it is there is
//! seen here, at the zone's servers, as for every record. Not for: records that this server sets (`challenges.rs`). Invariants:
//! the place of a record is stored before the agent hears of it; an agent that is away is waited for, and the record says so.

use std::time::Duration;

use certctl_connectors::dns::{DnsError, OnAgent};
use certctl_core::challenge::ChallengeState;
use certctl_core::id::DnsProviderId;
use certctl_store::challenges::{self, ChallengeRow};

use crate::app::App;
use crate::engine::challenges::{MAX_WORDS, look, noted, place, write};
use crate::error::Error;
use crate::ops::agent_records::{Reach, reach};

/// How often it is looked whether an agent that is waited for is there.
const AGAIN: Duration = Duration::from_secs(10);
/// How a text begins that is of this server, not of the agent.
const WAITS: &str = "waits for agent";

/// Moves one record on.
pub async fn one(app: &App, row: ChallengeRow, id: &DnsProviderId, on: &OnAgent) -> Result<(), Error> {
    match row.state {
        ChallengeState::Wanted => set(app, row, id, on).await,
        ChallengeState::Set => look(app, row, id).await,
        ChallengeState::Leaving => remove(app, row, id, on).await,
        ChallengeState::Shown | ChallengeState::Failed | ChallengeState::Gone => Ok(()),
    }
}

async fn set(app: &App, row: ChallengeRow, id: &DnsProviderId, on: &OnAgent) -> Result<(), Error> {
    if row.expires_at <= app.now() {
        let last = row.detail.clone().unwrap_or_else(|| format!("agent {} said nothing of it", on.agent_id));
        let detail = format!("the record was not set in time: {last}");
        return write(app, row, Some(id), Err(DnsError::Refused(detail))).await;
    }
    let row = if row.record_name.is_some() {
        row
    } else {
        match place(app, &row).await {
            Ok(record) => noted(app, row, &record).await?,
            Err(error) => return write(app, row, Some(id), Err(error)).await,
        }
    };
    match reached(app, on).await? {
        Reach::Ready(seen) => {
            // What the agent says itself tells more.
            let is_said = row.detail.as_ref().is_some_and(|said| !said.starts_with(WAITS));
            let why = if is_said { None } else { Some(format!("{WAITS} {} ({seen})", on.agent_id)) };
            wait(app, row, on, why).await
        }
        Reach::Waits(why) => {
            if row.detail.as_ref() != Some(&why) {
                tracing::warn!(challenge.id = %row.id, agent.id = %on.agent_id, "The record for {}: {why}", row.name);
            }
            wait(app, row, on, Some(why)).await
        }
        Reach::Lost(why) => write(app, row, Some(id), Err(DnsError::Refused(why))).await,
    }
}

async fn remove(app: &App, row: ChallengeRow, id: &DnsProviderId, on: &OnAgent) -> Result<(), Error> {
    let Some(record) = row.record_name.clone() else {
        // The agent never heard of it.
        return write(app, row, Some(id), Ok(ChallengeState::Gone)).await;
    };
    match reached(app, on).await? {
        Reach::Ready(seen) => {
            // What the agent says itself tells more.
            let is_said = row.detail.as_ref().is_some_and(|said| !said.starts_with(WAITS));
            let why = if is_said { None } else { Some(format!("{WAITS} {} ({seen})", on.agent_id)) };
            wait(app, row, on, why).await
        }
        Reach::Waits(why) => {
            if row.detail.as_ref() != Some(&why) {
                tracing::warn!(challenge.id = %row.id, agent.id = %on.agent_id, "The record for {}: {why}", row.name);
            }
            wait(app, row, on, Some(why)).await
        }
        Reach::Lost(why) => {
            tracing::error!(
                challenge.id = %row.id, dns_provider.id = %id,
                "The TXT record {record} may still be there, and nobody takes it away: {why}. Remove it by hand"
            );
            lost(app, row, format!("{record} may still be there: {why}. Remove it by hand")).await
        }
    }
}

async fn reached(app: &App, on: &OnAgent) -> Result<Reach, Error> {
    let on = on.clone();
    app.store.read("challenges.agent", move |tx| reach(tx, &on).map_err(Error::from)).await
}

/// The agent is told, and waited for; `why` says what stands in its way.
async fn wait(app: &App, mut row: ChallengeRow, on: &OnAgent, why: Option<String>) -> Result<(), Error> {
    if let Some(why) = why {
        row.detail = Some(why.chars().take(MAX_WORDS).collect());
    }
    row.next_at = app.now().plus(AGAIN);
    let agent = on.agent_id.clone();
    app.store
        .bookkeeping("challenges.agent_waits", move |tx| {
            challenges::update(tx, &mut row.clone())?;
            tx.notify(format!("agent:{agent}"));
            Ok::<_, Error>(())
        })
        .await
}

/// The agent that has set it will never take it away.
async fn lost(app: &App, mut row: ChallengeRow, detail: String) -> Result<(), Error> {
    row.state = ChallengeState::Gone;
    row.detail = Some(detail);
    app.store
        .bookkeeping("challenges.agent_lost", move |tx| {
            challenges::update(tx, &mut row.clone()).map_err(Error::from)
        })
        .await
}
