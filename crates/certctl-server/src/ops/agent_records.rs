//! DNS records that agents set: of orders whose DNS provider is an agent's own, and of tests of such providers.
//!
//! The agent is told where a record goes, not what is in it: it makes the value of the key authorization itself, and its own
//! policy says for which names. Not for: seeing the record at the zone's servers (`engine/challenges.rs`). Invariants: an agent
//! is told of a record only after its place was stored; a record is `gone` when the agent no longer speaks of it, or was retired.

use certctl_api::agent_protocol::{ProofReport, ProofWork, RecordWork};
use certctl_api::agents::AgentDnsProvider;
use certctl_connectors::dns::OnAgent;
use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::authority::ProofKind;
use certctl_core::challenge::{ChallengeState, RecordDoing};
use certctl_core::id::{AgentId, DnsProviderId};
use certctl_core::time::Ts;
use certctl_store::agents::AgentRow;
use certctl_store::challenges::{self, ChallengeRow};
use certctl_store::dns_provider_tests::{self, DnsProviderTestRow};
use certctl_store::{StoreError, Tx, agents, dns_providers, orders};

use crate::error::Error;
use crate::ops::challenges::{MAX_WORDS, moved};
use crate::ops::dns_providers as providers;

/// How long the rows of tests are kept, in seconds.
const KEPT_SECONDS: i64 = 3_600;

/// The DNS providers of an agent's policy; none when it has not said which there are.
pub fn offers(agent: &AgentRow) -> Option<Vec<AgentDnsProvider>> {
    serde_json::from_value(agent.dns_providers.clone()?).ok()
}

/// Whether an agent can be asked for a record now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// It works, and has the provider; when it was seen, for people.
    Ready(String),
    /// It may come back, or its policy may be changed; for people.
    Waits(String),
    /// It never will; for people.
    Lost(String),
}

/// Whether the agent of a provider can be asked.
///
/// # Errors
/// Those of the store.
pub fn reach(tx: &mut Tx<'_>, on: &OnAgent) -> Result<Reach, StoreError> {
    let OnAgent { agent_id, provider } = on;
    let Some(agent) = agents::by_id(tx, agent_id)? else {
        return Ok(Reach::Lost(format!(
            "there is no agent {agent_id} any more: let the DNS provider name another"
        )));
    };
    let seen = agent
        .last_seen_at
        .map_or_else(|| "it was never heard from".to_owned(), |at| format!("last seen {at}"));
    Ok(match agent.state {
        AgentState::Retired => {
            Reach::Lost(format!("agent {agent_id} is retired: let the DNS provider name another"))
        }
        AgentState::Quarantined => Reach::Waits(format!(
            "waits for agent {agent_id}, which is quarantined: `certctl agents activate {agent_id}` lets it work again"
        )),
        AgentState::Active if agent.health != AgentHealth::Online => Reach::Waits(format!(
            "waits for agent {agent_id}, which is {} ({seen}): start it, or see why it does not reach the server",
            agent.health
        )),
        AgentState::Active => match offers(&agent) {
            // One that has joined just now has not said yet.
            None => Reach::Ready(seen),
            Some(all) if all.iter().any(|one| one.name == *provider) => Reach::Ready(seen),
            Some(all) => {
                let known: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Reach::Waits(format!(
                    "the policy of agent {agent_id} has no DNS provider {provider:?} (it has {known}): add [dns.{provider}] to \
                     the agent's policy file, or name another in the DNS provider"
                ))
            }
        },
    })
}

/// Why a provider's agent cannot be asked for a record; none when it can, or when it is no agent's.
///
/// # Errors
/// Those of the store.
pub fn refusal(tx: &mut Tx<'_>, place: &str) -> Result<Option<String>, StoreError> {
    let Ok(id) = place.parse::<DnsProviderId>() else { return Ok(None) };
    let Some(on) = dns_providers::by_id(tx, &id)?.as_ref().and_then(providers::on_agent) else {
        return Ok(None);
    };
    Ok(match reach(tx, &on)? {
        Reach::Lost(why) => Some(format!("{id}: {why}")),
        // What may come back is waited for with the record: the order says so.
        Reach::Ready(_) | Reach::Waits(_) => None,
    })
}

