//! Counts over the inventory, and the daily roll-ups of what cannot be counted later.
//!
//! Past days of issuance are counted once, from jobs by the time they finished, when the day is over: a counter that each
//! issuance moved would be a row that all of them wait for. The condition of the inventory has no past: it is noted while it
//! is there. Not for: rows (each noun's own file), or keeping counts (the server). Invariants: nothing here reads a
//! certificate that is well one by one, those are counted by an index; a past day is counted once.

use certctl_core::condition::Condition;
use certctl_core::id::IssuerId;
use certctl_core::permission::Scope;
use certctl_core::time::Ts;

use crate::{StoreError, Tx, Val, args, row, scope, vals};

/// Ids of certificates that are not simply well, by the indexes of each cause; `$1` is now.
// certificates_stage, certificates_unverified, certificates_by_end, certificates_by_renewal, certificates_unissued
pub(crate) const TROUBLED: &str = "SELECT t.id FROM certificates t
             WHERE t.stage <> 'quiet' AND t.archived = FALSE
         UNION SELECT t.id FROM certificates t WHERE t.archived = FALSE AND t.unverified_at <= $1
         UNION SELECT t.id FROM certificates t WHERE t.archived = FALSE AND t.ends_at <= $1
         UNION SELECT t.id FROM certificates t WHERE t.archived = FALSE AND t.renews_at <= $1
         UNION SELECT t.id FROM certificates t WHERE t.archived = FALSE AND t.issued = FALSE";

row! {
    /// How many certificates of a team and an environment have a condition.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ConditionCount {
        /// Empty for none.
        pub team_id: String,
        /// Empty for none.
        pub environment: String,
        /// Which condition.
        pub condition: Condition,
        /// How many.
        pub certificates: i64,
    }
}

/// All certificates that are not archived, by team, environment and condition.
///
/// # Errors
/// Those of the store.
pub fn conditions(tx: &mut Tx<'_>) -> Result<Vec<ConditionCount>, StoreError> {
    let now = tx.now();
    let troubled: Vec<ConditionCount> = tx.all(
        &format!(
            "-- stats.troubled
             SELECT COALESCE(c.team_id, '') AS team_id, COALESCE(c.environment, '') AS environment,
                 {CONDITION} AS condition, COUNT(*) AS certificates
             FROM ({TROUBLED}) AS troubled JOIN certificates c ON c.id = troubled.id
             GROUP BY 1, 2, 3"
        ),
        args![now],
    )?;
    // certificates_team
    let all: Vec<(Option<String>, Option<String>, i64)> = tx.all(
        "-- stats.belongs
         SELECT team_id, environment, COUNT(*) FROM certificates WHERE archived = FALSE
         GROUP BY team_id, environment ORDER BY team_id, environment",
        args![],
    )?;
    let mut counts = troubled.clone();
    for (team_id, environment, n) in all {
        let (team_id, environment) = (team_id.unwrap_or_default(), environment.unwrap_or_default());
        let not_well: i64 = troubled
            .iter()
            .filter(|count| count.team_id == team_id && count.environment == environment)
            .map(|count| count.certificates)
            .sum();
        if n > not_well {
            let certificates = n - not_well;
            counts.push(ConditionCount { team_id, environment, condition: Condition::Healthy, certificates });
        }
    }
    Ok(counts)
}

/// Notes the conditions of a day, in place of what was noted of it before.
///
/// # Errors
/// Those of the store.
pub fn note_conditions(tx: &mut Tx<'_>, day: i64, counts: &[ConditionCount]) -> Result<(), StoreError> {
    tx.exec("-- condition_days.clear\nDELETE FROM condition_days WHERE day = $1", args![day])?;
    let rows: Vec<Vec<Val>> = counts
        .iter()
        .map(|count| vals![day, &count.team_id, &count.environment, count.condition, count.certificates])
        .collect();
    let head = "-- condition_days.insert
         INSERT INTO condition_days (day, team_id, environment, condition, certificates) VALUES";
    tx.insert_many(head, &rows, "").map(drop)
}

/// What was noted of the days from `first` on, within a scope.
///
/// # Errors
/// Those of the store.
pub fn noted_conditions(
    tx: &mut Tx<'_>,
    scope: &Scope,
    first: i64,
) -> Result<Vec<(i64, Condition, i64)>, StoreError> {
    let mut sql = "-- condition_days.since
         SELECT d.day, d.condition, CAST(SUM(d.certificates) AS BIGINT) FROM condition_days d WHERE d.day >= $1"
        .to_owned();
    let mut values = vals![first];
    scope::clause(scope, "d", &mut sql, &mut values);
    sql.push_str(" GROUP BY d.day, d.condition ORDER BY d.day, d.condition");
    tx.all(&sql, &values)
}

/// How many agents belong to the fleet, and how many of them are heard from.
///
/// # Errors
/// Those of the store.
pub fn agents(tx: &mut Tx<'_>) -> Result<(i64, i64), StoreError> {
    tx.one(
        "-- stats.agents
         SELECT COUNT(*), COUNT(CASE WHEN health = 'online' THEN 1 END) FROM agents WHERE state <> 'retired'",
        args![],
    )
}

