//! Proofs of control: wanted, shown by agents and DNS providers, and taken away.
//!
//! An http-01 proof that the control plane answers stands as soon as its row is stored: every replica answers from the store.
//! Not for: writing DNS records (`engine/challenges.rs`), or what agents say of them (`agent_records.rs`). Invariants: a proof is
//! a row before it is shown; what may stand
//! anywhere is taken away when its order does not want it any more, also after a crash; an agent is asked for what its own
//! policy said it shows, and for nothing else.

use certctl_api::agent_protocol::{ProofReport, ProofWork};
use certctl_connectors::issuers::outside::Proof;
use certctl_core::authority::ProofKind;
use certctl_core::challenge::{ChallengeState, RecordDoing};
use certctl_core::id::AgentId;
use certctl_core::random::new_id;
use certctl_core::time::Ts;
use certctl_store::audit::Context;
use certctl_store::challenges::{self, ChallengeRow};
use certctl_store::jobs::{self, JobRow};
use certctl_store::{StoreError, Tx, agents, orders};

use crate::error::Error;
use crate::ops::agent_records;

/// How long a proof may take to be shown, and how long it stands at most.
const PROOF_SECONDS: i64 = 3_600;
/// The most of an agent's word that is kept, in characters.
pub(super) const MAX_WORDS: usize = 1_000;
/// Rows that one transaction looks at.
const PAGE: i64 = 200;

/// Wants exactly these proofs for a job's order, each by who shows it; gives until when they are waited for, none when all of
/// them stand.
///
/// # Errors
/// Those of the store.
pub fn want(
    tx: &mut Tx<'_>,
    context: &Context,
    job: &JobRow,
    proofs: &[(Proof, String)],
) -> Result<Option<Ts>, Error> {
    let now = tx.now();
    let known = challenges::of_job(tx, &job.id)?;
    let is_of = |row: &ChallengeRow, proof: &Proof| {
        row.kind == proof.kind && row.name == proof.name && row.token == proof.token
    };
    for row in &known {
        if !proofs.iter().any(|(proof, _)| is_of(row, proof)) {
            take_away(tx, row.clone())?;
        }
    }
    let mut until = None;
    for (proof, place) in proofs {
        let expires_at = now.plus_seconds(PROOF_SECONDS);
        let row = match known.iter().find(|row| is_of(row, proof)) {
            Some(row) if row.state.is_wanted() => row.clone(),
            // The authority asks again for what it asked for before: its authorization outlived an order.
            Some(row) => {
                let mut row = row.clone();
                row.state = first_state(&row.place);
                row.detail = None;
                row.tries = 0;
                row.next_at = now;
                challenges::update(tx, &mut row)?;
                row
            }
            None => {
                let row = ChallengeRow {
                    id: new_id(&*context.random, now),
                    job_id: job.id.clone(),
                    name: proof.name.clone(),
                    kind: proof.kind,
                    token: proof.token.clone(),
                    key_authorization: proof.key_authorization.clone(),
                    place: place.clone(),
                    record_zone: None,
                    record_name: None,
                    state: first_state(place),
                    detail: None,
                    tries: 0,
                    next_at: now,
                    expires_at,
                    created_at: now,
                    updated_at: now,
                    revision: 1,
                };
                challenges::insert(tx, &row)?;
                row
            }
        };
        if row.state != ChallengeState::Shown {
            until = Some(until.unwrap_or(row.expires_at).min(row.expires_at));
            wake(tx, &row);
        }
    }
    Ok(until)
}

/// What is a row here is answered at once by every replica.
fn first_state(place: &str) -> ChallengeState {
    if place == challenges::CONTROL_PLANE { ChallengeState::Shown } else { ChallengeState::Wanted }
}

/// Tells who has to show a proof, or take it away.
fn wake(tx: &mut Tx<'_>, row: &ChallengeRow) {
    match row.kind {
        ProofKind::Dns01 | ProofKind::DnsPersist01 => tx.notify("engine:challenges"),
        ProofKind::Http01 | ProofKind::TlsAlpn01 => tx.notify(format!("agent:{}", row.place)),
    }
}

