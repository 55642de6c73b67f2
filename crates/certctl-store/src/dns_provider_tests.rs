//! Tests of DNS providers that agents carry out: records that are set for a minute.
//!
//! Not for: records of orders (`challenges.rs`). Invariants: a test is a row before its record is set anywhere; a change names
//! the revision that it was made from.

use certctl_core::challenge::ChallengeState;
use certctl_core::id::{AgentId, ChallengeId, DnsProviderId};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row};

row! {
    /// A test.
    #[derive(Debug, Clone)]
    pub struct DnsProviderTestRow {
        /// Id.
        pub id: ChallengeId,
        /// Of which provider.
        pub dns_provider_id: DnsProviderId,
        /// Who sets the record.
        pub agent_id: AgentId,
        /// By which provider of its policy.
        pub provider: String,
        /// The name that it is for.
        pub subject: String,
        /// As of a challenge.
        pub token: String,
        /// As of a challenge.
        pub key_authorization: String,
        /// The zone of the record.
        pub record_zone: String,
        /// The name of the record.
        pub record_name: String,
        /// How far it is.
        pub state: ChallengeState,
        /// What the agent said last.
        pub detail: Option<String>,
        /// Until when the record may stand.
        pub expires_at: Ts,
        /// When it was asked for.
        pub created_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, dns_provider_id, agent_id, provider, subject, token, key_authorization, record_zone, record_name, \
     state, detail, expires_at, created_at, revision";

/// Adds one.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &DnsProviderTestRow) -> Result<(), StoreError> {
    tx.exec(
        "-- dns_provider_tests.insert
         INSERT INTO dns_provider_tests (id, dns_provider_id, agent_id, provider, subject, token, key_authorization, record_zone,
             record_name, state, detail, expires_at, created_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        args![
            &row.id,
            &row.dns_provider_id,
            &row.agent_id,
            row.provider.clone(),
            row.subject.clone(),
            row.token.clone(),
            row.key_authorization.clone(),
            row.record_zone.clone(),
            row.record_name.clone(),
            row.state,
            row.detail.clone(),
            row.expires_at,
            row.created_at,
            row.revision
        ],
    )?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &ChallengeId) -> Result<Option<DnsProviderTestRow>, StoreError> {
    tx.opt(
        &format!("-- dns_provider_tests.by_id\nSELECT {COLUMNS} FROM dns_provider_tests WHERE id = $1"),
        args![id],
    )
}

/// Those that an agent has to do with, oldest first.
///
/// # Errors
/// Those of the store.
pub fn of_agent(tx: &mut Tx<'_>, agent: &AgentId) -> Result<Vec<DnsProviderTestRow>, StoreError> {
    // dns_provider_tests_agent
    tx.all(
        &format!(
            "-- dns_provider_tests.of_agent
             SELECT {COLUMNS} FROM dns_provider_tests
             WHERE agent_id = $1 AND state IN ('wanted', 'set', 'leaving') ORDER BY id"
        ),
        args![agent],
    )
}

/// Writes how far one is over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &mut DnsProviderTestRow) -> Result<(), StoreError> {
    tx.exec_one(
        "-- dns_provider_tests.update
         UPDATE dns_provider_tests SET state = $1, detail = $2, revision = revision + 1
         WHERE id = $3 AND revision = $4",
        args![row.state, row.detail.clone(), &row.id, row.revision],
        "test of a DNS provider",
    )?;
    row.revision += 1;
    Ok(())
}

/// Forgets those that ended before `before`, or would have; says how many.
///
/// # Errors
/// Those of the store.
pub fn forget(tx: &mut Tx<'_>, before: Ts) -> Result<u64, StoreError> {
    // A handful of rows.
    tx.exec(
        "-- dns_provider_tests.forget\nDELETE FROM dns_provider_tests WHERE expires_at < $1",
        args![before],
    )
}
