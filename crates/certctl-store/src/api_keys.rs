//! API keys: who may call, by the hash of a secret that is shown once and never kept.
//!
//! Not for: permissions (core) or the secret's form (the server's `http/auth.rs`). Invariant: only the SHA-256 of a
//! secret is stored, and a revoked key stays in the table, so that audit events keep their actor's name.

use certctl_core::id::{ApiKeyId, UserId};
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;

use crate::sessions::{self, Of};
use crate::{StoreError, Tx, Val, args, row};

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
        /// On which certificates.
        pub scope: Scope,
        /// The first letters of the secret.
        pub prefix: String,
        /// SHA-256 of the secret.
        pub secret_hash: Vec<u8>,
        /// SHA-256 of the secret before, while it may still be used.
        pub previous_secret_hash: Option<Vec<u8>>,
        /// Until when that one may be used.
        pub previous_expires_at: Option<Ts>,
        /// End.
        pub expires_at: Option<Ts>,
        /// Last use, to the minute.
        pub last_used_at: Option<Ts>,
        /// When it was revoked.
        pub revoked_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// Counts changes by people.
        pub revision: i64,
        /// The user who made its present secret, and for whom it stands; absent when that is not known.
        pub maker_id: Option<UserId>,
    }
}

const COLUMNS: &str = "id, name, role, scope, prefix, secret_hash, previous_secret_hash, previous_expires_at, \
     expires_at, last_used_at, revoked_at, created_at, revision, maker_id";

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
    tx.note_change("api_key", row.id.as_str(), Some(row.revision), &[]);
    tx.exec(
        "-- api_keys.insert
         INSERT INTO api_keys (id, name, role, scope, prefix, secret_hash, expires_at, created_at, revision, maker_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
        args![
            &row.id,
            row.name.clone(),
            row.role,
            &row.scope,
            row.prefix.clone(),
            row.secret_hash.clone(),
            row.expires_at,
            row.created_at,
            row.maker_id.as_ref()
        ],
    )?;
    Ok(())
}

/// The key of a secret's hash, or of the one before it, whatever its state: the caller decides whether it
/// may be used.
///
/// # Errors
/// Those of the store.
pub fn by_secret_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<ApiKeyRow>, StoreError> {
    // Indexes: api_keys_secret_hash, api_keys_previous_secret_hash.
    tx.opt(
        &format!(
            "-- api_keys.by_secret_hash
             SELECT {COLUMNS} FROM api_keys WHERE secret_hash = $1 OR previous_secret_hash = $1"
        ),
        args![hash],
    )
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &ApiKeyId) -> Result<Option<ApiKeyRow>, StoreError> {
    tx.opt(&format!("-- api_keys.by_id\nSELECT {COLUMNS} FROM api_keys WHERE id = $1"), args![id])
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct ApiKeyFilter {
    /// With this role.
    pub role: Option<Role>,
    /// Whether it may be used now.
    pub usable: Option<bool>,
    /// Part of the name, or the beginning of the secret.
    pub q: Option<String>,
}

fn filter(tx: &Tx<'_>, wanted: &ApiKeyFilter, sql: &mut String, values: &mut Vec<Val>) {
    if let Some(role) = wanted.role {
        values.push(role.into());
        sql.push_str(&format!(" AND role = ${}", values.len()));
    }
    if let Some(usable) = wanted.usable {
        values.push(tx.now().into());
        let not = if usable { "" } else { "NOT " };
        let n = values.len();
        sql.push_str(&format!(
            " AND {not}(revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${n}))"
        ));
    }
    if let Some(q) = &wanted.q {
        let escaped = q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        values.push(format!("%{}%", escaped.to_lowercase()).into());
        values.push(format!("{escaped}%").into());
        let n = values.len();
        sql.push_str(&format!(
            " AND (LOWER(name) LIKE ${} ESCAPE '\\' OR prefix LIKE ${n} ESCAPE '\\')",
            n - 1
        ));
    }
}

/// A page by id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    wanted: &ApiKeyFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<ApiKeyRow>, StoreError> {
    // Hundreds at most: by the primary key, filtered on the way.
    let mut sql = format!("-- api_keys.list\nSELECT {COLUMNS} FROM api_keys WHERE id > $1");
    let mut values = vec![after.into()];
    filter(tx, wanted, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, wanted: &ApiKeyFilter) -> Result<i64, StoreError> {
    let mut sql = "-- api_keys.count\nSELECT COUNT(*) FROM api_keys WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    filter(tx, wanted, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// Writes what a person changes, over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &ApiKeyRow) -> Result<(), StoreError> {
    tx.note_change("api_key", row.id.as_str(), Some(row.revision + 1), &[]);
    tx.exec_one(
        "-- api_keys.update
         UPDATE api_keys SET name = $1, scope = $2, expires_at = $3, revision = revision + 1
         WHERE id = $4 AND revision = $5 AND revoked_at IS NULL",
        args![row.name.clone(), &row.scope, row.expires_at, &row.id, row.revision],
        "API key",
    )
}

/// The admin keys that may be used at `now`, kept as they are until the transaction ends, so that two that go at the same
/// time are not both taken for one of several.
///
/// # Errors
/// Those of the store.
pub fn admins(tx: &mut Tx<'_>, now: Ts) -> Result<Vec<ApiKeyId>, StoreError> {
    // SQLite has one writer at a time; PostgreSQL waits here for another who looks. Hundreds of keys at most: read whole.
    let sql = tx.pick(
        "-- api_keys.admins
         SELECT id FROM api_keys
         WHERE role = 'admin' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) ORDER BY id",
        "-- api_keys.admins
         SELECT id FROM api_keys
         WHERE role = 'admin' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) ORDER BY id FOR UPDATE",
    );
    let rows: Vec<(ApiKeyId,)> = tx.all(sql, args![now])?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
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

/// Gives a key another secret. The old one may be used until `previous_until`, or from now on no more; then the key's
/// sessions end too.
///
/// # Errors
/// [`StoreError::Stale`] when it was revoked.
pub fn rotate(
    tx: &mut Tx<'_>,
    id: &ApiKeyId,
    prefix: &str,
    secret_hash: &[u8],
    previous_until: Option<Ts>,
    maker_id: Option<&UserId>,
) -> Result<(), StoreError> {
    tx.exec_one(
        "-- api_keys.rotate
         UPDATE api_keys
         SET previous_secret_hash = CASE WHEN $1 THEN secret_hash ELSE NULL END, previous_expires_at = $2,
             prefix = $3, secret_hash = $4, maker_id = $5
         WHERE id = $6 AND revoked_at IS NULL",
        args![previous_until.is_some(), previous_until, prefix, secret_hash, maker_id, id],
        "API key",
    )?;
    if previous_until.is_none() { end_sessions(tx, id) } else { Ok(()) }
}

fn end_sessions(tx: &mut Tx<'_>, id: &ApiKeyId) -> Result<(), StoreError> {
    sessions::delete_all(tx, Some(&Of::Key(id.clone()))).map(drop)
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
