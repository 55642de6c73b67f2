//! Certificates: desired state, and the facts that follow from holders and jobs.
//!
//! The list is in `certificates/`: `filter.rs` and `names.rs` what is asked for, `statement.rs` its SQL, `ways.rs` the ways to
//! the rows, `list.rs` pages, `counts.rs` counts and anchors, `facets.rs` counts by value.
//! Invariant: the facts are written by [`refresh`] alone, from the rows they follow from.

mod counts;
mod facets;
mod filter;
mod list;
mod names;
mod statement;
mod through;
mod ways;
mod words;

use certctl_core::certificate::{KeyStrategy, StatusFacts};
use certctl_core::condition::{ConditionFacts, Stage};
use certctl_core::id::{
    AgentId, CertificateId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId,
};
use certctl_core::inventory::{LiveState, NO_END};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, args, row, scope, tags, vals};

pub use counts::{anchors, count, count_by_status, count_few};
pub use facets::facets;
pub use filter::CertificateFilter;
pub(crate) use filter::where_clause;
pub(crate) use list::listed;
pub use list::{CertificateSort, KeyValue, Listed, Position, explain_walk, list};
pub use ways::Reach;

row! {
    /// A certificate.
    #[derive(Debug, Clone)]
    pub struct CertificateRow {
        /// Id.
        pub id: CertificateId,
        /// For people.
        pub name: String,
        /// Canonical texts.
        pub names: Value,
        /// Common name.
        pub common_name: Option<String>,
        /// Issuer.
        pub issuer_id: IssuerId,
        /// Profile.
        pub profile_id: ProfileId,
        /// Renewal policy.
        pub renewal_policy_id: RenewalPolicyId,
        /// Owner.
        pub owner_id: Option<OwnerId>,
        /// Team.
        pub team_id: Option<TeamId>,
        /// Environment.
        pub environment: Option<String>,
        /// Labels.
        pub tags: Value,
        /// Who makes the key.
        pub key_strategy: KeyStrategy,
        /// Key algorithm.
        pub key_algorithm: String,
        /// Lifetime of its versions.
        pub lifetime_seconds: i64,
        /// Whether every holder has a version.
        pub issued: bool,
        /// Earliest end.
        pub not_after: Option<Ts>,
        /// Earliest renewal.
        pub renew_after: Option<Ts>,
        /// Open issuances and renewals.
        pub open_issuances: i64,
        /// Whether the last one failed for good.
        pub last_failed: bool,
        /// Its cause.
        pub last_error: Option<String>,
        /// The last decision.
        pub why: String,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// When it was archived.
        pub archived_at: Option<Ts>,
        /// Counts changes.
        pub revision: i64,
        /// The beginning of its current versions.
        pub begins_at: Option<Ts>,
        /// What its open issuances come to.
        pub stage: Stage,
        /// How many targets it has.
        pub targets: i64,
        /// How many of them were last seen serving its current version.
        pub live: i64,
        /// When fewer than all begin to count as not verified.
        pub unverified_at: Option<Ts>,
        /// Failed attempts of what is open, or of what failed last.
        pub failed_attempts: i64,
        /// What it has in place of values of its renewal policy.
        pub policy_override: Option<Value>,
    }
}

impl CertificateRow {
    /// The facts that its condition follows from.
    pub const fn condition_facts(&self) -> ConditionFacts {
        ConditionFacts {
            archived: self.archived_at.is_some(),
            revoked: self.is_revoked(),
            issued: self.issued,
            ends_at: self.not_after,
            renews_at: self.renew_after,
            stage: self.stage,
            unverified_at: self.unverified_at,
        }
    }

    /// The facts that its status follows from.
    pub const fn facts(&self) -> StatusFacts {
        StatusFacts {
            archived_at: self.archived_at,
            revoked: self.is_revoked(),
            issued: self.issued,
            not_after: self.not_after,
            renew_after: self.renew_after,
            open_issuance: self.open_issuances > 0,
            last_failed: self.last_failed,
        }
    }

    /// Whether a current version is revoked.
    pub const fn is_revoked(&self) -> bool {
        matches!(self.stage, Stage::Revoked)
    }

