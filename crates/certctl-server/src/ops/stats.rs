//! Counts over the inventory: the few numbers, the calendar, how issuance goes, the fleet.
//!
//! Not for: keeping costly counts (`counts.rs`) or SQL. Invariants: each number is counted within the caller's scope; a
//! number that stands for rows names the list whose filters give exactly those.

use std::collections::BTreeMap;

use certctl_api::stats::{
    DayValue, ExpiryCalendar, ExpiryDay, FleetPart, FleetStats, IssuanceStats, IssuanceWeek, IssuerTotal,
    KeyValue, RenewalDay, RenewalStats, RowsFilter, StatsSummary,
};
use certctl_core::calendar::{self, DAY_SECONDS, Day, date_of, day_begin, day_number};
use certctl_core::condition::Condition;
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::stats::{self, ConditionCount, FleetCount, IssuanceCount, Moment};
use certctl_store::{StoreError, Tx, instance, issuers};

use crate::app::App;
use crate::counts::{Counted, counted};
use crate::error::Error;

/// How many days a history shows.
const HISTORY_DAYS: i64 = 10;
/// The last day whose outcomes are rolled up, among the facts of the installation.
const ROLLED_UP: &str = "stats.rolled_up_through";
/// Finished jobs are kept for 90 days: nothing older can be rolled up.
const ROLL_UP_DAYS: i64 = 92;
/// Outcomes of days are kept for two years.
const ISSUANCE_DAYS: i64 = 731;
/// Conditions of days are kept for 90 days.
const CONDITION_DAYS: i64 = 90;

/// The list of certificates with these filters.
pub fn certificates_where(filters: &[(&str, String)]) -> RowsFilter {
    list("/certificates", filters)
}

/// A list with these filters.
pub fn list(path: &str, filters: &[(&str, String)]) -> RowsFilter {
    let query = filters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    RowsFilter { path: path.to_owned(), query }
}

/// Whether a count by team and environment is within a scope.
fn within(scope: &Scope, team: &str, environment: &str) -> bool {
    let team_ok = scope.team_ids.is_empty() || scope.team_ids.iter().any(|id| id.as_str() == team);
    let environment_ok = scope.environments.is_empty() || scope.environments.iter().any(|e| e == environment);
    team_ok && environment_ok
}

/// All certificates by team, environment and condition: one count for every caller, whatever its scope.
///
/// # Errors
/// Those of the store.
pub async fn conditions(app: &App) -> Result<Counted<Vec<ConditionCount>>, Error> {
    counted(app, "stats.conditions".to_owned(), |tx| Ok(stats::conditions(tx)?)).await
}

fn sum(counts: &[ConditionCount], scope: &Scope, condition: Option<Condition>) -> i64 {
    counts
        .iter()
        .filter(|count| condition.is_none_or(|wanted| wanted == count.condition))
        .filter(|count| within(scope, &count.team_id, &count.environment))
        .map(|count| count.certificates)
        .sum()
}

/// What the dashboard shows first, in this order; the certificates and the agents are added.
const SHOWN: [Condition; 8] = [
    Condition::Healthy,
    Condition::Due,
    Condition::Failing,
    Condition::Unverified,
    Condition::Expired,
    Condition::Waiting,
    Condition::Renewing,
    Condition::Pending,
];

