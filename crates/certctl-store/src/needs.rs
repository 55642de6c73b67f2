//! What needs a person, counted by what it has in common: certificates by condition, issuer and host, jobs that wait,
//! alerts by what they are about.
//!
//! Not for: what belongs together and what comes first (the server's `ops/needs`). Invariant: nothing here reads what is
//! well: each statement begins at an index of trouble.

use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::condition::Condition;
use certctl_core::id::{AgentId, CertificateId, IssuerId};
use certctl_core::job::JobState;
use certctl_core::permission::Scope;
use certctl_core::time::Ts;

use crate::stats::CONDITION;
use crate::{StoreError, Tx, args, row, scope, vals};

row! {
    /// Certificates in trouble that share condition, issuer, host and environment.
    #[derive(Debug, Clone)]
    pub struct TroubleRow {
        /// Their condition.
        pub condition: Condition,
        /// Their issuer.
        pub issuer_id: IssuerId,
        /// Who holds the key: an agent's id, or `external`; of several the first.
        pub holder: String,
        /// Empty for none.
        pub environment: String,
        /// How many.
        pub certificates: i64,
        /// On how many targets.
        pub targets: i64,
        /// The earliest end among them.
        pub ends_at: Option<Ts>,
        /// One of them.
        pub sample_id: CertificateId,
        /// Its cause, or another's: the last in alphabetical order.
        pub error: Option<String>,
    }
}