/// Takes all proofs of a job's order away.
///
/// # Errors
/// Those of the store.
pub fn leave(tx: &mut Tx<'_>, job: &JobRow) -> Result<(), StoreError> {
    for row in challenges::of_job(tx, &job.id)? {
        take_away(tx, row)?;
    }
    Ok(())
}

fn take_away(tx: &mut Tx<'_>, mut row: ChallengeRow) -> Result<(), StoreError> {
    match row.state {
        ChallengeState::Leaving | ChallengeState::Gone => return Ok(()),
        ChallengeState::Wanted | ChallengeState::Set | ChallengeState::Shown | ChallengeState::Failed => {}
    }
    // What nobody wrote anywhere is gone with its row's word.
    let is_here = row.place == challenges::CONTROL_PLANE || row.place == challenges::OPERATOR;
    row.state = if is_here { ChallengeState::Gone } else { ChallengeState::Leaving };
    row.tries = 0;
    row.next_at = tx.now();
    challenges::update(tx, &mut row)?;
    if !is_here {
        wake(tx, &row);
    }
    Ok(())
}

/// Whether [`sweep`] has anything to do.
///
/// # Errors
/// Those of the store.
pub fn is_to_be_swept(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(orders::any_abandoned(tx)? || !challenges::abandoned(tx, 1)?.is_empty())
}

/// Ends orders whose jobs ended in another way (cancelled, archived), and takes their proofs away; says how many proofs.
///
/// # Errors
/// Those of the store.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    for issuer in orders::end_abandoned(tx)? {
        // It is another one's turn.
        if orders::call_next(tx, &issuer)? {
            tx.notify("engine:issue");
        }
    }
    let standing = challenges::abandoned(tx, PAGE)?;
    let n = standing.len();
    for row in standing {
        take_away(tx, row)?;
    }
    Ok(n)
}

/// Why an agent cannot be asked for a proof; none when it can.
///
/// # Errors
/// Those of the store.
pub fn refusal(tx: &mut Tx<'_>, kind: ProofKind, place: &str) -> Result<Option<String>, StoreError> {
    match kind {
        ProofKind::Dns01 => return agent_records::refusal(tx, place),
        ProofKind::DnsPersist01 => return Ok(None),
        ProofKind::Http01 if place == challenges::CONTROL_PLANE => return Ok(None),
        ProofKind::Http01 | ProofKind::TlsAlpn01 => {}
    }
    let Ok(id) = place.parse::<AgentId>() else {
        return Ok(Some(format!(
            "{kind} is shown by the agent that holds the key, and the key of this certificate is held by none: use an \
             issuer that takes dns-01, or http-01 answered by the control plane (http_01)"
        )));
    };
    let shows = agents::by_id(tx, &id)?.is_some_and(|agent| {
        let said = agent.capabilities.as_array();
        // One that has joined just now has not said yet what it can do: it says so when it is asked.
        agent.boot_id.is_none()
            || said.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(kind.as_str())))
    });
    Ok((!shows).then(|| {
        format!(
            "the policy of agent {id} does not let it show {kind}: add it under [challenges] in the agent's policy file, or use \
             an issuer that takes dns-01"
        )
    }))
}

/// What an agent is to show now: all of it.
///
/// # Errors
/// Those of the store.
pub fn of_agent(tx: &mut Tx<'_>, agent: &AgentId) -> Result<Vec<ProofWork>, StoreError> {
    let now = tx.now();
    let rows = challenges::at_place(tx, agent.as_str())?;
    let wanted = rows.into_iter().filter(|row| row.state.is_wanted() && row.expires_at > now);
    let mut works: Vec<ProofWork> = wanted
        .map(|row| ProofWork {
            challenge_id: row.id,
            kind: row.kind.to_string(),
            name: row.name,
            token: row.token,
            key_authorization: row.key_authorization,
            until: row.expires_at,
            record: None,
        })
        .collect();
    works.extend(agent_records::of_agent(tx, agent)?);
    Ok(works)
}

