//! Certificates: desired state, and the facts that follow from holders and jobs.
//!
//! Invariant: the facts are written by [`refresh`] alone, from the rows they follow from; the filter for each status
//! is `status_clause`, tested to agree with core's function.

use certctl_core::certificate::{CertificateStatus, KeyStrategy, StatusFacts};
use certctl_core::id::{
    AgentId, CertificateId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId,
};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::{StoreError, Tx, Val, args, row, scope, tags, vals};

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
    }
}

impl CertificateRow {
    /// The facts that its status follows from.
    pub const fn facts(&self) -> StatusFacts {
        StatusFacts {
            archived_at: self.archived_at,
            revoked: false,
            issued: self.issued,
            not_after: self.not_after,
            renew_after: self.renew_after,
            open_issuance: self.open_issuances > 0,
            last_failed: self.last_failed,
        }
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

const COLUMNS: &str = "c.id, c.name, c.names, c.common_name, c.issuer_id, c.profile_id, c.renewal_policy_id, \
     c.owner_id, c.team_id, c.environment, c.tags, c.key_strategy, c.key_algorithm, c.lifetime_seconds, c.issued, \
     c.not_after, c.renew_after, c.open_issuances, c.last_failed, c.last_error, c.why, c.created_at, c.updated_at, \
     c.archived_at, c.revision";

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
             renew_after, open_issuances, last_failed, last_error, why, created_at, updated_at, archived_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25)
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
            row.revision
        ],
    )?;
    if n == 1 {
        tags::insert(tx, &row.id, &row.tags);
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
         SELECT i.revision AS issuer_revision, i.kind AS issuer_kind, r.max_attempts, p.limits
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
             lifetime_seconds = $7, archived_at = $8, updated_at = $9, revision = revision + 1
         WHERE id = $10 AND revision = $11",
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

/// Computes the facts anew from holders and jobs. `failed` is the cause of a final failure just now, `why` the last
/// decision; a success clears the failure.
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
    tx.exec_later(
        "-- certificates.refresh
         UPDATE certificates
         SET issued = COALESCE((SELECT COUNT(*) > 0 AND COUNT(*) = COUNT(h.current_version_id) FROM holders h
                 WHERE h.certificate_id = $1), FALSE),
             not_after = (SELECT MIN(h.not_after) FROM holders h WHERE h.certificate_id = $1),
             renew_after = (SELECT MIN(h.renew_after) FROM holders h WHERE h.certificate_id = $1),
             open_issuances = (SELECT COUNT(*) FROM jobs j WHERE j.certificate_id = $1
                 AND j.kind IN ('Issuance', 'Renewal')
                 AND j.state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running')),
             last_failed = CASE WHEN $2 THEN $3 ELSE last_failed END,
             last_error = CASE WHEN $2 THEN $4 ELSE last_error END,
             why = COALESCE($5, why)
         WHERE id = $1",
        vals![id, set_failed, failed_now, cause, why],
    )
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

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CertificateSort {
    /// By id.
    #[default]
    Id,
    /// By the earliest end; those without one last.
    Expires,
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct CertificateFilter {
    /// Of what the caller may see.
    pub scope: Scope,
    /// Computed status.
    pub status: Option<CertificateStatus>,
    /// Issuer.
    pub issuer_id: Option<IssuerId>,
    /// Profile.
    pub profile_id: Option<ProfileId>,
    /// Renewal policy.
    pub renewal_policy_id: Option<RenewalPolicyId>,
    /// Owner.
    pub owner_id: Option<OwnerId>,
    /// Team.
    pub team_id: Option<TeamId>,
    /// Environment.
    pub environment: Option<String>,
    /// Key holder.
    pub agent_id: Option<AgentId>,
    /// Target.
    pub target_id: Option<TargetId>,
    /// Ends before.
    pub expires_before: Option<Ts>,
    /// Ends after.
    pub expires_after: Option<Ts>,
    /// Label.
    pub tag: Option<String>,
    /// Part of the name or of a name, or a whole serial or fingerprint.
    pub q: Option<String>,
}

/// The rules of the status at `now`, a place of a value; the first that holds decides, as in core.
fn status_rules(now: &str) -> [(CertificateStatus, String); 8] {
    [
        (CertificateStatus::Archived, "(c.archived_at IS NOT NULL)".to_owned()),
        // No table records a revocation yet.
        (CertificateStatus::Revoked, "FALSE".to_owned()),
        (CertificateStatus::Expired, format!("COALESCE(c.not_after <= {now}, FALSE)")),
        (CertificateStatus::RenewalInProgress, "(c.open_issuances > 0 AND c.issued)".to_owned()),
        (CertificateStatus::Failed, "(c.last_failed AND c.open_issuances = 0)".to_owned()),
        (CertificateStatus::Expiring, format!("(c.issued AND COALESCE(c.renew_after <= {now}, FALSE))")),
        (CertificateStatus::Active, "c.issued".to_owned()),
        (CertificateStatus::Pending, "TRUE".to_owned()),
    ]
}

/// The condition for a status.
fn status_clause(status: CertificateStatus, now: &str) -> String {
    let mut clause = String::new();
    for (rule, condition) in status_rules(now) {
        if rule == status {
            clause.push_str(&condition);
            break;
        }
        clause.push_str(&format!("NOT {condition} AND "));
    }
    // As the partial indexes have it.
    clause
        .replace("NOT (c.archived_at IS NOT NULL)", "c.archived_at IS NULL")
        .replace("(c.archived_at IS NOT NULL)", "c.archived_at IS NOT NULL")
}

/// How many there are of each status; a status that none has is left out. It reads every certificate: ask it rarely.
///
/// # Errors
/// Those of the store.
pub fn count_by_status(tx: &mut Tx<'_>) -> Result<Vec<(CertificateStatus, i64)>, StoreError> {
    let cases: Vec<String> = status_rules("$1")
        .iter()
        .map(|(status, condition)| format!("WHEN {condition} THEN '{status}'"))
        .collect();
    let sql = format!(
        "-- certificates.count_by_status
         SELECT CASE {} END AS status, COUNT(*) FROM certificates c GROUP BY 1",
        cases.join(" ")
    );
    let now = tx.now();
    let rows: Vec<(String, i64)> = tx.all(&sql, args![now])?;
    // The texts are those of the rules.
    Ok(rows.into_iter().filter_map(|(status, n)| Some((status.parse().ok()?, n))).collect())
}

pub(crate) fn where_clause(tx: &Tx<'_>, filter: &CertificateFilter, sql: &mut String, values: &mut Vec<Val>) {
    scope::clause(&filter.scope, "c", sql, values);
    let now = tx.now();
    let mut and = |clause: &str, value: Val| {
        values.push(value);
        sql.push_str(&format!(" AND {}", clause.replace('?', &format!("${}", values.len()))));
    };
    match filter.status {
        Some(status) => {
            let clause = status_clause(status, "?");
            // Some do not depend on the time, and then take no value.
            if clause.contains('?') {
                and(&clause, now.into());
            } else {
                sql.push_str(&format!(" AND {clause}"));
            }
        }
        None => sql.push_str(" AND c.archived_at IS NULL"),
    }
    let mut and = |clause: &str, value: Val| {
        values.push(value);
        sql.push_str(&format!(" AND {}", clause.replace('?', &format!("${}", values.len()))));
    };
    if let Some(id) = &filter.issuer_id {
        and("c.issuer_id = ?", id.into());
    }
    if let Some(id) = &filter.profile_id {
        and("c.profile_id = ?", id.into());
    }
    if let Some(id) = &filter.renewal_policy_id {
        and("c.renewal_policy_id = ?", id.into());
    }
    if let Some(id) = &filter.owner_id {
        and("c.owner_id = ?", id.into());
    }
    if let Some(id) = &filter.team_id {
        and("c.team_id = ?", id.into());
    }
    if let Some(environment) = &filter.environment {
        and("c.environment = ?", environment.clone().into());
    }
    if let Some(id) = &filter.agent_id {
        and("c.id IN (SELECT certificate_id FROM holders WHERE holder = ?)", id.into());
    }
    if let Some(id) = &filter.target_id {
        and("c.id IN (SELECT certificate_id FROM certificate_targets WHERE target_id = ?)", id.into());
    }
    if let Some(at) = filter.expires_before {
        and("c.not_after < ?", at.into());
    }
    if let Some(at) = filter.expires_after {
        and("c.not_after > ?", at.into());
    }
    if let Some(tag) = &filter.tag {
        // certificate_tags_tag
        and("c.id IN (SELECT certificate_id FROM certificate_tags WHERE tag = ?)", tag.clone().into());
    }
    if let Some(q) = &filter.q {
        let escaped = q.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let names = tx.pick("LOWER(c.names)", "LOWER(CAST(c.names AS TEXT))");
        and(
            &format!("(LOWER(c.name) LIKE ? ESCAPE '\\' OR {names} LIKE ? ESCAPE '\\')"),
            format!("%{escaped}%").into(),
        );
    }
}

/// A page. The cursor is the last row's sort key and id.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &CertificateFilter,
    sort: CertificateSort,
    after: Option<(Option<Ts>, String)>,
    limit: i64,
) -> Result<Vec<CertificateRow>, StoreError> {
    // By id: the primary key. By end: certificates_not_after; a missing end sorts as the far future.
    let mut sql = format!("-- certificates.list\nSELECT {COLUMNS} FROM certificates c WHERE 1 = 1");
    let mut values = Vec::new();
    where_clause(tx, filter, &mut sql, &mut values);
    if let Some((end, id)) = after {
        match (sort, end) {
            (CertificateSort::Expires, Some(end)) => {
                values.push(end.into());
                values.push(id.into());
                let n = values.len();
                sql.push_str(&format!(
                    " AND (c.not_after > ${0} OR (c.not_after = ${0} AND c.id > ${1}) OR c.not_after IS NULL)",
                    n - 1,
                    n
                ));
            }
            (CertificateSort::Expires, None) => {
                values.push(id.into());
                sql.push_str(&format!(" AND c.not_after IS NULL AND c.id > ${}", values.len()));
            }
            (CertificateSort::Id, _) => {
                values.push(id.into());
                sql.push_str(&format!(" AND c.id > ${}", values.len()));
            }
        }
    }
    sql.push_str(match sort {
        CertificateSort::Id => " ORDER BY c.id",
        CertificateSort::Expires => " ORDER BY c.not_after NULLS LAST, c.id",
    });
    values.push(limit.into());
    sql.push_str(&format!(" LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &CertificateFilter) -> Result<i64, StoreError> {
    let mut sql = "-- certificates.count\nSELECT COUNT(*) FROM certificates c WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    where_clause(tx, filter, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}
