//! Issuers: configured CAs.
//!
//! Invariant: a change names the revision it was made from.

use certctl_core::id::IssuerId;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, Val, args, filter_text as text, row, vals};

row! {
    /// An issuer.
    #[derive(Debug, Clone)]
    pub struct IssuerRow {
        /// Id.
        pub id: IssuerId,
        /// Column `name`.
        pub name: String,
        /// Column `kind`.
        pub kind: String,
        /// Column `config`.
        pub config: Value,
        /// Column `chain_pem`.
        pub chain_pem: String,
        /// Column `secret_id`.
        pub secret_id: Option<String>,
        /// Column `not_after`.
        pub not_after: Option<Ts>,
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
pub fn by_id(tx: &mut Tx<'_>, id: &IssuerId) -> Result<Option<IssuerRow>, StoreError> {
    tx.opt(
        "-- issuers.by_id
         SELECT id, name, kind, config, chain_pem, secret_id, not_after, created_at, updated_at, revision
         FROM issuers WHERE id = $1",
        args![id],
    )
}

/// Which revision of one there is now.
///
/// # Errors
/// Those of the store.
pub fn revision(tx: &mut Tx<'_>, id: &IssuerId) -> Result<Option<i64>, StoreError> {
    let found: Option<(i64,)> =
        tx.opt("-- issuers.revision\nSELECT revision FROM issuers WHERE id = $1", args![id])?;
    Ok(found.map(|(revision,)| revision))
}

/// Filters of the list; absent values let everything through.
#[derive(Debug, Clone, Default)]
pub struct IssuerFilter {
    /// Kind.
    pub kind: Option<String>,
    /// Whether its last try to sign worked, as far as is known.
    pub reachable: Option<bool>,
    /// Its certificate ends before.
    pub expires_before: Option<Ts>,
    /// Part of the name.
    pub q: Option<String>,
}

/// Adds what the filter asks of the issuers known as `i`: ` AND ...`, or nothing.
pub(crate) fn where_clause(filter: &IssuerFilter, sql: &mut String, values: &mut Vec<Val>) {
    text::any_of("i.kind", filter.kind.iter().map(Val::from).collect(), sql, values);
    if let Some(reachable) = filter.reachable {
        let not = if reachable { "NOT " } else { "" };
        // By the primary key of those in trouble.
        sql.push_str(&format!(" AND {not}EXISTS (SELECT 1 FROM issuer_troubles t WHERE t.issuer_id = i.id)"));
    }
    if let Some(at) = filter.expires_before {
        values.push(at.into());
        sql.push_str(&format!(" AND i.not_after < ${}", values.len()));
    }
    if let Some(q) = &filter.q {
        values.push(text::part(q).into());
        sql.push_str(&format!(" AND LOWER(i.name) LIKE ${} ESCAPE '\\'", values.len()));
    }
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<IssuerRow>, StoreError> {
    list_of(tx, &IssuerFilter::default(), after, limit)
}

/// A page of those that match, by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list_of(
    tx: &mut Tx<'_>,
    filter: &IssuerFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<IssuerRow>, StoreError> {
    // A few rows: each is one configured CA.
    let mut sql = "-- issuers.list
         SELECT id, name, kind, config, chain_pem, secret_id, not_after, created_at, updated_at, revision
         FROM issuers i WHERE i.id > $1"
        .to_owned();
    let mut values = vals![after];
    where_clause(filter, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY i.id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    count_of(tx, &IssuerFilter::default())
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count_of(tx: &mut Tx<'_>, filter: &IssuerFilter) -> Result<i64, StoreError> {
    let mut sql = "-- issuers.count\nSELECT COUNT(*) FROM issuers i WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// Adds one; says whether it was not there already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &IssuerRow) -> Result<bool, StoreError> {
    tx.note_change("issuer", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- issuers.insert
         INSERT INTO issuers (id, name, kind, config, chain_pem, secret_id, not_after, created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO NOTHING",
        args![&row.id, row.name.clone(), row.kind.clone(), row.config.clone(), row.chain_pem.clone(), row.secret_id.clone(), row.not_after, row.created_at, row.updated_at, row.revision],
    )?;
    Ok(n == 1)
}

/// Writes the changed columns over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &IssuerRow) -> Result<(), StoreError> {
    tx.note_change("issuer", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- issuers.update
         UPDATE issuers SET name = $1, config = $2, chain_pem = $3, secret_id = $4, not_after = $5,
             updated_at = $6, revision = revision + 1
         WHERE id = $7 AND revision = $8",
        args![
            row.name.clone(),
            row.config.clone(),
            row.chain_pem.clone(),
            row.secret_id.clone(),
            row.not_after,
            now,
            &row.id,
            row.revision
        ],
        "issuer",
    )
}

/// Removes one; says whether it was there. What refers to it stops it ([`StoreError::ForeignKeyViolation`]).
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &IssuerId) -> Result<bool, StoreError> {
    let n = tx.exec("-- issuers.delete\nDELETE FROM issuers WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// Certificates that refer to it, at most `limit`.
///
/// # Errors
/// Those of the store.
pub fn certificates(tx: &mut Tx<'_>, id: &IssuerId, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = tx.all(
        "-- issuers.certificates
         SELECT id FROM certificates WHERE issuer_id = $1 ORDER BY id LIMIT $2",
        args![id, limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