/// Whether what an agent says it shows is not what is wanted of it, so that it has to be told.
///
/// # Errors
/// Those of the store.
pub fn is_news(tx: &mut Tx<'_>, agent: &AgentId, said: &[ProofReport]) -> Result<bool, StoreError> {
    let wanted = of_agent(tx, agent)?;
    // What it takes away already is no news; that this is wanted again is.
    let goes = |said: &ProofReport| said.doing == Some(RecordDoing::Removing);
    let missing = wanted
        .iter()
        .any(|work| !said.iter().any(|said| said.challenge_id == work.challenge_id && !goes(said)));
    let left = said
        .iter()
        .any(|said| !goes(said) && !wanted.iter().any(|work| said.challenge_id == work.challenge_id));
    // What it has said may mean more than it did: then it says it again.
    Ok(missing || left || agent_records::is_noteworthy(tx, agent, said)?)
}

/// Whether an agent's word changes anything here.
///
/// # Errors
/// Those of the store.
pub fn is_noteworthy(tx: &mut Tx<'_>, agent: &AgentId, said: &[ProofReport]) -> Result<bool, StoreError> {
    let rows = challenges::at_place(tx, agent.as_str())?;
    Ok(rows.iter().any(|row| heard(row, said).is_some()) || agent_records::is_noteworthy(tx, agent, said)?)
}

/// The state that an agent's word moves a proof to.
fn heard(row: &ChallengeRow, said: &[ProofReport]) -> Option<(ChallengeState, Option<String>)> {
    let word = said.iter().find(|said| said.challenge_id == row.id);
    match (row.state, word) {
        (ChallengeState::Wanted | ChallengeState::Set, Some(word)) => Some(match &word.error {
            None => (ChallengeState::Shown, None),
            Some(error) => (ChallengeState::Failed, Some(error.chars().take(MAX_WORDS).collect())),
        }),
        (ChallengeState::Leaving, None) => Some((ChallengeState::Gone, None)),
        // It was started anew, and shows nothing yet.
        (ChallengeState::Shown, None) => Some((ChallengeState::Wanted, None)),
        (ChallengeState::Shown, Some(word)) => word
            .error
            .as_ref()
            .map(|error| (ChallengeState::Failed, Some(error.chars().take(MAX_WORDS).collect()))),
        (ChallengeState::Wanted | ChallengeState::Set, None)
        | (ChallengeState::Leaving, Some(_))
        | (ChallengeState::Failed | ChallengeState::Gone, _) => None,
    }
}

/// Takes an agent's word on its proofs.
///
/// # Errors
/// Those of the store.
pub fn reported(tx: &mut Tx<'_>, agent: &AgentId, said: &[ProofReport]) -> Result<(), Error> {
    for mut row in challenges::at_place(tx, agent.as_str())? {
        let Some((state, detail)) = heard(&row, said) else { continue };
        row.state = state;
        row.detail = detail;
        orders::hold(tx, &row.job_id)?;
        challenges::update(tx, &mut row)?;
        moved(tx, &row)?;
    }
    agent_records::reported(tx, agent, said)
}

/// Lets a job go on whose proofs stand, or of which one cannot.
///
/// # Errors
/// Those of the store.
pub fn moved(tx: &mut Tx<'_>, row: &ChallengeRow) -> Result<(), StoreError> {
    let goes_on = match row.state {
        ChallengeState::Failed => true,
        ChallengeState::Shown => challenges::of_job(tx, &row.job_id)?
            .iter()
            .all(|other| !other.state.is_wanted() || other.state == ChallengeState::Shown),
        ChallengeState::Wanted | ChallengeState::Set | ChallengeState::Leaving | ChallengeState::Gone => {
            false
        }
    };
    if goes_on && jobs::bring_forward(tx, &row.job_id)? {
        tx.notify("engine:issue");
    }
    Ok(())
}
