//! Certificate authorities of local CAs: roots, and the generations of each issuer's issuing CA.
//!
//! Not for: keys (sealed in `instance.rs`), or when one takes another's place (the server's `ops/cas.rs`). Invariants: an issuer
//! has one active CA at most, and one of each generation, by unique indexes; a change names the revision it was made from.

use certctl_core::ca::{CaGeneration, CaRole, CaState};
use certctl_core::id::{CaId, IssuerId};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, Val, args, filter_text, row, vals};

row! {
    /// A certificate authority.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CaRow {
        /// Id.
        pub id: CaId,
        /// For whom an issuing one signs.
        pub issuer_id: Option<IssuerId>,
        /// What it is for.
        pub role: CaRole,
        /// Counts those of its issuer, or the roots that took each other's place.
        pub generation: i64,
        /// Where it is.
        pub state: CaState,
        /// The root that has signed it.
        pub parent_id: Option<CaId>,
        /// Its name, without what tells generations apart.
        pub common_name: String,
        /// Its certificate.
        pub certificate_pem: String,
        /// What is known above its certificates: its own first.
        pub chain_pem: String,
        /// Hexadecimal.
        pub subject_key_id: String,
        /// Hexadecimal.
        pub fingerprint_sha256: String,
        /// Of its sealed key.
        pub secret_id: Option<String>,
        /// As it was asked for.
        pub lifetime_seconds: i64,
        /// Valid from.
        pub not_before: Ts,
        /// Valid until.
        pub not_after: Ts,
        /// Whether its certificate limits the names that it can sign for.
        pub is_limited: bool,
        /// What took its place.
        pub replaced_by: Option<CaId>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was replaced.
        pub replaced_at: Option<Ts>,
        /// When it was retired.
        pub retired_at: Option<Ts>,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, issuer_id, role, generation, state, parent_id, common_name, certificate_pem, chain_pem, subject_key_id, \
     fingerprint_sha256, secret_id, lifetime_seconds, not_before, not_after, replaced_by, created_at, replaced_at, retired_at, \
     revision, is_limited";

impl CaRow {
    /// How its lists and answers are addressed; none for a root.
    pub fn of_issuer(&self) -> Option<CaGeneration> {
        self.issuer_id.clone().map(|issuer| CaGeneration::new(issuer, self.generation))
    }
}

/// Adds one; false when its certificate, its generation or another active one is there already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &CaRow) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- cas.insert
         INSERT INTO cas (id, issuer_id, role, generation, state, parent_id, common_name, certificate_pem, chain_pem,
             subject_key_id, fingerprint_sha256, secret_id, lifetime_seconds, not_before, not_after, replaced_by, created_at,
             replaced_at, retired_at, revision, is_limited)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
         ON CONFLICT DO NOTHING",
        args![
            &row.id,
            row.issuer_id.as_ref(),
            row.role,
            row.generation,
            row.state,
            row.parent_id.as_ref(),
            row.common_name.clone(),
            row.certificate_pem.clone(),
            row.chain_pem.clone(),
            row.subject_key_id.clone(),
            row.fingerprint_sha256.clone(),
            row.secret_id.clone(),
            row.lifetime_seconds,
            row.not_before,
            row.not_after,
            row.replaced_by.as_ref(),
            row.created_at,
            row.replaced_at,
            row.retired_at,
            row.revision,
            row.is_limited
        ],
    )?;
    if n == 1 {
        tx.note_change("ca", row.id.as_str(), Some(row.revision), &[]);
    }
    Ok(n == 1)
}

/// Writes what changes in its life, over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &CaRow, changed: &[&str]) -> Result<(), StoreError> {
    tx.note_change("ca", row.id.as_str(), Some(row.revision + 1), changed);
    tx.exec_one(
        "-- cas.update
         UPDATE cas SET state = $1, secret_id = $2, replaced_by = $3, replaced_at = $4, retired_at = $5, revision = revision + 1
         WHERE id = $6 AND revision = $7",
        args![
            row.state,
            row.secret_id.clone(),
            row.replaced_by.as_ref(),
            row.replaced_at,
            row.retired_at,
            &row.id,
            row.revision
        ],
        "CA",
    )
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &CaId) -> Result<Option<CaRow>, StoreError> {
    tx.opt(&format!("-- cas.by_id\nSELECT {COLUMNS} FROM cas WHERE id = $1"), args![id])
}

/// One by its certificate.
///
/// # Errors
/// Those of the store.
pub fn by_fingerprint(tx: &mut Tx<'_>, digest: &str) -> Result<Option<CaRow>, StoreError> {
    // cas_fingerprint
    tx.opt(
        &format!("-- cas.by_fingerprint\nSELECT {COLUMNS} FROM cas WHERE fingerprint_sha256 = $1"),
        args![digest],
    )
}