    /// Its names as texts.
    pub fn name_texts(&self) -> Vec<String> {
        texts(&self.names)
    }
}

/// A JSON list of texts.
pub fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

const OPEN: &str = "('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running')";

/// Whether deployment `d`, whose job is `k`, has failed so far without ever having been seen live.
const UNDEPLOYED: &str = "d.state IN ('wanted', 'failed', 'rolled_back') AND d.live_at IS NULL
                     AND (d.error IS NOT NULL OR k.error IS NOT NULL)";

const COLUMNS: &str = "c.id, c.name, c.names, c.common_name, c.issuer_id, c.profile_id, c.renewal_policy_id, \
     c.owner_id, c.team_id, c.environment, c.tags, c.key_strategy, c.key_algorithm, c.lifetime_seconds, c.issued, \
     c.not_after, c.renew_after, c.open_issuances, c.last_failed, c.last_error, c.why, c.created_at, c.updated_at, \
     c.archived_at, c.revision, c.begins_at, c.stage, c.targets, c.live, c.unverified_at, c.failed_attempts, \
     c.policy_override";

/// Adds a certificate; false when the id is taken.
///
/// # Errors
/// A foreign key violation when issuer, profile, policy, owner or team is not there.
pub fn insert(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<bool, StoreError> {
    tx.note_change("certificate", row.id.as_str(), Some(row.revision), &[]);
    let n = tx.exec(
        "-- certificates.insert
         INSERT INTO certificates (id, name, names, common_name, issuer_id, profile_id, renewal_policy_id, owner_id,
             team_id, environment, tags, key_strategy, key_algorithm, lifetime_seconds, issued, not_after,
             renew_after, open_issuances, last_failed, last_error, why, created_at, updated_at, archived_at, revision,
             begins_at, stage, targets, live, unverified_at, failed_attempts, live_state, name_key, archived, ends_at,
             renews_at, policy_override)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)
         ON CONFLICT (id) DO NOTHING",
        args![
            &row.id,
            row.name.clone(),
            row.names.clone(),
            row.common_name.clone(),
            &row.issuer_id,
            &row.profile_id,
            &row.renewal_policy_id,
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            row.tags.clone(),
            row.key_strategy,
            row.key_algorithm.clone(),
            row.lifetime_seconds,
            row.issued,
            row.not_after,
            row.renew_after,
            row.open_issuances,
            row.last_failed,
            row.last_error.clone(),
            row.why.clone(),
            row.created_at,
            row.updated_at,
            row.archived_at,
            row.revision,
            row.begins_at,
            row.stage,
            row.targets,
            row.live,
            row.unverified_at,
            row.failed_attempts,
            LiveState::of(row.targets, row.live),
            row.name.to_lowercase(),
            row.archived_at.is_some(),
            row.not_after.unwrap_or(NO_END),
            row.renew_after.unwrap_or(NO_END),
            row.policy_override.clone()
        ],
    )?;
    if n == 1 {
        tags::insert(tx, &row.id, &row.tags, row.environment.as_deref());
    }
    Ok(n == 1)
}

row! {
    /// What a new certificate refers to; each is absent when there is no such thing.
    #[derive(Debug, Clone)]
    pub struct ReferredTo {
        /// The issuer's.
        pub issuer_revision: Option<i64>,
        /// The issuer's.
        pub issuer_kind: Option<String>,
        /// The renewal policy's.
        pub max_attempts: Option<i64>,
        /// The profile's.
        pub limits: Option<Value>,
        /// The certificate (PEM) of the CA that signs for the issuer, when it limits names.
        pub limited_by: Option<String>,
    }
}

