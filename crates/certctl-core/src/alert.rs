//! Alerts: what deserves a person's eye, how urgent it is, and the states it goes through.
//!
//! An alert does not depend on a renewal: it says what is true of a certificate's end, of work that does not come to an
//! end, or of a part that is out of reach. Not for: finding what is wrong or telling anybody (the server). Invariants:
//! [`AlertState::on`] decides every pair; of several thresholds only the tightest crossed one counts; urgency is a
//! function of facts, so that two looks at the same facts agree.

use std::fmt;

use crate::renewal::Validity;
use crate::text_enum;
use crate::time::Ts;

text_enum! {
    /// How urgent an alert is.
    pub enum AlertSeverity {
        /// Worth knowing.
        Info = "info",
        /// Somebody should look within days.
        Warning = "warning",
        /// Somebody should look now.
        Critical = "critical",
    }
}

text_enum! {
    /// What an alert is about.
    pub enum AlertKind {
        /// A certificate's end has crossed a threshold of its renewal policy.
        CertificateExpiring = "certificate_expiring",
        /// A certificate's issuance or renewal fails, again and again or for good.
        RenewalFailing = "renewal_failing",
        /// A job makes no progress, or its deadline is near.
        JobStuck = "job_stuck",
        /// A version was issued, and its targets were not seen serving it.
        NotVerifiedLive = "not_verified_live",
        /// An agent is out of reach and holds keys that are due.
        AgentOffline = "agent_offline",
        /// An issuer does not answer.
        IssuerUnreachable = "issuer_unreachable",
        /// A certificate that certctl itself lives by ends soon: a CA's, or the server's.
        OwnCertificateExpiring = "own_certificate_expiring",
        /// There is no backup that is young enough.
        BackupOverdue = "backup_overdue",
        /// Deliveries of a notifier were given up.
        NotificationDead = "notification_dead",
        /// An object matches an alert rule.
        Rule = "rule",
    }
}

text_enum! {
    /// Where an alert is.
    pub enum AlertState {
        /// Nobody has taken it yet.
        Open = "open",
        /// Somebody knows.
        Acknowledged = "acknowledged",
        /// Quiet until a time, or until it changes.
        Snoozed = "snoozed",
        /// Its cause is gone.
        Closed = "closed",
    }
}

text_enum! {
    /// What can happen to an alert.
    pub enum AlertStep {
        /// A person knows of it.
        Acknowledged = "acknowledged",
        /// A person wants quiet.
        Snoozed = "snoozed",
        /// The quiet is over: its time came, it changed, or a person ended it.
        Woken = "woken",
        /// It has become more urgent.
        Worsened = "worsened",
        /// Its cause is gone.
        Cured = "cured",
        /// The same cause is back.
        Returned = "returned",
    }
}

text_enum! {
    /// What the receivers of an alert are told.
    pub enum AlertEvent {
        /// It began.
        Opened = "opened",
        /// It goes on.
        Reminder = "reminder",
        /// It is more urgent, or covers more than it did.
        Changed = "changed",
        /// Its cause is gone.
        Closed = "closed",
    }
}

/// A pair of state and step that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an alert that is {state} cannot be {step}")]
pub struct InvalidStep {
    /// The present state.
    pub state: AlertState,
    /// What was tried.
    pub step: AlertStep,
}

