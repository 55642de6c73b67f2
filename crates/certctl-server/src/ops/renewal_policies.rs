//! What a change of a renewal policy would lead to, before it is made.
//!
//! Not for: making the change (`ops/settings.rs`). Invariants: nothing is stored; points, decisions and crossed thresholds
//! come from the functions that the engine asks.

use std::collections::HashMap;

use certctl_api::renewal_policies::{MovedCertificate, RenewalPolicyPreview, StatusChange};
use certctl_core::alert::crossing;
use certctl_core::certificate::{CertificateStatus, KeyStrategy, StatusFacts, status};
use certctl_core::choice::Choice;
use certctl_core::id::CertificateId;
use certctl_core::permission::Scope;
use certctl_core::renewal::{Decision, Validity, renew_after, spread_of};
use certctl_core::time::Ts;
use certctl_store::Tx;
use certctl_store::certificates::{CertificateFilter, CertificateRow};
use certctl_store::holders::{self, HolderRow};
use certctl_store::renewal_policies::RenewalPolicyRow;

use crate::app::App;
use crate::error::Error;
use crate::ops::alerts::thresholds_of;
use crate::ops::issuance::{decision, rule_of};
use crate::ops::policy_values::followed;
use crate::ops::previews::{Seen, look_through};

/// Examples given.
const SAMPLE: usize = 20;

/// What the change of a policy would mean for one certificate.
struct Effect {
    certificate: CertificateRow,
    would_renew_after: Option<Ts>,
    statuses: (CertificateStatus, CertificateStatus),
    due_now: i64,
    alert_now: bool,
}

/// Counts what a change would lead to, as far as the caller may see.
///
/// # Errors
/// Those of the store.
pub async fn preview(
    app: &App,
    scope: &Scope,
    before: RenewalPolicyRow,
    after: RenewalPolicyRow,
) -> Result<RenewalPolicyPreview, Error> {
    let filter = CertificateFilter {
        scope: scope.clone(),
        renewal_policy_id: Choice::only(before.id.clone()),
        ..CertificateFilter::default()
    };
    let mut preview = RenewalPolicyPreview {
        certificates: 0,
        checked: 0,
        approximate: false,
        moved: 0,
        statuses: Vec::new(),
        due_now: 0,
        alerts_now: 0,
        sample: Vec::new(),
    };
    let policies = (before, after);
    let look = move |tx: &mut Tx<'_>, rows| effects(tx, rows, &policies);
    let take = |effects: Vec<Effect>| effects.into_iter().for_each(|effect| count(&mut preview, effect));
    let Seen { certificates, checked, approximate } = look_through(app, filter, look, take).await?;
    Ok(RenewalPolicyPreview { certificates, checked, approximate, ..preview })
}

fn effects(
    tx: &mut Tx<'_>,
    rows: Vec<CertificateRow>,
    policies: &(RenewalPolicyRow, RenewalPolicyRow),
) -> Result<Vec<Effect>, Error> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let mut lanes: HashMap<CertificateId, Vec<HolderRow>> = HashMap::new();
    for lane in holders::of_policy(tx, &policies.0.id, first.id.as_str(), last.id.as_str())? {
        lanes.entry(lane.certificate_id.clone()).or_default().push(lane);
    }
    let now = tx.now();
    let effect = |row: CertificateRow| {
        let lanes = lanes.remove(&row.id).unwrap_or_default();
        effect(row, &lanes, policies, now)
    };
    Ok(rows.into_iter().map(effect).collect())
}

fn effect(
    certificate: CertificateRow,
    lanes: &[HolderRow],
    (before, after): &(RenewalPolicyRow, RenewalPolicyRow),
    now: Ts,
) -> Effect {
    let of_it = |policy: &RenewalPolicyRow| followed(policy.clone(), certificate.policy_override.as_ref());
    let (before, after) = (&of_it(before), &of_it(after));
    // What was found is not renewed, and keeps no renewal point.
    let is_renewed = certificate.key_strategy != KeyStrategy::Found;
    let mut would_renew_after: Option<Ts> = None;
    let (mut due_now, mut alert_now) = (0, false);
    for lane in lanes {
        let (Some(not_before), Some(not_after)) = (lane.not_before, lane.not_after) else { continue };
        let validity = Validity { not_before, not_after };
        let crossed = |policy| crossing(&thresholds_of(policy), validity, now).crossed;
        alert_now |= crossed(after).is_some_and(|new| crossed(before) != Some(new));
        if !is_renewed {
            continue;
        }
        let spread = spread_of(&[certificate.id.as_str(), &lane.holder]);
        let at = renew_after(validity, rule_of(after), spread);
        would_renew_after = Some(would_renew_after.map_or(at, |known| known.min(at)));
        let is_due = |policy| matches!(decision(lane, policy, now), Decision::Renew(_));
        if certificate.open_issuances == 0 && is_due(after) && !is_due(before) {
            due_now += 1;
        }
    }
    let facts = certificate.facts();
    let moved = StatusFacts { renew_after: would_renew_after, ..facts };
    let statuses = (status(&facts, now), status(&moved, now));
    Effect { certificate, would_renew_after, statuses, due_now, alert_now }
}

fn count(preview: &mut RenewalPolicyPreview, effect: Effect) {
    let Effect { certificate, would_renew_after, statuses: (from, to), due_now, alert_now } = effect;
    preview.due_now += due_now;
    preview.alerts_now += i64::from(alert_now);
    if from != to {
        match preview.statuses.iter_mut().find(|known| known.from == from && known.to == to) {
            Some(known) => known.certificates += 1,
            None => preview.statuses.push(StatusChange { from, to, certificates: 1 }),
        }
    }
    if certificate.renew_after != would_renew_after {
        preview.moved += 1;
        if preview.sample.len() < SAMPLE {
            preview.sample.push(MovedCertificate {
                certificate_id: certificate.id,
                name: certificate.name,
                renew_after: certificate.renew_after,
                would_renew_after,
            });
        }
    }
}
