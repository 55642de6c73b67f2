//! Revocations: what was asked for, what an authority was told of, and what its lists and OCSP answers say.
//!
//! Not for: the lists themselves (`crls.rs`), or who may ask (the server's `ops/revocations.rs`). Invariants: a certificate of
//! an issuer has one row at most; what is revoked stays so; a change names the state that it was made from, and who settles
//! a try names its lease.

use certctl_core::ca::CaGeneration;
use certctl_core::id::{CertificateId, IssuerId, RevocationId, VersionId};
use certctl_core::permission::Scope;
use certctl_core::revocation::{RevocationReason, RevocationState};
use certctl_core::time::Ts;

use crate::versions::{IMPORTED, VersionRow};
use crate::{StoreError, Tx, Val, args, filter_text, row, scope, vals};

row! {
    /// A revocation.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RevocationRow {
        /// Id.
        pub id: RevocationId,
        /// Whose certificate.
        pub issuer_id: IssuerId,
        /// By which of its CAs, from 1, or [`ANY_GENERATION`].
        pub generation: i64,
        /// Its serial, hexadecimal.
        pub serial: String,
        /// By which lists are divided.
        pub bucket: i64,
        /// Which version; none for a serial that is not known here.
        pub version_id: Option<VersionId>,
        /// Of which certificate.
        pub certificate_id: Option<CertificateId>,
        /// Why.
        pub reason: RevocationReason,
        /// In a person's words.
        pub comment: Option<String>,
        /// Where it is.
        pub state: RevocationState,
        /// Whether it was to wait for what takes its place.
        pub replace_first: bool,
        /// When the certificate ends by itself.
        pub not_after: Ts,
        /// Who asked: the kind of actor.
        pub requested_by_kind: String,
        /// Who asked.
        pub requested_by: String,
        /// When.
        pub requested_at: Ts,
        /// How often the authority was told.
        pub tries: i64,
        /// When it is told next, or the lease of who tells it ends.
        pub next_try_at: Ts,
        /// Of who tells it now.
        pub lease_token: Option<String>,
        /// Why the last try failed, or why it was called off.
        pub last_error: Option<String>,
        /// Since when it is revoked.
        pub revoked_at: Option<Ts>,
        /// When it last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "r.id, r.issuer_id, r.generation, r.serial, r.bucket, r.version_id, r.certificate_id, r.reason, r.comment, r.state, \
     r.replace_first, r.not_after, r.requested_by_kind, r.requested_by, r.requested_at, r.tries, r.next_try_at, r.lease_token, \
     r.last_error, r.revoked_at, r.updated_at, r.revision";

impl RevocationRow {
    /// Of which CA.
    pub fn of(&self) -> CaGeneration {
        CaGeneration::new(self.issuer_id.clone(), self.generation)
    }
}

/// The generation of a revocation whose serial is not known here: each CA of the issuer can have signed it.
pub const ANY_GENERATION: i64 = 0;

/// The unique index of certificates.
pub const ONE_EACH: &str = "revocations_serial";

/// Adds one.
///
/// # Errors
/// A violation of [`ONE_EACH`] when the certificate has one.
pub fn insert(tx: &mut Tx<'_>, row: &RevocationRow) -> Result<(), StoreError> {
    tx.note_change("revocation", row.id.as_str(), Some(row.revision), &[]);
    tx.exec(
        "-- revocations.insert
         INSERT INTO revocations (id, issuer_id, serial, bucket, version_id, certificate_id, reason, comment, state,
             replace_first, not_after, requested_by_kind, requested_by, requested_at, tries, next_try_at, lease_token,
             last_error, revoked_at, updated_at, revision, generation)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        args![
            &row.id,
            &row.issuer_id,
            row.serial.clone(),
            row.bucket,
            row.version_id.as_ref(),
            row.certificate_id.as_ref(),
            row.reason,
            row.comment.clone(),
            row.state,
            row.replace_first,
            row.not_after,
            row.requested_by_kind.clone(),
            row.requested_by.clone(),
            row.requested_at,
            row.tries,
            row.next_try_at,
            row.lease_token.clone(),
            row.last_error.clone(),
            row.revoked_at,
            row.updated_at,
            row.revision,
            row.generation
        ],
    )?;
    Ok(())
}

/// Writes all that changes in a revocation's life, over the revision that it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &RevocationRow, changed: &[&str]) -> Result<(), StoreError> {
    tx.note_change("revocation", row.id.as_str(), Some(row.revision + 1), changed);
    let now = tx.now();
    tx.exec_one(
        "-- revocations.update
         UPDATE revocations
         SET reason = $1, comment = $2, state = $3, replace_first = $4, requested_by_kind = $5, requested_by = $6,
             requested_at = $7, tries = $8, next_try_at = $9, lease_token = $10, last_error = $11, revoked_at = $12,
             updated_at = $13, revision = revision + 1
         WHERE id = $14 AND revision = $15",
        args![
            row.reason,
            row.comment.clone(),
            row.state,
            row.replace_first,
            row.requested_by_kind.clone(),
            row.requested_by.clone(),
            row.requested_at,
            row.tries,
            row.next_try_at,
            row.lease_token.clone(),
            row.last_error.clone(),
            row.revoked_at,
            now,
            &row.id,
            row.revision
        ],
        "revocation",
    )
}

