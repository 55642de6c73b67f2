//! A list as a whole: places all over it, and how many of its rows have which value. The same for every list.
//!
//! Not for: pages (`page.rs`). Invariant: both are of the list that the same filters give.

use certctl_core::facet::Facet;
use certctl_core::time::Ts;

answer! {
    /// Places all over a list: a page from any of them is one look into an index.
    pub struct Anchors {
        /// How many match.
        pub total: i64,
        /// How many lie between two anchors; the first anchor lies behind so many.
        pub every: i64,
        /// Each the `cursor` of the page that begins behind its place.
        pub anchors: Vec<String>,
        /// There are more: only the first two million of the list were counted.
        pub approximate: bool,
        /// When it was counted.
        pub as_of: Ts,
    }

    /// How many of those that match have which value.
    pub struct Facets {
        /// How many match.
        pub total: i64,
        /// One for each that is counted.
        pub facets: Vec<FacetCounts>,
        /// There are more: only the first two million of the list were counted.
        pub approximate: bool,
        /// When it was counted.
        pub as_of: Ts,
    }

    /// How many there are of each value of one filter.
    pub struct FacetCounts {
        /// The filter.
        pub facet: Facet,
        /// The values that most have, the most frequent first; at most 100.
        pub values: Vec<FacetValue>,
        /// How many other values there are.
        pub other_values: i64,
        /// How many have one of those.
        pub other_count: i64,
    }

    /// A value, and how many have it.
    pub struct FacetValue {
        /// The value; absent for those that have none (the filter's `none`).
        pub value: Option<String>,
        /// How many.
        pub count: i64,
    }
}
