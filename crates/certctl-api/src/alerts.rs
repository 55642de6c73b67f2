//! Alerts: what deserves a person's eye, and what people do with it.

use std::collections::BTreeMap;

use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::id::{AgentId, AlertId, AlertRuleId, CertificateId, IssuerId, OwnerId, TeamId, UserId};
use certctl_core::time::Ts;
use serde_json::Value;

answer! {
    /// Something that deserves a person's eye. It is opened and closed by what certctl sees; nobody closes it by hand.
    pub struct Alert {
        /// Id.
        pub id: AlertId,
        /// What makes it the same alert: at most one with this key is not closed. Channels that know such a key get it too.
        pub dedup_key: String,
        /// What it is about.
        pub kind: AlertKind,
        /// How urgent it is.
        pub severity: AlertSeverity,
        /// Where it is.
        pub state: AlertState,
        /// Kind of object, such as `certificate`, `job`, `agent`, `issuer`.
        pub object_kind: String,
        /// Which object.
        pub object_id: String,
        /// The certificate it concerns.
        pub certificate_id: Option<CertificateId>,
        /// The agent it concerns.
        pub agent_id: Option<AgentId>,
        /// The issuer it concerns.
        pub issuer_id: Option<IssuerId>,
        /// The certificate's owner when it was found.
        pub owner_id: Option<OwnerId>,
        /// The certificate's team when it was found.
        pub team_id: Option<TeamId>,
        /// The environment when it was found.
        pub environment: Option<String>,
        /// The alert rule that asked for it; absent for what certctl looks for by itself.
        pub rule_id: Option<AlertRuleId>,
        /// Which group of its rule's matches it stands for, such as `issuer=iss-local`; empty when the rule has no groups.
        pub group_key: Option<String>,
        /// How many objects it covers: 1, or as many as match in its group.
        pub members: i64,
        /// One line for a person.
        pub title: String,
        /// Why, for a person.
        pub cause: String,
        /// Why, for a program: with `params` it makes the sentence in any language.
        pub code: String,
        /// The facts of it, by name.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub params: Value,
        /// How often it began or changed.
        pub count: i64,
        /// When it began.
        pub opened_at: Ts,
        /// When it last changed.
        pub changed_at: Ts,
        /// When it was last found to be so; written every few minutes.
        pub last_seen_at: Ts,
        /// When somebody acknowledged it.
        pub acknowledged_at: Option<Ts>,
        /// Who.
        pub acknowledged_by: Option<String>,
        /// Quiet until this time.
        pub snoozed_until: Option<Ts>,
        /// Quiet until it changes.
        pub snoozed_until_change: bool,
        /// What was said with the last acknowledgement or snooze.
        pub note: Option<String>,
        /// Whose it is.
        #[serde(default)]
        pub assigned_to: Option<UserId>,
        /// What they are called; absent when they are gone.
        #[serde(default)]
        pub assigned_to_name: Option<String>,
        /// Since when.
        #[serde(default)]
        pub assigned_at: Option<Ts>,
        /// When its rule's second channels were told that nobody takes it.
        #[serde(default)]
        pub escalated_at: Option<Ts>,
        /// When its cause was gone.
        pub closed_at: Option<Ts>,
        /// How it ended.
        pub closed_because: Option<String>,
        /// When its receivers were last told; absent while quiet hours hold it back.
        pub told_at: Option<Ts>,
        /// Counts changes.
        pub revision: i64,
    }

    /// What became of many alerts.
    pub struct AlertsAcknowledged {
        /// How many were acknowledged.
        pub acknowledged: i64,
        /// Whether there are more that match: call again.
        pub more: bool,
    }
}

request! {
    /// What is said with an acknowledgement.
    pub struct AcknowledgeAlert {
        /// For those who come after, and for the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
    }

    /// Whose an alert is.
    pub struct AssignAlert {
        /// The user; nobody when absent.
        #[serde(default)]
        pub user_id: Option<UserId>,
        /// For those who come after, and for the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
    }

    /// How long an alert is to be quiet: exactly one of `until` and `until_change`.
    pub struct SnoozeAlert {
        /// Until this time, within a year.
        #[serde(default)]
        pub until: Option<Ts>,
        /// Until it changes.
        #[serde(default)]
        pub until_change: Option<bool>,
        /// For those who come after, and for the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
    }

    /// Which alerts to acknowledge: these ids, or those that match the filters of the list.
    pub struct AcknowledgeAlerts {
        /// These, at most 500.
        #[serde(default)]
        pub ids: Option<Vec<AlertId>>,
        /// Filters of `GET /alerts` by name, each with its text; only open alerts are taken, at most 500 at once.
        #[serde(default)]
        pub filter: Option<BTreeMap<String, String>>,
        /// For those who come after, and for the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
    }
}
