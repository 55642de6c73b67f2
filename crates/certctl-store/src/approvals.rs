//! Approvals: what people decided, and the jobs that wait for them.
//!
//! Not for: who may decide (the server's `ops/approvals.rs`). Invariant: a row is only added; a job that needs a yes leaves
//! AwaitingApproval forwards through [`give`] alone, which names the row (a check of the table holds to it).

use certctl_core::approval::ApprovalDecision;
use certctl_core::id::{ApprovalId, CertificateId, JobId, ProfileId};
use certctl_core::job::JobState;
use certctl_core::permission::Scope;
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row, scope};

row! {
    /// A decision.
    #[derive(Debug, Clone)]
    pub struct ApprovalRow {
        /// Id.
        pub id: ApprovalId,
        /// On which job.
        pub job_id: JobId,
        /// For which certificate.
        pub certificate_id: CertificateId,
        /// Yes or no.
        pub decision: ApprovalDecision,
        /// The digest of the request as it was shown.
        pub covers: String,
        /// Who: the kind of actor.
        pub decided_by_kind: String,
        /// Who.
        pub decided_by: String,
        /// Why.
        pub reason: Option<String>,
        /// When.
        pub at: Ts,
    }
}

/// Adds a decision.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &ApprovalRow) -> Result<(), StoreError> {
    tx.exec(
        "-- approvals.insert
         INSERT INTO approvals (id, job_id, certificate_id, decision, covers, decided_by_kind, decided_by, reason, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &row.id,
            &row.job_id,
            &row.certificate_id,
            row.decision,
            row.covers.clone(),
            row.decided_by_kind.clone(),
            row.decided_by.clone(),
            row.reason.clone(),
            row.at
        ],
    )?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &ApprovalId) -> Result<Option<ApprovalRow>, StoreError> {
    tx.opt(
        "-- approvals.by_id
         SELECT id, job_id, certificate_id, decision, covers, decided_by_kind, decided_by, reason, at
         FROM approvals WHERE id = $1",
        args![id],
    )
}

/// The decisions on a job, oldest first.
///
/// # Errors
/// Those of the store.
pub fn of_job(tx: &mut Tx<'_>, id: &JobId) -> Result<Vec<ApprovalRow>, StoreError> {
    // approvals_job; a job is decided again only when what was decided about has changed.
    tx.all(
        "-- approvals.of_job
         SELECT id, job_id, certificate_id, decision, covers, decided_by_kind, decided_by, reason, at
         FROM approvals WHERE job_id = $1 ORDER BY at, id LIMIT 100",
        args![id],
    )
}

/// Lets an approved job go on: AwaitingApproval becomes `next`, with the yes that allows it.
///
/// # Errors
/// [`StoreError::Stale`] when it does not wait for one any more.
pub fn give(
    tx: &mut Tx<'_>,
    job: &JobId,
    approval: &ApprovalId,
    next: JobState,
    deadline: Option<Ts>,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- approvals.give
         UPDATE jobs SET state = $1, approval_id = $2, deadline = $3, run_after = $4, updated_at = $4, error = NULL
         WHERE id = $5 AND state = 'AwaitingApproval'",
        args![next, approval, deadline, now, job],
        "job",
    )
}

/// Makes a job wait for a yes; one that was given for something else counts no more.
///
/// # Errors
/// [`StoreError::Stale`] when it is in another state by now.
pub fn demand(
    tx: &mut Tx<'_>,
    job: &JobId,
    from: JobState,
    because: &str,
    deadline: Ts,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- approvals.demand
         UPDATE jobs SET state = 'AwaitingApproval', approval_because = $1, approval_id = NULL, deadline = $2,
             updated_at = $3, attempts = 0, finished_at = NULL
         WHERE id = $4 AND state = $5",
        args![because, deadline, now, job, from],
        "job",
    )
}

row! {
    /// A job that waits, with what it is for.
    #[derive(Debug, Clone)]
    pub struct WaitingRow {
        /// The job.
        pub job_id: JobId,
        /// What the job does.
        pub kind: certctl_core::job::JobKind,
        /// Who would have the key.
        pub holder: String,
        /// Why it was started.
        pub reason: String,
        /// Why it needs a yes.
        pub approval_because: Option<String>,
        /// Who asked: the kind of actor.
        pub requested_by_kind: String,
        /// Who asked.
        pub requested_by: String,
        /// Since when.
        pub updated_at: Ts,
        /// Until when.
        pub deadline: Option<Ts>,
        /// For which certificate.
        pub certificate_id: CertificateId,
        /// Its name.
        pub certificate_name: String,
        /// Its names.
        pub names: serde_json::Value,
        /// Its issuer.
        pub issuer_id: certctl_core::id::IssuerId,
        /// Its profile.
        pub profile_id: ProfileId,
        /// Its environment.
        pub environment: Option<String>,
        /// Its owner.
        pub owner_id: Option<certctl_core::id::OwnerId>,
        /// Its team.
        pub team_id: Option<certctl_core::id::TeamId>,
        /// Its key algorithm.
        pub key_algorithm: String,
        /// Its lifetime.
        pub lifetime_seconds: i64,
        /// The end of what it has now.
        pub not_after: Option<Ts>,
    }
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct WaitingFilter {
    /// Only those within it.
    pub scope: Scope,
    /// Under which profile.
    pub profile_id: Option<ProfileId>,
    /// For which certificate.
    pub certificate_id: Option<CertificateId>,
    /// After this deadline and job.
    pub after: Option<(Ts, String)>,
}

fn conditions(filter: &WaitingFilter, sql: &mut String, values: &mut Vec<crate::Val>) {
    scope::clause(&filter.scope, "c", sql, values);
    if let Some(id) = &filter.profile_id {
        values.push(id.into());
        sql.push_str(&format!(" AND c.profile_id = ${}", values.len()));
    }
    if let Some(id) = &filter.certificate_id {
        values.push(id.into());
        sql.push_str(&format!(" AND j.certificate_id = ${}", values.len()));
    }
}

/// Jobs that wait for a yes, the nearest deadline first.
///
/// # Errors
/// Those of the store.
pub fn waiting(tx: &mut Tx<'_>, filter: &WaitingFilter, limit: i64) -> Result<Vec<WaitingRow>, StoreError> {
    // jobs_awaiting_approval
    let mut sql = "-- approvals.waiting
         SELECT j.id AS job_id, j.kind, j.holder, j.reason, j.approval_because, j.requested_by_kind, j.requested_by,
             j.updated_at, j.deadline, c.id AS certificate_id, c.name AS certificate_name, c.names, c.issuer_id,
             c.profile_id, c.environment, c.owner_id, c.team_id, c.key_algorithm, c.lifetime_seconds, c.not_after
         FROM jobs j JOIN certificates c ON c.id = j.certificate_id
         WHERE j.state = 'AwaitingApproval'"
        .to_owned();
    let mut values = Vec::new();
    conditions(filter, &mut sql, &mut values);
    if let Some((deadline, id)) = &filter.after {
        values.push((*deadline).into());
        values.push(id.clone().into());
        let n = values.len();
        sql.push_str(&format!(" AND (j.deadline, j.id) > (${}, ${n})", n - 1));
    }
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY j.deadline, j.id LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many wait.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &WaitingFilter) -> Result<i64, StoreError> {
    let mut sql = "-- approvals.count
         SELECT COUNT(*) FROM jobs j JOIN certificates c ON c.id = j.certificate_id
         WHERE j.state = 'AwaitingApproval'"
        .to_owned();
    let mut values = Vec::new();
    conditions(filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}
