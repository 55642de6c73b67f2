//! What the alerts task looks at: for each kind of trouble, where it may be (by an index that holds little else) and the
//! facts of a page of objects.
//!
//! Not for: deciding what is an alert (core, and the server's `ops/alerts`). Invariant: no statement here reads what is
//! well: each begins at an index of what is due, failing or out of reach, or at ids that were given.

use certctl_core::certificate::KeyStrategy;
use certctl_core::deployment::DeploymentState;
use certctl_core::id::{
    AgentId, CertificateId, IssuerId, JobId, OwnerId, RenewalPolicyId, TargetId, TeamId, VersionId,
};
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, Val, args, row};

/// The most ids that facts are asked for at once.
pub const PAGE: usize = 100;

/// `$n, $n+1, ...` for [`PAGE`] ids, so that only one text is ever prepared; the last id fills the places.
fn listed(values: &mut Vec<Val>, ids: &[String]) -> String {
    let first = values.len() + 1;
    let mut places = Vec::with_capacity(PAGE);
    for n in 0..PAGE {
        let id = ids.get(n).or_else(|| ids.last());
        values.push(id.into());
        places.push(format!("${}", first + n));
    }
    places.join(", ")
}

fn ids(rows: Vec<(String,)>) -> Vec<String> {
    rows.into_iter().map(|(id,)| id).collect()
}

row! {
    /// The end of one key holder's current version.
    #[derive(Debug, Clone)]
    pub struct EndRow {
        /// Which certificate.
        pub certificate_id: CertificateId,
        /// Which key holder.
        pub holder: String,
        /// Its version.
        pub version_id: Option<VersionId>,
        /// Valid from.
        pub not_before: Option<Ts>,
        /// Valid until.
        pub not_after: Option<Ts>,
        /// The certificate's name.
        pub name: String,
        /// Its policy.
        pub renewal_policy_id: RenewalPolicyId,
        /// What it has in place of values of its policy.
        pub policy_override: Option<serde_json::Value>,
        /// Who makes the key.
        pub key_strategy: KeyStrategy,
        /// Its issuer.
        pub issuer_id: IssuerId,
        /// Its owner.
        pub owner_id: Option<OwnerId>,
        /// Its team.
        pub team_id: Option<TeamId>,
        /// Its environment.
        pub environment: Option<String>,
        /// When it was archived.
        pub archived_at: Option<Ts>,
    }
}

const END: &str = "h.certificate_id, h.holder, h.current_version_id AS version_id, h.not_before, h.not_after, c.name, \
     c.renewal_policy_id, c.policy_override, c.key_strategy, c.issuer_id, c.owner_id, c.team_id, c.environment, c.archived_at";

/// Key holders whose next threshold has come.
///
/// # Errors
/// Those of the store.
pub fn ends_due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<EndRow>, StoreError> {
    let now = tx.now();
    // holders_alert
    tx.all(
        &format!(
            "-- alert_watch.ends_due
             SELECT {END}
             FROM (SELECT certificate_id, holder, current_version_id, not_before, not_after, alert_at FROM holders
                 WHERE alert_at <= $1 ORDER BY alert_at, certificate_id, holder LIMIT $2) AS h
             JOIN certificates c ON c.id = h.certificate_id
             ORDER BY h.alert_at, h.certificate_id, h.holder"
        ),
        args![now, limit],
    )
}

/// The ends of some certificates.
///
/// # Errors
/// Those of the store.
pub fn ends_of(tx: &mut Tx<'_>, certificates: &[String]) -> Result<Vec<EndRow>, StoreError> {
    let mut values = Vec::new();
    let list = listed(&mut values, certificates);
    tx.all(
        &format!(
            "-- alert_watch.ends_of
             SELECT {END} FROM holders h JOIN certificates c ON c.id = h.certificate_id
             WHERE h.certificate_id IN ({list})"
        ),
        &values,
    )
}

/// Sets when a key holder's thresholds are looked at next.
///
/// # Errors
/// Those of the store.
pub fn set_alert_at(tx: &mut Tx<'_>, end: &EndRow, at: Option<Ts>) -> Result<(), StoreError> {
    tx.exec(
        "-- alert_watch.set_alert_at
         UPDATE holders SET alert_at = $1 WHERE certificate_id = $2 AND holder = $3",
        args![at, &end.certificate_id, end.holder.clone()],
    )?;
    Ok(())
}