/// Notes the fleet of a day.
///
/// # Errors
/// Those of the store.
pub fn note_fleet(tx: &mut Tx<'_>, day: i64, (agents, online): (i64, i64)) -> Result<(), StoreError> {
    tx.exec(
        "-- fleet_days.note
         INSERT INTO fleet_days (day, agents, online) VALUES ($1, $2, $3)
         ON CONFLICT (day) DO UPDATE SET agents = excluded.agents, online = excluded.online",
        args![day, agents, online],
    )
    .map(drop)
}

/// The fleet of the days from `first` on: day, agents, online.
///
/// # Errors
/// Those of the store.
pub fn noted_fleet(tx: &mut Tx<'_>, first: i64) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    tx.all(
        "-- fleet_days.since\nSELECT day, agents, online FROM fleet_days WHERE day >= $1 ORDER BY day",
        args![first],
    )
}

row! {
    /// What came of issuances and renewals.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct IssuanceCount {
        /// The day in UTC, by its number.
        pub day: i64,
        /// Which issuer.
        pub issuer_id: IssuerId,
        /// First issuances that were stored.
        pub issued: i64,
        /// Renewals that were stored.
        pub renewed: i64,
        /// Those of both that needed one try.
        pub first_try: i64,
        /// Those of both that were given up.
        pub failed: i64,
    }
}

const OUTCOMES: &str = "COUNT(CASE WHEN j.kind = 'Issuance' AND j.state = 'Completed' THEN 1 END) AS issued,
             COUNT(CASE WHEN j.kind = 'Renewal' AND j.state = 'Completed' THEN 1 END) AS renewed,
             COUNT(CASE WHEN j.state = 'Completed' AND j.attempts <= 1 THEN 1 END) AS first_try,
             COUNT(CASE WHEN j.state = 'Failed' THEN 1 END) AS failed";

const FINISHED: &str = "FROM jobs j JOIN certificates c ON c.id = j.certificate_id
         WHERE j.finished_at IS NOT NULL AND j.finished_at >= $2 AND j.finished_at < $3
             AND j.kind IN ('Issuance', 'Renewal') AND j.state IN ('Completed', 'Failed')";

/// Counts the outcomes of one day that is over, for good.
///
/// # Errors
/// Those of the store; a violation when it was counted before.
pub fn roll_up(tx: &mut Tx<'_>, day: i64, begins: Ts, ends: Ts) -> Result<u64, StoreError> {
    // jobs_finished
    tx.exec(
        &format!(
            "-- issuance_days.roll_up
             INSERT INTO issuance_days (day, team_id, environment, issuer_id, issued, renewed, first_try, failed)
             SELECT CAST($1 AS BIGINT), COALESCE(c.team_id, ''), COALESCE(c.environment, ''), c.issuer_id, {OUTCOMES}
             {FINISHED}
             GROUP BY COALESCE(c.team_id, ''), COALESCE(c.environment, ''), c.issuer_id"
        ),
        args![day, begins, ends],
    )
}

/// The outcomes of the days from `first` on that are over, within a scope, by day and issuer.
///
/// # Errors
/// Those of the store.
pub fn rolled_up(tx: &mut Tx<'_>, scope: &Scope, first: i64) -> Result<Vec<IssuanceCount>, StoreError> {
    let mut sql = "-- issuance_days.since
         SELECT d.day, d.issuer_id, CAST(SUM(d.issued) AS BIGINT) AS issued, CAST(SUM(d.renewed) AS BIGINT) AS renewed,
             CAST(SUM(d.first_try) AS BIGINT) AS first_try, CAST(SUM(d.failed) AS BIGINT) AS failed
         FROM issuance_days d WHERE d.day >= $1"
        .to_owned();
    let mut values = vals![first];
    scope::clause(scope, "d", &mut sql, &mut values);
    sql.push_str(" GROUP BY d.day, d.issuer_id ORDER BY d.day, d.issuer_id");
    tx.all(&sql, &values)
}

/// The outcomes between two moments of a day that is not rolled up, within a scope, by issuer.
///
/// # Errors
/// Those of the store.
pub fn outcomes(
    tx: &mut Tx<'_>,
    scope: &Scope,
    day: i64,
    begins: Ts,
    ends: Ts,
) -> Result<Vec<IssuanceCount>, StoreError> {
    // jobs_finished
    let mut sql = format!(
        "-- stats.outcomes
         SELECT CAST($1 AS BIGINT) AS day, c.issuer_id, {OUTCOMES}
         {FINISHED}"
    );
    let mut values = vals![day, begins, ends];
    scope::clause(scope, "c", &mut sql, &mut values);
    sql.push_str(" GROUP BY c.issuer_id ORDER BY c.issuer_id");
    tx.all(&sql, &values)
}

