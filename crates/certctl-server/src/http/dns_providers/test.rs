//! The test of a DNS provider: it really sets a record, sees it at the zone's servers, and takes it away.
//!
//! A provider of an agent is tested by that agent: it hears of the record with its polls, as of those of orders. Not for: who may
//! ask for one (`dns_providers.rs`). Invariants: what was set is taken away, also after a step that failed, and by the agent also
//! when whoever asked is gone; each step ends before the request does.

use std::time::Duration;

use certctl_api::issuers::TestStep;
use certctl_connectors::dns::lookup::Lookup;
use certctl_connectors::dns::propagation::Propagation;
use certctl_connectors::dns::{DnsProvider, Fqdn, OnAgent, Setter, TxtRecord, challenge_value};
use certctl_core::challenge::ChallengeState;
use certctl_core::id::{ChallengeId, DnsProviderId};
use certctl_store::dns_provider_tests::{self, DnsProviderTestRow};
use tokio::time::Instant;

use crate::app::App;
use crate::error::{Error, chain};
use crate::http::test_steps::step;
use crate::ops::agent_records::{self, Reach};
use crate::ops::dns_providers as own;

/// The longest that the provider may take for one record of a test.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest that an agent may take to take it away; what is left of a request after the other steps.
const AGENT_REMOVES: Duration = Duration::from_secs(12);
/// How long the servers of the zone are asked in a test: a request lasts 60 seconds at most.
const LOOK: Duration = Duration::from_secs(15);
/// How long a record of an agent's test may stand.
const STANDS_SECONDS: i64 = 120;
/// How often it is looked whether the agent has said something.
const GLANCE: Duration = Duration::from_millis(150);

/// Tests a provider for a name of a certificate, whose record is at `name`.
pub(super) async fn run(
    app: &App,
    id: &DnsProviderId,
    subject: &str,
    name: Fqdn,
    steps: &mut Vec<TestStep>,
) -> Option<()> {
    let started = app.now();
    let (sealer, wanted) = (app.sealer.clone(), id.clone());
    let opened = app.store.read("dns_providers.open", move |tx| own::open(tx, &sealer, &wanted)).await;
    match opened.map_err(|error| chain(&error)) {
        Ok(Setter::Agent(on)) => by_agent(app, id, (subject, name), &on, steps).await,
        Ok(Setter::Here(provider)) => {
            let opened = Ok((provider, "the configuration is complete".to_owned()));
            let provider = step(app, steps, "open_secrets", started, opened)?;
            here(app, &provider, name, steps).await
        }
        Err(why) => step(app, steps, "open_secrets", started, Err(why)),
    }
}

async fn here(app: &App, provider: &DnsProvider, name: Fqdn, steps: &mut Vec<TestStep>) -> Option<()> {
    let value = hex::encode(app.random_bytes::<16>());
    let (lookup, record) = find_zone(app, name, &value, steps).await?;
    let started = app.now();
    let set = provider.set(&app.ways.dns, &record, started, PATIENCE).await;
    let set = set.map_err(|error| error.to_string()).map(|()| ((), "the provider confirmed it".to_owned()));
    let set = step(app, steps, "set", started, set);
    if set.is_some() {
        look(app, lookup, &record, steps).await;
    }
    // Also after a failure: it may be there although the provider did not say so.
    let started = app.now();
    let gone = provider.remove(&app.ways.dns, &record, started, PATIENCE).await;
    let gone = gone.map_err(|error| error.to_string()).map(|()| ((), "it is gone".to_owned()));
    let gone = step(app, steps, "remove", started, gone);
    set.and(gone)
}

