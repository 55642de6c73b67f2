//! Lists: pages by cursor.
//!
//! Invariant: an empty list is `[]`, never `null`.

use serde::{Deserialize, Serialize};

/// The number of items when none is asked for.
pub const DEFAULT_LIMIT: u32 = 50;
/// The largest number of items on a page.
pub const MAX_LIMIT: u32 = 500;

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// Ask with this `cursor` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The number of all items that match, when `total=true` was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}
