//! Renewal policies: when to renew, how often to try, when to warn.
//!
//! Not for: rules about what the inventory must obey (a later issue). Invariant: each field changes behaviour.

use serde::{Deserialize, Serialize};

/// The point of a certificate's life at which it is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RenewalPoint {
    /// A share of the lifetime, 10 to 95 percent.
    Percent(u8),
    /// So many seconds before the end, but never before half of the lifetime.
    SecondsBefore(i64),
    /// Both, whichever comes first in the life.
    Sooner(Sooner),
}

/// Two points of a life, of which the earlier one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Sooner {
    /// A share of the lifetime, 10 to 95 percent.
    pub percent: u8,
    /// So many seconds before the end, but never before half of the lifetime.
    pub seconds_before: i64,
}

/// The thresholds of a policy that names none: 30, 14, 7 and 0 days.
pub const DEFAULT_ALERT_THRESHOLDS_DAYS: [u32; 4] = [30, 14, 7, 0];
