//! Teams: whose a certificate is.
//!
//! Invariant: a change names the revision it was made from.

use certctl_core::id::TeamId;
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row};

row! {
    /// A team.
    #[derive(Debug, Clone)]
    pub struct TeamRow {
        /// Id.
        pub id: TeamId,
        /// Column `name`.
        pub name: String,
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
pub fn by_id(tx: &mut Tx<'_>, id: &TeamId) -> Result<Option<TeamRow>, StoreError> {
    tx.opt(
        "-- teams.by_id
         SELECT id, name, created_at, updated_at, revision
         FROM teams WHERE id = $1",
        args![id],
    )
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<TeamRow>, StoreError> {
    tx.all(
        "-- teams.list
         SELECT id, name, created_at, updated_at, revision
         FROM teams WHERE id > $1 ORDER BY id LIMIT $2",
        args![after, limit],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- teams.count\nSELECT COUNT(*) FROM teams", args![])?;
    Ok(n)
}

/// Adds one; says whether it was not there already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &TeamRow) -> Result<bool, StoreError> {
    tx.note_change("team", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- teams.insert
         INSERT INTO teams (id, name, created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO NOTHING",
        args![&row.id, row.name.clone(), row.created_at, row.updated_at, row.revision],
    )?;
    Ok(n == 1)
}

/// Writes the changed columns over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &TeamRow) -> Result<(), StoreError> {
    tx.note_change("team", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- teams.update
         UPDATE teams SET name = $1,
             updated_at = $2, revision = revision + 1
         WHERE id = $3 AND revision = $4",
        args![row.name.clone(), now, &row.id, row.revision],
        "team",
    )
}

/// Removes one; says whether it was there. What refers to it stops it ([`StoreError::ForeignKeyViolation`]).
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &TeamId) -> Result<bool, StoreError> {
    let n = tx.exec("-- teams.delete\nDELETE FROM teams WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// Certificates that refer to it, at most `limit`.
///
/// # Errors
/// Those of the store.
pub fn certificates(tx: &mut Tx<'_>, id: &TeamId, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = tx.all(
        "-- teams.certificates
         SELECT id FROM certificates WHERE team_id = $1 ORDER BY id LIMIT $2",
        args![id, limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
