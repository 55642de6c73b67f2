//! The renewal decision: whether a key holder's current version is to be renewed now, and why.
//!
//! Not for: finding candidates (the engine) or starting work (the server's `ops/issuance.rs`).
//! Invariant: pure; each answer carries its reason; the moment depends on the holder's id, so that certificates
//! issued together are not renewed together.

use std::fmt;

use crate::policy::RenewalPoint;
use crate::time::{Ts, humane_seconds};
use crate::week_window::WeekWindow;

/// A certificate with less life than this is renewed at half of it.
pub const SHORT_LIFETIME_SECONDS: i64 = 10 * 86_400;

/// The validity that a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// When it was issued or begins to be valid.
    pub not_before: Ts,
    /// When it ends.
    pub not_after: Ts,
}

impl Validity {
    /// Its length in seconds.
    pub const fn lifetime_seconds(self) -> i64 {
        self.not_after.seconds_since(self.not_before)
    }
}

/// The part of a renewal policy that decides when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalRule {
    /// Whether certctl renews by itself.
    pub automatic: bool,
    /// The policy's point; `None` is the default rule.
    pub point: Option<RenewalPoint>,
}

/// How long before the end of such a lifetime the policy's point is, before the spread.
pub fn planned_lead_seconds(lifetime: i64, rule: RenewalRule) -> i64 {
    let share = |percent: u8| lifetime / 100 * i64::from(percent) + lifetime % 100 * i64::from(percent) / 100;
    let before = |seconds: i64| (lifetime - seconds).max(lifetime / 2);
    let offset = match rule.point {
        Some(RenewalPoint::Percent(percent)) => share(percent),
        Some(RenewalPoint::SecondsBefore(seconds)) => before(seconds),
        Some(RenewalPoint::Sooner(both)) => share(both.percent).min(before(both.seconds_before)),
        None if lifetime < SHORT_LIFETIME_SECONDS => lifetime / 2,
        None => lifetime / 3 * 2,
    };
    lifetime - offset
}

/// When a version is to be renewed, before any hint of the CA.
///
/// The default is two thirds of the lifetime, and half when the lifetime is under ten days. The moment is moved
/// earlier by up to 3% of the lifetime, by `spread` (a hash of the holder's ids).
pub fn renew_after(validity: Validity, rule: RenewalRule, spread: u64) -> Ts {
    let lifetime = validity.lifetime_seconds().max(0);
    let offset = lifetime - planned_lead_seconds(lifetime, rule);
    let thousandths = i64::try_from(spread % 1_000).unwrap_or(0);
    let earlier = Ts::from_microsecond(lifetime.saturating_mul(30).saturating_mul(thousandths));
    // lifetime seconds * 0.03 * thousandths/1000, in microseconds: lifetime * 30 * thousandths.
    Ts::from_microsecond(validity.not_before.plus_seconds(offset).as_microsecond() - earlier.as_microsecond())
}

/// Whether to renew, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Now.
    Renew(Because),
    /// Not now.
    Wait(WaitBecause),
}

/// How long before the end an open window is not waited for any more: a tenth of the life, at most a day.
pub const WINDOW_RESERVE_SECONDS: i64 = 86_400;

/// Why now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// There is no version yet.
    NeverIssued,
    /// The CA's renewal window (ARI) has opened.
    AuthorityWindow {
        /// Its beginning.
        since: Ts,
    },
    /// The policy's point has passed.
    PointPassed {
        /// The point.
        renew_after: Ts,
        /// The end of the current version.
        not_after: Ts,
    },
    /// The current version has ended.
    Expired {
        /// When.
        not_after: Ts,
    },
    /// The point has passed, and no maintenance window opens in time.
    NoWindowInTime {
        /// When the next one opens.
        opens_at: Option<Ts>,
        /// The end of the current version.
        not_after: Ts,
    },
    /// The key holder's current version covers other names than wanted, or another issuer or profile.
    DesiredStateChanged,
}

