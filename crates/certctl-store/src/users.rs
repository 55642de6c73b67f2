//! Local users: people who sign in with a user name and a password.
//!
//! Not for: what a password must be or how it is hashed (the server's `passwords.rs`), or sessions. Invariants: only the
//! password's Argon2id hash is stored, and it is read by its own statement only, so that no list carries it; a user name is
//! in lower case, and one user's.

use certctl_core::id::UserId;
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;

use crate::filter_text::part;
use crate::{StoreError, Tx, Val, args, row};

row! {
    /// A user without the password.
    #[derive(Debug, Clone)]
    pub struct UserRow {
        /// Id.
        pub id: UserId,
        /// What is typed at sign-in.
        pub username: String,
        /// For people.
        pub name: String,
        /// Address, if known.
        pub email: Option<String>,
        /// What the user may do.
        pub role: Role,
        /// On which certificates.
        pub scope: Scope,
        /// When the password was last set.
        pub password_changed_at: Ts,
        /// Since when the user is kept out.
        pub disabled_at: Option<Ts>,
        /// When the user last signed in.
        pub last_sign_in_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes by people.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, username, name, email, role, scope, password_changed_at, disabled_at, last_sign_in_at, \
     created_at, updated_at, revision";

/// Adds a user with the hash of its password; says whether id and user name were free.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &UserRow, password_hash: &str) -> Result<bool, StoreError> {
    tx.note_change("user", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- users.insert
         INSERT INTO users (id, username, name, email, role, scope, password_hash, password_changed_at, disabled_at,
             created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT DO NOTHING",
        args![
            &row.id,
            row.username.clone(),
            row.name.clone(),
            row.email.clone(),
            row.role,
            &row.scope,
            password_hash,
            row.password_changed_at,
            row.disabled_at,
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
pub fn by_id(tx: &mut Tx<'_>, id: &UserId) -> Result<Option<UserRow>, StoreError> {
    tx.opt(&format!("-- users.by_id\nSELECT {COLUMNS} FROM users WHERE id = $1"), args![id])
}

/// The user of a user name in lower case.
///
/// # Errors
/// Those of the store.
pub fn by_username(tx: &mut Tx<'_>, username: &str) -> Result<Option<UserRow>, StoreError> {
    // Index: users_username.
    tx.opt(&format!("-- users.by_username\nSELECT {COLUMNS} FROM users WHERE username = $1"), args![username])
}

/// The hash of a user's password, to check one with.
///
/// # Errors
/// Those of the store.
pub fn password_hash(tx: &mut Tx<'_>, id: &UserId) -> Result<Option<String>, StoreError> {
    let found: Option<(String,)> =
        tx.opt("-- users.password_hash\nSELECT password_hash FROM users WHERE id = $1", args![id])?;
    Ok(found.map(|(hash,)| hash))
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// With this role.
    pub role: Option<Role>,
    /// Whether it is kept out.
    pub disabled: Option<bool>,
    /// Part of the user name, the name or the address.
    pub q: Option<String>,
}

fn filter(wanted: &UserFilter, sql: &mut String, values: &mut Vec<Val>) {
    if let Some(role) = wanted.role {
        values.push(role.into());
        sql.push_str(&format!(" AND role = ${}", values.len()));
    }
    match wanted.disabled {
        Some(true) => sql.push_str(" AND disabled_at IS NOT NULL"),
        Some(false) => sql.push_str(" AND disabled_at IS NULL"),
        None => {}
    }
    if let Some(q) = &wanted.q {
        values.push(part(q).into());
        let n = values.len();
        sql.push_str(&format!(
            " AND (username LIKE ${n} ESCAPE '\\' OR LOWER(name) LIKE ${n} ESCAPE '\\'
               OR LOWER(COALESCE(email, '')) LIKE ${n} ESCAPE '\\')"
        ));
    }
}

/// A page by id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    wanted: &UserFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<UserRow>, StoreError> {
    // A table of people: by the primary key, filtered on the way.
    let mut sql = format!("-- users.list\nSELECT {COLUMNS} FROM users WHERE id > $1");
    let mut values = vec![after.into()];
    filter(wanted, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// The names of those who are not kept out, a page by id; the text is looked for in names only, because addresses and user names
/// are not for everybody.
///
/// # Errors
/// Those of the store.
pub fn people(
    tx: &mut Tx<'_>,
    q: Option<&str>,
    after: &str,
    limit: i64,
) -> Result<Vec<(UserId, String)>, StoreError> {
    // A table of people: by the primary key, filtered on the way.
    tx.all(
        "-- users.people
         SELECT id, name FROM users
         WHERE id > $1 AND disabled_at IS NULL AND LOWER(name) LIKE $2 ESCAPE '\\'
         ORDER BY id LIMIT $3",
        args![after, part(q.unwrap_or_default()), limit],
    )
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, wanted: &UserFilter) -> Result<i64, StoreError> {
    let mut sql = "-- users.count\nSELECT COUNT(*) FROM users WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    filter(wanted, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// Writes what a person changes, over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &UserRow) -> Result<(), StoreError> {
    tx.note_change("user", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- users.update
         UPDATE users SET name = $1, email = $2, role = $3, scope = $4, disabled_at = $5, updated_at = $6,
             revision = revision + 1
         WHERE id = $7 AND revision = $8",
        args![
            row.name.clone(),
            row.email.clone(),
            row.role,
            &row.scope,
            row.disabled_at,
            now,
            &row.id,
            row.revision
        ],
        "user",
    )
}

/// Gives a user another password.
///
/// # Errors
/// [`StoreError::Stale`] when the user is gone.
pub fn set_password(tx: &mut Tx<'_>, id: &UserId, password_hash: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- users.set_password
         UPDATE users SET password_hash = $1, password_changed_at = $2 WHERE id = $3",
        args![password_hash, now, id],
        "user",
    )
}

/// Notes a sign-in.
///
/// # Errors
/// Those of the store.
pub fn signed_in(tx: &mut Tx<'_>, id: &UserId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec("-- users.signed_in\nUPDATE users SET last_sign_in_at = $1 WHERE id = $2", args![now, id])?;
    Ok(())
}

/// Removes one; says whether it was there.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &UserId) -> Result<bool, StoreError> {
    Ok(tx.exec("-- users.delete\nDELETE FROM users WHERE id = $1", args![id])? == 1)
}

/// The admins that may sign in, kept as they are until the transaction ends, so that two who go at the same time are not
/// both taken for one of several.
///
/// # Errors
/// Those of the store.
pub fn admins(tx: &mut Tx<'_>) -> Result<Vec<UserId>, StoreError> {
    // Index: users_admins.
    // SQLite has one writer at a time; PostgreSQL waits here for another who looks.
    let sql = tx.pick(
        "-- users.admins
         SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id",
        "-- users.admins
         SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE",
    );
    let rows: Vec<(UserId,)> = tx.all(sql, args![])?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
