//! Deployments: one version on one target.

use certctl_core::deployment::DeploymentState;
use certctl_core::id::{AgentId, CertificateId, DeploymentId, JobId, TargetId, VersionId};
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row};

row! {
    /// A deployment.
    #[derive(Debug, Clone)]
    pub struct DeploymentRow {
        /// Id.
        pub id: DeploymentId,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Which version.
        pub version_id: VersionId,
        /// Where.
        pub target_id: TargetId,
        /// By whom.
        pub agent_id: AgentId,
        /// Where it is.
        pub state: DeploymentState,
        /// Its last job.
        pub job_id: Option<JobId>,
        /// What was served before.
        pub previous_fingerprint: Option<String>,
        /// What was last seen.
        pub seen: Value,
        /// When it was seen live.
        pub live_at: Option<Ts>,
        /// Cause of the last failure.
        pub error: Option<String>,
        /// When it was wanted.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
    }
}

const COLUMNS: &str = "id, certificate_id, version_id, target_id, agent_id, state, job_id, previous_fingerprint, \
     seen, live_at, error, created_at, updated_at";

/// Adds a deployment.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &DeploymentRow) -> Result<(), StoreError> {
    tx.exec(
        "-- deployments.insert
         INSERT INTO deployments (id, certificate_id, version_id, target_id, agent_id, state, job_id,
             previous_fingerprint, seen, live_at, error, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            &row.id,
            &row.certificate_id,
            &row.version_id,
            &row.target_id,
            &row.agent_id,
            row.state,
            row.job_id.as_ref(),
            row.previous_fingerprint.clone(),
            row.seen.clone(),
            row.live_at,
            row.error.clone(),
            row.created_at,
            row.updated_at
        ],
    )?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &DeploymentId) -> Result<Option<DeploymentRow>, StoreError> {
    tx.opt(&format!("-- deployments.by_id\nSELECT {COLUMNS} FROM deployments WHERE id = $1"), args![id])
}

/// The deployment of a version on a target.
///
/// # Errors
/// Those of the store.
pub fn of_version(
    tx: &mut Tx<'_>,
    version: &VersionId,
    target: &TargetId,
) -> Result<Option<DeploymentRow>, StoreError> {
    tx.opt(
        &format!(
            "-- deployments.of_version
             SELECT {COLUMNS} FROM deployments WHERE version_id = $1 AND target_id = $2"
        ),
        args![version, target],
    )
}

/// Those of a certificate, newest first, before a cursor.
///
/// # Errors
/// Those of the store.
pub fn of_certificate(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    before: &str,
    limit: i64,
) -> Result<Vec<DeploymentRow>, StoreError> {
    // deployments_certificate
    tx.all(
        &format!(
            "-- deployments.of_certificate
             SELECT {COLUMNS} FROM deployments WHERE certificate_id = $1 AND ($2 = '' OR id < $2)
             ORDER BY id DESC LIMIT $3"
        ),
        args![id, before, limit],
    )
}

/// Those of a certificate on a target that are not superseded, other than one.
///
/// # Errors
/// Those of the store.
pub fn others_on_target(
    tx: &mut Tx<'_>,
    certificate: &CertificateId,
    target: &TargetId,
    except: &DeploymentId,
) -> Result<Vec<DeploymentRow>, StoreError> {
    tx.all(
        &format!(
            "-- deployments.others_on_target
             SELECT {COLUMNS} FROM deployments
             WHERE target_id = $1 AND certificate_id = $2 AND id <> $3 AND state <> 'superseded'
             ORDER BY id"
        ),
        args![target, certificate, except],
    )
}

/// Writes what a report or a new job changes, from the state it was read in.
///
/// # Errors
/// [`StoreError::Stale`] when it is in another state by now.
pub fn update(tx: &mut Tx<'_>, from: DeploymentState, row: &DeploymentRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- deployments.update
         UPDATE deployments
         SET state = $1, job_id = $2, previous_fingerprint = $3, seen = $4, live_at = $5, error = $6,
             updated_at = $7
         WHERE id = $8 AND state = $9",
        args![
            row.state,
            row.job_id.as_ref(),
            row.previous_fingerprint.clone(),
            row.seen.clone(),
            row.live_at,
            row.error.clone(),
            now,
            &row.id,
            from
        ],
        "deployment",
    )
}

row! {
    /// On how many of its targets a certificate is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Places {
        /// Its targets.
        pub targets: i64,
        /// Those that have their holder's current version.
        pub deployed: i64,
        /// Those of them that were seen serving it.
        pub seen: i64,
    }
}

/// On how many of its targets a certificate is.
///
/// # Errors
/// Those of the store.
pub fn places(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Places, StoreError> {
    // deployments_version_target
    tx.one(
        "-- deployments.places
         SELECT COUNT(DISTINCT t.target_id) AS targets,
             COUNT(DISTINCT CASE WHEN d.state IN ('live', 'installed') THEN t.target_id END) AS deployed,
             COUNT(DISTINCT CASE WHEN d.state = 'live' THEN t.target_id END) AS seen
         FROM certificate_targets t
         LEFT JOIN holders h ON h.certificate_id = t.certificate_id AND h.current_version_id IS NOT NULL
         LEFT JOIN deployments d ON d.version_id = h.current_version_id AND d.target_id = t.target_id
         WHERE t.certificate_id = $1",
        args![id],
    )
}
