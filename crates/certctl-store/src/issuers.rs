//! Issuers: configured CAs, and what they were seen to do.
//!
//! Invariants: a change names the revision it was made from; what an issuer does (it signs, it fails) is no change of it.

use certctl_core::id::IssuerId;
use certctl_core::job::JobState;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, Val, args, cas, crls, filter_text as text, instance, row, vals};

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
        /// When it last signed, to the minute.
        pub last_success_at: Option<Ts>,
        /// When it last did not answer.
        pub last_failure_at: Option<Ts>,
        /// Why, in words.
        pub last_failure: Option<String>,
        /// Since when it takes no new orders.
        pub paused_at: Option<Ts>,
        /// Why, in a person's words.
        pub paused_because: Option<String>,
        /// The fields of the configuration that are sealed elsewhere; absent for a local CA.
        pub secret_names: Option<Value>,
        /// It asked to be left alone until then.
        pub limited_until: Option<Ts>,
        /// In its own words.
        pub limited_because: Option<String>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, name, kind, config, chain_pem, secret_id, not_after, last_success_at, last_failure_at, \
     last_failure, paused_at, paused_because, secret_names, limited_until, limited_because, created_at, \
     updated_at, revision";

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &IssuerId) -> Result<Option<IssuerRow>, StoreError> {
    tx.opt(&format!("-- issuers.by_id\nSELECT {COLUMNS} FROM issuers WHERE id = $1"), args![id])
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
    let mut sql = format!("-- issuers.list\nSELECT {COLUMNS} FROM issuers i WHERE i.id > $1");
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
         INSERT INTO issuers (id, name, kind, config, chain_pem, secret_id, not_after, created_at, updated_at, revision,
             secret_names)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (id) DO NOTHING",
        args![&row.id, row.name.clone(), row.kind.clone(), row.config.clone(), row.chain_pem.clone(), row.secret_id.clone(), row.not_after, row.created_at, row.updated_at, row.revision, row.secret_names.clone()],
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
             updated_at = $6, secret_names = $7, revision = revision + 1
         WHERE id = $8 AND revision = $9",
        args![
            row.name.clone(),
            row.config.clone(),
            row.chain_pem.clone(),
            row.secret_id.clone(),
            row.not_after,
            now,
            row.secret_names.clone(),
            &row.id,
            row.revision
        ],
        "issuer",
    )
}

/// Counts a change of what is sealed beside an issuer, so that every replica opens it anew; its row stays as it is.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn touch(tx: &mut Tx<'_>, row: &IssuerRow) -> Result<(), StoreError> {
    tx.note_change("issuer", row.id.as_str(), Some(row.revision + 1), &["account_key"]);
    let now = tx.now();
    tx.exec_one(
        "-- issuers.touch
         UPDATE issuers SET updated_at = $1, revision = revision + 1 WHERE id = $2 AND revision = $3",
        args![now, &row.id, row.revision],
        "issuer",
    )
}

/// What the values begin with that keep the ids of local CAs which were removed from being given again.
pub const REMOVED: &str = "removed_issuer:";

/// Removes one with its CAs and its lists, which nothing else has; says whether it was there. What else refers to it stops it
/// ([`StoreError::ForeignKeyViolation`]).
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &IssuerId) -> Result<bool, StoreError> {
    // First, so that the task of the lists, which adds rows for it, waits and then finds it gone: SQLite has one writer at a time.
    let sql = tx.pick(
        "-- issuers.hold\nSELECT id FROM issuers WHERE id = $1",
        "-- issuers.hold\nSELECT id FROM issuers WHERE id = $1 FOR UPDATE",
    );
    let held: Option<(IssuerId,)> = tx.opt(sql, args![id])?;
    if held.is_none() {
        return Ok(false);
    }
    crls::delete_of_issuer(tx, id)?;
    let keys = cas::delete_of_issuer(tx, id)?;
    let n = tx.exec("-- issuers.delete\nDELETE FROM issuers WHERE id = $1", args![id])?;
    if !keys.is_empty() {
        let now = tx.now();
        instance::insert_value(tx, &format!("{REMOVED}{id}"), &now.to_string())?;
    }
    for key in keys {
        instance::delete_secret(tx, &key)?;
    }
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

/// Lets an issuer take no new orders from now on (with why), or take them again; says whether that is a change.
///
/// # Errors
/// Those of the store.
pub fn set_paused(
    tx: &mut Tx<'_>,
    row: &IssuerRow,
    paused: Option<Option<&str>>,
) -> Result<bool, StoreError> {
    if row.paused_at.is_some() == paused.is_some() {
        return Ok(false);
    }
    let now = tx.now();
    tx.note_change("issuer", row.id.as_str(), Some(row.revision + 1), &["paused_at", "paused_because"]);
    tx.exec_one(
        "-- issuers.set_paused
         UPDATE issuers SET paused_at = $1, paused_because = $2, updated_at = $3, revision = revision + 1
         WHERE id = $4 AND revision = $5",
        args![paused.map(|_| now), paused.flatten(), now, &row.id, row.revision],
        "issuer",
    )?;
    Ok(true)
}

/// Whether an issuer takes no new orders.
///
/// # Errors
/// Those of the store.
pub fn is_paused(tx: &mut Tx<'_>, id: &IssuerId) -> Result<bool, StoreError> {
    let found: Option<(Option<Ts>,)> =
        tx.opt("-- issuers.is_paused\nSELECT paused_at FROM issuers WHERE id = $1", args![id])?;
    Ok(found.is_some_and(|(at,)| at.is_some()))
}

/// The least time between two notes that an issuer signs: a row that each signature moved would be one that all wait for.
const NOTED_SECONDS: i64 = 60;

/// Notes that an issuer signs, unless that was noted a moment ago.
///
/// # Errors
/// Those of the store.
pub fn note_success(tx: &mut Tx<'_>, id: &IssuerId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_later(
        "-- issuers.note_success
         UPDATE issuers SET last_success_at = $1
         WHERE id = $2 AND (last_success_at IS NULL OR last_success_at < $3 OR last_success_at < last_failure_at)",
        vals![now, id, now.plus_seconds(-NOTED_SECONDS)],
    )
}

