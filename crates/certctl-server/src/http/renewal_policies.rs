//! Renewal policies over HTTP: their wire mapping and the rules of their values.
//!
//! Not for: deciding when to renew (core). Invariant: a policy's change reaches the certificates that follow it before
//! it is answered.

use std::ops::RangeInclusive;

use certctl_api::renewal_policies::{
    CreateRenewalPolicy, PreviewRenewalPolicy, RenewalPolicy, RenewalPolicyPreview, UpdateRenewalPolicy,
};
use certctl_core::id::RenewalPolicyId;
use certctl_core::policy::DEFAULT_ALERT_THRESHOLDS_DAYS;
use certctl_core::retry::DEFAULT_MAX_ATTEMPTS;
use certctl_core::week_window::WeekWindow;
use certctl_store::renewal_policies::RenewalPolicyRow;
use serde_json::{Value, json};

use crate::http::settings::prelude::*;
use crate::ops::policy_values::{check_days, check_percent, check_point};
use crate::ops::renewal_policies as previews;

/// Tries for each job.
pub const ATTEMPTS: RangeInclusive<i64> = 1..=50;
/// The most maintenance windows.
pub const MAX_WINDOWS: usize = 20;

fn check_attempts(checks: &mut Checks, n: i64) -> i64 {
    if !ATTEMPTS.contains(&n) {
        checks.bad("/max_attempts", format!("{n} is not between 1 and 50"));
    }
    n
}

/// A list that was kept, or none.
fn read_list<T: serde::de::DeserializeOwned>(kept: Option<Value>) -> Vec<T> {
    kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default()
}

fn check_windows(checks: &mut Checks, windows: &[WeekWindow]) -> Option<Value> {
    if windows.len() > MAX_WINDOWS {
        checks.bad("/windows", format!("at most {MAX_WINDOWS} windows"));
    }
    for (at, window) in windows.iter().enumerate() {
        for bad in window.mistakes() {
            checks.bad(format!("/windows/{at}/{}", bad.field), bad.detail);
        }
    }
    (!windows.is_empty()).then(|| json!(windows))
}

#[derive(Debug)]
enum RenewalPolicies {}

impl Noun for RenewalPolicies {
    type Row = RenewalPolicyRow;
    type View = RenewalPolicy;
    type Create = CreateRenewalPolicy;
    type Update = UpdateRenewalPolicy;
    type New = RenewalPolicyRow;
    const PATH: &'static str = "renewal-policies";

    fn view(row: RenewalPolicyRow) -> Result<RenewalPolicy, Error> {
        let point = row.point.and_then(|value| serde_json::from_value(value).ok());
        let days = row.alert_thresholds_days.as_array().into_iter().flatten();
        let percent = row.alert_thresholds_percent.as_array().into_iter().flatten();
        Ok(RenewalPolicy {
            id: row.id,
            name: row.name,
            automatic: row.automatic,
            point,
            max_attempts: row.max_attempts,
            alert_thresholds_days: days.filter_map(|days| u32::try_from(days.as_u64()?).ok()).collect(),
            alert_thresholds_percent: percent.filter_map(|n| u32::try_from(n.as_u64()?).ok()).collect(),
            windows: read_list(row.windows),
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
        })
    }

    fn check(app: &App, request: CreateRenewalPolicy) -> Result<RenewalPolicyRow, Error> {
        let mut checks = Checks::default();
        let now = app.now();
        let attempts = request.max_attempts.unwrap_or_else(|| i64::from(DEFAULT_MAX_ATTEMPTS));
        let row = RenewalPolicyRow {
            id: request.id.unwrap_or_else(|| app.new_id()),
            name: checks.name(&request.name),
            automatic: request.automatic.unwrap_or(true),
            point: request.point.map(|point| json!(check_point(&mut checks, "", point))),
            max_attempts: check_attempts(&mut checks, attempts),
            alert_thresholds_days: match request.alert_thresholds_days {
                Some(days) => check_days(&mut checks, "", days),
                None => json!(DEFAULT_ALERT_THRESHOLDS_DAYS),
            },
            alert_thresholds_percent: check_percent(
                &mut checks,
                "",
                request.alert_thresholds_percent.unwrap_or_default(),
            ),
            windows: check_windows(&mut checks, &request.windows.unwrap_or_default()),
            reschedule_from: None,
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        checks.finish()?;
        Ok(row)
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &RenewalPolicyRow) -> Result<RenewalPolicyRow, Error> {
        ops::create(tx, audit, new)
    }

    fn change(
        row: &mut RenewalPolicyRow,
        update: UpdateRenewalPolicy,
        checks: &mut Checks,
    ) -> Result<(), Error> {
        let thresholds = update.alert_thresholds_days.is_some() || update.alert_thresholds_percent.is_some();
        if update.automatic.is_some() || update.point.is_some() || thresholds || update.windows.is_some() {
            row.reschedule_from = Some(String::new());
        }
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        set(&mut row.automatic, update.automatic);
        set(
            &mut row.point,
            update.point.map(|point| point.map(|point| json!(check_point(checks, "", point)))),
        );
        set(&mut row.max_attempts, update.max_attempts.map(|n| check_attempts(checks, n)));
        let days = update.alert_thresholds_days.map(|days| check_days(checks, "", days));
        set(&mut row.alert_thresholds_days, days);
        let percent = update.alert_thresholds_percent.map(|percent| check_percent(checks, "", percent));
        set(&mut row.alert_thresholds_percent, percent);
        if let Some(windows) = update.windows {
            row.windows = check_windows(checks, &windows);
        }
        Ok(())
    }

    fn changed(
        tx: &mut Tx<'_>,
        _audit: &Context,
        _before: &RenewalPolicyRow,
        row: &RenewalPolicyRow,
    ) -> Result<(), Error> {
        if row.reschedule_from.is_some() {
            tx.notify("engine:renewal");
        }
        Ok(())
    }
}

handlers! {
    RenewalPolicies, RenewalPolicy, RenewalPolicyId => RenewalPolicy, CreateRenewalPolicy, UpdateRenewalPolicy;
    "renewal-policies" at "/renewal-policies" and "/renewal-policies/{id}": "renewal policy", "a renewal policy", "renewal policies";
    read ConfigRead, change ConfigManage;
    create "A new renewal policy: when certificates are renewed and how often it is tried.";
    update "Changes a renewal policy; the renewal points of its certificates follow within moments, page by page.";
}

/// What a change would lead to now.
///
/// # Errors
/// 404, 422.
#[utoipa::path(post, path = "/renewal-policies/preview", tag = "renewal-policies", request_body = PreviewRenewalPolicy,
    summary = "What a change of a renewal policy would lead to",
    description = "Counts, by the code of the real thing and without storing anything, which of the caller's certificates a \
                   change of a renewal policy would move, what would be due at once and which alerts would begin. Up to \
                   100,000 certificates or five seconds; beyond that `approximate` says that the counts are those of a part.",
    responses((status = 200, description = "What it would lead to", body = RenewalPolicyPreview),
        (status = 404, description = "There is no such renewal policy")))]
