//! The health score of one certificate, for its detail view.
//!
//! Not for: the score itself (core's `health.rs`), or lists: it takes some more looks into the store. Invariant: the facts are
//! those that the view shows, read in the same transaction.

use certctl_core::certificate::KeyStrategy;
use certctl_core::health::{Health, HealthFacts, health};
use certctl_store::certificates::CertificateRow;
use certctl_store::{Tx, deployments, jobs, renewal_policies};

use crate::error::Error;
use crate::ops::issuance::{asked, limits};

/// The score with its parts; none for a certificate that is out of service.
///
/// # Errors
/// Those of the store.
pub fn of(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<Option<Health>, Error> {
    if row.archived_at.is_some() {
        return Ok(None);
    }
    let renews = match row.key_strategy {
        KeyStrategy::PerHost | KeyStrategy::Shared | KeyStrategy::Server => {
            renewal_policies::by_id(tx, &row.renewal_policy_id)?.is_some_and(|policy| policy.automatic)
        }
        // Somebody has to bring a CSR, or renews it elsewhere.
        KeyStrategy::External | KeyStrategy::Found => false,
    };
    let names = row.name_texts();
    let within_profile = limits(tx, &row.profile_id)?.check(asked(row, &names)).is_ok();
    let open = if row.open_issuances > 0 { jobs::open_of_certificate(tx, &row.id)? } else { Vec::new() };
    let fails = open.iter().any(|job| !job.kind.is_agents() && job.error.is_some());
    let places = deployments::places(tx, &row.id)?;
    let count = |n: i64| u32::try_from(n).unwrap_or(0);
    let facts = HealthFacts {
        not_after: row.not_after.filter(|_| row.issued),
        renew_after: row.renew_after,
        automatic: renews,
        failing: fails || (row.last_failed && open.is_empty()),
        within_profile,
        targets: count(places.targets),
        deployed: count(places.deployed),
        seen: count(places.seen),
        key_algorithm: &row.key_algorithm,
    };
    Ok(Some(health(&facts, tx.now())))
}