/// Why not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitBecause {
    /// The point is in the future.
    NotYet {
        /// The point.
        renew_after: Ts,
    },
    /// The CA's renewal window (ARI) is in the future, or the moment in it.
    AuthorityWindow {
        /// The moment.
        renew_after: Ts,
    },
    /// It is due, and waits for the policy's next maintenance window.
    WindowClosed {
        /// When that opens.
        opens_at: Ts,
    },
    /// The policy leaves it to a person.
    ByHand,
}

impl Decision {
    /// `renew` or `wait`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Renew(_) => "renew",
            Self::Wait(_) => "wait",
        }
    }

    /// The reason as a stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Renew(Because::NeverIssued) => "never_issued",
            Self::Renew(Because::AuthorityWindow { .. }) => "authority_window",
            Self::Renew(Because::PointPassed { .. }) => "point_passed",
            Self::Renew(Because::Expired { .. }) => "expired",
            Self::Renew(Because::NoWindowInTime { .. }) => "no_window_in_time",
            Self::Renew(Because::DesiredStateChanged) => "desired_state_changed",
            Self::Wait(WaitBecause::NotYet { .. } | WaitBecause::AuthorityWindow { .. }) => "not_yet",
            Self::Wait(WaitBecause::WindowClosed { .. }) => "window_closed",
            Self::Wait(WaitBecause::ByHand) => "by_hand",
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Renew(Because::NeverIssued) => f.write_str("renew: no version has been issued yet"),
            Self::Renew(Because::AuthorityWindow { since }) => {
                write!(f, "renew: the issuer's renewal window is open since {since}")
            }
            Self::Renew(Because::PointPassed { renew_after, not_after }) => {
                let left = humane_seconds(not_after.seconds_since(*renew_after));
                write!(f, "renew: the policy's point {renew_after} has passed ({left} before the end)")
            }
            Self::Renew(Because::Expired { not_after }) => {
                write!(f, "renew: the current version ended at {not_after}")
            }
            Self::Renew(Because::NoWindowInTime { opens_at: Some(opens_at), not_after }) => {
                write!(
                    f,
                    "renew: the next maintenance window opens at {opens_at}, too close to the end at {not_after}"
                )
            }
            Self::Renew(Because::NoWindowInTime { opens_at: None, not_after }) => {
                write!(f, "renew: no maintenance window opens before the end at {not_after}")
            }
            Self::Renew(Because::DesiredStateChanged) => {
                f.write_str("renew: the current version no longer matches what is wanted")
            }
            Self::Wait(WaitBecause::NotYet { renew_after }) => write!(f, "wait: due at {renew_after}"),
            Self::Wait(WaitBecause::AuthorityWindow { renew_after }) => {
                write!(f, "wait: due at {renew_after}, in the window that its issuer asks for")
            }
            Self::Wait(WaitBecause::WindowClosed { opens_at }) => {
                write!(f, "wait: it is due, and the maintenance window opens at {opens_at}")
            }
            Self::Wait(WaitBecause::ByHand) => {
                f.write_str("wait: the renewal policy leaves renewal to a person")
            }
        }
    }
}

/// Decides for one key holder.
///
/// `current` is the holder's current version, `hint` the beginning of the CA's renewal window when it gave one.
pub fn decide(
    current: Option<Validity>,
    rule: RenewalRule,
    hint: Option<Ts>,
    spread: u64,
    now: Ts,
) -> Decision {
    let Some(validity) = current else {
        return Decision::Renew(Because::NeverIssued);
    };
    if !rule.automatic {
        return Decision::Wait(WaitBecause::ByHand);
    }
    if validity.not_after <= now {
        return Decision::Renew(Because::Expired { not_after: validity.not_after });
    }
    if let Some(since) = hint {
        return if since <= now {
            Decision::Renew(Because::AuthorityWindow { since })
        } else {
            Decision::Wait(WaitBecause::AuthorityWindow { renew_after: since })
        };
    }
    let renew_after = renew_after(validity, rule, spread);
    if renew_after <= now {
        Decision::Renew(Because::PointPassed { renew_after, not_after: validity.not_after })
    } else {
        Decision::Wait(WaitBecause::NotYet { renew_after })
    }
}

