//! API keys: who may call, by the hash of a secret that is shown once and never kept.
//!
//! Not for: permissions (core) or the secret's form (the server's `http/auth.rs`). Invariant: only the SHA-256 of a
//! secret is stored, and a revoked key stays in the table, so that audit events keep their actor's name.

use certctl_core::id::ApiKeyId;
use certctl_core::permission::Role;
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row};

row! {
    /// A key without its secret.
    #[derive(Debug, Clone)]
    pub struct ApiKeyRow {
        /// Id.
        pub id: ApiKeyId,
        /// For people.
        pub name: String,
        /// What it may do.
        pub role: Role,
        /// The first letters of the secret.
        pub prefix: String,
        /// SHA-256 of the secret.
        pub secret_hash: Vec<u8>,
        /// End.
        pub expires_at: Option<Ts>,
        /// Last use, to the minute.
        pub last_used_at: Option<Ts>,
        /// When it was revoked.
        pub revoked_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
    }
}

impl ApiKeyRow {
    /// Whether it may be used at `now`.
    pub fn is_valid(&self, now: Ts) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Adds a key.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &ApiKeyRow) -> Result<(), StoreError> {
    tx.exec(
        "-- api_keys.insert
         INSERT INTO api_keys (id, name, role, prefix, secret_hash, expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            &row.id,
            row.name.clone(),
            row.role.as_str(),
            row.prefix.clone(),
            row.secret_hash.clone(),
            row.expires_at,
            row.created_at
        ],
    )?;
    Ok(())
}

/// The key of a secret's hash, whatever its state.
///
/// # Errors
/// Those of the store.
pub fn by_secret_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<ApiKeyRow>, StoreError> {
    // Index: api_keys_secret_hash.
    tx.opt(
        "-- api_keys.by_secret_hash
         SELECT id, name, role, prefix, secret_hash, expires_at, last_used_at, revoked_at, created_at
         FROM api_keys WHERE secret_hash = $1",
        args![hash],
    )
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &ApiKeyId) -> Result<Option<ApiKeyRow>, StoreError> {
    tx.opt(
        "-- api_keys.by_id
         SELECT id, name, role, prefix, secret_hash, expires_at, last_used_at, revoked_at, created_at
         FROM api_keys WHERE id = $1",
        args![id],
    )
}

/// A page by id.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<ApiKeyRow>, StoreError> {
    tx.all(
        "-- api_keys.list
         SELECT id, name, role, prefix, secret_hash, expires_at, last_used_at, revoked_at, created_at
         FROM api_keys WHERE id > $1 ORDER BY id LIMIT $2",
        args![after, limit],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- api_keys.count\nSELECT COUNT(*) FROM api_keys", args![])?;
    Ok(n)
}

/// How many keys of a role may be used at `now`: the last admin key must not be revoked.
///
/// # Errors
/// Those of the store.
pub fn count_valid(tx: &mut Tx<'_>, role: Role, now: Ts) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one(
        "-- api_keys.count_valid
         SELECT COUNT(*) FROM api_keys
         WHERE role = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        args![role.as_str(), now],
    )?;
    Ok(n)
}

/// Revokes a key and ends its sessions.
///
/// # Errors
/// [`StoreError::Stale`] when it was revoked already.
pub fn revoke(tx: &mut Tx<'_>, id: &ApiKeyId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- api_keys.revoke
         UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
        args![now, id],
        "API key",
    )?;
    end_sessions(tx, id)
}

/// Gives a key another secret and ends its sessions.
///
/// # Errors
/// [`StoreError::Stale`] when it was revoked.
pub fn rotate(tx: &mut Tx<'_>, id: &ApiKeyId, prefix: &str, secret_hash: &[u8]) -> Result<(), StoreError> {
    tx.exec_one(
        "-- api_keys.rotate
         UPDATE api_keys SET prefix = $1, secret_hash = $2 WHERE id = $3 AND revoked_at IS NULL",
        args![prefix, secret_hash, id],
        "API key",
    )?;
    end_sessions(tx, id)
}

fn end_sessions(tx: &mut Tx<'_>, id: &ApiKeyId) -> Result<(), StoreError> {
    tx.exec("-- api_keys.end_sessions\nDELETE FROM sessions WHERE api_key_id = $1", args![id])?;
    Ok(())
}

/// Notes a use (bookkeeping).
///
/// # Errors
/// Those of the store.
pub fn touch(tx: &mut Tx<'_>, id: &ApiKeyId, at: Ts) -> Result<(), StoreError> {
    tx.exec(
        "-- api_keys.touch
         UPDATE api_keys SET last_used_at = $1
         WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $1)",
        args![at, id],
    )?;
    Ok(())
}