/// What a new certificate refers to, in one look.
///
/// # Errors
/// Those of the store.
pub fn referred_to(
    tx: &mut Tx<'_>,
    issuer: &IssuerId,
    policy: &RenewalPolicyId,
    profile: &ProfileId,
) -> Result<ReferredTo, StoreError> {
    tx.one(
        "-- certificates.referred_to
         SELECT i.revision AS issuer_revision, i.kind AS issuer_kind, r.max_attempts, p.limits,
             (SELECT a.certificate_pem FROM cas a
                 WHERE a.issuer_id = i.id AND a.state = 'active' AND a.is_limited) AS limited_by
         FROM (SELECT 1 AS one) AS one
         LEFT JOIN issuers i ON i.id = $1
         LEFT JOIN renewal_policies r ON r.id = $2
         LEFT JOIN profiles p ON p.id = $3",
        args![issuer, policy, profile],
    )
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Option<CertificateRow>, StoreError> {
    tx.opt(&format!("-- certificates.by_id\nSELECT {COLUMNS} FROM certificates c WHERE c.id = $1"), args![id])
}

/// One by its id, if the scope admits it.
///
/// # Errors
/// Those of the store.
pub fn within(
    tx: &mut Tx<'_>,
    wanted: &Scope,
    id: &CertificateId,
) -> Result<Option<CertificateRow>, StoreError> {
    let mut sql = format!("-- certificates.within\nSELECT {COLUMNS} FROM certificates c WHERE c.id = $1");
    let mut values = vals![id];
    scope::clause(wanted, "c", &mut sql, &mut values);
    tx.opt(&sql, &values)
}

/// Writes what a person changes, over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<(), StoreError> {
    tx.note_change("certificate", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- certificates.update
         UPDATE certificates
         SET name = $1, renewal_policy_id = $2, owner_id = $3, team_id = $4, environment = $5, tags = $6,
             lifetime_seconds = $7, archived_at = $8, updated_at = $9, name_key = $10, archived = $11,
             policy_override = $12, revision = revision + 1
         WHERE id = $13 AND revision = $14",
        args![
            row.name.clone(),
            &row.renewal_policy_id,
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            row.tags.clone(),
            row.lifetime_seconds,
            row.archived_at,
            now,
            row.name.to_lowercase(),
            row.archived_at.is_some(),
            row.policy_override.clone(),
            &row.id,
            row.revision
        ],
        "certificate",
    )
}