pub async fn preview(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<PreviewRenewalPolicy>,
) -> Result<Json<RenewalPolicyPreview>, Error> {
    let id = request.policy_id.clone();
    let before: RenewalPolicyRow = settings::find(&app, id).await?;
    let mut after = before.clone();
    let change = UpdateRenewalPolicy {
        name: None,
        automatic: request.automatic,
        point: request.point,
        max_attempts: None,
        alert_thresholds_days: request.alert_thresholds_days,
        alert_thresholds_percent: request.alert_thresholds_percent,
        windows: request.windows,
    };
    let mut checks = Checks::default();
    RenewalPolicies::change(&mut after, change, &mut checks)?;
    checks.finish()?;
    Ok(Json(previews::preview(&app, &context.scope, before, after).await?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api).route(Access::Need(Permission::ConfigRead), routes!(preview))
}

#[cfg(test)]
mod tests {
    use certctl_core::policy::{RenewalPoint, Sooner};

    use super::*;

    fn pointers(change: impl FnOnce(&mut Checks)) -> String {
        let mut checks = Checks::default();
        change(&mut checks);
        match checks.finish() {
            Ok(()) => String::new(),
            Err(Error::Invalid(errors)) => {
                errors.into_iter().map(|e| e.pointer).collect::<Vec<_>>().join(" ")
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn points_are_bounded() {
        for (point, expected) in [
            (RenewalPoint::Percent(10), ""),
            (RenewalPoint::Percent(95), ""),
            (RenewalPoint::Percent(9), "/point/percent"),
            (RenewalPoint::Percent(96), "/point/percent"),
            (RenewalPoint::SecondsBefore(3_600), ""),
            (RenewalPoint::SecondsBefore(3_599), "/point/seconds_before"),
            (RenewalPoint::SecondsBefore(31_536_001), "/point/seconds_before"),
            (RenewalPoint::Sooner(Sooner { percent: 80, seconds_before: 3_600 }), ""),
            (
                RenewalPoint::Sooner(Sooner { percent: 9, seconds_before: 1 }),
                "/point/sooner/percent /point/sooner/seconds_before",
            ),
        ] {
            let found = pointers(|checks| {
                let _ = check_point(checks, "", point);
            });
            assert_eq!(found, expected, "{point:?}");
        }
    }

    #[test]
    fn attempts_and_thresholds_are_bounded() {
        for (n, expected) in [(0, "/max_attempts"), (1, ""), (50, ""), (51, "/max_attempts")] {
            assert_eq!(
                pointers(|checks| {
                    _ = check_attempts(checks, n);
                }),
                expected,
                "{n}"
            );
        }
        assert_eq!(pointers(|checks| drop(check_days(checks, "", vec![0, 366]))), "/alert_thresholds_days/1");
        assert_eq!(pointers(|checks| drop(check_days(checks, "", vec![1; 11]))), "/alert_thresholds_days");
        assert_eq!(
            pointers(|checks| drop(check_percent(checks, "", vec![0, 99, 100]))),
            "/alert_thresholds_percent/0 /alert_thresholds_percent/2"
        );
    }

    #[test]
    fn thresholds_are_kept_once_each_longest_first() {
        assert_eq!(check_days(&mut Checks::default(), "", vec![7, 30, 7, 0]), json!([30, 7, 0]));
    }
}
