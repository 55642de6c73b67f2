//! Violations: which certificate broke which policy rule, since when, and until when.
//!
//! Not for: finding them (the server's `ops/rules.rs`). Invariant: one that is open for each (certificate, rule), by a
//! unique index.

use certctl_core::id::{CertificateId, IssuerId, OwnerId, PolicyRuleId, TeamId, ViolationId};
use certctl_core::permission::Scope;
use certctl_core::rule::{RuleKind, RuleSeverity};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, Val, args, row, scope, vals};

row! {
    /// A violation.
    #[derive(Debug, Clone)]
    pub struct ViolationRow {
        /// Id.
        pub id: ViolationId,
        /// Of which rule.
        pub rule_id: PolicyRuleId,
        /// Its name then.
        pub rule_name: String,
        /// Its kind.
        pub rule_kind: RuleKind,
        /// How bad.
        pub severity: RuleSeverity,
        /// By which certificate.
        pub certificate_id: CertificateId,
        /// The certificate's owner.
        pub owner_id: Option<OwnerId>,
        /// The certificate's team.
        pub team_id: Option<TeamId>,
        /// The certificate's environment.
        pub environment: Option<String>,
        /// What is wrong, field by field.
        pub breaches: Value,
        /// When it began.
        pub opened_at: Ts,
        /// When it last changed.
        pub changed_at: Ts,
        /// When it ended.
        pub closed_at: Option<Ts>,
        /// How.
        pub closed_because: Option<String>,
    }
}

const COLUMNS: &str = "v.id, v.rule_id, v.rule_name, v.rule_kind, v.severity, v.certificate_id, v.owner_id, v.team_id, \
     v.environment, v.breaches, v.opened_at, v.changed_at, v.closed_at, v.closed_because";

/// Adds one; false when the certificate has an open one of the rule.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &ViolationRow) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- violations.insert
         INSERT INTO violations (id, rule_id, rule_name, rule_kind, severity, certificate_id, owner_id, team_id,
             environment, breaches, opened_at, changed_at, closed_at, closed_because)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT DO NOTHING",
        args![
            &row.id,
            &row.rule_id,
            row.rule_name.clone(),
            row.rule_kind,
            row.severity,
            &row.certificate_id,
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            row.breaches.clone(),
            row.opened_at,
            row.changed_at,
            row.closed_at,
            row.closed_because.clone()
        ],
    )?;
    Ok(n == 1)
}

/// Writes what can change of an open one.
///
/// # Errors
/// [`StoreError::Stale`] when it was closed meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &ViolationRow) -> Result<(), StoreError> {
    tx.exec_one(
        "-- violations.update
         UPDATE violations
         SET rule_name = $1, severity = $2, owner_id = $3, team_id = $4, environment = $5, breaches = $6, changed_at = $7,
             closed_at = $8, closed_because = $9
         WHERE id = $10 AND closed_at IS NULL",
        args![
            row.rule_name.clone(),
            row.severity,
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            row.breaches.clone(),
            row.changed_at,
            row.closed_at,
            row.closed_because.clone(),
            &row.id
        ],
        "violation",
    )
}

/// Lets the violations of a certificate, open and closed, follow its owner, team and environment.
///
/// # Errors
/// Those of the store.
pub fn follow(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    owner: Option<&OwnerId>,
    team: Option<&TeamId>,
    environment: Option<&str>,
) -> Result<(), StoreError> {
    // violations_certificate
    tx.exec_later(
        "-- violations.follow
         UPDATE violations SET owner_id = $1, team_id = $2, environment = $3 WHERE certificate_id = $4",
        vals![owner, team, environment, id],
    )
}

/// One by its id, if the scope admits it.
///
/// # Errors
/// Those of the store.
pub fn within(tx: &mut Tx<'_>, wanted: &Scope, id: &ViolationId) -> Result<Option<ViolationRow>, StoreError> {
    let mut sql = format!("-- violations.within\nSELECT {COLUMNS} FROM violations v WHERE v.id = $1");
    let mut values = vals![id];
    scope::clause(wanted, "v", &mut sql, &mut values);
    tx.opt(&sql, &values)
}

