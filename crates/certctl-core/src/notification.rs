//! Notifications: what people are told of alerts, the states of a delivery, and when a failed one is tried again.
//!
//! Not for: sending (connectors), or who is told (the server). Invariants: [`DeliveryState::on`] decides every pair; a
//! [`Receipt`] says what the receiver answered and is never empty, so that "sent" cannot be said without one.
//!
//! | after try | wait | elapsed (without the tries themselves) |
//! |---|---|---|
//! | 1 | 10 s | 10 s |
//! | 2 | 30 s | 40 s |
//! | 3 | 2 min | 2 min 40 s |
//! | 4 | 5 min | 7 min 40 s |
//! | 5 | 15 min | 22 min 40 s |
//! | 6 | 30 min | 52 min 40 s |
//! | 7 | 1 h | 1 h 52 min |
//! | 8 | 2 h | 3 h 52 min |
//! | 9 | 4 h | 7 h 52 min |
//! | 10 | given up | |
//!
//! Each wait is spread by up to a fifth. A receiver that says when to come back (`Retry-After`) is not asked before.

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::alert::{AlertEvent, AlertKind, AlertSeverity};
use crate::id::TeamId;
use crate::text_enum;
use crate::time::Ts;

text_enum! {
    /// A kind of channel.
    pub enum NotifierKind {
        /// Mail.
        Smtp = "smtp",
        /// An HTTP endpoint of one's own, signed by Standard Webhooks.
        Webhook = "webhook",
        /// An incoming webhook of Slack.
        Slack = "slack",
        /// A workflow of Microsoft Teams.
        Teams = "teams",
        /// PagerDuty, Events API v2.
        Pagerduty = "pagerduty",
        /// Opsgenie, Alert API.
        Opsgenie = "opsgenie",
    }
}

impl NotifierKind {
    /// Whether it keeps incidents of its own, which are acknowledged and closed there.
    pub const fn keeps_incidents(self) -> bool {
        matches!(self, Self::Pagerduty | Self::Opsgenie)
    }
}

text_enum! {
    /// What a notification says.
    pub enum NotificationEvent {
        /// An alert began.
        Opened = "opened",
        /// It goes on.
        Reminder = "reminder",
        /// It is more urgent, or covers more than it did.
        Changed = "changed",
        /// Nobody takes it: told to the second channels of its rule.
        Escalated = "escalated",
        /// Somebody took it; told only where incidents are kept.
        Acknowledged = "acknowledged",
        /// Its cause is gone.
        Closed = "closed",
        /// Several, collected.
        Digest = "digest",
        /// A person tries the channel.
        Test = "test",
    }
}

impl From<AlertEvent> for NotificationEvent {
    fn from(event: AlertEvent) -> Self {
        match event {
            AlertEvent::Opened => Self::Opened,
            AlertEvent::Reminder => Self::Reminder,
            AlertEvent::Changed => Self::Changed,
            AlertEvent::Closed => Self::Closed,
        }
    }
}

text_enum! {
    /// Where a delivery is.
    pub enum DeliveryState {
        /// It waits for its first try, or for its digest.
        Pending = "pending",
        /// It is being tried.
        Sending = "sending",
        /// The receiver has it, and said so.
        Sent = "sent",
        /// The last try failed; it is tried again.
        Failed = "failed",
        /// It was given up; a person can have it tried again.
        Dead = "dead",
        /// There is nobody it could be sent to.
        Undeliverable = "undeliverable",
    }
}

text_enum! {
    /// What can happen to a delivery.
    pub enum DeliveryStep {
        /// A sender takes it; also one whose sender was lost.
        Taken = "taken",
        /// The receiver confirmed it.
        Confirmed = "confirmed",
        /// The try failed, and another may help.
        Failed = "failed",
        /// No other try is made.
        GivenUp = "given_up",
        /// There is no channel or no address for it any more.
        Unaddressed = "unaddressed",
        /// A person wants it tried again.
        Retried = "retried",
    }
}

/// A pair of state and step that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is {state} cannot be {step}")]
pub struct InvalidDeliveryStep {
    /// The present state.
    pub state: DeliveryState,
    /// What was tried.
    pub step: DeliveryStep,
}