const OPEN: &str = "('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running')";

/// Certificates whose last work failed for good, or whose issuance was tried three times and is tried on.
///
/// # Errors
/// Those of the store.
pub fn failing(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    // certificates_failed, jobs_struggling
    let rows = tx.all(
        &format!(
            "-- alert_watch.failing
             SELECT id FROM (
                 SELECT id FROM certificates WHERE last_failed AND archived_at IS NULL AND id > $1
                 UNION
                 SELECT certificate_id AS id FROM jobs
                 WHERE attempts >= 3 AND state IN {OPEN} AND certificate_id > $1
             ) AS failing ORDER BY id LIMIT $2"
        ),
        args![after, limit],
    )?;
    Ok(ids(rows))
}

row! {
    /// What is known of a certificate that may be failing.
    #[derive(Debug, Clone)]
    pub struct CertificateFacts {
        /// Which.
        pub id: CertificateId,
        /// Its name.
        pub name: String,
        /// Its issuer.
        pub issuer_id: IssuerId,
        /// Its owner.
        pub owner_id: Option<OwnerId>,
        /// Its team.
        pub team_id: Option<TeamId>,
        /// Its environment.
        pub environment: Option<String>,
        /// Its lifetime.
        pub lifetime_seconds: i64,
        /// Its earliest end.
        pub not_after: Option<Ts>,
        /// Whether the last work failed for good.
        pub last_failed: bool,
        /// Its cause.
        pub last_error: Option<String>,
        /// When it was archived.
        pub archived_at: Option<Ts>,
    }
}

/// The facts of some certificates.
///
/// # Errors
/// Those of the store.
pub fn certificates(tx: &mut Tx<'_>, wanted: &[String]) -> Result<Vec<CertificateFacts>, StoreError> {
    let mut values = Vec::new();
    let list = listed(&mut values, wanted);
    tx.all(
        &format!(
            "-- alert_watch.certificates
             SELECT id, name, issuer_id, owner_id, team_id, environment, lifetime_seconds, not_after, last_failed,
                 last_error, archived_at
             FROM certificates WHERE id IN ({list})"
        ),
        &values,
    )
}

row! {
    /// An issuance that goes on failing, or the last job of a certificate that failed.
    #[derive(Debug, Clone)]
    pub struct FailingJob {
        /// Which job.
        pub id: JobId,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// What it does.
        pub kind: JobKind,
        /// Tries so far.
        pub attempts: i64,
        /// Tries in all.
        pub max_attempts: i64,
        /// Cause of the last failure.
        pub error: Option<String>,
    }
}

const FAILING_JOB: &str = "id, certificate_id, kind, attempts, max_attempts, error";

/// Open issuances and renewals of some certificates that were tried three times.
///
/// # Errors
/// Those of the store.
pub fn struggling(tx: &mut Tx<'_>, certificates: &[String]) -> Result<Vec<FailingJob>, StoreError> {
    let mut values = Vec::new();
    let list = listed(&mut values, certificates);
    // jobs_struggling
    tx.all(
        &format!(
            "-- alert_watch.struggling
             SELECT {FAILING_JOB} FROM jobs
             WHERE attempts >= 3 AND state IN {OPEN} AND kind IN ('Issuance', 'Renewal')
                 AND certificate_id IN ({list})
             ORDER BY id"
        ),
        &values,
    )
}

/// The last failed job of each of some certificates.
///
/// # Errors
/// Those of the store.
pub fn last_failed(tx: &mut Tx<'_>, certificates: &[String]) -> Result<Vec<FailingJob>, StoreError> {
    let mut values = Vec::new();
    let list = listed(&mut values, certificates);
    // jobs_certificate
    tx.all(
        &format!(
            "-- alert_watch.last_failed
             SELECT {FAILING_JOB} FROM jobs WHERE id IN (
                 SELECT MAX(id) FROM jobs
                 WHERE certificate_id IN ({list}) AND state = 'Failed' GROUP BY certificate_id)"
        ),
        &values,
    )
}