/// When work that disturbs what is served may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowAnswer {
    /// Now: a window is open, or there are none.
    Open,
    /// When the next window opens.
    WaitUntil(Ts),
    /// Now, although no window is open: the next one, if any, opens too late for the end.
    TooLate(Option<Ts>),
}

/// Whether to wait for a window with work on a certificate that ends.
pub fn ask_windows(windows: &[WeekWindow], validity: Validity, now: Ts) -> WindowAnswer {
    if windows.is_empty() || windows.iter().any(|window| window.holds(now).is_some()) {
        return WindowAnswer::Open;
    }
    let reserve = (validity.lifetime_seconds() / 10).clamp(0, WINDOW_RESERVE_SECONDS);
    let opens_at = windows.iter().filter_map(|window| window.opens_after(now)).min();
    match opens_at {
        Some(at) if at.plus_seconds(reserve) <= validity.not_after => WindowAnswer::WaitUntil(at),
        Some(_) | None => WindowAnswer::TooLate(opens_at),
    }
}

/// A decision that keeps to a policy's maintenance windows: what is due waits for the next one, unless its end would come
/// first.
pub fn within_windows(
    decision: Decision,
    windows: &[WeekWindow],
    current: Option<Validity>,
    now: Ts,
) -> Decision {
    let (Decision::Renew(Because::PointPassed { .. } | Because::AuthorityWindow { .. }), Some(validity)) =
        (decision, current)
    else {
        return decision;
    };
    match ask_windows(windows, validity, now) {
        WindowAnswer::Open => decision,
        WindowAnswer::WaitUntil(opens_at) => Decision::Wait(WaitBecause::WindowClosed { opens_at }),
        WindowAnswer::TooLate(opens_at) => {
            Decision::Renew(Because::NoWindowInTime { opens_at, not_after: validity.not_after })
        }
    }
}

