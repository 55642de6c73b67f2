//! `GET /needs`: what needs a person.
//!
//! Not for: what belongs together (`ops/needs.rs`). Invariant: a caller sees what is within its scope, and is offered what
//! its role may do.

use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use certctl_api::needs::{NeedBand, NeedSnoozed, Needs, SnoozeNeed};
use certctl_core::id::TeamId;
use certctl_core::permission::Permission;
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::jobs::MAX_REASON;
use crate::http::router::{Access, Api};
use crate::ops::narrow::Narrow;
use crate::ops::needs;
use crate::ops::needs::quiet::{self, Hiding};
use crate::ops::settings::Checks;
use crate::ops::views::caller_of;
use crate::request::{Body, Query, RequestContext};

/// Which needs.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NeedsQuery {
    /// Only those that turn into an outage this soon: `urgent` (within 48 hours), `week`, `later`; or `waiting`.
    #[serde(default)]
    #[param(example = "urgent")]
    band: Option<NeedBand>,
    /// The most that are answered, 1 to 200; 50 when absent. `total` counts the others too.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// Only what touches certificates of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only what touches certificates in this environment.
    #[serde(default)]
    environment: Option<String>,
    /// Whether those that the caller has hidden are answered too.
    #[serde(default)]
    hidden: bool,
}

/// What needs a person, the most pressing first: one entry for each cause, with all that it touches.
///
/// # Errors
/// 400 for a limit out of its range.
#[utoipa::path(get, path = "/needs", tag = "needs", params(NeedsQuery), summary = "What needs a person",
    description = "One entry for each cause, with all that it touches, ranked by the time to its impact, then by how much it \
                   touches. A certificate is counted where its first cause is: its host being out of reach, then its issuer \
                   not answering, then what is wrong with itself. At a million certificates the counts may be some seconds \
                   old: `as_of` says of which moment they are.",
    responses((status = 200, description = "The needs", body = Needs)))]
pub async fn find(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<NeedsQuery>,
) -> Result<Json<Needs>, Error> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Error::bad_field("?limit", format!("is {limit}; 1 to 200 are answered")));
    }
    let Some(role) = context.role else {
        return Err(Error::internal("needs without a role"));
    };
    let narrow = Narrow { team_id: query.team_id, environment: query.environment };
    let wanted = needs::Wanted {
        role,
        scope: narrow.of(context.scope.clone())?,
        own: context.scope,
        caller: caller_of(&context.actor),
        band: query.band,
        hidden: query.hidden,
        limit,
    };
    let mut found = needs::find(&app, wanted).await?;
    for need in &mut found.items {
        narrow.add_to(&mut need.rows);
    }
    Ok(Json(found))
}

/// Hides a need from the caller for a while, or until it changes: it is counted, and comes back by itself; others see it as
/// before.
///
/// # Errors
/// 422 for nothing or more than a year, for both ways at once, and when too many are hidden already.
#[utoipa::path(post, path = "/needs/snooze", tag = "needs", request_body = SnoozeNeed, summary = "Hide a need for a while",
    description = "It is counted as hidden, and comes back by itself: after `for_seconds`, or with `until_change` as soon as it \
                   touches more or less than now or becomes more urgent. Others see it as before.",
    responses((status = 200, description = "It is hidden", body = NeedSnoozed)))]
pub async fn snooze(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<SnoozeNeed>,
) -> Result<Json<NeedSnoozed>, Error> {
    let mut checks = Checks::default();
    checks.text("/cause", &request.cause, MAX_CAUSE);
    if let Some(reason) = &request.reason {
        checks.text("/reason", reason, MAX_REASON);
    }
    let until_change = request.until_change.unwrap_or(false);
    let seconds = match (request.for_seconds, until_change) {
        (Some(seconds), false) => seconds,
        (None, true) => *SNOOZE_SECONDS.end(),
        (Some(_), true) | (None, false) => {
            checks.bad("/for_seconds", "give either for_seconds or until_change");
            1
        }
    };
    if !SNOOZE_SECONDS.contains(&seconds) {
        let detail = format!("is {seconds}; 1 to {} are taken (a year)", SNOOZE_SECONDS.end());
        checks.bad("/for_seconds", detail);
    }
    checks.finish()?;
    let until = app.now().plus_seconds(seconds);
    let answer = NeedSnoozed { cause: request.cause.clone(), until, until_change };
    let caller = caller_of(&context.actor);
    let hiding = Hiding { caller, need: request.cause, until, until_change, reason: request.reason };
    quiet::hide(&app, context.audit(&app), hiding).await?;
    Ok(Json(answer))
}

/// Which need.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WakeQuery {
    /// Its `id`, such as `issuer_unreachable:iss-local`.
    #[param(example = "issuer_unreachable:iss-local")]
    cause: String,
}

/// Shows a need to the caller again.
///
/// # Errors
/// 404 when the caller has not hidden it.
#[utoipa::path(delete, path = "/needs/snooze", tag = "needs", params(WakeQuery), summary = "Show a hidden need again",
    responses((status = 204, description = "It is shown"), (status = 404, description = "It is not hidden")))]
pub async fn wake(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<WakeQuery>,
) -> Result<StatusCode, Error> {
    let (audit, caller) = (context.audit(&app), caller_of(&context.actor));
    let woken = app.store.write("needs.wake", move |tx| quiet::show(tx, &audit, &caller, &query.cause));
    woken.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For how long a need can be hidden.
pub const SNOOZE_SECONDS: RangeInclusive<i64> = 1..=366 * 86_400;
/// The most letters of a need's id.
pub const MAX_CAUSE: usize = 200;

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::CertificatesRead), routes!(find))
        .route(Access::Need(Permission::CertificatesRead), routes!(snooze))
        .route(Access::Need(Permission::CertificatesRead), routes!(wake))
}