/// The open ones of a certificate.
///
/// # Errors
/// Those of the store.
pub fn open_of(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Vec<ViolationRow>, StoreError> {
    // violations_one_open
    tx.all(
        &format!(
            "-- violations.open_of
             SELECT {COLUMNS} FROM violations v
             WHERE v.certificate_id = $1 AND v.closed_at IS NULL ORDER BY v.rule_id"
        ),
        args![id],
    )
}

/// The open ones of the certificates behind `after`, up to and with `last` when it is given.
///
/// # Errors
/// Those of the store.
pub fn open_between(
    tx: &mut Tx<'_>,
    after: &str,
    last: Option<&str>,
) -> Result<Vec<ViolationRow>, StoreError> {
    // violations_one_open
    let mut sql = format!(
        "-- violations.open_between
         SELECT {COLUMNS} FROM violations v WHERE v.closed_at IS NULL AND v.certificate_id > $1"
    );
    let mut values = vals![after];
    if let Some(last) = last {
        values.push(last.into());
        sql.push_str(" AND v.certificate_id <= $2");
    }
    sql.push_str(" ORDER BY v.certificate_id, v.rule_id");
    tx.all(&sql, &values)
}

/// Some of a rule's open ones.
///
/// # Errors
/// Those of the store.
pub fn open_of_rule(
    tx: &mut Tx<'_>,
    rule: &PolicyRuleId,
    limit: i64,
) -> Result<Vec<ViolationRow>, StoreError> {
    // violations_open_rule
    tx.all(
        &format!(
            "-- violations.open_of_rule
             SELECT {COLUMNS} FROM violations v WHERE v.rule_id = $1 AND v.closed_at IS NULL ORDER BY v.id LIMIT $2"
        ),
        args![rule, limit],
    )
}

row! {
    /// A current version of a key holder, as rules look at it.
    #[derive(Debug, Clone)]
    pub struct HeldRow {
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Who has signed it.
        pub issuer_id: IssuerId,
        /// Its key's algorithm.
        pub key_algorithm: String,
        /// Its beginning.
        pub not_before: Ts,
        /// Its end.
        pub not_after: Ts,
    }
}

/// What the key holders of the certificates from `first` to `last` have.
///
/// # Errors
/// Those of the store.
pub fn held_between(tx: &mut Tx<'_>, first: &str, last: &str) -> Result<Vec<HeldRow>, StoreError> {
    // The primary keys of both.
    tx.all(
        "-- violations.held_between
         SELECT h.certificate_id, v.issuer_id, v.key_algorithm, v.not_before, v.not_after
         FROM holders h JOIN versions v ON v.id = h.current_version_id
         WHERE h.certificate_id >= $1 AND h.certificate_id <= $2
         ORDER BY h.certificate_id, h.holder",
        args![first, last],
    )
}

/// Filters of the list; absent values let everything through.
#[derive(Debug, Clone, Default)]
pub struct ViolationFilter {
    /// Of what the caller may see.
    pub scope: Scope,
    /// Open ones or closed ones.
    pub open: Option<bool>,
    /// Of which rule.
    pub rule_id: Option<PolicyRuleId>,
    /// Of which kind of rule.
    pub kinds: Vec<RuleKind>,
    /// Any of these severities.
    pub severities: Vec<RuleSeverity>,
    /// By which certificate.
    pub certificate_id: Option<CertificateId>,
    /// Whose.
    pub owner_id: Option<OwnerId>,
    /// Which team's.
    pub team_id: Option<TeamId>,
    /// In which environment.
    pub environment: Option<String>,
}

fn clauses(filter: &ViolationFilter) -> (String, Vec<Val>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    scope::clause(&filter.scope, "v", &mut sql, &mut values);
    match filter.open {
        Some(true) => sql.push_str(" AND v.closed_at IS NULL"),
        Some(false) => sql.push_str(" AND v.closed_at IS NOT NULL"),
        None => {}
    }
    let mut any = |column: &str, wanted: Vec<Val>| {
        if wanted.is_empty() {
            return;
        }
        let places: Vec<String> =
            (1..=wanted.len()).map(|place| format!("${}", values.len() + place)).collect();
        values.extend(wanted);
        sql.push_str(&format!(" AND v.{column} IN ({})", places.join(", ")));
    };
    any("rule_id", filter.rule_id.iter().map(Val::from).collect());
    any("rule_kind", filter.kinds.iter().map(Val::from).collect());
    any("severity", filter.severities.iter().map(Val::from).collect());
    any("certificate_id", filter.certificate_id.iter().map(Val::from).collect());
    any("owner_id", filter.owner_id.iter().map(Val::from).collect());
    any("team_id", filter.team_id.iter().map(Val::from).collect());
    any("environment", filter.environment.iter().map(Val::from).collect());
    (sql, values)
}

/// A page, the latest first, before an id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &ViolationFilter,
    before: Option<&ViolationId>,
    limit: i64,
) -> Result<Vec<ViolationRow>, StoreError> {
    // Ids sort by time: the primary key and violations_open give the order; the other indexes lead the filters.
    let (mut sql, mut values) = clauses(filter);
    if let Some(before) = before {
        values.push(before.into());
        sql.push_str(&format!(" AND v.id < ${}", values.len()));
    }
    values.push(limit.into());
    let sql = format!(
        "-- violations.list\nSELECT {COLUMNS} FROM violations v WHERE 1 = 1{sql} ORDER BY v.id DESC LIMIT ${}",
        values.len()
    );
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &ViolationFilter) -> Result<i64, StoreError> {
    let (sql, values) = clauses(filter);
    let (n,): (i64,) =
        tx.one(&format!("-- violations.count\nSELECT COUNT(*) FROM violations v WHERE 1 = 1{sql}"), &values)?;
    Ok(n)
}

/// Removes those that were closed before `before`; says how many.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    // violations_closed
    tx.exec(
        "-- violations.prune
         DELETE FROM violations WHERE id IN (
             SELECT id FROM violations WHERE closed_at IS NOT NULL AND closed_at < $1 ORDER BY closed_at LIMIT $2)",
        args![before, limit],
    )
}
