//! Renewal policies: when certificates are renewed.

use certctl_core::id::RenewalPolicyId;
use certctl_core::policy::RenewalPoint;
use certctl_core::time::Ts;

answer! {
    /// When to renew and how often to try.
    pub struct RenewalPolicy {
        /// Id.
        pub id: RenewalPolicyId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Whether certctl renews by itself.
        pub automatic: bool,
        /// When; two thirds of the lifetime (half under ten days) when absent.
        pub point: Option<RenewalPoint>,
        /// Tries for each job.
        pub max_attempts: i64,
        /// Warn so many days before the end.
        pub alert_thresholds_days: Vec<u32>,
        /// Warn when so many percent of the lifetime are left.
        pub alert_thresholds_percent: Vec<u32>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }
}

request! {
    /// A new renewal policy.
    pub struct CreateRenewalPolicy {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<RenewalPolicyId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Whether certctl renews by itself; yes when absent.
        #[serde(default)]
        pub automatic: Option<bool>,
        /// When to renew; after two thirds of the lifetime (half under ten days) when absent.
        #[serde(default)]
        pub point: Option<RenewalPoint>,
        /// Tries for each job, 1 to 50; 8 when absent.
        #[serde(default)]
        pub max_attempts: Option<i64>,
        /// Warn so many days before the end; 30, 14, 7, 0 when absent.
        #[serde(default)]
        pub alert_thresholds_days: Option<Vec<u32>>,
        /// Warn when so many percent of the lifetime are left, 1 to 99; not so when absent.
        #[serde(default)]
        pub alert_thresholds_percent: Option<Vec<u32>>,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateRenewalPolicy {
        /// A name for people, 1 to 200 letters.
        #[serde(default)]
        pub name: Option<String>,
        /// Whether certctl renews by itself.
        #[serde(default)]
        pub automatic: Option<bool>,
        /// When; `null` returns to the default rule.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RenewalPoint>))]
        pub point: Option<Option<RenewalPoint>>,
        /// Tries for each job.
        #[serde(default)]
        pub max_attempts: Option<i64>,
        /// Warn so many days before the end.
        #[serde(default)]
        pub alert_thresholds_days: Option<Vec<u32>>,
        /// Warn when so many percent of the lifetime are left.
        #[serde(default)]
        pub alert_thresholds_percent: Option<Vec<u32>>,
    }
}