/// A stable number from ids, for the spread (FNV-1a, 64 bits).
pub fn spread_of(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Sooner;

    const AUTO: RenewalRule = RenewalRule { automatic: true, point: None };

    fn validity(lifetime: i64) -> Validity {
        Validity { not_before: Ts::from_second(0), not_after: Ts::from_second(lifetime) }
    }

    #[test]
    fn long_lifetimes_renew_at_two_thirds_and_short_ones_at_half() {
        assert_eq!(renew_after(validity(90 * 86_400), AUTO, 0).as_second(), 60 * 86_400);
        assert_eq!(renew_after(validity(180), AUTO, 0).as_second(), 90);
    }

    #[test]
    fn a_policy_point_replaces_the_default() {
        let percent = RenewalRule { point: Some(RenewalPoint::Percent(80)), ..AUTO };
        assert_eq!(renew_after(validity(1_000), percent, 0).as_second(), 800);
        let before = RenewalRule { point: Some(RenewalPoint::SecondsBefore(30 * 86_400)), ..AUTO };
        assert_eq!(renew_after(validity(90 * 86_400), before, 0).as_second(), 60 * 86_400);
        // A fixed 30 days would renew a 6-day certificate for ever: never before half of the life.
        assert_eq!(renew_after(validity(6 * 86_400), before, 0).as_second(), 3 * 86_400);
    }

    #[test]
    fn of_two_points_the_earlier_one_counts() {
        let both = Sooner { percent: 80, seconds_before: 30 * 86_400 };
        let sooner = RenewalRule { point: Some(RenewalPoint::Sooner(both)), ..AUTO };
        // 30 days before the end come first in 90 days, 80 percent in 200 days.
        assert_eq!(renew_after(validity(90 * 86_400), sooner, 0).as_second(), 60 * 86_400);
        assert_eq!(renew_after(validity(200 * 86_400), sooner, 0).as_second(), 160 * 86_400);
        assert_eq!(renew_after(validity(6 * 86_400), sooner, 0).as_second(), 3 * 86_400);
    }

    #[test]
    fn the_spread_moves_the_point_earlier_by_at_most_three_hundredths() {
        let latest = renew_after(validity(90 * 86_400), AUTO, 0);
        for spread in [1, 500, 999, u64::MAX] {
            let moved = renew_after(validity(90 * 86_400), AUTO, spread);
            assert!(moved < latest && latest.seconds_since(moved) <= 90 * 864 * 3, "{spread}");
        }
    }

    #[test]
    fn what_is_due_waits_for_a_window_unless_its_end_would_come_first() {
        let nights = WeekWindow {
            time_zone: "UTC".to_owned(),
            days: Vec::new(),
            from: "22:00".to_owned(),
            to: "04:00".to_owned(),
        };
        let hour = |n: i64| Ts::from_second(n * 3_600);
        let check = |lifetime_hours: i64, now_hours: i64, expected: &str| {
            let current = Validity { not_before: hour(0), not_after: hour(lifetime_hours) };
            let now = hour(now_hours);
            let decision = decide(Some(current), AUTO, None, 0, now);
            let kept = within_windows(decision, std::slice::from_ref(&nights), Some(current), now);
            assert_eq!(kept.code(), expected, "{lifetime_hours} h of life at {now_hours} h: {kept}");
        };
        // 100 days: due after 66.7 days; the day is closed, the night is open.
        check(2_400, 24 * 60 + 12, "not_yet");
        check(2_400, 24 * 70 + 12, "window_closed");
        check(2_400, 24 * 70 + 23, "point_passed");
        check(2_400, 24 * 70 + 3, "point_passed");
        // The last night before the end is a day away from it; a day later nothing is waited for.
        check(2_400, 24 * 98 + 12, "window_closed");
        check(2_400, 24 * 99 + 12, "no_window_in_time");
        check(2_400, 24 * 101, "expired");
        // A life of hours: at most a tenth of it is kept in reserve.
        check(30, 16, "window_closed");
        check(24, 13, "no_window_in_time");
        let never = within_windows(
            Decision::Renew(Because::NeverIssued),
            std::slice::from_ref(&nights),
            None,
            hour(12),
        );
        assert_eq!(never.code(), "never_issued");
        let current = Validity { not_before: hour(0), not_after: hour(2_400) };
        let due = decide(Some(current), AUTO, None, 0, hour(1_700));
        assert_eq!(within_windows(due, &[], Some(current), hour(1_700)), due);
        let broken = WeekWindow { time_zone: "Mars".to_owned(), ..nights };
        assert_eq!(within_windows(due, &[broken], Some(current), hour(1_700)).code(), "no_window_in_time");
    }

    #[test]
    fn decisions_carry_their_reason() {
        let now = Ts::from_second(100);
        let check = |current, rule, hint: Option<i64>, expected: &str| {
            let decision = decide(current, rule, hint.map(Ts::from_second), 0, now);
            assert!(decision.to_string().starts_with(expected), "{decision}");
        };
        check(None, AUTO, None, "renew: no version");
        check(Some(validity(180)), AUTO, None, "renew: the policy's point");
        check(Some(validity(1_800)), AUTO, None, "wait: due at 1970-01-01T00:15:00Z");
        check(Some(validity(1_800)), AUTO, Some(50), "renew: the issuer's renewal window");
        check(
            Some(validity(180)),
            AUTO,
            Some(150),
            "wait: due at 1970-01-01T00:02:30Z, in the window that its issuer asks for",
        );
        check(Some(validity(100)), AUTO, Some(150), "renew: the current version ended");
        check(
            Some(validity(180)),
            RenewalRule { automatic: false, point: None },
            None,
            "wait: the renewal policy",
        );
    }
}