/// The challenges whose records an agent sets, each with the provider of its policy.
fn of_orders(
    tx: &mut Tx<'_>,
    agent: &AgentId,
) -> Result<Vec<(ChallengeRow, DnsProviderId, String)>, StoreError> {
    let mut found = Vec::new();
    for provider in dns_providers::on_agent(tx, agent)? {
        let Some(on) = providers::on_agent(&provider) else { continue };
        for row in challenges::at_place(tx, provider.id.as_str())? {
            found.push((row, provider.id.clone(), on.provider.clone()));
        }
    }
    Ok(found)
}

/// The records that an agent is to set now: all of them.
///
/// # Errors
/// Those of the store.
pub fn of_agent(tx: &mut Tx<'_>, agent: &AgentId) -> Result<Vec<ProofWork>, StoreError> {
    let now = tx.now();
    let mut works = Vec::new();
    for (row, _, provider) in of_orders(tx, agent)? {
        let (Some(zone), Some(name)) = (row.record_zone, row.record_name) else { continue };
        if row.state.is_wanted() && row.expires_at > now {
            works.push(ProofWork {
                challenge_id: row.id,
                kind: row.kind.to_string(),
                name: row.name,
                token: row.token,
                key_authorization: row.key_authorization,
                until: row.expires_at,
                record: Some(RecordWork { provider, zone, name }),
            });
        }
    }
    for row in dns_provider_tests::of_agent(tx, agent)? {
        if row.state.is_wanted() && row.expires_at > now {
            works.push(ProofWork {
                challenge_id: row.id,
                kind: ProofKind::Dns01.to_string(),
                name: row.subject,
                token: row.token,
                key_authorization: row.key_authorization,
                until: row.expires_at,
                record: Some(RecordWork {
                    provider: row.provider,
                    zone: row.record_zone,
                    name: row.record_name,
                }),
            });
        }
    }
    Ok(works)
}

/// The state that an agent's word moves a record to, and what it said for people.
fn heard(
    state: ChallengeState,
    detail: Option<&str>,
    word: Option<&ProofReport>,
) -> Option<(ChallengeState, Option<String>)> {
    let Some(word) = word else {
        return (state == ChallengeState::Leaving).then_some((ChallengeState::Gone, None));
    };
    let said: Option<String> = word.error.as_ref().map(|error| error.chars().take(MAX_WORDS).collect());
    let is_new = said.is_some() && said.as_deref() != detail;
    match (state, word.doing, said) {
        (ChallengeState::Wanted, None, None) => Some((ChallengeState::Set, None)),
        (ChallengeState::Wanted | ChallengeState::Set | ChallengeState::Shown, None, Some(said)) => {
            Some((ChallengeState::Failed, Some(said)))
        }
        (ChallengeState::Wanted, Some(RecordDoing::Setting), said)
        | (ChallengeState::Leaving, Some(RecordDoing::Removing), said) => is_new.then_some((state, said)),
        // It is at what was wanted before, or stands.
        (
            ChallengeState::Wanted | ChallengeState::Set | ChallengeState::Shown | ChallengeState::Leaving,
            Some(RecordDoing::Setting | RecordDoing::Removing),
            _,
        )
        | (ChallengeState::Set | ChallengeState::Shown, None, None)
        | (ChallengeState::Leaving, None, _)
        | (ChallengeState::Failed | ChallengeState::Gone, _, _) => None,
    }
}

fn word_on<'a>(said: &'a [ProofReport], id: &certctl_core::id::ChallengeId) -> Option<&'a ProofReport> {
    said.iter().find(|said| said.challenge_id == *id)
}

/// Whether an agent's word changes anything of its records.
///
/// # Errors
/// Those of the store.
pub fn is_noteworthy(tx: &mut Tx<'_>, agent: &AgentId, said: &[ProofReport]) -> Result<bool, StoreError> {
    let is_heard = |(row, _, _): &(ChallengeRow, DnsProviderId, String)| {
        heard(row.state, row.detail.as_deref(), word_on(said, &row.id)).is_some()
    };
    if of_orders(tx, agent)?.iter().any(is_heard) {
        return Ok(true);
    }
    let is_heard =
        |row: &DnsProviderTestRow| heard(row.state, row.detail.as_deref(), word_on(said, &row.id)).is_some();
    Ok(dns_provider_tests::of_agent(tx, agent)?.iter().any(is_heard))
}

