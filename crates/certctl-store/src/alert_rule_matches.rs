//! What matches an alert rule now, counted by group in the database.
//!
//! The conditions are the filters of the lists, with the lists' own texts. Not for: deciding what becomes an alert (the
//! server). Invariant: what is handed out is bounded by the caller's limit; a rule that a million rows match costs one pass
//! over an index or the table in the database and hands out one row for each group.

use certctl_core::alert_rule::RuleGroup;
use certctl_core::id::{AgentId, CertificateId, IssuerId, JobId, OwnerId, TeamId};
use certctl_core::time::Ts;

use crate::agents::{self, AgentFilter};
use crate::certificates::{self, CertificateFilter};
use crate::issuers::{self, IssuerFilter};
use crate::jobs::{self, JobFilter};
use crate::{StoreError, Tx, Val, row};

/// The conditions of a rule; any of them is enough. At least one.
#[derive(Debug, Clone)]
pub enum Conditions {
    /// Over certificates.
    Certificates(Vec<CertificateFilter>),
    /// Over jobs.
    Jobs(Vec<JobFilter>),
    /// Over agents.
    Agents(Vec<AgentFilter>),
    /// Over issuers.
    Issuers(Vec<IssuerFilter>),
}

row! {
    /// One group. What follows `members` is its first by the alphabet; of a group of one it is that one's.
    #[derive(Debug, Clone)]
    pub struct GroupRow {
        /// What its members have in common; absent where that is not set.
        pub value: Option<String>,
        /// How many match.
        pub members: i64,
        /// A name.
        pub name: Option<String>,
        /// The earliest: a certificate's or issuer's end, a job's beginning, an agent's last word.
        pub moment: Option<Ts>,
        /// An owner.
        pub owner_id: Option<OwnerId>,
        /// A team.
        pub team_id: Option<TeamId>,
        /// An environment.
        pub environment: Option<String>,
        /// A certificate.
        pub certificate_id: Option<CertificateId>,
        /// A job.
        pub job_id: Option<JobId>,
        /// An agent.
        pub agent_id: Option<AgentId>,
        /// An issuer.
        pub issuer_id: Option<IssuerId>,
    }
}

row! {
    /// One object that matches.
    #[derive(Debug, Clone)]
    pub struct MatchRow {
        /// Which.
        pub id: String,
        /// Its name; a job's is its certificate's.
        pub name: String,
        /// As [`GroupRow::moment`].
        pub moment: Option<Ts>,
    }
}

