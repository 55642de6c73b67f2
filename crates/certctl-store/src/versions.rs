//! Versions: issued certificates.
//!
//! Invariant: one version for one job, by a unique index; no column can hold a private key.

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
        /// Issued at.
        pub created_at: Ts,
    }
}

const COLUMNS: &str = "id, certificate_id, holder, issuer_id, serial, fingerprint_sha256, public_key_sha256, \
     key_algorithm, not_before, not_after, certificate_der, job_id, key_retired_at, created_at";

/// Adds a version.
///
/// # Errors
/// A violation of `versions_job` when the job has one already.
pub fn insert(tx: &mut Tx<'_>, row: &VersionRow) -> Result<(), StoreError> {
    tx.exec_later(
        "-- versions.insert
         INSERT INTO versions (id, certificate_id, holder, issuer_id, serial, fingerprint_sha256, public_key_sha256,
             key_algorithm, not_before, not_after, certificate_der, job_id, key_retired_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
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
            row.created_at
        ],
    )
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
