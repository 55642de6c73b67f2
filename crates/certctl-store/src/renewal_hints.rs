//! Renewal hints: when an authority wants a version renewed (RFC 9773), and when it is asked again.
//!
//! Not for: the decision (core's `renewal`), which reads the moment that is kept with the holder. Invariant: a hint is of a
//! version, and of no use when the holder has another.

use certctl_core::id::{CertificateId, VersionId};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row, vals};

row! {
    /// A hint.
    #[derive(Debug, Clone)]
    pub struct RenewalHintRow {
        /// Of which version.
        pub version_id: VersionId,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Whose key.
        pub holder: String,
        /// The beginning of the window; absent when none is known.
        pub opens_at: Option<Ts>,
        /// Its end.
        pub closes_at: Option<Ts>,
        /// A page of the authority that says why.
        pub explanation: Option<String>,
        /// Why none is known, for people.
        pub problem: Option<String>,
        /// When the authority was last asked.
        pub asked_at: Option<Ts>,
        /// When it is asked next; never when absent.
        pub ask_at: Option<Ts>,
    }
}

const COLUMNS: &str =
    "version_id, certificate_id, holder, opens_at, closes_at, explanation, problem, asked_at, ask_at";

/// Writes a hint, new or again.
///
/// # Errors
/// Those of the store.
pub fn put(tx: &mut Tx<'_>, row: &RenewalHintRow) -> Result<(), StoreError> {
    tx.exec_later(
        "-- renewal_hints.put
         INSERT INTO renewal_hints (version_id, certificate_id, holder, opens_at, closes_at, explanation, problem,
             asked_at, ask_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (version_id) DO UPDATE SET opens_at = excluded.opens_at, closes_at = excluded.closes_at,
             explanation = excluded.explanation, problem = excluded.problem, asked_at = excluded.asked_at,
             ask_at = excluded.ask_at",
        vals![
            &row.version_id,
            &row.certificate_id,
            row.holder.clone(),
            row.opens_at,
            row.closes_at,
            row.explanation.clone(),
            row.problem.clone(),
            row.asked_at,
            row.ask_at
        ],
    )
}

/// Those whose authorities are to be asked now.
///
/// # Errors
/// Those of the store.
pub fn due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<RenewalHintRow>, StoreError> {
    let now = tx.now();
    // renewal_hints_due
    tx.all(
        &format!(
            "-- renewal_hints.due
             SELECT {COLUMNS} FROM renewal_hints WHERE ask_at <= $1 ORDER BY ask_at, version_id LIMIT $2"
        ),
        args![now, limit],
    )
}

/// When the next is due.
///
/// # Errors
/// Those of the store.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Ts>, StoreError> {
    let (at,): (Option<Ts>,) =
        tx.one("-- renewal_hints.next_due\nSELECT MIN(ask_at) FROM renewal_hints", args![])?;
    Ok(at)
}

/// The hints of a certificate's versions.
///
/// # Errors
/// Those of the store.
pub fn of_certificate(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Vec<RenewalHintRow>, StoreError> {
    // renewal_hints_certificate
    tx.all(
        &format!(
            "-- renewal_hints.of_certificate
             SELECT {COLUMNS} FROM renewal_hints WHERE certificate_id = $1 ORDER BY version_id"
        ),
        args![id],
    )
}

/// Forgets the hint of a version that was replaced.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, version: &VersionId) -> Result<(), StoreError> {
    tx.exec("-- renewal_hints.delete\nDELETE FROM renewal_hints WHERE version_id = $1", args![version])?;
    Ok(())
}