/// Makes a certificate that was only watched a managed one, over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else changed it meanwhile.
pub fn claim(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<(), StoreError> {
    tx.note_change("certificate", row.id.as_str(), Some(row.revision + 1), &[]);
    let now = tx.now();
    tx.exec_one(
        "-- certificates.claim
         UPDATE certificates
         SET key_strategy = $1, issuer_id = $2, profile_id = $3, renewal_policy_id = $4, owner_id = $5, team_id = $6,
             environment = $7, updated_at = $8, revision = revision + 1
         WHERE id = $9 AND revision = $10 AND key_strategy = 'found'",
        args![
            row.key_strategy,
            &row.issuer_id,
            &row.profile_id,
            &row.renewal_policy_id,
            row.owner_id.as_ref(),
            row.team_id.as_ref(),
            row.environment.clone(),
            now,
            &row.id,
            row.revision
        ],
        "certificate",
    )
}

/// Computes the facts anew from holders, jobs, targets and deployments. `failed` is the cause of a final failure just now,
/// `why` the last decision; a success clears the failure. To be called wherever one of those changes.
///
/// # Errors
/// Those of the store.
pub fn refresh(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    failed: Option<Option<&str>>,
    why: Option<&str>,
) -> Result<(), StoreError> {
    let (set_failed, failed_now, cause) = match failed {
        None => (false, false, None),
        Some(cause) => (true, cause.is_some(), cause),
    };
    // What was live and was then seen otherwise has no time left in which it could still come.
    let unverified = tx.pick(
        "MIN(CASE WHEN d.state = 'failed' AND d.live_at IS NOT NULL THEN d.updated_at
                     WHEN d.state NOT IN ('live', 'installed') THEN d.created_at + 600000000 END)",
        "MIN(CASE WHEN d.state = 'failed' AND d.live_at IS NOT NULL THEN d.updated_at
                     WHEN d.state NOT IN ('live', 'installed') THEN d.created_at + INTERVAL '600 seconds' END)",
    );
    // A target that the current version was never wanted on has no moment of its own: that of the version counts.
    let nowhere = tx.pick("h.begins_at + 600000000", "h.begins_at + INTERVAL '600 seconds'");
    // Each part reads the rows of one certificate: the primary keys of holders and certificate_targets, jobs_certificate,
    // deployments_version_target, the primary key of jobs, revocations_version. `l` is asked only when the last work failed for good.
    let sql = format!(
        "-- certificates.refresh
         UPDATE certificates
         SET issued = h.issued, not_after = h.ends_at, renew_after = h.renews_at, begins_at = h.begins_at,
             ends_at = COALESCE(h.ends_at, $6), renews_at = COALESCE(h.renews_at, $6),
             open_issuances = j.open,
             stage = CASE WHEN v.revoked > 0 THEN 'revoked' WHEN j.failing > 0 OR t.failing > 0 THEN 'failing'
                 WHEN j.open = 0 AND CASE WHEN $2 THEN $3 ELSE last_failed END THEN 'failing'
                 WHEN j.waiting > 0 THEN 'waiting' WHEN j.open > 0 THEN 'running' ELSE 'quiet' END,
             failed_attempts = CASE WHEN j.failing > 0 THEN j.failing WHEN t.failing > 0 THEN t.failing
                 WHEN j.open = 0 AND CASE WHEN $2 THEN $3 ELSE last_failed END THEN
                     COALESCE((SELECT l.attempts FROM jobs l WHERE l.certificate_id = $1 AND l.state = 'Failed'
                         ORDER BY l.id DESC LIMIT 1), 0)
                 ELSE 0 END,
             targets = t.targets, live = t.live,
             unverified_at = CASE WHEN h.issued AND t.placed < t.targets THEN {nowhere} ELSE t.unverified_at END,
             live_state = CASE WHEN t.targets = 0 THEN 'no_targets' WHEN t.live >= t.targets THEN 'all'
                 WHEN t.live > 0 THEN 'some' ELSE 'none' END,
             last_failed = CASE WHEN $2 THEN $3 ELSE last_failed END,
             last_error = CASE WHEN $2 THEN $4 ELSE last_error END,
             why = COALESCE($5, why)
         FROM (SELECT COUNT(*) > 0 AND COUNT(*) = COUNT(current_version_id) AS issued, MIN(not_after) AS ends_at,
                 MIN(renew_after) AS renews_at, MIN(not_before) AS begins_at
             FROM holders WHERE certificate_id = $1) AS h,
             (SELECT COUNT(*) AS open,
                 COUNT(CASE WHEN state IN ('AwaitingApproval', 'AwaitingCSR') THEN 1 END) AS waiting,
                 COALESCE(MAX(CASE WHEN error IS NULL THEN 0 WHEN state = 'Running' AND attempts > 1 THEN attempts - 1
                     WHEN attempts > 0 THEN attempts ELSE 1 END), 0) AS failing
             FROM jobs WHERE certificate_id = $1 AND kind IN ('Issuance', 'Renewal') AND state IN {OPEN}) AS j,
             (SELECT COUNT(DISTINCT ct.target_id) AS targets,
                 COUNT(CASE WHEN d.state IN ('live', 'installed') THEN 1 END) AS live,
                 COUNT(DISTINCT CASE WHEN d.id IS NOT NULL THEN ct.target_id END) AS placed,
                 COALESCE(MAX(CASE WHEN {UNDEPLOYED} THEN
                     CASE WHEN k.state = 'Running' AND k.attempts > 1 THEN k.attempts - 1
                         WHEN k.attempts > 0 THEN k.attempts ELSE 1 END END), 0) AS failing,
                 {unverified} AS unverified_at
             FROM certificate_targets ct
             LEFT JOIN holders o ON o.certificate_id = ct.certificate_id
             LEFT JOIN deployments d ON d.version_id = o.current_version_id AND d.target_id = ct.target_id
             LEFT JOIN jobs k ON k.id = d.job_id
             WHERE ct.certificate_id = $1) AS t,
             (SELECT COUNT(*) AS revoked FROM holders o
             JOIN revocations r ON r.version_id = o.current_version_id AND r.state = 'revoked'
             WHERE o.certificate_id = $1) AS v
         WHERE id = $1"
    );
    tx.exec_later(&sql, vals![id, set_failed, failed_now, cause, why, NO_END])
}

