//! A part of the week on a place's clock, such as the nights of working days in Paris: when it holds, and until when.
//!
//! Zones are those of the IANA database; a copy of it is built in, so that a machine without one knows them too. Not for:
//! what happens within a window. Invariants: a day belongs to the part that begins on it, also behind midnight; a day on
//! which the clocks are changed is read as the clock on the wall shows it.

use jiff::civil::{DateTime, Time, Weekday as Day};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::text_enum;
use crate::time::Ts;

text_enum! {
    /// A day of the week.
    pub enum Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

impl Weekday {
    const fn of(day: Day) -> Self {
        match day {
            Day::Monday => Self::Monday,
            Day::Tuesday => Self::Tuesday,
            Day::Wednesday => Self::Wednesday,
            Day::Thursday => Self::Thursday,
            Day::Friday => Self::Friday,
            Day::Saturday => Self::Saturday,
            Day::Sunday => Self::Sunday,
        }
    }
}

/// A part of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WeekWindow {
    /// The place's zone in the IANA database, such as `Europe/Paris` or `UTC`.
    pub time_zone: String,
    /// The days on which it begins; every day when none is named.
    #[serde(default)]
    pub days: Vec<Weekday>,
    /// When it begins, such as `22:00`.
    pub from: String,
    /// When it ends, such as `07:00`; not later than `from` means on the next day.
    pub to: String,
}

/// A field of a window that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadWindow {
    /// Which.
    pub field: &'static str,
    /// What is wanted.
    pub detail: String,
}

impl WeekWindow {
    /// What cannot be read of it; nothing when it is good.
    pub fn mistakes(&self) -> Vec<BadWindow> {
        let mut bad = Vec::new();
        if zone(&self.time_zone).is_none() {
            let name: String = self.time_zone.chars().take(80).collect();
            let detail = format!("{name:?} is no zone of the IANA database, such as Europe/Paris or UTC");
            bad.push(BadWindow { field: "time_zone", detail });
        }
        for (field, text) in [("from", &self.from), ("to", &self.to)] {
            if clock(text).is_none() {
                let text: String = text.chars().take(80).collect();
                let detail = format!("{text:?} is no time of day from 00:00 to 23:59, such as 07:30");
                bad.push(BadWindow { field, detail });
            }
        }
        bad
    }

    /// When it ends, if `now` is within it; nothing outside of it, and for one that cannot be read.
    pub fn holds(&self, now: Ts) -> Option<Ts> {
        let (zone, from, to) = (zone(&self.time_zone)?, clock(&self.from)?, clock(&self.to)?);
        let here = jiff::Timestamp::from_microsecond(now.as_microsecond()).ok()?.to_zoned(zone.clone());
        let (today, time) = (here.date(), here.time());
        // Behind midnight it is the window that began yesterday.
        if to <= from && time < to && self.begins_on(today.yesterday().ok()?.weekday()) {
            return end(DateTime::from_parts(today, to), &zone);
        }
        if time < from || !self.begins_on(today.weekday()) {
            return None;
        }
        if to <= from {
            return end(DateTime::from_parts(today.tomorrow().ok()?, to), &zone);
        }
        if time < to { end(DateTime::from_parts(today, to), &zone) } else { None }
    }