/// Moments by which [`stuck`] decides.
#[derive(Debug, Clone, Copy)]
pub struct StuckLimits {
    /// A CSR's deadline is near when it is before this.
    pub csr_deadline: Ts,
    /// An approval's deadline is near when it is before this.
    pub approval_deadline: Ts,
    /// Nothing has moved when it last did before this.
    pub moved_before: Ts,
}

/// Jobs that wait with a near deadline, run without moving, or could run and nobody takes them.
///
/// # Errors
/// Those of the store.
pub fn stuck(
    tx: &mut Tx<'_>,
    limits: StuckLimits,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    // jobs_deadlines, jobs_leases, jobs_runnable (for each executor that is there to take them)
    let rows = tx.all(
        "-- alert_watch.stuck
         SELECT id FROM (
             SELECT id FROM jobs WHERE state IN ('AwaitingApproval', 'AwaitingCSR') AND deadline <= $1
                 AND state = 'AwaitingCSR' AND id > $4
             UNION
             SELECT id FROM jobs WHERE state IN ('AwaitingApproval', 'AwaitingCSR') AND deadline <= $2
                 AND state = 'AwaitingApproval' AND id > $4
             UNION
             SELECT id FROM jobs WHERE state = 'Running' AND updated_at <= $3 AND id > $4
             UNION
             SELECT id FROM jobs WHERE executor = '' AND state = 'Pending' AND run_after <= $3 AND id > $4
             UNION
             SELECT j.id FROM agents a JOIN jobs j ON j.executor = a.id AND j.state = 'Pending' AND j.run_after <= $3
             WHERE a.state = 'active' AND a.health = 'online' AND j.id > $4
         ) AS stuck ORDER BY id LIMIT $5",
        args![limits.csr_deadline, limits.approval_deadline, limits.moved_before, after, limit],
    )?;
    Ok(ids(rows))
}

row! {
    /// What is known of a job that may be stuck.
    #[derive(Debug, Clone)]
    pub struct JobFacts {
        /// Which.
        pub id: JobId,
        /// What it does.
        pub kind: JobKind,
        /// Where it is.
        pub state: JobState,
        /// Empty for the control plane, else the agent's id.
        pub executor: String,
        /// For which key holder.
        pub holder: String,
        /// Where to.
        pub target_id: Option<TargetId>,
        /// Not before.
        pub run_after: Ts,
        /// End of a waiting state.
        pub deadline: Option<Ts>,
        /// Cause of the last failure.
        pub error: Option<String>,
        /// When it last moved.
        pub updated_at: Ts,
        /// For which certificate.
        pub certificate_id: CertificateId,
        /// Its name.
        pub name: String,
        /// Its issuer.
        pub issuer_id: IssuerId,
        /// Its owner.
        pub owner_id: Option<OwnerId>,
        /// Its team.
        pub team_id: Option<TeamId>,
        /// Its environment.
        pub environment: Option<String>,
        /// Whether an agent that would have to take it is out of reach or kept out.
        pub agent_away: bool,
    }
}

/// The facts of some jobs.
///
/// # Errors
/// Those of the store.
pub fn jobs(tx: &mut Tx<'_>, wanted: &[String]) -> Result<Vec<JobFacts>, StoreError> {
    let mut values = Vec::new();
    let list = listed(&mut values, wanted);
    tx.all(
        &format!(
            "-- alert_watch.jobs
             SELECT j.id, j.kind, j.state, j.executor, j.holder, j.target_id, j.run_after, j.deadline, j.error,
                 j.updated_at, j.certificate_id, c.name, c.issuer_id, c.owner_id, c.team_id, c.environment,
                 COALESCE(a.state <> 'active' OR a.health <> 'online', FALSE) AS agent_away
             FROM jobs j
             JOIN certificates c ON c.id = j.certificate_id
             LEFT JOIN agents a ON a.id = j.executor
             WHERE j.id IN ({list})"
        ),
        &values,
    )
}

