//! Policy rules, and how far each was held against the inventory.
//!
//! What they found is `violations.rs`. Invariants: a change names the revision it was made from and begins the rule's walk
//! anew; a removed rule is shown to nobody, and goes when its violations are closed.

use certctl_core::id::PolicyRuleId;
use certctl_core::rule::{RuleKind, RuleMode, RuleSeverity};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A policy rule.
    #[derive(Debug, Clone)]
    pub struct PolicyRuleRow {
        /// Id.
        pub id: PolicyRuleId,
        /// For people.
        pub name: String,
        /// What it is for.
        pub description: Option<String>,
        /// What it is about.
        pub kind: RuleKind,
        /// By the schema of its kind.
        pub parameters: Value,
        /// For which certificates.
        pub selector: Value,
        /// How bad a breach is.
        pub severity: RuleSeverity,
        /// What it does about one.
        pub mode: RuleMode,
        /// Whether it is switched on.
        pub enabled: bool,
        /// Behind which certificate it has not been held against yet.
        pub sweep_from: Option<String>,
        /// When it was last held against all.
        pub swept_at: Option<Ts>,
        /// When it was removed.
        pub deleted_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, name, description, kind, parameters, selector, severity, mode, enabled, sweep_from, swept_at, \
     deleted_at, created_at, updated_at, revision";

/// One by its id, unless it was removed.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &PolicyRuleId) -> Result<Option<PolicyRuleRow>, StoreError> {
    tx.opt(
        &format!(
            "-- policy_rules.by_id\nSELECT {COLUMNS} FROM policy_rules WHERE id = $1 AND deleted_at IS NULL"
        ),
        args![id],
    )
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<PolicyRuleRow>, StoreError> {
    tx.all(
        &format!(
            "-- policy_rules.list
             SELECT {COLUMNS} FROM policy_rules WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT $2"
        ),
        args![after, limit],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) =
        tx.one("-- policy_rules.count\nSELECT COUNT(*) FROM policy_rules WHERE deleted_at IS NULL", args![])?;
    Ok(n)
}

/// Those whose walk is under way, the removed ones among them.
///
/// # Errors
/// Those of the store.
pub fn sweeping(tx: &mut Tx<'_>) -> Result<Vec<PolicyRuleRow>, StoreError> {
    tx.all(
        &format!(
            "-- policy_rules.sweeping
             SELECT {COLUMNS} FROM policy_rules WHERE sweep_from IS NOT NULL ORDER BY sweep_from, id"
        ),
        args![],
    )
}

/// Adds one, with its walk to come; says whether its id was free.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &PolicyRuleRow) -> Result<bool, StoreError> {
    let n = tx.exec(
        &format!(
            "-- policy_rules.insert
             INSERT INTO policy_rules ({COLUMNS})
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (id) DO NOTHING"
        ),
        args![
            &row.id,
            row.name.clone(),
            row.description.clone(),
            row.kind,
            row.parameters.clone(),
            row.selector.clone(),
            row.severity,
            row.mode,
            row.enabled,
            row.sweep_from.clone(),
            row.swept_at,
            row.deleted_at,
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    tx.notify("engine:policies");
    Ok(n == 1)
}

/// Writes the changed columns over the revision it was read at, and begins its walk anew.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &PolicyRuleRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.notify("engine:policies");
    tx.exec_one(
        "-- policy_rules.update
         UPDATE policy_rules SET name = $1, description = $2, parameters = $3, selector = $4, severity = $5, mode = $6,
             enabled = $7, sweep_from = '', updated_at = $8, revision = revision + 1
         WHERE id = $9 AND revision = $10 AND deleted_at IS NULL",
        args![
            row.name.clone(),
            row.description.clone(),
            row.parameters.clone(),
            row.selector.clone(),
            row.severity,
            row.mode,
            row.enabled,
            now,
            &row.id,
            row.revision
        ],
        "policy rule",
    )
}

/// Removes one from sight; what it found is closed by the walk, which then forgets it. Says whether it was there.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &PolicyRuleId) -> Result<bool, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- policy_rules.delete
         UPDATE policy_rules SET deleted_at = $1, enabled = FALSE, sweep_from = '', revision = revision + 1
         WHERE id = $2 AND deleted_at IS NULL",
        args![now, id],
    )?;
    tx.notify("engine:policies");
    Ok(n == 1)
}

/// Forgets one that was removed.
///
/// # Errors
/// Those of the store.
pub fn forget(tx: &mut Tx<'_>, id: &PolicyRuleId) -> Result<(), StoreError> {
    tx.exec_one(
        "-- policy_rules.forget\nDELETE FROM policy_rules WHERE id = $1 AND deleted_at IS NOT NULL",
        args![id],
        "policy rule",
    )
}

/// No certificate refers to a rule.
///
/// # Errors
/// None.
pub fn certificates(tx: &mut Tx<'_>, id: &PolicyRuleId, limit: i64) -> Result<Vec<String>, StoreError> {
    let _ = (tx, id, limit);
    Ok(Vec::new())
}

/// Notes how far a walk is, unless the rule was changed meanwhile; with no place it is over.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed.
pub fn set_swept(tx: &mut Tx<'_>, row: &PolicyRuleRow, from: Option<&str>) -> Result<(), StoreError> {
    let now = tx.now();
    let swept_at = if from.is_none() { Some(now) } else { row.swept_at };
    tx.exec_one(
        "-- policy_rules.set_swept
         UPDATE policy_rules SET sweep_from = $1, swept_at = $2 WHERE id = $3 AND revision = $4",
        args![from, swept_at, &row.id, row.revision],
        "policy rule",
    )
}

/// Begins the walk of each rule that was last held against all before `before`; says of how many.
///
/// # Errors
/// Those of the store.
pub fn begin_sweeps(tx: &mut Tx<'_>, before: Ts) -> Result<u64, StoreError> {
    tx.exec(
        "-- policy_rules.begin_sweeps
         UPDATE policy_rules SET sweep_from = ''
         WHERE sweep_from IS NULL AND enabled AND deleted_at IS NULL AND swept_at < $1",
        args![before],
    )
}