/// That of a generation.
///
/// # Errors
/// Those of the store.
pub fn of_generation(tx: &mut Tx<'_>, of: &CaGeneration) -> Result<Option<CaRow>, StoreError> {
    // cas_generation
    tx.opt(
        &format!("-- cas.of_generation\nSELECT {COLUMNS} FROM cas WHERE issuer_id = $1 AND generation = $2"),
        args![&of.issuer_id, of.number],
    )
}

/// The one that signs for an issuer now.
///
/// # Errors
/// Those of the store.
pub fn active(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<Option<CaRow>, StoreError> {
    // cas_one_active
    tx.opt(
        &format!("-- cas.active\nSELECT {COLUMNS} FROM cas WHERE issuer_id = $1 AND state = 'active'"),
        args![issuer],
    )
}

/// Which generation signs for an issuer now, and the revision of its row.
///
/// # Errors
/// Those of the store.
pub fn signing(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<Option<(i64, i64)>, StoreError> {
    // cas_one_active
    tx.opt(
        "-- cas.signing\nSELECT generation, revision FROM cas WHERE issuer_id = $1 AND state = 'active'",
        args![issuer],
    )
}

/// The revision of a generation that can sign, be it certificates or only lists and answers.
///
/// # Errors
/// Those of the store.
pub fn revision(tx: &mut Tx<'_>, of: &CaGeneration) -> Result<Option<i64>, StoreError> {
    // cas_generation
    let found: Option<(i64,)> = tx.opt(
        "-- cas.revision
         SELECT revision FROM cas WHERE issuer_id = $1 AND generation = $2 AND state <> 'retired'",
        args![&of.issuer_id, of.number],
    )?;
    Ok(found.map(|(revision,)| revision))
}

/// All that an issuer has had, the newest first.
///
/// # Errors
/// Those of the store.
pub fn of_issuer(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<Vec<CaRow>, StoreError> {
    // cas_generation
    tx.all(
        &format!("-- cas.of_issuer\nSELECT {COLUMNS} FROM cas WHERE issuer_id = $1 ORDER BY generation DESC"),
        args![issuer],
    )
}

/// Those that a root has signed.
///
/// # Errors
/// Those of the store.
pub fn below(tx: &mut Tx<'_>, root: &CaId) -> Result<Vec<CaRow>, StoreError> {
    // cas_parent
    tx.all(
        &format!(
            "-- cas.below\nSELECT {COLUMNS} FROM cas WHERE parent_id = $1 ORDER BY issuer_id, generation"
        ),
        args![root],
    )
}

/// Local CAs whose authorities have no rows yet.
///
/// # Errors
/// Those of the store.
pub fn unknown_issuers(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<IssuerId>, StoreError> {
    // Issuers are few; cas_generation
    let found: Vec<(IssuerId,)> = tx.all(
        "-- cas.unknown_issuers
         SELECT i.id FROM issuers i WHERE i.kind = $1 AND NOT EXISTS (SELECT 1 FROM cas c WHERE c.issuer_id = i.id)
         ORDER BY i.id",
        args![kind],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Filters of the list; absent values let everything through.
#[derive(Debug, Clone, Default)]
pub struct CaFilter {
    /// Those of this issuer.
    pub issuer_id: Option<IssuerId>,
    /// What they are for.
    pub role: Option<CaRole>,
    /// Where they are.
    pub state: Option<CaState>,
}

fn where_clause(filter: &CaFilter, sql: &mut String, values: &mut Vec<Val>) {
    filter_text::any_of("issuer_id", filter.issuer_id.iter().map(Val::from).collect(), sql, values);
    filter_text::any_of("role", filter.role.iter().map(|role| Val::from(*role)).collect(), sql, values);
    filter_text::any_of("state", filter.state.iter().map(|state| Val::from(*state)).collect(), sql, values);
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, filter: &CaFilter, after: &str, limit: i64) -> Result<Vec<CaRow>, StoreError> {
    // The primary key: there are as many as people made.
    let mut sql = format!("-- cas.list\nSELECT {COLUMNS} FROM cas WHERE id > $1");
    let mut values = vals![after];
    where_clause(filter, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &CaFilter) -> Result<i64, StoreError> {
    let mut sql = "-- cas.count\nSELECT COUNT(*) FROM cas WHERE TRUE".to_owned();
    let mut values = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// All roots, the oldest first.
///
/// # Errors
/// Those of the store.
pub fn roots(tx: &mut Tx<'_>) -> Result<Vec<CaRow>, StoreError> {
    // As many as people made.
    tx.all(
        &format!("-- cas.roots\nSELECT {COLUMNS} FROM cas WHERE role = 'root' ORDER BY created_at, id"),
        args![],
    )
}

/// The most live certificates that are counted.
pub const COUNTED: i64 = 100_000;

/// How many certificates of a generation have neither ended nor been revoked, counted up to [`COUNTED`].
///
/// # Errors
/// Those of the store.
pub fn live(tx: &mut Tx<'_>, of: &CaGeneration) -> Result<i64, StoreError> {
    let now = tx.now();
    // versions_generation, then revocations_serial
    let (n,): (i64,) = tx.one(
        "-- cas.live
         SELECT COUNT(*) FROM (
             SELECT 1 AS one FROM versions v WHERE v.issuer_id = $1 AND v.generation = $2 AND v.not_after > $3
                 AND NOT EXISTS (SELECT 1 FROM revocations r
                     WHERE r.issuer_id = v.issuer_id AND r.serial = v.serial AND r.state = 'revoked')
             LIMIT $4
         ) AS live",
        args![&of.issuer_id, of.number, now, COUNTED],
    )?;
    Ok(n)
}

/// Those that drain and have nothing left to answer for: they were replaced before a moment, what they signed has ended (or what
/// is below a root is retired), and no job holds a plan of before.
///
/// # Errors
/// Those of the store.
pub fn drained(tx: &mut Tx<'_>, replaced_before: Ts, limit: i64) -> Result<Vec<CaRow>, StoreError> {
    let now = tx.now();
    let columns: Vec<String> = COLUMNS.split(", ").map(|name| format!("c.{}", name.trim())).collect();
    // A few CAs; then versions_generation, cas_parent, jobs_one_open_issuance
    tx.all(
        &format!(
            "-- cas.drained
             SELECT {} FROM cas c WHERE c.state = 'draining' AND c.replaced_at <= $1
                 AND NOT EXISTS (SELECT 1 FROM versions v
                     WHERE v.issuer_id = c.issuer_id AND v.generation = c.generation AND v.not_after > $2)
                 AND NOT EXISTS (SELECT 1 FROM cas b WHERE b.parent_id = c.id AND b.state <> 'retired')
                 AND NOT EXISTS (SELECT 1 FROM jobs j JOIN certificates w ON w.id = j.certificate_id
                     WHERE j.kind IN ('Issuance', 'Renewal')
                         AND j.state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running')
                         AND j.intent IS NOT NULL AND j.created_at <= c.replaced_at AND w.issuer_id = c.issuer_id)
             ORDER BY c.id LIMIT $3",
            columns.join(", ")
        ),
        args![replaced_before, now, limit],
    )
}

/// Removes the authorities of an issuer, and the roots that nothing is below any more. Gives the names of their sealed keys, which
/// the issuer's row still refers to; its lists have to be gone.
///
/// # Errors
/// Those of the store.
pub fn delete_of_issuer(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<Vec<String>, StoreError> {
    let rows = of_issuer(tx, issuer)?;
    tx.exec("-- cas.delete_of_issuer\nDELETE FROM cas WHERE issuer_id = $1", args![issuer])?;
    let mut roots: Vec<&CaId> = rows.iter().filter_map(|row| row.parent_id.as_ref()).collect();
    roots.sort_unstable();
    roots.dedup();
    let mut keys: Vec<String> = rows.iter().filter_map(|row| row.secret_id.clone()).collect();
    for id in roots {
        let Some(root) = by_id(tx, id)? else { continue };
        // A root with a cross-certificate is a part of a chain of roots, which others may trust.
        let n = tx.exec(
            "-- cas.delete_root
             DELETE FROM cas WHERE id = $1 AND role = 'root'
                 AND NOT EXISTS (SELECT 1 FROM cas b WHERE b.parent_id = $2)
                 AND NOT EXISTS (SELECT 1 FROM cross_certificates x WHERE x.ca_id = $3 OR x.signed_by = $4)",
            args![id, id, id, id],
        )?;
        if n == 1 {
            keys.extend(root.secret_id);
        }
    }
    Ok(keys)
}

row! {
    /// A certificate of a root by another root.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CrossRow {
        /// Whose name and key.
        pub ca_id: CaId,
        /// Who has signed it.
        pub signed_by: CaId,
        /// It.
        pub certificate_pem: String,
        /// Hexadecimal.
        pub fingerprint_sha256: String,
        /// Valid from.
        pub not_before: Ts,
        /// Valid until.
        pub not_after: Ts,
    }
}

/// Adds a cross-certificate.
///
/// # Errors
/// Those of the store.
pub fn insert_cross(tx: &mut Tx<'_>, row: &CrossRow) -> Result<(), StoreError> {
    tx.exec_one(
        "-- cas.insert_cross
         INSERT INTO cross_certificates (ca_id, signed_by, certificate_pem, fingerprint_sha256, not_before, not_after)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            &row.ca_id,
            &row.signed_by,
            row.certificate_pem.clone(),
            row.fingerprint_sha256.clone(),
            row.not_before,
            row.not_after
        ],
        "cross-certificate",
    )
}

/// The cross-certificates of a root.
///
/// # Errors
/// Those of the store.
pub fn crosses(tx: &mut Tx<'_>, id: &CaId) -> Result<Vec<CrossRow>, StoreError> {
    tx.all(
        "-- cas.crosses
         SELECT ca_id, signed_by, certificate_pem, fingerprint_sha256, not_before, not_after
         FROM cross_certificates WHERE ca_id = $1 ORDER BY signed_by",
        args![id],
    )
}
