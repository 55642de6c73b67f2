//! Alert rules, and how long what matches them has matched.
//!
//! Not for: what matches (`alert_rule_matches.rs`). Invariants: a change names the revision it was made from; what an
//! evaluation notes is no change and keeps the revision.

use certctl_core::alert::AlertSeverity;
use certctl_core::alert_rule::{RuleGroup, RuleSubject};
use certctl_core::id::AlertRuleId;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// An alert rule.
    #[derive(Debug, Clone)]
    pub struct AlertRuleRow {
        /// Id.
        pub id: AlertRuleId,
        /// For people.
        pub name: String,
        /// Whether it is looked at.
        pub enabled: bool,
        /// What it looks at.
        pub subject: RuleSubject,
        /// A list of list filters by name.
        pub conditions: Value,
        /// Which matches are one alert.
        pub group_by: RuleGroup,
        /// How urgent its alerts are.
        pub severity: AlertSeverity,
        /// How long a group has to match.
        pub for_seconds: i64,
        /// Remind after so many seconds.
        pub repeat_seconds: Option<i64>,
        /// When nobody is told.
        pub quiet_hours: Option<Value>,
        /// Who else is told, and when.
        pub escalation: Option<Value>,
        /// When it is looked at next.
        pub due_at: Ts,
        /// When it was last looked at.
        pub evaluated_at: Option<Ts>,
        /// How many objects matched then.
        pub matches: i64,
        /// How many groups matched then.
        pub groups: i64,
        /// Why it could not be looked at.
        pub error: Option<String>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, name, enabled, subject, conditions, group_by, severity, for_seconds, repeat_seconds, \
     quiet_hours, escalation, due_at, evaluated_at, matches, groups, error, created_at, updated_at, revision";

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &AlertRuleId) -> Result<Option<AlertRuleRow>, StoreError> {
    tx.opt(&format!("-- alert_rules.by_id\nSELECT {COLUMNS} FROM alert_rules WHERE id = $1"), args![id])
}

/// A page by id, after a cursor.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<AlertRuleRow>, StoreError> {
    tx.all(
        &format!("-- alert_rules.list\nSELECT {COLUMNS} FROM alert_rules WHERE id > $1 ORDER BY id LIMIT $2"),
        args![after, limit],
    )
}

/// How many there are.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let (n,): (i64,) = tx.one("-- alert_rules.count\nSELECT COUNT(*) FROM alert_rules", args![])?;
    Ok(n)
}

/// Adds one; says whether it was not there already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &AlertRuleRow) -> Result<bool, StoreError> {
    let n = tx.exec(
        &format!(
            "-- alert_rules.insert
             INSERT INTO alert_rules ({COLUMNS})
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
             ON CONFLICT (id) DO NOTHING"
        ),
        args![
            &row.id,
            row.name.clone(),
            row.enabled,
            row.subject,
            row.conditions.clone(),
            row.group_by,
            row.severity,
            row.for_seconds,
            row.repeat_seconds,
            row.quiet_hours.clone(),
            row.escalation.clone(),
            row.due_at,
            row.evaluated_at,
            row.matches,
            row.groups,
            row.error.clone(),
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// Writes the changed columns over the revision it was read at; it is looked at anew at once.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &AlertRuleRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- alert_rules.update
         UPDATE alert_rules
         SET name = $1, enabled = $2, conditions = $3, group_by = $4, severity = $5, for_seconds = $6,
             repeat_seconds = $7, quiet_hours = $8, due_at = $9, updated_at = $9, error = NULL,
             escalation = $10, revision = revision + 1
         WHERE id = $11 AND revision = $12",
        args![
            row.name.clone(),
            row.enabled,
            row.conditions.clone(),
            row.group_by,
            row.severity,
            row.for_seconds,
            row.repeat_seconds,
            row.quiet_hours.clone(),
            now,
            row.escalation.clone(),
            &row.id,
            row.revision
        ],
        "alert rule",
    )
}

/// Removes one with what it waits for; says whether it was there.
///
/// # Errors
/// Those of the store.
pub fn delete(tx: &mut Tx<'_>, id: &AlertRuleId) -> Result<bool, StoreError> {
    forget_waits(tx, id)?;
    let n = tx.exec("-- alert_rules.delete\nDELETE FROM alert_rules WHERE id = $1", args![id])?;
    Ok(n == 1)
}

/// The certificates that refer to it: none ever does.
///
/// # Errors
/// Never.
pub fn certificates(_: &mut Tx<'_>, _: &AlertRuleId, _: i64) -> Result<Vec<String>, StoreError> {
    Ok(Vec::new())
}

/// Those that are to be looked at now.
///
/// # Errors
/// Those of the store.
pub fn due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<AlertRuleRow>, StoreError> {
    let now = tx.now();
    // alert_rules_due
    tx.all(
        &format!(
            "-- alert_rules.due
             SELECT {COLUMNS} FROM alert_rules WHERE enabled AND due_at <= $1 ORDER BY due_at, id LIMIT $2"
        ),
        args![now, limit],
    )
}

/// What an evaluation found.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// How many objects match.
    pub matches: i64,
    /// How many groups.
    pub groups: i64,
    /// Why it could not be looked at.
    pub error: Option<String>,
    /// When it is looked at next.
    pub due_at: Ts,
}

/// Notes an evaluation of the rule as it was read; nothing when it was changed meanwhile, and is due again.
///
/// # Errors
/// Those of the store.
pub fn set_evaluated(tx: &mut Tx<'_>, row: &AlertRuleRow, found: &Evaluated) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- alert_rules.set_evaluated
         UPDATE alert_rules SET evaluated_at = $1, matches = $2, groups = $3, error = $4, due_at = $5
         WHERE id = $6 AND revision = $7",
        args![now, found.matches, found.groups, found.error.clone(), found.due_at, &row.id, row.revision],
    )?;
    Ok(())
}

/// Since when which groups match, of those that have no alert yet.
///
/// # Errors
/// Those of the store.
pub fn waits(tx: &mut Tx<'_>, id: &AlertRuleId) -> Result<Vec<(String, Ts)>, StoreError> {
    tx.all(
        "-- alert_rule_waits.of_rule
         SELECT group_key, since FROM alert_rule_waits WHERE rule_id = $1 ORDER BY group_key",
        args![id],
    )
}

/// Notes that a group matches from now on.
///
/// # Errors
/// Those of the store.
pub fn wait(tx: &mut Tx<'_>, id: &AlertRuleId, group_key: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- alert_rule_waits.insert
         INSERT INTO alert_rule_waits (rule_id, group_key, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        args![id, group_key, now],
    )?;
    Ok(())
}

/// Notes that a group matches no more, or has its alert.
///
/// # Errors
/// Those of the store.
pub fn forget_wait(tx: &mut Tx<'_>, id: &AlertRuleId, group_key: &str) -> Result<(), StoreError> {
    tx.exec(
        "-- alert_rule_waits.delete
         DELETE FROM alert_rule_waits WHERE rule_id = $1 AND group_key = $2",
        args![id, group_key],
    )?;
    Ok(())
}

/// Notes that nothing of the rule matches.
///
/// # Errors
/// Those of the store.
pub fn forget_waits(tx: &mut Tx<'_>, id: &AlertRuleId) -> Result<(), StoreError> {
    tx.exec("-- alert_rule_waits.delete_all\nDELETE FROM alert_rule_waits WHERE rule_id = $1", args![id])?;
    Ok(())
}