/// The inventory in a few numbers.
///
/// # Errors
/// Those of the store.
pub async fn summary(app: &App, scope: Scope) -> Result<StatsSummary, Error> {
    let now = app.now();
    let today = day_number(now);
    let Counted { value: counts, as_of } = conditions(app).await?;
    let (past_scope, first) = (scope.clone(), today - HISTORY_DAYS + 1);
    let past = counted(app, format!("stats.past:{first}:{}", key_of(&scope)), move |tx| {
        let agents = stats::agents(tx)?;
        Ok((stats::noted_conditions(tx, &past_scope, first)?, stats::noted_fleet(tx, first)?, agents))
    });
    let past = past.await?.value;
    let (noted, fleet, (agents, online)) = (&past.0, &past.1, past.2);
    let history = |value: i64, of_day: &dyn Fn(i64) -> Option<i64>| -> Vec<DayValue> {
        (first..=today)
            .map(|day| DayValue {
                date: date_of(day),
                value: if day == today { Some(value) } else { of_day(day) },
            })
            .collect()
    };
    let noted_on = |day: i64, condition: Option<Condition>| -> Option<i64> {
        let mut on_day = noted.iter().filter(|(noted, ..)| *noted == day).peekable();
        on_day.peek()?;
        Some(
            on_day
                .filter(|(_, found, _)| condition.is_none_or(|wanted| wanted == *found))
                .map(|(.., n)| n)
                .sum(),
        )
    };
    let all = sum(&counts, &scope, None);
    let mut values = vec![KeyValue {
        name: "certificates".to_owned(),
        value: all,
        of: all,
        rows: certificates_where(&[]),
        history: history(all, &|day| noted_on(day, None)),
    }];
    for condition in SHOWN {
        let value = sum(&counts, &scope, Some(condition));
        values.push(KeyValue {
            name: condition.to_string(),
            value,
            of: all,
            rows: certificates_where(&[("condition", condition.to_string())]),
            history: history(value, &|day| noted_on(day, Some(condition))),
        });
    }
    values.push(KeyValue {
        name: "agents_online".to_owned(),
        value: online,
        of: agents,
        rows: list("/agents", &[]),
        history: history(online, &|day| fleet.iter().find(|(d, ..)| *d == day).map(|(.., online)| *online)),
    });
    Ok(StatsSummary { as_of, values })
}

/// A scope as part of a key.
pub fn key_of(scope: &Scope) -> String {
    serde_json::to_string(scope).unwrap_or_default()
}

/// How far a calendar goes.
#[derive(Debug, Clone, Copy)]
pub enum Length {
    /// So many days, from today on.
    Days(u32),
    /// So many hours, from the one that runs on.
    Hours(u32),
}

/// How many certificates end, or are to be renewed, on each of these days or in each of these hours.
///
/// # Errors
/// Those of the store.
pub async fn calendar(
    app: &App,
    scope: Scope,
    moment: Moment,
    tz: String,
    length: Length,
) -> Result<ExpiryCalendar, Error> {
    let days = match length {
        Length::Days(n) => calendar::days(&tz, app.now(), n),
        Length::Hours(n) => calendar::hours(&tz, app.now(), n),
    };
    let Some(days) = days else {
        let detail = format!("{tz:?} is no zone of the IANA database, such as Europe/Paris or UTC");
        return Err(Error::bad_field("?tz", detail));
    };
    let mode = match moment {
        Moment::Expiry => "expiry",
        Moment::Renewal => "renewal",
    };
    let first = days.first().map(|day| day.date.clone()).unwrap_or_default();
    let key = format!("stats.calendar:{mode}:{tz}:{first}:{length:?}:{}", key_of(&scope));
    let found = counted(app, key, move |tx| count_days(tx, &scope, moment, &days)).await?;
    let (before, days) = (found.value.0, found.value.1.clone());
    Ok(ExpiryCalendar { as_of: found.as_of, tz, mode: mode.to_owned(), before, days })
}

fn count_days(
    tx: &mut Tx<'_>,
    scope: &Scope,
    moment: Moment,
    days: &[Day],
) -> Result<(i64, Vec<ExpiryDay>), Error> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok((0, Vec::new())) };
    let before = stats::between(tx, scope, moment, None, first.begins)?;
    let at_risk = stats::at_risk(tx, scope, moment, first.begins, last.ends)?;
    let filter = match moment {
        Moment::Expiry => "expires",
        Moment::Renewal => "renews",
    };
    let mut counts = Vec::with_capacity(days.len());
    for day in days {
        let is_within = |at: &&Ts| (day.begins..day.ends).contains(*at);
        counts.push(ExpiryDay {
            date: day.date.clone(),
            begins: Some(day.begins),
            count: stats::between(tx, scope, moment, Some(day.begins), day.ends)?,
            at_risk: i64::try_from(at_risk.iter().filter(is_within).count()).unwrap_or(i64::MAX),
            rows: certificates_where(&[(filter, format!("{}..{}", day.begins, day.ends))]),
        });
    }
    Ok((before, counts))
}

