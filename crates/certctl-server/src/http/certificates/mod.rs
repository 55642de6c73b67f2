//! Certificates over HTTP: their list, their life, the work on them, their history and chains.
//!
//! Not for: rules (ops). Invariant: a handler parses, calls one operation and shows the result.

pub mod anchors;
pub mod bulk;
pub mod chain;
pub mod export;
pub mod health;
pub mod history;
pub mod import;
pub mod life;
pub mod list;
pub mod work;

use std::collections::BTreeMap;

use certctl_api::certificates::{Certificate, Holder, LiveSummary};
use certctl_core::certificate::status;
use certctl_core::condition::{UNVERIFIED_AFTER_SECONDS, condition};
use certctl_core::id::{AgentId, CertificateId, JobId, TargetId};
use certctl_core::permission::Permission;
use certctl_core::time::Ts;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{EXTERNAL, HolderRow};
use certctl_store::{Tx, certificates, holders, jobs};
use serde_json::json;
use utoipa_axum::routes;

pub use self::list::{check_sort, filter_of};

use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::ops::policy_values;

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    use Permission as P;
    api.route(Access::Need(P::CertificatesRead), routes!(list::list))
        .route(Access::Need(P::CertificatesRead), routes!(anchors::anchors))
        .route(Access::Need(P::CertificatesRead), routes!(anchors::facets))
        .route(Access::Need(P::CertificatesRead), routes!(export::export))
        .route(Access::Need(P::CertificatesBulk), routes!(bulk::run))
        .route(Access::Need(P::CertificatesBulk), routes!(import::import))
        .route(Access::Need(P::CertificatesCreate), routes!(life::create))
        .route(Access::Need(P::CertificatesCreate), routes!(life::preview))
        .route(Access::Need(P::CertificatesRead), routes!(life::show))
        .route(Access::Need(P::CertificatesUpdate), routes!(life::update))
        .route(Access::Need(P::CertificatesArchive), routes!(life::archive))
        .route(Access::Need(P::CertificatesRenew), routes!(work::renew))
        .route(Access::Need(P::CertificatesDeploy), routes!(work::deploy))
        .route(Access::Need(P::CertificatesDeploy), routes!(work::verify))
        .route(Access::Need(P::CertificatesRenew), routes!(work::upload_csr))
        .route(Access::Need(P::CertificatesRead), routes!(history::list_versions))
        .route(Access::Need(P::CertificatesRead), routes!(history::list_deployments))
        .route(Access::Need(P::CertificatesRead), routes!(history::timeline))
        .route(Access::Need(P::CertificatesRead), routes!(history::explain))
        .route(Access::Need(P::CertificatesRead), routes!(chain::chain))
        .route(Access::Need(P::CertificatesRead), routes!(chain::der))
        .route(Access::Need(P::CertificatesRead), routes!(chain::p7b))
        .route(Access::Need(P::CertificatesRead), routes!(chain::text))
}

fn agent_of(holder: &str) -> Option<AgentId> {
    if holder == EXTERNAL { None } else { holder.parse().ok() }
}

/// A certificate with what is known of it.
///
/// # Errors
/// Those of the store.
pub fn view(tx: &mut Tx<'_>, row: CertificateRow) -> Result<Certificate, Error> {
    let target_ids: Vec<TargetId> =
        certificates::targets(tx, &row.id)?.into_iter().map(|(id, _)| id).collect();
    let open_job_ids = if row.open_issuances > 0 {
        jobs::open_of_certificate(tx, &row.id)?
            .into_iter()
            .filter(|j| !j.kind.is_agents())
            .map(|j| j.id)
            .collect()
    } else {
        Vec::new()
    };
    let around = Around { holders: holders::of_certificate(tx, &row.id)?, target_ids, open_job_ids };
    Ok(shown(row, around, tx.now()))
}

/// What a certificate is shown with.
#[derive(Debug, Default)]
pub struct Around {
    /// Who has its keys.
    pub holders: Vec<HolderRow>,
    /// Where it is served.
    pub target_ids: Vec<TargetId>,
    /// The issuances under way.
    pub open_job_ids: Vec<JobId>,
}

/// Certificates with what is known of them, with as many statements for a page as for one.
///
/// # Errors
/// Those of the store.
pub fn views(tx: &mut Tx<'_>, rows: Vec<CertificateRow>) -> Result<Vec<Certificate>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now();
    let ids = json!(rows.iter().map(|row| &row.id).collect::<Vec<_>>());
    let mut around: BTreeMap<CertificateId, Around> = BTreeMap::new();
    for row in holders::of_certificates(tx, &ids)? {
        around.entry(row.certificate_id.clone()).or_default().holders.push(row);
    }
    if rows.iter().any(|row| row.targets > 0) {
        for (id, target) in certificates::targets_of(tx, &ids)? {
            around.entry(id).or_default().target_ids.push(target);
        }
    }
    if rows.iter().any(|row| row.open_issuances > 0) {
        for (id, job) in jobs::open_issuances_of(tx, &ids)? {
            around.entry(id).or_default().open_job_ids.push(job);
        }
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let around = around.remove(&row.id).unwrap_or_default();
            shown(row, around, now)
        })
        .collect())
}

/// A certificate as it is answered.
pub fn shown(row: CertificateRow, around: Around, now: Ts) -> Certificate {
    let Around { holders, target_ids, open_job_ids } = around;
    let live = LiveSummary {
        live: row.live,
        targets: row.targets,
        unverified_since: row.unverified_at.map(|at| at.plus_seconds(-UNVERIFIED_AFTER_SECONDS)),
    };
    let holders = holders
        .into_iter()
        .map(|h| Holder {
            agent_id: agent_of(&h.holder),
            current_version_id: h.current_version_id,
            not_after: h.not_after,
            renew_after: h.renew_after,
        })
        .collect();
    Certificate {
        status: status(&row.facts(), now),
        condition: condition(&row.condition_facts(), now),
        failed_attempts: row.failed_attempts,
        names: row.name_texts(),
        policy_override: policy_values::read(row.policy_override.as_ref()),
        tags: certificates::texts(&row.tags),
        id: row.id,
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
        live,
        health: None,
        not_after: row.not_after,
        renew_after: row.renew_after,
        holders,
        target_ids,
        open_job_ids,
        why: row.why,
        last_error: row.last_error,
        alerts: None,
        created_at: row.created_at,
        updated_at: row.updated_at,
        archived_at: row.archived_at,
        revision: row.revision,
    }
}
