//! DNS providers: who sets the records of proofs, and how they are doing.
//!
//! Not for: what is set (`challenges.rs`). Invariants: a change of a person's names the revision it was made from; how a
//! provider is doing is bookkeeping and leaves the revision alone; no secret is in a row here.

use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::id::{AgentId, DnsProviderId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A provider.
    #[derive(Debug, Clone)]
    pub struct DnsProviderRow {
        /// Id.
        pub id: DnsProviderId,
        /// For people.
        pub name: String,
        /// What it is.
        pub kind: DnsProviderKind,
        /// Without secrets.
        pub config: Value,
        /// The fields of the configuration that are sealed elsewhere.
        pub secret_names: Value,
        /// When it last did what it was asked.
        pub last_success_at: Option<Ts>,
        /// When it last did not.
        pub last_failure_at: Option<Ts>,
        /// Why.
        pub last_failure: Option<String>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, name, kind, config, secret_names, last_success_at, last_failure_at, last_failure, created_at, \
     updated_at, revision";

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &DnsProviderId) -> Result<Option<DnsProviderRow>, StoreError> {
    tx.opt(&format!("-- dns_providers.by_id\nSELECT {COLUMNS} FROM dns_providers WHERE id = $1"), args![id])
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<DnsProviderRow>, StoreError> {
    tx.all(
        &format!(
            "-- dns_providers.list\nSELECT {COLUMNS} FROM dns_providers WHERE id > $1 ORDER BY id LIMIT $2"
        ),
        args![after, limit],
    )
}

/// Those whose records an agent sets.
///
/// # Errors
/// Those of the store.
pub fn on_agent(tx: &mut Tx<'_>, agent: &AgentId) -> Result<Vec<DnsProviderRow>, StoreError> {
    // A few rows: each is one configured provider.
    tx.all(
        &format!(
            "-- dns_providers.on_agent
             SELECT {COLUMNS} FROM dns_providers WHERE kind = 'agent' AND config ->> 'agent_id' = $1 ORDER BY id"
        ),
        args![agent],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- dns_providers.count\nSELECT COUNT(*) FROM dns_providers", args![])?;
    Ok(n)
}

/// Adds one; says whether its id was free.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &DnsProviderRow) -> Result<bool, StoreError> {
    tx.note_change("dns_provider", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- dns_providers.insert
         INSERT INTO dns_providers (id, name, kind, config, secret_names, created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO NOTHING",
        args![
            &row.id,
            row.name.clone(),
            row.kind,
            row.config.clone(),
            row.secret_names.clone(),
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// Writes what people change, over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &DnsProviderRow) -> Result<(), StoreError> {
    tx.note_change("dns_provider", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- dns_providers.update
         UPDATE dns_providers
         SET name = $1, config = $2, secret_names = $3, updated_at = $4, revision = revision + 1
         WHERE id = $5 AND revision = $6",
        args![row.name.clone(), row.config.clone(), row.secret_names.clone(), now, &row.id, row.revision],
        "DNS provider",
    )
}

/// Removes one; says whether it was there.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &DnsProviderId) -> Result<bool, StoreError> {
    let n = tx.exec("-- dns_providers.delete\nDELETE FROM dns_providers WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// No certificate refers to a DNS provider; issuers do.
///
/// # Errors
/// None.
pub fn certificates(_: &mut Tx<'_>, _: &DnsProviderId, _: i64) -> Result<Vec<String>, StoreError> {
    Ok(Vec::new())
}

/// Notes what came of the last thing that it was asked for.
///
/// # Errors
/// Those of the store.
pub fn note(tx: &mut Tx<'_>, id: &DnsProviderId, outcome: Result<(), &str>) -> Result<(), StoreError> {
    let now = tx.now();
    match outcome {
        Ok(()) => tx.exec(
            "-- dns_providers.note_success\nUPDATE dns_providers SET last_success_at = $1 WHERE id = $2",
            args![now, id],
        )?,
        Err(cause) => tx.exec(
            "-- dns_providers.note_failure
             UPDATE dns_providers SET last_failure_at = $1, last_failure = $2 WHERE id = $3",
            args![now, cause, id],
        )?,
    };
    Ok(())
}
