//! Alerts of certificates: their end, their renewal, and whether they are live.
//!
//! Not for: starting a renewal. Invariant: the end is watched by the stored time of the next threshold (`holders.alert_at`),
//! whether or not a renewal is planned, runs or fails.

use std::collections::BTreeMap;

use certctl_core::alert::{
    AlertKind, AlertSeverity, Crossing, Threshold, crossing, expiry_severity, trouble_severity,
};
use certctl_core::certificate::KeyStrategy;
use certctl_core::deployment::DeploymentState;
use certctl_core::id::RenewalPolicyId;
use certctl_core::job::JobKind;
use certctl_core::renewal::Validity;
use certctl_core::time::humane_seconds;
use certctl_store::Tx;
use certctl_store::alert_watch::{self, CertificateFacts, EndRow, FailingJob, NotLiveRow};
use certctl_store::alerts::AlertRow;
use certctl_store::audit::Context;
use certctl_store::renewal_policies::{self, RenewalPolicyRow};
use serde_json::json;

use super::watch::{Surroundings, Watch, at};
use super::{Finding, observe};
use crate::error::Error;
use crate::ops::policy_values::followed;

/// How long a version may take to be seen live.
const LIVE_SECONDS: i64 = 900;
/// After that long without being live, somebody should look now.
const LIVE_CRITICAL_SECONDS: i64 = 86_400;

/// A certificate's end.
pub(super) const EXPIRING: Watch = Watch {
    kind: AlertKind::CertificateExpiring,
    // Due times are their own list: see `look_at_ends`.
    suspects: |_, _, _, _| Ok(Vec::new()),
    look: ends_of,
    cured: end_cured,
};

/// A renewal that fails.
pub(super) const RENEWAL_FAILING: Watch = Watch {
    kind: AlertKind::RenewalFailing,
    suspects: |tx, _, after, limit| Ok(alert_watch::failing(tx, after, limit)?),
    look: failing,
    cured: |tx, row| {
        let now = alert_watch::certificates(tx, std::slice::from_ref(&row.object_id))?;
        Ok(match now.first() {
            Some(facts) if facts.archived_at.is_some() => "the certificate was archived".to_owned(),
            Some(_) => "it was issued".to_owned(),
            None => "the certificate is gone".to_owned(),
        })
    },
};

/// A version that nobody has seen live.
pub(super) const NOT_VERIFIED_LIVE: Watch = Watch {
    kind: AlertKind::NotVerifiedLive,
    suspects: |tx, _, after, limit| {
        // What failed is told at once, what is wanted after its time: `look` tells them apart.
        let now = tx.now();
        Ok(alert_watch::not_live(tx, now, after, limit)?)
    },
    look: not_live,
    cured: |_, _| Ok("its targets serve the current version, or are no longer its targets".to_owned()),
};

/// The thresholds of a policy.
pub fn thresholds_of(policy: &RenewalPolicyRow) -> Vec<Threshold> {
    let days = policy.alert_thresholds_days.as_array().into_iter().flatten();
    let percent = policy.alert_thresholds_percent.as_array().into_iter().flatten();
    let days = days.filter_map(|days| u32::try_from(days.as_u64()?).ok()).map(Threshold::Days);
    days.chain(percent.filter_map(|n| u8::try_from(n.as_u64()?).ok()).map(Threshold::Share)).collect()
}

/// What a transaction knows of the policies.
#[derive(Debug, Default)]
struct Policies(BTreeMap<RenewalPolicyId, Option<RenewalPolicyRow>>);

impl Policies {
    /// The thresholds that hold for a certificate, and whether its policy renews by itself.
    fn get(&mut self, tx: &mut Tx<'_>, row: &EndRow) -> Result<Option<(Vec<Threshold>, bool)>, Error> {
        let id = &row.renewal_policy_id;
        let stored = match self.0.get(id) {
            Some(known) => known.clone(),
            None => {
                let policy = renewal_policies::by_id(tx, id)?;
                self.0.insert(id.clone(), policy.clone());
                policy
            }
        };
        let policy = stored.map(|policy| followed(policy, row.policy_override.as_ref()));
        Ok(policy.map(|policy| (thresholds_of(&policy), policy.automatic)))
    }
}

