//! `/stats/*`: counts over the inventory.
//!
//! Not for: counting (`ops/stats.rs`). Invariant: a parameter out of its range is refused, never cut.

use axum::Json;
use axum::extract::State;
use certctl_api::stats::{ExpiryCalendar, FleetStats, IssuanceStats, RenewalStats, StatsSummary};
use certctl_core::id::TeamId;
use certctl_core::permission::Permission;
use certctl_store::stats::Moment;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::ops::narrow::Narrow;
use crate::ops::stats::{self, Length};
use crate::request::{Query, RequestContext};

fn range(name: &str, given: Option<u32>, usual: u32, most: u32) -> Result<u32, Error> {
    let value = given.unwrap_or(usual);
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    Err(Error::bad_field(format!("?{name}"), format!("{name} is {value}; 1 to {most} are counted")))
}

/// The inventory in a few numbers, each with its last ten days and the list that shows exactly what it counts.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/stats/summary", tag = "stats", params(NarrowQuery), summary = "The inventory in a few numbers",
    description = "Certificates by condition and agents heard from, each with its last ten days and the list that shows exactly \
                   what it counts. At a million certificates the counts may be some seconds old: `as_of` says of which \
                   moment they are.",
    responses((status = 200, description = "The numbers", body = StatsSummary)))]
pub async fn summary(
    State(app): State<App>,
    context: RequestContext,
    Query(narrow): Query<NarrowQuery>,
) -> Result<Json<StatsSummary>, Error> {
    let narrow = narrow.narrow();
    let mut summary = stats::summary(&app, narrow.of(context.scope)?).await?;
    for value in &mut summary.values {
        narrow.add_to(&mut value.rows);
    }
    Ok(Json(summary))
}

/// A part of the inventory.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NarrowQuery {
    /// Only certificates of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only certificates in this environment.
    #[serde(default)]
    environment: Option<String>,
}

impl NarrowQuery {
    fn narrow(self) -> Narrow {
        Narrow { team_id: self.team_id, environment: self.environment }
    }
}

/// What the calendar counts by.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarMode {
    /// Ends of certificates.
    #[default]
    Expiry,
    /// Planned renewals.
    Renewal,
}

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExpiryQuery {
    /// How many days from today on, 1 to 400; 182 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 400)]
    days: Option<u32>,
    /// By hour instead: how many hours from the one that runs now on, 1 to 168; not together with `days`.
    #[serde(default)]
    #[param(minimum = 1, maximum = 168)]
    hours: Option<u32>,
    /// The zone of the IANA database whose days are counted, such as `Europe/Paris`; `UTC` when absent.
    #[serde(default)]
    #[param(example = "Europe/Paris", max_length = 64)]
    tz: Option<String>,
    /// `expiry` (when certificates end) or `renewal` (when they are to be renewed); `expiry` when absent.
    #[serde(default)]
    #[param(inline)]
    mode: Option<CalendarMode>,
    /// Only certificates of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only certificates in this environment.
    #[serde(default)]
    environment: Option<String>,
}

/// How many certificates end, or are to be renewed, on each day from today on, or in each hour.
///
/// # Errors
/// 400 for a zone that is not known, or too many days or hours; 422 for days and hours.
#[utoipa::path(get, path = "/stats/expiry", tag = "stats", params(ExpiryQuery), summary = "Ends or renewals by day or hour",
    description = "How many certificates end, or are to be renewed, on each day from today on, or in each of the next `hours`, and how many of those are at risk: \
                   failing, not verified live, or waiting for somebody.",
    responses((status = 200, description = "The days", body = ExpiryCalendar), (status = 422, description = "Days and hours")))]
pub async fn expiry(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ExpiryQuery>,
) -> Result<Json<ExpiryCalendar>, Error> {
    let length = match (query.days, query.hours) {
        (Some(_), Some(_)) => return Err(Error::invalid_field("?hours", "give either days or hours")),
        (None, Some(hours)) => Length::Hours(range("hours", Some(hours), 24, 168)?),
        (days, None) => Length::Days(range("days", days, 182, 400)?),
    };
    let moment = match query.mode.unwrap_or_default() {
        CalendarMode::Expiry => Moment::Expiry,
        CalendarMode::Renewal => Moment::Renewal,
    };
    let tz = query.tz.unwrap_or_else(|| "UTC".to_owned());
    let narrow = Narrow { team_id: query.team_id, environment: query.environment };
    let mut calendar = stats::calendar(&app, narrow.of(context.scope)?, moment, tz, length).await?;
    for day in &mut calendar.days {
        narrow.add_to(&mut day.rows);
    }
    Ok(Json(calendar))
}

/// How many days back.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RenewalsQuery {
    /// How many days, today included, 1 to 400; 30 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 400)]
    days: Option<u32>,
    /// Only certificates of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only certificates in this environment.
    #[serde(default)]
    environment: Option<String>,
}

/// How issuances and renewals went in the last days.
///
/// # Errors
/// 400 for too many days.
#[utoipa::path(get, path = "/stats/renewals", tag = "stats", params(RenewalsQuery), summary = "How renewals went",
    description = "Issuances and renewals that were stored, needed one try, or were given up, for each day in UTC.",
    responses((status = 200, description = "The days", body = RenewalStats)))]
pub async fn renewals(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<RenewalsQuery>,
) -> Result<Json<RenewalStats>, Error> {
    let days = range("days", query.days, 30, 400)?;
    let narrow = Narrow { team_id: query.team_id, environment: query.environment };
    Ok(Json(stats::renewals(&app, narrow.of(context.scope)?, days.into()).await?))
}

/// How many weeks back.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IssuanceQuery {
    /// How many weeks, this one included, 1 to 104; 16 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 104)]
    weeks: Option<u32>,
    /// Only certificates of this team.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// Only certificates in this environment.
    #[serde(default)]
    environment: Option<String>,
}

/// What each issuer signed in the last weeks.
///
/// # Errors
/// 400 for too many weeks.
#[utoipa::path(get, path = "/stats/issuance", tag = "stats", params(IssuanceQuery), summary = "What each issuer signed",
    description = "How many versions each issuer signed in each week, from Monday on, in UTC.",
    responses((status = 200, description = "The weeks", body = IssuanceStats)))]
pub async fn issuance(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<IssuanceQuery>,
) -> Result<Json<IssuanceStats>, Error> {
    let weeks = range("weeks", query.weeks, 16, 104)?;
    let narrow = Narrow { team_id: query.team_id, environment: query.environment };
    Ok(Json(stats::issuance(&app, narrow.of(context.scope)?, weeks.into()).await?))
}

/// Which part of the fleet.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FleetQuery {
    /// Only hosts of this environment.
    #[serde(default)]
    environment: Option<String>,
}

/// The fleet in numbers.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/stats/fleet", tag = "stats", params(FleetQuery), summary = "The fleet in numbers",
    description = "Agents that are not retired, by health, state, version, platform and environment.",
    responses((status = 200, description = "The numbers", body = FleetStats)))]
pub async fn fleet(
    State(app): State<App>,
    Query(query): Query<FleetQuery>,
) -> Result<Json<FleetStats>, Error> {
    if query.environment.as_deref() == Some("") {
        return Err(Error::bad_field("?environment", "the name of an environment is wanted"));
    }
    Ok(Json(stats::fleet(&app, query.environment.as_deref()).await?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    let need = Access::Need(Permission::CertificatesRead);
    api.route(need, routes!(summary))
        .route(need, routes!(expiry))
        .route(need, routes!(renewals))
        .route(need, routes!(issuance))
        .route(need, routes!(fleet))
}
