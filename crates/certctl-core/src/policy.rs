//! Renewal policies: when to renew, how often to try, when to warn.
//!
//! Not for: rules about what the inventory must obey (a later issue). Invariant: each field changes behaviour.

use serde::{Deserialize, Serialize};

use crate::time::Ts;

/// The point of a certificate's life at which it is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RenewalPoint {
    /// A share of the lifetime, 10 to 95 percent.
    Percent(u8),
    /// So many seconds before the end, but never before half of the lifetime.
    SecondsBefore(i64),
}

/// The thresholds of a policy that names none: 30, 14, 7 and 0 days.
pub const DEFAULT_ALERT_THRESHOLDS_DAYS: [u32; 4] = [30, 14, 7, 0];

/// The tightest threshold that a certificate's end has crossed, if any.
///
/// A threshold longer than the lifetime is left out: a 7-day certificate is not "30 days before its end" at birth.
pub fn crossed_threshold(thresholds_days: &[u32], not_before: Ts, not_after: Ts, now: Ts) -> Option<u32> {
    let lifetime = not_after.seconds_since(not_before);
    let left = not_after.seconds_since(now);
    thresholds_days
        .iter()
        .copied()
        .filter(|days| {
            let seconds = i64::from(*days) * 86_400;
            seconds < lifetime && left <= seconds
        })
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_crossed_threshold_counts() {
        let day = |n: i64| Ts::from_second(n * 86_400);
        let check = |lifetime: i64, left: i64, expected| {
            let crossed = crossed_threshold(
                &DEFAULT_ALERT_THRESHOLDS_DAYS,
                day(0),
                day(lifetime),
                day(lifetime - left),
            );
            assert_eq!(crossed, expected, "{lifetime} days of life, {left} left");
        };
        check(90, 31, None);
        check(90, 30, Some(30));
        check(90, 10, Some(14));
        check(90, 7, Some(7));
        check(90, 0, Some(0));
        check(90, -3, Some(0));
        check(10, 9, None);
        check(10, 6, Some(7));
    }
}
