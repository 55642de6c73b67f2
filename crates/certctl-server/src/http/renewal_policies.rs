//! Renewal policies over HTTP.
//!
//! Not for: deciding when to renew (core). Invariant: a policy's change reaches the certificates that follow it before
//! it is answered.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use certctl_api::page::Page;
use certctl_api::renewal_policies::{CreateRenewalPolicy, RenewalPolicy, UpdateRenewalPolicy};
use certctl_core::id::RenewalPolicyId;
use certctl_core::permission::Permission;
use certctl_core::policy::{DEFAULT_ALERT_THRESHOLDS_DAYS, RenewalPoint};
use certctl_core::retry::DEFAULT_MAX_ATTEMPTS;
use certctl_store::renewal_policies::RenewalPolicyRow;
use http::StatusCode;
use serde_json::{Value, json};
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::http::teams::{
    OfCreate, OfDelete, OfList, OfShow, OfUpdate, PageQuery, created, find, page, shown,
};
use crate::ops::settings::{self, Checks};
use crate::request::{Body, IfMatch, PathId, Query, RequestContext};

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::ConfigRead), routes!(list))
        .route(Access::Need(Permission::ConfigManage), routes!(create))
        .route(Access::Need(Permission::ConfigRead), routes!(show))
        .route(Access::Need(Permission::ConfigManage), routes!(update))
        .route(Access::Need(Permission::ConfigManage), routes!(delete))
}

fn view(row: RenewalPolicyRow) -> RenewalPolicy {
    let point = row.point.and_then(|value| serde_json::from_value(value).ok());
    let thresholds = row.alert_thresholds_days.as_array().into_iter().flatten();
    RenewalPolicy {
        id: row.id,
        name: row.name,
        automatic: row.automatic,
        point,
        max_attempts: row.max_attempts,
        alert_thresholds_days: thresholds.filter_map(|days| u32::try_from(days.as_u64()?).ok()).collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    }
}

fn check_point(checks: &mut Checks, point: RenewalPoint) -> RenewalPoint {
    match point {
        RenewalPoint::Percent(percent) if !(10..=95).contains(&percent) => {
            checks
                .bad("/point/percent", format!("{percent} is not between 10 and 95 percent of the lifetime"));
        }
        RenewalPoint::SecondsBefore(seconds) if !(3_600..=31_536_000).contains(&seconds) => {
            let detail = format!("{seconds} is not between 3600 (an hour) and 31536000 (a year)");
            checks.bad("/point/seconds_before", detail);
        }
        RenewalPoint::Percent(_) | RenewalPoint::SecondsBefore(_) => {}
    }
    point
}

fn check_attempts(checks: &mut Checks, n: i64) -> i64 {
    if !(1..=50).contains(&n) {
        checks.bad("/max_attempts", format!("{n} is not between 1 and 50"));
    }
    n
}

fn check_thresholds(checks: &mut Checks, mut days: Vec<u32>) -> Value {
    if days.len() > 10 {
        checks.bad("/alert_thresholds_days", "at most 10 thresholds");
    }
    for (at, n) in days.iter().enumerate().filter(|(_, n)| **n > 365) {
        checks.bad(format!("/alert_thresholds_days/{at}"), format!("{n} is not between 0 and 365 days"));
    }
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    json!(days)
}

/// A page of renewal policies.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/renewal-policies", tag = "renewal-policies", params(PageQuery),
    responses((status = 200, body = Page<RenewalPolicy>), OfList))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<RenewalPolicy>>, Error> {
    page::<RenewalPolicyRow, _>(&app, query, |row| Ok(view(row))).await
}

