//! Jobs: rows, leases, steps.
//!
//! Invariants: every change of state names the state it comes from; settling needs the lease's token; the two
//! executors (control plane `""`, an agent's id) never see each other's jobs.

mod steps;

use certctl_core::choice::Span;
use certctl_core::facet::Facet;
use certctl_core::id::{
    AgentId, ApprovalId, CertificateId, DeploymentId, IssuerId, JobId, TargetId, VersionId,
};
use certctl_core::job::{JobKind, JobState};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::lists::{Anchors, Facets, Rows};
use crate::{StoreError, Tx, Val, args, row, scope, vals};

pub use steps::{StepRow, add_step, steps, steps_of_certificate};

row! {
    /// A job.
    #[derive(Debug, Clone)]
    pub struct JobRow {
        /// Id.
        pub id: JobId,
        /// What it does.
        pub kind: JobKind,
        /// Where it is.
        pub state: JobState,
        /// Empty for the control plane, else the agent's id.
        pub executor: String,
        /// For which certificate.
        pub certificate_id: CertificateId,
        /// For which key holder.
        pub holder: String,
        /// Deployment: where to.
        pub target_id: Option<TargetId>,
        /// Deployment: what; issuance: the result.
        pub version_id: Option<VersionId>,
        /// Deployment: its record.
        pub deployment_id: Option<DeploymentId>,
        /// Why.
        pub reason: String,
        /// Tries so far.
        pub attempts: i64,
        /// Tries in all.
        pub max_attempts: i64,
        /// Not before.
        pub run_after: Ts,
        /// End of a waiting state.
        pub deadline: Option<Ts>,
        /// Who has the lease.
        pub lease_owner: Option<String>,
        /// Proof of the lease.
        pub lease_token: Option<String>,
        /// End of the lease.
        pub lease_expires_at: Option<Ts>,
        /// DER.
        pub csr: Option<Vec<u8>>,
        /// The TBSCertificate that will be signed.
        pub intent: Option<Vec<u8>>,
        /// Cause of the last failure.
        pub error: Option<String>,
        /// When it was written.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// When it ended.
        pub finished_at: Option<Ts>,
        /// Who asked for it: the kind of actor, as in the audit trail.
        pub requested_by_kind: String,
        /// Who asked for it.
        pub requested_by: String,
        /// Why a person has to say yes first; absent when nobody has to.
        pub approval_because: Option<String>,
        /// The yes.
        pub approval_id: Option<ApprovalId>,
        /// By which request it was asked for; absent when by none.
        pub request_id: Option<String>,
        /// Its place in the trace of that request (`traceparent`); absent when it is in none.
        pub traceparent: Option<String>,
    }
}

const COLUMNS: &str = "jobs.id, jobs.kind, jobs.state, jobs.executor, jobs.certificate_id, jobs.holder, \
     jobs.target_id, jobs.version_id, jobs.deployment_id, jobs.reason, jobs.attempts, jobs.max_attempts, \
     jobs.run_after, jobs.deadline, jobs.lease_owner, jobs.lease_token, jobs.lease_expires_at, jobs.csr, \
     jobs.intent, jobs.error, jobs.created_at, jobs.updated_at, jobs.finished_at, jobs.requested_by_kind, \
     jobs.requested_by, jobs.approval_because, jobs.approval_id, jobs.request_id, jobs.traceparent";

const OPEN: &str = "('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running')";

/// Adds a job; false when its certificate and holder (or target) have an open one of the kind already.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, job: &JobRow) -> Result<bool, StoreError> {
    Ok(tx.exec(INSERT, &values(job))? == 1)
}

/// Adds a job of a certificate that this transaction has made, and that can have no other.
///
/// # Errors
/// Those of the store.
pub fn insert_first(tx: &mut Tx<'_>, job: &JobRow) -> Result<(), StoreError> {
    tx.exec_later(INSERT, values(job))
}

