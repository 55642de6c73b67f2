//! Versions: issued certificates.
//!
//! Invariant: one version for one job, by a unique index; no column can hold a private key.

use certctl_core::ca::CaGeneration;
use certctl_core::id::{CertificateId, IssuerId, JobId, VersionId};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row, vals};

row! {
    /// A version.
    #[derive(Debug, Clone)]
    pub struct VersionRow {
        /// Id.
        pub id: VersionId,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Whose key.
        pub holder: String,
        /// Who signed.
        pub issuer_id: IssuerId,
        /// Hexadecimal.
        pub serial: String,
        /// Hexadecimal.
        pub fingerprint_sha256: String,
        /// Hexadecimal.
        pub public_key_sha256: String,
        /// Such as `ecdsa-p256`.
        pub key_algorithm: String,
        /// Valid from.
        pub not_before: Ts,
        /// Valid until.
        pub not_after: Ts,
        /// The certificate.
        pub certificate_der: Vec<u8>,
        /// By which job.
        pub job_id: JobId,
        /// When its key was no longer needed.
        pub key_retired_at: Option<Ts>,
        /// When its agent was last told to delete the key; it may be gone from then on.
        pub key_asked_at: Option<Ts>,
        /// Why the agent has kept it.
        pub key_kept_because: Option<String>,
        /// Issued at.
        pub created_at: Ts,
        /// What its authority gave with it (PEM); absent when the issuer's chain is meant.
        pub chain_pem: Option<String>,
        /// Which of its issuer's CAs has signed it, from 1.
        pub generation: i64,
    }
}

pub(crate) const COLUMNS: &str = "id, certificate_id, holder, issuer_id, serial, fingerprint_sha256, public_key_sha256, \
     key_algorithm, not_before, not_after, certificate_der, job_id, key_retired_at, key_asked_at, \
     key_kept_because, created_at, chain_pem, generation";

/// Adds a version.
///
/// # Errors
/// A violation of `versions_job` when the job has one already.
pub fn insert(tx: &mut Tx<'_>, row: &VersionRow) -> Result<(), StoreError> {
    tx.exec_later(
        "-- versions.insert
         INSERT INTO versions (id, certificate_id, holder, issuer_id, serial, fingerprint_sha256, public_key_sha256,
             key_algorithm, not_before, not_after, certificate_der, job_id, key_retired_at, key_asked_at,
             key_kept_because, created_at, chain_pem, generation)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        vals![
            &row.id,
            &row.certificate_id,
            row.holder.clone(),
            &row.issuer_id,
            row.serial.clone(),
            row.fingerprint_sha256.clone(),
            row.public_key_sha256.clone(),
            row.key_algorithm.clone(),
            row.not_before,
            row.not_after,
            row.certificate_der.clone(),
            &row.job_id,
            row.key_retired_at,
            row.key_asked_at,
            row.key_kept_because.clone(),
            row.created_at,
            row.chain_pem.clone(),
            row.generation
        ],
    )
}

/// What the job id of a version begins with that was imported: no job made it.
pub const IMPORTED: &str = "job-import-";

impl VersionRow {
    /// Which CA has signed it.
    pub fn signed_by(&self) -> CaGeneration {
        CaGeneration::new(self.issuer_id.clone(), self.generation)
    }

    /// The job that made it; none for one that was imported.
    pub fn made_by(&self) -> Option<JobId> {
        (!self.job_id.as_str().starts_with(IMPORTED)).then(|| self.job_id.clone())
    }
}

/// One by its fingerprint (SHA-256 of the DER, lower-case hexadecimal).
///
/// # Errors
/// Those of the store.
pub fn by_fingerprint(tx: &mut Tx<'_>, fingerprint: &str) -> Result<Option<VersionRow>, StoreError> {
    // versions_fingerprint
    let found: Vec<VersionRow> = tx.all(
        &format!(
            "-- versions.by_fingerprint
             SELECT {COLUMNS} FROM versions WHERE fingerprint_sha256 = $1 ORDER BY id LIMIT 1"
        ),
        args![fingerprint],
    )?;
    Ok(found.into_iter().next())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &VersionId) -> Result<Option<VersionRow>, StoreError> {
    tx.opt(&format!("-- versions.by_id\nSELECT {COLUMNS} FROM versions WHERE id = $1"), args![id])
}

/// The versions of a certificate, newest first, before a cursor.
///
/// # Errors
/// Those of the store.
pub fn of_certificate(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    before: &str,
    limit: i64,
) -> Result<Vec<VersionRow>, StoreError> {
    // versions_certificate
    tx.all(
        &format!(
            "-- versions.of_certificate
             SELECT {COLUMNS} FROM versions WHERE certificate_id = $1 AND ($2 = '' OR id < $2)
             ORDER BY id DESC LIMIT $3"
        ),
        args![id, before, limit],
    )
}