impl DeliveryState {
    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidDeliveryStep`] for every pair that has no meaning.
    pub const fn on(self, step: DeliveryStep) -> Result<Self, InvalidDeliveryStep> {
        use DeliveryStep as S;
        match (self, step) {
            (Self::Pending | Self::Failed | Self::Sending, S::Taken) => Ok(Self::Sending),
            (Self::Sending, S::Confirmed) => Ok(Self::Sent),
            (Self::Sending, S::Failed) => Ok(Self::Failed),
            (Self::Sending, S::GivenUp) => Ok(Self::Dead),
            (Self::Pending | Self::Failed | Self::Sending, S::Unaddressed) => Ok(Self::Undeliverable),
            (Self::Failed | Self::Dead | Self::Undeliverable, S::Retried) => Ok(Self::Pending),
            (
                Self::Pending | Self::Failed | Self::Sent | Self::Dead | Self::Undeliverable,
                S::Confirmed | S::Failed | S::GivenUp,
            )
            | (Self::Sent | Self::Dead | Self::Undeliverable, S::Taken | S::Unaddressed)
            | (Self::Pending | Self::Sending | Self::Sent, S::Retried) => {
                Err(InvalidDeliveryStep { state: self, step })
            }
        }
    }

    /// Whether it is still to be sent.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Pending | Self::Sending | Self::Failed)
    }
}

/// What a receiver answered when it took a message; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(String);

/// The most letters of a receipt that are kept.
const MAX_RECEIPT: usize = 300;

impl Receipt {
    /// The answer, without control characters and shortened; none when nothing is left of it.
    pub fn new(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_RECEIPT).collect();
        let plain = plain.trim();
        (!plain.is_empty()).then(|| Self(plain.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Seconds to wait after the n-th failed try.
pub const WAITS_SECONDS: [u64; 9] = [10, 30, 120, 300, 900, 1_800, 3_600, 7_200, 14_400];

/// How often a delivery is tried.
pub const MAX_ATTEMPTS: u32 = 10;
/// The longest that a receiver may ask to be left alone.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(6 * 3_600);

/// The wait after `attempts` failed tries (counted from 1), none when no other try is made. `after` is what the receiver
/// asked for; `jitter` counts thousandths of a fifth, 0 to 1023.
pub fn wait_after(attempts: u32, after: Option<Duration>, jitter: u16) -> Option<Duration> {
    if attempts >= MAX_ATTEMPTS {
        return None;
    }
    let index =
        usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX).min(WAITS_SECONDS.len() - 1);
    let millis = WAITS_SECONDS[index] * 1_000;
    let own = Duration::from_millis(millis + millis / 5 * u64::from(jitter % 1_024) / 1_023);
    Some(own.max(after.unwrap_or_default().min(MAX_RETRY_AFTER)))
}

/// What a `Retry-After` header asks for (RFC 9110, section 10.2.3): seconds, or a date.
pub fn retry_after(text: &str, now: Ts) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Ts::from_microsecond(at.as_microsecond()).since(now))
}

/// Which alerts a notifier is told of. Empty lists let everything through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Only alerts that are at least so urgent.
    #[serde(default = "info")]
    #[cfg_attr(feature = "openapi", schema(default = "info"))]
    pub min_severity: AlertSeverity,
    /// Only alerts of these kinds.
    #[serde(default)]
    pub kinds: Vec<AlertKind>,
    /// Only alerts of these teams.
    #[serde(default)]
    pub team_ids: Vec<TeamId>,
    /// Only alerts of these environments.
    #[serde(default)]
    pub environments: Vec<String>,
    /// Whether it is told of the end of what it was told of.
    #[serde(default = "yes")]
    #[cfg_attr(feature = "openapi", schema(default = true))]
    pub closed: bool,
}

const fn info() -> AlertSeverity {
    AlertSeverity::Info
}

const fn yes() -> bool {
    true
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            min_severity: info(),
            kinds: Vec::new(),
            team_ids: Vec::new(),
            environments: Vec::new(),
            closed: true,
        }
    }
}

/// What routing looks at.
#[derive(Debug, Clone, Copy)]
pub struct Routed<'a> {
    /// How urgent the alert is.
    pub severity: AlertSeverity,
    /// What it is about.
    pub kind: AlertKind,
    /// Whose.
    pub team_id: Option<&'a TeamId>,
    /// Where.
    pub environment: Option<&'a str>,
}

impl Routing {
    /// Whether an alert goes this way.
    pub fn takes(&self, alert: Routed<'_>) -> bool {
        let team = alert.team_id.is_some_and(|team| self.team_ids.contains(team));
        let environment = alert.environment.is_some_and(|name| self.environments.iter().any(|e| e == name));
        alert.severity >= self.min_severity
            && (self.kinds.is_empty() || self.kinds.contains(&alert.kind))
            && (self.team_ids.is_empty() || team)
            && (self.environments.is_empty() || environment)
    }
}

/// When collected notifications are sent in one message: exactly one of `every_minutes` and `daily_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// So many minutes after the first one, 1 to 1440.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_minutes: Option<u32>,
    /// Each day at this time, HH:MM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_at: Option<String>,
    /// Of this time zone, such as Europe/Berlin; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Whether critical alerts, and the end of what was told at once, are sent at once all the same.
    #[serde(default = "yes")]
    #[cfg_attr(feature = "openapi", schema(default = true))]
    pub critical_at_once: bool,
}

