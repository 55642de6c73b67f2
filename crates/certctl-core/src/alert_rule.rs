//! Alert rules: over what they look, how their alerts are grouped, and when the receivers of one are told.
//!
//! A rule's conditions are filters of the lists. Not for: reading those, counting, or telling (the server). Invariants: a
//! grouping fits the rule's subject or is refused; [`Telling::due`] is the only place that decides that a rule's receivers
//! are told, and after being told it has nothing more to say at the same moment.

use serde::{Deserialize, Serialize};

use crate::alert::{AlertEvent, AlertSeverity, AlertState};
use crate::id::NotifierId;
use crate::text_enum;
use crate::time::Ts;
use crate::week_window::WeekWindow;

text_enum! {
    /// What an alert rule looks at.
    pub enum RuleSubject {
        /// Certificates.
        Certificates = "certificates",
        /// Jobs.
        Jobs = "jobs",
        /// Agents.
        Agents = "agents",
        /// Issuers.
        Issuers = "issuers",
    }
}

text_enum! {
    /// Which matches of an alert rule are one alert.
    pub enum RuleGroup {
        /// All of them.
        None = "none",
        /// Each by itself.
        Object = "object",
        /// Those of one certificate.
        Certificate = "certificate",
        /// Those of one issuer.
        Issuer = "issuer",
        /// Those of one owner.
        Owner = "owner",
        /// Those of one team.
        Team = "team",
        /// Those of one environment.
        Environment = "environment",
        /// Those of one agent.
        Agent = "agent",
        /// Those of one profile.
        Profile = "profile",
        /// Those of one renewal policy.
        RenewalPolicy = "renewal_policy",
        /// Those of one kind.
        Kind = "kind",
    }
}

impl RuleSubject {
    /// The groupings that it has.
    pub const fn groups(self) -> &'static [RuleGroup] {
        use RuleGroup as G;
        match self {
            Self::Certificates => &[
                G::None,
                G::Object,
                G::Issuer,
                G::Owner,
                G::Team,
                G::Environment,
                G::Agent,
                G::Profile,
                G::RenewalPolicy,
            ],
            Self::Jobs => &[
                G::None,
                G::Object,
                G::Certificate,
                G::Issuer,
                G::Owner,
                G::Team,
                G::Environment,
                G::Agent,
                G::Kind,
            ],
            Self::Agents => &[G::None, G::Object, G::Environment],
            Self::Issuers => &[G::None, G::Object, G::Kind],
        }
    }

    /// One of them, for a sentence.
    pub const fn noun(self, n: i64) -> &'static str {
        match (self, n) {
            (Self::Certificates, 1) => "certificate",
            (Self::Certificates, _) => "certificates",
            (Self::Jobs, 1) => "job",
            (Self::Jobs, _) => "jobs",
            (Self::Agents, 1) => "agent",
            (Self::Agents, _) => "agents",
            (Self::Issuers, 1) => "issuer",
            (Self::Issuers, _) => "issuers",
        }
    }
}

/// When nobody is told of a rule's alerts; what falls due meanwhile is told afterwards, if it is still so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The place's zone in the IANA database, such as `Europe/Paris` or `UTC`.
    pub time_zone: String,
    /// The days on which they begin; every day when none is named.
    #[serde(default)]
    pub days: Vec<crate::week_window::Weekday>,
    /// When they begin, such as `22:00`.
    pub from: String,
    /// When they end, such as `07:00`; not later than `from` means on the next day.
    pub to: String,
    /// Alerts that are this urgent, or more, are told at any time; none is when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<AlertSeverity>,
}

impl QuietHours {
    /// Their part of the week.
    pub fn window(&self) -> WeekWindow {
        WeekWindow {
            time_zone: self.time_zone.clone(),
            days: self.days.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
        }
    }

    /// Until when they hold an alert of this severity back; nothing when it may be told now.
    pub fn hold(&self, severity: AlertSeverity, now: Ts) -> Option<Ts> {
        if self.except.is_some_and(|except| severity >= except) { None } else { self.window().holds(now) }
    }
}