/// Certificates with a version that was wanted on a target before `wanted_before` and is not live there.
///
/// # Errors
/// Those of the store.
pub fn not_live(
    tx: &mut Tx<'_>,
    wanted_before: Ts,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    // deployments_not_live
    let rows = tx.all(
        "-- alert_watch.not_live
         SELECT DISTINCT certificate_id FROM deployments
         WHERE state IN ('wanted', 'failed', 'rolled_back') AND created_at <= $1 AND certificate_id > $2
         ORDER BY certificate_id LIMIT $3",
        args![wanted_before, after, limit],
    )?;
    Ok(ids(rows))
}

row! {
    /// A current version that is not live on a target.
    #[derive(Debug, Clone)]
    pub struct NotLiveRow {
        /// Which certificate.
        pub certificate_id: CertificateId,
        /// Which version.
        pub version_id: VersionId,
        /// Where.
        pub target_id: TargetId,
        /// By whom.
        pub agent_id: AgentId,
        /// What became of it.
        pub state: DeploymentState,
        /// Cause of the last failure.
        pub error: Option<String>,
        /// When it was wanted, or when the maintenance window that it waits for opens.
        pub created_at: Ts,
        /// When it last changed.
        pub updated_at: Ts,
    }
}

/// The current versions of some certificates that are not live on a target of theirs, oldest first.
///
/// # Errors
/// Those of the store.
pub fn not_live_of(tx: &mut Tx<'_>, certificates: &[String]) -> Result<Vec<NotLiveRow>, StoreError> {
    let mut values = Vec::new();
    let list = listed(&mut values, certificates);
    tx.all(
        &format!(
            "-- alert_watch.not_live_of
             SELECT d.certificate_id, d.version_id, d.target_id, d.agent_id, d.state, d.error,
                 CASE WHEN j.attempts = 0 AND j.run_after > d.created_at THEN j.run_after ELSE d.created_at END
                     AS created_at,
                 d.updated_at
             FROM deployments d
             LEFT JOIN jobs j ON j.id = d.job_id
             JOIN holders h ON h.certificate_id = d.certificate_id AND h.current_version_id = d.version_id
             JOIN certificate_targets t ON t.certificate_id = d.certificate_id AND t.target_id = d.target_id
             WHERE d.state IN ('wanted', 'failed', 'rolled_back') AND d.certificate_id IN ({list})
             ORDER BY d.created_at, d.id"
        ),
        &values,
    )
}

/// Active agents that are out of reach.
///
/// # Errors
/// Those of the store.
pub fn offline(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows = tx.all(
        "-- alert_watch.offline
         SELECT id FROM agents WHERE state = 'active' AND health = 'offline' AND id > $1 ORDER BY id LIMIT $2",
        args![after, limit],
    )?;
    Ok(ids(rows))
}

row! {
    /// An agent that is out of reach, with its keys that are due.
    #[derive(Debug, Clone)]
    pub struct OfflineRow {
        /// Which.
        pub id: AgentId,
        /// Its name.
        pub name: String,
        /// Its environment.
        pub environment: Option<String>,
        /// Last heard from.
        pub last_seen_at: Option<Ts>,
        /// How many keys are due.
        pub due: i64,
        /// The earliest end among them.
        pub not_after: Option<Ts>,
    }
}

/// Those of some agents that are out of reach, with their keys that are due.
///
/// # Errors
/// Those of the store.
pub fn offline_of(tx: &mut Tx<'_>, agents: &[String]) -> Result<Vec<OfflineRow>, StoreError> {
    let now = tx.now();
    let mut values = vec![now.into()];
    let list = listed(&mut values, agents);
    // holders_holder
    tx.all(
        &format!(
            "-- alert_watch.offline_of
             SELECT a.id, a.name, a.environment, a.last_seen_at, COUNT(c.id) AS due,
                 MIN(CASE WHEN c.id IS NULL THEN NULL ELSE h.not_after END) AS not_after
             FROM agents a
             LEFT JOIN holders h ON h.holder = a.id AND h.renew_after <= $1
             LEFT JOIN certificates c ON c.id = h.certificate_id AND c.archived_at IS NULL
             WHERE a.state = 'active' AND a.health = 'offline' AND a.id IN ({list})
             GROUP BY a.id, a.name, a.environment, a.last_seen_at"
        ),
        &values,
    )
}

