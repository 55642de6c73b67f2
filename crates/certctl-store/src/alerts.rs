//! Alerts: what was found, who knows of it, and when its receivers were told.
//!
//! What to look for is `alert_watch.rs`. Not for: delivering. Invariants: one alert that is not closed for each dedup key,
//! and one row for good for each (dedup key, mark), by unique indexes; a change names the revision it was made from.

use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::choice::Choice;
use certctl_core::facet::Facet;
use certctl_core::id::{AgentId, AlertId, AlertRuleId, CertificateId, IssuerId, OwnerId, TeamId, UserId};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::filter_text::chosen;
use crate::lists::{Anchors, Facets, Rows};
use crate::{StoreError, Tx, Val, args, row, scope, vals};

row! {
    /// An alert.
    #[derive(Debug, Clone)]
    pub struct AlertRow {
        /// Id.
        pub id: AlertId,
        /// What makes it the same alert.
        pub dedup_key: String,
        /// Which threshold, where there are several for one key.
        pub mark: Option<String>,
        /// What it is about.
        pub kind: AlertKind,
        /// How urgent.
        pub severity: AlertSeverity,
        /// Where it is.
        pub state: AlertState,
        /// Kind of object, as in the audit trail.
        pub object_kind: String,
        /// Which object.
        pub object_id: String,
        /// The certificate it concerns.
        pub certificate_id: Option<CertificateId>,
        /// The agent it concerns.
        pub agent_id: Option<AgentId>,
        /// The issuer it concerns.
        pub issuer_id: Option<IssuerId>,
        /// The certificate's owner when it was found.
        pub owner_id: Option<OwnerId>,
        /// The certificate's team when it was found.
        pub team_id: Option<TeamId>,
        /// The environment when it was found.
        pub environment: Option<String>,
        /// The rule that asked for it.
        pub rule_id: Option<AlertRuleId>,
        /// Which alerts of the rule are told together.
        pub group_key: Option<String>,
        /// One line.
        pub title: String,
        /// Why, for a person.
        pub cause: String,
        /// Why, for a program.
        pub code: String,
        /// The facts of it.
        pub params: Value,
        /// How often it began or changed.
        pub count: i64,
        /// When it began.
        pub opened_at: Ts,
        /// When it last changed.
        pub changed_at: Ts,
        /// When it was last found to be so.
        pub last_seen_at: Ts,
        /// When somebody took it.
        pub acknowledged_at: Option<Ts>,
        /// Who.
        pub acknowledged_by: Option<String>,
        /// Quiet until.
        pub snoozed_until: Option<Ts>,
        /// Quiet until it changes.
        pub snoozed_until_change: bool,
        /// What was said with it.
        pub note: Option<String>,
        /// When its cause was gone.
        pub closed_at: Option<Ts>,
        /// How.
        pub closed_because: Option<String>,
        /// When its receivers were last told.
        pub told_at: Option<Ts>,
        /// Closed, and its receivers have still to be told.
        pub close_due: bool,
        /// Whose it is.
        pub assigned_to: Option<UserId>,
        /// Since when.
        pub assigned_at: Option<Ts>,
        /// Since when it is open and nobody has taken it; nothing for those from before this was kept.
        pub unattended_since: Option<Ts>,
        /// When the second channels of its rule were told of that.
        pub escalated_at: Option<Ts>,
        /// How many objects it covers.
        pub members: i64,
        /// How many it covered when its rule's receivers were last told; 0 before that.
        pub told_members: i64,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, dedup_key, mark, kind, severity, state, object_kind, object_id, certificate_id, agent_id, \
     issuer_id, owner_id, team_id, environment, rule_id, group_key, title, cause, code, params, count, opened_at, \
     changed_at, last_seen_at, acknowledged_at, acknowledged_by, snoozed_until, snoozed_until_change, note, \
     closed_at, closed_because, told_at, close_due, assigned_to, assigned_at, unattended_since, escalated_at, members, \
     told_members, revision";

/// Adds an alert; false when its key has one that is not closed, or its mark was there before.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &AlertRow) -> Result<bool, StoreError> {
    tx.note_change("alert", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        &format!(
            "-- alerts.insert
             INSERT INTO alerts ({COLUMNS})
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40)
             ON CONFLICT DO NOTHING"
        ),
        &vals![
            &row.id,
            row.dedup_key.clone(),
            row.mark.clone(),
            row.kind,
            row.severity,
            row.state,
            row.object_kind.clone(),
            row.object_id.clone(),
            row.certificate_id.as_ref(),
            row.agent_id.as_ref(),
            row.issuer_id.as_ref(),
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            row.rule_id.as_ref(),
            row.group_key.clone(),
            row.title.clone(),
            row.cause.clone(),
            row.code.clone(),
            row.params.clone(),
            row.count,
            row.opened_at,
            row.changed_at,
            row.last_seen_at,
            row.acknowledged_at,
            row.acknowledged_by.clone(),
            row.snoozed_until,
            row.snoozed_until_change,
            row.note.clone(),
            row.closed_at,
            row.closed_because.clone(),
            row.told_at,
            row.close_due,
            row.assigned_to.as_ref(),
            row.assigned_at,
            row.unattended_since,
            row.escalated_at,
            row.members,
            row.told_members,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// Writes what can change of an alert, over the revision it was read at; sets the row's revision.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &mut AlertRow) -> Result<(), StoreError> {
    tx.note_change("alert", row.id.as_str(), Some(row.revision + 1), &[]);
    tx.exec_one(
        "-- alerts.update
         UPDATE alerts
         SET severity = $1, state = $2, title = $3, cause = $4, code = $5, params = $6, count = $7, changed_at = $8,
             last_seen_at = $9, acknowledged_at = $10, acknowledged_by = $11, snoozed_until = $12,
             snoozed_until_change = $13, note = $14, closed_at = $15, closed_because = $16, told_at = $17,
             close_due = $18, group_key = $19, owner_id = $20, team_id = $21, environment = $22, members = $23,
             told_members = $24, assigned_to = $25, assigned_at = $26, unattended_since = $27, escalated_at = $28,
             revision = revision + 1
         WHERE id = $29 AND revision = $30",
        args![
            row.severity,
            row.state,
            row.title.clone(),
            row.cause.clone(),
            row.code.clone(),
            row.params.clone(),
            row.count,
            row.changed_at,
            row.last_seen_at,
            row.acknowledged_at,
            row.acknowledged_by.clone(),
            row.snoozed_until,
            row.snoozed_until_change,
            row.note.clone(),
            row.closed_at,
            row.closed_because.clone(),
            row.told_at,
            row.close_due,
            row.group_key.clone(),
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            row.members,
            row.told_members,
            row.assigned_to.as_ref(),
            row.assigned_at,
            row.unattended_since,
            row.escalated_at,
            &row.id,
            row.revision
        ],
        "alert",
    )?;
    row.revision += 1;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &AlertId) -> Result<Option<AlertRow>, StoreError> {
    tx.opt(&format!("-- alerts.by_id\nSELECT {COLUMNS} FROM alerts WHERE id = $1"), args![id])
}

/// One by its id, if the scope admits its team and environment.
///
/// # Errors
/// Those of the store.
pub fn within(tx: &mut Tx<'_>, wanted: &Scope, id: &AlertId) -> Result<Option<AlertRow>, StoreError> {
    let mut sql = format!("-- alerts.within\nSELECT {COLUMNS} FROM alerts WHERE id = $1");
    let mut values = vals![id];
    scope::clause(wanted, "alerts", &mut sql, &mut values);
    tx.opt(&sql, &values)
}

/// How many alerts of a certificate are not closed, and how many of those are critical.
///
/// # Errors
/// Those of the store.
pub fn open_of_certificate(tx: &mut Tx<'_>, id: &CertificateId) -> Result<(i64, i64), StoreError> {
    // alerts_certificate_open
    tx.one(
        "-- alerts.open_of_certificate
         SELECT COUNT(*), COUNT(CASE WHEN severity = 'critical' THEN 1 END) FROM alerts
         WHERE certificate_id = $1 AND state <> 'closed'",
        args![id],
    )
}

/// How many alerts of a kind began in a time.
///
/// # Errors
/// Those of the store.
pub fn begun(tx: &mut Tx<'_>, kind: AlertKind, from: Ts, to: Ts) -> Result<i64, StoreError> {
    // alerts_kind_opened
    let (n,): (i64,) = tx.one(
        "-- alerts.begun
         SELECT COUNT(*) FROM alerts WHERE kind = $1 AND opened_at >= $2 AND opened_at < $3",
        args![kind, from, to],
    )?;
    Ok(n)
}

/// The alert of a key that is not closed.
///
/// # Errors
/// Those of the store.
pub fn open_by_key(tx: &mut Tx<'_>, dedup_key: &str) -> Result<Option<AlertRow>, StoreError> {
    // alerts_one_open
    tx.opt(
        &format!(
            "-- alerts.open_by_key
             SELECT {COLUMNS} FROM alerts WHERE dedup_key = $1 AND state <> 'closed'"
        ),
        args![dedup_key],
    )
}

/// The alert of a key and a mark, closed or not.
///
/// # Errors
/// Those of the store.
pub fn by_mark(tx: &mut Tx<'_>, dedup_key: &str, mark: &str) -> Result<Option<AlertRow>, StoreError> {
    // alerts_one_mark
    tx.opt(
        &format!("-- alerts.by_mark\nSELECT {COLUMNS} FROM alerts WHERE dedup_key = $1 AND mark = $2"),
        args![dedup_key, mark],
    )
}

/// Those of a kind that are not closed, in the order of their ids, after one.
///
/// # Errors
/// Those of the store.
pub fn open_of_kind(
    tx: &mut Tx<'_>,
    kind: AlertKind,
    after: &str,
    limit: i64,
) -> Result<Vec<AlertRow>, StoreError> {
    // alerts_open
    tx.all(
        &format!(
            "-- alerts.open_of_kind
             SELECT {COLUMNS} FROM alerts WHERE kind = $1 AND id > $2 AND state <> 'closed' ORDER BY id LIMIT $3"
        ),
        args![kind, after, limit],
    )
}

/// Those whose quiet time is over.
///
/// # Errors
/// Those of the store.
pub fn woken(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<AlertRow>, StoreError> {
    let now = tx.now();
    // alerts_snoozed
    tx.all(
        &format!(
            "-- alerts.woken
             SELECT {COLUMNS} FROM alerts
             WHERE state = 'snoozed' AND snoozed_until IS NOT NULL AND snoozed_until <= $1
             ORDER BY snoozed_until, id LIMIT $2"
        ),
        args![now, limit],
    )
}

/// Notes that these are still so: bookkeeping, not a change.
///
/// # Errors
/// Those of the store.
pub fn seen(tx: &mut Tx<'_>, ids: &[AlertId]) -> Result<(), StoreError> {
    let now = tx.now();
    for id in ids {
        tx.exec_later("-- alerts.seen\nUPDATE alerts SET last_seen_at = $1 WHERE id = $2", vals![now, id])?;
    }
    Ok(())
}

/// Filters of the list; empty lists and absent values let everything through.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Of what the caller may see.
    pub scope: Scope,
    /// Any of these states; all but closed when empty.
    pub states: Vec<AlertState>,
    /// Any of these kinds.
    pub kinds: Vec<AlertKind>,
    /// Any of these severities.
    pub severities: Vec<AlertSeverity>,
    /// Kind of object.
    pub object_kind: Option<String>,
    /// Which object.
    pub object_id: Option<String>,
    /// Which certificate.
    pub certificate_id: Option<CertificateId>,
    /// Which agent.
    pub agent_id: Option<AgentId>,
    /// Which issuer.
    pub issuer_id: Option<IssuerId>,
    /// Whose.
    pub owner_id: Choice<OwnerId>,
    /// Which team's.
    pub team_id: Choice<TeamId>,
    /// Which environment.
    pub environment: Choice<String>,
    /// Whose, of those who work on it.
    pub assigned_to: Choice<UserId>,
    /// Which rule's.
    pub rule_id: Option<AlertRuleId>,
    /// Begun before.
    pub opened_before: Option<Ts>,
    /// Begun after.
    pub opened_after: Option<Ts>,
}

fn clauses(filter: &AlertFilter) -> (String, Vec<Val>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    let states: Vec<Val> = if filter.states.is_empty() {
        AlertState::ALL.iter().filter(|state| **state != AlertState::Closed).map(Val::from).collect()
    } else {
        filter.states.iter().map(Val::from).collect()
    };
    let mut any = |column: &str, wanted: Vec<Val>| {
        if wanted.is_empty() {
            return;
        }
        let places: Vec<String> =
            (1..=wanted.len()).map(|place| format!("${}", values.len() + place)).collect();
        values.extend(wanted);
        sql.push_str(&format!(" AND {column} IN ({})", places.join(", ")));
    };
    any("state", states);
    any("kind", filter.kinds.iter().map(Val::from).collect());
    any("severity", filter.severities.iter().map(Val::from).collect());
    any("object_kind", filter.object_kind.iter().map(Val::from).collect());
    any("object_id", filter.object_id.iter().map(Val::from).collect());
    any("certificate_id", filter.certificate_id.iter().map(Val::from).collect());
    any("agent_id", filter.agent_id.iter().map(Val::from).collect());
    any("issuer_id", filter.issuer_id.iter().map(Val::from).collect());
    any("rule_id", filter.rule_id.iter().map(Val::from).collect());
    chosen("owner_id", &filter.owner_id, &mut sql, &mut values);
    chosen("assigned_to", &filter.assigned_to, &mut sql, &mut values);
    chosen("team_id", &filter.team_id, &mut sql, &mut values);
    chosen("environment", &filter.environment, &mut sql, &mut values);
    for (comparison, at) in [("opened_at < ", filter.opened_before), ("opened_at > ", filter.opened_after)] {
        if let Some(at) = at {
            values.push(at.into());
            sql.push_str(&format!(" AND {comparison}${}", values.len()));
        }
    }
    scope::clause(&filter.scope, "alerts", &mut sql, &mut values);
    (sql, values)
}

/// A page, the latest first, before an id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &AlertFilter,
    before: Option<&AlertId>,
    limit: i64,
) -> Result<Vec<AlertRow>, StoreError> {
    // Ids sort by time: the primary key gives the order; alerts_certificate, alerts_object and alerts_state the filters.
    let (mut sql, mut values) = clauses(filter);
    if let Some(before) = before {
        values.push(before.into());
        sql.push_str(&format!(" AND id < ${}", values.len()));
    }
    values.push(limit.into());
    let sql = format!(
        "-- alerts.list\nSELECT {COLUMNS} FROM alerts WHERE 1 = 1{sql} ORDER BY id DESC LIMIT ${}",
        values.len()
    );
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &AlertFilter) -> Result<i64, StoreError> {
    let (sql, values) = clauses(filter);
    let (n,): (i64,) =
        tx.one(&format!("-- alerts.count\nSELECT COUNT(*) FROM alerts WHERE 1 = 1{sql}"), &values)?;
    Ok(n)
}

/// How many are not closed, by severity.
///
/// # Errors
/// Those of the store.
pub fn count_open(tx: &mut Tx<'_>) -> Result<Vec<(AlertSeverity, i64)>, StoreError> {
    // alerts_open holds these and no others.
    tx.all(
        "-- alerts.count_open
         SELECT severity, COUNT(*) FROM alerts WHERE state <> 'closed' GROUP BY severity",
        args![],
    )
}

fn rows(filter: &AlertFilter) -> Rows {
    let (conditions, values) = clauses(filter);
    Rows {
        name: "alerts",
        table: "alerts",
        before: None,
        key: "id",
        descending: true,
        conditions,
        values,
        cut: false,
    }
}

/// Places all over the list, each the id of the last alert before it.
///
/// # Errors
/// Those of the store.
pub fn anchors(tx: &mut Tx<'_>, filter: &AlertFilter) -> Result<Anchors<AlertId>, StoreError> {
    rows(filter).anchors(tx)
}

/// Counts the list by state, kind, severity, owner, team and environment.
///
/// # Errors
/// Those of the store.
pub fn facets(tx: &mut Tx<'_>, filter: &AlertFilter) -> Result<Facets, StoreError> {
    let columns = [
        (Facet::State, "state"),
        (Facet::Kind, "kind"),
        (Facet::Severity, "severity"),
        (Facet::Owner, "owner_id"),
        (Facet::Team, "team_id"),
        (Facet::Environment, "environment"),
    ];
    rows(filter).facets(tx, &columns)
}

/// Those of a rule that are not closed, or closed without a word to their receivers, after an id.
///
/// # Errors
/// Those of the store.
pub fn of_rule(
    tx: &mut Tx<'_>,
    rule: &AlertRuleId,
    after: &str,
    limit: i64,
) -> Result<Vec<AlertRow>, StoreError> {
    // alerts_rule
    tx.all(
        &format!(
            "-- alerts.of_rule
             SELECT {COLUMNS} FROM alerts
             WHERE rule_id = $1 AND id > $2 AND (state <> 'closed' OR close_due) ORDER BY id LIMIT $3"
        ),
        args![rule, after, limit],
    )
}

/// Removes closed alerts older than `before`; says how many. Marked ones stay as long as a version of theirs could be
/// looked at again, which the caller's distance covers.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    // alerts_closed
    tx.exec(
        "-- alerts.prune
         DELETE FROM alerts WHERE id IN (
             SELECT id FROM alerts WHERE closed_at IS NOT NULL AND closed_at < $1 ORDER BY closed_at LIMIT $2)",
        args![before, limit],
    )
}