/// Whether something that failed for good is still as it was: the last issuance, or a deployment of a current version. Of
/// a certificate of which nothing failed: no.
///
/// # Errors
/// Those of the store.
pub fn failure_stands(tx: &mut Tx<'_>, id: &CertificateId) -> Result<bool, StoreError> {
    // As in `refresh`; jobs_certificate is walked from its end.
    let sql = format!(
        "-- certificates.failure_stands
         SELECT c.last_failed AND (
             EXISTS (SELECT 1 FROM certificate_targets ct
                 JOIN holders o ON o.certificate_id = ct.certificate_id
                 JOIN deployments d ON d.version_id = o.current_version_id AND d.target_id = ct.target_id
                 LEFT JOIN jobs k ON k.id = d.job_id
                 WHERE ct.certificate_id = c.id AND d.state <> 'wanted' AND {UNDEPLOYED})
             OR COALESCE((SELECT l.state = 'Failed' FROM jobs l WHERE l.certificate_id = c.id
                 AND l.kind IN ('Issuance', 'Renewal') ORDER BY l.id DESC LIMIT 1), FALSE))
         FROM certificates c WHERE c.id = $1"
    );
    let found: Option<(bool,)> = tx.opt(&sql, args![id])?;
    Ok(found.is_some_and(|(stands,)| stands))
}

/// Keeps others from changing it until this transaction ends, once those that do so now are done; false when it is
/// archived.
///
/// # Errors
/// Those of the store.
pub fn keep_still(tx: &mut Tx<'_>, id: &CertificateId) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- certificates.keep_still
         UPDATE certificates SET revision = revision WHERE id = $1 AND archived_at IS NULL",
        args![id],
    )?;
    Ok(n == 1)
}

/// Adds a target; false when it is some certificate's already (see [`of_target`]).
///
/// # Errors
/// Those of the store.
pub fn add_target(tx: &mut Tx<'_>, id: &CertificateId, target: &TargetId) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- certificate_targets.insert
         INSERT INTO certificate_targets (certificate_id, target_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        args![id, target],
    )?;
    Ok(n == 1)
}

/// The certificate that a target serves.
///
/// # Errors
/// Those of the store.
pub fn of_target(tx: &mut Tx<'_>, target: &TargetId) -> Result<Option<CertificateId>, StoreError> {
    let found: Option<(CertificateId,)> = tx.opt(
        "-- certificate_targets.of_target
         SELECT certificate_id FROM certificate_targets WHERE target_id = $1",
        args![target],
    )?;
    Ok(found.map(|(id,)| id))
}

/// Removes a target.
///
/// # Errors
/// Those of the store.
pub fn remove_target(tx: &mut Tx<'_>, id: &CertificateId, target: &TargetId) -> Result<(), StoreError> {
    tx.exec(
        "-- certificate_targets.delete
         DELETE FROM certificate_targets WHERE certificate_id = $1 AND target_id = $2",
        args![id, target],
    )?;
    Ok(())
}

/// The targets of many certificates; `ids` is a JSON list.
///
/// # Errors
/// Those of the store.
pub fn targets_of(tx: &mut Tx<'_>, ids: &Value) -> Result<Vec<(CertificateId, TargetId)>, StoreError> {
    // The primary key, once for each id.
    let list = tx.pick("SELECT value FROM json_each($1)", "SELECT jsonb_array_elements_text($1)");
    tx.all(
        &format!(
            "-- certificate_targets.of_certificates
             SELECT certificate_id, target_id FROM certificate_targets WHERE certificate_id IN ({list})
             ORDER BY certificate_id, target_id"
        ),
        args![ids],
    )
}

/// The targets of a certificate, each with its agent.
///
/// # Errors
/// Those of the store.
pub fn targets(tx: &mut Tx<'_>, id: &CertificateId) -> Result<Vec<(TargetId, AgentId)>, StoreError> {
    tx.all(
        "-- certificate_targets.of_certificate
         SELECT t.id, t.agent_id FROM certificate_targets ct JOIN targets t ON t.id = ct.target_id
         WHERE ct.certificate_id = $1 ORDER BY t.id",
        args![id],
    )
}
