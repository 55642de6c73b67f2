//! Days and hours as a place's clock has them, for counting by them.
//!
//! Zones are those of the IANA database; a copy of it is built in. Not for: parts of the week (`week_window.rs`).
//! Invariants: days follow each other without a gap, also where a clock is changed; a [`Day`] in UTC is its number.

use jiff::tz::TimeZone;

use crate::time::Ts;

/// Seconds of a day in UTC.
pub const DAY_SECONDS: i64 = 86_400;

/// Seconds of an hour.
const HOUR_SECONDS: i64 = 3_600;

/// A day of a place, or an hour of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Its date, `2026-11-24`; of an hour with its time, `2026-11-24T09:00`.
    pub date: String,
    /// Its first moment.
    pub begins: Ts,
    /// The first moment of the next.
    pub ends: Ts,
}

/// So many days of a place, beginning with the one in which `from` is; `None` when the zone is not known.
pub fn days(zone: &str, from: Ts, n_days: u32) -> Option<Vec<Day>> {
    let zone = TimeZone::get(zone).ok()?;
    let from = jiff::Timestamp::from_microsecond(from.as_microsecond()).ok()?;
    let mut date = from.to_zoned(zone.clone()).date();
    let begin = |date: jiff::civil::Date| {
        let zoned = date.to_zoned(zone.clone()).ok()?;
        Some(Ts::from_microsecond(zoned.timestamp().as_microsecond()))
    };
    let mut days = Vec::new();
    let mut begins = begin(date)?;
    for _ in 0..n_days {
        let next = date.tomorrow().ok()?;
        let ends = begin(next)?;
        days.push(Day { date: date.to_string(), begins, ends });
        (date, begins) = (next, ends);
    }
    Some(days)
}

/// So many hours of a place, beginning with the one in which `from` is, each with its local time as its date
/// (`2026-11-24T09:00`); `None` when the zone is not known. Where a clock is put back, an hour's time is there twice.
pub fn hours(zone: &str, from: Ts, n_hours: u32) -> Option<Vec<Day>> {
    let zone = TimeZone::get(zone).ok()?;
    let here =
        |at: Ts| Some(jiff::Timestamp::from_microsecond(at.as_microsecond()).ok()?.to_zoned(zone.clone()));
    let now = here(from)?;
    let into_hour = i64::from(now.minute()) * 60 + i64::from(now.second());
    let mut begins = Ts::from_second(from.as_second() - into_hour);
    let mut hours = Vec::new();
    for _ in 0..n_hours {
        let ends = begins.plus_seconds(HOUR_SECONDS);
        hours.push(Day { date: here(begins)?.strftime("%Y-%m-%dT%H:%M").to_string(), begins, ends });
        begins = ends;
    }
    Some(hours)
}

/// The number of a moment's day in UTC, from 1970-01-01.
pub const fn day_number(at: Ts) -> i64 {
    at.as_second().div_euclid(DAY_SECONDS)
}

/// The first moment of a day in UTC.
pub const fn day_begin(number: i64) -> Ts {
    Ts::from_second(number.saturating_mul(DAY_SECONDS))
}

/// The date of a day in UTC, `2026-11-24`.
pub fn date_of(number: i64) -> String {
    day_begin(number).to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_a_place_follow_its_clock() {
        let from: Ts = "2026-03-27T23:30:00Z".parse().unwrap();
        let berlin = days("Europe/Berlin", from, 3).unwrap();
        let dates: Vec<&str> = berlin.iter().map(|day| day.date.as_str()).collect();
        assert_eq!(dates, ["2026-03-28", "2026-03-29", "2026-03-30"]);
        assert_eq!(berlin[0].begins.to_string(), "2026-03-27T23:00:00Z");
        let hours = |day: &Day| day.ends.seconds_since(day.begins) / 3_600;
        assert_eq!(
            berlin.iter().map(hours).collect::<Vec<_>>(),
            [24, 23, 24],
            "clocks go forward on the 29th"
        );
        assert!(berlin.windows(2).all(|pair| pair[0].ends == pair[1].begins));
        assert_eq!(days("UTC", from, 1).unwrap()[0].date, "2026-03-27");
        assert_eq!(days("Europe/Atlantis", from, 1), None);
    }

    #[test]
    fn hours_of_a_place_follow_its_clock() {
        let from: Ts = "2026-10-25T00:20:30Z".parse().unwrap();
        let times = |zone: &str| -> Vec<String> {
            let of_day = |hour: Day| hour.date.chars().skip(11).collect();
            hours(zone, from, 3).unwrap().into_iter().map(of_day).collect()
        };
        assert_eq!(times("Europe/Berlin"), ["02:00", "02:00", "03:00"], "clocks go back at 3");
        assert_eq!(times("Asia/Kolkata"), ["05:00", "06:00", "07:00"]);
        let kolkata = hours("Asia/Kolkata", from, 2).unwrap();
        assert_eq!(kolkata[0].begins.to_string(), "2026-10-24T23:30:00Z");
        assert_eq!(kolkata[0].ends, kolkata[1].begins);
        assert_eq!(hours("Europe/Atlantis", from, 1), None);
    }

    #[test]
    fn days_in_utc_have_numbers() {
        let at: Ts = "2026-11-29T14:00:00Z".parse().unwrap();
        let number = day_number(at);
        assert_eq!(date_of(number), "2026-11-29");
        assert_eq!(day_begin(number).to_string(), "2026-11-29T00:00:00Z");
        assert_eq!(day_number(Ts::from_second(-1)), -1);
    }
}