/// A new renewal policy.
///
/// # Errors
/// 409 when the id is taken, 422.
#[utoipa::path(post, path = "/renewal-policies", tag = "renewal-policies", request_body = CreateRenewalPolicy,
    responses((status = 201, body = RenewalPolicy), OfCreate))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateRenewalPolicy>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let now = app.now();
    let row = RenewalPolicyRow {
        id: request.id.unwrap_or_else(|| app.new_id()),
        name: checks.name(&request.name),
        automatic: request.automatic.unwrap_or(true),
        point: request.point.map(|point| json!(check_point(&mut checks, point))),
        max_attempts: check_attempts(
            &mut checks,
            request.max_attempts.unwrap_or_else(|| i64::from(DEFAULT_MAX_ATTEMPTS)),
        ),
        reschedule_from: None,
        alert_thresholds_days: match request.alert_thresholds_days {
            Some(days) => check_thresholds(&mut checks, days),
            None => json!(DEFAULT_ALERT_THRESHOLDS_DAYS),
        },
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    checks.finish()?;
    let audit = context.audit(&app);
    let policy =
        view(app.store.write("renewal_policies.create", move |tx| settings::create(tx, &audit, &row)).await?);
    Ok(created("renewal-policies", policy.id.as_str(), policy.revision, &policy))
}

/// One renewal policy.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/renewal-policies/{id}", tag = "renewal-policies", params(("id" = RenewalPolicyId, Path)),
    responses((status = 200, body = RenewalPolicy), OfShow))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::RenewalPolicy>,
) -> Result<Response, Error> {
    let policy = view(find(&app, id).await?);
    Ok(shown(policy.revision, &policy))
}

/// Changes a renewal policy; the engine lets the renewal points of its certificates follow, page by page.
///
/// # Errors
/// 404, 412, 422.
#[utoipa::path(patch, path = "/renewal-policies/{id}", tag = "renewal-policies", params(("id" = RenewalPolicyId, Path)),
    request_body = UpdateRenewalPolicy, responses((status = 200, body = RenewalPolicy), OfUpdate))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::RenewalPolicy>,
    if_match: IfMatch,
    Body(request): Body<UpdateRenewalPolicy>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = request.name.as_deref().map(|name| checks.name(name));
    let point = request.point.map(|point| point.map(|point| json!(check_point(&mut checks, point))));
    let max_attempts = request.max_attempts.map(|n| check_attempts(&mut checks, n));
    let thresholds = request.alert_thresholds_days.map(|days| check_thresholds(&mut checks, days));
    checks.finish()?;
    let automatic = request.automatic;
    let moves = automatic.is_some() || point.is_some();
    let audit = context.audit(&app);
    let row = app.store.write("renewal_policies.update", move |tx| {
        let row = settings::update(tx, &audit, &id, if_match.revision(), |row: &mut RenewalPolicyRow| {
            if let Some(name) = &name {
                row.name.clone_from(name);
            }
            row.automatic = automatic.unwrap_or(row.automatic);
            if let Some(point) = &point {
                row.point.clone_from(point);
            }
            row.max_attempts = max_attempts.unwrap_or(row.max_attempts);
            if let Some(thresholds) = &thresholds {
                row.alert_thresholds_days.clone_from(thresholds);
            }
            if moves {
                row.reschedule_from = Some(String::new());
            }
            Ok(())
        })?;
        if moves {
            tx.notify("engine:renewal");
        }
        Ok::<_, Error>(row)
    });
    let policy = view(row.await?);
    Ok(shown(policy.revision, &policy))
}

/// Removes a renewal policy.
///
/// # Errors
/// 404, 409 with the certificates that refer to it.
#[utoipa::path(delete, path = "/renewal-policies/{id}", tag = "renewal-policies", params(("id" = RenewalPolicyId, Path)),
    responses((status = 204), OfDelete))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::RenewalPolicy>,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    app.store
        .write("renewal_policies.delete", move |tx| settings::delete::<RenewalPolicyRow>(tx, &audit, &id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
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
        ] {
            let found = pointers(|checks| {
                let _ = check_point(checks, point);
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
        assert_eq!(
            pointers(|checks| drop(check_thresholds(checks, vec![0, 366]))),
            "/alert_thresholds_days/1"
        );
        assert_eq!(pointers(|checks| drop(check_thresholds(checks, vec![1; 11]))), "/alert_thresholds_days");
    }

    #[test]
    fn thresholds_are_kept_once_each_longest_first() {
        assert_eq!(check_thresholds(&mut Checks::default(), vec![7, 30, 7, 0]), json!([30, 7, 0]));
    }
}
