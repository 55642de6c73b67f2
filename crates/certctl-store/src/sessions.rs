//! Sessions of the dashboard: a cookie's hash that stands for a user or an API key for some hours.
//!
//! Not for: how long (the server's `http/auth.rs`). Invariant: a session gives what its user or key has now, never more:
//! that row is read with it.

use certctl_core::actor::Actor;
use certctl_core::id::{ApiKeyId, SessionId, UserId};
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, Val, args, row};

row! {
    /// A session with whom it stands for.
    #[derive(Debug, Clone)]
    pub struct SessionRow {
        /// Id.
        pub id: SessionId,
        /// SHA-256 of the cookie's token.
        pub token_hash: Vec<u8>,
        /// From where it was begun.
        pub address: String,
        /// What the browser called itself.
        pub user_agent: String,
        /// When it was begun.
        pub created_at: Ts,
        /// Last use, to the minute.
        pub last_used_at: Ts,
        /// Its end, however it is used.
        pub expires_at: Ts,
        /// The key, when it stands for one.
        pub api_key_id: Option<ApiKeyId>,
        /// The user, when it stands for one.
        pub user_id: Option<UserId>,
        /// The name of the user or key.
        pub name: String,
        /// Its role.
        pub role: Role,
        /// Its scope.
        pub scope: Scope,
        /// The key's end.
        pub key_expires_at: Option<Ts>,
        /// Since when the key is revoked, or the user disabled.
        pub ended_at: Option<Ts>,
    }
}

impl SessionRow {
    /// Whom it stands for; nothing for a row that names neither.
    pub fn actor(&self) -> Option<Actor> {
        match (&self.user_id, &self.api_key_id) {
            (Some(user), _) => Some(Actor::User(user.clone())),
            (None, Some(key)) => Some(Actor::ApiKey(key.clone())),
            (None, None) => None,
        }
    }

    /// When it ends in any case.
    pub fn end(&self) -> Ts {
        self.key_expires_at.map_or(self.expires_at, |end| end.min(self.expires_at))
    }
}

/// A session is read with the user or key it stands for: by their primary keys.
const SELECT: &str =
    "SELECT s.id, s.token_hash, s.address, s.user_agent, s.created_at, s.last_used_at, s.expires_at,
         s.api_key_id, s.user_id, COALESCE(u.name, k.name) AS name, COALESCE(u.role, k.role) AS role,
         COALESCE(u.scope, k.scope) AS scope, k.expires_at AS key_expires_at,
         COALESCE(u.disabled_at, k.revoked_at) AS ended_at
     FROM sessions s LEFT JOIN users u ON u.id = s.user_id LEFT JOIN api_keys k ON k.id = s.api_key_id";

/// A new session.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Id.
    pub id: SessionId,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// Whom it stands for.
    pub of: Of,
    /// From where it is begun.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Its end, however it is used.
    pub expires_at: Ts,
}

/// Whom sessions stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// A user.
    User(UserId),
    /// An API key.
    Key(ApiKeyId),
}

impl Of {
    /// Those of a caller; nothing for those who have no sessions.
    pub fn actor(actor: &Actor) -> Option<Self> {
        match actor {
            Actor::User(id) => Some(Self::User(id.clone())),
            Actor::ApiKey(id) => Some(Self::Key(id.clone())),
            Actor::Agent(_) | Actor::System(_) | Actor::Local | Actor::Anonymous => None,
        }
    }
}

/// Adds a session that begins now.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, session: &NewSession) -> Result<(), StoreError> {
    let now = tx.now();
    let (user, key) = match &session.of {
        Of::User(id) => (Some(id.clone()), None),
        Of::Key(id) => (None, Some(id.clone())),
    };
    tx.exec(
        "-- sessions.insert
         INSERT INTO sessions (id, token_hash, user_id, api_key_id, address, user_agent, created_at, last_used_at,
             expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        args![
            &session.id,
            session.token_hash.clone(),
            user,
            key,
            session.address.clone(),
            session.user_agent.clone(),
            now,
            session.expires_at
        ],
    )?;
    Ok(())
}

/// The session of a token's hash.
///
/// # Errors
/// Those of the store.
pub fn by_token_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
    // Index: sessions_token_hash.
    tx.opt(&format!("-- sessions.by_token_hash\n{SELECT} WHERE s.token_hash = $1"), args![hash])
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &SessionId) -> Result<Option<SessionRow>, StoreError> {
    tx.opt(&format!("-- sessions.by_id\n{SELECT} WHERE s.id = $1"), args![id])
}

/// Which sessions.
#[derive(Debug, Clone)]
pub struct SessionFilter {
    /// Of this user or key; of everybody when absent.
    pub of: Option<Of>,
    /// Used since then; those that were not have ended.
    pub used_since: Ts,
}

fn filter(tx: &Tx<'_>, wanted: &SessionFilter, sql: &mut String, values: &mut Vec<Val>) {
    values.push(tx.now().into());
    sql.push_str(&format!(" AND s.expires_at > ${}", values.len()));
    values.push(wanted.used_since.into());
    sql.push_str(&format!(" AND s.last_used_at > ${}", values.len()));
    // Indexes: sessions_user, sessions_api_key.
    match &wanted.of {
        Some(Of::User(id)) => {
            values.push(id.into());
            sql.push_str(&format!(" AND s.user_id = ${}", values.len()));
        }
        Some(Of::Key(id)) => {
            values.push(id.into());
            sql.push_str(&format!(" AND s.api_key_id = ${}", values.len()));
        }
        None => {}
    }
}

/// A page of those that have not ended, by id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    wanted: &SessionFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<SessionRow>, StoreError> {
    let mut sql =
        format!("-- sessions.list\n{SELECT} WHERE s.id > $1 AND (u.id IS NOT NULL OR k.id IS NOT NULL)");
    let mut values = vec![after.into()];
    filter(tx, wanted, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY s.id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many of them there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, wanted: &SessionFilter) -> Result<i64, StoreError> {
    let mut sql = "-- sessions.count\nSELECT COUNT(*) FROM sessions s WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    filter(tx, wanted, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// Ends a session; says whether there was one.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &SessionId) -> Result<bool, StoreError> {
    Ok(tx.exec("-- sessions.delete\nDELETE FROM sessions WHERE id = $1", args![id])? == 1)
}

/// Ends the session of a token's hash, if there is one.
///
/// # Errors
/// Those of the store.
pub fn delete_by_token_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<(), StoreError> {
    // Index: sessions_token_hash.
    tx.exec("-- sessions.delete_by_token\nDELETE FROM sessions WHERE token_hash = $1", args![hash])?;
    Ok(())
}

/// Ends all sessions of a user or key, or of everybody; says how many there were.
///
/// # Errors
/// Those of the store.
pub fn delete_all(tx: &mut Tx<'_>, of: Option<&Of>) -> Result<u64, StoreError> {
    // Indexes: sessions_user, sessions_api_key.
    match of {
        Some(Of::User(id)) => {
            tx.exec("-- sessions.delete_of_user\nDELETE FROM sessions WHERE user_id = $1", args![id])
        }
        Some(Of::Key(id)) => {
            tx.exec("-- sessions.delete_of_key\nDELETE FROM sessions WHERE api_key_id = $1", args![id])
        }
        None => tx.exec("-- sessions.delete_all\nDELETE FROM sessions", args![]),
    }
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