/// When the oldest job that is kept was finished.
///
/// # Errors
/// Those of the store.
pub fn oldest_outcome(tx: &mut Tx<'_>) -> Result<Option<Ts>, StoreError> {
    // jobs_finished
    let (at,): (Option<Ts>,) = tx.one(
        "-- stats.oldest_outcome\nSELECT MIN(finished_at) FROM jobs WHERE finished_at IS NOT NULL",
        args![],
    )?;
    Ok(at)
}

/// Removes roll-ups of days before these; says how many rows there were.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, issuance_before: i64, conditions_before: i64) -> Result<u64, StoreError> {
    let mut n =
        tx.exec("-- issuance_days.prune\nDELETE FROM issuance_days WHERE day < $1", args![issuance_before])?;
    n += tx.exec(
        "-- condition_days.prune\nDELETE FROM condition_days WHERE day < $1",
        args![conditions_before],
    )?;
    n += tx.exec("-- fleet_days.prune\nDELETE FROM fleet_days WHERE day < $1", args![conditions_before])?;
    Ok(n)
}

/// What a calendar of certificates counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Their ends.
    Expiry,
    /// Their planned renewals.
    Renewal,
}

impl Moment {
    const fn column(self) -> &'static str {
        match self {
            Self::Expiry => "ends_at",
            Self::Renewal => "renews_at",
        }
    }
}

/// How many certificates have their moment between two others, within a scope. Without a lower end: before the upper one.
///
/// # Errors
/// Those of the store.
pub fn between(
    tx: &mut Tx<'_>,
    scope: &Scope,
    moment: Moment,
    from: Option<Ts>,
    to: Ts,
) -> Result<i64, StoreError> {
    // certificates_by_end, certificates_by_renewal: of an unscoped count, nothing but the index is read.
    let column = moment.column();
    let mut sql = format!(
        "-- stats.between
         SELECT COUNT(*) FROM certificates c WHERE c.archived = FALSE AND c.{column} < $1"
    );
    let mut values = vals![to];
    if let Some(from) = from {
        values.push(from.into());
        sql.push_str(&format!(" AND c.{column} >= $2"));
    }
    scope::clause(scope, "c", &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// The moments of certificates at risk (failing, not verified, waiting for somebody) between two moments, within a scope.
///
/// # Errors
/// Those of the store.
pub fn at_risk(
    tx: &mut Tx<'_>,
    scope: &Scope,
    moment: Moment,
    from: Ts,
    to: Ts,
) -> Result<Vec<Ts>, StoreError> {
    let now = tx.now();
    let column = moment.column();
    // certificates_stage, certificates_unverified
    let mut sql = format!(
        "-- stats.at_risk
         SELECT c.{column} FROM (
                 SELECT t.id FROM certificates t
                 WHERE t.stage <> 'quiet' AND t.stage IN ('failing', 'waiting') AND t.archived = FALSE
                 UNION SELECT t.id FROM certificates t WHERE t.archived = FALSE AND t.unverified_at <= $1
             ) AS troubled JOIN certificates c ON c.id = troubled.id
         WHERE c.ends_at > $1 AND c.{column} >= $2 AND c.{column} < $3"
    );
    let mut values = vals![now, from, to];
    scope::clause(scope, "c", &mut sql, &mut values);
    let found: Vec<(Ts,)> = tx.all(&sql, &values)?;
    Ok(found.into_iter().map(|(at,)| at).collect())
}

row! {
    /// Agents that share these facts.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FleetCount {
        /// Whether they belong to the fleet.
        pub state: String,
        /// Whether they are heard from.
        pub health: String,
        /// Program version; empty when it is not known.
        pub version: String,
        /// Platform; empty when it is not known.
        pub platform: String,
        /// Environment label; empty for none.
        pub environment: String,
        /// How many.
        pub agents: i64,
    }
}

/// The fleet, counted.
///
/// # Errors
/// Those of the store.
pub fn fleet(tx: &mut Tx<'_>) -> Result<Vec<FleetCount>, StoreError> {
    tx.all(
        "-- stats.fleet
         SELECT state, health, COALESCE(version, '') AS version, COALESCE(platform, '') AS platform,
             COALESCE(environment, '') AS environment, COUNT(*) AS agents
         FROM agents WHERE state <> 'retired'
         GROUP BY state, health, COALESCE(version, ''), COALESCE(platform, ''), COALESCE(environment, '')",
        args![],
    )
}

/// The condition of a certificate `c` at `$1`, as core's function has it.
pub(crate) const CONDITION: &str = "CASE WHEN c.stage = 'revoked' THEN 'revoked' WHEN c.ends_at <= $1 THEN 'expired'
                 WHEN c.stage = 'failing' THEN 'failing'
                 WHEN c.unverified_at <= $1 THEN 'unverified' WHEN c.stage = 'waiting' THEN 'waiting'
                 WHEN c.stage = 'running' AND c.issued THEN 'renewing'
                 WHEN c.issued AND c.renews_at <= $1 THEN 'due' WHEN c.issued THEN 'healthy' ELSE 'pending' END";