async fn by_agent(
    app: &App,
    id: &DnsProviderId,
    (subject, name): (&str, Fqdn),
    on: &OnAgent,
    steps: &mut Vec<TestStep>,
) -> Option<()> {
    let OnAgent { agent_id, provider } = on;
    let started = app.now();
    let asked = on.clone();
    let reached = app
        .store
        .read("dns_providers.agent", move |tx| agent_records::reach(tx, &asked).map_err(Error::from))
        .await;
    let reached = match reached {
        Ok(Reach::Ready(seen)) => {
            Ok(((), format!("{agent_id} works ({seen}), and its policy has {provider}")))
        }
        Ok(Reach::Waits(why) | Reach::Lost(why)) => Err(why),
        Err(error) => Err(chain(&error)),
    };
    step(app, steps, "agent", started, reached)?;

    let token = hex::encode(app.random_bytes::<16>());
    // In the form of a key authorization, which the agent asks for; no account has this key.
    let key_authorization = format!("{token}.{}", challenge_value(&token));
    let value = challenge_value(&key_authorization);
    let (lookup, record) = find_zone(app, name, &value, steps).await?;
    let row = DnsProviderTestRow {
        id: app.new_id(),
        dns_provider_id: id.clone(),
        agent_id: agent_id.clone(),
        provider: provider.clone(),
        subject: subject.strip_prefix("*.").unwrap_or(subject).to_owned(),
        token,
        key_authorization,
        record_zone: record.zone().as_str().to_owned(),
        record_name: record.name().as_str().to_owned(),
        state: ChallengeState::Wanted,
        detail: None,
        expires_at: app.now().plus_seconds(STANDS_SECONDS),
        created_at: app.now(),
        revision: 1,
    };
    let test = row.id.clone();
    let started = app.now();
    let begun = app
        .store
        .bookkeeping("dns_providers.begin_test", move |tx| {
            agent_records::begin_test(tx, &row).map_err(Error::from)
        })
        .await;
    let set = match begun {
        Ok(()) => {
            waited(app, &test, PATIENCE, &[ChallengeState::Set], &format!("{agent_id} did not set it")).await
        }
        Err(error) => Err(chain(&error)),
    };
    let set = set.map(|()| ((), format!("{agent_id} has set it by {provider}")));
    let set = step(app, steps, "set", started, set);
    if set.is_some() {
        look(app, lookup, &record, steps).await;
    }
    let started = app.now();
    let ended = test.clone();
    let ended = app
        .store
        .bookkeeping("dns_providers.end_test", move |tx| {
            agent_records::end_test(tx, &ended).map_err(Error::from)
        })
        .await;
    let gone = match ended {
        Ok(()) => {
            let late = format!("{agent_id} has not taken it away yet, and goes on trying");
            waited(app, &test, AGENT_REMOVES, &[ChallengeState::Gone], &late).await
        }
        Err(error) => Err(chain(&error)),
    };
    let gone = step(app, steps, "remove", started, gone.map(|()| ((), "it is gone".to_owned())));
    set.and(gone)
}

/// Waits for the agent's word on a test; an error is its own, or `late` with what it said last.
async fn waited(
    app: &App,
    test: &ChallengeId,
    patience: Duration,
    wanted: &[ChallengeState],
    late: &str,
) -> Result<(), String> {
    let end = Instant::now() + patience;
    loop {
        let id = test.clone();
        let row = app
            .store
            .read("dns_providers.test", move |tx| dns_provider_tests::by_id(tx, &id).map_err(Error::from))
            .await
            .map_err(|error| chain(&error))?
            .ok_or("the test was forgotten meanwhile")?;
        if wanted.contains(&row.state) {
            return Ok(());
        }
        let said = row.detail;
        if row.state == ChallengeState::Failed {
            return Err(said.unwrap_or_else(|| late.to_owned()));
        }
        if Instant::now() >= end || app.shutdown.is_cancelled() {
            let said = said.map(|said| format!(": {said}")).unwrap_or_default();
            return Err(format!("{late} within {} s{said}", patience.as_secs()));
        }
        tokio::time::sleep(GLANCE).await;
    }
}

async fn find_zone<'a>(
    app: &'a App,
    name: Fqdn,
    value: &str,
    steps: &mut Vec<TestStep>,
) -> Option<(&'a Lookup, TxtRecord)> {
    let started = app.now();
    let found = async {
        let lookup = app.ways.lookup.as_ref().map_err(Clone::clone)?;
        let place = lookup.place(&name).await.map_err(|error| error.to_string())?;
        let words = format!("{name} is written to {} in the zone {}", place.name, place.zone);
        let record = TxtRecord::new(place.zone, place.name, value)?;
        Ok::<_, String>(((lookup, record), words))
    };
    let found = found.await;
    step(app, steps, "find_zone", started, found)
}

async fn look(app: &App, lookup: &Lookup, record: &TxtRecord, steps: &mut Vec<TestStep>) {
    let started = app.now();
    let propagation = Propagation { deadline: LOOK, ..app.ways.propagation };
    let seen = propagation.wait(lookup, app.ways.dns.outside.guard(), record).await;
    let seen = seen.map_err(|error| error.to_string()).map(|servers| {
        let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
        ((), format!("seen at {}", names.join(", ")))
    });
    step(app, steps, "look", started, seen);
}