const INSERT: &str = "-- jobs.insert
    INSERT INTO jobs (id, kind, state, executor, certificate_id, holder, target_id, version_id, deployment_id,
        reason, attempts, max_attempts, run_after, deadline, lease_owner, lease_token, lease_expires_at, csr,
        intent, error, created_at, updated_at, finished_at, requested_by_kind, requested_by, approval_because,
        approval_id, request_id, traceparent)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
        $22, $23, $24, $25, $26, $27, $28, $29)
    ON CONFLICT DO NOTHING";

fn values(job: &JobRow) -> Vec<Val> {
    vals![
        &job.id,
        job.kind,
        job.state,
        job.executor.clone(),
        &job.certificate_id,
        job.holder.clone(),
        job.target_id.as_ref(),
        job.version_id.as_ref(),
        job.deployment_id.as_ref(),
        job.reason.clone(),
        job.attempts,
        job.max_attempts,
        job.run_after,
        job.deadline,
        job.lease_owner.clone(),
        job.lease_token.clone(),
        job.lease_expires_at,
        job.csr.clone(),
        job.intent.clone(),
        job.error.clone(),
        job.created_at,
        job.updated_at,
        job.finished_at,
        job.requested_by_kind.clone(),
        job.requested_by.clone(),
        job.approval_because.clone(),
        job.approval_id.as_ref(),
        job.request_id.clone(),
        job.traceparent.clone()
    ]
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &JobId) -> Result<Option<JobRow>, StoreError> {
    tx.opt(&format!("-- jobs.by_id\nSELECT {COLUMNS} FROM jobs WHERE id = $1"), args![id])
}

/// One by its id, if the scope admits its certificate.
///
/// # Errors
/// Those of the store.
pub fn within(tx: &mut Tx<'_>, wanted: &Scope, id: &JobId) -> Result<Option<JobRow>, StoreError> {
    let mut sql = format!("-- jobs.within\nSELECT {COLUMNS} FROM jobs WHERE jobs.id = $1");
    let mut values = vals![id];
    scope::through(wanted, "jobs.certificate_id", &mut sql, &mut values);
    tx.opt(&sql, &values)
}

/// The open issuance or renewal of a certificate and holder.
///
/// # Errors
/// Those of the store.
pub fn open_issuance(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    holder: &str,
) -> Result<Option<JobRow>, StoreError> {
    tx.opt(
        &format!(
            "-- jobs.open_issuance
             SELECT {COLUMNS} FROM jobs
             WHERE certificate_id = $1 AND holder = $2 AND kind IN ('Issuance', 'Renewal') AND state IN {OPEN}"
        ),
        args![id, holder],
    )
}

/// The open deployment of a certificate to a target.
///
/// # Errors
/// Those of the store.
pub fn open_deployment(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    target: &TargetId,
) -> Result<Option<JobRow>, StoreError> {
    tx.opt(
        &format!(
            "-- jobs.open_deployment
             SELECT {COLUMNS} FROM jobs
             WHERE certificate_id = $1 AND target_id = $2 AND kind = 'Deployment' AND state IN {OPEN}"
        ),
        args![id, target],
    )
}

/// The open look at what a target serves of a certificate.
///
/// # Errors
/// Those of the store.
pub fn open_validation(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    target: &TargetId,
) -> Result<Option<JobRow>, StoreError> {
    // jobs_one_open_validation
    tx.opt(
        &format!(
            "-- jobs.open_validation
             SELECT {COLUMNS} FROM jobs
             WHERE certificate_id = $1 AND target_id = $2 AND kind = 'Validation' AND state IN {OPEN}"
        ),
        args![id, target],
    )
}