/// Who else is told of an alert that nobody takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// After it was open for so many seconds and nobody has acknowledged or snoozed it, a minute to 30 days.
    pub after_seconds: i64,
    /// These notifiers are told, whatever their routing says: 1 to 10.
    pub notifier_ids: Vec<NotifierId>,
}

/// What decides whether the receivers of a rule's alert are told.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// Where the alert is.
    pub state: AlertState,
    /// How urgent it is.
    pub severity: AlertSeverity,
    /// When they were last told of how it is; nothing when it has changed since in a way that they should hear of.
    pub told_at: Option<Ts>,
    /// Whether they were told of it before.
    pub told_before: bool,
    /// Whether its end has still to be told.
    pub close_due: bool,
    /// Remind after so many seconds.
    pub repeat_seconds: Option<i64>,
    /// When nobody is told.
    pub quiet_hours: Option<&'a QuietHours>,
    /// Since when it is open and nobody has taken it.
    pub unattended_since: Ts,
    /// Whether the second channels were told of that.
    pub escalated: bool,
    /// Who they are, and when they are told.
    pub escalation: Option<&'a Escalation>,
}

impl Telling<'_> {
    /// Whether the second channels are told now that nobody takes it.
    pub fn escalates(&self, now: Ts) -> bool {
        let Some(escalation) = self.escalation.filter(|_| self.state == AlertState::Open && !self.escalated)
        else {
            return false;
        };
        let held = self.quiet_hours.and_then(|quiet| quiet.hold(self.severity, now));
        held.is_none() && self.unattended_since.plus_seconds(escalation.after_seconds) <= now
    }

    /// What they are told now, if anything.
    pub fn due(&self, now: Ts) -> Option<AlertEvent> {
        let event = match (self.state, self.told_at) {
            (AlertState::Closed, _) => self.close_due.then_some(AlertEvent::Closed),
            // Somebody knows already, or wants quiet.
            (AlertState::Acknowledged | AlertState::Snoozed, _) => None,
            (AlertState::Open, None) if self.told_before => Some(AlertEvent::Changed),
            (AlertState::Open, None) => Some(AlertEvent::Opened),
            (AlertState::Open, Some(told)) => self
                .repeat_seconds
                .filter(|repeat| told.plus_seconds(*repeat) <= now)
                .map(|_| AlertEvent::Reminder),
        };
        let held = self.quiet_hours.and_then(|quiet| quiet.hold(self.severity, now));
        event.filter(|_| held.is_none())
    }
}