/// The longest collecting.
pub const MAX_EVERY_MINUTES: u32 = 1_440;

impl Digest {
    /// When what is collected from `now` on is sent.
    ///
    /// # Errors
    /// The field that cannot be used, and why.
    pub fn next(&self, now: Ts) -> Result<Ts, (&'static str, String)> {
        match (self.every_minutes, &self.daily_at) {
            (Some(minutes), None) if (1..=MAX_EVERY_MINUTES).contains(&minutes) => {
                if self.time_zone.is_some() {
                    return Err(("time_zone", "belongs to daily_at".to_owned()));
                }
                Ok(now.plus_seconds(i64::from(minutes) * 60))
            }
            (Some(_), None) => Err(("every_minutes", format!("it has to be from 1 to {MAX_EVERY_MINUTES}"))),
            (None, Some(text)) => self.next_daily(text, now),
            (None, None) | (Some(_), Some(_)) => {
                Err(("every_minutes", "give either every_minutes or daily_at".to_owned()))
            }
        }
    }

    fn next_daily(&self, text: &str, now: Ts) -> Result<Ts, (&'static str, String)> {
        let wrong = || ("daily_at", format!("{text:?} is not a time such as 08:00"));
        let plain = text.len() == 5
            && text.bytes().enumerate().all(|(i, b)| if i == 2 { b == b':' } else { b.is_ascii_digit() });
        let time: Time = if plain { text.parse().map_err(|_| wrong())? } else { return Err(wrong()) };
        let name = self.time_zone.as_deref().unwrap_or("UTC");
        let zone = TimeZone::get(name)
            .map_err(|_| ("time_zone", format!("{name:?} is not a time zone such as Europe/Berlin")))?;
        let instant = jiff::Timestamp::from_microsecond(now.as_microsecond()).map_err(|_| wrong())?;
        let mut day = instant.to_zoned(zone.clone()).date();
        // Two days at most: today's time may be past, and tomorrow's is not.
        for _ in 0..3 {
            let at = zone.to_ambiguous_zoned(day.to_datetime(time)).compatible().map_err(|_| wrong())?;
            let at = Ts::from_microsecond(at.timestamp().as_microsecond());
            if at > now {
                return Ok(at);
            }
            day = day.tomorrow().map_err(|_| wrong())?;
        }
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are states, columns steps, in the order of `ALL`; `.` is refused.
    const TABLE: &str = "
        pending       S . . . U .
        sending       S C F D U .
        sent          . . . . . .
        failed        S . . . U P
        dead          . . . . . P
        undeliverable . . . . . P";

    #[test]
    fn every_pair_of_state_and_step_is_decided() {
        let rows: Vec<Vec<&str>> =
            TABLE.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows.len(), DeliveryState::ALL.len());
        for (state, row) in DeliveryState::ALL.iter().zip(&rows) {
            assert_eq!(state.as_str(), row[0]);
            for (step, expected) in DeliveryStep::ALL.iter().zip(&row[1..]) {
                let found = match state.on(*step) {
                    Ok(DeliveryState::Pending) => "P",
                    Ok(DeliveryState::Sending) => "S",
                    Ok(DeliveryState::Sent) => "C",
                    Ok(DeliveryState::Failed) => "F",
                    Ok(DeliveryState::Dead) => "D",
                    Ok(DeliveryState::Undeliverable) => "U",
                    Err(_) => ".",
                };
                assert_eq!(found, *expected, "{state} {step}");
            }
        }
    }