/// Every open job of a certificate.
///
/// # Errors
/// Those of the store.
pub fn open_of_certificate(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Vec<JobRow>, StoreError> {
    tx.all(
        &format!(
            "-- jobs.open_of_certificate
             SELECT {COLUMNS} FROM jobs WHERE certificate_id = $1 AND state IN {OPEN} ORDER BY id"
        ),
        args![id],
    )
}

/// The open issuances of many certificates; `ids` is a JSON list.
///
/// # Errors
/// Those of the store.
pub fn open_issuances_of(tx: &mut Tx<'_>, ids: &Value) -> Result<Vec<(CertificateId, JobId)>, StoreError> {
    // jobs_one_open_issuance
    let list = tx.pick("SELECT value FROM json_each($1)", "SELECT jsonb_array_elements_text($1)");
    tx.all(
        &format!(
            "-- jobs.open_issuances_of
             SELECT certificate_id, id FROM jobs
             WHERE certificate_id IN ({list}) AND kind IN ('Issuance', 'Renewal') AND state IN {OPEN} ORDER BY id"
        ),
        args![ids],
    )
}

/// Every open job that an agent would have to do, or to send a CSR for.
///
/// # Errors
/// Those of the store.
pub fn open_of_agent(tx: &mut Tx<'_>, agent: &AgentId) -> Result<Vec<JobRow>, StoreError> {
    // Only when an agent is retired; the indexes of open jobs keep it off the finished ones.
    tx.all(
        &format!(
            "-- jobs.open_of_agent
             SELECT {COLUMNS} FROM jobs WHERE (executor = $1 OR holder = $1) AND state IN {OPEN} ORDER BY id"
        ),
        args![agent],
    )
}

/// How many are open, by kind and state.
///
/// # Errors
/// Those of the store.
pub fn count_open(tx: &mut Tx<'_>) -> Result<Vec<(JobKind, JobState, i64)>, StoreError> {
    // jobs_one_open_issuance, jobs_one_open_deployment and jobs_one_open_validation hold the open ones of their kinds and no
    // others.
    let mut found = Vec::new();
    for kinds in ["kind IN ('Issuance', 'Renewal')", "kind = 'Deployment'", "kind = 'Validation'"] {
        let sql = format!(
            "-- jobs.count_open
             SELECT kind, state, COUNT(*) FROM jobs WHERE {kinds} AND state IN {OPEN} GROUP BY kind, state"
        );
        found.extend(tx.all::<(JobKind, JobState, i64)>(&sql, args![])?);
    }
    Ok(found)
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Of certificates that the caller may see.
    pub scope: Scope,
    /// Where it is: one of these; anywhere when empty.
    pub states: Vec<JobState>,
    /// What it does: one of these; anything when empty.
    pub kinds: Vec<JobKind>,
    /// For which certificate.
    pub certificate_id: Option<CertificateId>,
    /// Executed or keyed by which agent.
    pub agent_id: Option<AgentId>,
    /// To which target.
    pub target_id: Option<TargetId>,
    /// For certificates of which issuer.
    pub issuer_id: Option<IssuerId>,
    /// Written after.
    pub created_after: Option<Ts>,
    /// Written before.
    pub created_before: Option<Ts>,
    /// Written in this range.
    pub created: Span,
    /// Ended in this range.
    pub finished: Span,
    /// Tried at least so often.
    pub min_attempts: Option<i64>,
    /// Oldest first; else newest first.
    pub oldest_first: bool,
    /// Ids behind this one only, in the order of the list.
    pub beyond: Option<JobId>,
}

/// A condition on a column that holds one of our own words; written out, so that the partial indexes fit.
fn one_of(column: &str, words: &[&str], sql: &mut String) {
    match words {
        [] => {}
        [word] => sql.push_str(&format!(" AND {column} = '{word}'")),
        words => sql.push_str(&format!(" AND {column} IN ('{}')", words.join("', '"))),
    }
}

/// Adds what the filter asks of jobs, as seen from a moment: ` AND ...`, or nothing.
pub(crate) fn where_clause(filter: &JobFilter, now: Ts, sql: &mut String, values: &mut Vec<Val>) {
    scope::through(&filter.scope, "jobs.certificate_id", sql, values);
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    one_of("state", &states, sql);
    let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
    one_of("kind", &kinds, sql);
    let mut and = |clause: &str, value: Val| {
        values.push(value);
        sql.push_str(&format!(" AND {}", clause.replace('?', &format!("${}", values.len()))));
    };
    if let Some(id) = &filter.certificate_id {
        and("certificate_id = ?", id.into());
    }
    if let Some(id) = &filter.agent_id {
        and("holder = ?", id.into());
    }
    if let Some(id) = &filter.target_id {
        and("target_id = ?", id.into());
    }
    if let Some(id) = &filter.issuer_id {
        and("certificate_id IN (SELECT id FROM certificates WHERE issuer_id = ?)", id.into());
    }
    if let Some(after) = filter.created_after {
        and("created_at > ?", after.into());
    }
    if let Some(before) = filter.created_before {
        and("created_at < ?", before.into());
    }
    for (column, span) in [("created_at", filter.created), ("finished_at", filter.finished)] {
        if let Some(from) = span.from {
            and(&format!("{column} >= ?"), from.seen_from(now).into());
        }
        if let Some(to) = span.to {
            and(&format!("{column} < ?"), to.seen_from(now).into());
        }
    }
    if let Some(least) = filter.min_attempts {
        and("attempts >= ?", least.into());
    }
}

/// A page, in the order that the filter says.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, wanted: &JobFilter, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    // Ids sort by time: the primary key gives the order. jobs_certificate, jobs_target and jobs_holder give the filter and
    // the order; jobs_failed, jobs_cancelled and the indexes of open jobs those of a state that few are in; jobs_finished a range of
    // ends.
    let mut sql = format!("-- jobs.list\nSELECT {COLUMNS} FROM jobs WHERE 1 = 1");
    let mut values = Vec::new();
    where_clause(wanted, tx.now(), &mut sql, &mut values);
    let (behind, order) = if wanted.oldest_first { (">", "") } else { ("<", " DESC") };
    if let Some(last) = &wanted.beyond {
        values.push(last.into());
        sql.push_str(&format!(" AND id {behind} ${}", values.len()));
    }
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY id{order} LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, wanted: &JobFilter) -> Result<i64, StoreError> {
    let mut sql = "-- jobs.count\nSELECT COUNT(*) FROM jobs WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    where_clause(wanted, tx.now(), &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

fn rows(tx: &Tx<'_>, wanted: &JobFilter) -> Rows {
    // By the indexes of the list.
    let (mut conditions, mut values) = (String::new(), Vec::new());
    where_clause(wanted, tx.now(), &mut conditions, &mut values);
    let descending = !wanted.oldest_first;
    Rows { name: "jobs", table: "jobs", before: None, key: "id", descending, conditions, values, cut: false }
}

/// Places all over the list, each the id of the last job before it.
///
/// # Errors
/// Those of the store.
pub fn anchors(tx: &mut Tx<'_>, wanted: &JobFilter) -> Result<Anchors<JobId>, StoreError> {
    rows(tx, wanted).anchors(tx)
}

/// Counts the list by state and kind.
///
/// # Errors
/// Those of the store.
pub fn facets(tx: &mut Tx<'_>, wanted: &JobFilter) -> Result<Facets, StoreError> {
    rows(tx, wanted).facets(tx, &[(Facet::State, "state"), (Facet::Kind, "kind")])
}

/// A lease: who, with which proof, until when.
#[derive(Debug, Clone)]
pub struct Lease {
    /// Replica or agent's boot.
    pub owner: String,
    /// Proof.
    pub token: String,
    /// End.
    pub expires_at: Ts,
}

/// Leases up to `limit` runnable jobs of an agent, oldest first. The control plane's go through [`runnable`] and [`take`].
///
/// # Errors
/// Those of the store.
pub fn lease(tx: &mut Tx<'_>, executor: &str, lease: &Lease, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    let now = tx.now();
    tx.all(
        &format!(
            "-- jobs.lease
             WITH runnable AS MATERIALIZED (
                 SELECT id FROM jobs
                 WHERE executor = $1 AND state = 'Pending' AND run_after <= $2
                 ORDER BY run_after, id LIMIT $3 {{LOCK}}
             )
             UPDATE jobs
             SET state = 'Running', attempts = attempts + 1, lease_owner = $4, lease_token = $5,
                 lease_expires_at = $6, updated_at = $2
             FROM runnable WHERE jobs.id = runnable.id
             RETURNING {COLUMNS}"
        ),
        args![executor, now, limit, lease.owner.clone(), lease.token.clone(), lease.expires_at],
    )
}

/// Up to `limit` runnable jobs of the control plane, oldest first; on PostgreSQL locked, and without those that another
/// replica has locked. [`take`] leases them one by one.
///
/// # Errors
/// Those of the store.
pub fn runnable(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    let now = tx.now();
    // jobs_runnable
    tx.all(
        &format!(
            "-- jobs.runnable
             SELECT {COLUMNS} FROM jobs
             WHERE executor = '' AND state = 'Pending' AND run_after <= $1
             ORDER BY run_after, id LIMIT $2 {{LOCK}}"
        ),
        args![now, limit],
    )
}

/// Lets a runnable job of the control plane wait for a time; that is no try.
///
/// # Errors
/// [`StoreError::Stale`] when it does not wait to be run.
pub fn put_off(tx: &mut Tx<'_>, id: &JobId, until: Ts) -> Result<(), StoreError> {
    tx.exec_one(
        "-- jobs.put_off
         UPDATE jobs SET run_after = $1 WHERE id = $2 AND state = 'Pending'",
        args![until, id],
        "job",
    )
}

/// Lets a job that waits for its time run now; says whether it waited.
///
/// # Errors
/// Those of the store.
pub fn bring_forward(tx: &mut Tx<'_>, id: &JobId) -> Result<bool, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- jobs.bring_forward
         UPDATE jobs SET run_after = $1, updated_at = $1 WHERE id = $2 AND state = 'Pending' AND run_after > $1",
        args![now, id],
    )?;
    Ok(n == 1)
}