/// Takes an agent's word on its records.
///
/// # Errors
/// Those of the store.
pub fn reported(tx: &mut Tx<'_>, agent: &AgentId, said: &[ProofReport]) -> Result<(), Error> {
    let now = tx.now();
    for (mut row, provider, _) in of_orders(tx, agent)? {
        let Some((state, detail)) = heard(row.state, row.detail.as_deref(), word_on(said, &row.id)) else {
            continue;
        };
        match &detail {
            None => dns_providers::note(tx, &provider, Ok(()))?,
            Some(detail) => dns_providers::note(tx, &provider, Err(detail))?,
        }
        if row.state != state {
            (row.tries, row.next_at) = (0, now);
            tx.notify("engine:challenges");
        }
        (row.state, row.detail) = (state, detail);
        orders::hold(tx, &row.job_id)?;
        challenges::update(tx, &mut row)?;
        moved(tx, &row)?;
    }
    for mut row in dns_provider_tests::of_agent(tx, agent)? {
        let word = word_on(said, &row.id);
        let Some((state, detail)) = heard(row.state, row.detail.as_deref(), word) else { continue };
        (row.state, row.detail) = (state, detail);
        dns_provider_tests::update(tx, &mut row)?;
    }
    Ok(())
}

/// Begins a test: the agent sets its record.
///
/// # Errors
/// Those of the store.
pub fn begin_test(tx: &mut Tx<'_>, row: &DnsProviderTestRow) -> Result<(), StoreError> {
    let old = Ts::from_second(tx.now().as_second() - KEPT_SECONDS);
    dns_provider_tests::forget(tx, old)?;
    dns_provider_tests::insert(tx, row)?;
    tx.notify(format!("agent:{}", row.agent_id));
    Ok(())
}

/// Ends a test: the agent takes its record away.
///
/// # Errors
/// Those of the store.
pub fn end_test(tx: &mut Tx<'_>, id: &certctl_core::id::ChallengeId) -> Result<(), StoreError> {
    let Some(mut row) = dns_provider_tests::by_id(tx, id)? else { return Ok(()) };
    match row.state {
        ChallengeState::Leaving | ChallengeState::Gone => return Ok(()),
        ChallengeState::Wanted | ChallengeState::Set | ChallengeState::Shown | ChallengeState::Failed => {}
    }
    row.state = ChallengeState::Leaving;
    row.detail = None;
    dns_provider_tests::update(tx, &mut row)?;
    tx.notify(format!("agent:{}", row.agent_id));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(doing: Option<RecordDoing>, error: Option<&str>) -> ProofReport {
        ProofReport { challenge_id: "chl-1".parse().unwrap(), error: error.map(str::to_owned), doing }
    }

    #[test]
    fn what_an_agent_says_moves_a_record_only_forward() {
        use ChallengeState as State;
        use RecordDoing::{Removing, Setting};
        let check = |state, word: Option<ProofReport>, expected: Option<(State, Option<&str>)>| {
            let found = heard(state, Some("before"), word.as_ref());
            let expected = expected.map(|(state, said)| (state, said.map(str::to_owned)));
            assert_eq!(found, expected, "{state} {word:?}");
        };
        let stands = || Some(word(None, None));
        check(State::Wanted, None, None);
        check(State::Wanted, stands(), Some((State::Set, None)));
        check(State::Wanted, Some(word(Some(Setting), None)), None);
        check(State::Wanted, Some(word(Some(Setting), Some("before"))), None);
        check(
            State::Wanted,
            Some(word(Some(Setting), Some("no answer"))),
            Some((State::Wanted, Some("no answer"))),
        );
        check(State::Wanted, Some(word(Some(Removing), None)), None);
        for state in [State::Wanted, State::Set, State::Shown] {
            check(state, Some(word(None, Some("zones"))), Some((State::Failed, Some("zones"))));
        }
        for state in [State::Set, State::Shown] {
            check(state, stands(), None);
            // It was started anew and has not looked yet: the record is where it was.
            check(state, None, None);
            check(state, Some(word(Some(Setting), Some("x"))), None);
        }
        check(State::Leaving, None, Some((State::Gone, None)));
        check(State::Leaving, stands(), None);
        check(State::Leaving, Some(word(None, Some("zones"))), None);
        check(State::Leaving, Some(word(Some(Removing), None)), None);
        check(State::Leaving, Some(word(Some(Removing), Some("x"))), Some((State::Leaving, Some("x"))));
        check(State::Failed, None, None);
        check(State::Gone, stands(), None);
    }
}
