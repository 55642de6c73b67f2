//! Sessions of the dashboard: a cookie's hash that stands for an API key for some hours.
//!
//! Not for: how long (the server's `http/auth.rs`). Invariant: a session gives what its key gives now, never more:
//! the key's row is read with it.

use certctl_core::id::{ApiKeyId, SessionId};
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row};

row! {
    /// A session with the key it stands for.
    #[derive(Debug, Clone)]
    pub struct SessionRow {
        /// Id.
        pub id: SessionId,
        /// SHA-256 of the cookie's token.
        pub token_hash: Vec<u8>,
        /// Last use, to the minute.
        pub last_used_at: Ts,
        /// Its end, however it is used.
        pub expires_at: Ts,
        /// The key.
        pub api_key_id: ApiKeyId,
        /// The key's name.
        pub name: String,
        /// The key's role.
        pub role: Role,
        /// The key's scope.
        pub scope: Scope,
        /// The key's end.
        pub key_expires_at: Option<Ts>,
        /// Whether the key was revoked.
        pub key_revoked_at: Option<Ts>,
    }
}

/// A new session.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Id.
    pub id: SessionId,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// The key it stands for.
    pub api_key_id: ApiKeyId,
    /// Its end, however it is used.
    pub expires_at: Ts,
}

/// Adds a session that begins now.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, session: &NewSession) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- sessions.insert
         INSERT INTO sessions (id, token_hash, api_key_id, created_at, last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $4, $5)",
        args![&session.id, session.token_hash.clone(), &session.api_key_id, now, session.expires_at],
    )?;
    Ok(())
}

/// The session of a token's hash.
///
/// # Errors
/// Those of the store.
pub fn by_token_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
    // Index: sessions_token_hash.
    tx.opt(
        "-- sessions.by_token_hash
         SELECT s.id, s.token_hash, s.last_used_at, s.expires_at, s.api_key_id, k.name, k.role, k.scope,
             k.expires_at AS key_expires_at, k.revoked_at AS key_revoked_at
         FROM sessions s JOIN api_keys k ON k.id = s.api_key_id
         WHERE s.token_hash = $1",
        args![hash],
    )
}

/// Ends a session; says whether there was one.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &SessionId) -> Result<bool, StoreError> {
    Ok(tx.exec("-- sessions.delete\nDELETE FROM sessions WHERE id = $1", args![id])? == 1)
}

/// Notes a use (bookkeeping).
///
/// # Errors
/// Those of the store.
pub fn touch(tx: &mut Tx<'_>, id: &SessionId, at: Ts) -> Result<(), StoreError> {
    tx.exec(
        "-- sessions.touch
         UPDATE sessions SET last_used_at = $1 WHERE id = $2 AND last_used_at < $1",
        args![at, id],
    )?;
    Ok(())
}

/// Removes sessions that have ended (bookkeeping): past their end, or not used since `idle_since`.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, idle_since: Ts) -> Result<u64, StoreError> {
    let now = tx.now();
    // A table of signed-in people: read as a whole.
    tx.exec(
        "-- sessions.prune
         DELETE FROM sessions WHERE expires_at <= $1 OR last_used_at <= $2",
        args![now, idle_since],
    )
}

/// The end of a session, if it is still there.
///
/// # Errors
/// Those of the store.
pub fn expires_at(tx: &mut Tx<'_>, id: &SessionId) -> Result<Option<Ts>, StoreError> {
    let found: Option<(Ts,)> =
        tx.opt("-- sessions.expires_at\nSELECT expires_at FROM sessions WHERE id = $1", args![id])?;
    Ok(found.map(|(end,)| end))
}