/// Leases a runnable job, and stores with it what will be signed, unless it has that already.
///
/// # Errors
/// [`StoreError::Stale`] when it is not runnable any more.
pub fn take(
    tx: &mut Tx<'_>,
    job: &mut JobRow,
    lease: &Lease,
    intent: Option<&[u8]>,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- jobs.take
         UPDATE jobs
         SET state = 'Running', attempts = attempts + 1, lease_owner = $1, lease_token = $2, lease_expires_at = $3,
             intent = COALESCE(intent, $4), updated_at = $5
         WHERE id = $6 AND state = 'Pending'",
        args![lease.owner.clone(), lease.token.clone(), lease.expires_at, intent, now, &job.id],
        "job",
    )?;
    job.state = JobState::Running;
    job.attempts += 1;
    job.lease_owner = Some(lease.owner.clone());
    job.lease_token = Some(lease.token.clone());
    job.lease_expires_at = Some(lease.expires_at);
    Ok(())
}

/// Forgets what would have been signed for a job, because what was to sign it is gone: it is planned anew.
///
/// # Errors
/// [`StoreError::Stale`] when it is another plan by now, or the job is not waiting.
pub fn forget_intent(tx: &mut Tx<'_>, job: &mut JobRow) -> Result<(), StoreError> {
    tx.exec_one(
        "-- jobs.forget_intent
         UPDATE jobs SET intent = NULL WHERE id = $1 AND state = 'Pending' AND intent = $2",
        args![&job.id, job.intent.clone()],
        "job",
    )?;
    job.intent = None;
    Ok(())
}

