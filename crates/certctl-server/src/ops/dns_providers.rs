//! DNS providers: their configuration with its secrets, and what they are called for.
//!
//! Not for: when a record is set (`engine/challenges.rs`). Invariants: as `sealed_config`; a provider that an issuer names
//! stays; one whose records an agent sets has no secret here, and keeps its agent while any of them stands.

use certctl_connectors::dns::{OnAgent, Setter, secret_fields};
use certctl_core::agent::AgentState;
use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::id::{AgentId, DnsProviderId};
use certctl_store::audit::Context;
use certctl_store::dns_providers::{self, DnsProviderRow};
use certctl_store::{Tx, agents, challenges, issuers};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::ops::sealed_config::{self, Parted, Place};
use crate::ops::settings::{self, Checks};
use crate::seal::Sealer;

/// The most DNS providers of an installation.
pub const MAX_PROVIDERS: i64 = 200;
/// Under which kind their secrets are sealed.
const SECRET: &str = "dns_provider";

fn place(id: &DnsProviderId) -> Place<'_> {
    Place { id: id.as_str(), kind: SECRET }
}

/// Parts a configuration and checks it; secrets that it does not name are taken from `known`.
pub fn part(
    checks: &mut Checks,
    kind: DnsProviderKind,
    config: &Value,
    known: &Map<String, Value>,
) -> Parted {
    sealed_config::part(checks, &secret_fields(kind), config, known, |whole| {
        Setter::read(kind, whole).map(drop)
    })
}

/// Adds one.
///
/// # Errors
/// 409 when its id is taken or there are too many.
pub fn create(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    row: &DnsProviderRow,
    parted: &Parted,
) -> Result<DnsProviderRow, Error> {
    if dns_providers::count(tx)? >= MAX_PROVIDERS {
        let detail =
            format!("there are {MAX_PROVIDERS} DNS providers, and no more are allowed: remove one first");
        return Err(Error::conflict("too_many", detail, json!({ "limit": MAX_PROVIDERS })));
    }
    let row = with_config(row.clone(), parted);
    check_agent(tx, &row)?;
    let made = settings::create(tx, context, &row)?;
    place(&made.id).keep(tx, sealer, parted)?;
    Ok(made)
}

fn with_config(mut row: DnsProviderRow, parted: &Parted) -> DnsProviderRow {
    row.config = parted.config.clone();
    row.secret_names = parted.secret_names();
    row
}

/// Changes one: its name, or its whole configuration, in which secrets may be absent.
///
/// # Errors
/// 404, 412, 422.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    (id, revision): (&DnsProviderId, Option<i64>),
    name: Option<&str>,
    config: Option<&Value>,
) -> Result<DnsProviderRow, Error> {
    let known = place(id).secrets(tx, sealer)?;
    let before = dns_providers::by_id(tx, id)?.as_ref().and_then(on_agent);
    let mut parted = None;
    let row = settings::update(tx, context, id, revision, |row: &mut DnsProviderRow| {
        let mut checks = Checks::default();
        if let Some(name) = name {
            row.name = checks.name(name);
        }
        if let Some(config) = config {
            let new = part(&mut checks, row.kind, config, &known);
            *row = with_config(row.clone(), &new);
            parted = Some(new);
        }
        checks.finish()
    })?;
    if let Some(parted) = &parted {
        check_agent(tx, &row)?;
        if before.is_some() && before != on_agent(&row) {
            check_no_records(tx, id, " by the agent that it names")?;
        }
        place(id).keep(tx, sealer, parted)?;
    }
    tx.notify("engine:challenges");
    Ok(row)
}

/// Removes one that no issuer names and that has no record to take away.
///
/// # Errors
/// 404, 409 with what refers to it.
pub fn delete(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &DnsProviderId,
    revision: Option<i64>,
) -> Result<(), Error> {
    let row: DnsProviderRow = settings::load(tx, id)?;
    settings::at_revision(revision, row.revision)?;
    let naming = issuers_naming(tx, id)?;
    if !naming.is_empty() {
        let detail = format!("issuers name the DNS provider {id}: {}. Change them first", naming.join(", "));
        return Err(Error::conflict("in_use", detail, json!({ "issuer_ids": naming })));
    }
    check_no_records(tx, id, "")?;
    settings::delete::<DnsProviderRow>(tx, context, id, revision)?;
    place(id).forget(tx)
}

fn issuers_naming(tx: &mut Tx<'_>, id: &DnsProviderId) -> Result<Vec<String>, Error> {
    // A few rows: each is one configured CA.
    let all = issuers::list(tx, "", i64::MAX)?;
    let names = |config: &Value| config["dns_provider"].as_str() == Some(id.as_str());
    Ok(all.into_iter().filter(|row| names(&row.config)).map(|row| row.id.to_string()).collect())
}

/// A provider with its secrets.
///
/// # Errors
/// 404; 500 when its secrets do not open, or do not fit this release.
pub fn open(tx: &mut Tx<'_>, sealer: &Sealer, id: &DnsProviderId) -> Result<Setter, Error> {
    let row: DnsProviderRow = settings::load(tx, id)?;
    let place = place(id);
    let config = place.whole(tx, sealer, &row.config)?;
    Setter::read(row.kind, &config).map_err(|problems| place.unusable(&problems))
}

/// The agent that sets a provider's records; none when this server does.
pub fn on_agent(row: &DnsProviderRow) -> Option<OnAgent> {
    if row.kind != DnsProviderKind::Agent {
        return None;
    }
    match Setter::read(row.kind, &row.config) {
        Ok(Setter::Agent(on)) => Some(on),
        Ok(Setter::Here(_)) | Err(_) => None,
    }
}

/// The providers whose records an agent sets.
///
/// # Errors
/// Those of the store.
pub fn of_agent(tx: &mut Tx<'_>, id: &AgentId) -> Result<Vec<String>, Error> {
    // At most MAX_PROVIDERS rows.
    let all = dns_providers::list(tx, "", i64::MAX)?;
    let its = |row: &DnsProviderRow| on_agent(row).is_some_and(|on| on.agent_id == *id);
    Ok(all.into_iter().filter(its).map(|row| row.id.to_string()).collect())
}

/// # Errors
/// 422 naming an agent that is not there, or no longer of the fleet.
fn check_agent(tx: &mut Tx<'_>, row: &DnsProviderRow) -> Result<(), Error> {
    let Some(on) = on_agent(row) else { return Ok(()) };
    let detail = match agents::by_id(tx, &on.agent_id)?.map(|agent| agent.state) {
        Some(AgentState::Active | AgentState::Quarantined) => return Ok(()),
        Some(AgentState::Retired) => format!("{} is retired: name another agent", on.agent_id),
        None => format!(
            "there is no agent {}: enrol it with `certctl agents invite`, or name one of `certctl agents list`",
            on.agent_id
        ),
    };
    Err(Error::invalid_field("/config/agent_id", detail))
}

/// Records that stand are taken away by who has set them.
///
/// # Errors
/// 409 with how many there are.
fn check_no_records(tx: &mut Tx<'_>, id: &DnsProviderId, what: &str) -> Result<(), Error> {
    let open = challenges::at_place(tx, id.as_str())?.len();
    if open == 0 {
        return Ok(());
    }
    let detail =
        format!("{id} has still to take {open} records away{what}: wait until it has, or mend why it cannot");
    Err(Error::conflict("in_use", detail, json!({ "challenges": open })))
}