/// Where matches are read, and what is read of each.
struct Source {
    /// FROM and WHERE.
    from: String,
    values: Vec<Val>,
    id: &'static str,
    name: &'static str,
    moment: &'static str,
    /// owner, team, environment, certificate, job, agent, issuer.
    of: [&'static str; 7],
}

const NOTHING: &str = "CAST(NULL AS TEXT)";

/// The rows of `head` that any of the conditions lets through; `add` writes one condition behind ` WHERE 1 = 1`.
fn any<F>(
    inner: &str,
    id: &str,
    filters: &[F],
    values: &mut Vec<Val>,
    mut add: impl FnMut(&F, &mut String, &mut Vec<Val>),
) -> String {
    let mut parts = Vec::with_capacity(filters.len());
    for filter in filters {
        let mut sql = format!("SELECT {id} FROM {inner} WHERE 1 = 1");
        add(filter, &mut sql, values);
        parts.push(sql);
    }
    parts.join(" UNION ")
}

fn source(tx: &Tx<'_>, conditions: &Conditions, group: RuleGroup) -> Source {
    let mut values = Vec::new();
    match conditions {
        Conditions::Certificates(filters) => {
            let by_agent = group == RuleGroup::Agent;
            let join = if by_agent { " JOIN holders h ON h.certificate_id = c.id" } else { "" };
            let found = match filters.as_slice() {
                [filter] => {
                    let mut sql = " WHERE 1 = 1".to_owned();
                    certificates::where_clause(tx, filter, &mut sql, &mut values);
                    sql
                }
                filters => {
                    let any = any("certificates c", "c.id", filters, &mut values, |filter, sql, values| {
                        certificates::where_clause(tx, filter, sql, values);
                    });
                    format!(" WHERE c.id IN ({any})")
                }
            };
            Source {
                from: format!("FROM certificates c{join}{found}"),
                values,
                id: "c.id",
                name: "c.name",
                moment: "c.not_after",
                of: ["c.owner_id", "c.team_id", "c.environment", "c.id", NOTHING, NOTHING, "c.issuer_id"],
            }
        }
        Conditions::Jobs(filters) => {
            let now = tx.now();
            let any = any("jobs", "jobs.id", filters, &mut values, |filter, sql, values| {
                jobs::where_clause(filter, now, sql, values);
            });
            Source {
                from: format!(
                    "FROM jobs j JOIN certificates c ON c.id = j.certificate_id WHERE j.id IN ({any})"
                ),
                values,
                id: "j.id",
                name: "c.name",
                moment: "j.created_at",
                of: [
                    "c.owner_id",
                    "c.team_id",
                    "c.environment",
                    "j.certificate_id",
                    "j.id",
                    "CASE WHEN j.holder LIKE 'ag-%' THEN j.holder END",
                    "c.issuer_id",
                ],
            }
        }
        Conditions::Agents(filters) => {
            let any = any("agents a", "a.id", filters, &mut values, agents::where_clause);
            Source {
                from: format!("FROM agents a WHERE a.id IN ({any})"),
                values,
                id: "a.id",
                name: "a.name",
                moment: "a.last_seen_at",
                of: [NOTHING, NOTHING, "a.environment", NOTHING, NOTHING, "a.id", NOTHING],
            }
        }
        Conditions::Issuers(filters) => {
            let any = any("issuers i", "i.id", filters, &mut values, issuers::where_clause);
            Source {
                from: format!("FROM issuers i WHERE i.id IN ({any})"),
                values,
                id: "i.id",
                name: "i.name",
                moment: "i.not_after",
                of: [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, "i.id"],
            }
        }
    }
}

/// The column of a grouping; none when all are one.
fn key(conditions: &Conditions, source: &Source, group: RuleGroup) -> Option<&'static str> {
    let [owner, team, environment, certificate, _, agent, issuer] = source.of;
    let column = match group {
        RuleGroup::None => return None,
        RuleGroup::Object => source.id,
        RuleGroup::Certificate => certificate,
        RuleGroup::Issuer => issuer,
        RuleGroup::Owner => owner,
        RuleGroup::Team => team,
        RuleGroup::Environment => environment,
        RuleGroup::Agent => match conditions {
            Conditions::Certificates(_) => "h.holder",
            Conditions::Jobs(_) => "j.holder",
            Conditions::Agents(_) | Conditions::Issuers(_) => agent,
        },
        RuleGroup::Profile => "c.profile_id",
        RuleGroup::RenewalPolicy => "c.renewal_policy_id",
        RuleGroup::Kind => match conditions {
            Conditions::Jobs(_) => "j.kind",
            Conditions::Issuers(_) => "i.kind",
            Conditions::Certificates(_) | Conditions::Agents(_) => NOTHING,
        },
    };
    Some(column)
}

/// Groups with how many match in each, by their value; with `only`, those of these values, and that of those without one.
///
/// # Errors
/// Those of the store.
pub fn groups(
    tx: &mut Tx<'_>,
    conditions: &Conditions,
    group: RuleGroup,
    only: Option<&[String]>,
    limit: i64,
) -> Result<Vec<GroupRow>, StoreError> {
    let source = source(tx, conditions, group);
    let column = key(conditions, &source, group);
    let [owner, team, environment, certificate, job, agent, issuer] = source.of;
    let value = column.unwrap_or(NOTHING);
    let (name, moment) = (source.name, source.moment);
    let mut sql = format!(
        "-- alert_rule_matches.groups
         SELECT {value} AS value, COUNT(*) AS members, MIN({name}) AS name, MIN({moment}) AS moment,
             MIN({owner}) AS owner_id, MIN({team}) AS team_id, MIN({environment}) AS environment,
             MIN({certificate}) AS certificate_id, MIN({job}) AS job_id, MIN({agent}) AS agent_id,
             MIN({issuer}) AS issuer_id
         {}",
        source.from
    );
    let mut values = source.values;
    if let (Some(column), Some(only)) = (column, only) {
        let mut places = Vec::with_capacity(only.len());
        for value in only {
            values.push(value.into());
            places.push(format!("${}", values.len()));
        }
        let listed = if places.is_empty() {
            "FALSE".to_owned()
        } else {
            format!("{column} IN ({})", places.join(", "))
        };
        sql.push_str(&format!(" AND ({listed} OR {column} IS NULL)"));
    }
    if let Some(column) = column {
        values.push(limit.into());
        sql.push_str(&format!(" GROUP BY {column} ORDER BY {column} NULLS FIRST LIMIT ${}", values.len()));
    }
    let mut rows: Vec<GroupRow> = tx.all(&sql, &values)?;
    // Without a grouping there is one row, also when nothing matches.
    rows.retain(|row| row.members > 0);
    Ok(rows)
}