/// When the next job of an executor becomes runnable, or an agent is to be asked for a CSR again.
///
/// # Errors
/// Those of the store.
pub fn next_run(tx: &mut Tx<'_>, executor: &str) -> Result<Option<Ts>, StoreError> {
    let (at,): (Option<Ts>,) = tx.one(
        "-- jobs.next_run
         SELECT MIN(run_after) FROM (
             SELECT MIN(run_after) AS run_after FROM jobs WHERE executor = $1 AND state = 'Pending'
             UNION ALL
             SELECT MIN(run_after) AS run_after FROM jobs WHERE holder = $1 AND state = 'AwaitingCSR'
         ) AS next",
        args![executor],
    )?;
    Ok(at)
}

/// Whether an agent has anything to do.
///
/// # Errors
/// Those of the store.
pub fn agent_has_work(tx: &mut Tx<'_>, agent: &AgentId) -> Result<bool, StoreError> {
    let now = tx.now();
    let found: Option<(i64,)> = tx.opt(
        "-- jobs.agent_has_work
         SELECT CAST(1 AS BIGINT) FROM jobs WHERE executor = $1 AND state = 'Pending' AND run_after <= $2
         UNION ALL
         SELECT CAST(1 AS BIGINT) FROM jobs WHERE holder = $1 AND state = 'AwaitingCSR' AND run_after <= $2
         LIMIT 1",
        args![agent, now],
    )?;
    Ok(found.is_some())
}