/// Whether an alert that covered `told` objects when its receivers were last told covers so many more now that they should
/// hear of it: twice as many, and five more at least.
pub const fn has_grown(told: i64, now: i64) -> bool {
    now >= told.saturating_mul(2) && now >= told.saturating_add(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(except: Option<AlertSeverity>) -> QuietHours {
        QuietHours {
            time_zone: "UTC".to_owned(),
            days: Vec::new(),
            from: "22:00".to_owned(),
            to: "07:00".to_owned(),
            except,
        }
    }

    #[test]
    fn every_grouping_belongs_to_a_subject_and_none_is_named_twice() {
        for subject in RuleSubject::ALL {
            let groups = subject.groups();
            assert!(groups.contains(&RuleGroup::None) && groups.contains(&RuleGroup::Object), "{subject}");
            assert!(groups.iter().enumerate().all(|(at, group)| !groups[..at].contains(group)), "{subject}");
        }
        let all: Vec<_> = RuleSubject::ALL.iter().flat_map(|subject| subject.groups()).collect();
        assert!(RuleGroup::ALL.iter().all(|group| all.contains(&group)));
    }

    #[test]
    fn receivers_are_told_once_reminded_and_told_of_the_end() {
        use AlertEvent::{Changed, Closed, Opened, Reminder};
        use AlertState as S;
        let now = Ts::from_second(1_000_000);
        let check = |state, told: Option<i64>, told_before, close_due, repeat, expected| {
            let telling = Telling {
                state,
                severity: AlertSeverity::Warning,
                told_at: told.map(|ago| now.plus_seconds(-ago)),
                told_before,
                close_due,
                repeat_seconds: repeat,
                quiet_hours: None,
                unattended_since: now,
                escalated: false,
                escalation: None,
            };
            assert_eq!(telling.due(now), expected, "{telling:?}");
        };
        check(S::Open, None, false, false, None, Some(Opened));
        check(S::Open, None, true, false, None, Some(Changed));
        check(S::Open, Some(0), true, false, Some(60), None);
        check(S::Open, Some(59), true, false, Some(60), None);
        check(S::Open, Some(60), true, false, Some(60), Some(Reminder));
        check(S::Open, Some(9_999), true, false, None, None);
        check(S::Acknowledged, Some(60), true, false, Some(60), None);
        check(S::Acknowledged, None, false, false, Some(60), None);
        check(S::Snoozed, Some(60), true, false, Some(60), None);
        check(S::Closed, Some(5), true, true, Some(60), Some(Closed));
        check(S::Closed, Some(5), true, false, Some(60), None);
    }

    #[test]
    fn quiet_hours_hold_back_all_but_what_they_except() {
        let night: Ts = "2026-11-27T23:00:00Z".parse().unwrap();
        let day: Ts = "2026-11-27T12:00:00Z".parse().unwrap();
        let escalation = second(60);
        let check = |severity, except, now: Ts, told: bool| {
            let quiet = quiet(except);
            let telling = Telling {
                state: AlertState::Open,
                severity,
                told_at: None,
                told_before: false,
                close_due: false,
                repeat_seconds: None,
                quiet_hours: Some(&quiet),
                unattended_since: now.plus_seconds(-60),
                escalated: false,
                escalation: Some(&escalation),
            };
            assert_eq!(telling.due(now).is_some(), told, "{severity} except {except:?} at {now}");
            assert_eq!(telling.escalates(now), told, "{severity} except {except:?} at {now}");
        };
        use AlertSeverity::{Critical, Info, Warning};
        check(Critical, None, night, false);
        check(Critical, None, day, true);
        check(Critical, Some(Critical), night, true);
        check(Warning, Some(Critical), night, false);
        check(Warning, Some(Info), night, true);
    }

    fn second(after_seconds: i64) -> Escalation {
        Escalation { after_seconds, notifier_ids: vec!["nt-duty".parse().unwrap()] }
    }

    #[test]
    fn second_channels_are_told_once_of_what_nobody_takes() {
        let (now, escalation) = (Ts::from_second(1_000_000), second(600));
        let check = |state, ago: i64, escalated, expected| {
            let telling = Telling {
                state,
                severity: AlertSeverity::Warning,
                told_at: Some(now),
                told_before: true,
                close_due: false,
                repeat_seconds: None,
                quiet_hours: None,
                unattended_since: now.plus_seconds(-ago),
                escalated,
                escalation: Some(&escalation),
            };
            assert_eq!(telling.escalates(now), expected, "{telling:?}");
            assert!(!Telling { escalation: None, ..telling }.escalates(now));
        };
        check(AlertState::Open, 599, false, false);
        check(AlertState::Open, 600, false, true);
        check(AlertState::Open, 600, true, false);
        check(AlertState::Acknowledged, 600, false, false);
        check(AlertState::Snoozed, 600, false, false);
        check(AlertState::Closed, 600, false, false);
    }

    #[test]
    fn growth_is_twice_as_many_and_five_more() {
        for (told, now, expected) in
            [(0, 4, false), (0, 5, true), (1, 5, false), (1, 6, true), (10, 19, false), (10, 20, true)]
        {
            assert_eq!(has_grown(told, now), expected, "{told} to {now}");
        }
    }
}
