//! What a new certificate would be, before it is made.
//!
//! Not for: storing it (`new.rs`). Invariants: reads only; what the real request would be refused for is refused here by the
//! same functions; warnings name only what the caller may see.

use certctl_api::certificates::{CertificatePreview, PreviewWarning, PreviewedViolation};
use certctl_core::agent::AgentHealth;
use certctl_core::id::AgentId;
use certctl_core::job::JobKind;
use certctl_core::renewal::planned_lead_seconds;
use certctl_store::audit::Context;
use certctl_store::certificates::{CertificateFilter, CertificateRow, CertificateSort};
use certctl_store::{Tx, agents, certificates};

use super::is_taken;
use super::new::{Checked, id_taken, prepare};
use crate::error::Error;
use crate::ops::{approvals, issuance};

/// Names that are looked for among the certificates that are there.
const LOOKED_FOR: usize = 20;
/// Certificates that are read for each of them.
const PAGE: i64 = 50;

/// What would be made of a request.
///
/// # Errors
/// Those of [`super::create`].
pub fn preview(tx: &mut Tx<'_>, context: &Context, checked: &Checked) -> Result<CertificatePreview, Error> {
    let request = checked.request();
    let mut prepared = prepare(tx, context, checked)?;
    let row = prepared.row;
    if request.id.is_some() && certificates::by_id(tx, &row.id)?.is_some() {
        return Err(id_taken(&row.id));
    }
    for (i, target) in request.target_ids.iter().enumerate() {
        if let Some(other) = certificates::of_target(tx, target)? {
            return Err(is_taken(tx, context, target, &other, i)?);
        }
    }
    let agent_ids: Vec<AgentId> =
        prepared.holder_names.iter().filter_map(|holder| holder.parse().ok()).collect();
    let rule = issuance::rule_of(&issuance::policy_of(tx, &row)?);
    let violations = prepared.rules.would_record(tx, &row)?;
    let violations = violations
        .into_iter()
        .map(|(rule, breach)| PreviewedViolation {
            rule_id: rule.id.clone(),
            rule_name: rule.name.clone(),
            severity: rule.severity,
            detail: breach.detail,
        })
        .collect();
    let mut warnings = covered(tx, context, &row)?;
    for id in &agent_ids {
        if let Some(agent) = agents::by_id(tx, id)?
            && agent.health == AgentHealth::Offline
        {
            warnings.push(PreviewWarning {
                code: "agent_offline".to_owned(),
                detail: format!("{} is out of reach: it makes its key when it is back", agent.name),
                object_kind: Some("agent".to_owned()),
                object_id: Some(id.to_string()),
            });
        }
    }
    if request.target_ids.is_empty() {
        warnings.push(PreviewWarning {
            code: "no_targets".to_owned(),
            detail: "it would be deployed nowhere: nobody sees whether it is served".to_owned(),
            object_kind: None,
            object_id: None,
        });
    }
    let approval = approvals::asked_by(&row.profile_id, &prepared.limits, JobKind::Issuance);
    Ok(CertificatePreview {
        names: row.name_texts(),
        tags: certificates::texts(&row.tags),
        renews_before_end_seconds: rule.automatic.then(|| planned_lead_seconds(row.lifetime_seconds, rule)),
        target_ids: request.target_ids.clone(),
        agent_ids,
        issues: prepared.starts,
        approval_because: approval.filter(|_| prepared.starts),
        violations,
        warnings,
        id: request.id.clone(),
        name: row.name,
        common_name: row.common_name,
        issuer_id: row.issuer_id,
        profile_id: row.profile_id,
        renewal_policy_id: row.renewal_policy_id,
        owner_id: row.owner_id,
        team_id: row.team_id,
        environment: row.environment,
        key_strategy: row.key_strategy,
        key_algorithm: row.key_algorithm,
        lifetime_seconds: row.lifetime_seconds,
    })
}

/// Certificates that are for some of the names already, each once.
fn covered(tx: &mut Tx<'_>, context: &Context, row: &CertificateRow) -> Result<Vec<PreviewWarning>, Error> {
    let mut found: Vec<PreviewWarning> = Vec::new();
    for name in row.name_texts().iter().take(LOOKED_FOR) {
        let wildcard = name.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        for wanted in std::iter::once(name).chain(wildcard.as_ref().filter(|wildcard| *wildcard != name)) {
            let filter = CertificateFilter {
                scope: context.scope.clone(),
                q: Some(wanted.clone()),
                ..CertificateFilter::default()
            };
            for (other, _) in certificates::list(tx, &filter, CertificateSort::Id, None, PAGE)?.rows {
                let is_known = found.iter().any(|one| one.object_id.as_deref() == Some(other.id.as_str()));
                if !is_known && other.name_texts().contains(wanted) {
                    found.push(PreviewWarning {
                        code: "already_covered".to_owned(),
                        detail: format!("{name} is covered by {} ({}) already", other.name, other.id),
                        object_kind: Some("certificate".to_owned()),
                        object_id: Some(other.id.to_string()),
                    });
                }
            }
        }
    }
    Ok(found)
}
