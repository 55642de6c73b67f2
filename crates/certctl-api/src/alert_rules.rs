//! Alert rules: conditions of an operator's own, and what becomes of their matches.

use std::collections::BTreeMap;

use certctl_core::alert::AlertSeverity;
use certctl_core::alert_rule::{Escalation, QuietHours, RuleGroup, RuleSubject};
use certctl_core::id::AlertRuleId;
use certctl_core::time::Ts;

answer! {
    /// An alert rule: what matches its conditions is an alert, for as long as it does.
    pub struct AlertRule {
        /// Id.
        pub id: AlertRuleId,
        /// A name for people; the alerts' titles begin with it.
        pub name: String,
        /// Whether it is looked at.
        pub enabled: bool,
        /// What it looks at.
        pub subject: RuleSubject,
        /// Filters of the subject's list, by name; an object matches when all filters of one of them let it through.
        pub conditions: Vec<BTreeMap<String, String>>,
        /// Which matches are one alert, with their number.
        pub group_by: RuleGroup,
        /// How urgent its alerts are.
        pub severity: AlertSeverity,
        /// How long a group has to match before it is an alert.
        pub for_seconds: i64,
        /// Remind after so many seconds, while nobody has acknowledged it; never when absent.
        pub repeat_seconds: Option<i64>,
        /// When nobody is told.
        pub quiet_hours: Option<QuietHours>,
        /// Who else is told of what nobody takes.
        #[serde(default)]
        pub escalation: Option<Escalation>,
        /// When it was last looked at.
        pub evaluated_at: Option<Ts>,
        /// How many objects matched then.
        pub matches: i64,
        /// In how many groups.
        pub groups: i64,
        /// Why it could not be looked at.
        pub error: Option<String>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// What a rule finds now, and would have found in the last 30 days. Nothing was done or sent.
    pub struct AlertRulePreview {
        /// How many objects match now.
        pub matches: i64,
        /// In how many groups: so many messages.
        pub groups: i64,
        /// What would be said of the first groups, at most 20.
        pub messages: Vec<PreviewMessage>,
        /// The first that match, the earliest end or beginning first, at most 20.
        pub items: Vec<PreviewMatch>,
        /// Until when quiet hours would hold the messages back now; absent when they would be told at once.
        pub held_until: Option<Ts>,
        /// The last 30 days.
        pub past: PreviewPast,
        /// What is likely not wanted, such as more messages than people read.
        pub warnings: Vec<String>,
    }

    /// What would be said of a group.
    pub struct PreviewMessage {
        /// One line.
        pub title: String,
        /// Why.
        pub cause: String,
        /// How urgent.
        pub severity: AlertSeverity,
        /// Which group, such as `issuer=iss-local`; empty when the rule has none.
        pub group_key: String,
        /// How many it covers.
        pub members: i64,
    }

    /// Something that matches.
    pub struct PreviewMatch {
        /// Its id.
        pub id: String,
        /// Its name; of a job its certificate's.
        pub name: String,
        /// When a certificate or issuer ends, a job was written, or an agent was last heard from.
        pub moment: Option<Ts>,
    }

    /// What the rule would have found, counted from what was recorded.
    pub struct PreviewPast {
        /// Whether all of it is known; `conditions` says what is not.
        pub known: bool,
        /// How many in all, of what is known; absent when nothing is.
        pub total: Option<i64>,
        /// The last 30 days in UTC, the present one last.
        pub days: Vec<PastDay>,
        /// For each condition what is counted, or why nothing can be.
        pub conditions: Vec<PreviewPastCondition>,
    }

    /// One day in UTC.
    pub struct PastDay {
        /// Such as `2026-11-29`.
        pub date: String,
        /// How many objects began to match, of what is known; absent when nothing is.
        pub count: Option<i64>,
    }

    /// The past of one condition.
    pub struct PreviewPastCondition {
        /// Whether it is known.
        pub known: bool,
        /// What is counted, or why nothing can be.
        pub because: String,
    }
}

request! {
    /// A new alert rule.
    pub struct CreateAlertRule {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<AlertRuleId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Whether it is looked at; yes when absent.
        #[serde(default)]
        pub enabled: Option<bool>,
        /// What it looks at; it stays so.
        pub subject: RuleSubject,
        /// Filters of the subject's list (`GET /certificates`, `/jobs`, `/agents`, `/issuers`), each with its text; any of 1 to 5.
        pub conditions: Vec<BTreeMap<String, String>>,
        /// Which matches are one alert; `none`, all of them, when absent.
        #[serde(default)]
        pub group_by: Option<RuleGroup>,
        /// How urgent its alerts are.
        pub severity: AlertSeverity,
        /// How long a group has to match before it is an alert, up to 30 days; 0 when absent.
        #[serde(default)]
        pub for_seconds: Option<i64>,
        /// Remind after so many seconds, 5 minutes to 30 days; never when absent.
        #[serde(default)]
        pub repeat_seconds: Option<i64>,
        /// When nobody is told.
        #[serde(default)]
        pub quiet_hours: Option<QuietHours>,
        /// Who else is told of what nobody takes.
        #[serde(default)]
        pub escalation: Option<Escalation>,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateAlertRule {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Whether it is looked at; what is open closes when it no longer is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub enabled: Option<bool>,
        /// Filters of the subject's list, by name; any of 1 to 5.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conditions: Option<Vec<BTreeMap<String, String>>>,
        /// Which matches are one alert.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub group_by: Option<RuleGroup>,
        /// How urgent its alerts are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub severity: Option<AlertSeverity>,
        /// How long a group has to match before it is an alert.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub for_seconds: Option<i64>,
        /// Remind after so many seconds; `null` for never.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub repeat_seconds: Option<Option<i64>>,
        /// When nobody is told; `null` for never.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<QuietHours>))]
        pub quiet_hours: Option<Option<QuietHours>>,
        /// Who else is told of what nobody takes; `null` for nobody.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Escalation>))]
        pub escalation: Option<Option<Escalation>>,
    }

    /// A rule to be looked at without being made.
    pub struct PreviewAlertRule {
        /// A name for people, as the messages would have it.
        #[serde(default)]
        pub name: Option<String>,
        /// What it looks at.
        pub subject: RuleSubject,
        /// Filters of the subject's list, by name; any of 1 to 5.
        pub conditions: Vec<BTreeMap<String, String>>,
        /// Which matches are one alert; `none`, all of them, when absent.
        #[serde(default)]
        pub group_by: Option<RuleGroup>,
        /// How urgent its alerts are; `warning` when absent.
        #[serde(default)]
        pub severity: Option<AlertSeverity>,
        /// When nobody is told.
        #[serde(default)]
        pub quiet_hours: Option<QuietHours>,
    }
}
