//! The end of old keys: an agent is told which of its keys nobody needs any more, and says what it has done.
//!
//! A replaced version can be gone back to for [`GRACE_SECONDS`], or until it expires, whichever comes first. Then its agent is
//! told to delete the key, and told again until it answers; the order is written down before it is given, because from
//! then on the key may be gone. Not for: the decision on the host, which keeps a key that anything there still uses.
//! Invariants: a current version's key is never named; a key counts as deleted only when its agent said so.

use certctl_api::agent_protocol::{KeyReport, RetiredKey};
use certctl_core::audit::Outcome;
use certctl_core::id::AgentId;
use certctl_core::time::Ts;
use certctl_store::audit::{Change, Context, record};
use certctl_store::versions::{self, KeyLimits, VersionRow};
use certctl_store::{StoreError, Tx};
use serde_json::json;

use crate::error::Error;
use crate::ops::success;

/// How long a replaced version can be gone back to.
pub const GRACE_SECONDS: i64 = 7 * 86_400;
/// How long an agent may take to answer before it is told again.
const ASK_AGAIN_SECONDS: i64 = 3_600;
/// How long a key that the agent has kept is left alone.
const KEPT_SECONDS: i64 = 86_400;
/// The most keys in one answer.
const LIMIT: i64 = 100;
/// The most of a cause that is kept, in characters.
const CAUSE_LIMIT: usize = 2_000;

fn limits(now: Ts) -> KeyLimits {
    KeyLimits {
        replaced_before: now.plus_seconds(-GRACE_SECONDS),
        asked_before: now.plus_seconds(-ASK_AGAIN_SECONDS),
        kept_before: now.plus_seconds(-KEPT_SECONDS),
    }
}

/// Whether there is anything to tell an agent.
///
/// # Errors
/// Those of the store.
pub fn any_unneeded(tx: &mut Tx<'_>, agent: &AgentId) -> Result<bool, StoreError> {
    let limits = limits(tx.now());
    Ok(!versions::unneeded_keys(tx, agent.as_str(), &limits, 1)?.is_empty())
}

/// Writes down and gives the keys that an agent is told to delete now.
///
/// # Errors
/// Those of the store.
pub fn order(tx: &mut Tx<'_>, context: &Context, agent: &AgentId) -> Result<Vec<RetiredKey>, Error> {
    let now = tx.now();
    let mut ordered = Vec::new();
    for mut version in versions::unneeded_keys(tx, agent.as_str(), &limits(now), LIMIT)? {
        let is_first = version.key_asked_at.replace(now).is_none();
        versions::set_key(tx, &version)?;
        if is_first {
            success(
                tx,
                context,
                "key.retirement_ordered",
                ("version", version.id.as_str()),
                format!("{agent} is told to delete the key of {}, which was replaced", version.id),
                facts(&version),
            )?;
        }
        ordered.push(RetiredKey {
            certificate_id: version.certificate_id,
            public_key_sha256: version.public_key_sha256,
        });
    }
    Ok(ordered)
}

/// Takes an agent's word on keys that it was told to delete; says how many of them were news. What it was never told about,
/// or has reported before, changes nothing.
///
/// # Errors
/// Those of the store.
pub fn report(tx: &mut Tx<'_>, context: &Context, agent: &AgentId, keys: &[KeyReport]) -> Result<u32, Error> {
    let now = tx.now();
    let mut noted = 0;
    for key in keys {
        let found = versions::by_asked_key(tx, agent.as_str(), &key.certificate_id, &key.public_key_sha256)?;
        let Some(mut version) = found else { continue };
        let because: Option<String> =
            key.kept_because.as_ref().map(|cause| cause.chars().take(CAUSE_LIMIT).collect());
        let is_news = because.is_none() || version.key_kept_because != because;
        let (action, outcome, summary) = match &because {
            None => {
                version.key_retired_at = Some(now);
                let summary = format!("{agent} has deleted the key of {}", version.id);
                ("key.retired", Outcome::Success, summary)
            }
            Some(because) => {
                // Counts from now, so that it is asked again only a day later.
                version.key_asked_at = Some(now);
                let summary = format!("{agent} keeps the key of {}: {because}", version.id);
                ("key.kept", Outcome::Failure, summary)
            }
        };
        version.key_kept_because = because;
        versions::set_key(tx, &version)?;
        if is_news {
            noted += 1;
            let change = Change {
                action,
                object_kind: "version",
                object_id: version.id.as_str(),
                outcome,
                summary,
                details: facts(&version),
            };
            record(tx, context, &change)?;
        }
    }
    // A repeated word alone is bookkeeping.
    tx.note_audit();
    Ok(noted)
}

fn facts(version: &VersionRow) -> serde_json::Value {
    json!({
        "certificate_id": version.certificate_id, "version_id": version.id, "holder": version.holder,
        "public_key_sha256": version.public_key_sha256,
    })
}

/// Refuses to deploy a version whose key is gone, or may be.
///
/// # Errors
/// 409 `key_retired`.
pub fn still_there(version: &VersionRow) -> Result<(), Error> {
    let gone = match (version.key_retired_at, version.key_asked_at) {
        (Some(at), _) => format!("was deleted on {} at {at}", version.holder),
        (None, Some(at)) if version.key_kept_because.is_none() => {
            format!("is being deleted on {} since {at}", version.holder)
        }
        (None, Some(_) | None) => return Ok(()),
    };
    Err(Error::conflict(
        "key_retired",
        format!("the key of {} {gone}: renew the certificate instead", version.id),
        json!({ "version_id": version.id, "key_retired_at": version.key_retired_at }),
    ))
}
