//! Agents and invitations.
//!
//! Invariant: an invitation is used once, by one update that names its unused state.

use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::choice::Choice;
use certctl_core::facet::Facet;
use certctl_core::id::{AgentId, InvitationId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::lists::{Anchors, Facets, Rows};
use crate::{StoreError, Tx, Val, args, filter_text as text, row, vals};

row! {
    /// An agent.
    #[derive(Debug, Clone)]
    pub struct AgentRow {
        /// Id.
        pub id: AgentId,
        /// For people.
        pub name: String,
        /// Whether it belongs to the fleet.
        pub state: AgentState,
        /// Whether it is heard from.
        pub health: AgentHealth,
        /// SHA-256 of its identity certificate, hexadecimal.
        pub identity_fingerprint: String,
        /// Of the one before, while the new one was not yet used.
        pub previous_fingerprint: Option<String>,
        /// End of its identity.
        pub identity_not_after: Ts,
        /// Program version.
        pub version: Option<String>,
        /// Platform.
        pub platform: Option<String>,
        /// Allowed target kinds.
        pub capabilities: Value,
        /// DNS providers of its policy; none when it has not said.
        pub dns_providers: Option<Value>,
        /// What its program can do beyond what the first ones could, as it said last; absent when it never said.
        pub abilities: Option<Value>,
        /// Environment label.
        pub environment: Option<String>,
        /// Its last start.
        pub boot_id: Option<String>,
        /// Last poll.
        pub last_seen_at: Option<Ts>,
        /// Joined at.
        pub created_at: Ts,
        /// Last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, name, state, health, identity_fingerprint, previous_fingerprint, identity_not_after, \
     version, platform, capabilities, dns_providers, abilities, environment, boot_id, last_seen_at, created_at, updated_at, revision";

/// Adds an agent; false when the id is taken.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &AgentRow) -> Result<bool, StoreError> {
    tx.note_change("agent", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- agents.insert
         INSERT INTO agents (id, name, state, health, identity_fingerprint, previous_fingerprint,
             identity_not_after, version, platform, capabilities, environment, boot_id, last_seen_at, created_at,
             updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (id) DO NOTHING",
        args![
            &row.id,
            row.name.clone(),
            row.state,
            row.health,
            row.identity_fingerprint.clone(),
            row.previous_fingerprint.clone(),
            row.identity_not_after,
            row.version.clone(),
            row.platform.clone(),
            row.capabilities.clone(),
            row.environment.clone(),
            row.boot_id.clone(),
            row.last_seen_at,
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &AgentId) -> Result<Option<AgentRow>, StoreError> {
    tx.opt(&format!("-- agents.by_id\nSELECT {COLUMNS} FROM agents WHERE id = $1"), args![id])
}

/// The agent of an identity certificate, by its present or its last fingerprint.
///
/// # Errors
/// Those of the store.
pub fn by_identity(tx: &mut Tx<'_>, fingerprint: &str) -> Result<Option<AgentRow>, StoreError> {
    tx.opt(
        &format!(
            "-- agents.by_identity
             SELECT {COLUMNS} FROM agents WHERE identity_fingerprint = $1 OR previous_fingerprint = $1 LIMIT 1"
        ),
        args![fingerprint],
    )
}

/// Filters of the list; empty lists and absent values let everything through.
#[derive(Debug, Clone, Default)]
pub struct AgentFilter {
    /// Any of these states.
    pub states: Vec<AgentState>,
    /// Any of these.
    pub healths: Vec<AgentHealth>,
    /// Environment.
    pub environment: Choice<String>,
    /// Version of its program.
    pub version: Choice<String>,
    /// Part of the name.
    pub q: Option<String>,
}

/// Adds what the filter asks of the agents known as `a`: ` AND ...`, or nothing.
pub(crate) fn where_clause(filter: &AgentFilter, sql: &mut String, values: &mut Vec<Val>) {
    text::any_of("a.state", filter.states.iter().map(Val::from).collect(), sql, values);
    text::any_of("a.health", filter.healths.iter().map(Val::from).collect(), sql, values);
    text::chosen("a.environment", &filter.environment, sql, values);
    text::chosen("a.version", &filter.version, sql, values);
    if let Some(q) = &filter.q {
        values.push(text::part(q).into());
        sql.push_str(&format!(" AND LOWER(a.name) LIKE ${} ESCAPE '\\'", values.len()));
    }
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &AgentFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<AgentRow>, StoreError> {
    // The primary key gives the order; agents_health those that are out of reach.
    let mut sql = format!("-- agents.list\nSELECT {COLUMNS} FROM agents a WHERE a.id > $1");
    let mut values = vals![after];
    where_clause(filter, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY a.id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &AgentFilter) -> Result<i64, StoreError> {
    let mut sql = "-- agents.count\nSELECT COUNT(*) FROM agents a WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

fn rows(filter: &AgentFilter) -> Rows {
    let (mut conditions, mut values) = (String::new(), Vec::new());
    where_clause(filter, &mut conditions, &mut values);
    Rows {
        name: "agents",
        table: "agents a",
        before: None,
        key: "a.id",
        descending: false,
        conditions,
        values,
        cut: false,
    }
}

/// Places all over the list, each the id of the last agent before it.
///
/// # Errors
/// Those of the store.
pub fn anchors(tx: &mut Tx<'_>, filter: &AgentFilter) -> Result<Anchors<AgentId>, StoreError> {
    rows(filter).anchors(tx)
}

/// Counts the list by health, state, version and environment.
///
/// # Errors
/// Those of the store.
pub fn facets(tx: &mut Tx<'_>, filter: &AgentFilter) -> Result<Facets, StoreError> {
    let columns = [
        (Facet::Health, "health"),
        (Facet::State, "state"),
        (Facet::Version, "version"),
        (Facet::Environment, "environment"),
    ];
    rows(filter).facets(tx, &columns)
}

/// How many are not retired, by health.
///
/// # Errors
/// Those of the store.
pub fn count_by_health(tx: &mut Tx<'_>) -> Result<Vec<(AgentHealth, i64)>, StoreError> {
    tx.all(
        "-- agents.count_by_health
         SELECT health, COUNT(*) FROM agents WHERE state <> 'retired' GROUP BY health",
        args![],
    )
}

/// Writes what a person or the platform changes.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &AgentRow) -> Result<(), StoreError> {
    tx.note_change("agent", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- agents.update
         UPDATE agents
         SET name = $1, state = $2, health = $3, identity_fingerprint = $4, previous_fingerprint = $5,
             identity_not_after = $6, environment = $7, updated_at = $8, revision = revision + 1
         WHERE id = $9 AND revision = $10",
        args![
            row.name.clone(),
            row.state,
            row.health,
            row.identity_fingerprint.clone(),
            row.previous_fingerprint.clone(),
            row.identity_not_after,
            row.environment.clone(),
            now,
            &row.id,
            row.revision
        ],
        "agent",
    )
}

/// What a poll tells of an agent.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    /// Which.
    pub id: AgentId,
    /// When.
    pub at: Ts,
    /// Its start.
    pub boot_id: String,
    /// Program version.
    pub version: String,
    /// Platform.
    pub platform: String,
    /// Allowed target kinds.
    pub capabilities: Value,
    /// DNS providers of its policy.
    pub dns_providers: Value,
    /// What its program can do beyond what the first ones could.
    pub abilities: Value,
}

/// Writes a heartbeat (bookkeeping, not a change).
///
/// # Errors
/// Those of the store.
pub fn heartbeat(tx: &mut Tx<'_>, beat: &Heartbeat) -> Result<(), StoreError> {
    tx.exec(
        "-- agents.heartbeat
         UPDATE agents SET last_seen_at = $1, boot_id = $2, version = $3, platform = $4, capabilities = $5,
             dns_providers = $6, abilities = $7
         WHERE id = $8",
        args![
            beat.at,
            beat.boot_id.clone(),
            beat.version.clone(),
            beat.platform.clone(),
            beat.capabilities.clone(),
            beat.dns_providers.clone(),
            beat.abilities.clone(),
            &beat.id
        ],
    )?;
    Ok(())
}

/// The program versions of agents as they are stored; one that has told none is left out.
///
/// # Errors
/// Those of the store.
pub fn versions_of(tx: &mut Tx<'_>, ids: &[&AgentId]) -> Result<Vec<(AgentId, String)>, StoreError> {
    // The primary key, once for each.
    let list = tx.pick("SELECT value FROM json_each($1)", "SELECT jsonb_array_elements_text($1)");
    let sql = format!(
        "-- agents.versions_of\nSELECT id, version FROM agents WHERE id IN ({list}) AND version IS NOT NULL"
    );
    tx.all(&sql, args![serde_json::json!(ids)])
}

/// Active agents whose health may differ from what the row says.
///
/// # Errors
/// Those of the store.
pub fn health_suspects(
    tx: &mut Tx<'_>,
    online_since: Ts,
    late_since: Ts,
    limit: i64,
) -> Result<Vec<AgentRow>, StoreError> {
    tx.all(
        &format!(
            "-- agents.health_suspects
             SELECT {COLUMNS} FROM agents
             WHERE state = 'active' AND (
                 (health <> 'online' AND last_seen_at > $1)
                 OR (health <> 'late' AND last_seen_at <= $1 AND last_seen_at > $2)
                 OR (health <> 'offline' AND (last_seen_at <= $2 OR last_seen_at IS NULL)))
             ORDER BY id LIMIT $3"
        ),
        args![online_since, late_since, limit],
    )
}

/// What hangs on an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holdings {
    /// Certificates whose key it holds.
    pub certificates: i64,
    /// Targets that it serves.
    pub targets: i64,
    /// When the first of the certificates is to be renewed.
    pub next_renewal_at: Option<Ts>,
}

/// How many certificates' keys an agent holds, when the first of them is to be renewed, and how many targets it serves.
///
/// # Errors
/// Those of the store.
pub fn holdings(tx: &mut Tx<'_>, id: &AgentId) -> Result<Holdings, StoreError> {
    // holders_holder; targets_agent
    let (certificates, next_renewal_at, targets): (i64, Option<Ts>, i64) = tx.one(
        "-- agents.holdings
         SELECT COUNT(*), MIN(h.renew_after), (SELECT COUNT(*) FROM targets WHERE agent_id = $1)
         FROM holders h JOIN certificates c ON c.id = h.certificate_id
         WHERE h.holder = $1 AND c.archived_at IS NULL",
        args![id],
    )?;
    Ok(Holdings { certificates, targets, next_renewal_at })
}

row! {
    /// An invitation.
    #[derive(Debug, Clone)]
    pub struct InvitationRow {
        /// Id.
        pub id: InvitationId,
        /// The agent's name.
        pub name: String,
        /// SHA-256 of the secret.
        pub token_hash: Vec<u8>,
        /// End.
        pub expires_at: Ts,
        /// When it was used.
        pub used_at: Option<Ts>,
        /// By whom.
        pub agent_id: Option<AgentId>,
        /// When it was made.
        pub created_at: Ts,
    }
}

/// Adds an invitation.
///
/// # Errors
/// Those of the store.
pub fn insert_invitation(tx: &mut Tx<'_>, row: &InvitationRow) -> Result<(), StoreError> {
    tx.exec(
        "-- invitations.insert
         INSERT INTO invitations (id, name, token_hash, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![&row.id, row.name.clone(), row.token_hash.clone(), row.expires_at, row.created_at],
    )?;
    Ok(())
}

/// The invitation of a token's hash.
///
/// # Errors
/// Those of the store.
pub fn invitation_by_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<InvitationRow>, StoreError> {
    tx.opt(
        "-- invitations.by_hash
         SELECT id, name, token_hash, expires_at, used_at, agent_id, created_at
         FROM invitations WHERE token_hash = $1",
        args![hash],
    )
}

/// Uses an invitation.
///
/// # Errors
/// [`StoreError::Stale`] when it was used already or has ended.
pub fn use_invitation(tx: &mut Tx<'_>, id: &InvitationId, agent: &AgentId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- invitations.use
         UPDATE invitations SET used_at = $1, agent_id = $2
         WHERE id = $3 AND used_at IS NULL AND expires_at > $1",
        args![now, agent, id],
        "invitation",
    )
}

/// Newest first.
///
/// # Errors
/// Those of the store.
pub fn invitations(tx: &mut Tx<'_>, before: &str, limit: i64) -> Result<Vec<InvitationRow>, StoreError> {
    tx.all(
        "-- invitations.list
         SELECT id, name, token_hash, expires_at, used_at, agent_id, created_at
         FROM invitations WHERE ($1 = '' OR id < $1) ORDER BY id DESC LIMIT $2",
        args![before, limit],
    )
}

/// How many invitations there are.
///
/// # Errors
/// Those of the store.
pub fn count_invitations(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- invitations.count\nSELECT COUNT(*) FROM invitations", args![])?;
    Ok(n)
}

/// Withdraws an unused invitation; says whether there was one.
///
/// # Errors
/// Those of the store.
pub fn delete_invitation(tx: &mut Tx<'_>, id: &InvitationId) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- invitations.delete
         DELETE FROM invitations WHERE id = $1 AND used_at IS NULL",
        args![id],
    )?;
    Ok(n == 1)
}
