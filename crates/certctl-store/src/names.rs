//! The names of what rows refer to by id: of jobs' objects, and of those who acted.
//!
//! Not for: whether a caller may know them (whoever may see the row may see the names in it). Invariant: what is gone has no
//! name, and stops nothing.

use std::collections::BTreeMap;

use certctl_core::actor::Actor;
use certctl_core::id::JobId;
use serde_json::{Value, json};

use crate::{StoreError, Tx, args};

/// The names of a job's objects.
#[derive(Debug, Clone, Default)]
pub struct JobNames {
    /// Of its certificate.
    pub certificate_name: Option<String>,
    /// Of its target.
    pub target_name: Option<String>,
    /// Of the agent that makes the key or deploys.
    pub agent_name: Option<String>,
    /// The issuer that it waits for, because that takes no new orders: its id, and why.
    pub paused_by: Option<(String, Option<String>)>,
}

/// A job, the names of its certificate, target and agent, and the issuer that holds it up.
type JobRow = (JobId, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// The names of jobs' objects, by the ids of the jobs.
///
/// # Errors
/// Those of the store.
pub fn of_jobs(tx: &mut Tx<'_>, ids: &[&JobId]) -> Result<BTreeMap<JobId, JobNames>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    // The primary keys, once for each job.
    let list = tx.pick("SELECT value FROM json_each($1)", "SELECT jsonb_array_elements_text($1)");
    let rows: Vec<JobRow> = tx.all(
        &format!(
            "-- names.of_jobs
             SELECT j.id, c.name, t.name, a.name, i.id, i.paused_because FROM jobs j
             LEFT JOIN certificates c ON c.id = j.certificate_id
             LEFT JOIN issuers i ON i.id = c.issuer_id AND i.paused_at IS NOT NULL
                 AND j.executor = '' AND j.state = 'Pending'
             LEFT JOIN targets t ON t.id = j.target_id
             LEFT JOIN agents a ON a.id = j.holder
             WHERE j.id IN ({list})"
        ),
        args![json!(ids)],
    )?;
    let named = |(id, certificate_name, target_name, agent_name, issuer, because)| {
        let paused_by = Option::map(issuer, |issuer| (issuer, because));
        (id, JobNames { certificate_name, target_name, agent_name, paused_by })
    };
    Ok(rows.into_iter().map(named).collect())
}

/// What those who acted are called, by kind and id. A task of the control plane has no name but its own.
#[derive(Debug, Clone, Default)]
pub struct ActorNames(BTreeMap<(String, String), String>);

impl ActorNames {
    /// The name of one, if it is still there.
    pub fn of(&self, actor: &Actor) -> Option<String> {
        self.0.get(&(actor.kind().to_owned(), actor.id().to_owned())).cloned()
    }
}

/// The names of those who acted.
///
/// # Errors
/// Those of the store.
pub fn of_actors<'a>(
    tx: &mut Tx<'_>,
    actors: impl IntoIterator<Item = &'a Actor>,
) -> Result<ActorNames, StoreError> {
    let mut ids: Vec<String> = Vec::new();
    for actor in actors {
        let id = match actor {
            Actor::ApiKey(id) => id.to_string(),
            Actor::User(id) => id.to_string(),
            Actor::Agent(id) => id.to_string(),
            Actor::System(_) | Actor::Local | Actor::Anonymous => continue,
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Ok(ActorNames::default());
    }
    let ids: Value = json!(ids);
    // The primary keys; an id says by its beginning which of the tables has it.
    let list = tx.pick("SELECT value FROM json_each($1)", "SELECT jsonb_array_elements_text($1)");
    let rows: Vec<(String, String, String)> = tx.all(
        &format!(
            "-- names.of_actors
             SELECT 'user', u.id, CASE WHEN u.name <> '' THEN u.name ELSE u.username END FROM users u
             WHERE u.id IN ({list})
             UNION ALL SELECT 'api_key', k.id, k.name FROM api_keys k WHERE k.id IN ({list})
             UNION ALL SELECT 'agent', a.id, a.name FROM agents a WHERE a.id IN ({list})"
        ),
        args![ids],
    )?;
    Ok(ActorNames(rows.into_iter().map(|(kind, id, name)| ((kind, id), name)).collect()))
}
