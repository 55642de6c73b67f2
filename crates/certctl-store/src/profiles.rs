//! Profiles: limits of issuance.
//!
//! Invariant: a change names the revision it was made from.

use certctl_core::id::ProfileId;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A profile.
    #[derive(Debug, Clone)]
    pub struct ProfileRow {
        /// Id.
        pub id: ProfileId,
        /// Column `name`.
        pub name: String,
        /// Column `limits`.
        pub limits: Value,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &ProfileId) -> Result<Option<ProfileRow>, StoreError> {
    tx.opt(
        "-- profiles.by_id
         SELECT id, name, limits, created_at, updated_at, revision
         FROM profiles WHERE id = $1",
        args![id],
    )
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<ProfileRow>, StoreError> {
    tx.all(
        "-- profiles.list
         SELECT id, name, limits, created_at, updated_at, revision
         FROM profiles WHERE id > $1 ORDER BY id LIMIT $2",
        args![after, limit],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- profiles.count\nSELECT COUNT(*) FROM profiles", args![])?;
    Ok(n)
}

/// Adds one; says whether it was not there already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &ProfileRow) -> Result<bool, StoreError> {
    tx.note_change("profile", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- profiles.insert
         INSERT INTO profiles (id, name, limits, created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO NOTHING",
        args![&row.id, row.name.clone(), row.limits.clone(), row.created_at, row.updated_at, row.revision],
    )?;
    Ok(n == 1)
}

/// Writes the changed columns over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &ProfileRow) -> Result<(), StoreError> {
    tx.note_change("profile", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- profiles.update
         UPDATE profiles SET name = $1, limits = $2,
             updated_at = $3, revision = revision + 1
         WHERE id = $4 AND revision = $5",
        args![row.name.clone(), row.limits.clone(), now, &row.id, row.revision],
        "profile",
    )
}

/// Removes one; says whether it was there. What refers to it stops it ([`StoreError::ForeignKeyViolation`]).
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &ProfileId) -> Result<bool, StoreError> {
    let n = tx.exec("-- profiles.delete\nDELETE FROM profiles WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// Certificates that refer to it, at most `limit`.
///
/// # Errors
/// Those of the store.
pub fn certificates(tx: &mut Tx<'_>, id: &ProfileId, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = tx.all(
        "-- profiles.certificates
         SELECT id FROM certificates WHERE profile_id = $1 ORDER BY id LIMIT $2",
        args![id, limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
