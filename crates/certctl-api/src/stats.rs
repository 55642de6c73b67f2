//! Counts over the inventory.
//!
//! Invariant: each says of which moment it is, and each count that stands for rows says which list shows them.

use std::collections::BTreeMap;

use certctl_core::id::IssuerId;
use certctl_core::time::Ts;

answer! {
    /// The inventory in a few numbers.
    pub struct StatsSummary {
        /// The moment of the counts.
        pub as_of: Ts,
        /// The numbers, in the order in which they are shown.
        pub values: Vec<KeyValue>,
    }

    /// One number, with its last days and the rows that it counts.
    pub struct KeyValue {
        /// What it counts: `certificates`, `healthy`, `due`, `failing`, `unverified`, `expired`, `waiting`, `renewing`,
        /// `pending`, `agents_online`.
        pub name: String,
        /// The number.
        pub value: i64,
        /// What it is a part of: all certificates, or all agents.
        pub of: i64,
        /// The list that shows exactly what is counted.
        pub rows: RowsFilter,
        /// The last ten days, the oldest first; the last one is today, as of now.
        pub history: Vec<DayValue>,
    }

    /// A list with its filters.
    pub struct RowsFilter {
        /// The list's path under `/api/v1`, such as `/certificates`.
        pub path: String,
        /// Its query parameters.
        pub query: BTreeMap<String, String>,
    }

    /// A number on a day.
    pub struct DayValue {
        /// The date, such as `2026-11-24`.
        pub date: String,
        /// The number at the end of that day; absent when nobody counted.
        pub value: Option<i64>,
    }

    /// How many certificates end, or are to be renewed, on each day.
    pub struct ExpiryCalendar {
        /// The moment of the counts.
        pub as_of: Ts,
        /// The zone whose days are counted, such as `Europe/Paris`.
        pub tz: String,
        /// `expiry` or `renewal`.
        pub mode: String,
        /// How many have their moment before the first day.
        pub before: i64,
        /// The days, or the hours when they were asked for.
        pub days: Vec<ExpiryDay>,
    }

    /// A day of the calendar, or an hour.
    pub struct ExpiryDay {
        /// The date, such as `2026-11-24`; of an hour with its local time, `2026-11-24T09:00`.
        pub date: String,
        /// Its first moment.
        #[serde(default)]
        pub begins: Option<Ts>,
        /// How many certificates end, or are to be renewed, on it.
        pub count: i64,
        /// How many of those are at risk: their renewal fails, they are not verified live, or somebody has to act.
        pub at_risk: i64,
        /// The list that shows those of the day.
        pub rows: RowsFilter,
    }

    /// How renewals went.
    pub struct RenewalStats {
        /// The moment of the counts.
        pub as_of: Ts,
        /// Issuances and renewals that were stored.
        pub succeeded: i64,
        /// How many of those needed one try.
        pub first_try: i64,
        /// Issuances and renewals that were given up.
        pub failed: i64,
        /// Of all that ended, the share that was stored, in percent; absent when none ended.
        pub success_percent: Option<f64>,
        /// Of those that were stored, the share that needed one try, in percent; absent when none was.
        pub first_try_percent: Option<f64>,
        /// Each day in UTC, the oldest first; the last one is today.
        pub days: Vec<RenewalDay>,
    }

    /// How renewals went on a day.
    pub struct RenewalDay {
        /// The date in UTC, such as `2026-11-24`.
        pub date: String,
        /// First issuances that were stored.
        pub issued: i64,
        /// Renewals that were stored.
        pub renewed: i64,
        /// How many of both needed one try.
        pub first_try: i64,
        /// Those of both that were given up.
        pub failed: i64,
    }

    /// What each issuer signed in each week.
    pub struct IssuanceStats {
        /// The moment of the counts.
        pub as_of: Ts,
        /// The issuers, the busiest first.
        pub issuers: Vec<IssuerTotal>,
        /// Each week from Monday on, in UTC, the oldest first; the last one is this week.
        pub weeks: Vec<IssuanceWeek>,
    }

    /// What an issuer signed in all.
    pub struct IssuerTotal {
        /// Which issuer.
        pub issuer_id: IssuerId,
        /// A name for people.
        pub name: String,
        /// How many versions it signed.
        pub signed: i64,
    }

    /// What the issuers signed in a week.
    pub struct IssuanceWeek {
        /// The date of its Monday, such as `2026-11-23`.
        pub date: String,
        /// How many versions each issuer signed, by its id.
        pub signed: BTreeMap<String, i64>,
        /// How many in all.
        pub total: i64,
    }

    /// The fleet in numbers; retired agents are not counted.
    pub struct FleetStats {
        /// The moment of the counts.
        pub as_of: Ts,
        /// All agents.
        pub agents: i64,
        /// How many of those that may work are heard from.
        pub online: i64,
        /// By health: `online`, `late`, `offline`.
        pub health: Vec<FleetPart>,
        /// By state: `active`, `quarantined`.
        pub states: Vec<FleetPart>,
        /// By version of the program, the most usual first.
        pub versions: Vec<FleetPart>,
        /// By platform, the most usual first.
        pub platforms: Vec<FleetPart>,
        /// By environment, the most usual first.
        pub environments: Vec<FleetPart>,
        /// The version of this server.
        pub server_version: String,
        /// How many agents run another version than the server.
        pub other_version: i64,
    }

    /// Agents that share a value.
    pub struct FleetPart {
        /// The value; absent when it is not known or not set.
        pub value: Option<String>,
        /// How many agents.
        pub agents: i64,
    }
}
