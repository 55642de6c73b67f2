//! What a change of a profile would lead to, before it is made.
//!
//! Not for: making the change (`ops/settings.rs`). Invariants: nothing is stored; whether a certificate fits is said by the
//! function that the next issuance asks.

use certctl_api::profiles::{ProfilePreview, RefusedCertificate, RefusingLimit};
use certctl_core::certificate::KeyStrategy;
use certctl_core::choice::Choice;
use certctl_core::id::ProfileId;
use certctl_core::job::JobKind;
use certctl_core::permission::Scope;
use certctl_core::profile::Profile;
use certctl_store::certificates::{CertificateFilter, CertificateRow};

use crate::app::App;
use crate::error::Error;
use crate::ops::approvals::asked_by;
use crate::ops::issuance::asked;
use crate::ops::previews::{Seen, look_through};

/// Examples given.
const SAMPLE: usize = 20;

/// A profile, as it is and as it would be.
#[derive(Debug)]
pub struct Change<'a> {
    /// Which.
    pub id: &'a ProfileId,
    /// As it is.
    pub before: &'a Profile,
    /// As it would be.
    pub after: &'a Profile,
}

/// Counts what a change would lead to, as far as the caller may see.
///
/// # Errors
/// Those of the store.
pub async fn preview(app: &App, scope: &Scope, change: Change<'_>) -> Result<ProfilePreview, Error> {
    let filter = CertificateFilter {
        scope: scope.clone(),
        profile_id: Choice::only(change.id.clone()),
        ..CertificateFilter::default()
    };
    let mut preview = ProfilePreview {
        certificates: 0,
        checked: 0,
        approximate: false,
        refused_now: 0,
        would_refuse: 0,
        would_allow: 0,
        would_need_approval: 0,
        limits: Vec::new(),
        sample: Vec::new(),
    };
    let asks = |profile| asked_by(change.id, profile, JobKind::Renewal).is_some();
    let needs_approval = asks(change.after) && !asks(change.before);
    let take = |rows: Vec<CertificateRow>| {
        // What was found is not issued under any profile.
        for row in rows.iter().filter(|row| row.key_strategy != KeyStrategy::Found) {
            count(&mut preview, &change, row);
            preview.would_need_approval += i64::from(needs_approval);
        }
    };
    let seen = look_through(app, filter, |_, rows| Ok(rows), take).await?;
    let Seen { certificates, checked, approximate } = seen;
    preview = ProfilePreview { certificates, checked, approximate, ..preview };
    preview.limits.sort_by(|a, b| (b.certificates, &a.field).cmp(&(a.certificates, &b.field)));
    Ok(preview)
}

fn count(preview: &mut ProfilePreview, change: &Change<'_>, row: &CertificateRow) {
    let names = row.name_texts();
    let (before, after) = (change.before.check(asked(row, &names)), change.after.check(asked(row, &names)));
    preview.refused_now += i64::from(before.is_err());
    let violation = match (before, after) {
        (Ok(()), Err(violation)) => violation,
        (Err(_), Ok(())) => {
            preview.would_allow += 1;
            return;
        }
        (Ok(()), Ok(())) | (Err(_), Err(_)) => return,
    };
    preview.would_refuse += 1;
    let field = violation.pointer().trim_start_matches('/').to_owned();
    match preview.limits.iter_mut().find(|limit| limit.field == field) {
        Some(limit) => limit.certificates += 1,
        None => preview.limits.push(RefusingLimit { field: field.clone(), certificates: 1 }),
    }
    if preview.sample.len() < SAMPLE {
        preview.sample.push(RefusedCertificate {
            certificate_id: row.id.clone(),
            name: row.name.clone(),
            field,
            detail: violation.to_string(),
        });
    }
}