/// What is to be said of an end now, and when to look again.
fn end(tx: &mut Tx<'_>, policies: &mut Policies, row: &EndRow) -> Result<(Option<Finding>, Crossing), Error> {
    let nothing = Crossing { crossed: None, next_at: None };
    let (Some(version), Some(not_before), Some(not_after), None) =
        (&row.version_id, row.not_before, row.not_after, row.archived_at)
    else {
        return Ok((None, nothing));
    };
    let Some((thresholds, automatic)) = policies.get(tx, row)? else {
        return Ok((None, nothing));
    };
    let validity = Validity { not_before, not_after };
    let crossing = crossing(&thresholds, validity, tx.now());
    let Some(threshold) = crossing.crossed else { return Ok((None, crossing)) };
    let seconds = threshold.seconds(validity.lifetime_seconds());
    let automatic = automatic && row.key_strategy != KeyStrategy::External;
    let severity = expiry_severity(threshold, validity, automatic);
    let id = row.certificate_id.as_str();
    let mut finding = Finding::new(AlertKind::CertificateExpiring, ("certificate", id), severity);
    finding.dedup_key = format!("{}:{version}", AlertKind::CertificateExpiring);
    finding.mark = Some(threshold.to_string());
    finding.certificate_id = Some(row.certificate_id.clone());
    finding.agent_id = row.holder.parse().ok();
    finding.issuer_id = Some(row.issuer_id.clone());
    finding.owner_id.clone_from(&row.owner_id);
    finding.team_id.clone_from(&row.team_id);
    finding.environment.clone_from(&row.environment);
    finding.code = if seconds == 0 { "expired" } else { "threshold_crossed" };
    finding.title = if seconds == 0 {
        format!("{} has expired", row.name)
    } else {
        format!("{} expires within {}", row.name, humane_seconds(seconds))
    };
    let by_whom = if automatic { "" } else { "; nobody renews it by itself" };
    finding.cause = format!(
        "{version} of {} ends at {}; the threshold {threshold} of {} was crossed at {}{by_whom}",
        row.holder,
        at(not_after),
        row.renewal_policy_id,
        at(not_after.plus_seconds(-seconds)),
    );
    finding.params = json!({
        "version_id": version, "holder": row.holder, "not_after": not_after, "threshold": threshold.to_string(),
        "threshold_seconds": seconds, "renewal_policy_id": row.renewal_policy_id, "automatic": automatic,
    });
    Ok((Some(finding), crossing))
}