    /// When it begins next, `now` included; nothing for one that cannot be read.
    pub fn opens_after(&self, now: Ts) -> Option<Ts> {
        let (zone, from) = (zone(&self.time_zone)?, clock(&self.from)?);
        let here = jiff::Timestamp::from_microsecond(now.as_microsecond()).ok()?.to_zoned(zone.clone());
        let mut day = here.date();
        // Eight days: the same day of the next week is among them, if its hour has passed today.
        for _ in 0..8 {
            let at = end(DateTime::from_parts(day, from), &zone)?;
            if at >= now && self.begins_on(day.weekday()) {
                return Some(at);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn begins_on(&self, day: Day) -> bool {
        self.days.is_empty() || self.days.contains(&Weekday::of(day))
    }
}

fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// `HH:MM`.
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn end(at: DateTime, zone: &TimeZone) -> Option<Ts> {
    let zoned = at.to_zoned(zone.clone()).ok()?;
    Some(Ts::from_microsecond(zoned.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(days: &[Weekday], from: &str, to: &str) -> WeekWindow {
        WeekWindow {
            time_zone: "Europe/Paris".to_owned(),
            days: days.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
        }
    }

    #[test]
    fn a_window_holds_from_its_beginning_to_its_end() {
        let check = |window: &WeekWindow, now: &str, ends: Option<&str>| {
            let found = window.holds(now.parse().unwrap());
            assert_eq!(found, ends.map(|ends| ends.parse().unwrap()), "{window:?} at {now}");
        };
        // 2026-11-27 is a Friday; Paris is one hour ahead in winter.
        let nights = window(&[], "22:00", "07:00");
        check(&nights, "2026-11-27T20:59:59Z", None);
        check(&nights, "2026-11-27T21:00:00Z", Some("2026-11-28T06:00:00Z"));
        check(&nights, "2026-11-28T05:59:59Z", Some("2026-11-28T06:00:00Z"));
        check(&nights, "2026-11-28T06:00:00Z", None);
        let friday_night = window(&[Weekday::Friday], "22:00", "07:00");
        check(&friday_night, "2026-11-28T03:00:00Z", Some("2026-11-28T06:00:00Z"));
        check(&friday_night, "2026-11-28T21:30:00Z", None);
        check(&friday_night, "2026-11-27T03:00:00Z", None);
        let noon = window(&[Weekday::Saturday, Weekday::Sunday], "12:00", "13:30");
        check(&noon, "2026-11-28T11:00:00Z", Some("2026-11-28T12:30:00Z"));
        check(&noon, "2026-11-27T11:00:00Z", None);
        check(&noon, "2026-11-28T12:30:00Z", None);
        let weekend = window(&[Weekday::Saturday, Weekday::Sunday], "00:00", "00:00");
        check(&weekend, "2026-11-29T12:00:00Z", Some("2026-11-29T23:00:00Z"));
        check(&weekend, "2026-11-29T23:00:00Z", None);
    }

    #[test]
    fn a_night_on_which_the_clocks_change_is_an_hour_longer_or_shorter() {
        let nights = window(&[], "22:00", "07:00");
        let length = |from: &str| {
            let from: Ts = from.parse().unwrap();
            nights.holds(from).unwrap().seconds_since(from) / 3_600
        };
        assert_eq!(length("2026-11-27T21:00:00Z"), 9);
        assert_eq!(length("2026-03-28T21:00:00Z"), 8);
        assert_eq!(length("2026-10-24T20:00:00Z"), 10);
    }

    #[test]
    fn the_next_beginning_is_known() {
        let check = |window: &WeekWindow, now: &str, expected: &str| {
            let found = window.opens_after(now.parse().unwrap());
            assert_eq!(found, Some(expected.parse().unwrap()), "{window:?} at {now}");
        };
        // 2026-11-27 is a Friday.
        let nights = window(&[], "22:00", "07:00");
        check(&nights, "2026-11-27T12:00:00Z", "2026-11-27T21:00:00Z");
        check(&nights, "2026-11-27T21:00:00Z", "2026-11-27T21:00:00Z");
        check(&nights, "2026-11-27T21:00:01Z", "2026-11-28T21:00:00Z");
        let fridays = window(&[Weekday::Friday], "22:00", "07:00");
        check(&fridays, "2026-11-27T21:30:00Z", "2026-12-04T21:00:00Z");
        // Across the change to summer time the clock on the wall counts.
        check(&window(&[Weekday::Sunday], "12:00", "13:00"), "2026-03-28T12:00:00Z", "2026-03-29T10:00:00Z");
    }

    #[test]
    fn each_bad_field_is_named() {
        let fields =
            |window: &WeekWindow| -> Vec<&str> { window.mistakes().iter().map(|bad| bad.field).collect() };
        assert!(window(&[], "00:00", "23:59").mistakes().is_empty());
        for bad in ["", "7:00", "24:00", "12:60", "noon", "12:0 ", "+1:00"] {
            assert_eq!(fields(&window(&[], bad, "07:00")), ["from"], "{bad}");
            assert_eq!(fields(&window(&[], "07:00", bad)), ["to"], "{bad}");
        }
        let elsewhere = WeekWindow { time_zone: "Mars/Olympus".to_owned(), ..window(&[], "22:00", "x") };
        assert_eq!(fields(&elsewhere), ["time_zone", "to"]);
        assert_eq!(elsewhere.holds(Ts::from_second(0)), None);
    }
}