/// Notes that an issuer did not answer.
///
/// # Errors
/// Those of the store.
pub fn note_failure(tx: &mut Tx<'_>, id: &IssuerId, cause: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_later(
        "-- issuers.note_failure
         UPDATE issuers SET last_failure_at = $1, last_failure = $2 WHERE id = $3",
        vals![now, cause, id],
    )
}

/// Lets the jobs of an issuer that would run within some seconds run now; says how many.
///
/// # Errors
/// Those of the store.
pub fn bring_forward(tx: &mut Tx<'_>, id: &IssuerId, seconds: i64) -> Result<u64, StoreError> {
    let now = tx.now();
    // jobs_runnable
    tx.exec(
        "-- issuers.bring_forward
         UPDATE jobs SET run_after = $1
         WHERE executor = '' AND state = 'Pending' AND run_after > $1 AND run_after <= $2
             AND certificate_id IN (SELECT id FROM certificates WHERE issuer_id = $3)",
        args![now, now.plus_seconds(seconds), id],
    )
}

row! {
    /// An order that ended.
    #[derive(Debug, Clone)]
    pub struct EndedOrder {
        /// By which issuer.
        pub issuer_id: IssuerId,
        /// How.
        pub state: JobState,
        /// How long its signature took.
        pub milliseconds: Option<i64>,
    }
}

/// Keeps the chain that an authority outside gave last, and the end of its first certificate; that is no change of the issuer.
///
/// # Errors
/// Those of the store.
pub fn note_chain(tx: &mut Tx<'_>, id: &IssuerId, chain_pem: &str, not_after: Ts) -> Result<(), StoreError> {
    tx.exec(
        "-- issuers.note_chain
         UPDATE issuers SET chain_pem = $1, not_after = $2 WHERE id = $3 AND chain_pem <> $1",
        args![chain_pem, not_after, id],
    )?;
    Ok(())
}

/// Notes until when an issuer asked to be left alone, and why; an earlier end does not shorten a later one.
///
/// # Errors
/// Those of the store.
pub fn set_limited(tx: &mut Tx<'_>, id: &IssuerId, until: Ts, because: &str) -> Result<(), StoreError> {
    tx.exec(
        "-- issuers.set_limited
         UPDATE issuers SET limited_until = $1, limited_because = $2
         WHERE id = $3 AND (limited_until IS NULL OR limited_until < $1)",
        args![until, because, id],
    )?;
    Ok(())
}

/// The orders among the newest `limit` jobs that ended since a moment: of one issuer, or of all when `id` is empty.
///
/// # Errors
/// Those of the store.
pub fn ended_orders(tx: &mut Tx<'_>, id: &str, since: Ts, limit: i64) -> Result<Vec<EndedOrder>, StoreError> {
    // jobs_finished from its end, then job_steps_job: bounded by `limit`, however much was done.
    tx.all(
        "-- issuers.ended_orders
         SELECT c.issuer_id, j.state,
             (SELECT MAX(s.milliseconds) FROM job_steps s WHERE s.job_id = j.id AND s.name = 'issued') AS milliseconds
         FROM (
             SELECT id, kind, state, csr, certificate_id FROM jobs
             WHERE finished_at IS NOT NULL AND finished_at >= $2 ORDER BY finished_at DESC LIMIT $3
         ) AS j JOIN certificates c ON c.id = j.certificate_id
         WHERE j.kind IN ('Issuance', 'Renewal') AND j.csr IS NOT NULL AND j.state IN ('Completed', 'Failed')
             AND ($1 = '' OR c.issuer_id = $1)",
        args![id, since, limit],
    )
}

/// How many orders are open, by issuer: of one, or of all when `id` is empty.
///
/// # Errors
/// Those of the store.
pub fn open_orders(tx: &mut Tx<'_>, id: &str) -> Result<Vec<(IssuerId, i64)>, StoreError> {
    // jobs_one_open_issuance, then the primary key.
    tx.all(
        "-- issuers.open_orders
         SELECT c.issuer_id, COUNT(*) FROM jobs j JOIN certificates c ON c.id = j.certificate_id
         WHERE j.kind IN ('Issuance', 'Renewal')
             AND j.state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running')
             AND ($1 = '' OR c.issuer_id = $1)
         GROUP BY c.issuer_id",
        args![id],
    )
}