/// Outcomes of the days from `first` on, those of today and of days that are not rolled up yet included.
fn outcomes(tx: &mut Tx<'_>, scope: &Scope, first: i64) -> Result<Vec<IssuanceCount>, StoreError> {
    let now = tx.now();
    let today = day_number(now);
    let mut counts = stats::rolled_up(tx, scope, first)?;
    let next = rolled_up_through(tx)?.map_or(first, |day| day + 1).max(first);
    for day in next.max(today - ROLL_UP_DAYS)..=today {
        counts.extend(stats::outcomes(tx, scope, day, day_begin(day), day_begin(day + 1))?);
    }
    Ok(counts)
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 100.0)
}

/// How renewals went in the last days.
///
/// # Errors
/// Those of the store.
pub async fn renewals(app: &App, scope: Scope, n_days: i64) -> Result<RenewalStats, Error> {
    let today = day_number(app.now());
    let first = today - n_days + 1;
    let key = format!("stats.outcomes:{first}:{}", key_of(&scope));
    let found = counted(app, key, move |tx| Ok(outcomes(tx, &scope, first)?)).await?;
    let mut days: BTreeMap<i64, RenewalDay> = (first..=today)
        .map(|day| (day, RenewalDay { date: date_of(day), issued: 0, renewed: 0, first_try: 0, failed: 0 }))
        .collect();
    for count in found.value.iter() {
        if let Some(day) = days.get_mut(&count.day) {
            day.issued += count.issued;
            day.renewed += count.renewed;
            day.first_try += count.first_try;
            day.failed += count.failed;
        }
    }
    let total = |of: fn(&RenewalDay) -> i64| days.values().map(of).sum::<i64>();
    let succeeded = total(|day| day.issued + day.renewed);
    let (first_try, failed) = (total(|day| day.first_try), total(|day| day.failed));
    Ok(RenewalStats {
        as_of: found.as_of,
        succeeded,
        first_try,
        failed,
        success_percent: percent(succeeded, succeeded + failed),
        first_try_percent: percent(first_try, succeeded),
        days: days.into_values().collect(),
    })
}

