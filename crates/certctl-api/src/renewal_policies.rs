//! Renewal policies: when certificates are renewed.

use certctl_core::certificate::CertificateStatus;
use certctl_core::id::{CertificateId, RenewalPolicyId};
use certctl_core::policy::RenewalPoint;
use certctl_core::time::Ts;
use certctl_core::week_window::WeekWindow;

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
        /// Warn so many percent of the lifetime before the end.
        pub alert_thresholds_percent: Vec<u32>,
        /// Renewals by itself, and their deployments, wait for one of these parts of the week, unless the end would come
        /// first; at any time when empty.
        pub windows: Vec<WeekWindow>,
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
        /// Warn so many percent of the lifetime before the end, 1 to 99; none when absent.
        #[serde(default)]
        pub alert_thresholds_percent: Option<Vec<u32>>,
        /// Renewals by itself, and their deployments, wait for one of these parts of the week, unless the end would come
        /// first; at any time when absent.
        #[serde(default)]
        pub windows: Option<Vec<WeekWindow>>,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateRenewalPolicy {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Whether certctl renews by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub automatic: Option<bool>,
        /// When; `null` returns to the default rule.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RenewalPoint>))]
        pub point: Option<Option<RenewalPoint>>,
        /// Tries for each job.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub max_attempts: Option<i64>,
        /// Warn so many days before the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub alert_thresholds_days: Option<Vec<u32>>,
        /// Warn so many percent of the lifetime before the end, 1 to 99.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub alert_thresholds_percent: Option<Vec<u32>>,
        /// Renewals by itself, and their deployments, wait for one of these parts of the week; at any time when empty.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub windows: Option<Vec<WeekWindow>>,
    }
}

answer! {
    /// What a certificate has in place of values of its renewal policy; what is absent is the policy's.
    pub struct PolicyOverride {
        /// When it is renewed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub point: Option<RenewalPoint>,
        /// Warn so many days before the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub alert_thresholds_days: Option<Vec<u32>>,
        /// Warn so many percent of the lifetime before the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub alert_thresholds_percent: Option<Vec<u32>>,
    }
}

request! {
    /// A change of what a certificate has in place of values of its renewal policy (JSON merge patch): `null` returns a
    /// value to the policy's.
    pub struct ChangePolicyOverride {
        /// When it is renewed.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RenewalPoint>))]
        pub point: Option<Option<RenewalPoint>>,
        /// Warn so many days before the end.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<u32>>))]
        pub alert_thresholds_days: Option<Option<Vec<u32>>>,
        /// Warn so many percent of the lifetime before the end, 1 to 99.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<u32>>))]
        pub alert_thresholds_percent: Option<Option<Vec<u32>>>,
    }
}

answer! {
    /// What a change of a renewal policy would lead to now.
    pub struct RenewalPolicyPreview {
        /// How many certificates follow the policy, as far as the caller may see them.
        pub certificates: i64,
        /// How many of those were looked at.
        pub checked: i64,
        /// Whether not all were looked at: then the other counts are those of the part that was.
        pub approximate: bool,
        /// How many would be renewed at another time than now planned.
        pub moved: i64,
        /// How many would get another status at once, by their statuses before and after.
        pub statuses: Vec<StatusChange>,
        /// How many renewals would begin at once that would not begin now.
        pub due_now: i64,
        /// How many certificates would get an alert at once that they do not have now.
        pub alerts_now: i64,
        /// Some of those that would move.
        pub sample: Vec<MovedCertificate>,
    }

    /// How many certificates would go from a status to another one.
    pub struct StatusChange {
        /// Before.
        pub from: CertificateStatus,
        /// After.
        pub to: CertificateStatus,
        /// How many.
        pub certificates: i64,
    }

    /// A certificate that would be renewed at another time.
    pub struct MovedCertificate {
        /// Which.
        pub certificate_id: CertificateId,
        /// Its name.
        pub name: String,
        /// The renewal point now.
        pub renew_after: Option<Ts>,
        /// The renewal point after the change.
        pub would_renew_after: Option<Ts>,
    }
}

request! {
    /// A change of a renewal policy, to be looked at first; what is absent stays as it is.
    pub struct PreviewRenewalPolicy {
        /// Which policy.
        pub policy_id: RenewalPolicyId,
        /// Whether certctl renews by itself.
        #[serde(default)]
        pub automatic: Option<bool>,
        /// When; `null` returns to the default rule.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RenewalPoint>))]
        pub point: Option<Option<RenewalPoint>>,
        /// Warn so many days before the end.
        #[serde(default)]
        pub alert_thresholds_days: Option<Vec<u32>>,
        /// Warn so many percent of the lifetime before the end, 1 to 99.
        #[serde(default)]
        pub alert_thresholds_percent: Option<Vec<u32>>,
        /// Renewals by itself, and their deployments, wait for one of these parts of the week; at any time when empty.
        #[serde(default)]
        pub windows: Option<Vec<WeekWindow>>,
    }
}
