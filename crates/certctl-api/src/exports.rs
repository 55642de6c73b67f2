//! Exports: what a file of them begins with.

use std::collections::BTreeMap;

use certctl_core::actor::Actor;
use certctl_core::time::Ts;

answer! {
    /// What an export's file begins with.
    pub struct ExportHeader {
        /// What the rows are.
        pub noun: String,
        /// When it was begun.
        pub exported_at: Ts,
        /// By whom.
        pub exported_by: Actor,
        /// By which request.
        pub request_id: String,
        /// The filters by their names, as they were given.
        pub filter: BTreeMap<String, String>,
        /// The columns.
        pub columns: Vec<String>,
        /// How many rows matched when it was begun; `count` at the file's end says how many it holds.
        pub matching: i64,
        /// Of the audit trail: the range of places, and the heads of its chain.
        #[serde(flatten)]
        pub more: serde_json::Map<String, serde_json::Value>,
    }

    /// An export as JSON. NDJSON has the same parts on lines of their own: `{"export": ..}`, `{"seal": ..}`, the rows,
    /// `{"end": {"count": ..}}`.
    pub struct Exported {
        /// What was exported.
        pub export: ExportHeader,
        /// Of the audit trail: the sealed batches of the range, with the hashes of their rows.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub seals: Vec<serde_json::Value>,
        /// The rows: objects with a field for each column.
        pub items: Vec<serde_json::Value>,
        /// How many rows there are.
        pub count: i64,
    }
}