    #[test]
    fn a_receipt_is_never_empty_and_one_line() {
        assert_eq!(Receipt::new("  \r\n "), None);
        assert_eq!(Receipt::new("250 2.0.0\r\nOk").unwrap().as_str(), "250 2.0.0  Ok");
        assert_eq!(Receipt::new(&"x".repeat(1_000)).unwrap().as_str().len(), MAX_RECEIPT);
    }

    #[test]
    fn waits_follow_the_table_and_what_the_receiver_asks_for() {
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(wait_after(1, None, 0), seconds(10));
        assert_eq!(wait_after(1, None, 1_023), seconds(12));
        assert_eq!(wait_after(9, None, 0), seconds(14_400));
        assert_eq!(wait_after(10, None, 0), None);
        assert_eq!(wait_after(1, seconds(90), 0), seconds(90));
        assert_eq!(wait_after(3, seconds(90), 0), seconds(120));
        assert_eq!(wait_after(1, seconds(1_000_000), 0), Some(MAX_RETRY_AFTER));
    }

    #[test]
    fn a_receiver_says_when_to_come_back_in_seconds_or_as_a_date() {
        let now: Ts = "2026-11-29T12:00:00Z".parse().unwrap();
        assert_eq!(retry_after(" 120 ", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Sun, 29 Nov 2026 12:01:00 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Sun, 29 Nov 2026 11:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn routing_asks_all_of_its_conditions() {
        let team: TeamId = "t-web".parse().unwrap();
        let alert = |severity, team_id| Routed {
            severity,
            kind: AlertKind::RenewalFailing,
            team_id,
            environment: Some("production"),
        };
        assert!(Routing::default().takes(alert(AlertSeverity::Info, None)));
        let routing = Routing {
            min_severity: AlertSeverity::Warning,
            kinds: vec![AlertKind::RenewalFailing],
            team_ids: vec![team.clone()],
            environments: vec!["production".to_owned()],
            closed: true,
        };
        assert!(routing.takes(alert(AlertSeverity::Critical, Some(&team))));
        assert!(!routing.takes(alert(AlertSeverity::Info, Some(&team))));
        assert!(!routing.takes(alert(AlertSeverity::Critical, None)));
        assert!(
            !Routing { environments: vec!["lab".to_owned()], ..routing.clone() }
                .takes(alert(AlertSeverity::Critical, Some(&team)))
        );
        assert!(
            !Routing { kinds: vec![AlertKind::JobStuck], ..routing }
                .takes(alert(AlertSeverity::Critical, Some(&team)))
        );
    }

    #[test]
    fn a_digest_is_due_after_minutes_or_at_a_time_of_day() {
        let digest = |every_minutes, daily_at: Option<&str>, zone: Option<&str>| Digest {
            every_minutes,
            daily_at: daily_at.map(str::to_owned),
            time_zone: zone.map(str::to_owned),
            critical_at_once: true,
        };
        let at = |text: &str| text.parse::<Ts>().unwrap();
        let now = at("2026-03-28T10:00:00Z");
        assert_eq!(digest(Some(15), None, None).next(now), Ok(at("2026-03-28T10:15:00Z")));
        assert_eq!(digest(None, Some("11:30"), None).next(now), Ok(at("2026-03-28T11:30:00Z")));
        assert_eq!(digest(None, Some("10:00"), None).next(now), Ok(at("2026-03-29T10:00:00Z")));
        // The night in which the clocks of Berlin go from 2 to 3: half past two is half past three.
        let berlin = digest(None, Some("02:30"), Some("Europe/Berlin"));
        assert_eq!(berlin.next(now), Ok(at("2026-03-29T01:30:00Z")));
        for (digest, field) in [
            (digest(None, None, None), "every_minutes"),
            (digest(Some(1), Some("08:00"), None), "every_minutes"),
            (digest(Some(0), None, None), "every_minutes"),
            (digest(Some(5), None, Some("UTC")), "time_zone"),
            (digest(None, Some("8"), None), "daily_at"),
            (digest(None, Some("24:01"), None), "daily_at"),
            (digest(None, Some("08:00"), Some("Mars/Base")), "time_zone"),
        ] {
            assert_eq!(digest.next(now).unwrap_err().0, field);
        }
    }
}
