//! Key holders: who has a key of a certificate, which version is current there, and when it is due.

use certctl_core::id::{CertificateId, RenewalPolicyId, VersionId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row, vals};

/// The holder of a certificate whose CSR is uploaded.
pub const EXTERNAL: &str = "external";

row! {
    /// One key holder.
    #[derive(Debug, Clone)]
    pub struct HolderRow {
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Agent's id, or [`EXTERNAL`].
        pub holder: String,
        /// Its current version.
        pub current_version_id: Option<VersionId>,
        /// Its beginning.
        pub not_before: Option<Ts>,
        /// Its end.
        pub not_after: Option<Ts>,
        /// When it is to be renewed.
        pub renew_after: Option<Ts>,
        /// When the scheduler looks next.
        pub due_at: Option<Ts>,
        /// When the next alert threshold is crossed.
        pub alert_at: Option<Ts>,
        /// When its authority wants the current version renewed.
        pub hint_at: Option<Ts>,
    }
}

impl HolderRow {
    /// A holder that has no version yet.
    pub fn new(id: &CertificateId, holder: &str) -> Self {
        Self {
            certificate_id: id.clone(),
            holder: holder.to_owned(),
            current_version_id: None,
            not_before: None,
            not_after: None,
            renew_after: None,
            due_at: None,
            alert_at: None,
            hint_at: None,
        }
    }
}

/// Adds a holder unless it is there.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, id: &CertificateId, holder: &str) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- holders.insert
         INSERT INTO holders (certificate_id, holder) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        args![id, holder],
    )?;
    Ok(n == 1)
}

/// Adds the holder of a certificate that this transaction has made.
///
/// # Errors
/// Those of the store.
pub fn insert_first(tx: &mut Tx<'_>, id: &CertificateId, holder: &str) -> Result<(), StoreError> {
    tx.exec_later(
        "-- holders.insert_first
         INSERT INTO holders (certificate_id, holder) VALUES ($1, $2)",
        vals![id, holder],
    )
}

/// The holders of a certificate.
///
/// # Errors
/// Those of the store.
pub fn of_certificate(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Vec<HolderRow>, StoreError> {
    tx.all(
        "-- holders.of_certificate
         SELECT certificate_id, holder, current_version_id, not_before, not_after, renew_after, due_at, alert_at, hint_at
         FROM holders WHERE certificate_id = $1 ORDER BY holder",
        args![id],
    )
}

/// The holders of many certificates; `ids` is a JSON list.
///
/// # Errors
/// Those of the store.
pub fn of_certificates(tx: &mut Tx<'_>, ids: &Value) -> Result<Vec<HolderRow>, StoreError> {
    // The primary key, once for each id.
    let list = tx.pick("SELECT value FROM json_each($1)", "SELECT jsonb_array_elements_text($1)");
    tx.all(
        &format!(
            "-- holders.of_certificates
             SELECT certificate_id, holder, current_version_id, not_before, not_after, renew_after, due_at, alert_at, hint_at
             FROM holders WHERE certificate_id IN ({list}) ORDER BY certificate_id, holder"
        ),
        args![ids],
    )
}

/// Holders that are due, oldest first, after a place in the list.
///
/// # Errors
/// Those of the store.
pub fn due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<HolderRow>, StoreError> {
    let now = tx.now();
    // holders_due
    tx.all(
        "-- holders.due
         SELECT certificate_id, holder, current_version_id, not_before, not_after, renew_after, due_at, alert_at, hint_at
         FROM holders WHERE due_at <= $1 ORDER BY due_at, certificate_id LIMIT $2",
        args![now, limit],
    )
}

/// When the next holder is due.
///
/// # Errors
/// Those of the store.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Ts>, StoreError> {
    let (at,): (Option<Ts>,) = tx.one("-- holders.next_due\nSELECT MIN(due_at) FROM holders", args![])?;
    Ok(at)
}

