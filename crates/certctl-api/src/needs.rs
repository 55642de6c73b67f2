//! What needs a person.
//!
//! Invariant: a need says which rows it stands for, and offers only what its caller may do.

use certctl_core::id::CertificateId;
use certctl_core::permission::Permission;
use certctl_core::text_enum;
use certctl_core::time::Ts;

use crate::stats::RowsFilter;

text_enum! {
    /// When a need turns into an outage.
    pub enum NeedBand {
        /// Within 48 hours, or it has.
        Urgent = "urgent",
        /// Within a week.
        Week = "week",
        /// Later, or it is not known.
        Later = "later",
        /// Nothing breaks by itself: somebody waits for an answer.
        Waiting = "waiting",
    }
}

request! {
    /// A need that the caller does not want to see for a while.
    pub struct SnoozeNeed {
        /// Its `id`, such as `issuer_unreachable:iss-local`.
        pub cause: String,
        /// For how long, 1 to 31622400 (a year).
        #[serde(default)]
        pub for_seconds: Option<i64>,
        /// Until it changes: until it touches more or less than now, or becomes more urgent; a year at most.
        #[serde(default)]
        pub until_change: Option<bool>,
        /// Why, for the list of what is hidden and for the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
    }
}

answer! {
    /// A need that the caller does not see until then.
    pub struct NeedSnoozed {
        /// Its `id`.
        pub cause: String,
        /// Until when at the latest.
        pub until: Ts,
        /// Whether it comes back as soon as it changes.
        pub until_change: bool,
    }

    /// What needs a person, the most pressing first.
    pub struct Needs {
        /// The moment of the counts.
        pub as_of: Ts,
        /// How many needs there are, those included that `limit` leaves out.
        pub total: i64,
        /// How many of them are snoozed: every alert about them is.
        pub snoozed: i64,
        /// How many the caller has hidden for a while: they are not among the items unless `hidden=true` asks for them.
        #[serde(default)]
        pub hidden: i64,
        /// The needs.
        pub items: Vec<Need>,
    }

    /// Something that needs a person: one cause with all that it touches.
    pub struct Need {
        /// The same for the same cause, such as `issuer_unreachable:iss-local`.
        pub id: String,
        /// Why, for a program: `expired`, `renewal_failing`, `not_verified_live`, `agent_offline`, `issuer_unreachable`,
        /// `approvals_waiting`, `csr_waiting`, or the kind of an alert such as `own_certificate_expiring`.
        pub code: String,
        /// The facts of it, by name.
        pub params: serde_json::Value,
        /// In words.
        pub title: String,
        /// How soon it turns into an outage.
        pub band: NeedBand,
        /// When it does: the earliest end of what it touches, or of somebody's wait; absent when nothing ends.
        pub deadline: Option<Ts>,
        /// Since when it is so; absent when nobody has noted it.
        pub since: Option<Ts>,
        /// How much it touches.
        pub blast: BlastRadius,
        /// The list that shows what it touches.
        pub rows: RowsFilter,
        /// One of the certificates, when it touches any.
        pub sample_id: Option<CertificateId>,
        /// The open, acknowledged and snoozed alerts about it.
        pub alerts: NeedAlerts,
        /// Until when the caller has hidden it; absent when it is not hidden.
        #[serde(default)]
        pub hidden_until: Option<Ts>,
        /// Whether it comes back before that, as soon as it changes.
        #[serde(default)]
        pub hidden_until_change: bool,
        /// Why the caller has hidden it, if a reason was given.
        #[serde(default)]
        pub hidden_because: Option<String>,
        /// What this caller may do about it.
        pub actions: Vec<NeedAction>,
    }

    /// How much something touches.
    pub struct BlastRadius {
        /// Certificates.
        pub certificates: i64,
        /// Targets of those.
        pub targets: i64,
        /// Environments of those.
        pub environments: Vec<String>,
    }

    /// The alerts about a need.
    pub struct NeedAlerts {
        /// Nobody has taken these.
        pub open: i64,
        /// Somebody knows of these.
        pub acknowledged: i64,
        /// These are quiet.
        pub snoozed: i64,
        /// The last end of their quiet; absent when they are quiet until they change, or not at all.
        pub snoozed_until: Option<Ts>,
    }

    /// Something that can be done.
    pub struct NeedAction {
        /// What: `renew`, `deploy`, `approve`, `upload_csr`, `test_issuer`, `look_at_agent`, `acknowledge`.
        pub code: String,
        /// The permission that it takes; the caller has it.
        pub permission: Permission,
        /// The HTTP method.
        pub method: String,
        /// The path under `/api/v1`.
        pub path: String,
    }
}