/// Jobs that wait for an agent's CSR and are not put off.
///
/// # Errors
/// Those of the store.
pub fn awaiting_csr(tx: &mut Tx<'_>, agent: &AgentId, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    let now = tx.now();
    tx.all(
        &format!(
            "-- jobs.awaiting_csr
             SELECT {COLUMNS} FROM jobs WHERE holder = $1 AND state = 'AwaitingCSR' AND run_after <= $2
             ORDER BY id LIMIT $3"
        ),
        args![agent, now, limit],
    )
}

/// Takes an accepted CSR: AwaitingCSR becomes Pending, and tries are counted anew.
///
/// # Errors
/// [`StoreError::Stale`] when the job is not waiting for one.
pub fn accept_csr(tx: &mut Tx<'_>, id: &JobId, csr: &[u8]) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- jobs.accept_csr
         UPDATE jobs SET state = 'Pending', csr = $1, run_after = $2, deadline = NULL, updated_at = $2, attempts = 0,
             error = NULL
         WHERE id = $3 AND state = 'AwaitingCSR'",
        args![csr, now, id],
        "job",
    )
}

/// The key holder could not make a CSR: the job goes on waiting, and the holder is asked again at `run_after`.
///
/// # Errors
/// [`StoreError::Stale`] when the job is not waiting for one.
pub fn put_csr_off(tx: &mut Tx<'_>, id: &JobId, run_after: Ts, cause: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- jobs.put_csr_off
         UPDATE jobs SET attempts = attempts + 1, run_after = $1, error = $2, updated_at = $3
         WHERE id = $4 AND state = 'AwaitingCSR'",
        args![run_after, cause, now, id],
        "job",
    )
}

/// How a lease ends.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The state after.
    pub state: JobState,
    /// Pending: not before.
    pub run_after: Ts,
    /// The result of an issuance.
    pub version_id: Option<VersionId>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Ends a lease by its token: Running becomes the settlement's state.
///
/// # Errors
/// [`StoreError::Stale`] when the lease is gone.
pub fn settle(tx: &mut Tx<'_>, id: &JobId, token: &str, end: &Settlement) -> Result<(), StoreError> {
    let now = tx.now();
    let finished = (!end.state.is_open()).then_some(now);
    tx.exec_one(
        "-- jobs.settle
         UPDATE jobs
         SET state = $1, run_after = $2, version_id = COALESCE($3, version_id), error = $4, finished_at = $5,
             lease_owner = NULL, lease_token = NULL, lease_expires_at = NULL, updated_at = $6
         WHERE id = $7 AND lease_token = $8 AND state = 'Running'",
        args![end.state, end.run_after, end.version_id.as_ref(), end.error.clone(), finished, now, id, token],
        "job",
    )
}

