//! Saved views of lists, and what a person's dashboard remembers.

use std::collections::BTreeMap;

use certctl_core::id::{TeamId, ViewId};
use certctl_core::time::Ts;
use certctl_core::view::{Density, ViewNoun};
use serde_json::Value;

answer! {
    /// A saved view of a list.
    pub struct View {
        /// Id.
        pub id: ViewId,
        /// The list.
        pub noun: ViewNoun,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// The team that shares it; absent for a view of one's own.
        pub team_id: Option<TeamId>,
        /// Parameters of the list, by name.
        pub filter: BTreeMap<String, String>,
        /// The order, as the list's `sort` takes it.
        pub sort: Option<String>,
        /// The columns in their order, each perhaps with its width in pixels (`name:240`); the usual ones when empty.
        pub columns: Vec<String>,
        /// How close the rows are.
        pub density: Option<Density>,
        /// Its place among the views: the lowest first.
        pub position: i64,
        /// Whether the caller may change it.
        pub editable: bool,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// What the caller's dashboard remembers.
    pub struct Preferences {
        /// The dashboard's own document.
        pub document: BTreeMap<String, Value>,
        /// When it was last changed; absent when nothing was stored yet.
        pub updated_at: Option<Ts>,
        /// Counts changes; the `ETag`. 0 when nothing was stored yet.
        pub revision: i64,
    }
}

request! {
    /// A new view.
    pub struct CreateView {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<ViewId>,
        /// The list.
        pub noun: ViewNoun,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// The team to share it with; a view of one's own when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub team_id: Option<TeamId>,
        /// Parameters of the list, by name.
        #[serde(default)]
        pub filter: BTreeMap<String, String>,
        /// The order, as the list's `sort` takes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sort: Option<String>,
        /// The columns in their order, up to 50, each perhaps with its width in pixels (`name:240`); the usual ones when empty.
        #[serde(default)]
        pub columns: Vec<String>,
        /// How close the rows are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub density: Option<Density>,
        /// Its place among the views, 0 to 1000000; 0 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub position: Option<i64>,
    }

    /// A change (JSON merge patch, RFC 7396): what is absent stays as it is.
    pub struct UpdateView {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Parameters of the list, in place of all before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub filter: Option<BTreeMap<String, String>>,
        /// The order; `null` for the usual one.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub sort: Option<Option<String>>,
        /// The columns in their order, up to 50, each perhaps with its width in pixels (`name:240`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub columns: Option<Vec<String>>,
        /// How close the rows are; `null` as the person likes it elsewhere.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Density>))]
        pub density: Option<Option<Density>>,
        /// Its place among the views, 0 to 1000000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub position: Option<i64>,
    }

    /// A change of what is remembered.
    pub struct UpdatePreferences {
        /// Put into the document as a JSON merge patch (RFC 7396): `null` removes a member, what is absent stays.
        pub document: BTreeMap<String, Value>,
    }
}