/// One by its id, if the scope admits its certificate.
///
/// # Errors
/// Those of the store.
pub fn within(
    tx: &mut Tx<'_>,
    wanted: &Scope,
    id: &RevocationId,
) -> Result<Option<RevocationRow>, StoreError> {
    let mut sql = format!("-- revocations.within\nSELECT {COLUMNS} FROM revocations r WHERE r.id = $1");
    let mut values = vals![id];
    scope::through(wanted, "r.certificate_id", &mut sql, &mut values);
    tx.opt(&sql, &values)
}

/// That of a certificate of an issuer.
///
/// # Errors
/// Those of the store.
pub fn by_serial(
    tx: &mut Tx<'_>,
    issuer: &IssuerId,
    serial: &str,
) -> Result<Option<RevocationRow>, StoreError> {
    // revocations_serial
    tx.opt(
        &format!(
            "-- revocations.by_serial
             SELECT {COLUMNS} FROM revocations r WHERE r.issuer_id = $1 AND r.serial = $2"
        ),
        args![issuer, serial],
    )
}

/// Those of a certificate's versions.
///
/// # Errors
/// Those of the store.
pub fn of_certificate(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Vec<RevocationRow>, StoreError> {
    // revocations_certificate
    tx.all(
        &format!(
            "-- revocations.of_certificate
             SELECT {COLUMNS} FROM revocations r WHERE r.certificate_id = $1 ORDER BY r.id DESC LIMIT 10000"
        ),
        args![id],
    )
}

/// Filters of the list; absent values let everything through.
#[derive(Debug, Clone, Default)]
pub struct RevocationFilter {
    /// Only those of certificates within it.
    pub scope: Scope,
    /// In one of these states.
    pub states: Vec<RevocationState>,
    /// Of this issuer.
    pub issuer_id: Option<IssuerId>,
    /// Of this certificate.
    pub certificate_id: Option<CertificateId>,
    /// Older than this one.
    pub before: Option<RevocationId>,
}

fn where_clause(filter: &RevocationFilter, sql: &mut String, values: &mut Vec<Val>) {
    filter_text::any_of(
        "r.state",
        filter.states.iter().map(|state| Val::from(*state)).collect(),
        sql,
        values,
    );
    filter_text::any_of("r.issuer_id", filter.issuer_id.iter().map(Val::from).collect(), sql, values);
    filter_text::any_of(
        "r.certificate_id",
        filter.certificate_id.iter().map(Val::from).collect(),
        sql,
        values,
    );
    scope::through(&filter.scope, "r.certificate_id", sql, values);
}

/// A page, newest first.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &RevocationFilter,
    limit: i64,
) -> Result<Vec<RevocationRow>, StoreError> {
    // The primary key, revocations_state, revocations_issuer, revocations_certificate
    let mut sql = format!("-- revocations.list\nSELECT {COLUMNS} FROM revocations r WHERE TRUE");
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    if let Some(before) = &filter.before {
        values.push(before.into());
        sql.push_str(&format!(" AND r.id < ${}", values.len()));
    }
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY r.id DESC LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &RevocationFilter) -> Result<i64, StoreError> {
    let mut sql = "-- revocations.count\nSELECT COUNT(*) FROM revocations r WHERE TRUE".to_owned();
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// Those that wait and need not any longer: their holder has a newer version (of another key, where that matters), and each
/// target of the holder was last seen with it; or nobody holds the certificate any more.
///
/// # Errors
/// Those of the store.
pub fn replaced(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<RevocationRow>, StoreError> {
    // revocations_waiting; then primary keys, and deployments_version_target
    tx.all(
        &format!(
            "-- revocations.replaced
             SELECT {COLUMNS} FROM revocations r
             JOIN versions v ON v.id = r.version_id
             LEFT JOIN holders h ON h.certificate_id = v.certificate_id AND h.holder = v.holder
             LEFT JOIN versions n ON n.id = h.current_version_id
             WHERE r.state = 'waiting' AND (h.holder IS NULL OR (
                 n.id > v.id AND (r.reason <> 'key_compromise' OR n.public_key_sha256 <> v.public_key_sha256)
                 AND NOT EXISTS (
                     SELECT 1 FROM certificate_targets ct JOIN targets t ON t.id = ct.target_id
                     WHERE ct.certificate_id = v.certificate_id AND t.agent_id = v.holder AND NOT EXISTS (
                         SELECT 1 FROM deployments d
                         WHERE d.version_id = n.id AND d.target_id = ct.target_id
                             AND d.state IN ('live', 'installed')))))
             ORDER BY r.id LIMIT $1"
        ),
        args![limit],
    )
}

/// Those that wait, or whose authority is to be told, and whose certificates have ended by themselves.
///
/// # Errors
/// Those of the store.
pub fn ended(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<RevocationRow>, StoreError> {
    let now = tx.now();
    // revocations_waiting, revocations_pending
    let mut found = Vec::new();
    for state in ["waiting", "pending"] {
        let rows: Vec<RevocationRow> = tx.all(
            &format!(
                "-- revocations.ended
                 SELECT {COLUMNS} FROM revocations r
                 WHERE r.state = '{state}' AND r.not_after <= $1 AND r.lease_token IS NULL
                 ORDER BY r.id LIMIT $2"
            ),
            args![now, limit],
        )?;
        found.extend(rows);
    }
    Ok(found)
}

/// Whether any waits for what takes its place.
///
/// # Errors
/// Those of the store.
pub fn any_waiting(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    // revocations_waiting
    let found: Option<(RevocationId,)> = tx.opt(
        "-- revocations.any_waiting
         SELECT id FROM revocations WHERE state = 'waiting' ORDER BY id LIMIT 1",
        args![],
    )?;
    Ok(found.is_some())
}

/// When the next authority is told, if one is.
///
/// # Errors
/// Those of the store.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Ts>, StoreError> {
    // revocations_pending
    let found: Option<(Ts,)> = tx.opt(
        "-- revocations.next_due
         SELECT next_try_at FROM revocations WHERE state = 'pending' ORDER BY next_try_at, id LIMIT 1",
        args![],
    )?;
    Ok(found.map(|(at,)| at))
}

/// Takes what is due, oldest first, for as long as a lease lasts.
///
/// # Errors
/// Those of the store.
pub fn take(tx: &mut Tx<'_>, token: &str, until: Ts, limit: i64) -> Result<Vec<RevocationRow>, StoreError> {
    let now = tx.now();
    // revocations_pending
    let rows: Vec<RevocationRow> = tx.all(
        &format!(
            "-- revocations.take
             SELECT {COLUMNS} FROM revocations r
             WHERE r.state = 'pending' AND r.next_try_at <= $1
             ORDER BY r.next_try_at, r.id LIMIT $2 {{LOCK}}"
        ),
        args![now, limit],
    )?;
    let mut taken = Vec::with_capacity(rows.len());
    for row in rows {
        tx.exec_one(
            "-- revocations.lease
             UPDATE revocations SET tries = tries + 1, next_try_at = $1, lease_token = $2
             WHERE id = $3 AND state = 'pending' AND revision = $4",
            args![until, token, &row.id, row.revision],
            "revocation",
        )?;
        taken.push(RevocationRow {
            tries: row.tries + 1,
            next_try_at: until,
            lease_token: Some(token.to_owned()),
            ..row
        });
    }
    Ok(taken)
}

/// Whether a revocation is still in the hands of who has this lease.
///
/// # Errors
/// Those of the store.
pub fn is_leased(tx: &mut Tx<'_>, id: &RevocationId, token: &str) -> Result<bool, StoreError> {
    let found: Option<(RevocationId,)> = tx.opt(
        "-- revocations.is_leased
         SELECT id FROM revocations WHERE id = $1 AND state = 'pending' AND lease_token = $2",
        args![id, token],
    )?;
    Ok(found.is_some())
}

/// What is known of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It was issued here, and is not revoked.
    Good,
    /// It is revoked.
    Revoked {
        /// Since when.
        at: Ts,
        /// Why.
        reason: RevocationReason,
    },
    /// It was not issued here.
    Unknown,
}

/// What a CA of ours knows of a serial. What was only imported is not known to be of its making.
///
/// # Errors
/// Those of the store.
pub fn known(tx: &mut Tx<'_>, of: &CaGeneration, serial: &str) -> Result<Known, StoreError> {
    // revocations_serial
    let revoked: Option<(Option<Ts>, RevocationReason, i64)> = tx.opt(
        "-- revocations.known
         SELECT revoked_at, reason, generation FROM revocations
         WHERE issuer_id = $1 AND serial = $2 AND state = 'revoked'",
        args![&of.issuer_id, serial],
    )?;
    if let Some((Some(at), reason, generation)) = revoked {
        // Another CA of the issuer has signed it.
        let is_ours = generation == of.number || generation == ANY_GENERATION;
        return Ok(if is_ours { Known::Revoked { at, reason } } else { Known::Unknown });
    }
    // versions_serial
    let issued: Option<(String, i64)> = tx.opt(
        "-- revocations.issued
         SELECT job_id, generation FROM versions WHERE issuer_id = $1 AND serial = $2",
        args![&of.issuer_id, serial],
    )?;
    Ok(match issued {
        Some((job, generation)) if generation == of.number && !job.starts_with(IMPORTED) => Known::Good,
        Some(_) | None => Known::Unknown,
    })
}

/// By what versions are found that are to be revoked.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// One certificate of an issuer.
    Serial(&'a IssuerId, &'a str),
    /// One certificate, whoever has signed it.
    Fingerprint(&'a str),
    /// All certificates of a key.
    PublicKey(&'a str),
    /// One version.
    Version(&'a VersionId),
}

/// Versions that are to be revoked, within a scope, newest first.
///
/// # Errors
/// Those of the store.
pub fn versions(
    tx: &mut Tx<'_>,
    wanted: &Scope,
    by: &Found<'_>,
    limit: i64,
) -> Result<Vec<VersionRow>, StoreError> {
    // versions_serial, versions_fingerprint, versions_public_key, the primary key
    let (column, mut values) = match by {
        Found::Serial(issuer, serial) => ("v.issuer_id = $1 AND v.serial = $2", vals![*issuer, *serial]),
        Found::Fingerprint(digest) => ("v.fingerprint_sha256 = $1", vals![*digest]),
        Found::PublicKey(digest) => ("v.public_key_sha256 = $1", vals![*digest]),
        Found::Version(id) => ("v.id = $1", vals![*id]),
    };
    let columns: Vec<String> =
        crate::versions::COLUMNS.split(", ").map(|name| format!("v.{}", name.trim())).collect();
    let mut sql =
        format!("-- revocations.versions\nSELECT {} FROM versions v WHERE {column}", columns.join(", "));
    scope::through(wanted, "v.certificate_id", &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY v.id DESC LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}