/// Looks at the ends whose next threshold has come, and sets when each is looked at again; says how many there were.
///
/// # Errors
/// Those of the store.
pub fn look_at_ends(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<usize, Error> {
    let mut policies = Policies::default();
    let due = alert_watch::ends_due(tx, limit)?;
    for row in &due {
        let (finding, crossing) = end(tx, &mut policies, row)?;
        if let Some(finding) = finding {
            observe(tx, context, &finding)?;
        }
        alert_watch::set_alert_at(tx, row, crossing.next_at)?;
    }
    tx.note_audit();
    Ok(due.len())
}

fn ends_of(tx: &mut Tx<'_>, _: &Surroundings, ids: &[String]) -> Result<Vec<Finding>, Error> {
    let mut policies = Policies::default();
    let mut findings = Vec::new();
    for row in alert_watch::ends_of(tx, ids)? {
        findings.extend(end(tx, &mut policies, &row)?.0);
    }
    Ok(findings)
}

fn end_cured(tx: &mut Tx<'_>, row: &AlertRow) -> Result<String, Error> {
    let holder = row.params["holder"].as_str().unwrap_or_default();
    let now = alert_watch::ends_of(tx, std::slice::from_ref(&row.object_id))?;
    let end = now.iter().find(|end| end.holder == holder);
    Ok(match end {
        None => format!("{holder} no longer holds a key of it"),
        Some(end) if end.archived_at.is_some() => "the certificate was archived".to_owned(),
        Some(EndRow { version_id: Some(version), not_after: Some(not_after), .. })
            if row.params["version_id"] != version.as_str() =>
        {
            format!("renewed: {version} is valid until {}", at(*not_after))
        }
        Some(_) => "its end is not within a threshold of its renewal policy any more".to_owned(),
    })
}

fn of_certificate(kind: AlertKind, facts: &CertificateFacts, severity: AlertSeverity) -> Finding {
    let mut finding = Finding::new(kind, ("certificate", facts.id.as_str()), severity);
    finding.certificate_id = Some(facts.id.clone());
    finding.issuer_id = Some(facts.issuer_id.clone());
    finding.owner_id.clone_from(&facts.owner_id);
    finding.team_id.clone_from(&facts.team_id);
    finding.environment.clone_from(&facts.environment);
    finding
}

fn failing(tx: &mut Tx<'_>, _: &Surroundings, ids: &[String]) -> Result<Vec<Finding>, Error> {
    let struggling = alert_watch::struggling(tx, ids)?;
    let last = alert_watch::last_failed(tx, ids)?;
    let of = |jobs: &[FailingJob], facts: &CertificateFacts| {
        jobs.iter().find(|job| job.certificate_id == facts.id).cloned()
    };
    let mut findings = Vec::new();
    for facts in alert_watch::certificates(tx, ids)? {
        if facts.archived_at.is_some() {
            continue;
        }
        let gone_wrong = of(&last, &facts).filter(|job| job.kind != JobKind::Deployment);
        let job = match of(&struggling, &facts) {
            Some(job) => job,
            // A failed deployment is an alert of its own.
            None if facts.last_failed => match gone_wrong {
                Some(job) => job,
                None => continue,
            },
            None => continue,
        };
        let severity = trouble_severity(facts.not_after, facts.lifetime_seconds, tx.now());
        let mut finding = of_certificate(AlertKind::RenewalFailing, &facts, severity);
        let what = match job.kind {
            JobKind::Issuance => "The issuance",
            JobKind::Renewal | JobKind::Deployment | JobKind::Validation => "The renewal",
        };
        finding.title = format!("{what} of {} fails", facts.name);
        let cause = job.error.clone().or_else(|| facts.last_error.clone());
        let cause = cause.unwrap_or_else(|| "no cause was given".to_owned());
        finding.cause = match facts.not_after {
            Some(end) => format!("{cause}; the present version ends at {}", at(end)),
            None => format!("{cause}; there is no version yet"),
        };
        finding.params = json!({ "kind": job.kind, "error": cause, "not_after": facts.not_after });
        findings.push(finding);
    }
    Ok(findings)
}

fn not_live(tx: &mut Tx<'_>, _: &Surroundings, ids: &[String]) -> Result<Vec<Finding>, Error> {
    let now = tx.now();
    let mut waiting: BTreeMap<String, Vec<NotLiveRow>> = BTreeMap::new();
    for row in alert_watch::not_live_of(tx, ids)? {
        let late = row.created_at <= now.plus_seconds(-LIVE_SECONDS);
        if row.state != DeploymentState::Wanted || late {
            waiting.entry(row.certificate_id.to_string()).or_default().push(row);
        }
    }
    let wanted: Vec<String> = waiting.keys().cloned().collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut findings = Vec::new();
    for facts in alert_watch::certificates(tx, &wanted)? {
        let Some(rows) = waiting.get(facts.id.as_str()) else { continue };
        let Some(first) = rows.first().filter(|_| facts.archived_at.is_none()) else { continue };
        let old = first.created_at <= now.plus_seconds(-LIVE_CRITICAL_SECONDS);
        let severity = if old { AlertSeverity::Critical } else { AlertSeverity::Warning };
        let mut finding = of_certificate(AlertKind::NotVerifiedLive, &facts, severity);
        finding.agent_id = Some(first.agent_id.clone());
        finding.code = match first.state {
            DeploymentState::RolledBack => "rolled_back",
            DeploymentState::Failed => "deployment_failed",
            DeploymentState::Wanted
            | DeploymentState::Live
            | DeploymentState::Installed
            | DeploymentState::Superseded => "not_seen_live",
        };
        let n = rows.len();
        let places = if n == 1 { first.target_id.to_string() } else { format!("{n} targets") };
        finding.title = format!("{} is issued but not live on {places}", facts.name);
        let cause = first.error.clone().unwrap_or_else(|| match first.state {
            DeploymentState::Wanted => {
                format!("{} has not reported since {}", first.agent_id, at(first.created_at))
            }
            DeploymentState::RolledBack
            | DeploymentState::Failed
            | DeploymentState::Live
            | DeploymentState::Installed
            | DeploymentState::Superseded => "no cause was given".to_owned(),
        });
        finding.cause = format!("{} is {} on {}: {cause}", first.version_id, first.state, first.target_id);
        let targets: Vec<&str> = rows.iter().map(|row| row.target_id.as_str()).take(20).collect();
        finding.params = json!({ "version_id": first.version_id, "targets": n, "target_ids": targets, "error": first.error });
        findings.push(finding);
    }
    Ok(findings)
}