/// Ends a lease without an outcome: what the job asked for goes on elsewhere, and is looked at again at `until`. That is no try.
///
/// # Errors
/// [`StoreError::Stale`] when the lease is gone.
pub fn wait(tx: &mut Tx<'_>, id: &JobId, token: &str, until: Ts) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- jobs.wait
         UPDATE jobs
         SET state = 'Pending', run_after = $1, attempts = attempts - 1, lease_owner = NULL, lease_token = NULL,
             lease_expires_at = NULL, updated_at = $2
         WHERE id = $3 AND lease_token = $4 AND state = 'Running'",
        args![until, now, id, token],
        "job",
    )
}

/// Moves a job without a lease (cancel, deadline, retry) from the state it was read in.
///
/// # Errors
/// [`StoreError::Stale`] when it is in another state by now.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: &JobId,
    from: JobState,
    to: JobState,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let now = tx.now();
    let finished = (!to.is_open()).then_some(now);
    tx.exec_one(
        "-- jobs.set_state
         UPDATE jobs
         SET state = $1, error = $2, finished_at = $3, run_after = $4, updated_at = $4, deadline = NULL,
             lease_owner = NULL, lease_token = NULL, lease_expires_at = NULL,
             attempts = CASE WHEN $1 = 'Pending' AND state = 'Failed' THEN 0 ELSE attempts END
         WHERE id = $5 AND state = $6",
        args![to, error, finished, now, id, from],
        "job",
    )
}

/// Extends leases of an owner that are still its own; says which are.
///
/// # Errors
/// Those of the store.
pub fn extend(tx: &mut Tx<'_>, id: &JobId, token: &str, until: Ts) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- jobs.extend
         UPDATE jobs SET lease_expires_at = $1 WHERE id = $2 AND lease_token = $3 AND state = 'Running'",
        args![until, id, token],
    )?;
    Ok(n == 1)
}

/// Running jobs whose lease has ended.
///
/// # Errors
/// Those of the store.
pub fn expired_leases(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    let now = tx.now();
    tx.all(
        &format!(
            "-- jobs.expired_leases
             SELECT {COLUMNS} FROM jobs WHERE state = 'Running' AND lease_expires_at <= $1
             ORDER BY lease_expires_at LIMIT $2 {{LOCK}}"
        ),
        args![now, limit],
    )
}

/// Running jobs of one executor, to give back what an earlier start of it held.
///
/// # Errors
/// Those of the store.
pub fn running_of(tx: &mut Tx<'_>, executor: &str) -> Result<Vec<JobRow>, StoreError> {
    // jobs_running; without it SQLite reads every job that ever was, in the order of their ids.
    tx.all(
        &format!(
            "-- jobs.running_of
             SELECT {COLUMNS} FROM jobs WHERE executor = $1 AND state = 'Running' ORDER BY id"
        ),
        args![executor],
    )
}

/// Waiting jobs past their deadline.
///
/// # Errors
/// Those of the store.
pub fn past_deadline(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    let now = tx.now();
    tx.all(
        &format!(
            "-- jobs.past_deadline
             SELECT {COLUMNS} FROM jobs
             WHERE state IN ('AwaitingApproval', 'AwaitingCSR') AND deadline <= $1
             ORDER BY deadline LIMIT $2 {{LOCK}}"
        ),
        args![now, limit],
    )
}

/// Removes finished jobs older than `before` and their steps; says how many.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    let old: Vec<(String,)> = tx.all(
        "-- jobs.prunable
         SELECT id FROM jobs WHERE finished_at IS NOT NULL AND finished_at < $1 ORDER BY finished_at LIMIT $2",
        args![before, limit],
    )?;
    for (id,) in &old {
        tx.exec("-- job_steps.prune\nDELETE FROM job_steps WHERE job_id = $1", args![id.clone()])?;
        tx.exec("-- jobs.prune\nDELETE FROM jobs WHERE id = $1", args![id.clone()])?;
    }
    Ok(u64::try_from(old.len()).unwrap_or(0))
}