/// The day of the Monday of a day's week: 1970-01-01 was a Thursday.
fn monday(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

/// What each issuer signed in the last weeks.
///
/// # Errors
/// Those of the store.
pub async fn issuance(app: &App, scope: Scope, n_weeks: i64) -> Result<IssuanceStats, Error> {
    let this = monday(day_number(app.now()));
    let first = this - (n_weeks - 1) * 7;
    let key = format!("stats.issuance:{first}:{}", key_of(&scope));
    let found = counted(app, key, move |tx| {
        let counts = outcomes(tx, &scope, first)?;
        let mut names = BTreeMap::new();
        for count in &counts {
            if !names.contains_key(&count.issuer_id) {
                let name = issuers::by_id(tx, &count.issuer_id)?.map(|row| row.name);
                names.insert(count.issuer_id.clone(), name.unwrap_or_else(|| count.issuer_id.to_string()));
            }
        }
        Ok((counts, names))
    })
    .await?;
    let (counts, names) = (&found.value.0, &found.value.1);
    let mut weeks: BTreeMap<i64, IssuanceWeek> = (0..n_weeks)
        .map(|number| first + number * 7)
        .map(|day| (day, IssuanceWeek { date: date_of(day), signed: BTreeMap::new(), total: 0 }))
        .collect();
    let mut totals: BTreeMap<_, i64> = BTreeMap::new();
    for count in counts {
        let signed = count.issued + count.renewed;
        if signed > 0
            && let Some(week) = weeks.get_mut(&monday(count.day))
        {
            week.total += signed;
            *week.signed.entry(count.issuer_id.to_string()).or_default() += signed;
            *totals.entry(count.issuer_id.clone()).or_default() += signed;
        }
    }
    let mut issuers: Vec<IssuerTotal> = totals
        .into_iter()
        .map(|(issuer_id, signed)| {
            let name = names.get(&issuer_id).cloned().unwrap_or_default();
            IssuerTotal { issuer_id, name, signed }
        })
        .collect();
    issuers.sort_by(|a, b| b.signed.cmp(&a.signed).then_with(|| a.issuer_id.cmp(&b.issuer_id)));
    Ok(IssuanceStats { as_of: found.as_of, issuers, weeks: weeks.into_values().collect() })
}

/// The fleet in numbers, or its part in an environment.
///
/// # Errors
/// Those of the store.
pub async fn fleet(app: &App, environment: Option<&str>) -> Result<FleetStats, Error> {
    let found = counted(app, "stats.fleet".to_owned(), |tx| Ok(stats::fleet(tx)?)).await?;
    let is_asked_for = |count: &&FleetCount| environment.is_none_or(|wanted| count.environment == wanted);
    let counts: Vec<&FleetCount> = found.value.iter().filter(is_asked_for).collect();
    let by = |value: fn(&FleetCount) -> &str| -> Vec<FleetPart> {
        let mut parts: BTreeMap<&str, i64> = BTreeMap::new();
        for count in counts.iter() {
            *parts.entry(value(count)).or_default() += count.agents;
        }
        let mut parts: Vec<FleetPart> = parts
            .into_iter()
            .map(|(value, agents)| FleetPart { value: (!value.is_empty()).then(|| value.to_owned()), agents })
            .collect();
        parts.sort_by(|a, b| b.agents.cmp(&a.agents).then_with(|| a.value.cmp(&b.value)));
        parts
    };
    let count = |wanted: &dyn Fn(&FleetCount) -> bool| -> i64 {
        counts.iter().filter(|count| wanted(count)).map(|count| count.agents).sum()
    };
    let server_version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(FleetStats {
        as_of: found.as_of,
        agents: count(&|_| true),
        online: count(&|one| one.state == "active" && one.health == "online"),
        health: by(|one| &one.health),
        states: by(|one| &one.state),
        versions: by(|one| &one.version),
        platforms: by(|one| &one.platform),
        environments: by(|one| &one.environment),
        other_version: count(&|one| !one.version.is_empty() && one.version != server_version),
        server_version,
    })
}

fn rolled_up_through(tx: &mut Tx<'_>) -> Result<Option<i64>, StoreError> {
    Ok(instance::value(tx, ROLLED_UP)?.and_then(|day| day.parse().ok()))
}

/// Rolls up one day that is over and not rolled up yet; says whether there was one.
///
/// # Errors
/// Those of the store.
pub fn roll_up_next(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let today = day_number(tx.now());
    let next = match rolled_up_through(tx)? {
        Some(day) => day + 1,
        None => stats::oldest_outcome(tx)?.map_or(today, day_number).min(today),
    };
    if next >= today {
        return Ok(false);
    }
    stats::roll_up(tx, next, day_begin(next), day_begin(next + 1))?;
    instance::set_value(tx, ROLLED_UP, &next.to_string())?;
    Ok(true)
}

/// Notes what there is now as today's, and removes what is past its retention.
///
/// # Errors
/// Those of the store.
pub fn note_day(tx: &mut Tx<'_>, counts: &[ConditionCount], as_of: Ts) -> Result<(), Error> {
    let day = day_number(as_of);
    stats::note_conditions(tx, day, counts)?;
    let agents = stats::agents(tx)?;
    stats::note_fleet(tx, day, agents)?;
    stats::prune(tx, day - ISSUANCE_DAYS, day - CONDITION_DAYS)?;
    Ok(())
}

/// How long it is until the next day in UTC begins, in seconds.
pub const fn seconds_to_midnight(now: Ts) -> i64 {
    DAY_SECONDS - now.as_second().rem_euclid(DAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday() {
        let day = |text: &str| day_number(text.parse().unwrap());
        assert_eq!(date_of(monday(day("2026-11-29T12:00:00Z"))), "2026-11-23");
        assert_eq!(date_of(monday(day("2026-11-23T00:00:00Z"))), "2026-11-23");
        assert_eq!(date_of(monday(day("1970-01-01T00:00:00Z"))), "1969-12-29");
    }

    #[test]
    fn a_share_of_nothing_is_none() {
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(1, 3), Some(33.33));
    }
}
