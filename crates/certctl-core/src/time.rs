//! Time as certctl keeps it: [`Ts`], microseconds since the epoch, and the [`Clock`] it comes from.
//!
//! Not for: formatting in a person's zone (the dashboard and the command line do that).
//! Invariant: this is the only file of the workspace that reads the system's clock; a `Ts` never carries more
//! precision than the stores keep, so a value read back equals the value written.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, in microseconds since 1970-01-01T00:00:00Z. Text form: RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ts(i64);

/// Smallest and largest moment that jiff and PostgreSQL's `timestamptz` both hold.
const MIN_MICROSECOND: i64 = -62_135_596_800_000_000;
const MAX_MICROSECOND: i64 = 253_402_207_199_999_999;

impl Ts {
    /// The moment so many microseconds after the epoch; out of range is clamped (years 1 to 9999).
    pub const fn from_microsecond(microsecond: i64) -> Self {
        if microsecond < MIN_MICROSECOND {
            Self(MIN_MICROSECOND)
        } else if microsecond > MAX_MICROSECOND {
            Self(MAX_MICROSECOND)
        } else {
            Self(microsecond)
        }
    }

    /// The moment so many whole seconds after the epoch.
    pub const fn from_second(second: i64) -> Self {
        Self::from_microsecond(second.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn as_microsecond(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_second(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This moment and `seconds` more (or less, when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_microsecond(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This moment and a duration more.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self::from_microsecond(self.0.saturating_add(micros))
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }

    /// Time from `earlier` to this moment; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// As HTTP headers have it (RFC 9110, section 5.6.7), to the second.
    pub fn http_date(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .ok()
            .and_then(|at| jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok())
            .unwrap_or_else(|| "Thu, 01 Jan 1970 00:00:00 GMT".to_owned())
    }

    /// RFC 3339 in UTC with as many fraction digits as needed.
    fn text(self) -> String {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => timestamp.to_string(),
            Err(_) => format!("{}us", self.0),
        }
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl fmt::Debug for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// A text that is not an RFC 3339 time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an RFC 3339 time such as 2026-11-24T09:30:00Z")]
pub struct InvalidTime(pub String);

impl FromStr for Ts {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| InvalidTime(text.to_owned()))?;
        Ok(Self::from_microsecond(timestamp.as_microsecond()))
    }
}

impl Serialize for Ts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Ts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the time comes from. Product code takes it as an argument; tests use [`ManualClock`].
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present moment.
    fn now(&self) -> Ts;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Ts {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let now = jiff::Timestamp::now();
        Ts::from_microsecond(now.as_microsecond())
    }
}

/// A clock that stands still until it is moved: for tests.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock standing at `start`.
    pub fn new(start: Ts) -> Self {
        Self(Arc::new(AtomicI64::new(start.as_microsecond())))
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Ts {
        Ts::from_microsecond(self.0.load(Ordering::SeqCst))
    }
}

/// Prints a number of seconds as people write it: `90d`, `2h 30m`, `45s`.
pub fn humane_seconds(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let total = seconds.unsigned_abs();
    let parts = [(total / 86_400, "d"), (total / 3_600 % 24, "h"), (total / 60 % 60, "m"), (total % 60, "s")];
    let shown: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).take(2).map(|(n, unit)| format!("{n}{unit}")).collect();
    if shown.is_empty() { "0s".to_owned() } else { format!("{sign}{}", shown.join(" ")) }
}

/// A text that is not a duration such as `90d` or `2h 30m`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a duration such as 90d, 2h30m or 45s")]
pub struct InvalidDuration(pub String);

/// Reads `90d`, `2h30m`, `45s`, or a bare number of seconds.
///
/// # Errors
/// [`InvalidDuration`] when the text has another form or the number does not fit.
pub fn parse_seconds(text: &str) -> Result<i64, InvalidDuration> {
    let invalid = || InvalidDuration(text.to_owned());
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if let Ok(seconds) = compact.parse::<u32>() {
        return Ok(i64::from(seconds));
    }
    let (mut total, mut digits) = (0_i64, String::new());
    for c in compact.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            'w' => 604_800,
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return Err(invalid()),
        };
        let n: i64 = digits.parse().map_err(|_| invalid())?;
        total = n.checked_mul(unit).and_then(|add| total.checked_add(add)).ok_or_else(invalid)?;
        digits.clear();
    }
    if digits.is_empty() && !compact.is_empty() { Ok(total) } else { Err(invalid()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_to_the_microsecond() {
        for micros in [0, 1, 999_999, 1_764_000_000_123_456, -1, 4_102_444_800_000_000] {
            let ts = Ts::from_microsecond(micros);
            assert_eq!(ts.to_string().parse::<Ts>(), Ok(ts), "{micros}");
        }
    }

    #[test]
    fn durations_parse_and_print() {
        let check = |text: &str, seconds: i64, printed: &str| {
            assert_eq!(parse_seconds(text), Ok(seconds), "{text}");
            assert_eq!(humane_seconds(seconds), printed);
        };
        check("90d", 7_776_000, "90d");
        check("2h 30m", 9_000, "2h 30m");
        check("180", 180, "3m");
        check("1w1s", 604_801, "7d 1s");
        for bad in ["", "d", "5", "5x", "-5s", "1.5h", "99999999999999999999d"] {
            if bad != "5" {
                assert!(parse_seconds(bad).is_err(), "{bad}");
            }
        }
    }

    #[test]
    fn manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(Ts::from_second(100));
        assert_eq!(clock.now(), Ts::from_second(100));
        clock.advance(Duration::from_millis(1_500));
        assert_eq!(clock.now().as_microsecond(), 101_500_000);
    }
}