/// Certificates that are expired, failing, not verified or waiting, and those due whose host is out of reach.
///
/// # Errors
/// Those of the store.
pub fn troubles(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<TroubleRow>, StoreError> {
    let now = tx.now();
    // certificates_stage, certificates_unverified, certificates_by_end; agents that are away are few, then holders_holder
    let mut sql = format!(
        "-- needs.troubles
         SELECT f.condition, f.issuer_id, f.holder, f.environment, COUNT(*) AS certificates,
             CAST(SUM(f.targets) AS BIGINT) AS targets, MIN(f.ends_at) AS ends_at, MIN(f.id) AS sample_id,
             MAX(f.last_error) AS error
         FROM (
             SELECT c.id, {CONDITION} AS condition, c.issuer_id, COALESCE(c.environment, '') AS environment, c.targets,
                 c.ends_at, c.last_error,
                 COALESCE((SELECT MIN(h.holder) FROM holders h WHERE h.certificate_id = c.id), '') AS holder
             FROM (
                 SELECT t.id FROM certificates t
                 WHERE t.stage <> 'quiet' AND t.stage IN ('failing', 'waiting') AND t.archived = FALSE
                 UNION SELECT t.id FROM certificates t WHERE t.archived = FALSE AND t.unverified_at <= $1
                 UNION SELECT t.id FROM certificates t WHERE t.archived = FALSE AND t.ends_at <= $1
                 UNION SELECT h.certificate_id FROM agents a JOIN holders h ON h.holder = a.id
                     WHERE a.state = 'active' AND a.health = 'offline' AND h.renew_after <= $1
             ) AS troubled JOIN certificates c ON c.id = troubled.id
             WHERE c.archived = FALSE"
    );
    let mut values = vals![now];
    scope::clause(scope, "c", &mut sql, &mut values);
    sql.push_str(
        ") AS f
         GROUP BY f.condition, f.issuer_id, f.holder, f.environment",
    );
    tx.all(&sql, &values)
}

row! {
    /// An agent of the fleet that is out of reach.
    #[derive(Debug, Clone)]
    pub struct AwayRow {
        /// Which.
        pub id: AgentId,
        /// Its name.
        pub name: String,
        /// Last heard from.
        pub last_seen_at: Option<Ts>,
    }
}

/// Agents of the fleet that are out of reach.
///
/// # Errors
/// Those of the store.
pub fn away(tx: &mut Tx<'_>) -> Result<Vec<AwayRow>, StoreError> {
    tx.all(
        "-- needs.away
         SELECT id, name, last_seen_at FROM agents WHERE state = 'active' AND health = 'offline' ORDER BY id",
        args![],
    )
}

row! {
    /// An issuer that does not answer.
    #[derive(Debug, Clone)]
    pub struct SilentIssuer {
        /// Which.
        pub issuer_id: IssuerId,
        /// Its name.
        pub name: String,
        /// Since when.
        pub since: Ts,
        /// How often it failed.
        pub failures: i64,
        /// Why, in words.
        pub cause: String,
    }
}

/// Issuers that do not answer.
///
/// # Errors
/// Those of the store.
pub fn silent_issuers(tx: &mut Tx<'_>) -> Result<Vec<SilentIssuer>, StoreError> {
    tx.all(
        "-- needs.silent_issuers
         SELECT t.issuer_id, i.name, t.since, t.failures, t.cause
         FROM issuer_troubles t JOIN issuers i ON i.id = t.issuer_id ORDER BY t.issuer_id",
        args![],
    )
}

row! {
    /// Jobs that wait for a person.
    #[derive(Debug, Clone)]
    pub struct WaitingRow {
        /// For what.
        pub state: JobState,
        /// Empty for none.
        pub environment: String,
        /// How many jobs.
        pub jobs: i64,
        /// Of how many certificates.
        pub certificates: i64,
        /// On how many targets.
        pub targets: i64,
        /// The earliest end of the wait.
        pub deadline: Option<Ts>,
        /// Since when the first waits.
        pub since: Option<Ts>,
        /// One of the certificates.
        pub sample_id: CertificateId,
    }
}

/// Jobs that wait for an approval, or for the CSR of an operator.
///
/// # Errors
/// Those of the store.
pub fn waiting(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<WaitingRow>, StoreError> {
    // jobs_awaiting_approval, jobs_awaiting_csr
    let mut sql = "-- needs.waiting
         SELECT j.state, COALESCE(c.environment, '') AS environment, COUNT(*) AS jobs,
             COUNT(DISTINCT c.id) AS certificates, CAST(SUM(c.targets) AS BIGINT) AS targets,
             MIN(j.deadline) AS deadline, MIN(j.created_at) AS since, MIN(c.id) AS sample_id
         FROM (
             SELECT id FROM jobs WHERE state = 'AwaitingApproval'
             UNION ALL SELECT id FROM jobs WHERE state = 'AwaitingCSR' AND holder = 'external'
         ) AS w JOIN jobs j ON j.id = w.id JOIN certificates c ON c.id = j.certificate_id
         WHERE c.archived = FALSE"
        .to_owned();
    let mut values = Vec::new();
    scope::clause(scope, "c", &mut sql, &mut values);
    sql.push_str(" GROUP BY j.state, COALESCE(c.environment, '')");
    tx.all(&sql, &values)
}

row! {
    /// Alerts that are not closed and share these facts.
    #[derive(Debug, Clone)]
    pub struct AlertGroup {
        /// What they are about.
        pub kind: AlertKind,
        /// Why, for a program.
        pub code: String,
        /// How urgent.
        pub severity: AlertSeverity,
        /// Where they are.
        pub state: AlertState,
        /// The issuer they concern; empty for none.
        pub issuer_id: String,
        /// The agent they concern; empty for none.
        pub agent_id: String,
        /// The rule that asked for them; empty for none.
        pub rule_id: String,
        /// How many.
        pub alerts: i64,
        /// When the first began.
        pub since: Option<Ts>,
        /// The end of the last quiet.
        pub snoozed_until: Option<Ts>,
        /// The name of their rule; else one of their titles.
        pub title: String,
    }
}

/// Alerts that are not closed, counted, within a scope.
///
/// # Errors
/// Those of the store.
pub fn alerts(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<AlertGroup>, StoreError> {
    // alerts_open
    let mut sql = "-- needs.alerts
         SELECT a.kind, a.code, a.severity, a.state, COALESCE(a.issuer_id, '') AS issuer_id,
             COALESCE(a.agent_id, '') AS agent_id, COALESCE(a.rule_id, '') AS rule_id, COUNT(*) AS alerts,
             MIN(a.opened_at) AS since, MAX(a.snoozed_until) AS snoozed_until,
             COALESCE(MIN(r.name), MIN(a.title)) AS title
         FROM alerts a LEFT JOIN alert_rules r ON r.id = a.rule_id
         WHERE a.state <> 'closed'"
        .to_owned();
    let mut values = Vec::new();
    scope::clause(scope, "a", &mut sql, &mut values);
    sql.push_str(
        " GROUP BY a.kind, a.code, a.severity, a.state, COALESCE(a.issuer_id, ''), COALESCE(a.agent_id, ''),
             COALESCE(a.rule_id, '')",
    );
    tx.all(&sql, &values)
}

row! {
    /// A need that a caller does not want to see now.
    #[derive(Debug, Clone)]
    pub struct HiddenRow {
        /// Which.
        pub need_id: String,
        /// The end of its quiet.
        pub until: Ts,
        /// Why, in the caller's words.
        pub reason: Option<String>,
        /// What it was like, when it is hidden until it changes.
        pub seen: Option<String>,
    }
}

/// Needs that a caller does not want to see now.
///
/// # Errors
/// Those of the store.
pub fn hidden(tx: &mut Tx<'_>, caller: &str) -> Result<Vec<HiddenRow>, StoreError> {
    let now = tx.now();
    // The primary key.
    tx.all(
        "-- need_snoozes.of_caller
         SELECT need_id, until, reason, seen FROM need_snoozes WHERE caller = $1 AND until > $2 ORDER BY need_id",
        args![caller, now],
    )
}

/// Hides a need from a caller; says no when so many others are hidden from it already.
///
/// # Errors
/// Those of the store.
pub fn hide(tx: &mut Tx<'_>, caller: &str, row: &HiddenRow, most: i64) -> Result<bool, StoreError> {
    let now = tx.now();
    // need_snoozes_until: what is over is no use to anybody.
    tx.exec("-- need_snoozes.prune\nDELETE FROM need_snoozes WHERE until <= $1", args![now])?;
    // The primary key.
    let (others,): (i64,) = tx.one(
        "-- need_snoozes.others
         SELECT COUNT(*) FROM need_snoozes WHERE caller = $1 AND need_id <> $2",
        args![caller, row.need_id.as_str()],
    )?;
    if others >= most {
        return Ok(false);
    }
    tx.exec(
        "-- need_snoozes.set
         INSERT INTO need_snoozes (caller, need_id, until, created_at, reason, seen) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (caller, need_id) DO UPDATE SET until = excluded.until, created_at = excluded.created_at,
             reason = excluded.reason, seen = excluded.seen",
        args![
            caller,
            row.need_id.as_str(),
            row.until,
            now,
            row.reason.clone(),
            row.seen.clone()
        ],
    )?;
    Ok(true)
}

/// Shows a need to a caller again; says whether it was hidden.
///
/// # Errors
/// Those of the store.
pub fn show(tx: &mut Tx<'_>, caller: &str, need: &str) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- need_snoozes.delete
         DELETE FROM need_snoozes WHERE caller = $1 AND need_id = $2",
        args![caller, need],
    )?;
    Ok(n == 1)
}

/// Forgets what is hidden from a caller (a user who is removed).
///
/// # Errors
/// Those of the store.
pub fn forget(tx: &mut Tx<'_>, caller: &str) -> Result<(), StoreError> {
    tx.exec("-- need_snoozes.forget\nDELETE FROM need_snoozes WHERE caller = $1", args![caller])?;
    Ok(())
}