/// How many versions a certificate has up to one: its number. Versions are never removed.
///
/// # Errors
/// Those of the store.
pub fn number(tx: &mut Tx<'_>, certificate: &CertificateId, id: &VersionId) -> Result<i64, StoreError> {
    // versions_certificate, and nothing but the index.
    let (n,): (i64,) = tx.one(
        "-- versions.number
         SELECT COUNT(*) FROM versions WHERE certificate_id = $1 AND id <= $2",
        args![certificate, id],
    )?;
    Ok(n)
}

/// Moments by which [`unneeded_keys`] decides.
#[derive(Debug, Clone, Copy)]
pub struct KeyLimits {
    /// A version that was replaced after this may still be gone back to.
    pub replaced_before: Ts,
    /// An order that was not answered is given again when it is older.
    pub asked_before: Ts,
    /// A key that the agent has kept is asked for again when that is longer ago.
    pub kept_before: Ts,
}

/// Versions of a holder whose keys nobody needs any more: another version is current, each of their targets was seen
/// with another one since, no job is about them, and they were replaced long enough ago or have expired.
///
/// # Errors
/// Those of the store.
pub fn unneeded_keys(
    tx: &mut Tx<'_>,
    holder: &str,
    limits: &KeyLimits,
    limit: i64,
) -> Result<Vec<VersionRow>, StoreError> {
    let now = tx.now();
    let columns: Vec<String> = COLUMNS.split(", ").map(|name| format!("v.{}", name.trim())).collect();
    // versions_with_key; deployments_version_target; jobs_certificate
    tx.all(
        &format!(
            "-- versions.unneeded_keys
             SELECT {} FROM versions v
             JOIN holders h ON h.certificate_id = v.certificate_id AND h.holder = v.holder
             JOIN versions n ON n.id = h.current_version_id
             WHERE v.holder = $1 AND v.key_retired_at IS NULL AND v.id <> n.id
                 AND v.public_key_sha256 <> n.public_key_sha256
                 AND (v.not_after <= $2 OR n.created_at <= $3)
                 AND (v.key_asked_at IS NULL
                     OR (v.key_kept_because IS NULL AND v.key_asked_at <= $4)
                     OR v.key_asked_at <= $5)
                 AND NOT EXISTS (
                     SELECT 1 FROM deployments d
                     WHERE d.version_id = v.id
                         AND (d.state NOT IN ('superseded', 'rolled_back', 'failed')
                             OR (v.not_after > $2 AND d.updated_at > $3)
                             OR NOT EXISTS (
                                 SELECT 1 FROM deployments s
                                 WHERE s.target_id = d.target_id AND s.certificate_id = d.certificate_id
                                     AND s.version_id <> v.id AND s.state IN ('live', 'installed'))))
                 AND NOT EXISTS (
                     SELECT 1 FROM jobs j
                     WHERE j.certificate_id = v.certificate_id AND j.version_id = v.id
                         AND j.state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running'))
                 AND NOT EXISTS (
                     SELECT 1 FROM versions o
                     WHERE o.certificate_id = v.certificate_id AND o.holder = v.holder AND o.id <> v.id
                         AND o.public_key_sha256 = v.public_key_sha256 AND o.key_retired_at IS NULL)
             ORDER BY v.id LIMIT $6",
            columns.join(", ")
        ),
        args![holder, now, limits.replaced_before, limits.asked_before, limits.kept_before, limit],
    )
}

/// The version of a holder's key that it was told to delete, unless that was reported already.
///
/// # Errors
/// Those of the store.
pub fn by_asked_key(
    tx: &mut Tx<'_>,
    holder: &str,
    certificate: &CertificateId,
    public_key_sha256: &str,
) -> Result<Option<VersionRow>, StoreError> {
    tx.opt(
        &format!(
            "-- versions.by_asked_key
             SELECT {COLUMNS} FROM versions
             WHERE holder = $1 AND certificate_id = $2 AND public_key_sha256 = $3 AND key_retired_at IS NULL
                 AND key_asked_at IS NOT NULL"
        ),
        args![holder, certificate, public_key_sha256],
    )
}

/// Writes how far the end of a version's key is.
///
/// # Errors
/// [`StoreError::Stale`] when the key is retired already.
pub fn set_key(tx: &mut Tx<'_>, row: &VersionRow) -> Result<(), StoreError> {
    tx.exec_one(
        "-- versions.set_key
         UPDATE versions SET key_asked_at = $1, key_kept_because = $2, key_retired_at = $3
         WHERE id = $4 AND key_retired_at IS NULL",
        args![row.key_asked_at, row.key_kept_because.clone(), row.key_retired_at, &row.id],
        "version",
    )
}
