//! Saved views of lists: a filter with a name, of one person or of a team.
//!
//! Not for: what a filter means (its list). Invariant: a view has an owner or a team, never both, and is shown to those
//! only: each statement says whom for.

use certctl_core::id::{TeamId, ViewId};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_core::view::{Density, ViewNoun};
use serde_json::Value;

use crate::filter_text::any_of;
use crate::{StoreError, Tx, Val, args, row};

row! {
    /// A saved view.
    #[derive(Debug, Clone)]
    pub struct ViewRow {
        /// Id.
        pub id: ViewId,
        /// Of which list.
        pub noun: ViewNoun,
        /// For people.
        pub name: String,
        /// The caller whose own it is.
        pub owner: Option<String>,
        /// The team that shares it.
        pub team_id: Option<TeamId>,
        /// The list's parameters.
        pub filter: Value,
        /// The order.
        pub sort: Option<String>,
        /// The columns, in their order; an empty list for the usual ones.
        pub columns: Value,
        /// How close the rows are.
        pub density: Option<Density>,
        /// Its place among the views.
        pub position: i64,
        /// The caller who made it.
        pub created_by: String,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, noun, name, owner, team_id, filter, sort, columns, density, position, created_by, created_at, \
     updated_at, revision";

/// Whose views: the caller's own, and those of the teams within the scope.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The caller's id.
    pub caller: String,
    /// The teams it reaches.
    pub scope: Scope,
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct ViewFilter {
    /// Of this list.
    pub noun: Option<ViewNoun>,
    /// Shared by this team.
    pub team_id: Option<TeamId>,
}

fn seen_by(reader: &Reader, sql: &mut String, values: &mut Vec<Val>) {
    values.push(reader.caller.clone().into());
    sql.push_str(&format!(" AND (owner = ${} OR (team_id IS NOT NULL", values.len()));
    any_of("team_id", reader.scope.team_ids.iter().map(Val::from).collect(), sql, values);
    sql.push_str("))");
}

fn filter(wanted: &ViewFilter, sql: &mut String, values: &mut Vec<Val>) {
    if let Some(noun) = wanted.noun {
        values.push(noun.into());
        sql.push_str(&format!(" AND noun = ${}", values.len()));
    }
    if let Some(team) = &wanted.team_id {
        values.push(team.into());
        sql.push_str(&format!(" AND team_id = ${}", values.len()));
    }
}

/// One by its id, if the reader may see it.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, reader: &Reader, id: &ViewId) -> Result<Option<ViewRow>, StoreError> {
    let mut sql = format!("-- views.by_id\nSELECT {COLUMNS} FROM views WHERE id = $1");
    let mut values = vec![id.into()];
    seen_by(reader, &mut sql, &mut values);
    tx.opt(&sql, &values)
}

/// A page in their order, after a position and an id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    reader: &Reader,
    wanted: &ViewFilter,
    after: Option<&(i64, ViewId)>,
    limit: i64,
) -> Result<Vec<ViewRow>, StoreError> {
    // Indexes: views_owner, views_team. A person has some dozens of them.
    let mut sql = format!("-- views.list\nSELECT {COLUMNS} FROM views WHERE 1 = 1");
    let mut values = Vec::new();
    seen_by(reader, &mut sql, &mut values);
    filter(wanted, &mut sql, &mut values);
    if let Some((position, id)) = after {
        values.push((*position).into());
        values.push(id.into());
        let n = values.len();
        sql.push_str(&format!(" AND (position > ${0} OR (position = ${0} AND id > ${n}))", n - 1));
    }
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY position, id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, reader: &Reader, wanted: &ViewFilter) -> Result<i64, StoreError> {
    let mut sql = "-- views.count\nSELECT COUNT(*) FROM views WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    seen_by(reader, &mut sql, &mut values);
    filter(wanted, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// How many views an owner or a team has.
///
/// # Errors
/// Those of the store.
pub fn count_of(tx: &mut Tx<'_>, owner: Option<&str>, team: Option<&TeamId>) -> Result<i64, StoreError> {
    // Indexes: views_owner, views_team.
    let (n,): (i64,) = match (owner, team) {
        (Some(owner), _) => {
            tx.one("-- views.count_of_owner\nSELECT COUNT(*) FROM views WHERE owner = $1", args![owner])?
        }
        (None, Some(team)) => {
            tx.one("-- views.count_of_team\nSELECT COUNT(*) FROM views WHERE team_id = $1", args![team])?
        }
        (None, None) => (0,),
    };
    Ok(n)
}

/// Adds one; says whether its id was free.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &ViewRow) -> Result<bool, StoreError> {
    tx.note_change("view", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- views.insert
         INSERT INTO views (id, noun, name, owner, team_id, filter, sort, columns, density, position, created_by,
             created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (id) DO NOTHING",
        args![
            &row.id,
            row.noun,
            row.name.clone(),
            row.owner.clone(),
            row.team_id.clone(),
            row.filter.clone(),
            row.sort.clone(),
            row.columns.clone(),
            row.density,
            row.position,
            row.created_by.clone(),
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// Writes the changed columns over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &ViewRow) -> Result<(), StoreError> {
    tx.note_change("view", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- views.update
         UPDATE views SET name = $1, filter = $2, sort = $3, columns = $4, density = $5, position = $6,
             updated_at = $7, revision = revision + 1
         WHERE id = $8 AND revision = $9",
        args![
            row.name.clone(),
            row.filter.clone(),
            row.sort.clone(),
            row.columns.clone(),
            row.density,
            row.position,
            now,
            &row.id,
            row.revision
        ],
        "view",
    )
}

/// Removes one; says whether it was there.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &ViewId) -> Result<bool, StoreError> {
    Ok(tx.exec("-- views.delete\nDELETE FROM views WHERE id = $1", args![id])? == 1)
}

/// Removes the views of a caller (a user who is removed).
///
/// # Errors
/// Those of the store.
pub fn delete_of_owner(tx: &mut Tx<'_>, owner: &str) -> Result<(), StoreError> {
    // Index: views_owner.
    tx.exec("-- views.delete_of_owner\nDELETE FROM views WHERE owner = $1", args![owner])?;
    Ok(())
}

/// Removes the views of a team that is removed.
///
/// # Errors
/// Those of the store.
pub fn delete_of_team(tx: &mut Tx<'_>, team: &TeamId) -> Result<(), StoreError> {
    // Index: views_team.
    tx.exec("-- views.delete_of_team\nDELETE FROM views WHERE team_id = $1", args![team])?;
    Ok(())
}
