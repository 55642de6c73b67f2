//! Renewal policies.
//!
//! Invariant: a change names the revision it was made from.

use certctl_core::id::RenewalPolicyId;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A renewal policy.
    #[derive(Debug, Clone)]
    pub struct RenewalPolicyRow {
        /// Id.
        pub id: RenewalPolicyId,
        /// Column `name`.
        pub name: String,
        /// Column `automatic`.
        pub automatic: bool,
        /// Column `point`.
        pub point: Option<Value>,
        /// Column `max_attempts`.
        pub max_attempts: i64,
        /// Column `alert_thresholds_days`.
        pub alert_thresholds_days: Value,
        /// Column `alert_thresholds_percent`.
        pub alert_thresholds_percent: Value,
        /// Column `windows`; absent: none.
        pub windows: Option<Value>,
        /// Behind which certificate the renewal points have not followed a change yet; absent: all have.
        pub reschedule_from: Option<String>,
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
pub fn by_id(tx: &mut Tx<'_>, id: &RenewalPolicyId) -> Result<Option<RenewalPolicyRow>, StoreError> {
    tx.opt(
        "-- renewal_policies.by_id
         SELECT id, name, automatic, point, max_attempts, alert_thresholds_days,
             alert_thresholds_percent, windows, reschedule_from, created_at, updated_at, revision
         FROM renewal_policies WHERE id = $1",
        args![id],
    )
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<RenewalPolicyRow>, StoreError> {
    tx.all(
        "-- renewal_policies.list
         SELECT id, name, automatic, point, max_attempts, alert_thresholds_days,
             alert_thresholds_percent, windows, reschedule_from, created_at, updated_at, revision
         FROM renewal_policies WHERE id > $1 ORDER BY id LIMIT $2",
        args![after, limit],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- renewal_policies.count\nSELECT COUNT(*) FROM renewal_policies", args![])?;
    Ok(n)
}

/// Adds one; says whether it was not there already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &RenewalPolicyRow) -> Result<bool, StoreError> {
    tx.note_change("renewal_policy", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- renewal_policies.insert
         INSERT INTO renewal_policies (id, name, automatic, point, max_attempts, alert_thresholds_days,
             alert_thresholds_percent, windows, reschedule_from, created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO NOTHING",
        args![
            &row.id,
            row.name.clone(),
            row.automatic,
            row.point.clone(),
            row.max_attempts,
            row.alert_thresholds_days.clone(),
            row.alert_thresholds_percent.clone(),
            row.windows.clone(),
            row.reschedule_from.clone(),
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
pub fn update(tx: &mut Tx<'_>, row: &RenewalPolicyRow) -> Result<(), StoreError> {
    tx.note_change("renewal_policy", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- renewal_policies.update
         UPDATE renewal_policies SET name = $1, automatic = $2, point = $3, max_attempts = $4,
             alert_thresholds_days = $5, alert_thresholds_percent = $6, windows = $7, reschedule_from = $8,
             updated_at = $9, revision = revision + 1
         WHERE id = $10 AND revision = $11",
        args![
            row.name.clone(),
            row.automatic,
            row.point.clone(),
            row.max_attempts,
            row.alert_thresholds_days.clone(),
            row.alert_thresholds_percent.clone(),
            row.windows.clone(),
            row.reschedule_from.clone(),
            now,
            &row.id,
            row.revision
        ],
        "renewal policy",
    )
}

/// One whose certificates have not all followed a change yet.
///
/// # Errors
/// Those of the store.
pub fn to_reschedule(tx: &mut Tx<'_>) -> Result<Option<RenewalPolicyRow>, StoreError> {
    tx.opt(
        "-- renewal_policies.to_reschedule
         SELECT id, name, automatic, point, max_attempts, alert_thresholds_days,
             alert_thresholds_percent, windows, reschedule_from, created_at, updated_at, revision
         FROM renewal_policies WHERE reschedule_from IS NOT NULL ORDER BY id LIMIT 1",
        args![],
    )
}

/// Notes how far the renewal points have followed a change, unless another change came meanwhile.
///
/// # Errors
/// [`StoreError::Stale`] then.
pub fn set_rescheduled(
    tx: &mut Tx<'_>,
    row: &RenewalPolicyRow,
    from: Option<&str>,
) -> Result<(), StoreError> {
    tx.exec_one(
        "-- renewal_policies.set_rescheduled
         UPDATE renewal_policies SET reschedule_from = $1 WHERE id = $2 AND revision = $3",
        args![from, &row.id, row.revision],
        "renewal policy",
    )
}

/// Removes one; says whether it was there. What refers to it stops it ([`StoreError::ForeignKeyViolation`]).
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &RenewalPolicyId) -> Result<bool, StoreError> {
    let n = tx.exec("-- renewal_policies.delete\nDELETE FROM renewal_policies WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// Certificates that refer to it, at most `limit`.
///
/// # Errors
/// Those of the store.
pub fn certificates(tx: &mut Tx<'_>, id: &RenewalPolicyId, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = tx.all(
        "-- renewal_policies.certificates
         SELECT id FROM certificates WHERE renewal_policy_id = $1 ORDER BY id LIMIT $2",
        args![id, limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