impl AlertState {
    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidStep`] for every pair that has no meaning.
    pub const fn on(self, step: AlertStep) -> Result<Self, InvalidStep> {
        use AlertStep as S;
        match (self, step) {
            (Self::Open | Self::Snoozed, S::Acknowledged) => Ok(Self::Acknowledged),
            (Self::Open | Self::Acknowledged | Self::Snoozed, S::Snoozed) => Ok(Self::Snoozed),
            (Self::Snoozed, S::Woken)
            | (Self::Open | Self::Acknowledged | Self::Snoozed, S::Worsened)
            | (Self::Closed, S::Returned) => Ok(Self::Open),
            (Self::Open | Self::Acknowledged | Self::Snoozed, S::Cured) => Ok(Self::Closed),
            (Self::Open | Self::Acknowledged, S::Woken)
            | (Self::Acknowledged, S::Acknowledged)
            | (Self::Open | Self::Acknowledged | Self::Snoozed, S::Returned)
            | (Self::Closed, S::Acknowledged | S::Snoozed | S::Woken | S::Worsened | S::Cured) => {
                Err(InvalidStep { state: self, step })
            }
        }
    }
}

/// How near an end has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Threshold {
    /// So many days before it; 0 is the end itself.
    Days(u32),
    /// So many percent of the lifetime before it.
    Share(u8),
}

impl Threshold {
    /// Its distance from the end of a certificate, in seconds.
    pub fn seconds(self, lifetime_seconds: i64) -> i64 {
        match self {
            Self::Days(days) => i64::from(days) * 86_400,
            Self::Share(percent) => lifetime_seconds.saturating_mul(i64::from(percent)) / 100,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}d"),
            Self::Share(percent) => write!(f, "{percent}%"),
        }
    }
}

/// Where a certificate's end stands between its thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The tightest threshold that is crossed.
    pub crossed: Option<Threshold>,
    /// When the next one is.
    pub next_at: Option<Ts>,
}

/// Finds the tightest crossed threshold, and when the next one will be crossed.
///
/// A threshold that is not shorter than the lifetime is left out: a 7-day certificate is not "30 days before its end" at
/// birth.
pub fn crossing(thresholds: &[Threshold], validity: Validity, now: Ts) -> Crossing {
    let lifetime = validity.lifetime_seconds();
    let mut crossed: Option<(Ts, Threshold)> = None;
    let mut next_at: Option<Ts> = None;
    for threshold in thresholds {
        let seconds = threshold.seconds(lifetime);
        if seconds >= lifetime.max(1) {
            continue;
        }
        let at = validity.not_after.plus_seconds(-seconds);
        if at > now {
            next_at = Some(next_at.map_or(at, |known| known.min(at)));
        } else if crossed.is_none_or(|(known, _)| at > known) {
            crossed = Some((at, *threshold));
        }
    }
    Crossing { crossed: crossed.map(|(_, threshold)| threshold), next_at }
}

const DAY: i64 = 86_400;

/// How urgent a crossed threshold is.
///
/// | threshold, before the end | severity |
/// |---|---|
/// | the end itself; or 7 days and at most a tenth of the lifetime | critical |
/// | less than a third of the lifetime (half of one under ten days): the usual renewal should have happened | warning |
/// | anything earlier | info, or warning when nobody renews by itself |
pub fn expiry_severity(threshold: Threshold, validity: Validity, automatic: bool) -> AlertSeverity {
    let lifetime = validity.lifetime_seconds();
    let seconds = threshold.seconds(lifetime);
    let usual = if lifetime < crate::renewal::SHORT_LIFETIME_SECONDS { lifetime / 2 } else { lifetime / 3 };
    if seconds == 0 || (seconds <= 7 * DAY && seconds.saturating_mul(10) <= lifetime) {
        AlertSeverity::Critical
    } else if seconds < usual || !automatic {
        AlertSeverity::Warning
    } else {
        AlertSeverity::Info
    }
}

/// How urgent trouble with a certificate is: critical in the last tenth of its life, and after it.
pub fn trouble_severity(not_after: Option<Ts>, lifetime_seconds: i64, now: Ts) -> AlertSeverity {
    let left = not_after.map(|end| end.seconds_since(now));
    match left {
        Some(left) if left.saturating_mul(10) <= lifetime_seconds => AlertSeverity::Critical,
        Some(_) | None => AlertSeverity::Warning,
    }
}

/// How long before the end of a certificate that certctl lives by people are told.
#[derive(Debug, Clone, Copy)]
pub struct Lead {
    /// A warning, this long before.
    pub warning_seconds: i64,
    /// Critical, this long before.
    pub critical_seconds: i64,
}

/// A CA's end: the CA below or above it has to be made and trusted everywhere in that time.
pub const CA_LEAD: Lead = Lead { warning_seconds: 90 * DAY, critical_seconds: 30 * DAY };
/// The server's own TLS certificate: the own CA renews it ten days before its end.
pub const SERVER_LEAD: Lead = Lead { warning_seconds: 7 * DAY, critical_seconds: 2 * DAY };

/// How urgent the end of such a certificate is; none while it is far away. For a short life the leads shrink to a fifth
/// and a twentieth of it.
pub fn own_severity(lead: Lead, validity: Validity, now: Ts) -> Option<AlertSeverity> {
    let lifetime = validity.lifetime_seconds().max(0);
    let left = validity.not_after.seconds_since(now);
    if left <= lead.critical_seconds.min(lifetime / 20) {
        Some(AlertSeverity::Critical)
    } else if left <= lead.warning_seconds.min(lifetime / 5) {
        Some(AlertSeverity::Warning)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are states, columns steps, in the order of `ALL`; `.` is refused.
    const TABLE: &str = "
        open         A S . O C .
        acknowledged . S . O C .
        snoozed      A S O O C .
        closed       . . . . . O";

    #[test]
    fn every_pair_of_state_and_step_is_as_in_the_table() {
        let mut pairs = 0;
        for line in TABLE.trim().lines() {
            let mut words = line.split_whitespace();
            let state: AlertState = words.next().unwrap().parse().unwrap();
            for (step, expected) in AlertStep::ALL.iter().zip(words) {
                let expected = match expected {
                    "A" => Some(AlertState::Acknowledged),
                    "S" => Some(AlertState::Snoozed),
                    "O" => Some(AlertState::Open),
                    "C" => Some(AlertState::Closed),
                    _ => None,
                };
                assert_eq!(state.on(*step).ok(), expected, "{state} on {step}");
                pairs += 1;
            }
        }
        assert_eq!(pairs, AlertState::ALL.len() * AlertStep::ALL.len());
    }

    fn days(lifetime: i64) -> Validity {
        Validity { not_before: Ts::from_second(0), not_after: Ts::from_second(lifetime * DAY) }
    }

    #[test]
    fn the_tightest_crossed_threshold_counts_and_the_next_is_known() {
        use Threshold::{Days, Share};
        let check = |thresholds: &[Threshold],
                     lifetime: i64,
                     left: i64,
                     crossed: Option<Threshold>,
                     next: Option<i64>| {
            let now = Ts::from_second((lifetime - left) * DAY);
            let found = crossing(thresholds, days(lifetime), now);
            assert_eq!(found.crossed, crossed, "{lifetime} days of life, {left} left");
            let next_at = next.map(|before| Ts::from_second((lifetime - before) * DAY));
            assert_eq!(found.next_at, next_at, "{lifetime} days of life, {left} left");
        };
        let usual = [Days(30), Days(14), Days(7), Days(0)];
        check(&usual, 90, 31, None, Some(30));
        check(&usual, 90, 30, Some(Days(30)), Some(14));
        check(&usual, 90, 10, Some(Days(14)), Some(7));
        check(&usual, 90, 7, Some(Days(7)), Some(0));
        check(&usual, 90, 0, Some(Days(0)), None);
        check(&usual, 90, -3, Some(Days(0)), None);
        // The thresholds of 30 and 14 days do not fit into ten days of life.
        check(&usual, 10, 9, None, Some(7));
        check(&[Share(10), Days(30)], 100, 31, None, Some(30));
        check(&[Share(10), Days(30)], 100, 9, Some(Share(10)), None);
        check(&[], 90, 0, None, None);
    }

    #[test]
    fn a_threshold_is_as_urgent_as_its_place_in_the_life() {
        use AlertSeverity::{Critical, Info, Warning};
        let check = |threshold, lifetime, automatic, expected| {
            let found = expiry_severity(threshold, days(lifetime), automatic);
            assert_eq!(found, expected, "{threshold} of {lifetime} days");
        };
        check(Threshold::Days(30), 90, true, Info);
        check(Threshold::Days(30), 90, false, Warning);
        check(Threshold::Days(14), 90, true, Warning);
        check(Threshold::Days(7), 90, true, Critical);
        check(Threshold::Days(0), 90, true, Critical);
        check(Threshold::Days(30), 365, true, Warning);
        check(Threshold::Days(30), 47, true, Info);
        check(Threshold::Days(14), 47, true, Warning);
        check(Threshold::Days(7), 47, true, Warning);
        check(Threshold::Days(7), 10, true, Info);
        check(Threshold::Share(10), 30, true, Critical);
        check(Threshold::Share(20), 30, true, Warning);
    }

    #[test]
    fn trouble_is_critical_in_the_last_tenth_of_a_life() {
        let now = Ts::from_second(0);
        let check = |left: Option<i64>, expected| {
            let end = left.map(|left| now.plus_seconds(left * DAY));
            assert_eq!(trouble_severity(end, 90 * DAY, now), expected, "{left:?}");
        };
        check(None, AlertSeverity::Warning);
        check(Some(10), AlertSeverity::Warning);
        check(Some(9), AlertSeverity::Critical);
        check(Some(-1), AlertSeverity::Critical);
    }

    #[test]
    fn leads_shrink_with_a_short_life() {
        let check = |lifetime: i64, left: i64, expected| {
            let now = Ts::from_second((lifetime - left) * DAY);
            assert_eq!(own_severity(CA_LEAD, days(lifetime), now), expected, "{left} of {lifetime} days");
        };
        check(3_650, 91, None);
        check(3_650, 90, Some(AlertSeverity::Warning));
        check(3_650, 30, Some(AlertSeverity::Critical));
        check(100, 21, None);
        check(100, 20, Some(AlertSeverity::Warning));
        check(100, 5, Some(AlertSeverity::Critical));
    }
}