row! {
    /// An issuer that does not answer.
    #[derive(Debug, Clone)]
    pub struct TroubleRow {
        /// Which.
        pub id: IssuerId,
        /// Its name.
        pub name: String,
        /// Since when.
        pub since: Ts,
        /// How often it was tried.
        pub failures: i64,
        /// What it said last.
        pub cause: String,
    }
}

/// Issuers that have not answered since before a moment.
///
/// # Errors
/// Those of the store.
pub fn troubles(tx: &mut Tx<'_>, since_before: Ts) -> Result<Vec<TroubleRow>, StoreError> {
    tx.all(
        "-- alert_watch.troubles
         SELECT i.id, i.name, t.since, t.failures, t.cause
         FROM issuer_troubles t JOIN issuers i ON i.id = t.issuer_id
         WHERE t.since <= $1 ORDER BY i.id",
        args![since_before],
    )
}

/// Notes that an issuer did not answer.
///
/// # Errors
/// Those of the store.
pub fn note_trouble(tx: &mut Tx<'_>, issuer: &IssuerId, cause: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- alert_watch.note_trouble
         INSERT INTO issuer_troubles (issuer_id, since, last_at, failures, cause) VALUES ($1, $2, $2, 1, $3)
         ON CONFLICT (issuer_id) DO UPDATE
         SET last_at = excluded.last_at, failures = issuer_troubles.failures + 1, cause = excluded.cause",
        args![issuer, now, cause],
    )?;
    Ok(())
}

/// Notes that an issuer answers.
///
/// # Errors
/// Those of the store.
pub fn end_trouble(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<(), StoreError> {
    // Read first: the usual case writes nothing.
    let found: Option<(i64,)> = tx.opt(
        "-- alert_watch.in_trouble
         SELECT failures FROM issuer_troubles WHERE issuer_id = $1",
        args![issuer],
    )?;
    if found.is_some() {
        tx.exec(
            "-- alert_watch.end_trouble\nDELETE FROM issuer_troubles WHERE issuer_id = $1",
            args![issuer],
        )?;
    }
    Ok(())
}

/// A CA with a certificate of its own: the platform's, those of issuers (what signs for them now), roots, and what was replaced.
#[derive(Debug, Clone)]
pub struct OwnCa {
    /// Whose: `platform_ca`, `issuer` or `ca`.
    pub object: &'static str,
    /// Such as `ca-server`, `iss-local`, or the id of a CA.
    pub id: String,
    /// For people.
    pub name: String,
    /// Since when.
    pub created_at: Ts,
    /// Until when.
    pub not_after: Ts,
}

/// The CAs that sign, or whose certificates live.
///
/// # Errors
/// Those of the store.
pub fn own_cas(tx: &mut Tx<'_>) -> Result<Vec<OwnCa>, StoreError> {
    let now = tx.now();
    // A few rows each; versions_generation
    let rows: Vec<(String, String, String, Ts, Ts)> = tx.all(
        "-- alert_watch.own_cas
         SELECT 'platform_ca', id, id, created_at, not_after FROM platform_cas
         UNION ALL
         SELECT 'issuer', id, name, created_at, not_after FROM issuers WHERE not_after IS NOT NULL
         UNION ALL
         SELECT 'ca', id, common_name, created_at, not_after FROM cas WHERE role = 'root' AND state <> 'retired'
         UNION ALL
         SELECT 'ca', c.id, c.common_name, c.created_at, c.not_after FROM cas c
         WHERE c.role = 'issuing' AND c.state = 'draining' AND EXISTS (SELECT 1 FROM versions v
             WHERE v.issuer_id = c.issuer_id AND v.generation = c.generation AND v.not_after > $1)
         ORDER BY 2",
        args![now],
    )?;
    Ok(rows
        .into_iter()
        .map(|(kind, id, name, created_at, not_after)| {
            let object = match kind.as_str() {
                "issuer" => "issuer",
                "ca" => "ca",
                _ => "platform_ca",
            };
            OwnCa { object, id, name, created_at, not_after }
        })
        .collect())
}