/// How many objects match, and in how many groups.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, conditions: &Conditions, group: RuleGroup) -> Result<(i64, i64), StoreError> {
    // A certificate with several key holders is in the group of each, and is one match.
    let all = source(tx, conditions, RuleGroup::None);
    let (n,): (i64,) =
        tx.one(&format!("-- alert_rule_matches.count\nSELECT COUNT(*) {}", all.from), &all.values)?;
    let source = source(tx, conditions, group);
    let Some(column) = key(conditions, &source, group) else { return Ok((n, n.min(1))) };
    let (named, unnamed): (i64, i64) = tx.one(
        &format!(
            "-- alert_rule_matches.count_groups
             SELECT COUNT(DISTINCT {column}), COUNT(CASE WHEN {column} IS NULL THEN 1 END) {}",
            source.from
        ),
        &source.values,
    )?;
    Ok((n, named.saturating_add(unnamed.min(1))))
}

/// The first that match, the earliest first.
///
/// # Errors
/// Those of the store.
pub fn first(tx: &mut Tx<'_>, conditions: &Conditions, limit: i64) -> Result<Vec<MatchRow>, StoreError> {
    let source = source(tx, conditions, RuleGroup::None);
    let mut values = source.values;
    values.push(limit.into());
    let (id, name, moment) = (source.id, source.name, source.moment);
    tx.all(
        &format!(
            "-- alert_rule_matches.first
             SELECT {id} AS id, {name} AS name, {moment} AS moment {}
             ORDER BY {moment} NULLS LAST, {id} LIMIT ${}",
            source.from,
            values.len()
        ),
        &values,
    )
}

/// How many jobs that match ended in a time.
///
/// # Errors
/// Those of the store.
pub fn jobs_ended(tx: &mut Tx<'_>, filters: &[JobFilter], from: Ts, to: Ts) -> Result<i64, StoreError> {
    // jobs_finished
    let (now, mut values) = (tx.now(), vec![from.into(), to.into()]);
    let any = any("jobs", "jobs.id", filters, &mut values, |filter, sql, values| {
        jobs::where_clause(filter, now, sql, values);
        sql.push_str(" AND finished_at >= $1 AND finished_at < $2");
    });
    one(tx, &format!("-- alert_rule_matches.jobs_ended\nSELECT COUNT(*) FROM ({any}) AS ended"), &values)
}

/// How many certificates that match now had a last issuance or renewal that failed for good in a time.
///
/// # Errors
/// Those of the store.
pub fn certificates_failed(
    tx: &mut Tx<'_>,
    filters: &[CertificateFilter],
    from: Ts,
    to: Ts,
) -> Result<i64, StoreError> {
    let mut values = vec![from.into(), to.into()];
    let any = any("certificates c", "c.id", filters, &mut values, |filter, sql, values| {
        certificates::where_clause(tx, filter, sql, values);
    });
    // jobs_finished
    let sql = format!(
        "-- alert_rule_matches.certificates_failed
         SELECT COUNT(DISTINCT j.certificate_id) FROM jobs j
         WHERE j.finished_at >= $1 AND j.finished_at < $2 AND j.state = 'Failed' AND j.kind IN ('Issuance', 'Renewal')
             AND j.certificate_id IN ({any})"
    );
    one(tx, &sql, &values)
}

/// How many certificates that match otherwise have a present end in a time.
///
/// # Errors
/// Those of the store.
pub fn certificates_ended(
    tx: &mut Tx<'_>,
    filters: &[CertificateFilter],
    from: Ts,
    to: Ts,
) -> Result<i64, StoreError> {
    let mut values = vec![from.into(), to.into()];
    // certificates_by_end
    let any = any("certificates c", "c.id", filters, &mut values, |filter, sql, values| {
        certificates::where_clause(tx, filter, sql, values);
        sql.push_str(" AND c.ends_at >= $1 AND c.ends_at < $2");
    });
    one(
        tx,
        &format!("-- alert_rule_matches.certificates_ended\nSELECT COUNT(*) FROM ({any}) AS ended"),
        &values,
    )
}

fn one(tx: &mut Tx<'_>, sql: &str, values: &[Val]) -> Result<i64, StoreError> {
    let (n,) = tx.one::<(i64,)>(sql, values)?;
    Ok(n)
}