/// Sets when the scheduler looks next.
///
/// # Errors
/// Those of the store.
pub fn set_due(tx: &mut Tx<'_>, id: &CertificateId, holder: &str, at: Option<Ts>) -> Result<(), StoreError> {
    tx.exec(
        "-- holders.set_due
         UPDATE holders SET due_at = $1 WHERE certificate_id = $2 AND holder = $3",
        args![at, id, holder],
    )?;
    Ok(())
}

/// The scheduler looks at nothing of this holder any more.
///
/// # Errors
/// Those of the store.
pub fn stop(tx: &mut Tx<'_>, holder: &str) -> Result<u64, StoreError> {
    // holders_holder
    tx.exec(
        "-- holders.stop
         UPDATE holders SET due_at = NULL WHERE holder = $1 AND due_at IS NOT NULL",
        args![holder],
    )
}

/// Sets the renewal point of the current version, as a changed policy gives it; its thresholds are looked at anew.
///
/// # Errors
/// Those of the store.
pub fn set_renew_after(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    holder: &str,
    at: Option<Ts>,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- holders.set_renew_after
         UPDATE holders SET renew_after = $1, due_at = $1, alert_at = $2 WHERE certificate_id = $3 AND holder = $4",
        args![at, now, id, holder],
    )?;
    Ok(())
}

/// Those of the certificates from `first` to `last` that follow a renewal policy.
///
/// # Errors
/// Those of the store.
pub fn of_policy(
    tx: &mut Tx<'_>,
    policy: &RenewalPolicyId,
    first: &str,
    last: &str,
) -> Result<Vec<HolderRow>, StoreError> {
    // certificates_policy, then the holders' primary key.
    tx.all(
        "-- holders.of_policy
         SELECT h.certificate_id, h.holder, h.current_version_id, h.not_before, h.not_after, h.renew_after, h.due_at,
             h.alert_at, h.hint_at
         FROM certificates c JOIN holders h ON h.certificate_id = c.id
         WHERE c.renewal_policy_id = $1 AND c.id >= $2 AND c.id <= $3
         ORDER BY h.certificate_id, h.holder",
        args![policy, first, last],
    )
}

/// Notes when the authority wants a version renewed, while it is the current one; says whether it is. The scheduler looks then.
///
/// # Errors
/// Those of the store.
pub fn set_hint(
    tx: &mut Tx<'_>,
    version: &VersionId,
    lane: (&CertificateId, &str),
    at: Option<Ts>,
) -> Result<bool, StoreError> {
    let (certificate, holder) = lane;
    let n = tx.exec(
        "-- holders.set_hint
         UPDATE holders
         SET hint_at = $1, due_at = CASE WHEN due_at IS NULL THEN NULL ELSE COALESCE($1, renew_after) END
         WHERE certificate_id = $2 AND holder = $3 AND current_version_id = $4",
        args![at, certificate, holder, version],
    )?;
    Ok(n == 1)
}

/// Makes a version the holder's current one.
///
/// # Errors
/// [`StoreError::Stale`] when there is no such holder.
pub fn set_current(tx: &mut Tx<'_>, row: &HolderRow) -> Result<(), StoreError> {
    tx.exec_one(
        "-- holders.set_current
         UPDATE holders
         SET current_version_id = $1, not_before = $2, not_after = $3, renew_after = $4, due_at = $5, alert_at = $6,
             hint_at = $7
         WHERE certificate_id = $8 AND holder = $9",
        args![
            row.current_version_id.as_ref(),
            row.not_before,
            row.not_after,
            row.renew_after,
            row.due_at,
            row.alert_at,
            row.hint_at,
            &row.certificate_id,
            row.holder.clone()
        ],
        "holder",
    )
}

/// Removes a holder that no longer has a target.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &CertificateId, holder: &str) -> Result<(), StoreError> {
    tx.exec(
        "-- holders.delete
         DELETE FROM holders WHERE certificate_id = $1 AND holder = $2",
        args![id, holder],
    )?;
    Ok(())
}
